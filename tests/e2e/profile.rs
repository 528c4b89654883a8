//! `mqx profile`, and what is wrong with the file that it is about.

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use super::layers::with_profiles;
use crate::support::harness::{Case, case};
use crate::support::mqx::Mqx;
use crate::support::temp::TempDir;
use crate::support::{Verdict, ensure, ensure_eq};

const PASSWORD: &str = "c4n4ry-w0rd";

/// A file with everything that is right and some that is wrong.
const FILE: &str = "\
[home]
host = 'broker.example'
port = 8884
username = 'ann'
password = 'cmd:pass'
cafile = 'ca.pem'
insecure = false

[urls]
url = ['mqtt://bob@one', 'mqtts://two']

[typo]
hots = 'x'

[type]
quiet = 'c4n4ry'

[literal]
password = 'c4n4ry-w0rd'
";

pub fn cases(list: &mut Vec<Case>) {
    list.push(case("profile::list", list_names));
    list.push(case("profile::path", path));
    list.push(case("profile::show", show));
    list.push(case("profile::show_json", show_json));
    list.push(case("profile::show_stars_secrets", stars));
    for (name, status, says) in WRONG {
        list.push(case(format!("profile::wrong::{name}"), || wrong(name, *status, says)));
    }
    list.push(case("profile::no_file", no_file));
    list.push(case("profile::a_file_that_others_can_write", writable));
    list.push(case("profile::edit_makes_the_file", edit_makes));
    list.push(case("profile::edit_checks_the_file", edit_checks));
    list.push(case("profile::edit_without_an_editor", edit_fails));
}

fn list_names() -> Verdict {
    with_profiles(&["profile", "list"], FILE)?.run()?.expect_whole(0, "home\nurls\ntypo\ntype\nliteral\n", "")?;
    Mqx::new(["profile", "list"])?.run()?.expect_whole(0, "", "")
}

fn path() -> Verdict {
    let mqx = Mqx::new(["profile", "path"])?;
    let expected = format!("{}/.config/mqx/profiles.toml\n", mqx.home().display());
    mqx.run()?.expect_whole(0, expected, "")?;
    let mqx = Mqx::new(["profile", "path"])?.env("XDG_CONFIG_HOME", "/x/y");
    mqx.run()?.expect_whole(0, "/x/y/mqx/profiles.toml\n", "")
}

/// The lines of `show` about these options.
fn lines(stdout: &[u8], options: &[&str]) -> Vec<String> {
    let text = String::from_utf8_lossy(stdout);
    let about = |line: &&str| options.iter().any(|option| line.split(' ').next() == Some(option));
    text.lines().filter(about).map(str::to_owned).collect()
}

fn show() -> Verdict {
    let elsewhere = TempDir::new()?;
    let ran = elsewhere.path().join("ran");
    let command = format!("cmd:touch {}", ran.display());
    let mqx = with_profiles(&["profile", "show", "home", "--for", "sub"], &FILE.replace("cmd:pass", &command))?;
    let home = mqx.home().to_owned();
    let outcome = mqx.env("MQX_PORT", "1884").env("MQX_TLS", "1").run()?;
    outcome.expect_code(0)?;
    ensure(outcome.stderr.is_empty(), &outcome)?;
    let found = lines(&outcome.stdout, &["host", "port", "username", "password-from", "keepalive", "tls", "cafile", "insecure"]);
    let words: Vec<Vec<&str>> =
        found.iter().map(|line| line.split("  ").map(str::trim).filter(|it| !it.is_empty()).collect()).collect();
    let ca = format!("{}/.config/mqx/ca.pem", home.display());
    let expected = vec![
        vec!["host", "broker.example", "profile home, line 2"],
        vec!["port", "1884", "MQX_PORT"],
        vec!["username", "ann", "profile home, line 4"],
        vec!["password-from", &command, "profile home, line 5"],
        vec!["keepalive", "60", "default"],
        vec!["tls", "true", "MQX_TLS"],
        vec!["cafile", &ca, "profile home, line 6"],
        vec!["insecure", "false", "profile home, line 7"],
    ];
    ensure_eq(&words, &expected, "rows")?;
    let column = |line: &String, part: &str| line.find(part);
    let values = found.iter().zip(&expected).map(|(line, row)| column(line, &format!("  {}", row[2])));
    let values: Vec<Option<usize>> = values.collect();
    ensure(values.iter().all(|at| *at == values[0]), "the columns are not aligned")?;
    ensure(!ran.exists(), "the command was run")?;
    with_profiles(&["profile", "show", "home", "--for", "broker"], FILE)?.run()?.expect(
        2,
        "",
        "'broker' is no command that connects",
    )
}

fn show_json() -> Verdict {
    let outcome = with_profiles(&["profile", "show", "urls", "--json"], FILE)?.run()?;
    outcome.expect_code(0)?;
    let text = String::from_utf8(outcome.stdout.clone())?;
    let expected = r#"{"option":"url","source":"profile urls, line 10","value":["mqtt://***@one","mqtts://two"]}"#;
    ensure_eq(&text.lines().next(), &Some(expected), "the first line")?;
    ensure(!text.contains("\"host\"") && !text.contains("\"port\""), "the URLs leave no room for a default host or port")?;
    ensure(text.lines().all(|line| line.starts_with("{\"option\":\"") && line.ends_with('}')), &outcome)
}

/// Whatever way a secret is set, it is not shown.
fn stars() -> Verdict {
    let url = format!("mqtt://ann:{PASSWORD}/@h");
    for (name, value, says) in [("MQX_PASSWORD", PASSWORD, "***"), ("MQX_URL", &*url, "mqtt://***@h")] {
        let outcome = Mqx::new(["profile", "show"])?.secret(PASSWORD).env(name, value).run()?;
        outcome.expect_code(0)?;
        let text = String::from_utf8_lossy(&outcome.stdout).into_owned();
        ensure(text.lines().any(|line| line.contains(says) && line.ends_with(name)), &outcome)?;
    }
    Ok(())
}

/// A profile, the status of a run with it, and all that stderr says; `{}` is where the file is.
const WRONG: &[(&str, i32, &str)] = &[
    ("typo", 1, "error: profile typo, line 13: there is no option 'hots'\nhint: 'host' is near\n"),
    ("type", 1, "error: profile type, line 16: quiet is true or false, not a string\n"),
    (
        "literal",
        1,
        "error: profile literal, line 19: a password is not written into a profile\n\
         hint: \"env:NAME\", \"file:PATH\", \"cmd:COMMAND\" or \"prompt\" says where it is\n",
    ),
    (
        "hime",
        2,
        "error: there is no profile 'hime' in {}\n\
         hint: 'home' is near; mqx profile list names all, mqx profile edit makes one\n",
    ),
    ("zzz", 2, "error: there is no profile 'zzz' in {}\nhint: mqx profile list names all, mqx profile edit makes one\n"),
];

fn wrong(name: &str, status: i32, says: &str) -> Verdict {
    for words in [&["profile", "show", name][..], &["sub", "--profile", name, "a"]] {
        let mqx = with_profiles(words, FILE)?.secret(PASSWORD);
        let says = says.replace("{}", &mqx.home().join(".config/mqx/profiles.toml").display().to_string());
        mqx.run()?.expect_whole(status, "", &says)?;
    }
    Ok(())
}

fn no_file() -> Verdict {
    let mqx = Mqx::new(["sub", "a", "--profile", "home"])?;
    mqx.run()?.expect(2, "", "error: there is no profile 'home' in ")?;
    let mqx = Mqx::new(["sub", "a"])?.env("MQX_PROFILE", "home");
    mqx.run()?.expect(2, "", "mqx profile edit makes one")
}

fn writable() -> Verdict {
    for (mode, refused) in [(0o620, true), (0o602, true), (0o644, false)] {
        let mqx = with_profiles(&["profile", "show", "home"], FILE)?;
        let file = mqx.home().join(".config/mqx/profiles.toml");
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode))?;
        let outcome = mqx.run()?;
        if refused {
            let path = file.display();
            outcome.expect_whole(
                1,
                "",
                &format!("error: others can write {path}, so it is not used\nhint: chmod 600 {path}\n"),
            )?;
        } else {
            outcome.expect_code(0)?;
        }
    }
    Ok(())
}

/// An editor that is a script of ours.
fn editor(mqx: &Mqx, script: &str) -> Verdict<PathBuf> {
    let path = mqx.home().join("my editor");
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n"))?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700))?;
    Ok(path)
}

fn edit_makes() -> Verdict {
    let mqx = Mqx::new(["profile", "edit"])?;
    let home = mqx.home().to_owned();
    let script = editor(&mqx, r#"test "$1" = -x && printf '%s %s' "$(stat -c %a "$2")" "$2" && cat "$2""#)?;
    let command = format!("'{}' -x", script.display());
    let outcome = mqx.env("EDITOR", "false").env("VISUAL", command).run()?;
    outcome.expect_code(0)?;
    let text = String::from_utf8_lossy(&outcome.stdout).into_owned();
    let begins = format!("600 {}/.config/mqx/profiles.toml# Profiles of mqx", home.display());
    ensure(text.starts_with(&begins) && text.lines().skip(1).all(|line| line.starts_with('#')), &outcome)
}

fn edit_checks() -> Verdict {
    let mqx = with_profiles(&["profile", "edit"], FILE)?.secret(PASSWORD).env("EDITOR", "true");
    let outcome = mqx.run()?;
    outcome.expect_code(1)?;
    outcome.says(&["error: profile typo, line 13: ", "error: profile type, line 16: ", "error: profile literal, line 19: "])?;
    let mqx = with_profiles(&["profile", "edit"], "[a]\nhost = 'h'\n")?.env("EDITOR", "true");
    mqx.run()?.expect_whole(0, "", "")
}

fn edit_fails() -> Verdict {
    let mqx = Mqx::new(["profile", "edit"])?.env("EDITOR", "false");
    mqx.run()?.expect_whole(1, "", "error: the editor false failed\nhint: VISUAL or EDITOR names another\n")
}
