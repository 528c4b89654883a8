//! The environment and profiles, made into words of the command line, so that an option has one parser. Used by `app` for a run, and by
//! `mqx profile` to show and to check.
//!
//! What takes part is whatever `ConnectArgs` declares, and what excludes what is read from it too: there is no list of names here.

mod merged;
mod reading;
mod value;

use std::ffi::OsString;
use std::fmt;

use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Args as _, Command};

use super::negation::opposite;
use super::{ConnectArgs, profile};
use crate::text::{Secret, escape};
pub use merged::Layers;
pub use reading::Environment;
pub(super) use reading::nearest;
use value::{claims, cut};

/// Secrets that a profile has by reference only, as `NAME-from`.
pub(super) const REFERENCED: [&str; 2] = ["password", "keypass"];

/// Why a layer makes no options.
#[derive(Clone, Debug, thiserror::Error)]
pub enum LayerError {
    /// It cannot be meant.
    #[error("{message}")]
    Usage {
        /// The layer, what, and why not.
        message: String,
        /// One next step.
        hint: Option<String>,
    },
    /// The file of the profiles cannot be used.
    #[error("{message}")]
    Local {
        /// What, and why not.
        message: String,
        /// One next step.
        hint: Option<String>,
    },
}

impl LayerError {
    pub(super) fn usage(message: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), hint: None }
    }

    pub(super) fn local(message: impl Into<String>) -> Self {
        Self::Local { message: message.into(), hint: None }
    }

    /// The same, at a place that it names.
    pub(super) fn within(mut self, place: &str) -> Self {
        let (Self::Usage { message, .. } | Self::Local { message, .. }) = &mut self;
        *message = format!("{place}: {message}");
        self
    }

    pub(super) fn with_hint(mut self, next: impl Into<String>) -> Self {
        let (Self::Usage { hint, .. } | Self::Local { hint, .. }) = &mut self;
        *hint = Some(next.into());
        self
    }
}

/// Who says it. Ordered: the first holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The command line.
    Typed,
    /// This variable of the environment.
    Variable(String),
    /// A line of a profile.
    Profile {
        /// Its name.
        name: String,
        /// From 1.
        line: usize,
    },
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Typed => f.write_str("the command line"),
            Self::Variable(name) => f.write_str(name),
            Self::Profile { name, line } => write!(f, "profile {}, line {line}", escape(name.as_bytes())),
        }
    }
}

/// What an option is set to. Has no `Debug`: it may be a secret.
#[derive(Clone, PartialEq, Eq)]
pub enum Given {
    /// A switch, on or off.
    Switch(bool),
    /// A value, or those of a list.
    Values(Vec<OsString>),
}

/// One option that a layer sets.
#[derive(Clone)]
pub struct Setting {
    /// Its long name.
    pub name: String,
    /// The value.
    pub given: Given,
    /// Who says it.
    pub source: Source,
}

impl fmt::Debug for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Setting").field("name", &self.name).field("source", &self.source).finish_non_exhaustive()
    }
}

impl Setting {
    /// A switch that is off says nothing about others.
    fn is_active(&self) -> bool {
        self.given != Given::Switch(false)
    }

    fn words(&self) -> Vec<OsString> {
        match &self.given {
            Given::Switch(false) => Vec::new(),
            Given::Switch(true) => vec![format!("--{}", self.name).into()],
            Given::Values(values) => {
                let word = |value: &OsString| {
                    let mut word = OsString::from(format!("--{}=", self.name));
                    word.push(value);
                    word
                };
                values.iter().map(word).collect()
            }
        }
    }
}

/// The options that take part: those of the connection.
#[derive(Debug)]
pub struct Shared(Command);

/// Whether a command takes those options.
#[must_use]
pub fn takes_part(command: &Command) -> bool {
    command.get_groups().any(|group| group.get_id() == "ConnectArgs")
}

/// The variable of the option with this long name.
#[must_use]
pub fn variable(long: &str) -> String {
    format!("MQX_{}", long.replace('-', "_").to_uppercase())
}

/// Names in the help of a command that takes part the variable of each option.
#[must_use]
pub fn with_variables(command: Command) -> Command {
    if !takes_part(&command) {
        return command.mut_subcommands(with_variables);
    }
    let shared = Shared::new();
    command.mut_args(|arg| {
        let long = arg.get_long().filter(|long| shared.arg(long).is_some() || *long == profile::OPTION);
        let Some(named) = long.map(|long| format!("[env: {}]", variable(long))) else { return arg };
        let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
        arg.help(format!("{help} {named}"))
    })
}

/// The layers below the command line, the highest first: the environment, then the profile `named` there or in `MQX_PROFILE`.
///
/// # Errors
/// What is wrong with either, or that there is no such profile.
pub fn below(shared: &Shared, environment: &Environment, named: Option<String>) -> Result<Vec<Vec<Setting>>, LayerError> {
    let variables = shared.environment(environment)?;
    // Read by the run that needs it, since it does not ask for TLS as an option would; it has its place among the layers all the same.
    let keypass = environment.get(KEYPASS).is_some();
    if let Some(other) = variables.iter().find(|setting| keypass && is_keypass(setting)) {
        return Err(LayerError::usage(format!("{KEYPASS} cannot be used with {}", other.source)));
    }
    let variable = || environment.get(&variable(profile::OPTION)).map(|name| name.to_string_lossy().into_owned());
    let profile = match named.or_else(variable).filter(|name| !name.is_empty()) {
        Some(name) => profile::load(&name, shared)?,
        None => Vec::new(),
    };
    Ok(vec![variables, profile.into_iter().filter(|setting| !keypass || !is_keypass(setting)).collect()])
}

/// The passphrase of a key, without an option of its own: that would be a secret on the command line.
pub(super) const KEYPASS: &str = "MQX_KEYPASS";

fn is_keypass(setting: &Setting) -> bool {
    setting.name.starts_with("keypass-")
}

impl Default for Shared {
    fn default() -> Self {
        Self::new()
    }
}

impl Shared {
    /// As `ConnectArgs` declares them.
    #[must_use]
    pub fn new() -> Self {
        Self(ConnectArgs::augment_args(Command::new("connection")))
    }

    /// The options, in their order.
    pub fn args(&self) -> impl Iterator<Item = &Arg> {
        self.0.get_arguments().filter(|arg| arg.get_long().is_some())
    }

    fn arg(&self, long: &str) -> Option<&Arg> {
        self.args().find(|arg| arg.get_long() == Some(long))
    }

    fn is_secret(&self, long: &str) -> bool {
        REFERENCED.contains(&long)
            || self.arg(long).is_some_and(|arg| arg.get_value_parser().type_id() == std::any::TypeId::of::<Secret>())
    }

    /// Whether the two cannot stand beside each other on a command line.
    fn conflict(&self, one: &str, other: &str) -> bool {
        let excludes = |one: &str, other: &str| {
            let arg = self.arg(one);
            arg.is_some_and(|arg| self.0.get_arg_conflicts_with(arg).iter().any(|arg| arg.get_long() == Some(other)))
        };
        excludes(one, other) || excludes(other, one)
    }

    /// What the command line itself sets, from a parse that knows the negations.
    #[must_use]
    pub fn typed(&self, matches: &ArgMatches) -> Vec<Setting> {
        let setting = |name: &str, given| Setting { name: name.to_owned(), given, source: Source::Typed };
        let typed = matches.ids().filter(|id| matches.value_source(id.as_str()) == Some(ValueSource::CommandLine));
        typed
            .filter_map(|id| match self.args().find(|arg| arg.get_id() == id) {
                Some(arg) if is_switch(arg) => Some(setting(arg.get_long()?, Given::Switch(true))),
                Some(arg) => {
                    let values = matches.get_raw(id.as_str()).into_iter().flatten().map(ToOwned::to_owned).collect();
                    Some(setting(arg.get_long()?, Given::Values(values)))
                }
                None => {
                    let undone = opposite(id.as_str());
                    self.arg(&undone).filter(|arg| is_switch(arg)).map(|_| setting(&undone, Given::Switch(false)))
                }
            })
            .collect()
    }

    /// Puts layers together, the highest first: a setting is left out when a higher layer has it or another of its group.
    #[must_use]
    pub fn merge(&self, layers: impl IntoIterator<Item = Vec<Setting>>) -> Vec<Setting> {
        let mut kept: Vec<Setting> = Vec::new();
        for layer in layers {
            let passing: Vec<Setting> = layer.into_iter().filter_map(|setting| self.below(setting, &kept)).collect();
            kept.extend(passing);
        }
        kept
    }

    /// What is left of a setting below others.
    fn below(&self, mut setting: Setting, higher: &[Setting]) -> Option<Setting> {
        for other in higher {
            if other.name == setting.name {
                return None;
            }
            if !other.is_active() || !setting.is_active() {
                continue;
            }
            let excluded = |claim: &str| claim == setting.name || self.conflict(claim, &setting.name);
            if excluded(&other.name) || claims(other).into_iter().any(excluded) {
                return None;
            }
            let takes = |name: &str| other.name == name || claims(other).contains(&name);
            let password = takes("password") || self.conflict("password", &other.name);
            cut(&mut setting, takes("username"), password, takes("port"));
        }
        Some(setting)
    }

    /// Whether what is set leaves no room for an option.
    #[must_use]
    pub fn is_excluded(&self, name: &str, set: &[Setting]) -> bool {
        set.iter().any(|setting| setting.is_active() && self.conflict(&setting.name, name))
    }

    /// Two of one layer that cannot be meant together.
    ///
    /// # Errors
    /// Usage, naming both.
    pub fn check_together(&self, layer: &[Setting]) -> Result<(), LayerError> {
        let active = || layer.iter().filter(|setting| setting.is_active());
        for (at, one) in active().enumerate() {
            let other = active().take(at).find(|other| other.name == one.name || self.conflict(&one.name, &other.name));
            let Some(other) = other else { continue };
            return Err(LayerError::usage(match (&other.source, &one.source) {
                (Source::Profile { line, .. }, Source::Profile { .. }) => {
                    format!("{}: {} cannot be used with {} (line {line})", one.source, one.name, other.name)
                }
                (other, one) => format!("{one} cannot be used with {other}"),
            }));
        }
        Ok(())
    }
}

pub(super) fn is_switch(arg: &Arg) -> bool {
    matches!(arg.get_action(), ArgAction::SetTrue)
}

#[cfg(test)]
mod tests;
