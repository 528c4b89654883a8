//! `pub --encoding`: bytes written as text are published as bytes; what is none is named, and no message.

use crate::at;
use crate::support::Verdict;
use crate::support::harness::{Case, both, case};
use crate::support::mqx::Mqx;
use crate::support::packets::{Version, puback};
use crate::support::peer::Peer;

pub fn cases(list: &mut Vec<Case>) {
    both(list, "encoding::bytes_of_every_input", inputs);
    both(list, "encoding::bad_lines_are_left_out", bad_lines);
    list.push(case("encoding::what_is_no_such_text", no_such_text));
}

/// Runs `pub a WORDS` with an input; a peer takes these payloads and no other. Status and stderr.
fn publishes(version: Version, words: &[&str], stdin: &str, payloads: &'static [&[u8]], end: (i32, &str)) -> Verdict {
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        for payload in payloads {
            let id = client.expect_message(1, "a", payload)?;
            client.send(&puback(version, id))?;
        }
        client.goodbye()
    })?;
    let run = at(&peer.port(), version, &[&["pub", "a"], words].concat())?;
    std::fs::write(run.home().join("file"), stdin)?;
    run.stdin(stdin).run()?.expect_whole(end.0, "", end.1)?;
    peer.finish()
}

fn inputs(version: Version) -> Verdict {
    let hex = ["--encoding", "hex"];
    let base64 = ["--encoding", "base64"];
    publishes(version, &[&["00 fF"], &hex[..]].concat(), "", &[b"\x00\xff"], (0, ""))?;
    publishes(version, &[&["-m", "AP8="], &base64[..]].concat(), "", &[b"\x00\xff"], (0, ""))?;
    publishes(version, &base64, "aG90\nIGRh\r\neQ==\n", &[b"hot day"], (0, ""))?;
    publishes(version, &[&["-f", "file"], &hex[..]].concat(), "00\nff\n", &[b"\x00\xff"], (0, ""))?;
    publishes(version, &[&["-l"], &base64[..]].concat(), "AP8=\r\n\naG90", &[b"\x00\xff", b"", b"hot"], (0, ""))?;
    publishes(version, &[&["-l", "-f", "file"], &hex[..]].concat(), "0a\n0d\n", &[b"\n", b"\r"], (0, ""))
}

/// The others go on, and the end is 1.
fn bad_lines(version: Version) -> Verdict {
    let says = "\
warning: line 2 left out: it is not two hexadecimal digits a byte
warning: line 4 left out: it is not two hexadecimal digits a byte
error: 2 lines left out
";
    publishes(version, &["-l", "--encoding", "hex"], "00\n0x01\nff\n0", &[b"\x00", b"\xff"], (1, says))
}

/// Before anything is connected to: nothing listens on the port.
fn no_such_text() -> Verdict {
    let of = |words: &[&str]| Mqx::new([&["pub", "-h", "127.0.0.1", "-p", "1", "a"], words].concat());
    let outcome = of(&["hot", "--encoding", "hex"])?.run()?;
    outcome.expect_whole(2, "", "error: the message: it is not two hexadecimal digits a byte\n")?;
    let outcome = of(&["hot", "--encoding", "base64"])?.run()?;
    outcome.expect_whole(2, "", "error: the message: it is not base64\n")?;
    let outcome = of(&["--encoding", "base64"])?.stdin("hot").run()?;
    outcome.expect_whole(1, "", "error: the message in stdin: it is not base64\n")?;
    let outcome = of(&["hot", "--encoding", "gzip"])?.run()?;
    outcome.expect(2, "", "gzip")?;
    outcome.says(&["hex", "base64"])
}
