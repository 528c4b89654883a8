//! What is lost, comes twice or out of order when connections are cut, slow, or the broker is killed: mqx, and the clients of mosquitto
//! beside it, each pair through proxies of ours and on a mosquitto of its own. Run by hand; Markdown tables on stdout:
//!
//!     cargo bench --bench faults -- [--scenario cut|slow|killed|blocked] [--seconds 120] [--keep DIRECTORY]
#![cfg(unix)]
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

mod judge;
mod run;

use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use run::{Cell, Client, Figures, Scenario};
use support::packets::Version;
use support::{Verdict, ensure};

/// What was asked for on the command line.
struct Asked {
    scenarios: Vec<Scenario>,
    seconds: Option<u64>,
    keep: Option<std::path::PathBuf>,
}

fn asked(mut words: impl Iterator<Item = String>) -> Verdict<Asked> {
    let mut asked = Asked { scenarios: Scenario::ALL.to_vec(), seconds: None, keep: None };
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
        match word.as_str() {
            // What cargo adds.
            "--bench" => {}
            "--scenario" => {
                let name = value()?;
                asked.scenarios.retain(|scenario| scenario.name() == name);
                ensure(!asked.scenarios.is_empty(), format_args!("no scenario is called {name}"))?;
            }
            "--seconds" => asked.seconds = Some(value()?.parse()?),
            "--keep" => asked.keep = Some(value()?.into()),
            _ => return Err(format!("unexpected {word}").into()),
        }
    }
    Ok(asked)
}

fn main() -> ExitCode {
    support::child::with_default_signals();
    match asked(std::env::args().skip(1)).and_then(|asked| measure(&asked)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failed) => {
            println!("\n{}", failed.message().unwrap_or("failed"));
            ExitCode::FAILURE
        }
    }
}

/// Runs the scenarios one after the other, all pairs of one at the same time: they wait more than they work.
fn measure(asked: &Asked) -> Verdict {
    let mut broken = Vec::new();
    for &scenario in &asked.scenarios {
        let length = asked.seconds.map_or(scenario.usual_length(), Duration::from_secs);
        println!("\n{}, {} s:\n", scenario.describe(), length.as_secs());
        let all: Vec<Cell> = [Client::Mqx, Client::Mosquitto]
            .into_iter()
            .flat_map(|client| [1, 2].map(|qos| (client, qos)))
            .flat_map(|(client, qos)| Version::BOTH.map(|version| Cell { scenario, client, qos, version }))
            .collect();
        let figures = thread::scope(|scope| {
            let running: Vec<_> = all.iter().map(|cell| scope.spawn(|| cell.run(length, asked.keep.as_deref()))).collect();
            running.into_iter().map(|one| one.join().unwrap_or_else(|_| Err("a thread panicked".into()))).collect::<Vec<_>>()
        });
        println!("{}", Figures::HEAD);
        let mut remarks = Vec::new();
        for (cell, figures) in all.iter().zip(figures) {
            match figures {
                Ok(figures) => {
                    println!("| {cell} | {figures} |");
                    remarks.extend(figures.remarks.iter().map(|remark| format!("{cell}: {remark}")));
                    broken.extend(cell.broken(&figures).map(|what| format!("{}: {cell}: {what}", scenario.name())));
                }
                Err(failed) => broken.push(format!("{}: {cell}: {}", scenario.name(), failed.message().unwrap_or("failed"))),
            }
        }
        println!();
        remarks.iter().for_each(|remark| println!("- {remark}"));
    }
    ensure(broken.is_empty(), format_args!("not as promised:\n{}", broken.join("\n")))
}
