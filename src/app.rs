//! The root of the command line: which command was typed, and the runtime it gets. Called by `main`.

#[cfg(test)]
mod mosquitto;
mod reading;
#[cfg(test)]
mod readme;

use std::ffi::{OsStr, OsString};
use std::io;

use clap::builder::Resettable;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, ArgMatches, Args as _, FromArgMatches as _};
use tokio::runtime::Builder;

use crate::args::layers::{self, Layers, with_variables};
use crate::args::mosquitto::options as mosquitto_options;
use crate::args::profile as profile_file;
#[cfg(feature = "broker")]
use crate::commands::broker;
use crate::commands::{completions, help, man, profile, publish, reply, retained, rr, sim_temp, subscribe};
use crate::error::Error;
use crate::exit::Status;
use crate::text::escape;
use crate::text::escape::is_hazard;
use crate::ui::Ui;
use reading::{Refusal, parse};

/// What a person sees who types `mqx` and nothing else.
const EXAMPLES: [&str; 7] = [
    "mqx talks MQTT. Four ways to begin:",
    #[cfg(feature = "broker")]
    "  mqx sim-temp --embedded               a thermometer, with a broker of its own",
    #[cfg(not(feature = "broker"))]
    "  mqx sim-temp                          a thermometer",
    "  mqx sub TEMPERATURE                   what it measures, in another terminal",
    "  mqx sub 'encyclopedia/#'              everything below a topic",
    "  mqx pub encyclopedia/temperature hot  a message to a topic",
    "",
    "More: mqx --help",
];

/// What was typed.
#[derive(Debug)]
enum Command {
    Pub(Box<publish::Args>),
    Sub(Box<subscribe::Args>),
    Rr(Box<rr::Args>),
    Reply(Box<reply::Args>),
    Retained(Box<retained::Args>),
    SimTemp(Box<sim_temp::Args>),
    #[cfg(feature = "broker")]
    Broker(Box<broker::Args>),
    Profile(profile::Args),
    Completions(completions::Args),
    Man(man::Args),
    Help(help::Args),
}

/// One command of the command line.
struct Entry {
    name: &'static str,
    about: &'static str,
    /// Adds its arguments.
    declare: fn(clap::Command) -> clap::Command,
    /// Takes its arguments from what was typed.
    read: fn(&mut ArgMatches) -> Result<Command, clap::Error>,
}

/// All commands. A table rather than a derived enum, which declares the arguments of all of them at each start.
const COMMANDS: &[Entry] = &[
    Entry {
        name: "pub",
        about: "Publish a message, or each line of an input",
        declare: publish::Args::augment_args,
        read: |typed| Ok(Command::Pub(Box::new(publish::Args::from_arg_matches_mut(typed)?))),
    },
    Entry {
        name: "sub",
        about: "Print the messages of topics",
        declare: subscribe::Args::augment_args,
        read: |typed| Ok(Command::Sub(Box::new(subscribe::Args::from_arg_matches_mut(typed)?))),
    },
    Entry {
        name: "rr",
        about: "Publish a request and print its answers",
        declare: rr::Args::augment_args,
        read: |typed| Ok(Command::Rr(Box::new(rr::Args::from_arg_matches_mut(typed)?))),
    },
    Entry {
        name: "reply",
        about: "Answer requests",
        declare: reply::Args::augment_args,
        read: |typed| Ok(Command::Reply(Box::new(reply::Args::from_arg_matches_mut(typed)?))),
    },
    Entry {
        name: "retained",
        about: "List or clear what a broker retains",
        declare: retained::Args::augment_args,
        read: |typed| Ok(Command::Retained(Box::new(retained::Args::from_arg_matches_mut(typed)?))),
    },
    Entry {
        name: "sim-temp",
        about: "Simulate a thermometer that publishes what it measures",
        declare: sim_temp::Args::augment_args,
        read: |typed| Ok(Command::SimTemp(Box::new(sim_temp::Args::from_arg_matches_mut(typed)?))),
    },
    #[cfg(feature = "broker")]
    Entry {
        name: "broker",
        about: "Run a broker on this machine, to try things on",
        declare: broker::Args::augment_args,
        read: |typed| Ok(Command::Broker(Box::new(broker::Args::from_arg_matches_mut(typed)?))),
    },
    Entry {
        name: "profile",
        about: "Show and edit profiles: settings of the connection under a name",
        declare: profile::Args::augment_args,
        read: |typed| Ok(Command::Profile(profile::Args::from_arg_matches_mut(typed)?)),
    },
    Entry {
        name: "completions",
        about: "Print completions for a shell",
        declare: completions::Args::augment_args,
        read: |typed| Ok(Command::Completions(completions::Args::from_arg_matches_mut(typed)?)),
    },
    Entry {
        name: "man",
        about: "Print the manual page",
        declare: man::Args::augment_args,
        read: |typed| Ok(Command::Man(man::Args::from_arg_matches_mut(typed)?)),
    },
    Entry {
        name: "help",
        about: "Print the help of a command, or a page: topics, formats, exit, json, session",
        declare: help::Args::augment_args,
        read: |typed| Ok(Command::Help(help::Args::from_arg_matches_mut(typed)?)),
    },
];

/// Other names of commands, each with its own.
const ALIASES: &[(&str, &str)] = &[("request", "rr")];

impl Entry {
    /// The command that is called so.
    fn find(word: &OsStr) -> Option<&'static Self> {
        let name = ALIASES.iter().find(|(alias, _)| word == *alias).map_or(word, |(_, name)| OsStr::new(name));
        COMMANDS.iter().find(|entry| name == entry.name)
    }

    fn command(&self) -> clap::Command {
        let aliases = ALIASES.iter().filter(|(_, name)| *name == self.name).map(|(alias, _)| *alias);
        let command = (self.declare)(clap::Command::new(self.name)).about(self.about).visible_aliases(aliases);
        // Given here and not with the others, since they are read before them.
        with_help(if layers::takes_part(&command) {
            command.arg(profile_file::option()).args(mosquitto_options())
        } else {
            command
        })
    }
}

/// What holds for all commands.
fn root() -> clap::Command {
    clap::Command::new("mqx").args_override_self(true).disable_version_flag(true)
}

/// The whole command line, for what is made from it: help, completions, the manual page.
#[must_use]
pub fn command() -> clap::Command {
    let version = Arg::new("version").long("version").help("Print the version").action(ArgAction::Version);
    let root = root()
        .about("The MQTT command line: publish, subscribe, simulate, and a broker to try it on")
        .version(env!("CARGO_PKG_VERSION"))
        .arg(version)
        .override_usage("mqx COMMAND")
        .after_help(help::below());
    let names = COMMANDS.iter().map(|entry| (entry.name, entry.about));
    help::with_names(with_help(root).subcommands(COMMANDS.iter().map(Entry::command)), names)
}

/// The same with what only help says: the variable of each option, and what has a unit, laid out for a reader.
fn explained() -> clap::Command {
    with_variables(command()).mut_subcommands(help::laid_out)
}

/// Gives a command and all below it help that is the same on every terminal. `-h` is help only where it cannot be the host.
fn with_help(command: clap::Command) -> clap::Command {
    let has_host = command.get_arguments().any(|arg| arg.get_short() == Some('h'));
    let help = Arg::new("help").long("help").help("Print help").action(ArgAction::HelpShort).help_heading(Resettable::Reset);
    command
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .term_width(100)
        .arg(if has_host { help } else { help.short('h') })
        .mut_subcommands(with_help)
}

/// Runs one command line to its end and tells what went wrong.
pub fn run(words: impl IntoIterator<Item = OsString>) -> Status {
    let words: Vec<OsString> = words.into_iter().collect();
    let typed = parse(&words);
    let ui = Ui::new(matches!(&typed, Ok((Some(command), _)) if command.is_quiet()));
    let status = match typed {
        Ok((Some(command), layers)) => dispatch(command, ui.clone()).unwrap_or_else(|error| tell(&ui, &named(error, &layers))),
        Ok((None, _)) => {
            EXAMPLES.iter().for_each(|line| ui.note(line));
            Status::Usage
        }
        Err(Refusal::Layer(error)) => tell(&ui, &error.into()),
        Err(Refusal::Clap(error, origins)) => {
            let status = refuse(&error, words.get(1..).unwrap_or_default(), &ui);
            origins.iter().for_each(|origins| ui.hint(origins));
            status
        }
    };
    ui.flush();
    status
}

/// An error that names options as they are typed, with the layers that they came from in their place.
fn named(error: Error, layers: &Layers) -> Error {
    match error.status {
        Status::Usage => {
            let hint = error.hint.or_else(|| layers.rewritten(&error.message));
            Error { message: layers.relabel(&error.message), hint, ..error }
        }
        _ => error,
    }
}

fn tell(ui: &Ui, error: &Error) -> Status {
    ui.error(&error.message, error.hint.as_deref());
    error.status
}

/// The command that is typed and the one below it, by name; options between them are read over.
fn path(typed: &[OsString]) -> Vec<String> {
    let mut at = typed.first().and_then(|word| Entry::find(word)).map(Entry::command);
    let mut path: Vec<String> = at.iter().map(|command| command.get_name().to_owned()).collect();
    for word in typed.iter().skip(1) {
        if let Some(below) = at.as_ref().and_then(|command| command.find_subcommand(word)) {
            path.push(below.get_name().to_owned());
            at = Some(below.clone());
        }
    }
    path
}

/// Prints help, the version, or why a command line is none; clap knows which, and whether it goes to stdout or stderr.
fn refuse(error: &clap::Error, typed: &[OsString], ui: &Ui) -> Status {
    let path = path(typed);
    if error.kind() == ErrorKind::DisplayHelp && !path.is_empty() {
        // With what is only in help.
        return help::run(&help::Args::of(path), explained()).unwrap_or_else(|error| tell(ui, &error));
    }
    if !error.use_stderr() {
        return match error.print() {
            // A reader that went away has seen what it wanted.
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => tell(ui, &Error::system("write to stdout", &error)),
            _ => Status::Done,
        };
    }
    let text = error.render().to_string();
    if text.lines().any(|line| line.contains(is_hazard)) {
        // What was typed stands in it as it is, and a script may have had it from anywhere. clap's colours are left out then.
        text.lines().for_each(|line| ui.summary(&escape(line.as_bytes())));
    } else {
        // What cannot be written to stderr cannot be told either.
        let _ = error.print();
    }
    let is = |kind, text: &str| matches!(error.get(kind), Some(ContextValue::String(value)) if value.starts_with(text));
    let bare = matches!(error.get(ContextKind::InvalidValue), Some(ContextValue::String(value)) if value.is_empty());
    if error.kind() == ErrorKind::InvalidValue && bare && is(ContextKind::InvalidArg, "--host") {
        ui.hint("-h is the host; help is --help");
    }
    Status::Usage
}

fn dispatch(typed: Command, ui: Ui) -> Result<Status, Error> {
    match typed {
        Command::Pub(args) => block_on(&mut Builder::new_current_thread(), publish::run(*args, ui)),
        Command::Sub(args) => block_on(&mut Builder::new_current_thread(), subscribe::run(*args, ui)),
        Command::Rr(args) => block_on(&mut Builder::new_current_thread(), rr::run(*args, ui)),
        Command::Reply(args) => block_on(&mut Builder::new_current_thread(), reply::run(*args, ui)),
        Command::Retained(args) => block_on(&mut Builder::new_current_thread(), retained::run(*args, ui)),
        Command::SimTemp(args) => block_on(&mut Builder::new_current_thread(), sim_temp::run(*args, ui)),
        #[cfg(feature = "broker")]
        Command::Broker(args) => block_on(&mut Builder::new_multi_thread(), broker::run(*args, ui)),
        Command::Profile(args) => profile::run(&args, &command(), &ui),
        Command::Completions(args) => completions::run(&args, command()),
        Command::Man(man::Args {}) => man::run(explained()),
        Command::Help(args) => help::run(&args, explained()),
    }
}

/// Runs a command on a runtime of its own, and leaves without waiting for threads that may be blocked for good.
fn block_on(builder: &mut Builder, command: impl Future<Output = Result<Status, Error>>) -> Result<Status, Error> {
    let runtime = builder.enable_all().build().map_err(|error| Error::system("start", &error))?;
    let status = runtime.block_on(command);
    runtime.shutdown_background();
    status
}

impl Command {
    const fn is_quiet(&self) -> bool {
        match self {
            Self::Pub(args) => args.connect.quiet,
            Self::Sub(args) => args.connect.quiet,
            Self::Rr(args) => args.connect.quiet,
            Self::Reply(args) => args.connect.quiet,
            Self::Retained(args) => args.connect.quiet,
            Self::SimTemp(args) => args.connect.quiet,
            #[cfg(feature = "broker")]
            Self::Broker(args) => args.quiet,
            Self::Profile(_) | Self::Completions(_) | Self::Man(_) | Self::Help(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::negation::{opposite, with_negations};
    use crate::args::rare::without_rare;
    use crate::exit;

    #[test]
    fn the_command_line_is_sound() {
        command().debug_assert();
    }

    #[test]
    fn without_what_is_rare_it_is_sound_and_has_all_letters() {
        let (whole, lean) = (command(), without_rare(command));
        lean.clone().debug_assert();
        let count = |command: &clap::Command| command.get_arguments().count();
        for (whole, lean) in whole.get_subcommands().zip(lean.get_subcommands()) {
            let letters = |command: &clap::Command| command.get_arguments().filter_map(Arg::get_short).collect::<Vec<_>>();
            assert_eq!(letters(whole), letters(lean), "{}", whole.get_name());
            assert_eq!(layers::takes_part(whole), count(lean) < count(whole), "{}", whole.get_name());
        }
    }

    #[test]
    fn every_switch_can_be_undone() {
        let whole = with_negations(command());
        whole.clone().debug_assert();
        for command in whole.get_subcommands() {
            let longs: Vec<&str> = command.get_arguments().filter_map(Arg::get_long).collect();
            for switch in command.get_arguments().filter(|arg| matches!(arg.get_action(), ArgAction::SetTrue)) {
                let undoing = opposite(switch.get_long().unwrap());
                assert!(longs.contains(&&*undoing), "{}: {undoing}", command.get_name());
            }
        }
    }

    #[test]
    fn clients_take_part_in_layers_and_nothing_else() {
        let whole = command();
        let clients = whole.get_subcommands().filter(|command| layers::takes_part(command)).map(clap::Command::get_name);
        assert_eq!(clients.collect::<Vec<_>>(), ["pub", "sub", "rr", "reply", "retained", "sim-temp"]);
    }

    /// Options of clients, by what they are about.
    const HEADINGS: [&str; 8] = ["Message", "Message (MQTT 5)", "Connection", "TLS", "Session", "Will", "Output", "When to stop"];

    #[test]
    fn help_of_a_client_begins_with_examples_and_has_its_options_below_headings() {
        let mut root = explained();
        root.build();
        for client in root.get_subcommands_mut().filter(|command| layers::takes_part(command)) {
            let name = client.get_name().to_owned();
            for option in client.get_arguments().filter(|arg| !arg.is_positional() && !arg.is_hide_set()) {
                let heading = option.get_help_heading().unwrap_or("");
                let is_filter = matches!(name.as_str(), "sub" | "retained" | "reply") && heading.is_empty();
                let id = option.get_id().as_str();
                assert!(HEADINGS.contains(&heading) || is_filter || id == "help", "{name}: {id} is below '{heading}'");
            }
            let positionals: Vec<_> = client.get_positionals().filter_map(Arg::get_help_heading).collect();
            assert!(positionals.is_empty(), "{name}: what has no name is below {positionals:?}");
            let help = client.render_help().to_string();
            let place = |text: &str| help.find(text).unwrap_or_else(|| panic!("{name}: no {text}"));
            let (usage, examples, options) = (place("\nUsage: mqx "), place("\n\nExamples:\n"), place("\nOptions:\n"));
            assert!(usage < examples && examples < options, "{help}");
            let until = help[examples + 2..].find("\n\n").unwrap_or_default();
            let examples = &help[examples..][..until];
            assert!(examples.matches("\n  mqx ").count() + examples.matches(" | mqx ").count() >= 3, "{name}: {examples}");
            for heading in ["Connection", "Session", "Will", "TLS", "Output", "When to stop"] {
                place(&format!("\n{heading}:\n"));
            }
            place("\n\nD is seconds");
        }
    }

    #[test]
    fn help_of_a_command_below_another_is_found() {
        for (typed, path) in
            [("pub -t x --help", &["pub"][..]), ("profile show --for pub --help", &["profile", "show"]), ("x", &[])]
        {
            let typed: Vec<OsString> = typed.split(' ').map(OsString::from).collect();
            assert_eq!(super::path(&typed), path);
        }
    }

    #[test]
    fn help_fits_and_has_every_exit_status_and_an_example_a_command() {
        let mut root = explained();
        root.build();
        let help = root.render_help().to_string();
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        for (code, meaning) in exit::TABLE {
            assert!(words(&help).contains(&words(&format!("{code} {meaning}"))), "{code}");
        }
        for sub in root.get_subcommands_mut() {
            let help = sub.render_help().to_string();
            assert!(help.contains(&format!("  mqx {}", sub.get_name())), "{help}");
            assert!(help.lines().all(|line| line.chars().count() <= 100), "{help}");
        }
        assert!(help.lines().all(|line| line.chars().count() <= 100), "{help}");
    }
}
