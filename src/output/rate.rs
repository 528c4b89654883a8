//! Messages a second, all and by topic (`--message-rate`): counted here, told by `sub`, which has the clock.

use std::fmt::Write as _;
use std::time::Duration;

use rustc_hash::FxHashMap;

use crate::mqtt::TopicName;
use crate::text::excerpt;

/// Topics that are counted apart in a second.
const MOST_TOPICS: usize = 1_000;
/// And bytes of their names.
const MOST_BYTES: usize = 1 << 20;
/// Topics that are told.
const TOLD: usize = 5;
/// Characters of a topic that are told.
const SHOWN: usize = 60;

/// Counts messages since the last line.
#[derive(Clone, Debug, Default)]
pub struct Rate {
    total: u64,
    topics: FxHashMap<TopicName, u64>,
    bytes: usize,
    /// Messages of topics that there was no room for.
    others: u64,
}

impl Rate {
    /// One more message.
    pub fn count(&mut self, topic: &TopicName) {
        self.total += 1;
        if let Some(count) = self.topics.get_mut(topic) {
            *count += 1;
        } else if self.topics.len() < MOST_TOPICS && self.bytes < MOST_BYTES {
            self.bytes += topic.as_str().len();
            self.topics.insert(topic.clone(), 1);
        } else {
            self.others += 1;
        }
    }

    /// What came in this time, all and of the busiest topics, as a line; then counts anew.
    pub fn line(&mut self, time: Duration) -> String {
        let Self { total, topics, others, .. } = std::mem::take(self);
        let mut line = format!("{} messages/s", per_second(total, time));
        let mut topics: Vec<(TopicName, u64)> = topics.into_iter().collect();
        topics.sort_unstable_by(|(a, n), (b, m)| m.cmp(n).then_with(|| a.as_str().cmp(b.as_str())));
        let told: u64 = topics.iter().take(TOLD).map(|(_, count)| count).sum();
        for (place, (topic, count)) in topics.iter().take(TOLD).enumerate() {
            let before = if place == 0 { ": " } else { ", " };
            // Writing to a String cannot fail, here and below.
            let _ = write!(line, "{before}{} {}", excerpt(topic.as_str().as_bytes(), SHOWN), per_second(*count, time));
        }
        if total > told {
            let (topics, more) = (topics.len().saturating_sub(TOLD), if others > 0 { " or more" } else { "" });
            let plural = if topics == 1 && others == 0 { "" } else { "s" };
            let _ = write!(line, ", {topics}{more} other topic{plural} {}", per_second(total - told, time));
        }
        line
    }
}

/// With one digit behind the point where that says something.
fn per_second(count: u64, time: Duration) -> String {
    let rate = format!("{:.1}", count as f64 / time.as_secs_f64().max(1e-9));
    rate.strip_suffix(".0").map_or_else(|| rate.clone(), ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn count(rate: &mut Rate, topic: &str, times: usize) {
        let topic = TopicName::new(topic).unwrap();
        (0..times).for_each(|_| rate.count(&topic));
    }

    #[test]
    fn a_line_has_all_and_the_busiest() {
        let mut rate = Rate::default();
        assert_eq!(rate.line(SECOND), "0 messages/s");
        count(&mut rate, "a", 1);
        assert_eq!(rate.line(SECOND), "1 messages/s: a 1");
        for (topic, times) in [("a", 1), ("b", 3), ("c", 2), ("d", 10), ("e", 2)] {
            count(&mut rate, topic, times);
        }
        assert_eq!(rate.clone().line(SECOND), "18 messages/s: d 10, b 3, c 2, e 2, a 1");
        count(&mut rate, "f", 1);
        assert_eq!(rate.clone().line(SECOND), "19 messages/s: d 10, b 3, c 2, e 2, a 1, 1 other topic 1");
        count(&mut rate, "g", 1);
        assert_eq!(rate.line(SECOND), "20 messages/s: d 10, b 3, c 2, e 2, a 1, 2 other topics 2");
        assert_eq!(rate.line(SECOND), "0 messages/s");
    }

    #[test]
    fn a_rate_is_that_of_the_time_that_passed() {
        let mut rate = Rate::default();
        count(&mut rate, "a", 3);
        assert_eq!(rate.line(Duration::from_secs(2)), "1.5 messages/s: a 1.5");
        count(&mut rate, "a", 5);
        assert_eq!(rate.line(Duration::from_micros(1_002_000)), "5 messages/s: a 5");
        assert!(!rate.line(Duration::ZERO).is_empty());
    }

    #[test]
    fn memory_is_bounded_and_nothing_is_left_out_of_the_sum() {
        let mut rate = Rate::default();
        for number in 0..10_000 {
            count(&mut rate, &format!("{number:05}"), 1);
        }
        assert_eq!(rate.topics.len(), MOST_TOPICS);
        let line = rate.line(SECOND);
        assert!(line.starts_with("10000 messages/s: 00000 1, "), "{line}");
        assert!(line.ends_with(", 995 or more other topics 9995"), "{line}");
        for number in 0..100 {
            count(&mut rate, &format!("{number:02}{}", "x".repeat(60_000)), 1);
        }
        assert!(rate.bytes < MOST_BYTES + 65_536);
        assert!(rate.line(SECOND).len() < 1_000);
    }
}
