//! What `sub` asks for: filters, each with its QoS, and the options that they share.

use std::ffi::{OsStr, OsString};

use clap::builder::{PossibleValuesParser, Resettable, TypedValueParser as _};

use super::{ArgsError, qos, topic};
use crate::mqtt::{MAX_SUBSCRIPTION_ID, QoS, RetainHandling, Subscription, TopicFilter};
use crate::text::escape;

/// The filters themselves.
#[derive(Clone, Debug, clap::Args)]
pub struct FilterNames {
    /// Topic filters; quote them: a shell takes an unquoted # for a comment and $SYS for a variable
    #[arg(value_name = "FILTER", allow_negative_numbers = true, help_heading = Resettable::Reset)]
    filters: Vec<OsString>,

    /// One more filter, as often as needed; these come before the others
    #[arg(short, long = "topic", value_name = "FILTER", allow_hyphen_values = true, help_heading = Resettable::Reset)]
    topics: Vec<OsString>,
}

impl FilterNames {
    /// All of them as typed: those of `-t`, then `in_url`, the filter that the URL names, then the others.
    ///
    /// # Errors
    /// Usage: none.
    pub(super) fn typed<'a>(&'a self, in_url: Option<&'a str>) -> Result<Vec<&'a OsStr>, ArgsError> {
        let typed = |list| <[OsString]>::iter(list).map(OsString::as_os_str);
        let filters: Vec<&OsStr> = typed(&self.topics).chain(in_url.map(OsStr::new)).chain(typed(&self.filters)).collect();
        if filters.is_empty() {
            return Err(ArgsError::usage("no topic filter")
                .with_hint("quote it, as in '#': a shell takes an unquoted # for a comment and $SYS for a variable"));
        }
        Ok(filters)
    }
}

/// Options of subscriptions.
#[derive(Clone, Debug, clap::Args)]
pub struct FilterArgs {
    #[command(flatten)]
    names: FilterNames,

    /// QoS 0, 1 or 2: one for all filters, or one for each in their order [default: 1]
    #[arg(short, long, value_name = "QOS", value_parser = qos)]
    qos: Vec<QoS>,

    /// Leave retained messages out
    #[arg(short = 'R', long)]
    no_retained: bool,

    /// Leave out messages whose topic matches FILTER, as often as needed; they do not count for -C
    #[arg(short = 'T', long, value_name = "FILTER", allow_hyphen_values = true)]
    filter_out: Vec<OsString>,

    /// End the subscription with FILTER, which a session that is kept (-c) has of an earlier run, as often as needed; alone, the run
    /// ends with the answer
    #[arg(short = 'U', long, value_name = "FILTER", allow_hyphen_values = true)]
    unsubscribe: Vec<OsString>,

    /// When retained messages are sent: at each subscription, at a new one, or never [default: always]
    #[arg(long, value_name = "WHEN", value_parser = PossibleValuesParser::new(WHEN).map(|when| retain_handling(&when)), conflicts_with = "no_retained")]
    retain_handling: Option<RetainHandling>,

    /// Have the retain flag of every message as its publisher set it
    #[arg(long)]
    retain_as_published: bool,

    /// Leave out what this client itself publishes
    #[arg(long)]
    no_local: bool,

    /// The number, 1 to 268435455, that messages of these filters carry; --json shows it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=i64::from(MAX_SUBSCRIPTION_ID)))]
    subscription_id: Option<u32>,
}

/// The values of `--retain-handling`.
const WHEN: [&str; 3] = ["always", "new", "never"];

fn retain_handling(when: &str) -> RetainHandling {
    match when {
        "new" => RetainHandling::New,
        "never" => RetainHandling::Never,
        _ => RetainHandling::Always,
    }
}

/// What `sub` asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The subscriptions, in order; at least one, or else one to end.
    pub subscriptions: Vec<Subscription>,
    /// The filters whose subscriptions are to end.
    pub unsubscribed: Vec<TopicFilter>,
    /// Whether messages with the retain flag are left out, where that means retained ones which come all the same (3.1.1 has no
    /// Retain Handling).
    pub no_retained: bool,
    /// What is left out of what they bring.
    pub left_out: Vec<TopicFilter>,
}

impl Wanted {
    /// Whether a filter is `/#`, which says less than it seems to: only topics that begin with `/`.
    #[must_use]
    pub fn has_slash_hash(&self) -> bool {
        self.subscriptions.iter().any(|subscription| subscription.filter.as_str() == "/#")
    }
}

impl FilterArgs {
    /// The option, if any, that 3.1.1 has no place for.
    #[must_use]
    pub fn needs_5(&self) -> Option<&'static str> {
        let given = [
            (self.no_local, "--no-local"),
            (self.retain_as_published, "--retain-as-published"),
            (self.retain_handling.is_some(), "--retain-handling"),
            (self.subscription_id.is_some(), "--subscription-id"),
        ];
        given.iter().find_map(|(given, name)| given.then_some(*name))
    }

    /// The subscriptions: those of `-t`, then `in_url`, the filter that the URL names, then the others.
    ///
    /// # Errors
    /// Usage: no filter at all, a wrong one, a number of `-q` that fits neither all nor each, or `--no-local` with a shared subscription.
    pub fn resolve(&self, in_url: Option<&str>) -> Result<Wanted, ArgsError> {
        let filters = match self.names.typed(in_url) {
            Err(_) if !self.unsubscribe.is_empty() => Vec::new(),
            typed => typed?,
        };
        let levels = match &*self.qos {
            [] => vec![QoS::AtLeastOnce; filters.len()],
            [all] => vec![*all; filters.len()],
            each if each.len() == filters.len() => each.to_vec(),
            each => {
                let (levels, filters) = (each.len(), filters.len());
                let message = format!("{levels} times -q for {filters} topic filter{}", if filters == 1 { "" } else { "s" });
                return Err(ArgsError::usage(message).with_hint("give -q once for all filters, or once for each in their order"));
            }
        };
        let subscription = |(text, qos)| self.subscription(topic("topic filter", text, TopicFilter::new)?, qos);
        let mut subscriptions = filters.into_iter().zip(levels).map(subscription).collect::<Result<Vec<_>, ArgsError>>()?;
        let list = |option, texts: &[OsString]| -> Result<Vec<TopicFilter>, ArgsError> {
            texts.iter().map(|text| topic(option, text, TopicFilter::new)).collect()
        };
        let (left_out, unsubscribed) = (list("-T", &self.filter_out)?, list("-U", &self.unsubscribe)?);
        // What would end at once is not begun.
        subscriptions.retain(|subscription| !unsubscribed.contains(&subscription.filter));
        // The flag of a message as published does not say that it was stored, and Retain Handling is known where that can be asked for.
        Ok(Wanted { subscriptions, unsubscribed, no_retained: self.no_retained && !self.retain_as_published, left_out })
    }

    fn subscription(&self, filter: TopicFilter, qos: QoS) -> Result<Subscription, ArgsError> {
        // [MQTT-3.8.3-4]: a Protocol Error.
        if self.no_local && filter.is_shared() {
            let message =
                format!("topic filter '{}': a shared subscription takes no --no-local", escape(filter.as_str().as_bytes()));
            return Err(ArgsError::usage(message));
        }
        let otherwise = if self.no_retained { RetainHandling::Never } else { RetainHandling::Always };
        Ok(Subscription {
            retain_handling: self.retain_handling.unwrap_or(otherwise),
            no_local: self.no_local,
            retain_as_published: self.retain_as_published,
            id: self.subscription_id,
            ..Subscription::new(filter, qos)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{assert_says, parse, told};
    use super::*;

    fn resolve(words: &[&str]) -> Result<Wanted, String> {
        parse::<FilterArgs>(words)?.resolve(None).map_err(told)
    }

    #[test]
    fn filters_and_their_levels() {
        for (words, expected) in [
            (&["a/#"][..], &[("a/#", 1)][..]),
            (&["-q", "0", "a", "b"], &[("a", 0), ("b", 0)]),
            (&["b", "-t", "a", "-q", "2", "-q", "0"], &[("a", 2), ("b", 0)]),
            (&["-t", "a", "-t", "-b", "c", "-q", "0", "-q1", "--qos=2"], &[("a", 0), ("-b", 1), ("c", 2)]),
            (&["-5", "$share/g/f"], &[("-5", 1), ("$share/g/f", 1)]),
            (&["--", "-v"], &[("-v", 1)]),
        ] {
            let wanted = resolve(words).unwrap();
            let found: Vec<_> = wanted.subscriptions.iter().map(|s| (s.filter.as_str(), s.qos as u8)).collect();
            assert_eq!(found, expected, "{words:?}");
        }
    }

    #[test]
    fn a_url_may_name_one_more() {
        let wanted = parse::<FilterArgs>(&["c", "-t", "a"]).unwrap().resolve(Some("b/#")).unwrap();
        assert_eq!(wanted.subscriptions.iter().map(|s| s.filter.as_str()).collect::<Vec<_>>(), ["a", "b/#", "c"]);
        assert_eq!(parse::<FilterArgs>(&[]).unwrap().resolve(Some("b")).unwrap().subscriptions.len(), 1);
    }

    #[test]
    fn what_cannot_be_meant() {
        for (words, says) in [
            (&[][..], "no topic filter|comment|$SYS"),
            (&["a/#/b"], "topic filter 'a/#/b': # must be alone in the last level"),
            (&["a", "b+"], "topic filter 'b+': + must be alone"),
            (&[""], "topic filter '': it is empty"),
            (&["a", "-q", "1", "-q", "2"], "2 times -q for 1 topic filter |once for each"),
            (&["a", "b", "c", "-q", "1", "-q", "2"], "2 times -q for 3 topic filters"),
            (&["a", "-q", "3"], "'3'|a QoS is 0, 1 or 2"),
            (&["a", "-q", "1x"], "a QoS is 0, 1 or 2"),
            (&["a", "$share/g/b", "--no-local"], "topic filter '$share/g/b': a shared subscription takes no --no-local"),
            (&["a", "-T", "b/#/c"], "-T 'b/#/c': # must be alone in the last level"),
            (&["a", "-T", ""], "-T '': it is empty"),
            (&["a", "-U", "b/#/c"], "-U 'b/#/c': # must be alone in the last level"),
            (&["-U", ""], "-U '': it is empty"),
            (&["-T", "a"], "no topic filter"),
            (&["a", "-R", "--retain-handling", "new"], "cannot be used with"),
            (&["a", "--retain-handling", "sometimes"], "'sometimes'|--retain-handling|always, new, never"),
            (&["a", "--subscription-id", "0"], "'0'|--subscription-id"),
            (&["a", "--subscription-id", "268435456"], "268435456|--subscription-id"),
            (&["a", "--subscription-id", "1x"], "'1x'"),
        ] {
            assert_says(resolve(words), says, words);
        }
    }

    #[test]
    fn retained_messages() {
        let handling = |words: &[&str]| resolve(words).map(|w| (w.subscriptions[0].retain_handling, w.no_retained));
        assert_eq!(handling(&["a"]), Ok((RetainHandling::Always, false)));
        assert_eq!(handling(&["a", "-R"]), Ok((RetainHandling::Never, true)));
        assert_eq!(handling(&["a", "-R", "--retain-as-published"]), Ok((RetainHandling::Never, false)));
        for (when, expected) in
            [("always", RetainHandling::Always), ("new", RetainHandling::New), ("never", RetainHandling::Never)]
        {
            assert_eq!(handling(&["a", "--retain-handling", when]), Ok((expected, false)));
        }
    }

    #[test]
    fn options_of_all_subscriptions() {
        let words = ["a", "$share/g/b", "--retain-as-published", "--subscription-id", "268435455"];
        for subscription in resolve(&words).unwrap().subscriptions {
            let Subscription { no_local, retain_as_published, id, .. } = subscription;
            assert_eq!((no_local, retain_as_published, id), (false, true, Some(268_435_455)));
        }
        assert!(resolve(&["a", "b", "--no-local"]).unwrap().subscriptions.iter().all(|s| s.no_local));
        let plain = Subscription::new(TopicFilter::new("a").unwrap(), QoS::AtLeastOnce);
        assert_eq!(resolve(&["a"]).unwrap().subscriptions, [plain]);
    }

    #[test]
    fn what_is_ended() {
        let wanted = |words: &[&str]| {
            let Wanted { subscriptions, unsubscribed, .. } = resolve(words).unwrap();
            let subscribed: Vec<String> = subscriptions.iter().map(|s| format!("{} {}", s.filter, s.qos)).collect();
            (subscribed, unsubscribed.iter().map(ToString::to_string).collect::<Vec<_>>())
        };
        let strings = |texts: &[&str]| texts.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(wanted(&["a"]), (strings(&["a 1"]), strings(&[])));
        assert_eq!(wanted(&["-U", "a/#", "--unsubscribe", "-b"]), (strings(&[]), strings(&["a/#", "-b"])));
        // The levels are those of the filters as they were given.
        let words = ["a", "b", "c", "-q", "0", "-q", "1", "-q", "2", "-U", "b", "-U", "x"];
        assert_eq!(wanted(&words), (strings(&["a 0", "c 2"]), strings(&["b", "x"])));
    }

    #[test]
    fn what_is_left_out() {
        let left_out = |words: &[&str]| resolve(words).unwrap().left_out.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(left_out(&["a"]), [""; 0]);
        assert_eq!(left_out(&["a/#", "-T", "a/b", "--filter-out", "-c/+"]), ["a/b", "-c/+"]);
    }

    #[test]
    fn what_needs_version_5() {
        let needs = |words: &[&str]| parse::<FilterArgs>(words).unwrap().needs_5();
        assert_eq!(needs(&["a", "-R", "-q", "2"]), None);
        assert_eq!(needs(&["a", "--no-local"]), Some("--no-local"));
        assert_eq!(needs(&["a", "--retain-as-published"]), Some("--retain-as-published"));
        assert_eq!(needs(&["a", "--retain-handling", "always"]), Some("--retain-handling"));
        assert_eq!(needs(&["a", "--subscription-id", "1"]), Some("--subscription-id"));
    }

    #[test]
    fn slash_hash_is_noticed() {
        assert!(resolve(&["a", "/#"]).unwrap().has_slash_hash());
        assert!(!resolve(&["#", "/a/#"]).unwrap().has_slash_hash());
    }
}
