//! `%j` and `%J`: a message as an object in mosquitto's words, valid JSON for any bytes.

use std::io::Write as _;

use super::Shown;
use crate::mqtt::{Message, Properties};
use crate::output::json::{self, Shape};
use crate::output::time;

/// Appends it. Where the payload is not what mosquitto would show, `encoding` tells what it is: `base64` of bytes that are no text, and
/// `utf8` for a text where `embedded` asked for JSON.
pub fn write(shown: &Shown<'_>, embedded: bool, out: &mut Vec<u8>) {
    let begin = out.len();
    let received = shown.received;
    let Message { topic, payload, qos, retain, properties } = &received.message;
    out.extend_from_slice(b"{\"tst\":\"");
    // Writing to a Vec cannot fail, here and below.
    let _ = time::strftime(b"%FT%T.%6f%z", &time::local(received.at, shown.zone), out);
    out.extend_from_slice(b"\",\"topic\":");
    json::string(topic.as_str(), out);
    let _ = write!(out, ",\"qos\":{qos},\"retain\":{retain},\"payloadlen\":{}", payload.len());
    if let Some(id) = received.id {
        let _ = write!(out, ",\"mid\":{id}");
    }
    if let Some(properties) = properties {
        self::properties(properties, out);
    }
    out.extend_from_slice(b",\"payload\":");
    let encoding = match () {
        () if payload.is_empty() => {
            out.extend_from_slice(b"null");
            None
        }
        () if embedded => Some(json::embedded(payload, out)).filter(|encoding| *encoding != "json"),
        () => Some(json::text(payload, out)).filter(|encoding| *encoding != "utf8"),
    };
    if let Some(encoding) = encoding {
        let _ = write!(out, ",\"encoding\":\"{encoding}\"");
    }
    out.push(b'}');
    json::finish(begin, Shape { embedded, pretty: shown.pretty, escaped: shown.escaped }, out);
}

fn properties(properties: &Properties, out: &mut Vec<u8>) {
    let Properties { payload_format, expiry, content_type, response_topic, correlation_data, user_properties, subscription_ids } =
        properties;
    let begin = out.len();
    let numbers = [("payload-format-indicator", payload_format.map(u32::from)), ("message-expiry-interval", *expiry)];
    for (key, number) in numbers {
        if let Some(number) = number {
            let _ = write!(out, ",\"{key}\":{number}");
        }
    }
    for (key, text) in [("content-type", content_type), ("response-topic", response_topic)] {
        if let Some(text) = text {
            let _ = write!(out, ",\"{key}\":");
            json::string(text, out);
        }
    }
    if let Some(data) = correlation_data {
        out.extend_from_slice(b",\"correlation-data\":");
        if json::text(data, out) == "base64" {
            out.extend_from_slice(b",\"correlation-data-encoding\":\"base64\"");
        }
    }
    // Each a key of its own in mosquitto, which few readers give back.
    match subscription_ids.as_slice() {
        [] => {}
        [id] => drop(write!(out, ",\"subscription-identifier\":{id}")),
        ids => json::list(",\"subscription-identifier\":", ids, out, |id, out| drop(write!(out, "{id}"))),
    }
    json::list(",\"user-properties\":", user_properties, out, |(name, value), out| {
        out.push(b'{');
        json::string(name, out);
        out.push(b':');
        json::string(value, out);
        out.push(b'}');
    });
    if out.len() > begin {
        // In place of the first comma.
        out.splice(begin..=begin, *b",\"properties\":{");
        out.push(b'}');
    }
}
