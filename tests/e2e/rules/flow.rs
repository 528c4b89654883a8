//! Who reads and writes when: rules 9, 14 and 21.

use std::io::{BufRead, BufReader, Read};
use std::sync::mpsc;
use std::time::Duration;

use rustix::process::Signal;

use super::Scene;
use crate::at;
use crate::support::harness::{Case, both, case};
use crate::support::packets::{Publish, Version, disconnect, first, pingresp, puback, pubrel};
use crate::support::peer::{Connection, Peer};
use crate::support::{STEP, Verdict, ensure, ensure_eq};

pub fn cases(list: &mut Vec<Case>) {
    both(list, "rule_9::a_blocked_stdout_stops_reading_and_loses_nothing", blocked_stdout);
    list.push(case("rule_14::disconnect_comes_before_the_broken_write", reason_before_broken_write));
    list.push(case("rule_14::disconnect_comes_before_the_reset", reason_before_reset));
    list.push(case("rule_14::disconnect_says_why_qos_0_is_unconfirmed", reason_at_qos_0));
    both(list, "rule_14::an_acknowledgement_before_the_reset_counts", acknowledged_before_reset);
    both(list, "rule_14::a_publish_cut_at_any_byte_is_sent_again_whole", cut_at_any_byte);
    both(list, "rule_21::a_pending_write_never_stops_reading", pending_write);
    both(list, "rule_21::a_message_cut_in_the_middle_is_sent_again_whole", cut_in_the_middle);
    both(list, "rule_21::unsent_answers_stop_reading", unsent_answers);
    for version in Version::BOTH {
        let blocked = case(format!("rule_21::blocked_for_30_s_is_dead::{}", version.flag()), move || blocked_write(version));
        list.push(blocked.deadline(Duration::from_secs(90)));
    }
}

/// Receive Maximum that the client announces; in 3.1.1 as many by our own restraint.
const RECEIVE_MAXIMUM: u32 = 1_000;

/// The numbered messages of `blocked_stdout`.
struct Numbered {
    version: Version,
    next: u32,
    unacknowledged: u32,
}

impl Numbered {
    fn make(&mut self, qos: u8) -> Vec<u8> {
        let id = u16::try_from(self.next % 60_000 + 1).unwrap_or(1);
        let payload = format!("{} {}", self.next, "x".repeat(500));
        self.next += 1;
        self.unacknowledged += u32::from(qos > 0);
        Publish::new(qos, id, "a", payload).bytes(self.version)
    }

    /// Reads a packet: an acknowledgement is counted, a PINGREQ answered, unless answers cannot be sent now.
    fn read(&mut self, client: &mut Connection, answer: bool) -> Verdict<bool> {
        match client.expect_packet()?.0 {
            first::PUBACK => self.unacknowledged -= 1,
            first::PINGREQ if answer => client.send(&pingresp())?,
            first::PINGREQ => return Ok(true),
            other => return Err(format!("expected PUBACK or PINGREQ, came 0x{other:02x}").into()),
        }
        Ok(false)
    }
}

fn blocked_stdout(version: Version) -> Verdict {
    const AFTERWARDS: u32 = 3_000;
    let (full, stopped) = mpsc::channel();
    let (all, acknowledged) = mpsc::channel();
    let peer = Peer::play(move |listener| {
        let (mut client, connect) = listener.welcome(version)?;
        ensure_eq(&connect.keep_alive, &2, "Keep Alive")?;
        client.grant_subscribe()?;
        let mut messages = Numbered { version, next: 0, unacknowledged: 0 };
        let mut burst = Vec::new();
        (0..RECEIVE_MAXIMUM).for_each(|_| burst.extend(messages.make(1)));
        client.send(&burst)?;
        let left_over = client.flood(|| messages.make(0))?;
        // Nothing is read now, and still the broker is told that we live, again and again.
        let mut pings = 0;
        while pings < 3 {
            pings += u32::from(messages.read(&mut client, false)?);
        }
        full.send(())?;
        client.send(&left_over)?;
        (0..pings).try_for_each(|_| client.send(&pingresp()))?;
        for _ in 0..AFTERWARDS {
            while messages.unacknowledged >= RECEIVE_MAXIMUM {
                messages.read(&mut client, true)?;
            }
            client.send(&messages.make(1))?;
        }
        client.send(&Publish::new(0, 0, "a", "end").bytes(version))?;
        while messages.unacknowledged > 0 {
            messages.read(&mut client, true)?;
        }
        all.send(())?;
        client.goodbye()
    })?;
    let mut running = at(&peer.port(), version, &["sub", "-k", "2", "a"])?.stdout_held().start()?;
    stopped.recv_timeout(STEP)?;
    let mut lines = 0_u32;
    // Read from as long as the run lasts: a reader that goes away ends it.
    let mut output = BufReader::new(running.output.take().ok_or("held")?);
    for line in output.by_ref().lines() {
        let line = line?;
        if line == "end" {
            break;
        }
        ensure(line.starts_with(&format!("{lines} x")), format_args!("line {lines} is {line:?}"))?;
        lines += 1;
    }
    ensure(lines > RECEIVE_MAXIMUM + AFTERWARDS, format_args!("{lines} lines"))?;
    acknowledged.recv_timeout(STEP)?;
    running.signal(Signal::INT)?;
    let outcome = running.finish(STEP)?;
    outcome.expect(0, "", "")?;
    ensure(!outcome.stderr.contains("dropped") && !outcome.stderr.contains("connection lost"), outcome)?;
    peer.finish()
}

/// More than all socket buffers hold.
const LARGE: usize = 20 << 20;

/// The client cannot write, and finds that out in the same moment in which it can read why.
fn reason_before_broken_write() -> Verdict {
    for _ in 0..8 {
        let peer = Peer::play(|listener| {
            let (mut client, _) = listener.welcome(Version::V5)?;
            client.wait_readable()?;
            client.send(&disconnect(Version::V5, 0x87, &[]))?;
            client.cut()
        })?;
        let outcome = at(&peer.port(), Version::V5, &["pub", "a", "-s"])?.stdin(vec![b'x'; LARGE]).run()?;
        outcome.expect(5, "", "0x87 not authorized")?;
        peer.finish()?;
    }
    Ok(())
}

/// The same for a client that has nothing to write.
fn reason_before_reset() -> Verdict {
    for _ in 0..8 {
        let peer = Peer::play(|listener| {
            let (mut client, _) = listener.welcome(Version::V5)?;
            client.grant_subscribe()?;
            client.send(&disconnect(Version::V5, 0x8E, &[]))?;
            client.cut()
        })?;
        at(&peer.port(), Version::V5, &["sub", "a"])?.run()?.expect(6, "", "0x8e session taken over")?;
        peer.finish()?;
    }
    Ok(())
}

/// Nothing is left to do once QoS 0 is unconfirmed, but the broker has said why.
fn reason_at_qos_0() -> Verdict {
    for (code, status, named) in [(0x87, 5, "0x87 not authorized"), (0x8E, 6, "0x8e session taken over")] {
        let peer = Peer::play(move |listener| {
            let (mut client, _) = listener.welcome(Version::V5)?;
            client.expect_message(0, "a", "x")?;
            client.send(&disconnect(Version::V5, code, &[]))?;
            client.close()
        })?;
        let outcome = at(&peer.port(), Version::V5, &["pub", "-q", "0", "a", "x"])?.run()?;
        outcome.expect(status, "", named)?;
        outcome.says(&["1 message of QoS 0 unconfirmed"])?;
        peer.finish()?;
    }
    Ok(())
}

/// What the broker has acknowledged is not sent again, although the client finds the acknowledgement behind a broken write.
fn acknowledged_before_reset(version: Version) -> Verdict {
    let lines = [b"1\n".to_vec(), vec![b'x'; LARGE]].concat();
    for _ in 0..4 {
        let peer = Peer::play(move |listener| {
            let (mut client, _) = listener.welcome(version)?;
            let id = client.expect_message(1, "a", "1")?;
            client.wait_readable()?;
            client.send(&puback(version, id))?;
            client.cut()?;
            let (mut client, _) = listener.welcome(version)?;
            let id = client.expect_message(1, "a", vec![b'x'; LARGE])?;
            client.send(&puback(version, id))?;
            client.goodbye()
        })?;
        let outcome = at(&peer.port(), version, &["pub", "-l", "a"])?.stdin(lines.clone()).run()?;
        outcome.expect(0, "", "; 1 unacknowledged sent again\n")?;
        peer.finish()?;
    }
    Ok(())
}

/// However little of it arrived. The waits before the next attempt pass at the same time.
fn cut_at_any_byte(version: Version) -> Verdict {
    let whole = Publish::new(1, 1, "a", "xyz").bytes(version).len();
    let mut scenes = Vec::new();
    for count in 1..=whole {
        scenes.push(Scene::start(version, &["pub", "a", "xyz"], move |listener| {
            let (client, _) = listener.welcome(version)?;
            ensure_eq(&client.cut_after(count)?.len(), &count, "bytes before the cut")?;
            listener.take_one(version, "a", "xyz")
        })?);
    }
    for scene in scenes {
        scene.finish(STEP)?.expect(0, "", "; 1 unacknowledged sent again\n")?;
    }
    Ok(())
}

/// A broker that blocks on writing to us reads nothing: had we stopped reading too, neither would ever go on.
fn pending_write(version: Version) -> Verdict {
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.wait_readable()?;
        let message = Publish::new(0, 0, "b", vec![b'y'; 1 << 20]).bytes(version);
        (0..32).try_for_each(|_| client.send(&message))?;
        let id = client.expect_message(1, "a", vec![b'x'; LARGE])?;
        client.send(&puback(version, id))?;
        client.goodbye()
    })?;
    at(&peer.port(), version, &["pub", "a", "-s"])?.stdin(vec![b'x'; LARGE]).run()?.expect(0, "", "")?;
    peer.finish()
}

fn cut_in_the_middle(version: Version) -> Verdict {
    let peer = Peer::play(move |listener| {
        let (client, _) = listener.welcome(version)?;
        client.wait_readable()?;
        client.cut()?;
        let (mut client, _) = listener.welcome(version)?;
        let id = client.expect_message(1, "a", vec![b'x'; LARGE])?;
        client.send(&puback(version, id))?;
        client.goodbye()
    })?;
    at(&peer.port(), version, &["pub", "a", "-s"])?.stdin(vec![b'x'; LARGE]).run()?.expect(0, "", "")?;
    peer.finish()
}

/// Each PUBREL is owed a PUBCOMP. A peer that sends and does not read gets no endless memory, and then every answer.
fn unsent_answers(version: Version) -> Verdict {
    const AT_ONCE: usize = 1_000;
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.grant_subscribe()?;
        let mut made = 0;
        let left_over = client.flood(|| {
            made += AT_ONCE;
            pubrel(version, 7).repeat(AT_ONCE)
        })?;
        let arrived = made - left_over.len().div_ceil(pubrel(version, 7).len());
        (0..arrived).try_for_each(|_| client.expect_ack(first::PUBCOMP, 7).map(|_| ()))?;
        client.send(&left_over)?;
        (arrived..made).try_for_each(|_| client.expect_ack(first::PUBCOMP, 7).map(|_| ()))?;
        client.send(&Publish::new(0, 0, "a", "x").bytes(version))?;
        client.goodbye()
    })?;
    let outcome = at(&peer.port(), version, &["sub", "-C", "1", "a"])?.run()?;
    outcome.expect(0, "x\n", "")?;
    let peak = outcome.peak_memory.unwrap_or_default();
    ensure(peak < 32 << 20, format_args!("peak memory {peak} bytes"))?;
    peer.finish()
}

fn blocked_write(version: Version) -> Verdict {
    const WAIT: Duration = Duration::from_secs(80);
    let peer = Peer::play(move |listener| {
        listener.allow(WAIT);
        let (blocked, _) = listener.welcome(version)?;
        blocked.wait_readable()?;
        let (mut client, _) = listener.welcome(version)?;
        let id = client.expect_message(1, "a", vec![b'x'; LARGE])?;
        client.send(&puback(version, id))?;
        client.goodbye()
    })?;
    let run = at(&peer.port(), version, &["pub", "a", "-s"])?.stdin(vec![b'x'; LARGE]).within(WAIT);
    run.run()?.expect(0, "", "it took no byte for 30 s")?;
    peer.finish()
}
