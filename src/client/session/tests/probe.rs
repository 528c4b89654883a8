//! A probe: a PINGREQ behind what was asked for, and the PINGRESP that is its own.

use super::*;

fn ping() -> Raw {
    PINGREQ.to_vec()
}

fn pong() -> Raw {
    PINGRESP.to_vec()
}

#[test]
fn it_goes_out_behind_every_subscribe_and_message_that_was_asked_for() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.session.probe();
        let names: Vec<String> = (0..9).map(|n| format!("{n:02}")).collect();
        let filters: Vec<(&str, u8)> = names.iter().map(|name| (name.as_str(), 1)).collect();
        for (name, qos) in &filters {
            wire.session.subscribe(subscription(name, *qos));
        }
        wire.publish(message(0, "x"));
        wire.gets(&[
            subscribe(version, 1, &filters[..8]),
            subscribe(version, 2, &filters[8..]),
            publish(version, 0x30, 0, "x"),
            ping(),
        ]);
        assert!(!wire.session.is_probed());
        wire.sends(&[suback(version, 1, &[1; 8]), suback(version, 2, &[1])]);
        assert!(!wire.session.is_probed(), "a SUBACK is not its answer");
        wire.sends(&[pong()]);
        assert!(wire.session.is_probed());
        wire.gets_nothing();
    }
}

#[test]
fn the_answer_to_an_earlier_pingreq_is_not_its_answer() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.later(s(60));
        wire.session.handle_timeout(wire.now).unwrap();
        wire.gets(&[ping()]);
        wire.session.probe();
        wire.gets(&[ping()]);
        wire.sends(&[pong()]);
        assert!(!wire.session.is_probed(), "that is the answer for Keep Alive");
        wire.sends(&[pong()]);
        assert!(wire.session.is_probed());
    }
}

#[test]
fn an_answer_that_comes_before_it_was_sent_is_not_its_answer() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.later(s(60));
        wire.session.handle_timeout(wire.now).unwrap();
        wire.gets(&[ping()]);
        wire.session.probe();
        wire.sends(&[pong()]);
        assert!(!wire.session.is_probed());
        wire.gets(&[ping()]);
        wire.sends(&[pong()]);
        assert!(wire.session.is_probed());
    }
}

#[test]
fn who_asks_again_waits_for_an_answer_of_its_own() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.session.probe();
        wire.gets(&[ping()]);
        wire.session.probe();
        wire.gets(&[ping()]);
        wire.sends(&[pong()]);
        assert!(!wire.session.is_probed());
        wire.sends(&[pong()]);
        assert!(wire.session.is_probed());
    }
}

#[test]
fn without_an_answer_it_is_sent_again_in_the_next_connection() {
    for version in BOTH {
        for kept in [true, false] {
            let mut wire = Wire::new(version);
            wire.session.subscribe(subscription("a", 1));
            wire.gets(&[subscribe(version, 1, &[("a", 1)])]);
            wire.sends(&[suback(version, 1, &[1])]);
            // One for Keep Alive before it, which counts in its own connection only.
            wire.later(s(60));
            wire.session.handle_timeout(wire.now).unwrap();
            wire.session.probe();
            wire.gets(&[ping(), ping()]);
            wire.cut();
            assert!(!wire.session.is_probed());
            wire.back(kept, &[]);
            assert!(!wire.session.is_probed());
            if kept {
                wire.gets(&[ping()]);
            } else {
                wire.gets(&[subscribe(version, 2, &[("a", 1)]), ping()]);
                wire.sends(&[suback(version, 2, &[1])]);
            }
            wire.sends(&[pong()]);
            assert!(wire.session.is_probed());
            wire.resumed();
            wire.gets_nothing();
        }
    }
}

#[test]
fn asked_for_without_a_connection_it_waits_for_one() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.cut();
        wire.session.probe();
        wire.gets_nothing();
        assert!(!wire.session.is_probed());
        wire.back(true, &[]);
        wire.gets(&[ping()]);
        wire.sends(&[pong()]);
        assert!(wire.session.is_probed());
    }
}
