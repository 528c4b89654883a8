//! What the broker sends, without what mqtt5 should not have put into it. Used by `wire`.
//!
//! mqtt5 puts `x-mqtt-client-id`, and `x-mqtt-sender` after a login, into every PUBLISH of version 5, and has no switch for it. The head
//! of such a packet is written anew; its payload passes through. And to clients of 3.1.1 it sends two things that only version 5 has:
//! Reason Codes behind the packet id of an acknowledgement, and DISCONNECT. They are taken out.

/// The names of the properties that mqtt5 adds. It removes a client's own of these names.
const ADDED: [&[u8]; 2] = [b"x-mqtt-client-id", b"x-mqtt-sender"];
/// Bytes are collected up to here, so that a small packet is one write.
const COLLECT: usize = 64 << 10;

/// Types of packets.
const CONNACK: u8 = 2;
const PUBLISH: u8 = 3;
const PUBACK: u8 = 4;
const PUBCOMP: u8 = 7;
const DISCONNECT: u8 = 14;

/// Takes packets from mqtt5 and gives bytes for the client.
#[derive(Debug, Default)]
pub(super) struct Outbound {
    /// Whether the client speaks version 5: known from CONNACK on.
    is_v5: bool,
    /// Bytes of the packet under way that are sent as they are.
    rest: usize,
    /// Of a packet whose head is not complete.
    head: Vec<u8>,
    collected: Vec<u8>,
    sent: usize,
}

impl Outbound {
    /// Takes bytes, at least one unless `is_full`, and says how many.
    pub(super) fn take(&mut self, bytes: &[u8]) -> usize {
        if self.rest > 0 {
            let count = self.rest.min(bytes.len()).min(COLLECT.saturating_sub(self.collected.len()));
            self.collected.extend_from_slice(bytes.get(..count).unwrap_or_default());
            self.rest -= count;
            return count;
        }
        if self.head.is_empty()
            && let Some(head) = Head::parse(bytes, self.is_v5)
        {
            return self.begin(&head);
        }
        // mqtt5 writes whole packets, so a head in pieces is rare.
        for (index, byte) in bytes.iter().enumerate() {
            self.head.push(*byte);
            let gathered = std::mem::take(&mut self.head);
            if let Some(head) = Head::parse(&gathered, self.is_v5) {
                self.begin(&head);
                return index + 1;
            }
            self.head = gathered;
        }
        bytes.len()
    }

    /// The length of the head.
    fn begin(&mut self, head: &Head) -> usize {
        self.is_v5 |= head.is_connack_of_v5;
        self.rest = head.rest;
        self.collected.extend_from_slice(&head.sent);
        head.length
    }

    /// How many of these bytes may be sent as they are, past this: none while something waits, or when it is not worth it.
    pub(super) fn direct(&self, bytes: &[u8]) -> usize {
        let count = self.rest.min(bytes.len());
        if self.collected.is_empty() && count >= COLLECT { count } else { 0 }
    }

    /// So many were.
    pub(super) const fn passed(&mut self, count: usize) {
        self.rest = self.rest.saturating_sub(count);
    }

    /// Whether nothing can be taken before something was sent.
    pub(super) const fn is_full(&self) -> bool {
        self.collected.len() >= COLLECT
    }

    /// What is to be sent next.
    pub(super) fn unsent(&self) -> &[u8] {
        self.collected.get(self.sent..).unwrap_or_default()
    }

    /// So many bytes were sent.
    pub(super) fn sent(&mut self, count: usize) {
        self.sent += count;
        if self.sent >= self.collected.len() {
            self.collected.clear();
            self.sent = 0;
        }
    }

    /// Whether a packet of ours for version 5 can be sent now.
    pub(super) const fn is_between_packets_of_v5(&self) -> bool {
        self.is_v5 && self.rest == 0 && self.head.is_empty() && self.collected.is_empty()
    }
}

/// A packet up to what is sent as it is.
struct Head {
    length: usize,
    sent: Vec<u8>,
    rest: usize,
    is_connack_of_v5: bool,
}

impl Head {
    /// `None` when more bytes are needed.
    fn parse(bytes: &[u8], is_v5: bool) -> Option<Self> {
        let mut reader = Reader(bytes);
        let first = reader.byte()?;
        let remaining = reader.variable()?;
        let fixed = bytes.len() - reader.0.len();
        let whole = fixed + remaining;
        let changed = match first >> 4 {
            PUBLISH if is_v5 => Self::publish(bytes, first, remaining, fixed),
            PUBACK..=PUBCOMP if !is_v5 && remaining > 2 => {
                let id = bytes.get(fixed..fixed + 2).filter(|_| bytes.len() >= whole);
                id.map(|id| Self { length: whole, sent: [&[first, 2], id].concat(), rest: 0, is_connack_of_v5: false })
            }
            DISCONNECT if !is_v5 => {
                (bytes.len() >= whole).then(|| Self { length: whole, sent: Vec::new(), rest: 0, is_connack_of_v5: false })
            }
            _ => return Some(Self::as_it_is(bytes, first, remaining, fixed)),
        };
        match changed {
            None if bytes.len() < whole => None,
            // Not as such a packet is: it is not for this to judge.
            None => Some(Self::as_it_is(bytes, first, remaining, fixed)),
            changed => changed,
        }
    }

    fn as_it_is(bytes: &[u8], first: u8, remaining: usize, fixed: usize) -> Self {
        // In 3.1.1 it has two bytes.
        let is_connack_of_v5 = first >> 4 == CONNACK && remaining > 2;
        Self { length: fixed, sent: bytes.get(..fixed).unwrap_or_default().to_vec(), rest: remaining, is_connack_of_v5 }
    }

    fn publish(bytes: &[u8], first: u8, remaining: usize, fixed: usize) -> Option<Self> {
        let body = bytes.get(fixed..)?;
        let mut reader = Reader(body);
        reader.text()?;
        if first & 0x06 != 0 {
            reader.take(2)?;
        }
        let before = body.len() - reader.0.len();
        let length = reader.variable()?;
        let properties = reader.take(length)?;
        let behind = body.len() - reader.0.len();

        let kept = without_added(properties)?;
        let mut sent = Vec::with_capacity(bytes.len().min(COLLECT));
        let left = remaining.checked_sub(behind)?;
        sent.push(first);
        push_variable(&mut sent, before + variable_length(kept.len()) + kept.len() + left);
        sent.extend_from_slice(body.get(..before)?);
        push_variable(&mut sent, kept.len());
        sent.extend_from_slice(&kept);
        Some(Self { length: fixed + behind, sent, rest: left, is_connack_of_v5: false })
    }
}

/// The properties of a PUBLISH but for those that mqtt5 added. `None` when they are not as properties are.
fn without_added(properties: &[u8]) -> Option<Vec<u8>> {
    let mut kept = Vec::with_capacity(properties.len());
    let mut reader = Reader(properties);
    while !reader.0.is_empty() {
        let begin = reader.0;
        let mut is_added = false;
        match reader.byte()? {
            // Payload Format Indicator.
            0x01 => drop(reader.take(1)?),
            // Message Expiry Interval.
            0x02 => drop(reader.take(4)?),
            // Content Type, Response Topic, Correlation Data.
            0x03 | 0x08 | 0x09 => drop(reader.text()?),
            // Subscription Identifier.
            0x0B => drop(reader.variable()?),
            // Topic Alias.
            0x23 => drop(reader.take(2)?),
            // User Property.
            0x26 => {
                is_added = ADDED.contains(&reader.text()?);
                reader.text()?;
            }
            _ => return None,
        }
        if !is_added {
            kept.extend_from_slice(begin.get(..begin.len() - reader.0.len())?);
        }
    }
    Some(kept)
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    /// Bytes behind two bytes of length.
    fn text(&mut self) -> Option<&'a [u8]> {
        let length = u16::from_be_bytes(*self.take(2)?.first_chunk()?);
        self.take(length.into())
    }

    /// A Variable Byte Integer.
    fn variable(&mut self) -> Option<usize> {
        let mut value = 0;
        for shift in [0, 7, 14, 21] {
            let byte = self.byte()?;
            value |= usize::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }
}

const fn variable_length(value: usize) -> usize {
    match value {
        0..0x80 => 1,
        0x80..0x4000 => 2,
        0x4000..0x20_0000 => 3,
        _ => 4,
    }
}

fn push_variable(bytes: &mut Vec<u8>, mut value: usize) {
    while value >= 0x80 {
        bytes.push(u8::try_from(value & 0x7F).unwrap_or_default() | 0x80);
        value >>= 7;
    }
    bytes.push(u8::try_from(value).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONNACK_5: &[u8] = b"\x20\x03\x00\x00\x00";
    const CONNACK_4: &[u8] = b"\x20\x02\x00\x00";

    fn user(name: &str, value: &str) -> Vec<u8> {
        let text = |text: &str| [&u16::try_from(text.len()).unwrap().to_be_bytes()[..], text.as_bytes()].concat();
        [vec![0x26], text(name), text(value)].concat()
    }

    fn publish(qos: u8, properties: &[u8], payload: &[u8]) -> Vec<u8> {
        let mut body = b"\x00\x01t".to_vec();
        if qos > 0 {
            body.extend([0x12, 0x34]);
        }
        push_variable(&mut body, properties.len());
        body.extend_from_slice(properties);
        body.extend_from_slice(payload);
        let mut packet = vec![0x30 | qos << 1];
        push_variable(&mut packet, body.len());
        [packet, body].concat()
    }

    /// What comes out when `stream` goes in by pieces of `size`.
    fn through(stream: &[u8], size: usize) -> Vec<u8> {
        let mut outbound = Outbound::default();
        let mut out = Vec::new();
        for mut piece in stream.chunks(size) {
            while !piece.is_empty() {
                let direct = outbound.direct(piece);
                let taken = if direct > 0 {
                    out.extend_from_slice(&piece[..direct]);
                    outbound.passed(direct);
                    direct
                } else {
                    outbound.take(piece)
                };
                piece = &piece[taken..];
                if outbound.is_full() || piece.is_empty() {
                    out.extend_from_slice(outbound.unsent());
                    outbound.sent(outbound.unsent().len());
                }
            }
        }
        out
    }

    #[test]
    fn what_mqtt5_adds_is_gone_and_the_rest_is_as_it_was() {
        let own =
            [&[0x01, 1, 0x02, 0, 0, 0, 9, 0x03, 0, 1, b'c', 0x08, 0, 1, b'r', 0x09, 0, 2, 0, 0xFF][..], &[0x0B, 0x80, 0x01]]
                .concat();
        let own = [own, user("a", "1"), user("a", "1"), user("", ""), user("X-MQTT-sender", "kept")].concat();
        let added = [&user("x-mqtt-client-id", "mqx")[..], &own, &user("x-mqtt-sender", "ann")].concat();
        for qos in 0..3 {
            for payload in [&b""[..], b"hot", &[7; 20_000], &[8; 300_000]] {
                let tail = publish(0, &user("x-mqtt-client-id", &"i".repeat(200)), b"next");
                let stream = [CONNACK_5, &publish(qos, &added, payload), b"\xd0\x00", &tail].concat();
                let expected = [CONNACK_5, &publish(qos, &own, payload), b"\xd0\x00", &publish(0, b"", b"next")].concat();
                for size in [1, 2, 3, 7, 1000, 100_000, stream.len()] {
                    if stream.len() / size < 30_000 {
                        assert!(through(&stream, size) == expected, "QoS {qos}, {} bytes by {size}", payload.len());
                    }
                }
            }
        }
    }

    #[test]
    fn version_3_1_1_has_no_properties_to_take_out() {
        let stream = [CONNACK_4, &publish(1, &user("x-mqtt-client-id", "payload, not a property"), b"")].concat();
        for size in [1, 5, stream.len()] {
            assert_eq!(through(&stream, size), stream);
        }
    }

    #[test]
    fn version_3_1_1_gets_no_reason_codes_and_no_disconnect() {
        let acks = b"\x40\x03\x00\x01\x10\x62\x02\x00\x02\x70\x04\x00\x09\x92\x00\x90\x03\x00\x01\x80";
        let stream = [CONNACK_4, acks, b"\xe0\x01\x8e"].concat();
        let expected = [CONNACK_4, b"\x40\x02\x00\x01\x62\x02\x00\x02\x70\x02\x00\x09\x90\x03\x00\x01\x80"].concat();
        for size in 1..stream.len() {
            assert_eq!(through(&stream, size), expected, "{size}");
        }
        let stream = [CONNACK_5, acks, b"\xe0\x01\x8e"].concat();
        assert_eq!(through(&stream, 3), stream, "version 5 has them");
    }

    #[test]
    fn what_is_no_publish_as_it_should_be_passes_untouched() {
        for strange in [&b"\x30\x00"[..], b"\x30\x03\x00\x09t", b"\x30\x05\x00\x01t\x7f\x00", b"\x30\x06\x00\x01t\x02\x55\x00"] {
            let stream = [CONNACK_5, strange, b"\xd0\x00"].concat();
            assert_eq!(through(&stream, stream.len()), stream, "{strange:02x?}");
        }
    }

    #[test]
    fn a_packet_of_ours_fits_only_between_others() {
        let mut outbound = Outbound::default();
        assert!(!outbound.is_between_packets_of_v5(), "not before CONNACK");
        let taken = outbound.take(CONNACK_5);
        outbound.take(&CONNACK_5[taken..]);
        assert!(!outbound.is_between_packets_of_v5(), "not before it was sent");
        outbound.sent(outbound.unsent().len());
        assert!(outbound.is_between_packets_of_v5());
        outbound.take(b"\xd0");
        assert!(!outbound.is_between_packets_of_v5());
    }
}
