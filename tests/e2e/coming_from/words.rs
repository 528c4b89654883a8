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
    let made_up = !line.contains("correlation-data");
    let mut words = Vec::new();
    for (version, first, body) in packets {
        match *first {
            first::CONNECT => words.push(connect(&Connect::parse(body)?, line, topic)?),
            first::SUBSCRIBE => words.extend(subscribe(&Subscribe::parse(*version, body)?)?),
            first::UNSUBSCRIBE => words.extend(unsubscribe(*version, body)?),
            first::DISCONNECT => words.extend(disconnect(*version, body, line)?),
            first if first >> 4 == 3 => words.push(publish(&parse::publish(*version, first, body)?, made_up)?),
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

/// Correlation Data that the line does not ask for, as `mqx rr` makes it up: no one knows its bytes beforehand.
pub const MADE_UP: &str = " correlation-data=…";

/// A message, from wherever it was seen. `made_up`: its Correlation Data.
pub fn publish(publish: &Publish, made_up: bool) -> Verdict<String> {
    let flags = [(publish.retain, " retain"), (publish.dup, " dup")];
    let flags: String = flags.into_iter().filter_map(|(set, word)| set.then_some(word)).collect();
    let mut properties = properties(&publish.properties)?;
    let correlation = properties.iter_mut().filter(|(name, _)| made_up && *name == "correlation-data");
    correlation.for_each(|(_, value)| "…".clone_into(value));
    let properties = joined(properties.into_iter());
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
    let (found, filters) = parse::unsubscribe(version, body)?;
    let properties = joined(properties(&found)?.into_iter());
    Ok(filters.iter().map(|filter| format!("unsubscribe {}{properties}", shown(filter))).collect())
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

/// How a value is shown.
#[derive(Clone, Copy)]
enum Kind {
    Number,
    Variable,
    Text,
    Pair,
}

const PROPERTIES: [(u8, &str, Kind); 18] = [
    (0x01, "payload-format-indicator", Kind::Number),
    (0x02, "message-expiry-interval", Kind::Number),
    (0x03, "content-type", Kind::Text),
    (0x08, "response-topic", Kind::Text),
    (0x09, "correlation-data", Kind::Text),
    (0x0B, "subscription-identifier", Kind::Variable),
    (0x11, "session-expiry-interval", Kind::Number),
    (0x15, "authentication-method", Kind::Text),
    (0x16, "authentication-data", Kind::Text),
    (0x17, "request-problem-information", Kind::Number),
    (0x18, "will-delay-interval", Kind::Number),
    (0x19, "request-response-information", Kind::Number),
    (0x1F, "reason-string", Kind::Text),
    (0x21, "receive-maximum", Kind::Number),
    (0x22, "topic-alias-maximum", Kind::Number),
    (0x23, "topic-alias", Kind::Number),
    (0x26, "user-property", Kind::Pair),
    (0x27, "maximum-packet-size", Kind::Number),
];

/// In the order of their names, those of one name in theirs: clients write them in different orders, which says nothing.
fn properties(block: &[u8]) -> Verdict<Vec<Named>> {
    let mut found = Vec::new();
    for (id, value) in parse::properties(block)? {
        let known = PROPERTIES.iter().find(|(one, ..)| *one == id);
        let (_, name, kind) = known.ok_or_else(|| format!("a client sent property 0x{id:02x}"))?;
        let bytes = value.iter().map(|byte| u64::from(*byte));
        let value = match kind {
            Kind::Number => bytes.fold(0, |number, byte| number << 8 | byte).to_string(),
            Kind::Variable => bytes.rev().fold(0, |number, byte| number << 7 | byte & 0x7F).to_string(),
            Kind::Text => shown(&value[2..]),
            Kind::Pair => {
                let (name, rest) = value[2..].split_at(usize::from(u16::from_be_bytes([value[0], value[1]])));
                format!("{}:{}", shown(name), shown(&rest[2..]))
            }
        };
        found.push((*name, value));
    }
    found.sort_by_key(|(name, _)| *name);
    Ok(found)
}

/// What answers a request: to its Response Topic, else to `topic`, and with its Correlation Data.
pub fn answer(request: &Publish, topic: &str, payload: &str) -> Verdict<Publish> {
    let mut answer = Publish::new(1, 0, topic, payload);
    for (id, value) in parse::properties(&request.properties)? {
        match id {
            0x08 => answer.topic = value[2..].to_vec(),
            0x09 => answer.properties = [&[0x09], &value[..]].concat(),
            _ => {}
        }
    }
    Ok(answer)
}
