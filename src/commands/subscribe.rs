//! `mqx sub`: prints the messages that arrive, or runs a program for each, or writes them to files. Called by `app`.

mod exec;
mod files;
mod print;
mod run;
mod watched;

use std::time::Duration;

use crate::args::rare::Rare;
use crate::args::{
    ArgsError, ConnectArgs, Delivered, DeliveryArgs, Ends, FilterArgs, LengthArgs, OutputArgs, RequestsArgs, Role,
    SubscribedArgs, Surroundings, TimeoutArgs, Wanted,
};
#[cfg(feature = "broker")]
use crate::args::{Embedded, EmbeddedArgs};
use crate::client::ConnectOptions;
use crate::error::Error;
use crate::exit::Status;
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
    requests: Rare<RequestsArgs>,

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

    #[command(flatten)]
    delivery: DeliveryArgs,

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
    /// What becomes of messages.
    pub delivered: Delivered,
    /// Whether a terminal has to be kept safe from what processes print.
    pub escaped: bool,
    /// Whether a process of `--exec` has our stdout itself.
    pub raw: bool,
    /// After how many messages it is done.
    pub count: Option<u64>,
    /// Its other ends.
    pub ends: Ends,
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
        let mut wanted = self.filters.resolve(self.connect.topic()?.as_deref())?;
        let ends = self.subscribed.resolve(&self.length, &wanted)?;
        let format = |terminal| self.output.resolve(&Surroundings { terminal: here.terminal && terminal, ..here.clone() });
        let delivered = self.delivery.resolve(format)?;
        let open_ended = self.length.count.is_none() && !self.subscribed.is_short() && ends.length != Some(Duration::ZERO);
        let role = Role { open_ended, consumer: true, needs_5: self.filters.needs_5().or(self.requests.needs_5()) };
        let mut connect = self.connect.resolve(role, here)?;
        self.requests.apply(&mut wanted.subscriptions, &mut connect.said)?;
        Ok(Options {
            wanted,
            delivered,
            escaped: here.terminal && !self.output.raw,
            raw: self.output.raw,
            count: self.length.count,
            ends,
            timeout: self.timeout.timeout,
            #[cfg(feature = "broker")]
            embedded: self.embedded.resolve(&connect.targets, self.connect.port_asked())?,
            connect,
        })
    }
}

/// Subscribes, and does with messages what is asked for.
///
/// # Errors
/// Whatever ended the run before its work was done.
pub async fn run(args: Args, ui: Ui) -> Result<Status, Error> {
    let options = args.resolve(&Surroundings::here())?;
    let stop = super::stop(options.timeout)?;
    #[cfg(feature = "broker")]
    {
        let (embedded, next_door) = (options.embedded, publishing_example(&options.wanted));
        super::broker::beside(embedded, &ui, &next_door, options, async |options| run::run(options, stop, &ui).await).await
    }
    #[cfg(not(feature = "broker"))]
    run::run(options, stop, &ui).await
}

/// What to type next door.
#[cfg(feature = "broker")]
fn publishing_example(wanted: &Wanted) -> String {
    let topic =
        wanted.subscriptions.iter().map(|s| s.filter.as_str()).find(|filter| !filter.contains(['+', '#', '$', '\'', ' ']));
    format!("pub {} hot", topic.unwrap_or("encyclopedia/temperature"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::Way;
    use crate::args::testing::{assert_says, resolve};
    use crate::client::{RetryBudget, VersionChoice};
    use crate::mqtt::Version;
    use crate::output::Format;

    fn of(words: &[&str]) -> Result<Options, String> {
        resolve(words, Args::resolve)
    }

    #[test]
    fn a_command_line_of_mosquitto_works() {
        let options = of(&["-h", "x", "-t", "a", "-v"]).unwrap();
        assert_eq!(options.connect.targets[0].endpoint.to_string(), "x:1883");
        assert_eq!(options.wanted.subscriptions.len(), 1);
        assert_eq!(options.delivered.format, Format::Plain { topic: true, newline: true, escaped: false });
        assert_eq!((options.connect.retry, options.connect.consumer), (RetryBudget::Forever, true));
    }

    #[test]
    fn an_end_can_be_chosen() {
        let options = of(&["a", "-C", "2", "-W", "500ms", "--for", "3"]).unwrap();
        assert_eq!((options.count, options.ends.length), (Some(2), Some(Duration::from_secs(3))));
        assert_eq!(options.timeout, Some(Duration::from_millis(500)));
        assert_eq!(options.connect.retry, RetryBudget::For(Duration::from_secs(60)));
        for words in [&["a", "-E"][..], &["a", "--exit-after-subscribe", "--for", "3"]] {
            let options = of(words).unwrap();
            assert_eq!((options.count, options.ends.length), (None, Some(Duration::ZERO)));
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
            (&["-U", "a", "--idle", "2"], None, None, RetryBudget::Forever),
            (&["b", "-U", "a"], None, None, RetryBudget::Forever),
        ] {
            let options = of(words).unwrap();
            assert_eq!((options.count, options.ends.length, options.connect.retry), (count, length, retry), "{words:?}");
        }
    }

    #[test]
    fn silence_can_be_the_end() {
        let ends = |words: &[&str]| of(words).map(|options| (options.ends, options.connect.retry));
        let short = RetryBudget::For(Duration::from_secs(60));
        let idle = |seconds| Ends { idle: Some(Duration::from_secs(seconds)), ..Ends::default() };
        assert_eq!(ends(&["a"]), Ok((Ends::default(), RetryBudget::Forever)));
        assert_eq!(ends(&["a", "--idle", "3"]), Ok((idle(3), RetryBudget::Forever)));
        let retained = |seconds| Ends { retained_only: true, ..idle(seconds) };
        assert_eq!(ends(&["a", "--retained-only"]), Ok((retained(1), short)));
        assert_eq!(ends(&["a", "--retained-only", "--idle", "0"]), Ok((retained(0), short)));
        let for_a_while = Ends { length: Some(Duration::from_secs(5)), ..retained(1) };
        assert_eq!(ends(&["a", "--retained-only", "--for", "5"]), Ok((for_a_while, short)));
        for (with, says) in [
            (&["-R"][..], "--retained-only cannot be used with -R or --retain-handling never"),
            (&["--retain-handling", "never"], "--retained-only cannot be used with -R or --retain-handling never"),
            (&["--retain-as-published"], "--retained-only cannot be used with --retain-as-published"),
            (&["-R", "--retain-as-published"], "--retained-only cannot be used with --retain-as-published"),
            (&["-E"], "cannot be used with"),
        ] {
            let words = [&["a", "--retained-only"], with].concat();
            assert_says(of(&words), says, &words);
        }
        of(&["a", "--retained-only", "--retain-handling", "new"]).unwrap();
    }

    #[test]
    fn what_goes_with_a_process_or_with_files() {
        for (words, way) in [
            (&["-C", "1", "--message-rate", "--raw"][..], "print"),
            (&["--json", "--random-filter", "5"], "print"),
            (&["--exec", "x", "--raw", "--message-rate", "--idle", "3", "-T", "b"], "run"),
            (&["--exec", "x", "--retained-only", "--random-filter", "5", "-C", "2"], "run"),
            (&["--output-dir", "d", "--json", "--output-per", "topic"], "keep"),
            (&["--output-dir", "d", "-v", "-N", "--retained-only", "--message-rate"], "keep"),
        ] {
            let found = match of(&[&["a"], words].concat()).unwrap().delivered.way {
                Way::Print => "print",
                Way::Run { .. } => "run",
                Way::Keep { .. } => "keep",
            };
            assert_eq!(found, way, "{words:?}");
        }
        for (words, says) in [
            (&["--exec", "x", "--json"][..], "no format goes with it"),
            (&["--exec", "x", "-v"], "no format goes with it"),
            (&["--exec", "x", "-N"], "no format goes with it"),
            (&["--exec", "x", "--output-dir", "d"], "cannot be used with"),
            (&["--exec", "x", "--output-per", "topic"], "cannot be used with"),
        ] {
            assert_says(of(&[&["a"], words].concat()), says, words);
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
