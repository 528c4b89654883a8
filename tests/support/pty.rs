//! A program on a pseudo terminal of 100 columns and 30 lines, for what only a terminal sees: colour, progress, layout.

use std::ffi::OsStr;
use std::fs::File;
use std::io::Write;
use std::os::fd::OwnedFd;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rustix::fs::{Mode, OFlags};
use rustix::process::Signal;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, Winsize, tcgetattr, tcsetwinsize};

use super::child::{Collected, Ended, Process};
use super::mqx::clean_environment;
use super::temp::TempDir;
use super::{STEP, Verdict, ensure};

/// A running program whose stdin, stdout and stderr are one terminal. It is not its controlling terminal: Ctrl-C is [`Pty::signal`].
#[derive(Debug)]
pub struct Pty {
    process: Process,
    keyboard: File,
    screen: Collected,
    _home: TempDir,
}

impl Pty {
    /// `mqx ARGS` on a terminal.
    pub fn mqx<A: AsRef<OsStr>>(args: impl IntoIterator<Item = A>) -> Verdict<Self> {
        Self::of_program(env!("CARGO_BIN_EXE_mqx"), args, &[])
    }

    /// Any program, with more environment.
    pub fn of_program<A: AsRef<OsStr>>(
        program: &str,
        args: impl IntoIterator<Item = A>,
        environment: &[(&str, &str)],
    ) -> Verdict<Self> {
        let home = TempDir::new()?;
        let (master, terminal) = open()?;
        let mut command = Command::new(program);
        command.args(args).current_dir(home.path());
        clean_environment(&mut command, home.path());
        command.env("TERM", "xterm-256color").envs(environment.iter().copied());
        command
            .stdin(Stdio::from(terminal.try_clone()?))
            .stdout(Stdio::from(terminal.try_clone()?))
            .stderr(Stdio::from(terminal));
        let process = Process::spawn(&mut command)?;
        // The command holds our copies of the terminal's end; the screen would never end while they are open.
        drop(command);
        let master = File::from(master);
        Ok(Self { process, keyboard: master.try_clone()?, screen: Collected::from(master), _home: home })
    }

    /// Waits until the screen's bytes satisfy `enough` and returns them all.
    pub fn wait_until(&self, what: &str, enough: impl FnMut(&[u8]) -> bool) -> Verdict<Vec<u8>> {
        self.screen.wait_until(what, STEP, enough)
    }

    /// Waits until `text` was shown.
    pub fn wait_for(&self, text: &str) -> Verdict<Vec<u8>> {
        self.wait_until(&format!("{text:?}"), |bytes| super::mqx::contains(bytes, text.as_bytes()))
    }

    /// Waits until what is typed is no longer shown. The question for a secret is shown a moment before.
    pub fn wait_no_echo(&self) -> Verdict {
        let until = Instant::now() + STEP;
        while tcgetattr(&self.keyboard)?.local_modes.contains(LocalModes::ECHO) {
            ensure(Instant::now() < until, "the terminal still shows what is typed")?;
            std::thread::yield_now();
        }
        Ok(())
    }

    /// The terminal itself, to look at how it is set.
    pub fn keyboard(&self) -> Verdict<File> {
        Ok(self.keyboard.try_clone()?)
    }

    /// Types; `\x04` at the start of a line is the end of the input.
    pub fn write(&mut self, bytes: impl AsRef<[u8]>) -> Verdict {
        Ok(self.keyboard.write_all(bytes.as_ref())?)
    }

    /// Sends a signal.
    pub fn signal(&self, signal: Signal) -> Verdict {
        self.process.signal(signal)
    }

    /// Waits for the end; everything that the terminal was sent, and how it ended.
    pub fn finish(mut self, within: Duration) -> Verdict<(Vec<u8>, Ended)> {
        let ended = self.process.wait(within)?;
        Ok((self.screen.wait_end(STEP)?, ended))
    }
}

/// `mqx ARGS` on a terminal that nobody looks at; to drop what is returned beside the process closes the terminal.
pub fn bare<A: AsRef<OsStr>>(args: impl IntoIterator<Item = A>) -> Verdict<(Process, OwnedFd)> {
    let (master, terminal) = open()?;
    let mut command = Command::new(env!("CARGO_BIN_EXE_mqx"));
    command.args(args);
    clean_environment(&mut command, &std::env::temp_dir());
    command.stdin(Stdio::from(terminal.try_clone()?)).stdout(Stdio::from(terminal.try_clone()?)).stderr(Stdio::from(terminal));
    Ok((Process::spawn(&mut command)?, master))
}

fn open() -> Verdict<(OwnedFd, OwnedFd)> {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY)?;
    grantpt(&master)?;
    unlockpt(&master)?;
    let name = ptsname(&master, Vec::new())?;
    let terminal = rustix::fs::open(&*name, OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC, Mode::empty())?;
    tcsetwinsize(&terminal, Winsize { ws_row: 30, ws_col: 100, ws_xpixel: 0, ws_ypixel: 0 })?;
    // Other programs, started at the same time, are not to hold this one's terminal.
    rustix::io::fcntl_setfd(&master, rustix::io::FdFlags::CLOEXEC)?;
    Ok((master, terminal))
}

/// The text without colours and other control sequences, lines ended by `\n` alone: what a person reads where nothing was redrawn.
pub fn plain(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n");
    let mut plain = String::new();
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        if character != '\u{1b}' {
            plain.push(character);
        } else if characters.next_if_eq(&'[').is_some() {
            // CSI: parameters and intermediates, then one final byte.
            while characters.next().is_some_and(|parameter| !('@'..='~').contains(&parameter)) {}
        } else {
            characters.next();
        }
    }
    plain
}
