//! Texts → URLs or errors, row by row.

use super::*;

fn tcp(text: &str) -> (bool, String, Option<u16>, Option<String>) {
    match Url::parse(text).map(|url| url.place) {
        Ok(Place::Tcp { tls, host, port, topic }) => (tls, host, port, topic),
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn brokers_and_topics() {
    for (text, tls, host, port, topic) in [
        ("mqtt://broker.example", false, "broker.example", None, None),
        ("MQTTS://broker.example/", true, "broker.example", None, None),
        ("mqtt://h:1/a", false, "h", Some(1), Some("a")),
        ("mqtts://h:65535/a/b", true, "h", Some(65535), Some("a/b")),
        ("mqtt://h:00080", false, "h", Some(80), None),
        ("mqtt://[::1]/a", false, "::1", None, Some("a")),
        ("mqtt://[fe80::1%25eth0]:1884", false, "fe80::1%eth0", Some(1884), None),
        ("mqtt://[fe80::1%eth0]", false, "fe80::1%eth0", None, None),
        ("mqtt://u@h", false, "h", None, None),
        ("mqtt://192.0.2.1:1883/a", false, "192.0.2.1", Some(1883), Some("a")),
        // A path is a topic, level for level.
        ("mqtt://h//a", false, "h", None, Some("/a")),
        ("mqtt://h/a//b/", false, "h", None, Some("a//b/")),
        ("mqtt://h/a/../b/.", false, "h", None, Some("a/../b/.")),
        ("mqtt://h/a@b:c", false, "h", None, Some("a@b:c")),
        ("mqtt://h/a%2Fb%20%C3%A9/+/%23", false, "h", None, Some("a/b é/+/#")),
        ("mqtt://h/温度 1", false, "h", None, Some("温度 1")),
        ("mqtt://b%C3%BCcher.example", false, "bücher.example", None, None),
    ] {
        assert_eq!(tcp(text), (tls, host.to_owned(), port, topic.map(str::to_owned)), "{text}");
    }
}

#[test]
fn user_info() {
    for (info, user_name, password) in [
        ("", None, None),
        ("@", None, None),
        ("ann@", Some("ann"), None),
        ("ann:@", Some("ann"), Some(&b""[..])),
        (":p@", None, Some(b"p")),
        ("ann:p@", Some("ann"), Some(b"p")),
        ("ann:p:q@", Some("ann"), Some(b"p:q")),
        ("ann@home:p@q@", Some("ann@home"), Some(b"p@q")),
        ("a%3An%40n:%2F%23%3f%25%00%ff@", Some("a:n@n"), Some(b"/#?%\0\xff")),
    ] {
        for place in ["mqtt://{}h", "wss://{}h/mqtt", "unix://{}/run/s"] {
            let url = Url::parse(&place.replace("{}", info)).unwrap();
            assert_eq!(url.user_name.as_deref(), user_name, "{info}");
            assert_eq!(url.password.map(|secret| secret.expose().to_vec()).as_deref(), password, "{info}");
        }
    }
}

#[test]
fn websockets_and_sockets() {
    let place = |text| Url::parse(text).unwrap().place;
    let websocket =
        |tls, port, request: &str| Place::WebSocket { tls, host: "h".into(), port, request: Request::new(request, "").unwrap() };
    assert_eq!(place("ws://h"), websocket(false, None, ""));
    assert_eq!(place("wss://h:443/a%20b?c=%2F&d?"), websocket(true, Some(443), "/a%20b?c=%2F&d?"));
    assert_eq!(place("WS://h?q"), websocket(false, None, "/mqtt?q"));
    for (text, path) in [
        ("unix:/run/s", "/run/s"),
        ("unix:///run/s", "/run/s"),
        ("Unix:s", "s"),
        ("unix:///a%20%C3%A9", "/a é"),
        ("unix:a@b:c", "a@b:c"),
    ] {
        assert_eq!(place(text), Place::Socket { path: path.into() }, "{text}");
    }
}

#[test]
fn what_is_no_url_and_why() {
    use UrlError::{Brackets, Fragment, NotUtf8, Percent, Port, Query, Request, Scheme, Socket};
    let (empty, blank, more) =
        (UrlError::Host(HostError::Empty), UrlError::Host(HostError::Blank), UrlError::Host(HostError::Mixed));
    for (text, why) in [
        ("", Scheme),
        ("localhost", Scheme),
        ("localhost:1883", Scheme),
        ("http://h", Scheme),
        ("mqtt:h", Scheme),
        ("mqtt:/h", Scheme),
        (" mqtt://h", Scheme),
        ("://h", Scheme),
        ("mqtt://", empty),
        ("mqtt:///a", empty),
        ("mqtt://:1883", empty),
        ("mqtt://ann:p@", empty),
        ("wss://?", empty),
        ("mqtt://a b", blank),
        ("mqtt://a%20b", blank),
        ("mqtt://a\nb", blank),
        ("mqtt://a%00b", blank),
        ("mqtt://a%2Fb", more),
        ("mqtt://a%3A1", more),
        ("mqtt://a]b", more),
        ("mqtt://::1", Brackets),
        ("mqtt://::1:1883/a", Brackets),
        ("mqtt://[::1", Brackets),
        ("mqtt://[h]", Brackets),
        ("mqtt://[::1%]", Brackets),
        ("mqtt://[]", Brackets),
        ("mqtt://[::1]x", Port),
        ("mqtt://[::1]:", Port),
        ("mqtt://h:", Port),
        ("mqtt://h:0", Port),
        ("mqtt://h:65536", Port),
        ("mqtt://h:+1", Port),
        ("mqtt://h:1x", Port),
        ("mqtt://h:99999999999999999999", Port),
        ("mqtt://h/a#b", Fragment),
        ("mqtt://h#", Fragment),
        ("wss://h/mqtt#", Fragment),
        ("unix:/a#b", Fragment),
        ("mqtt://h/a?b", Query),
        ("mqtt://h?", Query),
        ("unix:/a?", Query),
        ("mqtt://h/%", Percent),
        ("mqtt://h/%4", Percent),
        ("mqtt://h/%zz", Percent),
        ("mqtt://100%@h", Percent),
        ("mqtt://u:100%@h", Percent),
        ("mqtt://h/%é", Percent),
        ("mqtt://h/%ff", NotUtf8("topic")),
        ("mqtt://%ff@h", NotUtf8("user name")),
        ("mqtt://%ff", NotUtf8("host")),
        ("unix:/%ff", NotUtf8("path")),
        ("ws://h/a b", Request),
        ("ws://h/é", Request),
        ("ws://h/\r\n", Request),
        ("unix:", Socket),
        ("unix://", Socket),
        ("unix://run/s", Socket),
        ("unix:/a%00", Socket),
    ] {
        assert_eq!(Url::parse(text), Err(why), "{text}");
    }
}

#[test]
fn a_password_is_in_no_debug_text() {
    let url = Url::parse("mqtt://ann:hunter2@h").unwrap();
    assert!(!format!("{url:?}").contains("hunter2"));
}
