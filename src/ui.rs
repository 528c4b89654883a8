//! The talk of the program: notes, warnings, errors and a progress bar, on stderr only. Used by `commands` and `app`.
//!
//! Nothing here can fail the run, or hold it up: when stderr is gone there is nobody to tell, and when nobody reads it, lines wait.

mod ask;

use std::io::{self, IsTerminal as _, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Condvar, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::text::escape;
pub use ask::{AskError, ask_secret, ask_yes};

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

/// The columns of the terminal that stdout is; 80 where it does not tell.
#[must_use]
pub fn columns() -> usize {
    #[cfg(unix)]
    if let Ok(size) = rustix::termios::tcgetwinsize(io::stdout())
        && size.ws_col > 0
    {
        return size.ws_col.into();
    }
    80
}

/// For lines that nobody has read yet.
const FLUSH_WAIT: Duration = Duration::from_secs(1);

type Bar = Arc<Mutex<Option<ProgressBar>>>;

/// Where talk goes. Cloning is cheap, and all clones share one bar.
#[derive(Clone, Debug)]
pub struct Ui {
    quiet: bool,
    terminal: bool,
    colour: bool,
    bar: Bar,
    lines: Arc<Lines>,
}

impl Ui {
    /// Talk on the stderr of this process; `quiet` leaves notes and the bar out.
    #[must_use]
    pub fn new(quiet: bool) -> Self {
        let terminal = io::stderr().is_terminal();
        Self { quiet, terminal, colour: terminal && colour_allowed(), bar: Arc::default(), lines: Arc::default() }
    }

    /// Waits until all lines are written, for a second at most. To be called before the process ends.
    pub fn flush(&self) {
        self.lines.flush(FLUSH_WAIT);
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

    /// One line. Text is escaped whole: whatever part of it came from outside, it stays one line of text.
    fn line(&self, label: &str, colour: &str, text: &str) {
        let text = escape(text.as_bytes());
        let line =
            if self.colour && !label.is_empty() { format!("{colour}{label}{RESET}{text}\n") } else { format!("{label}{text}\n") };
        self.lines.push(line, &self.bar, io::stderr);
        self.lines.keep_order();
    }

    fn set_bar(&self, bar: Option<ProgressBar>) -> Option<ProgressBar> {
        std::mem::replace(&mut *self.bar.lock().unwrap_or_else(PoisonError::into_inner), bar)
    }
}

/// Lines on their way to stderr, written one after the other by a thread of their own: a write there may block for as long as whoever
/// should read it likes, and Keep Alive and signals cannot wait for that.
#[derive(Debug, Default)]
struct Lines {
    writer: OnceLock<Sender<String>>,
    unwritten: Arc<(Mutex<usize>, Condvar)>,
    /// Nobody reads: waited for once, and not again.
    stalled: AtomicBool,
}

impl Lines {
    /// Waits for what was pushed, so that it comes before what stdout is given next; where nobody reads, once.
    fn keep_order(&self) {
        if !self.stalled.load(Ordering::Relaxed) && !self.flush(FLUSH_WAIT) {
            self.stalled.store(true, Ordering::Relaxed);
        }
    }

    /// Hands a line to the thread, which the first line starts.
    fn push<W: Write>(&self, line: String, bar: &Bar, open: impl FnOnce() -> W + Send + 'static) {
        let writer = self.writer.get_or_init(|| {
            let (writer, lines) = mpsc::channel();
            let (bar, unwritten) = (Arc::clone(bar), Arc::clone(&self.unwritten));
            // Without a thread there is no talk, and the run goes on.
            let _ =
                std::thread::Builder::new().name("talk".into()).spawn(move || write_lines(&lines, &mut open(), &bar, &unwritten));
            writer
        });
        *self.unwritten.0.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        if writer.send(line).is_err() {
            *self.unwritten.0.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        }
    }

    /// Waits until all lines are written. Whether they are.
    fn flush(&self, most: Duration) -> bool {
        let (unwritten, written) = &*self.unwritten;
        let unwritten = unwritten.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = written.wait_timeout_while(unwritten, most, |unwritten| *unwritten > 0);
        !waited.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }
}

fn write_lines(lines: &Receiver<String>, to: &mut impl Write, bar: &Bar, unwritten: &(Mutex<usize>, Condvar)) {
    for line in lines {
        let mut write = || {
            let _ = to.write_all(line.as_bytes());
        };
        match &*bar.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
        *unwritten.0.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        unwritten.1.notify_all();
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
        // While a line is being written the bar can wait for the next chunk.
        let Ok(mut bar) = self.ui.bar.try_lock() else { return };
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A stderr whose reader takes a line each time it is told to.
    struct Slow(Receiver<()>, Arc<Mutex<Vec<u8>>>);

    impl Write for Slow {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.recv().map_err(|_| io::ErrorKind::BrokenPipe)?;
            self.1.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_stderr_that_nobody_reads_holds_nobody_up() {
        let (read, reads) = mpsc::channel();
        let text = Arc::new(Mutex::new(Vec::new()));
        let slow = Slow(reads, Arc::clone(&text));
        let (lines, bar) = (Lines::default(), Bar::default());
        lines.push("one\n".to_owned(), &bar, move || slow);
        lines.push("two\n".to_owned(), &bar, io::sink);
        assert!(!lines.flush(Duration::ZERO));
        assert!(text.lock().unwrap().is_empty());
        read.send(()).unwrap();
        read.send(()).unwrap();
        assert!(lines.flush(Duration::from_secs(10)));
        assert_eq!(*text.lock().unwrap(), b"one\ntwo\n");
        drop(read);
        lines.push("nobody is left\n".to_owned(), &bar, io::sink);
        assert!(lines.flush(Duration::from_secs(10)), "and a broken pipe is no reason to wait");
    }
}
