//! How many messages, and how fast.

use std::time::Duration;

use super::Content;
use crate::args::ArgsError;
use crate::text::{Rate, duration, rate};

#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Message")]
pub(super) struct PaceFlags {
    /// Publish the message N times
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    repeat: Option<u64>,

    /// With --repeat or lines: a message every D (1.5, 500ms, 3s, 2m, 1h) [default: as fast as possible]
    #[arg(long, value_name = "D", alias = "repeat-delay", value_parser = duration::parse, conflicts_with = "rate")]
    interval: Option<Duration>,

    /// With --repeat or lines: N messages a second, or N/s, N/m, N/h
    #[arg(long, value_name = "N/s", value_parser = rate::parse)]
    rate: Option<Rate>,
}

impl PaceFlags {
    /// How often what comes from `content` is published, and at what rate; `None` is as fast as possible.
    ///
    /// # Errors
    /// Usage: a pace for a single message.
    pub fn resolve(&self, content: &Content) -> Result<(u64, Option<Rate>), ArgsError> {
        let name = if self.interval.is_some() { "--interval" } else { "--rate" };
        let paced = self.interval.is_some() || self.rate.is_some();
        if paced && self.repeat.is_none() && !matches!(content, Content::Lines(_) | Content::Records(_)) {
            return Err(ArgsError::usage(format!("{name} is for more than one message: --repeat N, -l or --from-json")));
        }
        Ok((self.repeat.unwrap_or(1), self.interval.map_or(self.rate, Rate::every)))
    }
}
