//! The MQTT client: one connection that is kept up, one session, and two handles to it.
//!
//! `connect` gives a `Publisher` (what goes out) and `Events` (what comes in); a task of its own drives the connection. Used by `flow` and by
//! `commands`. The session's rules are in `session`, the I/O in `connection`, and what happens between connections in `reconnect`.

mod connection;
mod notice;
pub mod options;
mod reconnect;
pub mod session;

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Instant, SystemTime};

use bytes::BytesMut;
use bytestring::ByteString;
use tokio::sync::Notify;

pub use notice::Notice;
pub use options::{ConnectOptions, Credentials, RetryBudget, SessionKeeping, VersionChoice};
pub use session::{Delivery, LimitExceeded, Limits, Outcome, Rejection, Standing, Token};

use crate::mqtt::{Message, Reason, Subscription};
use crate::net::{NetError, TlsConfigError};
use session::{Full, Session, SubscriptionIndex};

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// A file that the connection needs is not usable.
    #[error(transparent)]
    Local(TlsConfigError),
    /// DNS, TCP or TLS failed.
    #[error(transparent)]
    Unreachable(NetError),
    /// Nothing answered in time.
    #[error("no answer within {0} s")]
    TimedOut(u64),
    /// The peer closed the connection instead of an answer to CONNECT.
    #[error("the connection was closed without an answer")]
    Closed,
    /// Something else than MQTT is spoken there.
    #[error("what answers speaks {0}, not MQTT")]
    Foreign(&'static str),
    /// Something answered, but not as a broker does; or the connection broke before it did.
    #[error("{0}")]
    NotMqtt(String),
    /// CONNACK with an error.
    #[error("broker refused the connection: {reason}")]
    Refused {
        /// Its reason.
        reason: Reason,
        /// Reason String.
        text: Option<ByteString>,
        /// Server Reference.
        server_reference: Option<ByteString>,
    },
}

/// How to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Close {
    /// After the last acknowledgement, over lost connections if need be.
    Drain,
    /// After the last acknowledgement that comes over this connection.
    Leave,
    /// At once: what is encoded still goes out.
    Now,
}

/// How it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// As asked.
    Finished,
    /// An acknowledgement stayed away until its deadline.
    Unacknowledged(String),
    /// The connection was lost for good.
    Lost(String),
    /// Refused on a reconnect.
    Refused(Reason),
    /// DISCONNECT from the broker with a reason that is about us: not authorized.
    Disconnected(Reason),
}

/// What was left when it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// How.
    pub end: End,
    /// Messages without an outcome.
    pub unsettled: usize,
    /// QoS 0 messages of which nothing proves that they arrived.
    pub unconfirmed: u64,
    /// Subscriptions without an answer.
    pub unanswered_subscriptions: bool,
    /// Subscriptions that were refused.
    pub refused_subscriptions: usize,
    /// Deliveries that were dropped because the consumer was behind.
    pub dropped: u64,
}

/// What the handles and the task share.
struct Shared {
    state: Mutex<State>,
    /// The task has something to do.
    work: Notify,
    /// A handle may have something to do.
    change: Notify,
    notify: Box<dyn Fn(Notice) + Send + Sync>,
}

struct State {
    session: Session,
    online: bool,
    /// When the last byte was read.
    heard_at: SystemTime,
    close: Option<Close>,
    end: Option<End>,
    /// Session Expiry Interval for the DISCONNECT at the end.
    final_expiry: Option<u32>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic elsewhere is a defect of its own; the ledger is still the best that we know.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells the handles to look again, and a person what there is to tell.
    fn changed(&self, state: &mut State) {
        while let Some(notice) = state.session.next_notice() {
            (self.notify)(notice);
        }
        self.change.notify_waiters();
    }

    fn farewell(&self, reason: Reason, output: &mut BytesMut) {
        let state = self.lock();
        let expiry = if reason.is_error() { None } else { state.final_expiry };
        state.session.disconnect(reason, expiry, output);
    }

    /// Waits until `look` finds what it looks for in the state.
    async fn until<T>(&self, mut look: impl FnMut(&mut State) -> Option<T>) -> T {
        loop {
            let changed = self.change.notified();
            if let Some(found) = look(&mut self.lock()) {
                return found;
            }
            changed.await;
        }
    }
}

/// Connects, and keeps the connection up until `Publisher::finish`. `notify` is told what happens to it meanwhile.
///
/// # Errors
/// Why the first connection did not come about; later ones are the task's business.
pub async fn connect(
    options: ConnectOptions,
    notify: impl Fn(Notice) + Send + Sync + 'static,
) -> Result<(Publisher, Events), ConnectError> {
    let (dialer, link, session) = reconnect::first(options, &notify).await?;
    let state =
        State { session, online: true, heard_at: SystemTime::now(), close: None, end: None, final_expiry: dialer.final_expiry() };
    let shared =
        Arc::new(Shared { state: Mutex::new(state), work: Notify::new(), change: Notify::new(), notify: Box::new(notify) });
    tokio::spawn(reconnect::drive(Arc::clone(&shared), dialer, link));
    Ok((Publisher { shared: Arc::clone(&shared) }, Events { shared }))
}

/// What goes out: messages and subscriptions.
#[derive(Clone)]
pub struct Publisher {
    shared: Arc<Shared>,
}

impl Publisher {
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

    /// The limits of the broker.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.shared.lock().session.limits().clone()
    }

    /// Messages that have no outcome yet.
    #[must_use]
    pub fn unsettled(&self) -> usize {
        self.shared.lock().session.unsettled()
    }

    /// Whether the connection stands right now.
    #[must_use]
    pub fn is_online(&self) -> bool {
        self.shared.lock().online
    }

    /// Waits until the connection was given up.
    pub async fn ended(&self) {
        self.shared.until(|state| state.end.as_ref().map(|_| ())).await;
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
            dropped: state.session.dropped(),
        }
    }
}

/// What comes in.
pub struct Events {
    shared: Arc<Shared>,
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
                state.end.as_ref().map(|_| false)
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
