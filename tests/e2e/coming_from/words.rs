//! Packets that a client sent, in words that a reader of the table can write and compare. Used by the comparison.

use crate::support::Verdict;
use crate::support::packets::{Publish, Version, first};
use crate::support::parse::{self, Connect, Subscribe};

/// A property as its name and its value in words.
type Named = (&'static str, String);

/// Payloads beyond this are told by their length.
const SHOWN: usize = 80;

/// What is compared of the packets of a run. `line` is the command line: of CONNECT and DISCONNECT only what it asks for is.
pub fn of(packets: &[(Version, u8, Vec<u8>)], line: &str, topic: &str) -> Verdict<Vec<String>> {
    let mut words = Vec::new();
    for (version, first, body) in packets {
        match *first {
            first::CONNECT => words.push(connect(&Connect::parse(body)?, line, topic)?),
            first::SUBSCRIBE => words.extend(subscribe(&Subscribe::parse(*version, body)?)?),
            first::UNSUBSCRIBE => words.extend(unsubscribe(*version, body)?),
            first::DISCONNECT => words.extend(disconnect(*version, body, line)?),
            first if first >> 4 == 3 => words.push(publish(&parse::publish(*version, first, body)?)?),
            _ => {}
        }
    }
    Ok(words.into_iter().map(|word| word.replace(topic, "{t}")).collect())
}

fn connect(connect: &Connect, line: &str, topic: &str) -> Verdict<String> {
    let clean = if connect.clean() { " clean" } else { "" };
    let mut words = format!("connect {} keep-alive={}{clean}", connect.version.flag(), connect.keep_alive);
    let id = String::from_utf8_lossy(&connect.client_id);
    if let Some(rest) = id.strip_prefix(topic) {
        words += if rest.trim_start_matches('-').is_empty() { " id={t}" } else { " id={t}…" };
    }
    let user = connect.user.iter().map(|user| format!(" user={}", shown(user)));
    let password = connect.password.iter().map(|password| format!(" password={}", shown(password)));
    words.extend(user.chain(password));
    if let Some(will) = &connect.will {
        let retain = if will.retain { " retain" } else { "" };
        words += &format!(" will={} {}{retain}", shown(&will.topic), will.qos);
        words += &joined(properties(&will.properties)?.into_iter());
        words += &format!(": {}", shown(&will.payload));
    }
    // The session's expiry is asked for by -x too, and by -c, which no client does without a name.
    let keeps = line.contains(" -x ") || !connect.clean();
    let asked = |name: &str| line.contains(&format!(" connect {name}")) || (keeps && name == "session-expiry-interval");
    words += &joined(properties(&connect.properties)?.into_iter().filter(|(name, _)| asked(name)));
    Ok(words)
}

fn disconnect(version: Version, body: &[u8], line: &str) -> Verdict<Option<String>> {
    let (reason, found) = parse::disconnect(version, body)?;
    let asked = properties(&found)?.into_iter().filter(|(name, _)| line.contains(&format!(" disconnect {name}")));
    let words = joined(asked);
    Ok((!words.is_empty()).then(|| format!("disconnect {reason}{words}")))
}

/// A message, from wherever it was seen.
pub fn publish(publish: &Publish) -> Verdict<String> {
    let flags = [(publish.retain, " retain"), (publish.dup, " dup")];
    let flags: String = flags.into_iter().filter_map(|(set, word)| set.then_some(word)).collect();
    let properties = joined(properties(&publish.properties)?.into_iter());
    Ok(format!("publish {} {}{flags}{properties}: {}", shown(&publish.topic), publish.qos, shown(&publish.payload)))
}

fn subscribe(subscribe: &Subscribe) -> Verdict<Vec<String>> {
    let properties = joined(properties(&subscribe.properties)?.into_iter());
    let filter = |(filter, options): &(Vec<u8>, u8)| {
        let flags = [(0x04, " no-local"), (0x08, " as-published"), (0x10, " handling=new"), (0x20, " handling=never")];
        let flags: String = flags.into_iter().filter_map(|(bit, word)| (options & bit != 0).then_some(word)).collect();
        format!("subscribe {} {}{flags}{properties}", shown(filter), options & 3)
    };
    Ok(subscribe.filters.iter().map(filter).collect())
}

fn unsubscribe(version: Version, body: &[u8]) -> Verdict<Vec<String>> {
    let mut reader = Bytes(body.get(2..).ok_or("an UNSUBSCRIBE without an id")?);
    let found = if version == Version::V5 { reader.block()? } else { &[] };
    let properties = joined(properties(found)?.into_iter());
    let mut words = Vec::new();
    while !reader.0.is_empty() {
        words.push(format!("unsubscribe {}{properties}", shown(reader.string()?)));
    }
    Ok(words)
}

fn joined(properties: impl Iterator<Item = Named>) -> String {
    properties.map(|(name, value)| format!(" {name}={value}")).collect()
}

fn shown(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        _ if bytes.len() > SHOWN => format!("{} bytes", bytes.len()),
        Ok(text) => text.escape_debug().to_string().replace("\\\"", "\"").replace("\\'", "'"),
        Err(_) => bytes.escape_ascii().to_string(),
    }
}

/// How a property's value is written [MQTT-5 2.2.2.2].
#[derive(Clone, Copy)]
enum Kind {
    Number(usize),
    Variable,
    Text,
    Pair,
}

const PROPERTIES: [(u8, &str, Kind); 18] = [
    (0x01, "payload-format-indicator", Kind::Number(1)),
    (0x02, "message-expiry-interval", Kind::Number(4)),
    (0x03, "content-type", Kind::Text),
    (0x08, "response-topic", Kind::Text),
    (0x09, "correlation-data", Kind::Text),
    (0x0B, "subscription-identifier", Kind::Variable),
    (0x11, "session-expiry-interval", Kind::Number(4)),
    (0x15, "authentication-method", Kind::Text),
    (0x16, "authentication-data", Kind::Text),
    (0x17, "request-problem-information", Kind::Number(1)),
    (0x18, "will-delay-interval", Kind::Number(4)),
    (0x19, "request-response-information", Kind::Number(1)),
    (0x1F, "reason-string", Kind::Text),
    (0x21, "receive-maximum", Kind::Number(2)),
    (0x22, "topic-alias-maximum", Kind::Number(2)),
    (0x23, "topic-alias", Kind::Number(2)),
    (0x26, "user-property", Kind::Pair),
    (0x27, "maximum-packet-size", Kind::Number(4)),
];

/// In the order of their names, those of one name in theirs: clients write them in different orders, which says nothing.
fn properties(block: &[u8]) -> Verdict<Vec<Named>> {
    let mut reader = Bytes(block);
    let mut found = Vec::new();
    while !reader.0.is_empty() {
        let id = reader.take(1)?[0];
        let known = PROPERTIES.iter().find(|(one, ..)| *one == id);
        let (_, name, kind) = known.ok_or_else(|| format!("a client sent property 0x{id:02x}"))?;
        let value = match kind {
            Kind::Number(bytes) => {
                reader.take(*bytes)?.iter().fold(0_u64, |value, byte| value << 8 | u64::from(*byte)).to_string()
            }
            Kind::Variable => reader.variable()?.to_string(),
            Kind::Text => shown(reader.string()?),
            Kind::Pair => format!("{}:{}", shown(reader.string()?), shown(reader.string()?)),
        };
        found.push((*name, value));
    }
    found.sort_by_key(|(name, _)| *name);
    Ok(found)
}

/// What answers a request: to its Response Topic, else to `topic`, and with its Correlation Data.
pub fn answer(request: &Publish, topic: &str, payload: &str) -> Verdict<Publish> {
    let mut answer = Publish::new(1, 0, topic, payload);
    let mut reader = Bytes(&request.properties);
    while !reader.0.is_empty() {
        let whole = reader.0;
        let id = reader.take(1)?[0];
        let kind = PROPERTIES.iter().find(|(one, ..)| *one == id).map(|(.., kind)| *kind);
        match kind.ok_or("a property that no one knows")? {
            Kind::Number(bytes) => drop(reader.take(bytes)?),
            Kind::Variable => drop(reader.variable()?),
            Kind::Pair => drop((reader.string()?, reader.string()?)),
            Kind::Text if id == 0x08 => answer.topic = reader.string()?.to_vec(),
            Kind::Text => drop(reader.string()?),
        }
        if id == 0x09 {
            answer.properties = whole[..whole.len() - reader.0.len()].to_vec();
        }
    }
    Ok(answer)
}

struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Verdict<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or("properties that are cut off")?;
        self.0 = rest;
        Ok(taken)
    }

    fn variable(&mut self) -> Verdict<usize> {
        let mut value = 0;
        for shift in [0, 7, 14, 21] {
            let byte = self.take(1)?[0];
            value |= usize::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err("a number of more than four bytes".into())
    }

    fn string(&mut self) -> Verdict<&'a [u8]> {
        let length = self.take(2)?;
        self.take(usize::from(u16::from_be_bytes([length[0], length[1]])))
    }

    fn block(&mut self) -> Verdict<&'a [u8]> {
        let length = self.variable()?;
        self.take(length)
    }
}
