//! What came of a run, counted, said, and made into an exit status. Fed by the loops and `finish`; read by `commands`.

use std::rc::Rc;

use super::Stopped;
use super::finish::Finished;
use crate::client::{End, Outcome, Rejection, Summary, Token};
use crate::exit::Status;
use crate::mqtt::TopicName;
use crate::ui::Ui;

/// Rejections that are told one by one; the rest are counted.
const TOLD: u64 = 10;

/// How far a run came, acknowledgements apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// What was asked for was done.
    Met,
    /// It was to run until ended, so a signal is a proper end.
    Open,
    /// Something is left.
    Missed,
    /// Something was begun, and is not dealt with.
    GivenUp,
}

/// Counts outcomes.
#[derive(Debug)]
pub struct Tally {
    ui: Ui,
    /// What each message is called, by its number; without, the number.
    topics: Option<Rc<[TopicName]>>,
    /// QoS 1 and 2: acknowledged by the broker.
    pub acknowledged: u64,
    /// QoS 0: handed to the operating system.
    pub written: u64,
    /// Rejected by the broker or by one of its limits.
    pub rejected: u64,
    /// Not sent, since their Message Expiry Interval had passed.
    pub expired: u64,
}

impl Tally {
    /// An empty tally that warns through `ui`.
    #[must_use]
    pub const fn new(ui: Ui) -> Self {
        Self { ui, topics: None, acknowledged: 0, written: 0, rejected: 0, expired: 0 }
    }

    /// The same, where the nth message is the only one to the nth of `topics`, which then names it.
    #[must_use]
    pub fn of_topics(ui: Ui, topics: Rc<[TopicName]>) -> Self {
        Self { topics: Some(topics), ..Self::new(ui) }
    }

    /// Counts outcomes and warns of rejections.
    pub fn count(&mut self, outcomes: &[(Token, Outcome)]) {
        for (token, outcome) in outcomes {
            match outcome {
                Outcome::Acknowledged(_) => self.acknowledged += 1,
                Outcome::Written => self.written += 1,
                // Counted by the session, together with those that were written before the drop.
                Outcome::Unconfirmed => {}
                Outcome::Rejected(Rejection::Expired) => self.expire(token.number()),
                Outcome::Rejected(rejection) => self.reject(*token, rejection),
            }
        }
    }

    /// Says why a run that was told to end has not ended yet.
    pub fn explain_wait(&self) {
        self.ui.note("waiting for the last acknowledgements; a second Ctrl-C ends at once");
    }

    fn reject(&mut self, token: Token, rejection: &Rejection) {
        self.rejected += 1;
        if self.rejected <= TOLD {
            let topic = |topics: &Rc<[TopicName]>| topics.get(usize::try_from(token.number()).ok()?).map(ToString::to_string);
            let name = self.topics.as_ref().and_then(topic).unwrap_or_else(|| (token.number() + 1).to_string());
            self.ui.warning(&format!("message {name} was rejected: {rejection}"));
        } else if self.rejected == TOLD + 1 {
            self.ui.warning("more messages are rejected; they are counted");
        }
    }

    /// Counts the first messages, whose Message Expiry Interval had passed before they could be submitted, and warns of them.
    pub fn expire_unsubmitted(&mut self, count: u64) {
        (0..count.min(TOLD + 1)).for_each(|number| self.expire(number));
        self.expired = self.expired.max(count);
    }

    fn expire(&mut self, number: u64) {
        self.expired += 1;
        if self.expired <= TOLD {
            self.ui.warning(&format!("message {} expired before it could be sent", number + 1));
        } else if self.expired == TOLD + 1 {
            self.ui.warning("more messages expire before they can be sent; they are counted");
        }
    }

    /// Says what is wrong at the end, and which exit status that makes.
    #[must_use]
    pub fn conclude(&self, finished: &Finished, goal: Goal) -> Status {
        let summary = &finished.summary;
        let mut status = Status::Done;
        let mut is = |other: Status| status = status.merge(other);
        match &summary.end {
            End::Finished => {}
            End::Unacknowledged(cause) => {
                self.ui.error(cause, None);
                is(Status::Unacknowledged);
            }
            End::Lost(cause) => {
                self.ui.error(&format!("no connection: {cause}"), None);
                is(Status::Lost);
            }
            End::Refused(cause) => {
                self.ui.error(cause, None);
                is(Status::Refused);
            }
            End::Disconnected(cause) => {
                self.ui.error(cause, None);
                is(Status::RejectedByDisconnect);
            }
        }
        is(self.shortfall(summary));
        if summary.dropped > 0 {
            self.ui.warning(&format!("{} dropped: they came faster than they could be taken", messages(summary.dropped)));
        }
        if summary.unreleased > 0 {
            let written = messages(summary.unreleased as u64);
            self.ui.warning(&format!("{written} of QoS 2 may come again in the next run: the broker has not let go of them"));
        }
        let all_done = summary.unsettled == 0 && summary.unconfirmed == 0 && !summary.unanswered_subscriptions;
        let is_left = matches!(goal, Goal::Missed | Goal::GivenUp) || !all_done;
        match finished.stopped {
            Some(Stopped::Signal(number)) if is_left => is(Status::Signal(number)),
            Some(Stopped::Deadline) if goal != Goal::Met || !all_done => {
                self.ui.error("-W has passed", None);
                is(Status::TimedOut);
            }
            // Its length is what was asked for; that a message is not dealt with then is not. Whoever gave it up has said so.
            Some(Stopped::Elapsed) if goal == Goal::GivenUp => is(Status::Unacknowledged),
            _ => {}
        }
        status
    }

    /// Says what is missing and what was rejected, and which exit status that makes.
    fn shortfall(&self, summary: &Summary) -> Status {
        let (refused, removals) = (summary.refused_subscriptions as u64, summary.refused_removals as u64);
        let unanswered = summary.unanswered_removals as u64;
        let unconfirmed = "of QoS 0 unconfirmed: nothing proved that they arrived";
        let mut status = Status::Done;
        for (count, what, how, other) in [
            (summary.unsettled as u64, "message", "unacknowledged", Status::Unacknowledged),
            (summary.unconfirmed, "message", unconfirmed, Status::Unacknowledged),
            (unanswered, "unsubscription", "unanswered", Status::Unacknowledged),
            (self.rejected, "message", "rejected", Status::Rejected),
            (self.expired, "message", "expired", Status::Rejected),
            (refused, "subscription", "refused", Status::Rejected),
            (removals, "unsubscription", "refused", Status::Rejected),
        ] {
            if count > 0 {
                self.ui.error(&format!("{} {how}", counted(count, what)), None);
                status = status.merge(other);
            }
        }
        status
    }
}

/// `1 message`, `2 messages`.
#[must_use]
pub fn messages(count: u64) -> String {
    counted(count, "message")
}

fn counted(count: u64, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}
