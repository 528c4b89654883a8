//! stdout: whole messages in single writes, on a thread that may block, and the news that nobody reads any more. Used by `commands`.

use std::fs::File;
use std::io::{self, Write as _};
use std::sync::Arc;
use std::time::Duration;

use crate::text::os_error;

/// How long to wait before a stdout that somebody made non-blocking is tried again.
const NOT_READY: Duration = Duration::from_millis(1);

/// Why nothing can be written any more.
#[derive(Debug, thiserror::Error)]
pub enum StdoutError {
    /// Whoever read it is gone, which is no failure.
    #[error("nobody reads stdout any more")]
    Closed,
    /// The system refused.
    #[error("cannot write to stdout: {}", os_error::describe(.0))]
    Io(#[from] io::Error),
}

/// The stdout of this process, without the buffer of the standard library, which would cut a message at a newline.
#[derive(Clone, Debug)]
pub struct Stdout {
    file: Arc<File>,
    kind: system::Kind,
}

impl Stdout {
    /// Opens it.
    ///
    /// # Errors
    /// When there is none.
    pub fn open() -> Result<Self, StdoutError> {
        let file = system::stdout_file()?;
        Ok(Self { kind: system::Kind::of(&file), file: Arc::new(file) })
    }

    /// Writes all bytes and gives the empty buffer back. What may block does so in a thread of its own; if the future is dropped, the
    /// write goes on. The rest is written here and now: to hand a message over to the thread and back costs more than all else that
    /// is done for it.
    ///
    /// # Errors
    /// When not all could be written.
    pub async fn write(&self, mut bytes: Vec<u8>) -> Result<Vec<u8>, StdoutError> {
        if self.kind.takes_at_once(&self.file, bytes.len()) {
            write_all(&self.file, self.kind, &bytes)?;
            bytes.clear();
            return Ok(bytes);
        }
        let kind = self.kind;
        let file = Arc::clone(&self.file);
        let written = tokio::task::spawn_blocking(move || {
            write_all(&file, kind, &bytes)?;
            bytes.clear();
            Ok(bytes)
        });
        match written.await {
            Ok(result) => result,
            // The thread was taken away: the run is over.
            Err(_) => Err(StdoutError::Closed),
        }
    }

    /// Waits until whoever reads stdout is gone, also while there is nothing to write. For a file that never happens.
    pub async fn closed(&self) {
        if system::closed(&self.file).await.is_none() {
            std::future::pending::<()>().await;
        }
    }
}

fn write_all(mut file: &File, kind: system::Kind, mut bytes: &[u8]) -> Result<(), StdoutError> {
    while !bytes.is_empty() {
        match file.write(bytes) {
            Ok(0) => return Err(io::Error::from(io::ErrorKind::WriteZero).into()),
            Ok(count) => bytes = bytes.get(count..).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => std::thread::sleep(NOT_READY),
            Err(error) if kind.is_gone(&error) => return Err(StdoutError::Closed),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// What differs between systems.
mod system {
    use std::fs::File;
    use std::io;

    #[cfg(unix)]
    pub fn stdout_file() -> io::Result<File> {
        use std::os::fd::AsFd as _;
        io::stdout().as_fd().try_clone_to_owned().map(File::from)
    }

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

        #[cfg(not(unix))]
        pub fn of(file: &File) -> Self {
            if file.metadata().is_ok_and(|metadata| metadata.is_file()) { Self::File } else { Self::Other }
        }

        /// Whether so many bytes are taken without a wait.
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

    /// `None` where there is nothing to watch: a regular file (EPERM), or a system without the means.
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
}
