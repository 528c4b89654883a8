//! Plain text in and out: escaping, durations, sizes, rates, I/O errors in words, secrets. Used by every floor above; no I/O, no clap.

pub mod braces;
pub mod duration;
pub mod escape;
pub mod hex;
pub mod os_error;
pub mod rate;
pub mod secret;
pub mod size;

pub use escape::{escape, excerpt, field};
pub use rate::Rate;
pub use secret::Secret;
