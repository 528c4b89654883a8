//! Which versions and ciphers of TLS are spoken: names, and what they mean to rustls. Read by `args/tls`, used by the connector.

use rustls::crypto::ring::cipher_suite as suites;
use rustls::version::{TLS12, TLS13};
use rustls::{SupportedCipherSuite, SupportedProtocolVersion};

static ONLY_12: &[&SupportedProtocolVersion] = &[&TLS12];
static ONLY_13: &[&SupportedProtocolVersion] = &[&TLS13];

/// Which versions are spoken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Versions {
    /// 1.2 and 1.3.
    #[default]
    Both,
    /// 1.2.
    Only12,
    /// 1.3.
    Only13,
}

impl Versions {
    /// Takes `1.2`, `1.3` and mosquitto's `tlsv1.2`, `tlsv1.3`.
    ///
    /// # Errors
    /// Why a name is none, or its version not spoken.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        match text.to_ascii_lowercase().trim_start_matches("tls").trim_start_matches('v') {
            "1.2" => Ok(Self::Only12),
            "1.3" => Ok(Self::Only13),
            "1" | "1.0" | "1.1" | "ssl3" | "sslv3" | "3" => {
                Err("TLS 1.0, TLS 1.1 and SSL are broken and withdrawn (RFC 8996), and not spoken; 1.2 and 1.3 are")
            }
            _ => Err("a version of TLS is 1.2 or 1.3"),
        }
    }

    /// The one version, for a person.
    pub(in crate::net) const fn only(self) -> Option<&'static str> {
        match self {
            Self::Both => None,
            Self::Only12 => Some("1.2"),
            Self::Only13 => Some("1.3"),
        }
    }

    pub(super) fn supported(self) -> &'static [&'static SupportedProtocolVersion] {
        match self {
            Self::Both => rustls::ALL_VERSIONS,
            Self::Only12 => ONLY_12,
            Self::Only13 => ONLY_13,
        }
    }
}

/// IANA's name, OpenSSL's where it is another, and what rustls has.
const CIPHERS: [(&str, &str, SupportedCipherSuite); 9] = [
    ("TLS_AES_256_GCM_SHA384", "", suites::TLS13_AES_256_GCM_SHA384),
    ("TLS_AES_128_GCM_SHA256", "", suites::TLS13_AES_128_GCM_SHA256),
    ("TLS_CHACHA20_POLY1305_SHA256", "", suites::TLS13_CHACHA20_POLY1305_SHA256),
    ("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "ECDHE-ECDSA-AES256-GCM-SHA384", suites::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384),
    ("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "ECDHE-ECDSA-AES128-GCM-SHA256", suites::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256),
    (
        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        "ECDHE-ECDSA-CHACHA20-POLY1305",
        suites::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
    ),
    ("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "ECDHE-RSA-AES256-GCM-SHA384", suites::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384),
    ("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "ECDHE-RSA-AES128-GCM-SHA256", suites::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256),
    (
        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
        "ECDHE-RSA-CHACHA20-POLY1305",
        suites::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    ),
];

/// The ciphers that are offered, the best first; at least one.
#[derive(Clone, Debug, PartialEq)]
pub struct Ciphers(pub(super) Vec<SupportedCipherSuite>);

impl Ciphers {
    /// Takes IANA's names, with `:` or `,` between them.
    ///
    /// # Errors
    /// A name that is OpenSSL's, with IANA's; or one that means nothing, with all that do.
    pub fn parse(text: &str) -> Result<Self, String> {
        text.split([':', ',']).map(|name| cipher(name.trim())).collect::<Result<_, _>>().map(Self)
    }
}

fn cipher(name: &str) -> Result<SupportedCipherSuite, String> {
    let is = |known: &str| known.eq_ignore_ascii_case(name);
    if let Some((.., suite)) = CIPHERS.iter().find(|(iana, ..)| is(iana)) {
        return Ok(*suite);
    }
    if let Some((iana, ..)) = CIPHERS.iter().find(|(_, openssl, _)| !name.is_empty() && is(openssl)) {
        return Err(format!("{name} is OpenSSL's name; here it is {iana}"));
    }
    let all: Vec<&str> = CIPHERS.iter().map(|(iana, ..)| *iana).collect();
    let what = if name.is_empty() { "an empty name".to_owned() } else { name.to_owned() };
    Err(format!("there is no cipher for {what}; there are {}", all.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_exactly_that_one() {
        for (text, expected) in [
            ("1.2", Ok(Versions::Only12)),
            ("tlsv1.2", Ok(Versions::Only12)),
            ("1.3", Ok(Versions::Only13)),
            ("TLSv1.3", Ok(Versions::Only13)),
        ] {
            assert_eq!(Versions::parse(text), expected, "{text}");
        }
        for text in ["tlsv1", "tlsv1.0", "1.1", "tlsv1.1", "sslv3"] {
            assert!(Versions::parse(text).unwrap_err().contains("RFC 8996"), "{text}");
        }
        for text in ["", "1.4", "tls", "2"] {
            assert_eq!(Versions::parse(text), Err("a version of TLS is 1.2 or 1.3"), "{text}");
        }
        assert_eq!((Versions::Only12.supported().len(), Versions::Both.supported().len()), (1, 2));
    }

    #[test]
    fn every_cipher_of_rustls_has_its_name_and_no_other() {
        let known: Vec<_> = CIPHERS.iter().map(|(.., suite)| *suite).collect();
        assert_eq!(known, rustls::crypto::ring::ALL_CIPHER_SUITES);
        for (iana, _, suite) in CIPHERS {
            let debug = format!("{:?}", suite.suite());
            assert_eq!(debug.replace("TLS13_", "TLS_"), iana);
        }
    }

    #[test]
    fn ciphers_are_named_as_iana_does() {
        let two = Ciphers::parse("TLS_AES_128_GCM_SHA256:tls_ecdhe_rsa_with_aes_256_gcm_sha384, TLS_AES_256_GCM_SHA384").unwrap();
        assert_eq!(
            two.0,
            [suites::TLS13_AES_128_GCM_SHA256, suites::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, suites::TLS13_AES_256_GCM_SHA384]
        );
        let openssl = Ciphers::parse("ECDHE-RSA-AES256-GCM-SHA384").unwrap_err();
        assert_eq!(openssl, "ECDHE-RSA-AES256-GCM-SHA384 is OpenSSL's name; here it is TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384");
        for text in ["", "RC4-MD5", "HIGH:!aNULL", "TLS_AES_128_GCM_SHA256:"] {
            let error = Ciphers::parse(text).unwrap_err();
            assert!(CIPHERS.iter().all(|(iana, ..)| error.contains(iana)), "{text}: {error}");
        }
    }
}
