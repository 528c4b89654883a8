//! The name of a file that stands for a topic. Called by `directory` alone.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use ring::digest::{SHA256, digest};

use crate::mqtt::TopicName;
use crate::text::hex;

/// What stays as it is: ASCII letters and digits, and these.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'_').remove(b'-').remove(b'.');

/// The longest name, in bytes: a file system takes 255, and others put something before and behind it.
const LONGEST: usize = 180;

/// One name of a file for one topic and no other: percent-encoded, so that it is one level, and none that is hidden or looks like an option.
/// One that would be too long is cut, and ends with the SHA-256 of the topic.
pub fn of_topic(topic: &TopicName) -> String {
    let topic = topic.as_str().as_bytes();
    let mut name = percent_encode(topic, ENCODED).to_string();
    for (first, encoded) in [('.', "%2E"), ('-', "%2D")] {
        if let Some(rest) = name.strip_prefix(first) {
            name = format!("{encoded}{rest}");
        }
    }
    if name.len() > LONGEST {
        let hash = digest(&SHA256, topic);
        name.truncate(LONGEST - 1 - 2 * hash.as_ref().len());
        // No encoded name has it.
        name.push('~');
        name.push_str(&hex::digits(hash.as_ref()));
    }
    name
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn name(topic: &str) -> String {
        of_topic(&TopicName::new(topic).unwrap())
    }

    #[test]
    fn names() {
        for (topic, expected) in [
            ("encyclopedia/temperature", "encyclopedia%2Ftemperature"),
            ("a_b-c.d", "a_b-c.d"),
            ("/", "%2F"),
            (".", "%2E"),
            ("..", "%2E."),
            ("../../etc/passwd", "%2E.%2F..%2Fetc%2Fpasswd"),
            (".hidden", "%2Ehidden"),
            ("-rf", "%2Drf"),
            ("a%2Fb", "a%252Fb"),
            ("a\\b:c*", "a%5Cb%3Ac%2A"),
            ("a b\n\x1b~", "a%20b%0A%1B%7E"),
            ("ä", "%C3%A4"),
        ] {
            assert_eq!(name(topic), expected);
        }
    }

    #[test]
    fn a_long_name_is_cut_and_is_still_its_own() {
        assert_eq!(name(&"a".repeat(LONGEST)), "a".repeat(LONGEST));
        let cut = name(&"a".repeat(LONGEST + 1));
        assert_eq!(cut.len(), LONGEST);
        assert!(cut.starts_with(&format!("{}~", "a".repeat(115))), "{cut}");
        assert_eq!(name(&"/".repeat(65_535)).len(), LONGEST);
        assert_ne!(name(&"/".repeat(65_535)), name(&"/".repeat(65_534)));
    }

    #[test]
    fn different_topics_have_different_names_of_one_level() {
        let pieces =
            ["", "a", "A", "/", ".", "-", "%", "%2F", "2F", "~", "\\", "ä", "a\u{308}", &"x".repeat(179), &"y".repeat(300)];
        let mut seen: BTreeMap<String, String> = BTreeMap::new();
        for first in pieces {
            for second in pieces {
                for third in pieces {
                    let topic = [first, second, third].concat();
                    if topic.is_empty() {
                        continue;
                    }
                    let name = name(&topic);
                    assert!(name.len() <= LONGEST && !name.starts_with(['.', '-']) && !name.contains(['/', '\\']), "{name}");
                    if let Some(other) = seen.insert(name, topic.clone()) {
                        assert_eq!(other, topic);
                    }
                }
            }
        }
    }
}
