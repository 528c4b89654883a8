//! How to reach a broker, and as whom: the shared connection builder of every command that is a client.

pub(super) mod values;

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::time::Duration;

use bytestring::ByteString;
use clap::builder::{OsStringValueParser, TypedValueParser as _};
use rand::RngExt as _;

use super::address::{AddressArgs, Location, Named};
use super::packets::Packets;
use super::rare::Rare;
use super::refused::{LettersArgs, NotHereArgs};
use super::secret::SecretSource;
use super::{ArgsError, PacketsArgs, Surroundings, TlsArgs, WillArgs, mqtt_string};
use crate::client::{ConnectOptions, Credentials, Password, QUEUE_MESSAGES, RetryBudget, SessionKeeping, Target, VersionChoice};
use crate::mqtt::Version;
use crate::mqtt::topic::check_length;
use crate::text::Secret;
use values::{NEVER, expiry, max_packet, retry, secret, version};

/// Session Expiry Interval of a run, in seconds: a drop of the connection loses nothing for so long.
const RUN_EXPIRY: u32 = 60;
/// How long commands that end by themselves try again without progress.
const RETRY: Duration = Duration::from_secs(60);

/// Options of the connection and its session.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Connection")]
pub struct ConnectArgs {
    #[command(flatten)]
    address: AddressArgs,

    /// User name
    #[arg(short, long, value_name = "NAME", allow_hyphen_values = true)]
    username: Option<OsString>,

    /// Password; other users of this machine can see it here: rather use --password-file or MQX_PASSWORD
    #[arg(short = 'P', long, value_name = "PASSWORD", alias = "pw", allow_hyphen_values = true, value_parser = OsStringValueParser::new().map(secret), conflicts_with_all = ["password_file", "ask_password", "password_from"])]
    password: Option<Secret>,

    /// The file that has the password; one newline at its end is taken off; it is read again for each connection
    #[arg(long, value_name = "FILE", conflicts_with_all = ["ask_password", "password_from"])]
    password_file: Option<PathBuf>,

    /// Ask for the password on the terminal
    #[arg(long, conflicts_with = "password_from")]
    ask_password: bool,

    /// Where the password comes from: env:NAME, file:PATH, cmd:COMMAND (read again for each connection) or prompt
    #[arg(long, value_name = "SOURCE", value_parser = OsStringValueParser::new().map(secret))]
    password_from: Option<Secret>,

    /// Client identifier [default: mqx and 12 random characters]
    #[arg(short, long, allow_hyphen_values = true, help_heading = "Session")]
    id: Option<OsString>,

    /// What the client identifier begins with; 12 random characters follow
    #[arg(short = 'I', long, value_name = "PREFIX", allow_hyphen_values = true, conflicts_with = "id", help_heading = "Session")]
    id_prefix: Option<OsString>,

    /// Seconds without traffic after which the connection is checked; 0 never checks
    #[arg(short, long, value_name = "SECONDS", default_value_t = 60)]
    keepalive: u16,

    /// Keep the session on the broker when this run ends, and take up an earlier one; needs -i
    #[arg(short = 'c', long, alias = "disable-clean-session", help_heading = "Session")]
    no_clean: bool,

    /// How long the broker keeps the session after the connection ended: D or never [default: 60, with -c never]
    #[arg(short = 'x', long, value_name = "D", alias = "session-expiry-interval", allow_negative_numbers = true, value_parser = expiry, help_heading = "Session")]
    session_expiry: Option<u32>,

    /// MQTT version, 5 or 311 [default: 5, or 3.1.1 if the broker does not speak 5]
    #[arg(short = 'V', long, value_name = "VERSION", alias = "protocol-version", value_parser = version)]
    mqtt_version: Option<Version>,

    /// The most messages of QoS 1 and 2 on their way at a time
    #[arg(short = 'M', long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..), help_heading = "Session")]
    max_inflight: Option<u16>,

    /// The most messages of QoS 1 and 2 that the broker may have on their way to here [default: 1000, and 1 where the command
    /// takes no messages]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=i64::from(QUEUE_MESSAGES)), help_heading = "Session")]
    receive_maximum: Option<u16>,

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

    /// Tell each packet that is sent and received, in words, on stderr
    #[arg(short, long, help_heading = "Output")]
    debug: bool,

    /// Print no notes; warnings and errors stay
    #[arg(long, help_heading = "Output")]
    pub quiet: bool,

    #[command(flatten)]
    packets: Rare<PacketsArgs>,

    #[command(flatten)]
    will: Rare<WillArgs>,

    #[command(flatten)]
    tls: TlsArgs,

    #[command(flatten)]
    letters: LettersArgs,

    #[command(flatten)]
    refused: Rare<NotHereArgs>,
}

/// What a command is, as far as its connection depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Role {
    /// Whether it runs until it is ended, and so tries again forever.
    pub open_ended: bool,
    /// Whether it takes deliveries.
    pub consumer: bool,
    /// The first option of its own that was given and that 3.1.1 does not have.
    pub needs_5: Option<&'static str>,
}

impl ConnectArgs {
    /// Everything that a connection has to be told.
    ///
    /// # Errors
    /// Usage, or a password file that cannot be read.
    pub fn resolve(&self, role: Role, here: &Surroundings) -> Result<ConnectOptions, ArgsError> {
        self.letters.check()?;
        self.refused.check()?;
        let targets = self.targets(here)?;
        let (will, will_on_exit) = self.will.resolve()?;
        let Packets { said, topic_alias_maximum, disconnect_expiry, request_response_information, request_problem_information } =
            self.packets.resolve()?;
        let default_retry = if role.open_ended { RetryBudget::Forever } else { RetryBudget::For(RETRY) };
        Ok(ConnectOptions {
            version: self.version(role, &targets)?,
            websocket_headers: self.address.headers(&targets)?,
            targets,
            network: self.address.network(),
            tls: self.tls.options(here)?,
            connect_timeout: self.address.timeout(),
            client_id: self.client_id()?,
            will,
            will_on_exit,
            keep_alive: self.keepalive,
            session: self.session()?,
            max_inflight: self.max_inflight,
            max_packet: self.max_packet,
            // Without a consumer, what a kept session sends is to stay where it is (rule 10).
            receive_maximum: self.receive_maximum.unwrap_or(if role.consumer { QUEUE_MESSAGES } else { 1 }),
            request_response_information,
            request_problem_information,
            topic_alias_maximum,
            disconnect_expiry,
            said,
            retry: self.retry.unwrap_or(default_retry),
            retry_first: self.retry_first,
            trace: self.debug,
            consumer: role.consumer,
        })
    }

    /// The topic that the URLs name, not checked.
    ///
    /// # Errors
    /// Usage: a URL that is none, or two that name different topics.
    pub fn topic(&self) -> Result<Option<String>, ArgsError> {
        self.address.topic()
    }

    /// Whether a port was given, for the broker that may choose another if not.
    #[must_use]
    pub fn port_asked(&self) -> bool {
        let has_port = |named: &Named| matches!(named.at, Location::Tcp { port: Some(_), .. });
        self.address.named().is_ok_and(|named| named.iter().any(has_port))
    }

    /// Every broker that is named, and who we are to it.
    fn targets(&self, here: &Surroundings) -> Result<Vec<Target>, ArgsError> {
        let password = self.password(here)?;
        let target = |named: Named| {
            let credentials = self.credentials(&named, password.as_ref())?;
            Ok(Target { endpoint: self.tls.endpoint(named.tls, named.at, credentials.password.is_some())?, credentials })
        };
        self.address.named()?.into_iter().map(target).collect()
    }

    /// What becomes of the session. It lasts as long as a will waits, which would else be published with its end (rule 25).
    fn session(&self) -> Result<SessionKeeping, ArgsError> {
        let delay = self.will.delay();
        if let Some(expiry) = self.session_expiry.filter(|expiry| *expiry < delay) {
            let message = format!("--will-delay {delay} is longer than -x {expiry}: the will is published when the session ends");
            return Err(ArgsError::usage(message).with_hint(format!("-x {delay}")));
        }
        // [MQTT-3.14.2.2.2]: a Protocol Error.
        if self.session_expiry == Some(0) && self.packets.disconnect_expiry().is_some_and(|expiry| expiry > 0) {
            let message = "--disconnect-expiry keeps a session, and -x 0 asks for none that outlives its connection";
            return Err(ArgsError::usage(message).with_hint("leave -x out"));
        }
        let expiry = |default| self.session_expiry.unwrap_or(default);
        Ok(if self.no_clean {
            SessionKeeping::Keep { expiry: expiry(NEVER) }
        } else {
            SessionKeeping::Run { expiry: expiry(RUN_EXPIRY.max(delay)) }
        })
    }

    fn version(&self, role: Role, targets: &[Target]) -> Result<VersionChoice, ArgsError> {
        let nameless = |target: &Target| target.credentials.password.is_some() && target.credentials.user_name.is_none();
        let needs_5 = if self.session_expiry.is_some() {
            Some("-x")
        } else if targets.iter().any(nameless) {
            Some("a password without a user name (-u)")
        } else if self.receive_maximum.is_some() {
            Some("--receive-maximum")
        } else {
            self.packets.needs_5().or(self.will.needs_5()).or(role.needs_5)
        };
        match (self.mqtt_version, needs_5) {
            (Some(Version::V311), Some(what)) => Err(ArgsError::usage(format!("{what} needs MQTT 5, and -V asks for 3.1.1"))),
            (Some(version), _) => Ok(VersionChoice::Only(version)),
            (None, Some(_)) => Ok(VersionChoice::Only(Version::V5)),
            (None, None) => Ok(VersionChoice::Automatic),
        }
    }

    fn client_id(&self) -> Result<ByteString, ArgsError> {
        match (&self.id, &self.id_prefix) {
            (None, _) if self.no_clean => {
                Err(ArgsError::usage("-c needs -i: a session that is kept is found again by its client identifier"))
            }
            (None, None) => Ok(random_id("mqx")),
            (None, Some(prefix)) => Ok(random_id(&mqtt_string("client identifier", prefix)?)),
            (Some(id), _) if id.is_empty() => {
                Err(ArgsError::usage("the client identifier is empty").with_hint("leave -i out, and a random one is made"))
            }
            (Some(id), _) => mqtt_string("client identifier", id),
        }
    }

    /// The password of the options, and which of them it is.
    fn password(&self, here: &Surroundings) -> Result<Option<(Password, &'static str)>, ArgsError> {
        let source = match (&self.password, &self.password_file, &self.password_from) {
            (Some(password), ..) => return given(password.clone(), "-P").map(Some),
            (_, Some(path), _) => return Ok(Some((Password::File(path.clone()), "--password-file"))),
            (.., Some(source)) => (SecretSource::parse("--password-from", source)?, "--password-from"),
            _ if self.ask_password => (SecretSource::Prompt, "--ask-password"),
            _ => return Ok(None),
        };
        Ok(Some((source.0.resolve("password", here)?, source.1)))
    }

    fn credentials(&self, named: &Named, password: Option<&(Password, &'static str)>) -> Result<Credentials, ArgsError> {
        let twice =
            |what: &str, option: &str| Err(ArgsError::usage(format!("the {what} is given twice, by {option} and in the URL")));
        let password = match (&named.password, password) {
            (Some(in_url), None) => Some(given(in_url.clone(), "-L")?.0),
            (Some(_), Some((_, option))) => return twice("password", option),
            (None, password) => password.map(|(password, _)| password.clone()),
        };
        let user_name = match (&self.username, &named.user_name) {
            (Some(_), Some(_)) => return twice("user name", "-u"),
            (Some(name), None) => Some(mqtt_string("user name", name)?),
            (None, Some(name)) => Some(mqtt_string("user name", OsStr::new(name))?),
            (None, None) => None,
        };
        Ok(Credentials { user_name, password })
    }
}

/// A password that is known now, which must have room in its field `[MQTT-1.5.6]`.
fn given(password: Secret, option: &'static str) -> Result<(Password, &'static str), ArgsError> {
    check_length(password.expose()).map_err(|why| ArgsError::usage(format!("password: {why}")))?;
    Ok((Password::Given(password), option))
}

/// A prefix and 62 bits, in what every broker must take `[MQTT-3.1.3-5]`.
fn random_id(prefix: &str) -> ByteString {
    let mut rng = rand::rng();
    let random = (0..12).filter_map(|_| char::from_digit(rng.random_range(0..36), 36));
    prefix.chars().chain(random).collect::<String>().into()
}

#[cfg(test)]
mod tests;
