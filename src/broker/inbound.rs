//! Where packets begin and end in what a client sends, so that one that is too large is refused at its length. Used by `wire`.

/// Most bytes of the first packet: who sends it has not logged in yet. The five texts of a CONNECT have 320 KiB at most.
const LARGEST_CONNECT: usize = 1 << 20;
/// A packet smaller than this is not worth counting while it arrives.
const SMALL: usize = 64 << 10;

/// Follows a stream of packets.
#[derive(Debug)]
pub(super) struct Inbound {
    largest: usize,
    at: At,
    is_first: bool,
}

#[derive(Clone, Copy, Debug)]
enum At {
    /// Before a packet.
    Start,
    /// In its Remaining Length.
    Length { header: usize, value: usize },
    /// Behind it: `taken` of its bytes have come, `left` have not.
    Body { taken: usize, left: usize },
}

/// A packet that is larger than allowed begins at this byte, or before all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooLarge(pub(super) usize);

impl Inbound {
    /// A stream whose packets have at most `largest` bytes.
    pub(super) const fn new(largest: usize) -> Self {
        Self { largest, at: At::Start, is_first: true }
    }

    /// Takes what has come.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Result<(), TooLarge> {
        let mut begin = 0;
        let mut rest = bytes;
        while let Some((&byte, behind)) = rest.split_first() {
            match self.at {
                At::Start => {
                    begin = bytes.len() - rest.len();
                    self.at = At::Length { header: 1, value: 0 };
                    rest = behind;
                }
                At::Length { header, value } => {
                    // A fifth byte is malformed, which mqtt5 finds itself.
                    let value = value | usize::from(byte & 0x7F) << (7 * (header - 1)).min(28);
                    let header = header + 1;
                    if byte & 0x80 == 0 || header > 5 {
                        let largest = if self.is_first { self.largest.min(LARGEST_CONNECT) } else { self.largest };
                        if header + value > largest {
                            return Err(TooLarge(begin));
                        }
                        self.at = At::Body { taken: header, left: value };
                        self.end_packet();
                    } else {
                        self.at = At::Length { header, value };
                    }
                    rest = behind;
                }
                At::Body { taken, left } => {
                    let here = left.min(rest.len());
                    self.at = At::Body { taken: taken + here, left: left - here };
                    self.end_packet();
                    rest = rest.split_at(here).1;
                }
            }
        }
        Ok(())
    }

    const fn end_packet(&mut self) {
        if let At::Body { left: 0, .. } = self.at {
            self.at = At::Start;
            self.is_first = false;
        }
    }

    /// The bytes that have come of a large packet that is not complete.
    pub(super) const fn arriving(&self) -> usize {
        match self.at {
            At::Body { taken, .. } if taken >= SMALL => taken,
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PINGREQ: &[u8] = &[0xC0, 0x00];

    /// A PUBLISH of this many bytes in all, 131 to 16,385.
    fn publish(total: usize) -> Vec<u8> {
        let left = total - 3;
        let mut packet = vec![0x30, u8::try_from(left % 128).unwrap() | 0x80, u8::try_from(left / 128).unwrap()];
        packet.resize(total, 0xFF);
        packet
    }

    #[test]
    fn packets_up_to_the_largest_pass_however_they_are_cut() {
        let stream = [PINGREQ, &publish(1000), PINGREQ, &publish(200), &publish(1000)].concat();
        for size in 1..stream.len() {
            let mut inbound = Inbound::new(1000);
            assert!(stream.chunks(size).all(|chunk| inbound.take(chunk).is_ok()), "{size}");
            assert!(matches!(inbound.at, At::Start), "{size}");
        }
    }

    #[test]
    fn a_larger_one_is_found_at_its_length() {
        let head = &publish(1001)[..3];
        assert_eq!(Inbound::new(1000).take(&[PINGREQ, head].concat()), Err(TooLarge(2)));
        let mut inbound = Inbound::new(1000);
        for byte in [PINGREQ, &head[..2]].concat() {
            assert_eq!(inbound.take(&[byte]), Ok(()));
        }
        assert_eq!(inbound.take(&head[2..]), Err(TooLarge(0)), "it began in an earlier piece");
    }

    #[test]
    fn the_first_packet_may_not_be_as_large_as_the_others() {
        let claim = [0x10, 0xFF, 0xFF, 0xFF, 0x7F];
        assert_eq!(Inbound::new(268_435_460).take(&claim), Err(TooLarge(0)));
        assert_eq!(Inbound::new(268_435_460).take(&[PINGREQ, &claim].concat()), Ok(()));
    }

    #[test]
    fn five_bytes_of_length_end_somewhere() {
        let mut inbound = Inbound::new(1 << 30);
        inbound.take(PINGREQ).unwrap();
        for _ in 0..100 {
            let _ = inbound.take(&[0x30, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]);
        }
    }

    #[test]
    fn only_what_is_large_and_incomplete_arrives() {
        let mut inbound = Inbound::new(1 << 20);
        inbound.take(PINGREQ).unwrap();
        // 128 KiB claimed.
        inbound.take(&[0x30, 0x80, 0x80, 0x08]).unwrap();
        assert_eq!(inbound.arriving(), 0, "a claim costs nothing");
        inbound.take(&[0; SMALL]).unwrap();
        assert_eq!(inbound.arriving(), SMALL + 4);
        inbound.take(&[0; SMALL]).unwrap();
        assert_eq!(inbound.arriving(), 0, "complete");
    }
}
