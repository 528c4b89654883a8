//! MQTT over WebSocket, with a scripted peer that cuts frames as it likes, pings, closes, refuses the upgrade and breaks the rules.

use std::sync::mpsc;

use crate::support::certificates::Certificates;
use crate::support::harness::{Case, both, case};
use crate::support::mqx::{Mqx, Outcome};
use crate::support::packets::{Publish, Version, first as packet, puback, suback};
use crate::support::peer::{Connection, Listener, Peer};
use crate::support::websocket::{self, Cut, Request, Socket, announce, close, first, frame};
use crate::support::{STEP, Verdict, ensure, ensure_eq, text};

/// In a query it may be a signature.
const CANARY: &str = "c4n4ry";

pub fn cases(list: &mut Vec<Case>) {
    for (name, cut) in [("whole", Cut::Whole), ("each_byte", Cut::EachByte), ("continued", Cut::Continued(b"amid"))] {
        for version in Version::BOTH {
            list.push(case(format!("websocket::pub::{name}::{}", version.flag()), move || publishes(version, cut)));
            list.push(case(format!("websocket::sub::{name}::{}", version.flag()), move || subscribes(version, cut)));
        }
    }
    both(list, "websocket::several_packets_in_a_frame", several_packets);
    both(list, "websocket::large_messages", large);
    both(list, "websocket::close_1000_is_an_end_of_file", |version| closed_midway(version, 1000));
    both(list, "websocket::close_1001_is_an_end_of_file", |version| closed_midway(version, 1001));
    both(list, "websocket::close_1012_is_retried_and_told", |version| closed_midway(version, 1012));
    both(list, "websocket::close_1008_is_told_escaped", closed_with_reason);
    both(list, "websocket::close_1008_in_place_of_connack", closed_before_connack);
    list.push(case("websocket::close_falls_back_to_311", falls_back));
    both(list, "websocket::its_path_stays_as_it_is", paths);
    both(list, "websocket::no_subprotocol_is_tolerated", no_subprotocol);
    list.push(case("websocket::over_tls", over_tls));
    for (name, bytes, text) in violations() {
        for version in Version::BOTH {
            let bytes = bytes.clone();
            list.push(case(format!("websocket::violation::{name}::{}", version.flag()), move || violation(version, bytes, text)));
        }
    }
    both(list, "websocket::an_announced_frame_costs_nothing", announced);
    for Refusal { name, answer, says } in refusals() {
        list.push(case(format!("websocket::upgrade::{name}"), move || refused(answer, says)));
    }
    list.push(case("websocket::upgrade::reset", reset));
    list.push(case("websocket::upgrade::503_on_a_reconnect_is_retried", retried));
    list.push(case("websocket::upgrade::404_on_a_reconnect_is_final", not_retried));
}

/// `mqx COMMAND -L ws://127.0.0.1:PORT/mqtt?… -V VERSION REST`, which must never show the query.
fn at(peer: &Peer, version: Version, words: &[&str]) -> Verdict<Mqx> {
    let (command, rest) = words.split_first().ok_or("a command")?;
    let url = format!("ws://127.0.0.1:{}/mqtt?X-Signature={CANARY}", peer.port());
    Ok(Mqx::new([&[command, "-L", &url, "-V", version.flag()], rest].concat())?.secret(CANARY))
}

/// DISCONNECT, then Close 1000, then the end.
fn goodbye(client: Connection, socket: &Socket) -> Verdict {
    client.goodbye()?;
    ensure_eq(&socket.closed(), &Some(1000_u16.to_be_bytes().to_vec()), "the payload of Close")
}

/// One message at QoS 1, and the end of a run that went well.
fn take_one(client: &mut Connection, version: Version) -> Verdict {
    let id = client.expect_message(1, "a", "x")?;
    client.send(&puback(version, id))
}

fn publishes(version: Version, cut: Cut) -> Verdict {
    let peer = Peer::play(move |listener| {
        let (mut client, socket) = websocket::welcome(listener, version, cut)?;
        take_one(&mut client, version)?;
        goodbye(client, &socket)?;
        let masks = socket.masks();
        ensure(masks.len() >= 4, "CONNECT, PUBLISH, DISCONNECT, Close")?;
        ensure(masks.windows(2).any(|two| two[0] != two[1]), "each frame has a mask of its own")?;
        // Behind each packet of ours there was a ping.
        let pings = if matches!(cut, Cut::Continued(_)) { 2 } else { 0 };
        ensure_eq(&socket.pongs(), &vec![b"amid".to_vec(); pings], "answers to pings")
    })?;
    at(&peer, version, &["pub", "a", "x"])?.run()?.expect_whole(0, "", "")?;
    peer.finish()
}

fn subscribes(version: Version, cut: Cut) -> Verdict {
    let peer = Peer::play(move |listener| {
        let (mut client, socket) = websocket::welcome(listener, version, cut)?;
        client.grant_subscribe()?;
        client.send(&Publish::new(1, 7, "a", "one").bytes(version))?;
        ensure_eq(&client.expect_ack(packet::PUBACK, 7)?, &0, "reason")?;
        client.send(&Publish::new(0, 0, "a", "two").bytes(version))?;
        goodbye(client, &socket)?;
        let pings = if matches!(cut, Cut::Continued(_)) { 4 } else { 0 };
        ensure_eq(&socket.pongs(), &vec![b"amid".to_vec(); pings], "answers to pings")
    })?;
    at(&peer, version, &["sub", "-C", "2", "a"])?.run()?.expect(0, "one\ntwo\n", "subscribed to a")?;
    peer.finish()
}

fn several_packets(version: Version) -> Verdict {
    let peer = Peer::play(move |listener| {
        let (mut client, socket) = websocket::welcome(listener, version, Cut::Whole)?;
        let subscribe = client.expect_subscribe()?;
        let mut packets = suback(version, subscribe.id, &[0]);
        (0..100).for_each(|line| packets.extend(Publish::new(0, 0, "a", line.to_string()).bytes(version)));
        // The last packet begins in one frame and ends in another.
        let (one, other) = packets.split_at(packets.len() - 2);
        client.send(one)?;
        client.send(other)?;
        goodbye(client, &socket)
    })?;
    let lines: String = (0..100).map(|line| format!("{line}\n")).collect();
    at(&peer, version, &["sub", "-C", "100", "a"])?.run()?.expect(0, lines, "")?;
    peer.finish()
}

fn large(version: Version) -> Verdict {
    let payload: Vec<u8> = (0..3_000_000_u32).map(|n| n.to_le_bytes()[usize::from(n % 3 == 0)]).collect();
    let (sent, wanted) = (payload.clone(), payload.clone());
    let peer = Peer::play(move |listener| {
        let (mut client, socket) = websocket::welcome(listener, version, Cut::Whole)?;
        let id = client.expect_message(1, "a", &sent)?;
        client.send(&puback(version, id))?;
        goodbye(client, &socket)?;
        let (mut client, socket) = websocket::welcome(listener, version, Cut::Whole)?;
        client.grant_subscribe()?;
        client.send(&Publish::new(0, 0, "a", &sent).bytes(version))?;
        goodbye(client, &socket)
    })?;
    at(&peer, version, &["pub", "a", "-s"])?.stdin(payload).run()?.expect(0, "", "")?;
    at(&peer, version, &["sub", "-N", "-C", "1", "a"])?.run()?.expect(0, wanted, "")?;
    peer.finish()
}

/// The message is sent again on a new connection.
fn closed_midway(version: Version, code: u16) -> Verdict {
    let peer = Peer::play(move |listener| {
        let (mut client, socket) = websocket::welcome(listener, version, Cut::Whole)?;
        client.expect_message(1, "a", "x")?;
        socket.send(&close(code, "later"))?;
        client.expect_eof()?;
        ensure_eq(&socket.closed().map(|payload| payload[..2].to_vec()), &Some(code.to_be_bytes().to_vec()), "the answer")?;
        drop(client);
        let (mut client, socket) = websocket::welcome(listener, version, Cut::Whole)?;
        take_one(&mut client, version)?;
        goodbye(client, &socket)
    })?;
    let cause = match code {
        1012 => "the broker closed the WebSocket: 1012 service restart (\"later\")",
        _ => "the broker closed the connection",
    };
    at(&peer, version, &["pub", "a", "x"])?.run()?.expect(0, "", cause)?;
    peer.finish()
}

const HAZARD: &str = "go \x1b[2J\u{202e}away";
const HARMLESS: &str = "1008 policy violation (\"go \\x1b[2J\\u{202e}away\")";

fn harmless(outcome: &Outcome) -> Verdict {
    ensure(!outcome.stderr.contains(['\x1b', '\u{202e}']), format_args!("not escaped: {outcome}"))
}

fn closed_with_reason(version: Version) -> Verdict {
    let peer = Peer::play(move |listener| {
        let (mut client, socket) = websocket::welcome(listener, version, Cut::Whole)?;
        client.grant_subscribe()?;
        client.send(&Publish::new(0, 0, "a", "last").bytes(version))?;
        socket.send(&close(1008, HAZARD))?;
        client.expect_eof()
    })?;
    let outcome = at(&peer, version, &["sub", "--retry", "never", "a"])?.run()?;
    outcome.expect(6, "last\n", HARMLESS)?;
    harmless(&outcome)?;
    peer.finish()
}

fn closed_before_connack(version: Version) -> Verdict {
    let peer = Peer::play(move |listener| {
        let (mut client, socket) = websocket::open(listener)?;
        client.expect_connect()?;
        socket.send(&close(1008, HAZARD))?;
        client.expect_eof()
    })?;
    let outcome = at(&peer, version, &["pub", "a", "x"])?.run()?;
    outcome.expect(3, "", HARMLESS)?;
    harmless(&outcome)?;
    peer.finish()
}

/// Rule 19: closed without a byte of MQTT.
fn falls_back() -> Verdict {
    let peer = Peer::play(|listener| {
        let (mut client, socket) = websocket::open(listener)?;
        ensure_eq(&client.expect_connect()?.version, &Version::V5, "the first CONNECT")?;
        socket.send(&close(1002, ""))?;
        client.expect_eof()?;
        let (mut client, socket) = websocket::welcome(listener, Version::V311, Cut::Whole)?;
        take_one(&mut client, Version::V311)?;
        goodbye(client, &socket)
    })?;
    let url = format!("ws://127.0.0.1:{}", peer.port());
    Mqx::new(["pub", "-L", &url, "a", "x"])?.run()?.expect(0, "", "3.1.1")?;
    peer.finish()
}

fn paths(version: Version) -> Verdict {
    let requests = [("", "/mqtt"), ("/", "/"), ("/a%20b?c=%2F&d", "/a%20b?c=%2F&d"), ("?c", "/mqtt?c")];
    let peer = Peer::play(move |listener| {
        for (_, wanted) in requests {
            let (mut client, socket) = websocket::answer(listener, |request| {
                ensure_eq(&request.line, &format!("GET {wanted} HTTP/1.1"), "the request")?;
                Ok(request.good()?.into_bytes())
            })?;
            client.expect_connect()?;
            client.send(&crate::support::packets::connack(version, false, 0, &[]))?;
            take_one(&mut client, version)?;
            goodbye(client, &socket)?;
        }
        Ok(())
    })?;
    for (request, _) in requests {
        let url = format!("ws://127.0.0.1:{}{request}", peer.port());
        Mqx::new(["pub", "-L", &url, "-V", version.flag(), "a", "x"])?.run()?.expect_whole(0, "", "")?;
    }
    peer.finish()
}

fn no_subprotocol(version: Version) -> Verdict {
    let peer = Peer::play(move |listener| {
        let (mut client, socket) = websocket::answer(listener, |request| {
            Ok(request.good()?.replace("Sec-WebSocket-Protocol: mqtt\r\n", "").into_bytes())
        })?;
        client.expect_connect()?;
        client.send(&crate::support::packets::connack(version, false, 0, &[]))?;
        take_one(&mut client, version)?;
        goodbye(client, &socket)
    })?;
    at(&peer, version, &["pub", "a", "x"])?.run()?.expect_whole(0, "", "")?;
    peer.finish()
}

fn over_tls() -> Verdict {
    let certificates = Certificates::new()?;
    let ca = text(&certificates.ca)?;
    let peer = Peer::play_tls(&certificates.good, |listener| {
        let (mut client, socket) = websocket::welcome(listener, Version::V5, Cut::Continued(b"amid"))?;
        take_one(&mut client, Version::V5)?;
        goodbye(client, &socket)
    })?;
    let url = format!("wss://127.0.0.1:{}/mqtt", peer.port());
    Mqx::new(["pub", "-L", &url, "--cafile", ca, "a", "x"])?.run()?.expect_whole(0, "", "")?;
    peer.finish()
}

// ---- what no broker may send ----

fn violations() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let masked = [&[first::BINARY, 0x81, 1, 2, 3, 4][..], b"x"].concat();
    vec![
        ("text", frame(first::TEXT, b"hello"), "the broker sent a WebSocket text frame; MQTT needs binary ones"),
        ("oversize", announce(1 << 63), "a WebSocket message of 9223372036854775808 bytes, where 1048576 are allowed"),
        ("a_byte_too_large", announce((1 << 20) + 1), "a WebSocket message of 1048577 bytes, where 1048576 are allowed"),
        ("masked", masked, "the broker broke the WebSocket protocol: a masked frame"),
        ("reserved_bits", frame(0xC2, b"x"), "the broker broke the WebSocket protocol: a frame with reserved bits"),
        ("continuation", frame(first::LAST, b"x"), "the broker broke the WebSocket protocol: a continuation of nothing"),
    ]
}

/// It is no use to try again, and what came before is not lost.
fn violation(version: Version, bytes: Vec<u8>, text: &'static str) -> Verdict {
    let peer = Peer::play(move |listener| {
        let (mut client, socket) = websocket::welcome(listener, version, Cut::Whole)?;
        client.grant_subscribe()?;
        client.send(&Publish::new(0, 0, "a", "before").bytes(version))?;
        socket.send(&bytes)?;
        client.expect_eof()?;
        listener.close();
        Ok(())
    })?;
    let outcome = at(&peer, version, &["sub", "--max-packet", "1MiB", "a"])?.run()?;
    outcome.expect(6, "before\n", text)?;
    peer.finish()
}

/// The most memory that a run may take to which a 13th of a frame of 256 MB has come, in bytes.
const MEMORY: u64 = 64 << 20;

/// As large as the largest packet, which is no reason to make room for what does not come.
fn announced(version: Version) -> Verdict {
    let (sent, came) = mpsc::channel();
    let (measured, may_end) = mpsc::channel::<()>();
    let peer = Peer::play(move |listener| {
        let (mut client, socket) = websocket::welcome(listener, version, Cut::Whole)?;
        client.grant_subscribe()?;
        socket.send(&announce(256_000_000))?;
        socket.send(&vec![0; 20_000_000])?;
        sent.send(())?;
        may_end.recv_timeout(STEP)?;
        client.close()
    })?;
    let running = at(&peer, version, &["sub", "--retry", "never", "a"])?.start()?;
    came.recv_timeout(STEP)?;
    let peak = running.peak_memory();
    measured.send(())?;
    running.finish(STEP)?.expect(6, "", "the broker closed the connection")?;
    if cfg!(target_os = "linux") {
        ensure(peak.is_some_and(|peak| peak < MEMORY), format_args!("{peak:?} bytes of memory"))?;
    }
    peer.finish()
}

// ---- what an upgrade may be answered with ----

struct Refusal {
    name: &'static str,
    answer: fn(&Request) -> Verdict<Vec<u8>>,
    says: &'static [&'static str],
}

fn refusals() -> Vec<Refusal> {
    let refusal = |name, answer, says| Refusal { name, answer, says };
    vec![
        refusal(
            "301",
            |_| Ok(b"HTTP/1.1 301 Moved\r\nLocation: https://b.example/ws?c4n4ry\r\n\r\n".to_vec()),
            &["/mqtt was answered with 301 Moved Permanently, which points to https://b.example/ws", "-L wss://b.example/ws"],
        ),
        refusal(
            "302_with_controls",
            |_| Ok("HTTP/1.1 302 Found\r\nLocation: http://x/\u{9b}2J\u{202e}\r\n\r\n".into()),
            &["302 Found, which points to http://x/\\u{9b}2J\\u{202e}"],
        ),
        refusal(
            "401",
            |_| Ok(b"HTTP/1.1 401 Go away\r\nWWW-Authenticate: Basic realm=c4n4ry\r\n\r\nc4n4ry".to_vec()),
            &["/mqtt was answered with 401 Unauthorized", "--ws-header"],
        ),
        refusal("404", |_| Ok(b"HTTP/1.0 404 x\r\n\r\n".to_vec()), &["/mqtt was answered with 404 Not Found", "the path of -L"]),
        refusal("503", |_| Ok(b"HTTP/1.1 503 x\r\n\r\n".to_vec()), &["503 Service Unavailable", "a proxy"]),
        refusal("200", |_| Ok(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi".to_vec()), &["200 OK", "the path of -L"]),
        refusal("wrong_accept", |it| changed(it, "Accept: ", "Accept: A"), &["Sec-WebSocket-Accept does not belong"]),
        refusal("no_upgrade", |it| changed(it, "websocket\r\n", "h2c\r\n"), &["does not say that it is WebSocket"]),
        refusal("extension", |it| changed(it, "Protocol: mqtt", "Extensions: x"), &["an extension that was not asked for"]),
        refusal("subprotocol", |it| changed(it, ": mqtt\r\n", ": mqttv3.1\r\n"), &["speaks mqttv3.1 over WebSocket, not mqtt"]),
        refusal("mqtt", |_| Ok(vec![0x20, 2, 0, 1]), &["MQTT without WebSocket is spoken there", "-L mqtt://"]),
        refusal("tls", |_| Ok(vec![0x15, 3, 1, 0, 2, 2, 70]), &["TLS is spoken there", "-L wss://"]),
        refusal("other", |_| Ok(b"SSH-2.0-x\r\n".to_vec()), &["does not speak HTTP"]),
        refusal("nothing", |_| Ok(Vec::new()), &["closed without an answer", "hint:"]),
        refusal("half", |_| Ok(b"HTTP/1.1 101 Switching".to_vec()), &["closed without the end of an answer"]),
    ]
}

fn changed(request: &Request, from: &str, to: &str) -> Verdict<Vec<u8>> {
    let good = request.good()?;
    ensure(good.contains(from), "nothing is changed")?;
    Ok(good.replace(from, to).into_bytes())
}

/// The exit status is 3, nothing of MQTT was said, and neither the query nor what a header has is shown.
fn refused(answer: fn(&Request) -> Verdict<Vec<u8>>, says: &'static [&'static str]) -> Verdict {
    let peer = Peer::play(move |listener| {
        let (client, _) = websocket::answer(listener, answer)?;
        client.close()
    })?;
    let outcome = at(&peer, Version::V5, &["pub", "a", "x"])?.run()?;
    outcome.expect(3, "", "error:")?;
    outcome.says(says)?;
    harmless(&outcome)?;
    peer.finish()
}

/// As a broker without WebSocket does it, which takes the request for a malformed packet.
fn reset() -> Verdict {
    let peer = Peer::play(|listener| websocket::answer(listener, |_| Ok(Vec::new()))?.0.cut())?;
    let outcome = at(&peer, Version::V5, &["pub", "a", "x"])?.run()?;
    outcome.expect(3, "", "closed without an answer")?;
    outcome.says(&["hint:", "-L mqtt://"])?;
    peer.finish()
}

/// A connection that is lost with a message under way, and the upgrade of the next, which is refused.
fn refused_later(listener: &mut Listener, answer: &'static [u8]) -> Verdict {
    let (mut client, _) = websocket::welcome(listener, Version::V5, Cut::Whole)?;
    client.expect_message(1, "a", "x")?;
    client.cut()?;
    websocket::answer(listener, |_| Ok(answer.to_vec()))?.0.close()
}

fn retried() -> Verdict {
    let peer = Peer::play(|listener| {
        refused_later(listener, b"HTTP/1.1 503 x\r\n\r\n")?;
        let (mut client, socket) = websocket::welcome(listener, Version::V5, Cut::Whole)?;
        take_one(&mut client, Version::V5)?;
        goodbye(client, &socket)
    })?;
    at(&peer, Version::V5, &["pub", "a", "x"])?.run()?.expect(0, "", "503 Service Unavailable")?;
    peer.finish()
}

fn not_retried() -> Verdict {
    let peer = Peer::play(|listener| {
        refused_later(listener, b"HTTP/1.1 404 x\r\n\r\n")?;
        listener.close();
        Ok(())
    })?;
    at(&peer, Version::V5, &["pub", "a", "x"])?.run()?.expect(6, "", "404 Not Found")?;
    peer.finish()
}
