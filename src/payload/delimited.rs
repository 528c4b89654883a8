//! Messages that end at other bytes than a newline, out of chunks. Called by `commands/publish` for `pub --delimiter`.

use bytes::{Buf as _, Bytes};
use memchr::memmem::Finder;

use super::lines::{LineTooLong, Split};
use crate::text::hex;

/// Splits what it is fed at each delimiter, the first one first, and takes exactly that off.
#[derive(Debug)]
pub struct Delimited {
    delimiter: Finder<'static>,
    chunk: Bytes,
    /// The begin of a message whose end is not here yet; of one that is too long, as much as may belong to its end.
    partial: Vec<u8>,
    limit: usize,
    count: u64,
    /// The rest of a message that was too long is still to come.
    skipping: bool,
}

/// The place of a delimiter.
enum Found {
    /// It begins in what was kept, at this place, and so many bytes of it are in the chunk.
    Across(usize, usize),
    /// It is in the chunk.
    Within(usize),
}

impl Delimited {
    /// A splitter for messages of at most `limit` bytes; `None` if the delimiter is empty.
    #[must_use]
    pub fn new(delimiter: &[u8], limit: usize) -> Option<Self> {
        let finder = Finder::new(delimiter).into_owned();
        let new = Self { delimiter: finder, chunk: Bytes::new(), partial: Vec::new(), limit, count: 0, skipping: false };
        (!delimiter.is_empty()).then_some(new)
    }

    /// The bytes of a delimiter without its last, which may stand at the end of what has none yet.
    fn overlap(&self) -> usize {
        self.delimiter.needle().len().saturating_sub(1)
    }

    fn find(&self) -> Option<Found> {
        let overlap = self.overlap();
        let kept = self.partial.len().min(overlap);
        if kept > 0 {
            let begin = self.partial.len() - kept;
            let mut seam = self.partial.get(begin..).unwrap_or_default().to_vec();
            seam.extend(self.chunk.iter().take(overlap));
            if let Some(at) = self.delimiter.find(&seam) {
                return Some(Found::Across(begin + at, at + overlap + 1 - kept));
            }
        }
        self.delimiter.find(&self.chunk).map(Found::Within)
    }

    /// Keeps the chunk for when its end comes.
    ///
    /// # Errors
    /// When that is too much: nothing is kept but what may belong to the end.
    fn keep(&mut self) -> Result<(), LineTooLong> {
        self.partial.extend_from_slice(&self.chunk);
        self.chunk = Bytes::new();
        let too_long = self.partial.len() > self.limit.saturating_add(self.overlap());
        if too_long || self.skipping {
            self.partial.drain(..self.partial.len().saturating_sub(self.overlap()));
            self.partial.shrink_to_fit();
        }
        if !too_long || self.skipping {
            return Ok(());
        }
        self.skipping = true;
        self.count += 1;
        Err(LineTooLong { number: self.count, limit: self.limit })
    }

    fn checked(&mut self, message: Bytes) -> Result<Option<Bytes>, LineTooLong> {
        self.count += 1;
        if message.len() <= self.limit { Ok(Some(message)) } else { Err(LineTooLong { number: self.count, limit: self.limit }) }
    }
}

impl Split for Delimited {
    fn feed(&mut self, chunk: Bytes) {
        self.chunk = chunk;
    }

    fn number(&self) -> u64 {
        self.count
    }

    fn has_next(&self) -> bool {
        self.find().is_some()
    }

    fn has_rest(&self) -> bool {
        let is_empty = self.partial.is_empty() && self.chunk.is_empty();
        !is_empty && !self.skipping
    }

    fn next_line(&mut self) -> Result<Option<Bytes>, LineTooLong> {
        while let Some(found) = self.find() {
            let mut message = std::mem::take(&mut self.partial);
            let tail = match found {
                Found::Across(at, bytes) => {
                    message.truncate(at);
                    self.chunk.advance(bytes);
                    Bytes::new()
                }
                Found::Within(at) => {
                    let tail = self.chunk.split_to(at);
                    self.chunk.advance(self.delimiter.needle().len());
                    tail
                }
            };
            if std::mem::take(&mut self.skipping) {
                continue;
            }
            if message.is_empty() {
                return self.checked(tail);
            }
            message.extend_from_slice(&tail);
            return self.checked(message.into());
        }
        self.keep().map(|()| None)
    }

    fn finish(&mut self) -> Result<Option<Bytes>, LineTooLong> {
        self.keep()?;
        if !self.has_rest() {
            return Ok(None);
        }
        let last = std::mem::take(&mut self.partial);
        self.checked(last.into())
    }
}

/// Why a text stands for no bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EscapeError {
    /// Nothing.
    #[error("it is empty")]
    Empty,
    /// A `\` with something else behind it.
    #[error("what follows a \\ is 0, n, r, t, \\ or xNN")]
    Unknown,
}

/// The bytes that a text stands for: itself, but for `\0 \n \r \t \\` and `\xNN`.
///
/// # Errors
/// When there is none, or a `\` that means nothing.
pub fn unescape(text: &[u8]) -> Result<Vec<u8>, EscapeError> {
    let (mut bytes, mut rest) = (Vec::with_capacity(text.len()), text);
    while let Some((byte, behind)) = rest.split_first() {
        let (byte, behind) = if *byte == b'\\' { escaped(behind).ok_or(EscapeError::Unknown)? } else { (*byte, behind) };
        bytes.push(byte);
        rest = behind;
    }
    if bytes.is_empty() { Err(EscapeError::Empty) } else { Ok(bytes) }
}

/// The byte that stands behind a `\`, and what stands behind that.
fn escaped(text: &[u8]) -> Option<(u8, &[u8])> {
    let (letter, behind) = text.split_first()?;
    let byte = match letter {
        b'0' => b'\0',
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'\\' => b'\\',
        b'x' => {
            let (digits, behind) = behind.split_at_checked(2)?;
            return Some((*hex::decode(digits)?.first()?, behind));
        }
        _ => return None,
    };
    Some((byte, behind))
}

#[cfg(test)]
mod tests {
    use rand::{Rng as _, SeedableRng as _};
    use rand_chacha::ChaCha8Rng;

    use super::*;

    /// What comes of chunks: messages by number, and `None` for each that was too long.
    fn split(delimiter: &[u8], chunks: &[&[u8]], limit: usize) -> Vec<(u64, Option<Vec<u8>>)> {
        let mut splitter = Delimited::new(delimiter, limit).unwrap();
        let mut found = Vec::new();
        for chunk in chunks {
            splitter.feed(Bytes::copy_from_slice(chunk));
            loop {
                let has_next = splitter.has_next();
                match splitter.next_line() {
                    Ok(Some(message)) => {
                        assert!(has_next);
                        found.push((splitter.number(), Some(message.to_vec())));
                    }
                    Ok(None) => break,
                    Err(error) => found.push((error.number, None)),
                }
            }
        }
        let has_rest = splitter.has_rest();
        match splitter.finish() {
            Ok(last) => {
                assert_eq!(last.is_some(), has_rest);
                found.extend(last.map(|message| (splitter.number(), Some(message.to_vec()))));
            }
            Err(error) => found.push((error.number, None)),
        }
        found
    }

    /// Byte by byte, and all at once.
    fn naive(delimiter: &[u8], mut rest: &[u8], limit: usize) -> Vec<(u64, Option<Vec<u8>>)> {
        let mut messages = Vec::new();
        while let Some(at) = rest.windows(delimiter.len()).position(|window| window == delimiter) {
            messages.push(&rest[..at]);
            rest = &rest[at + delimiter.len()..];
        }
        if !rest.is_empty() {
            messages.push(rest);
        }
        let kept = |message: &[u8]| (message.len() <= limit).then(|| message.to_vec());
        messages.iter().zip(1..).map(|(message, number)| (number, kept(message))).collect()
    }

    #[test]
    fn where_chunks_end_changes_nothing() {
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        for delimiter in [&b"\0"[..], b";", b"\r\n", b"aa", b"aab", b"abab", b"\n\n\n", b"aaaaaaaaab"] {
            for round in 0..400 {
                let letters = [delimiter, b"ab"].concat();
                let input: Vec<u8> = (0..rng.next_u32() % 60).map(|_| letters[rng.next_u32() as usize % letters.len()]).collect();
                let mut chunks = Vec::new();
                let mut rest = &input[..];
                while !rest.is_empty() {
                    let (chunk, after) = rest.split_at((rng.next_u32() % 4 + 1).min(rest.len() as u32) as usize);
                    chunks.push(chunk);
                    rest = after;
                }
                let limit = if round % 2 == 0 { 1_000 } else { 7 };
                assert_eq!(split(delimiter, &chunks, limit), naive(delimiter, &input, limit), "{delimiter:?} {chunks:?} {limit}");
            }
        }
    }

    #[test]
    fn a_message_within_a_chunk_is_a_slice_of_it() {
        let chunk = Bytes::from_static(b"ab--cd--");
        let mut splitter = Delimited::new(b"--", 10).unwrap();
        splitter.feed(chunk.clone());
        let _ = splitter.next_line();
        assert_eq!(splitter.next_line().unwrap().unwrap().as_ptr(), chunk[4..].as_ptr());
    }

    #[test]
    fn what_is_too_long_costs_no_memory() {
        let mut splitter = Delimited::new(b"--", 10).unwrap();
        let mut errors = 0;
        for _ in 0..100 {
            splitter.feed(Bytes::from(vec![b'x'; 1_000]));
            errors += usize::from(splitter.next_line().is_err());
            assert!(splitter.partial.capacity() < 100);
        }
        assert_eq!((errors, splitter.finish()), (1, Ok(None)));
    }

    #[test]
    fn escapes() {
        for (text, bytes) in [
            (&br"\0"[..], &b"\0"[..]),
            (br"\n\r\t\\\x00\xfF", b"\n\r\t\\\0\xff"),
            (b"; ", b"; "),
            (b"\xff\n", b"\xff\n"),
            (br"\x0a0", b"\n0"),
        ] {
            assert_eq!(unescape(text).as_deref(), Ok(bytes), "{text:?}");
        }
        assert_eq!(unescape(b""), Err(EscapeError::Empty));
        for text in [&br"\"[..], br"a\", br"\a", br"\x", br"\x1", br"\xg0", br"\x+1", br"\N"] {
            assert_eq!(unescape(text), Err(EscapeError::Unknown), "{text:?}");
        }
    }
}
