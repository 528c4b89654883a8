//! How `sub` shows messages: `-F` against the installed mosquitto_sub, letter by letter, and the other forms byte for byte.
//!
//! Both programs get the same packets from a scripted peer. What is known to differ is left out there, and tested beside the code.

use serde_json::Value;

use crate::at;
use crate::support::child::Ended;
use crate::support::harness::{Case, Tool, case};
use crate::support::mqx::{Mqx, Outcome, contains};
use crate::support::packets::{Publish, Version, first, property, pubrel, string};
use crate::support::peer::Peer;
use crate::support::pty::{Pty, plain};
use crate::support::{STEP, Verdict, ensure, ensure_eq};

const V5: Version = Version::V5;

pub fn cases(list: &mut Vec<Case>) {
    for version in Version::BOTH {
        let mut compare = |name: &str, body: fn(Version) -> Verdict| {
            let name = format!("format::as_mosquitto::{name}::{}", version.flag());
            list.push(case(name, move || body(version)).needs(Tool::Mosquitto));
        };
        compare("letters", |version| same(version, &all(), &[LETTERS, LITERALS, UNFILLED]));
        compare("widths", |version| same(version, &narrow(), &[WIDTHS, PRECISIONS, IGNORED]));
        compare("times", times);
        compare("objects", objects);
    }
    list.push(case("format::as_mosquitto::refused", refused).needs(Tool::Mosquitto));
    list.push(case("format::ends", ends));
    list.push(case("format::json_payload", json_payload));
    list.push(case("format::no_number_is_told_once", no_number));
    for (words, says) in WRONG {
        list.push(case(format!("format::wrong::{}", words.join("_")), || wrong(words, says)));
    }
    list.push(case("terminal::format", on_terminal));
    list.push(case("terminal::look_of_payloads", look));
    list.push(case("terminal::length_prefixed", no_bytes_on_a_terminal));
}

/// Stands between the parts of a format, so that a difference can be named.
const MARK: &str = " ~ ";

const LETTERS: &[&str] =
    &["%%", "%t", "%p", "%l", "%m", "%q", "%r", "%x", "%X", "<%A>", "<%C>", "<%D>", "<%E>", "<%F>", "<%P>", "<%R>", "<%S>"];
const LITERALS: &[&str] = &[r"\\", r"\0", r"\a", r"\e", r"\n", r"\r", r"\t", r"\v", "@@", "a b", "{}", "\"{\"", "ä"];
/// An alignment and a fill that have nothing to fill.
const UNFILLED: &[&str] = &["%-t", "%0t", "%-0t", "%-l", "%0m"];
const WIDTHS: &[&str] = &[
    "%20t", "%-20t", "%020t", "%-020t", "%2t", "%20C", "%-20C", "%12R", "%-12R", "%5l", "%-5l", "%05l", "%-05l", "%05m", "%5E",
    "%-5E", "%5F", "%5S", "%-5S", "%5A", "%30I", "%-30I", "%20p", "%-20p", "%020p",
];
const PRECISIONS: &[&str] =
    &["%.3t", "%20.3t", "%-20.3t", "%.0t", "%.t", "%.2C", "%6.2C", "%.1R", "%.4I", "%9.4I", "%5.9l", "%20.2p"];
/// Where mosquitto takes a width and does nothing with it.
const IGNORED: &[&str] = &["%5%", "%5q", "%-5r", "%9U", "%20D", "%20P", "%.1P", "%0.1q"];

/// Messages as packets, with the identifier of those that want an acknowledgement.
type Script = Vec<(Vec<u8>, Option<(u8, u16)>)>;

fn script(version: Version, messages: &[Publish]) -> Script {
    let mut script = Vec::new();
    for message in messages {
        let ack = match message.qos {
            0 => None,
            1 => Some((first::PUBACK, message.id)),
            _ => Some((first::PUBREC, message.id)),
        };
        script.push((message.bytes(version), ack));
        if message.qos == 2 {
            script.push((pubrel(version, message.id), Some((first::PUBCOMP, message.id))));
        }
    }
    script
}

fn with_everything() -> Publish {
    let text = |identifier: u8, value: &[u8]| [vec![identifier], string(value)].concat();
    let properties = [
        vec![0x01, 1],
        property::message_expiry(60),
        text(0x03, b"text/plain"),
        text(0x08, b"answers/1"),
        text(0x09, b"one two"),
        vec![0x0B, 0x80, 0x01],
        property::user("k", "v w"),
        property::user("k", ""),
    ];
    Publish::new(1, 7, "sensors/1", "hot").properties(&property::all(&properties))
}

/// ASCII in less than 20 bytes, for widths.
fn narrow() -> Vec<Publish> {
    vec![
        Publish::new(0, 0, "a/b", "hot"),
        with_everything(),
        Publish::new(2, 300, "x", "two words").properties(&property::user("name", "value")),
        Publish::new(1, 8, "dup", "{\"a\": 1}").dup(),
        Publish::new(0, 0, "kept", "").retain(),
    ]
}

fn all() -> Vec<Publish> {
    let mut all = narrow();
    let binary = [vec![0x09], string([1, 0, 0xFE])].concat();
    all.push(Publish::new(0, 0, "百科/温度", "22 °C"));
    all.push(Publish::new(0, 0, "binary", [0xFF, 0, 0x80, b'\n', 0x1B]).properties(&binary));
    all
}

/// A broker that delivers messages one after the other to whoever subscribes.
fn deliver(version: Version, messages: &[Publish]) -> Verdict<Peer> {
    let script = script(version, messages);
    Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.grant_subscribe()?;
        for (packet, ack) in script {
            client.send(&packet)?;
            if let Some((first, id)) = ack {
                client.expect_ack(first, id)?;
            }
        }
        client.expect_disconnect()?;
        client.expect_eof()
    })
}

/// What `program` writes of these messages.
fn outcome(program: &str, version: Version, messages: &[Publish], words: &[&str]) -> Verdict<Outcome> {
    let peer = deliver(version, messages)?;
    let (port, count) = (peer.port(), messages.len().to_string());
    let command: &[&str] = if program == MOSQUITTO { &[] } else { &["sub"] };
    let common = ["-h", "127.0.0.1", "-p", &port, "-V", version.flag(), "-q", "2", "-C", &count, "-t", "#"];
    let outcome = Mqx::of_program(program, [command, &common, words].concat())?.run()?;
    outcome.expect_code(0)?;
    peer.finish()?;
    Ok(outcome)
}

const MQX: &str = env!("CARGO_BIN_EXE_mqx");
const MOSQUITTO: &str = "mosquitto_sub";

fn shown(program: &str, version: Version, messages: &[Publish], words: &[&str]) -> Verdict<Vec<u8>> {
    Ok(outcome(program, version, messages, words)?.stdout)
}

/// Both write the same for these parts of formats, all in one format.
fn same(version: Version, messages: &[Publish], parts: &[&[&str]]) -> Verdict {
    let parts = parts.concat();
    let format = parts.join(MARK);
    for words in [&["-F", format.as_str()][..], &["-v", "-N", "-F", &format]] {
        let ours = shown(MQX, version, messages, words)?;
        let theirs = shown(MOSQUITTO, version, messages, words)?;
        let split =
            |bytes: &[u8]| -> Vec<String> { bytes.escape_ascii().to_string().split(MARK).map(ToOwned::to_owned).collect() };
        // Times, which differ, are in the digits alone.
        let (ours, theirs) = (split(&ours), split(&theirs));
        for (place, (ours, theirs)) in ours.iter().zip(&theirs).enumerate() {
            let is_time = |text: &String| text.contains("20") && text.contains('T') || text.contains('.');
            let same = ours == theirs || is_time(ours) && digitless(ours) == digitless(theirs);
            ensure(same, format_args!("part {place} of {format}: mqx writes '{ours}', mosquitto '{theirs}'"))?;
        }
        ensure_eq(&ours.len(), &theirs.len(), "parts")?;
    }
    Ok(())
}

fn digitless(text: &str) -> String {
    text.chars().map(|character| if character.is_ascii_digit() { '0' } else { character }).collect()
}

/// Days are the same in both, unless one ends in between; of what is shorter the form is.
fn times(version: Version) -> Verdict {
    let messages = [Publish::new(0, 0, "a", "x")];
    let days = "@F ~ @a @A @b @B @h @C @d @D @e @g @G @j @m @u @U @V @w @W @x @y @Y @z @Z @n@t@%";
    let parts = "%I ~ %U ~ @H @I @M @N @p @P @r @R @s @S @T @X";
    for attempt in 0.. {
        let both = |format: &str| -> Verdict<(String, String)> {
            let of = |program| {
                Ok::<_, crate::support::Failed>(String::from_utf8(shown(program, version, &messages, &["-F", format])?)?)
            };
            Ok((of(MQX)?, of(MOSQUITTO)?))
        };
        let (ours, theirs) = both(days)?;
        if ours.split(MARK).next() != theirs.split(MARK).next() && attempt < 2 {
            continue;
        }
        ensure_eq(&ours, &theirs, days)?;
        let (ours, theirs) = both(parts)?;
        // Noon may come in between.
        let shape = |text: &str| digitless(&text.replace("PM", "AM").replace("pm", "am"));
        ensure_eq(&shape(&ours), &shape(&theirs), parts)?;
        // A blank stands in place of the first digit, now and then.
        let (ours, theirs) = both("@k ~ @l ~ @c")?;
        return ensure_eq(&shape(&ours.replace(' ', "0")), &shape(&theirs.replace(' ', "0")), "times with blanks");
    }
    Ok(())
}

/// As objects, once what only 2.0.11 does is taken off: a `Z` before the offset, a number for RETAIN, and User Properties as one object.
fn objects(version: Version) -> Verdict {
    let json = |payload: &str| Publish::new(0, 0, "j", payload);
    let numbers = json("{\"n\": [1.5, -2, true, null], \"s\": \"a\\u0041\\n\\\"\"}");
    for (format, messages) in
        [("%j", [narrow(), vec![json("äöü\"\\\t\u{1}")]].concat()), ("%J", vec![numbers, json(""), json("7")])]
    {
        for words in [&["-F", format][..], &["--pretty", "-F", format]] {
            let read = |program| -> Verdict<Vec<Value>> {
                let text = shown(program, version, &messages, words)?;
                let mut values = serde_json::Deserializer::from_slice(&text).into_iter().collect::<Result<Vec<Value>, _>>()?;
                for value in &mut values {
                    let time = value["tst"].as_str().unwrap_or_default().replace("Z+", "+");
                    value["tst"] = digitless(&time).into();
                    value["retain"] = (value["retain"] == true || value["retain"] == 1).into();
                    let pairs = value.pointer_mut("/properties/user-properties");
                    if let Some(pairs) = pairs {
                        *pairs = merged(pairs.take());
                    }
                }
                Ok(values)
            };
            let (ours, theirs) = (read(MQX)?, read(MOSQUITTO)?);
            ensure_eq(&ours, &theirs, format)?;
            ensure_eq(&ours.len(), &messages.len(), "objects")?;
        }
    }
    Ok(())
}

/// A list of objects as one.
fn merged(pairs: Value) -> Value {
    match pairs {
        Value::Array(pairs) => pairs.into_iter().filter_map(|pair| pair.as_object().cloned()).flatten().collect(),
        other => other,
    }
}

/// What mosquitto does not take, mqx does not.
fn refused() -> Verdict {
    for format in ["%", "a%z", "%5", "%-", "%0-5t", "%.2", r"\", r"\q", "@", "%5@5t", "%Y"] {
        for (program, command, code) in [(MOSQUITTO, None, 1), (MQX, Some("sub"), 2)] {
            let words = ["-p", "1", "-t", "a", "-F", format];
            Mqx::of_program(program, command.into_iter().chain(words))?.run()?.expect_code(code)?;
        }
    }
    Ok(())
}

/// `mqx sub WORDS` of messages.
fn sub(words: &[&str], messages: &[Publish]) -> Verdict<Outcome> {
    outcome(MQX, V5, messages, words)
}

fn ends() -> Verdict {
    let messages = [Publish::new(0, 0, "a/b", "x\ny"), Publish::new(1, 1, "c", "")];
    for (words, stdout) in [
        (&["--null"][..], "x\ny\0\0"),
        (&["--null", "-v"], "a/b x\ny\0c \0"),
        (&["--length-prefixed"], "\0\0\0\x03x\ny\0\0\0\0"),
        (&["--length-prefixed", "-v"], "\0\0\0\x03a/b\0\0\0\x03x\ny\0\0\0\x01c\0\0\0\0"),
        (&["-F", "%t"], "a/b\nc\n"),
        (&["-F", "%t;", "-N"], "a/b;c;"),
        (&["-F", "{topic:2}{size}{payload:json}", "--null"], "b3\"x\\ny\"\x000\"\"\0"),
    ] {
        sub(words, &messages)?.expect(0, stdout, "")?;
    }
    Ok(())
}

fn json_payload() -> Verdict {
    let payloads = [" {\"n\": 9007199254740993, \"n\": 1.10 }\n", "no JSON", ""];
    let messages = payloads.map(|payload| Publish::new(0, 0, "a", payload));
    let outcome = sub(&["--json-payload"], &messages)?;
    let text = String::from_utf8_lossy(&outcome.stdout).into_owned();
    let lines: Vec<&str> = text.lines().map(|line| line.split_once(",\"payload\":").map_or("", |(_, payload)| payload)).collect();
    let expected =
        [r#"{"n":9007199254740993,"n":1.10},"encoding":"json"}"#, r#""no JSON","encoding":"utf8"}"#, r#""","encoding":"utf8"}"#];
    ensure_eq(&lines, &expected.to_vec(), "payloads")?;
    // And back again, as compact as it was written.
    let record = text.lines().next().unwrap_or_default().to_owned() + "\n";
    let peer = Peer::play(|listener| {
        let (mut client, _) = listener.welcome(V5)?;
        client.expect_message(0, "a", r#"{"n":9007199254740993,"n":1.10}"#)?;
        client.answer_ping()?;
        client.goodbye()
    })?;
    at(&peer.port(), V5, &["pub", "--from-json"])?.stdin(record).run()?.expect(0, "", "")?;
    peer.finish()
}

fn no_number() -> Verdict {
    let number = 1.5_f32.to_ne_bytes();
    let messages = [Publish::new(0, 0, "a", number), Publish::new(0, 0, "a", "x"), Publish::new(0, 0, "a", "hot")];
    let outcome = sub(&["-F", "<%.1f>"], &messages)?;
    let warning = "warning: %f shows a payload of 4 bytes as a number, %d one of 8; another is left out\n";
    outcome.expect(0, "<1.5>\n<>\n<>\n", warning)?;
    ensure_eq(&outcome.stderr.matches("warning").count(), &1, &outcome.to_string())
}

const WRONG: &[(&[&str], &str)] = &[
    (&["-F", "%t %5z"], "error: -F: byte 4: '%5z' is no conversion; %% is a single %\n"),
    (&["-F", "{topic} {nothing}"], "error: -F: a message has no 'nothing'\nhint: the names are topic, payload, "),
    (&["-F", "%t", "--json"], "cannot be used with"),
    (&["--properties"], "error: --properties is for a person at a terminal\nhint: --json has them"),
    (&["--pretty"], "error: --pretty has nothing to lay out\nhint: add --json"),
];

fn wrong(words: &[&str], says: &str) -> Verdict {
    Mqx::new([&["sub", "-p", "1", "a"], words].concat())?.run()?.expect(2, "", says)
}

/// What a terminal is sent by `mqx sub WORDS` of messages.
fn screen(words: &[&str], environment: &[(&str, &str)], messages: &[Publish]) -> Verdict<Vec<u8>> {
    let peer = deliver(V5, messages)?;
    let (port, count) = (peer.port(), messages.len().to_string());
    let common = ["sub", "--quiet", "-h", "127.0.0.1", "-p", &port, "-V", "5", "-C", &count, "#"];
    let (screen, ended) = Pty::of_program(MQX, [&common, words].concat(), environment)?.finish(STEP)?;
    ensure_eq(&ended, &Ended::Code(0), &plain(&screen))?;
    peer.finish()?;
    Ok(screen)
}

/// Every text of it would clear the screen.
fn evil() -> Publish {
    let evil = "\u{1b}[2J\u{9b}2J\u{202e}";
    let text = |identifier: u8| [vec![identifier], string(evil)].concat();
    let properties = [text(0x03), text(0x08), text(0x09), property::user(evil, evil)];
    Publish::new(0, 0, evil, evil).properties(&property::all(&properties))
}

fn on_terminal() -> Verdict {
    let names = "{topic}{topic:1}{payload}{payload:json}{content_type}{response_topic}{correlation_data}{user_properties}{json}";
    let format = format!("\\e[1m%t %p %C %R %D %P %j %J {names}\\e[0m");
    for words in [&["-F", &format][..], &["--json-payload", "--pretty"], &["--properties", "--pretty"], &["--null", "-v"]] {
        let screen = screen(words, &[("NO_COLOR", "1")], &[evil()])?;
        let told = format!("{words:?}: {}", screen.escape_ascii());
        ensure(contains(&screen, b"2J"), &told)?;
        let own = String::from_utf8(screen)?.replace("\x1b[1m", "").replace("\x1b[0m", "").replace("\r\n", "");
        ensure(!own.contains(['\u{1b}', '\u{9b}', '\u{202e}']), &told)?;
        ensure(told.contains("\\x1b[1m") == words.contains(&format.as_str()), &told)?;
    }
    let raw = screen(&["-F", "%p", "--raw"], &[], &[evil()])?;
    ensure(contains(&raw, b"\x1b[2J"), raw.escape_ascii())
}

fn look() -> Verdict {
    let messages = [
        with_everything(),
        Publish::new(0, 0, "plant/1", "{\"temperature\": 21.50, \"ok\": true}"),
        Publish::new(0, 0, "plant/text", "one\ntwo\n").retain(),
        Publish::new(0, 0, "cam/1", [&[0xFF, 0xD8][..], b"0123456789abcdef"].concat()),
    ];
    let coloured = screen(&["--pretty", "--properties"], &[], &messages)?;
    let colours = ["\x1b[2m", "sensors/1\x1b[0m", "plant/1\x1b[0m"].map(|part| contains(&coloured, part.as_bytes()));
    ensure_eq(&colours, &[true; 3], "colours")?;
    let dull = screen(&["--pretty", "--properties"], &[("NO_COLOR", "1")], &messages)?;
    ensure(!contains(&dull, b"\x1b"), "NO_COLOR is honoured")?;
    ensure_eq(&digits_of_time(&plain(&dull)), &digits_of_time(&plain(&coloured)), "without colour")?;
    let expected = "\
00:00:00.000  sensors/1  hot
  subscription_id: 128
  expiry: 60 s
  content_type: text/plain
  response_topic: answers/1
  correlation_data: one two
  payload_format: utf8
  user_property: k=v w
  user_property: k=
00:00:00.000  plant/1
  {
    \"temperature\": 21.50,
    \"ok\": true
  }
00:00:00.000  plant/text  (retained)
  one
  two
00:00:00.000  cam/1  18 bytes
  00000000  ff d8 30 31 32 33 34 35  36 37 38 39 61 62 63 64  |..0123456789abcd|
  00000010  65 66                                             |ef|
";
    ensure_eq(&digits_of_time(&plain(&dull)), &expected.to_owned(), "the look")
}

/// The time of a line made zero.
fn digits_of_time(screen: &str) -> String {
    let line = |line: &str| match line.split_at_checked(12) {
        Some((time, rest)) if digitless(time) == "00:00:00.000" => format!("00:00:00.000{rest}\n"),
        _ => format!("{line}\n"),
    };
    screen.lines().map(line).collect()
}

fn no_bytes_on_a_terminal() -> Verdict {
    let (screen, ended) = Pty::mqx(["sub", "-p", "1", "a", "--length-prefixed"])?.finish(STEP)?;
    ensure_eq(&ended, &Ended::Code(2), "status")?;
    ensure(plain(&screen).contains("--length-prefixed writes bytes that are not for a terminal"), plain(&screen))
}
