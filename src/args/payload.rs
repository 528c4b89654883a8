//! Where one payload comes from: what `pub` and `rr` share.

use std::ffi::OsString;
use std::path::PathBuf;

use bytes::Bytes;
use clap::ValueHint;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::{ArgsError, Content};
use crate::payload::{Encoding, Origin};
use crate::text::escape;

/// Options of a payload.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Message")]
pub struct PayloadArgs {
    /// The message
    #[arg(short, long, value_name = "MESSAGE", allow_hyphen_values = true, conflicts_with_all = ["file", "stdin", "empty"])]
    message: Option<OsString>,

    /// The file that is the message
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath, allow_hyphen_values = true, conflicts_with_all = ["stdin", "empty"])]
    file: Option<PathBuf>,

    /// All of stdin is the message
    #[arg(short, long, alias = "stdin-file", conflicts_with = "empty")]
    stdin: bool,

    /// The message is empty
    #[arg(short = 'n', long, alias = "null-message")]
    empty: bool,

    /// What is typed or read is bytes written as text: publish the bytes; spaces and ends of lines in it are read over
    #[arg(long, value_name = "ENCODING", value_parser = encodings(), conflicts_with = "empty")]
    encoding: Option<Encoding>,
}

/// The value of `--encoding`.
fn encodings() -> impl TypedValueParser<Value = Encoding> {
    PossibleValuesParser::new(["hex", "base64"]).map(|name| if name == "hex" { Encoding::Hex } else { Encoding::Base64 })
}

impl PayloadArgs {
    /// What these options say, if they do.
    pub(super) fn content(&self) -> Option<Content> {
        match &self.message {
            Some(message) => Some(given(message)),
            None if self.empty => Some(Content::Given(Bytes::new())),
            None if self.stdin || self.file.is_some() => Some(Content::Whole(self.input())),
            None => None,
        }
    }

    /// Takes a text that was typed out of its encoding.
    ///
    /// # Errors
    /// Usage: it is not in it.
    pub(super) fn decode(&self, content: &mut Content) -> Result<(), ArgsError> {
        if let (Content::Given(text), Some(encoding)) = (content, self.encoding) {
            *text = encoding.decode(text).map_err(|why| ArgsError::usage(format!("the message: {why}")))?;
        }
        Ok(())
    }

    /// How an input is written; `None` is as it is.
    pub(super) const fn encoding(&self) -> Option<Encoding> {
        self.encoding
    }

    /// What an input is read from: `-f`, or stdin.
    pub(super) fn input(&self) -> Origin {
        self.file.clone().map_or(Origin::Stdin, Origin::File)
    }
}

/// A message that was typed.
pub(super) fn given(text: &OsString) -> Content {
    Content::Given(Bytes::copy_from_slice(text.as_encoded_bytes()))
}

/// Checks that no word is left.
///
/// # Errors
/// Usage: one is.
pub(super) fn no_more<'a>(mut words: impl Iterator<Item = &'a OsString>) -> Result<(), ArgsError> {
    let Some(word) = words.next() else { return Ok(()) };
    let word = escape(word.as_encoded_bytes());
    Err(ArgsError::usage(format!("'{word}' is one word too many")).with_hint("quote a message that has spaces"))
}
