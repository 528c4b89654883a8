//! Formats → bytes or errors, row by row.

use bytes::Bytes;
use jiff::tz::offset;

use super::super::samples::received;
use super::*;
use crate::mqtt::{Properties, QoS};

fn render_as(format: &str, of: &Received, escaped: bool, pretty: bool) -> String {
    let zone = TimeZone::fixed(offset(2));
    let mut out = b"|".to_vec();
    let pattern = Pattern::parse(format.as_bytes()).unwrap_or_else(|error| panic!("{format}: {error}"));
    pattern.render(&Shown { received: of, zone: &zone, escaped, pretty }, &mut out);
    out.split_off(1)
        .utf8_chunks()
        .fold(String::new(), |text, chunk| text + chunk.valid() + &chunk.invalid().escape_ascii().to_string())
}

fn render(format: &str, of: &Received) -> String {
    render_as(format, of, false, false)
}

fn full() -> Received {
    let mut full = received("a/ä", b"ABCD");
    full.message.qos = QoS::ExactlyOnce;
    full.message.retain = true;
    full.id = Some(7);
    full.message.properties = Some(Box::new(Properties {
        payload_format: Some(true),
        expiry: Some(4_000_000_000),
        content_type: Some("text".into()),
        response_topic: Some("r".into()),
        correlation_data: Some(Bytes::from_static(b"\x01\xfe")),
        user_properties: vec![("k".into(), "v".into()), ("k".into(), "w".into())],
        subscription_ids: vec![3, 4],
    }));
    full
}

#[test]
fn letters() {
    let (full, empty) = (full(), received("t", b""));
    for (format, of_full, of_empty) in [
        ("%t", "a/ä", "t"),
        ("%p", "ABCD", ""),
        ("%l %m %q %r", "4 7 2 1", "0 0 0 0"),
        ("%x %X", "41424344 41424344", " "),
        ("<%A%C%D%E%F%P%R%S>", "<text\x01\\xfe40000000001k:v k:wr3>", "<>"),
        ("<%2A|%-6C|%6C|%3F|%12E|%3S>", "<  |text  |  text|  1|  4000000000|  3>", "<  |      |      |   |            |   >"),
        ("%05S|%05l", "00003|00004", "     |00000"),
        ("<%9D%9P%9R>", "<\x01\\xfek:v k:w        r>", "<>"),
        ("%I", "2026-11-21T05:04:05+0200", "2026-11-21T05:04:05+0200"),
        ("%.10I", "2026-11-21", "2026-11-21"),
        ("%U", "1795230245.123456000", "1795230245.123456000"),
        ("100%%, %5%", "100%, %", "100%, %"),
    ] {
        assert_eq!((render(format, &full).as_str(), render(format, &empty).as_str()), (of_full, of_empty), "{format}");
    }
}

#[test]
fn widths_and_precisions() {
    for (format, shown) in [
        ("%6t|%-6t|%06t|%2t", "   a/ä|a/ä   |   a/ä|a/ä"),
        ("%.2t|%5.2t|%-5.2t|%.3t", "a/|   a/|a/   |a/ä"),
        ("%3p|%6p|%-6p|%06p|%-06p|%-p", "ABCD|  ABCD|ABCD  |00ABCD|ABCD  |ABCD"),
        ("%-x|%3x|%12x|%-12x|%012X", "41424344|41424344|    41424344|41424344    |000041424344"),
        ("%.2x|%.2:x|%.3-X|%.1.x|%.0:x|%:x", "41 42 43 44|41:42:43:44|414-243-44|4.1.4.2.4.3.4.4|41424344|41424344"),
        ("%012.2:x|%.2{{x", "00:00:41:42:43:44|41{42{43{44"),
        ("%3l|%-3l|%03l|%-03l", "  4|4  |004|4  "),
    ] {
        assert_eq!(render(format, &full()), shown, "{format}");
    }
    let odd = received("t", b"\xff\xfe");
    assert_eq!(render("%4p|%1p", &odd), "  \\xff\\xfe|\\xff\\xfe");
}

#[test]
fn numbers_in_binary() {
    let of = |payload: &[u8]| received("t", payload);
    let (four, eight) = (of(&(-1.5_f32).to_ne_bytes()), of(&1e10_f64.to_ne_bytes()));
    for (format, of, shown) in [
        ("%f", &four, "-1.500000"),
        ("%.1f|%8.2f|%-8.2f|%08.2f|%.0f", &four, "-1.5|   -1.50|-1.50   |-0001.50|-2"),
        ("%d|%.1d", &eight, "10000000000.000000|10000000000.0"),
        ("%08f", &of(&f32::NEG_INFINITY.to_ne_bytes()), "    -inf"),
        ("%4d", &of(&f64::NAN.to_ne_bytes()), " nan"),
        ("<%9d>", &four, "<>"),
        ("<%f>", &eight, "<>"),
    ] {
        assert_eq!(render(format, of), shown, "{format}");
    }
    let is_number = |format: &[u8], received: &Received| {
        let shown = Shown { received, zone: &TimeZone::UTC, escaped: false, pretty: false };
        Pattern::parse(format).unwrap().render(&shown, &mut Vec::new())
    };
    assert_eq!([is_number(b"%f", &four), is_number(b"%d %t", &four), is_number(b"%t", &four)], [true, false, true]);
}

#[test]
fn times() {
    let hot = received("t", b"hot");
    for (format, shown) in [
        ("@Y-@m-@dT@H:@M:@S.@N@z", "2026-11-21T05:04:05.123456000+0200"),
        ("%@s.@N", "1795230245.123456000"),
        ("a@@b @% @n", "a@b % \n"),
        ("@c|@x|@X|@r", "Sat Nov 21 05:04:05 2026|11/21/26|05:04:05|05:04:05 AM"),
        ("@a @A @b @B @h @C @D @e @F @g @G", "Sat Saturday Nov November Nov 20 11/21/26 21 2026-11-21 26 2026"),
        ("@I @j @k @l @p @P @R @s @T @u @U @V @w @W @y", "05 325  5  5 AM am 05:04 1795230245 05:04:05 6 46 47 6 46 26"),
        ("{ts:%H}@M", "0504"),
    ] {
        assert_eq!(render(format, &hot), shown, "{format}");
    }
}

#[test]
fn literals_and_names() {
    let hot = received("a/b", b"hot");
    assert_eq!(render(r"\\ \0 \a \e[31m \n \r \t \v", &hot), "\\ \0 \x07 \x1b[31m \n \r \t \x0b");
    assert_eq!(
        render(r#"{"topic":"{topic}","n":{size}} {{topic} {topic:2} {payload:hex}{"#, &hot),
        r#"{"topic":"a/b","n":3} {topic} b 686f74{"#
    );
    assert_eq!(render("", &hot), "");
}

#[test]
fn what_is_no_format() {
    for (format, says) in [
        ("a %", "byte 3: '%' ends too early"),
        ("%-012", "byte 1: '%-012' ends too early"),
        ("%.2:", "byte 1: '%.2:' ends too early"),
        ("ab %5z", "byte 4: '%5z' is no conversion; %% is a single %"),
        ("%0-5t", "byte 1: '%0-5' is no conversion; %% is a single %"),
        ("%65536t", "byte 1: '%65536' is wider than 65535"),
        ("%.99999999999999999999t", "byte 1: '%.99999' is wider than 65535"),
        ("@", "byte 1: '@' ends too early"),
        ("@E", "byte 1: '@E' is no conversion of strftime; @@ is a single @"),
        ("%@f%@Q", "byte 4: '%@Q' is no conversion of strftime; @@ is a single @"),
        ("me@-x", "byte 3: '@-' is no conversion of strftime; @@ is a single @"),
        ("\\", "byte 1: '\\' ends too early"),
        ("x\\q", "byte 2: '\\q' is no escape; \\\\ is a single \\"),
        ("{topic} {{a} %z", "byte 14: '%z' is no conversion; %% is a single %"),
        ("{topik}", "a message has no 'topik'"),
        ("{topic:x}", "{topic:N} takes the number of a level, from 1"),
        ("{topic", "the { before 'topic' is not closed; {{ is a single {"),
        ("%\x1b[2J", "byte 1: '%\\x1b' is no conversion; %% is a single %"),
    ] {
        assert_eq!(Pattern::parse(format.as_bytes()).unwrap_err().to_string(), says, "{format}");
    }
}

const TST: &str = "2026-11-21T05:04:05.123456+0200";

#[test]
fn objects() {
    let object = |format: &str, payload: &[u8]| {
        let shown = render(format, &received("t", payload));
        let tail = shown.strip_prefix(&format!(r#"{{"tst":"{TST}","topic":"t","qos":0,"retain":false,"payloadlen":"#));
        tail.unwrap_or_else(|| panic!("{shown}")).to_owned()
    };
    for (payload, text, embedded) in [
        (&b"hot"[..], r#"3,"payload":"hot"}"#, r#"3,"payload":"hot","encoding":"utf8"}"#),
        (b"", r#"0,"payload":null}"#, r#"0,"payload":null}"#),
        (b"null", r#"4,"payload":"null"}"#, r#"4,"payload":null}"#),
        (b"a\0\n\"", r#"4,"payload":"a\u0000\n\""}"#, r#"4,"payload":"a\u0000\n\"","encoding":"utf8"}"#),
        (b"\xff", r#"1,"payload":"/w==","encoding":"base64"}"#, r#"1,"payload":"/w==","encoding":"base64"}"#),
        (b"[9007199254740993, 1.10]", r#"24,"payload":"[9007199254740993, 1.10]"}"#, r#"24,"payload":[9007199254740993,1.10]}"#),
    ] {
        assert_eq!((object("%j", payload).as_str(), object("%J", payload).as_str()), (text, embedded));
    }
    assert_eq!(
        render("%J", &full()),
        format!(
            r#"{{"tst":"{TST}","topic":"a/ä","qos":2,"retain":true,"payloadlen":4,"mid":7,"properties":{{"payload-format-indicator":1,"message-expiry-interval":4000000000,"content-type":"text","response-topic":"r","correlation-data":"Af4=","correlation-data-encoding":"base64","subscription-identifier":[3,4],"user-properties":[{{"k":"v"}},{{"k":"w"}}]}},"payload":"ABCD","encoding":"utf8"}}"#
        )
    );
    let mut bare = received("t", b"1");
    bare.message.properties = Some(Box::default());
    assert!(!render("%j", &bare).contains("properties"));
    let pretty = format!(
        "{{\n  \"tst\": \"{TST}\",\n  \"topic\": \"t\",\n  \"qos\": 0,\n  \"retain\": false,\n  \"payloadlen\": 1,\n  \"payload\": 1\n}}"
    );
    assert_eq!(render_as("%J", &bare, false, true), pretty);
}

#[test]
fn on_a_terminal_only_the_formats_own_bytes_are_commands() {
    let mut evil = received("a\x1b", "\x1b[2J\u{202e}".as_bytes());
    evil.message.properties = Some(Box::new(Properties {
        content_type: Some("\x1b]0;x\x07".into()),
        response_topic: Some("\u{9b}2J".into()),
        correlation_data: Some(Bytes::from_static(b"\x9b\x07")),
        user_properties: vec![("\x1bk".into(), "\u{2066}".into())],
        ..Properties::default()
    }));
    let all = "%t %p %C %D %P %R %j %J {topic} {topic:1} {payload} {payload:json} {content_type} {correlation_data} {response_topic} {user_properties} {json}";
    let safe = render_as(all, &evil, true, false);
    assert!(!safe.chars().any(crate::text::escape::is_hazard), "{safe}");
    assert_eq!(render_as(r"\e[31m%p\e[0m", &evil, true, false), "\x1b[31m\\x1b[2J\\u{202e}\x1b[0m");
    assert!(render(all, &evil).contains('\x1b'));
}
