//! JSON that came as a payload: whether it is JSON, and the same tokens with less or more whitespace. Numbers, the order of keys and
//! repeated keys stay as they came. Called by `json`, `pattern` and `look`.

use serde_json::value::RawValue;

/// The most that values may stand in each other. What is deeper is valid and yet of no use: most readers give it up.
const DEPTH: usize = 100;

/// The most bytes that are laid out over lines, which can make 200 of one.
const MOST: usize = 1 << 20;

/// The JSON that a payload is (RFC 8259), without whitespace around it; `None` if it is none, or is deeper than 100 levels.
#[must_use]
pub fn json(payload: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(payload).ok()?;
    let json = serde_json::from_str::<&RawValue>(text).ok()?.get();
    is_shallow(json).then_some(json)
}

fn is_shallow(json: &str) -> bool {
    let mut depth = 0_usize;
    each_token(json.as_bytes(), |token| {
        match token {
            Token::Open(_) => depth += 1,
            Token::Close(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth <= DEPTH
    })
}

/// Appends valid JSON without insignificant whitespace.
pub fn compact(json: &str, out: &mut Vec<u8>) {
    each_token(json.as_bytes(), |token| {
        match token {
            Token::Open(byte) | Token::Close(byte) | Token::Comma(byte) | Token::Colon(byte) => out.push(byte),
            Token::Scalar(bytes) => out.extend_from_slice(bytes),
        }
        true
    });
}

/// Appends valid JSON with a line for each value, indented by two spaces a level and `margin` more, the first line excepted. More than a
/// MiB stays on one line.
pub fn pretty(json: &[u8], margin: usize, out: &mut Vec<u8>) {
    let (mut depth, mut is_empty, wide) = (0_usize, false, json.len() <= MOST);
    let line = |depth: usize, out: &mut Vec<u8>| {
        if wide {
            out.push(b'\n');
            out.resize(out.len() + margin + 2 * depth, b' ');
        }
    };
    each_token(json, |token| {
        // What an opening bracket begins is known when the next token comes: `[]` stays together.
        if std::mem::take(&mut is_empty) && !matches!(token, Token::Close(_)) {
            depth += 1;
            line(depth, out);
        } else if let Token::Close(_) = token
            && !out.ends_with(b"[")
            && !out.ends_with(b"{")
        {
            depth = depth.saturating_sub(1);
            line(depth, out);
        }
        match token {
            Token::Open(byte) => {
                out.push(byte);
                is_empty = true;
            }
            Token::Close(byte) => out.push(byte),
            Token::Comma(byte) => {
                out.push(byte);
                line(depth, out);
            }
            Token::Colon(byte) => {
                out.push(byte);
                out.push(b' ');
            }
            Token::Scalar(bytes) => out.extend_from_slice(bytes),
        }
        true
    });
}

/// A piece of JSON that is no whitespace.
#[derive(Clone, Copy)]
enum Token<'a> {
    Open(u8),
    Close(u8),
    Comma(u8),
    Colon(u8),
    /// A string with its quotes, a number, or a word.
    Scalar(&'a [u8]),
}

/// Calls `take` with each token of valid JSON until it returns false; whether it never did. Total for any bytes, in one pass.
fn each_token<'a>(json: &'a [u8], mut take: impl FnMut(Token<'a>) -> bool) -> bool {
    let mut rest = json;
    while let Some((&byte, after)) = rest.split_first() {
        let token = match byte {
            b' ' | b'\t' | b'\n' | b'\r' => {
                rest = after;
                continue;
            }
            b'{' | b'[' => Token::Open(byte),
            b'}' | b']' => Token::Close(byte),
            b',' => Token::Comma(byte),
            b':' => Token::Colon(byte),
            b'"' => Token::Scalar(rest.split_at(string_end(rest)).0),
            _ => {
                let is_end = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'}' | b']' | b',' | b':');
                Token::Scalar(rest.split_at(rest.iter().position(is_end).unwrap_or(rest.len())).0)
            }
        };
        let length = if let Token::Scalar(bytes) = token { bytes.len() } else { 1 };
        if !take(token) {
            return false;
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    true
}

/// Where the string ends that `json` begins with, behind its quote.
fn string_end(json: &[u8]) -> usize {
    let mut at = 1;
    while let Some(found) = json.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
        at += found;
        if json.get(at) == Some(&b'"') {
            return at + 1;
        }
        // What is escaped is no end.
        at += 2;
    }
    json.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compacted(payload: &str) -> Option<String> {
        let mut out = Vec::new();
        compact(json(payload.as_bytes())?, &mut out);
        Some(String::from_utf8(out).unwrap())
    }

    #[test]
    fn tokens_stay_as_they_came() {
        for (payload, same) in [
            ("9007199254740993", "9007199254740993"),
            (" 1.10 \n", "1.10"),
            ("1e400", "1e400"),
            ("-0.0", "-0.0"),
            ("null", "null"),
            (r#" "a  b\" \\" "#, r#""a  b\" \\""#),
            (r#"{ "b" : 1.50 , "a" : [ 1 , { } , [ ] ] , "b" : "\u0041 x" }"#, r#"{"b":1.50,"a":[1,{},[]],"b":"\u0041 x"}"#),
            ("[\r\n\ttrue,\r\n\tfalse\r\n]", "[true,false]"),
            (r#""\ud800""#, r#""\ud800""#),
        ] {
            assert_eq!(compacted(payload).as_deref(), Some(same));
        }
    }

    #[test]
    fn what_is_no_json() {
        for payload in ["", " ", "hot", "01", "1.", "{", "[1,]", "{} {}", "'a'", "\"a\nb\"", "NaN", "\u{feff}1", "nul"] {
            assert_eq!(compacted(payload), None, "{payload:?}");
        }
        assert_eq!(json(b"\"\xff\""), None);
    }

    #[test]
    fn depth_has_an_end_and_costs_no_stack() {
        let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(compacted(&deep(DEPTH)), Some(deep(DEPTH)));
        assert_eq!(compacted(&deep(DEPTH + 1)), None);
        assert_eq!(compacted(&deep(1_000_000)), None);
        assert_eq!(compacted(&format!("[{}0]", "[0],".repeat(1_000))).map(|json| json.len()), Some(4_003));
    }

    #[test]
    fn a_line_for_each_value() {
        let lay = |json: &str, margin| {
            let mut out = Vec::new();
            pretty(json.as_bytes(), margin, &mut out);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(
            lay(r#"{"a":[1,"x, y"],"b":{},"c":[[]],"d":{"e":null}}"#, 0),
            "{\n  \"a\": [\n    1,\n    \"x, y\"\n  ],\n  \"b\": {},\n  \"c\": [\n    []\n  ],\n  \"d\": {\n    \"e\": null\n  }\n}"
        );
        assert_eq!(lay("[1]", 2), "[\n    1\n  ]");
        assert_eq!(lay("[]", 2), "[]");
        let large = format!("[\"{}\",1]", "x".repeat(MOST));
        assert_eq!(lay(&large, 0), large);
    }
}
