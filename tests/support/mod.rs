//! What the end-to-end cases stand on: the harness, the built binary, the scripted peer, a private mosquitto, a proxy that
//! injects faults, a pseudo terminal.
#![allow(dead_code, reason = "a vocabulary for cases; not each word of the protocol is spoken by one yet")]

pub mod certificates;
pub mod child;
pub mod client;
pub mod harness;
pub mod mosquitto;
pub mod mqx;
pub mod numbered;
pub mod packets;
pub mod parse;
pub mod peer;
pub mod proxy;
pub mod pty;
pub mod temp;
pub mod websocket;

use std::path::Path;
use std::time::Duration;

pub use libtest_mimic::Failed;

/// How a case or a step of one ends.
pub type Verdict<T = ()> = Result<T, Failed>;

/// How long one step (a line, a packet, an exit) may take: far above what a loaded machine needs, far below a case's deadline.
pub const STEP: Duration = Duration::from_secs(20);

/// A port of 127.0.0.1 on which nobody listens at the moment; for what cannot be told to take port 0 itself.
pub fn free_port() -> Verdict<u16> {
    Ok(std::net::TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// A path of ours as a word of a command line.
pub fn text(path: &Path) -> Verdict<&str> {
    path.to_str().ok_or_else(|| "a path of ours is UTF-8".into())
}

/// Fails with `message` unless `holds`.
pub fn ensure(holds: bool, message: impl std::fmt::Display) -> Verdict {
    if holds { Ok(()) } else { Err(message.to_string().into()) }
}

/// Fails with both values in full unless they are equal.
pub fn ensure_eq<T: PartialEq + std::fmt::Debug>(actual: &T, expected: &T, what: &str) -> Verdict {
    ensure(actual == expected, format_args!("{what}\n  expected {expected:?}\n  actual   {actual:?}"))
}
