//! The loop of everything that publishes: source → session → acknowledgements → tally.

use std::collections::VecDeque;
use std::ops::Range;

use super::{Stop, Stopped, Tally};
use crate::client::{Outcome, Publisher, Token};
use crate::mqtt::Message;

/// Where messages come from, and who wants to know what became of them.
pub trait Source {
    /// Why no more can be had.
    type Error;

    /// Waits for messages and appends them to `into`, at most about a thousand; false at the end. Cancel safe.
    fn next(&mut self, into: &mut VecDeque<Message>) -> impl Future<Output = Result<bool, Self::Error>>;

    /// The next messages in order were submitted, with these numbers.
    fn submitted(&mut self, _numbers: Range<u64>) {}

    /// What became of some of them. May write to stdout.
    fn settled(&mut self, _outcomes: &[(Token, Outcome)]) -> impl Future<Output = Result<(), Self::Error>> {
        std::future::ready(Ok(()))
    }

    /// Whether enough is settled although more could be sent.
    fn is_satisfied(&self) -> bool {
        false
    }
}

/// Publishes until the source has no more, something stops it (`Some`), or the connection is given up. Does not wait for the last
/// acknowledgements: that is `finish`.
///
/// # Errors
/// Those of the source. What was submitted before is still to be finished.
pub async fn publish_all<S: Source>(
    publisher: &Publisher,
    source: &mut S,
    stop: &mut Stop,
    tally: &mut Tally,
) -> Result<Option<Stopped>, S::Error> {
    tokio::select! {
        biased;
        why = stop.wait() => Ok(Some(why)),
        result = pump(publisher, source, tally) => result.map(|()| None),
    }
}

async fn pump<S: Source>(publisher: &Publisher, source: &mut S, tally: &mut Tally) -> Result<(), S::Error> {
    let mut waiting = VecDeque::new();
    let mut outcomes = Vec::new();
    let mut more = true;
    while more || !waiting.is_empty() {
        if !waiting.is_empty() {
            source.submitted(publisher.publish(&mut waiting));
        }
        let ended = tokio::select! {
            ended = publisher.settled(!waiting.is_empty(), &mut outcomes) => ended,
            result = source.next(&mut waiting), if more && waiting.is_empty() => {
                more = result?;
                false
            }
        };
        if !outcomes.is_empty() {
            tally.count(&outcomes);
            source.settled(&outcomes).await?;
            outcomes.clear();
        }
        if ended || source.is_satisfied() {
            break;
        }
    }
    Ok(())
}
