//! The one error that a person is told: what failed, why, and one next step. `commands` return it, `app` prints it.

use std::fmt;
use std::io;

use crate::args::ArgsError;
use crate::args::layers::LayerError;
#[cfg(feature = "broker")]
use crate::broker::{BrokerError, IdentityError, Place, Transport};
use crate::client::{ConnectError, ConnectFailure, PasswordError};
use crate::exit::Status;
use crate::mqtt::Reason;
use crate::net::TlsConfigError;
use crate::output::stdout::StdoutError;
use crate::payload::{InputError, LineTooLong};
use crate::text::os_error;

/// A failure that ends the run, with the exit status it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The exit status.
    pub status: Status,
    /// The thing and the reason, without `error:` and without a full stop.
    pub message: String,
    /// One next step.
    pub hint: Option<String>,
}

impl Error {
    /// An error with the status that it means.
    pub fn new(status: Status, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), hint: None }
    }

    /// A command line that cannot be meant (2).
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Status::Usage, message)
    }

    /// A failure of this machine (1).
    pub fn local(message: impl Into<String>) -> Self {
        Self::new(Status::Local, message)
    }

    /// What the system refused (1): `cannot {doing}: no such file or directory`.
    pub fn system(doing: impl fmt::Display, error: &io::Error) -> Self {
        Self::local(format!("cannot {doing}: {}", os_error::describe(error)))
    }

    /// The same error with a next step.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

impl From<ArgsError> for Error {
    fn from(error: ArgsError) -> Self {
        match error {
            ArgsError::Usage { message, hint } => Self { status: Status::Usage, message, hint },
            ArgsError::File { ref source, .. } => Self::new(unreadable(source), error.to_string()),
            ArgsError::Interrupted(signal) => Self::new(Status::Signal(signal), error.to_string()),
        }
    }
}

impl From<LayerError> for Error {
    fn from(error: LayerError) -> Self {
        match error {
            LayerError::Usage { message, hint } => Self { status: Status::Usage, message, hint },
            LayerError::Local { message, hint } => Self { status: Status::Local, message, hint },
        }
    }
}

/// What it means that a file cannot be read: a directory cannot have been meant, the rest is this machine's.
fn unreadable(source: &io::Error) -> Status {
    if source.kind() == io::ErrorKind::IsADirectory { Status::Usage } else { Status::Local }
}

impl Error {
    /// Why there is no connection to a broker, before or after it answered (1, 3, 4).
    #[must_use]
    pub fn connecting(ConnectFailure { error, way }: &ConnectFailure) -> Self {
        let secure = way.as_ref().is_some_and(|way| way.endpoint.is_tls());
        let at = way.as_ref().map(|way| format!(" ({way})")).unwrap_or_default();
        let here = format!("{error}{at}");
        let (status, message, hint) = match error {
            ConnectError::Local(error) => (of_tls(error), error.to_string(), error.hint()),
            ConnectError::Password(error) => {
                let status = if let PasswordError::File { source, .. } = error { unreadable(source) } else { Status::Local };
                (status, error.to_string(), None)
            }
            ConnectError::Unreachable(error) => (Status::Unreachable, error.to_string(), error.hint()),
            ConnectError::Closed => (Status::Unreachable, here, Some(other_port(secure))),
            ConnectError::Foreign("TLS") => (Status::Unreachable, here, Some("--tls, or port 8883, speaks TLS".to_owned())),
            ConnectError::Foreign(_) => {
                (Status::Unreachable, here, Some("MQTT has a port of its own, mostly 1883 or 8883".to_owned()))
            }
            ConnectError::AnsweredIn311 => (Status::Unreachable, here, refused(Reason::UNSUPPORTED_VERSION)),
            ConnectError::TimedOut(_) | ConnectError::NotMqtt(_) => (Status::Unreachable, here, None),
            ConnectError::Refused { reason, server_reference, .. } => {
                let hint = server_reference.as_ref().map(|server| format!("the broker points to another server: {server}"));
                (Status::Refused, here, hint.or_else(|| refused(*reason)))
            }
        };
        Self { status, message, hint }
    }
}

fn other_port(secure: bool) -> String {
    if secure {
        "TLS is spoken there, but maybe not MQTT; or the broker does not take clients from here".to_owned()
    } else {
        "if TLS is spoken there, --tls; if not, the broker may not take clients from here".to_owned()
    }
}

fn refused(reason: Reason) -> Option<String> {
    match reason {
        Reason::BAD_CREDENTIALS | Reason::NOT_AUTHORIZED => {
            Some("-u NAME with --password-file FILE or MQX_PASSWORD says who you are".to_owned())
        }
        Reason::BAD_CLIENT_ID => Some("-i ID chooses another client identifier".to_owned()),
        Reason::UNSUPPORTED_VERSION => Some("-V 311 or -V 5 chooses another version".to_owned()),
        _ => None,
    }
}

impl From<StdoutError> for Error {
    fn from(error: StdoutError) -> Self {
        Self::local(error.to_string())
    }
}

#[cfg(feature = "broker")]
impl From<BrokerError> for Error {
    fn from(error: BrokerError) -> Self {
        let hint = match &error {
            BrokerError::InUse(listen) => {
                let free = listen.place.with_port(listen.place.port().checked_add(1).unwrap_or(1883));
                Some(match (listen.transport, free) {
                    (Transport::Tcp, Place::Localhost(port)) => format!("-p {port} chooses another"),
                    (transport, free) => format!("{} {free} chooses another", transport.option()),
                })
            }
            BrokerError::Other { at, .. } if at.place.port() < 1024 && at.place.port() != 0 => {
                Some("the ports below 1024 are the system's on many machines".to_owned())
            }
            BrokerError::Other { .. } => None,
        };
        Self { status: Status::Local, message: error.to_string(), hint }
    }
}

/// A file that holds something else cannot be meant; one that cannot be read is this machine's failure.
const fn of_tls(error: &TlsConfigError) -> Status {
    if error.is_usage() { Status::Usage } else { Status::Local }
}

#[cfg(feature = "broker")]
impl From<IdentityError> for Error {
    fn from(error: IdentityError) -> Self {
        Self { status: of_tls(&error.0), message: error.to_string(), hint: error.hint() }
    }
}

impl From<InputError> for Error {
    fn from(error: InputError) -> Self {
        Self::local(error.to_string())
    }
}

impl From<LineTooLong> for Error {
    fn from(error: LineTooLong) -> Self {
        Self::local(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_error_is_told_without_its_number() {
        let error = Error::system("write to stdout", &io::Error::from_raw_os_error(2)).with_hint("look again");
        assert_eq!(error.to_string(), "cannot write to stdout: no such file or directory");
        assert_eq!((error.status, error.hint.as_deref()), (Status::Local, Some("look again")));
    }
}
