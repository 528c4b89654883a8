//! Simulated devices: where their values come from. No I/O. Called by `commands/sim_temp`.

pub mod temperature;

pub use temperature::Thermometer;
