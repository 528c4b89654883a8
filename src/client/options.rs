//! Everything that `client::connect` is told: where, as whom, and how persistent to be. Made by `args/connect`.
//!
//! No `Option` here means "flag absent"; defaults are filled in above.

use std::time::Duration;

use bytestring::ByteString;

use super::credentials::Credentials;
use crate::mqtt::properties::UserProperties;
use crate::mqtt::{Version, Will};
use crate::net::{Endpoint, Header, Network, TlsOptions};

/// Which protocol version is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VersionChoice {
    /// Version 5, and 3.1.1 for the rest of the run if the broker does not speak 5 (rule 19).
    Automatic,
    /// This one or none.
    Only(Version),
}

/// How long a lost connection is tried for again, counted from the last progress (rule 15).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryBudget {
    /// Not at all.
    Never,
    /// Until it works or the run is ended.
    Forever,
    /// Until this long has passed without progress.
    For(Duration),
}

/// What becomes of the session when the run ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionKeeping {
    /// It ends with the run. While the run lasts it outlives a drop of the connection by this many seconds (version 5).
    Run {
        /// Session Expiry Interval of CONNECT, in seconds.
        expiry: u32,
    },
    /// It outlives the run (`-c`): Clean Start is off from the start.
    Keep {
        /// Session Expiry Interval of CONNECT, in seconds; `u32::MAX` is never.
        expiry: u32,
    },
}

/// A broker, and who we are to it.
#[derive(Clone, Debug)]
pub struct Target {
    /// Where it is.
    pub endpoint: Endpoint,
    /// Who we are.
    pub credentials: Credentials,
}

/// What the packets of a client say in version 5 that nothing here acts on. That of SUBSCRIBE is in `Subscription`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// User Properties of CONNECT.
    pub connect: UserProperties,
    /// User Properties of UNSUBSCRIBE.
    pub unsubscribe: UserProperties,
    /// User Properties of the DISCONNECT of an orderly end.
    pub disconnect: UserProperties,
    /// Reason String of that.
    pub disconnect_reason: Option<ByteString>,
}

/// The options of a connection and its session.
#[derive(Clone, Debug)]
pub struct ConnectOptions {
    /// Where to: at least one, in the order in which they are tried.
    pub targets: Vec<Target>,
    /// How this machine reaches others.
    pub network: Network,
    /// How TLS is spoken with those that speak it.
    pub tls: TlsOptions,
    /// What is sent with the upgrades of those that speak WebSocket.
    pub websocket_headers: Vec<Header>,
    /// The most time for an attempt to connect, from DNS to CONNACK.
    pub connect_timeout: Duration,
    /// Which protocol version.
    pub version: VersionChoice,
    /// Client Identifier, kept for the run.
    pub client_id: ByteString,
    /// What the broker publishes when this client goes without a word.
    pub will: Option<Will>,
    /// Whether the broker publishes it at the end of the run, too: DISCONNECT 0x04.
    pub will_on_exit: bool,
    /// Keep Alive in seconds; 0 turns it off.
    pub keep_alive: u16,
    /// What becomes of the session.
    pub session: SessionKeeping,
    /// `-M`: most QoS 1 and 2 messages in flight at a time; `None` leaves it to the broker and to our bounds.
    pub max_inflight: Option<u16>,
    /// `--max-packet`: the largest packet that is taken, in bytes, fixed header included; `None` announces no Maximum Packet Size, since
    /// a broker silently drops what is larger.
    pub max_packet: Option<u32>,
    /// Receive Maximum of CONNECT, at least 1: the most QoS 1 and 2 messages that the broker may have on their way to us.
    pub receive_maximum: u16,
    /// Whether the broker is asked for Response Information, which `Publisher::response_information` then has; not in 3.1.1.
    pub request_response_information: bool,
    /// Whether the broker may explain with Reason Strings and User Properties what went wrong; not in 3.1.1, where it cannot.
    pub request_problem_information: bool,
    /// Topic Alias Maximum of CONNECT: the most topics that the broker may have short names for. Costs as many topics of memory.
    pub topic_alias_maximum: u16,
    /// Session Expiry Interval of the DISCONNECT of an orderly end, in seconds; `None` lets `session` decide.
    pub disconnect_expiry: Option<u32>,
    /// What the packets say beside that.
    pub said: Said,
    /// How long a lost connection is tried for again.
    pub retry: RetryBudget,
    /// Whether the first connection is retried like a lost one (`--retry-first`).
    pub retry_first: bool,
    /// Whether each packet is told (`--debug`).
    pub trace: bool,
    /// Whether anything consumes deliveries. Without, they are left alone (rule 10).
    pub consumer: bool,
}
