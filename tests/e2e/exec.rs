//! `sub --exec`: a process for each message, what it is told, and what becomes of its output and its end. Most payloads are scripts for `sh`.

use std::ffi::OsStr;
use std::fs::OpenOptions;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::at;
use crate::rules::Scene;
use crate::support::child::Ended;
use crate::support::harness::{Case, Tool, case};
use crate::support::mosquitto::Mosquitto;
use crate::support::mqx::{Mqx, contains};
use crate::support::packets::{Publish, Version, first, property, string, suback};
use crate::support::peer::{Connection, Listener, Peer};
use crate::support::pty::{Pty, plain};
use crate::support::temp::TempDir;
use crate::support::{STEP, Verdict, ensure, ensure_eq, text};

const V5: Version = Version::V5;

pub fn cases(list: &mut Vec<Case>) {
    for version in Version::BOTH {
        let mut add = |name: &str, body: fn(Version) -> Verdict| {
            list.push(case(format!("exec::{name}::{}", version.flag()), move || body(version)));
        };
        add("payload_and_topic", payload_and_topic);
        add("acknowledged_when_the_process_ended", acknowledged);
        add("acknowledged_in_order_of_arrival", in_order);
        add("a_failure_is_told_and_the_run_goes_on", failure);
        add("a_signal_ends_what_takes_long", signal);
        add("a_signal_waits_a_moment", signal_in_time);
        add("the_deadline_waits_for_nothing", deadline);
        add("a_process_is_no_silence", no_silence);
        add("what_is_given_up_at_the_end_of_the_length_is_missing", length);
    }
    list.push(case("exec::all_that_a_message_has", properties));
    list.push(case("exec::secrets_are_not_passed_on", secrets));
    list.push(case("exec::outputs_do_not_mix", outputs));
    list.push(case("exec::no_shell", no_shell));
    list.push(case("exec::one_that_cannot_be_started", missing));
    list.push(case("exec::properties_that_fit_no_environment", too_large));
    list.push(case("exec::input_that_is_not_read", unread));
    list.push(case("exec::a_reader_that_went_away", abandoned));
    list.push(case("exec::a_terminal_is_kept_safe", terminal));
    list.push(case("exec::usage", usage));
    list.push(case("mosquitto::exec", at_mosquitto).needs(Tool::Mosquitto));
}

fn fifo(directory: &TempDir, name: &str) -> Verdict<PathBuf> {
    let path = directory.path().join(name);
    let mode = rustix::fs::Mode::from_raw_mode(0o600);
    rustix::fs::mknodat(rustix::fs::CWD, &path, rustix::fs::FileType::Fifo, mode, 0)?;
    Ok(path)
}

/// Lets a script go on that reads from a fifo.
fn open(fifo: &Path) -> Verdict {
    OpenOptions::new().write(true).open(fifo)?;
    Ok(())
}

fn subscribed(listener: &mut Listener, version: Version) -> Verdict<Connection> {
    let (mut client, _) = listener.welcome(version)?;
    client.grant_subscribe()?;
    Ok(client)
}

fn payload_and_topic(version: Version) -> Verdict {
    let words = ["sub", "-C", "2", "--exec", r#"sh -c 'cat; printf "|%s %s\n" "$MQX_TOPIC" "$MQX_QOS$MQX_RETAIN"'"#, "#"];
    let scene = Scene::start(version, &words, move |listener| {
        let mut client = subscribed(listener, version)?;
        client.send(&Publish::new(0, 0, "a b/$(c)", b"\x00\xff").bytes(version))?;
        client.send(&Publish::new(1, 1, "a", "").retain().bytes(version))?;
        client.expect_ack(first::PUBACK, 1)?;
        client.goodbye()
    })?;
    scene.finish(STEP)?.expect(0, b"\x00\xff|a b/$(c) 00\n|a 11\n", "")
}

fn acknowledged(version: Version) -> Verdict {
    let directory = TempDir::new()?;
    let go = fifo(&directory, "go")?;
    let (started, is_started) = mpsc::channel();
    let script = format!("echo started >&2; cat <{}", text(&go)?);
    let scene = Scene::start(version, &["sub", "-C", "2", "-q", "2", "--exec", "sh", "a"], move |listener| {
        let mut client = subscribed(listener, version)?;
        client.send(&Publish::new(1, 1, "a", script).bytes(version))?;
        client.send(&Publish::new(2, 2, "a", "echo next").bytes(version))?;
        is_started.recv_timeout(STEP)?;
        client.expect_quiet()?;
        open(&go)?;
        client.expect_ack(first::PUBACK, 1)?;
        client.expect_ack(first::PUBREC, 2)?;
        client.complete(2)?;
        client.goodbye()
    })?;
    scene.running.wait_stderr("started")?;
    started.send(())?;
    scene.finish(STEP)?.expect(0, "next\n", "")
}

/// Two at once, so that the second and the third end before the first.
fn in_order(version: Version) -> Verdict {
    let directory = TempDir::new()?;
    let go = fifo(&directory, "go")?;
    let (printed, is_printed) = mpsc::channel();
    let script = format!("read x <{}; echo one", text(&go)?);
    let scene = Scene::start(version, &["sub", "-C", "3", "--exec", "sh", "--jobs", "2", "a"], move |listener| {
        let mut client = subscribed(listener, version)?;
        for (id, script) in (1..).zip([&*script, "echo two", "echo three"]) {
            client.send(&Publish::new(1, id, "a", script).bytes(version))?;
        }
        is_printed.recv_timeout(STEP)?;
        client.expect_quiet()?;
        open(&go)?;
        for id in 1..=3 {
            client.expect_ack(first::PUBACK, id)?;
        }
        client.goodbye()
    })?;
    scene.running.wait_stdout("three")?;
    printed.send(())?;
    scene.finish(STEP)?.expect(0, "two\nthree\none\n", "")
}

fn failure(version: Version) -> Verdict {
    let scene = Scene::start(version, &["sub", "-C", "3", "--exec", "sh", "+"], move |listener| {
        let mut client = subscribed(listener, version)?;
        for (id, (topic, script)) in (1..).zip([("a\u{1b}", "echo out; exit 3"), ("b", "kill -9 $$"), ("c", "echo well")]) {
            client.send(&Publish::new(1, id, topic, script).bytes(version))?;
            client.expect_ack(first::PUBACK, id)?;
        }
        client.goodbye()
    })?;
    let outcome = scene.finish(STEP)?;
    outcome.expect(1, "out\nwell\n", "warning: --exec for a\\x1b: exit status 3\n")?;
    outcome.says(&["warning: --exec for b: ended by signal 9\n", "error: 2 processes of --exec failed\n"])
}

/// Killed with what it started; else stderr, which they have, would stay open. It is not acknowledged.
fn signal(version: Version) -> Verdict {
    let scene = Scene::start(version, &["sub", "--exec", "sh", "a"], move |listener| {
        let mut client = subscribed(listener, version)?;
        client.send(&Publish::new(1, 1, "a", "sleep 100 & echo started >&2; sleep 100").bytes(version))?;
        client.goodbye()
    })?;
    scene.running.wait_stderr("started")?;
    scene.running.signal(Signal::INT)?;
    let outcome = scene.finish(STEP)?;
    outcome.expect_ended(Ended::Signal(2), "", "warning: 1 process of --exec had no time to end\n")
}

fn signal_in_time(version: Version) -> Verdict {
    let directory = TempDir::new()?;
    let go = fifo(&directory, "go")?;
    let script = format!("echo started >&2; read x <{}; echo done", text(&go)?);
    let scene = Scene::start(version, &["sub", "--exec", "sh", "a"], move |listener| {
        let mut client = subscribed(listener, version)?;
        client.send(&Publish::new(1, 1, "a", script).bytes(version))?;
        // Nothing is begun after the signal.
        client.send(&Publish::new(1, 2, "a", "echo more").bytes(version))?;
        client.expect_ack(first::PUBACK, 1)?;
        client.goodbye()
    })?;
    scene.running.wait_stderr("started")?;
    scene.running.signal(Signal::TERM)?;
    open(&go)?;
    scene.finish(STEP)?.expect(0, "done\n", "")
}

/// `--for` is no failure, but a message that is given up over it is one.
fn length(version: Version) -> Verdict {
    let words = ["sub", "--for", "1", "--exec", "sh", "a"];
    let scene = Scene::start(version, &words, move |listener| {
        let mut client = subscribed(listener, version)?;
        client.send(&Publish::new(1, 1, "a", "sleep 100").bytes(version))?;
        client.expect_disconnect()?;
        client.expect_eof()
    })?;
    scene.finish(STEP)?.expect(7, "", "warning: 1 process of --exec had no time to end\n")
}

/// The process ends after the deadline, and before what a signal leaves it would be over.
fn deadline(version: Version) -> Verdict {
    let words = ["sub", "-W", "1", "--exec", "sh", "a"];
    let scene = Scene::start(version, &words, move |listener| {
        let mut client = subscribed(listener, version)?;
        client.send(&Publish::new(1, 1, "a", "sleep 1.5").bytes(version))?;
        client.expect_disconnect()?;
        client.expect_eof()
    })?;
    scene.finish(STEP)?.expect(27, "", "error: -W has passed\n")
}

fn no_silence(version: Version) -> Verdict {
    const IDLE: Duration = Duration::from_millis(200);
    let directory = TempDir::new()?;
    let go = fifo(&directory, "go")?;
    let script = format!("read x <{}; echo done", text(&go)?);
    let scene = Scene::start(version, &["sub", "--idle", "200ms", "--exec", "sh", "a"], move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        let asked = client.expect_subscribe()?;
        // In one piece, so that nothing is between them.
        client.send(&[suback(version, asked.id, &[1]), Publish::new(1, 1, "a", script).bytes(version)].concat())?;
        let begun = Instant::now();
        while begun.elapsed() < 3 * IDLE {
            client.expect_quiet()?;
        }
        open(&go)?;
        client.expect_ack(first::PUBACK, 1)?;
        client.answer_ping()?;
        client.goodbye()
    })?;
    scene.finish(STEP)?.expect(0, "done\n", "")
}

fn properties() -> Verdict {
    let words = ["sub", "-C", "1", "--shell", "--exec", "env | grep ^MQX_ | sort", "--subscription-id", "7", "a"];
    let scene = Scene::start(V5, &words, |listener| {
        let mut client = subscribed(listener, V5)?;
        let all = property::all(&[
            vec![0x01, 1],
            property::message_expiry(3600),
            [&[0x08], &string("answers/é")[..]].concat(),
            [&[0x09], &string(b"\x00\xff")[..]].concat(),
            vec![0x0B, 7],
            property::user("b", "1"),
            property::user("a", ""),
            [&[0x03], &string("text/\"plain\"")[..]].concat(),
        ]);
        client.send(&Publish::new(0, 0, "a", "hot").properties(&all).bytes(V5))?;
        client.goodbye()
    })?;
    let all = "MQX_CONTENT_TYPE=text/\"plain\"
MQX_CORRELATION_DATA=AP8=
MQX_DUP=0
MQX_EXPIRY=3600
MQX_PAYLOAD_FORMAT=1
MQX_QOS=0
MQX_RESPONSE_TOPIC=answers/é
MQX_RETAIN=0
MQX_SIZE=3
MQX_SUBSCRIPTION_IDS=7
MQX_TOPIC=a
MQX_USER_1_NAME=b
MQX_USER_1_VALUE=1
MQX_USER_2_NAME=a
MQX_USER_2_VALUE=
MQX_USER_COUNT=2
";
    scene.finish(STEP)?.expect(0, all, "")
}

/// A process is told what an `mqx` in it needs to find the broker, and not what lets it in; and nothing of an outer message.
fn secrets() -> Verdict {
    const SECRET: &str = "correct-horse";
    let peer = Peer::play(|listener| {
        let mut client = subscribed(listener, V5)?;
        client.send(&Publish::new(0, 0, "a", "").bytes(V5))?;
        client.goodbye()
    })?;
    let mqx = Mqx::new(["sub", "-C", "1", "-V", "5", "--shell", "--exec", "env | grep -c ^MQX_; env; echo $MQX_PORT", "a"])?;
    let mqx =
        mqx.env("MQX_HOST", "127.0.0.1").env("MQX_PORT", peer.port()).env("MQX_USERNAME", "ann").env("MQX_PASSWORD", SECRET);
    let mqx = mqx.env("MQX_CONTENT_TYPE", "outer").env("MQX_USER_9_VALUE", "outer").secret(SECRET);
    let outcome = mqx.run()?;
    outcome.expect_code(0)?;
    ensure(outcome.stdout.starts_with(b"9\n"), &outcome)?;
    ensure(outcome.stdout.ends_with(format!("\n{}\n", peer.port()).as_bytes()), &outcome)?;
    ensure(!contains(&outcome.stdout, b"outer"), &outcome)?;
    peer.finish()
}

/// Each writes a part, lets the other write one, and then the rest.
fn outputs() -> Verdict {
    let directory = TempDir::new()?;
    let (one, two) = (fifo(&directory, "one")?, fifo(&directory, "two")?);
    let (one, two) = (text(&one)?, text(&two)?);
    let scripts =
        [format!("echo 1a; echo >{one}; read x <{two}; echo 1b"), format!("read x <{one}; echo 2a; echo >{two}; echo 2b")];
    let scene = Scene::start(V5, &["sub", "-C", "2", "--exec", "sh", "--jobs", "2", "a"], move |listener| {
        let mut client = subscribed(listener, V5)?;
        for script in scripts {
            client.send(&Publish::new(0, 0, "a", script).bytes(V5))?;
        }
        client.goodbye()
    })?;
    let outcome = scene.finish(STEP)?;
    outcome.expect_code(0)?;
    let whole = [&b"1a\n1b\n2a\n2b\n"[..], b"2a\n2b\n1a\n1b\n"].contains(&&*outcome.stdout);
    ensure(whole, &outcome)
}

fn no_shell() -> Verdict {
    let scene = Scene::start(V5, &["sub", "-C", "1", "--exec", "echo '$(id)' $MQX_TOPIC | cat", "a"], |listener| {
        let mut client = subscribed(listener, V5)?;
        client.send(&Publish::new(0, 0, "a", "").bytes(V5))?;
        client.goodbye()
    })?;
    let said = "warning: no shell reads the command of --exec, so that '$MQX_TOPIC' is an argument like others; --shell has sh read it\n";
    scene.finish(STEP)?.expect(0, "$(id) $MQX_TOPIC | cat\n", said)
}

fn missing() -> Verdict {
    let scene = Scene::start(V5, &["sub", "-C", "2", "--exec", "no-such-program", "a"], |listener| {
        let mut client = subscribed(listener, V5)?;
        for id in [1, 2] {
            client.send(&Publish::new(1, id, "a", "").bytes(V5))?;
            client.expect_ack(first::PUBACK, id)?;
        }
        client.goodbye()
    })?;
    let said = "warning: --exec for a: cannot start no-such-program: no such file or directory\n";
    scene.finish(STEP)?.expect(1, "", said)
}

fn too_large() -> Verdict {
    let scene = Scene::start(V5, &["sub", "-C", "1", "--exec", "true", "a"], |listener| {
        let mut client = subscribed(listener, V5)?;
        let pair = property::user("n", "v");
        let pairs = pair.repeat((1 << 20) / pair.len() - 1);
        client.send(&Publish::new(0, 0, "a", "").properties(&pairs).bytes(V5))?;
        client.goodbye()
    })?;
    scene.finish(STEP)?.expect(1, "", "--exec for a: its topic and properties are too large for the environment of a process\n")
}

fn unread() -> Verdict {
    let scene = Scene::start(V5, &["sub", "-C", "1", "--exec", "true", "a"], |listener| {
        let mut client = subscribed(listener, V5)?;
        client.send(&Publish::new(0, 0, "a", vec![b'x'; 1 << 20]).bytes(V5))?;
        client.goodbye()
    })?;
    scene.finish(STEP)?.expect_whole(0, "", "subscribed to a at QoS 1\n")
}

/// Quietly, whoever finds it first: we, or a process that has our stdout itself.
fn abandoned() -> Verdict {
    for raw in [&[][..], &["--raw"]] {
        let peer = Peer::play(|listener| {
            let mut client = subscribed(listener, V5)?;
            client.send(&Publish::new(0, 0, "a", "first\n").bytes(V5))?;
            client.expect_disconnect()?;
            client.expect_eof()
        })?;
        let words = [&["sub", "--exec", "cat", "a"], raw].concat();
        let mut running = at(&peer.port(), V5, &words)?.stdout_held().start()?;
        let mut line = [0; 6];
        let mut output = running.output.take().ok_or("the output is held")?;
        output.read_exact(&mut line)?;
        ensure_eq(&&line, &b"first\n", "what was read")?;
        drop(output);
        running.finish(STEP)?.expect_whole(0, "", "subscribed to a at QoS 1\n")?;
        peer.finish()?;
    }
    Ok(())
}

fn terminal() -> Verdict {
    for raw in [false, true] {
        let peer = Peer::play(|listener| {
            let mut client = subscribed(listener, V5)?;
            client.send(&Publish::new(0, 0, "a", "x\ty\x1b[2J\u{7}z\n").bytes(V5))?;
            client.goodbye()
        })?;
        let port = peer.port();
        let mut words = vec!["sub", "-h", "127.0.0.1", "-p", &port, "-V", "5", "-C", "1", "--exec", "cat", "a"];
        words.extend(raw.then_some("--raw"));
        let (screen, ended) = Pty::mqx(words.iter().map(OsStr::new))?.finish(STEP)?;
        ensure_eq(&ended, &Ended::Code(0), &plain(&screen))?;
        ensure(contains(&screen, b"\x1b[2J") == raw && contains(&screen, b"\x07") == raw, plain(&screen))?;
        ensure(raw || contains(&screen, b"y\\x1b[2J\\x07z\r\n"), plain(&screen))?;
        peer.finish()?;
    }
    Ok(())
}

fn usage() -> Verdict {
    for (words, says) in [
        (&["--exec", "say 'it"][..], "error: --exec 'say 'it': a quote is not closed"),
        (&["--exec", ""], "error: --exec '': it names no program\n"),
        (&["--exec", "x", "--json"], "error: --exec prints what its processes print"),
        (&["--exec", "x", "--output-dir", "d"], "cannot be used with"),
        (&["--exec", "x", "--jobs", "0"], "--jobs"),
        (&["--jobs", "2"], "--jobs is of no use without --exec CMD"),
    ] {
        Mqx::new([&["sub", "a"], words].concat())?.run()?.expect(2, "", says)?;
    }
    Ok(())
}

fn at_mosquitto() -> Verdict {
    let broker = Mosquitto::start()?;
    let sub = at(&broker.port(), V5, &["sub", "-C", "200", "--exec", "cat", "--jobs", "8", "a"])?.start()?;
    sub.wait_stderr("subscribed to a")?;
    let lines: Vec<String> = (100..300).map(|number| format!("{number}\n")).collect();
    at(&broker.port(), V5, &["pub", "-l", "a"])?.stdin(lines.concat()).run()?.expect(0, "", "")?;
    let outcome = sub.finish(STEP)?;
    outcome.expect_code(0)?;
    // `cat` prints no newline.
    let text = String::from_utf8_lossy(&outcome.stdout).into_owned();
    let mut numbers: Vec<String> =
        text.as_bytes().chunks(3).map(|number| format!("{}\n", String::from_utf8_lossy(number))).collect();
    numbers.sort_unstable();
    ensure_eq(&numbers, &lines, "each message, once")
}
