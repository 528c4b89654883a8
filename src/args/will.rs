//! The Will: what the broker publishes when this client goes without a word.

use std::ffi::OsString;
use std::path::PathBuf;

use bytes::Bytes;

use super::connect::values::seconds;
use super::properties::{TypedProperties, payload_format};
use super::{ArgsError, qos, topic_name};
use crate::mqtt::topic::check_length;
use crate::mqtt::{Message, QoS, Will};

/// Options of the Will.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Will")]
pub struct WillArgs {
    /// Where the broker publishes the will when this client goes without a word
    #[arg(long, value_name = "TOPIC", allow_hyphen_values = true)]
    will_topic: Option<OsString>,

    /// The message of the will [default: empty]
    #[arg(long, value_name = "MESSAGE", alias = "will-message", allow_hyphen_values = true, conflicts_with = "will_file")]
    will_payload: Option<OsString>,

    /// The file that is the message of the will
    #[arg(long, value_name = "FILE")]
    will_file: Option<PathBuf>,

    /// QoS of the will, 0, 1 or 2 [default: 1]
    #[arg(long, value_name = "QOS", value_parser = qos)]
    will_qos: Option<QoS>,

    /// Ask the broker to retain the will
    #[arg(long)]
    will_retain: bool,

    /// How long the broker waits with the will, in whole seconds or with a unit; this client may come back until then
    #[arg(long, value_name = "D", alias = "will-delay-interval", value_parser = seconds)]
    will_delay: Option<u32>,

    /// Publish the will at the end of the run, too
    #[arg(long)]
    will_on_exit: bool,

    /// How long the will, once published, is worth delivering
    #[arg(long, value_name = "D", alias = "will-message-expiry-interval", value_parser = seconds)]
    will_expiry: Option<u32>,

    /// Content type of the will, like application/json
    #[arg(long, value_name = "TYPE", allow_hyphen_values = true)]
    will_content_type: Option<OsString>,

    /// What the message of the will is: utf8 or bytes
    #[arg(long, value_name = "FORMAT", alias = "will-payload-format-indicator", value_parser = payload_format)]
    will_payload_format: Option<bool>,

    /// Where an answer to the will goes
    #[arg(long, value_name = "TOPIC", allow_hyphen_values = true)]
    will_response_topic: Option<OsString>,

    /// What an answer to the will carries: text, hex:…, base64:… or @FILE
    #[arg(long, value_name = "DATA", allow_hyphen_values = true)]
    will_correlation_data: Option<OsString>,

    /// A user property of the will, NAME=VALUE; as often as needed
    #[arg(long = "will-user-property", value_name = "NAME=VALUE", alias = "will-user-properties", allow_hyphen_values = true)]
    will_user_properties: Vec<OsString>,
}

impl WillArgs {
    /// The Will, and whether the end of the run publishes it.
    ///
    /// # Errors
    /// Usage: a part of a will without a topic, or one that cannot be. A file that cannot be read.
    pub(super) fn resolve(&self) -> Result<(Option<Will>, bool), ArgsError> {
        let Some(topic) = &self.will_topic else {
            return match self.part() {
                None => Ok((None, false)),
                Some(option) => Err(ArgsError::usage(format!("{option} needs --will-topic: where the will is published"))),
            };
        };
        let message = Message {
            topic: topic_name(topic)?,
            payload: self.payload()?,
            qos: self.will_qos.unwrap_or(QoS::AtLeastOnce),
            retain: self.will_retain,
            properties: self.properties().resolve()?,
        };
        check_length(&message.payload).map_err(|why| ArgsError::usage(format!("the message of the will: {why}")))?;
        Ok((Some(Will { message, delay: self.will_delay.unwrap_or(0) }), self.will_on_exit))
    }

    /// How long the broker waits with it, in seconds.
    pub(super) fn delay(&self) -> u32 {
        self.will_delay.unwrap_or(0)
    }

    /// The first option given that 3.1.1 does not have.
    pub(super) fn needs_5(&self) -> Option<&'static str> {
        self.will_delay.map(|_| "--will-delay").or_else(|| {
            self.properties().first(&[
                "--will-content-type",
                "--will-response-topic",
                "--will-correlation-data",
                "--will-expiry",
                "--will-payload-format",
                "--will-user-property",
            ])
        })
    }

    /// The first part of a will that was given, its topic aside.
    fn part(&self) -> Option<&'static str> {
        let parts = [
            (self.will_payload.is_some(), "--will-payload"),
            (self.will_file.is_some(), "--will-file"),
            (self.will_qos.is_some(), "--will-qos"),
            (self.will_retain, "--will-retain"),
            (self.will_on_exit, "--will-on-exit"),
        ];
        parts.into_iter().find_map(|(given, name)| given.then_some(name)).or_else(|| self.needs_5())
    }

    fn payload(&self) -> Result<Bytes, ArgsError> {
        match (&self.will_file, &self.will_payload) {
            (Some(path), _) => super::read_file("the message of the will", path),
            (None, Some(text)) => Ok(Bytes::copy_from_slice(text.as_encoded_bytes())),
            (None, None) => Ok(Bytes::new()),
        }
    }

    fn properties(&self) -> TypedProperties<'_> {
        TypedProperties {
            content_type: self.will_content_type.as_deref(),
            response_topic: self.will_response_topic.as_deref(),
            correlation_data: self.will_correlation_data.as_deref(),
            expiry: self.will_expiry,
            payload_format: self.will_payload_format,
            user_properties: &self.will_user_properties,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{assert_says, parse, told};
    use super::*;
    use crate::mqtt::Properties;

    fn resolve(words: &[&str]) -> Result<(Option<Will>, bool), String> {
        parse::<WillArgs>(words)?.resolve().map_err(told)
    }

    #[test]
    fn a_will() {
        assert_eq!(resolve(&[]), Ok((None, false)));
        let (will, on_exit) = resolve(&["--will-topic", "a", "--will-on-exit"]).unwrap();
        let Will { message, delay } = will.unwrap();
        assert_eq!(
            (message.topic.as_str(), &*message.payload, message.qos, message.retain),
            ("a", &b""[..], QoS::AtLeastOnce, false)
        );
        assert_eq!((message.properties, delay, on_exit), (None, 0, true));

        let words = "--will-topic a --will-payload -x --will-qos 2 --will-retain --will-delay 1m --will-expiry 5 \
            --will-content-type t --will-payload-format utf8 --will-response-topic r --will-correlation-data hex:00fF \
            --will-user-property a=b=c --will-user-property a=";
        let words: Vec<&str> = words.split_whitespace().filter(|word| *word != "\\").collect();
        let Will { message, delay } = resolve(&words).unwrap().0.unwrap();
        assert_eq!((&*message.payload, message.qos, message.retain, delay), (&b"-x"[..], QoS::ExactlyOnce, true, 60));
        let properties = Properties {
            payload_format: Some(true),
            expiry: Some(5),
            content_type: Some("t".into()),
            response_topic: Some("r".into()),
            correlation_data: Some(Bytes::from_static(b"\x00\xff")),
            user_properties: vec![("a".into(), "b=c".into()), ("a".into(), "".into())],
            ..Properties::default()
        };
        assert_eq!(message.properties.as_deref(), Some(&properties));
    }

    #[test]
    fn every_part_needs_a_topic() {
        for words in [
            &["--will-payload", "x"][..],
            &["--will-file", "x"],
            &["--will-qos", "1"],
            &["--will-retain"],
            &["--will-delay", "1"],
            &["--will-on-exit"],
            &["--will-expiry", "1"],
            &["--will-content-type", "x"],
            &["--will-payload-format", "utf8"],
            &["--will-response-topic", "x"],
            &["--will-correlation-data", "x"],
            &["--will-user-property", "x=y"],
        ] {
            assert_says(resolve(words), &format!("{} needs --will-topic", words[0]), words);
        }
    }

    #[test]
    fn what_cannot_be_a_will() {
        let long = "x".repeat(65_536);
        for (words, says) in [
            (&["--will-topic", "a/+"][..], "topic 'a/+'"),
            (&["--will-topic", ""], "topic ''"),
            (&["--will-topic", "a", "--will-payload", &long], "the message of the will: it has 65536 bytes"),
            (&["--will-topic", "a", "--will-payload", "x", "--will-file", "y"], "cannot be used with"),
            (&["--will-topic", "a", "--will-file", "/nowhere"], "cannot read the message of the will in /nowhere: no such file"),
            (&["--will-topic", "a", "--will-qos", "3"], "a QoS is 0, 1 or 2"),
            (&["--will-topic", "a", "--will-delay", "0.5"], "whole number of seconds"),
            (&["--will-topic", "a", "--will-delay", "4294967296"], "whole number of seconds"),
            (&["--will-topic", "a", "--will-payload-format", "2"], "utf8 or bytes"),
            (&["--will-topic", "a", "--will-response-topic", "#"], "topic '#'"),
            (&["--will-topic", "a", "--will-correlation-data", "hex:1"], "correlation data: two hexadecimal digits a byte"),
            (&["--will-topic", "a", "--will-correlation-data", "base64:*"], "correlation data: it is not base64"),
            (&["--will-topic", "a", "--will-user-property", "x"], "NAME=VALUE"),
        ] {
            assert_says(resolve(words), says, words);
        }
    }
}
