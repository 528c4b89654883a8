//! What goes to stdout: delivered messages made into bytes, in memory only (`Renderer`), and the way out (`stdout`). Called by `commands`.

pub mod field;
pub mod json;
pub mod layout;
pub mod stdout;
pub mod text;
pub mod time;

use jiff::tz::TimeZone;

use crate::mqtt::Received;

/// How a message is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For a person: receive time, topic, payload, marks; always escaped.
    Look {
        /// Whether to use colour.
        colour: bool,
    },
    /// For a program, or as flags say.
    Plain {
        /// Topic and a space before the payload (`-v`).
        topic: bool,
        /// A newline after it; off by `-N`.
        newline: bool,
        /// Whether a terminal has to be kept safe from the bytes.
        escaped: bool,
    },
    /// One JSON object a line.
    Json {
        /// Whether a terminal has to be kept safe from the characters; the values are the same.
        escaped: bool,
    },
}

/// Renders messages in one format.
#[derive(Clone, Debug)]
pub struct Renderer {
    format: Format,
    zone: TimeZone,
}

impl Renderer {
    /// A renderer for this machine's time zone.
    #[must_use]
    pub fn new(format: Format) -> Self {
        Self::in_zone(format, TimeZone::system())
    }

    /// A renderer for a certain time zone.
    #[must_use]
    pub const fn in_zone(format: Format, zone: TimeZone) -> Self {
        Self { format, zone }
    }

    /// Appends one message.
    pub fn render(&self, received: &Received, out: &mut Vec<u8>) {
        match self.format {
            Format::Look { colour } => text::look(received, &self.zone, colour, out),
            Format::Plain { topic, newline, escaped } => text::plain(&received.message, topic, newline, escaped, out),
            Format::Json { escaped } => json::record(received, escaped, out),
        }
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
