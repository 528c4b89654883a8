//! What `reply` answers, and with what.

mod place;

use std::ffi::{OsStr, OsString};
use std::path::Path;

use bytes::Bytes;

use super::filters::FilterNames;
use super::{ArgsError, ExecArgs, PropertiesArgs, PublishingQoS, Surroundings, qos, read_file, shown, topic};
use crate::mqtt::{Properties, QoS, RetainHandling, Subscription, TopicFilter, TopicName};
use crate::output::process::Program;
use crate::payload::Template;
use crate::text::escape;
pub use place::{Filling, Place};

/// Options of requests and their answers.
#[derive(Clone, Debug, clap::Args)]
#[command(mut_arg("response_topic", |arg| arg
    .short('e')
    .help("Where an answer goes whose request does not say it, as none does in 3.1.1")))]
#[command(mut_arg("correlation_data", |arg| arg
    .help("What an answer carries whose request has no such data: text, hex:…, base64:… or @FILE")))]
pub struct AnsweringArgs {
    #[command(flatten)]
    names: FilterNames,

    #[command(flatten)]
    flags: AnsweringFlags,

    #[command(flatten)]
    properties: PropertiesArgs,
}

#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Message")]
#[command(mut_arg("exec", |arg| arg
    .help("Answer with what CMD prints: it runs for each request, payload on its stdin, topic and properties in MQX_TOPIC, \
           MQX_QOS, …; one that fails is told, gives no answer, and the exit status is 1")))]
struct AnsweringFlags {
    /// Answer with the request itself: its payload, content type, payload format and user properties
    #[arg(long, conflicts_with_all = ["with", "exec"])]
    echo: bool,

    /// Answer with TEXT, or with what is in FILE
    #[arg(long, value_name = "TEXT|@FILE", allow_hyphen_values = true, conflicts_with = "exec")]
    with: Option<OsString>,

    /// Fill in {payload}, {topic} and whatever else sub -F has of the request, {counter}, {time} and whatever else pub
    /// --template knows, anew in each answer of --with; {{ is a {
    // That it requires --with is not enough: clap asks for nothing that cannot be given beside what is.
    #[arg(long, requires = "with", conflicts_with_all = ["echo", "exec"])]
    template: bool,

    #[command(flatten)]
    exec: ExecArgs,

    /// Take the requests in turns with all others of this group: $share/GROUP/FILTER
    #[arg(long, value_name = "GROUP")]
    share: Option<OsString>,

    /// QoS 0, 1 or 2 of answers, and the highest of requests [default: 1]
    #[arg(short, long, value_parser = qos)]
    qos: Option<QoS>,
}

/// What answers are made of.
#[derive(Clone, Debug)]
pub enum How {
    /// The request.
    Echo,
    /// Always the same.
    With(Bytes),
    /// A text with places.
    Template(Template<Place>),
    /// What a program prints.
    Exec {
        /// The program.
        program: Program,
        /// How many of its processes run at once.
        jobs: usize,
    },
}

/// What is answered, and how.
#[derive(Clone, Debug)]
pub struct Replying {
    /// What brings the requests; at least one.
    pub subscriptions: Vec<Subscription>,
    /// The answers.
    pub how: How,
    /// Their QoS.
    pub qos: PublishingQoS,
    /// Where they go when a request does not say it.
    pub response_topic: Option<TopicName>,
    /// Their properties; Correlation Data is for those whose request has none.
    pub properties: Properties,
}

impl AnsweringArgs {
    /// What is answered; `in_url` is the filter that the URL names.
    ///
    /// # Errors
    /// Usage: no filter or a wrong one, no kind of answer, answers that would be requests. A file that cannot be read.
    pub fn resolve(&self, in_url: Option<&str>, here: &Surroundings) -> Result<Replying, ArgsError> {
        let Self { names, flags, properties } = self;
        let qos = PublishingQoS::of(flags.qos);
        let filters = names.typed(in_url)?.into_iter().map(|filter| flags.filter(filter)).collect::<Result<Vec<_>, _>>()?;
        let how = flags.how(here)?;
        let (response_topic, properties) = properties.resolve_apart()?;
        if let Some(topic) = &response_topic
            && let Some(filter) = filters.iter().find(|filter| filter.matches(topic))
        {
            let (topic, filter) = (shown(topic.as_str().as_bytes()), shown(filter.as_str().as_bytes()));
            let message = format!("-e {topic} belongs to {filter}: each answer would be a request again");
            return Err(ArgsError::usage(message));
        }
        let subscriptions = filters.into_iter().map(|filter| subscription(filter, qos.level)).collect();
        Ok(Replying { subscriptions, how, qos, response_topic, properties })
    }

    /// What 3.1.1 does not have: requests that say where the answer goes, and properties.
    #[must_use]
    pub fn needs_5(&self) -> Option<&'static str> {
        self.properties.needs_5_apart().or_else(|| (!self.properties.has_response_topic()).then_some("reply without -e"))
    }
}

/// What is retained was asked in the past. Our own answers are no requests, but a shared subscription cannot say so `[MQTT-3.8.3-4]`.
fn subscription(filter: TopicFilter, qos: QoS) -> Subscription {
    let no_local = !filter.is_shared();
    Subscription { retain_handling: RetainHandling::Never, no_local, ..Subscription::new(filter, qos) }
}

impl AnsweringFlags {
    fn how(&self, here: &Surroundings) -> Result<How, ArgsError> {
        match (&self.with, self.exec.resolve()?) {
            (Some(text), _) if self.template => place::template(&with(text)?, here.variable).map(How::Template),
            (Some(text), _) => with(text).map(How::With),
            (None, Some((program, jobs))) => Ok(How::Exec { program, jobs }),
            (None, None) if self.echo => Ok(How::Echo),
            (None, None) => Err(ArgsError::usage("nothing to answer with").with_hint("--echo, --with TEXT or --exec CMD")),
        }
    }

    fn filter(&self, typed: &OsStr) -> Result<TopicFilter, ArgsError> {
        let filter = topic("topic filter", typed, TopicFilter::new)?;
        let Some(group) = &self.share else { return Ok(filter) };
        let wrong = |why: &str| ArgsError::usage(format!("--share '{}': {why}", shown(group.as_encoded_bytes())));
        if filter.is_shared() {
            let filter = escape(filter.as_str().as_bytes());
            return Err(ArgsError::usage(format!("topic filter '{filter}' is shared already, without --share")));
        }
        let name = group.to_str().ok_or_else(|| wrong("it is not UTF-8"))?;
        if name.is_empty() || name.contains(['/', '+', '#']) {
            return Err(wrong("a group has a name without /, + and #"));
        }
        TopicFilter::new(format!("$share/{name}/{filter}")).map_err(|why| wrong(&why.to_string()))
    }
}

/// The value of `--with`: text, or what is in the file that it names.
fn with(text: &OsStr) -> Result<Bytes, ArgsError> {
    match text.to_str().and_then(|text| text.strip_prefix('@')) {
        Some(path) => read_file("the answer", Path::new(path)),
        None => Ok(Bytes::copy_from_slice(text.as_encoded_bytes())),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{assert_says, nowhere, parse, told};
    use super::*;

    fn resolve(words: &[&str]) -> Result<Replying, String> {
        parse::<AnsweringArgs>(words)?.resolve(None, &nowhere()).map_err(told)
    }

    #[test]
    fn filters_and_their_subscriptions() {
        let found = |words: &[&str]| {
            let all = resolve(words).unwrap().subscriptions;
            all.iter().map(|s| (s.filter.to_string(), s.qos as u8, s.no_local)).collect::<Vec<_>>()
        };
        let row = |filter: &str, qos, no_local| (filter.to_owned(), qos, no_local);
        assert_eq!(found(&["a/#", "--echo"]), [row("a/#", 1, true)]);
        assert_eq!(found(&["b", "-t", "a", "-q", "2", "--echo"]), [row("a", 2, true), row("b", 2, true)]);
        assert_eq!(found(&["a", "--share", "g", "--echo"]), [row("$share/g/a", 1, false)]);
        assert_eq!(found(&["$share/g/a", "--echo"]), [row("$share/g/a", 1, false)]);
        let never = |s: &Subscription| s.retain_handling == RetainHandling::Never;
        assert!(resolve(&["a", "b", "--echo"]).unwrap().subscriptions.iter().all(never));
    }

    #[test]
    fn answers() {
        let how = |words: &[&str]| resolve(words).unwrap().how;
        assert!(matches!(how(&["a", "--echo"]), How::Echo));
        assert!(matches!(how(&["a", "--with", "-x{topic}"]), How::With(text) if &*text == b"-x{topic}"));
        assert!(matches!(how(&["a", "--with", "x{topic}", "--template"]), How::Template(text) if text.literals() == b"x"));
        assert!(matches!(how(&["a", "--exec", "date -u"]), How::Exec { jobs: 1, .. }));
        assert!(matches!(how(&["a", "--exec", "date | cat", "--shell", "--jobs", "4"]), How::Exec { jobs: 4, .. }));
        let replying = resolve(&["a", "--with", "", "-e", "b", "--correlation-data", "c", "--content-type", "t"]).unwrap();
        assert_eq!(replying.response_topic.unwrap().as_str(), "b");
        assert_eq!(replying.properties.response_topic, None);
        assert_eq!(
            (replying.properties.correlation_data, replying.properties.content_type),
            (Some("c".into()), Some("t".into()))
        );
    }

    #[test]
    fn what_needs_version_5() {
        let needs = |words: &[&str]| parse::<AnsweringArgs>(words).unwrap().needs_5();
        assert_eq!(needs(&["a", "--echo"]), Some("reply without -e"));
        assert_eq!(needs(&["a", "--echo", "-e", "b"]), None);
        assert_eq!(needs(&["a", "--echo", "-e", "b", "--content-type", "t"]), Some("--content-type"));
    }

    #[test]
    fn what_cannot_be_meant() {
        for (words, says) in [
            (&["--echo"][..], "no topic filter"),
            (&["a"], "nothing to answer with|--echo, --with TEXT or --exec CMD"),
            (&["a", "--echo", "--exec", "x"], "cannot be used with"),
            (&["a", "--with", "x", "--exec", "x"], "cannot be used with"),
            (&["a", "--echo", "--template"], "--echo' cannot be used with|--template"),
            (&["a", "--template"], "--with"),
            (&["a", "--echo", "--jobs", "2"], "--exec"),
            (&["a", "--exec", "'"], "a quote is not closed"),
            (&["a", "--exec", "x", "--jobs", "0"], "'0'|--jobs"),
            (&["a", "--with", "{topics}", "--template"], "--with: there is no {topics}|{payload}|{counter}"),
            (&["a", "--with", "{topic:0}", "--template"], "--with: {topic:0}: "),
            (&["a", "--with", "{uuid", "--template"], "--with: the { before 'uuid' is not closed"),
            (&["a", "--echo", "--with", "x"], "cannot be used with"),
            (&["a/#/b", "--echo"], "topic filter 'a/#/b'"),
            (&["a/#", "--echo", "-e", "a/b"], "-e a/b belongs to a/#: each answer would be a request again"),
            (&["a", "--share", "g", "--echo", "-e", "a"], "belongs to $share/g/a"),
            (&["a", "--echo", "-e", "+"], "wildcard +"),
            (&["a", "--share", "g/h", "--echo"], "--share 'g/h': a group has a name without /"),
            (&["a", "--share", "", "--echo"], "--share ''"),
            (&["$share/g/a", "--share", "h", "--echo"], "is shared already"),
            (&["a", "--with", "@/nowhere"], "cannot read the answer in /nowhere: no such file"),
        ] {
            assert_says(resolve(words), says, words);
        }
    }
}
