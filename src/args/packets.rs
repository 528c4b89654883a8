//! What the packets of a client say beside messages: CONNECT and DISCONNECT of every client, SUBSCRIBE and UNSUBSCRIBE of those that
//! subscribe. All of it is version 5's.

use std::ffi::{OsStr, OsString};

use bytestring::ByteString;

use super::connect::values::seconds;
use super::{ArgsError, mqtt_string, user_property};
use crate::client::{Said, TOPIC_ALIAS_MAXIMUM};
use crate::mqtt::Subscription;
use crate::mqtt::properties::{MAX_PROPERTIES, UserProperties, user_properties_len};

/// The most names that a broker may have for topics: each may cost a topic of memory.
const MOST_ALIASES: u16 = 1_000;

/// Options of CONNECT and DISCONNECT.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Session")]
pub struct PacketsArgs {
    /// A user property of the connection, NAME=VALUE; as often as needed
    #[arg(
        long = "connect-user-property",
        value_name = "NAME=VALUE",
        alias = "connect-user-properties",
        allow_hyphen_values = true
    )]
    connect: Vec<OsString>,

    /// A user property of the end of the connection, NAME=VALUE; as often as needed
    #[arg(long = "disconnect-user-property", value_name = "NAME=VALUE", allow_hyphen_values = true)]
    disconnect: Vec<OsString>,

    /// Tell the broker why this run ends
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    disconnect_reason: Option<OsString>,

    /// How long the broker keeps the session from the end of this run on, in whole seconds or with a unit
    #[arg(long, value_name = "D", value_parser = seconds)]
    disconnect_expiry: Option<u32>,

    /// The most topics that the broker may have short names for, 0 to 1000 [default: 16]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(0..=i64::from(MOST_ALIASES)))]
    topic_alias_maximum: Option<u16>,

    /// Ask the broker where answers to this client may go; mqx rr does so by itself
    #[arg(long)]
    request_response_information: bool,

    /// Ask the broker to explain nothing: no reason strings, and no user properties except on messages
    #[arg(long)]
    no_request_problem_information: bool,

    /// Given by what `-D` is made into.
    #[arg(long, hide = true)]
    needs_mqtt_5: bool,
}

/// What CONNECT and DISCONNECT are to say.
#[derive(Debug)]
pub(super) struct Packets {
    pub said: Said,
    pub topic_alias_maximum: u16,
    pub disconnect_expiry: Option<u32>,
    pub request_response_information: bool,
    pub request_problem_information: bool,
}

impl PacketsArgs {
    /// # Errors
    /// Usage: a text that MQTT cannot carry, or too many of them.
    pub(super) fn resolve(&self) -> Result<Packets, ArgsError> {
        let reason = self.disconnect_reason.as_deref();
        let said = Said {
            connect: pairs("--connect-user-property", &self.connect)?,
            unsubscribe: Vec::new(),
            disconnect: pairs("--disconnect-user-property", &self.disconnect)?,
            disconnect_reason: reason.map(|text: &OsStr| mqtt_string("--disconnect-reason", text)).transpose()?,
        };
        Ok(Packets {
            said,
            topic_alias_maximum: self.topic_alias_maximum.unwrap_or(TOPIC_ALIAS_MAXIMUM),
            disconnect_expiry: self.disconnect_expiry,
            request_response_information: self.request_response_information,
            request_problem_information: !self.no_request_problem_information,
        })
    }

    /// The Session Expiry Interval of DISCONNECT, in seconds.
    pub(super) const fn disconnect_expiry(&self) -> Option<u32> {
        self.disconnect_expiry
    }

    /// The first option given; 3.1.1 has none of them.
    pub(super) fn needs_5(&self) -> Option<&'static str> {
        let given = [
            (self.needs_mqtt_5, "-D"),
            (!self.connect.is_empty(), "--connect-user-property"),
            (!self.disconnect.is_empty(), "--disconnect-user-property"),
            (self.disconnect_reason.is_some(), "--disconnect-reason"),
            (self.disconnect_expiry.is_some(), "--disconnect-expiry"),
            (self.topic_alias_maximum.is_some(), "--topic-alias-maximum"),
            (self.request_response_information, "--request-response-information"),
            (self.no_request_problem_information, "--no-request-problem-information"),
        ];
        given.into_iter().find_map(|(given, name)| given.then_some(name))
    }
}

/// Options of SUBSCRIBE and UNSUBSCRIBE.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Session")]
pub struct RequestsArgs {
    /// A user property of the subscriptions, NAME=VALUE; as often as needed
    #[arg(
        long = "subscribe-user-property",
        value_name = "NAME=VALUE",
        alias = "subscribe-user-properties",
        allow_hyphen_values = true
    )]
    subscribe: Vec<OsString>,

    /// A user property of what ends subscriptions, NAME=VALUE; as often as needed
    #[arg(
        long = "unsubscribe-user-property",
        id = "unsubscribe_user_properties",
        value_name = "NAME=VALUE",
        allow_hyphen_values = true
    )]
    unsubscribe: Vec<OsString>,
}

impl RequestsArgs {
    /// Gives the subscriptions theirs, and `said` what UNSUBSCRIBE carries.
    ///
    /// # Errors
    /// Usage: a text that MQTT cannot carry, or too many of them.
    pub fn apply(&self, subscriptions: &mut [Subscription], said: &mut Said) -> Result<(), ArgsError> {
        let properties = pairs("--subscribe-user-property", &self.subscribe)?;
        subscriptions.iter_mut().for_each(|subscription| subscription.user_properties.clone_from(&properties));
        said.unsubscribe = pairs("--unsubscribe-user-property", &self.unsubscribe)?;
        Ok(())
    }

    /// The first option given; 3.1.1 has none of them.
    #[must_use]
    pub fn needs_5(&self) -> Option<&'static str> {
        let given = [(&self.subscribe, "--subscribe-user-property"), (&self.unsubscribe, "--unsubscribe-user-property")];
        given.into_iter().find_map(|(given, name)| (!given.is_empty()).then_some(name))
    }
}

/// The User Properties of one packet.
fn pairs(option: &str, typed: &[OsString]) -> Result<UserProperties, ArgsError> {
    let pairs: Vec<(ByteString, ByteString)> = typed.iter().map(|pair| user_property(pair)).collect::<Result<_, _>>()?;
    match user_properties_len(&pairs) {
        size if size > MAX_PROPERTIES => {
            Err(ArgsError::usage(format!("{option}: together they have {size} bytes, the limit is {MAX_PROPERTIES}")))
        }
        _ => Ok(pairs),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{assert_says, parse, told};
    use super::*;
    use crate::mqtt::{QoS, TopicFilter};

    fn resolve(words: &[&str]) -> Result<Packets, String> {
        parse::<PacketsArgs>(words)?.resolve().map_err(told)
    }

    #[test]
    fn what_connect_and_disconnect_say() {
        let plain = resolve(&[]).unwrap();
        assert_eq!((plain.said, plain.topic_alias_maximum, plain.disconnect_expiry), (Said::default(), 16, None));
        assert!(plain.request_problem_information && !plain.request_response_information);

        let words = "--connect-user-property b=1=2 --connect-user-property a= --disconnect-user-property -c=d --disconnect-reason \
            -bye --disconnect-expiry 1m --topic-alias-maximum 0 --request-response-information --no-request-problem-information";
        let words: Vec<&str> = words.split_whitespace().filter(|word| *word != "\\").collect();
        let packets = resolve(&words).unwrap();
        let expected = Said {
            connect: vec![("b".into(), "1=2".into()), ("a".into(), "".into())],
            disconnect: vec![("-c".into(), "d".into())],
            disconnect_reason: Some("-bye".into()),
            ..Said::default()
        };
        assert_eq!((packets.said, packets.topic_alias_maximum, packets.disconnect_expiry), (expected, 0, Some(60)));
        assert!(!packets.request_problem_information && packets.request_response_information);
    }

    #[test]
    fn what_subscribe_and_unsubscribe_say() {
        let words = ["--subscribe-user-property", "a=1", "--unsubscribe-user-property", "b=2", "--subscribe-user-property", "c="];
        let (mut subscriptions, mut said) =
            (vec![Subscription::new(TopicFilter::new("a").unwrap(), QoS::AtMostOnce); 2], Said::default());
        parse::<RequestsArgs>(&words).unwrap().apply(&mut subscriptions, &mut said).unwrap();
        for subscription in subscriptions {
            assert_eq!(subscription.user_properties, [("a".into(), "1".into()), ("c".into(), "".into())]);
        }
        assert_eq!(said, Said { unsubscribe: vec![("b".into(), "2".into())], ..Said::default() });
    }

    #[test]
    fn each_needs_version_5() {
        for words in [
            &["--connect-user-property", "a=b"][..],
            &["--disconnect-user-property", "a=b"],
            &["--disconnect-reason", "x"],
            &["--disconnect-expiry", "0"],
            &["--topic-alias-maximum", "16"],
            &["--request-response-information"],
            &["--no-request-problem-information"],
        ] {
            assert_eq!(parse::<PacketsArgs>(words).unwrap().needs_5(), Some(words[0]));
        }
        assert_eq!(parse::<PacketsArgs>(&[]).unwrap().needs_5(), None);
        for words in [["--subscribe-user-property", "a=b"], ["--unsubscribe-user-property", "a=b"]] {
            assert_eq!(parse::<RequestsArgs>(&words).unwrap().needs_5(), Some(words[0]));
        }
        assert_eq!(parse::<RequestsArgs>(&[]).unwrap().needs_5(), None);
    }

    #[test]
    fn what_no_packet_can_say() {
        let long = "x".repeat(65_536);
        for (words, says) in [
            (&["--connect-user-property", "x"][..], "user property 'x': it is NAME=VALUE"),
            (&["--disconnect-user-property", "a\u{1}"], "user property"),
            (&["--disconnect-reason", &long], "--disconnect-reason: it has 65536 bytes"),
            (&["--disconnect-expiry", "0.5"], "--disconnect-expiry|whole number of seconds"),
            (&["--topic-alias-maximum", "1001"], "1001|--topic-alias-maximum"),
            (&["--topic-alias-maximum", "1x"], "'1x'"),
        ] {
            assert_says(resolve(words).map(|_| ()), says, words);
        }
        // 5 bytes around name and value, which are 65,531 together.
        let pair = format!("k={}", "x".repeat(65_530));
        assert!(resolve(&["--connect-user-property", &pair].repeat(16)).is_ok());
        let many = ["--connect-user-property", &pair].repeat(17);
        assert_says(
            resolve(&many).map(|_| ()),
            "--connect-user-property: together they have 1114112 bytes",
            &["--connect-user-property"],
        );
    }
}
