//! What arrives, and when it is acknowledged: rules 8 and 10.

use std::io::Read;
use std::process::ChildStdout;
use std::sync::mpsc;

use super::Scene;
use crate::at;
use crate::support::harness::{Case, both};
use crate::support::mqx::contains;
use crate::support::packets::{Publish, Version, first, property, puback, pubrel};
use crate::support::peer::Peer;
use crate::support::{STEP, Verdict, ensure, ensure_eq};

pub fn cases(list: &mut Vec<Case>) {
    both(list, "rule_8::before_our_answer_dup_and_content_decide", content_decides);
    both(list, "rule_8::what_is_owed_answers_the_redelivery_alone", owed_from_before);
    both(list, "rule_8::after_pubrec_the_id_decides_over_a_reconnect", id_decides);
    both(list, "rule_10::a_publisher_leaves_deliveries_of_its_session_alone", no_consumer);
}

/// More than a pipe holds: a message whose writing blocks until the test reads.
const LARGE: usize = 1 << 20;

fn large(id: u16) -> Publish {
    Publish::new(1, id, "a", vec![b'x'; LARGE])
}

/// Reads what comes behind the line of a large message, as much as is expected.
fn read_behind_large(output: &mut ChildStdout, expected: &str) -> Verdict {
    let mut line = vec![0; LARGE + 1];
    output.read_exact(&mut line)?;
    let mut text = vec![0; expected.len()];
    output.read_exact(&mut text)?;
    ensure_eq(&String::from_utf8_lossy(&text).into_owned(), &expected.to_owned(), "behind the large message")
}

/// While nothing is answered an identifier is the same message only with DUP, topic and payload; else the earlier one lost it.
fn content_decides(version: Version) -> Verdict {
    let (all_sent, sent) = mpsc::channel();
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.grant_subscribe()?;
        let messages = [
            large(1),
            Publish::new(1, 2, "a", "one"),
            // The same once more.
            Publish::new(1, 2, "a", "one").dup(),
            // Others: by payload, for want of DUP, by topic.
            Publish::new(1, 2, "a", "two").dup(),
            Publish::new(1, 2, "a", "two"),
            Publish::new(1, 3, "a", "three"),
            Publish::new(1, 3, "b", "three").dup(),
        ];
        messages.iter().try_for_each(|message| client.send(&message.bytes(version)))?;
        client.expect_quiet()?;
        all_sent.send(())?;
        (1..=3).try_for_each(|id| client.expect_ack(first::PUBACK, id).map(|_| ()))?;
        client.goodbye()
    })?;
    let mut running = at(&peer.port(), version, &["sub", "-C", "6", "a", "b"])?.stdout_held().start()?;
    sent.recv_timeout(STEP)?;
    let mut output = running.output.take().ok_or("held")?;
    read_behind_large(&mut output, "one\ntwo\ntwo\nthree\nthree\n")?;
    ensure_eq(&output.read(&mut [0; 1])?, &0, "nothing more")?;
    running.finish(STEP)?.expect_code(0)?;
    peer.finish()
}

/// Taken after the connection was lost, a message is not acknowledged until the broker sends it again, which prints nothing.
fn owed_from_before(version: Version) -> Verdict {
    let (back, resumed) = mpsc::channel();
    let (seen, printed) = mpsc::channel::<()>();
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.grant_subscribe()?;
        client.send(&large(1).bytes(version))?;
        client.expect_quiet()?;
        client.cut()?;
        let (mut client, _) = listener.welcome_with(version, true, &[])?;
        client.send(&Publish::new(0, 0, "a", "behind").bytes(version))?;
        client.expect_quiet()?;
        back.send(())?;
        // What is printed behind it proves that the large one was taken.
        printed.recv_timeout(STEP)?;
        client.expect_quiet()?;
        client.send(&large(1).dup().bytes(version))?;
        client.expect_ack(first::PUBACK, 1)?;
        client.send(&Publish::new(0, 0, "a", "end").bytes(version))?;
        client.expect_disconnect()?;
        client.expect_eof()
    })?;
    let words = ["sub", "-c", "-i", "me", "-C", "3", "a"];
    let mut running = at(&peer.port(), version, &words)?.stdout_held().start()?;
    resumed.recv_timeout(STEP)?;
    let mut output = running.output.take().ok_or("held")?;
    read_behind_large(&mut output, "behind\n")?;
    seen.send(())?;
    let mut rest = String::new();
    output.read_to_string(&mut rest)?;
    ensure_eq(&rest, &"end\n".to_owned(), "nothing twice")?;
    running.finish(STEP)?.expect(0, "", "connected again; the broker kept the session\n")?;
    peer.finish()
}

/// Until PUBREL an identifier that was answered with PUBREC is that message, whatever comes with it, in the next connection too.
fn id_decides(version: Version) -> Verdict {
    let scene = Scene::start(version, &["sub", "-c", "-i", "me", "-q", "2", "-C", "3", "a"], move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.grant_subscribe()?;
        client.send(&Publish::new(2, 9, "a", "once").bytes(version))?;
        client.expect_ack(first::PUBREC, 9)?;
        client.cut()?;
        let (mut client, _) = listener.welcome_with(version, true, &[])?;
        client.send(&Publish::new(2, 9, "a", "another").bytes(version))?;
        ensure_eq(&client.expect_ack(first::PUBREC, 9)?, &0, "PUBREC's reason")?;
        client.send(&pubrel(version, 9))?;
        ensure_eq(&client.expect_ack(first::PUBCOMP, 9)?, &0, "PUBCOMP's reason")?;
        // After it the identifier is free.
        client.send(&Publish::new(2, 9, "a", "new").bytes(version))?;
        client.expect_ack(first::PUBREC, 9)?;
        client.send(&pubrel(version, 9))?;
        client.expect_ack(first::PUBCOMP, 9)?;
        client.send(&Publish::new(0, 0, "a", "end").bytes(version))?;
        client.expect_disconnect()?;
        client.expect_eof()
    })?;
    scene.finish(STEP)?.expect(0, "once\nnew\nend\n", "connected again; the broker kept the session\n")
}

/// One unacknowledged message is all that a broker sends then, and it still has it for whoever subscribes.
fn no_consumer(version: Version) -> Verdict {
    let scene = Scene::start(version, &["pub", "-c", "-i", "me", "a", "x"], move |listener| {
        for attempt in 0..2 {
            let (mut client, connect) = listener.welcome_with(version, true, &[])?;
            if version == Version::V5 {
                let announced = contains(&connect.properties, &property::receive_maximum(1));
                ensure(announced, format_args!("Receive Maximum 1 in CONNECT {attempt}: {connect:?}"))?;
            }
            let id = client.expect_publish()?.id;
            // In 3.1.1 nothing stops a broker from sending more.
            for message in [Publish::new(1, 5, "b", "y"), Publish::new(2, 6, "b", "y"), Publish::new(0, 0, "b", "y")] {
                client.send(&message.bytes(version))?;
            }
            client.expect_quiet()?;
            if attempt == 0 {
                client.cut()?;
                continue;
            }
            client.send(&puback(version, id))?;
            client.expect_disconnect()?;
            client.expect_eof()?;
        }
        Ok(())
    })?;
    let outcome = scene.finish(STEP)?;
    outcome.expect(0, "", "connected again; the broker kept the session\n")?;
    ensure(!outcome.stderr.contains("dropped"), outcome)
}
