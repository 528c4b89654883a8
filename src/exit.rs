//! The exit status: what each one means, and which one it is when several are true. Made by `commands`, used by `main`.

/// How a run ended. Two variants share the number 5, since they differ in rank (`merge`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Everything asked for was done and acknowledged.
    Done,
    /// Local failure: file, stdout, configuration, a port that cannot be listened on.
    Local,
    /// Usage.
    Usage,
    /// Nothing that speaks MQTT was reached.
    Unreachable,
    /// CONNACK with an error.
    Refused,
    /// The broker ended the connection with DISCONNECT 0x87.
    RejectedByDisconnect,
    /// Some filter or message was rejected; the rest went on.
    Rejected,
    /// No connection at the end.
    Lost,
    /// Acknowledgements are missing.
    Unacknowledged,
    /// `-W` passed.
    TimedOut,
    /// Ended by the signal with this number, with work left.
    Signal(i32),
}

/// Exit statuses and their meanings. `--help`, the README and the tests are made from it.
pub const TABLE: &[(&str, &str)] = &[
    ("0", "everything asked for was done and acknowledged"),
    ("1", "local failure: file, stdout, configuration, a port that cannot be listened on"),
    ("2", "usage"),
    ("3", "unreachable: DNS, TCP, TLS, WebSocket, or what answers does not speak MQTT (anything before CONNACK)"),
    ("4", "refused: CONNACK with an error"),
    (
        "5",
        "rejected: a SUBACK, UNSUBACK, PUBACK or PUBREC reason of 0x80 or more, a limit of the broker found before sending, \
         Server DISCONNECT 0x87",
    ),
    ("6", "no connection at the end: lost and retries spent, taken over, or the peer broke the protocol"),
    (
        "7",
        "acknowledgements (a SUBACK too) are missing at the deadline, or QoS 0 messages are unconfirmed because a link dropped; \
         stderr says how many",
    ),
    ("27", "-W passed before what was asked for was done"),
    ("130 / 143 / 129", "ended by SIGINT / SIGTERM / SIGHUP with work left"),
];

impl Status {
    /// The number that a shell sees.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Local => 1,
            Self::Usage => 2,
            Self::Unreachable => 3,
            Self::Refused => 4,
            Self::RejectedByDisconnect | Self::Rejected => 5,
            Self::Lost => 6,
            Self::Unacknowledged => 7,
            Self::TimedOut => 27,
            // Signals are numbered from 1 to 64; anything else would wrap into the code of something else.
            Self::Signal(number) => u8::try_from(number).ok().and_then(|n| n.checked_add(128)).unwrap_or(u8::MAX),
        }
    }

    /// The one of two that is told, when both are true. A local failure comes first, then what ended the run, then missing
    /// acknowledgements, then rejections.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        if other.rank() > self.rank() { other } else { self }
    }

    const fn rank(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Rejected => 1,
            Self::Unacknowledged => 2,
            Self::RejectedByDisconnect => 3,
            Self::Refused => 4,
            Self::Lost => 5,
            Self::TimedOut => 6,
            Self::Signal(_) => 7,
            // These two end a run before there is anything to weigh them against.
            Self::Unreachable => 8,
            Self::Usage => 9,
            Self::Local => 10,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BY_RANK: [Status; 11] = [
        Status::Local,
        Status::Usage,
        Status::Unreachable,
        Status::Signal(2),
        Status::TimedOut,
        Status::Lost,
        Status::Refused,
        Status::RejectedByDisconnect,
        Status::Unacknowledged,
        Status::Rejected,
        Status::Done,
    ];

    #[test]
    fn the_graver_one_is_told_whichever_came_first() {
        for (rank, graver) in BY_RANK.iter().enumerate() {
            for other in &BY_RANK[rank..] {
                assert_eq!(graver.merge(*other), *graver, "{graver:?} {other:?}");
                assert_eq!(other.merge(*graver), *graver, "{other:?} {graver:?}");
            }
        }
    }

    #[test]
    fn every_code_has_a_row_and_every_row_a_code() {
        let mut codes: Vec<u8> = BY_RANK.iter().chain(&[Status::Signal(15), Status::Signal(1)]).map(|s| s.code()).collect();
        let mut rows: Vec<u8> = TABLE.iter().flat_map(|row| row.0.split(" / ")).map(|code| code.parse().unwrap()).collect();
        codes.sort_unstable();
        codes.dedup();
        rows.sort_unstable();
        assert_eq!(codes, rows);
    }

    #[test]
    fn signals_are_numbered_from_128() {
        assert_eq!([2, 15, 1].map(|n| Status::Signal(n).code()), [130, 143, 129]);
        assert_eq!([-1, 128, i32::MAX].map(|n| Status::Signal(n).code()), [255; 3]);
    }
}
