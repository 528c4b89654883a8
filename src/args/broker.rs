//! Where the broker listens, for whom, and how much it takes.

use std::net::SocketAddr;
use std::path::PathBuf;

use super::ArgsError;
use super::tls::TLS_PORT;
use crate::broker::{LARGEST_PACKET, Limits, Listen, Place, Transport};
use crate::text::size;

/// A packet that any broker should take: some clients do not look at what is announced.
const SMALLEST_LIMIT: usize = 1024;

/// Options of `mqx broker`.
#[derive(Clone, Debug, clap::Args)]
pub struct BrokerArgs {
    /// Port for plain MQTT on localhost, that is 127.0.0.1 and ::1; what listens when nothing else is named [default: 1883]
    #[arg(short, long, value_parser = clap::value_parser!(u16).range(1..), conflicts_with = "listen")]
    port: Option<u16>,

    /// Listen there for plain MQTT; port 0 is any that is free; as often as needed
    #[arg(long, value_name = "ADDR:PORT", value_parser = place)]
    listen: Vec<Place>,

    /// Listen there for WebSocket, at the path /mqtt; as often as needed
    #[arg(long, value_name = "ADDR:PORT", value_parser = place)]
    ws_listen: Vec<Place>,

    /// The server's certificate, and those between it and its authority, PEM. Without --tls-listen or --wss-listen, TLS is then
    /// spoken on port 8883 of every address that plain MQTT is spoken on
    #[arg(long, value_name = "FILE", requires = "tls_key", help_heading = "TLS")]
    tls_cert: Option<PathBuf>,

    /// The key of the certificate, PEM, not encrypted
    #[arg(long, value_name = "FILE", requires = "tls_cert", help_heading = "TLS")]
    tls_key: Option<PathBuf>,

    /// Listen there for TLS; as often as needed
    #[arg(long, value_name = "ADDR:PORT", value_parser = place, requires = "tls_cert", help_heading = "TLS")]
    tls_listen: Vec<Place>,

    /// Listen there for WebSocket in TLS, at the path /mqtt; as often as needed
    #[arg(long, value_name = "ADDR:PORT", value_parser = place, requires = "tls_cert", help_heading = "TLS")]
    wss_listen: Vec<Place>,

    /// Take only these users: lines NAME:HASH, as `mqx broker passwd` makes them. Read once, at the start
    #[arg(long, value_name = "FILE", help_heading = "Access")]
    users: Option<PathBuf>,

    /// Take clients that name no user, on other addresses than localhost's and beside --users too
    #[arg(long, help_heading = "Access")]
    allow_anonymous: bool,

    /// Connections at once; one more is closed
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..), help_heading = "Limits")]
    max_connections: u32,

    /// The largest packet, in bytes or with a unit, announced to clients of MQTT 5
    #[arg(long, value_name = "SIZE", default_value_t = LARGEST_PACKET, value_parser = packet_limit, help_heading = "Limits")]
    max_packet: usize,

    /// The most bytes of messages held in all, or with a unit: on their way, retained, arriving. At the limit a publisher waits
    /// 2 seconds, then is disconnected
    #[arg(long, value_name = "SIZE", default_value = "1GiB", value_parser = memory_limit, help_heading = "Limits")]
    max_memory: usize,
}

/// How to be a broker; files are not read yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokerOptions {
    /// Where, at least one.
    pub listen: Vec<Listen>,
    /// Certificate and key.
    pub identity: Option<(PathBuf, PathBuf)>,
    /// The users file.
    pub users: Option<PathBuf>,
    /// Whether a client may name no user.
    pub allow_anonymous: bool,
    /// How much.
    pub limits: Limits,
}

impl BrokerArgs {
    /// The options.
    ///
    /// # Errors
    /// Usage: an address that others reach, and nobody said who they are.
    pub fn resolve(self) -> Result<BrokerOptions, ArgsError> {
        let named = [
            (Transport::Tcp, &self.listen),
            (Transport::WebSocket, &self.ws_listen),
            (Transport::Tls, &self.tls_listen),
            (Transport::SecureWebSocket, &self.wss_listen),
        ];
        let mut listen: Vec<Listen> = Vec::new();
        let mut add = |transport, place| {
            let it = Listen { transport, place };
            // Port 0 is another one each time.
            if place.port() == 0 || !listen.contains(&it) {
                listen.push(it);
            }
        };
        let nothing_named = named.iter().all(|(_, places)| places.is_empty());
        let localhost = self.port.or(nothing_named.then_some(1883)).map(Place::Localhost);
        let plain: Vec<Place> = localhost.into_iter().chain(self.listen.iter().copied()).collect();
        plain.iter().for_each(|place| add(Transport::Tcp, *place));
        if self.tls_cert.is_some() && self.tls_listen.is_empty() && self.wss_listen.is_empty() {
            plain.iter().for_each(|place| add(Transport::Tls, place.with_port(TLS_PORT)));
        }
        for (transport, places) in named.into_iter().skip(1) {
            places.iter().for_each(|place| add(transport, *place));
        }
        let open = listen.iter().find(|it| !it.place.is_loopback());
        if let (Some(open), None, false) = (open, &self.users, self.allow_anonymous) {
            let message = format!("others reach {}, and nobody would have to log in", open.place);
            return Err(ArgsError::usage(message).with_hint(
                "--users FILE says who may (mqx broker passwd NAME makes a line of it); --allow-anonymous lets anyone in",
            ));
        }
        if listen.iter().all(|it| !it.transport.is_secure()) && self.tls_cert.is_some() {
            return Err(
                ArgsError::usage("--tls-cert, and nothing listens for TLS").with_hint("--wss-listen ADDR:PORT, or --tls-listen")
            );
        }
        Ok(BrokerOptions {
            listen,
            identity: self.tls_cert.zip(self.tls_key),
            users: self.users,
            allow_anonymous: self.allow_anonymous,
            limits: Limits {
                connections: usize::try_from(self.max_connections).unwrap_or(usize::MAX),
                packet: self.max_packet,
                memory: self.max_memory,
            },
        })
    }
}

/// `127.0.0.1:1883`, `[::1]:1883`, `localhost:1883`.
fn place(text: &str) -> Result<Place, String> {
    if let Some(port) = text.strip_prefix("localhost:") {
        return port.parse().map(Place::Localhost).map_err(|_| format!("'{port}' is no port"));
    }
    text.parse::<SocketAddr>().map(Place::At).map_err(|_| {
        "an address of this machine and a port: 127.0.0.1:1883, [::1]:1883, localhost:1883; 0.0.0.0:1883 or [::]:1883 for all"
            .to_owned()
    })
}

fn packet_limit(text: &str) -> Result<usize, String> {
    let bytes = memory_limit(text)?;
    if (SMALLEST_LIMIT..=LARGEST_PACKET).contains(&bytes) {
        return Ok(bytes);
    }
    Err(format!("it is at least {SMALLEST_LIMIT} bytes, and at most {LARGEST_PACKET}"))
}

fn memory_limit(text: &str) -> Result<usize, String> {
    let bytes = size::parse(text).map_err(|error| error.to_string())?;
    Ok(usize::try_from(bytes).unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{assert_says, parse, told};
    use super::*;

    fn resolve(words: &[&str]) -> Result<BrokerOptions, String> {
        parse::<BrokerArgs>(words)?.resolve().map_err(told)
    }

    fn listens(words: &[&str]) -> String {
        let short = |it: &Listen| {
            let name = match it.transport {
                Transport::Tcp => "tcp",
                Transport::Tls => "tls",
                Transport::WebSocket => "ws",
                Transport::SecureWebSocket => "wss",
            };
            format!("{name} {}", it.place)
        };
        resolve(words).unwrap().listen.iter().map(short).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn what_is_named_is_what_listens() {
        const TLS: [&str; 4] = ["--tls-cert", "c", "--tls-key", "k"];
        for (words, expected) in [
            (&[][..], "tcp localhost:1883"),
            (&["-p", "1884"], "tcp localhost:1884"),
            (&["--listen", "127.0.0.1:1", "--listen", "[::1]:1"], "tcp 127.0.0.1:1, tcp [::1]:1"),
            (&["--listen", "localhost:7", "--listen", "localhost:7"], "tcp localhost:7"),
            (&["--listen", "localhost:0", "--listen", "localhost:0"], "tcp localhost:0, tcp localhost:0"),
            (&["--ws-listen", "localhost:80"], "ws localhost:80"),
            (&["-p", "1883", "--ws-listen", "localhost:80"], "tcp localhost:1883, ws localhost:80"),
            (&["--allow-anonymous", "--listen", "0.0.0.0:1"], "tcp 0.0.0.0:1"),
            (&["--users", "u", "--listen", "[::]:1"], "tcp [::]:1"),
        ] {
            assert_eq!(listens(words), expected, "{words:?}");
        }
        for (words, expected) in [
            (&[][..], "tcp localhost:1883, tls localhost:8883"),
            (&["-p", "1884"], "tcp localhost:1884, tls localhost:8883"),
            (
                &["--listen", "127.0.0.1:1", "--listen", "[::1]:1", "--listen", "127.0.0.1:2"],
                "tcp 127.0.0.1:1, tcp [::1]:1, tcp 127.0.0.1:2, tls 127.0.0.1:8883, tls [::1]:8883",
            ),
            (&["--tls-listen", "localhost:1"], "tls localhost:1"),
            (&["--wss-listen", "localhost:1"], "wss localhost:1"),
            (&["-p", "5", "--tls-listen", "localhost:1"], "tcp localhost:5, tls localhost:1"),
        ] {
            assert_eq!(listens(&[&TLS, words].concat()), expected, "{words:?}");
        }
    }

    #[test]
    fn others_are_not_let_in_by_mistake() {
        for option in ["--listen", "--ws-listen"] {
            for place in ["0.0.0.0:1", "[::]:1", "192.0.2.1:1", "[::ffff:192.0.2.1]:1"] {
                let said = "others reach|--users|--allow-anonymous|mqx broker passwd";
                assert_says(resolve(&[option, place]), said, &[option, place]);
            }
        }
        for place in ["127.0.0.1:1", "127.1.2.3:1", "[::1]:1", "[::ffff:127.0.0.1]:1"] {
            resolve(&["--listen", place]).unwrap();
        }
    }

    #[test]
    fn what_cannot_be_meant() {
        for (words, says) in [
            (&["-p", "1", "--listen", "localhost:1"][..], "cannot be used with"),
            (&["-p", "0"], "'0'"),
            (&["--listen", "1883"], "127.0.0.1:1883"),
            (&["--listen", "::1:1883"], "[::1]:1883"),
            (&["--listen", "broker.example:1883"], "an address of this machine"),
            (&["--listen", "localhost:x"], "no port"),
            (&["--listen", "127.0.0.1:65536"], "an address of this machine"),
            (&["--tls-cert", "c"], "--tls-key"),
            (&["--tls-key", "k"], "--tls-cert"),
            (&["--tls-listen", "localhost:1"], "--tls-cert"),
            (&["--wss-listen", "localhost:1"], "--tls-cert"),
            (&["--tls-cert", "c", "--tls-key", "k", "--ws-listen", "localhost:1"], "nothing listens for TLS|--wss-listen"),
            (&["--max-connections", "0"], "'0'"),
            (&["--max-packet", "1023"], "at least 1024"),
            (&["--max-packet", "256MiB"], "at most 268435455"),
            (&["--max-memory", "much"], "a size is"),
        ] {
            assert_says(resolve(words), says, words);
        }
    }

    #[test]
    fn limits() {
        assert_eq!(resolve(&[]).unwrap().limits, Limits::default());
        let words = ["--max-connections", "7", "--max-packet", "64k", "--max-memory", "1M"];
        assert_eq!(resolve(&words).unwrap().limits, Limits { connections: 7, packet: 65_536, memory: 1 << 20 });
    }
}
