//! The deterministic simulation of the session: seeded worlds in which everything goes wrong, and what must hold in each of them.
//!
//! `cargo test --test simulation` lives all seeds; a seed that fails is named, and `MQX_SEED=n` lives it alone. Numbers from `LARGE` on are
//! worlds of 200,000 messages. What the worlds play is listed in `scenes`, and a scene that is never reached fails the test; how many worlds
//! reach each is printed with `-- --nocapture`. That the checks have teeth is shown in `teeth.md`.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::use_debug,
    clippy::print_stderr,
    reason = "clippy's leave for tests does not reach helpers outside a #[test]"
)]

mod broker;
mod checks;
mod packets;
mod plan;
mod scenes;
#[path = "../support/seeds.rs"]
mod seeds;
mod world;

use std::sync::Mutex;

use scenes::SCENES;
use world::World;

/// Worlds of at most 200 messages.
const SEEDS: u64 = 10_000;
/// Worlds of 200,000 messages and 50,000 deliveries, and the number of the first.
const LARGE_SEEDS: u64 = 10;
const LARGE: u64 = 1_000_000;

fn live(seed: u64, alone: bool) {
    World::new(seed, seed >= LARGE, alone).run();
}

#[test]
fn small_worlds() {
    // How many worlds reached each scene.
    let reached = Mutex::new(vec![0_u64; SCENES.len()]);
    let all = seeds::run_all(0, SEEDS, |seed, alone| {
        live(seed, alone);
        for (count, seen) in reached.lock().expect("no panic under it").iter_mut().zip(scenes::seen()) {
            *count += u64::from(seen);
        }
    });
    if !all {
        return;
    }
    let mut missing = Vec::new();
    for (scene, count) in SCENES.iter().zip(reached.into_inner().expect("no panic under it")) {
        eprintln!("{count:>6} {scene}");
        if count == 0 {
            missing.push(*scene);
        }
    }
    assert!(missing.is_empty(), "scenes that no world reached:\n{}", missing.join("\n"));
}

#[test]
fn large_worlds() {
    seeds::run_all(LARGE, LARGE_SEEDS, live);
}
