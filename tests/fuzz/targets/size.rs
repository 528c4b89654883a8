//! Target `size`: any text as a size in bytes, against a second reading of the same grammar.
//!
//! Called by the fuzzer's entry and by the property tests.

use mqx::text::size::parse;

/// Texts to begin with.
pub const SEEDS: &[&[u8]] = &[
    b"0",
    b"4096",
    b"12B",
    b"64k",
    b"64K",
    b"1MiB",
    b"1MB",
    b"2G",
    b"2GB",
    b"3KiB",
    b"3kB",
    b"18446744073709551616",
    b"17179869184GiB",
    b"1.5M",
    b"1kk",
];

/// One input. Returns 1 for a good one.
///
/// # Panics
/// When the parser and the second reading differ.
pub fn size(data: &[u8]) -> u64 {
    let Ok(text) = std::str::from_utf8(data) else { return 0 };
    let ours = parse(text);
    assert_eq!(ours.ok(), second_reading(text), "{text}");
    if let Ok(bytes) = ours {
        assert_eq!(parse(&bytes.to_string()), Ok(bytes), "{text}");
    }
    u64::from(ours.is_ok())
}

/// `DIGITS[UNIT]`, digit by digit; too much is the most.
fn second_reading(text: &str) -> Option<u64> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, unit) = text.split_at(end);
    let thousand: u64 = if unit.len() == 2 { 1000 } else { 1024 };
    let factor = match unit {
        "" | "B" => 1,
        "k" | "K" | "kB" | "KB" | "KiB" => thousand,
        "M" | "MB" | "MiB" => thousand.pow(2),
        "G" | "GB" | "GiB" => thousand.pow(3),
        _ => return None,
    };
    let number = digits.bytes().fold(0_u64, |sum, digit| sum.saturating_mul(10).saturating_add(u64::from(digit - b'0')));
    (!digits.is_empty()).then(|| number.saturating_mul(factor))
}
