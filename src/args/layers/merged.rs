//! What layers came to: the words that it makes, and errors about those words.

use std::ffi::OsString;

use clap::Arg;

use super::{Setting, Shared, Source};

/// What the layers below the command line set in the end.
#[derive(Default)]
pub struct Layers(Vec<Setting>);

impl Layers {
    /// Keeps what is not typed of what layers came to.
    #[must_use]
    pub fn new(merged: Vec<Setting>) -> Self {
        Self(merged.into_iter().filter(|setting| setting.source != Source::Typed).collect())
    }

    /// The words that go between the command and what was typed.
    pub fn words(&self) -> impl Iterator<Item = OsString> {
        self.0.iter().flat_map(Setting::words)
    }

    /// A message that names options as if they had been typed, with the layers in their place: `MQX_URL: it has a fragment`.
    #[must_use]
    pub fn relabel(&self, message: &str) -> String {
        let shared = if self.0.is_empty() { return message.to_owned() } else { Shared::new() };
        self.0.iter().fold(message.to_owned(), |message, setting| {
            let letter = shared.arg(&setting.name).and_then(Arg::get_short).map(|letter| format!("-{letter}"));
            let source = setting.source.to_string();
            let message = replace_word(&message, &format!("--{}", setting.name), &source);
            letter.map_or_else(|| message.clone(), |letter| replace_word(&message, &letter, &source))
        })
    }

    /// Where the options that a message names come from, if not from the command line.
    #[must_use]
    pub fn origins(&self, message: &str) -> Option<String> {
        let named = self.0.iter().filter(|setting| {
            let option = format!("--{}", setting.name);
            replace_word(message, &option, "") != message
        });
        let origins: Vec<String> = named.map(|setting| format!("--{} comes from {}", setting.name, setting.source)).collect();
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
