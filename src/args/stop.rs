//! When a run is over: after a count, a length of time, or a deadline.

use std::time::Duration;

use super::{ArgsError, Wanted};
use crate::mqtt::{RetainHandling, Subscription};
use crate::text::duration;

/// The deadline that every command of a client has.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "When to stop")]
pub struct TimeoutArgs {
    /// Give up after D, with exit status 27, when what was asked for is not done by then
    #[arg(short = 'W', long, value_name = "D", value_parser = duration::parse)]
    pub timeout: Option<Duration>,
}

/// Ends that only `sub` has.
#[derive(Clone, Copy, Debug, clap::Args)]
#[command(next_help_heading = "When to stop")]
pub struct SubscribedArgs {
    /// End when the broker has answered the subscriptions, as to make a session that is kept with -c
    #[arg(short = 'E', long, conflicts_with = "retained_only")]
    exit_after_subscribe: bool,

    /// End with exit status 0 when nothing came for D, counted from the broker's answer to the subscriptions, and it answers a
    /// PINGREQ; what -T and -R leave out is nothing
    #[arg(long, value_name = "D", value_parser = duration::parse)]
    idle: Option<Duration>,

    /// Leave out what is not retained, and end when all that is retained has come: the broker has answered a PINGREQ sent after the
    /// subscriptions, and nothing retained came for the D of --idle [default: 1s]
    #[arg(long)]
    retained_only: bool,
}

/// When a run is over by itself, counted from the broker's answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ends {
    /// After what time.
    pub length: Option<Duration>,
    /// After what time in which nothing came.
    pub idle: Option<Duration>,
    /// Whether only what is retained is wanted; then `idle` is set, and counts once a PINGREQ was answered.
    pub retained_only: bool,
}

/// For `--retained-only` without `--idle`.
const RETAINED_IDLE: Duration = Duration::from_secs(1);

impl SubscribedArgs {
    /// Whether the run is short by nature, `-C` and `--for` apart.
    #[must_use]
    pub const fn is_short(&self) -> bool {
        self.exit_after_subscribe || self.retained_only
    }

    /// The ends, given `-C`, `--for` and what is asked for.
    ///
    /// # Errors
    /// Usage: `--retained-only` of what brings nothing retained, or does not tell it.
    pub fn resolve(&self, chosen: &LengthArgs, wanted: &Wanted) -> Result<Ends, ArgsError> {
        let only_ends =
            wanted.subscriptions.is_empty() && chosen.count.is_none() && chosen.length.is_none() && self.idle.is_none();
        // Nothing is printed after the answer, so that it is the end of a length that counts from it.
        let length = if self.exit_after_subscribe || only_ends { Some(Duration::ZERO) } else { chosen.length };
        let idle = self.idle.or(self.retained_only.then_some(RETAINED_IDLE));
        if self.retained_only {
            let any = |is: fn(&Subscription) -> bool| wanted.subscriptions.iter().any(is);
            if any(|subscription| subscription.retain_as_published) {
                return Err(ArgsError::usage("--retained-only cannot be used with --retain-as-published")
                    .with_hint("as published, the retain flag does not say that a message was retained"));
            }
            if any(|subscription| subscription.retain_handling == RetainHandling::Never) {
                return Err(ArgsError::usage("--retained-only cannot be used with -R or --retain-handling never"));
            }
        }
        Ok(Ends { length, idle, retained_only: self.retained_only })
    }
}

/// The length of commands that have no end of their own.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "When to stop")]
pub struct LengthArgs {
    /// End after N messages
    #[arg(short = 'C', long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub count: Option<u64>,

    /// Run for D, then end with exit status 0
    #[arg(long = "for", value_name = "D", value_parser = duration::parse)]
    pub length: Option<Duration>,
}

#[cfg(test)]
mod tests {
    use super::super::testing::{assert_says, parse};
    use super::*;

    #[test]
    fn numbers_are_whole_tokens_in_range() {
        let args = parse::<LengthArgs>(&["-C", "3", "--for", "1.5", "--count=4"]).unwrap();
        assert_eq!((args.count, args.length), (Some(4), Some(Duration::from_millis(1500))));
        let timeout = parse::<TimeoutArgs>(&["-W500ms"]).unwrap().timeout;
        assert_eq!(timeout, Some(Duration::from_millis(500)));
        for (words, says) in [
            (&["-C", "0"][..], "'0'|--count"),
            (&["-C", "3x"], "'3x'|--count"),
            (&["-C", "-1"], "'-1'"),
            (&["--for", "1d"], "'1d'|--for|a duration is"),
        ] {
            assert_says(parse::<LengthArgs>(words), says, words);
        }
    }
}
