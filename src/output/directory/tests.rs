//! Real directories.

use std::collections::BTreeMap;
use std::time::Duration;

use super::*;

/// A directory of its own, gone at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        let path = std::env::temp_dir().join(format!("mqx-directory-{}-{:016x}", std::process::id(), rand::random::<u64>()));
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let entries = fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap().path());
        entries.map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(path).unwrap())).collect()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn entry(topic: &str, bytes: &[u8]) -> Entry {
    let at = SystemTime::UNIX_EPOCH + Duration::from_micros(1_795_230_245_123_456);
    Entry { topic: TopicName::new(topic).unwrap(), at, bytes: bytes.to_vec() }
}

fn all_of(directory: &mut Directory, entries: &[Entry]) {
    let (written, result) = directory.write(entries);
    result.unwrap();
    assert_eq!(written, entries.len());
}

#[test]
fn a_file_for_each_message() {
    let scratch = Scratch::new();
    let mut directory = Directory::open(&scratch.0, Per::Message).unwrap();
    all_of(&mut directory, &[entry("a/b", b"1\0"), entry("a/b", b"")]);
    all_of(&mut directory, &[entry("../x", b"2")]);
    let expected = [
        ("20261121T030405.123456Z-000001-a%2Fb", &b"1\0"[..]),
        ("20261121T030405.123456Z-000002-a%2Fb", b""),
        ("20261121T030405.123456Z-000003-%2E.%2Fx", b"2"),
    ];
    assert_eq!(scratch.files(), expected.map(|(name, bytes)| (name.to_owned(), bytes.to_vec())).into());
}

#[test]
fn nothing_is_overwritten() {
    let scratch = Scratch::new();
    let taken = scratch.0.join("20261121T030405.123456Z-000002-a");
    fs::write(&taken, b"mine").unwrap();
    let mut directory = Directory::open(&scratch.0, Per::Message).unwrap();
    let (written, result) = directory.write(&[entry("a", b"1"), entry("a", b"2"), entry("a", b"3")]);
    let error = result.unwrap_err();
    assert_eq!((written, error.path.as_path(), error.source.kind()), (1, &*taken, io::ErrorKind::AlreadyExists));
    let names: Vec<String> = scratch.files().into_keys().collect();
    assert_eq!(names, ["20261121T030405.123456Z-000001-a", "20261121T030405.123456Z-000002-a"], "and nothing unfinished is left");
    assert_eq!(fs::read(&taken).unwrap(), b"mine");
}

/// As on a file system where a file has but one name.
#[test]
fn a_name_can_be_reserved() {
    let scratch = Scratch::new();
    let (part, path) = (scratch.0.join("part"), scratch.0.join("whole"));
    reserve(&part, &path).unwrap_err();
    assert!(!path.exists(), "what could not be made is not there");
    fs::write(&part, b"x").unwrap();
    reserve(&part, &path).unwrap();
    fs::write(&part, b"y").unwrap();
    assert_eq!(reserve(&part, &path).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
    assert_eq!(fs::read(&path).unwrap(), b"x");
}

#[test]
fn a_file_for_each_topic() {
    let scratch = Scratch::new();
    for _ in 0..2 {
        let mut directory = Directory::open(&scratch.0, Per::Topic).unwrap();
        all_of(&mut directory, &[entry("a/b", b"1\n"), entry("c", b"2\n"), entry("a/b", b"3\n")]);
    }
    let expected = [("a%2Fb", &b"1\n3\n1\n3\n"[..]), ("c", b"2\n2\n")];
    assert_eq!(scratch.files(), expected.map(|(name, bytes)| (name.to_owned(), bytes.to_vec())).into());
}

#[cfg(unix)]
#[test]
fn a_link_leads_nowhere_else() {
    let (scratch, other) = (Scratch::new(), Scratch::new());
    let outside = other.0.join("outside");
    for name in ["a", "20261121T030405.123456Z-000001-a"] {
        std::os::unix::fs::symlink(&outside, scratch.0.join(name)).unwrap();
    }
    for per in [Per::Message, Per::Topic] {
        let (written, result) = Directory::open(&scratch.0, per).unwrap().write(&[entry("a", b"x")]);
        assert_eq!(written, 0);
        result.unwrap_err();
    }
    assert!(!outside.exists());
}

#[test]
fn a_directory_is_made_and_those_above_it_are_not() {
    let scratch = Scratch::new();
    let made = scratch.0.join("made");
    Directory::open(&made, Per::Topic).unwrap();
    assert!(made.is_dir());
    let error = Directory::open(&scratch.0.join("a/b"), Per::Topic).unwrap_err();
    assert!(error.to_string().ends_with("/a/b: no such file or directory"), "{error}");
    fs::write(scratch.0.join("file"), b"").unwrap();
    let error = Directory::open(&scratch.0.join("file"), Per::Topic).unwrap_err();
    assert_eq!(error.source.kind(), io::ErrorKind::NotADirectory);
}

#[test]
fn what_another_has_not_finished_is_left_alone() {
    let scratch = Scratch::new();
    let mut directory = Directory::open(&scratch.0, Per::Message).unwrap();
    let message = entry("a", b"new");
    directory.number = 1;
    let unfinished = format!(".{}.part", directory.name_of_message(&message));
    directory.number = 0;
    fs::write(scratch.0.join(&unfinished), b"old").unwrap();
    let (written, result) = directory.write(&[message]);
    assert_eq!((written, result.unwrap_err().source.kind()), (0, io::ErrorKind::AlreadyExists));
    assert_eq!(scratch.files(), BTreeMap::from([(unfinished, b"old".to_vec())]));
}
