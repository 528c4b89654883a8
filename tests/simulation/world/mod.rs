//! The world of a seed: the session, the model broker, and between them a network without sockets, clock or sleeps.
//!
//! A step moves some bytes, lets time pass, lets the program do something, or cuts the connection. Every packet is shown to `checks`, and
//! after every step the books are compared.

use std::collections::{HashSet, VecDeque};
use std::time::{Duration, Instant, SystemTime};

use bytes::{Bytes, BytesMut};
use mqx::client::session::{Delivery, Outcome, Rejection, Session};
use mqx::mqtt::{Message, QoS, RetainHandling, Subscription, TopicFilter, TopicName, Version};
use mqx::wire::{Codec, ConnAck, MAX_PACKET, Packet, split};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use super::broker::{Broker, Limits};
use super::checks::{self, Verdict};
use super::packets::{self, Came, FORBIDDEN, PUBREL, Sent, TOPIC};
use super::plan::Plan;

const KEEP_ALIVE: u16 = 60;
/// Steps without faults after which something should have happened.
const PATIENCE: u32 = 2_000;
/// Steps with faults; a small world needs a few thousand, a large one with a window of 1 millions.
const STEPS: u32 = 20_000_000;

pub struct World {
    plan: Plan,
    rng: ChaCha8Rng,
    now: Instant,
    session: Session,
    codec: Codec,
    broker: Broker,
    online: bool,
    /// Encoded and not yet accepted for writing; read and not yet understood.
    output: BytesMut,
    input: BytesMut,
    outgoing: checks::Outgoing,
    incoming: checks::Incoming,
    hands: VecDeque<Delivery>,
    /// QoS and size of each submitted message.
    submitted: Vec<(u8, u32)>,
    settled: Vec<bool>,
    outcomes: u64,
    written: u64,
    /// QoS 0 that was encoded and has no outcome.
    unflushed: u64,
    forbidden: HashSet<u64>,
    deliveries: Vec<u8>,
    cuts: u32,
    /// What was oldest when the broker closed, and how often in a row.
    strikes: (Option<String>, u32),
    gave_up: bool,
    drained: Vec<(mqx::client::session::Token, Outcome)>,
    /// Prints what passes.
    loud: bool,
}

impl World {
    /// `loud` prints what passes, for a seed that is lived alone.
    pub fn new(seed: u64, large: bool, loud: bool) -> Self {
        let plan = Plan::of(seed, large);
        let mut rng = ChaCha8Rng::seed_from_u64(seed ^ 0xD1CE);
        let limits = draw_limits(&plan, plan.burn > 0, &mut rng);
        let codec = Codec::new(if plan.five { Version::V5 } else { Version::V311 });
        let now = Instant::now();
        let connack = connack(codec, plan.inherited.is_some(), &limits);
        let mut outgoing = checks::Outgoing::new(plan.inherited.is_some(), plan.max_inflight);
        outgoing.connected(plan.inherited.is_some(), &limits);
        Self {
            session: Session::new(now, codec, &connack, KEEP_ALIVE, plan.max_inflight, true),
            broker: Broker::new(&plan, limits),
            cuts: plan.cuts,
            plan,
            rng,
            now,
            codec,
            online: true,
            output: BytesMut::new(),
            input: BytesMut::new(),
            outgoing,
            incoming: checks::Incoming::default(),
            hands: VecDeque::new(),
            submitted: Vec::new(),
            settled: Vec::new(),
            outcomes: 0,
            written: 0,
            unflushed: 0,
            forbidden: HashSet::new(),
            deliveries: Vec::new(),
            strikes: (None, 0),
            gave_up: false,
            drained: Vec::new(),
            loud,
        }
    }

    /// Lives the seed to its end.
    pub fn run(mut self) {
        if self.loud {
            eprintln!("{:?}", self.plan);
        }
        let burn = self.plan.burn;
        let (cuts, stride) = (std::mem::take(&mut self.cuts), std::mem::replace(&mut self.plan.stride, 5_000));
        while (self.submitted.len() as u64) < burn {
            self.submit(burn, Some(1));
            self.pump();
        }
        (self.cuts, self.plan.stride) = (cuts, stride);
        let (messages, deliveries) = (burn + self.plan.messages, self.plan.deliveries);
        let mut steps = 0;
        while !self.gave_up
            && ((self.submitted.len() as u64) < messages || (self.deliveries.len() as u64) < deliveries || steps % 64 != 0)
        {
            self.step(messages, deliveries);
            steps += 1;
            assert!(steps < STEPS, "it is stuck: {} submitted", self.submitted.len());
        }
        self.broker.calm = true;
        self.settle_everything();
        self.end();
    }

    // ---- steps ----

    fn step(&mut self, messages: u64, deliveries: u64) {
        let stride = self.plan.stride;
        match self.rng.random_range(0..16) {
            0..3 => self.submit(messages, None),
            3 => {
                for _ in 0..self.rng.random_range(0..=stride) {
                    if self.deliveries.len() as u64 == deliveries {
                        break;
                    }
                    let qos = self.draw_qos();
                    self.broker.deliver(self.deliveries.len() as u64, qos);
                    self.deliveries.push(qos);
                }
            }
            4 => self.subscribe(),
            5 => self.now += Duration::from_millis([1, 10, 1_000, 20_000][self.rng.random_range(0..4)]),
            6 => self.consume(),
            7 if self.online => self.turn(),
            8 | 9 if self.online => self.write(),
            10 | 11 if self.online => self.broker.read(&mut self.rng),
            12 if self.online => {
                let most = self.rng.random_range(0..=stride);
                self.broker.write(most, &mut self.rng);
            }
            _ if self.online => self.read(),
            _ => self.connect(),
        }
        if self.online && self.broker.closed {
            self.strike();
        } else if self.online && self.cuts > 0 && self.rng.random_ratio(self.plan.cut, 1_000) {
            self.cuts -= 1;
            self.cut();
        }
        self.compare();
    }

    fn draw_qos(&mut self) -> u8 {
        let weights = self.plan.qos;
        let mut drawn = self.rng.random_range(0..weights.iter().sum());
        for (qos, weight) in (0..).zip(weights) {
            if drawn < weight {
                return qos;
            }
            drawn -= weight;
        }
        unreachable!("the weights are summed up")
    }

    fn submit(&mut self, messages: u64, only: Option<u8>) {
        for _ in 0..self.rng.random_range(0..=self.plan.stride) {
            let number = self.submitted.len() as u64;
            if number >= messages {
                return;
            }
            let qos = only.unwrap_or_else(|| self.draw_qos());
            let size = if self.rng.random_ratio(1, 20) { self.rng.random_range(8..300) } else { 8 };
            let mut payload = vec![0; size];
            payload[..8].copy_from_slice(&number.to_be_bytes());
            let forbidden = only.is_none() && self.rng.random_ratio(self.plan.forbidden, 1_000);
            let topic = TopicName::new(if forbidden { FORBIDDEN } else { TOPIC }).expect("a topic");
            let qos_level = QoS::from_u8(qos).expect("a QoS");
            let Ok(token) = self.session.publish(self.now, Message::new(topic, Bytes::from(payload), qos_level)) else {
                return;
            };
            assert_eq!(token.number(), number, "tokens are numbered in order");
            if forbidden {
                self.forbidden.insert(number);
            }
            self.submitted.push((qos, u32::try_from(size).expect("a small payload")));
            self.settled.push(false);
        }
    }

    fn subscribe(&mut self) {
        if self.rng.random_ratio(1, 10) {
            let filter = TopicFilter::new(TOPIC).expect("a filter");
            if self.rng.random_ratio(1, 4) {
                self.session.unsubscribe(filter);
            } else {
                let subscription = Subscription { filter, qos: QoS::ExactlyOnce, retain_handling: RetainHandling::Always };
                self.session.subscribe(subscription);
            }
        }
    }

    fn consume(&mut self) {
        if !self.broker.calm && self.rng.random_ratio(self.plan.lazy_consumer, 1_000) {
            return;
        }
        let mut deliveries = Vec::new();
        self.session.take(self.rng.random_range(0..=self.plan.stride), &mut deliveries);
        for delivery in deliveries {
            let (qos, number) = delivered(&delivery);
            // What was dropped beyond the bound comes again, behind what came later (rule 9).
            self.incoming.got(qos, number, self.session.dropped() == 0);
            self.hands.push_back(delivery);
        }
        for _ in 0..self.rng.random_range(0..=self.hands.len()) {
            let place = if self.plan.untidy_consumer { self.rng.random_range(0..self.hands.len()) } else { 0 };
            let Some(delivery) = self.hands.swap_remove_front(place) else { break };
            self.incoming.took(delivered(&delivery).1);
            self.session.taken(&delivery);
        }
    }

    // ---- the connection's loop ----

    fn turn(&mut self) {
        self.understand();
        if self.session.handle_timeout(self.now).is_err() {
            self.cut();
            return;
        }
        if self.output.is_empty() && self.session.has_to_send() {
            self.session.transmit(self.now, &mut self.output);
            assert!(!self.output.is_empty(), "there was something to send");
            self.show_sent();
        }
        self.session.reading(self.now, self.session.wants_input());
    }

    fn understand(&mut self) {
        if self.input.is_empty() {
            return;
        }
        while self.session.wants_input() {
            let Some(frame) = split(&mut self.input, MAX_PACKET).expect("the model broker frames well") else { break };
            let came = packets::read_back(frame.first, &frame.body, self.plan.five);
            self.tell("came", &came);
            match came {
                Came::Publish { qos, id, number, .. } => self.incoming.publish(qos, id, number),
                Came::Ack { first: PUBREL, id, .. } => self.incoming.pubrel(id),
                Came::Ack { first, id, reason } => self.outgoing.acknowledged(first, id, reason),
                Came::SubAck { id } => self.outgoing.answered(id),
                Came::Other => {}
            }
            let received = self.session.receive(self.now, SystemTime::UNIX_EPOCH, frame);
            assert_eq!(received, Ok(None), "the model broker keeps to the protocol");
            self.drain();
        }
        self.session.heard(self.now, !self.input.is_empty());
    }

    fn show_sent(&mut self) {
        let mut rest = &self.output[..];
        while let Some((sent, size)) = packets::parse(rest, self.plan.five) {
            rest = &rest[size..];
            self.tell("sent", &sent);
            match sent {
                Sent::Publish { dup, qos, id, number, .. } => {
                    self.unflushed += u64::from(qos == 0);
                    assert!(
                        !self.settled[usize::try_from(number).expect("a token")],
                        "message {number} is sent after its outcome"
                    );
                    self.outgoing.publish(dup, qos, id, number);
                }
                Sent::Ack { first, id, .. } => checks::sent_ack(&mut self.outgoing, &mut self.incoming, first, id),
                Sent::Subscribe { id, .. } | Sent::Unsubscribe { id } => self.outgoing.request(id),
                Sent::PingReq => {}
            }
        }
        assert!(rest.is_empty(), "whole packets are encoded");
    }

    fn write(&mut self) {
        let count = self.some(self.output.len());
        self.broker.input.extend_from_slice(&self.output.split_to(count));
        if count > 0 {
            self.session.written(self.now, self.output.is_empty());
        }
    }

    fn read(&mut self) {
        let count = self.some(self.broker.output.len());
        self.input.extend_from_slice(&self.broker.output[..count]);
        self.broker.output.drain(..count);
        self.turn();
    }

    /// All of it, or some.
    fn some(&mut self, length: usize) -> usize {
        if self.broker.calm || self.rng.random_bool(0.5) { length } else { self.rng.random_range(0..=length) }
    }

    // ---- the ends of a connection ----

    /// The connection is lost, at any byte of either direction.
    fn cut(&mut self) {
        if self.rng.random_bool(0.5) {
            // Accepted for writing, although writing then failed.
            let count = self.rng.random_range(0..=self.output.len());
            self.broker.input.extend_from_slice(&self.output.split_to(count));
        }
        let count = self.rng.random_range(0..=self.broker.input.len());
        self.broker.input.truncate(count);
        self.broker.read(&mut self.rng);
        if self.rng.random_bool(0.5) {
            let count = self.rng.random_range(0..=self.broker.output.len());
            self.input.extend_from_slice(&self.broker.output[..count]);
            self.understand();
        }
        self.lose();
    }

    fn lose(&mut self) {
        self.online = false;
        self.tell("cut", &());
        self.output.clear();
        self.input.clear();
        self.session.disconnected();
        self.drain();
    }

    /// The broker closed. After three times in a row over the same request that is given up (rule 15).
    fn strike(&mut self) {
        let oldest = self.session.oldest_unanswered();
        let again = oldest.is_some() && oldest == self.strikes.0;
        self.strikes = (oldest, if again { self.strikes.1 + 1 } else { 1 });
        self.gave_up = again && self.strikes.1 >= 3;
        self.lose();
    }

    fn connect(&mut self) {
        let kept = self.rng.random_ratio(self.plan.kept, 1_000);
        let limits = draw_limits(&self.plan, false, &mut self.rng);
        let incoming = &self.incoming;
        self.broker.connect(kept, limits, &mut self.rng, |number| !incoming.is_answered(number));
        let connack = connack(self.codec, kept, &self.broker.limits);
        self.outgoing.connected(kept, &self.broker.limits);
        self.incoming.connected();
        let continuity = self.session.connected(self.now, &connack, KEEP_ALIVE);
        assert_eq!(continuity.resumed, kept);
        self.online = true;
        self.tell("connected", &(kept, &self.broker.limits));
        self.drain();
    }

    // ---- the books ----

    fn tell(&self, what: &str, thing: &dyn std::fmt::Debug) {
        if self.loud {
            eprintln!("{what} {thing:?}");
        }
    }

    fn drain(&mut self) {
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
        let (qos, size) = self.submitted[place];
        assert!(!std::mem::replace(&mut self.settled[place], true), "message {number} has two outcomes");
        self.outcomes += 1;
        self.tell("outcome", &(number, outcome));
        match outcome {
            Outcome::Written | Outcome::Unconfirmed => {
                assert_eq!(qos, 0, "message {number} is {outcome:?}");
                self.written += 1;
                self.unflushed -= 1;
            }
            Outcome::Acknowledged(_) => {
                assert_eq!(self.outgoing.verdicts.remove(&number), Some(Verdict::Acknowledged), "message {number}");
                assert!(self.broker.passed_on(number) > 0, "message {number} was acknowledged and never passed on");
            }
            Outcome::Rejected(Rejection::Broker { reason, .. }) => {
                assert_eq!(self.outgoing.verdicts.remove(&number), Some(Verdict::Rejected(reason.0)), "message {number}");
            }
            Outcome::Rejected(Rejection::Limit(limit)) => {
                let limits = &self.broker.limits;
                let size = packets::publish_size(qos, size as usize, self.plan.five);
                let largest = limits.maximum_packet_size.map_or(usize::MAX, |size| size as usize);
                assert!(qos > limits.maximum_qos || size > largest, "message {number} of {size} bytes at QoS {qos}: {limit}");
                self.outgoing.discarded(number);
            }
            Outcome::Rejected(Rejection::Expired) => panic!("message {number} cannot expire"),
        }
    }

    /// Every message is settled, or counted as unsettled.
    fn compare(&mut self) {
        self.drain();
        let accounted = self.outcomes + self.session.unsettled() as u64 + self.unflushed;
        assert_eq!(accounted, self.submitted.len() as u64, "the sum of the messages");
    }

    // ---- the end ----

    /// One round in which everything moves.
    fn pump(&mut self) {
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
            self.strike();
        }
        self.compare();
    }

    fn settle_everything(&mut self) {
        let mut rounds = 0;
        let mut last = (0, 0);
        while !self.gave_up && !self.is_settled() {
            self.pump();
            let progress = (self.outcomes, self.session.progress());
            rounds = if progress == last { rounds + 1 } else { 0 };
            last = progress;
            assert!(rounds < PATIENCE, "it is stuck: {:?} {:?}", self.session.unsettled(), self.session.oldest_unanswered());
        }
    }

    fn is_settled(&self) -> bool {
        self.online
            && self.outcomes == self.submitted.len() as u64
            && self.hands.is_empty()
            && !self.session.has_deliveries()
            && !self.session.has_to_send()
            && self.output.is_empty()
            && self.input.is_empty()
            && self.broker.is_idle()
    }

    fn end(&mut self) {
        self.session.close(self.now);
        for _ in 0..PATIENCE {
            if self.gave_up || (self.online && self.session.is_done()) {
                break;
            }
            self.pump();
        }
        self.compare();
        if self.gave_up {
            let unsettled = (0..).zip(&self.settled).filter(|(_, settled)| !**settled).map(|(number, _)| number);
            assert!(unsettled.into_iter().any(|number: u64| self.forbidden.contains(&number)), "it gave up over nothing");
            return;
        }
        assert!(self.session.is_done(), "a closing session is never done");
        let given_up: HashSet<u64> = self.broker.given_up.iter().copied().collect();
        for (number, qos) in (0..).zip(&self.deliveries) {
            assert!(*qos == 0 || self.incoming.is_seen(number) || given_up.contains(&number), "delivery {number} is lost");
        }
        let passed = (0..).zip(&self.submitted).filter(|(number, (qos, _))| *qos == 0 && self.broker.passed_on(*number) > 0);
        let lost = self.written - passed.count() as u64;
        // Late answers prove what they cannot.
        assert!(
            self.plan.late || lost <= self.session.unconfirmed(),
            "{lost} QoS 0 are lost, {} said",
            self.session.unconfirmed()
        );
    }
}

fn delivered(delivery: &Delivery) -> (u8, u64) {
    let message = &delivery.received.message;
    (message.qos as u8, u64::from_be_bytes(message.payload[..8].try_into().expect("eight bytes")))
}

fn connack(codec: Codec, present: bool, limits: &Limits) -> ConnAck {
    let bytes = packets::connack(present, limits, codec.version() == Version::V5);
    let frame = split(&mut BytesMut::from(&bytes[..]), MAX_PACKET).expect("it is framed well").expect("it is whole");
    match codec.decode(frame) {
        Ok(Packet::ConnAck(connack)) => *connack,
        other => panic!("{other:?}"),
    }
}

fn draw_limits(plan: &Plan, generous: bool, rng: &mut ChaCha8Rng) -> Limits {
    Limits {
        receive_maximum: plan.receive_maximum.filter(|_| !generous).map(|most| rng.random_range(1..=most)),
        maximum_qos: if plan.low_qos && !generous { rng.random_range(0..=2) } else { 2 },
        maximum_packet_size: (plan.small_packets && !generous).then(|| rng.random_range(40..400)),
    }
}
