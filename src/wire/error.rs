//! What is wrong with a packet: every error of `wire`. Made by the files beside it, reported by `client`.
//!
//! The texts are our own words and numbers. Bytes of the peer never get into one.

use crate::mqtt::properties::MAX_PROPERTIES;
use crate::mqtt::{Reason, TopicError};

use super::MAX_PACKET;

/// A packet that cannot be taken, or that cannot be sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// The Remaining Length goes on after four bytes `[MQTT-2.1.4]`.
    #[error("a packet with a remaining length of five bytes")]
    RemainingLength,
    /// More bytes, fixed header included, than are taken or can be sent.
    #[error("a packet of {size} bytes, where {limit} are allowed")]
    TooLarge {
        /// Of the whole packet, in bytes.
        size: usize,
        /// The largest allowed, in bytes.
        limit: usize,
    },
    /// More properties than are taken; each byte of them costs a multiple in memory.
    #[error("{packet} with {size} bytes of properties, where {MAX_PROPERTIES} are allowed")]
    Properties {
        /// The packet's name.
        packet: &'static str,
        /// The length it claims, in bytes.
        size: usize,
    },
    /// A Malformed Packet `[MQTT-4.13.1]`: it cannot be read as the specification says.
    #[error("{packet} with {defect}")]
    Malformed {
        /// The packet's name.
        packet: &'static str,
        /// What is wrong with it.
        defect: &'static str,
    },
    /// A Protocol Error `[MQTT-4.13.1]`: it can be read, and is not allowed.
    #[error("{packet} with {defect}")]
    Protocol {
        /// The packet's name.
        packet: &'static str,
        /// What is wrong with it.
        defect: &'static str,
    },
    /// A delivery whose Topic Name is none.
    #[error("PUBLISH with a bad Topic Name: {0}")]
    Topic(TopicError),
    /// A delivery with Topic Alias 0 `[MQTT-3.3.2-8]`.
    #[error("PUBLISH with Topic Alias 0")]
    TopicAlias,
    /// A packet that only clients send, or that the version does not have; its name.
    #[error("{0}, which a broker does not send")]
    Unexpected(&'static str),
    /// A text or a binary field of ours that the wire cannot carry.
    #[error("the {what} cannot be sent: {why}")]
    Field {
        /// The specification's name of the field.
        what: &'static str,
        /// What is wrong with it.
        why: TopicError,
    },
    /// Something that 3.1.1 cannot say.
    #[error("{0} cannot be sent in version 3.1.1")]
    NotIn311(&'static str),
}

impl WireError {
    /// The Reason Code of our DISCONNECT when the peer's packet has this defect.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::TooLarge { .. } | Self::Properties { .. } => Reason::PACKET_TOO_LARGE,
            Self::RemainingLength | Self::Malformed { .. } => Reason::MALFORMED,
            Self::Topic(TopicError::NotUtf8 | TopicError::Nul) => Reason::MALFORMED,
            Self::TopicAlias => Reason::TOPIC_ALIAS_INVALID,
            Self::Protocol { .. } | Self::Topic(_) | Self::Unexpected(_) => Reason::PROTOCOL_ERROR,
            Self::Field { .. } | Self::NotIn311(_) => Reason::PROTOCOL_ERROR,
        }
    }

    pub(super) const fn malformed(packet: &'static str, defect: &'static str) -> Self {
        Self::Malformed { packet, defect }
    }

    pub(super) const fn protocol(packet: &'static str, defect: &'static str) -> Self {
        Self::Protocol { packet, defect }
    }
}

/// Whether a packet of this many bytes can be written at all.
pub(super) const fn check_size(size: usize) -> Result<(), WireError> {
    if size > MAX_PACKET { Err(WireError::TooLarge { size, limit: MAX_PACKET }) } else { Ok(()) }
}
