//! What comes from outside never commands a terminal: hostile texts wherever a peer can put one, in every format, through a pseudo terminal.

use std::path::Path;

use crate::support::certificates::{Certificates, Identity, Server};
use crate::support::child::Ended;
use crate::support::harness::{Case, case};
use crate::support::packets::{
    Publish, Version, connack, disconnect, first, packet, pingresp, property, puback, string, variable,
};
use crate::support::peer::{Listener, Peer};
use crate::support::pty::{Pty, plain};
use crate::support::{STEP, Verdict, ensure, ensure_eq};

const V5: Version = Version::V5;

/// A title, an erased screen, a report that would be typed back, controls of eight bits, a turned reading order, and what has no width.
const HOSTILE: &str =
    "a\u{1b}]0;owned\u{7}\u{1b}[2J\u{1b}[6n\u{8}\r\u{9b}31m\u{85}\u{202e}\u{2066}\u{200b}\u{feff}\u{e0041}\u{2028}z";

/// Options of `sub`, each a way to show messages.
const FORMATS: &[&[&str]] = &[
    &[],
    &["-v"],
    &["-N"],
    &["-v", "-N"],
    &["--null"],
    &["--pretty"],
    &["--properties"],
    &["--pretty", "--properties"],
    &["--json"],
    &["--json", "--pretty"],
    &["--json-payload"],
    &["-F", "%t %p %C %D %P %R %S %20.30t %-5p"],
    &["-F", "%j %J"],
    &["-F", "%J", "--pretty"],
    &[
        "-F",
        "{topic} {topic:1} {payload} {payload:json} {content_type} {response_topic} {correlation_data} {user_properties}{json}",
    ],
    &["--exec", "cat"],
    &["--message-rate"],
    &["--debug"],
];

pub fn cases(list: &mut Vec<Case>) {
    for words in FORMATS {
        list.push(case(format!("unescaped::sub{}", words.concat()), || sub(words)));
    }
    list.push(case("unescaped::raw_is_exempt", raw));
    list.push(case("unescaped::reasons", reasons));
    list.push(case("unescaped::identifiers", identifiers));
    list.push(case("unescaped::certificate_names", certificate_names));
    list.push(case("unescaped::retained_list", retained));
    list.push(case("unescaped::answers", answers));
}

/// What on a screen could command the terminal or the eye; colours and ends of lines are ours.
fn harm(screen: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(screen).replace("\r\n", "\n");
    let mut rest = text.as_str();
    while let Some(at) = rest.find(mqx::text::escape::is_hazard) {
        let (_, from) = rest.split_at(at);
        let colour = from.strip_prefix("\u{1b}[").and_then(|from| {
            let after = from.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';');
            after.strip_prefix('m')
        });
        rest = match (colour, from.strip_prefix('\n')) {
            (Some(after), _) | (None, Some(after)) => after,
            (None, None) => return Some(from.chars().take(20).collect::<String>().escape_debug().to_string()),
        };
    }
    None
}

fn shown(screen: &[u8]) -> Verdict<String> {
    match harm(screen) {
        None => Ok(plain(screen)),
        Some(harm) => Err(format!("the terminal saw {harm}").into()),
    }
}

fn text(identifier: u8, value: &str) -> Vec<u8> {
    [vec![identifier], string(value)].concat()
}

/// Runs `mqx COMMAND -h 127.0.0.1 -p PORT -V 5 WORDS` on a terminal against a peer.
fn run(words: &[&str], script: impl FnOnce(&mut Listener) -> Verdict + Send + 'static) -> Verdict<(Vec<u8>, Ended)> {
    let peer = Peer::play(script)?;
    let (command, words) = words.split_first().ok_or("a command")?;
    let port = peer.port();
    let args = [&[command, "-h", "127.0.0.1", "-p", &port, "-V", "5"], words].concat();
    let (screen, ended) = Pty::mqx(args)?.finish(STEP)?;
    peer.finish()?;
    Ok((screen, ended))
}

/// One message that is hostile all over, and one whose payload is bytes.
fn messages(words: &[&str]) -> Verdict<Vec<u8>> {
    let (screen, ended) = run(&[&["sub", "-C", "2", "#"], words].concat(), |listener| {
        let (mut client, _) = listener.welcome(V5)?;
        client.grant_subscribe()?;
        let properties = property::all(&[
            text(0x03, HOSTILE),
            text(0x08, HOSTILE),
            [vec![0x09], string(HOSTILE)].concat(),
            property::user(HOSTILE, HOSTILE),
        ]);
        client.send(&Publish::new(0, 0, HOSTILE, HOSTILE).properties(&properties).retain().bytes(V5))?;
        client.send(&Publish::new(0, 0, "b", b"\xff\x1b[2J\x9b2J").bytes(V5))?;
        client.goodbye()
    })?;
    ensure_eq(&ended, &Ended::Code(0), &plain(&screen))?;
    Ok(screen)
}

fn sub(words: &[&str]) -> Verdict {
    let mut screen = messages(words)?;
    if words == ["--null"] {
        // Two that were asked for, and no other.
        ensure_eq(&screen.iter().filter(|byte| **byte == 0).count(), &2, "NUL")?;
        screen.retain(|byte| *byte != 0);
    }
    let text = shown(&screen)?;
    ensure(text.contains("owned"), format_args!("the message is there: {text}"))
}

/// Topics of `mqx retained`.
fn retained() -> Verdict {
    let (screen, ended) = run(&["retained", "list", "-q", "0", "--idle", "0", "#"], |listener| {
        let (mut client, _) = listener.welcome(V5)?;
        client.grant_subscribe()?;
        client.send(&Publish::new(0, 0, HOSTILE, HOSTILE).retain().bytes(V5))?;
        while client.expect_packet()?.0 == first::PINGREQ {
            client.send(&pingresp())?;
        }
        client.close_gently()
    })?;
    ensure_eq(&ended, &Ended::Code(0), &plain(&screen))?;
    ensure(shown(&screen)?.contains("owned"), plain(&screen))
}

/// What `mqx rr` gets, and the Response Information that it asks for.
fn answers() -> Verdict {
    let (screen, ended) = run(&["rr", "ask", "x", "--latency"], |listener| {
        let (mut client, _) = listener.welcome_with(V5, false, &text(0x1A, HOSTILE))?;
        let topic = client.grant_subscribe()?.filters.first().ok_or("a filter")?.0.clone();
        let request = client.expect_publish()?;
        client.send(&puback(V5, request.id))?;
        let at = request.properties.iter().position(|byte| *byte == 0x09).ok_or("no Correlation Data")?;
        let size = usize::from(u16::from_be_bytes([request.properties[at + 1], request.properties[at + 2]]));
        let data = &request.properties[at..at + 3 + size];
        let properties = property::all(&[data.to_vec(), text(0x03, HOSTILE), property::user(HOSTILE, HOSTILE)]);
        client.send(&Publish::new(0, 0, topic, HOSTILE).properties(&properties).bytes(V5))?;
        client.goodbye()
    })?;
    ensure_eq(&ended, &Ended::Code(0), &plain(&screen))?;
    ensure(shown(&screen)?.contains("owned"), plain(&screen))
}

/// `--raw` lets through what the others escape, so the check can fail.
fn raw() -> Verdict {
    ensure(harm(&messages(&["--raw"])?).is_some(), "the harm is seen")
}

/// Reason Strings and Server References of every packet that has them.
fn reasons() -> Verdict {
    let said = || property::all(&[property::reason_string(HOSTILE), property::user(HOSTILE, HOSTILE)]);
    let reference = || property::all(&[property::reason_string(HOSTILE), property::server_reference(HOSTILE)]);
    // CONNACK.
    let (screen, ended) = run(&["sub", "a"], move |listener| {
        let mut client = listener.accept()?;
        client.expect_connect()?;
        client.send(&connack(V5, false, 0x9D, &reference()))?;
        client.expect_eof()
    })?;
    ensure_eq(&ended, &Ended::Code(4), &plain(&screen))?;
    ensure(shown(&screen)?.matches("owned").count() == 2, plain(&screen))?;
    // SUBACK.
    let (screen, ended) = run(&["sub", "a"], move |listener| {
        let (mut client, _) = listener.welcome(V5)?;
        let asked = client.expect_subscribe()?;
        client.send(&packet(0x90, &[&asked.id.to_be_bytes()[..], &variable(said().len()), &said(), &[0x87]].concat()))?;
        client.goodbye()
    })?;
    ensure_eq(&ended, &Ended::Code(5), &plain(&screen))?;
    ensure(shown(&screen)?.contains("owned"), plain(&screen))?;
    // PUBACK.
    let (screen, ended) = run(&["pub", "a", "x"], move |listener| {
        let (mut client, _) = listener.welcome(V5)?;
        let id = client.expect_message(1, "a", "x")?;
        client.send(&packet(0x40, &[&id.to_be_bytes()[..], &[0x87], &variable(said().len()), &said()].concat()))?;
        client.goodbye()
    })?;
    ensure_eq(&ended, &Ended::Code(5), &plain(&screen))?;
    ensure(shown(&screen)?.contains("owned"), plain(&screen))?;
    // DISCONNECT.
    let (screen, ended) = run(&["sub", "a"], move |listener| {
        let (mut client, _) = listener.welcome(V5)?;
        client.grant_subscribe()?;
        client.send(&disconnect(V5, 0x9D, &reference()))?;
        client.expect_eof()
    })?;
    ensure_eq(&ended, &Ended::Code(6), &plain(&screen))?;
    ensure(shown(&screen)?.matches("owned").count() == 2, plain(&screen))
}

/// The Assigned Client Identifier, and what is typed: names of files, hosts and clients may come from a script.
fn identifiers() -> Verdict {
    let (screen, ended) = run(&["sub", "-C", "1", "a"], |listener| {
        let (mut client, _) = listener.welcome_with(V5, false, &property::assigned_client_id(HOSTILE))?;
        client.grant_subscribe()?;
        client.send(&Publish::new(0, 0, "a", "x").bytes(V5))?;
        client.goodbye()
    })?;
    ensure_eq(&ended, &Ended::Code(0), &plain(&screen))?;
    shown(&screen)?;
    for words in [
        &["sub", "-h", HOSTILE, "a"][..],
        &["sub", "-L", HOSTILE],
        &["sub", HOSTILE, "--password-file", HOSTILE],
        &["sub", "a", "--cafile", HOSTILE],
        &["sub", "a/#/b", "-i", HOSTILE],
        &["pub", "a", "-f", HOSTILE],
        &["pub", "a", "b", HOSTILE],
        &["sub", "a", "--profile", HOSTILE],
        &["help", HOSTILE],
    ] {
        let (screen, ended) = Pty::mqx(words)?.finish(STEP)?;
        ensure(ended != Ended::Code(0), format_args!("{words:?}: {}", plain(&screen)))?;
        ensure_eq(&harm(&screen), &None, &format!("{words:?}"))?;
    }
    Ok(())
}

/// Subject, issuer and names of a server's certificate.
fn certificate_names() -> Verdict {
    let certificates = Certificates::new()?;
    let refused = |identity: &Identity, ca: &Path| {
        let peer = Peer::play_as(Server::new(identity).config()?.0, |listener| {
            let mut client = listener.accept()?;
            ensure(client.expect_packet().is_err(), "the client spoke MQTT in spite of everything")?;
            client.close_gently()
        })?;
        let ca = ca.to_str().ok_or("a path of ours is UTF-8")?;
        let (screen, ended) = Pty::mqx(["pub", "-h", "localhost", "-p", &peer.port(), "--cafile", ca, "a", "x"])?.finish(STEP)?;
        peer.finish()?;
        let text = shown(&screen)?;
        ensure_eq(&ended, &Ended::Code(3), &text)?;
        ensure(text.contains("owned"), format_args!("the name is shown: {text}"))
    };
    let (_, foreign) = certificates.named(HOSTILE, "server", &["localhost"])?;
    refused(&foreign, &certificates.ca)?;
    let (ca, nameless) = certificates.named("authority", HOSTILE, &[])?;
    refused(&nameless, &ca)
}
