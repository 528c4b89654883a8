//! Loopback servers that do as little as one can: a sink that discards, a sink that acknowledges, a source of packets that are encoded
//! beforehand; and the raw writer and reader that are their limit. MQTT 3.1.1, one connection each. Used by the scenarios.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::thread::{self, JoinHandle};

/// The topic of all messages.
pub const TOPIC: &str = "x";
/// Payload bytes of a message, the newline of its line not counted.
pub const PAYLOAD: usize = 64;

const CONNACK: [u8; 4] = [0x20, 2, 0, 0];
const PINGREQ: [u8; 2] = [0xC0, 0];
const PINGRESP: [u8; 2] = [0xD0, 0];
const BUFFER: usize = 256 << 10;

/// The payload of each message: text, so that no byte of it looks like a packet.
pub fn payload() -> [u8; PAYLOAD] {
    std::array::from_fn(|index| b'a' + (index % 26) as u8)
}

/// A PUBLISH of the payload; without an id at QoS 0.
pub fn publish(id: Option<u16>) -> Vec<u8> {
    let mut packet = vec![if id.is_some() { 0x32 } else { 0x30 }, 0, 0, TOPIC.len() as u8];
    packet.extend(TOPIC.as_bytes());
    packet.extend(id.into_iter().flat_map(u16::to_be_bytes));
    packet.extend(payload());
    packet[1] = (packet.len() - 2) as u8;
    packet
}

/// A server for one connection. Its thread ends with the connection and gives the number of messages that came, or acknowledgements.
pub struct Bare {
    port: u16,
    thread: JoinHandle<io::Result<u64>>,
}

impl Bare {
    /// Serves one connection.
    pub fn serve(serve: impl FnOnce(TcpStream) -> io::Result<u64> + Send + 'static) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let port = listener.local_addr()?.port();
        let thread = thread::spawn(move || {
            let (socket, _) = listener.accept()?;
            socket.set_nodelay(true)?;
            serve(socket)
        });
        Ok(Self { port, thread })
    }

    /// Discards QoS 0 messages; answers CONNECT and, behind the last message, PINGREQ.
    pub fn discarding() -> io::Result<Self> {
        Self::serve(discard)
    }

    /// Answers each QoS 1 message with PUBACK, those of one read in one write.
    pub fn acknowledging() -> io::Result<Self> {
        Self::serve(acknowledge)
    }

    /// Sends so many QoS 0 messages to whoever subscribes.
    pub fn flooding(messages: u64) -> io::Result<Self> {
        Self::serve(move |socket| flood(socket, messages))
    }

    /// The same at QoS 1, with at most `window` of them unacknowledged.
    pub fn sliding(messages: u64, window: u64) -> io::Result<Self> {
        Self::serve(move |socket| slide(socket, messages, window))
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// Waits for the end of the connection.
    pub fn finish(self) -> io::Result<u64> {
        self.thread.join().map_err(|_| io::Error::other("the server panicked"))?
    }
}

/// Reads to the end and tells `take` what came; an orderly end and a reset are the same here, and the end of TLS without a word.
fn read_all<S: Read>(socket: &mut S, mut take: impl FnMut(&mut S, &[u8]) -> io::Result<()>) -> io::Result<()> {
    let mut buffer = vec![0; BUFFER];
    loop {
        match socket.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(count) => take(socket, &buffer[..count])?,
            Err(error) if matches!(error.kind(), io::ErrorKind::ConnectionReset | io::ErrorKind::UnexpectedEof) => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => std::hint::spin_loop(),
            Err(error) => return Err(error),
        }
    }
}

/// One control packet off the front of `bytes`: its first byte, what is behind the fixed header, and the rest.
fn packet(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (mut length, mut width) = (0, 0);
    loop {
        let byte = *bytes.get(1 + width)?;
        length |= usize::from(byte & 0x7F) << (7 * width);
        width += 1;
        if byte & 0x80 == 0 {
            break;
        }
    }
    let end = 1 + width + length;
    (bytes.len() >= end).then(|| (bytes[0], &bytes[1 + width..end], &bytes[end..]))
}

/// The server of `Bare::discarding`, over any stream.
pub fn discard(mut socket: impl Read + Write) -> io::Result<u64> {
    let (mut connected, mut total) = (false, 0_u64);
    let size = publish(None).len() as u64;
    read_all(&mut socket, |socket, bytes| {
        total += bytes.len() as u64;
        if !connected {
            // CONNECT comes alone: a client waits for the answer.
            (connected, total) = (true, 0);
            socket.write_all(&CONNACK)?;
        }
        // No payload ends like this; a client that asks waits for the answer.
        if bytes.ends_with(&PINGREQ) {
            socket.write_all(&PINGRESP)?;
        }
        Ok(())
    })?;
    // What is left over is PINGREQ and DISCONNECT.
    Ok(total / size)
}

fn acknowledge(mut socket: TcpStream) -> io::Result<u64> {
    let (mut unread, mut answers, mut messages) = (Vec::new(), Vec::new(), 0);
    read_all(&mut socket, |socket, bytes| {
        unread.extend_from_slice(bytes);
        let mut rest = &unread[..];
        while let Some((first, body, behind)) = packet(rest) {
            match first >> 4 {
                1 => answers.extend(CONNACK),
                3 => {
                    messages += 1;
                    answers.extend([0x40, 2]);
                    answers.extend(&body[2 + TOPIC.len()..][..2]);
                }
                12 => answers.extend(PINGRESP),
                _ => {}
            }
            rest = behind;
        }
        let read = unread.len() - rest.len();
        unread.drain(..read);
        socket.write_all(&answers)?;
        answers.clear();
        Ok(())
    })?;
    Ok(messages)
}

/// Answers CONNECT and SUBSCRIBE.
fn subscribed(socket: &mut (impl Read + Write)) -> io::Result<()> {
    let mut unread = Vec::new();
    let mut buffer = [0; 1024];
    loop {
        let count = socket.read(&mut buffer)?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        unread.extend_from_slice(&buffer[..count]);
        while let Some((first, body, behind)) = packet(&unread) {
            if first >> 4 == 1 {
                socket.write_all(&CONNACK)?;
            }
            if first >> 4 == 8 {
                // The QoS that is asked for is the last byte.
                return socket.write_all(&[0x90, 3, body[0], body[1], body[body.len() - 1]]);
            }
            unread = behind.to_vec();
        }
    }
}

/// The server of `Bare::flooding`, over any stream.
pub fn flood(mut socket: impl Read + Write, messages: u64) -> io::Result<u64> {
    subscribed(&mut socket)?;
    write_messages(&mut socket, messages)?;
    // The client ends it when it has them all.
    socket.flush()?;
    read_all(&mut socket, |_, _| Ok(()))?;
    Ok(messages)
}

/// Writes so many QoS 0 messages in blocks of about 64 KiB.
fn write_messages(socket: &mut impl Write, messages: u64) -> io::Result<()> {
    let packet = publish(None);
    let a_block = (64 << 10) / packet.len();
    let block = packet.repeat(a_block);
    let mut left = messages as usize;
    while left > 0 {
        let count = left.min(a_block);
        socket.write_all(&block[..count * packet.len()])?;
        left -= count;
    }
    Ok(())
}

/// Never sleeps: what it takes to wake a server up is not to be measured.
fn slide(mut socket: TcpStream, messages: u64, window: u64) -> io::Result<u64> {
    subscribed(&mut socket)?;
    socket.set_nonblocking(true)?;
    let (mut sent, mut acknowledged) = (0, 0);
    let (mut out, mut unread) = (Vec::new(), Vec::new());
    let mut more = |acknowledged: u64, socket: &mut TcpStream| -> io::Result<()> {
        out.clear();
        while sent < messages && sent < acknowledged + window {
            sent += 1;
            out.extend(publish(Some((sent % 65_535 + 1) as u16)));
        }
        let mut left = &out[..];
        while !left.is_empty() {
            match socket.write(left) {
                Ok(count) => left = &left[count..],
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => std::hint::spin_loop(),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    };
    more(0, &mut socket)?;
    read_all(&mut socket, |socket, bytes| {
        unread.extend_from_slice(bytes);
        let mut rest = &unread[..];
        while let Some((first, _, behind)) = packet(rest) {
            acknowledged += u64::from(first == 0x40);
            rest = behind;
        }
        let read = unread.len() - rest.len();
        unread.drain(..read);
        more(acknowledged, socket)
    })?;
    Ok(acknowledged)
}

/// The limit of `pub`: a CONNECT, and then the packets as fast as the socket takes them.
pub fn write_raw(port: u16, messages: u64) -> io::Result<()> {
    let mut socket = connect(port)?;
    write_messages(&mut socket, messages)?;
    socket.write_all(&PINGREQ)?;
    socket.read_exact(&mut [0; 2])?;
    socket.shutdown(Shutdown::Write)
}

/// The limit of `sub`: reads as many bytes as so many packets have, and looks at none.
pub fn read_raw(port: u16, messages: u64) -> io::Result<()> {
    let mut socket = connect(port)?;
    socket.write_all(&[0x82, 6, 0, 1, 0, 1, b'x', 0])?;
    let mut left = messages * publish(None).len() as u64 + 5;
    let mut buffer = vec![0; 64 << 10];
    while left > 0 {
        match socket.read(&mut buffer)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            count => left -= count as u64,
        }
    }
    Ok(())
}

fn connect(port: u16) -> io::Result<TcpStream> {
    let mut socket = TcpStream::connect(("127.0.0.1", port))?;
    socket.set_nodelay(true)?;
    socket.write_all(&[0x10, 13, 0, 4, b'M', b'Q', b'T', b'T', 4, 2, 0, 60, 0, 1, b'r'])?;
    socket.read_exact(&mut [0; 4])?;
    Ok(socket)
}
