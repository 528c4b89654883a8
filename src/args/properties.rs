//! The properties of a message as options: those of what `pub` publishes, and what they share with the Will's.

use std::ffi::{OsStr, OsString};

use super::connect::values::seconds;
use super::{ArgsError, binary, mqtt_string, topic_name, user_property};
use crate::mqtt::properties::MAX_PROPERTIES;
use crate::mqtt::{Properties, TopicName};

/// Options of the properties that a message has in version 5.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Message (MQTT 5)")]
pub struct PropertiesArgs {
    /// Content type of the message, like application/json
    #[arg(long, value_name = "TYPE", allow_hyphen_values = true)]
    content_type: Option<OsString>,

    /// Where an answer to the message goes
    #[arg(long, value_name = "TOPIC", allow_hyphen_values = true)]
    response_topic: Option<OsString>,

    /// What an answer to the message carries: text, hex:…, base64:… or @FILE
    #[arg(long, value_name = "DATA", allow_hyphen_values = true)]
    correlation_data: Option<OsString>,

    /// How long the message is worth delivering, in whole seconds or with a unit; the time that it waits here is taken off
    #[arg(long, value_name = "D", alias = "message-expiry-interval", value_parser = seconds)]
    expiry: Option<u32>,

    /// What the message is: utf8 or bytes
    #[arg(long, value_name = "FORMAT", alias = "payload-format-indicator", value_parser = payload_format)]
    payload_format: Option<bool>,

    /// A user property of the message, NAME=VALUE; as often as needed
    #[arg(long = "user-property", value_name = "NAME=VALUE", alias = "user-properties", allow_hyphen_values = true)]
    user_properties: Vec<OsString>,
}

/// The options, in the order of `TypedProperties`.
const NAMES: [&str; 6] =
    ["--content-type", "--response-topic", "--correlation-data", "--expiry", "--payload-format", "--user-property"];

impl PropertiesArgs {
    /// The properties, or `None` when no option names one.
    ///
    /// # Errors
    /// Usage: a value that MQTT cannot carry. A file that cannot be read.
    pub(super) fn resolve(&self) -> Result<Option<Box<Properties>>, ArgsError> {
        self.typed().resolve()
    }

    /// The first option given; 3.1.1 has none of them.
    pub(super) fn needs_5(&self) -> Option<&'static str> {
        self.typed().first(&NAMES)
    }

    /// The topic of answers for a command that knows one without a property too, and the properties beside it.
    ///
    /// # Errors
    /// As of `resolve`.
    pub(super) fn resolve_apart(&self) -> Result<(Option<TopicName>, Properties), ArgsError> {
        let typed = TypedProperties { response_topic: None, ..self.typed() };
        let properties = typed.resolve()?.map(|properties| *properties).unwrap_or_default();
        Ok((self.response_topic.as_deref().map(topic_name).transpose()?, properties))
    }

    /// Whether `--response-topic` was given.
    pub(super) const fn has_response_topic(&self) -> bool {
        self.response_topic.is_some()
    }

    /// The first option given that 3.1.1 does not have, for such a command.
    pub(super) fn needs_5_apart(&self) -> Option<&'static str> {
        TypedProperties { response_topic: None, ..self.typed() }.first(&NAMES)
    }

    /// Whether the Correlation Data is given as bytes and not as a text.
    pub(super) fn has_binary_correlation_data(&self) -> bool {
        let given = self.correlation_data.as_ref().map(|data| data.as_encoded_bytes());
        given.is_some_and(|data| data.starts_with(b"hex:") || data.starts_with(b"base64:"))
    }

    fn typed(&self) -> TypedProperties<'_> {
        TypedProperties {
            content_type: self.content_type.as_deref(),
            response_topic: self.response_topic.as_deref(),
            correlation_data: self.correlation_data.as_deref(),
            expiry: self.expiry,
            payload_format: self.payload_format,
            user_properties: &self.user_properties,
        }
    }
}

/// The properties of a message as they were typed, whatever the options are called.
pub(super) struct TypedProperties<'a> {
    pub content_type: Option<&'a OsStr>,
    pub response_topic: Option<&'a OsStr>,
    pub correlation_data: Option<&'a OsStr>,
    pub expiry: Option<u32>,
    pub payload_format: Option<bool>,
    pub user_properties: &'a [OsString],
}

impl TypedProperties<'_> {
    /// The properties, or `None` when there is none.
    ///
    /// # Errors
    /// Usage: a value that MQTT cannot carry, or more than [`MAX_PROPERTIES`]. A file that cannot be read.
    pub fn resolve(&self) -> Result<Option<Box<Properties>>, ArgsError> {
        let properties = Properties {
            payload_format: self.payload_format,
            expiry: self.expiry,
            content_type: self.content_type.map(|text| mqtt_string("content type", text)).transpose()?,
            response_topic: self.response_topic.map(topic_name).transpose()?.map(|topic| topic.as_str().into()),
            correlation_data: self.correlation_data.map(|data| binary("correlation data", data)).transpose()?,
            user_properties: self.user_properties.iter().map(|pair| user_property(pair)).collect::<Result<_, _>>()?,
            ..Properties::default()
        };
        match properties.encoded_len() {
            0 => Ok(None),
            size if size > MAX_PROPERTIES => {
                Err(ArgsError::usage(format!("the properties have {size} bytes, the limit is {MAX_PROPERTIES}")))
            }
            _ => Ok(Some(Box::new(properties))),
        }
    }

    /// The name of the first that is there; `names` are in the order of the fields.
    pub fn first(&self, names: &[&'static str; 6]) -> Option<&'static str> {
        let given = [
            self.content_type.is_some(),
            self.response_topic.is_some(),
            self.correlation_data.is_some(),
            self.expiry.is_some(),
            self.payload_format.is_some(),
            !self.user_properties.is_empty(),
        ];
        given.into_iter().zip(names).find_map(|(given, name)| given.then_some(*name))
    }
}

/// A payload format by its name or its number in the specification.
pub(super) fn payload_format(text: &str) -> Result<bool, &'static str> {
    match text {
        "utf8" | "text" | "1" => Ok(true),
        "bytes" | "binary" | "0" => Ok(false),
        _ => Err("a payload format is utf8 or bytes"),
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::super::testing::{assert_says, parse, told};
    use super::*;

    fn resolve(words: &[&str]) -> Result<Option<Box<Properties>>, String> {
        parse::<PropertiesArgs>(words)?.resolve().map_err(told)
    }

    #[test]
    fn without_an_option_there_are_none() {
        assert_eq!(resolve(&[]), Ok(None));
    }

    #[test]
    fn all_of_them_and_user_properties_in_order() {
        let expected = Properties {
            payload_format: Some(false),
            expiry: Some(120),
            content_type: Some("-t".into()),
            response_topic: Some("r/ü".into()),
            correlation_data: Some(Bytes::from_static(b"\x00\xff")),
            user_properties: vec![("b".into(), "1=2".into()), ("a".into(), "".into()), ("b".into(), "".into())],
            ..Properties::default()
        };
        let expected = Ok(Some(Box::new(expected)));
        let rest = ["--content-type", "-t", "--response-topic", "r/ü", "--correlation-data", "hex:00fF"];
        let ours = ["--expiry", "2m", "--payload-format", "bytes"];
        let ours_repeated = ["--user-property", "b=1=2", "--user-property", "a=", "--user-property", "b="];
        assert_eq!(resolve(&[&rest[..], &ours, &ours_repeated].concat()), expected);
        let theirs = ["--message-expiry-interval", "120", "--payload-format-indicator", "0"];
        let theirs_repeated = ["--user-properties", "b=1=2", "--user-property", "a=", "--user-properties", "b="];
        assert_eq!(resolve(&[&theirs[..], &theirs_repeated, &rest].concat()), expected);
    }

    #[test]
    fn each_needs_version_5() {
        for words in [
            ["--content-type", "x"],
            ["--response-topic", "x"],
            ["--correlation-data", "x"],
            ["--expiry", "1"],
            ["--payload-format", "utf8"],
            ["--user-property", "x=y"],
        ] {
            assert_eq!(parse::<PropertiesArgs>(&words).unwrap().needs_5(), Some(words[0]));
        }
        assert_eq!(parse::<PropertiesArgs>(&[]).unwrap().needs_5(), None);
    }

    #[test]
    fn what_no_message_can_have() {
        let long = "x".repeat(65_536);
        for (words, says) in [
            (&["--content-type", &long][..], "content type: it has 65536 bytes"),
            (&["--content-type", "a\u{0}"], "content type: "),
            (&["--response-topic", "a/+"], "topic 'a/+': it has the wildcard +"),
            (&["--response-topic", ""], "topic ''"),
            (&["--correlation-data", "hex:1"], "correlation data: two hexadecimal digits a byte"),
            (&["--correlation-data", "base64:*"], "correlation data: it is not base64"),
            (&["--correlation-data", &long], "correlation data: it has 65536 bytes"),
            (&["--correlation-data", "@/nowhere"], "cannot read correlation data in /nowhere: no such file"),
            (&["--expiry", "0.5"], "whole number of seconds"),
            (&["--expiry", "4294967296"], "whole number of seconds"),
            (&["--expiry", "soon"], "--expiry"),
            (&["--payload-format", "2"], "utf8 or bytes"),
            (&["--user-property", "x"], "user property 'x': it is NAME=VALUE"),
        ] {
            assert_says(resolve(words), says, words);
        }
    }

    #[test]
    fn together_they_have_a_limit() {
        // 5 bytes around name and value, which are 65,531 together.
        let pair = format!("k={}", "x".repeat(65_530));
        let pairs = |count| ["--user-property", &pair].repeat(count);
        assert!(resolve(&pairs(15)).is_ok());
        let one_too_many = [&pairs(15)[..], &["--user-property", &pair, "--expiry", "1"]].concat();
        assert_says(resolve(&one_too_many), "the properties have 1048581 bytes, the limit is 1048576", &["--user-property"]);
    }
}
