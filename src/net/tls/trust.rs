//! Whom to trust: the certificates that a server's is checked against. Called by the connector.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;

use super::error::{Found, TlsConfigError, Wanted};
use super::pem::{self, Section};
use crate::text::os_error;

/// What a server's certificate is checked against.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Trust {
    /// The operating system's store.
    #[default]
    System,
    /// Mozilla's authorities, as they were when the program was built.
    Bundled,
    /// The certificates of this PEM file.
    File(PathBuf),
    /// The certificates of every PEM file in a folder.
    Folder {
        /// The folder.
        folder: PathBuf,
        /// One file more.
        file: Option<PathBuf>,
    },
    /// Nothing at all is checked (`--insecure`).
    Nothing,
}

/// What checks a chain of certificates, if that is to be checked.
pub(super) struct Anchors {
    pub chain: Option<Arc<dyn ServerCertVerifier>>,
    /// Certificates that were given one by one, so that each may be a server's own.
    pub own: Vec<CertificateDer<'static>>,
}

impl Trust {
    /// Reads what is trusted.
    pub(super) fn anchors(&self, provider: &Arc<CryptoProvider>) -> Result<Anchors, TlsConfigError> {
        let (own, place) = match self {
            Self::System => {
                let system = rustls_platform_verifier::Verifier::new(Arc::clone(provider));
                let system = system.map_err(|error| TlsConfigError::System { reason: error.to_string() })?;
                return Ok(Anchors { chain: Some(Arc::new(system)), own: Vec::new() });
            }
            Self::Bundled => {
                let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
                let chain = webpki(roots, provider, || TlsConfigError::System { reason: "none are bundled".to_owned() })?;
                return Ok(Anchors { chain: Some(chain), own: Vec::new() });
            }
            Self::Nothing => return Ok(Anchors { chain: None, own: Vec::new() }),
            Self::File(path) => (certificates_of_file(path)?, path),
            Self::Folder { folder, file } => {
                let mut own = certificates_of_folder(folder)?;
                if let Some(file) = file {
                    own.extend(certificates_of_file(file)?);
                }
                (own, folder)
            }
        };
        let mut roots = RootCertStore::empty();
        // One certificate that cannot be used must not spoil a bundle of a hundred.
        roots.add_parsable_certificates(own.iter().cloned());
        let chain = webpki(roots, provider, || unusable(place, Found::Damaged))?;
        Ok(Anchors { chain: Some(chain), own })
    }
}

fn webpki(
    roots: RootCertStore,
    provider: &Arc<CryptoProvider>,
    none: impl FnOnce() -> TlsConfigError,
) -> Result<Arc<dyn ServerCertVerifier>, TlsConfigError> {
    let built = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider)).build();
    Ok(built.map_err(|_| none())?)
}

fn unusable(path: &Path, found: Found) -> TlsConfigError {
    TlsConfigError::Unusable { path: path.to_owned(), wanted: Wanted::Authorities, found }
}

fn certificates_of_file(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsConfigError> {
    certificates(&pem::read(path, Wanted::Authorities)?).map_err(|found| unusable(path, found))
}

/// The certificates of a file, in order; at least one.
pub(super) fn certificates(sections: &[Section]) -> Result<Vec<CertificateDer<'static>>, Found> {
    let all: Option<Vec<_>> =
        sections.iter().filter(|section| section.is_certificate()).map(|section| section.der.clone()).collect();
    match (all, sections.first()) {
        (None, _) => Err(Found::Damaged),
        (Some(all), Some(first)) if all.is_empty() => Err(Found::Other(first.label.clone())),
        (Some(all), _) => Ok(all.into_iter().map(CertificateDer::from).collect()),
    }
}

/// A folder of `/etc/ssl/certs` has other files, and dead links, too: those are passed over.
fn certificates_of_folder(folder: &Path) -> Result<Vec<CertificateDer<'static>>, TlsConfigError> {
    let entries = std::fs::read_dir(folder).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotADirectory => unusable(folder, Found::File),
        _ => TlsConfigError::Unreadable {
            path: folder.to_owned(),
            wanted: Wanted::Authorities,
            reason: os_error::describe(&error),
        },
    })?;
    let files = entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.is_file());
    let mut all: Vec<_> = files.filter_map(|path| certificates_of_file(&path).ok()).flatten().collect();
    // What is linked to by its hash is there twice.
    all.sort_unstable_by(|one, other| one.as_ref().cmp(other.as_ref()));
    all.dedup();
    if all.is_empty() { Err(unusable(folder, Found::NoneInside)) } else { Ok(all) }
}
