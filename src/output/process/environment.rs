//! The environment of a process that is run for a message: what the message has, and what of ours is not for it. Called by `process` alone.

use std::ffi::OsString;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::mqtt::{Message, Properties, Received};

/// The variables of a message, those of its User Properties apart (`MQX_USER_1_NAME`, `MQX_USER_1_VALUE`, …).
pub const FIXED: [&str; 12] = [
    "MQX_TOPIC",
    "MQX_QOS",
    "MQX_RETAIN",
    "MQX_DUP",
    "MQX_SIZE",
    "MQX_PAYLOAD_FORMAT",
    "MQX_EXPIRY",
    "MQX_CONTENT_TYPE",
    "MQX_RESPONSE_TOPIC",
    "MQX_CORRELATION_DATA",
    "MQX_SUBSCRIPTION_IDS",
    "MQX_USER_COUNT",
];

/// Our own settings that let somebody in, or may.
pub const SECRETS: [&str; 9] = [
    "MQX_PASSWORD",
    "MQX_PASSWORD_FROM",
    "MQX_KEYPASS",
    "MQX_KEYPASS_FROM",
    "MQX_WS_HEADER",
    "MQX_URL",
    // Of options that are refused; who sets one for mosquitto's sake has a secret in it all the same.
    "MQX_PSK",
    "MQX_PROXY",
    "MQX_TLS_ENGINE_KPASS_SHA1",
];

/// Which of these variables a process does not inherit: our secrets, and what an outer message has said.
pub(super) fn removed(variables: impl IntoIterator<Item = (OsString, OsString)>) -> Vec<String> {
    let ours = variables.into_iter().filter_map(|(name, value)| Some((name.into_string().ok()?, value)));
    ours.filter(|(name, value)| match &**name {
        // Without a user it has no password, and says where the broker is.
        "MQX_URL" => value.as_encoded_bytes().contains(&b'@'),
        name => SECRETS.contains(&name) || FIXED.contains(&name) || is_user_property(name),
    })
    .map(|(name, _)| name)
    .collect()
}

/// `MQX_USER_1_NAME` and its like.
fn is_user_property(name: &str) -> bool {
    let number =
        name.strip_prefix("MQX_USER_").and_then(|rest| rest.strip_suffix("_NAME").or_else(|| rest.strip_suffix("_VALUE")));
    number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Calls `set` for each variable of a message. What the message has not, has none.
pub(super) fn each(received: &Received, mut set: impl FnMut(&str, &str)) {
    let Message { topic, payload, qos, retain, properties } = &received.message;
    let flag = |on: bool| if on { "1" } else { "0" };
    set("MQX_TOPIC", topic.as_str());
    set("MQX_QOS", &qos.to_string());
    set("MQX_RETAIN", flag(*retain));
    set("MQX_DUP", flag(received.dup));
    set("MQX_SIZE", &payload.len().to_string());
    let none = Properties::default();
    let Properties { payload_format, expiry, content_type, response_topic, correlation_data, user_properties, subscription_ids } =
        properties.as_deref().unwrap_or(&none);
    if let Some(text) = payload_format {
        set("MQX_PAYLOAD_FORMAT", flag(*text));
    }
    if let Some(seconds) = expiry {
        set("MQX_EXPIRY", &seconds.to_string());
    }
    for (name, text) in [("MQX_CONTENT_TYPE", content_type), ("MQX_RESPONSE_TOPIC", response_topic)] {
        if let Some(text) = text {
            set(name, text);
        }
    }
    if let Some(data) = correlation_data {
        set("MQX_CORRELATION_DATA", &STANDARD.encode(data));
    }
    if !subscription_ids.is_empty() {
        let ids: Vec<String> = subscription_ids.iter().map(ToString::to_string).collect();
        set("MQX_SUBSCRIPTION_IDS", &ids.join(","));
    }
    set("MQX_USER_COUNT", &user_properties.len().to_string());
    for (number, (name, value)) in (1..).zip(user_properties) {
        set(&format!("MQX_USER_{number}_NAME"), name);
        set(&format!("MQX_USER_{number}_VALUE"), value);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use bytes::Bytes;

    use super::super::super::samples::received;
    use super::*;

    fn variables(received: &Received) -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        each(received, |name, value| assert!(found.insert(name.to_owned(), value.to_owned()).is_none(), "{name} twice"));
        found
    }

    fn texts(list: &[(&str, &str)]) -> BTreeMap<String, String> {
        list.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn what_a_message_has_is_there_and_nothing_else() {
        let plain = received("a/b", b"hot");
        let mut expected = texts(&[
            ("MQX_TOPIC", "a/b"),
            ("MQX_QOS", "0"),
            ("MQX_RETAIN", "0"),
            ("MQX_DUP", "0"),
            ("MQX_SIZE", "3"),
            ("MQX_USER_COUNT", "0"),
        ]);
        assert_eq!(variables(&plain), expected);

        let mut full = plain;
        full.dup = true;
        full.message.retain = true;
        full.message.properties = Some(Box::new(Properties {
            payload_format: Some(true),
            expiry: Some(60),
            content_type: Some("text/plain".into()),
            response_topic: Some("r".into()),
            correlation_data: Some(Bytes::from_static(b"\0\xff")),
            user_properties: vec![("a".into(), "1".into()), ("a".into(), "".into())],
            subscription_ids: vec![1, 20],
        }));
        expected.extend(texts(&[
            ("MQX_RETAIN", "1"),
            ("MQX_DUP", "1"),
            ("MQX_PAYLOAD_FORMAT", "1"),
            ("MQX_EXPIRY", "60"),
            ("MQX_CONTENT_TYPE", "text/plain"),
            ("MQX_RESPONSE_TOPIC", "r"),
            ("MQX_CORRELATION_DATA", "AP8="),
            ("MQX_SUBSCRIPTION_IDS", "1,20"),
            ("MQX_USER_COUNT", "2"),
            ("MQX_USER_1_NAME", "a"),
            ("MQX_USER_1_VALUE", "1"),
            ("MQX_USER_2_NAME", "a"),
            ("MQX_USER_2_VALUE", ""),
        ]));
        assert_eq!(variables(&full), expected);
        // So that an outer message is forgotten where this one has nothing to say.
        for name in variables(&full).keys() {
            assert!(FIXED.contains(&&**name) || is_user_property(name), "{name}");
        }
    }

    #[test]
    fn secrets_and_what_an_outer_message_said_are_not_inherited() {
        let set = |name: &str, value: &str| (OsString::from(name), OsString::from(value));
        let kept = [set("PATH", "/bin"), set("MQX_HOST", "x"), set("MQX_USERNAME", "ann"), set("MQX_URL", "mqtt://x")];
        let kept = [&kept[..], &[set("MQX_USER_PROPERTY", "a=b"), set("MQX_USER_x_NAME", "")]].concat();
        assert_eq!(removed(kept), Vec::<String>::new());
        let secrets = SECRETS.iter().filter(|name| **name != "MQX_URL");
        for name in FIXED.iter().chain(secrets).chain(&["MQX_USER_3_NAME", "MQX_USER_12_VALUE"]) {
            assert_eq!(removed([set(name, "x")]), [*name]);
        }
        assert_eq!(removed([set("MQX_URL", "mqtt://ann:pw@x")]), ["MQX_URL"]);
    }
}
