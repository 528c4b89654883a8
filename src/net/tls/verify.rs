//! The checks of a server's certificate: its chain, its name, its pin; and what is wrong with it, in the words of `failure`.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::crypto::{WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, OtherError, SignatureScheme};

use super::certificate;
use super::pin::Pin;
use super::trust::Anchors;
use crate::net::failure::TlsFailure;

/// What checks servers, for these anchors and pins.
pub(super) fn verifier(
    Anchors { chain, own }: Anchors,
    algorithms: WebPkiSupportedAlgorithms,
    pins: Vec<Pin>,
) -> Arc<dyn ServerCertVerifier> {
    if chain.is_none() && pins.is_empty() {
        return Arc::new(danger::AcceptAnything);
    }
    Arc::new(Checked { chain, own, algorithms, pins })
}

/// The chain of certificates if there is anything to check it against, and the pins if there are any. In any case the server has to
/// prove that it has the key: a certificate, and so a pin, anyone can copy.
#[derive(Debug)]
struct Checked {
    chain: Option<Arc<dyn ServerCertVerifier>>,
    own: Vec<CertificateDer<'static>>,
    algorithms: WebPkiSupportedAlgorithms,
    pins: Vec<Pin>,
}

impl Checked {
    fn check_chain(
        &self,
        chain: &dyn ServerCertVerifier,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<(), Error> {
        let Err(error) = chain.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now) else {
            return Ok(());
        };
        let failure = TlsFailure::from(&error);
        // `openssl req -x509` makes a certificate that is a server's and its own authority's, which webpki takes for neither. It is
        // accepted when that very certificate is trusted, as OpenSSL does. webpki has looked at its dates before it says this, and not
        // at its name.
        let failure = if failure == TlsFailure::AuthorityAsServer && self.own.contains(end_entity) {
            match verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name) {
                Ok(()) => return Ok(()),
                Err(error) => TlsFailure::from(&error),
            }
        } else {
            failure
        };
        Err(told(&explain(failure, end_entity, intermediates)))
    }

    fn check_pins(&self, end_entity: &CertificateDer<'_>) -> Result<(), Error> {
        if self.pins.is_empty() {
            return Ok(());
        }
        let key = certificate::public_key(end_entity).ok_or(CertificateError::BadEncoding)?;
        let pin = Pin::of(&key);
        if self.pins.contains(&pin) { Ok(()) } else { Err(told(&TlsFailure::NotPinned(pin.to_string()))) }
    }
}

/// rustls hands an error of our own through.
fn told(failure: &TlsFailure) -> Error {
    Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(failure.clone()))))
}

/// The same with what is said in the certificates.
fn explain(failure: TlsFailure, end_entity: &CertificateDer<'_>, intermediates: &[CertificateDer<'_>]) -> TlsFailure {
    let signature = || certificate::signature(end_entity, intermediates.iter().map(AsRef::as_ref));
    match failure {
        TlsFailure::UnknownIssuer(_) => TlsFailure::UnknownIssuer(signature()),
        // It is its own authority: whether it says so in an extension is nothing to bother a person with.
        TlsFailure::AuthorityAsServer => match signature() {
            Some(signature) if signature.by_itself => TlsFailure::UnknownIssuer(Some(signature)),
            _ => TlsFailure::AuthorityAsServer,
        },
        TlsFailure::NotValidForName { wanted, presented, .. } if presented.is_empty() => {
            let common_name = certificate::common_name(end_entity);
            TlsFailure::NotValidForName { wanted, presented, common_name }
        }
        TlsFailure::Certificate(_) if certificate::is_version_1(end_entity) => TlsFailure::Version1,
        other => other,
    }
}

impl ServerCertVerifier for Checked {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if let Some(chain) = &self.chain {
            self.check_chain(&**chain, end_entity, intermediates, server_name, ocsp_response, now)?;
        }
        self.check_pins(end_entity)?;
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

mod danger {
    //! `--insecure` without a pin. Nothing else may come here.

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
