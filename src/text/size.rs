//! Sizes in bytes as a person types them: `4096`, `64k`, `1MiB`. Called by `args`.

/// A text that is no size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a size is a number of bytes, or has a unit: 4096, 64k, 1MiB; k, M and G count in 1024, kB, MB and GB in 1000")]
pub struct SizeError;

/// Longer spellings before those that they end with.
const UNITS: [(&str, u64); 12] = [
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("kB", 1_000),
    ("KB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("k", 1 << 10),
    ("K", 1 << 10),
    ("M", 1 << 20),
    ("G", 1 << 30),
    ("B", 1),
];

/// Reads a size in bytes. What is beyond 64 bits is `u64::MAX`.
///
/// # Errors
/// When the whole text is not a whole number with one of the units or none. Signs, fractions and spaces are not allowed.
pub fn parse(text: &str) -> Result<u64, SizeError> {
    let (number, unit) =
        UNITS.iter().find_map(|(unit, bytes)| text.strip_suffix(unit).map(|number| (number, *bytes))).unwrap_or((text, 1));
    if number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit()) {
        return Err(SizeError);
    }
    // The only way left for `parse` to fail is a number beyond 64 bits.
    Ok(number.parse::<u64>().unwrap_or(u64::MAX).saturating_mul(unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        for (text, bytes) in [
            ("0", 0),
            ("4096", 4096),
            ("007", 7),
            ("12B", 12),
            ("64k", 65_536),
            ("64K", 65_536),
            ("64KiB", 65_536),
            ("64kB", 64_000),
            ("64KB", 64_000),
            ("1M", 1_048_576),
            ("1MiB", 1_048_576),
            ("1MB", 1_000_000),
            ("2G", 2_147_483_648),
            ("2GiB", 2_147_483_648),
            ("2GB", 2_000_000_000),
        ] {
            assert_eq!(parse(text), Ok(bytes), "{text}");
        }
    }

    #[test]
    fn whole_tokens_only() {
        for text in ["", "k", "MiB", "-1", "+1", "1 k", " 1", "1.5M", "1e3", "0x10", "1kk", "1mib", "1m", "1b", "1iB", "1Ki", "١"]
        {
            assert_eq!(parse(text), Err(SizeError), "{text}");
        }
    }

    #[test]
    fn nothing_overflows() {
        for text in ["18446744073709551615", "18446744073709551616", "17179869184G", &"9".repeat(500)] {
            assert_eq!(parse(text), Ok(u64::MAX), "{text}");
        }
    }
}
