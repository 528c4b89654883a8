//! Whether a run of `mqx` is what its row expects.

use super::difference::Difference;
use super::row::{Expect, Recorded, Row};
use super::run::{Brokers, Class, Ran, Words, run};
use super::words::MADE_UP;
use crate::support::{Verdict, ensure};

/// Runs a section's rows; a failure names each that is not as expected.
pub fn all(rows: &'static [Row]) -> Verdict {
    let brokers = Brokers::new(rows)?;
    let mut failures = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        if let Err(failed) = one(row, index, &brokers) {
            failures.push(format!("{}\n{}", row.line, failed.message().unwrap_or("failed")));
        }
    }
    let summary = format!("{} of {} rows\n\n{}", failures.len(), rows.len(), failures.join("\n\n"));
    ensure(failures.is_empty(), summary)
}

fn one(row: &Row, index: usize, brokers: &Brokers) -> Verdict {
    let ours = run(row, &format!("x{index:03}"), brokers, Words::Ours)?;
    let theirs = |words| run(row, &format!("m{index:03}"), brokers, words);
    match row.expect {
        Expect::Same => same(&ours, &theirs(Words::Aligned)?),
        Expect::Recorded(_, recorded) => is(row, &ours, &recorded),
        Expect::Differs(why, recorded) => {
            is(row, &ours, &recorded)?;
            // Where the defaults themselves are compared they are left as they are.
            let theirs = theirs(if why == Difference::Defaults { Words::Theirs } else { Words::Aligned })?;
            ensure(
                same(&ours, &theirs).is_err(),
                format_args!("it is listed as a difference, but mosquitto does the same\n{theirs}"),
            )
        }
    }
}

fn same(ours: &Ran, theirs: &Ran) -> Verdict {
    // Some of mosquitto's usage errors print its whole help on stdout.
    let help = theirs.class == Class::Usage && ours.stdout.is_empty();
    let ends = ours.class == theirs.class && unknown(ours) == unknown(theirs);
    let equal = (ours.stdout == theirs.stdout || help) && ends && known(ours) == known(theirs);
    ensure(equal, format_args!("mqx:\n{ours}\nmosquitto:\n{theirs}"))
}

/// Whether it ended because of an option that it does not have, which is no answer to a line that means something.
fn unknown(ran: &Ran) -> bool {
    ["unexpected argument", "unrecognized subcommand", "Unknown option"].iter().any(|part| ran.stderr.contains(part))
}

/// What is sent, but for what `mqx rr` adds, so that an answer is known for one.
fn known(ran: &Ran) -> Vec<String> {
    ran.sends.iter().map(|words| words.replace(MADE_UP, "").replace(ANSWERS_ONLY, "")).collect()
}

/// How `mqx rr` subscribes to its answers.
const ANSWERS_ONLY: &str = " no-local handling=never";

fn is(row: &Row, ours: &Ran, recorded: &Recorded) -> Verdict {
    let mut stdout = recorded.stdout.as_bytes().to_vec();
    row.mask(&mut stdout);
    let named = |words: &str, kind: &str| words.starts_with(kind);
    // CONNECT and DISCONNECT only where they are named.
    let wanted = |words: &&String| {
        ["connect ", "disconnect "].iter().all(|kind| !named(words, kind) || recorded.sends.iter().any(|it| named(it, kind)))
    };
    let sends: Vec<&str> = ours.sends.iter().filter(wanted).map(String::as_str).collect();
    let missing = recorded.says.iter().find(|part| !ours.stderr.contains(**part));
    let equal = ours.status == recorded.status
        && ours.stdout == stdout
        && sends == recorded.sends
        && missing.is_none()
        && (!unknown(ours) || recorded.says.iter().any(|part| part.starts_with("unexpected argument")));
    ensure(equal, format_args!("expected {recorded:#?}\n{ours}"))
}

impl Class {
    /// Of `mqx`, which has a status for each.
    pub fn of_ours(status: i32) -> Self {
        match status {
            0 => Self::Done,
            2 => Self::Usage,
            3 => Self::Unreachable,
            4 => Self::Refused,
            5 => Self::Rejected,
            6 | 7 => Self::Lost,
            27 => Self::TimedOut,
            _ => Self::Local,
        }
    }

    /// Of mosquitto's, where 1 is many things.
    pub fn of_theirs(status: i32, stderr: &str) -> Self {
        match status {
            0 => Self::Done,
            1 if stderr.contains("Unable to open") => Self::Local,
            1 if ["Connection refused", "Lookup error", "Unable to connect"].iter().any(|part| stderr.contains(part)) => {
                Self::Unreachable
            }
            1 => Self::Usage,
            7 => Self::Lost,
            8 | 14 => Self::Unreachable,
            27 => Self::TimedOut,
            4 | 5 | 128..=162 => Self::Refused,
            _ => Self::Local,
        }
    }
}
