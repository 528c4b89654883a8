//! Bytes as hexadecimal digits, both ways. Used wherever a person reads or writes bytes.

/// The bytes of digits, two for each; `None` if anything else is there.
#[must_use]
pub fn decode(digits: &[u8]) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let (pairs, rest) = digits.as_chunks::<2>();
    let byte = |[high, low]: &[u8; 2]| u8::try_from(digit(*high)? << 4 | digit(*low)?).ok();
    rest.is_empty().then(|| pairs.iter().map(byte).collect()).flatten()
}

/// Appends two digits a byte, small letters.
pub fn encode(bytes: &[u8], out: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |value: u8| DIGITS.get(usize::from(value)).copied().unwrap_or(b'0');
    out.reserve(2 * bytes.len());
    for byte in bytes {
        out.extend_from_slice(&[digit(byte >> 4), digit(byte & 15)]);
    }
}

/// The digits that `encode` appends, as a text.
#[must_use]
pub fn digits(bytes: &[u8]) -> String {
    let mut digits = Vec::new();
    encode(bytes, &mut digits);
    digits.into_iter().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_bytes_there_and_back() {
        let all: Vec<u8> = (0..=255).collect();
        let mut digits = Vec::new();
        encode(&all, &mut digits);
        assert!(digits.starts_with(b"000102") && digits.ends_with(b"fdfeff"));
        assert_eq!(super::digits(&all).as_bytes(), digits);
        assert_eq!(decode(&digits), Some(all.clone()));
        assert_eq!(decode(&digits.to_ascii_uppercase()), Some(all));
    }

    #[test]
    fn what_is_no_byte() {
        for text in [&b"0"[..], b"0g", b"+1", b" 1", b"\xff\xff"] {
            assert_eq!(decode(text), None, "{text:?}");
        }
    }
}
