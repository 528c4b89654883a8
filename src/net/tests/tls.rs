//! `dial` against TLS servers of its own on 127.0.0.1, each good or bad in one way.

use std::io;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, SupportedProtocolVersion};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::net::failure::Plain;
use crate::net::failure::TlsFailure;
use crate::net::{
    Dialer, Endpoint, NetError, Network, Security, Stream, TlsConnector, TlsOptions, Trust, Versions, WebSocketOptions,
    describe_io,
};

type Authority = CertifiedIssuer<'static, KeyPair>;

/// Makes what a server shows, of an authority that is trusted and of another of the same name.
type MakeIdentity = fn(&Authority, &Authority) -> Identity;

/// A file that goes when the test does.
pub(super) struct TempFile(pub PathBuf);

impl TempFile {
    pub fn new(content: &[u8]) -> Self {
        let path = std::env::temp_dir().join(format!("mqx-net-{}-{:016x}", std::process::id(), rand::random::<u64>()));
        std::fs::File::create_new(&path).unwrap().write_all(content).unwrap();
        Self(path)
    }

    fn trust(&self) -> Trust {
        Trust::File(self.0.clone())
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        std::fs::remove_file(&self.0).unwrap();
    }
}

fn authority() -> Authority {
    named_authority("an authority")
}

fn named_authority(name: &str) -> Authority {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// What a server shows, and the key for it.
struct Identity(CertificateDer<'static>, PrivateKeyDer<'static>);

fn identity(authority: &Authority, host: &str, change: impl FnOnce(&mut CertificateParams)) -> Identity {
    let mut params = CertificateParams::new(vec![host.to_owned()]).unwrap();
    change(&mut params);
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, authority).unwrap();
    Identity(certificate.der().clone(), PrivateKeyDer::try_from(key.serialize_der()).unwrap())
}

/// As `openssl req -x509` makes it: its own authority.
fn self_signed(host: &str, change: impl FnOnce(&mut CertificateParams)) -> (Identity, String) {
    let mut params = CertificateParams::new(vec![host.to_owned()]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    change(&mut params);
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    (Identity(certificate.der().clone(), PrivateKeyDer::try_from(key.serialize_der()).unwrap()), certificate.pem())
}

fn expired(params: &mut CertificateParams) {
    params.not_before = date_time_ymd(2019, 1, 1);
    params.not_after = date_time_ymd(2020, 1, 2);
}

fn config_of(Identity(certificate, key): Identity, versions: &[&'static SupportedProtocolVersion]) -> ServerConfig {
    config_of_chain(vec![certificate], key, versions)
}

fn config_of_chain(
    certificates: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
    versions: &[&'static SupportedProtocolVersion],
) -> ServerConfig {
    ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_protocol_versions(versions)
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(certificates, key)
        .unwrap()
}

/// How a server ends the connection.
#[derive(Clone, Copy)]
enum End {
    CloseNotify,
    Cut,
}

/// A server for one connection that answers `ping` with `pong`. Yields the name that the client asked for.
async fn serve(config: ServerConfig, end: End) -> (u16, JoinHandle<io::Result<Option<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let server = tokio::spawn(async move {
        let (tcp, _) = listener.accept().await?;
        let mut tls = acceptor.accept(tcp).await?;
        let name = tls.get_ref().1.server_name().map(str::to_owned);
        let mut ping = [0; 4];
        tls.read_exact(&mut ping).await?;
        tls.write_all(b"pong").await?;
        tls.flush().await?;
        match end {
            End::CloseNotify => tls.shutdown().await?,
            End::Cut => tls.into_inner().0.shutdown().await?,
        }
        Ok(name)
    });
    (port, server)
}

async fn serve_good(identity: Identity) -> (u16, JoinHandle<io::Result<Option<String>>>) {
    serve(config_of(identity, rustls::ALL_VERSIONS), End::CloseNotify).await
}

fn trusting(trust: Trust) -> TlsOptions {
    TlsOptions { trust, ..TlsOptions::default() }
}

fn secure(host: &str, port: u16) -> Endpoint {
    Endpoint { security: Security::Tls { alpn: Vec::new() }, ..Endpoint::tcp(host.to_owned(), port) }
}

async fn connect(host: &str, port: u16, trust: Trust) -> Result<Stream, NetError> {
    let tls = TlsConnector::new(&trusting(trust)).unwrap();
    Dialer::new(Network::default(), Some(tls), WebSocketOptions::default()).dial(&secure(host, port)).await
}

/// What keeps TLS from being spoken, after a check that nothing but plain words comes out.
async fn failure(host: &str, port: u16, trust: Trust) -> TlsFailure {
    let error = connect(host, port, trust).await.unwrap_err();
    let text = error.to_string();
    assert!(!text.contains("os error") && !text.contains(['{', '"']), "{text}");
    match error {
        NetError::Tls { cause, .. } => *cause,
        other => panic!("{other}"),
    }
}

async fn ping_pong(stream: &mut (impl AsyncRead + tokio::io::AsyncWrite + Unpin)) {
    stream.write_all(b"ping").await.unwrap();
    stream.flush().await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    assert_eq!(answer, b"pong");
}

#[tokio::test]
async fn a_certificate_of_a_trusted_authority_is_good_in_both_versions() {
    let authority = authority();
    let file = TempFile::new(authority.pem().as_bytes());
    for version in rustls::ALL_VERSIONS {
        let identity = identity(&authority, "localhost", |_| ());
        let (port, server) = serve(config_of(identity, &[version]), End::CloseNotify).await;
        ping_pong(&mut connect("localhost", port, file.trust()).await.unwrap()).await;
        assert_eq!(server.await.unwrap().unwrap().as_deref(), Some("localhost"));
    }
}

#[tokio::test]
async fn an_address_is_no_server_name_and_is_looked_for_in_the_certificate() {
    let authority = authority();
    let file = TempFile::new(authority.pem().as_bytes());
    let (port, server) = serve_good(identity(&authority, "127.0.0.1", |_| ())).await;
    ping_pong(&mut connect("127.0.0.1", port, file.trust()).await.unwrap()).await;
    assert_eq!(server.await.unwrap().unwrap(), None);
}

#[tokio::test]
async fn a_close_without_close_notify_is_an_end_of_file() {
    let authority = authority();
    let file = TempFile::new(authority.pem().as_bytes());
    let config = config_of(identity(&authority, "localhost", |_| ()), rustls::ALL_VERSIONS);
    let (port, server) = serve(config, End::Cut).await;
    let mut stream = connect("localhost", port, file.trust()).await.unwrap();
    ping_pong(&mut stream).await;
    assert_eq!(stream.read(&mut [0; 8]).await.unwrap(), 0, "and stays one");
    server.await.unwrap().unwrap();
}

#[tokio::test]
async fn bad_certificates_are_refused_by_name_and_pass_with_insecure() {
    let (authority, namesake) = (authority(), authority());
    let file = TempFile::new(authority.pem().as_bytes());
    let bad: [(MakeIdentity, &str); 5] = [
        (|good, _| identity(good, "localhost", expired), "the certificate expired on 2020-01-02 00:00:00 UTC ("),
        (
            |good, _| identity(good, "localhost", |p| p.not_before = date_time_ymd(2999, 1, 1)),
            "the certificate is not valid before 2999-01-01 00:00:00 UTC (in ",
        ),
        (|good, _| identity(good, "other.example", |_| ()), "the certificate is for other.example, not for localhost"),
        (|_, bad| identity(bad, "localhost", |_| ()), "the signature of the certificate does not fit the key of its issuer"),
        (
            |_, _| identity(&named_authority("a stranger"), "localhost", |_| ()),
            "the certificate of CN=rcgen self signed cert is signed by CN=a stranger, which is not trusted",
        ),
    ];
    for (make, words) in bad {
        let (port, server) = serve_good(make(&authority, &namesake)).await;
        let cause = failure("localhost", port, file.trust()).await;
        assert!(cause.to_string().starts_with(words), "{cause}");
        assert!(cause.is_certificate_problem() && cause.hint().is_some());
        server.await.unwrap().unwrap_err();

        for version in rustls::ALL_VERSIONS {
            let config = config_of(make(&authority, &namesake), &[version]);
            let (port, server) = serve(config, End::CloseNotify).await;
            ping_pong(&mut connect("localhost", port, Trust::Nothing).await.unwrap()).await;
            server.await.unwrap().unwrap();
        }
    }
}

#[tokio::test]
async fn the_systems_store_does_not_know_our_authority() {
    // A machine without a store has nothing to check here.
    let Ok(tls) = TlsConnector::new(&TlsOptions::default()) else { return };
    let (port, _server) = serve_good(identity(&authority(), "localhost", |_| ())).await;
    let error = Dialer::new(Network::default(), Some(tls), WebSocketOptions::default())
        .dial(&secure("localhost", port))
        .await
        .unwrap_err();
    assert!(error.to_string().contains(" is signed by CN=an authority, which is not trusted"), "{error}");
    assert_eq!(error.hint().unwrap(), "--cafile FILE with the certificate of CN=an authority trusts it");
}

#[tokio::test]
async fn a_self_signed_certificate_is_trusted_when_it_is_in_the_file() {
    let (identity, pem) = self_signed("localhost", |_| ());
    let file = TempFile::new(pem.as_bytes());
    let (port, server) = serve_good(identity).await;
    ping_pong(&mut connect("localhost", port, file.trust()).await.unwrap()).await;
    server.await.unwrap().unwrap();

    let (stranger, _) = self_signed("localhost", |_| ());
    let (port, _server) = serve_good(stranger).await;
    let cause = failure("localhost", port, file.trust()).await;
    assert_eq!(cause.to_string(), "the certificate of CN=rcgen self signed cert is self-signed and not trusted");
    assert!(cause.hint().unwrap().starts_with("--cafile FILE with this very certificate"));

    let (other, pem) = self_signed("other.example", |_| ());
    let file = TempFile::new(pem.as_bytes());
    let (port, _server) = serve_good(other).await;
    let cause = failure("localhost", port, file.trust()).await;
    assert_eq!(cause.to_string(), "the certificate is for other.example, not for localhost");

    let (old, pem) = self_signed("localhost", expired);
    let file = TempFile::new(pem.as_bytes());
    let (port, _server) = serve_good(old).await;
    assert!(matches!(failure("localhost", port, file.trust()).await, TlsFailure::Expired(Some(_))));
}

#[tokio::test]
async fn a_server_that_asks_for_a_certificate_says_so() {
    let authority = authority();
    let file = TempFile::new(authority.pem().as_bytes());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    for version in rustls::ALL_VERSIONS {
        let mut roots = RootCertStore::empty();
        roots.add(authority.der().clone()).unwrap();
        let clients = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider)).build().unwrap();
        let Identity(certificate, key) = identity(&authority, "localhost", |_| ());
        let config = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_protocol_versions(&[version])
            .unwrap()
            .with_client_cert_verifier(clients)
            .with_single_cert(vec![certificate], key)
            .unwrap();
        let (port, server) = serve(config, End::CloseNotify).await;
        // In TLS 1.3 the client is done before the server has looked at its certificate.
        let words = match connect("localhost", port, file.trust()).await {
            Ok(mut stream) => describe_io(&stream.read(&mut [0; 8]).await.unwrap_err()),
            Err(NetError::Tls { cause, .. }) => {
                assert!(cause.is_certificate_problem());
                cause.to_string()
            }
            Err(other) => panic!("{other}"),
        };
        assert_eq!(words, "the peer ended TLS: it asks for a client certificate");
        server.await.unwrap().unwrap_err();
    }
}

/// A server without TLS: takes the ClientHello, answers, and closes.
async fn plain_server(answer: &'static [u8]) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (mut tcp, _) = listener.accept().await.unwrap();
        tcp.read_u8().await.unwrap();
        tcp.write_all(answer).await.unwrap();
        tcp.shutdown().await.unwrap();
        // A close with bytes unread would be a reset, which can overtake the answer.
        let _ = tcp.read_to_end(&mut Vec::new()).await;
    });
    port
}

#[tokio::test]
async fn a_plain_peer_on_the_tls_port_is_told_from_a_silent_one() {
    let cases: [(&'static [u8], TlsFailure); 6] = [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", TlsFailure::NotTls(Plain::Http)),
        (&[0x20, 0x02, 0x00, 0x01], TlsFailure::NotTls(Plain::Mqtt)),
        (&[0xE0, 0x00], TlsFailure::NotTls(Plain::Mqtt)),
        (b"SSH-2.0-OpenSSH\r\n", TlsFailure::NotTls(Plain::Other)),
        (&[0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x46], TlsFailure::Version(Versions::Both)),
        (&[], TlsFailure::Nameless(Box::new(TlsFailure::Closed))),
    ];
    for (answer, expected) in cases {
        let cause = failure("127.0.0.1", plain_server(answer).await, Trust::Nothing).await;
        assert_eq!(cause, expected);
        assert!(!cause.is_certificate_problem());
    }
    assert!(TlsFailure::Closed.hint().unwrap().contains("--no-tls"));
}

#[tokio::test]
async fn a_reset_during_the_handshake_is_a_close() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (cause, ()) = tokio::join!(failure("127.0.0.1", port, Trust::Nothing), async {
        let (mut tcp, _) = listener.accept().await.unwrap();
        tcp.read_u8().await.unwrap();
    });
    assert_eq!(cause, TlsFailure::Nameless(Box::new(TlsFailure::Closed)));
}

/// A chain that a server sends, of the certificate below an authority of its own, and one below that.
fn chain(root: &Authority, name: &str) -> (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let intermediate = CertifiedIssuer::signed_by(params, KeyPair::generate().unwrap(), root).unwrap();
    let Identity(certificate, key) = identity(&intermediate, "localhost", |_| ());
    (vec![certificate, intermediate.der().clone()], key)
}

#[tokio::test]
async fn an_issuer_is_looked_for_above_what_the_server_sends_and_is_escaped() {
    let root = named_authority("a \u{1b}[2J\u{202e}root");
    let file = TempFile::new(authority().pem().as_bytes());
    let (certificates, key) = chain(&root, "in between");
    let config = config_of_chain(certificates, key, rustls::ALL_VERSIONS);
    let (port, _server) = serve(config, End::CloseNotify).await;
    let error = connect("localhost", port, file.trust()).await.unwrap_err();
    let NetError::Tls { cause, .. } = error else { panic!("{error}") };
    let issuer = "CN=a \\x1b[2J\\u{202e}root";
    assert_eq!(
        cause.to_string(),
        format!("the certificate of CN=rcgen self signed cert is signed by {issuer}, which is not trusted")
    );
    assert_eq!(cause.hint().unwrap(), format!("--cafile FILE with the certificate of {issuer} trusts it"));

    // With that authority, the chain holds.
    let file = TempFile::new(root.pem().as_bytes());
    let (certificates, key) = chain(&root, "in between");
    let config = config_of_chain(certificates, key, rustls::ALL_VERSIONS);
    let (port, server) = serve(config, End::CloseNotify).await;
    ping_pong(&mut connect("localhost", port, file.trust()).await.unwrap()).await;
    server.await.unwrap().unwrap();
}

#[tokio::test]
async fn an_endpoint_offers_its_own_protocols_in_place_of_those_of_all() {
    let authority = authority();
    for (own, expected) in [(&[][..], "of all"), (&["its own".to_owned()], "its own")] {
        let mut config = config_of(identity(&authority, "localhost", |_| ()), rustls::ALL_VERSIONS);
        config.alpn_protocols = vec![expected.as_bytes().to_vec()];
        let (port, server) = serve(config, End::CloseNotify).await;
        let tls = TlsConnector::new(&TlsOptions { alpn: vec!["of all".to_owned()], ..trusting(Trust::Nothing) }).unwrap();
        let endpoint = Endpoint { security: Security::Tls { alpn: own.to_vec() }, ..Endpoint::tcp("localhost".to_owned(), port) };
        let mut stream = Dialer::new(Network::default(), Some(tls), WebSocketOptions::default()).dial(&endpoint).await.unwrap();
        let Stream::Tls(tls) = &stream else { panic!("plain") };
        assert_eq!(tls.get_ref().1.alpn_protocol(), Some(expected.as_bytes()));
        ping_pong(&mut stream).await;
        server.await.unwrap().unwrap();
    }
}

/// A tunnel, whose first bytes cannot be looked at.
impl crate::net::tls::Carrier for tokio::io::DuplexStream {}

#[tokio::test]
async fn tls_goes_through_any_stream() {
    let authority = authority();
    let file = TempFile::new(authority.pem().as_bytes());
    let tls = TlsConnector::new(&trusting(file.trust())).unwrap();
    let (near, far) = tokio::io::duplex(16 * 1024);
    let config = config_of(identity(&authority, "localhost", |_| ()), rustls::ALL_VERSIONS);
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let server = async {
        let mut tls = acceptor.accept(far).await.unwrap();
        tls.read_exact(&mut [0; 4]).await.unwrap();
        tls.write_all(b"pong").await.unwrap();
        tls.shutdown().await.unwrap();
    };
    let client = async { ping_pong(&mut tls.handshake(near, "localhost", &[]).await.unwrap()).await };
    tokio::join!(server, client);

    let (near, mut far) = tokio::io::duplex(16 * 1024);
    let server = async {
        far.read_u8().await.unwrap();
        far.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
        far.shutdown().await.unwrap();
        far.read_to_end(&mut Vec::new()).await.unwrap();
    };
    let ((), result) = tokio::join!(server, async { tls.handshake(near, "localhost", &[]).await });
    assert_eq!(result.unwrap_err().to_string(), "the peer broke the rules of TLS");
}

#[tokio::test]
async fn the_zone_of_an_address_is_none_of_tls() {
    let tls = TlsConnector::new(&trusting(Trust::Nothing)).unwrap();
    for (host, taken) in [("fe80::1%eth0", true), ("a b", false), ("%", false)] {
        let (near, far) = tokio::io::duplex(16 * 1024);
        drop(far);
        let cause = tls.handshake(near, host, &[]).await.unwrap_err();
        assert_eq!(cause != TlsFailure::BadName(host.to_owned()), taken, "{cause}");
    }
}
