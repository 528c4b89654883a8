//! `mqx man`: prints the manual page, all subcommands included.

use std::io;

use clap_mangen::Man;

use super::help::UNITS;
use super::print;
use crate::args::layers;
use crate::error::Error;
use crate::exit::{self, Status};

/// What `mqx man` takes.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mqx man > ~/.local/share/man/man1/mqx.1
  mqx man > mqx.1 && man ./mqx.1
  mqx man | man -l -")]
pub struct Args {}

/// Prints the manual page of a command.
///
/// # Errors
/// When stdout cannot be written.
pub fn run(command: clap::Command) -> Result<Status, Error> {
    let page = page(command).map_err(|error| Error::system("make the manual page", &error))?;
    print(page.as_bytes())
}

/// The whole page: what the command is, a section for each subcommand, and the exit statuses.
fn page(mut command: clap::Command) -> io::Result<String> {
    command.build();
    let subcommands: Vec<clap::Command> = command.get_subcommands().cloned().collect();
    let man = Man::new(command);
    let mut page = Vec::new();
    // The title carries the preamble that the rest of the page needs.
    man.render_title(&mut page)?;
    let mut page = String::from_utf8_lossy(&page).into_owned();
    page += &part(|out| man.render_name_section(out))?;
    page += &part(|out| man.render_synopsis_section(out))?;
    page += &part(|out| man.render_options_section(out))?;
    for subcommand in subcommands {
        page += &sections(subcommand)?;
    }
    page += ".SH \"EXIT STATUS\"\n";
    for (code, meaning) in exit::TABLE {
        page += &format!(".TP\n{code}\n{}\n", meaning.replace('-', "\\-"));
    }
    Ok(page)
}

/// A subcommand, then those below it.
fn sections(command: clap::Command) -> io::Result<String> {
    let below: Vec<clap::Command> = command.get_subcommands().cloned().collect();
    let mut text = section(command)?;
    for command in below {
        text += &sections(command)?;
    }
    Ok(text)
}

/// One subcommand: its name and what it does, its options and examples as subsections.
fn section(command: clap::Command) -> io::Result<String> {
    let name = command.get_bin_name().unwrap_or_default().to_owned();
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    let has_examples = command.get_after_help().is_some();
    let units = if layers::takes_part(&command) { format!(".PP\n{UNITS}\n") } else { String::new() };
    let man = Man::new(command);
    let synopsis = part(|out| man.render_synopsis_section(out))?;
    let options = part(|out| man.render_options_section(out))?.replace(".SH ", ".SS ");
    // Examples keep their lines.
    let examples = part(|out| man.render_extra_section(out))?;
    let examples = examples.replacen(".SH EXTRA\n", ".SS EXAMPLES\n.nf\n", 1).replace("Examples:\n", "");
    let synopsis = synopsis.replacen(".SH SYNOPSIS\n", "", 1);
    let name = name.replace('-', "\\-").to_uppercase();
    let examples = if has_examples { examples + ".fi\n" } else { String::new() };
    Ok(format!(".SH \"{name}\"\n{about}\n.PP\n{synopsis}{options}{units}{examples}"))
}

/// One rendered part, without the preamble that comes with each.
fn part(render: impl Fn(&mut dyn io::Write) -> io::Result<()>) -> io::Result<String> {
    let mut text = Vec::new();
    render(&mut text)?;
    let text = String::from_utf8_lossy(&text).into_owned();
    Ok(text.find(".SH ").map_or_else(String::new, |begin| text.split_at(begin).1.to_owned()))
}
