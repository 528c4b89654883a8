//! Each pair of layers, each group, and what an error says.

use std::collections::BTreeSet;
use std::ffi::OsStr;

use super::super::negation::with_negations;
use super::*;

/// What a canary must not be found in.
const CANARY: &str = "c4n4ry-w0rd";

fn definition() -> Command {
    let command = ConnectArgs::augment_args(Command::new("mqx").no_binary_name(true).disable_help_flag(true));
    with_negations(command.args_override_self(true))
}

fn typed(words: &[&str]) -> Vec<Setting> {
    Shared::new().typed(&definition().ignore_errors(true).get_matches_from(words))
}

/// `("PORT", "1")` is `MQX_PORT=1`.
fn environment(variables: &[(&str, &str)]) -> Result<Vec<Setting>, LayerError> {
    let named = variables.iter().map(|(name, value)| (format!("MQX_{name}").into(), (*value).into()));
    Shared::new().environment(&Environment::of(named))
}

/// Settings of a profile, each on a line of its own from 2 on; `true` and `false` are switches.
fn profile(settings: &[(&str, &str)]) -> Vec<Setting> {
    let setting = |(at, (name, value)): (usize, &(&str, &str))| Setting {
        name: (*name).to_owned(),
        given: match *value {
            "true" | "false" => Given::Switch(*value == "true"),
            value => Given::Values(value.split(' ').map(Into::into).collect()),
        },
        source: Source::Profile { name: "x".to_owned(), line: at + 2 },
    };
    settings.iter().enumerate().map(setting).collect()
}

type Pairs<'a> = &'a [(&'a str, &'a str)];

/// The words that layers come to.
fn words(flags: &[&str], variables: Pairs<'_>, profiled: Pairs<'_>) -> Vec<String> {
    let layers = [typed(flags), environment(variables).unwrap_or_default(), profile(profiled)];
    let layers = Layers::new(Shared::new().merge(layers));
    layers.words().map(|word| word.into_string().unwrap()).collect()
}

#[test]
fn a_higher_layer_holds() {
    let (variable, file): (Pairs<'_>, Pairs<'_>) = (&[("PORT", "2")], &[("port", "3")]);
    assert_eq!(words(&[], &[], file), ["--port=3"]);
    assert_eq!(words(&[], variable, &[]), ["--port=2"]);
    assert_eq!(words(&[], variable, file), ["--port=2"]);
    assert_eq!(words(&["-p", "1"], &[], file), [""; 0]);
    assert_eq!(words(&["-p", "1"], variable, &[]), [""; 0]);
    assert_eq!(words(&["--port=1"], variable, file), [""; 0]);
    assert_eq!(words(&["-h", "a"], variable, file), ["--port=2"], "another option");
}

#[test]
fn an_option_gives_way_to_another_of_its_group() {
    for (flags, variables, profiled, expected) in [
        // Host, port and URL.
        (&["-L", "mqtt://a"][..], &[("HOST", "b"), ("PORT", "1")][..], &[][..], &[][..]),
        (&["-h", "a"], &[("URL", "mqtt://b")], &[], &[]),
        (&["-p", "1"], &[("URL", "mqtt://b")], &[("host", "c")], &["--host=c"]),
        (&[], &[("HOST", "a")], &[("url", "mqtt://b")], &["--host=a"]),
        (&[], &[("URL", "mqtt://a")], &[("host", "b"), ("port", "1")], &["--url=mqtt://a"]),
        // What gives way does not make others give way.
        (&["-h", "a"], &[("URL", "mqtt://b")], &[("port", "1")], &["--port=1"]),
        (&["-h", "a:1"], &[("PORT", "2")], &[], &[]),
        (&["-h", "a:1,b"], &[("PORT", "2")], &[], &["--port=2"]),
        (&["-p", "2"], &[("HOST", "a:1,[::1]:3,b")], &[], &["--host=a,::1,b"]),
        // Identity.
        (&["-i", "a"], &[("ID_PREFIX", "b")], &[], &[]),
        (&["-I", "a"], &[], &[("id", "b")], &[]),
        // The ways of a password.
        (&["-P", "a"], &[("PASSWORD_FILE", "b")], &[("password-from", "env:C")], &[]),
        (&["--password-file", "a"], &[("PASSWORD", "b")], &[], &[]),
        (&["--ask-password"], &[("PASSWORD", "b")], &[("password-from", "env:C")], &[]),
        (&[], &[("PASSWORD", "a")], &[("password-from", "env:C")], &["--password=a"]),
        (&["-L", "mqtt://u:p@h"], &[("PASSWORD", "a"), ("USERNAME", "b")], &[("password-from", "env:C")], &[]),
        (&["-L", "mqtt://u@h"], &[("PASSWORD", "a"), ("USERNAME", "b")], &[], &["--password=a"]),
        (&["-u", "v"], &[("URL", "mqtt://u:p@h/t")], &[], &["--url=mqtt://h/t"]),
        (&["-P", "q"], &[("URL", "mqtt://u:p@h")], &[], &["--url=mqtt://u@h"]),
        (&["--ask-password"], &[], &[("url", "mqtt://u:p@h mqtt://v:p@i")], &["--url=mqtt://u@h", "--url=mqtt://v@i"]),
        // TLS.
        (&["--no-tls"], &[("TLS", "1")], &[("cafile", "a"), ("insecure", "true")], &[]),
        (&["--tls"], &[("NO_TLS", "1")], &[], &[]),
        (&["--cafile", "a"], &[], &[("no-tls", "true")], &[]),
        (&["--insecure"], &[("NO_TLS", "1")], &[("tls", "true")], &["--tls"]),
        (&["-L", "mqtt://h"], &[("TLS", "1")], &[("cafile", "a")], &[]),
        (&["-L", "mqtts://h"], &[("NO_TLS", "1")], &[("cafile", "a")], &["--cafile=a"]),
        (&[], &[("NO_TLS", "1")], &[("tls", "true")], &["--no-tls"]),
    ] {
        assert!(environment(variables).is_ok(), "{variables:?}");
        assert_eq!(words(flags, variables, profiled), expected, "{flags:?} {variables:?} {profiled:?}");
    }
}

#[test]
fn switches_go_both_ways() {
    for on in ["1", "true", "YES", "on"] {
        assert_eq!(words(&[], &[("QUIET", on)], &[]), ["--quiet"], "{on}");
    }
    for off in ["0", "false", "No", "OFF"] {
        assert_eq!(words(&[], &[("QUIET", off)], &[("quiet", "true")]), [""; 0], "{off}");
    }
    assert_eq!(words(&["--no-quiet"], &[("QUIET", "1")], &[("quiet", "true")]), [""; 0]);
    assert_eq!(words(&["--quiet", "--no-quiet"], &[("QUIET", "1")], &[]), [""; 0]);
    assert_eq!(words(&["--clean"], &[("NO_CLEAN", "1")], &[]), [""; 0]);
    assert_eq!(words(&["--no-insecure"], &[("NO_TLS", "1")], &[]), ["--no-tls"], "off, it excludes nothing");
    assert_eq!(words(&[], &[("TLS", "0")], &[("no-tls", "true")]), ["--no-tls"]);
    let error = environment(&[("QUIET", "perhaps")]).unwrap_err();
    assert_eq!(error.to_string(), "MQX_QUIET: 'perhaps' is neither yes nor no");
}

#[test]
fn lists_are_replaced() {
    let two: Pairs<'_> = &[("url", "mqtt://a mqtt://b")];
    assert_eq!(words(&[], &[], two), ["--url=mqtt://a", "--url=mqtt://b"]);
    assert_eq!(words(&[], &[("URL", "mqtt://c")], two), ["--url=mqtt://c"]);
    assert_eq!(words(&["-L", "mqtt://d"], &[("URL", "mqtt://c")], two), [""; 0]);
}

#[test]
fn every_option_of_the_connection_has_a_variable() {
    let shared = Shared::new();
    let names: BTreeSet<String> = shared.args().filter_map(Arg::get_long).map(variable).collect();
    assert_eq!(names.len(), shared.0.get_arguments().count(), "no two have one, and there is none without a long name");
    for name in ["MQX_HOST", "MQX_PORT", "MQX_URL", "MQX_USERNAME", "MQX_PASSWORD", "MQX_CAFILE", "MQX_TLS", "MQX_ID"] {
        assert!(names.contains(name), "{name}");
    }
    for arg in shared.args() {
        let value = if is_switch(arg) { "1" } else { "x" };
        let long = arg.get_long().unwrap();
        let variable = long.replace('-', "_").to_uppercase();
        let [setting] = &environment(&[(&variable, value)]).unwrap()[..] else { panic!("{variable}") };
        let expected = if is_switch(arg) { format!("--{long}") } else { format!("--{long}=x") };
        assert_eq!(setting.words(), [OsStr::new(&expected)]);
    }
    let help = with_variables(definition()).term_width(0).render_help().to_string();
    // What is refused by name has no help.
    let told = |name: &String| shared.args().any(|arg| !arg.is_hide_set() && arg.get_long().map(variable).as_ref() == Some(name));
    for name in names.iter().filter(|name| told(name)) {
        assert!(help.contains(&format!("[env: {name}]")), "{name}");
    }
}

#[test]
fn an_empty_variable_is_as_good_as_not_set() {
    assert!(environment(&[("HOST", ""), ("QUIET", "")]).unwrap().is_empty());
}

#[test]
fn two_of_a_group_in_one_layer_are_told() {
    for (variables, says) in [
        (&[("HOST", "a"), ("URL", "mqtt://b")][..], "MQX_URL cannot be used with MQX_HOST"),
        (&[("PASSWORD", CANARY), ("PASSWORD_FILE", "b")], "MQX_PASSWORD_FILE cannot be used with MQX_PASSWORD"),
        (&[("TLS", "1"), ("NO_TLS", "1")], "MQX_NO_TLS cannot be used with MQX_TLS"),
    ] {
        assert_eq!(environment(variables).unwrap_err().to_string(), says);
    }
    assert!(environment(&[("TLS", "1"), ("NO_TLS", "0")]).is_ok());
    let both = profile(&[("id", "a"), ("host", "h"), ("id-prefix", "b")]);
    let error = Shared::new().check_together(&both).unwrap_err().to_string();
    assert_eq!(error, "profile x, line 4: id-prefix cannot be used with id (line 2)");
}

#[test]
fn a_wrong_value_is_told_with_its_layer_and_never_a_secret() {
    let told = |variables: Pairs<'_>, profiled: Pairs<'_>| {
        let merged = Shared::new().merge([environment(variables).unwrap(), profile(profiled)]);
        Shared::new().check(&merged).unwrap_err().to_string()
    };
    assert_eq!(told(&[("PORT", "0")], &[]), "MQX_PORT: '0': it is a number from 1 to 65535");
    assert_eq!(told(&[("PORT", "x")], &[]), "MQX_PORT: 'x': it is no whole number");
    assert_eq!(
        told(&[("KEEPALIVE", "9999999999999999999999")], &[]),
        "MQX_KEEPALIVE: '9999999999999999999999': the number is too large"
    );
    assert!(told(&[], &[("keepalive", "5"), ("retry", "never "), ("mqtt-version", "7")]).starts_with("profile x, line 3: '': "));
    assert_eq!(told(&[("ID", "x"), ("PORT", "\x1b[2J")], &[]), "MQX_PORT: '\\x1b[2J': it is no whole number");
    let long = "9".repeat(1000);
    assert!(told(&[("PORT", &long)], &[]).len() < 200);
    let error = told(&[("PASSWORD_FROM", CANARY)], &[]);
    assert!(error.starts_with("MQX_PASSWORD_FROM: a secret is not written here") && !error.contains(CANARY), "{error}");
    let overridden = Shared::new().merge([typed(&["-p", "1"]), environment(&[("PORT", "x")]).unwrap()]);
    assert!(Shared::new().check(&overridden).is_ok(), "what is not used is not wrong");
}

#[test]
fn messages_name_the_layer() {
    let layers = Layers::new(Shared::new().merge([environment(&[("URL", "x"), ("NO_CLEAN", "1")]).unwrap()]));
    assert_eq!(layers.relabel("-L: it has a fragment"), "MQX_URL: it has a fragment");
    assert_eq!(layers.relabel("-c needs -i"), "MQX_NO_CLEAN needs -i");
    assert_eq!(layers.relabel("a -Lx or --url-x or --url, -c"), "a -Lx or --url-x or MQX_URL, MQX_NO_CLEAN");
    assert_eq!(layers.origins("'--url <URL>' cannot"), Some("--url comes from MQX_URL".to_owned()));
    assert_eq!(layers.origins("'--urls' cannot"), None);
    assert_eq!(Layers::default().relabel("-L"), "-L");
}

#[test]
fn secrets_are_starred() {
    let shared = Shared::new();
    for (name, value, expected) in [
        ("password", CANARY, "***"),
        ("url", "mqtt://a:c4n4ry-w0rd@h", "mqtt://***@h"),
        ("ws-header", "Authorization: c4n4ry-w0rd", "Authorization: ***"),
        ("username", "ann", "ann"),
        ("password-from", "env:A", "env:A"),
        ("password-from", CANARY, "***"),
    ] {
        let setting = Setting { name: name.to_owned(), given: Given::Values(vec![value.into()]), source: Source::Typed };
        assert_eq!(shared.shown(&setting), [expected], "{name}");
    }
    for arg in shared.args().filter(|arg| arg.get_value_parser().type_id() == std::any::TypeId::of::<Secret>()) {
        assert!(shared.is_secret(arg.get_long().unwrap()));
    }
}

#[test]
fn the_passphrase_of_the_environment_stands_above_a_profile_and_beside_no_other() {
    let below = |pairs: &[(&str, &str)]| {
        let environment = Environment::of(pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())));
        below(&Shared::new(), &environment, None).map_err(|error| error.to_string())
    };
    assert_eq!(below(&[("MQX_KEYPASS", CANARY)]).unwrap().concat().len(), 0, "it does not ask for TLS");
    for other in ["MQX_KEYPASS_FILE", "MQX_KEYPASS_FROM"] {
        let error = below(&[("MQX_KEYPASS", CANARY), (other, "env:A")]).unwrap_err();
        assert_eq!(error, format!("MQX_KEYPASS cannot be used with {other}"));
    }
}

/// What a process of `--exec` is told, an `mqx` in it must not take for settings; and what lets somebody in, it is not told.
#[test]
fn variables_of_a_process_are_no_settings_and_secrets_are_none_of_them() {
    use crate::output::process::{FIXED, SECRETS};
    let shared = Shared::new();
    for long in shared.args().filter_map(Arg::get_long) {
        let name = variable(long);
        assert!(!FIXED.contains(&&*name), "{name}");
        assert_eq!(SECRETS.contains(&&*name), shared.is_secret(long), "{name}");
    }
    assert!(SECRETS.contains(&KEYPASS));
}
