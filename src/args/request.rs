//! What `rr` asks: a topic, one payload, and where its answers come.

use std::ffi::{OsStr, OsString};

use clap::builder::Resettable;

use super::payload::{given, no_more};
use super::{ArgsError, Content, PayloadArgs, PropertiesArgs, PublishingQoS, qos, topic_name};
use crate::mqtt::{Properties, QoS, TopicName};
use crate::payload::Encoding;

/// Options of the request.
#[derive(Clone, Debug, clap::Args)]
#[command(mut_arg("response_topic", |arg| arg
    .short('e')
    .help("The topic that answers come on; 3.1.1 needs it [default: one of this run's own]")))]
#[command(mut_arg("correlation_data", |arg| arg
    .help("What answers to this request carry: text, hex:…, base64:… or @FILE [default: 16 random bytes]")))]
pub struct RequestArgs {
    /// The topic, unless -t or a URL gives it
    #[arg(value_name = "TOPIC", allow_negative_numbers = true, help_heading = Resettable::Reset)]
    first: Option<OsString>,

    /// The request, unless -m, -f, -s or -n gives it; without any, stdin is the request
    #[arg(value_name = "MESSAGE", allow_negative_numbers = true, help_heading = Resettable::Reset)]
    second: Option<OsString>,

    #[arg(hide = true, allow_negative_numbers = true)]
    more: Vec<OsString>,

    #[command(flatten)]
    flags: RequestFlags,

    #[command(flatten)]
    properties: PropertiesArgs,
}

#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Message")]
struct RequestFlags {
    /// The topic
    #[arg(short, long, value_name = "TOPIC", allow_hyphen_values = true)]
    topic: Option<OsString>,

    #[command(flatten)]
    payload: PayloadArgs,

    /// QoS 0, 1 or 2 of the request, and the highest of its answers [default: 1]
    #[arg(short, long, value_parser = qos)]
    qos: Option<QoS>,
}

/// One request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Where it goes.
    pub topic: TopicName,
    /// Where its payload comes from; never lines or records.
    pub content: Content,
    /// How an input is written; `None` is as it is.
    pub encoding: Option<Encoding>,
    /// Its QoS.
    pub qos: PublishingQoS,
    /// Where answers come; `None` is a topic of the run's own.
    pub response_topic: Option<TopicName>,
    /// Its properties but for that one; Correlation Data if it was given.
    pub properties: Properties,
}

impl RequestArgs {
    /// What is asked. Positionals fill what flags left; `in_url` is the topic that the URL names.
    ///
    /// # Errors
    /// Usage: no topic, a wrong one or two, words that are too many, or a property that cannot be. A file that a property names and that
    /// cannot be read.
    pub fn resolve(&self, in_url: Option<&str>) -> Result<Request, ArgsError> {
        let Self { first, second, more, flags, properties } = self;
        let mut words = first.iter().chain(second).chain(more);
        let topic = match (in_url, &flags.topic) {
            (Some(_), Some(_)) => return Err(super::topic_twice()),
            (Some(topic), None) => OsStr::new(topic),
            (None, Some(topic)) => topic,
            (None, None) => {
                words.next().ok_or_else(|| ArgsError::usage("no topic").with_hint("mqx rr encyclopedia/heater status"))?
            }
        };
        let topic = topic_name(topic)?;
        let mut content = flags.payload.content().unwrap_or_else(|| words.next().map_or(Content::Unsaid, given));
        no_more(words)?;
        flags.payload.decode(&mut content)?;
        let (response_topic, properties) = properties.resolve_apart()?;
        if response_topic.as_ref().is_some_and(|topic| topic.as_str().starts_with("$share/")) {
            return Err(ArgsError::usage("-e: nobody but this run is to get its answers, and $share/ shares them"));
        }
        let (encoding, qos) = (flags.payload.encoding(), PublishingQoS::of(flags.qos));
        Ok(Request { topic, content, encoding, qos, response_topic, properties })
    }

    /// What 3.1.1 does not have: a response topic that the request names, and properties.
    #[must_use]
    pub fn needs_5(&self) -> Option<&'static str> {
        self.properties.needs_5_apart().or_else(|| (!self.properties.has_response_topic()).then_some("rr without -e"))
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::super::testing::{assert_says, parse, told};
    use super::*;
    use crate::payload::Origin;

    fn resolve(words: &[&str]) -> Result<Request, String> {
        parse::<RequestArgs>(words)?.resolve(None).map_err(told)
    }

    #[test]
    fn a_topic_and_one_payload() {
        let text = |text: &'static str| Content::Given(Bytes::from_static(text.as_bytes()));
        for (words, topic, content) in [
            (&["a", "hot"][..], "a", text("hot")),
            (&["a"], "a", Content::Unsaid),
            (&["-t", "b", "-t", "a", "-5"], "a", text("-5")),
            (&["a", "-m", "-x"], "a", text("-x")),
            (&["a", "-n"], "a", text("")),
            (&["a", "-s"], "a", Content::Whole(Origin::Stdin)),
            (&["a", "-f", "f"], "a", Content::Whole(Origin::File("f".into()))),
            (&["a", "686f74", "--encoding", "hex"], "a", text("hot")),
        ] {
            let request = resolve(words).unwrap();
            assert_eq!((request.topic.as_str(), request.content), (topic, content), "{words:?}");
        }
        let in_url = parse::<RequestArgs>(&["hot"]).unwrap().resolve(Some("a")).unwrap();
        assert_eq!((in_url.topic.as_str(), in_url.content), ("a", text("hot")));
    }

    #[test]
    fn where_answers_come() {
        let topic = |words: &[&str]| resolve(words).unwrap().response_topic.map(|topic| topic.to_string());
        assert_eq!(topic(&["a", "x"]), None);
        assert_eq!(topic(&["a", "x", "-e", "b"]).as_deref(), Some("b"));
        assert_eq!(topic(&["a", "x", "--response-topic", "-b"]).as_deref(), Some("-b"));
        let request = resolve(&["a", "x", "-e", "b", "--correlation-data", "hex:00ff", "--expiry", "5"]).unwrap();
        let correlation_data = Some(Bytes::from_static(b"\x00\xff"));
        assert_eq!(request.properties, Properties { correlation_data, expiry: Some(5), ..Properties::default() });
    }

    #[test]
    fn what_needs_version_5() {
        let needs = |words: &[&str]| parse::<RequestArgs>(words).unwrap().needs_5();
        assert_eq!(needs(&["a", "x"]), Some("rr without -e"));
        assert_eq!(needs(&["a", "x", "-e", "b"]), None);
        assert_eq!(needs(&["a", "x", "-e", "b", "--correlation-data", "c"]), Some("--correlation-data"));
    }

    #[test]
    fn what_cannot_be_meant() {
        for (words, says) in [
            (&[][..], "no topic|mqx rr"),
            (&["a", "b", "c"], "'c' is one word too many|quote"),
            (&["a/+", "x"], "topic 'a/+': it has the wildcard +"),
            (&["a", "x", "-e", "b/#"], "topic 'b/#': it has the wildcard #"),
            (&["a", "x", "-e", "$share/g/b"], "-e: |$share/"),
            (&["a", "-m", "x", "-n"], "cannot be used with"),
            (&["a", "-l"], "-l"),
            (&["a", "x", "-r"], "-r"),
        ] {
            assert_says(resolve(words), says, words);
        }
        assert_says(parse::<RequestArgs>(&["-t", "a"]).unwrap().resolve(Some("b")).map_err(told), "given twice", &["-t", "a"]);
    }
}
