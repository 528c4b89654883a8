//! What must hold of the packets that pass, seen at the client's end of the wire: identifiers, window, DUP, the order of PUBRELs, and what
//! the acknowledgements that came make of each message. `world` shows it every packet.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::broker::Limits;
use super::packets::{PUBACK, PUBCOMP, PUBREC, PUBREL};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Published,
    /// PUBREC came; numbered in that order.
    Released(u64),
    /// PUBREL goes ahead of the PUBLISH.
    Clearing,
    /// Rejected, with the identifier still to be released.
    Discarded,
}

#[derive(Clone, Copy, Debug)]
struct Flight {
    /// `None` before the PUBLISH of a cleared identifier.
    number: Option<u64>,
    qos: u8,
    stage: Stage,
    /// The connection in which it was last sent.
    connection: u32,
    release_connection: u32,
    transmissions: u32,
    cleared: bool,
}

/// How a message must end, by the acknowledgement that came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Acknowledged,
    Rejected(u8),
}

/// The publishing side.
pub struct Outgoing {
    flights: HashMap<u16, Flight>,
    ids: HashMap<u64, u16>,
    requests: HashSet<u16>,
    /// PUBRELs that are owed for PUBRECs that nobody waited for.
    strays: HashMap<u16, u32>,
    connection: u32,
    used: usize,
    used_qos2: usize,
    window: usize,
    window_qos2: usize,
    max_inflight: Option<u16>,
    releases: u64,
    last_release: u64,
    inherited: bool,
    resumed: bool,
    /// What the next outcomes must be.
    pub verdicts: BTreeMap<u64, Verdict>,
}

impl Outgoing {
    pub fn new(inherited: bool, max_inflight: Option<u16>) -> Self {
        Self {
            flights: HashMap::new(),
            ids: HashMap::new(),
            requests: HashSet::new(),
            strays: HashMap::new(),
            connection: 0,
            used: 0,
            used_qos2: 0,
            window: 0,
            window_qos2: 0,
            max_inflight,
            releases: 0,
            last_release: 0,
            inherited,
            resumed: false,
            verdicts: BTreeMap::new(),
        }
    }

    pub fn connected(&mut self, resumed: bool, limits: &Limits) {
        self.connection += 1;
        (self.used, self.used_qos2, self.last_release) = (0, 0, 0);
        let own = self.max_inflight.map_or(1_000, usize::from);
        self.window = limits.receive_maximum.map_or(own, |maximum| own.min(usize::from(maximum)));
        self.window_qos2 = if limits.receive_maximum.is_none() && self.max_inflight.is_none() { 20 } else { self.window };
        self.requests.clear();
        self.strays.clear();
        self.resumed = resumed;
        if !resumed {
            self.flights.clear();
            self.ids.clear();
            self.inherited &= self.connection == 1;
        }
    }

    // ---- sent ----

    pub fn publish(&mut self, dup: bool, qos: u8, id: u16, number: u64) {
        if qos == 0 {
            return;
        }
        assert!(id != 0 && !self.requests.contains(&id), "identifier {id} of a SUBSCRIBE is used for message {number}");
        let flight = self.flights.entry(id).or_insert_with(|| {
            assert!(!dup, "message {number} has DUP on its first transmission in this session");
            let earlier = self.ids.insert(number, id);
            assert_eq!(earlier, None, "message {number} has two identifiers");
            Flight {
                number: Some(number),
                qos,
                stage: Stage::Published,
                connection: 0,
                release_connection: 0,
                transmissions: 0,
                cleared: false,
            }
        });
        if flight.number.is_none() {
            flight.number = Some(number);
            self.ids.insert(number, id);
        }
        assert_eq!((flight.number, flight.qos), (Some(number), qos), "identifier {id} is reused while in flight");
        assert_eq!(flight.stage, Stage::Published, "message {number} is sent behind its PUBREC");
        if flight.transmissions == 0 {
            assert!(!dup, "message {number} has DUP on its first transmission");
        } else {
            assert!(self.resumed && flight.connection < self.connection, "message {number} is sent twice in a connection");
            assert!(dup, "message {number} is sent again without DUP");
        }
        flight.transmissions += 1;
        self.occupy(id);
        assert!(self.used <= self.window, "{} in flight, the window is {}", self.used, self.window);
        assert!(
            qos < 2 || self.used_qos2 <= self.window_qos2,
            "{} QoS 2 in flight, the window is {}",
            self.used_qos2,
            self.window_qos2
        );
    }

    pub fn pubrel(&mut self, id: u16) {
        if let Some(owed) = self.strays.get_mut(&id).filter(|owed| **owed > 0) {
            *owed -= 1;
            return;
        }
        let clearing = || {
            assert!(self.inherited && !self.requests.contains(&id), "PUBREL {id}, of which nothing is known");
            Flight {
                number: None,
                qos: 2,
                stage: Stage::Clearing,
                connection: 0,
                release_connection: 0,
                transmissions: 0,
                cleared: true,
            }
        };
        let flight = self.flights.entry(id).or_insert_with(clearing);
        if flight.number.is_none() && flight.stage == Stage::Published {
            // Its message was rejected before it was sent.
            flight.stage = Stage::Discarded;
        }
        assert_ne!(flight.stage, Stage::Published, "PUBREL {id} before its PUBREC");
        if let Stage::Released(order) = flight.stage
            && flight.release_connection != self.connection
        {
            assert!(order > self.last_release, "PUBREL {id} is out of the order of the PUBRECs");
            self.last_release = order;
            flight.release_connection = self.connection;
        }
        self.occupy(id);
    }

    pub fn request(&mut self, id: u16) {
        assert!(id != 0 && !self.flights.contains_key(&id), "identifier {id} of a message is used for a SUBSCRIBE");
        assert!(self.requests.insert(id), "identifier {id} is used for two SUBSCRIBEs");
    }

    fn occupy(&mut self, id: u16) {
        let Some(flight) = self.flights.get_mut(&id) else { return };
        if flight.connection != self.connection {
            flight.connection = self.connection;
            self.used += 1;
            self.used_qos2 += usize::from(flight.qos == 2);
        }
    }

    // ---- came ----

    pub fn answered(&mut self, id: u16) {
        self.requests.remove(&id);
    }

    pub fn acknowledged(&mut self, first: u8, id: u16, reason: u8) {
        let flight = self.flights.get(&id).copied();
        match (first, flight) {
            (PUBACK, Some(flight)) if flight.qos == 1 => self.end(id, reason),
            (PUBREC, Some(flight)) if flight.qos == 2 && !(flight.stage == Stage::Published && flight.transmissions == 0) => {
                self.received(id, flight, reason);
            }
            (PUBREC, _) => *self.strays.entry(id).or_default() += 1,
            (PUBCOMP, Some(flight)) => match flight.stage {
                Stage::Published => {}
                Stage::Clearing => {
                    self.vacate(id);
                    self.update(id, |flight| (flight.stage, flight.transmissions) = (Stage::Published, 0));
                }
                Stage::Released(_) => self.end(id, if reason == 0x92 { 0 } else { reason }),
                Stage::Discarded => self.free(id),
            },
            _ => {}
        }
    }

    fn received(&mut self, id: u16, flight: Flight, reason: u8) {
        if flight.stage != Stage::Published {
            // Answered by another PUBREL.
        } else if reason == 0x91 && flight.transmissions == 1 && !flight.cleared {
            self.update(id, |flight| (flight.stage, flight.cleared) = (Stage::Clearing, true));
        } else if reason >= 0x80 && (reason != 0x91 || flight.transmissions == 1) {
            self.end(id, reason);
        } else {
            self.releases += 1;
            let order = self.releases;
            self.update(id, |flight| flight.stage = Stage::Released(order));
        }
    }

    fn update(&mut self, id: u16, change: impl FnOnce(&mut Flight)) {
        if let Some(flight) = self.flights.get_mut(&id) {
            change(flight);
        }
    }

    fn end(&mut self, id: u16, reason: u8) {
        if let Some(number) = self.flights.get(&id).and_then(|flight| flight.number) {
            let verdict = if reason >= 0x80 { Verdict::Rejected(reason) } else { Verdict::Acknowledged };
            self.verdicts.insert(number, verdict);
        }
        self.free(id);
    }

    /// A message was rejected for a limit of the new connection.
    pub fn discarded(&mut self, number: u64) {
        let Some(id) = self.ids.get(&number).copied() else { return };
        match self.flights.get_mut(&id) {
            Some(flight) if flight.qos == 2 => flight.stage = Stage::Discarded,
            _ => self.free(id),
        }
    }

    fn free(&mut self, id: u16) {
        self.vacate(id);
        if let Some(number) = self.flights.remove(&id).and_then(|flight| flight.number) {
            self.ids.remove(&number);
        }
    }

    fn vacate(&mut self, id: u16) {
        let Some(flight) = self.flights.get_mut(&id) else { return };
        if flight.connection == self.connection {
            self.used -= 1;
            self.used_qos2 -= usize::from(flight.qos == 2);
            flight.connection = 0;
        }
    }
}

/// The consuming side.
#[derive(Default)]
pub struct Incoming {
    /// The last delivery of each identifier in this connection, and the place of its arrival.
    arrived: HashMap<u16, (u64, u8, u64)>,
    arrivals: u64,
    last_answered: u64,
    released: HashMap<u16, u32>,
    taken: HashSet<u64>,
    seen: HashSet<u64>,
    /// PUBACK or PUBREC went out, and perhaps arrived.
    answered: HashSet<u64>,
    latest: [Option<u64>; 3],
}

impl Incoming {
    pub fn connected(&mut self) {
        self.arrived.clear();
        self.released.clear();
        self.last_answered = 0;
    }

    pub fn is_answered(&self, number: u64) -> bool {
        self.answered.contains(&number)
    }

    pub fn is_seen(&self, number: u64) -> bool {
        self.seen.contains(&number)
    }

    pub fn publish(&mut self, qos: u8, id: u16, number: u64) {
        self.arrivals += 1;
        if qos > 0 {
            self.arrived.insert(id, (number, qos, self.arrivals));
        }
    }

    pub fn pubrel(&mut self, id: u16) {
        *self.released.entry(id).or_default() += 1;
    }

    /// PUBACK or PUBREC went out.
    pub fn acknowledged(&mut self, first: u8, id: u16) {
        let Some((number, qos, place)) = self.arrived.get(&id).copied() else {
            panic!("{first:#04x} {id} of a delivery that did not come in this connection")
        };
        assert_eq!(first, if qos == 1 { PUBACK } else { PUBREC }, "the answer to delivery {number} at QoS {qos}");
        assert!(self.taken.contains(&number), "delivery {number} is acknowledged before it was taken");
        if self.answered.insert(number) {
            assert!(place > self.last_answered, "delivery {number} is acknowledged out of the order of arrival");
            self.last_answered = place;
        }
    }

    pub fn completed(&mut self, id: u16) {
        let owed = self.released.get_mut(&id).filter(|owed| **owed > 0);
        *owed.expect("a PUBCOMP without PUBREL") -= 1;
    }

    /// The consumer got a delivery; `in_order` where none was dropped before.
    pub fn got(&mut self, qos: u8, number: u64, in_order: bool) {
        let first = self.seen.insert(number);
        assert!(first || qos == 1, "QoS {qos} delivery {number} comes twice");
        if first {
            let latest = self.latest[usize::from(qos)].replace(number);
            assert!(latest < Some(number) || !in_order, "QoS {qos} delivery {number} comes first behind {latest:?}");
        }
    }

    pub fn took(&mut self, number: u64) {
        self.taken.insert(number);
    }
}

/// What the client sent, told to whom it concerns.
pub fn sent_ack(outgoing: &mut Outgoing, incoming: &mut Incoming, first: u8, id: u16) {
    match first {
        PUBREL => outgoing.pubrel(id),
        PUBCOMP => incoming.completed(id),
        _ => incoming.acknowledged(first, id),
    }
}
