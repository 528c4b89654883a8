//! Whether a command brings its own broker.

use super::ArgsError;
use crate::client::Target;
use crate::net::{Address, Security};

/// The option for someone who has no broker.
#[derive(Clone, Debug, clap::Args)]
pub struct EmbeddedArgs {
    /// Start a broker in this process, for when you have none
    #[arg(long)]
    embedded: bool,
}

/// Which broker is started inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Embedded {
    /// None.
    No,
    /// One on this port and no other.
    On(u16),
    /// One on this port, or on a free one if it is taken.
    Near(u16),
}

/// The hosts under which the embedded broker is reached.
const LISTENS_AT: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

impl EmbeddedArgs {
    /// The broker to start, at the one target that the client then connects to.
    ///
    /// # Errors
    /// Usage: a target that an embedded broker cannot be.
    pub fn resolve(&self, targets: &[Target], port_asked: bool) -> Result<Embedded, ArgsError> {
        if !self.embedded {
            return Ok(Embedded::No);
        }
        let [Target { endpoint, .. }] = targets else {
            return Err(ArgsError::usage("--embedded starts one broker, and several addresses are given"));
        };
        let (Address::Tcp { host, port }, Security::Plain, None) = (&endpoint.address, &endpoint.security, &endpoint.websocket)
        else {
            return Err(ArgsError::usage("--embedded starts a broker for plain TCP only")
                .with_hint("leave the options of TLS, WebSocket and Unix sockets out"));
        };
        if !LISTENS_AT.iter().any(|here| host.eq_ignore_ascii_case(here)) {
            let message = format!("--embedded starts a broker at localhost only, not at {host}");
            return Err(ArgsError::usage(message).with_hint("leave -h out"));
        }
        Ok(if port_asked { Embedded::On(*port) } else { Embedded::Near(*port) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::Credentials;
    use crate::net::{Endpoint, Request};

    #[test]
    fn where_a_broker_can_be() {
        let of = |endpoint| Target { endpoint, credentials: Credentials::default() };
        let at = |host: &str| of(Endpoint::tcp(host.to_owned(), 1883));
        let resolve = |embedded, targets: &[Target], asked| EmbeddedArgs { embedded }.resolve(targets, asked).ok();
        let secure = of(Endpoint { security: Security::Tls { alpn: Vec::new() }, ..Endpoint::tcp("localhost".to_owned(), 1883) });
        let websocket = of(Endpoint { websocket: Request::new("", ""), ..Endpoint::tcp("localhost".to_owned(), 80) });
        let socket = of(Endpoint { address: Address::Socket { path: "/x".into() }, ..websocket.endpoint.clone() });
        assert_eq!(resolve(false, &[at("example.com")], true), Some(Embedded::No));
        assert_eq!(resolve(true, &[at("localhost")], false), Some(Embedded::Near(1883)));
        assert_eq!(resolve(true, &[at("127.0.0.1")], true), Some(Embedded::On(1883)));
        assert_eq!(resolve(true, &[at("::1")], true), Some(Embedded::On(1883)));
        for (target, why) in [
            (at("127.0.0.2"), "loopback, but not where the broker listens"),
            (at("example.com"), "elsewhere"),
            (at("192.0.2.1"), "elsewhere"),
            (secure, "TLS"),
            (websocket, "WebSocket"),
            (socket, "a Unix socket"),
        ] {
            assert_eq!(resolve(true, &[target], false), None, "{why}");
        }
        assert_eq!(resolve(true, &[at("localhost"), at("localhost")], false), None);
    }
}
