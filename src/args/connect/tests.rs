//! argv → options, row by row.

use super::super::testing::{assert_says, nowhere, parse, told};
use super::*;
use crate::net::{Endpoint, Family, Trust};

const PUBLISHER: Role = Role { open_ended: false, consumer: false, needs_5: None };

fn resolve_as(words: &[&str], role: Role) -> Result<ConnectOptions, String> {
    let here = Surroundings {
        variable: |name| (name == "CODE").then(|| "of CODE".into()),
        ask: |what| Ok(Secret::new(format!("answer for {what}"))),
        ..nowhere()
    };
    parse::<ConnectArgs>(words)?.resolve(role, &here).map_err(told)
}

fn resolve(words: &[&str]) -> Result<ConnectOptions, String> {
    resolve_as(words, PUBLISHER)
}

#[test]
fn defaults() {
    let options = resolve(&[]).unwrap();
    let [Target { endpoint, credentials }] = &*options.targets else { panic!("one") };
    assert_eq!(*endpoint, Endpoint::tcp("localhost".into(), 1883));
    assert_eq!(options.version, VersionChoice::Automatic);
    assert_eq!(options.keep_alive, 60);
    assert_eq!(options.session, SessionKeeping::Run { expiry: 60 });
    assert_eq!((options.max_inflight, options.max_packet, options.retry_first, options.consumer), (None, None, false, false));
    assert!(credentials.user_name.is_none() && credentials.password.is_none());
    assert_eq!((options.receive_maximum, options.connect_timeout), (1, Duration::from_secs(10)));
    assert_eq!(options.retry, RetryBudget::For(Duration::from_secs(60)));
    let subscriber = resolve_as(&[], Role { open_ended: true, consumer: true, needs_5: None }).unwrap();
    assert_eq!((subscriber.retry, subscriber.consumer, subscriber.receive_maximum), (RetryBudget::Forever, true, 1000));
}

#[test]
fn a_client_identifier_is_made_anew() {
    let id = || resolve(&[]).unwrap().client_id;
    let one = id();
    assert!(one.starts_with("mqx") && one.len() == 15, "{one}");
    assert!(one.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_lowercase()), "{one}");
    assert_ne!(one, id());
    assert_eq!(&*resolve(&["-i", "-x"]).unwrap().client_id, "-x");
    let prefixed = resolve(&["-I", "lamp-"]).unwrap().client_id;
    assert!(prefixed.starts_with("lamp-") && prefixed.len() == 17, "{prefixed}");
}

/// The endpoints with commas, and what is trusted if TLS is spoken with any.
fn reached(words: &[&str]) -> (String, Option<Trust>) {
    let options = resolve(words).unwrap();
    let shown: Vec<String> = options.targets.iter().map(|target| target.endpoint.to_string()).collect();
    let secure = options.targets.iter().any(|target| target.endpoint.is_tls());
    (shown.join(","), secure.then_some(options.tls.trust))
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
        (&["-h", "x:1884"], "x:1884", None),
        (&["-h", "x:8883"], "x:8883", Some(Trust::System)),
        (&["-h", "[::1]:1884"], "[::1]:1884", None),
        (&["-h", "a,b:2,[::1]:3", "-p", "4"], "a:4,b:2,[::1]:3", None),
        (&["-h", "a,b", "--tls"], "a:8883,b:8883", Some(Trust::System)),
    ] {
        assert_eq!(reached(words), (shown.to_owned(), tls), "{words:?}");
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
        (&["-L", "ws://x"], "ws://x:80/mqtt", None, None),
        (&["-L", "wss://x/a/b?c", "--cafile", "f"], "wss://x:443/a/b", Some(Trust::File("f".into())), None),
        (&["-L", "unix:/run/a%20b"], "unix:/run/a b", None, None),
        (&["-L", "mqtt://x/t", "-L", "mqtt://y/t", "-L", "mqtts://z"], "x:1883,y:1883,z:8883", Some(Trust::System), Some("t")),
    ] {
        let args = parse::<ConnectArgs>(words).unwrap();
        assert_eq!(reached(words), (shown.to_owned(), tls), "{words:?}");
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
    let who = |words: &[&str]| {
        let Credentials { user_name, password } = resolve(words).unwrap().targets.remove(0).credentials;
        let password = password.map(|it| String::from_utf8(it.read().unwrap().expose().to_vec()).unwrap());
        (user_name.map(|name| name.to_string()).unwrap_or_default(), password.unwrap_or_default())
    };
    for (words, user_name, password) in [
        (&["-L", "mqtt://a%40b:c%2Fd@x"][..], "a@b", "c/d"),
        (&["-L", "mqtt://a@x"], "a", ""),
        (&["-L", "mqtt://a@x", "-P", "p"], "a", "p"),
        (&["-L", "mqtt://:b@x", "-u", "u"], "u", "b"),
        (&["-L", "mqtt://x", "-u", "u"], "u", ""),
    ] {
        assert_eq!(who(words), (user_name.to_owned(), password.to_owned()), "{words:?}");
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
        (&["-L", "mqtt://u:c4n4ry@x/a", "-L", "mqtt://y/b"], "the URLs name different topics"),
        (&["-L", "mqtt://u:c4n4ry@x", "-u", "a"], "the user name is given twice, by -u and in the URL"),
        (&["-L", "mqtt://u:c4n4ry@x", "-P", "b"], "the password is given twice, by -P and in the URL"),
        (&["-L", "mqtt://u:c4n4ry@x", "--password-file", "b"], "the password is given twice, by --password-file and in the URL"),
        (&["-L", "mqtt://u:c4n4ry@x", "--tls"], "mqtt:// asks for no TLS, and --tls for TLS"),
        (&["-L", "mqtts://u:c4n4ry@x", "--no-tls"], "mqtts:// asks for TLS, and --no-tls for none"),
        (&["-L", "ws://u:c4n4ry@x/mqtt", "--tls"], "ws:// asks for no TLS, and --tls for TLS"),
        (&["-L", "wss://u:c4n4ry@x/mqtt", "--no-tls"], "wss:// asks for TLS, and --no-tls for none"),
        (&["-L", "mqtt://u%00:c4n4ry@x"], "user name: it has a NUL"),
        (&["-L", "mqtt://:c4n4ry@x", "-V", "311"], "a password without a user name"),
    ] {
        let topic = parse::<ConnectArgs>(words).and_then(|args| args.topic().map_err(told));
        let error = topic.and_then(|_| resolve(words)).unwrap_err();
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
        (&["--will-topic", "a", "--will-delay", "10"], run(60)),
        (&["--will-topic", "a", "--will-delay", "2m"], run(120)),
        (&["-ci", "x", "--will-topic", "a", "--will-delay", "2m"], keep(u32::MAX)),
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
        (&["--receive-maximum", "5"], v5),
        (&["--will-topic", "a", "--will-expiry", "5"], v5),
        (&["--will-topic", "a", "--will-retain"], auto),
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
    let network = resolve(&["--ipv6", "-A", "::1", "--connect-to", "[::1]:5"]).unwrap().network;
    assert_eq!((network.family, network.bind, network.connect_to), (Family::V6, "::1".parse().ok(), Some(("::1".to_owned(), 5))));
    let retry = |how| resolve(&["--retry", how]).unwrap().retry;
    assert_eq!([retry("forever"), retry("2m")], [RetryBudget::Forever, RetryBudget::For(Duration::from_secs(120))]);
}

#[test]
fn passwords() {
    let credentials = |words: &[&str]| resolve(words).unwrap().targets.remove(0).credentials;
    let password = |words: &[&str]| match credentials(words).password {
        Some(Password::Given(secret)) => String::from_utf8(secret.expose().to_vec()).unwrap(),
        Some(Password::File(path)) => format!("file {}", path.display()),
        Some(Password::Command(command)) => format!("command {}", command.display()),
        None => "none".to_owned(),
    };
    for (words, expected) in [
        (&["-u", "a", "-P", "-b"][..], "-b"),
        (&["-u", "a", "--pw", ""], ""),
        (&["-u", "a"], "none"),
        (&["-u", "a", "--password", "b"], "b"),
        (&["-u", "a", "--password-file", "f"], "file f"),
        (&["-u", "a", "--password-from", "file:f"], "file f"),
        (&["-u", "a", "--password-from", "cmd:pass show x"], "command pass show x"),
        (&["-u", "a", "--password-from", "env:CODE"], "of CODE"),
        (&["-u", "a", "--password-from", "prompt"], "answer for password"),
        (&["-u", "a", "--ask-password"], "answer for password"),
    ] {
        assert_eq!(password(words), expected, "{words:?}");
    }
    let long = "x".repeat(65_536);
    let words = ["-u", "a", "-P", &long];
    assert_says(resolve(&words), "password: it has 65536 bytes", &words);
    assert_says(resolve(&["--password-from", "env:NONE"]), "the variable NONE, which is not set", &words);
}

#[test]
fn what_cannot_be_meant() {
    for (words, says) in [
        (&["-h"][..], "a value is required|--host"),
        (&["-h", "-p", "1"], "a value is required|--host"),
        (&["-h", ""], "--host"),
        (&["-h", "mqtt://x"], "mqtt://x|a URL has its own option: -L"),
        (&["-h", "x/a"], "a host is a name or an address alone"),
        (&["-h", "x:1884", "-p", "1884"], "the port is given twice"),
        (&["-h", "x:0"], "a port is a number from 1 to 65535"),
        (&["-h", "x:65536"], "a port is a number from 1 to 65535"),
        (&["-h", "fe80::1::2"], "an IPv6 address with a port stands in brackets"),
        (&["-h", "[x]:1"], "an IPv6 address with a port stands in brackets"),
        (&["-h", "a,,b"], "a host has a name"),
        (&["-h", "x", "-L", "mqtt://y"], "cannot be used with"),
        (&["--ipv4", "--ipv6"], "cannot be used with"),
        (&["-A", "eth0"], "--bind"),
        (&["--connect-to", "x"], "it names a port too: x:1883"),
        (&["--connect-timeout", "0"], "more than 0"),
        (&["--receive-maximum", "0"], "--receive-maximum"),
        (&["--receive-maximum", "1001"], "--receive-maximum"),
        (&["--receive-maximum", "5", "-V", "311"], "--receive-maximum needs MQTT 5"),
        (&["--will-topic", "a", "--will-delay", "5", "-V", "311"], "--will-delay needs MQTT 5"),
        (&["--will-topic", "a", "--will-user-property", "a=b", "-V", "311"], "--will-user-property needs MQTT 5"),
        (&["--will-topic", "a", "--will-delay", "2m", "-x", "60"], "--will-delay 120 is longer than -x 60|hint: -x 120"),
        (&["-L", "ws://x", "--ws-header", "Host: x"], "--ws-header|Host is a header that the WebSocket handshake sets itself"),
        (&["-h", "x", "--ws-header", "a: b"], "--ws-header is for ws:// and wss://|-L wss://"),
        (&["-I", "a", "-i", "b"], "cannot be used with"),
        (&["-I", "a", "-c"], "-c needs -i"),
        (&["--password-from", "hunter2"], "--password-from|cmd:COMMAND"),
        (&["-P", "a", "--ask-password"], "cannot be used with"),
        (&["--password-file", "a", "--password-from", "prompt"], "cannot be used with"),
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
}

/// What Debug shows of what was typed, and of the options made of it.
#[test]
fn no_secret_is_in_a_debug_text() {
    const CANARY: &str = "c4n4ry-w0rd";
    let here = Surroundings {
        variable: |name| (name == "A").then(|| CANARY.into()),
        ask: |_| Ok(Secret::new(CANARY.to_owned())),
        ..nowhere()
    };
    let (url, signed) = (format!("mqtt://u:{CANARY}@x"), format!("wss://x/mqtt?X-Amz-Signature={CANARY}"));
    let header = format!("Authorization: {CANARY}");
    for words in [
        &["-u", "a", "-P", CANARY][..],
        &["-L", &url],
        &["-L", "ws://x", "--ws-header", &header],
        &["-L", &signed],
        &["-u", "a", "--password-from", "env:A"],
        &["-u", "a", "--ask-password"],
    ] {
        let args = parse::<ConnectArgs>(words).unwrap();
        let options = args.resolve(PUBLISHER, &here).map_err(told).unwrap();
        let text = format!("{args:?} {options:?} {:#?}", options.targets);
        assert!(!text.contains(CANARY) && text.contains("***"), "{text}");
    }
    let args = parse::<ConnectArgs>(&["--password-from", CANARY]).unwrap();
    let error = args.resolve(PUBLISHER, &here).unwrap_err();
    assert!(!format!("{args:?} {error:?} {error}").contains(CANARY));
}
