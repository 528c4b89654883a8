//! `mqx pub`: publishes a message, or each line of an input.

mod compose;
mod feed;
mod pace;

use std::collections::VecDeque;
use std::ops::Range;
use std::slice;
use std::time::{Duration, Instant};

use feed::Feed;
pub(super) use feed::one;

use crate::args::{ArgsError, ConnectArgs, MessageArgs, Publication, Role, Surroundings, TimeoutArgs};
use crate::client::{Close, ConnectOptions, LimitExceeded, Publisher, TopicAliases};
use crate::error::Error;
use crate::exit::Status;
use crate::flow::{Goal, Source, Tally, finish, publish_all, tally};
use crate::mqtt::{Message, QoS, Record, TopicName};
use crate::ui::Ui;

/// What `mqx pub` takes.
#[derive(Clone, Debug, clap::Args)]
#[command(
    override_usage = "mqx pub [OPTIONS] TOPIC [MESSAGE]",
    after_help = "\
Examples:
  mqx pub encyclopedia/temperature hot
  mqx pub -r -n encyclopedia/temperature      remove a retained message
  mqx pub -h broker.example -l log < app.log  a message a line
  make-report | mqx pub reports               all of stdin is one message
  mqx pub -t 'lamp/{counter}' -m '{random:1:6}' --template --repeat 10 --rate 2/s
  mqx sub --json '#' | mqx pub -L mqtt://other.example --from-json"
)]
pub struct Args {
    #[command(flatten)]
    message: MessageArgs,

    /// Say at the end what was sent, what was acknowledged, and how fast
    #[arg(long, help_heading = "Output")]
    stats: bool,

    #[command(flatten)]
    timeout: TimeoutArgs,

    /// How to reach the broker.
    #[command(flatten)]
    pub connect: ConnectArgs,
}

/// What `mqx pub` is to do.
#[derive(Clone, Debug)]
pub struct Options {
    /// The connection.
    pub connect: ConnectOptions,
    /// The messages.
    pub publication: Publication,
    /// Whether to sum up at the end.
    pub stats: bool,
    /// The most time for the whole run.
    pub timeout: Option<Duration>,
}

impl Args {
    /// The options that were meant.
    ///
    /// # Errors
    /// Usage, or a password file that cannot be read.
    pub fn resolve(&self, here: &Surroundings) -> Result<Options, ArgsError> {
        Ok(Options {
            // The message first: what is wrong with it is nearer to what was typed than the connection is.
            publication: self.message.resolve(self.connect.topic()?.as_deref(), here)?,
            connect: self.connect.resolve(Role { open_ended: false, consumer: false, needs_5: self.message.needs_5() }, here)?,
            stats: self.stats,
            timeout: self.timeout.timeout,
        })
    }
}

/// Publishes.
///
/// # Errors
/// Whatever ended the run before its work was done.
pub async fn run(args: Args, ui: Ui) -> Result<Status, Error> {
    let Options { connect, publication, stats, timeout } = args.resolve(&Surroundings::here())?;
    let mut stop = super::stop(timeout)?;
    let mut feed = tokio::select! {
        biased;
        why = stop.wait() => return Ok(super::stopped(why, &ui)),
        feed = Feed::open(&publication, &ui) => feed?,
    };
    let opened = Instant::now();
    let (publisher, _events) = match super::connect(connect, &mut stop, &ui).await? {
        Ok(connected) => connected,
        Err(why) => return Ok(super::stopped(why, &ui)),
    };
    let qos = super::publishing_level(&publisher, publication.qos, publication.retain, &ui).await?;
    number_topics(&publisher, publication.aliases, &ui).await?;
    let mut tally = Tally::new(ui.clone());
    tally.expire_unsubmitted(feed.waited(opened.elapsed()).saturating_mul(publication.topics.len() as u64));
    let mut source = Messages { feed, topics: publication.topics, qos, retain: publication.retain, published: 0 };
    let begun = Instant::now();
    let result = publish_all(&publisher, &mut source, &mut stop, &mut tally).await;
    let goal = if matches!(result, Ok(None)) && source.feed.is_used_up() { Goal::Met } else { Goal::Missed };
    let (stopped, failure) = super::told(result, &ui);
    let finished = finish(&publisher, &mut stop, stopped, &mut tally).await;
    let (published, left_out) = (source.published, source.feed.left_out());
    drop(source);
    let mut status = tally.conclude(&finished, goal).merge(failure);
    if let Some(left_out) = left_out {
        ui.error(&left_out, None);
        status = status.merge(Status::Local);
    }
    if stats {
        ui.summary(&sum_up(published, &tally, begun.elapsed()));
    }
    Ok(status)
}

/// Lets numbers stand for topics as they were asked for. One that the broker does not take ends the run before anything is sent.
async fn number_topics(publisher: &Publisher, aliases: TopicAliases, ui: &Ui) -> Result<(), Error> {
    if aliases == TopicAliases::None {
        return Ok(());
    }
    let maximum = publisher.limits().topic_alias_maximum;
    match aliases {
        TopicAliases::Fixed(alias) if alias > maximum => {
            publisher.finish(Close::Now, &mut Vec::new()).await;
            return Err(Error::new(Status::Rejected, LimitExceeded::TopicAlias { alias, maximum }.to_string()));
        }
        _ if maximum == 0 => ui.note("the broker takes no topic aliases (Topic Alias Maximum is 0)"),
        _ => {}
    }
    publisher.alias_topics(aliases);
    Ok(())
}

/// `submitted 1000 messages in 0.520 s, 1923 a second; 1000 acknowledged`
fn sum_up(published: u64, counted: &Tally, took: Duration) -> String {
    let seconds = took.as_secs_f64();
    let rate = (counted.acknowledged + counted.written) as f64 / seconds;
    let mut text = format!("submitted {} in {seconds:.3} s, {rate:.0} a second", tally::messages(published));
    for (count, what) in [
        (counted.acknowledged, "acknowledged"),
        (counted.written, "written at QoS 0"),
        (counted.rejected, "rejected"),
        (counted.expired, "expired"),
    ] {
        if count > 0 {
            text.push_str(&format!("; {count} {what}"));
        }
    }
    text
}

/// What is published: everything to its own topic, or to every topic of the command line.
struct Messages {
    feed: Feed,
    topics: Vec<TopicName>,
    qos: QoS,
    retain: bool,
    published: u64,
}

impl Source for Messages {
    type Error = Error;

    async fn next(&mut self, into: &mut VecDeque<Message>) -> Result<bool, Error> {
        let Self { feed, topics, qos, retain, published } = self;
        feed.next(*published, |Record { topic, payload, qos: level, retain: kept, properties }| {
            let (qos, retain) = (level.unwrap_or(*qos), kept.unwrap_or(*retain));
            let mut push = |topic: &TopicName, payload, properties| {
                into.push_back(Message { topic: topic.clone(), payload, qos, retain, properties });
            };
            let topics = topic.as_ref().map_or(&**topics, slice::from_ref);
            if let Some((last, others)) = topics.split_last() {
                others.iter().for_each(|topic| push(topic, payload.clone(), properties.clone()));
                push(last, payload, properties);
            }
        })
        .await
    }

    fn submitted(&mut self, numbers: Range<u64>) {
        self.published += numbers.end - numbers.start;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::Content;
    use crate::args::testing::{assert_says, resolve};
    use crate::client::VersionChoice;
    use crate::mqtt::Version;
    use crate::payload::Origin;

    fn of(words: &[&str]) -> Result<Options, String> {
        resolve(words, Args::resolve)
    }

    #[test]
    fn a_command_line_of_mosquitto_works() {
        let options = of(&["-h", "x", "-t", "a", "-l", "-q", "2", "--pw", "p", "-u", "u", "-V", "mqttv311"]).unwrap();
        assert_eq!(options.connect.targets[0].endpoint.to_string(), "x:1883");
        assert_eq!(options.publication.content, Content::Lines(Origin::Stdin));
        assert!(!options.connect.consumer && !options.stats);
    }

    #[test]
    fn stats_and_timeout() {
        let options = of(&["a", "b", "--stats", "-W", "1"]).unwrap();
        assert_eq!((options.stats, options.timeout), (true, Some(Duration::from_secs(1))));
    }

    #[test]
    fn a_property_of_the_message_needs_version_5() {
        let words = ["a", "x", "--expiry", "1m"];
        assert_eq!(of(&words).unwrap().connect.version, VersionChoice::Only(Version::V5));
        assert_eq!(of(&["a", "x"]).unwrap().connect.version, VersionChoice::Automatic);
        let words = [&words[..], &["-V", "311"]].concat();
        assert_says(of(&words), "--expiry needs MQTT 5, and -V asks for 3.1.1", &words);
    }

    #[test]
    fn what_is_wrong_with_a_topic_comes_before_the_connection() {
        let words = ["a/+", "x", "--password-file", "/nowhere"];
        assert_says(of(&words), "topic 'a/+'", &words);
    }
}
