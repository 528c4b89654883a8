//! The MQTT client: one connection that is kept up, one session, and two handles to it.
//!
//! `connect` gives a `Publisher` (what goes out) and `Events` (what comes in); a task of its own drives the connection. Used by `flow` and by
//! `commands`. The session's rules are in `session`, the I/O in `connection`, what happens between connections in `reconnect`, and
//! the state that all of them work on in `shared`.

mod attempt;
mod coalescing;
mod connection;
mod credentials;
mod handles;
mod notice;
pub mod options;
mod patience;
mod reconnect;
pub mod rules;
pub mod session;
mod shared;
mod trace;

use std::sync::Arc;
use std::time::Duration;

use bytestring::ByteString;

pub use credentials::{Credentials, Password, PasswordError};
pub use handles::{Events, Publisher};
pub use notice::Notice;
pub use options::{ConnectOptions, RetryBudget, Said, SessionKeeping, Target, VersionChoice};
pub use session::{Delivery, LimitExceeded, Limits, Outcome, Rejection, Removal, Standing, Token, TopicAliases};
pub(crate) use session::{QUEUE_MESSAGES, TOPIC_ALIAS_MAXIMUM};

use crate::mqtt::Reason;
use crate::net::{NetError, TlsConfigError, Way};
use shared::Shared;

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// A file that the connection needs is not usable.
    #[error(transparent)]
    Local(TlsConfigError),
    /// DNS, TCP, the Unix socket, TLS or WebSocket failed.
    #[error(transparent)]
    Unreachable(Box<NetError>),
    /// The password cannot be had.
    #[error(transparent)]
    Password(PasswordError),
    /// Nothing answered in time.
    #[error("no answer within {} s", .0.as_secs_f64())]
    TimedOut(Duration),
    /// The peer closed the connection instead of an answer to CONNECT.
    #[error("the connection was closed without an answer")]
    Closed,
    /// CONNACK of 3.1.1 to a CONNECT of 5 (rule 19).
    #[error("the broker answered in MQTT 3.1.1, not in 5")]
    AnsweredIn311,
    /// Something else than MQTT is spoken there.
    #[error("what answers speaks {0}, not MQTT")]
    Foreign(&'static str),
    /// Something answered, but not as a broker does; or the connection broke before it did.
    #[error("{0}")]
    NotMqtt(String),
    /// CONNACK with an error.
    #[error("broker refused the connection: {}{}", reason.refusal(), said(text.as_ref()))]
    Refused {
        /// Its reason.
        reason: Reason,
        /// Reason String.
        text: Option<ByteString>,
        /// Server Reference.
        server_reference: Option<ByteString>,
    },
}

/// The first connection that did not come about.
#[derive(Debug)]
pub struct ConnectFailure {
    /// Why.
    pub error: ConnectError,
    /// With whom, if it came as far as anyone.
    pub way: Option<Way>,
}

impl From<ConnectError> for ConnectFailure {
    fn from(error: ConnectError) -> Self {
        Self { error, way: None }
    }
}

/// A Reason String behind what it explains.
fn said(text: Option<&ByteString>) -> String {
    text.map(|text| format!(" \"{text}\"")).unwrap_or_default()
}

/// How to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Close {
    /// After the last acknowledgement, over lost connections if need be.
    Drain,
    /// After the last acknowledgement that comes over this connection.
    Leave,
    /// At once: what is encoded still goes out.
    Now,
}

/// How it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// As asked.
    Finished,
    /// An acknowledgement stayed away until its deadline.
    Unacknowledged(String),
    /// The connection was lost for good.
    Lost(String),
    /// Refused on a reconnect; in words.
    Refused(String),
    /// DISCONNECT from the broker with a reason that is about us, not authorized; in words.
    Disconnected(String),
}

/// What was left when it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// How.
    pub end: End,
    /// Messages without an outcome.
    pub unsettled: usize,
    /// QoS 0 messages of which nothing proves that they arrived.
    pub unconfirmed: u64,
    /// Whether a SUBSCRIBE or UNSUBSCRIBE has no answer.
    pub unanswered_subscriptions: bool,
    /// Subscriptions that were refused.
    pub refused_subscriptions: usize,
    /// Ends of subscriptions that were refused.
    pub refused_removals: usize,
    /// Ends of subscriptions without an answer.
    pub unanswered_removals: usize,
    /// Deliveries that were dropped because the consumer was behind.
    pub dropped: u64,
    /// Deliveries of QoS 2 in a kept session that were taken, and that the broker has not let go of: it may send them again.
    pub unreleased: usize,
}

/// Connects, and keeps the connection up until `Publisher::finish`. `notify` is told what happens to it meanwhile.
///
/// # Errors
/// Why the first connection did not come about; later ones are the task's business.
pub async fn connect(
    options: ConnectOptions,
    notify: impl Fn(Notice) + Send + Sync + 'static,
) -> Result<(Publisher, Events), ConnectFailure> {
    let (attempts, link, session) = reconnect::first(options, &notify).await?;
    let shared = Arc::new(Shared::new(session, attempts.farewell(), attempts.keeps_session(), notify));
    tokio::spawn(reconnect::drive(Arc::clone(&shared), attempts, link));
    Ok((Publisher { shared: Arc::clone(&shared) }, Events { shared }))
}
