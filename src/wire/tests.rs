//! Packets of both versions against bytes written out by hand from the specifications.

use bytes::{Bytes, BytesMut};
use bytestring::ByteString;

use super::*;
use crate::mqtt::properties::UserProperties;
use crate::mqtt::{Properties, RetainHandling, TopicError, TopicName, Will};
use crate::text::Secret;

mod random;

const V4: Codec = Codec::new(Version::V311);
const V5: Codec = Codec::new(Version::V5);
const BOTH: [Codec; 2] = [V4, V5];

fn written(write: impl FnOnce(&mut BytesMut)) -> Vec<u8> {
    let mut buf = BytesMut::from(&b"before"[..]);
    write(&mut buf);
    assert!(buf.starts_with(b"before"), "a packet is appended");
    buf.split_off(6).to_vec()
}

/// Cuts the one packet off and reads it.
fn read(codec: Codec, packet: &[u8]) -> Result<Packet, WireError> {
    let mut buf = BytesMut::from(packet);
    let frame = split(&mut buf, MAX_PACKET)?.expect("a whole packet");
    assert!(buf.is_empty(), "one packet: {packet:x?}");
    codec.decode(frame)
}

/// The reason and the text of the refusal of a packet.
fn refusal(codec: Codec, packet: &[u8]) -> (u8, String) {
    let error = read(codec, packet).expect_err("to be refused");
    (error.reason().0, error.to_string())
}

fn text(text: &str) -> ByteString {
    ByteString::from(text)
}

fn message(topic: &str, payload: &[u8], qos: QoS) -> Message {
    Message::new(TopicName::new(topic).unwrap(), Bytes::copy_from_slice(payload), qos)
}

fn connect() -> Connect {
    Connect {
        client_id: text("mqx"),
        clean_start: true,
        keep_alive: 60,
        user_name: None,
        password: None,
        will: None,
        session_expiry: 0,
        receive_maximum: 1000,
        topic_alias_maximum: 0,
        request_response_information: false,
        request_problem_information: true,
        user_properties: Vec::new(),
        maximum_packet_size: None,
    }
}

fn connect_bytes(codec: Codec, connect: &Connect) -> Vec<u8> {
    written(|buf| codec.connect(connect, buf).unwrap())
}

#[test]
fn features_are_version_5s() {
    let all = |yes| Features { reason_codes: yes, properties: yes, session_expiry: yes, disconnect: yes };
    assert_eq!((V4.features(), V5.features()), (all(false), all(true)));
}

#[test]
fn connect_without_credentials() {
    let plain = b"\x10\x0F\x00\x04MQTT\x04\x02\x00\x3C\x00\x03mqx";
    assert_eq!(connect_bytes(V4, &connect()), plain);
    let plain = b"\x10\x13\x00\x04MQTT\x05\x02\x00\x3C\x03\x21\x03\xE8\x00\x03mqx";
    assert_eq!(connect_bytes(V5, &connect()), plain);

    let resume = Connect { clean_start: false, client_id: text(""), keep_alive: 0, ..connect() };
    assert_eq!(connect_bytes(V4, &resume), b"\x10\x0C\x00\x04MQTT\x04\x00\x00\x00\x00\x00");
    let resume = Connect { session_expiry: 60, topic_alias_maximum: 16, clean_start: false, ..connect() };
    let expected = b"\x10\x1B\x00\x04MQTT\x05\x00\x00\x3C\x0B\x11\x00\x00\x00\x3C\x21\x03\xE8\x22\x00\x10\x00\x03mqx";
    assert_eq!(connect_bytes(V5, &resume), expected);

    let bounded = Connect { maximum_packet_size: Some(1 << 20), ..connect() };
    assert_eq!(connect_bytes(V4, &bounded), b"\x10\x0F\x00\x04MQTT\x04\x02\x00\x3C\x00\x03mqx");
    let expected = b"\x10\x18\x00\x04MQTT\x05\x02\x00\x3C\x08\x21\x03\xE8\x27\x00\x10\x00\x00\x00\x03mqx";
    assert_eq!(connect_bytes(V5, &bounded), expected);

    let asking = Connect { request_response_information: true, ..connect() };
    assert_eq!(connect_bytes(V4, &asking), b"\x10\x0F\x00\x04MQTT\x04\x02\x00\x3C\x00\x03mqx");
    let expected = b"\x10\x15\x00\x04MQTT\x05\x02\x00\x3C\x05\x21\x03\xE8\x19\x01\x00\x03mqx";
    assert_eq!(connect_bytes(V5, &asking), expected);
}

#[test]
fn connect_with_credentials() {
    let login = |name: Option<&str>, password: Option<&'static [u8]>| Connect {
        user_name: name.map(text),
        password: password.map(Secret::new),
        ..connect()
    };
    let (head4, head5) = (b"\x00\x04MQTT\x04", b"\x00\x04MQTT\x05");
    for (connect, flags, tail) in [
        (login(Some("u"), None), 0x82, &b"\x00\x01u"[..]),
        (login(Some(""), None), 0x82, b"\x00\x00"),
        (login(Some("u"), Some(b"")), 0xC2, b"\x00\x01u\x00\x00"),
        (login(Some(""), Some(b"")), 0xC2, b"\x00\x00\x00\x00"),
        (login(Some("u"), Some(b"\xFF\x00p")), 0xC2, b"\x00\x01u\x00\x03\xFF\x00p"),
    ] {
        let expected = |head: &[u8], properties: &[u8]| {
            let body = [head, &[flags], b"\x00\x3C", properties, b"\x00\x03mqx", tail].concat();
            [&[0x10, u8::try_from(body.len()).unwrap()], &body[..]].concat()
        };
        assert_eq!(connect_bytes(V4, &connect), expected(head4, b""));
        assert_eq!(connect_bytes(V5, &connect), expected(head5, b"\x03\x21\x03\xE8"));
    }
    let alone = login(None, Some(b"p"));
    assert_eq!(connect_bytes(V5, &alone), b"\x10\x16\x00\x04MQTT\x05\x42\x00\x3C\x03\x21\x03\xE8\x00\x03mqx\x00\x01p");
    let mut buf = BytesMut::new();
    assert_eq!(V4.connect(&alone, &mut buf), Err(WireError::NotIn311("a Password without a User Name")));
    assert!(buf.is_empty());
}

#[test]
fn connect_shows_no_password_and_truncates_nothing() {
    let secret = Connect { password: Some(Secret::new("hunter2")), user_name: Some(text("u")), ..connect() };
    assert!(!format!("{secret:?}").contains("hunter2"));

    let long = "x".repeat(65_536);
    for bad in [
        Connect { client_id: text(&long), ..connect() },
        Connect { user_name: Some(text(&long)), ..connect() },
        Connect { user_name: Some(text("u")), password: Some(Secret::new(long.clone())), ..connect() },
        Connect { client_id: text("a\0"), ..connect() },
        Connect { user_name: Some(text("a\0")), ..connect() },
    ] {
        for codec in BOTH {
            let mut buf = BytesMut::new();
            assert!(matches!(codec.connect(&bad, &mut buf), Err(WireError::Field { .. })));
            assert!(buf.is_empty());
        }
    }
    let longest = Connect { user_name: Some(text(&long[1..])), ..connect() };
    // 10 of header and flags, 5 of Client Identifier, 2 + 65,535 of User Name.
    assert_eq!(connect_bytes(V4, &longest)[..4], [0x10, 0x90, 0x80, 0x04]);
    assert!(V5.connect(&Connect { receive_maximum: 0, ..connect() }, &mut BytesMut::new()).is_err());
    assert!(V5.connect(&Connect { maximum_packet_size: Some(0), ..connect() }, &mut BytesMut::new()).is_err());
}

fn connack(codec: Codec, packet: &[u8]) -> ConnAck {
    match read(codec, packet) {
        Ok(Packet::ConnAck(connack)) => *connack,
        other => panic!("{other:?}"),
    }
}

#[test]
fn connack_of_311_in_both_versions() {
    for codec in BOTH {
        let accepted = connack(codec, &[0x20, 2, 0, 0]);
        assert_eq!(accepted, ConnAck::bare(false, Reason::SUCCESS, true));
        assert!(connack(codec, &[0x20, 2, 1, 0]).session_present);
        for (code, reason) in [
            (1, 0x84),
            (2, 0x85),
            (3, 0x88),
            (4, 0x86),
            (5, 0x87),
            (6, 6),
            (0x7F, 0x7F),
            (0x80, 0x80),
            (0x84, 0x84),
            (0xFE, 0xFE),
        ] {
            assert_eq!(connack(codec, &[0x20, 2, 0, code]), ConnAck::bare(false, Reason(reason), true));
        }
        assert!(!connack(codec, &[0x20, 2, 1, 5]).session_present, "never with an error");
    }
}

#[test]
fn connack_of_5() {
    let bare = connack(V5, &[0x20, 3, 1, 0, 0]);
    assert_eq!(bare, ConnAck::bare(true, Reason::SUCCESS, false));
    // What the specification says of a CONNACK that announces nothing [MQTT-3.2.2.3].
    assert_eq!((bare.maximum_qos, bare.topic_alias_maximum), (QoS::ExactlyOnce, 0));
    assert_eq!((bare.receive_maximum, bare.maximum_packet_size, bare.session_expiry), (None, None, None));
    assert!(bare.retain_available && bare.wildcard_available && bare.subscription_ids_available && bare.shared_available);

    let full = b"\x20\x49\x00\x00\x46\
        \x11\x00\x00\x00\x3C\x21\x00\x14\x24\x01\x25\x00\x27\x00\x01\x00\x00\
        \x12\x00\x02id\x22\x00\x0A\x1F\x00\x02ok\x26\x00\x01k\x00\x01v\x26\x00\x01k\x00\x01v\
        \x28\x00\x29\x00\x2A\x00\x13\x00\x1E\x1A\x00\x01r\x1C\x00\x01s\x15\x00\x01m\x16\x00\x02\xFF\x00";
    let expected = ConnAck {
        session_present: false,
        reason: Reason::SUCCESS,
        short: false,
        session_expiry: Some(60),
        receive_maximum: Some(20),
        maximum_qos: QoS::AtLeastOnce,
        retain_available: false,
        maximum_packet_size: Some(65_536),
        assigned_client_id: Some(text("id")),
        topic_alias_maximum: 10,
        reason_string: Some(text("ok")),
        wildcard_available: false,
        subscription_ids_available: false,
        shared_available: false,
        server_keep_alive: Some(30),
        response_information: Some(text("r")),
        server_reference: Some(text("s")),
    };
    assert_eq!(connack(V5, full), expected);
    assert_eq!(connack(V5, &[0x20, 5, 0, 0, 2, 0x24, 0]).maximum_qos, QoS::AtMostOnce);
    assert_eq!(connack(V5, &[0x20, 3, 0, 0x9F, 0]).reason, Reason(0x9F));
    let return_code = connack(V5, &[0x20, 3, 1, 5, 0]);
    assert!(return_code.is_refusal() && !return_code.session_present, "a code that no version 5 has");
    assert_eq!(return_code.reason, Reason(5), "as it came");
}

#[test]
fn connack_that_is_wrong() {
    for (properties, reason, defect) in [
        (&[0x21, 0, 0][..], 0x82, "CONNACK with Receive Maximum 0"),
        (&[0x24, 2], 0x82, "CONNACK with a property that is neither 0 nor 1"),
        (&[0x25, 2], 0x82, "CONNACK with a property that is neither 0 nor 1"),
        (&[0x27, 0, 0, 0, 0], 0x82, "CONNACK with Maximum Packet Size 0"),
        (&[0x22, 0, 1, 0x22, 0, 1], 0x82, "CONNACK with a property twice"),
        (&[0x24, 1, 0x24, 1], 0x82, "CONNACK with a property twice"),
        (&[0x23, 0, 1], 0x81, "CONNACK with a property that it cannot have"),
        (&[0x00], 0x81, "CONNACK with a property that it cannot have"),
        (&[0xFF, 1], 0x81, "CONNACK with a property that it cannot have"),
        (&[0x21, 0], 0x81, "CONNACK with too few bytes"),
        (&[0x1F, 0, 2, b'x'], 0x81, "CONNACK with too few bytes"),
        (&[0x1F, 0, 1, 0xFF], 0x81, "CONNACK with a text that is not UTF-8"),
        (&[0x12, 0, 1, 0x00], 0x81, "CONNACK with a NUL character in a text"),
    ] {
        let length = u8::try_from(properties.len()).unwrap();
        let packet = [&[0x20, 3 + length, 0, 0, length], properties].concat();
        assert_eq!(refusal(V5, &packet), (reason, defect.to_owned()));
    }
    for (codec, packet, defect) in [
        (V4, &[0x20, 3, 0, 0, 0][..], "CONNACK with bytes behind its end"),
        (V5, &[0x20, 4, 0, 0, 0, 0], "CONNACK with bytes behind its end"),
        (V5, &[0x20, 3, 0, 0, 1], "CONNACK with too few bytes"),
        (V5, &[0x20, 4, 0, 0, 0x80, 0], "CONNACK with needless bytes in a length"),
        (V5, &[0x20, 7, 0, 0, 0x80, 0x80, 0x80, 0x80, 0], "CONNACK with a length of five bytes"),
        (V4, &[0x20, 2, 2, 0], "CONNACK with reserved flags"),
        (V5, &[0x20, 3, 0x80, 0, 0], "CONNACK with reserved flags"),
        (V5, &[0x21, 3, 0, 0, 0], "CONNACK with wrong flags"),
        (V4, &[0x20, 1, 0], "CONNACK with too few bytes"),
        (V5, &[0x20, 0], "CONNACK with too few bytes"),
    ] {
        assert_eq!(refusal(codec, packet), (0x81, defect.to_owned()));
    }
}

const QOS: [QoS; 3] = [QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce];

/// Version, message, id, DUP and the whole packet, for PUBLISHes without properties.
fn plain_publishes() -> Vec<(Codec, Message, u16, bool, &'static [u8])> {
    let retained = |qos| Message { retain: true, ..message("a/b", b"hot", qos) };
    vec![
        (V4, message("a/b", b"hot", QOS[0]), 0, false, b"\x30\x08\x00\x03a/bhot"),
        (V5, message("a/b", b"hot", QOS[0]), 0, false, b"\x30\x09\x00\x03a/b\x00hot"),
        (V4, retained(QOS[0]), 0, false, b"\x31\x08\x00\x03a/bhot"),
        (V4, message("a/b", b"hot", QOS[1]), 10, false, b"\x32\x0A\x00\x03a/b\x00\x0Ahot"),
        (V5, message("a/b", b"hot", QOS[1]), 10, true, b"\x3A\x0B\x00\x03a/b\x00\x0A\x00hot"),
        (V4, message("a/b", b"", QOS[2]), 65_535, false, b"\x34\x07\x00\x03a/b\xFF\xFF"),
        (V5, retained(QOS[2]), 256, true, b"\x3D\x0B\x00\x03a/b\x01\x00\x00hot"),
        (V5, message("\u{6e29}", b"\x00\xFF", QOS[0]), 0, false, b"\x30\x08\x00\x03\xE6\xB8\xA9\x00\x00\xFF"),
    ]
}

#[test]
fn publish_without_properties_both_ways() {
    for (codec, message, id, dup, packet) in plain_publishes() {
        assert_eq!(written(|buf| codec.publish(&message, id, dup, buf).unwrap()), packet);
        assert_eq!(codec.publish_size(&message), packet.len());
        let Message { topic, payload, qos, retain, .. } = message;
        let expected = Publish { topic: Some(topic), alias: None, id, qos, dup, retain, payload, properties: None };
        assert_eq!(read(codec, packet), Ok(Packet::Publish(expected)));
    }
}

#[test]
fn qos_0_has_neither_id_nor_dup() {
    let bytes_of = |codec: Codec, message: &Message| written(|buf| codec.publish(message, 7, true, buf).unwrap());
    assert_eq!(bytes_of(V4, &message("a", b"", QOS[0])), b"\x30\x03\x00\x01a");
    let with = Message { properties: Some(Box::default()), ..message("a", b"", QOS[0]) };
    assert_eq!(bytes_of(V5, &with), b"\x30\x04\x00\x01a\x00");
}

fn every_property() -> Properties {
    Properties {
        payload_format: Some(true),
        expiry: Some(60),
        content_type: Some(text("c")),
        response_topic: Some(text("r/t")),
        correlation_data: Some(Bytes::from_static(b"\x00\xFF")),
        user_properties: vec![(text("k"), text("1")), (text("k"), text(""))],
        subscription_ids: vec![],
    }
}

#[test]
fn publish_with_properties_both_ways() {
    let packet = b"\x32\x2B\x00\x01a\x00\x07\x23\
        \x01\x01\x02\x00\x00\x00\x3C\x08\x00\x03r/t\x09\x00\x02\x00\xFF\
        \x26\x00\x01k\x00\x011\x26\x00\x01k\x00\x00\x03\x00\x01chi";
    let sent = Message { properties: Some(Box::new(every_property())), ..message("a", b"hi", QOS[1]) };
    assert_eq!(written(|buf| V5.publish(&sent, 7, false, buf).unwrap()), packet);
    assert_eq!(V5.publish_size(&sent), packet.len());
    let Ok(Packet::Publish(publish)) = read(V5, packet) else { panic!("a PUBLISH") };
    assert_eq!((&publish.payload[..], publish.id), (&b"hi"[..], 7));
    assert_eq!(publish.properties.as_deref(), Some(&every_property()));

    let mut buf = BytesMut::new();
    assert_eq!(V4.publish(&sent, 7, false, &mut buf), Err(WireError::NotIn311("a message with properties")));
    assert!(buf.is_empty());
}

#[test]
fn subscription_identifiers_are_received_and_not_sent() {
    let ids = Properties { subscription_ids: vec![1, 128, 268_435_455], ..Properties::default() };
    let packet = b"\x30\x11\x00\x01a\x0A\x0B\x01\x0B\x80\x01\x0B\xFF\xFF\xFF\x7Fhot";
    let Ok(Packet::Publish(publish)) = read(V5, packet) else { panic!("a PUBLISH") };
    assert_eq!((publish.properties.as_deref(), &publish.payload[..]), (Some(&ids), &b"hot"[..]));

    let sent = Message { properties: Some(Box::new(ids)), ..message("a", b"hot", QOS[0]) };
    assert_eq!(written(|buf| V5.publish(&sent, 0, false, buf).unwrap()), b"\x30\x07\x00\x01a\x00hot");
    assert_eq!(V5.publish_size(&sent), 9);
}

/// Why `read` stands beside rumqttc's reader: this packet is legal, and its third Subscription Identifier is no payload.
#[test]
fn the_third_subscription_identifier_is_no_payload() {
    let packet = b"\x30\x0D\x00\x01a\x06\x0B\x01\x0B\x02\x0B\x03hot";
    let Ok(Packet::Publish(ours)) = read(V5, packet) else { panic!("a PUBLISH") };
    assert_eq!(&ours.payload[..], b"hot");
    let theirs = rumqttc::v5::mqttbytes::v5::Packet::read(&mut BytesMut::from(&packet[..]), None);
    let Ok(rumqttc::v5::mqttbytes::v5::Packet::Publish(theirs)) = theirs else { panic!("a PUBLISH") };
    assert_eq!(&theirs.payload[..], b"\x0B\x03hot", "rumqttc is right now: its reader can be used");
}

#[test]
fn a_topic_alias_is_not_a_property_of_the_message() {
    let publish = |packet: &[u8]| match read(V5, packet) {
        Ok(Packet::Publish(publish)) => (publish.topic, publish.alias, publish.properties, publish.payload),
        other => panic!("{other:?}"),
    };
    let topic = TopicName::new("a").unwrap();
    let hot = Bytes::from_static(b"hot");
    assert_eq!(publish(b"\x30\x0A\x00\x01a\x03\x23\x00\x05hot"), (Some(topic), Some(5), None, hot.clone()));
    assert_eq!(publish(b"\x30\x09\x00\x00\x03\x23\x00\x05hot"), (None, Some(5), None, hot));
    assert_eq!(refusal(V5, b"\x30\x06\x00\x00\x03\x23\x00\x00"), (0x94, "PUBLISH with Topic Alias 0".into()));
    let twice = refusal(V5, b"\x30\x09\x00\x00\x06\x23\x00\x01\x23\x00\x01");
    assert_eq!(twice, (0x82, "PUBLISH with a property twice".into()));
}

#[test]
fn publish_that_is_wrong() {
    for (codec, packet, reason, defect) in [
        (V4, &b"\x36\x05\x00\x01a\x00\x01"[..], 0x81, "PUBLISH with QoS 3"),
        (V5, b"\x3E\x06\x00\x01a\x00\x01\x00", 0x81, "PUBLISH with QoS 3"),
        (V4, b"\x38\x03\x00\x01a", 0x82, "PUBLISH with DUP at QoS 0"),
        (V4, b"\x32\x05\x00\x01a\x00\x00", 0x81, "PUBLISH with Packet Identifier 0"),
        (V5, b"\x34\x06\x00\x01a\x00\x00\x00", 0x81, "PUBLISH with Packet Identifier 0"),
        (V4, b"\x30\x00", 0x81, "PUBLISH with too few bytes"),
        (V4, b"\x30\x01\x00", 0x81, "PUBLISH with too few bytes"),
        (V4, b"\x30\x03\x00\x02a", 0x81, "PUBLISH with too few bytes"),
        (V4, b"\x32\x04\x00\x01a\x00", 0x81, "PUBLISH with too few bytes"),
        (V5, b"\x30\x03\x00\x01a", 0x81, "PUBLISH with too few bytes"),
        (V5, b"\x30\x05\x00\x01a\x02\x01", 0x81, "PUBLISH with too few bytes"),
        // The length of the properties ends inside one, and the payload would go on with it.
        (V5, b"\x30\x07\x00\x01a\x01\x01\x01x", 0x81, "PUBLISH with too few bytes"),
        (V5, b"\x30\x06\x00\x01a\x02\x01\x02", 0x82, "PUBLISH with a property that is neither 0 nor 1"),
        (V5, b"\x30\x06\x00\x01a\x02\x0B\x00", 0x82, "PUBLISH with Subscription Identifier 0"),
        (V5, b"\x30\x06\x00\x01a\x02\x25\x01", 0x81, "PUBLISH with a property that it cannot have"),
        (V4, b"\x30\x02\x00\x00", 0x82, "PUBLISH with a bad Topic Name: it is empty"),
        (V5, b"\x30\x03\x00\x00\x00", 0x82, "PUBLISH with a bad Topic Name: it is empty"),
        (V4, b"\x30\x04\x00\x02\xC3\x28", 0x81, "PUBLISH with a bad Topic Name: it is not UTF-8"),
        (V4, b"\x30\x05\x00\x03\xED\xA0\x80", 0x81, "PUBLISH with a bad Topic Name: it is not UTF-8"),
        (V5, b"\x30\x05\x00\x02a\x00\x00", 0x81, "PUBLISH with a bad Topic Name: it has a NUL character"),
        (V4, b"\x30\x05\x00\x03a/#", 0x82, "PUBLISH with a bad Topic Name: it has the wildcard #, which only a filter may have"),
    ] {
        assert_eq!(refusal(codec, packet), (reason, defect.to_owned()), "{packet:x?}");
    }
}

#[test]
fn properties_are_bounded() {
    // Behind the fixed header: 2 + 1 of topic, 3 of length, 1,048,577 of properties.
    let mut packet = vec![0x30, 0x87, 0x80, 0x40, 0x00, 0x01, b'a', 0x81, 0x80, 0x40];
    packet.resize(packet.len() + (1 << 20) + 1, 0);
    let defect = "PUBLISH with 1048577 bytes of properties, where 1048576 are allowed";
    assert_eq!(refusal(V5, &packet), (0x95, defect.to_owned()));
}

#[test]
fn what_cannot_be_published() {
    let with = |properties| Message { properties: Some(Box::new(properties)), ..message("a", b"", QOS[0]) };
    let long = text(&"x".repeat(65_536));
    let none = Properties::default;
    for (what, why, bad) in [
        ("Content Type", TopicError::TooLong(65_536), Properties { content_type: Some(long.clone()), ..none() }),
        ("Response Topic", TopicError::Wildcard('+'), Properties { response_topic: Some(text("+")), ..none() }),
        (
            "Correlation Data",
            TopicError::TooLong(65_536),
            Properties { correlation_data: Some(long.clone().into_bytes()), ..none() },
        ),
        ("User Property", TopicError::TooLong(65_536), Properties { user_properties: vec![(text("k"), long.clone())], ..none() }),
        ("User Property", TopicError::Nul, Properties { user_properties: vec![(text("\0"), text("v"))], ..none() }),
    ] {
        let mut buf = BytesMut::new();
        assert_eq!(V5.publish(&with(bad), 0, false, &mut buf), Err(WireError::Field { what, why }));
        assert!(buf.is_empty());
    }
    for codec in BOTH {
        let mut buf = BytesMut::new();
        assert!(codec.publish(&message("a", b"", QOS[1]), 0, false, &mut buf).is_err());
        // 5 of fixed header, 3 of topic, and version 5's byte of properties; zeroed pages that are never touched.
        let fixed = if codec.version() == Version::V5 { 9 } else { 8 };
        let large = Message { payload: vec![0; MAX_PACKET - fixed + 1].into(), ..message("a", b"", QOS[0]) };
        let refused = WireError::TooLarge { size: MAX_PACKET + 1, limit: MAX_PACKET };
        assert_eq!(codec.publish_size(&large), MAX_PACKET + 1);
        assert_eq!(codec.publish(&large, 0, false, &mut buf), Err(refused.clone()));
        if codec.version() == Version::V5 {
            let with = Message { properties: Some(Box::default()), ..large };
            assert_eq!(codec.publish(&with, 0, false, &mut buf), Err(refused));
        }
        assert!(buf.is_empty());
    }
}

const KINDS: [(AckKind, u8); 4] =
    [(AckKind::PubAck, 0x40), (AckKind::PubRec, 0x50), (AckKind::PubRel, 0x62), (AckKind::PubComp, 0x70)];

#[test]
fn acknowledgements_both_ways() {
    for (kind, first) in KINDS {
        let ack = |reason, reason_string| Ok(Packet::Ack(Ack { kind, id: 0x0102, reason: Reason(reason), reason_string }));
        let write = |codec: Codec, reason| written(|buf| codec.ack(kind, 0x0102, Reason(reason), buf));
        let bare = [first, 2, 1, 2];
        assert_eq!((write(V4, 0), write(V5, 0), write(V4, 0x92)), (bare.to_vec(), bare.to_vec(), bare.to_vec()));
        assert_eq!((read(V4, &bare), read(V5, &bare)), (ack(0, None), ack(0, None)));

        let coded = [first, 3, 1, 2, 0x92];
        assert_eq!(write(V5, 0x92), coded);
        assert_eq!(read(V5, &coded), ack(0x92, None));
        assert_eq!(read(V5, &[first, 4, 1, 2, 0x10, 0]), ack(0x10, None));
        // No version knows 0xEE: it is kept.
        let full = [first, 16, 1, 2, 0xEE, 12, 0x1F, 0, 2, b'n', b'o', 0x26, 0, 1, b'k', 0, 1, b'v'];
        assert_eq!(read(V5, &full), ack(0xEE, Some(text("no"))));
    }
}

#[test]
fn acknowledgements_that_are_wrong() {
    for (kind, first) in KINDS {
        for (codec, packet, reason, defect) in [
            (V4, &[first ^ 2, 2, 0, 1][..], 0x81, "wrong flags"),
            (V5, &[first | 1, 2, 0, 1], 0x81, "wrong flags"),
            (V4, &[first, 2, 0, 0], 0x81, "Packet Identifier 0"),
            (V4, &[first, 1, 0], 0x81, "too few bytes"),
            (V5, &[first, 0], 0x81, "too few bytes"),
            (V4, &[first, 3, 0, 1, 0], 0x81, "bytes behind its end"),
            (V5, &[first, 5, 0, 1, 0, 0, 0], 0x81, "bytes behind its end"),
            (V5, &[first, 4, 0, 1, 0, 1], 0x81, "too few bytes"),
            (V5, &[first, 6, 0, 1, 0, 2, 0x24, 0], 0x81, "a property that it cannot have"),
            (V5, &[first, 10, 0, 1, 0, 6, 0x1F, 0, 0, 0x1F, 0, 0], 0x82, "a property twice"),
        ] {
            assert_eq!(refusal(codec, packet), (reason, format!("{} with {defect}", kind.name())));
        }
    }
}

#[test]
fn suback_and_unsuback() {
    let reasons = |codes: &[u8]| codes.iter().map(|&code| Reason(code)).collect::<Vec<_>>();
    let suback = |codes, string| Ok(Packet::SubAck(SubAck { id: 10, reasons: reasons(codes), reason_string: string }));
    assert_eq!(read(V4, &[0x90, 6, 0, 10, 0, 1, 2, 0x80]), suback(&[0, 1, 2, 0x80], None));
    assert_eq!(read(V5, &[0x90, 5, 0, 10, 0, 1, 0x87]), suback(&[1, 0x87], None));
    assert_eq!(read(V5, &[0x90, 8, 0, 10, 4, 0x1F, 0, 1, b'n', 0xEE]), suback(&[0xEE], Some(text("n"))));

    let unsuback = |codes, string| Ok(Packet::UnsubAck(UnsubAck { id: 10, reasons: reasons(codes), reason_string: string }));
    assert_eq!(read(V4, &[0xB0, 2, 0, 10]), unsuback(&[], None));
    assert_eq!(read(V5, &[0xB0, 5, 0, 10, 0, 0, 0x11]), unsuback(&[0, 0x11], None));
    assert_eq!(read(V5, &[0xB0, 8, 0, 10, 4, 0x1F, 0, 1, b'n', 0x87]), unsuback(&[0x87], Some(text("n"))));

    for (codec, packet, defect) in [
        (V4, &[0x90, 3, 0, 0, 1][..], "SUBACK with Packet Identifier 0"),
        (V4, &[0x90, 2, 0, 1], "SUBACK with no Reason Code"),
        (V5, &[0x90, 3, 0, 1, 0], "SUBACK with no Reason Code"),
        (V5, &[0x90, 2, 0, 1], "SUBACK with too few bytes"),
        (V5, &[0x92, 4, 0, 1, 0, 0], "SUBACK with wrong flags"),
        (V4, &[0xB0, 3, 0, 1, 0], "UNSUBACK with bytes behind its end"),
        (V5, &[0xB0, 3, 0, 1, 0], "UNSUBACK with no Reason Code"),
        (V5, &[0xB2, 4, 0, 1, 0, 0], "UNSUBACK with wrong flags"),
        (V4, &[0xB0, 2, 0, 0], "UNSUBACK with Packet Identifier 0"),
    ] {
        assert_eq!(refusal(codec, packet), (0x81, defect.to_owned()));
    }
}

#[test]
fn publish_with_a_topic_alias() {
    let alias = |number, known| Alias { number, known };
    for (qos, id, head) in [(QOS[0], 0, &b""[..]), (QOS[1], 258, b"\x01\x02"), (QOS[2], 7, b"\x00\x07")] {
        for (retain, dup) in [(false, false), (true, true)] {
            let mut message = message("a/b", b"hot", qos);
            message.retain = retain;
            let first = 0x30 | (qos as u8) << 1 | u8::from(retain) | if dup && id != 0 { 8 } else { 0 };
            for (given, topic) in [(alias(0xABCD, false), &b"\x00\x03a/b"[..]), (alias(0xABCD, true), b"\x00\x00")] {
                let packet = |properties: &[u8]| {
                    let body = [topic, head, &[u8::try_from(properties.len()).unwrap()], properties, b"hot"].concat();
                    [&[first, u8::try_from(body.len()).unwrap()], &body[..]].concat()
                };
                let bytes = written(|buf| V5.publish_aliased(&message, given, id, dup, buf).unwrap());
                assert_eq!(bytes, packet(b"\x23\xAB\xCD"));
                // Beside others, which rumqttc writes.
                let properties = Properties { expiry: Some(9), content_type: Some(text("t")), ..Properties::default() };
                let more = Message { properties: Some(Box::new(properties)), ..message.clone() };
                let bytes = written(|buf| V5.publish_aliased(&more, given, id, dup, buf).unwrap());
                assert_eq!(bytes, packet(b"\x02\0\0\0\x09\x23\xAB\xCD\x03\0\x01t"));
            }
        }
    }
    // The length of the packet has two bytes from 128 on.
    for (payload, head) in [(119, &b"\x30\x7F\x00\x02ab\x03\x23\x00\x01"[..]), (120, b"\x30\x80\x01\x00\x02ab\x03\x23\x00\x01")] {
        let large = message("ab", &vec![b'x'; payload], QOS[0]);
        let bytes = written(|buf| V5.publish_aliased(&large, alias(1, false), 0, false, buf).unwrap());
        assert_eq!(bytes, [head, &vec![b'x'; payload]].concat());
    }
    let mut buf = BytesMut::new();
    let one = message("a", b"", QOS[1]);
    assert!(V5.publish_aliased(&one, alias(0, false), 1, false, &mut buf).is_err(), "[MQTT-3.3.2-8]");
    assert!(V5.publish_aliased(&one, alias(1, false), 0, false, &mut buf).is_err());
    assert_eq!(V4.publish_aliased(&one, alias(1, false), 1, false, &mut buf), Err(WireError::NotIn311("a Topic Alias")));
    let mut huge = message("a", b"", QOS[0]);
    huge.payload = vec![0; MAX_PACKET].into();
    assert!(V5.publish_aliased(&huge, alias(1, true), 0, false, &mut buf).is_err());
    assert!(buf.is_empty());
}

#[test]
fn subscribe_and_unsubscribe() {
    let subscription = |filter: &str, qos, retain_handling| Subscription {
        retain_handling,
        ..Subscription::new(TopicFilter::new(filter.to_owned()).unwrap(), qos)
    };
    let first = subscription("a/#", QOS[1], RetainHandling::Always);
    let second = subscription("b", QOS[2], RetainHandling::New);
    let third = subscription("c", QOS[0], RetainHandling::Never);
    let all = [&first, &second, &third];
    let (four, five) = (
        b"\x82\x10\x00\x0A\x00\x03a/#\x01\x00\x01b\x02\x00\x01c\x00",
        b"\x82\x11\x00\x0A\x00\x00\x03a/#\x01\x00\x01b\x12\x00\x01c\x20",
    );
    assert_eq!(written(|buf| V4.subscribe(10, &all, buf).unwrap()), four);
    assert_eq!(written(|buf| V5.subscribe(10, &all, buf).unwrap()), five);
    assert_eq!((V4.subscribe_size(&all), V5.subscribe_size(&all)), (four.len(), five.len()));

    let filters = [&first.filter, &second.filter];
    assert_eq!(written(|buf| V4.unsubscribe(10, &filters, &[], buf).unwrap()), b"\xA2\x0A\x00\x0A\x00\x03a/#\x00\x01b");
    assert_eq!(written(|buf| V5.unsubscribe(10, &filters, &[], buf).unwrap()), b"\xA2\x0B\x00\x0A\x00\x00\x03a/#\x00\x01b");
    for codec in BOTH {
        let mut buf = BytesMut::new();
        assert!(codec.subscribe(0, &all, &mut buf).is_err() && codec.subscribe(1, &[], &mut buf).is_err());
        assert!(codec.unsubscribe(0, &filters, &[], &mut buf).is_err() && codec.unsubscribe(1, &[], &[], &mut buf).is_err());
        assert!(buf.is_empty());
    }
}

#[test]
fn subscription_options_and_identifier() {
    let plain = Subscription::new(TopicFilter::new("a").unwrap(), QOS[1]);
    for (subscription, options) in [
        (Subscription { no_local: true, ..plain.clone() }, 0x05),
        (Subscription { retain_as_published: true, ..plain.clone() }, 0x09),
        (
            Subscription { no_local: true, retain_as_published: true, retain_handling: RetainHandling::Never, ..plain.clone() },
            0x2D,
        ),
    ] {
        let five = [b"\x82\x07\x00\x0A\x00\x00\x01a", &[options][..]].concat();
        assert_eq!(written(|buf| V5.subscribe(10, &[&subscription], buf).unwrap()), five);
        assert_eq!(written(|buf| V4.subscribe(10, &[&subscription], buf).unwrap()), b"\x82\x06\x00\x0A\x00\x01a\x01");
    }
    // At each length of the Variable Byte Integer.
    for (id, property) in [
        (1, &b"\x02\x0B\x01"[..]),
        (127, b"\x02\x0B\x7F"),
        (128, b"\x03\x0B\x80\x01"),
        (16_384, b"\x04\x0B\x80\x80\x01"),
        (2_097_152, b"\x05\x0B\x80\x80\x80\x01"),
        (268_435_455, b"\x05\x0B\xFF\xFF\xFF\x7F"),
    ] {
        let (first, second) = (Subscription { id: Some(id), ..plain.clone() }, Subscription { id: Some(id), ..plain.clone() });
        let both = [&first, &second];
        let body = [b"\x00\x0A", property, b"\x00\x01a\x01\x00\x01a\x01"].concat();
        let packet = [&[0x82, u8::try_from(body.len()).unwrap()], &body[..]].concat();
        assert_eq!(written(|buf| V5.subscribe(10, &both, buf).unwrap()), packet);
        assert_eq!(V5.subscribe_size(&both), packet.len());
        assert_eq!(written(|buf| V4.subscribe(10, &[&first], buf).unwrap()), b"\x82\x06\x00\x0A\x00\x01a\x01");
    }
    // [MQTT-3.8.2.1.2]: 0 is a Protocol Error, more has no encoding, and one packet has one.
    let with = |id| Subscription { id, ..plain.clone() };
    for wrong in
        [&[&with(Some(0))][..], &[&with(Some(268_435_456))], &[&with(Some(1)), &with(Some(2))], &[&with(None), &with(Some(1))]]
    {
        let mut buf = BytesMut::new();
        assert!(V5.subscribe(1, wrong, &mut buf).is_err() && buf.is_empty(), "{wrong:?}");
    }
}

#[test]
fn ping_both_ways() {
    for codec in BOTH {
        assert_eq!(written(|buf| codec.pingreq(buf)), [0xC0, 0]);
        assert_eq!(read(codec, &[0xD0, 0]), Ok(Packet::PingResp));
        assert_eq!(refusal(codec, &[0xD0, 1, 0]), (0x81, "PINGRESP with bytes behind its end".into()));
        assert_eq!(refusal(codec, &[0xD8, 0]), (0x81, "PINGRESP with wrong flags".into()));
    }
}

#[test]
fn disconnect_both_ways() {
    let write =
        |codec: Codec, reason, expiry| written(|buf| codec.disconnect(&Farewell::new(Reason(reason), expiry), buf).unwrap());
    for (reason, expiry) in [(0, None), (0x81, None), (0, Some(0)), (0x97, Some(9))] {
        assert_eq!(write(V4, reason, expiry), [0xE0, 0]);
    }
    assert_eq!(write(V5, 0, None), [0xE0, 0]);
    assert_eq!(write(V5, 0x81, None), [0xE0, 1, 0x81]);
    assert_eq!(write(V5, 0, Some(0)), [0xE0, 7, 0, 5, 0x11, 0, 0, 0, 0]);
    assert_eq!(write(V5, 4, Some(258)), [0xE0, 7, 4, 5, 0x11, 0, 0, 1, 2]);

    let disconnect = |reason, reason_string, server_reference| {
        Ok(Packet::Disconnect(Disconnect { reason: Reason(reason), reason_string, server_reference }))
    };
    assert_eq!(read(V5, &[0xE0, 0]), disconnect(0, None, None));
    assert_eq!(read(V5, &[0xE0, 1, 0x8B]), disconnect(0x8B, None, None));
    assert_eq!(read(V5, &[0xE0, 2, 0x8E, 0]), disconnect(0x8E, None, None));
    // The last property, a Session Expiry Interval, is cut off.
    let short = b"\xE0\x13\x9D\x11\x1F\x00\x03bye\x1C\x00\x01s\x26\x00\x01k\x00\x00\x11";
    let whole = b"\xE0\x17\x9D\x15\x1F\x00\x03bye\x1C\x00\x01s\x26\x00\x01k\x00\x00\x11\x00\x00\x00\x07";
    assert_eq!(refusal(V5, short), (0x81, "DISCONNECT with too few bytes".into()));
    assert_eq!(read(V5, whole), disconnect(0x9D, Some(text("bye")), Some(text("s"))));

    assert_eq!(refusal(V5, &[0xE0, 3, 0, 0, 0]), (0x81, "DISCONNECT with bytes behind its end".into()));
    assert_eq!(refusal(V5, &[0xE1, 0]), (0x81, "DISCONNECT with wrong flags".into()));
    assert_eq!(refusal(V4, &[0xE0, 0]), (0x82, "DISCONNECT, which a broker does not send".into()));
}

#[test]
fn auth() {
    assert_eq!(read(V5, &[0xF0, 0]), Ok(Packet::Auth(Reason(0))));
    let challenge = b"\xF0\x0B\x18\x09\x15\x00\x01m\x16\x00\x02\x00\xFF";
    assert_eq!(read(V5, challenge), Ok(Packet::Auth(Reason(0x18))));
    assert_eq!(refusal(V5, &[0xF0, 4, 0x18, 2, 0x24, 0]), (0x81, "AUTH with a property that it cannot have".into()));
    assert_eq!(refusal(V5, &[0xF1, 0]), (0x81, "AUTH with wrong flags".into()));
    assert_eq!(refusal(V4, &[0xF0, 0]), (0x81, "AUTH with the reserved type 15".into()));
}

#[test]
fn packets_of_clients() {
    for codec in BOTH {
        for (first, name) in [(0x10, "CONNECT"), (0x82, "SUBSCRIBE"), (0xA2, "UNSUBSCRIBE"), (0xC0, "PINGREQ")] {
            assert_eq!(read(codec, &[first, 0]), Err(WireError::Unexpected(name)));
        }
        assert_eq!(refusal(codec, &[0x00, 0]), (0x81, "a packet with the reserved type 0".into()));
    }
}

#[test]
fn connect_with_a_will() {
    let will = |properties: Option<Properties>, delay| {
        let mut message = message("w", b"gone", QoS::ExactlyOnce);
        (message.retain, message.properties) = (true, properties.map(Box::new));
        Connect { will: Some(Will { message, delay }), user_name: Some(text("u")), ..connect() }
    };
    // Flags: user name, Will Retain, Will QoS 2, Will Flag, Clean Start. The will stands between Client Identifier and user name.
    let plain = b"\x10\x1B\x00\x04MQTT\x04\xB6\x00\x3C\x00\x03mqx\x00\x01w\x00\x04gone\x00\x01u";
    assert_eq!(connect_bytes(V4, &will(None, 0)), plain);
    let plain = b"\x10\x20\x00\x04MQTT\x05\xB6\x00\x3C\x03\x21\x03\xE8\x00\x03mqx\x00\x00\x01w\x00\x04gone\x00\x01u";
    assert_eq!(connect_bytes(V5, &will(None, 0)), plain);

    let properties = Properties {
        payload_format: Some(true),
        expiry: Some(7),
        content_type: Some(text("t")),
        response_topic: Some(text("r")),
        correlation_data: Some(Bytes::from_static(b"\xFF")),
        user_properties: vec![(text("b"), text("1")), (text("a"), text(""))],
        ..Properties::default()
    };
    let bytes = connect_bytes(V5, &will(Some(properties.clone()), 5));
    let written =
        b"\x25\x18\0\0\0\x05\x01\x01\x02\0\0\0\x07\x03\0\x01t\x08\0\x01r\x09\0\x01\xFF\x26\0\x01b\0\x011\x26\0\x01a\0\0\0\x01w";
    assert!(bytes.windows(written.len()).any(|window| window == written), "{bytes:02x?}");

    // More than 127 bytes of properties have a length of two bytes.
    let long = Properties { content_type: Some(text(&"x".repeat(200))), ..Properties::default() };
    let bytes = connect_bytes(V5, &will(Some(long), 0));
    assert!(bytes.windows(5).any(|window| window == b"\xCB\x01\x03\x00\xC8"), "{bytes:02x?}");

    for (connect, what) in [(will(Some(properties), 0), "a property of the Will"), (will(None, 1), "a Will Delay Interval")] {
        assert_eq!(V4.connect(&connect, &mut BytesMut::new()), Err(WireError::NotIn311(what)));
    }
    let mut large = will(None, 0);
    large.will.as_mut().unwrap().message.payload = vec![0; 65_536].into();
    assert!(V5.connect(&large, &mut BytesMut::new()).is_err());
}

#[test]
fn a_disconnect_that_publishes_the_will() {
    assert_eq!(written(|buf| V5.disconnect(&Farewell::new(Reason::WITH_WILL, None), buf).unwrap()), b"\xE0\x01\x04");
    // 3.1.1 has no word for it but silence.
    assert_eq!(written(|buf| V4.disconnect(&Farewell::new(Reason::WITH_WILL, None), buf).unwrap()), b"");
}

fn pair(name: &str, value: &str) -> (ByteString, ByteString) {
    (text(name), text(value))
}

/// User Properties that a packet cannot have: a text too long, one with NUL, and too many.
fn wrong_pairs() -> [UserProperties; 3] {
    let long = "x".repeat(65_536);
    [vec![pair(&long, "")], vec![pair("a", "\0")], vec![pair(&long[1..], &long[1..]); 9]]
}

#[test]
fn user_properties_of_connect_and_what_it_asks_for() {
    let asking = Connect {
        request_problem_information: false,
        user_properties: vec![pair("b", "1"), pair("a", ""), pair("b", "2")],
        ..connect()
    };
    let expected = b"\x10\x29\x00\x04MQTT\x05\x02\x00\x3C\x19\x21\x03\xE8\x17\x00\
        \x26\0\x01b\0\x011\x26\0\x01a\0\0\x26\0\x01b\0\x012\x00\x03mqx";
    assert_eq!(connect_bytes(V5, &asking), expected);
    assert_eq!(connect_bytes(V4, &asking), connect_bytes(V4, &connect()));
    for user_properties in wrong_pairs() {
        let mut buf = BytesMut::new();
        assert!(V5.connect(&Connect { user_properties, ..connect() }, &mut buf).is_err() && buf.is_empty());
    }
}

#[test]
fn user_properties_of_requests() {
    let filter = TopicFilter::new("a".to_owned()).unwrap();
    let with = |id, user_properties| Subscription { id, user_properties, ..Subscription::new(filter.clone(), QOS[1]) };
    let pairs = vec![pair("b", "1"), pair("a", "")];
    let both = b"\x26\0\x01b\0\x011\x26\0\x01a\0\0";
    for (id, before) in [(None, &b""[..]), (Some(128), b"\x0B\x80\x01")] {
        let length = u8::try_from(before.len() + both.len()).unwrap();
        let subscription = with(id, pairs.clone());
        let subscribe = [&[0x82, 7 + length, 0, 10, length], before, both, b"\0\x01a\x01"].concat();
        assert_eq!(written(|buf| V5.subscribe(10, &[&subscription], buf).unwrap()), subscribe);
        assert_eq!(V5.subscribe_size(&[&subscription]), subscribe.len());
        assert_eq!(written(|buf| V4.subscribe(10, &[&subscription], buf).unwrap()), b"\x82\x06\0\x0A\0\x01a\x01");
    }
    let unsubscribe = [&b"\xA2\x13\0\x0A\x0D"[..], both, b"\0\x01a"].concat();
    assert_eq!(written(|buf| V5.unsubscribe(10, &[&filter], &pairs, buf).unwrap()), unsubscribe);
    assert_eq!(V5.unsubscribe_size(&[&filter], &pairs), unsubscribe.len());
    assert_eq!(written(|buf| V4.unsubscribe(10, &[&filter], &pairs, buf).unwrap()), b"\xA2\x05\0\x0A\0\x01a");
    // More than 127 bytes of properties have a length of two bytes.
    let long = vec![pair("k", &"x".repeat(200))];
    let bytes = written(|buf| V5.unsubscribe(10, &[&filter], &long, buf).unwrap());
    assert_eq!((&bytes[..7], bytes.len()), (&b"\xA2\xD5\x01\0\x0A\xCE\x01"[..], V5.unsubscribe_size(&[&filter], &long)));

    let mut buf = BytesMut::new();
    for wrong in wrong_pairs() {
        assert!(
            V5.unsubscribe(1, &[&filter], &wrong, &mut buf).is_err() && V5.subscribe(1, &[&with(None, wrong)], &mut buf).is_err()
        );
    }
    assert!(V5.subscribe(1, &[&with(None, pairs), &with(None, Vec::new())], &mut buf).is_err() && buf.is_empty());
}

#[test]
fn words_of_a_disconnect() {
    let farewell = Farewell {
        reason_string: Some(text("bye")),
        user_properties: vec![pair("b", "1")],
        ..Farewell::new(Reason::SUCCESS, Some(0))
    };
    let expected = b"\xE0\x14\0\x12\x11\0\0\0\0\x1F\0\x03bye\x26\0\x01b\0\x011";
    assert_eq!(written(|buf| V5.disconnect(&farewell, buf).unwrap()), expected);
    assert_eq!(written(|buf| V4.disconnect(&farewell, buf).unwrap()), [0xE0, 0]);
    let said = Farewell { reason_string: Some(text("x")), ..Farewell::new(Reason::WITH_WILL, None) };
    assert_eq!(written(|buf| V5.disconnect(&said, buf).unwrap()), b"\xE0\x06\x04\x04\x1F\0\x01x");
    let long = Farewell { reason_string: Some(text(&"x".repeat(200))), ..Farewell::new(Reason::SUCCESS, None) };
    assert_eq!(&written(|buf| V5.disconnect(&long, buf).unwrap())[..9], b"\xE0\xCE\x01\0\xCB\x01\x1F\0\xC8");
    let mut buf = BytesMut::new();
    for user_properties in wrong_pairs() {
        assert!(V5.disconnect(&Farewell { user_properties, ..farewell.clone() }, &mut buf).is_err());
    }
    let reason_string = Some(text(&"x".repeat(65_536)));
    assert!(V5.disconnect(&Farewell { reason_string, ..farewell }, &mut buf).is_err() && buf.is_empty());
}
