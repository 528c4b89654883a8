//! The upgrade: what is asked for, and what each answer comes to.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::*;
use crate::net::Request;

/// What is shown of a peer's text, with the sign that more was cut off.
const SHOWN_AND_CUT: usize = 201;

/// The head of a request or an answer.
async fn head(stream: &mut DuplexStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    String::from_utf8(head).unwrap()
}

fn accept(request: &str) -> String {
    let key = request.lines().find_map(|line| line.strip_prefix("Sec-WebSocket-Key: ")).unwrap();
    assert_eq!(STANDARD.decode(key).unwrap().len(), 16);
    let both = format!("{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
    STANDARD.encode(ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, both.as_bytes()))
}

fn good_answer(request: &str) -> String {
    let accept = accept(request);
    format!(
        "HTTP/1.1 101 Switching Protocols\r\nupgrade: WebSocket\r\nConnection: keep-alive, upgrade\r\n\
         Sec-WebSocket-Accept: {accept}\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n"
    )
}

fn plain() -> WebSocketOptions {
    WebSocketOptions { headers: Vec::new(), max_packet: PLENTY }
}

fn asked(request: &str) -> Request {
    let (path, query) = request.split_at(request.find('?').unwrap_or(request.len()));
    Request::new(path, query).unwrap()
}

fn wanted<'a>(request: &'a Request, options: &'a WebSocketOptions) -> Upgrade<'a> {
    Upgrade { host: "broker.example:8080", request, options }
}

/// What comes of an answer, and the request that it was for.
async fn answered(
    request: &str,
    answer: impl FnOnce(&str) -> Vec<u8>,
) -> (Result<WebSocket<DuplexStream>, WebSocketFailure>, String) {
    let (client, mut server) = duplex(1 << 17);
    let options = plain();
    let request = asked(request);
    let upgrade = wanted(&request, &options);
    let played = async {
        let head = head(&mut server).await;
        server.write_all(&answer(&head)).await.unwrap();
        drop(server);
        head
    };
    tokio::join!(super::upgrade(client, &upgrade), played)
}

async fn refused(request: &str, answer: impl FnOnce(&str) -> Vec<u8>) -> WebSocketFailure {
    answered(request, answer).await.0.map(|_| ()).unwrap_err()
}

#[tokio::test]
async fn the_request_is_what_the_rfc_asks_for() {
    let options = WebSocketOptions { headers: vec![Header::parse("Authorization: Bearer t").unwrap()], ..plain() };
    let (client, mut server) = duplex(1 << 16);
    let request = asked("/a?b=c");
    let upgrade = wanted(&request, &options);
    let played = async {
        let head = head(&mut server).await;
        server.write_all(good_answer(&head).as_bytes()).await.unwrap();
        // In the same bytes as the answer, and behind it.
        server.write_all(&frame(BINARY, b"early")).await.unwrap();
        (head, server)
    };
    let (socket, (request, mut server)) = tokio::join!(crate::net::websocket::upgrade(client, &upgrade), played);
    let lines: Vec<&str> = request.lines().collect();
    assert_eq!(lines[0], "GET /a?b=c HTTP/1.1");
    for line in [
        "Host: broker.example:8080",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Protocol: mqtt",
        "Authorization: Bearer t",
    ] {
        assert_eq!(lines.iter().filter(|one| **one == line).count(), 1, "{line} in {request}");
    }
    let mut socket = socket.unwrap();
    let mut early = [0; 5];
    soon(socket.read_exact(&mut early)).await.unwrap();
    assert_eq!(&early, b"early");
    socket.write_all(b"out").await.unwrap();
    socket.flush().await.unwrap();
    assert_eq!(next_frame(&mut server).await, (BINARY, b"out".to_vec()));
}

#[tokio::test]
async fn a_path_that_is_not_given_is_mqtt() {
    for (request, line) in [("", "GET /mqtt HTTP/1.1"), ("?x=y", "GET /mqtt?x=y HTTP/1.1"), ("/", "GET / HTTP/1.1")] {
        let (socket, head) = answered(request, |head| good_answer(head).into_bytes()).await;
        assert!(socket.is_ok());
        assert_eq!(head.lines().next(), Some(line));
    }
    let (client, _server) = duplex(100);
    let (request, options) = (asked(""), plain());
    let bad = Upgrade { host: "a\r\nX: y", ..wanted(&request, &options) };
    assert_eq!(upgrade(client, &bad).await.map(|_| ()).unwrap_err(), WebSocketFailure::Unspeakable);
}

#[tokio::test]
async fn an_answer_byte_by_byte_is_an_answer() {
    let (client, mut server) = duplex(1);
    let options = plain();
    let request = asked("/mqtt");
    let upgrade = wanted(&request, &options);
    let played = async {
        let head = head(&mut server).await;
        server.write_all(good_answer(&head).as_bytes()).await.unwrap();
        server
    };
    let (socket, _server) = tokio::join!(crate::net::websocket::upgrade(client, &upgrade), played);
    socket.unwrap();
}

#[tokio::test]
async fn no_subprotocol_is_tolerated_and_another_is_not() {
    let without = |head: &str| good_answer(head).replace("Sec-WebSocket-Protocol: mqtt\r\n", "").into_bytes();
    assert!(answered("", without).await.0.is_ok());
    let another = |head: &str| good_answer(head).replace(": mqtt\r\n", ": mqttv3.1\x1b[2J\r\n").into_bytes();
    let failure = refused("/ws?signature=c4n4ry", another).await;
    assert!(matches!(failure, WebSocketFailure::Malformed(_)), "a control character is no header: {failure}");
    let another = |head: &str| good_answer(head).replace(": mqtt\r\n", ": mqttv3.1\u{9b}2J\r\n").into_bytes();
    let failure = refused("/ws?signature=c4n4ry", another).await;
    assert_eq!(failure.to_string(), "/ws speaks mqttv3.1\\u{9b}2J over WebSocket, not mqtt");
    assert!(!format!("{failure:?}").contains("c4n4ry"));
}

#[tokio::test]
async fn a_status_is_told_with_the_path_and_without_the_query() {
    for (answer, text) in [
        ("HTTP/1.1 401 No\r\nWWW-Authenticate: c4n4ry\r\n\r\n", "/ws was answered with 401 Unauthorized"),
        ("HTTP/1.0 404 File not found\r\nLocation: /x\r\n\r\n", "/ws was answered with 404 Not Found"),
        ("HTTP/1.1 503\r\n\r\n<html>", "/ws was answered with 503 Service Unavailable"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "/ws was answered with 200 OK"),
        (
            "HTTP/1.1 301 x\r\nlocation: https://a/b?c4n4ry\r\n\r\n",
            "/ws was answered with 301 Moved Permanently, which points to https://a/b",
        ),
        (
            "HTTP/1.1 302 x\r\nLocation: https://a/\u{202e}\u{9b}#c4n4ry\r\n\r\n",
            "/ws was answered with 302 Found, which points to https://a/\\u{202e}\\u{9b}",
        ),
    ] {
        let failure = refused("/ws?sig=c4n4ry", |_| answer.as_bytes().to_vec()).await;
        assert_eq!(failure.to_string(), text);
        assert!(!format!("{failure:?} {:?}", failure.hint()).contains("c4n4ry"), "{failure:?}");
    }
}

#[tokio::test]
async fn a_long_location_is_cut_and_gives_no_hint() {
    let answer = format!("HTTP/1.1 301 x\r\nLocation: https://a/{}\r\n\r\n", "b".repeat(500));
    let failure = refused("", |_| answer.into_bytes()).await;
    let WebSocketFailure::Status { location: Some(location), .. } = &failure else { panic!("{failure}") };
    assert_eq!(location.chars().count(), SHOWN_AND_CUT);
    assert_eq!(failure.hint(), None);
}

#[tokio::test]
async fn what_is_not_http_is_named() {
    for (answer, text) in [
        (&[0x20, 2, 0, 1][..], "MQTT without WebSocket is spoken there"),
        (&[0xE0, 0], "MQTT without WebSocket is spoken there"),
        (&[0x15, 3, 3, 0, 2, 2, 70], "TLS is spoken there"),
        (&[0x16, 3, 1], "TLS is spoken there"),
        (b"SSH-2.0-x\r\n", "what answers does not speak HTTP"),
        (b"HTTQ", "what answers does not speak HTTP"),
    ] {
        let failure = refused("", |_| answer.to_vec()).await;
        assert_eq!(failure.to_string(), text);
        assert!(failure.hint().is_some(), "{text}");
    }
    assert_eq!(refused("", |_| Vec::new()).await, WebSocketFailure::Closed { begun: false });
    assert_eq!(refused("", |_| b"HTTP/1.1 101 Sw".to_vec()).await, WebSocketFailure::Closed { begun: true });
    assert!(matches!(refused("", |_| b"HTTP/2 200 x\r\n\r\n".to_vec()).await, WebSocketFailure::Malformed(_)));
    for endless in [b"a: b\r\n".repeat(101), b"a: ".repeat(30_000)] {
        let answer = |_: &str| [b"HTTP/1.1 101 x\r\n", &endless[..]].concat();
        assert!(matches!(refused("", answer).await, WebSocketFailure::Malformed(_)));
    }
}

#[tokio::test]
async fn a_101_that_is_no_upgrade_is_refused() {
    for (from, to, defect) in [
        ("upgrade: WebSocket", "upgrade: h2c", "does not say"),
        ("Connection: keep-alive, upgrade", "Connection: close", "does not say"),
        ("Sec-WebSocket-Accept: ", "Sec-WebSocket-Accept: A", "does not belong"),
        ("Sec-WebSocket-Accept: ", "X-Accept: ", "does not belong"),
        ("Sec-WebSocket-Protocol: mqtt", "Sec-WebSocket-Extensions: permessage-deflate", "an extension"),
    ] {
        let failure = refused("", |head| good_answer(head).replace(from, to).into_bytes()).await;
        assert!(matches!(&failure, WebSocketFailure::NoUpgrade { .. }), "{failure}");
        assert!(failure.to_string().contains(defect), "{failure}");
    }
}

#[tokio::test]
async fn an_answer_is_heard_although_the_request_could_not_be_written() {
    let (client, mut server) = duplex(64);
    server.write_all(b"HTTP/1.1 400 x\r\n\r\n").await.unwrap();
    drop(server);
    let failure = upgrade(client, &wanted(&asked(""), &plain())).await.map(|_| ()).unwrap_err();
    assert!(matches!(failure, WebSocketFailure::Status { code: 400, .. }), "{failure}");
}
