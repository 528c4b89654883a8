//! Target `session`: any sequence of operations on the session, with a broker that sends anything at all.
//!
//! Called by the fuzzer's entry and by the property tests. An input is a plan of four bytes and then operations, a byte each with their
//! arguments behind it. What passes is shown to the checks of the simulation. At the end a broker that does everything right takes over,
//! and everything has to be settled.

#[path = "../../simulation/checks/mod.rs"]
#[allow(
    dead_code,
    unused_imports,
    reason = "what the consumer's side, requests and time owe is known only where the broker keeps to the rules"
)]
mod checks;
#[path = "session/connection.rs"]
mod connection;
#[path = "../../simulation/packets.rs"]
#[allow(dead_code, reason = "the model broker of the simulation makes more packets")]
mod packets;
#[path = "../../simulation/scenes.rs"]
#[allow(dead_code, reason = "the checks tell what they see; here nobody sums it up")]
mod scenes;

use std::collections::{HashMap, HashSet, VecDeque};
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use bytestring::ByteString;
use mqx::client::session::{Delivery, Removal, Session, SubscriptionIndex};
use mqx::mqtt::{Message, Properties, QoS, RetainHandling, Subscription, TopicFilter, TopicName, Version};
use mqx::wire::Codec;

use checks::Submitted;
use connection::connack;
use packets::{Limits, PINGRESP, PUBACK, PUBCOMP, PUBREC, PUBREL};

/// Inputs to begin with: all three QoS there and back; a resumed and a lost session; a hostile broker.
pub const SEEDS: &[&[u8]] = &[
    // Version 5; publish at each QoS, answered to the end, and taken from the broker at each.
    b"\x03\x00\x00\x00\x00\x00\x00\x01\x00\x02\x0A\x0B\xFF\x0E\x05\x0A\x0B\xFF\x0E\x05\x05\x00\x01\x00\x05\x01\x02\x01\x05\x02\x03\x02\x0C\x05\x0D\x00\x0D\x00\x0A\x0B\xFF",
    // 3.1.1; two in flight, the connection drops, and the session is resumed; then once more, and it is lost.
    b"\x02\x05\x00\x00\x00\x01\x00\x02\x0A\x0B\x09\x0F\x01\x00\x00\x0A\x0B\xFF\x0E\x01\x0F\x00\x00\x00\x0A\x0B\xFF\x0E\x05\x0A",
    // Inherited; the identifier is cleared before the first message of QoS 2.
    b"\x07\x00\x00\x00\x00\x02\x0A\x0B\xFF\x0E\x01\x0A\x0B\xFF\x0E\x01\x0A\x0B\xFF\x0E\x01",
    // Acknowledgements that nobody waits for, PUBREC 0x91, PUBCOMP 0x92.
    b"\x03\x03\x00\x00\x04\x00\x01\x00\x04\x01\x02\x04\x04\x02\x03\x00\x04\x03\x04\x05\x00\x02\x0A\x0B\xFF\x04\x01\x00\x04\x0A\x0B\xFF\x04\x03\x00\x05",
    // Subscriptions, answered, ended, and asked for again.
    b"\x03\x00\x00\x00\x01\x00\x02\x01\x05\x01\x0A\x0B\xFF\x0E\x05\x02\x00\x0A\x0B\xFF\x0F\x00\x00\x00\x0A\x0B\xFF\x0E\x05\x06\x01\x02\x00\x01",
    // Time: Keep Alive, silence, a deadline for acknowledgements.
    b"\x03\x00\x3C\x00\x00\x01\x0A\x0B\xFF\x08\x03\x09\x0A\x0B\xFF\x07\x08\x03\x09\x10\x08\x04\x09",
    // Raw bytes: a DISCONNECT, a second CONNACK, an AUTH, a length of five bytes.
    b"\x03\x00\x00\x00\x03\x03\xE0\x01\x8B\x0F\x01\x00\x00\x03\x04\x20\x02\x00\x00\x0F\x01\x00\x00\x03\x02\xF0\x00\x0F\x01\x00\x00\x03\x06\xD0\xFF\xFF\xFF\xFF\x01",
    // Messages that expire while they wait, and limits that shrink.
    b"\x03\x01\x00\x00\x00\x0D\x00\x1D\x00\x2E\x08\x03\x0A\x0B\xFF\x0F\x5B\x00\x00\x0A\x0B\xFF\x0E\x05",
];

/// The topic of every message.
const TOPIC: &str = "t";
const FILTERS: [&str; 6] = ["t", "#", "a/+", "$share/g/t", "a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r/s/t/u/v/w/x/y/z", "温度"];
const REASONS: [u8; 8] = [0x00, 0x10, 0x80, 0x87, 0x91, 0x92, 0x97, 0xEE];
const PAYLOADS: [usize; 4] = [8, 9, 120, 1000];
const SECONDS: [u64; 6] = [0, 1, 9, 31, 61, 100_000];

/// One input. Returns how many messages went out and in.
///
/// # Panics
/// When something does not hold that must.
pub fn session(data: &[u8]) -> u64 {
    let mut world = World::new(Input(data));
    while !world.input.0.is_empty() {
        world.operation();
        world.compare();
    }
    world.settle_everything();
    world.outcomes + world.handed_out
}

/// Bytes to decide by; zeros behind the end.
struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn byte(&mut self) -> u8 {
        self.some(1).first().copied().unwrap_or(0)
    }

    fn index(&mut self, length: usize) -> usize {
        usize::from(self.byte()) % length
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.index(from.len())]
    }

    fn some(&mut self, count: usize) -> &'a [u8] {
        let (some, rest) = self.0.split_at(count.min(self.0.len()));
        self.0 = rest;
        some
    }
}

/// What came in this connection under an identifier, and what we answered.
#[derive(Default)]
struct Account {
    publishes: [u32; 3],
    releases: u32,
    acknowledged: u32,
    received: u32,
    completed: u32,
}

struct World<'a> {
    input: Input<'a>,
    codec: Codec,
    five: bool,
    keep_alive: u16,
    inherited: bool,
    now: Instant,
    session: Session,
    online: bool,
    closing: bool,
    limits: Limits,
    /// Read and not understood; encoded and not written.
    came: BytesMut,
    output: BytesMut,
    /// What a broker that does everything right would answer, in order.
    answers: VecDeque<Vec<u8>>,
    checks: checks::Outgoing,
    content: checks::Content,
    /// Identifiers of requests without an answer.
    requests: HashSet<u16>,
    accounts: HashMap<u16, Account>,
    submitted: Vec<Submitted>,
    outcomes: u64,
    unflushed: u64,
    hands: VecDeque<Delivery>,
    arrived: u64,
    handed_out: u64,
    /// Deliveries that were taken, by identifier and QoS.
    taken: HashMap<(u16, QoS), u32>,
    subscriptions: Vec<SubscriptionIndex>,
}

impl<'a> World<'a> {
    fn new(mut input: Input<'a>) -> Self {
        let plan = input.byte();
        let max_inflight = [None, Some(1), Some(3), Some(2_000)][input.index(4)];
        let keep_alive = u16::from(input.byte());
        let (five, consumer, inherited) = (plan & 1 != 0, plan & 2 != 0, plan & 4 != 0);
        let codec = Codec::new(if five { Version::V5 } else { Version::V311 });
        let (connack, limits) = connack(&mut input, codec, inherited);
        let now = Instant::now();
        let mut checks = checks::Outgoing::new(inherited, max_inflight);
        checks.connected(inherited, &limits);
        Self {
            input,
            codec,
            five,
            keep_alive,
            inherited,
            now,
            session: Session::new(now, codec, &connack, keep_alive, max_inflight, consumer),
            online: true,
            closing: false,
            limits,
            came: BytesMut::new(),
            output: BytesMut::new(),
            answers: VecDeque::new(),
            checks,
            content: checks::Content::default(),
            requests: HashSet::new(),
            accounts: HashMap::new(),
            submitted: Vec::new(),
            outcomes: 0,
            unflushed: 0,
            hands: VecDeque::new(),
            arrived: 0,
            handed_out: 0,
            taken: HashMap::new(),
            subscriptions: Vec::new(),
        }
    }

    fn operation(&mut self) {
        match self.input.byte() % 18 {
            0 => self.publish(),
            1 => self.subscribe(),
            2 => {
                let filter = self.input.pick(&FILTERS);
                let asked = self.session.unsubscribe(TopicFilter::new(filter).expect("a filter"));
                let limited = matches!(self.session.removal(asked), Some(Removal::Refused(_)));
                assert!(!limited || self.limits.maximum_packet_size.is_some(), "within the limits");
            }
            3 => {
                let count = self.input.index(64);
                let bytes = self.input.some(count);
                self.hear(bytes);
            }
            4 => {
                let first = self.input.pick(&[PUBACK, PUBREC, PUBREL, PUBCOMP]);
                let (id, reason) = (self.id(), self.input.pick(&REASONS));
                self.hear(&packets::ack(first, id, reason, self.five));
            }
            5 => self.deliver(),
            6 => self.answer_request(),
            7 => self.hear(&[PINGRESP, 0]),
            8 => self.now += Duration::from_secs(self.input.pick(&SECONDS)),
            9 => self.turn(),
            10 => {
                self.turn();
                self.transmit();
            }
            11 => {
                let count = usize::from(self.input.byte());
                self.write(if count == 0xFF { usize::MAX } else { count });
            }
            12 => {
                let most = self.input.index(8);
                self.take(most);
            }
            13 => {
                let place = self.input.index(self.hands.len().max(1));
                self.give_back(place);
            }
            14 => {
                for _ in 0..self.input.index(6) {
                    self.answer();
                }
            }
            15 => {
                self.lose();
                self.connect();
            }
            16 => self.session.starve(self.now),
            _ => match self.input.byte() {
                0 => self.close(),
                1 => self.lose(),
                _ => {}
            },
        }
    }

    // ---- the program ----

    fn publish(&mut self) {
        if self.closing {
            return;
        }
        let kind = self.input.byte();
        let qos = QoS::from_u8(kind % 4).unwrap_or(QoS::AtLeastOnce);
        let number = self.submitted.len() as u64;
        let mut payload = vec![b'x'; PAYLOADS[usize::from(kind >> 4) % PAYLOADS.len()]];
        payload[..8].copy_from_slice(&number.to_be_bytes());
        // Which identifier an expired message of QoS 2 had cleared for it cannot be seen on the wire.
        let expires = self.five && kind & 0x0C == 0x0C && !(self.inherited && qos == QoS::ExactlyOnce);
        let (retain, topic) = (kind & 0x80 != 0, TopicName::new(TOPIC).expect("a topic"));
        let expiry = expires.then_some(30);
        let properties = Properties { expiry, content_type: Some(ByteString::from("x")), ..Properties::default() };
        let properties = (self.five && kind & 0x08 != 0).then(|| Box::new(properties));
        let size = u32::try_from(payload.len()).expect("a small payload");
        let message = Message { retain, properties, ..Message::new(topic, Bytes::from(payload), qos) };
        let room = self.session.has_room();
        match self.session.publish(self.now, message) {
            Ok(token) => {
                assert_eq!((token.number(), room), (number, true), "tokens are numbered in order");
                self.submitted.push(Submitted { qos: qos as u8, size, retain, expiry, at: self.now, settled: false });
            }
            Err(_) => assert!(!room, "turned away while there is room"),
        }
    }

    fn subscribe(&mut self) {
        let filter = TopicFilter::new(self.input.pick(&FILTERS)).expect("a filter");
        let qos = self.input.pick(&[QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce]);
        let retain_handling = self.input.pick(&[RetainHandling::Always, RetainHandling::New, RetainHandling::Never]);
        let index = self.session.subscribe(Subscription { retain_handling, ..Subscription::new(filter, qos) });
        self.subscriptions.push(index);
    }

    fn take(&mut self, most: usize) {
        let mut deliveries = Vec::new();
        self.session.take(most, &mut deliveries);
        assert!(deliveries.len() <= most);
        self.handed_out += deliveries.len() as u64;
        assert!(self.handed_out + self.session.dropped() <= self.arrived, "a delivery is invented");
        self.hands.extend(deliveries);
    }

    fn give_back(&mut self, place: usize) {
        let Some(delivery) = self.hands.remove(place) else { return };
        if let Some(id) = delivery.received.id {
            *self.taken.entry((id, delivery.received.message.qos)).or_default() += 1;
        }
        self.session.taken(&delivery);
    }

    fn close(&mut self) {
        self.closing = true;
        self.session.close(self.now);
    }

    // ---- the broker ----

    fn id(&mut self) -> u16 {
        u16::from(self.input.byte() % 16) + 1
    }

    fn deliver(&mut self) {
        let kind = self.input.byte();
        let (qos, dup) = (kind & 3, kind & 4 != 0);
        let (id, number) = (self.id(), self.input.byte() % 4);
        // A Topic Alias in place of the topic, or beside it.
        let alias = (self.five && kind & 8 != 0).then(|| u16::from(kind >> 4));
        let topic = if alias.is_some() && kind & 0x80 != 0 { "" } else { TOPIC };
        let delivery = packets::Delivery { dup, qos, retain: false, topic, id, alias, number: number.into() };
        self.hear(&packets::publish(&delivery, self.five));
    }

    fn answer_request(&mut self) {
        let (id, kind) = (self.id(), self.input.byte());
        let reasons = [self.input.pick(&REASONS); 9];
        let packet = if kind & 0x80 != 0 {
            packets::unsuback(id, usize::from(kind % 10), self.five)
        } else {
            packets::suback(id, &reasons[..usize::from(kind % 10)], self.five)
        };
        self.hear(&packet);
    }

    /// The next right answer to what was written.
    fn answer(&mut self) {
        if let Some(answer) = self.answers.pop_front() {
            self.hear(&answer);
        }
    }
}
