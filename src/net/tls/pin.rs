//! A pin: the hash of a public key that a server must have. Read by `args/tls`, checked by `verify`.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use ring::digest::{SHA256, SHA256_OUTPUT_LEN, digest};

use crate::text::hex;

/// SHA-256 of a Subject Public Key Info in DER, as RFC 7469 pins keys.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Pin([u8; SHA256_OUTPUT_LEN]);

impl Pin {
    /// The pin of a public key.
    pub(super) fn of(public_key: &[u8]) -> Self {
        let mut hash = [0; SHA256_OUTPUT_LEN];
        hash.copy_from_slice(digest(&SHA256, public_key).as_ref());
        Self(hash)
    }

    /// Takes `sha256:` and the hash in Base64 or in hexadecimal, with colons or without; and `sha256//` as curl has it.
    ///
    /// # Errors
    /// What it should look like.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        const FORM: &str = "a pin is sha256: and the hash of a public key, 44 characters of Base64 or 64 of hexadecimal";
        let (_, hash) = text
            .split_once(':')
            .filter(|(name, _)| name.eq_ignore_ascii_case("sha256"))
            .ok_or(FORM)
            .or_else(|_| text.split_once("//").filter(|(name, _)| name.eq_ignore_ascii_case("sha256")).ok_or(FORM))?;
        let bytes = hex::decode(hash.replace(':', "").as_bytes())
            .filter(|bytes| bytes.len() == SHA256_OUTPUT_LEN)
            .or_else(|| STANDARD.decode(hash).or_else(|_| STANDARD_NO_PAD.decode(hash)).ok());
        bytes.and_then(|bytes| bytes.try_into().ok()).map(Self).ok_or(FORM)
    }
}

impl fmt::Display for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sha256:{}", STANDARD.encode(self.0))
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_has_three_spellings() {
        // SHA-256 of nothing, FIPS 180-4.
        let shown = "sha256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
        let empty = Pin::of(b"");
        assert_eq!(empty.to_string(), shown);
        let hex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let colons: Vec<&str> = (0..32).map(|at| &hex[2 * at..2 * at + 2]).collect();
        for text in [
            shown.to_owned(),
            shown.trim_end_matches('=').to_owned(),
            shown.replacen(':', "//", 1),
            format!("SHA256:{hex}"),
            format!("sha256:{}", hex.to_uppercase()),
            format!("sha256:{}", colons.join(":")),
        ] {
            assert_eq!(Pin::parse(&text), Ok(empty), "{text}");
        }
        for text in
            ["", "sha256", "sha256:", "sha1:AAAA", &shown[7..], &shown[..40], &format!("sha256:{}", &hex[2..]), "sha256:é"]
        {
            assert!(Pin::parse(text).is_err(), "{text}");
        }
    }
}
