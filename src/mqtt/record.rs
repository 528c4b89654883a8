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
    /// A message that says nothing but its payload and its properties.
    #[must_use]
    pub fn of(payload: Bytes, properties: Option<Box<Properties>>) -> Self {
        Self { payload, properties, ..Self::default() }
    }

    /// The same, with these properties for those that it does not say.
    ///
    /// # Errors
    /// Together they are too much.
    pub fn with_defaults(self, defaults: &Properties) -> Result<Self, RecordError> {
        let properties = self.properties.map_or_else(|| defaults.clone(), |own| own.or(defaults));
        check_size(&properties)?;
        Ok(Self { properties: Some(Box::new(properties)), ..self })
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
        let size = check_size(&properties)?;
        Ok(Self {
            topic: fields.topic(TOPIC)?,
            payload: fields.payload()?,
            qos: fields.get(QOS, "0, 1 or 2", QoS::from_u8)?,
            retain: fields.get(RETAIN, "true or false", Some)?,
            properties: (size > 0).then(|| Box::new(properties)),
        })
    }
}

/// The bytes of properties that a message can have.
fn check_size(properties: &Properties) -> Result<usize, RecordError> {
    let size = properties.encoded_len();
    if size > MAX_PROPERTIES { Err(RecordError::Properties(size)) } else { Ok(size) }
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
pub(crate) mod samples;
#[cfg(test)]
mod tests;
