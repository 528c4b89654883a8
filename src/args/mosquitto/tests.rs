//! argv → argv, and what mosquitto's own options come to in a command of ours.

use std::fs;

use clap::Args as _;

use super::super::{ConnectArgs, FilterArgs, MessageArgs, RequestsArgs};
use super::*;

fn words(words: &[&str]) -> Vec<OsString> {
    words.iter().map(OsString::from).collect()
}

/// The options of a command, as far as they matter here.
fn command(name: &str) -> Command {
    let command = |name| ConnectArgs::augment_args(Command::new(name)).args(options());
    match name {
        "pub" => MessageArgs::augment_args(command("pub")),
        "sub" => RequestsArgs::augment_args(FilterArgs::augment_args(command("sub"))),
        _ => command("sim-temp"),
    }
}

fn rewritten(typed: &[&str]) -> Result<Option<Rewritten>, LayerError> {
    rewrite(&command(typed[0]), &words(&[&["mqx"], typed].concat()))
}

/// The words behind the command.
fn behind(typed: &[&str]) -> Result<Vec<String>, String> {
    let rewritten = rewritten(typed).map_err(|error| match error {
        LayerError::Usage { message, hint } | LayerError::Local { message, hint } => {
            format!("{message} hint: {}", hint.unwrap_or_default())
        }
    })?;
    let words = rewritten.expect("something was rewritten").words;
    assert_eq!(words[..2], ["mqx", typed[0]]);
    Ok(words[2..].iter().map(|word| word.to_str().unwrap().to_owned()).filter(|word| word != "--needs-mqtt-5").collect())
}

#[test]
fn nothing_to_do_is_nothing_done() {
    for typed in [
        &["pub", "a", "b"][..],
        &["pub", "-h", "x", "-t", "a", "-m", "D", "--topic", "o"],
        &["pub", "a", "-"],
        &["pub", "--quiet", "a", "o", "D"],
    ] {
        assert_eq!(rewritten(typed).unwrap(), None, "{typed:?}");
    }
}

#[test]
fn every_property_is_an_option() {
    for (typed, word) in [
        ("pub -D publish content-type text/plain", "--content-type=text/plain"),
        ("pub -D PUBLISH Response-Topic a/b", "--response-topic=a/b"),
        ("pub --property publish message-expiry-interval 32", "--expiry=32"),
        ("pub -D publish payload-format-indicator 1", "--payload-format=1"),
        ("pub -D publish correlation-data @file", "--correlation-data=base64:QGZpbGU="),
        ("pub -D publish correlation-data hex:00", "--correlation-data=base64:aGV4OjAw"),
        ("pub -D publish user-property key value", "--user-property=key=value"),
        ("pub -D publish user-property a=b c=d", "--user-property=a=b\0c=d"),
        ("pub -D publish content-type -D", "--content-type=-D"),
        ("pub -D publish content-type --", "--content-type=--"),
        ("sub -D connect receive-maximum 5", "--receive-maximum=5"),
        ("sub -D connect maximum-packet-size 1000", "--max-packet=1000"),
        ("sub -D connect session-expiry-interval 60", "--session-expiry=60"),
        ("sub -D connect topic-alias-maximum 3", "--topic-alias-maximum=3"),
        ("sub -D connect request-problem-information 0", "--no-request-problem-information"),
        ("sub -D connect request-problem-information 1", "--request-problem-information"),
        ("sub -D connect request-response-information 1", "--request-response-information"),
        ("sub -D connect request-response-information 0", "--no-request-response-information"),
        ("sub -D connect user-property key value", "--connect-user-property=key=value"),
        ("sub -D subscribe subscription-identifier 7", "--subscription-id=7"),
        ("sub -D subscribe user-property key value", "--subscribe-user-property=key=value"),
        ("sub -D unsubscribe user-property key value", "--unsubscribe-user-property=key=value"),
        ("sub -D disconnect reason-string bye", "--disconnect-reason=bye"),
        ("sub -D disconnect session-expiry-interval 5", "--disconnect-expiry=5"),
        ("sub -D disconnect user-property key value", "--disconnect-user-property=key=value"),
        ("sim-temp -D will content-type t", "--will-content-type=t"),
        ("sim-temp -D will correlation-data x", "--will-correlation-data=base64:eA=="),
        ("sim-temp -D will message-expiry-interval 5", "--will-expiry=5"),
        ("sim-temp -D will payload-format-indicator 0", "--will-payload-format=0"),
        ("sim-temp -D will response-topic r", "--will-response-topic=r"),
        ("sim-temp -D will user-property key value", "--will-user-property=key=value"),
        ("sim-temp -D will will-delay-interval 9", "--will-delay=9"),
    ] {
        let typed: Vec<&str> = typed.split(' ').collect();
        assert_eq!(behind(&typed), Ok(vec![word.to_owned()]), "{typed:?}");
    }
}

#[test]
fn other_words_stay_where_they_are() {
    for (typed, expected) in [
        (&["pub", "-D", "publish", "content-type", "t", "a", "b"][..], &["--content-type=t", "a", "b"][..]),
        (&["pub", "a", "-D", "publish", "user-property", "k", "", "b"], &["a", "--user-property=k=", "b"]),
        // What stands where a value does is a value.
        (&["pub", "-m", "-D", "-D", "publish", "content-type", "-t"], &["-m", "-D", "--content-type=-t"]),
        (&["pub", "-rm", "-o", "-t", "-D"], &["-rm", "-o", "-t", "-D"]),
        (&["pub", "-rm-D", "--topic=-D", "--message", "-D"], &["-rm-D", "--topic=-D", "--message", "-D"]),
        (&["pub", "-ma", "--", "-D", "publish"], &["-ma", "--", "-D", "publish"]),
        (&["pub", "-hfoo.example", "-D", "publish", "content-type", "t"], &["-hfoo.example", "--content-type=t"]),
    ] {
        let rewritten = rewritten(typed).unwrap().unwrap().words;
        let found: Vec<_> = rewritten[2..].iter().filter(|word| *word != "--needs-mqtt-5").collect();
        assert_eq!(found, expected, "{typed:?}");
    }
}

#[test]
fn what_is_no_property() {
    for (typed, says) in [
        ("pub -D", "-D: a command, a name and a value follow|-D COMMAND NAME VALUE"),
        ("pub -D publish", "-D: a command, a name and a value follow"),
        ("pub -D publish content-type", "-D publish content-type: the value is missing"),
        ("pub -D publish user-property key", "-D publish user-property: the value is missing"),
        ("pub -D publish user-property", "-D publish user-property: the key is missing"),
        ("pub -D publsh content-type x", "-D: there is no command 'publsh'|connect, publish, subscribe"),
        ("pub -D publish content x", "-D publish: there is no property 'content'|PUBLISH has content-type, "),
        ("pub -D publish receive-maximum 1", "-D publish receive-maximum: PUBLISH has no such property"),
        ("pub -D will topic-alias 1", "-D will topic-alias: the will has no such property|the will has content-type"),
        ("pub -D publish subscription-identifier 1", "only a broker sends it with a message"),
        ("pub -D connect authentication-method x", "-D connect authentication-method: enhanced authentication is not spoken"),
        ("pub -D connect Authentication-Data x", "-D connect authentication-data: enhanced authentication is not spoken"),
        ("pub -D disconnect server-reference x", "-D disconnect server-reference: only a broker sends it"),
        ("pub -D auth authentication-data x", "-D auth: enhanced authentication is not spoken"),
        ("pub -D puback reason-string x", "-D puback: the properties of PUBACK cannot be set"),
        ("pub -D subscribe user-property a b", "-D subscribe user-property: mqx pub sends no such property"),
        ("sub -D publish content-type x", "-D publish content-type: mqx sub sends no such property"),
        ("sim-temp -D publish content-type x", "-D publish content-type: mqx sim-temp sends no such property"),
        ("pub -D connect request-problem-information 2", "-D connect request-problem-information: it is 0 or 1, not '2'"),
        ("pub -rD publish content-type x", "-D is a word of its own|-D COMMAND NAME VALUE"),
        ("pub -Dpublish content-type x", "-D is a word of its own"),
        ("pub --property=publish content-type x", "--property is a word of its own"),
        ("pub -ro x", "-o is a word of its own|-o FILE"),
        ("pub -o", "-o: the name of the file is missing"),
        ("pub -o a -o b", "-o is given twice"),
        ("pub -oa --options=b", "-o is given twice"),
        ("pub -o /nowhere", "cannot read options in /nowhere: no such file"),
    ] {
        let typed: Vec<&str> = typed.split(' ').collect();
        let told = behind(&typed).unwrap_err();
        for part in says.split('|') {
            assert!(told.contains(part), "{typed:?}: no '{part}' in: {told}");
        }
    }
}

/// A file of options with these bytes, in a folder that goes with the test process.
fn file(name: &str, bytes: &[u8]) -> String {
    let path = std::env::temp_dir().join(format!("mqx-options-{}-{name}", std::process::id()));
    fs::write(&path, bytes).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_file_of_options() {
    let text = b"# a comment\n-h broker.example\n\n  -p 1884\r\n--pw  a b \"c\"\n-m -x =y\n-r\n--retain\n-D publish user-property k a b\n\
        -D publish content-type text/plain; x\n--tls-alpn mqtt\n-t \xc3\xa9\n--no-retain\n-rq1";
    let path = file("good", text);
    let from_file = [
        "--host=broker.example",
        "--port=1884",
        "--password= a b \"c\"",
        "--message=-x =y",
        "--retain",
        "--retain",
        "--user-property=k=a b",
        "--content-type=text/plain; x",
        "--alpn=mqtt",
        "--topic=é",
        "--no-retain",
        "-rq1",
    ];
    let expected: Vec<String> = from_file.iter().chain(&["-p", "1"]).map(ToString::to_string).collect();
    for typed in [&["pub", "-o", &path, "-p", "1"][..], &["pub", "-p", "1", &format!("--options={path}")]] {
        assert_eq!(behind(typed), Ok(expected.clone()));
    }
    assert_eq!(behind(&["pub", "-p", "1", &format!("-o{path}")]), Ok(expected));
    let origins = rewritten(&["pub", "-o", &path]).unwrap().unwrap().origins;
    let told =
        super::origins(&origins, "the argument '--message <MESSAGE>' cannot be used with '--file <FILE>', --portal, --no-host");
    assert_eq!(told, Some(format!("--message comes from {path}, line 6")));
    assert_eq!(super::origins(&origins, "an error about something else"), None);
    fs::remove_file(path).unwrap();
}

#[test]
fn what_is_no_file_of_options() {
    for (line, says) in [
        (&b"host x"[..], "line 2: 'host' is no option|begins with -"),
        (b"-", "line 2: '-' is no option"),
        (b"-- x", "line 2: '--' is no option"),
        (b"-h", "line 2: '-h' needs a value"),
        (b"-h ", "line 2: '-h' needs a value"),
        (b"-r yes", "line 2: '-r' takes no value"),
        (b"--retian x", "line 2: there is no option '--retian' that takes what stands behind it"),
        (b"--pasword=secret secret", "line 2: there is no option '--pasword' that"),
        (b"-Psecret secret", "line 2: there is no option '-P' that"),
        (b"-o x", "line 2: a file of options names no other"),
        (b"-t a\0b", "line 2: it has a NUL character"),
        (b"-D publish content-type", "line 2: -D publish content-type: the value is missing"),
        (b"-D", "line 2: -D: a command, a name and a value follow"),
        (b"-D subscribe user-property a b", "line 2: -D subscribe user-property: mqx pub sends no such property"),
        (b"-rD publish content-type x", "line 2: -D is a word of its own"),
    ] {
        let path = file("bad", &[b"-r\n", line].concat());
        let told = behind(&["pub", "-o", &path]).unwrap_err();
        for part in says.split('|') {
            assert!(told.contains(part) && told.starts_with(&path), "{line:?}: no '{part}' in: {told}");
            assert!(!told.contains("secret"), "{told}");
        }
        fs::remove_file(path).unwrap();
    }
    let told = behind(&["pub", "-o", "/"]).unwrap_err();
    assert!(told.contains("cannot read options in /: "), "{told}");
}
