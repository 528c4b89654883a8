//! What a CONNACK of the model broker announces.

use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;

use crate::packets::Limits;
use crate::plan::Plan;

impl Limits {
    /// Draws them anew for a connection; a generous broker has none.
    pub fn draw(plan: &Plan, generous: bool, rng: &mut ChaCha8Rng) -> Self {
        Self {
            receive_maximum: plan.receive_maximum.filter(|_| !generous).map(|most| rng.random_range(1..=most)),
            maximum_qos: if plan.low_qos && !generous { rng.random_range(0..=2) } else { 2 },
            maximum_packet_size: (plan.small_packets && !generous).then(|| rng.random_range(40..400)),
            retain_available: !(plan.no_retain && !generous && rng.random_bool(0.5)),
            server_keep_alive: plan.server_keep_alive.then(|| [0, 6, 20][rng.random_range(0..3)]),
            topic_alias_maximum: if plan.numbered.is_some() { rng.random_range(0..=3) } else { 0 },
        }
    }
}
