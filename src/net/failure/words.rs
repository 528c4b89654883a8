//! What `failure` knows, as a person is told it: causes, alerts of TLS, and next steps.

use std::fmt;

use jiff::Timestamp;
use rustls::AlertDescription;

use super::{Moment, Plain, Signature, TlsFailure};
use crate::net::tls::Versions;

impl TlsFailure {
    /// One next step, where one is clear.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Expired(_) | Self::NotYetValid(_) => {
                "check this machine's clock; --insecure connects without checking the certificate".to_owned()
            }
            Self::UnknownIssuer(Some(Signature { by_itself: true, .. })) | Self::AuthorityAsServer => {
                "--cafile FILE with this very certificate trusts it; --insecure with --pin trusts its key alone".to_owned()
            }
            Self::UnknownIssuer(Some(Signature { issuer, .. })) => {
                format!("--cafile FILE with the certificate of {issuer} trusts it")
            }
            Self::UnknownIssuer(None) => "--cafile FILE names the certificate authority to trust".to_owned(),
            Self::BadSignature => "--cafile FILE must hold the authority that signed it, not another of the same name".to_owned(),
            Self::NotValidForName { presented, common_name, .. } => match presented.iter().find(|name| !name.contains('*')) {
                Some(name) => format!("connect by a name of the certificate: -h {name}; or --servername {name}"),
                None if common_name.is_some() => {
                    "the server needs a certificate with subjectAltName; --insecure with --pin does without".to_owned()
                }
                None => return None,
            },
            Self::Version1 => "the server needs a certificate of version 3, as `openssl x509 -req -extfile` makes".to_owned(),
            Self::NotPinned(_) => "ask whoever runs the server whether this is its key; --pin takes it then".to_owned(),
            Self::NotTls(Plain::Http) => "that port is not one for MQTT; MQTT over TLS is usually on port 8883".to_owned(),
            Self::NotTls(_) | Self::Closed => "that port may speak plain MQTT: --no-tls, or port 1883".to_owned(),
            Self::ClosedWithoutCertificate => SHOW_CERTIFICATE.to_owned(),
            Self::Nameless(cause) => {
                let plain = if **cause == Self::Closed { "that port may speak plain MQTT (--no-tls); or " } else { "" };
                format!("{plain}the server may answer to names only: connect by the host's name, or with --servername NAME")
            }
            Self::Version(Versions::Both) => "TLS 1.0 and 1.1 are broken and not spoken: the server needs an update".to_owned(),
            Self::Version(_) => "leave --tls-version out".to_owned(),
            Self::PeerSentAlert(alert) => alert_hint(*alert)?.to_owned(),
            Self::Certificate(_) | Self::BadName(_) | Self::Protocol(_) | Self::Io(_) => return None,
        };
        Some(hint)
    }
}

const SHOW_CERTIFICATE: &str = "--cert FILE and --key FILE show a certificate";

const fn alert_hint(alert: AlertDescription) -> Option<&'static str> {
    Some(match alert {
        AlertDescription::CertificateRequired | AlertDescription::NoCertificate => SHOW_CERTIFICATE,
        AlertDescription::UnknownCA | AlertDescription::CertificateUnknown | AlertDescription::BadCertificate => {
            "the broker has to trust the authority that signed --cert; intermediate certificates belong into that file, too"
        }
        AlertDescription::CertificateExpired => {
            "`openssl x509 -noout -dates -in FILE` prints when the certificate of --cert ends"
        }
        AlertDescription::NoApplicationProtocol => "--alpn NAME offers a protocol",
        AlertDescription::HandshakeFailure | AlertDescription::InsufficientSecurity => {
            "if --ciphers or --tls-version is given, leave it out"
        }
        AlertDescription::UnrecognisedName => "--servername NAME asks for another name",
        _ => return None,
    })
}

/// What an alert says, as the end of "the peer ended TLS: ". Numbers and names are RFC 8446 section 6.2's.
fn alert_in_words(alert: AlertDescription) -> String {
    let words = match alert {
        AlertDescription::HandshakeFailure => "it and mqx have no cipher or parameters in common",
        AlertDescription::ProtocolVersion => "it does not speak TLS 1.2 or TLS 1.3",
        AlertDescription::InsufficientSecurity => "it asks for stronger ciphers",
        AlertDescription::CertificateRequired | AlertDescription::NoCertificate => "it asks for a client certificate",
        AlertDescription::BadCertificate => "it finds the client certificate broken",
        AlertDescription::UnsupportedCertificate => "it does not support the kind of the client certificate",
        AlertDescription::CertificateRevoked => "the client certificate was revoked",
        AlertDescription::CertificateExpired => "the client certificate expired",
        AlertDescription::CertificateUnknown => "it does not accept the client certificate",
        AlertDescription::UnknownCA => "it does not trust the issuer of the client certificate",
        AlertDescription::AccessDenied => "access denied",
        AlertDescription::UnrecognisedName => "it serves no host of that name",
        AlertDescription::InternalError => "internal error",
        AlertDescription::NoApplicationProtocol => "it asks for an application protocol (ALPN)",
        AlertDescription::UserCanceled => "cancelled",
        other => return format!("alert {}", u8::from(other)),
    };
    words.to_owned()
}

impl fmt::Display for Moment {
    /// `2026-01-02 03:04:05 UTC (323 days ago)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let distance = self.at.saturating_sub(self.checked);
        match Timestamp::from_second(self.at) {
            Ok(at) => write!(f, "{} ", at.strftime("%Y-%m-%d %H:%M:%S UTC"))?,
            Err(_) => f.write_str("a date out of range ")?,
        }
        let (count, unit) = match distance.unsigned_abs() {
            s if s >= 86_400 => (s / 86_400, "day"),
            s if s >= 3_600 => (s / 3_600, "hour"),
            s if s >= 60 => (s / 60, "minute"),
            s => (s, "second"),
        };
        let plural = if count == 1 { "" } else { "s" };
        if distance > 0 { write!(f, "(in {count} {unit}{plural})") } else { write!(f, "({count} {unit}{plural} ago)") }
    }
}

impl fmt::Display for TlsFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Expired(Some(since)) => write!(f, "the certificate expired on {since}"),
            Self::Expired(None) => f.write_str("the certificate expired"),
            Self::NotYetValid(Some(from)) => write!(f, "the certificate is not valid before {from}"),
            Self::NotYetValid(None) => f.write_str("the certificate is not valid yet"),
            Self::UnknownIssuer(None) => f.write_str("the certificate is signed by an issuer that is not trusted"),
            Self::UnknownIssuer(Some(Signature { subject, by_itself: true, .. })) => {
                write!(f, "the certificate of {subject} is self-signed and not trusted")
            }
            Self::UnknownIssuer(Some(Signature { subject, issuer, .. })) => {
                write!(f, "the certificate of {subject} is signed by {issuer}, which is not trusted")
            }
            Self::NotValidForName { wanted, common_name: Some(name), .. } => {
                write!(
                    f,
                    "the certificate names no host (subjectAltName), and its Common Name {name} does not count; {wanted} was wanted"
                )
            }
            Self::NotValidForName { wanted, presented, .. } => {
                write!(f, "the certificate is for {}, not for {wanted}", Names(presented))
            }
            Self::Version1 => f.write_str("the certificate is of version 1 of X.509, which is not supported"),
            Self::NotPinned(pin) => write!(f, "the server's key is not pinned; its pin is {pin}"),
            Self::BadSignature => f.write_str("the signature of the certificate does not fit the key of its issuer"),
            Self::AuthorityAsServer => f.write_str("the certificate is a certificate authority's, not a server's"),
            Self::Certificate(words) | Self::Protocol(words) | Self::Io(words) => f.write_str(words),
            Self::BadName(host) => write!(f, "no certificate can be for {host}"),
            Self::PeerSentAlert(alert) => write!(f, "the peer ended TLS: {}", alert_in_words(*alert)),
            Self::NotTls(Plain::Http) => f.write_str("the peer answered in HTTP, not in TLS"),
            Self::NotTls(Plain::Mqtt) => f.write_str("the peer answered in plain MQTT, not in TLS"),
            Self::NotTls(Plain::Other) => f.write_str("the peer answered, but not in TLS"),
            Self::Closed => f.write_str("the peer closed the connection during the handshake"),
            Self::ClosedWithoutCertificate => {
                f.write_str("the peer asked for a client certificate, got none, and closed the connection")
            }
            Self::Nameless(cause) => cause.fmt(f),
            Self::Version(versions) => match versions.only() {
                None => f.write_str("the peer speaks neither TLS 1.2 nor TLS 1.3"),
                Some(version) => write!(f, "the peer does not speak TLS {version}, and --tls-version allows no other"),
            },
        }
    }
}

/// The names of a certificate, of which there can be hundreds.
struct Names<'a>(&'a [String]);

impl fmt::Display for Names<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 5;
        if self.0.is_empty() {
            return f.write_str("no host");
        }
        let shown: Vec<&str> = self.0.iter().take(SHOWN).map(String::as_str).collect();
        f.write_str(&shown.join(", "))?;
        match self.0.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_told_with_their_distance() {
        let expired = TlsFailure::Expired(Some(Moment { at: 1_767_323_045, checked: 1_767_323_045 + 323 * 86_400 + 5 }));
        assert_eq!(expired.to_string(), "the certificate expired on 2026-01-02 03:04:05 UTC (323 days ago)");
        let early = TlsFailure::NotYetValid(Some(Moment { at: 1_767_323_045, checked: 1_767_323_045 - 3_600 }));
        assert_eq!(early.to_string(), "the certificate is not valid before 2026-01-02 03:04:05 UTC (in 1 hour)");
        let absurd = Moment { at: i64::MAX, checked: 0 };
        assert!(absurd.to_string().starts_with("a date out of range (in "));
    }

    #[test]
    fn of_many_names_some_are_told() {
        let many: Vec<String> = (0..7).map(|n| format!("h{n}")).collect();
        assert_eq!(Names(&many).to_string(), "h0, h1, h2, h3, h4 and 2 more");
        assert_eq!(Names(&[]).to_string(), "no host");
    }
}
