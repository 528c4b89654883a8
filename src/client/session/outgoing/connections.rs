//! What the end of a connection and the next CONNACK mean for what is unfinished: proved or not, sent again, as new, or rejected. Rules 2, 5–7
//! and 18.
//!
//! Called by the session.

use std::collections::HashSet;

use super::super::limits::{LimitExceeded, Limits};
use super::super::packet_ids::PacketIds;
use super::super::{Outcome, Rejection, Token};
use super::{Outgoing, Queued, Stage};
use crate::mqtt::{Message, QoS};
use crate::wire::Codec;

/// What a lost session means for what was in flight.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Requeued {
    /// Messages that are sent again, as new.
    pub messages: usize,
    /// Those of QoS 2 among them that the broker had already taken: possible duplicates (rule 6).
    pub possible_duplicates: usize,
}

impl Outgoing {
    /// An earlier run left this session behind: no identifier is known to be unused (rule 5).
    pub fn inherit(&mut self) {
        self.known_clean = Some(HashSet::new());
    }

    /// A new connection, which has Topic Aliases of its own (rule 12).
    pub fn connected(&mut self, limits: &Limits) {
        if let Some(aliases) = &mut self.aliases {
            aliases.connected(limits);
        }
    }

    pub fn disconnected(&mut self) {
        self.unconfirmed += self.qos0_unproved();
        self.qos0_proved = self.qos0_sent;
        for token in std::mem::take(&mut self.qos0_unflushed) {
            self.settle(token, Outcome::Unconfirmed);
        }
        self.window.reset();
        self.releases.clear();
        self.resends.clear();
    }

    /// The session was resumed: PUBREL where PUBREC came, and every unanswered PUBLISH again `[MQTT-4.4.0-1]`.
    pub fn resume(&mut self, limits: &Limits, codec: Codec, ids: &mut PacketIds) {
        self.reject_what_no_longer_fits(true, limits, codec, ids);
        let mut releases: Vec<(u64, Token)> = Vec::new();
        for (token, flight) in &mut self.flights {
            flight.on_wire = false;
            flight.release_due = flight.stage != Stage::Publish;
            match flight.stage {
                Stage::Publish => self.resends.push_back(*token),
                Stage::Release(order) => releases.push((order, *token)),
                Stage::Clear | Stage::Discard => releases.push((u64::MAX, *token)),
            }
        }
        releases.sort_unstable();
        self.releases.extend(releases.into_iter().map(|(_, token)| token));
    }

    /// The session is gone: everything unacknowledged is sent again, in order, as new.
    pub fn restart(&mut self, limits: &Limits, codec: Codec, ids: &mut PacketIds) -> Requeued {
        self.reject_what_no_longer_fits(false, limits, codec, ids);
        self.known_clean = None;
        self.clearing = 0;
        let mut requeued = Requeued::default();
        for (token, flight) in std::mem::take(&mut self.flights).into_iter().rev() {
            ids.free(flight.id);
            if flight.stage == Stage::Discard {
                self.bytes -= flight.message.weight();
                continue;
            }
            requeued.messages += usize::from(flight.waiting_since.is_none());
            requeued.possible_duplicates += usize::from(matches!(flight.stage, Stage::Release(_)));
            self.queue.push_front(Queued { token, message: flight.message, waiting_since: flight.waiting_since });
        }
        requeued
    }

    /// Rule 18. After PUBREC a message is the broker's, as long as the session is; in a new one it would have to be sent again.
    fn reject_what_no_longer_fits(&mut self, resumed: bool, limits: &Limits, codec: Codec, ids: &mut PacketIds) {
        let check = |message: &Message| limits.check_message(message, codec.publish_size(message)).err();
        let mut rejected: Vec<(Token, LimitExceeded)> = Vec::new();
        let (bytes, clearing) = (&mut self.bytes, &mut self.clearing);
        self.queue.retain(|queued| {
            let limit = check(&queued.message);
            if let Some(limit) = limit {
                *bytes -= queued.message.weight();
                rejected.push((queued.token, limit));
                return false;
            }
            true
        });
        self.flights.retain(|token, flight| {
            let to_be_sent = match flight.stage {
                Stage::Publish | Stage::Clear => true,
                Stage::Release(_) => !resumed,
                Stage::Discard => false,
            };
            if !to_be_sent {
                return true;
            }
            let Some(limit) = check(&flight.message) else { return true };
            rejected.push((*token, limit));
            *clearing -= usize::from(flight.stage == Stage::Clear);
            // The broker may hold the identifier of a QoS 2 message: only PUBREL gives it back.
            flight.stage = Stage::Discard;
            if flight.message.qos == QoS::ExactlyOnce {
                return true;
            }
            *bytes -= flight.message.weight();
            ids.free(flight.id);
            false
        });
        for (token, limit) in rejected {
            self.settle(token, Outcome::Rejected(Rejection::Limit(limit)));
        }
    }
}
