//! The publishing side: identifiers, window, DUP, the order of PUBRELs, and what the acknowledgements that came make of each message.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::super::packets::{Limits, PUBACK, PUBCOMP, PUBREC, Publish};
use super::super::scenes::{Scene, saw, saw_if};

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
    /// `None` where an identifier is cleared before its first use.
    number: Option<u64>,
    qos: u8,
    stage: Stage,
    /// The connection in which it was last sent.
    connection: u32,
    release_connection: u32,
    resent_release: bool,
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
    last_id: u16,
    /// Messages that were sent in a session that is gone.
    sent_before: HashSet<u64>,
    /// The latest message that was answered in this connection, by QoS.
    latest_answered: [u64; 3],
    /// What the next outcomes must be.
    pub verdicts: BTreeMap<u64, Verdict>,
}

impl Outgoing {
    pub fn new(inherited: bool, max_inflight: Option<u16>) -> Self {
        Self {
            flights: HashMap::new(),
            ids: HashMap::new(),
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
            last_id: 0,
            sent_before: HashSet::new(),
            latest_answered: [0; 3],
            verdicts: BTreeMap::new(),
        }
    }

    pub fn connected(&mut self, resumed: bool, limits: &Limits) {
        let earlier = if self.connection > 0 { self.window } else { 0 };
        self.connection += 1;
        (self.used, self.used_qos2, self.last_release, self.latest_answered) = (0, 0, 0, [0; 3]);
        let own = self.max_inflight.map_or(1_000, usize::from);
        self.window = limits.receive_maximum.map_or(own, |maximum| own.min(usize::from(maximum)));
        self.window_qos2 = if limits.receive_maximum.is_none() && self.max_inflight.is_none() { 20 } else { self.window };
        self.strays.clear();
        self.resumed = resumed;
        saw_if(self.window == 1, Scene::WindowOfOne);
        if resumed {
            saw_if(self.window < self.flights.len(), Scene::WindowShrunk);
            saw_if(earlier > 0 && self.window > earlier && !self.flights.is_empty(), Scene::WindowGrown);
            saw_if(self.flights.values().any(|flight| flight.stage == Stage::Clearing), Scene::ClearedAgain);
        } else {
            let released = self.flights.values().any(|flight| matches!(flight.stage, Stage::Released(_)));
            saw_if(released, Scene::PossibleDuplicate);
            self.flights.clear();
            self.sent_before.extend(self.ids.drain().map(|(number, _)| number));
            self.inherited &= self.connection == 1;
        }
    }

    /// Whether an acknowledgement is owed to us.
    pub const fn is_owed(&self) -> bool {
        self.used > 0
    }

    /// Whether a message was sent and has no outcome.
    pub fn was_sent(&self, number: u64) -> bool {
        self.ids.contains_key(&number) || self.sent_before.contains(&number)
    }

    /// Whether an identifier is that of a message.
    pub fn has(&self, id: u16) -> bool {
        self.flights.contains_key(&id)
    }

    // ---- sent ----

    /// A message of QoS 1 or 2 is sent.
    pub fn publish(&mut self, publish: &Publish) {
        let Publish { dup, qos, id, number, .. } = *publish;
        assert_ne!(id, 0, "message {number} has no identifier");
        if !self.flights.contains_key(&id) {
            saw_if(id < self.last_id && self.last_id > 60_000, Scene::IdsWrap);
            saw_if(self.sent_before.remove(&number), Scene::SentAsNew);
            self.last_id = id;
        }
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
                resent_release: false,
                transmissions: 0,
                cleared: false,
            }
        });
        assert_eq!((flight.number, flight.qos), (Some(number), qos), "identifier {id} is reused while in flight");
        assert_eq!(flight.stage, Stage::Published, "message {number} is sent behind its PUBREC");
        if flight.transmissions == 0 {
            assert!(!dup, "message {number} has DUP on its first transmission");
        } else {
            assert!(self.resumed && flight.connection < self.connection, "message {number} is sent twice in a connection");
            assert!(dup, "message {number} is sent again without DUP");
            saw(if qos == 1 { Scene::Resent1 } else { Scene::Resent2 });
        }
        flight.transmissions += 1;
        self.occupy(id);
        saw_if(self.used == self.window, Scene::WindowFull);
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
            assert!(self.inherited, "PUBREL {id}, of which nothing is known");
            Flight {
                number: None,
                qos: 2,
                stage: Stage::Clearing,
                connection: 0,
                release_connection: 0,
                resent_release: false,
                transmissions: 0,
                cleared: false,
            }
        };
        let flight = self.flights.entry(id).or_insert_with(clearing);
        assert_ne!(flight.stage, Stage::Published, "PUBREL {id} before its PUBREC");
        saw_if(flight.stage == Stage::Discarded, Scene::Discarded);
        if let Stage::Released(order) = flight.stage
            && flight.release_connection != self.connection
        {
            assert!(order > self.last_release, "PUBREL {id} is out of the order of the PUBRECs");
            saw_if(flight.release_connection != 0, Scene::ReleaseResent);
            self.last_release = order;
            flight.resent_release = flight.release_connection != 0;
            flight.release_connection = self.connection;
        }
        self.occupy(id);
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

    pub fn acknowledged(&mut self, first: u8, id: u16, reason: u8) {
        let flight = self.flights.get(&id).copied();
        self.notice_answer(first, flight, reason);
        match (first, flight) {
            (PUBACK, Some(flight)) if flight.qos == 1 => self.end(id, reason),
            (PUBREC, Some(flight)) if flight.qos == 2 && !(flight.stage == Stage::Published && flight.transmissions == 0) => {
                self.received(id, flight, reason);
            }
            (PUBREC, _) => {
                saw(Scene::StrayPubRec);
                *self.strays.entry(id).or_default() += 1;
            }
            (PUBCOMP, Some(flight)) => match flight.stage {
                Stage::Published => {}
                Stage::Clearing if flight.number.is_none() => self.free(id),
                Stage::Clearing => {
                    self.vacate(id);
                    self.update(id, |flight| (flight.stage, flight.transmissions) = (Stage::Published, 0));
                }
                Stage::Released(_) => {
                    saw_if(reason == 0x92, if flight.resent_release { Scene::NotFoundResent } else { Scene::NotFoundFirst });
                    saw_if(reason >= 0x80 && reason != 0x92, Scene::RefusedPubComp);
                    self.end(id, if reason == 0x92 { 0 } else { reason });
                }
                Stage::Discarded => self.free(id),
            },
            _ => {}
        }
    }

    /// What order and number of the answers show.
    fn notice_answer(&mut self, first: u8, flight: Option<Flight>, reason: u8) {
        let Some(flight) = flight else {
            saw_if(first != PUBREC, Scene::Twice);
            return;
        };
        saw_if(first == PUBREC && matches!(flight.stage, Stage::Released(_)), Scene::Twice);
        let Some(number) = flight.number.filter(|_| flight.stage == Stage::Published) else { return };
        saw_if(flight.transmissions > 0 && flight.connection != self.connection, Scene::LateAnswer);
        saw_if(first == PUBACK && reason >= 0x80, Scene::RefusedPubAck);
        saw_if(first == PUBREC && reason >= 0x80 && reason != 0x91, Scene::RefusedPubRec);
        let latest = &mut self.latest_answered[usize::from(flight.qos)];
        saw_if(number < *latest, Scene::OutOfOrder);
        *latest = number.max(*latest);
    }

    fn received(&mut self, id: u16, flight: Flight, reason: u8) {
        if flight.stage != Stage::Published {
            // Answered by another PUBREL.
        } else if reason == 0x91 && flight.transmissions == 1 && !flight.cleared {
            saw(Scene::InUseFirst);
            self.update(id, |flight| (flight.stage, flight.cleared) = (Stage::Clearing, true));
        } else if reason >= 0x80 && (reason != 0x91 || flight.transmissions == 1) {
            self.end(id, reason);
        } else {
            saw_if(reason == 0x91, Scene::InUseResent);
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
