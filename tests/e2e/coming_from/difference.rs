//! The closed list of what `mqx` does otherwise than mosquitto's clients, on purpose. The README prints the same sentences.

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Difference {
    Defaults,
    SeveralQos,
    SeveralTopics,
    EmptyMessage,
    NulInLine,
    LastHolds,
    ReaderGone,
    RequestInput,
    UnsubscribeFirst,
    RejectedMessage,
    RejectedFilter,
    LostConnection,
    Deadline,
    Fractions,
    WholeNumbers,
    KeepAlive,
    OptionsFile,
    NoDefaultFile,
    NothingForRepeat,
    DebugOnStderr,
    Help,
    ManualsTime,
    Width,
    JsonFields,
    ValidJson,
    ExactNumbers,
    NoJson,
    RandomFilter,
    RetainedEnds,
    Latency,
    Matching,
    RefusedByName,
    TlsMeant,
    Insecure,
    Ciphers,
    Urls,
}

impl Difference {
    pub const ALL: &[Self] = &[
        Self::Defaults,
        Self::SeveralQos,
        Self::SeveralTopics,
        Self::EmptyMessage,
        Self::NulInLine,
        Self::LastHolds,
        Self::ReaderGone,
        Self::RequestInput,
        Self::UnsubscribeFirst,
        Self::RejectedMessage,
        Self::RejectedFilter,
        Self::LostConnection,
        Self::Deadline,
        Self::Fractions,
        Self::WholeNumbers,
        Self::KeepAlive,
        Self::OptionsFile,
        Self::NoDefaultFile,
        Self::NothingForRepeat,
        Self::DebugOnStderr,
        Self::Help,
        Self::ManualsTime,
        Self::Width,
        Self::JsonFields,
        Self::ValidJson,
        Self::ExactNumbers,
        Self::NoJson,
        Self::RandomFilter,
        Self::RetainedEnds,
        Self::Latency,
        Self::Matching,
        Self::RefusedByName,
        Self::TlsMeant,
        Self::Insecure,
        Self::Ciphers,
        Self::Urls,
    ];

    /// As the README has it.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Defaults => "MQTT 5 and QoS 1 are the defaults, the will's QoS too",
            Self::SeveralQos => "several `-q` of `sub` are one for each filter, not the last for all",
            Self::SeveralTopics => "several `-t` of `pub` are several topics, not the last",
            Self::EmptyMessage => "an empty message is an empty line, not nothing or `(null)`",
            Self::NulInLine => "a line of `-l` is published whole, with NUL in it too",
            Self::LastHolds => "of an option that is given twice the last holds, `-m` and a property of `-D` too",
            Self::ReaderGone => "a reader that goes away ends `sub` at once, not at the next message",
            Self::RequestInput => "`rr` publishes what `-f` and `-s` give, not an empty request",
            Self::UnsubscribeFirst => "`-U` comes before `-t`, and a filter of both is not subscribed to",
            Self::RejectedMessage => "a message that the broker rejects ends with 5, not 0",
            Self::RejectedFilter => "a subscription that the broker refuses is told and ends with 5, not 0",
            Self::LostConnection => "a connection that is lost is tried for again, and the message sent again",
            Self::Deadline => "`-W` counts from the start, so it is 27 too where no broker answers",
            Self::Fractions => "`-W` takes fractions and units, and 0",
            Self::WholeNumbers => "a number is one, and in its range: `-q abc` is an error, not 0",
            Self::KeepAlive => "`-k` takes 0 to 65535, not 5 and more",
            Self::OptionsFile => "a file of `-o` that cannot be read is an error",
            Self::NoDefaultFile => "`~/.config/mosquitto_pub`, `_sub` and `_rr` are not read unless `-o` names them",
            Self::NothingForRepeat => "`--repeat` with `-l` is an error, not ignored",
            Self::DebugOnStderr => "`-d` writes on stderr, not between the messages",
            Self::Help => "`--help` ends with 0; the version is told by `mqx --version`, and by no command",
            Self::ManualsTime => "`%@s` in `-F` is `@s`, as the manual of mosquitto_sub writes it, not an error",
            Self::Width => "a width of `-F` pads and never cuts off a payload",
            Self::JsonFields => {
                "`%j` and `%J` have the fields of mosquitto 2.1: `retain` is true or false; `--pretty` indents by two spaces"
            }
            Self::ValidJson => "`%j` is JSON for any bytes: what is not UTF-8 is in Base64, and `encoding` says so",
            Self::ExactNumbers => "`%J` keeps numbers as they came",
            Self::NoJson => "`%J` of what is no JSON is a string, not an empty line",
            Self::RandomFilter => "`--random-filter` is a true percentage",
            Self::RetainedEnds => "`--retained-only` ends by itself, without a message that is not retained",
            Self::Latency => "`--latency` is on stderr",
            Self::Matching => {
                "an answer is one with the Correlation Data of the request, and never a retained one, so that `--retain-handling` and `--retain-as-published` of `rr` change nothing"
            }
            Self::RefusedByName => {
                "`-V 31`, `-S`, `-w`, `--proxy`, `--psk`, engines and `--remove-retained` (`mqx retained clear` does it) are refused by name"
            }
            Self::TlsMeant => "any option of TLS means TLS: `--cert` or `--insecure` alone never goes in plaintext",
            Self::Insecure => "`--insecure` checks nothing of the certificate",
            Self::Ciphers => "`--ciphers` takes the names of IANA; for one of OpenSSL's the error has the name to write",
            Self::Urls => {
                "a URL is percent-decoded and needs no topic where `-t` is given; the path of `ws://` is what the WebSocket is asked for"
            }
        }
    }
}
