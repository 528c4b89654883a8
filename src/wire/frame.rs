//! Frames: one control packet after the other off the front of what was read. Called by `client/connection` for each read.

use bytes::{Buf, BufMut, Bytes, BytesMut};

use super::WireError;

/// One control packet as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The first byte: packet type and flags.
    pub first: u8,
    /// What is behind the fixed header; a slice of what was read.
    pub body: Bytes,
}

impl Frame {
    /// Whether it is a PUBLISH.
    #[must_use]
    #[inline]
    pub const fn is_publish(&self) -> bool {
        self.first >> 4 == 3
    }
}

/// Takes one whole packet off the front of `buf`; `None` when more bytes are needed. `limit` is the largest packet that is
/// taken, in bytes, fixed header included.
///
/// Reserves nothing: a claimed length costs nothing until its bytes have come. A Remaining Length with needless bytes is taken:
/// 3.1.1 does not forbid it, and which version the first packet has is not known yet.
///
/// # Errors
/// A Remaining Length of five bytes `[MQTT-2.1.4]`, or a packet above the limit, as soon as its length is known. The stream
/// cannot be read on after either.
#[inline]
pub fn split(buf: &mut BytesMut, limit: usize) -> Result<Option<Frame>, WireError> {
    let Some((&first, rest)) = buf.split_first() else { return Ok(None) };
    let (remaining, width) = match read_varint(rest) {
        Varint::Value { value, width } => (value as usize, width),
        Varint::Short => return Ok(None),
        Varint::TooLong => return Err(WireError::RemainingLength),
    };
    let header = 1 + width;
    let size = header + remaining;
    if size > limit {
        return Err(WireError::TooLarge { size, limit });
    }
    if buf.len() < size {
        return Ok(None);
    }
    if remaining == 0 {
        // A slice of no bytes would still hold the whole read buffer.
        buf.advance(header);
        return Ok(Some(Frame { first, body: Bytes::new() }));
    }
    let mut body = buf.split_to(size).freeze();
    body.advance(header);
    Ok(Some(Frame { first, body }))
}

/// What a Variable Byte Integer at the front of some bytes is.
pub(super) enum Varint {
    /// Whole: its value and its length in bytes.
    Value { value: u32, width: usize },
    /// The bytes end before it does.
    Short,
    /// A fifth byte would follow.
    TooLong,
}

/// Reads a Variable Byte Integer `[MQTT-1.5.5]`.
#[inline]
pub(super) fn read_varint(bytes: &[u8]) -> Varint {
    // Most packets are below 128 bytes.
    if let Some(&value @ 0..0x80) = bytes.first() {
        return Varint::Value { value: value.into(), width: 1 };
    }
    let mut value = 0;
    for (index, &byte) in bytes.iter().take(4).enumerate() {
        value |= u32::from(byte & 0x7F) << (7 * index);
        if byte & 0x80 == 0 {
            return Varint::Value { value, width: index + 1 };
        }
    }
    if bytes.len() < 4 { Varint::Short } else { Varint::TooLong }
}

/// The length in bytes of a Variable Byte Integer.
pub(super) const fn varint_width(value: usize) -> usize {
    match value {
        0..=0x7F => 1,
        0x80..=0x3FFF => 2,
        0x4000..=0x1F_FFFF => 3,
        _ => 4,
    }
}

/// Writes a fixed header. The caller has checked that the packet is within `MAX_PACKET`.
#[inline]
pub(super) fn put_header(buf: &mut BytesMut, first: u8, remaining: usize) {
    buf.put_u8(first);
    put_varint(buf, remaining);
}

/// Writes a Variable Byte Integer `[MQTT-1.5.5]`, of at most four bytes as the caller has made sure.
#[inline]
pub(super) fn put_varint(buf: &mut BytesMut, value: usize) {
    let mut rest = value;
    while rest > 0x7F {
        buf.put_u8((rest & 0x7F) as u8 | 0x80);
        rest >>= 7;
    }
    buf.put_u8(rest as u8);
}

/// Names a peer that does not speak MQTT by the first bytes of its answer to CONNECT; `None` when they may be MQTT or are too
/// few. To be asked before `split`, which would wait for the length that such bytes spell.
#[must_use]
pub fn foreign_protocol(first_bytes: &[u8]) -> Option<&'static str> {
    match first_bytes {
        // Without a request that it understands, a web server may leave the status line out and send its page alone.
        [b'H', b'T', b'T', b'P', b'/', ..] | [b'<', b'!' | b'h' | b'H', ..] => Some("HTTP"),
        [b'S', b'S', b'H', b'-', ..] => Some("SSH"),
        // A record with an alert or a handshake message, of SSL 3.0 to TLS 1.3.
        [0x15 | 0x16, 0x03, 0x00..=0x04, ..] => Some("TLS"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn buffer(bytes: &[u8]) -> BytesMut {
        BytesMut::from(bytes)
    }

    #[test]
    fn packets_come_off_one_by_one() {
        let mut buf = buffer(&[0xD0, 0x00, 0x40, 0x02, 0x00, 0x07, 0x20]);
        assert_eq!(split(&mut buf, 100), Ok(Some(Frame { first: 0xD0, body: Bytes::new() })));
        assert_eq!(split(&mut buf, 100), Ok(Some(Frame { first: 0x40, body: Bytes::from_static(&[0, 7]) })));
        assert_eq!(split(&mut buf, 100), Ok(None));
        assert_eq!(&buf[..], [0x20]);
    }

    #[test]
    fn the_edges_of_each_width() {
        for (length, header) in [
            (0_usize, &[0x30, 0x00][..]),
            (127, &[0x30, 0x7F]),
            (128, &[0x30, 0x80, 0x01]),
            (16_383, &[0x30, 0xFF, 0x7F]),
            (16_384, &[0x30, 0x80, 0x80, 0x01]),
            (2_097_151, &[0x30, 0xFF, 0xFF, 0x7F]),
            (2_097_152, &[0x30, 0x80, 0x80, 0x80, 0x01]),
        ] {
            let mut written = BytesMut::new();
            put_header(&mut written, 0x30, length);
            assert_eq!(&written[..], header);
            assert_eq!(varint_width(length), header.len() - 1);
            let mut buf = buffer(header);
            buf.resize(header.len() + length, 0xAA);
            let size = buf.len();
            assert_eq!(split(&mut buf.clone(), size - 1), Err(WireError::TooLarge { size, limit: size - 1 }));
            assert_eq!(split(&mut buf, size).unwrap().unwrap().body.len(), length);
            assert!(buf.is_empty());
        }
    }

    #[test]
    fn needless_bytes_of_a_length_are_taken_and_a_fifth_is_not() {
        assert_eq!(split(&mut buffer(&[0xD0, 0x80, 0x80, 0x80, 0x00]), 5).unwrap().unwrap().first, 0xD0);
        assert_eq!(split(&mut buffer(&[0xD0, 0x80, 0x80, 0x80]), 100), Ok(None));
        assert_eq!(split(&mut buffer(&[0xD0, 0x80, 0x80, 0x80, 0x80]), 100), Err(WireError::RemainingLength));
        assert_eq!(split(&mut buffer(&[0xD0, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]), 100), Err(WireError::RemainingLength));
    }

    #[test]
    fn the_largest_packet_is_claimed_without_memory() {
        let claim = [0x30, 0xFF, 0xFF, 0xFF, 0x7F];
        let mut buf = buffer(&claim);
        let capacity = buf.capacity();
        assert_eq!(split(&mut buf, super::super::MAX_PACKET), Ok(None));
        assert_eq!((buf.capacity(), &buf[..]), (capacity, &claim[..]));
        let refused = WireError::TooLarge { size: 268_435_460, limit: 268_435_459 };
        assert_eq!(split(&mut buf, super::super::MAX_PACKET - 1), Err(refused));
    }

    #[test]
    fn what_is_not_mqtt() {
        assert_eq!(foreign_protocol(b"HTTP/1.1 400 Bad Request\r\n"), Some("HTTP"));
        assert_eq!(foreign_protocol(b"<!DOCTYPE HTML>"), Some("HTTP"));
        assert_eq!(foreign_protocol(b"<html>"), Some("HTTP"));
        assert_eq!(foreign_protocol(b"SSH-2.0-OpenSSH_9.9\r\n"), Some("SSH"));
        assert_eq!(foreign_protocol(&[0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x46]), Some("TLS"));
        assert_eq!(foreign_protocol(&[0x16, 0x03, 0x03, 0x00]), Some("TLS"));
        for mqtt in [&[][..], b"HT", &[0x20, 0x02, 0x00, 0x00], &[0x15, 0x03], &[0x15, 0x04, 0x00]] {
            assert_eq!(foreign_protocol(mqtt), None, "{mqtt:x?}");
        }
    }
}
