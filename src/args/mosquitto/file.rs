//! `-o FILE`: a file of options as mosquitto's clients read it, one a line, the rest of the line its value as it stands.

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::Path;

use super::super::layers::LayerError;
use super::super::shown;
use super::property::Property;
use super::{Kind, Origin, Reader, takes_value};
use crate::payload::read_small;
use crate::text::{escape, os_error};

/// Adds the options of a file. A line that begins with `#`, or is empty, says nothing.
///
/// # Errors
/// Local: it cannot be read. Usage: it is a directory, or a line has no option; file and line are named.
pub(super) fn read(path: &OsStr, reader: &mut Reader) -> Result<(), LayerError> {
    let name = escape(path.as_encoded_bytes()).into_owned();
    let bytes = read_small(Path::new(path)).map_err(|error| {
        let message = format!("cannot read options in {name}: {}", os_error::describe(&error));
        if error.kind() == io::ErrorKind::IsADirectory { LayerError::usage(message) } else { LayerError::local(message) }
    })?;
    for (line, number) in bytes.split(|byte| *byte == b'\n').zip(1..) {
        let at = format!("{name}, line {number}");
        let text = line.strip_suffix(b"\r").unwrap_or(line);
        if text.first() != Some(&b'#') {
            reader.line(text.trim_ascii_start(), &at)?;
        }
    }
    Ok(())
}

/// The words of a file as those of a command line: beyond Unix these are no bytes.
fn word(bytes: &[u8], at: &str) -> Result<OsString, LayerError> {
    if bytes.contains(&0) {
        return Err(LayerError::usage(format!("{at}: it has a NUL character")));
    }
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStringExt as _;
        Ok(OsString::from_vec(bytes.to_vec()))
    }
    #[cfg(not(unix))]
    String::from_utf8(bytes.to_vec()).map(OsString::from).map_err(|_| LayerError::usage(format!("{at}: it is not UTF-8")))
}

/// The first word, and what stands behind the one space that ends it.
fn split(text: &[u8]) -> (&[u8], Option<&[u8]>) {
    match text.iter().position(|byte| *byte == b' ') {
        Some(end) => {
            let (first, rest) = text.split_at(end);
            (first, rest.get(1..).filter(|rest| !rest.is_empty()))
        }
        None => (text, None),
    }
}

impl Reader<'_> {
    /// Takes a line of a file.
    fn line(&mut self, text: &[u8], at: &str) -> Result<(), LayerError> {
        let (first, value) = split(text);
        if first.is_empty() {
            return Ok(());
        }
        let usage = |why: String| LayerError::usage(format!("{at}: {why}"));
        let option = word(first, at)?;
        if !first.starts_with(b"-") || first == b"-" || first == b"--" {
            return Err(
                usage(format!("'{}' is no option", shown(first))).with_hint("an option begins with -, as in -h or --host")
            );
        }
        let value = value.map(|value| word(value, at)).transpose()?;
        match self.kind(&option).map_err(|error| error.within(at))? {
            Kind::Property => {
                let words = value.as_ref().map(|value| property_words(value, at)).transpose()?.unwrap_or_default();
                let property = Property::take(&mut words.into_iter().map(Cow::Owned)).map_err(|error| error.within(at))?;
                return self.property(&property, Some(at)).map_err(|error| error.within(at));
            }
            Kind::File(_) => return Err(usage("a file of options names no other (-o)".to_owned())),
            Kind::Takes | Kind::Whole => {}
        }
        self.option(&option, value, at)
    }

    /// Adds an option with its value in one word, so that nothing of the value is taken for another option.
    fn option(&mut self, option: &OsStr, value: Option<OsString>, at: &str) -> Result<(), LayerError> {
        let usage = |why: String| LayerError::usage(format!("{at}: {why}"));
        let text = option.to_string_lossy();
        let letter = text.strip_prefix('-').and_then(|letters| letters.parse::<char>().ok());
        let found = letter.map_or_else(|| self.long(text.strip_prefix("--")?), |letter| self.short(letter));
        let shown = shown(option.as_encoded_bytes());
        let Some(arg) = found else {
            // Several letters, a value in the word, or what clap knows better why it is none.
            if value.is_some() {
                return Err(usage(format!("there is no option '{}' that takes what stands behind it", named(&text))));
            }
            self.origins.push(Origin { option: text.split('=').next().unwrap_or_default().to_owned(), from: at.to_owned() });
            self.words.push(option.to_owned());
            return Ok(());
        };
        let mut word = OsString::from(format!("--{}", arg.get_long().unwrap_or_default()));
        self.origins.push(Origin { option: word.to_string_lossy().into_owned(), from: at.to_owned() });
        match value {
            Some(value) if takes_value(arg) => {
                word.push("=");
                word.push(value);
            }
            Some(_) => return Err(usage(format!("'{shown}' takes no value"))),
            None if takes_value(arg) => return Err(usage(format!("'{shown}' needs a value"))),
            None => {}
        }
        self.words.push(word);
        Ok(())
    }
}

/// The name of what is no option, without a value in its word: that may be a secret, as the one behind it may.
fn named(word: &str) -> String {
    let name = match word.split_once('=') {
        Some((name, _)) => name,
        None if word.starts_with("--") => word,
        None => word.char_indices().nth(2).map_or(word, |(end, _)| word.split_at(end).0),
    };
    shown(name.as_bytes())
}

/// The words behind a `-D` of a line: all but the last end at a space.
fn property_words(value: &OsStr, at: &str) -> Result<Vec<OsString>, LayerError> {
    let mut words = Vec::new();
    let mut rest = Some(value.as_encoded_bytes());
    let mut most = 3;
    while let Some(text) = rest {
        let (first, behind) = if words.len() + 1 < most { split(text) } else { (text, None) };
        words.push(word(first, at)?);
        if words.len() == 2 && first.eq_ignore_ascii_case(b"user-property") {
            most = 4;
        }
        rest = behind;
    }
    Ok(words)
}
