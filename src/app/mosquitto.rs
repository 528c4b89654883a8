//! Every long name that a client of mosquitto 2.1 has, and what it is here. Only a test.

use std::ffi::OsString;

use clap::{Arg, ArgAction};

use super::{Command, Refusal, command, parse};
use crate::args::ArgsError;
use crate::args::layers::LayerError;
use crate::args::testing::{nowhere, told};

/// What becomes of an option.
enum Fate {
    /// It is this option of ours.
    Is(&'static str),
    /// It is refused, with these words, parted by `|`.
    Refused(&'static str),
    /// It is made into other options, with the rest of the words.
    Made,
}

use Fate::{Is, Made, Refused};

/// Command, name with its value if it has one, fate.
const NAMES: &[(&str, &[&str], Fate)] = &[
    ("pub", &["--cafile", "x"], Is("cafile")),
    ("pub", &["--capath", "x"], Is("capath")),
    ("pub", &["--cert", "x"], Is("cert")),
    ("pub", &["--ciphers", "x"], Is("ciphers")),
    ("pub", &["--debug"], Is("debug")),
    ("pub", &["--disable-clean-session"], Is("no-clean")),
    ("pub", &["--file", "x"], Is("file")),
    ("sub", &["--filter-out", "x"], Is("filter-out")),
    ("pub", &["--help"], Is("help")),
    ("pub", &["--host", "x"], Is("host")),
    ("pub", &["--id", "x"], Is("id")),
    ("pub", &["--id-prefix", "x"], Is("id-prefix")),
    ("pub", &["--insecure"], Is("insecure")),
    ("pub", &["--keepalive", "1"], Is("keepalive")),
    ("pub", &["--key", "x"], Is("key")),
    ("pub", &["--keyform", "engine"], Refused("--keyform: engines of OpenSSL are not supported|hint: --key FILE")),
    ("pub", &["--message", "x"], Is("message")),
    ("pub", &["--no-tls"], Is("no-tls")),
    ("pub", &["--nodelay"], Is("nodelay")),
    ("pub", &["--null-message"], Is("empty")),
    ("pub", &["--port", "1"], Is("port")),
    ("pub", &["--property", "publish", "content-type", "x"], Made),
    ("pub", &["--protocol-version", "5"], Is("mqtt-version")),
    ("pub", &["--proxy", "socks5h://x"], Refused("--proxy: proxies are not spoken to|hint: --connect-to HOST:PORT")),
    ("pub", &["--psk", "00"], Refused("--psk: pre-shared keys (PSK) are not supported|hint: a certificate")),
    ("pub", &["--psk-identity", "x"], Refused("--psk-identity: pre-shared keys (PSK) are not supported")),
    ("pub", &["--pw", "x"], Is("password")),
    ("pub", &["--qos", "1"], Is("qos")),
    ("sub", &["--quiet"], Is("quiet")),
    ("sub", &["--remove-retained"], Refused("--remove-retained: a subscription removes nothing here|mqx retained clear FILTER")),
    ("pub", &["--repeat", "1"], Is("repeat")),
    ("pub", &["--repeat-delay", "1"], Is("interval")),
    ("pub", &["--retain"], Is("retain")),
    ("sub", &["--retain-as-published"], Is("retain-as-published")),
    ("sub", &["--retain-handling", "new"], Is("retain-handling")),
    ("pub", &["--stdin-file"], Is("stdin")),
    ("pub", &["--stdin-line"], Is("lines")),
    ("pub", &["--tls-alpn", "mqtt"], Is("alpn")),
    ("pub", &["--tls-engine", "x"], Refused("--tls-engine: engines of OpenSSL are not supported|local proxy")),
    ("pub", &["--tls-engine-kpass-sha1", "x"], Refused("--tls-engine-kpass-sha1: engines of OpenSSL are not supported")),
    ("pub", &["--tls-keylog", "x"], Is("tls-keylog")),
    ("pub", &["--tls-use-os-certs"], Is("tls")),
    ("pub", &["--tls-version", "tlsv1.2"], Is("tls-version")),
    ("sub", &["--topic", "x"], Is("topic")),
    ("pub", &["--unix", "x"], Is("unix")),
    ("pub", &["--url", "x"], Is("url")),
    ("pub", &["--username", "x"], Is("username")),
    ("sub", &["--verbose"], Is("verbose")),
    ("pub", &["--version"], Refused("unexpected argument|'--version'")),
    ("sub", &["--watch"], Refused("-w: there is no view that keeps a row for each topic|hint: mqx sub -v")),
    ("pub", &["--will-payload", "x"], Is("will-payload")),
    ("pub", &["--will-qos", "1"], Is("will-qos")),
    ("pub", &["--will-retain"], Is("will-retain")),
    ("pub", &["--will-topic", "x"], Is("will-topic")),
    ("pub", &["--ws"], Is("ws")),
];

/// What a command line is refused with.
fn refusal(words: &[&str]) -> Option<String> {
    let words: Vec<OsString> = words.iter().map(OsString::from).collect();
    let made = |result: Result<(), ArgsError>| result.err().map(told);
    match parse(&words) {
        Ok((Some(Command::Pub(args)), _)) => made(args.resolve(&nowhere()).map(drop)),
        Ok((Some(Command::Sub(args)), _)) => made(args.resolve(&nowhere()).map(drop)),
        Ok(_) => panic!("{words:?}"),
        Err(Refusal::Clap(error, _)) => Some(error.to_string()),
        Err(Refusal::Layer(LayerError::Usage { message, .. } | LayerError::Local { message, .. })) => Some(message),
    }
}

#[test]
fn every_name_is_taken_or_refused_by_name() {
    let whole = command();
    for (name, words, fate) in NAMES {
        let known = whole.find_subcommand(name).unwrap();
        let long = words[0].strip_prefix("--").unwrap();
        let has = |arg: &&Arg| arg.get_long() == Some(long) || arg.get_all_aliases().is_some_and(|all| all.contains(&long));
        let found = known.get_arguments().find(has);
        let rest = if *name == "pub" { &["topic", "message"][..] } else { &["topic"] };
        let typed = [&["mqx", name], *words, rest].concat();
        match fate {
            Is(option) => {
                let found = found.unwrap_or_else(|| panic!("{words:?} is unknown"));
                assert_eq!(found.get_long(), Some(*option), "{words:?}");
                let takes = matches!(found.get_action(), ArgAction::Set | ArgAction::Append);
                assert_eq!(usize::from(takes), words.len() - 1, "{words:?}");
            }
            Refused(says) => {
                let told = refusal(&typed).unwrap_or_else(|| panic!("{typed:?} was taken"));
                for part in says.split('|') {
                    assert!(told.contains(part), "{typed:?}: no '{part}' in: {told}");
                }
            }
            Made => assert_eq!(refusal(&typed), None, "{typed:?}"),
        }
    }
}
