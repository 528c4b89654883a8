//! Keep Alive and the deadlines: rules 20 and 22, and the waits. What waits for long waits beside others in one case.

use std::time::{Duration, Instant};

use super::Scene;
use crate::at;
use crate::support::harness::{Case, both, case};
use crate::support::packets::{Publish, Version, first, pingreq, pingresp, property, puback};
use crate::support::peer::Peer;
use crate::support::{STEP, Verdict, ensure, ensure_eq};

pub fn cases(list: &mut Vec<Case>) {
    list.push(case("rule_20::no_connack_or_suback_for_10_s", ten_seconds));
    list.push(case("rule_20::no_acknowledgement_for_30_s", thirty_seconds).deadline(Duration::from_secs(90)));
    list.push(case("rule_22::server_keep_alive_1_is_kept", server_keep_alive_1));
    list.push(case("rule_22::server_keep_alive_0_is_no_pingreq", server_keep_alive_0));
    both(list, "rule_22::pingreq_also_when_nothing_is_received", nothing_received);
    both(list, "rule_22::silence_after_pingreq_is_death", silence);
    both(list, "rule_22::any_byte_after_pingreq_is_life", any_byte);
}

/// From DNS to CONNACK 10 s, a SUBACK 10 s.
fn ten_seconds() -> Verdict {
    const TEN: Duration = Duration::from_secs(10);
    let begun = Instant::now();
    let mut scenes = Vec::new();
    for version in Version::BOTH {
        let no_connack = Scene::start(version, &["pub", "a", "x"], move |listener| {
            let mut client = listener.accept()?;
            client.expect_connect()?;
            client.expect_eof()
        })?;
        let no_suback = Scene::start(version, &["sub", "-k", "4", "a"], move |listener| {
            let (mut client, _) = listener.welcome(version)?;
            client.expect_subscribe()?;
            let asked = Instant::now();
            client.answer_ping()?;
            client.answer_ping()?;
            client.goodbye()?;
            ensure(asked.elapsed() >= TEN - Duration::from_millis(200), format_args!("after {:?}", asked.elapsed()))
        })?;
        scenes.push((no_connack, 3, "no answer within 10 s"));
        scenes.push((no_suback, 7, "no SUBACK within 10 s"));
    }
    for (scene, status, said) in scenes {
        scene.finish(STEP)?.expect(status, "", said)?;
        ensure(begun.elapsed() >= TEN, format_args!("given up after {:?}", begun.elapsed()))?;
    }
    Ok(())
}

/// The last acknowledgements: PINGRESPs do not count, and what is missing is counted.
fn thirty_seconds() -> Verdict {
    const THIRTY: Duration = Duration::from_secs(30);
    const WAIT: Duration = Duration::from_secs(80);
    let mut scenes = Vec::new();
    for version in Version::BOTH {
        for (qos, lines) in [("1", "1\n2\n3\n"), ("2", "1\n2\n3\n"), ("0", "1\n")] {
            let peer = Peer::play(move |listener| {
                listener.allow(WAIT);
                let (mut client, _) = listener.welcome(version)?;
                let published: Vec<Publish> = lines.lines().map(|_| client.expect_publish()).collect::<Verdict<_>>()?;
                if qos == "1" {
                    client.send(&puback(version, published[1].id))?;
                }
                let begun = Instant::now();
                let mut pings = 0;
                // At QoS 0 the first PINGREQ asks for the proof, and gets no answer.
                while client.expect_packet()?.0 == first::PINGREQ {
                    pings += 1;
                    if qos != "0" {
                        client.send(&pingresp())?;
                    }
                }
                ensure(qos == "0" || pings >= 2, format_args!("{pings} PINGREQs"))?;
                ensure(begun.elapsed() >= THIRTY - Duration::from_millis(200), format_args!("{:?}", begun.elapsed()))?;
                client.expect_eof()
            })?;
            // At QoS 0 no Keep Alive: its silence would be found first.
            let keep_alive = if qos == "0" { "0" } else { "10" };
            let words = ["pub", "-k", keep_alive, "-q", qos, "-l", "a"];
            let running = at(&peer.port(), version, &words)?.stdin(lines).start()?;
            let missing = match qos {
                "0" => "1 message of QoS 0 unconfirmed",
                "1" => "2 messages unacknowledged",
                _ => "3 messages unacknowledged",
            };
            scenes.push((Scene { peer, running }, missing));
        }
    }
    for version in Version::BOTH {
        scenes.push((full_window(version, WAIT)?, "2000 messages unacknowledged"));
    }
    for (scene, missing) in scenes {
        let outcome = scene.finish(WAIT)?;
        outcome.expect(7, "", "no acknowledgement for 30 s")?;
        outcome.says(&[missing])?;
    }
    Ok(())
}

/// The input has not ended, but no more of it can be taken before an acknowledgement comes.
fn full_window(version: Version, wait: Duration) -> Verdict<Scene> {
    let peer = Peer::play(move |listener| {
        listener.allow(wait);
        let (mut client, _) = listener.welcome(version)?;
        for _ in 0..1_000 {
            client.expect_message(1, "a", "x")?;
        }
        while client.expect_packet()?.0 == first::PINGREQ {
            client.send(&pingresp())?;
        }
        client.expect_eof()
    })?;
    let words = ["pub", "-k", "10", "-l", "a"];
    let running = at(&peer.port(), version, &words)?.stdin("x\n".repeat(5_000)).start()?;
    Ok(Scene { peer, running })
}

fn server_keep_alive_1() -> Verdict {
    let scene = Scene::start(Version::V5, &["sub", "-C", "1", "a"], |listener| {
        let (mut client, connect) = listener.welcome_with(Version::V5, false, &property::server_keep_alive(1))?;
        ensure_eq(&connect.keep_alive, &60, "asked for")?;
        client.grant_subscribe()?;
        let begun = Instant::now();
        client.answer_ping()?;
        let took = begun.elapsed();
        // A broker ends the connection after one and a half; what comes on top is a loaded machine's.
        ensure(took > Duration::from_millis(800) && took < Duration::from_secs(5), format_args!("after {took:?}"))?;
        client.answer_ping()?;
        client.send(&Publish::new(0, 0, "a", "x").bytes(Version::V5))?;
        client.goodbye()
    })?;
    scene.finish(STEP)?.expect(0, "x\n", "")
}

/// No PINGREQ in three times the Keep Alive that was asked for, and the system asks in our place.
fn server_keep_alive_0() -> Verdict {
    let scene = Scene::start(Version::V5, &["sub", "-k", "1", "-C", "1", "a"], |listener| {
        let (mut client, _) = listener.welcome_with(Version::V5, false, &property::server_keep_alive(0))?;
        client.grant_subscribe()?;
        ensure(client.peer_has_keep_alive_timer()? != Some(false), "TCP keep-alive is on")?;
        std::thread::sleep(Duration::from_secs(3));
        client.expect_quiet()?;
        client.send(&Publish::new(0, 0, "a", "x").bytes(Version::V5))?;
        client.goodbye()
    })?;
    scene.finish(STEP)?.expect(0, "x\n", "")
}

/// One who only publishes at QoS 0 hears nothing, however much it sends.
fn nothing_received(version: Version) -> Verdict {
    let words = ["pub", "-k", "1", "-q", "0", "--repeat", "1000", "--interval", "100ms", "-W", "5", "a", "x"];
    let scene = Scene::start(version, &words, move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        let begun = Instant::now();
        let mut published = 0;
        for _ in 0..2 {
            while client.expect_packet()?.0 != first::PINGREQ {
                published += 1;
            }
            client.send(&pingresp())?;
        }
        ensure(published >= 10, format_args!("{published} messages before the second PINGREQ"))?;
        ensure(begun.elapsed() > Duration::from_millis(1_800), format_args!("{:?}", begun.elapsed()))?;
        client.close()
    })?;
    scene.running.wait_stderr("connection lost")?;
    scene.running.signal(rustix::process::Signal::INT)?;
    let outcome = scene.finish(STEP)?;
    ensure(outcome.stderr.contains("the broker closed the connection"), outcome)
}

fn silence(version: Version) -> Verdict {
    let scene = Scene::start(version, &["sub", "-k", "2", "-C", "1", "a"], move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.grant_subscribe()?;
        client.expect(&pingreq())?;
        let begun = Instant::now();
        client.expect_eof()?;
        let took = begun.elapsed();
        ensure(took > Duration::from_millis(800) && took < Duration::from_secs(6), format_args!("dead after {took:?}"))?;
        let (mut client, _) = listener.welcome(version)?;
        client.grant_subscribe()?;
        client.send(&Publish::new(0, 0, "a", "x").bytes(version))?;
        client.goodbye()
    })?;
    scene.finish(STEP)?.expect(0, "x\n", "the broker has fallen silent")
}

/// A broker that never answers PINGREQ, but sends.
fn any_byte(version: Version) -> Verdict {
    let scene = Scene::start(version, &["sub", "-k", "2", "-C", "3", "a"], move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.grant_subscribe()?;
        for _ in 0..3 {
            client.expect(&pingreq())?;
            client.send(&Publish::new(0, 0, "a", "x").bytes(version))?;
        }
        client.goodbye()
    })?;
    let outcome = scene.finish(STEP)?;
    outcome.expect(0, "x\nx\nx\n", "")?;
    ensure(!outcome.stderr.contains("silent"), outcome)
}
