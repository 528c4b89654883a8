//! Lines → records or errors, row by row.

use super::super::topic::MAX_STRING;
use super::*;

fn read(line: &str) -> Result<Record, RecordError> {
    Record::read(line.as_bytes())
}

fn error(line: &str) -> String {
    read(line).unwrap_err().to_string()
}

#[test]
fn all_that_a_record_says() {
    let record = Record {
        topic: Some(TopicName::new("t").unwrap()),
        payload: Bytes::from_static(b"\xff\0"),
        qos: Some(QoS::ExactlyOnce),
        retain: Some(true),
        properties: Some(Box::new(samples::properties())),
    };
    assert_eq!(read(&format!("{}\r\n", samples::LINE)), Ok(record));
}

#[test]
fn payloads() {
    for (line, payload) in [
        (r#"{"payload":""}"#, &b""[..]),
        (r#" { "payload" : "a\n\u0000\ud83d\ude00\/" } "#, "a\n\0😀/".as_bytes()),
        (r#"{"payload":"x","encoding":null}"#, b"x"),
        (r#"{"p\u0061yload":"x"}"#, b"x"),
        (r#"{"payload":"aG90","encoding":"base64"}"#, b"hot"),
        (r#"{"encoding":"base64","payload":"\/\/8="}"#, b"\xff\xff"),
        (
            r#"{"encoding":"json","payload": {"b":1.50, "a":[1e400,null] , "b":"\u0041"} }"#,
            br#"{"b":1.50, "a":[1e400,null] , "b":"\u0041"}"#,
        ),
        (r#"{"payload":null,"encoding":"json"}"#, b"null"),
        (r#"{"payload":"x","encoding":"json"}"#, br#""x""#),
    ] {
        assert_eq!(read(line), Ok(Record::of(Bytes::copy_from_slice(payload), None)), "{line}");
    }
}

#[test]
fn null_is_as_good_as_absent() {
    let line =
        r#"{"payload":"x","topic":null,"qos":null,"retain":null,"expiry":null,"content_type":null,"user_properties":null}"#;
    assert_eq!(read(line), Ok(Record::of(Bytes::from_static(b"x"), None)));
    assert_eq!(read(r#"{"payload":"x","user_properties":[],"subscription_ids":[1]}"#).unwrap().properties, None);
}

#[test]
fn what_is_no_record() {
    for (line, says) in [
        ("", "it is no JSON: it ends too early"),
        (r#"{"payload":"x""#, "it is no JSON: it ends too early"),
        (r#"{"payload":"x",}"#, "it is no JSON: the error is near byte 16"),
        ("hot", "it is no JSON: the error is near byte 1"),
        (r#"{"payload":"x"} {}"#, "it is no JSON: the error is near byte 17"),
        ("{\"payload\":\"a\tb\"}", "it is no JSON: the error is near byte 13"),
        ("[]", "it is JSON, but no object"),
        ("7", "it is JSON, but no object"),
        ("null", "it is JSON, but no object"),
        ("{}", "it has no payload"),
        (r#"{"payload":null}"#, "it has no payload"),
        (r#"{"encoding":"json"}"#, "it has no payload"),
        (r#"{"payload":"x","topic":"a","topic":"a"}"#, "topic is there twice"),
        (r#"{"payload":"x","p\u0061yload":"y"}"#, "payload is there twice"),
        (r#"{"payload":5}"#, "payload: it is not a text"),
        (r#"{"payload":"\ud800"}"#, "payload: it is not a text"),
        (r#"{"payload":"aG9","encoding":"base64"}"#, "payload: it is not a text in base64"),
        (r#"{"payload":"x","encoding":"hex"}"#, "encoding: it is not utf8, base64 or json"),
        (r#"{"payload":"x","topic":5}"#, "topic: it is not a text"),
        (r#"{"payload":"x","topic":""}"#, "topic: it is empty"),
        (r#"{"payload":"x","topic":"a/+"}"#, "topic: it has the wildcard +, which only a filter may have"),
        (r#"{"payload":"x","topic":"a\u0000"}"#, "topic: it has a NUL character"),
        (r#"{"payload":"x","qos":3}"#, "qos: it is not 0, 1 or 2"),
        (r#"{"payload":"x","qos":"1"}"#, "qos: it is not 0, 1 or 2"),
        (r#"{"payload":"x","qos":1.0}"#, "qos: it is not 0, 1 or 2"),
        (r#"{"payload":"x","retain":1}"#, "retain: it is not true or false"),
        (r#"{"payload":"x","expiry":4294967296}"#, "expiry: it is not a whole number of seconds, at most 4294967295"),
        (r#"{"payload":"x","content_type":"\u0000"}"#, "content_type: it has a NUL character"),
        (r##"{"payload":"x","response_topic":"#"}"##, "response_topic: it has the wildcard #, which only a filter may have"),
        (r#"{"payload":"x","correlation_data":"*"}"#, "correlation_data: it is not a text in base64"),
        (r#"{"payload":"x","payload_format":2}"#, "payload_format: it is not 0 or 1"),
        (r#"{"payload":"x","user_properties":{"a":"b"}}"#, "user_properties: it is not a list of pairs of texts"),
        (r#"{"payload":"x","user_properties":[["a"]]}"#, "user_properties: it is not a list of pairs of texts"),
        (r#"{"payload":"x","user_properties":[["a","b","c"]]}"#, "user_properties: it is not a list of pairs of texts"),
        (r#"{"payload":"x","user_properties":[["\u0000",""]]}"#, "user_properties: it has a NUL character"),
    ] {
        assert_eq!(error(line), says, "{line}");
    }
    assert_eq!(Record::read(b"{\"payload\":\"\xff\"}"), Err(RecordError::NotUtf8));
}

#[test]
fn limits_are_kept_to_the_byte() {
    let topic = |len| read(&format!(r#"{{"payload":"","topic":"{}"}}"#, "x".repeat(len)));
    assert!(topic(MAX_STRING).is_ok());
    assert_eq!(topic(MAX_STRING + 1), Err(RecordError::Value { field: "topic", why: TopicError::TooLong(MAX_STRING + 1) }));
    let data = |len| read(&format!(r#"{{"payload":"","correlation_data":"{}"}}"#, STANDARD.encode(vec![0; len])));
    assert!(data(MAX_STRING).is_ok());
    assert_eq!(data(MAX_STRING + 1).unwrap_err().to_string(), "correlation_data: it has 65536 bytes, the limit is 65535");
    // Each pair has 5 bytes and what is in it.
    let pairs = |count: usize, more: &str| {
        let list = vec![r#"["",""]"#; count].join(",");
        read(&format!(r#"{{"payload":"","user_properties":[{list},["","{more}"]]}}"#))
    };
    let count = (MAX_PROPERTIES - 6) / 5;
    assert_eq!(pairs(count, "x").unwrap().properties.unwrap().encoded_len(), MAX_PROPERTIES);
    assert_eq!(pairs(count, "xy"), Err(RecordError::Properties(MAX_PROPERTIES + 1)));
    assert_eq!(pairs(LONGEST / 8 + 1, ""), Err(RecordError::TooLong("user_properties")));
}

#[test]
fn depth_costs_no_stack() {
    let deep = "[".repeat(1_000_000);
    for field in ["x", "payload", "user_properties", "qos"] {
        assert_eq!(error(&format!(r#"{{"{field}":{deep}"#)), "it is no JSON: it ends too early");
        let whole = format!(r#"{{"payload":"","{field}":{deep}{}}}"#, "]".repeat(1_000_000));
        assert_eq!(read(&whole).is_ok(), field == "x", "{field}");
    }
}

#[test]
fn defaults_are_for_what_it_does_not_say() {
    let defaults = Properties {
        payload_format: Some(true),
        expiry: Some(9),
        content_type: Some("t".into()),
        response_topic: Some("r".into()),
        correlation_data: Some(Bytes::from_static(b"d")),
        user_properties: vec![("k".into(), "v".into())],
        ..Properties::default()
    };
    let of = |line: &str| *read(line).unwrap().with_defaults(&defaults).unwrap().properties.unwrap();
    assert_eq!(of(r#"{"payload":"x"}"#), defaults);
    assert_eq!(of(r#"{"payload":"x","expiry":null,"user_properties":[]}"#), defaults);
    let expected = Properties { expiry: Some(0), user_properties: vec![("a".into(), "".into())], ..defaults.clone() };
    assert_eq!(of(r#"{"payload":"x","expiry":0,"user_properties":[["a",""]]}"#), expected);
    let all = r#"{"payload":"x","expiry":1,"content_type":"","response_topic":"s","correlation_data":"","payload_format":0,
        "user_properties":[["k","w"]]}"#;
    let own = *read(all).unwrap().properties.unwrap();
    assert_eq!(of(all), own);

    let pairs = vec!["[\"\",\"\"]"; MAX_PROPERTIES / 5].join(",");
    let full = read(&format!(r#"{{"payload":"x","user_properties":[{pairs}]}}"#)).unwrap();
    assert_eq!(full.with_defaults(&defaults), Err(RecordError::Properties(MAX_PROPERTIES / 5 * 5 + 19)));
}
