//! A file that is read whole, since what it holds is small by nature: a password, a will, users, profiles. Called by `args`, `client` and
//! `broker` for the options that name one.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

/// The largest file that is taken, in bytes. A device that never ends must not take all memory.
const LARGEST: u64 = 16 << 20;

/// All of a small file.
///
/// # Errors
/// The system's; `FileTooLarge` beyond 16 MiB.
pub fn read_small(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = File::open(path)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if read as u64 > LARGEST { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(bytes) }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn what_never_ends_is_too_large() {
        let error = read_small(Path::new("/dev/zero")).unwrap_err();
        assert_eq!(crate::text::os_error::describe(&error), "file too large");
    }
}
