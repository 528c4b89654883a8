//! Every way into a broker through Debian's mosquitto: the ports of test.mosquitto.org, rebuilt, in both versions, with `pub` and `sub`.

use crate::support::certificates::{Certificates, Identity};
use crate::support::harness::{Case, Tool, case};
use crate::support::mosquitto::{Mosquitto, Settings};
use crate::support::mqx::{Mqx, Outcome};
use crate::support::packets::Version;
use crate::support::{STEP, Verdict, text};

/// A kind of port.
#[derive(Clone, Copy)]
struct Port {
    name: &'static str,
    websocket: bool,
    tls: bool,
    /// Its authority is in the system's store.
    known: bool,
    client_certificate: bool,
    users: bool,
}

const PLAIN: Port = Port { name: "", websocket: false, tls: false, known: false, client_certificate: false, users: false };

const PORTS: [Port; 10] = [
    Port { name: "1883_plain", ..PLAIN },
    Port { name: "1884_password", users: true, ..PLAIN },
    Port { name: "8883_tls_private_ca", tls: true, ..PLAIN },
    Port { name: "8884_client_certificate", tls: true, client_certificate: true, ..PLAIN },
    Port { name: "8885_tls_and_password", tls: true, users: true, ..PLAIN },
    Port { name: "8886_tls_known_ca", tls: true, known: true, ..PLAIN },
    Port { name: "8080_ws", websocket: true, ..PLAIN },
    Port { name: "8081_wss_known_ca", websocket: true, tls: true, known: true, ..PLAIN },
    Port { name: "8090_ws_and_password", websocket: true, users: true, ..PLAIN },
    Port { name: "8091_wss_and_password", websocket: true, tls: true, users: true, ..PLAIN },
];

/// The users of test.mosquitto.org, and their passwords.
const USERS: [(&str, &str); 3] = [("rw", "readwrite"), ("ro", "readonly"), ("wo", "writeonly")];
/// What they may do.
const ACL: &str = "user rw\ntopic readwrite #\nuser ro\ntopic read #\nuser wo\ntopic write #\n";

pub fn cases(list: &mut Vec<Case>) {
    let mut add = |name: String, run: Box<dyn FnOnce() -> Verdict + Send>| list.push(case(name, run).needs(Tool::Mosquitto));
    for version in Version::BOTH {
        for port in PORTS {
            add(format!("matrix::{}::{}", port.name, version.flag()), Box::new(move || both_ways(port, version)));
            if port.users {
                add(format!("matrix::{}::refused::{}", port.name, version.flag()), Box::new(move || refused(port, version)));
            }
        }
        let flag = version.flag();
        add(format!("matrix::1884_password::read_only::{flag}"), Box::new(move || read_only(version)));
        add(format!("matrix::1884_password::write_only::{flag}"), Box::new(move || write_only(version)));
        add(format!("matrix::8884_client_certificate::without::{flag}"), Box::new(move || without_certificate(version)));
        add(format!("matrix::8887_expired::{flag}"), Box::new(move || expired(version)));
    }
}

/// A broker of a kind, and the words that lead to it.
struct Way {
    broker: Mosquitto,
    certificates: Certificates,
    port: Port,
    version: Version,
}

impl Way {
    fn open(port: Port, version: Version) -> Verdict<Self> {
        let certificates = Certificates::new()?;
        let mut settings = Settings::new();
        if port.tls {
            settings = settings.tls(&certificates.good);
        }
        if port.client_certificate {
            settings = settings.client_certificates(&certificates.ca);
        }
        if port.websocket {
            settings = settings.websocket();
        }
        if port.users {
            settings = USERS.into_iter().fold(settings.acl(ACL), |settings, (name, password)| settings.user(name, password));
        }
        Ok(Self { broker: settings.start()?, certificates, port, version })
    }

    /// `mqx COMMAND …` to this port with the certificates that it takes, as `user` if there are users.
    fn mqx(&self, command: &str, user: &str, words: &[&str]) -> Verdict<Mqx> {
        let number = self.broker.port();
        let scheme = if self.port.tls { "wss" } else { "ws" };
        let url = format!("{scheme}://localhost:{number}/mqtt");
        let mut all = vec![command, "-V", self.version.flag()];
        if self.port.websocket {
            all.extend(["-L", &url]);
        } else {
            all.extend(["-h", "localhost", "-p", &number]);
        }
        if self.port.known {
            all.push("--tls");
        } else if self.port.tls {
            all.extend(["--cafile", text(&self.certificates.ca)?]);
        }
        if self.port.client_certificate {
            let Identity { certificate, key } = &self.certificates.client;
            all.extend(["--cert", text(certificate)?, "--key", text(key)?]);
        }
        if self.port.users {
            all.extend(["-u", user]);
        }
        all.extend(words);
        let password = USERS.into_iter().find(|(name, _)| *name == user);
        let mqx = Mqx::new(all)?;
        // What stands for the system's store, as OpenSSL has it.
        let mqx = if self.port.known { mqx.env("SSL_CERT_FILE", &self.certificates.ca) } else { mqx };
        Ok(match password {
            Some((_, password)) if self.port.users => mqx.env("MQX_PASSWORD", password).secret(password),
            _ => mqx,
        })
    }
}

/// What `pub` sends through a port, `sub` gets through it.
fn both_ways(port: Port, version: Version) -> Verdict {
    let way = Way::open(port, version)?;
    let subscriber = way.mqx("sub", "rw", &["-C", "1", "encyclopedia/#"])?.start()?;
    subscriber.wait_stderr("subscribed to encyclopedia/# at QoS 1")?;
    way.mqx("pub", "rw", &["encyclopedia/temperature", "hot"])?.run()?.expect(0, "", "")?;
    subscriber.finish(STEP)?.expect(0, "hot\n", "subscribed")
}

fn refused(port: Port, version: Version) -> Verdict {
    let way = Way::open(port, version)?;
    let says = |outcome: Outcome| outcome.expect(4, "", "broker refused the connection").and_then(|()| outcome.says(&["hint: "]));
    says(way.mqx("pub", "nobody", &["a", "x"])?.run()?)?;
    says(way.mqx("sub", "nobody", &["a"])?.run()?)
}

/// Version 5 has a word for it; in 3.1.1 the broker says that all is well.
fn read_only(version: Version) -> Verdict {
    let way = Way::open(PORTS[1], version)?;
    let subscriber = way.mqx("sub", "ro", &["-C", "1", "a"])?.start()?;
    subscriber.wait_stderr("subscribed")?;
    let outcome = way.mqx("pub", "ro", &["a", "theirs"])?.run()?;
    match version {
        Version::V5 => outcome.expect(5, "", "0x87 not authorized")?,
        Version::V311 => outcome.expect(0, "", "")?,
    }
    way.mqx("pub", "rw", &["a", "ours"])?.run()?.expect(0, "", "")?;
    subscriber.finish(STEP)?.expect(0, "ours\n", "")
}

/// mosquitto grants the subscription, and delivers nothing.
fn write_only(version: Version) -> Verdict {
    let way = Way::open(PORTS[1], version)?;
    let subscriber = way.mqx("sub", "wo", &["-C", "1", "-W", "2", "a"])?.start()?;
    subscriber.wait_stderr("subscribed")?;
    way.mqx("pub", "wo", &["a", "x"])?.run()?.expect(0, "", "")?;
    subscriber.finish(STEP)?.expect(27, "", "-W has passed")
}

fn without_certificate(version: Version) -> Verdict {
    let way = Way::open(PORTS[3], version)?;
    let words = ["-h", "localhost", "-p", &way.broker.port(), "-V", version.flag(), "--cafile", text(&way.certificates.ca)?];
    for (command, rest) in [("pub", &["a", "x"][..]), ("sub", &["a"])] {
        let outcome = Mqx::new([&[command][..], &words, rest].concat())?.run()?;
        outcome.expect(3, "", "client certificate")?;
        outcome.says(&["--cert"])?;
    }
    Ok(())
}

/// Fails, says since when, and works with `--insecure`.
fn expired(version: Version) -> Verdict {
    let certificates = Certificates::new()?;
    let broker = Settings::new().tls(&certificates.expired).start()?;
    let port = broker.port();
    let words = ["-h", "localhost", "-p", &port, "-V", version.flag(), "--cafile", text(&certificates.ca)?];
    for (command, rest) in [("pub", &["a", "x"][..]), ("sub", &["a"])] {
        let outcome = Mqx::new([&[command][..], &words, rest].concat())?.run()?;
        outcome.expect(3, "", "expired")?;
        outcome.says(&["2002-01-01"])?;
    }
    let outcome = Mqx::new([&["pub"][..], &words, &["--insecure", "a", "x"]].concat())?.run()?;
    outcome.expect(0, "", "--insecure")
}
