//! The model broker: raw bytes in, raw bytes out, and a book of what it passed on. Driven by `world`.
//!
//! It checks what a broker can see: its limits, the order of first deliveries, QoS 2 once a session, its own capacity for QoS 2.

mod delivering;
mod limits;
mod publishing;

use std::collections::{BTreeMap, HashSet, VecDeque};

use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;

use super::packets::{self, FORBIDDEN, Limits, PINGRESP, PUBACK, PUBCOMP, PUBREC, PUBREL, Sent};
use super::plan::Plan;
use super::scenes::{Scene, saw, saw_if};
use delivering::Delivering;
pub use delivering::{is_retained, topic};
use publishing::Publishing;

/// Answers that are held back at a time.
const STRAGGLERS: usize = 10;

pub struct Broker {
    plan: Plan,
    pub limits: Limits,
    /// Bytes of the client that were not read yet, and bytes for it.
    pub input: Vec<u8>,
    pub output: Vec<u8>,
    /// It closed the connection, on a message that it does not take or by a DISCONNECT.
    pub closed: bool,
    /// No more faults: nothing is held back.
    pub calm: bool,
    pub publishing: Publishing,
    pub delivering: Delivering,
    /// Filters that were granted in this session.
    pub subscribed: HashSet<usize>,
    /// What the client's Topic Aliases stand for in this connection.
    numbered: BTreeMap<u16, &'static str>,
    answers: VecDeque<Vec<u8>>,
    stragglers: Vec<Vec<u8>>,
}

impl Broker {
    pub fn new(plan: &Plan, limits: Limits) -> Self {
        let delivering = Delivering::new(plan);
        Self {
            limits,
            input: Vec::new(),
            output: Vec::new(),
            closed: false,
            calm: false,
            publishing: Publishing::new(plan),
            answers: delivering.releases().collect(),
            delivering,
            subscribed: HashSet::new(),
            numbered: BTreeMap::new(),
            stragglers: Vec::new(),
            plan: plan.clone(),
        }
    }

    /// Whether nothing moves any more by itself.
    pub fn is_idle(&self) -> bool {
        self.input.is_empty() && self.output.is_empty() && self.answers.is_empty() && self.stragglers.is_empty()
    }

    /// A new connection. `may_reuse` says of a delivery whether its identifier may go to another message now.
    pub fn connect(&mut self, kept: bool, limits: Limits, rng: &mut ChaCha8Rng, may_reuse: impl Fn(u64) -> bool) {
        self.limits = limits;
        self.input.clear();
        self.output.clear();
        self.closed = false;
        saw_if(!self.numbered.is_empty(), Scene::NumberedAnew);
        self.numbered.clear();
        if !kept || !self.plan.late {
            self.answers.clear();
            self.stragglers.clear();
        }
        // Those are sent again, and a PINGREQ is of its connection.
        self.answers.retain(|packet| packet[0] != PUBREL && packet[0] != PINGRESP);
        self.stragglers.retain(|packet| packet[0] != PUBREL);
        if kept {
            self.publishing.resume();
            let redispatched = if self.calm { 0 } else { self.plan.redispatched };
            let reusable = |number, rng: &mut ChaCha8Rng| rng.random_ratio(redispatched, 1_000) && may_reuse(number);
            self.answers.extend(self.delivering.resume(rng, reusable, &mut self.output));
        } else {
            self.publishing.restart();
            self.delivering.restart();
            self.subscribed.clear();
        }
    }

    /// Ends the connection by a DISCONNECT, behind what it still had to say.
    pub fn leave(&mut self, reason: u8) {
        self.output.extend(packets::disconnect(reason));
        self.closed = true;
    }

    // ---- reading ----

    pub fn read(&mut self, rng: &mut ChaCha8Rng) {
        let mut start = 0;
        while !self.closed {
            let Some((sent, size)) = packets::parse(&self.input[start..], self.plan.five) else { break };
            start += size;
            self.understand(sent, rng);
        }
        self.input.drain(..start);
    }

    fn understand(&mut self, sent: Sent, rng: &mut ChaCha8Rng) {
        let five = self.plan.five;
        match sent {
            Sent::Publish(publish) => {
                self.within_limits(&publish);
                if self.topic(&publish) == FORBIDDEN {
                    self.closed = true;
                } else if let Some((first, reason)) = self.publishing.publish(&publish) {
                    self.answer(packets::ack(first, publish.id, reason, five), rng);
                }
            }
            Sent::Ack { first: PUBACK, id, .. } => self.delivering.acknowledged(id),
            Sent::Ack { first: PUBREC, id, .. } => {
                if self.delivering.received(id) {
                    self.answer(packets::ack(PUBREL, id, 0, five), rng);
                }
            }
            Sent::Ack { first: PUBREL, id, .. } => {
                let reason = self.publishing.release(id);
                self.answer(packets::ack(PUBCOMP, id, reason, five), rng);
            }
            Sent::Ack { id, .. } => self.delivering.completed(id),
            Sent::Subscribe { id, filters } => {
                // The same for a filter each time, so that what is asked for again is not refused and had nevertheless.
                let reasons: Vec<u8> = filters.iter().map(|(filter, _)| [0, 1, 2, 0x80][filter % 4]).collect();
                for ((filter, _), reason) in filters.iter().zip(&reasons) {
                    if *reason < 0x80 {
                        self.subscribed.insert(*filter);
                    }
                }
                self.answer(packets::suback(id, &reasons, five), rng);
            }
            Sent::Unsubscribe { id, filters } => {
                self.subscribed.retain(|filter| !filters.contains(filter));
                self.answer(packets::unsuback(id, filters.len(), five), rng);
            }
            Sent::PingReq => self.answers.push_back(vec![PINGRESP, 0]),
        }
    }

    /// The topic of a message, which must be its own.
    fn topic(&mut self, publish: &packets::Publish) -> &'static str {
        let packets::Publish { number, topic, alias, dup, .. } = *publish;
        let named = topic.filter(|topic| !topic.is_empty());
        let Some(topic) = (match alias {
            None => named,
            Some(alias) => {
                let maximum = self.limits.topic_alias_maximum;
                assert!((1..=maximum).contains(&alias), "Topic Alias {alias} where {maximum} is the maximum");
                assert!(!dup, "message {number} is sent again with a Topic Alias");
                match named {
                    Some(named) => {
                        let before = self.numbered.insert(alias, named);
                        saw_if(before.is_some_and(|before| before != named), Scene::NumberReplaced);
                        assert_ne!(before, Some(named), "Topic Alias {alias} is taught twice");
                    }
                    None => saw(Scene::NumberUsed),
                }
                self.numbered.get(&alias).copied()
            }
        }) else {
            panic!("message {number} to {topic:?} with Topic Alias {alias:?}, which is not known");
        };
        assert!(topic == FORBIDDEN || topic == packets::our_topic(number), "message {number} goes to {topic}");
        topic
    }

    fn within_limits(&self, publish: &packets::Publish) {
        let limits = &self.limits;
        assert!(publish.qos <= limits.maximum_qos, "QoS {} goes beyond Maximum QoS", publish.qos);
        assert!(!publish.retain || limits.retain_available, "message {} has RETAIN, which is not available", publish.number);
        let largest = limits.maximum_packet_size.map_or(usize::MAX, |size| size as usize);
        assert!(publish.size <= largest, "{} bytes go beyond Maximum Packet Size {largest}", publish.size);
    }

    // ---- writing ----

    fn answer(&mut self, packet: Vec<u8>, rng: &mut ChaCha8Rng) {
        if !self.calm && self.stragglers.len() < STRAGGLERS && rng.random_ratio(self.plan.straggling, 1_000) {
            self.stragglers.push(packet);
        } else {
            self.answers.push_back(packet);
        }
    }

    /// Writes up to `most` answers, and as many deliveries.
    pub fn write(&mut self, most: usize, rng: &mut ChaCha8Rng) {
        if self.closed {
            return;
        }
        if self.calm {
            self.answers.extend(self.stragglers.drain(..));
        }
        for _ in 0..most.min(self.answers.len()) {
            let place = if self.plan.shuffled { rng.random_range(0..self.answers.len().min(64)) } else { 0 };
            let Some(packet) = self.answers.remove(place) else { break };
            self.output.extend(&packet);
            // A PINGRESP twice would be an answer to a PINGREQ that was not sent.
            if packet[0] != PINGRESP && packet[0] != PUBREL && rng.random_ratio(self.plan.twice, 1_000) {
                self.output.extend(&packet);
            }
        }
        for _ in 0..most {
            if !self.delivering.send_next(None, rng, &mut self.output) {
                break;
            }
        }
    }
}
