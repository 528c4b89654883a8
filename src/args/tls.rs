//! Whether TLS is spoken, and what the server's certificate is checked against.

use std::path::PathBuf;

use super::ArgsError;
use crate::net::endpoint::Trust;

/// The port that is TLS by itself.
pub const TLS_PORT: u16 = 8883;

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
    /// What is trusted if TLS is spoken, and the port, which one may follow from the other. `scheme` is whether the URL's means TLS.
    ///
    /// # Errors
    /// Usage: a scheme that contradicts an option.
    pub fn resolve(&self, port: Option<u16>, scheme: Option<bool>) -> Result<(Option<Trust>, u16), ArgsError> {
        let asked = [(self.tls, "--tls"), (self.cafile.is_some(), "--cafile"), (self.insecure, "--insecure")];
        let asked = asked.into_iter().find_map(|(given, name)| given.then_some(name));
        let spoken = match (scheme, asked) {
            (Some(true), _) if self.no_tls => {
                return Err(ArgsError::usage("a URL with mqtts:// asks for TLS, and --no-tls for none")
                    .with_hint("mqtt:// is plain MQTT"));
            }
            (Some(false), Some(option)) => {
                let message = format!("a URL with mqtt:// asks for plain MQTT, and {option} for TLS");
                return Err(ArgsError::usage(message).with_hint("mqtts:// is TLS"));
            }
            (Some(secure), _) => secure,
            (None, Some(_)) => true,
            (None, None) => port == Some(TLS_PORT) && !self.no_tls,
        };
        // `--insecure` beside `--cafile`, as mosquitto's users write it, leaves nothing to check.
        let trust = match &self.cafile {
            _ if self.insecure => Trust::Nothing,
            Some(file) => Trust::File(file.clone()),
            None => Trust::System,
        };
        Ok((spoken.then_some(trust), port.unwrap_or(if spoken { TLS_PORT } else { 1883 })))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{assert_says, parse, told};
    use super::*;

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
            assert_eq!(parse::<TlsArgs>(words).unwrap().resolve(port, None).unwrap(), expected, "{words:?}");
        }
    }

    #[test]
    fn a_scheme_is_not_contradicted() {
        let resolve = |words: &[&str], port, scheme| parse::<TlsArgs>(words)?.resolve(port, Some(scheme)).map_err(told);
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
                &format!("mqtt:// asks for plain MQTT, and {} for TLS|mqtts://", option[0]),
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
