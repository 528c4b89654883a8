//! A letter means one thing in every command, and is in this register; what is in it exists.

use std::collections::BTreeSet;

use clap::{ArgAction, Command};

/// The commands that are clients.
const CLIENTS: &[&str] = &["pub", "sub", "rr", "reply", "retained", "sim-temp"];

/// Letter, long name, commands, number of values.
const REGISTER: &[(char, &str, &[&str], usize)] = &[
    ('A', "bind", CLIENTS, 1),
    ('C', "count", &["sub", "reply", "sim-temp"], 1),
    ('D', "property", CLIENTS, 1),
    ('E', "exit-after-subscribe", &["sub"], 0),
    ('F', "format", &["sub", "rr"], 1),
    ('I', "id-prefix", CLIENTS, 1),
    ('L', "url", CLIENTS, 1),
    ('M', "max-inflight", CLIENTS, 1),
    ('N', "no-newline", &["sub", "rr"], 0),
    ('P', "password", CLIENTS, 1),
    ('R', "no-retained", &["sub", "rr"], 0),
    ('S', "srv", CLIENTS, 0),
    ('T', "filter-out", &["sub", "retained"], 1),
    ('U', "unsubscribe", &["sub"], 1),
    ('V', "mqtt-version", CLIENTS, 1),
    ('W', "timeout", CLIENTS, 1),
    ('c', "no-clean", CLIENTS, 0),
    ('d', "debug", CLIENTS, 0),
    ('e', "response-topic", &["rr", "reply"], 1),
    ('f', "file", &["pub", "rr"], 1),
    ('h', "host", CLIENTS, 1),
    ('i', "id", CLIENTS, 1),
    ('k', "keepalive", CLIENTS, 1),
    ('l', "lines", &["pub"], 0),
    ('m', "message", &["pub", "rr"], 1),
    ('n', "empty", &["pub", "rr"], 0),
    ('p', "port", CLIENTS, 1),
    #[cfg(feature = "broker")]
    ('p', "port", &["broker"], 1),
    ('o', "options", CLIENTS, 1),
    ('q', "qos", CLIENTS, 1),
    ('r', "retain", &["pub"], 0),
    ('s', "stdin", &["pub", "rr"], 0),
    ('t', "topic", CLIENTS, 1),
    ('u', "username", CLIENTS, 1),
    ('v', "verbose", &["sub", "rr"], 0),
    ('w', "watch", CLIENTS, 0),
    ('x', "session-expiry", CLIENTS, 1),
];

type Entry = (char, String, String, usize);

/// Every letter of a command and of those below it. `-h` for help, where no host can be given, is the one exception.
fn letters(command: &Command, found: &mut Vec<Entry>) {
    for arg in command.get_arguments() {
        let Some(letter) = arg.get_short() else { continue };
        let long = arg.get_long().unwrap_or("");
        if (letter, long) == ('h', "help") {
            continue;
        }
        let values = usize::from(matches!(arg.get_action(), ArgAction::Set | ArgAction::Append));
        found.push((letter, long.to_owned(), command.get_name().to_owned(), values));
    }
    command.get_subcommands().for_each(|subcommand| letters(subcommand, found));
}

#[test]
fn the_register_is_what_the_commands_have() {
    let mut found = Vec::new();
    letters(&mqx::app::command(), &mut found);
    let found: BTreeSet<Entry> = found.into_iter().collect();
    let registered: BTreeSet<Entry> = REGISTER
        .iter()
        .flat_map(|(letter, long, commands, values)| {
            commands.iter().map(move |command| (*letter, (*long).to_owned(), (*command).to_owned(), *values))
        })
        .collect();
    assert_eq!(found, registered);
}

#[test]
fn a_letter_stands_for_one_long_name_with_one_number_of_values() {
    for (letter, long, _, values) in REGISTER {
        for (other, other_long, _, other_values) in REGISTER {
            assert!(letter != other || (long, values) == (other_long, other_values), "-{letter}");
        }
    }
}

#[test]
fn a_long_name_has_one_letter() {
    for (letter, long, ..) in REGISTER {
        for (other, other_long, ..) in REGISTER {
            assert!(long != other_long || letter == other, "--{long}");
        }
    }
}
