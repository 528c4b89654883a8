//! Bytes from outside made safe for a terminal. Called by whatever shows them: `ui`, `output`, and errors.

use std::borrow::Cow;
use std::fmt::Write as _;

/// The text of bytes, with everything that could move a cursor, turn the reading order or hide itself written out: `\n`,
/// `\x1b`, `\u{202e}`, and `\xff` for a byte that is not UTF-8. Printable Unicode passes, so does `\` itself.
#[must_use]
pub fn escape(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes)
        && !text.chars().any(is_hazard)
    {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(bytes.len() + 16);
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            push(&mut escaped, c);
        }
        for byte in chunk.invalid() {
            // Writing to a String cannot fail.
            let _ = write!(escaped, "\\x{byte:02x}");
        }
    }
    Cow::Owned(escaped)
}

/// A text as one field of a line that a program reads: `\t`, `\n`, `\r` and `\\` stand for what ends a field or a line, and for the
/// backslash, so that each line is one and the text can be had back. Everything else is as it is: this is not for a terminal.
#[must_use]
pub fn field(text: &str) -> Cow<'_, str> {
    if !text.contains(['\\', '\t', '\n', '\r']) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\\' => escaped.push_str("\\\\"),
            '\t' | '\n' | '\r' => push(&mut escaped, c),
            c => escaped.push(c),
        }
    }
    Cow::Owned(escaped)
}

/// The same as [`escape`], and no more than its first characters: `…` stands for the rest.
#[must_use]
pub fn excerpt(bytes: &[u8], most: usize) -> String {
    let text = escape(bytes);
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.into_owned(),
    }
}

fn push(text: &mut String, c: char) {
    match c {
        '\n' => text.push_str("\\n"),
        '\r' => text.push_str("\\r"),
        '\t' => text.push_str("\\t"),
        c if !is_hazard(c) => text.push(c),
        c if c.is_ascii() => {
            let _ = write!(text, "\\x{:02x}", u32::from(c));
        }
        c => {
            let _ = write!(text, "\\u{{{:x}}}", u32::from(c));
        }
    }
}

/// Whether a character is no ink on a terminal but a command to it, or to the reader's eye: controls, line and paragraph
/// separators, bidirectional marks, and what has no width. The joiners of scripts and emoji (U+200C, U+200D) are none.
#[must_use]
pub const fn is_hazard(c: char) -> bool {
    matches!(
        c,
        '\0'..='\x1f'
            | '\x7f'..='\u{9f}'
            | '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'
            | '\u{200e}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_ends_with_a_sign() {
        assert_eq!((excerpt(b"abc", 3).as_str(), excerpt("äbcd".as_bytes(), 3).as_str()), ("abc", "äbc…"));
        assert_eq!(excerpt(b"\x1b[2J", 4), "\\x1b…");
    }

    #[test]
    fn a_field_is_one_and_can_be_had_back() {
        assert_eq!(field("a/\tb\nc\rd\\n"), r"a/\tb\nc\rd\\n");
        assert_eq!(field("a/\u{1b}[2Jä"), "a/\u{1b}[2Jä");
    }

    #[test]
    fn hazards_are_written_out() {
        for (raw, shown) in [
            (&b"a\nb\r\t\0"[..], "a\\nb\\r\\t\\x00"),
            (b"\x1b[2J", "\\x1b[2J"),
            (b"\x7f", "\\x7f"),
            ("\u{9b}2J".as_bytes(), "\\u{9b}2J"),
            ("x\u{202e}y\u{2066}\u{61c}\u{200f}".as_bytes(), "x\\u{202e}y\\u{2066}\\u{61c}\\u{200f}"),
            (b"\xff\xc3a", "\\xff\\xc3a"),
            ("\u{2028}\u{feff}".as_bytes(), "\\u{2028}\\u{feff}"),
        ] {
            assert_eq!(escape(raw), shown);
        }
    }

    #[test]
    fn printable_text_is_left_as_it_is() {
        for text in ["", "hot", "温度 22°C", "a\\n", "👩\u{200d}🔬", "שלום"] {
            assert!(matches!(escape(text.as_bytes()), Cow::Borrowed(same) if same == text), "{text}");
        }
    }

    #[test]
    fn no_byte_makes_a_hazard() {
        let all: Vec<u8> = (0..=255).chain(0x80..=0xbf).chain(0..=255).collect();
        let shown = escape(&all);
        assert!(!shown.chars().any(is_hazard), "{shown}");
    }
}
