//! How fast, and how large: mqx beside Debian's mosquitto clients and beside the limit, in turns in one run, medians.
//!
//!     cargo bench --bench throughput -- [--rounds N] [SCENARIO …]
//!
//! Run by hand on a quiet machine; needs mosquitto and its clients. What it prints is a table in Markdown. Everything speaks MQTT 3.1.1,
//! with payloads of 64 bytes, over loopback.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::use_debug,
    clippy::print_stdout,
    reason = "clippy's leave for tests does not reach a bench without the standard test harness"
)]

#[path = "../../tests/support/mod.rs"]
mod support;

mod bare;
mod runs;
mod wrapped;

use std::cell::Cell;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use bare::{Bare, TOPIC};
use runs::{Contender, Cost, compare, mosquitto_client, mqx, run, timed};
use support::certificates::Certificates;
use support::mosquitto::{Mosquitto, Settings};
use support::temp::TempDir;
use support::{Verdict, ensure, ensure_eq};

type Scenario = fn(rounds: usize) -> Verdict;

const SCENARIOS: [(&str, Scenario); 17] = [
    ("sink-qos0", sink_qos0),
    ("sink-qos1", sink_qos1),
    ("source-qos0", source_qos0),
    ("source-qos1", source_qos1),
    ("broker-pub-qos0", |rounds| broker_pub(rounds, "0", FEW)),
    ("broker-pub-qos1", |rounds| broker_pub(rounds, "1", FEWEST)),
    ("broker-sub-qos0", |rounds| broker_sub(rounds, "0", FEW)),
    ("broker-sub-qos1", |rounds| broker_sub(rounds, "1", FEWEST)),
    ("tls-pub", tls_pub),
    ("tls-sub", tls_sub),
    ("ws-pub", ws_pub),
    ("ws-sub", ws_sub),
    ("json-read", json_read),
    ("bridge", bridge),
    ("start", start),
    ("tls-start", tls_start),
    ("memory", memory),
];

/// Messages of a run of what is fast, and of what is not.
const MANY: u64 = 3_000_000;
const MILLION: u64 = 1_000_000;
const FEW: u64 = 300_000;
/// As many as `mosquitto_pub -l -q 1` survives.
const FEWEST: u64 = 60_000;

fn main() -> Verdict {
    let mut rounds = 5;
    let mut chosen: Vec<String> = Vec::new();
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--rounds" => rounds = words.next().and_then(|number| number.parse().ok()).ok_or("--rounds N")?,
            // `cargo bench` adds it.
            "--bench" => {}
            _ => chosen.push(word),
        }
    }
    let names = SCENARIOS.map(|(name, _)| name);
    for word in &chosen {
        ensure(names.contains(&word.as_str()), format_args!("no scenario {word}; there are: {}", names.join(" ")))?;
    }
    runs::row(&runs::COLUMNS)?;
    runs::row(&["---"; runs::COLUMNS.len()])?;
    for (name, scenario) in SCENARIOS {
        if chosen.is_empty() || chosen.iter().any(|word| word == name) {
            scenario(rounds)?;
        }
    }
    Ok(())
}

/// A file of so many lines, each a payload.
fn lines(directory: &TempDir, count: u64) -> Verdict<PathBuf> {
    let path = directory.path().join(format!("lines-{count}"));
    let mut file = BufWriter::new(File::create(&path)?);
    let line = [&bare::payload()[..], b"\n"].concat();
    for _ in 0..count {
        file.write_all(&line)?;
    }
    file.flush()?;
    Ok(path)
}

/// A client that publishes the lines of a file.
fn publishing(command: &mut Command, qos: &str, lines: &Path) -> Verdict<Cost> {
    run(command.args(["-t", TOPIC, "-q", qos, "-l"]).stdin(Stdio::from(File::open(lines)?)))
}

/// The same into a server of ours, which must have seen them all.
fn into(server: Bare, client: impl FnOnce(u16) -> Verdict<Cost>, messages: u64) -> Verdict<Cost> {
    let cost = client(server.port())?;
    ensure_eq(&server.finish()?, &messages, "messages at the other end")?;
    Ok(cost)
}

fn sink_qos0(rounds: usize) -> Verdict {
    let directory = TempDir::new()?;
    let (many, few) = (lines(&directory, MANY)?, lines(&directory, FEW)?);
    compare(
        "pub -l, QoS 0, into a bare sink",
        rounds,
        vec![
            Contender::new("mqx", MANY, || into(Bare::discarding()?, |port| publishing(&mut mqx("pub", port), "0", &many), MANY)),
            Contender::new("raw writer", MANY, || into(Bare::discarding()?, |port| timed(|| bare::write_raw(port, MANY)), MANY)),
            Contender::new("mosquitto_pub", FEW, || {
                into(Bare::discarding()?, |port| publishing(&mut mosquitto_client("mosquitto_pub", port)?, "0", &few), FEW)
            }),
        ],
    )
}

fn sink_qos1(rounds: usize) -> Verdict {
    let directory = TempDir::new()?;
    let (many, few) = (lines(&directory, MANY)?, lines(&directory, FEWEST)?);
    let server = Bare::acknowledging;
    compare(
        "pub -l, QoS 1, into a bare sink that acknowledges",
        rounds,
        vec![
            Contender::new("mqx", MANY, || into(server()?, |port| publishing(&mut mqx("pub", port), "1", &many), MANY)),
            Contender::new("mqx", FEWEST, || into(server()?, |port| publishing(&mut mqx("pub", port), "1", &few), FEWEST)),
            Contender::new("mosquitto_pub", FEWEST, || {
                into(server()?, |port| publishing(&mut mosquitto_client("mosquitto_pub", port)?, "1", &few), FEWEST)
            }),
        ],
    )
}

/// A client that prints so many messages.
fn subscribing(command: &mut Command, qos: &str, messages: u64) -> Verdict<Cost> {
    run(command.args(["-t", TOPIC, "-q", qos, "-C", &messages.to_string()]).stdin(Stdio::null()))
}

fn source_qos0(rounds: usize) -> Verdict {
    compare(
        "sub, QoS 0, from a bare source",
        rounds,
        vec![
            Contender::new("mqx", MANY, || {
                into(Bare::flooding(MANY)?, |port| subscribing(&mut mqx("sub", port), "0", MANY), MANY)
            }),
            Contender::new("raw reader", MANY, || into(Bare::flooding(MANY)?, |port| timed(|| bare::read_raw(port, MANY)), MANY)),
            Contender::new("mosquitto_sub", FEW, || {
                into(Bare::flooding(FEW)?, |port| subscribing(&mut mosquitto_client("mosquitto_sub", port)?, "0", FEW), FEW)
            }),
        ],
    )
}

fn source_qos1(rounds: usize) -> Verdict {
    const WINDOW: u64 = 20;
    let server = || Bare::sliding(FEW, WINDOW);
    compare(
        "sub, QoS 1, from a bare source with a window of 20",
        rounds,
        vec![
            Contender::new("mqx", FEW, || into(server()?, |port| subscribing(&mut mqx("sub", port), "1", FEW), FEW)),
            Contender::new("mosquitto_sub", FEW, || {
                into(server()?, |port| subscribing(&mut mosquitto_client("mosquitto_sub", port)?, "1", FEW), FEW)
            }),
        ],
    )
}

fn number(broker: &Mosquitto) -> Verdict<u16> {
    Ok(broker.port().parse()?)
}

fn broker_pub(rounds: usize, qos: &str, messages: u64) -> Verdict {
    let (directory, broker) = (TempDir::new()?, Mosquitto::start()?);
    let (lines, port) = (lines(&directory, messages)?, number(&broker)?);
    compare(
        &format!("pub -l, QoS {qos}, to mosquitto"),
        rounds,
        vec![
            Contender::new("mqx", messages, || publishing(&mut mqx("pub", port), qos, &lines)),
            Contender::new("mosquitto_pub", messages, || publishing(&mut mosquitto_client("mosquitto_pub", port)?, qos, &lines)),
        ],
    )
}

fn broker_sub(rounds: usize, qos: &str, messages: u64) -> Verdict {
    let directory = TempDir::new()?;
    // Its log says when a subscription stands.
    let broker = Settings::new().line("log_type information").line("log_type subscribe").start()?;
    let (lines, port) = (lines(&directory, messages)?, number(&broker)?);
    let run = Cell::new(0);
    // Both are fed by the same publisher.
    let fed = |mut subscriber: Command| -> Verdict<Cost> {
        run.set(run.get() + 1);
        let name = format!("subscriber-{}", run.get());
        subscriber.args(["-i", &name]);
        thread::scope(|scope| {
            let subscriber = scope.spawn(|| subscribing(&mut subscriber, qos, messages));
            broker.wait_log(&format!("{name} {qos} {TOPIC}"))?;
            publishing(&mut mqx("pub", port), qos, &lines)?;
            subscriber.join().map_err(|_| "the subscriber's thread panicked")?
        })
    };
    compare(
        &format!("sub, QoS {qos}, from mosquitto"),
        rounds,
        vec![
            Contender::new("mqx", messages, || fed(mqx("sub", port))),
            Contender::new("mosquitto_sub", messages, || fed(mosquitto_client("mosquitto_sub", port)?)),
        ],
    )
}

/// A client that trusts the authority, whose server is at this name.
fn trusting(mut command: Command, ca: &Path) -> Command {
    command.args(["--cafile".as_ref(), ca.as_os_str()]);
    command
}

fn tls_pub(rounds: usize) -> Verdict {
    let (directory, certificates) = (TempDir::new()?, Certificates::new()?);
    let (many, few) = (lines(&directory, MANY)?, lines(&directory, FEW)?);
    let server = || wrapped::tls(&certificates.good, wrapped::discard, 0);
    let with = |command| trusting(command, &certificates.ca);
    compare(
        "pub -l, QoS 0, through TLS into a bare sink",
        rounds,
        vec![
            Contender::new("mqx", MANY, || into(server()?, |port| publishing(&mut with(mqx("pub", port)), "0", &many), MANY)),
            Contender::new("mosquitto_pub", FEW, || {
                into(server()?, |port| publishing(&mut with(mosquitto_client("mosquitto_pub", port)?), "0", &few), FEW)
            }),
        ],
    )
}

fn tls_sub(rounds: usize) -> Verdict {
    let certificates = Certificates::new()?;
    let server = |messages| wrapped::tls(&certificates.good, wrapped::flood, messages);
    let with = |command| trusting(command, &certificates.ca);
    compare(
        "sub, QoS 0, through TLS from a bare source",
        rounds,
        vec![
            Contender::new("mqx", MANY, || into(server(MANY)?, |port| subscribing(&mut with(mqx("sub", port)), "0", MANY), MANY)),
            Contender::new("mosquitto_sub", FEW, || {
                into(server(FEW)?, |port| subscribing(&mut with(mosquitto_client("mosquitto_sub", port)?), "0", FEW), FEW)
            }),
        ],
    )
}

/// mqx through a WebSocket. mosquitto's clients speak none; they are measured through TCP.
fn websocket(name: &str, port: u16) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mqx"));
    command.env_clear().args([name, "-V", "311", "--quiet", "-L", &format!("ws://127.0.0.1:{port}/mqtt")]);
    command
}

fn ws_pub(rounds: usize) -> Verdict {
    let directory = TempDir::new()?;
    let (many, few) = (lines(&directory, MANY)?, lines(&directory, FEW)?);
    let server = || wrapped::websocket(wrapped::discard, 0);
    compare(
        "pub -l, QoS 0, through a WebSocket into a bare sink",
        rounds,
        vec![
            Contender::new("mqx", MANY, || into(server()?, |port| publishing(&mut websocket("pub", port), "0", &many), MANY)),
            Contender::new("mosquitto_pub, TCP", FEW, || {
                into(Bare::discarding()?, |port| publishing(&mut mosquitto_client("mosquitto_pub", port)?, "0", &few), FEW)
            }),
        ],
    )
}

fn ws_sub(rounds: usize) -> Verdict {
    let server = || wrapped::websocket(wrapped::flood, MANY);
    compare(
        "sub, QoS 0, through a WebSocket from a bare source",
        rounds,
        vec![
            Contender::new("mqx", MANY, || into(server()?, |port| subscribing(&mut websocket("sub", port), "0", MANY), MANY)),
            Contender::new("mosquitto_sub, TCP", FEW, || {
                into(Bare::flooding(FEW)?, |port| subscribing(&mut mosquitto_client("mosquitto_sub", port)?, "0", FEW), FEW)
            }),
        ],
    )
}

/// The reading half of the bridge: a record of JSON for each message.
fn json_read(rounds: usize) -> Verdict {
    let server = Bare::flooding;
    compare(
        "sub --json (mosquitto_sub: -F %j), QoS 0, from a bare source",
        rounds,
        vec![
            Contender::new("mqx", MILLION, || {
                into(server(MILLION)?, |port| subscribing(mqx("sub", port).arg("--json"), "0", MILLION), MILLION)
            }),
            Contender::new("mosquitto_sub", FEW, || {
                let json = |port| -> Verdict<Cost> {
                    let mut client = mosquitto_client("mosquitto_sub", port)?;
                    subscribing(client.args(["-F", "%j"]), "0", FEW)
                };
                into(server(FEW)?, json, FEW)
            }),
        ],
    )
}

/// `mqx sub --json | mqx pub --from-json`, from a bare source into a bare sink, which must have seen them all.
fn bridge(rounds: usize) -> Verdict {
    let bridged = |source: Bare, qos: &str, sink: Bare| -> Verdict<Cost> {
        let (mut sub, mut publish) = (mqx("sub", source.port()), mqx("pub", sink.port()));
        sub.args(["--json", "-t", TOPIC, "-q", qos, "-C", &MILLION.to_string()]);
        let cost = runs::pipeline(&mut sub, publish.arg("--from-json"))?;
        ensure_eq(&source.finish()?, &MILLION, "messages of the source")?;
        ensure_eq(&sink.finish()?, &MILLION, "messages at the other end")?;
        Ok(cost)
    };
    compare(
        "sub --json | pub --from-json, QoS 0, from a bare source into a bare sink",
        rounds,
        vec![Contender::new("mqx", MILLION, || bridged(Bare::flooding(MILLION)?, "0", Bare::discarding()?))],
    )?;
    compare(
        "sub --json | pub --from-json, QoS 1, from a bare source with a window of 1,000 into a bare sink that acknowledges",
        rounds,
        vec![Contender::new("mqx", MILLION, || bridged(Bare::sliding(MILLION, 1_000)?, "1", Bare::acknowledging()?))],
    )
}

/// One message, the whole process, through TLS.
fn tls_start(rounds: usize) -> Verdict {
    let certificates = Certificates::new()?;
    let broker = Settings::new().tls(&certificates.good).start()?;
    let port = number(&broker)?;
    let message =
        |command| run(trusting(command, &certificates.ca).args(["-t", TOPIC, "-q", "0", "-m", "hot"]).stdin(Stdio::null()));
    compare(
        "pub -q 0 -m, one message, to mosquitto through TLS",
        rounds * 8,
        vec![
            Contender::new("mqx", 1, || message(mqx("pub", port))),
            Contender::new("mosquitto_pub", 1, || message(mosquitto_client("mosquitto_pub", port)?)),
        ],
    )
}

/// One message, the whole process: more rounds than elsewhere.
fn start(rounds: usize) -> Verdict {
    let broker = Mosquitto::start()?;
    let port = number(&broker)?;
    let message = |mut command: Command| run(command.args(["-t", TOPIC, "-q", "0", "-m", "hot"]).stdin(Stdio::null()));
    compare(
        "pub -q 0 -m, one message, to mosquitto",
        rounds * 8,
        vec![
            Contender::new("mqx", 1, || message(mqx("pub", port))),
            Contender::new("mosquitto_pub", 1, || message(mosquitto_client("mosquitto_pub", port)?)),
        ],
    )
}

/// Ten million messages each way, once.
fn memory(_: usize) -> Verdict {
    const MOST: u64 = 10_000_000;
    let directory = TempDir::new()?;
    let lines = lines(&directory, MOST)?;
    let server = Bare::acknowledging;
    let published = |qos| into(server()?, |port| publishing(&mut mqx("pub", port), qos, &lines), MOST);
    compare("pub -l, QoS 0, memory", 1, vec![Contender::new("mqx", MOST, || published("0"))])?;
    compare("pub -l, QoS 1, memory", 1, vec![Contender::new("mqx", MOST, || published("1"))])?;
    let received = |server: Bare, qos| into(server, |port| subscribing(&mut mqx("sub", port), qos, MOST), MOST);
    compare("sub, QoS 0, memory", 1, vec![Contender::new("mqx", MOST, || received(Bare::flooding(MOST)?, "0"))])?;
    compare("sub, QoS 1, memory", 1, vec![Contender::new("mqx", MOST, || received(Bare::sliding(MOST, 1_000)?, "1"))])
}
