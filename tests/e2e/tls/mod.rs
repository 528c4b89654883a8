//! TLS against scripted peers behind rustls, and against mosquitto, which is OpenSSL: what is trusted, what is shown, what is asked
//! for. Nothing is sent before the handshake has succeeded.

mod identity;
mod server;
mod wishes;

use std::path::Path;

use crate::support::certificates::Server;
use crate::support::harness::Case;
use crate::support::mqx::Mqx;
use crate::support::packets::Version;
use crate::support::peer::{Listener, Peer};
use crate::support::{Verdict, ensure};

pub fn cases(list: &mut Vec<Case>) {
    server::cases(list);
    identity::cases(list);
    wishes::cases(list);
}

/// A connection from a client that does not come as far as MQTT.
fn refuse_one(listener: &mut Listener) -> Verdict {
    let mut connection = listener.accept()?;
    ensure(connection.expect_packet().is_err(), "the client spoke MQTT in spite of everything")?;
    connection.close_gently()
}

/// A client that publishes, in `version`.
fn take_one(version: Version) -> impl FnOnce(&mut Listener) -> Verdict + Send + 'static {
    move |listener| listener.take_one(version, "a", "x")
}

/// A path as a word of a command line.
fn word(path: &Path) -> Verdict<&str> {
    path.to_str().ok_or_else(|| "a path of ours is UTF-8".into())
}

/// `mqx pub -h localhost -p PORT -V 5 WORDS a x`.
fn publish(port: &str, words: &[&str]) -> Verdict<Mqx> {
    Mqx::new([&["pub", "-h", "localhost", "-p", port, "-V", "5"], words, &["a", "x"]].concat())
}

/// A run against a server that lets it through, and nothing is said unless nobody checks who it is.
fn passes(server: &Server<'_>, words: &[&str]) -> Verdict {
    let peer = Peer::play_as(server.config()?.0, take_one(Version::V5))?;
    let outcome = publish(&peer.port(), words)?.run()?;
    if words.contains(&"--insecure") && !words.contains(&"--pin") {
        outcome.expect(0, "", "warning: --insecure: nobody checks who answers")?;
    } else {
        outcome.expect_whole(0, "", "")?;
    }
    peer.finish()
}

/// A run against a server that comes to nothing: 3, and its error says all of this.
fn fails(server: &Server<'_>, words: &[&str], says: &[&str]) -> Verdict {
    let peer = Peer::play_as(server.config()?.0, refuse_one)?;
    let outcome = publish(&peer.port(), words)?.run()?;
    outcome.expect(3, "", "error: cannot speak TLS with localhost:")?;
    outcome.says(says)?;
    peer.finish()
}
