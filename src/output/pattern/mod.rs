//! The format of `-F`: the language of mosquitto, `%` letters, `@` times and `\` escapes, and the `{…}` names of `field`. Read once, and
//! rendered for each message by `Renderer`.

mod letter;
mod object;
mod spec;

use jiff::Zoned;
use jiff::tz::TimeZone;

use super::field::{Field, FieldError};
use super::text::push;
use super::{json, time};
use crate::mqtt::Received;
use crate::text::braces::{BraceError, Piece, pieces};
use crate::text::excerpt;
use letter::Letter;
use spec::{MOST, Spec};

/// A format that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    /// The format's own bytes.
    Literal(Vec<u8>),
    /// `%…X`.
    Letter(Spec, Letter),
    /// `@X`, as strftime takes it.
    Time([u8; 2]),
    /// `{…}`.
    Field(Field),
}

/// Why a text is no format.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// Something about a `{`.
    #[error(transparent)]
    Brace(#[from] BraceError),
    /// A name of nothing.
    #[error("a message has no '{0}'")]
    NoField(String),
    /// A name with a wrong argument.
    #[error(transparent)]
    Field(#[from] FieldError),
    /// Something about a `%`, `@` or `\`.
    #[error("byte {place}: '{text}' {why}")]
    Wrong {
        /// Where it begins, from 1.
        place: usize,
        /// What stands there.
        text: String,
        /// What is wrong with it.
        why: &'static str,
    },
}

/// A message, and how it is to be shown.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// The message.
    pub received: &'a Received,
    /// For local times.
    pub zone: &'a TimeZone,
    /// Whether a terminal has to be kept safe from what is not the format's own.
    pub escaped: bool,
    /// Whether JSON is laid out over lines.
    pub pretty: bool,
}

impl Pattern {
    /// Reads a format.
    ///
    /// # Errors
    /// What it has that means nothing, and where.
    pub fn parse(text: &[u8]) -> Result<Self, PatternError> {
        let mut parser = Parser::default();
        let mut place = 0;
        for piece in pieces(text)? {
            match piece {
                Piece::Literal(bytes) => {
                    parser.places.push((parser.run.len(), place));
                    parser.run.extend_from_slice(bytes);
                    place += bytes.len();
                    // `{{`, of which the piece has one.
                    place += usize::from(bytes.ends_with(b"{") && text.get(place) == Some(&b'{'));
                }
                Piece::Name { name, argument } => {
                    parser.end_run()?;
                    let field = Field::parse(name, argument).ok_or_else(|| PatternError::NoField(name.to_owned()))??;
                    parser.parts.push(Part::Field(field));
                    place += 2 + name.len() + argument.map_or(0, |argument| 1 + argument.len());
                }
            }
        }
        parser.end_run()?;
        Ok(Self(parser.parts))
    }

    /// Appends a message. False when `%f` or `%d` met a payload that is no such number, and wrote nothing.
    pub fn render(&self, shown: &Shown<'_>, out: &mut Vec<u8>) -> bool {
        let mut numbers = true;
        for part in &self.0 {
            match part {
                Part::Literal(bytes) => out.extend_from_slice(bytes),
                Part::Letter(spec, letter) => numbers &= letter.render(spec, shown, out),
                // It was tried when it was read.
                Part::Time(format) => drop(time::strftime(format, &time::local(shown.received.at, shown.zone), out)),
                Part::Field(field) => render_field(field, shown, out),
            }
        }
        numbers
    }
}

fn render_field(field: &Field, shown: &Shown<'_>, out: &mut Vec<u8>) {
    let begin = out.len();
    field.render(shown.received, shown.zone, out);
    if field.is_json() {
        json::finish(begin, json::Shape { embedded: false, pretty: shown.pretty, escaped: shown.escaped }, out);
    } else if shown.escaped {
        let value = out.split_off(begin);
        push(&value, true, out);
    }
}

/// Reads what stands between names.
#[derive(Default)]
struct Parser {
    parts: Vec<Part>,
    run: Vec<u8>,
    /// From where in the run on it is from where in the text on.
    places: Vec<(usize, usize)>,
}

impl Parser {
    fn end_run(&mut self) -> Result<(), PatternError> {
        let run = std::mem::take(&mut self.run);
        let mut rest = run.as_slice();
        while let Some(&byte) = rest.first() {
            let read = match byte {
                b'%' => percent(rest),
                b'@' => at(rest),
                b'\\' => escape(rest),
                _ => Ok((Part::Literal(vec![byte]), 1)),
            };
            match read {
                Ok((part, length)) => {
                    self.push(part);
                    rest = rest.get(length..).unwrap_or_default();
                }
                Err(Wrong { length, why }) => {
                    let place = self.place(run.len() - rest.len()) + 1;
                    let text = excerpt(rest.get(..length).unwrap_or(rest), 20);
                    return Err(PatternError::Wrong { place, text, why });
                }
            }
        }
        self.places.clear();
        Ok(())
    }

    fn place(&self, at: usize) -> usize {
        let piece = self.places.iter().rev().find(|(begin, _)| *begin <= at);
        piece.map_or(at, |(begin, place)| place + at - begin)
    }

    fn push(&mut self, part: Part) {
        match (self.parts.last_mut(), part) {
            (Some(Part::Literal(bytes)), Part::Literal(more)) => bytes.extend_from_slice(&more),
            (_, part) => self.parts.push(part),
        }
    }
}

/// What is wrong with the next so many bytes.
struct Wrong {
    length: usize,
    why: &'static str,
}

/// A part, and how many bytes it was.
type Read = Result<(Part, usize), Wrong>;

const UNFINISHED: &str = "ends too early";
const TOO_WIDE: &str = "is wider than 65535";

/// What may separate groups of hexadecimal digits.
const SEPARATORS: &[u8; 32] = b"!\"#$&'()*+,-./:;<=>?@[\\]^_`{|}~ ";

/// `%[-][0][width][.precision][separator]X`.
fn percent(text: &[u8]) -> Read {
    let mut cursor = Cursor { text, at: 1 };
    let (left, zero) = (cursor.eat(b'-'), cursor.eat(b'0'));
    let width = cursor.number()?;
    let precision = if cursor.eat(b'.') { Some(cursor.number()?) } else { None };
    let plain = cursor.at == 1;
    let separator = cursor.next().filter(|byte| SEPARATORS.contains(byte));
    cursor.at += usize::from(separator.is_some());
    match cursor.next() {
        Some(byte) => match Letter::of(byte) {
            Some(letter) => {
                let spec = Spec { left, zero: zero && !left, width, precision, separator };
                Ok((Part::Letter(spec, letter), cursor.at + 1))
            }
            // As mosquitto's manual has it, and mosquitto has not.
            None if plain && separator == Some(b'@') => match at(text.get(1..).unwrap_or_default()) {
                Ok((part, length)) => Ok((part, length + 1)),
                Err(Wrong { length, why }) => Err(Wrong { length: length + 1, why }),
            },
            None => Err(Wrong { length: cursor.at + 1, why: "is no conversion; %% is a single %" }),
        },
        None => Err(Wrong { length: cursor.at, why: UNFINISHED }),
    }
}

/// `@X`.
fn at(text: &[u8]) -> Read {
    let Some(&conversion) = text.get(1) else { return Err(Wrong { length: 1, why: UNFINISHED }) };
    let format = [b'%', conversion];
    // All others take more than one letter.
    let is_whole = conversion.is_ascii_alphabetic() && !matches!(conversion, b'f' | b'q' | b'Q') || conversion == b'%';
    match conversion {
        b'@' => Ok((Part::Literal(vec![b'@']), 2)),
        _ if is_whole && time::strftime(&format, &Zoned::default(), &mut Vec::new()).is_ok() => Ok((Part::Time(format), 2)),
        _ => Err(Wrong { length: 2, why: "is no conversion of strftime; @@ is a single @" }),
    }
}

/// `\n` and others.
fn escape(text: &[u8]) -> Read {
    let byte = match text.get(1) {
        Some(b'\\') => b'\\',
        Some(b'0') => 0,
        Some(b'a') => 0x07,
        Some(b'e') => 0x1B,
        Some(b'n') => b'\n',
        Some(b'r') => b'\r',
        Some(b't') => b'\t',
        Some(b'v') => 0x0B,
        Some(_) => return Err(Wrong { length: 2, why: r"is no escape; \\ is a single \" }),
        None => return Err(Wrong { length: 1, why: UNFINISHED }),
    };
    Ok((Part::Literal(vec![byte]), 2))
}

struct Cursor<'a> {
    text: &'a [u8],
    at: usize,
}

impl Cursor<'_> {
    fn next(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let is_next = self.next() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    /// 0 if there is none.
    fn number(&mut self) -> Result<usize, Wrong> {
        let mut number = 0;
        while let Some(digit) = self.next().filter(u8::is_ascii_digit) {
            self.at += 1;
            number = number * 10 + usize::from(digit - b'0');
            if number > MOST {
                return Err(Wrong { length: self.at, why: TOO_WIDE });
            }
        }
        Ok(number)
    }
}

#[cfg(test)]
mod tests;
