//! When to let more arrive before what was read is handled: on a busy link of small packets each wake-up costs more than what is done in
//! it. A pure decision; `connection` asks it at each read and does the pausing.

use std::time::{Duration, Instant};

/// How long a pause is; the system adds about as much. A window of 20 messages at 100,000 a second lasts twice as long.
const PAUSE: Duration = Duration::from_micros(60);
/// Reads that follow each other within this are those of a busy link.
const QUICK: Duration = Duration::from_micros(300);
/// Reads of this many bytes or more are worth a wake-up.
const SMALL: usize = 2 << 10;
/// How many quick, small reads there are before a pause is tried, and at most after pauses that were of no use.
const PATIENCE: (u32, u32) = (16, 256);
/// Pauses of use that make up for one of none, and as how many of them are remembered.
const CREDIT: (u32, u32) = (1, 16);

/// What the last reads were like.
#[derive(Debug)]
pub(super) struct Coalescing {
    last: Instant,
    /// Quick, small reads in a row.
    quick: u32,
    /// How many of them make a busy link.
    needed: u32,
    /// Grows with pauses of use.
    credit: u32,
}

impl Coalescing {
    pub const fn new(now: Instant) -> Self {
        Self { last: now, quick: 0, needed: PATIENCE.0, credit: 0 }
    }

    /// So many bytes were read at once: how long to wait before they are handled, if it is worth it.
    pub fn pause(&mut self, now: Instant, count: usize) -> Option<Duration> {
        let busy = count < SMALL && now.saturating_duration_since(self.last) < QUICK;
        self.quick = if busy { self.quick.saturating_add(1) } else { 0 };
        self.last = now;
        (self.quick >= self.needed).then_some(PAUSE)
    }

    /// The pause is over: there were `count` bytes before it, and `more` came in it. Where a peer waits for our answer nothing does, and it
    /// is not made to wait often.
    pub fn paused(&mut self, now: Instant, count: usize, more: usize) {
        self.last = now;
        if more * 2 >= count {
            self.needed = PATIENCE.0;
            self.credit = (self.credit + 1).min(CREDIT.1);
        } else if self.credit >= CREDIT.0 {
            self.credit -= CREDIT.0;
        } else {
            self.quick = 0;
            self.needed = (self.needed * 2).min(PATIENCE.1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MICROSECOND: Duration = Duration::from_micros(1);

    /// How many of `reads` reads of 70 bytes, `gap` apart, are followed by a pause in which `more` bytes come.
    fn pauses(reads: u32, gap: Duration, more: usize) -> u32 {
        let mut now = Instant::now();
        let mut coalescing = Coalescing::new(now);
        let mut count = 0;
        for _ in 0..reads {
            now += gap;
            if let Some(pause) = coalescing.pause(now, 70) {
                count += 1;
                now += pause;
                coalescing.paused(now, 70, more);
            }
        }
        count
    }

    #[test]
    fn an_idle_link_is_never_made_to_wait() {
        assert_eq!(pauses(100_000, Duration::from_millis(1), 700), 0);
    }

    #[test]
    fn a_busy_link_is_read_in_batches() {
        assert_eq!(pauses(1_000, 16 * MICROSECOND, 700), 1_000 - 15);
    }

    #[test]
    fn a_peer_that_waits_for_each_answer_is_hardly_made_to_wait() {
        assert!(pauses(100_000, 20 * MICROSECOND, 0) < 100_000 / 250);
    }

    #[test]
    fn large_reads_need_no_pause() {
        let now = Instant::now();
        let mut coalescing = Coalescing::new(now);
        assert!((0..100).all(|_| coalescing.pause(now, SMALL).is_none()));
    }
}
