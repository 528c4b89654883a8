//! What a seed stands for: how many messages, how bad the network is, and which habits the broker has. Read by `world` and `broker`.

use mqx::client::session::TopicAliases;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

/// How the broker of other people's bug reports behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Habit {
    Plain,
    /// Drops QoS 2 messages beyond 20 between PUBLISH and PUBCOMP, and acknowledges them.
    Mosquitto,
    /// Closes beyond 100 that wait for PUBREL.
    Emqx,
}

/// How a run ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Everything is settled, and then the session is closed.
    Settled,
    /// After so many messages for the consumer, with the session kept.
    Counted(u64),
    /// The link dies while the last acknowledgements are waited for.
    Dead,
    /// In the middle of it, at this step: nothing more is done, and what was said so far must be true.
    Abrupt(u32),
}

/// A seed, drawn out. Chances are in 1/1000.
#[derive(Clone, Debug)]
pub struct Plan {
    pub five: bool,
    pub messages: u64,
    pub deliveries: u64,
    pub end: End,
    /// Messages that go by without faults first, so that identifiers wrap.
    pub burn: u64,
    /// Bytes, messages and answers that move at a time.
    pub stride: usize,
    pub max_inflight: Option<u16>,
    pub qos: [u32; 3],
    pub retain: u32,
    pub expiring: u32,
    pub forbidden: u32,
    /// Connections that are cut, and the chance of it at each step.
    pub cuts: u32,
    pub cut: u32,
    /// Cuts that the broker announces by DISCONNECT.
    pub says_why: u32,
    /// Connections that die without a word, and the chance of it at each step.
    pub deaths: u32,
    pub death: u32,
    pub kept: u32,
    pub habit: Habit,
    /// The session was left behind by an earlier run, with these identifiers held by the broker.
    pub inherited: Option<Vec<u16>>,
    /// As `inherited`, at a broker that says that it has no session and answers PUBREC 0x91.
    pub haunted: bool,
    pub shuffled: bool,
    pub twice: u32,
    pub straggling: u32,
    pub refused: u32,
    /// Answers of the connection before come in the next one, if the session was kept.
    pub late: bool,
    /// PUBREC 0x91 where the identifier is held already.
    pub says_in_use: bool,
    /// QoS 2 is passed on at PUBREL, not at PUBLISH.
    pub on_release: bool,
    /// Receive Maximum is announced, up to this.
    pub receive_maximum: Option<u16>,
    pub small_packets: bool,
    pub low_qos: bool,
    pub no_retain: bool,
    pub server_keep_alive: bool,
    /// Identifiers that the broker uses for its deliveries; beyond 1,000 it exceeds our Receive Maximum.
    pub id_space: u16,
    pub redispatched: u32,
    /// Deliveries with a Topic Alias.
    pub aliased: u32,
    /// Our own messages with a Topic Alias.
    pub numbered: Option<TopicAliases>,
    pub has_consumer: bool,
    /// The consumer gives back what it took in any order.
    pub untidy_consumer: bool,
    pub lazy_consumer: u32,
}

impl Plan {
    /// A seed of at most 200 messages, or a large one.
    pub fn of(seed: u64, large: bool) -> Self {
        let rng = &mut ChaCha8Rng::seed_from_u64(seed);
        let five = rng.random_bool(0.6);
        let habit = [Habit::Plain, Habit::Plain, Habit::Mosquitto, Habit::Emqx][rng.random_range(0..4)];
        let announces = five && habit == Habit::Plain && rng.random_bool(0.7);
        let ceiling = [1, 2, 5, 20, 100, 1_000, 65_535][rng.random_range(0..7)];
        let burn = if !large && rng.random_ratio(1, 250) { rng.random_range(65_400..65_600) } else { 0 };
        let mut plan = Self {
            five,
            messages: if large { 200_000 } else { rng.random_range(1..=150) },
            deliveries: if large { 50_000 } else { rng.random_range(0..=50) },
            end: End::Settled,
            burn,
            stride: if large { 4_000 } else { [1, 3, 20, 200][rng.random_range(0..4)] },
            max_inflight: (habit == Habit::Plain && rng.random_bool(0.2)).then(|| rng.random_range(1..2_000)),
            qos: [[1, 4, 4], [0, 1, 0], [0, 0, 1], [1, 1, 1], [0, 1, 1]][rng.random_range(0..5)],
            retain: [0, 200][rng.random_range(0..2)],
            expiring: if five { [0, 0, 300][rng.random_range(0..3)] } else { 0 },
            forbidden: if !large && rng.random_ratio(1, 20) { 20 } else { 0 },
            cuts: rng.random_range(0..12),
            cut: if large { 2 } else { [0, 5, 20, 80][rng.random_range(0..4)] },
            says_why: if five { [0, 300][rng.random_range(0..2)] } else { 0 },
            deaths: rng.random_range(0..3),
            death: [0, 0, 2][rng.random_range(0..3)],
            kept: [1_000, 1_000, 700, 300, 0][rng.random_range(0..5)],
            habit,
            haunted: false,
            inherited: rng.random_bool(0.3).then(|| left_behind(habit, rng)),
            shuffled: rng.random_bool(0.4),
            twice: [0, 0, 100][rng.random_range(0..3)],
            straggling: [0, 0, 0, 20][rng.random_range(0..4)],
            refused: if five { [0, 0, 50, 300][rng.random_range(0..4)] } else { 0 },
            late: rng.random_bool(0.2),
            says_in_use: five && rng.random_bool(0.5),
            on_release: rng.random_bool(0.4),
            receive_maximum: announces.then_some(ceiling),
            small_packets: five && rng.random_bool(0.2),
            low_qos: five && rng.random_bool(0.2),
            no_retain: five && rng.random_bool(0.2),
            server_keep_alive: five && rng.random_bool(0.3),
            id_space: [1, 3, 20, 900][rng.random_range(0..4)],
            redispatched: [0, 0, 200][rng.random_range(0..3)],
            aliased: if five { [0, 500][rng.random_range(0..2)] } else { 0 },
            numbered: if five {
                [None, Some(TopicAliases::Auto), Some(TopicAliases::Fixed(2))][rng.random_range(0..3)]
            } else {
                None
            },
            has_consumer: true,
            untidy_consumer: rng.random_bool(0.3),
            lazy_consumer: [0, 500, 950][rng.random_range(0..3)],
        };
        if !large {
            plan.single_out(rng);
        }
        if (plan.inherited.is_some() || plan.haunted) && (plan.shuffled || plan.straggling > 0) {
            // Two PUBCOMPs of an identifier that is cleared, the second behind the PUBREC of its message: nobody can tell what it answers.
            (plan.late, plan.twice) = (false, 0);
        }
        plan
    }

    /// Some worlds have an end or a consumer of their own.
    fn single_out(&mut self, rng: &mut ChaCha8Rng) {
        match rng.random_range(0..40) {
            0..4 => self.end = End::Abrupt(rng.random_range(1..1_500)),
            4..8 if self.deliveries > 0 => self.end = End::Counted(rng.random_range(1..=self.deliveries)),
            8..10 => {
                // Without one, Receive Maximum 1 is announced (rule 10).
                (self.has_consumer, self.id_space) = (false, 1);
            }
            10 => self.end = End::Dead,
            11 if self.five => {
                (self.haunted, self.inherited) = (true, None);
            }
            12 => {
                // The consumer sleeps, and the broker sends what it has.
                (self.deliveries, self.id_space, self.stride) = (rng.random_range(1_100..2_500), 3_000, 200);
                self.lazy_consumer = 998;
            }
            _ => {}
        }
    }
}

/// What an earlier run left at the broker between PUBREC and PUBREL: no more than that broker takes from a client of ours, and at EMQX so
/// much that a window of 20 just fits.
fn left_behind(habit: Habit, rng: &mut ChaCha8Rng) -> Vec<u16> {
    match habit {
        Habit::Plain => (1..60).filter(|_| rng.random_bool(0.4)).collect(),
        Habit::Mosquitto => {
            let first = rng.random_range(1..60);
            (first..first + rng.random_range(1..=20)).collect()
        }
        Habit::Emqx => {
            let first = [1, 30, 1_000][rng.random_range(0..3)];
            (first..first + 80).collect()
        }
    }
}
