//! What the broker answers to what we published: PUBACK, PUBREC and PUBCOMP move a flight on or end it. Rules 4, 5 and 7.
//!
//! Called by the session for each acknowledgement; the ledger itself, and what is sent, is in `outgoing`.

use super::super::packet_ids::PacketIds;
use super::super::{Outcome, Rejection, Token};
use super::{Flight, Outgoing, Stage};
use crate::mqtt::{QoS, Reason};
use crate::wire::Ack;

impl Outgoing {
    /// A PUBACK. False when nobody waits for it.
    pub fn puback(&mut self, ack: &Ack, ids: &mut PacketIds) -> bool {
        let Some((token, flight)) = self.waiting(ack.id, ids) else { return false };
        if flight.message.qos != QoS::AtLeastOnce {
            return false;
        }
        let outcome = if ack.reason.is_error() { rejected(ack) } else { Outcome::Acknowledged(ack.reason) };
        self.answered(token, Some(outcome), ids);
        true
    }

    /// A PUBREC. False when nobody waits for it.
    pub fn pubrec(&mut self, ack: &Ack, ids: &mut PacketIds) -> bool {
        let Some((token, flight)) = self.waiting(ack.id, ids) else { return false };
        // Whose PUBLISH waits behind a cleared identifier has nothing to be answered: the PUBREC means an earlier one.
        if flight.message.qos != QoS::ExactlyOnce || (flight.stage == Stage::Publish && flight.transmissions == 0) {
            return false;
        }
        let first = flight.transmissions == 1;
        match flight.stage {
            Stage::Publish if ack.reason == Reason::ID_IN_USE && first && !flight.cleared => {
                flight.stage = Stage::Clear;
                flight.cleared = true;
                self.clearing += 1;
            }
            Stage::Publish if ack.reason.is_error() && (ack.reason != Reason::ID_IN_USE || first) => {
                self.answered(token, Some(rejected(ack)), ids);
                return true;
            }
            Stage::Publish => {
                self.release_count += 1;
                let order = self.release_count;
                if let Some(flight) = self.flights.get_mut(&token) {
                    flight.stage = Stage::Release(order);
                }
            }
            _ if ack.reason.is_error() => return true,
            _ => {}
        }
        self.release(token);
        self.acknowledged += 1;
        true
    }

    /// The PUBREL of a flight is to be sent, and its PUBLISH no more.
    fn release(&mut self, token: Token) {
        let Some(flight) = self.flights.get_mut(&token) else { return };
        if !flight.release_due {
            flight.release_due = true;
            self.releases.push_back(token);
        }
        // Searched only where it can be: with tens of thousands in flight a search each time would cost seconds.
        if !flight.on_wire {
            self.resends.retain(|waiting| *waiting != token);
        }
    }

    /// A PUBCOMP. False when nobody waits for it; `Some(topic)` in the second place is a completion that deserves a warning.
    pub fn pubcomp(&mut self, ack: &Ack, ids: &mut PacketIds) -> (bool, Option<String>) {
        let window = &mut self.window;
        let Some(token) = ids.publish(ack.id) else { return (false, None) };
        let Some(flight) = self.flights.get_mut(&token) else { return (false, None) };
        match flight.stage {
            Stage::Publish => (false, None),
            Stage::Discard => {
                self.answered(token, None, ids);
                (true, None)
            }
            Stage::Clear => {
                flight.stage = Stage::Publish;
                flight.transmissions = 0;
                // That PUBREL was not this message's (rule 4).
                flight.releases = 0;
                flight.leave_wire(window);
                self.clearing -= 1;
                if std::mem::take(&mut flight.release_due) {
                    self.releases.retain(|waiting| *waiting != token);
                }
                let id = flight.id;
                if let Some(clean) = &mut self.known_clean {
                    clean.insert(id);
                }
                let place = self.resends.partition_point(|waiting| *waiting < token);
                self.resends.insert(place, token);
                self.acknowledged += 1;
                (true, None)
            }
            Stage::Release(_) => {
                let lost_answer = ack.reason == Reason::ID_NOT_FOUND;
                let warn = (lost_answer && flight.releases < 2).then(|| flight.message.topic.to_string());
                let id = flight.id;
                let outcome =
                    if ack.reason.is_error() && !lost_answer { rejected(ack) } else { Outcome::Acknowledged(Reason::SUCCESS) };
                self.answered(token, Some(outcome), ids);
                if let Some(clean) = &mut self.known_clean {
                    clean.insert(id);
                }
                (true, warn)
            }
        }
    }

    fn waiting(&mut self, id: u16, ids: &PacketIds) -> Option<(Token, &mut Flight)> {
        let token = ids.publish(id)?;
        self.flights.get_mut(&token).map(|flight| (token, flight))
    }

    /// The last answer of a flight came.
    fn answered(&mut self, token: Token, outcome: Option<Outcome>, ids: &mut PacketIds) {
        self.acknowledged += 1;
        self.finish(token, outcome, ids);
    }

    /// A flight is over, its identifier free. An `outcome` is told, unless it was told before.
    pub(super) fn finish(&mut self, token: Token, outcome: Option<Outcome>, ids: &mut PacketIds) {
        let Some(mut flight) = self.flights.remove(&token) else { return };
        if !flight.on_wire {
            self.resends.retain(|waiting| *waiting != token);
        }
        if flight.release_due {
            self.releases.retain(|waiting| *waiting != token);
        }
        flight.leave_wire(&mut self.window);
        self.bytes -= flight.message.weight();
        self.prove(flight.mark);
        ids.free(flight.id);
        if let Some(outcome) = outcome {
            self.settle(token, outcome);
        }
    }
}

fn rejected(ack: &Ack) -> Outcome {
    Outcome::Rejected(Rejection::Broker { reason: ack.reason, text: ack.reason_string.as_deref().map(Into::into) })
}
