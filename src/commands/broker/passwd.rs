//! `mqx broker passwd`: makes a line of a users file.

use std::io::{self, IsTerminal as _, Read as _};

use crate::args::ArgsError;
use crate::broker::{check_user_name, user_line};
use crate::commands::print;
use crate::error::Error;
use crate::exit::Status;
use crate::mqtt::topic::MAX_STRING;
use crate::text::Secret;
use crate::ui::{self, AskError};

/// What `mqx broker passwd` takes.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
The password is asked for twice on a terminal, else it is the first line of stdin.

Examples:
  mqx broker passwd ann >> users.txt
  mqx broker passwd bob
  mqx broker passwd ann < password.txt >> users.txt")]
pub struct Args {
    /// The user
    name: String,
}

/// Prints the line.
///
/// # Errors
/// A name or a password that cannot be, passwords that differ, stdin or stdout that fail.
pub(super) fn run(args: &Args) -> Result<Status, Error> {
    check_user_name(&args.name).map_err(Error::usage)?;
    let password = if io::stdin().is_terminal() { typed()? } else { first_line()? };
    if password.expose().is_empty() {
        return Err(Error::usage("the password is empty"));
    }
    if password.expose().len() > MAX_STRING {
        return Err(Error::usage("the password is longer than 65,535 bytes"));
    }
    let line = user_line(&args.name, &password).map_err(Error::local)?;
    print(format!("{line}\n").as_bytes())
}

/// Asks twice, without echo.
fn typed() -> Result<Secret, Error> {
    let first = ask("password: ")?;
    if ask("the same again: ")? == first {
        return Ok(first);
    }
    Err(Error::usage("the passwords differ"))
}

fn ask(question: &str) -> Result<Secret, Error> {
    ui::ask_secret(question).map_err(|error| match error {
        AskError::Interrupted(signal) => ArgsError::Interrupted(signal).into(),
        AskError::Terminal(error) => Error::system("read the password", &error),
    })
}

/// The first line, without its end; bytes, as MQTT has them.
fn first_line() -> Result<Secret, Error> {
    let mut line = Vec::new();
    // Room for the end of the line, and a byte that is too many.
    let read = io::stdin().lock().take(MAX_STRING as u64 + 3).read_to_end(&mut line);
    read.map_err(|error| Error::system("read the password", &error))?;
    let mut password = line.split(|byte| *byte == b'\n').next().unwrap_or_default();
    if line.len() > password.len() {
        password = password.strip_suffix(b"\r").unwrap_or(password);
    }
    Ok(Secret::new(password.to_vec()))
}
