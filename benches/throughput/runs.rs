//! Contenders that run in turns, what a run of each costs, and the table of medians. Used by the scenarios.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::child::{Ended, Process};
use crate::support::harness::find_program;
use crate::support::{Failed, Verdict, ensure};

/// Longer than any run.
const WITHIN: Duration = Duration::from_secs(600);

/// What one run cost.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    pub wall: Duration,
    /// User and system time of the process; `None` for what ran inside this one.
    pub cpu: Option<Duration>,
    pub peak: Option<u64>,
}

/// Times what runs inside this process.
pub fn timed(run: impl FnOnce() -> std::io::Result<()>) -> Verdict<Cost> {
    let begin = Instant::now();
    run()?;
    Ok(Cost { wall: begin.elapsed(), cpu: None, peak: None })
}

/// Starts a client and waits for its end, which must be a success.
pub fn run(command: &mut Command) -> Verdict<Cost> {
    command.stdout(Stdio::null()).stderr(Stdio::inherit());
    let begin = Instant::now();
    let mut process = Process::spawn(command)?;
    let ended = process.wait(WITHIN)?;
    let wall = begin.elapsed();
    ensure(ended == Ended::Code(0), format_args!("{command:?} ended with {ended:?}"))?;
    Ok(Cost { wall, cpu: process.cpu_time(), peak: process.peak_memory() })
}

/// Two clients, the first of which writes into the second; both must succeed. Their CPU time is told together, the memory of the larger.
pub fn pipeline(first: &mut Command, second: &mut Command) -> Verdict<Cost> {
    let (reader, writer) = std::io::pipe()?;
    second.stdin(reader).stdout(Stdio::null()).stderr(Stdio::inherit());
    first.stdin(Stdio::null()).stdout(writer).stderr(Stdio::inherit());
    let begin = Instant::now();
    let mut processes = [Process::spawn(second)?, Process::spawn(first)?];
    // An end of the pipe that is left here would be one more writer.
    first.stdout(Stdio::null());
    second.stdin(Stdio::null());
    for process in &mut processes {
        let ended = process.wait(WITHIN)?;
        ensure(ended == Ended::Code(0), format_args!("{first:?} | {second:?}: one ended with {ended:?}"))?;
    }
    let wall = begin.elapsed();
    let cpu = processes.iter().map(Process::cpu_time).sum();
    let peak = processes.iter().filter_map(Process::peak_memory).max();
    Ok(Cost { wall, cpu, peak })
}

/// mqx on this port.
pub fn mqx(name: &str, port: u16) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mqx"));
    command.env_clear().arg(name).args(["-h", "127.0.0.1", "-V", "311", "--quiet", "-p", &port.to_string()]);
    command
}

/// `mosquitto_pub` or `mosquitto_sub` on this port.
pub fn mosquitto_client(name: &str, port: u16) -> Verdict<Command> {
    let program = find_program(name).ok_or_else(|| Failed::from(format!("{name} is not installed")))?;
    let mut command = Command::new(program);
    command.env_clear().args(["-h", "127.0.0.1", "-p", &port.to_string()]);
    Ok(command)
}

/// One of those that are compared: so many messages a run.
pub struct Contender<'a> {
    name: &'static str,
    messages: u64,
    run: Box<dyn FnMut() -> Verdict<Cost> + 'a>,
}

impl<'a> Contender<'a> {
    pub fn new(name: &'static str, messages: u64, run: impl FnMut() -> Verdict<Cost> + 'a) -> Self {
        Self { name, messages, run: Box::new(run) }
    }
}

/// The heads of the table.
pub const COLUMNS: [&str; 8] =
    ["", "", "messages", "messages/s", "of the last one's rate", "CPU µs a message", "of the last one's CPU", "peak MiB"];

/// Lets the contenders run in turns and prints a line for each, compared with the last.
pub fn compare(what: &str, rounds: usize, mut contenders: Vec<Contender<'_>>) -> Verdict {
    let mut costs = vec![Vec::new(); contenders.len()];
    for _ in 0..rounds {
        for (contender, costs) in contenders.iter_mut().zip(&mut costs) {
            costs.push((contender.run)()?);
        }
    }
    let a_message = |index: usize, of: &dyn Fn(&Cost) -> Option<Duration>| {
        let seconds = costs[index].iter().filter_map(of).map(|time| time.as_secs_f64());
        median(seconds.collect()).map(|time| time / contenders[index].messages as f64)
    };
    let last = contenders.len() - 1;
    let ratio =
        |one: Option<f64>, other: Option<f64>| one.zip(other).map_or("".into(), |(one, other)| format!("{:.2}", one / other));
    for (index, contender) in contenders.iter().enumerate() {
        let (wall, cpu) = (a_message(index, &|cost| Some(cost.wall)), a_message(index, &|cost| cost.cpu));
        let (last_wall, last_cpu) = (a_message(last, &|cost| Some(cost.wall)), a_message(last, &|cost| cost.cpu));
        let peak = costs[index].iter().filter_map(|cost| cost.peak).max();
        row(&[
            what,
            contender.name,
            &contender.messages.to_string(),
            &wall.map_or("".into(), |wall| format!("{:.0}", 1.0 / wall)),
            &ratio(last_wall, wall),
            &cpu.map_or("".into(), |cpu| format!("{:.3}", cpu * 1e6)),
            &ratio(cpu, last_cpu),
            &peak.map_or("".into(), |peak| format!("{:.1}", peak as f64 / f64::from(1 << 20))),
        ])?;
    }
    Ok(())
}

/// Prints a line of the table.
pub fn row(cells: &[&str]) -> Verdict {
    Ok(writeln!(std::io::stdout(), "| {} |", cells.join(" | "))?)
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}
