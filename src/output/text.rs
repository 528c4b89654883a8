//! Messages as text: the exact bytes for a program, a line with time and topic for a person.

use std::io::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::mqtt::{Message, Received};
use crate::text::escape;

const DIM: &str = "\x1b[2m";
const CYAN: &str = "\x1b[36m";
const RESET: &str = "\x1b[0m";

/// Appends the payload, with its topic before it and a newline after it as asked.
pub fn plain(message: &Message, topic: bool, newline: bool, escaped: bool, out: &mut Vec<u8>) {
    if topic {
        push(message.topic.as_str().as_bytes(), escaped, out);
        out.push(b' ');
    }
    push(&message.payload, escaped, out);
    if newline {
        out.push(b'\n');
    }
}

fn push(bytes: &[u8], escaped: bool, out: &mut Vec<u8>) {
    if escaped {
        out.extend_from_slice(escape(bytes).as_bytes());
    } else {
        out.extend_from_slice(bytes);
    }
}

/// Appends `12:04:05.123  encyclopedia/temperature  hot  (retained)`, the time in `zone`.
pub fn look(received: &Received, zone: &TimeZone, colour: bool, out: &mut Vec<u8>) {
    let in_colour = |code: &'static str| if colour { (code, RESET) } else { ("", "") };
    let (dim, dim_end) = in_colour(DIM);
    let (cyan, cyan_end) = in_colour(CYAN);
    // A clock beyond what a calendar knows shows the calendar's begin.
    let at = Timestamp::try_from(received.at).unwrap_or_default().to_zoned(zone.clone());
    let millisecond = at.subsec_nanosecond() / 1_000_000;
    let Message { topic, payload, retain, .. } = &received.message;
    let topic = escape(topic.as_str().as_bytes());
    // Writing to a Vec cannot fail.
    let _ = write!(out, "{dim}{:02}:{:02}:{:02}.{millisecond:03}{dim_end}  ", at.hour(), at.minute(), at.second());
    let _ = write!(out, "{cyan}{topic}{cyan_end}  {}", escape(payload));
    for (mark, wanted) in [("(retained)", *retain), ("(dup)", received.dup)] {
        if wanted {
            let _ = write!(out, "  {dim}{mark}{dim_end}");
        }
    }
    out.push(b'\n');
}

#[cfg(test)]
mod tests {
    use jiff::tz::offset;

    use super::super::samples::received;
    use super::super::{Format, Renderer};
    use super::*;

    fn render(format: Format, received: &Received) -> Vec<u8> {
        let mut out = b"before|".to_vec();
        Renderer::in_zone(format, TimeZone::fixed(offset(2))).render(received, &mut out);
        out.split_off(7)
    }

    #[test]
    fn plain_bytes_are_exact() {
        let all: Vec<u8> = (0..=255).collect();
        let plain = |topic, newline| Format::Plain { topic, newline, escaped: false };
        assert_eq!(render(plain(false, true), &received("t", &all)), [&all[..], b"\n"].concat());
        assert_eq!(render(plain(false, false), &received("t", &all)), all);
        assert_eq!(render(plain(true, true), &received("a b\x1b", &all)), [b"a b\x1b ", &all[..], b"\n"].concat());
        assert_eq!(render(plain(true, false), &received("t", b"")), b"t ");
        assert_eq!(render(plain(false, true), &received("t", b"")), b"\n");
    }

    #[test]
    fn plain_on_a_terminal_is_escaped() {
        let format = Format::Plain { topic: true, newline: true, escaped: true };
        assert_eq!(render(format, &received("a\x1b", b"x\n\xff")), b"a\\x1b x\\n\\xff\n");
    }

    #[test]
    fn the_look() {
        let mut hot = received("encyclopedia/temperature", b"hot");
        let plain = Format::Look { colour: false };
        assert_eq!(render(plain, &hot), b"05:04:05.123  encyclopedia/temperature  hot\n");
        hot.message.retain = true;
        hot.dup = true;
        assert_eq!(render(plain, &hot), b"05:04:05.123  encyclopedia/temperature  hot  (retained)  (dup)\n");
        let coloured = String::from_utf8(render(Format::Look { colour: true }, &hot)).unwrap();
        assert_eq!(
            coloured,
            "\x1b[2m05:04:05.123\x1b[0m  \x1b[36mencyclopedia/temperature\x1b[0m  hot  \x1b[2m(retained)\x1b[0m  \x1b[2m(dup)\x1b[0m\n"
        );
        assert_eq!(render(plain, &received("a\n", b"\x1b]0;x\x07")), b"05:04:05.123  a\\n  \\x1b]0;x\\x07\n");
    }
}
