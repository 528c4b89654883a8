//! Ways to a broker: addresses, TCP, TLS. Used by `client`, and `Endpoint` by whoever names a broker.

pub mod dial;
pub mod endpoint;
pub mod error;
pub mod failure;
#[cfg(test)]
mod tests;
pub mod tls;
pub mod url;

pub use dial::{Dialer, Family, Network, Stream};
pub use endpoint::{Address, Endpoint, Security};
pub use error::{NetError, TlsConfigError};
pub use failure::describe_io;
pub use tls::{TlsConnector, TlsOptions, Trust};
pub use url::{Place, Url, UrlError};
