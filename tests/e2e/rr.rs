//! `rr`: what is asked and in which order, what counts as an answer, and how the run ends.

use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::at;
use crate::support::child::Ended;
use crate::support::harness::{Case, Tool, both, case};
use crate::support::mosquitto::Mosquitto;
use crate::support::mqx::{Mqx, Outcome, Running, contains};
use crate::support::packets::{Publish, Version, ack, first, puback, string, suback};
use crate::support::peer::{Connection, Peer};
use crate::support::{STEP, Verdict, ensure, ensure_eq, free_port};

pub fn cases(list: &mut Vec<Case>) {
    both(list, "rr::the_answer_alone_is_printed", answer_alone);
    both(list, "rr::a_refused_subscription_publishes_nothing", refused_subscription);
    both(list, "rr::no_answer_is_27", no_answer);
    both(list, "rr::the_connection_is_lost_before_the_request_is_acknowledged", lost_before_puback);
    both(list, "rr::its_own_request_is_no_answer", own_request);
    both(list, "rr::so_many_answers", so_many_answers);
    both(list, "rr::latency_is_from_the_request_to_the_answer", latency);
    both(list, "rr::ctrl_c_while_it_waits", interrupted);
    for version in Version::BOTH {
        let name = format!("rr::mosquitto::asks_and_reply_answers::{}", version.flag());
        list.push(case(name, move || conversation(&Mosquitto::start()?.port(), version)).needs(Tool::Mosquitto));
    }
    if cfg!(feature = "broker") {
        both(list, "rr::embedded::asks_and_reply_answers", |version| {
            let (_broker, port) = broker()?;
            conversation(&port, version)
        });
    }
    list.push(case("rr::a_rejected_request", rejected_request));
    list.push(case("rr::nobody_is_subscribed", nobody_is_subscribed));
    list.push(case("rr::the_connection_is_lost_before_the_answer", lost_before_answer));
    list.push(case("rr::properties_of_the_request", properties));
    list.push(case("rr::below_what_the_broker_says", response_information));
    list.push(case("rr::by_its_other_name", other_name));
    list.push(case("rr::usage", usage));
    list.push(case("rr::mosquitto::a_stale_retained_answer", stale).needs(Tool::Mosquitto));
}

/// The value of a property that has a length, in the properties of a PUBLISH.
pub fn value_of(wanted: u8, properties: &[u8]) -> Verdict<Vec<u8>> {
    let mut rest = properties;
    while let Some((&identifier, after)) = rest.split_first() {
        let two = |bytes: &[u8]| 2 + usize::from(u16::from_be_bytes([bytes[0], bytes[1]]));
        let length = match identifier {
            0x01 => 1,
            0x02 => 4,
            0x03 | 0x08 | 0x09 => two(after),
            0x26 => two(after) + two(&after[two(after)..]),
            other => return Err(format!("property 0x{other:02x}").into()),
        };
        if identifier == wanted {
            return Ok(after[2..length].to_vec());
        }
        rest = &after[length..];
    }
    Err(format!("no property 0x{wanted:02x} in {properties:02x?}").into())
}

pub const CONTENT_TYPE: u8 = 0x03;
pub const RESPONSE_TOPIC: u8 = 0x08;
pub const CORRELATION_DATA: u8 = 0x09;

/// A property that has a length.
pub fn with_length(identifier: u8, value: impl AsRef<[u8]>) -> Vec<u8> {
    [vec![identifier], string(value)].concat()
}

/// Options of a subscription at QoS 1: in version 5 without what we publish ourselves, and without what is retained.
const OPTIONS: u8 = 0x01 | 0x04 | 0x20;

/// A request as the peer got it.
struct Asked {
    version: Version,
    id: u16,
    response_topic: Vec<u8>,
    correlation_data: Vec<u8>,
}

impl Asked {
    /// Takes the request `ask` to a, published after the SUBACK and not before.
    fn take(client: &mut Connection, version: Version) -> Verdict<Self> {
        let subscribe = client.expect_subscribe()?;
        client.expect_quiet()?;
        let (filter, options) = subscribe.filters[0].clone();
        ensure_eq(&options, &if version == Version::V5 { OPTIONS } else { 1 }, "the subscription's options")?;
        client.send(&suback(version, subscribe.id, &[1]))?;
        Self::published(client, version, &filter)
    }

    fn published(client: &mut Connection, version: Version, filter: &[u8]) -> Verdict<Self> {
        let publish = client.expect_publish()?;
        let expected = Publish { properties: publish.properties.clone(), ..Publish::new(1, publish.id, "a", "ask") };
        ensure_eq(&publish, &expected, "the request")?;
        let mut asked = Self { version, id: publish.id, response_topic: filter.to_vec(), correlation_data: Vec::new() };
        if version == Version::V5 {
            ensure_eq(&value_of(RESPONSE_TOPIC, &publish.properties)?, &asked.response_topic, "Response Topic")?;
            asked.correlation_data = value_of(CORRELATION_DATA, &publish.properties)?;
            ensure_eq(&asked.correlation_data.len(), &16, "bytes of Correlation Data")?;
        }
        Ok(asked)
    }

    fn puback(&self) -> Vec<u8> {
        puback(self.version, self.id)
    }

    /// A message on the topic of the answers.
    fn message(&self, payload: &str) -> Publish {
        Publish::new(0, 0, &self.response_topic, payload)
    }

    /// An answer.
    fn answer(&self, payload: &str) -> Publish {
        self.message(payload).properties(&with_length(CORRELATION_DATA, &self.correlation_data))
    }
}

/// `mqx rr WORDS a ask`; in 3.1.1 with the response topic that it needs.
fn asking(version: Version, words: &[&str]) -> Vec<String> {
    let topic: &[&str] = if version == Version::V311 { &["-e", "answers"] } else { &[] };
    [&["rr"], topic, words, &["a", "ask"]].concat().into_iter().map(str::to_owned).collect()
}

fn start(port: &str, version: Version, words: &[&str]) -> Verdict<Running> {
    let words = asking(version, words);
    at(port, version, &words.iter().map(String::as_str).collect::<Vec<_>>())?.start()
}

/// `mqx rr WORDS a ask` at a peer that takes the request, does `script`, and sees it leave in good order.
fn played(
    version: Version,
    words: &[&str],
    script: impl FnOnce(&mut Connection, &Asked) -> Verdict + Send + 'static,
) -> Verdict<Outcome> {
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        let asked = Asked::take(&mut client, version)?;
        script(&mut client, &asked)?;
        client.goodbye()
    })?;
    let outcome = start(&peer.port(), version, words)?.finish(STEP)?;
    peer.finish()?;
    Ok(outcome)
}

fn answer_alone(version: Version) -> Verdict {
    let outcome = played(version, &[], move |client, asked| {
        client.send(&asked.puback())?;
        client.send(&asked.answer("stale").retain().bytes(version))?;
        if version == Version::V5 {
            client.send(&asked.message("none").bytes(version))?;
            let other = asked.message("other").properties(&with_length(CORRELATION_DATA, "1234567890123456"));
            client.send(&other.bytes(version))?;
        }
        client.send(&asked.answer("right").bytes(version))
    })?;
    outcome.expect(0, "right\n", ": retained, so that it answers an earlier request\n")?;
    let others = outcome.stderr.matches(": its Correlation Data is not that of the request\n").count();
    ensure_eq(&others, &if version == Version::V5 { 2 } else { 0 }, "notes")
}

fn refused_subscription(version: Version) -> Verdict {
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        let subscribe = client.expect_subscribe()?;
        client.send(&suback(version, subscribe.id, &[if version == Version::V5 { 0x87 } else { 0x80 }]))?;
        client.goodbye()
    })?;
    let outcome = start(&peer.port(), version, &[])?.finish(STEP)?;
    outcome.expect(5, "", "was refused: 0x8")?;
    outcome.says(&["error: 1 subscription refused\n"])?;
    peer.finish()
}

fn no_answer(version: Version) -> Verdict {
    let outcome = played(version, &["-W", "3"], |client, asked| client.send(&asked.puback()))?;
    outcome.expect(27, "", "error: no answer within 3 s\n")?;
    ensure(!outcome.stderr.contains("hint"), outcome)
}

/// The session is lost with it: the broker knows neither the subscription nor the request.
fn lost_before_puback(version: Version) -> Verdict {
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        let before = Asked::take(&mut client, version)?;
        client.cut()?;
        let (mut client, _) = listener.welcome(version)?;
        let asked = Asked::take_again(&mut client, version)?;
        ensure_eq(&asked.correlation_data, &before.correlation_data, "Correlation Data")?;
        client.send(&asked.puback())?;
        client.send(&asked.answer("x").bytes(version))?;
        client.goodbye()
    })?;
    let outcome = start(&peer.port(), version, &[])?.finish(STEP)?;
    outcome.expect(0, "x\n", "; 1 unacknowledged sent again\n")?;
    peer.finish()
}

impl Asked {
    /// The request after a lost session: both at once, the subscription first.
    fn take_again(client: &mut Connection, version: Version) -> Verdict<Self> {
        let subscribe = client.grant_subscribe()?;
        Self::published(client, version, &subscribe.filters[0].0)
    }
}

/// The broker has the request and the session, and the answer comes over another connection.
fn lost_before_answer() -> Verdict {
    let version = Version::V5;
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        let asked = Asked::take(&mut client, version)?;
        client.send(&asked.puback())?;
        client.expect_quiet()?;
        client.cut()?;
        let (mut client, _) = listener.welcome_with(version, true, &[])?;
        client.send(&asked.answer("x").bytes(version))?;
        client.goodbye()
    })?;
    let outcome = start(&peer.port(), version, &[])?.finish(STEP)?;
    outcome.expect(0, "x\n", "connected again; the broker kept the session\n")?;
    peer.finish()
}

/// Where it goes to the topic of its answers, and the broker sends it back.
fn own_request(version: Version) -> Verdict {
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.grant_subscribe()?;
        let request = client.expect_publish()?;
        client.send(&puback(version, request.id))?;
        client.send(&Publish { qos: 0, id: 0, ..request.clone() }.bytes(version))?;
        let mut answer = Publish::new(0, 0, "a", "ask");
        if version == Version::V5 {
            let data = value_of(CORRELATION_DATA, &request.properties)?;
            answer = answer.properties(&[with_length(CORRELATION_DATA, data), with_length(CONTENT_TYPE, "t")].concat());
        }
        client.send(&answer.bytes(version))?;
        client.goodbye()
    })?;
    let outcome = at(&peer.port(), version, &["rr", "-e", "a", "--json", "a", "ask"])?.run()?;
    outcome.expect_code(0)?;
    let lines = outcome.stdout.iter().filter(|byte| **byte == b'\n').count();
    ensure_eq(&lines, &1, "answers")?;
    let json: serde_json::Value = serde_json::from_slice(&outcome.stdout)?;
    let content_type = if version == Version::V5 { serde_json::json!("t") } else { serde_json::Value::Null };
    ensure_eq(&json["content_type"], &content_type, "that of the answer, not of the request")?;
    peer.finish()
}

fn so_many_answers(version: Version) -> Verdict {
    for (replies, answers, code, says) in [
        (&["--replies", "2"][..], 3, 0, ""),
        (&["--replies", "3", "-W", "3"], 2, 27, "error: 2 of 3 answers within 3 s\n"),
        (&["--replies", "all", "-W", "3"], 2, 0, ""),
        (&["--replies", "all", "-W", "3"], 0, 27, "error: no answer within 3 s\n"),
    ] {
        let words = [replies, &["--latency"]].concat();
        let outcome = played(version, &words, move |client, asked| {
            client.send(&asked.puback())?;
            let all: Vec<Vec<u8>> = (0..answers).map(|n| asked.answer(&format!("{n}")).bytes(version)).collect();
            client.send(&all.concat())
        })?;
        let printed = if answers == 3 { 2 } else { answers };
        outcome.expect(code, (0..printed).map(|n| format!("{n}\n")).collect::<String>(), says)?;
        let told = outcome.stderr.lines().filter(|line| line.starts_with("answer after ") && line.ends_with(" ms")).count();
        ensure_eq(&told, &printed, "lines of --latency")?;
    }
    Ok(())
}

fn latency(version: Version) -> Verdict {
    const AT_LEAST: Duration = Duration::from_millis(100);
    let begun = Instant::now();
    let outcome = played(version, &["--latency"], |client, asked| {
        client.send(&asked.puback())?;
        let taken = Instant::now();
        while taken.elapsed() < AT_LEAST {
            client.expect_quiet()?;
        }
        client.send(&asked.answer("x").bytes(asked.version))
    })?;
    outcome.expect(0, "x\n", "answer after ")?;
    let mut lines = outcome.stderr.lines();
    let told = lines.find_map(|line| line.strip_prefix("answer after ")?.strip_suffix(" ms")).ok_or("no time in ms")?;
    let (took, most): (f64, f64) = (told.parse()?, begun.elapsed().as_secs_f64() * 1e3);
    ensure((AT_LEAST.as_secs_f64() * 1e3..most).contains(&took), format_args!("{told} ms of {most} ms"))
}

fn interrupted(version: Version) -> Verdict {
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        let asked = Asked::take(&mut client, version)?;
        client.send(&asked.puback())?;
        client.send(&asked.answer("early").retain().bytes(version))?;
        client.goodbye()
    })?;
    let running = start(&peer.port(), version, &[])?;
    running.wait_stderr("ignored a message")?;
    running.signal(Signal::INT)?;
    running.finish(STEP)?.expect_ended(Ended::Signal(2), "", "")?;
    peer.finish()
}

fn rejected_request() -> Verdict {
    let outcome = played(Version::V5, &[], |client, asked| client.send(&ack(Version::V5, first::PUBACK, asked.id, 0x87)))?;
    outcome.expect(5, "", "warning: message 1 was rejected: 0x87 not authorized\nerror: 1 message rejected\n")
}

/// Which may change: somebody may come, and the broker may have been wrong.
fn nobody_is_subscribed() -> Verdict {
    let outcome = played(Version::V5, &[], |client, asked| {
        client.send(&ack(Version::V5, first::PUBACK, asked.id, 0x10))?;
        client.send(&asked.answer("x").bytes(Version::V5))
    })?;
    outcome.expect(0, "x\n", "warning: nobody is subscribed to a: who would answer has not got the request\n")
}

/// What was given is taken, and the rest made.
fn properties() -> Verdict {
    let peer = Peer::play(|listener| {
        let (mut client, _) = listener.welcome(Version::V5)?;
        client.grant_subscribe()?;
        let request = client.expect_publish()?;
        for (identifier, value) in [(RESPONSE_TOPIC, &b"answers"[..]), (CORRELATION_DATA, &[0, 255]), (CONTENT_TYPE, b"t")] {
            ensure_eq(&value_of(identifier, &request.properties)?, &value.to_vec(), "a property")?;
        }
        client.send(&puback(Version::V5, request.id))?;
        let answer = Publish::new(0, 0, "answers", "x").properties(&with_length(CORRELATION_DATA, [0, 255]));
        client.send(&answer.bytes(Version::V5))?;
        client.goodbye()
    })?;
    let words = ["rr", "-e", "answers", "--correlation-data", "hex:00ff", "--content-type", "t", "-t", "a", "-s"];
    at(&peer.port(), Version::V5, &words)?.stdin("ask").run()?.expect(0, "x\n", "")?;
    peer.finish()
}

/// Response Information, asked for only where a topic is to be made of it.
fn response_information() -> Verdict {
    let version = Version::V5;
    const ASKS: &[u8] = &[0x19, 1];
    for (information, begin) in [("r/1", "r/1/"), ("r/1/", "r/1/"), ("r/#", "mqx/response/")] {
        let peer = Peer::play(move |listener| {
            let (mut client, connect) = listener.welcome_with(version, false, &with_length(0x1A, information))?;
            ensure(contains(&connect.properties, ASKS), "Request Response Information is 1")?;
            let asked = Asked::take(&mut client, version)?;
            let topic = String::from_utf8_lossy(&asked.response_topic).into_owned();
            ensure(topic.starts_with(begin) && !topic.contains("//"), format_args!("{topic} begins with {begin}"))?;
            client.send(&asked.puback())?;
            client.send(&asked.answer("x").bytes(version))?;
            client.goodbye()
        })?;
        start(&peer.port(), version, &[])?.finish(STEP)?.expect(0, "x\n", "")?;
        peer.finish()?;
    }
    let peer = Peer::play(move |listener| {
        let (mut client, connect) = listener.welcome(version)?;
        ensure(!contains(&connect.properties, ASKS), "it is not asked for with -e")?;
        let asked = Asked::take(&mut client, version)?;
        client.send(&ack(version, first::PUBACK, asked.id, 0x87))?;
        client.goodbye()
    })?;
    start(&peer.port(), version, &["-e", "answers"])?.finish(STEP)?.expect(5, "", "")?;
    peer.finish()
}

/// The environment counts for it as for every client.
fn other_name() -> Verdict {
    let version = Version::V5;
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        let asked = Asked::take(&mut client, version)?;
        client.send(&asked.puback())?;
        client.send(&asked.answer("x").bytes(version))?;
        client.goodbye()
    })?;
    let run = Mqx::new(["request", "-h", "127.0.0.1", "a", "ask"])?.env("MQX_PORT", peer.port());
    run.run()?.expect(0, "x\n", "")?;
    peer.finish()
}

fn usage() -> Verdict {
    for (words, says) in [
        (&["rr", "-V", "311", "a", "x"][..], "error: rr without -e needs MQTT 5, and -V asks for 3.1.1\n"),
        (&["rr", "a", "-l"], "-l"),
        (&["rr", "a", "x", "--replies", "0"], "it is a number from 1, or all"),
        (&["rr", "a", "x", "-e", "b/+"], "error: topic 'b/+': it has the wildcard +"),
    ] {
        Mqx::new(words)?.run()?.expect(2, "", says)?;
    }
    Ok(())
}

/// A broker of our own on a port that was free a moment ago.
pub fn broker() -> Verdict<(Running, String)> {
    let port = free_port()?.to_string();
    let running = Mqx::new(["broker", "-p", &port])?.start()?;
    running.wait_stderr(&port)?;
    Ok((running, port))
}

/// Both sides, one after the other at each QoS.
fn conversation(port: &str, version: Version) -> Verdict {
    let topic: &[&str] = if version == Version::V311 { &["-e", "answers"] } else { &[] };
    let replying = at(port, version, &[&["reply", "--echo"], topic, &["a/#"]].concat())?.start()?;
    replying.wait_stderr("replying to requests on a/#")?;
    for qos in ["0", "1", "2"] {
        let words = [&["rr", "-q", qos, "-N"], topic, &["a/b", "hot\n"]].concat();
        at(port, version, &words)?.run()?.expect(0, "hot\n", "")?;
    }
    replying.signal(Signal::INT)?;
    let outcome = replying.finish(STEP)?;
    outcome.expect(0, "", "")?;
    ensure(!outcome.stderr.contains("warning"), outcome)
}

/// The defect of mosquitto_rr: what is retained on the topic of -e is the answer.
fn stale() -> Verdict {
    let broker = Mosquitto::start()?;
    for version in Version::BOTH {
        at(&broker.port(), version, &["pub", "-r", "answers", "stale"])?.run()?.expect(0, "", "")?;
        let words = ["rr", "-e", "answers", "-W", "3", "a", "x"];
        at(&broker.port(), version, &words)?.run()?.expect(27, "", "error: no answer within 3 s\n")?;
    }
    Ok(())
}
