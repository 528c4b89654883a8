//! What a message has, by name: the `{…}` of formats and templates. The names are those of the NDJSON record. Called by `pattern` and
//! `payload`'s users in `commands`.

use std::fmt::Write as _;
use std::io::Write as _;
use std::num::NonZeroUsize;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Zoned;
use jiff::tz::TimeZone;

use super::{json, time};
use crate::mqtt::{Properties, Received};
use crate::text::hex;

/// One thing that a message has. What it has not is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field {
    /// `{topic}`.
    Topic,
    /// `{topic:N}`: the Nth level of it, from 1.
    Level(NonZeroUsize),
    /// `{payload}`, `{payload:hex}`, `{payload:base64}`, `{payload:json}`.
    Payload(Form),
    /// `{encoding}`: what `{payload:json}` is a text of, `utf8` or `base64`.
    Encoding,
    /// `{size}`: of the payload, in bytes.
    Size,
    /// `{qos}`.
    Qos,
    /// `{retain}`: `true` or `false`.
    Retain,
    /// `{dup}`: `true` or `false`.
    Dup,
    /// `{mid}`: the Packet Identifier.
    Mid,
    /// `{ts}`, `{ts:unix}`, `{ts:%H:%M:%S}`: when it was received.
    Time(TimeForm),
    /// `{content_type}`.
    ContentType,
    /// `{response_topic}`.
    ResponseTopic,
    /// `{correlation_data}`, `{correlation_data:hex}`, `{correlation_data:base64}`.
    CorrelationData(Form),
    /// `{expiry}`: Message Expiry Interval, in seconds.
    Expiry,
    /// `{payload_format}`: 0 or 1.
    PayloadFormat,
    /// `{user_properties}`: `name:value name:value`.
    UserProperties,
    /// `{user_property:NAME}`: the value of the first of that name.
    UserProperty(String),
    /// `{subscription_ids}`, with spaces between them.
    SubscriptionIds,
    /// `{json}`: the record of NDJSON, without its newline.
    Json,
}

/// How bytes are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// As they came.
    Raw,
    /// Two small hexadecimal digits a byte.
    Hex,
    /// With padding.
    Base64,
    /// A text of JSON in its quotes; of the base64 where they are not UTF-8.
    Json,
}

/// How a time is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TimeForm {
    /// RFC 3339, UTC, to the microsecond.
    Rfc3339,
    /// Seconds since 1970, with nine digits behind the point.
    Unix,
    /// As strftime has it, in the local time zone.
    Strftime(String),
}

/// Why a name of a field, with what follows it, is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FieldError {
    /// Something behind a `:` that means nothing there.
    #[error("{{{0}}} takes nothing behind a colon")]
    NoArgument(&'static str),
    /// A form that there is not.
    #[error("{{{0}:…}} takes {1}")]
    Form(&'static str, &'static str),
    /// A level that is none.
    #[error("{{topic:N}} takes the number of a level, from 1")]
    Level,
    /// `{user_property}` alone.
    #[error("{{user_property:NAME}} needs a name; {{user_properties}} are all")]
    NoName,
    /// What strftime has not.
    #[error("{{ts:…}} takes unix or a format of strftime: {0}")]
    Time(String),
}

impl Field {
    /// The field of a name, or `None` where a message has nothing of that name.
    ///
    /// # Errors
    /// The argument is none that the name takes.
    #[must_use]
    pub fn parse(name: &str, argument: Option<&str>) -> Option<Result<Self, FieldError>> {
        let plain = |name, field| if argument.is_none() { Ok(field) } else { Err(FieldError::NoArgument(name)) };
        Some(match name {
            "topic" => argument.map_or(Ok(Self::Topic), level),
            "payload" => payload_form(argument).map(Self::Payload),
            "encoding" => plain("encoding", Self::Encoding),
            "size" => plain("size", Self::Size),
            "qos" => plain("qos", Self::Qos),
            "retain" => plain("retain", Self::Retain),
            "dup" => plain("dup", Self::Dup),
            "mid" => plain("mid", Self::Mid),
            "ts" => time_form(argument).map(Self::Time),
            "content_type" => plain("content_type", Self::ContentType),
            "response_topic" => plain("response_topic", Self::ResponseTopic),
            "correlation_data" => {
                bytes_form(argument).ok_or(FieldError::Form("correlation_data", "hex or base64")).map(Self::CorrelationData)
            }
            "expiry" => plain("expiry", Self::Expiry),
            "payload_format" => plain("payload_format", Self::PayloadFormat),
            "user_properties" => plain("user_properties", Self::UserProperties),
            "user_property" => argument.map(|name| Self::UserProperty(name.to_owned())).ok_or(FieldError::NoName),
            "subscription_ids" => plain("subscription_ids", Self::SubscriptionIds),
            "json" => plain("json", Self::Json),
            _ => return None,
        })
    }

    /// Appends it as it is in a message; a terminal is not kept safe from it.
    pub fn render(&self, received: &Received, zone: &TimeZone, out: &mut Vec<u8>) {
        let message = &received.message;
        // Writing to a Vec cannot fail, here and below.
        match self {
            Self::Topic => out.extend_from_slice(message.topic.as_str().as_bytes()),
            Self::Level(level) => {
                let level = message.topic.as_str().split('/').nth(level.get() - 1);
                out.extend_from_slice(level.unwrap_or_default().as_bytes());
            }
            Self::Payload(form) => bytes(*form, &message.payload, out),
            Self::Encoding => {
                let is_text = std::str::from_utf8(&message.payload).is_ok();
                out.extend_from_slice(if is_text { b"utf8" } else { b"base64" });
            }
            Self::Size => drop(write!(out, "{}", message.payload.len())),
            Self::Qos => drop(write!(out, "{}", message.qos)),
            Self::Retain => drop(write!(out, "{}", message.retain)),
            Self::Dup => drop(write!(out, "{}", received.dup)),
            Self::Mid => number(received.id.map(u32::from), out),
            Self::Time(TimeForm::Rfc3339) => time::rfc3339(received.at, out),
            Self::Time(TimeForm::Unix) => time::unix(received.at, out),
            // It was tried when it was read.
            Self::Time(TimeForm::Strftime(format)) => {
                drop(time::strftime(format.as_bytes(), &time::local(received.at, zone), out));
            }
            Self::Json => json::object(received, json::Shape::default(), out),
            _ => self.render_property(message.properties.as_deref(), out),
        }
    }

    /// Whether what it writes is JSON, in which a terminal is kept safe by other means.
    #[must_use]
    pub const fn is_json(&self) -> bool {
        matches!(self, Self::Json | Self::Payload(Form::Json))
    }

    fn render_property(&self, properties: Option<&Properties>, out: &mut Vec<u8>) {
        let Some(properties) = properties else { return };
        let text = |text: &Option<bytestring::ByteString>, out: &mut Vec<u8>| {
            out.extend_from_slice(text.as_deref().unwrap_or_default().as_bytes());
        };
        match self {
            Self::ContentType => text(&properties.content_type, out),
            Self::ResponseTopic => text(&properties.response_topic, out),
            Self::CorrelationData(form) => bytes(*form, properties.correlation_data.as_deref().unwrap_or_default(), out),
            Self::Expiry => number(properties.expiry, out),
            Self::PayloadFormat => number(properties.payload_format.map(u32::from), out),
            Self::UserProperties => user_properties(properties, out),
            Self::UserProperty(name) => {
                let first = properties.user_properties.iter().find(|(found, _)| *found == name.as_str());
                out.extend_from_slice(first.map_or("", |(_, value)| value).as_bytes());
            }
            Self::SubscriptionIds => {
                for (n, id) in properties.subscription_ids.iter().enumerate() {
                    let _ = write!(out, "{}{id}", if n == 0 { "" } else { " " });
                }
            }
            _ => {}
        }
    }
}

/// Appends `name:value name:value`.
pub(super) fn user_properties(properties: &Properties, out: &mut Vec<u8>) {
    for (n, (name, value)) in properties.user_properties.iter().enumerate() {
        let _ = write!(out, "{}{name}:{value}", if n == 0 { "" } else { " " });
    }
}

fn number(number: Option<u32>, out: &mut Vec<u8>) {
    if let Some(number) = number {
        let _ = write!(out, "{number}");
    }
}

fn bytes(form: Form, bytes: &[u8], out: &mut Vec<u8>) {
    match form {
        Form::Raw => out.extend_from_slice(bytes),
        Form::Hex => hex::encode(bytes, out),
        Form::Base64 => out.extend_from_slice(STANDARD.encode(bytes).as_bytes()),
        Form::Json => drop(json::text(bytes, out)),
    }
}

fn level(argument: &str) -> Result<Field, FieldError> {
    let digits = argument.bytes().all(|byte| byte.is_ascii_digit());
    let level = argument.parse().ok().filter(|_| digits);
    level.map(Field::Level).ok_or(FieldError::Level)
}

fn bytes_form(argument: Option<&str>) -> Option<Form> {
    match argument {
        None => Some(Form::Raw),
        Some("hex") => Some(Form::Hex),
        Some("base64") => Some(Form::Base64),
        Some(_) => None,
    }
}

fn payload_form(argument: Option<&str>) -> Result<Form, FieldError> {
    if argument == Some("json") {
        return Ok(Form::Json);
    }
    bytes_form(argument).ok_or(FieldError::Form("payload", "hex, base64 or json"))
}

fn time_form(argument: Option<&str>) -> Result<TimeForm, FieldError> {
    match argument {
        None => Ok(TimeForm::Rfc3339),
        Some("unix") => Ok(TimeForm::Unix),
        Some(format) => {
            // What one time can be written in, every other can.
            let mut tried = Vec::new();
            let written = time::strftime(format.as_bytes(), &Zoned::default(), &mut tried);
            let wrong = |why: &dyn std::fmt::Display| {
                let mut text = String::new();
                let _ = write!(text, "{why}");
                FieldError::Time(text)
            };
            match written {
                Ok(()) if !format.contains('%') => Err(wrong(&"it has no %")),
                Ok(()) => Ok(TimeForm::Strftime(format.to_owned())),
                Err(error) => Err(wrong(&error)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use jiff::tz::offset;

    use super::super::samples::received;
    use super::*;
    use crate::mqtt::QoS;

    fn full() -> Received {
        let mut full = received("a/b//d", b"\xffA");
        full.message.qos = QoS::AtLeastOnce;
        full.message.retain = true;
        full.id = Some(7);
        full.message.properties = Some(Box::new(Properties {
            payload_format: Some(false),
            expiry: Some(60),
            content_type: Some("text".into()),
            response_topic: Some("r/1".into()),
            correlation_data: Some(Bytes::from_static(b"\x01\xfe")),
            user_properties: vec![("k".into(), "v".into()), ("k".into(), "w".into()), ("".into(), "x y".into())],
            subscription_ids: vec![1, 128],
        }));
        full
    }

    fn render(name: &str, argument: Option<&str>, of: &Received) -> Vec<u8> {
        let mut out = b"|".to_vec();
        let field = Field::parse(name, argument).unwrap_or_else(|| panic!("{name} is no field")).unwrap();
        field.render(of, &TimeZone::fixed(offset(2)), &mut out);
        out.split_off(1)
    }

    /// Name, argument, what it is of a message that has everything, and of one that has nothing.
    type Row = (&'static str, Option<&'static str>, &'static [u8], &'static [u8]);

    const FIELDS: &[Row] = &[
        ("topic", None, b"a/b//d", b"t"),
        ("topic", Some("1"), b"a", b"t"),
        ("topic", Some("3"), b"", b""),
        ("topic", Some("4"), b"d", b""),
        ("topic", Some("18446744073709551615"), b"", b""),
        ("payload", None, b"\xffA", b""),
        ("payload", Some("hex"), b"ff41", b""),
        ("payload", Some("base64"), b"/0E=", b""),
        ("payload", Some("json"), b"\"/0E=\"", b"\"\""),
        ("encoding", None, b"base64", b"utf8"),
        ("size", None, b"2", b"0"),
        ("qos", None, b"1", b"0"),
        ("retain", None, b"true", b"false"),
        ("dup", None, b"false", b"false"),
        ("mid", None, b"7", b""),
        ("ts", None, b"2026-11-21T03:04:05.123456Z", b"2026-11-21T03:04:05.123456Z"),
        ("ts", Some("unix"), b"1795230245.123456000", b"1795230245.123456000"),
        ("ts", Some("%H:%M:%S %c"), b"05:04:05 Sat Nov 21 05:04:05 2026", b"05:04:05 Sat Nov 21 05:04:05 2026"),
        ("content_type", None, b"text", b""),
        ("response_topic", None, b"r/1", b""),
        ("correlation_data", None, b"\x01\xfe", b""),
        ("correlation_data", Some("hex"), b"01fe", b""),
        ("correlation_data", Some("base64"), b"Af4=", b""),
        ("expiry", None, b"60", b""),
        ("payload_format", None, b"0", b""),
        ("user_properties", None, b"k:v k:w :x y", b""),
        ("user_property", Some("k"), b"v", b""),
        ("user_property", Some(""), b"x y", b""),
        ("user_property", Some("K"), b"", b""),
        ("subscription_ids", None, b"1 128", b""),
    ];

    #[test]
    fn fields_of_everything_and_of_nothing() {
        let (full, empty) = (full(), received("t", b""));
        for (name, argument, of_full, of_empty) in FIELDS {
            let shown = |of| render(name, *argument, of).escape_ascii().to_string();
            let expected = (of_full.escape_ascii().to_string(), of_empty.escape_ascii().to_string());
            assert_eq!((shown(&full), shown(&empty)), expected, "{name} {argument:?}");
        }
        assert_eq!(render("payload", Some("json"), &received("t", "\"ä\n".as_bytes())), "\"\\\"ä\\n\"".as_bytes());
    }

    #[test]
    fn the_record_is_a_field() {
        let mut line = Vec::new();
        json::record(&full(), false, &mut line);
        assert_eq!([render("json", None, &full()), b"\n".to_vec()].concat(), line);
    }

    #[test]
    fn what_is_no_field() {
        for name in ["", "x", "Topic", "user", "topics"] {
            assert_eq!(Field::parse(name, None), None, "{name}");
        }
        for (name, argument, says) in [
            ("size", Some(""), "{size} takes nothing behind a colon"),
            ("json", Some("x"), "{json} takes nothing behind a colon"),
            ("payload", Some("HEX"), "{payload:…} takes hex, base64 or json"),
            ("correlation_data", Some("json"), "{correlation_data:…} takes hex or base64"),
            ("topic", Some("0"), "{topic:N} takes the number of a level, from 1"),
            ("topic", Some("+1"), "{topic:N} takes the number of a level, from 1"),
            ("user_property", None, "{user_property:NAME} needs a name; {user_properties} are all"),
            ("ts", Some(""), "{ts:…} takes unix or a format of strftime: it has no %"),
            ("ts", Some("iso"), "{ts:…} takes unix or a format of strftime: it has no %"),
        ] {
            assert_eq!(Field::parse(name, argument).unwrap().unwrap_err().to_string(), says);
        }
        let wrong = Field::parse("ts", Some("%E")).unwrap().unwrap_err().to_string();
        assert!(wrong.starts_with("{ts:…} takes unix or a format of strftime: "), "{wrong}");
    }
}
