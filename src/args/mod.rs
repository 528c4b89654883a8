//! What was typed, made into plain options. Each file is a group of flags that `commands` flatten into theirs.
//!
//! Only `app`, `args` and `commands` name clap, and nothing of it is in what `resolve` gives.

pub mod address;
pub mod answering;
#[cfg(feature = "broker")]
pub mod broker;
pub mod connect;
pub mod delivery;
#[cfg(feature = "broker")]
pub mod embedded;
pub mod exec;
pub mod filters;
pub mod layers;
pub mod message;
pub mod mosquitto;
pub mod negation;
pub mod output;
pub mod packets;
pub mod payload;
pub mod profile;
pub mod properties;
pub mod rare;
mod refused;
pub mod request;
pub mod secret;
pub mod stop;
pub mod tls;
mod values;
pub mod will;

pub use answering::{AnsweringArgs, Filling, How, Place, Replying};
#[cfg(feature = "broker")]
pub use broker::{BrokerArgs, BrokerOptions};
pub use connect::{ConnectArgs, Role};
pub use delivery::{Delivered, DeliveryArgs, Way};
#[cfg(feature = "broker")]
pub use embedded::{Embedded, EmbeddedArgs};
pub use exec::ExecArgs;
pub use filters::{FilterArgs, Wanted};
pub(crate) use message::no_template;
pub use message::{Content, MessageArgs, Publication, PublishingQoS, Templates};
pub use output::OutputArgs;
pub use packets::{PacketsArgs, RequestsArgs};
pub use payload::PayloadArgs;
pub use properties::PropertiesArgs;
pub use request::{Request, RequestArgs};
pub use stop::{Ends, LengthArgs, SubscribedArgs, TimeoutArgs};
pub use tls::TlsArgs;
pub use will::WillArgs;

use std::ffi::OsString;
use std::io::{self, IsTerminal as _};
use std::path::PathBuf;

use crate::text::{Secret, escape, excerpt, os_error};
use crate::ui::{self, AskError};
pub(crate) use values::{binary, mqtt_string, qos, read_file, topic, topic_name, topic_twice, user_property};

/// What of a value stands in an error, in characters: one of 65,536 bytes would bury the reason.
const SHOWN: usize = 80;

/// A value from outside as an error shows it.
fn shown(value: &[u8]) -> String {
    excerpt(value, SHOWN)
}

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
    /// A file that it names cannot be read.
    #[error("cannot read {what} in {}: {}", escape(.path.as_os_str().as_encoded_bytes()), os_error::describe(.source))]
    File {
        /// What is in it.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A signal was the answer to a question: its number.
    #[error("interrupted")]
    Interrupted(i32),
}

impl ArgsError {
    /// A usage error without a next step.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), hint: None }
    }

    /// The same error with a next step.
    pub(crate) fn with_hint(self, hint: impl Into<String>) -> Self {
        match self {
            Self::Usage { message, .. } => Self::Usage { message, hint: Some(hint.into()) },
            other => other,
        }
    }
}

/// What options depend on beside the command line: looked up once, and given, so that nothing below reads the environment.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// Looks a variable of the environment up.
    pub variable: fn(&str) -> Option<OsString>,
    /// Asks for a secret on the terminal, without echo; told what for.
    pub ask: fn(&str) -> Result<Secret, ArgsError>,
    /// Whether stdout is a terminal.
    pub terminal: bool,
    /// Whether colour is allowed on a terminal.
    pub colour: bool,
    /// The columns of that terminal.
    pub columns: fn() -> usize,
}

impl Surroundings {
    /// Those of this process.
    #[must_use]
    pub fn here() -> Self {
        Self {
            variable: |name| std::env::var_os(name),
            ask,
            terminal: io::stdout().is_terminal(),
            colour: ui::colour_allowed(),
            columns: ui::columns,
        }
    }
}

/// Asks for a secret; only a person at a terminal can answer.
fn ask(what: &str) -> Result<Secret, ArgsError> {
    ui::ask_secret(&format!("{what}: ")).map_err(|error| match error {
        AskError::Interrupted(signal) => ArgsError::Interrupted(signal),
        AskError::Terminal(_) => ArgsError::usage(format!("cannot ask for the {what}: there is no terminal"))
            .with_hint("--password-file FILE needs none"),
    })
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
        Surroundings { variable: |_| None, ask, terminal: false, colour: false, columns: || 80 }
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
        match error {
            ArgsError::Usage { message, hint } => format!("{message} hint: {}", hint.unwrap_or_default()),
            other => other.to_string(),
        }
    }
}
