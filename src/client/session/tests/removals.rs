//! UNSUBSCRIBE: until it is answered, filter by filter, and what its answer or a lost session makes of each (rule 11).

use super::*;

fn unsubscribe(version: Version, id: u16, filters: &[&str]) -> Raw {
    let mut body = id.to_be_bytes().to_vec();
    if version == V5 {
        body.push(0);
    }
    for filter in filters {
        body.extend_from_slice(&[0, filter.len() as u8]);
        body.extend_from_slice(filter.as_bytes());
    }
    packet(0xA2, &body)
}

/// UNSUBACK; 3.1.1's has no reasons.
fn unsuback(version: Version, id: u16, reasons: &[u8]) -> Raw {
    match version {
        V311 => pair(0xB0, id),
        V5 => packet(0xB0, &[&id.to_be_bytes()[..], &[0], reasons].concat()),
    }
}

impl Wire {
    fn unsubscribe(&mut self, text: &str) -> RemovalIndex {
        self.session.unsubscribe(filter(text))
    }

    fn removals(&self, indices: &[RemovalIndex]) -> Vec<Removal> {
        indices.iter().map(|index| self.session.removal(*index).cloned().unwrap()).collect()
    }

    /// How many ends of subscriptions were refused, and how many have no answer.
    fn left(&self) -> (usize, usize) {
        (self.session.refused_removals(), self.session.unanswered_removals())
    }
}

#[test]
fn each_filter_has_its_reason_in_version_5_and_none_in_3_1_1() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        let filters = ["a/#", "b", "c", "d"];
        let asked = filters.map(|filter| wire.unsubscribe(filter));
        assert_eq!(wire.removals(&asked), vec![Removal::Waiting; 4]);
        wire.gets(&[unsubscribe(version, 1, &filters)]);
        assert_eq!((wire.left(), wire.session.unanswered_subscriptions()), ((0, 4), true));
        // 0x01 is no reason of an UNSUBACK, and no error.
        wire.sends(&[unsuback(version, 1, &[0, 0x11, 0x87, 0x01])]);
        let refused = Removal::Refused(Rejection::Broker { reason: Reason(0x87), text: None });
        let expected = match version {
            V5 => vec![Removal::Removed, Removal::NotThere, refused, Removal::Removed],
            V311 => vec![Removal::Removed; 4],
        };
        assert_eq!(wire.removals(&asked), expected);
        assert_eq!((wire.left(), wire.session.unanswered_subscriptions()), ((usize::from(version == V5), 0), false));
    }
}

#[test]
fn a_refusal_says_why() {
    let mut wire = Wire::new(V5);
    let asked = wire.unsubscribe("a");
    wire.got();
    wire.sends(&[b"\xB0\x09\x00\x01\x05\x1F\x00\x02no\x87".to_vec()]);
    let refused = Rejection::Broker { reason: Reason(0x87), text: Some("no".into()) };
    assert_eq!(wire.removals(&[asked]), [Removal::Refused(refused)]);
}

#[test]
fn at_most_8_filters_a_packet() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        let names: Vec<String> = (0..9).map(|n| n.to_string()).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let asked: Vec<RemovalIndex> = names.iter().map(|name| wire.unsubscribe(name)).collect();
        wire.gets(&[unsubscribe(version, 1, &names[..8]), unsubscribe(version, 2, &names[8..])]);
        // Out of order, and each its own.
        wire.sends(&[unsuback(version, 2, &[0])]);
        assert_eq!(wire.removals(&asked[7..]), [Removal::Waiting, Removal::Removed]);
        wire.sends(&[unsuback(version, 1, &[0; 8])]);
        assert_eq!(wire.left(), (0, 0));
    }
}

#[test]
fn an_unsuback_with_another_count_is_a_violation() {
    for reasons in [&[0][..], &[0, 0, 0]] {
        let mut wire = Wire::new(V5);
        wire.unsubscribe("a");
        wire.unsubscribe("b");
        wire.got();
        let violation = wire.try_receive(&unsuback(V5, 1, reasons)).unwrap_err();
        let text = format!("an UNSUBACK has {} reasons for 2 filters", reasons.len());
        assert_eq!((violation.reason, violation.text), (Reason(0x82), text));
    }
}

#[test]
fn a_suback_does_not_answer_it() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        let asked = wire.unsubscribe("a");
        wire.got();
        wire.sends(&[suback(version, 1, &[0]), unsuback(version, 7, &[0])]);
        assert_eq!(wire.removals(&[asked]), [Removal::Waiting]);
    }
}

#[test]
fn rule_11_it_is_sent_again_after_a_resume_and_is_done_after_a_lost_session() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.session.subscribe(subscription("a", 1));
        wire.got();
        wire.sends(&[suback(version, 1, &[1])]);
        let asked = wire.unsubscribe("a");
        wire.gets(&[unsubscribe(version, 2, &["a"])]);
        wire.resumed();
        let second = wire.unsubscribe("b");
        wire.gets(&[unsubscribe(version, 3, &["a", "b"])]);
        wire.sends(&[unsuback(version, 2, &[0])]);
        assert_eq!(wire.removals(&[asked, second]), [Removal::Waiting, Removal::Waiting], "the old identifier is nobody's");
        wire.lost();
        // With the session its subscriptions went.
        wire.gets_nothing();
        assert_eq!(wire.removals(&[asked, second]), [Removal::Removed, Removal::Removed]);
        assert!(!wire.session.unanswered_subscriptions());
    }
}

#[test]
fn what_was_asked_for_before_a_filter_ended_is_not_asked_for() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.session.subscribe(subscription("a", 1));
        wire.unsubscribe("a");
        wire.session.subscribe(subscription("a", 2));
        wire.gets(&[unsubscribe(version, 1, &["a"]), subscribe(version, 2, &[("a", 2)])]);
    }
}

#[test]
fn a_session_that_ends_waits_for_the_answer() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.unsubscribe("a");
        wire.session.close(wire.now);
        wire.gets(&[unsubscribe(version, 1, &["a"])]);
        assert!(!wire.session.is_done());
        wire.sends(&[unsuback(version, 1, &[0x11])]);
        assert!(wire.session.is_done());
    }
}

#[test]
fn rule_18_it_keeps_to_the_maximum_packet_size() {
    let mut wire = Wire::with(V5, &[0x27, 0, 0, 0, 12]);
    let asked = ["abcdef", "ab", "cde", "f"].map(|name| wire.unsubscribe(name));
    let limit = |size, limit| Removal::Refused(Rejection::Limit(LimitExceeded::PacketSize { size, limit }));
    assert_eq!(wire.removals(&asked[..2]), [limit(13, 12), Removal::Waiting]);
    wire.gets(&[unsubscribe(V5, 1, &["ab"]), unsubscribe(V5, 2, &["cde"]), unsubscribe(V5, 3, &["f"])]);
    wire.cut();
    wire.back(true, &[0x27, 0, 0, 0, 9]);
    wire.gets(&[unsubscribe(V5, 4, &["ab"]), unsubscribe(V5, 5, &["f"])]);
    assert_eq!(wire.removals(&asked[2..3]), [limit(10, 9)]);
    assert_eq!(wire.left(), (2, 2));
}

#[test]
fn without_an_answer_for_10_s_it_is_named() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        wire.unsubscribe("a/#");
        wire.session.subscribe(subscription("b", 1));
        wire.got();
        assert_eq!(wire.session.oldest_unanswered().as_deref(), Some("the UNSUBSCRIBE from a/#"));
        wire.later(s(10));
        assert_eq!(wire.session.handle_timeout(wire.now), Err(Overdue::UnsubAck));
        wire.sends(&[unsuback(version, 1, &[0])]);
        assert_eq!(wire.session.handle_timeout(wire.now), Err(Overdue::SubAck));
    }
}
