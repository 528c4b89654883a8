//! Values drawn from a seeded generator: the same seed gives the same values on every platform. No I/O. Called by `sim`, `payload` and
//! `output`.
//!
//! Made here and not by a distribution of `rand`, whose algorithms may change.

use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

/// A generator; without a seed what is drawn from it differs from run to run.
#[must_use]
pub fn generator(seed: Option<u64>) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed.unwrap_or_else(rand::random))
}

/// A range that no value can be drawn from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RangeError {
    /// An end, or the distance of the two, is not a finite number.
    #[error("the range is not finite")]
    NotFinite,
    /// The lower end is not below the upper.
    #[error("the minimum is not below the maximum")]
    Empty,
}

/// Numbers uniform in `[min, max)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Uniform {
    min: f64,
    max: f64,
}

impl Uniform {
    /// `[0, 1)`.
    pub const FRACTION: Self = Self { min: 0.0, max: 1.0 };

    /// The range between two numbers.
    ///
    /// # Errors
    /// When there is no finite value between the two.
    pub fn new(min: f64, max: f64) -> Result<Self, RangeError> {
        if !(max - min).is_finite() {
            return Err(RangeError::NotFinite);
        }
        if min >= max {
            return Err(RangeError::Empty);
        }
        Ok(Self { min, max })
    }

    /// The next value.
    pub fn draw(self, rng: &mut ChaCha8Rng) -> f64 {
        loop {
            // 53 random bits are a fraction of 1.
            let fraction = (rng.next_u64() >> 11) as f64 * (1.0 / (1_u64 << 53) as f64);
            let value = self.min + fraction * (self.max - self.min);
            // The sum may round up to the maximum, which is not in the range.
            if value < self.max {
                return value;
            }
        }
    }
}

/// A whole number, each of `min` to `max`, both included, as likely as the others; `min` where `max` is below it.
pub fn whole(min: i64, max: i64, rng: &mut ChaCha8Rng) -> i64 {
    let span = max.max(min).abs_diff(min);
    let Some(count) = span.checked_add(1) else { return rng.next_u64().cast_signed() };
    // What is left of all 64-bit numbers when `count` divides them would make the first values likelier: it is drawn again.
    let unfair = (u64::MAX % count + 1) % count;
    loop {
        let drawn = rng.next_u64();
        if drawn <= u64::MAX - unfair {
            return min.wrapping_add_unsigned(drawn % count);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_never_gives_the_maximum() {
        // One step between the two: about every second sum rounds up to the maximum.
        let (range, rng) = (Uniform::new(1.0, 1.0_f64.next_up()).unwrap(), &mut generator(Some(1)));
        assert!((0..100).all(|_| range.draw(rng) < 1.0_f64.next_up()));
    }

    #[test]
    fn without_a_seed_runs_differ() {
        let draw = |rng: &mut ChaCha8Rng| [rng.next_u64(), rng.next_u64()];
        assert_ne!(draw(&mut generator(None)), draw(&mut generator(None)));
        assert_eq!(draw(&mut generator(Some(3))), draw(&mut generator(Some(3))));
    }

    #[test]
    fn ranges_without_a_value_are_refused() {
        for (min, max, why) in [
            (1.0, 1.0, RangeError::Empty),
            (2.0, 1.0, RangeError::Empty),
            (f64::NAN, 1.0, RangeError::NotFinite),
            (0.0, f64::INFINITY, RangeError::NotFinite),
            (f64::MIN, f64::MAX, RangeError::NotFinite),
        ] {
            assert_eq!(Uniform::new(min, max), Err(why));
        }
    }

    #[test]
    fn whole_numbers_fill_their_range_evenly() {
        let rng = &mut generator(Some(1));
        let mut counts = [0_u32; 6];
        for _ in 0..60_000 {
            let drawn = whole(-2, 3, rng);
            counts[usize::try_from(drawn + 2).unwrap()] += 1;
        }
        assert!(counts.iter().all(|count| (9_600..10_400).contains(count)), "{counts:?}");
        assert_eq!((whole(7, 7, rng), whole(7, 6, rng)), (7, 7));
        let mut extremes = (0..100).map(|_| whole(i64::MIN, i64::MAX, rng));
        assert!(extremes.by_ref().take(50).any(|drawn| drawn < 0) && extremes.any(|drawn| drawn > 0));
        // Of a range of two thirds of all numbers the upper half is as likely as the lower: without a second draw it is half as likely.
        let (min, max) = (0, i64::MAX);
        let middle = (0..10_000).filter(|_| whole(min, max, rng) > max / 2).count();
        assert!((4_700..5_300).contains(&middle), "{middle}");
        let third = i64::MAX / 3;
        let upper = (0..10_000).filter(|_| whole(i64::MIN, third, rng) > i64::MIN / 3).count();
        assert!((4_700..5_300).contains(&upper), "{upper}");
    }
}
