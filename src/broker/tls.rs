//! The certificate and key that the broker shows. Read by `commands/broker`, used by `service`.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::sign::SingleCertAndKey;
use tokio_rustls::TlsAcceptor;

use crate::net::{self, Found, TlsConfigError};

/// Why TLS cannot be spoken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(transparent)]
pub struct IdentityError(#[from] pub TlsConfigError);

impl IdentityError {
    /// One next step, where one is clear: with the broker's own options.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match &self.0 {
            TlsConfigError::Unusable { path, found: Found::Locked, .. } => {
                Some(format!("openssl pkey -in {} -out plain.key takes the passphrase off", path.display()))
            }
            TlsConfigError::Unusable { found: Found::Other(_), .. } => {
                Some("--tls-cert is the certificate, --tls-key its private key".to_owned())
            }
            other => other.hint(),
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
    /// Reads a chain and the server's key, both PEM. TLS 1.2 and 1.3 are spoken with them.
    ///
    /// # Errors
    /// When they cannot be read, or do not belong together.
    pub fn read(certificate: &Path, key: &Path) -> Result<Self, IdentityError> {
        let files = net::Identity { certificate: certificate.to_owned(), key: key.to_owned(), passphrase: None };
        // Always named: a default that nobody installed is a panic.
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let shown = files.load(&provider)?;
        let config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
            .map_err(|_| TlsConfigError::NoCipher("1.2"))?
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(SingleCertAndKey::from(shown)));
        Ok(Self(Arc::new(config).into()))
    }

    pub(super) const fn acceptor(&self) -> &TlsAcceptor {
        &self.0
    }
}
