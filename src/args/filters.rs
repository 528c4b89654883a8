//! What `sub` asks for: filters, each with its QoS, and whether retained messages are wanted.

use std::ffi::{OsStr, OsString};

use super::{ArgsError, qos, topic};
use crate::mqtt::{QoS, RetainHandling, Subscription, TopicFilter};

/// Options of subscriptions.
#[derive(Clone, Debug, clap::Args)]
pub struct FilterArgs {
    /// Topic filters; quote them: a shell takes an unquoted # for a comment and $SYS for a variable
    #[arg(value_name = "FILTER", allow_negative_numbers = true)]
    filters: Vec<OsString>,

    /// One more filter, as often as needed; these come before the others
    #[arg(short, long = "topic", value_name = "FILTER", allow_hyphen_values = true)]
    topics: Vec<OsString>,

    /// QoS 0, 1 or 2: one for all filters, or one for each in their order [default: 1]
    #[arg(short, long, value_name = "QOS", value_parser = qos)]
    qos: Vec<QoS>,

    /// Leave retained messages out
    #[arg(short = 'R', long)]
    no_retained: bool,
}

/// What `sub` asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The subscriptions, in order; at least one.
    pub subscriptions: Vec<Subscription>,
    /// Whether retained messages that come all the same (3.1.1 has no Retain Handling) are left out.
    pub no_retained: bool,
}

impl Wanted {
    /// Whether a filter is `/#`, which says less than it seems to: only topics that begin with `/`.
    #[must_use]
    pub fn has_slash_hash(&self) -> bool {
        self.subscriptions.iter().any(|subscription| subscription.filter.as_str() == "/#")
    }
}

impl FilterArgs {
    /// The subscriptions: those of `-t`, then `in_url`, the filter that the URL names, then the others.
    ///
    /// # Errors
    /// Usage: no filter, a wrong one, or a number of `-q` that fits neither all nor each.
    pub fn resolve(&self, in_url: Option<&str>) -> Result<Wanted, ArgsError> {
        let typed = |list| <[OsString]>::iter(list).map(OsString::as_os_str);
        let filters: Vec<&OsStr> = typed(&self.topics).chain(in_url.map(OsStr::new)).chain(typed(&self.filters)).collect();
        if filters.is_empty() {
            return Err(ArgsError::usage("no topic filter")
                .with_hint("quote it, as in mqx sub '#': a shell takes an unquoted # for a comment and $SYS for a variable"));
        }
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
        let retain_handling = if self.no_retained { RetainHandling::Never } else { RetainHandling::Always };
        let subscription = |(text, qos): (&OsStr, QoS)| {
            Ok(Subscription { filter: topic("topic filter", text, TopicFilter::new)?, qos, retain_handling })
        };
        let subscriptions = filters.into_iter().zip(levels).map(subscription).collect::<Result<_, ArgsError>>()?;
        Ok(Wanted { subscriptions, no_retained: self.no_retained })
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
        ] {
            assert_says(resolve(words), says, words);
        }
    }

    #[test]
    fn retained_messages() {
        let handling = |words: &[&str]| resolve(words).map(|w| (w.subscriptions[0].retain_handling, w.no_retained));
        assert_eq!(handling(&["a"]), Ok((RetainHandling::Always, false)));
        assert_eq!(handling(&["a", "-R"]), Ok((RetainHandling::Never, true)));
    }

    #[test]
    fn slash_hash_is_noticed() {
        assert!(resolve(&["a", "/#"]).unwrap().has_slash_hash());
        assert!(!resolve(&["#", "/a/#"]).unwrap().has_slash_hash());
    }
}
