//! Profiles: named settings of the connection in one TOML file, read for `--profile NAME` and by `mqx profile`.
//!
//! One file, `mqx/profiles.toml` in the folder for configuration, with a table a profile.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use clap::Arg;
use etcetera::BaseStrategy as _;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::layers::{Given, LayerError, REFERENCED, Setting, Shared, Source, is_switch, nearest};
use super::secret::SecretSource;
use super::shown;
use crate::net::Url;
use crate::payload::read_small;
use crate::text::{escape, os_error};

/// The long name of the option that names a profile.
pub const OPTION: &str = "profile";

/// The option that names a profile. `app` adds it, since it is read before the others are.
#[must_use]
pub fn option() -> Arg {
    let help = "Take settings from this profile; mqx profile --help says more";
    Arg::new(OPTION).long(OPTION).value_name("NAME").help(help).help_heading("Connection")
}

/// Where profiles are: `$XDG_CONFIG_HOME/mqx` or `~/.config/mqx`, on Windows `%APPDATA%\mqx`.
///
/// # Errors
/// When there is no home folder.
pub fn path() -> Result<PathBuf, LayerError> {
    match etcetera::choose_base_strategy() {
        Ok(strategy) => Ok(strategy.config_dir().join("mqx").join("profiles.toml")),
        Err(_) => Err(LayerError::local("there is no home folder, so there are no profiles").with_hint("HOME names it")),
    }
}

/// The file of the profiles. Has no `Debug`: someone may have written a password into it.
pub struct Profiles {
    path: PathBuf,
    text: String,
}

impl Profiles {
    /// Reads the file; `None` if there is none.
    ///
    /// # Errors
    /// Local: it cannot be read, is no text, or others can write it, and so say what is run and where a password goes.
    pub fn open(path: &Path) -> Result<Option<Self>, LayerError> {
        let shown = escape(path.as_os_str().as_encoded_bytes());
        let failed = |error: &io::Error| LayerError::local(format!("cannot read {shown}: {}", os_error::describe(error)));
        let bytes = match read_small(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            result => result.map_err(|error| failed(&error))?,
        };
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(path).map_err(|error| failed(&error))?.permissions().mode();
            if mode & 0o022 != 0 {
                let message = format!("others can write {shown}, so it is not used");
                return Err(LayerError::local(message).with_hint(format!("chmod 600 {shown}")));
            }
        }
        let text = String::from_utf8(bytes).map_err(|_| LayerError::local(format!("{shown} is not UTF-8")))?;
        Ok(Some(Self { path: path.to_owned(), text }))
    }

    /// The names of the profiles, in the order of the file.
    ///
    /// # Errors
    /// Local: it is no TOML.
    pub fn names(&self) -> Result<Vec<String>, LayerError> {
        Ok(self.tables()?.into_iter().map(|(name, _)| name).collect())
    }

    /// What a profile sets.
    ///
    /// # Errors
    /// Usage: there is no such profile, or it has two settings that exclude each other. Local: it is no TOML, has a key that is no
    /// option, a value of a wrong type, or a secret written out.
    pub fn settings(&self, name: &str, shared: &Shared) -> Result<Vec<Setting>, LayerError> {
        let tables = self.tables()?;
        let Some((_, table)) = tables.iter().find(|(known, _)| known == name) else {
            return Err(missing(name, &self.path, nearest(name, tables.iter().map(|(known, _)| &**known))));
        };
        let table = match table.get_ref() {
            DeValue::Table(table) => table,
            _ => {
                return Err(self
                    .wrong(table.span(), &format!("'{}' is in no profile", shown(name.as_bytes())))
                    .with_hint("[NAME] begins one"));
            }
        };
        let mut settings = Vec::new();
        for (key, value) in table {
            let line = self.line(&key.span());
            let source = Source::Profile { name: name.to_owned(), line };
            settings.push(self.setting(key.get_ref(), value.get_ref(), source, shared)?);
        }
        settings.sort_by_key(|setting| if let Source::Profile { line, .. } = setting.source { line } else { 0 });
        shared.check_together(&settings)?;
        Ok(settings)
    }

    /// Everything that is wrong with it, a profile at a time.
    #[must_use]
    pub fn check(&self, shared: &Shared) -> Vec<LayerError> {
        let names = match self.names() {
            Ok(names) => names,
            Err(error) => return vec![error],
        };
        let checked = |name: &String| self.settings(name, shared).and_then(|settings| shared.check(&settings)).err();
        names.iter().filter_map(checked).collect()
    }

    /// The tables in the order of the file.
    fn tables(&self) -> Result<Vec<(String, Spanned<DeValue<'_>>)>, LayerError> {
        let root = DeTable::parse(&self.text).map_err(|error| self.wrong(error.span().unwrap_or_default(), error.message()))?;
        let tables = root.into_inner().into_iter();
        let mut tables: Vec<_> = tables.map(|(name, table)| (name.span().start, name.into_inner().into_owned(), table)).collect();
        tables.sort_by_key(|(start, ..)| *start);
        Ok(tables.into_iter().map(|(_, name, table)| (name, table)).collect())
    }

    fn line(&self, span: &Range<usize>) -> usize {
        let before = self.text.as_bytes().get(..span.start).unwrap_or_default();
        before.iter().filter(|byte| **byte == b'\n').count() + 1
    }

    fn wrong(&self, span: Range<usize>, why: &str) -> LayerError {
        let path = escape(self.path.as_os_str().as_encoded_bytes());
        LayerError::local(format!("{path}, line {}: {why}", self.line(&span)))
    }

    /// One line of a profile.
    fn setting(&self, key: &str, value: &DeValue<'_>, source: Source, shared: &Shared) -> Result<Setting, LayerError> {
        let wrong = |why: String| LayerError::local(format!("{source}: {why}"));
        if REFERENCED.contains(&key) {
            const FORMS: &str = "\"env:NAME\", \"file:PATH\", \"cmd:COMMAND\" or \"prompt\" says where it is";
            let reference = value.as_str().filter(|text| SecretSource::of(text).is_some());
            let Some(reference) = reference else {
                return Err(wrong(format!("a {key} is not written into a profile")).with_hint(FORMS));
            };
            let name = format!("{key}-from");
            if shared.option(&name).is_some() {
                return Ok(Setting { name, given: Given::Values(vec![self.reference(reference)]), source });
            }
        }
        let Some(arg) = shared.option(key) else {
            let error = wrong(format!("there is no option '{}'", shown(key.as_bytes())));
            return Err(match shared.nearest(key) {
                Some(near) => error.with_hint(format!("'{near}' is near")),
                None => error.with_hint("keys are the long names of options, as in mqx sub --help"),
            });
        };
        let parts = || value.as_array().map_or_else(|| vec![value], |parts| parts.iter().map(Spanned::get_ref).collect());
        if key == "url" && parts().into_iter().filter_map(DeValue::as_str).any(has_password) {
            let hint = "leave it out of the URL; password = \"env:NAME\" says where it is";
            return Err(wrong("a password is not written into a profile".to_owned()).with_hint(hint));
        }
        let one = |value: &DeValue<'_>| {
            let text = scalar(value)?;
            Some(if Shared::is_path(arg) {
                self.beside(&text)
            } else if REFERENCED.iter().any(|name| key.strip_suffix("-from") == Some(name)) {
                self.reference(&text)
            } else {
                text.into()
            })
        };
        let given = match value {
            DeValue::Boolean(on) if is_switch(arg) => Some(Given::Switch(*on)),
            _ if is_switch(arg) => None,
            DeValue::Array(_) if Shared::is_list(arg) => parts().into_iter().map(one).collect::<Option<_>>().map(Given::Values),
            value => one(value).map(|value| Given::Values(vec![value])),
        };
        let expected = match arg {
            arg if is_switch(arg) => "true or false",
            arg if Shared::is_list(arg) => "a string or an array of strings",
            _ => "a string or a number",
        };
        match given {
            Some(given) => Ok(Setting { name: key.to_owned(), given, source }),
            None => Err(wrong(format!("{key} is {expected}, not {}", type_of(value)))),
        }
    }

    /// A path as meant: below the home folder after `~/`, else from the folder of the file, wherever a run is started.
    fn beside(&self, text: &str) -> OsString {
        let folder = self.path.parent().unwrap_or(Path::new(""));
        match (text.strip_prefix("~/"), etcetera::home_dir()) {
            (Some(below), Ok(home)) => home.join(below),
            _ => folder.join(text),
        }
        .into_os_string()
    }

    fn reference(&self, text: &str) -> OsString {
        match text.strip_prefix("file:").filter(|path| !path.is_empty()) {
            None => text.into(),
            Some(path) => {
                let mut reference = OsString::from("file:");
                reference.push(self.beside(path));
                reference
            }
        }
    }
}

/// What the profile with this name sets.
///
/// # Errors
/// As [`Profiles::open`] and [`Profiles::settings`]; usage, too, when there is no file.
pub fn load(name: &str, shared: &Shared) -> Result<Vec<Setting>, LayerError> {
    let path = path()?;
    Profiles::open(&path)?.map_or_else(|| Err(missing(name, &path, None)), |profiles| profiles.settings(name, shared))
}

fn missing(name: &str, path: &Path, near: Option<&str>) -> LayerError {
    let path = escape(path.as_os_str().as_encoded_bytes());
    let near = near.map(|near| format!("'{}' is near; ", shown(near.as_bytes()))).unwrap_or_default();
    LayerError::usage(format!("there is no profile '{}' in {path}", shown(name.as_bytes())))
        .with_hint(format!("{near}mqx profile list names all, mqx profile edit makes one"))
}

fn has_password(url: &str) -> bool {
    match Url::parse(url) {
        Ok(url) => url.password.is_some(),
        // Whatever it is, what looks like one is not kept.
        Err(_) => {
            url.rsplit_once('@').is_some_and(|(before, _)| before.split_once("://").map_or(before, |it| it.1).contains(':'))
        }
    }
}

/// A single value as it would be typed.
fn scalar(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.clone().into_owned()),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).ok().map(|number| number.to_string()),
        DeValue::Float(number) => number.as_str().parse::<f64>().ok().filter(|it| it.is_finite()).map(|it| it.to_string()),
        _ => None,
    }
}

const fn type_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "an array",
        DeValue::Table(_) => "a table",
    }
}

#[cfg(test)]
mod tests;
