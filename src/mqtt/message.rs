//! An Application Message `[MQTT-3.3]`: what a publisher hands in and a subscriber takes out. Payloads are bytes, never strings.

use std::fmt;
use std::time::SystemTime;

use bytes::Bytes;

use super::{Properties, TopicName};

/// A Quality of Service level. Ordered: `AtMostOnce < AtLeastOnce < ExactlyOnce`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum QoS {
    /// QoS 0: sent once, never acknowledged.
    AtMostOnce = 0,
    /// QoS 1: acknowledged by PUBACK.
    AtLeastOnce = 1,
    /// QoS 2: acknowledged by PUBREC, PUBREL, PUBCOMP.
    ExactlyOnce = 2,
}

impl QoS {
    /// The level of a number, if it is one.
    #[must_use]
    pub const fn from_u8(level: u8) -> Option<Self> {
        match level {
            0 => Some(Self::AtMostOnce),
            1 => Some(Self::AtLeastOnce),
            2 => Some(Self::ExactlyOnce),
            _ => None,
        }
    }
}

impl fmt::Display for QoS {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", *self as u8)
    }
}

/// An Application Message. Cloning is cheap: topic and payload are shared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The Topic Name, always whole (never replaced by a Topic Alias).
    pub topic: TopicName,
    /// The payload, byte for byte.
    pub payload: Bytes,
    /// The QoS of the publication, or of the delivery.
    pub qos: QoS,
    /// RETAIN as sent, or as it arrived.
    pub retain: bool,
    /// Properties of version 5; `None` when there is none, which is the hot path.
    pub properties: Option<Box<Properties>>,
}

/// The Will: what the broker publishes when a client goes without a word `[MQTT-3.1.2.5]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Will {
    /// The message. Its properties are version 5's.
    pub message: Message,
    /// Will Delay Interval in seconds; version 5's.
    pub delay: u32,
}

impl Message {
    /// A message without retain and without properties.
    #[must_use]
    pub const fn new(topic: TopicName, payload: Bytes, qos: QoS) -> Self {
        Self { topic, payload, qos, retain: false, properties: None }
    }

    /// What the message costs in memory, in bytes, for the bounds of queues.
    #[must_use]
    pub fn weight(&self) -> usize {
        let properties = self.properties.as_ref().map_or(0, |p| p.weight());
        self.topic.as_str().len() + self.payload.len() + properties
    }
}

/// A message as it was delivered: what `output` renders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// The message; its RETAIN is as it arrived.
    pub message: Message,
    /// DUP as it arrived `[MQTT-3.3.1-3]`.
    pub dup: bool,
    /// Packet Identifier; QoS 0 has none.
    pub id: Option<u16>,
    /// When it arrived.
    pub at: SystemTime,
}
