//! Reading a command line: once, or twice where the environment or a profile has something to say.

use std::ffi::OsString;

use super::{COMMANDS, Command, Entry, command, root, with_help};
use crate::args::layers::{self, Environment, LayerError, Layers, Shared};
use crate::args::mosquitto::{self, Origin, Rewritten};
use crate::args::negation::with_negations;
use crate::args::profile;
use crate::args::rare::without_rare;

/// A command line that was read: the command, if there is one, and what layers below the command line had to say.
pub(super) type Read = (Option<Command>, Layers);

/// Why a command line is none.
pub(super) enum Refusal {
    /// What clap says, or help; and where options that it names come from, if they were not typed.
    Clap(clap::Error, Option<String>),
    /// A layer below the command line is wrong.
    Layer(LayerError),
}

impl Refusal {
    /// The same, with where options come from that were typed in another way.
    fn beside(self, rewritten: &[Origin]) -> Self {
        match self {
            Self::Clap(error, None) => {
                let from = mosquitto::origins(rewritten, &error.to_string());
                Self::Clap(error, from)
            }
            other => other,
        }
    }
}

impl From<clap::Error> for Refusal {
    fn from(error: clap::Error) -> Self {
        Self::Clap(error, None)
    }
}

impl From<LayerError> for Refusal {
    fn from(error: LayerError) -> Self {
        Self::Layer(error)
    }
}

/// Reads one command line.
pub(super) fn parse(words: &[OsString]) -> Result<Read, Refusal> {
    let Some(entry) = words.get(1).and_then(|word| Entry::find(word)) else {
        return Ok((read(command(), words)?, Layers::default()));
    };
    // A start takes much of its time for arguments that are declared, so those of other commands are not, and of this one those few.
    let lean = without_rare(|| entry.command());
    if !layers::takes_part(&lean) {
        return parse_own(lean, words, None);
    }
    let environment = Environment::here();
    let named = |word: &OsString| word.as_encoded_bytes().starts_with(b"--profile");
    let layered = |words: &[OsString]| (!environment.is_empty() || words.iter().any(named)).then_some(&environment);
    if layered(words).is_none() && !mosquitto::concerns(words) && knows_all(&lean, words) {
        let command = with_help(root()).subcommand(lean);
        return Ok((without_rare(|| read(command, words))?, Layers::default()));
    }
    let command = entry.command();
    let Some(Rewritten { words, origins }) = mosquitto::rewrite(&command, words)? else {
        return parse_own(command, words, layered(words));
    };
    let (read, layers) = parse_own(command, &words, layered(&words)).map_err(|refusal| refusal.beside(&origins))?;
    Ok((read, layers.beside(origins)))
}

/// Reads one command line that has options of our own only.
fn parse_own(command: clap::Command, words: &[OsString], layered: Option<&Environment>) -> Result<Read, Refusal> {
    // Few command lines have an option that undoes another.
    let command = if knows_all(&command, words) { command } else { with_negations(command) };
    let command = with_help(root()).subcommand(command);
    match layered {
        Some(environment) => parse_layers(command, words, environment),
        None => Ok((read(command, words)?, Layers::default())),
    }
}

/// Whether each word that looks like a long option is one, by its own name.
fn knows_all(command: &clap::Command, words: &[OsString]) -> bool {
    let mut typed = words.iter().filter_map(|word| word.to_str()?.strip_prefix("--"));
    typed.all(|typed| {
        let name = typed.split_once('=').map_or(typed, |(name, _)| name);
        name.is_empty() || command.get_arguments().any(|arg| arg.get_long() == Some(name))
    })
}

pub(super) fn read(command: clap::Command, words: &[OsString]) -> Result<Option<Command>, clap::Error> {
    let mut matches = command.try_get_matches_from(words)?;
    let Some((name, mut typed)) = matches.remove_subcommand() else { return Ok(None) };
    COMMANDS.iter().find(|entry| entry.name == name).map(|entry| (entry.read)(&mut typed)).transpose()
}

/// Reads a command line twice: for what is typed, and then with what the environment and a profile set beside it.
fn parse_layers(command: clap::Command, words: &[OsString], environment: &Environment) -> Result<Read, Refusal> {
    // What is wrong is left for the second time, which sees all.
    let matches = command.clone().ignore_errors(true).try_get_matches_from(words)?;
    let shared = Shared::new();
    let (typed, named) = match matches.subcommand() {
        Some((_, matches)) => (shared.typed(matches), matches.get_one::<String>(profile::OPTION).cloned()),
        None => (Vec::new(), None),
    };
    let below = layers::below(&shared, environment, named)?;
    let merged = shared.merge([vec![typed], below].concat());
    shared.check(&merged)?;
    let layers = Layers::new(merged);
    let (before, behind) = words.split_at(words.len().min(2));
    let words: Vec<OsString> = before.iter().cloned().chain(layers.words()).chain(behind.iter().cloned()).collect();
    match read(command, &words) {
        Ok(command) => Ok((command, layers)),
        Err(error) => {
            let origins = layers.origins(&error.to_string());
            Err(Refusal::Clap(error, origins))
        }
    }
}
