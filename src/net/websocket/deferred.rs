//! The stream below a WebSocket, whose write errors wait for whoever writes. Used by `websocket` alone.
//!
//! Reading from a WebSocket writes too: it answers pings. When that fails there may still be something to read, and why the peer hung up is
//! mostly in it (rule 14).

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A stream that takes every byte once writing has failed, and keeps the error.
pub(super) struct Deferred<S> {
    stream: S,
    failed: bool,
    error: Option<io::Error>,
}

impl<S> Deferred<S> {
    pub const fn new(stream: S) -> Self {
        Self { stream, failed: false, error: None }
    }

    pub const fn get_ref(&self) -> &S {
        &self.stream
    }

    /// Why nothing is written any more: the error itself once, then that it is so.
    pub fn take_error(&mut self) -> Option<io::Error> {
        self.failed.then(|| self.error.take().unwrap_or_else(|| io::ErrorKind::BrokenPipe.into()))
    }

    fn keep<T>(&mut self, result: io::Result<T>, instead: T) -> io::Result<T> {
        result.or_else(|error| {
            self.failed = true;
            self.error = Some(error);
            Ok(instead)
        })
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Deferred<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Deferred<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        if self.failed {
            return Poll::Ready(Ok(buf.len()));
        }
        let written = ready!(Pin::new(&mut self.stream).poll_write(cx, buf));
        Poll::Ready(self.keep(written, buf.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.failed {
            return Poll::Ready(Ok(()));
        }
        let flushed = ready!(Pin::new(&mut self.stream).poll_flush(cx));
        Poll::Ready(self.keep(flushed, ()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
