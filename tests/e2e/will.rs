//! The Will: what CONNECT says of it, which DISCONNECT goes with it, and that a real broker publishes it when it should and only then.

use crate::at;
use crate::support::harness::{Case, Tool, both, case};
use crate::support::mosquitto::Mosquitto;
use crate::support::mqx::{Mqx, Running};
use crate::support::packets::{Version, puback};
use crate::support::parse::Will;
use crate::support::peer::Peer;
use crate::support::temp::TempDir;
use crate::support::{STEP, Verdict, ensure_eq, text};

use rustix::process::Signal;

pub fn cases(list: &mut Vec<Case>) {
    both(list, "will::in_connect", in_connect);
    both(list, "will::an_orderly_end_has_none", orderly_end);
    both(list, "will::on_exit", on_exit);
    list.push(case("will::properties_and_delay", properties_and_delay));
    for version in Version::BOTH {
        let add = |name: &str, run: fn(Version) -> Verdict| {
            case(format!("will::mosquitto::{name}::{}", version.flag()), move || run(version)).needs(Tool::Mosquitto)
        };
        list.push(add("published_after_a_kill", after_a_kill));
        list.push(add("published_on_exit_and_not_without", at_the_end));
    }
}

fn in_connect(version: Version) -> Verdict {
    let directory = TempDir::new()?;
    let file = directory.write("gone", b"\xff\0 gone\n")?;
    let peer = Peer::play(move |listener| {
        let (mut client, connect) = listener.welcome(version)?;
        let will = |qos, retain, payload: &[u8]| {
            Some(Will { qos, retain, properties: Vec::new(), topic: b"lamp/state".to_vec(), payload: payload.to_vec() })
        };
        ensure_eq(&connect.will, &will(1, false, b"-gone"), "the will")?;
        let id = client.expect_message(1, "a", "x")?;
        client.send(&puback(version, id))?;
        client.goodbye()?;
        let (client, connect) = listener.welcome(version)?;
        ensure_eq(&connect.will, &will(2, true, b"\xff\0 gone\n"), "the will of a file")?;
        client.cut()
    })?;
    at(&peer.port(), version, &["pub", "--will-topic", "lamp/state", "--will-payload", "-gone", "a", "x"])?
        .run()?
        .expect(0, "", "")?;
    let file = text(&file)?;
    let words =
        ["pub", "--will-topic", "lamp/state", "--will-file", file, "--will-qos", "2", "--will-retain", "--retry", "never"];
    at(&peer.port(), version, &[&words[..], &["a", "x"]].concat())?.run()?.expect(6, "", "connection")?;
    peer.finish()
}

fn orderly_end(version: Version) -> Verdict {
    let peer = Peer::play(move |listener| listener.take_one(version, "a", "x"))?;
    at(&peer.port(), version, &["pub", "--will-topic", "w", "a", "x"])?.run()?.expect(0, "", "")?;
    peer.finish()
}

/// Version 5 asks for the will with 0x04, and without a Session Expiry of 0, which would publish it at once; 3.1.1 just goes.
fn on_exit(version: Version) -> Verdict {
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        let id = client.expect_message(1, "a", "x")?;
        client.send(&puback(version, id))?;
        if version == Version::V5 {
            ensure_eq(&client.expect_disconnect()?, &(0x04, Vec::new()), "DISCONNECT")?;
        }
        client.expect_eof()
    })?;
    at(&peer.port(), version, &["pub", "--will-topic", "w", "--will-on-exit", "a", "x"])?.run()?.expect(0, "", "")?;
    peer.finish()
}

fn properties_and_delay() -> Verdict {
    let peer = Peer::play(|listener| {
        let (client, connect) = listener.welcome(Version::V5)?;
        let expiry = [&[0x11][..], &300_u32.to_be_bytes()].concat();
        let asked = connect.properties.windows(expiry.len()).any(|window| window == expiry);
        ensure_eq(&asked, &true, "a Session Expiry as long as the will waits")?;
        let properties =
            b"\x18\0\0\x01\x2c\x01\x01\x02\0\0\0\x3c\x03\0\x0atext/plain\x08\0\x03why\x09\0\x02\0\xff\x26\0\x01k\0\x03v=w"
                .to_vec();
        let will = Will { qos: 0, retain: false, properties, topic: b"w".to_vec(), payload: b"gone".to_vec() };
        ensure_eq(&connect.will, &Some(will), "the will")?;
        client.cut()
    })?;
    let words = "pub --will-topic w --will-payload gone --will-qos 0 --will-delay 5m --will-expiry 60 --will-content-type text/plain \
        --will-payload-format utf8 --will-response-topic why --will-correlation-data base64:AP8= --will-user-property k=v=w \
        --retry never a x";
    let words: Vec<&str> = words.split_whitespace().filter(|word| *word != "\\").collect();
    at(&peer.port(), Version::V5, &words)?.run()?.expect(6, "", "connection")?;
    peer.finish()
}

/// A watcher of `lamp/#` that has its subscription and ends after one message.
fn watcher(broker: &Mosquitto) -> Verdict<Running> {
    let watcher = at(&broker.port(), Version::V5, &["sub", "-v", "-C", "1", "lamp/#"])?.start()?;
    watcher.wait_stderr("subscribed")?;
    Ok(watcher)
}

fn lamp(broker: &Mosquitto, version: Version, words: &[&str]) -> Verdict<Mqx> {
    at(&broker.port(), version, &[&["sub", "--will-topic", "lamp/state", "--will-payload", "gone"], words].concat())
}

fn after_a_kill(version: Version) -> Verdict {
    let broker = Mosquitto::start()?;
    let watcher = watcher(&broker)?;
    let lamp = lamp(&broker, version, &["commands"])?.start()?;
    lamp.wait_stderr("subscribed")?;
    lamp.signal(Signal::KILL)?;
    watcher.finish(STEP)?.expect(0, "lamp/state gone\n", "subscribed")?;
    lamp.finish(STEP).map(|_| ())
}

fn at_the_end(version: Version) -> Verdict {
    let broker = Mosquitto::start()?;
    let watcher = watcher(&broker)?;
    let lamp_off = lamp(&broker, version, &["commands"])?.start()?;
    lamp_off.wait_stderr("subscribed")?;
    lamp_off.signal(Signal::TERM)?;
    lamp_off.finish(STEP)?.expect_code(0)?;
    let on_exit = lamp(&broker, version, &["--will-on-exit", "--will-payload", "asked for", "commands"])?.start()?;
    on_exit.wait_stderr("subscribed")?;
    on_exit.signal(Signal::TERM)?;
    on_exit.finish(STEP)?.expect_code(0)?;
    watcher.finish(STEP)?.expect(0, "lamp/state asked for\n", "subscribed")
}
