//! A file into settings, and what is wrong with one.

use super::*;

const CANARY: &str = "c4n4ry-w0rd";

fn profiles(text: &str) -> Profiles {
    Profiles { path: "/etc/x/mqx/profiles.toml".into(), text: text.to_owned() }
}

fn read(text: &str) -> Result<Vec<(String, Vec<String>, usize)>, LayerError> {
    let settings = profiles(text).settings("a", &Shared::new())?;
    let plain = |setting: Setting| {
        let values = match setting.given {
            Given::Switch(on) => vec![on.to_string()],
            Given::Values(values) => values.into_iter().map(|value| value.into_string().unwrap()).collect(),
        };
        let Source::Profile { line, .. } = setting.source else { panic!("{}", setting.source) };
        (setting.name, values, line)
    };
    Ok(settings.into_iter().map(plain).collect())
}

fn told(error: LayerError) -> (bool, String, String) {
    match error {
        LayerError::Usage { message, hint } => (false, message, hint.unwrap_or_default()),
        LayerError::Local { message, hint } => (true, message, hint.unwrap_or_default()),
    }
}

#[test]
fn values_of_every_type() {
    let text = "[b]\nnonsense = 1\n[a]\nhost = 'h'\nport = 0x10\nurl = ['mqtt://a', 'mqtt://b']\n\n# more\nconnect-timeout = 2.5\ntls = true\ninsecure = false\nusername = ''\n";
    let expected: &[(&str, &[&str], usize)] = &[
        ("host", &["h"], 4),
        ("port", &["16"], 5),
        ("connect-timeout", &["2.5"], 9),
        ("tls", &["true"], 10),
        ("insecure", &["false"], 11),
        ("username", &[""], 12),
    ];
    let found = read(&text.replace("url = ['mqtt://a', 'mqtt://b']", "")).unwrap();
    let found: Vec<_> =
        found.iter().map(|(name, values, line)| (&**name, values.iter().map(|v| &**v).collect::<Vec<_>>(), *line)).collect();
    let expected: Vec<_> = expected.iter().map(|(name, values, line)| (*name, values.to_vec(), *line)).collect();
    assert_eq!(found, expected);
    let lists = read("[a]\nurl = ['mqtt://a', 'mqtt://b']").unwrap();
    assert_eq!(lists, [("url".to_owned(), vec!["mqtt://a".to_owned(), "mqtt://b".to_owned()], 2)]);
    assert_eq!(read("[a]\nurl = 'mqtt://u@a'").unwrap()[0].1, ["mqtt://u@a"]);
}

#[test]
fn paths_begin_at_the_file_or_at_home() {
    let one = |line: &str| read(&format!("[a]\n{line}")).unwrap().remove(0).1.remove(0);
    assert_eq!(one("cafile = 'ca.pem'"), "/etc/x/mqx/ca.pem");
    assert_eq!(one("cafile = '/ca.pem'"), "/ca.pem");
    assert_eq!(one("password-file = 'p'"), "/etc/x/mqx/p");
    assert_eq!(one("password = 'file:p'"), "file:/etc/x/mqx/p");
    assert_eq!(one("password-from = 'file:p'"), "file:/etc/x/mqx/p");
    assert!(one("cafile = '~/ca.pem'").ends_with("/ca.pem") && !one("cafile = '~/ca.pem'").contains('~'));
    assert_eq!(one("host = 'ca.pem'"), "ca.pem");
}

#[test]
fn secrets_are_references() {
    for reference in ["env:A", "cmd:pass show x", "prompt", "file:/p"] {
        let read = read(&format!("[a]\npassword = '{reference}'")).unwrap();
        assert_eq!(read, [("password-from".to_owned(), vec![reference.to_owned()], 2)]);
    }
    for (line, key) in [
        ("password = 'c4n4ry-w0rd'", "password"),
        ("password = 'http:c4n4ry-w0rd'", "password"),
        ("password = 7", "password"),
        ("password = ['c4n4ry-w0rd']", "password"),
        ("keypass = 'c4n4ry-w0rd'", "keypass"),
        ("url = 'mqtt://ann:c4n4ry-w0rd@h'", "password"),
        ("url = 'mqtt://ann:c4n4ry-w0rd/@h'", "password"),
        ("url = ['mqtt://h', 'mqtt://ann:c4n4ry-w0rd@h']", "password"),
    ] {
        let (local, message, hint) = told(read(&format!("[a]\n\n{line}")).unwrap_err());
        assert_eq!((local, message), (true, format!("profile a, line 3: a {key} is not written into a profile")), "{line}");
        assert!(hint.contains("env:NAME") && !hint.contains(CANARY), "{hint}");
    }
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    for (text, local, says, hint) in [
        ("[a]\nhots = 'x'", true, "profile a, line 2: there is no option 'hots'", "'host' is near"),
        ("[a]\npasword = 'c4n4ry-w0rd'", true, "profile a, line 2: there is no option 'pasword'", "'password' is near"),
        ("[a]\nqqqq = 1", true, "profile a, line 2: there is no option 'qqqq'", "keys are the long names"),
        ("[a]\ntopic = 'x'", true, "profile a, line 2: there is no option 'topic'", ""),
        ("[a]\nquiet = 3", true, "profile a, line 2: quiet is true or false, not a number", ""),
        ("[a]\nquiet = 'true'", true, "profile a, line 2: quiet is true or false, not a string", ""),
        ("[a]\nhost = true", true, "profile a, line 2: host is a string or a number, not true or false", ""),
        ("[a]\nhost = ['a', 'b']", true, "profile a, line 2: host is a string or a number, not an array", ""),
        ("[a]\nhost = 1979-05-27", true, "profile a, line 2: host is a string or a number, not a date", ""),
        ("[a]\nurl = [true]", true, "profile a, line 2: url is a string or an array of strings, not an array", ""),
        ("[a]\n\n[a.tls]\nx = 1", true, "profile a, line 3: tls is true or false, not a table", ""),
        ("a = 1", true, "line 1: 'a' is in no profile", "[NAME] begins one"),
        ("[ab]\n", false, "there is no profile 'a' in /etc/x/mqx/profiles.toml", "'ab' is near; mqx profile list"),
        ("", false, "there is no profile 'a'", "mqx profile edit makes one"),
        ("[a]\nhost = 'x'\nurl = 'mqtt://x'", false, "profile a, line 3: url cannot be used with host (line 2)", ""),
        (
            "[a]\npassword = 'env:A'\nask-password = true",
            false,
            "line 3: ask-password cannot be used with password-from (line 2)",
            "",
        ),
        ("[a]\nhost = 'x", true, "/etc/x/mqx/profiles.toml, line 2: ", ""),
        ("[a]\npassword = c4n4ry-w0rd", true, "/etc/x/mqx/profiles.toml, line 2: ", ""),
        ("[a]\nport = 1\nport = 2", true, "/etc/x/mqx/profiles.toml, line 3: ", ""),
    ] {
        let (was_local, message, hinted) = told(read(text).unwrap_err());
        assert!(message.contains(says) && hinted.contains(hint), "{text:?}: {message} {hinted}");
        assert_eq!(was_local, local, "{text:?}");
        assert!(!message.contains(CANARY) && !hinted.contains(CANARY), "{message} {hinted}");
    }
}

#[test]
fn names_are_in_the_order_of_the_file_and_all_are_checked() {
    let profiles = profiles("[z]\nport = 0\n[b]\n[a]\nhots = 1\n[a-1]\nquiet = true\n");
    assert_eq!(profiles.names().unwrap(), ["z", "b", "a", "a-1"]);
    let errors: Vec<String> = profiles.check(&Shared::new()).iter().map(ToString::to_string).collect();
    assert_eq!(
        errors,
        ["profile z, line 2: '0': it is a number from 1 to 65535", "profile a, line 5: there is no option 'hots'"]
    );
}
