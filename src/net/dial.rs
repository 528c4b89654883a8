//! From an endpoint to a stream of bytes: DNS, TCP, TLS. Called by `client/reconnect`, which also keeps the deadline.

use std::io;
use std::io::IoSlice;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use crate::net::endpoint::{Address, Endpoint, Security};
use crate::net::error::{Attempt, NetError};
use crate::net::failure::TlsFailure;
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

/// Which kind of address is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Family {
    /// Either, whichever answers first.
    #[default]
    Any,
    /// `--ipv4`.
    V4,
    /// `--ipv6`.
    V6,
}

/// How this machine reaches another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Network {
    /// Which kind of address is used.
    pub family: Family,
    /// The address of this machine that connections come from (`-A`).
    pub bind: Option<IpAddr>,
    /// Host and port to dial in place of the endpoint's, whose name stays in TLS and HTTP (`--connect-to`).
    pub connect_to: Option<(String, u16)>,
}

/// Makes connections, as one run wants them.
#[derive(Clone)]
pub struct Dialer {
    network: Network,
    /// There if any endpoint is with TLS.
    tls: Option<TlsConnector>,
}

impl Dialer {
    /// `tls` is for the endpoints that speak it; `None` if none does.
    #[must_use]
    pub const fn new(network: Network, tls: Option<TlsConnector>) -> Self {
        Self { network, tls }
    }

    /// Connects to an endpoint: the addresses of its host in the resolver's order, then the TLS handshake if it speaks that. Has no
    /// deadline; may be dropped at any time.
    ///
    /// # Errors
    /// When the host has no address, none accepts, or TLS fails. TLS is tried with the first address that accepts.
    pub async fn dial(&self, endpoint: &Endpoint) -> Result<Stream, NetError> {
        let Address::Tcp { host, port } = &endpoint.address else {
            return Err(NetError::Dns { host: endpoint.to_string(), reason: "Unix sockets are not built yet".to_owned() });
        };
        let tcp = connect(endpoint, host, *port).await?;
        // Both only make it faster: a system that refuses them still works.
        let _ = tcp.set_nodelay(true);
        #[cfg(any(target_os = "linux", target_os = "android"))]
        let _ = socket2::SockRef::from(&tcp).set_tcp_notsent_lowat(UNSENT);
        if endpoint.security == Security::Plain {
            return Ok(Stream::Tcp(tcp));
        }
        // Whoever asked for TLS never gets less.
        let Some(tls) = &self.tls else {
            let cause = TlsFailure::Protocol("no trust was set up".to_owned());
            return Err(NetError::Tls { endpoint: endpoint.clone(), cause });
        };
        match tls.handshake(tcp, host).await {
            Ok(stream) => Ok(Stream::Tls(Box::new(stream))),
            Err(cause) => Err(NetError::Tls { endpoint: endpoint.clone(), cause }),
        }
    }
}

async fn connect(endpoint: &Endpoint, host: &str, port: u16) -> Result<TcpStream, NetError> {
    let unknown = |reason: String| NetError::Dns { host: host.to_owned(), reason };
    let addresses = tokio::net::lookup_host((host, port)).await.map_err(|error| unknown(os_error::describe(&error)))?;
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
