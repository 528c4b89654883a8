//! What WebSocket has beside bytes: the upgrade, frames and their kinds.

use super::Broker;
use super::raw::{Raw, frame, upgrade};
use crate::support::Verdict;
use crate::support::harness::{Case, case};
use crate::support::packets::{Publish, Version, connect, pingreq, pingresp};

pub fn cases(list: &mut Vec<Case>) {
    list.push(case("broker::websocket_upgrade", upgrades));
    list.push(case("broker::websocket_frames", frames));
    list.push(case("broker::websocket_violations", violations));
}

fn broker() -> Verdict<Broker> {
    Broker::start(&["--ws-listen", "127.0.0.1:0"])
}

fn upgrades() -> Verdict {
    let broker = broker()?;
    for (path, more, answer) in [
        ("/", "Sec-WebSocket-Protocol: mqtt\r\n", "HTTP/1.1 404 Not Found\r\n"),
        ("/mqtt/", "Sec-WebSocket-Protocol: mqtt\r\n", "HTTP/1.1 404 Not Found\r\n"),
        ("/mqtt", "", "HTTP/1.1 400 Bad Request\r\n"),
        ("/mqtt", "Sec-WebSocket-Protocol: mqttv3.1, other\r\n", "HTTP/1.1 400 Bad Request\r\n"),
        (
            "/mqtt?a=b",
            "Sec-WebSocket-Protocol: mqttv3.1\r\nSec-WebSocket-Protocol: mqtt\r\n",
            "HTTP/1.1 101 Switching Protocols\r\n",
        ),
    ] {
        let mut client = Raw::plain(broker.places[0], Version::V5)?;
        client.write(upgrade(path, more).as_bytes())?;
        client.expect_bytes(answer.as_bytes())?;
    }
    let mut client = Raw::plain(broker.places[0], Version::V5)?;
    client.write(&connect(Version::V5, "plain MQTT"))?;
    client.expect_end()?;
    broker.end("")
}

fn frames() -> Verdict {
    let version = Version::V5;
    let broker = broker()?;
    let mut client = Raw::websocket(broker.places[0], version)?;
    // A packet over several frames, a byte each, some of them one message, with a ping and empty frames between.
    for (index, byte) in connect(version, "a").into_iter().enumerate() {
        match index {
            0 => client.write(&frame(0x02, &[byte]))?,
            1 => client.write(&[frame(0x89, b"between"), frame(0x00, &[]), frame(0x80, &[byte])].concat())?,
            _ => client.write(&[frame(0x82, &[]), frame(0x82, &[byte])].concat())?,
        }
    }
    client.expect_bytes(b"\x8a\x07between")?;
    client.expect_packet()?;
    client.subscribe("t", 0)?;
    // Several packets in one, and one cut anywhere.
    let message = Publish::new(0, 0, "t", [b'x'; 100]).bytes(version);
    client.send(&[&pingreq()[..], &pingreq(), &message].concat())?;
    for expected in [&pingresp()[..], &pingresp(), &message] {
        client.expect(expected)?;
    }
    for byte in frame(0x82, &pingreq()) {
        client.write(&[byte])?;
    }
    client.expect(&pingresp())?;
    // A long message comes back in frames with longer headers.
    let payload = vec![b'y'; 60_000];
    client.send(&Publish::new(0, 0, "t", &payload).bytes(version))?;
    let long = Publish::new(0, 0, "t", &payload).bytes(version);
    let length = u16::try_from(long.len())?.to_be_bytes();
    client.expect_bytes(&[&[0x82, 126][..], &length, &long].concat())?;
    // A pong that nobody asked for, and the end: answered with the code that was sent.
    client.write(&[frame(0x8A, b"?"), frame(0x88, &[0x03, 0xE9, b'b', b'y', b'e'])].concat())?;
    client.expect_bytes(&[0x88, 0x02, 0x03, 0xE9])?;
    client.expect_end()?;
    broker.end("")
}

fn violations() -> Verdict {
    let broker = broker()?;
    let unmasked = [0x82, 0x02, 0xC0, 0x00];
    for (bytes, code) in [
        (&frame(0x81, b"text")[..], 1003_u16),
        (&unmasked, 1002),
        (&frame(0xC2, b"a reserved bit"), 1002),
        (&frame(0x80, b"goes on, and nothing began"), 1002),
        (&frame(0x09, b"a ping in pieces"), 1002),
        (&frame(0x89, &[0; 126]), 1002),
        (&frame(0x83, b"an unknown kind"), 1002),
        (&[frame(0x02, b"\xC0"), frame(0x82, b"\x00")].concat(), 1002),
        (&[0x82, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 1002),
    ] {
        let mut client = Raw::websocket(broker.places[0], Version::V5)?;
        client.greet("a")?;
        client.write(bytes)?;
        client.expect_bytes(&[&[0x88, 0x02][..], &code.to_be_bytes()].concat())?;
        client.expect_end()?;
    }
    // A frame may claim what it likes: what it claims costs nothing, and its packets are measured as others are.
    let mut client = Raw::websocket(broker.places[0], Version::V5)?;
    client.greet("a")?;
    client.write(&[0x82, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0])?;
    client.write(&pingreq())?;
    client.expect(&pingresp())?;
    broker.end("")
}
