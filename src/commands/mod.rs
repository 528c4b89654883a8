//! One file a subcommand: what it takes (`Args`) and what it does (`run`). Called by `app`.

#[cfg(feature = "broker")]
pub mod broker;
pub mod completions;
mod few;
pub mod help;
pub mod man;
pub mod profile;
pub mod publish;
pub mod reply;
pub mod retained;
pub mod rr;
pub mod sim_temp;
pub mod subscribe;
mod subscribing;

use std::io::{self, Write as _};
use std::time::Duration;

use crate::args::PublishingQoS;
use crate::client::{self, Close, ConnectOptions, Events, LimitExceeded, Publisher};
use crate::error::Error;
use crate::exit::Status;
use crate::flow::{Goal, Stop, Stopped};
use crate::mqtt::QoS;
use crate::net::{Security, Trust};
use crate::output::stdout::StdoutError;
use crate::ui::Ui;

/// Writes generated text to stdout. A reader that went away has seen what it wanted.
fn print(text: &[u8]) -> Result<Status, Error> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Error::system("write to stdout", &error)),
        _ => Ok(Status::Done),
    }
}

/// From now on signals, and `-W` if it was given, end the run in an orderly way.
fn stop(timeout: Option<Duration>) -> Result<Stop, Error> {
    Stop::new(timeout).map_err(|error| Error::system("handle signals", &error))
}

/// What a run comes to that was stopped before there was anything to finish.
fn stopped(why: Stopped, ui: &Ui) -> Status {
    match why {
        Stopped::Signal(number) => Status::Signal(number),
        Stopped::Deadline => {
            ui.error("-W has passed", None);
            Status::TimedOut
        }
        Stopped::Elapsed | Stopped::Abandoned => Status::Done,
    }
}

/// A connected client, or why there is none although nothing failed.
type Connected = Result<(Publisher, Events), Stopped>;

/// Connects, and tells what happens to the connection from then on.
async fn connect(options: ConnectOptions, stop: &mut Stop, ui: &Ui) -> Result<Connected, Error> {
    let secure = options.targets.iter().any(|target| target.endpoint.is_tls());
    if secure {
        tell_of_tls(&options, ui);
    }
    let told = ui.clone();
    let notify = move |notice: client::Notice| {
        let text = notice.to_string();
        match notice {
            client::Notice::Packet { .. } => told.summary(&text),
            notice if notice.is_warning() => told.warning(&text),
            _ => told.note(&text),
        }
    };
    tokio::select! {
        biased;
        why = stop.wait() => Ok(Err(why)),
        connected = client::connect(options, notify) => {
            connected.map(Ok).map_err(|failure| Error::connecting(&failure))
        }
    }
}

/// What about TLS is not as a person would think.
fn tell_of_tls(options: &ConnectOptions, ui: &Ui) {
    if options.tls.trust == Trust::Nothing && options.tls.pins.is_empty() {
        ui.warning("--insecure: nobody checks who answers; do not send secrets");
    }
    if let Some(path) = &options.tls.key_log {
        ui.warning(&format!("the secrets of TLS are written to {}: who has them can read along", path.display()));
    }
    for endpoint in options.targets.iter().map(|target| &target.endpoint) {
        if let Security::Tls { alpn } = &endpoint.security
            && !alpn.is_empty()
        {
            ui.note(&format!(
                "{endpoint} is offered ALPN {}, as AWS IoT has it on this port; --alpn offers another",
                alpn.join(", ")
            ));
        }
    }
}

/// The result of a loop that writes to stdout. Whoever read it and went away has seen what was wanted.
fn unless_abandoned(result: Result<Option<Stopped>, StdoutError>) -> Result<Option<Stopped>, Error> {
    match result {
        Err(StdoutError::Closed) => Ok(Some(Stopped::Abandoned)),
        result => result.map_err(Error::from),
    }
}

/// What stopped a loop, and the status of its failure. That is told here, since the run still has to be finished.
fn told(result: Result<Option<Stopped>, Error>, ui: &Ui) -> (Option<Stopped>, Status) {
    match result {
        Ok(stopped) => (stopped, Status::Done),
        Err(error) => {
            ui.error(&error.message, error.hint.as_deref());
            (None, error.status)
        }
    }
}

/// How far a run came whose end is `count` messages, a length of time, or a signal.
const fn goal(count: Option<u64>, length: Option<Duration>, enough: bool) -> Goal {
    match (count, length) {
        (None, None) => Goal::Open,
        (Some(_), _) if enough => Goal::Met,
        _ => Goal::Missed,
    }
}

/// The QoS to publish at, given what the broker can do. What was asked for and cannot be done ends the run before anything is sent.
async fn publishing_level(publisher: &Publisher, qos: PublishingQoS, retain: bool, ui: &Ui) -> Result<QoS, Error> {
    let limits = publisher.limits();
    let too_much = match qos {
        PublishingQoS { level, asked: true } if level > limits.maximum_qos => Some(LimitExceeded::MaximumQos(limits.maximum_qos)),
        _ if retain && !limits.retain_available => Some(LimitExceeded::Retain),
        _ => None,
    };
    if let Some(limit) = too_much {
        publisher.finish(Close::Now, &mut Vec::new()).await;
        return Err(Error::new(Status::Rejected, limit.to_string()));
    }
    if qos.level > limits.maximum_qos {
        ui.note(&format!("the broker's Maximum QoS is {0}; publishing at QoS {0}", limits.maximum_qos));
    }
    Ok(qos.level.min(limits.maximum_qos))
}
