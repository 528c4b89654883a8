//! Where a publisher's bytes come from, and how they become messages. Called by `commands/publish`; payloads are bytes here. And small
//! files, for whoever has an option that names one.

pub mod delimited;
pub mod encoding;
pub mod file;
pub mod generate;
pub mod input;
pub mod lines;
pub mod template;

pub use delimited::Delimited;
pub use encoding::Encoding;
pub use file::read_small;
pub use generate::{Generator, Turn};
pub use input::{ChunkReader, InputError, Origin, Stdin, read_whole};
pub use lines::{LineTooLong, Lines, Split};
pub use template::Template;

/// The largest Remaining Length of a packet, in bytes `[MQTT-1.5.5]`: no payload can be larger.
pub const PACKET_LIMIT: usize = 268_435_455;

/// The longest line of a record, in bytes: base64 makes a payload a third longer, and some characters are escaped.
pub const RECORD_LIMIT: usize = 2 * PACKET_LIMIT;
