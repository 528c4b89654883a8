//! What mosquitto's clients have and no option of clap's can be: `-D COMMAND NAME VALUE` and `-o FILE`, rewritten as words of our own
//! options before clap reads them, so that each option has one parser. Called by `app`; a command line without them is left alone.

mod file;
mod property;

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};

use clap::{Arg, ArgAction, Command, ValueHint};

use super::layers::LayerError;
use super::shown;
use property::Property;

/// The long names of the two.
const PROPERTY: &str = "property";
const FILE: &str = "options";

/// The two as help and completions show them. clap never gets one: their words are made into others before.
#[must_use]
pub fn options() -> [Arg; 2] {
    let property = "A property of a packet as mosquitto's clients have it: COMMAND is connect, publish, subscribe, unsubscribe, \
                    disconnect or will; user-property takes NAME KEY VALUE";
    let file = "Take options from this file, as mosquitto's clients have it: one a line, the rest of the line is its value";
    [
        Arg::new(PROPERTY)
            .short('D')
            .long(PROPERTY)
            .num_args(3)
            .value_names(["COMMAND", "NAME", "VALUE"])
            .action(ArgAction::Append)
            .help(property)
            .help_heading("Session"),
        Arg::new(FILE)
            .short('o')
            .long(FILE)
            .value_name("FILE")
            .value_hint(ValueHint::FilePath)
            .help(file)
            .help_heading("Connection"),
    ]
}

/// An option that was not typed as it is, and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// As an error names it: `--port`.
    pub option: String,
    /// `options.txt, line 3`, or `-D publish content-type`.
    pub from: String,
}

/// A command line in words of our own options.
#[derive(Debug, PartialEq, Eq)]
pub struct Rewritten {
    /// All of it, the program and the command first.
    pub words: Vec<OsString>,
    /// What was not typed as it is.
    pub origins: Vec<Origin>,
}

/// Rewrites `-D` and `-o` of a command line of this command; `None` where there is neither, so that nothing was to be done.
///
/// # Errors
/// Usage: what mosquitto's clients would not take either, or what this command has no packet for. Local: a file that cannot be read.
pub fn rewrite(command: &Command, words: &[OsString]) -> Result<Option<Rewritten>, LayerError> {
    if !concerns(words) {
        return Ok(None);
    }
    let (before, typed) = words.split_at(words.len().min(2));
    let mut reader = Reader { command, words: Vec::new(), origins: Vec::new(), file: None };
    reader.typed(typed)?;
    let (made, mut origins) = (reader.words, reader.origins);
    let mut words = before.to_vec();
    if let Some(path) = reader.file {
        // Before what was typed: of two, the last holds.
        let mut in_file = Reader { command, words: Vec::new(), origins: Vec::new(), file: None };
        file::read(&path, &mut in_file)?;
        words.extend(in_file.words);
        origins.extend(in_file.origins);
    }
    words.extend(made);
    Ok(Some(Rewritten { words, origins }))
}

/// Whether a command line may have one of the two.
#[must_use]
pub fn concerns(words: &[OsString]) -> bool {
    words.iter().skip(2).any(|word| may_be_ours(word.as_encoded_bytes()))
}

/// Whether a word may be one of the two, without a look at what stands before it.
fn may_be_ours(word: &[u8]) -> bool {
    match word {
        [b'-', b'-', long @ ..] => long.starts_with(PROPERTY.as_bytes()) || long.starts_with(FILE.as_bytes()),
        [b'-', letters @ ..] => letters.contains(&b'D') || letters.contains(&b'o'),
        _ => false,
    }
}

/// Where the options of a message come from, that were not typed as they are.
#[must_use]
pub fn origins(origins: &[Origin], message: &str) -> Option<String> {
    let names = |option: &str| {
        message.split(option).skip(1).any(|behind| !behind.starts_with(|next: char| next.is_ascii_alphanumeric() || next == '-'))
    };
    let told: Vec<String> = origins
        .iter()
        .filter(|origin| names(&origin.option))
        .map(|Origin { option, from }| format!("{option} comes from {from}"))
        .collect();
    (!told.is_empty()).then(|| told.join(", "))
}

/// What a word is.
enum Kind {
    /// `-D`, or `--property`.
    Property,
    /// `-o`, or `--options`, with the path if that is part of the word.
    File(Option<OsString>),
    /// An option whose value is the next word.
    Takes,
    /// Any other, or none.
    Whole,
}

/// Makes words of words.
struct Reader<'a> {
    command: &'a Command,
    words: Vec<OsString>,
    origins: Vec<Origin>,
    /// The value of `-o`.
    file: Option<OsString>,
}

impl<'a> Reader<'a> {
    /// Takes the words of a command line.
    fn typed(&mut self, typed: &[OsString]) -> Result<(), LayerError> {
        let mut rest = typed.iter();
        while let Some(word) = rest.next() {
            if word == "--" {
                self.words.push(word.clone());
                self.words.extend(rest.cloned());
                break;
            }
            match self.kind(word)? {
                Kind::Property => {
                    let property = Property::take(&mut rest.by_ref().map(|word| Cow::Borrowed(word.as_os_str())))?;
                    self.property(&property, None)?;
                }
                Kind::File(path) => {
                    let path = path.or_else(|| rest.next().cloned()).filter(|path| !path.is_empty());
                    let path = path.ok_or_else(|| LayerError::usage("-o: the name of the file is missing"))?;
                    if self.file.replace(path).is_some() {
                        return Err(LayerError::usage("-o is given twice; one file can be read"));
                    }
                }
                Kind::Takes => {
                    self.words.push(word.clone());
                    self.words.extend(rest.next().cloned());
                }
                Kind::Whole => self.words.push(word.clone()),
            }
        }
        Ok(())
    }

    /// What a word is where an option may stand.
    fn kind(&self, word: &OsStr) -> Result<Kind, LayerError> {
        // A name that is not UTF-8 is no option of ours.
        let Some(text) = word.to_str() else { return Ok(Kind::Whole) };
        if let Some(long) = text.strip_prefix("--") {
            return match long.split_once('=') {
                None if long == PROPERTY => Ok(Kind::Property),
                None if long == FILE => Ok(Kind::File(None)),
                None => Ok(if self.long(long).is_some_and(takes_value) { Kind::Takes } else { Kind::Whole }),
                Some((PROPERTY, _)) => Err(alone("--property")),
                Some((FILE, path)) => Ok(Kind::File(Some(path.into()))),
                Some(_) => Ok(Kind::Whole),
            };
        }
        let Some(letters) = text.strip_prefix('-') else { return Ok(Kind::Whole) };
        match letters {
            "D" => return Ok(Kind::Property),
            "o" => return Ok(Kind::File(None)),
            _ => {}
        }
        let mut letters = letters.chars();
        if letters.clone().next() == Some('o') {
            return Ok(Kind::File(letters.as_str().get(1..).map(OsString::from)));
        }
        while let Some(letter) = letters.next() {
            match letter {
                'D' => return Err(alone("-D")),
                'o' => return Err(alone("-o")),
                _ => {}
            }
            if self.short(letter).is_some_and(takes_value) {
                return Ok(if letters.as_str().is_empty() { Kind::Takes } else { Kind::Whole });
            }
        }
        Ok(Kind::Whole)
    }

    fn long(&self, name: &str) -> Option<&'a Arg> {
        let is =
            |arg: &&Arg| arg.get_long() == Some(name) || arg.get_all_aliases().is_some_and(|aliases| aliases.contains(&name));
        self.command.get_arguments().find(is)
    }

    fn short(&self, letter: char) -> Option<&'a Arg> {
        self.command.get_arguments().find(|arg| arg.get_short() == Some(letter))
    }

    /// Adds what a property is among our options; `line` of a file, if it stands there.
    fn property(&mut self, property: &Property, line: Option<&str>) -> Result<(), LayerError> {
        let word = property.word()?;
        let option = property.option();
        // What undoes a switch is added to the command only where it is typed.
        if self.long(option).or_else(|| self.long(&super::negation::opposite(option))).is_none() {
            let command = self.command.get_name();
            return Err(LayerError::usage(format!("{property}: mqx {command} sends no such property")));
        }
        let from = line.map_or_else(|| property.to_string(), |line| format!("{line} ({property})"));
        self.origins.push(Origin { option: format!("--{option}"), from });
        self.words.push(word);
        // Whatever it is, it asks for version 5.
        self.words.push("--needs-mqtt-5".into());
        Ok(())
    }
}

fn takes_value(arg: &Arg) -> bool {
    // One whose value may be left out has it behind a `=`.
    let needs = arg.get_num_args().is_none_or(|count| count.min_values() > 0);
    matches!(arg.get_action(), ArgAction::Set | ArgAction::Append) && needs
}

fn alone(option: &str) -> LayerError {
    LayerError::usage(format!("{option} is a word of its own")).with_hint(match option {
        "-o" => "-o FILE",
        _ => "-D COMMAND NAME VALUE, as in -D publish content-type text/plain",
    })
}

/// A name from outside as an error shows it.
fn named(word: &OsStr) -> String {
    shown(word.as_encoded_bytes())
}

#[cfg(test)]
mod tests;
