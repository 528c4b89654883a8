//! Options of mosquitto's clients for what TLS does not do here: taken only to be refused by name, with what to do in their place.

use std::ffi::OsString;

use clap::builder::{OsStringValueParser, TypedValueParser as _};

use super::super::ArgsError;
use super::super::connect::values::secret;
use crate::text::Secret;

const PSK: [&str; 2] = [
    "pre-shared keys (PSK) are not supported",
    "a certificate (--cert FILE --key FILE) or a user name and password say who you are",
];
const ENGINES: [&str; 2] = [
    "engines of OpenSSL are not supported",
    "--key FILE takes a key in PEM; for one in hardware, a local proxy such as stunnel can hold it",
];

/// Options that are refused.
#[derive(Clone, Debug, Default, clap::Args)]
pub(super) struct RefusedArgs {
    #[arg(long, hide = true, value_name = "KEY", value_parser = OsStringValueParser::new().map(secret))]
    psk: Option<Secret>,

    #[arg(long, hide = true, value_name = "NAME")]
    psk_identity: Option<OsString>,

    #[arg(long, hide = true, value_name = "ENGINE")]
    tls_engine: Option<OsString>,

    #[arg(long, hide = true, value_name = "HASH", value_parser = OsStringValueParser::new().map(secret))]
    tls_engine_kpass_sha1: Option<Secret>,

    #[arg(long, hide = true, value_name = "FORM")]
    keyform: Option<OsString>,
}

impl RefusedArgs {
    fn given(&self) -> Option<(&'static str, [&'static str; 2])> {
        let given = [
            (self.psk.is_some(), "--psk", PSK),
            (self.psk_identity.is_some(), "--psk-identity", PSK),
            (self.tls_engine.is_some(), "--tls-engine", ENGINES),
            (self.tls_engine_kpass_sha1.is_some(), "--tls-engine-kpass-sha1", ENGINES),
            (self.keyform.is_some(), "--keyform", ENGINES),
        ];
        given.into_iter().find_map(|(given, name, why)| given.then_some((name, why)))
    }

    /// The first of them: each asks for TLS.
    pub fn asked(&self) -> Option<&'static str> {
        self.given().map(|(name, _)| name)
    }

    /// # Errors
    /// Usage: any of them, but for the only form of a key that there is.
    pub fn check(&self) -> Result<(), ArgsError> {
        match self.given() {
            Some(("--keyform", _)) if self.keyform.as_ref().is_some_and(|form| form.eq_ignore_ascii_case("pem")) => Ok(()),
            Some((name, [why, hint])) => Err(ArgsError::usage(format!("{name}: {why}")).with_hint(hint)),
            None => Ok(()),
        }
    }
}
