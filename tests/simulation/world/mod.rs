//! The world of a seed: the session, the model broker, and between them a network without sockets, clock or sleeps.
//!
//! A step moves some bytes, lets time pass, lets the program do something, or cuts the connection. Every packet is shown to `checks`, and
//! after every step the books are compared. `link` is the connection, `program` the user of the session, `books` what became of each message.

mod books;
mod link;
mod program;

use std::collections::{HashSet, VecDeque};
use std::time::{Duration, Instant};

use bytes::BytesMut;
use mqx::client::session::{Delivery, Outcome, RemovalIndex, Session, SubscriptionIndex, Token};
use mqx::mqtt::Version;
use mqx::wire::Codec;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use crate::broker::Broker;
use crate::checks::{Content, Incoming, Outgoing, Patience, Requests, Submitted};
use crate::packets::Limits;
use crate::plan::{End, Plan};
use crate::scenes::{Scene, saw_if};

const KEEP_ALIVE: u16 = 60;
/// Rounds without faults after which something should have happened.
const PATIENCE: u32 = 2_000;
/// Steps with faults; a small world needs a few thousand, a large one with a window of 1 millions.
const STEPS: u32 = 20_000_000;

/// QoS 0 of the connection.
#[derive(Clone, Copy, Debug, Default)]
struct Proof {
    /// So many were encoded in it.
    sent: u64,
    /// So many had arrived, and were unconfirmed, when it began.
    arrived_before: u64,
    unconfirmed_before: u64,
}

pub struct World {
    plan: Plan,
    rng: ChaCha8Rng,
    now: Instant,
    session: Session,
    codec: Codec,
    broker: Broker,
    online: bool,
    /// Nothing passes any more, and neither side was told.
    dead: bool,
    /// Encoded and not yet accepted for writing; read and not yet understood.
    output: BytesMut,
    input: BytesMut,
    /// Bytes came that the session was not told of.
    fresh: bool,
    outgoing: Outgoing,
    incoming: Incoming,
    content: Content,
    patience: Patience,
    requests: Requests,
    subscriptions: Vec<SubscriptionIndex>,
    removals: Vec<RemovalIndex>,
    hands: VecDeque<Delivery>,
    taken: u64,
    submitted: Vec<Submitted>,
    outcomes: u64,
    /// QoS 0 that has its outcome, and QoS 0 that was encoded and has none.
    written: u64,
    unflushed: u64,
    proof: Proof,
    forbidden: HashSet<u64>,
    deliveries: Vec<u8>,
    cuts: u32,
    deaths: u32,
    /// What was oldest when the broker closed, and how often in a row.
    strikes: (Option<String>, u32),
    gave_up: bool,
    drained: Vec<(Token, Outcome)>,
    /// Prints what passes.
    loud: bool,
}

impl World {
    /// `loud` prints what passes, for a seed that is lived alone.
    pub fn new(seed: u64, large: bool, loud: bool) -> Self {
        let plan = Plan::of(seed, large);
        let mut rng = ChaCha8Rng::seed_from_u64(seed ^ 0xD1CE);
        let limits = Limits::draw(&plan, plan.burn > 0, &mut rng);
        let codec = Codec::new(if plan.five { Version::V5 } else { Version::V311 });
        let now = Instant::now();
        let inherited = plan.inherited.is_some();
        saw_if(inherited, Scene::Inherited);
        let connack = link::connack(codec, inherited, &limits);
        let mut outgoing = Outgoing::new(inherited, plan.max_inflight);
        outgoing.connected(inherited, &limits);
        let mut session = Session::new(now, codec, &connack, KEEP_ALIVE, plan.max_inflight, plan.has_consumer);
        if let Some(policy) = plan.numbered {
            session.alias_topics(policy);
        }
        Self {
            session,
            patience: Patience::new(now, limits.server_keep_alive.unwrap_or(KEEP_ALIVE)),
            broker: Broker::new(&plan, limits),
            incoming: Incoming::new(plan.has_consumer),
            cuts: plan.cuts,
            deaths: plan.deaths,
            plan,
            rng,
            now,
            codec,
            online: true,
            dead: false,
            output: BytesMut::new(),
            input: BytesMut::new(),
            fresh: false,
            outgoing,
            content: Content::default(),
            requests: Requests::default(),
            subscriptions: Vec::new(),
            removals: Vec::new(),
            hands: VecDeque::new(),
            taken: 0,
            submitted: Vec::new(),
            outcomes: 0,
            written: 0,
            unflushed: 0,
            proof: Proof::default(),
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
        self.burn();
        let mut steps = 0;
        while !self.gave_up && !self.is_over(steps) {
            self.step();
            steps += 1;
            assert!(steps < STEPS, "it is stuck: {} submitted", self.submitted.len());
        }
        if matches!(self.plan.end, End::Abrupt(_)) {
            saw_if(self.session.unsettled() > 0, Scene::AbruptEnd);
            self.check_ownership();
            return;
        }
        (self.broker.calm, self.dead) = (true, false);
        if self.plan.end == End::Settled {
            self.settle_everything();
        }
        self.end();
    }

    /// Messages without faults, so that identifiers wrap.
    fn burn(&mut self) {
        let burn = self.plan.burn;
        let (cuts, stride) = (std::mem::take(&mut self.cuts), std::mem::replace(&mut self.plan.stride, 5_000));
        while (self.submitted.len() as u64) < burn {
            self.submit(burn, Some(1));
            self.pump();
        }
        (self.cuts, self.plan.stride) = (cuts, stride);
    }

    fn is_over(&self, steps: u32) -> bool {
        match self.plan.end {
            End::Abrupt(last) => steps >= last,
            End::Counted(count) if self.taken >= count => true,
            End::Counted(_) | End::Settled | End::Dead => {
                let submitted = self.submitted.len() as u64 >= self.plan.burn + self.plan.messages;
                submitted && self.deliveries.len() as u64 >= self.plan.deliveries && steps.is_multiple_of(64)
            }
        }
    }

    fn step(&mut self) {
        let stride = self.plan.stride;
        match self.rng.random_range(0..16) {
            0..3 => self.submit(self.plan.burn + self.plan.messages, None),
            3 => self.produce(),
            4 => self.subscribe(),
            5 => self.wait(),
            6 => self.consume(),
            7 if self.online => self.turn(),
            8 | 9 if self.online && !self.dead => self.write(),
            10 | 11 if self.online && !self.dead => self.broker.read(&mut self.rng),
            12 if self.online && !self.dead => {
                let most = self.rng.random_range(0..=stride);
                self.broker.write(most, &mut self.rng);
            }
            _ if self.online && !self.dead => self.read(),
            _ if self.online => self.turn(),
            _ => self.connect(),
        }
        if self.online && self.broker.closed {
            self.closed();
        } else if self.online {
            self.misfortune();
        }
        self.compare();
    }

    /// Time passes; faster where nothing else does.
    fn wait(&mut self) {
        let time = [1, 10, 500, if self.dead { 20_000 } else { 2_000 }][self.rng.random_range(0..4)];
        self.pass(Duration::from_millis(time));
    }

    fn pass(&mut self, time: Duration) {
        self.now += time;
        if self.online {
            self.patience.passed(time);
        }
    }

    /// The connection is cut, ended by the broker, or dies.
    fn misfortune(&mut self) {
        if self.dead {
            // Without Keep Alive the operating system notices, at some time.
            if !self.patience.has_keep_alive() && self.rng.random_ratio(1, 100) {
                self.cut();
            }
        } else if self.cuts > 0 && self.rng.random_ratio(self.plan.cut, 1_000) {
            self.cuts -= 1;
            if self.rng.random_ratio(self.plan.says_why, 1_000) {
                self.told_to_leave();
            } else {
                self.cut();
            }
        } else if self.deaths > 0 && self.rng.random_ratio(self.plan.death, 1_000) {
            self.deaths -= 1;
            self.dead = true;
            self.tell("dead", &());
        }
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

    fn tell(&self, what: &str, thing: &dyn std::fmt::Debug) {
        if self.loud {
            eprintln!("{what} {thing:?}");
        }
    }
}
