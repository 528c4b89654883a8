//! The one error that a person is told: what failed, why, and one next step. `commands` return it, `app` prints it.

use std::fmt;
use std::io;

use crate::args::ArgsError;
use crate::exit::Status;
use crate::payload::{InputError, LineTooLong};
use crate::text::os_error;

/// A failure that ends the run, with the exit status it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The exit status.
    pub status: Status,
    /// The thing and the reason, without `error:` and without a full stop.
    pub message: String,
    /// One next step.
    pub hint: Option<String>,
}

impl Error {
    /// An error with the status that it means.
    pub fn new(status: Status, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), hint: None }
    }

    /// A command line that cannot be meant (2).
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Status::Usage, message)
    }

    /// A failure of this machine (1).
    pub fn local(message: impl Into<String>) -> Self {
        Self::new(Status::Local, message)
    }

    /// What the system refused (1): `cannot {doing}: no such file or directory`.
    pub fn system(doing: impl fmt::Display, error: &io::Error) -> Self {
        Self::local(format!("cannot {doing}: {}", os_error::describe(error)))
    }

    /// The same error with a next step.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

impl From<ArgsError> for Error {
    fn from(error: ArgsError) -> Self {
        match error {
            ArgsError::Usage { message, hint } => Self { status: Status::Usage, message, hint },
            file @ ArgsError::File { .. } => Self::local(file.to_string()),
        }
    }
}

impl From<InputError> for Error {
    fn from(error: InputError) -> Self {
        Self::local(error.to_string())
    }
}

impl From<LineTooLong> for Error {
    fn from(error: LineTooLong) -> Self {
        Self::local(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_error_is_told_without_its_number() {
        let error = Error::system("write to stdout", &io::Error::from_raw_os_error(2)).with_hint("look again");
        assert_eq!(error.to_string(), "cannot write to stdout: no such file or directory");
        assert_eq!((error.status, error.hint.as_deref()), (Status::Local, Some("look again")));
    }
}
