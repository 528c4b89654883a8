//! What the broker holds out against.

use std::io::{ErrorKind, Write};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::Broker;
use super::raw::{Raw, tcp};
use crate::at;
use crate::support::harness::{Case, both};
use crate::support::packets::{Publish, Version, connect, first, packet, pingreq, pingresp, property};
use crate::support::{STEP, Verdict, ensure, ensure_eq};

pub fn cases(list: &mut Vec<Case>) {
    both(list, "broker::over_the_limit_of_connections", connections);
    both(list, "broker::over_the_limit_of_a_packet", large_packet);
    both(list, "broker::over_the_limit_before_the_login", large_connect);
    both(list, "broker::over_the_limit_of_memory", memory);
    both(list, "broker::what_is_taken_makes_room", room);
    both(list, "broker::a_publisher_waits_for_room", patience);
}

fn connections(version: Version) -> Verdict {
    let broker = Broker::start(&["--listen", "127.0.0.1:0", "--listen", "127.0.0.1:0", "--max-connections", "2"])?;
    let mut one = Raw::plain(broker.places[0], version)?;
    one.greet("one")?;
    // Who says nothing has a place too.
    let two = Raw::plain(broker.places[1], version)?;
    // Whether the second was accepted is known when the third is not.
    for place in &broker.places {
        let mut more = Raw::plain(*place, version)?;
        more.expect_end()?;
    }
    broker.running.wait_stderr("warning: a connection was closed: there are 2 already (--max-connections)")?;
    one.send(&pingreq())?;
    one.expect(&pingresp())?;
    one.leave()?;
    one.expect_end()?;
    drop(two);
    // A place is free soon after its connection ended.
    let mut tries = 0;
    while Raw::plain(broker.places[0], version)?.greet("again").is_err() {
        tries += 1;
        ensure(tries < 1000, "no place is free")?;
    }
    let told = broker.running.stderr_so_far().matches("a connection was closed").count();
    ensure_eq(&told, &1, "warnings within a minute")?;
    broker.end("")
}

fn large_packet(version: Version) -> Verdict {
    let broker = Broker::start(&["--listen", "127.0.0.1:0", "--max-packet", "64k"])?;
    let mut client = Raw::plain(broker.places[0], version)?;
    let connack = client.greet("a")?;
    if version == Version::V5 {
        let announced = property::maximum_packet_size(65_536);
        ensure(connack.windows(announced.len()).any(|window| window == announced), format_args!("{connack:?}"))?;
    }
    client.subscribe("t", 0)?;
    let largest = Publish::new(0, 0, "t", vec![b'x'; 65_536 - if version == Version::V5 { 8 } else { 7 }]).bytes(version);
    ensure_eq(&largest.len(), &65_536, "the largest packet")?;
    client.send(&largest)?;
    client.expect(&largest)?;

    // What came before the large one is answered; of the large one its length is enough.
    let claim = [&pingreq()[..], &[first::PUBACK, 0x02, 0, 9], &[0x30, 0xFE, 0xFF, 0x03, 0]].concat();
    client.send(&claim)?;
    client.expect(&pingresp())?;
    if version == Version::V5 {
        client.expect(&packet(first::DISCONNECT, &[0x95]))?;
    }
    client.expect_end()?;

    if version == Version::V5 {
        let text = "x".repeat(65_536);
        at(&broker.port(), version, &["pub", "t", &text])?.run()?.expect(5, "", "")?;
    }
    broker.end("")
}

fn large_connect(version: Version) -> Verdict {
    let broker = Broker::start(&["--listen", "127.0.0.1:0"])?;
    for claim in [&[0x10, 0xFF, 0xFF, 0xFF, 0x7F][..], &[0x10, 0x81, 0x80, 0x40]] {
        let mut client = Raw::plain(broker.places[0], version)?;
        client.send(claim)?;
        client.expect_end()?;
    }
    broker.end("")
}

/// Two megabytes for one that does not read, and for one that does.
const LIMITS: [&str; 4] = ["--listen", "127.0.0.1:0", "--max-memory", "2MiB"];

fn memory(version: Version) -> Verdict {
    let broker = Broker::start(&LIMITS)?;
    let mut subscriber = Raw::plain(broker.places[0], version)?;
    subscriber.greet("a subscriber")?;
    subscriber.subscribe("t", 0)?;
    let mut publisher = Raw::plain(broker.places[0], version)?;
    publisher.greet("a publisher")?;
    let payload = vec![b'x'; 256 << 10];
    for id in 1..1000 {
        publisher.send(&Publish::new(1, id, "t", &payload).bytes(version))?;
        let (first, body) = match publisher.expect_packet() {
            Ok(packet) => packet,
            // In 3.1.1 there is no other way to refuse a message.
            Err(_) if version == Version::V311 => break,
            Err(error) => return Err(error),
        };
        if first == first::DISCONNECT {
            ensure_eq(&(version, body), &(Version::V5, vec![0x97]), "quota exceeded")?;
            break;
        }
        ensure_eq(&first, &first::PUBACK, "an acknowledgement")?;
        ensure(id < 999, "256 MiB fit into 2")?;
    }
    publisher.expect_end()?;
    broker.running.wait_stderr("warning: a message was refused: 2097152 bytes of messages are held already (--max-memory)")?;
    drop(subscriber);
    // What waited for it is forgotten.
    let mut again = Raw::plain(broker.places[0], version)?;
    again.greet("again")?;
    again.send(&Publish::new(1, 1, "t", &payload).bytes(version))?;
    ensure_eq(&again.expect_packet()?.0, &first::PUBACK, "an acknowledgement")?;
    broker.end("")
}

/// A subscriber that begins to read when the publisher is felt to be held back loses nothing, even at QoS 0 and of twenty times as much as
/// there is room for.
fn patience(version: Version) -> Verdict {
    const COUNT: u8 = 160;
    let broker = Broker::start(&LIMITS)?;
    let mut subscriber = Raw::plain(broker.places[0], version)?;
    subscriber.greet("a subscriber")?;
    subscriber.subscribe("t", 0)?;
    let mut publisher = tcp(broker.places[0])?;
    let message = move |number| Publish::new(0, 0, "t", vec![number; 256 << 10]).bytes(version);
    let (begin, begun) = mpsc::channel();
    let sender = thread::spawn(move || {
        // Far below what the broker waits, far above what it takes to read.
        publisher.set_write_timeout(Some(Duration::from_millis(300)))?;
        let stream = std::iter::once(connect(version, "a publisher")).chain((0..COUNT).map(message));
        for packet in stream {
            let mut rest = &packet[..];
            while !rest.is_empty() {
                match publisher.write(rest) {
                    Ok(count) => rest = &rest[count..],
                    Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                        // Only the first time matters.
                        let _ = begin.send(());
                    }
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(publisher)
    });
    begun.recv_timeout(STEP).map_err(|_| "the publisher was not held back")?;
    for number in 0..COUNT {
        subscriber.expect(&message(number))?;
    }
    sender.join().map_err(|_| "the sender's thread")??;
    ensure(!broker.running.stderr_so_far().contains("refused"), broker.running.stderr_so_far())?;
    broker.end("")
}

fn room(version: Version) -> Verdict {
    let broker = Broker::start(&LIMITS)?;
    let mut client = Raw::plain(broker.places[0], version)?;
    client.greet("a")?;
    client.subscribe("t", 0)?;
    let message = Publish::new(0, 0, "t", vec![b'x'; 256 << 10]).bytes(version);
    for _ in 0..100 {
        client.send(&message)?;
        client.expect(&message)?;
    }
    // A message larger than all the room there is gets none.
    client.send(&Publish::new(1, 1, "t", vec![b'x'; 3 << 20]).bytes(version)).or_else(|error| {
        // It may have been refused before it was there.
        if error.message().is_some() { Ok(()) } else { Err(error) }
    })?;
    while client.expect_packet().is_ok() {}
    broker.end("warning: a message was refused")
}
