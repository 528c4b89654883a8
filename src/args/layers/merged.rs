//! What layers came to: the words that it makes, and errors about those words.

use std::ffi::OsString;

use clap::Arg;

use super::{Setting, Shared, Source};
use crate::args::mosquitto::{self, Origin};

/// What the layers below the command line set in the end.
#[derive(Default)]
pub struct Layers {
    settings: Vec<Setting>,
    /// What was made of words that were typed in another way.
    rewritten: Vec<Origin>,
}

impl Layers {
    /// Keeps what is not typed of what layers came to.
    #[must_use]
    pub fn new(merged: Vec<Setting>) -> Self {
        let settings = merged.into_iter().filter(|setting| setting.source != Source::Typed).collect();
        Self { settings, rewritten: Vec::new() }
    }

    /// The same beside what was made of words that were typed in another way.
    #[must_use]
    pub fn beside(self, rewritten: Vec<Origin>) -> Self {
        Self { rewritten, ..self }
    }

    /// Where the options come from that a message names, of those that were typed in another way.
    #[must_use]
    pub fn rewritten(&self, message: &str) -> Option<String> {
        mosquitto::origins(&self.rewritten, message)
    }

    /// The words that go between the command and what was typed.
    pub fn words(&self) -> impl Iterator<Item = OsString> {
        self.settings.iter().flat_map(Setting::words)
    }

    /// A message that names options as if they had been typed, with the layers in their place: `MQX_URL: it has a fragment`.
    #[must_use]
    pub fn relabel(&self, message: &str) -> String {
        let shared = if self.settings.is_empty() { return message.to_owned() } else { Shared::new() };
        self.settings.iter().fold(message.to_owned(), |message, setting| {
            let letter = shared.arg(&setting.name).and_then(Arg::get_short).map(|letter| format!("-{letter}"));
            let source = setting.source.to_string();
            let message = replace_word(&message, &format!("--{}", setting.name), &source);
            letter.map_or_else(|| message.clone(), |letter| replace_word(&message, &letter, &source))
        })
    }

    /// Where the options that a message names come from, if not from the command line.
    #[must_use]
    pub fn origins(&self, message: &str) -> Option<String> {
        let named = self.settings.iter().filter(|setting| {
            let option = format!("--{}", setting.name);
            replace_word(message, &option, "") != message
        });
        let origins = named.map(|setting| format!("--{} comes from {}", setting.name, setting.source));
        let origins: Vec<String> = origins.chain(self.rewritten(message)).collect();
        (!origins.is_empty()).then(|| origins.join(", "))
    }
}

/// Replaces `word` where it stands alone.
fn replace_word(text: &str, word: &str, by: &str) -> String {
    let inside = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    let mut result = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once(word) {
        let alone = !before.ends_with(inside) && !behind.starts_with(inside);
        result.push_str(before);
        result.push_str(if alone { by } else { word });
        rest = behind;
    }
    result + rest
}
