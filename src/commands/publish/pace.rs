//! The pace of `mqx pub --interval` and `--rate`: a schedule, and the clock that it is kept by. Called by `feed`.

use std::time::{Duration, Instant};

use crate::pace::Pacer;
use crate::text::Rate;

/// What comes so late is made up for, since timers are that coarse; what a longer stall has cost is not, since that would be a burst.
const GRACE: Duration = Duration::from_millis(50);

/// When messages are due. There are never more than the schedule has by then; when none is at hand its tick passes.
pub(super) struct Pace {
    pacer: Pacer,
    /// When the first was asked for.
    begun: Option<Instant>,
}

impl Pace {
    pub fn new(rate: Rate) -> Self {
        Self { pacer: Pacer::with_grace(rate, GRACE), begun: None }
    }

    /// Waits until a message is due; how many are, at most `most`. None is taken yet, so that nothing is lost when the future is dropped.
    pub async fn room(&mut self, most: usize) -> usize {
        let begun = *self.begun.get_or_insert_with(Instant::now);
        loop {
            match self.pacer.ready(begun.elapsed()) {
                Ok(due) => return usize::try_from(due).unwrap_or(usize::MAX).min(most),
                Err(wait) => tokio::time::sleep(wait).await,
            }
        }
    }

    /// So many of those that were due are made.
    pub const fn take(&mut self, messages: usize) {
        self.pacer.take(messages as u64);
    }
}
