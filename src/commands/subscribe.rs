//! `mqx sub`: prints the messages that arrive.

use std::time::Duration;

use crate::args::{ArgsError, ConnectArgs, FilterArgs, LengthArgs, OutputArgs, Role, Surroundings, TimeoutArgs, Wanted};
#[cfg(feature = "broker")]
use crate::args::{Embedded, EmbeddedArgs};
use crate::client::ConnectOptions;
use crate::error::Error;
use crate::exit::Status;
use crate::output::Format;
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

impl Args {
    /// The options that were meant.
    ///
    /// # Errors
    /// Usage, or a password file that cannot be read.
    pub fn resolve(&self, here: &Surroundings) -> Result<Options, ArgsError> {
        let wanted = self.filters.resolve()?;
        let connect = self.connect.resolve(Role { open_ended: self.length.count.is_none(), consumer: true }, here)?;
        Ok(Options {
            wanted,
            format: self.output.resolve(here),
            count: self.length.count,
            length: self.length.length,
            timeout: self.timeout.timeout,
            #[cfg(feature = "broker")]
            embedded: self.embedded.resolve(&connect.endpoint, self.connect.port_asked())?,
            connect,
        })
    }
}

/// Subscribes and prints.
///
/// # Errors
/// Whatever ended the run before its work was done.
pub async fn run(args: Args, ui: Ui) -> Result<Status, Error> {
    let _ = (args.resolve(&Surroundings::here())?, ui);
    Err(Error::local("not built yet"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::testing::{assert_says, resolve};
    use crate::client::RetryBudget;

    fn of(words: &[&str]) -> Result<Options, String> {
        resolve(words, Args::resolve)
    }

    #[test]
    fn a_command_line_of_mosquitto_works() {
        let options = of(&["-h", "x", "-t", "a", "-v"]).unwrap();
        assert_eq!(options.connect.endpoint.to_string(), "x:1883");
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
    }

    #[test]
    fn what_is_wrong_with_a_filter_comes_before_the_connection() {
        let words = ["a/#/b", "--password-file", "/nowhere"];
        assert_says(of(&words), "topic filter 'a/#/b'", &words);
    }
}
