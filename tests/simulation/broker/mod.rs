//! The model broker: raw bytes in, raw bytes out, and a book of what it passed on. Driven by `world`.
//!
//! It checks what a broker can see: its limits, the order of first deliveries, QoS 2 once a session.

use std::collections::{BTreeMap, HashMap, VecDeque};

use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;

use super::packets::{self, PUBACK, PUBCOMP, PUBREC, PUBREL, Sent};
use super::plan::{Habit, Plan};

/// Answers that are held back at a time.
const STRAGGLERS: usize = 10;

/// What a CONNACK announced.
#[derive(Clone, Debug)]
pub struct Limits {
    pub receive_maximum: Option<u16>,
    pub maximum_qos: u8,
    pub maximum_packet_size: Option<u32>,
}

#[derive(Clone, Copy, Debug)]
struct Flight {
    number: u64,
    qos: u8,
    released: bool,
}

/// How often a message was passed on.
#[derive(Clone, Copy, Debug, Default)]
struct Passed {
    times: u32,
    session: u32,
}

pub struct Broker {
    plan: Plan,
    pub limits: Limits,
    /// Bytes of the client that were not read yet, and bytes for it.
    pub input: Vec<u8>,
    pub output: Vec<u8>,
    /// It closed the connection, on a message that it does not take.
    pub closed: bool,
    /// No more faults: nothing is held back.
    pub calm: bool,
    session: u32,
    /// QoS 2 between PUBLISH and PUBREL; `None` came in an earlier run or is not passed on.
    held: HashMap<u16, Option<u64>>,
    answers: VecDeque<Vec<u8>>,
    stragglers: Vec<Vec<u8>>,
    passed: HashMap<u64, Passed>,
    latest: [Option<u64>; 3],
    flights: BTreeMap<u16, Flight>,
    waiting: VecDeque<(u64, u8)>,
    last_id: u16,
    /// Deliveries that nobody is owed any more.
    pub given_up: Vec<u64>,
}

impl Broker {
    pub fn new(plan: &Plan, limits: Limits) -> Self {
        let held = plan.inherited.iter().flatten().map(|id| (*id, None)).collect();
        Self {
            plan: plan.clone(),
            limits,
            input: Vec::new(),
            output: Vec::new(),
            closed: false,
            calm: false,
            session: 1,
            held,
            answers: VecDeque::new(),
            stragglers: Vec::new(),
            passed: HashMap::new(),
            latest: [None; 3],
            flights: BTreeMap::new(),
            waiting: VecDeque::new(),
            last_id: 0,
            given_up: Vec::new(),
        }
    }

    pub fn passed_on(&self, number: u64) -> u32 {
        self.passed.get(&number).map_or(0, |passed| passed.times)
    }

    pub fn is_idle(&self) -> bool {
        self.input.is_empty()
            && self.output.is_empty()
            && self.answers.is_empty()
            && self.stragglers.is_empty()
            && self.flights.is_empty()
            && self.waiting.is_empty()
    }

    pub fn deliver(&mut self, number: u64, qos: u8) {
        self.waiting.push_back((number, qos));
    }

    /// A new connection. `may_reuse` says of a delivery whether its identifier may go to another message now.
    pub fn connect(&mut self, kept: bool, limits: Limits, rng: &mut ChaCha8Rng, may_reuse: impl Fn(u64) -> bool) {
        self.limits = limits;
        self.input.clear();
        self.output.clear();
        self.closed = false;
        if !kept || !self.plan.late {
            self.answers.clear();
            self.stragglers.clear();
        }
        // Those are sent again, and a PINGREQ is of its connection.
        self.answers.retain(|packet| packet[0] != PUBREL && packet[0] != 0xD0);
        self.stragglers.retain(|packet| packet[0] != PUBREL);
        if !kept {
            self.session += 1;
            self.held.clear();
            self.given_up.extend(std::mem::take(&mut self.flights).values().map(|flight| flight.number));
            return;
        }
        let mut flights: Vec<(u16, Flight)> = self.flights.iter().map(|(id, flight)| (*id, *flight)).collect();
        flights.sort_unstable_by_key(|(_, flight)| flight.number);
        let mut reused = Vec::new();
        for (id, flight) in flights {
            if flight.released {
                self.answers.push_back(packets::ack(PUBREL, id, 0, self.plan.five));
            } else if !self.calm && rng.random_ratio(self.plan.redispatched, 1_000) && may_reuse(flight.number) {
                self.given_up.push(flight.number);
                self.flights.remove(&id);
                reused.push(id);
            } else {
                self.output.extend(packets::publish(true, flight.qos, id, flight.number, self.plan.five));
            }
        }
        for id in reused {
            self.send_next(Some(id));
        }
    }

    // ---- reading ----

    pub fn read(&mut self, rng: &mut ChaCha8Rng) {
        let mut start = 0;
        while !self.closed {
            let Some((sent, size)) = packets::parse(&self.input[start..], self.plan.five) else { break };
            start += size;
            self.understand(sent, rng);
        }
        self.input.drain(..start);
    }

    fn understand(&mut self, sent: Sent, rng: &mut ChaCha8Rng) {
        let five = self.plan.five;
        match sent {
            Sent::Publish { qos, id, number, forbidden, size, .. } => {
                assert!(qos <= self.limits.maximum_qos, "QoS {qos} goes beyond Maximum QoS");
                let largest = self.limits.maximum_packet_size.map_or(usize::MAX, |size| size as usize);
                assert!(size <= largest, "{size} bytes go beyond Maximum Packet Size {largest}");
                if forbidden {
                    self.closed = true;
                    return;
                }
                match qos {
                    0 => self.pass_on(number, 0),
                    1 => {
                        let reason = self.refusal(number);
                        if reason < 0x80 {
                            self.pass_on(number, 1);
                        }
                        self.answer(packets::ack(PUBACK, id, reason, five), rng);
                    }
                    _ => {
                        let reason = self.hold(id, number);
                        self.answer(packets::ack(PUBREC, id, reason, five), rng);
                    }
                }
            }
            Sent::Ack { first: PUBACK, id, .. } => {
                self.flights.remove(&id);
            }
            Sent::Ack { first: PUBREC, id, .. } => {
                // Once a connection: a second PUBREL could be taken for that of the identifier's next message.
                if let Some(flight) = self.flights.get_mut(&id).filter(|flight| flight.qos == 2 && !flight.released) {
                    flight.released = true;
                    self.answer(packets::ack(PUBREL, id, 0, five), rng);
                }
            }
            Sent::Ack { first: PUBREL, id, .. } => {
                let reason = match self.held.remove(&id) {
                    Some(number) => {
                        if let Some(number) = number.filter(|_| self.plan.on_release) {
                            self.pass_on(number, 2);
                        }
                        0
                    }
                    None => 0x92,
                };
                self.answer(packets::ack(PUBCOMP, id, reason, five), rng);
            }
            Sent::Ack { id, .. } => {
                if self.flights.get(&id).is_some_and(|flight| flight.released) {
                    self.flights.remove(&id);
                }
            }
            Sent::Subscribe { id, filters } => {
                let reasons: Vec<u8> = (0..filters).map(|_| [0, 1, 2, 0x80][rng.random_range(0..4)]).collect();
                self.answer(packets::suback(id, &reasons, five), rng);
            }
            Sent::Unsubscribe { id } => self.answer(packets::unsuback(id, five), rng),
            Sent::PingReq => self.answers.push_back(vec![0xD0, 0]),
        }
    }

    /// The Reason Code for a message: the same each time that it comes.
    fn refusal(&self, number: u64) -> u8 {
        let drawn = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
        if drawn % 1_000 < u64::from(self.plan.refused) { [0x80, 0x87, 0x97, 0x99, 0xEE][(drawn % 5) as usize] } else { 0 }
    }

    /// A QoS 2 PUBLISH; the Reason Code of its PUBREC.
    fn hold(&mut self, id: u16, number: u64) -> u8 {
        if let Some(held) = self.held.get(&id) {
            assert!(held.is_none_or(|held| held == number), "identifier {id} of message {held:?} is used for message {number}");
            return if self.plan.says_in_use { 0x91 } else { 0 };
        }
        let reason = self.refusal(number);
        if reason >= 0x80 {
            return reason;
        }
        assert!(self.plan.habit != Habit::Emqx || self.held.len() < 100, "EMQX closes beyond 100 that wait for PUBREL");
        let dropped = self.plan.habit == Habit::Mosquitto && self.held.len() >= 20;
        self.held.insert(id, (!dropped).then_some(number));
        if !dropped && !self.plan.on_release {
            self.pass_on(number, 2);
        }
        0
    }

    fn pass_on(&mut self, number: u64, qos: u8) {
        let passed = self.passed.entry(number).or_default();
        assert!(qos < 2 || passed.session != self.session, "QoS 2 message {number} is passed on twice in one session");
        assert!(qos > 0 || passed.times == 0, "QoS 0 message {number} is sent twice");
        passed.session = self.session;
        passed.times += 1;
        // What waits for a PUBREL goes in the order of the PUBRELs, which answers out of order change.
        let ordered = qos < 2 || (self.plan.inherited.is_none() && !self.plan.on_release);
        if passed.times == 1 && ordered {
            let latest = self.latest[usize::from(qos)].replace(number);
            assert!(latest < Some(number), "QoS {qos} message {number} is first passed on behind {latest:?}");
        }
    }

    // ---- writing ----

    fn answer(&mut self, packet: Vec<u8>, rng: &mut ChaCha8Rng) {
        if !self.calm && self.stragglers.len() < STRAGGLERS && rng.random_ratio(self.plan.straggling, 1_000) {
            self.stragglers.push(packet);
        } else {
            self.answers.push_back(packet);
        }
    }

    /// Writes up to `most` answers, and as many deliveries.
    pub fn write(&mut self, most: usize, rng: &mut ChaCha8Rng) {
        if self.calm {
            self.answers.extend(self.stragglers.drain(..));
        }
        for _ in 0..most.min(self.answers.len()) {
            let place = if self.plan.shuffled { rng.random_range(0..self.answers.len().min(64)) } else { 0 };
            let Some(packet) = self.answers.remove(place) else { break };
            self.output.extend(&packet);
            // A PINGRESP twice would be an answer to a PINGREQ that was not sent.
            if packet[0] != 0xD0 && packet[0] != PUBREL && rng.random_ratio(self.plan.twice, 1_000) {
                self.output.extend(&packet);
            }
        }
        for _ in 0..most {
            if !self.send_next(None) {
                break;
            }
        }
    }

    /// Sends the next delivery, if there is one and it may go out.
    fn send_next(&mut self, id: Option<u16>) -> bool {
        let Some((number, qos)) = self.waiting.front().copied() else { return false };
        if qos == 0 {
            self.output.extend(packets::publish(false, 0, 0, number, self.plan.five));
        } else {
            if self.flights.len() >= usize::from(self.plan.id_space) {
                return false;
            }
            let id = id.unwrap_or_else(|| {
                loop {
                    self.last_id = self.last_id % self.plan.id_space + 1;
                    if !self.flights.contains_key(&self.last_id) {
                        break self.last_id;
                    }
                }
            });
            self.flights.insert(id, Flight { number, qos, released: false });
            self.output.extend(packets::publish(false, qos, id, number, self.plan.five));
        }
        self.waiting.pop_front();
        true
    }
}
