//! What a session holds on to: slices of what was read keep the whole of it, so they count as that, or are copied.

use super::*;

const MEGABYTE: usize = 1 << 20;

impl Wire {
    /// A packet whose body is too large for `packet`.
    fn sends_large(&mut self, first: u8, body: impl Into<Bytes>) {
        assert_eq!(self.session.receive(self.now, SystemTime::UNIX_EPOCH, Frame { first, body: body.into() }), Ok(None));
    }

    /// How often `send` can be done before the socket is no longer read; at most `most` times.
    fn until_unread(&mut self, most: usize, mut send: impl FnMut(&mut Self, u16)) -> usize {
        (0..most)
            .take_while(|&count| {
                let reads = self.session.wants_input();
                if reads {
                    send(self, count as u16 + 1);
                }
                reads
            })
            .count()
    }
}

/// `a`, id, no properties, a payload of a megabyte.
fn megabyte(version: Version, id: u16) -> Vec<u8> {
    let properties: &[u8] = if version == V5 { &[0] } else { &[] };
    [b"\x00\x01a", &id.to_be_bytes()[..], properties, &vec![b'x'; MEGABYTE]].concat()
}

#[test]
fn a_small_message_counts_as_what_was_read_with_it() {
    let mut wire = Wire::new(V5);
    let users = [0x26, 0, 0, 0, 0].repeat(MEGABYTE / 5 - 1);
    let length = [(users.len() % 128) as u8 | 0x80, (users.len() / 128 % 128) as u8 | 0x80, (users.len() / 16_384) as u8];
    let large = Bytes::from([&[0xEE, 0xEE, 0][..], &length, &users].concat());
    let taken = wire.until_unread(100, |wire, _| {
        wire.sends_large(0x40, large.clone());
        wire.sends(&[publish(V5, 0x30, 0, "x")]);
    });
    assert!((8..=9).contains(&taken), "{taken}");
    assert_eq!(wire.consume().len(), taken);
    assert!(wire.session.wants_input());
}

#[test]
fn small_packets_before_a_message_count_for_one_block_at_most() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        let acknowledgements = vec![puback(0xEEEE); 100_000];
        let taken = wire.until_unread(20, |wire, _| {
            wire.sends(&acknowledgements);
            wire.sends(&[publish(version, 0x30, 0, "x")]);
        });
        assert_eq!(taken, 20, "20 times 64 KiB are far from the bound");
    }
}

#[test]
fn large_messages_whose_answers_cannot_be_written_stop_the_reading() {
    for version in BOTH {
        let mut wire = Wire::new(version);
        let taken = wire.until_unread(100, |wire, id| {
            wire.sends_large(0x32, megabyte(version, id));
            assert_eq!(wire.consume().len(), 1);
            wire.encode();
        });
        assert_eq!(taken, 8);
        wire.flush();
        assert!(wire.session.wants_input(), "they were written");
        // Another connection owes nothing.
        for id in 0x100..0x108 {
            wire.sends_large(0x32, megabyte(version, id));
        }
        wire.consume();
        assert!(!wire.session.wants_input());
        wire.resumed();
        assert!(wire.session.wants_input());
    }
}

#[test]
fn pubrel_before_the_write_is_known_gives_the_room_back() {
    let mut wire = Wire::new(V5);
    for id in 1..=8 {
        wire.sends_large(0x34, megabyte(V5, id));
    }
    wire.consume();
    wire.encode();
    assert!(!wire.session.wants_input());
    wire.sends(&[pubrel(3)]);
    assert!(wire.session.wants_input());
}

#[test]
fn a_topic_alias_holds_on_to_nothing_but_its_topic() {
    let mut wire = Wire::new(V5);
    let body = Bytes::from(b"\x00\x01a\x03\x23\x00\x01payload".to_vec());
    wire.sends_large(0x30, body.clone());
    assert_eq!(wire.consume(), ["payload"]);
    assert!(body.is_unique(), "the packet is still held");
    wire.sends(&[publish_with(V5, 0x30, "", 0, &[0x23, 0, 1], "again")]);
    let again = wire.take();
    assert_eq!(again[0].received.message.topic.as_str(), "a");
}
