//! Talk about something that may happen without end: the first times are told, the others counted. Used by commands that
//! answer, or run programs.

use crate::ui::Ui;

/// So often each of them is told.
const TOLD: u64 = 10;

/// `1 process`, `2 processes`.
pub(super) fn processes(count: u64) -> String {
    if count == 1 { "1 process".to_owned() } else { format!("{count} processes") }
}

/// Things of one kind that happened.
#[derive(Debug)]
pub(super) struct Few {
    ui: Ui,
    count: u64,
    more: &'static str,
}

impl Few {
    /// None yet; `more` is told in place of the eleventh.
    pub const fn new(ui: Ui, more: &'static str) -> Self {
        Self { ui, count: 0, more }
    }

    /// One more, which is a warning.
    pub fn warn(&mut self, text: impl FnOnce() -> String) {
        self.count += 1;
        if self.count <= TOLD {
            self.ui.warning(&text());
        } else if self.count == TOLD + 1 {
            self.ui.warning(self.more);
        }
    }

    /// One more, which is good to know.
    pub fn note(&mut self, text: impl FnOnce() -> String) {
        self.count += 1;
        if self.count <= TOLD {
            self.ui.note(&text());
        } else if self.count == TOLD + 1 {
            self.ui.note(self.more);
        }
    }

    /// Says at the end how many there were, if not each was told.
    pub fn sum_up(&self, text: impl FnOnce(u64) -> String) {
        if self.count > TOLD {
            self.ui.note(&text(self.count));
        }
    }

    /// How many there were.
    pub const fn count(&self) -> u64 {
        self.count
    }
}
