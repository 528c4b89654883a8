//! What happened to the connection or the session that a person should be told, in one sentence each.
//!
//! Handed to the caller of `connect` when it happens; the caller prints it.

use std::fmt;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use bytestring::ByteString;

use super::Rejection;
use crate::mqtt::{TopicFilter, Version};
use crate::net::{Endpoint, Way};
use crate::text::escape;

/// Something worth telling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The broker does not speak version 5; the run goes on in 3.1.1 (rule 19).
    FellBack(Version),
    /// The connection is gone and is tried for again.
    Down {
        /// Why.
        cause: String,
        /// When the first attempt is made.
        retry_in: Duration,
    },
    /// An attempt to connect again failed.
    AttemptFailed {
        /// Why.
        cause: String,
        /// When the next one is made.
        retry_in: Duration,
    },
    /// The connection is back and the broker kept the session: nothing is lost at QoS 1 and 2.
    Resumed,
    /// The connection is back, the session is lost.
    SessionLost {
        /// For a consumer: when the last byte was read, and when the connection stood again.
        gap: Option<(SystemTime, SystemTime)>,
        /// Messages that are sent again.
        resent: usize,
        /// Those that the broker may already have delivered.
        possible_duplicates: usize,
    },
    /// The broker keeps the session for a shorter time than was asked for.
    ShorterSession {
        /// Seconds that were asked for.
        asked: u32,
        /// Seconds that were granted.
        granted: u32,
    },
    /// A target could not be connected to, and the next is tried.
    TargetFailed {
        /// Why.
        cause: String,
        /// Which one.
        way: Option<Way>,
        /// The next.
        next: Endpoint,
    },
    /// Others on this machine can read the password file.
    ReadableByOthers(PathBuf),
    /// The broker names another server.
    ServerReference(ByteString),
    /// A QoS 2 message was completed although the broker did not know its PUBREL (rule 4).
    UnknownRelease {
        /// Its topic.
        topic: String,
    },
    /// A packet was sent or received, where that is watched.
    Packet {
        /// When.
        at: SystemTime,
        /// By us.
        sent: bool,
        /// What it is.
        words: String,
    },
    /// A subscription that the broker had granted was refused when it was asked for again.
    SubscriptionWithdrawn {
        /// Its filter.
        filter: TopicFilter,
        /// Why.
        why: Rejection,
    },
}

impl Notice {
    /// Whether it may cost messages or a secret, so that it is a warning.
    #[must_use]
    pub const fn is_warning(&self) -> bool {
        matches!(
            self,
            Self::SessionLost { .. }
                | Self::UnknownRelease { .. }
                | Self::Down { .. }
                | Self::AttemptFailed { .. }
                | Self::TargetFailed { .. }
                | Self::ReadableByOthers(_)
                | Self::SubscriptionWithdrawn { .. }
        )
    }
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FellBack(version) => write!(f, "the broker does not speak MQTT 5; going on with {version}"),
            Self::Down { cause, retry_in } => {
                write!(f, "connection lost: {cause}; trying again {}", When(*retry_in))
            }
            Self::AttemptFailed { cause, retry_in } => {
                write!(f, "still no connection: {cause}; trying again {}", When(*retry_in))
            }
            Self::Resumed => f.write_str("connected again; the broker kept the session"),
            Self::SessionLost { gap, resent, possible_duplicates } => {
                f.write_str("connected again, but the broker did not keep the session")?;
                if let Some((from, to)) = gap {
                    write!(f, "; messages between {} and {} may be missing", clock_time(*from), clock_time(*to))?;
                    f.write_str(", and retained ones come again")?;
                }
                if *resent > 0 {
                    write!(f, "; {resent} unacknowledged sent again")?;
                }
                if *possible_duplicates > 0 {
                    write!(f, ", {possible_duplicates} of them possible duplicates")?;
                }
                Ok(())
            }
            Self::ShorterSession { asked, granted } => {
                write!(f, "the broker keeps the session for {granted} s after a drop, not {asked} s")
            }
            Self::TargetFailed { cause, way, next } => {
                f.write_str(cause)?;
                // Most causes name it.
                let way = way.as_ref().map(ToString::to_string).filter(|way| !cause.contains(way));
                way.map_or(Ok(()), |way| write!(f, " ({way})"))?;
                write!(f, "; trying {next}")
            }
            Self::ReadableByOthers(path) => {
                let path = escape(path.as_os_str().as_encoded_bytes());
                write!(f, "others can read the password in {path}: chmod 600 {path}")
            }
            Self::Packet { at, sent, words } => {
                write!(f, "{} {} {words}", clock_time(*at), if *sent { "sending" } else { "received" })
            }
            Self::ServerReference(server) => write!(f, "the broker points to another server: {server}"),
            Self::SubscriptionWithdrawn { filter, why } => write!(f, "the subscription to {filter} was refused this time: {why}"),
            Self::UnknownRelease { topic } => {
                write!(f, "the broker did not know the PUBREL of a message to {topic}; it may not have been delivered")
            }
        }
    }
}

/// `at once`, or `in 2.5 s`.
struct When(Duration);

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 < Duration::from_millis(50) { f.write_str("at once") } else { write!(f, "in {:.1} s", self.0.as_secs_f64()) }
    }
}

fn clock_time(at: SystemTime) -> String {
    jiff::Timestamp::try_from(at)
        .map_or_else(|_| "?".to_owned(), |at| at.to_zoned(jiff::tz::TimeZone::system()).strftime("%H:%M:%S%.3f").to_string())
}
