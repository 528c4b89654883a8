//! The books: every message has one outcome and it is true, the sum is right, nothing is lost, and the end of the run.

use std::collections::HashSet;
use std::time::Duration;

use mqx::client::session::{LimitExceeded, Outcome, Rejection};

use super::{PATIENCE, World};
use crate::checks::{Submitted, Verdict};
use crate::packets;
use crate::plan::End;
use crate::scenes::{Scene, saw, saw_if};

/// Rounds in which nothing moves, where what was dropped waits for the next connection.
const DROPPED_PATIENCE: u32 = 20;

impl World {
    pub(super) fn drain(&mut self) {
        let mut outcomes = std::mem::take(&mut self.drained);
        self.session.outcomes(&mut outcomes);
        for (token, outcome) in outcomes.drain(..) {
            self.settle(token.number(), &outcome);
        }
        self.drained = outcomes;
        assert!(self.outgoing.verdicts.is_empty(), "outcomes are missing: {:?}", self.outgoing.verdicts);
    }

    fn settle(&mut self, number: u64, outcome: &Outcome) {
        let place = usize::try_from(number).expect("a token");
        let submitted = self.submitted[place];
        assert!(!submitted.settled, "message {number} has two outcomes");
        self.submitted[place].settled = true;
        self.outcomes += 1;
        self.tell("outcome", &(number, outcome));
        match outcome {
            Outcome::Written | Outcome::Unconfirmed => {
                assert_eq!(submitted.qos, 0, "message {number} is {outcome:?}");
                self.written += 1;
                self.unflushed -= 1;
            }
            Outcome::Acknowledged(_) => {
                assert_eq!(self.outgoing.verdicts.remove(&number), Some(Verdict::Acknowledged), "message {number}");
                let broker = &self.broker.publishing;
                let passed_on = broker.passed_on(number) > 0 || broker.is_excused(number);
                assert!(passed_on, "message {number} was acknowledged and never passed on");
            }
            Outcome::Rejected(Rejection::Broker { reason, .. }) => {
                assert_eq!(self.outgoing.verdicts.remove(&number), Some(Verdict::Rejected(reason.0)), "message {number}");
            }
            Outcome::Rejected(Rejection::Limit(limit)) => {
                self.check_limit(number, &submitted, limit);
                self.outgoing.discarded(number);
            }
            Outcome::Rejected(Rejection::Expired) => self.content.expired(self.now, number, &submitted),
        }
    }

    /// A message is rejected for a limit that it goes beyond, now or when it was submitted.
    fn check_limit(&self, number: u64, submitted: &Submitted, limit: &LimitExceeded) {
        let limits = &self.broker.limits;
        let size = packets::publish_size(submitted.qos, submitted.size as usize, submitted.expiry.is_some(), self.plan.five);
        let sent = self.outgoing.was_sent(number);
        let (beyond, scene) = match limit {
            LimitExceeded::PacketSize { .. } => {
                let beyond = limits.maximum_packet_size.is_some_and(|largest| size > largest as usize);
                (beyond, if sent { Scene::TooLargeNow } else { Scene::TooLarge })
            }
            LimitExceeded::MaximumQos(_) => {
                (submitted.qos > limits.maximum_qos, if sent { Scene::QosTooHighNow } else { Scene::QosTooHigh })
            }
            LimitExceeded::Retain => {
                let beyond = submitted.retain && !limits.retain_available;
                (beyond, if sent { Scene::RetainRefusedNow } else { Scene::RetainRefused })
            }
            LimitExceeded::Wildcard
            | LimitExceeded::Shared
            | LimitExceeded::SubscriptionId
            | LimitExceeded::TopicAlias { .. }
            | LimitExceeded::Properties => (false, Scene::TooLarge),
        };
        assert!(beyond, "message {number} of {size} bytes is within the limits: {limit}");
        saw(scene);
    }

    /// Every message is settled, or counted as unsettled; and what is not said to be unconfirmed has arrived.
    pub(super) fn compare(&mut self) {
        self.drain();
        let accounted = self.outcomes + self.session.unsettled() as u64 + self.unflushed;
        assert_eq!(accounted, self.submitted.len() as u64, "the sum of the messages");
        let missing = self.written + self.unflushed - self.broker.publishing.arrived_qos0;
        let said = self.session.unconfirmed();
        assert!(missing <= said, "{missing} QoS 0 did not arrive, {said} are said to be unconfirmed");
        if self.online {
            // What goes out first arrives first, so the first of the connection are the proved ones.
            let proved = self.proof.sent + self.proof.unconfirmed_before - said;
            let arrived = self.broker.publishing.arrived_qos0 - self.proof.arrived_before;
            assert!(proved <= arrived, "{proved} QoS 0 of this connection are proved, {arrived} arrived");
        }
        assert_eq!(self.session.dropped(), self.incoming.dropped(), "the sum of what was dropped");
    }

    // ---- the end ----

    /// One round in which everything moves.
    pub(super) fn pump(&mut self) {
        if !self.online {
            self.connect();
        }
        self.turn();
        if self.online {
            self.write();
            self.broker.read(&mut self.rng);
            self.broker.write(self.plan.stride.max(64), &mut self.rng);
            self.read();
        }
        self.consume();
        if self.online && self.broker.closed {
            self.closed();
        }
        self.compare();
    }

    pub(super) fn settle_everything(&mut self) {
        let mut rounds = 0;
        let mut last = (0, 0);
        while !self.gave_up && !self.is_settled() {
            self.pump();
            let progress = (self.outcomes, self.session.progress());
            rounds = if progress == last { rounds + 1 } else { 0 };
            last = progress;
            assert!(rounds < PATIENCE, "it is stuck: {:?} {:?}", self.session.unsettled(), self.session.oldest_unanswered());
            if self.session.dropped() > 0 && rounds % DROPPED_PATIENCE == DROPPED_PATIENCE - 1 && self.online {
                self.cut();
            }
        }
    }

    fn is_settled(&self) -> bool {
        self.online
            && self.outcomes == self.submitted.len() as u64
            && self.hands.is_empty()
            && !self.session.has_deliveries()
            && !self.session.has_to_send()
            && !self.session.unanswered_subscriptions()
            && self.output.is_empty()
            && self.input.is_empty()
            && self.broker.is_idle()
            && (!self.plan.has_consumer || self.broker.delivering.is_done())
    }

    /// The session is closed, and waits for what it has to wait for.
    pub(super) fn end(&mut self) {
        let settled = self.plan.end == End::Settled && !self.gave_up;
        if settled {
            self.check_subscriptions();
        }
        self.session.close(self.now);
        self.incoming.closed();
        self.patience.closing = true;
        if self.plan.end == End::Dead && self.online {
            self.die();
        }
        for _ in 0..PATIENCE {
            if self.gave_up || (self.online && self.session.is_done()) {
                break;
            }
            self.pump();
        }
        self.compare();
        self.check_ownership();
        if self.gave_up {
            let unsettled = (0..).zip(&self.submitted).filter(|(_, message)| !message.settled).map(|(number, _)| number);
            assert!(unsettled.into_iter().any(|number: u64| self.forbidden.contains(&number)), "it gave up over nothing");
            return;
        }
        assert!(self.session.is_done(), "a closing session is never done");
        let lost = self.written - self.broker.publishing.arrived_qos0;
        saw_if(lost > 0, Scene::Qos0Lost);
        for (number, qos) in (0..).zip(&self.deliveries) {
            let expected = settled && self.plan.has_consumer && *qos > 0;
            let given_up = self.broker.delivering.given_up.contains(&number);
            assert!(!expected || self.incoming.is_seen(number) || given_up, "delivery {number} is lost");
        }
    }

    /// The link dies, with everything written and nothing read any more.
    fn die(&mut self) {
        self.write();
        self.turn();
        self.write();
        self.dead = true;
        let mut waited = Duration::ZERO;
        while self.online && waited < Duration::from_secs(300) {
            self.pass(Duration::from_secs(5));
            waited += Duration::from_secs(5);
            self.turn();
        }
        assert!(!self.online || self.session.unsettled() == 0, "acknowledgements are waited for on a dead link");
        self.dead = false;
    }

    /// What the consumer was not done with is the broker's still, unless the broker gave it up.
    pub(super) fn check_ownership(&mut self) {
        let owned: HashSet<u64> = self.broker.delivering.owned();
        let mut left = 0_u64;
        for (number, qos) in (0..).zip(&self.deliveries) {
            if *qos > 0 && !self.incoming.is_taken(number) && !self.broker.delivering.given_up.contains(&number) {
                assert!(owned.contains(&number), "delivery {number} was not taken, and the broker does not have it any more");
                left += 1;
            }
        }
        saw_if(matches!(self.plan.end, End::Counted(count) if self.taken == count) && left > 0, Scene::CountedEnd);
    }
}
