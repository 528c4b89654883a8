//! The fuzz targets as property tests: seeded inputs, most of them mutations of good ones, on any toolchain.
//!
//! `cargo test --test fuzz` runs them all; a seed that fails is named with its input, and `MQX_SEED=n` runs it alone. How the same targets
//! are run with coverage as a guide is in `README.md` beside this file.
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

#[path = "targets/duration.rs"]
mod duration;
#[path = "targets/format.rs"]
mod format;
#[path = "targets/frames.rs"]
mod frames;
#[path = "targets/lines.rs"]
mod lines;
#[path = "targets/record.rs"]
mod record;
#[path = "../support/seeds.rs"]
mod seeds;
#[path = "targets/session.rs"]
mod session;
#[path = "targets/size.rs"]
mod size;
#[path = "targets/template.rs"]
mod template;
#[path = "targets/url.rs"]
mod url;

use std::sync::atomic::{AtomicU64, Ordering};

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

type Corpus = &'static [&'static [u8]];

/// Bytes that mean something somewhere: the edges of lengths, and what stands between fields.
const TELLING: [u8; 12] = [0x00, 0x01, 0x7F, 0x80, 0xFF, b'"', b'.', b'/', b':', b'%', b'9', b'\\'];

/// Runs a target on its corpus, and then on inputs that are drawn. At least `good` things in all have to come of it: inputs of which none
/// gets through mean nothing. With `MQX_UPDATE_CORPUS` the corpus is also written to files, for the fuzzer to begin with.
fn run(name: &str, target: fn(&[u8]) -> u64, corpus: Corpus, inputs: u64, good: u64) {
    if std::env::var_os("MQX_UPDATE_CORPUS").is_some() {
        write(name, corpus);
    }
    let came = AtomicU64::new(0);
    seeds::run_all(0, inputs, |seed, alone| {
        let input = input(corpus, seed);
        if alone {
            eprintln!("b\"{}\"", input.escape_ascii());
        }
        came.fetch_add(target(&input), Ordering::Relaxed);
    });
    let came = came.into_inner();
    assert!(came >= good || std::env::var_os("MQX_SEED").is_some(), "only {came} got through, of {inputs} inputs");
}

fn write(name: &str, corpus: Corpus) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus").join(name);
    std::fs::create_dir_all(&folder).unwrap();
    for (number, input) in corpus.iter().enumerate() {
        std::fs::write(folder.join(format!("seed-{number}")), input).unwrap();
    }
}

fn input(corpus: Corpus, seed: u64) -> Vec<u8> {
    if let Some(good) = usize::try_from(seed).ok().and_then(|place| corpus.get(place)) {
        return good.to_vec();
    }
    let rng = &mut ChaCha8Rng::seed_from_u64(seed);
    if rng.random_ratio(1, 8) {
        return noise(rng, 96);
    }
    let mut input = corpus[rng.random_range(0..corpus.len())].to_vec();
    for _ in 0..rng.random_range(1..4) {
        mutate(&mut input, corpus, rng);
    }
    input
}

fn noise(rng: &mut ChaCha8Rng, most: usize) -> Vec<u8> {
    let length = rng.random_range(0..=most);
    (0..length).map(|_| rng.random()).collect()
}

fn mutate(input: &mut Vec<u8>, corpus: Corpus, rng: &mut ChaCha8Rng) {
    let at = rng.random_range(0..=input.len());
    let range = at..rng.random_range(at..=input.len().min(at + 12));
    match rng.random_range(0..9) {
        0 if at < input.len() => input[at] = rng.random(),
        1 if at < input.len() => input[at] ^= 1 << rng.random_range(0..8),
        2 if at < input.len() => input[at] = TELLING[rng.random_range(0..TELLING.len())],
        3 => input.insert(at, rng.random()),
        4 => drop(input.drain(range)),
        5 => drop(input.splice(at..at, input[range].to_vec())),
        6 => input.truncate(at.max(1)),
        7 => drop(input.splice(at..at, noise(rng, 12))),
        _ => {
            let other = corpus[rng.random_range(0..corpus.len())];
            let (from, to) = (rng.random_range(0..=other.len()), other.len());
            input.truncate(at);
            input.extend_from_slice(&other[from..to]);
        }
    }
}

#[test]
fn frames() {
    run("frames", frames::frames, frames::SEEDS, 600_000, 250_000);
}

#[test]
fn session() {
    run("session", session::session, session::SEEDS, 300_000, 300_000);
}

#[test]
fn duration() {
    run("duration", duration::duration, duration::SEEDS, 100_000, 12_000);
}

#[test]
fn size() {
    run("size", size::size, size::SEEDS, 100_000, 12_000);
}

#[test]
fn record() {
    run("record", record::record, record::SEEDS, 200_000, 4_000);
}

#[test]
fn template() {
    run("template", template::template, template::SEEDS, 100_000, 20_000);
}

#[test]
fn lines() {
    run("lines", lines::lines, lines::SEEDS, 200_000, 20_000);
}

#[test]
fn format() {
    run("format", format::format, format::SEEDS, 60_000, 20_000);
}

#[test]
fn url() {
    run("url", url::url, url::SEEDS, 200_000, 14_000);
}
