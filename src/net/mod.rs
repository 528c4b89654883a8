//! Ways to a broker: addresses, TCP, TLS.

pub mod endpoint;

pub use endpoint::Endpoint;
