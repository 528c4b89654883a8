//! Seeded random packets of ours: round trips, and rumqttc as the second opinion. Bytes of anybody are in `tests/fuzz`.

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
