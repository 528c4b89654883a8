//! When `sub` is over by itself: silence, and all that is retained; and which of what comes it shows and counts.

use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::at;
use crate::rules::Scene;
use crate::support::harness::{Case, Tool, case};
use crate::support::mosquitto::Mosquitto;
use crate::support::mqx::Mqx;
use crate::support::packets::{Publish, Version, first, pingresp, suback};
use crate::support::peer::{Connection, Listener};
use crate::support::{STEP, Verdict, ensure, ensure_eq};

pub fn cases(list: &mut Vec<Case>) {
    for version in Version::BOTH {
        let mut add = |name: &str, body: fn(Version) -> Verdict| {
            list.push(case(format!("ends::{name}::{}", version.flag()), move || body(version)));
        };
        add("idle", idle);
        add("idle_begins_with_the_answer", idle_late);
        add("idle_counts_from_the_answer", idle_from_the_answer);
        add("idle_and_a_lost_connection", idle_lost);
        add("idle_begins_anew_with_a_message", idle_anew);
        add("idle_with_a_count_is_over_as_well", idle_count);
        add("what_is_left_out_is_silence", idle_left_out);
        add("a_signal_before_the_silence", idle_signal);
        add("retained_only", retained_only);
        add("retained_only_waits_for_the_answer", retained_late);
        add("retained_only_and_a_refusal", retained_refused);
        add("retained_only_and_a_lost_connection", retained_lost);
        add("random_filter", random);
        add("message_rate", rate);
        add("message_rate_counts_what_random_filter_leaves_out", rate_of_all);
    }
    list.push(case("ends::message_rate_is_that_of_one_line", rate_of_a_line));
    list.push(case("ends::usage", usage));
    list.push(case("mosquitto::retained_only", at_mosquitto).needs(Tool::Mosquitto));
    list.push(case("mosquitto::random_filter", random_at_mosquitto).needs(Tool::Mosquitto));
}

fn subscribed(listener: &mut Listener, version: Version) -> Verdict<Connection> {
    let (mut client, _) = listener.welcome(version)?;
    client.grant_subscribe()?;
    Ok(client)
}

/// A message at QoS 1, acknowledged.
fn send(client: &mut Connection, version: Version, id: u16, payload: &str) -> Verdict {
    client.send(&Publish::new(1, id, "a", payload).bytes(version))?;
    client.expect_ack(first::PUBACK, id).map(drop)
}

fn idle(version: Version) -> Verdict {
    let begun = Instant::now();
    let scene = Scene::start(version, &["sub", "--idle", "300ms", "a"], move |listener| {
        let mut client = subscribed(listener, version)?;
        send(&mut client, version, 1, "x")?;
        client.answer_ping()?;
        client.goodbye()
    })?;
    scene.finish(STEP)?.expect_whole(0, "x\n", "subscribed to a at QoS 1\n")?;
    ensure(begun.elapsed() >= Duration::from_millis(300), "it was quiet for less")
}

fn idle_late(version: Version) -> Verdict {
    let scene = Scene::start(version, &["sub", "--idle", "0", "-W", "300ms", "a"], move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.expect_subscribe()?;
        client.expect_disconnect()?;
        client.expect_eof()
    })?;
    scene.finish(STEP)?.expect(27, "", "error: -W has passed\n")
}

/// What was quiet before the SUBACK was no silence.
fn idle_from_the_answer(version: Version) -> Verdict {
    const IDLE: Duration = Duration::from_millis(400);
    let scene = Scene::start(version, &["sub", "--idle", "400ms", "a"], move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        let asked = client.expect_subscribe()?;
        let begun = Instant::now();
        while begun.elapsed() < 2 * IDLE {
            client.expect_quiet()?;
        }
        let answered = Instant::now();
        client.send(&suback(version, asked.id, &[1]))?;
        client.answer_ping()?;
        ensure(answered.elapsed() >= IDLE, format_args!("over {:?} after the answer", answered.elapsed()))?;
        client.goodbye()
    })?;
    scene.finish(STEP)?.expect(0, "", "")
}

/// Messages for longer than the silence is to be.
fn idle_anew(version: Version) -> Verdict {
    let scene = Scene::start(version, &["sub", "--idle", "500ms", "a"], move |listener| {
        let mut client = subscribed(listener, version)?;
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_millis(1_200) {
            send(&mut client, version, 1, "x")?;
        }
        send(&mut client, version, 1, "last")?;
        client.answer_ping()?;
        client.goodbye()
    })?;
    let outcome = scene.finish(STEP)?;
    outcome.expect_code(0)?;
    ensure(outcome.stdout.ends_with(b"x\nlast\n"), &outcome)
}

fn idle_count(version: Version) -> Verdict {
    let scene = Scene::start(version, &["sub", "--idle", "200ms", "-C", "3", "a"], move |listener| {
        let mut client = subscribed(listener, version)?;
        send(&mut client, version, 1, "x")?;
        client.answer_ping()?;
        client.goodbye()
    })?;
    scene.finish(STEP)?.expect(0, "x\n", "")
}

fn idle_left_out(version: Version) -> Verdict {
    let scene = Scene::start(version, &["sub", "--idle", "400ms", "-T", "a", "#"], move |listener| {
        let mut client = subscribed(listener, version)?;
        // Until it leaves, which a message that comes would keep it from.
        for id in 1.. {
            client.send(&Publish::new(1, id, "a", "x").bytes(version))?;
            let (packet, _) = client.expect_packet()?;
            if packet == first::PINGREQ {
                break;
            }
            ensure_eq(&packet, &first::PUBACK, "what is left out is acknowledged")?;
        }
        client.send(&pingresp())?;
        // That of the message before.
        client.expect_packet()?;
        client.goodbye()
    })?;
    scene.finish(STEP)?.expect(0, "", "")
}

fn idle_signal(version: Version) -> Verdict {
    let scene = Scene::start(version, &["sub", "--idle", "1m", "a"], move |listener| {
        let mut client = subscribed(listener, version)?;
        send(&mut client, version, 1, "x")?;
        client.goodbye()
    })?;
    scene.running.wait_stdout("x")?;
    scene.running.signal(Signal::INT)?;
    let outcome = scene.finish(STEP)?;
    outcome.expect_ended(crate::support::child::Ended::Signal(2), "x\n", "")
}

/// With what comes in one piece with the answer to the PINGREQ.
fn retained_only(version: Version) -> Verdict {
    let scene = Scene::start(version, &["sub", "--retained-only", "--idle", "0", "-v", "#"], move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        let subscribe = client.expect_subscribe()?;
        // Retained messages may come before the SUBACK [MQTT-3.8.4].
        client.send(&Publish::new(1, 1, "a", "1").retain().bytes(version))?;
        client.expect_ack(first::PUBACK, 1)?;
        client.send(&suback(version, subscribe.id, &[1]))?;
        let (packet, _) = client.expect_packet()?;
        ensure_eq(&packet, &first::PINGREQ, "after the SUBACK")?;
        client.expect_quiet()?;
        let last: Vec<u8> = (10..900).flat_map(|id| Publish::new(1, id, "c", "x").retain().bytes(version)).collect();
        let live = Publish::new(1, 2, "b", "live").bytes(version);
        client.send(&[live, last, pingresp()].concat())?;
        client.expect_ack(first::PUBACK, 2)?;
        for id in 10..900 {
            client.expect_ack(first::PUBACK, id)?;
        }
        client.goodbye()
    })?;
    scene.finish(STEP)?.expect(0, format!("a 1\n{}", "c x\n".repeat(890)), "")
}

fn retained_late(version: Version) -> Verdict {
    let scene = Scene::start(version, &["sub", "--retained-only", "--idle", "0", "-W", "400ms", "a"], move |listener| {
        let mut client = subscribed(listener, version)?;
        let (packet, _) = client.expect_packet()?;
        ensure_eq(&packet, &first::PINGREQ, "after the SUBACK")?;
        client.expect_disconnect()?;
        client.expect_eof()
    })?;
    scene.finish(STEP)?.expect(27, "", "error: -W has passed\n")
}

fn retained_refused(version: Version) -> Verdict {
    let scene = Scene::start(version, &["sub", "--retained-only", "a"], move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        let asked = client.expect_subscribe()?;
        client.send(&suback(version, asked.id, &[0x80]))?;
        client.goodbye()
    })?;
    scene.finish(STEP)?.expect(5, "", "error: 1 subscription refused\n")
}

/// A broker that does not answer has not fallen silent: its messages may be on their way.
fn idle_lost(version: Version) -> Verdict {
    let scene = Scene::start(version, &["sub", "--idle", "0", "a"], move |listener| {
        let mut client = subscribed(listener, version)?;
        let (packet, _) = client.expect_packet()?;
        ensure_eq(&packet, &first::PINGREQ, "after the silence")?;
        client.cut()?;
        let mut client = subscribed(listener, version)?;
        client.send(&Publish::new(0, 0, "a", "x").bytes(version))?;
        client.answer_ping()?;
        client.goodbye()
    })?;
    scene.finish(STEP)?.expect(0, "x\n", "")
}

/// What is retained comes again with the new subscription, and is all there once that connection has answered.
fn retained_lost(version: Version) -> Verdict {
    let scene = Scene::start(version, &["sub", "--retained-only", "--idle", "0", "a"], move |listener| {
        let mut client = subscribed(listener, version)?;
        let (packet, _) = client.expect_packet()?;
        ensure_eq(&packet, &first::PINGREQ, "after the SUBACK")?;
        client.cut()?;
        let mut client = subscribed(listener, version)?;
        client.send(&Publish::new(0, 0, "a", "x").retain().bytes(version))?;
        client.answer_ping()?;
        client.goodbye()
    })?;
    scene.finish(STEP)?.expect(0, "x\n", "")
}

/// All are acknowledged, and those that are shown count.
fn random(version: Version) -> Verdict {
    let words = ["sub", "--random-filter", "50", "--seed", "7", "-C", "20", "a"];
    let run = move || -> Verdict<Vec<u8>> {
        let scene = Scene::start(version, &words, move |listener| {
            let mut client = subscribed(listener, version)?;
            for id in 1.. {
                client.send(&Publish::new(1, id, "a", format!("{id}")).bytes(version))?;
                let (packet, _) = client.expect_packet()?;
                if packet == first::DISCONNECT {
                    break;
                }
                ensure_eq(&packet, &first::PUBACK, "an acknowledgement")?;
            }
            Ok(())
        })?;
        let outcome = scene.finish(STEP)?;
        outcome.expect_code(0)?;
        Ok(outcome.stdout)
    };
    let shown = run()?;
    let text = String::from_utf8_lossy(&shown).into_owned();
    let numbers: Vec<u32> = text.lines().filter_map(|line| line.parse().ok()).collect();
    ensure_eq(&numbers.len(), &20, &text)?;
    // 20 of 20 would be one in a million; the seed makes it certain.
    ensure(numbers.last().is_some_and(|last| (25..80).contains(last)), &text)?;
    ensure_eq(&run()?, &shown, "the same seed")
}

fn rate(version: Version) -> Verdict {
    let scene = Scene::start(version, &["sub", "--message-rate", "--quiet", "+"], move |listener| {
        let mut client = subscribed(listener, version)?;
        for (id, topic) in [(1, "a\u{1b}"), (2, "a\u{1b}"), (3, "b")] {
            client.send(&Publish::new(1, id, topic, "x").bytes(version))?;
            client.expect_ack(first::PUBACK, id)?;
        }
        client.goodbye()
    })?;
    scene.running.wait_stderr("messages/s: a\\x1b ")?;
    scene.running.wait_stderr("0 messages/s")?;
    scene.running.signal(Signal::INT)?;
    scene.finish(STEP)?.expect(0, "x\nx\nx\n", ", b ")
}

/// Nothing is shown, and all is told.
fn rate_of_all(version: Version) -> Verdict {
    let words = ["sub", "--message-rate", "--random-filter", "0.0001", "--seed", "7", "a"];
    let scene = Scene::start(version, &words, move |listener| {
        let mut client = subscribed(listener, version)?;
        for id in 1..=3 {
            send(&mut client, version, id, "x")?;
        }
        client.goodbye()
    })?;
    scene.running.wait_stderr("messages/s: a ")?;
    scene.running.signal(Signal::INT)?;
    scene.finish(STEP)?.expect(0, "", "")
}

/// After seconds without a message, which are none of the line's that tells of many.
fn rate_of_a_line() -> Verdict {
    const COUNT: usize = 400;
    let version = Version::V5;
    let scene = Scene::start(version, &["sub", "--message-rate", "-k", "3", "a"], move |listener| {
        let mut client = subscribed(listener, version)?;
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(3) {
            client.answer_ping()?;
        }
        client.send(&Publish::new(0, 0, "a", "x").bytes(version).repeat(COUNT))?;
        loop {
            match client.expect_packet()? {
                (first::PINGREQ, _) => client.send(&pingresp())?,
                _ => return client.expect_eof(),
            }
        }
    })?;
    scene.running.wait_stderr("messages/s: a ")?;
    scene.running.signal(Signal::INT)?;
    let outcome = scene.finish(STEP)?;
    let rates = outcome.stderr.lines().filter_map(|line| line.split_once(" messages/s")?.0.parse::<f64>().ok());
    let most = rates.fold(0.0, f64::max);
    // Over all the time that passed they are less.
    ensure(most > COUNT as f64 / 3.0, &outcome)
}

fn usage() -> Verdict {
    for (words, says) in [
        (&["--retained-only", "-R"][..], "error: --retained-only cannot be used with -R or --retain-handling never\n"),
        (&["--retained-only", "--retain-as-published"], "error: --retained-only cannot be used with --retain-as-published\n"),
        (&["--retained-only", "-E"], "cannot be used with"),
        (&["--idle", "1x"], "a duration is"),
        (&["--random-filter", "0"], "it is a percentage: more than 0, and 100 at most"),
        (&["--random-filter", "100.5"], "it is a percentage"),
        (&["--seed", "1"], "--random-filter <P>"),
    ] {
        Mqx::new([&["sub", "a"], words].concat())?.run()?.expect(2, "", says)?;
    }
    Ok(())
}

fn at_mosquitto() -> Verdict {
    let broker = Mosquitto::start()?;
    for version in Version::BOTH {
        let words = ["sub", "--retained-only", "--idle", "500ms", "nothing/#"];
        at(&broker.port(), version, &words)?.run()?.expect(0, "", "subscribed to nothing/# at QoS 1\n")?;
        let publish = |words: &[&str]| at(&broker.port(), version, words)?.run()?.expect(0, "", "");
        let topics: Vec<String> = (0..300).map(|number| format!("a/{number:03}")).collect();
        let records: Vec<String> =
            topics.iter().map(|topic| format!("{{\"topic\":\"{topic}\",\"payload\":\"x\",\"retain\":true}}\n")).collect();
        at(&broker.port(), version, &["pub", "--from-json"])?.stdin(records.concat()).run()?.expect(0, "", "")?;
        publish(&["pub", "a/live", "x"])?;
        let outcome = at(&broker.port(), version, &["sub", "--retained-only", "-v", "a/#"])?.run()?;
        outcome.expect_code(0)?;
        let text = String::from_utf8_lossy(&outcome.stdout).into_owned();
        let mut shown: Vec<&str> = text.lines().collect();
        shown.sort_unstable();
        let expected: Vec<String> = topics.iter().map(|topic| format!("{topic} x")).collect();
        ensure_eq(&shown, &expected.iter().map(String::as_str).collect(), "what is retained")?;
    }
    Ok(())
}

/// A percentage is one. 2,000 messages at 50 %: more than 137 off the middle is less than one in 10^9.
fn random_at_mosquitto() -> Verdict {
    let broker = Mosquitto::start()?;
    let sub = at(&broker.port(), Version::V5, &["sub", "--random-filter", "50", "--idle", "2", "a"])?.start()?;
    sub.wait_stderr("subscribed to a")?;
    at(&broker.port(), Version::V5, &["pub", "-l", "a"])?.stdin("x\n".repeat(2_000)).run()?.expect(0, "", "")?;
    let outcome = sub.finish(STEP)?;
    outcome.expect_code(0)?;
    let shown = outcome.stdout.len() / 2;
    ensure((863..=1_137).contains(&shown), shown)
}
