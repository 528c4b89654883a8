//! What differs between systems: what kind of thing stdout is, whether a write to it may block, and how its reader's end is seen. Called by
//! `stdout` alone.

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

    /// Whether an error says that nobody is at the other side any more: a terminal has a word of its own for it.
    pub fn is_gone(self, error: &io::Error) -> bool {
        #[cfg(unix)]
        let gone = self == Self::Terminal && error.raw_os_error() == Some(rustix::io::Errno::IO.raw_os_error());
        #[cfg(not(unix))]
        let gone = false;
        gone || error.kind() == io::ErrorKind::BrokenPipe
    }
}

/// As many bytes as Linux puts into a pipe whole or not at all.
#[cfg(target_os = "linux")]
const PIPE_BUF: usize = 4096;

/// Writes what a pipe takes without a wait: so many bytes. It is asked for with the write itself, since another process may fill the
/// pipe between a look and a write. A system that cannot be asked (Linux before 6.4, others) takes nothing at once.
#[cfg(target_os = "linux")]
pub fn write_at_once(file: &File, kind: Kind, bytes: &[u8]) -> usize {
    use rustix::io::{ReadWriteFlags, pwritev2};
    if kind != Kind::Pipe || bytes.len() > PIPE_BUF {
        return 0;
    }
    pwritev2(file, &[io::IoSlice::new(bytes)], u64::MAX, ReadWriteFlags::NOWAIT).unwrap_or(0)
}

/// As on Linux, where it can be asked for.
#[cfg(not(target_os = "linux"))]
pub const fn write_at_once(_file: &File, _kind: Kind, _bytes: &[u8]) -> usize {
    0
}

/// `None` where there is nothing to watch: a regular file (EPERM), or a system without the means.
#[cfg(unix)]
pub async fn closed(file: &File, kind: Kind) -> Option<()> {
    use tokio::io::{Interest, unix::AsyncFd};
    // A socket whose peer closed it has no error, and is told of as the end of what could be read.
    let mut interest = if kind == Kind::Other { Interest::ERROR | Interest::READABLE } else { Interest::ERROR };
    // Deprecated for the sake of types that could exchange their descriptor while it is watched. A `File` of ours does not, and the
    // replacement is an unsafe call for the same reason.
    #[expect(deprecated, reason = "the safe way in")]
    let watched = AsyncFd::with_interest(file.try_clone().ok()?, interest).ok()?;
    loop {
        let mut ready = watched.ready(interest).await.ok()?;
        if ready.ready().is_error() || is_hung_up(file) {
            return Some(());
        }
        if ready.ready().is_read_closed() {
            // A peer that sends no more and still reads: that end stays true, and would be found again and again.
            interest = Interest::ERROR;
        }
        ready.clear_ready();
    }
}

/// Whether both directions of a socket are closed: a peer that only sends no more still reads.
#[cfg(unix)]
fn is_hung_up(file: &File) -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let mut asked = [PollFd::new(file, PollFlags::empty())];
    let looked = poll(&mut asked, Some(&Timespec { tv_sec: 0, tv_nsec: 0 }));
    looked.is_ok() && asked.iter().any(|fd| fd.revents().intersects(PollFlags::HUP | PollFlags::ERR))
}

#[cfg(not(unix))]
#[expect(clippy::unused_async, reason = "the same shape everywhere")]
pub async fn closed(_file: &File, _kind: Kind) -> Option<()> {
    None
}
