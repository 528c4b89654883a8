//! `pub --delimiter` and `--lines-topic`: where messages end, and what is in them; and the pace of lines.

use std::time::{Duration, Instant};

use crate::at;
use crate::support::harness::{Case, Tool, both, case};
use crate::support::mosquitto::Mosquitto;
use crate::support::mqx::Mqx;
use crate::support::packets::{Publish, Version, first, pingresp, puback};
use crate::support::peer::Peer;
use crate::support::{STEP, Verdict, ensure, ensure_eq};

pub fn cases(list: &mut Vec<Case>) {
    both(list, "lines::delimiters", delimiters);
    both(list, "lines::a_topic_in_each", topics);
    both(list, "lines::what_has_none_is_left_out", no_topics);
    list.push(case("lines::usage", usage));
    list.push(case("lines::delimiter_across_many_chunks", many_chunks));
    list.push(case("lines::a_pace_is_kept", pace));
    list.push(case("lines::the_end_waits_for_no_tick", end));
    list.push(case("lines::no_burst_after_a_stall", stalled));
    list.push(case("lines::a_rate_finer_than_timers_is_kept", fine_rate));
    list.push(case("lines::mosquitto::bytes_as_received", as_received).needs(Tool::Mosquitto));
}

/// A peer that takes messages of QoS 1 with these topics and payloads, and no other.
fn taker(version: Version, messages: Vec<(&'static str, Vec<u8>)>) -> Verdict<Peer> {
    Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        for (topic, payload) in messages {
            let id = client.expect_message(1, topic, payload)?;
            client.send(&puback(version, id))?;
        }
        client.goodbye()
    })
}

/// Runs `pub WORDS` with an input; a peer takes these messages and no other. Status and stderr.
fn publishes(version: Version, words: &[&str], stdin: &[u8], messages: &[(&'static str, &[u8])], end: (i32, &str)) -> Verdict {
    let peer = taker(version, messages.iter().map(|(topic, payload)| (*topic, payload.to_vec())).collect())?;
    let run = at(&peer.port(), version, &[&["pub"], words].concat())?;
    std::fs::write(run.home().join("file"), stdin)?;
    run.stdin(stdin).run()?.expect_whole(end.0, "", end.1)?;
    peer.finish()
}

fn delimiters(version: Version) -> Verdict {
    for (words, input, payloads) in [
        (&["a", "--delimiter", r"\0"][..], &b"one\ntwo\0\0three\0"[..], &[&b"one\ntwo"[..], b"", b"three"][..]),
        (&["a", "-l", "--delimiter", r"\r\n"], b"one\rtwo\r\n\nlast", &[b"one\rtwo", b"\nlast"]),
        (&["a", "--delimiter", "--", "-f", "file"], b"one---two--", &[b"one", b"-two"]),
        (&["a", "--delimiter", r"\xff\x00"], b"\xff\xff\x00\x00\xff", &[b"\xff", b"\x00\xff"]),
        (&["a", "--delimiter", r"\n"], b"one\ntwo", &[b"one", b"two"]),
        (&["a", "--delimiter", ";", "--encoding", "hex"], b"00;f\nf;", &[b"\x00", b"\xff"]),
    ] {
        let messages: Vec<_> = payloads.iter().map(|payload| ("a", *payload)).collect();
        publishes(version, words, input, &messages, (0, ""))?;
    }
    Ok(())
}

/// The first separator splits; topic and payload may be next to anything.
fn topics(version: Version) -> Verdict {
    publishes(
        version,
        &["--lines-topic", " "],
        b"a hot day\nb/c \n/ \xff",
        &[("a", b"hot day"), ("b/c", b""), ("/", b"\xff")],
        (0, ""),
    )?;
    let words = ["--lines-topic", r"\t", "--delimiter", r"\0", "-f", "file"];
    publishes(version, &words, b"a b\t1\n2\0c\t\t\0", &[("a b", b"1\n2"), ("c", b"\t")], (0, ""))?;
    publishes(
        version,
        &["--lines-topic", "::", "--encoding", "base64"],
        b"a:::AP8=\nb::\n",
        &[("b", b"")],
        (
            1,
            "\
warning: line 1 left out: it is not base64
error: 1 line left out
",
        ),
    )
}

/// The others go on, and the end is 1.
fn no_topics(version: Version) -> Verdict {
    let says = "\
warning: line 1 left out: there is no separator in it
warning: line 2 left out: topic: it is empty
warning: line 4 left out: topic: it has the wildcard +, which only a filter may have
warning: line 5 left out: topic: it is not UTF-8
warning: line 6 left out: there is no separator in it
error: 5 lines left out
";
    publishes(
        version,
        &["--lines-topic", "="],
        b"hot\n=hot\na=hot\na/+=hot\n\xff=hot\n\nb=cold",
        &[("a", b"hot"), ("b", b"cold")],
        (1, says),
    )
}

/// Before anything is connected to: nothing listens on the port.
fn usage() -> Verdict {
    for (words, says) in [
        (&["a", "--delimiter", ""][..], "it is empty"),
        (&["a", "--delimiter", r"\z"], r"what follows a \ is"),
        (&["--lines-topic", ""], "it is empty"),
        (&["--lines-topic", " ", "a"], "'a' is one word too many"),
        (&["a", "--delimiter", ";", "-m", "x"], "cannot be used with"),
        (&["a", "x", "--rate", "5"], "--rate is for more than one message"),
        (&["a", "-l", "--rate", "5/d"], "a rate is a number above 0"),
    ] {
        let outcome = Mqx::new([&["pub", "-h", "127.0.0.1", "-p", "1"], words].concat())?.stdin("x").run()?;
        outcome.expect(2, "", says)?;
    }
    Ok(())
}

/// Delimiters that lie on the seams between the pieces that an input is read in.
fn many_chunks() -> Verdict {
    let payload = |length: usize| vec![b'-'; length];
    let lengths = [131_070, 131_069, 1, 0, 131_072, 262_143, 2];
    let peer = taker(Version::V5, lengths.iter().map(|length| ("a", payload(*length))).collect())?;
    let run = at(&peer.port(), Version::V5, &["pub", "a", "--delimiter", "abc", "-f", "file"])?;
    let input: Vec<u8> = lengths.iter().flat_map(|length| [payload(*length), b"abc".to_vec()].concat()).collect();
    std::fs::write(run.home().join("file"), input)?;
    run.run()?.expect_whole(0, "", "")?;
    peer.finish()
}

/// When each message came, from before the program was started.
fn arrivals(words: &[&str], stdin: impl Into<Vec<u8>>, count: usize) -> Verdict<Vec<Duration>> {
    let (to, from) = std::sync::mpsc::channel();
    let begin = Instant::now();
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(Version::V5)?;
        for _ in 0..count {
            let Publish { id, .. } = client.expect_publish()?;
            to.send(begin.elapsed())?;
            client.send(&puback(Version::V5, id))?;
        }
        client.goodbye()
    })?;
    at(&peer.port(), Version::V5, &[&["pub"], words].concat())?.stdin(stdin).run()?.expect_whole(0, "", "")?;
    peer.finish()?;
    Ok(from.iter().collect())
}

/// No message comes before its tick; how soon after depends on the machine.
fn pace() -> Verdict {
    let records = "{\"payload\":\"x\"}\n".repeat(5);
    for (words, stdin) in [
        (&["a", "x", "--repeat", "5", "--interval", "200ms"][..], ""),
        (&["a", "x", "--repeat", "5", "--rate", "5"], ""),
        (&["a", "-l", "--interval", "200ms"], "1\n2\n3\n4\n5"),
        (&["a", "-l", "--rate", "300/m"], "1\n2\n3\n4\n5\n"),
        (&["a", "--from-json", "--rate", "5/s"], &*records),
        (&["--lines-topic", " ", "--rate", "5/s"], "a 1\na 2\na 3\na 4\na 5\n"),
        (&["a", "--delimiter", ";", "--rate", "5/s"], "1;2;3;4;5"),
        (&["a", "-l", "--template", "--rate", "5/s"], "1\n2\n3\n4\n5\n"),
    ] {
        for (at, tick) in arrivals(words, stdin, 5)?.iter().zip(0..) {
            ensure(*at >= Duration::from_millis(200 * tick), format_args!("{words:?}: message {tick} came after {at:?}"))?;
        }
    }
    Ok(())
}

/// One message an hour: another would be due then, and the end of the input is now.
fn end() -> Verdict {
    for stdin in ["1\n", "1"] {
        arrivals(&["a", "-l", "--rate", "1/h"], stdin, 1)?;
        arrivals(&["a", "--delimiter", r"\n", "--rate", "1/h"], stdin, 1)?;
    }
    // What is no message has no tick.
    arrivals(&["a", "--from-json", "--rate", "1/h"], "\n\n{\"payload\":\"x\"}\n", 1)?;
    arrivals(&["a", "x", "--repeat", "1", "--interval", "1h"], "", 1).map(drop)
}

/// A hundred a second, and a second without a line: what comes then is made up for only as far as timers are coarse.
fn stalled() -> Verdict {
    const COUNT: usize = 80;
    let ((stalled, is_stalled), (to, from)) = (std::sync::mpsc::channel(), std::sync::mpsc::channel());
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(Version::V5)?;
        client.expect_publish()?;
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(1) {
            client.answer_ping()?;
        }
        stalled.send(())?;
        loop {
            match client.expect_packet()? {
                (first::PINGREQ, _) => client.send(&pingresp())?,
                (first::DISCONNECT, _) => return client.expect_eof(),
                _ => to.send(Instant::now())?,
            }
        }
    })?;
    let words = ["pub", "a", "-l", "-q", "0", "-k", "1", "--rate", "100"];
    let mut running = at(&peer.port(), Version::V5, &words)?.stdin_held().start()?;
    running.write("x\n")?;
    is_stalled.recv_timeout(STEP)?;
    let begun = Instant::now();
    running.write("x\n".repeat(COUNT))?;
    running.close_input();
    running.finish(STEP)?.expect(0, "", "")?;
    peer.finish()?;
    let arrived: Vec<Instant> = from.iter().collect();
    ensure_eq(&arrived.len(), &COUNT, "messages")?;
    // Six at once: those of 50 ms, and that of the moment.
    let took = arrived.last().map(|last| *last - begun).unwrap_or_default();
    ensure(took >= Duration::from_millis(10 * (80 - 7)), format_args!("all came within {took:?}"))
}

/// A hundred thousand messages at a million a second: if each waited for a timer, which has milliseconds, they would take minutes.
fn fine_rate() -> Verdict {
    arrivals(&["a", "-l", "--rate", "1000000"], "x\n".repeat(100_000), 100_000)?;
    arrivals(&["a", "x", "--repeat", "100000", "--rate", "1000000"], "", 100_000).map(drop)
}

/// By another broker and another client, as hexadecimal.
fn as_received() -> Verdict {
    let broker = Mosquitto::start()?;
    let words = ["pub", "-r", "--lines-topic", "::", "--delimiter", r"\0"];
    at(&broker.port(), Version::V5, &words)?.stdin("a::b::c\0x/ y::\u{ff}\n\0").run()?.expect_whole(0, "", "")?;
    let heard = broker.client("mosquitto_sub")?.args(["-t", "#", "-C", "2", "-W", "20", "-F", "%t|%x"]).output()?;
    let mut lines: Vec<_> = heard.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
    lines.sort_unstable();
    ensure_eq(&lines, &vec![&b"a|623a3a63"[..], b"x/ y|c3bf0a"], "what mosquitto_sub heard")
}
