//! What a session keeps: rules 2, 5, 11, 12, 13 and 18.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::Scene;
use crate::at;
use crate::support::harness::{Case, both, case};
use crate::support::mqx::contains;
use crate::support::packets::{Publish, Version, ack, first, pingreq, property, puback, pubcomp, pubrec, pubrel};
use crate::support::peer::Peer;
use crate::support::{STEP, Verdict, ensure, ensure_eq};

pub fn cases(list: &mut Vec<Case>) {
    list.push(case("rule_2::receive_maximum_1_is_one_at_a_time", receive_maximum_1));
    both(list, "rule_5::an_inherited_id_is_cleared_before_its_first_use", inherited_session);
    list.push(case("rule_5::packet_id_in_use_clears_and_sends_again", id_in_use));
    list.push(case("rule_5::packet_id_in_use_for_ever_is_a_rejection", id_in_use_for_ever));
    list.push(case("rule_11::unanswered_subscribe_again_with_retain_handling_1", unanswered_subscribe));
    both(list, "rule_11::subscriptions_again_after_a_lost_session", lost_subscriptions);
    both(list, "rule_11::no_subscribe_in_a_resumed_session", resumed_subscriptions);
    list.push(case("rule_12::a_topic_alias_stands_for_its_topic", topic_alias));
    list.push(case("rule_12::a_duplicate_teaches_its_alias_too", alias_of_a_duplicate));
    list.push(case("rule_12::topic_alias_17", || alias_invalid(17)));
    list.push(case("rule_12::topic_alias_0", || alias_invalid(0)));
    list.push(case("rule_12::aliases_end_with_their_connection", alias_of_another_connection));
    both(list, "rule_13::the_gap_is_said_with_both_times", gap);
    list.push(case("rule_13::a_smaller_session_expiry_is_said", shorter_session));
    list.push(case("rule_18::what_no_longer_fits_is_rejected_and_its_id_released", no_longer_fits));
}

fn receive_maximum_1() -> Verdict {
    let peer = Peer::play(|listener| {
        let (mut client, _) = listener.welcome_with(Version::V5, false, &property::receive_maximum(1))?;
        for line in ["1", "2", "3"] {
            let id = client.expect_message(2, "a", line)?;
            client.expect_quiet()?;
            client.send(&pubrec(Version::V5, id))?;
            client.expect_ack(first::PUBREL, id)?;
            // PUBREL occupies the window until PUBCOMP.
            client.expect_quiet()?;
            client.send(&pubcomp(Version::V5, id))?;
        }
        client.goodbye()
    })?;
    at(&peer.port(), Version::V5, &["pub", "-q", "2", "-l", "a"])?.stdin("1\n2\n3\n").run()?.expect(0, "", "")?;
    peer.finish()
}

/// An earlier run may have died before PUBREL: a new message with the id of that one would be swallowed.
fn inherited_session(version: Version) -> Verdict {
    let peer = Peer::play(move |listener| {
        let (mut client, connect) = listener.welcome_with(version, true, &[])?;
        ensure(!connect.clean(), "-c asks for the session that there is")?;
        let mut cleared = Vec::new();
        for _ in 0..2 {
            let (first, body) = client.expect_packet()?;
            ensure_eq(&first, &first::PUBREL, "the first packet for an id")?;
            cleared.push(u16::from_be_bytes([body[0], body[1]]));
        }
        client.expect_quiet()?;
        for (id, line) in cleared.into_iter().zip(["1", "2"]) {
            let unknown = if version == Version::V5 { 0x92 } else { 0 };
            client.send(&ack(version, first::PUBCOMP, id, unknown))?;
            ensure_eq(&client.expect_publish()?, &Publish::new(2, id, "a", line), "the message, for the first time")?;
            client.complete(id)?;
        }
        client.expect_disconnect()?;
        client.expect_eof()
    })?;
    let outcome = at(&peer.port(), version, &["pub", "-c", "-i", "me", "-q", "2", "-l", "a"])?.stdin("1\n2\n").run()?;
    outcome.expect(0, "", "")?;
    ensure(!outcome.stderr.contains("PUBREL"), format_args!("nothing is wrong: {outcome}"))?;
    peer.finish()
}

fn id_in_use() -> Verdict {
    let peer = Peer::play(|listener| {
        let (mut client, _) = listener.welcome(Version::V5)?;
        let id = client.expect_message(2, "a", "x")?;
        client.send(&ack(Version::V5, first::PUBREC, id, 0x91))?;
        client.expect_ack(first::PUBREL, id)?;
        client.send(&pubcomp(Version::V5, id))?;
        ensure_eq(&client.expect_publish()?, &Publish::new(2, id, "a", "x"), "the message again, as new")?;
        client.complete(id)?;
        client.goodbye()
    })?;
    at(&peer.port(), Version::V5, &["pub", "-q", "2", "a", "x"])?.run()?.expect(0, "", "")?;
    peer.finish()
}

fn id_in_use_for_ever() -> Verdict {
    let peer = Peer::play(|listener| {
        let (mut client, _) = listener.welcome(Version::V5)?;
        let id = client.expect_message(2, "a", "x")?;
        client.send(&ack(Version::V5, first::PUBREC, id, 0x91))?;
        client.expect_ack(first::PUBREL, id)?;
        client.send(&pubcomp(Version::V5, id))?;
        let id = client.expect_message(2, "a", "x")?;
        client.send(&ack(Version::V5, first::PUBREC, id, 0x91))?;
        client.goodbye()
    })?;
    at(&peer.port(), Version::V5, &["pub", "-q", "2", "a", "x"])?.run()?.expect(5, "", "0x91")?;
    peer.finish()
}

const RETAIN_HANDLING: u8 = 0x30;

/// The answer that was lost may have been a grant, whose retained messages came.
fn unanswered_subscribe() -> Verdict {
    let peer = Peer::play(|listener| {
        let (mut client, _) = listener.welcome(Version::V5)?;
        let asked = client.expect_subscribe()?;
        ensure_eq(&(asked.filters[0].1 & RETAIN_HANDLING), &0, "Retain Handling at first")?;
        client.cut()?;
        let (mut client, _) = listener.welcome_with(Version::V5, true, &[])?;
        let again = client.grant_subscribe()?;
        ensure_eq(&again.filters[0].0, &asked.filters[0].0, "the filter again")?;
        ensure_eq(&(again.filters[0].1 & RETAIN_HANDLING), &0x10, "Retain Handling in a resumed session")?;
        client.send(&Publish::new(0, 0, "a", "x").bytes(Version::V5))?;
        client.goodbye()
    })?;
    at(&peer.port(), Version::V5, &["sub", "-C", "1", "a"])?.run()?.expect(0, "x\n", "the broker kept the session")?;
    peer.finish()
}

fn lost_subscriptions(version: Version) -> Verdict {
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        let asked = client.grant_subscribe()?;
        client.send(&Publish::new(0, 0, "a", "before").retain().bytes(version))?;
        client.expect_quiet()?;
        client.cut()?;
        let (mut client, _) = listener.welcome(version)?;
        ensure_eq(&client.grant_subscribe()?.filters, &asked.filters, "the subscriptions again, retained messages too")?;
        client.send(&Publish::new(0, 0, "a", "before").retain().bytes(version))?;
        client.send(&Publish::new(0, 0, "b", "after").bytes(version))?;
        client.goodbye()
    })?;
    let outcome = at(&peer.port(), version, &["sub", "-C", "3", "a", "b/#"])?.run()?;
    outcome.expect(0, "before\nbefore\nafter\n", "retained ones come again")?;
    peer.finish()
}

fn resumed_subscriptions(version: Version) -> Verdict {
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.grant_subscribe()?;
        client.expect_quiet()?;
        client.cut()?;
        let (mut client, connect) = listener.welcome_with(version, true, &[])?;
        ensure(!connect.clean(), "the session is asked for")?;
        client.expect_quiet()?;
        client.send(&Publish::new(0, 0, "a", "x").bytes(version))?;
        client.expect_disconnect()?;
        client.expect_eof()
    })?;
    let outcome = at(&peer.port(), version, &["sub", "-c", "-i", "me", "-C", "1", "a"])?.run()?;
    outcome.expect(0, "x\n", "the broker kept the session")?;
    ensure(!outcome.stderr.contains("may be missing"), format_args!("nothing is missing: {outcome}"))?;
    peer.finish()
}

fn aliased(qos: u8, id: u16, topic: &str, alias: u16, payload: &str) -> Publish {
    Publish::new(qos, id, topic, payload).properties(&property::topic_alias(alias))
}

fn topic_alias() -> Verdict {
    let peer = Peer::play(|listener| {
        let (mut client, connect) = listener.welcome(Version::V5)?;
        ensure(contains(&connect.properties, &property::topic_alias_maximum(16)), "Topic Alias Maximum 16 is announced")?;
        client.grant_subscribe()?;
        for message in [
            aliased(0, 0, "one", 1, "1"),
            aliased(0, 0, "sixteen", 16, "2"),
            aliased(0, 0, "", 1, "3"),
            aliased(0, 0, "other", 1, "4"),
            aliased(0, 0, "", 16, "5"),
            aliased(0, 0, "", 1, "6"),
        ] {
            client.send(&message.bytes(Version::V5))?;
        }
        client.goodbye()
    })?;
    let outcome = at(&peer.port(), Version::V5, &["sub", "-v", "-C", "6", "#"])?.run()?;
    outcome.expect(0, "one 1\nsixteen 2\none 3\nother 4\nsixteen 5\nother 6\n", "")?;
    peer.finish()
}

fn alias_of_a_duplicate() -> Verdict {
    let peer = Peer::play(|listener| {
        let (mut client, _) = listener.welcome(Version::V5)?;
        client.grant_subscribe()?;
        client.send(&Publish::new(2, 9, "a", "once").bytes(Version::V5))?;
        client.expect_ack(first::PUBREC, 9)?;
        client.send(&aliased(2, 9, "a", 3, "once").dup().bytes(Version::V5))?;
        client.expect_ack(first::PUBREC, 9)?;
        client.send(&pubrel(Version::V5, 9))?;
        client.expect_ack(first::PUBCOMP, 9)?;
        client.send(&aliased(0, 0, "", 3, "again").bytes(Version::V5))?;
        client.goodbye()
    })?;
    at(&peer.port(), Version::V5, &["sub", "-v", "-q", "2", "-C", "2", "a"])?.run()?.expect(0, "a once\na again\n", "")?;
    peer.finish()
}

fn alias_invalid(alias: u16) -> Verdict {
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(Version::V5)?;
        client.grant_subscribe()?;
        client.send(&aliased(1, 1, "a", alias, "x").bytes(Version::V5))?;
        ensure_eq(&client.expect_disconnect()?.0, &0x94, "DISCONNECT's reason")?;
        client.expect_eof()
    })?;
    at(&peer.port(), Version::V5, &["sub", "a"])?.run()?.expect(6, "", &format!("Topic Alias {alias}"))?;
    peer.finish()
}

fn alias_of_another_connection() -> Verdict {
    let peer = Peer::play(|listener| {
        let (mut client, _) = listener.welcome(Version::V5)?;
        client.grant_subscribe()?;
        client.send(&aliased(0, 0, "a", 1, "x").bytes(Version::V5))?;
        client.expect_quiet()?;
        client.cut()?;
        let (mut client, _) = listener.welcome_with(Version::V5, true, &[])?;
        client.send(&aliased(0, 0, "", 1, "y").bytes(Version::V5))?;
        ensure_eq(&client.expect_disconnect()?.0, &0x82, "DISCONNECT's reason")?;
        client.expect_eof()
    })?;
    at(&peer.port(), Version::V5, &["sub", "a"])?.run()?.expect(6, "x\n", "Topic Alias 1")?;
    peer.finish()
}

/// T1 is when the last byte was read, not when the connection was found to be gone, which is a Keep Alive later here.
fn gap(version: Version) -> Verdict {
    let (said, times) = std::sync::mpsc::channel();
    let scene = Scene::start(version, &["sub", "-k", "2", "-C", "2", "a"], move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.grant_subscribe()?;
        let sent = SystemTime::now();
        client.send(&Publish::new(1, 1, "a", "x").bytes(version))?;
        client.expect_ack(first::PUBACK, 1)?;
        let heard = SystemTime::now();
        client.expect(&pingreq())?;
        client.cut()?;
        let (mut client, _) = listener.welcome(version)?;
        client.grant_subscribe()?;
        said.send([sent, heard, SystemTime::now()])?;
        client.send(&Publish::new(0, 0, "a", "y").bytes(version))?;
        client.goodbye()
    })?;
    let outcome = scene.finish(STEP)?;
    outcome.expect(0, "x\ny\n", "warning: connected again, but the broker did not keep the session; messages between ")?;
    let times = times.recv_timeout(STEP)?.map(|time| milliseconds(time).unwrap_or_default());
    let (_, text) = outcome.stderr.split_once("messages between ").ok_or("said a moment ago")?;
    let (from, rest) = text.split_once(" and ").ok_or("two times")?;
    let (to, _) = rest.split_once(" may be missing").ok_or("what they mean")?;
    let order = [times[0], time_of_day(from)?, times[1], time_of_day(to)?, times[2]];
    ensure(order.is_sorted_by(|one, next| later(*one, *next)), format_args!("not in order: {order:?} ms\n{outcome}"))?;
    // The PINGREQ was sent after two seconds of silence.
    ensure((order[3] - order[1]).rem_euclid(DAY) >= 1_500, format_args!("{order:?} ms"))
        .and_then(|()| ensure(later(order[1], order[2]), "T1 is before the silence"))
}

const DAY: i64 = 86_400_000;

/// Milliseconds of the day in UTC.
fn milliseconds(time: SystemTime) -> Verdict<i64> {
    Ok(i64::try_from(time.duration_since(UNIX_EPOCH)?.as_millis())? % DAY)
}

/// The same of `12:34:56.789`.
fn time_of_day(text: &str) -> Verdict<i64> {
    let parts: Vec<i64> =
        text.split([':', '.']).map(str::parse).collect::<Result<_, _>>().map_err(|_| format!("time {text:?}"))?;
    let [hours, minutes, seconds, thousandths] = parts[..] else { return Err(format!("time {text:?}").into()) };
    Ok(((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths)
}

/// Whether `next` is not before `one`, over midnight too.
fn later(one: i64, next: i64) -> bool {
    (next - one).rem_euclid(DAY) < DAY / 2
}

fn shorter_session() -> Verdict {
    let scene = Scene::start(Version::V5, &["pub", "a", "x"], |listener| {
        let (mut client, _) = listener.welcome_with(Version::V5, false, &property::session_expiry(7))?;
        let id = client.expect_message(1, "a", "x")?;
        client.send(&puback(Version::V5, id))?;
        client.goodbye()
    })?;
    scene.finish(STEP)?.expect(0, "", "keeps the session for 7 s after a drop, not 60 s")
}

fn no_longer_fits() -> Verdict {
    let scene = Scene::start(Version::V5, &["pub", "-q", "2", "a", "x"], |listener| {
        let (mut client, _) = listener.welcome(Version::V5)?;
        let id = client.expect_message(2, "a", "x")?;
        client.cut()?;
        let (mut client, _) = listener.welcome_with(Version::V5, true, &property::maximum_qos(1))?;
        client.expect_ack(first::PUBREL, id)?;
        client.send(&ack(Version::V5, first::PUBCOMP, id, 0x92))?;
        client.goodbye()
    })?;
    scene.finish(STEP + Duration::from_secs(1))?.expect(5, "", "Maximum QoS is 1")
}
