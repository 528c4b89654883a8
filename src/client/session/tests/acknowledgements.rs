//! Rules 4 to 6: what an acknowledgement means, and to whom.

use super::*;

#[test]
fn acknowledgements_out_of_order_and_twice() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.publish(message(1, "a"));
        wire.publish(message(2, "b"));
        wire.publish(message(1, "c"));
        wire.gets(&[publish(version, 0x32, 1, "a"), publish(version, 0x34, 2, "b"), publish(version, 0x32, 3, "c")]);
        wire.sends(&[puback(3), pubrec(2), puback(1), puback(1), puback(3)]);
        wire.gets(&[pubrel(2)]);
        wire.sends(&[pubcomp(2), pubcomp(2)]);
        wire.gets_nothing();
        assert_eq!(wire.outcomes(), [(2, SUCCESS), (0, SUCCESS), (1, SUCCESS)]);
        assert_eq!((wire.session.unsettled(), wire.session.progress()), (0, 4));
    }
}

#[test]
fn puback_0x10_is_success_and_from_0x80_on_it_is_a_rejection() {
    let mut wire = Wire::new(V5);
    wire.publish_many(1, 3);
    wire.got();
    wire.sends(&[because(V5, puback(1), 0x10), because(V5, puback(2), 0x87)]);
    // 0x99 with the Reason String `no`.
    wire.sends(&[vec![0x40, 0x09, 0x00, 0x03, 0x99, 0x05, 0x1F, 0x00, 0x02, b'n', b'o']]);
    let said = Rejection::Broker { reason: Reason(0x99), text: Some("no".into()) };
    assert_eq!(wire.outcomes(), [(0, Outcome::Acknowledged(Reason(0x10))), (1, refused(0x87)), (2, Outcome::Rejected(said))]);
}

#[test]
fn pubrec_0x10_goes_on_and_from_0x80_on_it_ends_the_message() {
    let mut wire = Wire::new(V5);
    wire.publish_many(2, 2);
    wire.got();
    wire.sends(&[because(V5, pubrec(1), 0x10), because(V5, pubrec(2), 0x90)]);
    wire.gets(&[pubrel(1)]);
    assert_eq!(wire.outcomes(), [(1, refused(0x90))]);
    wire.sends(&[pubcomp(1)]);
    assert_eq!(wire.outcomes(), [(0, SUCCESS)]);
}

#[test]
fn a_second_pubrec_gets_pubrel_again() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.publish(message(2, "a"));
        wire.got();
        wire.sends(&[pubrec(1), pubrec(1)]);
        wire.gets(&[pubrel(1)]);
        wire.sends(&[pubrec(1)]);
        wire.gets(&[pubrel(1)]);
        wire.sends(&[pubcomp(1)]);
        assert_eq!(wire.outcomes(), [(0, SUCCESS)]);
        assert!(!wire.session.has_to_send());
    }
}

#[test]
fn pubcomp_before_our_pubrel_is_written_leaves_nothing_to_send() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.publish(message(2, "a"));
        wire.got();
        wire.sends(&[pubrec(1), pubcomp(1)]);
        wire.gets_nothing();
        assert_eq!(wire.outcomes(), [(0, SUCCESS)]);
    }
}

#[test]
fn rule_04_pubcomp_0x92_after_a_resent_pubrel_is_success() {
    let mut wire = Wire::new(V5);
    wire.publish(message(2, "a"));
    wire.got();
    wire.sends(&[pubrec(1)]);
    wire.gets(&[pubrel(1)]);
    wire.resumed();
    wire.gets(&[pubrel(1)]);
    wire.sends(&[because(V5, pubcomp(1), 0x92)]);
    assert_eq!(wire.outcomes(), [(0, SUCCESS)]);
    assert_eq!(wire.session.next_notice(), None);
}

#[test]
fn rule_04_pubcomp_0x92_to_the_first_pubrel_completes_with_a_warning() {
    let mut wire = Wire::new(V5);
    wire.publish(message(2, "a"));
    wire.got();
    wire.sends(&[pubrec(1)]);
    wire.gets(&[pubrel(1)]);
    wire.sends(&[because(V5, pubcomp(1), 0x92)]);
    assert_eq!(wire.outcomes(), [(0, SUCCESS)]);
    assert_eq!(wire.session.next_notice(), Some(Notice::UnknownRelease { topic: "t".to_owned() }));
}

#[test]
fn rule_04_the_pubrel_that_clears_an_identifier_is_not_the_first_of_the_message() {
    let mut wire = Wire::inherited(V5);
    wire.publish(message(2, "a"));
    wire.gets(&[pubrel(1)]);
    wire.sends(&[because(V5, pubcomp(1), 0x92)]);
    wire.gets(&[publish(V5, 0x34, 1, "a")]);
    wire.sends(&[pubrec(1)]);
    wire.gets(&[pubrel(1)]);
    wire.sends(&[because(V5, pubcomp(1), 0x92)]);
    assert_eq!(wire.outcomes(), [(0, SUCCESS)]);
    assert_eq!(wire.session.next_notice(), Some(Notice::UnknownRelease { topic: "t".to_owned() }));
}

#[test]
fn rule_04_pubrec_0x91_after_a_resent_publish_goes_on_with_pubrel() {
    let mut wire = Wire::new(V5);
    wire.publish(message(2, "a"));
    wire.got();
    wire.resumed();
    wire.gets(&[publish(V5, 0x3C, 1, "a")]);
    wire.sends(&[because(V5, pubrec(1), 0x91)]);
    wire.gets(&[pubrel(1)]);
    wire.sends(&[pubcomp(1)]);
    assert_eq!(wire.outcomes(), [(0, SUCCESS)]);
}

#[test]
fn rule_04_a_pubrec_that_nobody_waits_for_gets_pubrel_0x92() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.sends(&[pubrec(9), because(version, pubrec(8), 0x91)]);
        wire.gets(&[because(version, pubrel(9), 0x92), because(version, pubrel(8), 0x92)]);
        wire.sends(&[pubcomp(9), pubcomp(8)]);
        wire.gets_nothing();
        assert!(wire.outcomes().is_empty());
    }
}

#[test]
fn rule_04_an_unknown_pubrel_gets_pubcomp_0x92() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.sends(&[pubrel(9)]);
        wire.gets(&[because(version, pubcomp(9), 0x92)]);
    }
}

#[test]
fn rule_05_in_an_inherited_session_an_id_is_cleared_before_its_first_qos_2_use() {
    for version in BOTH {
        let mut wire = Wire::inherited(version);
        wire.publish(message(2, "a"));
        wire.publish(message(1, "b"));
        wire.publish(message(2, "c"));
        wire.gets(&[pubrel(1), publish(version, 0x32, 2, "b"), pubrel(3)]);
        assert!(wire.outcomes().is_empty());
        wire.sends(&[because(version, pubcomp(3), 0x92)]);
        wire.gets(&[publish(version, 0x34, 3, "c")]);
        wire.sends(&[pubcomp(1)]);
        wire.gets(&[publish(version, 0x34, 1, "a")]);
        wire.sends(&[pubrec(1), puback(2), pubrec(3)]);
        wire.gets(&[pubrel(1), pubrel(3)]);
        wire.sends(&[pubcomp(1), pubcomp(3)]);
        assert_eq!(wire.outcomes(), [(1, SUCCESS), (0, SUCCESS), (2, SUCCESS)]);
    }
}

#[test]
fn rule_05_an_id_is_cleared_once() {
    let mut wire = Wire::inherited(V5);
    wire.publish(message(2, "a"));
    wire.gets(&[pubrel(1)]);
    wire.sends(&[pubcomp(1)]);
    wire.gets(&[publish(V5, 0x34, 1, "a")]);
    wire.sends(&[pubrec(1)]);
    wire.gets(&[pubrel(1)]);
    wire.sends(&[pubcomp(1)]);
    wire.outcomes();
    around(&mut wire, 2, u16::MAX);
    wire.publish(message(2, "again"));
    wire.gets(&[publish(V5, 0x34, 1, "again")]);
}

/// Uses up the identifiers between two with messages at QoS 1.
fn around(wire: &mut Wire, from: u16, to: u16) {
    let ids: Vec<u16> = (from..=to).collect();
    for some in ids.chunks(500) {
        wire.publish_many(1, some.len());
        wire.got();
        some.iter().for_each(|id| wire.sends(&[puback(*id)]));
        assert_eq!(wire.outcomes().len(), some.len());
    }
}

#[test]
fn rule_05_a_clean_id_does_not_overtake_one_that_is_being_cleared() {
    let mut wire = Wire::inherited(V311);
    around(&mut wire, 1, 1);
    wire.publish(message(2, ""));
    wire.gets(&[pubrel(2)]);
    wire.sends(&[pubcomp(2)]);
    wire.got();
    wire.sends(&[pubrec(2), pubcomp(2)]);
    wire.outcomes();
    around(&mut wire, 3, u16::MAX);
    wire.publish(message(2, "a"));
    wire.publish(message(2, "b"));
    let before_clearing = wire.got();
    wire.sends(&[pubcomp(1), pubcomp(2)]);
    let sent = [packets_of(&before_clearing), packets_of(&wire.got())].concat();
    let published: Vec<_> = sent.into_iter().filter(|packet| packet[0] == 0x34).collect();
    assert_eq!(published, [publish(V311, 0x34, 1, "a"), publish(V311, 0x34, 2, "b")]);
}

#[test]
fn rule_05_an_id_that_the_new_session_never_saw_is_not_cleared() {
    for version in BOTH {
        let mut wire = Wire::inherited(version);
        wire.publish(message(2, "a"));
        wire.gets(&[pubrel(1)]);
        assert!(!wire.lost().resumed);
        wire.gets(&[publish(version, 0x34, 2, "a")]);
    }
}

#[test]
fn rule_05_clearing_goes_on_after_a_resume() {
    for version in BOTH {
        let mut wire = Wire::inherited(version);
        wire.publish(message(2, "a"));
        wire.gets(&[pubrel(1)]);
        wire.resumed();
        wire.gets(&[pubrel(1)]);
        wire.sends(&[because(version, pubcomp(1), 0x92)]);
        wire.gets(&[publish(version, 0x34, 1, "a")]);
    }
}

#[test]
fn rule_05_pubrec_0x91_to_a_first_transmission_clears_and_sends_again() {
    let mut wire = Wire::new(V5);
    wire.publish(message(2, "a"));
    wire.gets(&[publish(V5, 0x34, 1, "a")]);
    wire.sends(&[because(V5, pubrec(1), 0x91)]);
    wire.gets(&[pubrel(1)]);
    wire.sends(&[pubcomp(1)]);
    assert!(wire.outcomes().is_empty(), "that was another message's");
    wire.gets(&[publish(V5, 0x34, 1, "a")]);
    wire.sends(&[pubrec(1)]);
    wire.gets(&[pubrel(1)]);
    wire.sends(&[pubcomp(1)]);
    assert_eq!(wire.outcomes(), [(0, SUCCESS)]);
}

#[test]
fn rule_05_but_not_for_ever() {
    let mut wire = Wire::new(V5);
    wire.publish(message(2, "a"));
    wire.got();
    wire.sends(&[because(V5, pubrec(1), 0x91)]);
    wire.got();
    wire.sends(&[pubcomp(1)]);
    wire.gets(&[publish(V5, 0x34, 1, "a")]);
    wire.sends(&[because(V5, pubrec(1), 0x91)]);
    assert_eq!(wire.outcomes(), [(0, refused(0x91))]);
}

#[test]
fn rule_05_a_pubrec_for_what_was_not_yet_sent_again_completes_nothing() {
    let mut wire = Wire::with(V5, &receive_maximum(1));
    wire.publish(message(2, "a"));
    wire.got();
    wire.sends(&[because(V5, pubrec(1), 0x91)]);
    wire.got();
    wire.sends(&[pubcomp(1), pubrec(1), pubcomp(1)]);
    assert!(wire.outcomes().is_empty());
    assert!(packets_of(&wire.got()).contains(&publish(V5, 0x34, 1, "a")));
}

#[test]
fn rule_06_a_session_lost_after_pubrel_sends_the_message_again_as_new() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.publish(message(2, "a"));
        wire.publish(message(2, "b"));
        wire.publish(message(1, "c"));
        wire.got();
        wire.sends(&[pubrec(1)]);
        wire.gets(&[pubrel(1)]);
        assert_eq!(wire.lost(), Continuity { resumed: false, resent: 3, possible_duplicates: 1 });
        wire.gets(&[publish(version, 0x34, 4, "a"), publish(version, 0x34, 5, "b"), publish(version, 0x32, 6, "c")]);
        wire.sends(&[pubrec(4)]);
        wire.gets(&[pubrel(4)]);
        wire.sends(&[pubcomp(4)]);
        assert_eq!(wire.outcomes(), [(0, SUCCESS)]);
    }
}

#[test]
fn an_answer_for_somebody_else_settles_nothing() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.session.subscribe(subscription("f", 1));
        wire.got();
        wire.publish(message(1, "a"));
        wire.publish(message(2, "b"));
        wire.gets(&[publish(version, 0x32, 2, "a"), publish(version, 0x34, 3, "b")]);
        // For the SUBSCRIBE, the wrong QoS, an UNSUBACK for the SUBSCRIBE, a SUBACK for a PUBLISH, and nobody.
        let unsuback = if version == V5 { vec![0xB0, 4, 0, 1, 0, 0] } else { vec![0xB0, 2, 0, 1] };
        wire.sends(&[puback(1), pubcomp(1), pubcomp(2), puback(3), pubcomp(3), unsuback, suback(version, 2, &[1]), puback(99)]);
        wire.gets_nothing();
        wire.sends(&[pubrec(2), pubrec(1)]);
        wire.gets(&[because(version, pubrel(2), 0x92), because(version, pubrel(1), 0x92)]);
        assert!(wire.outcomes().is_empty());
        assert!(wire.session.unanswered_subscriptions());
        wire.sends(&[puback(2), pubrec(3), suback(version, 1, &[1])]);
        wire.gets(&[pubrel(3)]);
        wire.sends(&[pubcomp(3)]);
        assert_eq!(wire.outcomes(), [(0, SUCCESS), (1, SUCCESS)]);
        assert!(!wire.session.unanswered_subscriptions());
    }
}

#[test]
fn identifiers_wrap_past_those_that_still_wait() {
    let mut wire = Wire::new(V5);
    wire.publish(message(1, "waits"));
    wire.got();
    around(&mut wire, 2, u16::MAX);
    wire.publish(message(1, "a"));
    wire.gets(&[publish(V5, 0x32, 2, "a")]);
}
