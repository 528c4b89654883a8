//! `reply`: answers and where they go, what is not answered, and when a request is acknowledged.

use rustix::process::Signal;

use crate::at;
use crate::rr::{CONTENT_TYPE, CORRELATION_DATA, RESPONSE_TOPIC, value_of, with_length};
use crate::support::child::Ended;
use crate::support::harness::{Case, both, case};
use crate::support::mqx::{Mqx, Outcome};
use crate::support::packets::{Publish, Version, ack, first, property, puback, pubcomp, pubrec, suback};
use crate::support::parse;
use crate::support::peer::{Connection, Peer};
use crate::support::{STEP, Verdict, ensure, ensure_eq};

pub fn cases(list: &mut Vec<Case>) {
    both(list, "reply::the_request_is_acknowledged_after_the_answer", after_the_answer);
    both(list, "reply::the_connection_is_lost_between_them", lost_between);
    both(list, "reply::two_thousand_requests_before_an_acknowledgement", two_thousand);
    both(list, "reply::a_refused_subscription", refused_subscription);
    both(list, "reply::ends_at_a_signal", ends_at_a_signal);
    list.push(case("reply::an_echo_keeps_what_describes_it", echo));
    list.push(case("reply::what_is_not_answered", not_answered));
    list.push(case("reply::a_rejected_answer", rejected_answer));
    list.push(case("reply::an_answer_that_finds_nobody", nobody));
    list.push(case("reply::a_shared_subscription", shared));
    list.push(case("reply::text_from_a_file", from_a_file));
    list.push(case("reply::a_template", template));
    list.push(case("reply::what_a_program_prints", program));
    list.push(case("reply::several_processes_at_once", processes));
    list.push(case("reply::a_process_that_does_not_end", endless));
    list.push(case("reply::nobody_asks_in_time", nobody_asks));
    list.push(case("reply::usage", usage));
}

/// Words that 3.1.1 needs.
fn fixed(version: Version) -> &'static [&'static str] {
    if version == Version::V311 { &["-e", "answers"] } else { &[] }
}

/// `mqx reply WORDS a` at a peer that grants the subscription, does `script`, and sees it leave in good order.
fn played(
    version: Version,
    words: &[&str],
    script: impl FnOnce(&mut Connection) -> Verdict + Send + 'static,
) -> Verdict<Outcome> {
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.grant_subscribe()?;
        script(&mut client)?;
        client.goodbye()
    })?;
    let words = [&["reply"], fixed(version), words, &["a"]].concat();
    let outcome = at(&peer.port(), version, &words)?.run()?;
    peer.finish()?;
    Ok(outcome)
}

/// A request at QoS 1, whose answer goes to `answers`.
fn request(version: Version, id: u16, payload: &str) -> Publish {
    let properties = [with_length(RESPONSE_TOPIC, "answers"), with_length(CORRELATION_DATA, id.to_be_bytes())].concat();
    let request = Publish::new(1, id, "a", payload);
    if version == Version::V5 { request.properties(&properties) } else { request }
}

/// Takes the answer to it, which has the payload of the request; returns its id.
fn expect_echo(client: &mut Connection, version: Version, qos: u8, id: u16, payload: &str) -> Verdict<u16> {
    let answer = client.expect_publish()?;
    let properties = if version == Version::V5 { with_length(CORRELATION_DATA, id.to_be_bytes()) } else { Vec::new() };
    let expected = Publish::new(qos, answer.id, "answers", payload).properties(&properties);
    ensure_eq(&answer, &expected, "the answer")?;
    Ok(answer.id)
}

fn after_the_answer(version: Version) -> Verdict {
    for qos in ["1", "2"] {
        let outcome = played(version, &["--echo", "-q", qos, "-C", "2"], move |client| {
            for id in [7, 8] {
                client.send(&request(version, id, "x").bytes(version))?;
                let level = if qos == "1" { 1 } else { 2 };
                let answer = expect_echo(client, version, level, id, "x")?;
                // Not before: nothing is on its way.
                client.expect_quiet()?;
                if qos == "1" {
                    client.send(&puback(version, answer))?;
                } else {
                    client.send(&pubrec(version, answer))?;
                    client.expect_ack(first::PUBREL, answer)?;
                    client.expect_quiet()?;
                    client.send(&pubcomp(version, answer))?;
                }
                client.expect_ack(first::PUBACK, id)?;
            }
            Ok(())
        })?;
        outcome.expect(0, "", "replying to requests on a\n")?;
    }
    Ok(())
}

/// The broker has neither the answer nor the acknowledgement of the request, and sends that again. It is answered once.
fn lost_between(version: Version) -> Verdict {
    let present = version == Version::V5;
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.grant_subscribe()?;
        client.send(&request(version, 7, "x").bytes(version))?;
        expect_echo(&mut client, version, 1, 7, "x")?;
        client.cut()?;
        let (mut client, _) = listener.welcome_with(version, present, &[])?;
        if present {
            client.send(&request(version, 7, "x").dup().bytes(version))?;
            let answer = client.expect_publish()?;
            ensure(answer.dup, "the answer again")?;
            client.expect_quiet()?;
            client.send(&puback(version, answer.id))?;
            client.expect_ack(first::PUBACK, 7)?;
        } else {
            // The session is lost, and with it the request that was to be acknowledged.
            client.grant_subscribe()?;
            let answer = expect_echo(&mut client, version, 1, 7, "x")?;
            client.send(&puback(version, answer))?;
        }
        client.goodbye()
    })?;
    let words = [&["reply", "--echo", "-C", "1"], fixed(version), &["a"]].concat();
    at(&peer.port(), version, &words)?.run()?.expect(0, "", "connected again")?;
    peer.finish()
}

/// As many as the window of the answers and the queue of the requests hold. Neither side waits for the other for ever, and none is lost.
fn two_thousand(version: Version) -> Verdict {
    const ALL: u16 = 2_000;
    let outcome = played(version, &["--echo", "-C", "2000"], move |client| {
        let requests: Vec<Vec<u8>> = (1..=ALL).map(|id| request(version, id, &id.to_string()).bytes(version)).collect();
        client.send(&requests.concat())?;
        let mut answers = Vec::new();
        for number in 1..=1_000 {
            answers.push(expect_echo(client, version, 1, number, &number.to_string())?);
        }
        client.expect_quiet()?;
        client.send(&answers.drain(..).flat_map(|id| puback(version, id)).collect::<Vec<_>>())?;
        let (mut answered, mut acknowledged) = (1_000, 0);
        while answered < ALL || acknowledged < ALL {
            let (first, body) = client.expect_packet()?;
            if first == first::PUBACK {
                acknowledged += 1;
                ensure_eq(&parse::ack(version, &body)?, &(acknowledged, 0), "acknowledgements in order")?;
            } else {
                answered += 1;
                let answer = parse::publish(version, first, &body)?;
                ensure_eq(&answer.payload, &answered.to_string().into_bytes(), "an answer")?;
                client.send(&puback(version, answer.id))?;
            }
        }
        Ok(())
    })?;
    outcome.expect(0, "", "")?;
    ensure(!outcome.stderr.contains("dropped"), outcome)
}

fn refused_subscription(version: Version) -> Verdict {
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        let subscribe = client.expect_subscribe()?;
        client.send(&suback(version, subscribe.id, &[0x80]))?;
        client.goodbye()
    })?;
    let outcome = at(&peer.port(), version, &[&["reply", "--echo"], fixed(version), &["a"]].concat())?.run()?;
    outcome.expect(5, "", "the subscription to a was refused: 0x80")?;
    ensure(!outcome.stderr.contains("replying"), outcome)?;
    peer.finish()
}

/// An answer that is not acknowledged by then is waited for, as `pub` does.
fn ends_at_a_signal(version: Version) -> Verdict {
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.grant_subscribe()?;
        client.goodbye()
    })?;
    let running = at(&peer.port(), version, &[&["reply", "--echo"], fixed(version), &["a"]].concat())?.start()?;
    running.wait_stderr("replying to requests on a")?;
    running.signal(Signal::INT)?;
    running.finish(STEP)?.expect(0, "", "")?;
    peer.finish()
}

fn echo() -> Verdict {
    let outcome = played(Version::V5, &["--echo", "-C", "1", "--user-property", "own=1"], |client| {
        let asked = request(Version::V5, 7, "x");
        let more = [with_length(CONTENT_TYPE, "text/plain"), property::message_expiry(9), property::user("k", "v")].concat();
        client.send(&asked.clone().properties(&[asked.properties, more].concat()).bytes(Version::V5))?;
        let answer = client.expect_publish()?;
        ensure_eq(&value_of(CONTENT_TYPE, &answer.properties)?, &b"text/plain".to_vec(), "Content Type")?;
        ensure_eq(&value_of(CORRELATION_DATA, &answer.properties)?, &vec![0, 7], "Correlation Data")?;
        // What is given on the command line comes before what is copied.
        let own = property::user("own", "1");
        let lengths = [with_length(CONTENT_TYPE, "text/plain"), with_length(CORRELATION_DATA, [0, 7]), own];
        ensure_eq(&answer.properties.len(), &lengths.concat().len(), "bytes of properties")?;
        client.send(&puback(Version::V5, answer.id))?;
        client.expect_ack(first::PUBACK, 7)?;
        Ok(())
    })?;
    outcome.expect(0, "", "")
}

/// Each is acknowledged, the first ten are told.
fn not_answered() -> Verdict {
    let outcome = played(Version::V5, &["--echo", "-C", "1"], |client| {
        let wild = Publish::new(1, 1, "a", "x").properties(&with_length(RESPONSE_TOPIC, "b/\u{1b}/#"));
        client.send(&wild.bytes(Version::V5))?;
        client.expect_ack(first::PUBACK, 1)?;
        client.send(&request(Version::V5, 2, "x").retain().bytes(Version::V5))?;
        client.expect_ack(first::PUBACK, 2)?;
        for id in 3..=14 {
            client.send(&Publish::new(1, id, "a", "x").bytes(Version::V5))?;
            client.expect_ack(first::PUBACK, id)?;
        }
        client.send(&request(Version::V5, 15, "x").bytes(Version::V5))?;
        let answer = expect_echo(client, Version::V5, 1, 15, "x")?;
        client.send(&puback(Version::V5, answer))?;
        client.expect_ack(first::PUBACK, 15)?;
        Ok(())
    })?;
    outcome.expect(0, "", "with the Response Topic 'b/\\x1b/#': it has the wildcard #")?;
    outcome.says(&["warning: not answered: a retained message to a\n", "14 messages were not answered\n"])?;
    let told = outcome.stderr.matches("without a Response Topic; -e TOPIC names one").count();
    ensure_eq(&told, &8, "messages without one that are told")
}

fn rejected_answer() -> Verdict {
    let outcome = played(Version::V5, &["--with", "y", "-C", "1"], |client| {
        for (id, reason) in [(7, 0x87), (8, 0)] {
            client.send(&request(Version::V5, id, "x").bytes(Version::V5))?;
            let answer = expect_echo(client, Version::V5, 1, id, "y")?;
            client.send(&ack(Version::V5, first::PUBACK, answer, reason))?;
            client.expect_ack(first::PUBACK, id)?;
        }
        Ok(())
    })?;
    outcome.expect(5, "", "warning: message 1 was rejected: 0x87 not authorized\n")
}

fn nobody() -> Verdict {
    let outcome = played(Version::V5, &["--echo", "-C", "1"], |client| {
        client.send(&request(Version::V5, 7, "x").bytes(Version::V5))?;
        let answer = expect_echo(client, Version::V5, 1, 7, "x")?;
        client.send(&ack(Version::V5, first::PUBACK, answer, 0x10))?;
        client.expect_ack(first::PUBACK, 7)?;
        Ok(())
    })?;
    outcome.expect(0, "", "the answer to a request to a found nobody: who asked is gone\n")
}

fn shared() -> Verdict {
    let peer = Peer::play(|listener| {
        let (mut client, _) = listener.welcome(Version::V5)?;
        let subscribe = client.grant_subscribe()?;
        // Without No Local, which a shared subscription must not have [MQTT-3.8.3-4].
        ensure_eq(&subscribe.filters, &vec![(b"$share/g/a".to_vec(), 0x21)], "the subscription")?;
        client.goodbye()
    })?;
    let run = at(&peer.port(), Version::V5, &["reply", "--echo", "--share", "g", "--for", "0.1", "a"])?;
    run.run()?.expect(0, "", "replying to requests on $share/g/a\n")?;
    peer.finish()
}

fn from_a_file() -> Verdict {
    let peer = Peer::play(|listener| {
        let (mut client, _) = listener.welcome(Version::V5)?;
        client.grant_subscribe()?;
        client.send(&request(Version::V5, 7, "x").bytes(Version::V5))?;
        let answer = expect_echo(&mut client, Version::V5, 1, 7, "\n{}\n")?;
        client.send(&puback(Version::V5, answer))?;
        client.expect_ack(first::PUBACK, 7)?;
        client.goodbye()
    })?;
    let run = at(&peer.port(), Version::V5, &["reply", "--with", "@answer", "-C", "1", "a"])?;
    std::fs::write(run.home().join("answer"), "\n{}\n")?;
    run.run()?.expect(0, "", "")?;
    peer.finish()
}

/// With what the request has, and what is made anew.
fn template() -> Verdict {
    let text = r#"{"n":{counter},"you":{payload:json},"at":"{topic}"}"#;
    let outcome = played(Version::V5, &["--template", "--with", text, "-C", "2"], |client| {
        for (id, n) in [(7, 1), (8, 2)] {
            client.send(&request(Version::V5, id, "x\"").bytes(Version::V5))?;
            let answer = expect_echo(client, Version::V5, 1, id, &format!(r#"{{"n":{n},"you":"x\"","at":"a"}}"#))?;
            client.send(&puback(Version::V5, answer))?;
            client.expect_ack(first::PUBACK, id)?;
        }
        Ok(())
    })?;
    outcome.expect(0, "", "")
}

/// A process that fails makes no answer, and its request is done with.
fn program() -> Verdict {
    let command = r#"test "$MQX_CORRELATION_DATA" = AAg= && tr a-z A-Z"#;
    let outcome = played(Version::V5, &["--shell", "--exec", command, "-C", "1"], |client| {
        client.send(&request(Version::V5, 7, "x").bytes(Version::V5))?;
        client.expect_ack(first::PUBACK, 7)?;
        client.send(&request(Version::V5, 8, "x").bytes(Version::V5))?;
        let answer = expect_echo(client, Version::V5, 1, 8, "X")?;
        client.expect_quiet()?;
        client.send(&puback(Version::V5, answer))?;
        client.expect_ack(first::PUBACK, 8)?;
        Ok(())
    })?;
    outcome.expect(1, "", "warning: no answer to a request to a: its process failed: exit status 1\n")?;
    outcome.says(&["error: 1 process failed\n"])
}

/// Answers go out as they are made, acknowledgements in the order of the requests.
fn processes() -> Verdict {
    const ALL: u16 = 30;
    let outcome = played(Version::V5, &["--exec", "cat", "--jobs", "4", "-C", "30"], |client| {
        let requests: Vec<Vec<u8>> = (1..=ALL).map(|id| request(Version::V5, id, &id.to_string()).bytes(Version::V5)).collect();
        client.send(&requests.concat())?;
        let (mut answered, mut acknowledged) = (Vec::new(), 0);
        while acknowledged < ALL {
            let (first, body) = client.expect_packet()?;
            if first == first::PUBACK {
                acknowledged += 1;
                ensure_eq(&parse::ack(Version::V5, &body)?, &(acknowledged, 0), "acknowledgements in order")?;
            } else {
                let answer = parse::publish(Version::V5, first, &body)?;
                let number: u16 = String::from_utf8_lossy(&answer.payload).parse()?;
                ensure_eq(&value_of(CORRELATION_DATA, &answer.properties)?, &number.to_be_bytes().to_vec(), "Correlation Data")?;
                answered.push(number);
                client.send(&puback(Version::V5, answer.id))?;
            }
        }
        answered.sort_unstable();
        ensure_eq(&answered, &(1..=ALL).collect(), "each is answered once")
    })?;
    outcome.expect(0, "", "")
}

/// Its request stays with the broker.
fn endless() -> Verdict {
    let peer = Peer::play(|listener| {
        let (mut client, _) = listener.welcome(Version::V5)?;
        client.grant_subscribe()?;
        client.send(&request(Version::V5, 7, "x").bytes(Version::V5))?;
        client.goodbye()
    })?;
    let command = "echo begun >&2; sleep 1000";
    let running = at(&peer.port(), Version::V5, &["reply", "--shell", "--exec", command, "a"])?.start()?;
    running.wait_stderr("begun")?;
    running.signal(Signal::INT)?;
    running.finish(STEP)?.expect_ended(Ended::Signal(2), "", "warning: 1 request is left without an answer\n")?;
    peer.finish()
}

fn nobody_asks() -> Verdict {
    let outcome = played(Version::V5, &["--echo", "-C", "1", "-W", "3"], |_| Ok(()))?;
    outcome.expect(27, "", "error: -W has passed\n")
}

fn usage() -> Verdict {
    for (words, says) in [
        (&["reply", "a"][..], "error: nothing to answer with\n"),
        (&["reply", "-V", "311", "--echo", "a"], "error: reply without -e needs MQTT 5, and -V asks for 3.1.1\n"),
        (&["reply", "--echo", "-e", "a/b", "a/#"], "error: -e a/b belongs to a/#: each answer would be a request again\n"),
    ] {
        Mqx::new(words)?.run()?.expect(2, "", says)?;
    }
    Ok(())
}
