//! Files of certificates and keys: PEM taken apart, and what a file is that is none. Called by `trust` and `identity`.
//!
//! Own code, since a reader of good PEM alone cannot tell a person what is wrong with the rest.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::error::{Found, TlsConfigError, Wanted};
use crate::text::os_error;

/// The largest file that is read, in bytes: a hundred times what all authorities of the world take.
const LARGEST: u64 = 32 << 20;

/// What stands between `-----BEGIN LABEL-----` and its end.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Section {
    /// The label.
    pub label: String,
    /// Whether it is encrypted in OpenSSL's old way, by headers above the text.
    pub encrypted: bool,
    /// The bytes, unless it is damaged.
    pub der: Option<Vec<u8>>,
}

impl Section {
    pub fn is_certificate(&self) -> bool {
        matches!(self.label.as_str(), "CERTIFICATE" | "X509 CERTIFICATE")
    }

    pub fn is_key(&self) -> bool {
        self.label.ends_with("PRIVATE KEY")
    }
}

/// The sections of a file that is PEM.
///
/// # Errors
/// When it cannot be read, or is no PEM.
pub(super) fn read(path: &Path, wanted: Wanted) -> Result<Vec<Section>, TlsConfigError> {
    let unusable = |found| TlsConfigError::Unusable { path: path.to_owned(), wanted, found };
    let bytes = bytes(path).map_err(|error| match error.kind() {
        io::ErrorKind::IsADirectory => unusable(Found::Folder),
        io::ErrorKind::FileTooLarge => unusable(Found::TooLarge),
        _ => TlsConfigError::Unreadable { path: path.to_owned(), wanted, reason: os_error::describe(&error) },
    })?;
    let sections = sections(&bytes);
    if sections.is_empty() { Err(unusable(instead(&bytes))) } else { Ok(sections) }
}

fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = File::open(path)?.take(LARGEST).read_to_end(&mut bytes)?;
    if read as u64 == LARGEST { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(bytes) }
}

/// Every section, in order. Text around them is a comment, as OpenSSL takes and writes it.
pub(super) fn sections(bytes: &[u8]) -> Vec<Section> {
    let text = String::from_utf8_lossy(bytes);
    let mut found = Vec::new();
    let mut open: Option<(Section, String)> = None;
    for line in text.lines().map(str::trim) {
        if let Some(label) = line.strip_prefix("-----BEGIN ").and_then(|rest| rest.strip_suffix("-----")) {
            // One that has no end is damaged.
            found.extend(open.take().map(|(section, _)| section));
            open = Some((Section { label: label.to_owned(), encrypted: false, der: None }, String::new()));
        } else if let Some((section, body)) = &mut open {
            if line.starts_with("-----END ") {
                let whole = line.get(9..).is_some_and(|rest| rest.strip_suffix("-----") == Some(section.label.as_str()));
                section.der = STANDARD.decode(body.as_bytes()).ok().filter(|der| whole && !der.is_empty());
                found.extend(open.take().map(|(section, _)| section));
            } else if let Some((name, value)) = line.split_once(':') {
                section.encrypted |= name == "Proc-Type" && value.contains("ENCRYPTED");
            } else {
                body.push_str(line);
            }
        }
    }
    found.extend(open.map(|(section, _)| section));
    found
}

/// What a file is that has no section.
fn instead(bytes: &[u8]) -> Found {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Found::Empty;
    }
    match content_of_sequence(bytes) {
        // PFX begins with its version, 3 (RFC 7292).
        Some([0x02, 0x01, 0x03, ..]) => Found::Pkcs12,
        // The object identifier of PKCS#7 signed data (RFC 2315).
        Some([0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02, ..]) => Found::Pkcs7,
        Some(_) => Found::Der,
        None => Found::NotPem,
    }
}

/// What is inside, if the bytes are one SEQUENCE in DER, or in BER whose length is not told.
fn content_of_sequence(bytes: &[u8]) -> Option<&[u8]> {
    let [0x30, length, rest @ ..] = bytes else { return None };
    let count = usize::from(length & 0x7F);
    match length {
        0x80 => Some(rest),
        0..0x80 => (rest.len() == count).then_some(rest),
        _ => {
            let (digits, content) = rest.split_at_checked(count).filter(|_| count <= 4)?;
            let length = digits.iter().fold(0_usize, |length, digit| length << 8 | usize::from(*digit));
            (content.len() == length).then_some(content)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_stand_between_whatever_else() {
        let text = "Bag Attributes\n    friendlyName: x\n-----BEGIN CERTIFICATE-----\r\nAQ\r\nID\r\n-----END CERTIFICATE-----\nsubject\n\
                    -----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nBAUG\n-----END RSA PRIVATE KEY-----";
        let [certificate, key] = &*sections(text.as_bytes()) else { panic!() };
        assert_eq!(*certificate, Section { label: "CERTIFICATE".to_owned(), encrypted: false, der: Some(vec![1, 2, 3]) });
        assert_eq!(*key, Section { label: "RSA PRIVATE KEY".to_owned(), encrypted: true, der: Some(vec![4, 5, 6]) });
        assert!(certificate.is_certificate() && key.is_key() && !certificate.is_key());
    }

    #[test]
    fn what_is_damaged_is_there_all_the_same() {
        for text in [
            "-----BEGIN A-----\nAQID\n",
            "-----BEGIN A-----\nAQID\n-----END B-----\n",
            "-----BEGIN A-----\nA!!D\n-----END A-----\n",
            "-----BEGIN A-----\n-----END A-----\n",
            "-----BEGIN A-----\nAQID\n-----END ",
        ] {
            let [Section { der: None, .. }] = &*sections(text.as_bytes()) else { panic!("{text}") };
        }
        let two = sections(b"-----BEGIN A-----\nAQID\n-----BEGIN B-----\nAQID\n-----END B-----\n");
        assert!(matches!(&*two, [Section { der: None, .. }, Section { der: Some(_), .. }]), "{two:?}");
    }

    #[test]
    fn a_file_that_is_no_pem_is_named() {
        for (bytes, found) in [
            (&b" \r\n"[..], Found::Empty),
            (&[0x30, 0x05, 0x02, 0x01, 0x03, 0x30, 0x00], Found::Pkcs12),
            (&[0x30, 0x80, 0x02, 0x01, 0x03, 0x30, 0x80], Found::Pkcs12),
            (&[0x30, 0x81, 0x03, 0x02, 0x01, 0x00], Found::Der),
            (&[0x30, 0x82, 0x00, 0x02, 0x30, 0x00], Found::Der),
            (&[0x30, 0x0b, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02], Found::Pkcs7),
            (&[0x30, 0x82, 0x00, 0x03, 0x30, 0x00], Found::NotPem),
            (&[0x30, 0x85, 0, 0, 0, 0, 1, 0], Found::NotPem),
            (&[0x30, 0x82], Found::NotPem),
            (b"0123", Found::NotPem),
            (b"hello", Found::NotPem),
        ] {
            assert_eq!(instead(bytes), found, "{bytes:x?}");
        }
    }
}
