//! Command lines that cannot be meant: 2, a hint, nothing on stdout, and no connection.

use crate::support::harness::{Case, case};
use crate::support::mqx::Mqx;
use crate::support::{Verdict, ensure};

/// Arguments, and what stderr must say.
const USAGE: &[(&[&str], &[&str])] = &[
    (&["pub", "a/+", "x"], &["error:", "a/+"]),
    (&["pub", "a/#", "x"], &["error:", "a/#"]),
    (&["pub", "", "x"], &["error:"]),
    (&["pub", "a", "-m", "x", "-f", "y"], &["error:", "--message", "--file"]),
    (&["pub", "a", "two", "words"], &["error:", "quote a message that has spaces"]),
    (&["pub", "a"], &["error:", "no message; -n sends an empty one"]),
    (&["pub", "a", "x", "-q", "3"], &["error:", "0, 1 or 2"]),
    (&["pub", "a", "x", "-p", "0"], &["error:"]),
    (&["pub", "a", "x", "-V", "31"], &["error:", "3.1"]),
    (&["pub", "a", "x", "-c"], &["error:", "-c needs -i"]),
    (&["pub", "a", "x", "--tls", "--no-tls"], &["error:"]),
    (&["sub"], &["error:", "#", "$SYS"]),
    (&["sub", "a/#/b"], &["error:", "a/#/b"]),
    (&["sub", "a+"], &["error:", "a+"]),
    (&["sub", "a", "-v", "--json"], &["error:"]),
    (&["sub", "a", "b", "-q", "1", "-q", "1", "-q", "1"], &["error:"]),
    (&["nonsense"], &["error:", "nonsense"]),
    (&["completions", "tcsh"], &["error:", "tcsh"]),
];

pub fn cases(list: &mut Vec<Case>) {
    list.extend(USAGE.iter().map(|(args, says)| case(format!("cli::usage::{}", args.join(" ")), || usage(args, says))));
    list.push(case("cli::no_arguments", no_arguments));
    list.push(case("cli::version", version));
    list.push(case("cli::help_is_data", help));
    list.push(case("cli::pages_of_help", pages));
}

fn usage(args: &[&str], says: &[&str]) -> Verdict {
    let outcome = Mqx::new(args)?.run()?;
    outcome.expect(2, "", "")?;
    outcome.says(says)
}

fn no_arguments() -> Verdict {
    let outcome = Mqx::new::<&str>([])?.run()?;
    outcome.expect(2, "", "mqx pub encyclopedia/temperature hot")?;
    outcome.says(&["mqx sub 'encyclopedia/#'", "mqx sim-temp"])
}

fn version() -> Verdict {
    Mqx::new(["--version"])?.run()?.expect(0, format!("mqx {}\n", env!("CARGO_PKG_VERSION")), "")
}

fn help() -> Verdict {
    let outcome = Mqx::new(["--help"])?.run()?;
    outcome.expect_code(0)?;
    let help = String::from_utf8(outcome.stdout.clone())?;
    ensure(outcome.stderr.is_empty(), "help is on stdout alone")?;
    ensure(["pub", "sub", "sim-temp", "completions"].iter().all(|part| help.contains(part)), &help)?;
    ensure(help.lines().all(|line| line.chars().count() <= 100), "help is 100 columns wide")
}

fn pages() -> Verdict {
    for (page, part) in [
        ("topics", "$share/GROUP/FILTER"),
        ("formats", "{payload:hex}"),
        ("exit", "27 "),
        ("json", "user_properties"),
        ("session", "-c -i"),
    ] {
        let outcome = Mqx::new(["help", page])?.run()?;
        outcome.expect(0, &outcome.stdout, "")?;
        ensure(String::from_utf8_lossy(&outcome.stdout).contains(part), page)?;
    }
    let nonsense = Mqx::new(["help", "nonsense"])?.run()?;
    nonsense.expect(2, "", "error: there is no command or page 'nonsense'\n")?;
    nonsense.says(&["hint: the commands are pub, sub, ", "; the pages are topics, formats, exit, json, session\n"])?;
    let listed = Mqx::new(["help"])?.run()?;
    ensure(String::from_utf8_lossy(&listed.stdout).contains("\n  mqx help session   "), "mqx help names the pages")
}
