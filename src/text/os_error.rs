//! The system's own words for what went wrong, without the number behind them. Called by whatever tells of an I/O error.

use std::io;

/// `no such file or directory` for `No such file or directory (os error 2)`. Errors that are not the system's keep their text.
#[must_use]
pub fn describe(error: &io::Error) -> String {
    let text = error.to_string();
    if error.raw_os_error().is_none() {
        return text;
    }
    let words = text.rsplit_once(" (os error ").map_or(&*text, |(words, _)| words);
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_goes_and_the_words_stay() {
        assert_eq!(describe(&io::Error::from_raw_os_error(2)), "no such file or directory");
        assert_eq!(
            describe(&io::Error::other("Certificate expired (os error of its kind)")),
            "Certificate expired (os error of its kind)"
        );
    }
}
