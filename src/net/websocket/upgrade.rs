//! The upgrade: one request of HTTP, its answer, and whether that is a WebSocket for MQTT (RFC 6455, 4.1).
//!
//! Not tungstenite's, which refuses an answer that names no subprotocol, as some brokers and proxies give it, and one whose `Connection` has
//! more than one word; and which does not tell the status of HTTP/1.0.

use std::io;

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::failure::{Spoken, WebSocketFailure};
use super::{Header, WebSocket};
use crate::net::{Request, describe_io};
use crate::text::excerpt;

/// `[MQTT-6.0.0-3]`
const SUBPROTOCOL: &str = "mqtt";
/// What an answer may have before its body, in bytes and in headers.
const MAX_HEAD: usize = 64 << 10;
const MAX_HEADERS: usize = 100;
/// As much of a peer's text as is shown, in characters.
const SHOWN: usize = 200;
const SWITCHING_PROTOCOLS: u16 = 101;

/// What is asked for.
pub struct Upgrade<'a> {
    /// The value of `Host`: with the port when it is not the scheme's, and with brackets around an IPv6 address.
    pub host: &'a str,
    /// Path and query.
    pub request: &'a Request,
    /// What holds for every upgrade.
    pub options: &'a WebSocketOptions,
}

/// How one run speaks WebSocket.
#[derive(Clone, Debug, Default)]
pub struct WebSocketOptions {
    /// What is sent with the upgrade besides.
    pub headers: Vec<Header>,
    /// The largest packet that is taken, in bytes; messages may always have 1 MiB.
    pub max_packet: usize,
}

/// Makes a stream a WebSocket. Has no deadline; may be dropped at any time, and the stream with it.
///
/// # Errors
/// When the connection fails, or what answers does not change to WebSocket with the subprotocol `mqtt`. An answer that names none is good: the
/// client has to ask for it `[MQTT-6.0.0-3]`, and a broker that cannot speak MQTT will show that soon.
pub async fn upgrade<S>(mut stream: S, upgrade: &Upgrade<'_>) -> Result<WebSocket<S>, WebSocketFailure>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let key = generate_key();
    let request = upgrade.request(&key)?;
    // A peer that refuses may have answered before it closed: its answer is worth more than the failed write.
    let written = match stream.write_all(&request).await {
        Ok(()) => stream.flush().await,
        failed => failed,
    };
    let mut input = BytesMut::with_capacity(4096);
    loop {
        let fresh = input.len();
        match stream.read_buf(&mut input).await {
            Ok(0) => return Err(failure(written.err(), &input)),
            Ok(_) => {}
            Err(error) => return Err(failure(Some(error), &input)),
        }
        spoken(&input).map_or(Ok(()), |spoken| Err(WebSocketFailure::NotHttp(spoken)))?;
        // Lines are looked at when one has ended, or an answer byte by byte would cost the square of its length.
        let ended = input.get(fresh..).is_some_and(|new| new.contains(&b'\n'));
        if let Some(length) = if ended { upgrade.judge(&input, &derive_accept_key(key.as_bytes()))? } else { None } {
            let behind = input.split_off(length).to_vec();
            return Ok(WebSocket::new(stream, behind, upgrade.options.max_packet).await);
        }
        if input.len() > MAX_HEAD {
            return Err(WebSocketFailure::Malformed(format!("more than {MAX_HEAD} bytes of headers")));
        }
    }
}

/// What the end of a connection was, with so much of an answer. A peer that closes with bytes of ours unread resets it; one that has no use
/// for HTTP does so.
fn failure(error: Option<io::Error>, input: &[u8]) -> WebSocketFailure {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset};
    match error.filter(|error| !matches!(error.kind(), BrokenPipe | ConnectionAborted | ConnectionReset)) {
        Some(error) => WebSocketFailure::Io(describe_io(&error)),
        None => WebSocketFailure::Closed { begun: !input.is_empty() },
    }
}

/// What is spoken where an answer begins like this, if not HTTP.
fn spoken(input: &[u8]) -> Option<Spoken> {
    let beginning = b"HTTP/".iter().zip(input).all(|(wanted, came)| wanted == came);
    match input.first()? {
        _ if beginning => None,
        0x20 | 0xE0 => Some(Spoken::Mqtt),
        0x15 | 0x16 => Some(Spoken::Tls),
        _ => Some(Spoken::Other),
    }
}

impl Upgrade<'_> {
    fn request(&self, key: &str) -> Result<Vec<u8>, WebSocketFailure> {
        if self.host.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(WebSocketFailure::Unspeakable);
        }
        let mut request = format!(
            "GET {} HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Protocol: {SUBPROTOCOL}\r\n",
            self.request.expose(),
            self.host
        )
        .into_bytes();
        for header in &self.options.headers {
            header.write_to(&mut request);
        }
        request.extend_from_slice(b"\r\n");
        Ok(request)
    }

    /// What was asked for, as it may be told.
    fn path(&self) -> String {
        self.request.path().to_owned()
    }

    /// The length of an answer that is as it should be, its headers with the empty line; `None` while that has not come.
    fn judge(&self, input: &[u8], accept: &str) -> Result<Option<usize>, WebSocketFailure> {
        let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
        let mut answer = httparse::Response::new(&mut headers);
        let length = match answer.parse(input) {
            Ok(httparse::Status::Complete(length)) => length,
            Ok(httparse::Status::Partial) => return Ok(None),
            Err(error) => return Err(WebSocketFailure::Malformed(error.to_string())),
        };
        let answer = Answer { code: answer.code.unwrap_or_default(), headers: answer.headers };
        let path = self.path();
        if answer.code != SWITCHING_PROTOCOLS {
            let location = answer.values("Location").next().map(|location| {
                let end = location.iter().position(|b| matches!(b, b'?' | b'#')).unwrap_or(location.len());
                excerpt(location.get(..end).unwrap_or(location), SHOWN)
            });
            let location = location.filter(|_| (300..400).contains(&answer.code));
            return Err(WebSocketFailure::Status { code: answer.code, path, location });
        }
        if let Some(defect) = answer.defect(accept) {
            return Err(WebSocketFailure::NoUpgrade { path, defect });
        }
        match answer.values("Sec-WebSocket-Protocol").find(|chosen| *chosen != SUBPROTOCOL.as_bytes()) {
            Some(chosen) => Err(WebSocketFailure::Subprotocol { path, chosen: excerpt(chosen, SHOWN) }),
            None => Ok(Some(length)),
        }
    }
}

/// An answer of HTTP.
struct Answer<'a> {
    code: u16,
    headers: &'a [httparse::Header<'a>],
}

impl<'a> Answer<'a> {
    /// The values of every header of this name.
    fn values(&self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        self.headers.iter().filter(move |header| header.name.eq_ignore_ascii_case(name)).map(|header| header.value.trim_ascii())
    }

    /// Whether a header that is a list has this word, in any case.
    fn has(&self, name: &str, word: &str) -> bool {
        let mut words = self.values(name).flat_map(|value| value.split(|b| *b == b','));
        words.any(|one| one.trim_ascii().eq_ignore_ascii_case(word.as_bytes()))
    }

    /// What a client has to refuse in an answer 101.
    fn defect(&self, accept: &str) -> Option<&'static str> {
        if !self.has("Upgrade", "websocket") || !self.has("Connection", "Upgrade") {
            Some("does not say that it is WebSocket")
        } else if self.values("Sec-WebSocket-Accept").ne([accept.as_bytes()]) {
            Some("its Sec-WebSocket-Accept does not belong to the request: something answers that has not read it")
        } else if self.values("Sec-WebSocket-Extensions").any(|extensions| !extensions.is_empty()) {
            Some("with an extension that was not asked for")
        } else {
            None
        }
    }
}
