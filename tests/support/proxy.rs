//! A TCP proxy that injects faults between a client and a broker on this machine: it cuts, it is slow, or it only passes on. It keeps what
//! went through, so that a message that is missing can be found. Used by the end-to-end cases and by `benches/faults`.

use std::collections::VecDeque;
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use socket2::SockRef;

use super::{STEP, Verdict, ensure};

/// What goes wrong.
#[derive(Clone, Debug)]
pub enum Fault {
    /// Nothing.
    Nothing,
    /// Each connection is reset, both ways, at a random age within these bounds.
    Cut(Range<Duration>),
    /// Each way takes this long, and carries so many bytes a second.
    Slow {
        /// From the arrival at the proxy.
        delay: Duration,
        /// Of each direction of each connection.
        bytes_per_second: u32,
    },
}

/// A connection that went through: what the proxy read from either side, whether or not the other side still got it.
#[derive(Clone, Debug, Default)]
pub struct Carried {
    /// From the client.
    pub up: Vec<u8>,
    /// From the broker.
    pub down: Vec<u8>,
}

#[derive(Debug)]
struct Shared {
    upstream: u16,
    fault: Fault,
    calm: AtomicBool,
    ended: AtomicBool,
    carried: Mutex<Vec<Arc<Mutex<Carried>>>>,
    /// Connections on which the broker has answered.
    answered: (Mutex<usize>, Condvar),
}

/// A running proxy. It takes no more connections, and resets those that it has, when it goes out of scope.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    shared: Arc<Shared>,
}

impl Proxy {
    /// Listens on a free port of 127.0.0.1 and passes on to `upstream`. The same `seed` makes the same ages at which is cut.
    pub fn start(upstream: &str, fault: Fault, seed: u64) -> Verdict<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let port = listener.local_addr()?.port();
        let shared = Shared {
            upstream: upstream.parse()?,
            fault,
            calm: AtomicBool::new(false),
            ended: AtomicBool::new(false),
            carried: Mutex::default(),
            answered: Default::default(),
        };
        let shared = Arc::new(shared);
        let proxy = Self { port, shared: Arc::clone(&shared) };
        thread::spawn(move || accept(&listener, &shared, ChaCha8Rng::seed_from_u64(seed)));
        Ok(proxy)
    }

    /// For `-p`.
    pub fn port(&self) -> String {
        self.port.to_string()
    }

    /// From now on nothing is cut. What is slow stays slow.
    pub fn calm(&self) {
        self.shared.calm.store(true, Ordering::Relaxed);
    }

    /// Every connection so far on which the broker has answered, oldest first.
    pub fn carried(&self) -> Vec<Carried> {
        let all = lock(&self.shared.carried);
        all.iter().map(|one| lock(one).clone()).filter(|one| !one.down.is_empty()).collect()
    }

    /// How many [`Self::carried`] has.
    pub fn connections(&self) -> usize {
        *lock(&self.shared.answered.0)
    }

    /// Waits until there are at least so many.
    pub fn wait_connections(&self, wanted: usize) -> Verdict {
        let (answered, more) = &self.shared.answered;
        let waited = more.wait_timeout_while(lock(answered), STEP, |answered| *answered < wanted);
        let (answered, _) = waited.unwrap_or_else(PoisonError::into_inner);
        ensure(*answered >= wanted, format_args!("waited for connection {wanted}; {} came", *answered))
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.ended.store(true, Ordering::Relaxed);
        // Wakes the thread that accepts; if it is gone, so much the better.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>, mut random: ChaCha8Rng) {
    while let Ok((client, _)) = listener.accept() {
        if shared.ended.load(Ordering::Relaxed) {
            return;
        }
        let cut_at = match &shared.fault {
            Fault::Cut(ages) => {
                let spread = (ages.end - ages.start).as_secs_f64();
                let part = f64::from(random.next_u32()) / f64::from(u32::MAX);
                Some(Instant::now() + ages.start + Duration::from_secs_f64(spread * part))
            }
            Fault::Nothing | Fault::Slow { .. } => None,
        };
        let shared = Arc::clone(shared);
        thread::spawn(move || {
            // Dropped with linger 0 a socket resets; that is also what a client meets whose broker is away.
            let _ = SockRef::from(&client).set_linger(Some(Duration::ZERO));
            let Ok(broker) = TcpStream::connect(("127.0.0.1", shared.upstream)) else { return };
            let _ = SockRef::from(&broker).set_linger(Some(Duration::ZERO));
            let carried = Arc::new(Mutex::new(Carried::default()));
            lock(&shared.carried).push(Arc::clone(&carried));
            // Its end is an end of both, in whatever way.
            let _ = carry(&shared, &client, &broker, cut_at, &carried);
        });
    }
}

/// How long a connection at most does not look whether the proxy has ended.
const LOOK: Duration = Duration::from_millis(100);

/// Passes on until both sides have ended, one has failed, or it is time to cut.
fn carry(
    shared: &Shared,
    client: &TcpStream,
    broker: &TcpStream,
    cut_at: Option<Instant>,
    carried: &Mutex<Carried>,
) -> std::io::Result<()> {
    for socket in [client, broker] {
        socket.set_nonblocking(true)?;
        socket.set_nodelay(true)?;
    }
    let (mut up, mut down) = (Way::new(&shared.fault), Way::new(&shared.fault));
    while !(shared.ended.load(Ordering::Relaxed) || up.is_over() && down.is_over()) {
        let now = Instant::now();
        let cut_at = cut_at.filter(|_| !shared.calm.load(Ordering::Relaxed));
        if cut_at.is_some_and(|at| at <= now) {
            return Ok(());
        }
        let next = [Some(now + LOOK), cut_at, up.next_due(now), down.next_due(now)].into_iter().flatten().min().unwrap_or(now);
        let wait = next - now;
        let timeout = Timespec { tv_sec: wait.as_secs().cast_signed(), tv_nsec: i64::from(wait.subsec_nanos()) };
        let interest = |reads: &Way, writes: &Way| {
            let reading = if reads.wants_more() { PollFlags::IN } else { PollFlags::empty() };
            let writing = if writes.is_due(now) { PollFlags::OUT } else { PollFlags::empty() };
            reading | writing
        };
        let mut sockets = [PollFd::new(client, interest(&up, &down)), PollFd::new(broker, interest(&down, &up))];
        poll(&mut sockets, Some(&timeout))?;
        let reset = sockets.iter().any(|socket| socket.revents().contains(PollFlags::ERR));
        let upward = up.step(client, broker, |bytes| lock(carried).up.extend_from_slice(bytes));
        down.step(broker, client, |bytes| {
            let mut carried = lock(carried);
            if carried.down.is_empty() {
                *lock(&shared.answered.0) += 1;
                shared.answered.1.notify_all();
            }
            carried.down.extend_from_slice(bytes);
        })?;
        upward?;
        if reset {
            return Ok(());
        }
    }
    // Ended in an orderly way: what is still on its way arrives.
    [client, broker].into_iter().try_for_each(|socket| SockRef::from(socket).set_linger(None))
}

/// Bytes at most that a way holds; beyond them it does not read.
const HELD: usize = 64 << 10;
/// Bytes that are passed on as one: small against what a slow way carries in a second.
const PIECE: usize = 4 << 10;

/// One direction.
struct Way {
    delay: Duration,
    bytes_per_second: Option<u32>,
    held: VecDeque<(Instant, Vec<u8>)>,
    /// When the last byte so far has left the bottleneck.
    free_at: Instant,
    ended: bool,
    end_passed_on: bool,
}

impl Way {
    fn new(fault: &Fault) -> Self {
        let (delay, bytes_per_second) = match fault {
            Fault::Slow { delay, bytes_per_second } => (*delay, Some(*bytes_per_second)),
            Fault::Nothing | Fault::Cut(_) => (Duration::ZERO, None),
        };
        Self { delay, bytes_per_second, held: VecDeque::new(), free_at: Instant::now(), ended: false, end_passed_on: false }
    }

    const fn is_over(&self) -> bool {
        self.end_passed_on
    }

    fn wants_more(&self) -> bool {
        !self.ended && self.held.iter().map(|(_, piece)| piece.len()).sum::<usize>() < HELD
    }

    fn is_due(&self, now: Instant) -> bool {
        self.held.front().is_some_and(|(due, _)| *due <= now)
    }

    /// When there will be something to write; what is due already waits for the socket and not for a time.
    fn next_due(&self, now: Instant) -> Option<Instant> {
        self.held.front().map(|(due, _)| *due).filter(|due| *due > now)
    }

    fn step(&mut self, mut from: &TcpStream, mut to: &TcpStream, mut keep: impl FnMut(&[u8])) -> std::io::Result<()> {
        let mut buffer = [0; PIECE];
        let mut failed = Ok(());
        while failed.is_ok() && self.wants_more() {
            match from.read(&mut buffer) {
                Ok(0) => self.ended = true,
                Ok(count) => {
                    keep(&buffer[..count]);
                    self.hold(&buffer[..count]);
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => failed = Err(error),
            }
        }
        // What came before a reset is passed on before the reset.
        while self.is_due(Instant::now()) {
            let Some((_, piece)) = self.held.front_mut() else { break };
            match to.write(piece) {
                Ok(count) if count == piece.len() => drop(self.held.pop_front()),
                Ok(count) => drop(piece.drain(..count)),
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => return Err(error),
            }
        }
        if self.ended && self.held.is_empty() && !self.end_passed_on {
            self.end_passed_on = true;
            to.shutdown(Shutdown::Write)?;
        }
        failed
    }

    fn hold(&mut self, bytes: &[u8]) {
        if let Some(rate) = self.bytes_per_second {
            let takes = Duration::from_secs_f64(bytes.len() as f64 / f64::from(rate));
            self.free_at = self.free_at.max(Instant::now()) + takes;
        } else {
            self.free_at = Instant::now();
        }
        self.held.push_back((self.free_at + self.delay, bytes.to_vec()));
    }
}
