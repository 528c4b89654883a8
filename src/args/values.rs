//! Values that several groups of options have: strings of MQTT, topics, levels, bytes written as text.

use std::ffi::OsStr;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use bytestring::ByteString;

use super::{ArgsError, shown};
use crate::mqtt::topic::{check_length, check_string};
use crate::mqtt::{QoS, TopicError, TopicName};
use crate::payload::read_small;
use crate::text::hex;

/// A UTF-8 string of MQTT `[MQTT-1.5.4]`; `what` it is, for the error.
pub(crate) fn mqtt_string(what: &str, text: &OsStr) -> Result<ByteString, ArgsError> {
    let wrong = |why: TopicError| ArgsError::usage(format!("{what}: {why}"));
    let text = text.to_str().ok_or_else(|| wrong(TopicError::NotUtf8))?;
    check_string(text).map_err(wrong)?;
    Ok(text.into())
}

/// A topic or filter as typed: `make` checks it, `what` it is, for the error.
pub(crate) fn topic<T>(what: &str, text: &OsStr, make: impl Fn(String) -> Result<T, TopicError>) -> Result<T, ArgsError> {
    let checked = text.to_str().ok_or(TopicError::NotUtf8).and_then(|text| make(text.to_owned()));
    checked.map_err(|why| {
        let error = ArgsError::usage(format!("{what} '{}': {why}", shown(text.as_encoded_bytes())));
        match why {
            TopicError::Wildcard(_) => error.with_hint("a message goes to one topic; mqx sub takes filters"),
            _ => error,
        }
    })
}

/// The value of `-t` where it is a Topic Name.
pub(crate) fn topic_name(text: &OsStr) -> Result<TopicName, ArgsError> {
    topic("topic", text, TopicName::new)
}

/// Two ways that set the same thing.
pub(crate) fn topic_twice() -> ArgsError {
    ArgsError::usage("the topic is given twice, by -t and in the URL")
}

/// The value of `-q`.
pub(crate) fn qos(text: &str) -> Result<QoS, &'static str> {
    match text {
        "0" => Ok(QoS::AtMostOnce),
        "1" => Ok(QoS::AtLeastOnce),
        "2" => Ok(QoS::ExactlyOnce),
        _ => Err("a QoS is 0, 1 or 2"),
    }
}

/// The value of an option that takes bytes: text, `hex:…`, `base64:…` or `@FILE`; `what` it is, for the error.
pub(crate) fn binary(what: &'static str, text: &OsStr) -> Result<Bytes, ArgsError> {
    let wrong = |why: &str| ArgsError::usage(format!("{what}: {why}"));
    let given = text.as_encoded_bytes();
    let bytes = if let Some(digits) = given.strip_prefix(b"hex:") {
        hex::decode(digits).ok_or_else(|| wrong("two hexadecimal digits a byte follow hex:"))?.into()
    } else if let Some(encoded) = given.strip_prefix(b"base64:") {
        STANDARD.decode(encoded).map_err(|_| wrong("it is not base64"))?.into()
    } else if let Some(path) = text.to_str().and_then(|text| text.strip_prefix('@')) {
        read_file(what, Path::new(path))?
    } else {
        Bytes::copy_from_slice(given)
    };
    check_length(&bytes).map_err(|why| wrong(&why.to_string()))?;
    Ok(bytes)
}

/// What stands between name and value of a User Property whose name has a `=`, as only `mosquitto` makes one: no word that is typed has it.
pub(super) const BETWEEN: char = '\0';

/// The value of an option that takes `NAME=VALUE`; the first `=` splits, and either side may be empty.
pub(crate) fn user_property(text: &OsStr) -> Result<(ByteString, ByteString), ArgsError> {
    const WHAT: &str = "user property";
    let wrong = |why: TopicError| ArgsError::usage(format!("{WHAT}: {why}"));
    let text = text.to_str().ok_or_else(|| wrong(TopicError::NotUtf8))?;
    let Some((name, value)) = text.split_once(BETWEEN).or_else(|| text.split_once('=')) else {
        return Err(ArgsError::usage(format!("{WHAT} '{}': it is NAME=VALUE", shown(text.as_bytes()))));
    };
    for part in [name, value] {
        check_string(part).map_err(wrong)?;
    }
    Ok((name.into(), value.into()))
}

/// All of a file that an option names; `what` is in it, for the error.
pub(crate) fn read_file(what: &'static str, path: &Path) -> Result<Bytes, ArgsError> {
    read_small(path).map(Bytes::from).map_err(|source| ArgsError::File { what, path: path.to_owned(), source })
}
