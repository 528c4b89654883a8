//! Target `duration`: any text as a length of time, against a second reading of the same grammar.
//!
//! Called by the fuzzer's entry and by the property tests.

use std::time::Duration;

use mqx::text::duration::{LONGEST, parse};

/// Texts to begin with.
pub const SEEDS: &[&[u8]] = &[
    b"0",
    b"1.5",
    b".25",
    b"2.",
    b"500ms",
    b"3s",
    b"2m",
    b"1.5h",
    b"007",
    b"0.0000000019",
    b"9999999999",
    b"18446744073709551616",
    b"1e3",
    b"-1",
    b"1.5.2",
    b"\xC2\xB5s",
    b"340282366920938463463374607431768211456h",
];

/// One input. Returns 1 for a good one.
///
/// # Panics
/// When the parser and the second reading differ.
pub fn duration(data: &[u8]) -> u64 {
    let Ok(text) = std::str::from_utf8(data) else { return 0 };
    match (parse(text), second_reading(text)) {
        (Err(error), None) => {
            assert!(!error.to_string().is_empty());
            0
        }
        (Ok(length), Some(seconds)) => {
            assert!(length <= LONGEST, "{text}: {length:?}");
            let expected = seconds.min(LONGEST.as_secs_f64());
            // A double has 15 digits; the parser is exact to the nanosecond, rounded down.
            let slack = expected * 1e-12 + 2e-9;
            assert!((length.as_secs_f64() - expected).abs() <= slack, "{text}: {length:?}, not {expected}");
            assert_eq!(parse(&said_again(length)), Ok(length), "{text}");
            1
        }
        (ours, theirs) => panic!("{text}: {ours:?}, and {theirs:?} by the grammar"),
    }
}

/// `DIGITS[.DIGITS][UNIT]` with a digit somewhere, in seconds.
fn second_reading(text: &str) -> Option<f64> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let factor = match unit {
        "ms" => 0.001,
        "" | "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return None,
    };
    if !number.contains(|c: char| c.is_ascii_digit()) || number.matches('.').count() > 1 {
        return None;
    }
    number.parse::<f64>().ok().map(|number| number * factor)
}

/// A length as a text that means it.
fn said_again(length: Duration) -> String {
    format!("{}.{:09}s", length.as_secs(), length.subsec_nanos())
}
