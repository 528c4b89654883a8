//! `sub -U`: UNSUBSCRIBE byte for byte, what its answer makes of the run, and a session that is kept.

use std::sync::mpsc;

use rustix::process::Signal;

use crate::at;
use crate::rules::Scene;
use crate::support::child::Ended;
use crate::support::harness::{Case, Tool, case};
use crate::support::mosquitto::Mosquitto;
use crate::support::mqx::Mqx;
use crate::support::packets::{Publish, Version, first, suback, subscribe, unsuback, unsubscribe};
use crate::support::peer::Peer;
use crate::support::{STEP, Verdict, ensure};

const V5: Version = Version::V5;

pub fn cases(list: &mut Vec<Case>) {
    list.push(case("unsubscribe::wrong", wrong));
    list.push(case("unsubscribe::reasons", reasons));
    list.push(case("unsubscribe::all_refused", all_refused));
    list.push(case("unsubscribe::a_count_that_does_not_fit", miscounted));
    for version in Version::BOTH {
        let mut add = |name: &str, body: fn(Version) -> Verdict| {
            list.push(case(format!("unsubscribe::{name}::{}", version.flag()), move || body(version)));
        };
        add("alone_it_ends_with_the_answer", alone);
        add("a_filter_that_is_subscribed_to_ends", both);
        add("beside_a_subscription", beside);
        add("exit_after_subscribe_waits_for_both_answers", exits);
        add("the_end_waits_for_the_answer", waits);
        add("again_after_a_drop", resumed);
        add("done_with_a_lost_session", lost);
        add("no_answer", unanswered);
        add("no_answer_before_a_signal", interrupted);
        add("no_answer_before_the_deadline", timed_out);
        list.push(
            case(format!("unsubscribe::mosquitto::a_session_that_is_kept::{}", version.flag()), move || kept(version))
                .needs(Tool::Mosquitto),
        );
    }
}

/// Refused before there is a connection.
fn wrong() -> Verdict {
    Mqx::new(["sub", "-U", "a/#/b"])?.run()?.expect(2, "", "error: -U 'a/#/b': # must be alone in the last level\n")?;
    Mqx::new(["sub", "a", "-U", ""])?.run()?.expect(2, "", "error: -U '': it is empty\n")
}

fn alone(version: Version) -> Verdict {
    let scene = Scene::start(version, &["sub", "-c", "-i", "me", "-U", "a/#", "--unsubscribe", "-b"], move |listener| {
        let (mut client, connect) = listener.welcome(version)?;
        ensure(!connect.clean(), "-c keeps the session")?;
        client.expect(&unsubscribe(version, 1, &["a/#", "-b"]))?;
        client.send(&unsuback(version, 1, &[0, 0]))?;
        client.goodbye()
    })?;
    scene.finish(STEP)?.expect_whole(0, "", "unsubscribed from a/#\nunsubscribed from -b\n")
}

/// It is not even subscribed to, and the other is, with its own QoS.
fn both(version: Version) -> Verdict {
    let words = ["sub", "-q", "0", "-q", "2", "-C", "1", "-t", "a", "-t", "b", "-U", "a"];
    let scene = Scene::start(version, &words, move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.expect(&unsubscribe(version, 1, &["a"]))?;
        client.expect(&subscribe(version, 2, &[("b", 2)]))?;
        client.send(&unsuback(version, 1, &[0x11]))?;
        client.send(&suback(version, 2, &[2]))?;
        client.send(&Publish::new(0, 0, "b", "x").bytes(version))?;
        client.goodbye()
    })?;
    scene.finish(STEP)?.expect(0, "x\n", "subscribed to b at QoS 2\n")
}

/// The run goes on after the answer, and 0x11 is no failure.
fn beside(version: Version) -> Verdict {
    let scene = Scene::start(version, &["sub", "-C", "1", "a", "-U", "b"], move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.expect(&unsubscribe(version, 1, &["b"]))?;
        client.grant_subscribe()?;
        client.send(&unsuback(version, 1, &[0x11]))?;
        client.expect_quiet()?;
        client.send(&Publish::new(0, 0, "a", "x").bytes(version))?;
        client.goodbye()
    })?;
    let said = match version {
        Version::V5 => "there was no subscription to b to end\n",
        Version::V311 => "unsubscribed from b\n",
    };
    scene.finish(STEP)?.expect(0, "x\n", said)
}

fn exits(version: Version) -> Verdict {
    let scene = Scene::start(version, &["sub", "-E", "a", "-U", "b"], move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.expect(&unsubscribe(version, 1, &["b"]))?;
        client.grant_subscribe()?;
        client.expect_quiet()?;
        client.send(&unsuback(version, 1, &[0]))?;
        client.goodbye()
    })?;
    scene.finish(STEP)?.expect_whole(0, "", "subscribed to a at QoS 1\nunsubscribed from b\n")
}

/// `-C` is reached before the answer: DISCONNECT comes behind it all the same.
fn waits(version: Version) -> Verdict {
    let scene = Scene::start(version, &["sub", "-C", "1", "a", "-U", "b"], move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.expect(&unsubscribe(version, 1, &["b"]))?;
        client.grant_subscribe()?;
        client.send(&Publish::new(1, 9, "a", "x").bytes(version))?;
        client.expect_ack(first::PUBACK, 9)?;
        client.expect_quiet()?;
        client.send(&unsuback(version, 1, &[0x80]))?;
        client.goodbye()
    })?;
    let outcome = scene.finish(STEP)?;
    match version {
        Version::V5 => outcome.expect(5, "x\n", "error: 1 unsubscription refused\n"),
        Version::V311 => outcome.expect(0, "x\n", ""),
    }
}

/// One of each, and the rest goes on.
fn reasons() -> Verdict {
    let scene = Scene::start(V5, &["sub", "-C", "1", "x", "-U", "a", "-U", "b", "-U", "c"], |listener| {
        let (mut client, _) = listener.welcome(V5)?;
        client.expect(&unsubscribe(V5, 1, &["a", "b", "c"]))?;
        client.grant_subscribe()?;
        client.send(&unsuback(V5, 1, &[0, 0x11, 0x87]))?;
        client.expect_quiet()?;
        client.send(&Publish::new(0, 0, "x", "x").bytes(V5))?;
        client.goodbye()
    })?;
    let said = "subscribed to x at QoS 1\nunsubscribed from a\nthere was no subscription to b to end\n\
                warning: the subscription to c was not ended: 0x87 not authorized\nerror: 1 unsubscription refused\n";
    scene.finish(STEP)?.expect_whole(5, "x\n", said)
}

fn all_refused() -> Verdict {
    let scene = Scene::start(V5, &["sub", "-U", "a", "-U", "b"], |listener| {
        let (mut client, _) = listener.welcome(V5)?;
        client.expect(&unsubscribe(V5, 1, &["a", "b"]))?;
        client.send(&unsuback(V5, 1, &[0x80, 0x83]))?;
        client.goodbye()
    })?;
    scene.finish(STEP)?.expect(5, "", "error: 2 unsubscriptions refused\n")
}

fn miscounted() -> Verdict {
    let scene = Scene::start(V5, &["sub", "-U", "a", "-U", "b"], |listener| {
        let (mut client, _) = listener.welcome(V5)?;
        client.expect(&unsubscribe(V5, 1, &["a", "b"]))?;
        client.send(&unsuback(V5, 1, &[0]))?;
        let (reason, _) = client.expect_disconnect()?;
        ensure(reason == 0x82, format_args!("DISCONNECT 0x{reason:02x}"))?;
        client.expect_eof()
    })?;
    let outcome = scene.finish(STEP)?;
    outcome.expect(6, "", "the broker broke the protocol: an UNSUBACK has 1 reasons for 2 filters\n")?;
    outcome.says(&["error: 2 unsubscriptions unanswered\n"])
}

/// Rule 11.
fn resumed(version: Version) -> Verdict {
    let scene = Scene::start(version, &["sub", "-c", "-i", "me", "-U", "a"], move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.expect(&unsubscribe(version, 1, &["a"]))?;
        client.cut()?;
        let (mut client, _) = listener.welcome_with(version, true, &[])?;
        client.expect(&unsubscribe(version, 2, &["a"]))?;
        client.send(&unsuback(version, 2, &[0]))?;
        client.goodbye()
    })?;
    scene.finish(STEP)?.expect(0, "", "unsubscribed from a\n")
}

/// What the broker forgot it cannot have any more.
fn lost(version: Version) -> Verdict {
    let scene = Scene::start(version, &["sub", "-c", "-i", "me", "-U", "a"], move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.expect(&unsubscribe(version, 1, &["a"]))?;
        client.cut()?;
        let (client, _) = listener.welcome(version)?;
        client.goodbye()
    })?;
    scene.finish(STEP)?.expect(0, "", "unsubscribed from a\n")
}

fn unanswered(version: Version) -> Verdict {
    let scene = Scene::start(version, &["sub", "-U", "a"], move |listener| {
        listener.allow(STEP * 2);
        let (mut client, _) = listener.welcome(version)?;
        client.expect(&unsubscribe(version, 1, &["a"]))?;
        client.goodbye()
    })?;
    let said = "error: no UNSUBACK within 10 s\nerror: 1 unsubscription unanswered\n";
    scene.finish(STEP * 2)?.expect_whole(7, "", said)
}

/// One signal waits for the answer, the second ends without it.
fn interrupted(version: Version) -> Verdict {
    let (said, asked) = mpsc::channel();
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.expect(&unsubscribe(version, 1, &["a"]))?;
        client.grant_subscribe()?;
        said.send(())?;
        client.expect_eof()
    })?;
    let running = at(&peer.port(), version, &["sub", "b", "-U", "a"])?.start()?;
    asked.recv_timeout(STEP)?;
    running.signal(Signal::INT)?;
    running.wait_stderr("a second Ctrl-C ends at once")?;
    running.signal(Signal::INT)?;
    let ended = Ended::Signal(Signal::INT.as_raw());
    running.finish(STEP)?.expect_ended(ended, "", "error: 1 unsubscription unanswered\n")?;
    peer.finish()
}

fn timed_out(version: Version) -> Verdict {
    let scene = Scene::start(version, &["sub", "-U", "a", "-W", "300ms"], move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.expect(&unsubscribe(version, 1, &["a"]))?;
        client.expect_disconnect()?;
        client.expect_eof()
    })?;
    scene.finish(STEP)?.expect(27, "", "error: -W has passed\n")
}

/// A run subscribes, the next ends one of its two subscriptions, and the third gets what the other brings.
fn kept(version: Version) -> Verdict {
    let broker = Mosquitto::start()?;
    let sub = |words: &[&str]| at(&broker.port(), version, &[&["sub", "-c", "-i", "me"], words].concat());
    sub(&["-E", "a", "b"])?.run()?.expect(0, "", "subscribed to b at QoS 1\n")?;
    sub(&["-U", "a"])?.run()?.expect_whole(0, "", "unsubscribed from a\n")?;
    let said = match version {
        Version::V5 => "there was no subscription to a to end\n",
        Version::V311 => "unsubscribed from a\n",
    };
    sub(&["-U", "a"])?.run()?.expect_whole(0, "", said)?;
    for topic in ["a", "b"] {
        at(&broker.port(), version, &["pub", topic, &format!("for {topic}")])?.run()?.expect(0, "", "")?;
    }
    // With an end of its own, what the session has already is waited for.
    sub(&["-C", "1", "-v", "-U", "a"])?.run()?.expect(0, "b for b\n", "")
}
