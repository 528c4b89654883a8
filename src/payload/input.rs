//! Where bytes come from: stdin or a file, read on a thread of its own. Called by `commands/publish`.
//!
//! A thread, since a read of a pipe or terminal cannot be cancelled; it is plain, so that a read which never returns does not
//! hold the end of the program either.

use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::mpsc;

use super::PACKET_LIMIT;
use crate::text::{escape, os_error};

/// The most bytes of one chunk.
const CHUNK: usize = 128 * 1024;
/// How many chunks wait to be taken. More would only add memory: one is split while the next is read.
const WAITING: usize = 2;
/// How long to leave a descriptor alone that some other program has made non-blocking and that has nothing to read.
const NOT_READY: Duration = Duration::from_millis(5);

/// Where bytes are read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Standard input.
    Stdin,
    /// A file: regular, a FIFO, or what process substitution makes (`/dev/fd/63`).
    File(PathBuf),
}

impl std::fmt::Display for Origin {
    /// `stdin`, or the file's name, safe to show.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Stdin => f.write_str("stdin"),
            Self::File(path) => f.write_str(&escape(path.as_os_str().as_encoded_bytes())),
        }
    }
}

/// Why there are no bytes, or not all of them.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// Opening or reading failed.
    #[error("cannot read {origin}: {}", os_error::describe(.source))]
    Io {
        /// What was read.
        origin: Origin,
        /// The system's reason.
        source: io::Error,
    },
    /// More bytes than a packet can carry.
    #[error("{origin} has more than {PACKET_LIMIT} bytes, which no MQTT packet can carry")]
    TooLarge {
        /// What was read.
        origin: Origin,
    },
}

/// What stdin is, for a command that takes a message from it only when there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stdin {
    /// A person at a terminal.
    Terminal,
    /// The null device, or another device: nobody sends a message there.
    DevNull,
    /// A pipe, socket or regular file.
    Message,
}

impl Stdin {
    /// Looks at stdin without reading from it.
    #[must_use]
    pub fn classify() -> Self {
        if io::IsTerminal::is_terminal(&io::stdin()) {
            Self::Terminal
        } else if system::stdin_file().is_some_and(|file| is_device(&file)) {
            Self::DevNull
        } else {
            Self::Message
        }
    }
}

fn is_device(file: &File) -> bool {
    file.metadata().is_ok_and(|metadata| system::is_device(metadata.file_type()))
}

/// What differs between systems.
mod system {
    use std::fs::{File, FileType};

    /// Stdin as a file of its own, to ask about it.
    #[cfg(unix)]
    pub fn stdin_file() -> Option<File> {
        use std::os::fd::AsFd as _;
        std::io::stdin().as_fd().try_clone_to_owned().ok().map(File::from)
    }

    #[cfg(unix)]
    pub fn is_device(kind: FileType) -> bool {
        use std::os::unix::fs::FileTypeExt as _;
        kind.is_char_device()
    }

    #[cfg(not(unix))]
    pub const fn stdin_file() -> Option<File> {
        None
    }

    #[cfg(not(unix))]
    pub const fn is_device(_kind: FileType) -> bool {
        false
    }
}

/// Bytes in chunks of at most `CHUNK`, in order.
#[derive(Debug)]
pub struct ChunkReader {
    chunks: mpsc::Receiver<io::Result<Bytes>>,
    origin: Origin,
    length: Option<u64>,
}

impl ChunkReader {
    /// Starts to read. What can be known of a file at once, such as that it is not there, is known before this returns.
    ///
    /// # Errors
    /// When a file is missing, a directory, or not ours to read.
    pub fn open(origin: Origin) -> Result<Self, InputError> {
        let (file, length) = match &origin {
            Origin::Stdin => (None, system::stdin_file().and_then(|file| rest_of(&file))),
            Origin::File(path) => open_now(path).map_err(|source| InputError::Io { origin: origin.clone(), source })?,
        };
        let (to, chunks) = mpsc::channel(WAITING);
        let path = origin.clone();
        std::thread::Builder::new()
            .name("input".into())
            .spawn(move || match (path, file) {
                (Origin::Stdin, _) => pump(io::stdin().lock(), &to),
                (Origin::File(_), Some(file)) => pump(file, &to),
                // To open a FIFO waits for its writer.
                (Origin::File(path), None) => match File::open(path) {
                    Ok(file) => pump(file, &to),
                    Err(error) => send(&to, Err(error)),
                },
            })
            .map_err(|source| InputError::Io { origin: origin.clone(), source })?;
        Ok(Self { chunks, origin, length })
    }

    /// How many bytes will come, where that is known: of a regular file.
    #[must_use]
    pub const fn length(&self) -> Option<u64> {
        self.length
    }

    /// The next chunk, never empty; `None` at the end. Nothing is lost when the future is dropped.
    ///
    /// # Errors
    /// When a read failed.
    pub async fn next(&mut self) -> Result<Option<Bytes>, InputError> {
        match self.chunks.recv().await {
            None => Ok(None),
            Some(Ok(chunk)) => Ok(Some(chunk)),
            Some(Err(source)) => Err(InputError::Io { origin: self.origin.clone(), source }),
        }
    }
}

/// Opens what does not have to be waited for, and tells its length if it is a regular file.
fn open_now(path: &PathBuf) -> io::Result<(Option<File>, Option<u64>)> {
    let kind = std::fs::metadata(path)?.file_type();
    if kind.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if !kind.is_file() {
        return Ok((None, None));
    }
    let file = File::open(path)?;
    let length = rest_of(&file);
    Ok((Some(file), length))
}

/// How many bytes of a regular file are still to be read.
fn rest_of(mut file: &File) -> Option<u64> {
    let metadata = file.metadata().ok().filter(std::fs::Metadata::is_file)?;
    let position = io::Seek::stream_position(&mut file).ok()?;
    Some(metadata.len().saturating_sub(position))
}

/// Reads to the end. Each chunk is a copy of its own size: a line keeps its chunk in memory until it is acknowledged, and that
/// must not be the whole buffer for a few bytes.
fn pump(mut from: impl Read, to: &mpsc::Sender<io::Result<Bytes>>) {
    let mut buffer = vec![0; CHUNK];
    loop {
        match from.read(&mut buffer) {
            Ok(0) => return,
            Ok(count) => {
                let chunk = Bytes::copy_from_slice(buffer.get(..count).unwrap_or_default());
                if to.blocking_send(Ok(chunk)).is_err() {
                    return;
                }
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => std::thread::sleep(NOT_READY),
            Err(error) => return send(to, Err(error)),
        }
    }
}

/// Hands over the last result; when nobody wants it any more, that is well too.
fn send(to: &mpsc::Sender<io::Result<Bytes>>, result: io::Result<Bytes>) {
    let _ = to.blocking_send(result);
}

/// Reads everything, for a message that is a whole input.
///
/// # Errors
/// When a read failed, or at the first byte beyond what a packet can carry.
pub async fn read_whole(reader: &mut ChunkReader) -> Result<Bytes, InputError> {
    read_up_to(reader, PACKET_LIMIT).await
}

async fn read_up_to(reader: &mut ChunkReader, limit: usize) -> Result<Bytes, InputError> {
    let expected = reader.length().and_then(|length| usize::try_from(length).ok()).unwrap_or(0);
    let mut whole = Vec::with_capacity(expected.min(limit));
    while let Some(chunk) = reader.next().await? {
        if whole.len() + chunk.len() > limit {
            return Err(InputError::TooLarge { origin: reader.origin.clone() });
        }
        whole.extend_from_slice(&chunk);
    }
    Ok(whole.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file that goes when the test ends.
    struct Scratch(PathBuf);

    impl Scratch {
        fn new(name: &str, content: &[u8]) -> Self {
            let path = std::env::temp_dir().join(format!("mqx-input-{}-{name}", std::process::id()));
            std::fs::write(&path, content).unwrap();
            Self(path)
        }

        fn origin(&self) -> Origin {
            Origin::File(self.0.clone())
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = std::fs::remove_file(&self.0);
        }
    }

    fn block_on<T>(future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
    }

    #[test]
    fn a_file_comes_whole_in_chunks_of_known_length() {
        let content: Vec<u8> = (0..300_000_u32).map(|n| (n % 251) as u8).collect();
        let file = Scratch::new("whole", &content);
        let mut reader = ChunkReader::open(file.origin()).unwrap();
        assert_eq!(reader.length(), Some(300_000));
        assert_eq!(block_on(read_whole(&mut reader)).unwrap(), content);
        let mut reader = ChunkReader::open(file.origin()).unwrap();
        assert_eq!(block_on(reader.next()).unwrap().unwrap(), content[..CHUNK]);
    }

    #[test]
    fn a_limit_is_kept_to_the_byte() {
        let file = Scratch::new("limit", &[7; 100]);
        let read = |limit| block_on(read_up_to(&mut ChunkReader::open(file.origin()).unwrap(), limit));
        assert_eq!(read(100).unwrap().len(), 100);
        assert!(matches!(read(99), Err(InputError::TooLarge { .. })));
    }

    #[test]
    fn what_cannot_be_read_is_named_at_once() {
        let missing = ChunkReader::open(Origin::File("no/such\u{1b}file".into())).unwrap_err();
        assert_eq!(missing.to_string(), "cannot read no/such\\x1bfile: no such file or directory");
        let directory = ChunkReader::open(Origin::File("/".into())).unwrap_err();
        assert_eq!(directory.to_string(), "cannot read /: it is a directory");
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_is_no_device_and_the_null_device_is_one() {
        use std::os::fd::OwnedFd;
        let (pipe, _writer) = io::pipe().unwrap();
        assert!(!is_device(&File::from(OwnedFd::from(pipe))));
        assert!(is_device(&File::open("/dev/null").unwrap()));
        assert!(!is_device(&File::open(std::env::current_exe().unwrap()).unwrap()));
    }

    #[cfg(unix)]
    #[test]
    fn a_fifo_is_waited_for_elsewhere() {
        use rustix::fs::{CWD, FileType, Mode, mknodat};
        let fifo = Scratch::new("fifo", b"");
        std::fs::remove_file(&fifo.0).unwrap();
        mknodat(CWD, &fifo.0, FileType::Fifo, Mode::RWXU, 0).unwrap();
        // Nobody has it open for writing: a plain open would never return.
        let mut reader = ChunkReader::open(fifo.origin()).unwrap();
        assert_eq!(reader.length(), None);
        std::fs::write(&fifo.0, b"through").unwrap();
        assert_eq!(block_on(read_whole(&mut reader)).unwrap(), &b"through"[..]);
    }

    #[test]
    fn reading_ends_when_nobody_takes() {
        let (to, mut chunks) = mpsc::channel(WAITING);
        let (pipe, mut writer) = io::pipe().unwrap();
        let thread = std::thread::spawn(move || pump(pipe, &to));
        io::Write::write_all(&mut writer, b"one").unwrap();
        assert_eq!(chunks.blocking_recv().unwrap().unwrap(), &b"one"[..]);
        // Nobody takes any more: the thread ends at its next chunk.
        drop(chunks);
        io::Write::write_all(&mut writer, b"two").unwrap();
        thread.join().unwrap();
    }
}
