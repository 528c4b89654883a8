//! TLS against a scripted peer behind rustls: each bad certificate is 3 and its cause is named; nothing is sent before the handshake
//! has succeeded.

use std::path::Path;

use crate::at;
use crate::support::certificates::{Certificates, Identity};
use crate::support::harness::{Case, case};
use crate::support::mqx::Mqx;
use crate::support::packets::Version;
use crate::support::peer::{Listener, Peer};
use crate::support::{Verdict, ensure};

pub fn cases(list: &mut Vec<Case>) {
    for version in Version::BOTH {
        let name = format!("tls::good_certificate::{}", version.flag());
        list.push(case(name, move || good(version)));
    }
    list.push(case("tls::wrong_authority", || bad(|it| (&it.good, &it.other_ca), &["not trusted", "--cafile"])));
    list.push(case("tls::expired", || bad(|it| (&it.expired, &it.ca), &["expired"])));
    list.push(case("tls::wrong_name", || bad(|it| (&it.wrong_name, &it.ca), &["127.0.0.1", "elsewhere.example"])));
    list.push(case("tls::insecure_is_loud", insecure));
    list.push(case("tls::plain_meant_tls", plain_meets_tls));
    list.push(case("tls::tls_meant_plain", tls_meets_plain));
}

/// A connection from a client that does not come as far as MQTT.
fn refuse_one(listener: &mut Listener) -> Verdict {
    ensure(listener.accept()?.expect_packet().is_err(), "the client spoke MQTT in spite of the certificate")
}

fn publish(peer: &Peer, version: Version, ca: &Path, more: &[&str]) -> Verdict<Mqx> {
    let ca = ca.to_str().ok_or("a path of ours is UTF-8")?;
    at(&peer.port(), version, &[&["pub", "--cafile", ca, "a", "x"], more].concat())
}

fn good(version: Version) -> Verdict {
    let certificates = Certificates::new()?;
    let peer = Peer::play_tls(&certificates.good, move |listener| listener.take_one(version, "a", "x"))?;
    publish(&peer, version, &certificates.ca, &[])?.run()?.expect(0, "", "")?;
    peer.finish()
}

fn bad(choose: fn(&Certificates) -> (&Identity, &std::path::PathBuf), says: &[&str]) -> Verdict {
    let certificates = Certificates::new()?;
    let (identity, ca) = choose(&certificates);
    let peer = Peer::play_tls(identity, refuse_one)?;
    let outcome = publish(&peer, Version::V5, ca, &[])?.run()?;
    outcome.expect(3, "", "error:")?;
    outcome.says(says)?;
    peer.finish()
}

fn insecure() -> Verdict {
    let certificates = Certificates::new()?;
    let peer = Peer::play_tls(&certificates.wrong_name, |listener| listener.take_one(Version::V5, "a", "x"))?;
    let outcome = at(&peer.port(), Version::V5, &["pub", "--insecure", "--quiet", "a", "x"])?.run()?;
    outcome.expect(0, "", "--insecure")?;
    peer.finish()
}

fn plain_meets_tls() -> Verdict {
    let certificates = Certificates::new()?;
    let peer = Peer::play_tls(&certificates.good, refuse_one)?;
    let outcome = at(&peer.port(), Version::V5, &["pub", "a", "x"])?.run()?;
    outcome.expect(3, "", "TLS")?;
    outcome.says(&["hint:", "--tls"])?;
    peer.finish()
}

fn tls_meets_plain() -> Verdict {
    // A plain broker takes a ClientHello for a malformed packet and closes.
    let peer = Peer::play(|listener| listener.accept()?.close())?;
    let outcome = at(&peer.port(), Version::V5, &["pub", "--tls", "a", "x"])?.run()?;
    outcome.expect(3, "", "TLS")?;
    outcome.says(&["hint:"])?;
    peer.finish()
}
