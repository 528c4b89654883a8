//! A packet in words, for a person who watches what goes over the wire: `PUBLISH (mid 1, q1, r0, 'a', 5 bytes)`. Called by `client/trace`,
//! and only where somebody watches.
//!
//! It reads packets of both ends, wrong ones too, so it is no `Codec`. Secrets are starred, and what comes from outside is escaped.

use std::fmt::Write as _;

use bytes::Bytes;

use super::control::return_code;
use super::frame::Frame;
use super::read::{Reader, id};
use super::{WireError, packet_name};
use crate::mqtt::{QoS, Reason, Version};
use crate::text::excerpt;

/// What of a text is shown, in characters.
const SHOWN: usize = 80;

/// Says what a packet is.
#[must_use]
pub fn describe(version: Version, frame: Frame) -> String {
    let name = packet_name(frame.first);
    let size = frame.body.len();
    let mut words = Words { version, text: name.to_owned(), parts: Vec::new() };
    match words.body(frame.first, Reader::new(name, frame.body)) {
        Ok(()) => words.finish(),
        Err(error) => format!("{name} of {size} bytes, malformed: {error}"),
    }
}

/// A description in the making.
struct Words {
    version: Version,
    /// What stands before the parenthesis.
    text: String,
    /// What stands in it.
    parts: Vec<String>,
}

/// A text from outside.
fn quoted(bytes: &[u8]) -> String {
    format!("'{}'", excerpt(bytes, SHOWN))
}

impl Words {
    fn finish(mut self) -> String {
        if !self.parts.is_empty() {
            // Writing to a String cannot fail.
            let _ = write!(self.text, " ({})", self.parts.join(", "));
        }
        self.text
    }

    fn add(&mut self, part: impl Into<String>) {
        self.parts.push(part.into());
    }

    fn add_if(&mut self, is: bool, part: &str) {
        if is {
            self.parts.push(part.to_owned());
        }
    }

    const fn is_5(&self) -> bool {
        matches!(self.version, Version::V5)
    }

    fn body(&mut self, first: u8, mut fields: Reader) -> Result<(), WireError> {
        match first >> 4 {
            1 => self.connect(&mut fields)?,
            2 => self.connack(&mut fields)?,
            3 => return self.publish(first, fields),
            4..=7 => self.acknowledgement(&mut fields)?,
            8 => self.subscribe(&mut fields)?,
            9 | 11 => self.answer(first >> 4 == 9, &mut fields)?,
            10 => self.unsubscribe(&mut fields)?,
            14 | 15 => self.reason_and_properties(&mut fields)?,
            _ => {}
        }
        fields.end()
    }

    fn connect(&mut self, fields: &mut Reader) -> Result<(), WireError> {
        let (_protocol, level, flags, keep_alive) = (fields.binary()?, fields.u8()?, fields.u8()?, fields.u16()?);
        let level = if level == 5 { "5" } else { "3.1.1" };
        let mut properties = Vec::new();
        if self.is_5() {
            std::mem::swap(&mut self.parts, &mut properties);
            self.properties(fields)?;
            std::mem::swap(&mut self.parts, &mut properties);
        }
        self.add(format!("MQTT {level}, client id {}", quoted(&fields.binary()?)));
        self.add_if(flags & 0x02 != 0, if self.is_5() { "clean start" } else { "clean session" });
        self.add(format!("keep alive {keep_alive}"));
        self.parts.append(&mut properties);
        if flags & 0x04 != 0 {
            self.add("will:".to_owned());
            let before = self.parts.len();
            if self.is_5() {
                self.properties(fields)?;
            }
            let (topic, payload) = (fields.binary()?, fields.binary()?);
            let (qos, retain) = (flags >> 3 & 3, flags >> 5 & 1);
            let mut will = vec![format!("q{qos}, r{retain}, {}, {}", quoted(&topic), bytes(&payload))];
            will.extend(self.parts.drain(before..));
            if let Some(last) = self.parts.last_mut() {
                let _ = write!(last, " ({})", will.join(", "));
            }
        }
        if flags & 0x80 != 0 {
            self.add(format!("user name {}", quoted(&fields.binary()?)));
        }
        if flags & 0x40 != 0 {
            fields.binary()?;
            self.add("password ***");
        }
        Ok(())
    }

    fn connack(&mut self, fields: &mut Reader) -> Result<(), WireError> {
        let (flags, code) = (fields.u8()?, fields.u8()?);
        let reason = if fields.is_empty() { return_code(code) } else { Reason(code) };
        let _ = write!(self.text, " {reason}");
        self.add_if(flags & 1 != 0, "session present");
        if fields.is_empty() { Ok(()) } else { self.properties(fields) }
    }

    fn publish(&mut self, first: u8, mut fields: Reader) -> Result<(), WireError> {
        let (topic, qos) = (fields.binary()?, first >> 1 & 3);
        if qos > 0 {
            let mid = fields.u16()?;
            self.add(format!("mid {mid}"));
        }
        self.add(format!("q{qos}, r{}", first & 1));
        self.add_if(first & 8 != 0, "duplicate");
        self.add(quoted(&topic));
        let mut properties = Vec::new();
        if self.is_5() {
            std::mem::swap(&mut self.parts, &mut properties);
            self.properties(&mut fields)?;
            std::mem::swap(&mut self.parts, &mut properties);
        }
        self.add(bytes(&fields.rest()));
        self.parts.append(&mut properties);
        Ok(())
    }

    fn acknowledgement(&mut self, fields: &mut Reader) -> Result<(), WireError> {
        let _ = write!(self.text, " mid {}", fields.u16()?);
        if self.is_5() {
            self.text.push(':');
            self.reason_and_properties(fields)?;
        }
        Ok(())
    }

    fn subscribe(&mut self, fields: &mut Reader) -> Result<(), WireError> {
        self.request(fields)?;
        while !fields.is_empty() {
            let (filter, options) = (fields.binary()?, fields.u8()?);
            let mut filter = format!("{} q{}", quoted(&filter), options & 3);
            let handling = ["", " retained at a new subscription", " nothing retained", ""];
            let others = [
                if options & 4 != 0 { " no local" } else { "" },
                if options & 8 != 0 { " retain as published" } else { "" },
                handling.get(usize::from(options >> 4 & 3)).unwrap_or(&""),
            ];
            filter.extend(others);
            self.add(filter);
        }
        Ok(())
    }

    fn unsubscribe(&mut self, fields: &mut Reader) -> Result<(), WireError> {
        self.request(fields)?;
        while !fields.is_empty() {
            self.add(quoted(&fields.binary()?));
        }
        Ok(())
    }

    /// What SUBSCRIBE and UNSUBSCRIBE begin with.
    fn request(&mut self, fields: &mut Reader) -> Result<(), WireError> {
        let _ = write!(self.text, " mid {}", fields.u16()?);
        if self.is_5() { self.properties(fields) } else { Ok(()) }
    }

    /// SUBACK, whose codes up to 2 are a QoS, and UNSUBACK.
    fn answer(&mut self, grants: bool, fields: &mut Reader) -> Result<(), WireError> {
        self.request(fields)?;
        let mut reasons = Vec::new();
        while !fields.is_empty() {
            let code = fields.u8()?;
            reasons.push(match QoS::from_u8(code) {
                Some(qos) if grants => format!("granted q{}", qos as u8),
                _ => Reason(code).to_string(),
            });
        }
        if !reasons.is_empty() {
            let _ = write!(self.text, ": {}", reasons.join(", "));
        }
        Ok(())
    }

    /// A Reason Code and properties, each of which may be left out.
    fn reason_and_properties(&mut self, fields: &mut Reader) -> Result<(), WireError> {
        if !self.is_5() {
            return Ok(());
        }
        let reason = if fields.is_empty() { Reason::SUCCESS } else { Reason(fields.u8()?) };
        let _ = write!(self.text, " {reason}");
        if fields.is_empty() { Ok(()) } else { self.properties(fields) }
    }

    fn properties(&mut self, fields: &mut Reader) -> Result<(), WireError> {
        let mut properties = fields.nested()?;
        while !properties.is_empty() {
            let identifier = properties.u8()?;
            let Some((_, name, kind)) = PROPERTIES.iter().find(|row| row.0 == identifier) else {
                return Err(properties.malformed("a property that there is not"));
            };
            let value = match kind {
                Kind::One => properties.u8()?.to_string(),
                Kind::Two => properties.u16()?.to_string(),
                Kind::Four => properties.u32()?.to_string(),
                Kind::Varint => properties.varint()?.to_string(),
                Kind::Bytes => quoted(&properties.binary()?),
                Kind::Secret => properties.binary().map(|_| "***".to_owned())?,
                Kind::Pair => format!("{}: {}", quoted(&properties.binary()?), quoted(&properties.binary()?)),
            };
            self.add(format!("{name} {value}"));
        }
        Ok(())
    }
}

fn bytes(payload: &Bytes) -> String {
    match payload.len() {
        1 => "1 byte".to_owned(),
        count => format!("{count} bytes"),
    }
}

/// How a property's value is written.
enum Kind {
    One,
    Two,
    Four,
    Varint,
    /// A text, or Binary Data.
    Bytes,
    Secret,
    Pair,
}

/// All properties `[MQTT-2.2.2.2]`.
const PROPERTIES: &[(u8, &str, Kind)] = &[
    (id::PAYLOAD_FORMAT, "payload format", Kind::One),
    (id::MESSAGE_EXPIRY, "expiry", Kind::Four),
    (id::CONTENT_TYPE, "content type", Kind::Bytes),
    (id::RESPONSE_TOPIC, "response topic", Kind::Bytes),
    (id::CORRELATION_DATA, "correlation data", Kind::Bytes),
    (id::SUBSCRIPTION_ID, "subscription id", Kind::Varint),
    (id::SESSION_EXPIRY, "session expiry", Kind::Four),
    (id::ASSIGNED_CLIENT_ID, "assigned client id", Kind::Bytes),
    (id::SERVER_KEEP_ALIVE, "server keep alive", Kind::Two),
    (id::AUTHENTICATION_METHOD, "authentication method", Kind::Bytes),
    (id::AUTHENTICATION_DATA, "authentication data", Kind::Secret),
    (id::REQUEST_PROBLEM_INFORMATION, "request problem information", Kind::One),
    (id::WILL_DELAY, "delay", Kind::Four),
    (id::REQUEST_RESPONSE_INFORMATION, "request response information", Kind::One),
    (id::RESPONSE_INFORMATION, "response information", Kind::Bytes),
    (id::SERVER_REFERENCE, "server reference", Kind::Bytes),
    (id::REASON_STRING, "reason string", Kind::Bytes),
    (id::RECEIVE_MAXIMUM, "receive maximum", Kind::Two),
    (id::TOPIC_ALIAS_MAXIMUM, "topic alias maximum", Kind::Two),
    (id::TOPIC_ALIAS, "topic alias", Kind::Two),
    (id::MAXIMUM_QOS, "maximum QoS", Kind::One),
    (id::RETAIN_AVAILABLE, "retain available", Kind::One),
    (id::USER, "user property", Kind::Pair),
    (id::MAXIMUM_PACKET_SIZE, "maximum packet size", Kind::Four),
    (id::WILDCARD_AVAILABLE, "wildcard subscription available", Kind::One),
    (id::SUBSCRIPTION_IDS_AVAILABLE, "subscription identifiers available", Kind::One),
    (id::SHARED_AVAILABLE, "shared subscription available", Kind::One),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// A packet's first byte and what stands behind its Remaining Length.
    #[track_caller]
    fn says(version: Version, packet: &[u8], expected: &str) {
        let (first, body) = (packet[0], Bytes::copy_from_slice(&packet[1..]));
        assert_eq!(describe(version, Frame { first, body }), expected, "{version:?}");
    }

    #[test]
    fn every_packet_in_5() {
        for (packet, expected) in [
            (
                &b"\x10\0\x04MQTT\x05\x02\0\x3C\x03\x21\x03\xE8\0\x03mqx"[..],
                "CONNECT (MQTT 5, client id 'mqx', clean start, keep alive 60, receive maximum 1000)",
            ),
            (
                b"\x10\0\x04MQTT\x05\xF4\0\0\0\0\x00\x05\x18\0\0\0\x05\0\x01w\0\x02ab\0\x01u\0\x06hunter",
                "CONNECT (MQTT 5, client id '', keep alive 0, will: (q2, r1, 'w', 2 bytes, delay 5), user name 'u', password ***)",
            ),
            (b"\x20\x01\0\0", "CONNACK 0x00 success (session present)"),
            (b"\x20\0\x05", "CONNACK 0x87 not authorized"),
            (
                b"\x20\0\x87\x0B\x1F\0\x02no\x16\0\x03\xFF\0x",
                "CONNACK 0x87 not authorized (reason string 'no', authentication data ***)",
            ),
            (b"\x30\0\x01a\0", "PUBLISH (q0, r0, 'a', 0 bytes)"),
            (
                b"\x3B\0\x01a\0\x07\x14\x03\0\x01t\x23\0\x02\x0B\x80\x01\x26\0\x01k\0\x01v\x09\0\0x",
                "PUBLISH (mid 7, q1, r1, duplicate, 'a', 1 byte, content type 't', topic alias 2, subscription id 128, \
                 user property 'k': 'v', correlation data '')",
            ),
            (b"\x40\0\x07", "PUBACK mid 7: 0x00 success"),
            (b"\x50\0\x07\x97", "PUBREC mid 7: 0x97 quota exceeded"),
            (b"\x62\0\x07", "PUBREL mid 7: 0x00 success"),
            (b"\x70\0\x07\x92\x04\x1F\0\x01?", "PUBCOMP mid 7: 0x92 packet identifier not found (reason string '?')"),
            (
                b"\x82\0\x01\x02\x0B\x07\0\x01a\x2D\0\x03b/#\x12",
                "SUBSCRIBE mid 1 (subscription id 7, 'a' q1 no local retain as published nothing retained, 'b/#' q2 retained at \
                 a new subscription)",
            ),
            (b"\x90\0\x01\0\x01\x87", "SUBACK mid 1: granted q1, 0x87 not authorized"),
            (b"\xA2\0\x01\0\0\x01a", "UNSUBSCRIBE mid 1 ('a')"),
            (b"\xB0\0\x01\0\0\x11", "UNSUBACK mid 1: 0x00 success, 0x11 no subscription existed"),
            (b"\xC0", "PINGREQ"),
            (b"\xD0", "PINGRESP"),
            (b"\xE0", "DISCONNECT 0x00 success"),
            (b"\xE0\0\x05\x11\0\0\0\0", "DISCONNECT 0x00 success (session expiry 0)"),
            (b"\xF0\x18\x05\x15\0\x02\xFFx", "AUTH 0x18 continue authentication (authentication method '\\xffx')"),
        ] {
            says(Version::V5, packet, expected);
        }
    }

    #[test]
    fn every_packet_in_3_1_1() {
        for (packet, expected) in [
            (
                &b"\x10\0\x04MQTT\x04\xC6\0\x3C\0\x01x\0\x01w\0\0\0\x01u\0\x03pwd"[..],
                "CONNECT (MQTT 3.1.1, client id 'x', clean session, keep alive 60, will: (q0, r0, 'w', 0 bytes), user name 'u', \
                 password ***)",
            ),
            (b"\x20\x01\0", "CONNACK 0x00 success (session present)"),
            (b"\x32\0\x01a\0\x07x", "PUBLISH (mid 7, q1, r0, 'a', 1 byte)"),
            (b"\x40\0\x07", "PUBACK mid 7"),
            (b"\x82\0\x01\0\x01a\x01", "SUBSCRIBE mid 1 ('a' q1)"),
            (b"\x90\0\x01\x80\0", "SUBACK mid 1: 0x80 unspecified error, granted q0"),
            (b"\xA2\0\x01\0\x01a", "UNSUBSCRIBE mid 1 ('a')"),
            (b"\xB0\0\x01", "UNSUBACK mid 1"),
            (b"\xE0", "DISCONNECT"),
        ] {
            says(Version::V311, packet, expected);
        }
    }

    #[test]
    fn what_is_wrong_is_shown_as_that() {
        for (packet, expected) in [
            (&b"\x40\0"[..], "PUBACK of 1 bytes, malformed: PUBACK with too few bytes"),
            (b"\x20\0\0\x02\x99\0", "CONNACK of 5 bytes, malformed: CONNACK with a property that there is not"),
            (b"\xC0x", "PINGREQ of 1 bytes, malformed: PINGREQ with bytes behind its end"),
            (b"\x30\0\x03\x1B[m\0", "PUBLISH (q0, r0, '\\x1b[m', 0 bytes)"),
        ] {
            says(Version::V5, packet, expected);
        }
        let long = "x".repeat(120);
        let packet = [&[0x30, 0, 120], long.as_bytes(), &[0]].concat();
        says(Version::V5, &packet, &format!("PUBLISH (q0, r0, '{}…', 0 bytes)", "x".repeat(80)));
    }
}
