//! `sub --json | pub --from-json` is the identity on any message: what is published comes out of `sub --json`, is published again by
//! `pub --from-json`, and comes out of `sub --json` the same in topic, payload, QoS, retain and properties. Real processes; the seeds are
//! fixed.

use std::net::TcpStream;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use serde_json::Value;

use crate::at;
use crate::support::client::RawClient;
use crate::support::harness::{Case, Tool, case};
use crate::support::mosquitto::Mosquitto;
use crate::support::mqx::Outcome;
use crate::support::packets::{Publish, Version, ack, first, property, puback, pubcomp, pubrec, pubrel, string};
use crate::support::peer::Peer;
use crate::support::{STEP, Verdict, ensure, ensure_eq, parse};

pub fn cases(list: &mut Vec<Case>) {
    for version in Version::BOTH {
        list.push(case(format!("bridge::any_message::{}", version.flag()), move || scripted(version)));
    }
    list.push(case("bridge::any_message::mosquitto", through_mosquitto).needs(Tool::Mosquitto));
    list.push(case("bridge::the_comparison_can_fail", teeth));
}

const COUNT: usize = 300;

/// A message in a form in which two can be compared: topic, payload, QoS, retain, and properties sorted by their identifier, those of one
/// identifier in their order. Expiry is not among them.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Sample {
    topic: String,
    payload: Vec<u8>,
    qos: u64,
    retain: bool,
    properties: Vec<(u8, Vec<u8>)>,
    expiry: Option<u64>,
}

impl Sample {
    fn of(publish: &Publish) -> Verdict<Self> {
        let mut properties = parse::properties(&publish.properties)?;
        properties.sort_by_key(|(id, _)| *id);
        let expiry = properties.iter().find(|(id, _)| *id == 0x02);
        let expiry = expiry.map(|(_, value)| value.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)));
        properties.retain(|(id, _)| *id != 0x02);
        let topic = String::from_utf8(publish.topic.clone())?;
        Ok(Self { topic, payload: publish.payload.clone(), qos: publish.qos.into(), retain: publish.retain, properties, expiry })
    }

    /// Of a line of `sub --json`, read by another reader than `pub`'s.
    fn of_line(line: &str) -> Verdict<Self> {
        let value: Value = serde_json::from_str(line)?;
        let text = |name: &str| value[name].as_str().map(string);
        let payload = value["payload"].as_str().ok_or("no payload")?;
        let payload = if value["encoding"] == "utf8" { payload.as_bytes().to_vec() } else { STANDARD.decode(payload)? };
        let correlation = value["correlation_data"].as_str().map(|data| STANDARD.decode(data)).transpose()?.map(string);
        let pair = |pair: &Value| -> Verdict<(u8, Vec<u8>)> {
            let part = |index: usize| pair[index].as_str().ok_or("a user property is two texts");
            Ok((0x26, [string(part(0)?), string(part(1)?)].concat()))
        };
        let users = value["user_properties"].as_array().map_or(&[][..], Vec::as_slice);
        let format = value["payload_format"].as_u64().map(|format| vec![u8::try_from(format).unwrap_or(u8::MAX)]);
        let single = [(0x01, format), (0x03, text("content_type")), (0x08, text("response_topic")), (0x09, correlation)];
        let mut properties: Vec<_> = single.into_iter().filter_map(|(id, value)| Some((id, value?))).collect();
        for user in users {
            properties.push(pair(user)?);
        }
        ensure(value["size"] == payload.len(), format_args!("size {} of {} bytes", value["size"], payload.len()))?;
        Ok(Self {
            topic: value["topic"].as_str().ok_or("no topic")?.to_owned(),
            payload,
            qos: value["qos"].as_u64().ok_or("no QoS")?,
            retain: value["retain"].as_bool().ok_or("no retain")?,
            properties,
            expiry: value["expiry"].as_u64(),
        })
    }

    /// The number that its topic begins with.
    fn number(&self) -> usize {
        self.topic.split('/').next().and_then(|number| number.parse().ok()).unwrap_or(usize::MAX)
    }
}

/// Each sample is there once and the same. Only their order may be another, since it holds within a QoS, and an expiry may have passed
/// in part.
fn same(expected: &[Sample], mut actual: Vec<Sample>) -> Verdict {
    actual.sort_by_key(Sample::number);
    ensure_eq(&actual.len(), &expected.len(), "messages")?;
    for (expected, mut actual) in expected.iter().zip(actual) {
        let passed = expected.expiry.zip(actual.expiry).map(|(expected, actual)| expected.saturating_sub(actual));
        if passed.is_some_and(|passed| passed < 120) && actual.expiry <= expected.expiry {
            actual.expiry = expected.expiry;
        }
        ensure_eq(&actual, expected, "a message")?;
    }
    Ok(())
}

fn lines(outcome: &Outcome) -> Verdict<Vec<Sample>> {
    outcome.expect_code(0)?;
    std::str::from_utf8(&outcome.stdout)?.lines().map(Sample::of_line).collect()
}

/// What no text of MQTT may have is left out; what JSON escapes, what a terminal must not see, and what is neither is in it.
const ANY: &[char] = &[
    'a',
    ' ',
    '"',
    '\\',
    '/',
    '\n',
    '\u{1}',
    '\u{1b}',
    '\u{7f}',
    '\u{9b}',
    '\u{202e}',
    'é',
    '\u{feff}',
    '\u{ffff}',
    '😀',
    '\u{10ffff}',
];
/// mosquitto takes a control character and a noncharacter for a malformed packet, which the specification allows [MQTT-1.5.4-1].
const TAME: &[char] = &['a', ' ', '"', '\\', '/', '{', '\u{202e}', 'é', '\u{feff}', '😀', '\u{e0001}'];

struct Dice<'a> {
    random: ChaCha8Rng,
    letters: &'a [char],
}

impl Dice<'_> {
    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.random.next_u32()).unwrap_or(0) % bound
    }

    fn text(&mut self, most: usize) -> String {
        let length = self.below(most + 1);
        (0..length).map(|_| self.letters[self.below(self.letters.len())]).collect()
    }

    /// Now and then as long as one can be.
    fn long(&mut self, most: usize) -> String {
        if self.below(20) == 0 { "\"é".repeat(21_845) } else { self.text(most) }
    }

    fn bytes(&mut self, most: usize) -> Vec<u8> {
        let mut bytes = vec![0; self.below(most + 1)];
        self.random.fill_bytes(&mut bytes);
        bytes
    }

    fn payload(&mut self) -> Vec<u8> {
        match self.below(5) {
            0 => Vec::new(),
            1 => self.text(60).into_bytes(),
            2 => self.bytes(60),
            3 => (0..=255).collect(),
            _ => self.bytes(100_000),
        }
    }

    fn properties(&mut self, payload: &[u8]) -> Vec<u8> {
        let mut block = Vec::new();
        let text = |id: u8, text: &[u8]| [vec![id], string(text)].concat();
        if std::str::from_utf8(payload).is_ok() && self.below(2) == 0 {
            block.extend([0x01, u8::from(self.below(2) == 0)]);
        }
        if self.below(2) == 0 {
            block.extend(property::message_expiry(3_600 + self.random.next_u32() / 2));
        }
        if self.below(2) == 0 {
            block.extend(text(0x03, self.long(20).as_bytes()));
        }
        if self.below(2) == 0 {
            block.extend(text(0x08, format!("r{}", self.text(20)).as_bytes()));
        }
        if self.below(2) == 0 {
            block.extend(text(0x09, &self.bytes(30)));
        }
        for _ in 0..[0, 1, 3, 40][self.below(4)] {
            // Few names, so that they are repeated.
            let name = ["", "a", "b", "\"name\""][self.below(4)];
            block.extend(property::user(name, &self.text(12)));
        }
        if self.below(20) == 0 {
            block.extend(property::user(&"n".repeat(65_535), &"\\".repeat(65_535)));
        }
        block
    }

    /// Message `index`, which its topic begins with.
    fn message(&mut self, version: Version, index: usize) -> Publish {
        let payload = self.payload();
        let qos = u8::try_from(self.below(3)).unwrap_or(0);
        let id = if qos == 0 { 0 } else { u16::try_from(index + 1).unwrap_or(u16::MAX) };
        let mut message = Publish::new(qos, id, format!("{index}/{}", self.text(30)), payload);
        message.retain = self.below(2) == 0;
        if version == Version::V5 {
            message.properties = self.properties(&message.payload);
        }
        message
    }
}

fn messages(version: Version, letters: &[char], seed: u64) -> Vec<Publish> {
    let mut dice = Dice { random: ChaCha8Rng::seed_from_u64(seed), letters };
    (0..COUNT).map(|index| dice.message(version, index)).collect()
}

/// What `sub --json` prints of these messages.
fn printed(version: Version, messages: Vec<Publish>) -> Verdict<Outcome> {
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.grant_subscribe()?;
        for message in &messages {
            client.send(&message.bytes(version))?;
            match message.qos {
                0 => {}
                1 => drop(client.expect_ack(first::PUBACK, message.id)?),
                _ => {
                    client.expect_ack(first::PUBREC, message.id)?;
                    client.send(&pubrel(version, message.id))?;
                    client.expect_ack(first::PUBCOMP, message.id)?;
                }
            }
        }
        client.goodbye()
    })?;
    let sub = at(&peer.port(), version, &["sub", "-q", "2", "--json", "-C", &COUNT.to_string(), "#"])?.run()?;
    peer.finish()?;
    Ok(sub)
}

/// What `pub --from-json` publishes of these lines.
fn published(version: Version, lines: Vec<u8>) -> Verdict<Vec<Publish>> {
    let (told, came) = std::sync::mpsc::channel();
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        // At QoS 0 nothing is answered, and at the end the rest has to be there.
        let mut count = 0;
        while count < COUNT {
            let (first, body) = client.expect_packet()?;
            if first == first::PUBREL {
                client.send(&pubcomp(version, parse::ack(version, &body)?.0))?;
            }
            if first >> 4 != 3 {
                continue;
            }
            let publish = parse::publish(version, first, &body)?;
            match publish.qos {
                0 => {}
                1 => client.send(&puback(version, publish.id))?,
                _ => client.send(&pubrec(version, publish.id))?,
            }
            count += 1;
            told.send(publish)?;
        }
        // Whatever is left of its handshakes, and its end.
        loop {
            let (first, body) = client.expect_packet()?;
            match first {
                first::PUBREL => client.send(&ack(version, first::PUBCOMP, parse::ack(version, &body)?.0, 0))?,
                first::PINGREQ => client.send(&[0xD0, 0])?,
                first::DISCONNECT => return client.expect_eof(),
                _ => return Err(format!("packet {first:02x} at the end").into()),
            }
        }
    })?;
    at(&peer.port(), version, &["pub", "--from-json"])?.stdin(lines).run()?.expect(0, "", "")?;
    peer.finish()?;
    Ok(came.into_iter().collect())
}

/// Both ends are scripts, so that a text may have all that MQTT allows.
fn scripted(version: Version) -> Verdict {
    let messages = messages(version, ANY, 20);
    let expected = messages.iter().map(Sample::of).collect::<Verdict<Vec<_>>>()?;
    let once = printed(version, messages)?;
    same(&expected, lines(&once)?)?;
    let again = published(version, once.stdout)?;
    same(&expected, again.iter().map(Sample::of).collect::<Verdict<_>>()?)?;
    same(&expected, lines(&printed(version, again)?)?)
}

/// Two brokers that are not ours; the first gets the messages from a client that is not ours either.
fn through_mosquitto() -> Verdict {
    let messages = messages(Version::V5, TAME, 21);
    let expected = messages.iter().map(Sample::of).collect::<Verdict<Vec<_>>>()?;
    let count = COUNT.to_string();
    let json = |broker: &Mosquitto| {
        let words = ["sub", "-q", "2", "--json", "--retain-as-published", "-C", &count, "#"];
        let sub = at(&broker.port(), Version::V5, &words)?.start()?;
        sub.wait_stderr("subscribed to #").map(|_| sub)
    };
    let (one, other) = (Mosquitto::start()?, Mosquitto::start()?);
    let sub = json(&one)?;
    let mut publisher = RawClient::new(TcpStream::connect(("127.0.0.1", one.port().parse()?))?, "publisher")?;
    messages.into_iter().try_for_each(|message| publisher.send(message))?;
    let once = sub.finish(STEP)?;
    same(&expected, lines(&once)?)?;
    let sub = json(&other)?;
    at(&other.port(), Version::V5, &["pub", "--from-json"])?.stdin(once.stdout).run()?.expect(0, "", "")?;
    same(&expected, lines(&sub.finish(STEP)?)?)
}

/// Each field that is compared makes a difference.
fn teeth() -> Verdict {
    let line = r#"{"topic":"0/a","qos":1,"retain":true,"size":1,"payload":"x","encoding":"utf8","expiry":60,"user_properties":[["a","1"],["a","2"]]}"#;
    let sample = Sample::of_line(line)?;
    same(std::slice::from_ref(&sample), vec![Sample { expiry: Some(59), ..sample.clone() }])?;
    let mut turned = sample.properties.clone();
    turned.reverse();
    for other in [
        Sample { topic: "0/b".into(), ..sample.clone() },
        Sample { payload: b"y".to_vec(), ..sample.clone() },
        Sample { qos: 2, ..sample.clone() },
        Sample { retain: false, ..sample.clone() },
        Sample { expiry: Some(61), ..sample.clone() },
        Sample { expiry: None, ..sample.clone() },
        Sample { properties: turned, ..sample.clone() },
    ] {
        ensure(
            same(std::slice::from_ref(&sample), vec![other.clone()]).is_err(),
            format_args!("{other:?} passes for {sample:?}"),
        )?;
    }
    ensure(same(std::slice::from_ref(&sample), Vec::new()).is_err(), "a message that is lost passes")
}
