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
    done: Option<Pin<Box<dyn Future<Output = ()>>>>,
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
        Ok(Self { deadline, done: None, abandoned: None, signals: system::Signals::new()? })
    }

    /// Starts the clock of `--for`.
    pub fn end_after(&mut self, length: Option<Duration>) {
        self.end_when(at(length.and_then(|after| Instant::now().checked_add(after))));
    }

    /// Ends the run when `done` completes, as `--for` does and in its place.
    pub fn end_when(&mut self, done: impl Future<Output = ()> + 'static) {
        self.done = Some(Box::pin(done));
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
            () = completed(&mut self.done) => {
                self.done = None;
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

    /// `None` is a signal that whoever started us had ignored.
    pub struct Signals {
        interrupt: Option<Signal>,
        terminate: Option<Signal>,
        hangup: Option<Signal>,
    }

    impl Signals {
        pub fn new() -> io::Result<Self> {
            let ignored = ignored();
            // What `nohup`, or a script that starts a job with `&`, shields us from does not end us.
            let watch = |kind: SignalKind| if is_in(ignored, kind.as_raw_value()) { Ok(None) } else { signal(kind).map(Some) };
            Ok(Self {
                interrupt: watch(SignalKind::interrupt())?,
                terminate: watch(SignalKind::terminate())?,
                hangup: watch(SignalKind::hangup())?,
            })
        }

        pub async fn next(&mut self) -> i32 {
            tokio::select! {
                () = received(&mut self.interrupt) => SignalKind::interrupt().as_raw_value(),
                () = received(&mut self.terminate) => SignalKind::terminate().as_raw_value(),
                () = received(&mut self.hangup) => SignalKind::hangup().as_raw_value(),
            }
        }
    }

    async fn received(signal: &mut Option<Signal>) {
        match signal {
            Some(signal) => {
                signal.recv().await;
            }
            None => std::future::pending().await,
        }
    }

    /// The signals that are ignored, bit 0 the first. To ask for a disposition takes unsafe code; Linux tells it in a file as well.
    fn ignored() -> u64 {
        std::fs::read_to_string("/proc/self/status").ok().and_then(|status| ignored_in(&status)).unwrap_or(0)
    }

    fn ignored_in(status: &str) -> Option<u64> {
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"))?;
        u64::from_str_radix(mask.trim(), 16).ok()
    }

    const fn is_in(mask: u64, number: i32) -> bool {
        number > 0 && number <= 64 && mask >> (number - 1) & 1 == 1
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_mask_has_a_bit_a_signal() {
            let mask = ignored_in("Name:\tmqx\nSigBlk:\t0000000000000002\nSigIgn:\t0000000000001001\nSigCgt:\t0\n").unwrap();
            assert_eq!([1, 2, 13, 15, 0, 65].map(|number| is_in(mask, number)), [true, false, true, false, false, false]);
            assert_eq!(ignored_in("Name:\tmqx\n"), None);
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
