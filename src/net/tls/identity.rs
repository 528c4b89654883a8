//! Who we are: a certificate and its key. Called by the connector, which shows them to a server, and by the broker, which shows its own.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use pkcs8::EncryptedPrivateKeyInfoRef;
use rustls::SignatureScheme;
use rustls::client::ResolvesClientCert;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs1KeyDer, PrivatePkcs8KeyDer, PrivateSec1KeyDer};
use rustls::sign::{CertifiedKey, SigningKey};

use super::certificate;
use super::error::{Found, TlsConfigError, Wanted};
use super::pem::{self, Section};
use super::trust::certificates;
use crate::text::Secret;

/// The label of an encrypted key (RFC 7468).
const ENCRYPTED: &str = "ENCRYPTED PRIVATE KEY";

/// The files of a certificate and its key, in PEM. They may be one.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The certificate, and behind it those that lead to an authority.
    pub certificate: PathBuf,
    /// PKCS#1, PKCS#8 or SEC1.
    pub key: PathBuf,
    /// For a key that is encrypted.
    pub passphrase: Option<Passphrase>,
}

/// Gives the passphrase of a key, when one is needed.
#[derive(Clone)]
pub struct Passphrase(Arc<dyn Fn() -> Result<Secret, String> + Send + Sync>);

impl Passphrase {
    /// From whatever reads it; its error is why not, in words.
    pub fn new(read: impl Fn() -> Result<Secret, String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(read))
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Whether a file has a key that needs a passphrase. A file that has none, whatever the reason, needs none. A pipe is not looked into:
/// what is read from it is gone.
#[must_use]
pub fn is_encrypted(key: &Path) -> bool {
    key.is_file()
        && pem::read(key, Wanted::Key).is_ok_and(|sections| {
            sections.iter().find(|section| section.is_key()).is_some_and(|section| section.label == ENCRYPTED)
        })
}

impl Identity {
    /// Reads both, and checks that they belong together.
    ///
    /// # Errors
    /// When they cannot be read, hold something else, or do not.
    pub fn load(&self, provider: &CryptoProvider) -> Result<CertifiedKey, TlsConfigError> {
        let mut chain = certificates(&pem::read(&self.certificate, Wanted::Certificate)?)
            .map_err(|found| TlsConfigError::Unusable { path: self.certificate.clone(), wanted: Wanted::Certificate, found })?;
        let unusable = |found| TlsConfigError::Unusable { path: self.key.clone(), wanted: Wanted::Key, found };
        let sections = pem::read(&self.key, Wanted::Key)?;
        let Some(section) = sections.iter().find(|section| section.is_key()) else {
            let label = sections.first().map(|section| section.label.clone()).unwrap_or_default();
            return Err(unusable(Found::Other(label)));
        };
        let key = self.private_key(section, unusable)?;
        let key = provider.key_provider.load_private_key(key).map_err(|_| unusable(Found::UnknownKey))?;
        let strangers = || TlsConfigError::Strangers { certificate: self.certificate.clone(), key: self.key.clone() };
        // Not every tool writes the client's own first, which is where TLS has it.
        let own = chain.iter().position(|certificate| belongs(&*key, certificate)).ok_or_else(strangers)?;
        chain.swap(0, own);
        Ok(CertifiedKey::new(chain, key))
    }

    fn private_key(
        &self,
        section: &Section,
        unusable: impl Fn(Found) -> TlsConfigError,
    ) -> Result<PrivateKeyDer<'static>, TlsConfigError> {
        if section.encrypted {
            return Err(unusable(Found::OldEncryption));
        }
        let der = section.der.clone().ok_or_else(|| unusable(Found::Damaged))?;
        Ok(match section.label.as_str() {
            "PRIVATE KEY" => PrivatePkcs8KeyDer::from(der).into(),
            "RSA PRIVATE KEY" => PrivatePkcs1KeyDer::from(der).into(),
            "EC PRIVATE KEY" => PrivateSec1KeyDer::from(der).into(),
            ENCRYPTED => {
                let passphrase = self.passphrase.as_ref().ok_or_else(|| unusable(Found::Locked))?;
                let passphrase = (passphrase.0)().map_err(TlsConfigError::Passphrase)?;
                decrypt(&der, &passphrase).map_err(unusable)?
            }
            other => return Err(unusable(Found::Other(other.to_owned()))),
        })
    }
}

fn decrypt(der: &[u8], passphrase: &Secret) -> Result<PrivateKeyDer<'static>, Found> {
    use pkcs8::pkcs5::Error as Pkcs5;
    let encrypted = EncryptedPrivateKeyInfoRef::try_from(der).map_err(|_| Found::UnknownEncryption)?;
    match encrypted.decrypt(passphrase.expose()) {
        Ok(document) => Ok(PrivatePkcs8KeyDer::from(document.as_bytes().to_vec()).into()),
        Err(pkcs8::Error::EncryptedPrivateKey(
            Pkcs5::NoPbes1CryptSupport | Pkcs5::UnsupportedAlgorithm { .. } | Pkcs5::AlgorithmParametersInvalid { .. },
        )) => Err(Found::UnknownEncryption),
        // Padding, or what is inside, is nonsense: there is no other sign of a wrong passphrase.
        Err(_) => Err(Found::WrongPassphrase),
    }
}

fn belongs(key: &dyn SigningKey, certificate: &[u8]) -> bool {
    key.public_key().is_some_and(|public| certificate::public_key(certificate).as_deref() == Some(public.as_ref()))
}

/// What rustls asks when a server wants a certificate; remembers whether one did that got none.
#[derive(Debug)]
pub(super) struct Shown {
    identity: Option<Arc<CertifiedKey>>,
    missed: AtomicBool,
}

impl Shown {
    pub const fn new(identity: Option<Arc<CertifiedKey>>) -> Self {
        Self { identity, missed: AtomicBool::new(false) }
    }

    /// Forgets what earlier servers wanted.
    pub fn begin(&self) {
        self.missed.store(false, Ordering::Relaxed);
    }

    /// Whether the last server wanted a certificate, and there was none.
    pub fn was_missed(&self) -> bool {
        self.missed.load(Ordering::Relaxed)
    }
}

impl ResolvesClientCert for Shown {
    fn resolve(&self, _root_hint_subjects: &[&[u8]], _sigschemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.missed.store(self.identity.is_none(), Ordering::Relaxed);
        self.identity.clone()
    }

    fn has_certs(&self) -> bool {
        self.identity.is_some()
    }
}
