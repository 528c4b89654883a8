//! `dial` on 127.0.0.1.

mod identity;
mod tls;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::net::{Dialer, Endpoint, NetError, Network, Stream, WebSocketOptions};

/// Without TLS.
async fn dial(host: &str, port: u16) -> Result<Stream, NetError> {
    Dialer::new(Network::default(), None, WebSocketOptions::default()).dial(&Endpoint::tcp(host.to_owned(), port)).await
}

#[tokio::test]
async fn plain_tcp_needs_no_tls() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (stream, accepted) = tokio::join!(dial("localhost", port), listener.accept());
    let (mut stream, mut peer): (Stream, TcpStream) = (stream.unwrap(), accepted.unwrap().0);
    let Stream::Tcp(tcp) = &stream else { panic!("TLS") };
    assert!(tcp.nodelay().unwrap());
    #[cfg(target_os = "linux")]
    assert_eq!(socket2::SockRef::from(tcp).tcp_notsent_lowat().unwrap(), 128 * 1024);
    peer.write_all(b"pong").await.unwrap();
    drop(peer);
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert_eq!(answer, "pong");
}

#[tokio::test]
async fn nothing_listening_and_no_such_host_are_told_apart() {
    // Bound and not listening: no one else can take the port, and no one answers on it.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let port = socket.local_addr().unwrap().port();
    let error = dial("127.0.0.1", port).await.unwrap_err();
    assert_eq!(error.to_string(), format!("cannot connect to 127.0.0.1:{port}: connection refused"));
    assert!(error.hint().unwrap().contains("mqx broker"));

    let error = dial("no..host", port).await.unwrap_err();
    assert!(matches!(error, NetError::Dns { .. }), "{error}");
    assert!(error.to_string().starts_with("cannot find the host no..host: ") && !error.is_final());
}
