//! The packets off the hot path that are read here, both versions, and DISCONNECT. Called by `Codec`.
//!
//! They are not rumqttc's, since it refuses Reason Codes that it does not know (CONNACK, SUBACK, UNSUBACK), swallows packets whose
//! properties were left out (CONNACK, DISCONNECT), loses the Reason Code of a DISCONNECT that it writes, and cannot read AUTH.

use bytes::{BufMut, Bytes, BytesMut};

use crate::mqtt::{Reason, Version};

use super::connect::{check_text, check_user_properties, put_field, put_properties, put_user_properties};
use super::fast::read_reason_string;
use super::frame::{put_header, varint_width};
use super::read::{Property, Reader, id};
use super::{ConnAck, Disconnect, Farewell, SubAck, UnsubAck, WireError};

/// The properties that a CONNACK can have `[MQTT-3.2.2.3]`.
const CONNACK_PROPERTIES: &[u8] = &[
    id::SESSION_EXPIRY,
    id::RECEIVE_MAXIMUM,
    id::MAXIMUM_QOS,
    id::RETAIN_AVAILABLE,
    id::MAXIMUM_PACKET_SIZE,
    id::ASSIGNED_CLIENT_ID,
    id::TOPIC_ALIAS_MAXIMUM,
    id::REASON_STRING,
    id::USER,
    id::WILDCARD_AVAILABLE,
    id::SUBSCRIPTION_IDS_AVAILABLE,
    id::SHARED_AVAILABLE,
    id::SERVER_KEEP_ALIVE,
    id::RESPONSE_INFORMATION,
    id::SERVER_REFERENCE,
    id::AUTHENTICATION_METHOD,
    id::AUTHENTICATION_DATA,
];

/// Reads a CONNACK `[MQTT-3.2]`. In version 5 that of a broker which only speaks 3.1.1 is read too.
pub(super) fn read_connack(version: Version, body: Bytes) -> Result<ConnAck, WireError> {
    let mut fields = Reader::new("CONNACK", body);
    let flags = fields.u8()?;
    if flags & !0x01 != 0 {
        return Err(fields.malformed("reserved flags"));
    }
    let code = fields.u8()?;
    let short = fields.is_empty();
    let reason = if short { return_code(code) } else { Reason(code) };
    // [MQTT-3.2.2-6]: a refusal has no Session Present; it is worth more than the broker's mistake.
    let session_present = flags == 0x01 && reason == Reason::SUCCESS;
    let mut connack = ConnAck::bare(session_present, reason, short);
    if version == Version::V5 && !short {
        read_connack_properties(&mut fields, &mut connack)?;
    }
    fields.end()?;
    Ok(connack)
}

fn read_connack_properties(fields: &mut Reader, connack: &mut ConnAck) -> Result<(), WireError> {
    let mut reader = fields.properties(CONNACK_PROPERTIES)?;
    while let Some(property) = reader.next()? {
        match property {
            Property::SessionExpiry(seconds) => connack.session_expiry = Some(seconds),
            Property::ReceiveMaximum(maximum) => connack.receive_maximum = Some(maximum),
            Property::MaximumQos(qos) => connack.maximum_qos = qos,
            Property::RetainAvailable(yes) => connack.retain_available = yes,
            Property::MaximumPacketSize(size) => connack.maximum_packet_size = Some(size),
            Property::AssignedClientId(text) => connack.assigned_client_id = Some(text),
            Property::TopicAliasMaximum(maximum) => connack.topic_alias_maximum = maximum,
            Property::ReasonString(text) => connack.reason_string = Some(text),
            Property::WildcardAvailable(yes) => connack.wildcard_available = yes,
            Property::SubscriptionIdsAvailable(yes) => connack.subscription_ids_available = yes,
            Property::SharedAvailable(yes) => connack.shared_available = yes,
            Property::ServerKeepAlive(seconds) => connack.server_keep_alive = Some(seconds),
            Property::ResponseInformation(text) => connack.response_information = Some(text),
            Property::ServerReference(text) => connack.server_reference = Some(text),
            _ => {}
        }
    }
    Ok(())
}

/// A return code of 3.1.1 `[MQTT-3.2.2.3]` as a Reason Code. A CONNACK of two bytes is 3.1.1's, whatever was asked for.
pub(super) const fn return_code(code: u8) -> Reason {
    match code {
        0x01 => Reason::UNSUPPORTED_VERSION,
        0x02 => Reason::BAD_CLIENT_ID,
        0x03 => Reason::UNAVAILABLE,
        0x04 => Reason::BAD_CREDENTIALS,
        0x05 => Reason::NOT_AUTHORIZED,
        _ => Reason(code),
    }
}

/// Reads a SUBACK `[MQTT-3.9]`.
pub(super) fn read_suback(version: Version, body: Bytes) -> Result<SubAck, WireError> {
    let mut fields = Reader::new("SUBACK", body);
    let id = fields.id()?;
    let reason_string = if version == Version::V5 { read_reason_string(&mut fields)? } else { None };
    Ok(SubAck { id, reason_string, reasons: read_reasons(fields)? })
}

/// Reads an UNSUBACK `[MQTT-3.11]`.
pub(super) fn read_unsuback(version: Version, body: Bytes) -> Result<UnsubAck, WireError> {
    let mut fields = Reader::new("UNSUBACK", body);
    let id = fields.id()?;
    if version == Version::V311 {
        fields.end()?;
        return Ok(UnsubAck { id, reasons: Vec::new(), reason_string: None });
    }
    let reason_string = read_reason_string(&mut fields)?;
    Ok(UnsubAck { id, reason_string, reasons: read_reasons(fields)? })
}

/// One Reason Code a filter, to the end of the packet.
fn read_reasons(fields: Reader) -> Result<Vec<Reason>, WireError> {
    if fields.is_empty() {
        return Err(fields.malformed("no Reason Code"));
    }
    Ok(fields.rest().iter().map(|&code| Reason(code)).collect())
}

/// Reads a DISCONNECT `[MQTT-3.14]`. A Session Expiry Interval, which a broker must not send `[MQTT-3.14.2-2]`, is passed over:
/// the connection is at its end, and the reason is worth more than the mistake.
pub(super) fn read_disconnect(body: Bytes) -> Result<Disconnect, WireError> {
    let mut disconnect = Disconnect { reason: Reason::SUCCESS, reason_string: None, server_reference: None };
    let allowed = &[id::SESSION_EXPIRY, id::REASON_STRING, id::USER, id::SERVER_REFERENCE];
    disconnect.reason = read_reason_and("DISCONNECT", body, allowed, |property| match property {
        Property::ReasonString(text) => disconnect.reason_string = Some(text),
        Property::ServerReference(text) => disconnect.server_reference = Some(text),
        _ => {}
    })?;
    Ok(disconnect)
}

/// Reads an AUTH `[MQTT-3.15]`.
pub(super) fn read_auth(body: Bytes) -> Result<Reason, WireError> {
    let allowed = &[id::AUTHENTICATION_METHOD, id::AUTHENTICATION_DATA, id::REASON_STRING, id::USER];
    read_reason_and("AUTH", body, allowed, |_| {})
}

/// A Reason Code and properties, both of which may be left out.
fn read_reason_and(
    packet: &'static str,
    body: Bytes,
    allowed: &'static [u8],
    mut property: impl FnMut(Property),
) -> Result<Reason, WireError> {
    let mut fields = Reader::new(packet, body);
    if fields.is_empty() {
        return Ok(Reason::SUCCESS);
    }
    let reason = Reason(fields.u8()?);
    if !fields.is_empty() {
        let mut reader = fields.properties(allowed)?;
        while let Some(found) = reader.next()? {
            property(found);
        }
        fields.end()?;
    }
    Ok(reason)
}

/// Writes a DISCONNECT `[MQTT-3.14]`. In 3.1.1 it says nothing, so that one which is to publish the will is none (rule 25).
pub(super) fn write_disconnect(version: Version, farewell: &Farewell, buf: &mut BytesMut) -> Result<(), WireError> {
    let Farewell { reason, session_expiry, reason_string, user_properties } = farewell;
    if version == Version::V311 {
        if *reason != Reason::WITH_WILL {
            put_header(buf, 0xE0, 0);
        }
        return Ok(());
    }
    let mut properties = BytesMut::new();
    if let Some(seconds) = session_expiry {
        properties.put_u8(id::SESSION_EXPIRY);
        properties.put_u32(*seconds);
    }
    if let Some(text) = reason_string {
        check_text("Reason String", text)?;
        properties.put_u8(id::REASON_STRING);
        put_field(&mut properties, text.as_bytes());
    }
    check_user_properties("DISCONNECT", user_properties)?;
    put_user_properties(&mut properties, user_properties);
    if !properties.is_empty() {
        put_header(buf, 0xE0, 1 + varint_width(properties.len()) + properties.len());
        buf.put_u8(reason.0);
        put_properties(buf, &properties);
    } else if *reason != Reason::SUCCESS {
        buf.put_slice(&[0xE0, 1, reason.0]);
    } else {
        put_header(buf, 0xE0, 0);
    }
    Ok(())
}
