//! The built binary end to end. One test binary, since linking is what tests cost; each module names its cases.
#![cfg(unix)]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::use_debug,
    reason = "clippy's leave for tests does not reach a binary without the standard test harness"
)]

#[path = "../support/mod.rs"]
mod support;

mod self_tests;

use libtest_mimic::Arguments;

fn main() {
    let mut list = Vec::new();
    self_tests::cases(&mut list);
    libtest_mimic::run(&Arguments::from_args(), list.into_iter().map(support::harness::Case::into_trial).collect()).exit();
}
