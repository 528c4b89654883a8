//! What happens between connections: how long it goes on, and which ends are final. Rules 13, 15 and 16.
//!
//! `first` makes the first connection for `client::connect`; `drive` is the task that keeps it up.

use std::sync::Arc;
use std::time::{Instant, SystemTime};

use super::attempt::Attempts;
use super::connection::{self, Link, LinkEnd};
use super::options::ConnectOptions;
use super::patience::{Backoff, Lost, Patience, STRIKES, remaining};
use super::session::{Overdue, Session};
use super::{ConnectError, ConnectFailure, End, Notice, Shared};
use crate::mqtt::Reason;
use crate::mqtt::reason::Retry;
use crate::wire::{ConnAck, Disconnect};

/// Makes the first connection.
pub(super) async fn first(
    options: ConnectOptions,
    notify: &(impl Fn(Notice) + Sync),
) -> Result<(Attempts, Link, Session), ConnectFailure> {
    let mut attempts = Attempts::new(options).await?;
    let mut backoff = Backoff::default();
    let started = Instant::now();
    loop {
        let failed = match attempts.attempt(None, notify).await {
            Ok((link, connack)) => {
                if let Some(notice) = attempts.shorter_session(&connack) {
                    notify(notice);
                }
                let ConnectOptions { keep_alive, max_inflight, consumer, topic_alias_maximum, .. } = attempts.options;
                let session = Session::new(Instant::now(), attempts.codec, &connack, keep_alive, max_inflight, consumer)
                    .with_topic_alias_maximum(topic_alias_maximum)
                    .with_unsubscribe_properties(attempts.options.said.unsubscribe.clone());
                return Ok((attempts, link, session));
            }
            Err(failed) => failed,
        };
        let left = remaining(attempts.options.retry, started.elapsed());
        if !attempts.options.retry_first || !failed.may_pass || left.is_zero() {
            return Err(failed.failure);
        }
        let retry_in = backoff.next().min(left);
        notify(Notice::AttemptFailed { cause: failed.failure.error.to_string(), retry_in });
        tokio::time::sleep(retry_in).await;
    }
}

/// The task that keeps the connection up until the end, which it leaves in the shared state.
pub(super) async fn drive(shared: Arc<Shared>, mut attempts: Attempts, link: Link) {
    let end = keep_up(&shared, &mut attempts, link).await;
    let mut state = shared.lock();
    state.end = Some(end);
    shared.changed(&mut state);
}

async fn keep_up(shared: &Shared, attempts: &mut Attempts, mut link: Link) -> End {
    let mut patience = Patience::new(shared.lock().session.progress());
    loop {
        let connected_at = Instant::now();
        let link_end = connection::run(shared, &mut link).await;
        drop(link);
        let lost = {
            let mut state = shared.lock();
            let lost = Lost::note(&mut state);
            // The last packets may have brought what somebody waits for.
            shared.changed(&mut state);
            lost
        };
        let (cause, orderly) = match attempts.judge(link_end, &*shared.notify) {
            // Why it ended says why something is missing (rule 14); where nothing is, it no longer matters.
            Verdict::End(end) if lost.missing || !lost.done => return end,
            Verdict::Again { cause, orderly } if !lost.done => (cause, orderly),
            _ => return End::Finished,
        };
        if let Some(request) = patience.lost(&lost, connected_at.elapsed(), orderly) {
            return End::Lost(format!("{cause}, {STRIKES} times in a row after {request}"));
        }
        link = match reconnect(shared, attempts, &mut patience, &lost, cause).await {
            Ok(link) => link,
            Err(end) => return end,
        };
    }
}

/// Attempts until one succeeds, or there is a reason to end.
async fn reconnect(
    shared: &Shared,
    attempts: &mut Attempts,
    patience: &mut Patience,
    lost: &Lost,
    cause: String,
) -> Result<Link, End> {
    let mut cause = cause;
    for attempt in 0_u32.. {
        let left = remaining(attempts.options.retry, patience.since.elapsed());
        if left.is_zero() {
            let tried = if attempt == 0 { String::new() } else { format!("; gave up after {attempt} attempts to connect again") };
            return Err(End::Lost(format!("{cause}{tried}")));
        }
        // The last attempt is made when the budget ends, not up to a whole backoff later.
        let retry_in = patience.backoff.next().min(left);
        (shared.notify)(match attempt {
            0 => Notice::Down { cause: cause.clone(), retry_in },
            _ => Notice::AttemptFailed { cause: cause.clone(), retry_in },
        });
        let result = tokio::select! {
            () = shared.until(|state| state.may_end_offline().then_some(())) => return Err(End::Finished),
            result = async {
                tokio::time::sleep(retry_in).await;
                attempts.attempt(Some(lost.at.elapsed()), &*shared.notify).await
            } => result,
        };
        match result {
            Ok((link, connack)) => {
                welcome(shared, attempts, lost, &connack);
                return Ok(link);
            }
            Err(failed) => {
                for server in failed.server_references {
                    (shared.notify)(Notice::ServerReference(server));
                }
                let error = failed.failure.error;
                cause = error.to_string();
                if !failed.may_pass {
                    let refused = matches!(error, ConnectError::Refused { .. });
                    return Err(if refused { End::Refused(cause) } else { End::Lost(cause) });
                }
            }
        }
    }
    Err(End::Lost(cause))
}

/// A later connection stands: tells the session, and a person what that means (rule 13).
fn welcome(shared: &Shared, attempts: &Attempts, lost: &Lost, connack: &ConnAck) {
    let mut state = shared.lock();
    let continuity = state.session.connected(Instant::now(), connack, attempts.options.keep_alive);
    let notice = if continuity.resumed {
        Notice::Resumed
    } else {
        Notice::SessionLost {
            gap: attempts.options.consumer.then(|| (lost.heard_at, SystemTime::now())),
            resent: continuity.resent,
            possible_duplicates: continuity.possible_duplicates,
        }
    };
    (shared.notify)(notice);
    if let Some(notice) = attempts.shorter_session(connack) {
        (shared.notify)(notice);
    }
    shared.changed(&mut state);
}

// ---- judgement ----

enum Verdict {
    End(End),
    Again {
        cause: String,
        /// The peer ended it with DISCONNECT or end of file.
        orderly: bool,
    },
}

impl Attempts {
    fn judge(&mut self, end: LinkEnd, notify: &dyn Fn(Notice)) -> Verdict {
        let again = |cause: &str, orderly| Verdict::Again { cause: cause.to_owned(), orderly };
        match end {
            LinkEnd::Finished => Verdict::End(End::Finished),
            LinkEnd::Closed => again("the broker closed the connection", true),
            LinkEnd::ClosedSaying(cause) => again(&cause, true),
            LinkEnd::Unreadable(cause) => Verdict::End(End::Lost(cause)),
            LinkEnd::Broken(cause) => again(&cause, false),
            LinkEnd::Overdue(Overdue::Anything) => again("the broker has fallen silent", false),
            LinkEnd::Overdue(Overdue::SubAck) => Verdict::End(End::Unacknowledged("no SUBACK within 10 s".to_owned())),
            LinkEnd::Overdue(Overdue::UnsubAck) => Verdict::End(End::Unacknowledged("no UNSUBACK within 10 s".to_owned())),
            LinkEnd::Overdue(Overdue::Acknowledgements) => {
                Verdict::End(End::Unacknowledged("no acknowledgement for 30 s".to_owned()))
            }
            LinkEnd::Violation(violation) => Verdict::End(End::Lost(format!("the broker broke the protocol: {violation}"))),
            LinkEnd::Disconnected(disconnect) => self.judge_disconnect(disconnect, notify),
        }
    }

    fn judge_disconnect(&mut self, disconnect: Disconnect, notify: &dyn Fn(Notice)) -> Verdict {
        let Disconnect { reason, reason_string, server_reference } = disconnect;
        if let Some(server) = server_reference {
            notify(Notice::ServerReference(server));
        }
        let said = reason_string.map(|text| format!(" (\"{text}\")")).unwrap_or_default();
        let cause = format!("the broker disconnected: {reason}{said}");
        let own_late_connect = reason == Reason::TAKEN_OVER && self.take_abandoned();
        if reason == Reason::NOT_AUTHORIZED {
            Verdict::End(End::Disconnected(cause))
        } else if reason.retry() == Retry::Again || !reason.is_error() || own_late_connect {
            Verdict::Again { cause, orderly: true }
        } else {
            Verdict::End(End::Lost(cause))
        }
    }
}
