//! Topic Aliases of what we publish: a number that stands for a topic, in one connection `[MQTT-3.3.2.3.4]`. Rule 12.
//!
//! Owned by the ledger of what we publish (`outgoing`), which asks for each PUBLISH that is sent for the first time how to name its topic.

use std::collections::HashMap;

use super::limits::Limits;
use crate::mqtt::{Message, TopicName};
use crate::wire::{Alias, Codec};

/// Which topics of ours get a Topic Alias.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TopicAliases {
    /// None.
    #[default]
    None,
    /// Each that comes, until the broker takes no more; those are sent in full.
    Auto,
    /// The one that is published to has this one, from 1.
    Fixed(u16),
}

/// Most topics with an alias, and most bytes of them: brokers may allow more than is worth remembering.
const MOST: usize = 1_000;
const MOST_BYTES: usize = 1 << 20;
/// Most bytes that an alias adds to a PUBLISH: itself, and a longer length of the properties and of the packet.
const MOST_ADDED: usize = 3 + 1 + 1;
/// A shorter topic costs no more than its alias.
const WORTH_IT: usize = 4;

/// The aliases of a connection.
#[derive(Debug)]
pub(super) struct Aliases {
    policy: TopicAliases,
    /// The broker's Topic Alias Maximum and Maximum Packet Size.
    maximum: u16,
    maximum_packet_size: usize,
    given: HashMap<TopicName, u16>,
    bytes: usize,
    /// The topic of the last PUBLISH, which the next is likely to have too.
    recent: Option<(TopicName, u16)>,
}

impl Aliases {
    /// `None` where nothing gets an alias.
    pub fn new(policy: TopicAliases, limits: &Limits) -> Option<Box<Self>> {
        let aliases = || Self {
            policy,
            maximum: limits.topic_alias_maximum,
            maximum_packet_size: limits.maximum_packet_size,
            given: HashMap::new(),
            bytes: 0,
            recent: None,
        };
        (policy != TopicAliases::None).then(|| Box::new(aliases()))
    }

    /// A new connection: the broker knows none.
    pub fn connected(&mut self, limits: &Limits) {
        (self.maximum, self.maximum_packet_size) = (limits.topic_alias_maximum, limits.maximum_packet_size);
        self.given.clear();
        self.bytes = 0;
        self.recent = None;
    }

    /// How the PUBLISH of a message, which is sent now, names its topic: `None` is in full and without an alias.
    pub fn name(&mut self, message: &Message, codec: Codec) -> Option<Alias> {
        let topic = &message.topic;
        if let Some((recent, alias)) = &self.recent
            && recent == topic
        {
            return Some(Alias { number: *alias, known: true }).filter(|_| self.has_room(message, true, codec));
        }
        if let Some(alias) = self.given.get(topic).copied() {
            self.recent = Some((topic.clone(), alias));
            return Some(Alias { number: alias, known: true }).filter(|_| self.has_room(message, true, codec));
        }
        let number = self.free(topic)?;
        if !self.has_room(message, false, codec) {
            return None;
        }
        self.bytes += topic.as_str().len();
        self.given.insert(topic.clone(), number);
        self.recent = Some((topic.clone(), number));
        Some(Alias { number, known: false })
    }

    /// The alias for a topic that has none.
    fn free(&mut self, topic: &TopicName) -> Option<u16> {
        let length = topic.as_str().len();
        match self.policy {
            TopicAliases::None => None,
            TopicAliases::Fixed(number) => {
                // It is the only one, and goes from topic to topic.
                self.given.clear();
                self.bytes = 0;
                (number <= self.maximum).then_some(number)
            }
            TopicAliases::Auto => {
                let next = self.given.len() + 1;
                let room = next <= MOST && self.bytes + length <= MOST_BYTES && length >= WORTH_IT;
                u16::try_from(next).ok().filter(|next| room && *next <= self.maximum)
            }
        }
    }

    /// Whether the PUBLISH is within Maximum Packet Size with its alias: it was checked without.
    fn has_room(&self, message: &Message, known: bool, codec: Codec) -> bool {
        let shorter = known && message.topic.as_str().len() >= WORTH_IT;
        shorter || codec.publish_size(message) + MOST_ADDED <= self.maximum_packet_size
    }
}
