//! What arrives for the consumer, and what we owe for it. Rules 3, 8–10 and 12.
//!
//! Owned by the session. A delivery is acknowledged after the consumer took it, in order of arrival `[MQTT-4.6.0-2]`.

use std::collections::VecDeque;
use std::time::SystemTime;

use bytes::{Bytes, BytesMut};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::mqtt::message::Received;
use crate::mqtt::{Message, QoS, Reason, TopicName};
use crate::wire::{AckKind, Codec, Publish};

/// Deliveries that wait for the consumer; also the Receive Maximum that we announce.
pub(crate) const QUEUE_MESSAGES: u16 = 1_000;
/// Most bytes of them before the socket is no longer read.
const QUEUE_BYTES: usize = 8 << 20;
/// Bytes that the connection reads at a time, into one block.
pub(crate) const READ_SIZE: usize = 64 << 10;
/// Answers that wait for room on the wire before the socket is no longer read, in bytes (rule 21).
const UNSENT_ANSWERS: usize = 64 << 10;
/// Bytes of an acknowledgement.
const ANSWER_SIZE: usize = 4;

/// A message for the consumer. Handed back by `taken` once it was written out.
#[derive(Debug)]
pub struct Delivery {
    /// The message, and how it came.
    pub received: Received,
    /// Tells this delivery from a later one with the same identifier.
    serial: u64,
    /// What it counts for in the queue, in bytes.
    weight: usize,
}

/// A delivery that was not yet answered.
#[derive(Debug)]
struct Held {
    serial: u64,
    qos: QoS,
    topic: TopicName,
    payload: Bytes,
    /// As in `Delivery`.
    weight: usize,
    taken: bool,
    /// The broker sent it in this connection, so an answer may go out.
    current: bool,
}

#[derive(Clone, Copy, Debug)]
struct Answer {
    kind: AckKind,
    id: u16,
    reason: Reason,
}

/// Deliveries and the answers to them.
#[derive(Debug)]
pub(super) struct Incoming {
    consumer: bool,
    queue: Vec<Delivery>,
    queue_bytes: usize,
    /// Bytes of packets since the last delivery that may lie in the block of the next one.
    ballast: usize,
    queued_acknowledged: usize,
    next_serial: u64,
    /// Identifiers before PUBACK or PUBREC.
    held: FxHashMap<u16, Held>,
    /// Those that the broker sent in this connection, in order of arrival.
    arrivals: VecDeque<(u16, u64)>,
    /// QoS 2 identifiers between PUBREC and PUBREL.
    released_next: FxHashSet<u16>,
    answers: VecDeque<Answer>,
    /// Answered, but not yet handed to the operating system: if the connection drops now, the broker never saw it.
    unflushed: VecDeque<(u16, Held)>,
    unflushed_bytes: usize,
    /// How many of them are encoded.
    encoded: usize,
    dropped: u64,
    delivered: u64,
}

impl Incoming {
    pub fn new(consumer: bool) -> Self {
        Self {
            consumer,
            queue: Vec::new(),
            queue_bytes: 0,
            ballast: 0,
            queued_acknowledged: 0,
            next_serial: 0,
            held: FxHashMap::default(),
            arrivals: VecDeque::new(),
            released_next: FxHashSet::default(),
            answers: VecDeque::new(),
            unflushed: VecDeque::new(),
            unflushed_bytes: 0,
            encoded: 0,
            dropped: 0,
            delivered: 0,
        }
    }

    // ---- counts ----

    /// Whether the consumer is so far behind that the socket should not be read.
    pub fn is_full(&self) -> bool {
        self.queue.len() >= usize::from(QUEUE_MESSAGES) || self.queue_bytes >= QUEUE_BYTES
    }

    /// Whether so many answers wait, or such large messages for theirs to be written, that reading more would only add to them.
    pub fn answers_full(&self) -> bool {
        self.answers.len() * ANSWER_SIZE >= UNSENT_ANSWERS || self.unflushed_bytes >= QUEUE_BYTES
    }

    pub fn has_answers(&self) -> bool {
        !self.answers.is_empty()
    }

    pub fn has_deliveries(&self) -> bool {
        !self.queue.is_empty()
    }

    /// Messages that were dropped because the queue was full while an acknowledgement was owed to us.
    pub const fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Messages handed to the queue so far, which is progress.
    pub const fn delivered(&self) -> u64 {
        self.delivered
    }

    /// How many PUBRELs the broker still owes us (rule 24).
    pub fn unreleased(&self) -> usize {
        self.released_next.len()
    }

    // ---- connections ----

    pub fn disconnected(&mut self) {
        // The last first: an identifier is that of the last delivery that had it.
        for (id, held) in self.unflushed.drain(..).rev() {
            self.released_next.remove(&id);
            self.held.entry(id).or_insert(held);
        }
        self.unflushed_bytes = 0;
        for held in self.held.values_mut() {
            held.current = false;
        }
        self.encoded = 0;
        self.arrivals.clear();
        self.answers.clear();
    }

    /// Nothing more will be taken: what waits is left to the broker, unacknowledged (rule 24).
    pub fn close(&mut self) {
        self.consumer = false;
        self.queue.clear();
        self.queue_bytes = 0;
        self.ballast = 0;
        self.queued_acknowledged = 0;
    }

    /// The session is gone: no delivery owes anything any more.
    pub fn restart(&mut self) {
        self.held.clear();
        self.released_next.clear();
    }

    // ---- what came ----

    /// A packet of so many bytes came. A delivery is a slice of the block that was read with it, so the packets before it count with it, as
    /// far as one block goes: else a message of a few bytes could hold on to a megabyte of something else.
    pub fn came(&mut self, bytes: usize) {
        let block = READ_SIZE.max(bytes).max(self.ballast);
        self.ballast = (self.ballast + bytes).min(block);
    }

    /// A PUBLISH whose Topic Alias was resolved to `topic`.
    #[inline(always)]
    pub fn publish(&mut self, publish: Publish, topic: TopicName, at: SystemTime) {
        let Publish { id, qos, dup, retain, payload, properties, .. } = publish;
        let acknowledged = qos != QoS::AtMostOnce;
        // Also when nothing more is taken: what was taken before is still to be acknowledged (rule 24).
        if acknowledged && self.is_redelivery(id, qos, dup, &topic, &payload) || !self.consumer {
            return;
        }
        if acknowledged {
            // Whatever had the identifier lost it, even if there is no room for this one.
            self.held.remove(&id);
        }
        if self.is_full() && (!acknowledged || self.queued_acknowledged >= usize::from(QUEUE_MESSAGES)) {
            self.dropped += 1;
            return;
        }
        let message = Message { topic, payload, qos, retain, properties };
        let weight = message.weight().max(std::mem::take(&mut self.ballast));
        if acknowledged {
            let serial = self.next_serial;
            let (topic, payload) = (message.topic.clone(), message.payload.clone());
            self.held.insert(id, Held { serial, qos, topic, payload, weight, taken: false, current: true });
            self.arrivals.push_back((id, serial));
        }
        self.queue_bytes += weight;
        self.queued_acknowledged += usize::from(acknowledged);
        self.delivered += 1;
        let id = acknowledged.then_some(id);
        self.queue.push(Delivery { received: Received { message, dup, id, at }, serial: self.next_serial, weight });
        self.next_serial += 1;
    }

    /// Whether a QoS 1 or 2 PUBLISH is one that we already have; then what is owed for it goes out.
    fn is_redelivery(&mut self, id: u16, qos: QoS, dup: bool, topic: &TopicName, payload: &Bytes) -> bool {
        if qos == QoS::ExactlyOnce && self.released_next.contains(&id) {
            self.answers.push_back(Answer { kind: AckKind::PubRec, id, reason: Reason::SUCCESS });
            return true;
        }
        // Only DUP with the same content is the same message: a broker may expire or redispatch one and use its identifier for another.
        let same = |held: &&mut Held| dup && held.qos == qos && held.topic == *topic && held.payload == *payload;
        let Some(held) = self.held.get_mut(&id).filter(same) else { return false };
        if !held.current {
            held.current = true;
            let serial = held.serial;
            self.arrivals.push_back((id, serial));
            self.answer_in_order();
        }
        true
    }

    /// A PUBREL: the broker lets go of a QoS 2 identifier.
    pub fn pubrel(&mut self, id: u16) {
        let mut known = self.released_next.remove(&id);
        // Our PUBREC arrived, although it was not known to be written: in this connection, or in the one before.
        let mut encoded = self.unflushed.iter().take(self.encoded);
        if let Some(place) = encoded.position(|(answered, held)| *answered == id && held.qos == QoS::ExactlyOnce) {
            if let Some((_, held)) = self.unflushed.remove(place) {
                self.unflushed_bytes -= held.weight;
            }
            self.encoded -= 1;
        }
        if self.held.get(&id).is_some_and(|held| held.taken && !held.current && held.qos == QoS::ExactlyOnce) {
            self.held.remove(&id);
            known = true;
        }
        let reason = if known { Reason::SUCCESS } else { Reason::ID_NOT_FOUND };
        self.answers.push_back(Answer { kind: AckKind::PubComp, id, reason });
    }

    /// A PUBREC that nobody waits for: the broker may let go of it (rule 4).
    pub fn release_unknown(&mut self, id: u16) {
        self.answers.push_back(Answer { kind: AckKind::PubRel, id, reason: Reason::ID_NOT_FOUND });
    }

    // ---- what the consumer does ----

    /// Moves up to `most` deliveries to `into`.
    pub fn take(&mut self, most: usize, into: &mut Vec<Delivery>) {
        let count = most.min(self.queue.len());
        if count == self.queue.len() && into.is_empty() {
            std::mem::swap(&mut self.queue, into);
            self.queue_bytes = 0;
            self.queued_acknowledged = 0;
            return;
        }
        for delivery in self.queue.drain(..count) {
            self.queue_bytes -= delivery.weight;
            self.queued_acknowledged -= usize::from(delivery.received.id.is_some());
            into.push(delivery);
        }
    }

    /// The consumer is done with a delivery: written out, or filtered away.
    pub fn taken(&mut self, delivery: &Delivery) {
        let Some(id) = delivery.received.id else { return };
        if let Some(held) = self.held.get_mut(&id).filter(|held| held.serial == delivery.serial) {
            held.taken = true;
        }
        // Also for one that lost its identifier: else a broker that always sends the next one too early makes `arrivals` grow for ever.
        self.answer_in_order();
    }

    fn answer_in_order(&mut self) {
        while let Some((id, serial)) = self.arrivals.front().copied() {
            match self.held.get(&id) {
                Some(held) if held.serial == serial && !held.taken => return,
                Some(held) if held.serial == serial => {
                    if let Some(held) = self.held.remove(&id) {
                        self.answer(id, held);
                    }
                }
                // Another message took the identifier over: nothing is owed for this one.
                _ => {}
            }
            self.arrivals.pop_front();
        }
    }

    fn answer(&mut self, id: u16, held: Held) {
        let kind = if held.qos == QoS::ExactlyOnce { AckKind::PubRec } else { AckKind::PubAck };
        if kind == AckKind::PubRec {
            self.released_next.insert(id);
        }
        self.answers.push_back(Answer { kind, id, reason: Reason::SUCCESS });
        self.unflushed_bytes += held.weight;
        self.unflushed.push_back((id, held));
    }

    // ---- what goes out ----

    pub fn transmit(&mut self, codec: Codec, buf: &mut BytesMut) {
        for answer in self.answers.drain(..) {
            codec.ack(answer.kind, answer.id, answer.reason, buf);
        }
        self.encoded = self.unflushed.len();
    }

    /// Everything that was encoded has been handed to the operating system.
    pub fn flushed(&mut self) {
        for (_, held) in self.unflushed.drain(..self.encoded) {
            self.unflushed_bytes -= held.weight;
        }
        self.encoded = 0;
    }
}
