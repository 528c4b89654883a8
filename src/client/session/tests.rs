//! The session against a broker that is written out by hand: raw bytes in, raw bytes out, time injected.
//!
//! Packets are spelled from the specifications, never by `wire`. A test reads as the trace: what the program does, what the broker `sends`,
//! what it `gets`. Tests named `rule_…` play the trace of that rule of `client/rules`.

mod acknowledgements;
mod aliases;
mod closing;
mod incoming;
mod limits;
mod memory;
mod probe;
mod removals;
mod resume;
mod subscriptions;
mod time;
mod window;

use std::time::{Duration, SystemTime};

use bytes::Bytes;

use super::*;
use crate::mqtt::{Properties, QoS, Reason, RetainHandling, Version};
use crate::wire::{Disconnect, Frame, MAX_PACKET, Packet, split};

const BOTH: [Version; 2] = [Version::V311, Version::V5];
const V311: Version = Version::V311;
const V5: Version = Version::V5;
const KEEP_ALIVE: u16 = 60;

type Raw = Vec<u8>;

// ---- packets, by hand ----

/// A packet whose Remaining Length fits one or two bytes.
fn packet(first: u8, body: &[u8]) -> Raw {
    let mut packet = match body.len() {
        length @ 0..128 => vec![first, length as u8],
        length @ 128..16_384 => vec![first, (length % 128) as u8 | 0x80, (length / 128) as u8],
        _ => panic!("a test's packet is small"),
    };
    packet.extend_from_slice(body);
    packet
}

/// PUBLISH: `first` is 0x30 and its flags; an id of 0 is none; `properties` without their length, in version 5 only.
fn publish_with(version: Version, first: u8, topic: &str, id: u16, properties: &[u8], payload: &str) -> Raw {
    let mut body = vec![0, topic.len() as u8];
    body.extend_from_slice(topic.as_bytes());
    if id != 0 {
        body.extend_from_slice(&id.to_be_bytes());
    }
    if version == V5 {
        body.push(properties.len() as u8);
        body.extend_from_slice(properties);
    }
    body.extend_from_slice(payload.as_bytes());
    packet(first, &body)
}

/// PUBLISH to `t`.
fn publish(version: Version, first: u8, id: u16, payload: &str) -> Raw {
    publish_with(version, first, "t", id, &[], payload)
}

fn pair(first: u8, id: u16) -> Raw {
    vec![first, 2, (id >> 8) as u8, id as u8]
}

fn puback(id: u16) -> Raw {
    pair(0x40, id)
}

fn pubrec(id: u16) -> Raw {
    pair(0x50, id)
}

fn pubrel(id: u16) -> Raw {
    pair(0x62, id)
}

fn pubcomp(id: u16) -> Raw {
    pair(0x70, id)
}

/// An acknowledgement with a Reason Code, which 3.1.1 does not have.
fn because(version: Version, acknowledgement: Raw, reason: u8) -> Raw {
    match version {
        V311 => acknowledgement,
        V5 => [&[acknowledgement[0], 3][..], &acknowledgement[2..], &[reason]].concat(),
    }
}

/// SUBSCRIBE with filters and their Subscription Options.
fn subscribe(version: Version, id: u16, filters: &[(&str, u8)]) -> Raw {
    let mut body = id.to_be_bytes().to_vec();
    if version == V5 {
        body.push(0);
    }
    for (filter, options) in filters {
        body.extend_from_slice(&[0, filter.len() as u8]);
        body.extend_from_slice(filter.as_bytes());
        body.push(*options);
    }
    packet(0x82, &body)
}

fn suback(version: Version, id: u16, reasons: &[u8]) -> Raw {
    let mut body = id.to_be_bytes().to_vec();
    if version == V5 {
        body.push(0);
    }
    body.extend_from_slice(reasons);
    packet(0x90, &body)
}

const PINGREQ: [u8; 2] = [0xC0, 0];
const PINGRESP: [u8; 2] = [0xD0, 0];

/// The properties of a CONNACK with a Receive Maximum.
fn receive_maximum(maximum: u16) -> Raw {
    vec![0x21, (maximum >> 8) as u8, maximum as u8]
}

fn connack(version: Version, present: bool, properties: &[u8]) -> ConnAck {
    let mut body = vec![u8::from(present), 0];
    if version == V5 {
        body.push(properties.len() as u8);
        body.extend_from_slice(properties);
    }
    match Codec::new(version).decode(frame(&packet(0x20, &body))) {
        Ok(Packet::ConnAck(connack)) => *connack,
        other => panic!("{other:?}"),
    }
}

fn frame(packet: &[u8]) -> Frame {
    split(&mut BytesMut::from(packet), MAX_PACKET).unwrap().expect("a whole packet")
}

// ---- what the program hands in ----

fn message(qos: u8, payload: &str) -> Message {
    message_to("t", qos, payload)
}

fn message_to(topic: &str, qos: u8, payload: &str) -> Message {
    Message::new(TopicName::new(topic).unwrap(), Bytes::copy_from_slice(payload.as_bytes()), QoS::from_u8(qos).unwrap())
}

fn filter(filter: &str) -> TopicFilter {
    TopicFilter::new(filter.to_owned()).unwrap()
}

fn subscription(text: &str, qos: u8) -> Subscription {
    Subscription::new(filter(text), QoS::from_u8(qos).unwrap())
}

const fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

const SUCCESS: Outcome = Outcome::Acknowledged(Reason::SUCCESS);

const fn refused(reason: u8) -> Outcome {
    Outcome::Rejected(Rejection::Broker { reason: Reason(reason), text: None })
}

// ---- the two ends ----

/// A session, and its broker's end of the wire.
struct Wire {
    session: Session,
    version: Version,
    now: Instant,
}

impl Wire {
    /// After the first CONNACK.
    fn first(version: Version, present: bool, properties: &[u8], max_inflight: Option<u16>, consumer: bool) -> Self {
        let now = Instant::now();
        let connack = connack(version, present, properties);
        let session = Session::new(now, Codec::new(version), &connack, KEEP_ALIVE, max_inflight, consumer);
        Self { session, version, now }
    }

    fn new(version: Version) -> Self {
        Self::first(version, false, &[], None, true)
    }

    fn with(version: Version, properties: &[u8]) -> Self {
        Self::first(version, false, properties, None, true)
    }

    /// A broker that kept the session of an earlier run.
    fn inherited(version: Version) -> Self {
        Self::first(version, true, &[], None, true)
    }

    fn later(&mut self, time: Duration) {
        self.now += time;
    }

    fn publish(&mut self, message: Message) -> Token {
        self.session.publish(self.now, message).expect("room")
    }

    /// Submits messages with payloads `0`, `1`, …
    fn publish_many(&mut self, qos: u8, count: usize) {
        for n in 0..count {
            self.publish(message(qos, &n.to_string()));
        }
    }

    fn try_receive(&mut self, packet: &[u8]) -> Result<Option<Disconnect>, Violation> {
        self.session.receive(self.now, SystemTime::UNIX_EPOCH, frame(packet))
    }

    /// The broker sends packets.
    fn sends(&mut self, packets: &[Raw]) {
        for packet in packets {
            assert_eq!(self.try_receive(packet), Ok(None), "{packet:02x?}");
        }
        self.session.heard(self.now, false);
    }

    /// Encodes what is to be sent, and no more: the connection may drop before a byte of it is written.
    fn encode(&mut self) -> Raw {
        let mut buf = BytesMut::new();
        loop {
            let before = buf.len();
            let something = self.session.has_to_send();
            let mut more = BytesMut::new();
            self.session.transmit(self.now, &mut more);
            buf.extend_from_slice(&more);
            assert!(something || buf.len() == before, "has_to_send says whether transmit adds something");
            if buf.len() == before {
                return buf.to_vec();
            }
        }
    }

    fn flush(&mut self) {
        self.session.written(self.now, true);
    }

    /// The broker reads everything that we have to send.
    fn got(&mut self) -> Raw {
        let bytes = self.encode();
        self.flush();
        bytes
    }

    /// The broker gets these packets and nothing else.
    #[track_caller]
    fn gets(&mut self, packets: &[Raw]) {
        assert_eq!(packets_of(&self.got()), packets, "in {}", self.version);
    }

    #[track_caller]
    fn gets_nothing(&mut self) {
        self.gets(&[]);
    }

    fn cut(&mut self) {
        self.session.disconnected();
    }

    /// The next connection's CONNACK.
    fn back(&mut self, present: bool, properties: &[u8]) -> Continuity {
        let connack = connack(self.version, present, properties);
        self.session.connected(self.now, &connack, KEEP_ALIVE)
    }

    fn resumed(&mut self) {
        self.cut();
        assert_eq!(self.back(true, &[]), Continuity { resumed: true, resent: 0, possible_duplicates: 0 });
    }

    fn lost(&mut self) -> Continuity {
        self.cut();
        self.back(false, &[])
    }

    fn outcomes(&mut self) -> Vec<(u64, Outcome)> {
        let mut outcomes = Vec::new();
        self.session.outcomes(&mut outcomes);
        outcomes.into_iter().map(|(token, outcome)| (token.number(), outcome)).collect()
    }

    fn take(&mut self) -> Vec<Delivery> {
        let mut deliveries = Vec::new();
        self.session.take(usize::MAX, &mut deliveries);
        deliveries
    }

    /// The consumer takes what there is and is done with it at once. Returns the payloads.
    fn consume(&mut self) -> Vec<String> {
        let deliveries = self.take();
        deliveries.iter().for_each(|delivery| self.session.taken(delivery));
        payloads(&deliveries)
    }
}

fn payloads(deliveries: &[Delivery]) -> Vec<String> {
    deliveries.iter().map(|delivery| String::from_utf8(delivery.received.message.payload.to_vec()).unwrap()).collect()
}

/// Cuts bytes into packets, so that a failed comparison can be read.
fn packets_of(mut bytes: &[u8]) -> Vec<Raw> {
    let mut packets = Vec::new();
    while !bytes.is_empty() {
        let (mut length, mut width) = (0, 0);
        loop {
            let digit = usize::from(bytes[1 + width]);
            length |= (digit & 0x7F) << (7 * width);
            width += 1;
            if digit < 0x80 {
                break;
            }
        }
        let (packet, rest) = bytes.split_at(1 + width + length);
        packets.push(packet.to_vec());
        bytes = rest;
    }
    packets
}
