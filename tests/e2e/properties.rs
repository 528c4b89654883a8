//! The options of MQTT 5 for what `pub` publishes: on each message, beside those of records, and an expiry while a message waits.

use std::time::{Duration, Instant};

use crate::at;
use crate::support::harness::{Case, Tool, case};
use crate::support::mosquitto::Mosquitto;
use crate::support::mqx::Mqx;
use crate::support::packets::{Publish, Version, packet, property, puback};
use crate::support::peer::{Connection, Listener, Peer};
use crate::support::{STEP, Verdict, ensure, ensure_eq};

pub fn cases(list: &mut Vec<Case>) {
    list.push(case("properties::on_every_message", on_every_message));
    list.push(case("properties::beside_those_of_records", beside_records));
    list.push(case("properties::an_expiry_is_reduced_by_the_wait_for_a_connection", reduced_expiry));
    list.push(case("properties::expired_while_it_waited", expired));
    list.push(case("properties::expired_while_there_was_no_connection", expired_offline));
    list.push(case("properties::expired_before_the_first_connection", expired_at_first));
    list.push(case("properties::an_expiry_is_reduced_by_the_wait_for_the_first_connection", reduced_at_first));
    list.push(case("properties::usage", usage));
    list.push(case("properties::without_version_5_nothing_is_sent", no_version_5));
    list.push(case("properties::mosquitto::as_json", as_json).needs(Tool::Mosquitto));
}

const WORDS: [&str; 16] = [
    "--user-property",
    "b=1=2",
    "--content-type",
    "text/plain",
    "--response-topic",
    "answers/é",
    "--correlation-data",
    "hex:00ff",
    "--expiry",
    "1h",
    "--payload-format",
    "utf8",
    "--user-property",
    "a=",
    "--user-property",
    "b=3",
];

/// What the words are on the wire.
fn all() -> Vec<u8> {
    let fixed = b"\x01\x01\x02\0\0\x0e\x10\x08\0\x0aanswers/\xc3\xa9\x09\0\x02\0\xff";
    let user = [property::user("b", "1=2"), property::user("a", ""), property::user("b", "3")].concat();
    [fixed, &*user, &b"\x03\0\x0atext/plain"[..]].concat()
}

/// Takes messages of QoS 1 with these topics, payloads and properties, and the end.
fn take(mut client: Connection, messages: &[(&str, &str, Vec<u8>)]) -> Verdict {
    for ((topic, payload, properties), id) in messages.iter().zip(1..) {
        let expected = Publish::new(1, id, topic, payload).properties(properties);
        ensure_eq(&client.expect_publish()?, &expected, "a message")?;
        client.send(&puback(Version::V5, id))?;
    }
    client.goodbye()
}

/// Runs `pub` against a peer that takes these messages.
fn publishes(words: &[&str], stdin: &str, messages: Vec<(&'static str, &'static str, Vec<u8>)>) -> Verdict {
    let peer = Peer::play(move |listener| {
        let (client, _) = listener.welcome(Version::V5)?;
        take(client, &messages)
    })?;
    // Without -V: the options ask for version 5 themselves.
    let run = Mqx::new([&["pub", "-h", "127.0.0.1", "-p", &peer.port()], words, &WORDS].concat())?;
    run.stdin(stdin).run()?.expect(0, "", "")?;
    peer.finish()
}

/// One message, each of its topics, each repetition, each line.
fn on_every_message() -> Verdict {
    publishes(&["a", "x"], "", vec![("a", "x", all())])?;
    publishes(&["-t", "a", "-t", "b", "-n"], "", vec![("a", "", all()), ("b", "", all())])?;
    publishes(&["a", "x", "--repeat", "2"], "", vec![("a", "x", all()), ("a", "x", all())])?;
    publishes(&["a", "-l"], "1\n2", vec![("a", "1", all()), ("a", "2", all())])?;
    publishes(&["a"], "whole\n", vec![("a", "whole\n", all())])
}

/// A record keeps each property that it has, and gets the others.
fn beside_records() -> Verdict {
    let records = concat!(
        "{\"topic\":\"a\",\"payload\":\"none\"}\n",
        "{\"payload\":\"some\",\"expiry\":7,\"user_properties\":[[\"own\",\"1\"]]}\n",
    );
    let mut some = all();
    some[6] = 7;
    some[5] = 0;
    let user = [property::user("b", "1=2"), property::user("a", ""), property::user("b", "3")].concat();
    let at = some.windows(user.len()).position(|part| part == user).ok_or("the user properties")?;
    some.splice(at..at + user.len(), property::user("own", "1"));
    publishes(&["--from-json", "t"], records, vec![("a", "none", all()), ("t", "some", some)])
}

/// CONNACK that allows one message at a time and asks for a PINGREQ each second: two of them are a wait of two seconds.
fn one_at_a_time(session_present: bool) -> Vec<u8> {
    let properties = property::all(&[property::receive_maximum(1), property::server_keep_alive(1)]);
    crate::support::packets::connack(Version::V5, session_present, 0, &properties)
}

fn expiry(seconds: u32) -> Vec<u8> {
    property::message_expiry(seconds)
}

/// Rule 23: of the message that waited its interval is reduced, of the one that is only sent again it is not.
fn reduced_expiry() -> Verdict {
    let peer = Peer::play(|listener| {
        let mut client = listener.accept()?;
        client.expect_connect()?;
        client.send(&one_at_a_time(false))?;
        let first = Publish::new(1, 1, "a", "1").properties(&expiry(3600));
        ensure_eq(&client.expect_publish()?, &first, "the first message")?;
        client.answer_ping()?;
        client.answer_ping()?;
        client.cut()?;
        let mut client = listener.accept()?;
        client.expect_connect()?;
        client.send(&one_at_a_time(true))?;
        ensure_eq(&client.expect_publish()?, &first.dup(), "the first message again")?;
        client.send(&puback(Version::V5, 1))?;
        let second = client.expect_publish()?;
        let left = second.properties.last_chunk().map(|bytes| u32::from_be_bytes(*bytes)).ok_or("an interval")?;
        ensure_eq(&second, &Publish::new(1, second.id, "a", "2").properties(&expiry(left)), "the second message")?;
        ensure((3500..=3598).contains(&left), format_args!("{left} s are left after a wait of 2 s and more"))?;
        client.send(&puback(Version::V5, second.id))?;
        client.goodbye()
    })?;
    let outcome = at(&peer.port(), Version::V5, &["pub", "-l", "--expiry", "1h", "a"])?.stdin("1\n2\n").run()?;
    outcome.expect(0, "", "")?;
    peer.finish()
}

/// The one that waited for longer than it is worth is counted as expired, and not sent.
fn expired() -> Verdict {
    let peer = Peer::play(|listener| {
        let mut client = listener.accept()?;
        client.expect_connect()?;
        client.send(&one_at_a_time(false))?;
        let first = Publish::new(1, 1, "a", "1").properties(&expiry(1));
        ensure_eq(&client.expect_publish()?, &first, "the first message")?;
        client.answer_ping()?;
        client.answer_ping()?;
        client.send(&puback(Version::V5, 1))?;
        client.goodbye()
    })?;
    let outcome = at(&peer.port(), Version::V5, &["pub", "-l", "--expiry", "1", "a"])?.stdin("1\n2\n").run()?;
    outcome.expect_whole(5, "", "warning: message 2 expired before it could be sent\nerror: 1 message expired\n")?;
    peer.finish()
}

/// A broker that is not there at first: connections end before CONNACK until a message has waited for 2 s.
fn late_broker(listener: &mut Listener) -> Verdict<Connection> {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(2) {
        listener.accept()?.close()?;
    }
    Ok(listener.welcome(Version::V5)?.0)
}

fn expired_at_first() -> Verdict {
    let peer = Peer::play(|listener| late_broker(listener)?.goodbye())?;
    let words = ["pub", "--retry-first", "--expiry", "1", "-t", "a", "-t", "b", "-m", "x"];
    let outcome = at(&peer.port(), Version::V5, &words)?.run()?;
    outcome.expect(5, "", "warning: message 1 expired before it could be sent\nwarning: message 2 expired before")?;
    outcome.says(&["error: 2 messages expired\n"])?;
    peer.finish()
}

fn reduced_at_first() -> Verdict {
    let peer = Peer::play(|listener| {
        let mut client = late_broker(listener)?;
        let message = client.expect_publish()?;
        let left = message.properties.last_chunk().map(|bytes| u32::from_be_bytes(*bytes)).ok_or("an interval")?;
        ensure_eq(&message, &Publish::new(1, message.id, "a", "x").properties(&expiry(left)), "the message")?;
        ensure((3500..=3598).contains(&left), format_args!("{left} s are left after a wait of 2 s and more"))?;
        client.send(&puback(Version::V5, message.id))?;
        client.goodbye()
    })?;
    at(&peer.port(), Version::V5, &["pub", "--retry-first", "--expiry", "1h", "a", "x"])?.run()?.expect(0, "", "")?;
    peer.finish()
}

/// The same while there is no connection: of what was sent before, the interval stays; what was not is gone, or has less left.
fn expired_offline() -> Verdict {
    let peer = Peer::play(|listener| {
        let mut client = listener.accept()?;
        client.expect_connect()?;
        client.send(&one_at_a_time(false))?;
        let first = Publish::new(1, 1, "a", "1").properties(&expiry(1));
        ensure_eq(&client.expect_publish()?, &first, "the first message")?;
        client.answer_ping()?;
        client.cut()?;
        // The backoff of the first attempts is shorter than what two PINGREQ take in the connection that follows.
        let mut client = listener.accept()?;
        client.expect_connect()?;
        client.send(&one_at_a_time(true))?;
        ensure_eq(&client.expect_publish()?, &first.dup(), "the first message again")?;
        client.answer_ping()?;
        client.send(&puback(Version::V5, 1))?;
        let third = client.expect_publish()?;
        let left = third.properties.last_chunk().map(|bytes| u32::from_be_bytes(*bytes)).ok_or("an interval")?;
        ensure_eq(&third, &Publish::new(1, third.id, "b", "3").properties(&expiry(left)), "the third message")?;
        ensure((3500..=3599).contains(&left), format_args!("{left} s are left"))?;
        client.send(&puback(Version::V5, third.id))?;
        client.goodbye()
    })?;
    let records = concat!(
        "{\"topic\":\"a\",\"payload\":\"1\",\"expiry\":1}\n",
        "{\"topic\":\"a\",\"payload\":\"2\",\"expiry\":1}\n",
        "{\"topic\":\"b\",\"payload\":\"3\",\"expiry\":3600}\n",
    );
    let outcome = at(&peer.port(), Version::V5, &["pub", "--from-json", "--stats"])?.stdin(records).run()?;
    outcome.expect(5, "", "warning: message 2 expired before it could be sent\n")?;
    outcome.says(&["error: 1 message expired\n", "submitted 3 messages in ", "a second; 2 acknowledged; 1 expired\n"])?;
    peer.finish()
}

/// Before anything is connected to: nothing listens on the port.
fn usage() -> Verdict {
    let too_long = "x".repeat(65_536);
    for (option, value, says) in [
        ("--content-type", &*too_long, "error: content type: it has 65536 bytes"),
        ("--response-topic", "a/#", "error: topic 'a/#': it has the wildcard #"),
        ("--correlation-data", "hex:0", "error: correlation data: two hexadecimal digits a byte follow hex:"),
        ("--correlation-data", "base64:!", "error: correlation data: it is not base64"),
        ("--expiry", "1.5", "whole number of seconds"),
        ("--expiry", "-1", "--expiry"),
        ("--payload-format", "json", "a payload format is utf8 or bytes"),
        ("--user-property", "name", "error: user property 'name': it is NAME=VALUE"),
    ] {
        let outcome = Mqx::new(["pub", "-h", "127.0.0.1", "-p", "1", option, value, "a", "x"])?.run()?;
        outcome.expect(2, "", says)?;
    }
    for words in WORDS.chunks(2) {
        let outcome = at("1", Version::V311, &[&["pub", "a", "x"], words].concat())?.run()?;
        let says = format!("error: {} needs MQTT 5, and -V asks for 3.1.1\n", words[0]);
        outcome.expect_whole(2, "", &says)?;
    }
    let outcome = Mqx::new(["pub", "-h", "127.0.0.1", "-p", "1", "--payload-format", "utf8", "a"])?.stdin(b"\xff").run()?;
    outcome.expect_whole(2, "", "error: the message is not UTF-8, and --payload-format says that it is\n")?;
    let outcome = Mqx::new(["pub", "a", "x", "--correlation-data", "@nowhere"])?.run()?;
    outcome.expect_whole(1, "", "error: cannot read correlation data in nowhere: no such file or directory\n")
}

/// A broker of 3.1.1 gets no second CONNECT without what was asked for.
fn no_version_5() -> Verdict {
    let peer = Peer::play(|listener| {
        let mut client = listener.accept()?;
        client.expect_connect()?;
        client.send(&packet(0x20, &[0, 1]))?;
        client.expect_eof()
    })?;
    let port = peer.port();
    let outcome = Mqx::new(["pub", "-h", "127.0.0.1", "-p", &port, "--expiry", "1", "a", "x"])?.run()?;
    outcome.expect_code(4)?;
    peer.finish()
}

/// Through a real broker: what the options say is what `sub --json` shows.
fn as_json() -> Verdict {
    let broker = Mosquitto::start()?;
    let watcher = at(&broker.port(), Version::V5, &["sub", "--json", "-C", "1", "a"])?.start()?;
    watcher.wait_stderr("subscribed")?;
    at(&broker.port(), Version::V5, &[&["pub", "a", "x"], &WORDS[..]].concat())?.run()?.expect(0, "", "")?;
    let outcome = watcher.finish(STEP)?;
    outcome.expect_code(0)?;
    let json: serde_json::Value = serde_json::from_slice(&outcome.stdout)?;
    for (field, value) in [
        ("payload_format", serde_json::json!(1)),
        ("expiry", serde_json::json!(3600)),
        ("content_type", serde_json::json!("text/plain")),
        ("response_topic", serde_json::json!("answers/é")),
        ("correlation_data", serde_json::json!("AP8=")),
        ("user_properties", serde_json::json!([["b", "1=2"], ["a", ""], ["b", "3"]])),
    ] {
        ensure_eq(&json[field], &value, field)?;
    }
    Ok(())
}
