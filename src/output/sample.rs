//! Which messages of many are shown (`--random-filter`). Used by `sub`.

use rand_chacha::ChaCha8Rng;

use crate::draw::{Uniform, generator};

/// Chooses each message with the same probability.
#[derive(Clone, Debug)]
pub struct Sample {
    /// A fraction of 1.
    chance: f64,
    rng: ChaCha8Rng,
}

/// A text that is no share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is a percentage: more than 0, and 100 at most")]
pub struct PercentError;

/// Reads a percentage: digits, and a fraction if need be.
///
/// # Errors
/// When the whole text is none, or not in `(0, 100]`.
pub fn percent(text: &str) -> Result<f64, PercentError> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let percent = text.parse().ok().filter(|percent| plain && *percent > 0.0 && *percent <= 100.0);
    percent.ok_or(PercentError)
}

impl Sample {
    /// A choice of so many percent; without a seed it differs from run to run.
    #[must_use]
    pub fn new(percent: f64, seed: Option<u64>) -> Self {
        Self { chance: percent / 100.0, rng: generator(seed) }
    }

    /// Whether the next message is one of those.
    pub fn takes(&mut self) -> bool {
        // A fraction is never 1: 100 percent is all.
        Uniform::FRACTION.draw(&mut self.rng) < self.chance
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of `N` draws the count is off by more than 6.2 standard deviations once in 10^9 times; the seeds are fixed besides.
    #[test]
    fn a_percentage_is_true() {
        const N: u32 = 100_000;
        for percent in [0.1, 1.0, 10.0, 50.0, 99.9] {
            for seed in 0..4 {
                let mut sample = Sample::new(percent, Some(seed));
                let taken = (0..N).filter(|_| sample.takes()).count() as f64;
                let (n, p) = (f64::from(N), percent / 100.0);
                assert!((taken - n * p).abs() <= 6.2 * (n * p * (1.0 - p)).sqrt(), "{percent}: {taken}");
            }
        }
        let mut all = Sample::new(100.0, None);
        assert!((0..N).all(|_| all.takes()));
    }

    #[test]
    fn a_seed_gives_the_same_choice_everywhere() {
        let mut sample = Sample::new(50.0, Some(7));
        let taken: String = (0..16).map(|_| if sample.takes() { '1' } else { '0' }).collect();
        assert_eq!(taken, "1100011010110110");
    }

    #[test]
    fn percentages() {
        for (text, expected) in [("50", 50.0), ("0.1", 0.1), (".5", 0.5), ("100", 100.0), ("100.0", 100.0), ("7.", 7.0)] {
            assert_eq!(percent(text), Ok(expected), "{text}");
        }
        for text in ["", ".", "0", "0.0", "100.1", "101", "-1", "+1", "1e1", "nan", "inf", "5%", " 5", "1.2.3"] {
            assert_eq!(percent(text), Err(PercentError), "{text}");
        }
    }
}
