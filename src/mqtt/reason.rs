//! Reason Codes `[MQTT-2.4]`: their numbers, names, and whether it is worth trying again.
//!
//! Version 3.1.1 has return codes of its own; `wire` turns them into these, so that everything above knows one table.

use std::fmt;

/// A Reason Code, known or not. Below 0x80 is success `[MQTT-2.4]`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Reason(pub u8);

/// What to do about a CONNACK or DISCONNECT with a Reason Code (rule 16).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// The same attempt may succeed later.
    Again,
    /// It will fail again, or going on would do harm.
    Never,
}

impl Reason {
    /// Success, normal disconnection, granted QoS 0.
    pub const SUCCESS: Self = Self(0x00);
    /// Disconnect with Will Message.
    pub const WITH_WILL: Self = Self(0x04);
    /// No matching subscribers: a PUBLISH that went to nobody.
    pub const NO_MATCHING_SUBSCRIBERS: Self = Self(0x10);
    /// No subscription existed.
    pub const NO_SUBSCRIPTION: Self = Self(0x11);
    /// Malformed Packet.
    pub const MALFORMED: Self = Self(0x81);
    /// Protocol Error.
    pub const PROTOCOL_ERROR: Self = Self(0x82);
    /// Unsupported Protocol Version.
    pub const UNSUPPORTED_VERSION: Self = Self(0x84);
    /// Client Identifier not valid.
    pub const BAD_CLIENT_ID: Self = Self(0x85);
    /// Bad User Name or Password.
    pub const BAD_CREDENTIALS: Self = Self(0x86);
    /// Not authorized.
    pub const NOT_AUTHORIZED: Self = Self(0x87);
    /// Server unavailable.
    pub const UNAVAILABLE: Self = Self(0x88);
    /// Session taken over.
    pub const TAKEN_OVER: Self = Self(0x8E);
    /// Packet Identifier in use.
    pub const ID_IN_USE: Self = Self(0x91);
    /// Packet Identifier not found.
    pub const ID_NOT_FOUND: Self = Self(0x92);
    /// Topic Alias invalid.
    pub const TOPIC_ALIAS_INVALID: Self = Self(0x94);
    /// Packet too large.
    pub const PACKET_TOO_LARGE: Self = Self(0x95);

    /// Whether it says that something failed `[MQTT-2.4]`.
    #[must_use]
    pub const fn is_error(self) -> bool {
        self.0 >= 0x80
    }

    /// The specification's name in small letters, or `unknown reason`.
    #[must_use]
    pub fn name(self) -> &'static str {
        TABLE.iter().find(|row| row.0 == self.0).map_or("unknown reason", |row| row.1)
    }

    /// What a CONNACK with it says. There every code but 0 refuses, and those below 0x80 are reserved, whatever they mean elsewhere
    /// `[MQTT-3.2.2.2]`: `0x05, a reserved code`.
    #[must_use]
    pub fn refusal(self) -> String {
        if self.is_error() { self.to_string() } else { format!("0x{:02x}, a reserved code", self.0) }
    }

    /// Whether a CONNACK or DISCONNECT with it is tried again (rule 16).
    #[must_use]
    pub fn retry(self) -> Retry {
        TABLE.iter().find(|row| row.0 == self.0).map_or(Retry::Never, |row| row.2)
    }
}

impl fmt::Display for Reason {
    /// `0x86 bad user name or password`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{:02x} {}", self.0, self.name())
    }
}

impl fmt::Debug for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Every Reason Code of `[MQTT-2.4]`: number, name, and the answer of `retry`.
const TABLE: &[(u8, &str, Retry)] = &[
    (0x00, "success", Retry::Never),
    (0x01, "granted QoS 1", Retry::Never),
    (0x02, "granted QoS 2", Retry::Never),
    (0x04, "disconnect with will message", Retry::Never),
    (0x10, "no matching subscribers", Retry::Never),
    (0x11, "no subscription existed", Retry::Never),
    (0x18, "continue authentication", Retry::Never),
    (0x19, "re-authenticate", Retry::Never),
    (0x80, "unspecified error", Retry::Again),
    (0x81, "malformed packet", Retry::Never),
    (0x82, "protocol error", Retry::Never),
    (0x83, "implementation specific error", Retry::Again),
    (0x84, "unsupported protocol version", Retry::Never),
    (0x85, "client identifier not valid", Retry::Never),
    (0x86, "bad user name or password", Retry::Never),
    (0x87, "not authorized", Retry::Never),
    (0x88, "server unavailable", Retry::Again),
    (0x89, "server busy", Retry::Again),
    (0x8A, "banned", Retry::Never),
    (0x8B, "server shutting down", Retry::Again),
    (0x8C, "bad authentication method", Retry::Never),
    (0x8D, "keep alive timeout", Retry::Again),
    (0x8E, "session taken over", Retry::Never),
    (0x8F, "topic filter invalid", Retry::Never),
    (0x90, "topic name invalid", Retry::Never),
    (0x91, "packet identifier in use", Retry::Never),
    (0x92, "packet identifier not found", Retry::Never),
    (0x93, "receive maximum exceeded", Retry::Never),
    (0x94, "topic alias invalid", Retry::Never),
    (0x95, "packet too large", Retry::Never),
    (0x96, "message rate too high", Retry::Never),
    (0x97, "quota exceeded", Retry::Again),
    (0x98, "administrative action", Retry::Again),
    (0x99, "payload format invalid", Retry::Never),
    (0x9A, "retain not supported", Retry::Never),
    (0x9B, "QoS not supported", Retry::Never),
    (0x9C, "use another server", Retry::Again),
    (0x9D, "server moved", Retry::Never),
    (0x9E, "shared subscriptions not supported", Retry::Never),
    (0x9F, "connection rate exceeded", Retry::Again),
    (0xA0, "maximum connect time", Retry::Again),
    (0xA1, "subscription identifiers not supported", Retry::Never),
    (0xA2, "wildcard subscriptions not supported", Retry::Never),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_retried_or_not_as_the_rule_says() {
        let again = [0x80, 0x83, 0x88, 0x89, 0x8B, 0x8D, 0x97, 0x98, 0x9C, 0x9F, 0xA0];
        for code in 0..=255 {
            let expected = if again.contains(&code) { Retry::Again } else { Retry::Never };
            assert_eq!(Reason(code).retry(), expected, "{}", Reason(code));
        }
    }

    #[test]
    fn number_and_name() {
        assert_eq!(Reason(0x86).to_string(), "0x86 bad user name or password");
        assert_eq!(Reason(0xEE).to_string(), "0xee unknown reason");
        assert_eq!(Reason(0x86).refusal(), "0x86 bad user name or password");
        assert_eq!(Reason(0x01).refusal(), "0x01, a reserved code");
        assert!(Reason(0x80).is_error() && !Reason(0x10).is_error());
    }
}
