//! A directory that messages are written to: a file for each, or a file for each topic, whose names cannot lead out of it. Used by
//! `sub --output-dir`. What is done here blocks.

mod name;

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use jiff::Timestamp;

use crate::mqtt::TopicName;
use crate::text::{escape, os_error};

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Per {
    /// One message: a file that is new, and whole once it has its name.
    Message,
    /// One topic: each message is appended.
    Topic,
}

/// What is to be written of one message.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its topic, which names the file.
    pub topic: TopicName,
    /// When it came.
    pub at: SystemTime,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// Why a message is in no file.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {}: {}", escape(.path.as_os_str().as_encoded_bytes()), os_error::describe(.source))]
pub struct DirectoryError {
    /// What was to be made.
    pub path: PathBuf,
    /// The system's reason.
    pub source: io::Error,
}

/// The directory.
#[derive(Clone, Debug)]
pub struct Directory {
    path: PathBuf,
    per: Per,
    /// Of the last message, from 1.
    number: u64,
}

impl Directory {
    /// Makes it, unless it is there; one that would be in another that is missing is not made.
    ///
    /// # Errors
    /// The system's; `NotADirectory` for something else.
    pub fn open(path: &Path, per: Per) -> Result<Self, DirectoryError> {
        let failed = |source| DirectoryError { path: path.to_owned(), source };
        match fs::create_dir(path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                if !fs::metadata(path).map_err(failed)?.is_dir() {
                    return Err(failed(io::ErrorKind::NotADirectory.into()));
                }
            }
            result => result.map_err(failed)?,
        }
        Ok(Self { path: path.to_owned(), per, number: 0 })
    }

    /// Writes messages in their order, up to the first that fails. How many were written, and why not all.
    pub fn write(&mut self, entries: &[Entry]) -> (usize, Result<(), DirectoryError>) {
        for (written, entry) in entries.iter().enumerate() {
            self.number += 1;
            let path = self.path.join(match self.per {
                Per::Message => self.name_of_message(entry),
                Per::Topic => name::of_topic(&entry.topic),
            });
            let result = match self.per {
                Per::Message => create(&path, &entry.bytes),
                Per::Topic => append(&path, &entry.bytes),
            };
            if let Err(source) = result {
                return (written, Err(DirectoryError { path, source }));
            }
        }
        (entries.len(), Ok(()))
    }

    /// In the order of arrival when sorted, and a number for those that came at once.
    fn name_of_message(&self, entry: &Entry) -> String {
        // A clock beyond what a calendar knows shows the calendar's begin.
        let at = Timestamp::try_from(entry.at).unwrap_or_default();
        format!("{}-{:06}-{}", at.strftime("%Y%m%dT%H%M%S%.6fZ"), self.number, name::of_topic(&entry.topic))
    }
}

/// Makes a file that was not there. Nobody sees it before it is whole, and nothing is overwritten.
fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let Some((directory, name)) = path.parent().zip(path.file_name()) else { return Err(io::ErrorKind::InvalidInput.into()) };
    let mut unfinished = std::ffi::OsString::from(".");
    unfinished.push(name);
    unfinished.push(".part");
    let unfinished = directory.join(unfinished);
    let mut file = OpenOptions::new().write(true).create_new(true).open(&unfinished)?;
    let made = file.write_all(bytes).and_then(|()| give_name(&unfinished, path));
    drop(file);
    // Also after a failure; after a rename there is nothing to remove.
    let _ = fs::remove_file(&unfinished);
    made
}

/// Gives a file its name, if that is free. A second name does so in one step; where a file can have but one, the name is reserved first.
fn give_name(unfinished: &Path, path: &Path) -> io::Result<()> {
    match fs::hard_link(unfinished, path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => reserve(unfinished, path),
        result => result,
    }
}

fn reserve(unfinished: &Path, path: &Path) -> io::Result<()> {
    File::create_new(path)?;
    fs::rename(unfinished, path).inspect_err(|_| {
        let _ = fs::remove_file(path);
    })
}

/// Adds to a file, and takes back what of it was written when not all could be.
fn append(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // Neither through a link to somewhere else, nor into a pipe that may have no reader.
    if fs::symlink_metadata(path).is_ok_and(|there| !there.is_file()) {
        return Err(io::Error::other("it is there, and no regular file"));
    }
    let mut file = OpenOptions::new().append(true).create(true).open(path)?;
    let before = file.metadata()?.len();
    file.write_all(bytes).inspect_err(|_| {
        let _ = file.set_len(before);
    })
}

#[cfg(test)]
mod tests;
