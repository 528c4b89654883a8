//! Packets as raw bytes, spelled from the specifications: what the client writes is read here, what the broker writes is made here.
//!
//! Used by `broker` and `checks`. None of the wire code under test.

/// PUBLISH, its answers, and the rest by their first four bits.
pub const PUBACK: u8 = 0x40;
pub const PUBREC: u8 = 0x50;
pub const PUBREL: u8 = 0x62;
pub const PUBCOMP: u8 = 0x70;

/// The topic of messages that the model broker does not take.
pub const FORBIDDEN: &str = "f";
/// The topic of all others.
pub const TOPIC: &str = "t";

/// A packet of the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    Publish { dup: bool, qos: u8, id: u16, number: u64, forbidden: bool, size: usize },
    Ack { first: u8, id: u16, reason: u8 },
    Subscribe { id: u16, filters: usize },
    Unsubscribe { id: u16 },
    PingReq,
}

/// Reads the first whole packet of `bytes`; with its length.
pub fn parse(bytes: &[u8], five: bool) -> Option<(Sent, usize)> {
    let (remaining, width) = varint(bytes.get(1..)?)?;
    let size = 1 + width + remaining;
    let body = bytes.get(1 + width..size)?;
    let first = bytes[0];
    let sent = match first >> 4 {
        3 => parse_publish(first, body, size, five),
        4..=7 => {
            assert!(first == PUBACK || first == PUBREC || first == PUBREL || first == PUBCOMP, "flags of {first:#04x}");
            assert!(five || body.len() == 2, "3.1.1 has no Reason Codes");
            Sent::Ack { first, id: word(body), reason: body.get(2).copied().unwrap_or(0) }
        }
        8 => Sent::Subscribe { id: word(body), filters: count_filters(&body[2 + usize::from(five)..]) },
        10 => Sent::Unsubscribe { id: word(body) },
        12 => Sent::PingReq,
        _ => panic!("the client sent a packet that begins with {first:#04x}"),
    };
    Some((sent, size))
}

fn parse_publish(first: u8, body: &[u8], size: usize, five: bool) -> Sent {
    let (topic, rest) = body[2..].split_at(usize::from(word(body)));
    let qos = first >> 1 & 3;
    let (id, rest) = if qos == 0 { (0, rest) } else { (word(rest), &rest[2..]) };
    let payload = &rest[usize::from(five)..];
    let number = u64::from_be_bytes(payload[..8].try_into().expect("eight bytes"));
    Sent::Publish { dup: first & 8 != 0, qos, id, number, forbidden: topic == FORBIDDEN.as_bytes(), size }
}

/// What a message costs on the wire.
pub fn publish_size(qos: u8, payload: usize, five: bool) -> usize {
    let remaining = 2 + TOPIC.len() + if qos == 0 { 0 } else { 2 } + usize::from(five) + payload;
    let width = 1 + usize::from(remaining >= 128) + usize::from(remaining >= 16_384);
    1 + width + remaining
}

fn count_filters(mut entries: &[u8]) -> usize {
    let mut count = 0;
    while !entries.is_empty() {
        entries = &entries[2 + usize::from(word(entries)) + 1..];
        count += 1;
    }
    count
}

fn word(bytes: &[u8]) -> u16 {
    u16::from_be_bytes([bytes[0], bytes[1]])
}

fn varint(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut value = 0;
    for (place, byte) in bytes.iter().enumerate() {
        value |= usize::from(byte & 0x7F) << (7 * place);
        if *byte < 0x80 {
            return Some((value, place + 1));
        }
    }
    None
}

// ---- what the broker sends ----

/// A packet of the broker, as the world sees it pass: the acknowledgements and deliveries that the checks follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Came {
    Publish { dup: bool, qos: u8, id: u16, number: u64 },
    Ack { first: u8, id: u16, reason: u8 },
    SubAck { id: u16 },
    Other,
}

/// Reads a packet of ours back.
pub fn read_back(first: u8, body: &[u8], five: bool) -> Came {
    match first >> 4 {
        3 => {
            let Sent::Publish { dup, qos, id, number, .. } = parse_publish(first, body, 0, five) else { unreachable!() };
            Came::Publish { dup, qos, id, number }
        }
        4..=7 => Came::Ack { first, id: word(body), reason: body.get(2).copied().unwrap_or(0) },
        9 | 11 => Came::SubAck { id: word(body) },
        _ => Came::Other,
    }
}

pub fn publish(dup: bool, qos: u8, id: u16, number: u64, five: bool) -> Vec<u8> {
    let mut body = vec![0, 1, b't'];
    if qos > 0 {
        body.extend_from_slice(&id.to_be_bytes());
    }
    if five {
        body.push(0);
    }
    body.extend_from_slice(&number.to_be_bytes());
    packet(0x30 | u8::from(dup) << 3 | qos << 1, &body)
}

pub fn ack(first: u8, id: u16, reason: u8, five: bool) -> Vec<u8> {
    let [high, low] = id.to_be_bytes();
    if five && reason != 0 { vec![first, 3, high, low, reason] } else { vec![first, 2, high, low] }
}

pub fn suback(id: u16, reasons: &[u8], five: bool) -> Vec<u8> {
    let mut body = id.to_be_bytes().to_vec();
    if five {
        body.push(0);
    }
    body.extend_from_slice(reasons);
    packet(0x90, &body)
}

pub fn unsuback(id: u16, five: bool) -> Vec<u8> {
    let mut body = id.to_be_bytes().to_vec();
    if five {
        body.extend_from_slice(&[0, 0]);
    }
    packet(0xB0, &body)
}

pub fn connack(present: bool, limits: &super::broker::Limits, five: bool) -> Vec<u8> {
    let mut properties = Vec::new();
    if let Some(maximum) = limits.receive_maximum {
        properties.push(0x21);
        properties.extend_from_slice(&maximum.to_be_bytes());
    }
    if limits.maximum_qos < 2 {
        properties.extend_from_slice(&[0x24, limits.maximum_qos]);
    }
    if let Some(maximum) = limits.maximum_packet_size {
        properties.push(0x27);
        properties.extend_from_slice(&maximum.to_be_bytes());
    }
    let mut body = vec![u8::from(present), 0];
    if five {
        body.push(u8::try_from(properties.len()).expect("few properties"));
        body.extend_from_slice(&properties);
    }
    packet(0x20, &body)
}

fn packet(first: u8, body: &[u8]) -> Vec<u8> {
    let mut packet = vec![first, u8::try_from(body.len()).ok().filter(|length| *length < 128).expect("a small packet")];
    packet.extend_from_slice(body);
    packet
}
