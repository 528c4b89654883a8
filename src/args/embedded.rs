//! Whether a command brings its own broker.

use super::ArgsError;
use crate::net::Endpoint;

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
    /// The broker to start, at the endpoint that the client then connects to.
    ///
    /// # Errors
    /// Usage: an endpoint that an embedded broker cannot be at.
    pub fn resolve(&self, endpoint: &Endpoint, port_asked: bool) -> Result<Embedded, ArgsError> {
        if !self.embedded {
            return Ok(Embedded::No);
        }
        if endpoint.tls.is_some() {
            return Err(ArgsError::usage("--embedded starts a broker without TLS").with_hint("leave the options of TLS out"));
        }
        if !LISTENS_AT.iter().any(|host| endpoint.host.eq_ignore_ascii_case(host)) {
            let message = format!("--embedded starts a broker at localhost only, not at {}", endpoint.host);
            return Err(ArgsError::usage(message).with_hint("leave -h out"));
        }
        Ok(if port_asked { Embedded::On(endpoint.port) } else { Embedded::Near(endpoint.port) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::endpoint::Trust;

    #[test]
    fn where_a_broker_can_be() {
        let at = |host: &str, tls| Endpoint { host: host.to_owned(), port: 1883, tls };
        let resolve = |embedded, endpoint: &Endpoint, asked| EmbeddedArgs { embedded }.resolve(endpoint, asked).ok();
        assert_eq!(resolve(false, &at("example.com", Some(Trust::System)), true), Some(Embedded::No));
        assert_eq!(resolve(true, &at("localhost", None), false), Some(Embedded::Near(1883)));
        assert_eq!(resolve(true, &at("127.0.0.1", None), true), Some(Embedded::On(1883)));
        assert_eq!(resolve(true, &at("127.0.0.2", None), true), None, "loopback, but not where the broker listens");
        assert_eq!(resolve(true, &at("::1", None), true), Some(Embedded::On(1883)));
        assert_eq!(resolve(true, &at("example.com", None), false), None);
        assert_eq!(resolve(true, &at("192.0.2.1", None), false), None);
        assert_eq!(resolve(true, &at("localhost", Some(Trust::System)), false), None);
    }
}
