//! Where a broker is, and what is spoken below MQTT there: TLS, WebSocket.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::path::PathBuf;

use crate::net::request::Request;
use crate::text::escape;

/// How a machine or a socket of this one is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// TCP.
    Tcp {
        /// Host name or IP address, without brackets.
        host: String,
        /// Never 0.
        port: u16,
    },
    /// A Unix socket.
    Socket {
        /// The socket.
        path: PathBuf,
    },
}

/// Whether TLS is spoken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Security {
    /// No.
    Plain,
    /// Yes.
    Tls {
        /// The protocols that this endpoint is offered (ALPN, RFC 7301); if none, those of `TlsOptions`.
        alpn: Vec<String>,
    },
}

/// Where a broker is, and what is spoken below MQTT.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Where to connect to.
    pub address: Address,
    /// Whether TLS is spoken.
    pub security: Security,
    /// What the WebSocket that carries MQTT is asked for with, if one does.
    pub websocket: Option<Request>,
}

impl Endpoint {
    /// MQTT over nothing but TCP.
    #[must_use]
    pub const fn tcp(host: String, port: u16) -> Self {
        Self { address: Address::Tcp { host, port }, security: Security::Plain, websocket: None }
    }

    /// Whether it is on this machine, as far as that can be told without a look-up.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        match &self.address {
            Address::Tcp { host, .. } => {
                host.eq_ignore_ascii_case("localhost") || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
            }
            Address::Socket { .. } => true,
        }
    }

    /// Whether TLS is spoken.
    #[must_use]
    pub const fn is_tls(&self) -> bool {
        matches!(self.security, Security::Tls { .. })
    }
}

impl fmt::Display for Endpoint {
    /// The address; for a WebSocket its URL, without the query, which may hold what gives access.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(request) = &self.websocket else { return self.address.fmt(f) };
        write!(f, "{}://{}{}", if self.is_tls() { "wss" } else { "ws" }, self.address, request.path())
    }
}

/// A host and a port, with brackets around an IPv6 address.
pub(super) struct HostPort<'a>(pub &'a str, pub u16);

impl fmt::Display for HostPort<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(host, port) = self;
        if host.contains(':') { write!(f, "[{host}]:{port}") } else { write!(f, "{host}:{port}") }
    }
}

impl fmt::Display for Address {
    /// `host:port`, with brackets around an IPv6 literal; `unix:/path`, escaped.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp { host, port } => HostPort(host, *port).fmt(f),
            Self::Socket { path } => write!(f, "unix:{}", escape(path.as_os_str().as_encoded_bytes())),
        }
    }
}

/// Why a text is no host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HostError {
    /// Nothing.
    #[error("a host has a name")]
    Empty,
    /// A space, or a character that cannot be seen.
    #[error("a host has no spaces")]
    Blank,
    /// A character that separates a host from something else.
    #[error("a host is a name or an address alone")]
    Mixed,
    /// More than one colon outside of brackets, or something else inside of them.
    #[error("an IPv6 address with a port stands in brackets, as in [::1]:1883, and nothing else does")]
    Brackets,
    /// Not from 1 to 65535.
    #[error("a port is a number from 1 to 65535")]
    Port,
}

/// Takes `host`, `host:1883`, `::1`, `[::1]` or `[::1]:1883` apart. The host comes without brackets.
///
/// # Errors
/// Why it is none of these.
pub fn host_and_port(text: &str) -> Result<(String, Option<u16>), HostError> {
    if is_ipv6(text) {
        return Ok((text.to_owned(), None));
    }
    let (host, port) = split_port(text)?;
    if !is_ipv6(host) {
        check_host(host)?;
    }
    Ok((host.to_owned(), port))
}

/// Takes a port off its host, which is not looked at unless it is in brackets; those come off.
pub(super) fn split_port(text: &str) -> Result<(&str, Option<u16>), HostError> {
    if let Some((address, behind)) = text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return match behind.strip_prefix(':') {
            // The % before a zone may be written %25 (RFC 6874).
            _ if !is_ipv6(&address.replacen("%25", "%", 1)) => Err(HostError::Brackets),
            Some(digits) => Ok((address, Some(port(digits)?))),
            None if behind.is_empty() => Ok((address, None)),
            None => Err(HostError::Port),
        };
    }
    match text.split_once(':') {
        Some((_, behind)) if behind.contains(':') => Err(HostError::Brackets),
        Some((host, digits)) => Ok((host, Some(port(digits)?))),
        None => Ok((text, None)),
    }
}

/// Digits alone: a number of Rust's may have a sign.
fn port(digits: &str) -> Result<u16, HostError> {
    let whole = digits.bytes().all(|b| b.is_ascii_digit());
    digits.parse().ok().filter(|port| whole && *port > 0).ok_or(HostError::Port)
}

/// Whether a text can be a host name or an IPv4 address; only a look-up can tell more.
///
/// # Errors
/// Why not.
pub fn check_host(text: &str) -> Result<(), HostError> {
    if text.is_empty() {
        Err(HostError::Empty)
    } else if text.contains(['/', ':', '@', '?', '#', '[', ']']) {
        Err(HostError::Mixed)
    } else if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        Err(HostError::Blank)
    } else {
        Ok(())
    }
}

/// Whether a text is an IPv6 address, without brackets. It may name its zone: `fe80::1%eth0`.
#[must_use]
pub fn is_ipv6(text: &str) -> bool {
    let (address, zone) = text.split_once('%').unwrap_or((text, "-"));
    address.parse::<Ipv6Addr>().is_ok() && !zone.is_empty() && zone.bytes().all(|b| b.is_ascii_graphic())
}
