//! The server's certificate: each bad one is 3, its cause is named, and `--insecure` takes it.

use super::{fails, passes, publish, refuse_one, take_one, word};
use crate::at;
use crate::support::certificates::{Certificates, Identity, Server};
use crate::support::harness::{Case, case};
use crate::support::packets::Version;
use crate::support::peer::Peer;
use crate::support::{Verdict, ensure};

/// What a server shows, and what is said of it to one who trusts its authority.
type Bad = (&'static str, fn(&Certificates) -> &Identity, &'static [&'static str]);

const BAD: [Bad; 7] = [
    ("expired", |it| &it.expired, &["the certificate expired on 2002-01-01 00:00:00 UTC (", "hint: check this machine's clock"]),
    (
        "early",
        |it| &it.early,
        &["the certificate is not valid before 2999-01-01 00:00:00 UTC (in ", "hint: check this machine's clock"],
    ),
    (
        "wrong_name",
        |it| &it.wrong_name,
        &[
            "the certificate is for elsewhere.example, not for localhost",
            "hint: connect by a name of the certificate",
            "--servername",
        ],
    ),
    (
        "no_alternative_name",
        |it| &it.nameless,
        &["names no host (subjectAltName)", "Common Name nameless", "localhost was wanted"],
    ),
    (
        "self_signed",
        |it| &it.self_signed,
        &["the certificate of CN=a lonely server is self-signed and not trusted", "hint: --cafile"],
    ),
    ("version_1", |it| &it.version_1, &["version 1 of X.509", "hint:", "version 3"]),
    ("a_clients", |it| &it.client, &["the certificate is not one for a server"]),
];

pub fn cases(list: &mut Vec<Case>) {
    for version in Version::BOTH {
        list.push(case(format!("tls::good_certificate::{}", version.flag()), move || good(version)));
    }
    for (name, identity, says) in BAD {
        list.push(case(format!("tls::server::{name}"), move || bad(identity, says)));
    }
    list.push(case("tls::server::unknown_authority", unknown_authority));
    list.push(case("tls::server::trusted_by_itself", trusted_by_itself));
    list.push(case("tls::server::folder_of_authorities", folder_of_authorities));
    list.push(case("tls::server::insecure_is_loud", insecure));
    list.push(case("tls::server::pins", pins));
    list.push(case("tls::server::files_that_are_wrong", files_that_are_wrong));
    list.push(case("tls::plain_meant_tls", plain_meets_tls));
    list.push(case("tls::tls_meant_plain", tls_meets_plain));
}

fn good(version: Version) -> Verdict {
    let certificates = Certificates::new()?;
    for tls in rustls::ALL_VERSIONS {
        let server = Server { versions: &[tls], ..Server::new(&certificates.good) };
        let peer = Peer::play_as(server.config()?.0, take_one(version))?;
        let outcome = at(&peer.port(), version, &["pub", "--cafile", word(&certificates.ca)?, "a", "x"])?.run()?;
        outcome.expect_whole(0, "", "")?;
        peer.finish()?;
    }
    Ok(())
}

fn bad(choose: fn(&Certificates) -> &Identity, says: &[&str]) -> Verdict {
    let certificates = Certificates::new()?;
    let server = Server::new(choose(&certificates));
    fails(&server, &["--cafile", word(&certificates.ca)?], says)?;
    passes(&server, &["--insecure"])
}

fn unknown_authority() -> Verdict {
    let certificates = Certificates::new()?;
    let server = Server::new(&certificates.good);
    let says = ["the certificate of CN=good is signed by CN=mqx test authority, which is not trusted", "hint: --cafile FILE"];
    for words in [&["--cafile", word(&certificates.other_ca)?][..], &["--ca", "bundled"]] {
        fails(&server, words, &says)?;
    }
    Ok(())
}

fn trusted_by_itself() -> Verdict {
    let certificates = Certificates::new()?;
    let server = Server::new(&certificates.self_signed);
    passes(&server, &["--cafile", word(&certificates.self_signed.certificate)?])?;
    let path = certificates.write("certs/own.pem", std::fs::read(&certificates.self_signed.certificate)?)?;
    let folder = path.parent().ok_or("a folder")?;
    passes(&server, &["--capath", word(folder)?])
}

fn folder_of_authorities() -> Verdict {
    let certificates = Certificates::new()?;
    let path = certificates.write("certs/whatever.name", std::fs::read(&certificates.ca)?)?;
    let folder = word(path.parent().ok_or("a folder")?)?;
    certificates.write("certs/README", "not a certificate")?;
    certificates.write("certs/damaged.pem", "-----BEGIN CERTIFICATE-----\nAA")?;
    std::os::unix::fs::symlink("nowhere", path.with_file_name("dead"))?;
    std::os::unix::fs::symlink("whatever.name", path.with_file_name("0a1b2c3d.0"))?;
    let good = Server::new(&certificates.good);
    passes(&good, &["--capath", folder])?;
    passes(&good, &["--capath", folder, "--cafile", word(&certificates.other_ca)?])?;
    let other = certificates.write("other/ca.pem", std::fs::read(&certificates.other_ca)?)?;
    let other = word(other.parent().ok_or("a folder")?)?;
    fails(&good, &["--capath", other], &["which is not trusted"])?;
    passes(&good, &["--capath", other, "--cafile", word(&certificates.ca)?])
}

fn insecure() -> Verdict {
    let certificates = Certificates::new()?;
    passes(&Server::new(&certificates.wrong_name), &["--insecure", "--quiet", "--cafile", "/nonexistent"])
}

/// The pin that a failure names is the one to give.
fn pins() -> Verdict {
    let certificates = Certificates::new()?;
    let ca = ["--cafile", word(&certificates.ca)?];
    let wrong = format!("sha256:{}", "ab".repeat(32));
    let server = Server::new(&certificates.good);
    let peer = Peer::play_as(server.config()?.0, refuse_one)?;
    let outcome = publish(&peer.port(), &[&ca[..], &["--pin", &wrong]].concat())?.run()?;
    outcome.expect(3, "", "the server's key is not pinned; its pin is sha256:")?;
    peer.finish()?;
    let pin = outcome.stderr.lines().next().and_then(|line| line.rsplit(' ').next()).ok_or("a pin")?.to_owned();
    passes(&server, &[&ca[..], &["--pin", &wrong, "--pin", &pin]].concat())?;
    passes(&server, &["--insecure", "--pin", &pin])?;
    fails(&server, &["--insecure", "--pin", &wrong], &["its pin is sha256:"])?;
    // It comes on top of the chain.
    fails(&server, &["--cafile", word(&certificates.other_ca)?, "--pin", &pin], &["which is not trusted"])?;
    // Whoever has copied the certificate has not copied its key: TLS 1.2 and 1.3 prove that in different ways.
    for version in rustls::ALL_VERSIONS {
        let thief = Identity { certificate: certificates.good.certificate.clone(), key: certificates.client.key.clone() };
        let thief = Server { versions: &[version], ..Server::new(&thief) };
        fails(&thief, &["--insecure", "--pin", &pin], &["the signature"])?;
        passes(&thief, &["--insecure"])?;
    }
    Ok(())
}

fn files_that_are_wrong() -> Verdict {
    let certificates = Certificates::new()?;
    let empty = certificates.write("empty.pem", "")?;
    let der = certificates.write("ca.der", STANDARD_DER)?;
    for (words, code, says) in [
        (["--cafile", "/nonexistent/ca.pem"], 1, "error: cannot read the certificates in /nonexistent/ca.pem: no such file"),
        (["--cafile", word(&empty)?], 2, "empty.pem: it is empty"),
        (["--cafile", word(&der)?], 2, "ca.der is in DER, not in PEM\nhint: openssl x509 -inform der -in "),
        (["--cafile", word(&certificates.good.key)?], 2, "good.key, but a key\nhint: --key FILE"),
        (["--cafile", word(certificates.directory())?], 2, "is a folder, not a file with a certificate\nhint: --capath DIR"),
        (["--capath", word(&certificates.ca)?], 2, "ca.pem is a file, not a folder\nhint: --cafile FILE"),
        (["--capath", "/nonexistent"], 1, "error: cannot read the certificates in /nonexistent: no such file"),
    ] {
        publish("1", &words)?.run()?.expect(code, "", says)?;
    }
    Ok(())
}

/// A SEQUENCE.
const STANDARD_DER: [u8; 4] = [0x30, 0x02, 0x30, 0x00];

fn plain_meets_tls() -> Verdict {
    let certificates = Certificates::new()?;
    let peer = Peer::play_tls(&certificates.good, refuse_one)?;
    let outcome = at(&peer.port(), Version::V5, &["pub", "a", "x"])?.run()?;
    outcome.expect(3, "", "TLS")?;
    outcome.says(&["hint:", "--tls"])?;
    peer.finish()
}

fn tls_meets_plain() -> Verdict {
    // A plain broker takes a ClientHello for a malformed packet and closes; so does a server that has not been told a name.
    for (host, says) in [("localhost", "--no-tls"), ("127.0.0.1", "--no-tls"), ("127.0.0.1", "--servername")] {
        let peer = Peer::play(|listener| listener.accept()?.close())?;
        let words = ["pub", "-h", host, "-p", &peer.port(), "--tls", "a", "x"];
        let outcome = crate::support::mqx::Mqx::new(words)?.run()?;
        outcome.expect(3, "", "TLS")?;
        outcome.says(&["closed the connection during the handshake", "hint:", says])?;
        ensure(host == "127.0.0.1" || !outcome.stderr.contains("--servername"), format_args!("{outcome}"))?;
        peer.finish()?;
    }
    Ok(())
}
