//! What can go wrong between a host name and a stream, in words. Made by `dial` and `tls`; the client retries by it or gives up.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use thiserror::Error;

use crate::net::Endpoint;
use crate::net::failure::TlsFailure;

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
    /// None of the host's addresses could be connected to.
    #[error("cannot connect to {endpoint}: {}", Attempts(tried))]
    Connect {
        /// Where to.
        endpoint: Endpoint,
        /// Every address, in the order of the attempts; at least one.
        tried: Vec<Attempt>,
    },
    /// TCP stands, TLS does not.
    #[error("cannot speak TLS with {endpoint}: {cause}")]
    Tls {
        /// With whom.
        endpoint: Endpoint,
        /// Why.
        cause: TlsFailure,
    },
}

impl NetError {
    /// Whether trying again is of no use. Everything else of DNS, TCP and TLS may be better in a while.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        match self {
            Self::Tls { cause, .. } => cause.is_certificate_problem(),
            Self::Dns { .. } | Self::Connect { .. } => false,
        }
    }

    /// Whether nothing listens there: every address refused.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        match self {
            Self::Connect { tried, .. } => tried.iter().all(|attempt| attempt.kind == io::ErrorKind::ConnectionRefused),
            Self::Dns { .. } | Self::Tls { .. } => false,
        }
    }

    /// One next step, where one is clear.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Tls { cause, .. } => cause.hint(),
            Self::Connect { endpoint, .. } if self.is_refused() && endpoint.is_loopback() => {
                let remedy = if cfg!(feature = "broker") { "; `mqx broker` starts a broker" } else { "" };
                Some(format!("nothing listens there{remedy}"))
            }
            Self::Connect { .. } | Self::Dns { .. } => None,
        }
    }
}

/// One reason when it is everywhere the same, else a reason an address.
struct Attempts<'a>(&'a [Attempt]);

impl fmt::Display for Attempts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(first) = self.0.first() else { return f.write_str("it has no address") };
        if self.0.iter().all(|attempt| attempt.reason == first.reason) {
            return f.write_str(&first.reason);
        }
        let each: Vec<String> = self.0.iter().map(|attempt| format!("{}: {}", attempt.address.ip(), attempt.reason)).collect();
        f.write_str(&each.join("; "))
    }
}

/// Why the certificates to trust could not be had. Local: found before any connection.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TlsConfigError {
    /// The file is missing, a directory, or may not be read.
    #[error("cannot read the certificates in {}: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The operating system's words.
        reason: String,
    },
    /// The file holds one certificate in DER.
    #[error("{} is in DER, not in PEM", path.display())]
    Der {
        /// The file.
        path: PathBuf,
    },
    /// The file is no PEM, or holds no certificate.
    #[error("there is no certificate in {}", path.display())]
    NoCertificate {
        /// The file.
        path: PathBuf,
    },
    /// A certificate of the file is damaged.
    #[error("a certificate in {} is damaged", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// The operating system's store cannot be used.
    #[error("the system has no certificates to trust: {reason}")]
    System {
        /// Why.
        reason: String,
    },
}

impl TlsConfigError {
    /// One next step, where one is clear.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Der { path } => Some(format!("openssl x509 -inform der -in {} -out ca.pem", path.display())),
            Self::System { .. } => Some("--cafile FILE names the certificate authority to trust".to_owned()),
            Self::Unreadable { .. } | Self::NoCertificate { .. } | Self::Damaged { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::os_error;

    fn refused(host: &str, addresses: &[&str]) -> NetError {
        let kind = io::ErrorKind::ConnectionRefused;
        NetError::Connect {
            endpoint: Endpoint::tcp(host.to_owned(), 1883),
            tried: addresses
                .iter()
                .map(|a| Attempt { address: a.parse().unwrap(), kind, reason: os_error::describe(&kind.into()) })
                .collect(),
        }
    }

    #[test]
    fn a_refusal_here_hints_at_the_broker_and_elsewhere_does_not() {
        let here = refused("localhost", &["[::1]:1883", "127.0.0.1:1883"]);
        assert_eq!(here.to_string(), "cannot connect to localhost:1883: connection refused");
        let hint = here.hint().unwrap();
        assert!(hint.starts_with("nothing listens there"), "{hint}");
        assert_eq!(hint.contains("mqx broker"), cfg!(feature = "broker"), "{hint}");
        assert!(refused("::1", &["[::1]:1883"]).hint().is_some());
        assert!(refused("192.0.2.1", &["192.0.2.1:1883"]).hint().is_none());
    }

    #[test]
    fn different_reasons_are_told_by_address() {
        let mut error = refused("localhost", &["[::1]:1883", "127.0.0.1:1883"]);
        let NetError::Connect { tried, .. } = &mut error else { unreachable!() };
        tried[0].kind = io::ErrorKind::TimedOut;
        tried[0].reason = "timed out".to_owned();
        assert!(error.to_string().ends_with(": ::1: timed out; 127.0.0.1: connection refused"), "{error}");
        assert!(!error.is_refused() && error.hint().is_none());
    }
}
