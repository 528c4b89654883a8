//! Who we are to a broker, and how that is found out: once, or anew for each connection. Made by `args/connect`, read by `attempt`.

use std::ffi::OsString;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use bytes::Bytes;
use bytestring::ByteString;

use crate::mqtt::topic::{MAX_STRING, TopicError, check_length};
use crate::payload::read_small;
use crate::text::{Secret, escape, os_error};

/// User Name and Password. Version 5 allows a password alone `[MQTT-3.1.2.9]`.
#[derive(Clone, Debug, Default)]
pub struct Credentials {
    /// User Name.
    pub user_name: Option<ByteString>,
    /// Password: bytes, never shown.
    pub password: Option<Password>,
}

/// Where a secret comes from. What is read, is read again for each connection: it may have been changed since.
#[derive(Clone, Debug)]
pub enum Password {
    /// It is this.
    Given(Secret),
    /// The content of a file, without one newline at its end.
    File(PathBuf),
    /// What a command of the shell prints, without one newline at its end.
    Command(OsString),
}

/// Why there is no secret. Never has any of it.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// The file cannot be read.
    #[error("cannot read the password file {}: {}", escape(path.as_os_str().as_encoded_bytes()), os_error::describe(source))]
    File {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The command could not be started, or failed.
    #[error("the command for the password failed: {0}")]
    Command(String),
    /// It is none.
    #[error("password: {0}")]
    Unusable(TopicError),
}

impl Password {
    /// The secret, now. Blocks for as long as the file or the command does.
    ///
    /// # Errors
    /// When it cannot be had, or is longer than 65,535 bytes.
    pub fn read(&self) -> Result<Secret, PasswordError> {
        let secret = match self {
            Self::Given(secret) => return Ok(secret.clone()),
            Self::File(path) => {
                without_newline(read_small(path).map_err(|source| PasswordError::File { path: path.clone(), source })?)
            }
            Self::Command(command) => without_newline(printed_by(command)?),
        };
        check_length(&secret).map_err(PasswordError::Unusable)?;
        Ok(Secret::new(secret))
    }

    /// The file that it is read from, if others than its owner can read that too (`cfg(unix)`).
    #[must_use]
    pub fn readable_by_others(&self) -> Option<&Path> {
        #[cfg(unix)]
        if let Self::File(path) = self {
            use std::os::unix::fs::MetadataExt as _;
            let metadata = std::fs::metadata(path).ok()?;
            return (metadata.is_file() && metadata.mode() & 0o044 != 0).then_some(path);
        }
        None
    }
}

fn without_newline(mut bytes: Vec<u8>) -> Bytes {
    let newline = [&b"\r\n"[..], b"\n"].into_iter().find(|newline| bytes.ends_with(newline));
    bytes.truncate(bytes.len() - newline.map_or(0, <[u8]>::len));
    bytes.into()
}

/// What a command prints on stdout. Its stdin is empty, so that it takes nothing of what is to be published; its stderr is ours.
fn printed_by(command: &OsString) -> Result<Vec<u8>, PasswordError> {
    let shell: [&str; 2] = if cfg!(windows) { ["cmd", "/C"] } else { ["sh", "-c"] };
    let mut run = Command::new(shell[0]);
    run.arg(shell[1]).arg(command).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit());
    let failed = |error: io::Error| PasswordError::Command(os_error::describe(&error));
    let mut child = run.spawn().map_err(failed)?;
    let mut printed = Vec::new();
    // Room for a newline, and for a byte that is too many. What prints on ends when nobody reads it.
    let read = child.stdout.take().map(|stdout| stdout.take(MAX_STRING as u64 + 3).read_to_end(&mut printed));
    let status = child.wait().map_err(failed)?;
    read.transpose().map_err(failed)?;
    if status.success() || printed.len() > MAX_STRING + 2 {
        return Ok(printed);
    }
    Err(PasswordError::Command(match status.code() {
        Some(code) => format!("its exit status is {code}"),
        None => "a signal ended it".to_owned(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(password: &Password) -> Result<Vec<u8>, String> {
        password.read().map(|secret| secret.expose().to_vec()).map_err(|error| error.to_string())
    }

    #[test]
    fn one_newline_at_the_end_of_a_file_is_not_of_the_password() {
        let path = std::env::temp_dir().join(format!("mqx-password-{}", std::process::id()));
        let file = Password::File(path.clone());
        for (content, expected) in [("x\n", "x"), ("x\n\n", "x\n"), ("x\r\n", "x"), (" x ", " x "), ("", "")] {
            std::fs::write(&path, content).unwrap();
            assert_eq!(read(&file), Ok(expected.as_bytes().to_vec()), "{content:?}");
        }
        std::fs::write(&path, vec![b'x'; 65_536]).unwrap();
        assert!(read(&file).unwrap_err().starts_with("password: it has 65536 bytes"));
        std::fs::remove_file(&path).unwrap();
        let error = read(&file).unwrap_err();
        assert!(error.starts_with("cannot read the password file ") && error.ends_with(": no such file or directory"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_command_prints_it_or_fails_without_showing_it() {
        let of = |command: &str| read(&Password::Command(command.into()));
        assert_eq!(of("printf 'a\\377\\n'"), Ok(b"a\xff".to_vec()));
        assert_eq!(of("cat"), Ok(Vec::new()), "stdin is empty");
        assert_eq!(of("echo hunter2; exit 3").unwrap_err(), "the command for the password failed: its exit status is 3");
        assert!(of("yes").unwrap_err().starts_with("password: it has 6553"), "what never ends by itself is too long");
        assert_eq!(of("kill -9 $$").unwrap_err(), "the command for the password failed: a signal ended it");
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_can_read_is_found() {
        use std::os::unix::fs::PermissionsExt as _;
        let path = std::env::temp_dir().join(format!("mqx-readable-{}", std::process::id()));
        std::fs::write(&path, "x").unwrap();
        let file = Password::File(path.clone());
        for (mode, found) in [(0o600, false), (0o640, true), (0o604, true), (0o400, false)] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(file.readable_by_others().is_some(), found, "{mode:o}");
        }
        std::fs::remove_file(&path).unwrap();
    }
}
