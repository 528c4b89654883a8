//! The client's certificate: each form of its key, and what is said when it is wanted and missing, or not accepted.

use super::{fails, passes, publish, word};
use crate::support::certificates::{Certificates, Identity, Server};
use crate::support::harness::{Case, Tool, case};
use crate::support::mosquitto::Settings;
use crate::support::packets::Version;
use crate::support::peer::Peer;
use crate::support::{Verdict, ensure};

const CANARY: &str = "c4n4ry-passphrase";

pub fn cases(list: &mut Vec<Case>) {
    list.push(case("tls::client::every_form_of_key", every_form_of_key));
    list.push(case("tls::client::both_in_one_file", both_in_one_file));
    list.push(case("tls::client::passphrases", passphrases));
    list.push(case("tls::client::wanted_and_missing", wanted_and_missing));
    list.push(case("tls::client::wanted_and_closed_without_a_word", wanted_and_closed));
    list.push(case("tls::client::not_accepted", not_accepted));
    list.push(case("tls::client::files_that_are_wrong", files_that_are_wrong));
    list.push(case("tls::client::mosquitto", mosquitto).needs(Tool::Mosquitto));
}

/// A server that wants a certificate of our authority.
fn strict(certificates: &Certificates) -> Server<'_> {
    Server { clients: Some(&certificates.ca), ..Server::new(&certificates.good) }
}

fn every_form_of_key() -> Verdict {
    let certificates = Certificates::new()?;
    let (ecdsa, rsa) = (&certificates.client, &certificates.rsa_client);
    let sec1 = certificates.write("sec1.key", ecdsa.unwrapped_key("EC PRIVATE KEY")?)?;
    let pkcs1 = certificates.write("pkcs1.key", rsa.unwrapped_key("RSA PRIVATE KEY")?)?;
    for version in rustls::ALL_VERSIONS {
        for (identity, key) in [(ecdsa, &ecdsa.key), (ecdsa, &sec1), (rsa, &rsa.key), (rsa, &pkcs1)] {
            let server = Server { versions: &[version], ..strict(&certificates) };
            let words = ["--cafile", word(&certificates.ca)?, "--cert", word(&identity.certificate)?, "--key", word(key)?];
            passes(&server, &words)?;
        }
    }
    Ok(())
}

fn both_in_one_file() -> Verdict {
    let certificates = Certificates::new()?;
    let Identity { certificate, key } = &certificates.client;
    let both = certificates.write("both.pem", [std::fs::read(key)?, std::fs::read(certificate)?].concat())?;
    let both = word(&both)?;
    let words = ["--cafile", word(&certificates.ca)?, "--cert", both, "--key", both];
    passes(&strict(&certificates), &words)
}

fn passphrases() -> Verdict {
    let certificates = Certificates::new()?;
    let key = certificates.write("encrypted.key", certificates.client.encrypted_key(CANARY)?)?;
    let file = certificates.write("passphrase", format!("{CANARY}\n"))?;
    let (from_file, command) = (format!("file:{}", word(&file)?), format!("cmd:cat {}", word(&file)?));
    let run = |words: &[&str], variables: &[(&str, &str)], status: i32, says: &[&str]| {
        let script: fn(&mut crate::support::peer::Listener) -> Verdict = match status {
            0 => |listener| listener.take_one(Version::V5, "a", "x"),
            // What is wrong is found before any connection.
            _ => |_| Ok(()),
        };
        let peer = Peer::play_as(strict(&certificates).config()?.0, script)?;
        let cert = ["--cafile", word(&certificates.ca)?, "--cert", word(&certificates.client.certificate)?, "--key", word(&key)?];
        let run = publish(&peer.port(), &[&cert[..], words].concat())?.secret(CANARY);
        let run = variables.iter().fold(run, |run, (name, value)| run.env(name, value));
        let outcome = run.run()?;
        outcome.expect(status, "", says.first().unwrap_or(&""))?;
        outcome.says(says)?;
        peer.finish()
    };
    run(&["--keypass-file", word(&file)?], &[], 0, &[])?;
    run(&["--keypass-from", &from_file], &[], 0, &[])?;
    run(&["--keypass-from", &command], &[], 0, &[])?;
    run(&["--keypass-from", "env:SOME"], &[("SOME", CANARY)], 0, &[])?;
    run(&[], &[("MQX_KEYPASS", CANARY)], 0, &[])?;
    // The command line is stronger than the environment.
    run(&["--keypass-file", word(&file)?], &[("MQX_KEYPASS", "wrong")], 0, &[])?;
    let wrong = ["error: the passphrase is not that of the key in ", "hint: --keypass-file"];
    run(&[], &[("MQX_KEYPASS", "c4n4ry-passphras")], 2, &wrong)?;
    run(&["--keypass-file", "/nonexistent"], &[], 1, &["error: the passphrase of the key: cannot read", "/nonexistent"])?;
    run(&["--keypass-from", CANARY], &[], 2, &["env:NAME, file:PATH, cmd:COMMAND or prompt"])
}

fn wanted_and_missing() -> Verdict {
    let certificates = Certificates::new()?;
    for version in rustls::ALL_VERSIONS {
        let server = Server { versions: &[version], ..strict(&certificates) };
        let says = ["the peer ended TLS: it asks for a client certificate", "hint: --cert FILE and --key FILE"];
        fails(&server, &["--cafile", word(&certificates.ca)?], &says)?;
    }
    Ok(())
}

/// As AWS IoT does: TLS stands, CONNECT is read, and then there is nothing.
fn wanted_and_closed() -> Verdict {
    let certificates = Certificates::new()?;
    for version in rustls::ALL_VERSIONS {
        let server = Server { versions: &[version], lenient: true, ..strict(&certificates) };
        let script = |listener: &mut crate::support::peer::Listener| {
            let mut connection = listener.accept()?;
            connection.expect_connect()?;
            connection.close()
        };
        let peer = Peer::play_as(server.config()?.0, script)?;
        let outcome = publish(&peer.port(), &["--cafile", word(&certificates.ca)?])?.run()?;
        outcome.expect(3, "", "the peer asked for a client certificate, got none, and closed the connection")?;
        outcome.says(&["hint: --cert FILE and --key FILE"])?;
        peer.finish()?;
        // One that asked for nothing is not said to have.
        let peer = Peer::play_as(Server { clients: None, ..server }.config()?.0, script)?;
        let outcome = publish(&peer.port(), &["--cafile", word(&certificates.ca)?])?.run()?;
        outcome.expect(3, "", "error: the connection was closed without an answer")?;
        ensure(!outcome.stderr.contains("--no-tls") && !outcome.stderr.contains("--cert"), format_args!("{outcome}"))?;
        peer.finish()?;
    }
    Ok(())
}

fn not_accepted() -> Verdict {
    let certificates = Certificates::new()?;
    let bad = [
        (&certificates.stranger, "it does not trust the issuer of the client certificate"),
        (&certificates.expired_client, "the client certificate expired"),
    ];
    for (Identity { certificate, key }, says) in bad {
        for version in rustls::ALL_VERSIONS {
            let server = Server { versions: &[version], ..strict(&certificates) };
            let words = ["--cafile", word(&certificates.ca)?, "--cert", word(certificate)?, "--key", word(key)?];
            fails(&server, &words, &[says, "hint:"])?;
        }
    }
    Ok(())
}

fn files_that_are_wrong() -> Verdict {
    let certificates = Certificates::new()?;
    let Identity { certificate, key } = &certificates.client;
    let (certificate, key, other) = (word(certificate)?, word(key)?, word(&certificates.stranger.key)?);
    let pkcs12 = certificates.write("client.p12", [0x30, 0x05, 0x02, 0x01, 0x03, 0x30, 0x00])?;
    let pkcs12 = word(&pkcs12)?;
    let old = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END RSA PRIVATE KEY-----\n";
    let old = certificates.write("old.key", old)?;
    let strangers = format!("error: the key in {other} does not belong to the certificate in {certificate}\n");
    for (words, code, says) in [
        ([certificate, other], 2, strangers.as_str()),
        ([key, key], 2, "client.key, but a key\nhint: --key FILE takes a key"),
        ([certificate, certificate], 2, "client.pem, but a certificate\nhint: --cert FILE takes a certificate"),
        ([pkcs12, key], 2, "client.p12 is a PKCS#12 file, not PEM\nhint: openssl pkcs12 -in "),
        ([certificate, pkcs12], 2, "client.p12 is a PKCS#12 file, not PEM\nhint: openssl pkcs12 -in "),
        (
            [certificate, word(&old)?],
            2,
            "old.key is encrypted in the old way of OpenSSL, which is not supported\nhint: openssl pkcs8 -topk8",
        ),
        ([certificate, "/nonexistent/key"], 1, "error: cannot read the key in /nonexistent/key: no such file or directory"),
        (["/nonexistent/cert", key], 1, "error: cannot read the certificate in /nonexistent/cert: no such file or directory"),
        ([certificate, word(certificates.directory())?], 2, "is a folder, not a file with a key"),
    ] {
        publish("1", &["--cert", words[0], "--key", words[1]])?.run()?.expect(code, "", says)?;
    }
    publish("1", &["--cert", certificate])?.run()?.expect(2, "", "error: --cert needs --key FILE")
}

/// OpenSSL's alerts, in both versions of TLS.
fn mosquitto() -> Verdict {
    let certificates = Certificates::new()?;
    let ca = word(&certificates.ca)?;
    let settings = || Settings::new().tls(&certificates.good).line(&format!("cafile {ca}")).line("require_certificate true");
    let broker = settings().start()?;
    for version in ["1.2", "1.3"] {
        let words = |identity: Option<&Identity>| -> Verdict<Vec<String>> {
            let mut words = ["--cafile", ca, "--tls-version", version].map(str::to_owned).to_vec();
            if let Some(Identity { certificate, key }) = identity {
                words.extend(["--cert", word(certificate)?, "--key", word(key)?].map(str::to_owned));
            }
            Ok(words)
        };
        let run = |identity| -> Verdict<_> {
            let words = words(identity)?;
            publish(&broker.port(), &words.iter().map(String::as_str).collect::<Vec<_>>())?.run()
        };
        run(Some(&certificates.client))?.expect_whole(0, "", "")?;
        run(Some(&certificates.rsa_client))?.expect_whole(0, "", "")?;
        run(None)?.expect(3, "", "client certificate")?;
        run(None)?.says(&["hint: --cert FILE and --key FILE"])?;
        run(Some(&certificates.stranger))?.expect(3, "", "does not trust the issuer of the client certificate")?;
        run(Some(&certificates.expired_client))?.expect(3, "", "the client certificate expired")?;
    }
    Ok(())
}
