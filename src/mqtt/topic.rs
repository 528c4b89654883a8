//! Topic Names and Topic Filters `[MQTT-4.7]`: checked once, when made, then known to be good. And what every string of MQTT has to be,
//! for `args`, which refuses others before there is a connection, and for `wire`, which writes none.

use std::fmt;
use std::sync::Arc;

use bytestring::ByteString;

/// The longest UTF-8 string of MQTT, in bytes `[MQTT-1.5.4]`.
pub const MAX_STRING: usize = 65_535;

/// Why a text is no Topic Name or Topic Filter, or no string of MQTT at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TopicError {
    /// Zero characters `[MQTT-4.7.3-1]`.
    #[error("it is empty")]
    Empty,
    /// More bytes than a string of MQTT can have `[MQTT-4.7.3-3]`.
    #[error("it has {0} bytes, the limit is {MAX_STRING}")]
    TooLong(usize),
    /// A NUL character `[MQTT-4.7.3-2]`.
    #[error("it has a NUL character")]
    Nul,
    /// Not UTF-8 `[MQTT-1.5.4-1]`.
    #[error("it is not UTF-8")]
    NotUtf8,
    /// A wildcard where a message is published `[MQTT-4.7.0-1]`.
    #[error("it has the wildcard {0}, which only a filter may have")]
    Wildcard(char),
    /// `#` that is not alone in the last level `[MQTT-4.7.1-1]`.
    #[error("# must be alone in the last level")]
    MultiLevel,
    /// `+` that shares its level `[MQTT-4.7.1-2]`.
    #[error("+ must be alone in its level")]
    SingleLevel,
    /// `$share` without a share name and a filter behind it `[MQTT-4.8.2-1]`.
    #[error("a shared subscription is $share/GROUP/FILTER, with a GROUP that has no wildcard")]
    Share,
}

/// Whether bytes can be Binary Data, whose length has two bytes `[MQTT-1.5.6]`.
///
/// # Errors
/// `TooLong`.
pub const fn check_length(bytes: &[u8]) -> Result<(), TopicError> {
    if bytes.len() > MAX_STRING { Err(TopicError::TooLong(bytes.len())) } else { Ok(()) }
}

/// Whether a text, empty or not, can be a UTF-8 Encoded String `[MQTT-1.5.4]`.
///
/// # Errors
/// `TooLong` or `Nul`.
pub fn check_string(text: &str) -> Result<(), TopicError> {
    check_length(text.as_bytes())?;
    if text.as_bytes().contains(&0) { Err(TopicError::Nul) } else { Ok(()) }
}

fn check_topic(text: &str) -> Result<(), TopicError> {
    if text.is_empty() { Err(TopicError::Empty) } else { check_string(text) }
}

/// A Topic Name: what a message is published to. Cloning is cheap, and holds on to nothing but its text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TopicName(Arc<str>);

impl TopicName {
    /// Checks a text.
    ///
    /// # Errors
    /// Why it is no Topic Name.
    pub fn new(text: impl AsRef<str>) -> Result<Self, TopicError> {
        let text = text.as_ref();
        check_topic(text)?;
        match text.bytes().find(|byte| matches!(byte, b'+' | b'#')) {
            Some(wildcard) => Err(TopicError::Wildcard(wildcard.into())),
            None => Ok(Self(text.into())),
        }
    }

    /// The text.
    #[must_use]
    #[inline]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The filter that it alone belongs to. Only of one that does not begin with `$share/`.
    #[must_use]
    pub fn filter(&self) -> TopicFilter {
        TopicFilter(self.as_str().into())
    }

    /// Whether one is a clone of the other.
    #[must_use]
    #[inline]
    pub fn is_shared_with(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl fmt::Display for TopicName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A Topic Filter, shared subscriptions included. Cloning is cheap.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TopicFilter(ByteString);

impl TopicFilter {
    /// Checks a text.
    ///
    /// # Errors
    /// Why it is no Topic Filter.
    pub fn new(text: impl Into<ByteString>) -> Result<Self, TopicError> {
        let text = text.into();
        check_topic(&text)?;
        let levels = match text.strip_prefix("$share/") {
            None if &*text == "$share" => return Err(TopicError::Share),
            None => &*text,
            Some(shared) => match shared.split_once('/') {
                Some((group, filter)) if !group.is_empty() && !filter.is_empty() && !group.contains(['+', '#']) => filter,
                _ => return Err(TopicError::Share),
            },
        };
        let mut rest = levels.split('/').peekable();
        while let Some(level) = rest.next() {
            if level.contains('#') && (level != "#" || rest.peek().is_some()) {
                return Err(TopicError::MultiLevel);
            }
            if level.contains('+') && level != "+" {
                return Err(TopicError::SingleLevel);
            }
        }
        Ok(Self(text))
    }

    /// The text, `$share/GROUP/` included.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a message to `topic` belongs to it `[MQTT-4.7]`; a shared subscription is one of what stands behind its group.
    #[must_use]
    pub fn matches(&self, topic: &TopicName) -> bool {
        let (filter, topic) = (self.levels(), topic.as_str());
        // [MQTT-4.7.2-1]: a wildcard at the front leaves out what is the broker's own.
        if topic.starts_with('$') && filter.starts_with(['+', '#']) {
            return false;
        }
        let mut levels = topic.split('/');
        for wanted in filter.split('/') {
            // [MQTT-4.7.1-2]: the level above belongs to it, so that it may find none.
            if wanted == "#" {
                return true;
            }
            match levels.next() {
                Some(level) if wanted == "+" || wanted == level => {}
                _ => return false,
            }
        }
        levels.next().is_none()
    }

    /// The filter without `$share/GROUP/`.
    fn levels(&self) -> &str {
        let shared = self.0.strip_prefix("$share/").and_then(|shared| shared.split_once('/'));
        shared.map_or(&*self.0, |(_, filter)| filter)
    }

    /// Whether it has a wildcard, for brokers that have none.
    #[must_use]
    pub fn has_wildcard(&self) -> bool {
        self.0.contains(['+', '#'])
    }

    /// Whether it is a shared subscription, for brokers that have none.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.0.starts_with("$share/")
    }
}

impl fmt::Display for TopicFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for good in ["a", "/", "/a", "a//b", " ", "$SYS/x", "温度/室内", "a b", &"x".repeat(MAX_STRING)] {
            assert!(TopicName::new(good).is_ok(), "{good}");
        }
        assert_eq!(TopicName::new(""), Err(TopicError::Empty));
        assert_eq!(TopicName::new("a\0"), Err(TopicError::Nul));
        assert_eq!(TopicName::new("a/+"), Err(TopicError::Wildcard('+')));
        assert_eq!(TopicName::new("a#"), Err(TopicError::Wildcard('#')));
        assert_eq!(TopicName::new("x".repeat(MAX_STRING + 1)), Err(TopicError::TooLong(MAX_STRING + 1)));
    }

    #[test]
    fn filters() {
        for good in ["#", "+", "a/#", "+/a/+", "/", "/+", "$SYS/#", "$share/g/a/#", "$share/g//", "$shared/x"] {
            assert!(TopicFilter::new(good).is_ok(), "{good}");
        }
        for (bad, why) in [
            ("", TopicError::Empty),
            ("a/#/b", TopicError::MultiLevel),
            ("a#", TopicError::MultiLevel),
            ("a+", TopicError::SingleLevel),
            ("a/+b/c", TopicError::SingleLevel),
            ("$share", TopicError::Share),
            ("$share/", TopicError::Share),
            ("$share/g", TopicError::Share),
            ("$share/g/", TopicError::Share),
            ("$share//a", TopicError::Share),
            ("$share/+/a", TopicError::Share),
            ("$share/g/a/#/b", TopicError::MultiLevel),
        ] {
            assert_eq!(TopicFilter::new(bad), Err(why), "{bad}");
        }
    }

    #[test]
    fn what_belongs_to_a_filter() {
        for (filter, inside, outside) in [
            ("a/b", &["a/b"][..], &["a", "a/b/", "a/b/c", "/a/b", "A/b"][..]),
            ("a/+", &["a/b", "a/", "a/$x"], &["a", "a/b/c", "b/a"]),
            ("+/b", &["a/b", "/b"], &["b", "a/b/c", "$SYS/b"]),
            ("a/#", &["a", "a/", "a/b", "a/b/c"], &["ab", "b/a", "/a"]),
            ("a/+/#", &["a/b", "a/", "a/b/c"], &["a"]),
            ("#", &["a", "/", "a/$SYS"], &["$SYS", "$SYS/a"]),
            ("+", &["a"], &["a/b", "/", "$SYS"]),
            ("+/+", &["/", "a/b"], &["a", "a/b/c"]),
            ("/#", &["/", "/a"], &["a"]),
            ("$SYS/#", &["$SYS", "$SYS/a"], &["a"]),
            ("$SYS/+", &["$SYS/a"], &["$SYS", "$SYS/a/b"]),
            ("$share/g/a/#", &["a", "a/b"], &["$share/g/a", "b"]),
            ("$share/g/+", &["a"], &["$SYS"]),
        ] {
            let of = |topic: &str| TopicFilter::new(filter).unwrap().matches(&TopicName::new(topic).unwrap());
            assert!(inside.iter().all(|topic| of(topic)), "{filter}");
            assert!(!outside.iter().any(|topic| of(topic)), "{filter}");
        }
    }

    #[test]
    fn what_a_broker_may_lack() {
        let filter = |text: &str| TopicFilter::new(text.to_owned()).unwrap();
        assert!(filter("a/+").has_wildcard() && !filter("a").has_wildcard());
        assert!(filter("$share/g/a").is_shared() && !filter("$shared/g/a").is_shared());
    }
}
