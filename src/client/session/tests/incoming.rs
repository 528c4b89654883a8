//! Rules 3, 8 to 10 and 12: what arrives, and what we owe for it.

use super::*;

#[test]
fn nothing_is_acknowledged_before_it_was_taken_and_then_in_order_of_arrival() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        let arrivals = [(0x32, 7, "a"), (0x34, 5, "b"), (0x30, 0, "c"), (0x32, 6, "d")];
        wire.sends(&arrivals.map(|(first, id, payload)| publish(version, first, id, payload)));
        let deliveries = wire.take();
        assert_eq!(payloads(&deliveries), ["a", "b", "c", "d"]);
        wire.gets_nothing();
        wire.session.taken(&deliveries[3]);
        wire.session.taken(&deliveries[1]);
        wire.gets_nothing();
        wire.session.taken(&deliveries[0]);
        wire.gets(&[puback(7), pubrec(5), puback(6)]);
        wire.session.taken(&deliveries[0]);
        wire.gets_nothing();
    }
}

/// A broker that uses an identifier again before it was acknowledged. What it overtakes owes nothing, holds nothing back, and is forgotten.
#[test]
fn what_lost_its_identifier_holds_nothing_back() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.sends(&[publish(version, 0x32, 1, "a"), publish(version, 0x32, 2, "b")]);
        let deliveries = wire.take();
        wire.session.taken(&deliveries[1]);
        wire.gets_nothing();
        wire.sends(&[publish(version, 0x32, 1, "c")]);
        wire.session.taken(&deliveries[0]);
        wire.gets(&[puback(2)]);
        assert_eq!(wire.consume(), ["c"]);
        wire.gets(&[puback(1)]);
    }
}

#[test]
fn a_delivery_says_how_it_came() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.sends(&[publish(version, 0x3D, 9, "a")]);
        let delivery = wire.take().pop().unwrap();
        assert_eq!((delivery.received.dup, delivery.received.id), (true, Some(9)));
        assert_eq!(delivery.received.message, Message { retain: true, ..message(2, "a") });
    }
}

#[test]
fn qos_2_is_delivered_once() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.sends(&[publish(version, 0x34, 5, "a"), publish(version, 0x3C, 5, "a")]);
        assert_eq!(wire.consume(), ["a"]);
        wire.gets(&[pubrec(5)]);
        assert!(wire.session.awaits_release());
        wire.sends(&[publish(version, 0x3C, 5, "a")]);
        wire.gets(&[pubrec(5)]);
        wire.sends(&[pubrel(5)]);
        wire.gets(&[pubcomp(5)]);
        assert!(!wire.session.awaits_release());
        assert!(wire.consume().is_empty());
        wire.sends(&[publish(version, 0x34, 5, "a")]);
        assert_eq!(wire.consume(), ["a"], "after PUBREL it is another message");
    }
}

#[test]
fn rule_08_after_pubrec_the_id_alone_counts_until_pubrel() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.sends(&[publish(version, 0x34, 5, "a")]);
        wire.consume();
        wire.gets(&[pubrec(5)]);
        wire.resumed();
        wire.sends(&[publish(version, 0x34, 5, "something else")]);
        wire.gets(&[pubrec(5)]);
        assert!(wire.consume().is_empty());
    }
}

#[test]
fn rule_08_a_pubrec_that_was_never_written_was_not_sent() {
    for version in BOTH {
        for encoded in [true, false] {
            let mut wire = Wire::new(version);
            wire.sends(&[publish(version, 0x34, 5, "a")]);
            wire.consume();
            if encoded {
                wire.encode();
            }
            wire.resumed();
            wire.gets_nothing();
            wire.sends(&[publish(version, 0x34, 5, "another")]);
            assert_eq!(wire.consume(), ["another"]);
            wire.gets(&[pubrec(5)]);
        }
    }
}

#[test]
fn rule_08_of_two_answers_that_were_not_known_to_be_written_the_later_has_the_id() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.sends(&[publish(version, 0x32, 1, "a")]);
        assert_eq!(wire.consume(), ["a"]);
        wire.encode();
        // It read our PUBACK and uses the id again, before the end of what was encoded with it is handed over.
        wire.sends(&[publish(version, 0x34, 1, "b")]);
        assert_eq!(wire.consume(), ["b"]);
        wire.resumed();
        wire.sends(&[publish(version, 0x3C, 1, "b")]);
        assert!(wire.consume().is_empty(), "b was delivered already");
        wire.gets(&[pubrec(1)]);
    }
}

#[test]
fn rule_08_before_our_answer_only_dup_with_the_same_content_is_the_same_message() {
    for version in BOTH {
        for first in [0x32_u8, 0x34] {
            let answer = if first == 0x32 { puback(5) } else { pubrec(5) };
            let others = [
                publish(version, first, 5, "a"),
                publish(version, first | 8, 5, "b"),
                publish_with(version, first | 8, "u", 5, &[], "a"),
            ];
            for other in others {
                let mut wire = Wire::new(version);
                wire.sends(&[publish(version, first, 5, "a")]);
                let old = wire.take();
                wire.resumed();
                wire.sends(&[other]);
                let new = wire.take();
                assert_eq!(new.len(), 1);
                wire.session.taken(&old[0]);
                wire.gets_nothing();
                wire.session.taken(&new[0]);
                wire.gets(std::slice::from_ref(&answer));
            }
        }
    }
}

#[test]
fn rule_08_a_replaced_delivery_in_the_queue_is_still_delivered() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.sends(&[publish(version, 0x32, 5, "a"), publish(version, 0x32, 6, "b")]);
        wire.resumed();
        wire.sends(&[publish(version, 0x32, 5, "c"), publish(version, 0x3A, 6, "b")]);
        assert_eq!(wire.consume(), ["a", "b", "c"]);
        wire.gets(&[puback(5), puback(6)]);
    }
}

#[test]
fn rule_08_what_is_owed_from_an_earlier_connection_answers_the_redelivery_only() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.sends(&[publish(version, 0x32, 5, "a"), publish(version, 0x34, 6, "b"), publish(version, 0x32, 7, "c")]);
        let deliveries = wire.take();
        wire.session.taken(&deliveries[0]);
        wire.cut();
        wire.session.taken(&deliveries[1]);
        wire.back(true, &[]);
        wire.gets_nothing();
        wire.session.taken(&deliveries[2]);
        wire.gets_nothing();
        // The broker's order in this connection is the order of our answers.
        wire.sends(&[publish(version, 0x3A, 7, "c"), publish(version, 0x3A, 5, "a"), publish(version, 0x3C, 6, "b")]);
        wire.gets(&[puback(7), puback(5), pubrec(6)]);
        assert!(wire.consume().is_empty(), "each was delivered once");
    }
}

#[test]
fn rule_08_a_redelivery_that_is_not_yet_taken_keeps_its_place_in_order() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.sends(&[publish(version, 0x32, 5, "a"), publish(version, 0x32, 6, "b")]);
        let deliveries = wire.take();
        wire.resumed();
        wire.session.taken(&deliveries[1]);
        wire.sends(&[publish(version, 0x3A, 5, "a"), publish(version, 0x3A, 6, "b"), publish(version, 0x3A, 5, "a")]);
        wire.gets_nothing();
        wire.session.taken(&deliveries[0]);
        wire.gets(&[puback(5), puback(6)]);
    }
}

#[test]
fn rule_08_a_lost_session_is_owed_nothing() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.sends(&[publish(version, 0x32, 5, "a"), publish(version, 0x34, 6, "b"), publish(version, 0x34, 7, "c")]);
        let deliveries = wire.take();
        wire.lost();
        for delivery in &deliveries {
            wire.session.taken(delivery);
        }
        wire.gets_nothing();
        wire.sends(&[publish(version, 0x32, 5, "new")]);
        wire.session.taken(&deliveries[0]);
        wire.gets_nothing();
        assert_eq!(wire.consume(), ["new"]);
        wire.gets(&[puback(5)]);
        assert!(!wire.session.awaits_release());
    }
}

#[test]
fn rule_08_a_qos_2_id_of_a_lost_session_is_free() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.sends(&[publish(version, 0x34, 5, "a")]);
        wire.consume();
        wire.gets(&[pubrec(5)]);
        wire.lost();
        wire.sends(&[publish(version, 0x34, 5, "b")]);
        assert_eq!(wire.consume(), ["b"]);
    }
}

#[test]
fn a_pubrel_before_our_pubrec_is_known_to_be_written_counts() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.sends(&[publish(version, 0x34, 5, "a"), publish(version, 0x34, 6, "b")]);
        wire.consume();
        assert_eq!(wire.encode(), [pubrec(5), pubrec(6)].concat());
        wire.sends(&[pubrel(5)]);
        wire.gets(&[pubcomp(5)]);
        wire.resumed();
        wire.sends(&[publish(version, 0x3C, 5, "a")]);
        assert_eq!(wire.consume(), ["a"], "the broker had let go of it: this is another one");
    }
}

#[test]
fn a_pubrel_in_the_next_connection_shows_that_our_pubrec_arrived() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.sends(&[publish(version, 0x34, 5, "a")]);
        wire.consume();
        wire.encode();
        wire.resumed();
        wire.sends(&[pubrel(5)]);
        wire.gets(&[pubcomp(5)]);
        wire.sends(&[publish(version, 0x3C, 5, "a")]);
        assert_eq!(wire.consume(), ["a"], "the broker had let go of it: this is another one");
        wire.gets(&[pubrec(5)]);
    }
}

#[test]
fn rule_03_and_09_a_full_queue_stops_reading_and_drops_nothing() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        for id in 1..=1_000 {
            assert!(wire.session.wants_input());
            wire.sends(&[publish(version, 0x32, id, "x")]);
        }
        assert!(!wire.session.wants_input());
        wire.session.subscribe(subscription("a", 1));
        wire.got();
        assert!(!wire.session.wants_input(), "a SUBACK is not waited for like that");
        assert_eq!(wire.consume().len(), 1_000);
        assert!(wire.session.wants_input());
        assert_eq!(wire.session.dropped(), 0);
    }
}

#[test]
fn rule_09_the_queue_is_bounded_in_bytes_too() {
    let mut wire = Wire::new(V5);
    let mut large = vec![0x30, 0x84, 0x80, 0x80, 0x04, 0, 1, b't', 0];
    large.resize(5 + 4 + (8 << 20), b'x');
    wire.sends(&[large]);
    assert!(!wire.session.wants_input());
    wire.take();
    assert!(wire.session.wants_input());
}

#[test]
fn rule_09_an_acknowledgement_behind_a_full_queue_is_read() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.publish(message(1, "ours"));
        wire.got();
        for id in 1..=999 {
            wire.sends(&[publish(version, 0x32, id, "x")]);
        }
        wire.sends(&[publish(version, 0x30, 0, "fits")]);
        assert!(wire.session.wants_input(), "a PUBACK is owed to us");
        wire.sends(&[publish(version, 0x30, 0, "dropped"), publish(version, 0x32, 1_000, "within our Receive Maximum")]);
        assert_eq!(wire.session.dropped(), 1);
        wire.sends(&[puback(1)]);
        assert!(!wire.session.wants_input());
        let payloads = wire.consume();
        assert_eq!((payloads.len(), payloads[1_000].as_str()), (1_001, "within our Receive Maximum"));
        assert_eq!(packets_of(&wire.got()).len(), 1_000);
    }
}

#[test]
fn rule_09_beyond_the_bound_it_is_dropped_unacknowledged() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.publish(message(2, "ours"));
        wire.got();
        for id in 1..=1_002 {
            wire.sends(&[publish(version, 0x32, id, "x")]);
        }
        assert_eq!(wire.session.dropped(), 2);
        assert_eq!(wire.consume().len(), 1_000);
        assert_eq!(packets_of(&wire.got()).last(), Some(&puback(1_000)));
        wire.resumed();
        wire.sends(&[publish(version, 0x3A, 1_001, "x")]);
        assert_eq!(wire.consume(), ["x"], "it comes again");
    }
}

#[test]
fn rule_09_what_is_dropped_is_not_acknowledged_for_the_one_it_replaces() {
    let mut wire = Wire::new(V311);
    wire.publish(message(2, "ours"));
    wire.got();
    for id in 1..=1_000 {
        wire.sends(&[publish(V311, 0x32, id, "x")]);
    }
    wire.sends(&[publish(V311, 0x32, 1_000, "another")]);
    assert_eq!(wire.session.dropped(), 1);
    wire.consume();
    assert_eq!(packets_of(&wire.got()).last(), Some(&puback(999)));
}

#[test]
fn rule_10_without_a_consumer_deliveries_lie_unacknowledged() {
    for version in BOTH {
        let mut wire = Wire::first(version, true, &[], None, false);
        wire.sends(&[publish(version, 0x32, 5, "a"), publish(version, 0x34, 6, "b"), publish(version, 0x30, 0, "c")]);
        wire.gets_nothing();
        assert!(!wire.session.has_deliveries() && wire.session.wants_input() && wire.session.is_done());
        assert_eq!(wire.session.dropped(), 0);
        // What an earlier run answered is let go of.
        wire.sends(&[pubrel(9)]);
        wire.gets(&[because(version, pubcomp(9), 0x92)]);
    }
}

/// PUBLISH at QoS 0 with a Topic Alias.
fn aliased(topic: &str, alias: u8, payload: &str) -> Raw {
    publish_with(V5, 0x30, topic, 0, &[0x23, 0, alias], payload)
}

#[test]
fn rule_12_topic_aliases_are_learnt_and_replaced() {
    let mut wire = Wire::new(V5);
    wire.sends(&[
        aliased("a", 1, ""),
        aliased("b", 16, ""),
        aliased("", 1, ""),
        aliased("", 16, ""),
        aliased("c", 1, ""),
        aliased("", 1, ""),
    ]);
    let topics: Vec<_> = wire.take().iter().map(|d| d.received.message.topic.to_string()).collect();
    assert_eq!(topics, ["a", "b", "a", "b", "c", "c"]);
}

#[test]
fn rule_12_an_alias_is_learnt_before_de_duplication_and_without_a_consumer() {
    let mut wire = Wire::new(V5);
    wire.sends(&[publish(V5, 0x34, 5, "x")]);
    wire.consume();
    wire.gets(&[pubrec(5)]);
    wire.sends(&[publish_with(V5, 0x3C, "t", 5, &[0x23, 0, 3], "x"), aliased("", 3, "y")]);
    assert_eq!(wire.take()[0].received.message.topic.as_str(), "t");
    let mut deaf = Wire::first(V5, false, &[], None, false);
    deaf.sends(&[aliased("t", 3, ""), aliased("", 3, "")]);
}

#[test]
fn rule_12_aliases_are_of_one_connection_and_a_stored_message_has_its_topic() {
    let mut wire = Wire::new(V5);
    wire.sends(&[aliased("a", 1, ""), publish_with(V5, 0x32, "", 5, &[0x23, 0, 1], "x")]);
    let deliveries = wire.take();
    wire.resumed();
    let violation = wire.try_receive(&aliased("", 1, "")).unwrap_err();
    assert_eq!(violation.reason, Reason(0x82));
    // The redelivery spells the topic; it is the same message.
    wire.sends(&[publish_with(V5, 0x3A, "a", 5, &[], "x")]);
    wire.session.taken(&deliveries[1]);
    wire.gets(&[puback(5)]);
}

#[test]
fn rule_12_an_alias_beyond_our_maximum_is_a_violation() {
    let mut wire = Wire::new(V5);
    assert_eq!(wire.try_receive(&aliased("a", 17, "")).unwrap_err().reason, Reason(0x94));
    assert_eq!(wire.try_receive(&aliased("a", 0, "")).unwrap_err().reason, Reason(0x94));
}

#[test]
fn what_a_broker_must_not_send_is_a_violation() {
    let connack_again = [(V311, vec![0x20, 2, 0, 0]), (V5, vec![0x20, 3, 0, 0, 0])];
    for (version, connack) in connack_again {
        let mut wire = Wire::new(version);
        assert_eq!(wire.try_receive(&connack).unwrap_err().reason, Reason(0x82));
        assert_eq!(wire.try_receive(&PINGREQ).unwrap_err().reason, Reason(0x82));
        assert_eq!(wire.try_receive(&[0x36, 5, 0, 1, b't', 0, 1]).unwrap_err().reason, Reason(0x81), "QoS 3");
    }
    assert_eq!(Wire::new(V5).try_receive(&[0xF0, 0]).unwrap_err().reason, Reason(0x82), "AUTH");
}

#[test]
fn disconnect_of_the_broker_is_handed_on() {
    let disconnect = Wire::new(V5).try_receive(&[0xE0, 1, 0x8B]).unwrap().unwrap();
    assert_eq!(disconnect.reason, Reason(0x8B));
    assert!(Wire::new(V311).try_receive(&[0xE0, 0]).is_err(), "3.1.1 has none from a broker");
}
