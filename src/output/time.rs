//! The time at which a message was received, in the forms that a reader may want. Called by `field`, `json` and `pattern`.

use std::io::Write as _;
use std::time::SystemTime;

use jiff::fmt::StdIoWrite;
use jiff::fmt::strtime::{BrokenDownTime, Config, PosixCustom};
use jiff::fmt::temporal::DateTimePrinter;
use jiff::tz::TimeZone;
use jiff::{Error, Timestamp, Zoned};

/// To the microsecond, always with six digits.
const TIME: DateTimePrinter = DateTimePrinter::new().precision(Some(6));

/// Appends `2026-11-21T03:04:05.123456Z`: RFC 3339 in UTC.
pub fn rfc3339(at: SystemTime, out: &mut Vec<u8>) {
    // Writing to a Vec cannot fail, here and below.
    let _ = TIME.print_timestamp(&timestamp(at), StdIoWrite(out));
}

/// Appends `1795230245.123456000`: seconds and nanoseconds since 1970; a clock before it shows its begin.
pub fn unix(at: SystemTime, out: &mut Vec<u8>) {
    let since = at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let _ = write!(out, "{}.{:09}", since.as_secs(), since.subsec_nanos());
}

/// The time on a clock of `zone`.
#[must_use]
pub fn local(at: SystemTime, zone: &TimeZone) -> Zoned {
    timestamp(at).to_zoned(zone.clone())
}

/// Appends the time as `format` has it, in the language of strftime and the words of the C locale.
///
/// # Errors
/// It has a conversion that there is not; what stands before it may have been written.
pub fn strftime(format: &[u8], at: &Zoned, out: &mut Vec<u8>) -> Result<(), Error> {
    // What `%c`, `%x`, `%X` and `%r` are in C.
    let config = Config::new().custom(PosixCustom::new());
    BrokenDownTime::from(at).format_with_config(&config, format, &mut StdIoWrite(out))
}

/// A clock beyond what a calendar knows shows the calendar's begin.
fn timestamp(at: SystemTime) -> Timestamp {
    Timestamp::try_from(at).unwrap_or_default()
}
