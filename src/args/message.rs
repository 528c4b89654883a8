//! What `pub` publishes: a topic, and where its messages come from.

mod pace;
mod payload;
mod template;

use std::ffi::{OsStr, OsString};

use bytes::Bytes;
use clap::builder::Resettable;

use super::payload::{given, no_more};
use super::rare::Rare;
use super::{ArgsError, PropertiesArgs, Surroundings, qos, topic_name};
use crate::client::TopicAliases;
use crate::mqtt::{Properties, QoS, TopicName};
use crate::payload::Encoding;
use crate::text::Rate;
use pace::PaceFlags;
pub use payload::Content;
use payload::PayloadFlags;
use template::TemplateFlags;
pub use template::Templates;
pub(crate) use template::no_template;

/// Options of the message.
#[derive(Clone, Debug, clap::Args)]
pub struct MessageArgs {
    /// The topic, unless -t or a URL gives it
    #[arg(value_name = "TOPIC", allow_negative_numbers = true, help_heading = Resettable::Reset)]
    first: Option<OsString>,

    /// The message, unless -m, -f, -s, -l, -n or --from-json gives it; without any, stdin is the message
    #[arg(value_name = "MESSAGE", allow_negative_numbers = true, help_heading = Resettable::Reset)]
    second: Option<OsString>,

    #[arg(hide = true, allow_negative_numbers = true)]
    more: Vec<OsString>,

    #[command(flatten)]
    flags: MessageFlags,

    #[command(flatten)]
    properties: Rare<PropertiesArgs>,
}

#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Message")]
struct MessageFlags {
    /// The topic; given more than once, the message goes to each
    #[arg(short, long = "topic", value_name = "TOPIC", allow_hyphen_values = true)]
    topics: Vec<OsString>,

    #[command(flatten)]
    payload: PayloadFlags,

    /// QoS 0, 1 or 2 [default: 1]
    #[arg(short, long, value_parser = qos)]
    qos: Option<QoS>,

    /// Ask the broker to retain the message
    #[arg(short, long)]
    retain: bool,

    /// Let a number stand for the topic in all but the first message of a connection: N, from 1, for the one topic, or auto for the
    /// first topics that the broker has numbers for
    #[arg(long, value_name = "N|auto", value_parser = topic_aliases, help_heading = "Message (MQTT 5)")]
    topic_alias: Option<TopicAliases>,

    #[command(flatten)]
    template: TemplateFlags,

    #[command(flatten)]
    pace: PaceFlags,
}

/// The value of `--topic-alias`.
fn topic_aliases(text: &str) -> Result<TopicAliases, &'static str> {
    match text {
        "auto" => Ok(TopicAliases::Auto),
        _ => {
            text.parse().ok().filter(|number| *number > 0).map(TopicAliases::Fixed).ok_or("a topic alias is auto, or 1 to 65535")
        }
    }
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
#[derive(Clone, Debug)]
pub struct Publication {
    /// The topics that every message goes to, in order; at least one, or none where records, lines or templates have them.
    pub topics: Vec<TopicName>,
    /// Where messages come from.
    pub content: Content,
    /// What lines end with.
    pub delimiter: Bytes,
    /// What parts topic and payload, of lines that have a topic.
    pub lines_topic: Option<Bytes>,
    /// How an input, or each of its lines, is written; `None` is as it is. What the command line gives is decoded, unless it is a template.
    pub encoding: Option<Encoding>,
    /// Their QoS.
    pub qos: PublishingQoS,
    /// Their RETAIN.
    pub retain: bool,
    /// Their properties; a record has its own before these. None where they are templates.
    pub properties: Option<Box<Properties>>,
    /// Topics and properties that are templates, as payloads then are too.
    pub templates: Option<Box<Templates>>,
    /// Which of their topics get a Topic Alias.
    pub aliases: TopicAliases,
    /// How many times; 1 for lines and records.
    pub repeat: u64,
    /// How fast; `None` is as fast as possible.
    pub rate: Option<Rate>,
}

impl MessageArgs {
    /// What is to be published. Positionals fill what flags left; `in_url` is the topic that the URL names.
    ///
    /// # Errors
    /// Usage: no topic, a wrong one or two, words that are too many, a property that cannot be, or what is no template. A file that a
    /// property names and that cannot be read.
    pub fn resolve(&self, in_url: Option<&str>, here: &Surroundings) -> Result<Publication, ArgsError> {
        let Self { flags: MessageFlags { payload, template, pace, qos, retain, topic_alias, .. }, properties, .. } = self;
        let (topics, mut content) = self.topics_and_content(in_url)?;
        if !template.template {
            payload.one.decode(&mut content)?;
        }
        let (repeat, rate) = pace.resolve(&content)?;
        let aliases = topic_alias.unwrap_or_default();
        let many = payload.from_json || template.template || topics.len() != 1;
        if many && matches!(aliases, TopicAliases::Fixed(_)) {
            return Err(ArgsError::usage("one topic alias for more than one topic").with_hint("--topic-alias auto"));
        }
        let mut publication = Publication {
            topics: Vec::new(),
            content,
            delimiter: payload.delimiter.clone().unwrap_or(Bytes::from_static(b"\n")),
            lines_topic: payload.lines_topic.clone(),
            encoding: payload.one.encoding(),
            qos: PublishingQoS::of(*qos),
            retain: *retain,
            properties: properties.resolve()?,
            templates: None,
            aliases,
            repeat,
            rate,
        };
        if template.template {
            let fixed = publication.properties.take().map(|properties| *properties);
            let binary = properties.has_binary_correlation_data();
            publication.templates = Some(Box::new(Templates::parse(&topics, fixed, binary, template.seed, here.variable)?));
        } else {
            publication.topics = topics.into_iter().map(topic_name).collect::<Result<_, _>>()?;
        }
        Ok(publication)
    }

    /// The topics as they were typed, and where messages come from.
    fn topics_and_content<'a>(&'a self, in_url: Option<&'a str>) -> Result<(Vec<&'a OsStr>, Content), ArgsError> {
        let Self { first, second, more, flags: MessageFlags { topics, payload, .. }, .. } = self;
        let mut words = first.iter().chain(second).chain(more);
        let in_lines = payload.lines_topic.is_some();
        let topics: Vec<&OsStr> = match in_url {
            Some(_) if !topics.is_empty() => return Err(super::topic_twice()),
            Some(_) if in_lines => return Err(ArgsError::usage("the topic is given twice, by --lines-topic and in the URL")),
            Some(topic) => vec![OsStr::new(topic)],
            None if in_lines => Vec::new(),
            None if topics.is_empty() => words.next().map(OsString::as_os_str).into_iter().collect(),
            None => topics.iter().map(OsString::as_os_str).collect(),
        };
        if topics.is_empty() && !payload.from_json && !in_lines {
            return Err(ArgsError::usage("no topic").with_hint("mqx pub encyclopedia/temperature hot"));
        }
        let content = payload.content().unwrap_or_else(|| words.next().map_or(Content::Unsaid, given));
        no_more(words)?;
        Ok((topics, content))
    }

    /// The first option given that 3.1.1 does not have.
    #[must_use]
    pub fn needs_5(&self) -> Option<&'static str> {
        self.properties.needs_5().or(self.flags.topic_alias.map(|_| "--topic-alias"))
    }
}

#[cfg(test)]
mod tests;
