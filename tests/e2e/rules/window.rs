//! How much is on its way at a time, and what a lost connection does to it: rules 1, 2, 3 and 6.

use std::io::Read;
use std::sync::mpsc;

use super::Scene;
use crate::at;
use crate::support::harness::{Case, both, case};
use crate::support::mqx::Outcome;
use crate::support::packets::{Publish, Version, first, property, pubcomp, pubrec};
use crate::support::peer::{Connection, Listener, Peer};
use crate::support::{STEP, Verdict, ensure, ensure_eq};

pub fn cases(list: &mut Vec<Case>) {
    both(list, "rule_1::M_raises_it", |version| qos_2_window(version, &[], Some("30"), 30));
    both(list, "rule_1::M_lowers_it", |version| qos_2_window(version, &[], Some("3"), 3));
    list.push(case("rule_1::an_announced_receive_maximum_raises_it", || {
        qos_2_window(Version::V5, &property::receive_maximum(40), None, 40)
    }));
    list.push(case("rule_1::M_does_not_exceed_what_is_announced", || {
        qos_2_window(Version::V5, &property::receive_maximum(5), Some("30"), 5)
    }));
    both(list, "rule_2::pubrels_go_first_in_the_order_of_their_pubrecs", pubrels_first);
    list.push(case("rule_2::pubrels_are_not_held_back_and_occupy_the_window", pubrels_occupy));
    list.push(case("rule_2::receive_maximum_starts_anew", starts_anew));
    both(list, "rule_3::more_than_our_receive_maximum_is_taken", exceeded);
    both(list, "rule_6::a_session_lost_after_pubrel_is_a_possible_duplicate", possible_duplicate);
}

fn publish(peer: &Peer, version: Version, words: &[&str], lines: usize) -> Verdict<Outcome> {
    let lines: String = (1..=lines).map(|line| format!("{line}\n")).collect();
    at(&peer.port(), version, &[&["pub", "-q", "2", "-l", "a"], words].concat())?.stdin(lines).run()
}

/// The next messages in order; their identifiers.
fn expect_lines(client: &mut Connection, lines: std::ops::RangeInclusive<usize>) -> Verdict<Vec<u16>> {
    lines.map(|line| client.expect_message(2, "a", line.to_string())).collect()
}

fn complete(client: &mut Connection, ids: &[u16]) -> Verdict {
    for &id in ids {
        client.complete(id)?;
    }
    Ok(())
}

/// As many as `window` are on their way, and not one more.
fn qos_2_window(version: Version, properties: &[u8], option: Option<&'static str>, window: usize) -> Verdict {
    let properties = properties.to_vec();
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome_with(version, false, &properties)?;
        let ids = expect_lines(&mut client, 1..=window)?;
        client.expect_quiet()?;
        complete(&mut client, &ids[..1])?;
        let more = expect_lines(&mut client, window + 1..=window + 1)?;
        client.expect_quiet()?;
        complete(&mut client, &ids[1..2])?;
        let last = expect_lines(&mut client, window + 2..=window + 2)?;
        complete(&mut client, &[&ids[2..], &more, &last].concat())?;
        client.goodbye()
    })?;
    let words: Vec<&str> = option.into_iter().flat_map(|most| ["-M", most]).collect();
    publish(&peer, version, &words, window + 2)?.expect_whole(0, "", "")?;
    peer.finish()
}

const KEPT: [&str; 3] = ["-c", "-i", "me"];

/// Four messages are on their way, the third and then the first are received, and the connection is lost.
fn lost_behind_two_pubrels(listener: &mut Listener, version: Version) -> Verdict<Vec<u16>> {
    let (mut client, _) = listener.welcome(version)?;
    let ids = expect_lines(&mut client, 1..=4)?;
    for id in [ids[2], ids[0]] {
        client.send(&pubrec(version, id))?;
        client.expect_ack(first::PUBREL, id)?;
    }
    client.cut()?;
    Ok(ids)
}

fn expect_again(client: &mut Connection, id: u16, line: &str) -> Verdict {
    ensure_eq(&client.expect_publish()?, &Publish::new(2, id, "a", line).dup(), "the message again")
}

fn pubrels_first(version: Version) -> Verdict {
    let peer = Peer::play(move |listener| {
        let ids = lost_behind_two_pubrels(listener, version)?;
        let (mut client, _) = listener.welcome_with(version, true, &[])?;
        client.expect_ack(first::PUBREL, ids[2])?;
        client.expect_ack(first::PUBREL, ids[0])?;
        expect_again(&mut client, ids[1], "2")?;
        expect_again(&mut client, ids[3], "4")?;
        [ids[2], ids[0]].iter().try_for_each(|id| client.send(&pubcomp(version, *id)))?;
        complete(&mut client, &[ids[1], ids[3]])?;
        client.expect_disconnect()?;
        client.expect_eof()
    })?;
    publish(&peer, version, &KEPT, 4)?.expect(0, "", "connected again; the broker kept the session\n")?;
    peer.finish()
}

/// In a window of one there are two PUBRELs at first. A PUBCOMP makes room only once both are answered, and only once.
fn pubrels_occupy() -> Verdict {
    let version = Version::V5;
    let peer = Peer::play(move |listener| {
        let ids = lost_behind_two_pubrels(listener, version)?;
        let (mut client, _) = listener.welcome_with(version, true, &property::receive_maximum(1))?;
        client.expect_ack(first::PUBREL, ids[2])?;
        client.expect_ack(first::PUBREL, ids[0])?;
        for _ in 0..2 {
            client.send(&pubcomp(version, ids[2]))?;
            client.expect_quiet()?;
        }
        client.send(&pubcomp(version, ids[0]))?;
        expect_again(&mut client, ids[1], "2")?;
        client.send(&pubcomp(version, ids[0]))?;
        client.expect_quiet()?;
        complete(&mut client, &ids[1..2])?;
        expect_again(&mut client, ids[3], "4")?;
        client.expect_quiet()?;
        complete(&mut client, &ids[3..])?;
        client.goodbye()
    })?;
    publish(&peer, version, &[], 4)?.expect(0, "", "connected again; the broker kept the session\n")?;
    peer.finish()
}

/// Two are on their way, the next connection allows one, the one after it three.
fn starts_anew() -> Verdict {
    let version = Version::V5;
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome_with(version, false, &property::receive_maximum(2))?;
        let ids = expect_lines(&mut client, 1..=2)?;
        client.expect_quiet()?;
        client.cut()?;
        let (mut client, _) = listener.welcome_with(version, true, &property::receive_maximum(1))?;
        expect_again(&mut client, ids[0], "1")?;
        client.expect_quiet()?;
        client.cut()?;
        let (mut client, _) = listener.welcome_with(version, true, &property::receive_maximum(3))?;
        expect_again(&mut client, ids[0], "1")?;
        expect_again(&mut client, ids[1], "2")?;
        let more = expect_lines(&mut client, 3..=3)?;
        client.expect_quiet()?;
        complete(&mut client, &ids[..1])?;
        let last = expect_lines(&mut client, 4..=4)?;
        complete(&mut client, &[&ids[1..], &more, &last].concat())?;
        client.goodbye()
    })?;
    publish(&peer, version, &[], 4)?.expect(0, "", "connected again; the broker kept the session\n")?;
    peer.finish()
}

/// A broker that sends 1,500 unacknowledged messages to a client that announced 1,000 gets its acknowledgements, and no DISCONNECT 0x93.
fn exceeded(version: Version) -> Verdict {
    const COUNT: u16 = 1_500;
    let (all_sent, sent) = mpsc::channel();
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.grant_subscribe()?;
        // More than a pipe holds, so that nothing is acknowledged meanwhile.
        client.send(&Publish::new(1, COUNT, "a", vec![b'x'; 1 << 20]).bytes(version))?;
        for id in 1..COUNT {
            client.send(&Publish::new(1, id, "a", id.to_string()).bytes(version))?;
        }
        all_sent.send(())?;
        client.expect_ack(first::PUBACK, COUNT)?;
        (1..COUNT).try_for_each(|id| client.expect_ack(first::PUBACK, id).map(|_| ()))?;
        client.goodbye()
    })?;
    let mut running = at(&peer.port(), version, &["sub", "-C", &COUNT.to_string(), "a"])?.stdout_held().start()?;
    sent.recv_timeout(STEP)?;
    let mut text = String::new();
    running.output.take().ok_or("held")?.read_to_string(&mut text)?;
    let expected: String = (1..COUNT).map(|id| format!("{id}\n")).collect();
    ensure(text.split_once('\n').is_some_and(|(_, rest)| rest == expected), "every message once, in order")?;
    running.finish(STEP)?.expect_whole(0, "", "subscribed to a at QoS 1\n")?;
    peer.finish()
}

/// The broker had taken it; whether it kept it with the session is not known.
fn possible_duplicate(version: Version) -> Verdict {
    let scene = Scene::start(version, &["pub", "-q", "2", "a", "1"], move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        let id = client.expect_message(2, "a", "1")?;
        client.send(&pubrec(version, id))?;
        client.expect_ack(first::PUBREL, id)?;
        client.cut()?;
        let (mut client, _) = listener.welcome(version)?;
        let again = expect_lines(&mut client, 1..=1)?;
        complete(&mut client, &again)?;
        client.goodbye()
    })?;
    let told = "warning: connected again, but the broker did not keep the session; 1 unacknowledged sent again, 1 of them possible duplicates\n";
    scene.finish(STEP)?.expect(0, "", told)
}
