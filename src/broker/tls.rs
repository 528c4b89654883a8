//! The certificate and key that the broker shows. Read by `commands/broker`, used by `service`.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

use crate::payload::read_small;
use crate::text::os_error;

/// Why TLS cannot be spoken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// A file cannot be read.
    #[error("cannot read {path}: {reason}", path = path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// A file has no certificate in PEM.
    #[error("there is no certificate in {} (PEM is expected)", .0.display())]
    NoCertificate(PathBuf),
    /// A file has no key in PEM.
    #[error("there is no private key in {} (PEM is expected)", .0.display())]
    NoKey(PathBuf),
    /// The key has a passphrase.
    #[error("the private key in {} is encrypted", .0.display())]
    Encrypted(PathBuf),
    /// They are not a pair.
    #[error("the private key in {key} does not belong to the certificate in {certificate}",
        key = key.display(), certificate = certificate.display())]
    Mismatch {
        /// The file of the certificate.
        certificate: PathBuf,
        /// The file of the key.
        key: PathBuf,
    },
    /// Something else is wrong with them.
    #[error("the certificate in {path} cannot be used: {reason}", path = path.display())]
    Unusable {
        /// The file of the certificate.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}

impl IdentityError {
    /// One next step, where one is clear.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Encrypted(path) => Some(format!("openssl pkey -in {} -out plain.key takes the passphrase off", path.display())),
            Self::NoKey(_) | Self::NoCertificate(_) => {
                Some("--tls-cert is the certificate, --tls-key its private key".to_owned())
            }
            Self::Unreadable { .. } | Self::Mismatch { .. } | Self::Unusable { .. } => None,
        }
    }
}

/// A certificate chain and its key.
#[derive(Clone)]
pub struct Identity(TlsAcceptor);

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identity(***)")
    }
}

impl Identity {
    /// Reads a chain, the server's certificate first, and the server's key, both PEM. TLS 1.2 and 1.3 are spoken with them.
    ///
    /// # Errors
    /// When they cannot be read, or do not belong together.
    pub fn read(certificate: &Path, key: &Path) -> Result<Self, IdentityError> {
        let chain = CertificateDer::pem_slice_iter(&read(certificate)?)
            .collect::<Result<Vec<_>, _>>()
            .ok()
            .filter(|chain| !chain.is_empty())
            .ok_or_else(|| IdentityError::NoCertificate(certificate.to_owned()))?;
        let pem = read(key)?;
        let private = PrivateKeyDer::from_pem_slice(&pem).map_err(|_| {
            let is_encrypted = [&b"ENCRYPTED PRIVATE KEY"[..], b"Proc-Type: 4,ENCRYPTED"]
                .iter()
                .any(|mark| pem.windows(mark.len()).any(|window| window == *mark));
            let path = key.to_owned();
            if is_encrypted { IdentityError::Encrypted(path) } else { IdentityError::NoKey(path) }
        })?;
        let unusable = |error: rustls::Error| match error {
            rustls::Error::InconsistentKeys(_) => {
                IdentityError::Mismatch { certificate: certificate.to_owned(), key: key.to_owned() }
            }
            error => IdentityError::Unusable { path: certificate.to_owned(), reason: error.to_string() },
        };
        // Always named: a default that nobody installed is a panic.
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(unusable)?
            .with_no_client_auth()
            .with_single_cert(chain, private)
            .map_err(unusable)?;
        Ok(Self(Arc::new(config).into()))
    }

    pub(super) const fn acceptor(&self) -> &TlsAcceptor {
        &self.0
    }
}

fn read(path: &Path) -> Result<Vec<u8>, IdentityError> {
    let unreadable = |error| IdentityError::Unreadable { path: path.to_owned(), reason: os_error::describe(&error) };
    read_small(path).map_err(unreadable)
}
