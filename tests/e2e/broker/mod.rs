//! `mqx broker` beyond localhost: every kind of listener, users, limits, and clients that do nothing. With mqx itself as the client, and
//! with raw bytes where the bytes matter.

mod limits;
mod raw;
mod users;
mod websocket;

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::time::{Duration, Instant};

use rustix::process::Signal;

use self::raw::{Raw, tcp};
use crate::at;
use crate::support::certificates::Certificates;
use crate::support::harness::{Case, both, case};
use crate::support::mqx::{Mqx, Running};
use crate::support::packets::{Publish, Version, first, packet, property, puback, pubrel};
use crate::support::parse::{hex, publish};
use crate::support::temp::TempDir;
use crate::support::{STEP, Verdict, ensure, ensure_eq, text};

pub fn cases(list: &mut Vec<Case>) {
    if !cfg!(feature = "broker") {
        return;
    }
    list.push(case("broker::the_silent_are_dropped", silent_are_dropped));
    both(list, "broker::every_listener", every_listener);
    both(list, "broker::silent_peers_hold_up_nobody", silent_peers);
    list.push(case("broker::properties_arrive_as_sent", || properties(false)));
    list.push(case("broker::properties_arrive_as_sent_after_a_login", || properties(true)));
    list.push(case("broker::nothing_of_version_5_for_3_1_1", nothing_of_5));
    list.push(case("broker::others_reach_it_only_when_it_was_meant", others));
    list.push(case("broker::a_place_in_use_is_named", in_use));
    list.push(case("broker::an_address_of_another_machine", not_ours));
    list.push(case("broker::the_end_comes_at_once", end));
    list.push(case("broker::files_of_tls", tls_files));
    list.push(case("broker::what_to_type_next", next));
    users::cases(list);
    limits::cases(list);
    websocket::cases(list);
}

/// A running broker and where it listens, in the order of its listeners.
struct Broker {
    running: Running,
    places: Vec<SocketAddr>,
}

impl Broker {
    fn start<W: AsRef<str>>(words: &[W]) -> Verdict<Self> {
        let words = ["broker"].into_iter().chain(words.iter().map(AsRef::as_ref));
        let running = Mqx::new(words)?.start()?;
        running.wait_stderr("in two other terminals:")?;
        let mut places = Vec::new();
        for line in running.stderr_so_far().lines() {
            if let Some(rest) = line.strip_prefix("a broker listens on ") {
                let place = rest.split([' ', ',']).next().unwrap_or_default().replace("localhost", "127.0.0.1");
                places.push(place.parse()?);
            }
        }
        Ok(Self { running, places })
    }

    fn port(&self) -> String {
        self.places[0].port().to_string()
    }

    /// Ends it in the way of a user.
    fn end(self, stderr: &str) -> Verdict {
        self.running.signal(Signal::INT)?;
        self.running.finish(STEP)?.expect(0, "", stderr)
    }
}

/// The options for a certificate.
fn identity(certificates: &Certificates) -> Verdict<Vec<String>> {
    let (certificate, key) = (text(&certificates.good.certificate)?, text(&certificates.good.key)?);
    Ok(["--tls-cert", certificate, "--tls-key", key].map(str::to_owned).to_vec())
}

fn has_ipv6() -> bool {
    TcpListener::bind("[::1]:0").is_ok()
}

fn every_listener(version: Version) -> Verdict {
    let certificates = Certificates::new()?;
    let ca = text(&certificates.ca)?;
    let mut words = identity(&certificates)?;
    for option in ["--listen", "--listen", "--ws-listen", "--tls-listen", "--wss-listen"] {
        words.extend([option.to_owned(), "127.0.0.1:0".to_owned()]);
    }
    words.extend(["--listen", if has_ipv6() { "[::1]:0" } else { "127.0.0.1:0" }].map(str::to_owned));
    let broker = Broker::start(&words)?;
    // Plain ones first, then as `--help` has them.
    let [plain, second, third, web, tls, secure_web] = broker.places[..] else {
        return Err(format!("{:?}", broker.places).into());
    };

    let sub = at(&plain.port().to_string(), version, &["sub", "-C", "4", "-v", "#"])?.start()?;
    sub.wait_stderr("subscribed")?;
    let mut sockets = [Raw::websocket(web, version)?, Raw::secure_websocket(secure_web, &certificates.ca, version)?];
    for (socket, id) in sockets.iter_mut().zip(["ws", "wss"]) {
        socket.greet(id)?;
        socket.subscribe(id, 0)?;
    }
    let at_version = |place: SocketAddr, more: &[&str]| {
        let (host, port) = (place.ip().to_string(), place.port().to_string());
        Mqx::new([&["pub", "-h", &host, "-p", &port, "-V", version.flag()], more].concat())?.run()?.expect(0, "", "")
    };
    at_version(second, &["a", "plain"])?;
    at_version(third, &["a", "other family"])?;
    at_version(tls, &["--cafile", ca, "ws", "from TLS"])?;
    sockets[1].send(&Publish::new(0, 0, "wss", "from wss").bytes(version))?;
    sub.finish(STEP)?.expect(0, "a plain\na other family\nws from TLS\nwss from wss\n", "")?;
    sockets[0].expect(&Publish::new(0, 0, "ws", "from TLS").bytes(version))?;
    sockets[1].expect(&Publish::new(0, 0, "wss", "from wss").bytes(version))?;
    broker.end("")
}

fn silent_peers(version: Version) -> Verdict {
    let certificates = Certificates::new()?;
    let mut words = identity(&certificates)?;
    for option in ["--listen", "--ws-listen", "--tls-listen", "--wss-listen"] {
        words.extend([option.to_owned(), "127.0.0.1:0".to_owned()]);
    }
    let broker = Broker::start(&words)?;
    let mut silent = Vec::new();
    for place in &broker.places {
        for _ in 0..50 {
            silent.push(tcp(*place)?);
        }
    }
    let begun = Instant::now();
    let port = |index: usize| broker.places[index].port().to_string();
    at(&port(0), version, &["pub", "a", "x"])?.run()?.expect(0, "", "")?;
    Raw::websocket(broker.places[1], version)?.greet("ws")?;
    at(&port(2), version, &["pub", "--cafile", text(&certificates.ca)?, "a", "x"])?.run()?.expect(0, "", "")?;
    Raw::secure_websocket(broker.places[3], &certificates.ca, version)?.greet("wss")?;
    ensure(begun.elapsed() < Duration::from_secs(9), format_args!("{:?}: the silent ones were waited for", begun.elapsed()))?;
    drop(silent);
    broker.end("")
}

fn silent_are_dropped() -> Verdict {
    let certificates = Certificates::new()?;
    let mut words = identity(&certificates)?;
    for option in ["--listen", "--ws-listen", "--tls-listen", "--wss-listen"] {
        words.extend([option.to_owned(), "127.0.0.1:0".to_owned()]);
    }
    let broker = Broker::start(&words)?;
    let begun = Instant::now();
    let mut silent = Vec::new();
    for place in &broker.places {
        silent.push(Raw::plain(*place, Version::V5)?);
    }
    // As slow as no client is: a byte, and nothing more.
    for (place, byte) in broker.places.iter().zip([0x10, b'G', 0x16, 0x16]) {
        let mut slow = Raw::plain(*place, Version::V5)?;
        slow.write(&[byte])?;
        silent.push(slow);
    }
    let upgraded = Raw::websocket(broker.places[1], Version::V5)?;
    for mut client in silent {
        client.expect_end()?;
    }
    // From the upgrade on it had ten seconds of its own.
    let mut upgraded = upgraded;
    upgraded.expect_end()?;
    ensure(begun.elapsed() > Duration::from_secs(9), format_args!("after {:?} already", begun.elapsed()))?;
    broker.end("")
}

/// What one client sends, with names repeated and in this order, another receives: byte for byte, whatever the QoS.
fn properties(logs_in: bool) -> Verdict {
    let version = Version::V5;
    let directory = TempDir::new()?;
    let users = directory.write("users", users::LINES)?;
    let mut words = vec!["--listen", "127.0.0.1:0"];
    if logs_in {
        words.extend(["--users", text(&users)?]);
    }
    let broker = Broker::start(&words)?;
    let greeted = |id: &str| {
        let mut client = Raw::plain(broker.places[0], version)?;
        if logs_in {
            client.log_in(id, "ann", "hot")?
        } else {
            client.greet(id)?
        };
        Verdict::Ok(client)
    };
    let mut subscriber = greeted("a subscriber")?;
    subscriber.subscribe("t", 2)?;
    let mut publisher = greeted("a publisher")?;
    let own = property::all(&[
        property::user("b", "1"),
        property::user("a", "2"),
        property::user("b", "1"),
        property::user("", ""),
        property::user("x-mqtt-client-ids", "not the name that is taken out"),
    ]);
    let nothing: &[u8] = &[];
    for (index, payload) in [nothing, b"hot", &[0x26; 100_000]].into_iter().enumerate() {
        for properties in [nothing, &own] {
            let id = u16::try_from(index)? + 1;
            for qos in [0, 1] {
                let message = Publish::new(qos, if qos == 0 { 0 } else { id }, "t", payload).properties(properties);
                publisher.send(&message.bytes(version))?;
                let (first, body) = subscriber.expect_packet()?;
                let mut came = publish(version, first, &body)?;
                if qos == 1 {
                    subscriber.send(&puback(version, came.id))?;
                    publisher.expect_packet()?;
                    came.id = id;
                }
                ensure(came == message, format_args!("{} bytes, QoS {qos}: {:?}", payload.len(), came.properties))?;
            }
        }
    }
    broker.end("")
}

/// A PUBCOMP for what was never there has a Reason Code in version 5 alone, and only there is whoever is taken over told.
fn nothing_of_5() -> Verdict {
    let broker = Broker::start(&["--listen", "127.0.0.1:0"])?;
    for version in Version::BOTH {
        let mut client = Raw::plain(broker.places[0], version)?;
        client.greet("a")?;
        client.send(&pubrel(version, 9))?;
        let (first, body) = client.expect_packet()?;
        ensure(first == first::PUBCOMP && body[..2] == [0, 9], hex(&body))?;
        ensure_eq(&body.get(2), &(version == Version::V5).then_some(&0x92), "packet identifier not found")?;
        Raw::plain(broker.places[0], version)?.greet("a")?;
        if version == Version::V5 {
            client.expect(&packet(first::DISCONNECT, &[0x8E]))?;
        }
        client.expect_end()?;
    }
    broker.end("")
}

fn others() -> Verdict {
    for (option, place) in [("--listen", "0.0.0.0:0"), ("--ws-listen", "[::]:0")] {
        let outcome = Mqx::new(["broker", option, place])?.run()?;
        outcome.expect(2, "", &format!("error: others reach {place}"))?;
        outcome.says(&["hint:", "--users", "--allow-anonymous"])?;
    }
    let broker = Broker::start(&["--listen", "0.0.0.0:0", "--allow-anonymous"])?;
    broker.running.wait_stderr("warning: 0.0.0.0:")?;
    at(&broker.port(), Version::V5, &["pub", "a", "x"])?.run()?.expect(0, "", "")?;
    broker.end("anyone who reaches it is let in")?;

    let directory = TempDir::new()?;
    let users = directory.write("users", users::LINES)?;
    let broker = Broker::start(&["--listen", "0.0.0.0:0", "--users", text(&users)?])?;
    at(&broker.port(), Version::V5, &["pub", "a", "x"])?.run()?.expect(4, "", "")?;
    broker.end("passwords and messages are not encrypted")
}

fn in_use() -> Verdict {
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let place = taken.local_addr()?.to_string();
    for option in ["--listen", "--ws-listen"] {
        let outcome = Mqx::new(["broker", "--listen", "127.0.0.1:0", option, &place])?.run()?;
        outcome.expect(1, "", &format!("error: {place} is in use"))?;
        outcome.says(&["hint:", option])?;
    }
    Ok(())
}

fn not_ours() -> Verdict {
    // TEST-NET-1 belongs to nobody.
    let outcome = Mqx::new(["broker", "--listen", "192.0.2.1:1883", "--allow-anonymous"])?.run()?;
    outcome.expect(1, "", "cannot listen on 192.0.2.1:1883: the address is not one of this machine's")
}

fn end() -> Verdict {
    let certificates = Certificates::new()?;
    let mut words = identity(&certificates)?;
    for option in ["--listen", "--ws-listen", "--tls-listen"] {
        words.extend([option.to_owned(), "127.0.0.1:0".to_owned()]);
    }
    let broker = Broker::start(&words)?;
    let mut silent = Vec::new();
    for place in &broker.places {
        silent.push(tcp(*place)?);
    }
    let mut web = Raw::websocket(broker.places[1], Version::V5)?;
    web.greet("ws")?;
    let mut plain = Raw::plain(broker.places[0], Version::V5)?;
    plain.greet("plain")?;
    let begun = Instant::now();
    broker.end("")?;
    // A second, and what a loaded machine takes to start and end a process.
    ensure(begun.elapsed() < Duration::from_secs(3), format_args!("{:?}", begun.elapsed()))?;
    for client in [&mut plain, &mut web] {
        let (first, body) = client.expect_packet()?;
        ensure_eq(&(first, body.first()), &(0xE0, Some(&0x8B)), "the farewell")?;
    }
    Ok(())
}

fn tls_files() -> Verdict {
    let certificates = Certificates::new()?;
    let directory = TempDir::new()?;
    let (certificate, key) = (text(&certificates.good.certificate)?, text(&certificates.good.key)?);
    let other = text(&certificates.wrong_name.key)?;
    let missing = text(directory.path())?.to_owned() + "/missing";
    let empty = directory.write("empty", "")?;
    let locked = directory.write("locked", certificates.good.encrypted_key("secret")?)?;
    let folder = text(directory.path())?;
    for (certificate, key, status, says) in [
        (certificate, other, 2, "does not belong to the certificate in"),
        (&missing, key, 1, "missing: no such file or directory"),
        (certificate, &missing, 1, "missing: no such file or directory"),
        (folder, key, 2, "is a folder, not a file with a certificate"),
        (text(&empty)?, key, 2, "there is no certificate in"),
        (key, key, 2, "there is no certificate in|hint: --tls-cert is the certificate, --tls-key its private key"),
        (certificate, text(&empty)?, 2, "there is no key in"),
        (certificate, certificate, 2, "there is no key in|hint: --tls-cert is the certificate, --tls-key its private key"),
        (certificate, text(&locked)?, 2, "is encrypted, and there is no passphrase|hint: openssl pkey -in "),
    ] {
        let words = ["broker", "--tls-listen", "127.0.0.1:0", "--tls-cert", certificate, "--tls-key", key];
        let outcome = Mqx::new(words)?.run()?;
        says.split('|').try_for_each(|part| outcome.expect(status, "", part))?;
    }
    Ok(())
}

/// What is printed at the start leads to the listeners as it is.
fn next() -> Verdict {
    let broker = Broker::start(&["--listen", "127.0.0.1:0", "--listen", "localhost:0"])?;
    broker.running.wait_stderr(&format!("  mqx sub -p {}", broker.places[1].port()))?;
    let printed = broker.running.stderr_so_far();
    let typed: Vec<&str> = printed.lines().filter_map(|line| line.strip_prefix("  mqx ")).collect();
    let [sub, publish, other] = typed[..] else { return Err(printed.into()) };
    let words = |line: &str| line.replace('\'', "").split(' ').map(str::to_owned).collect::<Vec<_>>();
    let first = Mqx::new(words(sub).iter().chain(&words("-C 1")))?.start()?;
    let second = Mqx::new(words(other).iter().chain(&words("-C 1")))?.start()?;
    first.wait_stderr("subscribed")?;
    second.wait_stderr("subscribed")?;
    Mqx::new(words(publish))?.run()?.expect(0, "", "")?;
    first.finish(STEP)?.expect(0, "hot\n", "")?;
    second.finish(STEP)?.expect(0, "hot\n", "")?;
    broker.end("")
}
