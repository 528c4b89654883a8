//! What can go wrong between a host name and a stream, in words. Made by `dial` and `tls`; the client retries by it or gives up.

use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;

use thiserror::Error;

use crate::net::endpoint::Address;
use crate::net::failure::TlsFailure;
use crate::net::way::{Family, Way};
use crate::net::websocket::WebSocketFailure;
use crate::text::os_error;

/// An address that was tried, and why it failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Where to.
    pub address: SocketAddr,
    /// What the operating system said.
    pub kind: io::ErrorKind,
    /// The same in words.
    pub reason: String,
}

/// Why there is no stream to a broker.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NetError {
    /// The host name has no address.
    #[error("cannot find the host {host}: {reason}")]
    Dns {
        /// The name that was looked up.
        host: String,
        /// The resolver's words.
        reason: String,
    },
    /// The host has addresses, and none of the kind that is asked for.
    #[error("the host {host} has no {family} address")]
    NoneOfFamily {
        /// The name that was looked up.
        host: String,
        /// What is asked for.
        family: Family,
        /// The address of this machine that was asked for.
        from: Option<IpAddr>,
    },
    /// Connections cannot come from the address that was asked for.
    #[error("cannot connect from {from}: {reason}")]
    Bind {
        /// The address.
        from: IpAddr,
        /// The operating system's words.
        reason: String,
    },
    /// None of the host's addresses could be connected to.
    #[error("cannot connect to {way}{}: {}", ComingFrom(*from), Attempts(tried))]
    Connect {
        /// Where to.
        way: Box<Way>,
        /// The address of this machine that was asked for.
        from: Option<IpAddr>,
        /// Every address, in the order of the attempts; at least one.
        tried: Vec<Attempt>,
    },
    /// The Unix socket could not be connected to.
    #[error("cannot connect to {address}: {reason}")]
    Socket {
        /// Where to.
        address: Address,
        /// What the operating system said.
        kind: io::ErrorKind,
        /// The same in words.
        reason: String,
    },
    /// TCP stands, TLS does not.
    #[error("cannot speak TLS with {way}: {cause}")]
    Tls {
        /// With whom.
        way: Box<Way>,
        /// Why.
        cause: Box<TlsFailure>,
    },
    /// The connection stands, the WebSocket on it does not.
    #[error("no WebSocket with {way}: {cause}")]
    WebSocket {
        /// With whom.
        way: Box<Way>,
        /// Why.
        cause: WebSocketFailure,
    },
}

impl NetError {
    /// A Unix socket that could not be connected to.
    pub(super) fn socket(path: &Path, error: &io::Error) -> Self {
        let address = Address::Socket { path: path.to_owned() };
        Self::Socket { address, kind: error.kind(), reason: os_error::describe(error) }
    }

    /// Whether trying again is of no use. Everything else of DNS, TCP and TLS may be better in a while: an interface that comes back
    /// brings its addresses, and a broker that restarts its socket (rule 16).
    #[must_use]
    pub const fn is_final(&self) -> bool {
        match self {
            Self::Tls { cause, .. } => cause.is_certificate_problem(),
            Self::WebSocket { cause, .. } => cause.is_final(),
            Self::Dns { .. } | Self::NoneOfFamily { .. } | Self::Bind { .. } | Self::Connect { .. } | Self::Socket { .. } => {
                false
            }
        }
    }

    /// One next step, where one is clear.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Tls { cause, .. } => cause.hint(),
            Self::WebSocket { cause, .. } => cause.hint(),
            Self::Connect { way, tried, .. } => {
                if tried.iter().any(|attempt| needs_zone(&attempt.address)) {
                    return Some("an address that begins with fe80: names its interface: fe80::1%eth0".to_owned());
                }
                let refused = tried.iter().all(|attempt| attempt.kind == io::ErrorKind::ConnectionRefused);
                let remedy = if cfg!(feature = "broker") { "; `mqx broker` starts a broker" } else { "" };
                (refused && way.is_loopback()).then(|| format!("nothing listens there{remedy}"))
            }
            Self::Socket { kind, .. } => socket_hint(*kind).map(str::to_owned),
            Self::Bind { .. } => Some("-A is for an address of this machine; without it the system chooses one".to_owned()),
            Self::NoneOfFamily { family, from, .. } => {
                from.map(|from| format!("-A {from} is an {family} address: a connection from it goes to another one"))
            }
            Self::Dns { .. } => None,
        }
    }
}

/// Whether it is an address on a link, and on which one is not told.
fn needs_zone(address: &SocketAddr) -> bool {
    matches!(address, SocketAddr::V6(v6) if v6.ip().is_unicast_link_local() && v6.scope_id() == 0)
}

fn socket_hint(kind: io::ErrorKind) -> Option<&'static str> {
    match kind {
        io::ErrorKind::ConnectionRefused => Some("nothing listens there: the socket is left over from a broker that has ended"),
        io::ErrorKind::NotFound => Some("a broker makes its socket when it starts, and only if it is configured to"),
        io::ErrorKind::PermissionDenied => {
            Some("to connect, one must be allowed to write to the socket and to enter its folders")
        }
        _ => None,
    }
}

/// Where from, if that was asked for.
struct ComingFrom(Option<IpAddr>);

impl fmt::Display for ComingFrom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |from| write!(f, " from {from}"))
    }
}

/// One reason when it is everywhere the same, else each reason behind its addresses.
struct Attempts<'a>(&'a [Attempt]);

impl fmt::Display for Attempts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut reasons: Vec<(&str, Vec<String>)> = Vec::new();
        for Attempt { address, reason, .. } in self.0 {
            let ip = address.ip().to_string();
            match reasons.iter_mut().find(|(known, _)| known == reason) {
                Some((_, addresses)) => addresses.push(ip),
                None => reasons.push((reason, vec![ip])),
            }
        }
        if let [(reason, _)] = &*reasons {
            return f.write_str(reason);
        }
        let each: Vec<String> = reasons.iter().map(|(reason, addresses)| format!("{}: {reason}", addresses.join(", "))).collect();
        f.write_str(&each.join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::{Endpoint, Network};

    fn attempt(address: &str, kind: io::ErrorKind) -> Attempt {
        Attempt { address: address.parse().unwrap(), kind, reason: os_error::describe(&kind.into()) }
    }

    fn refused(host: &str, addresses: &[&str], network: &Network) -> NetError {
        NetError::Connect {
            way: network.way_to(&Endpoint::tcp(host.to_owned(), 1883)).into(),
            from: network.bind,
            tried: addresses.iter().map(|address| attempt(address, io::ErrorKind::ConnectionRefused)).collect(),
        }
    }

    #[test]
    fn a_refusal_here_hints_at_the_broker_and_elsewhere_does_not() {
        let refused = |host: &str, addresses: &[&str]| refused(host, addresses, &Network::default());
        let here = refused("localhost", &["[::1]:1883", "127.0.0.1:1883"]);
        assert_eq!(here.to_string(), "cannot connect to localhost:1883: connection refused");
        let hint = here.hint().unwrap();
        assert!(hint.starts_with("nothing listens there"), "{hint}");
        assert_eq!(hint.contains("mqx broker"), cfg!(feature = "broker"), "{hint}");
        assert!(refused("::1", &["[::1]:1883"]).hint().is_some());
        assert!(refused("192.0.2.1", &["192.0.2.1:1883"]).hint().is_none());
        assert!(refused("fe80::1", &["[fe80::1]:1883"]).hint().unwrap().contains("fe80::1%eth0"));
        assert!(refused("fe80::1%eth0", &["[fe80::1%2]:1883"]).hint().is_none());
    }

    #[test]
    fn what_is_dialled_is_told_beside_what_was_named() {
        let dialled = |host: &str| Network {
            bind: "127.0.0.9".parse().ok(),
            connect_to: Some((host.to_owned(), 1884)),
            ..Network::default()
        };
        let here = refused("broker.example", &["[::1]:1884"], &dialled("::1"));
        let told = "cannot connect to broker.example:1883 at [::1]:1884 from 127.0.0.9: connection refused";
        assert_eq!(here.to_string(), told);
        assert!(here.hint().is_some(), "what is dialled is here");
        assert!(refused("localhost", &["192.0.2.1:1884"], &dialled("192.0.2.1")).hint().is_none(), "and here it is not");
        let socket = Endpoint { address: Address::Socket { path: "/x".into() }, ..Endpoint::tcp(String::new(), 1) };
        assert_eq!(dialled("::1").way_to(&socket).to_string(), "unix:/x", "a socket is where it is");
    }

    #[test]
    fn different_reasons_are_told_by_address() {
        let mut error = refused("localhost", &["[::1]:1883", "127.0.0.1:1883", "[::2]:1883"], &Network::default());
        let NetError::Connect { tried, .. } = &mut error else { unreachable!() };
        tried[0] = attempt("[::1]:1883", io::ErrorKind::TimedOut);
        tried[2] = attempt("[::2]:1883", io::ErrorKind::TimedOut);
        assert!(error.to_string().ends_with(": ::1, ::2: timed out; 127.0.0.1: connection refused"), "{error}");
        assert!(error.hint().is_none());
    }
}
