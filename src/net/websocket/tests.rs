//! The stream against raw bytes, written out as RFC 6455 has them; its upgrade is in `upgrade`.

mod upgrade;

use std::future::poll_fn;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex, split};
use tokio::time::timeout;

use super::*;

const BINARY: u8 = 0x82;
const TEXT: u8 = 0x81;
const CLOSE: u8 = 0x88;
const PING: u8 = 0x89;
const PONG: u8 = 0x8A;
const PLENTY: usize = 1 << 20;

/// A frame of a server: not masked.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![first];
    match payload.len() {
        short @ 0..126 => frame.push(u8::try_from(short).unwrap()),
        middle @ 126..65536 => {
            frame.push(126);
            frame.extend(u16::try_from(middle).unwrap().to_be_bytes());
        }
        long => {
            frame.push(127);
            frame.extend(u64::try_from(long).unwrap().to_be_bytes());
        }
    }
    frame.extend(payload);
    frame
}

fn close(code: u16, reason: &str) -> Vec<u8> {
    frame(CLOSE, &[&code.to_be_bytes(), reason.as_bytes()].concat())
}

/// What has to come without a wait, so that a test fails and does not hang.
async fn soon<F: Future>(what: F) -> F::Output {
    timeout(Duration::from_secs(20), what).await.expect("it does not come")
}

/// The next frame of the client, which has to be masked.
async fn next_frame(server: &mut DuplexStream) -> (u8, Vec<u8>) {
    soon(read_frame(server)).await
}

async fn read_frame(server: &mut DuplexStream) -> (u8, Vec<u8>) {
    let (first, length) = (server.read_u8().await.unwrap(), server.read_u8().await.unwrap());
    assert_eq!(length & 0x80, 0x80, "a client masks");
    let length = match length & 0x7F {
        126 => usize::from(server.read_u16().await.unwrap()),
        127 => usize::try_from(server.read_u64().await.unwrap()).unwrap(),
        short => usize::from(short),
    };
    let mut mask = [0; 4];
    server.read_exact(&mut mask).await.unwrap();
    let mut payload = vec![0; length];
    server.read_exact(&mut payload).await.unwrap();
    payload.iter_mut().zip(mask.iter().cycle()).for_each(|(byte, mask)| *byte ^= mask);
    (first, payload)
}

/// A WebSocket and its other end, with so many bytes between them.
async fn pair(room: usize) -> (WebSocket<DuplexStream>, DuplexStream) {
    let (client, server) = duplex(room);
    (WebSocket::new(client, Vec::new(), PLENTY).await, server)
}

async fn read_all(socket: &mut WebSocket<DuplexStream>) -> (Vec<u8>, Option<io::Error>) {
    let mut all = Vec::new();
    let end = soon(socket.read_to_end(&mut all)).await.err();
    (all, end)
}

/// What a peer that sends exactly this and closes comes to.
async fn sent(bytes: &[u8]) -> (Vec<u8>, Option<io::Error>) {
    let (mut socket, mut server) = pair(bytes.len().max(64)).await;
    server.write_all(bytes).await.unwrap();
    drop(server);
    read_all(&mut socket).await
}

async fn error_of(bytes: &[u8]) -> StreamError {
    StreamError::of(&sent(bytes).await.1.unwrap()).unwrap().clone()
}

// ---- reading ----

#[tokio::test]
async fn borders_of_frames_mean_nothing() {
    let data: Vec<u8> = (0..200_000_u32).map(|n| n.to_le_bytes()[1]).collect();
    let one_byte_each: Vec<u8> = data.iter().take(3000).flat_map(|byte| frame(BINARY, &[*byte])).collect();
    assert_eq!(sent(&one_byte_each).await.0, data[..3000]);
    let whole = frame(BINARY, &data);
    assert_eq!(sent(&whole).await.0, data);
    let in_fragments =
        [frame(0x02, &data[..1]), frame(0x00, &data[1..70_000]), frame(0x00, b""), frame(0x80, &data[70_000..])].concat();
    assert_eq!(sent(&in_fragments).await.0, data);
    let with_empty = [frame(BINARY, b""), frame(BINARY, &data[..9]), frame(BINARY, b"")].concat();
    assert_eq!(sent(&with_empty).await.0, data[..9]);
}

#[tokio::test]
async fn frames_that_have_come_are_read_at_once() {
    let (mut socket, mut server) = pair(1 << 16).await;
    server.write_all(&frame(BINARY, b"packet").repeat(1000)).await.unwrap();
    let mut buffer = vec![0; 1 << 16];
    assert_eq!(socket.read(&mut buffer).await.unwrap(), 6000);
    // A read of nothing changes nothing.
    assert_eq!(socket.read(&mut []).await.unwrap(), 0);
    server.write_all(&frame(BINARY, b"more")).await.unwrap();
    assert_eq!(socket.read(&mut buffer).await.unwrap(), 4);
}

#[tokio::test]
async fn a_ping_is_answered_by_who_only_reads_amid_a_message_too() {
    let (mut socket, mut server) = pair(1 << 16).await;
    let script = [frame(0x02, b"first "), frame(PING, b"are you there"), frame(0x80, b"second")].concat();
    server.write_all(&script).await.unwrap();
    let mut all = [0; 12];
    socket.read_exact(&mut all).await.unwrap();
    assert_eq!(&all, b"first second");
    assert_eq!(next_frame(&mut server).await, (PONG, b"are you there".to_vec()));
}

#[tokio::test]
async fn an_answer_to_a_ping_that_finds_no_room_is_sent_when_there_is() {
    // Room for the half of an answer: the reader alone has to see to the rest.
    let (mut socket, mut server) = pair(70).await;
    let ping = vec![7; 125];
    let reader = async {
        let mut one = [0; 1];
        socket.read_exact(&mut one).await.unwrap();
        one
    };
    let script = async {
        server.write_all(&frame(PING, &ping)).await.unwrap();
        let pong = next_frame(&mut server).await;
        server.write_all(&frame(BINARY, b"x")).await.unwrap();
        pong
    };
    let (read, pong) = tokio::join!(reader, script);
    assert_eq!((read, pong), ([b'x'], (PONG, ping.clone())));
}

#[tokio::test]
async fn close_is_an_end_and_its_code_is_told_unless_all_is_well() {
    for bytes in [close(1000, "bye"), close(1001, ""), frame(CLOSE, b""), Vec::new()] {
        let (read, end) = sent(&[frame(BINARY, b"last"), bytes].concat()).await;
        assert_eq!((&read[..], end.is_none()), (&b"last"[..], true));
    }
    for (bytes, text) in [
        (close(1008, "no \x1b[2J\u{202e}"), r#"the broker closed the WebSocket: 1008 policy violation ("no \x1b[2J\u{202e}")"#),
        (close(1002, ""), "the broker closed the WebSocket: 1002 protocol error"),
        (close(4001, "mine"), r#"the broker closed the WebSocket: 4001 ("mine")"#),
    ] {
        let (read, end) = sent(&[frame(BINARY, b"last"), bytes].concat()).await;
        assert_eq!(read, b"last");
        assert_eq!(crate::net::describe_io(&end.unwrap()), text);
    }
}

#[tokio::test]
async fn close_is_answered_and_the_end_told_once() {
    let (mut socket, mut server) = pair(1 << 16).await;
    server.write_all(&close(1011, "")).await.unwrap();
    let mut buffer = [0; 8];
    assert!(socket.read(&mut buffer).await.is_err());
    assert_eq!(socket.read(&mut buffer).await.unwrap(), 0);
    assert_eq!(next_frame(&mut server).await, (CLOSE, 1011_u16.to_be_bytes().to_vec()));
    let error = socket.write_all(b"x").await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
    socket.shutdown().await.unwrap();
}

#[tokio::test]
async fn text_is_named() {
    for bytes in [frame(TEXT, b"hello"), [frame(0x01, b"hel"), frame(0x80, b"lo")].concat()] {
        assert_eq!(error_of(&bytes).await, StreamError::Text);
    }
    let error = sent(&frame(TEXT, b"hello")).await.1.unwrap();
    assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    assert_eq!(crate::net::describe_io(&error), "the broker sent a WebSocket text frame; MQTT needs binary ones");
}

#[tokio::test]
async fn a_frame_is_no_larger_than_the_limit() {
    let claim = |length: u64| [&[BINARY, 127][..], &length.to_be_bytes()].concat();
    for length in [1 << 63, u64::MAX, (1 << 20) + 1] {
        let StreamError::TooLarge { size, most } = error_of(&claim(length)).await else { panic!("{length}") };
        assert_eq!((u64::try_from(size).unwrap(), most), (length, 1 << 20));
    }
    let part = vec![0; 600_000];
    let in_fragments = [frame(0x02, &part), frame(0x80, &part)].concat();
    assert!(matches!(error_of(&in_fragments).await, StreamError::TooLarge { size: 1_200_000, .. }));
    // Of a frame that is not there, nothing but its announcement costs memory.
    assert_eq!(sent(&claim(1 << 20)).await.0, b"");
}

#[tokio::test]
async fn broken_rules_are_named() {
    let mut masked = vec![BINARY, 0x81, 1, 2, 3, 4];
    masked.push(b'x');
    for (bytes, what) in [
        (masked, "a masked frame"),
        (frame(0xC2, b"x"), "a frame with reserved bits"),
        (frame(0x83, b"x"), "a frame of the unknown type 3"),
        (frame(0x8B, b"x"), "a frame of the unknown type 11"),
        (frame(0x80, b"x"), "a continuation of nothing"),
        ([frame(0x02, b"x"), frame(BINARY, b"y")].concat(), "a new message amid another"),
        (frame(0x09, b"x"), "a control frame in fragments"),
        (frame(PING, &[0; 126]), "a control frame of more than 125 bytes"),
        (frame(CLOSE, b"x"), "a Close of one byte"),
        (frame(TEXT, b"\xff"), "text that is not UTF-8"),
    ] {
        let bytes = [frame(BINARY, b"before"), bytes].concat();
        let (read, end) = sent(&bytes).await;
        assert_eq!(read, b"before", "{what}");
        let error = crate::net::describe_io(&end.unwrap());
        assert_eq!(error, format!("the broker broke the WebSocket protocol: {what}"));
    }
}

#[tokio::test]
async fn a_flood_of_pings_lets_others_have_their_turn() {
    let (mut socket, mut server) = pair(1 << 20).await;
    server.write_all(&[frame(PING, b"").repeat(10_000), frame(BINARY, b"x")].concat()).await.unwrap();
    let mut one = [0; 1];
    let mut read = std::pin::pin!(socket.read(&mut one));
    let first = poll_fn(|cx| Poll::Ready(read.as_mut().poll(cx))).await;
    assert!(first.is_pending(), "all of it in one turn");
    assert_eq!(soon(read).await.unwrap(), 1);
}

// ---- writing ----

#[tokio::test]
async fn what_is_written_is_masked_and_in_frames_of_their_size() {
    let data: Vec<u8> = (0..100_000_u32).map(|n| n.to_le_bytes()[0]).collect();
    let (mut socket, mut server) = pair(1 << 20).await;
    socket.write_all(&data).await.unwrap();
    socket.flush().await.unwrap();
    let mut came = Vec::new();
    while came.len() < data.len() {
        let (first, payload) = next_frame(&mut server).await;
        assert_eq!((first, payload.len()), (BINARY, FRAME.min(data.len() - came.len())));
        came.extend(payload);
    }
    assert_eq!(came, data);
}

/// Both ends send more than the way between them holds, and read only what they must: neither waits for ever.
#[tokio::test]
async fn a_pending_write_never_stops_reading() {
    let data = vec![0xA5; 300_000];
    let (socket, mut server) = pair(1000).await;
    let (mut reader, mut writer) = split(socket);
    let (ours, theirs) = (data.clone(), data.clone());
    // One task, as the loop of a connection has it.
    let client = async move {
        let write = async {
            writer.write_all(&ours).await.unwrap();
            writer.flush().await.unwrap();
        };
        let mut all = vec![0; theirs.len()];
        let read = async { reader.read_exact(&mut all).await.unwrap() };
        tokio::join!(write, read);
        all
    };
    let peer = async {
        // It does not read before it has written everything, pings among it.
        for part in data.chunks(10_000) {
            server.write_all(&frame(PING, b"p")).await.unwrap();
            server.write_all(&frame(BINARY, part)).await.unwrap();
        }
        let (mut came, mut pongs) = (Vec::new(), 0);
        while came.len() < data.len() || pongs == 0 {
            match next_frame(&mut server).await {
                (BINARY, payload) => came.extend(payload),
                (PONG, payload) => pongs += payload.len(),
                other => panic!("{other:?}"),
            }
        }
        came
    };
    let (read, came) = tokio::join!(client, peer);
    assert!(read == data && came == data);
}

/// A write waits for room, then a read does, for the answer to a ping: when there is room, both are woken.
#[tokio::test]
async fn a_read_does_not_take_the_waker_of_a_write() {
    let (socket, mut server) = pair(1000).await;
    let (mut reader, mut writer) = split(socket);
    let written = tokio::spawn(async move {
        writer.write_all(&[1; 2 * FRAME]).await.unwrap();
        writer.flush().await.unwrap();
        writer
    });
    let read = tokio::spawn(async move {
        let mut one = [0; 1];
        reader.read_exact(&mut one).await.unwrap();
        reader
    });
    // Each task gets its turn, the writer's first, and the ping makes the reader the last to have asked for room.
    tokio::task::yield_now().await;
    server.write_all(&frame(PING, b"p")).await.unwrap();
    tokio::task::yield_now().await;
    let mut frames = Vec::new();
    for _ in 0..3 {
        let (first, payload) = next_frame(&mut server).await;
        frames.push((first, payload.len()));
    }
    frames.sort_unstable();
    assert_eq!(frames, [(BINARY, FRAME), (BINARY, FRAME), (PONG, 1)]);
    let _writer = soon(written).await.unwrap();
    server.write_all(&frame(BINARY, b"x")).await.unwrap();
    soon(read).await.unwrap();
}

/// A WebSocket whose way out is full and whose buffer is as full of answers to pings as can be: an answer has 128 bytes.
async fn stuffed() -> (WebSocket<DuplexStream>, DuplexStream) {
    let (mut socket, mut server) = pair(FRAME + 8).await;
    socket.write_all(&[0; FRAME]).await.unwrap();
    let pings = frame(PING, &[9; 122]).repeat(2000);
    let mut one = [0; 1];
    tokio::select! {
        read = socket.read(&mut one) => panic!("{read:?}"),
        // Done when the last of them is on its way, of which the way holds no more than an eighth.
        sent = server.write_all(&pings) => sent.unwrap(),
    }
    (socket, server)
}

/// What comes out of it: answers, and then this.
async fn unstuffed(server: &mut DuplexStream) -> (u8, Vec<u8>) {
    assert_eq!(next_frame(server).await, (BINARY, vec![0; FRAME]));
    for pongs in 0.. {
        match next_frame(server).await {
            (PONG, payload) => assert_eq!(payload, [9; 122]),
            other => {
                assert!(pongs >= 2 * FRAME / 128, "{pongs} answers: there was room");
                return other;
            }
        }
    }
    unreachable!()
}

#[tokio::test]
async fn answers_to_pings_that_nobody_reads_never_fail_a_write() {
    let (mut socket, mut server) = stuffed().await;
    let writer = async {
        socket.write_all(&[1; FRAME]).await.unwrap();
        socket.flush().await.unwrap();
    };
    let ((), last) = tokio::join!(writer, unstuffed(&mut server));
    assert_eq!(last, (BINARY, vec![1; FRAME]));
}

#[tokio::test]
async fn answers_to_pings_that_nobody_reads_never_swallow_close() {
    let (mut socket, mut server) = stuffed().await;
    let (shut, last) = tokio::join!(socket.shutdown(), unstuffed(&mut server));
    shut.unwrap();
    assert_eq!(last, (CLOSE, 1000_u16.to_be_bytes().to_vec()));
}

#[tokio::test]
async fn shutdown_sends_close_and_reading_goes_on() {
    let (mut socket, mut server) = pair(1 << 16).await;
    socket.write_all(b"last").await.unwrap();
    socket.shutdown().await.unwrap();
    assert_eq!(next_frame(&mut server).await, (BINARY, b"last".to_vec()));
    assert_eq!(next_frame(&mut server).await, (CLOSE, 1000_u16.to_be_bytes().to_vec()));
    assert_eq!(socket.write_all(b"x").await.unwrap_err().kind(), io::ErrorKind::BrokenPipe);
    server.write_all(&[frame(BINARY, b"theirs"), close(1008, "")].concat()).await.unwrap();
    assert!(matches!(read_all(&mut socket).await, (read, None) if read == b"theirs"));
}

/// Rule 14: the peer is gone for writing, and what it said before is still read.
#[tokio::test]
async fn the_reason_is_read_although_a_ping_cannot_be_answered() {
    let (mut socket, mut server) = pair(1 << 16).await;
    server.write_all(&[frame(PING, b"p"), frame(BINARY, b"the reason")].concat()).await.unwrap();
    drop(server);
    let (read, end) = read_all(&mut socket).await;
    assert!(read == b"the reason" && end.is_none(), "{end:?}");
    let error = socket.write_all(b"x").await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
}
