//! What may stand between the `%` of a conversion and its letter: how a value is filled up, cut and grouped.

use crate::output::text::push;

/// The most that a width or a precision may be: no topic is longer.
pub const MOST: usize = 65_535;

/// `[-][0][width][.precision][separator]`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spec {
    /// The value stands at the left, and spaces fill it up.
    pub left: bool,
    /// Zeros fill up a number, a payload and its digits at the left.
    pub zero: bool,
    /// The least that a value has, in characters; in bytes where it is no text.
    pub width: usize,
    /// The most characters of a text, the digits behind the point of a number, or those of a group of hexadecimal digits.
    pub precision: Option<usize>,
    /// What stands between groups of hexadecimal digits.
    pub separator: Option<u8>,
}

impl Spec {
    /// What fills up at the left where zeros may.
    #[must_use]
    pub const fn fill(&self) -> u8 {
        if self.zero { b'0' } else { b' ' }
    }

    /// Appends what `write` appends, filled up with `fill` or, at the right, with spaces.
    pub fn pad(&self, fill: u8, out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
        let begin = out.len();
        write(out);
        let Some(value) = out.get(begin..).filter(|_| self.width > 0) else { return };
        let missing = self.width.saturating_sub(columns(value));
        out.resize(out.len() + missing, if self.left { b' ' } else { fill });
        if !self.left {
            out.get_mut(begin..).unwrap_or_default().rotate_right(missing);
        }
    }

    /// Appends nothing, as wide as it is to be.
    pub fn blank(&self, out: &mut Vec<u8>) {
        out.resize(out.len() + self.width, b' ');
    }

    /// Appends a text, cut and filled up, made safe if it has to be.
    pub fn text(&self, text: &str, escaped: bool, out: &mut Vec<u8>) {
        let end = self.precision.and_then(|most| text.char_indices().nth(most));
        let text = end.map_or(text, |(end, _)| text.get(..end).unwrap_or_default());
        self.pad(b' ', out, |out| push(text.as_bytes(), escaped, out));
    }
}

fn columns(value: &[u8]) -> usize {
    std::str::from_utf8(value).map_or(value.len(), |text| text.chars().count())
}
