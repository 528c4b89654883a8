//! What ends a run from outside: a signal, the deadline of `-W`, the length of `--for`. Made by `commands`, watched by both loops.

use std::io;
use std::pin::Pin;
use std::time::{Duration, Instant};

/// Why a run was stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// By the signal with this number.
    Signal(i32),
    /// `-W` passed.
    Deadline,
    /// `--for` passed, which is what was asked for.
    Elapsed,
    /// Whoever reads the output is gone.
    Abandoned,
}

/// Watches for the end of a run.
pub struct Stop {
    deadline: Option<Instant>,
    until: Option<Instant>,
    abandoned: Option<Pin<Box<dyn Future<Output = ()>>>>,
    signals: system::Signals,
}

impl Stop {
    /// Starts the clock of `-W`; from now on signals end the run in an orderly way.
    ///
    /// # Errors
    /// When the system does not let us handle signals.
    pub fn new(deadline: Option<Duration>) -> io::Result<Self> {
        // A deadline too far for the clock is none.
        let deadline = deadline.and_then(|after| Instant::now().checked_add(after));
        Ok(Self { deadline, until: None, abandoned: None, signals: system::Signals::new()? })
    }

    /// Starts the clock of `--for`.
    pub fn end_after(&mut self, length: Option<Duration>) {
        self.until = length.and_then(|after| Instant::now().checked_add(after));
    }

    /// Ends the run when `gone` completes: nobody reads the output any more.
    pub fn end_with(&mut self, gone: impl Future<Output = ()> + 'static) {
        self.abandoned = Some(Box::pin(gone));
    }

    /// Waits for the next reason to end. Each signal is reported once, each clock until it is stopped. Cancel safe.
    pub async fn wait(&mut self) -> Stopped {
        tokio::select! {
            biased;
            number = self.signals.next() => Stopped::Signal(number),
            () = at(self.deadline) => {
                self.deadline = None;
                Stopped::Deadline
            }
            () = at(self.until) => {
                self.until = None;
                Stopped::Elapsed
            }
            () = completed(&mut self.abandoned) => {
                self.abandoned = None;
                Stopped::Abandoned
            }
        }
    }
}

async fn at(time: Option<Instant>) {
    match time {
        Some(time) => tokio::time::sleep_until(time.into()).await,
        None => std::future::pending().await,
    }
}

async fn completed(future: &mut Option<Pin<Box<dyn Future<Output = ()>>>>) {
    match future {
        Some(future) => future.await,
        None => std::future::pending().await,
    }
}

#[cfg(unix)]
mod system {
    use std::io;

    use tokio::signal::unix::{Signal, SignalKind, signal};

    pub struct Signals {
        interrupt: Signal,
        terminate: Signal,
        hangup: Signal,
    }

    impl Signals {
        pub fn new() -> io::Result<Self> {
            Ok(Self {
                interrupt: signal(SignalKind::interrupt())?,
                terminate: signal(SignalKind::terminate())?,
                hangup: signal(SignalKind::hangup())?,
            })
        }

        pub async fn next(&mut self) -> i32 {
            tokio::select! {
                _ = self.interrupt.recv() => SignalKind::interrupt().as_raw_value(),
                _ = self.terminate.recv() => SignalKind::terminate().as_raw_value(),
                _ = self.hangup.recv() => SignalKind::hangup().as_raw_value(),
            }
        }
    }
}

#[cfg(not(unix))]
mod system {
    use std::io;

    /// Ctrl-C counts as SIGINT.
    const INTERRUPT: i32 = 2;

    pub struct Signals;

    impl Signals {
        #[expect(clippy::unnecessary_wraps, reason = "the same shape everywhere")]
        pub const fn new() -> io::Result<Self> {
            Ok(Self)
        }

        pub async fn next(&mut self) -> i32 {
            match tokio::signal::ctrl_c().await {
                Ok(()) => INTERRUPT,
                Err(_) => std::future::pending().await,
            }
        }
    }
}
