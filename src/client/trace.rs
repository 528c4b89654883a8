//! Every packet of a connection told in words (`--debug`), from the bytes that are written and read, so that a connection which nobody
//! watches pays one look at each write and read. Fed by `connection`.

use std::time::SystemTime;

use bytes::BytesMut;

use super::Notice;
use crate::mqtt::Version;
use crate::wire::{MAX_PACKET, describe, split};

/// What was written and read of packets that are not whole yet.
#[derive(Debug)]
pub(super) struct Trace {
    version: Version,
    sent: BytesMut,
    received: BytesMut,
}

impl Trace {
    /// Of a connection that begins.
    pub fn new(version: Version) -> Self {
        Self { version, sent: BytesMut::new(), received: BytesMut::new() }
    }

    /// Bytes were handed to the stream.
    pub fn sent(&mut self, bytes: &[u8], tell: &dyn Fn(Notice)) {
        self.sent.extend_from_slice(bytes);
        tell_whole(self.version, &mut self.sent, true, tell);
    }

    /// Bytes came: the last `count` of a buffer.
    pub fn received(&mut self, buffer: &[u8], count: usize, tell: &dyn Fn(Notice)) {
        self.received.extend_from_slice(buffer.get(buffer.len().saturating_sub(count)..).unwrap_or_default());
        tell_whole(self.version, &mut self.received, false, tell);
    }
}

/// Tells the whole packets among some bytes. What is no packet ends the connection elsewhere.
fn tell_whole(version: Version, bytes: &mut BytesMut, sent: bool, tell: &dyn Fn(Notice)) {
    loop {
        match split(bytes, MAX_PACKET) {
            Ok(Some(frame)) => tell(Notice::Packet { at: SystemTime::now(), sent, words: describe(version, frame) }),
            Ok(None) => return,
            Err(_) => {
                bytes.clear();
                return;
            }
        }
    }
}
