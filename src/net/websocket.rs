//! MQTT over WebSocket (RFC 6455): the upgrade of a connection, and then a stream of bytes like any other. Called by `dial`; `args` reads
//! headers with [`Header::parse`].
//!
//! The upgrade itself is in `upgrade`, what can go wrong in `failure`. Frames are tungstenite's; what they mean for MQTT is here: they are
//! binary, and their borders mean nothing `[MQTT-6.0.0-1]` `[MQTT-6.0.0-2]`.

mod deferred;
mod failure;
mod header;
mod upgrade;

use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message, Utf8Bytes};

use deferred::Deferred;
pub use failure::{Spoken, StreamError, WebSocketFailure};
pub use header::{Header, HeaderError};
pub use upgrade::{Upgrade, WebSocketOptions, upgrade};

/// The most bytes that are sent in one frame. A frame is done when the peer has taken all of it, so this is also the step in which progress
/// is seen.
const FRAME: usize = 32 << 10;
/// What is read from the stream below at a time, in bytes.
const READ: usize = 64 << 10;
/// A message may always have so many bytes, since it may hold many packets, each of them small.
const SMALLEST_LIMIT: usize = 1 << 20;
/// Frames without data that are handled before others get their turn.
const AT_ONCE: usize = 256;

/// A WebSocket as a stream of bytes. Written bytes are on their way only after a flush; `shutdown` sends Close, after which the peer may go on
/// to send and then closes. A peer that ends the connection without Close has closed it all the same.
///
/// Where reading ends for a reason that is worth telling, its error has a [`StreamError`] inside.
pub struct WebSocket<S> {
    frames: WebSocketStream<Deferred<S>>,
    /// Of a message that has come, what was not yet taken.
    unread: Bytes,
    incoming: Incoming,
    /// We sent Close.
    closing: bool,
}

/// How it stands with what the peer sends.
enum Incoming {
    /// It may send more.
    Open,
    /// It has ended, for a reason that was not yet told.
    Failed(io::Error),
    /// It has ended.
    Over,
}

impl<S: AsyncRead + AsyncWrite + Unpin> WebSocket<S> {
    /// What is behind an upgrade; `read` came behind its answer. Messages may have `max_packet` bytes, and never less than 1 MiB.
    async fn new(stream: S, read: Vec<u8>, max_packet: usize) -> Self {
        let most = Some(max_packet.max(SMALLEST_LIMIT));
        let config = WebSocketConfig::default()
            .read_buffer_size(READ)
            .write_buffer_size(0)
            .max_write_buffer_size(2 * FRAME)
            .max_message_size(most)
            .max_frame_size(most);
        let frames = WebSocketStream::from_partially_read(Deferred::new(stream), read, Role::Client, Some(config)).await;
        Self { frames, unread: Bytes::new(), incoming: Incoming::Open, closing: false }
    }

    /// The stream below.
    pub fn get_ref(&self) -> &S {
        self.frames.get_ref().get_ref()
    }

    /// The payload of the next message that has one; `None` when there will be none.
    fn poll_payload(&mut self, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        for _ in 0..AT_ONCE {
            let Incoming::Open = self.incoming else { return Poll::Ready(None) };
            // Also what answers a ping, and goes on to when the answer cannot be written at once.
            self.incoming = match ready!(self.frames.poll_next_unpin(cx)) {
                Some(Ok(Message::Binary(payload))) if !payload.is_empty() => return Poll::Ready(Some(payload)),
                Some(Ok(Message::Binary(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => Incoming::Open,
                Some(Ok(Message::Text(_))) => Incoming::Failed(StreamError::Text.into()),
                Some(Ok(Message::Close(close))) => {
                    // Our answer, as far as it can be sent at once: the end is not to wait for a peer that does not read.
                    let _ = self.frames.poll_flush_unpin(cx);
                    match close.filter(|_| !self.closing).and_then(|close| StreamError::closed(&close)) {
                        Some(error) => Incoming::Failed(error.into()),
                        None => Incoming::Over,
                    }
                }
                Some(Err(error)) => failure::end_of(error).map_or(Incoming::Over, Incoming::Failed),
                None => Incoming::Over,
            };
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    /// The result of writing, for which the stream below has kept its error.
    fn written<T>(&mut self, result: Result<T, Error>) -> io::Result<T> {
        self.frames.get_mut().take_error().map_or(Ok(()), Err)?;
        // What else can go wrong is that Close was sent or has come.
        result.map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for WebSocket<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        // Packets mostly come in a frame each; whoever reads wants them all.
        while buf.remaining() > 0 {
            if this.unread.is_empty() {
                match this.poll_payload(cx) {
                    Poll::Ready(Some(payload)) => this.unread = payload,
                    Poll::Pending if buf.filled().len() == before => return Poll::Pending,
                    Poll::Ready(None) | Poll::Pending => break,
                }
            }
            let count = this.unread.len().min(buf.remaining());
            buf.put_slice(&this.unread.split_to(count));
        }
        match std::mem::replace(&mut this.incoming, Incoming::Over) {
            // What came before it goes first.
            Incoming::Failed(error) if buf.filled().len() == before => Poll::Ready(Err(error)),
            as_it_was => {
                this.incoming = as_it_was;
                Poll::Ready(Ok(()))
            }
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for WebSocket<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let part = buf.get(..FRAME).unwrap_or(buf);
        loop {
            // One frame waits at most: the next is taken when the one before is with the stream below.
            let ready = ready!(this.frames.poll_ready_unpin(cx));
            this.written(ready)?;
            match this.frames.start_send_unpin(Message::Binary(Bytes::copy_from_slice(part))) {
                // Answers to pings fill the buffer. They never do when it was flushed.
                Err(Error::WriteBufferFull(_)) => {
                    let flushed = ready!(this.frames.poll_flush_unpin(cx));
                    this.written(flushed)?;
                }
                sent => return Poll::Ready(this.written(sent).map(|()| part.len())),
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let flushed = ready!(this.frames.poll_flush_unpin(cx));
        Poll::Ready(this.written(flushed))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.closing {
            // Behind it there is room for Close.
            ready!(self.as_mut().poll_flush(cx))?;
            let this = &mut *self;
            this.closing = true;
            let close = CloseFrame { code: CloseCode::Normal, reason: Utf8Bytes::default() };
            // It fails where the peer was first, and then there is nothing left to say.
            let _ = this.frames.start_send_unpin(Message::Close(Some(close)));
        }
        self.poll_flush(cx)
    }
}

impl<S> fmt::Debug for WebSocket<S> {
    /// Without its buffers, in which passwords are.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebSocket").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
