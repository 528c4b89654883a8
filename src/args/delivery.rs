//! What `sub` does with messages beside printing them, and with how many of them.

use std::path::PathBuf;

use clap::ValueHint;
use clap::builder::{PossibleValuesParser, TypedValueParser as _};

use super::{ArgsError, ExecArgs};
use crate::output::Format;
use crate::output::directory::Per;
use crate::output::process::Program;
use crate::output::sample::{Sample, percent};

/// Options of what becomes of a message.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Output")]
#[command(mut_arg("exec", |arg| arg
    .conflicts_with("output_dir")
    .help("Run CMD for each message: payload on its stdin, topic and properties in MQX_TOPIC, MQX_QOS, …; what it prints is \
           printed. A message is acknowledged when its process has ended; one that fails is told, and the exit status is 1")))]
pub struct DeliveryArgs {
    #[command(flatten)]
    exec: ExecArgs,

    /// Write each message to a file of its own in DIR, which is made if need be: TIME-NUMBER-TOPIC, percent-encoded; the payload
    /// alone, or what a format makes of it
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    output_dir: Option<PathBuf>,

    /// A file of --output-dir for each message, or for each topic, to which messages are appended [default: message]
    #[arg(long, value_name = "WHAT", value_parser = PossibleValuesParser::new(PER).map(|what| per(&what)), requires = "output_dir", conflicts_with = "exec")]
    output_per: Option<Per>,

    /// Tell messages a second on stderr, once a second: all, and those of the busiest topics
    #[arg(long)]
    message_rate: bool,

    /// Take P percent of the messages, chosen at random, 100 at most; the others do not count for -C
    #[arg(long, value_name = "P", value_parser = percent)]
    random_filter: Option<f64>,

    /// Choose the same of --random-filter in each run with the same N
    #[arg(long, value_name = "N", requires = "random_filter")]
    seed: Option<u64>,
}

/// The values of `--output-per`.
const PER: [&str; 2] = ["message", "topic"];

fn per(what: &str) -> Per {
    if what == "topic" { Per::Topic } else { Per::Message }
}

/// What becomes of messages.
#[derive(Clone, Debug)]
pub struct Delivered {
    /// Where they go.
    pub way: Way,
    /// How they are rendered, if they are.
    pub format: Format,
    /// Whether messages a second are told.
    pub message_rate: bool,
    /// Which of them.
    pub sample: Option<Sample>,
}

/// Where messages go.
#[derive(Clone, Debug)]
pub enum Way {
    /// They are printed.
    Print,
    /// A process runs for each.
    Run {
        /// Of this program.
        program: Program,
        /// How many at once.
        jobs: usize,
    },
    /// They are written to files.
    Keep {
        /// In this directory.
        directory: PathBuf,
        /// A file for each of these.
        per: Per,
    },
}

impl DeliveryArgs {
    /// What becomes of messages; `format` tells theirs, on stdout (true) or where there is never a terminal.
    ///
    /// # Errors
    /// Usage: a command that names no program, a format beside `--exec`, or what `format` finds.
    pub fn resolve(&self, format: impl Fn(bool) -> Result<Format, ArgsError>) -> Result<Delivered, ArgsError> {
        const BARE: Format = Format::Plain { topic: false, newline: true, escaped: false };
        let (way, format) = match (self.exec.resolve()?, &self.output_dir) {
            (Some((program, jobs)), _) => {
                if format(false)? != BARE {
                    return Err(ArgsError::usage("--exec prints what its processes print, so that no format goes with it"));
                }
                (Way::Run { program, jobs }, BARE)
            }
            (None, Some(directory)) => {
                let per = self.output_per.unwrap_or(Per::Message);
                // A file needs nothing behind the payload to be told from the next.
                let alone = Format::Plain { topic: false, newline: false, escaped: false };
                let plain = format(false)?;
                let format = if per == Per::Message && plain == BARE { alone } else { plain };
                (Way::Keep { directory: directory.clone(), per }, format)
            }
            (None, None) => (Way::Print, format(true)?),
        };
        let sample = self.random_filter.map(|percent| Sample::new(percent, self.seed));
        Ok(Delivered { way, format, message_rate: self.message_rate, sample })
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{assert_says, parse, told};
    use super::*;
    use crate::output::Look;
    use crate::output::json::Shape;

    fn shown() -> Format {
        Format::Look(Look { colour: true, pretty: false, properties: false, columns: 80 })
    }

    fn plain(topic: bool, newline: bool) -> Format {
        Format::Plain { topic, newline, escaped: false }
    }

    fn resolve(words: &[&str], format: &Format) -> Result<Delivered, String> {
        let formats = |terminal| Ok(if terminal { shown() } else { format.clone() });
        parse::<DeliveryArgs>(words)?.resolve(formats).map_err(told)
    }

    #[test]
    fn messages_are_printed_unless_something_else_is_asked_for() {
        let delivered = resolve(&[], &plain(false, true)).unwrap();
        assert!(matches!(delivered.way, Way::Print) && !delivered.message_rate && delivered.sample.is_none());
        assert_eq!(delivered.format, shown());
        let delivered = resolve(&["--message-rate", "--random-filter", "0.5"], &plain(false, true)).unwrap();
        assert!(matches!(delivered.way, Way::Print) && delivered.message_rate && delivered.sample.is_some());
    }

    #[test]
    fn processes() {
        let jobs = |words: &[&str]| match resolve(words, &plain(false, true)).unwrap().way {
            Way::Run { jobs, .. } => jobs,
            other => panic!("{other:?}"),
        };
        assert_eq!(jobs(&["--exec", "say 'it'"]), 1);
        assert_eq!(jobs(&["--exec", "say 'it", "--shell", "--jobs", "1000"]), 1_000);
        for (words, says) in [
            (&["--exec", "say 'it"][..], "--exec 'say 'it': a quote is not closed"),
            (&["--exec", " "], "--exec ' ': it names no program"),
            (&["--exec", "x", "--jobs", "0"], "'0'|--jobs"),
            (&["--exec", "x", "--jobs", "1001"], "1001|--jobs"),
            (&["--jobs", "2"], "--jobs is of no use without --exec CMD"),
            (&["--shell"], "--shell is of no use without --exec CMD"),
            (&["--exec", "x", "--output-dir", "d"], "cannot be used with|--output-dir"),
        ] {
            assert_says(resolve(words, &plain(false, true)), says, words);
        }
        for format in
            [plain(true, true), plain(false, false), Format::Json(Shape { embedded: false, pretty: false, escaped: false })]
        {
            assert_says(resolve(&["--exec", "x"], &format), "no format goes with it", &[]);
        }
    }

    #[test]
    fn files() {
        let json = || Format::Json(Shape { embedded: false, pretty: false, escaped: false });
        for (words, format, expected) in [
            (&["--output-dir", "d"][..], plain(false, true), (Per::Message, plain(false, false))),
            (&["--output-dir", "d"], plain(true, true), (Per::Message, plain(true, true))),
            (&["--output-dir", "d", "--output-per", "message"], json(), (Per::Message, json())),
            (&["--output-dir", "d", "--output-per", "topic"], plain(false, true), (Per::Topic, plain(false, true))),
            (&["--output-dir", "d", "--output-per", "topic"], json(), (Per::Topic, json())),
        ] {
            let delivered = resolve(words, &format).unwrap();
            let Way::Keep { directory, per } = delivered.way else { panic!("{words:?}") };
            assert_eq!((directory, (per, delivered.format)), (PathBuf::from("d"), expected), "{words:?}");
        }
        for (words, says) in [
            (&["--output-per", "topic"][..], "--output-dir <DIR>"),
            (&["--output-dir", "d", "--output-per", "file"], "'file'|message, topic"),
        ] {
            assert_says(resolve(words, &plain(false, true)), says, words);
        }
    }

    #[test]
    fn a_share_is_a_percentage() {
        for (words, says) in [
            (&["--random-filter", "0"][..], "'0'|--random-filter|it is a percentage"),
            (&["--random-filter", "101"], "'101'|it is a percentage"),
            (&["--seed", "1"], "--random-filter <P>"),
        ] {
            assert_says(resolve(words, &plain(false, true)), says, words);
        }
    }
}
