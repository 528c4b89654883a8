//! A process for each message. Used by `run`.

use std::sync::Arc;

use tokio::sync::Mutex;
use tokio::task::JoinSet;

use super::run::Subscriber;
use crate::client::Delivery;
use crate::commands::few::{Few, processes};
use crate::exit::Status;
use crate::flow::Sink;
use crate::output::process::{Failure, Program, escaped};
use crate::output::stdout::{Stdout, StdoutError};
use crate::text::excerpt;
use crate::ui::Ui;

/// Where what processes print goes.
#[derive(Clone, Debug)]
pub(super) struct Printed {
    /// Taken by one at a time, so that what a process prints stays together.
    pub stdout: Arc<Mutex<Stdout>>,
    /// Whether a terminal has to be kept safe from it.
    pub escaped: bool,
    /// A process has our stdout itself: nothing is held back, and several mix.
    pub raw: bool,
}

/// Runs a program for each delivery, and keeps the delivery until its process has ended.
pub(super) struct Exec {
    program: Arc<Program>,
    jobs: usize,
    printed: Printed,
    running: JoinSet<Ended>,
    left: Option<u64>,
    failed: Few,
}

/// A delivery whose process has ended, and what went wrong with that.
struct Ended {
    delivery: Delivery,
    failure: Option<Failure>,
    printed: Result<(), StdoutError>,
}

/// What of a topic stands in a warning, in characters.
const SHOWN: usize = 80;
/// What a reader that went away makes of a process that writes.
const SIGPIPE: i32 = 13;

impl Exec {
    /// Runs `program` for `count` messages, or all, for at most `jobs` at a time.
    pub fn new(program: Program, jobs: usize, printed: Printed, count: Option<u64>, ui: Ui) -> Self {
        let failed = Few::new(ui, "more processes of --exec fail; they are counted");
        Self { program: Arc::new(program), jobs, printed, running: JoinSet::new(), left: count, failed }
    }
}

async fn process(program: Arc<Program>, delivery: Delivery, to: Printed) -> Ended {
    let (output, failure) = match program.run(&delivery.received, !to.raw).await {
        Ok(output) => (output, None),
        Err(error) => (error.output, Some(error.why)),
    };
    let printed = match failure {
        Some(Failure::Signal(SIGPIPE)) if to.raw => Err(StdoutError::Closed),
        _ if output.is_empty() => Ok(()),
        _ => to.stdout.lock().await.write(if to.escaped { escaped(&output) } else { output }).await.map(drop),
    };
    Ended { delivery, failure, printed }
}

impl Sink for Exec {
    type Error = StdoutError;

    fn wants(&self) -> usize {
        let room = self.jobs.saturating_sub(self.running.len());
        self.left.map_or(room, |left| usize::try_from(left).unwrap_or(room).min(room))
    }

    async fn take(&mut self, deliveries: &mut Vec<Delivery>) -> Result<(), StdoutError> {
        self.left = self.left.map(|left| left.saturating_sub(deliveries.len() as u64));
        for delivery in deliveries.drain(..) {
            self.running.spawn(process(Arc::clone(&self.program), delivery, self.printed.clone()));
        }
        Ok(())
    }

    fn kept(&self) -> usize {
        self.running.len()
    }

    async fn settled(&mut self, done: &mut Vec<Delivery>) -> Result<(), StdoutError> {
        // A task does not panic, and is not ended before we end.
        let Some(Ok(Ended { delivery, failure, printed })) = self.running.join_next().await else { return Ok(()) };
        printed?;
        if let Some(why) = failure {
            let topic = delivery.received.message.topic.as_str();
            self.failed.warn(|| format!("--exec for {}: {why}", excerpt(topic.as_bytes(), SHOWN)));
        }
        done.push(delivery);
        Ok(())
    }
}

impl Subscriber for Exec {
    fn is_enough(&self) -> bool {
        self.left == Some(0) && self.running.is_empty()
    }

    async fn end(&mut self, ui: &Ui, abandoned: bool) -> Status {
        if !self.running.is_empty() && !abandoned {
            ui.warning(&format!("{} of --exec had no time to end", processes(self.running.len() as u64)));
        }
        self.running.shutdown().await;
        if self.failed.count() == 0 {
            return Status::Done;
        }
        ui.error(&format!("{} of --exec failed", processes(self.failed.count())), None);
        Status::Local
    }
}
