//! Writing a CONNECT, both versions. Called by `Codec`.
//!
//! It is not rumqttc's, since that drops an empty User Name or Password and has no binary one.

use bytes::{BufMut, BytesMut};

use bytestring::ByteString;

use crate::mqtt::properties::{MAX_PROPERTIES, user_properties_len};
use crate::mqtt::{Properties, Version, Will, topic};
use crate::text::Secret;

use super::frame::{put_header, put_varint};
use super::read::id;
use super::{Connect, WireError};

/// Writes a CONNECT `[MQTT-3.1]`.
pub(super) fn write_connect(version: Version, connect: &Connect, buf: &mut BytesMut) -> Result<(), WireError> {
    let name = connect.user_name.as_ref();
    let password = connect.password.as_ref().map(Secret::expose);
    check_text("Client Identifier", &connect.client_id)?;
    if let Some(name) = name {
        check_text("User Name", name)?;
    }
    if let Some(password) = password {
        check_length("Password", password)?;
    }
    if version == Version::V311 && password.is_some() && name.is_none() {
        // [MQTT-3.1.2-22] of 3.1.1.
        return Err(WireError::NotIn311("a Password without a User Name"));
    }
    let mut body = BytesMut::new();
    put_field(&mut body, b"MQTT");
    body.put_u8(if version == Version::V5 { 5 } else { 4 });
    let flag = |set: bool, bit: u8| if set { bit } else { 0 };
    let will =
        connect.will.as_ref().map_or(0, |Will { message, .. }| 0x04 | (message.qos as u8) << 3 | flag(message.retain, 0x20));
    body.put_u8(flag(name.is_some(), 0x80) | flag(password.is_some(), 0x40) | will | flag(connect.clean_start, 0x02));
    body.put_u16(connect.keep_alive);
    if version == Version::V5 {
        put_properties(&mut body, &connect_properties(connect)?);
    }
    put_field(&mut body, connect.client_id.as_bytes());
    if let Some(will) = &connect.will {
        put_will(version, will, &mut body)?;
    }
    if let Some(name) = name {
        put_field(&mut body, name.as_bytes());
    }
    if let Some(password) = password {
        put_field(&mut body, password);
    }
    put_header(buf, 0x10, body.len());
    buf.put_slice(&body);
    Ok(())
}

fn connect_properties(connect: &Connect) -> Result<BytesMut, WireError> {
    if connect.receive_maximum == 0 {
        return Err(WireError::protocol("CONNECT", "Receive Maximum 0"));
    }
    if connect.maximum_packet_size == Some(0) {
        return Err(WireError::protocol("CONNECT", "Maximum Packet Size 0"));
    }
    let mut properties = BytesMut::new();
    if connect.session_expiry != 0 {
        properties.put_u8(id::SESSION_EXPIRY);
        properties.put_u32(connect.session_expiry);
    }
    properties.put_u8(id::RECEIVE_MAXIMUM);
    properties.put_u16(connect.receive_maximum);
    if connect.topic_alias_maximum != 0 {
        properties.put_u8(id::TOPIC_ALIAS_MAXIMUM);
        properties.put_u16(connect.topic_alias_maximum);
    }
    if let Some(size) = connect.maximum_packet_size {
        properties.put_u8(id::MAXIMUM_PACKET_SIZE);
        properties.put_u32(size);
    }
    if connect.request_response_information {
        properties.put_slice(&[id::REQUEST_RESPONSE_INFORMATION, 1]);
    }
    if !connect.request_problem_information {
        properties.put_slice(&[id::REQUEST_PROBLEM_INFORMATION, 0]);
    }
    check_user_properties("CONNECT", &connect.user_properties)?;
    put_user_properties(&mut properties, &connect.user_properties);
    Ok(properties)
}

/// The Will's part of the payload `[MQTT-3.1.3]`.
fn put_will(version: Version, Will { message, delay }: &Will, body: &mut BytesMut) -> Result<(), WireError> {
    check_length("Will Payload", &message.payload)?;
    let properties = message.properties.as_deref();
    match version {
        Version::V5 => put_properties(body, &will_properties(*delay, properties)?),
        Version::V311 if *delay > 0 => return Err(WireError::NotIn311("a Will Delay Interval")),
        Version::V311 if properties.is_some() => return Err(WireError::NotIn311("a property of the Will")),
        Version::V311 => {}
    }
    put_field(body, message.topic.as_str().as_bytes());
    put_field(body, &message.payload);
    Ok(())
}

/// `[MQTT-3.1.3.2]`
fn will_properties(delay: u32, properties: Option<&Properties>) -> Result<BytesMut, WireError> {
    let mut written = BytesMut::new();
    if delay > 0 {
        written.put_u8(id::WILL_DELAY);
        written.put_u32(delay);
    }
    let Some(properties) = properties else { return Ok(written) };
    if properties.encoded_len() > MAX_PROPERTIES {
        return Err(WireError::protocol("CONNECT", "properties of the Will beyond 1 MiB"));
    }
    if let Some(text) = properties.payload_format {
        written.put_slice(&[id::PAYLOAD_FORMAT, u8::from(text)]);
    }
    if let Some(seconds) = properties.expiry {
        written.put_u8(id::MESSAGE_EXPIRY);
        written.put_u32(seconds);
    }
    let texts = [
        (id::CONTENT_TYPE, "Content Type", &properties.content_type),
        (id::RESPONSE_TOPIC, "Response Topic", &properties.response_topic),
    ];
    for (identifier, what, text) in texts {
        if let Some(text) = text {
            check_text(what, text)?;
            written.put_u8(identifier);
            put_field(&mut written, text.as_bytes());
        }
    }
    if let Some(data) = &properties.correlation_data {
        check_length("Correlation Data", data)?;
        written.put_u8(id::CORRELATION_DATA);
        put_field(&mut written, data);
    }
    check_user_properties("CONNECT", &properties.user_properties)?;
    put_user_properties(&mut written, &properties.user_properties);
    Ok(written)
}

/// Whether the User Properties of a packet can be sent.
pub(super) fn check_user_properties(packet: &'static str, properties: &[(ByteString, ByteString)]) -> Result<(), WireError> {
    if user_properties_len(properties) > MAX_PROPERTIES {
        return Err(WireError::protocol(packet, "User Properties beyond 1 MiB"));
    }
    properties.iter().flat_map(|(name, value)| [name, value]).try_for_each(|text| check_text("User Property", text))
}

/// The caller has checked them.
pub(super) fn put_user_properties(buf: &mut BytesMut, properties: &[(ByteString, ByteString)]) {
    for (name, value) in properties {
        buf.put_u8(id::USER);
        put_field(buf, name.as_bytes());
        put_field(buf, value.as_bytes());
    }
}

/// Their length before them; it is far below what four bytes hold.
pub(super) fn put_properties(body: &mut BytesMut, properties: &[u8]) {
    put_varint(body, properties.len());
    body.put_slice(properties);
}

/// The caller has checked the length.
pub(super) fn put_field(buf: &mut BytesMut, bytes: &[u8]) {
    buf.put_u16(bytes.len() as u16);
    buf.put_slice(bytes);
}

/// Whether Binary Data of ours can be sent.
pub(super) fn check_length(what: &'static str, bytes: &[u8]) -> Result<(), WireError> {
    topic::check_length(bytes).map_err(|why| WireError::Field { what, why })
}

/// Whether a text of ours can be sent.
pub(super) fn check_text(what: &'static str, text: &str) -> Result<(), WireError> {
    topic::check_string(text).map_err(|why| WireError::Field { what, why })
}
