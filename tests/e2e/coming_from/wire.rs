//! A listener that passes on to a broker, keeps each packet that the client sends, knows when its subscriptions stand, and can be in
//! the way of some. Used by each run of a row.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::row::Fault;
use crate::support::packets::{Publish, Version, first};
use crate::support::parse::{self, Connect, Subscribe};
use crate::support::{STEP, Verdict, ensure};

/// What a client sent: the version that it spoke, first byte, body.
pub type Packet = (Version, u8, Vec<u8>);

#[derive(Debug, Default)]
struct State {
    packets: Vec<Packet>,
    /// Filters of SUBSCRIBE and UNSUBSCRIBE that the broker has answered.
    answered: usize,
    open: usize,
    /// The client has ended, or whoever listened has.
    over: bool,
}

#[derive(Debug)]
struct Shared {
    /// The port of the broker; `None` takes connections and says nothing.
    upstream: Option<u16>,
    fault: Fault,
    state: Mutex<State>,
    changed: Condvar,
}

/// A running one.
#[derive(Debug)]
pub struct Wire {
    port: u16,
    shared: Arc<Shared>,
}

impl Wire {
    /// Listens on a free port of 127.0.0.1.
    pub fn tcp(upstream: Option<u16>, fault: Fault) -> Verdict<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let port = listener.local_addr()?.port();
        Ok(Self::start(port, upstream, fault, move || Ok(listener.accept()?.0)))
    }

    /// Listens on a Unix socket, which it makes at `path`.
    pub fn unix(path: &Path, upstream: u16) -> Verdict<Self> {
        let listener = UnixListener::bind(path)?;
        // What is done to a stream is the same for both.
        Ok(Self::start(0, Some(upstream), Fault::Nothing, move || Ok(OwnedFd::from(listener.accept()?.0).into())))
    }

    fn start(
        port: u16,
        upstream: Option<u16>,
        fault: Fault,
        accept: impl Fn() -> std::io::Result<TcpStream> + Send + 'static,
    ) -> Self {
        let shared = Arc::new(Shared { upstream, fault, state: Mutex::default(), changed: Condvar::new() });
        let wire = Self { port, shared: Arc::clone(&shared) };
        thread::spawn(move || {
            while let Ok(client) = accept() {
                if shared.lock().over {
                    return;
                }
                shared.change(|state| state.open += 1);
                let shared = Arc::clone(&shared);
                thread::spawn(move || {
                    // Whatever ends it is an end of the connection.
                    let _ = carry(&shared, &client);
                    shared.change(|state| state.open -= 1);
                });
            }
        });
        wire
    }

    /// For `{port}`.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Waits until so many filters are answered; `false` when the client has ended before.
    pub fn wait_answered(&self, filters: usize) -> Verdict<bool> {
        let state = self.wait("an answer to the subscriptions", |state| state.answered >= filters || state.over)?;
        Ok(state.answered >= filters)
    }

    /// Waits for message number `index` of the client; `None` when it has ended before.
    pub fn wait_published(&self, index: usize) -> Verdict<Option<Publish>> {
        let nth = |state: &State| state.packets.iter().filter(|(_, first, _)| first >> 4 == 3).nth(index).cloned();
        let state = self.wait("a message", |state| nth(state).is_some() || state.over)?;
        nth(&state).map(|(version, first, body)| parse::publish(version, first, &body)).transpose()
    }

    /// The client has ended: whoever waits for it stops.
    pub fn over(&self) {
        self.shared.change(|state| state.over = true);
    }

    /// Everything that the client sent, once its connections are at their ends.
    pub fn packets(&self) -> Verdict<Vec<Packet>> {
        Ok(self.wait("the end of the connections", |state| state.open == 0)?.packets.clone())
    }

    fn wait(&self, what: &str, enough: impl Fn(&State) -> bool) -> Verdict<MutexGuard<'_, State>> {
        let until = Instant::now() + STEP;
        let mut state = self.shared.lock();
        while !enough(&state) {
            let left = until.saturating_duration_since(Instant::now());
            ensure(!left.is_zero(), format_args!("waited {STEP:?} for {what}"))?;
            state = self.shared.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        Ok(state)
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.over();
        if self.port != 0 {
            // Wakes the thread that accepts.
            let _ = TcpStream::connect_timeout(&([127, 0, 0, 1], self.port).into(), Duration::from_secs(1));
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.lock());
        self.changed.notify_all();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn carry(shared: &Arc<Shared>, client: &TcpStream) -> Verdict {
    let Some(upstream) = shared.upstream else {
        return packets(client, |_, _, _| Ok(true)).map(drop);
    };
    let broker = TcpStream::connect(("127.0.0.1", upstream))?;
    broker.set_nodelay(true)?;
    let asked = Arc::new(Mutex::new(Vec::new()));
    let version = Arc::new(Mutex::new(Version::V311));
    let down = {
        let (shared, client, broker) = (Arc::clone(shared), client.try_clone()?, broker.try_clone()?);
        let (asked, version) = (Arc::clone(&asked), Arc::clone(&version));
        thread::spawn(move || {
            let _ = packets(&broker, |first, body, whole| {
                let version = *lock(&version);
                let filters = answered(&asked, first, body);
                (&client).write_all(&refused(&shared.fault, version, first, filters, whole))?;
                shared.change(|state| state.answered += filters);
                Ok(true)
            });
            let _ = client.shutdown(Shutdown::Both);
        })
    };
    let mut begun = false;
    let carried = packets(client, |first, body, whole| {
        // A client that speaks TLS is not understood, and no broker here would.
        if !std::mem::replace(&mut begun, true) && first != first::CONNECT {
            return Ok(false);
        }
        if first == first::CONNECT {
            *lock(&version) = Connect::parse(body)?.version;
        }
        let version = *lock(&version);
        let filters = match first {
            first::SUBSCRIBE => Subscribe::parse(version, body)?.filters.len(),
            first::UNSUBSCRIBE => parse::unsubscribe(version, body)?.1.len(),
            _ => 0,
        };
        if let (1.., Some(id)) = (filters, body.first_chunk()) {
            lock(&asked).push((*id, filters));
        }
        let cut = shared.fault == Fault::Cut && first >> 4 == 3 && !shared.lock().packets.iter().any(|(_, it, _)| it >> 4 == 3);
        shared.change(|state| state.packets.push((version, first, body.to_vec())));
        if !cut {
            (&broker).write_all(whole)?;
        }
        Ok(!cut)
    });
    // It is cut off, and did not end by itself.
    if matches!(carried, Ok(true)) {
        let _ = client.shutdown(Shutdown::Both);
    }
    let _ = broker.shutdown(Shutdown::Write);
    let _ = down.join();
    carried.map(drop)
}

/// How many filters this answer is for.
fn answered(asked: &Mutex<Vec<([u8; 2], usize)>>, first: u8, body: &[u8]) -> usize {
    let (first::SUBACK | first::UNSUBACK, Some(id)) = (first, body.first_chunk::<2>()) else { return 0 };
    let mut asked = lock(asked);
    let index = asked.iter().position(|(one, _)| one == id);
    index.map_or(0, |index| asked.swap_remove(index).1)
}

/// The packet, or a SUBACK that refuses in place of one that grants.
fn refused(fault: &Fault, version: Version, first: u8, filters: usize, whole: &[u8]) -> Vec<u8> {
    let mut packet = whole.to_vec();
    let code = if version == Version::V5 { 0x87 } else { 0x80 };
    if first == first::SUBACK && matches!(fault, Fault::Refused | Fault::FirstRefused) {
        let length = packet.len();
        let refused = if *fault == Fault::Refused { filters } else { 1 };
        packet[length - filters..][..refused].fill(code);
    }
    packet
}

/// Reads to the end and hands out packets: first byte, body, and the whole of it. When `take` says `false` it stops, and says `true`.
fn packets(mut stream: &TcpStream, mut take: impl FnMut(u8, &[u8], &[u8]) -> Verdict<bool>) -> Verdict<bool> {
    let (mut unread, mut buffer) = (Vec::new(), vec![0; 64 * 1024]);
    loop {
        let count = stream.read(&mut buffer)?;
        if count == 0 {
            return Ok(false);
        }
        unread.extend_from_slice(&buffer[..count]);
        while let Some((first, body, length)) = parse::complete(&unread)? {
            if !take(first, &body, &unread[..length])? {
                return Ok(true);
            }
            unread.drain(..length);
        }
    }
}
