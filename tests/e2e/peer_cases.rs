//! The rules of the session, played by the scripted peer, for both versions where both have them.

use std::sync::mpsc;

use crate::at;
use crate::support::harness::{Case, both, case};
use crate::support::mqx::{Mqx, contains};
use crate::support::packets::{Publish, Version, ack, connack, first, property, puback, pubcomp, pubrec, pubrel, suback};
use crate::support::peer::{Connection, Peer};
use crate::support::{STEP, Verdict, ensure, ensure_eq};

pub fn cases(list: &mut Vec<Case>) {
    both(list, "peer::subscribed_is_said_with_the_suback", primer_guarantee);
    both(list, "peer::written_before_acknowledged", written_before_acknowledged);
    both(list, "peer::qos_2_both_ways", qos_2_both_ways);
    both(list, "peer::qos_0_waits_for_a_pingresp", qos_0_waits);
    both(list, "peer::qos_2_window_is_20", qos_2_window);
    both(list, "peer::a_lost_session_sends_again_as_new", lost_session);
    both(list, "peer::unknown_pubrel_is_answered", unknown_pubrel);
    both(list, "peer::duplicate_qos_2_is_printed_once", duplicate_qos_2);
    both(list, "peer::lower_qos_is_said", lower_qos);
    both(list, "peer::every_byte_every_size", every_byte);
    both(list, "peer::closed_stdout_ends_a_silent_sub", closed_stdout);
    list.push(case("peer::session::what_connect_and_disconnect_ask_for", session_of_a_run));
    list.push(case("peer::session::a_resumed_session_sends_again_with_dup", resumed_session));
    list.push(case("peer::session::pubrel_goes_first_and_0x92_completes_it", resumed_pubrel));
    list.push(case("peer::session::receive_maximum_holds", receive_maximum));
    list.push(case("peer::session::maximum_packet_size_is_found_before_sending", maximum_packet_size));
    list.push(case("peer::fallback::unsupported_version", || fallback(Answer::Bytes(connack(Version::V5, false, 0x84, &[])))));
    list.push(case("peer::fallback::two_byte_connack_1", || fallback(Answer::Bytes(vec![0x20, 2, 0, 1]))));
    list.push(case("peer::fallback::two_byte_connack_0", || fallback(Answer::Bytes(vec![0x20, 2, 0, 0]))));
    list.push(case("peer::fallback::closed_without_a_byte", || fallback(Answer::Nothing)));
    list.push(case("peer::fallback::two_byte_refusal_is_a_refusal", two_byte_refusal));
    list.push(case("peer::fallback::not_with_a_version_given", no_fallback));
    list.push(case("peer::fallback::closed_twice_is_unreachable", closed_twice));
}

fn primer_guarantee(version: Version) -> Verdict {
    let (asked, seen) = mpsc::channel();
    let (go, may_answer) = mpsc::channel::<()>();
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        let subscribe = client.expect_subscribe()?;
        ensure_eq(&subscribe.filters[0].0, &b"encyclopedia/#".to_vec(), "the filter")?;
        client.expect_quiet()?;
        asked.send(())?;
        may_answer.recv_timeout(STEP)?;
        client.send(&suback(version, subscribe.id, &[1]))?;
        client.send(&Publish::new(0, 0, "encyclopedia/temperature", "hot").bytes(version))?;
        client.goodbye()
    })?;
    let running = at(&peer.port(), version, &["sub", "-C", "1", "encyclopedia/#"])?.start()?;
    seen.recv_timeout(STEP)?;
    ensure(!running.stderr_so_far().contains("subscribed"), "said before the SUBACK")?;
    go.send(())?;
    running.wait_stderr("subscribed to encyclopedia/# at QoS 1")?;
    running.finish(STEP)?.expect(0, "hot\n", "")?;
    peer.finish()
}

/// The PUBACK is the proof that the line was written: with a reader that reads nothing it must not come.
fn written_before_acknowledged(version: Version) -> Verdict {
    let (sent, received) = mpsc::channel();
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.grant_subscribe()?;
        client.send(&Publish::new(1, 7, "a", vec![b'x'; 1 << 20]).bytes(version))?;
        client.expect_quiet()?;
        sent.send(())?;
        ensure_eq(&client.expect_ack(first::PUBACK, 7)?, &0, "reason")?;
        client.goodbye()
    })?;
    let mut running = at(&peer.port(), version, &["sub", "-C", "1", "a"])?.stdout_held().start()?;
    received.recv_timeout(STEP)?;
    let mut output = running.output.take().ok_or("held")?;
    let mut all = Vec::new();
    std::io::Read::read_to_end(&mut output, &mut all)?;
    ensure_eq(&all.len(), &((1 << 20) + 1), "bytes written")?;
    running.finish(STEP)?.expect_code(0)?;
    peer.finish()
}

fn qos_2_both_ways(version: Version) -> Verdict {
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        complete_qos_2(&mut client, "x")?;
        client.goodbye()?;
        let (mut client, _) = listener.welcome(version)?;
        client.grant_subscribe()?;
        client.send(&Publish::new(2, 9, "a", "y").bytes(version))?;
        client.expect_ack(first::PUBREC, 9)?;
        client.send(&pubrel(version, 9))?;
        ensure_eq(&client.expect_ack(first::PUBCOMP, 9)?, &0, "PUBCOMP")?;
        client.goodbye()
    })?;
    at(&peer.port(), version, &["pub", "-q", "2", "a", "x"])?.run()?.expect(0, "", "")?;
    at(&peer.port(), version, &["sub", "-q", "2", "-C", "1", "a"])?.run()?.expect(0, "y\n", "subscribed to a at QoS 2")?;
    peer.finish()
}

fn complete_qos_2(client: &mut Connection, payload: &str) -> Verdict {
    let id = client.expect_message(2, "a", payload)?;
    client.complete(id)
}

fn qos_0_waits(version: Version) -> Verdict {
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.expect_message(0, "a", "x")?;
        client.answer_ping()?;
        client.goodbye()
    })?;
    at(&peer.port(), version, &["pub", "-q", "0", "a", "x"])?.run()?.expect(0, "", "")?;
    peer.finish()
}

/// Where the broker announced nothing, 20 QoS 2 messages may be on their way, however many lines wait.
fn qos_2_window(version: Version) -> Verdict {
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        let mut ids = Vec::new();
        for line in 0..20 {
            ids.push(client.expect_message(2, "a", line.to_string())?);
        }
        client.expect_quiet()?;
        for &id in &ids {
            client.send(&pubrec(version, id))?;
            client.expect_ack(first::PUBREL, id)?;
        }
        // Between PUBREC and PUBCOMP they still fill the window.
        client.expect_quiet()?;
        for id in ids {
            client.send(&pubcomp(version, id))?;
        }
        let more: Verdict<Vec<u16>> = (20..30).map(|line| client.expect_message(2, "a", line.to_string())).collect();
        for id in more? {
            client.complete(id)?;
        }
        client.goodbye()
    })?;
    let lines: String = (0..30).map(|line| format!("{line}\n")).collect();
    at(&peer.port(), version, &["pub", "-q", "2", "-l", "a"])?.stdin(lines).run()?.expect(0, "", "")?;
    peer.finish()
}

fn lost_session(version: Version) -> Verdict {
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.expect_message(1, "a", "x")?;
        client.cut()?;
        listener.take_one(version, "a", "x")
    })?;
    at(&peer.port(), version, &["pub", "a", "x"])?.run()?.expect(0, "", "")?;
    peer.finish()
}

fn unknown_pubrel(version: Version) -> Verdict {
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        let id = client.expect_message(1, "a", "x")?;
        client.send(&pubrel(version, 77))?;
        let reason = client.expect_ack(first::PUBCOMP, 77)?;
        ensure_eq(&reason, &if version == Version::V5 { 0x92 } else { 0 }, "reason")?;
        client.send(&puback(version, id))?;
        client.goodbye()
    })?;
    at(&peer.port(), version, &["pub", "a", "x"])?.run()?.expect(0, "", "")?;
    peer.finish()
}

/// After PUBREC the packet id alone tells a duplicate, until PUBREL.
fn duplicate_qos_2(version: Version) -> Verdict {
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.grant_subscribe()?;
        client.send(&Publish::new(2, 9, "a", "once").bytes(version))?;
        client.expect_ack(first::PUBREC, 9)?;
        client.send(&Publish::new(2, 9, "a", "once").dup().bytes(version))?;
        client.expect_ack(first::PUBREC, 9)?;
        client.send(&pubrel(version, 9))?;
        client.expect_ack(first::PUBCOMP, 9)?;
        client.send(&Publish::new(0, 0, "a", "end").bytes(version))?;
        client.goodbye()
    })?;
    at(&peer.port(), version, &["sub", "-q", "2", "-C", "2", "a"])?.run()?.expect(0, "once\nend\n", "")?;
    peer.finish()
}

fn lower_qos(version: Version) -> Verdict {
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        let subscribe = client.expect_subscribe()?;
        client.send(&suback(version, subscribe.id, &[0]))?;
        client.send(&Publish::new(0, 0, "a", "").bytes(version))?;
        client.goodbye()
    })?;
    at(&peer.port(), version, &["sub", "-C", "1", "a"])?.run()?.expect(0, "\n", "subscribed to a at QoS 0")?;
    peer.finish()
}

/// Bytes in, the same bytes out, in both directions.
fn every_byte(version: Version) -> Verdict {
    let all: Vec<u8> = (0..=255).collect();
    let payloads = [Vec::new(), all.clone(), all.repeat(1000)];
    for payload in payloads {
        let sent = payload.clone();
        let peer = Peer::play(move |listener| {
            listener.take_one(version, "a", &sent)?;
            let (mut client, _) = listener.welcome(version)?;
            client.grant_subscribe()?;
            client.send(&Publish::new(0, 0, "a", &sent).bytes(version))?;
            client.goodbye()
        })?;
        let words: &[&str] = if payload.is_empty() { &["pub", "a", "-n"] } else { &["pub", "a", "-s"] };
        at(&peer.port(), version, words)?.stdin(payload.clone()).run()?.expect(0, "", "")?;
        at(&peer.port(), version, &["sub", "-N", "-C", "1", "a"])?.run()?.expect(0, &payload, "")?;
        peer.finish()?;
    }
    Ok(())
}

/// `mqx sub a | head -1`, and no second message ever comes.
fn closed_stdout(version: Version) -> Verdict {
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.grant_subscribe()?;
        client.send(&Publish::new(0, 0, "a", "one").bytes(version))?;
        client.goodbye()
    })?;
    let mut running = at(&peer.port(), version, &["sub", "a"])?.stdout_held().start()?;
    let mut line = [0; 4];
    let mut output = running.output.take().ok_or("held")?;
    std::io::Read::read_exact(&mut output, &mut line)?;
    drop(output);
    ensure_eq(&line, b"one\n", "the line")?;
    running.finish(STEP)?.expect(0, "", "")?;
    peer.finish()
}

fn session_of_a_run() -> Verdict {
    let peer = Peer::play(|listener| {
        let (mut client, connect) = listener.welcome(Version::V5)?;
        ensure(connect.clean(), "the first CONNECT has Clean Start on")?;
        ensure_eq(&connect.keep_alive, &60, "Keep Alive")?;
        ensure(contains(&connect.properties, &property::session_expiry(60)), "CONNECT asks for 60 s")?;
        ensure(contains(&connect.properties, &property::receive_maximum(1)), "a command without a consumer takes one")?;
        let id = connect.client_id;
        ensure(id.len() == 15 && id.starts_with(b"mqx") && id.iter().all(u8::is_ascii_alphanumeric), "Client Identifier")?;
        let message = client.expect_message(1, "a", "x")?;
        client.send(&puback(Version::V5, message))?;
        let (reason, properties) = client.expect_disconnect()?;
        ensure_eq(&(reason, properties), &(0, property::session_expiry(0)), "DISCONNECT")?;
        client.expect_eof()
    })?;
    at(&peer.port(), Version::V5, &["pub", "a", "x"])?.run()?.expect(0, "", "")?;
    peer.finish()
}

fn resumed_session() -> Verdict {
    let peer = Peer::play(|listener| {
        let (mut client, first) = listener.welcome(Version::V5)?;
        let id = client.expect_message(1, "a", "x")?;
        client.cut()?;
        let (mut client, second) = listener.welcome_with(Version::V5, true, &[])?;
        ensure(!second.clean() && second.client_id == first.client_id, "the same session is asked for")?;
        let again = client.expect_publish()?;
        ensure_eq(&again, &Publish::new(1, id, "a", "x").dup(), "the message again")?;
        client.send(&puback(Version::V5, id))?;
        client.goodbye()
    })?;
    at(&peer.port(), Version::V5, &["pub", "a", "x"])?.run()?.expect(0, "", "")?;
    peer.finish()
}

fn resumed_pubrel() -> Verdict {
    let peer = Peer::play(|listener| {
        let (mut client, _) = listener.welcome(Version::V5)?;
        let (one, two) = (client.expect_message(2, "a", "1")?, client.expect_message(2, "a", "2")?);
        client.send(&pubrec(Version::V5, two))?;
        client.expect_ack(first::PUBREL, two)?;
        client.cut()?;
        let (mut client, _) = listener.welcome_with(Version::V5, true, &[])?;
        client.expect_ack(first::PUBREL, two)?;
        ensure_eq(&client.expect_publish()?, &Publish::new(2, one, "a", "1").dup(), "the message again")?;
        client.send(&ack(Version::V5, first::PUBCOMP, two, 0x92))?;
        client.send(&ack(Version::V5, first::PUBREC, one, 0x91))?;
        client.expect_ack(first::PUBREL, one)?;
        client.send(&pubcomp(Version::V5, one))?;
        client.goodbye()
    })?;
    at(&peer.port(), Version::V5, &["pub", "-q", "2", "-l", "a"])?.stdin("1\n2\n").run()?.expect(0, "", "")?;
    peer.finish()
}

fn receive_maximum() -> Verdict {
    let peer = Peer::play(|listener| {
        let (mut client, _) = listener.welcome_with(Version::V5, false, &property::receive_maximum(2))?;
        let (one, two) = (client.expect_message(1, "a", "1")?, client.expect_message(1, "a", "2")?);
        client.expect_quiet()?;
        client.send(&puback(Version::V5, two))?;
        let three = client.expect_message(1, "a", "3")?;
        client.expect_quiet()?;
        [one, three].into_iter().try_for_each(|id| client.send(&puback(Version::V5, id)))?;
        client.goodbye()
    })?;
    at(&peer.port(), Version::V5, &["pub", "-l", "a"])?.stdin("1\n2\n3\n").run()?.expect(0, "", "")?;
    peer.finish()
}

fn maximum_packet_size() -> Verdict {
    let peer = Peer::play(|listener| {
        let (client, _) = listener.welcome_with(Version::V5, false, &property::maximum_packet_size(100))?;
        client.goodbye()
    })?;
    let outcome = at(&peer.port(), Version::V5, &["pub", "a", "-s"])?.stdin([b'x'; 200]).run()?;
    outcome.expect(5, "", "100")?;
    peer.finish()
}

enum Answer {
    Bytes(Vec<u8>),
    Nothing,
}

/// The first CONNECT is of version 5 and gets `answer`; the next must be of 3.1.1, once, and stay so.
fn fallback(answer: Answer) -> Verdict {
    let peer = Peer::play(move |listener| {
        let mut client = listener.accept()?;
        ensure_eq(&client.expect_connect()?.version, &Version::V5, "the first CONNECT")?;
        if let Answer::Bytes(bytes) = &answer {
            client.send(bytes)?;
        }
        client.close()?;
        let (mut client, _) = listener.welcome(Version::V311)?;
        client.expect_message(1, "a", "x")?;
        client.cut()?;
        let (mut client, _) = listener.welcome(Version::V311)?;
        let id = client.expect_message(1, "a", "x")?;
        client.send(&puback(Version::V311, id))?;
        client.goodbye()
    })?;
    Mqx::new(["pub", "-h", "127.0.0.1", "-p", &peer.port(), "a", "x"])?.run()?.expect(0, "", "3.1.1")?;
    peer.finish()
}

fn two_byte_refusal() -> Verdict {
    let peer = Peer::play(|listener| {
        let mut client = listener.accept()?;
        client.expect_connect()?;
        client.send(&[0x20, 2, 0, 5])?;
        listener.close();
        client.close()
    })?;
    Mqx::new(["pub", "-h", "127.0.0.1", "-p", &peer.port(), "a", "x"])?.run()?.expect(4, "", "0x87")?;
    peer.finish()
}

fn no_fallback() -> Verdict {
    let peer = Peer::play(|listener| {
        let mut client = listener.accept()?;
        client.expect_connect()?;
        client.send(&connack(Version::V5, false, 0x84, &[]))?;
        listener.close();
        client.close()
    })?;
    at(&peer.port(), Version::V5, &["pub", "a", "x"])?.run()?.expect(4, "", "0x84")?;
    peer.finish()
}

fn closed_twice() -> Verdict {
    let peer = Peer::play(|listener| {
        for version in [Version::V5, Version::V311] {
            let mut client = listener.accept()?;
            ensure_eq(&client.expect_connect()?.version, &version, "version")?;
            client.close()?;
        }
        listener.close();
        Ok(())
    })?;
    Mqx::new(["pub", "-h", "127.0.0.1", "-p", &peer.port(), "a", "x"])?.run()?.expect(3, "", "error:")?;
    peer.finish()
}
