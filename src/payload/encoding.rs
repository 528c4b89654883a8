//! Payloads that are written as text: decoded before they are published. Called by `args` and `commands/publish`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;

use crate::text::hex;

/// How bytes are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Two hexadecimal digits a byte.
    Hex,
    /// Base64 with its padding (RFC 4648, 4).
    Base64,
}

/// Why a text is no bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Another character, or half a byte.
    #[error("it is not two hexadecimal digits a byte")]
    Hex,
    /// Another character, or no padding.
    #[error("it is not base64")]
    Base64,
}

impl Encoding {
    /// The bytes of a text. Spaces and ends of lines are read over: programs break long lines, and a file ends with one.
    ///
    /// # Errors
    /// The text is something else.
    pub fn decode(self, text: &[u8]) -> Result<Bytes, DecodeError> {
        let text: Vec<u8> = text.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
        match self {
            Self::Hex => hex::decode(&text).ok_or(DecodeError::Hex),
            Self::Base64 => STANDARD.decode(text).map_err(|_| DecodeError::Base64),
        }
        .map(Bytes::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_of_a_text() {
        for (encoding, text, bytes) in [
            (Encoding::Hex, &b""[..], &b""[..]),
            (Encoding::Hex, b"00fF7e", b"\x00\xff\x7e"),
            (Encoding::Hex, b" 00 f\r\nf\t", b"\x00\xff"),
            (Encoding::Base64, b"", b""),
            (Encoding::Base64, b"AP8=", b"\x00\xff"),
            (Encoding::Base64, b"aG\r\n90\n", b"hot"),
        ] {
            assert_eq!(encoding.decode(text).as_deref(), Ok(bytes), "{encoding:?} {text:?}");
        }
    }

    #[test]
    fn what_is_none() {
        for text in [&b"0"[..], b"0g", b"0x00", b"00\0", b"\xff\xff", b"+1"] {
            assert_eq!(Encoding::Hex.decode(text), Err(DecodeError::Hex), "{text:?}");
        }
        for text in [&b"AP8"[..], b"*", b"AP-_", b"\xff\xff\xff\xff", b"AP8=AP8="] {
            assert_eq!(Encoding::Base64.decode(text), Err(DecodeError::Base64), "{text:?}");
        }
    }
}
