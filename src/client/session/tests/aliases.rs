//! Topic Aliases of what we publish (rule 12).

use super::*;

/// A session whose broker announces a Topic Alias Maximum and these properties.
fn aliasing(policy: TopicAliases, maximum: u8, properties: &[u8]) -> Wire {
    let mut wire = Wire::with(V5, &[&[0x22, 0, maximum], properties].concat());
    wire.session.alias_topics(policy);
    wire
}

/// PUBLISH with an alias; an empty topic stands for the one that it is known for.
fn aliased(first: u8, topic: &str, id: u16, alias: u8, payload: &str) -> Raw {
    publish_with(V5, first, topic, id, &[0x23, 0, alias], payload)
}

fn plain(first: u8, topic: &str, id: u16, payload: &str) -> Raw {
    publish_with(V5, first, topic, id, &[], payload)
}

impl Wire {
    /// Publishes to topics, at this QoS.
    fn publish_to(&mut self, qos: u8, topics: &[&str]) {
        for topic in topics {
            self.publish(message_to(topic, qos, "x"));
        }
    }
}

#[test]
fn the_first_message_teaches_the_alias_and_the_next_leave_the_topic_out() {
    for (qos, first) in [(0, 0x30), (1, 0x32), (2, 0x34)] {
        let mut wire = aliasing(TopicAliases::Auto, 2, &[]);
        wire.publish_to(qos, &["one/1", "two/2", "one/1", "two/2", "two/2"]);
        let id = |n: u16| if qos == 0 { 0 } else { n };
        wire.gets(&[
            aliased(first, "one/1", id(1), 1, "x"),
            aliased(first, "two/2", id(2), 2, "x"),
            aliased(first, "", id(3), 1, "x"),
            aliased(first, "", id(4), 2, "x"),
            aliased(first, "", id(5), 2, "x"),
        ]);
    }
}

#[test]
fn no_more_aliases_than_the_broker_takes() {
    let mut wire = aliasing(TopicAliases::Auto, 1, &[]);
    wire.publish_to(0, &["one/1", "two/2", "one/1", "two/2"]);
    let (taught, known) = (aliased(0x30, "one/1", 0, 1, "x"), aliased(0x30, "", 0, 1, "x"));
    wire.gets(&[taught, plain(0x30, "two/2", 0, "x"), known, plain(0x30, "two/2", 0, "x")]);
    let mut none = aliasing(TopicAliases::Auto, 0, &[]);
    none.publish_to(1, &["one/1", "one/1"]);
    none.gets(&[plain(0x32, "one/1", 1, "x"), plain(0x32, "one/1", 2, "x")]);
}

#[test]
fn a_broker_that_allows_65535_gets_1000() {
    let mut wire = Wire::with(V5, &[0x22, 0xFF, 0xFF]);
    wire.session.alias_topics(TopicAliases::Auto);
    for n in 0..1_001 {
        wire.publish_to(0, &[&format!("topic/{n}")]);
        let sent = wire.got();
        // Type and length, topic and its length, properties.
        let properties = sent[2 + 2 + usize::from(sent[3])];
        assert_eq!(properties, if n < 1_000 { 3 } else { 0 }, "topic {n}");
    }
}

#[test]
fn long_topics_beyond_1_mib_get_none() {
    let mut wire = Wire::with(V5, &[0x22, 0xFF, 0xFF]);
    wire.session.alias_topics(TopicAliases::Auto);
    let mut aliased = 0;
    for n in 0..20 {
        wire.publish_to(0, &[&format!("{n:02}{}", "t".repeat(65_000))]);
        let sent = wire.got();
        aliased += usize::from(sent.ends_with(&[3, 0x23, 0, n + 1, b'x']));
    }
    assert_eq!(aliased, (1 << 20) / 65_002);
}

#[test]
fn a_topic_that_is_no_longer_than_its_alias_gets_none() {
    let mut wire = aliasing(TopicAliases::Auto, 9, &[]);
    wire.publish_to(0, &["abc", "abc", "abcd", "abcd"]);
    wire.gets(&[
        plain(0x30, "abc", 0, "x"),
        plain(0x30, "abc", 0, "x"),
        aliased(0x30, "abcd", 0, 1, "x"),
        aliased(0x30, "", 0, 1, "x"),
    ]);
}

#[test]
fn a_fixed_alias_goes_with_whatever_topic_there_is() {
    let mut wire = aliasing(TopicAliases::Fixed(7), 7, &[]);
    wire.publish_to(0, &["a", "a", "b", "a"]);
    wire.gets(&[
        aliased(0x30, "a", 0, 7, "x"),
        aliased(0x30, "", 0, 7, "x"),
        aliased(0x30, "b", 0, 7, "x"),
        aliased(0x30, "a", 0, 7, "x"),
    ]);
    let mut beyond = aliasing(TopicAliases::Fixed(7), 6, &[]);
    beyond.publish_to(0, &["a", "a"]);
    beyond.gets(&[plain(0x30, "a", 0, "x"), plain(0x30, "a", 0, "x")]);
}

#[test]
fn rule_12_they_begin_anew_with_each_connection_and_what_is_sent_again_has_its_topic() {
    for kept in [true, false] {
        let mut wire = aliasing(TopicAliases::Auto, 3, &[]);
        wire.publish_to(1, &["one/1", "one/1"]);
        wire.gets(&[aliased(0x32, "one/1", 1, 1, "x"), aliased(0x32, "", 2, 1, "x")]);
        wire.cut();
        wire.publish_to(1, &["one/1"]);
        wire.back(kept, &[0x22, 0, 3]);
        if kept {
            wire.gets(&[plain(0x3A, "one/1", 1, "x"), plain(0x3A, "one/1", 2, "x"), aliased(0x32, "one/1", 3, 1, "x")]);
        } else {
            wire.gets(&[aliased(0x32, "one/1", 3, 1, "x"), aliased(0x32, "", 4, 1, "x"), aliased(0x32, "", 5, 1, "x")]);
        }
        // A broker that takes none from now on.
        wire.cut();
        wire.publish_to(0, &["two/2", "two/2"]);
        wire.back(true, &[]);
        let sent = packets_of(&wire.got());
        assert_eq!(sent[sent.len() - 2..], [plain(0x30, "two/2", 0, "x"), plain(0x30, "two/2", 0, "x")]);
    }
}

#[test]
fn what_was_encoded_and_never_written_taught_nothing() {
    let mut wire = aliasing(TopicAliases::Auto, 3, &[]);
    wire.publish_to(0, &["one/1"]);
    wire.encode();
    wire.cut();
    wire.publish_to(0, &["one/1"]);
    wire.back(true, &[0x22, 0, 3]);
    wire.gets(&[aliased(0x30, "one/1", 0, 1, "x")]);
}

#[test]
fn an_identifier_that_is_cleared_first_changes_nothing() {
    let mut wire = Wire::first(V5, true, &[0x22, 0, 3], None, true);
    wire.session.alias_topics(TopicAliases::Auto);
    wire.publish_to(2, &["one/1"]);
    wire.gets(&[pubrel(1)]);
    wire.publish_to(1, &["one/1"]);
    wire.gets(&[aliased(0x32, "one/1", 2, 1, "x")]);
    wire.sends(&[pubcomp(1)]);
    wire.gets(&[aliased(0x34, "", 1, 1, "x")]);
}

#[test]
fn other_properties_are_beside_it() {
    let mut wire = aliasing(TopicAliases::Auto, 3, &[]);
    for _ in 0..2 {
        let properties = Properties { payload_format: Some(true), ..Properties::default() };
        wire.publish(Message { properties: Some(Box::new(properties)), ..message_to("one/1", 1, "x") });
    }
    let properties = [0x01, 1, 0x23, 0, 1];
    wire.gets(&[publish_with(V5, 0x32, "one/1", 1, &properties, "x"), publish_with(V5, 0x32, "", 2, &properties, "x")]);
}

#[test]
fn rule_18_no_alias_makes_a_packet_too_large() {
    // A PUBLISH of QoS 0 to this topic has 11 bytes with its payload, and 3 more with an alias.
    for (maximum, fits) in [(10, false), (11, false), (13, false), (16, true)] {
        let mut wire = aliasing(TopicAliases::Auto, 3, &[0x27, 0, 0, 0, maximum]);
        wire.publish_to(0, &["one/1", "one/1"]);
        if maximum == 10 {
            wire.gets_nothing();
        } else if fits {
            wire.gets(&[aliased(0x30, "one/1", 0, 1, "x"), aliased(0x30, "", 0, 1, "x")]);
        } else {
            wire.gets(&[plain(0x30, "one/1", 0, "x"), plain(0x30, "one/1", 0, "x")]);
        }
    }
    // What is known leaves the topic out, however large the message is.
    let mut wire = aliasing(TopicAliases::Auto, 3, &[0x27, 0, 0, 0, 30]);
    let largest = "y".repeat(20);
    wire.publish_to(0, &["one/1"]);
    wire.publish(message_to("one/1", 0, &largest));
    wire.gets(&[aliased(0x30, "one/1", 0, 1, "x"), aliased(0x30, "", 0, 1, &largest)]);
    // A fixed one of a short topic makes it larger every time.
    let mut wire = aliasing(TopicAliases::Fixed(1), 3, &[0x27, 0, 0, 0, 20]);
    wire.publish_to(0, &["a"]);
    wire.publish(message_to("a", 0, &largest[..14]));
    wire.publish_to(0, &["a"]);
    let large = plain(0x30, "a", 0, &largest[..14]);
    assert_eq!(large.len(), 20);
    wire.gets(&[aliased(0x30, "a", 0, 1, "x"), large, aliased(0x30, "", 0, 1, "x")]);
}

#[test]
fn the_length_of_the_properties_may_grow_where_the_topic_goes() {
    // 126 bytes of properties have a length of one byte, and with an alias one of two.
    let with = |topic: &str| {
        let content_type = Some("t".repeat(123).into());
        Message { properties: Some(Box::new(Properties { content_type, ..Properties::default() })), ..message_to(topic, 0, "") }
    };
    let plain = 2 + 1 + 2 + 4 + 1 + 126;
    let mut wire = aliasing(TopicAliases::Auto, 3, &[0x27, 0, 0, 0, plain]);
    wire.publish_to(0, &["abcd"]);
    wire.publish(with("abcd"));
    let sent = wire.got();
    assert!(sent.starts_with(&aliased(0x30, "abcd", 0, 1, "x")));
    assert_eq!(sent.len() - aliased(0x30, "abcd", 0, 1, "x").len(), usize::from(plain), "it is as large as it was");
    assert_eq!(wire.outcomes(), [(0, Outcome::Written), (1, Outcome::Written)]);
}

#[test]
fn without_being_asked_for_there_is_none() {
    let mut wire = aliasing(TopicAliases::None, 9, &[]);
    wire.publish_to(1, &["one/1", "one/1"]);
    wire.gets(&[plain(0x32, "one/1", 1, "x"), plain(0x32, "one/1", 2, "x")]);
    let mut wire = Wire::new(V311);
    wire.session.alias_topics(TopicAliases::Auto);
    wire.publish_to(0, &["one/1", "one/1"]);
    let plain = publish_with(V311, 0x30, "one/1", 0, &[], "x");
    wire.gets(&[plain.clone(), plain]);
}
