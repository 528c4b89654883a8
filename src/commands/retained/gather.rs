//! Finding what is retained: subscriptions, what they bring, and when that is all. Used by `list` and by `clear`.

use std::collections::HashSet;
use std::time::Duration;

use super::subscription;
use crate::client::{Delivery, Events, Publisher, Standing};
use crate::commands::subscribing::{retained_are_in, warn_refused};
use crate::flow::{Quiet, Sink, Stop, Stopped, consume};
use crate::mqtt::{QoS, Received, TopicFilter, TopicName};
use crate::output::stdout::StdoutError;
use crate::ui::Ui;

/// Where retained messages come from.
pub(super) struct Source {
    pub publisher: Publisher,
    pub events: Events,
    pub filters: Vec<TopicFilter>,
    pub stop: Stop,
    pub ui: Ui,
    /// How long nothing comes when all has come.
    pub idle: Duration,
}

impl Source {
    /// Subscribes at `qos` and gathers until all has come (`Elapsed`) or something else ended it.
    ///
    /// # Errors
    /// When what came cannot be written.
    pub async fn gather<E: Each>(
        &mut self,
        qos: QoS,
        idle: Duration,
        into: &mut Gather<E>,
    ) -> Result<Option<Stopped>, StdoutError> {
        let (publisher, ui, quiet) = (self.publisher.clone(), self.ui.clone(), into.quiet.clone());
        let subscriptions: Vec<_> = self.filters.iter().map(|filter| subscription(filter, qos)).collect();
        self.stop.end_when(async move {
            let standings = publisher.subscribe(subscriptions.clone()).await;
            for (subscription, standing) in subscriptions.iter().zip(&standings) {
                if let Standing::Refused(rejection) = standing {
                    warn_refused(&subscription.filter, rejection, &ui);
                }
            }
            // Without any, nothing comes, which ends the loop.
            retained_are_in(&publisher, &quiet, idle).await;
        });
        consume(&mut self.events, into, &mut self.stop).await
    }

    /// Goes on as long as it takes until nothing came for `--idle`.
    ///
    /// # Errors
    /// When what came cannot be written.
    pub async fn gather_more<E: Each>(&mut self, into: &mut Gather<E>) -> Result<Option<Stopped>, StdoutError> {
        let (publisher, quiet, idle) = (self.publisher.clone(), into.quiet.clone(), self.idle);
        self.stop.end_when(async move { retained_are_in(&publisher, &quiet, idle).await });
        consume(&mut self.events, into, &mut self.stop).await
    }
}

/// What is done with each retained message that is found.
pub(super) trait Each {
    /// It was found, for the first time.
    fn found(&mut self, received: &Received);

    /// Those of a batch were.
    ///
    /// # Errors
    /// When what came of them cannot be written.
    fn flush(&mut self) -> impl Future<Output = Result<(), StdoutError>>;
}

/// Deliveries a batch.
const BATCH: usize = 1_000;

/// Takes retained messages out of what comes, each topic once.
pub(super) struct Gather<E> {
    /// The topics that were found.
    pub topics: HashSet<TopicName>,
    /// What is done with each.
    pub each: E,
    /// Whether one came at a QoS above 0.
    pub above_0: bool,
    left_out: Vec<TopicFilter>,
    quiet: Quiet,
}

impl<E> Gather<E> {
    pub(super) fn new(each: E, left_out: Vec<TopicFilter>) -> Self {
        Self { topics: HashSet::new(), each, above_0: false, left_out, quiet: Quiet::new() }
    }
}

impl<E: Each> Sink for Gather<E> {
    type Error = StdoutError;

    fn wants(&self) -> usize {
        BATCH
    }

    async fn take(&mut self, deliveries: &mut Vec<Delivery>) -> Result<(), StdoutError> {
        let received = deliveries.iter().map(|delivery| &delivery.received);
        // What is published meanwhile, by others or by us, has no RETAIN [MQTT-3.3.1-12]. On a busy broker it never ends.
        let mut retained = received.filter(|received| received.message.retain).peekable();
        if retained.peek().is_none() {
            return Ok(());
        }
        self.quiet.busy();
        for received in retained {
            let message = &received.message;
            self.above_0 |= message.qos > QoS::AtMostOnce;
            let left_out = self.left_out.iter().any(|filter| filter.matches(&message.topic));
            if !left_out && self.topics.insert(message.topic.clone()) {
                self.each.found(received);
            }
        }
        self.each.flush().await?;
        self.quiet.done();
        Ok(())
    }
}
