//! A broker that breaks the protocol: what it did is named, told in DISCONNECT, and ends with 6; nothing panics, hangs or costs memory.
//! Reason Codes and limits that a broker may well send are in `disconnect` and `limits`.

mod flood;

use std::time::Duration;

use crate::rules::Scene;
use crate::support::harness::{Case, both, case};
use crate::support::mqx::Outcome;
use crate::support::packets::{Publish, Version, first, packet, pingreq, property, string, subscribe, variable};
use crate::support::peer::Connection;
use crate::support::{STEP, Verdict, ensure, ensure_eq};

/// The most memory that a run with `--max-packet 1MiB` may take, in bytes.
const MEMORY: u64 = 64 << 20;
const MALFORMED: u8 = 0x81;
const PROTOCOL_ERROR: u8 = 0x82;
const TOPIC_ALIAS_INVALID: u8 = 0x94;
const TOO_LARGE: u8 = 0x95;

pub fn cases(list: &mut Vec<Case>) {
    for version in Version::BOTH {
        for Defect { name, bytes, reason, text } in defects(version) {
            let (of_sub, flag) = (bytes.clone(), version.flag());
            list.push(case(format!("hostile::sub::{name}::{flag}"), move || at_sub(version, of_sub, reason, text)));
            list.push(case(format!("hostile::pub::{name}::{flag}"), move || at_pub(version, bytes, reason, text)));
        }
    }
    both(list, "hostile::the_largest_packet_passes", largest_passes);
    both(list, "hostile::max_packet_is_announced_in_5_alone", announced);
    both(list, "hostile::a_connack_above_max_packet", large_connack);
    flood::cases(list);
}

/// What a broker sends that it must not.
struct Defect {
    name: &'static str,
    bytes: Vec<u8>,
    /// Of our DISCONNECT in version 5.
    reason: u8,
    /// How it is named.
    text: &'static str,
}

fn defects(version: Version) -> Vec<Defect> {
    let mut list = Vec::new();
    let mut add = |name, reason, bytes: &[u8], text| list.push(Defect { name, bytes: bytes.to_vec(), reason, text });
    lengths(&mut add);
    topics(version, &mut add);
    publishes(version, &mut add);
    flags(version, &mut add);
    wrong_packets(version, &mut add);
    if version == Version::V5 {
        aliases(&mut add);
        properties(&mut add);
    }
    list
}

type Add<'a> = dyn FnMut(&'static str, u8, &[u8], &'static str) + 'a;

fn lengths(add: &mut Add<'_>) {
    add(
        "the_largest_length_and_no_body",
        TOO_LARGE,
        &[0x30, 0xFF, 0xFF, 0xFF, 0x7F],
        "a packet of 268435460 bytes, where 1048576 are allowed",
    );
    add(
        "a_byte_too_large",
        TOO_LARGE,
        &[&[0x30], &variable((1 << 20) - 3)[..]].concat(),
        "a packet of 1048577 bytes, where 1048576 are allowed",
    );
    add(
        "a_length_of_five_bytes",
        MALFORMED,
        &[0x30, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
        "a packet with a remaining length of five bytes",
    );
    add("an_empty_publish", MALFORMED, &[0x30, 0], "PUBLISH with too few bytes");
    add("an_empty_puback", MALFORMED, &[0x40, 0], "PUBACK with too few bytes");
    add("a_long_pingresp", MALFORMED, &[0xD0, 1, 0], "PINGRESP with bytes behind its end");
}

fn topics(version: Version, add: &mut Add<'_>) {
    let publish = |topic: &[u8]| Publish::new(0, 0, topic, "x").bytes(version);
    add("a_topic_that_is_not_utf8", MALFORMED, &publish(b"a\xFF"), "PUBLISH with a bad Topic Name: it is not UTF-8");
    add("a_topic_with_a_surrogate", MALFORMED, &publish(b"\xED\xA0\x80"), "PUBLISH with a bad Topic Name: it is not UTF-8");
    add("a_topic_with_nul", MALFORMED, &publish(b"a\0b"), "PUBLISH with a bad Topic Name: it has a NUL character");
    let plus = "PUBLISH with a bad Topic Name: it has the wildcard +, which only a filter may have";
    add("a_topic_with_plus", PROTOCOL_ERROR, &publish(b"a/+"), plus);
    let hash = "PUBLISH with a bad Topic Name: it has the wildcard #, which only a filter may have";
    add("a_topic_with_hash", PROTOCOL_ERROR, &publish(b"#"), hash);
    add("an_empty_topic", PROTOCOL_ERROR, &publish(b""), "PUBLISH with a bad Topic Name: it is empty");
    add("a_topic_beyond_the_packet", MALFORMED, &packet(0x30, &[0xFF, 0xFF, b'a']), "PUBLISH with too few bytes");
}

fn publishes(version: Version, add: &mut Add<'_>) {
    let with_first = |first: u8, qos: u8, id: u16| {
        let mut bytes = Publish::new(qos, id, "a", "x").bytes(version);
        bytes[0] = first;
        bytes
    };
    add("qos_3", MALFORMED, &with_first(0x36, 2, 7), "PUBLISH with QoS 3");
    add("dup_at_qos_0", PROTOCOL_ERROR, &with_first(0x38, 0, 0), "PUBLISH with DUP at QoS 0");
    add("publish_of_id_0_at_qos_1", MALFORMED, &with_first(0x32, 1, 0), "PUBLISH with Packet Identifier 0");
    add("publish_of_id_0_at_qos_2", MALFORMED, &with_first(0x34, 2, 0), "PUBLISH with Packet Identifier 0");
    add("puback_of_id_0", MALFORMED, &packet(first::PUBACK, &[0, 0]), "PUBACK with Packet Identifier 0");
    add("pubrec_of_id_0", MALFORMED, &packet(first::PUBREC, &[0, 0]), "PUBREC with Packet Identifier 0");
    add("pubrel_of_id_0", MALFORMED, &packet(first::PUBREL, &[0, 0]), "PUBREL with Packet Identifier 0");
    add("pubcomp_of_id_0", MALFORMED, &packet(first::PUBCOMP, &[0, 0]), "PUBCOMP with Packet Identifier 0");
}

fn flags(version: Version, add: &mut Add<'_>) {
    add("flags_of_connack", MALFORMED, &[0x21, 2, 0, 0], "CONNACK with wrong flags");
    add("flags_of_puback", MALFORMED, &[0x41, 2, 0, 7], "PUBACK with wrong flags");
    add("flags_of_pubrec", MALFORMED, &[0x52, 2, 0, 7], "PUBREC with wrong flags");
    add("flags_of_pubrel", MALFORMED, &[0x60, 2, 0, 7], "PUBREL with wrong flags");
    add("flags_of_pubcomp", MALFORMED, &[0x78, 2, 0, 7], "PUBCOMP with wrong flags");
    add("flags_of_suback", MALFORMED, &[0x92, 3, 0, 7, 0], "SUBACK with wrong flags");
    add("flags_of_unsuback", MALFORMED, &[0xB2, 2, 0, 7], "UNSUBACK with wrong flags");
    add("flags_of_pingresp", MALFORMED, &[0xD1, 0], "PINGRESP with wrong flags");
    if version == Version::V5 {
        add("flags_of_disconnect", MALFORMED, &[0xE1, 0], "DISCONNECT with wrong flags");
        add("flags_of_auth", MALFORMED, &[0xF1, 0], "AUTH with wrong flags");
    }
}

/// What only clients send, and what does not exist.
fn wrong_packets(version: Version, add: &mut Add<'_>) {
    let connect = crate::support::packets::connect(version, "x");
    add("a_connect", PROTOCOL_ERROR, &connect, "CONNECT, which a broker does not send");
    let asked = subscribe(version, 7, &[("a", 0)]);
    add("a_subscribe", PROTOCOL_ERROR, &asked, "SUBSCRIBE, which a broker does not send");
    let unsubscribe = packet(first::UNSUBSCRIBE, &[&[0, 7], &string("a")[..]].concat());
    add("an_unsubscribe", PROTOCOL_ERROR, &unsubscribe, "UNSUBSCRIBE, which a broker does not send");
    add("a_pingreq", PROTOCOL_ERROR, &pingreq(), "PINGREQ, which a broker does not send");
    add("the_reserved_type_0", MALFORMED, &[0x00, 0], "a packet with the reserved type 0");
    match version {
        Version::V311 => add("the_reserved_type_15", MALFORMED, &[0xF0, 0], "AUTH with the reserved type 15"),
        Version::V5 => add("an_auth_that_nobody_asked_for", PROTOCOL_ERROR, &[0xF0, 0], "an AUTH that nobody asked for"),
    }
}

fn aliases(add: &mut Add<'_>) {
    let publish =
        |alias: u16, topic: &str| Publish::new(0, 0, topic, "x").properties(&property::topic_alias(alias)).bytes(Version::V5);
    add("topic_alias_0", TOPIC_ALIAS_INVALID, &publish(0, "b"), "PUBLISH with Topic Alias 0");
    let beyond = "Topic Alias 17, the maximum that was announced is 16";
    add("topic_alias_17", TOPIC_ALIAS_INVALID, &publish(17, "b"), beyond);
    let last = "Topic Alias 65535, the maximum that was announced is 16";
    add("topic_alias_65535", TOPIC_ALIAS_INVALID, &publish(65_535, "b"), last);
    let never = "Topic Alias 3 before a topic was given for it";
    add("a_topic_alias_that_was_never_set", PROTOCOL_ERROR, &publish(3, ""), never);
    let twice = property::all(&[property::topic_alias(1), property::topic_alias(1)]);
    let twice = Publish::new(0, 0, "b", "x").properties(&twice).bytes(Version::V5);
    add("topic_alias_twice", PROTOCOL_ERROR, &twice, "PUBLISH with a property twice");
}

fn properties(add: &mut Add<'_>) {
    let with = |properties: &[u8]| Publish::new(0, 0, "b", "x").properties(properties).bytes(Version::V5);
    let not_here = "PUBLISH with a property that it cannot have";
    add("a_property_of_another_packet", MALFORMED, &with(&property::session_expiry(5)), not_here);
    add("a_property_of_no_packet", MALFORMED, &with(&[0x7F, 0]), not_here);
    let twice = property::all(&[property::message_expiry(5), property::message_expiry(5)]);
    add("a_property_twice", PROTOCOL_ERROR, &with(&twice), "PUBLISH with a property twice");
    add("a_property_that_is_cut", MALFORMED, &with(&property::message_expiry(5)[..3]), "PUBLISH with too few bytes");
    let head = string("b");
    let beyond = packet(0x30, &[&head[..], &[0x7F]].concat());
    add("properties_beyond_the_packet", MALFORMED, &beyond, "PUBLISH with too few bytes");
    let endless = packet(0x30, &[&head[..], &[0xFF, 0xFF, 0xFF, 0xFF, 0x01]].concat());
    add("properties_with_a_length_of_five_bytes", MALFORMED, &endless, "PUBLISH with a length of five bytes");
    let needless = packet(0x30, &[&head[..], &[0x80, 0x00], b"x"].concat());
    add("properties_with_a_needless_byte_of_length", MALFORMED, &needless, "PUBLISH with needless bytes in a length");
    let neither = "PUBLISH with a property that is neither 0 nor 1";
    add("payload_format_2", PROTOCOL_ERROR, &with(&[0x01, 2]), neither);
    add("subscription_identifier_0", PROTOCOL_ERROR, &with(&[0x0B, 0]), "PUBLISH with Subscription Identifier 0");
    add("a_text_that_is_not_utf8", MALFORMED, &with(&[0x03, 0, 1, 0xFF]), "PUBLISH with a text that is not UTF-8");
    add("a_text_with_nul", MALFORMED, &with(&[0x03, 0, 1, 0]), "PUBLISH with a NUL character in a text");
    let suback = packet(first::SUBACK, &[0, 7, 2, 0x21, 0, 1]);
    add("a_property_that_suback_cannot_have", MALFORMED, &suback, "SUBACK with a property that it cannot have");
    let puback = packet(first::PUBACK, &[0, 7, 0, 9, 0x1F]);
    add("properties_beyond_a_puback", MALFORMED, &puback, "PUBACK with too few bytes");
}

/// `mqx sub` gets the bytes behind its SUBACK.
fn at_sub(version: Version, bytes: Vec<u8>, reason: u8, text: &str) -> Verdict {
    let scene = Scene::start(version, &["sub", "--max-packet", "1MiB", "a"], move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.grant_subscribe()?;
        break_protocol(&mut client, version, &bytes, reason)
    })?;
    ended(scene, &format!("subscribed to a at QoS 1\nerror: no connection: the broker broke the protocol: {text}\n"))
}

/// `mqx pub` gets them instead of a PUBACK.
fn at_pub(version: Version, bytes: Vec<u8>, reason: u8, text: &str) -> Verdict {
    let scene = Scene::start(version, &["pub", "--max-packet", "1MiB", "a", "x"], move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.expect_message(1, "a", "x")?;
        break_protocol(&mut client, version, &bytes, reason)
    })?;
    ended(scene, &format!("error: no connection: the broker broke the protocol: {text}\nerror: 1 message unacknowledged\n"))
}

/// Sends the bytes; the client ends the connection with this reason.
fn break_protocol(client: &mut Connection, version: Version, bytes: &[u8], reason: u8) -> Verdict {
    client.send(bytes)?;
    ensure_eq(&client.expect_disconnect()?.0, &told(version, reason), "the reason of DISCONNECT")?;
    client.expect_eof()
}

/// The run ends with 6, with all of this on stderr, and within its memory.
fn ended(scene: Scene, stderr: &str) -> Verdict {
    let outcome = scene.finish(STEP)?;
    outcome.expect_whole(6, "", stderr)?;
    within_memory(&outcome)
}

/// 3.1.1's DISCONNECT says nothing.
fn told(version: Version, reason: u8) -> u8 {
    if version == Version::V5 { reason } else { 0 }
}

fn within_memory(outcome: &Outcome) -> Verdict {
    let peak = outcome.peak_memory.unwrap_or(0);
    ensure(peak <= MEMORY, format_args!("{peak} bytes of memory at its peak\n{outcome}"))
}

/// A PUBLISH of as many bytes as `--max-packet` says, to the last.
fn largest_passes(version: Version) -> Verdict {
    let scene = Scene::start(version, &["sub", "--max-packet", "1MiB", "-C", "1", "a"], move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.grant_subscribe()?;
        let overhead = 4 + 3 + usize::from(version == Version::V5);
        let publish = Publish::new(0, 0, "a", vec![b'x'; (1 << 20) - overhead]).bytes(version);
        ensure_eq(&publish.len(), &(1 << 20), "bytes of the packet")?;
        client.send(&publish)?;
        client.goodbye()
    })?;
    let outcome = scene.finish(STEP)?;
    outcome.expect_code(0)?;
    within_memory(&outcome)
}

fn announced(version: Version) -> Verdict {
    let asked = property::maximum_packet_size(65_536);
    for (words, announced) in [(&["sub", "--max-packet", "64k", "-W", "1", "a"][..], true), (&["sub", "-W", "1", "a"], false)] {
        let asked = asked.clone();
        let scene = Scene::start(version, words, move |listener| {
            let (mut client, connect) = listener.welcome(version)?;
            let found = connect.properties.windows(asked.len()).any(|window| window == asked);
            ensure_eq(&found, &(announced && version == Version::V5), "whether Maximum Packet Size is announced")?;
            let any = connect.properties.contains(&asked[0]);
            ensure_eq(&any, &found, "whether any Maximum Packet Size is announced")?;
            client.grant_subscribe()?;
            client.goodbye()
        })?;
        scene.finish(Duration::from_secs(10))?.expect(27, "", "")?;
    }
    Ok(())
}

fn large_connack(version: Version) -> Verdict {
    let scene = Scene::start(version, &["sub", "--max-packet", "64", "a"], |listener| {
        let mut client = listener.accept()?;
        client.expect_connect()?;
        client.send(&[0x20, 63])?;
        client.expect_eof()
    })?;
    scene.finish(STEP)?.expect(3, "", "a packet of 65 bytes, where 64 are allowed")
}
