//! The connection's loop and the books of the target `session`: what comes and goes is shown to the checks, and compared.

use std::time::SystemTime;

use bytes::BytesMut;
use mqx::client::session::{Outcome, Rejection, Standing, SubscriptionIndex, Token};
use mqx::mqtt::{QoS, Version};
use mqx::wire::{AckKind, Codec, ConnAck, MAX_PACKET, Packet, split};

use super::checks::Verdict;
use super::packets::{self, Limits, PINGRESP, PUBACK, PUBCOMP, PUBREC, PUBREL, Publish, Sent};
use super::{Input, World};

/// Rounds of the broker that does everything right, after which all is settled: some, and some for each message in a window of 1.
const PATIENCE: [usize; 2] = [32, 4];

impl World<'_> {
    // ---- the connection's loop ----

    pub(super) fn hear(&mut self, bytes: &[u8]) {
        if self.online && !bytes.is_empty() {
            self.came.extend_from_slice(bytes);
            self.understand();
        }
    }

    fn understand(&mut self) {
        while self.online && self.session.wants_input() {
            let frame = match split(&mut self.came, MAX_PACKET) {
                Ok(Some(frame)) => frame,
                Ok(None) => break,
                Err(_) => return self.lose(),
            };
            let decoded = self.codec.decode(frame.clone());
            if let Ok(packet) = &decoded {
                self.note(packet);
            }
            let received = self.session.receive(self.now, SystemTime::UNIX_EPOCH, frame);
            assert!(decoded.is_ok() || received.is_err(), "a bad packet is taken");
            self.drain();
            if !matches!(received, Ok(None)) {
                return self.lose();
            }
        }
        if self.online {
            self.session.heard(self.now, !self.came.is_empty());
        }
    }

    fn note(&mut self, packet: &Packet) {
        match packet {
            Packet::Publish(publish) => {
                self.arrived += 1;
                self.accounts.entry(publish.id).or_default().publishes[publish.qos as usize] += 1;
            }
            Packet::Ack(ack) => {
                let first = match ack.kind {
                    AckKind::PubAck => PUBACK,
                    AckKind::PubRec => PUBREC,
                    AckKind::PubComp => PUBCOMP,
                    AckKind::PubRel => {
                        self.accounts.entry(ack.id).or_default().releases += 1;
                        return;
                    }
                };
                self.checks.acknowledged(first, ack.id, ack.reason.0);
            }
            Packet::SubAck(ack) => self.answered(ack.id),
            Packet::UnsubAck(ack) => self.answered(ack.id),
            _ => {}
        }
    }

    fn answered(&mut self, id: u16) {
        self.requests.remove(&id);
    }

    pub(super) fn turn(&mut self) {
        if !self.online {
            return;
        }
        self.understand();
        if self.online && self.session.handle_timeout(self.now).is_err() {
            self.lose();
        }
        if self.online {
            self.session.reading(self.now, self.session.wants_input());
            let next = self.session.next_timeout(self.now);
            assert!(next.is_none_or(|next| next > self.now), "a timer that was handled is due again at once");
        }
    }

    pub(super) fn transmit(&mut self) {
        if !self.online || !self.output.is_empty() || !self.session.has_to_send() {
            return;
        }
        let before = self.outcomes;
        self.session.transmit(self.now, &mut self.output);
        self.show_sent();
        self.drain();
        assert!(!self.output.is_empty() || self.outcomes > before, "there was something to send");
    }

    /// Whole packets, within the broker's limits, that answer what came.
    fn show_sent(&mut self) {
        let output = self.output.clone();
        let mut rest = &output[..];
        while let Some((sent, size)) = packets::parse(rest, self.five) {
            rest = &rest[size..];
            let largest = self.limits.maximum_packet_size.map_or(usize::MAX, |size| size as usize);
            let request = !matches!(sent, Sent::Ack { .. } | Sent::PingReq);
            assert!(!request || size <= largest, "{sent:?} has {size} bytes of {largest}");
            match sent {
                Sent::Publish(publish) => self.sent_publish(&publish),
                Sent::Ack { first, id, .. } => self.sent_ack(first, id),
                Sent::Subscribe { id, filters } => {
                    self.request(id);
                    self.answers.push_back(packets::suback(id, &vec![1; filters.len()], self.five));
                }
                Sent::Unsubscribe { id, filters } => {
                    self.request(id);
                    self.answers.push_back(packets::unsuback(id, filters.len(), self.five));
                }
                Sent::PingReq => self.answers.push_back(vec![PINGRESP, 0]),
            }
        }
        assert!(rest.is_empty(), "whole packets are encoded");
    }

    fn sent_publish(&mut self, publish: &Publish) {
        let (qos, id) = (publish.qos, publish.id);
        self.content.publish(self.now, publish, &self.submitted[usize::try_from(publish.number).expect("a token")]);
        if qos == 0 {
            self.unflushed += 1;
            return;
        }
        assert!(!self.requests.contains(&id), "identifier {id} of a request is used for message {}", publish.number);
        self.checks.publish(publish);
        self.answers.push_back(packets::ack(if qos == 1 { PUBACK } else { PUBREC }, id, 0, self.five));
    }

    fn request(&mut self, id: u16) {
        assert!(id != 0 && !self.checks.has(id), "identifier {id} of a message is used for a request");
        assert!(self.requests.insert(id), "identifier {id} is used for two requests");
    }

    fn sent_ack(&mut self, first: u8, id: u16) {
        let account = self.accounts.entry(id).or_default();
        let taken = |qos| self.taken.get(&(id, qos)).copied().unwrap_or(0) > 0;
        match first {
            PUBREL => {
                self.checks.pubrel(id);
                self.answers.push_back(packets::ack(PUBCOMP, id, 0, self.five));
            }
            PUBCOMP => {
                account.completed += 1;
                assert!(account.completed <= account.releases, "a PUBCOMP {id} without PUBREL");
            }
            PUBACK => {
                account.acknowledged += 1;
                assert!(account.acknowledged <= account.publishes[1], "a PUBACK {id} without PUBLISH");
                assert!(taken(QoS::AtLeastOnce), "{id} is acknowledged before it was taken");
            }
            _ => {
                account.received += 1;
                assert!(account.received <= account.publishes[2], "a PUBREC {id} without PUBLISH");
                assert!(taken(QoS::ExactlyOnce), "{id} is acknowledged before it was taken");
            }
        }
    }

    pub(super) fn write(&mut self, most: usize) {
        let count = most.min(self.output.len());
        if self.online && count > 0 {
            let _ = self.output.split_to(count);
            self.session.written(self.now, self.output.is_empty());
            self.drain();
        }
    }

    pub(super) fn lose(&mut self) {
        if self.online {
            self.online = false;
            self.came.clear();
            self.output.clear();
            self.answers.clear();
            self.session.disconnected();
            self.drain();
        }
    }

    pub(super) fn connect(&mut self) {
        let present = self.input.byte() & 1 != 0;
        let (connack, limits) = connack(&mut self.input, self.codec, present);
        self.begin(&connack, limits);
    }

    pub(super) fn begin(&mut self, connack: &ConnAck, limits: Limits) {
        self.checks.connected(connack.session_present, &limits);
        self.accounts.clear();
        self.requests.clear();
        self.limits = limits;
        let continuity = self.session.connected(self.now, connack, self.keep_alive);
        assert_eq!(continuity.resumed, connack.session_present);
        assert!(continuity.possible_duplicates <= continuity.resent && continuity.resent <= self.submitted.len());
        self.online = true;
        self.drain();
    }

    // ---- the books ----

    pub(super) fn drain(&mut self) {
        let mut outcomes = Vec::new();
        self.session.outcomes(&mut outcomes);
        for (token, outcome) in outcomes {
            self.settle(token, &outcome);
        }
        assert!(self.checks.verdicts.is_empty(), "outcomes are missing: {:?}", self.checks.verdicts);
    }

    fn settle(&mut self, token: Token, outcome: &Outcome) {
        let number = token.number();
        let message = &mut self.submitted[usize::try_from(number).expect("a token")];
        assert!(!std::mem::replace(&mut message.settled, true), "message {number} has two outcomes");
        self.outcomes += 1;
        match outcome {
            Outcome::Written | Outcome::Unconfirmed => {
                assert_eq!(message.qos, 0, "message {number} is {outcome:?}");
                self.unflushed -= 1;
            }
            Outcome::Acknowledged(_) => {
                assert_eq!(self.checks.verdicts.remove(&number), Some(Verdict::Acknowledged), "message {number}");
            }
            Outcome::Rejected(Rejection::Broker { reason, .. }) => {
                assert_eq!(self.checks.verdicts.remove(&number), Some(Verdict::Rejected(reason.0)), "message {number}");
            }
            Outcome::Rejected(Rejection::Limit(limit)) => {
                let limited = message.qos > self.limits.maximum_qos || self.limits.maximum_packet_size.is_some();
                assert!(
                    limited || message.retain && !self.limits.retain_available,
                    "message {number} is within the limits: {limit}"
                );
                self.checks.discarded(number);
            }
            Outcome::Rejected(Rejection::Expired) => self.content.expired(self.now, number, message),
        }
    }

    /// Every message is settled, or counted as unsettled; and what is kept is bounded.
    pub(super) fn compare(&mut self) {
        self.drain();
        let accounted = self.outcomes + self.session.unsettled() as u64 + self.unflushed;
        assert_eq!(accounted, self.submitted.len() as u64, "the sum of the messages");
        let refused = |index: &&SubscriptionIndex| matches!(self.session.standing(**index), Some(Standing::Refused(_)));
        assert_eq!(self.subscriptions.iter().filter(refused).count(), self.session.refused_subscriptions());
        let _ = (self.session.oldest_unanswered(), self.session.progress(), self.session.unconfirmed());
    }

    // ---- the end ----

    /// A broker that does everything right: all is settled, and the session is done.
    pub(super) fn settle_everything(&mut self) {
        self.lose();
        let limits = Limits {
            receive_maximum: None,
            maximum_qos: 2,
            maximum_packet_size: None,
            retain_available: true,
            server_keep_alive: None,
            topic_alias_maximum: 0,
        };
        let connack = read_connack(self.codec, self.submitted.len().is_multiple_of(2), &limits);
        self.begin(&connack, limits);
        if !self.closing {
            self.close();
        }
        for _ in 0..PATIENCE[0] + PATIENCE[1] * self.submitted.len() {
            while self.session.has_deliveries() {
                self.take(usize::MAX);
            }
            while !self.hands.is_empty() {
                self.give_back(0);
            }
            self.turn();
            self.transmit();
            self.write(usize::MAX);
            if self.output.is_empty() && self.answers.is_empty() && !self.session.has_to_send() {
                break;
            }
            while !self.answers.is_empty() {
                self.answer();
            }
            assert!(self.online, "a broker that does everything right is left");
        }
        self.compare();
        assert!(self.session.is_done(), "it is never done: {:?}", self.session.oldest_unanswered());
        assert_eq!(self.outcomes, self.submitted.len() as u64, "not everything has an outcome");
        assert!(!self.session.unanswered_subscriptions());
    }
}

/// A CONNACK with any limits.
pub(super) fn connack(input: &mut Input<'_>, codec: Codec, present: bool) -> (ConnAck, Limits) {
    let kind = input.byte();
    let some = |bit: u8| codec.version() == Version::V5 && kind & bit != 0;
    let limits = Limits {
        receive_maximum: some(0x01).then(|| [1, 2, 20, u16::MAX][usize::from(kind >> 6)]),
        maximum_qos: if some(0x02) { kind >> 6 & 1 } else { 2 },
        maximum_packet_size: some(0x08).then(|| [30, 60, 200, 2][usize::from(kind >> 6)]),
        retain_available: !some(0x10),
        server_keep_alive: some(0x20).then(|| u16::from(kind >> 6) * 5),
        topic_alias_maximum: 0,
    };
    let mut connack = read_connack(codec, present, &limits);
    if some(0x20) {
        (connack.wildcard_available, connack.shared_available) = (false, false);
    }
    (connack, limits)
}

fn read_connack(codec: Codec, present: bool, limits: &Limits) -> ConnAck {
    let bytes = packets::connack(present, limits, codec.version() == Version::V5);
    let frame = split(&mut BytesMut::from(&bytes[..]), MAX_PACKET).expect("it is framed well").expect("it is whole");
    match codec.decode(frame) {
        Ok(Packet::ConnAck(connack)) => *connack,
        other => panic!("{other:?}"),
    }
}
