//! The end of a run: the last acknowledgements, DISCONNECT, and how impatient to be about them. Called by `commands` after a loop.

use std::time::Duration;

use super::{Stop, Stopped, Tally};
use crate::client::{Close, Outcome, Publisher, Summary, Token};

/// What the end looked like.
#[derive(Debug)]
pub struct Finished {
    /// What was left.
    pub summary: Summary,
    /// The gravest reason that stopped it.
    pub stopped: Option<Stopped>,
    /// Outcomes that came meanwhile; the tally has counted them.
    pub outcomes: Vec<(Token, Outcome)>,
}

/// Whoever pressed Ctrl-C is told after so long what is still waited for.
const IMPATIENCE: Duration = Duration::from_secs(1);

/// Waits for what is unacknowledged, says goodbye and closes. `stopped` is what ended the loop: after a signal only this connection is
/// waited for, after `-W` nothing is. A second signal ends at once.
pub async fn finish(publisher: &Publisher, stop: &mut Stop, mut stopped: Option<Stopped>, tally: &mut Tally) -> Finished {
    let mut outcomes = Vec::new();
    let mut told = false;
    let summary = loop {
        let close = match stopped {
            None | Some(Stopped::Elapsed) => Close::Drain,
            Some(Stopped::Signal(_) | Stopped::Abandoned) => Close::Leave,
            Some(Stopped::Deadline) => Close::Now,
        };
        let again = tokio::select! {
            summary = publisher.finish(close, &mut outcomes) => break summary,
            again = stop.wait() => again,
            () = tokio::time::sleep(IMPATIENCE), if !told && matches!(stopped, Some(Stopped::Signal(_))) => {
                told = true;
                tally.explain_wait();
                continue;
            }
        };
        match (stopped, again) {
            (Some(Stopped::Signal(_)), Stopped::Signal(_)) => break publisher.summary(&mut outcomes),
            // A signal is what ended the run, whatever clock ran out while it was ending.
            (Some(Stopped::Signal(_)), _) | (Some(Stopped::Deadline), Stopped::Elapsed | Stopped::Abandoned) => {}
            (_, again) => stopped = Some(again),
        }
    };
    tally.count(&outcomes);
    Finished { summary, stopped, outcomes }
}
