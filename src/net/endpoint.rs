//! Where a broker is: host, port, and whether TLS is spoken there.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::path::PathBuf;

/// What a server's certificate is checked against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trust {
    /// The operating system's store.
    System,
    /// The certificates of this PEM file, in place of the system's.
    File(PathBuf),
    /// Nothing at all is checked (`--insecure`).
    Nothing,
}

/// The address of a broker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Host name or IP address, without brackets.
    pub host: String,
    /// TCP port, never 0.
    pub port: u16,
    /// How TLS is spoken, if it is.
    pub tls: Option<Trust>,
}

impl Endpoint {
    /// Whether it is on this machine, as far as that can be told without a look-up.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.host.eq_ignore_ascii_case("localhost") || self.host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
    }
}

impl fmt::Display for Endpoint {
    /// `host:port`, with brackets around an IPv6 literal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
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
