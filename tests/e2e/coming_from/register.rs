//! The table itself: large enough, no line twice, each difference shown and printed in the README, each option of mosquitto's clients
//! in some row.

use std::collections::HashSet;

use super::difference::Difference;
use super::row::{Expect, Program, Row};
use super::rows;
use crate::support::harness::{Case, case};
use crate::support::{Verdict, ensure};

pub fn cases(list: &mut Vec<Case>) {
    list.push(case("coming_from::table::size_and_lines", size_and_lines));
    list.push(case("coming_from::table::each_difference_is_shown", differences));
    list.push(case("coming_from::table::the_readme_has_each_difference", readme));
    list.push(case("coming_from::table::each_option_is_in_a_row", options));
    list.push(case("coming_from::table::the_check_of_options_can_fail", teeth));
}

/// Options of all three programs of 2.1, 2.0.11's among them.
const ALL: &[&str] = &[
    "-A",
    "-c",
    "--disable-clean-session",
    "--cafile",
    "--capath",
    "--cert",
    "--ciphers",
    "-d",
    "--debug",
    "-D",
    "--property",
    "-h",
    "--host",
    "--help",
    "-i",
    "--id",
    "-I",
    "--id-prefix",
    "--insecure",
    "-k",
    "--keepalive",
    "--key",
    "--keyform",
    "-L",
    "--url",
    "-M",
    "--no-tls",
    "--nodelay",
    "-o",
    "-p",
    "--port",
    "-P",
    "--pw",
    "--proxy",
    "--psk",
    "--psk-identity",
    "-q",
    "--qos",
    "--quiet",
    "-S",
    "-t",
    "--topic",
    "--tls-alpn",
    "--tls-engine",
    "--tls-engine-kpass-sha1",
    "--tls-keylog",
    "--tls-use-os-certs",
    "--tls-version",
    "-u",
    "--username",
    "--unix",
    "-V",
    "--protocol-version",
    "--version",
    "--will-payload",
    "--will-qos",
    "--will-retain",
    "--will-topic",
    "--ws",
    "-x",
];
const PUB: &[&str] = &[
    "-f",
    "--file",
    "-l",
    "--stdin-line",
    "-m",
    "--message",
    "-n",
    "--null-message",
    "-r",
    "--retain",
    "--repeat",
    "--repeat-delay",
    "-s",
    "--stdin-file",
];
const SUB: &[&str] = &[
    "-C",
    "-E",
    "-F",
    "--message-rate",
    "-N",
    "--pretty",
    "-R",
    "--random-filter",
    "--remove-retained",
    "--retain-as-published",
    "--retain-handling",
    "--retained-only",
    "-T",
    "--filter-out",
    "-U",
    "--unsubscribe",
    "-v",
    "--verbose",
    "-W",
    "-w",
    "--watch",
];
const RR: &[&str] = &[
    "-e",
    "-f",
    "--file",
    "-F",
    "--latency",
    "-m",
    "--message",
    "-n",
    "--null-message",
    "-N",
    "--pretty",
    "-R",
    "--retain-as-published",
    "--retain-handling",
    "-s",
    "--stdin-file",
    "-v",
    "--verbose",
    "-W",
];

fn size_and_lines() -> Verdict {
    ensure(rows().count() >= 120, format_args!("{} rows", rows().count()))?;
    let mut known = HashSet::new();
    // The same line in other surroundings is another row.
    let again = rows().find(|row| !known.insert(format!("{row:?}")));
    ensure(again.is_none(), format_args!("a row that is there twice: {again:?}"))?;
    let names = |row: &&Row| row.line.contains(row.program.name());
    ensure(rows().all(|row| names(&row)), "each line has the program that its row says")
}

fn why(row: &Row) -> Option<Difference> {
    match row.expect {
        Expect::Same => None,
        Expect::Differs(why, _) => Some(why),
        Expect::Recorded(why, _) => why,
    }
}

fn differences() -> Verdict {
    let missing: Vec<_> = Difference::ALL.iter().filter(|difference| !rows().any(|row| why(row) == Some(**difference))).collect();
    ensure(missing.is_empty(), format_args!("differences without a row: {missing:?}"))?;
    let unlisted = rows().filter_map(why).find(|why| !Difference::ALL.contains(why));
    ensure(unlisted.is_none(), format_args!("{unlisted:?} is not in the list"))
}

fn readme() -> Verdict {
    // Where a line ends says nothing.
    let readme: String = include_str!("../../../README.md").split_whitespace().collect::<Vec<_>>().join(" ");
    let missing: Vec<_> = Difference::ALL.iter().map(|it| it.sentence()).filter(|sentence| !readme.contains(sentence)).collect();
    ensure(missing.is_empty(), format_args!("the README lacks:\n{}", missing.join("\n")))
}

/// Options that no row has.
fn missing(wanted: &[(&'static str, &[Program])], rows: &[&Row]) -> Vec<String> {
    let has = |option: &str, program: Program| {
        let words = |row: &&&Row| row.program == program && row.line.split(['\'', '"', ' ', '=']).any(|word| word == option);
        rows.iter().any(|row| words(&row))
    };
    let missing = |(option, programs): &(&'static str, &[Program])| {
        let shown = programs.iter().any(|program| has(option, *program));
        (!shown).then(|| format!("{option} of {programs:?}"))
    };
    wanted.iter().filter_map(missing).collect()
}

/// What all three have is shown with one of them; what one alone has, or means otherwise, with that.
fn options() -> Verdict {
    let three: &[Program] = &[Program::Pub, Program::Sub, Program::Rr];
    let groups: [(&[&'static str], &'static [Program]); 4] =
        [(ALL, three), (PUB, &[Program::Pub]), (SUB, &[Program::Sub]), (RR, &[Program::Rr])];
    let wanted: Vec<_> =
        groups.iter().flat_map(|(options, programs)| options.iter().map(move |option| (*option, *programs))).collect();
    let missing = missing(&wanted, &rows().collect::<Vec<_>>());
    ensure(missing.is_empty(), format_args!("options that no row has: {missing:#?}"))
}

fn teeth() -> Verdict {
    let row = super::row::publish("mosquitto_pub -t a -m '-q'");
    let wanted: [(&'static str, &[Program]); 3] = [("-t", &[Program::Pub]), ("-t", &[Program::Sub]), ("-r", &[Program::Pub])];
    let found = missing(&wanted, &[&row]);
    ensure(found == ["-t of [Sub]", "-r of [Pub]"], format_args!("{found:?}"))
}
