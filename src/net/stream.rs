//! A connection to a broker as a stream of bytes, whatever carries it. Made by `dial`, read and written by `client/connection`.

use std::io;
use std::io::IoSlice;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
#[cfg(unix)]
use tokio::net::UnixStream;
use tokio_rustls::client::TlsStream;

use crate::net::websocket::WebSocket;

/// A connection to a broker. Written bytes are on their way only after a flush; `shutdown` half-closes.
#[derive(Debug)]
pub enum Stream {
    /// Plain TCP.
    Tcp(TcpStream),
    /// TLS over TCP. A peer that closes without `close_notify` is an ordinary end of file.
    Tls(Box<TlsStream<TcpStream>>),
    /// A Unix socket.
    #[cfg(unix)]
    Unix(UnixStream),
    /// WebSocket over one of the others.
    WebSocket(Box<WebSocket<Self>>),
}

impl Stream {
    /// Lets the kernel find out when the peer is gone, for connections without Keep Alive of MQTT (rule 22). The kernel knows by itself
    /// when the other end of a Unix socket is.
    pub fn set_tcp_keep_alive(&self) {
        let tcp = match self {
            Self::Tcp(tcp) => tcp,
            Self::Tls(tls) => tls.get_ref().0,
            #[cfg(unix)]
            Self::Unix(_) => return,
            Self::WebSocket(socket) => return socket.get_ref().set_tcp_keep_alive(),
        };
        // It only adds certainty: a system that refuses it still works.
        let _ = socket2::SockRef::from(tcp).set_keepalive(true);
    }

    /// Has the kernel acknowledge at once what comes next through TLS. A server of TLS 1.3 sends tickets before its first answer, and may
    /// hold that back (Nagle) until they are acknowledged: 40 ms of a connection that needs three. Holds until something is written.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub fn acknowledge_at_once(&self) {
        match self {
            Self::Tcp(_) | Self::Unix(_) => {}
            // It only makes it faster.
            Self::Tls(tls) => drop(socket2::SockRef::from(tls.get_ref().0).set_tcp_quickack(true)),
            Self::WebSocket(socket) => socket.get_ref().acknowledge_at_once(),
        }
    }

    /// Nothing, on this system.
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    pub const fn acknowledge_at_once(&self) {}

    fn writer(self: Pin<&mut Self>) -> Pin<&mut (dyn AsyncWrite + Unpin)> {
        Pin::new(match self.get_mut() {
            Self::Tcp(tcp) => tcp,
            Self::Tls(tls) => tls,
            #[cfg(unix)]
            Self::Unix(socket) => socket,
            Self::WebSocket(socket) => socket,
        })
    }
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
            #[cfg(unix)]
            Self::Unix(socket) => Pin::new(socket).poll_read(cx, buf),
            Self::WebSocket(socket) => Pin::new(socket).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.writer().poll_write(cx, buf)
    }

    fn poll_write_vectored(self: Pin<&mut Self>, cx: &mut Context<'_>, bufs: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
        self.writer().poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Self::Tcp(tcp) => tcp.is_write_vectored(),
            Self::Tls(tls) => tls.is_write_vectored(),
            #[cfg(unix)]
            Self::Unix(socket) => socket.is_write_vectored(),
            Self::WebSocket(socket) => socket.is_write_vectored(),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.writer().poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.writer().poll_shutdown(cx)
    }
}
