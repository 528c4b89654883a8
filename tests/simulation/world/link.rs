//! The connection between the session and the model broker: the loop that a real one has, and its ends.

use std::time::SystemTime;

use bytes::BytesMut;
use mqx::client::session::Overdue;
use mqx::mqtt::Reason;
use mqx::mqtt::reason::Retry;
use mqx::wire::{Codec, ConnAck, MAX_PACKET, Packet, split};
use rand::RngExt as _;

use super::{KEEP_ALIVE, Proof, World};
use crate::checks::{Fate, Patience};
use crate::packets::{self, Came, Limits, PUBCOMP, PUBREL, Sent};
use crate::scenes::{Scene, saw, saw_if};

/// Reasons of DISCONNECT after which one comes back (rule 16).
const RETRIED: [u8; 8] = [0x80, 0x83, 0x89, 0x8B, 0x8D, 0x97, 0x98, 0x9C];

impl World {
    // ---- the loop ----

    pub(super) fn turn(&mut self) {
        self.understand();
        if !self.online {
            return;
        }
        if let Err(overdue) = self.session.handle_timeout(self.now) {
            self.overdue(overdue);
            return;
        }
        let blocked = !self.output.is_empty();
        if !blocked && self.session.has_to_send() {
            self.session.transmit(self.now, &mut self.output);
            // What expired while it waited is rejected instead.
            assert!(!self.output.is_empty() || !self.session.has_to_send(), "there was something to send");
            self.show_sent();
        }
        let reads = self.session.wants_input();
        self.incoming.reads(reads, self.outgoing.is_owed());
        self.session.reading(self.now, reads);
        self.patience.turned(self.now, blocked);
        self.patience.reading(reads);
    }

    /// Something stays away for too long; unless it waits to be read.
    fn overdue(&mut self, overdue: Overdue) {
        if !self.dead && !self.broker.output.is_empty() && self.session.wants_input() {
            self.read();
            return;
        }
        let unproved = self.session.unsettled() > 0 || self.session.unconfirmed() > 0 || self.outgoing.is_owed();
        self.patience.overdue(overdue, self.requests.oldest(), unproved);
        self.tell("overdue", &overdue);
        self.cut();
    }

    /// Everything that was read goes through the session.
    fn understand(&mut self) {
        while self.session.wants_input() {
            let Some(frame) = split(&mut self.input, MAX_PACKET).expect("the model broker frames well") else { break };
            let came = packets::read_back(frame.first, &frame.body, self.plan.five);
            self.tell("came", &came);
            if came != Came::PingResp {
                self.patience.heard_packet();
            }
            match came {
                Came::Ack { first: PUBREL, id, .. } => self.incoming.pubrel(id),
                Came::Ack { first, id, reason } => self.outgoing.acknowledged(first, id, reason),
                Came::SubAck { id, refused } => self.requests.answered(id, refused),
                Came::Publish { .. } | Came::PingResp | Came::Disconnect { .. } => {}
            }
            let (progress, dropped, unconfirmed) = (self.session.progress(), self.session.dropped(), self.session.unconfirmed());
            let disconnect = self.session.receive(self.now, SystemTime::UNIX_EPOCH, frame);
            let disconnect = disconnect.expect("the model broker keeps to the protocol");
            match came {
                Came::Publish { qos, id, number, .. } => {
                    let fate = match (self.session.dropped() > dropped, self.session.progress() > progress) {
                        (true, _) => Fate::Dropped,
                        (false, true) => Fate::Queued,
                        (false, false) => Fate::Passed,
                    };
                    saw_if(!self.plan.has_consumer && fate == Fate::Passed, Scene::NoConsumer);
                    self.incoming.publish(qos, id, number, fate);
                }
                Came::Ack { .. } => saw_if(self.session.unconfirmed() < unconfirmed, Scene::Qos0Proved),
                Came::PingResp => saw_if(self.session.unconfirmed() < unconfirmed, Scene::Qos0Pinged),
                Came::SubAck { .. } | Came::Disconnect { .. } => {}
            }
            self.drain();
            let said = disconnect.map(|disconnect| disconnect.reason);
            assert_eq!(said, if let Came::Disconnect { reason } = came { Some(Reason(reason)) } else { None });
            if let Some(reason) = said {
                assert_eq!(reason.retry(), Retry::Again, "the DISCONNECT {reason} is retried");
                saw(Scene::ServerDisconnect);
                self.lose();
                return;
            }
        }
        if std::mem::take(&mut self.fresh) {
            self.patience.heard();
            self.session.heard(self.now, !self.input.is_empty());
            if !self.input.is_empty() {
                self.patience.heard_packet();
            }
        }
    }

    fn show_sent(&mut self) {
        let output = self.output.clone();
        let mut rest = &output[..];
        while let Some((sent, size)) = packets::parse(rest, self.plan.five) {
            rest = &rest[size..];
            self.tell("sent", &sent);
            match sent {
                Sent::Publish(publish) => self.sent_publish(&publish),
                Sent::Ack { first: PUBREL, id, .. } => self.outgoing.pubrel(id),
                Sent::Ack { first: PUBCOMP, id, reason } => self.incoming.completed(id, reason),
                Sent::Ack { first, id, .. } => self.incoming.acknowledged(first, id),
                Sent::Subscribe { id, filters } => {
                    assert!(!self.outgoing.has(id), "identifier {id} of a message is used for a SUBSCRIBE");
                    self.requests.subscribe(id, &filters, self.plan.five, self.patience.read_time);
                }
                Sent::Unsubscribe { id, .. } => {
                    assert!(!self.outgoing.has(id), "identifier {id} of a message is used for an UNSUBSCRIBE");
                    self.requests.unsubscribe(id, self.patience.read_time);
                }
                Sent::PingReq => self.patience.pinged(),
            }
        }
        assert!(rest.is_empty(), "whole packets are encoded");
    }

    fn sent_publish(&mut self, publish: &packets::Publish) {
        let place = usize::try_from(publish.number).expect("a token");
        self.content.publish(self.now, publish, &self.submitted[place]);
        if publish.qos == 0 {
            self.unflushed += 1;
            self.proof.sent += 1;
            return;
        }
        let (id, number) = (publish.id, publish.number);
        assert!(!self.requests.has(id), "identifier {id} of a SUBSCRIBE is used for message {number}");
        self.outgoing.publish(publish);
    }

    pub(super) fn write(&mut self) {
        let count = self.some(self.output.len());
        self.broker.input.extend_from_slice(&self.output.split_to(count));
        if count > 0 {
            let all = self.output.is_empty();
            self.session.written(self.now, all);
            self.patience.written(self.now, all);
        }
    }

    pub(super) fn read(&mut self) {
        if self.session.wants_input() {
            let count = self.some(self.broker.output.len());
            self.fresh |= count > 0;
            self.input.extend_from_slice(&self.broker.output[..count]);
            self.broker.output.drain(..count);
        }
        self.turn();
    }

    /// All of it, or some.
    fn some(&mut self, length: usize) -> usize {
        if self.broker.calm || self.rng.random_bool(0.5) { length } else { self.rng.random_range(0..=length) }
    }

    // ---- the ends of a connection ----

    /// The connection is lost, at any byte of either direction.
    pub(super) fn cut(&mut self) {
        if self.rng.random_bool(0.5) {
            // Accepted for writing, although writing then failed.
            let count = self.rng.random_range(0..=self.output.len());
            self.broker.input.extend_from_slice(&self.output.split_to(count));
        }
        let count = if self.dead { 0 } else { self.rng.random_range(0..=self.broker.input.len()) };
        saw_if(count < self.broker.input.len(), Scene::WrittenAndLost);
        self.broker.input.truncate(count);
        self.broker.read(&mut self.rng);
        saw_if(!self.broker.input.is_empty(), Scene::CutInSent);
        if !self.dead && self.rng.random_bool(0.5) {
            let count = self.rng.random_range(0..=self.broker.output.len());
            self.input.extend_from_slice(&self.broker.output[..count]);
            self.understand();
            saw_if(self.session.wants_input() && !self.input.is_empty(), Scene::CutInRead);
        }
        if self.online {
            self.lose();
        }
    }

    /// The broker says why it ends the connection.
    pub(super) fn told_to_leave(&mut self) {
        self.broker.leave(RETRIED[self.rng.random_range(0..RETRIED.len())]);
        // What it did not read it never reads.
        self.broker.input.clear();
    }

    fn lose(&mut self) {
        self.online = false;
        self.dead = false;
        self.tell("cut", &());
        saw_if(self.unflushed > 0, Scene::Unhanded);
        self.output.clear();
        self.input.clear();
        self.fresh = false;
        self.session.disconnected();
        self.drain();
    }

    /// The broker closed. What it said before is read; after three times in a row over the same request that is given up (rule 15).
    pub(super) fn closed(&mut self) {
        self.input.extend_from_slice(&std::mem::take(&mut self.broker.output));
        let oldest = self.session.oldest_unanswered();
        self.understand();
        if !self.online {
            self.strikes = (None, 0);
            return;
        }
        saw(Scene::Closed);
        let again = oldest.is_some() && oldest == self.strikes.0;
        self.strikes = (oldest, if again { self.strikes.1 + 1 } else { 1 });
        self.gave_up = again && self.strikes.1 >= 3;
        saw_if(self.gave_up, Scene::GaveUp);
        self.lose();
    }

    pub(super) fn connect(&mut self) {
        let kept = self.rng.random_ratio(self.plan.kept, 1_000);
        let limits = Limits::draw(&self.plan, false, &mut self.rng);
        let incoming = &self.incoming;
        self.broker.connect(kept, limits, &mut self.rng, |number| !incoming.is_answered(number));
        let limits = &self.broker.limits;
        let connack = connack(self.codec, kept, limits);
        saw(if kept { Scene::Kept } else { Scene::Lost });
        saw_if(limits.server_keep_alive == Some(0), Scene::NoKeepAlive);
        saw_if(limits.server_keep_alive.is_some_and(|seconds| seconds > 0), Scene::ServerKeepAlive);
        let closing = self.patience.closing;
        self.patience = Patience::new(self.now, limits.server_keep_alive.unwrap_or(KEEP_ALIVE));
        self.patience.closing = closing;
        self.outgoing.connected(kept, limits);
        self.incoming.connected(kept);
        self.requests.connected(kept);
        let continuity = self.session.connected(self.now, &connack, KEEP_ALIVE);
        assert_eq!(continuity.resumed, kept);
        self.online = true;
        let (arrived_before, unconfirmed_before) = (self.broker.publishing.arrived_qos0, self.session.unconfirmed());
        self.proof = Proof { sent: 0, arrived_before, unconfirmed_before };
        self.tell("connected", &(kept, &self.broker.limits));
        self.drain();
    }
}

pub(super) fn connack(codec: Codec, present: bool, limits: &Limits) -> ConnAck {
    let five = codec.version() == mqx::mqtt::Version::V5;
    let bytes = packets::connack(present, limits, five);
    let frame = split(&mut BytesMut::from(&bytes[..]), MAX_PACKET).expect("it is framed well").expect("it is whole");
    match codec.decode(frame) {
        Ok(Packet::ConnAck(connack)) => *connack,
        other => panic!("{other:?}"),
    }
}
