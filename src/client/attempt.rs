//! Attempts to connect: every target in turn, the credentials of the moment, the version that is spoken. Rules 16, 17 and 19.
//!
//! Called by `reconnect`, which decides what an attempt that came to nothing means.

use std::time::{Duration, Instant};

use bytestring::ByteString;
use tokio::time::timeout_at;

use super::connection::{self, HandshakeError, Link, Watch};
use super::credentials::{Credentials, Password, PasswordError};
use super::notice::Notice;
use super::options::{ConnectOptions, SessionKeeping, Target, VersionChoice};
use super::trace::Trace;
use super::{ConnectError, ConnectFailure};
use crate::mqtt::reason::Retry;
use crate::mqtt::{Reason, Version};
use crate::net::{self, NetError, TlsConnector, TlsOptions, WebSocketOptions};
use crate::text::Secret;
use crate::wire::{self, Codec, ConnAck, Connect, Farewell};

/// A broker that restarts may not have its users yet; and an abandoned CONNECT may still be under way.
pub(super) const GRACE: Duration = Duration::from_secs(60);

/// Why an attempt at one target came to nothing.
#[derive(Debug)]
enum AttemptError {
    Password(PasswordError),
    Net(NetError),
    TimedOut(Duration),
    Handshake(HandshakeError),
    Refused(Box<ConnAck>),
}

/// An attempt that came to nothing at every target.
#[derive(Debug)]
pub(super) struct Failed {
    /// Why, and where: the last target. Those before it have been told.
    pub failure: ConnectFailure,
    /// Whether a later attempt may succeed at any of them.
    pub may_pass: bool,
    /// The servers that they point to.
    pub server_references: Vec<ByteString>,
}

impl From<AttemptError> for ConnectError {
    fn from(error: AttemptError) -> Self {
        match error {
            AttemptError::Password(error) => Self::Password(error),
            AttemptError::Net(error) => Self::Unreachable(Box::new(error)),
            AttemptError::TimedOut(limit) => Self::TimedOut(limit),
            AttemptError::Handshake(HandshakeError::ClosedSilently) => Self::Closed,
            AttemptError::Handshake(HandshakeError::Foreign(name)) => Self::Foreign(name),
            AttemptError::Handshake(error) => Self::NotMqtt(error.to_string()),
            AttemptError::Refused(connack) if !connack.is_refusal() => Self::AnsweredIn311,
            AttemptError::Refused(connack) => {
                Self::Refused { reason: connack.reason, text: connack.reason_string, server_reference: connack.server_reference }
            }
        }
    }
}

impl AttemptError {
    /// Whether a later attempt may succeed (rule 16). `down_for`: how long the connection has been lost; `None` before the first.
    fn may_pass(&self, down_for: Option<Duration>) -> bool {
        match self {
            Self::Net(error) => !error.is_final(),
            // A file or a command that is there most of the time.
            Self::Password(_) => down_for.is_some(),
            Self::TimedOut(_) | Self::Handshake(_) => true,
            Self::Refused(connack) => {
                let credentials = matches!(connack.reason, Reason::BAD_CREDENTIALS | Reason::NOT_AUTHORIZED);
                connack.reason.retry() == Retry::Again || (credentials && down_for.is_some_and(|down| down < GRACE))
            }
        }
    }

    /// Whether version 3.1.1 may succeed where 5 did not (rule 19).
    fn suggests_fallback(&self) -> bool {
        match self {
            Self::Refused(connack) => connack.reason == Reason::UNSUPPORTED_VERSION || connack.short && !connack.is_refusal(),
            Self::Handshake(HandshakeError::ClosedSilently | HandshakeError::ClosedSaying(_)) => true,
            _ => false,
        }
    }
}

/// Makes connections.
pub(super) struct Attempts {
    pub options: ConnectOptions,
    dialer: net::Dialer,
    pub codec: Codec,
    /// A CONNACK was successful: from now on the session is the same.
    connected: bool,
    /// When an attempt was given up with its CONNECT still under way (rule 17).
    abandoned: Option<Instant>,
    /// What has to be said once has been.
    warned: bool,
}

impl Attempts {
    pub async fn new(options: ConnectOptions) -> Result<Self, ConnectError> {
        let secure = options.targets.iter().any(|target| target.endpoint.is_tls());
        let connector = if secure { Some(connector(options.tls.clone()).await?) } else { None };
        let version = match options.version {
            VersionChoice::Automatic => Version::V5,
            VersionChoice::Only(version) => version,
        };
        let max_packet = options.max_packet.map_or(wire::MAX_PACKET, |size| size as usize);
        let websocket = WebSocketOptions { headers: options.websocket_headers.clone(), max_packet };
        let dialer = net::Dialer::new(options.network.clone(), connector, websocket);
        Ok(Self { options, dialer, codec: Codec::new(version), connected: false, abandoned: None, warned: false })
    }

    /// How an orderly end is told.
    pub fn farewell(&self) -> Farewell {
        let ConnectOptions { said, will_on_exit, session, disconnect_expiry, .. } = &self.options;
        let reason = if *will_on_exit { Reason::WITH_WILL } else { Reason::SUCCESS };
        // With 0x04 an end of the session would publish the will at once, whatever its delay (rule 25).
        let ends = !will_on_exit && matches!(session, SessionKeeping::Run { expiry } if *expiry > 0);
        Farewell {
            reason_string: said.disconnect_reason.clone(),
            user_properties: said.disconnect.clone(),
            ..Farewell::new(reason, disconnect_expiry.or(ends.then_some(0)))
        }
    }

    /// Whether the session outlives the run.
    pub fn keeps_session(&self) -> bool {
        let keeps = matches!(self.options.session, SessionKeeping::Keep { .. });
        self.options.disconnect_expiry.map_or(keeps, |expiry| expiry > 0)
    }

    /// Whether an attempt was abandoned so lately that its CONNECT may have been taken for another client (rule 17). Says so once.
    pub fn take_abandoned(&mut self) -> bool {
        self.abandoned.take().is_some_and(|at| at.elapsed() < GRACE)
    }

    /// Tries every target in turn. The first time, in version 5 and, where that is not spoken, in 3.1.1; which it was holds for the
    /// rest of the run. `down_for`: how long the connection has been lost; `None` before the first.
    pub async fn attempt(
        &mut self,
        down_for: Option<Duration>,
        notify: &(dyn Fn(Notice) + Sync),
    ) -> Result<(Link, ConnAck), Failed> {
        let (mut may_pass, mut server_references) = (false, Vec::new());
        let mut failure: Option<ConnectFailure> = None;
        for target in self.options.targets.clone() {
            if let Some(ConnectFailure { error, way }) = failure.take() {
                notify(Notice::TargetFailed { cause: error.to_string(), way, next: target.endpoint.clone() });
            }
            let error = match self.attempt_either_version(&target, notify).await {
                Ok(connected) => return Ok(connected),
                Err(error) => error,
            };
            may_pass |= error.may_pass(down_for);
            if let AttemptError::Refused(connack) = &error {
                server_references.extend(connack.server_reference.clone());
            }
            let error = match error {
                AttemptError::Handshake(HandshakeError::ClosedSilently) => self
                    .dialer
                    .late_failure(&target.endpoint, None)
                    .map_or(ConnectError::Closed, |error| ConnectError::Unreachable(Box::new(error))),
                error => error.into(),
            };
            failure = Some(ConnectFailure { error, way: Some(self.options.network.way_to(&target.endpoint)) });
        }
        // There is at least one target.
        let failure = failure.unwrap_or(ConnectFailure { error: ConnectError::Closed, way: None });
        Err(Failed { failure, may_pass, server_references })
    }

    async fn attempt_either_version(
        &mut self,
        target: &Target,
        notify: &(dyn Fn(Notice) + Sync),
    ) -> Result<(Link, ConnAck), AttemptError> {
        let result = self.attempt_at(target, notify).await;
        let may_fall_back = !self.connected && self.options.version == VersionChoice::Automatic;
        if !may_fall_back || !matches!(&result, Err(error) if error.suggests_fallback()) {
            return result;
        }
        self.codec = Codec::new(Version::V311);
        let result = self.attempt_at(target, notify).await;
        match &result {
            Ok(_) => notify(Notice::FellBack(Version::V311)),
            Err(_) => self.codec = Codec::new(Version::V5),
        }
        result
    }

    async fn attempt_at(&mut self, target: &Target, notify: &(dyn Fn(Notice) + Sync)) -> Result<(Link, ConnAck), AttemptError> {
        let password = self.password(&target.credentials, notify).await.map_err(AttemptError::Password)?;
        let limit = self.options.connect_timeout;
        let deadline = Instant::now() + limit;
        let dialled = timeout_at(deadline.into(), self.dialer.dial(&target.endpoint)).await;
        let stream = dialled.map_err(|_| AttemptError::TimedOut(limit))?.map_err(AttemptError::Net)?;
        let connect = self.connect_packet(&target.credentials, password);
        let mut trace = self.options.trace.then(|| Trace::new(self.codec.version()));
        let handshake = connection::handshake(stream, self.codec, &connect, deadline, Watch { trace: &mut trace, notify }).await;
        if matches!(handshake, Err(HandshakeError::TimedOut)) {
            self.abandoned = Some(Instant::now());
            return Err(AttemptError::TimedOut(limit));
        }
        let (mut link, connack) = handshake.map_err(|error| match &error {
            HandshakeError::Io(cause) => match self.dialer.late_failure(&target.endpoint, Some(cause)) {
                Some(failure) => AttemptError::Net(failure),
                None => AttemptError::Handshake(error),
            },
            _ => AttemptError::Handshake(error),
        })?;
        let answered_in_311 = connack.short && self.codec.version() == Version::V5;
        if connack.is_refusal() || answered_in_311 {
            return Err(AttemptError::Refused(Box::new(connack)));
        }
        self.connected = true;
        link.trace = trace;
        if let Some(id) = &connack.assigned_client_id {
            self.options.client_id = id.clone();
        }
        Ok((link, connack))
    }

    /// The password of this moment.
    async fn password(
        &mut self,
        credentials: &Credentials,
        notify: &(dyn Fn(Notice) + Sync),
    ) -> Result<Option<Secret>, PasswordError> {
        let password = match &credentials.password {
            None => return Ok(None),
            Some(Password::Given(secret)) => return Ok(Some(secret.clone())),
            Some(password) => password.clone(),
        };
        if let Some(path) = password.readable_by_others().filter(|_| !self.warned) {
            notify(Notice::ReadableByOthers(path.to_owned()));
        }
        self.warned = true;
        // A named pipe or a command may take its time.
        let read = tokio::task::spawn_blocking(move || password.read()).await;
        read.unwrap_or_else(|_| Err(PasswordError::Command("it was given up".to_owned()))).map(Some)
    }

    fn connect_packet(&self, credentials: &Credentials, password: Option<Secret>) -> Connect {
        let (keep, session_expiry) = match self.options.session {
            SessionKeeping::Run { expiry } => (self.connected && self.codec.features().session_expiry, expiry),
            SessionKeeping::Keep { expiry } => (true, expiry),
        };
        Connect {
            client_id: self.options.client_id.clone(),
            clean_start: !keep,
            keep_alive: self.options.keep_alive,
            user_name: credentials.user_name.clone(),
            password,
            will: self.options.will.clone(),
            session_expiry,
            receive_maximum: self.options.receive_maximum,
            topic_alias_maximum: self.options.topic_alias_maximum,
            maximum_packet_size: self.options.max_packet,
            request_response_information: self.options.request_response_information,
            request_problem_information: self.options.request_problem_information,
            user_properties: self.options.said.connect.clone(),
        }
    }

    /// Asked for, and granted less: worth telling.
    pub fn shorter_session(&self, connack: &ConnAck) -> Option<Notice> {
        let (SessionKeeping::Run { expiry: asked } | SessionKeeping::Keep { expiry: asked }) = self.options.session;
        let granted = connack.session_expiry?;
        (granted < asked).then_some(Notice::ShorterSession { asked, granted })
    }
}

/// Reads the files of TLS, in a thread of its own: a named pipe, or the command that knows a passphrase, may take its time.
async fn connector(tls: TlsOptions) -> Result<TlsConnector, ConnectError> {
    let made = tokio::task::spawn_blocking(move || TlsConnector::new(&tls)).await;
    let made = made.map_err(|_| ConnectError::Password(PasswordError::Command("it was given up".to_owned())))?;
    made.map_err(ConnectError::Local)
}

#[cfg(test)]
mod tests {
    use bytes::BytesMut;

    use super::*;
    use crate::wire::Packet;

    #[test]
    fn credentials_are_refused_for_good_after_a_minute() {
        let refused = |reason: Reason| {
            let mut bytes = BytesMut::from(&[0x20, 3, 0, reason.0, 0][..]);
            let frame = wire::split(&mut bytes, 100).unwrap().unwrap();
            let Packet::ConnAck(connack) = Codec::new(Version::V5).decode(frame).unwrap() else { panic!("a CONNACK") };
            AttemptError::Refused(connack)
        };
        for reason in [Reason::BAD_CREDENTIALS, Reason::NOT_AUTHORIZED] {
            assert!(refused(reason).may_pass(Some(Duration::from_secs(59))), "{reason}");
            assert!(!refused(reason).may_pass(Some(Duration::from_secs(61))), "{reason}");
            assert!(!refused(reason).may_pass(None), "{reason}, before the first connection");
        }
    }
}
