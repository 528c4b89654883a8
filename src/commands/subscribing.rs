//! Asking for subscriptions beside the loop that consumes what they bring, and telling what the broker answered. Used by every command that
//! subscribes.

use std::time::Duration;

use tokio::sync::watch;

use crate::client::{Publisher, Rejection, Removal, Standing};
use crate::flow::Quiet;
use crate::mqtt::{Subscription, TopicFilter};
use crate::ui::Ui;

/// What the broker answered, once it has. Any number of parties can wait for it.
#[derive(Clone, Debug)]
pub(super) struct Answer(watch::Receiver<Option<bool>>);

/// Where the answer is put.
#[derive(Debug)]
pub(super) struct Answered(watch::Sender<Option<bool>>);

/// An answer that is still to come.
pub(super) fn answer() -> (Answered, Answer) {
    let (answered, answer) = watch::channel(None);
    (Answered(answered), Answer(answer))
}

impl Answer {
    /// Waits for the broker's answer. Whether something was granted.
    pub async fn any_granted(mut self) -> bool {
        match self.0.wait_for(Option::is_some).await.map(|any| *any) {
            Ok(Some(any)) => any,
            // Nobody waits for the answer any more.
            _ => std::future::pending().await,
        }
    }
}

/// Drives a loop while the broker's answer is waited for, and to its end.
pub(super) async fn beside<T>(subscribing: impl Future<Output = ()>, consuming: impl Future<Output = T>) -> T {
    let subscribing = async {
        subscribing.await;
        std::future::pending().await
    };
    tokio::select! {
        biased;
        never = subscribing => never,
        result = consuming => result,
    }
}

/// Subscribes and says what the broker answered; `answered` hears whether anything was granted.
pub(super) async fn subscribe(publisher: &Publisher, subscriptions: Vec<Subscription>, answered: Answered, ui: &Ui) {
    let standings = publisher.subscribe(subscriptions.clone()).await;
    let mut any = false;
    for (subscription, standing) in subscriptions.iter().zip(standings) {
        let Subscription { filter, qos, .. } = subscription;
        match standing {
            Standing::Granted(granted) if granted < *qos => {
                any = true;
                ui.note(&format!("subscribed to {filter} at QoS {granted}, not {qos}: the broker grants no more"));
            }
            Standing::Granted(granted) => {
                any = true;
                ui.note(&format!("subscribed to {filter} at QoS {granted}"));
            }
            Standing::Refused(rejection) => {
                warn_refused(filter, &rejection, ui);
            }
            Standing::Waiting => {}
        }
    }
    answered.0.send_replace(Some(any));
}

/// As `subscribe`, and ends the subscriptions with other filters; `answered` hears it when that is answered too.
pub(super) async fn subscribe_and_end(
    publisher: &Publisher,
    subscriptions: Vec<Subscription>,
    ended: Vec<TopicFilter>,
    answered: Answered,
    ui: &Ui,
) {
    let (subscribed, granted) = answer();
    // What a session that is kept has already may bring something.
    let nothing_asked = subscriptions.is_empty();
    tokio::join!(subscribe(publisher, subscriptions, subscribed, ui), unsubscribe(publisher, ended, ui));
    answered.0.send_replace(Some(granted.any_granted().await || nothing_asked));
}

/// Ends subscriptions and says what the broker answered.
async fn unsubscribe(publisher: &Publisher, filters: Vec<TopicFilter>, ui: &Ui) {
    if filters.is_empty() {
        return;
    }
    let removals = publisher.unsubscribe(filters.clone()).await;
    for (filter, removal) in filters.iter().zip(removals) {
        match removal {
            Removal::Removed => ui.note(&format!("unsubscribed from {filter}")),
            Removal::NotThere => ui.note(&format!("there was no subscription to {filter} to end")),
            Removal::Refused(rejection) => ui.warning(&format!("the subscription to {filter} was not ended: {rejection}")),
            Removal::Waiting => {}
        }
    }
}

/// Says that a subscription was refused.
pub(super) fn warn_refused(filter: &TopicFilter, rejection: &Rejection, ui: &Ui) {
    ui.warning(&format!("the subscription to {filter} was refused: {rejection}"));
}

/// Completes when all that is retained has come, once the broker has answered the subscriptions: it answered a PINGREQ, too, and nothing
/// came for `idle`, of which `quiet` is told. That is the best that can be known: nothing in MQTT says that it was the last.
pub(super) async fn retained_are_in(publisher: &Publisher, quiet: &Quiet, idle: Duration) {
    loop {
        if !publisher.probe().await {
            // The run has ended otherwise.
            return std::future::pending().await;
        }
        // What came in one piece with that answer is still queued, and no silence: the sink has its turn first.
        tokio::task::yield_now().await;
        if quiet.lasted(idle) {
            return;
        }
        quiet.lasts(idle).await;
        // A connection that is lost is quiet, too: whatever comes over the next one has come when that answers.
    }
}

/// Completes when nothing more is to come: at once where nothing was granted, else after `length`, which counts from the answer.
pub(super) async fn over(answer: Answer, length: Option<Duration>) {
    if answer.any_granted().await {
        elapsed(length).await;
    }
}

/// Completes after `length`, if there is one.
pub(super) async fn elapsed(length: Option<Duration>) {
    match length {
        Some(length) => tokio::time::sleep(length).await,
        None => std::future::pending().await,
    }
}
