//! Rules 7 and 24: the end of a run.

use super::*;

#[test]
fn rule_07_at_the_end_qos_0_is_proved_by_a_pingresp() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.publish(message(0, "a"));
        wire.got();
        wire.session.close(wire.now);
        assert!(!wire.session.is_done());
        wire.gets(&[PINGREQ.to_vec()]);
        wire.gets_nothing();
        assert_eq!(wire.session.unconfirmed(), 1);
        wire.sends(&[PINGRESP.to_vec()]);
        assert_eq!((wire.session.unconfirmed(), wire.session.is_done()), (0, true));
        wire.gets_nothing();
    }
}

#[test]
fn rule_07_the_ping_goes_behind_the_messages() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.publish(message(0, "a"));
        wire.session.close(wire.now);
        wire.gets(&[publish(version, 0x30, 0, "a"), PINGREQ.to_vec()]);
    }
}

#[test]
fn rule_07_an_earlier_ping_proves_only_what_was_before_it() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.publish(message(0, "a"));
        wire.got();
        wire.later(s(60));
        assert_eq!(wire.session.handle_timeout(wire.now), Ok(()));
        wire.gets(&[PINGREQ.to_vec()]);
        wire.publish(message(0, "b"));
        wire.got();
        wire.session.close(wire.now);
        wire.gets(&[PINGREQ.to_vec()]);
        wire.sends(&[PINGRESP.to_vec()]);
        assert_eq!((wire.session.unconfirmed(), wire.session.is_done()), (1, false));
        wire.sends(&[PINGRESP.to_vec()]);
        assert_eq!((wire.session.unconfirmed(), wire.session.is_done()), (0, true));
    }
}

#[test]
fn rule_07_no_ping_where_an_acknowledgement_proves_it() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.publish(message(0, "a"));
        wire.publish(message(1, "b"));
        wire.got();
        wire.session.close(wire.now);
        wire.gets_nothing();
        wire.sends(&[puback(1)]);
        assert!(wire.session.is_done());
        wire.gets_nothing();
    }
}

#[test]
fn rule_07_a_drop_before_the_proof_leaves_it_unconfirmed() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.publish(message(0, "a"));
        wire.session.close(wire.now);
        wire.got();
        wire.cut();
        assert_eq!((wire.session.unconfirmed(), wire.session.is_done()), (1, true));
        wire.back(true, &[]);
        wire.gets_nothing();
        assert_eq!(wire.session.unconfirmed(), 1);
    }
}

#[test]
fn rule_24_what_was_taken_is_acknowledged_and_the_rest_is_left() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.sends(&[publish(version, 0x32, 1, "a"), publish(version, 0x34, 2, "b"), publish(version, 0x32, 3, "c")]);
        let mut taken = Vec::new();
        wire.session.take(2, &mut taken);
        taken.iter().for_each(|delivery| wire.session.taken(delivery));
        wire.session.close(wire.now);
        assert!(!wire.session.is_done(), "the answers wait to be sent");
        wire.sends(&[publish(version, 0x32, 4, "late")]);
        wire.gets(&[puback(1), pubrec(2)]);
        assert!(wire.session.is_done() && wire.session.awaits_release());
        assert!(!wire.session.has_deliveries());
        wire.sends(&[pubrel(2)]);
        wire.gets(&[pubcomp(2)]);
        assert!(wire.session.is_done() && !wire.session.awaits_release());
    }
}

#[test]
fn rule_24_what_was_taken_is_acknowledged_over_the_next_connection_too() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.publish(message(1, "keeps the run open"));
        wire.got();
        let arrivals = [publish(version, 0x32, 1, "a"), publish(version, 0x34, 2, "b"), publish(version, 0x34, 3, "c")];
        wire.sends(&arrivals);
        wire.consume();
        wire.encode();
        wire.session.close(wire.now);
        wire.resumed();
        wire.gets(&[publish(version, 0x3A, 1, "keeps the run open")]);
        wire.sends(&[publish(version, 0x3A, 1, "a"), publish(version, 0x3C, 2, "b"), publish(version, 0x32, 4, "new")]);
        wire.gets(&[puback(1), pubrec(2)]);
        wire.sends(&[publish(version, 0x3C, 2, "b"), pubrel(2)]);
        wire.gets(&[pubrec(2), pubcomp(2)]);
    }
}

#[test]
fn is_done_waits_for_every_outcome() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        assert!(wire.session.is_done());
        wire.publish(message(2, "a"));
        assert!(!wire.session.is_done());
        wire.got();
        wire.sends(&[pubrec(1)]);
        wire.got();
        assert!(!wire.session.is_done());
        wire.sends(&[pubcomp(1)]);
        assert!(wire.session.is_done());
    }
}

#[test]
fn the_last_packet() {
    let last = |version, reason, expiry| {
        let mut buf = BytesMut::new();
        Wire::new(version).session.disconnect(&Farewell::new(reason, expiry), &mut buf);
        buf.to_vec()
    };
    assert_eq!(last(V311, Reason::SUCCESS, Some(0)), [0xE0, 0]);
    assert_eq!(last(V5, Reason::SUCCESS, None), [0xE0, 0]);
    assert_eq!(last(V5, Reason::SUCCESS, Some(0)), [0xE0, 7, 0, 5, 0x11, 0, 0, 0, 0]);
    assert_eq!(last(V5, Reason::PROTOCOL_ERROR, None), [0xE0, 1, 0x82]);
}

#[test]
fn words_that_make_the_last_packet_too_large_are_left_out() {
    let farewell = Farewell { reason_string: Some("x".repeat(9).into()), ..Farewell::new(Reason::SUCCESS, Some(0)) };
    for (limit, size) in [(21, 21), (20, 9)] {
        let mut buf = BytesMut::from("before");
        Wire::with(V5, &[0x27, 0, 0, 0, limit]).session.disconnect(&farewell, &mut buf);
        assert_eq!((buf.len(), buf[6]), (6 + size, 0xE0), "{limit}");
    }
}
