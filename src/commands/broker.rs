//! `mqx broker`: a broker to try things on.

use crate::error::Error;
use crate::exit::Status;
use crate::ui::Ui;

/// What `mqx broker` takes.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mqx broker
  mqx broker -p 1884")]
pub struct Args {
    /// Port to listen on, on this machine only
    #[arg(short, long, default_value_t = 1883, value_parser = clap::value_parser!(u16).range(1..))]
    pub port: u16,

    /// Print no notes; warnings and errors stay
    #[arg(long)]
    pub quiet: bool,
}

/// Runs the broker until a signal ends it.
///
/// # Errors
/// A port that cannot be listened on.
pub async fn run(args: Args, ui: Ui) -> Result<Status, Error> {
    let _ = (args.port, ui);
    Err(Error::local("not built yet"))
}
