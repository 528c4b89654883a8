//! A header of the upgrade as a person gives it: `Authorization: Bearer …`. Called by `args` for `--ws-header`, written by `upgrade`.

use crate::text::Secret;

/// What the upgrade writes itself; besides these, all that begins with `Sec-WebSocket-`. The last two would announce a body.
const OURS: [&str; 5] = ["Host", "Upgrade", "Connection", "Content-Length", "Transfer-Encoding"];

/// A header that can be written as it is. Its value is a secret, since that is what headers are mostly for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    name: String,
    value: Secret,
}

/// Why a text is no header to add. Nothing of the text is in it but a name that was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// No colon.
    #[error("a header is written 'Name: value'")]
    NoColon,
    /// Nothing before the colon, or what no name may have.
    #[error("the name of a header has letters, digits and hyphens, and stands directly before the colon")]
    Name,
    /// The handshake has its own.
    #[error("{0} is a header that the WebSocket handshake sets itself")]
    Ours(&'static str),
    /// A line break or another control character.
    #[error("the value of a header has no line breaks and no other control characters")]
    Value,
}

impl Header {
    /// Takes `Name: value` apart. Spaces around the value do not count.
    ///
    /// # Errors
    /// When it is no header, or one that would spoil the handshake.
    pub fn parse(text: &str) -> Result<Self, HeaderError> {
        let (name, value) = text.split_once(':').ok_or(HeaderError::NoColon)?;
        if name.is_empty() || !name.bytes().all(is_token) {
            return Err(HeaderError::Name);
        }
        if let Some(ours) = OURS.iter().find(|ours| ours.eq_ignore_ascii_case(name)) {
            return Err(HeaderError::Ours(ours));
        }
        if name.get(..14).is_some_and(|start| start.eq_ignore_ascii_case("Sec-WebSocket-")) {
            return Err(HeaderError::Ours("Sec-WebSocket-…"));
        }
        let value = value.trim_matches([' ', '\t']);
        if value.bytes().any(|b| b != b'\t' && b.is_ascii_control()) {
            return Err(HeaderError::Value);
        }
        Ok(Self { name: name.to_owned(), value: Secret::new(value.to_owned()) })
    }

    /// Its line in a request.
    pub(super) fn write_to(&self, request: &mut Vec<u8>) {
        for part in [self.name.as_bytes(), b": ", self.value.expose(), b"\r\n"] {
            request.extend_from_slice(part);
        }
    }
}

/// A character of a token in RFC 9110, 5.6.2.
const fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'.' | b'^'..=b'`' | b'|' | b'~')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_written_as_it_was_given() {
        for (text, line) in [
            ("Authorization: Bearer abc", "Authorization: Bearer abc\r\n"),
            ("x:y", "x: y\r\n"),
            ("X-Empty:", "X-Empty: \r\n"),
            ("X-Colon: a:b: c ", "X-Colon: a:b: c\r\n"),
            ("x-tab:\ta\tb\t", "x-tab: a\tb\r\n"),
            ("x-name: Müller", "x-name: Müller\r\n"),
            ("Sec-Web: is not the handshake's", "Sec-Web: is not the handshake's\r\n"),
        ] {
            let mut request = Vec::new();
            Header::parse(text).unwrap().write_to(&mut request);
            assert_eq!(String::from_utf8(request).unwrap(), line);
        }
    }

    #[test]
    fn what_spoils_the_handshake_is_refused_without_its_value() {
        let cases = [
            ("c4n4ry", HeaderError::NoColon),
            ("", HeaderError::NoColon),
            (": c4n4ry", HeaderError::Name),
            ("Name : c4n4ry", HeaderError::Name),
            ("Na me: c4n4ry", HeaderError::Name),
            ("Nämé: c4n4ry", HeaderError::Name),
            ("GET / HTTP/1.1\r\nName: c4n4ry", HeaderError::Name),
            ("host: c4n4ry", HeaderError::Ours("Host")),
            ("UPGRADE: c4n4ry", HeaderError::Ours("Upgrade")),
            ("Connection: c4n4ry", HeaderError::Ours("Connection")),
            ("content-length: 6", HeaderError::Ours("Content-Length")),
            ("Transfer-Encoding: chunked", HeaderError::Ours("Transfer-Encoding")),
            ("sec-websocket-key: c4n4ry", HeaderError::Ours("Sec-WebSocket-…")),
            ("Sec-WebSocket-: c4n4ry", HeaderError::Ours("Sec-WebSocket-…")),
            ("x: c4n4ry\r\nHost: y", HeaderError::Value),
            ("x: c4n4ry\ny", HeaderError::Value),
            ("x: c4n4ry\0", HeaderError::Value),
            ("x: c4n4ry\x7f", HeaderError::Value),
        ];
        for (text, expected) in cases {
            let error = Header::parse(text).unwrap_err();
            assert_eq!(error, expected, "{text}");
            assert!(!format!("{error} {error:?}").contains("c4n4ry"), "{error}");
        }
        assert!(!format!("{:?}", Header::parse("x: c4n4ry").unwrap()).contains("c4n4ry"));
    }
}
