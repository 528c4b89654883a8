//! Where messages come from: the command line, an input, or its lines.

use std::ffi::OsString;
use std::path::PathBuf;

use bytes::Bytes;
use clap::ValueHint;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::payload::delimited::{EscapeError, unescape};
use crate::payload::{Encoding, Origin};

#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Message")]
pub(super) struct PayloadFlags {
    /// The message
    #[arg(short, long, value_name = "MESSAGE", allow_hyphen_values = true, conflicts_with_all = ["file", "stdin", "lines", "empty"])]
    message: Option<OsString>,

    /// The file that is the message; with -l, --delimiter, --lines-topic or --from-json, the file whose lines are messages
    #[arg(short, long, value_name = "FILE", allow_hyphen_values = true, value_hint = ValueHint::FilePath, conflicts_with_all = ["stdin", "empty"])]
    file: Option<PathBuf>,

    /// All of stdin is the message
    #[arg(short, long, alias = "stdin-file", conflicts_with_all = ["lines", "empty"])]
    stdin: bool,

    /// Each line of stdin, or of -f FILE, is a message
    #[arg(short, long, alias = "stdin-line", conflicts_with_all = ["empty", "repeat"])]
    lines: bool,

    /// As -l, but a message ends at these bytes instead of a newline: text with \0, \n, \r, \t, \\ and \xNN
    #[arg(long, value_name = "BYTES", allow_hyphen_values = true, value_parser = separator, conflicts_with_all = ["message", "stdin", "empty", "repeat"])]
    pub delimiter: Option<Bytes>,

    /// As -l, but each line has a topic of its own before the first SEP (as of --delimiter), and the message behind it
    #[arg(long, value_name = "SEP", allow_hyphen_values = true, value_parser = separator, conflicts_with_all = ["topics", "message", "stdin", "empty", "repeat"])]
    pub lines_topic: Option<Bytes>,

    /// Each line of stdin, or of -f FILE, is a message as sub --json prints it, with topic, QoS, retain
    /// and properties of its own; TOPIC, -q, -r and the options of MQTT 5 are for lines that have none
    #[arg(long, conflicts_with_all = ["message", "stdin", "lines", "delimiter", "lines_topic", "empty", "repeat"])]
    pub from_json: bool,

    /// The message, or with -l each line, is bytes written as text: publish the bytes; spaces and ends of lines in it are read over
    #[arg(long, value_name = "ENCODING", value_parser = encodings(), conflicts_with_all = ["from_json", "empty"])]
    pub encoding: Option<Encoding>,

    /// The message is empty; with -r, this removes the retained message of the topic
    #[arg(short = 'n', long, alias = "null-message")]
    empty: bool,
}

/// The value of `--encoding`.
fn encodings() -> impl TypedValueParser<Value = Encoding> {
    PossibleValuesParser::new(["hex", "base64"]).map(|name| if name == "hex" { Encoding::Hex } else { Encoding::Base64 })
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
        let input = self.file.clone().map_or(Origin::Stdin, Origin::File);
        let lines = self.lines || self.delimiter.is_some() || self.lines_topic.is_some();
        match &self.message {
            Some(message) => Some(given(message)),
            None if self.empty => Some(Content::Given(Bytes::new())),
            None if lines => Some(Content::Lines(input)),
            None if self.from_json => Some(Content::Records(input)),
            None if self.stdin || self.file.is_some() => Some(Content::Whole(input)),
            None => None,
        }
    }
}

/// A message that was typed.
pub(super) fn given(text: &OsString) -> Content {
    Content::Given(Bytes::copy_from_slice(text.as_encoded_bytes()))
}
