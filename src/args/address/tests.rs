//! What cannot be reached as the options say, and what can. What they mean for a connection is tested beside `connect`.

use super::super::testing::{assert_says, parse, told};
use super::*;

fn named(words: &[&str]) -> Result<usize, String> {
    parse::<AddressArgs>(words)?.named().map(|named| named.len()).map_err(told)
}

#[test]
fn a_family_that_an_address_contradicts() {
    for (words, says) in [
        (&["-h", "::1", "--ipv4"][..], "--ipv4 cannot be with ::1, which is an IPv6 address"),
        (&["-L", "mqtt://[::1]", "--ipv4"], "--ipv4 cannot be with ::1, which is an IPv6 address"),
        (&["-h", "a,127.0.0.1", "--ipv6"], "--ipv6 cannot be with 127.0.0.1, which is an IPv4 address"),
        (&["-L", "ws://127.0.0.1", "--ipv6"], "--ipv6 cannot be with 127.0.0.1, which is an IPv4 address"),
        (&["-A", "127.0.0.1", "--ipv6"], "--ipv6 cannot be with 127.0.0.1, which is an IPv4 address"),
        (&["-A", "127.0.0.1", "-h", "::1"], "-A 127.0.0.1 cannot be with ::1, which is an IPv6 address"),
        (&["--connect-to", "[::1]:1", "--ipv4"], "--ipv4 cannot be with ::1, which is an IPv6 address"),
    ] {
        assert_says(named(words), says, words);
    }
    for words in [
        &["-h", "127.0.0.1", "--ipv4", "-A", "127.0.0.1"][..],
        &["-h", "::1", "--ipv6", "-A", "::1"],
        // What is dialled counts.
        &["-h", "::1", "--ipv4", "--connect-to", "127.0.0.1:1"],
        // Only a look-up can tell.
        &["-h", "localhost", "--ipv6"],
    ] {
        assert_eq!(named(words), Ok(1), "{words:?}");
    }
    let family = |words: &[&str]| parse::<AddressArgs>(words).unwrap().network().family;
    assert_eq!([family(&["--ipv4"]), family(&["--ipv6"]), family(&[])], [Family::V4, Family::V6, Family::Any]);
    assert_eq!([family(&["-A", "127.0.0.1"]), family(&["-A", "::1"])], [Family::V4, Family::V6], "as it comes from");
}

#[test]
fn what_means_nothing_for_a_socket() {
    for (words, option) in [
        (&["--connect-to", "x:1"][..], "--connect-to"),
        (&["-A", "127.0.0.1"], "-A 127.0.0.1"),
        (&["--ipv4"], "--ipv4"),
        (&["--ipv6"], "--ipv6"),
    ] {
        let socket = [&["-L", "unix:/x"], words].concat();
        assert_says(named(&socket), &format!("{option} means nothing for a Unix socket"), &socket);
        // For another of the brokers it does.
        let both = [&["-L", "unix:/x", "-L", "mqtt://y"], words].concat();
        assert_eq!(named(&both), Ok(2), "{both:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_path_that_is_too_long_for_a_socket() {
    let url = |length: usize| format!("unix:/{}", "x".repeat(length - 1));
    let (fits, too_long) = (url(103), url(130));
    assert_eq!(named(&["-L", &fits]), Ok(1));
    let words = ["-L", &too_long];
    assert_says(named(&words), "the path has 130 bytes, which is too long for a Unix socket|unix:NAME", &words);
}
