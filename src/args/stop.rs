//! When a run is over: after a count, a length of time, or a deadline.

use std::time::Duration;

use crate::text::duration;

/// The deadline that every command of a client has.
#[derive(Clone, Debug, clap::Args)]
pub struct TimeoutArgs {
    /// Give up after D, with exit status 27, when what was asked for is not done by then
    #[arg(short = 'W', long, value_name = "D", value_parser = duration::parse)]
    pub timeout: Option<Duration>,
}

/// An end that only `sub` has.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct SubscribedArgs {
    /// End when the broker has answered the subscriptions, as to make a session that is kept with -c
    #[arg(short = 'E', long)]
    pub exit_after_subscribe: bool,
}

/// The length of commands that have no end of their own.
#[derive(Clone, Debug, clap::Args)]
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
