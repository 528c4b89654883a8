//! The answer to CONNECT: in pieces, twice, refusing, with codes of no specification, or no CONNACK at all. What was said is asserted whole.
//! Its absence is in `rules/time`, the ways from version 5 into 3.1.1 are in `peer_cases` and `rules/fallback`.

use crate::at;
use crate::support::harness::{Case, both, case};
use crate::support::mqx::{Mqx, Outcome};
use crate::support::packets::{Version, connack, disconnect, packet, property, puback, string};
use crate::support::peer::{Connection, Peer};
use crate::support::{Verdict, ensure_eq};

pub fn cases(list: &mut Vec<Case>) {
    both(list, "connack::in_two_pieces_at_every_split", in_two_pieces);
    both(list, "connack::a_byte_at_a_time", trickled);
    both(list, "connack::before_the_client_has_sent_connect", early);
    both(list, "connack::twice_is_a_protocol_error", twice);
    both(list, "connack::twice_before_the_first_packet", at_once_twice);
    both(list, "connack::an_unknown_code_is_named", unknown_codes);
    both(list, "connack::a_session_that_clean_start_forbids", forbidden_session);
    both(list, "connack::garbage_names_the_defect", garbage);
    both(list, "connack::http_is_named", http);
    both(list, "connack::truncated_then_closed", truncated);
    both(list, "connack::truncated_then_reset", truncated_and_reset);
    both(list, "connack::cut_while_connect_is_read", cut_in_connect);
    list.push(case("connack::reason_string_and_server_reference", reason_string_and_server_reference));
    list.push(case("connack::reason_string_on_a_reconnect", reason_string_on_a_reconnect));
    list.push(case("connack::every_way_back_to_311_is_said", fallback_notes));
}

/// A CONNACK of success, in version 5 with properties whose parts can be torn.
fn success(version: Version) -> Vec<u8> {
    let properties = [property::receive_maximum(10), property::reason_string("welcome"), property::user("a", "b")];
    connack(version, false, 0, &property::all(&properties))
}

fn answer_message(client: &mut Connection, version: Version) -> Verdict {
    let id = client.expect_message(1, "a", "x")?;
    client.send(&puback(version, id))
}

/// `pub a x` at a peer that reads CONNECT and does `then`, with its error's place cut off: ` (127.0.0.1:PORT)`.
fn after_connect(version: Version, then: impl FnOnce(Connection) -> Verdict + Send + 'static) -> Verdict<Outcome> {
    let peer = Peer::play(move |listener| {
        let mut client = listener.accept()?;
        ensure_eq(&client.expect_connect()?.version, &version, "version")?;
        // No second attempt, in whatever version.
        listener.close();
        then(client)
    })?;
    let place = format!(" (127.0.0.1:{})", peer.port());
    let mut outcome = at(&peer.port(), version, &["pub", "a", "x"])?.run()?;
    peer.finish()?;
    outcome.stderr = outcome.stderr.replacen(&place, "", 1);
    Ok(outcome)
}

/// The answer is these bytes, and the client ends.
fn answered_with(version: Version, bytes: &[u8]) -> Verdict<Outcome> {
    let bytes = bytes.to_vec();
    after_connect(version, move |mut client| {
        client.send(&bytes)?;
        client.expect_eof()
    })
}

// ---- in pieces ----

fn in_two_pieces(version: Version) -> Verdict {
    let whole = success(version);
    for split in 1..whole.len() {
        let whole = whole.clone();
        let outcome = after_connect(version, move |mut client| {
            client.send(&whole[..split])?;
            client.wait_taken()?;
            client.send(&whole[split..])?;
            answer_message(&mut client, version)?;
            client.goodbye()
        })?;
        outcome.expect_whole(0, "", "")?;
    }
    Ok(())
}

fn trickled(version: Version) -> Verdict {
    let outcome = after_connect(version, move |mut client| {
        client.trickle(&success(version))?;
        answer_message(&mut client, version)?;
        client.goodbye()
    })?;
    outcome.expect_whole(0, "", "")
}

/// A peer that speaks first has not read what it answers, but it answers.
fn early(version: Version) -> Verdict {
    let peer = Peer::play(move |listener| {
        let mut client = listener.accept()?;
        client.send(&success(version))?;
        client.expect_connect()?;
        answer_message(&mut client, version)?;
        client.goodbye()
    })?;
    at(&peer.port(), version, &["pub", "a", "x"])?.run()?.expect_whole(0, "", "")?;
    peer.finish()
}

// ---- twice ----

const TWICE: &str = "error: no connection: the broker broke the protocol: a second CONNACK\nerror: 1 message unacknowledged\n";

/// In version 5 the client says what is wrong; in 3.1.1 it can only leave.
fn leaves_over_a_protocol_error(mut client: Connection, version: Version) -> Verdict {
    let reason = client.expect_disconnect()?.0;
    ensure_eq(&reason, &if version == Version::V5 { 0x82 } else { 0 }, "DISCONNECT's reason")?;
    client.expect_eof()
}

fn twice(version: Version) -> Verdict {
    let outcome = after_connect(version, move |mut client| {
        client.send(&success(version))?;
        client.expect_message(1, "a", "x")?;
        client.send(&success(version))?;
        leaves_over_a_protocol_error(client, version)
    })?;
    outcome.expect_whole(6, "", TWICE)
}

fn at_once_twice(version: Version) -> Verdict {
    let peer = Peer::play(move |listener| {
        let mut client = listener.accept()?;
        client.expect_connect()?;
        client.send(&success(version).repeat(2))?;
        leaves_over_a_protocol_error(client, version)
    })?;
    let outcome = at(&peer.port(), version, &["sub", "a"])?.run()?;
    outcome.expect_whole(6, "", "error: no connection: the broker broke the protocol: a second CONNACK\n")?;
    peer.finish()
}

// ---- refusals ----

/// What would act on a terminal, or on the eyes of who reads it.
pub const HOSTILE: &str = "no\u{1b}[2J\u{202e}entry\n\u{9b}";
pub const ESCAPED: &str = "no\\x1b[2J\\u{202e}entry\\n\\u{9b}";

fn reason_string_and_server_reference() -> Verdict {
    let refused = |properties: &[Vec<u8>]| {
        let answer = connack(Version::V5, false, 0x87, &property::all(properties));
        answered_with(Version::V5, &answer)
    };
    let (reason, server) = (property::reason_string(HOSTILE), property::server_reference(HOSTILE));
    let error = "error: broker refused the connection: 0x87 not authorized";
    let who = "hint: -u NAME with --password-file FILE or MQX_PASSWORD says who you are\n";
    let elsewhere = format!("hint: the broker points to another server: {ESCAPED}\n");
    refused(std::slice::from_ref(&reason))?.expect_whole(4, "", &format!("{error} \"{ESCAPED}\"\n{who}"))?;
    refused(std::slice::from_ref(&server))?.expect_whole(4, "", &format!("{error}\n{elsewhere}"))?;
    refused(&[reason, property::user("k", HOSTILE), server])?.expect_whole(4, "", &format!("{error} \"{ESCAPED}\"\n{elsewhere}"))
}

/// A broker whose session is there and that no longer lets us in says why, then too.
fn reason_string_on_a_reconnect() -> Verdict {
    let peer = Peer::play(|listener| {
        let (mut client, _) = listener.welcome(Version::V5)?;
        client.expect_message(1, "a", "x")?;
        client.cut()?;
        for code in [0x88, 0x8A] {
            let mut client = listener.accept()?;
            client.expect_connect()?;
            client.send(&connack(Version::V5, false, code, &property::reason_string(HOSTILE)))?;
            client.expect_eof()?;
        }
        Ok(())
    })?;
    let outcome = at(&peer.port(), Version::V5, &["pub", "a", "x"])?.run()?;
    let retried =
        format!("still no connection: broker refused the connection: 0x88 server unavailable \"{ESCAPED}\"; trying again");
    outcome.expect(4, "", &retried)?;
    let last = format!("error: broker refused the connection: 0x8a banned \"{ESCAPED}\"\nerror: 1 message unacknowledged\n");
    outcome.says(&[&last])?;
    peer.finish()
}

/// Those above 0x80 that no specification has, and in both versions those below that are reserved.
fn unknown_codes(version: Version) -> Verdict {
    let codes: &[u8] = if version == Version::V5 { &[0x01, 0x05, 0x06, 0x7F, 0xA3, 0xF3, 0xFF] } else { &[6, 0x7F, 0xF3, 0xFF] };
    for &code in codes {
        let named = if code < 0x80 { ", a reserved code" } else { " unknown reason" };
        let outcome = answered_with(version, &connack(version, false, code, &[]))?;
        outcome.expect_whole(4, "", &format!("error: broker refused the connection: 0x{code:02x}{named}\n"))?;
    }
    Ok(())
}

/// `[MQTT-3.2.2-2]`: with Clean Start there is no session.
fn forbidden_session(version: Version) -> Verdict {
    let outcome = answered_with(version, &connack(version, true, 0, &[]))?;
    let said = "it says that a session is present, which Clean Start forbids";
    outcome.expect_whole(3, "", &format!("error: what answers does not speak MQTT: {said}\n"))
}

/// The note is said once, and nothing else.
fn fallback_notes() -> Verdict {
    let answers: [&'static [u8]; 4] = [&[0x20, 2, 0, 1], &[0x20, 3, 0, 0x84, 0], &[0x20, 2, 0, 0], &[]];
    for answer in answers {
        let peer = Peer::play(move |listener| {
            let mut client = listener.accept()?;
            ensure_eq(&client.expect_connect()?.version, &Version::V5, "the first CONNECT")?;
            client.send(answer)?;
            client.close()?;
            let (mut client, _) = listener.welcome(Version::V311)?;
            answer_message(&mut client, Version::V311)?;
            client.goodbye()
        })?;
        let outcome = Mqx::new(["pub", "-h", "127.0.0.1", "-p", &peer.port(), "a", "x"])?.run()?;
        outcome.expect_whole(0, "", "the broker does not speak MQTT 5; going on with 3.1.1\n")?;
        peer.finish()?;
    }
    Ok(())
}

// ---- no CONNACK ----

/// What comes instead, and why it is none.
fn garbage(version: Version) -> Verdict {
    let short = |what: &str| format!("CONNACK with {what}");
    let mut answers = vec![
        (vec![0x00; 9], "its first byte is 0x00, not that of a CONNACK".to_owned()),
        (vec![0xFF; 9], "its first byte is 0xff, not that of a CONNACK".to_owned()),
        // Flags that are reserved [MQTT-2.2.2-1].
        (vec![0x21, 2, 0, 0], "its first byte is 0x21, not that of a CONNACK".to_owned()),
        (vec![0xD0, 0], "its first byte is 0xd0, not that of a CONNACK".to_owned()),
        // [MQTT-3.14.0-1]: a broker says DISCONNECT after its CONNACK only.
        (disconnect(Version::V5, 0x8B, &[]), "its first byte is 0xe0, not that of a CONNACK".to_owned()),
        (vec![0x20, 0], short("too few bytes")),
        (vec![0x20, 1, 0], short("too few bytes")),
        (vec![0x20, 2, 2, 0], short("reserved flags")),
        (vec![0x20, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], "a packet with a remaining length of five bytes".to_owned()),
        (vec![0x20, 0xFF, 0xFF, 0xFF, 0x7F], "a packet of 268435460 bytes, where 1048576 are allowed".to_owned()),
    ];
    if version == Version::V311 {
        answers.push((vec![0x20, 3, 0, 0, 0], short("bytes behind its end")));
    } else {
        answers.push((vec![0x20, 3, 0, 0, 1], short("too few bytes")));
        answers.push((vec![0x20, 4, 0, 0, 0, 0], short("bytes behind its end")));
        answers.push((vec![0x20, 5, 0, 0, 2, 0x7E, 1], short("a property that it cannot have")));
        let broken = [&[0x1F][..], &string([b'a', 0xFF])].concat();
        answers.push((connack(version, false, 0, &broken), short("a text that is not UTF-8")));
    }
    for (answer, defect) in answers {
        let outcome = answered_with(version, &answer)?;
        outcome.expect_whole(3, "", &format!("error: what answers does not speak MQTT: {defect}\n"))?;
    }
    Ok(())
}

/// A web server answers the line that it took CONNECT for, at once or when the client has ended its side.
fn http(version: Version) -> Verdict {
    let told = "error: what answers speaks HTTP, not MQTT\nhint: MQTT has a port of its own, mostly 1883 or 8883\n";
    for page in ["HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n", "<html><body>400 Bad Request</body></html>"] {
        answered_with(version, page.as_bytes())?.expect_whole(3, "", told)?;
        let outcome = after_connect(version, move |mut client| {
            client.trickle(&page.as_bytes()[..8])?;
            client.close()
        })?;
        outcome.expect_whole(3, "", told)?;
    }
    Ok(())
}

fn truncated(version: Version) -> Verdict {
    let whole = success(version);
    for length in 1..whole.len() {
        let part = whole[..length].to_vec();
        let outcome = after_connect(version, move |mut client| {
            client.send(&part)?;
            client.half_close()?;
            client.expect_eof()
        })?;
        outcome.expect_whole(3, "", "error: the connection was closed in the middle of an answer\n")?;
    }
    Ok(())
}

fn truncated_and_reset(version: Version) -> Verdict {
    let outcome = after_connect(version, move |mut client| {
        client.send(&packet(0x20, &[0; 9])[..3])?;
        client.wait_taken()?;
        client.cut()
    })?;
    outcome.expect_whole(3, "", "error: connection reset by the peer\n")
}

/// As a firewall does that looks into what it lets through.
fn cut_in_connect(version: Version) -> Verdict {
    for count in [1, 2, 9, 14] {
        let peer = Peer::play(move |listener| {
            let client = listener.accept()?;
            listener.close();
            client.cut_after(count).map(|_| ())
        })?;
        let outcome = at(&peer.port(), version, &["pub", "a", "x"])?.run()?;
        let hint = "hint: if TLS is spoken there, --tls; if not, the broker may not take clients from here\n";
        let error = format!("error: the connection was closed without an answer (127.0.0.1:{})\n", peer.port());
        outcome.expect_whole(3, "", &format!("{error}{hint}"))?;
        peer.finish()?;
    }
    Ok(())
}
