//! Whether TLS is spoken, what the server's certificate is checked against, and what we show.

mod refused;

use std::path::PathBuf;

use clap::builder::{OsStringValueParser, TypedValueParser as _};

use super::address::Location;
use super::connect::values::secret;
use super::layers::KEYPASS;
use super::rare::Rare;
use super::secret::SecretSource;
use super::{ArgsError, Surroundings};
use crate::client::Password;
use crate::net::{self, Address, Ciphers, Endpoint, Identity, Passphrase, Pin, Security, TlsOptions, Trust, Versions};
use crate::text::Secret;
use refused::RefusedArgs;

/// The port that is TLS by itself.
pub const TLS_PORT: u16 = 8883;
/// The name of what is asked for.
const PASSPHRASE: &str = "passphrase of the key";

/// Options of TLS.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "TLS")]
pub struct TlsArgs {
    /// Speak TLS; any other option of TLS and port 8883 mean it too
    #[arg(long, alias = "tls-use-os-certs")]
    tls: bool,

    /// Speak plain MQTT, on port 8883 too
    #[arg(long, conflicts_with_all = [
        "tls", "cafile", "capath", "ca", "cert", "key", "keypass_file", "keypass_from", "tls_version", "ciphers", "alpn",
        "servername", "pins", "insecure", "tls_keylog",
    ])]
    no_tls: bool,

    /// Trust the certificates of this PEM file in place of the system's
    #[arg(long, value_name = "FILE")]
    cafile: Option<PathBuf>,

    /// Trust the certificates of every PEM file in this folder in place of the system's
    #[arg(long, value_name = "DIR")]
    capath: Option<PathBuf>,

    /// Trust the system's certificates, or those of Mozilla that mqx has with it: system or bundled [default: system]
    #[arg(long, value_name = "WHOSE", value_parser = authorities, conflicts_with_all = ["cafile", "capath"])]
    ca: Option<Trust>,

    /// The certificate to show to the server, in PEM; needs --key
    #[arg(long, value_name = "FILE")]
    cert: Option<PathBuf>,

    /// The key of the certificate, in PEM: PKCS#8, encrypted or not, PKCS#1 or SEC1. It may be in the same file
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,

    /// The file that has the passphrase of an encrypted key; one newline at its end is taken off. MQX_KEYPASS may have it, too
    #[arg(long, value_name = "FILE", conflicts_with = "keypass_from")]
    keypass_file: Option<PathBuf>,

    /// Where the passphrase comes from: env:NAME, file:PATH, cmd:COMMAND or prompt [default: prompt, if one is needed]
    #[arg(long, value_name = "SOURCE", value_parser = OsStringValueParser::new().map(secret))]
    keypass_from: Option<Secret>,

    /// Speak exactly this version of TLS, 1.2 or 1.3 [default: either]
    #[arg(long, value_name = "VERSION", value_parser = Versions::parse)]
    tls_version: Option<Versions>,

    /// Offer these ciphers only, by their IANA names with : or , between them
    #[arg(long, value_name = "NAMES", value_parser = Ciphers::parse)]
    ciphers: Option<Ciphers>,

    /// Offer these application protocols (ALPN), with commas between them
    #[arg(long, value_name = "NAMES", alias = "tls-alpn", value_parser = alpn)]
    alpn: Option<Alpn>,

    /// Ask the server for this name, and find it in its certificate, in place of the host's
    #[arg(long, value_name = "NAME", value_parser = server_name)]
    servername: Option<String>,

    /// Accept only a server with this public key, sha256:HASH in Base64 or hexadecimal; may be repeated. With --insecure, nothing
    /// else is checked
    #[arg(long = "pin", value_name = "PIN", value_parser = Pin::parse)]
    pins: Vec<Pin>,

    /// Check nothing of the server's certificate: anyone can read along
    #[arg(long)]
    insecure: bool,

    /// Write the secrets of each connection to this file, for a network analyser; SSLKEYLOGFILE does so, too
    #[arg(long, value_name = "FILE")]
    tls_keylog: Option<PathBuf>,

    #[command(flatten)]
    refused: Rare<RefusedArgs>,
}

/// The value of `--alpn`: at least one protocol.
#[derive(Clone, Debug)]
struct Alpn(Vec<String>);

fn alpn(text: &str) -> Result<Alpn, &'static str> {
    let names: Vec<String> = text.split(',').map(str::to_owned).collect();
    // Each has its length in one byte (RFC 7301).
    let fit = names.iter().all(|name| (1..=255).contains(&name.len()));
    if fit { Ok(Alpn(names)) } else { Err("a protocol has from 1 to 255 bytes") }
}

fn authorities(text: &str) -> Result<Trust, &'static str> {
    match text {
        "system" => Ok(Trust::System),
        "bundled" => Ok(Trust::Bundled),
        _ => Err("it is system or bundled; --cafile FILE names a file"),
    }
}

fn server_name(text: &str) -> Result<String, &'static str> {
    if net::is_server_name(text) { Ok(text.to_owned()) } else { Err("it is no name that a server can have") }
}

impl TlsArgs {
    /// The first option given that means TLS.
    fn asked(&self) -> Option<&'static str> {
        let asked = [
            (self.tls, "--tls"),
            (self.cafile.is_some(), "--cafile"),
            (self.capath.is_some(), "--capath"),
            (self.ca.is_some(), "--ca"),
            (self.cert.is_some(), "--cert"),
            (self.key.is_some(), "--key"),
            (self.keypass_file.is_some(), "--keypass-file"),
            (self.keypass_from.is_some(), "--keypass-from"),
            (self.tls_version.is_some(), "--tls-version"),
            (self.ciphers.is_some(), "--ciphers"),
            (self.alpn.is_some(), "--alpn"),
            (self.servername.is_some(), "--servername"),
            (!self.pins.is_empty(), "--pin"),
            (self.insecure, "--insecure"),
            (self.tls_keylog.is_some(), "--tls-keylog"),
        ];
        asked.into_iter().find_map(|(given, name)| given.then_some(name)).or_else(|| self.refused.asked())
    }

    /// The endpoint at a location, with the port that follows from TLS or the other way round. `scheme` is whether the URL's means TLS;
    /// `password` whether there is one.
    ///
    /// # Errors
    /// Usage: a scheme that contradicts an option.
    pub(super) fn endpoint(&self, scheme: Option<bool>, at: Location, password: bool) -> Result<Endpoint, ArgsError> {
        let given = match &at {
            Location::Tcp { port, .. } | Location::WebSocket { port, .. } => *port,
            Location::Socket { .. } => None,
        };
        let spoken = self.is_spoken(given, scheme, &at)?;
        let security = if spoken { Security::Tls { alpn: self.own_alpn(&at, password) } } else { Security::Plain };
        let tcp =
            |host, [plain, secure]: [u16; 2]| Address::Tcp { host, port: given.unwrap_or(if spoken { secure } else { plain }) };
        let (address, websocket) = match at {
            Location::Tcp { host, .. } => (tcp(host, [1883, TLS_PORT]), None),
            Location::WebSocket { host, request, .. } => (tcp(host, [80, 443]), Some(request)),
            Location::Socket { path } => (Address::Socket { path }, None),
        };
        Ok(Endpoint { address, security, websocket })
    }

    fn is_spoken(&self, port: Option<u16>, scheme: Option<bool>, at: &Location) -> Result<bool, ArgsError> {
        let [plain, secure] =
            if matches!(at, Location::WebSocket { .. }) { ["ws://", "wss://"] } else { ["mqtt://", "mqtts://"] };
        match (scheme, self.asked()) {
            (_, Some(option)) if self.no_tls => Err(ArgsError::usage(format!("{option} asks for TLS, and --no-tls for none"))),
            (Some(true), _) if self.no_tls => {
                Err(ArgsError::usage(format!("a URL with {secure} asks for TLS, and --no-tls for none"))
                    .with_hint(format!("{plain} is without TLS")))
            }
            (Some(false), Some(option)) if matches!(at, Location::Socket { .. }) => {
                Err(ArgsError::usage(format!("{option} asks for TLS, which is not spoken over a Unix socket")))
            }
            (Some(false), Some(option)) => {
                let message = format!("a URL with {plain} asks for no TLS, and {option} for TLS");
                Err(ArgsError::usage(message).with_hint(format!("{secure} is with TLS")))
            }
            (Some(secure), _) => Ok(secure),
            (None, Some(_)) => Ok(true),
            (None, None) => Ok(port == Some(TLS_PORT) && !self.no_tls),
        }
    }

    /// AWS IoT has HTTPS and MQTT on port 443, and tells them by ALPN: <https://docs.aws.amazon.com/iot/latest/developerguide/protocols.html>.
    fn own_alpn(&self, at: &Location, password: bool) -> Vec<String> {
        let Location::Tcp { host, port: Some(443) } = at else { return Vec::new() };
        let host = host.to_ascii_lowercase();
        let host = host.trim_end_matches('.');
        let is_aws = [".amazonaws.com", ".amazonaws.com.cn"].iter().any(|end| host.ends_with(end)) && host.contains(".iot.");
        match is_aws && self.alpn.is_none() {
            true if self.cert.is_some() => vec!["x-amzn-mqtt-ca".to_owned()],
            true if password => vec!["mqtt".to_owned()],
            _ => Vec::new(),
        }
    }

    /// How TLS is spoken, where it is.
    ///
    /// # Errors
    /// Usage: what rustls does not do, half a pair, or a passphrase that cannot be asked for.
    pub(super) fn options(&self, here: &Surroundings) -> Result<TlsOptions, ArgsError> {
        self.refused.check()?;
        let log_variable = (here.variable)("SSLKEYLOGFILE").filter(|path| !path.is_empty()).map(PathBuf::from);
        Ok(TlsOptions {
            trust: self.trust(),
            pins: self.pins.clone(),
            identity: self.identity(here)?,
            versions: self.tls_version.unwrap_or_default(),
            ciphers: self.ciphers.clone(),
            alpn: self.alpn.as_ref().map(|Alpn(names)| names.clone()).unwrap_or_default(),
            server_name: self.servername.clone(),
            key_log: self.tls_keylog.clone().or(log_variable),
        })
    }

    fn trust(&self) -> Trust {
        match (&self.capath, &self.cafile, &self.ca) {
            // `--insecure` beside `--cafile`, as mosquitto's users write it, leaves nothing to check.
            _ if self.insecure => Trust::Nothing,
            (Some(folder), file, _) => Trust::Folder { folder: folder.clone(), file: file.clone() },
            (None, Some(file), _) => Trust::File(file.clone()),
            (None, None, Some(authorities)) => authorities.clone(),
            (None, None, None) => Trust::System,
        }
    }

    fn identity(&self, here: &Surroundings) -> Result<Option<Identity>, ArgsError> {
        match (&self.cert, &self.key) {
            (Some(certificate), Some(key)) => {
                // Of a key that comes through a pipe it shows later whether it needs the passphrase.
                let needed = net::is_encrypted(key) || !key.is_file() && self.names_passphrase(here);
                let passphrase = if needed { Some(self.passphrase(here)?) } else { None };
                Ok(Some(Identity { certificate: certificate.clone(), key: key.clone(), passphrase }))
            }
            (Some(_), None) => {
                Err(ArgsError::usage("--cert needs --key FILE").with_hint("one file may have both: name it twice"))
            }
            (None, Some(_)) => {
                Err(ArgsError::usage("--key needs --cert FILE").with_hint("one file may have both: name it twice"))
            }
            (None, None) if self.keypass_file.is_some() || self.keypass_from.is_some() => {
                Err(ArgsError::usage("a passphrase is for a key, and there is no --key"))
            }
            (None, None) => Ok(None),
        }
    }

    fn names_passphrase(&self, here: &Surroundings) -> bool {
        let variable = || (here.variable)("MQX_KEYPASS").is_some_and(|value| !value.is_empty());
        self.keypass_file.is_some() || self.keypass_from.is_some() || variable()
    }

    /// What gives the passphrase. A person is asked now, while nothing else goes on.
    fn passphrase(&self, here: &Surroundings) -> Result<Passphrase, ArgsError> {
        let variable = (here.variable)(KEYPASS).filter(|value| !value.is_empty());
        let from: Password = match (&self.keypass_file, &self.keypass_from, variable) {
            (Some(path), ..) => Password::File(path.clone()),
            (None, Some(source), _) => SecretSource::parse("--keypass-from", source)?.resolve(PASSPHRASE, here)?,
            (None, None, Some(value)) => Password::Given(Secret::new(value.into_encoded_bytes())),
            (None, None, None) => {
                let asked = SecretSource::Prompt.resolve(PASSPHRASE, here);
                asked.map_err(|error| error.with_hint("--keypass-file FILE or MQX_KEYPASS needs no terminal"))?
            }
        };
        Ok(Passphrase::new(move || from.read().map_err(|error| error.to_string())))
    }
}

#[cfg(test)]
mod tests;
