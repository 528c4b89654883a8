//! From an endpoint to a stream of bytes: DNS, TCP, TLS. Called by `client/reconnect`, which also keeps the deadline.

use std::io;
use std::io::IoSlice;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use crate::net::Endpoint;
use crate::net::error::{Attempt, NetError};
use crate::net::tls::TlsConnector;
use crate::text::os_error;

/// Bytes that the kernel may hold unsent. More would only delay what is written after it: a PINGREQ, an acknowledgement.
#[cfg(any(target_os = "linux", target_os = "android"))]
const UNSENT: u32 = 128 * 1024;

/// A connection to a broker. Written bytes are on their way only after a flush; `shutdown` half-closes.
#[derive(Debug)]
pub enum Stream {
    /// Plain TCP.
    Tcp(TcpStream),
    /// TLS over TCP. A peer that closes without `close_notify` is an ordinary end of file.
    Tls(Box<TlsStream<TcpStream>>),
}

impl Stream {
    /// Lets the kernel find out when the peer is gone, for connections without Keep Alive of MQTT (rule 22).
    pub fn set_tcp_keep_alive(&self) {
        let tcp = match self {
            Self::Tcp(tcp) => tcp,
            Self::Tls(tls) => tls.get_ref().0,
        };
        // It only adds certainty: a system that refuses it still works.
        let _ = socket2::SockRef::from(tcp).set_keepalive(true);
    }
}

/// Connects to an endpoint: the addresses of its host in the resolver's order, then the TLS handshake if `tls` is given (made of
/// the endpoint's `Trust`). Has no deadline; may be dropped at any time.
///
/// # Errors
/// When the host has no address, none accepts, or TLS fails. TLS is tried with the first address that accepts.
pub async fn dial(endpoint: &Endpoint, tls: Option<&TlsConnector>) -> Result<Stream, NetError> {
    let tcp = connect(endpoint).await?;
    // Both only make it faster: a system that refuses them still works.
    let _ = tcp.set_nodelay(true);
    #[cfg(any(target_os = "linux", target_os = "android"))]
    let _ = socket2::SockRef::from(&tcp).set_tcp_notsent_lowat(UNSENT);
    let Some(tls) = tls else { return Ok(Stream::Tcp(tcp)) };
    match tls.handshake(tcp, &endpoint.host).await {
        Ok(stream) => Ok(Stream::Tls(Box::new(stream))),
        Err(cause) => Err(NetError::Tls { endpoint: endpoint.clone(), cause }),
    }
}

async fn connect(endpoint: &Endpoint) -> Result<TcpStream, NetError> {
    let unknown = |reason: String| NetError::Dns { host: endpoint.host.clone(), reason };
    let addresses = tokio::net::lookup_host((endpoint.host.as_str(), endpoint.port))
        .await
        .map_err(|error| unknown(os_error::describe(&error)))?;
    let mut tried = Vec::new();
    for address in addresses {
        match TcpStream::connect(address).await {
            Ok(tcp) if is_own_echo(&tcp) => tried.push(attempt(address, &io::ErrorKind::ConnectionRefused.into())),
            Ok(tcp) => return Ok(tcp),
            Err(error) => tried.push(attempt(address, &error)),
        }
    }
    if tried.is_empty() {
        return Err(unknown("it has no address".to_owned()));
    }
    Err(NetError::Connect { endpoint: endpoint.clone(), tried })
}

fn attempt(address: SocketAddr, error: &io::Error) -> Attempt {
    Attempt { address, kind: error.kind(), reason: os_error::describe(error) }
}

/// Whether the connection leads back to itself, as TCP allows when the kernel happens to pick the very port that is dialled and
/// nothing listens there. Whoever retries a local port for long meets it.
fn is_own_echo(tcp: &TcpStream) -> bool {
    matches!((tcp.local_addr(), tcp.peer_addr()), (Ok(local), Ok(peer)) if local == peer)
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(tcp) => Pin::new(tcp).poll_read(cx, buf),
            Self::Tls(tls) => match ready!(Pin::new(tls).poll_read(cx, buf)) {
                // No `close_notify`. Which bytes are missing is for MQTT to say, whose packets have a length.
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Poll::Ready(Ok(())),
                result => Poll::Ready(result),
            },
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Tcp(tcp) => Pin::new(tcp).poll_write(cx, buf),
            Self::Tls(tls) => Pin::new(tls).poll_write(cx, buf),
        }
    }

    fn poll_write_vectored(self: Pin<&mut Self>, cx: &mut Context<'_>, bufs: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Tcp(tcp) => Pin::new(tcp).poll_write_vectored(cx, bufs),
            Self::Tls(tls) => Pin::new(tls).poll_write_vectored(cx, bufs),
        }
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Self::Tcp(tcp) => tcp.is_write_vectored(),
            Self::Tls(tls) => tls.is_write_vectored(),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(tcp) => Pin::new(tcp).poll_flush(cx),
            Self::Tls(tls) => Pin::new(tls).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(tcp) => Pin::new(tcp).poll_shutdown(cx),
            Self::Tls(tls) => Pin::new(tls).poll_shutdown(cx),
        }
    }
}
