//! When to let more arrive before what was read is handled, and when to stay awake for it: on a busy link of small packets each wake-up
//! costs more than what is done in it. A pure decision; `connection` asks it at each read, and pauses.
//!
//! Whether a pause costs throughput depends on the peer: one with a full window waits for our answer, another goes on meanwhile. So it is
//! tried out: pauses stay only where as many bytes come with them as without. Measured on two idle cores: with pauses `sub` at QoS 1 takes
//! half the CPU time a message from mosquitto; awake it takes 1.8 times as many messages a second from a source with a window of 20.

use std::time::{Duration, Instant};

/// How long a pause is; the system adds about as much.
const PAUSE: Duration = Duration::from_micros(60);
/// Reads that follow each other within this are those of a busy link.
const QUICK: Duration = Duration::from_micros(300);
/// How long to stay awake after a read.
const AWAKE: Duration = Duration::from_micros(40);
/// Reads of this many bytes or more are worth a wake-up.
const SMALL: usize = 2 << 10;
/// Reads over which the throughput without pauses is taken, and that with them.
const SAMPLE: (u32, u32) = (256, 64);
/// Reads with pauses before it is looked again whether they still cost nothing.
const HOLD: u32 = 4_096;
/// Reads without pauses after they did cost something, the first time and, doubled each time, at most.
const REST: (u32, u32) = (4_096, 65_536);

#[derive(Clone, Copy, Debug, PartialEq)]
enum Phase {
    /// No pauses: the throughput is taken.
    Watching,
    /// With pauses: it is compared with that without, in bytes a second.
    Trying(f64),
    /// With pauses.
    Pausing,
    /// No pauses.
    Resting,
}

/// What the last reads were like.
#[derive(Debug)]
pub(super) struct Coalescing {
    phase: Phase,
    /// When the last read was over.
    last: Instant,
    /// It was quick and small.
    busy: bool,
    /// Since the phase began.
    begun: Instant,
    reads: u32,
    bytes: usize,
    /// How long the next rest is, in reads.
    rest: u32,
}

impl Coalescing {
    pub const fn new(now: Instant) -> Self {
        Self { phase: Phase::Watching, last: now, busy: false, begun: now, reads: 0, bytes: 0, rest: REST.0 }
    }

    /// So many bytes were read at once: how long to wait before they are handled, if it is worth it.
    pub fn pause(&mut self, now: Instant, count: usize) -> Option<Duration> {
        self.busy = count < SMALL && now.saturating_duration_since(self.last) < QUICK;
        self.last = now;
        self.reads += 1;
        self.bytes += count;
        match self.phase {
            Phase::Resting if self.reads < self.rest => {}
            Phase::Resting => {
                self.rest = (self.rest * 2).min(REST.1);
                self.enter(Phase::Watching, now);
            }
            _ if !self.busy => self.enter(Phase::Watching, now),
            Phase::Watching if self.reads >= SAMPLE.0 => self.enter(Phase::Trying(self.throughput(now)), now),
            Phase::Trying(without) if self.reads >= SAMPLE.1 => {
                let free = self.throughput(now) >= 0.9 * without;
                self.enter(if free { Phase::Pausing } else { Phase::Resting }, now);
            }
            Phase::Pausing if self.reads >= HOLD => {
                self.rest = REST.0;
                self.enter(Phase::Watching, now);
            }
            Phase::Watching | Phase::Trying(_) | Phase::Pausing => {}
        }
        matches!(self.phase, Phase::Trying(_) | Phase::Pausing).then_some(PAUSE)
    }

    /// Until when to look for more without going to sleep: a peer that waits for our answer sends again soon after it, and to be woken up
    /// would take longer than all the rest.
    pub fn awake_until(&self) -> Option<Instant> {
        (self.busy && self.phase == Phase::Resting).then(|| self.last + AWAKE)
    }

    /// A pause is over.
    pub const fn resumed(&mut self, now: Instant) {
        self.last = now;
    }

    fn enter(&mut self, phase: Phase, now: Instant) {
        (self.phase, self.begun, self.reads, self.bytes) = (phase, now, 0, 0);
    }

    fn throughput(&self, now: Instant) -> f64 {
        self.bytes as f64 / now.saturating_duration_since(self.begun).as_secs_f64()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sends a message each `gap`, but no more than `window` of them unanswered.
    struct Peer {
        window: usize,
        gap: Duration,
        sent: usize,
        due: Duration,
    }

    impl Peer {
        fn passed(&mut self, time: Duration, answered: usize) {
            self.due += time;
            while self.due >= self.gap && self.sent < answered + self.window {
                self.due -= self.gap;
                self.sent += 1;
            }
            // What it could not send for want of an answer is not made up for.
            self.due = self.due.min(self.gap);
        }
    }

    /// So many messages of 70 bytes, read in turns of 10 µs: the reads, the pauses, and how long it took.
    fn play(messages: usize, window: usize, gap: Duration) -> (usize, usize, Duration) {
        const TURN: Duration = Duration::from_micros(10);
        let begin = Instant::now();
        let mut coalescing = Coalescing::new(begin);
        let mut peer = Peer { window, gap, sent: 0, due: Duration::ZERO };
        let (mut now, mut read, mut reads, mut pauses) = (begin, 0, 0, 0);
        while read < messages {
            now += TURN;
            peer.passed(TURN, read);
            let count = peer.sent - read;
            if count == 0 {
                continue;
            }
            reads += 1;
            if let Some(pause) = coalescing.pause(now, 70 * count) {
                pauses += 1;
                now += 2 * pause;
                peer.passed(2 * pause, read);
                coalescing.resumed(now);
            }
            read += count;
        }
        (reads, pauses, now - begin)
    }

    #[test]
    fn an_idle_link_is_never_made_to_wait() {
        assert_eq!(play(10_000, 1_000, Duration::from_millis(1)).1, 0);
    }

    #[test]
    fn a_busy_link_is_read_in_batches() {
        let (reads, pauses, _) = play(100_000, 1_000, Duration::from_micros(16));
        assert!(reads < 20_000 && pauses > reads / 2, "{reads} reads, {pauses} pauses");
    }

    #[test]
    fn a_peer_that_waits_for_each_answer_is_hardly_made_to_wait() {
        let (reads, pauses, took) = play(1_000_000, 1, Duration::from_micros(16));
        assert!(pauses * 100 < reads, "{reads} reads, {pauses} pauses");
        assert!(took < Duration::from_secs(21), "{took:?} where 20 s is what it takes");
    }

    #[test]
    fn only_for_a_peer_that_waits_is_sleep_put_off() {
        let mut now = Instant::now();
        let mut coalescing = Coalescing::new(now);
        let mut read = |gap: Duration| {
            now += gap;
            let paused = coalescing.pause(now, 70).is_some();
            // What a pause would cost a peer that does nothing meanwhile.
            now += if paused { 2 * PAUSE } else { Duration::ZERO };
            coalescing.resumed(now);
            coalescing.awake_until() == Some(now + AWAKE)
        };
        assert!((0..SAMPLE.0 + SAMPLE.1 - 1).all(|_| !read(Duration::from_micros(20))), "not before pauses were tried");
        assert!((0..100).all(|_| read(Duration::from_micros(20))));
        assert!(!read(Duration::from_millis(1)), "an idle link");
    }

    #[test]
    fn large_reads_need_no_pause() {
        let mut now = Instant::now();
        let mut coalescing = Coalescing::new(now);
        for _ in 0..10_000 {
            now += Duration::from_micros(5);
            assert_eq!(coalescing.pause(now, SMALL), None);
        }
    }
}
