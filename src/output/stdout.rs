//! stdout: whole messages in single writes, on a thread of their own where a write may block, and the news that nobody reads any more. Used
//! by `commands`; what differs between systems is in `system`.

mod system;

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
        let written = match self.kind {
            system::Kind::File => {
                write_all(&self.file, self.kind, &bytes)?;
                bytes.len()
            }
            // An error comes again in the thread, which tells it.
            _ => system::write_at_once(&self.file, self.kind, &bytes),
        };
        if written == bytes.len() {
            bytes.clear();
            return Ok(bytes);
        }
        let kind = self.kind;
        let file = Arc::clone(&self.file);
        let written = tokio::task::spawn_blocking(move || {
            write_all(&file, kind, bytes.get(written..).unwrap_or_default())?;
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
        if system::closed(&self.file, self.kind).await.is_none() {
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

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::net::Shutdown;
    use std::os::fd::OwnedFd;
    use std::os::unix::net::UnixStream;

    use tokio::time::timeout;

    use super::*;

    /// A stdout that is a socket, and its peer.
    fn socket() -> (Stdout, UnixStream) {
        let (ours, theirs) = UnixStream::pair().unwrap();
        let file = File::from(OwnedFd::from(ours));
        (Stdout { kind: system::Kind::of(&file), file: Arc::new(file) }, theirs)
    }

    #[tokio::test]
    async fn a_socket_whose_peer_is_gone_has_no_reader() {
        let (stdout, peer) = socket();
        drop(peer);
        timeout(Duration::from_secs(10), stdout.closed()).await.unwrap();
    }

    #[tokio::test]
    async fn a_peer_that_only_sends_no_more_still_reads() {
        let (stdout, peer) = socket();
        peer.shutdown(Shutdown::Write).unwrap();
        timeout(Duration::from_millis(50), stdout.closed()).await.unwrap_err();
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_pipe_is_not_waited_for() {
        let (_reader, writer) = io::pipe().unwrap();
        let file = File::from(OwnedFd::from(writer));
        let kind = system::Kind::of(&file);
        let mut total = 0;
        loop {
            match system::write_at_once(&file, kind, &[0; 4096]) {
                0 => break,
                count => total += count,
            }
        }
        assert_eq!(total % 4096, 0);
        assert_eq!(system::write_at_once(&file, kind, b"x"), 0);
    }
}
