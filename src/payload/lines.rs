//! Lines out of chunks, byte for byte. Called by `commands/publish` for `pub -l` and `--from-json`.

use bytes::{Buf as _, Bytes};
use memchr::memchr;

/// A line that no packet can carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {number} has more than {limit} bytes, which no MQTT packet can carry")]
pub struct LineTooLong {
    /// Which line, counted from 1.
    pub number: u64,
    /// The most bytes that a line may have.
    pub limit: usize,
}

/// Takes chunks and gives messages.
pub trait Split {
    /// Takes the next chunk. The one before must be used up, that is, [`Split::next_line`] has returned `Ok(None)`.
    fn feed(&mut self, chunk: Bytes);

    /// The number of the message that came last, counted from 1.
    fn number(&self) -> u64;

    /// Whether a whole message is there.
    fn has_next(&self) -> bool;

    /// Whether something is left that is the last message, if nothing more comes.
    fn has_rest(&self) -> bool;

    /// The next whole message, or `None` when another chunk is needed.
    ///
    /// # Errors
    /// When it is longer than the limit; its rest is left out, and the next call goes on behind it.
    fn next_line(&mut self) -> Result<Option<Bytes>, LineTooLong>;

    /// The last message, if the input ended within one.
    ///
    /// # Errors
    /// When it is longer than the limit.
    fn finish(&mut self) -> Result<Option<Bytes>, LineTooLong>;
}

/// Splits what it is fed at each `\n` and takes exactly that byte off; everything else stays, `\r`, NUL and invalid UTF-8
/// included. A line that lies in one chunk is a slice of it.
#[derive(Debug)]
pub struct Lines {
    chunk: Bytes,
    /// The begin of a line whose end is not here yet.
    partial: Vec<u8>,
    limit: usize,
    count: u64,
    /// The rest of a line that was too long is still to come.
    skipping: bool,
}

impl Lines {
    /// A splitter for lines of at most `limit` bytes.
    #[must_use]
    pub const fn new(limit: usize) -> Self {
        Self { chunk: Bytes::new(), partial: Vec::new(), limit, count: 0, skipping: false }
    }

    fn check(&mut self, more: usize) -> Result<(), LineTooLong> {
        if self.partial.len() + more <= self.limit {
            return Ok(());
        }
        self.partial = Vec::new();
        self.skipping = true;
        self.count += 1;
        Err(LineTooLong { number: self.count, limit: self.limit })
    }
}

impl Split for Lines {
    fn feed(&mut self, chunk: Bytes) {
        debug_assert!(self.chunk.is_empty(), "a chunk was fed before the last one was used up");
        self.chunk = chunk;
    }

    fn number(&self) -> u64 {
        self.count
    }

    fn has_next(&self) -> bool {
        memchr(b'\n', &self.chunk).is_some()
    }

    fn has_rest(&self) -> bool {
        let is_empty = self.partial.is_empty() && self.chunk.is_empty();
        !is_empty && !self.skipping
    }

    #[inline(always)]
    fn next_line(&mut self) -> Result<Option<Bytes>, LineTooLong> {
        let mut end = memchr(b'\n', &self.chunk);
        if self.skipping {
            let rest = end.map_or(self.chunk.len(), |end| end + 1);
            self.chunk.advance(rest);
            self.skipping = end.is_none();
            end = memchr(b'\n', &self.chunk);
        }
        self.check(end.unwrap_or(self.chunk.len()))?;
        let Some(end) = end else {
            self.partial.extend_from_slice(&self.chunk);
            self.chunk = Bytes::new();
            return Ok(None);
        };
        let tail = self.chunk.split_to(end);
        // `memchr` found a byte there, so there is one to step over.
        self.chunk.advance(1);
        self.count += 1;
        if self.partial.is_empty() {
            return Ok(Some(tail));
        }
        let mut line = std::mem::take(&mut self.partial);
        line.extend_from_slice(&tail);
        Ok(Some(line.into()))
    }

    fn finish(&mut self) -> Result<Option<Bytes>, LineTooLong> {
        self.partial.extend_from_slice(&std::mem::take(&mut self.chunk));
        if !self.has_rest() {
            return Ok(None);
        }
        self.count += 1;
        Ok(Some(std::mem::take(&mut self.partial).into()))
    }
}

#[cfg(test)]
mod tests {
    use rand::{Rng as _, SeedableRng as _};
    use rand_chacha::ChaCha8Rng;

    use super::*;

    fn split(chunks: &[&[u8]], limit: usize) -> Result<Vec<Vec<u8>>, LineTooLong> {
        let mut lines = Lines::new(limit);
        let mut found = Vec::new();
        for chunk in chunks {
            lines.feed(Bytes::copy_from_slice(chunk));
            while let Some(line) = lines.next_line()? {
                found.push(line.to_vec());
            }
        }
        found.extend(lines.finish()?.map(|line| line.to_vec()));
        Ok(found)
    }

    #[test]
    fn one_newline_is_taken_off_and_nothing_else() {
        for (input, lines) in [
            (&b""[..], vec![]),
            (b"\n", vec![&b""[..]]),
            (b"a", vec![b"a"]),
            (b"a\n", vec![b"a"]),
            (b"a\r\n\n\0\xff\nb", vec![b"a\r", b"", b"\0\xff", b"b"]),
            (b"\n\n", vec![b"", b""]),
        ] {
            assert_eq!(split(&[input], 10).unwrap(), lines);
        }
    }

    #[test]
    fn where_chunks_end_changes_nothing() {
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        for _ in 0..500 {
            let input: Vec<u8> = (0..rng.next_u32() % 200).map(|_| b"\n\nab\r\0\xff"[rng.next_u32() as usize % 7]).collect();
            let mut chunks = Vec::new();
            let mut rest = &input[..];
            while !rest.is_empty() {
                let (chunk, after) = rest.split_at(rng.next_u32() as usize % (rest.len() + 1));
                chunks.push(chunk);
                rest = after;
            }
            let mut expected: Vec<&[u8]> = input.split(|b| *b == b'\n').collect();
            // What follows the last newline is a line only if it has a byte.
            expected.pop_if(|last| last.is_empty());
            assert_eq!(split(&chunks, 200).unwrap(), expected, "{chunks:?}");
        }
    }

    #[test]
    fn behind_a_line_that_is_too_long_it_goes_on() {
        let input = b"ab\nabcdefgh\n\nabcd\nabcde\nx";
        for size in 1..=input.len() {
            let mut lines = Lines::new(4);
            let mut found = Vec::new();
            for chunk in input.chunks(size) {
                lines.feed(Bytes::copy_from_slice(chunk));
                loop {
                    match lines.next_line() {
                        Ok(Some(line)) => found.push((lines.number(), line.to_vec())),
                        Ok(None) => break,
                        Err(LineTooLong { number, limit: 4 }) => found.push((number, b"!".to_vec())),
                        Err(error) => panic!("{error}"),
                    }
                }
            }
            let last = lines.finish().unwrap().unwrap();
            found.push((lines.number(), last.to_vec()));
            let expected = [(1, &b"ab"[..]), (2, b"!"), (3, b""), (4, b"abcd"), (5, b"!"), (6, b"x")];
            assert_eq!(found, expected.map(|(number, line)| (number, line.to_vec())), "chunks of {size}");
        }
        let mut lines = Lines::new(1);
        lines.feed(Bytes::from_static(b"abc"));
        assert!(lines.next_line().is_err());
        assert_eq!(lines.next_line(), Ok(None));
        assert_eq!(lines.finish(), Ok(None));
    }

    #[test]
    fn a_line_within_a_chunk_is_a_slice_of_it() {
        let chunk = Bytes::from_static(b"ab\ncd\n");
        let mut lines = Lines::new(10);
        lines.feed(chunk.clone());
        let _ = lines.next_line();
        assert_eq!(lines.next_line().unwrap().unwrap().as_ptr(), chunk[3..].as_ptr());
    }

    #[test]
    fn a_line_beyond_the_limit_is_named_before_it_is_kept() {
        assert!(split(&[b"abc\nab", b"c\n"], 3).is_ok());
        assert_eq!(split(&[b"abc\nab", b"cd\n"], 3), Err(LineTooLong { number: 2, limit: 3 }));
        assert_eq!(split(&[b"abcd"], 3), Err(LineTooLong { number: 1, limit: 3 }));
    }
}
