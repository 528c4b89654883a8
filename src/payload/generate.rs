//! What a template fills in: the names `counter`, `time`, `random`, `hex`, `bytes`, `uuid` and `env`. Called by `payload/template`, and by
//! `commands` whose templates have names of their own beside these.

use std::ffi::OsString;
use std::io::Write as _;
use std::time::SystemTime;

use jiff::Timestamp;
use jiff::fmt::StdIoWrite;
use jiff::fmt::strtime;
use jiff::fmt::temporal::DateTimePrinter;
use jiff::tz::TimeZone;
use rand::Rng as _;
use rand_chacha::ChaCha8Rng;

use crate::draw::{Uniform, generator, whole};
use crate::text::Secret;

/// Looks a variable of the environment up.
pub type Variable = fn(&str) -> Option<OsString>;

/// The most random bytes or digits of one place.
const MOST: usize = 1 << 20;

/// To the microsecond, always with six digits, as `sub --json` writes it.
const RFC_3339: DateTimePrinter = DateTimePrinter::new().precision(Some(6));

/// What fills one place in.
#[derive(Clone, Debug)]
pub enum Generator {
    /// `{counter}`, `{counter:START}`, `{counter:START:STEP}`: the first message has START, 1 by itself.
    Counter {
        /// Of the first message.
        start: i64,
        /// From one message to the next.
        step: i64,
    },
    /// `{time}` and what follows its `:`.
    Time(Clock),
    /// `{random}`, `{random:FROM:TO}` where one of the two is no whole number: TO is never reached.
    Fraction(Uniform),
    /// `{random:FROM:TO}`, both included.
    Whole {
        /// The lowest.
        min: i64,
        /// The highest.
        max: i64,
    },
    /// `{hex:N}`: so many hexadecimal digits.
    Hex(usize),
    /// `{bytes:N}`: so many bytes.
    Bytes(usize),
    /// `{uuid}`: version 4 (RFC 9562, 5.4).
    Uuid,
    /// `{env:NAME}`: looked up once, when the template is read. It may be a secret.
    Environment(Secret),
}

/// How a time is written; always in UTC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Clock {
    /// RFC 3339, to the microsecond.
    Rfc3339,
    /// Seconds since 1970.
    Seconds,
    /// Milliseconds since 1970.
    Milliseconds,
    /// Microseconds since 1970.
    Microseconds,
    /// As strftime's pattern says.
    Pattern(String),
}

/// Why a name with this argument means nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GeneratorError {
    /// Of `counter`.
    #[error("it is {{counter}}, {{counter:START}} or {{counter:START:STEP}}, whole numbers")]
    Counter,
    /// Of `time`.
    #[error("it is {{time}}, {{time:unix}}, {{time:unix_ms}}, {{time:unix_us}}, or a pattern of strftime: {{time:%H:%M:%S}}")]
    Time,
    /// Of `random`.
    #[error("it is {{random}} or {{random:FROM:TO}}, two numbers, the lower first")]
    Random,
    /// Of `hex` or `bytes`.
    #[error("it is {{{0}:N}}, with N from 1 to {MOST}")]
    Length(&'static str),
    /// Of `uuid`.
    #[error("it is {{uuid}}, with nothing behind it")]
    Uuid,
    /// Of `env`.
    #[error("it is {{env:NAME}}")]
    Environment,
    /// The environment has no such variable.
    #[error("the environment has no such variable")]
    NoVariable,
    /// A line of an input is not the one who typed the command: it may not read what is in the environment.
    #[error("a line of an input cannot read the environment")]
    NotForLines,
}

impl Generator {
    /// The names, for who has mistyped one.
    pub const NAMES: &str = "{counter}, {time}, {random}, {hex:N}, {bytes:N}, {uuid} and {env:NAME}";

    /// What a name means; `None` if it is none of these. `variable` looks the environment up, where that is allowed.
    pub fn parse(name: &str, argument: Option<&str>, variable: Option<Variable>) -> Option<Result<Self, GeneratorError>> {
        Some(match name {
            "counter" => counter(argument).ok_or(GeneratorError::Counter),
            "time" => clock(argument).map(Self::Time).ok_or(GeneratorError::Time),
            "random" => random(argument).ok_or(GeneratorError::Random),
            "hex" => length(argument).map(Self::Hex).ok_or(GeneratorError::Length("hex")),
            "bytes" => length(argument).map(Self::Bytes).ok_or(GeneratorError::Length("bytes")),
            "uuid" if argument.is_some() => Err(GeneratorError::Uuid),
            "uuid" => Ok(Self::Uuid),
            "env" => environment(argument, variable).map(Self::Environment),
            _ => return None,
        })
    }

    /// Appends what stands in this place of the message that `turn` is at.
    pub fn render(&self, turn: &mut Turn, out: &mut Vec<u8>) {
        // Writing to a Vec cannot fail, here and below.
        match self {
            Self::Counter { start, step } => {
                let steps = i128::from(turn.number.saturating_sub(1)) * i128::from(*step);
                let _ = write!(out, "{}", steps.saturating_add(i128::from(*start)));
            }
            Self::Time(clock) => clock.write(turn.at, out),
            Self::Fraction(range) => {
                let _ = write!(out, "{}", range.draw(&mut turn.rng));
            }
            Self::Whole { min, max } => {
                let _ = write!(out, "{}", whole(*min, *max, &mut turn.rng));
            }
            Self::Hex(digits) => hex(*digits, &mut turn.rng, out),
            Self::Bytes(count) => {
                let begin = out.len();
                out.resize(begin + count, 0);
                turn.rng.fill_bytes(out.get_mut(begin..).unwrap_or_default());
            }
            Self::Uuid => uuid(&mut turn.rng, out),
            Self::Environment(value) => out.extend_from_slice(value.expose()),
        }
    }
}

/// What the places of one message share: its number, its time, and what values are drawn from.
#[derive(Clone, Debug)]
pub struct Turn {
    rng: ChaCha8Rng,
    /// From 1.
    number: u64,
    at: Timestamp,
}

impl Turn {
    /// Before the first message. The same seed draws the same values in every run.
    #[must_use]
    pub fn new(seed: Option<u64>) -> Self {
        Self { rng: generator(seed), number: 0, at: Timestamp::default() }
    }

    /// Goes to the next message, which is made at this time.
    pub fn next(&mut self, at: SystemTime) {
        self.number = self.number.saturating_add(1);
        // A clock beyond what a calendar knows shows the calendar's begin.
        self.at = Timestamp::try_from(at).unwrap_or_default();
    }

    /// The number of the message, from 1.
    #[must_use]
    pub const fn number(&self) -> u64 {
        self.number
    }
}

fn counter(argument: Option<&str>) -> Option<Generator> {
    let Some(argument) = argument else { return Some(Generator::Counter { start: 1, step: 1 }) };
    let (start, step) = argument.split_once(':').unwrap_or((argument, "1"));
    Some(Generator::Counter { start: start.parse().ok()?, step: step.parse().ok()? })
}

fn clock(argument: Option<&str>) -> Option<Clock> {
    Some(match argument {
        None => Clock::Rfc3339,
        Some("unix") => Clock::Seconds,
        Some("unix_ms") => Clock::Milliseconds,
        Some("unix_us") => Clock::Microseconds,
        // Said now if it cannot be: a pattern that works for one time works for all.
        Some(pattern) if pattern.contains('%') && formatted(pattern, Timestamp::default()).is_some() => {
            Clock::Pattern(pattern.to_owned())
        }
        Some(_) => return None,
    })
}

fn random(argument: Option<&str>) -> Option<Generator> {
    let Some(argument) = argument else { return Some(Generator::Fraction(Uniform::FRACTION)) };
    let (from, to) = argument.split_once(':')?;
    if let (Ok(min), Ok(max)) = (from.parse::<i64>(), to.parse::<i64>()) {
        return (min <= max).then_some(Generator::Whole { min, max });
    }
    Uniform::new(from.parse().ok()?, to.parse().ok()?).ok().map(Generator::Fraction)
}

fn length(argument: Option<&str>) -> Option<usize> {
    argument?.parse().ok().filter(|length| (1..=MOST).contains(length))
}

fn environment(argument: Option<&str>, variable: Option<Variable>) -> Result<Secret, GeneratorError> {
    let name = argument.filter(|name| !name.is_empty()).ok_or(GeneratorError::Environment)?;
    let value = variable.ok_or(GeneratorError::NotForLines)?(name).ok_or(GeneratorError::NoVariable)?;
    Ok(Secret::new(value.into_encoded_bytes()))
}

impl Clock {
    fn write(&self, at: Timestamp, out: &mut Vec<u8>) {
        let _ = match self {
            Self::Rfc3339 => {
                let _ = RFC_3339.print_timestamp(&at, StdIoWrite(&mut *out));
                Ok(())
            }
            Self::Seconds => write!(out, "{}", at.as_second()),
            Self::Milliseconds => write!(out, "{}", at.as_millisecond()),
            Self::Microseconds => write!(out, "{}", at.as_microsecond()),
            Self::Pattern(pattern) => write!(out, "{}", formatted(pattern, at).unwrap_or_default()),
        };
    }
}

fn formatted(pattern: &str, at: Timestamp) -> Option<String> {
    strtime::format(pattern, &at.to_zoned(TimeZone::UTC)).ok()
}

fn hex(digits: usize, rng: &mut ChaCha8Rng, out: &mut Vec<u8>) {
    let end = out.len() + digits;
    while out.len() < end {
        // 16 digits of each draw.
        let _ = write!(out, "{:016x}", rng.next_u64());
    }
    out.truncate(end);
}

fn uuid(rng: &mut ChaCha8Rng, out: &mut Vec<u8>) {
    let (high, low) = (rng.next_u64(), rng.next_u64());
    // Version 4, variant 10.
    let (high, low) = (high & !0xF000 | 0x4000, low & !(3 << 62) | 2 << 62);
    let _ = write!(out, "{:08x}-{:04x}-{:04x}-", high >> 32, high >> 16 & 0xFFFF, high & 0xFFFF);
    let _ = write!(out, "{:04x}-{:012x}", low >> 48, low & 0xFFFF_FFFF_FFFF);
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    const NOWHERE: Option<Variable> = Some(|_| None);

    fn generator(name: &str, argument: Option<&str>) -> Generator {
        Generator::parse(name, argument, Some(|name| (name == "X").then(|| "value".into()))).unwrap().unwrap()
    }

    /// The text of this many messages in a row.
    fn texts(name: &str, argument: Option<&str>, count: usize) -> Vec<String> {
        let (generator, mut turn) = (generator(name, argument), Turn::new(Some(7)));
        let text = |_| {
            turn.next(UNIX_EPOCH + Duration::from_micros(1_767_323_045_000_120));
            let mut out = b"|".to_vec();
            generator.render(&mut turn, &mut out);
            String::from_utf8(out.split_off(1)).unwrap()
        };
        (0..count).map(text).collect()
    }

    #[test]
    fn counters() {
        assert_eq!(texts("counter", None, 3), ["1", "2", "3"]);
        assert_eq!(texts("counter", Some("0"), 2), ["0", "1"]);
        assert_eq!(texts("counter", Some("-5:-10"), 3), ["-5", "-15", "-25"]);
        assert_eq!(texts("counter", Some("9223372036854775807"), 2), ["9223372036854775807", "9223372036854775808"]);
    }

    #[test]
    fn times() {
        for (argument, text) in [
            (None, "2026-01-02T03:04:05.000120Z"),
            (Some("unix"), "1767323045"),
            (Some("unix_ms"), "1767323045000"),
            (Some("unix_us"), "1767323045000120"),
            (Some("%Y/%m/%d %H:%M:%S%z"), "2026/01/02 03:04:05+0000"),
        ] {
            assert_eq!(texts("time", argument, 1), [text]);
        }
    }

    #[test]
    fn chance() {
        let fraction: Vec<f64> = texts("random", None, 100).iter().map(|text| text.parse().unwrap()).collect();
        assert!(fraction.iter().all(|value| (0.0..1.0).contains(value)) && fraction[0] != fraction[1]);
        let whole: Vec<i64> = texts("random", Some("-1:1"), 100).iter().map(|text| text.parse().unwrap()).collect();
        assert!([-1, 0, 1].iter().all(|value| whole.contains(value)) && whole.iter().all(|value| (-1..=1).contains(value)));
        let between: Vec<f64> = texts("random", Some("20:20.5"), 100).iter().map(|text| text.parse().unwrap()).collect();
        assert!(between.iter().all(|value| (20.0..20.5).contains(value)));
        for digits in [1, 16, 17, 40] {
            let text = &texts("hex", Some(&digits.to_string()), 1)[0];
            assert!(text.len() == digits && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')), "{text}");
        }
        let mut out = b"|".to_vec();
        generator("bytes", Some("300")).render(&mut Turn::new(Some(1)), &mut out);
        assert!(out.len() == 301 && out.starts_with(b"|") && out.iter().any(|byte| *byte > 127));
        assert_eq!(texts("random", None, 5), texts("random", None, 5), "a seed draws the same");
    }

    #[test]
    fn identifiers() {
        let texts = texts("uuid", None, 50);
        for text in &texts {
            let groups: Vec<usize> = text.split('-').map(str::len).collect();
            assert_eq!(groups, [8, 4, 4, 4, 12], "{text}");
            assert!(text.as_bytes()[14] == b'4' && matches!(text.as_bytes()[19], b'8' | b'9' | b'a' | b'b'), "{text}");
        }
        assert_ne!(texts[0], texts[1]);
    }

    #[test]
    fn the_environment() {
        assert_eq!(texts("env", Some("X"), 1), ["value"]);
        assert!(!format!("{:?}", generator("env", Some("X"))).contains("value"));
        let error = |argument, variable| Generator::parse("env", argument, variable).unwrap().unwrap_err();
        assert_eq!(error(Some("X"), NOWHERE), GeneratorError::NoVariable);
        assert_eq!(error(Some("X"), None), GeneratorError::NotForLines);
        assert_eq!((error(None, NOWHERE), error(Some(""), NOWHERE)), (GeneratorError::Environment, GeneratorError::Environment));
    }

    #[test]
    fn what_means_nothing() {
        assert!(Generator::parse("topic", None, NOWHERE).is_none());
        for (name, arguments) in [
            ("counter", &["", "x", "1:", "1:2:3", "1.5", ":1", "9223372036854775808"][..]),
            ("time", &["", "unix_ns", "now", "%", "%!", "%H%"]),
            ("random", &["", "1", "2:1", "a:b", "1:2:3", "0:inf", "nan:1", "1.5:1.5"]),
            ("hex", &["", "0", "-1", "1048577", "x"]),
            ("bytes", &["0", "1048577"]),
            ("uuid", &["", "4"]),
        ] {
            for argument in arguments {
                let parsed = Generator::parse(name, Some(argument), NOWHERE).unwrap();
                assert!(parsed.is_err(), "{name}:{argument} {parsed:?}");
            }
        }
        for name in ["hex", "bytes"] {
            assert_eq!(
                Generator::parse(name, None, NOWHERE).unwrap().unwrap_err().to_string(),
                format!("it is {{{name}:N}}, with N from 1 to 1048576")
            );
        }
    }
}
