//! Limits of the broker, at their edges and when they change on a reconnect. Those that are found before the first packet are in
//! `rules::limits`; Server Keep Alive is in `rules::time`.

use crate::rules::Scene;
use crate::support::harness::{Case, case};
use crate::support::packets::{Publish, Version, connack, property, puback, pubcomp, pubrec, pubrel};
use crate::support::peer::{Connection, Peer};
use crate::support::{STEP, Verdict, ensure_eq};
use crate::{at, support::packets::first};

const V5: Version = Version::V5;

pub fn cases(list: &mut Vec<Case>) {
    for (name, properties, text) in impossible() {
        list.push(case(format!("limits::{name}"), move || refused(&properties, text)));
    }
    list.push(case("limits::receive_maximum_1_is_one_at_a_time", || one_at_a_time(1)));
    list.push(case("limits::receive_maximum_1_at_qos_2", || one_at_a_time(2)));
    list.push(case("limits::maximum_packet_size_100_to_the_byte", || largest_packet(1)));
    list.push(case("limits::maximum_packet_size_100_to_the_byte_at_qos_0", || largest_packet(0)));
    for maximum in [0, 1, u16::MAX] {
        list.push(case(format!("limits::topic_alias_maximum_{maximum}"), move || whole_topics(maximum)));
    }
    list.push(case("limits::maximum_qos_is_not_about_subscriptions", subscribes_higher));
    list.push(case("limits::no_subscription_identifiers_are_needed", no_identifiers));
    for (name, properties, words, named) in shrunk() {
        list.push(case(format!("limits::on_a_reconnect::{name}"), move || shrinks(properties, words, named)));
    }
    list.push(case("limits::on_a_reconnect::the_only_filter", || withdrawn(&["sub", "a/#"])));
    list.push(case("limits::on_a_reconnect::one_filter_of_two", one_withdrawn));
}

/// What a CONNACK cannot say.
fn impossible() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let neither = "CONNACK with a property that is neither 0 nor 1";
    let twice = property::all(&[property::receive_maximum(1), property::receive_maximum(1)]);
    vec![
        ("receive_maximum_0", property::receive_maximum(0), "CONNACK with Receive Maximum 0"),
        ("maximum_packet_size_0", property::maximum_packet_size(0), "CONNACK with Maximum Packet Size 0"),
        ("maximum_qos_2", property::maximum_qos(2), neither),
        ("retain_available_2", vec![0x25, 2], neither),
        ("wildcard_available_2", vec![0x28, 2], neither),
        ("subscription_identifiers_available_2", vec![0x29, 2], neither),
        ("shared_available_2", vec![0x2A, 2], neither),
        ("a_limit_twice", twice, "CONNACK with a property twice"),
        ("a_limit_of_a_message", property::message_expiry(1), "CONNACK with a property that it cannot have"),
    ]
}

fn refused(properties: &[u8], text: &str) -> Verdict {
    let answer = connack(V5, false, 0, properties);
    let peer = Peer::play(move |listener| {
        let mut client = listener.accept()?;
        client.expect_connect()?;
        client.send(&answer)?;
        client.expect_eof()
    })?;
    let outcome = at(&peer.port(), V5, &["pub", "a", "x"])?.run()?;
    outcome.expect(3, "", "")?;
    let said = format!("error: what answers does not speak MQTT: {text} (127.0.0.1:{})\n", peer.port());
    ensure_eq(&outcome.stderr, &said, "stderr")?;
    peer.finish()
}

/// Answers a message of QoS 1 or 2 to the end.
fn complete(client: &mut Connection, qos: u8, id: u16) -> Verdict {
    if qos == 1 {
        return client.send(&puback(V5, id));
    }
    client.send(&pubrec(V5, id))?;
    client.expect_ack(first::PUBREL, id)?;
    // It occupies the window until PUBCOMP.
    client.expect_quiet()?;
    client.send(&pubcomp(V5, id))
}

fn one_at_a_time(qos: u8) -> Verdict {
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome_with(V5, false, &property::receive_maximum(1))?;
        for line in ["1", "2", "3"] {
            let id = client.expect_message(qos, "a", line)?;
            client.expect_quiet()?;
            complete(&mut client, qos, id)?;
        }
        client.goodbye()
    })?;
    let outcome = at(&peer.port(), V5, &["pub", "-q", &qos.to_string(), "-l", "a"])?.stdin("1\n2\n3\n").run()?;
    outcome.expect(0, "", "")?;
    ensure_eq(&outcome.stderr, &String::new(), "stderr")?;
    peer.finish()
}

/// A packet of 100 bytes goes out, one of 101 does not.
fn largest_packet(qos: u8) -> Verdict {
    let overhead = 2 + 3 + if qos == 0 { 0 } else { 2 } + 1;
    let (fits, too_large) = ("f".repeat(100 - overhead), "t".repeat(101 - overhead));
    let sent = fits.clone();
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome_with(V5, false, &property::maximum_packet_size(100))?;
        for line in [sent.as_str(), "small"] {
            let id = client.expect_message(qos, "a", line)?;
            if qos > 0 {
                client.send(&puback(V5, id))?;
            }
        }
        if qos == 0 {
            client.answer_ping()?;
        }
        client.goodbye()
    })?;
    let lines = format!("{fits}\n{too_large}\nsmall\n");
    let outcome = at(&peer.port(), V5, &["pub", "-q", &qos.to_string(), "-l", "a"])?.stdin(lines).run()?;
    outcome.expect(5, "", "")?;
    let said = "warning: message 2 was rejected: the packet has 101 bytes, the broker's Maximum Packet Size is 100\n\
                error: 1 message rejected\n";
    ensure_eq(&outcome.stderr.as_str(), &said, "stderr")?;
    peer.finish()
}

/// Whatever the broker would take, each message has its topic and no alias.
fn whole_topics(maximum: u16) -> Verdict {
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome_with(V5, false, &property::topic_alias_maximum(maximum))?;
        for line in ["1", "2"] {
            let came = client.expect_publish()?;
            ensure_eq(&came, &Publish::new(1, came.id, "a", line), "the message")?;
            client.send(&puback(V5, came.id))?;
        }
        client.goodbye()
    })?;
    at(&peer.port(), V5, &["pub", "-l", "a"])?.stdin("1\n2\n").run()?.expect(0, "", "")?;
    peer.finish()
}

/// A broker that forwards at QoS 0 alone still takes a subscription for more `[MQTT-3.2.2-10]`, and grants less.
fn subscribes_higher() -> Verdict {
    let scene = Scene::start(V5, &["sub", "-q", "2", "-C", "1", "a"], |listener| {
        let (mut client, _) = listener.welcome_with(V5, false, &property::maximum_qos(0))?;
        let asked = client.expect_subscribe()?;
        ensure_eq(&(asked.filters[0].1 & 3), &2, "the QoS that was asked for")?;
        client.send(&crate::support::packets::suback(V5, asked.id, &[0]))?;
        client.send(&Publish::new(0, 0, "a", "x").bytes(V5))?;
        client.goodbye()
    })?;
    scene.finish(STEP)?.expect(0, "x\n", "subscribed to a at QoS 0, not 2")
}

fn no_identifiers() -> Verdict {
    let scene = Scene::start(V5, &["sub", "-C", "1", "a"], |listener| {
        let (mut client, _) = listener.welcome_with(V5, false, &property::subscription_id_available(false))?;
        let asked = client.grant_subscribe()?;
        ensure_eq(&asked.properties, &Vec::new(), "properties of SUBSCRIBE")?;
        client.send(&Publish::new(0, 0, "a", "x").bytes(V5))?;
        client.goodbye()
    })?;
    scene.finish(STEP)?.expect(0, "x\n", "")
}

type Shrunk = (&'static str, Vec<u8>, &'static [&'static str], &'static str);

fn shrunk() -> Vec<Shrunk> {
    vec![
        ("maximum_qos", property::maximum_qos(0), &["pub", "-q", "1", "a", "x"], "the broker's Maximum QoS is 0"),
        (
            "retain_available",
            property::retain_available(false),
            &["pub", "-r", "a", "x"],
            "the broker keeps no retained messages (Retain Available is 0)",
        ),
        (
            "maximum_packet_size",
            property::maximum_packet_size(8),
            &["pub", "a", "x"],
            "the packet has 9 bytes, the broker's Maximum Packet Size is 8",
        ),
    ]
}

/// The message was on its way when the connection dropped; the next one is to a broker that cannot take it.
fn shrinks(properties: Vec<u8>, words: &[&str], named: &str) -> Verdict {
    let scene = Scene::start(V5, words, move |listener| {
        let (mut client, _) = listener.welcome(V5)?;
        client.expect_publish()?;
        client.cut()?;
        listener.welcome_with(V5, false, &properties)?.0.goodbye()
    })?;
    let outcome = scene.finish(STEP)?;
    outcome.expect(5, "", &format!("warning: message 1 was rejected: {named}\nerror: 1 message rejected\n"))
}

/// A subscription that stood, and cannot be asked for again: the last one ends the run.
fn withdrawn(words: &[&str]) -> Verdict {
    let scene = Scene::start(V5, words, |listener| {
        let (mut client, _) = listener.welcome(V5)?;
        client.grant_subscribe()?;
        client.expect_quiet()?;
        client.cut()?;
        listener.welcome_with(V5, false, &property::wildcard_available(false))?.0.goodbye()
    })?;
    let outcome = scene.finish(STEP)?;
    let why = "the broker takes no wildcard subscriptions (Wildcard Subscription Available is 0)";
    outcome.expect(5, "", &format!("warning: the subscription to a/# was refused this time: {why}\n"))?;
    outcome.says(&["error: 1 subscription refused\n"])
}

fn one_withdrawn() -> Verdict {
    let scene = Scene::start(V5, &["sub", "-C", "1", "a/#", "b"], |listener| {
        let (mut client, _) = listener.welcome(V5)?;
        client.grant_subscribe()?;
        client.expect_quiet()?;
        client.cut()?;
        let (mut client, _) = listener.welcome_with(V5, false, &property::wildcard_available(false))?;
        let asked = client.grant_subscribe()?;
        ensure_eq(&asked.filters.len(), &1, "filters")?;
        client.send(&Publish::new(2, 7, "b", "x").bytes(V5))?;
        client.expect_ack(first::PUBREC, 7)?;
        client.send(&pubrel(V5, 7))?;
        client.expect_ack(first::PUBCOMP, 7)?;
        client.goodbye()
    })?;
    let outcome = scene.finish(STEP)?;
    outcome.expect(5, "x\n", "the subscription to a/# was refused this time")?;
    outcome.says(&["error: 1 subscription refused\n"])
}
