//! Every option is explained wherever options are: in help, in the completions and in the manual page.

use clap::builder::ValueHint;
use clap::{Arg, ArgAction, Command};

use super::root;

/// Each option and positional of a command and of those below it that a person sees, with the command's name.
fn walk<'a>(path: &str, command: &'a Command, visit: &mut impl FnMut(&str, &'a Arg)) {
    for arg in command.get_arguments().filter(|arg| !arg.is_hide_set()) {
        visit(path, arg);
    }
    for below in command.get_subcommands() {
        walk(&format!("{path} {}", below.get_name()), below, visit);
    }
}

fn takes_values(arg: &Arg) -> bool {
    matches!(arg.get_action(), ArgAction::Set | ArgAction::Append)
}

fn name(arg: &Arg) -> String {
    arg.get_long().map_or_else(|| arg.get_id().to_string(), |long| format!("--{long}"))
}

#[test]
fn every_option_has_a_help_and_a_form() {
    let (mut seen, mut found) = (0, Vec::new());
    walk("mqx", &mqx::app::command(), &mut |path, arg| {
        seen += 1;
        let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
        if help.len() < 8 || help.ends_with('.') {
            found.push(format!("{path} {}: help '{help}'", name(arg)));
        }
        if takes_values(arg)
            && arg.get_value_names().is_none_or(|names| names.iter().any(|name| !name.contains(char::is_uppercase)))
        {
            found.push(format!("{path} {}: no form of its value", name(arg)));
        }
    });
    assert!(seen > 100, "the options were not found");
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// What is a file or a command by the form of its value is completed as one.
#[test]
fn files_and_commands_are_completed() {
    let (mut files, mut found) = (0, Vec::new());
    walk("mqx", &mqx::app::command(), &mut |path, arg| {
        let form = |wanted: &[&str]| arg.get_value_names().unwrap_or_default().iter().any(|name| wanted.contains(&name.as_str()));
        let is_path = matches!(arg.get_value_hint(), ValueHint::AnyPath | ValueHint::FilePath | ValueHint::DirPath);
        let is_command =
            matches!(arg.get_value_hint(), ValueHint::CommandName | ValueHint::CommandString | ValueHint::CommandWithArguments);
        files += usize::from(is_path);
        if form(&["FILE", "DIR", "PATH", "FOLDER"]) != is_path || form(&["CMD"]) && !is_command {
            found.push(format!("{path} {}: completed as {:?}", name(arg), arg.get_value_hint()));
        }
    });
    assert!(files > 5, "no option takes a file");
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn completions_and_the_manual_page_have_every_option() {
    let read = |file: &str| std::fs::read_to_string(root().join(file)).unwrap();
    let manual = read("tests/golden/mqx.1").replace('\\', "");
    let shells = ["mqx.bash", "_mqx", "mqx.fish", "_mqx.ps1", "mqx.elv"].map(|file| (file, read(&format!("completions/{file}"))));
    let mut found = Vec::new();
    walk("mqx", &mqx::app::command(), &mut |path, arg| {
        let Some(long) = arg.get_long() else { return };
        if !manual.contains(&format!("--{long}")) {
            found.push(format!("{path} --{long}: not in the manual page"));
        }
        for (file, text) in &shells {
            let written = if *file == "mqx.fish" { format!("-l {long}") } else { format!("--{long}") };
            if !text.contains(&written) {
                found.push(format!("{path} --{long}: not in {file}"));
            }
        }
        for value in arg.get_possible_values().iter().filter(|value| takes_values(arg) && !value.is_hide_set()) {
            if let Some((file, _)) = shells.iter().take(3).find(|(_, text)| !text.contains(value.get_name())) {
                found.push(format!("{path} --{long} {}: not in {file}", value.get_name()));
            }
        }
    });
    assert!(found.is_empty(), "{}", found.join("\n"));
}
