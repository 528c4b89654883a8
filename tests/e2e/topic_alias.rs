//! `pub --topic-alias`: byte for byte, at the broker's limits, and in the connections after the first.

use crate::at;
use crate::rules::Scene;
use crate::support::harness::{Case, Tool, case};
use crate::support::mosquitto::Mosquitto;
use crate::support::mqx::Mqx;
use crate::support::packets::{Publish, Version, packet, property, puback};
use crate::support::peer::{Connection, Listener, Peer};
use crate::support::{STEP, Verdict, ensure_eq};

const V5: Version = Version::V5;

pub fn cases(list: &mut Vec<Case>) {
    list.push(case("topic_alias::fixed", fixed));
    list.push(case("topic_alias::auto", auto));
    list.push(case("topic_alias::beside_other_properties", beside));
    list.push(case("topic_alias::more_than_the_broker_takes", too_high));
    list.push(case("topic_alias::auto_where_the_broker_takes_none", none_taken));
    list.push(case("topic_alias::anew_in_each_connection", anew));
    list.push(case("topic_alias::usage", usage));
    list.push(case("topic_alias::without_version_5_nothing_is_sent", no_version_5));
    list.push(case("topic_alias::mosquitto::topics_arrive", at_mosquitto).needs(Tool::Mosquitto));
}

/// A client of a broker that takes aliases up to 2.
fn welcome(listener: &mut Listener, present: bool) -> Verdict<Connection> {
    Ok(listener.welcome_with(V5, present, &property::topic_alias_maximum(2))?.0)
}

fn aliased(id: u16, topic: &str, alias: u16, payload: &str) -> Publish {
    Publish::new(1, id, topic, payload).properties(&property::topic_alias(alias))
}

/// Takes these messages, and the end.
fn take(mut client: Connection, messages: &[Publish]) -> Verdict {
    for message in messages {
        client.expect(&message.bytes(V5))?;
        client.send(&puback(V5, message.id))?;
    }
    client.goodbye()
}

fn fixed() -> Verdict {
    let peer = Peer::play(|listener| {
        let messages = [aliased(1, "a", 2, "1"), aliased(2, "", 2, "2"), aliased(3, "", 2, "3")];
        take(welcome(listener, false)?, &messages)
    })?;
    let run = Mqx::new(["pub", "-h", "127.0.0.1", "-p", &peer.port(), "-l", "--topic-alias", "2", "a"])?;
    run.stdin("1\n2\n3\n").run()?.expect(0, "", "")?;
    peer.finish()
}

/// First come, first served; the third topic stays as it is.
fn auto() -> Verdict {
    let words = ["pub", "-t", "one/1", "-t", "two/2", "-t", "six/6", "-m", "x", "--repeat", "2", "--topic-alias", "auto"];
    let scene = Scene::start(V5, &words, |listener| {
        let messages = [
            aliased(1, "one/1", 1, "x"),
            aliased(2, "two/2", 2, "x"),
            Publish::new(1, 3, "six/6", "x"),
            aliased(4, "", 1, "x"),
            aliased(5, "", 2, "x"),
            Publish::new(1, 6, "six/6", "x"),
        ];
        take(welcome(listener, false)?, &messages)
    })?;
    scene.finish(STEP)?.expect(0, "", "")
}

fn beside() -> Verdict {
    let words = ["pub", "one/1", "x", "--repeat", "2", "--topic-alias", "auto", "--payload-format", "utf8"];
    let scene = Scene::start(V5, &words, |listener| {
        let properties = [b"\x01\x01", &*property::topic_alias(1)].concat();
        let messages = [("one/1", 1), ("", 2)].map(|(topic, id)| Publish::new(1, id, topic, "x").properties(&properties));
        take(welcome(listener, false)?, &messages)
    })?;
    scene.finish(STEP)?.expect(0, "", "")
}

fn too_high() -> Verdict {
    for maximum in [2, 0] {
        let scene = Scene::start(V5, &["pub", "a", "x", "--topic-alias", "3"], move |listener| {
            let limits = if maximum > 0 { property::topic_alias_maximum(maximum) } else { Vec::new() };
            listener.welcome_with(V5, false, &limits)?.0.goodbye()
        })?;
        let said = format!("error: Topic Alias 3 is more than the broker's Topic Alias Maximum, {maximum}\n");
        scene.finish(STEP)?.expect_whole(5, "", &said)?;
    }
    Ok(())
}

fn none_taken() -> Verdict {
    let scene = Scene::start(V5, &["pub", "one/1", "x", "--repeat", "2", "--topic-alias", "auto"], |listener| {
        let (client, _) = listener.welcome(V5)?;
        take(client, &[Publish::new(1, 1, "one/1", "x"), Publish::new(1, 2, "one/1", "x")])
    })?;
    scene.finish(STEP)?.expect_whole(0, "", "the broker takes no topic aliases (Topic Alias Maximum is 0)\n")
}

/// Rule 12: what is sent again has its topic, and so has the first that is sent after it.
fn anew() -> Verdict {
    for kept in [true, false] {
        let peer = Peer::play(move |listener| {
            let mut client = welcome(listener, false)?;
            client.expect(&aliased(1, "one/1", 1, "1").bytes(V5))?;
            client.expect(&aliased(2, "", 1, "2").bytes(V5))?;
            client.cut()?;
            let client = welcome(listener, kept)?;
            let again = |id, payload| Publish::new(1, id, "one/1", payload).dup();
            let third = |topic, id| aliased(id, topic, 1, "3");
            if kept {
                take(client, &[again(1, "1"), again(2, "2"), third("one/1", 3)])
            } else {
                take(client, &[aliased(3, "one/1", 1, "1"), aliased(4, "", 1, "2"), third("", 5)])
            }
        })?;
        let words = ["pub", "-l", "--topic-alias", "auto", "one/1"];
        let mut running = at(&peer.port(), V5, &words)?.stdin_held().start()?;
        running.write("1\n2\n")?;
        running.wait_stderr("connected again")?;
        running.write("3\n")?;
        running.close_input();
        running.finish(STEP)?.expect(0, "", "")?;
        peer.finish()?;
    }
    Ok(())
}

fn usage() -> Verdict {
    for words in [&["-t", "a", "-t", "b", "-m", "x"][..], &["--from-json"]] {
        let outcome = Mqx::new([&["pub", "--topic-alias", "1"], words].concat())?.run()?;
        outcome.expect(2, "", "error: one topic alias for more than one topic\n")?;
        outcome.says(&["hint: --topic-alias auto\n"])?;
    }
    let outcome = Mqx::new(["pub", "--topic-alias", "0", "a", "x"])?.run()?;
    outcome.expect(2, "", "a topic alias is auto, or 1 to 65535")?;
    let outcome = at("1", Version::V311, &["pub", "a", "x", "--topic-alias", "auto"])?.run()?;
    outcome.expect_whole(2, "", "error: --topic-alias needs MQTT 5, and -V asks for 3.1.1\n")
}

fn no_version_5() -> Verdict {
    let peer = Peer::play(|listener| {
        let mut client = listener.accept()?;
        client.expect_connect()?;
        client.send(&packet(0x20, &[0, 1]))?;
        client.expect_eof()
    })?;
    let port = peer.port();
    Mqx::new(["pub", "-h", "127.0.0.1", "-p", &port, "--topic-alias", "auto", "a", "x"])?.run()?.expect_code(4)?;
    peer.finish()
}

/// Twelve topics, where mosquitto takes ten aliases; each message arrives at its own.
fn at_mosquitto() -> Verdict {
    let broker = Mosquitto::start()?;
    let topics: Vec<String> = (0..12).map(|n| format!("topic/{n}")).collect();
    let watcher = at(&broker.port(), V5, &["sub", "-v", "-C", "36", "topic/#"])?.start()?;
    watcher.wait_stderr("subscribed")?;
    let mut words = vec!["pub", "--topic-alias", "auto", "-m", "x", "--repeat", "3"];
    words.extend(topics.iter().flat_map(|topic| ["-t", topic]));
    at(&broker.port(), V5, &words)?.run()?.expect(0, "", "")?;
    let outcome = watcher.finish(STEP)?;
    let expected: String = topics.iter().map(|topic| format!("{topic} x\n")).collect();
    ensure_eq(&outcome.stdout, &expected.repeat(3).into_bytes(), "topics and messages")?;
    let fixed = |alias: &str| at(&broker.port(), V5, &["pub", "-l", "a", "--topic-alias", alias])?.stdin("1\n2\n").run();
    fixed("10")?.expect(0, "", "")?;
    fixed("11")?.expect(5, "", "error: Topic Alias 11 is more than the broker's Topic Alias Maximum, 10\n")
}
