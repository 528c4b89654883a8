//! Target `url`: any text as the URL of a broker. What is taken can be written out again, every part escaped, and is the same.
//!
//! Called by the fuzzer's entry and by the property tests.

use mqx::net::url::{Place, Url};

/// Texts to begin with.
pub const SEEDS: &[&[u8]] = &[
    b"mqtt://broker.example",
    b"MQTTS://broker.example/",
    b"mqtt://h:1/a//b/../c",
    b"mqtt://[fe80::1%25eth0]:1884/a",
    b"mqtts://ann@home:p%2F%23%ff@h:65535/a%2Fb%20%C3%A9/+/%23",
    b"mqtt://:p@192.0.2.1",
    b"mqtt://u:@[::1]",
    b"wss://h:443/a%20b?c=%2F&d?",
    b"ws://ann:p@h?q",
    b"unix:/run/s",
    b"unix://ann:p@/run/a%20b",
    b"Unix:s",
    b"mqtt://::1:1883/a",
    b"mqtt://h:0",
    b"mqtt://h/a#b",
    b"mqtt://100%@h",
];

/// One input. Returns 1 for a good one.
///
/// # Panics
/// When something does not hold that must.
pub fn url(data: &[u8]) -> u64 {
    let Ok(text) = std::str::from_utf8(data) else { return 0 };
    let url = match Url::parse(text) {
        Ok(url) => url,
        Err(error) => {
            let says = error.to_string();
            assert!(!says.is_empty() && says.is_ascii() && says.len() < 200, "{text}: {says}");
            return 0;
        }
    };
    match &url.place {
        Place::Tcp { host, port, topic, .. } => {
            check_place(host, *port);
            assert!(topic.as_ref().is_none_or(|topic| !topic.is_empty()));
        }
        Place::WebSocket { host, port, request, .. } => {
            check_place(host, *port);
            let request = request.expose();
            assert!(request.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#'), "{request}");
            assert!(request.starts_with('/'), "{request}");
        }
        Place::Socket { path } => {
            let path = path.as_os_str().as_encoded_bytes();
            assert!(!path.is_empty() && !path.contains(&0), "{text}");
        }
    }
    assert!(url.user_name.as_ref().is_none_or(|name| !name.is_empty()));
    let again = written(&url);
    assert_eq!(Url::parse(&again), Ok(url), "{text} is written {again}");
    1
}

fn check_place(host: &str, port: Option<u16>) {
    // The name of an IPv6 address's zone may have a bracket.
    let (bare, zone) = host.split_once('%').filter(|_| host.contains(':')).unwrap_or((host, ""));
    assert!(!host.is_empty() && !bare.contains(['[', ']']) && !zone.contains(']'), "{host}");
    assert!(!host.contains(['/', '@', '?', '#', ' ', '\0', '\n', '\r']), "{host}");
    assert_ne!(port, Some(0));
}

/// A URL as a text, with every byte escaped that can be.
fn written(url: &Url) -> String {
    let mut user = url.user_name.as_ref().map_or(String::new(), |name| escaped(name.as_bytes()));
    if let Some(password) = &url.password {
        user += ":";
        user += &escaped(password.expose());
    }
    if !user.is_empty() {
        user += "@";
    }
    match &url.place {
        Place::Tcp { tls, host, port, topic } => {
            let topic = topic.as_ref().map_or(String::new(), |topic| format!("/{}", escaped(topic.as_bytes())));
            format!("{}://{user}{}{topic}", if *tls { "mqtts" } else { "mqtt" }, authority(host, *port))
        }
        Place::WebSocket { tls, host, port, request } => {
            format!("{}://{user}{}{}", if *tls { "wss" } else { "ws" }, authority(host, *port), request.expose())
        }
        Place::Socket { path } => {
            let path = path.as_os_str().as_encoded_bytes();
            match path.strip_prefix(b"/") {
                Some(rest) => format!("unix://{user}/{}", escaped(rest)),
                None => format!("unix:{user}{}", escaped(path)),
            }
        }
    }
}

fn authority(host: &str, port: Option<u16>) -> String {
    let host = if host.contains(':') { format!("[{}]", host.replacen('%', "%25", 1)) } else { escaped(host.as_bytes()) };
    port.map_or(host.clone(), |port| format!("{host}:{port}"))
}

fn escaped(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("%{byte:02X}")).collect()
}
