//! A client of raw bytes for the broker: over TCP, TLS, WebSocket or both, byte by byte as the specifications have them.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::support::packets::{Version, connect, disconnect, packet, string, subscribe};
use crate::support::parse::{complete, describe, hex};
use crate::support::{STEP, Verdict, ensure};

trait Stream: Read + Write {}
impl<S: Read + Write> Stream for S {}

/// The key of RFC 6455's own example, and the answer to it there.
const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
const ANSWER: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

/// A connection.
pub struct Raw {
    stream: Box<dyn Stream>,
    unread: Vec<u8>,
    version: Version,
    is_websocket: bool,
}

/// A TCP connection whose steps are not waited for longer than they may take.
pub fn tcp(to: SocketAddr) -> Verdict<TcpStream> {
    let stream = TcpStream::connect_timeout(&to, STEP)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(STEP))?;
    stream.set_write_timeout(Some(STEP))?;
    Ok(stream)
}

fn tls(to: SocketAddr, ca: &Path) -> Verdict<StreamOwned<ClientConnection, TcpStream>> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(ca)? {
        roots.add(certificate?)?;
    }
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(StreamOwned::new(ClientConnection::new(Arc::new(config), ServerName::from(to.ip()))?, tcp(to)?))
}

/// An HTTP request for an upgrade.
pub fn upgrade(path: &str, more: &str) -> String {
    format!(
        "GET {path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: {KEY}\r\n{more}\r\n"
    )
}

/// A masked frame: its first byte, then a payload of at most 65,535 bytes.
pub fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(payload.len()).expect("a short frame");
    let mut bytes = vec![first];
    match u8::try_from(length) {
        Ok(length @ 0..126) => bytes.push(0x80 | length),
        _ => {
            bytes.push(0x80 | 126);
            bytes.extend(length.to_be_bytes());
        }
    }
    bytes.extend(MASK);
    bytes.extend(payload.iter().enumerate().map(|(index, byte)| byte ^ MASK[index % 4]));
    bytes
}

impl Raw {
    fn of(stream: impl Read + Write + 'static, version: Version) -> Self {
        Self { stream: Box::new(stream), unread: Vec::new(), version, is_websocket: false }
    }

    /// Over TCP.
    pub fn plain(to: SocketAddr, version: Version) -> Verdict<Self> {
        Ok(Self::of(tcp(to)?, version))
    }

    /// Over WebSocket, after the upgrade.
    pub fn websocket(to: SocketAddr, version: Version) -> Verdict<Self> {
        Self::of(tcp(to)?, version).upgraded()
    }

    /// Over WebSocket in TLS.
    pub fn secure_websocket(to: SocketAddr, ca: &Path, version: Version) -> Verdict<Self> {
        Self::of(tls(to, ca)?, version).upgraded()
    }

    fn upgraded(mut self) -> Verdict<Self> {
        self.write(upgrade("/mqtt", "Sec-WebSocket-Protocol: other, mqtt\r\n").as_bytes())?;
        let head = self.read_until(b"\r\n\r\n")?.to_lowercase();
        ensure(head.starts_with("http/1.1 101 "), &head)?;
        ensure(head.contains("sec-websocket-protocol: mqtt\r\n"), &head)?;
        ensure(head.contains(&ANSWER.to_lowercase()), &head)?;
        self.is_websocket = true;
        Ok(self)
    }

    /// Bytes below everything.
    pub fn write(&mut self, bytes: &[u8]) -> Verdict {
        self.stream.write_all(bytes)?;
        Ok(self.stream.flush()?)
    }

    /// Bytes of MQTT, in one frame where there are frames.
    pub fn send(&mut self, bytes: &[u8]) -> Verdict {
        if self.is_websocket { self.write(&frame(0x82, bytes)) } else { self.write(bytes) }
    }

    fn read_more(&mut self) -> Verdict<bool> {
        let mut buffer = [0; 16 * 1024];
        let count = match self.stream.read(&mut buffer) {
            Ok(count) => count,
            Err(error) if matches!(error.kind(), ErrorKind::ConnectionReset | ErrorKind::UnexpectedEof) => 0,
            Err(error) => return Err(format!("{error}; so far {}", hex(&self.unread)).into()),
        };
        self.unread.extend_from_slice(&buffer[..count]);
        Ok(count > 0)
    }

    /// Text up to and with `end`.
    pub fn read_until(&mut self, end: &[u8]) -> Verdict<String> {
        loop {
            if let Some(at) = self.unread.windows(end.len()).position(|window| window == end) {
                return Ok(String::from_utf8_lossy(&self.unread.drain(..at + end.len()).collect::<Vec<_>>()).into_owned());
            }
            ensure(self.read_more()?, format_args!("the end came after {:?}", String::from_utf8_lossy(&self.unread)))?;
        }
    }

    /// Exactly these bytes below everything.
    pub fn expect_bytes(&mut self, expected: &[u8]) -> Verdict {
        while self.unread.len() < expected.len() && expected.starts_with(&self.unread) && self.read_more()? {}
        let fits = self.unread.starts_with(expected);
        ensure(fits, format_args!("expected {}\n     came {}", hex(expected), hex(&self.unread)))?;
        self.unread.drain(..expected.len());
        Ok(())
    }

    /// This packet, byte for byte.
    pub fn expect(&mut self, expected: &[u8]) -> Verdict {
        let (first, body) = self.expect_packet()?;
        let came = packet(first, &body);
        ensure(came == expected, format_args!("expected {}\n     came {}", hex(expected), describe(first, &body)))
    }

    /// The next packet.
    pub fn expect_packet(&mut self) -> Verdict<(u8, Vec<u8>)> {
        if self.is_websocket {
            // The broker's frames for small packets are as large as the packets.
            self.unframe()?;
        }
        loop {
            if let Some((first, body, length)) = complete(&self.unread)? {
                self.unread.drain(..length);
                return Ok((first, body));
            }
            ensure(self.read_more()?, "expected a packet; the broker closed")?;
        }
    }

    /// Takes the header of a short, unmasked, binary frame off.
    fn unframe(&mut self) -> Verdict {
        while self.unread.len() < 2 {
            ensure(self.read_more()?, "expected a frame; the broker closed")?;
        }
        ensure(self.unread[0] == 0x82 && self.unread[1] < 126, format_args!("no short binary frame: {}", hex(&self.unread)))?;
        self.unread.drain(..2);
        Ok(())
    }

    /// The end of the stream, and nothing before it.
    pub fn expect_end(&mut self) -> Verdict {
        while self.read_more()? {}
        ensure(self.unread.is_empty(), format_args!("before the end came {}", hex(&self.unread)))
    }

    /// Connects without credentials; the CONNACK without its fixed header.
    pub fn greet(&mut self, client_id: &str) -> Verdict<Vec<u8>> {
        self.send(&connect(self.version, client_id))?;
        self.expect_connack(0)
    }

    /// Connects with credentials.
    pub fn log_in(&mut self, client_id: &str, user: &str, password: &str) -> Verdict<Vec<u8>> {
        let head = [&string("MQTT")[..], &[self.version.level(), 0xC2, 0, 60]].concat();
        let properties = if self.version == Version::V5 { vec![0] } else { Vec::new() };
        let body = [head, properties, string(client_id), string(user), string(password)].concat();
        self.send(&packet(0x10, &body))?;
        self.expect_connack(0)
    }

    fn expect_connack(&mut self, code: u8) -> Verdict<Vec<u8>> {
        let (first, body) = self.expect_packet()?;
        ensure(first == 0x20 && body.get(1) == Some(&code), format_args!("no CONNACK with {code}: {}", describe(first, &body)))?;
        Ok(body)
    }

    /// Subscribes with these options.
    pub fn subscribe(&mut self, filter: &str, options: u8) -> Verdict {
        self.send(&subscribe(self.version, 1, &[(filter, options)]))?;
        let (first, body) = self.expect_packet()?;
        ensure(first == 0x90 && body.last() == Some(&(options & 3)), describe(first, &body))
    }

    /// DISCONNECT.
    pub fn leave(&mut self) -> Verdict {
        self.send(&disconnect(self.version, 0, &[]))
    }
}
