//! A message as one line of NDJSON, read back: what `sub --json` writes and other programs make. Called by `commands/publish` for
//! `--from-json`.
//!
//! Total: any bytes are a record or a typed error, in one pass over the line and without recursion.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use bytestring::ByteString;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::error::Category;
use serde_json::value::RawValue;

use super::properties::MAX_PROPERTIES;
use super::topic::{check_length, check_string};
use super::{Properties, QoS, TopicError, TopicName};

/// A message to publish. What it does not say is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// `topic`.
    pub topic: Option<TopicName>,
    /// `payload`, decoded as `encoding` says.
    pub payload: Bytes,
    /// `qos`.
    pub qos: Option<QoS>,
    /// `retain`.
    pub retain: Option<bool>,
    /// `expiry`, `content_type`, `response_topic`, `correlation_data`, `payload_format` and `user_properties`, if any is there.
    pub properties: Option<Box<Properties>>,
}

/// Why a line is no record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// JSON is UTF-8 (RFC 8259, 8.1).
    #[error("it is not UTF-8")]
    NotUtf8,
    /// JSON that is wrong, or two values.
    #[error("it is no JSON: the error is near byte {0}")]
    Syntax(usize),
    /// A line that ends too early.
    #[error("it is no JSON: it ends too early")]
    CutOff,
    /// A number, a list, …
    #[error("it is JSON, but no object")]
    NotObject,
    /// A field that a message cannot do without.
    #[error("it has no {0}")]
    Missing(&'static str),
    /// A field that is there twice.
    #[error("{0} is there twice")]
    Repeated(&'static str),
    /// A field whose value is of another kind.
    #[error("{field}: it is not {expected}")]
    Kind {
        /// Which.
        field: &'static str,
        /// What it has to be.
        expected: &'static str,
    },
    /// A field that is longer than anything that can be meant.
    #[error("{0}: it is too long")]
    TooLong(&'static str),
    /// A text or bytes that MQTT cannot carry there.
    #[error("{field}: {why}")]
    Value {
        /// Which.
        field: &'static str,
        /// Why not.
        why: TopicError,
    },
    /// Too much of properties.
    #[error("its properties have {0} bytes, the limit is {MAX_PROPERTIES}")]
    Properties(usize),
}

impl Record {
    /// A message that says nothing but its payload.
    #[must_use]
    pub fn of(payload: Bytes) -> Self {
        Self { payload, ..Self::default() }
    }

    /// Reads one line, with or without its end. Unknown fields are read over, and so are those that belong to a delivery and not
    /// to a message (`ts`, `dup`, `size`, `mid`, `subscription_ids`). `null` is as good as absent, except that it is a payload where `encoding`
    /// is `json`.
    ///
    /// # Errors
    /// Why the line is no record; the field is named. Nothing of the line is in it.
    pub fn read(line: &[u8]) -> Result<Self, RecordError> {
        let text = std::str::from_utf8(line).map_err(|_| RecordError::NotUtf8)?;
        let fields: Fields<'_> = serde_json::from_str(text).map_err(|error| match error.classify() {
            Category::Data => RecordError::NotObject,
            Category::Eof => RecordError::CutOff,
            Category::Syntax | Category::Io => RecordError::Syntax(error.column()),
        })?;
        if let Some(name) = fields.repeated {
            return Err(RecordError::Repeated(name));
        }
        let properties = fields.properties()?;
        let size = properties.encoded_len();
        if size > MAX_PROPERTIES {
            return Err(RecordError::Properties(size));
        }
        Ok(Self {
            topic: fields.topic(TOPIC)?,
            payload: fields.payload()?,
            qos: fields.get(QOS, "0, 1 or 2", QoS::from_u8)?,
            retain: fields.get(RETAIN, "true or false", Some)?,
            properties: (size > 0).then(|| Box::new(properties)),
        })
    }
}

const TOPIC: &str = "topic";
const PAYLOAD: &str = "payload";
const ENCODING: &str = "encoding";
const QOS: &str = "qos";
const RETAIN: &str = "retain";
const EXPIRY: &str = "expiry";
const CONTENT_TYPE: &str = "content_type";
const RESPONSE_TOPIC: &str = "response_topic";
const CORRELATION_DATA: &str = "correlation_data";
const PAYLOAD_FORMAT: &str = "payload_format";
const USER_PROPERTIES: &str = "user_properties";

/// The fields that are read.
const NAMES: [&str; 11] = [
    TOPIC,
    PAYLOAD,
    ENCODING,
    QOS,
    RETAIN,
    EXPIRY,
    CONTENT_TYPE,
    RESPONSE_TOPIC,
    CORRELATION_DATA,
    PAYLOAD_FORMAT,
    USER_PROPERTIES,
];

/// The most bytes that any field but the payload has as JSON: 8 are the most for one byte of a packet, in a list of pairs of empty texts.
const LONGEST: usize = 8 * MAX_PROPERTIES;

/// The fields of an object that are read, as they stand in the line. They are read one by one later: `encoding` may stand behind `payload`,
/// and an error names its field.
struct Fields<'a> {
    found: Vec<(&'static str, &'a RawValue)>,
    repeated: Option<&'static str>,
}

impl Fields<'_> {
    fn raw(&self, name: &'static str) -> Option<&str> {
        self.found.iter().find(|(found, _)| *found == name).map(|(_, raw)| raw.get())
    }

    /// The value of a field, made of what is there; `None` if nothing is.
    fn get<T: serde::de::DeserializeOwned, U>(
        &self,
        name: &'static str,
        expected: &'static str,
        make: impl FnOnce(T) -> Option<U>,
    ) -> Result<Option<U>, RecordError> {
        let Some(raw) = self.raw(name) else { return Ok(None) };
        if raw.len() > LONGEST && name != PAYLOAD {
            return Err(RecordError::TooLong(name));
        }
        let wrong = RecordError::Kind { field: name, expected };
        match serde_json::from_str::<Option<T>>(raw) {
            Ok(None) => Ok(None),
            Ok(Some(value)) => make(value).map(Some).ok_or(wrong),
            Err(_) => Err(wrong),
        }
    }

    fn string(&self, name: &'static str) -> Result<Option<String>, RecordError> {
        self.get(name, "a text", Some)
    }

    fn base64(&self, name: &'static str) -> Result<Option<Bytes>, RecordError> {
        self.get(name, "a text in base64", |text: String| STANDARD.decode(text).ok().map(Bytes::from))
    }

    fn topic(&self, name: &'static str) -> Result<Option<TopicName>, RecordError> {
        self.string(name)?.map(TopicName::new).transpose().map_err(|why| RecordError::Value { field: name, why })
    }

    fn payload(&self) -> Result<Bytes, RecordError> {
        let payload = match self.string(ENCODING)?.as_deref() {
            None | Some("utf8") => self.string(PAYLOAD)?.map(Bytes::from),
            Some("base64") => self.base64(PAYLOAD)?,
            // Number for number and space for space as it came.
            Some("json") => self.raw(PAYLOAD).map(|raw| Bytes::copy_from_slice(raw.as_bytes())),
            Some(_) => return Err(RecordError::Kind { field: ENCODING, expected: "utf8, base64 or json" }),
        };
        payload.ok_or(RecordError::Missing(PAYLOAD))
    }

    fn properties(&self) -> Result<Properties, RecordError> {
        let wrong = |field| move |why| RecordError::Value { field, why };
        let content_type = self.string(CONTENT_TYPE)?;
        content_type.as_deref().map_or(Ok(()), check_string).map_err(wrong(CONTENT_TYPE))?;
        let correlation_data = self.base64(CORRELATION_DATA)?;
        correlation_data.as_deref().map_or(Ok(()), check_length).map_err(wrong(CORRELATION_DATA))?;
        let pairs: Option<Vec<(String, String)>> = self.get(USER_PROPERTIES, "a list of pairs of texts", Some)?;
        let pairs = pairs.unwrap_or_default();
        pairs
            .iter()
            .flat_map(|(name, value)| [name, value])
            .try_for_each(|text| check_string(text))
            .map_err(wrong(USER_PROPERTIES))?;
        let flag = |number: u8| if number < 2 { Some(number == 1) } else { None };
        Ok(Properties {
            payload_format: self.get(PAYLOAD_FORMAT, "0 or 1", flag)?,
            expiry: self.get(EXPIRY, "a whole number of seconds, at most 4294967295", Some)?,
            content_type: content_type.map(ByteString::from),
            response_topic: self.topic(RESPONSE_TOPIC)?.map(|topic| topic.as_str().into()),
            correlation_data,
            user_properties: pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect(),
            subscription_ids: Vec::new(),
        })
    }
}

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor)
    }
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Fields { found: Vec::new(), repeated: None };
        while let Some(Name(name)) = map.next_key()? {
            let Some(name) = name else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let value = map.next_value()?;
            if fields.raw(name).is_none() {
                fields.found.push((name, value));
            } else {
                fields.repeated = fields.repeated.or(Some(name));
            }
        }
        Ok(fields)
    }
}

/// The name of a field that is read, or `None` for another.
struct Name(Option<&'static str>);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(NameVisitor)
    }
}

struct NameVisitor;

impl Visitor<'_> for NameVisitor {
    type Value = Name;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, text: &str) -> Result<Name, E> {
        Ok(Name(NAMES.into_iter().find(|name| *name == text)))
    }
}

#[cfg(test)]
mod tests {
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
        let line = concat!(
            r#"{"ts":"1970-01-01T00:00:00.000000Z","topic":"t","qos":2,"retain":true,"dup":true,"size":2,"payload":"/wA=","#,
            r#""encoding":"base64","mid":7,"subscription_ids":[1,268435455],"expiry":60,"content_type":"text/\"plain\"","#,
            r#""response_topic":"r","correlation_data":"AQI=","payload_format":1,"#,
            r#""user_properties":[["b","1"],["a","2"],["b",""]]}"#,
            "\r\n"
        );
        let properties = Properties {
            payload_format: Some(true),
            expiry: Some(60),
            content_type: Some("text/\"plain\"".into()),
            response_topic: Some("r".into()),
            correlation_data: Some(Bytes::from_static(b"\x01\x02")),
            user_properties: vec![("b".into(), "1".into()), ("a".into(), "2".into()), ("b".into(), String::new().into())],
            subscription_ids: Vec::new(),
        };
        let record = Record {
            topic: Some(TopicName::new("t").unwrap()),
            payload: Bytes::from_static(b"\xff\0"),
            qos: Some(QoS::ExactlyOnce),
            retain: Some(true),
            properties: Some(Box::new(properties)),
        };
        assert_eq!(read(line), Ok(record));
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
            assert_eq!(read(line), Ok(Record::of(Bytes::copy_from_slice(payload))), "{line}");
        }
    }

    #[test]
    fn null_is_as_good_as_absent() {
        let line =
            r#"{"payload":"x","topic":null,"qos":null,"retain":null,"expiry":null,"content_type":null,"user_properties":null}"#;
        assert_eq!(read(line), Ok(Record::of(Bytes::from_static(b"x"))));
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
}
