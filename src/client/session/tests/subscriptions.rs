//! Rule 11: SUBSCRIBE and UNSUBSCRIBE until they are answered.

use super::*;

#[test]
fn a_subscription_is_granted_lowered_or_refused() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        let asked = [("a", 2), ("b", 2), ("c", 1)].map(|(filter, qos)| wire.session.subscribe(subscription(filter, qos)));
        wire.gets(&[subscribe(version, 1, &[("a", 2), ("b", 2), ("c", 1)])]);
        assert_eq!(wire.session.standing(asked[0]), Some(&Standing::Waiting));
        let refusal = if version == V5 { 0x87 } else { 0x80 };
        wire.sends(&[suback(version, 1, &[2, 0, refusal])]);
        let standings = asked.map(|index| wire.session.standing(index).cloned().unwrap());
        let refused = Standing::Refused(Rejection::Broker { reason: Reason(refusal), text: None });
        assert_eq!(standings, [Standing::Granted(QoS::ExactlyOnce), Standing::Granted(QoS::AtMostOnce), refused]);
        assert_eq!((wire.session.refused_subscriptions(), wire.session.unanswered_subscriptions()), (1, false));
    }
}

#[test]
fn at_most_8_filters_a_packet() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        let names: Vec<String> = (0..17).map(|n| format!("{n:02}")).collect();
        let filters: Vec<(&str, u8)> = names.iter().map(|name| (name.as_str(), 1)).collect();
        for (name, qos) in &filters {
            wire.session.subscribe(subscription(name, *qos));
        }
        wire.gets(&[
            subscribe(version, 1, &filters[..8]),
            subscribe(version, 2, &filters[8..16]),
            subscribe(version, 3, &filters[16..]),
        ]);
        wire.sends(&[suback(version, 3, &[1]), suback(version, 1, &[1; 8]), suback(version, 2, &[1; 8])]);
        assert!(!wire.session.unanswered_subscriptions());
    }
}

#[test]
fn no_packet_above_maximum_packet_size() {
    // A SUBSCRIBE has 5 bytes and 6 for each of these filters.
    let mut wire = Wire::with(V5, &[0x27, 0, 0, 0, 17]);
    for name in ["aaa", "bbb", "ccc"] {
        wire.session.subscribe(subscription(name, 0));
    }
    wire.gets(&[subscribe(V5, 1, &[("aaa", 0), ("bbb", 0)]), subscribe(V5, 2, &[("ccc", 0)])]);
}

#[test]
fn a_packet_has_one_subscription_identifier() {
    let mut wire = Wire::new(V5);
    for (name, id) in [("a", None), ("b", Some(7)), ("c", Some(7)), ("d", Some(8))] {
        wire.session.subscribe(Subscription { id, ..subscription(name, 1) });
    }
    wire.gets(&[
        subscribe(V5, 1, &[("a", 1)]),
        b"\x82\x0D\x00\x02\x02\x0B\x07\x00\x01b\x01\x00\x01c\x01".to_vec(),
        b"\x82\x09\x00\x03\x02\x0B\x08\x00\x01d\x01".to_vec(),
    ]);
}

#[test]
fn rule_18_no_subscription_identifier_where_there_are_none() {
    let mut wire = Wire::with(V5, &[0x29, 0]);
    let named = wire.session.subscribe(Subscription { id: Some(1), ..subscription("a", 1) });
    wire.session.subscribe(subscription("b", 1));
    wire.gets(&[subscribe(V5, 1, &[("b", 1)])]);
    let refused = Standing::Refused(Rejection::Limit(LimitExceeded::SubscriptionId));
    assert_eq!(wire.session.standing(named), Some(&refused));
}

#[test]
fn a_suback_with_another_count_is_a_violation() {
    for version in BOTH {
        for reasons in [&[1][..], &[1, 1, 1]] {
            let mut wire = Wire::new(version);
            wire.session.subscribe(subscription("a", 1));
            wire.session.subscribe(subscription("b", 1));
            wire.got();
            let violation = wire.try_receive(&suback(version, 1, reasons)).unwrap_err();
            assert_eq!(violation.reason, Reason(0x82));
        }
    }
}

#[test]
fn rule_11_without_an_answer_it_is_sent_again_with_retain_handling_1_if_the_session_was_resumed() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        let index = wire.session.subscribe(subscription("a", 1));
        wire.gets(&[subscribe(version, 1, &[("a", 1)])]);
        wire.resumed();
        // Retain Handling is bits 4 and 5 of the Subscription Options.
        let again = if version == V5 { 0x11 } else { 0x01 };
        wire.gets(&[subscribe(version, 2, &[("a", again)])]);
        wire.sends(&[suback(version, 1, &[1])]);
        assert_eq!(wire.session.standing(index), Some(&Standing::Waiting), "the old identifier is nobody's");
        wire.lost();
        wire.gets(&[subscribe(version, 3, &[("a", 1)])]);
        wire.sends(&[suback(version, 3, &[1])]);
        assert_eq!(wire.session.standing(index), Some(&Standing::Granted(QoS::AtLeastOnce)));
    }
}

#[test]
fn rule_11_what_was_never_asked_keeps_its_retain_handling() {
    let mut wire = Wire::new(V5);
    wire.session.subscribe(subscription("a", 1));
    wire.got();
    wire.cut();
    wire.session.subscribe(subscription("b", 1));
    wire.back(true, &[]);
    wire.gets(&[subscribe(V5, 2, &[("a", 0x11), ("b", 0x01)])]);
    wire.session.subscribe(subscription("c", 1));
    wire.gets(&[subscribe(V5, 3, &[("c", 0x01)])]);
}

#[test]
fn rule_11_retain_handling_that_was_asked_for_is_kept() {
    let mut wire = Wire::new(V5);
    wire.session.subscribe(Subscription { retain_handling: RetainHandling::Never, ..subscription("a", 1) });
    wire.gets(&[subscribe(V5, 1, &[("a", 0x21)])]);
    wire.resumed();
    wire.gets(&[subscribe(V5, 2, &[("a", 0x21)])]);
}

#[test]
fn rule_11_what_was_granted_is_asked_for_again_after_a_lost_session_only() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        for name in ["a", "b", "c"] {
            wire.session.subscribe(subscription(name, 1));
        }
        wire.got();
        wire.sends(&[suback(version, 1, &[1, 0x80, 1])]);
        wire.resumed();
        wire.gets_nothing();
        wire.publish(message(1, "x"));
        wire.got();
        wire.lost();
        // Not what was refused; and before what is published.
        wire.gets(&[subscribe(version, 3, &[("a", 1), ("c", 1)]), publish(version, 0x32, 4, "x")]);
    }
}

#[test]
fn rule_11_what_is_not_wanted_any_more_is_not_asked_for_again() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.session.subscribe(subscription("a", 1));
        wire.got();
        wire.session.unsubscribe(filter("a"));
        wire.got();
        wire.resumed();
        let packets = packets_of(&wire.got());
        assert_eq!(packets.iter().map(|packet| packet[0]).collect::<Vec<_>>(), [0xA2]);
    }
}

#[test]
fn the_oldest_unanswered_request_is_named() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        assert_eq!(wire.session.oldest_unanswered(), None);
        wire.publish(message(1, "x"));
        assert_eq!(wire.session.oldest_unanswered(), None, "it was not sent");
        wire.got();
        assert_eq!(wire.session.oldest_unanswered().as_deref(), Some("message 1 to t at QoS 1"));
        wire.session.subscribe(subscription("a/#", 1));
        wire.got();
        assert_eq!(wire.session.oldest_unanswered().as_deref(), Some("the SUBSCRIBE to a/#"));
    }
}
