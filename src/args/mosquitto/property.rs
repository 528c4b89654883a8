//! `-D COMMAND NAME VALUE`: which option of ours a property is.

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::super::layers::LayerError;
use super::super::values::BETWEEN;
use super::named;

/// The packets that a client sends properties with, as mosquitto names them, and the Will, which is a part of CONNECT.
const COMMANDS: [&str; 6] = ["connect", "publish", "subscribe", "unsubscribe", "disconnect", "will"];
/// Packets that have properties and none that a person could set.
const ANSWERS: [&str; 8] = ["connack", "puback", "pubrec", "pubrel", "pubcomp", "suback", "unsuback", "auth"];

/// How a value becomes one of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// As it is.
    Text,
    /// Bytes, which ours may be told in other ways: `hex:…`, `@FILE`.
    Bytes,
    /// A name and a value.
    Pair,
    /// 1 is the option itself, 0 what undoes it.
    Switch,
    /// 0 is the option itself, 1 what undoes it.
    Undoing,
}

/// Command, property, and the option that it is.
const PROPERTIES: &[(&str, &str, Form, &str)] = &[
    ("connect", "maximum-packet-size", Form::Text, "max-packet"),
    ("connect", "receive-maximum", Form::Text, "receive-maximum"),
    ("connect", "request-problem-information", Form::Undoing, "no-request-problem-information"),
    ("connect", "request-response-information", Form::Switch, "request-response-information"),
    ("connect", "session-expiry-interval", Form::Text, "session-expiry"),
    ("connect", "topic-alias-maximum", Form::Text, "topic-alias-maximum"),
    ("connect", "user-property", Form::Pair, "connect-user-property"),
    ("publish", "content-type", Form::Text, "content-type"),
    ("publish", "correlation-data", Form::Bytes, "correlation-data"),
    ("publish", "message-expiry-interval", Form::Text, "expiry"),
    ("publish", "payload-format-indicator", Form::Text, "payload-format"),
    ("publish", "response-topic", Form::Text, "response-topic"),
    ("publish", "topic-alias", Form::Text, "topic-alias"),
    ("publish", "user-property", Form::Pair, "user-property"),
    ("subscribe", "subscription-identifier", Form::Text, "subscription-id"),
    ("subscribe", "user-property", Form::Pair, "subscribe-user-property"),
    ("unsubscribe", "user-property", Form::Pair, "unsubscribe-user-property"),
    ("disconnect", "reason-string", Form::Text, "disconnect-reason"),
    ("disconnect", "session-expiry-interval", Form::Text, "disconnect-expiry"),
    ("disconnect", "user-property", Form::Pair, "disconnect-user-property"),
    ("will", "content-type", Form::Text, "will-content-type"),
    ("will", "correlation-data", Form::Bytes, "will-correlation-data"),
    ("will", "message-expiry-interval", Form::Text, "will-expiry"),
    ("will", "payload-format-indicator", Form::Text, "will-payload-format"),
    ("will", "response-topic", Form::Text, "will-response-topic"),
    ("will", "user-property", Form::Pair, "will-user-property"),
    ("will", "will-delay-interval", Form::Text, "will-delay"),
];

/// Properties that none of the above has `[MQTT-2.2.2.2]`.
const OTHERS: [&str; 12] = [
    "assigned-client-identifier",
    "authentication-data",
    "authentication-method",
    "maximum-qos",
    "response-information",
    "retain-available",
    "server-keep-alive",
    "server-reference",
    "shared-subscription-available",
    "subscription-identifier-available",
    "subscription-identifiers-available",
    "wildcard-subscription-available",
];

/// A property that was given.
pub(super) struct Property<'a> {
    command: &'static str,
    name: &'static str,
    form: Form,
    option: &'static str,
    /// The key of a User Property.
    key: Option<Cow<'a, OsStr>>,
    value: Cow<'a, OsStr>,
}

impl fmt::Display for Property<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "-D {} {}", self.command, self.name)
    }
}

impl<'a> Property<'a> {
    /// Takes the words behind `-D`.
    ///
    /// # Errors
    /// Usage: too few of them, a packet or a property that there is not, or one that this packet does not have.
    pub fn take(words: &mut impl Iterator<Item = Cow<'a, OsStr>>) -> Result<Self, LayerError> {
        let missing =
            |what: String| LayerError::usage(what).with_hint("-D COMMAND NAME VALUE, as in -D publish content-type text/plain");
        let (Some(command), Some(name)) = (words.next(), words.next()) else {
            return Err(missing("-D: a command, a name and a value follow".to_owned()));
        };
        let command = find_command(&command)?;
        let (command, name, form, option) = find(command, &name)?;
        let mut next = |what: &str| words.next().ok_or_else(|| missing(format!("-D {command} {name}: the {what} is missing")));
        let key = if form == Form::Pair { Some(next("key")?) } else { None };
        Ok(Self { command, name, form, option, key, value: next("value")? })
    }

    /// The long name of the option that it is.
    pub fn option(&self) -> &str {
        match (self.form, self.value.to_str()) {
            (Form::Undoing, Some("1")) => self.option.strip_prefix("no-").unwrap_or(self.option),
            _ => self.option,
        }
    }

    /// The word that says the same.
    ///
    /// # Errors
    /// Usage: a switch that is neither on nor off, or a key that ours cannot have.
    pub fn word(&self) -> Result<OsString, LayerError> {
        let on = match (self.form, self.value.to_str()) {
            (Form::Switch | Form::Undoing, Some("1")) => true,
            (Form::Switch | Form::Undoing, Some("0")) => false,
            (Form::Switch | Form::Undoing, _) => {
                return Err(LayerError::usage(format!("{self}: it is 0 or 1, not '{}'", named(&self.value))));
            }
            _ => return Ok(self.with_value()),
        };
        Ok(match self.form {
            Form::Switch if !on => format!("--no-{}", self.option),
            _ => format!("--{}", self.option()),
        }
        .into())
    }

    fn with_value(&self) -> OsString {
        let mut word = OsString::from(format!("--{}=", self.option));
        if let Some(key) = &self.key {
            word.push(key);
            // The first `=` would else end the key.
            word.push(if key.as_encoded_bytes().contains(&b'=') { BETWEEN } else { '=' }.encode_utf8(&mut [0; 4]) as &str);
        }
        match self.form {
            Form::Bytes => word.push(format!("base64:{}", STANDARD.encode(self.value.as_encoded_bytes()))),
            _ => word.push(&self.value),
        }
        word
    }
}

fn find_command(typed: &OsStr) -> Result<&'static str, LayerError> {
    let is = |name: &&&str| typed.eq_ignore_ascii_case(name);
    if let Some(command) = COMMANDS.iter().find(is) {
        return Ok(command);
    }
    Err(match ANSWERS.iter().find(is) {
        Some(&"auth") => LayerError::usage("-D auth: enhanced authentication is not spoken"),
        Some(answer) => LayerError::usage(format!("-D {answer}: the properties of {} cannot be set", answer.to_uppercase())),
        None => LayerError::usage(format!("-D: there is no command '{}'", named(typed)))
            .with_hint(format!("a command is one of {}", COMMANDS.join(", "))),
    })
}

type Row = (&'static str, &'static str, Form, &'static str);

fn find(command: &'static str, typed: &OsStr) -> Result<Row, LayerError> {
    let of_command = || PROPERTIES.iter().filter(|row| row.0 == command);
    if let Some(row) = of_command().find(|row| typed.eq_ignore_ascii_case(row.1)) {
        return Ok(*row);
    }
    let known = PROPERTIES.iter().map(|row| row.1).chain(OTHERS).find(|name| typed.eq_ignore_ascii_case(name));
    let message = match (command, known) {
        ("connect", Some(name @ ("authentication-method" | "authentication-data"))) => {
            format!("-D connect {name}: enhanced authentication is not spoken")
        }
        ("publish", Some(name @ "subscription-identifier")) => {
            format!("-D publish {name}: only a broker sends it with a message")
        }
        ("disconnect", Some(name @ "server-reference")) => format!("-D disconnect {name}: only a broker sends it"),
        (_, Some(name)) => format!("-D {command} {name}: {} has no such property", packet(command)),
        (_, None) => format!("-D {command}: there is no property '{}'", named(typed)),
    };
    let names: Vec<&str> = of_command().map(|row| row.1).collect();
    Err(LayerError::usage(message).with_hint(format!("{} has {}", packet(command), names.join(", "))))
}

fn packet(command: &str) -> String {
    if command == "will" { "the will".to_owned() } else { command.to_uppercase() }
}
