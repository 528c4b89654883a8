//! Plain text in and out: escaping, durations, the system's errors, secrets. No I/O, no clap.

pub mod duration;
pub mod escape;
pub mod os_error;
pub mod secret;

pub use escape::escape;
pub use secret::Secret;
