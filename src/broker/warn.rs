//! Warnings that may come a thousand times a second and are told once a minute, with their number. Used by the rest of `broker`.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The least time between two warnings of a kind.
const PAUSE: Duration = Duration::from_secs(60);

/// Where the broker's warnings go, each a line.
pub type Tell = Arc<dyn Fn(&str) + Send + Sync>;

/// One kind of warning. A clone is the same one.
#[derive(Clone)]
pub(super) struct Warner {
    tell: Tell,
    text: Arc<str>,
    told: Arc<Mutex<(Option<Instant>, u64)>>,
}

impl Warner {
    /// A warning in these words.
    pub(super) fn new(tell: &Tell, text: impl Into<Arc<str>>) -> Self {
        Self { tell: Arc::clone(tell), text: text.into(), told: Arc::default() }
    }

    /// One that nobody hears.
    #[cfg(test)]
    pub(super) fn silent() -> Self {
        let nobody: Tell = Arc::new(|_| {});
        Self::new(&nobody, "")
    }

    /// Something to warn of has happened.
    pub(super) fn warn(&self) {
        self.warn_at(Instant::now());
    }

    fn warn_at(&self, now: Instant) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.0.is_some_and(|last| now.duration_since(last) < PAUSE) {
            told.1 += 1;
            return;
        }
        let more = std::mem::take(&mut told.1);
        told.0 = Some(now);
        drop(told);
        match more {
            0 => (self.tell)(&self.text),
            more => (self.tell)(&format!("{}; {more} more since the last warning", self.text)),
        }
    }
}

impl fmt::Debug for Warner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Warner").field(&self.text).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_told_at_once_and_then_once_a_minute_with_the_number() {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&lines);
        let tell: Tell = Arc::new(move |line| heard.lock().unwrap().push(line.to_owned()));
        let warner = Warner::new(&tell, "full");
        let begin = Instant::now();
        for second in [0, 1, 2, 59, 60, 61, 130] {
            warner.warn_at(begin + Duration::from_secs(second));
        }
        let told = ["full", "full; 3 more since the last warning", "full; 1 more since the last warning"];
        assert_eq!(*lines.lock().unwrap(), told);
    }
}
