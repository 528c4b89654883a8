//! Plain text in and out: secrets. No I/O, no clap.

pub mod secret;

pub use secret::Secret;
