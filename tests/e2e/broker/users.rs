//! Who is let in, and the file that says so.

use super::{Broker, text};
use crate::at;
use crate::support::child::Ended;
use crate::support::harness::{Case, both, case};
use crate::support::mqx::{Mqx, contains};
use crate::support::packets::Version;
use crate::support::pty::{Pty, plain};
use crate::support::temp::TempDir;
use crate::support::{STEP, Verdict, ensure, ensure_eq};

/// User `ann` with the password `hot`, hashed as little as argon2id can.
pub const LINES: &str =
    "# who may\n\nann:$argon2id$v=19$m=8,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$89yoi1vgbC+zJ9QpjDwxvLys01srGXXNOKzVSU6bLrc\n";

pub fn cases(list: &mut Vec<Case>) {
    both(list, "broker::users", users);
    both(list, "broker::users_and_anonymous", anonymous);
    list.push(case("broker::a_bad_users_file", bad_file));
    list.push(case("broker::passwd_from_a_pipe", passwd));
    list.push(case("broker::passwd_on_a_terminal", passwd_terminal));
    list.push(case("broker::passwd_refuses", passwd_refuses));
}

fn publish(broker: &Broker, version: Version, user: &[&str]) -> Verdict<Mqx> {
    at(&broker.port(), version, &[&["pub", "a", "x"], user].concat())
}

const RIGHT: &[&str] = &["-u", "ann", "-P", "hot"];
const WRONG: [&[&str]; 4] = [&["-u", "ann", "-P", "cold"], &["-u", "bob", "-P", "hot"], &["-u", "ann"], &["-u", "ann", "-P", ""]];

fn users(version: Version) -> Verdict {
    let directory = TempDir::new()?;
    let file = directory.write("users", LINES)?;
    let broker = Broker::start(&["--listen", "127.0.0.1:0", "--users", text(&file)?])?;
    publish(&broker, version, RIGHT)?.run()?.expect(0, "", "")?;
    for user in WRONG.iter().chain(&[&[][..]]) {
        publish(&broker, version, user)?.run()?.expect(4, "", "0x86 bad user name or password")?;
    }
    publish(&broker, version, RIGHT)?.run()?.expect(0, "", "")?;
    broker.end("warning: a login was refused")
}

fn anonymous(version: Version) -> Verdict {
    let directory = TempDir::new()?;
    let file = directory.write("users", LINES)?;
    let broker = Broker::start(&["--listen", "127.0.0.1:0", "--users", text(&file)?, "--allow-anonymous"])?;
    publish(&broker, version, RIGHT)?.run()?.expect(0, "", "")?;
    publish(&broker, version, &[])?.run()?.expect(0, "", "")?;
    for user in WRONG {
        publish(&broker, version, user)?.run()?.expect(4, "", "0x86")?;
    }
    broker.end("")
}

fn bad_file() -> Verdict {
    let directory = TempDir::new()?;
    let file = directory.write("users", format!("{LINES}bob:hunter2\n"))?;
    let run = |path: &str| Mqx::new(["broker", "--listen", "127.0.0.1:0", "--users", path])?.secret("hunter2").run();
    run(text(&file)?)?.expect(1, "", "users: line 4: the hash is not one of argon2id")?;
    run(text(directory.path())?)?.expect(1, "", "it is a directory")?;
    run("missing")?.expect(1, "", "the users file missing: cannot read it: no such file or directory")?;
    run("/dev/null")?.expect(1, "", "there is no user in it")
}

/// The line, without its end.
fn line_of(stdout: &[u8]) -> Verdict<String> {
    let line = String::from_utf8(stdout.to_vec())?;
    let line = line.strip_suffix('\n').ok_or("a line has an end")?;
    ensure(!line.contains('\n') && line.starts_with("ann:$argon2id$"), line)?;
    Ok(line.to_owned())
}

/// The line lets its user in with this password, and with no other.
fn serves(line: &str, password: &str) -> Verdict {
    let directory = TempDir::new()?;
    let file = directory.write("users", format!("{line}\n"))?;
    let broker = Broker::start(&["--listen", "127.0.0.1:0", "--users", text(&file)?])?;
    publish(&broker, Version::V5, &["-u", "ann", "-P", password])?.run()?.expect(0, "", "")?;
    publish(&broker, Version::V5, &["-u", "ann", "-P", "another"])?.run()?.expect(4, "", "")?;
    broker.end("")
}

fn passwd() -> Verdict {
    for (input, password) in [("hunter2\n", "hunter2"), ("hunter2", "hunter2"), ("a b:c\r\nnot this", "a b:c")] {
        let outcome = Mqx::new(["broker", "passwd", "ann"])?.stdin(input).secret(password).run()?;
        outcome.expect_whole(0, &outcome.stdout, "")?;
        serves(&line_of(&outcome.stdout)?, password)?;
    }
    Ok(())
}

fn passwd_terminal() -> Verdict {
    let mut terminal = Pty::mqx(["broker", "passwd", "ann"])?;
    terminal.wait_for("password: ")?;
    terminal.write("hunter2\r")?;
    terminal.wait_for("the same again: ")?;
    terminal.write("hunter2\r")?;
    let (screen, ended) = terminal.finish(STEP)?;
    let shown = plain(&screen);
    ensure_eq(&ended, &Ended::Code(0), &shown)?;
    ensure(!contains(&screen, b"hunter2"), "the password is shown")?;
    ensure(shown.starts_with("password: \nthe same again: \nann:"), &shown)?;
    let line = shown.lines().last().unwrap_or_default().to_owned() + "\n";
    serves(&line_of(line.as_bytes())?, "hunter2")?;

    let mut terminal = Pty::mqx(["broker", "passwd", "ann"])?;
    terminal.wait_for("password: ")?;
    terminal.write("hunter2\r")?;
    terminal.wait_for("the same again: ")?;
    terminal.write("hunter3\r")?;
    let (screen, ended) = terminal.finish(STEP)?;
    ensure_eq(&ended, &Ended::Code(2), &plain(&screen))?;
    ensure(plain(&screen).contains("the passwords differ"), plain(&screen))
}

fn passwd_refuses() -> Verdict {
    for (name, says) in [("", "is empty"), ("a:b", "colon"), ("a\tb", "control"), ("#a", "#")] {
        Mqx::new(["broker", "passwd", name])?.stdin("x\n").run()?.expect(2, "", says)?;
    }
    for input in ["", "\n", "\r\n"] {
        Mqx::new(["broker", "passwd", "ann"])?.stdin(input).run()?.expect(2, "", "the password is empty")?;
    }
    let long = "x".repeat(65_536);
    Mqx::new(["broker", "passwd", "ann"])?.stdin(long).run()?.expect(2, "", "longer than 65,535")?;
    Mqx::new(["broker", "-p", "1884", "passwd", "ann"])?.run()?.expect(2, "", "cannot be used with")
}
