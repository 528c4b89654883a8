//! What a person sees, through a pseudo terminal of 100 columns.

use crate::support::child::Ended;
use crate::support::harness::{Case, case};
use crate::support::mqx::contains;
use crate::support::packets::{Publish, Version};
use crate::support::peer::Peer;
use crate::support::pty::{Pty, plain};
use crate::support::{STEP, Verdict, ensure, ensure_eq};

pub fn cases(list: &mut Vec<Case>) {
    list.push(case("terminal::sub", sub));
    list.push(case("terminal::no_color", no_color));
    list.push(case("terminal::pub_without_a_message", pub_without_message));
}

/// Digits of the time made one, so that the layout can be compared.
fn timeless(screen: &str) -> String {
    let mut lines = Vec::new();
    for line in screen.lines() {
        let time: String = line.chars().take(12).collect();
        let shape: String = time.chars().map(|character| if character.is_ascii_digit() { '0' } else { character }).collect();
        let is_time = shape == "00:00:00.000";
        lines.push(if is_time { format!("{shape}{}", &line[12..]) } else { line.to_owned() });
    }
    lines.join("\n")
}

fn talk(environment: &[(&str, &str)]) -> Verdict<Vec<u8>> {
    let version = Version::V5;
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.grant_subscribe()?;
        client.send(&Publish::new(0, 0, "encyclopedia/temperature", "hot").bytes(version))?;
        client.send(&Publish::new(0, 0, "encyclopedia/evil", "\u{1b}[2J\u{7}x\ny").retain().bytes(version))?;
        client.goodbye()
    })?;
    let args = ["sub", "-h", "127.0.0.1", "-p", &peer.port(), "-V", "5", "-C", "2", "encyclopedia/#"];
    let (screen, ended) = Pty::of_program(env!("CARGO_BIN_EXE_mqx"), args, environment)?.finish(STEP)?;
    ensure_eq(&ended, &Ended::Code(0), &plain(&screen))?;
    peer.finish()?;
    Ok(screen)
}

fn sub() -> Verdict {
    let screen = talk(&[])?;
    ensure(!contains(&screen, b"\x1b[2J") && !contains(&screen, b"\x07"), "a payload's control bytes reach the terminal")?;
    ensure(contains(&screen, b"\x1b["), "colour or dim marks are there")?;
    let text = timeless(&plain(&screen));
    ensure(text.contains("subscribed to encyclopedia/# at QoS 1"), &text)?;
    ensure(text.contains("\n00:00:00.000  encyclopedia/temperature  hot\n"), &text)?;
    ensure(text.contains("\n00:00:00.000  encyclopedia/evil"), &text)
}

fn no_color() -> Verdict {
    ensure(!contains(&talk(&[("NO_COLOR", "1")])?, b"\x1b"), "NO_COLOR is honoured")
}

fn pub_without_message() -> Verdict {
    let (screen, ended) = Pty::mqx(["pub", "a"])?.finish(STEP)?;
    ensure_eq(&ended, &Ended::Code(2), "status")?;
    ensure(plain(&screen).contains("no message; -n sends an empty one"), plain(&screen))
}
