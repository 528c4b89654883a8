//! Resumed and lost sessions: what goes out again, in which order, and every message settled once.

use super::*;

#[test]
fn a_resumed_session_sends_pubrels_then_publishes_then_what_was_never_sent() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.publish(message(2, "a"));
        wire.publish(message(1, "b"));
        wire.publish(message(2, "c"));
        wire.publish(message(2, "d"));
        wire.got();
        wire.sends(&[pubrec(4), pubrec(1)]);
        wire.gets(&[pubrel(4), pubrel(1)]);
        wire.cut();
        wire.publish(message(1, "new"));
        wire.gets_nothing();
        wire.back(true, &[]);
        wire.gets(&[
            pubrel(4),
            pubrel(1),
            publish(version, 0x3A, 2, "b"),
            publish(version, 0x3C, 3, "c"),
            publish(version, 0x32, 5, "new"),
        ]);
    }
}

#[test]
fn a_pubrec_whose_pubrel_was_never_sent_is_not_forgotten() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.publish_many(2, 2);
        wire.got();
        wire.sends(&[pubrec(2), pubrec(1)]);
        wire.resumed();
        wire.gets(&[pubrel(2), pubrel(1)]);
        wire.resumed();
        wire.gets(&[pubrel(2), pubrel(1)]);
    }
}

#[test]
fn a_lost_session_sends_everything_again_in_order_as_new() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.publish(message(2, "a"));
        wire.publish(message(1, "b"));
        wire.publish(message(1, "c"));
        wire.got();
        wire.sends(&[puback(2)]);
        wire.cut();
        wire.publish(message(1, "d"));
        assert_eq!(wire.back(false, &[]), Continuity { resumed: false, resent: 2, possible_duplicates: 0 });
        wire.gets(&[publish(version, 0x34, 4, "a"), publish(version, 0x32, 5, "c"), publish(version, 0x32, 6, "d")]);
    }
}

#[test]
fn what_was_never_sent_is_not_said_to_be_sent_again() {
    for version in BOTH {
        let mut wire = Wire::inherited(version);
        wire.publish(message(2, "a"));
        wire.gets(&[pubrel(1)]);
        assert_eq!(wire.lost(), Continuity { resumed: false, resent: 0, possible_duplicates: 0 });
        wire.gets(&[publish(version, 0x34, 2, "a")]);
    }
}

#[test]
fn retain_and_properties_survive_a_resend() {
    let mut wire = Wire::new(V5);
    let mut kept = message(1, "a");
    kept.retain = true;
    kept.properties = Some(Box::new(Properties { content_type: Some("x".into()), ..Properties::default() }));
    wire.publish(kept);
    let properties = [0x03, 0, 1, b'x'];
    wire.gets(&[publish_with(V5, 0x33, "t", 1, &properties, "a")]);
    wire.resumed();
    wire.gets(&[publish_with(V5, 0x3B, "t", 1, &properties, "a")]);
    wire.lost();
    wire.gets(&[publish_with(V5, 0x33, "t", 2, &properties, "a")]);
}

#[test]
fn an_acknowledgement_of_the_old_connection_does_not_count_in_a_new_session() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.publish(message(1, "a"));
        wire.got();
        wire.lost();
        wire.gets(&[publish(version, 0x32, 2, "a")]);
        wire.sends(&[puback(1)]);
        assert!(wire.outcomes().is_empty());
        wire.sends(&[puback(2)]);
        assert_eq!(wire.outcomes(), [(0, SUCCESS)]);
    }
}

#[test]
fn every_message_gets_one_outcome() {
    for version in BOTH {
        for present in [true, false] {
            let mut wire = Wire::new(version);
            for n in 0..30 {
                wire.publish(message(n % 3, &n.to_string()));
            }
            assert_eq!(wire.session.unsettled(), 30);
            let (mut outcomes, mut answers) = (Vec::new(), 0_u32);
            // The broker answers a third of what it gets, and every so often the link drops.
            for turn in 0..300 {
                for packet in packets_of(&wire.got()) {
                    let id = |at: usize| u16::from(packet[at]) << 8 | u16::from(packet[at + 1]);
                    let answer = match packet[0] & 0xF6 {
                        0x32 => puback(id(5)),
                        0x34 => pubrec(id(5)),
                        0x62 => pubcomp(id(2)),
                        _ => continue,
                    };
                    // Any sequence without a short period.
                    answers = answers.wrapping_mul(1_103_515_245).wrapping_add(12_345);
                    if (answers >> 16) % 3 == 0 {
                        wire.sends(&[answer]);
                    }
                }
                outcomes.append(&mut wire.outcomes());
                assert_eq!(wire.session.unsettled() + outcomes.len(), 30);
                if turn % 5 == 4 {
                    wire.cut();
                    wire.back(present, &[]);
                }
            }
            outcomes.sort_by_key(|(token, _)| *token);
            let tokens: Vec<u64> = outcomes.iter().map(|(token, _)| *token).collect();
            assert_eq!(tokens, (0..30).collect::<Vec<_>>());
            assert!(outcomes.iter().all(|(token, outcome)| *outcome == if token % 3 == 0 { Outcome::Written } else { SUCCESS }));
        }
    }
}

#[test]
fn rule_07_qos_0_is_written_when_it_was_handed_over_and_unconfirmed_when_the_link_drops_before() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.publish(message(0, "a"));
        assert_eq!((wire.session.unsettled(), wire.session.unconfirmed()), (1, 0));
        wire.got();
        assert_eq!(wire.outcomes(), [(0, Outcome::Written)]);
        assert_eq!((wire.session.unsettled(), wire.session.unconfirmed()), (0, 1));
        wire.publish(message(0, "b"));
        wire.encode();
        wire.cut();
        assert_eq!(wire.outcomes(), [(1, Outcome::Unconfirmed)]);
        assert_eq!((wire.session.unsettled(), wire.session.unconfirmed()), (0, 2));
        wire.publish(message(0, "c"));
        wire.back(true, &[]);
        wire.gets(&[publish(version, 0x30, 0, "c")]);
        assert_eq!(wire.outcomes(), [(2, Outcome::Written)], "never sent before, so sent now");
        assert_eq!(wire.session.unconfirmed(), 3);
    }
}

#[test]
fn rule_07_the_answer_to_a_later_packet_proves_qos_0() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.publish(message(0, "a"));
        wire.publish(message(1, "b"));
        wire.publish(message(0, "c"));
        wire.got();
        assert_eq!(wire.session.unconfirmed(), 2);
        wire.sends(&[puback(1)]);
        assert_eq!(wire.session.unconfirmed(), 1, "a is proved, c came later");
        wire.publish(message(2, "d"));
        wire.got();
        wire.sends(&[pubrec(2)]);
        wire.publish(message(0, "e"));
        wire.got();
        wire.sends(&[pubcomp(2)]);
        assert_eq!(wire.session.unconfirmed(), 1, "the PUBREL was sent before e");
        wire.cut();
        wire.back(true, &[]);
        assert_eq!(wire.session.unconfirmed(), 1, "what the drop left unconfirmed stays so");
        wire.sends(&[PINGRESP.to_vec()]);
        assert_eq!(wire.session.unconfirmed(), 1, "nobody asked for that one");
    }
}

#[test]
fn rule_07_the_answer_to_one_of_two_pubrels_proves_nothing_sent_between_them() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.publish(message(2, "a"));
        wire.got();
        wire.sends(&[pubrec(1)]);
        wire.gets(&[pubrel(1)]);
        wire.publish(message(0, "b"));
        wire.gets(&[publish(version, 0x30, 0, "b")]);
        wire.sends(&[pubrec(1)]);
        wire.gets(&[pubrel(1)]);
        wire.sends(&[pubcomp(1)]);
        assert_eq!(wire.session.unconfirmed(), 1, "that may be the answer to the first");
        wire.session.close(wire.now);
        wire.gets(&[PINGREQ.to_vec()]);
        wire.sends(&[PINGRESP.to_vec()]);
        assert_eq!(wire.session.unconfirmed(), 0);
    }
}

#[test]
fn rule_18_what_no_longer_fits_after_a_resume_is_rejected_and_its_qos_2_id_released() {
    let mut wire = Wire::new(V5);
    wire.publish(message(2, "a"));
    wire.publish(message(2, "b"));
    wire.publish(message(1, "c"));
    wire.got();
    wire.sends(&[pubrec(2)]);
    wire.got();
    wire.cut();
    wire.publish(message(2, "d"));
    wire.back(true, &[0x24, 1]);
    let mut outcomes = wire.outcomes();
    outcomes.sort_by_key(|(token, _)| *token);
    let limit = Outcome::Rejected(Rejection::Limit(LimitExceeded::MaximumQos(QoS::AtLeastOnce)));
    assert_eq!(outcomes, [(0, limit.clone()), (3, limit)]);
    assert_eq!(wire.session.unsettled(), 2);
    wire.gets(&[pubrel(2), pubrel(1), publish(V5, 0x3A, 3, "c")]);
    wire.sends(&[because(V5, pubcomp(1), 0x92), pubcomp(2), puback(3)]);
    assert_eq!(wire.outcomes(), [(1, SUCCESS), (2, SUCCESS)]);
    assert!(wire.session.is_done());
}

#[test]
fn rule_18_a_discarded_id_is_released_until_it_is_answered() {
    let mut wire = Wire::new(V5);
    wire.publish(message(2, "a"));
    wire.got();
    wire.cut();
    wire.back(true, &[0x24, 0]);
    wire.gets(&[pubrel(1)]);
    wire.cut();
    wire.back(true, &[]);
    wire.gets(&[pubrel(1)]);
    wire.sends(&[pubrec(1)]);
    wire.gets(&[pubrel(1)]);
    wire.sends(&[pubcomp(1)]);
    wire.gets_nothing();
    assert_eq!(wire.outcomes().len(), 1, "rejected, once");
}

#[test]
fn rule_18_what_no_longer_fits_after_a_lost_session_is_rejected() {
    let mut wire = Wire::new(V5);
    let mut retained = message(2, "a");
    retained.retain = true;
    wire.publish(retained);
    wire.publish(message(1, &"x".repeat(100)));
    wire.publish(message(1, "c"));
    wire.got();
    wire.cut();
    // Retain Available 0, Maximum Packet Size 50.
    assert_eq!(wire.back(false, &[0x25, 0, 0x27, 0, 0, 0, 50]), Continuity { resumed: false, resent: 1, possible_duplicates: 0 });
    wire.gets(&[publish(V5, 0x32, 4, "c")]);
    let outcomes = wire.outcomes();
    assert!(outcomes.contains(&(0, Outcome::Rejected(Rejection::Limit(LimitExceeded::Retain)))));
    assert!(outcomes.contains(&(1, Outcome::Rejected(Rejection::Limit(LimitExceeded::PacketSize { size: 108, limit: 50 })))));
    assert_eq!((outcomes.len(), wire.session.unsettled()), (2, 1));
}
