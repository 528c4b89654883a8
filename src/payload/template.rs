//! Templates: texts of which some places are filled in for each message. Called by `args` and `commands`.

pub mod properties;

use std::fmt;
use std::str;

use bytestring::ByteString;

use super::PACKET_LIMIT;
use super::generate::{Generator, Turn, Variable};
use crate::mqtt::topic::check_string;
use crate::mqtt::{TopicError, TopicName};
use crate::text::braces::{BraceError, Piece, pieces};
use crate::text::excerpt;

/// What of a name stands in an error, in characters.
const SHOWN: usize = 40;

/// A text with places. What fills a place in is a [`Generator`], or of a type that has more names.
#[derive(Clone, Debug)]
pub struct Template<T = Generator> {
    parts: Vec<Part<T>>,
}

#[derive(Clone, Debug)]
enum Part<T> {
    Literal(Vec<u8>),
    Place(T),
}

/// Why a text is no template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// Its braces.
    #[error(transparent)]
    Braces(#[from] BraceError),
    /// A name that means nothing here.
    #[error("there is no {{{0}}}; {{{{ is a single {{")]
    Unknown(String),
    /// A name with an argument that means nothing.
    #[error("{{{place}}}: {why}")]
    Argument {
        /// Both.
        place: String,
        /// Why not.
        why: String,
    },
}

/// Why a template gives no value this time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// It gives more than any message can have.
    #[error("it has more than {PACKET_LIMIT} bytes, which no MQTT packet can carry")]
    TooLarge,
    /// What it gives is not what has to stand there.
    #[error(transparent)]
    Text(#[from] TopicError),
}

impl<T> Template<T> {
    /// Reads a text; `find` says what a name with its argument means, `None` that it means nothing.
    ///
    /// # Errors
    /// Braces that are wrong, a name that means nothing, or what `find` says.
    pub fn read<E: fmt::Display>(
        text: &[u8],
        mut find: impl FnMut(&str, Option<&str>) -> Option<Result<T, E>>,
    ) -> Result<Self, TemplateError> {
        let mut parts = Vec::new();
        for piece in pieces(text)? {
            match (piece, parts.last_mut()) {
                (Piece::Literal(bytes), Some(Part::Literal(literal))) => literal.extend_from_slice(bytes),
                (Piece::Literal(bytes), _) => parts.push(Part::Literal(bytes.to_vec())),
                (Piece::Name { name, argument }, _) => {
                    let shown = |text: &str| excerpt(text.as_bytes(), SHOWN);
                    let place = find(name, argument).ok_or_else(|| TemplateError::Unknown(shown(name)))?;
                    parts.push(Part::Place(place.map_err(|why| TemplateError::Argument {
                        place: shown(&argument.map_or_else(|| name.to_owned(), |argument| format!("{name}:{argument}"))),
                        why: why.to_string(),
                    })?));
                }
            }
        }
        Ok(Self { parts })
    }

    /// The text without what is filled in.
    #[must_use]
    pub fn literals(&self) -> Vec<u8> {
        let literal = |part: &Part<T>| match part {
            Part::Literal(bytes) => bytes.clone(),
            Part::Place(_) => Vec::new(),
        };
        self.parts.iter().flat_map(literal).collect()
    }

    /// Whether nothing is filled in.
    #[must_use]
    pub fn is_literal(&self) -> bool {
        self.parts.iter().all(|part| matches!(part, Part::Literal(_)))
    }

    /// Appends the text; `make` fills a place in.
    ///
    /// # Errors
    /// `TooLarge`, at the part that goes beyond the limit.
    pub fn fill(&self, out: &mut Vec<u8>, mut make: impl FnMut(&T, &mut Vec<u8>)) -> Result<(), RenderError> {
        let begin = out.len();
        for part in &self.parts {
            match part {
                Part::Literal(bytes) => out.extend_from_slice(bytes),
                Part::Place(place) => make(place, out),
            }
            if out.len() - begin > PACKET_LIMIT {
                return Err(RenderError::TooLarge);
            }
        }
        Ok(())
    }
}

impl Template {
    /// Reads a text whose names are those of [`Generator`]; `variable` looks the environment up, where that is allowed.
    ///
    /// # Errors
    /// Why it is no template.
    pub fn parse(text: &[u8], variable: Option<Variable>) -> Result<Self, TemplateError> {
        Self::read(text, |name, argument| Generator::parse(name, argument, variable))
    }

    /// The bytes, for the message that `turn` is at.
    ///
    /// # Errors
    /// `TooLarge`.
    pub fn render(&self, turn: &mut Turn) -> Result<Vec<u8>, RenderError> {
        let mut out = Vec::new();
        self.fill(&mut out, |generator, out| generator.render(turn, out))?;
        Ok(out)
    }

    /// The same as a string of MQTT `[MQTT-1.5.4]`.
    ///
    /// # Errors
    /// Why it is none.
    pub fn string(&self, turn: &mut Turn) -> Result<ByteString, RenderError> {
        let bytes = self.render(turn)?;
        let text = str::from_utf8(&bytes).map_err(|_| TopicError::NotUtf8)?;
        check_string(text)?;
        Ok(text.into())
    }

    /// The same as a Topic Name.
    ///
    /// # Errors
    /// Why it is none.
    pub fn topic(&self, turn: &mut Turn) -> Result<TopicName, RenderError> {
        let bytes = self.render(turn)?;
        let text = str::from_utf8(&bytes).map_err(|_| TopicError::NotUtf8)?;
        Ok(TopicName::new(text)?)
    }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    fn template(text: &[u8]) -> Template {
        Template::parse(text, Some(|name| (name == "X").then(|| "value".into()))).unwrap()
    }

    fn turn() -> Turn {
        let mut turn = Turn::new(Some(7));
        turn.next(UNIX_EPOCH);
        turn
    }

    #[test]
    fn places_are_filled_in_and_the_rest_stays() {
        let json = template(br#"{"n":{counter},"t":"{time:unix}","v":"{env:X}"} {{counter} \xff"#);
        let mut turn = turn();
        assert_eq!(json.render(&mut turn).unwrap(), br#"{"n":1,"t":"0","v":"value"} {counter} \xff"#);
        turn.next(UNIX_EPOCH);
        assert_eq!(template(b"{counter}/{counter:10}\xff").render(&mut turn).unwrap(), b"2/11\xff");
        assert_eq!(template(b"").render(&mut turn).unwrap(), b"");
        assert!(template(b"a {{b}").is_literal() && !json.is_literal());
        assert_eq!(template(b"a{counter}b{{c").literals(), b"ab{c");
    }

    #[test]
    fn names_of_another_kind() {
        let find = |name: &str, argument: Option<&str>| match (name, argument) {
            ("one", None) => Some(Ok(1)),
            ("one", Some(_)) => Some(Err("no")),
            _ => None,
        };
        let template = Template::read(b"a{one}b", find).unwrap();
        let mut out = b"|".to_vec();
        template.fill(&mut out, |one, out| out.push(b'0' + one)).unwrap();
        assert_eq!(out, b"|a1b");
        let error = |text: &[u8]| Template::read(text, find).unwrap_err().to_string();
        assert_eq!(error(b"{one:\x1b}"), "{one:\\x1b}: no");
        assert_eq!(error(b"{two}"), "there is no {two}; {{ is a single {");
        assert_eq!(error(b"{two"), "the { before 'two' is not closed; {{ is a single {");
    }

    #[test]
    fn strings_and_topics() {
        let error = |text: &[u8]| template(text).topic(&mut turn()).unwrap_err();
        assert_eq!(template(b"a/{counter}").topic(&mut turn()).unwrap().as_str(), "a/1");
        assert_eq!(error(b"a/{time:%n+}"), RenderError::Text(TopicError::Wildcard('+')));
        assert_eq!(error(b""), RenderError::Text(TopicError::Empty));
        assert_eq!(error(b"{hex:65536}"), RenderError::Text(TopicError::TooLong(65_536)));
        assert_eq!(error(b"{counter}\xff"), RenderError::Text(TopicError::NotUtf8));
        assert_eq!(template(b"+{counter}").string(&mut turn()).unwrap(), "+1");
        assert_eq!(template(b"\0").string(&mut turn()), Err(RenderError::Text(TopicError::Nul)));
    }

    #[test]
    fn what_is_too_large_is_not_made_first() {
        let template = template("{bytes:1048576}".repeat(300).as_bytes());
        let mut out = Vec::new();
        let made = template.fill(&mut out, |_, out| out.resize(out.len() + (1 << 20), 0));
        assert_eq!(made, Err(RenderError::TooLarge));
        assert!(out.len() <= PACKET_LIMIT + (1 << 20));
    }
}
