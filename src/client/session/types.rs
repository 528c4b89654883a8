//! What the session tells its callers: tokens and outcomes of messages, rejections, violations, and how a connection goes on.
//!
//! Passed through `client` to the commands, by way of the handles and the events.

use std::fmt;

use super::LimitExceeded;
use crate::mqtt::{Message, Reason};
use crate::wire::WireError;

/// Names a submitted message, in order of submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Token(pub(super) u64);

impl Token {
    /// 0 for the first message of the run, and so on.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }
}

/// What became of a submitted message. Each gets one, unless the run ends before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// QoS 0: handed to the operating system. Whether it arrived shows at the end of the run (rule 7).
    Written,
    /// QoS 1 and 2: the broker has it. The reason may be `no matching subscribers`.
    Acknowledged(Reason),
    /// It was not and will not be delivered.
    Rejected(Rejection),
    /// QoS 0: the connection dropped before it was handed over.
    Unconfirmed,
}

/// Why a message or a subscription was rejected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// By the broker.
    Broker {
        /// PUBACK, PUBREC, PUBCOMP, SUBACK or UNSUBACK said so.
        reason: Reason,
        /// Reason String.
        text: Option<Box<str>>,
    },
    /// By us, since the broker had said that it would.
    Limit(LimitExceeded),
    /// Its Message Expiry Interval passed before it could be sent.
    Expired,
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Broker { reason, text: Some(text) } => write!(f, "{reason} (\"{text}\")"),
            Self::Broker { reason, text: None } => reason.fmt(f),
            Self::Limit(limit) => limit.fmt(f),
            Self::Expired => f.write_str("it expired before it could be sent"),
        }
    }
}

/// There is no room for another message now; it is handed back.
#[derive(Debug)]
pub struct Full(pub Message);

/// The broker broke the protocol.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct Violation {
    /// For our DISCONNECT.
    pub reason: Reason,
    /// What it did.
    pub text: String,
}

impl Violation {
    pub(super) fn new(reason: Reason, text: impl Into<String>) -> Self {
        Self { reason, text: text.into() }
    }
}

impl From<WireError> for Violation {
    fn from(error: WireError) -> Self {
        Self::new(error.reason(), error.to_string())
    }
}

/// How a new connection stands to the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Continuity {
    /// The broker still has the session.
    pub resumed: bool,
    /// Messages that are sent again because the session was lost.
    pub resent: usize,
    /// Those among them that the broker may already have delivered (rule 6).
    pub possible_duplicates: usize,
}
