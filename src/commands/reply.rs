//! `mqx reply`: answers the requests that arrive.

mod answers;
mod programs;
mod replies;

use std::convert::Infallible;
use std::time::Duration;

use super::subscribing;
use crate::args::{AnsweringArgs, ArgsError, ConnectArgs, LengthArgs, Replying, Role, Surroundings, TimeoutArgs};
use crate::client::ConnectOptions;
use crate::error::Error;
use crate::exit::Status;
use crate::flow::{Goal, Tally, consume, finish};
use crate::ui::Ui;
use answers::Answers;
use replies::Replies;

/// What `mqx reply` takes.
#[derive(Clone, Debug, clap::Args)]
#[command(
    mut_arg("count", |arg| arg.help("End after N requests were answered")),
    override_usage = "mqx reply [OPTIONS] FILTER...",
    after_help = "\
Examples:
  mqx reply --echo 'encyclopedia/#'
  mqx reply --with on lamp/1/status
  mqx reply --template --with '{\"at\":\"{time}\",\"asked\":{payload:json}}' clock
  mqx reply --exec 'jq .temperature' --jobs 4 'rooms/#'
  mqx reply --with @page.json --content-type application/json --share pages 'pages/#'
  mqx reply -V 311 -e lamp/1/answers --with on lamp/1/status

An answer goes to the Response Topic of its request, with its Correlation Data. A request is
acknowledged after its answer was. Retained messages are not answered."
)]
pub struct Args {
    #[command(flatten)]
    answering: AnsweringArgs,

    #[command(flatten)]
    length: LengthArgs,

    #[command(flatten)]
    timeout: TimeoutArgs,

    /// How to reach the broker.
    #[command(flatten)]
    pub connect: ConnectArgs,
}

/// What `mqx reply` is to do.
#[derive(Clone, Debug)]
pub struct Options {
    /// The connection.
    pub connect: ConnectOptions,
    /// What is answered, and how.
    pub replying: Replying,
    /// After how many answers it is done.
    pub count: Option<u64>,
    /// After what time it is done.
    pub length: Option<Duration>,
    /// The most time for the whole run.
    pub timeout: Option<Duration>,
}

impl Args {
    /// The options that were meant.
    ///
    /// # Errors
    /// Usage, or a file that cannot be read.
    pub fn resolve(&self, here: &Surroundings) -> Result<Options, ArgsError> {
        let replying = self.answering.resolve(self.connect.topic()?.as_deref(), here)?;
        let role = Role { open_ended: self.length.count.is_none(), consumer: true, needs_5: self.answering.needs_5() };
        Ok(Options {
            replying,
            count: self.length.count,
            length: self.length.length,
            timeout: self.timeout.timeout,
            connect: self.connect.resolve(role, here)?,
        })
    }
}

/// Subscribes, and answers.
///
/// # Errors
/// Whatever ended the run before its work was done.
pub async fn run(args: Args, ui: Ui) -> Result<Status, Error> {
    let Options { connect, replying, count, length, timeout } = args.resolve(&Surroundings::here())?;
    let mut stop = super::stop(timeout)?;
    let (publisher, mut events) = match super::connect(connect, &mut stop, &ui).await? {
        Ok(connected) => connected,
        Err(why) => return Ok(super::stopped(why, &ui)),
    };
    let qos = super::publishing_level(&publisher, replying.qos, false, &ui).await?;
    let Replying { subscriptions, how, response_topic, properties, .. } = replying;
    let mut tally = Tally::new(ui.clone());
    let (answered, answer) = subscribing::answer();
    stop.end_when(subscribing::over(answer.clone(), length));
    let filters = subscriptions.iter().map(|subscription| subscription.filter.to_string()).collect::<Vec<_>>().join(", ");
    let subscribing = async {
        subscribing::subscribe(&publisher, subscriptions, answered, &ui).await;
        if answer.any_granted().await {
            ui.note(&format!("replying to requests on {filters}"));
        }
    };
    let answers = Answers::new(how, response_topic, properties, qos, publisher.limits().properties, &ui);
    let mut replies = Replies::new(publisher.clone(), answers, count, &mut tally, &ui);
    let result = subscribing::beside(subscribing, consume(&mut events, &mut replies, &mut stop)).await;
    let stopped = result.unwrap_or_else(|never: Infallible| match never {});
    let enough = replies.is_enough();
    let (left, failure) = replies.conclude();
    let finished = finish(&publisher, &mut stop, stopped, &mut tally).await;
    let goal = if left > 0 { Goal::GivenUp } else { super::goal(count, length, enough) };
    Ok(tally.conclude(&finished, goal).merge(failure))
}
