//! What the model broker sends to the consumer: identifiers, redelivery, Topic Aliases, and what it still owns.

use std::collections::{BTreeMap, HashSet, VecDeque};

use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;

use crate::packets::{self, Delivery, PUBREL, TOPICS};
use crate::plan::Plan;
use crate::scenes::{Scene, saw, saw_if};

/// Topic Alias Maximum of the client, and its Receive Maximum.
const ALIASES: u16 = 16;
const RECEIVE_MAXIMUM: usize = 1_000;

#[derive(Clone, Copy, Debug)]
struct Flight {
    number: u64,
    qos: u8,
    released: bool,
}

pub struct Delivering {
    five: bool,
    id_space: u16,
    aliased: u32,
    flights: BTreeMap<u16, Flight>,
    waiting: VecDeque<(u64, u8)>,
    last_id: u16,
    /// The topic of each alias in this connection.
    aliases: BTreeMap<u16, &'static str>,
    /// Deliveries that nobody is owed any more.
    pub given_up: HashSet<u64>,
}

/// The topic of a delivery.
pub fn topic(number: u64) -> &'static str {
    TOPICS[(number % 7 % 4) as usize]
}

/// Whether a delivery has RETAIN.
pub const fn is_retained(number: u64) -> bool {
    number.is_multiple_of(5)
}

impl Delivering {
    pub fn new(plan: &Plan) -> Self {
        let mut delivering = Self {
            five: plan.five,
            id_space: plan.id_space,
            aliased: plan.aliased,
            flights: BTreeMap::new(),
            waiting: VecDeque::new(),
            last_id: 0,
            aliases: BTreeMap::new(),
            given_up: HashSet::new(),
        };
        if plan.inherited.is_some() {
            // An earlier run answered it with PUBREC, and died.
            delivering.flights.insert(1, Flight { number: u64::MAX, qos: 2, released: true });
            delivering.given_up.insert(u64::MAX);
        }
        delivering
    }

    pub fn deliver(&mut self, number: u64, qos: u8) {
        self.waiting.push_back((number, qos));
    }

    /// PUBRELs that are owed at the start.
    pub fn releases(&self) -> impl Iterator<Item = Vec<u8>> {
        self.flights.keys().map(|id| packets::ack(PUBREL, *id, 0, self.five))
    }

    /// Whether everything was delivered and acknowledged.
    pub fn is_done(&self) -> bool {
        self.flights.is_empty() && self.waiting.is_empty()
    }

    /// The deliveries that it will send again or for the first time.
    pub fn owned(&self) -> HashSet<u64> {
        let flights = self.flights.values().filter(|flight| !flight.released).map(|flight| flight.number);
        flights.chain(self.waiting.iter().map(|(number, _)| *number)).collect()
    }

    // ---- connections ----

    /// The session is gone.
    pub fn restart(&mut self) {
        self.aliases.clear();
        self.given_up.extend(std::mem::take(&mut self.flights).values().map(|flight| flight.number));
    }

    /// Sends again what was not acknowledged; the PUBRELs are returned. The identifiers of those that `may_reuse` go to others.
    pub fn resume(
        &mut self,
        rng: &mut ChaCha8Rng,
        may_reuse: impl Fn(u64, &mut ChaCha8Rng) -> bool,
        output: &mut Vec<u8>,
    ) -> Vec<Vec<u8>> {
        self.aliases.clear();
        let mut flights: Vec<(u16, Flight)> = self.flights.iter().map(|(id, flight)| (*id, *flight)).collect();
        flights.sort_unstable_by_key(|(_, flight)| flight.number);
        let (mut releases, mut reused) = (Vec::new(), Vec::new());
        for (id, flight) in flights {
            if flight.released {
                releases.push(packets::ack(PUBREL, id, 0, self.five));
            } else if may_reuse(flight.number, rng) {
                self.given_up.insert(flight.number);
                self.flights.remove(&id);
                reused.push(id);
            } else {
                self.send(true, flight.qos, id, flight.number, rng, output);
            }
        }
        for id in reused {
            saw_if(self.send_next(Some(id), rng, output), Scene::IdReused);
        }
        releases
    }

    /// Sends the next delivery, if there is one and it may go out.
    pub fn send_next(&mut self, id: Option<u16>, rng: &mut ChaCha8Rng, output: &mut Vec<u8>) -> bool {
        let Some((number, qos)) = self.waiting.front().copied() else { return false };
        let mut used = 0;
        if qos > 0 {
            if self.flights.len() >= usize::from(self.id_space) {
                return false;
            }
            used = id.unwrap_or_else(|| self.next_id());
            self.flights.insert(used, Flight { number, qos, released: false });
            saw_if(self.flights.len() > RECEIVE_MAXIMUM, Scene::BeyondMaximum);
        }
        self.waiting.pop_front();
        self.send(false, qos, used, number, rng, output);
        true
    }

    fn next_id(&mut self) -> u16 {
        loop {
            self.last_id = self.last_id % self.id_space + 1;
            if !self.flights.contains_key(&self.last_id) {
                return self.last_id;
            }
        }
    }

    fn send(&mut self, dup: bool, qos: u8, id: u16, number: u64, rng: &mut ChaCha8Rng, output: &mut Vec<u8>) {
        let mut delivery = Delivery { dup, qos, retain: is_retained(number), topic: topic(number), id, alias: None, number };
        if rng.random_ratio(self.aliased, 1_000) {
            let alias = rng.random_range(1..=ALIASES);
            match self.aliases.insert(alias, delivery.topic) {
                Some(known) if known == delivery.topic => {
                    delivery.topic = "";
                    saw(Scene::AliasUsed);
                }
                Some(_) => saw(Scene::AliasReplaced),
                None => {}
            }
            delivery.alias = Some(alias);
        }
        output.extend(packets::publish(&delivery, self.five));
    }

    // ---- what came back ----

    /// A PUBACK.
    pub fn acknowledged(&mut self, id: u16) {
        self.flights.remove(&id);
    }

    /// A PUBREC. Whether PUBREL is to go out: once a connection, since a second could be taken for that of the identifier's next message.
    pub fn received(&mut self, id: u16) -> bool {
        let flight = self.flights.get_mut(&id).filter(|flight| flight.qos == 2 && !flight.released);
        flight.is_some_and(|flight| {
            flight.released = true;
            true
        })
    }

    /// A PUBCOMP.
    pub fn completed(&mut self, id: u16) {
        if self.flights.get(&id).is_some_and(|flight| flight.released) {
            self.flights.remove(&id);
        }
    }
}
