//! What was typed, made into plain options. Each file is a group of flags that `commands` flatten into theirs.
//!
//! Only `app`, `args` and `commands` name clap, and nothing of it is in what `resolve` gives.

pub mod address;
pub mod connect;
#[cfg(feature = "broker")]
pub mod embedded;
pub mod filters;
pub mod message;
pub mod output;
pub mod secret;
pub mod stop;
pub mod tls;

pub use connect::{ConnectArgs, Role};
#[cfg(feature = "broker")]
pub use embedded::{Embedded, EmbeddedArgs};
pub use filters::{FilterArgs, Wanted};
pub use message::{Content, MessageArgs, Publication, PublishingQoS};
pub use output::OutputArgs;
pub use stop::{LengthArgs, TimeoutArgs};
pub use tls::TlsArgs;

use std::ffi::{OsStr, OsString};
use std::io::{self, IsTerminal as _};

use bytestring::ByteString;

use crate::mqtt::topic::check_string;
use crate::mqtt::{QoS, TopicError, TopicName};
use crate::text::{Secret, escape, os_error};
use crate::ui;

/// Why what was typed makes no options.
#[derive(Debug, thiserror::Error)]
pub enum ArgsError {
    /// It cannot be meant.
    #[error("{message}")]
    Usage {
        /// What, and why not.
        message: String,
        /// One next step.
        hint: Option<String>,
    },
}

impl ArgsError {
    /// A usage error without a next step.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), hint: None }
    }

    fn with_hint(self, hint: impl Into<String>) -> Self {
        let Self::Usage { message, .. } = self;
        Self::Usage { message, hint: Some(hint.into()) }
    }
}

/// What options depend on beside the command line: looked up once, and given, so that nothing below reads the environment.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// Looks a variable of the environment up.
    pub variable: fn(&str) -> Option<OsString>,
    /// Asks for a secret on the terminal, without echo; told what for.
    pub ask: fn(&str) -> Result<Secret, ArgsError>,
    /// `MQX_PASSWORD`; empty is as good as not set.
    pub password: Option<OsString>,
    /// Whether stdout is a terminal.
    pub terminal: bool,
    /// Whether colour is allowed on a terminal.
    pub colour: bool,
}

impl Surroundings {
    /// Those of this process.
    #[must_use]
    pub fn here() -> Self {
        Self {
            variable: |name| std::env::var_os(name),
            ask,
            password: std::env::var_os("MQX_PASSWORD").filter(|value| !value.is_empty()),
            terminal: io::stdout().is_terminal(),
            colour: ui::colour_allowed(),
        }
    }
}

/// Asks on the terminal itself, whatever stdin and stdout are.
fn ask(what: &str) -> Result<Secret, ArgsError> {
    rpassword::prompt_password(format!("{what}: ")).map(|answer| Secret::new(answer.into_bytes())).map_err(|error| {
        match error.kind() {
            io::ErrorKind::Interrupted => ArgsError::usage(format!("no {what} was given")),
            _ => ArgsError::usage(format!("cannot ask for the {what}: {}", os_error::describe(&error)))
                .with_hint("--password-file FILE needs no terminal"),
        }
    })
}

/// A UTF-8 string of MQTT `[MQTT-1.5.4]`; `what` it is, for the error.
fn mqtt_string(what: &str, text: &OsStr) -> Result<ByteString, ArgsError> {
    let wrong = |why: TopicError| ArgsError::usage(format!("{what}: {why}"));
    let text = text.to_str().ok_or_else(|| wrong(TopicError::NotUtf8))?;
    check_string(text).map_err(wrong)?;
    Ok(text.into())
}

/// A topic or filter as typed: `make` checks it, `what` it is, for the error.
fn topic<T>(what: &str, text: &OsStr, make: impl Fn(String) -> Result<T, TopicError>) -> Result<T, ArgsError> {
    let checked = text.to_str().ok_or(TopicError::NotUtf8).and_then(|text| make(text.to_owned()));
    checked.map_err(|why| {
        // A name of 65,536 bytes would bury the reason.
        let shown: String = escape(text.as_encoded_bytes()).chars().take(80).collect();
        let error = ArgsError::usage(format!("{what} '{shown}': {why}"));
        match why {
            TopicError::Wildcard(_) => error.with_hint("a message goes to one topic; mqx sub takes filters"),
            _ => error,
        }
    })
}

/// The value of `-t` where it is a Topic Name.
pub(crate) fn topic_name(text: &OsStr) -> Result<TopicName, ArgsError> {
    topic("topic", text, TopicName::new)
}

/// Two ways that set the same thing.
pub(crate) fn topic_twice() -> ArgsError {
    ArgsError::usage("the topic is given twice, by -t and in the URL")
}

/// The value of `-q`.
pub(crate) fn qos(text: &str) -> Result<QoS, &'static str> {
    match text {
        "0" => Ok(QoS::AtMostOnce),
        "1" => Ok(QoS::AtLeastOnce),
        "2" => Ok(QoS::ExactlyOnce),
        _ => Err("a QoS is 0, 1 or 2"),
    }
}

/// For the tables of argv → options.
#[cfg(test)]
pub(crate) mod testing {
    use clap::{Args, Command};

    use super::{ArgsError, Surroundings};

    /// Reads words as a command whose arguments are `T`, with the settings of the real one that matter to parsing.
    pub fn parse<T: Args>(words: &[&str]) -> Result<T, String> {
        let command = T::augment_args(Command::new("mqx").no_binary_name(true).disable_help_flag(true).args_override_self(true));
        let mut matches = command.try_get_matches_from(words).map_err(|error| error.to_string())?;
        T::from_arg_matches_mut(&mut matches).map_err(|error| error.to_string())
    }

    /// Reads words as a command and makes its options, on a pipe and with an empty environment.
    pub fn resolve<T: Args, O>(words: &[&str], make: impl Fn(&T, &Surroundings) -> Result<O, ArgsError>) -> Result<O, String> {
        make(&parse::<T>(words)?, &nowhere()).map_err(told)
    }

    /// A pipe, an empty environment, and nobody to ask.
    pub fn nowhere() -> Surroundings {
        let ask = |_: &str| Err(ArgsError::usage("nobody to ask"));
        Surroundings { variable: |_| None, ask, password: None, terminal: false, colour: false }
    }

    /// Checks that the text of a failure has all parts.
    pub fn assert_says<T>(result: Result<T, String>, parts: &str, of: &[&str]) {
        let Err(text) = result else { panic!("{of:?} was taken") };
        for part in parts.split('|') {
            assert!(text.contains(part), "{of:?}: no '{part}' in: {text}");
        }
    }

    /// Message and hint in one text.
    pub fn told(error: ArgsError) -> String {
        let ArgsError::Usage { message, hint } = error;
        format!("{message} hint: {}", hint.unwrap_or_default())
    }
}
