//! The consuming side: what was taken is acknowledged, in order of arrival; QoS 2 comes once; what is dropped at a full queue may be (rules
//! 8 to 10).

use std::collections::{HashMap, HashSet};

use super::super::packets::{PUBACK, PUBREC};
use super::super::scenes::{Scene, saw, saw_if};

/// Deliveries that wait for the consumer at most.
const QUEUE: usize = 1_000;

/// What the session did with a PUBLISH that came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Queued,
    Dropped,
    /// It is one that we already have, or nobody consumes.
    Passed,
}

#[derive(Default)]
pub struct Incoming {
    /// Deliveries are taken.
    open: bool,
    /// The last delivery of each identifier in this connection, and the place of its arrival.
    arrived: HashMap<u16, (u64, u8, u64)>,
    arrivals: u64,
    last_answered: u64,
    released: HashMap<u16, u32>,
    /// The connection and the session in which a delivery came first.
    came: HashMap<u64, (u32, u32)>,
    connection: u32,
    session: u32,
    taken: HashSet<u64>,
    seen: HashSet<u64>,
    /// PUBACK or PUBREC went out, and perhaps arrived.
    answered: HashSet<u64>,
    latest: [Option<u64>; 3],
    /// Those that wait for the consumer, and how many of them have an identifier.
    queued: usize,
    queued_acknowledged: usize,
    dropped: u64,
}

impl Incoming {
    pub fn new(has_consumer: bool) -> Self {
        Self { open: has_consumer, ..Self::default() }
    }

    pub fn connected(&mut self, resumed: bool) {
        self.arrived.clear();
        self.released.clear();
        self.last_answered = 0;
        self.connection += 1;
        self.session += u32::from(!resumed);
    }

    pub fn is_answered(&self, number: u64) -> bool {
        self.answered.contains(&number)
    }

    pub fn is_seen(&self, number: u64) -> bool {
        self.seen.contains(&number)
    }

    pub fn is_taken(&self, number: u64) -> bool {
        self.taken.contains(&number)
    }

    /// Whether the socket is read, where acknowledgements are `owed` to us.
    pub fn reads(&self, reads: bool, owed: bool) {
        if self.queued >= QUEUE {
            assert_eq!(reads, owed, "a full queue of {} is read, with acknowledgements owed: {owed}", self.queued);
            saw(if owed { Scene::QueueFullOwed } else { Scene::QueueFull });
        } else {
            assert!(reads, "the socket is not read with {} in the queue", self.queued);
        }
    }

    // ---- came ----

    pub fn publish(&mut self, qos: u8, id: u16, number: u64, fate: Fate) {
        self.arrivals += 1;
        if fate == Fate::Dropped {
            let full = self.queued >= QUEUE;
            let beyond = self.queued_acknowledged >= QUEUE;
            assert!(full && (qos == 0 || beyond), "QoS {qos} delivery {number} is dropped with {} in the queue", self.queued);
            saw(if qos == 0 { Scene::DroppedQos0 } else { Scene::DroppedBeyond });
            self.dropped += 1;
            // Whatever had the identifier lost it.
            self.arrived.remove(&id);
            return;
        }
        if fate == Fate::Queued {
            self.queued += 1;
            self.queued_acknowledged += usize::from(qos > 0);
            self.came.insert(number, (self.connection, self.session));
        } else {
            saw_if(qos == 2 && self.answered.contains(&number), Scene::Redelivered);
            assert!(qos > 0 || !self.open, "QoS 0 delivery {number} is neither delivered nor dropped");
        }
        if qos > 0 {
            self.arrived.insert(id, (number, qos, self.arrivals));
        }
    }

    pub fn pubrel(&mut self, id: u16) {
        *self.released.entry(id).or_default() += 1;
    }

    // ---- sent ----

    /// PUBACK or PUBREC went out.
    pub fn acknowledged(&mut self, first: u8, id: u16) {
        let Some((number, qos, place)) = self.arrived.get(&id).copied() else {
            panic!("{first:#04x} {id} of a delivery that did not come in this connection")
        };
        assert_eq!(first, if qos == 1 { PUBACK } else { PUBREC }, "the answer to delivery {number} at QoS {qos}");
        assert!(self.taken.contains(&number), "delivery {number} is acknowledged before it was taken");
        let came = self.came.get(&number).copied();
        saw_if(came.is_some_and(|(connection, _)| connection < self.connection), Scene::TakenLater);
        if self.answered.insert(number) {
            assert!(place > self.last_answered, "delivery {number} is acknowledged out of the order of arrival");
            self.last_answered = place;
        }
    }

    pub fn completed(&mut self, id: u16, reason: u8) {
        let owed = self.released.get_mut(&id).filter(|owed| **owed > 0);
        *owed.expect("a PUBCOMP without PUBREL") -= 1;
        saw_if(reason == 0x92, Scene::UnknownRelease);
    }

    // ---- the consumer ----

    /// The consumer got a delivery.
    pub fn got(&mut self, qos: u8, number: u64) {
        self.queued -= 1;
        self.queued_acknowledged -= usize::from(qos > 0);
        let first = self.seen.insert(number);
        assert!(first || qos == 1, "QoS {qos} delivery {number} comes twice");
        if first {
            let latest = self.latest[usize::from(qos)].replace(number);
            // What was dropped beyond the bound comes again, behind what came later.
            assert!(latest < Some(number) || self.dropped > 0, "QoS {qos} delivery {number} comes first behind {latest:?}");
        }
    }

    /// The consumer is done with it.
    pub fn took(&mut self, number: u64) {
        self.taken.insert(number);
        let session = self.came.get(&number).map(|(_, session)| *session);
        saw_if(session.is_some_and(|session| session < self.session), Scene::TakenTooLate);
    }

    /// What waits is left to the broker.
    pub fn closed(&mut self) {
        self.open = false;
        (self.queued, self.queued_acknowledged) = (0, 0);
    }

    /// Deliveries that were dropped.
    pub const fn dropped(&self) -> u64 {
        self.dropped
    }
}
