//! The handshake: CONNECT out, CONNACK in, and what else may answer there. Rule 19's signs are read here, and judged in `client/attempt`.
//!
//! Called by `client/attempt`; what comes of it is the `Link` that the loop beside it runs.

use std::io;
use std::time::{Duration, Instant};

use bytes::BytesMut;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::{timeout, timeout_at};

use super::{Link, READ_SIZE};
use crate::client::Notice;
use crate::client::trace::Trace;
use crate::net::websocket::StreamError;
use crate::net::{self, Stream};
use crate::wire::{self, Codec, ConnAck, Connect, Frame, MAX_PACKET, Packet, WireError};

/// A CONNACK is never larger than this.
const MAX_CONNACK: usize = 1 << 20;
/// How long another protocol has to show itself once nothing more is sent to it; `--connect-timeout` is overrun by so much.
const PROBE_WAIT: Duration = Duration::from_millis(250);
/// As many bytes as it takes to tell another protocol.
const PROBE: usize = 16;
const CONNACK_BYTE: u8 = 0x20;

/// Why a handshake came to nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HandshakeError {
    #[error("{}", net::describe_io(.0))]
    Io(#[from] io::Error),
    #[error("no answer in time")]
    TimedOut,
    #[error("closed without an answer")]
    ClosedSilently,
    /// Without an answer in MQTT, that is.
    #[error("{0}")]
    ClosedSaying(StreamError),
    #[error("the connection was closed in the middle of an answer")]
    ClosedMidway,
    #[error("{0} is spoken there")]
    Foreign(&'static str),
    #[error("what answers does not speak MQTT: {0}")]
    NotMqtt(String),
}

impl From<WireError> for HandshakeError {
    fn from(error: WireError) -> Self {
        Self::NotMqtt(error.to_string())
    }
}

/// Who is told of the packets, if somebody watches.
pub(crate) struct Watch<'a> {
    pub trace: &'a mut Option<Trace>,
    pub notify: &'a (dyn Fn(Notice) + Sync),
}

/// Sends CONNECT and waits for CONNACK until the deadline.
pub(crate) async fn handshake(
    mut stream: Stream,
    codec: Codec,
    connect: &Connect,
    deadline: Instant,
    watch: Watch<'_>,
) -> Result<(Link, ConnAck), HandshakeError> {
    let mut input = BytesMut::with_capacity(READ_SIZE);
    let exchanged = timeout_at(deadline.into(), exchange(&mut stream, codec, connect, &mut input, watch)).await;
    let frame = match exchanged.unwrap_or(Err(HandshakeError::TimedOut)) {
        Ok(frame) => frame,
        Err(error) => return Err(foreign(&mut stream, &mut input, error).await),
    };
    let Packet::ConnAck(connack) = codec.decode(frame)? else {
        return Err(HandshakeError::NotMqtt("its first packet is not a CONNACK".to_owned()));
    };
    if connect.clean_start && connack.session_present && !connack.is_refusal() {
        return Err(HandshakeError::NotMqtt("it says that a session is present, which Clean Start forbids".to_owned()));
    }
    if connack.server_keep_alive == Some(0) || connect.keep_alive == 0 {
        stream.set_tcp_keep_alive();
    }
    let (reader, writer) = tokio::io::split(stream);
    Ok((Link { reader, writer, input, output: BytesMut::new(), max_packet: max_packet(connect), trace: None }, *connack))
}

/// The largest packet that a broker may send, in bytes. In 3.1.1 it cannot be told, and holds all the same.
fn max_packet(connect: &Connect) -> usize {
    connect.maximum_packet_size.map_or(MAX_PACKET, |size| size as usize)
}

/// Writes CONNECT and reads the first packet of the answer.
async fn exchange(
    stream: &mut Stream,
    codec: Codec,
    connect: &Connect,
    input: &mut BytesMut,
    watch: Watch<'_>,
) -> Result<Frame, HandshakeError> {
    let mut output = BytesMut::new();
    codec.connect(connect, &mut output)?;
    if let Some(trace) = watch.trace {
        trace.sent(&output, watch.notify);
    }
    // A peer that refuses may have answered before it closed: its answer is worth more than the failed write.
    let written = match stream.write_all(&output).await {
        Ok(()) => stream.flush().await,
        failed => failed,
    };
    loop {
        if let Some(first) = input.first().filter(|first| **first != CONNACK_BYTE) {
            return Err(HandshakeError::NotMqtt(format!("its first byte is 0x{first:02x}, not that of a CONNACK")));
        }
        if let Some(frame) = wire::split(input, max_packet(connect).min(MAX_CONNACK))? {
            return Ok(frame);
        }
        stream.acknowledge_at_once();
        match stream.read_buf(input).await {
            Ok(0) => match (written, input.is_empty()) {
                (Err(error), true) if !is_close(&error) => return Err(error.into()),
                (_, true) => return Err(HandshakeError::ClosedSilently),
                (_, false) => return Err(HandshakeError::ClosedMidway),
            },
            Ok(count) => {
                if let Some(trace) = watch.trace {
                    trace.received(input, count, watch.notify);
                }
            }
            Err(error) if is_close(&error) && input.is_empty() => return Err(HandshakeError::ClosedSilently),
            Err(error) => {
                let closed = StreamError::of(&error).filter(|why| input.is_empty() && matches!(why, StreamError::Closed { .. }));
                return Err(closed.cloned().map_or_else(|| error.into(), HandshakeError::ClosedSaying));
            }
        }
    }
}

/// Whether an error only says that the peer closed: with bytes of ours unread, that is a reset.
fn is_close(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionAborted)
}

/// Names what another protocol answered, if that is why the exchange failed. A web server may wait for the end of a line that CONNECT does
/// not have, and says what it is when it sees the end of the stream.
async fn foreign(stream: &mut Stream, input: &mut BytesMut, error: HandshakeError) -> HandshakeError {
    if matches!(error, HandshakeError::TimedOut | HandshakeError::NotMqtt(_)) {
        let read = async {
            stream.shutdown().await?;
            while input.len() < PROBE && stream.read_buf(input).await? > 0 {}
            io::Result::Ok(())
        };
        let _ = timeout(PROBE_WAIT, read).await;
    }
    wire::foreign_protocol(input).map_or(error, HandshakeError::Foreign)
}
