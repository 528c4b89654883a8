//! `pub --from-json`: records in, messages with all their properties out; what is no record is named and left out.

use crate::at;
use crate::support::harness::{Case, case};
use crate::support::mqx::Mqx;
use crate::support::packets::{Publish, Version, ack, first, property, puback, pubcomp, pubrec, string};
use crate::support::peer::Peer;
use crate::support::{Verdict, ensure_eq};

pub fn cases(list: &mut Vec<Case>) {
    for version in Version::BOTH {
        let name = |what: &str| format!("from_json::{what}::{}", version.flag());
        list.push(case(name("bridge"), move || bridge(version)));
        list.push(case(name("what_a_record_leaves_open"), move || defaults(version)));
        list.push(case(name("bad_lines_are_left_out"), move || bad_lines(version)));
    }
    list.push(case("from_json::properties_in_3_1_1_are_rejected", properties_in_311));
    list.push(case("from_json::what_the_broker_cannot_do", limits));
    list.push(case("from_json::only_bad_lines", only_bad_lines));
    list.push(case("from_json::usage", usage));
}

/// Messages of every QoS, retained or not, with any bytes and, in version 5, properties.
fn messages(version: Version) -> Vec<Publish> {
    // In the order in which they are written.
    let all = property::all(&[
        vec![0x01, 1],
        property::message_expiry(3600),
        [&[0x08], &string("answers/é")[..]].concat(),
        [&[0x09], &string(b"\x00\xff")[..]].concat(),
        property::user("b", "1"),
        property::user("a", ""),
        property::user("b", "\u{202e}\n"),
        [&[0x03], &string("text/\"plain\"")[..]].concat(),
    ]);
    let mut messages = vec![
        Publish::new(0, 0, "a", ""),
        Publish::new(1, 1, "a/ \"ü\"", "line\r\n\u{1}\u{2028}😀").retain(),
        Publish::new(2, 2, "$x//", b"\x00\xff\xc3"),
        Publish::new(1, 3, "b", "x"),
    ];
    if version == Version::V5 {
        messages[2].properties = all;
        messages[3].properties = vec![0x01, 0];
    }
    messages
}

/// What `sub --json` prints of one broker's messages, `pub --from-json` gives to another unchanged.
fn bridge(version: Version) -> Verdict {
    let source = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.grant_subscribe()?;
        for message in messages(version) {
            client.send(&message.bytes(version))?;
            match message.qos {
                0 => {}
                1 => drop(client.expect_ack(first::PUBACK, message.id)?),
                _ => {
                    client.expect_ack(first::PUBREC, message.id)?;
                    client.send(&ack(version, first::PUBREL, message.id, 0))?;
                    client.expect_ack(first::PUBCOMP, message.id)?;
                }
            }
        }
        client.goodbye()
    })?;
    let printed = at(&source.port(), version, &["sub", "--json", "-q", "2", "-C", "4", "#"])?.run()?;
    printed.expect_code(0)?;
    source.finish()?;
    let target = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        for message in messages(version) {
            ensure_eq(&client.expect_publish()?, &message, "what was printed is published")?;
        }
        client.send(&[puback(version, 1), pubrec(version, 2), puback(version, 3)].concat())?;
        client.expect_ack(first::PUBREL, 2)?;
        client.send(&pubcomp(version, 2))?;
        client.goodbye()
    })?;
    at(&target.port(), version, &["pub", "--from-json"])?.stdin(printed.stdout.clone()).run()?.expect(0, "", "")?;
    target.finish()
}

/// A peer that takes these messages, all of QoS 1, and no other.
fn taker(version: Version, messages: Vec<Publish>) -> Verdict<Peer> {
    Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        for (message, id) in messages.into_iter().zip(1..) {
            ensure_eq(&client.expect_publish()?, &Publish { qos: 1, id, ..message }, "a message")?;
            client.send(&puback(version, id))?;
        }
        client.goodbye()
    })
}

/// TOPIC, `-q` and `-r` are for what a record does not say; the records come from a file.
fn defaults(version: Version) -> Verdict {
    let message = |topic, payload| Publish::new(1, 0, topic, payload);
    let peer = taker(
        version,
        vec![
            message("a", "1").retain(),
            message("b", "1").retain(),
            message("c", "{\"x\": 1.0}"),
            message("a", "2").retain(),
            message("b", "2").retain(),
        ],
    )?;
    let run = at(&peer.port(), version, &["pub", "--from-json", "-f", "records", "-t", "a", "-t", "b", "-r", "-q", "1"])?;
    let records = concat!(
        "{\"payload\":\"1\"}\n",
        "\r\n",
        "{\"topic\":\"c\",\"retain\":false,\"qos\":1,\"encoding\":\"json\",\"payload\":{\"x\": 1.0}}\r\n",
        "{\"payload\":\"Mg==\",\"encoding\":\"base64\",\"unknown\":[{}]}"
    );
    std::fs::write(run.home().join("records"), records)?;
    run.run()?.expect(0, "", "")?;
    peer.finish()
}

/// The others go on, and the end is 1.
fn bad_lines(version: Version) -> Verdict {
    let peer = taker(version, vec![Publish::new(1, 0, "a", "first"), Publish::new(1, 0, "a", "last")])?;
    let lines = [
        &br#"{"topic":"a","payload":"first"}"#[..],
        b"hot",
        br#"{"payload":"no topic"}"#,
        b"",
        br##"{"topic":"a/#","payload":"x"}"##,
        br#"{"topic":"a","payload":"x","qos":3}"#,
        br#"{"topic":"a","topic":"b","payload":"x"}"#,
        br#"{"topic":"a","payload":"/x","encoding":"base64"}"#,
        b"{\"topic\":\"a\",\"payload\":\"\xff\"}",
        br#"{"topic":"a","payload":"last"}"#,
        br#"{"topic":"a","payload":"cut"#,
    ];
    let outcome = at(&peer.port(), version, &["pub", "--from-json"])?.stdin(lines.join(&b'\n')).run()?;
    outcome.expect(1, "", "")?;
    let says = "\
warning: line 2 left out: it is no JSON: the error is near byte 1
warning: line 3 left out: it has no topic, and the command line names none
warning: line 5 left out: topic: it has the wildcard #, which only a filter may have
warning: line 6 left out: qos: it is not 0, 1 or 2
warning: line 7 left out: topic is there twice
warning: line 8 left out: payload: it is not a text in base64
warning: line 9 left out: it is not UTF-8
warning: line 11 left out: it is no JSON: it ends too early
error: 8 lines left out
";
    ensure_eq(&&*outcome.stderr, &says, "stderr")?;
    peer.finish()
}

fn only_bad_lines() -> Verdict {
    let peer = taker(Version::V5, Vec::new())?;
    let outcome = at(&peer.port(), Version::V5, &["pub", "--from-json", "a"])?.stdin("{}\n").run()?;
    outcome.expect(1, "", "warning: line 1 left out: it has no payload\nerror: 1 line left out\n")?;
    peer.finish()
}

/// Rule 19: without properties it would be another message.
fn properties_in_311() -> Verdict {
    let peer = taker(Version::V311, vec![Publish::new(1, 0, "a", "last")])?;
    let records =
        "{\"topic\":\"a\",\"payload\":\"x\",\"expiry\":1}\n{\"topic\":\"a\",\"payload\":\"last\",\"user_properties\":[]}\n";
    let outcome = at(&peer.port(), Version::V311, &["pub", "--from-json"])?.stdin(records).run()?;
    outcome.expect(5, "", "warning: message 1 was rejected: it has properties, which MQTT 3.1.1 does not know\n")?;
    peer.finish()
}

/// A level that a record asks for is not lowered, one that nobody asked for is.
fn limits() -> Verdict {
    let peer = Peer::play(|listener| {
        let (mut client, _) = listener.welcome_with(Version::V5, false, &property::maximum_qos(0))?;
        ensure_eq(&client.expect_publish()?, &Publish::new(0, 0, "a", "y"), "the second message")?;
        client.answer_ping()?;
        client.goodbye()
    })?;
    let records = "{\"topic\":\"a\",\"payload\":\"x\",\"qos\":1}\n{\"topic\":\"a\",\"payload\":\"y\"}\n";
    let outcome = at(&peer.port(), Version::V5, &["pub", "--from-json"])?.stdin(records).run()?;
    outcome.expect(5, "", "warning: message 1 was rejected: the broker's Maximum QoS is 0\n")?;
    peer.finish()
}

fn usage() -> Verdict {
    for other in [&["-m", "x"][..], &["-s"], &["-l"], &["-n"], &["--repeat", "2"]] {
        let outcome = Mqx::new([&["pub", "--from-json"], other].concat())?.run()?;
        outcome.expect(2, "", "cannot be used with")?;
        outcome.says(&["--from-json"])?;
    }
    let outcome = Mqx::new(["pub", "--from-json", "a", "hot"])?.run()?;
    outcome.expect(2, "", "error: 'hot' is one word too many\n")
}
