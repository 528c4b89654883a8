//! What a value says beside its own option: a URL may name a user, a host a port. Used where layers are put together.

use super::{Given, Setting};
use crate::net::endpoint::host_and_port;
use crate::net::{Place, Url};

fn texts(setting: &Setting) -> Vec<&str> {
    match &setting.given {
        Given::Switch(_) => Vec::new(),
        Given::Values(values) => values.iter().filter_map(|value| value.to_str()).collect(),
    }
}

/// Options that a setting stands for beside its own.
pub(super) fn claims(setting: &Setting) -> Vec<&'static str> {
    let texts = texts(setting);
    let mut claims = Vec::new();
    if setting.name == "url" {
        for url in texts.iter().filter_map(|text| Url::parse(text).ok()) {
            claims.extend(url.user_name.is_some().then_some("username"));
            claims.extend(url.password.is_some().then_some("password"));
            let secure = matches!(url.place, Place::Tcp { tls: true, .. } | Place::WebSocket { tls: true, .. });
            claims.push(if secure { "tls" } else { "no-tls" });
        }
    }
    if setting.name == "host" {
        let named = |text: &str| host_and_port(text).is_ok_and(|(_, port)| port.is_some());
        claims.extend(texts.iter().all(|text| text.split(',').all(named)).then_some("port"));
    }
    claims
}

/// Takes out of a value what a higher layer says: of a URL its user (and password) or its password, of hosts their ports.
pub(super) fn cut(setting: &mut Setting, user: bool, password: bool, port: bool) {
    let change: fn(&str) -> String = match &*setting.name {
        "url" if user => without_user,
        "url" if password => without_password,
        "host" if port => without_port,
        _ => return,
    };
    let Given::Values(values) = &mut setting.given else { return };
    for value in values {
        if let Some(text) = value.to_str() {
            *value = change(text).into();
        }
    }
}

/// A URL before its user information, that, and the rest.
fn split(url: &str) -> Option<(&str, &str, &str)> {
    let (scheme, rest) = url.split_once("://")?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let at = rest.get(..end)?.rfind('@')?;
    Some((url.get(..scheme.len() + 3)?, rest.get(..at)?, rest.get(at + 1..)?))
}

fn without_user(url: &str) -> String {
    split(url).map_or_else(|| url.to_owned(), |(scheme, _, rest)| format!("{scheme}{rest}"))
}

fn without_password(url: &str) -> String {
    split(url).map_or_else(
        || url.to_owned(),
        |(scheme, user_info, rest)| {
            let user = user_info.split_once(':').map_or(user_info, |(user, _)| user);
            if user.is_empty() { format!("{scheme}{rest}") } else { format!("{scheme}{user}@{rest}") }
        },
    )
}

fn without_port(hosts: &str) -> String {
    let host = |text: &str| match host_and_port(text) {
        Ok((host, Some(_))) => host,
        _ => text.to_owned(),
    };
    hosts.split(',').map(host).collect::<Vec<_>>().join(",")
}

/// A URL for a person: whatever may be user information is starred, that of a URL that is none too; and its query, which may be a
/// signature that is as good as a password.
pub(super) fn starred(url: &str) -> String {
    let shown = match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, rest)), _) if !rest.contains('@') => format!("{scheme}://{rest}"),
        (Some((scheme, _)), Some((_, rest))) => format!("{scheme}://***@{rest}"),
        (None, None) if url.starts_with("unix:") => url.to_owned(),
        _ => "***".to_owned(),
    };
    shown.split_once('?').map_or_else(|| shown.clone(), |(before, _)| format!("{before}?***"))
}

#[cfg(test)]
mod tests {
    use super::super::Source;
    use super::*;

    fn setting(name: &str, value: &str) -> Setting {
        Setting { name: name.to_owned(), given: Given::Values(vec![value.into()]), source: Source::Typed }
    }

    #[test]
    fn what_a_value_claims() {
        for (name, value, expected) in [
            ("url", "mqtt://h", &["no-tls"][..]),
            ("url", "mqtts://ann@h", &["username", "tls"]),
            ("url", "wss://ann:p@h/x", &["username", "password", "tls"]),
            ("url", "unix:/run/x", &["no-tls"]),
            ("url", "nonsense", &[]),
            ("host", "a:1,[::1]:2", &["port"]),
            ("host", "a:1,b", &[]),
            ("host", "::1", &[]),
            ("username", "mqtts://ann@h", &[]),
        ] {
            assert_eq!(claims(&setting(name, value)), expected, "{value}");
        }
    }

    #[test]
    fn what_is_cut_out() {
        let cut_of = |name, value, user, password, port| {
            let mut setting = setting(name, value);
            cut(&mut setting, user, password, port);
            texts(&setting).concat()
        };
        assert_eq!(cut_of("url", "mqtt://a:b@h/t@x", true, true, false), "mqtt://h/t@x");
        assert_eq!(cut_of("url", "mqtt://a:b@h", false, true, false), "mqtt://a@h");
        assert_eq!(cut_of("url", "mqtt://:b@h", false, true, false), "mqtt://h");
        assert_eq!(cut_of("url", "mqtt://h/a@b", true, true, true), "mqtt://h/a@b");
        assert_eq!(cut_of("url", "mqtt://a:b@h", false, false, true), "mqtt://a:b@h");
        assert_eq!(cut_of("host", "a:1,[::1]:2,b,::1", false, false, true), "a,::1,b,::1");
        assert_eq!(cut_of("host", "a:1", true, true, false), "a:1");
    }

    #[test]
    fn no_part_of_a_password_is_shown() {
        for (url, shown) in [
            ("mqtt://h:1/t", "mqtt://h:1/t"),
            ("mqtt://a:c4n4ry@h", "mqtt://***@h"),
            ("mqtt://a:c4n4ry/@h", "mqtt://***@h"),
            ("mqtt://a:c4n4ry@c4n4ry@h", "mqtt://***@h"),
            ("a:c4n4ry@h", "***"),
            ("c4n4ry", "***"),
            ("unix:/run/x", "unix:/run/x"),
            ("wss://h/mqtt?X-Signature=c4n4ry", "wss://h/mqtt?***"),
            ("wss://a:c4n4ry@h?c4n4ry", "wss://***@h?***"),
        ] {
            assert_eq!(starred(url), shown, "{url}");
        }
    }
}
