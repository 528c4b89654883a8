//! What is dialled, and from where. TLS itself is tested beside `tls`.

use std::path::{Path, PathBuf};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;
use crate::net::{Family, TlsOptions, Trust};

async fn dial(network: &Network, endpoint: &Endpoint) -> Result<Stream, NetError> {
    #[allow(clippy::needless_update, reason = "what else there may be is nothing to these tests")]
    let options = TlsOptions { trust: Trust::Nothing, ..TlsOptions::default() };
    let tls = endpoint.is_tls().then(|| TlsConnector::new(&options).unwrap());
    Dialer::new(network.clone(), tls, WebSocketOptions::default()).dial(endpoint).await
}

async fn listener(at: &str) -> (TcpListener, u16) {
    let listener = TcpListener::bind(at).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

#[tokio::test]
async fn an_address_costs_no_look_up() {
    let v4 = Network { family: Family::V4, ..Network::default() };
    assert_eq!(resolve(&Network::default(), "::1", 7).await, Ok(vec!["[::1]:7".parse().unwrap()]));
    // Not in a runtime, whose threads a look-up would need.
    let mut resolved = std::pin::pin!(resolve(&v4, "192.0.2.1", 7));
    let polled = resolved.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop()));
    assert_eq!(polled, std::task::Poll::Ready(Ok(vec!["192.0.2.1:7".parse().unwrap()])));
}

#[tokio::test]
async fn a_host_without_the_family_that_is_asked_for() {
    // The second is an address to the resolver alone, as it always was.
    for (host, family, told) in [
        ("192.0.2.1", Family::V6, "the host 192.0.2.1 has no IPv6 address"),
        ("127.1", Family::V6, "the host 127.1 has no IPv6 address"),
        ("::1", Family::V4, "the host ::1 has no IPv4 address"),
    ] {
        let network = Network { family, ..Network::default() };
        let error = dial(&network, &Endpoint::tcp(host.to_owned(), 1)).await.unwrap_err();
        assert_eq!((error.to_string().as_str(), error.hint()), (told, None));
        assert!(!error.is_final());
    }
    let network = Network { family: Family::V6, bind: "::1".parse().ok(), ..Network::default() };
    let error = dial(&network, &Endpoint::tcp("127.1".to_owned(), 1)).await.unwrap_err();
    assert_eq!(error.hint().unwrap(), "-A ::1 is an IPv6 address: a connection from it goes to another one");
    let addresses = ["[::1]:1", "1.1.1.1:1", "[::2]:1"].map(|address| address.parse().unwrap()).to_vec();
    let v6 = Network { family: Family::V6, ..Network::default() };
    assert_eq!(only(&v6, "x", addresses).unwrap(), ["[::1]:1", "[::2]:1"].map(|address| address.parse().unwrap()));
}

#[tokio::test]
async fn connections_come_from_the_address_that_is_asked_for() {
    let (listener, port) = listener("127.0.0.1:0").await;
    let from = |address: &str| Network { bind: address.parse().ok(), ..Network::default() };
    // All of 127.0.0.0/8 is this machine's on Linux, and one address of it elsewhere.
    let ours = if cfg!(target_os = "linux") { "127.0.0.5" } else { "127.0.0.1" };
    let (endpoint, here) = (Endpoint::tcp("127.0.0.1".to_owned(), port), from(ours));
    let Stream::Tcp(tcp) = dial(&here, &endpoint).await.unwrap() else { panic!("TCP") };
    let (_, peer) = listener.accept().await.unwrap();
    assert_eq!(peer.ip().to_string(), ours);
    assert!(tcp.nodelay().unwrap());

    let error = dial(&from("192.0.2.9"), &endpoint).await.unwrap_err();
    assert_eq!(error.to_string(), "cannot connect from 192.0.2.9: the address is not one of this machine's");
    assert!(!error.is_final() && error.hint().is_some(), "an interface may come back");
}

#[tokio::test]
async fn what_is_dialled_is_not_what_tls_asks_for() {
    let (listener, port) = listener("127.0.0.1:0").await;
    let network = Network { connect_to: Some(("127.0.0.1".to_owned(), port)), ..Network::default() };
    let secure = Endpoint { security: Security::Tls { alpn: Vec::new() }, ..Endpoint::tcp("broker.invalid".to_owned(), 8883) };
    let peer = tokio::spawn(async move {
        let (mut tcp, _) = listener.accept().await.unwrap();
        let mut hello = vec![0; 4096];
        let length = tcp.read(&mut hello).await.unwrap();
        hello.truncate(length);
        tcp.write_all(&[0x20, 2, 0, 0]).await.unwrap();
        hello
    });
    let error = dial(&network, &secure).await.unwrap_err();
    let told =
        format!("cannot speak TLS with broker.invalid:8883 at 127.0.0.1:{port}: the peer answered in plain MQTT, not in TLS");
    assert_eq!(error.to_string(), told);
    let hello = peer.await.unwrap();
    assert!(hello.windows(14).any(|window| window == b"broker.invalid"), "Server Name Indication");
}

/// A path below the temporary directory that goes when the test does.
struct TempPath(PathBuf);

impl TempPath {
    fn new() -> Self {
        Self(std::env::temp_dir().join(format!("mqx-dial-{}-{:016x}", std::process::id(), rand::random::<u64>())))
    }

    fn endpoint(&self) -> Endpoint {
        at(&self.0)
    }
}

impl Drop for TempPath {
    fn drop(&mut self) {
        // A test that fails may not have made it.
        let _ = std::fs::remove_file(&self.0);
    }
}

fn at(path: &Path) -> Endpoint {
    Endpoint { address: Address::Socket { path: path.to_owned() }, ..Endpoint::tcp(String::new(), 1) }
}

#[cfg(unix)]
#[tokio::test]
async fn a_socket_carries_both_ways() {
    use tokio::net::UnixListener;

    let path = TempPath::new();
    let listener = UnixListener::bind(&path.0).unwrap();
    // No option of TCP has a meaning for it.
    let network = Network { family: Family::V6, bind: "192.0.2.9".parse().ok(), connect_to: Some(("192.0.2.1".to_owned(), 1)) };
    let endpoint = path.endpoint();
    let mut stream = dial(&network, &endpoint).await.unwrap();
    let (mut peer, _) = listener.accept().await.unwrap();
    assert!(matches!(stream, Stream::Unix(_)));
    stream.set_tcp_keep_alive();
    stream.write_all(b"ping").await.unwrap();
    stream.shutdown().await.unwrap();
    let mut came = String::new();
    peer.read_to_string(&mut came).await.unwrap();
    assert_eq!(came, "ping");
    peer.write_all(b"pong").await.unwrap();
    drop(peer);
    came.clear();
    stream.read_to_string(&mut came).await.unwrap();
    assert_eq!(came, "pong");

    let secure = Endpoint { security: Security::Tls { alpn: Vec::new() }, ..endpoint };
    assert!(matches!(dial(&network, &secure).await, Err(NetError::Tls { .. })), "never less than TLS where that is asked for");
}

#[cfg(unix)]
#[tokio::test]
async fn a_socket_that_cannot_be_used_and_why() {
    let told = |error: &NetError, path: &str| (error.to_string().replace(path, "PATH"), error.hint().is_some());
    let failed = async |path: &Path| {
        let error = dial(&Network::default(), &at(path)).await.unwrap_err();
        assert!(!error.is_final());
        told(&error, path.to_str().unwrap())
    };
    let left = TempPath::new();
    assert_eq!(failed(&left.0).await, ("cannot connect to unix:PATH: no such file or directory".to_owned(), true));
    drop(std::os::unix::net::UnixListener::bind(&left.0).unwrap());
    assert_eq!(failed(&left.0).await, ("cannot connect to unix:PATH: connection refused".to_owned(), true));
    let file = TempPath::new();
    std::fs::write(&file.0, "").unwrap();
    assert_eq!(failed(&file.0).await, ("cannot connect to unix:PATH: it is not a socket".to_owned(), false));
    assert_eq!(failed(&std::env::temp_dir()).await, ("cannot connect to unix:PATH: it is not a socket".to_owned(), false));

    let full = TempPath::new();
    let socket = socket2::Socket::new(socket2::Domain::UNIX, socket2::Type::STREAM, None).unwrap();
    socket.bind(&socket2::SockAddr::unix(&full.0).unwrap()).unwrap();
    socket.listen(0).unwrap();
    let _queued = dial(&Network::default(), &full.endpoint()).await.unwrap();
    let expected = ("cannot connect to unix:PATH: its queue of connections is full".to_owned(), false);
    assert_eq!(failed(&full.0).await, expected);

    // Whoever may do anything is denied nothing, so that only the words are tested.
    let denied = NetError::socket(Path::new("/x"), &io::ErrorKind::PermissionDenied.into());
    assert_eq!(told(&denied, "/x"), ("cannot connect to unix:PATH: permission denied".to_owned(), true));
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_name_in_the_abstract_namespace() {
    use std::os::linux::net::SocketAddrExt as _;
    use std::os::unix::net::{SocketAddr, UnixListener};

    let name = format!("mqx-dial-{}-{:016x}", std::process::id(), rand::random::<u64>());
    let _listener = UnixListener::bind_addr(&SocketAddr::from_abstract_name(&name).unwrap()).unwrap();
    assert!(dial(&Network::default(), &at(Path::new(&format!("@{name}")))).await.is_ok());
    let error = dial(&Network::default(), &at(Path::new(&format!("./@{name}")))).await.unwrap_err();
    assert!(matches!(error, NetError::Socket { kind: io::ErrorKind::NotFound, .. }), "a file of that name: {error}");
}
