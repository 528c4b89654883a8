//! What a row of the table is: a command line as people type it, what is around it, and how `mqx` compares. Used by the table.

use super::difference::Difference;

/// The program that a command line begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    Pub,
    Sub,
    Rr,
}

impl Program {
    /// As it is typed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pub => "mosquitto_pub",
            Self::Sub => "mosquitto_sub",
            Self::Rr => "mosquitto_rr",
        }
    }

    /// What takes its place.
    pub fn command(self) -> &'static str {
        match self {
            Self::Pub => "pub",
            Self::Sub => "sub",
            Self::Rr => "rr",
        }
    }
}

/// What the client talks to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A mosquitto that lets everyone in. Each packet is seen on its way.
    Open,
    /// The same through a Unix socket, `{socket}`.
    Unix,
    /// One that lets in `ann` with the password `c4n4ry`, who may not write below `{t}/denied`.
    Guarded,
    /// One that speaks TLS, with a certificate for localhost and 127.0.0.1 of the authority `{ca}`. What it got is seen by another client.
    Tls,
    /// One that speaks MQTT in WebSockets, seen like [`Place::Tls`].
    WebSocket,
    /// Nobody listens on the port.
    Nobody,
    /// Someone who takes the connection and never says a word.
    Silent,
}

/// What goes wrong between the client and the broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    Nothing,
    /// Each subscription is answered with "not authorized".
    Refused,
    /// So is the first filter of a SUBSCRIBE.
    FirstRefused,
    /// The first connection is cut at its first message, which does not arrive.
    Cut,
}

/// A property of a message.
#[derive(Clone, Copy, Debug)]
pub enum Property {
    PayloadFormat(u8),
    Expiry(u32),
    ContentType(&'static str),
    ResponseTopic(&'static str),
    CorrelationData(&'static [u8]),
    User(&'static str, &'static str),
}

/// A message from elsewhere.
#[derive(Clone, Copy, Debug)]
pub struct Message {
    pub topic: &'static str,
    pub payload: &'static [u8],
    pub qos: u8,
    pub retain: bool,
    pub properties: &'static [Property],
}

/// At QoS 1, without properties. `{t}` is a topic that is the row's own.
pub const fn message(topic: &'static str, payload: &'static str) -> Message {
    Message { topic, payload: payload.as_bytes(), qos: 1, retain: false, properties: &[] }
}

impl Message {
    pub const fn bytes(mut self, payload: &'static [u8]) -> Self {
        self.payload = payload;
        self
    }

    pub const fn qos(mut self, qos: u8) -> Self {
        self.qos = qos;
        self
    }

    pub const fn retain(mut self) -> Self {
        self.retain = true;
        self
    }

    pub const fn properties(mut self, properties: &'static [Property]) -> Self {
        self.properties = properties;
        self
    }
}

/// What `mqx` does, written by hand.
#[derive(Clone, Copy, Debug)]
pub struct Recorded {
    pub status: i32,
    pub stdout: &'static str,
    /// The packets that it sends, in words (`words.rs`); CONNECT and DISCONNECT only where they are named.
    pub sends: &'static [&'static str],
    /// Each is on stderr.
    pub says: &'static [&'static str],
}

/// How `mqx` compares with the installed 2.0.11.
#[derive(Clone, Copy, Debug)]
pub enum Expect {
    /// It does the same: stdout, what the broker gets, class of the exit status.
    Same,
    /// It does something else, for this reason; the installed one is run too and must differ.
    Differs(Difference, Recorded),
    /// The installed one cannot be asked, since it does not know the option or never ends; with a reason what is recorded is a
    /// difference.
    Recorded(Option<Difference>, Recorded),
}

/// A command line.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    pub program: Program,
    /// For a shell. `{at}` is `-h 127.0.0.1 -p PORT`, `{port}` the port alone, `{t}` a topic that is the row's own; `{socket}`, `{ca}` and
    /// `{other}` (an authority that signed nothing here) are files.
    pub line: &'static str,
    pub stdin: Option<&'static [u8]>,
    /// Files in the working folder, which is the home folder too.
    pub files: &'static [(&'static str, &'static str)],
    pub place: Place,
    pub fault: Fault,
    /// Published before the client starts.
    pub before: &'static [Message],
    /// Published once its subscriptions stand.
    pub live: &'static [Message],
    /// Answers to what it publishes: its Response Topic, or `{t}/answer`; its Correlation Data.
    pub answer: Option<&'static str>,
    /// It is open-ended: SIGTERM once stdout has a line with this.
    pub until: Option<&'static str>,
    /// Digits on stdout are a time: each counts as 0.
    pub digits: bool,
    pub expect: Expect,
}

const fn row(program: Program, line: &'static str) -> Row {
    Row {
        program,
        line,
        stdin: None,
        files: &[],
        place: Place::Open,
        fault: Fault::Nothing,
        before: &[],
        live: &[],
        answer: None,
        until: None,
        digits: false,
        expect: Expect::Same,
    }
}

/// A line with `mosquitto_pub`.
pub const fn publish(line: &'static str) -> Row {
    row(Program::Pub, line)
}

/// A line with `mosquitto_sub`.
pub const fn subscribe(line: &'static str) -> Row {
    row(Program::Sub, line)
}

/// A line with `mosquitto_rr`.
pub const fn request(line: &'static str) -> Row {
    row(Program::Rr, line)
}

impl Row {
    pub const fn stdin(mut self, bytes: &'static [u8]) -> Self {
        self.stdin = Some(bytes);
        self
    }

    pub const fn files(mut self, files: &'static [(&'static str, &'static str)]) -> Self {
        self.files = files;
        self
    }

    pub const fn place(mut self, place: Place) -> Self {
        self.place = place;
        self
    }

    pub const fn fault(mut self, fault: Fault) -> Self {
        self.fault = fault;
        self
    }

    pub const fn before(mut self, messages: &'static [Message]) -> Self {
        self.before = messages;
        self
    }

    pub const fn live(mut self, messages: &'static [Message]) -> Self {
        self.live = messages;
        self
    }

    pub const fn answer(mut self, payload: &'static str) -> Self {
        self.answer = Some(payload);
        self
    }

    pub const fn until(mut self, part: &'static str) -> Self {
        self.until = Some(part);
        self
    }

    pub const fn digits(mut self) -> Self {
        self.digits = true;
        self
    }

    pub const fn differs(mut self, why: Difference, status: i32, stdout: &'static str, sends: &'static [&'static str]) -> Self {
        self.expect = Expect::Differs(why, Recorded { status, stdout, sends, says: &[] });
        self
    }

    pub const fn recorded(mut self, status: i32, stdout: &'static str, sends: &'static [&'static str]) -> Self {
        self.expect = Expect::Recorded(None, Recorded { status, stdout, sends, says: &[] });
        self
    }

    /// What is recorded is a difference; the installed one never ends here, or does not know the option.
    pub const fn because(mut self, why: Difference) -> Self {
        if let Expect::Recorded(_, recorded) = self.expect {
            self.expect = Expect::Recorded(Some(why), recorded);
        }
        self
    }

    /// Each of these is on `mqx`'s stderr, beside what is recorded.
    pub const fn says(mut self, says: &'static [&'static str]) -> Self {
        self.expect = match self.expect {
            Expect::Same => Expect::Same,
            Expect::Differs(why, recorded) => Expect::Differs(why, Recorded { says, ..recorded }),
            Expect::Recorded(why, recorded) => Expect::Recorded(why, Recorded { says, ..recorded }),
        };
        self
    }

    /// Makes each digit 0 where the row says that they are a time.
    pub fn mask(&self, bytes: &mut [u8]) {
        if self.digits {
            bytes.iter_mut().filter(|byte| byte.is_ascii_digit()).for_each(|byte| *byte = b'0');
        }
    }
}
