//! Every Reason Code of a DISCONNECT, and of a CONNACK on a reconnect: retried or not, and with which status. Rule 16.

use super::Scene;
use crate::support::harness::{Case, both, case};
use crate::support::packets::{Version, connack, disconnect, property};
use crate::support::peer::Listener;
use crate::support::{STEP, Verdict, ensure};

pub fn cases(list: &mut Vec<Case>) {
    list.push(case("rule_16::every_connack_on_a_reconnect", || every(Packet::ConnAck)));
    list.push(case("rule_16::every_disconnect", || every(Packet::Disconnect)));
    list.push(case("rule_16::every_return_code_of_311_on_a_reconnect", return_codes));
    both(list, "rule_16::an_end_without_a_reason_is_retried", |version| {
        Scene::start(version, &["pub", "a", "x"], move |listener| {
            unanswered(listener, version)?.close()?;
            listener.take_one(version, "a", "x")
        })?
        .finish(STEP)?
        .expect(0, "", "connection lost")
    });
    list.push(case("rule_16::a_normal_disconnect_is_retried", || disconnected(0x00, true)?.finish(STEP)?.expect(0, "", "0x00")));
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Packet {
    ConnAck,
    Disconnect,
}

/// As rule 16 lists them.
const RETRIED: [u8; 11] = [0x80, 0x83, 0x88, 0x89, 0x8B, 0x8D, 0x97, 0x98, 0x9C, 0x9F, 0xA0];
/// For a while after a drop: a broker that restarts may not have its users yet.
const RETRIED_ON_RECONNECT: [u8; 2] = [0x86, 0x87];

/// A connection on which the message came, and has no answer.
fn unanswered(listener: &mut Listener, version: Version) -> Verdict<crate::support::peer::Connection> {
    let (mut client, _) = listener.welcome(version)?;
    client.expect_message(1, "a", "x")?;
    Ok(client)
}

/// All codes of the specification, and one of no specification, at the same time.
fn every(packet: Packet) -> Verdict {
    let mut scenes = Vec::new();
    for code in (0x80..=0xA2).chain([0xEE]) {
        let again = RETRIED.contains(&code) || packet == Packet::ConnAck && RETRIED_ON_RECONNECT.contains(&code);
        let scene = match packet {
            Packet::ConnAck => refused(Version::V5, code, again)?,
            Packet::Disconnect => disconnected(code, again)?,
        };
        let status = match (packet, code) {
            _ if again => 0,
            (Packet::ConnAck, _) => 4,
            (Packet::Disconnect, 0x87) => 5,
            (Packet::Disconnect, _) => 6,
        };
        scenes.push((scene, code, status));
    }
    let failed = |code| move |why: crate::support::Failed| format!("0x{code:02x}: {}", why.message().unwrap_or_default());
    for (scene, code, status) in scenes {
        let outcome = scene.finish(STEP).map_err(failed(code))?;
        outcome.expect(status, "", &format!("0x{code:02x}")).map_err(failed(code))?;
        if matches!(code, 0x9C | 0x9D) {
            outcome.says(&["other.example:1883"])?;
        }
    }
    Ok(())
}

fn properties(code: u8) -> Vec<u8> {
    // Where another server is named, it is told, and the same one tried again.
    if matches!(code, 0x9C | 0x9D) { property::server_reference("other.example:1883") } else { Vec::new() }
}

fn refused(version: Version, code: u8, again: bool) -> Verdict<Scene> {
    Scene::start(version, &["pub", "a", "x"], move |listener| {
        unanswered(listener, version)?.cut()?;
        let mut client = listener.accept()?;
        client.expect_connect()?;
        client.send(&connack(version, false, code, &properties(code)))?;
        client.expect_eof()?;
        if again { listener.take_one(version, "a", "x") } else { Ok(()) }
    })
}

fn disconnected(code: u8, again: bool) -> Verdict<Scene> {
    Scene::start(Version::V5, &["pub", "a", "x"], move |listener| {
        let mut client = unanswered(listener, Version::V5)?;
        client.send(&disconnect(Version::V5, code, &properties(code)))?;
        client.expect_eof()?;
        if again { listener.take_one(Version::V5, "a", "x") } else { Ok(()) }
    })
}

/// In 3.1.1: unacceptable version and client identifier for good, the rest as their Reason Codes.
fn return_codes() -> Verdict {
    let codes = [(1, false, "0x84"), (2, false, "0x85"), (3, true, "0x88"), (4, true, "0x86"), (5, true, "0x87")];
    let scenes: Vec<Scene> =
        codes.iter().map(|(code, again, _)| refused(Version::V311, *code, *again)).collect::<Verdict<_>>()?;
    for (scene, (_, again, named)) in scenes.into_iter().zip(codes) {
        let outcome = scene.finish(STEP)?;
        outcome.expect(if again { 0 } else { 4 }, "", named)?;
        ensure(outcome.stderr.contains("connection lost"), outcome)?;
    }
    Ok(())
}
