//! Where a secret comes from that is not typed on the command line: `env:NAME`, `file:PATH`, `cmd:COMMAND` or `prompt`.

use std::ffi::OsString;
use std::path::PathBuf;

use super::{ArgsError, Surroundings};
use crate::client::Password;
use crate::text::{Secret, escape};

/// A reference to a secret, resolved only by the run that needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretSource {
    /// A variable of the environment.
    Variable(String),
    /// The content of a file, without one newline at its end.
    File(PathBuf),
    /// What a command prints, without one newline at its end.
    Command(OsString),
    /// A question on the terminal.
    Prompt,
}

impl SecretSource {
    /// Takes a reference apart; `None` if it is none.
    pub(super) fn of(text: &str) -> Option<Self> {
        match text.split_once(':') {
            Some(("env", name)) if !name.is_empty() => Some(Self::Variable(name.to_owned())),
            Some(("file", path)) if !path.is_empty() => Some(Self::File(path.into())),
            Some(("cmd", command)) if !command.trim().is_empty() => Some(Self::Command(command.into())),
            None if text == "prompt" => Some(Self::Prompt),
            _ => None,
        }
    }

    /// The value of an option. The error names the option and has none of it: it may be the secret itself.
    pub(super) fn parse(option: &str, text: &Secret) -> Result<Self, ArgsError> {
        let known = std::str::from_utf8(text.expose()).ok().and_then(Self::of);
        known.ok_or_else(|| {
            ArgsError::usage(format!("{option}: a secret is not written here, but where it is"))
                .with_hint("env:NAME, file:PATH, cmd:COMMAND or prompt")
        })
    }

    /// What the client reads for each connection; a variable and a question are answered now. `what` it is, for a person.
    pub(super) fn resolve(&self, what: &str, here: &Surroundings) -> Result<Password, ArgsError> {
        Ok(match self {
            Self::Variable(name) => match (here.variable)(name) {
                Some(value) => Password::Given(Secret::new(value.into_encoded_bytes())),
                None => {
                    let name = escape(name.as_bytes());
                    return Err(ArgsError::usage(format!("the {what} is in the variable {name}, which is not set")));
                }
            },
            Self::File(path) => Password::File(path.clone()),
            Self::Command(command) => Password::Command(command.clone()),
            Self::Prompt => Password::Given((here.ask)(what)?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::told;
    use super::*;

    #[test]
    fn four_forms_and_no_other() {
        let parse = |text: &str| SecretSource::parse("--x", &Secret::new(text.to_owned())).map_err(told);
        assert_eq!(parse("env:A"), Ok(SecretSource::Variable("A".to_owned())));
        assert_eq!(parse("file:/a:b"), Ok(SecretSource::File("/a:b".into())));
        assert_eq!(parse("cmd:pass show x"), Ok(SecretSource::Command("pass show x".into())));
        assert_eq!(parse("prompt"), Ok(SecretSource::Prompt));
        for text in ["", "hunter2", "env:", "file:", "cmd: ", "prompt:", "http:x", "Prompt"] {
            let error = parse(text).unwrap_err();
            assert!(!error.contains("hunter2") && error.contains("cmd:COMMAND"), "{text}");
        }
    }
}
