//! Asking on the terminal, whatever stdin and stdout are: for a secret (`--ask-password` and its like, `broker passwd`), and whether to go
//! on (`retained clear`).

use std::io::{self, BufRead as _, BufReader, Read};

use crate::text::Secret;

/// Why there is no answer.
#[derive(Debug)]
pub enum AskError {
    /// Ctrl-C was the answer, or this signal came meanwhile.
    Interrupted(i32),
    /// There is no terminal, or it failed.
    Terminal(io::Error),
}

impl From<io::Error> for AskError {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::Interrupted { Self::Interrupted(2) } else { Self::Terminal(error) }
    }
}

/// Asks, and shows nothing of the answer.
///
/// # Errors
/// When there is no terminal, or a signal came.
#[cfg(not(unix))]
pub fn ask_secret(question: &str) -> Result<Secret, AskError> {
    Ok(Secret::new(rpassword::prompt_password(question)?.into_bytes()))
}

/// Asks, and shows nothing of the answer. Whatever ends the question, the terminal is left as it was.
///
/// # Errors
/// When there is no terminal, or a signal came.
#[cfg(unix)]
pub fn ask_secret(question: &str) -> Result<Secret, AskError> {
    let (terminal, path) = terminal()?;
    let signals = signals::Signals::watch()?;
    // Before the question: whoever answers it at once is not to be echoed either.
    let silence = silence::Silence::begin(&terminal);
    write(&terminal, question.as_bytes())?;
    let (told, answer) = std::sync::mpsc::channel();
    // A thread that waits for a key cannot be told to stop: it ends with the process.
    std::thread::spawn(move || {
        let config = rpassword::ConfigBuilder::new().input_file_path(path).output_discard().build();
        // Nobody waits for it after a signal.
        let _ = told.send(rpassword::read_password_with_config(config));
    });
    let answer = signals.or(&answer);
    drop(silence);
    // The end of the answer was not shown either.
    write(&terminal, b"\n")?;
    Ok(Secret::new(answer?.into_bytes()))
}

/// Asks, and waits for a line. Whether it says yes; all but `y` and `yes` is no. Blocks: a thread that waits here ends with the process.
///
/// # Errors
/// When there is no terminal.
#[cfg(unix)]
pub fn ask_yes(question: &str) -> Result<bool, AskError> {
    let (terminal, _) = terminal()?;
    write(&terminal, question.as_bytes())?;
    let answer = line(&terminal)?;
    if !answer.ends_with(b"\n") {
        write(&terminal, b"\n")?;
    }
    Ok(is_yes(&answer))
}

/// Asks, and waits for a line. Whether it says yes; all but `y` and `yes` is no. Blocks: a thread that waits here ends with the process.
///
/// # Errors
/// When there is no terminal.
#[cfg(not(unix))]
pub fn ask_yes(question: &str) -> Result<bool, AskError> {
    use io::{IsTerminal as _, Write as _};
    if !io::stdin().is_terminal() {
        return Err(AskError::Terminal(io::ErrorKind::NotFound.into()));
    }
    io::stderr().write_all(question.as_bytes())?;
    Ok(is_yes(&line(io::stdin())?))
}

fn line(from: impl Read) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    // No answer is longer.
    BufReader::new(from.take(1_000)).read_until(b'\n', &mut line)?;
    Ok(line)
}

fn is_yes(answer: &[u8]) -> bool {
    matches!(&*answer.trim_ascii().to_ascii_lowercase(), b"y" | b"yes")
}

#[cfg(unix)]
fn write(mut terminal: &std::fs::File, text: &[u8]) -> io::Result<()> {
    use io::Write as _;
    terminal.write_all(text)
}

/// The terminal that controls the process, or that stdin is, which need not be the same.
#[cfg(unix)]
fn terminal() -> io::Result<(std::fs::File, &'static str)> {
    use io::IsTerminal as _;
    let open = |path| std::fs::File::options().read(true).write(true).open(path).map(|terminal| (terminal, path));
    open("/dev/tty").or_else(|error| if io::stdin().is_terminal() { open("/dev/stdin") } else { Err(error) })
}

#[cfg(unix)]
mod signals {
    //! Signals that would end the process while its terminal is silent.

    use std::io;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc::{Receiver, RecvTimeoutError};
    use std::time::Duration;

    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

    use super::AskError;

    /// How often it is looked whether a signal came: soon for a person.
    const LOOK: Duration = Duration::from_millis(50);

    /// The last signal that came, or 0.
    pub(super) struct Signals(Arc<AtomicUsize>);

    impl Signals {
        pub(super) fn watch() -> io::Result<Self> {
            let last = Arc::new(AtomicUsize::new(0));
            for signal in [SIGINT, SIGTERM, SIGHUP] {
                signal_hook::flag::register_usize(signal, Arc::clone(&last), usize::try_from(signal).unwrap_or_default())?;
            }
            Ok(Self(last))
        }

        /// The answer, or the signal that came before it.
        pub(super) fn or(&self, answer: &Receiver<io::Result<String>>) -> Result<String, AskError> {
            loop {
                let came = answer.recv_timeout(LOOK);
                if let number @ 1.. = self.0.load(Ordering::Relaxed) {
                    // Ctrl-C comes as a key: whoever reads it puts the terminal back to what it found first.
                    let _ = came.is_err() && answer.recv_timeout(LOOK).is_ok();
                    return Err(AskError::Interrupted(i32::try_from(number).unwrap_or(SIGINT)));
                }
                match came {
                    Ok(answer) => return Ok(answer?),
                    Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into()),
                }
            }
        }
    }
}

#[cfg(unix)]
mod silence {
    //! No echo on a terminal for a while, and no signals from its keys.

    use std::fs::File;

    use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

    /// Undone when dropped.
    pub(super) struct Silence<'a>(&'a File, Termios);

    impl<'a> Silence<'a> {
        /// `None` when the terminal does not let itself be told; reading from it then says why.
        pub(super) fn begin(terminal: &'a File) -> Option<Self> {
            let before = tcgetattr(terminal).ok()?;
            let mut silent = before.clone();
            silent.local_modes.remove(LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ICANON | LocalModes::ISIG);
            tcsetattr(terminal, OptionalActions::Now, &silent).ok()?;
            Some(Self(terminal, before))
        }
    }

    impl Drop for Silence<'_> {
        fn drop(&mut self) {
            // The terminal is gone, or is as it was.
            let _ = tcsetattr(self.0, OptionalActions::Now, &self.1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_yes_is_yes() {
        for (typed, yes) in [("y\n", true), ("Yes\n", true), (" YES \r\n", true), ("\n", false), ("", false), ("yeah\n", false)] {
            assert_eq!(line(typed.as_bytes()).map(|answer| is_yes(&answer)).ok(), Some(yes), "{typed:?}");
        }
        assert_eq!(line(&*b"n\ny\n".repeat(1_000)).unwrap(), b"n\n");
    }
}
