//! `mqx retained`: what is listed, what is cleared, when it is over, and that nothing is cleared which was not asked for.

use std::fmt::Write as _;
use std::time::Duration;

use rustix::process::Signal;

use crate::at;
use crate::rules::Scene;
use crate::support::child::Ended;
use crate::support::harness::{Case, Tool, both, case};
use crate::support::mosquitto::{Mosquitto, Settings};
use crate::support::mqx::{Mqx, Outcome, Running};
use crate::support::packets::{Publish, Version, ack, connack, first, pingresp, property, puback, suback, unsuback};
use crate::support::parse;
use crate::support::peer::{Connection, Peer};
use crate::support::pty::{Pty, plain};
use crate::support::{STEP, Verdict, ensure, ensure_eq, free_port};

const V5: Version = Version::V5;
const MIB: u64 = 1024 * 1024;
/// For 100,000 messages on a slow machine. An acknowledgement that waits for Nagle's algorithm each 20 takes more.
const LONG: Duration = Duration::from_secs(120);

pub fn cases(list: &mut Vec<Case>) {
    both(list, "retained::two_passes_of_which_the_second_finds_what_the_first_left_out", two_passes);
    both(list, "retained::one_pass_where_nothing_is_above_qos_0", one_pass);
    both(list, "retained::a_dropped_connection_begins_anew", dropped);
    both(list, "retained::clear_ends_its_subscription_then_clears_in_order", cleared);
    both(list, "retained::a_reader_that_went_away_does_not_stop_the_clearing", unread);
    both(list, "retained::some_filters_are_refused", refused);
    list.push(case("retained::qos_0_is_one_pass_that_tells_no_qos", no_qos));
    list.push(case("retained::a_broker_of_qos_1_is_asked_for_no_more", maximum_qos));
    list.push(case("retained::a_broker_without_retained_messages", unavailable));
    list.push(case("retained::a_rejected_message_is_named", rejected));
    list.push(case("retained::live_messages_do_not_hold_up_the_end", busy));
    list.push(case("retained::the_deadline_comes_first", deadline));
    if cfg!(feature = "broker") {
        both(list, "retained::with_our_own_broker", embedded);
        for (answer, ended) in [("y\n", Ended::Code(0)), ("n\n", Ended::Code(1)), ("\x04", Ended::Code(1))] {
            list.push(case(format!("retained::the_question::{answer:?}"), move || question(answer, ended)));
        }
        list.push(case("retained::the_question_is_interrupted", interrupted));
        list.push(case("retained::a_terminal_is_kept_safe", terminal));
    }
    for version in Version::BOTH {
        let mut add = |name: &str, body: fn(Version) -> Verdict| {
            let case = case(format!("mosquitto::retained::{name}::{}", version.flag()), move || body(version));
            list.push(case.needs(Tool::Mosquitto).deadline(3 * LONG));
        };
        add("a_hundred_thousand", hundred_thousand);
        add("more_than_the_broker_queues", more_than_queued);
        add("sys", sys);
    }
}

fn kept(topic: &str, payload: &str) -> Publish {
    Publish::new(0, 0, topic, payload).retain()
}

impl Connection {
    /// A SUBSCRIBE at this QoS, granted; then the PINGREQ, answered in one piece with messages before the answer.
    fn retains(&mut self, version: Version, qos: u8, messages: &[Publish]) -> Verdict {
        let subscribe = self.expect_subscribe()?;
        let levels: Vec<u8> = subscribe.filters.iter().map(|(_, options)| *options).collect();
        ensure_eq(&levels, &vec![qos; levels.len()], "QoS and no other option")?;
        self.send(&suback(version, subscribe.id, &levels))?;
        self.expect_packet_is(first::PINGREQ)?;
        self.send(&[messages.iter().map(|message| message.bytes(version)).collect::<Vec<_>>().concat(), pingresp()].concat())
    }

    /// UNSUBSCRIBE, answered for each filter.
    fn expect_unsubscribe(&mut self, version: Version) -> Verdict {
        let (came, body) = self.expect_packet()?;
        ensure_eq(&came, &first::UNSUBSCRIBE, "the first byte of the packet")?;
        let id = body.first_chunk().ok_or("UNSUBSCRIBE without an id")?;
        let (_, filters) = parse::unsubscribe(version, &body)?;
        self.send(&unsuback(version, u16::from_be_bytes(*id), &vec![0; filters.len()]))
    }

    fn expect_packet_is(&mut self, wanted: u8) -> Verdict {
        let (came, _) = self.expect_packet()?;
        ensure_eq(&came, &wanted, "the first byte of the packet")
    }
}

/// Nothing is waited for but the answer to PINGREQ.
const AT_ONCE: [&str; 2] = ["--idle", "0"];

fn words<'a>(action: &'a str, rest: &[&'a str]) -> Vec<&'a str> {
    [&["retained", action][..], &AT_ONCE, rest].concat()
}

fn two_passes(version: Version) -> Verdict {
    let scene = Scene::start(version, &words("list", &["-T", "a/left/#", "a/#"]), move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        let one = Publish::new(1, 1, "a/1", "").retain();
        client.retains(version, 2, &[kept("a/0", "four"), one, kept("a/left/out", "x"), Publish::new(0, 0, "a/live", "x")])?;
        client.expect(&puback(version, 1))?;
        client.retains(version, 0, &[kept("a/1", "x"), kept("a/2", "xx"), kept("a/0", "four"), kept("a/left", "x")])?;
        client.goodbye()
    })?;
    let outcome = scene.finish(STEP)?;
    let told = "3 messages retained\nthe broker sends 1 message at QoS 0 only: their QoS is not known\n";
    outcome.expect_whole(0, "a/0\t4\t0\na/1\t0\t1\na/2\t2\t-\n", told)
}

fn one_pass(version: Version) -> Verdict {
    let scene = Scene::start(version, &words("list", &["--json", "a", "-t", "b"]), move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.retains(version, 2, &[kept("b", "hot"), kept("b", "hot")])?;
        // Once more, to see that nothing was in between.
        client.answer_ping()?;
        client.goodbye()
    })?;
    let outcome = scene.finish(STEP)?;
    outcome.expect_code(0)?;
    let text = String::from_utf8(outcome.stdout.clone())?;
    let is_record = text.contains(r#""topic":"b","qos":0,"retain":true,"dup":false,"size":3,"payload":"hot""#);
    ensure(is_record && text.lines().count() == 1, &text)
}

/// The half of it that came is told once, and the rest too; the session is a new one, so that it comes again.
fn dropped(version: Version) -> Verdict {
    let scene = Scene::start(version, &words("list", &["a/#"]), move |listener| {
        let mut client = listener.accept()?;
        let connect = client.expect_connect()?;
        let no_session = version == Version::V311 || !connect.properties.starts_with(&[0x11]);
        ensure(no_session, "a Session Expiry Interval is asked for")?;
        client.send(&connack(version, false, 0, b""))?;
        let subscribe = client.expect_subscribe()?;
        client.send(&[suback(version, subscribe.id, &[2]), kept("a/0", "x").bytes(version)].concat())?;
        client.expect_packet_is(first::PINGREQ)?;
        client.cut()?;
        let (mut client, _) = listener.welcome(version)?;
        client.retains(version, 2, &[kept("a/0", "x"), kept("a/1", "x")])?;
        client.answer_ping()?;
        client.goodbye()
    })?;
    scene.finish(STEP)?.expect(0, "a/0\t1\t0\na/1\t1\t0\n", "2 messages retained\n")
}

fn cleared(version: Version) -> Verdict {
    let scene = Scene::start(version, &words("clear", &["-T", "a/keep", "a/#"]), move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.retains(version, 0, &[kept("a/z", "x"), kept("a/keep", "x"), kept("a/b", "x")])?;
        client.expect_unsubscribe(version)?;
        let messages = [client.expect_publish()?, client.expect_publish()?];
        for (message, topic) in messages.iter().zip(["a/b", "a/z"]) {
            let wanted = Publish { properties: message.properties.clone(), ..Publish::new(1, message.id, topic, "").retain() };
            ensure_eq(message, &wanted, "an empty retained message")?;
        }
        // Whoever publishes there meanwhile is not cleared, and what is not read holds up nothing.
        client.send(&[Publish::new(0, 0, "a/z", "new").bytes(version), kept("a/y", "new").bytes(version)].concat())?;
        client.send(&[puback(version, messages[1].id), puback(version, messages[0].id)].concat())?;
        client.goodbye()
    })?;
    scene.finish(STEP)?.expect_whole(0, "a/z\na/b\n", &told(version, "cleared 2 of 2 messages\n"))
}

/// With what is said where a refusal cannot be heard.
fn told(version: Version, cleared: &str) -> String {
    let note = "a broker of MQTT 3.1.1 acknowledges what it refuses, too; mqx retained list tells what is left\n";
    cleared.to_owned() + if version == V5 { "" } else { note }
}

fn unread(version: Version) -> Verdict {
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.retains(version, 0, &[kept("a", "x"), kept("b", "x")])?;
        client.expect_unsubscribe(version)?;
        for topic in ["a", "b"] {
            let message = client.expect_publish()?;
            ensure_eq(&message.topic, &topic.as_bytes().to_vec(), "what is cleared")?;
            client.send(&puback(version, message.id))?;
        }
        client.goodbye()
    })?;
    let mut run = at(&peer.port(), version, &words("clear", &["+"]))?.stdout_held().start()?;
    drop(run.output.take());
    run.finish(STEP)?.expect_whole(0, "", &told(version, "cleared 2 of 2 messages\n"))?;
    peer.finish()
}

fn refused(version: Version) -> Verdict {
    let scene = Scene::start(version, &words("clear", &["a", "b"]), move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        let subscribe = client.expect_subscribe()?;
        client.send(&suback(version, subscribe.id, &[0x80, 0]))?;
        client.expect_packet_is(first::PINGREQ)?;
        client.send(&[kept("b", "x").bytes(version), pingresp()].concat())?;
        client.expect_unsubscribe(version)?;
        let message = client.expect_publish()?;
        client.send(&puback(version, message.id))?;
        client.goodbye()
    })?;
    let outcome = scene.finish(STEP)?;
    outcome.expect(5, "b\n", "warning: the subscription to a was refused: 0x80")?;
    outcome.says(&["cleared 1 of 1 message\n", "error: 1 subscription refused\n"])
}

fn no_qos() -> Verdict {
    let scene = Scene::start(V5, &words("list", &["-q", "0", "a"]), |listener| {
        let (mut client, _) = listener.welcome(V5)?;
        client.retains(V5, 0, &[kept("a", "x")])?;
        client.goodbye()
    })?;
    scene.finish(STEP)?.expect(0, "a\t1\t-\n", "1 message retained\n")
}

fn maximum_qos() -> Verdict {
    let scene = Scene::start(V5, &words("list", &["a"]), |listener| {
        let (mut client, _) = listener.welcome_with(V5, false, &property::maximum_qos(1))?;
        client.retains(V5, 1, &[kept("a", "x")])?;
        client.answer_ping()?;
        client.goodbye()
    })?;
    scene.finish(STEP)?.expect_whole(0, "a\t1\t0\n", "1 message retained\n")
}

/// Said before anything is asked for.
fn unavailable() -> Verdict {
    for action in ["list", "clear"] {
        let scene = Scene::start(V5, &words(action, &["#"]), |listener| {
            let (client, _) = listener.welcome_with(V5, false, &property::retain_available(false))?;
            client.goodbye()
        })?;
        let said = "error: the broker keeps no retained messages (Retain Available is 0)\n";
        scene.finish(STEP)?.expect_whole(5, "", said)?;
    }
    Ok(())
}

fn rejected() -> Verdict {
    let scene = Scene::start(V5, &words("clear", &["+"]), |listener| {
        let (mut client, _) = listener.welcome(V5)?;
        client.retains(V5, 0, &[kept("a", "x"), kept("b\u{202e}", "x"), kept("c", "x")])?;
        client.expect_unsubscribe(V5)?;
        for reason in [0, 0x87, 0x10] {
            let message = client.expect_publish()?;
            client.send(&ack(V5, first::PUBACK, message.id, reason))?;
        }
        client.goodbye()
    })?;
    let outcome = scene.finish(STEP)?;
    outcome.expect(5, "a\nc\n", "warning: message b\\u{202e} was rejected: 0x87 not authorized\n")?;
    outcome.says(&["cleared 2 of 3 messages\n", "error: 1 message rejected\n"])
}

/// Every answer comes together with live messages, and the end comes with the answers.
fn busy() -> Verdict {
    let scene = Scene::start(V5, &["retained", "list", "--idle", "50ms", "#"], |listener| {
        let (mut client, _) = listener.welcome(V5)?;
        let subscribe = client.expect_subscribe()?;
        client.send(&[suback(V5, subscribe.id, &[2]), kept("a", "x").bytes(V5)].concat())?;
        let live = Publish::new(0, 0, "live", "x").bytes(V5);
        loop {
            match client.expect_packet()? {
                (first::PINGREQ, _) => client.send(&[live.clone(), pingresp(), live.clone()].concat())?,
                (first::DISCONNECT, _) => return client.expect_eof(),
                (other, _) => return Err(format!("a packet of {other:#04x}").into()),
            }
        }
    })?;
    scene.finish(STEP)?.expect_whole(0, "a\t1\t0\n", "1 message retained\n")
}

/// What came before it is told.
fn deadline() -> Verdict {
    let scene = Scene::start(V5, &["retained", "list", "--idle", "1h", "-W", "300ms", "#"], |listener| {
        let (mut client, _) = listener.welcome(V5)?;
        client.retains(V5, 2, &[kept("a", "x")])?;
        while let (first::PINGREQ, _) = client.expect_packet()? {
            client.send(&pingresp())?;
        }
        client.expect_eof()
    })?;
    scene.finish(STEP)?.expect_whole(27, "a\t1\t0\n", "error: -W has passed\n")
}

// ---- our own broker ----

fn broker() -> Verdict<(Running, String)> {
    let port = free_port()?.to_string();
    let running = Mqx::new(["broker", "-p", &port])?.start()?;
    running.wait_stderr(&port)?;
    Ok((running, port))
}

fn records(count: usize, retain: bool) -> String {
    let mut text = String::new();
    for number in 0..count {
        let (site, qos) = (number % 10, number % 2);
        let _ = writeln!(text, r#"{{"topic":"r/{site}/device{number}/t","payload":"{number}","qos":{qos},"retain":{retain}}}"#);
    }
    text
}

fn retain(port: &str, version: Version, count: usize) -> Verdict {
    let publish = at(port, version, &["pub", "--from-json"])?.stdin(records(count, true)).within(LONG);
    publish.run()?.expect(0, "", "")
}

fn listed(port: &str, version: Version, filter: &str) -> Verdict<Vec<String>> {
    let outcome = at(port, version, &["retained", "list", "--idle", "300ms", filter])?.within(LONG).run()?;
    outcome.expect_code(0)?;
    let mut lines: Vec<String> = String::from_utf8(outcome.stdout)?.lines().map(str::to_owned).collect();
    lines.sort();
    Ok(lines)
}

/// Without a terminal, on any machine.
fn without_terminal(port: &str, version: Version, words: &[&str]) -> Verdict<Outcome> {
    let program = ["-w", env!("CARGO_BIN_EXE_mqx"), "retained", "clear", "-h", "127.0.0.1", "-p", port, "-V", version.flag()];
    Mqx::of_program("setsid", [&program[..], &["--idle", "100ms"], words].concat())?.run()
}

fn embedded(version: Version) -> Verdict {
    let (_broker, port) = broker()?;
    retain(&port, version, 24)?;
    let three = ["13", "23", "3"].map(|number| format!("r/3/device{number}/t\t{}\t1", number.len()));
    ensure_eq(&listed(&port, version, "r/3/#")?, &three.to_vec(), "r/3/#")?;
    ensure_eq(&listed(&port, version, "#")?.len(), &24, "all")?;
    let dry = without_terminal(&port, version, &["--dry-run", "r/4/#", "r/+/device4/t", "-T", "r/+/device14/#"])?;
    dry.expect(0, "r/4/device4/t\n", "")?;
    let question = "error: nothing was cleared: there are 23 retained messages, and no terminal to ask at\nhint: --yes clears them \
                    without a question, --dry-run lists them\n";
    without_terminal(&port, version, &["-T", "r/+/device4/t", "r/#"])?.expect_whole(2, "", question)?;
    ensure_eq(&listed(&port, version, "#")?.len(), &24, "nothing was cleared")?;
    let few = without_terminal(&port, version, &["r/0/#", "r/1/#", "r/2/#", "r/9/device19/t"])?;
    few.expect_code(0)?;
    ensure_eq(&String::from_utf8(few.stdout)?.lines().count(), &10, "10 without a question")?;
    let eleven = without_terminal(&port, version, &["#", "-T", "r/3/#"])?;
    eleven.expect(2, "", "error: nothing was cleared: there are 11 retained messages, and no terminal to ask at\n")?;
    let all = without_terminal(&port, version, &["--yes", "#", "-T", "r/3/#"])?;
    all.expect(0, all.stdout.clone(), "cleared 11 of 11 messages\n")?;
    ensure_eq(&listed(&port, version, "#")?.len(), &3, "what was left out is left")?;
    without_terminal(&port, version, &["--yes", "nothing/#"])?.expect_whole(0, "", "nothing is retained there\n")
}

/// On a terminal.
fn asked(port: &str) -> Verdict<Pty> {
    let pty = Pty::mqx(["retained", "clear", "-h", "127.0.0.1", "-p", port, "--idle", "100ms", "r/#"])?;
    pty.wait_for("clear 12 retained messages? [y/N] ")?;
    Ok(pty)
}

fn question(answer: &str, wanted: Ended) -> Verdict {
    let (_broker, port) = broker()?;
    retain(&port, V5, 12)?;
    let mut pty = asked(&port)?;
    pty.write(answer)?;
    let (screen, ended) = pty.finish(STEP)?;
    let screen = plain(&screen);
    ensure_eq(&ended, &wanted, &screen)?;
    let (said, left) =
        if wanted == Ended::Code(0) { ("cleared 12 of 12 messages\n", 0) } else { ("\nerror: nothing was cleared\n", 12) };
    ensure(screen.contains(said), &screen)?;
    ensure_eq(&listed(&port, V5, "#")?.len(), &left, "what is left")
}

fn interrupted() -> Verdict {
    let (_broker, port) = broker()?;
    retain(&port, V5, 12)?;
    let pty = asked(&port)?;
    pty.signal(Signal::INT)?;
    let (screen, ended) = pty.finish(STEP)?;
    ensure_eq(&ended, &Ended::Signal(2), &plain(&screen))?;
    ensure_eq(&listed(&port, V5, "#")?.len(), &12, "nothing was cleared")
}

fn terminal() -> Verdict {
    let (_broker, port) = broker()?;
    let evil = "a/\u{1b}[2J\u{202e}";
    at(&port, V5, &["pub", "-r", evil, "hot"])?.run()?.expect(0, "", "")?;
    for (action, shown) in
        [("list", "    bytes  QoS  topic\n        3    1  a/\\x1b[2J\\u{202e}\n"), ("clear", "a/\\x1b[2J\\u{202e}\n")]
    {
        let pty = Pty::mqx(["retained", action, "-h", "127.0.0.1", "-p", &port, "--idle", "100ms", "#"])?;
        let (screen, ended) = pty.finish(STEP)?;
        let screen = plain(&screen);
        ensure_eq(&ended, &Ended::Code(0), &screen)?;
        ensure(screen.contains(shown) && !screen.contains('\u{202e}'), &screen)?;
    }
    Ok(())
}

// ---- mosquitto ----

fn hundred_thousand(version: Version) -> Verdict {
    const COUNT: usize = 100_000;
    let broker = Mosquitto::start()?;
    retain(&broker.port(), version, COUNT)?;
    let list = at(&broker.port(), version, &["retained", "list", "#"])?.within(LONG).run()?;
    list.expect_code(0)?;
    let lines: Vec<&[u8]> = list.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
    let levels = [b'0', b'1'].map(|level| lines.iter().filter(|line| line.last() == Some(&level)).count());
    ensure_eq(&levels, &[COUNT / 2, COUNT / 2], "listed at QoS 0 and 1")?;
    let clear = at(&broker.port(), version, &["retained", "clear", "--yes", "#"])?.within(LONG).run()?;
    clear.expect(0, &clear.stdout, "cleared 100000 of 100000 messages\n")?;
    ensure_eq(&clear.stdout.iter().filter(|byte| **byte == b'\n').count(), &COUNT, "lines")?;
    ensure_eq(&listed(&broker.port(), version, "#")?.len(), &0, "what is left")?;
    if cfg!(target_os = "linux") {
        for outcome in [list, clear] {
            let peak = outcome.peak_memory.ok_or("no peak memory was read")?;
            ensure(peak <= 32 * MIB, format_args!("peak memory: {} KiB", peak / 1024))?;
        }
    }
    Ok(())
}

/// mosquitto drops what it does not queue, and says nothing.
fn more_than_queued(version: Version) -> Verdict {
    const COUNT: usize = 6_000;
    let broker = Settings::new().default_limits().start()?;
    retain(&broker.port(), version, COUNT)?;
    let list = at(&broker.port(), version, &["retained", "list", "#"])?.run()?;
    list.expect(0, &list.stdout, "6000 messages retained\nthe broker sends ")?;
    let lines: Vec<&[u8]> = list.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
    let levels = [b'0', b'-'].map(|level| lines.iter().filter(|line| line.last() == Some(&level)).count());
    ensure(lines.len() == COUNT && levels[0] == COUNT / 2 && levels[1] > 0, format_args!("{} lines, {levels:?}", lines.len()))?;
    let clear = at(&broker.port(), version, &["retained", "clear", "--yes", "#"])?.run()?;
    clear.expect(0, &clear.stdout, "cleared 6000 of 6000 messages\n")
}

fn sys(version: Version) -> Verdict {
    let broker = Mosquitto::start()?;
    let lines = listed(&broker.port(), version, "$SYS/broker/version")?;
    ensure(lines.len() == 1 && lines[0].starts_with("$SYS/broker/version\t"), format_args!("{lines:?}"))?;
    ensure_eq(&listed(&broker.port(), version, "#")?.len(), &0, "# leaves $SYS out")
}
