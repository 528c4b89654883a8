//! The address of a broker as one text: `mqtt://user:password@host:port/topic` and its relatives. Called by `args/address` for `-L`.
//!
//! An own splitter, since generic ones take `..` and empty levels out of a path, and here the path is a topic. Total: any text is a URL or a
//! typed error. No error has any of the text in it, since a part of a mistyped URL may be a part of its password.

use std::path::PathBuf;

use percent_encoding::percent_decode_str;

use super::endpoint::{HostError, check_host, is_ipv6, split_port};
use super::request::Request;
use crate::text::Secret;

/// A URL, taken apart and decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url {
    /// The user name. An empty one is none: `mqtt://:password@host` has a password alone.
    pub user_name: Option<String>,
    /// The password; empty in `mqtt://user:@host`.
    pub password: Option<Secret>,
    /// What the scheme makes of the rest.
    pub place: Place,
}

/// Where a broker is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// `mqtt:` and `mqtts:`.
    Tcp {
        /// Whether TLS is spoken.
        tls: bool,
        /// Host name or IP address, without brackets.
        host: String,
        /// TCP port, never 0.
        port: Option<u16>,
        /// The path without its first slash, decoded: a Topic Name or a Topic Filter, not checked here. Never empty.
        topic: Option<String>,
    },
    /// `ws:` and `wss:`.
    WebSocket {
        /// Whether TLS is spoken.
        tls: bool,
        /// Host name or IP address, without brackets.
        host: String,
        /// TCP port, never 0.
        port: Option<u16>,
        /// Path and query as they stand in the URL, printable ASCII or empty.
        request: Request,
    },
    /// `unix:`.
    Socket {
        /// The socket.
        path: PathBuf,
    },
}

/// Why a text is no URL of a broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// Nothing that could be a scheme, or another one.
    #[error("a URL of a broker begins with mqtt://, mqtts://, ws://, wss:// or unix:")]
    Scheme,
    /// Behind the host.
    #[error("it has a fragment; a # in it is written %23")]
    Fragment,
    /// Where it has no meaning.
    #[error("it has a query, which means nothing here; a ? in it is written %3F")]
    Query,
    /// `%` without two hexadecimal digits.
    #[error("it has a % without two hexadecimal digits behind it; a % itself is written %25")]
    Percent,
    /// Decoded, a part that has to be text is none.
    #[error("its {0} is not UTF-8")]
    NotUtf8(&'static str),
    /// No host, or one that cannot be.
    #[error(transparent)]
    Host(HostError),
    /// More than one colon outside of brackets.
    #[error("an IPv6 address stands in brackets, as in [::1], and nothing else does; a / in a password is written %2F")]
    Brackets,
    /// Not from 1 to 65535.
    #[error("a port is a number from 1 to 65535; a / in a password is written %2F")]
    Port,
    /// The request of a WebSocket with something that HTTP cannot carry.
    #[error("its path has a space or a character that is not ASCII; it is written as %20 or the like")]
    Request,
    /// `unix:` with a host, without a path, or with a NUL.
    #[error("the path of a Unix socket is written unix:/run/broker.sock")]
    Socket,
}

impl From<HostError> for UrlError {
    fn from(error: HostError) -> Self {
        match error {
            HostError::Brackets => Self::Brackets,
            HostError::Port => Self::Port,
            other => Self::Host(other),
        }
    }
}

impl Url {
    /// Takes a URL apart. The scheme is in any case; user name, password, host and, where it is a topic or a file, the path are
    /// percent-decoded.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        let (scheme, rest) = text.split_once(':').ok_or(UrlError::Scheme)?;
        let is = |name: &str| scheme.eq_ignore_ascii_case(name);
        let (secure, websocket) = (is("mqtts") || is("wss"), is("ws") || is("wss"));
        let parts = Parts::of(rest)?;
        let (user_name, password) = parts.user_info()?;
        let place = match (is("unix"), secure || is("mqtt") || is("ws")) {
            (true, _) => parts.socket()?,
            (_, true) if rest.starts_with("//") => parts.place(secure, websocket)?,
            _ => return Err(UrlError::Scheme),
        };
        Ok(Self { user_name, password, place })
    }
}

/// What stands behind the scheme, taken apart and not yet decoded.
struct Parts<'a> {
    /// Up to the last `@` of the authority.
    user_info: &'a str,
    host: &'a str,
    /// With its first slash.
    path: &'a str,
    /// With its `?`, or empty.
    query: &'a str,
}

impl<'a> Parts<'a> {
    fn of(rest: &'a str) -> Result<Self, UrlError> {
        let (authority, tail) = match rest.strip_prefix("//") {
            Some(rest) => split_before(rest, &['/', '?', '#']),
            None => ("", rest),
        };
        if tail.contains('#') {
            return Err(UrlError::Fragment);
        }
        // The last one, for a password that has one although it should be written %40.
        let (user_info, host) = authority.rsplit_once('@').unwrap_or(("", authority));
        let (path, query) = split_before(tail, &['?']);
        Ok(Self { user_info, host, path, query })
    }

    fn user_info(&self) -> Result<(Option<String>, Option<Secret>), UrlError> {
        let (user_name, password) = match self.user_info.split_once(':') {
            Some((user_name, password)) => (user_name, Some(password)),
            None => (self.user_info, None),
        };
        let user_name = decoded_text(user_name, "user name")?;
        let password = password.map(decoded).transpose()?.map(Secret::new);
        Ok((Some(user_name).filter(|name| !name.is_empty()), password))
    }

    fn place(&self, tls: bool, websocket: bool) -> Result<Place, UrlError> {
        let (host, port) = host_and_port(self.host)?;
        if websocket {
            let request = Request::new(self.path, self.query).ok_or(UrlError::Request)?;
            return Ok(Place::WebSocket { tls, host, port, request });
        }
        self.no_query()?;
        let topic = decoded_text(self.path.strip_prefix('/').unwrap_or_default(), "topic")?;
        Ok(Place::Tcp { tls, host, port, topic: Some(topic).filter(|topic| !topic.is_empty()) })
    }

    fn socket(&self) -> Result<Place, UrlError> {
        self.no_query()?;
        let path = decoded_text(self.path, "path")?;
        if !self.host.is_empty() || path.is_empty() || path.contains('\0') {
            return Err(UrlError::Socket);
        }
        Ok(Place::Socket { path: path.into() })
    }

    const fn no_query(&self) -> Result<(), UrlError> {
        if self.query.is_empty() { Ok(()) } else { Err(UrlError::Query) }
    }
}

fn split_before<'a>(text: &'a str, ends: &[char]) -> (&'a str, &'a str) {
    let end = text.find(ends).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// `host`, `host:1883`, `[::1]` or `[::1]:1883`.
fn host_and_port(text: &str) -> Result<(String, Option<u16>), UrlError> {
    let (host, port) = split_port(text)?;
    // The % before a zone is written %25 (RFC 6874), or as it is.
    let address = host.replacen("%25", "%", 1);
    if is_ipv6(&address) {
        return Ok((address, port));
    }
    let host = decoded_text(host, "host")?;
    check_host(&host)?;
    Ok((host, port))
}

fn decoded(text: &str) -> Result<Vec<u8>, UrlError> {
    let mut escapes = text.as_bytes().split(|b| *b == b'%').skip(1);
    if !escapes.all(|behind| behind.get(..2).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))) {
        return Err(UrlError::Percent);
    }
    Ok(percent_decode_str(text).collect())
}

fn decoded_text(text: &str, what: &'static str) -> Result<String, UrlError> {
    String::from_utf8(decoded(text)?).map_err(|_| UrlError::NotUtf8(what))
}

#[cfg(test)]
mod tests;
