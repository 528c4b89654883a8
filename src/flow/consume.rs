//! The loop of everything that subscribes: queue → sink → acknowledgement. A delivery is acknowledged after the sink took it.

use std::cell::Cell;
use std::pin::pin;
use std::time::Duration;

use tokio::time::timeout;

use super::{Stop, Stopped};
use crate::client::{Delivery, Events};

/// Where deliveries go.
pub trait Sink {
    /// Why no more can be taken.
    type Error;

    /// How many more deliveries are wanted now; 0 is the end, unless some are kept.
    fn wants(&self) -> usize;

    /// Takes deliveries, at most as many as were wanted. What is left in `deliveries` is out of our hands, and is acknowledged; what takes
    /// longer is moved out of it and kept.
    fn take(&mut self, deliveries: &mut Vec<Delivery>) -> impl Future<Output = Result<(), Self::Error>>;

    /// How many deliveries are kept.
    fn kept(&self) -> usize {
        0
    }

    /// Waits until some that were kept are out of our hands, and appends them to `done`. Cancel safe; only called while some are kept.
    fn settled(&mut self, _done: &mut Vec<Delivery>) -> impl Future<Output = Result<(), Self::Error>> {
        std::future::pending()
    }
}

/// Consumes until the sink has enough, something stops it (`Some`), or no more will come. On a stop, what the sink did not take is
/// left to the broker.
///
/// # Errors
/// Those of the sink.
pub async fn consume<S: Sink>(events: &mut Events, sink: &mut S, stop: &mut Stop) -> Result<Option<Stopped>, S::Error> {
    let phase = Cell::new(Phase::Waiting);
    let mut pump = pin!(pump(events, sink, &phase));
    let why = tokio::select! {
        biased;
        why = stop.wait() => why,
        result = &mut pump => return result.map(|()| None),
    };
    // What the sink has begun to take goes out all the same: unacknowledged, it would come again.
    let in_a_hurry = matches!(why, Stopped::Deadline | Stopped::Abandoned);
    if phase.get() == Phase::Taking && !in_a_hurry {
        phase.set(Phase::Stopping);
        timeout(LAST_TAKE, pump).await.unwrap_or(Ok(()))?;
    }
    Ok(Some(why))
}

/// What the loop is doing.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Nothing has come.
    Waiting,
    /// The sink has deliveries in hand.
    Taking,
    /// The same, and they are the last.
    Stopping,
}

/// How long a stopped run waits for the sink.
const LAST_TAKE: Duration = Duration::from_secs(1);

async fn pump<S: Sink>(events: &mut Events, sink: &mut S, phase: &Cell<Phase>) -> Result<(), S::Error> {
    let (mut batch, mut done) = (Vec::new(), Vec::new());
    let mut more = true;
    loop {
        let (kept, wants) = (sink.kept(), sink.wants());
        let wanted = more && wants > 0 && phase.get() != Phase::Stopping;
        if !wanted && kept == 0 {
            return Ok(());
        }
        if kept == 0 {
            phase.set(Phase::Waiting);
            more = events.next(wants, &mut batch).await;
        } else {
            tokio::select! {
                biased;
                result = sink.settled(&mut done) => {
                    result?;
                    events.taken(&mut done);
                    continue;
                }
                next = events.next(wants, &mut batch), if wanted => more = next,
            }
        }
        if more {
            if phase.get() == Phase::Waiting {
                phase.set(Phase::Taking);
            }
            sink.take(&mut batch).await?;
            events.taken(&mut batch);
        }
    }
}
