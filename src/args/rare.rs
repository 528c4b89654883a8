//! Groups of options that few command lines have. A start takes much of its time for options that are declared, so `app` does without these
//! for a command line that names none of them.
//!
//! Nothing can be given to what clap derives, so that it is told by a switch. It is one of the thread, since tests declare commands on many;
//! a command line is declared and read on one, and a command that was declared without the groups has to be read without them, too.

use std::cell::Cell;
use std::ops::Deref;

use clap::{ArgMatches, Args, Command, Error, FromArgMatches};

thread_local! {
    static LEFT_OUT: Cell<bool> = const { Cell::new(false) };
}

/// Declares and reads commands without the groups: each is then as if none of its options were given.
pub fn without_rare<T>(work: impl FnOnce() -> T) -> T {
    /// A panic must not leave it so for others.
    struct Restore(bool);
    impl Drop for Restore {
        fn drop(&mut self) {
            LEFT_OUT.set(self.0);
        }
    }
    let _restore = Restore(LEFT_OUT.replace(true));
    work()
}

/// A group of options without letters that may be left out. None of other groups may refer to them.
#[derive(Clone, Debug, Default)]
pub struct Rare<T>(T);

impl<T> Deref for Rare<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: FromArgMatches + Default> FromArgMatches for Rare<T> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        if LEFT_OUT.get() { Ok(Self::default()) } else { T::from_arg_matches(matches).map(Self) }
    }

    fn from_arg_matches_mut(matches: &mut ArgMatches) -> Result<Self, Error> {
        if LEFT_OUT.get() { Ok(Self::default()) } else { T::from_arg_matches_mut(matches).map(Self) }
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        if LEFT_OUT.get() { Ok(()) } else { self.0.update_from_arg_matches(matches) }
    }
}

impl<T: Args + Default> Args for Rare<T> {
    fn augment_args(command: Command) -> Command {
        if LEFT_OUT.get() { command } else { T::augment_args(command) }
    }

    fn augment_args_for_update(command: Command) -> Command {
        if LEFT_OUT.get() { command } else { T::augment_args_for_update(command) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Debug, Default, clap::Args)]
    struct Seldom {
        #[arg(long)]
        seldom: bool,
    }

    #[derive(Clone, Debug, clap::Args)]
    struct All {
        #[command(flatten)]
        seldom: Rare<Seldom>,
        #[arg(long)]
        often: bool,
    }

    fn read(words: &[&str]) -> Result<(bool, bool), String> {
        let command = All::augment_args(Command::new("x").no_binary_name(true));
        let mut matches = command.try_get_matches_from(words).map_err(|error| error.to_string())?;
        let all = All::from_arg_matches_mut(&mut matches).map_err(|error| error.to_string())?;
        Ok((all.seldom.seldom, all.often))
    }

    #[test]
    fn a_group_is_left_out_for_so_long() {
        assert_eq!(read(&["--often", "--seldom"]), Ok((true, true)));
        assert_eq!(without_rare(|| read(&["--often"])), Ok((false, true)));
        assert!(without_rare(|| read(&["--seldom"])).unwrap_err().contains("--seldom"));
        assert_eq!(read(&["--seldom"]), Ok((true, false)));
    }
}
