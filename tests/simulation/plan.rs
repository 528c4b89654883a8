//! What a seed stands for: how many messages, how bad the network is, and which habits the broker has. Read by `world` and `broker`.

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

/// A seed, drawn out. Chances are in 1/1000.
#[derive(Clone, Debug)]
pub struct Plan {
    pub five: bool,
    pub messages: u64,
    pub deliveries: u64,
    /// Messages that go by without faults first, so that identifiers wrap.
    pub burn: u64,
    /// Bytes, messages and answers that move at a time.
    pub stride: usize,
    pub max_inflight: Option<u16>,
    pub qos: [u32; 3],
    pub forbidden: u32,
    /// Connections that are cut, and the chance of it at each step.
    pub cuts: u32,
    pub cut: u32,
    pub kept: u32,
    pub habit: Habit,
    /// The session was left behind by an earlier run, with these identifiers held by the broker.
    pub inherited: Option<Vec<u16>>,
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
    /// Identifiers that the broker uses for its deliveries.
    pub id_space: u16,
    pub redispatched: u32,
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
            burn,
            stride: if large { 4_000 } else { [1, 3, 20, 200][rng.random_range(0..4)] },
            max_inflight: (habit == Habit::Plain && rng.random_bool(0.2)).then(|| rng.random_range(1..2_000)),
            qos: [[1, 4, 4], [0, 1, 0], [0, 0, 1], [1, 1, 1], [0, 1, 1]][rng.random_range(0..5)],
            forbidden: if !large && rng.random_ratio(1, 20) { 20 } else { 0 },
            cuts: rng.random_range(0..12),
            cut: if large { 2 } else { [0, 5, 20, 80][rng.random_range(0..4)] },
            kept: [1_000, 1_000, 700, 300, 0][rng.random_range(0..5)],
            habit,
            // What an earlier run left there counts for the limits of those two as well, which no client can know.
            inherited: (habit == Habit::Plain && rng.random_bool(0.3))
                .then(|| (1..60).filter(|_| rng.random_bool(0.4)).collect()),
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
            id_space: [1, 3, 20, 900][rng.random_range(0..4)],
            redispatched: [0, 0, 200][rng.random_range(0..3)],
            untidy_consumer: rng.random_bool(0.3),
            lazy_consumer: [0, 500, 950][rng.random_range(0..3)],
        };
        if plan.inherited.is_some() && plan.shuffled {
            // Two PUBCOMPs of an identifier that is cleared, the second behind the PUBREC of its message: nobody can tell what it answers.
            (plan.late, plan.twice) = (false, 0);
        }
        plan
    }
}
