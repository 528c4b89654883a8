//! `mqx broker`: a broker to try things on. And `--embedded` of the other commands, which starts the same one.

use crate::args::Embedded;
use crate::broker::{Broker, BrokerError};
use crate::client::{ConnectOptions, Target};
use crate::error::Error;
use crate::exit::Status;
use crate::net::Address;
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
    let mut stop = super::stop(None)?;
    let broker = Broker::start(args.port).await?;
    let port = broker.port();
    ui.note(&format!("a broker listens on localhost:{port}, for MQTT 3.1.1 and 5; Ctrl-C ends it"));
    ui.note("in two other terminals:");
    ui.note(&format!("  mqx sub -p {port} 'encyclopedia/#'"));
    ui.note(&format!("  mqx pub -p {port} encyclopedia/temperature hot"));
    stop.wait().await;
    broker.stop().await;
    Ok(Status::Done)
}

/// Runs a command with the broker of `--embedded` beside it, if it was asked for; its connection leads there. `next_door` is what to type
/// in another terminal, without `mqx` and the port.
pub(super) async fn beside<O: AsMut<ConnectOptions>>(
    embedded: Embedded,
    ui: &Ui,
    next_door: &str,
    mut options: O,
    command: impl AsyncFnOnce(O) -> Result<Status, Error>,
) -> Result<Status, Error> {
    let broker = match embedded {
        Embedded::No => return command(options).await,
        Embedded::On(port) => Broker::start(port).await?,
        Embedded::Near(port) => match Broker::start(port).await {
            Err(BrokerError::PortInUse(_)) => Broker::start(0).await?,
            result => result?,
        },
    };
    let actual = broker.port();
    for Target { endpoint, .. } in &mut options.as_mut().targets {
        if let Address::Tcp { port, .. } = &mut endpoint.address {
            *port = actual;
        }
        ui.note(&format!("a broker listens on {endpoint}; in another terminal:"));
    }
    let (name, rest) = next_door.split_once(' ').unwrap_or((next_door, ""));
    ui.note(&format!("  mqx {name} -p {actual} {rest}"));
    let result = command(options).await;
    // Those next door are told.
    broker.stop().await;
    result
}
