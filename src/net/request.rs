//! What an upgrade to WebSocket asks for: a path, and a query that may be as good as a password. Made by `url`, written by `websocket`.

use std::fmt;

/// Where brokers have MQTT, if nothing else is said: `[MQTT-6]` leaves it open, and nearly all chose this.
const DEFAULT_PATH: &str = "/mqtt";

/// Path and query (RFC 9110, 7.1), printable ASCII. Shown without the query.
#[derive(Clone, PartialEq, Eq)]
pub struct Request(String);

impl Default for Request {
    fn default() -> Self {
        Self(DEFAULT_PATH.to_owned())
    }
}

impl Request {
    /// Takes path and query as they stand in a URL, where the path may be left out; `None` if HTTP cannot carry them.
    #[must_use]
    pub fn new(path: &str, query: &str) -> Option<Self> {
        let path = if path.is_empty() { DEFAULT_PATH } else { path };
        let request = format!("{path}{query}");
        request.bytes().all(|b| b.is_ascii_graphic()).then_some(Self(request))
    }

    /// All of it, for the one place that puts it on the wire.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What of it may be told.
    #[must_use]
    pub fn path(&self) -> &str {
        self.0.split_once('?').map_or(&self.0, |(path, _)| path)
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let query = if self.0.contains('?') { "?***" } else { "" };
        write!(f, "{}{query}", self.path())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_filled_in_and_a_query_is_not_shown() {
        let of = |path, query| Request::new(path, query).map(|request| (request.expose().to_owned(), format!("{request:?}")));
        assert_eq!(of("", ""), Some(("/mqtt".to_owned(), "/mqtt".to_owned())));
        assert_eq!(of("", "?a=b"), Some(("/mqtt?a=b".to_owned(), "/mqtt?***".to_owned())));
        assert_eq!(of("/", ""), Some(("/".to_owned(), "/".to_owned())));
        assert_eq!(of("/x/%20", "?a?b"), Some(("/x/%20?a?b".to_owned(), "/x/%20?***".to_owned())));
        assert_eq!([of("/a b", ""), of("/ü", ""), of("/", "?\r\n")], [None, None, None]);
    }
}
