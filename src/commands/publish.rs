//! `mqx pub`: publishes a message, or each line of an input.

use std::time::Duration;

use crate::args::{ArgsError, ConnectArgs, MessageArgs, Publication, Role, Surroundings, TimeoutArgs};
use crate::client::ConnectOptions;
use crate::error::Error;
use crate::exit::Status;
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
  make-report | mqx pub reports               all of stdin is one message"
)]
pub struct Args {
    #[command(flatten)]
    timeout: TimeoutArgs,

    #[command(flatten)]
    message: MessageArgs,

    /// Say at the end what was sent, what was acknowledged, and how fast
    #[arg(long, help_heading = "Message")]
    stats: bool,

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
            publication: self.message.resolve()?,
            connect: self.connect.resolve(Role { open_ended: false, consumer: false }, here)?,
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
    let _ = (args.resolve(&Surroundings::here())?, ui);
    Err(Error::local("not built yet"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::Content;
    use crate::args::testing::{assert_says, resolve};
    use crate::payload::Origin;

    fn of(words: &[&str]) -> Result<Options, String> {
        resolve(words, Args::resolve)
    }

    #[test]
    fn a_command_line_of_mosquitto_works() {
        let options = of(&["-h", "x", "-t", "a", "-l", "-q", "2", "--pw", "p", "-u", "u", "-V", "mqttv311"]).unwrap();
        assert_eq!(options.connect.endpoint.to_string(), "x:1883");
        assert_eq!(options.publication.content, Content::Lines(Origin::Stdin));
        assert!(!options.connect.consumer && !options.stats);
    }

    #[test]
    fn stats_and_timeout() {
        let options = of(&["a", "b", "--stats", "-W", "1"]).unwrap();
        assert_eq!((options.stats, options.timeout), (true, Some(Duration::from_secs(1))));
    }

    #[test]
    fn what_is_wrong_with_a_topic_comes_before_the_connection() {
        let words = ["a/+", "x", "--password-file", "/nowhere"];
        assert_says(of(&words), "topic 'a/+'", &words);
    }
}
