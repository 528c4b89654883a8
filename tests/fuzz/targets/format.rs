//! Target `format`: any text as a format of `-F`, up to the first newline, and what is behind it as the payload of a message. Nothing panics,
//! a terminal is kept safe from what is not the format's own, and what is to be JSON is JSON.
//!
//! Called by the fuzzer's entry and by the property tests.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use jiff::tz::TimeZone;
use mqx::mqtt::record::Record;
use mqx::mqtt::{Message, Properties, QoS, Received, TopicName};
use mqx::output::json::{self, Shape};
use mqx::output::layout;
use mqx::output::pattern::{Pattern, Shown};
use mqx::text::escape::is_hazard;
use serde_json::value::RawValue;

/// Formats and payloads to begin with.
pub const SEEDS: &[&[u8]] = &[
    b"%t %p\nhot",
    b"%-20t|%020p|%20.3t|%5l\n\xff\0\x80",
    b"%A%C%D%E%F%P%R%S%%\n{\"a\":[1.10,1e400,{}],\"a\":null}",
    b"%x %012.2:X %.3-x %.2\\x\n\x00\x01\xfe",
    b"%I %U @Y-@m-@d @H:@M:@S.@N %@s @c\n[]",
    b"%f %.3f %08.1f %-9f\n\x00\x00\xc0\x3f",
    b"%d %020.5d\n\x00\x00\x00\x00\x00\x00\xf0\x7f",
    b"{topic} {topic:2} {payload:hex} {payload:base64} {payload:json} {encoding}\n[[[[\"\\ud800\"]]]]",
    b"{ts} {ts:unix} {ts:%H:%M} {size} {qos} {retain} {dup} {mid} {json}\n \"a\" ",
    b"{content_type}{response_topic}{correlation_data:hex}{expiry}{payload_format}{user_properties}{user_property:a}{subscription_ids}\n",
    b"%j %J\n{ \"n\" : 9007199254740993 }",
    b"\\\\ \\0 \\a \\e \\n \\r \\t \\v {{a} {\"a\"}\n\x1b[2J",
];

/// One input. Returns 1 for a format that is one.
///
/// # Panics
/// When something does not hold that must.
pub fn format(data: &[u8]) -> u64 {
    let end = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    let (format, payload) = (&data[..end], data.get(end + 1..).unwrap_or_default());
    let received = received(payload);
    objects(&received);
    let pattern = match Pattern::parse(format) {
        Ok(pattern) => pattern,
        Err(error) => {
            let says = error.to_string();
            assert!(!says.is_empty() && says.len() < 2_000, "{says}");
            return 0;
        }
    };
    for received in [&received, &bare(&received)] {
        let plain = render(&pattern, received, false, false);
        let safe = render(&pattern, received, true, false);
        // What the format itself has may be a command, and so may what `\` and `@` make.
        let harmless =
            std::str::from_utf8(format).is_ok_and(|text| !text.chars().any(|c| is_hazard(c) || matches!(c, '\\' | '@')));
        let is_safe = std::str::from_utf8(&safe).is_ok_and(|text| !text.chars().any(is_hazard));
        assert!(is_safe || !harmless, "{}", safe.escape_ascii());
        assert!(plain.len() <= safe.len() || !harmless, "escaping makes nothing shorter");
    }
    1
}

/// What is JSON in any format.
fn objects(received: &Received) {
    let payload = &received.message.payload;
    for format in ["%j", "%J", "{json}", "{payload:json}"] {
        let pattern = Pattern::parse(format.as_bytes()).expect("a format");
        let [plain, safe, pretty] = [(false, false), (true, false), (false, true)].map(|(escaped, pretty)| {
            let bytes = render(&pattern, received, escaped, pretty);
            let text = String::from_utf8(bytes).expect("JSON is UTF-8");
            assert!(serde_json::from_str::<&RawValue>(&text).is_ok(), "{format}: {text}");
            text
        });
        assert!(!safe.chars().any(is_hazard), "{safe}");
        let mut compact = Vec::new();
        layout::compact(&pretty, &mut compact);
        assert_eq!(compact, plain.as_bytes(), "{format}");
    }
    let mut record = Vec::new();
    json::object(received, Shape { embedded: true, ..Shape::default() }, &mut record);
    let read = Record::read(&record).expect("a record").payload;
    let mut expected = Vec::new();
    match layout::json(payload) {
        Some(json) => layout::compact(json, &mut expected),
        None => expected.extend_from_slice(payload),
    }
    assert_eq!(read, expected, "{}", record.escape_ascii());
}

fn render(pattern: &Pattern, received: &Received, escaped: bool, pretty: bool) -> Vec<u8> {
    let mut out = b"|".to_vec();
    pattern.render(&Shown { received, zone: &TimeZone::UTC, escaped, pretty }, &mut out);
    out.split_off(1)
}

/// A message that has everything, each text of it from the payload.
fn received(payload: &[u8]) -> Received {
    let text = String::from_utf8_lossy(payload).replace(['\0', '+', '#'], "");
    let topic = TopicName::new(format!("t/{text}")).or_else(|_| TopicName::new("t")).expect("a topic");
    let response_topic = Some(topic.as_str().into());
    let mut message = Message::new(topic, Bytes::copy_from_slice(payload), QoS::AtLeastOnce);
    message.properties = Some(Box::new(Properties {
        payload_format: Some(true),
        expiry: Some(u32::MAX),
        content_type: Some(text.as_str().into()),
        response_topic,
        correlation_data: Some(Bytes::copy_from_slice(payload)),
        user_properties: vec![(text.as_str().into(), text.as_str().into())],
        subscription_ids: vec![1, 2],
    }));
    let at = SystemTime::UNIX_EPOCH + Duration::from_nanos(1_795_230_245_123_456_789);
    Received { message, dup: true, id: Some(7), at }
}

/// The same without what need not be there.
fn bare(received: &Received) -> Received {
    let message = Message { properties: None, ..received.message.clone() };
    Received { message, id: None, ..received.clone() }
}
