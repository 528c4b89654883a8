//! How `sub` shows messages.

use std::ffi::OsString;
use std::sync::Arc;

use super::{ArgsError, Surroundings};
use crate::output::json::Shape;
use crate::output::pattern::{Pattern, PatternError};
use crate::output::{Format, Look};

/// Options of the format.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// Print topic, space, payload
    #[arg(short, long)]
    verbose: bool,

    /// Print no newline after a payload
    #[arg(short = 'N', long)]
    no_newline: bool,

    /// Print as FORMAT says: %t topic, %p payload, %x hex, %I time, {content_type}, {user_property:NAME}, … (mosquitto's letters, and
    /// {name} for each name of --json); -v is ignored
    #[arg(short = 'F', long, value_name = "FORMAT", allow_hyphen_values = true, conflicts_with_all = ["json", "json_payload"])]
    format: Option<OsString>,

    /// Print a JSON object a line: time, topic, payload and all properties
    #[arg(long, conflicts_with_all = ["verbose", "no_newline", "raw"])]
    json: bool,

    /// The same, with a payload that is JSON as a value in it and not as text
    #[arg(long, conflicts_with_all = ["verbose", "no_newline", "raw"])]
    json_payload: bool,

    /// Lay JSON out over lines, in --json, in %j, %J and {json} of -F, and for a person at a terminal
    #[arg(long, conflicts_with_all = ["null", "length_prefixed"])]
    pretty: bool,

    /// Show the properties of a message below it, for a person at a terminal
    #[arg(long, conflicts_with_all = ["verbose", "no_newline", "format", "json", "json_payload", "null", "length_prefixed", "raw"])]
    properties: bool,

    /// End each message with a NUL in place of a newline
    #[arg(long, conflicts_with_all = ["no_newline", "json", "json_payload", "length_prefixed"])]
    null: bool,

    /// Print the length of the payload in four bytes, the highest first, before it; with -v the topic and its length before that
    #[arg(long, conflicts_with_all = ["no_newline", "format", "json", "json_payload"])]
    length_prefixed: bool,

    /// Print the bytes as they came, on a terminal too
    #[arg(long)]
    pub raw: bool,
}

impl OutputArgs {
    /// The format: for a person on a terminal, for a program else, unless flags choose one. On a terminal only `--raw` lets
    /// bytes through that could command it.
    ///
    /// # Errors
    /// Usage: a format that is none, or a wish that the format cannot show.
    pub fn resolve(&self, here: &Surroundings) -> Result<Format, ArgsError> {
        let escaped = here.terminal && !self.raw;
        if let Some(format) = &self.format {
            let pattern = Pattern::parse(format.as_encoded_bytes()).map_err(|error| wrong_format(&error))?;
            let end = match (self.null, self.no_newline) {
                (true, _) => "\0",
                (_, true) => "",
                _ => "\n",
            };
            return Ok(Format::Pattern { pattern: Arc::new(pattern), end: end.as_bytes(), escaped, pretty: self.pretty });
        }
        if self.json || self.json_payload {
            return Ok(Format::Json(Shape { embedded: self.json_payload, pretty: self.pretty, escaped }));
        }
        if escaped && !self.verbose && !self.no_newline && !self.null && !self.length_prefixed {
            let Self { pretty, properties, .. } = *self;
            return Ok(Format::Look(Look { colour: here.colour, pretty, properties, columns: (here.columns)() }));
        }
        self.exact(escaped)
    }

    /// The payload and nothing that explains it.
    fn exact(&self, escaped: bool) -> Result<Format, ArgsError> {
        let topic = self.verbose;
        if self.properties {
            return Err(ArgsError::usage("--properties is for a person at a terminal")
                .with_hint("--json has them, and -F shows each: {content_type}, {user_properties}, ..."));
        }
        if self.pretty {
            return Err(ArgsError::usage("--pretty has nothing to lay out").with_hint("add --json, --json-payload or -F %J"));
        }
        match () {
            () if self.length_prefixed && escaped => {
                Err(ArgsError::usage("--length-prefixed writes bytes that are not for a terminal")
                    .with_hint("write to a pipe or a file, or add --raw"))
            }
            () if self.length_prefixed => Ok(Format::LengthPrefixed { topic }),
            () if self.null => Ok(Format::Null { topic, escaped }),
            () => Ok(Format::Plain { topic, newline: !self.no_newline, escaped }),
        }
    }
}

fn wrong_format(error: &PatternError) -> ArgsError {
    let usage = ArgsError::usage(format!("-F: {error}"));
    match error {
        PatternError::NoField(_) => usage.with_hint(
            "the names are topic, payload, encoding, size, qos, retain, dup, mid, ts, content_type, response_topic, correlation_data, \
             expiry, payload_format, user_properties, user_property:NAME, subscription_ids and json; {{ is a single {",
        ),
        _ => usage,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{assert_says, nowhere, parse, resolve};
    use super::*;

    fn both(words: &[&str]) -> (Format, Format) {
        let args = parse::<OutputArgs>(words).unwrap();
        let here = |terminal| Surroundings { terminal, colour: true, columns: || 100, ..nowhere() };
        let of = |terminal| args.resolve(&here(terminal)).unwrap();
        (of(true), of(false))
    }

    fn on_terminal(words: &[&str]) -> Result<Format, String> {
        resolve(words, |args: &OutputArgs, here| args.resolve(&Surroundings { terminal: true, ..here.clone() }))
    }

    fn on_pipe(words: &[&str]) -> Result<Format, String> {
        resolve(words, OutputArgs::resolve)
    }

    #[test]
    fn formats_of_terminal_and_pipe() {
        let look = Look { colour: true, pretty: false, properties: false, columns: 100 };
        let plain = |topic, newline, escaped| Format::Plain { topic, newline, escaped };
        let null = |topic, escaped| Format::Null { topic, escaped };
        let json = |embedded, pretty, escaped| Format::Json(Shape { embedded, pretty, escaped });
        for (words, on_terminal, on_pipe) in [
            (&[][..], Format::Look(look), plain(false, true, false)),
            (&["-v"], plain(true, true, true), plain(true, true, false)),
            (&["-N"], plain(false, false, true), plain(false, false, false)),
            (&["-v", "-N", "-v"], plain(true, false, true), plain(true, false, false)),
            (&["--raw"], plain(false, true, false), plain(false, true, false)),
            (&["-vN", "--raw"], plain(true, false, false), plain(true, false, false)),
            (&["--null"], null(false, true), null(false, false)),
            (&["--null", "-v", "--raw"], null(true, false), null(true, false)),
            (&["--json"], json(false, false, true), json(false, false, false)),
            (&["--json-payload"], json(true, false, true), json(true, false, false)),
            (&["--json", "--json-payload", "--pretty"], json(true, true, true), json(true, true, false)),
        ] {
            assert_eq!(both(words), (on_terminal, on_pipe), "{words:?}");
        }
        let prefixed = |topic| Format::LengthPrefixed { topic };
        assert_eq!(both(&["--length-prefixed", "--raw"]), (prefixed(false), prefixed(false)));
        assert_eq!(on_pipe(&["--length-prefixed", "-v"]), Ok(prefixed(true)));
        let look = Look { colour: false, pretty: true, properties: true, columns: 80 };
        assert_eq!(on_terminal(&["--pretty", "--properties"]), Ok(Format::Look(look)));
    }

    #[test]
    fn a_format_of_ones_own() {
        for (words, end, pretty) in [
            (&["-F", "%t"][..], "\n", false),
            (&["-v", "--format", "%t"], "\n", false),
            (&["-F", "%p", "-F", "%t", "-N", "--pretty"], "", true),
            (&["-F%t", "--null"], "\0", false),
        ] {
            let pattern = Arc::new(Pattern::parse(b"%t").unwrap());
            let of = |escaped| Format::Pattern { pattern: Arc::clone(&pattern), end: end.as_bytes(), escaped, pretty };
            assert_eq!(both(words), (of(true), of(false)), "{words:?}");
            let raw = [words, &["--raw"]].concat();
            assert_eq!(both(&raw), (of(false), of(false)), "{raw:?}");
        }
        assert!(on_pipe(&["-F", "-%p"]).is_ok());
    }

    #[test]
    fn what_cannot_be_meant_together() {
        for words in [
            &["--json", "-v"][..],
            &["-N", "--json"],
            &["--json", "--raw"],
            &["--json", "-F", "%t"],
            &["--json-payload", "-v"],
            &["--json-payload", "--null"],
            &["--null", "-N"],
            &["--null", "--length-prefixed"],
            &["--length-prefixed", "-N"],
            &["--length-prefixed", "-F", "%t"],
            &["--length-prefixed", "--pretty"],
            &["--properties", "--json"],
            &["--properties", "-v"],
        ] {
            assert_says(parse::<OutputArgs>(words), "cannot be used with", words);
        }
    }

    #[test]
    fn what_the_format_cannot_show() {
        let length = "--length-prefixed writes bytes that are not for a terminal|--raw";
        assert_says(on_terminal(&["--length-prefixed"]), length, &["--length-prefixed"]);
        assert_says(on_pipe(&["--properties"]), "--properties is for a person at a terminal|--json", &["--properties"]);
        assert_says(on_pipe(&["--pretty"]), "--pretty has nothing to lay out|--json", &["--pretty"]);
        assert_says(on_terminal(&["--pretty", "-v"]), "--pretty has nothing to lay out", &["--pretty", "-v"]);
        assert_says(on_pipe(&["-F", "%z"]), "-F: byte 1: '%z' is no conversion", &["-F", "%z"]);
        assert_says(on_pipe(&["-F", "{x}"]), "-F: a message has no 'x'|the names are topic", &["-F", "{x}"]);
    }
}
