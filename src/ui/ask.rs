//! Asking for a secret on the terminal, whatever stdin and stdout are. Called for `--ask-password` and its like, and by `broker passwd`.

use std::io;

use crate::text::Secret;

/// Asks, and shows nothing of the answer.
///
/// # Errors
/// When there is no terminal; `Interrupted` when the answer is Ctrl-C.
#[cfg(not(unix))]
pub fn ask_secret(question: &str) -> io::Result<Secret> {
    rpassword::prompt_password(question).map(|answer| Secret::new(answer.into_bytes()))
}

/// Asks, and shows nothing of the answer.
///
/// # Errors
/// When there is no terminal; `Interrupted` when the answer is Ctrl-C.
#[cfg(unix)]
pub fn ask_secret(question: &str) -> io::Result<Secret> {
    let (terminal, path) = terminal()?;
    // Before the question: whoever answers it at once is not to be echoed either.
    let silence = silence::Silence::begin(&terminal);
    write(&terminal, question.as_bytes())?;
    let config = rpassword::ConfigBuilder::new().input_file_path(path).output_discard().build();
    let answer = rpassword::read_password_with_config(config);
    drop(silence);
    // The end of the answer was not shown either.
    write(&terminal, b"\n")?;
    answer.map(|answer| Secret::new(answer.into_bytes()))
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
mod silence {
    //! No echo on a terminal for a while.

    use std::fs::File;

    use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

    /// Undone when dropped.
    pub(super) struct Silence<'a>(&'a File, Termios);

    impl<'a> Silence<'a> {
        /// `None` when the terminal does not let itself be told; reading from it then says why.
        pub(super) fn begin(terminal: &'a File) -> Option<Self> {
            let before = tcgetattr(terminal).ok()?;
            let mut silent = before.clone();
            silent.local_modes.remove(LocalModes::ECHO | LocalModes::ECHONL);
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
