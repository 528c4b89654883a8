//! Simulated devices: where their values come from. No I/O.

pub mod temperature;

pub use temperature::Thermometer;
