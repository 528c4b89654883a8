//! Target `template`: any text as a template, against a second reading of its braces.
//!
//! Called by the fuzzer's entry and by the property tests.

use std::time::{Duration, UNIX_EPOCH};

use mqx::payload::template::{RenderError, TemplateError};
use mqx::payload::{Template, Turn};

/// Texts to begin with.
pub const SEEDS: &[&[u8]] = &[
    b"plain",
    b"{counter}",
    b"{counter:7:-2} {counter:-9223372036854775808}",
    br#"{"n":{counter},"t":"{time}","v":{random:20:21.5}}"#,
    b"{time:unix} {time:unix_ms} {time:unix_us}",
    b"{time:%Y-%m-%d %H:%M:%S%z} {time:%-I %p %j %U %10N}",
    b"{random} {random:1:6} {random:-1.5:1e3}",
    b"{hex:7}{bytes:9}{uuid}",
    b"{{counter} {{{counter}}",
    b"{env:HOME}",
    b"{what}",
    b"{counter",
    b"{a b}\xff{ {A}",
];

/// One input. Returns 1 for a good one.
///
/// # Panics
/// When something does not hold that must.
pub fn template(text: &[u8]) -> u64 {
    let template = match Template::parse(text, None) {
        Ok(template) => template,
        Err(error) => {
            let says = error.to_string();
            assert!(!says.is_empty() && says.len() < 1_000 && !says.contains(char::is_control), "{says}");
            assert!(text.contains(&b'{') || matches!(error, TemplateError::Unknown(_)));
            return 0;
        }
    };
    let render = |seed| {
        let mut turn = Turn::new(Some(seed));
        turn.next(UNIX_EPOCH + Duration::from_secs(1_000_000_000));
        template.render(&mut turn)
    };
    let made = render(1);
    assert_eq!(made, render(1), "a seed gives the same");
    let literals = template.literals();
    match &made {
        Ok(made) => {
            assert!(made.len() >= literals.len());
            assert_eq!(template.is_literal(), literals == second_reading(text).concat() && *made == literals && !has_place(text));
            let mut rest = &made[..];
            for literal in second_reading(text) {
                let at = find(rest, &literal).unwrap_or_else(|| panic!("{literal:?} is not in {made:?}"));
                rest = &rest[at + literal.len()..];
            }
        }
        Err(error) => assert_eq!(*error, RenderError::TooLarge),
    }
    let topic = template.topic(&mut Turn::new(Some(1)));
    assert!(topic.is_err() || topic.is_ok_and(|topic| !topic.as_str().contains(['+', '#', '\0'])));
    1
}

fn find(whole: &[u8], part: &[u8]) -> Option<usize> {
    if part.is_empty() { Some(0) } else { whole.windows(part.len()).position(|window| window == part) }
}

fn has_place(text: &[u8]) -> bool {
    second_reading(text).len() > 1
}

/// What stands before, between and behind the places, byte by byte.
fn second_reading(text: &[u8]) -> Vec<Vec<u8>> {
    let mut parts = vec![Vec::new()];
    let mut rest = text;
    while let [first, behind @ ..] = rest {
        rest = match (first, behind.first()) {
            (b'{', Some(b'{')) => {
                parts.last_mut().expect("one").push(b'{');
                &behind[1..]
            }
            (b'{', Some(b'a'..=b'z')) => {
                parts.push(Vec::new());
                let end = behind.iter().position(|byte| *byte == b'}').expect("a template closes its braces");
                &behind[end + 1..]
            }
            _ => {
                parts.last_mut().expect("one").push(*first);
                behind
            }
        };
    }
    parts
}
