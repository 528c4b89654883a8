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
mod world;

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use scenes::SCENES;
use world::World;

/// Worlds of at most 200 messages.
const SEEDS: u64 = 10_000;
/// Worlds of 200,000 messages and 50,000 deliveries, and the number of the first.
const LARGE_SEEDS: u64 = 10;
const LARGE: u64 = 1_000_000;
/// Failing seeds after which no more are lived.
const ENOUGH: usize = 10;

/// What many worlds came to.
#[derive(Default)]
struct Tally {
    failed: Vec<String>,
    /// How many worlds reached each scene.
    reached: Vec<u64>,
}

impl Tally {
    fn count(&mut self, seed: u64, lived: Result<(), String>, seen: &[bool]) {
        self.reached.resize(SCENES.len(), 0);
        for (count, seen) in self.reached.iter_mut().zip(seen) {
            *count += u64::from(*seen);
        }
        if let Err(text) = lived {
            self.failed.push(format!("MQX_SEED={seed}: {text}"));
        }
    }
}

fn live(seed: u64) -> Result<(), String> {
    catch_unwind(AssertUnwindSafe(|| World::new(seed, seed >= LARGE, false).run())).map_err(|panic| text(&*panic))
}

fn text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string)).unwrap_or_default()
}

/// Lives seeds on all cores and names those that fail. `None` where one seed was lived alone.
fn live_all(first: u64, count: u64) -> Option<Tally> {
    if let Ok(seed) = std::env::var("MQX_SEED") {
        let seed = seed.parse().expect("MQX_SEED is a number");
        if (first..first + count).contains(&seed) {
            World::new(seed, seed >= LARGE, true).run();
        }
        return None;
    }
    let next = AtomicU64::new(first);
    let tally = Mutex::new(Tally::default());
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= first + count || tally.lock().expect("no panic under it").failed.len() >= ENOUGH {
                        return;
                    }
                    let lived = live(seed);
                    tally.lock().expect("no panic under it").count(seed, lived, &scenes::seen());
                }
            });
        }
    });
    let tally = tally.into_inner().expect("no panic under it");
    assert!(tally.failed.is_empty(), "worlds that failed, each lived alone by its MQX_SEED:\n{}", tally.failed.join("\n"));
    Some(tally)
}

#[test]
fn small_worlds() {
    let Some(tally) = live_all(0, SEEDS) else { return };
    let mut missing = Vec::new();
    for (scene, count) in SCENES.iter().zip(tally.reached) {
        eprintln!("{count:>6} {scene}");
        if count == 0 {
            missing.push(*scene);
        }
    }
    assert!(missing.is_empty(), "scenes that no world reached:\n{}", missing.join("\n"));
}

#[test]
fn large_worlds() {
    let _reached = live_all(LARGE, LARGE_SEEDS);
}
