//! Rules 18 and 23: what is found before anything is sent.

use super::*;

/// The outcome of a message that is rejected with nothing sent.
#[track_caller]
fn rejection(properties: &[u8], message: Message) -> LimitExceeded {
    let mut wire = Wire::with(V5, properties);
    wire.publish(message);
    wire.gets_nothing();
    assert_eq!((wire.session.unsettled(), wire.session.has_room()), (0, true));
    match wire.outcomes().pop() {
        Some((0, Outcome::Rejected(Rejection::Limit(limit)))) => limit,
        other => panic!("{other:?}"),
    }
}

#[test]
fn rule_18_maximum_qos_and_retain() {
    assert_eq!(rejection(&[0x24, 1], message(2, "a")), LimitExceeded::MaximumQos(QoS::AtLeastOnce));
    assert_eq!(rejection(&[0x24, 0], message(1, "a")), LimitExceeded::MaximumQos(QoS::AtMostOnce));
    let retained = Message { retain: true, ..message(0, "a") };
    assert_eq!(rejection(&[0x25, 0], retained), LimitExceeded::Retain);
    let mut wire = Wire::with(V5, &[0x24, 1, 0x25, 0]);
    wire.publish(message(1, "a"));
    wire.gets(&[publish(V5, 0x32, 1, "a")]);
}

#[test]
fn rule_19_properties_have_no_place_in_3_1_1() {
    let properties = Properties { expiry: Some(1), ..Properties::default() };
    for qos in 0..3 {
        let mut wire = Wire::new(V311);
        wire.publish(Message { properties: Some(Box::new(properties.clone())), ..message(qos, "a") });
        wire.gets_nothing();
        assert_eq!(wire.outcomes(), [(0, Outcome::Rejected(Rejection::Limit(LimitExceeded::Properties)))]);
        assert_eq!((wire.session.unsettled(), wire.session.has_room()), (0, true));
    }
}

#[test]
fn rule_18_maximum_packet_size_is_that_of_the_whole_packet() {
    // Fixed header 2, topic 3, id 2, properties 1, payload 2.
    assert_eq!(rejection(&[0x27, 0, 0, 0, 9], message(1, "ab")), LimitExceeded::PacketSize { size: 10, limit: 9 });
    let mut wire = Wire::with(V5, &[0x27, 0, 0, 0, 10]);
    wire.publish(message(1, "ab"));
    wire.gets(&[publish(V5, 0x32, 1, "ab")]);
}

#[test]
fn rule_18_a_lost_session_checks_what_the_broker_had_taken_too() {
    let mut wire = Wire::new(V5);
    wire.publish(message(2, "a"));
    wire.got();
    wire.sends(&[pubrec(1)]);
    wire.gets(&[pubrel(1)]);
    wire.cut();
    let continuity = wire.back(false, &[0x24, 1]);
    assert_eq!(continuity, Continuity { resumed: false, resent: 0, possible_duplicates: 0 });
    wire.gets_nothing();
    let limit = LimitExceeded::MaximumQos(QoS::AtLeastOnce);
    assert_eq!(wire.outcomes(), [(0, Outcome::Rejected(Rejection::Limit(limit)))]);
    assert!(wire.session.is_done());
}

#[test]
fn rule_18_a_resumed_session_finishes_what_the_broker_had_taken() {
    let mut wire = Wire::new(V5);
    wire.publish(message(2, "a"));
    wire.got();
    wire.sends(&[pubrec(1)]);
    wire.cut();
    wire.back(true, &[0x24, 1]);
    wire.gets(&[pubrel(1)]);
    wire.sends(&[pubcomp(1)]);
    assert_eq!(wire.outcomes(), [(0, SUCCESS)]);
}

#[test]
fn rule_18_filters() {
    let standing = |properties: &[u8], text: &str| {
        let mut wire = Wire::with(V5, properties);
        let index = wire.session.subscribe(subscription(text, 0));
        wire.gets_nothing();
        assert_eq!((wire.session.refused_subscriptions(), wire.session.unanswered_subscriptions()), (1, false));
        wire.session.standing(index).cloned().unwrap()
    };
    let refused = |limit| Standing::Refused(Rejection::Limit(limit));
    assert_eq!(standing(&[0x28, 0], "a/#"), refused(LimitExceeded::Wildcard));
    assert_eq!(standing(&[0x2A, 0], "$share/g/a"), refused(LimitExceeded::Shared));
    // Fixed header 2, id 2, properties 1, filter 2 + 3, options 1.
    assert_eq!(standing(&[0x27, 0, 0, 0, 10], "abc"), refused(LimitExceeded::PacketSize { size: 11, limit: 10 }));
}

fn expiring(seconds: u32) -> Message {
    let properties = Properties { expiry: Some(seconds), ..Properties::default() };
    Message { properties: Some(Box::new(properties)), ..message(1, "a") }
}

fn with_expiry(first: u8, id: u16, seconds: u8) -> Raw {
    publish_with(V5, first, "t", id, &[0x02, 0, 0, 0, seconds], "a")
}

#[test]
fn rule_23_expiry_is_reduced_by_the_wait_before_the_first_transmission_only() {
    let mut wire = Wire::with(V5, &receive_maximum(1));
    wire.publish(expiring(10));
    wire.publish(expiring(10));
    wire.gets(&[with_expiry(0x32, 1, 10)]);
    wire.later(s(4));
    wire.sends(&[puback(1)]);
    wire.gets(&[with_expiry(0x32, 2, 6)]);
    wire.later(s(20));
    wire.resumed();
    wire.gets(&[with_expiry(0x3A, 2, 6)]);
}

#[test]
fn rule_23_what_was_sent_does_not_expire_in_a_lost_session() {
    let mut wire = Wire::with(V5, &receive_maximum(2));
    wire.publish(expiring(10));
    wire.publish(expiring(10));
    wire.got();
    wire.cut();
    wire.back(false, &receive_maximum(1));
    wire.gets(&[with_expiry(0x32, 3, 10)]);
    wire.later(s(20));
    wire.sends(&[puback(3)]);
    wire.gets(&[with_expiry(0x32, 4, 10)]);
}

#[test]
fn rule_23_expired_while_waiting_is_a_rejection() {
    let mut wire = Wire::with(V5, &receive_maximum(1));
    wire.publish(expiring(10));
    wire.publish(expiring(10));
    wire.got();
    wire.later(s(10));
    wire.sends(&[puback(1)]);
    wire.encode();
    assert_eq!(wire.outcomes(), [(0, SUCCESS), (1, Outcome::Rejected(Rejection::Expired))]);
    assert_eq!(wire.session.unsettled(), 0);
}

#[test]
fn rule_23_the_time_in_which_an_id_is_cleared_is_waited_too() {
    let mut wire = Wire::inherited(V5);
    wire.publish(Message { qos: QoS::ExactlyOnce, ..expiring(10) });
    wire.publish(Message { qos: QoS::ExactlyOnce, ..expiring(5) });
    wire.gets(&[pubrel(1), pubrel(2)]);
    wire.cut();
    wire.later(s(7));
    wire.back(true, &[]);
    wire.gets(&[pubrel(1), pubrel(2)]);
    wire.sends(&[pubcomp(1), pubcomp(2)]);
    wire.gets(&[with_expiry(0x34, 1, 3)]);
    assert_eq!(wire.outcomes(), [(1, Outcome::Rejected(Rejection::Expired))]);
    assert_eq!(wire.session.progress(), 2, "two PUBCOMPs; that a message expired is no answer");
}

#[test]
fn response_information_is_that_of_the_last_connection() {
    let mut wire = Wire::with(V5, b"\x1A\x00\x03r/1");
    assert_eq!(wire.session.response_information().map(AsRef::as_ref), Some("r/1"));
    wire.session.disconnected();
    wire.session.connected(wire.now, &connack(V5, false, b"\x1A\x00\x03r/2"), KEEP_ALIVE);
    assert_eq!(wire.session.response_information().map(AsRef::as_ref), Some("r/2"));
    assert_eq!(Wire::new(V311).session.response_information(), None);
}
