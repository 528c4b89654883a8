//! `--debug`: every packet in words on stderr, in both directions, whatever becomes of the connection, and never a secret.

use crate::at;
use crate::support::harness::{Case, both, case};
use crate::support::mqx::{Mqx, contains};
use crate::support::packets::{Version, connack, packet, property, puback};
use crate::support::peer::Peer;
use crate::support::{Verdict, ensure, ensure_eq};

pub fn cases(list: &mut Vec<Case>) {
    both(list, "debug::every_packet_of_a_publisher", publisher);
    both(list, "debug::every_packet_of_a_subscriber", subscriber);
    both(list, "debug::a_refusal", refusal);
    list.push(case("debug::what_came_is_escaped", escaped));
    list.push(case("debug::nothing_without_it", nothing));
}

/// The lines without the times in front, whose form is checked.
fn lines(stderr: &str) -> Verdict<Vec<String>> {
    let time = |text: &str| {
        let form = text.bytes().map(|byte| if byte.is_ascii_digit() { b'0' } else { byte }).collect::<Vec<u8>>();
        ensure_eq(&&*form, &&b"00:00:00.000"[..], "a time")
    };
    stderr
        .lines()
        .filter(|line| line.contains(" sending ") || line.contains(" received "))
        .map(|line| {
            let (at, rest) = line.split_once(' ').ok_or("a time and a packet")?;
            time(at)?;
            Ok(rest.to_owned())
        })
        .collect()
}

fn publisher(version: Version) -> Verdict {
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        let id = client.expect_message(1, "a", "hello")?;
        client.send(&puback(version, id))?;
        client.goodbye()
    })?;
    let words = ["pub", "-d", "--quiet", "-i", "x", "-u", "u", "-P", "hunter2", "-k", "7", "a", "hello"];
    let run = at(&peer.port(), version, &words)?.secret("hunter2").run()?;
    run.expect(0, "", "")?;
    peer.finish()?;
    let expected = match version {
        Version::V5 => [
            "sending CONNECT (MQTT 5, client id 'x', clean start, keep alive 7, session expiry 60, receive maximum 1, topic alias \
             maximum 16, user name 'u', password ***)",
            "received CONNACK 0x00 success",
            "sending PUBLISH (mid 1, q1, r0, 'a', 5 bytes)",
            "received PUBACK mid 1: 0x00 success",
            "sending DISCONNECT 0x00 success (session expiry 0)",
        ],
        Version::V311 => [
            "sending CONNECT (MQTT 3.1.1, client id 'x', clean session, keep alive 7, user name 'u', password ***)",
            "received CONNACK 0x00 success",
            "sending PUBLISH (mid 1, q1, r0, 'a', 5 bytes)",
            "received PUBACK mid 1",
            "sending DISCONNECT",
        ],
    };
    ensure_eq(&lines(&run.stderr)?, &expected.map(str::to_owned).to_vec(), "the packets")?;
    ensure_eq(&run.stderr.lines().count(), &expected.len(), "nothing else")
}

/// Packets that come in pieces, and several at once.
fn subscriber(version: Version) -> Verdict {
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.grant_subscribe()?;
        let none: &[u8] = if version == Version::V5 { &[0] } else { &[] };
        let message = |body: &[u8]| packet(0x30, &[b"\0\x01a", none, body].concat());
        let large = message(&[b'x'; 70_000]);
        let (first, rest) = large.split_at(40_000);
        client.send(&[&message(b"1"), &message(b""), first].concat())?;
        client.send(rest)?;
        client.goodbye()
    })?;
    let run = at(&peer.port(), version, &["sub", "--debug", "-C", "3", "-q", "0", "a"])?.run()?;
    run.expect_code(0)?;
    peer.finish()?;
    let lines = lines(&run.stderr)?;
    let (suback, disconnect) = match version {
        Version::V5 => ("received SUBACK mid 1: granted q0", "sending DISCONNECT 0x00 success (session expiry 0)"),
        Version::V311 => ("received SUBACK mid 1: granted q0", "sending DISCONNECT"),
    };
    let expected = [
        "sending SUBSCRIBE mid 1 ('a' q0)",
        suback,
        "received PUBLISH (q0, r0, 'a', 1 byte)",
        "received PUBLISH (q0, r0, 'a', 0 bytes)",
        "received PUBLISH (q0, r0, 'a', 70000 bytes)",
        disconnect,
    ];
    ensure_eq(&lines[2..].to_vec(), &expected.map(str::to_owned).to_vec(), "the packets behind the handshake")
}

fn refusal(version: Version) -> Verdict {
    let peer = Peer::play(move |listener| {
        let mut client = listener.accept()?;
        client.expect_connect()?;
        let code = if version == Version::V5 { 0x87 } else { 5 };
        client.send(&connack(version, false, code, &property::reason_string("no \x1b[31m")))?;
        client.close_gently()
    })?;
    let run = at(&peer.port(), version, &["pub", "-d", "a", "x"])?.run()?;
    run.expect(4, "", "error: broker refused the connection: 0x87 not authorized")?;
    peer.finish()?;
    let lines = lines(&run.stderr)?;
    let answer = match version {
        Version::V5 => "received CONNACK 0x87 not authorized (reason string 'no \\x1b[31m')",
        Version::V311 => "received CONNACK 0x87 not authorized",
    };
    ensure_eq(&(lines.len(), lines[1].as_str()), &(2, answer), "the packets")
}

fn escaped() -> Verdict {
    let peer = Peer::play(|listener| {
        let (mut client, _) = listener.welcome(Version::V5)?;
        client.grant_subscribe()?;
        client.send(&packet(0x30, &[b"\0\x05\x1b[31m\x09", &*property::user("\u{202e}", "\n"), b"x"].concat()))?;
        client.goodbye()
    })?;
    let run = at(&peer.port(), Version::V5, &["sub", "-d", "-C", "1", "#"])?.run()?;
    run.expect_code(0)?;
    run.says(&["received PUBLISH (q0, r0, '\\x1b[31m', 1 byte, user property '\\u{202e}': '\\n')"])?;
    ensure(!contains(run.stderr.as_bytes(), b"\x1b"), "no command to the terminal")?;
    peer.finish()
}

fn nothing() -> Verdict {
    let peer = Peer::play(|listener| listener.take_one(Version::V5, "a", "x"))?;
    Mqx::new(["pub", "-h", "127.0.0.1", "-p", &peer.port(), "a", "x"])?.run()?.expect_whole(0, "", "")?;
    peer.finish()
}
