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
    /// The command, and one below it
    command: Vec<String>,
}

impl Args {
    /// For the command with this name.
    #[must_use]
    pub fn of(command: &str) -> Self {
        Self { command: vec![command.to_owned()] }
    }
}

/// Prints the help of a command or of one of its subcommands.
///
/// # Errors
/// Usage, when there is no such subcommand; when stdout cannot be written.
pub fn run(args: &Args, mut command: clap::Command) -> Result<Status, Error> {
    command.build();
    let mut found = &mut command;
    for name in &args.command {
        found = found.find_subcommand_mut(name).ok_or_else(|| {
            let message = format!("there is no command '{}'", escape(args.command.join(" ").as_bytes()));
            Error::usage(message).with_hint("mqx help lists the commands")
        })?;
    }
    let help = found.render_help();
    let colour = io::stdout().is_terminal() && colour_allowed();
    print(if colour { help.ansi().to_string() } else { help.to_string() }.as_bytes())
}
