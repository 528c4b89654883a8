//! The two handles that `connect` gives: `Publisher` for what goes out, `Events` for what comes in.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;
use std::time::Instant;

use bytestring::ByteString;

use super::session::{Delivery, Full, Limits, Outcome, Removal, RemovalIndex, Standing, SubscriptionIndex, Token, TopicAliases};
use super::shared::Shared;
use super::{Close, End, Summary};
use crate::mqtt::{Message, Subscription, TopicFilter};

/// What goes out: messages and subscriptions.
#[derive(Clone)]
pub struct Publisher {
    pub(super) shared: Arc<Shared>,
}

impl Publisher {
    /// Gives Topic Aliases to what is published from now on, as far as the broker takes them.
    pub fn alias_topics(&self, policy: TopicAliases) {
        self.shared.lock().session.alias_topics(policy);
    }

    /// Submits messages from the front of `messages`, as many as there is room for. Their tokens are consecutive.
    pub fn publish(&self, messages: &mut VecDeque<Message>) -> Range<u64> {
        let now = Instant::now();
        let mut state = self.shared.lock();
        let mut tokens = 0..0;
        while let Some(message) = messages.pop_front() {
            match state.session.publish(now, message) {
                Ok(token) if tokens.is_empty() => tokens = token.number()..token.number() + 1,
                Ok(token) => tokens.end = token.number() + 1,
                Err(Full(message)) => {
                    messages.push_front(message);
                    break;
                }
            }
        }
        drop(state);
        self.shared.work.notify_one();
        tokens
    }

    /// Nothing more can be published before an outcome comes: from now on the acknowledgements have their deadline.
    pub fn starve(&self) {
        self.shared.lock().session.starve(Instant::now());
        self.shared.work.notify_one();
    }

    /// Waits for an outcome, for room, or for the end, and moves the outcomes so far to `into`. With `for_room`, room alone is enough.
    /// Returns whether it is the end. Cancel safe.
    pub async fn settled(&self, for_room: bool, into: &mut Vec<(Token, Outcome)>) -> bool {
        self.shared
            .until(|state| {
                let before = into.len();
                state.session.outcomes(into);
                let ended = state.end.is_some();
                (into.len() > before || ended || (for_room && state.session.has_room())).then_some(ended)
            })
            .await
    }

    /// Asks for subscriptions and waits for the broker's answers, in the order of `subscriptions`. An answer that never came is `Waiting`.
    pub async fn subscribe(&self, subscriptions: Vec<Subscription>) -> Vec<Standing> {
        let asked: Vec<SubscriptionIndex> = {
            let mut state = self.shared.lock();
            subscriptions.into_iter().map(|subscription| state.session.subscribe(subscription)).collect()
        };
        self.shared.work.notify_one();
        self.shared
            .until(|state| {
                let standings: Vec<Standing> = asked.iter().filter_map(|index| state.session.standing(*index).cloned()).collect();
                (state.end.is_some() || !standings.contains(&Standing::Waiting)).then_some(standings)
            })
            .await
    }

    /// Asks for the end of the subscriptions with these filters, whichever run made them, before what is published from now on. The future
    /// waits for the broker's answers, in the order of `filters`; one that never came is `Waiting`. `finish` waits for them too, unless it
    /// is to be at once.
    pub fn unsubscribe(&self, filters: impl IntoIterator<Item = TopicFilter>) -> impl Future<Output = Vec<Removal>> {
        let asked: Vec<RemovalIndex> = {
            let mut state = self.shared.lock();
            filters.into_iter().map(|filter| state.session.unsubscribe(filter)).collect()
        };
        self.shared.work.notify_one();
        self.shared.until(move |state| {
            let removals: Vec<Removal> = asked.iter().filter_map(|index| state.session.removal(*index).cloned()).collect();
            (state.end.is_some() || !removals.contains(&Removal::Waiting)).then_some(removals)
        })
    }

    /// Waits for the answer to a PINGREQ that is sent now: the broker has handled what was sent before it. Over a lost connection it is sent
    /// again. False when the run ended instead.
    pub async fn probe(&self) -> bool {
        self.shared.lock().session.probe();
        self.shared.work.notify_one();
        self.shared.until(|state| if state.session.is_probed() { Some(true) } else { state.end.is_some().then_some(false) }).await
    }

    /// Whether a broker can say that it refuses a message: in 3.1.1 it acknowledges that, too.
    #[must_use]
    pub fn hears_refusals(&self) -> bool {
        self.shared.lock().session.has_reason_codes()
    }

    /// The limits of the broker.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.shared.lock().session.limits().clone()
    }

    /// What the broker lets this client begin its Response Topics with `[MQTT-3.2.2.3.15]`: only where it was asked for, and not by every broker.
    #[must_use]
    pub fn response_information(&self) -> Option<ByteString> {
        self.shared.lock().session.response_information().cloned()
    }

    /// Ends the run, and waits for that. May be called again with something more urgent.
    pub async fn finish(&self, close: Close, into: &mut Vec<(Token, Outcome)>) -> Summary {
        {
            let mut state = self.shared.lock();
            state.session.close(Instant::now());
            state.close = Some(close);
        }
        self.shared.change.notify_waiters();
        self.shared.work.notify_one();
        self.shared.until(|state| state.end.as_ref().map(|_| ())).await;
        self.summary(into)
    }

    /// What is left right now, with the outcomes so far.
    pub fn summary(&self, into: &mut Vec<(Token, Outcome)>) -> Summary {
        let mut state = self.shared.lock();
        state.session.outcomes(into);
        Summary {
            end: state.end.clone().unwrap_or(End::Finished),
            unsettled: state.session.unsettled(),
            unconfirmed: state.session.unconfirmed(),
            unanswered_subscriptions: state.session.unanswered_subscriptions(),
            refused_subscriptions: state.session.refused_subscriptions(),
            refused_removals: state.session.refused_removals(),
            unanswered_removals: state.session.unanswered_removals(),
            dropped: state.session.dropped(),
            unreleased: if state.kept { state.session.unreleased() } else { 0 },
        }
    }
}

/// What comes in.
pub struct Events {
    pub(super) shared: Arc<Shared>,
}

impl Events {
    /// Waits for deliveries and moves up to `most` of them to `into`. False when none will come any more.
    pub async fn next(&mut self, most: usize, into: &mut Vec<Delivery>) -> bool {
        let more = self
            .shared
            .until(|state| {
                if state.session.has_deliveries() {
                    state.session.take(most, into);
                    return Some(true);
                }
                (state.end.is_some() || state.session.all_subscriptions_refused()).then_some(false)
            })
            .await;
        // The queue has room again.
        self.shared.work.notify_one();
        more
    }

    /// The deliveries were written out, or filtered away: they are acknowledged.
    pub fn taken(&mut self, deliveries: &mut Vec<Delivery>) {
        let mut state = self.shared.lock();
        for delivery in deliveries.drain(..) {
            state.session.taken(&delivery);
        }
        drop(state);
        self.shared.work.notify_one();
    }
}
