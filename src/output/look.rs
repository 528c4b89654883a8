//! Messages for a person at a terminal: a line with time, topic and payload, and below it what does not fit a line. Always escaped.

use std::io::Write as _;

use jiff::tz::TimeZone;

use super::{layout, time};
use crate::mqtt::{Message, Properties, Received};
use crate::text::{escape, hex};

const DIM: &str = "\x1b[2m";
const RESET: &str = "\x1b[0m";

/// Colours of topics: those that can be read on black and on white. Red is for errors.
const COLOURS: [&str; 6] = ["\x1b[36m", "\x1b[32m", "\x1b[33m", "\x1b[35m", "\x1b[94m", "\x1b[96m"];

/// How far what stands below a line is indented.
const MARGIN: usize = 2;

/// The most bytes of a payload that are shown in hexadecimal.
const MOST_HEX: usize = 4096;

/// How a person wants it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Whether to use colour: for each topic its own, and dim for what is beside it.
    pub colour: bool,
    /// JSON is laid out over lines, and a text of several lines has them.
    pub pretty: bool,
    /// The properties are shown below the message.
    pub properties: bool,
    /// The columns of the terminal.
    pub columns: usize,
}

/// A payload as a person reads it.
enum Shown<'a> {
    /// On the line.
    Line(&'a [u8]),
    /// An object or a list.
    Json(&'a str),
    /// Of several lines.
    Text(&'a str),
    /// No text.
    Bytes(&'a [u8]),
}

/// Appends `12:04:05.123  encyclopedia/temperature  hot  (retained)`, the time in `zone`, and what stands below.
pub fn message(received: &Received, zone: &TimeZone, look: Look, out: &mut Vec<u8>) {
    let Message { topic, payload, retain, properties, .. } = &received.message;
    let topic = topic.as_str();
    let (dim, dim_end) = in_colour(look, DIM);
    let (colour, colour_end) = in_colour(look, colour_of(topic));
    let at = time::local(received.at, zone);
    let millisecond = at.subsec_nanosecond() / 1_000_000;
    // Writing to a Vec cannot fail, here and below.
    let _ = write!(out, "{dim}{:02}:{:02}:{:02}.{millisecond:03}{dim_end}  ", at.hour(), at.minute(), at.second());
    let _ = write!(out, "{colour}{}{colour_end}", escape(topic.as_bytes()));
    let shown = shown(payload, look.pretty);
    match &shown {
        Shown::Line(text) => drop(write!(out, "  {}", escape(text))),
        Shown::Bytes(bytes) => drop(write!(out, "  {dim}{} bytes{dim_end}", bytes.len())),
        Shown::Json(_) | Shown::Text(_) => {}
    }
    for (mark, wanted) in [("(retained)", *retain), ("(dup)", received.dup)] {
        if wanted {
            let _ = write!(out, "  {dim}{mark}{dim_end}");
        }
    }
    out.push(b'\n');
    if look.properties
        && let Some(properties) = properties
    {
        write_properties(properties, look, out);
    }
    match shown {
        Shown::Line(_) => {}
        Shown::Json(json) => {
            let begin = out.len();
            layout::compact(json, out);
            super::json::escape_from(begin, out);
            let safe = out.split_off(begin);
            out.resize(begin + MARGIN, b' ');
            layout::pretty(&safe, MARGIN, out);
            out.push(b'\n');
        }
        Shown::Text(text) => text.lines().for_each(|line| drop(writeln!(out, "{:MARGIN$}{}", "", escape(line.as_bytes())))),
        Shown::Bytes(bytes) => dump(bytes, look, out),
    }
}

fn in_colour(look: Look, code: &'static str) -> (&'static str, &'static str) {
    if look.colour { (code, RESET) } else { ("", "") }
}

/// The same for the same topic in every run (FNV-1a).
fn colour_of(topic: &str) -> &'static str {
    let hash = topic.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    let place = usize::try_from(hash >> 16).unwrap_or(0) % COLOURS.len();
    COLOURS.get(place).copied().unwrap_or_default()
}

fn shown(payload: &[u8], pretty: bool) -> Shown<'_> {
    match std::str::from_utf8(payload) {
        Ok(text) if !text.contains('\0') => {
            if !pretty {
                return Shown::Line(payload);
            }
            match layout::json(payload) {
                Some(json) if json.starts_with(['{', '[']) => Shown::Json(json),
                None if text.trim_end().contains('\n') => Shown::Text(text),
                _ => Shown::Line(payload),
            }
        }
        _ => Shown::Bytes(payload),
    }
}

/// `  content_type: text/plain`, by the names that the record has.
fn write_properties(properties: &Properties, look: Look, out: &mut Vec<u8>) {
    let Properties { payload_format, expiry, content_type, response_topic, correlation_data, user_properties, subscription_ids } =
        properties;
    let (dim, dim_end) = in_colour(look, DIM);
    let mut line = |name: &str, value: &[u8]| drop(writeln!(out, "{:MARGIN$}{dim}{name}:{dim_end} {}", "", escape(value)));
    for id in subscription_ids {
        line("subscription_id", id.to_string().as_bytes());
    }
    if let Some(seconds) = expiry {
        line("expiry", format!("{seconds} s").as_bytes());
    }
    for (name, text) in [("content_type", content_type), ("response_topic", response_topic)] {
        if let Some(text) = text {
            line(name, text.as_bytes());
        }
    }
    if let Some(data) = correlation_data {
        // As --correlation-data takes it.
        let is_text = matches!(escape(data), std::borrow::Cow::Borrowed(_));
        let digits = format!("hex:{}", hex::digits(data));
        line("correlation_data", if is_text { data } else { digits.as_bytes() });
    }
    if let Some(utf8) = payload_format {
        line("payload_format", if *utf8 { b"utf8" } else { b"bytes" });
    }
    for (name, value) in user_properties {
        line("user_property", format!("{name}={value}").as_bytes());
    }
}

/// Offset, bytes and what of them is ASCII, as wide as the terminal allows: 16, 8 or 4 bytes a line.
fn dump(bytes: &[u8], look: Look, out: &mut Vec<u8>) {
    let (dim, dim_end) = in_colour(look, DIM);
    let length = match look.columns {
        80.. => 16,
        47..80 => 8,
        _ => 4,
    };
    let (now, left) = bytes.split_at(bytes.len().min(MOST_HEX));
    for (place, line) in now.chunks(length).enumerate() {
        let _ = write!(out, "{:MARGIN$}{dim}{:08x}{dim_end} ", "", place * length);
        for place in 0..length {
            let gap = if place == 8 { " " } else { "" };
            let _ = match line.get(place) {
                Some(byte) => write!(out, "{gap} {byte:02x}"),
                None => write!(out, "{gap}   "),
            };
        }
        let text: String = line.iter().map(|byte| if matches!(byte, b' '..=b'~') { char::from(*byte) } else { '.' }).collect();
        let _ = writeln!(out, "  {dim}|{dim_end}{text}{dim}|{dim_end}");
    }
    if !left.is_empty() {
        let _ = writeln!(out, "{:MARGIN$}{dim}… {} more bytes{dim_end}", "", left.len());
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use jiff::tz::offset;

    use super::super::samples::received;
    use super::*;
    use crate::text::escape::is_hazard;

    const PLAIN: Look = Look { colour: false, pretty: false, properties: false, columns: 100 };
    const PRETTY: Look = Look { pretty: true, ..PLAIN };

    fn look(look: Look, received: &Received) -> String {
        let mut out = b"before|".to_vec();
        message(received, &TimeZone::fixed(offset(2)), look, &mut out);
        String::from_utf8(out.split_off(7)).unwrap()
    }

    #[test]
    fn the_line() {
        let mut hot = received("encyclopedia/temperature", b"hot");
        assert_eq!(look(PLAIN, &hot), "05:04:05.123  encyclopedia/temperature  hot\n");
        hot.message.retain = true;
        hot.dup = true;
        assert_eq!(look(PLAIN, &hot), "05:04:05.123  encyclopedia/temperature  hot  (retained)  (dup)\n");
        assert_eq!(
            look(Look { colour: true, ..PLAIN }, &hot),
            "\x1b[2m05:04:05.123\x1b[0m  \x1b[35mencyclopedia/temperature\x1b[0m  hot  \x1b[2m(retained)\x1b[0m  \x1b[2m(dup)\x1b[0m\n"
        );
        assert_eq!(look(PLAIN, &received("a\n", b"\x1b]0;x\x07")), "05:04:05.123  a\\n  \\x1b]0;x\\x07\n");
        assert_eq!(look(PLAIN, &received("a", b"")), "05:04:05.123  a  \n");
        assert_eq!(look(PLAIN, &received("a", b"{ }\n1\n")), "05:04:05.123  a  { }\\n1\\n\n");
    }

    #[test]
    fn topics_have_their_colours() {
        let topics: Vec<String> = (0..60).map(|n| format!("sensor/{n}")).collect();
        for colour in COLOURS {
            let count = topics.iter().filter(|topic| colour_of(topic) == colour).count();
            assert!((3..=20).contains(&count), "{count} of 60 have one of six colours");
        }
    }

    #[test]
    fn pretty_payloads() {
        for (payload, shown) in [
            (&b" {\"b\": 1.50,\"a\":[]}\n"[..], "\n  {\n    \"b\": 1.50,\n    \"a\": []\n  }\n"),
            ("[\"\u{9b}\u{202e}\"]".as_bytes(), "\n  [\n    \"\\u009b\\u202e\"\n  ]\n"),
            (b"one\ntwo\x1b[2J\n", "\n  one\n  two\\x1b[2J\n"),
            (b"1.50", "  1.50\n"),
            (b"one\n", "  one\\n\n"),
            (b"", "  \n"),
        ] {
            let whole = look(PRETTY, &received("a", payload));
            assert_eq!(whole.strip_prefix("05:04:05.123  a"), Some(shown), "{payload:?}");
        }
    }

    #[test]
    fn bytes_are_shown_as_wide_as_there_is_room() {
        let payload: Vec<u8> = (b'a'..b'a' + 17).chain([0, 0xFF]).collect();
        let wide = "05:04:05.123  a  19 bytes
  00000000  61 62 63 64 65 66 67 68  69 6a 6b 6c 6d 6e 6f 70  |abcdefghijklmnop|
  00000010  71 00 ff                                          |q..|
";
        assert_eq!(look(PLAIN, &received("a", &payload)), wide);
        for (columns, longest) in [(200, 80), (80, 80), (79, 47), (47, 47), (46, 31), (0, 31)] {
            let shown = look(Look { columns, ..PLAIN }, &received("a", &payload));
            let widths = shown.lines().skip(1).map(|line| line.chars().count());
            assert_eq!(widths.max(), Some(longest), "{columns}");
        }
        let many = look(PLAIN, &received("a", &vec![0; MOST_HEX + 5]));
        assert_eq!((many.lines().count(), many.lines().last()), (MOST_HEX / 16 + 2, Some("  … 5 more bytes")));
    }

    #[test]
    fn properties_stand_below() {
        let mut full = received("a", b"x\0");
        full.message.properties = Some(Box::new(Properties {
            payload_format: Some(true),
            expiry: Some(60),
            content_type: Some("text\x1b[2J".into()),
            response_topic: Some("r".into()),
            correlation_data: Some(Bytes::from_static(b"\x01\xfe")),
            user_properties: vec![("k".into(), "v\u{202e}".into()), ("k".into(), "".into())],
            subscription_ids: vec![1, 2],
        }));
        let shown = look(Look { properties: true, ..PLAIN }, &full);
        let expected = "05:04:05.123  a  2 bytes
  subscription_id: 1
  subscription_id: 2
  expiry: 60 s
  content_type: text\\x1b[2J
  response_topic: r
  correlation_data: hex:01fe
  payload_format: utf8
  user_property: k=v\\u{202e}
  user_property: k=
  00000000  78 00                                             |x.|
";
        assert_eq!(shown, expected);
        assert!(!look(PLAIN, &full).contains("expiry"));
        assert!(!shown.chars().any(|c| is_hazard(c) && c != '\n'));
    }
}
