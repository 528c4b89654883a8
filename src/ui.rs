//! The talk of the program: notes, warnings, errors and a progress bar, on stderr only. Used by `commands` and `app`.
//!
//! Nothing here can fail the run: when stderr is gone there is nobody to tell.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::text::escape;

const BOLD_RED: &str = "\x1b[1;31m";
const BOLD_YELLOW: &str = "\x1b[1;33m";
const CYAN: &str = "\x1b[36m";
const RESET: &str = "\x1b[0m";

/// What is over sooner than this needs no bar.
const BAR_AFTER: Duration = Duration::from_secs(1);

/// Whether the environment allows colour on a terminal: `NO_COLOR` is not set, or empty.
#[must_use]
pub fn colour_allowed() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// Where talk goes. Cloning is cheap, and all clones share one bar.
#[derive(Clone, Debug)]
pub struct Ui {
    quiet: bool,
    terminal: bool,
    colour: bool,
    bar: Arc<Mutex<Option<ProgressBar>>>,
}

impl Ui {
    /// Talk on the stderr of this process; `quiet` leaves notes and the bar out.
    #[must_use]
    pub fn new(quiet: bool) -> Self {
        let terminal = io::stderr().is_terminal();
        Self { quiet, terminal, colour: terminal && colour_allowed(), bar: Arc::default() }
    }

    /// A line that is good to know and that `--quiet` silences: `subscribed to a/# at QoS 1`.
    pub fn note(&self, text: &str) {
        if !self.quiet {
            self.line("", "", text);
        }
    }

    /// A line that was asked for, so that `--quiet` does not silence it.
    pub fn summary(&self, text: &str) {
        self.line("", "", text);
    }

    /// Something went wrong and the run goes on.
    pub fn warning(&self, text: &str) {
        self.line("warning: ", BOLD_YELLOW, text);
    }

    /// Why the run ends, and one next step.
    pub fn error(&self, text: &str, hint: Option<&str>) {
        self.line("error: ", BOLD_RED, text);
        if let Some(hint) = hint {
            self.hint(hint);
        }
    }

    /// One next step after an error that was told elsewhere.
    pub fn hint(&self, text: &str) {
        self.line("hint: ", CYAN, text);
    }

    /// A bar for work whose size is `total` bytes, or unknown. It shows itself when the work takes long, on a terminal, and
    /// goes when the value is dropped.
    #[must_use]
    pub fn progress(&self, total: Option<u64>) -> Progress {
        Progress { ui: self.clone(), total, begun: Instant::now(), wanted: self.terminal && !self.quiet }
    }

    /// One line, written at once. Text is escaped whole: whatever part of it came from outside, it stays one line of text.
    fn line(&self, label: &str, colour: &str, text: &str) {
        let text = escape(text.as_bytes());
        let line =
            if self.colour && !label.is_empty() { format!("{colour}{label}{RESET}{text}\n") } else { format!("{label}{text}\n") };
        let write = || {
            let _ = io::stderr().lock().write_all(line.as_bytes());
        };
        match &*self.bar.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    fn set_bar(&self, bar: Option<ProgressBar>) -> Option<ProgressBar> {
        std::mem::replace(&mut *self.bar.lock().unwrap_or_else(PoisonError::into_inner), bar)
    }
}

/// How far some work is; made by [`Ui::progress`].
#[derive(Debug)]
pub struct Progress {
    ui: Ui,
    total: Option<u64>,
    begun: Instant,
    wanted: bool,
}

impl Progress {
    /// So many bytes and messages are done, all in all. Cheap, yet meant for once a chunk rather than once a message.
    pub fn set(&self, bytes: u64, messages: u64) {
        if !self.wanted || self.begun.elapsed() < BAR_AFTER {
            return;
        }
        let mut bar = self.ui.bar.lock().unwrap_or_else(PoisonError::into_inner);
        let bar = bar.get_or_insert_with(|| self.draw());
        bar.set_message(format!("{messages} messages"));
        bar.set_position(bytes);
    }

    fn draw(&self) -> ProgressBar {
        let template = match self.total {
            Some(_) => "{bar:30} {bytes} of {total_bytes}, {msg}, {elapsed}",
            None => "{spinner} {bytes}, {msg}, {elapsed}",
        };
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        ProgressBar::with_draw_target(self.total, ProgressDrawTarget::stderr())
            .with_style(style)
            .with_elapsed(self.begun.elapsed())
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = self.ui.set_bar(None) {
            bar.finish_and_clear();
        }
    }
}
