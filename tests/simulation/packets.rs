//! Packets as raw bytes, spelled from the specifications: what the client writes is read here, what the broker writes is made here.
//!
//! Used by `broker` and `checks`, and by the fuzz target of the session. None of the wire code under test.

/// PUBLISH, its answers, and the rest by their first four bits.
pub const PUBACK: u8 = 0x40;
pub const PUBREC: u8 = 0x50;
pub const PUBREL: u8 = 0x62;
pub const PUBCOMP: u8 = 0x70;
pub const PINGRESP: u8 = 0xD0;

/// The topic of messages that the model broker does not take.
pub const FORBIDDEN: &str = "f";
/// The topics of all others, one as long as the other.
pub const OURS: [&str; 3] = ["t/one", "t/two", "t/six"];
/// The topics of deliveries.
pub const TOPICS: [&str; 4] = ["a", "b/b", "c/c/c", "d"];

/// What a CONNACK announces: the limits of one connection.
#[derive(Clone, Debug)]
pub struct Limits {
    pub receive_maximum: Option<u16>,
    pub maximum_qos: u8,
    pub maximum_packet_size: Option<u32>,
    pub retain_available: bool,
    pub server_keep_alive: Option<u16>,
    pub topic_alias_maximum: u16,
}

/// A PUBLISH of the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Publish {
    pub dup: bool,
    pub qos: u8,
    pub retain: bool,
    pub id: u16,
    pub number: u64,
    pub expiry: Option<u32>,
    /// The topic, if it is one that this side knows; empty where the alias stands for it.
    pub topic: Option<&'static str>,
    pub alias: Option<u16>,
    pub size: usize,
}

/// A packet of the client. Filters are `s` and a number; any other counts as `OTHER_FILTER`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    Publish(Publish),
    Ack {
        first: u8,
        id: u16,
        reason: u8,
    },
    /// Filters with their Subscription Options.
    Subscribe {
        id: u16,
        filters: Vec<(usize, u8)>,
    },
    Unsubscribe {
        id: u16,
        filters: Vec<usize>,
    },
    PingReq,
}

/// Reads the first whole packet of `bytes`; with its length.
pub fn parse(bytes: &[u8], five: bool) -> Option<(Sent, usize)> {
    let (remaining, width) = varint(bytes.get(1..)?)?;
    let size = 1 + width + remaining;
    let body = bytes.get(1 + width..size)?;
    let first = bytes[0];
    let sent = match first >> 4 {
        3 => Sent::Publish(parse_publish(first, body, size, five)),
        4..=7 => {
            assert!(first == PUBACK || first == PUBREC || first == PUBREL || first == PUBCOMP, "flags of {first:#04x}");
            assert!(five || body.len() == 2, "3.1.1 has no Reason Codes");
            Sent::Ack { first, id: word(body), reason: body.get(2).copied().unwrap_or(0) }
        }
        8 => Sent::Subscribe { id: word(body), filters: parse_filters(&body[2 + usize::from(five)..], true) },
        10 => {
            let filters = parse_filters(&body[2 + usize::from(five)..], false);
            Sent::Unsubscribe { id: word(body), filters: filters.into_iter().map(|(filter, _)| filter).collect() }
        }
        12 => Sent::PingReq,
        _ => panic!("the client sent a packet that begins with {first:#04x}"),
    };
    Some((sent, size))
}

fn parse_publish(first: u8, body: &[u8], size: usize, five: bool) -> Publish {
    let (topic, rest) = body[2..].split_at(usize::from(word(body)));
    let qos = first >> 1 & 3;
    let (id, rest) = if qos == 0 { (0, rest) } else { (word(rest), &rest[2..]) };
    let (expiry, alias, payload) = if five { parse_properties(&rest[1..], usize::from(rest[0])) } else { (None, None, rest) };
    let number = u64::from_be_bytes(payload[..8].try_into().expect("eight bytes"));
    let (dup, retain) = (first & 8 != 0, first & 1 != 0);
    let topic = ["", FORBIDDEN].into_iter().chain(OURS).find(|known| known.as_bytes() == topic);
    Publish { dup, qos, retain, id, number, expiry, topic, alias, size }
}

/// The topic of a message that the model broker takes.
pub const fn our_topic(number: u64) -> &'static str {
    OURS[(number % 5 % 3) as usize]
}

/// Message Expiry Interval, Topic Alias, and what follows the properties.
fn parse_properties(bytes: &[u8], length: usize) -> (Option<u32>, Option<u16>, &[u8]) {
    let (mut properties, payload) = bytes.split_at(length);
    let (mut expiry, mut alias) = (None, None);
    while let Some(id) = properties.first() {
        let width = match id {
            0x02 => {
                expiry = Some(u32::from_be_bytes(properties[1..5].try_into().expect("four bytes")));
                5
            }
            0x03 => 3 + usize::from(word(&properties[1..])),
            0x23 => {
                alias = Some(word(&properties[1..]));
                3
            }
            _ => panic!("a PUBLISH with the property {id:#04x}"),
        };
        properties = &properties[width..];
    }
    (expiry, alias, payload)
}

/// What a message costs on the wire.
pub fn publish_size(qos: u8, payload: usize, expires: bool, five: bool) -> usize {
    let properties = usize::from(five) + if expires { 5 } else { 0 };
    let remaining = 2 + OURS[0].len() + if qos == 0 { 0 } else { 2 } + properties + payload;
    let width = 1 + usize::from(remaining >= 128) + usize::from(remaining >= 16_384);
    1 + width + remaining
}

/// A filter that is not one of the numbered.
const OTHER_FILTER: usize = usize::MAX;

/// The filter of a number.
pub fn filter(number: usize) -> String {
    format!("s{number}")
}

fn parse_filters(mut entries: &[u8], options: bool) -> Vec<(usize, u8)> {
    let mut filters = Vec::new();
    while !entries.is_empty() {
        let (filter, rest) = entries[2..].split_at(usize::from(word(entries)));
        let filter = std::str::from_utf8(filter).expect("a filter");
        let number = filter.strip_prefix('s').and_then(|number| number.parse().ok()).unwrap_or(OTHER_FILTER);
        filters.push((number, if options { rest[0] } else { 0 }));
        entries = &rest[usize::from(options)..];
    }
    filters
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
    SubAck { id: u16, refused: bool },
    PingResp,
    Disconnect { reason: u8 },
}

/// Reads a packet of the broker back.
pub fn read_back(first: u8, body: &[u8], five: bool) -> Came {
    match first >> 4 {
        3 => {
            let Publish { dup, qos, id, number, .. } = parse_publish(first, body, 0, five);
            Came::Publish { dup, qos, id, number }
        }
        4..=7 => Came::Ack { first, id: word(body), reason: body.get(2).copied().unwrap_or(0) },
        9 => Came::SubAck { id: word(body), refused: body[2 + usize::from(five)..].contains(&0x80) },
        11 => Came::SubAck { id: word(body), refused: false },
        13 => Came::PingResp,
        14 => Came::Disconnect { reason: body.first().copied().unwrap_or(0) },
        _ => unreachable!("the model broker sends no {first:#04x}"),
    }
}

/// A delivery. An empty topic stands for that of the Topic Alias.
pub struct Delivery<'a> {
    pub dup: bool,
    pub qos: u8,
    pub retain: bool,
    pub topic: &'a str,
    pub id: u16,
    pub alias: Option<u16>,
    pub number: u64,
}

pub fn publish(delivery: &Delivery, five: bool) -> Vec<u8> {
    let Delivery { dup, qos, retain, topic, id, alias, number } = *delivery;
    let mut body = vec![0, u8::try_from(topic.len()).expect("a short topic")];
    body.extend_from_slice(topic.as_bytes());
    if qos > 0 {
        body.extend_from_slice(&id.to_be_bytes());
    }
    if five {
        match alias {
            Some(alias) => {
                body.extend_from_slice(&[3, 0x23]);
                body.extend_from_slice(&alias.to_be_bytes());
            }
            None => body.push(0),
        }
    }
    body.extend_from_slice(&number.to_be_bytes());
    packet(0x30 | u8::from(dup) << 3 | qos << 1 | u8::from(retain), &body)
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

pub fn unsuback(id: u16, filters: usize, five: bool) -> Vec<u8> {
    let mut body = id.to_be_bytes().to_vec();
    if five {
        body.resize(3 + filters, 0);
    }
    packet(0xB0, &body)
}

pub fn disconnect(reason: u8) -> Vec<u8> {
    if reason == 0 { vec![0xE0, 0] } else { vec![0xE0, 1, reason] }
}

pub fn connack(present: bool, limits: &Limits, five: bool) -> Vec<u8> {
    let mut properties = Vec::new();
    let mut number = |id: u8, value: Option<u16>| {
        if let Some(value) = value {
            properties.push(id);
            properties.extend_from_slice(&value.to_be_bytes());
        }
    };
    number(0x21, limits.receive_maximum);
    number(0x13, limits.server_keep_alive);
    number(0x22, Some(limits.topic_alias_maximum).filter(|maximum| *maximum > 0));
    if limits.maximum_qos < 2 {
        properties.extend_from_slice(&[0x24, limits.maximum_qos]);
    }
    if !limits.retain_available {
        properties.extend_from_slice(&[0x25, 0]);
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
