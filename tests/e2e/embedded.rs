//! `mqx broker` and `--embedded`: the broker that is always there. None of these needs anything installed.

use std::time::Duration;

use rustix::process::Signal;

use crate::at;
use crate::support::harness::{Case, case};
use crate::support::mqx::{Mqx, Running};
use crate::support::packets::Version;
use crate::support::{STEP, Verdict, ensure, ensure_eq, free_port};

pub fn cases(list: &mut Vec<Case>) {
    if !cfg!(feature = "broker") {
        return;
    }
    for version in Version::BOTH {
        let name = |what: &str| format!("embedded::{what}::{}", version.flag());
        list.push(case(name("primer"), move || primer(version)));
        list.push(case(name("a_thousand_lines"), move || thousand_lines(version)));
    }
    list.push(case("embedded::sim_temp_by_itself", sim_temp));
    list.push(case("embedded::sim_temp_and_sub_next_door", next_door));
}

/// A broker on a port that was free a moment ago.
fn broker() -> Verdict<(Running, String)> {
    let port = free_port()?.to_string();
    let running = Mqx::new(["broker", "-p", &port])?.start()?;
    running.wait_stderr(&port)?;
    Ok((running, port))
}

/// The three lines that the README shows.
fn primer(version: Version) -> Verdict {
    let (broker, port) = broker()?;
    let sub = at(&port, version, &["sub", "-C", "1", "encyclopedia/#"])?.start()?;
    sub.wait_stderr("subscribed to encyclopedia/# at QoS 1")?;
    at(&port, version, &["pub", "encyclopedia/temperature", "hot"])?.run()?.expect(0, "", "")?;
    sub.finish(STEP)?.expect(0, "hot\n", "")?;
    broker.signal(Signal::INT)?;
    broker.finish(STEP)?.expect(0, "", "")
}

fn thousand_lines(version: Version) -> Verdict {
    let (_broker, port) = broker()?;
    let lines: String = (0..1000).map(|line| format!("line {line}\n")).collect();
    for qos in ["0", "1", "2"] {
        let sub = at(&port, version, &["sub", "-q", qos, "-C", "1000", "a"])?.start()?;
        sub.wait_stderr("subscribed to a")?;
        at(&port, version, &["pub", "-q", qos, "-l", "a"])?.stdin(lines.clone()).run()?.expect(0, "", "")?;
        sub.finish(STEP)?.expect(0, &lines, "")?;
    }
    Ok(())
}

/// The temperatures of `Just published T to topic TEMPERATURE` lines, or a failure when a line is another.
fn temperatures(stdout: &[u8]) -> Verdict<Vec<f64>> {
    let mut found = Vec::new();
    for line in std::str::from_utf8(stdout)?.lines() {
        let number = line.strip_prefix("Just published ").and_then(|rest| rest.strip_suffix(" to topic TEMPERATURE"));
        found.push(number.ok_or_else(|| format!("a line of another form: {line:?}"))?.parse()?);
    }
    Ok(found)
}

fn sim_temp() -> Verdict {
    let run = || Mqx::new(["sim-temp", "--embedded", "-C", "3", "--seed", "7", "--interval", "10ms"])?.run();
    let first = run()?;
    first.expect_code(0)?;
    let found = temperatures(&first.stdout)?;
    ensure_eq(&found.len(), &3, "lines")?;
    ensure(found.iter().all(|temperature| (20.0..=21.0).contains(temperature)), format_args!("{found:?}"))?;
    ensure_eq(&run()?.stdout, &first.stdout, "the same seed, the same values")
}

fn next_door() -> Verdict {
    let simulation = Mqx::new(["sim-temp", "--embedded", "--interval", "50ms"])?.start()?;
    // The whole line to type is printed, with the port that was found.
    let line = simulation.wait_stderr("mqx sub")?;
    let typed = line[line.find("mqx sub").unwrap_or_default()..].trim();
    let words: Vec<&str> = typed.split(' ').skip(1).collect();
    let sub = Mqx::new([&words[..], &["-C", "2"]].concat())?.within(Duration::from_secs(10)).run()?;
    sub.expect_code(0)?;
    let received = String::from_utf8(sub.stdout.clone())?;
    for payload in received.lines() {
        simulation.wait_stdout(&format!("Just published {payload} to topic TEMPERATURE"))?;
    }
    ensure_eq(&received.lines().count(), &2, "messages")?;
    // Whoever is connected when it ends is told.
    let witness = Mqx::new([&words[..], &["--retry", "never"]].concat())?.start()?;
    witness.wait_stderr("subscribed to TEMPERATURE")?;
    simulation.signal(Signal::INT)?;
    simulation.finish(STEP)?.expect_code(0)?;
    let outcome = witness.finish(STEP)?;
    outcome.expect_code(6)?;
    outcome.says(&["0x8b server shutting down"])
}
