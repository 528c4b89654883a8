//! What `mqx profile show` prints: the settings in effect and where each comes from.

use serde_json::json;

use crate::args::layers::{self, Environment, Shared};
use crate::error::Error;

/// One setting in effect.
#[derive(Debug)]
pub(super) struct Row {
    /// The long name of the option.
    name: String,
    /// Its values, secrets starred.
    values: Vec<String>,
    /// Who says so.
    source: String,
}

/// The settings in effect, in the order of the options; what is not set and has no default is left out. No reference is resolved.
pub(super) fn rows(profile: Option<String>, only: Option<&str>, command: &clap::Command) -> Result<Vec<Row>, Error> {
    let known = only.map(|only| options_of(only, command)).transpose()?;
    let shared = Shared::new();
    let merged = shared.merge(layers::below(&shared, &Environment::here(), profile)?);
    shared.check(&merged)?;
    let row = |arg: &clap::Arg| {
        let name = arg.get_long().filter(|name| known.as_ref().is_none_or(|known| known.contains(name)))?;
        let (values, source) = match merged.iter().find(|setting| setting.name == name) {
            Some(setting) => (shared.shown(setting), setting.source.to_string()),
            None if shared.is_excluded(name, &merged) => return None,
            None => (vec![default(arg)?], "default".to_owned()),
        };
        Some(Row { name: name.to_owned(), values, source })
    };
    Ok(shared.args().filter_map(row).collect())
}

/// The long names of a command's options.
fn options_of<'a>(name: &str, command: &'a clap::Command) -> Result<Vec<&'a str>, Error> {
    let clients = || command.get_subcommands().filter(|command| layers::takes_part(command));
    match clients().find(|command| command.get_name() == name) {
        Some(command) => Ok(command.get_arguments().filter_map(clap::Arg::get_long).collect()),
        None => {
            let names: Vec<&str> = clients().map(clap::Command::get_name).collect();
            let message = format!("--for: '{name}' is no command that connects to a broker");
            Err(Error::usage(message).with_hint(names.join(", ")))
        }
    }
}

/// The value that an option has by itself: clap's, or what its help says.
fn default(arg: &clap::Arg) -> Option<String> {
    if let [value, ..] = arg.get_default_values() {
        // A switch that is off is nothing to tell.
        return arg.get_action().takes_values().then(|| value.to_string_lossy().into_owned());
    }
    let help = arg.get_help()?.to_string();
    let (_, behind) = help.split_once("[default: ")?;
    behind.split_once(']').map(|(default, _)| default.to_owned())
}

/// Option, value, source, in columns.
pub(super) fn columns(rows: &[Row]) -> Vec<String> {
    let cells = rows.iter().map(|row| (&*row.name, row.values.join(", "), &*row.source));
    let cells: Vec<(&str, String, &str)> = cells.collect();
    let width = |cell: fn(&(&str, String, &str)) -> usize| cells.iter().map(cell).max().unwrap_or(0);
    let (names, values) = (width(|cell| cell.0.chars().count()), width(|cell| cell.1.chars().count()));
    cells.iter().map(|(name, value, source)| format!("{name:names$}  {value:values$}  {source}")).collect()
}

/// A JSON object a line; the values of a list are an array.
pub(super) fn json(rows: &[Row]) -> String {
    let value = |row: &Row| match &*row.values {
        [value] => json!(value),
        values => json!(values),
    };
    let line = |row: &Row| format!("{}\n", json!({ "option": row.name, "value": value(row), "source": row.source }));
    rows.iter().map(line).collect()
}
