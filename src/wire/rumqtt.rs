//! The packets that rumqttc writes for us: SUBSCRIBE, UNSUBSCRIBE, and PUBLISH with properties. Called by `Codec`.
//!
//! rumqttc truncates lengths to 16 bits and checks no text, so every field is checked before it.

use bytes::{Bytes, BytesMut};
use bytestring::ByteString;
use rumqttc::mqttbytes::{QoS as QoS4, v4};
use rumqttc::v5::mqttbytes::{QoS as QoS5, v5};

use crate::mqtt::{MAX_SUBSCRIPTION_ID, Message, Properties, QoS, RetainHandling, Subscription, TopicFilter, TopicName, Version};

use super::connect::{check_length, check_text, check_user_properties};
use super::{Alias, WireError, error};

/// Writes a packet of rumqttc's after its size was checked; nothing of it stays in `buf` when that fails.
fn write_whole<E>(
    packet: &'static str,
    size: usize,
    buf: &mut BytesMut,
    write: impl FnOnce(&mut BytesMut) -> Result<usize, E>,
) -> Result<(), WireError> {
    error::check_size(size)?;
    let before = buf.len();
    buf.reserve(size);
    if write(buf).is_err() {
        buf.truncate(before);
        return Err(WireError::protocol(packet, "a field that cannot be written"));
    }
    Ok(())
}

/// A Packet Identifier of ours is never 0 `[MQTT-2.2.1-3]`, and a list of filters never empty `[MQTT-3.8.3-2]`.
const fn check_request(packet: &'static str, id: u16, filters: usize) -> Result<(), WireError> {
    if id == 0 {
        return Err(WireError::protocol(packet, "Packet Identifier 0"));
    }
    if filters == 0 { Err(WireError::protocol(packet, "no Topic Filter")) } else { Ok(()) }
}

fn v4_subscribe(id: u16, subscriptions: &[&Subscription]) -> v4::Subscribe {
    let filter = |s: &&Subscription| {
        let qos = match s.qos {
            QoS::AtMostOnce => QoS4::AtMostOnce,
            QoS::AtLeastOnce => QoS4::AtLeastOnce,
            QoS::ExactlyOnce => QoS4::ExactlyOnce,
        };
        v4::SubscribeFilter { path: s.filter.as_str().to_owned(), qos }
    };
    v4::Subscribe { pkid: id, filters: subscriptions.iter().map(filter).collect() }
}

fn v5_subscribe(id: u16, subscriptions: &[&Subscription]) -> v5::Subscribe {
    let filter = |s: &&Subscription| v5::Filter {
        path: s.filter.as_str().to_owned(),
        qos: v5_qos(s.qos),
        nolocal: s.no_local,
        preserve_retain: s.retain_as_published,
        retain_forward_rule: match s.retain_handling {
            RetainHandling::Always => v5::RetainForwardRule::OnEverySubscribe,
            RetainHandling::New => v5::RetainForwardRule::OnNewSubscribe,
            RetainHandling::Never => v5::RetainForwardRule::Never,
        },
    };
    let first = subscriptions.first().filter(|first| first.id.is_some() || !first.user_properties.is_empty());
    let properties = first.map(|first| v5::SubscribeProperties {
        // Lossless: every usize of ours has 32 bits or more.
        id: first.id.map(|id| id as usize),
        user_properties: pairs(&first.user_properties),
    });
    v5::Subscribe { pkid: id, filters: subscriptions.iter().map(filter).collect(), properties }
}

/// User Properties as rumqttc has them.
fn pairs(properties: &[(ByteString, ByteString)]) -> Vec<(String, String)> {
    properties.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
}

/// A packet has one Subscription Identifier, not 0 `[MQTT-3.8.2.1.2]`, and one list of User Properties. rumqttc checks neither.
fn check_subscribe(subscriptions: &[&Subscription]) -> Result<(), WireError> {
    let Some(first) = subscriptions.first() else { return Ok(()) };
    let valid = first.id.is_none_or(|id| (1..=MAX_SUBSCRIPTION_ID).contains(&id));
    if !valid || subscriptions.iter().any(|other| other.id != first.id) {
        return Err(WireError::protocol("SUBSCRIBE", "Subscription Identifiers that one packet cannot have"));
    }
    if subscriptions.iter().any(|other| other.user_properties != first.user_properties) {
        return Err(WireError::protocol("SUBSCRIBE", "User Properties that one packet cannot have"));
    }
    check_user_properties("SUBSCRIBE", &first.user_properties)
}

fn paths(filters: &[&TopicFilter]) -> Vec<String> {
    filters.iter().map(|filter| filter.as_str().to_owned()).collect()
}

fn v4_unsubscribe(id: u16, filters: &[&TopicFilter]) -> v4::Unsubscribe {
    v4::Unsubscribe { pkid: id, topics: paths(filters) }
}

fn v5_unsubscribe(id: u16, filters: &[&TopicFilter], user_properties: &[(ByteString, ByteString)]) -> v5::Unsubscribe {
    let properties = v5::UnsubscribeProperties { user_properties: pairs(user_properties) };
    v5::Unsubscribe { pkid: id, filters: paths(filters), properties: Some(properties) }
}

const fn v5_qos(qos: QoS) -> QoS5 {
    match qos {
        QoS::AtMostOnce => QoS5::AtMostOnce,
        QoS::AtLeastOnce => QoS5::AtLeastOnce,
        QoS::ExactlyOnce => QoS5::ExactlyOnce,
    }
}

/// Writes a SUBSCRIBE `[MQTT-3.8]`.
pub(super) fn write_subscribe(
    version: Version,
    id: u16,
    subscriptions: &[&Subscription],
    buf: &mut BytesMut,
) -> Result<(), WireError> {
    check_request("SUBSCRIBE", id, subscriptions.len())?;
    match version {
        Version::V311 => {
            let packet = v4_subscribe(id, subscriptions);
            write_whole("SUBSCRIBE", packet.size(), buf, |buf| packet.write(buf))
        }
        Version::V5 => {
            check_subscribe(subscriptions)?;
            let packet = v5_subscribe(id, subscriptions);
            write_whole("SUBSCRIBE", packet.size(), buf, |buf| packet.write(buf))
        }
    }
}

/// The bytes of a whole SUBSCRIBE.
pub(super) fn subscribe_size(version: Version, subscriptions: &[&Subscription]) -> usize {
    match version {
        Version::V311 => v4_subscribe(1, subscriptions).size(),
        Version::V5 => v5_subscribe(1, subscriptions).size(),
    }
}

/// Writes an UNSUBSCRIBE `[MQTT-3.10]`.
pub(super) fn write_unsubscribe(
    version: Version,
    id: u16,
    filters: &[&TopicFilter],
    user_properties: &[(ByteString, ByteString)],
    buf: &mut BytesMut,
) -> Result<(), WireError> {
    check_request("UNSUBSCRIBE", id, filters.len())?;
    match version {
        Version::V311 => {
            let packet = v4_unsubscribe(id, filters);
            write_whole("UNSUBSCRIBE", packet.size(), buf, |buf| packet.write(buf))
        }
        Version::V5 => {
            check_user_properties("UNSUBSCRIBE", user_properties)?;
            let packet = v5_unsubscribe(id, filters, user_properties);
            write_whole("UNSUBSCRIBE", packet.size(), buf, |buf| packet.write(buf))
        }
    }
}

/// The bytes of a whole UNSUBSCRIBE.
pub(super) fn unsubscribe_size(
    version: Version,
    filters: &[&TopicFilter],
    user_properties: &[(ByteString, ByteString)],
) -> usize {
    match version {
        Version::V311 => v4_unsubscribe(1, filters).size(),
        Version::V5 => v5_unsubscribe(1, filters, user_properties).size(),
    }
}

/// A PUBLISH with properties as rumqttc's packet. Subscription Identifiers stay behind: a client never sends one
/// `[MQTT-3.3.4-6]`.
fn v5_publish(message: &Message, properties: &Properties, alias: Option<Alias>, id: u16, dup: bool) -> v5::Publish {
    let text = |t: &Option<ByteString>| t.as_ref().map(ToString::to_string);
    v5::Publish {
        dup: dup && message.qos != QoS::AtMostOnce,
        qos: v5_qos(message.qos),
        retain: message.retain,
        topic: match alias {
            Some(Alias { known: true, .. }) => Bytes::new(),
            _ => Bytes::copy_from_slice(message.topic.as_str().as_bytes()),
        },
        pkid: id,
        payload: message.payload.clone(),
        properties: Some(v5::PublishProperties {
            payload_format_indicator: properties.payload_format.map(u8::from),
            message_expiry_interval: properties.expiry,
            topic_alias: alias.map(|alias| alias.number),
            response_topic: text(&properties.response_topic),
            correlation_data: properties.correlation_data.clone(),
            user_properties: pairs(&properties.user_properties),
            subscription_identifiers: Vec::new(),
            content_type: text(&properties.content_type),
        }),
    }
}

fn check_properties(properties: &Properties) -> Result<(), WireError> {
    if let Some(text) = &properties.content_type {
        check_text("Content Type", text)?;
    }
    if let Some(topic) = &properties.response_topic {
        // [MQTT-3.3.2-14]: it is a Topic Name.
        TopicName::new(topic).map_err(|why| WireError::Field { what: "Response Topic", why })?;
    }
    if let Some(data) = &properties.correlation_data {
        check_length("Correlation Data", data)?;
    }
    check_user_properties("PUBLISH", &properties.user_properties)
}

/// The bytes of a whole PUBLISH with properties, version 5.
pub(super) fn publish_size(message: &Message, properties: &Properties) -> usize {
    v5_publish(message, properties, None, 1, false).size()
}

/// Writes a PUBLISH with properties, version 5.
pub(super) fn write_publish(
    message: &Message,
    properties: &Properties,
    alias: Option<Alias>,
    id: u16,
    dup: bool,
    buf: &mut BytesMut,
) -> Result<(), WireError> {
    check_properties(properties)?;
    let packet = v5_publish(message, properties, alias, id, dup);
    write_whole("PUBLISH", packet.size(), buf, |buf| packet.write(buf))
}
