//! The MQTT client.

pub mod options;

pub use options::{ConnectOptions, Credentials, RetryBudget, SessionKeeping, VersionChoice};
