//! The hot path: PUBLISH and its four acknowledgements, both ways. Called by `Codec`.
//!
//! A PUBLISH without properties costs no allocation in either direction. Properties to be sent go through rumqttc (`rumqtt`);
//! received ones are read here, since rumqttc reads them wrong (`read`).

use bytes::{BufMut, BytesMut};
use bytestring::ByteString;

use crate::mqtt::{Message, Properties, QoS, Reason, TopicError, TopicName, Version};

use super::frame::{Frame, put_header, varint_width};
use super::read::{Property, Reader, id};
use super::{Ack, AckKind, Alias, Publish, WireError, error};

const PUBLISH: &str = "PUBLISH";

/// Reads a PUBLISH.
#[inline(always)]
pub(super) fn read_publish(version: Version, frame: Frame, recent: Option<&TopicName>) -> Result<Publish, WireError> {
    let Frame { first, body } = frame;
    let qos = QoS::from_u8(first >> 1 & 3).ok_or(WireError::malformed(PUBLISH, "QoS 3"))?;
    let dup = first & 0x08 != 0;
    if dup && qos == QoS::AtMostOnce {
        return Err(WireError::protocol(PUBLISH, "DUP at QoS 0"));
    }
    let mut fields = Reader::new(PUBLISH, body);
    let topic = fields.with_binary(|bytes| read_topic(bytes, recent))?;
    let id = if qos == QoS::AtMostOnce { 0 } else { fields.id()? };
    let (alias, properties) = match version {
        Version::V311 => (None, None),
        Version::V5 if fields.no_properties() => (None, None),
        Version::V5 => read_publish_properties(&mut fields)?,
    };
    let topic = match topic {
        Err(TopicError::Empty) if alias.is_some() => None,
        topic => Some(topic.map_err(WireError::Topic)?),
    };
    Ok(Publish { topic, alias, id, qos, dup, retain: first & 0x01 != 0, payload: fields.rest(), properties })
}

#[inline(always)]
fn read_topic(bytes: &[u8], recent: Option<&TopicName>) -> Result<TopicName, TopicError> {
    match recent {
        Some(recent) if recent.as_str().as_bytes() == bytes => Ok(recent.clone()),
        _ => TopicName::new(std::str::from_utf8(bytes).map_err(|_| TopicError::NotUtf8)?),
    }
}

/// The properties that a delivery can have `[MQTT-3.3.2.3]`.
const PUBLISH_PROPERTIES: &[u8] = &[
    id::PAYLOAD_FORMAT,
    id::MESSAGE_EXPIRY,
    id::CONTENT_TYPE,
    id::RESPONSE_TOPIC,
    id::CORRELATION_DATA,
    id::SUBSCRIPTION_ID,
    id::TOPIC_ALIAS,
    id::USER,
];

type AliasAndProperties = (Option<u16>, Option<Box<Properties>>);

/// A Response Topic with wildcards is let through: only who answers to it is harmed, while refusing it would end the connection
/// again and again over one retained message.
fn read_publish_properties(fields: &mut Reader) -> Result<AliasAndProperties, WireError> {
    let mut alias = None;
    let mut properties: Option<Box<Properties>> = None;
    let mut reader = fields.properties(PUBLISH_PROPERTIES)?;
    while let Some(property) = reader.next()? {
        if let Property::TopicAlias(number) = property {
            alias = Some(number);
            continue;
        }
        let properties = properties.get_or_insert_default();
        match property {
            Property::PayloadFormat(text) => properties.payload_format = Some(text),
            Property::MessageExpiry(seconds) => properties.expiry = Some(seconds),
            Property::ContentType(text) => properties.content_type = Some(text),
            Property::ResponseTopic(text) => properties.response_topic = Some(text),
            Property::CorrelationData(data) => properties.correlation_data = Some(data),
            Property::User(name, value) => properties.user_properties.push((name, value)),
            Property::SubscriptionId(number) => properties.subscription_ids.push(number),
            _ => {}
        }
    }
    Ok((alias, properties))
}

/// The first byte of a PUBLISH. DUP is 0 at QoS 0 `[MQTT-3.3.1-2]`.
pub(super) const fn publish_first(message: &Message, dup: bool) -> u8 {
    let dup = dup && !matches!(message.qos, QoS::AtMostOnce);
    0x30 | (dup as u8) << 3 | (message.qos as u8) << 1 | message.retain as u8
}

/// The Remaining Length of a PUBLISH without properties.
fn remaining(version: Version, message: &Message) -> usize {
    let id = if message.qos == QoS::AtMostOnce { 0 } else { 2 };
    let properties = if version == Version::V5 { 1 } else { 0 };
    2 + message.topic.as_str().len() + id + properties + message.payload.len()
}

/// The bytes of a whole PUBLISH without properties.
pub(super) fn publish_size(version: Version, message: &Message) -> usize {
    let remaining = remaining(version, message);
    1 + varint_width(remaining) + remaining
}

/// Writes a PUBLISH without properties.
pub(super) fn write_publish(
    version: Version,
    message: &Message,
    id: u16,
    dup: bool,
    buf: &mut BytesMut,
) -> Result<(), WireError> {
    let remaining = remaining(version, message);
    let size = 1 + varint_width(remaining) + remaining;
    error::check_size(size)?;
    buf.reserve(size);
    let first = publish_first(message, dup);
    let topic = message.topic.as_str().as_bytes();
    // A Topic Name has at most 65,535 bytes.
    let [high, low] = (topic.len() as u16).to_be_bytes();
    // In as few pieces as there are: each has its own check for room, and a message is mostly as short as this.
    if remaining < 0x80 {
        buf.put_slice(&[first, remaining as u8, high, low]);
    } else {
        put_header(buf, first, remaining);
        buf.put_slice(&[high, low]);
    }
    buf.put_slice(topic);
    let [high, low] = id.to_be_bytes();
    match (message.qos, version) {
        (QoS::AtMostOnce, Version::V311) => {}
        (QoS::AtMostOnce, Version::V5) => buf.put_slice(&[0]),
        (_, Version::V311) => buf.put_slice(&[high, low]),
        (_, Version::V5) => buf.put_slice(&[high, low, 0]),
    }
    buf.put_slice(&message.payload);
    Ok(())
}

/// The bytes of a Topic Alias among properties.
const ALIAS_BYTES: usize = 3;

/// Writes a PUBLISH of version 5 that has a Topic Alias and no other property. rumqttc would allocate for it.
pub(super) fn write_aliased(
    message: &Message,
    alias: Alias,
    packet_id: u16,
    dup: bool,
    buf: &mut BytesMut,
) -> Result<(), WireError> {
    let topic = if alias.known { &[] } else { message.topic.as_str().as_bytes() };
    let plain = remaining(Version::V5, message);
    let remaining = plain - message.topic.as_str().len() + topic.len() + ALIAS_BYTES;
    let size = 1 + varint_width(remaining) + remaining;
    error::check_size(size)?;
    buf.reserve(size);
    put_header(buf, publish_first(message, dup), remaining);
    // A Topic Name has at most 65,535 bytes.
    buf.put_u16(topic.len() as u16);
    buf.put_slice(topic);
    if message.qos != QoS::AtMostOnce {
        buf.put_u16(packet_id);
    }
    let [high, low] = alias.number.to_be_bytes();
    buf.put_slice(&[ALIAS_BYTES as u8, id::TOPIC_ALIAS, high, low]);
    buf.put_slice(&message.payload);
    Ok(())
}

/// Reads a PUBACK, PUBREC, PUBREL or PUBCOMP. rumqttc refuses Reason Codes that it does not know, with the whole connection.
pub(super) fn read_ack(version: Version, kind: AckKind, frame: Frame) -> Result<Ack, WireError> {
    if frame.first != kind.first() {
        return Err(WireError::malformed(kind.name(), "wrong flags"));
    }
    let mut fields = Reader::new(kind.name(), frame.body);
    let id = fields.id()?;
    let (mut reason, mut reason_string) = (Reason::SUCCESS, None);
    if version == Version::V5 && !fields.is_empty() {
        reason = Reason(fields.u8()?);
        if !fields.is_empty() {
            reason_string = read_reason_string(&mut fields)?;
        }
    }
    fields.end()?;
    Ok(Ack { kind, id, reason, reason_string })
}

/// The properties of an acknowledgement, PUBACK to UNSUBACK: the Reason String, and User Properties that nobody wants.
pub(super) fn read_reason_string(fields: &mut Reader) -> Result<Option<ByteString>, WireError> {
    let mut reader = fields.properties(&[id::REASON_STRING, id::USER])?;
    let mut reason_string = None;
    while let Some(property) = reader.next()? {
        if let Property::ReasonString(text) = property {
            reason_string = Some(text);
        }
    }
    Ok(reason_string)
}

/// Writes an acknowledgement. Success, and every reason in 3.1.1, is left out.
pub(super) fn write_ack(version: Version, kind: AckKind, id: u16, reason: Reason, buf: &mut BytesMut) {
    let with_reason = version == Version::V5 && reason != Reason::SUCCESS;
    put_header(buf, kind.first(), if with_reason { 3 } else { 2 });
    buf.put_u16(id);
    if with_reason {
        buf.put_u8(reason.0);
    }
}
