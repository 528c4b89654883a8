//! Options of mosquitto's clients that are no options here: taken only to be refused by name, with what does it here.

use clap::builder::{OsStringValueParser, TypedValueParser as _};

use super::ArgsError;
use super::connect::values::secret;
use crate::text::Secret;

/// Those that have a letter.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(super) struct LettersArgs {
    #[arg(short = 'w', long, hide = true)]
    watch: bool,

    #[arg(short = 'S', long, hide = true)]
    srv: bool,
}

impl LettersArgs {
    /// # Errors
    /// Usage: any of them.
    pub fn check(self) -> Result<(), ArgsError> {
        let (why, hint) = match (self.watch, self.srv) {
            (true, _) => {
                ("-w: there is no view that keeps a row for each topic", "mqx sub -v prints each message with its topic")
            }
            (_, true) => ("-S: SRV records are not looked up", "-h HOST and -p PORT name the broker"),
            _ => return Ok(()),
        };
        Err(ArgsError::usage(why).with_hint(hint))
    }
}

/// Options that are refused, and one that says what is so anyway.
#[derive(Clone, Debug, Default, clap::Args)]
pub(super) struct NotHereArgs {
    #[arg(long, hide = true)]
    remove_retained: bool,

    #[arg(long, hide = true, value_name = "URL", value_parser = OsStringValueParser::new().map(secret))]
    proxy: Option<Secret>,

    /// TCP_NODELAY is always on.
    #[arg(long, hide = true)]
    nodelay: bool,
}

impl NotHereArgs {
    /// # Errors
    /// Usage: any of them.
    pub fn check(&self) -> Result<(), ArgsError> {
        let given = [
            (
                self.remove_retained,
                "--remove-retained: a subscription removes nothing here",
                "mqx retained clear FILTER lists retained messages and removes them",
            ),
            (
                self.proxy.is_some(),
                "--proxy: proxies are not spoken to",
                "--connect-to HOST:PORT dials a tunnel, such as that of ssh -L, in place of the broker",
            ),
        ];
        match given.into_iter().find(|(given, ..)| *given) {
            Some((_, why, hint)) => Err(ArgsError::usage(why).with_hint(hint)),
            None => Ok(()),
        }
    }
}
