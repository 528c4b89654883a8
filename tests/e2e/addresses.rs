//! Where a broker is and how it is reached: IPv6, Unix sockets, several addresses, `-A`, `--connect-to`, `--connect-timeout`; and what
//! cannot be an address, in words.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use crate::support::certificates::Certificates;
use crate::support::harness::{Case, Tool, both, case};
use crate::support::mosquitto::Settings;
use crate::support::mqx::Mqx;
use crate::support::packets::{Publish, Version, connack, puback};
use crate::support::peer::{Listener, Peer};
use crate::support::temp::TempDir;
use crate::support::{STEP, Verdict, ensure, ensure_eq, free_port, text};

pub fn cases(list: &mut Vec<Case>) {
    both(list, "addresses::unix::pub", unix_pub);
    both(list, "addresses::unix::sub", unix_sub);
    both(list, "addresses::unix::back_after_a_drop", unix_drop);
    list.push(case("addresses::unix::cannot_be_used", unix_failures));
    both(list, "addresses::several::the_second_then_the_first", several);
    list.push(case("addresses::several::all_fail", all_fail));
    list.push(case("addresses::several::each_has_its_time", each_has_its_time));
    both(list, "addresses::connect_timeout", connect_timeout);
    both(list, "addresses::connect_to", connect_to);
    list.push(case("addresses::connect_to::tls", connect_to_tls));
    list.push(case("addresses::connect_to::refused", connect_to_refused));
    list.push(case("addresses::bind", bind));
    list.push(case("addresses::bind::not_ours", bind_not_ours));
    list.push(case("addresses::no_address_of_the_family", no_address_of_the_family));
    for version in Version::BOTH {
        let name = |what: &str| format!("addresses::{what}::{}", version.flag());
        list.push(case(name("ipv6"), move || ipv6(version)).needs(Tool::Ipv6));
        list.push(case(name("mosquitto"), move || mosquitto(version)).needs(Tool::Mosquitto));
        let over_ipv6 = case(name("mosquitto_ipv6"), move || mosquitto_ipv6(version));
        list.push(over_ipv6.needs(Tool::Mosquitto).needs(Tool::Ipv6));
    }
    for (words, says) in REFUSED {
        list.push(case(format!("addresses::refused::{}", words.join(" ")), || refused(words, says)));
    }
    list.push(case("addresses::refused::a path that is too long", path_too_long));
}

/// `mqx COMMAND -V VERSION REST`.
fn mqx(version: Version, words: &[&str]) -> Verdict<Mqx> {
    let (command, rest) = words.split_first().ok_or("a command")?;
    Mqx::new([&[command, "-V", version.flag()], rest].concat())
}

fn unix(path: &Path) -> Verdict<String> {
    Ok(format!("unix:{}", text(path)?))
}

// ---- Unix sockets ----

fn unix_pub(version: Version) -> Verdict {
    let directory = TempDir::new()?;
    let path = directory.path().join("a socket");
    let peer = Peer::play_unix(&path, move |listener| listener.take_one(version, "a", "x"))?;
    let url = unix(&path)?.replace(' ', "%20");
    mqx(version, &["pub", "-L", &url, "-k", "0", "a", "x"])?.run()?.expect_whole(0, "", "")?;
    peer.finish()
}

fn unix_sub(version: Version) -> Verdict {
    let directory = TempDir::new()?;
    let path = directory.path().join("s");
    let peer = Peer::play_unix(&path, move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.grant_subscribe()?;
        client.send(&Publish::new(0, 0, "a", "x".repeat(1 << 20)).bytes(version))?;
        client.goodbye()
    })?;
    let outcome = mqx(version, &["sub", "-L", &unix(&path)?, "-C", "1", "-N", "a"])?.run()?;
    outcome.expect(0, "x".repeat(1 << 20), "")?;
    peer.finish()
}

fn unix_drop(version: Version) -> Verdict {
    let directory = TempDir::new()?;
    let path = directory.path().join("s");
    let peer = Peer::play_unix(&path, move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.expect_message(1, "a", "x")?;
        client.close()?;
        listener.take_one(version, "a", "x")
    })?;
    let outcome = mqx(version, &["pub", "-L", &unix(&path)?, "a", "x"])?.run()?;
    outcome.expect(0, "", "the broker closed the connection")?;
    peer.finish()
}

fn unix_failures() -> Verdict {
    let directory = TempDir::new()?;
    let at = |name: &str| directory.path().join(name);
    let left = at("left");
    drop(UnixListener::bind(&left)?);
    directory.write("file", "")?;
    for (name, why, hint) in [
        ("missing", "no such file or directory", "a broker makes its socket when it starts"),
        ("no/such/folder", "no such file or directory", "hint: "),
        ("left", "connection refused", "nothing listens there"),
        ("file", "it is not a socket", ""),
        (".", "it is not a socket", ""),
    ] {
        let url = unix(&at(name))?;
        let outcome = mqx(Version::V5, &["pub", "-L", &url, "a", "x"])?.run()?;
        outcome.expect(3, "", &format!("error: cannot connect to {url}: {why}\n"))?;
        outcome.says(&[hint])?;
        ensure(!outcome.stderr.contains("mqx broker"), "that would not listen there")?;
    }
    Ok(())
}

fn path_too_long() -> Verdict {
    let url = format!("unix:/{}", "x".repeat(107));
    let outcome = mqx(Version::V5, &["pub", "-L", &url, "a", "x"])?.run()?;
    outcome.expect(2, "", "error: -L: the path has 108 bytes, which is too long for a Unix socket\nhint: ")
}

// ---- several ----

/// Refused at the first, connected at the second; when that is lost, the first is tried first again and is there by now. Each gets the
/// credentials of its URL.
fn several(version: Version) -> Verdict {
    let (first_port, first_is_back) = (free_port()?, mpsc::channel());
    let (said, back) = first_is_back;
    let user = move |listener: &mut Listener, name: &str, password: &str| {
        let (client, connect) = listener.welcome(version)?;
        let who = (connect.user.as_deref(), connect.password.as_deref());
        ensure_eq(&who, &(Some(name.as_bytes()), Some(password.as_bytes())), "who")?;
        Verdict::Ok(client)
    };
    let second = Peer::play(move |listener| {
        let mut client = user(listener, "bob", "c4n4ry-two")?;
        client.expect_message(1, "a", "x")?;
        let port = first_port;
        let first = Peer::play_at_port(port, move |listener| {
            let mut client = user(listener, "ann", "c4n4ry-one")?;
            let id = client.expect_message(1, "a", "x")?;
            client.send(&puback(version, id))?;
            client.goodbye()
        })?;
        said.send(first)?;
        client.close()
    })?;
    let urls =
        [format!("mqtt://ann:c4n4ry-one@127.0.0.1:{first_port}"), format!("mqtt://bob:c4n4ry-two@127.0.0.1:{}", second.port())];
    let run = mqx(version, &["pub", "-L", &urls[0], "-L", &urls[1], "a", "x"])?.secret("c4n4ry").start()?;
    let first = back.recv_timeout(STEP)?;
    let outcome = run.finish(STEP)?;
    let refused = format!("127.0.0.1:{first_port}: connection refused; trying 127.0.0.1:{}\n", second.port());
    outcome.expect(0, "", &refused)?;
    ensure(outcome.stderr.matches("connection refused").count() == 1, &outcome)?;
    first.finish()?;
    second.finish()
}

/// `-h a,b`: those before the last are warnings, the last is the error, and an answer of a broker counts as such.
fn all_fail() -> Verdict {
    let (one, two) = (free_port()?, free_port()?);
    let hosts = format!("127.0.0.1:{one},127.0.0.1:{two}");
    let outcome = mqx(Version::V5, &["pub", "-h", &hosts, "a", "x"])?.run()?;
    let refused = |port| format!("cannot connect to 127.0.0.1:{port}: connection refused");
    outcome.expect(3, "", &format!("error: {}\nhint: nothing listens there", refused(two)))?;
    outcome.says(&[&format!("{}; trying 127.0.0.1:{two}\n", refused(one))])?;

    let peer = Peer::play(|listener| {
        let mut client = listener.accept()?;
        client.expect_connect()?;
        client.send(&connack(Version::V5, false, 0x87, &[]))?;
        client.expect_eof()
    })?;
    let hosts = format!("127.0.0.1:{one},127.0.0.1:{}", peer.port());
    let outcome = mqx(Version::V5, &["pub", "-h", &hosts, "a", "x"])?.run()?;
    outcome.expect(4, "", &format!("error: broker refused the connection: 0x87 not authorized (127.0.0.1:{})", peer.port()))?;
    peer.finish()
}

/// Two peers that say nothing: the time of the first is not the second's.
fn each_has_its_time() -> Verdict {
    let silent = || {
        Peer::play(|listener| {
            let mut client = listener.accept()?;
            client.expect_connect()?;
            client.expect_eof()
        })
    };
    let (one, two) = (silent()?, silent()?);
    let hosts = format!("127.0.0.1:{},127.0.0.1:{}", one.port(), two.port());
    let before = Instant::now();
    let outcome = mqx(Version::V5, &["pub", "-h", &hosts, "--connect-timeout", "500ms", "a", "x"])?.run()?;
    let taken = before.elapsed();
    outcome.expect(3, "", &format!("error: no answer within 0.5 s (127.0.0.1:{})\n", two.port()))?;
    outcome.says(&[&format!("no answer within 0.5 s (127.0.0.1:{}); trying 127.0.0.1:{}\n", one.port(), two.port())])?;
    ensure(taken >= Duration::from_secs(1), format_args!("both within {taken:?}"))?;
    one.finish()?;
    two.finish()
}

// ---- time ----

/// A peer that accepts and says nothing, and one that says half of an answer.
fn connect_timeout(version: Version) -> Verdict {
    for answer in [&[][..], &[0x20]] {
        let peer = Peer::play(move |listener| {
            let mut client = listener.accept()?;
            client.expect_connect()?;
            client.send(answer)?;
            client.expect_eof()
        })?;
        let url = format!("mqtt://127.0.0.1:{}", peer.port());
        let before = Instant::now();
        let outcome = mqx(version, &["pub", "-L", &url, "--connect-timeout", "250ms", "a", "x"])?.run()?;
        let taken = before.elapsed();
        ensure(taken < Duration::from_secs(5), format_args!("{taken:?}, and the default is 10 s"))?;
        outcome.expect(3, "", &format!("error: no answer within 0.25 s (127.0.0.1:{})\n", peer.port()))?;
        peer.finish()?;
    }
    Ok(())
}

// ---- where from and where to ----

/// The name is never looked up: it has no address.
fn connect_to(version: Version) -> Verdict {
    let peer = Peer::play(move |listener| listener.take_one(version, "a", "x"))?;
    let to = format!("127.0.0.1:{}", peer.port());
    mqx(version, &["pub", "-h", "broker.invalid", "--connect-to", &to, "a", "x"])?.run()?.expect_whole(0, "", "")?;
    peer.finish()
}

/// The certificate is looked at for the name of the broker, not for that of what is dialled.
fn connect_to_tls() -> Verdict {
    let certificates = Certificates::new()?;
    let ca = text(&certificates.ca)?;
    let peer = Peer::play_tls(&certificates.wrong_name, |listener| listener.take_one(Version::V5, "a", "x"))?;
    let to = format!("127.0.0.1:{}", peer.port());
    let words = ["pub", "--cafile", ca, "--connect-to", &to, "-h", "elsewhere.example", "a", "x"];
    mqx(Version::V5, &words)?.run()?.expect(0, "", "")?;
    peer.finish()?;

    let peer = Peer::play_tls(&certificates.good, |listener| {
        let mut client = listener.accept()?;
        ensure(client.expect_connect().is_err(), "nothing of MQTT is said to one who shows a wrong name")
    })?;
    let to = format!("127.0.0.1:{}", peer.port());
    let words = ["pub", "--cafile", ca, "--connect-to", &to, "-h", "elsewhere.example", "a", "x"];
    let outcome = mqx(Version::V5, &words)?.run()?;
    outcome.expect(
        3,
        "",
        &format!("error: cannot speak TLS with elsewhere.example:8883 at {to}: the certificate is for localhost"),
    )?;
    peer.finish()
}

/// Each of several brokers is dialled there, and told as both.
fn connect_to_refused() -> Verdict {
    let to = format!("127.0.0.1:{}", free_port()?);
    let words = ["pub", "-h", "a.invalid,b.invalid:8883", "--connect-to", &to, "x", "y"];
    let outcome = mqx(Version::V5, &words)?.run()?;
    outcome.expect(
        3,
        "",
        &format!("error: cannot connect to b.invalid:8883 at {to}: connection refused\nhint: nothing listens"),
    )?;
    outcome.says(&[&format!("cannot connect to a.invalid:1883 at {to}: connection refused; trying b.invalid:8883\n")])?;

    let peer = Peer::play(|listener| {
        let mut client = listener.accept()?;
        client.expect_connect()?;
        client.send(&connack(Version::V5, false, 0x86, &[]))?;
        client.expect_eof()
    })?;
    let to = format!("127.0.0.1:{}", peer.port());
    let outcome = mqx(Version::V5, &["pub", "-h", "a.invalid", "--connect-to", &to, "x", "y"])?.run()?;
    outcome.expect(4, "", &format!("0x86 bad user name or password (a.invalid:1883 at {to})\n"))?;
    peer.finish()
}

fn bind() -> Verdict {
    // All of 127.0.0.0/8 is this machine's on Linux, and one address of it elsewhere.
    let from = if cfg!(target_os = "linux") { Ipv4Addr::new(127, 0, 0, 3) } else { Ipv4Addr::LOCALHOST };
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(Version::V5)?;
        ensure_eq(&client.from()?, &IpAddr::from(from), "where from")?;
        let id = client.expect_message(1, "a", "x")?;
        client.send(&puback(Version::V5, id))?;
        client.goodbye()
    })?;
    // A bound IPv4 address asks for an IPv4 address of the broker's.
    let to = format!("localhost:{}", peer.port());
    mqx(Version::V5, &["pub", "-h", &to, "-A", &from.to_string(), "a", "x"])?.run()?.expect(0, "", "")?;
    peer.finish()
}

fn bind_not_ours() -> Verdict {
    let port = free_port()?.to_string();
    let outcome = mqx(Version::V5, &["pub", "-h", "127.0.0.1", "-p", &port, "-A", "192.0.2.9", "a", "x"])?.run()?;
    outcome.expect(3, "", "error: cannot connect from 192.0.2.9: the address is not one of this machine's\nhint: -A")
}

/// The resolver alone takes this for an address.
fn no_address_of_the_family() -> Verdict {
    let outcome = mqx(Version::V5, &["pub", "-h", "127.1", "--ipv6", "a", "x"])?.run()?;
    outcome.expect_whole(3, "", "error: the host 127.1 has no IPv6 address\n")
}

fn ipv6(version: Version) -> Verdict {
    let ways: [fn(&str) -> Vec<String>; 5] = [
        |port| vec!["-h".into(), "::1".into(), "-p".into(), port.into()],
        |port| vec!["-h".into(), format!("[::1]:{port}")],
        |port| vec!["-L".into(), format!("mqtt://[::1]:{port}"), "--ipv6".into()],
        |port| vec!["-h".into(), "[::1]".into(), "-p".into(), port.into(), "-A".into(), "::1".into()],
        |port| vec!["-h".into(), "broker.invalid".into(), "--connect-to".into(), format!("[::1]:{port}")],
    ];
    for way in ways {
        let peer = Peer::play_at(Ipv6Addr::LOCALHOST.into(), move |listener| listener.take_one(version, "a", "x"))?;
        let way = way(&peer.port());
        let words = [&["pub", "a", "x"][..], &way.iter().map(String::as_str).collect::<Vec<_>>()].concat();
        mqx(version, &words)?.run()?.expect_whole(0, "", "")?;
        peer.finish()?;
    }
    let url = format!("mqtt://[::1]:{}", free_port()?);
    let outcome = mqx(version, &["pub", "-L", &url, "a", "x"])?.run()?;
    outcome.expect(3, "", &format!("error: cannot connect to {}: ", &url["mqtt://".len()..]))
}

// ---- mosquitto ----

fn mosquitto(version: Version) -> Verdict {
    let directory = TempDir::new()?;
    let path = directory.path().join("mosquitto.sock");
    let broker = Settings::new().line(&format!("listener 0 {}", path.display())).start()?;
    let (socket, tcp) = (unix(&path)?, format!("mqtt://127.0.0.1:{}", broker.port()));
    let nowhere = format!("mqtt://127.0.0.1:{}", free_port()?);
    round(version, &["-L", &socket], &["-L", &tcp])?;
    round(version, &["-L", &tcp], &["-L", &socket])?;
    round(version, &["-L", &nowhere, "-L", &socket], &["-h", &format!("{},{}", &nowhere[7..], &tcp[7..])])
}

fn mosquitto_ipv6(version: Version) -> Verdict {
    let port = free_port()?;
    let broker = Settings::new().line(&format!("listener {port} ::1")).start()?;
    round(version, &["-L", &format!("mqtt://[::1]:{port}")], &["-h", &format!("[::1]:{port}")])?;
    round(version, &["-h", &format!("[::1]:{port}")], &["-h", "127.0.0.1", "-p", &broker.port()])
}

/// What is published over one way arrives over the other.
fn round(version: Version, publish: &[&str], subscribe: &[&str]) -> Verdict {
    let sub = mqx(version, &[&["sub", "-C", "1", "-v", "a/#"], subscribe].concat())?.start()?;
    sub.wait_stderr("subscribed to a/#")?;
    mqx(version, &[&["pub", "-q", "2", "a/b", "hot"], publish].concat())?.run()?.expect(0, "", "")?;
    sub.finish(STEP)?.expect(0, "a/b hot\n", "")
}

// ---- what cannot be meant ----

/// Arguments behind `pub a x`, and a part of what stderr says.
const REFUSED: &[(&[&str], &str)] = &[
    (&["-h", "a b"], "a host has no spaces"),
    (&["-h", ""], "a host has a name"),
    (&["-h", "a,,b"], "a host has a name"),
    (&["-h", "fe80::1::2"], "an IPv6 address with a port stands in brackets"),
    (&["-h", "::1:1883:x"], "an IPv6 address with a port stands in brackets"),
    (&["-h", "[localhost]"], "stands in brackets, as in [::1]:1883, and nothing else does"),
    (&["-h", "[::1"], "stands in brackets"),
    (&["-h", "a:0"], "a port is a number from 1 to 65535"),
    (&["-h", "a:65536"], "a port is a number from 1 to 65535"),
    (&["-h", "a:"], "a port is a number from 1 to 65535"),
    (&["-h", "a:1", "-p", "2"], "the port is given twice, by -h and by -p"),
    (&["-h", "mqtt://a"], "a URL has its own option: -L"),
    (&["-p", "0"], "'0' for '--port <PORT>'"),
    (&["-p", "65536"], "'65536' for '--port <PORT>'"),
    (&["-L", "mqtt://a:0"], "error: -L: a port is a number from 1 to 65535"),
    (&["-L", "mqtt://a:65536"], "error: -L: a port is a number from 1 to 65535"),
    (&["-L", "mqtt://a#b"], "error: -L: it has a fragment"),
    (&["-L", "ws://a/mqtt#b"], "error: -L: it has a fragment"),
    (&["-L", "unix:/a#b"], "error: -L: it has a fragment"),
    (&["-L", "mqtt://::1:1883"], "error: -L: an IPv6 address stands in brackets, as in [::1]"),
    (&["-L", "mqtt://a b"], "error: -L: a host has no spaces"),
    (&["-L", "unix:"], "error: -L: the path of a Unix socket is written unix:/run/broker.sock"),
    (&["-L", "unix://run/s"], "error: -L: the path of a Unix socket is written unix:/run/broker.sock"),
    (&["-L", "unix:/s", "--tls"], "--tls asks for TLS, which is not spoken over a Unix socket"),
    (&["-L", "unix:/s", "--cafile", "ca.pem"], "--cafile asks for TLS, which is not spoken over a Unix socket"),
    (&["-L", "unix:/s", "--insecure"], "--insecure asks for TLS, which is not spoken over a Unix socket"),
    (&["-L", "unix:/s", "--ipv4"], "error: --ipv4 means nothing for a Unix socket\n"),
    (&["-L", "unix:/s", "--ipv6"], "error: --ipv6 means nothing for a Unix socket\n"),
    (&["-L", "unix:/s", "-A", "::1"], "error: -A ::1 means nothing for a Unix socket\n"),
    (&["-L", "unix:/s", "--connect-to", "a:1"], "error: --connect-to means nothing for a Unix socket\n"),
    (&["-h", "::1", "--ipv4"], "error: --ipv4 cannot be with ::1, which is an IPv6 address\n"),
    (&["-L", "mqtt://127.0.0.1", "--ipv6"], "error: --ipv6 cannot be with 127.0.0.1, which is an IPv4 address\n"),
    (&["-h", "127.0.0.1", "-A", "::1"], "error: -A ::1 cannot be with 127.0.0.1, which is an IPv4 address\n"),
    (&["-A", "eth0"], "'eth0' for '--bind <ADDRESS>'"),
    (&["--ipv4", "--ipv6"], "cannot be used with"),
    (&["--connect-to", "a"], "it names a port too: a:1883"),
    (&["--connect-to", "a:0"], "a port is a number from 1 to 65535"),
    (&["--connect-to", "a:1:2"], "stands in brackets"),
    // An address that ends like one with a port.
    (&["--connect-to", "::1:1884"], "it names a port too: [::1:1884]:1883"),
    (&["--connect-timeout", "0"], "it is more than 0"),
    (&["--connect-timeout", "soon"], "a duration is"),
];

fn refused(words: &[&str], says: &str) -> Verdict {
    let outcome = Mqx::new([&["pub", "a", "x"], words].concat())?.run()?;
    outcome.expect(2, "", says)?;
    ensure(outcome.stderr.starts_with("error: "), &outcome)
}
