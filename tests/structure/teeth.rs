//! Each rule, broken once.

use super::rules::{Source, check};
use super::tokens::tokens;

fn found(files: &[(&str, &str)]) -> Vec<String> {
    let sources: Vec<Source> =
        files.iter().map(|(path, text)| Source { path: (*path).into(), text: format!("//! x\n{text}") }).collect();
    check(&sources)
}

#[track_caller]
fn breaks(path: &str, text: &str, part: &str) {
    let found = found(&[(path, text)]);
    assert!(found.len() == 1 && found[0].contains(part), "{path} {text:?}: {found:?}");
}

#[track_caller]
fn keeps(path: &str, text: &str) {
    assert_eq!(found(&[(path, text)]), Vec::<String>::new(), "{path} {text:?}");
}

#[test]
fn upward_and_sideways_paths() {
    breaks("mqtt/topic.rs", "use crate::client::options::X;", "mqtt/topic.rs:2: `crate::client::options::X`: mqtt (floor 0)");
    breaks("mqtt/topic.rs", "use crate::text::X;", "text (floor 0)");
    breaks("client/a.rs", "fn f() { crate::flow::consume(); }", "flow (floor 3)");
    breaks("client/a.rs", "use crate::{mqtt::X, flow::{self}};", "`crate::flow`");
    breaks("client/a.rs", "use crate::{mqtt::X, flow::{Y as _, }};", "`crate::flow::Y`");
    breaks("client/a.rs", "use crate::{net::{dial, tls::{T}}, broker};", "`crate::broker`");
    breaks("client/a/b.rs", "use super::super::super::args::X;", "uses args (floor 4)");
    breaks("exit.rs", "use super::net;", "`super::net`: exit (floor 1)");
    breaks("net/a.rs", "#[cfg(test)] mod tests { use crate::client::X; }", "client (floor 2)");
    breaks("args/a.rs", "macro_rules! m { () => { $crate::error::E }; }", "error (floor 5)");
    breaks("app.rs", "use mqx::main::x;", "main (floor 8)");
    breaks("wire/a.rs", "use crate::*;", "`*` has no floor");
    breaks("odd.rs", "use crate::mqtt::X;", "no floor");
    breaks("lib.rs", "use crate::mqtt::X;", "only declare");
}

#[test]
fn downward_paths() {
    keeps("main.rs", "use mqx::{app, commands::x::Y};");
    keeps("client/session/mod.rs", "use super::options; use crate::{client::x, net::{a, b}, mqtt::*, text::{self}};");
    keeps("client/a.rs", "mod tests { use super::*; mod deep { use super::super::b; use crate::wire; } }");
    keeps("exit.rs", "mod tests { use super::*; } pub(crate) fn f() {} pub(super) struct S;");
    keeps("mqtt/a.rs", "// crate::client::X\n/* crate::app /* nested */ crate::app */ const A: &str = \"crate::app\";");
    keeps(
        "mqtt/a.rs",
        "const A: &str = r#\"crate::app \"quoted\" \"#; const B: char = '\"'; const C: &'static str = \"crate::app\";",
    );
    keeps("lib.rs", "pub mod mqtt; #[cfg(feature = \"broker\")] pub mod broker;");
}

#[test]
fn owned_crates() {
    breaks("client/a.rs", "use rumqttc::mqttbytes::v5;", "names rumqttc; only wire may");
    breaks("broker/a.rs", "fn f() { clap::Command::new(\"x\"); }", "names clap;");
    breaks("text/a.rs", "use clap_complete as c;", "names clap_complete;");
    breaks("error.rs", "use clap_mangen::Man;", "names clap_mangen;");
    breaks("commands/a.rs", "use indicatif::X;", "names indicatif; only ui may");
    breaks("commands/a.rs", "use mqtt5::X;", "names mqtt5; only broker may");
    keeps("wire/deep/a.rs", "use rumqttc::X; // clap");
    keeps("commands/a.rs", "use clap::Args; use clap_complete::X;");
    keeps("ui.rs", "use indicatif::X;");
    keeps("broker.rs", "use mqtt5::X;");
}

#[test]
fn calls() {
    for call in ["x.unwrap()", "x\n.expect(\"y\")", "println!()", "eprint!(\"\")", "dbg!(x)", "todo!()"] {
        let text = format!("fn f() {{ {call}; }}");
        assert_eq!(found(&[("net/a.rs", &text)]).len(), 1, "{call}");
        keeps("net/a.rs", &format!("#[cfg(test)]\n#[allow(x)]\nmod tests {{ {text} }}"));
        keeps("net/a.rs", &format!("#[test] {text}"));
        // After the test module the rule holds again.
        assert_eq!(found(&[("net/a.rs", &format!("#[cfg(test)] mod tests {{ {text} }} {text}"))]).len(), 1, "{call}");
        let apart = [("net/a.rs", "#[cfg(test)] mod tests;"), ("net/a/tests.rs", text.as_str())];
        assert_eq!(found(&apart), Vec::<String>::new(), "{call}");
        assert_eq!(found(&[("net/a.rs", "mod tests;"), ("net/a/tests.rs", text.as_str())]).len(), 1, "{call}");
    }
    keeps("net/a.rs", "fn f() { x.unwrap_or(1); x.expect_err(); reader.unwrap; self.expected(); }");
    breaks("app.rs", "fn f() { std::process::exit(1); }", "process::exit");
    breaks("app.rs", "use std::process; fn f() { process::exit(1); }", "names process::exit");
    breaks("app.rs", "use std::{io, process::{self, exit}};", "names process::exit");
    keeps("main.rs", "fn main() { std::process::exit(1) }");
}

#[test]
fn first_line() {
    let source = Source { path: "ui.rs".into(), text: "use std::io;".into() };
    assert_eq!(check(&[source]), ["ui.rs:1: does not begin with `//!`"]);
}

#[test]
fn the_lexer() {
    let words = |text: &str| tokens(text).into_iter().map(|token| token.text).collect::<Vec<_>>();
    assert_eq!(words("a::b /* x */ 'l \"s\\\"\" c'\\'' b'x' br#\"\"# r#type brr"), ["a", "::", "b", "l", "c", "type", "brr"]);
    assert_eq!(tokens("\"\n\"\nx")[0].line, 3);
}

#[test]
fn the_exit_table() {
    let table = "text\n| code | meaning |\n|---|---|\n| 0 | all  done |\n| 1 | local |\n\n| 9 | not this |\n";
    let expected = [("0", "all  done"), ("1", "local")].map(|(a, b)| (a.to_owned(), b.to_owned()));
    assert_eq!(super::exit_table(table), expected);
}
