//! What becomes of delivered messages: bytes, in memory only (`Renderer`), and the ways out: `stdout`, a `directory`, a `process`. Called by
//! `commands`.

pub mod directory;
pub mod field;
pub mod json;
pub mod layout;
pub mod look;
pub mod pattern;
pub mod process;
pub mod rate;
pub mod sample;
pub mod stdout;
pub mod text;
pub mod time;

use std::cell::Cell;
use std::sync::Arc;

use jiff::tz::TimeZone;

use crate::mqtt::Received;
pub use look::Look;
use pattern::{Pattern, Shown};

/// How a message is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Format {
    /// For a person: receive time, topic, payload, marks; always escaped.
    Look(Look),
    /// For a program, or as flags say.
    Plain {
        /// Topic and a space before the payload (`-v`).
        topic: bool,
        /// A newline after it; off by `-N`.
        newline: bool,
        /// Whether a terminal has to be kept safe from the bytes.
        escaped: bool,
    },
    /// The same with a NUL after it.
    Null {
        /// Topic and a space before the payload (`-v`).
        topic: bool,
        /// Whether a terminal has to be kept safe from the bytes.
        escaped: bool,
    },
    /// Its length before the payload.
    LengthPrefixed {
        /// The topic before it, in the same way (`-v`).
        topic: bool,
    },
    /// A JSON object and a newline.
    Json(json::Shape),
    /// As `-F` says.
    Pattern {
        /// What it says.
        pattern: Arc<Pattern>,
        /// What stands behind each message.
        end: &'static [u8],
        /// Whether a terminal has to be kept safe from what is not the format's own.
        escaped: bool,
        /// Whether JSON in it is laid out over lines.
        pretty: bool,
    },
}

/// Renders messages in one format.
#[derive(Clone, Debug)]
pub struct Renderer {
    format: Format,
    zone: TimeZone,
    /// A payload was no number where the format has one: yes, and that it was told.
    no_number: Cell<Option<bool>>,
}

impl Renderer {
    /// A renderer for this machine's time zone.
    #[must_use]
    pub fn new(format: Format) -> Self {
        // Found in files, so that it is looked for only where a local time may be shown.
        let has_local_time = matches!(format, Format::Look(_) | Format::Pattern { .. });
        Self::in_zone(format, if has_local_time { TimeZone::system() } else { TimeZone::UTC })
    }

    /// A renderer for a certain time zone.
    #[must_use]
    pub const fn in_zone(format: Format, zone: TimeZone) -> Self {
        Self { format, zone, no_number: Cell::new(None) }
    }

    /// Appends one message.
    pub fn render(&self, received: &Received, out: &mut Vec<u8>) {
        match &self.format {
            Format::Look(look) => look::message(received, &self.zone, *look, out),
            Format::Plain { topic, newline, escaped } => text::plain(&received.message, *topic, *newline, *escaped, out),
            Format::Json(shape) => {
                json::object(received, *shape, out);
                out.push(b'\n');
            }
            Format::Null { topic, escaped } => {
                text::plain(&received.message, *topic, false, *escaped, out);
                out.push(0);
            }
            Format::LengthPrefixed { topic } => text::length_prefixed(&received.message, *topic, out),
            Format::Pattern { pattern, end, escaped, pretty } => {
                let shown = Shown { received, zone: &self.zone, escaped: *escaped, pretty: *pretty };
                if !pattern.render(&shown, out) && self.no_number.get().is_none() {
                    self.no_number.set(Some(false));
                }
                out.extend_from_slice(end);
            }
        }
    }

    /// What went otherwise than the format has it since this was asked last, once.
    pub fn warning(&self) -> Option<&'static str> {
        let is_new = self.no_number.get() == Some(false);
        is_new.then(|| {
            self.no_number.set(Some(true));
            "%f shows a payload of 4 bytes as a number, %d one of 8; another is left out"
        })
    }
}

#[cfg(test)]
pub(crate) mod samples {
    use std::time::{Duration, SystemTime};

    use bytes::Bytes;

    use crate::mqtt::{Message, QoS, Received, TopicName};

    /// A message that arrived at 2026-11-21T03:04:05.123456Z.
    pub fn received(topic: &str, payload: &[u8]) -> Received {
        let topic = TopicName::new(topic).unwrap();
        Received {
            message: Message::new(topic, Bytes::copy_from_slice(payload), QoS::AtMostOnce),
            dup: false,
            id: None,
            at: SystemTime::UNIX_EPOCH + Duration::from_micros(1_795_230_245_123_456),
        }
    }
}
