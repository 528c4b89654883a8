//! `sub --output-dir`: a file for each message or for each topic, and what is acknowledged when one cannot be written.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::at;
use crate::support::harness::{Case, Tool, case};
use crate::support::mosquitto::Mosquitto;
use crate::support::packets::{Publish, Version, first};
use crate::support::peer::Peer;
use crate::support::temp::TempDir;
use crate::support::{Verdict, ensure, ensure_eq, text};

pub fn cases(list: &mut Vec<Case>) {
    for version in Version::BOTH {
        let mut add = |name: &str, body: fn(Version) -> Verdict| {
            list.push(case(format!("files::{name}::{}", version.flag()), move || body(version)));
        };
        add("one_for_each_message", for_each_message);
        add("one_for_each_topic", for_each_topic);
        add("what_cannot_be_written_is_not_acknowledged", unwritten);
    }
    list.push(case("files::no_directory", no_directory));
    list.push(case("mosquitto::files", at_mosquitto).needs(Tool::Mosquitto));
}

/// Names and contents.
fn files(directory: &Path) -> Verdict<BTreeMap<String, Vec<u8>>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).ok_or("a name of ours is UTF-8")?;
        found.insert(name.to_owned(), fs::read(&path)?);
    }
    Ok(found)
}

/// Messages with topics that would lead elsewhere, acknowledged one by one.
fn peer(version: Version) -> Verdict<Peer> {
    Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.grant_subscribe()?;
        for (id, (topic, payload)) in (1..).zip([("../../x", &b"\x00\xff"[..]), ("/etc/passwd", b""), ("../../x", b"2")]) {
            client.send(&Publish::new(1, id, topic, payload).bytes(version))?;
            client.expect_ack(first::PUBACK, id)?;
        }
        client.goodbye()
    })
}

fn for_each_message(version: Version) -> Verdict {
    let scratch = TempDir::new()?;
    let directory = scratch.path().join("made");
    let words = ["sub", "-C", "3", "--output-dir", text(&directory)?, "#"];
    let peer = peer(version)?;
    at(&peer.port(), version, &words)?.run()?.expect(0, "", "")?;
    peer.finish()?;
    let found = files(&directory)?;
    // YYYYMMDDTHHMMSS.ffffffZ-
    let (names, contents): (Vec<&str>, Vec<&[u8]>) = found.iter().map(|(name, bytes)| (&name[24..], &**bytes)).unzip();
    ensure_eq(&names, &vec!["000001-%2E.%2F..%2Fx", "000002-%2Fetc%2Fpasswd", "000003-%2E.%2F..%2Fx"], "names")?;
    ensure_eq(&contents, &vec![&b"\x00\xff"[..], b"", b"2"], "payloads")?;
    ensure_eq(&fs::read_dir(scratch.path())?.count(), &1, "nothing is beside it")
}

fn for_each_topic(version: Version) -> Verdict {
    let scratch = TempDir::new()?;
    let directory = text(scratch.path())?;
    let words = ["sub", "-C", "3", "--output-dir", directory, "--output-per", "topic", "#"];
    for _ in 0..2 {
        let peer = peer(version)?;
        at(&peer.port(), version, &words)?.run()?.expect(0, "", "")?;
        peer.finish()?;
    }
    let expected = [("%2E.%2F..%2Fx", &b"\x00\xff\n2\n\x00\xff\n2\n"[..]), ("%2Fetc%2Fpasswd", b"\n\n")];
    let expected = expected.map(|(name, bytes)| (name.to_owned(), bytes.to_vec())).into();
    ensure_eq(&files(scratch.path())?, &expected, "files")?;
    let peer = peer(version)?;
    at(&peer.port(), version, &[&words[..], &["--json"]].concat())?.run()?.expect(0, "", "")?;
    peer.finish()?;
    let found = files(scratch.path())?;
    let json = String::from_utf8_lossy(&found["%2Fetc%2Fpasswd"]).into_owned();
    ensure(json.starts_with("\n\n{\"ts\":\"") && json.ends_with("}\n") && json.contains("\"topic\":\"/etc/passwd\""), json)
}

/// What came before it is; the run ends.
fn unwritten(version: Version) -> Verdict {
    let scratch = TempDir::new()?;
    fs::create_dir(scratch.path().join("b"))?;
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.grant_subscribe()?;
        let message = |id, topic| Publish::new(1, id, topic, "x").bytes(version);
        client.send(&[message(1, "a"), message(2, "b"), message(3, "c")].concat())?;
        client.expect_ack(first::PUBACK, 1)?;
        client.goodbye()
    })?;
    let words = ["sub", "--output-dir", text(scratch.path())?, "--output-per", "topic", "+"];
    let outcome = at(&peer.port(), version, &words)?.run()?;
    let why = format!("error: cannot write {}/b: it is there, and no regular file\n", scratch.path().display());
    outcome.expect(1, "", &why)?;
    peer.finish()?;
    ensure(!scratch.path().join("c").exists(), "nothing is written after a failure")
}

/// Found before there is a connection.
fn no_directory() -> Verdict {
    let scratch = TempDir::new()?;
    let file = scratch.write("file", "")?;
    for (path, code, why) in [(file, 2, "not a directory"), (scratch.path().join("a/b"), 1, "no such file or directory")] {
        let words = ["sub", "--output-dir", text(&path)?, "a"];
        let said = format!("error: cannot write {}: {why}\n", path.display());
        at("1", Version::V5, &words)?.run()?.expect(code, "", &said)?;
    }
    Ok(())
}

fn at_mosquitto() -> Verdict {
    let (broker, scratch) = (Mosquitto::start()?, TempDir::new()?);
    let words = ["sub", "-C", "500", "--output-dir", text(scratch.path())?, "a/+"];
    let sub = at(&broker.port(), Version::V5, &words)?.start()?;
    sub.wait_stderr("subscribed to a/+")?;
    let lines: Vec<String> = (0..500).map(|number| format!("{number:03}\n")).collect();
    at(&broker.port(), Version::V5, &["pub", "-l", "a/b"])?.stdin(lines.concat()).run()?.expect(0, "", "")?;
    sub.finish(crate::support::STEP)?.expect(0, "", "")?;
    let contents: Vec<String> =
        files(scratch.path())?.into_values().map(|bytes| format!("{}\n", String::from_utf8_lossy(&bytes))).collect();
    ensure_eq(&contents, &lines, "files in order of arrival")
}
