//! `mqx sub`: prints the messages that arrive.

use std::time::Duration;

use super::subscribing::{self, Answer};
use crate::args::{
    ArgsError, ConnectArgs, FilterArgs, LengthArgs, OutputArgs, Role, SubscribedArgs, Surroundings, TimeoutArgs, Wanted,
};
#[cfg(feature = "broker")]
use crate::args::{Embedded, EmbeddedArgs};
use crate::client::{ConnectOptions, Delivery};
use crate::error::Error;
use crate::exit::Status;
use crate::flow::{Sink, Stop, Tally, consume, finish};
use crate::mqtt::{Message, TopicFilter};
use crate::output::stdout::{Stdout, StdoutError};
use crate::output::{Format, Renderer};
use crate::ui::Ui;

/// What `mqx sub` takes.
#[derive(Clone, Debug, clap::Args)]
#[command(
    override_usage = "mqx sub [OPTIONS] FILTER...",
    after_help = "\
Examples:
  mqx sub 'encyclopedia/#'
  mqx sub -C 1 -W 5 encyclopedia/temperature  one message, or exit status 27 after 5 s
  mqx sub --json '#' | jq .payload"
)]
pub struct Args {
    #[command(flatten)]
    filters: FilterArgs,

    #[command(flatten)]
    length: LengthArgs,

    #[command(flatten)]
    subscribed: SubscribedArgs,

    #[command(flatten)]
    timeout: TimeoutArgs,

    #[cfg(feature = "broker")]
    #[command(flatten)]
    embedded: EmbeddedArgs,

    #[command(flatten)]
    output: OutputArgs,

    /// How to reach the broker.
    #[command(flatten)]
    pub connect: ConnectArgs,
}

/// What `mqx sub` is to do.
#[derive(Clone, Debug)]
pub struct Options {
    /// The connection.
    pub connect: ConnectOptions,
    /// The subscriptions.
    pub wanted: Wanted,
    /// How messages are printed.
    pub format: Format,
    /// After how many messages it is done.
    pub count: Option<u64>,
    /// After what time it is done.
    pub length: Option<Duration>,
    /// The most time for the whole run.
    pub timeout: Option<Duration>,
    /// Which broker to start first.
    #[cfg(feature = "broker")]
    pub embedded: Embedded,
}

#[cfg(feature = "broker")]
impl AsMut<ConnectOptions> for Options {
    fn as_mut(&mut self) -> &mut ConnectOptions {
        &mut self.connect
    }
}

impl Args {
    /// The options that were meant.
    ///
    /// # Errors
    /// Usage, or a password file that cannot be read.
    pub fn resolve(&self, here: &Surroundings) -> Result<Options, ArgsError> {
        let wanted = self.filters.resolve(self.connect.topic()?.as_deref())?;
        // Nothing is printed after the answer, so that it is the end of a length that counts from it.
        let only_ends = wanted.subscriptions.is_empty() && self.length.count.is_none() && self.length.length.is_none();
        let at_once = (self.subscribed.exit_after_subscribe || only_ends).then_some(Duration::ZERO);
        let open_ended = self.length.count.is_none() && at_once.is_none();
        let role = Role { open_ended, consumer: true, needs_5: self.filters.needs_5() };
        let connect = self.connect.resolve(role, here)?;
        Ok(Options {
            wanted,
            format: self.output.resolve(here)?,
            count: self.length.count,
            length: at_once.or(self.length.length),
            timeout: self.timeout.timeout,
            #[cfg(feature = "broker")]
            embedded: self.embedded.resolve(&connect.targets, self.connect.port_asked())?,
            connect,
        })
    }
}

/// Subscribes and prints.
///
/// # Errors
/// Whatever ended the run before its work was done.
pub async fn run(args: Args, ui: Ui) -> Result<Status, Error> {
    let options = args.resolve(&Surroundings::here())?;
    let stop = super::stop(options.timeout)?;
    #[cfg(feature = "broker")]
    {
        let (embedded, next_door) = (options.embedded, publishing_example(&options.wanted));
        super::broker::beside(embedded, &ui, &next_door, options, async |options| print(options, stop, &ui).await).await
    }
    #[cfg(not(feature = "broker"))]
    print(options, stop, &ui).await
}

async fn print(options: Options, mut stop: Stop, ui: &Ui) -> Result<Status, Error> {
    let Options { connect, wanted, format, count, length, .. } = options;
    if wanted.has_slash_hash() {
        ui.note("/# matches topics that begin with a slash; # matches all");
    }
    let stdout = Stdout::open()?;
    let (publisher, mut events) = match super::connect(connect, &mut stop, ui).await? {
        Ok(connected) => connected,
        Err(why) => return Ok(super::stopped(why, ui)),
    };
    let mut tally = Tally::new(ui.clone());
    let mut sink = Print {
        renderer: Renderer::new(format),
        stdout: stdout.clone(),
        ui: ui.clone(),
        buffer: Vec::new(),
        left: count,
        no_retained: wanted.no_retained,
        left_out: wanted.left_out,
    };
    let (answered, answer) = subscribing::answer();
    stop.end_when(over(answer.clone(), length));
    stop.end_with(async move {
        answer.any_granted().await;
        stdout.closed().await;
    });
    let subscribing = subscribing::subscribe_and_end(&publisher, wanted.subscriptions, wanted.unsubscribed, answered, ui);
    // Both at once: what is retained may come before the SUBACK, which would stay unread behind more of it than waits for us.
    let result = subscribing::beside(subscribing, consume(&mut events, &mut sink, &mut stop)).await;
    let (stopped, failure) = super::told(super::unless_abandoned(result), ui);
    let goal = super::goal(count, length, sink.wants() == 0);
    let finished = finish(&publisher, &mut stop, stopped, &mut tally).await;
    Ok(tally.conclude(&finished, goal).merge(failure))
}

/// Completes when nothing more is to be printed: at once where nothing was granted, else after `--for`, which counts from the answer.
async fn over(answer: Answer, length: Option<Duration>) {
    if answer.any_granted().await {
        match length {
            Some(length) => tokio::time::sleep(length).await,
            None => std::future::pending().await,
        }
    }
}

/// What to type next door.
#[cfg(feature = "broker")]
fn publishing_example(wanted: &Wanted) -> String {
    let topic =
        wanted.subscriptions.iter().map(|s| s.filter.as_str()).find(|filter| !filter.contains(['+', '#', '$', '\'', ' ']));
    format!("pub {} hot", topic.unwrap_or("encyclopedia/temperature"))
}

/// Deliveries a batch.
const BATCH: usize = 1_000;
/// Bytes that are collected before they are written.
const WRITE_AT: usize = 64 << 10;

/// Prints deliveries.
struct Print {
    renderer: Renderer,
    stdout: Stdout,
    ui: Ui,
    buffer: Vec<u8>,
    left: Option<u64>,
    no_retained: bool,
    left_out: Vec<TopicFilter>,
}

impl Sink for Print {
    type Error = StdoutError;

    fn wants(&self) -> usize {
        self.left.map_or(BATCH, |left| usize::try_from(left).unwrap_or(BATCH).min(BATCH))
    }

    async fn take(&mut self, deliveries: &mut Vec<Delivery>) -> Result<(), StdoutError> {
        for delivery in deliveries {
            if self.leaves_out(&delivery.received.message) {
                continue;
            }
            self.renderer.render(&delivery.received, &mut self.buffer);
            self.left = self.left.map(|left| left.saturating_sub(1));
            if self.buffer.len() >= WRITE_AT {
                self.write().await?;
            }
        }
        if let Some(warning) = self.renderer.warning() {
            self.ui.warning(warning);
        }
        self.write().await
    }
}

impl Print {
    fn leaves_out(&self, message: &Message) -> bool {
        // In 3.1.1 a broker cannot be asked to leave retained messages out.
        (self.no_retained && message.retain) || self.left_out.iter().any(|filter| filter.matches(&message.topic))
    }

    async fn write(&mut self) -> Result<(), StdoutError> {
        if !self.buffer.is_empty() {
            self.buffer = self.stdout.write(std::mem::take(&mut self.buffer)).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::testing::{assert_says, resolve};
    use crate::client::{RetryBudget, VersionChoice};
    use crate::mqtt::Version;

    fn of(words: &[&str]) -> Result<Options, String> {
        resolve(words, Args::resolve)
    }

    #[test]
    fn a_command_line_of_mosquitto_works() {
        let options = of(&["-h", "x", "-t", "a", "-v"]).unwrap();
        assert_eq!(options.connect.targets[0].endpoint.to_string(), "x:1883");
        assert_eq!(options.wanted.subscriptions.len(), 1);
        assert_eq!(options.format, Format::Plain { topic: true, newline: true, escaped: false });
        assert_eq!((options.connect.retry, options.connect.consumer), (RetryBudget::Forever, true));
    }

    #[test]
    fn an_end_can_be_chosen() {
        let options = of(&["a", "-C", "2", "-W", "500ms", "--for", "3"]).unwrap();
        assert_eq!((options.count, options.length), (Some(2), Some(Duration::from_secs(3))));
        assert_eq!(options.timeout, Some(Duration::from_millis(500)));
        assert_eq!(options.connect.retry, RetryBudget::For(Duration::from_secs(60)));
        for words in [&["a", "-E"][..], &["a", "--exit-after-subscribe", "--for", "3"]] {
            let options = of(words).unwrap();
            assert_eq!((options.count, options.length), (None, Some(Duration::ZERO)));
            assert_eq!(options.connect.retry, RetryBudget::For(Duration::from_secs(60)));
        }
    }

    #[test]
    fn with_nothing_to_subscribe_to_the_answer_is_the_end_unless_another_was_chosen() {
        for (words, count, length, retry) in [
            (&["-U", "a"][..], None, Some(Duration::ZERO), RetryBudget::For(Duration::from_secs(60))),
            (&["a", "-U", "a"], None, Some(Duration::ZERO), RetryBudget::For(Duration::from_secs(60))),
            (&["-U", "a", "-C", "1"], Some(1), None, RetryBudget::For(Duration::from_secs(60))),
            (&["-U", "a", "--for", "2"], None, Some(Duration::from_secs(2)), RetryBudget::Forever),
            (&["b", "-U", "a"], None, None, RetryBudget::Forever),
        ] {
            let options = of(words).unwrap();
            assert_eq!((options.count, options.length, options.connect.retry), (count, length, retry), "{words:?}");
        }
    }

    #[test]
    fn an_option_of_a_subscription_may_need_version_5() {
        assert_eq!(of(&["a", "--no-local"]).unwrap().connect.version, VersionChoice::Only(Version::V5));
        let words = ["a", "-V", "311", "--subscription-id", "1"];
        assert_says(of(&words), "--subscription-id needs MQTT 5, and -V asks for 3.1.1", &words);
    }

    #[test]
    fn what_is_wrong_with_a_filter_comes_before_the_connection() {
        let words = ["a/#/b", "--password-file", "/nowhere"];
        assert_says(of(&words), "topic filter 'a/#/b'", &words);
    }
}
