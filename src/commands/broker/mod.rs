//! `mqx broker`: a broker to try things on. And `--embedded` of the other commands, which starts the same one.

mod passwd;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use crate::args::{BrokerArgs, BrokerOptions, Embedded};
use crate::broker::{Access, Broker, BrokerError, Identity, Listen, PATH, Place, Settings, Tell, Transport, Users};
use crate::client::{ConnectOptions, Target};
use crate::error::Error;
use crate::exit::Status;
use crate::net::Address;
use crate::text::escape;
use crate::ui::Ui;

/// What `mqx broker` takes.
#[derive(Clone, Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "\
What is named is what listens: without --listen, --ws-listen, --tls-listen and --wss-listen it is
-p on localhost, and -p listens beside the last three when it is given. ADDR is an address of this
machine, IPv6 in brackets, or localhost (127.0.0.1 and ::1). An address that other machines reach
needs --users or --allow-anonymous.

Examples:
  mqx broker
  mqx broker -p 1884
  mqx broker -p 1883 --ws-listen localhost:8083
  mqx broker passwd ann >> users.txt
  mqx broker --users users.txt --listen 0.0.0.0:1883 --tls-cert cert.pem --tls-key key.pem"
)]
pub struct Args {
    #[command(flatten)]
    broker: BrokerArgs,

    /// Print no notes; warnings and errors stay
    #[arg(long)]
    pub quiet: bool,

    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Clone, Debug, clap::Subcommand)]
enum Command {
    /// Make a line of a users file: a user and the hash of a password
    Passwd(passwd::Args),
}

/// Runs the broker until a signal ends it.
///
/// # Errors
/// A place that cannot be listened on, a file that cannot be used.
pub async fn run(args: Args, ui: Ui) -> Result<Status, Error> {
    if let Some(Command::Passwd(args)) = &args.command {
        return passwd::run(args);
    }
    let options = args.broker.resolve()?;
    let mut stop = crate::commands::stop(None)?;
    let settings = settings(&options)?;
    let broker = Broker::start(settings, tell(&ui)).await?;
    introduce(broker.listens(), &options, &ui);
    stop.wait().await;
    broker.stop().await;
    Ok(Status::Done)
}

/// The options with what is in the files that they name.
fn settings(options: &BrokerOptions) -> Result<Settings, Error> {
    let identity = options.identity.as_ref().map(|(certificate, key)| Identity::read(certificate, key)).transpose()?;
    let access = match &options.users {
        None => Access::Everyone,
        Some(file) => Access::Users { users: users(file)?, anonymous: options.allow_anonymous },
    };
    Ok(Settings { listen: options.listen.clone(), identity, access, limits: options.limits })
}

fn users(file: &Path) -> Result<Users, Error> {
    Users::read(file).map_err(|error| {
        let name = escape(file.as_os_str().as_encoded_bytes());
        Error::local(format!("the users file {name}: {error}")).with_hint("mqx broker passwd NAME makes a line of it")
    })
}

/// Where the broker's warnings go.
fn tell(ui: &Ui) -> Tell {
    let ui = ui.clone();
    Arc::new(move |text| ui.warning(text))
}

/// Says where it listens, and what to type next.
fn introduce(listens: &[Listen], options: &BrokerOptions, ui: &Ui) {
    let needs_user = options.users.is_some() && !options.allow_anonymous;
    for listen in listens {
        let how = match listen.transport {
            Transport::Tcp => String::new(),
            Transport::Tls => " with TLS".to_owned(),
            Transport::WebSocket => format!(" (WebSocket, {PATH})"),
            Transport::SecureWebSocket => format!(" with TLS (WebSocket, {PATH})"),
        };
        ui.note(&format!("a broker listens on {}{how}, for MQTT 3.1.1 and 5; Ctrl-C ends it", listen.place));
    }
    for listen in listens.iter().filter(|listen| !listen.place.is_loopback()) {
        if options.users.is_none() {
            ui.warning(&format!("{}: anyone who reaches it is let in", listen.place));
        } else if !listen.transport.is_secure() {
            ui.warning(&format!("{}: passwords and messages are not encrypted on their way", listen.place));
        }
    }
    let Some((first, others)) = listens.split_first() else { return };
    let user = if needs_user { " -u NAME --password-file FILE" } else { "" };
    ui.note("in two other terminals:");
    ui.note(&format!("  mqx sub{}{user} 'encyclopedia/#'", at(*first)));
    ui.note(&format!("  mqx pub{}{user} encyclopedia/temperature hot", at(*first)));
    for other in others {
        ui.note(&format!("  mqx sub{}{user} 'encyclopedia/#'", at(*other)));
    }
}

/// The options that lead to a listener from this machine.
fn at(listen: Listen) -> String {
    let (host, port) = match listen.place {
        Place::Localhost(port) => (None, port),
        Place::At(address) if address.ip().is_unspecified() => (None, address.port()),
        Place::At(address) => (Some(address), address.port()),
    };
    let url = |scheme| {
        let authority = host.map_or_else(|| format!("localhost:{port}"), |address: SocketAddr| address.to_string());
        format!(" -L {scheme}://{authority}{PATH}")
    };
    let flags = || host.map_or_else(String::new, |address| format!(" -h {}", address.ip())) + &format!(" -p {port}");
    match listen.transport {
        Transport::Tcp => flags(),
        Transport::Tls => flags() + " --cafile CA.pem",
        Transport::WebSocket => url("ws"),
        Transport::SecureWebSocket => url("wss") + " --cafile CA.pem",
    }
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
        Embedded::On(port) => Broker::start(Settings::local(port), tell(ui)).await?,
        Embedded::Near(port) => match Broker::start(Settings::local(port), tell(ui)).await {
            Err(BrokerError::InUse(_)) => Broker::start(Settings::local(0), tell(ui)).await?,
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
