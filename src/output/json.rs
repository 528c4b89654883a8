//! Messages as NDJSON: one object a line, valid JSON for any bytes, and enough in it to publish the same message again.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{layout, time};
use crate::mqtt::{Message, Properties, Received};
use crate::text::escape::is_hazard;

/// How a record is written; the value of it is the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// A payload that is JSON is a value in it and no text.
    pub embedded: bool,
    /// Over several lines, indented.
    pub pretty: bool,
    /// What could harm a terminal is written as `\u202e`.
    pub escaped: bool,
}

/// Appends the record of one message and a newline. `escaped` keeps a terminal safe.
pub fn record(received: &Received, escaped: bool, out: &mut Vec<u8>) {
    object(received, Shape { escaped, ..Shape::default() }, out);
    out.push(b'\n');
}

/// Appends the record of one message, without a newline.
pub fn object(received: &Received, shape: Shape, out: &mut Vec<u8>) {
    let begin = out.len();
    let Message { topic, payload, qos, retain, properties } = &received.message;
    out.extend_from_slice(b"{\"ts\":\"");
    time::rfc3339(received.at, out);
    out.extend_from_slice(b"\",\"topic\":");
    string(topic.as_str(), out);
    let (dup, size) = (received.dup, payload.len());
    // Writing to a Vec cannot fail, here and below.
    let _ = write!(out, ",\"qos\":{qos},\"retain\":{retain},\"dup\":{dup},\"size\":{size},\"payload\":");
    let encoding = if shape.embedded { embedded(payload, out) } else { text(payload, out) };
    for part in [",\"encoding\":\"", encoding, "\""] {
        out.extend_from_slice(part.as_bytes());
    }
    if let Some(id) = received.id {
        let _ = write!(out, ",\"mid\":{id}");
    }
    if let Some(properties) = properties {
        self::properties(properties, out);
    }
    out.push(b'}');
    finish(begin, shape, out);
}

/// Makes the JSON that stands behind `begin` safe and readable, as asked.
pub(super) fn finish(begin: usize, shape: Shape, out: &mut Vec<u8>) {
    if shape.escaped {
        escape_from(begin, out);
    }
    if shape.pretty {
        let compact = out.split_off(begin);
        layout::pretty(&compact, 0, out);
    }
}

/// Appends bytes as a text of JSON, and tells how: `utf8` as they are, or `base64`.
pub(super) fn text(bytes: &[u8], out: &mut Vec<u8>) -> &'static str {
    match std::str::from_utf8(bytes) {
        Ok(text) => {
            string(text, out);
            "utf8"
        }
        Err(_) => {
            base64(bytes, out);
            "base64"
        }
    }
}

/// Appends bytes that are JSON as they are, without insignificant whitespace, and others as a text; tells how.
pub(super) fn embedded(bytes: &[u8], out: &mut Vec<u8>) -> &'static str {
    match layout::json(bytes) {
        Some(json) => {
            layout::compact(json, out);
            "json"
        }
        None => text(bytes, out),
    }
}

fn properties(properties: &Properties, out: &mut Vec<u8>) {
    let Properties { payload_format, expiry, content_type, response_topic, correlation_data, user_properties, subscription_ids } =
        properties;
    list(",\"subscription_ids\":", subscription_ids, out, |id, out| {
        let _ = write!(out, "{id}");
    });
    if let Some(expiry) = expiry {
        let _ = write!(out, ",\"expiry\":{expiry}");
    }
    for (key, text) in [(",\"content_type\":", content_type), (",\"response_topic\":", response_topic)] {
        if let Some(text) = text {
            out.extend_from_slice(key.as_bytes());
            string(text, out);
        }
    }
    if let Some(data) = correlation_data {
        out.extend_from_slice(b",\"correlation_data\":");
        base64(data, out);
    }
    if let Some(utf8) = payload_format {
        let _ = write!(out, ",\"payload_format\":{}", u8::from(*utf8));
    }
    list(",\"user_properties\":", user_properties, out, |(name, value), out| {
        out.push(b'[');
        string(name, out);
        out.push(b',');
        string(value, out);
        out.push(b']');
    });
}

/// An array under a key, left out when it is empty.
pub(super) fn list<T>(key: &str, items: &[T], out: &mut Vec<u8>, write: impl Fn(&T, &mut Vec<u8>)) {
    for (n, item) in items.iter().enumerate() {
        out.extend_from_slice(if n == 0 { key.as_bytes() } else { b"," });
        out.extend_from_slice(if n == 0 { b"[" } else { b"" });
        write(item, out);
    }
    if !items.is_empty() {
        out.push(b']');
    }
}

pub(super) fn string(text: &str, out: &mut Vec<u8>) {
    let _ = serde_json::to_writer(out, text);
}

fn base64(bytes: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    out.extend_from_slice(STANDARD.encode(bytes).as_bytes());
    out.push(b'"');
}

/// Writes out what JSON itself lets pass. It can only stand inside of strings.
pub(super) fn escape_from(begin: usize, out: &mut Vec<u8>) {
    let Some(text) = out.get(begin..).and_then(|record| std::str::from_utf8(record).ok()) else { return };
    if !text.chars().any(is_hazard) {
        return;
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_hazard(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                safe.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            safe.push(c);
        }
    }
    out.truncate(begin);
    out.extend_from_slice(safe.as_bytes());
}

#[cfg(test)]
mod tests {
    use rand::{Rng as _, RngExt as _, SeedableRng as _};
    use rand_chacha::ChaCha8Rng;
    use serde_json::Value;

    use super::super::samples::received;
    use super::*;
    use crate::mqtt::record::samples;
    use crate::mqtt::{QoS, Record};

    fn line(received: &Received, escaped: bool) -> String {
        let mut out = b"before\n".to_vec();
        record(received, escaped, &mut out);
        String::from_utf8(out.split_off(7)).unwrap()
    }

    #[test]
    fn the_record_of_a_plain_message() {
        assert_eq!(
            line(&received("encyclopedia/temperature", b"hot"), false),
            r#"{"ts":"2026-11-21T03:04:05.123456Z","topic":"encyclopedia/temperature","qos":0,"retain":false,"dup":false,"size":3,"payload":"hot","encoding":"utf8"}"#
                .to_owned()
                + "\n"
        );
    }

    #[test]
    fn the_record_of_everything() {
        let mut all = received("t", b"\xff\0");
        all.message.qos = QoS::ExactlyOnce;
        all.message.retain = true;
        all.dup = true;
        all.id = Some(7);
        all.at = std::time::SystemTime::UNIX_EPOCH;
        let properties = Properties { subscription_ids: vec![1, 268_435_455], ..samples::properties() };
        all.message.properties = Some(Box::new(properties));
        assert_eq!(line(&all, false), format!("{}\n", samples::LINE));
    }

    #[test]
    fn any_bytes_make_valid_json_that_gives_them_back() {
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        for round in 0..2_000 {
            let mut payload = vec![0; rng.next_u32() as usize % 40];
            rng.fill_bytes(&mut payload);
            if round % 2 == 0 {
                payload.iter_mut().for_each(|b| *b &= 0x7f);
            }
            for escaped in [false, true] {
                let line = line(&received("t", &payload), escaped);
                assert_eq!(line.find('\n'), Some(line.len() - 1));
                let value: Value = serde_json::from_str(&line).unwrap();
                let text = value["payload"].as_str().unwrap();
                let back = if value["encoding"] == "utf8" { text.as_bytes().to_vec() } else { STANDARD.decode(text).unwrap() };
                assert_eq!(back, payload);
                assert_eq!(value["size"], payload.len());
            }
        }
    }

    /// A text of MQTT: what JSON escapes, what a terminal must not see, and what is neither.
    fn text(rng: &mut ChaCha8Rng, most: usize) -> String {
        const CHARACTERS: &[char] =
            &['a', '"', '\\', '/', '\n', '\u{1}', '\u{7f}', '\u{202e}', 'é', '\u{ffff}', '😀', '\u{e0001}'];
        (0..rng.random_range(0..=most)).map(|_| CHARACTERS[rng.random_range(0..CHARACTERS.len())]).collect()
    }

    fn any_properties(rng: &mut ChaCha8Rng) -> Properties {
        Properties {
            payload_format: rng.random_bool(0.5).then(|| rng.random_bool(0.5)),
            expiry: rng.random_bool(0.5).then(|| rng.next_u32()),
            content_type: rng.random_bool(0.5).then(|| text(rng, 9).into()),
            response_topic: rng.random_bool(0.5).then(|| format!("r{}", text(rng, 9)).into()),
            correlation_data: rng.random_bool(0.5).then(|| (0..rng.random_range(0..9)).map(|_| rng.random::<u8>()).collect()),
            user_properties: (0..rng.random_range(0..4)).map(|_| (text(rng, 3).into(), text(rng, 9).into())).collect(),
            subscription_ids: Vec::new(),
        }
    }

    #[test]
    fn any_message_is_read_back_identical() {
        let mut rng = ChaCha8Rng::seed_from_u64(7);
        let mut with_properties = 0;
        for round in 0..5_000 {
            let payload = if round % 2 == 0 {
                text(&mut rng, 40).into_bytes()
            } else {
                (0..rng.random_range(0..40)).map(|_| rng.random()).collect()
            };
            let mut received = received(&format!("t{}", text(&mut rng, 20)), &payload);
            received.dup = rng.random();
            received.id = rng.random_bool(0.5).then(|| rng.random());
            received.message.qos = QoS::from_u8(rng.random_range(0..3)).unwrap();
            received.message.retain = rng.random();
            let properties = Some(any_properties(&mut rng)).filter(|properties| *properties != Properties::default());
            with_properties += usize::from(properties.is_some());
            let Message { topic, payload, qos, retain, .. } = received.message.clone();
            let record = Record {
                topic: Some(topic),
                payload,
                qos: Some(qos),
                retain: Some(retain),
                properties: properties.clone().map(Box::new),
            };
            // What belongs to the delivery and not to the message does not come back.
            let delivered = Properties { subscription_ids: vec![1], ..properties.clone().unwrap_or_default() };
            for properties in [properties.map(Box::new), Some(Box::new(delivered))] {
                received.message.properties = properties;
                for escaped in [false, true] {
                    let line = line(&received, escaped);
                    assert_eq!(Record::read(line.as_bytes()).as_ref(), Ok(&record), "{line}");
                }
            }
        }
        assert!(with_properties > 4_000);
    }

    #[test]
    fn the_largest_strings_are_read_back() {
        let mut received = received(&"\u{1}".repeat(65_535), b"");
        let longest = "\"".repeat(65_535);
        let pairs = vec![(longest.clone().into(), longest.into()); 7];
        let properties = Properties { user_properties: pairs, ..Properties::default() };
        received.message.properties = Some(Box::new(properties));
        let Message { topic, properties, .. } = received.message.clone();
        let record = Record::read(line(&received, false).as_bytes()).unwrap();
        assert_eq!((record.topic, record.properties), (Some(topic), properties));
    }

    #[test]
    fn an_embedded_payload_is_read_back() {
        let shape = Shape { embedded: true, ..Shape::default() };
        for (payload, shown, read) in [
            (
                &b" {\"n\": 9007199254740993, \"n\": 1.10 }\n"[..],
                r#"{"n":9007199254740993,"n":1.10}"#,
                &br#"{"n":9007199254740993,"n":1.10}"#[..],
            ),
            (b"null", "null", b"null"),
            (b"\"a  b\"", "\"a  b\"", b"\"a  b\""),
            (b"hot", "\"hot\"", b"hot"),
            (b"", "\"\"", b""),
            (b"\xff", "\"/w==\"", b"\xff"),
        ] {
            let mut out = Vec::new();
            object(&received("t", payload), shape, &mut out);
            let text = String::from_utf8(out).unwrap();
            assert!(text.contains(&format!("\"payload\":{shown},\"encoding\":")), "{text}");
            assert_eq!(Record::read(text.as_bytes()).unwrap().payload, read, "{text}");
        }
    }

    #[test]
    fn on_a_terminal_nothing_in_it_is_a_command() {
        let payload = "\u{202e}a\u{7f}\u{9b}\u{e0001}\n";
        let safe = line(&received("t\u{feff}", payload.as_bytes()), true);
        assert!(!safe.trim_end().chars().any(is_hazard), "{safe}");
        let value: Value = serde_json::from_str(&safe).unwrap();
        assert_eq!((value["payload"].as_str(), value["topic"].as_str()), (Some(payload), Some("t\u{feff}")));
        assert!(line(&received("t", payload.as_bytes()), false).contains('\u{202e}'));
    }
}
