//! When the next message is due: an absolute schedule, as a pure function of the time elapsed. Called by the
//! sources of `commands`.

use std::time::Duration;

/// A schedule of ticks: the first at once, the n-th at n intervals from the start. It never drifts, and a tick that was missed
/// is skipped and counted, so lateness is never followed by a burst.
#[derive(Clone, Debug)]
pub struct Pacer {
    interval: Duration,
    next: u128,
    missed: u64,
}

/// The answer of a [`Pacer`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// A tick is due, and is now taken.
    Now,
    /// The next tick is due after this long.
    In(Duration),
}

impl Pacer {
    /// A tick every so often; zero is as fast as possible.
    #[must_use]
    pub const fn every(interval: Duration) -> Self {
        Self { interval, next: 0, missed: 0 }
    }

    /// What is due when this much time has passed since the start.
    pub fn due(&mut self, elapsed: Duration) -> Due {
        let interval = self.interval.as_nanos();
        if interval == 0 {
            return Due::Now;
        }
        let current = elapsed.as_nanos() / interval;
        if current < self.next {
            let wait = (self.next * interval).saturating_sub(elapsed.as_nanos());
            return Due::In(Duration::from_nanos(u64::try_from(wait).unwrap_or(u64::MAX)));
        }
        self.missed = self.missed.saturating_add(u64::try_from(current - self.next).unwrap_or(u64::MAX));
        self.next = current + 1;
        Due::Now
    }

    /// How many ticks were skipped because nobody asked in time.
    #[must_use]
    pub const fn missed(&self) -> u64 {
        self.missed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(n: u64) -> Duration {
        Duration::from_millis(n)
    }

    #[test]
    fn lateness_does_not_add_up() {
        let mut pacer = Pacer::every(ms(100));
        assert_eq!(pacer.due(ms(0)), Due::Now);
        for n in 1..1000 {
            // Every tick is taken 7 ms late; the schedule stays where it was.
            assert_eq!(pacer.due(ms(n * 100 - 93)), Due::In(ms(93)));
            assert_eq!(pacer.due(ms(n * 100 + 7)), Due::Now);
        }
        assert_eq!(pacer.missed(), 0);
    }

    #[test]
    fn missed_ticks_are_counted_and_never_made_up_for() {
        let mut pacer = Pacer::every(ms(100));
        assert_eq!(pacer.due(ms(0)), Due::Now);
        assert_eq!(pacer.due(ms(550)), Due::Now);
        assert_eq!(pacer.missed(), 4);
        assert_eq!(pacer.due(ms(551)), Due::In(ms(49)));
        assert_eq!(pacer.due(ms(600)), Due::Now);
        assert_eq!(pacer.missed(), 4);
    }

    #[test]
    fn extremes() {
        let mut fast = Pacer::every(Duration::ZERO);
        assert_eq!((fast.due(ms(0)), fast.due(ms(0)), fast.missed()), (Due::Now, Due::Now, 0));
        let mut slow = Pacer::every(Duration::MAX);
        assert_eq!(slow.due(ms(0)), Due::Now);
        assert!(matches!(slow.due(ms(1)), Due::In(wait) if wait > Duration::from_secs(1_000_000_000)));
        let mut tiny = Pacer::every(Duration::from_nanos(1));
        assert_eq!(tiny.due(Duration::MAX), Due::Now);
        assert_eq!(tiny.missed(), u64::MAX);
    }
}
