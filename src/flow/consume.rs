//! The loop of everything that subscribes: queue → sink → acknowledgement. A delivery is acknowledged after the sink took it.

use super::{Stop, Stopped};
use crate::client::{Delivery, Events};

/// Where deliveries go.
pub trait Sink {
    /// Why no more can be taken.
    type Error;

    /// How many more deliveries are wanted now; 0 is the end.
    fn wants(&self) -> usize;

    /// Takes deliveries; returns when they are out of our hands. At most as many as were wanted.
    fn take(&mut self, deliveries: &[Delivery]) -> impl Future<Output = Result<(), Self::Error>>;
}

/// Consumes until the sink has enough, something stops it (`Some`), or no more will come. On a stop, what the sink did not take is
/// left to the broker.
///
/// # Errors
/// Those of the sink.
pub async fn consume<S: Sink>(events: &mut Events, sink: &mut S, stop: &mut Stop) -> Result<Option<Stopped>, S::Error> {
    tokio::select! {
        biased;
        why = stop.wait() => Ok(Some(why)),
        result = pump(events, sink) => result.map(|()| None),
    }
}

async fn pump<S: Sink>(events: &mut Events, sink: &mut S) -> Result<(), S::Error> {
    let mut batch = Vec::new();
    while sink.wants() > 0 {
        if !events.next(sink.wants(), &mut batch).await {
            break;
        }
        sink.take(&batch).await?;
        events.taken(&mut batch);
    }
    Ok(())
}
