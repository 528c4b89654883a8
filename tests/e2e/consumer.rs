//! The consumer's side: what is acknowledged when output is slow, ends early, or fails; and a standard stream that is gone or of no use.

use std::io::Read;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::at;
use crate::support::child::{Ended, Process};
use crate::support::harness::{Case, Tool, case};
use crate::support::mosquitto::Mosquitto;
use crate::support::mqx::{Mqx, Running};
use crate::support::packets::{Publish, Version, first, puback, pubrel};
use crate::support::peer::{Connection, Peer};
use crate::support::pty;
use crate::support::{STEP, Verdict, ensure, ensure_eq};

pub fn cases(list: &mut Vec<Case>) {
    for version in Version::BOTH {
        let mut add = |name: &str, body: fn(Version) -> Verdict| {
            list.push(case(format!("consumer::{name}::{}", version.flag()), move || body(version)));
        };
        add("a_blocked_stdout_bounds_memory_and_ends_at_sigterm", blocked_and_terminated);
        if has_full_disk() {
            add("a_full_disk_ends_sub_and_acknowledges_nothing", full_disk_of_sub);
            add("a_full_disk_ends_sim_temp", full_disk_of_sim_temp);
        }
        add("a_closed_pipe_ends_sub_and_acknowledges_nothing", closed_pipe_of_sub);
        add("a_closed_pipe_ends_sim_temp", closed_pipe_of_sim_temp);
        add("a_closed_terminal_ends_sub", |version| closed_terminal_of_sub(version, None));
        add("a_closed_terminal_with_its_signal_ends_sub", |version| closed_terminal_of_sub(version, Some(Signal::HUP)));
        add("a_closed_terminal_ends_sim_temp", closed_terminal_of_sim_temp);
        add("a_closed_terminal_ends_pub", closed_terminal_of_pub);
        add("stdin_is_a_directory", stdin_is_a_directory);
        for stderr in [FULL, CLOSED, NO_READER].into_iter().filter(|stderr| *stderr != FULL || has_full_disk()) {
            let case = case(format!("consumer::stderr_is_{}::{}", stderr.0, version.flag()), move || mute(version, stderr.1));
            list.push(case);
        }
        for qos in [1, 2] {
            let name = |what: &str| format!("consumer::{what}::qos_{qos}::{}", version.flag());
            list.push(case(name("count_leaves_the_next_to_the_broker"), move || counted(version, qos)));
            list.push(case(name("killed_before_the_acknowledgement"), move || killed(version, qos)));
            let mosquitto = |name: &str, body: fn(Version, u8) -> Verdict| {
                let name = format!("mosquitto::{name}::qos_{qos}::{}", version.flag());
                case(name, move || body(version, qos)).needs(Tool::Mosquitto)
            };
            list.push(mosquitto("count_leaves_the_next_to_the_broker", counted_at_mosquitto));
            list.push(mosquitto("killed_before_the_acknowledgement", killed_at_mosquitto));
        }
    }
    if has_full_disk() {
        list.push(case("consumer::a_full_disk_under_help", full_disk_of_help));
    }
}

/// A device that is always full; not every system has one.
fn has_full_disk() -> bool {
    std::path::Path::new("/dev/full").exists()
}

/// More than pipes and terminals hold.
const LARGE: usize = 1 << 20;

/// `sub` of a session that is kept.
fn kept<'a>(qos: &'a str, rest: &[&'a str]) -> Vec<&'a str> {
    [&["sub", "-c", "-i", "me", "-q", qos], rest].concat()
}

/// What the client owes for a message of `qos` that it has written, to the end.
fn acknowledged(client: &mut Connection, version: Version, qos: u8, id: u16) -> Verdict {
    if qos == 1 {
        return client.expect_ack(first::PUBACK, id).map(|_| ());
    }
    client.expect_ack(first::PUBREC, id)?;
    client.send(&pubrel(version, id))?;
    client.expect_ack(first::PUBCOMP, id).map(|_| ())
}

/// The session's DISCONNECT without an end to the session.
fn leaves(mut client: Connection) -> Verdict {
    ensure_eq(&client.expect_disconnect()?, &(0, Vec::new()), "DISCONNECT of a session that is kept")?;
    client.expect_eof()
}

// ---- `-C` in a session that is kept ----

fn counted(version: Version, qos: u8) -> Verdict {
    let peer = Peer::play(move |listener| {
        let (mut client, connect) = listener.welcome(version)?;
        ensure(!connect.clean(), "-c keeps the session")?;
        client.grant_subscribe()?;
        let messages: Vec<u8> = (1..=3).flat_map(|id| Publish::new(qos, id, "a", id.to_string()).bytes(version)).collect();
        client.send(&messages)?;
        for id in [1, 2] {
            client.expect_ack(if qos == 1 { first::PUBACK } else { first::PUBREC }, id)?;
        }
        for id in [1, 2].into_iter().filter(|_| qos == 2) {
            client.send(&pubrel(version, id))?;
            client.expect_ack(first::PUBCOMP, id)?;
        }
        leaves(client)?;
        let (mut client, connect) = listener.welcome_with(version, true, &[])?;
        ensure(!connect.clean(), "-c asks for the session that there is")?;
        client.send(&Publish::new(qos, 3, "a", "3").dup().bytes(version))?;
        client.grant_subscribe()?;
        acknowledged(&mut client, version, qos, 3)?;
        leaves(client)
    })?;
    let qos = qos.to_string();
    at(&peer.port(), version, &kept(&qos, &["-C", "2", "a"]))?.run()?.expect(0, "1\n2\n", "")?;
    at(&peer.port(), version, &kept(&qos, &["-C", "1", "a"]))?.run()?.expect(0, "3\n", "")?;
    peer.finish()
}

fn counted_at_mosquitto(version: Version, qos: u8) -> Verdict {
    let (broker, qos) = (Mosquitto::start()?, qos.to_string());
    let sub = at(&broker.port(), version, &kept(&qos, &["-C", "2", "a"]))?.start()?;
    sub.wait_stderr("subscribed to a")?;
    at(&broker.port(), version, &["pub", "-q", &qos, "-l", "a"])?.stdin("1\n2\n3\n4\n5\n").run()?.expect(0, "", "")?;
    sub.finish(STEP)?.expect(0, "1\n2\n", "")?;
    at(&broker.port(), version, &kept(&qos, &["-C", "1", "a"]))?.run()?.expect(0, "3\n", "")?;
    at(&broker.port(), version, &kept(&qos, &["-C", "2", "a"]))?.run()?.expect(0, "4\n5\n", "")
}

// ---- SIGKILL while a message is written ----

/// Reads the beginning of what `sub` writes: it has taken the message and cannot finish.
fn begin_to_read(running: &mut Running) -> Verdict<impl Read + use<>> {
    let mut output = running.output.take().ok_or("held")?;
    output.read_exact(&mut [0; 1_000])?;
    Ok(output)
}

fn killed(version: Version, qos: u8) -> Verdict {
    let (said, unacknowledged) = mpsc::channel();
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.grant_subscribe()?;
        client.send(&Publish::new(qos, 7, "a", vec![b'x'; LARGE]).bytes(version))?;
        client.expect_quiet()?;
        said.send(())?;
        client.expect_eof()?;
        let (mut client, connect) = listener.welcome_with(version, true, &[])?;
        ensure(!connect.clean(), "-c asks for the session that there is")?;
        client.send(&Publish::new(qos, 7, "a", vec![b'x'; LARGE]).dup().bytes(version))?;
        client.grant_subscribe()?;
        acknowledged(&mut client, version, qos, 7)?;
        leaves(client)
    })?;
    let qos = qos.to_string();
    let mut running = at(&peer.port(), version, &kept(&qos, &["-N", "a"]))?.stdout_held().start()?;
    let _output = begin_to_read(&mut running)?;
    unacknowledged.recv_timeout(STEP)?;
    running.signal(Signal::KILL)?;
    running.finish(STEP)?.expect_ended(Ended::Signal(9), "", "")?;
    at(&peer.port(), version, &kept(&qos, &["-N", "-C", "1", "a"]))?.run()?.expect(0, vec![b'x'; LARGE], "")?;
    peer.finish()
}

fn killed_at_mosquitto(version: Version, qos: u8) -> Verdict {
    let (broker, qos) = (Mosquitto::start()?, qos.to_string());
    let mut running = at(&broker.port(), version, &kept(&qos, &["-N", "a"]))?.stdout_held().start()?;
    running.wait_stderr("subscribed to a")?;
    at(&broker.port(), version, &["pub", "-q", &qos, "a", "-s"])?.stdin(vec![b'x'; LARGE]).run()?.expect(0, "", "")?;
    let _output = begin_to_read(&mut running)?;
    running.signal(Signal::KILL)?;
    running.finish(STEP)?.expect_ended(Ended::Signal(9), "", "")?;
    at(&broker.port(), version, &kept(&qos, &["-N", "-C", "1", "a"]))?.run()?.expect(0, vec![b'x'; LARGE], "")
}

// ---- an output that nobody reads ----

/// What the queue holds and what is being written, with room for the program itself; not what the peer would have sent.
const MOST_MEMORY: u64 = 32 << 20;

fn blocked_and_terminated(version: Version) -> Verdict {
    let (said, full) = mpsc::channel();
    let (over, ended) = mpsc::channel();
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.grant_subscribe()?;
        let mut id = 0;
        // Fails when the client goes on reading.
        client.flood(|| {
            id += 1;
            Publish::new(1, id, "a", vec![b'x'; 100_000]).bytes(version)
        })?;
        said.send(())?;
        Ok(ended.recv_timeout(2 * STEP)?)
    })?;
    let running = at(&peer.port(), version, &["sub", "a"])?.stdout_held().start()?;
    full.recv_timeout(STEP)?;
    let begun = Instant::now();
    running.signal(Signal::TERM)?;
    let outcome = running.finish(STEP)?;
    let took = begun.elapsed();
    over.send(())?;
    outcome.expect(0, "", "")?;
    ensure(took < Duration::from_secs(6), format_args!("ended {took:?} after SIGTERM"))?;
    if cfg!(target_os = "linux") {
        let peak = outcome.peak_memory.ok_or("no peak memory was read")?;
        ensure(peak < MOST_MEMORY, format_args!("peak memory {} KiB", peak / 1024))?;
    }
    peer.finish()
}

// ---- an output that fails ----

const DEVICE_FULL: &str = "error: cannot write to stdout: no space left on device";

fn full_disk_of_sub(version: Version) -> Verdict {
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.grant_subscribe()?;
        client.send(&Publish::new(1, 7, "a", "x").bytes(version))?;
        // And no PUBACK before it.
        client.goodbye()
    })?;
    at(&peer.port(), version, &["sub", "a"])?.stdout_file("/dev/full").run()?.expect(1, "", DEVICE_FULL)?;
    peer.finish()
}

fn takes_one_temperature(version: Version) -> Verdict<Peer> {
    Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        let id = client.expect_publish()?.id;
        client.send(&puback(version, id))?;
        client.goodbye()
    })
}

fn full_disk_of_sim_temp(version: Version) -> Verdict {
    let peer = takes_one_temperature(version)?;
    at(&peer.port(), version, &["sim-temp"])?.stdout_file("/dev/full").run()?.expect(1, "", DEVICE_FULL)?;
    peer.finish()
}

fn full_disk_of_help() -> Verdict {
    for words in [&["--help"][..], &["help", "sub"], &["--version"], &["man"], &["completions", "bash"]] {
        Mqx::new(words)?.stdout_file("/dev/full").run()?.expect(1, "", DEVICE_FULL)?;
    }
    Ok(())
}

/// How long a program may go on that nobody listens to, on a loaded machine.
const SOON: Duration = Duration::from_secs(6);

/// Soon, and without an error that nobody is there for.
fn ends_quietly(running: Running) -> Verdict {
    let begun = Instant::now();
    let outcome = running.finish(STEP)?;
    outcome.expect(0, "", "")?;
    ensure(!outcome.stderr.contains("error"), format_args!("quietly: {outcome}"))?;
    ensure(begun.elapsed() < SOON, format_args!("ended after {:?}", begun.elapsed()))
}

fn closed_pipe_of_sub(version: Version) -> Verdict {
    let (gone, reader) = mpsc::channel();
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.grant_subscribe()?;
        client.send(&Publish::new(1, 6, "a", vec![b'x'; LARGE]).bytes(version))?;
        reader.recv_timeout(STEP)?;
        // And no PUBACK for what was not written whole.
        client.goodbye()
    })?;
    let mut running = at(&peer.port(), version, &["sub", "a"])?.stdout_held().start()?;
    drop(begin_to_read(&mut running)?);
    gone.send(())?;
    ends_quietly(running)?;
    peer.finish()
}

fn closed_pipe_of_sim_temp(version: Version) -> Verdict {
    let peer = takes_one_temperature(version)?;
    let mut running = at(&peer.port(), version, &["sim-temp"])?.stdout_held().start()?;
    let mut output = running.output.take().ok_or("held")?;
    output.read_exact(&mut [0; 14])?;
    drop(output);
    ends_quietly(running)?;
    peer.finish()
}

// ---- a terminal that is closed ----

/// Closes the terminal on which `process` runs, with the signal that a shell passes on, or without.
fn close(terminal: impl Sized, process: &mut Process, signal: Option<Signal>) -> Verdict<Ended> {
    signal.map_or(Ok(()), |signal| process.signal(signal))?;
    drop(terminal);
    process.wait(SOON)
}

fn closed_terminal_of_sub(version: Version, signal: Option<Signal>) -> Verdict {
    let (said, written) = mpsc::channel();
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.grant_subscribe()?;
        client.send(&Publish::new(1, 7, "a", "x").bytes(version))?;
        client.expect_ack(first::PUBACK, 7)?;
        said.send(())?;
        client.goodbye()
    })?;
    let (mut process, terminal) = pty::bare(["sub", "-h", "127.0.0.1", "-p", &peer.port(), "-V", version.flag(), "a"])?;
    written.recv_timeout(STEP)?;
    ensure_eq(&close(terminal, &mut process, signal)?, &Ended::Code(0), "how it ended")?;
    peer.finish()
}

fn closed_terminal_of_sim_temp(version: Version) -> Verdict {
    let (said, published) = mpsc::channel();
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        let id = client.expect_publish()?.id;
        client.send(&puback(version, id))?;
        client.expect_quiet()?;
        said.send(())?;
        client.goodbye()
    })?;
    let (mut process, terminal) = pty::bare(["sim-temp", "-h", "127.0.0.1", "-p", &peer.port(), "-V", version.flag()])?;
    published.recv_timeout(STEP)?;
    ensure_eq(&close(terminal, &mut process, None)?, &Ended::Code(0), "how it ended")?;
    peer.finish()
}

/// It is told twice, by the signal and by a read that fails; whichever comes first, it has not done everything.
fn closed_terminal_of_pub(version: Version) -> Verdict {
    let (said, published) = mpsc::channel();
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        let id = client.expect_message(1, "a", "x")?;
        client.send(&puback(version, id))?;
        client.expect_quiet()?;
        said.send(())?;
        client.goodbye()
    })?;
    let words = ["pub", "-h", "127.0.0.1", "-p", &peer.port(), "-V", version.flag(), "-l", "a"];
    let (mut process, terminal) = pty::bare(words)?;
    rustix::io::write(&terminal, b"x\n")?;
    published.recv_timeout(STEP)?;
    let ended = close(terminal, &mut process, Some(Signal::HUP))?;
    ensure(matches!(ended, Ended::Signal(1) | Ended::Code(1)), format_args!("it ended with {ended:?}"))?;
    peer.finish()
}

// ---- a stdin or stderr of no use ----

fn stdin_is_a_directory(version: Version) -> Verdict {
    let peer = Peer::play(move |listener| {
        let (client, _) = listener.welcome(version)?;
        client.goodbye()
    })?;
    let outcome = at(&peer.port(), version, &["pub", "-l", "a"])?.stdin_file("/").run()?;
    outcome.expect(1, "", "error: cannot read stdin: it is a directory")?;
    peer.finish()
}

/// A name, and what a shell makes of stderr for `"$0" "$@"`, so that its status stays.
type Stderr = (&'static str, &'static str);
const FULL: Stderr = ("a_full_disk", "exec \"$0\" \"$@\" 2>/dev/full");
const CLOSED: Stderr = ("closed", "exec \"$0\" \"$@\" 2>&-");
const NO_READER: Stderr =
    ("a_pipe_without_a_reader", "{ { \"$0\" \"$@\" 2>&1 >/dev/null; echo $? >&3; } | :; } 3>&1 | grep -qx 0");

/// Nobody can be told, and the work goes on: a connection is lost, of which `pub` would talk, and the message arrives all the same.
fn mute(version: Version, script: &'static str) -> Verdict {
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.expect_message(2, "a", "x")?;
        client.cut()?;
        let (mut client, _) = listener.welcome(version)?;
        let id = client.expect_message(2, "a", "x")?;
        client.complete(id)?;
        client.goodbye()
    })?;
    let port = peer.port();
    let program = env!("CARGO_BIN_EXE_mqx");
    let words = [program, "pub", "-h", "127.0.0.1", "-p", &port, "-V", version.flag(), "-q", "2", "a", "x"];
    Mqx::of_program("sh", [&["-c", script], &words[..]].concat())?.run()?.expect(0, "", "")?;
    peer.finish()
}
