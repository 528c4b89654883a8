//! How long nothing has come: for runs that end when the line was quiet (`--idle`). Shared by a sink, which notes what comes, and by what waits.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// When something came last. Clones are the same clock.
#[derive(Clone, Debug)]
pub struct Quiet(Rc<Cell<Since>>);

#[derive(Clone, Copy, Debug)]
enum Since {
    /// Nothing came since then.
    Quiet(Instant),
    /// Something is being dealt with.
    Busy,
}

impl Quiet {
    /// A clock that starts now.
    #[must_use]
    pub fn new() -> Self {
        Self(Rc::new(Cell::new(Since::Quiet(Instant::now()))))
    }

    /// Something came, and it is not quiet before `done`: a slow reader is no silence.
    pub fn busy(&self) {
        self.0.set(Since::Busy);
    }

    /// All that came is dealt with: the silence begins anew.
    pub fn done(&self) {
        self.0.set(Since::Quiet(Instant::now()));
    }

    /// What was before does not count: a silence is no longer than from now on.
    pub fn restart(&self) {
        if let Since::Quiet(_) = self.0.get() {
            self.done();
        }
    }

    /// Whether it has been quiet for so long.
    #[must_use]
    pub fn lasted(&self, length: Duration) -> bool {
        matches!(self.0.get(), Since::Quiet(since) if since.elapsed() >= length)
    }

    /// Completes when it was quiet for so long.
    pub async fn lasts(&self, length: Duration) {
        while !self.lasted(length) {
            let wait = match self.0.get() {
                Since::Quiet(since) => length.saturating_sub(since.elapsed()),
                Since::Busy => length,
            };
            tokio::time::sleep(wait).await;
        }
    }
}

impl Default for Quiet {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_slow_reader_is_no_silence() {
        let quiet = Quiet::new();
        quiet.busy();
        let length = Duration::from_millis(20);
        assert!(tokio::time::timeout(Duration::from_millis(100), quiet.lasts(length)).await.is_err());
        let done = Instant::now();
        quiet.restart();
        assert!(!quiet.lasted(Duration::ZERO), "what is being dealt with goes on");
        quiet.clone().done();
        assert!(quiet.lasted(Duration::ZERO) && !quiet.lasted(Duration::from_secs(60)));
        quiet.lasts(length).await;
        assert!(done.elapsed() >= length);
    }
}
