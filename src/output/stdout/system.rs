//! What differs between systems: what kind of thing stdout is, whether a write to it may block, and how its reader's end is seen. Called by
//! `stdout` alone.

use std::fs::File;
use std::io;

/// The stdout of this process as a file.
///
/// # Errors
/// When it is closed.
#[cfg(unix)]
pub fn stdout_file() -> io::Result<File> {
    use std::os::fd::AsFd as _;
    io::stdout().as_fd().try_clone_to_owned().map(File::from)
}

/// The stdout of this process as a file.
///
/// # Errors
/// When it is closed.
#[cfg(windows)]
pub fn stdout_file() -> io::Result<File> {
    use std::os::windows::io::AsHandle as _;
    io::stdout().as_handle().try_clone_to_owned().map(File::from)
}

/// How long a write may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A regular file or the null device: no reader is waited for.
    File,
    /// A pipe, whose reader may be slow.
    #[cfg(unix)]
    Pipe,
    /// A terminal, which a person can stop.
    #[cfg(unix)]
    Terminal,
    /// A socket, whatever else.
    Other,
}

impl Kind {
    /// What a file is; of what cannot be told, a write may take long.
    #[cfg(unix)]
    pub fn of(file: &File) -> Self {
        use std::io::IsTerminal as _;
        use std::os::unix::fs::FileTypeExt as _;
        match file.metadata().map(|metadata| metadata.file_type()) {
            Ok(kind) if kind.is_file() => Self::File,
            Ok(kind) if kind.is_char_device() => {
                if file.is_terminal() {
                    Self::Terminal
                } else {
                    Self::File
                }
            }
            Ok(kind) if kind.is_fifo() => Self::Pipe,
            _ => Self::Other,
        }
    }

    /// What a file is; of what cannot be told, a write may take long.
    #[cfg(not(unix))]
    pub fn of(file: &File) -> Self {
        if file.metadata().is_ok_and(|metadata| metadata.is_file()) { Self::File } else { Self::Other }
    }

    /// Whether so many bytes are taken without a wait for a reader.
    pub fn takes_at_once(self, file: &File, size: usize) -> bool {
        match self {
            Self::File => true,
            #[cfg(unix)]
            Self::Pipe => size <= PIPE_BUF && is_writable(file),
            #[cfg(unix)]
            Self::Terminal => false,
            Self::Other => false,
        }
    }

    /// Whether an error says that nobody is at the other side any more: a terminal has a word of its own for it.
    pub fn is_gone(self, error: &io::Error) -> bool {
        #[cfg(unix)]
        let gone = self == Self::Terminal && error.raw_os_error() == Some(rustix::io::Errno::IO.raw_os_error());
        #[cfg(not(unix))]
        let gone = false;
        gone || error.kind() == io::ErrorKind::BrokenPipe
    }
}

/// A pipe that is ready for writing takes as many bytes as this at once: 512 is what POSIX promises.
#[cfg(unix)]
const PIPE_BUF: usize = if cfg!(target_os = "linux") { 4096 } else { 512 };

#[cfg(unix)]
fn is_writable(file: &File) -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let mut asked = [PollFd::new(file, PollFlags::OUT)];
    let ready = poll(&mut asked, Some(&Timespec { tv_sec: 0, tv_nsec: 0 }));
    ready.is_ok() && asked.iter().all(|fd| fd.revents() == PollFlags::OUT)
}

/// Waits until whoever reads it is gone. `None` where there is nothing to watch: a regular file (EPERM), or a system without the means.
#[cfg(unix)]
pub async fn closed(file: &File) -> Option<()> {
    use tokio::io::{Interest, unix::AsyncFd};
    // Deprecated for the sake of types that could exchange their descriptor while it is watched. A `File` of ours does not, and the
    // replacement is an unsafe call for the same reason.
    #[expect(deprecated, reason = "the safe way in")]
    let watched = AsyncFd::with_interest(file.try_clone().ok()?, Interest::ERROR).ok()?;
    loop {
        let mut ready = watched.ready(Interest::ERROR).await.ok()?;
        if ready.ready().is_error() {
            return Some(());
        }
        ready.clear_ready();
    }
}

#[cfg(not(unix))]
#[expect(clippy::unused_async, reason = "the same shape everywhere")]
pub async fn closed(_file: &File) -> Option<()> {
    None
}
