//! `argv → options`.

use super::*;
use crate::args::testing::{assert_says, nowhere, parse, resolve, told};
use crate::client::VersionChoice;

fn of(words: &[&str]) -> Result<Options, String> {
    resolve(words, Args::resolve)
}

fn texts(filters: &[TopicFilter]) -> Vec<&str> {
    filters.iter().map(TopicFilter::as_str).collect()
}

#[test]
fn what_is_looked_for() {
    let options = of(&["list", "c", "-t", "-a", "-T", "x/#", "-L", "mqtt://h/b", "-T", "-y"]).unwrap();
    assert_eq!((texts(&options.filters), texts(&options.left_out)), (vec!["-a", "b", "c"], vec!["x/#", "-y"]));
    assert_eq!((options.idle, options.timeout), (Duration::from_secs(1), None));
    assert_eq!(options.connect.version, VersionChoice::Automatic);
    let options = of(&["-h", "x", "clear", "-5", "--idle", "300ms", "-W", "3"]).unwrap();
    assert_eq!(texts(&options.filters), ["-5"]);
    assert_eq!((options.idle, options.timeout), (Duration::from_millis(300), Some(Duration::from_secs(3))));
}

#[test]
fn jobs() {
    let on_terminal = |words: &[&str]| {
        let here = Surroundings { terminal: true, colour: true, ..nowhere() };
        parse::<Args>(words)?.resolve(&here).map(|options| options.job).map_err(told)
    };
    let job = |words: &[&str]| of(words).map(|options| options.job);
    let list = |look, qos| Ok(Job::List { look, qos });
    assert_eq!(job(&["list", "a"]), list(Look::Tabs, QoS::ExactlyOnce));
    assert_eq!(job(&["list", "a", "-q", "1", "--json"]), list(Look::Json { escaped: false }, QoS::AtLeastOnce));
    assert_eq!(on_terminal(&["list", "a"]), list(Look::Columns { colour: true }, QoS::ExactlyOnce));
    assert_eq!(on_terminal(&["list", "a", "--json"]), list(Look::Json { escaped: true }, QoS::ExactlyOnce));
    let clear = |dry_run, yes, escaped| Ok(Job::Clear { dry_run, yes, escaped });
    assert_eq!(job(&["clear", "a"]), clear(false, false, false));
    assert_eq!(job(&["clear", "--dry-run", "a"]), clear(true, false, false));
    assert_eq!(on_terminal(&["clear", "a", "--yes"]), clear(false, true, true));
}

#[test]
fn what_cannot_be_meant() {
    for (words, says) in [
        (&["list"][..], "no topic filter|mqx retained list '#'"),
        (&["clear", "-T", "a"], "no topic filter|mqx retained clear '#'"),
        (&["lst", "a"], "'lst'|list, clear"),
        (&["list", "a/#/b"], "topic filter 'a/#/b': # must be alone"),
        (&["list", "a", "-T", "+b"], "-T '+b': + must be alone"),
        (&["list", "$share/g/a"], "topic filter '$share/g/a': a shared subscription brings nothing that is retained"),
        (&["clear", "a", "$SYS/#"], "topic filter '$SYS/#': what is below $SYS is said by the broker itself"),
        (&["clear", "$SYS"], "what is below $SYS"),
        (&["list", "a", "--yes"], "--yes is an option of mqx retained clear"),
        (&["list", "a", "--dry-run"], "--dry-run is an option of mqx retained clear"),
        (&["clear", "a", "--json"], "--json is an option of mqx retained list"),
        (&["clear", "a", "-q", "1"], "-q is an option of mqx retained list"),
        (&["clear", "a", "--yes", "--dry-run"], "cannot be used with"),
        (&["list", "a", "-c", "-i", "me"], "mqx retained keeps no session"),
        (&["list", "a", "--disconnect-expiry", "60"], "mqx retained keeps no session: leave --disconnect-expiry out"),
        (&["list", "a", "--idle", "1d"], "'1d'|--idle"),
    ] {
        assert_says(of(words), says, words);
    }
    assert!(of(&["list", "$SYS/#"]).is_ok() && of(&["clear", "$SYSTEM/#"]).is_ok());
}

/// What is retained comes again only with a new subscription.
#[test]
fn a_session_does_not_outlive_its_connection_unless_a_will_needs_it() {
    let session = |words: &[&str]| of(&[&["list", "a"], words].concat()).unwrap().connect.session;
    assert_eq!(session(&[]), SessionKeeping::Run { expiry: 0 });
    assert_eq!(session(&["--will-topic", "w", "--will-delay", "90"]), SessionKeeping::Run { expiry: 90 });
}
