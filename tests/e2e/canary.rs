//! A secret given by each way appears in no output, whatever becomes of the run, and not in the process list unless it was typed there.

use std::os::unix::fs::PermissionsExt as _;

use crate::support::harness::{Case, case};
use crate::support::mqx::{Mqx, contains};
use crate::support::packets::{Version, connack, puback};
use crate::support::peer::Peer;
use crate::support::temp::TempDir;
use crate::support::{STEP, Verdict, ensure, ensure_eq, text};

/// As no word of ours, in a URL as it stands, and in base64 and percent-encoding visible enough.
const CANARY: &str = "c4n4ryS3cret";

/// A way that a password comes by: words of the command line and variables. `{dir}` is where the files are.
struct Way {
    name: &'static str,
    words: &'static [&'static str],
    variables: &'static [(&'static str, &'static str)],
    /// Whoever typed it there put it into the process list.
    typed: bool,
}

const fn way(name: &'static str, words: &'static [&'static str], variables: &'static [(&'static str, &'static str)]) -> Way {
    Way { name, words, variables, typed: false }
}

const WAYS: [Way; 13] = [
    Way { typed: true, ..way("option", &["-h", "127.0.0.1", "-p", "{port}", "-u", "u", "-P", CANARY], &[]) },
    Way { typed: true, ..way("url", &["-L", "mqtt://u:c4n4ryS3cret@127.0.0.1:{port}"], &[]) },
    way("file", &["-h", "127.0.0.1", "-p", "{port}", "-u", "u", "--password-file", "{dir}/secret"], &[]),
    way("variable", &["-h", "127.0.0.1", "-p", "{port}", "-u", "u"], &[("MQX_PASSWORD", CANARY)]),
    way("url_in_a_variable", &[], &[("MQX_URL", "mqtt://u:c4n4ryS3cret@127.0.0.1:{port}")]),
    way(
        "from_a_variable",
        &["-h", "127.0.0.1", "-p", "{port}", "-u", "u", "--password-from", "env:SECRET"],
        &[("SECRET", CANARY)],
    ),
    way("from_a_file", &["-h", "127.0.0.1", "-p", "{port}", "-u", "u", "--password-from", "file:{dir}/secret"], &[]),
    way("from_a_command", &["-h", "127.0.0.1", "-p", "{port}", "-u", "u", "--password-from", "cmd:cat {dir}/secret"], &[]),
    way("file_in_a_variable", &["-h", "127.0.0.1", "-p", "{port}", "-u", "u"], &[("MQX_PASSWORD_FILE", "{dir}/secret")]),
    way(
        "source_in_a_variable",
        &["-h", "127.0.0.1", "-p", "{port}", "-u", "u"],
        &[("MQX_PASSWORD_FROM", "cmd:cat {dir}/secret")],
    ),
    way("profile_variable", &["--profile", "variable", "-p", "{port}"], &[("XDG_CONFIG_HOME", "{dir}"), ("SECRET", CANARY)]),
    way("profile_file", &["--profile", "file", "-p", "{port}"], &[("XDG_CONFIG_HOME", "{dir}")]),
    way("profile_command", &["--profile", "command", "-p", "{port}"], &[("XDG_CONFIG_HOME", "{dir}")]),
];

pub fn cases(list: &mut Vec<Case>) {
    for way in WAYS {
        let name = way.name;
        list.push(case(format!("canary::{name}"), move || sings(&way)));
    }
    list.push(case("canary::profile_show", profile_show));
    for (name, typed) in [("header", true), ("header_in_a_variable", false)] {
        list.push(case(format!("canary::{name}"), move || header(typed)));
    }
}

/// The files that the ways name.
fn cage() -> Verdict<TempDir> {
    let directory = TempDir::new()?;
    let path = directory.write("secret", CANARY)?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
    std::fs::create_dir(directory.path().join("mqx"))?;
    let here = directory.path().display();
    let of =
        |name: &str, reference: &str| format!("[{name}]\nhost = \"127.0.0.1\"\nusername = \"u\"\npassword = \"{reference}\"\n");
    let profiles = [
        of("variable", "env:SECRET"),
        of("file", &format!("file:{here}/secret")),
        of("command", &format!("cmd:cat {here}/secret")),
    ]
    .concat();
    directory.write("mqx/profiles.toml", profiles)?;
    Ok(directory)
}

fn mqx(way: &Way, cage: &TempDir, command: &[&str], port: &str) -> Verdict<Mqx> {
    let here = text(cage.path())?;
    let filled = |text: &str| text.replace("{dir}", here).replace("{port}", port);
    let words = command.iter().take(1).chain(way.words).chain(command.iter().skip(1)).map(|word| filled(word));
    let mqx = Mqx::new(words)?.secret(CANARY);
    Ok(way.variables.iter().fold(mqx, |mqx, (name, value)| mqx.env(name, filled(value))))
}

fn sings(way: &Way) -> Verdict {
    let cage = cage()?;
    let typed = way.typed;
    let peer = Peer::play(move |listener| {
        // Taken.
        let (mut client, connect) = listener.welcome(Version::V5)?;
        ensure_eq(&connect.password, &Some(CANARY.as_bytes().to_vec()), "the password")?;
        let id = client.expect_message(1, "a", "x")?;
        client.send(&puback(Version::V5, id))?;
        client.goodbye()?;
        // Refused.
        let mut client = listener.accept()?;
        client.expect_connect()?;
        client.send(&connack(Version::V5, false, 0x86, &[]))?;
        client.close()?;
        // Held, so that the process list can be looked at.
        let (mut client, _) = listener.welcome(Version::V5)?;
        client.grant_subscribe()?;
        client.goodbye()
    })?;
    let port = peer.port();
    mqx(way, &cage, &["pub", "a", "x"], &port)?.run()?.expect(0, "", "")?;
    mqx(way, &cage, &["pub", "a", "x"], &port)?.run()?.expect(4, "", "0x86")?;
    let running = mqx(way, &cage, &["sub", "a"], &port)?.start()?;
    running.wait_stderr("subscribed")?;
    let line = running.command_line();
    ensure(line.is_some() || !cfg!(target_os = "linux"), "no process list")?;
    let line = line.unwrap_or_default();
    let shown = contains(&line, CANARY.as_bytes());
    ensure(line.is_empty() || shown == typed, format_args!("the process list: {}", String::from_utf8_lossy(&line)))?;
    running.signal(rustix::process::Signal::TERM)?;
    running.finish(STEP)?.expect_code(0)?;
    peer.finish()?;
    // Nothing listens; and command lines that are none.
    mqx(way, &cage, &["pub", "a", "x"], "1")?.run()?.expect(3, "", "connect")?;
    for wrong in [&["pub", "--nonsense", "a", "x"][..], &["pub", "-q", "7", "a", "x"], &["pub", "-V", "311", "-x", "1", "a", "x"]]
    {
        mqx(way, &cage, wrong, "1")?.run()?.expect_code(2)?;
    }
    mqx(way, &cage, &["pub", "--help"], "1")?.run()?.expect_code(0)
}

/// Says where each setting comes from, and resolves none.
fn profile_show() -> Verdict {
    let cage = cage()?;
    for name in ["variable", "file", "command"] {
        let mqx = Mqx::new(["profile", "show", name])?.secret(CANARY).env("XDG_CONFIG_HOME", cage.path());
        let outcome = mqx.env("MQX_PASSWORD", CANARY).env("MQX_URL", format!("mqtt://u:{CANARY}@x")).run()?;
        outcome.expect_code(0)?;
    }
    Ok(())
}

/// A header of the upgrade, and a query that is a signature: refused with 401, nothing there, and usage.
fn header(typed: bool) -> Verdict {
    let value = format!("Authorization: Bearer {CANARY}");
    let mqx = |url: &str, rest: &[&str]| {
        let mut words = vec!["pub", "-V", "5"];
        if typed {
            words.extend(["-L", url, "--ws-header", &value]);
        }
        words.extend(rest);
        let mqx = Mqx::new(words)?.secret(CANARY);
        Verdict::Ok(if typed { mqx } else { mqx.env("MQX_URL", url).env("MQX_WS_HEADER", &value) })
    };
    let peer = Peer::play(|listener| {
        let mut client = listener.accept()?;
        client.send(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n")?;
        client.close()
    })?;
    let url = format!("ws://127.0.0.1:{}/mqtt?X-Amz-Signature={CANARY}", peer.port());
    let outcome = mqx(&url, &["a", "x"])?.run()?;
    outcome.expect(3, "", "401 Unauthorized")?;
    outcome.says(&["/mqtt was answered"])?;
    peer.finish()?;
    let nowhere = format!("ws://127.0.0.1:1/?{CANARY}");
    mqx(&nowhere, &["a", "x"])?.run()?.expect(3, "", "cannot connect to")?;
    mqx(&nowhere, &["--nonsense", "a", "x"])?.run()?.expect_code(2)?;
    mqx(&format!("ws://127.0.0.1:1/?{CANARY}#"), &["a", "x"])?.run()?.expect(2, "", "it has a fragment")?;
    mqx(&format!("mqtt://127.0.0.1:1/{CANARY}"), &["a", "x"])?.run()?.expect_code(2)
}
