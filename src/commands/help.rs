//! `mqx help`: prints the help of mqx or of one of its commands, or a page about what all of them share. How help is laid out is here, too.

use std::io::{self, IsTerminal as _};

use clap::builder::{PossibleValue, PossibleValuesParser};

use super::print;
use crate::args::layers;
use crate::error::Error;
use crate::exit::{self, Status};
use crate::text::escape;
use crate::ui::colour_allowed;

/// What `mqx help` takes.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mqx help pub
  mqx help topics
  mqx help broker passwd")]
pub struct Args {
    /// A command and one below it, or a page: topics, formats, exit, json or session
    #[arg(value_name = "COMMAND|PAGE", hide_possible_values = true)]
    command: Vec<String>,
}

impl Args {
    /// For the command with this name, or those names.
    #[must_use]
    pub const fn of(command: Vec<String>) -> Self {
        Self { command }
    }
}

/// What is on a page.
struct Page {
    name: &'static str,
    about: &'static str,
    text: fn() -> String,
}

const PAGES: &[Page] = &[
    Page {
        name: "topics",
        about: "Topics, filters and wildcards, and how a shell sees them",
        text: || include_str!("help/topics.txt").to_owned(),
    },
    Page {
        name: "formats",
        about: "How sub prints messages: -v, -F and others",
        text: || include_str!("help/formats.txt").to_owned(),
    },
    Page { name: "exit", about: "What an exit status means", text: exit_page },
    Page {
        name: "json",
        about: "The records of sub --json and pub --from-json",
        text: || include_str!("help/json.txt").to_owned(),
    },
    Page {
        name: "session",
        about: "Sessions, QoS, and what a dropped connection loses",
        text: || include_str!("help/session.txt").to_owned(),
    },
];

/// Prints a page, or the help of a command or of one of its subcommands.
///
/// # Errors
/// Usage, when there is none of that name; when stdout cannot be written.
pub fn run(args: &Args, mut command: clap::Command) -> Result<Status, Error> {
    if let [name] = &*args.command
        && let Some(page) = PAGES.iter().find(|page| page.name == name)
    {
        return print((page.text)().as_bytes());
    }
    command.build();
    let hint = names(&command);
    let mut found = &mut command;
    for name in &args.command {
        found = found.find_subcommand_mut(name).ok_or_else(|| {
            let message = format!("there is no command or page '{}'", escape(args.command.join(" ").as_bytes()));
            Error::usage(message).with_hint(hint.clone())
        })?;
    }
    let help = found.render_help();
    let colour = io::stdout().is_terminal() && colour_allowed();
    print(if colour { help.ansi().to_string() } else { help.to_string() }.as_bytes())
}

/// What help there is.
fn names(command: &clap::Command) -> String {
    let commands: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
    let pages: Vec<&str> = PAGES.iter().map(|page| page.name).collect();
    format!("the commands are {}; the pages are {}", commands.join(", "), pages.join(", "))
}

/// Names in the completions of `mqx help` what there is help for: the commands, each with what it does, and the pages.
#[must_use]
pub fn with_names(root: clap::Command, commands: impl Iterator<Item = (&'static str, &'static str)>) -> clap::Command {
    let names = commands.chain(PAGES.iter().map(|page| (page.name, page.about)));
    let names: Vec<PossibleValue> = names.map(|(name, about)| PossibleValue::new(name).help(about)).collect();
    root.mut_subcommand("help", |help| help.mut_arg("command", |arg| arg.value_parser(PossibleValuesParser::new(names))))
}

/// How a client's options spell what has a unit.
pub(super) const UNITS: &str = "D is seconds, or has a unit: 1.5 500ms 3s 2m 1h. SIZE is bytes, or has a unit: 64k 1MiB.";

/// Lays help out: what to type every day stands before all that can be typed.
#[must_use]
pub fn laid_out(command: clap::Command) -> clap::Command {
    let template = "{about-with-newline}\n{usage-heading} {usage}{after-help}\n\n{all-args}";
    let units = if layers::takes_part(&command) { format!("\n\n{UNITS}") } else { String::new() };
    let command = if command.get_after_help().is_some() { command.help_template(format!("{template}{units}")) } else { command };
    command.mut_subcommands(laid_out)
}

/// The pages and the exit statuses, which stand below the help of mqx itself.
#[must_use]
pub fn below() -> String {
    let mut text = "Pages of help:\n".to_owned();
    for page in PAGES {
        text += &format!("  mqx help {:<8}  {}\n", page.name, page.about);
    }
    text + "\n" + &exit_statuses()
}

/// The table of `exit`, in lines of at most 100 columns.
fn exit_statuses() -> String {
    let mut text = "Exit status:".to_owned();
    for (code, meaning) in exit::TABLE {
        let mut line = format!("\n  {code:<15} ");
        for word in meaning.split(' ') {
            if line.len() + word.len() > 100 {
                text.push_str(&line);
                line = format!("\n{:18}", "");
            }
            line.extend([" ", word]);
        }
        text.push_str(&line);
    }
    text
}

fn exit_page() -> String {
    let rest = "\n
When several are true: 1, then what ended the run (a signal, 27, 6, 4, or 5 by DISCONNECT), then 7,
then 5. A filter or a message that is rejected is a warning, and the rest goes on; the end is 5.

A run that goes on until it is ended (mqx sub, mqx sim-temp) has done what was asked for when a
signal ends it and nothing is unacknowledged: 0. -W D ends any run with 27 after D, --for D with 0.

  mqx sub -C 1 -W 5 lamp/hall || echo \"no lamp: $?\"
";
    exit_statuses() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_fit() {
        for page in PAGES {
            let text = (page.text)();
            assert!(text.lines().count() <= 60, "{}: {} lines", page.name, text.lines().count());
            for line in text.lines() {
                assert!(line.chars().count() <= 100, "{}: {line}", page.name);
            }
            assert!(text.ends_with('\n') && !text.contains('\t'), "{}", page.name);
        }
    }

    #[test]
    fn the_page_of_the_exit_status_is_the_table() {
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let rows = exit::TABLE.iter().map(|(code, meaning)| words(&format!("{code} {meaning}")));
        let table = format!("Exit status: {} When", rows.collect::<Vec<_>>().join(" "));
        assert!(words(&exit_page()).starts_with(&table), "{}", exit_page());
    }

    /// A field of a record that is printed is on the page.
    #[test]
    fn the_page_of_json_has_every_field() {
        let page = include_str!("help/json.txt");
        let record: serde_json::Value = serde_json::from_str(crate::mqtt::record::samples::LINE).unwrap();
        for field in record.as_object().unwrap().keys() {
            assert!(page.lines().any(|line| line.trim_start().starts_with(&format!("{field} "))), "{field}");
        }
    }
}
