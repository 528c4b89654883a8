//! One publisher and one subscriber through one scenario, from the start to the last message. Used by `main.rs`.

use std::fmt;
use std::io::Write;
use std::path::Path;
use std::process::ChildStdin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::judge::{Blame, blame, subscribed};
use crate::support::child::{Collected, Ended};
use crate::support::harness::find_program;
use crate::support::mosquitto::{Mosquitto, Settings};
use crate::support::mqx::{Mqx, Outcome};
use crate::support::numbered::{self, Count};
use crate::support::packets::Version;
use crate::support::proxy::{Fault, Proxy};
use crate::support::{STEP, Verdict};

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scenario {
    Cut,
    Slow,
    Killed,
    Blocked,
}

impl Scenario {
    pub const ALL: [Self; 4] = [Self::Cut, Self::Slow, Self::Killed, Self::Blocked];

    pub fn name(self) -> &'static str {
        match self {
            Self::Cut => "cut",
            Self::Slow => "slow",
            Self::Killed => "killed",
            Self::Blocked => "blocked",
        }
    }

    pub fn describe(self) -> &'static str {
        match self {
            Self::Cut => "Every connection reset at an age of 0.2 to 1.5 s; 500 messages of 56 bytes a second",
            Self::Slow => "300 ms each way and 64 kB a second; 10 messages of up to 3 kB a second",
            Self::Killed => {
                "mosquitto killed (SIGKILL) and started again every 5 s, saving its state every second; 500 messages a second"
            }
            Self::Blocked => "The subscriber's stdout not read, Keep Alive 5 s; 500 messages of 500 bytes a second",
        }
    }

    pub fn usual_length(self) -> Duration {
        Duration::from_secs(if self == Self::Blocked { 90 } else { 120 })
    }

    fn messages_a_second(self) -> f64 {
        if self == Self::Slow { 10.0 } else { 500.0 }
    }

    fn padding(self, number: usize) -> usize {
        match self {
            Self::Slow => number.wrapping_mul(7_919) % 3_000,
            Self::Blocked => 500,
            Self::Cut | Self::Killed => 50,
        }
    }

    fn fault(self) -> Fault {
        match self {
            Self::Cut => Fault::Cut(Duration::from_millis(200)..Duration::from_millis(1_500)),
            Self::Slow => Fault::Slow { delay: Duration::from_millis(300), bytes_per_second: 64_000 },
            Self::Killed | Self::Blocked => Fault::Nothing,
        }
    }
}

/// Whose `pub` and `sub`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Client {
    Mqx,
    Mosquitto,
}

/// One row of a table.
#[derive(Clone, Copy, Debug)]
pub struct Cell {
    pub scenario: Scenario,
    pub client: Client,
    pub qos: u8,
    pub version: Version,
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let client = if self.client == Client::Mqx { "mqx" } else { "mosquitto" };
        let version = if self.version == Version::V5 { "5" } else { "3.1.1" };
        write!(f, "{client} | {} | {version}", self.qos)
    }
}

/// What a row says.
pub struct Figures {
    fed: usize,
    count: Count,
    blame: Blame,
    reconnects: [usize; 2],
    publisher: Ended,
    subscriber: Ended,
    peaks: [Option<u64>; 2],
    took: Duration,
    pub remarks: Vec<String>,
}

impl Figures {
    pub const HEAD: &str = "\
| client | QoS | MQTT | lines fed | acknowledged | arrived | lost | by the broker | again | out of order | reconnects: pub, sub | sessions lost: pub, sub \
| peak MiB: pub, sub | exit: pub, sub | took |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|";
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { fed, count, blame, reconnects, .. } = self;
        write!(f, "{fed} | {} | {} | {} | {} | ", blame.acknowledged, count.arrived, blame.lost, blame.lost_by_broker)?;
        write!(f, "{} | {} | {}, {} | ", count.again.len(), count.late.len(), reconnects[0], reconnects[1])?;
        write!(f, "{}, {} | ", blame.lost_sessions[0], blame.lost_sessions[1])?;
        let [one, other] = self.peaks.map(|peak| peak.unwrap_or_default() as f64 / f64::from(1 << 20));
        let ended = |ended| match ended {
            Ended::Code(code) => code.to_string(),
            Ended::Signal(number) => format!("signal {number}"),
        };
        write!(f, "{one:.1}, {other:.1} | {}, {} | ", ended(self.publisher), ended(self.subscriber))?;
        write!(f, "{:.0} s", self.took.as_secs_f64())
    }
}

/// For what is still under way when the feed ends.
const DRAIN: Duration = Duration::from_secs(120);
/// No message for so long, with no fault any more: nothing more comes. Longer than any wait before the next attempt to connect.
const QUIET: Duration = Duration::from_secs(45);
/// The same when all have come.
const QUIET_AFTER_ALL: Duration = Duration::from_secs(3);
/// How often mosquitto is killed.
const LIFE: Duration = Duration::from_secs(5);
/// How often is looked what has changed.
const LOOK: Duration = Duration::from_millis(50);

impl Cell {
    /// Runs it; `keep` is where what the proxies carried is to be written.
    pub fn run(self, length: Duration, keep: Option<&Path>) -> Verdict<Figures> {
        let Self { scenario, qos, version, .. } = self;
        let mut settings = Settings::new();
        if scenario == Scenario::Killed {
            // A mosquitto that was killed keeps QoS 2 identifiers that its clients have done with. They take up its window for good,
            // and once that is full (by default 20) it closes every connection that publishes.
            settings = settings.persistent().line("autosave_interval 1").line("max_inflight_messages 5000");
        }
        let mut broker = settings.start()?;
        let to_pub = Proxy::start(&broker.port(), scenario.fault(), 2 * u64::from(qos))?;
        let to_sub = Proxy::start(&broker.port(), scenario.fault(), 2 * u64::from(qos) + 1)?;

        let mut subscriber = self.command(&to_sub.port(), "sub")?.stdout_held().start()?;
        let output = subscriber.output.take().ok_or("held")?;
        wait(STEP, || subscribed(&to_sub.carried())).ok_or("no SUBACK")?;
        let begun = Instant::now();
        let mut publisher = self.command(&to_pub.port(), "pub")?.stdin_held().stdout_held().start()?;
        let input = publisher.input.take().ok_or("held")?;
        let fed = Arc::new(AtomicUsize::new(0));
        let total = (length.as_secs_f64() * scenario.messages_a_second()) as usize;
        let feeder = thread::spawn({
            let fed = Arc::clone(&fed);
            move || feed(scenario, input, total, &fed)
        });
        let output = if scenario == Scenario::Blocked { Err(output) } else { Ok(Collected::from(output)) };
        // It writes nothing there; the end of that is its end.
        let ended = Collected::from(publisher.output.take().ok_or("held")?);
        let stuck = !break_things(scenario, &mut broker, length + DRAIN, || ended.has_ended())?;
        if stuck {
            publisher.signal(Signal::TERM)?;
        }
        let published = publisher.finish(STEP)?;
        feeder.join().map_err(|_| "the feeder")?;
        to_pub.calm();
        to_sub.calm();
        let output = output.unwrap_or_else(|unread| {
            thread::sleep((begun + length).saturating_duration_since(Instant::now()));
            Collected::from(unread)
        });
        wait_quiet(&output, total);
        let took = begun.elapsed();
        subscriber.signal(Signal::INT)?;
        let subscribed = subscriber.finish(2 * STEP)?;
        let output = output.wait_end(STEP)?;

        let fed = fed.load(Ordering::Relaxed);
        let count = numbered::count(&output, fed, |number| scenario.padding(number))?;
        let (up, down) = (to_pub.carried(), to_sub.carried());
        if let Some(directory) = keep {
            self.keep(directory, &output, [("pub", &up), ("sub", &down)])?;
        }
        let well = [&published, &subscribed].map(|outcome| outcome.ended == Ended::Code(0));
        let blame = blame(version, &count, &up, &down, well)?;
        Ok(Figures {
            fed,
            count,
            blame,
            reconnects: [up.len() - 1, down.len() - 1],
            publisher: published.ended,
            subscriber: subscribed.ended,
            peaks: [published.peak_memory, subscribed.peak_memory],
            took,
            remarks: stuck
                .then(|| format!("pub did not end within {} s of the last line and was ended", DRAIN.as_secs()))
                .into_iter()
                .chain([("pub", &published), ("sub", &subscribed)].into_iter().filter_map(|(name, it)| remark(name, it)))
                .collect(),
        })
    }

    fn command(self, port: &str, which: &str) -> Verdict<Mqx> {
        let qos = self.qos.to_string();
        let mut words = vec!["-h", "127.0.0.1", "-p", port, "-q", &qos, "-t", "numbers", "-V"];
        if which == "pub" {
            words.push("-l");
        }
        if which == "sub" && self.scenario == Scenario::Blocked {
            words.extend(["-k", "5"]);
        }
        let keep = ["-c", "-i", which];
        let at = words.iter().position(|word| *word == "-V").map_or(0, |at| at + 1);
        match self.client {
            Client::Mqx => {
                words.insert(at, self.version.flag());
                if self.version == Version::V311 {
                    words.extend(keep);
                }
                Mqx::new([&[which][..], &words].concat())
            }
            Client::Mosquitto => {
                words.insert(at, if self.version == Version::V5 { "mqttv5" } else { "mqttv311" });
                words.extend(keep);
                let name = format!("mosquitto_{which}");
                let program = find_program(&name).ok_or_else(|| format!("{name} is not installed"))?;
                Mqx::of_program(program.to_str().ok_or("a path that is not UTF-8")?, words)
            }
        }
    }

    fn keep(self, directory: &Path, output: &[u8], sides: [(&str, &Vec<crate::support::proxy::Carried>); 2]) -> Verdict {
        let name = self.to_string().replace(" | ", "-");
        let directory = directory.join(format!("{}-{name}", self.scenario.name()));
        std::fs::create_dir_all(&directory)?;
        std::fs::write(directory.join("output"), output)?;
        for (side, connections) in sides {
            for (number, carried) in connections.iter().enumerate() {
                std::fs::write(directory.join(format!("{side}-{number}-up")), &carried.up)?;
                std::fs::write(directory.join(format!("{side}-{number}-down")), &carried.down)?;
            }
        }
        Ok(())
    }

    /// What is not as mqx promises.
    pub fn broken(self, figures: &Figures) -> Option<String> {
        if self.client != Client::Mqx {
            return None;
        }
        let Figures { count, blame, publisher, subscriber, .. } = figures;
        let broker_forgets = self.scenario == Scenario::Killed;
        let lost = if broker_forgets { blame.lost - blame.lost_by_broker } else { blame.lost };
        let again = if broker_forgets { blame.again_by_client } else { count.again.len() };
        let late = if broker_forgets { 0 } else { count.late.len() };
        let reconnected = self.scenario == Scenario::Blocked && figures.reconnects != [0, 0];
        if lost > 0 || self.qos == 2 && again > 0 || late > 0 || reconnected {
            return Some(format!("lost {lost}, again {again}, out of order {late}"));
        }
        let ended = (*publisher, *subscriber) != (Ended::Code(0), Ended::Code(0));
        ended.then(|| format!("ended with {publisher:?} and {subscriber:?}"))
    }
}

/// The last lines of what a run that did not end well has said.
fn remark(name: &str, outcome: &Outcome) -> Option<String> {
    let said: Vec<&str> = outcome.stderr.lines().rev().take(4).collect();
    let said = said.into_iter().rev().collect::<Vec<_>>().join(" / ");
    (outcome.ended != Ended::Code(0)).then(|| format!("{name} ended with {:?}: {said}", outcome.ended))
}

/// Writes lines at a steady rate until all are written or nobody reads.
fn feed(scenario: Scenario, mut input: ChildStdin, total: usize, fed: &AtomicUsize) {
    let begun = Instant::now();
    while fed.load(Ordering::Relaxed) < total {
        let due = ((begun.elapsed().as_secs_f64() * scenario.messages_a_second()) as usize).min(total);
        for number in fed.load(Ordering::Relaxed)..due {
            if input.write_all(numbered::line(number, scenario.padding(number)).as_bytes()).is_err() {
                return;
            }
            fed.store(number + 1, Ordering::Relaxed);
        }
        thread::sleep(LOOK);
    }
}

/// Kills mosquitto again and again, where that is the scenario, until the publisher has ended; then it runs. False when it has not.
fn break_things(scenario: Scenario, broker: &mut Mosquitto, within: Duration, ended: impl Fn() -> bool) -> Verdict<bool> {
    let (killing, until) = (scenario == Scenario::Killed, Instant::now() + within);
    while wait(if killing { LIFE } else { LOOK }, &ended).is_none() {
        if Instant::now() >= until {
            return Ok(false);
        }
        if killing {
            broker.kill();
            broker.start_again()?;
        }
    }
    Ok(true)
}

/// Waits until no more messages come.
fn wait_quiet(output: &Collected, total: usize) {
    let (mut length, mut since) = (0, Instant::now());
    loop {
        let now = output.so_far();
        if now.len() != length {
            (length, since) = (now.len(), Instant::now());
        }
        let lines = now.iter().filter(|&&byte| byte == b'\n').count();
        let quiet = since.elapsed();
        // Fewer than all can be as many lines, with duplicates: then the longer wait ends it.
        if quiet >= QUIET || quiet >= QUIET_AFTER_ALL && lines >= total && all_numbers(&now, total) {
            return;
        }
        thread::sleep(10 * LOOK);
    }
}

fn all_numbers(output: &[u8], total: usize) -> bool {
    let mut seen = vec![false; total];
    output
        .split(|&byte| byte == b'\n')
        .filter_map(numbered::number)
        .filter(|&number| number < total)
        .for_each(|n| seen[n] = true);
    seen.into_iter().all(|seen| seen)
}

/// Waits until `holds`; `None` when that takes too long.
fn wait(within: Duration, holds: impl Fn() -> bool) -> Option<()> {
    let until = Instant::now() + within;
    while !holds() {
        if Instant::now() >= until {
            return None;
        }
        thread::sleep(LOOK.min(until.saturating_duration_since(Instant::now())));
    }
    Some(())
}
