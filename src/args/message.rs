//! What `pub` publishes: a topic, and where its messages come from.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::{ArgsError, PropertiesArgs, qos, topic_name};
use crate::mqtt::{Properties, QoS, TopicName};
use crate::payload::{Encoding, Origin};
use crate::text::{duration, escape};

/// Options of the message.
#[derive(Clone, Debug, clap::Args)]
pub struct MessageArgs {
    /// The topic, unless -t or a URL gives it
    #[arg(value_name = "TOPIC", allow_negative_numbers = true)]
    first: Option<OsString>,

    /// The message, unless -m, -f, -s, -l, -n or --from-json gives it; without any, stdin is the message
    #[arg(value_name = "MESSAGE", allow_negative_numbers = true)]
    second: Option<OsString>,

    #[arg(hide = true, allow_negative_numbers = true)]
    more: Vec<OsString>,

    #[command(flatten)]
    flags: MessageFlags,

    #[command(flatten)]
    properties: PropertiesArgs,
}

#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Message")]
struct MessageFlags {
    /// The topic; given more than once, the message goes to each
    #[arg(short, long = "topic", value_name = "TOPIC", allow_hyphen_values = true)]
    topics: Vec<OsString>,

    /// The message
    #[arg(short, long, value_name = "MESSAGE", allow_hyphen_values = true, conflicts_with_all = ["file", "stdin", "lines", "empty"])]
    message: Option<OsString>,

    /// The file that is the message; with -l or --from-json, the file whose lines are messages
    #[arg(short, long, value_name = "FILE", allow_hyphen_values = true, conflicts_with_all = ["stdin", "empty"])]
    file: Option<PathBuf>,

    /// All of stdin is the message
    #[arg(short, long, alias = "stdin-file", conflicts_with_all = ["lines", "empty"])]
    stdin: bool,

    /// Each line of stdin, or of -f FILE, is a message
    #[arg(short, long, alias = "stdin-line", conflicts_with_all = ["empty", "repeat"])]
    lines: bool,

    /// Each line of stdin, or of -f FILE, is a message as sub --json prints it, with topic, QoS, retain
    /// and properties of its own; TOPIC, -q, -r and the options of MQTT 5 are for lines that have none
    #[arg(long, conflicts_with_all = ["message", "stdin", "lines", "empty", "repeat"])]
    from_json: bool,

    /// The message, or with -l each line, is bytes written as text: publish the bytes; spaces and ends of lines in it are read over
    #[arg(long, value_name = "ENCODING", value_parser = encodings(), conflicts_with_all = ["from_json", "empty"])]
    encoding: Option<Encoding>,

    /// The message is empty; with -r, this removes the retained message of the topic
    #[arg(short = 'n', long, alias = "null-message")]
    empty: bool,

    /// QoS 0, 1 or 2 [default: 1]
    #[arg(short, long, value_parser = qos)]
    qos: Option<QoS>,

    /// Ask the broker to retain the message
    #[arg(short, long)]
    retain: bool,

    /// Publish the message N times
    #[arg(long, value_name = "N", default_value_t = 1, hide_default_value = true, value_parser = clap::value_parser!(u64).range(1..))]
    repeat: u64,

    /// With --repeat: once every D (1.5, 500ms, 3s, 2m, 1h) [default: as fast as possible]
    #[arg(long, value_name = "D", alias = "repeat-delay", value_parser = duration::parse, requires = "repeat")]
    interval: Option<Duration>,
}

/// The value of `--encoding`.
fn encodings() -> impl TypedValueParser<Value = Encoding> {
    PossibleValuesParser::new(["hex", "base64"]).map(|name| if name == "hex" { Encoding::Hex } else { Encoding::Base64 })
}

/// Where messages come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// The command line.
    Given(Bytes),
    /// An input as a whole.
    Whole(Origin),
    /// The lines of an input.
    Lines(Origin),
    /// The lines of an input, each a record with topic and all (`mqtt::Record`).
    Records(Origin),
    /// Nothing was said: stdin, if it has a message.
    Unsaid,
}

/// A QoS to publish at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublishingQoS {
    /// The level.
    pub level: QoS,
    /// Whether it was asked for: if not, a broker that cannot do it gets a lower one.
    pub asked: bool,
}

impl PublishingQoS {
    /// The value of `-q`, or the default.
    #[must_use]
    pub fn of(flag: Option<QoS>) -> Self {
        Self { level: flag.unwrap_or(QoS::AtLeastOnce), asked: flag.is_some() }
    }
}

/// What is to be published, and how often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publication {
    /// The topics that every message goes to, in order; at least one, or none for records.
    pub topics: Vec<TopicName>,
    /// Where messages come from.
    pub content: Content,
    /// How an input, or each of its lines, is written; `None` is as it is. What the command line gives is decoded.
    pub encoding: Option<Encoding>,
    /// Their QoS.
    pub qos: PublishingQoS,
    /// Their RETAIN.
    pub retain: bool,
    /// Their properties; a record has its own before these.
    pub properties: Option<Box<Properties>>,
    /// How many times; 1 for lines and records.
    pub repeat: u64,
    /// From one time to the next; zero is as fast as possible.
    pub interval: Duration,
}

impl MessageArgs {
    /// What is to be published. Positionals fill what flags left; `in_url` is the topic that the URL names.
    ///
    /// # Errors
    /// Usage: no topic, a wrong one or two, words that are too many, or a property that cannot be. A file that a property names and that
    /// cannot be read.
    pub fn resolve(&self, in_url: Option<&str>) -> Result<Publication, ArgsError> {
        let Self { first, second, more, flags, properties } = self;
        let mut words = first.iter().chain(second).chain(more);
        let topics: Vec<&OsStr> = match in_url {
            Some(_) if !flags.topics.is_empty() => return Err(super::topic_twice()),
            Some(topic) => vec![OsStr::new(topic)],
            None if flags.topics.is_empty() => words.next().map(OsString::as_os_str).into_iter().collect(),
            None => flags.topics.iter().map(OsString::as_os_str).collect(),
        };
        if topics.is_empty() && !flags.from_json {
            return Err(ArgsError::usage("no topic").with_hint("mqx pub encyclopedia/temperature hot"));
        }
        let mut content = flags.content().unwrap_or_else(|| words.next().map_or(Content::Unsaid, given));
        if let (Content::Given(text), Some(encoding)) = (&mut content, flags.encoding) {
            *text = encoding.decode(text).map_err(|why| ArgsError::usage(format!("the message: {why}")))?;
        }
        if let Some(word) = words.next() {
            let word = escape(word.as_encoded_bytes());
            return Err(ArgsError::usage(format!("'{word}' is one word too many")).with_hint("quote a message that has spaces"));
        }
        Ok(Publication {
            topics: topics.into_iter().map(topic_name).collect::<Result<_, _>>()?,
            content,
            encoding: flags.encoding,
            qos: PublishingQoS::of(flags.qos),
            retain: flags.retain,
            properties: properties.resolve()?,
            repeat: flags.repeat,
            interval: flags.interval.unwrap_or_default(),
        })
    }

    /// The first option given that 3.1.1 does not have.
    #[must_use]
    pub fn needs_5(&self) -> Option<&'static str> {
        self.properties.needs_5()
    }
}

impl MessageFlags {
    fn content(&self) -> Option<Content> {
        let input = self.file.clone().map_or(Origin::Stdin, Origin::File);
        match &self.message {
            Some(message) => Some(given(message)),
            None if self.empty => Some(Content::Given(Bytes::new())),
            None if self.lines => Some(Content::Lines(input)),
            None if self.from_json => Some(Content::Records(input)),
            None if self.stdin || self.file.is_some() => Some(Content::Whole(input)),
            None => None,
        }
    }
}

fn given(text: &OsString) -> Content {
    Content::Given(Bytes::copy_from_slice(text.as_encoded_bytes()))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{assert_says, parse, told};
    use super::*;

    fn resolve(words: &[&str]) -> Result<Publication, String> {
        parse::<MessageArgs>(words)?.resolve(None).map_err(told)
    }

    fn text(text: &'static str) -> Content {
        Content::Given(Bytes::from_static(text.as_bytes()))
    }

    #[test]
    fn positionals_fill_what_flags_left() {
        let file = || Origin::File("f".into());
        for (words, topic, content) in [
            (&["a", "hot"][..], "a", text("hot")),
            (&["a"], "a", Content::Unsaid),
            (&["a", ""], "a", text("")),
            (&["a", "-5"], "a", text("-5")),
            (&["a", "-1.5e3"], "a", text("-1.5e3")),
            (&["-t", "a", "hot"], "a", text("hot")),
            (&["-t", "a", "-5"], "a", text("-5")),
            (&["-t", "-a", "--", "-m"], "-a", text("-m")),
            (&["a", "--", "-m"], "a", text("-m")),
            (&["-m", "hot", "a"], "a", text("hot")),
            (&["-m", "-n", "-t", "a"], "a", text("-n")),
            (&["a", "-m", "--lines"], "a", text("--lines")),
            (&["a", "-m", "x", "--message=y"], "a", text("y")),
            (&["a", "-n"], "a", text("")),
            (&["a", "--null-message"], "a", text("")),
            (&["a", "-s"], "a", Content::Whole(Origin::Stdin)),
            (&["a", "-f", "f"], "a", Content::Whole(file())),
            (&["a", "-f", "-n"], "a", Content::Whole(Origin::File("-n".into()))),
            (&["a", "-l"], "a", Content::Lines(Origin::Stdin)),
            (&["a", "--stdin-line"], "a", Content::Lines(Origin::Stdin)),
            (&["a", "-l", "-f", "f"], "a", Content::Lines(file())),
            (&["-f", "f", "-lt", "a"], "a", Content::Lines(file())),
        ] {
            let publication = resolve(words).unwrap();
            let topics: Vec<&str> = publication.topics.iter().map(TopicName::as_str).collect();
            assert_eq!((topics, publication.content), (vec![topic], content), "{words:?}");
        }
    }

    #[test]
    fn a_message_goes_to_every_topic_of_the_list() {
        let publication = resolve(&["-t", "b", "hot", "--topic=a"]).unwrap();
        assert_eq!(publication.topics.iter().map(TopicName::as_str).collect::<Vec<_>>(), ["b", "a"]);
        assert_eq!(publication.content, text("hot"));
    }

    #[test]
    fn records_need_no_topic() {
        let file = || Origin::File("f".into());
        for (words, topics, content) in [
            (&["--from-json"][..], &[][..], Content::Records(Origin::Stdin)),
            (&["--from-json", "a"], &["a"], Content::Records(Origin::Stdin)),
            (&["-t", "b", "--from-json", "-f", "f", "-t", "a"], &["b", "a"], Content::Records(file())),
        ] {
            let publication = resolve(words).unwrap();
            let found: Vec<&str> = publication.topics.iter().map(TopicName::as_str).collect();
            assert_eq!((&*found, publication.content), (topics, content), "{words:?}");
        }
    }

    #[test]
    fn a_url_may_name_the_topic() {
        let resolve = |words: &[&str], url| parse::<MessageArgs>(words)?.resolve(Some(url)).map_err(told);
        let publication = resolve(&["hot"], "a/b").unwrap();
        assert_eq!((publication.topics[0].as_str(), publication.content), ("a/b", text("hot")));
        assert_says(resolve(&["a", "hot"], "b"), "'hot' is one word too many", &["a", "hot"]);
        assert_says(resolve(&["-t", "a", "hot"], "b"), "the topic is given twice, by -t and in the URL", &["-t", "a"]);
        assert_says(resolve(&["hot"], "a/+"), "topic 'a/+': it has the wildcard +", &["hot"]);
    }

    #[test]
    fn levels_and_repetition() {
        let level = |words: &[&str]| resolve(words).map(|p| (p.qos.level as u8, p.qos.asked, p.retain));
        assert_eq!(level(&["a", "x"]), Ok((1, false, false)));
        assert_eq!(level(&["a", "x", "-q", "0", "-rq1"]), Ok((1, true, true)));
        let repeat = |words: &[&str]| resolve(words).map(|p| (p.repeat, p.interval));
        assert_eq!(repeat(&["a", "x"]), Ok((1, Duration::ZERO)));
        assert_eq!(repeat(&["a", "x", "--repeat", "3", "--interval", "500ms"]), Ok((3, Duration::from_millis(500))));
        assert_eq!(repeat(&["a", "x", "--repeat-delay", "1.5", "--repeat", "3"]), Ok((3, Duration::from_millis(1500))));
    }

    #[test]
    fn what_is_typed_is_decoded() {
        for (words, content) in [
            (&["a", "00 ff", "--encoding", "hex"][..], Content::Given(Bytes::from_static(b"\x00\xff"))),
            (&["a", "-m", "AP8=", "--encoding", "base64"], Content::Given(Bytes::from_static(b"\x00\xff"))),
            (&["a", "-l", "--encoding", "base64"], Content::Lines(Origin::Stdin)),
            (&["a", "-s", "--encoding", "hex"], Content::Whole(Origin::Stdin)),
        ] {
            assert_eq!(resolve(words).unwrap().content, content, "{words:?}");
        }
        assert_eq!(resolve(&["a", "-l", "--encoding", "hex"]).unwrap().encoding, Some(Encoding::Hex));
        assert_eq!(resolve(&["a", "-l", "--encoding", "base64"]).unwrap().encoding, Some(Encoding::Base64));
        assert_eq!(resolve(&["a", "-l"]).unwrap().encoding, None);
    }

    #[test]
    fn properties_go_with_any_content() {
        for words in [&["a", "x"][..], &["a", "-l"], &["--from-json"], &["a"]] {
            assert_eq!(resolve(words).unwrap().properties, None, "{words:?}");
            let expected = Properties { expiry: Some(60), content_type: Some("t".into()), ..Properties::default() };
            let words = [words, &["--expiry", "1m", "--content-type", "t"]].concat();
            assert_eq!(resolve(&words).unwrap().properties.as_deref(), Some(&expected), "{words:?}");
        }
    }

    #[test]
    fn what_cannot_be_meant() {
        for (words, says) in [
            (&[][..], "no topic|mqx pub"),
            (&["-m", "x"], "no topic"),
            (&["a", "hot", "day"], "'day' is one word too many|quote a message that has spaces"),
            (&["a", "b", "c", "d"], "'c' is one word too many"),
            (&["-t", "a", "hot", "day"], "'day' is one word too many"),
            (&["a", "day", "-m", "hot"], "'day' is one word too many"),
            (&["a/+", "x"], "topic 'a/+': it has the wildcard +|mqx sub"),
            (&["#", "x"], "wildcard #"),
            (&["", "x"], "topic '': it is empty"),
            (&["a", "-m", "x", "-f", "f"], "--message|cannot be used with|--file"),
            (&["a", "-m", "x", "-l"], "cannot be used with"),
            (&["a", "-m", "x", "-n"], "cannot be used with"),
            (&["a", "-m", "x", "-s"], "cannot be used with"),
            (&["a", "-f", "x", "-s"], "cannot be used with"),
            (&["a", "-f", "x", "-n"], "cannot be used with"),
            (&["a", "-s", "-l"], "cannot be used with"),
            (&["a", "-s", "-n"], "cannot be used with"),
            (&["a", "-l", "-n"], "cannot be used with"),
            (&["a", "-l", "--repeat", "2"], "cannot be used with"),
            (&["--from-json", "-m", "x"], "--from-json|cannot be used with|--message"),
            (&["--from-json", "-s"], "cannot be used with"),
            (&["--from-json", "-l"], "cannot be used with"),
            (&["--from-json", "-n"], "cannot be used with"),
            (&["--from-json", "--repeat", "2"], "cannot be used with"),
            (&["--from-json", "a", "hot"], "'hot' is one word too many"),
            (&["a", "x", "--interval", "1"], "--repeat"),
            (&["a", "x", "--repeat", "0"], "'0'|--repeat"),
            (&["a", "-x"], "-x"),
            (&["a", "x", "--user-property", "y"], "NAME=VALUE"),
            (&["a", "0", "--encoding", "hex"], "the message: it is not two hexadecimal digits a byte"),
            (&["a", "0", "--encoding", "base64"], "the message: it is not base64"),
            (&["a", "0", "--encoding", "gzip"], "gzip|hex|base64"),
            (&["--from-json", "--encoding", "hex"], "cannot be used with"),
            (&["a", "-n", "--encoding", "hex"], "cannot be used with"),
        ] {
            assert_says(resolve(words), says, words);
        }
    }

    #[cfg(unix)]
    #[test]
    fn any_bytes_are_a_message_and_only_text_is_a_topic() {
        use std::os::unix::ffi::OsStringExt as _;

        let bytes = || OsString::from_vec(b"\xff\x01".to_vec());
        let args = MessageArgs { first: Some("a".into()), second: Some(bytes()), ..parse(&[]).unwrap() };
        assert_eq!(args.resolve(None).unwrap().content, Content::Given(Bytes::from_static(b"\xff\x01")));
        let args = MessageArgs { first: Some(bytes()), ..parse(&[]).unwrap() };
        assert_eq!(told(args.resolve(None).unwrap_err()), "topic '\\xff\\x01': it is not UTF-8 hint: ");
    }
}
