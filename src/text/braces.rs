//! `{name}` and `{name:argument}` in a text: what templates and formats have in common. What the names mean is known above.
//!
//! A `{` that no small letter follows is itself, and so is every other `}`: JSON can be written as it is. `{{` is a `{` before a letter.

/// A part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Bytes that stand for themselves.
    Literal(&'a [u8]),
    /// Something to fill in.
    Name {
        /// Its name: small letters, digits, `_` and `-`.
        name: &'a str,
        /// What follows the first `:`, if there is one.
        argument: Option<&'a str>,
    },
}

/// Why a text has no pieces.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BraceError {
    /// A name and no `}`.
    #[error("the {{ before '{0}' is not closed; {{{{ is a single {{")]
    Open(String),
    /// Something in a name that no name has, or an argument that is not UTF-8.
    #[error("'{0}' is no name; {{{{ is a single {{")]
    NoName(String),
}

/// Takes a text apart.
///
/// # Errors
/// A `{` with a letter behind it that begins no name.
pub fn pieces(text: &[u8]) -> Result<Vec<Piece<'_>>, BraceError> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'{', rest) {
        let (before, from) = rest.split_at(at);
        match from.get(1) {
            Some(b'{') => {
                pieces.push(Piece::Literal(rest.get(..=at).unwrap_or_default()));
                rest = from.get(2..).unwrap_or_default();
            }
            Some(b'a'..=b'z') => {
                if !before.is_empty() {
                    pieces.push(Piece::Literal(before));
                }
                let inside = from.get(1..).unwrap_or_default();
                let shown = |bytes: &[u8]| super::excerpt(bytes, 40);
                let end = memchr::memchr(b'}', inside).ok_or_else(|| BraceError::Open(shown(inside)))?;
                let (inside, after) = inside.split_at(end);
                pieces.push(name(inside).ok_or_else(|| BraceError::NoName(shown(inside)))?);
                rest = after.get(1..).unwrap_or_default();
            }
            _ => {
                // Itself, together with what stands before it.
                pieces.push(Piece::Literal(rest.get(..=at).unwrap_or_default()));
                rest = from.get(1..).unwrap_or_default();
            }
        }
    }
    if !rest.is_empty() {
        pieces.push(Piece::Literal(rest));
    }
    Ok(pieces)
}

fn name(inside: &[u8]) -> Option<Piece<'_>> {
    let inside = std::str::from_utf8(inside).ok()?;
    let (name, argument) = inside.split_once(':').map_or((inside, None), |(name, argument)| (name, Some(argument)));
    let is_name = name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-'));
    is_name.then_some(Piece::Name { name, argument })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named<'a>(name: &'a str, argument: Option<&'a str>) -> Piece<'a> {
        Piece::Name { name, argument }
    }

    /// The pieces, with literals that follow each other as one.
    fn joined(text: &[u8]) -> Vec<(Vec<u8>, Option<String>)> {
        let mut found: Vec<(Vec<u8>, Option<String>)> = Vec::new();
        for piece in pieces(text).unwrap() {
            match piece {
                Piece::Literal(bytes) => match found.last_mut() {
                    Some((literal, None)) => literal.extend_from_slice(bytes),
                    _ => found.push((bytes.to_vec(), None)),
                },
                Piece::Name { name, .. } => found.push((Vec::new(), Some(name.to_owned()))),
            }
        }
        found
    }

    #[test]
    fn names_and_arguments() {
        assert_eq!(
            pieces(b"a {topic}{random:20:21}b").unwrap(),
            [Piece::Literal(b"a "), named("topic", None), named("random", Some("20:21")), Piece::Literal(b"b")]
        );
        assert_eq!(pieces(b"").unwrap(), []);
    }

    #[test]
    fn json_is_written_as_it_is() {
        let literal = |bytes: &[u8]| (bytes.to_vec(), None);
        let name = |name: &str| (Vec::new(), Some(name.to_owned()));
        assert_eq!(joined(br#"{"a":{"b":{counter}}}"#), [literal(br#"{"a":{"b":"#), name("counter"), literal(b"}}")]);
        assert_eq!(joined(b"{{a} {} { {A} \xff{"), [literal(b"{a} {} { {A} \xff{")]);
    }

    #[test]
    fn what_is_no_name() {
        assert_eq!(pieces(b"x{abc"), Err(BraceError::Open("abc".to_owned())));
        assert_eq!(pieces(b"{a b}"), Err(BraceError::NoName("a b".to_owned())));
        assert_eq!(pieces(b"{a:\xff}").map_err(|error| error.to_string()).unwrap_err(), r"'a:\xff' is no name; {{ is a single {");
    }
}
