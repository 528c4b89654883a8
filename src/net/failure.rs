//! Why TLS failed: what `tls` reports and `NetError` shows. The words are in a file of their own.

mod words;

use std::io;
use std::net::IpAddr;

use rustls::pki_types::UnixTime;
use rustls::{AlertDescription, CertificateError, Error, PeerIncompatible};

use crate::net::tls::Versions;
use crate::text::os_error;

/// What webpki calls a certificate authority's certificate that a server shows as its own. Its error type is not ours to name.
const CA_AS_SERVER: &str = "CaUsedAsEndEntity";

/// An end of a certificate's validity, and the time at which it was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Seconds since 1970 at which the certificate's validity ends or begins.
    pub at: i64,
    /// Seconds since 1970 at which it was checked.
    pub checked: i64,
}

/// What a peer that does not speak TLS seems to speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plain {
    /// Its answer begins as an HTTP response does.
    Http,
    /// Its answer begins as a CONNACK or DISCONNECT does.
    Mqtt,
    /// Nothing known.
    Other,
}

/// Who signed a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// Whom the certificate is for, without control characters, as all of this.
    pub subject: String,
    /// Who signed it, or the last certificate that the server sends to vouch for it.
    pub issuer: String,
    /// Whether its own key did.
    pub by_itself: bool,
}

/// What is known on our side of a handshake that failed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Circumstances {
    /// What was offered.
    pub versions: Versions,
    /// The peer asked for a client certificate and got none.
    pub certificate_missed: bool,
    /// The peer was connected to by its address, and so not asked for by name.
    pub nameless: bool,
}

/// Why TLS could not be established, or ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TlsFailure {
    /// The certificate's time is over.
    Expired(Option<Moment>),
    /// The certificate's time has not come.
    NotYetValid(Option<Moment>),
    /// Nobody who is trusted signed the certificate. Who did, if that can be told.
    UnknownIssuer(Option<Signature>),
    /// The certificate names other hosts.
    NotValidForName {
        /// The host that was asked for.
        wanted: String,
        /// The hosts that the certificate names, without control characters.
        presented: Vec<String>,
        /// What it has in place of names of hosts, if it names none: its Common Name, which counts no more (RFC 9525).
        common_name: Option<String>,
    },
    /// A signature in the certificate, or one made with its key, is wrong.
    BadSignature,
    /// The peer shows a certificate authority's certificate as its own.
    AuthorityAsServer,
    /// The certificate is of version 1 of X.509.
    Version1,
    /// The server's key is none of those that are pinned. Its pin.
    NotPinned(String),
    /// Anything else that is wrong with the certificate.
    Certificate(String),
    /// The host is no name that a certificate can have.
    BadName(String),
    /// The peer ended TLS with this alert.
    PeerSentAlert(AlertDescription),
    /// The peer answered, but not in TLS.
    NotTls(Plain),
    /// The peer closed the connection during the handshake.
    Closed,
    /// The peer asked for a client certificate, got none, and closed the connection.
    ClosedWithoutCertificate,
    /// The peer refused or closed, and had not been told by which name it is known.
    Nameless(Box<TlsFailure>),
    /// The peer speaks none of the versions that we do.
    Version(Versions),
    /// Both speak TLS, and have no algorithm in common; or the peer broke its rules.
    Protocol(String),
    /// The connection failed during the handshake.
    Io(String),
}

impl TlsFailure {
    /// Whether the trouble is a certificate, theirs or ours, so that trying again is of no use.
    #[must_use]
    pub const fn is_certificate_problem(&self) -> bool {
        match self {
            Self::Expired(_)
            | Self::NotYetValid(_)
            | Self::UnknownIssuer(_)
            | Self::NotValidForName { .. }
            | Self::BadSignature
            | Self::AuthorityAsServer
            | Self::Version1
            | Self::NotPinned(_)
            | Self::Certificate(_)
            | Self::BadName(_) => true,
            Self::PeerSentAlert(alert) => is_about_certificate(*alert),
            // The rest may be better in a while.
            Self::NotTls(_)
            | Self::Closed
            | Self::ClosedWithoutCertificate
            | Self::Nameless(_)
            | Self::Version(_)
            | Self::Protocol(_)
            | Self::Io(_) => false,
        }
    }

    /// The same with what is known on our side.
    pub(super) fn under(self, Circumstances { versions, certificate_missed, nameless }: Circumstances) -> Self {
        use AlertDescription as Alert;
        match self {
            Self::Version(_) | Self::PeerSentAlert(Alert::ProtocolVersion) => Self::Version(versions),
            Self::Closed if certificate_missed => Self::ClosedWithoutCertificate,
            // TLS 1.2 has no alert of its own for that.
            Self::PeerSentAlert(
                Alert::HandshakeFailure | Alert::BadCertificate | Alert::CertificateUnknown | Alert::AccessDenied,
            ) if certificate_missed => Self::PeerSentAlert(Alert::CertificateRequired),
            Self::Closed
            | Self::PeerSentAlert(
                Alert::HandshakeFailure | Alert::UnrecognisedName | Alert::InternalError | Alert::AccessDenied,
            ) if nameless => Self::Nameless(Box::new(self)),
            other => other,
        }
    }

    /// What a failed handshake was, from the error that tokio-rustls wraps it in.
    pub(super) fn from_io(error: &io::Error) -> Self {
        if let Some(inner) = rustls_error(error) {
            return Self::from(inner);
        }
        match error.kind() {
            // A plain MQTT server hangs up on a ClientHello, often with a reset since it left bytes unread.
            io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => Self::Closed,
            _ => Self::Io(os_error::describe(error)),
        }
    }
}

/// An error of a stream in words. Knows the TLS errors that a stream wraps, such as an alert that comes after the handshake.
#[must_use]
pub fn describe_io(error: &io::Error) -> String {
    rustls_error(error).map_or_else(|| os_error::describe(error), |tls| TlsFailure::from(tls).to_string())
}

/// The rustls error inside an I/O error of a TLS stream.
pub(super) fn rustls_error(error: &io::Error) -> Option<&Error> {
    error.get_ref()?.downcast_ref()
}

impl From<&Error> for TlsFailure {
    fn from(error: &Error) -> Self {
        match error {
            Error::InvalidCertificate(certificate) => from_certificate(certificate),
            Error::NoCertificatesPresented => Self::Certificate("the peer has no certificate".to_owned()),
            Error::AlertReceived(alert) => Self::PeerSentAlert(*alert),
            Error::PeerIncompatible(
                PeerIncompatible::ServerDoesNotSupportTls12Or13 | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig,
            ) => Self::Version(Versions::Both),
            Error::PeerIncompatible(why) => Self::Protocol(incompatible(why).to_owned()),
            Error::InvalidMessage(_)
            | Error::InappropriateMessage { .. }
            | Error::InappropriateHandshakeMessage { .. }
            | Error::PeerMisbehaved(_)
            | Error::PeerSentOversizedRecord
            | Error::DecryptError => Self::Protocol("the peer broke the rules of TLS".to_owned()),
            other => Self::Protocol(other.to_string()),
        }
    }
}

fn from_certificate(error: &CertificateError) -> TlsFailure {
    let moment = |at: &UnixTime, checked: &UnixTime| Some(Moment { at: seconds(*at), checked: seconds(*checked) });
    match error {
        CertificateError::Expired => TlsFailure::Expired(None),
        CertificateError::ExpiredContext { time, not_after } => TlsFailure::Expired(moment(not_after, time)),
        CertificateError::NotValidYet => TlsFailure::NotYetValid(None),
        CertificateError::NotValidYetContext { time, not_before } => TlsFailure::NotYetValid(moment(not_before, time)),
        CertificateError::UnknownIssuer => TlsFailure::UnknownIssuer(None),
        CertificateError::NotValidForNameContext { expected, presented } => TlsFailure::NotValidForName {
            wanted: expected.to_str().into_owned(),
            presented: presented.iter().filter_map(|name| presented_name(name)).collect(),
            common_name: None,
        },
        CertificateError::BadSignature => TlsFailure::BadSignature,
        CertificateError::BadEncoding => TlsFailure::Certificate("the certificate cannot be read".to_owned()),
        CertificateError::Revoked => TlsFailure::Certificate("the certificate was revoked".to_owned()),
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            TlsFailure::Certificate("the certificate is not one for a server".to_owned())
        }
        CertificateError::UnsupportedSignatureAlgorithmContext { .. }
        | CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => {
            TlsFailure::Certificate("the certificate is signed in a way that is not supported".to_owned())
        }
        CertificateError::Other(other) => match other.0.downcast_ref::<TlsFailure>() {
            // What our own check found comes back as it is.
            Some(failure) => failure.clone(),
            None if other.0.to_string() == CA_AS_SERVER => TlsFailure::AuthorityAsServer,
            None => not_accepted(error),
        },
        other => not_accepted(other),
    }
}

fn not_accepted(error: &CertificateError) -> TlsFailure {
    TlsFailure::Certificate(format!("the certificate was not accepted: {error}"))
}

/// Seconds since 1970, signed as jiff wants them.
fn seconds(time: UnixTime) -> i64 {
    i64::try_from(time.as_secs()).unwrap_or(i64::MAX)
}

/// The name inside `DnsName("host")` or `IpAddress(1.2.3.4)`, as rustls spells the names of a certificate.
/// Control characters are taken out: the peer chose this text.
fn presented_name(spelled: &str) -> Option<String> {
    if let Some(address) = spelled.strip_prefix("IpAddress(").and_then(|rest| rest.strip_suffix(')')) {
        // `0::1` is its way to write `::1`.
        return Some(address.parse::<IpAddr>().map_or_else(|_| printable(address), |address| address.to_string()));
    }
    spelled.strip_prefix("DnsName(\"").and_then(|rest| rest.strip_suffix("\")")).map(printable)
}

fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

const fn incompatible(why: &PeerIncompatible) -> &'static str {
    match why {
        PeerIncompatible::NoCipherSuitesInCommon => "the peer and mqx have no cipher in common",
        PeerIncompatible::NoKxGroupsInCommon => "the peer and mqx have no key exchange in common",
        PeerIncompatible::NoSignatureSchemesInCommon => "the peer and mqx have no kind of signature in common",
        _ => "the peer speaks a kind of TLS that is not supported",
    }
}

/// Whether an alert finds fault with a certificate: ours, since it is the peer who sends it.
const fn is_about_certificate(alert: AlertDescription) -> bool {
    matches!(
        alert,
        AlertDescription::NoCertificate
            | AlertDescription::BadCertificate
            | AlertDescription::UnsupportedCertificate
            | AlertDescription::CertificateRevoked
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnknownCA
            | AlertDescription::CertificateRequired
    )
}

impl std::error::Error for TlsFailure {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_their_spelling_and_what_could_harm_a_terminal() {
        assert_eq!(presented_name("DnsName(\"a.example\")").as_deref(), Some("a.example"));
        assert_eq!(presented_name("IpAddress(127.0.0.1)").as_deref(), Some("127.0.0.1"));
        assert_eq!(presented_name("IpAddress(0::1)").as_deref(), Some("::1"));
        assert_eq!(presented_name("DnsName(\"a\u{1b}[2Jb\")").as_deref(), Some("a[2Jb"));
        assert_eq!(presented_name("DirectoryName"), None);
    }

    #[test]
    fn an_alert_about_our_certificate_is_a_certificate_problem_and_others_are_not() {
        let required = TlsFailure::PeerSentAlert(AlertDescription::CertificateRequired);
        assert_eq!(required.to_string(), "the peer ended TLS: it asks for a client certificate");
        assert!(required.is_certificate_problem());
        assert!(!TlsFailure::PeerSentAlert(AlertDescription::ProtocolVersion).is_certificate_problem());
        assert_eq!(TlsFailure::PeerSentAlert(AlertDescription::DecodeError).to_string(), "the peer ended TLS: alert 50");
    }

    #[test]
    fn an_alert_inside_of_an_io_error_is_told_as_what_it_is() {
        let alert = Error::AlertReceived(AlertDescription::CertificateRequired);
        let wrapped = io::Error::new(io::ErrorKind::InvalidData, alert);
        assert_eq!(describe_io(&wrapped), "the peer ended TLS: it asks for a client certificate");
        assert_eq!(describe_io(&io::ErrorKind::TimedOut.into()), "timed out");
    }
}
