//! When the next message is due: an absolute schedule, as a pure function of the time elapsed. Called by the
//! sources of `commands`.

use std::time::Duration;

use crate::text::Rate;

/// A schedule of ticks: the first at once, the n-th at n intervals from the start. It never drifts, and a tick that was missed
/// is skipped and counted, so lateness is never followed by a burst.
#[derive(Clone, Debug)]
pub struct Pacer {
    /// Ticks in each period.
    count: u128,
    /// Nanoseconds; 0 is as fast as possible.
    period: u128,
    /// Nanoseconds: a tick that is no later is made up for.
    grace: u128,
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
        Self { count: 1, period: interval.as_nanos(), grace: 0, next: 0, missed: 0 }
    }

    /// As many ticks as the rate says. One that is late by no more than `grace` is still due: a rate that is finer than the system's
    /// timers is kept by that, and what may follow a stall is bounded by it.
    #[must_use]
    pub fn with_grace(rate: Rate, grace: Duration) -> Self {
        Self { count: u128::from(rate.count), period: rate.period.as_nanos(), grace: grace.as_nanos(), next: 0, missed: 0 }
    }

    /// What is due when this much time has passed since the start.
    pub fn due(&mut self, elapsed: Duration) -> Due {
        match self.ready(elapsed) {
            Ok(_) => {
                self.take(1);
                Due::Now
            }
            Err(wait) => Due::In(wait),
        }
    }

    /// How many ticks are due when this much time has passed since the start, at least one; none of them is taken.
    ///
    /// # Errors
    /// No tick is due: how long until the next is.
    pub fn ready(&mut self, elapsed: Duration) -> Result<u64, Duration> {
        if self.period == 0 {
            return Ok(u64::MAX);
        }
        let elapsed = elapsed.as_nanos();
        let current = elapsed.saturating_mul(self.count) / self.period;
        if current < self.next {
            let at = self.next.saturating_mul(self.period).div_ceil(self.count);
            return Err(Duration::from_nanos(saturated(at.saturating_sub(elapsed))));
        }
        let oldest = elapsed.saturating_sub(self.grace).saturating_mul(self.count).div_ceil(self.period).min(current);
        self.missed = self.missed.saturating_add(saturated(oldest.saturating_sub(self.next)));
        self.next = self.next.max(oldest);
        Ok(saturated((current - self.next).saturating_add(1)))
    }

    /// Takes ticks that are due.
    pub const fn take(&mut self, ticks: u64) {
        if self.period > 0 {
            self.next = self.next.saturating_add(ticks as u128);
        }
    }

    /// How many ticks were skipped because nobody asked in time.
    #[must_use]
    pub const fn missed(&self) -> u64 {
        self.missed
    }
}

fn saturated(number: u128) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use rand::{Rng as _, SeedableRng as _};
    use rand_chacha::ChaCha8Rng;

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
        let mut wild = rate(u64::MAX, Duration::from_nanos(1), Duration::MAX);
        assert_eq!(wild.ready(Duration::MAX), Ok(u64::MAX));
        let mut tiny = Pacer::every(Duration::from_nanos(1));
        assert_eq!(tiny.due(Duration::MAX), Due::Now);
        assert_eq!(tiny.missed(), u64::MAX);
    }

    fn rate(count: u64, period: Duration, grace: Duration) -> Pacer {
        Pacer::with_grace(Rate { count, period }, grace)
    }

    #[test]
    fn a_rate_is_exact() {
        // A third of a second is no whole number of nanoseconds: a rounded interval would drift.
        let mut pacer = rate(3, ms(1000), Duration::ZERO);
        for second in 0..1000 {
            for third in 0..3 {
                let at = ms(second * 1000) + Duration::from_nanos((third * 1_000_000_000_u64).div_ceil(3));
                if !at.is_zero() {
                    let early = at - Duration::from_nanos(1);
                    assert_eq!(pacer.due(early), Due::In(Duration::from_nanos(1)));
                }
                assert_eq!(pacer.due(at), Due::Now);
            }
        }
        assert_eq!(pacer.missed(), 0);
    }

    #[test]
    fn what_is_within_the_grace_is_made_up_for() {
        let mut pacer = rate(1000, ms(1000), ms(50));
        assert_eq!(pacer.ready(ms(0)), Ok(1));
        pacer.take(1);
        // A timer that wakes every 10 ms: nothing is lost.
        for n in 1..100 {
            assert_eq!(pacer.ready(ms(n * 10)), Ok(10), "{n}");
            pacer.take(4);
            assert_eq!(pacer.ready(ms(n * 10)), Ok(6), "{n}");
            pacer.take(6);
        }
        assert_eq!((pacer.due(ms(990)), pacer.missed()), (Due::In(ms(1)), 0));
        // A stall of 10 s: what is due now is no more than the grace, and the tick of this moment.
        assert_eq!(pacer.ready(ms(10_990)), Ok(51));
        pacer.take(51);
        assert_eq!((pacer.due(ms(10_990)), pacer.missed()), (Due::In(ms(1)), 10_000 - 51));
    }

    #[test]
    fn never_more_than_the_schedule_has() {
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        for _ in 0..200 {
            let count = rng.next_u64() % 5_000 + 1;
            let mut pacer = rate(count, ms(rng.next_u64() % 3_000 + 1), ms(rng.next_u64() % 100));
            let (mut elapsed, mut taken) = (Duration::ZERO, 0);
            for _ in 0..200 {
                if let Ok(ready) = pacer.ready(elapsed) {
                    let take = rng.next_u64() % (ready + 1);
                    pacer.take(take);
                    taken += u128::from(take);
                }
                assert!(taken <= elapsed.as_nanos() * pacer.count / pacer.period + 1, "{pacer:?} {elapsed:?}");
                elapsed += Duration::from_micros(rng.next_u64() % 200_000);
            }
        }
    }
}
