//! `pub --template`: places that are filled in anew for each message, and what cannot be.

use crate::at;
use crate::support::harness::{Case, Tool, both, case};
use crate::support::mosquitto::Mosquitto;
use crate::support::mqx::Mqx;
use crate::support::packets::{Publish, Version, property, puback, string};
use crate::support::peer::Peer;
use crate::support::{Verdict, ensure, ensure_eq};

pub fn cases(list: &mut Vec<Case>) {
    both(list, "template::one_number_in_all_places_of_a_message", one_number);
    both(list, "template::lines_are_templates", lines);
    both(list, "template::a_topic_that_cannot_be_is_left_out", bad_topics);
    list.push(case("template::every_input", inputs));
    list.push(case("template::properties", properties));
    list.push(case("template::beside_records", records));
    list.push(case("template::without_it_braces_are_braces", without));
    list.push(case("template::a_seed_draws_the_same", seeds));
    list.push(case("template::what_is_none_is_said_before_the_connection", usage));
    list.push(case("template::mosquitto::bytes_as_received", as_received).needs(Tool::Mosquitto));
}

/// Runs `pub WORDS` with an input; a peer takes these messages, of QoS 1, and no other. Status and stderr.
fn publishes(version: Version, words: &[&str], stdin: &str, messages: Vec<Publish>, end: (i32, &str)) -> Verdict {
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        for (message, id) in messages.into_iter().zip(1..) {
            ensure_eq(&client.expect_publish()?, &Publish { qos: 1, id, ..message }, "a message")?;
            client.send(&puback(version, id))?;
        }
        client.goodbye()
    })?;
    let run = at(&peer.port(), version, &[&["pub"], words].concat())?.env("ROOM", "kitchen").env("WILD", "a/+");
    std::fs::write(run.home().join("file"), stdin)?;
    run.stdin(stdin).run()?.expect_whole(end.0, "", end.1)?;
    peer.finish()
}

fn message(topic: &str, payload: &str) -> Publish {
    Publish::new(1, 0, topic, payload)
}

fn one_number(version: Version) -> Verdict {
    let words = ["-t", "{env:ROOM}/{counter}", "-t", "b/{counter:0:10}", "-m", "{{counter} {counter} {\"n\":{counter:-1:-1}}"];
    let expected = vec![
        message("kitchen/1", "{counter} 1 {\"n\":-1}"),
        message("b/0", "{counter} 1 {\"n\":-1}"),
        message("kitchen/2", "{counter} 2 {\"n\":-2}"),
        message("b/10", "{counter} 2 {\"n\":-2}"),
    ];
    publishes(version, &[&words[..], &["--template", "--repeat", "2"]].concat(), "", expected, (0, ""))
}

/// One that is none is left out, the others go on, and the end is 1. The environment is not theirs.
fn lines(version: Version) -> Verdict {
    let input = "n {counter}\n{what}\n{counter:x}\n{env:ROOM}\n{counter\n\nn {counter}";
    let says = "\
warning: line 2 left out: there is no {what}; {{ is a single {
warning: line 3 left out: {counter:x}: it is {counter}, {counter:START} or {counter:START:STEP}, whole numbers
warning: line 4 left out: {env:ROOM}: a line of an input cannot read the environment
warning: line 5 left out: the { before 'counter' is not closed; {{ is a single {
error: 4 lines left out
";
    let expected = vec![message("a/1", "n 1"), message("a/6", ""), message("a/7", "n 7")];
    publishes(version, &["a/{counter}", "-l", "--template"], input, expected, (1, says))?;
    let input = "a/{counter}={counter:10};b{x}=1;c=\\{counter};d";
    let says = "\
warning: line 2 left out: there is no {x}; {{ is a single {
warning: line 4 left out: there is no separator in it
error: 2 lines left out
";
    let words = ["--template", "--lines-topic", "=", "--delimiter", ";"];
    publishes(version, &words, input, vec![message("a/1", "10"), message("c", "\\3")], (1, says))
}

fn bad_topics(version: Version) -> Verdict {
    let says = "\
warning: message 1 left out: topic: it has the wildcard +, which only a filter may have
warning: message 2 left out: topic: it has the wildcard +, which only a filter may have
error: 2 messages left out
";
    let words = ["-t", "{env:WILD}", "-t", "b", "-m", "{counter}", "--template", "--repeat", "2"];
    publishes(version, &words, "", vec![message("b", "1"), message("b", "2")], (1, says))?;
    let says = "warning: message 1 left out: it is not two hexadecimal digits a byte\nerror: 1 message left out\n";
    publishes(version, &["a", "{counter}", "--template", "--encoding", "hex"], "", vec![], (1, says))
}

/// What is decoded is what stands there when the places are filled in.
fn inputs() -> Verdict {
    let publishes = |words: &[&str], stdin, payload| {
        publishes(Version::V5, &[&["a", "--template"], words].concat(), stdin, vec![message("a", payload)], (0, ""))
    };
    publishes(&["{counter}{{"], "", "1{")?;
    publishes(&["-f", "file"], "{env:ROOM}\n", "kitchen\n")?;
    publishes(&["-s"], "{counter:7}\n", "7\n")?;
    publishes(&[], "{counter:8}", "8")?;
    publishes(&["-n"], "", "")?;
    publishes(&["-m", "4{counter}", "--encoding", "hex"], "", "A")?;
    publishes(&["-s", "--encoding", "hex"], "4{counter}\n", "A")?;
    publishes(&["-l", "--encoding", "hex"], "4{counter}\n", "A")
}

fn properties() -> Verdict {
    let properties = |n: &str, data: &str| {
        let response_topic = [&[0x08], &string(format!("answers/{n}"))[..]].concat();
        let correlation_data = [&[0x09], &string(data)[..]].concat();
        let content_type = [&[0x03], &string(format!("text/{n}"))[..]].concat();
        property::all(&[response_topic, correlation_data, property::user("{n}", n), property::user("b", "{"), content_type])
    };
    let words =
        ["a", "x", "--template", "--repeat", "2", "--response-topic", "answers/{counter}", "--content-type", "text/{counter}"];
    let users = ["--user-property", "{n}={counter}", "--user-property", "b={{"];
    let expected = |data: [&str; 2]| {
        let of = |n: &str, data: &str| message("a", "x").properties(&properties(n, data));
        vec![of("1", data[0]), of("2", data[1])]
    };
    let text = [&words[..], &users, &["--correlation-data", "id {counter}"]].concat();
    publishes(Version::V5, &text, "", expected(["id 1", "id 2"]), (0, ""))?;
    // `{x`, which would be no template.
    let binary = [&words[..], &users, &["--correlation-data", "hex:7b78"]].concat();
    publishes(Version::V5, &binary, "", expected(["{x", "{x"]), (0, ""))
}

/// What a record says is no template; what it does not say may be.
fn records() -> Verdict {
    let words = ["--from-json", "--template", "-t", "t/{counter}", "-t", "u", "--content-type", "{counter}"];
    let input =
        "{\"payload\":\"{counter}\"}\n\n{\"topic\":\"{x\",\"payload\":\"2\",\"content_type\":\"{y\"}\nz\n{\"payload\":\"4\"}";
    let of =
        |topic, payload, content_type: &str| message(topic, payload).properties(&[&[0x03], &string(content_type)[..]].concat());
    let expected =
        vec![of("t/1", "{counter}", "1"), of("u", "{counter}", "1"), of("{x", "2", "{y"), of("t/4", "4", "4"), of("u", "4", "4")];
    let says = "warning: line 4 left out: it is no JSON: the error is near byte 1\nerror: 1 line left out\n";
    publishes(Version::V5, &words, input, expected, (1, says))
}

fn without() -> Verdict {
    let text = "{counter} {{ {what";
    publishes(Version::V5, &["{counter}", text], "", vec![message("{counter}", text)], (0, ""))?;
    publishes(Version::V5, &["a", "-l"], text, vec![message("a", text)], (0, ""))
}

/// Topic and payload of three messages in which everything is drawn.
fn drawn(words: &[&str]) -> Verdict<Vec<Vec<u8>>> {
    let (to, from) = std::sync::mpsc::channel();
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(Version::V5)?;
        for _ in 0..3 {
            let message = client.expect_publish()?;
            client.send(&puback(Version::V5, message.id))?;
            to.send([message.topic, message.payload].concat())?;
        }
        client.goodbye()
    })?;
    let fixed = ["pub", "{hex:8}", "{uuid} {random} {random:1:6} {random:0:0.5} {bytes:40}", "--template", "--repeat", "3"];
    at(&peer.port(), Version::V5, &[&fixed, words].concat())?.run()?.expect_whole(0, "", "")?;
    peer.finish()?;
    Ok(from.iter().collect())
}

fn seeds() -> Verdict {
    let seven = drawn(&["--seed", "7"])?;
    ensure_eq(&drawn(&["--seed", "7"])?, &seven, "the same seed")?;
    ensure(seven[0] != seven[1] && seven[1] != seven[2], "each message draws anew")?;
    ensure(drawn(&["--seed", "8"])? != seven, "another seed")?;
    ensure(drawn(&[])? != drawn(&[])?, "no seed")
}

/// Nothing listens on the port.
fn usage() -> Verdict {
    let of = |words: &[&str], stdin: &str| {
        let run = Mqx::new([&["pub", "-h", "127.0.0.1", "-p", "1", "--template"], words].concat())?;
        std::fs::write(run.home().join("file"), stdin)?;
        run.stdin(stdin).run()
    };
    let names = "hint: there are {counter}, {time}, {random}, {hex:N}, {bytes:N}, {uuid} and {env:NAME}\n";
    let unknown = format!("error: the message: there is no {{x}}; {{{{ is a single {{\n{names}");
    of(&["a", "{x}"], "")?.expect_whole(2, "", &unknown)?;
    of(&["a", "-f", "file"], "{x}")?.expect_whole(2, "", &unknown)?;
    of(&["a", "-s"], "{x}")?.expect_whole(2, "", &unknown)?;
    of(&["a{x}", "y"], "")?.expect(2, "", "error: topic 'a{x}': there is no {x}")?;
    of(&["a", "{env:NONE}"], "")?.expect_whole(
        2,
        "",
        "error: the message: {env:NONE}: the environment has no such variable\n",
    )?;
    of(&["a", "{random:2:1}"], "")?.expect(2, "", "{random:2:1}: it is {random} or {random:FROM:TO}")?;
    of(&["a", "{time:%!}"], "")?.expect(2, "", "{time:%!}: it is {time}, {time:unix}")?;
    of(&["a", "\u{1b}{\u{1b}x"], "")?.expect(3, "", "")?;
    of(&["a", "{x\u{1b}}"], "")?.expect(2, "", "'x\\x1b' is no name")
}

fn as_received() -> Verdict {
    let broker = Mosquitto::start()?;
    let words = ["pub", "-r", "t/{counter}", "{time:unix_ms}|{bytes:20}|{uuid}", "--template", "--repeat", "2", "--rate", "100"];
    at(&broker.port(), Version::V5, &words)?.run()?.expect_whole(0, "", "")?;
    let heard =
        broker.client("mosquitto_sub")?.args(["-t", "t/1", "-t", "t/2", "-C", "2", "-W", "20", "-F", "%t %l"]).output()?;
    let text = String::from_utf8(heard.stdout)?;
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    ensure_eq(&lines, &vec!["t/1 71", "t/2 71"], "what mosquitto_sub heard")
}
