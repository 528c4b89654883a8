//! `mqx man`: prints the manual page, all subcommands included.

use std::io;

use clap_mangen::Man;

use super::print;
use crate::error::Error;
use crate::exit::Status;

/// What `mqx man` takes.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Example:
  mqx man > ~/.local/share/man/man1/mqx.1")]
pub struct Args {}

/// Prints the manual page of a command.
///
/// # Errors
/// When stdout cannot be written.
pub fn run(command: clap::Command) -> Result<Status, Error> {
    let page = page(command).map_err(|error| Error::system("make the manual page", &error))?;
    print(&page)
}

/// The whole page: the command's own sections, then one section a subcommand.
fn page(mut command: clap::Command) -> io::Result<Vec<u8>> {
    command.build();
    let subcommands: Vec<clap::Command> = command.get_subcommands().cloned().collect();
    let mut page = Vec::new();
    Man::new(command).render(&mut page)?;
    for subcommand in subcommands {
        page.extend_from_slice(section(subcommand)?.as_bytes());
    }
    Ok(page)
}

/// One subcommand, its sections made into subsections.
fn section(command: clap::Command) -> io::Result<String> {
    let title = command.get_bin_name().unwrap_or_default().to_uppercase();
    let man = Man::new(command);
    let mut text = Vec::new();
    man.render_description_section(&mut text)?;
    man.render_synopsis_section(&mut text)?;
    man.render_options_section(&mut text)?;
    man.render_extra_section(&mut text)?;
    let text = String::from_utf8_lossy(&text).replace("\n.SH ", "\n.SS ");
    // A preamble of macros comes with each rendered part; the page has it once, at its head.
    let body = text.find(".SH ").map_or(&*text, |begin| text.split_at(begin).1);
    Ok(format!(".SH \"{title}\"\n{}", body.replacen(".SH ", ".SS ", 1)))
}
