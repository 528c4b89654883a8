//! How this machine reaches an endpoint: what `dial` is told, and the way that its errors show.

use std::fmt;
use std::net::IpAddr;

use crate::net::endpoint::{Address, Endpoint, HostPort};

/// Which kind of address is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Family {
    /// Either, whichever answers first.
    #[default]
    Any,
    /// `--ipv4`.
    V4,
    /// `--ipv6`.
    V6,
}

impl Family {
    /// The family of an address.
    #[must_use]
    pub const fn of(address: IpAddr) -> Self {
        if address.is_ipv4() { Self::V4 } else { Self::V6 }
    }

    /// Whether an address is of this family.
    #[must_use]
    pub const fn has(self, address: IpAddr) -> bool {
        match self {
            Self::Any => true,
            Self::V4 => address.is_ipv4(),
            Self::V6 => address.is_ipv6(),
        }
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Any => "IP",
            Self::V4 => "IPv4",
            Self::V6 => "IPv6",
        })
    }
}

/// How this machine reaches another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Network {
    /// Which kind of address is used.
    pub family: Family,
    /// The address of this machine that connections come from (`-A`); of that family.
    pub bind: Option<IpAddr>,
    /// Host and port to dial in place of the endpoint's, whose name stays in TLS and HTTP (`--connect-to`).
    pub connect_to: Option<(String, u16)>,
}

impl Network {
    /// The way to an endpoint, for an error.
    #[must_use]
    pub fn way_to(&self, endpoint: &Endpoint) -> Way {
        let at = match endpoint.address {
            Address::Tcp { .. } => self.connect_to.clone(),
            Address::Socket { .. } => None,
        };
        Way { endpoint: endpoint.clone(), at }
    }
}

/// An endpoint, and where it is dialled if that is somewhere else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// Where to, as TLS and HTTP name it.
    pub endpoint: Endpoint,
    /// The host and port that are dialled in its place.
    pub at: Option<(String, u16)>,
}

impl Way {
    /// Whether what is dialled is on this machine, as far as that can be told without a look-up.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        match &self.at {
            Some((host, port)) => Endpoint::tcp(host.clone(), *port).is_loopback(),
            None => self.endpoint.is_loopback(),
        }
    }
}

impl fmt::Display for Way {
    /// `broker.example:8883`, or `broker.example:8883 at 127.0.0.1:1884`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.endpoint.fmt(f)?;
        self.at.as_ref().map_or(Ok(()), |(host, port)| write!(f, " at {}", HostPort(host, *port)))
    }
}
