//! Rules 20 and 22: Keep Alive and the deadlines, with injected time.

use super::*;

impl Wire {
    /// Lets time pass, and tells the session.
    fn passes(&mut self, time: Duration) -> Result<(), Overdue> {
        self.later(time);
        self.session.handle_timeout(self.now)
    }

    /// How long until the session wants to be told the time.
    fn timeout(&self) -> Option<Duration> {
        self.session.next_timeout(self.now).map(|at| at.saturating_duration_since(self.now))
    }
}

#[test]
fn rule_22_pingreq_when_nothing_was_sent_for_one_keep_alive() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.passes(s(59)).unwrap();
        wire.gets_nothing();
        assert_eq!(wire.timeout(), Some(s(1)));
        wire.passes(s(1)).unwrap();
        wire.gets(&[PINGREQ.to_vec()]);
        wire.sends(&[PINGRESP.to_vec()]);
        assert_eq!(wire.timeout(), Some(s(60)));
    }
}

#[test]
fn rule_22_pingreq_when_nothing_was_received_for_one_keep_alive() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.passes(s(40)).unwrap();
        wire.publish(message(0, "a"));
        wire.gets(&[publish(version, 0x30, 0, "a")]);
        wire.passes(s(20)).unwrap();
        wire.gets(&[PINGREQ.to_vec()]);
    }
}

#[test]
fn rule_22_no_pingreq_while_both_directions_are_busy() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        for _ in 0..10 {
            wire.passes(s(30)).unwrap();
            wire.publish(message(0, "a"));
            wire.gets(&[publish(version, 0x30, 0, "a")]);
            wire.sends(&[publish(version, 0x30, 0, "b")]);
        }
    }
}

#[test]
fn rule_22_no_byte_within_half_a_keep_alive_after_pingreq_is_death() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.passes(s(60)).unwrap();
        wire.got();
        assert_eq!(wire.timeout(), Some(s(30)));
        wire.passes(s(29)).unwrap();
        assert_eq!(wire.passes(s(1)), Err(Overdue::Anything));
        wire.sends(&[publish(version, 0x30, 0, "any byte will do")]);
        assert_eq!(wire.passes(s(0)), Ok(()));
    }
}

#[test]
fn rule_22_server_keep_alive_replaces_ours_and_0_is_none() {
    let mut wire = Wire::with(V5, &[0x13, 0, 10]);
    assert_eq!(wire.timeout(), Some(s(10)));
    wire.passes(s(10)).unwrap();
    wire.gets(&[PINGREQ.to_vec()]);
    assert_eq!(wire.passes(s(5)), Err(Overdue::Anything));
    let mut without = Wire::with(V5, &[0x13, 0, 0]);
    assert_eq!(without.timeout(), None);
    without.passes(s(1_000_000)).unwrap();
    without.gets_nothing();
    // It is of one connection.
    without.resumed();
    assert_eq!(without.timeout(), Some(s(60)));
}

#[test]
fn rule_20_time_in_which_the_socket_was_not_read_does_not_count() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.session.subscribe(subscription("a", 1));
        wire.got();
        wire.passes(s(60)).unwrap_err();
        let mut wire = Wire::new(version);
        wire.session.subscribe(subscription("a", 1));
        wire.got();
        wire.session.reading(wire.now, false);
        wire.passes(s(60)).unwrap();
        wire.gets(&[PINGREQ.to_vec()]);
        wire.passes(s(50)).unwrap();
        wire.session.reading(wire.now, true);
        assert_eq!(wire.timeout(), Some(s(10)));
        assert_eq!(wire.passes(s(10)), Err(Overdue::SubAck));
    }
}

#[test]
fn rule_20_a_pingreq_that_waits_to_be_written_asks_for_no_time_and_starts_no_wait() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.publish(message(0, "large"));
        wire.encode();
        // The uplink takes minutes for it.
        wire.passes(s(60)).unwrap();
        assert_eq!(wire.timeout(), None, "nothing to do until there is room for a PINGREQ");
        wire.passes(s(60)).unwrap();
        wire.flush();
        assert_eq!(wire.encode(), PINGREQ);
        assert_eq!(wire.timeout(), None);
        wire.passes(s(100)).unwrap();
        wire.flush();
        assert_eq!(wire.timeout(), Some(s(30)));
        assert_eq!(wire.passes(s(30)), Err(Overdue::Anything));
    }
}

#[test]
fn rule_22_a_pingreq_that_is_due_does_not_wait_behind_messages() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.passes(s(60)).unwrap();
        wire.publish(message(0, "a"));
        wire.gets(&[PINGREQ.to_vec(), publish(version, 0x30, 0, "a")]);
        wire.sends(&[PINGRESP.to_vec()]);
        assert_eq!(wire.session.unconfirmed(), 1, "the PINGREQ was before it");
    }
}

#[test]
fn a_suback_must_come_within_10_s_of_each_subscribe() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.session.subscribe(subscription("a", 1));
        wire.passes(s(30)).unwrap();
        wire.got();
        assert_eq!(wire.timeout(), Some(s(10)));
        wire.passes(s(9)).unwrap();
        wire.cut();
        assert_eq!(wire.timeout(), None);
        wire.passes(s(100)).unwrap();
        wire.back(true, &[]);
        wire.got();
        assert_eq!(wire.timeout(), Some(s(10)));
        wire.sends(&[suback(version, 2, &[1])]);
        wire.passes(s(10)).unwrap();
    }
}

#[test]
fn the_last_acknowledgements_may_stay_away_for_30_s() {
    for version in BOTH {
        let mut wire = Wire::with(version, &[]);
        wire.publish_many(1, 2);
        wire.got();
        wire.passes(s(50)).unwrap();
        wire.session.close(wire.now);
        wire.passes(s(29)).unwrap();
        wire.sends(&[puback(1)]);
        wire.passes(s(29)).unwrap();
        // A ping is no progress.
        wire.sends(&[PINGRESP.to_vec()]);
        wire.gets(&[PINGREQ.to_vec()]);
        assert_eq!(wire.passes(s(1)), Err(Overdue::Acknowledgements));
        wire.sends(&[puback(2)]);
        assert_eq!(wire.passes(s(29)), Ok(()), "nobody waits any more");
    }
}

#[test]
fn rule_20_bytes_of_a_large_transfer_are_progress() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.publish(message(1, "large"));
        wire.encode();
        wire.session.close(wire.now);
        for _ in 0..10 {
            wire.passes(s(20)).unwrap();
            wire.session.written(wire.now, false);
        }
        wire.flush();
        // Then the broker sends something large before our PUBACK.
        for _ in 0..10 {
            wire.passes(s(20)).unwrap();
            wire.session.heard(wire.now, true);
        }
        assert_eq!(wire.passes(s(30)), Err(Overdue::Acknowledgements));
    }
}

#[test]
fn a_publisher_without_room_waits_for_acknowledgements_too() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.publish_many(1, 2_000);
        wire.got();
        wire.passes(s(30)).unwrap();
        assert!(wire.session.publish(wire.now, message(1, "one more")).is_err());
        wire.passes(s(20)).unwrap();
        assert!(wire.session.publish(wire.now, message(1, "one more")).is_err());
        assert_eq!(wire.passes(s(10)), Err(Overdue::Acknowledgements));
    }
}

#[test]
fn a_clean_end_is_not_waited_for() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.session.close(wire.now);
        wire.passes(s(59)).unwrap();
        wire.cut();
        assert_eq!((wire.timeout(), wire.passes(s(1_000))), (None, Ok(())));
    }
}
