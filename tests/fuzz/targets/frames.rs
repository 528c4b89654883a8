//! Target `frames`: any bytes in any pieces through the frame splitter and the readers of both versions.
//!
//! Called by the fuzzer's entry and by the property tests. The first two bytes of an input say how the stream behind them is cut and how large
//! a packet may be.

use bytes::{Bytes, BytesMut};
use bytestring::ByteString;
use mqx::mqtt::{Message, Properties, Version};
use mqx::wire::{Ack, AckKind, Codec, ConnAck, Farewell, Frame, MAX_PACKET, Packet, Publish, WireError, foreign_protocol, split};
use rumqttc::mqttbytes::v4;
use rumqttc::v5::mqttbytes::v5;

/// Streams to begin with, hand-written from the specifications: each packet that a broker sends, in both versions, and what follows another.
pub const SEEDS: &[&[u8]] = &[
    b"\x00\x03\x20\x02\x00\x00\xD0\x00",
    b"\x01\x03\x20\x14\x00\x00\x11\x21\x00\x14\x24\x01\x25\x00\x27\x00\x01\x00\x00\x1F\x00\x02ok",
    b"\x02\x03\x20\x21\x01\x00\x1E\x11\x00\x00\x00\x09\x12\x00\x01m\x13\x00\x0A\x1A\x00\x01r\x1C\x00\x01s\x22\x00\x05\x28\x00\x29\x00\x2A\x00",
    b"\x03\x03\x30\x06\x00\x01ahot\x32\x08\x00\x01a\x00\x07hot\x3D\x08\x00\x01a\x00\x07hot",
    b"\x03\x03\x30\x07\x00\x01a\x00hot\x3A\x09\x00\x01a\x00\x07\x00hot",
    b"\x05\x03\x32\x28\x00\x01a\x00\x07\x20\x01\x01\x02\x00\x00\x00\x3C\x03\x00\x01t\x08\x00\x01r\x09\x00\x02\x00\xFF\x26\x00\x01k\x00\x01vhot!!!",
    b"\x06\x03\x30\x0A\x00\x01a\x03\x23\x00\x05hot\x30\x09\x00\x00\x03\x23\x00\x05hot",
    b"\x07\x03\x30\x0D\x00\x01a\x06\x0B\x01\x0B\x02\x0B\x03hot",
    b"\x08\x03\x40\x02\x00\x01\x50\x02\x00\x01\x62\x02\x00\x01\x70\x02\x00\x01",
    b"\x09\x03\x40\x0A\x00\x01\x10\x06\x1F\x00\x03bye\x62\x03\x00\x01\x92\x50\x04\x00\x02\x91\x00",
    b"\x0A\x03\x90\x06\x00\x0A\x00\x01\x02\x80\xB0\x02\x00\x0A",
    b"\x0B\x03\x90\x08\x00\x0A\x04\x1F\x00\x01n\x01\xB0\x05\x00\x0A\x00\x00\x11",
    b"\x0C\x03\xE0\x0C\x9D\x0A\x1F\x00\x03bye\x1C\x00\x01s",
    b"\x0D\x03\xE0\x00\xE0\x01\x8B\xF0\x0B\x18\x09\x15\x00\x01m\x16\x00\x02\x00\xFF",
    b"\x0E\x02\x30\x80\x80\x80\x01",
    b"\x0F\x03\x30\xFF\xFF\xFF\x7F",
    b"\x10\x03\xD0\x80\x80\x80\x00\xD0\x80\x80\x80\x80\x01",
    b"\x11\x03HTTP/1.1 400 Bad Request\r\n",
];

const BOTH: [Codec; 2] = [Codec::new(Version::V311), Codec::new(Version::V5)];
/// Largest packets, by the second byte.
const LIMITS: [usize; 4] = [MAX_PACKET, 5, 64, 4096];

/// One input. Returns how many packets were good.
///
/// # Panics
/// When something does not hold that must.
pub fn frames(data: &[u8]) -> u64 {
    let Some((&[cut, limit], stream)) = data.split_first_chunk::<2>() else { return 0 };
    let limit = LIMITS[usize::from(limit) % LIMITS.len()];
    let at_once = cut_off(limit, std::iter::once(stream));
    assert_eq!(cut_off(limit, pieces(stream, cut)), at_once, "in pieces it is something else");
    name_foreign(stream);
    let mut good = 0;
    for frame in &at_once.0 {
        assert!(frame.body.len() < limit);
        good += BOTH.iter().filter(|codec| understand(**codec, frame)).count() as u64;
    }
    good
}

/// A stream in pieces of a few bytes.
fn pieces(stream: &[u8], cut: u8) -> impl Iterator<Item = &[u8]> {
    let (mut rest, mut step) = (stream, cut);
    std::iter::from_fn(move || {
        let (piece, behind) = rest.split_at_checked(usize::from(step % 11) + 1).unwrap_or((rest, &[]));
        (rest, step) = (behind, step.wrapping_mul(5).wrapping_add(cut | 1));
        (!piece.is_empty()).then_some(piece)
    })
}

/// The frames of a stream, and what stopped it or how many bytes are left.
fn cut_off<'a>(limit: usize, pieces: impl Iterator<Item = &'a [u8]>) -> (Vec<Frame>, Result<usize, WireError>) {
    let (mut buf, mut frames) = (BytesMut::new(), Vec::new());
    for piece in pieces {
        buf.extend_from_slice(piece);
        loop {
            let (capacity, length) = (buf.capacity(), buf.len());
            let found = split(&mut buf, limit);
            assert!(buf.capacity() <= capacity, "a claimed length costs memory");
            match found {
                Ok(Some(frame)) => {
                    assert!(buf.len() < length && frame.body.len() + 2 <= length - buf.len());
                    frames.push(frame);
                }
                Ok(None) => break,
                Err(error) => {
                    assert_eq!(buf.len(), length, "a refused packet is left where it is");
                    return (frames, Err(said_well(error)));
                }
            }
        }
    }
    let left = buf.len();
    (frames, Ok(left))
}

/// What names a protocol does not take it back when more comes.
fn name_foreign(stream: &[u8]) {
    let name = foreign_protocol(stream);
    let first = (0..=stream.len().min(8)).find_map(|length| foreign_protocol(&stream[..length]));
    assert_eq!(first, name);
}

fn said_well(error: WireError) -> WireError {
    let text = error.to_string();
    assert!(error.reason().is_error() && text.is_ascii() && text.len() < 100, "{text}");
    error
}

/// Reads a frame, and compares and writes again what is read. Whether it is good.
fn understand(codec: Codec, frame: &Frame) -> bool {
    let packet = match codec.decode(frame.clone()) {
        Ok(packet) => packet,
        Err(error) => {
            said_well(error);
            return false;
        }
    };
    // The smallest User Property has 5 bytes and costs 64, and a Vec grows to twice its need, from 4 elements on.
    assert!(owned(&packet) <= 512 + 26 * frame.body.len(), "{} bytes for {packet:?}", owned(&packet));
    match &packet {
        Packet::Publish(publish) => {
            agree_on_publish(codec, frame, publish);
            publish_again(codec, frame, publish);
        }
        Packet::Ack(ack) => {
            agree_on_ack(codec, frame, ack);
            let again = read(codec, |buf| codec.ack(ack.kind, ack.id, ack.reason, buf)).1;
            assert_eq!(again, Packet::Ack(Ack { reason_string: None, ..ack.clone() }));
        }
        Packet::Disconnect(disconnect) => {
            let again = read(codec, |buf| codec.disconnect(&Farewell::new(disconnect.reason, None), buf).expect("no words")).1;
            assert!(matches!(again, Packet::Disconnect(again) if again.reason == disconnect.reason));
        }
        _ => {}
    }
    true
}

/// Memory of a decoded packet, in bytes: what is not a slice of the frame.
fn owned(packet: &Packet) -> usize {
    match packet {
        Packet::Publish(publish) => publish.properties.as_ref().map_or(0, |properties| {
            let pairs = properties.user_properties.capacity() * size_of::<(ByteString, ByteString)>();
            size_of::<Properties>() + pairs + properties.subscription_ids.capacity() * size_of::<u32>()
        }),
        Packet::SubAck(ack) => ack.reasons.capacity(),
        Packet::UnsubAck(ack) => ack.reasons.capacity(),
        Packet::ConnAck(_) => size_of::<ConnAck>(),
        _ => 0,
    }
}

/// The packet of a frame again, with a Remaining Length of as few bytes as possible.
fn whole(frame: &Frame) -> BytesMut {
    let (mut packet, mut rest) = (BytesMut::from(&[frame.first][..]), frame.body.len());
    loop {
        let byte = (rest & 0x7F) as u8;
        rest >>= 7;
        packet.extend_from_slice(&[if rest > 0 { byte | 0x80 } else { byte }]);
        if rest == 0 {
            break;
        }
    }
    packet.extend_from_slice(&frame.body);
    packet
}

/// What a codec writes: the bytes, and what it reads in them.
fn read(codec: Codec, write: impl FnOnce(&mut BytesMut)) -> (Bytes, Packet) {
    let mut buf = BytesMut::new();
    write(&mut buf);
    let bytes = Bytes::copy_from_slice(&buf);
    let frame = split(&mut buf, MAX_PACKET).expect("what we write is framed well").expect("what we write is whole");
    assert!(buf.is_empty(), "one packet is written");
    (bytes, codec.decode(frame).expect("what we write is read"))
}

/// rumqttc reads a PUBLISH that we take as we do, unless Subscription Identifiers lead it astray.
fn agree_on_publish(codec: Codec, frame: &Frame, ours: &Publish) {
    let (mut source, name) = (whole(frame), ours.topic.as_ref().map_or("", |topic| topic.as_str()));
    if codec.version() == Version::V311 {
        let theirs = v4::Packet::read(&mut source, MAX_PACKET);
        let Ok(v4::Packet::Publish(theirs)) = theirs else { panic!("{theirs:?} is {ours:?}") };
        assert_eq!((&*theirs.topic, theirs.pkid, &theirs.payload), (name, ours.id, &ours.payload));
        assert_eq!((theirs.qos as u8, theirs.dup, theirs.retain), (ours.qos as u8, ours.dup, ours.retain));
    } else if ours.properties.as_ref().is_none_or(|properties| properties.subscription_ids.is_empty()) {
        let theirs = v5::Packet::read(&mut source, None);
        let Ok(v5::Packet::Publish(theirs)) = theirs else { panic!("{theirs:?} is {ours:?}") };
        assert_eq!((&*theirs.topic, theirs.pkid, &theirs.payload), (name.as_bytes(), ours.id, &ours.payload));
        assert_eq!((theirs.qos as u8, theirs.dup, theirs.retain), (ours.qos as u8, ours.dup, ours.retain));
        agree_on_properties(&theirs.properties.unwrap_or_default(), ours);
    }
}

fn agree_on_properties(theirs: &v5::PublishProperties, ours: &Publish) {
    let none = Properties::default();
    let mine = ours.properties.as_deref().unwrap_or(&none);
    assert_eq!((theirs.topic_alias, theirs.message_expiry_interval), (ours.alias, mine.expiry));
    assert_eq!(theirs.payload_format_indicator, mine.payload_format.map(u8::from));
    assert_eq!(theirs.content_type.as_deref(), mine.content_type.as_deref());
    assert_eq!(theirs.response_topic.as_deref(), mine.response_topic.as_deref());
    assert_eq!(theirs.correlation_data, mine.correlation_data);
    let pairs = theirs.user_properties.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    assert!(pairs.eq(mine.user_properties.iter().map(|(name, value)| (&**name, &**value))));
}

/// rumqttc reads an acknowledgement as we do, where it knows the reason.
fn agree_on_ack(codec: Codec, frame: &Frame, ours: &Ack) {
    let mut source = whole(frame);
    let success = ours.reason.0 == 0;
    let (kind, id, succeeded) = if codec.version() == Version::V311 {
        match v4::Packet::read(&mut source, MAX_PACKET) {
            Ok(v4::Packet::PubAck(ack)) => (AckKind::PubAck, ack.pkid, true),
            Ok(v4::Packet::PubRec(ack)) => (AckKind::PubRec, ack.pkid, true),
            Ok(v4::Packet::PubRel(ack)) => (AckKind::PubRel, ack.pkid, true),
            Ok(v4::Packet::PubComp(ack)) => (AckKind::PubComp, ack.pkid, true),
            theirs => panic!("{theirs:?} is {ours:?}"),
        }
    } else {
        match v5::Packet::read(&mut source, None) {
            Ok(v5::Packet::PubAck(ack)) => (AckKind::PubAck, ack.pkid, ack.reason == v5::PubAckReason::Success),
            Ok(v5::Packet::PubRec(ack)) => (AckKind::PubRec, ack.pkid, ack.reason == v5::PubRecReason::Success),
            Ok(v5::Packet::PubRel(ack)) => (AckKind::PubRel, ack.pkid, ack.reason == v5::PubRelReason::Success),
            Ok(v5::Packet::PubComp(ack)) => (AckKind::PubComp, ack.pkid, ack.reason == v5::PubCompReason::Success),
            _ => return,
        }
    };
    assert_eq!((kind, id, succeeded), (ours.kind, ours.id, success));
}

/// A delivery sent on is the same message; what a client does not send stays behind. Written once more it is the same bytes.
fn publish_again(codec: Codec, frame: &Frame, publish: &Publish) {
    let Some(topic) = publish.topic.clone() else { return };
    let mut properties = publish.properties.clone();
    if let Some(properties) = &mut properties {
        properties.subscription_ids.clear();
    }
    let Publish { id, qos, dup, retain, payload, .. } = publish.clone();
    let message = Message { topic, payload, qos, retain, properties: properties.filter(|p| **p != Properties::default()) };
    let mut buf = BytesMut::new();
    if codec.publish(&message, id, dup, &mut buf).is_err() {
        let response = message.properties.as_ref().and_then(|properties| properties.response_topic.as_ref());
        assert!(response.is_some_and(|topic| topic.is_empty() || topic.contains(['+', '#'])), "refused: {message:?}");
        assert!(buf.is_empty(), "a refused packet leaves nothing behind");
        return;
    }
    let (bytes, again) = read(codec, |buf| codec.publish(&message, id, dup, buf).expect("it was written once"));
    assert_eq!((codec.publish_size(&message), &buf[..]), (bytes.len(), &bytes[..]));
    assert_eq!(again, Packet::Publish(Publish { alias: None, properties: message.properties, ..publish.clone() }));
    if publish.properties.is_none() && publish.alias.is_none() {
        assert_eq!(bytes, whole(frame), "without properties there is one way to write it");
    }
}
