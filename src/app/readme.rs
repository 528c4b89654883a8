//! The README's command lines, each read as if it had been typed. Only a test.

use std::ffi::OsString;

use super::{Command, command, reading};
use crate::args::testing::{nowhere, told};
use crate::args::{ArgsError, Surroundings};

const README: &str = include_str!("../../README.md");

/// Every command line of a section, or of all: what stands in backticks or in a block and begins with `mqx`, pipes taken apart.
fn command_lines(text: &str) -> Vec<String> {
    let mut fenced = false;
    let mut found = Vec::new();
    for line in text.lines() {
        if line.starts_with("```") {
            fenced = !fenced;
        } else if fenced || line.starts_with("    ") {
            found.push(line.trim().trim_start_matches("$ ").to_owned());
        } else {
            found.extend(line.split('`').skip(1).step_by(2).map(|span| span.replace(r"\|", "|")));
        }
    }
    let whole = found.iter().flat_map(|line| line.split(" | ").flat_map(|part| part.split(" && ")));
    whole.filter_map(command_line).map(str::to_owned).collect()
}

/// What begins with `mqx`; variables may stand before it.
fn command_line(line: &str) -> Option<&str> {
    let (before, command) = line.split_at_checked(line.find("mqx ")?)?;
    before.split(' ').all(is_variable).then_some(command)
}

fn is_variable(word: &str) -> bool {
    word.is_empty() || word.split_once('=').is_some_and(|(name, _)| name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_'))
}

/// The words that a shell makes of it, without redirections and comments.
fn words(line: &str) -> Vec<OsString> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for c in line.chars() {
        match (c, quote) {
            ('#', None) if word.is_none() => break,
            ('\'' | '"', None) => (quote, word) = (Some(c), Some(word.unwrap_or_default())),
            (c, Some(end)) if c == end => quote = None,
            (' ', None) => words.extend(word.take()),
            _ => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    let redirection = words.iter().position(|word| word.starts_with(['<', '>', '&']) || word == "2>");
    words.truncate(redirection.unwrap_or(words.len()));
    words.into_iter().map(OsString::from).collect()
}

/// Reads a command line, and makes its options.
fn check(line: &str) -> Result<(), String> {
    let made = |result: Result<(), ArgsError>| result.map_err(|error| format!("{line}\n{}", told(error)));
    let read = match reading::read(command(), &words(line)) {
        // Help.
        Err(error) if !error.use_stderr() => return Ok(()),
        read => read.map_err(|error| format!("{line}\n{error}"))?,
    };
    match read {
        Some(Command::Pub(args)) => made(args.resolve(&nowhere()).map(drop)),
        // Some of what it takes is for a terminal only, some for a pipe only.
        Some(Command::Sub(args)) => {
            let terminal = Surroundings { terminal: true, ..nowhere() };
            made(args.resolve(&nowhere()).or_else(|_| args.resolve(&terminal)).map(drop))
        }
        Some(Command::Rr(args)) => made(args.resolve(&nowhere()).map(drop)),
        Some(Command::Reply(args)) => made(args.resolve(&nowhere()).map(drop)),
        Some(Command::SimTemp(args)) => made(args.resolve(&nowhere()).map(drop)),
        _ => Ok(()),
    }
}

/// Not what stands for other words, nor the name of a command alone.
fn is_whole(line: &str) -> bool {
    line.split(' ').count() > 2
        && !line.contains('…')
        && !["help COMMAND", "completions SHELL"].iter().any(|form| line.contains(form))
}

#[test]
fn every_command_line_can_be_typed() {
    let lines = command_lines(README);
    let wrong: Vec<String> = lines.iter().filter(|line| is_whole(line)).filter_map(|line| check(line).err()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(lines.len() > 60, "{lines:#?}");
}

#[test]
fn every_broker_has_its_command_line() {
    let section = README.split_once("\n## Connect to").and_then(|(_, rest)| rest.split_once("\n## ")).unwrap().0;
    let lines = command_lines(section);
    assert!(lines.iter().all(|line| is_whole(line)), "{lines:#?}");
    for broker in
        ["hivemq.cloud", "test.mosquitto.org", "emqxsl.com", "amazonaws.com", "eventgrid.azure.net", "flespi.io", "wss://www"]
    {
        assert!(lines.iter().any(|line| line.contains(broker)), "{broker}");
    }
    for port in ["1884", "8883", "8884", "8885", "8886", "8887", "8080", "8081", "8090", "8091"] {
        assert!(lines.iter().any(|line| line.contains(&format!("test.mosquitto.org:{port}"))), "{port}");
    }
}

#[test]
fn a_line_that_cannot_be_typed_is_found() {
    for line in ["mqx sub -h a b --nonsense", "mqx pub a b c", "mqx sub -L mqtt://x --tls '#'", "mqx nonsense"] {
        assert!(check(line).is_err(), "{line}");
    }
    let text = "a `A=b mqx sub 'x y' \\| mqx pub z < f`, `no mqx sub`\n\n    mqx sub a  # why\n";
    assert_eq!(command_lines(text), ["mqx sub 'x y'", "mqx pub z < f", "mqx sub a  # why"]);
    assert_eq!(words("mqx pub 'x y' \"\" z < f"), ["mqx", "pub", "x y", "", "z"]);
    assert_eq!(words("mqx sub a  # why"), ["mqx", "sub", "a"]);
}
