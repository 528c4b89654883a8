//! Everything that `client::connect` is told: where, as whom, and how persistent to be. Made by `args/connect`.
//!
//! No `Option` here means "flag absent"; defaults are filled in above.

use std::time::Duration;

use bytestring::ByteString;

use crate::mqtt::Version;
use crate::net::Endpoint;
use crate::text::Secret;

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

/// User Name and Password. Version 5 allows a password alone `[MQTT-3.1.2.9]`.
#[derive(Clone, Debug, Default)]
pub struct Credentials {
    /// User Name.
    pub user_name: Option<ByteString>,
    /// Password: bytes, never shown.
    pub password: Option<Secret>,
}

/// The options of a connection and its session.
#[derive(Clone, Debug)]
pub struct ConnectOptions {
    /// Where to, and whether through TLS.
    pub endpoint: Endpoint,
    /// Which protocol version.
    pub version: VersionChoice,
    /// Client Identifier, kept for the run.
    pub client_id: ByteString,
    /// Who we are.
    pub credentials: Credentials,
    /// Keep Alive in seconds; 0 turns it off.
    pub keep_alive: u16,
    /// What becomes of the session.
    pub session: SessionKeeping,
    /// `-M`: most QoS 1 and 2 messages in flight at a time; `None` leaves it to the broker and to our bounds.
    pub max_inflight: Option<u16>,
    /// `--max-packet`: the largest packet that is taken, in bytes, fixed header included; `None` announces no Maximum Packet Size, since
    /// a broker silently drops what is larger.
    pub max_packet: Option<u32>,
    /// How long a lost connection is tried for again.
    pub retry: RetryBudget,
    /// Whether the first connection is retried like a lost one (`--retry-first`).
    pub retry_first: bool,
    /// Whether anything consumes deliveries. Without, Receive Maximum is 1 and deliveries are left alone (rule 10).
    pub consumer: bool,
}
