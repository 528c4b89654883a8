//! Who mqx says it is: every combination of user name and password, each way that a password comes by, and the client identifier.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::mpsc;

use rustix::process::Signal;
use rustix::termios::{LocalModes, tcgetattr};

use crate::at;
use crate::support::child::Ended;
use crate::support::harness::{Case, both, case};
use crate::support::mqx::{Mqx, Outcome};
use crate::support::packets::{Version, property, puback};
use crate::support::parse::Connect;
use crate::support::peer::{Listener, Peer};
use crate::support::pty::Pty;
use crate::support::temp::TempDir;
use crate::support::{STEP, Verdict, ensure, ensure_eq, text};

pub fn cases(list: &mut Vec<Case>) {
    both(list, "credentials::combinations", combinations);
    list.push(case("credentials::a_password_alone", password_alone));
    both(list, "credentials::bytes_of_a_file", bytes_of_a_file);
    both(list, "credentials::a_file_is_read_again", read_again);
    both(list, "credentials::a_command_is_run_again", run_again);
    list.push(case("credentials::a_command_that_fails", command_fails));
    list.push(case("credentials::a_named_pipe_without_a_writer", pipe_without_writer));
    list.push(case("credentials::a_key_through_a_pipe_is_read_once", key_through_pipe));
    list.push(case("credentials::a_variable", variable));
    list.push(case("credentials::a_file_that_others_can_read", readable));
    list.push(case("credentials::a_directory_is_no_file", directory));
    list.push(case("credentials::asked_for", asked_for));
    list.push(case("credentials::asked_for_and_interrupted", interrupted));
    list.push(case("credentials::asked_for_without_a_terminal", nobody_to_ask));
    both(list, "credentials::prefix_of_the_identifier", prefix);
    list.push(case("credentials::an_assigned_identifier_is_kept", assigned));
}

/// Takes `a x` at QoS 1 from a client, and returns what its CONNECT said.
fn take(listener: &mut Listener, version: Version) -> Verdict<Connect> {
    let (mut client, connect) = listener.welcome(version)?;
    let id = client.expect_message(1, "a", "x")?;
    client.send(&puback(version, id))?;
    client.goodbye()?;
    Ok(connect)
}

/// User name and password of a CONNECT.
type Who = (Option<Vec<u8>>, Option<Vec<u8>>);

/// A peer that expects these, one connection after the other.
fn expecting(version: Version, all: Vec<Who>) -> Verdict<Peer> {
    Peer::play(move |listener| {
        for who in all {
            let connect = take(listener, version)?;
            ensure_eq(&(connect.user, connect.password), &who, "user name and password")?;
        }
        Ok(())
    })
}

fn who(user: Option<&str>, password: Option<&[u8]>) -> Who {
    (user.map(|user| user.as_bytes().to_vec()), password.map(<[u8]>::to_vec))
}

fn publish(peer: &Peer, version: Version, words: &[&str]) -> Verdict<Mqx> {
    at(&peer.port(), version, &[&["pub"], words, &["a", "x"]].concat())
}

fn combinations(version: Version) -> Verdict {
    let rows: [(&[&str], Who); 5] = [
        (&[], who(None, None)),
        (&["-u", "token"], who(Some("token"), None)),
        (&["-u", "token", "-P", ""], who(Some("token"), Some(b""))),
        (&["-u", "", "-P", "-p"], who(Some(""), Some(b"-p"))),
        (&["-u", "-ü", "-P", "p"], who(Some("-ü"), Some(b"p"))),
    ];
    let peer = expecting(version, rows.iter().map(|(_, who)| who.clone()).collect())?;
    for (words, _) in &rows {
        publish(&peer, version, words)?.run()?.expect(0, "", "")?;
    }
    peer.finish()
}

fn password_alone() -> Verdict {
    let peer = expecting(Version::V5, vec![who(None, Some(b"jwt"))])?;
    publish(&peer, Version::V5, &["-P", "jwt"])?.run()?.expect(0, "", "")?;
    let outcome = publish(&peer, Version::V311, &["-P", "jwt"])?.run()?;
    outcome.expect(2, "", "a password without a user name (-u) needs MQTT 5")?;
    peer.finish()
}

/// A file of this mode, and its path as an option takes it.
fn file(directory: &TempDir, content: &[u8], mode: u32) -> Verdict<String> {
    let path = directory.write("password", content)?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode))?;
    Ok(text(&path)?.to_owned())
}

fn bytes_of_a_file(version: Version) -> Verdict {
    let directory = TempDir::new()?;
    let path = file(&directory, b"\xff\0hush\n\n", 0o600)?;
    let wanted = who(Some("u"), Some(b"\xff\0hush\n"));
    let peer = expecting(version, vec![wanted.clone(), wanted, who(Some("u"), Some(b"\xff\xfe"))])?;
    for way in [["--password-file", &path], ["--password-from", &format!("file:{path}")]] {
        publish(&peer, version, &[&["-u", "u"][..], &way].concat())?.secret("hush").run()?.expect(0, "", "")?;
    }
    // Bytes that are no text, on the command line.
    let mut words: Vec<OsString> =
        ["pub", "-h", "127.0.0.1", "-p", &peer.port(), "-V", version.flag(), "-u", "u", "-P"].map(Into::into).into();
    words.push(OsString::from_vec(vec![0xff, 0xfe]));
    words.extend(["a", "x"].map(OsString::from));
    Mqx::new(words)?.run()?.expect(0, "", "")?;
    peer.finish()
}

/// The first connection is cut; meanwhile the secret was changed, and the second connection has the new one.
fn changed(
    version: Version,
    first: &[u8],
    second: &[u8],
    change: impl FnOnce() -> Verdict + Send + 'static,
    words: &[&str],
) -> Verdict<Outcome> {
    let (first, second) = (who(Some("u"), Some(first)), who(Some("u"), Some(second)));
    let peer = Peer::play(move |listener| {
        let (client, connect) = listener.welcome(version)?;
        ensure_eq(&(connect.user, connect.password), &first, "the first")?;
        change()?;
        client.cut()?;
        let connect = take(listener, version)?;
        ensure_eq(&(connect.user, connect.password), &second, "the second")
    })?;
    let outcome = publish(&peer, version, &[&["-u", "u"], words].concat())?.secret("hush").run()?;
    peer.finish()?;
    Ok(outcome)
}

fn read_again(version: Version) -> Verdict {
    let directory = TempDir::new()?;
    let path = file(&directory, b"hush one\n", 0o600)?;
    let target = path.clone();
    let change = move || Ok(std::fs::write(target, "hush two\n")?);
    changed(version, b"hush one", b"hush two", change, &["--password-file", &path])?.expect_code(0)
}

fn run_again(version: Version) -> Verdict {
    let directory = TempDir::new()?;
    let path = file(&directory, b"hush one\n", 0o600)?;
    let target = path.clone();
    let change = move || Ok(std::fs::write(target, "hush two\n")?);
    changed(version, b"hush one", b"hush two", change, &["--password-from", &format!("cmd:cat '{path}'")])?.expect_code(0)
}

/// Nothing is connected to, and nothing of what it printed is shown.
fn command_fails() -> Verdict {
    let outcome = Mqx::new(["pub", "-u", "u", "--password-from", "cmd:echo hu''sh; exit 7", "a", "x"])?.secret("hush").run()?;
    outcome.expect(1, "", "the command for the password failed: its exit status is 7")
}

fn named_pipe(directory: &TempDir) -> Verdict<PathBuf> {
    let path = directory.path().join("pipe");
    rustix::fs::mknodat(rustix::fs::CWD, &path, rustix::fs::FileType::Fifo, rustix::fs::Mode::from_raw_mode(0o600), 0)?;
    Ok(path)
}

/// `-W` bounds that wait, too.
fn pipe_without_writer() -> Verdict {
    let directory = TempDir::new()?;
    let pipe = named_pipe(&directory)?;
    for option in ["--cafile", "--tls-keylog", "--password-file"] {
        let mut words: Vec<OsString> = ["sub", "-p", "1", "-u", "u", "-W", "100ms", "a", option].map(OsString::from).to_vec();
        words.push(pipe.clone().into());
        Mqx::new(words)?.run()?.expect(27, "", "-W has passed")?;
    }
    Ok(())
}

fn key_through_pipe() -> Verdict {
    let directory = TempDir::new()?;
    let pipe = named_pipe(&directory)?;
    let certificate = directory.write("cert.pem", "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n")?;
    let words: Vec<OsString> = ["pub", "-p", "1", "a", "x", "--cert"].map(OsString::from).to_vec();
    let words = words.into_iter().chain([certificate.into(), "--key".into(), pipe.clone().into()]);
    let running = Mqx::new(words)?.start()?;
    std::fs::write(&pipe, "no key")?;
    running.finish(STEP)?.expect(2, "", "it is not PEM")
}

fn variable() -> Verdict {
    let peer = expecting(Version::V5, vec![who(Some("u"), Some(b"hush"))])?;
    let words = ["-u", "u", "--password-from", "env:BROKER_PASSWORD"];
    publish(&peer, Version::V5, &words)?.env("BROKER_PASSWORD", "hush").secret("hush").run()?.expect(0, "", "")?;
    publish(&peer, Version::V5, &words)?.run()?.expect(2, "", "the variable BROKER_PASSWORD, which is not set")?;
    let outcome = publish(&peer, Version::V5, &["-u", "u", "--password-from", "hush"])?.secret("hush").run()?;
    outcome.expect(2, "", "env:NAME, file:PATH, cmd:COMMAND or prompt")?;
    peer.finish()
}

fn readable() -> Verdict {
    let directory = TempDir::new()?;
    let path = file(&directory, b"hush", 0o644)?;
    let peer = expecting(Version::V5, vec![who(Some("u"), Some(b"hush"))])?;
    let outcome = publish(&peer, Version::V5, &["-u", "u", "--password-file", &path])?.secret("hush").run()?;
    outcome.expect(0, "", "warning: others can read the password in")?;
    outcome.says(&["chmod 600"])?;
    peer.finish()
}

/// Cannot have been meant, so that it is 2; what is only not there is 1.
fn directory() -> Verdict {
    for (option, status, says) in [
        (["--password-file", "."], 2, "the password file .: it is a directory"),
        (["--password-from", "file:."], 2, "the password file .: it is a directory"),
        (["--will-file", "."], 2, "the message of the will in .: it is a directory"),
        (["--password-file", "nowhere"], 1, "the password file nowhere: no such file or directory"),
        (["--will-file", "nowhere"], 1, "the message of the will in nowhere: no such file or directory"),
    ] {
        Mqx::new([&["pub", "--will-topic", "w", "-u", "u"][..], &option, &["a", "x"]].concat())?
            .run()?
            .expect(status, "", says)?;
    }
    Ok(())
}

fn on_a_terminal(port: &str) -> Verdict<Pty> {
    let pty = Pty::mqx(["pub", "-h", "127.0.0.1", "-p", port, "-V", "5", "-u", "u", "--ask-password", "a", "x"])?;
    pty.wait_for("password: ")?;
    pty.wait_no_echo()?;
    Ok(pty)
}

fn asked_for() -> Verdict {
    let peer = expecting(Version::V5, vec![who(Some("u"), Some("hüsh".as_bytes()))])?;
    let mut pty = on_a_terminal(&peer.port())?;
    pty.write("hüsh\n")?;
    let (screen, ended) = pty.finish(STEP)?;
    ensure_eq(&ended, &Ended::Code(0), "status")?;
    ensure(!String::from_utf8_lossy(&screen).contains("sh"), format_args!("the answer was shown: {screen:?}"))?;
    peer.finish()
}

/// By the key, or by a signal: the terminal is left as it was.
fn interrupted() -> Verdict {
    for (keys, signal, number) in [("hush\x03", None, 2), ("hu", Some(Signal::TERM), 15), ("", Some(Signal::INT), 2)] {
        let mut pty = on_a_terminal("1")?;
        pty.write(keys)?;
        signal.map_or(Ok(()), |signal| pty.signal(signal))?;
        let keyboard = pty.keyboard()?;
        let (screen, ended) = pty.finish(STEP)?;
        ensure_eq(&ended, &Ended::Signal(number), "status")?;
        ensure(!String::from_utf8_lossy(&screen).contains("hu"), "the answer was shown")?;
        ensure(tcgetattr(&keyboard)?.local_modes.contains(LocalModes::ECHO | LocalModes::ISIG), "the terminal was left silent")?;
    }
    Ok(())
}

fn nobody_to_ask() -> Verdict {
    let outcome = Mqx::of_program(
        "setsid",
        [Path::new("-w"), Path::new(env!("CARGO_BIN_EXE_mqx")), Path::new("pub")]
            .map(Path::as_os_str)
            .into_iter()
            .chain(["--ask-password", "-u", "u", "a", "x"].map(std::ffi::OsStr::new)),
    )?;
    outcome.run()?.expect(2, "", "cannot ask for the password: there is no terminal")
}

fn prefix(version: Version) -> Verdict {
    let (told, ids) = mpsc::channel();
    let peer = Peer::play(move |listener| Ok(told.send(take(listener, version)?.client_id)?))?;
    publish(&peer, version, &["-I", "lamp-"])?.run()?.expect(0, "", "")?;
    let id = String::from_utf8(ids.recv_timeout(STEP)?)?;
    ensure(id.starts_with("lamp-") && id.len() == 17, id)?;
    peer.finish()
}

/// [MQTT-3.2.2.3.7]: what the broker assigned is who we are from then on.
fn assigned() -> Verdict {
    let peer = Peer::play(|listener| {
        let (client, _) = listener.welcome_with(Version::V5, false, &property::assigned_client_id("assigned"))?;
        client.cut()?;
        let connect = take(listener, Version::V5)?;
        ensure_eq(&connect.client_id, &b"assigned".to_vec(), "the Client Identifier of the second connection")
    })?;
    publish(&peer, Version::V5, &[])?.run()?.expect_code(0)?;
    peer.finish()
}
