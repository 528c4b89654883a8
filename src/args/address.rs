//! Where the broker is: hosts, URLs, and how this machine reaches them.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{OsStringValueParser, TypedValueParser as _};

use super::ArgsError;
use super::connect::values::secret;
use crate::client::Target;
use crate::net::endpoint::host_and_port;
use crate::net::{Address, Family, Header, Network, Place, Request, Url, socket};
use crate::text::{Secret, duration};

/// Options that name the broker.
#[derive(Clone, Debug, clap::Args)]
pub struct AddressArgs {
    /// Host name or address of the broker, HOST or HOST:PORT; several with commas are tried in order
    #[arg(short = 'h', long, default_value = "localhost", value_parser = hosts)]
    host: Hosts,

    /// Port [default: 1883, with TLS 8883]
    #[arg(short, long, value_parser = clap::value_parser!(u16).range(1..))]
    port: Option<u16>,

    /// Host, port, user and topic in one: mqtt://[USER[:PASSWORD]@]HOST[:PORT][/TOPIC], mqtts:// with TLS;
    /// ws://HOST[:PORT][/PATH], wss:// with TLS; unix:PATH. Several are tried in order. Other users of this machine can see
    /// a password in it
    #[arg(short = 'L', long = "url", value_name = "URL", value_parser = OsStringValueParser::new().map(secret), conflicts_with_all = ["host", "port"])]
    urls: Vec<Secret>,

    /// The path of a Unix socket, as mosquitto's clients have it; unix:PATH is the same.
    #[arg(long = "unix", hide = true, value_name = "PATH", conflicts_with_all = ["host", "port", "urls", "ws"])]
    socket: Option<PathBuf>,

    /// WebSocket, as mosquitto's clients have it; ws:// and wss:// are the same.
    #[arg(long, hide = true, conflicts_with = "urls")]
    ws: bool,

    /// Use IPv4 only
    #[arg(long, conflicts_with = "ipv6")]
    ipv4: bool,

    /// Use IPv6 only
    #[arg(long)]
    ipv6: bool,

    /// Connect from this address of this machine
    #[arg(short = 'A', long, value_name = "ADDRESS")]
    bind: Option<IpAddr>,

    /// Dial this host and port; TLS and WebSocket still name the broker's host
    #[arg(long, value_name = "HOST:PORT", value_parser = dialled)]
    connect_to: Option<(String, u16)>,

    /// A header for the upgrade of ws:// and wss://, 'Name: value'; as often as needed. Other users of this machine can see it
    #[arg(long = "ws-header", value_name = "HEADER", value_parser = OsStringValueParser::new().map(secret))]
    ws_headers: Vec<Secret>,

    /// The most time until the broker has accepted the connection
    #[arg(long, value_name = "D", default_value = "10", value_parser = timeout)]
    connect_timeout: Duration,
}

/// The value of `-h`: at least one host, some with a port.
#[derive(Clone, Debug)]
struct Hosts(Vec<(String, Option<u16>)>);

/// What names a broker, and us to it. What is left out is for others to choose.
#[derive(Debug, Default)]
pub(super) struct Named {
    /// Whether the scheme of a URL means TLS.
    pub tls: Option<bool>,
    pub at: Location,
    pub topic: Option<String>,
    pub user_name: Option<String>,
    pub password: Option<Secret>,
}

/// Where it is.
#[derive(Debug)]
pub(super) enum Location {
    /// `mqtt:`, `mqtts:`, and what has no scheme.
    Tcp { host: String, port: Option<u16> },
    /// `ws:` and `wss:`, with path and query.
    WebSocket { host: String, port: Option<u16>, request: Request },
    /// `unix:`
    Socket { path: PathBuf },
}

impl Default for Location {
    fn default() -> Self {
        Self::Tcp { host: String::new(), port: None }
    }
}

impl AddressArgs {
    /// Every broker that is named, in order; at least one.
    ///
    /// # Errors
    /// Usage: a URL that is none, or two ports for one host.
    pub(super) fn named(&self) -> Result<Vec<Named>, ArgsError> {
        let named = self.named_anyhow()?;
        self.check_way(&named)?;
        Ok(named)
    }

    /// The same, whether or not they can be reached as the other options say.
    fn named_anyhow(&self) -> Result<Vec<Named>, ArgsError> {
        if !self.urls.is_empty() {
            return self.urls.iter().map(named_by).collect();
        }
        if let Some(path) = &self.socket {
            return Ok(vec![Named { tls: Some(false), at: fitting("--unix", path.clone())?, ..Named::default() }]);
        }
        if self.port.is_some() && self.host.0.iter().all(|(_, port)| port.is_some()) {
            return Err(ArgsError::usage("the port is given twice, by -h and by -p"));
        }
        let place = |(host, port): &(String, Option<u16>)| {
            let (host, port) = (host.clone(), port.or(self.port));
            let at = match self.ws.then(Request::default) {
                Some(request) => Location::WebSocket { host, port, request },
                None => Location::Tcp { host, port },
            };
            Named { at, ..Named::default() }
        };
        Ok(self.host.0.iter().map(place).collect())
    }

    /// The topic that the URLs name, not checked.
    ///
    /// # Errors
    /// Usage: a URL that is none, or two that name different topics.
    pub(super) fn topic(&self) -> Result<Option<String>, ArgsError> {
        let mut topics: Vec<String> = self.named()?.into_iter().filter_map(|named| named.topic).collect();
        topics.dedup();
        match topics.len() {
            0 | 1 => Ok(topics.pop()),
            _ => Err(ArgsError::usage("the URLs name different topics; they are ways to one broker")),
        }
    }

    /// How this machine reaches others.
    pub(super) fn network(&self) -> Network {
        let family = self.families().next().map_or(Family::Any, |(family, _)| family);
        Network { family, bind: self.bind, connect_to: self.connect_to.clone() }
    }

    /// The families that are asked for, each with the option that does.
    fn families(&self) -> impl Iterator<Item = (Family, String)> {
        let asked = [(self.ipv4, Family::V4, "--ipv4"), (self.ipv6, Family::V6, "--ipv6")];
        let asked = asked.into_iter().filter(|(given, ..)| *given).map(|(_, family, option)| (family, option.to_owned()));
        // A connection comes from and goes to addresses of one family.
        asked.chain(self.bind.map(|address| (Family::of(address), format!("-A {address}"))))
    }

    /// Whether the brokers can be reached as the options say, as far as that can be told without a look-up.
    fn check_way(&self, named: &[Named]) -> Result<(), ArgsError> {
        let families: Vec<_> = self.families().collect();
        if named.iter().all(|named| matches!(named.at, Location::Socket { .. })) {
            let option = self.connect_to.as_ref().map(|_| "--connect-to");
            return match option.or_else(|| families.first().map(|(_, option)| option.as_str())) {
                Some(option) => Err(ArgsError::usage(format!("{option} means nothing for a Unix socket"))),
                None => Ok(()),
            };
        }
        let hosts = named.iter().filter_map(|named| match &named.at {
            Location::Tcp { host, .. } | Location::WebSocket { host, .. } => Some(host),
            Location::Socket { .. } => None,
        });
        let hosts: Vec<&String> = match &self.connect_to {
            Some((host, _)) => vec![host],
            None => hosts.collect(),
        };
        let mut addresses = hosts.into_iter().filter_map(|host| host.parse().ok()).chain(self.bind);
        let contradiction = addresses.find_map(|address| {
            let (_, option) = families.iter().find(|(family, _)| !family.has(address))?;
            Some(format!("{option} cannot be with {address}, which is an {} address", Family::of(address)))
        });
        contradiction.map_or(Ok(()), |why| Err(ArgsError::usage(why)))
    }

    /// What is sent with the upgrades to WebSocket.
    ///
    /// # Errors
    /// Usage: a header for something else.
    pub(super) fn headers(&self, targets: &[Target]) -> Result<Vec<Header>, ArgsError> {
        if !self.ws_headers.is_empty() && targets.iter().all(|target| target.endpoint.websocket.is_none()) {
            return Err(
                ArgsError::usage("--ws-header is for ws:// and wss://, and no URL says so").with_hint("-L wss://HOST/PATH")
            );
        }
        self.ws_headers.iter().map(header).collect()
    }

    /// From DNS to CONNACK.
    pub(super) const fn timeout(&self) -> Duration {
        self.connect_timeout
    }
}

fn named_by(url: &Secret) -> Result<Named, ArgsError> {
    let text = std::str::from_utf8(url.expose()).map_err(|_| ArgsError::usage("-L: it is not UTF-8"))?;
    let Url { user_name, password, place } = Url::parse(text).map_err(|why| ArgsError::usage(format!("-L: {why}")))?;
    let named = Named { user_name, password, ..Named::default() };
    Ok(match place {
        Place::Tcp { tls, host, port, topic } => Named { tls: Some(tls), at: Location::Tcp { host, port }, topic, ..named },
        Place::WebSocket { tls, host, port, request } => {
            Named { tls: Some(tls), at: Location::WebSocket { host, port, request }, ..named }
        }
        Place::Socket { path } => Named { tls: Some(false), at: fitting("-L", path)?, ..named },
    })
}

/// A Unix socket whose path the system can take.
fn fitting(option: &str, path: PathBuf) -> Result<Location, ArgsError> {
    if socket::fits(&path) {
        return Ok(Location::Socket { path });
    }
    let length = path.as_os_str().len();
    Err(ArgsError::usage(format!("{option}: the path has {length} bytes, which is too long for a Unix socket"))
        .with_hint("a path from the current folder may be shorter: unix:NAME"))
}

/// The value of `-h`.
fn hosts(text: &str) -> Result<Hosts, String> {
    let one = |text: &str| {
        host_and_port(text).map_err(|why| match why {
            _ if text.contains("://") => "a URL has its own option: -L".to_owned(),
            _ => why.to_string(),
        })
    };
    text.split(',').map(one).collect::<Result<_, _>>().map(Hosts)
}

/// The value of `--ws-header`. No error has any of it.
fn header(text: &Secret) -> Result<Header, ArgsError> {
    let text = std::str::from_utf8(text.expose()).map_err(|_| ArgsError::usage("--ws-header: it is not UTF-8"))?;
    Header::parse(text).map_err(|why| ArgsError::usage(format!("--ws-header: {why}")))
}

/// The value of `--connect-to`.
fn dialled(text: &str) -> Result<(String, u16), String> {
    match host_and_port(text) {
        Ok((host, Some(port))) => Ok((host, port)),
        Ok((host, None)) => Err(format!("it names a port too: {}", Address::Tcp { host, port: 1883 })),
        Err(why) => Err(why.to_string()),
    }
}

/// The value of `--connect-timeout`.
fn timeout(text: &str) -> Result<Duration, String> {
    match duration::parse(text) {
        Ok(Duration::ZERO) => Err("it is more than 0".to_owned()),
        result => result.map_err(|error| error.to_string()),
    }
}

#[cfg(test)]
mod tests;
