//! Packets that a client sent, taken apart, and any packet in words for a failure's message. Used by the scripted peer.

use super::packets::{Publish, Version};
use super::{Verdict, ensure};

/// Reads a packet's body from its front; every shortage is a failure that says what was wanted.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize, what: &str) -> Verdict<&'a [u8]> {
        let (taken, rest) = self
            .0
            .split_at_checked(count)
            .ok_or_else(|| format!("{what} needs {count} bytes, the packet has {} left: {}", self.0.len(), hex(self.0)))?;
        self.0 = rest;
        Ok(taken)
    }

    fn byte(&mut self, what: &str) -> Verdict<u8> {
        Ok(self.take(1, what)?[0])
    }

    fn two(&mut self, what: &str) -> Verdict<u16> {
        let bytes = self.take(2, what)?;
        Ok(u16::from_be_bytes([bytes[0], bytes[1]]))
    }

    fn string(&mut self, what: &str) -> Verdict<Vec<u8>> {
        let length = self.two(what)?;
        Ok(self.take(length.into(), what)?.to_vec())
    }

    fn properties(&mut self, version: Version) -> Verdict<Vec<u8>> {
        if version == Version::V311 {
            return Ok(Vec::new());
        }
        let mut length = 0;
        for shift in [0, 7, 14, 21] {
            let byte = self.byte("the length of properties")?;
            length |= usize::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Ok(self.take(length, "properties")?.to_vec());
            }
        }
        Err("the length of properties has more than four bytes".into())
    }

    fn end(&self, what: &str) -> Verdict {
        ensure(self.0.is_empty(), format_args!("{what} has {} bytes too many: {}", self.0.len(), hex(self.0)))
    }
}

/// A CONNECT.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connect {
    pub version: Version,
    /// As on the wire.
    pub flags: u8,
    /// Seconds.
    pub keep_alive: u16,
    pub properties: Vec<u8>,
    pub client_id: Vec<u8>,
    pub will: Option<Will>,
    pub user: Option<Vec<u8>>,
    pub password: Option<Vec<u8>>,
}

/// The will of a CONNECT.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Will {
    pub qos: u8,
    pub retain: bool,
    pub properties: Vec<u8>,
    pub topic: Vec<u8>,
    pub payload: Vec<u8>,
}

impl Connect {
    /// Takes a body apart.
    pub fn parse(body: &[u8]) -> Verdict<Self> {
        let mut reader = Reader(body);
        let name = reader.string("the protocol name")?;
        ensure(name == b"MQTT", format_args!("CONNECT's protocol name is {}", text(&name)))?;
        let version = match reader.byte("the protocol level")? {
            4 => Version::V311,
            5 => Version::V5,
            other => return Err(format!("CONNECT's protocol level is {other}").into()),
        };
        let flags = reader.byte("the connect flags")?;
        ensure(flags & 1 == 0, "the reserved connect flag is set [MQTT-3.1.2-3]")?;
        let keep_alive = reader.two("Keep Alive")?;
        let properties = reader.properties(version)?;
        let client_id = reader.string("the Client Identifier")?;
        let mut will = None;
        if flags & 0x04 != 0 {
            let properties = reader.properties(version)?;
            let (topic, payload) = (reader.string("the will's topic")?, reader.string("the will's payload")?);
            will = Some(Will { qos: flags >> 3 & 3, retain: flags & 0x20 != 0, properties, topic, payload });
        }
        let user = (flags & 0x80 != 0).then(|| reader.string("the user name")).transpose()?;
        let password = (flags & 0x40 != 0).then(|| reader.string("the password")).transpose()?;
        reader.end("CONNECT")?;
        Ok(Self { version, flags, keep_alive, properties, client_id, will, user, password })
    }

    /// Clean Start in 5, Clean Session in 3.1.1.
    pub fn clean(&self) -> bool {
        self.flags & 0x02 != 0
    }
}

/// Takes a PUBLISH apart.
pub fn publish(version: Version, first: u8, body: &[u8]) -> Verdict<Publish> {
    let mut reader = Reader(body);
    let qos = first >> 1 & 3;
    ensure(qos < 3, "a PUBLISH with QoS 3 [MQTT-3.3.1-4]")?;
    let topic = reader.string("the topic")?;
    let id = if qos == 0 { 0 } else { reader.two("the packet id")? };
    ensure(qos == 0 || id != 0, "a packet id of 0 [MQTT-2.2.1-3]")?;
    let properties = reader.properties(version)?;
    Ok(Publish { dup: first & 8 != 0, qos, retain: first & 1 != 0, topic, id, properties, payload: reader.0.to_vec() })
}

/// A SUBSCRIBE.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscribe {
    pub id: u16,
    pub properties: Vec<u8>,
    /// Each filter with its options byte.
    pub filters: Vec<(Vec<u8>, u8)>,
}

impl Subscribe {
    /// Takes a body apart.
    pub fn parse(version: Version, body: &[u8]) -> Verdict<Self> {
        let mut reader = Reader(body);
        let (id, properties) = (reader.two("the packet id")?, reader.properties(version)?);
        let mut filters = Vec::new();
        while !reader.0.is_empty() {
            filters.push((reader.string("a filter")?, reader.byte("its options")?));
        }
        ensure(!filters.is_empty(), "a SUBSCRIBE without filters [MQTT-3.8.3-2]")?;
        Ok(Self { id, properties, filters })
    }
}

/// An acknowledgement's packet id and Reason Code; version 5 may leave out a code of 0 and properties.
pub fn ack(version: Version, body: &[u8]) -> Verdict<(u16, u8)> {
    let mut reader = Reader(body);
    let id = reader.two("the packet id")?;
    if version == Version::V311 || reader.0.is_empty() {
        reader.end("the acknowledgement")?;
        return Ok((id, 0));
    }
    let reason = reader.byte("the reason code")?;
    if !reader.0.is_empty() {
        reader.properties(version)?;
    }
    reader.end("the acknowledgement")?;
    Ok((id, reason))
}

/// A DISCONNECT's Reason Code and properties, 0 and none where they are left out.
pub fn disconnect(version: Version, body: &[u8]) -> Verdict<(u8, Vec<u8>)> {
    let mut reader = Reader(body);
    if version == Version::V311 || body.is_empty() {
        reader.end("DISCONNECT")?;
        return Ok((0, Vec::new()));
    }
    let reason = reader.byte("the reason code")?;
    let properties = if reader.0.is_empty() { Vec::new() } else { reader.properties(version)? };
    reader.end("DISCONNECT")?;
    Ok((reason, properties))
}

/// Version 5's properties taken apart: the identifier of each, and its value in the bytes of the wire [MQTT-5 2.2.2.2].
pub fn properties(block: &[u8]) -> Verdict<Vec<(u8, Vec<u8>)>> {
    let mut reader = Reader(block);
    let mut found = Vec::new();
    while !reader.0.is_empty() {
        let id = reader.byte("a property")?;
        let before = reader.0;
        match id {
            0x01 | 0x17 | 0x19 | 0x24 | 0x25 | 0x28..=0x2A => drop(reader.byte("a byte")?),
            0x13 | 0x21..=0x23 => drop(reader.two("two bytes")?),
            0x02 | 0x11 | 0x18 | 0x27 => drop(reader.take(4, "four bytes")?),
            0x0B => while reader.byte("a subscription identifier")? & 0x80 != 0 {},
            0x03 | 0x08 | 0x09 | 0x12 | 0x15 | 0x16 | 0x1A | 0x1C | 0x1F => drop(reader.string("a text")?),
            0x26 => drop((reader.string("a name")?, reader.string("a value")?)),
            other => return Err(format!("a property 0x{other:02x}").into()),
        }
        found.push((id, before[..before.len() - reader.0.len()].to_vec()));
    }
    Ok(found)
}

/// An UNSUBSCRIBE's properties and filters.
pub fn unsubscribe(version: Version, body: &[u8]) -> Verdict<(Vec<u8>, Vec<Vec<u8>>)> {
    let mut reader = Reader(body);
    reader.two("the packet id")?;
    let properties = reader.properties(version)?;
    let mut filters = Vec::new();
    while !reader.0.is_empty() {
        filters.push(reader.string("a filter")?);
    }
    Ok((properties, filters))
}

/// What a packet is, in words and, shortened, in hex.
pub fn describe(first: u8, body: &[u8]) -> String {
    let name = match first >> 4 {
        1 => "CONNECT",
        2 => "CONNACK",
        3 => "PUBLISH",
        4 => "PUBACK",
        5 => "PUBREC",
        6 => "PUBREL",
        7 => "PUBCOMP",
        8 => "SUBSCRIBE",
        9 => "SUBACK",
        10 => "UNSUBSCRIBE",
        11 => "UNSUBACK",
        12 => "PINGREQ",
        13 => "PINGRESP",
        14 => "DISCONNECT",
        15 => "AUTH",
        _ => "a packet of the reserved type 0",
    };
    let detail = match first >> 4 {
        // The bytes up to the payload are the same in both versions but for the properties.
        3 => publish(Version::V311, first, body)
            .map(|it| format!(" QoS {} id {} dup {} retain {} to {}", it.qos, it.id, it.dup, it.retain, text(&it.topic)))
            .unwrap_or_default(),
        4..=11 => body.first_chunk().map(|id| format!(" id {}", u16::from_be_bytes(*id))).unwrap_or_default(),
        14 => body.first().map(|reason| format!(" reason 0x{reason:02x}")).unwrap_or_default(),
        _ => String::new(),
    };
    format!("{name}{detail} ({first:02x} and {} bytes: {})", body.len(), hex(body))
}

/// Bytes in hex, cut after 64.
pub fn hex(bytes: &[u8]) -> String {
    let shown: Vec<String> = bytes.iter().take(64).map(|byte| format!("{byte:02x}")).collect();
    let more = if bytes.len() > 64 { " …" } else { "" };
    format!("{}{more}", shown.join(" "))
}

fn text(bytes: &[u8]) -> String {
    format!("{:?}", String::from_utf8_lossy(&bytes[..bytes.len().min(80)]))
}

/// The packet at the front of `bytes` and its length; `None` until it is complete.
pub fn complete(bytes: &[u8]) -> Verdict<Option<(u8, Vec<u8>, usize)>> {
    let Some((&first, rest)) = bytes.split_first() else { return Ok(None) };
    let mut length = 0;
    for (index, shift) in [0, 7, 14, 21].into_iter().enumerate() {
        let Some(&byte) = rest.get(index) else { return Ok(None) };
        length |= usize::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            let body = rest.get(index + 1..index + 1 + length);
            return Ok(body.map(|body| (first, body.to_vec(), 1 + index + 1 + length)));
        }
    }
    Err(format!("a Remaining Length of more than four bytes: {}", hex(bytes)).into())
}
