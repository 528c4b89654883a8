//! What happens between connections: attempts, the version that is spoken, and which ends are final. Rules 13, 16, 17 and 19.
//!
//! `first` makes the first connection for `client::connect`; `drive` is the task that keeps it up.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use bytestring::ByteString;
use tokio::time::timeout_at;

use super::connection::{self, HandshakeError, Link, LinkEnd};
use super::options::{ConnectOptions, SessionKeeping, VersionChoice};
use super::patience::{Backoff, Lost, Patience, STRIKES, remaining};
use super::session::{Overdue, QUEUE_MESSAGES, Session, TOPIC_ALIAS_MAXIMUM};
use super::{ConnectError, End, Notice, Shared};
use crate::mqtt::reason::Retry;
use crate::mqtt::{Reason, Version};
use crate::net::{self, NetError, TlsConnector};
use crate::wire::{Codec, ConnAck, Connect, Disconnect};

/// From DNS to CONNACK.
const CONNECT_WAIT: Duration = Duration::from_secs(10);
/// A broker that restarts may not have its users yet; and an abandoned CONNECT may still be under way.
const GRACE: Duration = Duration::from_secs(60);

/// Why an attempt came to nothing.
#[derive(Debug)]
enum AttemptError {
    Net(NetError),
    TimedOut,
    Handshake(HandshakeError),
    Refused(Box<ConnAck>),
}

impl From<AttemptError> for ConnectError {
    fn from(error: AttemptError) -> Self {
        match error {
            AttemptError::Net(error) => Self::Unreachable(error),
            AttemptError::TimedOut => Self::TimedOut(CONNECT_WAIT.as_secs()),
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

impl From<AttemptError> for End {
    fn from(error: AttemptError) -> Self {
        let error = ConnectError::from(error);
        let refused = matches!(error, ConnectError::Refused { .. });
        if refused { Self::Refused(error.to_string()) } else { Self::Lost(error.to_string()) }
    }
}

impl AttemptError {
    /// The server that the broker points to.
    fn server_reference(&self) -> Option<&ByteString> {
        match self {
            Self::Refused(connack) => connack.server_reference.as_ref(),
            _ => None,
        }
    }

    /// Whether a later attempt may succeed (rule 16). `down_for`: how long the connection has been lost; `None` before the first.
    fn may_pass(&self, down_for: Option<Duration>) -> bool {
        match self {
            Self::Net(error) => !error.is_certificate_problem(),
            Self::TimedOut | Self::Handshake(_) => true,
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
            Self::Handshake(HandshakeError::ClosedSilently) => true,
            _ => false,
        }
    }
}

/// Makes connections.
pub(super) struct Dialer {
    options: ConnectOptions,
    connector: Option<TlsConnector>,
    codec: Codec,
    /// A CONNACK was successful: from now on the session is the same.
    connected: bool,
    /// When an attempt was given up with its CONNECT still under way (rule 17).
    abandoned: Option<Instant>,
}

impl Dialer {
    fn new(options: ConnectOptions) -> Result<Self, ConnectError> {
        let connector = options.endpoint.tls.as_ref().map(TlsConnector::new).transpose().map_err(ConnectError::Local)?;
        let version = match options.version {
            VersionChoice::Automatic => Version::V5,
            VersionChoice::Only(version) => version,
        };
        Ok(Self { options, connector, codec: Codec::new(version), connected: false, abandoned: None })
    }

    /// Session Expiry Interval for the DISCONNECT at the end: 0 unless the session is kept or had none.
    pub fn final_expiry(&self) -> Option<u32> {
        matches!(self.options.session, SessionKeeping::Run { expiry } if expiry > 0).then_some(0)
    }

    /// Whether the session outlives the run.
    pub const fn keeps_session(&self) -> bool {
        matches!(self.options.session, SessionKeeping::Keep { .. })
    }

    fn connect_packet(&self) -> Connect {
        let (keep, session_expiry) = match self.options.session {
            SessionKeeping::Run { expiry } => (self.connected && self.codec.features().session_expiry, expiry),
            SessionKeeping::Keep { expiry } => (true, expiry),
        };
        Connect {
            client_id: self.options.client_id.clone(),
            clean_start: !keep,
            keep_alive: self.options.keep_alive,
            user_name: self.options.credentials.user_name.clone(),
            password: self.options.credentials.password.clone(),
            session_expiry,
            receive_maximum: if self.options.consumer { QUEUE_MESSAGES } else { 1 },
            topic_alias_maximum: TOPIC_ALIAS_MAXIMUM,
            maximum_packet_size: self.options.max_packet,
        }
    }

    async fn attempt(&mut self) -> Result<(Link, ConnAck), AttemptError> {
        let deadline = Instant::now() + CONNECT_WAIT;
        let dialled = timeout_at(deadline.into(), net::dial(&self.options.endpoint, self.connector.as_ref())).await;
        let stream = dialled.map_err(|_| AttemptError::TimedOut)?.map_err(AttemptError::Net)?;
        let handshake = connection::handshake(stream, self.codec, &self.connect_packet(), deadline).await;
        if matches!(handshake, Err(HandshakeError::TimedOut)) {
            self.abandoned = Some(Instant::now());
            return Err(AttemptError::TimedOut);
        }
        let (link, connack) = handshake.map_err(AttemptError::Handshake)?;
        let answered_in_311 = connack.short && self.codec.version() == Version::V5;
        if connack.is_refusal() || answered_in_311 {
            return Err(AttemptError::Refused(Box::new(connack)));
        }
        self.connected = true;
        if let Some(id) = &connack.assigned_client_id {
            self.options.client_id = id.clone();
        }
        Ok((link, connack))
    }

    /// Asked for, and granted less: worth telling.
    fn shorter_session(&self, connack: &ConnAck) -> Option<Notice> {
        let (SessionKeeping::Run { expiry: asked } | SessionKeeping::Keep { expiry: asked }) = self.options.session;
        let granted = connack.session_expiry?;
        (granted < asked).then_some(Notice::ShorterSession { asked, granted })
    }
}

/// Makes the first connection.
pub(super) async fn first(options: ConnectOptions, notify: &impl Fn(Notice)) -> Result<(Dialer, Link, Session), ConnectError> {
    let mut dialer = Dialer::new(options)?;
    let mut backoff = Backoff::default();
    let started = Instant::now();
    loop {
        let error = match dialer.attempt_either_version(notify).await {
            Ok((link, connack)) => {
                if let Some(notice) = dialer.shorter_session(&connack) {
                    notify(notice);
                }
                let ConnectOptions { keep_alive, max_inflight, consumer, .. } = dialer.options;
                let session = Session::new(Instant::now(), dialer.codec, &connack, keep_alive, max_inflight, consumer);
                return Ok((dialer, link, session));
            }
            Err(error) => error,
        };
        let left = remaining(dialer.options.retry, started.elapsed());
        if !dialer.options.retry_first || !error.may_pass(None) || left.is_zero() {
            return Err(error.into());
        }
        let retry_in = backoff.next().min(left);
        notify(Notice::AttemptFailed { cause: ConnectError::from(error).to_string(), retry_in });
        tokio::time::sleep(retry_in).await;
    }
}

impl Dialer {
    /// An attempt in version 5 and, where that is not spoken, one in 3.1.1; which it was holds for the rest of the run.
    async fn attempt_either_version(&mut self, notify: &impl Fn(Notice)) -> Result<(Link, ConnAck), AttemptError> {
        let result = self.attempt().await;
        let falls_back =
            self.options.version == VersionChoice::Automatic && matches!(&result, Err(error) if error.suggests_fallback());
        if !falls_back {
            return result;
        }
        self.codec = Codec::new(Version::V311);
        let result = self.attempt().await;
        match &result {
            Ok(_) => notify(Notice::FellBack(Version::V311)),
            Err(_) => self.codec = Codec::new(Version::V5),
        }
        result
    }
}

/// The task that keeps the connection up until the end, which it leaves in the shared state.
pub(super) async fn drive(shared: Arc<Shared>, mut dialer: Dialer, link: Link) {
    let end = keep_up(&shared, &mut dialer, link).await;
    let mut state = shared.lock();
    state.end = Some(end);
    shared.changed(&mut state);
}

async fn keep_up(shared: &Shared, dialer: &mut Dialer, mut link: Link) -> End {
    let mut patience = Patience::new(shared.lock().session.progress());
    loop {
        let connected_at = Instant::now();
        let link_end = connection::run(shared, &mut link).await;
        drop(link);
        let lost = {
            let mut state = shared.lock();
            let lost = Lost::note(&mut state);
            // The last packets may have brought what somebody waits for.
            shared.changed(&mut state);
            lost
        };
        let (cause, orderly) = match dialer.judge(link_end, &*shared.notify) {
            // Why it ended says why something is missing (rule 14); where nothing is, it no longer matters.
            Verdict::End(end) if lost.missing || !lost.done => return end,
            Verdict::Again { cause, orderly } if !lost.done => (cause, orderly),
            _ => return End::Finished,
        };
        if let Some(request) = patience.lost(&lost, connected_at.elapsed(), orderly) {
            return End::Lost(format!("{cause}, {STRIKES} times in a row after {request}"));
        }
        link = match reconnect(shared, dialer, &mut patience, &lost, cause).await {
            Ok(link) => link,
            Err(end) => return end,
        };
    }
}

/// Attempts until one succeeds, or there is a reason to end.
async fn reconnect(
    shared: &Shared,
    dialer: &mut Dialer,
    patience: &mut Patience,
    lost: &Lost,
    cause: String,
) -> Result<Link, End> {
    let mut cause = cause;
    for attempt in 0_u32.. {
        let left = remaining(dialer.options.retry, patience.since.elapsed());
        if left.is_zero() {
            let tried = if attempt == 0 { String::new() } else { format!("; gave up after {attempt} attempts to connect again") };
            return Err(End::Lost(format!("{cause}{tried}")));
        }
        // The last attempt is made when the budget ends, not up to a whole backoff later.
        let retry_in = patience.backoff.next().min(left);
        (shared.notify)(match attempt {
            0 => Notice::Down { cause: cause.clone(), retry_in },
            _ => Notice::AttemptFailed { cause: cause.clone(), retry_in },
        });
        let result = tokio::select! {
            () = shared.until(|state| state.may_end_offline().then_some(())) => return Err(End::Finished),
            result = async {
                tokio::time::sleep(retry_in).await;
                dialer.attempt().await
            } => result,
        };
        match result {
            Ok((link, connack)) => {
                welcome(shared, dialer, lost, &connack);
                return Ok(link);
            }
            Err(error) => {
                if let Some(server) = error.server_reference() {
                    (shared.notify)(Notice::ServerReference(server.clone()));
                }
                if !error.may_pass(Some(lost.at.elapsed())) {
                    return Err(error.into());
                }
                cause = ConnectError::from(error).to_string();
            }
        }
    }
    Err(End::Lost(cause))
}

/// A later connection stands: tells the session, and a person what that means (rule 13).
fn welcome(shared: &Shared, dialer: &Dialer, lost: &Lost, connack: &ConnAck) {
    let mut state = shared.lock();
    let continuity = state.session.connected(Instant::now(), connack, dialer.options.keep_alive);
    let notice = if continuity.resumed {
        Notice::Resumed
    } else {
        Notice::SessionLost {
            gap: dialer.options.consumer.then(|| (lost.heard_at, SystemTime::now())),
            resent: continuity.resent,
            possible_duplicates: continuity.possible_duplicates,
        }
    };
    (shared.notify)(notice);
    if let Some(notice) = dialer.shorter_session(connack) {
        (shared.notify)(notice);
    }
    shared.changed(&mut state);
}

// ---- judgement ----

enum Verdict {
    End(End),
    Again {
        cause: String,
        /// The peer ended it with DISCONNECT or end of file.
        orderly: bool,
    },
}

impl Dialer {
    fn judge(&mut self, end: LinkEnd, notify: &dyn Fn(Notice)) -> Verdict {
        let again = |cause: &str, orderly| Verdict::Again { cause: cause.to_owned(), orderly };
        match end {
            LinkEnd::Finished => Verdict::End(End::Finished),
            LinkEnd::Closed => again("the broker closed the connection", true),
            LinkEnd::Broken(cause) => again(&cause, false),
            LinkEnd::Overdue(Overdue::Anything) => again("the broker has fallen silent", false),
            LinkEnd::Overdue(Overdue::SubAck) => Verdict::End(End::Unacknowledged("no SUBACK within 10 s".to_owned())),
            LinkEnd::Overdue(Overdue::Acknowledgements) => {
                Verdict::End(End::Unacknowledged("no acknowledgement for 30 s".to_owned()))
            }
            LinkEnd::Violation(violation) => Verdict::End(End::Lost(format!("the broker broke the protocol: {violation}"))),
            LinkEnd::Disconnected(disconnect) => self.judge_disconnect(disconnect, notify),
        }
    }

    fn judge_disconnect(&mut self, disconnect: Disconnect, notify: &dyn Fn(Notice)) -> Verdict {
        let Disconnect { reason, reason_string, server_reference } = disconnect;
        if let Some(server) = server_reference {
            notify(Notice::ServerReference(server));
        }
        let said = reason_string.map(|text| format!(" (\"{text}\")")).unwrap_or_default();
        let cause = format!("the broker disconnected: {reason}{said}");
        let own_late_connect = reason == Reason::TAKEN_OVER && self.abandoned.take().is_some_and(|at| at.elapsed() < GRACE);
        if reason == Reason::NOT_AUTHORIZED {
            Verdict::End(End::Disconnected(cause))
        } else if reason.retry() == Retry::Again || !reason.is_error() || own_late_connect {
            Verdict::Again { cause, orderly: true }
        } else {
            Verdict::End(End::Lost(cause))
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::BytesMut;

    use super::*;
    use crate::wire::{self, Packet};

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
