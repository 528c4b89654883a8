//! How much is put up with from a connection that keeps breaking: backoff, the budget of `--retry`, and the request that is at fault.
//! Rule 15. Asked by `client/reconnect`.

use std::time::{Duration, Instant, SystemTime};

use super::options::RetryBudget;
use super::shared::State;

/// The first backoff is drawn from below this.
const BACKOFF_FIRST: Duration = Duration::from_millis(500);
const BACKOFF_MOST: Duration = Duration::from_secs(30);
/// A connection that stood for less does not make up for a failure.
const STABLE: Duration = Duration::from_secs(30);
/// Orderly ends in a row with the same request oldest unanswered, until it is taken to be their cause.
pub(super) const STRIKES: u32 = 3;

/// What is known of a lost connection.
pub(super) struct Lost {
    pub at: Instant,
    /// When the last byte was read.
    pub heard_at: SystemTime,
    progress: u64,
    oldest: Option<String>,
    /// Nothing was unanswered or unsettled: being connected was all the progress that there could be.
    idle: bool,
    /// The run was ending and nothing is left to do.
    pub done: bool,
    /// Messages have no outcome, or nothing proves that they arrived.
    pub missing: bool,
}

impl Lost {
    pub fn note(state: &mut State) -> Self {
        let oldest = state.session.oldest_unanswered();
        let idle = oldest.is_none() && state.session.unsettled() == 0;
        state.session.disconnected();
        Self {
            at: Instant::now(),
            heard_at: state.heard_at,
            progress: state.session.progress(),
            oldest,
            idle,
            done: state.may_end_offline(),
            missing: state.session.unsettled() > 0 || state.session.unconfirmed() > 0,
        }
    }
}

/// How much is still put up with (rule 15).
pub(super) struct Patience {
    pub backoff: Backoff,
    /// The last progress, or the drop of a connection that had nothing to do.
    pub since: Instant,
    progress: u64,
    strikes: u32,
    suspect: Option<String>,
}

impl Patience {
    pub fn new(progress: u64) -> Self {
        Self { backoff: Backoff::default(), since: Instant::now(), progress, strikes: 0, suspect: None }
    }

    /// Takes note of a lost connection. Returns the request that ended so many connections that it is taken to be the cause.
    pub fn lost(&mut self, lost: &Lost, stood: Duration, orderly: bool) -> Option<String> {
        if lost.idle || lost.progress > self.progress {
            self.since = lost.at;
            self.progress = lost.progress;
            if stood >= STABLE {
                self.backoff = Backoff::default();
            } else {
                self.backoff.hold();
            }
        }
        if orderly && lost.oldest.is_some() && lost.oldest == self.suspect {
            self.strikes += 1;
        } else {
            self.strikes = u32::from(orderly && lost.oldest.is_some());
        }
        self.suspect.clone_from(&lost.oldest);
        if self.strikes >= STRIKES { self.suspect.take() } else { None }
    }
}

/// What is left of a budget; nothing when it is spent.
pub(super) const fn remaining(budget: RetryBudget, waited: Duration) -> Duration {
    match budget {
        RetryBudget::Never => Duration::ZERO,
        RetryBudget::Forever => Duration::MAX,
        RetryBudget::For(limit) => limit.saturating_sub(waited),
    }
}

/// Full-jitter exponential backoff.
#[derive(Default)]
pub(super) struct Backoff {
    failures: u32,
}

impl Backoff {
    /// The next delay is drawn from below the same ceiling as the last: the connection did not last, but it was of use.
    pub const fn hold(&mut self) {
        self.failures = self.failures.saturating_sub(1);
    }

    pub fn next(&mut self) -> Duration {
        let ceiling = BACKOFF_FIRST.saturating_mul(1 << self.failures.min(16)).min(BACKOFF_MOST);
        self.failures += 1;
        ceiling.mul_f64(rand::random::<f64>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lost(progress: u64, oldest: Option<&str>) -> Lost {
        let oldest = oldest.map(str::to_owned);
        Lost {
            at: Instant::now(),
            heard_at: SystemTime::now(),
            progress,
            idle: oldest.is_none(),
            oldest,
            done: false,
            missing: false,
        }
    }

    #[test]
    fn backoff_grows_to_its_ceiling() {
        let mut backoff = Backoff::default();
        for failures in 0..40_u32 {
            let ceiling = 0.5 * 2_f64.powi(i32::try_from(failures).unwrap().min(6));
            assert!(backoff.next().as_secs_f64() <= ceiling.min(30.0), "{failures}");
        }
    }

    #[test]
    fn three_orderly_ends_over_the_same_request_are_its_fault() {
        let mut patience = Patience::new(0);
        let short = Duration::from_secs(1);
        assert_eq!(patience.lost(&lost(0, Some("a")), short, true), None);
        assert_eq!(patience.lost(&lost(0, Some("a")), short, true), None);
        assert_eq!(patience.lost(&lost(0, Some("b")), short, true), None);
        assert_eq!(patience.lost(&lost(0, Some("b")), short, true), None);
        assert_eq!(patience.lost(&lost(0, Some("b")), short, false), None, "a reset says nothing about the request");
        assert_eq!(patience.lost(&lost(0, Some("b")), short, true), None);
        assert_eq!(patience.lost(&lost(0, Some("b")), short, true), None);
        assert_eq!(patience.lost(&lost(0, Some("b")), short, true), Some("b".to_owned()));
        assert_eq!(patience.lost(&lost(0, None), short, true), None);
    }

    #[test]
    fn only_progress_or_idleness_renews_the_budget_and_only_time_the_backoff() {
        let mut patience = Patience::new(0);
        let began = patience.since;
        patience.backoff.failures = 5;
        patience.lost(&lost(0, Some("a")), STABLE, false);
        assert!(patience.since == began && patience.backoff.failures == 5, "a CONNACK is no progress");
        patience.lost(&lost(1, Some("a")), Duration::from_secs(1), false);
        assert!(patience.since > began && patience.backoff.failures == 4, "of use, so the delays stop growing");
        patience.lost(&lost(2, Some("a")), STABLE, false);
        assert_eq!(patience.backoff.failures, 0);
    }

    #[test]
    fn a_budget_is_spent_or_not() {
        let minute = Duration::from_secs(60);
        assert!(remaining(RetryBudget::Never, Duration::ZERO).is_zero());
        assert_eq!(remaining(RetryBudget::Forever, minute * 1_000_000), Duration::MAX);
        assert_eq!(remaining(RetryBudget::For(minute), minute / 2), minute / 2);
        assert!(remaining(RetryBudget::For(minute), minute * 2).is_zero());
    }
}
