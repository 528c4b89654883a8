//! Tables of argv → what is to be published.

use std::time::Duration;

use super::super::testing::{assert_says, nowhere, parse, told};
use super::*;
use crate::payload::Origin;

fn resolve(words: &[&str]) -> Result<Publication, String> {
    parse::<MessageArgs>(words)?.resolve(None, &nowhere()).map_err(told)
}

fn text(text: &'static str) -> Content {
    Content::Given(Bytes::from_static(text.as_bytes()))
}

#[test]
fn positionals_fill_what_flags_left() {
    let file = || Origin::File("f".into());
    for (words, topic, content) in [
        (&["a", "hot"][..], "a", text("hot")),
        (&["a"], "a", Content::Unsaid),
        (&["a", ""], "a", text("")),
        (&["a", "-5"], "a", text("-5")),
        (&["a", "-1.5e3"], "a", text("-1.5e3")),
        (&["-t", "a", "hot"], "a", text("hot")),
        (&["-t", "a", "-5"], "a", text("-5")),
        (&["-t", "-a", "--", "-m"], "-a", text("-m")),
        (&["a", "--", "-m"], "a", text("-m")),
        (&["-m", "hot", "a"], "a", text("hot")),
        (&["-m", "-n", "-t", "a"], "a", text("-n")),
        (&["a", "-m", "--lines"], "a", text("--lines")),
        (&["a", "-m", "x", "--message=y"], "a", text("y")),
        (&["a", "-n"], "a", text("")),
        (&["a", "--null-message"], "a", text("")),
        (&["a", "-s"], "a", Content::Whole(Origin::Stdin)),
        (&["a", "-f", "f"], "a", Content::Whole(file())),
        (&["a", "-f", "-n"], "a", Content::Whole(Origin::File("-n".into()))),
        (&["a", "-l"], "a", Content::Lines(Origin::Stdin)),
        (&["a", "--stdin-line"], "a", Content::Lines(Origin::Stdin)),
        (&["a", "-l", "-f", "f"], "a", Content::Lines(file())),
        (&["-f", "f", "-lt", "a"], "a", Content::Lines(file())),
    ] {
        let publication = resolve(words).unwrap();
        let topics: Vec<&str> = publication.topics.iter().map(TopicName::as_str).collect();
        assert_eq!((topics, publication.content), (vec![topic], content), "{words:?}");
    }
}

#[test]
fn a_message_goes_to_every_topic_of_the_list() {
    let publication = resolve(&["-t", "b", "hot", "--topic=a"]).unwrap();
    assert_eq!(publication.topics.iter().map(TopicName::as_str).collect::<Vec<_>>(), ["b", "a"]);
    assert_eq!(publication.content, text("hot"));
}

#[test]
fn a_topic_alias_is_auto_or_a_number_for_one_topic() {
    let aliases = |words: &[&str]| resolve(words).map(|publication| publication.aliases);
    assert_eq!(aliases(&["a", "x"]), Ok(TopicAliases::None));
    for words in [&["a", "x"][..], &["-t", "a", "-t", "b", "-m", "x"], &["--from-json"]] {
        assert_eq!(aliases(&[words, &["--topic-alias", "auto"]].concat()), Ok(TopicAliases::Auto), "{words:?}");
    }
    for number in ["1", "65535"] {
        let expected = TopicAliases::Fixed(number.parse().unwrap());
        assert_eq!(aliases(&["a", "-l", "--topic-alias", number]), Ok(expected));
    }
    for wrong in ["0", "65536", "x", "", "-1", "1x"] {
        let words = ["a", "x", &format!("--topic-alias={wrong}")];
        assert_says(resolve(&words), "--topic-alias|a topic alias is auto, or 1 to 65535", &words);
    }
    for words in [&["-t", "a", "-t", "b", "-m", "x"][..], &["--from-json", "a"], &["--from-json"]] {
        let words = [words, &["--topic-alias", "2"]].concat();
        assert_says(resolve(&words), "one topic alias for more than one topic|--topic-alias auto", &words);
    }
    assert_eq!(parse::<MessageArgs>(&["a", "x", "--topic-alias", "auto"]).unwrap().needs_5(), Some("--topic-alias"));
}

#[test]
fn records_need_no_topic() {
    let file = || Origin::File("f".into());
    for (words, topics, content) in [
        (&["--from-json"][..], &[][..], Content::Records(Origin::Stdin)),
        (&["--from-json", "a"], &["a"], Content::Records(Origin::Stdin)),
        (&["-t", "b", "--from-json", "-f", "f", "-t", "a"], &["b", "a"], Content::Records(file())),
    ] {
        let publication = resolve(words).unwrap();
        let found: Vec<&str> = publication.topics.iter().map(TopicName::as_str).collect();
        assert_eq!((&*found, publication.content), (topics, content), "{words:?}");
    }
}

#[test]
fn a_url_may_name_the_topic() {
    let resolve = |words: &[&str], url| parse::<MessageArgs>(words)?.resolve(Some(url), &nowhere()).map_err(told);
    let publication = resolve(&["hot"], "a/b").unwrap();
    assert_eq!((publication.topics[0].as_str(), publication.content), ("a/b", text("hot")));
    assert_says(resolve(&["a", "hot"], "b"), "'hot' is one word too many", &["a", "hot"]);
    assert_says(resolve(&["--lines-topic", " "], "b"), "the topic is given twice, by --lines-topic", &["--lines-topic"]);
    assert_says(resolve(&["-t", "a", "hot"], "b"), "the topic is given twice, by -t and in the URL", &["-t", "a"]);
    assert_says(resolve(&["hot"], "a/+"), "topic 'a/+': it has the wildcard +", &["hot"]);
}

#[test]
fn levels_and_repetition() {
    let level = |words: &[&str]| resolve(words).map(|p| (p.qos.level as u8, p.qos.asked, p.retain));
    assert_eq!(level(&["a", "x"]), Ok((1, false, false)));
    assert_eq!(level(&["a", "x", "-q", "0", "-rq1"]), Ok((1, true, true)));
    let repeat = |words: &[&str]| resolve(words).map(|p| (p.repeat, p.rate));
    let every = |ms| Rate::every(Duration::from_millis(ms));
    assert_eq!(repeat(&["a", "x"]), Ok((1, None)));
    assert_eq!(repeat(&["a", "x", "--repeat", "3"]), Ok((3, None)));
    assert_eq!(repeat(&["a", "x", "--repeat", "3", "--interval", "500ms"]), Ok((3, every(500))));
    assert_eq!(repeat(&["a", "x", "--repeat-delay", "1.5", "--repeat", "3"]), Ok((3, every(1500))));
    assert_eq!(repeat(&["a", "x", "--repeat", "3", "--interval", "0"]), Ok((3, None)));
    let (count, period) = (30_000_000, Duration::from_secs(60_000_000));
    assert_eq!(repeat(&["a", "x", "--repeat", "3", "--rate", "30/m"]), Ok((3, Some(Rate { count, period }))));
    for lines in [&["a", "-l"][..], &["--from-json"], &["a", "--delimiter", ";"], &["--lines-topic", ";"]] {
        assert_eq!(repeat(&[lines, &["--interval", "1"]].concat()), Ok((1, every(1000))), "{lines:?}");
        assert!(repeat(&[lines, &["--rate", "1"]].concat()).is_ok_and(|(_, rate)| rate.is_some()), "{lines:?}");
    }
}

#[test]
fn what_lines_end_with_and_what_is_in_them() {
    let lines = |words: &[&str]| resolve(words).map(|p| (p.content, p.delimiter, p.lines_topic, p.topics.len()));
    let stdin = || Content::Lines(Origin::Stdin);
    let file = || Content::Lines(Origin::File("f".into()));
    for (words, content, delimiter, separator, topics) in [
        (&["a", "-l"][..], stdin(), &b"\n"[..], None, 1),
        (&["a", "--delimiter", r"\0"], stdin(), b"\0", None, 1),
        (&["a", "-l", "--delimiter", r"\r\n\x7c|", "-f", "f"], file(), b"\r\n||", None, 1),
        (&["-t", "a", "--delimiter", "--"], stdin(), b"--", None, 1),
        (&["--lines-topic", " "], stdin(), b"\n", Some(&b" "[..]), 0),
        (&["-l", "--lines-topic", r"\t", "--delimiter", ";", "-f", "f"], file(), b";", Some(b"\t"), 0),
    ] {
        let separator = separator.map(Bytes::from_static);
        assert_eq!(lines(words), Ok((content, Bytes::from_static(delimiter), separator, topics)), "{words:?}");
    }
}

#[test]
fn templates_are_asked_for() {
    assert!(resolve(&["a/{x", "{counter}"]).unwrap().templates.is_none());
    let words = ["a/{counter}", "6{x}", "--template", "--encoding", "hex", "--expiry", "1", "--user-property", "a={uuid}"];
    let publication = resolve(&words).unwrap();
    let templates = publication.templates.unwrap();
    assert_eq!((publication.content, publication.topics.len(), publication.properties), (text("6{x}"), 0, None));
    assert_eq!((templates.topics.len(), templates.seed, templates.properties.is_some()), (1, None, true));
    let templates = resolve(&["--from-json", "--template", "--seed", "7"]).unwrap().templates.unwrap();
    assert_eq!((templates.topics.len(), templates.seed, templates.properties.is_some()), (0, Some(7), false));
    // Bytes are no text, whatever they look like.
    assert!(resolve(&["a", "b", "--template", "--correlation-data", "hex:7b78"]).is_ok());
}

#[test]
fn what_is_typed_is_decoded() {
    for (words, content) in [
        (&["a", "00 ff", "--encoding", "hex"][..], Content::Given(Bytes::from_static(b"\x00\xff"))),
        (&["a", "-m", "AP8=", "--encoding", "base64"], Content::Given(Bytes::from_static(b"\x00\xff"))),
        (&["a", "-l", "--encoding", "base64"], Content::Lines(Origin::Stdin)),
        (&["a", "-s", "--encoding", "hex"], Content::Whole(Origin::Stdin)),
    ] {
        assert_eq!(resolve(words).unwrap().content, content, "{words:?}");
    }
    assert_eq!(resolve(&["a", "-l", "--encoding", "hex"]).unwrap().encoding, Some(Encoding::Hex));
    assert_eq!(resolve(&["a", "-l", "--encoding", "base64"]).unwrap().encoding, Some(Encoding::Base64));
    assert_eq!(resolve(&["a", "-l"]).unwrap().encoding, None);
}

#[test]
fn properties_go_with_any_content() {
    for words in [&["a", "x"][..], &["a", "-l"], &["--from-json"], &["a"]] {
        assert_eq!(resolve(words).unwrap().properties, None, "{words:?}");
        let expected = Properties { expiry: Some(60), content_type: Some("t".into()), ..Properties::default() };
        let words = [words, &["--expiry", "1m", "--content-type", "t"]].concat();
        assert_eq!(resolve(&words).unwrap().properties.as_deref(), Some(&expected), "{words:?}");
    }
}

#[test]
fn what_cannot_be_meant() {
    for (words, says) in [
        (&[][..], "no topic|mqx pub"),
        (&["-m", "x"], "no topic"),
        (&["a", "hot", "day"], "'day' is one word too many|quote a message that has spaces"),
        (&["a", "b", "c", "d"], "'c' is one word too many"),
        (&["-t", "a", "hot", "day"], "'day' is one word too many"),
        (&["a", "day", "-m", "hot"], "'day' is one word too many"),
        (&["a/+", "x"], "topic 'a/+': it has the wildcard +|mqx sub"),
        (&["#", "x"], "wildcard #"),
        (&["", "x"], "topic '': it is empty"),
        (&["a", "-m", "x", "-f", "f"], "--message|cannot be used with|--file"),
        (&["a", "-m", "x", "-l"], "cannot be used with"),
        (&["a", "-m", "x", "-n"], "cannot be used with"),
        (&["a", "-m", "x", "-s"], "cannot be used with"),
        (&["a", "-f", "x", "-s"], "cannot be used with"),
        (&["a", "-f", "x", "-n"], "cannot be used with"),
        (&["a", "-s", "-l"], "cannot be used with"),
        (&["a", "-s", "-n"], "cannot be used with"),
        (&["a", "-l", "-n"], "cannot be used with"),
        (&["a", "-l", "--repeat", "2"], "cannot be used with"),
        (&["--from-json", "-m", "x"], "--from-json|cannot be used with|--message"),
        (&["--from-json", "-s"], "cannot be used with"),
        (&["--from-json", "-l"], "cannot be used with"),
        (&["--from-json", "-n"], "cannot be used with"),
        (&["--from-json", "--repeat", "2"], "cannot be used with"),
        (&["--from-json", "a", "hot"], "'hot' is one word too many"),
        (&["a", "x", "--interval", "1"], "--interval is for more than one message: --repeat N"),
        (&["a", "x", "--rate", "1"], "--rate is for more than one message: --repeat N"),
        (&["a", "-s", "--rate", "1"], "--rate is for more than one message"),
        (&["a", "-l", "--rate", "1", "--interval", "1"], "cannot be used with"),
        (&["a", "-l", "--rate", "0"], "--rate|a rate is"),
        (&["a", "-l", "--rate", "1/d"], "--rate|a rate is"),
        (&["a", "--delimiter", ""], "--delimiter|it is empty"),
        (&["a", "--delimiter", r"\q"], r"--delimiter|what follows a \ is"),
        (&["--lines-topic", ""], "--lines-topic|it is empty"),
        (&["--lines-topic"], "--lines-topic"),
        (&["--lines-topic", " ", "-t", "a"], "cannot be used with"),
        (&["--lines-topic", " ", "a"], "'a' is one word too many"),
        (&["--lines-topic", " ", "-m", "a"], "cannot be used with"),
        (&["--lines-topic", " ", "--from-json"], "cannot be used with"),
        (&["--delimiter", " ", "--from-json"], "cannot be used with"),
        (&["a", "--delimiter", " ", "-s"], "cannot be used with"),
        (&["a", "--delimiter", " ", "-n"], "cannot be used with"),
        (&["a", "--delimiter", " ", "--repeat", "2"], "cannot be used with"),
        (&["--lines-topic", " ", "--repeat", "2"], "cannot be used with"),
        (&["a", "x", "--seed", "1"], "--template"),
        (&["a", "x", "--template", "--seed", "-1"], "-1"),
        (&["a/{x}", "x", "--template"], "topic 'a/{x}': there is no {x}|there are {counter}"),
        (&["a/{counter:x}", "x", "--template"], "topic 'a/{counter:x}': {counter:x}: it is {counter}, {counter:START}"),
        (&["a/{counter", "x", "--template"], "the { before 'counter' is not closed"),
        (&["a/{counter}/#", "x", "--template"], "topic 'a/{counter}/#': it has the wildcard #|mqx sub"),
        (&["", "x", "--template"], "topic '': it is empty"),
        (&["a/{env:HOME}", "x", "--template"], "{env:HOME}: the environment has no such variable"),
        (&["a", "x", "--template", "--content-type", "{x}"], "content type: there is no {x}|there are {counter}"),
        (&["a", "x", "--template", "--response-topic", "{x}"], "response topic: there is no {x}"),
        (&["a", "x", "--template", "--correlation-data", "{x}"], "correlation data: there is no {x}"),
        (&["a", "x", "--template", "--user-property", "a={x}"], "user property: there is no {x}"),
        (&["a", "x", "--repeat", "0"], "'0'|--repeat"),
        (&["a", "-x"], "-x"),
        (&["a", "x", "--user-property", "y"], "NAME=VALUE"),
        (&["a", "0", "--encoding", "hex"], "the message: it is not two hexadecimal digits a byte"),
        (&["a", "0", "--encoding", "base64"], "the message: it is not base64"),
        (&["a", "0", "--encoding", "gzip"], "gzip|hex|base64"),
        (&["--from-json", "--encoding", "hex"], "cannot be used with"),
        (&["a", "-n", "--encoding", "hex"], "cannot be used with"),
    ] {
        assert_says(resolve(words), says, words);
    }
}

#[cfg(unix)]
#[test]
fn any_bytes_are_a_message_and_only_text_is_a_topic() {
    use std::os::unix::ffi::OsStringExt as _;

    let bytes = || OsString::from_vec(b"\xff\x01".to_vec());
    let args = MessageArgs { first: Some("a".into()), second: Some(bytes()), ..parse(&[]).unwrap() };
    assert_eq!(args.resolve(None, &nowhere()).unwrap().content, Content::Given(Bytes::from_static(b"\xff\x01")));
    let args = MessageArgs { first: Some(bytes()), ..parse(&[]).unwrap() };
    assert_eq!(told(args.resolve(None, &nowhere()).unwrap_err()), "topic '\\xff\\x01': it is not UTF-8 hint: ");
}
