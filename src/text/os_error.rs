//! I/O errors in words that fit into the middle of a sentence. Called by whatever tells of one.

use std::io;

/// `no such file or directory` for `No such file or directory (os error 2)`: without the number, in lower case, and in plainer words
/// where the system's are terse. Text that is not the system's keeps its own brackets.
#[must_use]
pub fn describe(error: &io::Error) -> String {
    let words = match error.kind() {
        io::ErrorKind::ConnectionRefused => "connection refused",
        io::ErrorKind::ConnectionReset => "connection reset by the peer",
        io::ErrorKind::ConnectionAborted => "connection aborted",
        io::ErrorKind::BrokenPipe | io::ErrorKind::UnexpectedEof => "connection closed by the peer",
        io::ErrorKind::TimedOut => "timed out",
        io::ErrorKind::HostUnreachable => "no route to the host",
        io::ErrorKind::NetworkUnreachable => "the network cannot be reached",
        io::ErrorKind::AddrInUse => "the address is in use",
        io::ErrorKind::AddrNotAvailable => "the address is not one of this machine's",
        io::ErrorKind::PermissionDenied => "permission denied",
        io::ErrorKind::NotFound => "no such file or directory",
        io::ErrorKind::IsADirectory => "it is a directory",
        _ => return in_lower_case(without_number(error, &error.to_string())),
    };
    words.to_owned()
}

/// The standard library ends a system's error with ` (os error N)`, before which Windows has a full stop, and begins a resolver's with words
/// of its own.
fn without_number<'a>(error: &io::Error, text: &'a str) -> &'a str {
    let text = text.strip_prefix("failed to lookup address information: ").unwrap_or(text);
    match text.rsplit_once(" (os error ") {
        Some((words, _)) if error.raw_os_error().is_some() => words.trim_end_matches('.'),
        _ => text,
    }
}

/// `Name or service not known` in the middle of a sentence; `TLS` and the like stay.
fn in_lower_case(text: &str) -> String {
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if second.is_lowercase() => {
            first.to_lowercase().chain(std::iter::once(second)).chain(letters).collect()
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_of_the_system_is_words_without_a_number() {
        assert_eq!(describe(&io::Error::from_raw_os_error(2)), "no such file or directory");
        for number in 1..134 {
            let words = describe(&io::Error::from_raw_os_error(number));
            assert!(!words.contains("os error") && !words.is_empty(), "{number}: {words}");
        }
    }

    #[test]
    fn text_of_others_is_kept() {
        for (text, described) in [
            ("Name or service not known", "name or service not known"),
            (
                "failed to lookup address information: Temporary failure in name resolution",
                "temporary failure in name resolution",
            ),
            ("TLS is hard", "TLS is hard"),
            ("Certificate expired (os error of its kind)", "certificate expired (os error of its kind)"),
        ] {
            assert_eq!(describe(&io::Error::other(text)), described);
        }
    }
}
