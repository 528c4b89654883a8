//! DISCONNECT from the broker: every form, every Reason Code and what a person is told. What becomes of a message that has no answer yet is
//! in `rules::reasons`.

use crate::rules::Scene;
use crate::support::harness::{Case, both, case};
use crate::support::mqx::Outcome;
use crate::support::packets::{Publish, Version, disconnect, first, packet, property};
use crate::support::peer::{Connection, Listener};
use crate::support::{STEP, Verdict, ensure, ensure_eq};

const V5: Version = Version::V5;

pub fn cases(list: &mut Vec<Case>) {
    list.push(case("disconnect::every_reason_code", every_reason_code));
    list.push(case("disconnect::two_bytes", || again(packet(first::DISCONNECT, &[]), "0x00 success")));
    list.push(case("disconnect::a_reason_without_properties", || {
        again(packet(first::DISCONNECT, &[0x8B]), "0x8b server shutting down")
    }));
    list.push(case("disconnect::a_reason_and_no_properties", || {
        again(packet(first::DISCONNECT, &[0x8B, 0]), "0x8b server shutting down")
    }));
    list.push(case("disconnect::what_comes_behind_it_is_nothing", nothing_behind));
    list.push(case("disconnect::reason_string_and_server_are_told", told));
    list.push(case("disconnect::the_reason_string_of_not_authorized", not_authorized));
    list.push(case("disconnect::taken_over_twice_is_not_fought", no_fight));
    for (name, bytes, text) in malformed() {
        list.push(case(format!("disconnect::malformed::{name}"), move || malformed_one(bytes, text)));
    }
    both(list, "disconnect::that_a_311_broker_cannot_send", not_in_311);
}

/// What a code means for the run.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// The connection is made again.
    Again,
    /// 6.
    Lost,
    /// 5.
    Rejected,
}

use Fate::{Again, Lost, Rejected};

/// Every Reason Code of the specification, with its name here, and one of none.
const CODES: &[(u8, &str, Fate)] = &[
    (0x00, "success", Again),
    (0x01, "granted QoS 1", Again),
    (0x02, "granted QoS 2", Again),
    (0x04, "disconnect with will message", Again),
    (0x10, "no matching subscribers", Again),
    (0x11, "no subscription existed", Again),
    (0x18, "continue authentication", Again),
    (0x19, "re-authenticate", Again),
    (0x7F, "unknown reason", Again),
    (0x80, "unspecified error", Again),
    (0x81, "malformed packet", Lost),
    (0x82, "protocol error", Lost),
    (0x83, "implementation specific error", Again),
    (0x84, "unsupported protocol version", Lost),
    (0x85, "client identifier not valid", Lost),
    (0x86, "bad user name or password", Lost),
    (0x87, "not authorized", Rejected),
    (0x88, "server unavailable", Again),
    (0x89, "server busy", Again),
    (0x8A, "banned", Lost),
    (0x8B, "server shutting down", Again),
    (0x8C, "bad authentication method", Lost),
    (0x8D, "keep alive timeout", Again),
    (0x8E, "session taken over", Lost),
    (0x8F, "topic filter invalid", Lost),
    (0x90, "topic name invalid", Lost),
    (0x91, "packet identifier in use", Lost),
    (0x92, "packet identifier not found", Lost),
    (0x93, "receive maximum exceeded", Lost),
    (0x94, "topic alias invalid", Lost),
    (0x95, "packet too large", Lost),
    (0x96, "message rate too high", Lost),
    (0x97, "quota exceeded", Again),
    (0x98, "administrative action", Again),
    (0x99, "payload format invalid", Lost),
    (0x9A, "retain not supported", Lost),
    (0x9B, "QoS not supported", Lost),
    (0x9C, "use another server", Again),
    (0x9D, "server moved", Lost),
    (0x9E, "shared subscriptions not supported", Lost),
    (0x9F, "connection rate exceeded", Again),
    (0xA0, "maximum connect time", Again),
    (0xA1, "subscription identifiers not supported", Lost),
    (0xA2, "wildcard subscriptions not supported", Lost),
    (0xEE, "unknown reason", Lost),
];

/// A subscriber that has its SUBACK.
fn subscribed(listener: &mut Listener) -> Verdict<Connection> {
    let (mut client, _) = listener.welcome(V5)?;
    client.grant_subscribe()?;
    Ok(client)
}

/// The next connection, which brings the message that the run is for.
fn delivered(listener: &mut Listener) -> Verdict {
    let mut client = subscribed(listener)?;
    client.send(&Publish::new(0, 0, "a", "x").bytes(V5))?;
    client.goodbye()
}

/// `mqx sub -C 1` gets `bytes` behind its SUBACK.
fn interrupted(bytes: Vec<u8>, comes_again: bool) -> Verdict<Scene> {
    Scene::start(V5, &["sub", "-C", "1", "a"], move |listener| {
        let mut client = subscribed(listener)?;
        client.send(&bytes)?;
        client.expect_eof()?;
        if comes_again {
            return delivered(listener);
        }
        listener.close();
        Ok(())
    })
}

fn again(bytes: Vec<u8>, named: &str) -> Verdict {
    expect_again(&interrupted(bytes, true)?.finish(STEP)?, named)
}

fn expect_again(outcome: &Outcome, named: &str) -> Verdict {
    let down = format!("warning: connection lost: the broker disconnected: {named}; trying again ");
    outcome.expect(0, "x\n", &down)?;
    ensure(!outcome.stderr.contains("error:"), outcome)
}

/// All at the same time, since those that are made again wait for it.
fn every_reason_code() -> Verdict {
    let scenes = CODES.iter().map(|&(code, _, fate)| interrupted(disconnect(V5, code, &[]), fate == Again));
    let scenes: Vec<Scene> = scenes.collect::<Verdict<_>>()?;
    for (scene, (code, name, fate)) in scenes.into_iter().zip(CODES) {
        let outcome = scene.finish(STEP)?;
        let named = format!("0x{code:02x} {name}");
        let (status, prefix) = match fate {
            Again => {
                expect_again(&outcome, &named)?;
                continue;
            }
            Lost => (6, "no connection: "),
            Rejected => (5, ""),
        };
        outcome.expect(status, "", "")?;
        let said = format!("subscribed to a at QoS 1\nerror: {prefix}the broker disconnected: {named}\n");
        ensure_eq(&outcome.stderr, &said, "stderr")?;
    }
    Ok(())
}

/// Whatever stands behind a DISCONNECT in the same segment is not read.
fn nothing_behind() -> Verdict {
    let late = Publish::new(0, 0, "a", "late").bytes(V5);
    let bytes = [disconnect(V5, 0x8E, &[]), late, vec![0xFF; 100]].concat();
    interrupted(bytes, false)?.finish(STEP)?.expect(6, "", "the broker disconnected: 0x8e session taken over")
}

/// Texts of the broker are escaped, also where no terminal is.
fn told() -> Verdict {
    let properties = property::all(&[
        property::reason_string("gone\x1b[31m\n\u{202e}"),
        property::server_reference("other\x07.example:1883"),
        property::user("ignored", "value"),
    ]);
    let outcome = interrupted(disconnect(V5, 0x9D, &properties), false)?.finish(STEP)?;
    outcome.expect(6, "", "")?;
    // Which of the first two lines comes first is chance: they are told by two tasks.
    let mut lines: Vec<&str> = outcome.stderr.lines().collect();
    lines.sort_unstable();
    let said = [
        "error: no connection: the broker disconnected: 0x9d server moved (\"gone\\x1b[31m\\n\\u{202e}\")",
        "subscribed to a at QoS 1",
        "the broker points to another server: other\\x07.example:1883",
    ];
    ensure_eq(&lines.as_slice(), &said.as_slice(), "stderr")
}

fn not_authorized() -> Verdict {
    let bytes = disconnect(V5, 0x87, &property::reason_string("topic a is not yours"));
    let outcome = interrupted(bytes, false)?.finish(STEP)?;
    outcome.expect(5, "", "error: the broker disconnected: 0x87 not authorized (\"topic a is not yours\")\n")
}

/// The same for a publisher whose message has no answer: one connection and no more, whatever it may be retried for.
fn no_fight() -> Verdict {
    let scene = Scene::start(V5, &["pub", "--retry", "forever", "--retry-first", "a", "x"], |listener| {
        let (mut client, _) = listener.welcome(V5)?;
        client.expect_message(1, "a", "x")?;
        client.send(&disconnect(V5, 0x8E, &[]))?;
        client.expect_eof()?;
        listener.close();
        Ok(())
    })?;
    let outcome = scene.finish(STEP)?;
    outcome.expect(6, "", "")?;
    let said = "error: no connection: the broker disconnected: 0x8e session taken over\nerror: 1 message unacknowledged\n";
    ensure_eq(&outcome.stderr.as_str(), &said, "stderr")
}

/// What is said of a DISCONNECT that cannot be read.
fn malformed() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let twice = property::all(&[property::reason_string("a"), property::reason_string("b")]);
    vec![
        ("properties_beyond_it", packet(first::DISCONNECT, &[0x8B, 0x7F]), "DISCONNECT with too few bytes"),
        ("bytes_behind_its_properties", packet(first::DISCONNECT, &[0x8B, 0, 0]), "DISCONNECT with bytes behind its end"),
        ("a_property_twice", disconnect(V5, 0x8B, &twice), "DISCONNECT with a property twice"),
        (
            "a_property_of_another_packet",
            disconnect(V5, 0x8B, &property::topic_alias(1)),
            "DISCONNECT with a property that it cannot have",
        ),
        ("a_text_that_is_not_utf8", disconnect(V5, 0x8B, &[0x1F, 0, 1, 0xFF]), "DISCONNECT with a text that is not UTF-8"),
    ]
}

fn malformed_one(bytes: Vec<u8>, text: &str) -> Verdict {
    let reason = if text.contains("twice") { 0x82 } else { 0x81 };
    let scene = Scene::start(V5, &["sub", "-C", "1", "a"], move |listener| {
        let mut client = subscribed(listener)?;
        client.send(&bytes)?;
        ensure_eq(&client.expect_disconnect()?.0, &reason, "the reason of our DISCONNECT")?;
        client.expect_eof()
    })?;
    let outcome = scene.finish(STEP)?;
    outcome.expect(6, "", "")?;
    let said = format!("subscribed to a at QoS 1\nerror: no connection: the broker broke the protocol: {text}\n");
    ensure_eq(&outcome.stderr, &said, "stderr")
}

/// In 3.1.1 it is a packet that only clients send; in 5 the same bytes are the end of a connection.
fn not_in_311(version: Version) -> Verdict {
    for bytes in [packet(first::DISCONNECT, &[]), packet(first::DISCONNECT, &[0x8B])] {
        let scene = Scene::start(version, &["pub", "a", "x"], move |listener| {
            let (mut client, _) = listener.welcome(version)?;
            client.expect_message(1, "a", "x")?;
            client.send(&bytes)?;
            if version == Version::V311 {
                client.expect_disconnect()?;
                return client.expect_eof();
            }
            client.expect_eof()?;
            listener.take_one(version, "a", "x")
        })?;
        let outcome = scene.finish(STEP)?;
        match version {
            Version::V5 => outcome.expect(0, "", "connection lost: the broker disconnected: 0x")?,
            Version::V311 => {
                outcome.expect(6, "", "the broker broke the protocol: DISCONNECT, which a broker does not send\n")?;
            }
        }
    }
    Ok(())
}
