//! Rules 1 and 2: what may be in flight.

use super::*;

/// How many of the submitted messages go out before anything is acknowledged.
fn in_flight(mut wire: Wire, qos: u8) -> usize {
    wire.publish_many(qos, 2_000);
    assert!(!wire.session.has_room());
    packets_of(&wire.got()).len()
}

#[test]
fn rule_01_qos_2_has_a_window_of_20_where_no_receive_maximum_is_announced() {
    for version in BOTH {
        assert_eq!(in_flight(Wire::new(version), 2), 20);
        assert_eq!(in_flight(Wire::new(version), 1), 1_000);
    }
    assert_eq!(in_flight(Wire::with(V5, &receive_maximum(65_535)), 2), 1_000, "an announced one is trusted");
}

#[test]
fn rule_01_only_max_inflight_raises_it() {
    for version in BOTH {
        let with = |max_inflight| Wire::first(version, false, &[], Some(max_inflight), true);
        for (max_inflight, expected) in [(1, 1), (7, 7), (100, 100), (1_000, 1_000)] {
            assert_eq!(in_flight(with(max_inflight), 1), expected);
            assert_eq!(in_flight(with(max_inflight), 2), expected);
        }
        let mut wide = with(2_000);
        wide.publish_many(2, 2_000);
        assert_eq!(packets_of(&wide.got()).len(), 2_000);
    }
    let both = Wire::first(V5, false, &receive_maximum(3), Some(7), true);
    assert_eq!(in_flight(both, 1), 3, "the lower one holds");
}

#[test]
fn rule_01_qos_2_waits_from_publish_to_pubcomp() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.publish_many(2, 22);
        assert_eq!(packets_of(&wire.got()).len(), 20);
        wire.sends(&[pubrec(1), pubrec(2)]);
        wire.gets(&[pubrel(1), pubrel(2)]);
        wire.sends(&[pubcomp(2)]);
        wire.gets(&[publish(version, 0x34, 21, "20")]);
        wire.sends(&[pubcomp(1)]);
        wire.gets(&[publish(version, 0x34, 22, "21")]);
    }
}

#[test]
fn rule_02_receive_maximum_counts_publish_to_last_acknowledgement() {
    for maximum in [1_usize, 20, 999] {
        let mut wire = Wire::with(V5, &receive_maximum(maximum as u16));
        wire.publish_many(1, 1_000);
        assert_eq!(packets_of(&wire.got()).len(), maximum);
        wire.sends(&[puback(1)]);
        wire.gets(&[publish(V5, 0x32, maximum as u16 + 1, &maximum.to_string())]);
    }
}

#[test]
fn rule_02_a_pubrec_does_not_make_room_and_a_failing_one_does() {
    let mut wire = Wire::with(V5, &receive_maximum(1));
    wire.publish_many(2, 3);
    wire.gets(&[publish(V5, 0x34, 1, "0")]);
    wire.sends(&[because(V5, pubrec(1), 0x97)]);
    wire.gets(&[publish(V5, 0x34, 2, "1")]);
    assert_eq!(wire.outcomes(), [(0, refused(0x97))]);
    wire.sends(&[pubrec(2)]);
    wire.gets(&[pubrel(2)]);
    wire.sends(&[because(V5, pubcomp(2), 0x80)]);
    wire.gets(&[publish(V5, 0x34, 3, "2")]);
    assert_eq!(wire.outcomes(), [(1, refused(0x80))], "a failing PUBCOMP frees its slot too");
}

#[test]
fn rule_02_on_resume_pubrels_go_out_at_once_and_occupy_the_window() {
    let mut wire = Wire::with(V5, &receive_maximum(5));
    wire.publish_many(2, 6);
    assert_eq!(packets_of(&wire.got()).len(), 5);
    wire.sends(&[pubrec(1), pubrec(2), pubrec(3)]);
    assert_eq!(wire.got().len(), 12);
    wire.cut();
    wire.back(true, &receive_maximum(2));
    wire.gets(&[pubrel(1), pubrel(2), pubrel(3)]);
    wire.sends(&[pubcomp(1)]);
    wire.gets_nothing();
    wire.sends(&[pubcomp(2)]);
    wire.gets(&[publish(V5, 0x3C, 4, "3")]);
    wire.sends(&[pubcomp(3)]);
    wire.gets(&[publish(V5, 0x3C, 5, "4")]);
    wire.sends(&[because(V5, pubcomp(77), 0x92), pubcomp(3)]);
    wire.gets_nothing();
    wire.sends(&[pubrec(4)]);
    wire.gets(&[pubrel(4)]);
    wire.sends(&[pubcomp(4)]);
    wire.gets(&[publish(V5, 0x34, 6, "5")]);
}

#[test]
fn rule_02_receive_maximum_starts_anew_with_each_connection() {
    let mut wire = Wire::with(V5, &receive_maximum(2));
    wire.publish_many(1, 8);
    assert_eq!(packets_of(&wire.got()).len(), 2);
    wire.cut();
    wire.back(true, &receive_maximum(1));
    wire.gets(&[publish(V5, 0x3A, 1, "0")]);
    wire.cut();
    wire.back(true, &receive_maximum(4));
    wire.gets(&[publish(V5, 0x3A, 1, "0"), publish(V5, 0x3A, 2, "1"), publish(V5, 0x32, 3, "2"), publish(V5, 0x32, 4, "3")]);
    wire.cut();
    wire.back(false, &receive_maximum(3));
    wire.gets(&[publish(V5, 0x32, 5, "0"), publish(V5, 0x32, 6, "1"), publish(V5, 0x32, 7, "2")]);
}

#[test]
fn qos_0_needs_no_window_but_keeps_its_place() {
    let mut wire = Wire::with(V5, &receive_maximum(1));
    wire.publish(message(0, "a"));
    wire.publish(message(1, "b"));
    wire.publish(message(0, "c"));
    wire.publish(message(1, "d"));
    wire.gets(&[publish(V5, 0x30, 0, "a"), publish(V5, 0x32, 1, "b"), publish(V5, 0x30, 0, "c")]);
    wire.sends(&[puback(1)]);
    wire.gets(&[publish(V5, 0x32, 2, "d")]);
}

#[test]
fn what_waits_to_be_resent_holds_back_what_is_new() {
    let mut wire = Wire::new(V5);
    wire.publish_many(2, 2);
    wire.got();
    wire.cut();
    wire.back(true, &receive_maximum(1));
    wire.publish(message(0, "new"));
    wire.gets(&[publish(V5, 0x3C, 1, "0")]);
    assert!(!wire.session.has_to_send());
    wire.sends(&[because(V5, pubrec(1), 0x80)]);
    wire.gets(&[publish(V5, 0x3C, 2, "1"), publish(V5, 0x30, 0, "new")]);
}

#[test]
fn the_queue_is_bounded_in_messages() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.publish_many(1, 2_000);
        let turned_away = wire.session.publish(wire.now, message(1, "one more")).unwrap_err();
        assert_eq!(turned_away.0, message(1, "one more"), "it is handed back");
        wire.got();
        wire.sends(&[puback(500)]);
        assert!(wire.session.has_room());
        assert_eq!(wire.publish(message(1, "one more")).number(), 2_000);
        assert!(!wire.session.has_room());
        assert_eq!(wire.session.unsettled(), 2_000);
    }
}

#[test]
fn the_queue_is_bounded_in_bytes_and_takes_one_message_beyond() {
    let mut wire = Wire::new(V5);
    let large = message(1, &"x".repeat(20 << 20));
    wire.publish(large.clone());
    assert!(!wire.session.has_room(), "a message above the bound is taken, alone");
    assert_eq!(wire.got().len(), (20 << 20) + 5 + 3 + 2 + 1);
    wire.sends(&[puback(1)]);
    assert!(wire.session.has_room(), "every byte is given back");
    wire.publish(message(1, &"x".repeat((8 << 20) - 2)));
    assert!(wire.session.has_room(), "one byte is free");
    wire.publish(large);
    assert!(!wire.session.has_room());
}

#[test]
fn every_way_to_be_settled_gives_the_bytes_back() {
    let eight = "x".repeat(8 << 20);
    let mut wire = Wire::new(V5);
    let assert_free = |wire: &Wire, how: &str| assert!(wire.session.has_room(), "{how}");
    wire.publish(message(0, &eight));
    wire.got();
    assert_free(&wire, "QoS 0 written");
    wire.publish(message(2, &eight));
    wire.got();
    wire.sends(&[because(V5, pubrec(1), 0x87)]);
    assert_free(&wire, "a failing PUBREC");
    wire.publish(message(2, &eight));
    wire.got();
    wire.sends(&[pubrec(2), pubcomp(2)]);
    assert_free(&wire, "PUBCOMP");
    wire.publish(message(2, &eight));
    wire.got();
    wire.cut();
    wire.back(true, &[0x24, 1]);
    wire.got();
    wire.sends(&[pubcomp(3)]);
    assert_free(&wire, "no longer fits, QoS 2");
    wire.cut();
    wire.back(true, &[]);
    wire.publish(message(2, &eight));
    wire.got();
    wire.cut();
    wire.back(false, &[0x24, 0]);
    assert_free(&wire, "no longer fits after a lost session");
    let mut expires = message(1, &eight);
    expires.properties = Some(Box::new(Properties { expiry: Some(1), ..Properties::default() }));
    wire.cut();
    wire.back(true, &[]);
    wire.cut();
    wire.publish(expires);
    wire.later(s(2));
    wire.back(true, &[]);
    wire.got();
    assert_free(&wire, "expired");
}
