//! The secrets of each connection, for a person who looks at the traffic with Wireshark. Given to rustls by the connector.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::Path;

use rustls::KeyLog;

use super::error::TlsConfigError;
use crate::text::{hex, os_error};

/// A file in the format of NSS, one line a secret, that is written on to.
#[derive(Debug)]
pub(super) struct KeyLogFile(File);

impl KeyLogFile {
    /// Opens it, or makes it for nobody else to read (`cfg(unix)`).
    ///
    /// # Errors
    /// When that is not possible.
    pub fn open(path: &Path) -> Result<Self, TlsConfigError> {
        let mut options = OpenOptions::new();
        options.create(true).append(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options
            .open(path)
            .map(Self)
            .map_err(|error| TlsConfigError::KeyLog { path: path.to_owned(), reason: os_error::describe(&error) })
    }
}

impl KeyLog for KeyLogFile {
    fn log(&self, label: &str, client_random: &[u8], secret: &[u8]) {
        let mut line = format!("{label} ").into_bytes();
        hex::encode(client_random, &mut line);
        line.push(b' ');
        hex::encode(secret, &mut line);
        line.push(b'\n');
        // One write a line, so that runs at the same time do not mix. The connection is worth more than its log.
        let _ = (&self.0).write_all(&line);
    }
}
