//! The end of a run: rule 24, and the end of rule 7.

use std::io::Read;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::Scene;
use crate::at;
use crate::support::harness::{Case, both, case};
use crate::support::mqx::{Outcome, contains};
use crate::support::packets::{Publish, Version, disconnect, first, property, puback, pubrel};
use crate::support::peer::Peer;
use crate::support::{STEP, Verdict, ensure, ensure_eq};

pub fn cases(list: &mut Vec<Case>) {
    both(list, "rule_7::after_disconnect_nothing_changes_the_status", after_disconnect);
    both(list, "rule_24::the_untaken_is_left_unacknowledged", untaken);
    both(list, "rule_24::a_signal_leaves_no_printed_message_unacknowledged", signal_while_writing);
    both(list, "rule_24::pubrel_is_waited_for", pubrel_comes);
    both(list, "rule_24::pubrel_is_waited_for_2_s", pubrel_missing);
    both(list, "rule_24::what_a_kept_session_may_bring_again_is_told", pubrel_missing_in_a_kept_session);
    list.push(case("rule_24::the_session_ends_with_the_run", || final_expiry(&["-x", "30"], 30, &property::session_expiry(0))));
    list.push(case("rule_24::a_kept_session_does_not", || final_expiry(&["-c", "-i", "me"], u32::MAX, &[])));
    list.push(case("rule_24::a_session_of_0_s_has_nothing_to_end", || final_expiry(&["-x", "0"], 0, &[])));
    both(list, "rule_24::after_W_disconnect_at_once", deadline_of_pub);
    both(list, "rule_24::after_W_pubrel_is_not_waited_for", deadline_of_sub);
    both(list, "rule_24::half_close_then_read_to_the_end", half_close);
    both(list, "rule_24::a_broker_that_never_closes_gets_2_s", never_closes);
}

/// What was asked for was proved before, so neither a reason nor a reset behind our DISCONNECT is news.
fn after_disconnect(version: Version) -> Verdict {
    for qos in ["0", "1"] {
        let scene = Scene::start(version, &["pub", "-q", qos, "a", "x"], move |listener| {
            let (mut client, _) = listener.welcome(version)?;
            let message = client.expect_publish()?;
            match message.qos {
                0 => client.answer_ping()?,
                _ => client.send(&puback(version, message.id))?,
            }
            client.expect_disconnect()?;
            if version == Version::V5 {
                client.send(&disconnect(version, 0x87, &[]))?;
            }
            client.cut()
        })?;
        scene.finish(STEP)?.expect_whole(0, "", "")?;
    }
    Ok(())
}

fn untaken(version: Version) -> Verdict {
    let scene = Scene::start(version, &["sub", "-C", "2", "a"], move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.grant_subscribe()?;
        let messages: Vec<u8> = (1..=4).flat_map(|id| Publish::new(1, id, "a", id.to_string()).bytes(version)).collect();
        client.send(&messages)?;
        client.expect_ack(first::PUBACK, 1)?;
        client.expect_ack(first::PUBACK, 2)?;
        client.goodbye()
    })?;
    scene.finish(STEP)?.expect(0, "1\n2\n", "")
}

/// The signal comes while stdout is blocked; what is read from there then is acknowledged.
fn signal_while_writing(version: Version) -> Verdict {
    const LARGE: usize = 1 << 20;
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.grant_subscribe()?;
        client.send(&Publish::new(1, 1, "a", vec![b'x'; LARGE]).bytes(version))?;
        client.expect_ack(first::PUBACK, 1)?;
        client.goodbye()
    })?;
    let mut running = at(&peer.port(), version, &["sub", "a"])?.stdout_held().start()?;
    let mut output = running.output.take().ok_or("held")?;
    // The message is being written; a pipe holds less than the rest of it.
    output.read_exact(&mut [0; 1000])?;
    running.signal(Signal::INT)?;
    let mut rest = Vec::new();
    output.read_to_end(&mut rest)?;
    ensure_eq(&(1000 + rest.len()), &(LARGE + 1), "bytes written")?;
    running.finish(STEP)?.expect_code(0)?;
    peer.finish()
}

fn pubrel_comes(version: Version) -> Verdict {
    let scene = Scene::start(version, &["sub", "-q", "2", "-C", "2", "a"], move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.grant_subscribe()?;
        for id in [1, 2, 3] {
            client.send(&Publish::new(2, id, "a", id.to_string()).bytes(version))?;
        }
        client.expect_ack(first::PUBREC, 1)?;
        client.expect_ack(first::PUBREC, 2)?;
        client.expect_quiet()?;
        for id in [1, 2] {
            client.send(&pubrel(version, id))?;
            client.expect_ack(first::PUBCOMP, id)?;
        }
        client.goodbye()
    })?;
    scene.finish(STEP)?.expect(0, "1\n2\n", "")
}

fn pubrel_missing(version: Version) -> Verdict {
    pubrel_missing_for(version, &["sub", "-q", "2", "-C", "1", "a"])?.expect_whole(0, "x\n", SUBSCRIBED)
}

const SUBSCRIBED: &str = "subscribed to a at QoS 2\n";

/// Where the session goes on, what the broker has not let go of may come again.
fn pubrel_missing_in_a_kept_session(version: Version) -> Verdict {
    let outcome = pubrel_missing_for(version, &["sub", "-q", "2", "-c", "-i", "kept", "-C", "1", "a"])?;
    let warning = "warning: 1 message of QoS 2 may come again in the next run: the broker has not let go of them\n";
    outcome.expect_whole(0, "x\n", &[SUBSCRIBED, warning].concat())
}

fn pubrel_missing_for(version: Version, words: &'static [&'static str]) -> Verdict<Outcome> {
    let scene = Scene::start(version, words, move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.grant_subscribe()?;
        client.send(&Publish::new(2, 1, "a", "x").bytes(version))?;
        client.expect_ack(first::PUBREC, 1)?;
        let begun = Instant::now();
        client.expect_disconnect()?;
        let took = begun.elapsed();
        ensure(took > Duration::from_millis(1_700) && took < Duration::from_secs(8), format_args!("after {took:?}"))?;
        client.expect_eof()
    })?;
    scene.finish(STEP)
}

/// What CONNECT asks for and what DISCONNECT says of the session.
fn final_expiry(flags: &'static [&'static str], asked: u32, said: &[u8]) -> Verdict {
    let said = said.to_vec();
    let words = [&["pub", "a", "x"], flags].concat();
    let scene = Scene::start(Version::V5, &words, move |listener| {
        let (mut client, connect) = listener.welcome(Version::V5)?;
        ensure_eq(&connect.clean(), &!flags.contains(&"-c"), "Clean Start")?;
        let asks = contains(&connect.properties, &property::session_expiry(asked));
        ensure(asks || asked == 0 && !connect.properties.contains(&0x11), format_args!("{:02x?}", connect.properties))?;
        let id = client.expect_message(1, "a", "x")?;
        client.send(&puback(Version::V5, id))?;
        ensure_eq(&client.expect_disconnect()?, &(0, said), "DISCONNECT")?;
        client.expect_eof()
    })?;
    scene.finish(STEP)?.expect(0, "", "")
}

fn deadline_of_pub(version: Version) -> Verdict {
    let scene = Scene::start(version, &["pub", "-W", "1", "a", "x"], move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.expect_message(1, "a", "x")?;
        let begun = Instant::now();
        client.goodbye()?;
        ensure(begun.elapsed() < Duration::from_secs(8), format_args!("after {:?}", begun.elapsed()))
    })?;
    let outcome = scene.finish(STEP)?;
    outcome.expect(27, "", "-W has passed")?;
    outcome.says(&["1 message unacknowledged"])
}

fn deadline_of_sub(version: Version) -> Verdict {
    let scene = Scene::start(version, &["sub", "-W", "1", "-q", "2", "-C", "2", "a"], move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.grant_subscribe()?;
        client.send(&Publish::new(2, 1, "a", "x").bytes(version))?;
        client.expect_ack(first::PUBREC, 1)?;
        let begun = Instant::now();
        client.goodbye()?;
        ensure(begun.elapsed() < Duration::from_millis(2_900), format_args!("after {:?}", begun.elapsed()))
    })?;
    scene.finish(STEP)?.expect(27, "x\n", "-W has passed")
}

/// What the broker still sends is read, so that no reset of ours overtakes our DISCONNECT on its way.
fn half_close(version: Version) -> Verdict {
    let scene = Scene::start(version, &["sub", "-C", "1", "a"], move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.grant_subscribe()?;
        client.send(&Publish::new(0, 0, "a", "x").bytes(version))?;
        client.expect_disconnect()?;
        client.expect_eof()?;
        // More than all socket buffers hold.
        client.send(&Publish::new(0, 0, "a", vec![b'y'; 12 << 20]).bytes(version))?;
        client.close()
    })?;
    scene.finish(STEP)?.expect(0, "x\n", "")
}

fn never_closes(version: Version) -> Verdict {
    let (ended, wait) = mpsc::channel::<()>();
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        let id = client.expect_message(1, "a", "x")?;
        client.send(&puback(version, id))?;
        client.expect_disconnect()?;
        client.expect_eof()?;
        Ok(wait.recv_timeout(STEP)?)
    })?;
    let running = at(&peer.port(), version, &["pub", "a", "x"])?.start()?;
    running.finish(Duration::from_secs(12))?.expect(0, "", "")?;
    ended.send(())?;
    peer.finish()
}
