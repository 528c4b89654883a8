//! The built binary, run as a user would but in an environment of its own: nothing but PATH, a temporary HOME and TZ=UTC.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, ChildStdout, Command, Stdio};
use std::thread;
use std::time::Duration;

use rustix::process::Signal;

use super::child::{Collected, Ended, Process};
use super::temp::TempDir;
use super::{STEP, Verdict, ensure};

/// A run in preparation.
#[derive(Debug)]
pub struct Mqx {
    command: Command,
    home: TempDir,
    secrets: Vec<Vec<u8>>,
    input: Input,
    output: Sink,
    within: Duration,
}

#[derive(Debug)]
enum Input {
    Null,
    Bytes(Vec<u8>),
    Held,
    File(PathBuf),
}

#[derive(Debug)]
enum Sink {
    Collected,
    Held,
    File(PathBuf),
}

impl Mqx {
    /// `mqx ARGS`, with /dev/null as its input.
    pub fn new<A: AsRef<OsStr>>(args: impl IntoIterator<Item = A>) -> Verdict<Self> {
        Self::of_program(env!("CARGO_BIN_EXE_mqx"), args)
    }

    /// The same surroundings for another program; the self-tests prove them with programs that do what is asked.
    pub fn of_program<A: AsRef<OsStr>>(program: &str, args: impl IntoIterator<Item = A>) -> Verdict<Self> {
        let home = TempDir::new()?;
        let mut command = Command::new(program);
        command.args(args).current_dir(home.path());
        clean_environment(&mut command, home.path());
        Ok(Self { command, home, secrets: Vec::new(), input: Input::Null, output: Sink::Collected, within: STEP })
    }

    /// Sets an environment variable.
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Something that must appear in no output, in any form; every way of running checks it.
    pub fn secret(mut self, secret: impl AsRef<[u8]>) -> Self {
        self.secrets.push(secret.as_ref().to_vec());
        self
    }

    /// Bytes for its input, through a pipe that is then closed.
    pub fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.input = Input::Bytes(bytes.into());
        self
    }

    /// A pipe that the test writes to and closes: [`Running::input`].
    pub fn stdin_held(mut self) -> Self {
        self.input = Input::Held;
        self
    }

    /// A file as its input.
    pub fn stdin_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.input = Input::File(path.into());
        self
    }

    /// A pipe that the test reads, or closes: [`Running::output`]. The outcome's `stdout` is then empty.
    pub fn stdout_held(mut self) -> Self {
        self.output = Sink::Held;
        self
    }

    /// A file for its output; the outcome's `stdout` is then empty.
    pub fn stdout_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.output = Sink::File(path.into());
        self
    }

    /// Allows the whole run more than [`STEP`].
    pub fn within(mut self, within: Duration) -> Self {
        self.within = within;
        self
    }

    /// Its HOME and working directory.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Runs to the end.
    pub fn run(self) -> Verdict<Outcome> {
        let within = self.within;
        self.start()?.finish(within)
    }

    /// Starts it and comes back at once.
    pub fn start(mut self) -> Verdict<Running> {
        self.command.stdin(match &self.input {
            Input::Null => Stdio::null(),
            Input::Bytes(_) | Input::Held => Stdio::piped(),
            Input::File(path) => File::open(path)?.into(),
        });
        self.command.stdout(match &self.output {
            Sink::Collected | Sink::Held => Stdio::piped(),
            Sink::File(path) => File::create(path)?.into(),
        });
        self.command.stderr(Stdio::piped());
        let line = command_line(&self.command);
        let mut process = Process::spawn(&mut self.command)?;
        let child = process.child();
        let input = feed(child.stdin.take(), self.input);
        let held = matches!(self.output, Sink::Held);
        let (output, stdout) = match child.stdout.take() {
            Some(pipe) if held => (Some(pipe), None),
            pipe => (None, pipe.map(Collected::from)),
        };
        let stderr = child.stderr.take().map(Collected::from).unwrap_or_default();
        Ok(Running { process, line, input, output, stdout, stderr, secrets: self.secrets, _home: self.home })
    }
}

/// PATH, HOME and TZ and no other variable, so that no user's settings reach a test.
pub fn clean_environment(command: &mut Command, home: &Path) {
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("HOME", home).env("TZ", "UTC");
}

fn command_line(command: &Command) -> String {
    let words: Vec<OsString> = command.get_args().map(OsStr::to_owned).collect();
    format!("mqx {}", words.join(OsStr::new(" ")).to_string_lossy())
}

/// Gives a held pipe to the test; a thread of its own writes bytes, since a program need not read them before it writes.
fn feed(pipe: Option<ChildStdin>, input: Input) -> Option<ChildStdin> {
    let mut pipe = pipe?;
    let Input::Bytes(bytes) = input else { return Some(pipe) };
    // A program that ends without reading everything is the test's business, not this thread's.
    thread::spawn(move || pipe.write_all(&bytes));
    None
}

/// A run under way; killed when it goes out of scope.
#[derive(Debug)]
pub struct Running {
    process: Process,
    line: String,
    /// The held input; `None` or dropped is closed.
    pub input: Option<ChildStdin>,
    /// The held output; `take` and drop it to be a reader that went away.
    pub output: Option<ChildStdout>,
    stdout: Option<Collected>,
    stderr: Collected,
    secrets: Vec<Vec<u8>>,
    _home: TempDir,
}

impl Running {
    /// Waits for a whole line with `part` on stderr and returns the line.
    pub fn wait_stderr(&self, part: &str) -> Verdict<String> {
        self.stderr.wait_line(part, STEP).map_err(|error| self.told(&error))
    }

    /// Waits for a whole line with `part` on stdout and returns the line.
    pub fn wait_stdout(&self, part: &str) -> Verdict<String> {
        let stdout = self.stdout.as_ref().ok_or("stdout is not collected")?;
        stdout.wait_line(part, STEP).map_err(|error| self.told(&error))
    }

    /// What stderr has said by now: to prove that something was not said too early.
    pub fn stderr_so_far(&self) -> String {
        String::from_utf8_lossy(&self.stderr.so_far()).into_owned()
    }

    /// A failure with what stderr said so far, which is most often the reason.
    fn told(&self, failed: &super::Failed) -> super::Failed {
        let stderr = self.stderr.so_far();
        let what = failed.message().unwrap_or_default();
        format!("{}: {what}\nits stderr:\n{}", self.line, String::from_utf8_lossy(&stderr)).into()
    }

    /// Writes to the held input.
    pub fn write(&mut self, bytes: impl AsRef<[u8]>) -> Verdict {
        let pipe = self.input.as_mut().ok_or("the input is not held or was closed")?;
        pipe.write_all(bytes.as_ref())?;
        Ok(pipe.flush()?)
    }

    /// Ends the held input.
    pub fn close_input(&mut self) {
        self.input = None;
    }

    /// Sends a signal.
    pub fn signal(&self, signal: Signal) -> Verdict {
        self.process.signal(signal)
    }

    /// Its command line as the process list shows it, words ended by NUL. `None` where there is no /proc.
    pub fn command_line(&self) -> Option<Vec<u8>> {
        self.process.command_line()
    }

    /// See [`Process::peak_memory`]; also after the end.
    pub fn peak_memory(&self) -> Option<u64> {
        self.process.peak_memory()
    }

    /// Waits for its end. Held pipes stay as they are.
    pub fn finish(mut self, within: Duration) -> Verdict<Outcome> {
        let ended = self.process.wait(within).map_err(|error| self.told(&error))?;
        let stdout = self.stdout.as_ref().map(|stdout| stdout.wait_end(STEP)).transpose()?.unwrap_or_default();
        let stderr = self.stderr.wait_end(STEP)?;
        for secret in &self.secrets {
            refuse_secret(secret, &stdout, "stdout")?;
            refuse_secret(secret, &stderr, "stderr")?;
        }
        let peak_memory = self.process.peak_memory();
        let stderr = String::from_utf8_lossy(&stderr).into_owned();
        Ok(Outcome { line: std::mem::take(&mut self.line), stdout, stderr, ended, peak_memory })
    }
}

/// Fails when `output` holds the secret as it is or as `Debug` prints bytes.
pub fn refuse_secret(secret: &[u8], output: &[u8], name: &str) -> Verdict {
    let list = format!("{secret:?}");
    let as_debug = list.trim_matches(['[', ']']).as_bytes();
    let shown = [secret, as_debug].into_iter().any(|form| contains(output, form));
    ensure(!shown, format_args!("a secret appears on {name}:\n{}", String::from_utf8_lossy(output)))
}

/// Whether `part` occurs in `whole`.
pub fn contains(whole: &[u8], part: &[u8]) -> bool {
    !part.is_empty() && whole.windows(part.len()).any(|window| window == part)
}

/// What a run left behind.
#[derive(Debug)]
#[must_use]
pub struct Outcome {
    line: String,
    /// Bytes, as they came.
    pub stdout: Vec<u8>,
    /// Text; anything that is not UTF-8 replaced.
    pub stderr: String,
    /// Exit status or signal.
    pub ended: Ended,
    /// See [`Process::peak_memory`].
    pub peak_memory: Option<u64>,
}

impl Outcome {
    /// Asserts status, stdout and a part of stderr together, and shows all three when one is not as it should be.
    pub fn expect(&self, code: i32, stdout: impl AsRef<[u8]>, stderr_part: &str) -> Verdict {
        self.expect_ended(Ended::Code(code), stdout, stderr_part)
    }

    /// The same for an end by a signal.
    pub fn expect_ended(&self, ended: Ended, stdout: impl AsRef<[u8]>, stderr_part: &str) -> Verdict {
        let stdout = stdout.as_ref();
        let holds = self.ended == ended && self.stdout == stdout && self.stderr.contains(stderr_part);
        let expected = format!("{ended:?}, stdout {:?}, stderr with {stderr_part:?}", String::from_utf8_lossy(stdout));
        ensure(holds, format_args!("expected {expected}\nbut {self}"))
    }

    /// Asserts status, stdout and the whole of stderr together.
    pub fn expect_whole(&self, code: i32, stdout: impl AsRef<[u8]>, stderr: &str) -> Verdict {
        self.expect(code, stdout, stderr)?;
        ensure(self.stderr == stderr, format_args!("expected nothing on stderr but\n{stderr}\nand {self}"))
    }

    /// Asserts that stderr has every one of these parts.
    pub fn says(&self, parts: &[&str]) -> Verdict {
        let missing = parts.iter().find(|part| !self.stderr.contains(**part));
        missing.map_or(Ok(()), |part| Err(format!("expected {part:?} on stderr, but {self}").into()))
    }

    /// Asserts the status alone, for runs whose output is asserted by other means.
    pub fn expect_code(&self, code: i32) -> Verdict {
        ensure(self.ended == Ended::Code(code), format_args!("expected exit status {code}, but {self}"))
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let shown = &self.stdout[..self.stdout.len().min(2_000)];
        write!(f, "{}: {:?}\nstdout ({} bytes):\n", self.line, self.ended, self.stdout.len())?;
        write!(f, "{}\nstderr:\n{}", String::from_utf8_lossy(shown), self.stderr)
    }
}
