//! What the model broker makes of the client's messages: taken, refused, held until PUBREL, and passed on.

use std::collections::{HashMap, HashSet};

use crate::packets::{PUBACK, PUBREC, Publish};
use crate::plan::{Habit, Plan};
use crate::scenes::{Scene, saw, saw_if};

/// QoS 2 messages that mosquitto takes at a time, and that EMQX takes.
const MOSQUITTO: usize = 20;
const EMQX: usize = 100;

/// QoS 2 between PUBLISH and PUBREL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Held {
    /// It came in an earlier run.
    Earlier,
    Taken(u64),
    /// Acknowledged, and not passed on.
    Dropped(u64),
}

/// How often a message was passed on.
#[derive(Clone, Copy, Debug, Default)]
struct Passed {
    times: u32,
    session: u32,
}

pub struct Publishing {
    habit: Habit,
    refused: u32,
    says_in_use: bool,
    haunted: bool,
    on_release: bool,
    /// QoS 2 is first passed on in the order of submission.
    ordered: bool,
    session: u32,
    held: HashMap<u16, Held>,
    passed: HashMap<u64, Passed>,
    /// QoS 0 messages that arrived.
    pub arrived_qos0: u64,
    latest: [Option<u64>; 3],
    /// Dropped since an earlier run's messages fill mosquitto's 20, which no client can know.
    excused: HashSet<u64>,
}

impl Publishing {
    pub fn new(plan: &Plan) -> Self {
        let haunting = if plan.haunted { (1..40).collect() } else { Vec::new() };
        Self {
            habit: plan.habit,
            refused: plan.refused,
            says_in_use: plan.says_in_use,
            on_release: plan.on_release,
            // What waits for a PUBREL goes in the order of the PUBRELs, which answers out of order change.
            ordered: plan.inherited.is_none() && !plan.haunted && !plan.on_release,
            session: 1,
            held: plan.inherited.clone().unwrap_or(haunting).into_iter().map(|id| (id, Held::Earlier)).collect(),
            haunted: plan.haunted,
            passed: HashMap::new(),
            arrived_qos0: 0,
            latest: [None; 3],
            excused: HashSet::new(),
        }
    }

    /// A session goes on. What a broker holds that says that it has no session is found out in its first connection: later 0x91 would be
    /// taken for the answer to a resend, as it must be.
    pub fn resume(&mut self) {
        if self.haunted {
            self.held.retain(|_, held| *held != Held::Earlier);
        }
    }

    /// The session is gone.
    pub fn restart(&mut self) {
        self.session += 1;
        self.held.clear();
    }

    pub fn passed_on(&self, number: u64) -> u32 {
        self.passed.get(&number).map_or(0, |passed| passed.times)
    }

    pub fn is_excused(&self, number: u64) -> bool {
        self.excused.contains(&number)
    }

    /// A PUBLISH; what answers it, and with which Reason Code.
    pub fn publish(&mut self, publish: &Publish) -> Option<(u8, u8)> {
        let Publish { qos, id, number, .. } = *publish;
        match qos {
            0 => {
                self.pass_on(number, 0);
                self.arrived_qos0 += 1;
                None
            }
            1 => {
                let reason = self.refusal(number);
                if reason < 0x80 {
                    self.pass_on(number, 1);
                }
                Some((PUBACK, reason))
            }
            _ => Some((PUBREC, self.hold(id, number))),
        }
    }

    /// The Reason Code for a message: the same each time that it comes.
    fn refusal(&self, number: u64) -> u8 {
        let drawn = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
        if drawn % 1_000 < u64::from(self.refused) { [0x80, 0x87, 0x97, 0x99, 0xEE][(drawn % 5) as usize] } else { 0 }
    }

    /// A QoS 2 PUBLISH; the Reason Code of its PUBREC.
    fn hold(&mut self, id: u16, number: u64) -> u8 {
        if let Some(held) = self.held.get(&id) {
            if *held == Held::Earlier && self.haunted {
                return 0x91;
            }
            let same = matches!(held, Held::Taken(other) | Held::Dropped(other) if *other == number);
            assert!(same, "identifier {id}, where {held:?} waits for PUBREL, is used for message {number}, which is swallowed");
            return if self.says_in_use { 0x91 } else { 0 };
        }
        // Those of an eighth are refused only when they are released.
        let reason = self.refusal(number);
        if reason >= 0x80 && !number.is_multiple_of(8) {
            return reason;
        }
        let own = match self.habit {
            Habit::Plain => 0,
            Habit::Mosquitto | Habit::Emqx => self.held.values().filter(|held| **held != Held::Earlier).count(),
        };
        assert!(self.habit != Habit::Emqx || self.held.len() < EMQX, "EMQX closes beyond 100 that wait for PUBREL");
        let dropped = self.habit == Habit::Mosquitto && self.held.len() >= MOSQUITTO;
        if dropped && own < MOSQUITTO {
            saw(Scene::MosquittoInherited);
            self.excused.insert(number);
        }
        self.held.insert(id, if dropped { Held::Dropped(number) } else { Held::Taken(number) });
        saw_if(self.habit == Habit::Mosquitto && own + 1 == MOSQUITTO, Scene::MosquittoFull);
        saw_if(self.habit == Habit::Emqx && self.held.len() == EMQX, Scene::EmqxFull);
        if !dropped && !self.on_release {
            self.pass_on(number, 2);
        }
        0
    }

    /// A PUBREL; the Reason Code of its PUBCOMP.
    pub fn release(&mut self, id: u16) -> u8 {
        match self.held.remove(&id) {
            Some(Held::Taken(number)) => {
                if self.on_release {
                    self.pass_on(number, 2);
                }
                self.refusal(number)
            }
            Some(Held::Dropped(_)) => 0,
            Some(Held::Earlier) => {
                saw(Scene::Swallowed);
                0
            }
            None => 0x92,
        }
    }

    fn pass_on(&mut self, number: u64, qos: u8) {
        let passed = self.passed.entry(number).or_default();
        assert!(qos < 2 || passed.session != self.session, "QoS 2 message {number} is passed on twice in one session");
        assert!(qos > 0 || passed.times == 0, "QoS 0 message {number} is sent twice");
        passed.session = self.session;
        passed.times += 1;
        if passed.times == 1 && (qos < 2 || self.ordered) {
            let latest = self.latest[usize::from(qos)].replace(number);
            assert!(latest < Some(number), "QoS {qos} message {number} is first passed on behind {latest:?}");
        }
    }
}
