//! Whether TLS is spoken, and what the server's certificate is checked against.

use std::path::PathBuf;

use super::ArgsError;
use super::address::Location;
use crate::net::{Address, Endpoint, Security, TlsOptions, Trust};

/// The port that is TLS by itself.
pub const TLS_PORT: u16 = 8883;
/// Where brokers have their WebSocket `[MQTT-6]` leaves open; nearly all chose this.
const WEBSOCKET_PATH: &str = "/mqtt";

/// Options of TLS.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "TLS")]
pub struct TlsArgs {
    /// Speak TLS; any other option of TLS and port 8883 mean it too
    #[arg(long, alias = "tls-use-os-certs")]
    tls: bool,

    /// Speak plain MQTT, on port 8883 too
    #[arg(long, conflicts_with_all = ["tls", "cafile", "insecure"])]
    no_tls: bool,

    /// Trust the certificates of this PEM file in place of the system's
    #[arg(long, value_name = "FILE")]
    cafile: Option<PathBuf>,

    /// Check nothing of the server's certificate: anyone can read along
    #[arg(long)]
    insecure: bool,
}

impl TlsArgs {
    /// The first option given that means TLS.
    fn asked(&self) -> Option<&'static str> {
        let asked = [(self.tls, "--tls"), (self.cafile.is_some(), "--cafile"), (self.insecure, "--insecure")];
        asked.into_iter().find_map(|(given, name)| given.then_some(name))
    }

    /// The endpoint at a location, with the port that follows from TLS or the other way round. `scheme` is whether the URL's means TLS;
    /// `password` whether there is one.
    ///
    /// # Errors
    /// Usage: a scheme that contradicts an option.
    pub(super) fn endpoint(&self, scheme: Option<bool>, at: Location, _password: bool) -> Result<Endpoint, ArgsError> {
        let given = match &at {
            Location::Tcp { port, .. } | Location::WebSocket { port, .. } => *port,
            Location::Socket { .. } => None,
        };
        let spoken = self.is_spoken(given, scheme, matches!(at, Location::WebSocket { .. }))?;
        let security = if spoken { Security::Tls { alpn: Vec::new() } } else { Security::Plain };
        let tcp = |host, standard: [u16; 2]| Address::Tcp { host, port: given.unwrap_or(standard[usize::from(spoken)]) };
        let (address, websocket) = match at {
            Location::Tcp { host, .. } => (tcp(host, [1883, TLS_PORT]), None),
            Location::WebSocket { host, request, .. } => {
                (tcp(host, [80, 443]), Some(if request.is_empty() { WEBSOCKET_PATH.to_owned() } else { request }))
            }
            Location::Socket { path } => (Address::Socket { path }, None),
        };
        Ok(Endpoint { address, security, websocket })
    }

    fn is_spoken(&self, port: Option<u16>, scheme: Option<bool>, websocket: bool) -> Result<bool, ArgsError> {
        let [plain, secure] = if websocket { ["ws://", "wss://"] } else { ["mqtt://", "mqtts://"] };
        match (scheme, self.asked()) {
            (Some(true), _) if self.no_tls => {
                Err(ArgsError::usage(format!("a URL with {secure} asks for TLS, and --no-tls for none"))
                    .with_hint(format!("{plain} is without TLS")))
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

    /// How TLS is spoken, where it is.
    pub(super) fn options(&self) -> TlsOptions {
        // `--insecure` beside `--cafile`, as mosquitto's users write it, leaves nothing to check.
        let trust = match &self.cafile {
            _ if self.insecure => Trust::Nothing,
            Some(file) => Trust::File(file.clone()),
            None => Trust::System,
        };
        TlsOptions { trust }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{assert_says, parse, told};
    use super::*;

    /// What is trusted, where TLS is spoken, and the port.
    fn resolve(words: &[&str], port: Option<u16>, scheme: Option<bool>) -> Result<(Option<Trust>, u16), String> {
        let args = parse::<TlsArgs>(words)?;
        let endpoint = args.endpoint(scheme, Location::Tcp { host: "x".to_owned(), port }, false).map_err(told)?;
        let Address::Tcp { port, .. } = endpoint.address else { return Err("a socket".to_owned()) };
        Ok((endpoint.is_tls().then(|| args.options().trust), port))
    }

    #[test]
    fn when_tls_is_spoken_and_where() {
        for (words, port, expected) in [
            (&[][..], None, (None, 1883)),
            (&[], Some(1884), (None, 1884)),
            (&[], Some(8883), (Some(Trust::System), 8883)),
            (&["--no-tls"], Some(8883), (None, 8883)),
            (&["--no-tls"], None, (None, 1883)),
            (&["--tls"], None, (Some(Trust::System), 8883)),
            (&["--tls-use-os-certs"], None, (Some(Trust::System), 8883)),
            (&["--tls"], Some(1883), (Some(Trust::System), 1883)),
            (&["--cafile", "a"], None, (Some(Trust::File("a".into())), 8883)),
            (&["--cafile", "a", "--cafile", "b"], None, (Some(Trust::File("b".into())), 8883)),
            (&["--insecure"], Some(1), (Some(Trust::Nothing), 1)),
            (&["--cafile", "a", "--insecure"], None, (Some(Trust::Nothing), 8883)),
        ] {
            assert_eq!(resolve(words, port, None), Ok(expected), "{words:?}");
        }
    }

    #[test]
    fn a_scheme_is_not_contradicted() {
        let resolve = |words: &[&str], port, scheme| resolve(words, port, Some(scheme));
        for (words, port, scheme, expected) in [
            (&[][..], None, false, (None, 1883)),
            (&["--no-tls"], Some(8883), false, (None, 8883)),
            (&[], Some(8883), false, (None, 8883)),
            (&[], None, true, (Some(Trust::System), 8883)),
            (&["--tls"], Some(1883), true, (Some(Trust::System), 1883)),
            (&["--cafile", "a"], None, true, (Some(Trust::File("a".into())), 8883)),
            (&["--insecure"], None, true, (Some(Trust::Nothing), 8883)),
        ] {
            assert_eq!(resolve(words, port, scheme), Ok(expected), "{words:?}");
        }
        for option in [&["--tls"][..], &["--cafile", "a"], &["--insecure"]] {
            assert_says(
                resolve(option, None, false),
                &format!("mqtt:// asks for no TLS, and {} for TLS|mqtts://", option[0]),
                option,
            );
        }
        assert_says(resolve(&["--no-tls"], None, true), "mqtts:// asks for TLS, and --no-tls for none", &["--no-tls"]);
    }

    #[test]
    fn tls_and_no_tls_contradict() {
        for words in [&["--tls", "--no-tls"][..], &["--no-tls", "--insecure"], &["--cafile", "a", "--no-tls"]] {
            assert_says(parse::<TlsArgs>(words), "cannot be used with|--no-tls", words);
        }
    }
}
