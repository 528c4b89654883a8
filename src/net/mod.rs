//! Ways to a broker: addresses, TCP, Unix sockets, TLS, WebSocket. Used by `client`, and `Endpoint` by whoever names a broker.

pub mod dial;
pub mod endpoint;
pub mod error;
mod eyeballs;
pub mod failure;
pub mod request;
pub mod socket;
pub mod stream;
#[cfg(test)]
mod tests;
pub mod tls;
pub mod url;
pub mod way;
pub mod websocket;

pub use dial::Dialer;
pub use endpoint::{Address, Endpoint, Security};
pub use error::NetError;
pub use failure::describe_io;
pub use request::Request;
pub use stream::Stream;
pub use tls::error::{Found, TlsConfigError};
pub use tls::identity::is_encrypted;
pub use tls::{Ciphers, Identity, Passphrase, Pin, TlsConnector, TlsOptions, Trust, Versions, is_server_name};
pub use url::{Place, Url, UrlError};
pub use way::{Family, Network, Way};
pub use websocket::{Header, WebSocketOptions};
