//! argv → options, row by row.

use super::super::testing::{assert_says, parse, told};
use super::*;
use crate::net::endpoint::Trust;

const PUBLISHER: Role = Role { open_ended: false, consumer: false };

fn resolve_with(words: &[&str], role: Role, password: Option<&str>) -> Result<ConnectOptions, String> {
    let here = Surroundings { password: password.map(OsString::from), ..Surroundings::default() };
    parse::<ConnectArgs>(words)?.resolve(role, &here).map_err(told)
}

fn resolve(words: &[&str]) -> Result<ConnectOptions, String> {
    resolve_with(words, PUBLISHER, None)
}

#[test]
fn defaults() {
    let options = resolve(&[]).unwrap();
    assert_eq!(options.endpoint, Endpoint { host: "localhost".into(), port: 1883, tls: None });
    assert_eq!(options.version, VersionChoice::Automatic);
    assert_eq!(options.keep_alive, 60);
    assert_eq!(options.session, SessionKeeping::Run { expiry: 60 });
    assert_eq!((options.max_inflight, options.max_packet, options.retry_first, options.consumer), (None, None, false, false));
    assert!(options.credentials.user_name.is_none() && options.credentials.password.is_none());
    assert_eq!(options.retry, RetryBudget::For(Duration::from_secs(60)));
    let subscriber = resolve_with(&[], Role { open_ended: true, consumer: true }, None).unwrap();
    assert_eq!((subscriber.retry, subscriber.consumer), (RetryBudget::Forever, true));
}

#[test]
fn a_client_identifier_is_made_anew() {
    let id = || resolve(&[]).unwrap().client_id;
    let one = id();
    assert!(one.starts_with("mqx") && one.len() == 15, "{one}");
    assert!(one.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_lowercase()), "{one}");
    assert_ne!(one, id());
    assert_eq!(&*resolve(&["-i", "-x"]).unwrap().client_id, "-x");
}

#[test]
fn endpoints() {
    for (words, shown, tls) in [
        (&["-h", "example.com"][..], "example.com:1883", None),
        (&["-h", "a", "--host", "b", "-p1", "-p", "2"], "b:2", None),
        (&["-h", "::1"], "[::1]:1883", None),
        (&["-h", "[fe80::1%eth0]", "-p", "8883"], "[fe80::1%eth0]:8883", Some(Trust::System)),
        (&["-h", "x", "--insecure"], "x:8883", Some(Trust::Nothing)),
        (&["-p", "8883", "--no-tls"], "localhost:8883", None),
    ] {
        let endpoint = resolve(words).unwrap().endpoint;
        assert_eq!((endpoint.to_string().as_str(), endpoint.tls), (shown, tls), "{words:?}");
    }
}

#[test]
fn urls() {
    for (words, shown, tls, topic) in [
        (&["-L", "mqtt://example.com"][..], "example.com:1883", None, None),
        (&["--url=MQTT://[::1]:1884/a/b"], "[::1]:1884", None, Some("a/b")),
        (&["-L", "mqtts://x/%23"], "x:8883", Some(Trust::System), Some("#")),
        (&["-L", "mqtts://x:1", "--insecure"], "x:1", Some(Trust::Nothing), None),
        (&["-L", "mqtt://x:8883"], "x:8883", None, None),
    ] {
        let args = parse::<ConnectArgs>(words).unwrap();
        let endpoint = resolve(words).unwrap().endpoint;
        assert_eq!((endpoint.to_string().as_str(), endpoint.tls), (shown, tls), "{words:?}");
        assert_eq!(args.topic().unwrap().as_deref(), topic, "{words:?}");
    }
    let asked = |words: &[&str]| parse::<ConnectArgs>(words).unwrap().port_asked();
    assert_eq!(
        [asked(&[]), asked(&["-p", "1"]), asked(&["-L", "mqtt://x:1"]), asked(&["-L", "mqtt://x"])],
        [false, true, true, false]
    );
}

#[test]
fn who_a_url_says_we_are() {
    let who = |words: &[&str], variable| {
        let Credentials { user_name, password } = resolve_with(words, PUBLISHER, variable).unwrap().credentials;
        let password = password.map(|secret| String::from_utf8(secret.expose().to_vec()).unwrap());
        (user_name.map(|name| name.to_string()).unwrap_or_default(), password.unwrap_or_default())
    };
    for (words, user_name, password) in [
        (&["-L", "mqtt://a%40b:c%2Fd@x"][..], "a@b", "c/d"),
        (&["-L", "mqtt://a@x"], "a", "v"),
        (&["-L", "mqtt://a@x", "-P", "p"], "a", "p"),
        (&["-L", "mqtt://:b@x", "-u", "u"], "u", "b"),
        (&["-L", "mqtt://x", "-u", "u"], "u", "v"),
    ] {
        assert_eq!(who(words, Some("v")), (user_name.to_owned(), password.to_owned()), "{words:?}");
    }
}

#[test]
fn what_is_wrong_with_a_url_and_never_its_password() {
    const PASSWORD: &str = "c4n4ry";
    for (words, says) in [
        (&["-L", "c4n4ry@x"][..], "-L: a URL of a broker begins with mqtt://"),
        (&["-L", "mqtt://u:c4n4ry@x:0"], "-L: a port is a number from 1 to 65535"),
        (&["-L", "mqtt://u:c4n4ry/@x"], "-L: a port is a number from 1 to 65535"),
        (&["-L", "mqtt://u:c4n4ry#@x"], "-L: it has a fragment"),
        (&["-L", "mqtt://u:c4n4ry@x y"], "-L: a host has no spaces"),
        (&["-L", "mqtt://u:c4n4ry@"], "-L: a host has a name"),
        (&["-L", "mqtt://u:c4n4ry@x", "-h", "y"], "--url|cannot be used with|--host"),
        (&["-L", "mqtt://u:c4n4ry@x", "-p", "1"], "--url|cannot be used with|--port"),
        (&["-L", "mqtt://u:c4n4ry@x", "-L", "mqtt://y"], "more than one -L"),
        (&["-L", "mqtt://u:c4n4ry@x", "-u", "a"], "the user name is given twice, by -u and in the URL"),
        (&["-L", "mqtt://u:c4n4ry@x", "-P", "b"], "the password is given twice, by -P and in the URL"),
        (&["-L", "mqtt://u:c4n4ry@x", "--password-file", "b"], "the password is given twice, by --password-file and in the URL"),
        (&["-L", "mqtt://u:c4n4ry@x", "--tls"], "mqtt:// asks for plain MQTT, and --tls for TLS"),
        (&["-L", "mqtts://u:c4n4ry@x", "--no-tls"], "mqtts:// asks for TLS, and --no-tls for none"),
        (&["-L", "ws://u:c4n4ry@x/mqtt"], "-L: WebSocket is not built yet"),
        (&["-L", "wss://u:c4n4ry@x/mqtt"], "-L: WebSocket is not built yet"),
        (&["-L", "unix:/c4n4ry"], "-L: Unix sockets are not built yet"),
        (&["-L", "mqtt://u%00:c4n4ry@x"], "user name: it has a NUL"),
        (&["-L", "mqtt://:c4n4ry@x", "-V", "311"], "a password without a user name"),
    ] {
        let error = resolve(words).unwrap_err();
        assert!(!error.contains(PASSWORD), "{error}");
        assert_says(Err::<(), _>(error), says, words);
        if let Ok(args) = parse::<ConnectArgs>(words) {
            assert!(!format!("{args:?}").contains(PASSWORD), "{args:?}");
        }
    }
}

#[test]
fn sessions() {
    let (run, keep) = (|expiry| SessionKeeping::Run { expiry }, |expiry| SessionKeeping::Keep { expiry });
    for (words, session) in [
        (&["-x", "0"][..], run(0)),
        (&["-x", "1h"], run(3600)),
        (&["-x", "1.5m"], run(90)),
        (&["-x", "never"], run(u32::MAX)),
        (&["-c", "-i", "x"], keep(u32::MAX)),
        (&["--disable-clean-session", "--id", "x", "-x", "10"], keep(10)),
        (&["-c", "-i", "x", "-x", "-1"], keep(u32::MAX)),
        (&["-ci", "x", "-x", "∞"], keep(u32::MAX)),
        (&["-ci", "x", "--session-expiry-interval", "4294967295"], keep(u32::MAX)),
        (&["-x", "4294967294"], run(u32::MAX - 1)),
    ] {
        assert_eq!(resolve(words).unwrap().session, session, "{words:?}");
    }
}

#[test]
fn versions() {
    let (auto, v5, v311) = (VersionChoice::Automatic, VersionChoice::Only(Version::V5), VersionChoice::Only(Version::V311));
    for (words, version) in [
        (&["-V", "5"][..], v5),
        (&["-V", "mqttv5"], v5),
        (&["-V", "5.0"], v5),
        (&["-V", "311"], v311),
        (&["-V", "mqttv311"], v311),
        (&["-V", "3.1.1"], v311),
        (&["--protocol-version", "4"], v311),
        (&["-V", "5", "-V", "311"], v311),
        (&["-u", "a", "-P", "b"], auto),
        (&["-V", "311", "-u", "a", "-P", "b"], v311),
        // What only version 5 can do asks for it.
        (&["-x", "5"], v5),
        (&["-P", "b"], v5),
    ] {
        assert_eq!(resolve(words).unwrap().version, version, "{words:?}");
    }
}

#[test]
fn the_rest() {
    let options = resolve(&["-k", "0", "-M", "7", "--retry", "never", "--retry-first"]).unwrap();
    assert_eq!((options.keep_alive, options.max_inflight, options.retry_first), (0, Some(7), true));
    assert_eq!(options.retry, RetryBudget::Never);
    let max_packet = |size| resolve(&["--max-packet", size]).unwrap().max_packet;
    assert_eq!(["20", "64k", "1MiB", "268435460"].map(max_packet), [20, 65_536, 1_048_576, 268_435_460].map(Some));
    let retry = |how| resolve(&["--retry", how]).unwrap().retry;
    assert_eq!([retry("forever"), retry("2m")], [RetryBudget::Forever, RetryBudget::For(Duration::from_secs(120))]);
}

#[test]
fn passwords() {
    let path = std::env::temp_dir().join(format!("mqx-password-{}", std::process::id()));
    let file = path.to_str().unwrap();
    let password = |words: &[&str], variable| {
        let credentials = resolve_with(words, PUBLISHER, variable).unwrap().credentials;
        credentials.password.map(|secret| secret.expose().to_vec())
    };
    let is = |text: &str| Some(text.as_bytes().to_vec());
    assert_eq!(password(&["-u", "a", "-P", "-b"], None), is("-b"));
    assert_eq!(password(&["-u", "a", "--pw", ""], None), is(""));
    assert_eq!(password(&["-u", "a"], Some("v")), is("v"));
    assert_eq!(password(&["-u", "a", "--password", "b"], Some("v")), is("b"));
    for (content, expected) in [("x\n", "x"), ("x\n\n", "x\n"), ("x\r\n", "x"), (" x ", " x "), ("", "")] {
        std::fs::write(&path, content).unwrap();
        assert_eq!(password(&["-u", "a", "--password-file", file], Some("v")), is(expected), "{content:?}");
    }
    std::fs::write(&path, vec![b'x'; 65_536]).unwrap();
    let words = ["-u", "a", "--password-file", file];
    assert_says(resolve(&words), "password: it has 65536 bytes", &words);
    std::fs::remove_file(&path).unwrap();
    assert_says(resolve(&words), "cannot read the password file|no such file", &words);
}

#[test]
fn what_cannot_be_meant() {
    for (words, says) in [
        (&["-h"][..], "a value is required|--host"),
        (&["-h", "-p", "1"], "a value is required|--host"),
        (&["-h", ""], "--host"),
        (&["-h", "mqtt://x"], "mqtt://x|a URL has its own option: -L"),
        (&["-h", "x/a"], "a host is a name or an address alone"),
        (&["-h", "x:1884"], "-h x -p 1884"),
        (&["-h", "a b"], "no spaces"),
        (&["-p", "0"], "'0'|--port"),
        (&["-p", "65536"], "65536"),
        (&["-p", "1883x"], "'1883x'"),
        (&["-k", "-1"], "-1"),
        (&["-k", "65536"], "65536"),
        (&["-M", "0"], "--max-inflight"),
        (&["-c"], "-c needs -i"),
        (&["-i", ""], "client identifier is empty"),
        (&["-i", "a\0"], "client identifier: it has a NUL"),
        (&["-P", "a", "--password-file", "f"], "cannot be used with"),
        (&["-V", "311", "-P", "a"], "without a user name|needs MQTT 5"),
        (&["-V", "311", "-x", "1"], "-x needs MQTT 5"),
        (&["-V", "3"], "MQTT 3.1 is not spoken"),
        (&["-V", "31"], "MQTT 3.1 is not spoken"),
        (&["-V", "mqttv31"], "MQTT 3.1 is not spoken"),
        (&["-V", "6"], "5 or 311"),
        (&["-x", "4294967296"], "at most 4294967295"),
        (&["-x", "0.5"], "whole number"),
        (&["-x", "-2"], "a duration is"),
        (&["--retry", "always"], "never, forever, or a duration"),
        (&["--max-packet", "1.5M"], "a size is a number of bytes"),
        (&["--max-packet", "19"], "at least 20 bytes"),
        (&["--max-packet", "268435461"], "at most 268435460"),
        (&["--max-packet", "1G"], "at most 268435460"),
        (&["--tls", "--no-tls"], "cannot be used with"),
    ] {
        assert_says(resolve(words), says, words);
    }
    let from_variable = resolve_with(&["-V", "311"], PUBLISHER, Some("v"));
    assert_says(from_variable, "a password without a user name", &["MQX_PASSWORD"]);
}
