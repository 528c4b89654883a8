//! `mqx help`: prints the help of mqx or of one of its commands.

use std::io::{self, IsTerminal as _};

use super::print;
use crate::error::Error;
use crate::exit::Status;
use crate::text::escape;
use crate::ui::colour_allowed;

/// What `mqx help` takes.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Example:
  mqx help pub")]
pub struct Args {
    /// The command
    command: Option<String>,
}

impl Args {
    /// For the command with this name.
    #[must_use]
    pub fn of(command: &str) -> Self {
        Self { command: Some(command.to_owned()) }
    }
}

/// Prints the help of a command or of one of its subcommands.
///
/// # Errors
/// Usage, when there is no such subcommand; when stdout cannot be written.
pub fn run(args: &Args, mut command: clap::Command) -> Result<Status, Error> {
    command.build();
    let help = match &args.command {
        None => command.render_help(),
        Some(name) => match command.find_subcommand_mut(name) {
            Some(subcommand) => subcommand.render_help(),
            None => {
                let message = format!("there is no command '{}'", escape(name.as_bytes()));
                return Err(Error::usage(message).with_hint("mqx help lists the commands"));
            }
        },
    };
    let colour = io::stdout().is_terminal() && colour_allowed();
    print(if colour { help.ansi().to_string() } else { help.to_string() }.as_bytes())
}
