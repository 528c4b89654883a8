//! The stream between mqtt5 and one client, whatever it runs over: packets from the client are measured, packets to it cleaned.
//! Made by `service`.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use mqtt5::broker::transport::{BrokerTransport, WebSocketTransport};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

use super::inbound::{Inbound, TooLarge};
use super::memory::{LOOK, Memory, PATIENCE, Sentence};
use super::outbound::Outbound;

/// Reason Codes of a DISCONNECT.
const PACKET_TOO_LARGE: u8 = 0x95;
const QUOTA_EXCEEDED: u8 = 0x97;

/// TCP, TLS or WebSocket.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Sync + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Sync + Unpin> Stream for S {}

/// A client's stream.
pub(super) struct Wire {
    stream: Box<dyn Stream>,
    peer: SocketAddr,
    inbound: Inbound,
    outbound: Outbound,
    memory: Arc<Memory>,
    sentence: Arc<Sentence>,
    /// What `memory` was told.
    arriving: usize,
    /// Nothing more is read until there is room.
    pause: Option<Pause>,
    /// Why nothing more is read at all.
    refused: Option<u8>,
}

/// Waits for room.
struct Pause {
    look: Pin<Box<Sleep>>,
    until: Instant,
}

impl Wire {
    /// A stream whose packets have at most `largest` bytes. When `sentence` is passed it ends instead of sending more.
    pub(super) fn new(
        stream: Box<dyn Stream>,
        peer: SocketAddr,
        largest: usize,
        memory: Arc<Memory>,
        sentence: Arc<Sentence>,
    ) -> Self {
        let (inbound, outbound) = (Inbound::new(largest), Outbound::default());
        Self { stream, peer, inbound, outbound, memory, sentence, arriving: 0, pause: None, refused: None }
    }

    /// As mqtt5 takes it: of its transports the one that leaves the type of the stream open.
    pub(super) fn into_transport(self) -> BrokerTransport {
        BrokerTransport::WebSocket(Box::new(self))
    }

    /// The end, which version 5 is told.
    fn end(&mut self, cx: &mut Context<'_>, reason: u8) -> io::Error {
        if self.outbound.is_between_packets_of_v5() {
            // What does not go out at once does not go out.
            let _ = Pin::new(&mut self.stream).poll_write(cx, &[0xE0, 0x01, reason]);
            let _ = Pin::new(&mut self.stream).poll_flush(cx);
        }
        io::ErrorKind::ConnectionAborted.into()
    }

    /// Writes everything that was taken.
    fn drain(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.outbound.unsent().is_empty() {
            let count = ready!(Pin::new(&mut self.stream).poll_write(cx, self.outbound.unsent()))?;
            if count == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.outbound.sent(count);
        }
        Poll::Ready(Ok(()))
    }

    /// Tells `memory` how much of a large packet has come.
    fn count(&mut self) {
        let (before, now) = (self.arriving, self.inbound.arriving());
        self.arriving = now;
        if now < before {
            self.memory.arrived(before - now);
        } else if now > before && !self.memory.arrive(now - before) {
            let until = Instant::now() + PATIENCE;
            self.pause = Some(Pause { look: Box::pin(tokio::time::sleep(LOOK)), until });
        }
    }

    /// Waits until there is room for what arrives. Whether there is.
    fn room(&mut self, cx: &mut Context<'_>) -> Poll<bool> {
        while let Some(pause) = &mut self.pause {
            ready!(pause.look.as_mut().poll(cx));
            let now = Instant::now();
            if self.memory.has_room() {
                self.pause = None;
            } else if now < pause.until {
                pause.look.as_mut().reset(now + LOOK);
            } else {
                return Poll::Ready(false);
            }
        }
        Poll::Ready(true)
    }
}

impl AsyncRead for Wire {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let wire = self.get_mut();
        if wire.refused.is_none() && !ready!(wire.room(cx)) {
            wire.memory.refuse();
            wire.refused = Some(QUOTA_EXCEEDED);
        }
        if let Some(reason) = wire.refused {
            return Poll::Ready(Err(wire.end(cx, reason)));
        }
        let before = buf.filled().len();
        ready!(Pin::new(&mut wire.stream).poll_read(cx, buf))?;
        let taken = wire.inbound.take(buf.filled().get(before..).unwrap_or_default());
        if let Err(TooLarge(at)) = taken {
            wire.refused = Some(PACKET_TOO_LARGE);
            buf.set_filled(before + at);
        }
        wire.count();
        match wire.refused {
            // What came before it is answered first.
            Some(reason) if buf.filled().len() == before => Poll::Ready(Err(wire.end(cx, reason))),
            _ => Poll::Ready(Ok(())),
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let wire = self.get_mut();
        if wire.sentence.is_passed() {
            return Poll::Ready(Err(wire.end(cx, QUOTA_EXCEEDED)));
        }
        if wire.outbound.is_full() {
            ready!(wire.drain(cx))?;
        }
        let direct = wire.outbound.direct(bytes);
        if direct > 0 {
            let count = ready!(Pin::new(&mut wire.stream).poll_write(cx, bytes.get(..direct).unwrap_or_default()))?;
            wire.outbound.passed(count);
            return Poll::Ready(Ok(count));
        }
        Poll::Ready(Ok(wire.outbound.take(bytes)))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let wire = self.get_mut();
        ready!(wire.drain(cx))?;
        Pin::new(&mut wire.stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let wire = self.get_mut();
        ready!(wire.drain(cx))?;
        Pin::new(&mut wire.stream).poll_shutdown(cx)
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.memory.arrived(self.arriving);
    }
}

impl WebSocketTransport for Wire {
    fn peer_addr(&self) -> mqtt5::error::Result<SocketAddr> {
        Ok(self.peer)
    }
}
