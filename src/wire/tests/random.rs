//! Seeded random packets: round trips, rumqttc as the second opinion, hostile bytes.

use bytes::BytesMut;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rumqttc::mqttbytes::v4;
use rumqttc::v5::mqttbytes::v5;

use super::*;

fn rng(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

fn random_text(rng: &mut ChaCha8Rng, least: usize) -> String {
    let length = rng.random_range(least..20);
    (0..length).map(|_| ['a', 'Z', '/', ' ', '$', '\u{e9}', '\u{6e29}', '\u{1f321}'][rng.random_range(0..8)]).collect()
}

fn random_bytes(rng: &mut ChaCha8Rng, most: usize) -> Vec<u8> {
    let length = rng.random_range(0..=most);
    (0..length).map(|_| rng.random()).collect()
}

/// A message without properties, and its id and DUP.
fn random_publish(rng: &mut ChaCha8Rng) -> (Message, u16, bool) {
    let qos = QOS[rng.random_range(0..3)];
    let most = if rng.random_ratio(1, 20) { 40_000 } else { 200 };
    let payload = random_bytes(rng, most);
    let message = Message { retain: rng.random(), ..message(&random_text(rng, 1), &payload, qos) };
    if qos == QoS::AtMostOnce { (message, 0, false) } else { (message, rng.random_range(1..=u16::MAX), rng.random()) }
}

fn random_properties(rng: &mut ChaCha8Rng) -> Properties {
    let mut maybe_text = |least| rng.random::<bool>().then(|| text(&random_text(rng, least)));
    let (content_type, response_topic) = (maybe_text(0), maybe_text(1));
    let pairs = rng.random_range(0..4);
    Properties {
        payload_format: [None, Some(false), Some(true)][rng.random_range(0..3)],
        expiry: rng.random::<bool>().then(|| rng.random()),
        content_type,
        response_topic,
        correlation_data: rng.random::<bool>().then(|| random_bytes(rng, 30).into()),
        user_properties: (0..pairs).map(|_| (text(&random_text(rng, 0)), text(&random_text(rng, 0)))).collect(),
        subscription_ids: Vec::new(),
    }
}

fn published(codec: Codec, message: &Message, id: u16, dup: bool) -> Vec<u8> {
    let bytes = written(|buf| codec.publish(message, id, dup, buf).unwrap());
    assert_eq!(codec.publish_size(message), bytes.len());
    bytes
}

#[test]
fn what_is_published_is_what_is_read() {
    let mut rng = rng(1);
    for round in 0..3000 {
        let (mut message, id, dup) = random_publish(&mut rng);
        let codec = BOTH[round % 2];
        let properties = random_properties(&mut rng);
        if codec.version() == Version::V5 && rng.random() && properties != Properties::default() {
            message.properties = Some(Box::new(properties));
        }
        let bytes = published(codec, &message, id, dup);
        let Message { topic, payload, qos, retain, properties } = message;
        let expected = Publish { topic: Some(topic), alias: None, id, qos, dup, retain, payload, properties };
        assert_eq!(read(codec, &bytes), Ok(Packet::Publish(expected)));
    }
}

#[test]
fn our_publish_is_rumqttcs_in_311() {
    let mut rng = rng(2);
    for _ in 0..2000 {
        let (message, id, dup) = random_publish(&mut rng);
        let ours = published(V4, &message, id, dup);
        let Ok(v4::Packet::Publish(theirs)) = v4::Packet::read(&mut BytesMut::from(&ours[..]), MAX_PACKET) else {
            panic!("rumqttc reads what we write");
        };
        assert_eq!(theirs.topic, message.topic.as_str());
        assert_eq!((theirs.payload.clone(), theirs.qos as u8), (message.payload.clone(), message.qos as u8));
        assert_eq!((theirs.pkid, theirs.dup, theirs.retain), (id, dup, message.retain));
        assert_eq!(written(|buf| assert_eq!(theirs.write(buf).unwrap(), ours.len())), ours);
    }
}

#[test]
fn our_publish_is_rumqttcs_in_5() {
    let mut rng = rng(3);
    for _ in 0..2000 {
        let (mut message, id, dup) = random_publish(&mut rng);
        if rng.random() {
            message.properties = Some(Box::new(random_properties(&mut rng)));
        }
        let ours = published(V5, &message, id, dup);
        let Ok(v5::Packet::Publish(theirs)) = v5::Packet::read(&mut BytesMut::from(&ours[..]), None) else {
            panic!("rumqttc reads what we write");
        };
        assert_eq!(&theirs.topic[..], message.topic.as_str().as_bytes());
        assert_eq!((theirs.payload.clone(), theirs.qos as u8), (message.payload.clone(), message.qos as u8));
        assert_eq!((theirs.pkid, theirs.dup, theirs.retain), (id, dup, message.retain));
        assert_eq!(written(|buf| assert_eq!(theirs.write(buf).unwrap(), ours.len())), ours);
    }
}

/// What rumqttc's codec of the version writes for an acknowledgement that it read, its id, and whether it is success.
fn rumqttc_ack(codec: Codec, packet: &[u8]) -> (Vec<u8>, u16, bool) {
    use v5::{PubAckReason, PubCompReason, PubRecReason, PubRelReason};
    let mut source = BytesMut::from(packet);
    let mut out = BytesMut::new();
    let (id, success) = if codec.version() == Version::V311 {
        let packet = v4::Packet::read(&mut source, 100).unwrap();
        packet.write(&mut out, 100).unwrap();
        match packet {
            v4::Packet::PubAck(ack) => (ack.pkid, true),
            v4::Packet::PubRec(ack) => (ack.pkid, true),
            v4::Packet::PubRel(ack) => (ack.pkid, true),
            v4::Packet::PubComp(ack) => (ack.pkid, true),
            other => panic!("{other:?}"),
        }
    } else {
        let packet = v5::Packet::read(&mut source, None).unwrap();
        packet.write(&mut out, None).unwrap();
        match packet {
            v5::Packet::PubAck(ack) => (ack.pkid, ack.reason == PubAckReason::Success),
            v5::Packet::PubRec(ack) => (ack.pkid, ack.reason == PubRecReason::Success),
            v5::Packet::PubRel(ack) => (ack.pkid, ack.reason == PubRelReason::Success),
            v5::Packet::PubComp(ack) => (ack.pkid, ack.reason == PubCompReason::Success),
            other => panic!("{other:?}"),
        }
    };
    (out.to_vec(), id, success)
}

#[test]
fn our_acknowledgements_are_rumqttcs() {
    let mut rng = rng(4);
    for round in 0..1000 {
        let (kind, _) = KINDS[rng.random_range(0..4)];
        let (codec, id) = (BOTH[round % 2], rng.random_range(1..=u16::MAX));
        // The one failure that each kind knows in rumqttc.
        let failure = match kind {
            AckKind::PubAck | AckKind::PubRec => Reason::NOT_AUTHORIZED,
            AckKind::PubRel | AckKind::PubComp => Reason::ID_NOT_FOUND,
        };
        let reason = if codec.version() == Version::V5 && rng.random() { failure } else { Reason::SUCCESS };
        let ours = written(|buf| codec.ack(kind, id, reason, buf));
        let (theirs, their_id, success) = rumqttc_ack(codec, &ours);
        assert_eq!((their_id, success), (id, reason == Reason::SUCCESS));
        let expected = Ok(Packet::Ack(Ack { kind, id, reason, reason_string: None }));
        assert_eq!(read(codec, &ours), expected);
        assert_eq!(read(codec, &theirs), expected, "rumqttc writes {theirs:x?}");
    }
}

#[test]
fn byte_by_byte_is_all_at_once() {
    let mut rng = rng(5);
    let mut stream = BytesMut::new();
    for _ in 0..40 {
        let (message, id, dup) = random_publish(&mut rng);
        V5.publish(&message, id, dup, &mut stream).unwrap();
        V5.ack(AckKind::PubRec, 9, Reason::SUCCESS, &mut stream);
        stream.extend_from_slice(&[0xD0, 0x00]);
    }
    let mut at_once = Vec::new();
    let mut buf = stream.clone();
    while let Some(frame) = split(&mut buf, MAX_PACKET).unwrap() {
        at_once.push(frame);
    }
    assert_eq!((at_once.len(), buf.len()), (120, 0));
    let mut one_by_one = Vec::new();
    for &byte in &stream {
        buf.extend_from_slice(&[byte]);
        one_by_one.extend(split(&mut buf, MAX_PACKET).unwrap());
    }
    assert_eq!(one_by_one, at_once);
}

/// Good packets of every type, to be mutated.
fn corpus() -> Vec<Vec<u8>> {
    let mut corpus: Vec<Vec<u8>> = plain_publishes().into_iter().map(|(.., packet)| packet.to_vec()).collect();
    let with = Message { properties: Some(Box::new(every_property())), ..message("a", b"hi", QOS[1]) };
    corpus.push(published(V5, &with, 7, false));
    for packet in [
        &b"\x20\x02\x00\x00"[..],
        b"\x20\x14\x00\x00\x11\x21\x00\x14\x24\x01\x25\x00\x27\x00\x01\x00\x00\x1F\x00\x02ok",
        b"\x30\x0D\x00\x01a\x06\x0B\x01\x0B\x02\x0B\x03hot",
        b"\x40\x0A\x00\x01\x10\x06\x1F\x00\x03bye",
        b"\x62\x03\x00\x01\x92",
        b"\x90\x08\x00\x0A\x04\x1F\x00\x01n\x01",
        b"\xB0\x05\x00\x0A\x00\x00\x11",
        b"\xD0\x00",
        b"\xE0\x0C\x9D\x0A\x1F\x00\x03bye\x1C\x00\x01s",
        b"\xF0\x0B\x18\x09\x15\x00\x01m\x16\x00\x02\x00\xFF",
    ] {
        corpus.push(packet.to_vec());
    }
    corpus
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

/// The packet of a frame again, with a Remaining Length of two bytes.
fn rebuilt(frame: &Frame) -> BytesMut {
    let length = u16::try_from(frame.body.len()).unwrap();
    let mut packet = BytesMut::from(&[frame.first, (length & 0x7F) as u8 | 0x80, (length >> 7) as u8][..]);
    packet.extend_from_slice(&frame.body);
    packet
}

/// rumqttc reads a PUBLISH that we take as we do, unless Subscription Identifiers lead it astray.
fn agree(codec: Codec, whole: &BytesMut, ours: &Publish) {
    let (mut source, name) = (whole.clone(), ours.topic.as_ref().map_or("", |topic| topic.as_str()));
    if codec.version() == Version::V311 {
        let Ok(v4::Packet::Publish(theirs)) = v4::Packet::read(&mut source, MAX_PACKET) else { panic!("{whole:x?}") };
        assert_eq!((&*theirs.topic, theirs.pkid, &theirs.payload), (name, ours.id, &ours.payload));
    } else if ours.properties.as_ref().is_none_or(|properties| properties.subscription_ids.is_empty()) {
        let Ok(v5::Packet::Publish(theirs)) = v5::Packet::read(&mut source, None) else { panic!("{whole:x?}") };
        assert_eq!((&*theirs.topic, theirs.pkid, &theirs.payload), (name.as_bytes(), ours.id, &ours.payload));
        let (properties, defaults) = (theirs.properties.unwrap_or_default(), Properties::default());
        let mine = ours.properties.as_deref().unwrap_or(&defaults);
        assert_eq!((properties.topic_alias, properties.message_expiry_interval), (ours.alias, mine.expiry));
        assert_eq!(properties.content_type.as_deref(), mine.content_type.as_deref());
        assert_eq!(properties.response_topic.as_deref(), mine.response_topic.as_deref());
        assert_eq!(properties.correlation_data, mine.correlation_data);
        assert_eq!(properties.user_properties.len(), mine.user_properties.len());
    }
}

/// Reads a stream to its end or its first error, in both versions, and says how many packets were good.
fn survive(stream: &[u8]) -> usize {
    let mut good = 0;
    for codec in BOTH {
        let mut buf = BytesMut::from(stream);
        let capacity = buf.capacity();
        while let Ok(Some(frame)) = split(&mut buf, 4096) {
            let size = frame.body.len();
            let whole = rebuilt(&frame);
            let packet = match codec.decode(frame) {
                Ok(packet) => packet,
                Err(error) => {
                    let text = error.to_string();
                    assert!(error.reason().is_error() && text.is_ascii() && text.len() < 100, "{text}");
                    continue;
                }
            };
            good += 1;
            if let Packet::Publish(publish) = &packet {
                agree(codec, &whole, publish);
            }
            // The smallest User Property has 5 bytes and costs 64, and a Vec grows to twice its need, from 4 elements on.
            assert!(owned(&packet) <= 512 + 26 * size, "{packet:?}");
        }
        assert!(buf.capacity() <= capacity);
    }
    good
}

#[test]
fn hostile_bytes_neither_panic_nor_cost() {
    let mut rng = rng(6);
    for _ in 0..20_000 {
        survive(&random_bytes(&mut rng, 64));
    }
    let corpus = corpus();
    for packet in &corpus {
        assert!(survive(packet) > 0, "good to begin with: {packet:x?}");
    }
    let mut good = 0;
    for _ in 0..300_000 {
        let mut packet = corpus[rng.random_range(0..corpus.len())].clone();
        for _ in 0..rng.random_range(1..4) {
            let at = rng.random_range(0..packet.len());
            match rng.random_range(0..4) {
                0 => packet[at] = rng.random(),
                1 => packet[at] ^= 1 << rng.random_range(0..8),
                2 => packet.insert(at, rng.random()),
                _ if packet.len() > 2 => drop(packet.remove(at)),
                _ => {}
            }
        }
        good += survive(&packet);
    }
    assert!(good > 50_000, "too few get through to mean anything: {good}");
}
