//! Acknowledgements as a broker may send them: with every kind of reason, for nothing, in the wrong form; and what a broker that reads nothing
//! costs. What was said is asserted whole. Those that never come are in `rules/time`.

use std::io::Write;
use std::sync::mpsc;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::at;
use crate::connack::{ESCAPED, HOSTILE};
use crate::support::harness::{Case, both, case};
use crate::support::mqx::{Outcome, Running};
use crate::support::packets::{
    Publish, Version, ack, first, packet, property, puback, pubcomp, pubrec, string, suback, unsuback, variable,
};
use crate::support::peer::{Connection, Peer};
use crate::support::{STEP, Verdict, ensure, ensure_eq};

pub fn cases(list: &mut Vec<Case>) {
    both(list, "acknowledgements::a_broker_that_does_not_read_is_felt_at_the_input", unread_lines);
    both(list, "acknowledgements::held_back_until_the_window_is_full", held_back);
    both(list, "acknowledgements::nobody_waits_for_them", nobody_waits);
    both(list, "acknowledgements::puback_for_qos_2", puback_for_qos_2);
    both(list, "acknowledgements::pubrec_for_qos_1", pubrec_for_qos_1);
    both(list, "acknowledgements::pubcomp_before_pubrec", pubcomp_before_pubrec);
    both(list, "acknowledgements::a_byte_at_a_time", trickled);
    both(list, "acknowledgements::malformed_names_the_defect", malformed);
    both(list, "acknowledgements::suback_too_short", |version| suback_of_another_length(version, &[0]));
    both(list, "acknowledgements::suback_too_long", |version| suback_of_another_length(version, &[0, 0, 0]));
    both(list, "acknowledgements::suback_without_codes", suback_without_codes);
    both(list, "acknowledgements::suback_for_the_wrong_id", suback_for_the_wrong_id);
    both(list, "acknowledgements::suback_behind_more_messages_than_wait", late_suback);
    both(list, "acknowledgements::suback_with_an_unknown_code", suback_with_an_unknown_code);
    list.push(case("acknowledgements::puback_with_every_kind_of_reason", puback_reasons));
    list.push(case("acknowledgements::pubrec_with_an_error_frees_its_slot", pubrec_reasons));
    list.push(case("acknowledgements::pubcomp_with_a_reason", pubcomp_reasons));
    list.push(case("acknowledgements::reason_strings_are_shown_escaped", reason_strings));
}

/// What a broker may say that it does not take, and one that is in no specification, with their names.
const ERRORS: [(u8, &str); 5] = [
    (0x80, "unspecified error"),
    (0x87, "not authorized"),
    (0x97, "quota exceeded"),
    (0x99, "payload format invalid"),
    (0xF3, "unknown reason"),
];

/// `mqx WORDS` with these lines as its input, at a peer that welcomes it, does `script`, and sees it leave in good order.
fn played(
    version: Version,
    words: &[&str],
    lines: &str,
    script: impl FnOnce(&mut Connection) -> Verdict + Send + 'static,
) -> Verdict<Outcome> {
    played_with(version, &[], words, lines, script)
}

/// The same with properties in its CONNACK.
fn played_with(
    version: Version,
    properties: &[u8],
    words: &[&str],
    lines: &str,
    script: impl FnOnce(&mut Connection) -> Verdict + Send + 'static,
) -> Verdict<Outcome> {
    let properties = properties.to_vec();
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome_with(version, false, &properties)?;
        script(&mut client)?;
        client.goodbye()
    })?;
    let outcome = at(&peer.port(), version, words)?.stdin(lines).run()?;
    peer.finish()?;
    Ok(outcome)
}

// ---- a broker that is slow, or reads nothing ----

/// Writes lines for as long as they are taken, and returns how many bytes that was: for a second not one more.
fn write_until_blocked(running: &mut Running, line: &[u8]) -> Verdict<usize> {
    const MOST: usize = 256 << 20;
    let mut pipe = running.input.take().ok_or("held")?;
    let second = Timespec { tv_sec: 1, tv_nsec: 0 };
    let mut written = 0;
    while poll(&mut [PollFd::new(&pipe, PollFlags::OUT)], Some(&second))? > 0 {
        pipe.write_all(line)?;
        written += line.len();
        ensure(written < MOST, "the input is taken without end")?;
    }
    running.input = Some(pipe);
    Ok(written)
}

/// In flight are at most 1,000 messages, 8 MiB and what sockets hold, whatever the input has; when the broker reads again, nothing is lost.
fn unread_lines(version: Version) -> Verdict {
    // A line of a page, so that a pipe with room has room for a whole one.
    let line = [vec![b'x'; 4095], vec![b'\n']].concat();
    let (payload, length) = (line[..4095].to_vec(), line.len());
    let (go, told) = mpsc::channel::<usize>();
    let peer = Peer::play(move |listener| {
        listener.narrow()?;
        let (mut client, _) = listener.welcome(version)?;
        let lines = client.stall(&told)?;
        for _ in 0..lines {
            let id = client.expect_message(1, "a", &payload)?;
            client.send(&puback(version, id))?;
        }
        client.goodbye()
    })?;
    let mut running = at(&peer.port(), version, &["pub", "-l", "a"])?.stdin_held().start()?;
    let written = write_until_blocked(&mut running, &line)?;
    ensure(written < 12 << 20, format_args!("{written} bytes were taken although nobody reads"))?;
    ensure(written > 1 << 20, format_args!("only {written} bytes were taken"))?;
    go.send(written / length)?;
    running.close_input();
    // Through so narrow a window megabytes take thousands of round trips, which a busy machine makes long. A standstill ends with 7.
    let outcome = running.finish(2 * STEP)?;
    outcome.expect_whole(0, "", "")?;
    let peak = outcome.peak_memory.unwrap_or_default();
    ensure(peak < 24 << 20, format_args!("peak memory {peak} bytes"))?;
    peer.finish()
}

/// The answer to the first of three comes behind the third.
fn held_back(version: Version) -> Verdict {
    let outcome = played(version, &["pub", "-M", "3", "-l", "a"], "1\n2\n3\n4\n", move |client| {
        let id = client.expect_message(1, "a", "1")?;
        let taken = client.answer_after(2, &puback(version, id))?;
        ensure_eq(&taken, &vec![0x32, 0x32], "two more PUBLISHes")?;
        client.expect_message(1, "a", "4")?;
        (2..=4).try_for_each(|id| client.send(&puback(version, id)))
    })?;
    outcome.expect_whole(0, "", "")
}

fn trickled(version: Version) -> Verdict {
    let outcome = played(version, &["pub", "-q", "2", "a", "x"], "", move |client| {
        let id = client.expect_message(2, "a", "x")?;
        client.trickle(&pubrec(version, id))?;
        client.expect_ack(first::PUBREL, id)?;
        client.trickle(&pubcomp(version, id))
    })?;
    outcome.expect_whole(0, "", "")
}

// ---- reasons, which only version 5 has ----

/// What is said of message 1 and up, rejected each for its reason, and at the end.
fn rejections(errors: &[(u8, &str)]) -> String {
    let said = errors.iter().enumerate();
    let said = said.map(|(at, (code, name))| format!("warning: message {} was rejected: 0x{code:02x} {name}\n", at + 1));
    format!("{}error: {} messages rejected\n", said.collect::<String>(), errors.len())
}

/// Each is told, the others go on, and a success with a reason is a success.
fn puback_reasons() -> Verdict {
    let outcome = played(Version::V5, &["pub", "-l", "a"], "x\n".repeat(7).as_str(), |client| {
        for code in ERRORS.map(|(code, _)| code).into_iter().chain([0x10, 0x00]) {
            let id = client.expect_message(1, "a", "x")?;
            client.send(&ack(Version::V5, first::PUBACK, id, code))?;
        }
        Ok(())
    })?;
    outcome.expect_whole(5, "", &rejections(&ERRORS))
}

/// With room for one, the next message goes out after the refusal, without a PUBREL `[MQTT-4.3.3-4]`.
fn pubrec_reasons() -> Verdict {
    let one = property::receive_maximum(1);
    let outcome = played_with(Version::V5, &one, &["pub", "-q", "2", "-l", "a"], "x\n".repeat(6).as_str(), |client| {
        for (code, _) in ERRORS {
            let id = client.expect_message(2, "a", "x")?;
            client.expect_quiet()?;
            client.send(&ack(Version::V5, first::PUBREC, id, code))?;
        }
        let id = client.expect_message(2, "a", "x")?;
        client.send(&ack(Version::V5, first::PUBREC, id, 0x10))?;
        client.expect_ack(first::PUBREL, id)?;
        client.send(&pubcomp(Version::V5, id))
    })?;
    outcome.expect_whole(5, "", &rejections(&ERRORS))
}

/// Not found, to the first PUBREL, completes with a warning (rule 4); any other error rejects. Both free the slot.
fn pubcomp_reasons() -> Verdict {
    let one = property::receive_maximum(1);
    let outcome = played_with(Version::V5, &one, &["pub", "-q", "2", "-l", "a"], "1\n2\n3\n", |client| {
        for (line, code) in [("1", 0x92), ("2", 0xF3), ("3", 0)] {
            let id = client.expect_message(2, "a", line)?;
            client.send(&pubrec(Version::V5, id))?;
            client.expect_ack(first::PUBREL, id)?;
            client.expect_quiet()?;
            client.send(&ack(Version::V5, first::PUBCOMP, id, code))?;
        }
        Ok(())
    })?;
    let unknown = "warning: the broker did not know the PUBREL of a message to a; it may not have been delivered\n";
    let rejected = "warning: message 2 was rejected: 0xf3 unknown reason\nerror: 1 message rejected\n";
    outcome.expect_whole(5, "", &format!("{unknown}{rejected}"))
}

/// An acknowledgement in its long form: a code, and a Reason String among its properties.
fn explained(first: u8, id: u16, code: u8) -> Vec<u8> {
    let properties = property::all(&[property::user("k", HOSTILE), property::reason_string(HOSTILE)]);
    packet(first, &[&id.to_be_bytes()[..], &[code], &variable(properties.len()), &properties].concat())
}

fn reason_strings() -> Verdict {
    let outcome = played(Version::V5, &["pub", "a", "x"], "", |client| {
        let id = client.expect_message(1, "a", "x")?;
        client.send(&explained(first::PUBACK, id, 0x87))
    })?;
    let said = format!("warning: message 1 was rejected: 0x87 not authorized (\"{ESCAPED}\")\nerror: 1 message rejected\n");
    outcome.expect_whole(5, "", &said)?;
    let outcome = played(Version::V5, &["pub", "-q", "2", "a", "x"], "", |client| {
        let id = client.expect_message(2, "a", "x")?;
        client.send(&explained(first::PUBREC, id, 0x87))
    })?;
    outcome.expect_whole(5, "", &said)?;
    let outcome = played(Version::V5, &["sub", "a"], "", |client| {
        let asked = client.expect_subscribe()?;
        let properties = property::reason_string(HOSTILE);
        let body = [&asked.id.to_be_bytes()[..], &variable(properties.len()), &properties, &[0x87]].concat();
        client.send(&packet(first::SUBACK, &body))
    })?;
    let said = format!("warning: the subscription to a was refused: 0x87 not authorized (\"{ESCAPED}\")\n");
    outcome.expect_whole(5, "", &format!("{said}error: 1 subscription refused\n"))
}

// ---- for nothing ----

const NOBODY: u16 = 4711;

/// All of them change nothing. Only a PUBREC has an answer (rule 4).
fn nobody_waits(version: Version) -> Verdict {
    let outcome = played(version, &["pub", "-q", "2", "-l", "a"], "1\n2\n", move |client| {
        let ids = [client.expect_message(2, "a", "1")?, client.expect_message(2, "a", "2")?];
        for bytes in
            [puback(version, NOBODY), pubcomp(version, NOBODY), suback(version, NOBODY, &[0]), unsuback(version, NOBODY, &[0])]
        {
            client.send(&bytes)?;
            client.expect_quiet()?;
        }
        client.send(&pubrec(version, NOBODY))?;
        let reason = client.expect_ack(first::PUBREL, NOBODY)?;
        ensure_eq(&reason, &if version == Version::V5 { 0x92 } else { 0 }, "reason")?;
        client.send(&pubcomp(version, NOBODY))?;
        client.complete(ids[0])?;
        // Each a second time, when its message is done: the window stays what it is.
        client.send(&pubcomp(version, ids[0]))?;
        client.expect_quiet()?;
        client.complete(ids[1])
    })?;
    outcome.expect_whole(0, "", "")
}

/// It proves nothing: the message still waits for its PUBREC.
fn puback_for_qos_2(version: Version) -> Verdict {
    let outcome = played(version, &["pub", "-q", "2", "a", "x"], "", move |client| {
        let id = client.expect_message(2, "a", "x")?;
        client.send(&puback(version, id))?;
        client.expect_quiet()?;
        client.complete(id)
    })?;
    outcome.expect_whole(0, "", "")
}

/// Nobody waits for it, so it is answered as one; the message still waits for its PUBACK.
fn pubrec_for_qos_1(version: Version) -> Verdict {
    let outcome = played(version, &["pub", "a", "x"], "", move |client| {
        let id = client.expect_message(1, "a", "x")?;
        client.send(&pubrec(version, id))?;
        let reason = client.expect_ack(first::PUBREL, id)?;
        ensure_eq(&reason, &if version == Version::V5 { 0x92 } else { 0 }, "reason")?;
        client.send(&pubcomp(version, id))?;
        client.expect_quiet()?;
        client.send(&puback(version, id))
    })?;
    outcome.expect_whole(0, "", "")
}

fn pubcomp_before_pubrec(version: Version) -> Verdict {
    let outcome = played(version, &["pub", "-q", "2", "a", "x"], "", move |client| {
        let id = client.expect_message(2, "a", "x")?;
        client.send(&pubcomp(version, id))?;
        client.expect_quiet()?;
        client.complete(id)
    })?;
    outcome.expect_whole(0, "", "")
}

// ---- in the wrong form ----

/// The client says in version 5 what is wrong, ends, and does not come again.
fn broken_protocol(
    version: Version,
    words: &[&str],
    reason: u8,
    script: impl FnOnce(&mut Connection) -> Verdict + Send + 'static,
) -> Verdict<Outcome> {
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        listener.close();
        script(&mut client)?;
        let said = client.expect_disconnect()?.0;
        ensure_eq(&said, &if version == Version::V5 { reason } else { 0 }, "DISCONNECT's reason")?;
        client.expect_eof()
    })?;
    let outcome = at(&peer.port(), version, words)?.run()?;
    peer.finish()?;
    Ok(outcome)
}

fn malformed(version: Version) -> Verdict {
    let mut forms = vec![
        (vec![0x40, 2, 0, 0], "PUBACK with Packet Identifier 0"),
        (vec![0x40, 1, 0], "PUBACK with too few bytes"),
        (vec![0x40, 0], "PUBACK with too few bytes"),
        (vec![0x42, 2, 0, 1], "PUBACK with wrong flags"),
        // [MQTT-3.6.1-1]
        (vec![0x60, 2, 0, 1], "PUBREL with wrong flags"),
    ];
    if version == Version::V311 {
        forms.push((vec![0x40, 3, 0, 1, 0], "PUBACK with bytes behind its end"));
    } else {
        forms.push((vec![0x40, 4, 0, 1, 0, 5], "PUBACK with too few bytes"));
        forms.push((vec![0x40, 5, 0, 1, 0, 0, 0], "PUBACK with bytes behind its end"));
        forms.push(([&[0x40, 8, 0, 1, 0, 4, 0x1F][..], &string([0xFF])].concat(), "PUBACK with a text that is not UTF-8"));
    }
    for (bytes, defect) in forms {
        let outcome = broken_protocol(version, &["pub", "a", "x"], 0x81, move |client| {
            client.expect_message(1, "a", "x")?;
            client.send(&bytes)
        })?;
        let told = format!("error: no connection: the broker broke the protocol: {defect}\nerror: 1 message unacknowledged\n");
        outcome.expect_whole(6, "", &told)?;
    }
    Ok(())
}

/// Which filter each code is for cannot be known `[MQTT-3.9.3-1]`.
fn suback_of_another_length(version: Version, codes: &'static [u8]) -> Verdict {
    let outcome = broken_protocol(version, &["sub", "a", "b"], 0x82, move |client| {
        let asked = client.expect_subscribe()?;
        ensure_eq(&asked.filters.len(), &2, "filters")?;
        client.send(&suback(version, asked.id, codes))
    })?;
    let count = codes.len();
    let told = format!("error: no connection: the broker broke the protocol: a SUBACK has {count} reasons for 2 filters\n");
    outcome.expect_whole(6, "", &told)
}

fn suback_without_codes(version: Version) -> Verdict {
    let outcome = broken_protocol(version, &["sub", "a"], 0x81, move |client| {
        let asked = client.expect_subscribe()?;
        client.send(&suback(version, asked.id, &[]))
    })?;
    outcome.expect_whole(6, "", "error: no connection: the broker broke the protocol: SUBACK with no Reason Code\n")
}

/// It answers nothing; the right one does.
fn suback_for_the_wrong_id(version: Version) -> Verdict {
    let outcome = played(version, &["sub", "-C", "1", "a"], "", move |client| {
        let asked = client.expect_subscribe()?;
        client.send(&suback(version, asked.id + 1, &[0x80]))?;
        client.expect_quiet()?;
        client.send(&suback(version, asked.id, &[0]))?;
        // The same once more is for nobody.
        client.send(&suback(version, asked.id, &[0x80]))?;
        client.send(&Publish::new(0, 0, "a", "x").bytes(version))
    })?;
    outcome.expect_whole(0, "x\n", "subscribed to a at QoS 0, not 1: the broker grants no more\n")
}

/// A broker may send what is retained before the SUBACK, and mosquitto does. However much it is, the SUBACK is found behind it.
fn late_suback(version: Version) -> Verdict {
    const COUNT: usize = 3_000;
    let expected: String = (0..COUNT).map(|number| format!("{number}\n")).collect();
    let outcome = played(version, &["sub", "-C", "3000", "#"], "", move |client| {
        let asked = client.expect_subscribe()?;
        for number in 0..COUNT - 1 {
            client.send(&Publish::new(0, 0, "a", number.to_string()).retain().bytes(version))?;
        }
        client.send(&suback(version, asked.id, &[1]))?;
        client.send(&Publish::new(0, 0, "a", (COUNT - 1).to_string()).bytes(version))
    })?;
    outcome.expect_whole(0, expected, "subscribed to # at QoS 1\n")
}

/// A reserved code grants nothing, on whichever side of 0x80 it stands; the filters that were granted go on.
fn suback_with_an_unknown_code(version: Version) -> Verdict {
    let outcome = played(version, &["sub", "-C", "1", "a", "b", "c", "d"], "", move |client| {
        let asked = client.expect_subscribe()?;
        client.send(&suback(version, asked.id, &[0xF3, 0x80, 0x03, 1]))?;
        client.send(&Publish::new(0, 0, "d", "x").bytes(version))
    })?;
    let refused = |filter, why| format!("warning: the subscription to {filter} was refused: {why}\n");
    let all = [
        refused("a", "0xf3 unknown reason"),
        refused("b", "0x80 unspecified error"),
        refused("c", "0x03 unknown reason"),
        "subscribed to d at QoS 1\nerror: 3 subscriptions refused\n".to_owned(),
    ];
    outcome.expect_whole(5, "x\n", &all.concat())
}
