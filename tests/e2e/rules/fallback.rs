//! Which version is spoken: rule 19. The ways into 3.1.1 are in `peer_cases`; here is what is none.

use super::Scene;
use crate::support::harness::{Case, case};
use crate::support::mqx::Mqx;
use crate::support::packets::{Version, connack};
use crate::support::peer::{Listener, Peer};
use crate::support::{STEP, Verdict, ensure_eq};

pub fn cases(list: &mut Vec<Case>) {
    for (code, reason) in [(2, "0x85"), (3, "0x88"), (4, "0x86"), (5, "0x87"), (0x86, "0x86"), (0x8A, "0x8a")] {
        list.push(case(format!("rule_19::two_byte_connack_0x{code:02x}_is_a_refusal"), move || refusal(code, reason)));
    }
    list.push(case("rule_19::two_byte_connack_0x84_falls_back", two_byte_unsupported));
    list.push(case("rule_19::refused_in_311_too", refused_in_both));
    for (name, answer, status) in [
        ("a_two_byte_connack_0", &[0x20, 2, 0, 0][..], 3),
        ("a_two_byte_connack_1", &[0x20, 2, 0, 1], 4),
        ("unsupported_version", &[0x20, 3, 0, 0x84, 0], 4),
        ("a_close_without_a_byte", &[], 3),
    ] {
        list.push(case(format!("rule_19::with_a_version_given_no_fallback_after_{name}"), move || insisted(answer, status)));
        list.push(case(format!("rule_19::no_fallback_on_a_reconnect_after_{name}"), move || on_a_reconnect(answer)));
    }
    list.push(case("rule_19::311_stays_311_when_it_is_refused_later", stays_311));
}

/// The first CONNECT gets `answer` and an end.
fn first_attempt(listener: &mut Listener, answer: &[u8]) -> Verdict {
    let mut client = listener.accept()?;
    ensure_eq(&client.expect_connect()?.version, &Version::V5, "the version of the first CONNECT")?;
    client.send(answer)?;
    client.close()
}

fn run(peer: &Peer) -> Verdict<crate::support::mqx::Outcome> {
    Mqx::new(["pub", "-h", "127.0.0.1", "-p", &peer.port(), "a", "x"])?.run()
}

fn refusal(code: u8, reason: &'static str) -> Verdict {
    let peer = Peer::play(move |listener| {
        first_attempt(listener, &[0x20, 2, 0, code])?;
        listener.close();
        Ok(())
    })?;
    run(&peer)?.expect(4, "", reason)?;
    peer.finish()
}

fn two_byte_unsupported() -> Verdict {
    let peer = Peer::play(|listener| {
        first_attempt(listener, &[0x20, 2, 0, 0x84])?;
        listener.take_one(Version::V311, "a", "x")
    })?;
    run(&peer)?.expect(0, "", "3.1.1")?;
    peer.finish()
}

fn refused_in_both() -> Verdict {
    let peer = Peer::play(|listener| {
        first_attempt(listener, &connack(Version::V5, false, 0x84, &[]))?;
        let mut client = listener.accept()?;
        ensure_eq(&client.expect_connect()?.version, &Version::V311, "version")?;
        client.send(&connack(Version::V311, false, 4, &[]))?;
        client.expect_eof()?;
        listener.close();
        Ok(())
    })?;
    run(&peer)?.expect(4, "", "0x86")?;
    peer.finish()
}

fn insisted(answer: &'static [u8], status: i32) -> Verdict {
    let scene = Scene::start(Version::V5, &["pub", "a", "x"], move |listener| {
        first_attempt(listener, answer)?;
        listener.close();
        Ok(())
    })?;
    let outcome = scene.finish(STEP)?;
    outcome.expect(status, "", "error:")?;
    outcome.says(&["hint:"])
}

/// A broker that once said yes in version 5 speaks it: what it says later is an answer to that, or a passing failure.
fn on_a_reconnect(answer: &'static [u8]) -> Verdict {
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(Version::V5)?;
        client.expect_message(1, "a", "x")?;
        client.cut()?;
        first_attempt(listener, answer)?;
        if answer.is_empty() {
            return listener.take_one(Version::V5, "a", "x");
        }
        listener.close();
        Ok(())
    })?;
    let (status, named) = match answer.get(3) {
        None => (0, "connection lost"),
        Some(0) => (6, "3.1.1"),
        Some(_) => (4, "0x84"),
    };
    run(&peer)?.expect(status, "", named)?;
    peer.finish()
}

fn stays_311() -> Verdict {
    let peer = Peer::play(|listener| {
        first_attempt(listener, &[])?;
        let (mut client, _) = listener.welcome(Version::V311)?;
        client.expect_message(1, "a", "x")?;
        client.cut()?;
        let mut client = listener.accept()?;
        ensure_eq(&client.expect_connect()?.version, &Version::V311, "on a reconnect")?;
        client.close()?;
        listener.take_one(Version::V311, "a", "x")
    })?;
    run(&peer)?.expect(0, "", "going on with 3.1.1")?;
    peer.finish()
}
