//! The values of the connection's options, as clap reads them: each a text, and what it means or why it means nothing.

use std::ffi::OsString;

use crate::client::RetryBudget;
use crate::mqtt::Version;
use crate::text::{Secret, duration, size};
use crate::wire::MAX_PACKET;

/// The Session Expiry Interval that means never `[MQTT-3.1.2.11.2]`.
pub(super) const NEVER: u32 = u32::MAX;
/// The smallest `--max-packet`, in bytes: each packet that a connection needs fits, properties aside.
const SMALLEST_MAX_PACKET: u32 = 20;

/// A value that clap must not show when it says what is wrong with a command line.
pub(in crate::args) fn secret(text: OsString) -> Secret {
    Secret::new(text.into_encoded_bytes())
}

/// The value of `-x`, with mosquitto's spellings of never.
pub(super) fn expiry(text: &str) -> Result<u32, String> {
    if matches!(text, "never" | "-1" | "∞") {
        return Ok(NEVER);
    }
    seconds(text).map_err(|error| format!("{error}; 4294967295 is never"))
}

/// A duration that MQTT has as a number of seconds.
pub(in crate::args) fn seconds(text: &str) -> Result<u32, String> {
    if let Ok(seconds) = text.parse() {
        return Ok(seconds);
    }
    let length = duration::parse(text).map_err(|error| error.to_string())?;
    match u32::try_from(length.as_secs()) {
        // A whole number of seconds that does not fit comes here too, cut to the longest duration.
        Ok(seconds) if length.subsec_nanos() == 0 && length < duration::LONGEST => Ok(seconds),
        _ => Err("it is a whole number of seconds, at most 4294967295".to_owned()),
    }
}

/// The value of `-V`, in mosquitto's and other spellings.
pub(super) fn version(text: &str) -> Result<Version, &'static str> {
    match text {
        "5" | "5.0" | "mqttv5" => Ok(Version::V5),
        "311" | "3.1.1" | "4" | "mqttv311" => Ok(Version::V311),
        "3" | "31" | "3.1" | "mqttv31" => Err("MQTT 3.1 is not spoken here; 3.1.1 is -V 311"),
        _ => Err("an MQTT version is 5 or 311"),
    }
}

/// The value of `--max-packet`.
pub(super) fn max_packet(text: &str) -> Result<u32, String> {
    let bytes = size::parse(text).map_err(|error| error.to_string())?;
    match u32::try_from(bytes) {
        Ok(bytes) if (SMALLEST_MAX_PACKET..=MAX_PACKET as u32).contains(&bytes) => Ok(bytes),
        _ => Err(format!("it is at least {SMALLEST_MAX_PACKET} bytes, and at most {MAX_PACKET}, which no packet exceeds")),
    }
}

/// The value of `--retry`.
pub(super) fn retry(text: &str) -> Result<RetryBudget, String> {
    match text {
        "never" => Ok(RetryBudget::Never),
        "forever" => Ok(RetryBudget::Forever),
        _ => duration::parse(text).map(RetryBudget::For).map_err(|error| format!("never, forever, or a duration; {error}")),
    }
}
