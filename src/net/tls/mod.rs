//! TLS over a connection to a host: whom to trust, who we are, the handshake, and what went wrong in it. Called by `dial`.
//!
//! The cryptography (`ring`) is always named, never the process's default: a default that nobody installed is a panic.

mod certificate;
pub mod choice;
pub mod error;
pub mod identity;
mod key_log;
mod pem;
pub mod pin;
pub mod trust;
mod verify;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ContentType};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

pub use choice::{Ciphers, Versions};
use error::TlsConfigError;
use identity::Shown;
pub use identity::{Identity, Passphrase};
pub use pin::Pin;
pub use trust::Trust;

use crate::net::failure::{Circumstances, Plain, TlsFailure, rustls_error};

/// How TLS is spoken, where it is.
#[derive(Clone, Debug, Default)]
pub struct TlsOptions {
    /// Whom to trust.
    pub trust: Trust,
    /// Public keys, one of which the server must have, also where nothing else is checked. Any, if there are none.
    pub pins: Vec<Pin>,
    /// Who we are; `None` has no certificate to show.
    pub identity: Option<Identity>,
    /// Which versions are spoken.
    pub versions: Versions,
    /// The ciphers that are offered; `None` is all that are known.
    pub ciphers: Option<Ciphers>,
    /// The protocols that are offered (ALPN, RFC 7301) to endpoints that have none of their own.
    pub alpn: Vec<String>,
    /// The name that the server is asked for and must have, in place of the host's.
    pub server_name: Option<String>,
    /// Where the secrets of each connection are written.
    pub key_log: Option<PathBuf>,
}

/// What TLS can be spoken over.
pub trait Carrier: AsyncRead + AsyncWrite + Unpin + Send {
    /// Waits for the first bytes and looks at them without taking them; `None` where that cannot be done.
    fn peek(&mut self, _first: &mut [u8]) -> impl Future<Output = io::Result<Option<usize>>> + Send {
        std::future::ready(Ok(None))
    }
}

impl Carrier for TcpStream {
    async fn peek(&mut self, first: &mut [u8]) -> io::Result<Option<usize>> {
        Self::peek(self, first).await.map(Some)
    }
}

/// Speaks TLS 1.2 and 1.3 as a client. A clone shares the trusted certificates and the sessions to resume.
#[derive(Clone)]
pub struct TlsConnector {
    inner: tokio_rustls::TlsConnector,
    server_name: Option<String>,
    versions: Versions,
    shown: Arc<Shown>,
}

impl TlsConnector {
    /// Reads the certificates to trust and to show, once; no connection is made.
    ///
    /// # Errors
    /// When a file or the system's store holds none that can be used.
    pub fn new(options: &TlsOptions) -> Result<Self, TlsConfigError> {
        let mut provider = rustls::crypto::ring::default_provider();
        if let Some(Ciphers(ciphers)) = &options.ciphers {
            provider.cipher_suites.clone_from(ciphers);
        }
        let provider = Arc::new(provider);
        let identity = options.identity.as_ref().map(|identity| identity.load(&provider)).transpose()?;
        let anchors = options.trust.anchors(&provider)?;
        let verifier = verify::verifier(anchors, provider.signature_verification_algorithms, options.pins.clone());
        let shown = Arc::new(Shown::new(identity.map(Arc::new)));
        let resolver: Arc<Shown> = Arc::clone(&shown);
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(options.versions.supported())
            .map_err(|_| TlsConfigError::NoCipher(options.versions.only().unwrap_or("1.2 or 1.3")))?
            .dangerous()
            .with_custom_certificate_verifier(verifier)
            .with_client_cert_resolver(resolver);
        config.alpn_protocols = alpn_of(&options.alpn);
        if let Some(path) = &options.key_log {
            config.key_log = Arc::new(key_log::KeyLogFile::open(path)?);
        }
        let server_name = options.server_name.clone();
        Ok(Self { inner: Arc::new(config).into(), server_name, versions: options.versions, shown })
    }

    /// Makes a TLS stream of a connection to `host`, which is sent as Server Name Indication unless it is an IP address. `alpn` is
    /// offered in place of the protocols of all, if there is any.
    ///
    /// # Errors
    /// Whatever keeps TLS from being spoken. The connection is closed then.
    pub async fn handshake<S: Carrier>(&self, stream: S, host: &str, alpn: &[String]) -> Result<TlsStream<S>, TlsFailure> {
        let host = self.server_name.as_deref().unwrap_or(host);
        // The zone of an IPv6 address is this machine's business.
        let address = host.split_once('%').map_or(host, |(address, _)| address);
        let name = ServerName::try_from(address.to_owned()).map_err(|_| TlsFailure::BadName(host.to_owned()))?;
        let nameless = matches!(name, ServerName::IpAddress(_));
        self.shown.begin();
        let spoken = self.speak(stream, name, alpn).await;
        spoken.map_err(|cause| cause.under(self.circumstances(nameless)))
    }

    async fn speak<S: Carrier>(&self, stream: S, name: ServerName<'static>, alpn: &[String]) -> Result<TlsStream<S>, TlsFailure> {
        // The ClientHello is sent by hand, so that the peer's first bytes can be looked at before rustls takes them:
        // its error would not tell what a peer speaks that does not speak TLS.
        let mut hello = Vec::new();
        let write_hello = |connection: &mut rustls::ClientConnection| {
            // Writing into a Vec does not fail.
            let _ = connection.write_tls(&mut hello);
        };
        let mut handshake = if alpn.is_empty() {
            self.inner.connect_with(name, stream, write_hello)
        } else {
            self.inner.with_alpn(alpn_of(alpn)).connect_with(name, stream, write_hello)
        };
        if let Some(stream) = handshake.get_mut() {
            answer_is_tls(stream, &hello).await?;
        }
        handshake.await.map_err(|error| TlsFailure::from_io(&error))
    }

    /// Why TLS failed after the handshake, which in TLS 1.3 is over before the server has looked at our certificate. `error` is
    /// what reading ended with; `None` is the end of the stream. Speaks of the last handshake.
    #[must_use]
    pub fn late_failure(&self, error: Option<&io::Error>) -> Option<TlsFailure> {
        match error {
            Some(error) => rustls_error(error).map(|error| TlsFailure::from(error).under(self.circumstances(false))),
            None => self.shown.was_missed().then_some(TlsFailure::ClosedWithoutCertificate),
        }
    }

    fn circumstances(&self, nameless: bool) -> Circumstances {
        Circumstances { versions: self.versions, certificate_missed: self.shown.was_missed(), nameless }
    }
}

/// Whether a text is a name, or an address, that a server can be asked for and that a certificate can have.
#[must_use]
pub fn is_server_name(text: &str) -> bool {
    ServerName::try_from(text).is_ok()
}

fn alpn_of(names: &[String]) -> Vec<Vec<u8>> {
    names.iter().map(|name| name.as_bytes().to_vec()).collect()
}

/// Sends the ClientHello and looks at what comes back, without taking it.
async fn answer_is_tls(stream: &mut impl Carrier, hello: &[u8]) -> Result<(), TlsFailure> {
    let mut first = [0; 8];
    stream.write_all(hello).await.map_err(|error| TlsFailure::from_io(&error))?;
    stream.flush().await.map_err(|error| TlsFailure::from_io(&error))?;
    let Some(count) = stream.peek(&mut first).await.map_err(|error| TlsFailure::from_io(&error))? else { return Ok(()) };
    match first.get(..count).unwrap_or_default() {
        [] => Err(TlsFailure::Closed),
        [kind, ..] if matches!(ContentType::from(*kind), ContentType::Handshake | ContentType::Alert) => Ok(()),
        answer if answer.starts_with(b"HTTP") => Err(TlsFailure::NotTls(Plain::Http)),
        // The first bytes of CONNACK and DISCONNECT.
        [0x20 | 0xE0, ..] => Err(TlsFailure::NotTls(Plain::Mqtt)),
        _ => Err(TlsFailure::NotTls(Plain::Other)),
    }
}
