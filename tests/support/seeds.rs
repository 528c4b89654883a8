//! Runs a test for many seeds on all cores, and names the seeds that fail. Used by the simulation and by the property tests.
//!
//! `MQX_SEED=n` runs that seed alone, and loudly.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// Failures after which no more are looked for.
const ENOUGH: usize = 10;

/// Runs `count` seeds from `first` on. `run` gets the seed, and whether it is the only one. Returns whether all of them ran.
///
/// # Panics
/// When a seed panics, with the numbers of those that did.
pub fn run_all(first: u64, count: u64, run: impl Fn(u64, bool) + Sync) -> bool {
    if let Ok(seed) = std::env::var("MQX_SEED") {
        let seed = seed.parse().expect("MQX_SEED is a number");
        if (first..first + count).contains(&seed) {
            run(seed, true);
        }
        return false;
    }
    let next = AtomicU64::new(first);
    let failed = Mutex::new(Vec::new());
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= first + count || failed.lock().expect("no panic under it").len() >= ENOUGH {
                        return;
                    }
                    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| run(seed, false))) {
                        failed.lock().expect("no panic under it").push(format!("MQX_SEED={seed}: {}", text(&*panic)));
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().expect("no panic under it");
    assert!(failed.is_empty(), "seeds that failed, each run alone by its MQX_SEED:\n{}", failed.join("\n"));
    true
}

fn text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string)).unwrap_or_default()
}
