//! Argv to options: when TLS is spoken, and how.

use clap::Args as _;

use super::super::testing::{assert_says, nowhere, parse, told};
use super::*;
use crate::net::Request;

/// What is trusted, where TLS is spoken, and the port.
fn resolve(words: &[&str], port: Option<u16>, scheme: Option<bool>) -> Result<(Option<Trust>, u16), String> {
    let args = parse::<TlsArgs>(words)?;
    let endpoint = args.endpoint(scheme, Location::Tcp { host: "x".to_owned(), port }, false).map_err(told)?;
    let Address::Tcp { port, .. } = endpoint.address else { return Err("a socket".to_owned()) };
    let trust = args.options(&nowhere()).map_err(told)?.trust;
    Ok((endpoint.is_tls().then_some(trust), port))
}

#[test]
fn when_tls_is_spoken_and_where() {
    for (words, port, expected) in [
        (&[][..], None, (None, 1883)),
        (&[], Some(1884), (None, 1884)),
        (&[], Some(8883), (Some(Trust::System), 8883)),
        (&["--no-tls"], Some(8883), (None, 8883)),
        (&["--no-tls"], None, (None, 1883)),
        (&["--tls"], None, (Some(Trust::System), 8883)),
        (&["--tls-use-os-certs"], None, (Some(Trust::System), 8883)),
        (&["--tls"], Some(1883), (Some(Trust::System), 1883)),
        (&["--cafile", "a"], None, (Some(Trust::File("a".into())), 8883)),
        (&["--cafile", "a", "--cafile", "b"], None, (Some(Trust::File("b".into())), 8883)),
        (&["--insecure"], Some(1), (Some(Trust::Nothing), 1)),
        (&["--cafile", "a", "--insecure"], None, (Some(Trust::Nothing), 8883)),
    ] {
        assert_eq!(resolve(words, port, None), Ok(expected), "{words:?}");
    }
}

#[test]
fn a_scheme_is_not_contradicted() {
    let resolve = |words: &[&str], port, scheme| resolve(words, port, Some(scheme));
    for (words, port, scheme, expected) in [
        (&[][..], None, false, (None, 1883)),
        (&["--no-tls"], Some(8883), false, (None, 8883)),
        (&[], Some(8883), false, (None, 8883)),
        (&[], None, true, (Some(Trust::System), 8883)),
        (&["--tls"], Some(1883), true, (Some(Trust::System), 1883)),
        (&["--cafile", "a"], None, true, (Some(Trust::File("a".into())), 8883)),
        (&["--insecure"], None, true, (Some(Trust::Nothing), 8883)),
    ] {
        assert_eq!(resolve(words, port, scheme), Ok(expected), "{words:?}");
    }
    for option in [&["--tls"][..], &["--cafile", "a"], &["--insecure"]] {
        assert_says(
            resolve(option, None, false),
            &format!("mqtt:// asks for no TLS, and {} for TLS|mqtts://", option[0]),
            option,
        );
    }
    assert_says(resolve(&["--no-tls"], None, true), "mqtts:// asks for TLS, and --no-tls for none", &["--no-tls"]);
}

/// Every option of TLS, from the definition itself, each with a value that it takes.
fn all_options() -> Vec<Vec<String>> {
    let command = TlsArgs::augment_args(clap::Command::new("mqx"));
    let with_value = |arg: &clap::Arg| {
        let name = format!("--{}", arg.get_long().unwrap());
        let value = match name.as_str() {
            "--ca" => "bundled".to_owned(),
            "--tls-version" => "1.2".to_owned(),
            "--ciphers" => "TLS_AES_128_GCM_SHA256".to_owned(),
            "--pin" => format!("sha256:{}", "ab".repeat(32)),
            "--keypass-from" => "env:A".to_owned(),
            _ => "x".to_owned(),
        };
        if arg.get_action().takes_values() { vec![name, value] } else { vec![name] }
    };
    command.get_arguments().filter(|arg| arg.get_id() != "no_tls").map(with_value).collect()
}

#[test]
fn every_option_of_tls_asks_for_tls_and_none_is_ever_without() {
    let all = all_options();
    assert!(all.len() > 15, "{all:?}");
    for option in &all {
        let words: Vec<&str> = option.iter().map(String::as_str).collect();
        let name = words[0];
        let args = parse::<TlsArgs>(&words).unwrap();
        assert_eq!(args.asked(), Some(name));
        let at = |scheme, location| args.endpoint(scheme, location, false).map_err(told);
        let tcp = || Location::Tcp { host: "x".to_owned(), port: Some(1883) };
        let websocket = || Location::WebSocket { host: "x".to_owned(), port: None, request: Request::new("", "").unwrap() };
        for (scheme, location) in [(None, tcp()), (Some(true), tcp()), (Some(true), websocket())] {
            assert!(at(scheme, location).unwrap().is_tls(), "{name}");
        }
        assert_says(at(Some(false), tcp()), &format!("mqtt:// asks for no TLS, and {name} for TLS|mqtts://"), &words);
        assert_says(at(Some(false), websocket()), &format!("ws:// asks for no TLS, and {name} for TLS|wss://"), &words);
        let socket = Location::Socket { path: "/x".into() };
        assert_says(at(Some(false), socket), &format!("{name} asks for TLS, which is not spoken over a Unix socket"), &words);
        let words = [&words[..], &["--no-tls"]].concat();
        for scheme in [None, Some(true), Some(false)] {
            let endpoint = parse::<TlsArgs>(&words).and_then(|args| args.endpoint(scheme, tcp(), false).map_err(told));
            // Told by clap, but for what is refused for another reason later.
            let error = endpoint.unwrap_err();
            assert!(error.contains("cannot be used with") || error.contains("asks for TLS, and --no-tls for none"), "{error}");
        }
    }
}

#[test]
fn mosquittos_spellings_of_options_are_taken() {
    let options = |words: &[&str]| parse::<TlsArgs>(words).unwrap().options(&nowhere()).unwrap();
    assert_eq!(options(&["--tls-alpn", "mqtt"]).alpn, ["mqtt"]);
    assert_eq!(options(&["--tls-version", "tlsv1.2"]).versions, Versions::Only12);
    assert_eq!(options(&["--tls-keylog", "f"]).key_log, Some("f".into()));
    assert!(options(&["--keyform", "pem"]).identity.is_none());
}

#[test]
fn what_is_trusted() {
    let folder = |file: Option<&str>| Trust::Folder { folder: "d".into(), file: file.map(PathBuf::from) };
    for (words, expected) in [
        (&["--ca", "system"][..], Trust::System),
        (&["--ca", "bundled"], Trust::Bundled),
        (&["--capath", "d"], folder(None)),
        (&["--capath", "d", "--cafile", "f"], folder(Some("f"))),
        (&["--ca", "bundled", "--insecure"], Trust::Nothing),
        (&["--capath", "d", "--insecure"], Trust::Nothing),
    ] {
        assert_eq!(resolve(words, None, None), Ok((Some(expected), 8883)), "{words:?}");
    }
    for words in [&["--ca", "bundled", "--cafile", "f"][..], &["--capath", "d", "--ca", "system"]] {
        assert_says(parse::<TlsArgs>(words), "cannot be used with|--ca ", words);
    }
    assert_says(parse::<TlsArgs>(&["--ca", "my.pem"]), "--cafile FILE names a file", &["--ca"]);
}

#[test]
fn a_certificate_and_its_key_come_together() {
    let options = |words: &[&str]| parse::<TlsArgs>(words)?.options(&nowhere()).map_err(told);
    let identity = options(&["--cert", "c", "--key", "k"]).unwrap().identity.unwrap();
    assert_eq!((identity.certificate, identity.key), ("c".into(), "k".into()));
    assert!(identity.passphrase.is_none(), "nobody is asked for a key that is not encrypted");
    for (words, parts) in [
        (&["--cert", "c"][..], "--cert needs --key|one file may have both"),
        (&["--key", "k"], "--key needs --cert|one file may have both"),
        (&["--keypass-file", "f"], "a passphrase is for a key"),
        (&["--keypass-from", "prompt"], "a passphrase is for a key"),
    ] {
        assert_says(options(words).map(drop), parts, words);
    }
    let both = &["--cert", "c", "--key", "k", "--keypass-file", "f", "--keypass-from", "prompt"];
    assert_says(options(both).map(drop), "cannot be used with", both);
}

#[test]
fn a_passphrase_is_asked_for_only_where_the_key_needs_one_and_none_is_told() {
    let key = std::env::temp_dir().join(format!("mqx-encrypted-{}", std::process::id()));
    std::fs::write(&key, "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----\n").unwrap();
    let words = |more: &[&'static str]| [&["--cert", "c", "--key", key.to_str().unwrap()], more].concat().join("\0");
    let identity = |words: String, here: &Surroundings| {
        let words: Vec<&str> = words.split('\0').collect();
        parse::<TlsArgs>(&words).unwrap().options(here).map(|options| options.identity.unwrap()).map_err(told)
    };
    let error = identity(words(&[]), &nowhere()).unwrap_err();
    assert_eq!(error, "nobody to ask hint: --keypass-file FILE or MQX_KEYPASS needs no terminal");
    let variable = |name: &str| (name == "MQX_KEYPASS").then(|| "c4n4ry".into());
    let asked = Surroundings { ask: |what| Ok(Secret::new(format!("c4n4ry {what}").into_bytes())), ..nowhere() };
    for (more, here) in [
        (&[][..], asked.clone()),
        (&["--keypass-from", "prompt"], asked),
        (&[], Surroundings { variable, ..nowhere() }),
        (&["--keypass-from", "env:MQX_KEYPASS"], Surroundings { variable, ..nowhere() }),
        (&["--keypass-file", "f"], nowhere()),
    ] {
        let identity = identity(words(more), &here).unwrap();
        assert!(identity.passphrase.is_some() && !format!("{identity:?}").contains("c4n4ry"), "{more:?}");
    }
    let error = identity(words(&["--keypass-from", "env:UNSET"]), &nowhere()).unwrap_err();
    assert!(error.contains("the passphrase of the key is in the variable UNSET, which is not set"), "{error}");
    std::fs::remove_file(&key).unwrap();
}

#[test]
fn what_is_not_done_is_refused_by_name_and_no_secret_is_shown() {
    for (words, parts) in [
        (&["--psk", "c4n4ry"][..], "--psk: pre-shared keys (PSK) are not supported|--cert FILE"),
        (&["--psk-identity", "x"], "--psk-identity: pre-shared keys"),
        (&["--psk", "c4n4ry", "--psk-identity", "x"], "--psk: pre-shared keys"),
        (&["--tls-engine", "pkcs11"], "--tls-engine: engines of OpenSSL are not supported|in PEM"),
        (&["--tls-engine-kpass-sha1", "c4n4ry"], "--tls-engine-kpass-sha1: engines"),
        (&["--keyform", "engine"], "--keyform: engines"),
    ] {
        let refused = parse::<TlsArgs>(words).unwrap().options(&nowhere()).map(drop).map_err(told);
        assert!(!format!("{refused:?} {:?}", parse::<TlsArgs>(words)).contains("c4n4ry"), "{words:?}");
        assert_says(refused, parts, words);
    }
    for (words, parts) in [
        (&["--tls-version", "tlsv1.1"][..], "RFC 8996|1.2 and 1.3"),
        (&["--ciphers", "ECDHE-RSA-AES256-GCM-SHA384"], "here it is TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"),
        (&["--pin", "sha256:x"], "44 characters of Base64"),
        (&["--servername", "a b"], "no name that a server can have"),
        (&["--alpn", "a,,b"], "from 1 to 255 bytes"),
    ] {
        assert_says(parse::<TlsArgs>(words), parts, words);
    }
}

#[test]
fn aws_iot_on_port_443_gets_its_protocol() {
    const HOST: &str = "abc-ats.iot.eu-west-1.amazonaws.com";
    let certificate = &["--cert", "c", "--key", "k"][..];
    let china = "abc.ats.iot.cn-north-1.amazonaws.com.cn";
    for (words, host, port, password, expected) in [
        (certificate, HOST, Some(443), false, &["x-amzn-mqtt-ca"][..]),
        (certificate, HOST, Some(443), true, &["x-amzn-mqtt-ca"]),
        (&["--tls"], HOST, Some(443), true, &["mqtt"]),
        (&["--tls"], "ABC.IOT.eu-west-1.amazonaws.com.", Some(443), true, &["mqtt"]),
        (&["--tls"], china, Some(443), true, &["mqtt"]),
        (&["--tls"], HOST, Some(443), false, &[]),
        (certificate, HOST, Some(8883), false, &[]),
        (certificate, HOST, None, false, &[]),
        (certificate, "iot.example", Some(443), false, &[]),
        (certificate, "s3.amazonaws.com", Some(443), false, &[]),
        (certificate, "a.iot.amazonaws.com.evil.example", Some(443), false, &[]),
        (&["--cert", "c", "--key", "k", "--alpn", "x"], HOST, Some(443), false, &[]),
    ] {
        let endpoint = parse::<TlsArgs>(words).unwrap().endpoint(None, Location::Tcp { host: host.to_owned(), port }, password);
        let Security::Tls { alpn } = endpoint.unwrap().security else { panic!("{words:?}") };
        assert_eq!(alpn, expected, "{words:?} {host}");
    }
    let websocket = Location::WebSocket { host: HOST.to_owned(), port: Some(443), request: Request::new("", "").unwrap() };
    let endpoint = parse::<TlsArgs>(certificate).unwrap().endpoint(Some(true), websocket, true).unwrap();
    assert_eq!(endpoint.security, Security::Tls { alpn: Vec::new() });
}

#[test]
fn the_environment_may_ask_for_a_key_log_but_not_for_tls() {
    let variable = |name: &str| (name == "SSLKEYLOGFILE").then(|| "f".into());
    let here = Surroundings { variable, ..nowhere() };
    let args = parse::<TlsArgs>(&[]).unwrap();
    assert_eq!(args.options(&here).unwrap().key_log, Some("f".into()));
    assert_eq!(args.asked(), None);
    let empty = Surroundings { variable: |_| Some("".into()), ..nowhere() };
    assert_eq!(args.options(&empty).unwrap().key_log, None);
}
