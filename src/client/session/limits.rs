//! What the broker said in CONNACK that it can do, checked before anything is sent (rule 18).
//!
//! Used by the session for every message and filter; limits that a broker did not name have their defaults filled in.

use crate::mqtt::{Message, QoS, Subscription};
use crate::wire::{ConnAck, Features, MAX_PACKET};

/// The broker's limits, for one connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Receive Maximum; `None` when the broker named none, which in 3.1.1 is always so.
    pub receive_maximum: Option<u16>,
    /// Maximum Packet Size in bytes, the whole packet.
    pub maximum_packet_size: usize,
    /// Maximum QoS.
    pub maximum_qos: QoS,
    /// Whether retained messages are taken.
    pub retain_available: bool,
    /// Whether messages may have properties: not in 3.1.1.
    pub properties: bool,
    /// Topic Alias Maximum: the highest alias that the broker takes; 0 is none, which in 3.1.1 is always so.
    pub topic_alias_maximum: u16,
    /// Whether filters may have wildcards.
    pub wildcard_available: bool,
    /// Whether `$share` filters are taken.
    pub shared_available: bool,
    /// Whether subscriptions may have identifiers.
    pub subscription_ids_available: bool,
}

/// A limit of the broker that a message or a filter goes beyond.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LimitExceeded {
    /// Maximum Packet Size `[MQTT-3.2.2-15]`.
    #[error("the packet has {size} bytes, the broker's Maximum Packet Size is {limit}")]
    PacketSize {
        /// Bytes of the packet.
        size: usize,
        /// The limit.
        limit: usize,
    },
    /// Maximum QoS `[MQTT-3.2.2-11]`.
    #[error("the broker's Maximum QoS is {0}")]
    MaximumQos(QoS),
    /// Retain Available 0 `[MQTT-3.2.2-14]`.
    #[error("the broker keeps no retained messages (Retain Available is 0)")]
    Retain,
    /// A message whose properties 3.1.1 has no place for (rule 19).
    #[error("it has properties, which MQTT 3.1.1 does not know")]
    Properties,
    /// Topic Alias Maximum `[MQTT-3.3.2-9]`.
    #[error("Topic Alias {alias} is more than the broker's Topic Alias Maximum, {maximum}")]
    TopicAlias {
        /// The alias that was asked for.
        alias: u16,
        /// The limit.
        maximum: u16,
    },
    /// Wildcard Subscription Available 0.
    #[error("the broker takes no wildcard subscriptions (Wildcard Subscription Available is 0)")]
    Wildcard,
    /// Shared Subscription Available 0.
    #[error("the broker takes no shared subscriptions (Shared Subscription Available is 0)")]
    Shared,
    /// Subscription Identifiers Available 0.
    #[error("the broker takes no subscription identifiers (Subscription Identifiers Available is 0)")]
    SubscriptionId,
}

impl Limits {
    /// The limits of a CONNACK, and of the version.
    #[must_use]
    pub fn of(connack: &ConnAck, features: Features) -> Self {
        Self {
            receive_maximum: connack.receive_maximum,
            maximum_packet_size: connack.maximum_packet_size.map_or(MAX_PACKET, |limit| (limit as usize).min(MAX_PACKET)),
            maximum_qos: connack.maximum_qos,
            retain_available: connack.retain_available,
            properties: features.properties,
            topic_alias_maximum: connack.topic_alias_maximum,
            wildcard_available: connack.wildcard_available,
            shared_available: connack.shared_available,
            subscription_ids_available: connack.subscription_ids_available,
        }
    }

    /// Checks a message whose PUBLISH has `size` bytes.
    ///
    /// # Errors
    /// The first limit that it goes beyond.
    pub fn check_message(&self, message: &Message, size: usize) -> Result<(), LimitExceeded> {
        if message.qos > self.maximum_qos {
            Err(LimitExceeded::MaximumQos(self.maximum_qos))
        } else if message.retain && !self.retain_available {
            Err(LimitExceeded::Retain)
        } else if message.properties.is_some() && !self.properties {
            Err(LimitExceeded::Properties)
        } else {
            self.check_size(size)
        }
    }

    /// Checks a filter whose SUBSCRIBE, alone, has `size` bytes.
    ///
    /// # Errors
    /// The first limit that it goes beyond.
    pub fn check_subscription(&self, subscription: &Subscription, size: usize) -> Result<(), LimitExceeded> {
        if subscription.filter.has_wildcard() && !self.wildcard_available {
            Err(LimitExceeded::Wildcard)
        } else if subscription.filter.is_shared() && !self.shared_available {
            Err(LimitExceeded::Shared)
        } else if subscription.id.is_some() && !self.subscription_ids_available {
            Err(LimitExceeded::SubscriptionId)
        } else {
            self.check_size(size)
        }
    }

    /// Checks the size of a packet that has no other limit.
    ///
    /// # Errors
    /// When it is above Maximum Packet Size.
    pub const fn check_size(&self, size: usize) -> Result<(), LimitExceeded> {
        if size > self.maximum_packet_size {
            Err(LimitExceeded::PacketSize { size, limit: self.maximum_packet_size })
        } else {
            Ok(())
        }
    }
}
