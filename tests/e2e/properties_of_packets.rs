//! What packets say beside messages, on the wire: by options of our own, by `-D` and by a file of `-o`; and what of mosquitto's is refused
//! by name.

use std::fs;

use crate::support::harness::{Case, both, case};
use crate::support::mqx::{Mqx, contains};
use crate::support::packets::{Version, packet, property, suback};
use crate::support::peer::{Connection, Peer};
use crate::support::temp::TempDir;
use crate::support::{Verdict, ensure, ensure_eq};

const V5: Version = Version::V5;

pub fn cases(list: &mut Vec<Case>) {
    list.push(case("packets::own_options", || sub_says(OWN)));
    list.push(case("packets::of_mosquitto", || sub_says(MOSQUITTO)));
    list.push(case("packets::a_message_and_its_will", message_and_will));
    list.push(case("packets::nothing_is_said_by_itself", || plain(&[])));
    list.push(case("packets::what_is_so_by_itself_can_be_said", || {
        plain(&["-D", "connect", "request-problem-information", "1", "-D", "connect", "request-response-information", "0"])
    }));
    list.push(case("packets::an_expiry_of_the_end", expiry_of_the_end));
    list.push(case("packets::an_alias_beyond_the_maximum", alias_beyond));
    list.push(case("packets::a_reason_that_is_too_large_is_left_out", too_large));
    list.push(case("packets::usage", usage));
    both(list, "packets::a_file_of_options", file);
    list.push(case("packets::a_file_that_is_wrong", wrong_file));
    both(list, "packets::web_socket_and_unix_socket_as_mosquitto_has_them", ways);
}

const OWN: &[&str] = &[
    "--connect-user-property",
    "b=1=2",
    "--connect-user-property",
    "a=",
    "--request-response-information",
    "--no-request-problem-information",
    "--topic-alias-maximum",
    "2",
    "--receive-maximum",
    "3",
    "--max-packet",
    "64k",
    "--subscribe-user-property",
    "s=@x",
    "--subscription-id",
    "7",
    "--disconnect-reason",
    "-bye",
    "--disconnect-user-property",
    "d=hex:",
];

#[rustfmt::skip]
const MOSQUITTO: &[&str] = &[
    "-D", "connect", "user-property", "b", "1=2",
    "--property", "CONNECT", "User-Property", "a", "",
    "-D", "connect", "request-response-information", "1",
    "-D", "connect", "request-problem-information", "0",
    "-D", "connect", "topic-alias-maximum", "2",
    "-D", "connect", "receive-maximum", "3",
    "-D", "connect", "maximum-packet-size", "65536",
    "-D", "subscribe", "user-property", "s", "@x",
    "-D", "subscribe", "subscription-identifier", "7",
    "-D", "disconnect", "reason-string", "-bye",
    "-D", "disconnect", "user-property", "d", "hex:",
];

/// Runs `sub` against a peer that wants each packet byte for byte.
fn sub_says(words: &'static [&'static str]) -> Verdict {
    let peer = Peer::play(move |listener| {
        let (mut client, connect) = listener.welcome(V5)?;
        let expected = [
            property::session_expiry(60),
            property::receive_maximum(3),
            b"\x22\0\x02\x27\0\x01\0\0\x19\x01\x17\0".to_vec(),
            property::user("b", "1=2"),
            property::user("a", ""),
        ];
        ensure_eq(&connect.properties, &property::all(&expected), "the properties of CONNECT")?;
        let subscribe = client.expect_subscribe()?;
        let expected = [b"\x0B\x07".to_vec(), property::user("s", "@x")];
        ensure_eq(&subscribe.properties, &property::all(&expected), "the properties of SUBSCRIBE")?;
        client.send(&suback(V5, subscribe.id, &[1]))?;
        client.expect(&packet(
            0xE0,
            &with_length(&[property::session_expiry(0), b"\x1F\0\x04-bye".to_vec(), property::user("d", "hex:")]),
        ))?;
        client.expect_eof()
    })?;
    let run = Mqx::new([&["sub", "-h", "127.0.0.1", "-p", &peer.port(), "-E"], words, &["a"]].concat())?;
    run.run()?.expect(0, "", "")?;
    peer.finish()
}

/// Reason Code 0 and properties.
fn with_length(properties: &[Vec<u8>]) -> Vec<u8> {
    let properties = property::all(properties);
    [&[0, u8::try_from(properties.len()).expect("a short list")], &properties[..]].concat()
}

/// `-D` on PUBLISH and the will; a value that would be a file or hexadecimal of ours is the text that it is.
fn message_and_will() -> Verdict {
    let peer = Peer::play(|listener| {
        let (mut client, connect) = listener.welcome(V5)?;
        let will = connect.will.ok_or("a will")?;
        let expected = [b"\x18\0\0\0\x09\x02\0\0\0\x05\x09\0\x02@x".to_vec(), property::user("k", "v")];
        ensure_eq(&will.properties, &property::all(&expected), "the properties of the will")?;
        let message = client.expect_publish()?;
        let expected = [
            b"\x01\x01\x02\0\0\0\x20\x08\0\x03a/b\x09\0\x06hex:00".to_vec(),
            property::user("a=b", "c=d"),
            b"\x03\0\x02-t".to_vec(),
        ];
        ensure_eq(&message.properties, &property::all(&expected), "the properties of PUBLISH")?;
        ensure_eq(&(&*message.topic, &*message.payload), &(&b"t"[..], &b"x"[..]), "topic and message")?;
        client.send(&[0x40, 2, 0, 1])?;
        client.goodbye()
    })?;
    let words = [
        "-D",
        "publish",
        "content-type",
        "-t",
        "-D",
        "publish",
        "correlation-data",
        "hex:00",
        "-D",
        "publish",
        "user-property",
        "a=b",
        "c=d",
        "t",
        "-D",
        "publish",
        "message-expiry-interval",
        "32",
        "-D",
        "publish",
        "payload-format-indicator",
        "1",
        "x",
        "-D",
        "publish",
        "response-topic",
        "a/b",
        "--will-topic",
        "w",
        "-D",
        "will",
        "will-delay-interval",
        "9",
        "-D",
        "will",
        "correlation-data",
        "@x",
        "-D",
        "will",
        "message-expiry-interval",
        "5",
        "-D",
        "will",
        "user-property",
        "k",
        "v",
    ];
    Mqx::new([&["pub", "-h", "127.0.0.1", "-p", &peer.port()], &words[..]].concat())?.run()?.expect(0, "", "")?;
    peer.finish()
}

/// Whatever is said without a wish, and with one for what is so anyway.
fn plain(words: &'static [&'static str]) -> Verdict {
    let peer = Peer::play(|listener| {
        let (mut client, connect) = listener.welcome(V5)?;
        let expected = [property::session_expiry(60), property::receive_maximum(1), property::topic_alias_maximum(16)];
        ensure_eq(&connect.properties, &property::all(&expected), "the properties of CONNECT")?;
        let id = client.expect_message(1, "a", "x")?;
        client.send(&[0x40, 2, 0, u8::try_from(id)?])?;
        client.expect(&packet(0xE0, &with_length(&[property::session_expiry(0)])))?;
        client.expect_eof()
    })?;
    Mqx::new([&["pub", "-h", "127.0.0.1", "-p", &peer.port(), "a", "x"], words].concat())?.run()?.expect(0, "", "")?;
    peer.finish()
}

fn take_one(mut client: Connection, end: &[u8]) -> Verdict {
    let id = client.expect_message(1, "a", "x")?;
    client.send(&[0x40, 2, 0, u8::try_from(id)?])?;
    client.expect(end)?;
    client.expect_eof()
}

/// In place of the zero that ends the session, and in place of none at all where it is kept.
fn expiry_of_the_end() -> Verdict {
    for words in [&["--disconnect-expiry", "2m"][..], &["-c", "-i", "x", "-D", "disconnect", "session-expiry-interval", "120"]] {
        let peer = Peer::play(|listener| {
            take_one(listener.welcome(V5)?.0, &packet(0xE0, &with_length(&[property::session_expiry(120)])))
        })?;
        Mqx::new([&["pub", "-h", "127.0.0.1", "-p", &peer.port(), "a", "x"], words].concat())?.run()?.expect(0, "", "")?;
        peer.finish()?;
    }
    Ok(())
}

/// What was announced is what is held.
fn alias_beyond() -> Verdict {
    for (maximum, alias) in [("0", 1), ("2", 3), ("1000", 1001)] {
        let peer = Peer::play(move |listener| {
            let (mut client, _) = listener.welcome(V5)?;
            client.grant_subscribe()?;
            let properties = property::topic_alias(alias);
            client.send(&packet(0x30, &[&b"\0\x01a"[..], &[3], &properties, b"x"].concat()))?;
            client.expect(&packet(0xE0, &[0x94]))?;
            client.expect_eof()
        })?;
        let run = Mqx::new(["sub", "-h", "127.0.0.1", "-p", &peer.port(), "a", "--topic-alias-maximum", maximum])?;
        run.run()?.expect(6, "", &format!("Topic Alias {alias}, the maximum that was announced is {maximum}"))?;
        peer.finish()?;
    }
    Ok(())
}

/// [MQTT-3.14.2-3]
fn too_large() -> Verdict {
    let peer = Peer::play(|listener| {
        let (client, _) = listener.welcome_with(V5, false, &property::maximum_packet_size(20))?;
        take_one(client, &packet(0xE0, &with_length(&[property::session_expiry(0)])))
    })?;
    let words = ["pub", "-h", "127.0.0.1", "-p", &peer.port(), "a", "x", "--disconnect-reason", "a reason of many words"];
    Mqx::new(words)?.run()?.expect(0, "", "")?;
    peer.finish()
}

fn usage() -> Verdict {
    for (words, says) in [
        (
            &["pub", "a", "x", "-V", "311", "-D", "publish", "content-type", "t"][..],
            &["error: -D needs MQTT 5, and -V asks for 3.1.1"][..],
        ),
        (&["pub", "a", "x", "-V", "311", "-D", "connect", "maximum-packet-size", "100"], &["error: -D needs MQTT 5"]),
        (&["sub", "a", "-V", "311", "--subscribe-user-property", "a=b"], &["error: --subscribe-user-property needs MQTT 5"]),
        (&["pub", "a", "x", "-V", "311", "--disconnect-reason", "x"], &["error: --disconnect-reason needs MQTT 5"]),
        (
            &["pub", "a", "x", "-x", "0", "--disconnect-expiry", "1"],
            &["error: --disconnect-expiry keeps a session", "leave -x out"],
        ),
        (&["pub", "a", "x", "-D", "publish", "content-type"], &["error: -D publish content-type: the value is missing"]),
        (
            &["pub", "a", "x", "-D", "subscribe", "user-property", "a", "b"],
            &["error: -D subscribe user-property: mqx pub sends no"],
        ),
        (
            &["pub", "a", "x", "-D", "publish", "message-expiry-interval", "soon"],
            &["error: invalid value 'soon' for '--expiry", "hint: --expiry comes from -D publish message-expiry-interval"],
        ),
        (&["pub", "a", "x", "-D", "publish", "response-topic", "a/+"], &["error: topic 'a/+'"]),
        (&["pub", "a", "x", "-o", "/nowhere", "-o", "x"], &["error: -o is given twice"]),
        (&["sub", "-w", "a"], &["error: -w: ", "hint: mqx sub -v"]),
        (&["sub", "--remove-retained", "a"], &["error: --remove-retained: ", "hint: mqx retained clear"]),
        (&["sub", "--proxy", "socks5h://u:hunter2@x", "a"], &["error: --proxy: ", "hint: --connect-to"]),
        (&["sub", "-S", "a"], &["error: -S: SRV records are not looked up", "hint: -h HOST and -p PORT"]),
        (&["sub", "--unix", "/x", "-h", "y", "a"], &["error: ", "--unix", "--host"]),
        (&["sub", "--unix", "/x", "--tls", "a"], &["error: --tls asks for TLS, which is not spoken over a Unix socket"]),
    ] {
        let outcome = Mqx::new(words)?.secret("hunter2").run()?;
        outcome.expect(2, "", "")?;
        outcome.says(says)?;
    }
    Mqx::new(["pub", "a", "x", "-o", "/nowhere"])?.run()?.expect(1, "", "error: cannot read options in /nowhere: no such file")
}

/// The command line wins where one holds; lists add up. `--nodelay` is what is so anyway.
fn file(version: Version) -> Verdict {
    let folder = TempDir::new()?;
    let path = folder.path().join("options");
    let peer = Peer::play(move |listener| {
        let (mut client, connect) = listener.welcome(version)?;
        ensure_eq(&(connect.client_id, connect.keep_alive), &(b"a b".to_vec(), 7), "identifier and Keep Alive")?;
        ensure_eq(&(connect.user, connect.password), &(Some(b"u".to_vec()), Some(b" p \"q\"".to_vec())), "name and password")?;
        for topic in ["from file", "typed"] {
            let id = client.expect_message(1, topic, "x")?;
            client.send(&[0x40, 2, 0, u8::try_from(id)?])?;
        }
        client.goodbye()
    })?;
    let options = format!(
        "# options\n-h 127.0.0.1\n-p {}\r\n\n--id a b\n-k 5\n-u u\n--pw  p \"q\"\n-t from file\n--nodelay\n-V {}\n",
        peer.port(),
        version.flag()
    );
    fs::write(&path, options)?;
    let path = path.to_str().ok_or("a path")?;
    Mqx::new(["pub", "-k", "7", "-o", path, "-t", "typed", "-m", "x"])?.secret(" p \"q\"").run()?.expect(0, "", "")?;
    peer.finish()
}

fn wrong_file() -> Verdict {
    let folder = TempDir::new()?;
    let path = folder.path().join("options");
    let name = path.to_str().ok_or("a path")?;
    for (text, says) in [
        ("-h x\nhost y\n", format!("error: {name}, line 2: 'host' is no option")),
        ("\n-p 99999\n", format!("hint: --port comes from {name}, line 2")),
        ("-h x\n--prot 1", format!("error: {name}, line 2: there is no option '--prot'")),
        ("--will-payload x", format!("hint: --will-payload comes from {name}, line 1")),
        ("-r\n-D publish content x", format!("error: {name}, line 2: -D publish: there is no property 'content'")),
    ] {
        fs::write(&path, text)?;
        Mqx::new(["pub", "-o", name, "a", "x"])?.run()?.expect(2, "", &says)?;
    }
    // What is only in a file is shown escaped.
    fs::write(&path, "-\x1b[31m x")?;
    let outcome = Mqx::new(["pub", "-o", name, "a", "x"])?.run()?;
    outcome.expect(2, "", "line 1: ")?;
    ensure(!contains(outcome.stderr.as_bytes(), b"\x1b[31m"), "no command to the terminal")
}

/// `--ws` is `ws://` with the path that mosquitto has, and `--unix` is `unix:`.
fn ways(version: Version) -> Verdict {
    let peer = Peer::play(|listener| {
        let mut client = listener.accept()?;
        // The whole of it is tested beside `-L ws://`.
        client.expect(b"GET /mqtt HTTP/1.1\r\n")?;
        client.cut()
    })?;
    let words = ["pub", "-h", "127.0.0.1", "-p", &peer.port(), "--ws", "-V", version.flag(), "a", "x"];
    Mqx::new(words)?.run()?.expect_code(3)?;
    peer.finish()?;
    let folder = TempDir::new()?;
    let path = folder.path().join("socket");
    let peer = Peer::play_unix(&path, move |listener| listener.take_one(version, "a", "x"))?;
    let path = path.to_str().ok_or("a path")?;
    Mqx::new(["pub", "--unix", path, "-V", version.flag(), "a", "x"])?.run()?.expect(0, "", "")?;
    peer.finish()
}
