//! `mqx rr`: publishes a request and prints its answers.

mod answers;

use std::cell::Cell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use clap::builder::PossibleValuesParser;
use rand::RngExt as _;
use tokio::sync::oneshot;

use super::publish::one;
use super::subscribing::{self, Answer, Answered};
use crate::args::{ArgsError, ConnectArgs, OutputArgs, Request, RequestArgs, Role, Surroundings, TimeoutArgs};
use crate::client::{ConnectOptions, Outcome, Publisher};
use crate::error::Error;
use crate::exit::Status;
use crate::flow::{Goal, Stopped, Tally, consume, finish};
use crate::mqtt::{Message, Properties, QoS, Reason, RetainHandling, Subscription, TopicError, TopicName};
use crate::output::stdout::Stdout;
use crate::output::{Format, Renderer};
use crate::text::{excerpt, hex};
use crate::ui::Ui;
use answers::{Answers, Ours};

/// How long a run lasts at most that was not told.
const TIMEOUT: Duration = Duration::from_secs(30);
/// Bytes of Correlation Data that is made, and of the last level of a response topic: nobody else's are the same.
const RANDOM: usize = 16;
/// What of a topic stands in a message, in characters.
const SHOWN: usize = 80;

/// What `mqx rr` takes.
#[derive(Clone, Debug, clap::Args)]
#[command(
    mut_arg("timeout", |arg| arg.help("Give up after D, with exit status 27, when the answers did not come by then [default: 30]")),
    override_usage = "mqx rr [OPTIONS] TOPIC [MESSAGE]",
    after_help = "\
Examples:
  mqx rr encyclopedia/heater status
  mqx rr --latency -W 5 lamp/1/set on        how long it took, or exit status 27 after 5 s
  mqx rr --replies all -W 2 lamps/who -n     every answer that comes within 2 s

An answer has the Correlation Data of the request. In MQTT 3.1.1, which has none, whatever comes on
the topic of -e after the request is one."
)]
pub struct Args {
    #[command(flatten)]
    request: RequestArgs,

    /// How many answers to wait for: a number, or all that come before -W [default: 1]
    #[arg(long, value_name = "N|all", help_heading = "When to stop", value_parser = replies)]
    replies: Option<Replies>,

    /// Say on stderr how long each answer took
    #[arg(long, help_heading = "Output")]
    latency: bool,

    /// Leave retained messages out, which is always so
    #[arg(short = 'R', long, hide = true)]
    no_retained: bool,

    /// When retained messages are sent, which is never
    #[arg(long, hide = true, value_name = "WHEN", value_parser = PossibleValuesParser::new(["always", "new", "never"]))]
    retain_handling: Option<String>,

    /// Have the retain flag of messages as it was published; an answer has none
    #[arg(long, hide = true)]
    retain_as_published: bool,

    #[command(flatten)]
    output: OutputArgs,

    #[command(flatten)]
    timeout: TimeoutArgs,

    /// How to reach the broker.
    #[command(flatten)]
    pub connect: ConnectArgs,
}

/// How many answers are waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replies {
    /// So many.
    Count(u64),
    /// Those that come in time, at least one.
    All,
}

/// The value of `--replies`.
fn replies(text: &str) -> Result<Replies, &'static str> {
    match text.parse() {
        Ok(count) if count > 0 => Ok(Replies::Count(count)),
        _ if text == "all" => Ok(Replies::All),
        _ => Err("it is a number from 1, or all"),
    }
}

/// What `mqx rr` is to do.
#[derive(Clone, Debug)]
pub struct Options {
    /// The connection.
    pub connect: ConnectOptions,
    /// The request.
    pub request: Request,
    /// How many answers are waited for.
    pub replies: Replies,
    /// Whether to say how long they took.
    pub latency: bool,
    /// How they are printed.
    pub format: Format,
    /// The most time for the whole run.
    pub timeout: Duration,
}

impl Args {
    /// The options that were meant.
    ///
    /// # Errors
    /// Usage, or a file that cannot be read.
    pub fn resolve(&self, here: &Surroundings) -> Result<Options, ArgsError> {
        let request = self.request.resolve(self.connect.topic()?.as_deref())?;
        let role = Role { open_ended: false, consumer: true, needs_5: self.request.needs_5() };
        let mut connect = self.connect.resolve(role, here)?;
        connect.request_response_information |= request.response_topic.is_none();
        Ok(Options {
            connect,
            request,
            replies: self.replies.unwrap_or(Replies::Count(1)),
            latency: self.latency,
            format: self.output.resolve(here)?,
            timeout: self.timeout.timeout.unwrap_or(TIMEOUT),
        })
    }
}

/// Asks, and prints what is answered.
///
/// # Errors
/// Whatever ended the run before its work was done.
pub async fn run(args: Args, ui: Ui) -> Result<Status, Error> {
    let Options { connect, request, replies, latency, format, timeout } = args.resolve(&Surroundings::here())?;
    let mut stop = super::stop(Some(timeout))?;
    let payload = tokio::select! {
        biased;
        why = stop.wait() => return Ok(super::stopped(why, &ui)),
        payload = one(&request.content, request.encoding, &ui) => payload?,
    };
    let stdout = Stdout::open()?;
    let client_id = connect.client_id.clone();
    let (publisher, mut events) = match super::connect(connect, &mut stop, &ui).await? {
        Ok(connected) => connected,
        Err(why) => return Ok(super::stopped(why, &ui)),
    };
    let qos = super::publishing_level(&publisher, request.qos, false, &ui).await?;
    let begin = publisher.response_information().map_or_else(|| format!("mqx/response/{client_id}"), String::from);
    let question = Question::new(request, payload, qos, &begin, publisher.limits().properties)
        .map_err(|why| Error::local(format!("the response topic: {why}")))?;
    let mut tally = Tally::new(ui.clone());
    let asked = Rc::new(Cell::new(None));
    let left = if let Replies::Count(count) = replies { Some(count) } else { None };
    let ours = Ours::of(&question, Rc::clone(&asked));
    let mut answers = Answers::new(ours, left, latency, Renderer::new(format), stdout.clone(), &ui);
    let (answered, answer) = subscribing::answer();
    let (rejected, ended) = oneshot::channel();
    stop.end_when(async move {
        // Only a rejection says something; without one the sender goes with its run.
        if ended.await.is_err() {
            std::future::pending::<()>().await;
        }
    });
    stop.end_with(async move { stdout.closed().await });
    let asking = async {
        if question.ask(&publisher, (answered, answer), &asked, &mut tally, &ui).await.is_err() {
            let _ = rejected.send(());
        }
    };
    let result = subscribing::beside(asking, consume(&mut events, &mut answers, &mut stop)).await;
    let (stopped, failure) = super::told(super::unless_abandoned(result), &ui);
    let finished = finish(&publisher, &mut stop, stopped, &mut tally).await;
    answers.sum_up();
    if answers.is_enough() {
        return Ok(tally.conclude(&finished, Goal::Met).merge(failure));
    }
    if finished.stopped != Some(Stopped::Deadline) {
        return Ok(tally.conclude(&finished, Goal::Missed).merge(failure));
    }
    // `-W` may not have been typed, so that it is told what did not come.
    let hint = args.timeout.timeout.is_none().then_some("-W D waits longer");
    ui.error(&answers.missing(timeout), hint);
    Ok(tally.conclude(&finished, Goal::Met).merge(failure).merge(Status::TimedOut))
}

/// What is asked, and where the answers come.
struct Question {
    request: Message,
    response_topic: TopicName,
    /// What answers have; `None` in 3.1.1.
    correlation_data: Option<Bytes>,
}

/// The request was rejected, or nothing is listened to.
struct NotAsked;

impl Question {
    /// Completes a request with what makes its answers its own, a topic that begins with `begin` if none was given; in 3.1.1, without
    /// `properties`, one was.
    fn new(request: Request, payload: Bytes, qos: QoS, begin: &str, properties: bool) -> Result<Self, TopicError> {
        let Request { topic, response_topic, properties: given, .. } = request;
        let response_topic = response_topic.map_or_else(|| own_topic(begin), Ok)?;
        let mut request = Message::new(topic, payload, qos);
        if !properties {
            return Ok(Self { request, response_topic, correlation_data: None });
        }
        let correlation_data =
            given.correlation_data.clone().unwrap_or_else(|| Bytes::copy_from_slice(&rand::rng().random::<[u8; RANDOM]>()));
        request.properties = Some(Box::new(Properties {
            response_topic: Some(response_topic.as_str().into()),
            correlation_data: Some(correlation_data.clone()),
            ..given
        }));
        Ok(Self { request, response_topic, correlation_data: Some(correlation_data) })
    }

    /// Subscribes, publishes when the broker has granted that, and tells what became of the request.
    async fn ask(
        &self,
        publisher: &Publisher,
        (answered, answer): (Answered, Answer),
        asked: &Cell<Option<Instant>>,
        tally: &mut Tally,
        ui: &Ui,
    ) -> Result<(), NotAsked> {
        let filter = self.response_topic.filter();
        // What is retained answered another request, and what is asked is no answer.
        let subscription = Subscription {
            retain_handling: RetainHandling::Never,
            no_local: true,
            ..Subscription::new(filter, self.request.qos)
        };
        subscribing::subscribe(publisher, vec![subscription], answered, ui).await;
        if !answer.any_granted().await {
            return Err(NotAsked);
        }
        asked.set(Some(Instant::now()));
        publisher.publish(&mut VecDeque::from([self.request.clone()]));
        let mut outcomes = Vec::new();
        publisher.settled(false, &mut outcomes).await;
        tally.count(&outcomes);
        match outcomes.first() {
            Some((_, Outcome::Rejected(_))) => return Err(NotAsked),
            Some((_, Outcome::Acknowledged(Reason::NO_MATCHING_SUBSCRIBERS))) => {
                let topic = excerpt(self.request.topic.as_str().as_bytes(), SHOWN);
                ui.warning(&format!("nobody is subscribed to {topic}: who would answer has not got the request"));
            }
            _ => {}
        }
        Ok(())
    }
}

/// A response topic that nobody else has, below one that may be ours alone.
fn own_topic(begin: &str) -> Result<TopicName, TopicError> {
    let random = hex::digits(&rand::rng().random::<[u8; RANDOM / 2]>());
    let begin = begin.strip_suffix('/').unwrap_or(begin);
    // A Client Identifier, or what a broker says, may have what no topic has.
    TopicName::new(format!("{begin}/{random}")).or_else(|_| TopicName::new(format!("mqx/response/{random}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::testing::resolve;

    #[test]
    fn response_information_is_asked_for_where_it_is_wanted() {
        for (words, asks) in [
            (&["a", "x"][..], true),
            (&["a", "x", "-e", "b"], false),
            (&["a", "x", "-e", "b", "--request-response-information"], true),
        ] {
            assert_eq!(resolve(words, Args::resolve).unwrap().connect.request_response_information, asks, "{words:?}");
        }
    }
}
