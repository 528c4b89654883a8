//! A program that is run for a message: the payload on its stdin, topic and properties in its environment, what it writes to stdout given
//! back. Used by `sub --exec` and `reply --exec`.

mod environment;

use std::io;
use std::pin::pin;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

use crate::mqtt::Received;
use crate::text::{escape, os_error};
pub use environment::{FIXED, SECRETS};

/// The most bytes of a process's stdout that are taken, so that one that never stops does not take all memory.
pub const MOST_OUTPUT: usize = 64 << 20;

/// How long stdout is read after the process ended, when another that it left behind holds on to it.
const LAST_WORDS: Duration = Duration::from_millis(50);

/// The shell, and what makes it run a command.
#[cfg(unix)]
const SHELL: [&str; 2] = ["sh", "-c"];
#[cfg(not(unix))]
const SHELL: [&str; 2] = ["cmd", "/C"];

/// A text that names no program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProgramError {
    /// No word in it.
    #[error("it names no program")]
    Empty,
    /// A quote that nothing closes.
    #[error("a quote is not closed, or a backslash is the last character")]
    Quote,
}

/// Why a process came to nothing. Whatever it wrote before is here too.
#[derive(Debug, thiserror::Error)]
#[error("{why}")]
pub struct ProcessError {
    /// The reason.
    pub why: Failure,
    /// Its stdout, if that was captured.
    pub output: Vec<u8>,
}

/// What can go wrong with a process.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// It cannot be started.
    #[error("cannot start {}: {}", escape(.program.as_bytes()), os_error::describe(.source))]
    Start {
        /// The program.
        program: String,
        /// The system's reason.
        source: io::Error,
    },
    /// The environment would be larger than the system takes.
    #[error("its topic and properties are too large for the environment of a process")]
    TooLarge,
    /// It ended with this exit status.
    #[error("exit status {0}")]
    Exit(i32),
    /// A signal with this number ended it.
    #[error("ended by signal {0}")]
    Signal(i32),
    /// It wrote more than is taken, and was ended.
    #[error("it wrote more than {} MiB", MOST_OUTPUT >> 20)]
    Output,
    /// The system does not tell how it ended.
    #[error("cannot wait for it: {}", os_error::describe(.0))]
    Wait(io::Error),
}

/// A program and its arguments, to be run once for each message.
#[derive(Clone, Debug)]
pub struct Program {
    name: String,
    arguments: Vec<String>,
    shell: bool,
    /// Variables of ours that a process does not inherit.
    removed: Vec<String>,
}

impl Program {
    /// The program of a command: split into words by the quoting rules of a shell, without one; or as a whole for `sh -c`.
    ///
    /// # Errors
    /// When no program is named.
    pub fn new(command: &str, shell: bool) -> Result<Self, ProgramError> {
        let words = if shell && !command.trim().is_empty() {
            SHELL.iter().map(ToString::to_string).chain([command.to_owned()]).collect()
        } else {
            shlex::split(command).ok_or(ProgramError::Quote)?
        };
        let mut words = words.into_iter();
        let name = words.next().filter(|name| !name.is_empty()).ok_or(ProgramError::Empty)?;
        let removed = environment::removed(std::env::vars_os());
        Ok(Self { name, arguments: words.collect(), shell, removed })
    }

    /// The first argument, if any, that means something to a shell, which does not read it.
    #[must_use]
    pub fn meant_for_a_shell(&self) -> Option<&str> {
        const OPERATORS: [&str; 10] = ["|", "||", "&", "&&", ";", ">", ">>", "<", "2>", "2>&1"];
        let operator = |word: &&String| OPERATORS.contains(&word.as_str()) || word.starts_with("$MQX_");
        self.arguments.iter().filter(|_| !self.shell).find(operator).map(String::as_str)
    }

    /// Runs it for a message and waits for its end. `capture` gives its stdout back; else that is ours. Its stderr is ours. A Ctrl-C at our
    /// terminal is not for it; when the future is dropped, it is killed with all that it has started.
    ///
    /// # Errors
    /// When it cannot be started, ends with another status than 0, or writes more than [`MOST_OUTPUT`]. A process that does not read all
    /// of the payload has not failed.
    pub async fn run(&self, received: &Received, capture: bool) -> Result<Vec<u8>, ProcessError> {
        let mut output = Vec::new();
        let ended = match self.start(received, capture) {
            Ok(mut running) => running.end(&received.message.payload, &mut output).await,
            Err(why) => Err(why),
        };
        match ended {
            Ok(()) => Ok(output),
            Err(why) => Err(ProcessError { why, output }),
        }
    }

    fn start(&self, received: &Received, capture: bool) -> Result<Running, Failure> {
        let mut command = Command::new(&self.name);
        command.args(&self.arguments).kill_on_drop(true);
        command.stdin(Stdio::piped()).stdout(if capture { Stdio::piped() } else { Stdio::inherit() });
        for name in &self.removed {
            command.env_remove(name);
        }
        environment::each(received, |name, value| {
            command.env(name, value);
        });
        Running::start(&mut command).map_err(|source| match source.kind() {
            io::ErrorKind::ArgumentListTooLong => Failure::TooLarge,
            _ => Failure::Start { program: self.name.clone(), source },
        })
    }
}

/// What a process wrote, for a terminal: its lines and tabs stay, the rest that could command the terminal is written out.
#[must_use]
pub fn escaped(output: &[u8]) -> Vec<u8> {
    let mut shown = Vec::with_capacity(output.len());
    for piece in output.split_inclusive(|byte| matches!(byte, b'\n' | b'\t')) {
        let (text, end) = match piece.split_last() {
            Some((end @ (b'\n' | b'\t'), text)) => (text, Some(*end)),
            _ => (piece, None),
        };
        shown.extend_from_slice(escape(text).as_bytes());
        shown.extend(end);
    }
    shown
}

/// A process under way. Dropped before its end, it is killed.
struct Running {
    /// First, since it is dropped first: the number of a group is its leader's, and nobody else's while that is not waited for.
    group: system::Group,
    child: Child,
}

impl Running {
    fn start(command: &mut Command) -> io::Result<Self> {
        system::apart(command);
        let child = command.spawn()?;
        Ok(Self { group: system::Group::of(&child), child })
    }

    /// Gives it the payload, takes what it writes, and waits for its end.
    async fn end(&mut self, payload: &[u8], output: &mut Vec<u8>) -> Result<(), Failure> {
        let (stdin, stdout) = (self.child.stdin.take(), self.child.stdout.take());
        let mut exchange = pin!(async { tokio::join!(feed(stdin, payload), collect(stdout, output)).1 });
        let mut exchanged = false;
        let status = loop {
            tokio::select! {
                result = &mut exchange, if !exchanged => {
                    result?;
                    exchanged = true;
                }
                status = self.child.wait() => break status.map_err(Failure::Wait)?,
            }
        };
        self.group.has_ended();
        if !exchanged && let Ok(result) = timeout(LAST_WORDS, exchange).await {
            result?;
        }
        if status.success() { Ok(()) } else { Err(status.code().map_or_else(|| system::signalled(status), Failure::Exit)) }
    }
}

/// Writes the payload and closes. Whoever does not want all of it closes earlier.
async fn feed(stdin: Option<ChildStdin>, payload: &[u8]) {
    if let Some(mut stdin) = stdin {
        let _ = stdin.write_all(payload).await;
    }
}

async fn collect(stdout: Option<ChildStdout>, output: &mut Vec<u8>) -> Result<(), Failure> {
    let Some(stdout) = stdout else { return Ok(()) };
    // An error is as good as the end.
    let _ = stdout.take(MOST_OUTPUT as u64 + 1).read_to_end(output).await;
    if output.len() > MOST_OUTPUT { Err(Failure::Output) } else { Ok(()) }
}

#[cfg(unix)]
mod system {
    use std::os::unix::process::ExitStatusExt as _;
    use std::process::ExitStatus;

    use rustix::process::{Pid, Signal, kill_process_group};
    use tokio::process::{Child, Command};

    use super::Failure;

    /// Gives a process a group of its own, so that it can be ended with those that it starts.
    pub fn apart(command: &mut Command) {
        command.process_group(0);
    }

    /// The group of a process that has not ended.
    pub struct Group(Option<Pid>);

    impl Group {
        pub fn of(child: &Child) -> Self {
            Self(child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw))
        }

        /// What it left behind was meant to stay.
        pub const fn has_ended(&mut self) {
            self.0 = None;
        }
    }

    impl Drop for Group {
        fn drop(&mut self) {
            if let Some(leader) = self.0 {
                let _ = kill_process_group(leader, Signal::KILL);
            }
        }
    }

    pub fn signalled(status: ExitStatus) -> Failure {
        Failure::Signal(status.signal().unwrap_or_default())
    }
}

#[cfg(not(unix))]
mod system {
    use std::process::ExitStatus;

    use tokio::process::{Child, Command};

    use super::Failure;

    pub const fn apart(_command: &mut Command) {}

    pub struct Group;

    impl Group {
        pub const fn of(_child: &Child) -> Self {
            Self
        }

        pub const fn has_ended(&mut self) {}
    }

    pub const fn signalled(_status: ExitStatus) -> Failure {
        Failure::Signal(0)
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests;
