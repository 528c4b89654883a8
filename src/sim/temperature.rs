//! The simulated thermometer of `sim-temp`.

use rand_chacha::ChaCha8Rng;

use crate::draw::{RangeError, Uniform, generator};

/// Values uniform in `[min, max)`. The same seed gives the same values on every platform.
#[derive(Clone, Debug)]
pub struct Thermometer {
    range: Uniform,
    rng: ChaCha8Rng,
}

impl Thermometer {
    /// A thermometer between two values; without a seed its values differ from run to run.
    ///
    /// # Errors
    /// When there is no finite value between the two.
    pub fn new(min: f64, max: f64, seed: Option<u64>) -> Result<Self, RangeError> {
        Ok(Self { range: Uniform::new(min, max)?, rng: generator(seed) })
    }

    /// The next value. Its text is what `{}` makes of it: the shortest that reads back as the same number.
    pub fn measure(&mut self) -> f64 {
        self.range.draw(&mut self.rng)
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
}
