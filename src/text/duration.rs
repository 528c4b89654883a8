//! Lengths of time as a person types them: `1.5`, `500ms`, `3s`, `2m`, `1h`. Called by `args`.

use std::time::Duration;

/// The longest length there is, about 31 years: whatever is longer means the same to a run, and sums of it never overflow.
pub const LONGEST: Duration = Duration::from_secs(1_000_000_000);

/// A text that is no length of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a duration is a number of seconds, or has a unit: 1.5, 500ms, 3s, 2m, 1h")]
pub struct DurationError;

const NANOS: [(&str, u128); 4] = [("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000), ("h", 3_600_000_000_000)];

/// Reads a length of time. Fractions are allowed with every unit and are exact to the nanosecond; what is longer than
/// [`LONGEST`] is that.
///
/// # Errors
/// When the whole text is not a number with one of the units or none. Signs, exponents and spaces are not allowed.
pub fn parse(text: &str) -> Result<Duration, DurationError> {
    let (number, unit) = NANOS
        .iter()
        .find_map(|(unit, nanos)| text.strip_suffix(unit).map(|number| (number, *nanos)))
        .unwrap_or((text, 1_000_000_000));
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty()) || !digits(whole) || !digits(fraction) {
        return Err(DurationError);
    }
    // The only way left for `parse` to fail is a number beyond 38 digits.
    let whole = if whole.is_empty() { 0 } else { whole.parse::<u128>().unwrap_or(u128::MAX) };
    let total = whole.saturating_mul(unit).saturating_add(fraction_of(fraction, unit));
    Ok(u64::try_from(total).map_or(LONGEST, Duration::from_nanos).min(LONGEST))
}

/// `0.{digits}` of a unit, rounded down. Digits beyond the twentieth are below a nanosecond of any unit.
fn fraction_of(digits: &str, unit: u128) -> u128 {
    let (sum, scale) =
        digits.bytes().take(20).fold((0_u128, 1_u128), |(sum, scale), b| (sum * 10 + u128::from(b - b'0'), scale * 10));
    // At most 10^20 times 3.6 * 10^12 nanoseconds: far below 2^128.
    sum * unit / scale
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths() {
        for (text, nanos) in [
            ("0", 0),
            ("1", 1_000_000_000),
            ("1.5", 1_500_000_000),
            (".25", 250_000_000),
            ("2.", 2_000_000_000),
            ("0.1s", 100_000_000),
            ("500ms", 500_000_000),
            ("0.5ms", 500_000),
            ("2m", 120_000_000_000),
            ("1.5h", 5_400_000_000_000),
            ("0.0000000019", 1),
            ("007", 7_000_000_000),
        ] {
            assert_eq!(parse(text), Ok(Duration::from_nanos(nanos)), "{text}");
        }
    }

    #[test]
    fn whole_tokens_only() {
        for text in ["", ".", "s", "-1", "+1", "1 s", " 1", "1e3", "inf", "nan", "1d", "1S", "1.5.2", "0x10", "1sm", "1µs", "١"]
        {
            assert_eq!(parse(text), Err(DurationError), "{text}");
        }
    }

    #[test]
    fn nothing_overflows() {
        for text in ["9999999999", "18446744073709551616", &"9".repeat(500), &format!("{}h", "9".repeat(39)), "1000000001"] {
            assert_eq!(parse(text), Ok(LONGEST), "{text}");
        }
        assert_eq!(parse(&format!("0.{}h", "9".repeat(500))), Ok(Duration::from_nanos(3_599_999_999_999)));
        assert!(std::time::Instant::now().checked_add(LONGEST * 2).is_some());
    }
}
