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

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[test]
    fn a_packet_in_pieces_is_told_once_when_it_is_whole() {
        let told = RefCell::new(Vec::new());
        let tell = |notice: Notice| match notice {
            Notice::Packet { sent, words, .. } => told.borrow_mut().push((sent, words)),
            other => panic!("{other}"),
        };
        let mut trace = Trace::new(Version::V5);
        trace.sent(b"\xC0", &tell);
        // Of a buffer that has been read before, the end is new.
        trace.received(b"\xD0\x00\xD0", 1, &tell);
        assert_eq!(told.take(), []);
        trace.sent(b"\x00\xC0\x00", &tell);
        trace.received(b"\xD0\x00", 1, &tell);
        let expected = [(true, "PINGREQ"), (true, "PINGREQ"), (false, "PINGRESP")];
        assert_eq!(told.take(), expected.map(|(sent, words)| (sent, words.to_owned())));
    }
}
