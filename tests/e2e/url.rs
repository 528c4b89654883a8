//! `-L URL`: what of it reaches the broker, and what is wrong with one, in words that never hold its password.

use crate::support::certificates::Certificates;
use crate::support::harness::{Case, case};
use crate::support::mqx::Mqx;
use crate::support::packets::{Publish, Version, puback};
use crate::support::peer::Peer;
use crate::support::{Verdict, ensure, ensure_eq, text};

const PASSWORD: &str = "c4n4ry-w0rd";

pub fn cases(list: &mut Vec<Case>) {
    for version in Version::BOTH {
        let name = |what: &str| format!("url::{what}::{}", version.flag());
        list.push(case(name("publish"), move || publish(version)));
        list.push(case(name("subscribe"), move || subscribe(version)));
    }
    list.push(case("url::sim_temp", sim_temp));
    list.push(case("url::mqtts", mqtts));
    list.push(case("url::mqtt_on_8883_is_plain", plain_on_the_port_of_tls));
    for (words, says) in REFUSED {
        list.push(case(format!("url::refused::{}", words.join(" ")), || refused(words, says)));
    }
    for option in ["-h", "-p"] {
        list.push(case(format!("url::refused::with {option}"), move || twice(option)));
    }
}

/// User name and password arrive decoded, and the path is the topic.
fn publish(version: Version) -> Verdict {
    let peer = Peer::play(move |listener| {
        let (mut client, connect) = listener.welcome(version)?;
        ensure_eq(
            &(connect.user.as_deref(), connect.password.as_deref()),
            &(Some(&b"ann@home"[..]), Some(&b"c4n4ry-w0rd/"[..])),
            "who",
        )?;
        let id = client.expect_message(1, "/a b/../c", "hot")?;
        client.send(&puback(version, id))?;
        client.goodbye()
    })?;
    let url = format!("MQTT://ann%40home:{PASSWORD}%2F@127.0.0.1:{}//a%20b/../c", peer.port());
    Mqx::new(["pub", "-V", version.flag(), "-L", &url, "hot"])?.secret(PASSWORD).run()?.expect(0, "", "")?;
    peer.finish()
}

/// The path is one filter more, behind those of `-t`.
fn subscribe(version: Version) -> Verdict {
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        let subscribe = client.grant_subscribe()?;
        let filters: Vec<&[u8]> = subscribe.filters.iter().map(|(filter, _)| &**filter).collect();
        ensure_eq(&filters, &vec![&b"a"[..], b"b/#", b"c"], "filters")?;
        client.send(&Publish::new(0, 0, "b/x", "hot").bytes(version))?;
        client.goodbye()
    })?;
    let url = format!("mqtt://127.0.0.1:{}/b/%23", peer.port());
    Mqx::new(["sub", "-V", version.flag(), "-C", "1", "--url", &url, "c", "-t", "a"])?.run()?.expect(0, "hot\n", "")?;
    peer.finish()
}

fn sim_temp() -> Verdict {
    let peer = Peer::play(|listener| {
        let (mut client, _) = listener.welcome(Version::V5)?;
        let publish = client.expect_publish()?;
        ensure_eq(&&*publish.topic, &&b"hall"[..], "topic")?;
        client.send(&puback(Version::V5, publish.id))?;
        client.goodbye()
    })?;
    let url = format!("mqtt://127.0.0.1:{}/hall", peer.port());
    let outcome = Mqx::new(["sim-temp", "-C", "1", "-L", &url])?.run()?;
    outcome.expect_code(0)?;
    ensure(outcome.stdout.ends_with(b" to topic hall\n"), &outcome)?;
    peer.finish()
}

fn mqtts() -> Verdict {
    let certificates = Certificates::new()?;
    let peer = Peer::play_tls(&certificates.good, |listener| listener.take_one(Version::V5, "a", "x"))?;
    let url = format!("mqtts://127.0.0.1:{}/a", peer.port());
    let ca = text(&certificates.ca)?;
    Mqx::new(["pub", "--cafile", ca, "-L", &url, "x"])?.run()?.expect(0, "", "")?;
    peer.finish()
}

/// The scheme says it. Nobody listens there, and the address is told as TCP's.
fn plain_on_the_port_of_tls() -> Verdict {
    let outcome = Mqx::new(["pub", "-L", "mqtt://127.255.255.254:8883/a", "x", "--retry", "never"])?.run()?;
    outcome.expect(3, "", "error: cannot connect to 127.255.255.254:8883")
}

/// Arguments behind `pub a x`, and all that stderr says.
const REFUSED: &[(&[&str], &str)] = &[
    (&["-L", "mqtt://ann:c4n4ry-w0rd@h:0"], "error: -L: a port is a number from 1 to 65535; a / in a password is written %2F\n"),
    (
        &["-L", "mqtt://ann:c4n4ry-w0rd@h:65536"],
        "error: -L: a port is a number from 1 to 65535; a / in a password is written %2F\n",
    ),
    (&["-L", "mqtt://ann:c4n4ry-w0rd/@h"], "error: -L: a port is a number from 1 to 65535; a / in a password is written %2F\n"),
    (&["-L", "mqtt://ann:c4n4ry-w0rd@h/a#b"], "error: -L: it has a fragment; a # in it is written %23\n"),
    (&["-L", "mqtt://ann:c4n4ry-w0rd@h/a?b"], "error: -L: it has a query, which means nothing here; a ? in it is written %3F\n"),
    (&["-L", "mqtt://ann:c4n4ry-w0rd@a b"], "error: -L: a host has no spaces\n"),
    (&["-L", "mqtt://ann:c4n4ry-w0rd@"], "error: -L: a host has a name\n"),
    (&["-L", "mqtt:///a"], "error: -L: a host has a name\n"),
    (
        &["-L", "mqtt://::1"],
        "error: -L: an IPv6 address stands in brackets, as in [::1], and nothing else does; a / in a password is written %2F\n",
    ),
    (&["-L", "c4n4ry-w0rd"], "error: -L: a URL of a broker begins with mqtt://, mqtts://, ws://, wss:// or unix:\n"),
    (&["-L", "http://c4n4ry-w0rd"], "error: -L: a URL of a broker begins with mqtt://, mqtts://, ws://, wss:// or unix:\n"),
    (
        &["-L", "mqtts://ann:c4n4ry-w0rd@h", "--no-tls"],
        "error: a URL with mqtts:// asks for TLS, and --no-tls for none\nhint: mqtt:// is without TLS\n",
    ),
    (
        &["-L", "mqtt://ann:c4n4ry-w0rd@h", "--insecure"],
        "error: a URL with mqtt:// asks for no TLS, and --insecure for TLS\nhint: mqtts:// is with TLS\n",
    ),
    (&["-L", "mqtt://ann:c4n4ry-w0rd@h", "-u", "ann"], "error: the user name is given twice, by -u and in the URL\n"),
    (&["-L", "mqtt://ann:c4n4ry-w0rd@h", "-P", "c4n4ry-w0rd"], "error: the password is given twice, by -P and in the URL\n"),
    (&["-L", "mqtt://h/a", "-t", "a"], "error: the topic is given twice, by -t and in the URL\n"),
    (&["-L", "mqtt://h/a"], "error: 'x' is one word too many\nhint: quote a message that has spaces\n"),
    (
        &["-L", "mqtt://h/a", "-L", "mqtt://ann:c4n4ry-w0rd@i/b"],
        "error: the URLs name different topics; they are ways to one broker\n",
    ),
];

fn refused(words: &[&str], says: &str) -> Verdict {
    let outcome = Mqx::new([&["pub", "a", "x"], words].concat())?.secret(PASSWORD).run()?;
    outcome.expect(2, "", "")?;
    ensure_eq(&&*outcome.stderr, &says, "stderr")
}

/// clap says it, and would show the value of `-L` if it knew it.
fn twice(option: &str) -> Verdict {
    let url = format!("mqtt://ann:{PASSWORD}@h");
    let outcome = Mqx::new(["pub", "a", "x", "-L", &url, option, "1883"])?.secret(PASSWORD).run()?;
    outcome.expect(2, "", "error: the argument '--url <URL>' cannot be used with")
}
