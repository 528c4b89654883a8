//! Asking for a secret on the terminal, whatever stdin and stdout are. Called for `--ask-password` and its like, and by `broker passwd`.

use std::io;

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
