//! What is asked of a server: versions, ciphers, its name, protocols; and the log of secrets.

use rustls::crypto::ring::cipher_suite;
use rustls::version::{TLS12, TLS13};

use super::{fails, passes, publish, take_one, word};
use crate::support::certificates::{Certificates, Server};
use crate::support::harness::{Case, case};
use crate::support::mqx::Mqx;
use crate::support::packets::Version;
use crate::support::peer::Peer;
use crate::support::{Verdict, ensure};

pub fn cases(list: &mut Vec<Case>) {
    list.push(case("tls::versions", versions));
    list.push(case("tls::ciphers", ciphers));
    list.push(case("tls::names", names));
    list.push(case("tls::a_server_that_answers_to_names_only", names_only));
    list.push(case("tls::the_name_stays_where_another_is_dialled", dialled_elsewhere));
    list.push(case("tls::aws_iot_on_port_443", aws_iot));
    list.push(case("tls::alpn", alpn));
    list.push(case("tls::key_log", key_log));
    list.push(case("tls::refused_by_name", refused_by_name));
}

fn versions() -> Verdict {
    let certificates = Certificates::new()?;
    let ca = word(&certificates.ca)?;
    for (versions, good, bad) in [(&[&TLS12], "1.2", "1.3"), (&[&TLS13], "tlsv1.3", "tlsv1.2")] {
        let server = Server { versions, ..Server::new(&certificates.good) };
        passes(&server, &["--cafile", ca, "--tls-version", good])?;
        let bad_number = bad.trim_start_matches("tlsv");
        let says = [
            &format!("the peer does not speak TLS {bad_number}, and --tls-version allows no other"),
            "hint: leave --tls-version out",
        ];
        fails(&server, &["--cafile", ca, "--tls-version", bad], &says)?;
    }
    Ok(())
}

fn ciphers() -> Verdict {
    let certificates = Certificates::new()?;
    let ca = word(&certificates.ca)?;
    let server = Server { ciphers: &[cipher_suite::TLS13_AES_128_GCM_SHA256], ..Server::new(&certificates.good) };
    passes(&server, &["--cafile", ca, "--ciphers", "TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256"])?;
    let says = ["it and mqx have no cipher or parameters in common", "hint:", "--ciphers"];
    fails(&server, &["--cafile", ca, "--ciphers", "TLS_AES_256_GCM_SHA384"], &says)?;
    let none = publish("1", &["--tls-version", "1.2", "--ciphers", "TLS_AES_256_GCM_SHA384"])?.run()?;
    none.expect(2, "", "error: none of the ciphers is one of TLS 1.2\nhint: leave --ciphers or --tls-version out\n")
}

fn names() -> Verdict {
    let certificates = Certificates::new()?;
    let ca = word(&certificates.ca)?;
    let elsewhere = "elsewhere.example";
    for (identity, host, more, name) in [
        (&certificates.good, "localhost", &[][..], Some("localhost")),
        (&certificates.good, "127.0.0.1", &[], None),
        (&certificates.good, "127.0.0.1", &["--servername", "localhost"], Some("localhost")),
        (&certificates.wrong_name, "localhost", &["--servername", elsewhere], Some(elsewhere)),
        (&certificates.wrong_name, "localhost", &["--servername", elsewhere, "--insecure"], Some(elsewhere)),
    ] {
        let (config, hellos) = Server::new(identity).config()?;
        let peer = Peer::play_as(config, take_one(Version::V5))?;
        let words = ["pub", "-V", "5", "-h", host, "-p", &peer.port(), "--cafile", ca, "a", "x"];
        Mqx::new([&words[..], more].concat())?.run()?.expect(0, "", "")?;
        hellos.expect(name, &[])?;
        peer.finish()?;
    }
    let says = ["the certificate is for localhost, 127.0.0.1, ::1, not for elsewhere.example"];
    fails(&Server::new(&certificates.good), &["--cafile", ca, "--servername", elsewhere], &says)
}

/// As clusters of HiveMQ Cloud do.
fn names_only() -> Verdict {
    let certificates = Certificates::new()?;
    let ca = word(&certificates.ca)?;
    let server = Server { name: Some("localhost"), ..Server::new(&certificates.good) };
    passes(&server, &["--cafile", ca])?;
    let (config, hellos) = server.config()?;
    let peer = Peer::play_as(config, super::refuse_one)?;
    let outcome = Mqx::new(["pub", "-h", "127.0.0.1", "-p", &peer.port(), "--cafile", ca, "a", "x"])?.run()?;
    outcome.expect(3, "", "error: cannot speak TLS with 127.0.0.1:")?;
    outcome.says(&["hint: the server may answer to names only", "--servername NAME"])?;
    hellos.expect(None, &[])?;
    peer.finish()
}

fn dialled_elsewhere() -> Verdict {
    let certificates = Certificates::new()?;
    let (config, hellos) = Server::new(&certificates.wrong_name).config()?;
    let peer = Peer::play_as(config, take_one(Version::V5))?;
    let there = format!("127.0.0.1:{}", peer.port());
    let words = ["pub", "-L", "mqtts://elsewhere.example/a", "--cafile", word(&certificates.ca)?, "--connect-to", &there, "x"];
    Mqx::new(words)?.run()?.expect_whole(0, "", "")?;
    hellos.expect(Some("elsewhere.example"), &[])?;
    peer.finish()
}

/// The protocol that AWS wants is offered by itself, said, and chosen otherwise by `--alpn`.
fn aws_iot() -> Verdict {
    const HOST: &str = "abc-ats.iot.eu-west-1.amazonaws.com";
    let certificates = Certificates::new()?;
    let client = &certificates.client;
    let certificate = ["--cert", word(&client.certificate)?, "--key", word(&client.key)?];
    let note = |alpn: &str| format!("{HOST}:443 is offered ALPN {alpn}, as AWS IoT has it on this port; --alpn offers another\n");
    for (words, alpn, said) in [
        (&certificate[..], "x-amzn-mqtt-ca", note("x-amzn-mqtt-ca")),
        (&["-u", "ann"], "mqtt", note("mqtt")),
        (&["-u", "ann", "--alpn", "other"], "other", String::new()),
    ] {
        let (config, hellos) = Server::new(&certificates.good).config()?;
        let peer = Peer::play_as(config, take_one(Version::V5))?;
        let there = format!("127.0.0.1:{}", peer.port());
        let url = format!("mqtts://{HOST}:443/a");
        let fixed = ["pub", "-L", &url, "--connect-to", &there, "--insecure", "x"];
        let run = Mqx::new([&fixed[..], words].concat())?;
        let run = if words.contains(&"-u") { run.env("MQX_PASSWORD", "c4n4ry").secret("c4n4ry") } else { run };
        let outcome = run.run()?;
        outcome.expect(0, "", &said)?;
        ensure(outcome.stderr.contains("ALPN") != said.is_empty(), format_args!("{outcome}"))?;
        hellos.expect(Some(HOST), &[alpn])?;
        peer.finish()?;
    }
    Ok(())
}

fn alpn() -> Verdict {
    let certificates = Certificates::new()?;
    let ca = word(&certificates.ca)?;
    for (option, value, seen) in [("--alpn", "mqtt,x-y", &["mqtt", "x-y"][..]), ("--tls-alpn", "mqtt", &["mqtt"])] {
        let (config, hellos) = Server { alpn: &["mqtt"], ..Server::new(&certificates.good) }.config()?;
        let peer = Peer::play_as(config, take_one(Version::V5))?;
        publish(&peer.port(), &["--cafile", ca, option, value])?.run()?.expect_whole(0, "", "")?;
        hellos.expect(Some("localhost"), seen)?;
        peer.finish()?;
    }
    let server = Server { alpn: &["mqtt"], ..Server::new(&certificates.good) };
    fails(&server, &["--cafile", ca, "--alpn", "x-y"], &["application protocol (ALPN)", "hint: --alpn NAME"])
}

fn key_log() -> Verdict {
    let certificates = Certificates::new()?;
    let ca = word(&certificates.ca)?;
    let log = certificates.directory().join("keys");
    let (config, _) = Server::new(&certificates.good).config()?;
    let peer = Peer::play_as(config, take_one(Version::V5))?;
    let outcome = publish(&peer.port(), &["--cafile", ca, "--quiet"])?.env("SSLKEYLOGFILE", &log).run()?;
    outcome.expect(0, "", "warning: the secrets of TLS are written to ")?;
    peer.finish()?;
    let logged = std::fs::read_to_string(&log)?;
    // Label, client random, secret: NSS's format.
    let is_line = |line: &str| {
        matches!(&*line.split(' ').collect::<Vec<_>>(), [label, random, secret]
        if label.contains("SECRET") && random.len() == 64 && secret.len() >= 64)
    };
    ensure(logged.lines().count() >= 4 && logged.lines().all(is_line), &logged)?;
    let mode = std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(&log)?);
    ensure(mode & 0o077 == 0, format_args!("{mode:o}"))?;
    std::fs::remove_file(&log)?;

    let peer = Peer::play(take_one(Version::V5))?;
    publish(&peer.port(), &[])?.env("SSLKEYLOGFILE", &log).run()?.expect_whole(0, "", "")?;
    peer.finish()?;
    ensure(!log.exists(), "without TLS there is nothing to log")?;

    let outcome = publish("1", &["--tls-keylog", "/nonexistent/log"])?.run()?;
    outcome.expect(1, "", "error: cannot write the keys of TLS to /nonexistent/log: no such file or directory")
}

fn refused_by_name() -> Verdict {
    const CANARY: &str = "c4n4ryd34d";
    for (words, says) in [
        (
            &["--psk", CANARY, "--psk-identity", "x"][..],
            "error: --psk: pre-shared keys (PSK) are not supported\nhint: a certificate",
        ),
        (&["--tls-engine", "pkcs11"], "error: --tls-engine: engines of OpenSSL are not supported\nhint: "),
        (&["--tls-version", "tlsv1.1"], "RFC 8996"),
        (&["--ciphers", "ECDHE-RSA-AES256-GCM-SHA384"], "here it is TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"),
        (&["--ca", "bundled", "--cafile", "x"], "cannot be used with"),
    ] {
        publish("1", words)?.secret(CANARY).run()?.expect(2, "", says)?;
    }
    Ok(())
}
