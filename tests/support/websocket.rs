//! The scripted peer behind a WebSocket: it reads the upgrade and answers it, checks what a client's frames must be, and sends frames of any
//! kind, right or wrong. RFC 6455 in raw bytes; it knows nothing of the code under test nor of the library below that.

use std::fmt::Write as _;
use std::io::{self, ErrorKind, Read, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};

use super::packets::{Version, connack};
use super::peer::{Connection, Listener, Stream};
use super::{Verdict, ensure, ensure_eq};

/// First bytes of frames: the last or only one of its message, unless it says otherwise.
pub mod first {
    pub const CONTINUED: u8 = 0x00;
    pub const LAST: u8 = 0x80;
    pub const TEXT: u8 = 0x81;
    pub const BINARY: u8 = 0x82;
    pub const BINARY_BEGUN: u8 = 0x02;
    pub const CLOSE: u8 = 0x88;
    pub const PING: u8 = 0x89;
    pub const PONG: u8 = 0x8A;
}

/// A frame as a server sends it: not masked.
pub fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let length = payload.len();
    let head = match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short), _) if short < 126 => vec![first, short],
        (_, Ok(middle)) => [&[first, 126][..], &middle.to_be_bytes()].concat(),
        _ => [&[first, 127][..], &(length as u64).to_be_bytes()].concat(),
    };
    [&head, payload].concat()
}

/// Close.
pub fn close(code: u16, reason: &str) -> Vec<u8> {
    frame(first::CLOSE, &[&code.to_be_bytes(), reason.as_bytes()].concat())
}

/// The beginning of a frame that says it is so long, and nothing of what it announces.
pub fn announce(length: u64) -> Vec<u8> {
    [&[first::BINARY, 127][..], &length.to_be_bytes()].concat()
}

/// What a client asked for.
#[derive(Debug)]
pub struct Request {
    pub line: String,
    headers: Vec<(String, String)>,
}

impl Request {
    fn read(stream: &mut dyn Stream) -> Verdict<Self> {
        let (mut head, mut byte) = (Vec::new(), [0]);
        while !head.ends_with(b"\r\n\r\n") {
            ensure(stream.read(&mut byte)? == 1, format_args!("the client closed amid {:?}", String::from_utf8_lossy(&head)))?;
            head.extend(byte);
        }
        let head = String::from_utf8(head)?;
        let mut lines = head.trim_end().split("\r\n");
        let line = lines.next().unwrap_or_default().to_owned();
        let headers = lines.map(|line| line.split_once(": ").ok_or_else(|| format!("no header: {line}")));
        let headers = headers.map(|header| header.map(|(name, value)| (name.to_owned(), value.to_owned())));
        Ok(Self { line, headers: headers.collect::<Result<_, _>>()? })
    }

    /// The value of a header that must be there once.
    pub fn header(&self, name: &str) -> Verdict<&str> {
        let found: Vec<_> = self.headers.iter().filter(|(one, _)| one.eq_ignore_ascii_case(name)).collect();
        match found[..] {
            [(_, value)] => Ok(value),
            _ => Err(format!("expected one {name}, came {self:?}").into()),
        }
    }

    /// What RFC 6455, 4.1, and `[MQTT-6.0.0-3]` ask of a client.
    fn check(&self) -> Verdict {
        ensure(self.line.starts_with("GET /") && self.line.ends_with(" HTTP/1.1"), &self.line)?;
        ensure_eq(&self.header("Upgrade")?, &"websocket", "Upgrade")?;
        ensure_eq(&self.header("Connection")?, &"Upgrade", "Connection")?;
        ensure_eq(&self.header("Sec-WebSocket-Version")?, &"13", "version")?;
        ensure_eq(&self.header("Sec-WebSocket-Protocol")?, &"mqtt", "subprotocol")?;
        ensure(self.header("Host")?.starts_with("127.0.0.1:"), "Host")?;
        ensure_eq(&STANDARD.decode(self.header("Sec-WebSocket-Key")?)?.len(), &16, "bytes of the key")
    }

    /// The answer that a client must take.
    pub fn good(&self) -> Verdict<String> {
        let key = format!("{}258EAFA5-E914-47DA-95CA-C5AB0DC85B11", self.header("Sec-WebSocket-Key")?);
        let accept = STANDARD.encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, key.as_bytes()));
        let mut answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n".to_owned();
        write!(answer, "Sec-WebSocket-Accept: {accept}\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n")?;
        Ok(answer)
    }
}

/// How the script's bytes are put into frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// What is sent at once is one frame.
    Whole,
    /// Each byte is a frame and a message.
    EachByte,
    /// What is sent at once is a message of a frame for each byte, with this ping behind the first.
    Continued(&'static [u8]),
}

/// The frames below a [`Connection`].
#[derive(Clone)]
pub struct Socket(Arc<Mutex<Frames>>);

struct Frames {
    stream: Box<dyn Stream>,
    cut: Cut,
    /// Of the client's bytes, what is not yet a frame.
    raw: Vec<u8>,
    /// Of its messages, what was not yet read.
    data: Vec<u8>,
    /// The payloads of its pongs.
    pongs: Vec<Vec<u8>>,
    masks: Vec<[u8; 4]>,
    /// The payload of its Close.
    closed: Option<Vec<u8>>,
}

/// Takes a connection and its upgrade, and answers.
pub fn answer(listener: &mut Listener, answer: impl FnOnce(&Request) -> Verdict<Vec<u8>>) -> Verdict<(Connection, Socket)> {
    let mut socket = None;
    let connection = listener.accept()?.through(|mut stream| {
        let request = Request::read(&mut *stream)?;
        request.check()?;
        stream.write_all(&answer(&request)?)?;
        stream.flush()?;
        let (raw, data, pongs, masks) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let frames = Frames { stream, cut: Cut::Whole, raw, data, pongs, masks, closed: None };
        let below = socket.insert(Socket(Arc::new(Mutex::new(frames)))).clone();
        Ok(Box::new(below))
    })?;
    Ok((connection, socket.ok_or("a socket")?))
}

/// A WebSocket.
pub fn open(listener: &mut Listener) -> Verdict<(Connection, Socket)> {
    answer(listener, |request| Ok(request.good()?.into_bytes()))
}

/// A WebSocket whose frames are cut like this, and on it a CONNECT that was answered with success.
pub fn welcome(listener: &mut Listener, version: Version, cut: Cut) -> Verdict<(Connection, Socket)> {
    let (mut connection, socket) = open(listener)?;
    socket.cut(cut);
    ensure_eq(&connection.expect_connect()?.version, &version, "the version of CONNECT")?;
    connection.send(&connack(version, false, 0, &[]))?;
    Ok((connection, socket))
}

impl Socket {
    fn frames(&self) -> MutexGuard<'_, Frames> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How what is sent from now on is put into frames.
    pub fn cut(&self, cut: Cut) {
        self.frames().cut = cut;
    }

    /// Sends frames, right or wrong.
    pub fn send(&self, frames: &[u8]) -> Verdict {
        let stream = &mut self.frames().stream;
        stream.write_all(frames)?;
        Ok(stream.flush()?)
    }

    /// The payloads of the pongs before what was read last.
    pub fn pongs(&self) -> Vec<Vec<u8>> {
        self.frames().pongs.clone()
    }

    /// The masks of the frames so far.
    pub fn masks(&self) -> Vec<[u8; 4]> {
        self.frames().masks.clone()
    }

    /// The payload of the Close that came, if one has.
    pub fn closed(&self) -> Option<Vec<u8>> {
        self.frames().closed.clone()
    }
}

impl Frames {
    /// The next whole frame of the client, its payload in clear.
    fn take(&mut self) -> io::Result<Option<(u8, Vec<u8>)>> {
        let wrong = |what: &str| io::Error::new(ErrorKind::InvalidData, what.to_owned());
        let &[first, length, ref rest @ ..] = &self.raw[..] else { return Ok(None) };
        if length & 0x80 == 0 {
            return Err(wrong("a frame of the client is not masked"));
        }
        let (length, rest) = match (length & 0x7F, rest) {
            (126, [a, b, rest @ ..]) => (u64::from(u16::from_be_bytes([*a, *b])), rest),
            (127, [a, b, c, d, e, f, g, h, rest @ ..]) => (u64::from_be_bytes([*a, *b, *c, *d, *e, *f, *g, *h]), rest),
            (126 | 127, _) => return Ok(None),
            (short, rest) => (u64::from(short), rest),
        };
        let length = usize::try_from(length).map_err(|_| wrong("a frame of the client is endless"))?;
        let (Some(mask), Some(payload)) = (rest.first_chunk::<4>(), rest.get(4..4 + length)) else { return Ok(None) };
        let mask = *mask;
        let payload: Vec<u8> = payload.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask).collect();
        let behind = rest.len() - 4 - length;
        self.raw.drain(..self.raw.len() - behind);
        self.masks.push(mask);
        Ok(Some((first, payload)))
    }

    /// What a frame means. Only frames that mqx has reason to send are none that it must not.
    fn understand(&mut self, first: u8, payload: Vec<u8>) -> io::Result<()> {
        match first {
            first::BINARY => self.data.extend(payload),
            first::PONG => self.pongs.push(payload),
            first::CLOSE => {
                let answer = frame(first::CLOSE, &payload);
                self.closed = Some(payload);
                // Where we were first, there is nobody to hear it.
                let _ = self.stream.write_all(&answer).and_then(|()| self.stream.flush());
            }
            other => {
                return Err(io::Error::new(ErrorKind::InvalidData, format!("a frame of the client begins with 0x{other:02x}")));
            }
        }
        Ok(())
    }
}

impl Read for Socket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut frames = self.frames();
        while frames.data.is_empty() && frames.closed.is_none() {
            if let Some((first, payload)) = frames.take()? {
                frames.understand(first, payload)?;
                continue;
            }
            let mut more = [0; 16 * 1024];
            let count = frames.stream.read(&mut more)?;
            if count == 0 {
                break;
            }
            frames.raw.extend_from_slice(&more[..count]);
        }
        let count = frames.data.len().min(buffer.len());
        buffer[..count].copy_from_slice(&frames.data[..count]);
        frames.data.drain(..count);
        Ok(count)
    }
}

impl Write for Socket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut frames = self.frames();
        let out: Vec<u8> = match frames.cut {
            Cut::Whole => frame(first::BINARY, bytes),
            Cut::EachByte => bytes.iter().flat_map(|byte| frame(first::BINARY, &[*byte])).collect(),
            Cut::Continued(ping) => {
                let rest = bytes.iter().skip(1).flat_map(|byte| frame(first::CONTINUED, &[*byte])).collect();
                let parts = [frame(first::BINARY_BEGUN, &bytes[..1]), frame(first::PING, ping), rest, frame(first::LAST, b"")];
                parts.concat()
            }
        };
        frames.stream.write_all(&out)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.frames().stream.flush()
    }
}
