//! The server's side of a WebSocket connection, as a stream of bytes `[MQTT-6.0.0]`. Made by `service`.
//!
//! Frames are not gathered: their payload passes through as it comes, so a frame costs no memory, whatever length it claims.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncBufRead, AsyncRead, AsyncWrite, BufReader, ReadBuf};
use tokio_tungstenite::accept_hdr_async_with_config;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::http::{HeaderValue, StatusCode};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

/// The request path.
pub const PATH: &str = "/mqtt";
const PROTOCOL: &str = "Sec-WebSocket-Protocol";
/// Read at once; what is larger goes past it.
const READ: usize = 4 << 10;
/// The payload of a frame of ours has at most so many bytes.
const FRAME: usize = 64 << 10;

mod opcode {
    pub(super) const CONTINUATION: u8 = 0x0;
    pub(super) const TEXT: u8 = 0x1;
    pub(super) const BINARY: u8 = 0x2;
    pub(super) const CLOSE: u8 = 0x8;
    pub(super) const PING: u8 = 0x9;
    pub(super) const PONG: u8 = 0xA;
}

/// Answers the upgrade. `None` when it was none to MQTT: a wrong path or subprotocol is answered in HTTP.
pub(super) async fn accept<S: AsyncRead + AsyncWrite + Unpin>(stream: S) -> Option<WebSocket<S>> {
    // Only its handshake is used.
    let config = WebSocketConfig::default().read_buffer_size(1).write_buffer_size(0);
    let accepted = accept_hdr_async_with_config(stream, answer, Some(config)).await.ok()?;
    Some(WebSocket::new(accepted.into_inner()))
}

#[expect(clippy::result_large_err, reason = "the type is tungstenite's")]
fn answer(request: &Request, mut response: Response) -> Result<Response, ErrorResponse> {
    let refuse = |status, why: String| {
        let mut response = ErrorResponse::new(Some(why));
        *response.status_mut() = status;
        response.headers_mut().insert("Connection", HeaderValue::from_static("close"));
        Err(response)
    };
    if request.uri().path() != PATH {
        return refuse(StatusCode::NOT_FOUND, format!("MQTT is at {PATH}\n"));
    }
    let offered = request.headers().get_all(PROTOCOL).iter().filter_map(|value| value.to_str().ok());
    // [MQTT-6.0.0-3]
    if !offered.flat_map(|value| value.split(',')).any(|name| name.trim() == "mqtt") {
        return refuse(StatusCode::BAD_REQUEST, "the subprotocol mqtt is not offered\n".to_owned());
    }
    // [MQTT-6.0.0-4]
    response.headers_mut().insert(PROTOCOL, HeaderValue::from_static("mqtt"));
    Ok(response)
}

/// A stream whose bytes go in binary frames.
#[derive(Debug)]
pub(super) struct WebSocket<S> {
    stream: BufReader<S>,
    at: At,
    /// A message that began in an earlier frame goes on.
    is_fragmented: bool,
    out: Vec<u8>,
    sent: usize,
    is_closed: bool,
}

#[derive(Debug)]
enum At {
    /// In the header of a frame, of which so much has come.
    Header(Vec<u8>),
    /// In the payload of a binary frame.
    Data { left: u64, mask: [u8; 4], offset: usize },
    /// In the payload of a ping, a pong or a close.
    Control { opcode: u8, left: usize, mask: [u8; 4], payload: Vec<u8> },
}

impl At {
    const fn start() -> Self {
        Self::Header(Vec::new())
    }
}

/// What keeps a frame from being taken, and the status code for it (RFC 6455, 7.4.1).
#[derive(Debug, PartialEq, Eq)]
struct Violation(u16);

const PROTOCOL_ERROR: Violation = Violation(1002);
/// MQTT goes in binary frames `[MQTT-6.0.0-1]`.
const NOT_BINARY: Violation = Violation(1003);

/// The length of the header that begins so, or `None` when that is not known yet.
fn header_length(header: &[u8]) -> Option<usize> {
    let second = header.get(1)?;
    if second & 0x80 == 0 {
        // There is no mask to wait for.
        return Some(2);
    }
    let extended = match second & 0x7F {
        126 => 2,
        127 => 8,
        _ => 0,
    };
    Some(2 + extended + 4)
}

impl<S> WebSocket<S> {
    fn new(stream: S) -> Self
    where
        S: AsyncRead,
    {
        let stream = BufReader::with_capacity(READ, stream);
        Self { stream, at: At::start(), is_fragmented: false, out: Vec::new(), sent: 0, is_closed: false }
    }

    /// What begins behind a complete header.
    fn begin(&mut self, header: &[u8]) -> Result<At, Violation> {
        let (&[first, second], rest) = header.split_first_chunk().ok_or(PROTOCOL_ERROR)?;
        // A client masks.
        let (length, mask) = rest.split_last_chunk::<4>().ok_or(PROTOCOL_ERROR)?;
        let left = match length.len() {
            0 => u64::from(second & 0x7F),
            _ => length.iter().fold(0, |length, byte| length << 8 | u64::from(*byte)),
        };
        // Nobody has asked for extensions.
        if first & 0x70 != 0 || left > i64::MAX as u64 {
            return Err(PROTOCOL_ERROR);
        }
        let is_last = first & 0x80 != 0;
        match first & 0x0F {
            opcode::TEXT => Err(NOT_BINARY),
            opcode @ (opcode::BINARY | opcode::CONTINUATION) => {
                if (opcode == opcode::CONTINUATION) != self.is_fragmented {
                    return Err(PROTOCOL_ERROR);
                }
                self.is_fragmented = !is_last;
                Ok(At::Data { left, mask: *mask, offset: 0 })
            }
            opcode @ (opcode::CLOSE | opcode::PING | opcode::PONG) if is_last && left <= 125 => {
                let left = usize::try_from(left).map_err(|_| PROTOCOL_ERROR)?;
                Ok(At::Control { opcode, left, mask: *mask, payload: Vec::new() })
            }
            _ => Err(PROTOCOL_ERROR),
        }
    }

    fn push_frame(&mut self, opcode: u8, payload: &[u8]) {
        self.out.push(0x80 | opcode);
        match payload.len() {
            length @ 0..126 => self.out.push(u8::try_from(length).unwrap_or_default()),
            length => match u16::try_from(length) {
                Ok(length) => {
                    self.out.push(126);
                    self.out.extend_from_slice(&length.to_be_bytes());
                }
                Err(_) => {
                    self.out.push(127);
                    self.out.extend_from_slice(&(length as u64).to_be_bytes());
                }
            },
        }
        self.out.extend_from_slice(payload);
    }

    fn push_close(&mut self, code: &[u8]) {
        if !self.is_closed {
            self.push_frame(opcode::CLOSE, code);
            self.is_closed = true;
        }
    }

    /// Answers a ping, a pong or a close.
    fn control(&mut self, opcode: u8, payload: &[u8]) {
        match opcode {
            opcode::PING => self.push_frame(opcode::PONG, payload),
            // With the status code that came, if one came.
            opcode::CLOSE => self.push_close(payload.get(..2).unwrap_or_default()),
            _ => {}
        }
    }
}

impl<S: AsyncWrite + AsyncRead + Unpin> WebSocket<S> {
    fn drain(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some(unsent @ [_, ..]) = self.out.get(self.sent..) {
            let count = ready!(Pin::new(&mut self.stream).poll_write(cx, unsent))?;
            if count == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.sent += count;
        }
        self.out.clear();
        self.sent = 0;
        Poll::Ready(Ok(()))
    }

    /// What can go out without waiting goes out.
    fn send_some(&mut self, cx: &mut Context<'_>) {
        if self.drain(cx).is_ready() {
            let _ = Pin::new(&mut self.stream).poll_flush(cx);
        }
    }

    /// Reads up to the next byte of data. Whether there is one: `false` is the end.
    fn advance(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<bool>> {
        loop {
            if let At::Data { left: 1.., .. } = self.at {
                return Poll::Ready(Ok(true));
            }
            // Answers to pings that nobody takes are not piled up.
            if self.out.len() - self.sent > FRAME {
                ready!(self.drain(cx))?;
            }
            if let At::Control { opcode, left: 0, payload, .. } = &mut self.at {
                let (opcode, payload) = (*opcode, std::mem::take(payload));
                self.at = At::start();
                self.control(opcode, &payload);
                self.send_some(cx);
            }
            if self.is_closed {
                return Poll::Ready(Ok(false));
            }
            let came = ready!(Pin::new(&mut self.stream).poll_fill_buf(cx))?;
            let Some(&byte) = came.first() else { return Poll::Ready(Ok(false)) };
            Pin::new(&mut self.stream).consume(1);
            self.take(byte).map_err(|violation| {
                self.push_close(&violation.0.to_be_bytes());
                self.send_some(cx);
                io::Error::from(io::ErrorKind::InvalidData)
            })?;
        }
    }

    /// Takes a byte that is not data.
    fn take(&mut self, byte: u8) -> Result<(), Violation> {
        match std::mem::replace(&mut self.at, At::start()) {
            At::Header(mut header) => {
                header.push(byte);
                self.at = if header_length(&header) == Some(header.len()) { self.begin(&header)? } else { At::Header(header) };
            }
            At::Control { opcode, left, mask, mut payload } => {
                let key = mask.get(payload.len() % 4).copied().unwrap_or_default();
                payload.push(byte ^ key);
                self.at = At::Control { opcode, left: left.saturating_sub(1), mask, payload };
            }
            // An empty frame: the header of the next one begins.
            At::Data { .. } => self.at = At::Header(vec![byte]),
        }
        Ok(())
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for WebSocket<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let socket = self.get_mut();
        if !ready!(socket.advance(cx))? {
            return Poll::Ready(Ok(()));
        }
        let At::Data { left, mask, offset } = &mut socket.at else { return Poll::Ready(Ok(())) };
        let most = usize::try_from(*left).unwrap_or(usize::MAX).min(buf.remaining());
        let mut part = ReadBuf::new(buf.initialize_unfilled_to(most));
        ready!(Pin::new(&mut socket.stream).poll_read(cx, &mut part))?;
        for byte in part.filled_mut() {
            *byte ^= mask.get(*offset % 4).copied().unwrap_or_default();
            *offset += 1;
        }
        let count = part.filled().len();
        *offset %= 4;
        *left -= count as u64;
        buf.advance(count);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for WebSocket<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let socket = self.get_mut();
        if socket.out.len() - socket.sent >= FRAME {
            ready!(socket.drain(cx))?;
        }
        if socket.is_closed {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        let (frame, _) = bytes.split_at(bytes.len().min(FRAME));
        socket.push_frame(opcode::BINARY, frame);
        Poll::Ready(Ok(frame.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let socket = self.get_mut();
        ready!(socket.drain(cx))?;
        Pin::new(&mut socket.stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let socket = self.get_mut();
        socket.push_close(&1000_u16.to_be_bytes());
        ready!(socket.drain(cx))?;
        Pin::new(&mut socket.stream).poll_shutdown(cx)
    }
}
