//! One connection: its handshake, in a file of its own, and the only I/O loop. Rules 14, 20, 21 and 24.
//!
//! Called by `client/reconnect`. Everything that a packet means is in `session`; here are the socket and the clock.

mod handshake;

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::Poll;
use std::time::{Duration, Instant, SystemTime};

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf};
use tokio::task::{unconstrained, yield_now};
use tokio::time::timeout_at;

pub(super) use handshake::{HandshakeError, Watch, handshake};

use super::coalescing::Coalescing;
use super::session::{Overdue, READ_SIZE, Session, Violation};
use super::trace::Trace;
use super::{Close, Shared};
use crate::mqtt::Reason;
use crate::net::websocket::StreamError;
use crate::net::{self, Stream};
use crate::wire::{self, Disconnect};

/// A buffer that grew beyond this for one large packet is given back.
const KEPT_BUFFER: usize = 256 << 10;
/// No byte was accepted for writing for so long: the connection is dead.
const WRITE_WAIT: Duration = Duration::from_secs(30);
/// At the end: for the broker's PUBREL, and for it to close.
const END_WAIT: Duration = Duration::from_secs(2);
/// The same where bytes go on to come, as from a broker that sends a backlog before it reads our answers.
const END_MOST: Duration = Duration::from_secs(10);
/// For the last bytes, when nothing is waited for any more.
const FLUSH_WAIT: Duration = Duration::from_secs(1);

/// A connection with its buffers.
pub(super) struct Link {
    reader: ReadHalf<Stream>,
    writer: WriteHalf<Stream>,
    /// Read and not yet understood.
    input: BytesMut,
    /// Encoded and not yet written.
    output: BytesMut,
    /// The largest packet that is taken, in bytes.
    max_packet: usize,
    /// Where somebody watches.
    pub(super) trace: Option<Trace>,
}

/// How a connection ended.
#[derive(Debug)]
pub(super) enum LinkEnd {
    /// As we wanted.
    Finished,
    /// The peer closed it.
    Closed,
    /// The same, with its reason.
    ClosedSaying(String),
    /// It broke.
    Broken(String),
    /// An answer stayed away.
    Overdue(Overdue),
    /// The broker said why.
    Disconnected(Disconnect),
    /// The broker broke the protocol.
    Violation(Violation),
    /// The broker broke the protocol below MQTT.
    Unreadable(String),
}

/// What one turn of the loop waits for.
struct Turn {
    read: bool,
    deadline: Option<Instant>,
    farewell: bool,
}

/// The state of the loop besides its buffers.
struct Loop<'a> {
    shared: &'a Shared,
    link: &'a mut Link,
    /// Bytes came that were not yet understood.
    fresh: bool,
    /// Bytes were given to the stream that it may still hold back (TLS).
    unflushed: bool,
    /// Since when no byte was accepted.
    writing_since: Option<Instant>,
    /// Writing failed; what the peer still has to say is read before that is reported.
    write_error: Option<(String, Instant)>,
    /// The wait for nothing but the broker's PUBRELs.
    releasing: Option<EndWait>,
    /// Since when the end is wanted at once.
    leaving_since: Option<Instant>,
    coalescing: Coalescing,
}

/// Runs a connection until it ends.
pub(super) async fn run(shared: &Shared, link: &mut Link) -> LinkEnd {
    let turns = Loop {
        shared,
        link,
        fresh: true,
        unflushed: false,
        writing_since: None,
        write_error: None,
        releasing: None,
        leaving_since: None,
        coalescing: Coalescing::new(Instant::now()),
    };
    turns.run().await
}

enum Happened {
    Read(io::Result<usize>),
    Wrote(io::Result<usize>),
    Flushed(io::Result<()>),
    Woken,
    TimedOut,
}

impl Loop<'_> {
    async fn run(mut self) -> LinkEnd {
        loop {
            let turn = match self.turn(Instant::now()) {
                Ok(turn) => turn,
                // Time alone proves nothing: the process may have been stopped, with the answer waiting in the socket (rule 20).
                Err(LinkEnd::Overdue(_)) if self.read_at_once().await => continue,
                Err(end) => return self.end(end).await,
            };
            if turn.farewell {
                return self.end(LinkEnd::Finished).await;
            }
            let end = match self.wait(&turn).await {
                Happened::Read(result) => {
                    if let Ok(count) = result {
                        self.let_more_arrive(count);
                    }
                    self.read(result)
                }
                Happened::Wrote(result) => {
                    self.wrote(result).await;
                    None
                }
                Happened::Flushed(result) => {
                    self.flushed(result);
                    None
                }
                Happened::Woken | Happened::TimedOut => None,
            };
            if let Some(end) = end {
                return self.end(end).await;
            }
        }
    }

    /// Understands what was read, encodes what is to be sent, and says what to wait for.
    fn turn(&mut self, now: Instant) -> Result<Turn, LinkEnd> {
        let mut state = self.shared.lock();
        let session = &mut state.session;
        understand(session, now, self.link)?;
        if std::mem::take(&mut self.fresh) {
            session.heard(now, !self.link.input.is_empty());
            self.releasing = self.releasing.map(|wait| wait.heard(now));
            state.heard_at = SystemTime::now();
        }
        let session = &mut state.session;
        session.handle_timeout(now).map_err(LinkEnd::Overdue)?;
        // Only behind nothing: a buffer that is always filled up again is never known to be handed over, and what waits for that piles up.
        let empty = self.link.output.is_empty() && !self.unflushed;
        if self.write_error.is_none() && empty && session.has_to_send() {
            session.transmit(now, &mut self.link.output);
        }
        let writing = self.write_error.is_none() && (!self.link.output.is_empty() || self.unflushed);
        self.writing_since = if writing { self.writing_since.or(Some(now)) } else { None };
        let read = session.wants_input();
        session.reading(now, read);
        let mut deadline = earlier(session.next_timeout(now), self.writing_since.map(|since| since + WRITE_WAIT));
        let farewell = match state.close {
            _ if self.write_error.is_some() => false,
            None => false,
            Some(Close::Now) => {
                let since = *self.leaving_since.get_or_insert(now);
                deadline = earlier(deadline, Some(since + FLUSH_WAIT));
                !writing || now >= since + FLUSH_WAIT
            }
            Some(Close::Drain | Close::Leave) => {
                let done = !writing && state.session.is_done();
                let over = done.then(|| self.releasing.get_or_insert_with(|| EndWait::begin(now)).over());
                deadline = earlier(deadline, over);
                over.is_some_and(|over| !state.session.awaits_release() || now >= over)
            }
        };
        if let Some((error, since)) = &self.write_error {
            if now >= *since + END_WAIT {
                return Err(LinkEnd::Broken(error.clone()));
            }
            deadline = earlier(deadline, Some(*since + END_WAIT));
        }
        if self.writing_since.is_some_and(|since| now >= since + WRITE_WAIT) {
            return Err(LinkEnd::Broken(format!("it took no byte for {} s", WRITE_WAIT.as_secs())));
        }
        self.shared.changed(&mut state);
        Ok(Turn { read, deadline, farewell })
    }

    /// Read and write are polled together: a pending write never stops reading (rule 21).
    async fn wait(&mut self, turn: &Turn) -> Happened {
        let Link { reader, writer, input, output, .. } = &mut *self.link;
        let writes = self.write_error.is_none();
        // Not a new block for each small packet: a delivery that waits for the consumer holds on to the whole block that it came in.
        if turn.read && input.capacity() - input.len() < READ_SIZE / 4 {
            input.reserve(READ_SIZE);
        }
        let to_write = !output.is_empty();
        let written = async {
            if to_write { Happened::Wrote(writer.write(output).await) } else { Happened::Flushed(writer.flush().await) }
        };
        tokio::select! {
            read = reader.read_buf(input), if turn.read => Happened::Read(read),
            happened = written, if writes && (to_write || self.unflushed) => happened,
            () = self.shared.work.notified() => Happened::Woken,
            () = sleep_until(turn.deadline) => Happened::TimedOut,
            () = stay_awake(self.coalescing.awake_until()) => Happened::Woken,
        }
    }

    /// Reads what has come already. Whether there was something.
    async fn read_at_once(&mut self) -> bool {
        if !self.shared.lock().session.wants_input() {
            return false;
        }
        let Link { reader, input, .. } = &mut *self.link;
        let mut read = std::pin::pin!(reader.read_buf(input));
        let polled = unconstrained(poll_fn(|context| Poll::Ready(read.as_mut().poll(context)))).await;
        self.fresh = matches!(polled, Poll::Ready(Ok(count)) if count > 0);
        if let Poll::Ready(Ok(count)) = polled {
            self.tell_received(count);
        }
        self.fresh
    }

    /// On a busy link, pauses before so many bytes are handled.
    fn let_more_arrive(&mut self, count: usize) {
        if let Some(pause) = self.coalescing.pause(Instant::now(), count) {
            // The thread itself: the runtime's clock has steps of a millisecond, in which a window runs empty.
            std::thread::sleep(pause);
            self.coalescing.resumed(Instant::now());
        }
    }

    fn read(&mut self, result: io::Result<usize>) -> Option<LinkEnd> {
        match result {
            Ok(0) => Some(match &self.write_error {
                Some((error, _)) => LinkEnd::Broken(error.clone()),
                None => LinkEnd::Closed,
            }),
            Ok(count) => {
                self.fresh = true;
                self.tell_received(count);
                None
            }
            Err(error) => Some(match StreamError::of(&error) {
                None => LinkEnd::Broken(net::describe_io(&error)),
                Some(closed @ StreamError::Closed { .. }) => LinkEnd::ClosedSaying(closed.to_string()),
                Some(violation) => LinkEnd::Unreadable(violation.to_string()),
            }),
        }
    }

    fn tell_received(&mut self, count: usize) {
        if let Some(trace) = &mut self.link.trace {
            trace.received(&self.link.input, count, &*self.shared.notify);
        }
    }

    fn tell_sent(&mut self, count: usize) {
        if let Some(trace) = &mut self.link.trace {
            trace.sent(self.link.output.get(..count).unwrap_or_default(), &*self.shared.notify);
        }
    }

    async fn wrote(&mut self, result: io::Result<usize>) {
        let now = Instant::now();
        match result {
            Ok(0) => self.failed(now, "it takes no more bytes".to_owned()),
            Ok(count) => {
                self.tell_sent(count);
                self.link.output.advance(count);
                self.unflushed = true;
                self.writing_since = None;
                self.shared.lock().session.written(now, false);
                if self.link.output.is_empty() {
                    if self.link.output.capacity() > KEPT_BUFFER {
                        self.link.output = BytesMut::new();
                    }
                    // Mostly there is nothing left to flush, which is worth knowing before the next turn.
                    let writer = &mut self.link.writer;
                    if let Poll::Ready(result) = poll_fn(|context| Poll::Ready(Pin::new(&mut *writer).poll_flush(context))).await
                    {
                        self.flushed(result);
                    }
                }
            }
            Err(error) => self.failed(now, net::describe_io(&error)),
        }
    }

    fn flushed(&mut self, result: io::Result<()>) {
        let now = Instant::now();
        match result {
            Ok(()) => {
                self.unflushed = false;
                self.shared.lock().session.written(now, true);
            }
            Err(error) => self.failed(now, net::describe_io(&error)),
        }
    }

    fn failed(&mut self, now: Instant, error: String) {
        self.write_error = Some((error, now));
    }

    /// Says goodbye where that makes sense, and hands the end on.
    async fn end(mut self, end: LinkEnd) -> LinkEnd {
        let reason = match &end {
            LinkEnd::Finished | LinkEnd::Overdue(Overdue::SubAck | Overdue::UnsubAck | Overdue::Acknowledgements) => {
                Reason::SUCCESS
            }
            LinkEnd::Violation(violation) => violation.reason,
            _ => return end,
        };
        self.shared.farewell(reason, &mut self.link.output);
        self.tell_sent(self.link.output.len());
        // Where the end is wanted at once, that is all the time there is (rule 24).
        let (written_by, closed_by) = match self.leaving_since {
            Some(since) => (since + FLUSH_WAIT, Some(since + FLUSH_WAIT)),
            None => (Instant::now() + FLUSH_WAIT, None),
        };
        let Link { reader, writer, input, output, trace, .. } = self.link;
        let goodbye = async {
            writer.write_all(output).await?;
            // A half-close: the broker reads the DISCONNECT before it sees the end, and nothing of ours is cut off by a reset.
            writer.shutdown().await
        };
        if matches!(timeout_at(written_by.into(), goodbye).await, Ok(Ok(()))) {
            let until_closed = async {
                let mut wait = EndWait::begin(Instant::now());
                loop {
                    input.clear();
                    let read = timeout_at(wait.over().into(), reader.read_buf(input)).await;
                    let Ok(Ok(count @ 1..)) = read else { break };
                    if let Some(trace) = trace {
                        trace.received(input, count, &*self.shared.notify);
                    }
                    wait = wait.heard(Instant::now());
                }
            };
            let _ = timeout_at(closed_by.unwrap_or_else(|| Instant::now() + END_MOST).into(), until_closed).await;
        }
        end
    }
}

/// Gives whole packets to the session, as long as the consumer has room.
fn understand(session: &mut Session, now: Instant, link: &mut Link) -> Result<(), LinkEnd> {
    let Link { input, max_packet, .. } = link;
    if input.is_empty() {
        return Ok(());
    }
    let at = SystemTime::now();
    while session.wants_input() {
        let Some(frame) = wire::split(input, *max_packet).map_err(|error| LinkEnd::Violation(error.into()))? else { break };
        if let Some(disconnect) = session.receive(now, at, frame).map_err(LinkEnd::Violation)? {
            return Err(LinkEnd::Disconnected(disconnect));
        }
    }
    Ok(())
}

/// A wait at the end: so long without a byte, and never longer than its most.
#[derive(Clone, Copy)]
struct EndWait {
    begun: Instant,
    heard: Instant,
}

impl EndWait {
    const fn begin(now: Instant) -> Self {
        Self { begun: now, heard: now }
    }

    const fn heard(self, now: Instant) -> Self {
        Self { heard: now, ..self }
    }

    fn over(self) -> Instant {
        (self.heard + END_WAIT).min(self.begun + END_MOST)
    }
}

fn earlier(one: Option<Instant>, other: Option<Instant>) -> Option<Instant> {
    [one, other].into_iter().flatten().min()
}

/// Keeps the runtime looking at its sockets until then; never completes.
async fn stay_awake(until: Option<Instant>) {
    while until.is_some_and(|until| Instant::now() < until) {
        yield_now().await;
    }
    std::future::pending::<()>().await;
}

async fn sleep_until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline.into()).await,
        None => std::future::pending().await,
    }
}
