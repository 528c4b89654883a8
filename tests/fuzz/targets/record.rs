//! Target `record`: any line as a record of NDJSON, against serde_json's own reading. What is taken can be sent, and comes out of
//! `sub --json` as the same record.
//!
//! Called by the fuzzer's entry and by the property tests.

use std::time::SystemTime;

use bytes::BytesMut;
use mqx::mqtt::record::Record;
use mqx::mqtt::{Message, QoS, Received, TopicName, Version};
use mqx::output::json;
use mqx::wire::Codec;
use serde_json::Value;

/// Lines to begin with.
pub const SEEDS: &[&[u8]] = &[
    br#"{"payload":"x"}"#,
    b"{\"payload\":\"a\\n\\u0000\\ud83d\\ude00\\/\"}\r\n",
    br#"{"ts":"1970-01-01T00:00:00.000000Z","topic":"t","qos":2,"retain":true,"dup":true,"size":2,"payload":"/wA=","encoding":"base64"}"#,
    br#"{"topic":"t","payload":"x","mid":7,"subscription_ids":[1,268435455],"expiry":60,"content_type":"text/\"plain\""}"#,
    br#"{"topic":"t","payload":"x","response_topic":"r","correlation_data":"AQI=","payload_format":1,"user_properties":[["b","1"],["a","2"],["b",""]]}"#,
    br#"{"encoding":"json","payload": {"b":1.50, "a":[1e400,null] , "b":"\u0041"} }"#,
    br#"{"payload":null,"encoding":null,"topic":null,"qos":null,"retain":null}"#,
    br#"{"p\u0061yload":"x","other":[{"a":[[]]}]}"#,
    br#"{"payload":"x","topic":"a","topic":"b"}"#,
    br#"{"payload":"\ud800"}"#,
    br#"{"payload":5,"qos":3}"#,
    br#"["payload"] {}"#,
];

/// One input. Returns 1 for a good one.
///
/// # Panics
/// When something does not hold that must.
pub fn record(line: &[u8]) -> u64 {
    let second = serde_json::from_slice::<Value>(line);
    let record = match Record::read(line) {
        Ok(record) => record,
        Err(error) => {
            let says = error.to_string();
            assert!(!says.is_empty() && says.is_ascii() && says.len() < 150, "{says}");
            return 0;
        }
    };
    // Its own reading gives up at numbers beyond a double and at a certain depth.
    if let Ok(value) = second {
        agree(&record, &value);
    }
    let topic = record.topic.clone().unwrap_or_else(|| TopicName::new("t").expect("a topic"));
    let (qos, retain) = (record.qos.unwrap_or(QoS::AtMostOnce), record.retain.unwrap_or(false));
    let message = Message { topic, payload: record.payload, qos, retain, properties: record.properties };
    let sent = Codec::new(Version::V5).publish(&message, 1, false, &mut BytesMut::new());
    assert_eq!(sent, Ok(()), "what is taken can be sent");
    for escaped in [false, true] {
        let mut out = Vec::new();
        let received = Received { message: message.clone(), dup: false, id: Some(1), at: SystemTime::UNIX_EPOCH };
        json::record(&received, escaped, &mut out);
        let Message { topic, payload, qos, retain, properties } = message.clone();
        let expected = Record { topic: Some(topic), payload, qos: Some(qos), retain: Some(retain), properties };
        assert_eq!(Record::read(&out), Ok(expected), "{}", out.escape_ascii());
    }
    1
}

fn agree(ours: &Record, value: &Value) {
    assert!(value.is_object(), "{value} is no record");
    let text = |name: &str| value[name].as_str();
    assert_eq!(ours.topic.as_ref().map(TopicName::as_str), text("topic"));
    assert_eq!(ours.qos.map(|qos| qos as u64), value["qos"].as_u64());
    assert_eq!(ours.retain, value["retain"].as_bool());
    match text("encoding") {
        None | Some("utf8") => assert_eq!(Some(&ours.payload[..]), text("payload").map(str::as_bytes)),
        Some("json") => assert_eq!(serde_json::from_slice::<Value>(&ours.payload).ok().as_ref(), value.get("payload")),
        Some(_) => assert!(value["payload"].is_string()),
    }
    let mine = ours.properties.clone().unwrap_or_default();
    assert_eq!(mine.expiry.map(u64::from), value["expiry"].as_u64());
    assert_eq!(mine.content_type.as_deref(), text("content_type"));
    assert_eq!(mine.response_topic.as_deref(), text("response_topic"));
    assert_eq!(mine.payload_format.map(u64::from), value["payload_format"].as_u64());
    assert_eq!(mine.correlation_data.is_some(), text("correlation_data").is_some());
    let pairs = value["user_properties"].as_array().map_or(&[][..], Vec::as_slice);
    let pairs = pairs.iter().map(|pair| (pair[0].as_str(), pair[1].as_str()));
    assert!(pairs.eq(mine.user_properties.iter().map(|(name, value)| (Some(&**name), Some(&**value)))));
}
