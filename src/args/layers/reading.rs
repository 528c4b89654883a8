//! Reading a layer: the environment into settings, and each value by the parser of its option.

use std::ffi::{OsStr, OsString};
use std::num::{IntErrorKind, ParseIntError};

use clap::builder::ValueHint;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command};

use super::value::starred;
use super::{Given, LayerError, REFERENCED, Setting, Shared, Source, is_switch, variable};
use crate::args::secret::SecretSource;
use crate::args::shown;

/// The variables of the environment that may be ours. Has no `Debug`: there are passwords in it.
pub struct Environment(Vec<(String, OsString)>);

impl Environment {
    /// Those of this process; one that is empty is as good as not set.
    #[must_use]
    pub fn here() -> Self {
        Self::of(std::env::vars_os())
    }

    pub(super) fn of(variables: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        let ours =
            variables.into_iter().filter(|(name, value)| name.as_encoded_bytes().starts_with(b"MQX_") && !value.is_empty());
        Self(ours.filter_map(|(name, value)| Some((name.into_string().ok()?, value))).collect())
    }

    /// Whether there is nothing to look at.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value of a variable.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&OsStr> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| &**value)
    }
}

impl Shared {
    /// What the environment sets.
    ///
    /// # Errors
    /// Usage: a switch that is neither on nor off, or two variables that exclude each other.
    pub fn environment(&self, environment: &Environment) -> Result<Vec<Setting>, LayerError> {
        let mut settings = Vec::new();
        for arg in self.args() {
            let Some(name) = arg.get_long() else { continue };
            let variable = variable(name);
            let Some(value) = environment.get(&variable) else { continue };
            let given = if is_switch(arg) { Given::Switch(switch(&variable, value)?) } else { Given::Values(vec![value.into()]) };
            settings.push(Setting { name: name.to_owned(), given, source: Source::Variable(variable) });
        }
        self.check_together(&settings)?;
        Ok(settings)
    }

    /// Whether an option takes several values.
    pub(in crate::args) fn is_list(arg: &Arg) -> bool {
        matches!(arg.get_action(), ArgAction::Append)
    }

    /// Whether an option names a file.
    pub(in crate::args) fn is_path(arg: &Arg) -> bool {
        matches!(arg.get_value_hint(), ValueHint::AnyPath | ValueHint::FilePath | ValueHint::DirPath)
    }

    /// The option with a long name, for those who read a layer.
    pub(in crate::args) fn option(&self, name: &str) -> Option<&Arg> {
        self.arg(name)
    }

    /// The name of an option that is nearest to one that is none.
    #[must_use]
    pub fn nearest(&self, name: &str) -> Option<&str> {
        nearest(name, self.args().filter_map(Arg::get_long).chain(REFERENCED))
    }

    /// Has each value read by the parser of its option.
    ///
    /// # Errors
    /// Usage: the layer, the value unless it is a secret, and what is wrong with it.
    pub fn check(&self, settings: &[Setting]) -> Result<(), LayerError> {
        settings.iter().filter(|setting| setting.source != Source::Typed).try_for_each(|setting| self.check_one(setting))
    }

    fn check_one(&self, setting: &Setting) -> Result<(), LayerError> {
        let (Given::Values(values), Some(arg)) = (&setting.given, self.arg(&setting.name)) else { return Ok(()) };
        if is_reference(&setting.name) {
            let known = values.iter().all(|value| value.to_str().and_then(SecretSource::of).is_some());
            let why = format!("{}: a secret is not written here, but where it is", setting.source);
            let error = || LayerError::usage(why).with_hint("env:NAME, file:PATH, cmd:COMMAND or prompt");
            return if known { Ok(()) } else { Err(error()) };
        }
        // The option without its ties to others, and by itself.
        let alone = Arg::new("value").long("value").action(ArgAction::Set).value_parser(arg.get_value_parser().clone());
        let command = Command::new("layer").no_binary_name(true).disable_help_flag(true).arg(alone);
        for value in values {
            let mut word = OsString::from("--value=");
            word.push(value);
            let Err(error) = command.clone().try_get_matches_from([word]) else { continue };
            let secret = self.is_secret(&setting.name);
            let shown = if secret { String::new() } else { format!("'{}': ", shown(value.as_encoded_bytes())) };
            return Err(LayerError::usage(format!("{}: {shown}{}", setting.source, reason(&error))));
        }
        Ok(())
    }

    /// The values of a setting for a person, secrets starred.
    #[must_use]
    pub fn shown(&self, setting: &Setting) -> Vec<String> {
        let values = match &setting.given {
            Given::Switch(on) => return vec![on.to_string()],
            Given::Values(values) => values,
        };
        let one = |value: &OsString| {
            let text = value.to_string_lossy();
            match &*setting.name {
                "url" => starred(&text),
                // The name alone: what is behind it may let somebody in.
                "ws-header" => format!("{}: ***", text.split_once(':').map_or("", |(name, _)| name)),
                name if is_reference(name) && SecretSource::of(&text).is_some() => text.into_owned(),
                name if is_reference(name) || self.is_secret(name) => "***".to_owned(),
                _ => text.into_owned(),
            }
        };
        values.iter().map(one).collect()
    }
}

/// Whether an option's value says where a secret is.
fn is_reference(name: &str) -> bool {
    name.strip_suffix("-from").is_some_and(|secret| REFERENCED.contains(&secret))
}

/// A variable that is a switch.
fn switch(name: &str, value: &OsStr) -> Result<bool, LayerError> {
    match value.to_str().map(str::to_ascii_lowercase).as_deref() {
        Some("1" | "true" | "yes" | "on") => Ok(true),
        Some("0" | "false" | "no" | "off") => Ok(false),
        _ => {
            let shown = shown(value.as_encoded_bytes());
            Err(LayerError::usage(format!("{name}: '{shown}' is neither yes nor no"))
                .with_hint("1, true, yes and on are yes; 0, false, no and off are no"))
        }
    }
}

/// Why a value is none, in our words; nothing of it is clap's wording.
fn reason(error: &clap::Error) -> String {
    if error.kind() == ErrorKind::InvalidUtf8 {
        return "it is not UTF-8".to_owned();
    }
    if let Some(ContextValue::Strings(valid)) = error.get(ContextKind::ValidValue) {
        return format!("it is one of {}", valid.join(", "));
    }
    let source = std::error::Error::source(error);
    match source.and_then(|source| source.downcast_ref::<ParseIntError>()).map(ParseIntError::kind) {
        Some(IntErrorKind::PosOverflow | IntErrorKind::NegOverflow) => "the number is too large".to_owned(),
        Some(_) => "it is no whole number".to_owned(),
        None => {
            let told = source.map_or_else(|| "it means nothing here".to_owned(), ToString::to_string);
            let range = told.split_once(" is not in ").and_then(|(_, range)| range.split_once("..="));
            range.map_or(told.clone(), |(first, last)| format!("it is a number from {first} to {last}"))
        }
    }
}

/// The name that is most like one that is none.
pub(in crate::args) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let likeness = |known: &str| strsim::jaro_winkler(name, known);
    let best = known.into_iter().map(|known| (likeness(known), known)).max_by(|(one, _), (other, _)| one.total_cmp(other));
    best.filter(|(likeness, _)| *likeness > 0.7).map(|(_, known)| known)
}
