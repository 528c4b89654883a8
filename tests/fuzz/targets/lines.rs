//! Target `lines`: any bytes in any chunks through the splitters of `pub -l` and `--delimiter`, against a search byte by byte.
//!
//! Called by the fuzzer's entry and by the property tests. The first three bytes of an input say how it is cut, how many of the bytes that follow
//! are the delimiter, and how long a message may be.

use bytes::Bytes;
use mqx::payload::delimited::unescape;
use mqx::payload::{Delimited, Lines, Split};

/// Inputs to begin with.
pub const SEEDS: &[&[u8]] = &[
    b"\x00\x00\xff\none\ntwo\n\nlast",
    b"\x03\x00\xff\0one\0two\0\0",
    b"\x01\x01\xff--one---two--",
    b"\x02\x02\x04aabaaabxxxxxxxaab",
    b"\x07\x03\x08abababab---------abab-",
    b"\x05\x01\xff\r\n\r\r\n\n\r\n",
    b"\x05\x01\xff\\x0a\\0\\\\",
];

/// What comes of an input: messages, and `None` for each that was too long.
type Messages = Vec<Option<Vec<u8>>>;

/// One input. Returns 1 for one that has a message.
///
/// # Panics
/// When something does not hold that must.
pub fn lines(data: &[u8]) -> u64 {
    escapes(data);
    let Some((&[cut, length, limit], rest)) = data.split_first_chunk::<3>() else { return 0 };
    let Some((delimiter, input)) = rest.split_at_checked(usize::from(length % 9) + 1) else { return 0 };
    let limit = usize::from(limit);
    let expected = naive(delimiter, input, limit);
    let delimited = Delimited::new(delimiter, limit).expect("a delimiter that is not empty");
    assert_eq!(split(delimited, input, cut), expected, "{delimiter:?} in {input:?}");
    assert_eq!(split(Lines::new(limit), input, cut), naive(b"\n", input, limit), "lines of {input:?}");
    u64::from(expected.len() > 1)
}

fn split(mut splitter: impl Split, mut rest: &[u8], cut: u8) -> Messages {
    let (mut found, mut step) = (Vec::new(), cut);
    while !rest.is_empty() {
        let (chunk, behind) = rest.split_at_checked(usize::from(step % 11) + 1).unwrap_or((rest, &[]));
        (rest, step) = (behind, step.wrapping_mul(5).wrapping_add(cut | 1));
        splitter.feed(Bytes::copy_from_slice(chunk));
        loop {
            let has_next = splitter.has_next();
            match splitter.next_line() {
                Ok(Some(message)) => {
                    assert!(has_next, "a message that was not there");
                    found.push(Some(message.to_vec()));
                    assert_eq!(splitter.number(), found.len() as u64);
                }
                Ok(None) => break,
                Err(error) => {
                    found.push(None);
                    assert_eq!(error.number, found.len() as u64);
                }
            }
        }
    }
    let has_rest = splitter.has_rest();
    match splitter.finish() {
        Ok(last) => {
            assert_eq!(last.is_some(), has_rest);
            found.extend(last.map(|message| Some(message.to_vec())));
        }
        Err(_) => found.push(None),
    }
    found
}

fn naive(delimiter: &[u8], mut rest: &[u8], limit: usize) -> Messages {
    let kept = |message: &[u8]| (message.len() <= limit).then(|| message.to_vec());
    let mut messages = Vec::new();
    while let Some(at) = rest.windows(delimiter.len()).position(|window| window == delimiter) {
        messages.push(kept(&rest[..at]));
        rest = &rest[at + delimiter.len()..];
    }
    if !rest.is_empty() {
        messages.push(kept(rest));
    }
    messages
}

/// A text without a `\` stands for itself, and any bytes can be written.
fn escapes(data: &[u8]) {
    match unescape(data) {
        Ok(bytes) => assert!(!bytes.is_empty() && bytes.len() <= data.len() && (bytes == data || data.contains(&b'\\'))),
        Err(_) => assert!(data.is_empty() || data.contains(&b'\\')),
    }
    let written: String = data.iter().map(|byte| format!("\\x{byte:02x}")).collect();
    assert!(data.is_empty() || unescape(written.as_bytes()).is_ok_and(|bytes| bytes == data));
}
