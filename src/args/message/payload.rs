//! Where messages come from: the command line, an input, or its lines.

use bytes::Bytes;

use crate::args::PayloadArgs;
use crate::payload::Origin;
use crate::payload::delimited::{EscapeError, unescape};

#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Message")]
#[command(mut_arg("file", |arg| arg
    .help("The file that is the message; with -l, --delimiter, --lines-topic or --from-json, the file whose lines are messages")))]
#[command(mut_arg("encoding", |arg| arg
    .help("The message, or with -l each line, is bytes written as text: publish the bytes; spaces and ends of lines in it are \
           read over")))]
#[command(mut_arg("empty", |arg| arg.help("The message is empty; with -r, this removes the retained message of the topic")))]
pub(super) struct PayloadFlags {
    #[command(flatten)]
    pub one: PayloadArgs,

    /// Each line of stdin, or of -f FILE, is a message
    #[arg(short, long, alias = "stdin-line", conflicts_with_all = ["message", "stdin", "empty", "repeat"])]
    lines: bool,

    /// As -l, but a message ends at these bytes instead of a newline: text with \0, \n, \r, \t, \\ and \xNN
    #[arg(long, value_name = "BYTES", allow_hyphen_values = true, value_parser = separator, conflicts_with_all = ["message", "stdin", "empty", "repeat"])]
    pub delimiter: Option<Bytes>,

    /// As -l, but each line has a topic of its own before the first SEP (as of --delimiter), and the message behind it
    #[arg(long, value_name = "SEP", allow_hyphen_values = true, value_parser = separator, conflicts_with_all = ["topics", "message", "stdin", "empty", "repeat"])]
    pub lines_topic: Option<Bytes>,

    /// Each line of stdin, or of -f FILE, is a message as sub --json prints it, with topic, QoS, retain
    /// and properties of its own; TOPIC, -q, -r and the options of MQTT 5 are for lines that have none
    #[arg(long, conflicts_with_all = ["message", "stdin", "lines", "delimiter", "lines_topic", "empty", "encoding", "repeat"])]
    pub from_json: bool,
}

/// The value of `--delimiter` and `--lines-topic`.
fn separator(text: &str) -> Result<Bytes, EscapeError> {
    unescape(text.as_bytes()).map(Bytes::from)
}

/// Where messages come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// The command line.
    Given(Bytes),
    /// An input as a whole.
    Whole(Origin),
    /// The lines of an input, or what is between other delimiters.
    Lines(Origin),
    /// The lines of an input, each a record with topic and all (`mqtt::Record`).
    Records(Origin),
    /// Nothing was said: stdin, if it has a message.
    Unsaid,
}

impl PayloadFlags {
    /// Where the flags say that messages come from, if they do.
    pub fn content(&self) -> Option<Content> {
        if self.lines || self.delimiter.is_some() || self.lines_topic.is_some() {
            Some(Content::Lines(self.one.input()))
        } else if self.from_json {
            Some(Content::Records(self.one.input()))
        } else {
            self.one.content()
        }
    }
}
