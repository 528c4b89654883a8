//! MQTT packets as bytes, written from the specifications and sharing nothing with the code under test. What the scripted peer sends,
//! and what it expects byte for byte.

/// The protocol version that a script plays; every case is for both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// 3.1.1, protocol level 4.
    V311,
    /// 5.0, protocol level 5.
    V5,
}

impl Version {
    /// Both.
    pub const BOTH: [Self; 2] = [Self::V311, Self::V5];

    /// As `-V` takes it.
    pub fn flag(self) -> &'static str {
        match self {
            Self::V311 => "311",
            Self::V5 => "5",
        }
    }

    /// A byte of CONNECT.
    pub fn level(self) -> u8 {
        match self {
            Self::V311 => 4,
            Self::V5 => 5,
        }
    }
}

/// First bytes of packets whose flags are fixed.
pub mod first {
    pub const CONNECT: u8 = 0x10;
    pub const CONNACK: u8 = 0x20;
    pub const PUBACK: u8 = 0x40;
    pub const PUBREC: u8 = 0x50;
    pub const PUBREL: u8 = 0x62;
    pub const PUBCOMP: u8 = 0x70;
    pub const SUBSCRIBE: u8 = 0x82;
    pub const SUBACK: u8 = 0x90;
    pub const UNSUBSCRIBE: u8 = 0xA2;
    pub const UNSUBACK: u8 = 0xB0;
    pub const PINGREQ: u8 = 0xC0;
    pub const PINGRESP: u8 = 0xD0;
    pub const DISCONNECT: u8 = 0xE0;
    pub const AUTH: u8 = 0xF0;
}

/// Version 5's properties, each as its identifier and value; several are joined by [`all`].
pub mod property {
    pub fn message_expiry(seconds: u32) -> Vec<u8> {
        four(0x02, seconds)
    }
    pub fn session_expiry(seconds: u32) -> Vec<u8> {
        four(0x11, seconds)
    }
    pub fn assigned_client_id(id: &str) -> Vec<u8> {
        text(0x12, id)
    }
    pub fn server_keep_alive(seconds: u16) -> Vec<u8> {
        two(0x13, seconds)
    }
    pub fn server_reference(server: &str) -> Vec<u8> {
        text(0x1C, server)
    }
    pub fn reason_string(reason: &str) -> Vec<u8> {
        text(0x1F, reason)
    }
    pub fn receive_maximum(packets: u16) -> Vec<u8> {
        two(0x21, packets)
    }
    pub fn topic_alias_maximum(aliases: u16) -> Vec<u8> {
        two(0x22, aliases)
    }
    pub fn topic_alias(alias: u16) -> Vec<u8> {
        two(0x23, alias)
    }
    pub fn maximum_qos(qos: u8) -> Vec<u8> {
        vec![0x24, qos]
    }
    pub fn retain_available(yes: bool) -> Vec<u8> {
        vec![0x25, yes.into()]
    }
    pub fn user(name: &str, value: &str) -> Vec<u8> {
        [text(0x26, name), super::string(value)].concat()
    }
    pub fn maximum_packet_size(bytes: u32) -> Vec<u8> {
        four(0x27, bytes)
    }
    pub fn wildcard_available(yes: bool) -> Vec<u8> {
        vec![0x28, yes.into()]
    }
    pub fn subscription_id_available(yes: bool) -> Vec<u8> {
        vec![0x29, yes.into()]
    }
    pub fn shared_available(yes: bool) -> Vec<u8> {
        vec![0x2A, yes.into()]
    }

    /// Several in a row.
    pub fn all(properties: &[Vec<u8>]) -> Vec<u8> {
        properties.concat()
    }

    fn two(identifier: u8, value: u16) -> Vec<u8> {
        [&[identifier], &value.to_be_bytes()[..]].concat()
    }
    fn four(identifier: u8, value: u32) -> Vec<u8> {
        [&[identifier], &value.to_be_bytes()[..]].concat()
    }
    fn text(identifier: u8, value: &str) -> Vec<u8> {
        [vec![identifier], super::string(value)].concat()
    }
}

/// A Variable Byte Integer.
pub fn variable(mut value: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = u8::try_from(value % 128).unwrap_or_default();
        value /= 128;
        if value == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

/// A packet from its first byte and everything after the Remaining Length.
pub fn packet(first: u8, body: &[u8]) -> Vec<u8> {
    [&[first], &variable(body.len())[..], body].concat()
}

/// Two bytes of length, then the bytes.
pub fn string(value: impl AsRef<[u8]>) -> Vec<u8> {
    let value = value.as_ref();
    let length = u16::try_from(value.len()).expect("a string of a packet has at most 65,535 bytes");
    [&length.to_be_bytes(), value].concat()
}

/// The properties with their length in version 5, nothing in 3.1.1.
fn properties(version: Version, properties: &[u8]) -> Vec<u8> {
    match version {
        Version::V311 => Vec::new(),
        Version::V5 => [&variable(properties.len())[..], properties].concat(),
    }
}

/// CONNACK. `code` is a return code in 3.1.1, a Reason Code in 5.
pub fn connack(version: Version, session_present: bool, code: u8, props: &[u8]) -> Vec<u8> {
    packet(first::CONNACK, &[&[session_present.into(), code][..], &properties(version, props)].concat())
}

/// A plain CONNECT with Clean Start (Clean Session), Keep Alive 60 s and no credentials: to prove brokers.
pub fn connect(version: Version, client_id: &str) -> Vec<u8> {
    let head = [&string("MQTT")[..], &[version.level(), 0x02, 0, 60]].concat();
    packet(first::CONNECT, &[head, properties(version, &[]), string(client_id)].concat())
}

/// A message as PUBLISH carries it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Publish {
    pub dup: bool,
    pub qos: u8,
    pub retain: bool,
    pub topic: Vec<u8>,
    /// 0 at QoS 0.
    pub id: u16,
    /// Version 5's, without their length.
    pub properties: Vec<u8>,
    pub payload: Vec<u8>,
}

impl Publish {
    /// At QoS 0 with id 0, else with `id`.
    pub fn new(qos: u8, id: u16, topic: impl AsRef<[u8]>, payload: impl AsRef<[u8]>) -> Self {
        let (topic, payload) = (topic.as_ref().to_vec(), payload.as_ref().to_vec());
        Self { qos, id, topic, payload, ..Self::default() }
    }

    /// Sent again.
    pub fn dup(mut self) -> Self {
        self.dup = true;
        self
    }

    /// With RETAIN.
    pub fn retain(mut self) -> Self {
        self.retain = true;
        self
    }

    /// With these version 5 properties.
    pub fn properties(mut self, properties: &[u8]) -> Self {
        self.properties = properties.to_vec();
        self
    }

    /// On the wire.
    pub fn bytes(&self, version: Version) -> Vec<u8> {
        let first = 0x30 | u8::from(self.dup) << 3 | self.qos << 1 | u8::from(self.retain);
        let id = if self.qos == 0 { Vec::new() } else { self.id.to_be_bytes().to_vec() };
        let head = [string(&self.topic), id, properties(version, &self.properties)].concat();
        packet(first, &[head, self.payload.clone()].concat())
    }
}

/// PUBACK, PUBREC, PUBREL or PUBCOMP, in the short form where the Reason Code is 0 (3.1.1 has no other).
pub fn ack(version: Version, first: u8, id: u16, reason: u8) -> Vec<u8> {
    let id = id.to_be_bytes();
    match version {
        Version::V5 if reason != 0 => packet(first, &[id[0], id[1], reason]),
        _ => packet(first, &id),
    }
}

/// PUBACK with success.
pub fn puback(version: Version, id: u16) -> Vec<u8> {
    ack(version, first::PUBACK, id, 0)
}

/// PUBREC with success.
pub fn pubrec(version: Version, id: u16) -> Vec<u8> {
    ack(version, first::PUBREC, id, 0)
}

/// PUBREL with success.
pub fn pubrel(version: Version, id: u16) -> Vec<u8> {
    ack(version, first::PUBREL, id, 0)
}

/// PUBCOMP with success.
pub fn pubcomp(version: Version, id: u16) -> Vec<u8> {
    ack(version, first::PUBCOMP, id, 0)
}

/// SUBACK with a code for each filter.
pub fn suback(version: Version, id: u16, codes: &[u8]) -> Vec<u8> {
    packet(first::SUBACK, &[&id.to_be_bytes()[..], &properties(version, &[]), codes].concat())
}

/// UNSUBACK; 3.1.1's has no codes.
pub fn unsuback(version: Version, id: u16, codes: &[u8]) -> Vec<u8> {
    let codes = if version == Version::V5 { codes } else { &[] };
    packet(first::UNSUBACK, &[&id.to_be_bytes()[..], &properties(version, &[]), codes].concat())
}

/// SUBSCRIBE with options (QoS and, in 5, the flags) for each filter.
pub fn subscribe(version: Version, id: u16, filters: &[(&str, u8)]) -> Vec<u8> {
    let mut body = [id.to_be_bytes().to_vec(), properties(version, &[])].concat();
    for (filter, options) in filters {
        body.extend(string(filter));
        body.push(*options);
    }
    packet(first::SUBSCRIBE, &body)
}

/// UNSUBSCRIBE.
pub fn unsubscribe(version: Version, id: u16, filters: &[&str]) -> Vec<u8> {
    let filters: Vec<u8> = filters.iter().flat_map(string).collect();
    packet(first::UNSUBSCRIBE, &[&id.to_be_bytes()[..], &properties(version, &[]), &filters].concat())
}

/// PINGREQ.
pub fn pingreq() -> Vec<u8> {
    packet(first::PINGREQ, &[])
}

/// PINGRESP.
pub fn pingresp() -> Vec<u8> {
    packet(first::PINGRESP, &[])
}

/// DISCONNECT. Version 5's says why; 3.1.1's (which only a client sends) cannot.
pub fn disconnect(version: Version, reason: u8, props: &[u8]) -> Vec<u8> {
    match version {
        Version::V311 => packet(first::DISCONNECT, &[]),
        Version::V5 => packet(first::DISCONNECT, &[&[reason][..], &properties(version, props)].concat()),
    }
}
