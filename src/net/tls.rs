//! TLS over a TCP connection: whom to trust, the handshake, and what went wrong in it. Called by `dial`.
//!
//! The cryptography (`ring`) is always named, never the process's default: a default that nobody installed is a panic.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ContentType, RootCertStore};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use crate::net::error::TlsConfigError;
use crate::net::failure::{Plain, TlsFailure};
use crate::text::os_error;

/// What a server's certificate is checked against.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Trust {
    /// The operating system's store.
    #[default]
    System,
    /// The certificates of this PEM file, in place of the system's.
    File(PathBuf),
    /// Nothing at all is checked (`--insecure`).
    Nothing,
}

/// How TLS is spoken, where it is.
#[derive(Clone, Debug, Default)]
pub struct TlsOptions {
    /// Whom to trust.
    pub trust: Trust,
}

/// Speaks TLS 1.2 and 1.3 as a client. A clone shares the trusted certificates and the sessions to resume.
#[derive(Clone)]
pub struct TlsConnector(tokio_rustls::TlsConnector);

impl TlsConnector {
    /// Reads the certificates to trust, once; no connection is made.
    ///
    /// # Errors
    /// When a file or the system's store holds none that can be used.
    pub fn new(options: &TlsOptions) -> Result<Self, TlsConfigError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let verifier = verifier(&options.trust, &provider)?;
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| TlsConfigError::System { reason: error.to_string() })?
            .dangerous()
            .with_custom_certificate_verifier(verifier)
            .with_no_client_auth();
        Ok(Self(Arc::new(config).into()))
    }

    /// Makes a TLS stream of a TCP connection to `host`, which is sent as Server Name Indication unless it is an IP address.
    ///
    /// # Errors
    /// Whatever keeps TLS from being spoken. The connection is closed then.
    pub async fn handshake(&self, tcp: TcpStream, host: &str) -> Result<TlsStream<TcpStream>, TlsFailure> {
        let name = ServerName::try_from(host.to_owned()).map_err(|_| TlsFailure::BadName(host.to_owned()))?;
        // The ClientHello is sent by hand, so that the peer's first bytes can be looked at before rustls takes them:
        // its error would not tell what a peer speaks that does not speak TLS.
        let mut hello = Vec::new();
        let mut handshake = self.0.connect_with(name, tcp, |connection| {
            // Writing into a Vec does not fail.
            let _ = connection.write_tls(&mut hello);
        });
        if let Some(tcp) = handshake.get_mut() {
            answer_is_tls(tcp, &hello).await?;
        }
        handshake.await.map_err(|error| TlsFailure::from_io(&error))
    }
}

/// Sends the ClientHello and looks at what comes back, without taking it.
async fn answer_is_tls(tcp: &mut TcpStream, hello: &[u8]) -> Result<(), TlsFailure> {
    let mut first = [0; 8];
    tcp.write_all(hello).await.map_err(|error| TlsFailure::from_io(&error))?;
    let count = tcp.peek(&mut first).await.map_err(|error| TlsFailure::from_io(&error))?;
    match first.get(..count).unwrap_or_default() {
        [] => Err(TlsFailure::Closed),
        [kind, ..] if matches!(ContentType::from(*kind), ContentType::Handshake | ContentType::Alert) => Ok(()),
        answer if answer.starts_with(b"HTTP") => Err(TlsFailure::NotTls(Plain::Http)),
        // The first bytes of CONNACK and DISCONNECT.
        [0x20 | 0xE0, ..] => Err(TlsFailure::NotTls(Plain::Mqtt)),
        _ => Err(TlsFailure::NotTls(Plain::Other)),
    }
}

fn verifier(trust: &Trust, provider: &Arc<CryptoProvider>) -> Result<Arc<dyn ServerCertVerifier>, TlsConfigError> {
    match trust {
        Trust::System => rustls_platform_verifier::Verifier::new(Arc::clone(provider))
            .map(|verifier| Arc::new(verifier) as Arc<dyn ServerCertVerifier>)
            .map_err(|error| TlsConfigError::System { reason: error.to_string() }),
        Trust::File(path) => {
            let certificates = read_certificates(path)?;
            let mut roots = RootCertStore::empty();
            // One certificate that cannot be used must not spoil a bundle of a hundred.
            roots.add_parsable_certificates(certificates.iter().cloned());
            let inner = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider))
                .build()
                .map_err(|_| TlsConfigError::Damaged { path: path.clone() })?;
            Ok(Arc::new(pinned::Pinned { inner, certificates }))
        }
        Trust::Nothing => Ok(Arc::new(danger::AcceptAnything)),
    }
}

fn read_certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsConfigError> {
    let path = || path.to_owned();
    let bytes =
        std::fs::read(path()).map_err(|error| TlsConfigError::Unreadable { path: path(), reason: os_error::describe(&error) })?;
    let certificates: Vec<_> =
        CertificateDer::pem_slice_iter(&bytes).collect::<Result<_, _>>().map_err(|_| TlsConfigError::Damaged { path: path() })?;
    if !certificates.is_empty() {
        return Ok(certificates);
    }
    // DER begins with a SEQUENCE whose length needs two more bytes.
    if bytes.starts_with(&[0x30, 0x82]) {
        return Err(TlsConfigError::Der { path: path() });
    }
    Err(TlsConfigError::NoCertificate { path: path() })
}

mod pinned {
    //! A file of certificates to trust.

    use std::sync::Arc;

    use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
    use rustls::client::{WebPkiServerVerifier, verify_server_name};
    use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
    use rustls::server::ParsedCertificate;
    use rustls::{DigitallySignedStruct, Error, SignatureScheme};

    use crate::net::failure::TlsFailure;

    /// webpki, and one case more: `openssl req -x509` makes a certificate that is a server's and its own authority's, which webpki
    /// takes for neither. It is accepted when that very certificate is in the file, as OpenSSL does.
    #[derive(Debug)]
    pub(super) struct Pinned {
        pub(super) inner: Arc<WebPkiServerVerifier>,
        pub(super) certificates: Vec<CertificateDer<'static>>,
    }

    impl ServerCertVerifier for Pinned {
        fn verify_server_cert(
            &self,
            end_entity: &CertificateDer<'_>,
            intermediates: &[CertificateDer<'_>],
            server_name: &ServerName<'_>,
            ocsp_response: &[u8],
            now: UnixTime,
        ) -> Result<ServerCertVerified, Error> {
            let verdict = self.inner.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
            match &verdict {
                // webpki looks at the dates before it says this, and has not looked at the name.
                Err(error)
                    if TlsFailure::from(error) == TlsFailure::AuthorityAsServer && self.certificates.contains(end_entity) =>
                {
                    verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
                    Ok(ServerCertVerified::assertion())
                }
                _ => verdict,
            }
        }

        fn verify_tls12_signature(
            &self,
            message: &[u8],
            certificate: &CertificateDer<'_>,
            signature: &DigitallySignedStruct,
        ) -> Result<HandshakeSignatureValid, Error> {
            self.inner.verify_tls12_signature(message, certificate, signature)
        }

        fn verify_tls13_signature(
            &self,
            message: &[u8],
            certificate: &CertificateDer<'_>,
            signature: &DigitallySignedStruct,
        ) -> Result<HandshakeSignatureValid, Error> {
            self.inner.verify_tls13_signature(message, certificate, signature)
        }

        fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
            self.inner.supported_verify_schemes()
        }
    }
}

mod danger {
    //! `--insecure`. Nothing else may come here.

    use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
    use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
    use rustls::{DigitallySignedStruct, Error, SignatureScheme};

    /// Any certificate and any signature is right.
    #[derive(Debug)]
    pub(super) struct AcceptAnything;

    impl ServerCertVerifier for AcceptAnything {
        fn verify_server_cert(
            &self,
            _end_entity: &CertificateDer<'_>,
            _intermediates: &[CertificateDer<'_>],
            _server_name: &ServerName<'_>,
            _ocsp_response: &[u8],
            _now: UnixTime,
        ) -> Result<ServerCertVerified, Error> {
            Ok(ServerCertVerified::assertion())
        }

        fn verify_tls12_signature(
            &self,
            _message: &[u8],
            _certificate: &CertificateDer<'_>,
            _signature: &DigitallySignedStruct,
        ) -> Result<HandshakeSignatureValid, Error> {
            Ok(HandshakeSignatureValid::assertion())
        }

        fn verify_tls13_signature(
            &self,
            _message: &[u8],
            _certificate: &CertificateDer<'_>,
            _signature: &DigitallySignedStruct,
        ) -> Result<HandshakeSignatureValid, Error> {
            Ok(HandshakeSignatureValid::assertion())
        }

        /// More than can be verified, since nothing is: a server may have no other kind of key.
        fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
            vec![
                SignatureScheme::ECDSA_NISTP256_SHA256,
                SignatureScheme::ECDSA_NISTP384_SHA384,
                SignatureScheme::ECDSA_NISTP521_SHA512,
                SignatureScheme::ED25519,
                SignatureScheme::ED448,
                SignatureScheme::RSA_PSS_SHA256,
                SignatureScheme::RSA_PSS_SHA384,
                SignatureScheme::RSA_PSS_SHA512,
                SignatureScheme::RSA_PKCS1_SHA256,
                SignatureScheme::RSA_PKCS1_SHA384,
                SignatureScheme::RSA_PKCS1_SHA512,
                SignatureScheme::ECDSA_SHA1_Legacy,
                SignatureScheme::RSA_PKCS1_SHA1,
            ]
        }
    }
}
