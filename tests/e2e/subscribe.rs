//! What `sub` asks the broker for: the options of SUBSCRIBE, byte for byte, and what becomes of deliveries because of them.

use crate::at;
use crate::rules::Scene;
use crate::support::harness::{Case, Tool, case};
use crate::support::mosquitto::Mosquitto;
use crate::support::mqx::Mqx;
use crate::support::packets::{Publish, Version, first, property, suback};
use crate::support::peer::Peer;
use crate::support::{STEP, Verdict, ensure, ensure_eq};

const V5: Version = Version::V5;

pub fn cases(list: &mut Vec<Case>) {
    for (words, options, properties) in asked() {
        list.push(case(format!("subscribe::asks_for{}", words.concat()), move || asks(words, options, properties)));
    }
    for (words, says) in WRONG {
        list.push(case(format!("subscribe::wrong::{}", words.join("_")), || wrong(words, says)));
    }
    list.push(case("subscribe::an_identifier_comes_back", identified));
    list.push(case("subscribe::no_retained_as_published", not_retained_as_published));
    list.push(case("subscribe::an_option_of_version_5_is_asked_of_no_other", only_version_5));
    list.push(case("subscribe::identifiers_that_the_broker_has_not", no_identifiers));
    for version in Version::BOTH {
        let mut add = |name: &str, body: fn(Version) -> Verdict| {
            list.push(case(format!("subscribe::{name}::{}", version.flag()), move || body(version)));
        };
        add("what_is_filtered_out_is_acknowledged_and_not_counted", filtered_out);
        add("exit_after_subscribe", exits);
        add("exit_after_subscribe_with_a_refusal", exits_refused);
        add("exit_after_subscribe_waits_for_the_answer", exits_late);
    }
    list.push(case("mosquitto::options_of_a_subscription", at_mosquitto).needs(Tool::Mosquitto));
}

type Asked = (&'static [&'static str], u8, &'static [u8]);

/// Options, the Subscription Options that they make beside QoS 1, and the properties of SUBSCRIBE.
fn asked() -> [Asked; 9] {
    [
        (&["-q", "1"], 0x00, b""),
        (&["-R"], 0x20, b""),
        (&["--no-local"], 0x04, b""),
        (&["--retain-as-published"], 0x08, b""),
        (&["--retain-handling", "always"], 0x00, b""),
        (&["--retain-handling", "new"], 0x10, b""),
        (&["--retain-handling", "never"], 0x20, b""),
        (&["--subscription-id", "128"], 0x00, b"\x0B\x80\x01"),
        (&["--subscription-id", "268435455", "--no-local", "--retain-as-published", "-R"], 0x2C, b"\x0B\xFF\xFF\xFF\x7F"),
    ]
}

/// The same for each of two filters.
fn asks(words: &[&str], options: u8, properties: &'static [u8]) -> Verdict {
    let scene = Scene::start(V5, &[&["sub", "-C", "1", "a", "b/#"], words].concat(), move |listener| {
        let (mut client, _) = listener.welcome(V5)?;
        let asked = client.grant_subscribe()?;
        let filters = vec![(b"a".to_vec(), options | 1), (b"b/#".to_vec(), options | 1)];
        ensure_eq(&asked.filters, &filters, "filters and their options")?;
        ensure_eq(&asked.properties, &properties.to_vec(), "properties of SUBSCRIBE")?;
        client.send(&Publish::new(0, 0, "a", "x").bytes(V5))?;
        client.goodbye()
    })?;
    scene.finish(STEP)?.expect(0, "x\n", "")
}

/// Refused before there is a connection.
const WRONG: &[(&[&str], &str)] = &[
    (&["$share/g/a", "--no-local"], "error: topic filter '$share/g/a': a shared subscription takes no --no-local\n"),
    (&["a", "-T", "b/#/c"], "error: -T 'b/#/c': # must be alone in the last level\n"),
    (&["-T", "a"], "error: no topic filter\n"),
    (&["a", "--subscription-id", "0"], "0 is not in 1..=268435455"),
    (&["a", "--subscription-id", "268435456"], "268435456 is not in 1..=268435455"),
    (&["a", "--retain-handling", "later"], "[possible values: always, new, never]"),
    (&["a", "--retain-handling", "new", "-R"], "cannot be used with"),
    (&["a", "-V", "311", "--no-local"], "error: --no-local needs MQTT 5, and -V asks for 3.1.1\n"),
    (&["a", "-V", "311", "--retain-as-published"], "error: --retain-as-published needs MQTT 5, and -V asks for 3.1.1\n"),
    (&["a", "-V", "311", "--retain-handling", "new"], "error: --retain-handling needs MQTT 5, and -V asks for 3.1.1\n"),
    (&["a", "-V", "311", "--subscription-id", "1"], "error: --subscription-id needs MQTT 5, and -V asks for 3.1.1\n"),
];

fn wrong(words: &[&str], says: &str) -> Verdict {
    Mqx::new([&["sub"], words].concat())?.run()?.expect(2, "", says)
}

/// Several identifiers, when several subscriptions match.
fn identified() -> Verdict {
    let scene = Scene::start(V5, &["sub", "-C", "2", "--json", "--subscription-id", "7", "a"], |listener| {
        let (mut client, _) = listener.welcome(V5)?;
        client.grant_subscribe()?;
        let delivery = |properties: &[u8]| Publish::new(0, 0, "a", "x").properties(properties).bytes(V5);
        client.send(&[delivery(b"\x0B\x07"), delivery(b"\x0B\x07\x0B\x80\x01")].concat())?;
        client.goodbye()
    })?;
    let outcome = scene.finish(STEP)?;
    outcome.expect_code(0)?;
    let text = String::from_utf8_lossy(&outcome.stdout).into_owned();
    let shown: Vec<bool> =
        text.lines().zip(["[7]", "[7,128]"]).map(|(line, ids)| line.contains(&format!("\"subscription_ids\":{ids}"))).collect();
    ensure_eq(&shown, &vec![true, true], "the identifiers of each message")
}

/// With `-R` alone the flag means a message that was stored; as published it does not.
fn not_retained_as_published() -> Verdict {
    for (words, shown) in [(&["-R"][..], "2\n"), (&["-R", "--retain-as-published"], "1\n")] {
        let scene = Scene::start(V5, &[&["sub", "-C", "1", "a"], words].concat(), |listener| {
            let (mut client, _) = listener.welcome(V5)?;
            client.grant_subscribe()?;
            client.send(&Publish::new(0, 0, "a", "1").retain().bytes(V5))?;
            client.send(&Publish::new(0, 0, "a", "2").bytes(V5))?;
            client.goodbye()
        })?;
        scene.finish(STEP)?.expect(0, shown, "")?;
    }
    Ok(())
}

/// A broker of 3.1.1 is not asked in 3.1.1, where the option would say nothing.
fn only_version_5() -> Verdict {
    let peer = Peer::play(|listener| {
        let mut client = listener.accept()?;
        client.expect_connect()?;
        client.send(b"\x20\x02\x00\x01")?;
        client.expect_eof()
    })?;
    let outcome = Mqx::new(["sub", "-h", "127.0.0.1", "-p", &peer.port(), "--no-local", "a"])?.run()?;
    outcome.expect(4, "", "error: ")?;
    peer.finish()
}

/// The limit is named and nothing is asked for.
fn no_identifiers() -> Verdict {
    let scene = Scene::start(V5, &["sub", "--subscription-id", "1", "a"], |listener| {
        let (client, _) = listener.welcome_with(V5, false, &property::subscription_id_available(false))?;
        client.goodbye()
    })?;
    let why = "the broker takes no subscription identifiers (Subscription Identifiers Available is 0)";
    let said = format!("warning: the subscription to a was refused: {why}\nerror: 1 subscription refused\n");
    scene.finish(STEP)?.expect(5, "", &said)
}

fn filtered_out(version: Version) -> Verdict {
    let scene = Scene::start(version, &["sub", "-C", "2", "-v", "-T", "a/b", "-T", "+/c/#", "#"], move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.grant_subscribe()?;
        let topics = ["a/b", "a/b/d", "x/c", "x/c/d", "a"];
        for (id, topic) in (1..).zip(topics) {
            client.send(&Publish::new(1, id, topic, "x").bytes(version))?;
            client.expect_ack(first::PUBACK, id)?;
        }
        client.goodbye()
    })?;
    scene.finish(STEP)?.expect(0, "a/b/d x\na x\n", "")
}

/// In a session that is kept, so that the subscription is there for the next run.
fn exits(version: Version) -> Verdict {
    let scene = Scene::start(version, &["sub", "-c", "-i", "me", "-E", "a", "b"], move |listener| {
        let (mut client, connect) = listener.welcome(version)?;
        ensure(!connect.clean(), "-c keeps the session")?;
        client.grant_subscribe()?;
        ensure_eq(&client.expect_disconnect()?, &(0, Vec::new()), "DISCONNECT of a session that is kept")?;
        client.expect_eof()
    })?;
    scene.finish(STEP)?.expect(0, "", "subscribed to b at QoS 1\n")
}

fn exits_refused(version: Version) -> Verdict {
    let scene = Scene::start(version, &["sub", "-E", "a", "b"], move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        let asked = client.expect_subscribe()?;
        client.send(&suback(version, asked.id, &[1, 0x80]))?;
        client.goodbye()
    })?;
    scene.finish(STEP)?.expect(5, "", "error: 1 subscription refused\n")
}

/// Not before it, and `-W` counts until then.
fn exits_late(version: Version) -> Verdict {
    let scene = Scene::start(version, &["sub", "-E", "-W", "300ms", "a"], move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.expect_subscribe()?;
        client.expect_disconnect()?;
        client.expect_eof()
    })?;
    scene.finish(STEP)?.expect(27, "", "error: -W has passed\n")
}

/// A real broker: identifiers come back, a new subscription gets what is retained, and the flag comes as it was set.
fn at_mosquitto() -> Verdict {
    let broker = Mosquitto::start()?;
    let publish = |payload: &str| at(&broker.port(), V5, &["pub", "-r", "a", payload])?.run()?.expect(0, "", "");
    publish("stored")?;
    let words =
        ["sub", "-C", "2", "--json", "--subscription-id", "300", "--retain-as-published", "--retain-handling", "new", "a"];
    let sub = at(&broker.port(), V5, &words)?.start()?;
    sub.wait_stdout("stored")?;
    publish("live")?;
    let outcome = sub.finish(STEP)?;
    outcome.expect_code(0)?;
    let text = String::from_utf8_lossy(&outcome.stdout).into_owned();
    let wanted = |line: &str| line.contains("\"retain\":true") && line.contains("\"subscription_ids\":[300]");
    ensure_eq(&text.lines().map(wanted).collect(), &vec![true, true], "the flag and the identifier of each message")
}
