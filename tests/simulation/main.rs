//! The deterministic simulation of the session: seeded worlds in which everything goes wrong, and what must hold in each of them.
//!
//! `cargo test --test simulation` lives all seeds; a seed that fails is named, and `MQX_SEED=n` lives it alone. Numbers from `LARGE` on are
//! worlds of 200,000 messages. That the checks have teeth is shown in `teeth.md`.
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
mod world;

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use world::World;

/// Worlds of at most 200 messages.
const SEEDS: u64 = 10_000;
/// Worlds of 200,000 messages and 50,000 deliveries, and the number of the first.
const LARGE_SEEDS: u64 = 10;
const LARGE: u64 = 1_000_000;

fn live(seed: u64) -> Result<(), String> {
    catch_unwind(AssertUnwindSafe(|| World::new(seed, seed >= LARGE, false).run())).map_err(|panic| text(&*panic))
}

fn text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string)).unwrap_or_default()
}

/// Lives seeds on all cores and names those that fail.
fn live_all(first: u64, count: u64) {
    if let Ok(seed) = std::env::var("MQX_SEED") {
        let seed = seed.parse().expect("MQX_SEED is a number");
        if (first..first + count).contains(&seed) {
            World::new(seed, seed >= LARGE, true).run();
        }
        return;
    }
    let next = AtomicU64::new(first);
    let failed = Mutex::new(Vec::new());
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= first + count || failed.lock().expect("no panic under it").len() >= 10 {
                        return;
                    }
                    if let Err(text) = live(seed) {
                        failed.lock().expect("no panic under it").push(format!("MQX_SEED={seed}: {text}"));
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().expect("no panic under it");
    assert!(failed.is_empty(), "worlds that failed, each lived alone by its MQX_SEED:\n{}", failed.join("\n"));
}

#[test]
fn small_worlds() {
    live_all(0, SEEDS);
}

#[test]
fn large_worlds() {
    live_all(LARGE, LARGE_SEEDS);
}
