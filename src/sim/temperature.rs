//! The simulated thermometer of `sim-temp`.

use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

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

/// Values uniform in `[min, max)`. The same seed gives the same values on every platform.
#[derive(Clone, Debug)]
pub struct Thermometer {
    min: f64,
    max: f64,
    rng: ChaCha8Rng,
}

impl Thermometer {
    /// A thermometer between two values; without a seed its values differ from run to run.
    ///
    /// # Errors
    /// When there is no finite value between the two.
    pub fn new(min: f64, max: f64, seed: Option<u64>) -> Result<Self, RangeError> {
        if !(max - min).is_finite() {
            return Err(RangeError::NotFinite);
        }
        if min >= max {
            return Err(RangeError::Empty);
        }
        Ok(Self { min, max, rng: ChaCha8Rng::seed_from_u64(seed.unwrap_or_else(rand::random)) })
    }

    /// The next value. Its text is what `{}` makes of it: the shortest that reads back as the same number.
    pub fn measure(&mut self) -> f64 {
        loop {
            // Made here and not by a distribution of `rand`, whose algorithms may change: 53 random bits are a fraction of 1.
            let fraction = (self.rng.next_u64() >> 11) as f64 * (1.0 / (1_u64 << 53) as f64);
            let value = self.min + fraction * (self.max - self.min);
            // The sum may round up to the maximum, which is not in the range.
            if value < self.max {
                return value;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_values_everywhere() {
        let mut thermometer = Thermometer::new(20.0, 21.0, Some(7)).unwrap();
        let values: Vec<String> = (0..3).map(|_| thermometer.measure().to_string()).collect();
        assert_eq!(values, ["20.15779609702062", "20.1679893627721", "20.704276128036458"]);
    }

    #[test]
    fn values_fill_the_range_and_never_reach_its_end() {
        let mut thermometer = Thermometer::new(-3.0, 5.0, Some(1)).unwrap();
        let values: Vec<f64> = (0..20_000).map(|_| thermometer.measure()).collect();
        assert!(values.iter().all(|v| (-3.0..5.0).contains(v)));
        for eighth in 0..8 {
            let from = f64::from(eighth) - 3.0;
            let count = values.iter().filter(|v| (from..from + 1.0).contains(*v)).count();
            assert!((2_200..2_800).contains(&count), "{count} from {from}");
        }
    }

    #[test]
    fn rounding_never_gives_the_maximum() {
        // One step between the two: about every second sum rounds up to the maximum.
        let mut thermometer = Thermometer::new(1.0, 1.0_f64.next_up(), Some(1)).unwrap();
        assert!((0..100).all(|_| thermometer.measure() < 1.0_f64.next_up()));
    }

    #[test]
    fn without_a_seed_runs_differ() {
        let mut one = Thermometer::new(0.0, 1.0, None).unwrap();
        let mut other = Thermometer::new(0.0, 1.0, None).unwrap();
        assert_ne!([one.measure(), one.measure()], [other.measure(), other.measure()]);
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
            assert_eq!(Thermometer::new(min, max, Some(0)).map(|_| ()), Err(why));
        }
    }
}
