//! Settings from flags, the environment and profiles: what of them reaches the broker, and how what is wrong is told.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::support::harness::{Case, case};
use crate::support::mqx::Mqx;
use crate::support::packets::{Version, puback};
use crate::support::peer::Peer;
use crate::support::{Verdict, ensure, ensure_eq};

/// A secret that no output may have.
const PASSWORD: &str = "c4n4ry-w0rd";

pub fn cases(list: &mut Vec<Case>) {
    list.push(case("layers::each_beats_the_next", each_beats_the_next));
    list.push(case("layers::a_password_by_each_way", passwords));
    list.push(case("layers::a_switch_and_what_undoes_it", switches));
    list.push(case("layers::a_command_without_a_connection_has_none", without_connection));
    list.push(case("layers::help_is_help_whatever_is_set", help));
    for (variables, words, says) in REFUSED {
        let names: Vec<&str> = variables.iter().map(|(name, _)| *name).collect();
        list.push(case(format!("layers::refused::{} {}", names.join(","), words.join(" ")), || refused(variables, words, says)));
    }
}

/// `mqx` with a file of profiles, which is `text`.
pub fn with_profiles(words: &[&str], text: &str) -> Verdict<Mqx> {
    let mqx = Mqx::new(words)?;
    let folder = mqx.home().join(".config").join("mqx");
    std::fs::create_dir_all(&folder)?;
    owners_alone(&folder.join("profiles.toml"), text)?;
    Ok(mqx)
}

/// Writes a file that nobody else may read or write.
fn owners_alone(path: &Path, text: &str) -> Verdict {
    std::fs::write(path, text)?;
    Ok(std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?)
}

/// A broker that takes one message and says who brought it.
fn expect_from(id: &'static str, user: Option<&'static str>, password: Option<&'static str>) -> Verdict<Peer> {
    Peer::play(move |listener| {
        let (mut client, connect) = listener.welcome(Version::V5)?;
        let text = |text: Option<&'static str>| text.map(|text| text.as_bytes().to_vec());
        ensure_eq(&String::from_utf8_lossy(&connect.client_id).into_owned(), &id.to_owned(), "client identifier")?;
        ensure_eq(&connect.user.map(|user| user.to_vec()), &text(user), "user")?;
        ensure(connect.password.map(|it| it.to_vec()) == text(password), "another password")?;
        let message = client.expect_message(1, "a", "b")?;
        client.send(&puback(Version::V5, message))?;
        client.goodbye()
    })
}

/// Client identifier and user from flag, variable and profile, in each combination.
fn each_beats_the_next() -> Verdict {
    for (flag, variable, profile, expected) in [
        (true, true, true, "flag"),
        (true, true, false, "flag"),
        (true, false, true, "flag"),
        (false, true, true, "variable"),
        (false, true, false, "variable"),
        (false, false, true, "profile"),
    ] {
        let peer = expect_from(expected, profile.then_some("ann"), None)?;
        let port = peer.port();
        let mut words = vec!["pub", "-h", "127.0.0.1", "a", "b"];
        words.extend(flag.then_some(["-i", "flag"]).into_iter().flatten());
        words.extend(profile.then_some("--profile=x"));
        let text = format!("[x]\nport = {port}\nid = 'profile'\nusername = 'ann'\n");
        let mut mqx = with_profiles(&words, &text)?;
        if variable {
            mqx = mqx.env("MQX_ID", "variable");
        }
        mqx.env("MQX_PORT", &port).env("MQX_HOST", "").run()?.expect_whole(0, "", "")?;
        peer.finish()?;
    }
    let peer = expect_from("profile", None, None)?;
    let text = format!("[x]\nhost = '127.0.0.1'\nport = {}\nid = 'profile'\n", peer.port());
    with_profiles(&["pub", "a", "b"], &text)?.env("MQX_PROFILE", "x").run()?.expect_whole(0, "", "")?;
    peer.finish()?;
    let peer = expect_from("y", None, None)?;
    let text = format!("[x]\nid = 'x'\n[y]\nid = 'y'\nport = {}\n", peer.port());
    let mqx = with_profiles(&["pub", "--profile", "y", "-h", "127.0.0.1", "--", "a", "b"], &text)?;
    mqx.env("MQX_PROFILE", "x").run()?.expect_whole(0, "", "")?;
    peer.finish()
}

/// Each reaches the broker and no output, and the higher one holds.
fn passwords() -> Verdict {
    let references = [
        ("password = 'env:SECRET'", true),
        ("password = 'file:secret'", true),
        ("password = 'cmd:printf %s c4n4ry-w0rd'", true),
        ("password = 'env:NOT_SET'", false),
    ];
    for (line, by_profile) in references {
        let peer = expect_from("i", Some("ann"), Some(PASSWORD))?;
        let text = format!("[x]\nhost = '127.0.0.1'\nport = {}\nid = 'i'\nusername = 'ann'\n{line}\n", peer.port());
        let mut mqx = with_profiles(&["pub", "--profile", "x", "a", "b"], &text)?.secret(PASSWORD);
        owners_alone(&mqx.home().join(".config/mqx/secret"), &format!("{PASSWORD}\n"))?;
        mqx = if by_profile { mqx.env("SECRET", PASSWORD) } else { mqx.env("MQX_PASSWORD", PASSWORD) };
        mqx.run()?.expect_whole(0, "", "")?;
        peer.finish()?;
    }
    // A URL's own password comes before a variable, as everything that is typed.
    let peer = expect_from("i", Some("ann"), Some(PASSWORD))?;
    let url = format!("mqtt://ann:{PASSWORD}@127.0.0.1:{}", peer.port());
    let mqx = Mqx::new(["pub", "-i", "i", "-L", &url, "a", "b"])?.secret(PASSWORD).secret("an0ther");
    mqx.env("MQX_PASSWORD", "an0ther").run()?.expect_whole(0, "", "")?;
    peer.finish()?;
    // And who is typed comes before who is in a variable's URL.
    let peer = expect_from("i", Some("bob"), Some("p"))?;
    let url = format!("mqtt://ann:{PASSWORD}@127.0.0.1:{}", peer.port());
    let mqx = Mqx::new(["pub", "-i", "i", "-u", "bob", "-P", "p", "a", "b"])?.secret(PASSWORD);
    mqx.env("MQX_URL", url).run()?.expect_whole(0, "", "")?;
    peer.finish()
}

/// `--quiet` silences the note about the subscription; nothing else is said here.
fn switches() -> Verdict {
    for (variables, words, quiet) in [
        (&[][..], &["--quiet"][..], true),
        (&[], &["--quiet", "--no-quiet"], false),
        (&[], &["--no-quiet", "--quiet"], true),
        (&[("MQX_QUIET", "1")], &[], true),
        (&[("MQX_QUIET", "1")], &["--no-quiet"], false),
        (&[("MQX_QUIET", "0")], &["--profile", "x"], false),
        (&[], &["--profile", "x"], true),
        (&[], &["--profile", "x", "--no-quiet"], false),
    ] {
        let peer = Peer::play(|listener| {
            let (mut client, _) = listener.welcome(Version::V5)?;
            client.grant_subscribe()?;
            let hot = crate::support::packets::Publish::new(0, 0, "a", "hot");
            client.send(&hot.bytes(Version::V5))?;
            client.goodbye()
        })?;
        let port = peer.port();
        let words = [&["sub", "-h", "127.0.0.1", "-p", &port, "-C", "1", "a"], words].concat();
        let mut mqx = with_profiles(&words, "[x]\nquiet = true\n")?;
        for (name, value) in variables {
            mqx = mqx.env(name, value);
        }
        let outcome = mqx.run()?;
        outcome.expect(0, "hot\n", "")?;
        ensure(outcome.stderr.is_empty() == quiet, &outcome)?;
        peer.finish()?;
    }
    Ok(())
}

fn without_connection() -> Verdict {
    let mqx = Mqx::new(["completions", "bash"])?.env("MQX_PORT", "nonsense").env("MQX_PROFILE", "none");
    mqx.run()?.expect_code(0)
}

fn help() -> Verdict {
    let plain = Mqx::new(["pub", "--help"])?.run()?;
    plain.expect_code(0)?;
    let outcome = Mqx::new(["pub", "--help"])?.env("MQX_PASSWORD", PASSWORD).env("MQX_PORT", "x").secret(PASSWORD).run()?;
    outcome.expect_code(0)?;
    ensure_eq(&outcome.stdout, &plain.stdout, "help")?;
    ensure(String::from_utf8_lossy(&plain.stdout).contains("[env: MQX_PORT]"), &plain)
}

/// Variables, words behind `pub a x`, and all that stderr says.
type Refused = (&'static [(&'static str, &'static str)], &'static [&'static str], &'static str);

const REFUSED: &[Refused] = &[
    (&[("MQX_PORT", "x")], &[], "error: MQX_PORT: 'x': it is no whole number\n"),
    (&[("MQX_PORT", "65536")], &[], "error: MQX_PORT: '65536': it is a number from 1 to 65535\n"),
    (
        &[("MQX_TLS", "perhaps")],
        &[],
        "error: MQX_TLS: 'perhaps' is neither yes nor no\nhint: 1, true, yes and on are yes; 0, false, no and off are no\n",
    ),
    (&[("MQX_HOST", "a"), ("MQX_URL", "mqtt://ann:c4n4ry-w0rd@h")], &[], "error: MQX_URL cannot be used with MQX_HOST\n"),
    (
        &[("MQX_PASSWORD", "c4n4ry-w0rd"), ("MQX_PASSWORD_FILE", "x")],
        &[],
        "error: MQX_PASSWORD_FILE cannot be used with MQX_PASSWORD\n",
    ),
    (
        &[("MQX_PASSWORD_FROM", "c4n4ry-w0rd")],
        &[],
        "error: MQX_PASSWORD_FROM: a secret is not written here, but where it is\nhint: env:NAME, file:PATH, cmd:COMMAND or prompt\n",
    ),
    (&[("MQX_URL", "mqtt://ann:c4n4ry-w0rd@h#x")], &[], "error: MQX_URL: it has a fragment; a # in it is written %23\n"),
    (
        &[("MQX_URL", "mqtts://ann:c4n4ry-w0rd@h")],
        &["--no-tls"],
        "error: a URL with mqtts:// asks for TLS, and --no-tls for none\nhint: mqtt:// is without TLS\n",
    ),
    (
        &[("MQX_PASSWORD", "c4n4ry-w0rd")],
        &["-V", "311"],
        "error: a password without a user name (-u) needs MQTT 5, and -V asks for 3.1.1\n",
    ),
];

fn refused(variables: &[(&str, &str)], words: &[&str], says: &str) -> Verdict {
    let mut mqx = Mqx::new([&["pub", "a", "x"], words].concat())?.secret(PASSWORD);
    for (name, value) in variables {
        mqx = mqx.env(name, value);
    }
    mqx.run()?.expect_whole(2, "", says)
}
