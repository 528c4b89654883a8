//! `mqx completions`: prints what a shell needs to complete mqx's command lines.

use clap_complete::Shell;

use super::print;
use crate::error::Error;
use crate::exit::Status;

/// What `mqx completions` takes.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mqx completions bash > ~/.local/share/bash-completion/completions/mqx
  mqx completions zsh > ~/.zfunc/_mqx
  mqx completions fish > ~/.config/fish/completions/mqx.fish")]
pub struct Args {
    /// The shell
    shell: Shell,
}

/// Prints the completions of a command.
///
/// # Errors
/// When stdout cannot be written.
pub fn run(args: &Args, mut command: clap::Command) -> Result<Status, Error> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut command, "mqx", &mut text);
    print(&text)
}
