//! Rates as a person types them: `10`, `10/s`, `0.5/m`, `3600/h`. Called by `args`.

use std::time::Duration;

/// So many in so much time, exact: ten a second, one in three minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// How many; at least one.
    pub count: u64,
    /// In what time; never zero.
    pub period: Duration,
}

/// A text that is no rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a rate is a number above 0, a second by itself, or with its time: 10, 2.5/s, 30/m, 6/h")]
pub struct RateError;

/// Digits behind the point that count.
const DIGITS: u32 = 6;

impl Rate {
    /// One every so often; `None` is without a wait.
    #[must_use]
    pub fn every(interval: Duration) -> Option<Self> {
        (!interval.is_zero()).then_some(Self { count: 1, period: interval })
    }
}

/// Reads a rate. Digits behind the sixth behind the point are read over.
///
/// # Errors
/// When the whole text is not a number above 0, of at most twelve digits before the point, with one of the times or none.
pub fn parse(text: &str) -> Result<Rate, RateError> {
    let (number, seconds) = match text.split_once('/') {
        None | Some((_, "s")) => (text.strip_suffix("/s").unwrap_or(text), 1),
        Some((number, "m")) => (number, 60),
        Some((number, "h")) => (number, 3_600),
        Some(_) => return Err(RateError),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty()) || !digits(whole) || !digits(fraction) || whole.len() > 12 {
        return Err(RateError);
    }
    let fraction = fraction.bytes().chain(std::iter::repeat(b'0')).take(DIGITS as usize).map(char::from);
    // At most 18 digits.
    let count: u64 = whole.chars().chain(fraction).collect::<String>().parse().map_err(|_| RateError)?;
    if count == 0 {
        return Err(RateError);
    }
    Ok(Rate { count, period: Duration::from_secs(seconds * 10_u64.pow(DIGITS)) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates() {
        for (text, count, period) in [
            ("10", 10.0, 1),
            ("10/s", 10.0, 1),
            ("2.5/s", 2.5, 1),
            (".5", 0.5, 1),
            ("2.", 2.0, 1),
            ("30/m", 30.0, 60),
            ("6/h", 6.0, 3_600),
            ("0.000001/h", 0.000_001, 3_600),
            ("999999999999", 999_999_999_999.0, 1),
        ] {
            let rate = parse(text).unwrap();
            let expected = count / f64::from(period);
            let found = rate.count as f64 / rate.period.as_secs_f64();
            assert!((found / expected - 1.0).abs() < 1e-12, "{text}: {found}, not {expected}");
        }
        assert_eq!(parse("1"), Ok(Rate { count: 1_000_000, period: Duration::from_secs(1_000_000) }));
    }

    #[test]
    fn whole_tokens_only() {
        for text in [
            "",
            ".",
            "0",
            "0.0000001",
            "-1",
            "+1",
            "1e3",
            "1 /s",
            "1/",
            "/s",
            "1/d",
            "1/S",
            "1/s/s",
            "1.5.2",
            "inf",
            "1000000000000",
            "١",
        ] {
            assert_eq!(parse(text), Err(RateError), "{text}");
        }
    }

    #[test]
    fn an_interval_is_a_rate() {
        assert_eq!(Rate::every(Duration::ZERO), None);
        assert_eq!(Rate::every(Duration::from_millis(5)), Some(Rate { count: 1, period: Duration::from_millis(5) }));
    }
}
