//! Unix sockets: which paths they can have, and what went wrong with one. The only code that knows whether the system has them. Called by
//! `dial`, and by `args` for the path.

use std::io;
use std::path::Path;

use crate::net::stream::Stream;

/// What a path is taken to be.
#[cfg(unix)]
mod system {
    use std::borrow::Cow;
    use std::io;
    use std::os::unix::fs::FileTypeExt as _;
    use std::os::unix::net::SocketAddr;
    use std::path::Path;

    use tokio::net::UnixStream;

    use super::Stream;

    pub(super) fn fits(path: &Path) -> bool {
        SocketAddr::from_pathname(path).is_ok()
    }

    /// `@name` is in the abstract namespace of Linux, as the other tools write it; a file of such a name is `./@name`.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    fn in_system(path: &Path) -> Cow<'_, Path> {
        match path.to_str().and_then(|path| path.strip_prefix('@')) {
            Some(name) => Path::new(&format!("\0{name}")).to_owned().into(),
            None => path.into(),
        }
    }

    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    fn in_system(path: &Path) -> Cow<'_, Path> {
        path.into()
    }

    pub(super) async fn connect(path: &Path) -> io::Result<Stream> {
        UnixStream::connect(in_system(path)).await.map(Stream::Unix)
    }

    pub(super) fn is_another_file(path: &Path) -> bool {
        std::fs::metadata(path).is_ok_and(|metadata| !metadata.file_type().is_socket())
    }
}

#[cfg(not(unix))]
mod system {
    use std::io;
    use std::path::Path;

    use super::Stream;

    pub(super) fn fits(_path: &Path) -> bool {
        true
    }

    pub(super) async fn connect(_path: &Path) -> io::Result<Stream> {
        Err(io::Error::new(io::ErrorKind::Unsupported, "this system has no Unix sockets"))
    }

    pub(super) fn is_another_file(_path: &Path) -> bool {
        false
    }
}

/// Whether a path is short enough for a socket of this system: there are 107 bytes on Linux, and 103 elsewhere.
#[must_use]
pub fn fits(path: &Path) -> bool {
    system::fits(path)
}

/// Connects to the socket at a path.
///
/// # Errors
/// The system's, which says of a file that is no socket that it refuses connections: that is told as what it is.
pub(super) async fn connect(path: &Path) -> io::Result<Stream> {
    system::connect(path).await.map_err(|error| match error.kind() {
        io::ErrorKind::ConnectionRefused if system::is_another_file(path) => {
            io::Error::new(io::ErrorKind::InvalidInput, "it is not a socket")
        }
        io::ErrorKind::WouldBlock => io::Error::new(io::ErrorKind::WouldBlock, "its queue of connections is full"),
        _ => error,
    })
}
