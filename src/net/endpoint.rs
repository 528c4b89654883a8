//! Where a broker is: host, port, and whether TLS is spoken there.

use std::fmt;
use std::net::IpAddr;
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
