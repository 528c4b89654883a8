//! What is wrong with the files and choices of TLS, found before any connection. Made by the modules beside it, told by `error`.

use std::fmt;
use std::path::PathBuf;

use thiserror::Error;

/// What a file is to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Certificates of authorities (`--cafile`, `--capath`).
    Authorities,
    /// The client's certificate (`--cert`).
    Certificate,
    /// The client's key (`--key`).
    Key,
}

/// What a file holds instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Nothing.
    Empty,
    /// It is no file.
    Folder,
    /// It is no folder.
    File,
    /// A folder without a certificate in any file.
    NoneInside,
    /// More than can be meant.
    TooLarge,
    /// ASN.1 in bytes.
    Der,
    /// Certificate and key in one file, behind a password.
    Pkcs12,
    /// Certificates in a container.
    Pkcs7,
    /// Nothing known.
    NotPem,
    /// PEM of another kind: its first label.
    Other(String),
    /// A section that ends too soon, or whose content is nonsense.
    Damaged,
    /// A key that is encrypted in OpenSSL's old way, `Proc-Type: 4,ENCRYPTED`.
    OldEncryption,
    /// A key that is encrypted in a way that is not supported.
    UnknownEncryption,
    /// An encrypted key, and nobody to say its passphrase.
    Locked,
    /// An encrypted key of another passphrase.
    WrongPassphrase,
    /// A key of a kind or size that is not supported.
    UnknownKey,
}

/// Why TLS cannot be set up.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TlsConfigError {
    /// The file is missing, or may not be read.
    #[error("cannot read {wanted} in {}: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What it was to hold.
        wanted: Wanted,
        /// The operating system's words.
        reason: String,
    },
    /// The file holds something else.
    #[error("{}", unusable(path, *wanted, found))]
    Unusable {
        /// The file.
        path: PathBuf,
        /// What it was to hold.
        wanted: Wanted,
        /// What it holds.
        found: Found,
    },
    /// The client's key is not that of its certificate.
    #[error("the key in {} does not belong to the certificate in {}", key.display(), certificate.display())]
    Strangers {
        /// The file of the certificate.
        certificate: PathBuf,
        /// The file of the key.
        key: PathBuf,
    },
    /// The passphrase of the key cannot be had.
    #[error("the passphrase of the key: {0}")]
    Passphrase(String),
    /// No cipher is left for the version.
    #[error("none of the ciphers is one of TLS {0}")]
    NoCipher(&'static str),
    /// The keys of TLS cannot be written.
    #[error("cannot write the keys of TLS to {}: {reason}", path.display())]
    KeyLog {
        /// The file.
        path: PathBuf,
        /// The operating system's words.
        reason: String,
    },
    /// The operating system's store cannot be used.
    #[error("the system has no certificates to trust: {reason}")]
    System {
        /// Why.
        reason: String,
    },
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Authorities => "the certificates",
            Self::Certificate => "the certificate",
            Self::Key => "the key",
        })
    }
}

fn unusable(path: &std::path::Path, wanted: Wanted, found: &Found) -> String {
    let path = path.display();
    let thing = if wanted == Wanted::Key { "key" } else { "certificate" };
    match found {
        Found::Empty => format!("there is no {thing} in {path}: it is empty"),
        Found::Folder => format!("{path} is a folder, not a file with a {thing}"),
        Found::File => format!("{path} is a file, not a folder"),
        Found::NoneInside => format!("there is no {thing} in any file of {path}"),
        Found::TooLarge => format!("{path} is too large to hold a {thing}"),
        Found::Der => format!("{path} is in DER, not in PEM"),
        Found::Pkcs12 => format!("{path} is a PKCS#12 file, not PEM"),
        Found::Pkcs7 => format!("{path} is a PKCS#7 file, not PEM"),
        Found::NotPem => format!("there is no {thing} in {path}: it is not PEM"),
        Found::Other(label) => format!("there is no {thing} in {path}, but {}", in_words(label)),
        Found::Damaged => format!("a {thing} in {path} is damaged"),
        Found::OldEncryption => format!("the key in {path} is encrypted in the old way of OpenSSL, which is not supported"),
        Found::UnknownEncryption => format!("the key in {path} is encrypted in a way that is not supported"),
        Found::Locked => format!("the key in {path} is encrypted, and there is no passphrase"),
        Found::WrongPassphrase => format!("the passphrase is not that of the key in {path}"),
        Found::UnknownKey => {
            format!(
                "the key in {path} is of a kind that is not supported: RSA from 2048 bits, ECDSA of P-256 or P-384, Ed25519 are"
            )
        }
    }
}

/// A label of PEM as a person would say it.
fn in_words(label: &str) -> &str {
    match label {
        "CERTIFICATE" => "a certificate",
        "TRUSTED CERTIFICATE" => "a certificate with OpenSSL's trust settings",
        "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => "a request for one",
        "PUBLIC KEY" | "RSA PUBLIC KEY" => "a public key",
        "X509 CRL" => "a list of revoked ones",
        "OPENSSH PRIVATE KEY" => "a key of OpenSSH",
        key if key.ends_with("PRIVATE KEY") => "a key",
        _ => "something else",
    }
}

impl TlsConfigError {
    /// Whether the command line cannot be meant, rather than that this machine fails it.
    #[must_use]
    pub const fn is_usage(&self) -> bool {
        matches!(self, Self::Unusable { .. } | Self::Strangers { .. } | Self::NoCipher(_))
    }

    /// One next step, where one is clear.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let Self::Unusable { path, wanted, found } = self else {
            return match self {
                Self::System { .. } => Some("--cafile FILE names the certificate authority to trust, or --ca bundled".to_owned()),
                Self::KeyLog { .. } => Some("leave --tls-keylog out and SSLKEYLOGFILE unset, and none are written".to_owned()),
                Self::NoCipher(_) => Some("leave --ciphers or --tls-version out".to_owned()),
                _ => None,
            };
        };
        let path = path.display();
        Some(match (found, wanted) {
            (Found::Der, Wanted::Authorities) => format!("openssl x509 -inform der -in {path} -out ca.pem"),
            (Found::Der, Wanted::Certificate) => format!("openssl x509 -inform der -in {path} -out cert.pem"),
            (Found::Der, Wanted::Key) => format!("openssl pkey -inform der -in {path} -out key.pem"),
            (Found::Pkcs12, Wanted::Authorities) => format!("openssl pkcs12 -in {path} -cacerts -nokeys -out ca.pem"),
            (Found::Pkcs12, Wanted::Certificate) => format!("openssl pkcs12 -in {path} -clcerts -nokeys -out cert.pem"),
            (Found::Pkcs12, Wanted::Key) => format!("openssl pkcs12 -in {path} -nocerts -out key.pem"),
            (Found::Pkcs7, _) => format!("openssl pkcs7 -inform der -in {path} -print_certs -out cert.pem"),
            (Found::OldEncryption, _) => format!("openssl pkcs8 -topk8 -in {path} -out key.pem"),
            (Found::UnknownEncryption, _) => format!("openssl pkcs8 -topk8 -v2 aes-256-cbc -in {path} -out key.pem"),
            (Found::Locked | Found::WrongPassphrase, _) => "--keypass-file FILE or MQX_KEYPASS has the passphrase".to_owned(),
            (Found::Folder, Wanted::Authorities) => "--capath DIR takes a folder".to_owned(),
            (Found::File, _) => "--cafile FILE takes a file".to_owned(),
            (Found::Other(label), _) if label == "TRUSTED CERTIFICATE" => format!("openssl x509 -in {path} -out ca.pem"),
            (Found::Other(label), Wanted::Authorities | Wanted::Certificate) if label.ends_with("PRIVATE KEY") => {
                "--key FILE takes a key".to_owned()
            }
            (Found::Other(label), Wanted::Key) if label == "CERTIFICATE" => "--cert FILE takes a certificate".to_owned(),
            (Found::Other(label), Wanted::Key) if label == "OPENSSH PRIVATE KEY" => {
                format!("ssh-keygen -p -m PEM -f {path} turns it into PEM, in its place")
            }
            _ => return None,
        })
    }
}
