//! Why there is no WebSocket, and why one ended, in words. Made by `upgrade` and by the stream; the client retries by it or gives up.
//!
//! No header's value is in it, and no query: it may be a signature that is as good as a password.

use std::fmt;
use std::io;

use thiserror::Error;
use tokio_tungstenite::tungstenite::Error as FrameError;
use tokio_tungstenite::tungstenite::error::{CapacityError, ProtocolError};
use tokio_tungstenite::tungstenite::http::StatusCode;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use crate::text::escape;

/// What answered the upgrade instead of HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spoken {
    /// Its answer begins as a CONNACK or DISCONNECT does.
    Mqtt,
    /// Its answer begins as a record of TLS does.
    Tls,
    /// Nothing known.
    Other,
}

/// Why an upgrade failed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum WebSocketFailure {
    /// The connection failed.
    #[error("{0}")]
    Io(String),
    /// The peer closed the connection before its answer was whole.
    #[error("closed without {}", if *.begun { "the end of an answer" } else { "an answer" })]
    Closed {
        /// A part of the answer came.
        begun: bool,
    },
    /// Host or path has something that HTTP cannot carry.
    #[error("the host or the path cannot be written in HTTP")]
    Unspeakable,
    /// The answer is not HTTP.
    #[error("{0}")]
    NotHttp(Spoken),
    /// The answer begins as HTTP does and is none.
    #[error("the answer is not sound HTTP: {0}")]
    Malformed(String),
    /// The answer is HTTP, and not the upgrade.
    #[error("{path} was answered with {}{}", Status(*.code), location.as_ref().map(|to| format!(", which points to {to}")).unwrap_or_default())]
    Status {
        /// The status.
        code: u16,
        /// What was asked for, without the query.
        path: String,
        /// Where a redirect leads: without the query, of no great length, safe for a terminal.
        location: Option<String>,
    },
    /// The answer is 101, and yet no WebSocket.
    #[error("{path} was answered with 101 Switching Protocols, but {defect}")]
    NoUpgrade {
        /// What was asked for, without the query.
        path: String,
        /// What is wrong.
        defect: &'static str,
    },
    /// The answer chose a subprotocol that was not asked for.
    #[error("{path} speaks {chosen} over WebSocket, not mqtt")]
    Subprotocol {
        /// What was asked for, without the query.
        path: String,
        /// The subprotocol: of no great length, safe for a terminal.
        chosen: String,
    },
}

impl WebSocketFailure {
    /// Whether trying again is of no use (rule 16).
    #[must_use]
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Status { code: 400..=499, .. })
    }

    /// One next step, where one is clear.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Status { code: 300..=399, location: Some(location), .. } => return redirected(location),
            Self::Status { code: 400, .. } => "if TLS is spoken there, -L wss://…; the path of -L may be another, too",
            Self::Status { code: 401 | 403 | 407, .. } => "--ws-header 'Authorization: …' shows that you may come in",
            Self::Status { code: 200..=299 | 404 | 405 | 426, .. } => {
                "the path of -L chooses what answers: mostly /mqtt, with some brokers /ws or /"
            }
            Self::Status { code: 502..=504, .. } => "a proxy answers, which does not reach the broker behind it",
            Self::NotHttp(Spoken::Mqtt) => "without WebSocket: -L mqtt://…",
            Self::NotHttp(Spoken::Tls) => "with TLS: -L wss://…",
            Self::NotHttp(Spoken::Other) | Self::Closed { begun: false } => {
                "that port may speak MQTT without WebSocket (-L mqtt://…), or TLS (-L wss://…)"
            }
            _ => return None,
        };
        Some(hint.to_owned())
    }
}

/// `https:` as a browser says it is `wss:` here. A server wrote it, and a person may paste it: what means something to a shell gets no hint.
fn redirected(location: &str) -> Option<String> {
    let strip = |from: &str| {
        let start = location.get(..from.len())?;
        if start.eq_ignore_ascii_case(from) { location.get(from.len()..) } else { None }
    };
    let plain = location.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~:/%[]".contains(&b));
    let url = match (strip("https://"), strip("http://")) {
        (Some(rest), _) => format!("wss://{rest}"),
        (_, Some(rest)) => format!("ws://{rest}"),
        _ => return None,
    };
    plain.then(|| format!("connect there: -L {url}"))
}

impl fmt::Display for Spoken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mqtt => "MQTT without WebSocket is spoken there",
            Self::Tls => "TLS is spoken there",
            Self::Other => "what answers does not speak HTTP",
        })
    }
}

/// `404 Not Found`.
struct Status(u16);

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match StatusCode::from_u16(self.0).ok().and_then(|status| status.canonical_reason()) {
            Some(name) => write!(f, "{} {name}", self.0),
            None => write!(f, "status {}", self.0),
        }
    }
}

/// Why a WebSocket ended that should not have, inside the error of a read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum StreamError {
    /// Text, where MQTT is `[MQTT-6.0.0-1]`.
    #[error("the broker sent a WebSocket text frame; MQTT needs binary ones")]
    Text,
    /// More than may come at once.
    #[error("the broker sent a WebSocket message of {size} bytes, where {most} are allowed")]
    TooLarge {
        /// Bytes, as its length says.
        size: usize,
        /// The limit.
        most: usize,
    },
    /// Frames that RFC 6455 does not allow.
    #[error("the broker broke the WebSocket protocol: {0}")]
    Malformed(String),
    /// Close, with a code that says more than that all is well.
    #[error("the broker closed the WebSocket: {}{}", Close(*.code), said(.reason))]
    Closed {
        /// The code.
        code: u16,
        /// The peer's words: safe for a terminal, mostly empty.
        reason: String,
    },
}

impl StreamError {
    /// The one inside an error of reading from a WebSocket, if there is one.
    #[must_use]
    pub fn of(error: &io::Error) -> Option<&Self> {
        error.get_ref()?.downcast_ref()
    }

    /// What a Close says, unless it is that all is well.
    pub(super) fn closed(close: &CloseFrame) -> Option<Self> {
        match close.code {
            CloseCode::Normal | CloseCode::Away => None,
            code => Some(Self::Closed { code: code.into(), reason: escape(close.reason.as_bytes()).into_owned() }),
        }
    }
}

impl From<StreamError> for io::Error {
    fn from(error: StreamError) -> Self {
        let kind = match error {
            StreamError::Closed { .. } => io::ErrorKind::Other,
            _ => io::ErrorKind::InvalidData,
        };
        Self::new(kind, error)
    }
}

fn said(reason: &str) -> String {
    if reason.is_empty() { String::new() } else { format!(" (\"{reason}\")") }
}

/// `1008 policy violation`: RFC 6455, 7.4.1, and the registry of IANA.
struct Close(u16);

impl fmt::Display for Close {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self.0 {
            1002 => " protocol error",
            1003 => " unsupported data",
            1007 => " invalid payload",
            1008 => " policy violation",
            1009 => " message too big",
            1010 => " an extension is missing",
            1011 => " internal error",
            1012 => " service restart",
            1013 => " try again later",
            1014 => " bad gateway",
            _ => "",
        };
        write!(f, "{}{name}", self.0)
    }
}

/// What an error of reading frames means; `None` is an end like any other.
pub(super) fn end_of(error: FrameError) -> Option<io::Error> {
    let malformed = |what: String| Some(StreamError::Malformed(what).into());
    match error {
        FrameError::Io(error) => Some(error),
        FrameError::ConnectionClosed
        | FrameError::AlreadyClosed
        | FrameError::Protocol(ProtocolError::ResetWithoutClosingHandshake) => None,
        FrameError::Capacity(CapacityError::MessageTooLong { size, max_size }) => {
            Some(StreamError::TooLarge { size, most: max_size }.into())
        }
        FrameError::Protocol(error) => malformed(broken_rule(&error)),
        FrameError::Utf8(_) => malformed("text that is not UTF-8".to_owned()),
        other => malformed(escape(other.to_string().as_bytes()).into_owned()),
    }
}

fn broken_rule(error: &ProtocolError) -> String {
    match error {
        ProtocolError::MaskedFrameFromServer => "a masked frame".to_owned(),
        ProtocolError::NonZeroReservedBits => "a frame with reserved bits".to_owned(),
        ProtocolError::FragmentedControlFrame => "a control frame in fragments".to_owned(),
        ProtocolError::ControlFrameTooBig => "a control frame of more than 125 bytes".to_owned(),
        ProtocolError::UnknownControlFrameType(opcode)
        | ProtocolError::UnknownDataFrameType(opcode)
        | ProtocolError::InvalidOpcode(opcode) => format!("a frame of the unknown type {opcode}"),
        ProtocolError::UnexpectedContinueFrame => "a continuation of nothing".to_owned(),
        ProtocolError::ExpectedFragment(_) => "a new message amid another".to_owned(),
        ProtocolError::ReceivedAfterClosing => "a frame behind Close".to_owned(),
        ProtocolError::InvalidCloseSequence => "a Close of one byte".to_owned(),
        other => escape(other.to_string().as_bytes()).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(code: u16, location: Option<&str>) -> WebSocketFailure {
        WebSocketFailure::Status { code, path: "/mqtt".to_owned(), location: location.map(str::to_owned) }
    }

    #[test]
    fn a_status_has_its_name_and_a_next_step() {
        for (failure, text, hint) in [
            (status(401, None), "/mqtt was answered with 401 Unauthorized", Some("--ws-header")),
            (status(404, None), "/mqtt was answered with 404 Not Found", Some("the path of -L")),
            (status(503, None), "/mqtt was answered with 503 Service Unavailable", Some("a proxy answers")),
            (status(500, None), "/mqtt was answered with 500 Internal Server Error", None),
            (status(799, None), "/mqtt was answered with status 799", None),
            (
                status(301, Some("https://x/y")),
                "/mqtt was answered with 301 Moved Permanently, which points to https://x/y",
                Some("connect there: -L wss://x/y"),
            ),
            (status(302, Some("HTTP://x")), "/mqtt was answered with 302 Found, which points to HTTP://x", Some("-L ws://x")),
            (status(302, Some("http://x/$(y)")), "/mqtt was answered with 302 Found, which points to http://x/$(y)", None),
            (status(302, Some("/y")), "/mqtt was answered with 302 Found, which points to /y", None),
            (status(302, Some("http://x/…")), "/mqtt was answered with 302 Found, which points to http://x/…", None),
        ] {
            assert_eq!(failure.to_string(), text);
            let came = failure.hint();
            assert_eq!(came.is_some(), hint.is_some(), "{came:?}");
            assert!(came.unwrap_or_default().contains(hint.unwrap_or_default()), "{text}");
        }
    }

    #[test]
    fn only_4xx_is_for_good() {
        for code in [101, 200, 301, 399, 500, 503, 599] {
            assert!(!status(code, None).is_final(), "{code}");
        }
        for code in [400, 401, 404, 499] {
            assert!(status(code, None).is_final(), "{code}");
        }
        assert!(!WebSocketFailure::Closed { begun: false }.is_final());
    }
}
