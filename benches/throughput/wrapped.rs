//! The bare servers behind TLS and behind a WebSocket. Used by the scenarios.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::{self, Message, WebSocket};

use crate::bare::{self, Bare};
use crate::support::Verdict;
use crate::support::certificates::Identity;

/// What a server does with a stream.
pub type Serve = fn(Box<dyn Duplex>, u64) -> io::Result<u64>;

/// A stream of bytes.
pub trait Duplex: Read + Write {}
impl<T: Read + Write> Duplex for T {}

/// Discards, and counts what came.
pub fn discard(stream: Box<dyn Duplex>, _: u64) -> io::Result<u64> {
    bare::discard(stream)
}

/// Sends so many.
pub fn flood(stream: Box<dyn Duplex>, messages: u64) -> io::Result<u64> {
    bare::flood(stream, messages)
}

/// A server behind TLS.
pub fn tls(identity: &Identity, serve: Serve, messages: u64) -> Verdict<Bare> {
    let certificates = CertificateDer::pem_file_iter(&identity.certificate)?.collect::<Result<Vec<_>, _>>()?;
    let key = PrivateKeyDer::from_pem_file(&identity.key)?;
    let builder = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()));
    let config = builder.with_safe_default_protocol_versions()?.with_no_client_auth().with_single_cert(certificates, key)?;
    let connection = ServerConnection::new(Arc::new(config))?;
    Ok(Bare::serve(move |socket| serve(Box::new(StreamOwned::new(connection, socket)), messages))?)
}

/// A server behind a WebSocket.
pub fn websocket(serve: Serve, messages: u64) -> Verdict<Bare> {
    Ok(Bare::serve(move |socket| {
        // The callback's type is the crate's.
        #[allow(clippy::result_large_err, clippy::unnecessary_wraps)]
        let agree = |_: &Request, mut response: Response| {
            response.headers_mut().insert("Sec-WebSocket-Protocol", HeaderValue::from_static("mqtt"));
            Ok(response)
        };
        let socket = tungstenite::accept_hdr(socket, agree).map_err(io::Error::other)?;
        serve(Box::new(Framed { socket, unread: tungstenite::Bytes::new() }), messages)
    })?)
}

/// Bytes in binary frames, one a write.
struct Framed {
    socket: WebSocket<TcpStream>,
    unread: tungstenite::Bytes,
}

fn as_io(error: tungstenite::Error) -> io::Error {
    match error {
        tungstenite::Error::ConnectionClosed | tungstenite::Error::AlreadyClosed | tungstenite::Error::Protocol(_) => {
            io::ErrorKind::UnexpectedEof.into()
        }
        tungstenite::Error::Io(error) => error,
        other => io::Error::other(other),
    }
}

impl Read for Framed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.unread.is_empty() {
            match self.socket.read().map_err(as_io)? {
                Message::Binary(bytes) => self.unread = bytes,
                Message::Close(_) => return Ok(0),
                _ => {}
            }
        }
        let count = buffer.len().min(self.unread.len());
        buffer[..count].copy_from_slice(&self.unread.split_to(count));
        Ok(count)
    }
}

impl Write for Framed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.socket.send(Message::Binary(tungstenite::Bytes::copy_from_slice(bytes))).map_err(as_io)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.socket.flush().map_err(as_io)
    }
}
