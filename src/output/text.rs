//! Messages as bytes for a program: the payload, with its topic before it as asked.

use crate::mqtt::Message;
use crate::text::escape;

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

/// Appends the length of the payload as four bytes, the highest first, and the payload; before it its topic in the same way as asked.
pub fn length_prefixed(message: &Message, topic: bool, out: &mut Vec<u8>) {
    let mut push = |bytes: &[u8]| {
        // No packet is longer `[MQTT-1.5.5]`.
        out.extend_from_slice(&u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
        out.extend_from_slice(bytes);
    };
    if topic {
        push(message.topic.as_str().as_bytes());
    }
    push(&message.payload);
}

/// Appends bytes from outside, made safe for a terminal as asked.
pub fn push(bytes: &[u8], escaped: bool, out: &mut Vec<u8>) {
    if escaped {
        out.extend_from_slice(escape(bytes).as_bytes());
    } else {
        out.extend_from_slice(bytes);
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::super::samples::received;
    use super::super::{Format, Renderer};
    use crate::mqtt::Received;

    fn render(format: Format, received: &Received) -> Vec<u8> {
        let mut out = b"before|".to_vec();
        Renderer::in_zone(format, TimeZone::UTC).render(received, &mut out);
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
        let format = Format::Null { topic: false, escaped: true };
        assert_eq!(render(format, &received("a\x1b", b"x\n\xff\0")), b"x\\n\\xff\\x00\0");
    }

    #[test]
    fn other_ends_than_a_newline() {
        let null = |topic| Format::Null { topic, escaped: false };
        assert_eq!(render(null(false), &received("t", b"x\ny")), b"x\ny\0");
        assert_eq!(render(null(true), &received("t", b"")), b"t \0");
        let prefixed = |topic| Format::LengthPrefixed { topic };
        assert_eq!(render(prefixed(false), &received("t", &[b'x'; 258])), [&[0, 0, 1, 2][..], &[b'x'; 258]].concat());
        assert_eq!(render(prefixed(true), &received("t/u", b"\n\0")), b"\0\0\0\x03t/u\0\0\0\x02\n\0");
        assert_eq!(render(prefixed(false), &received("t", b"")), b"\0\0\0\0");
    }
}
