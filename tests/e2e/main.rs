//! The built binary end to end. One test binary, since linking is what tests cost; each module names its cases.
#![cfg(unix)]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::use_debug,
    clippy::print_stdout,
    reason = "clippy's leave for tests does not reach a binary without the standard test harness"
)]

#[path = "../support/mod.rs"]
mod support;

mod acknowledgements;
mod addresses;
mod bridge;
mod broker;
mod canary;
mod cli;
mod coming_from;
mod connack;
mod consumer;
mod credentials;
mod debug;
mod disconnect;
mod embedded;
mod encoding;
mod ends;
mod exec;
mod exit_status;
mod files;
mod format;
mod from_json;
mod golden;
mod hostile;
mod layers;
mod limits;
mod lines;
mod matrix;
mod mosquitto;
mod peer_cases;
mod profile;
mod properties;
mod properties_of_packets;
mod proxy;
mod reply;
mod retained;
mod rr;
mod rules;
mod self_tests;
mod subscribe;
mod template;
mod terminal;
mod tls;
mod topic_alias;
mod unescaped;
mod unsubscribe;
mod url;
mod websocket;
mod will;

use libtest_mimic::Arguments;

/// `mqx COMMAND -h 127.0.0.1 -p PORT -V VERSION REST`.
fn at(port: &str, version: support::packets::Version, words: &[&str]) -> support::Verdict<support::mqx::Mqx> {
    let (command, rest) = words.split_first().ok_or("a command")?;
    support::mqx::Mqx::new([&[command, "-h", "127.0.0.1", "-p", port, "-V", version.flag()], rest].concat())
}

fn main() {
    support::child::with_default_signals();
    let mut list = Vec::new();
    // First, since some of them wait for half a minute.
    rules::cases(&mut list);
    self_tests::cases(&mut list);
    cli::cases(&mut list);
    golden::cases(&mut list);
    exit_status::cases(&mut list);
    peer_cases::cases(&mut list);
    hostile::cases(&mut list);
    disconnect::cases(&mut list);
    limits::cases(&mut list);
    connack::cases(&mut list);
    acknowledgements::cases(&mut list);
    tls::cases(&mut list);
    terminal::cases(&mut list);
    embedded::cases(&mut list);
    broker::cases(&mut list);
    consumer::cases(&mut list);
    proxy::cases(&mut list);
    addresses::cases(&mut list);
    unescaped::cases(&mut list);
    url::cases(&mut list);
    canary::cases(&mut list);
    matrix::cases(&mut list);
    will::cases(&mut list);
    credentials::cases(&mut list);
    debug::cases(&mut list);
    websocket::cases(&mut list);
    layers::cases(&mut list);
    profile::cases(&mut list);
    from_json::cases(&mut list);
    bridge::cases(&mut list);
    format::cases(&mut list);
    encoding::cases(&mut list);
    lines::cases(&mut list);
    template::cases(&mut list);
    properties::cases(&mut list);
    properties_of_packets::cases(&mut list);
    subscribe::cases(&mut list);
    unsubscribe::cases(&mut list);
    ends::cases(&mut list);
    exec::cases(&mut list);
    files::cases(&mut list);
    topic_alias::cases(&mut list);
    rr::cases(&mut list);
    reply::cases(&mut list);
    retained::cases(&mut list);
    mosquitto::cases(&mut list);
    coming_from::cases(&mut list);
    let mut arguments = Arguments::from_args();
    // Most cases wait, for a peer or for a time that a rule is about, and leave the processors alone.
    arguments.test_threads.get_or_insert(4 * std::thread::available_parallelism().map_or(1, std::num::NonZero::get));
    libtest_mimic::run(&arguments, list.into_iter().map(support::harness::Case::into_trial).collect()).exit();
}
