//! How to reach a broker, and as whom: the shared connection builder of every command that is a client.

mod values;

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::time::Duration;

use bytes::Bytes;
use bytestring::ByteString;
use clap::builder::{OsStringValueParser, Resettable, TypedValueParser as _};
use rand::RngExt as _;

use super::{ArgsError, Surroundings, TlsArgs, mqtt_string};
use crate::client::{ConnectOptions, Credentials, RetryBudget, SessionKeeping, VersionChoice};
use crate::mqtt::Version;
use crate::mqtt::topic::check_length;
use crate::net::{Endpoint, Place, Url};
use crate::text::Secret;
use values::{NEVER, expiry, host, max_packet, retry, secret, version};

/// Session Expiry Interval of a run, in seconds: a drop of the connection loses nothing for so long.
const RUN_EXPIRY: u32 = 60;
/// How long commands that end by themselves try again without progress.
const RETRY: Duration = Duration::from_secs(60);

/// Options of the connection and its session.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Connection")]
pub struct ConnectArgs {
    /// Host name or address of the broker
    #[arg(short = 'h', long, default_value = "localhost", value_parser = host)]
    host: String,

    /// Port [default: 1883, with TLS 8883]
    #[arg(short, long, value_parser = clap::value_parser!(u16).range(1..))]
    port: Option<u16>,

    /// Host, port, user and topic in one: mqtt://[USER[:PASSWORD]@]HOST[:PORT][/TOPIC], mqtts:// with TLS;
    /// other users of this machine can see a password in it
    #[arg(short = 'L', long = "url", value_name = "URL", value_parser = OsStringValueParser::new().map(secret), conflicts_with_all = ["host", "port"])]
    urls: Vec<Secret>,

    /// User name
    #[arg(short, long, value_name = "NAME", allow_hyphen_values = true)]
    username: Option<OsString>,

    /// Password; other users of this machine can see it here: rather use --password-file or MQX_PASSWORD
    #[arg(short = 'P', long, alias = "pw", allow_hyphen_values = true, conflicts_with = "password_file")]
    password: Option<OsString>,

    /// The file that has the password; one newline at its end is taken off
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,

    /// Client identifier [default: mqx and 12 random characters]
    #[arg(short, long, allow_hyphen_values = true)]
    id: Option<OsString>,

    /// Seconds without traffic after which the connection is checked; 0 never checks
    #[arg(short, long, value_name = "SECONDS", default_value_t = 60)]
    keepalive: u16,

    /// Keep the session on the broker when this run ends, and take up an earlier one; needs -i
    #[arg(short = 'c', long, alias = "disable-clean-session")]
    no_clean: bool,

    /// How long the broker keeps the session after the connection ended: D or never [default: 60, with -c never]
    #[arg(short = 'x', long, value_name = "D", alias = "session-expiry-interval", allow_negative_numbers = true, value_parser = expiry)]
    session_expiry: Option<u32>,

    /// MQTT version, 5 or 311 [default: 5, or 3.1.1 if the broker does not speak 5]
    #[arg(short = 'V', long, value_name = "VERSION", alias = "protocol-version", value_parser = version)]
    mqtt_version: Option<Version>,

    /// The most messages of QoS 1 and 2 on their way at a time
    #[arg(short = 'M', long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    max_inflight: Option<u16>,

    /// The largest packet that is taken from the broker, in bytes or with a unit, like 64k or 1MiB; a larger one ends the run
    #[arg(long, value_name = "SIZE", value_parser = max_packet)]
    max_packet: Option<u32>,

    /// How long to try again when the connection is lost: never, forever, or D without progress [default: forever, or 60 where
    /// the command ends by itself]
    #[arg(long, value_name = "HOW", value_parser = retry)]
    retry: Option<RetryBudget>,

    /// Try again when the first connection fails, too
    #[arg(long)]
    retry_first: bool,

    /// Print no notes; warnings and errors stay
    #[arg(long, help_heading = Resettable::Reset)]
    pub quiet: bool,

    #[command(flatten)]
    tls: TlsArgs,
}

/// What a command is, as far as its connection depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Role {
    /// Whether it runs until it is ended, and so tries again forever.
    pub open_ended: bool,
    /// Whether it takes deliveries.
    pub consumer: bool,
}

impl ConnectArgs {
    /// Everything that a connection has to be told.
    ///
    /// # Errors
    /// Usage, or a password file that cannot be read.
    pub fn resolve(&self, role: Role, here: &Surroundings) -> Result<ConnectOptions, ArgsError> {
        let address = self.address()?;
        let credentials = self.credentials(&address, here)?;
        let default_retry = if role.open_ended { RetryBudget::Forever } else { RetryBudget::For(RETRY) };
        let (tls, port) = self.tls.resolve(address.port, address.tls)?;
        Ok(ConnectOptions {
            endpoint: Endpoint { host: address.host, port, tls },
            version: self.version(&credentials)?,
            client_id: self.client_id()?,
            credentials,
            keep_alive: self.keepalive,
            session: match self.session_expiry {
                expiry if self.no_clean => SessionKeeping::Keep { expiry: expiry.unwrap_or(NEVER) },
                expiry => SessionKeeping::Run { expiry: expiry.unwrap_or(RUN_EXPIRY) },
            },
            max_inflight: self.max_inflight,
            max_packet: self.max_packet,
            retry: self.retry.unwrap_or(default_retry),
            retry_first: self.retry_first,
            consumer: role.consumer,
        })
    }

    /// The topic that the URL names, not checked.
    ///
    /// # Errors
    /// Usage: a URL that is none, or not one of ours.
    pub fn topic(&self) -> Result<Option<String>, ArgsError> {
        Ok(self.address()?.topic)
    }

    /// Whether a port was given, for the broker that may choose another if not.
    #[must_use]
    pub fn port_asked(&self) -> bool {
        self.address().is_ok_and(|address| address.port.is_some())
    }

    /// What `-h` and `-p` say, or the URL.
    fn address(&self) -> Result<Address, ArgsError> {
        let text = match &*self.urls {
            [] => return Ok(Address { host: self.host.clone(), port: self.port, ..Address::default() }),
            [text] => text.expose(),
            _ => return Err(ArgsError::usage("more than one -L, and several addresses are not tried yet")),
        };
        let text = std::str::from_utf8(text).map_err(|_| ArgsError::usage("-L: it is not UTF-8"))?;
        let Url { user_name, password, place } = Url::parse(text).map_err(|why| ArgsError::usage(format!("-L: {why}")))?;
        let not_yet = |what| ArgsError::usage(format!("-L: {what} not built yet")).with_hint("mqtt:// and mqtts:// are");
        match place {
            Place::Tcp { tls, host, port, topic } => Ok(Address { tls: Some(tls), host, port, topic, user_name, password }),
            Place::WebSocket { .. } => Err(not_yet("WebSocket is")),
            Place::Socket { .. } => Err(not_yet("Unix sockets are")),
        }
    }

    fn version(&self, credentials: &Credentials) -> Result<VersionChoice, ArgsError> {
        let needs_5 = if self.session_expiry.is_some() {
            Some("-x")
        } else if credentials.password.is_some() && credentials.user_name.is_none() {
            Some("a password without a user name (-u)")
        } else {
            None
        };
        match (self.mqtt_version, needs_5) {
            (Some(Version::V311), Some(what)) => Err(ArgsError::usage(format!("{what} needs MQTT 5, and -V asks for 3.1.1"))),
            (Some(version), _) => Ok(VersionChoice::Only(version)),
            (None, Some(_)) => Ok(VersionChoice::Only(Version::V5)),
            (None, None) => Ok(VersionChoice::Automatic),
        }
    }

    fn client_id(&self) -> Result<ByteString, ArgsError> {
        match &self.id {
            None if self.no_clean => {
                Err(ArgsError::usage("-c needs -i: a session that is kept is found again by its client identifier"))
            }
            None => Ok(random_id()),
            Some(id) if id.is_empty() => {
                Err(ArgsError::usage("the client identifier is empty").with_hint("leave -i out, and a random one is made"))
            }
            Some(id) => mqtt_string("client identifier", id),
        }
    }

    fn credentials(&self, url: &Address, here: &Surroundings) -> Result<Credentials, ArgsError> {
        let bytes = |text: &OsString| Bytes::copy_from_slice(text.as_encoded_bytes());
        let twice = |what, option| Err(ArgsError::usage(format!("the {what} is given twice, by {option} and in the URL")));
        match (&self.username, &self.password, &self.password_file) {
            (Some(_), _, _) if url.user_name.is_some() => return twice("user name", "-u"),
            (_, Some(_), _) if url.password.is_some() => return twice("password", "-P"),
            (_, None, Some(_)) if url.password.is_some() => return twice("password", "--password-file"),
            _ => {}
        }
        let password = match (&self.password, &self.password_file, &here.password) {
            (Some(password), _, _) => Some(bytes(password)),
            (None, Some(file), _) => Some(password_of(file)?),
            (None, None, variable) => match &url.password {
                Some(password) => Some(password.expose().clone()),
                None => variable.as_ref().map(bytes),
            },
        };
        let too_long = |why| ArgsError::usage(format!("password: {why}"));
        password.as_deref().map_or(Ok(()), check_length).map_err(too_long)?;
        let user_name = self.username.as_deref().or(url.user_name.as_deref().map(OsStr::new));
        let user_name = user_name.map(|name| mqtt_string("user name", name)).transpose()?;
        Ok(Credentials { user_name, password: password.map(Secret::new) })
    }
}

/// What names a broker, and us to it.
#[derive(Default)]
struct Address {
    /// Whether the scheme of a URL means TLS.
    tls: Option<bool>,
    host: String,
    port: Option<u16>,
    topic: Option<String>,
    user_name: Option<String>,
    password: Option<Secret>,
}

fn password_of(path: &Path) -> Result<Bytes, ArgsError> {
    let mut password = std::fs::read(path).map_err(|source| ArgsError::File { path: path.to_owned(), source })?;
    let newline = [&b"\r\n"[..], b"\n"].into_iter().find(|newline| password.ends_with(newline));
    password.truncate(password.len() - newline.map_or(0, <[u8]>::len));
    Ok(password.into())
}

/// 62 bits, in what every broker must take `[MQTT-3.1.3-5]`.
fn random_id() -> ByteString {
    let mut rng = rand::rng();
    let random = (0..12).filter_map(|_| char::from_digit(rng.random_range(0..36), 36));
    "mqx".chars().chain(random).collect::<String>().into()
}

#[cfg(test)]
mod tests;
