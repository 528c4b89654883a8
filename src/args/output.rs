//! How `sub` shows messages.

use super::Surroundings;
use crate::output::Format;

/// Options of the format.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// Print topic, space, payload
    #[arg(short, long)]
    verbose: bool,

    /// Print no newline after a payload
    #[arg(short = 'N', long)]
    no_newline: bool,

    /// Print a JSON object a line: time, topic, payload and all properties
    #[arg(long, conflicts_with_all = ["verbose", "no_newline", "raw"])]
    json: bool,

    /// Print the bytes as they came, on a terminal too
    #[arg(long)]
    raw: bool,
}

impl OutputArgs {
    /// The format: for a person on a terminal, for a program else, unless flags choose one. On a terminal only `--raw` lets
    /// bytes through that could command it.
    #[must_use]
    pub const fn resolve(&self, here: &Surroundings) -> Format {
        let escaped = here.terminal && !self.raw;
        if self.json {
            Format::Json { escaped }
        } else if escaped && !self.verbose && !self.no_newline {
            Format::Look { colour: here.colour }
        } else {
            Format::Plain { topic: self.verbose, newline: !self.no_newline, escaped }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{assert_says, nowhere, parse};
    use super::*;

    #[test]
    fn formats_of_terminal_and_pipe() {
        let plain = |topic, newline, escaped| Format::Plain { topic, newline, escaped };
        for (words, on_terminal, on_pipe) in [
            (&[][..], Format::Look { colour: true }, plain(false, true, false)),
            (&["-v"], plain(true, true, true), plain(true, true, false)),
            (&["-N"], plain(false, false, true), plain(false, false, false)),
            (&["-v", "-N", "-v"], plain(true, false, true), plain(true, false, false)),
            (&["--raw"], plain(false, true, false), plain(false, true, false)),
            (&["-vN", "--raw"], plain(true, false, false), plain(true, false, false)),
            (&["--json"], Format::Json { escaped: true }, Format::Json { escaped: false }),
        ] {
            let args = parse::<OutputArgs>(words).unwrap();
            let here = |terminal| Surroundings { terminal, colour: true, ..nowhere() };
            assert_eq!((args.resolve(&here(true)), args.resolve(&here(false))), (on_terminal, on_pipe), "{words:?}");
        }
    }

    #[test]
    fn json_is_a_format_of_its_own() {
        for words in [["--json", "-v"], ["-N", "--json"], ["--json", "--raw"]] {
            assert_says(parse::<OutputArgs>(&words), "cannot be used with|--json", &words);
        }
    }
}
