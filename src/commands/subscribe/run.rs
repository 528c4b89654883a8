//! How a run of `sub` goes, whatever becomes of its messages. Called by `subscribe`.

use std::io;
use std::sync::Arc;

use tokio::sync::Mutex;

use super::Options;
use super::exec::{Exec, Printed};
use super::files::Files;
use super::print::Print;
use super::watched::{Choice, Watch, Watched};
use crate::args::{Delivered, Ends, Wanted, Way};
use crate::client::{ConnectOptions, Publisher};
use crate::commands::{self, subscribing};
use crate::error::Error;
use crate::exit::Status;
use crate::flow::{Goal, Quiet, Sink, Stop, Stopped, Tally, consume, finish};
use crate::mqtt::{Message, Subscription, TopicFilter};
use crate::output::Renderer;
use crate::output::directory::{Directory, DirectoryError};
use crate::output::process::Program;
use crate::output::stdout::{Stdout, StdoutError};
use crate::ui::Ui;

/// A sink of `sub`.
pub(super) trait Subscriber: Sink<Error = StdoutError> {
    /// Whether as many messages came as are wanted.
    fn is_enough(&self) -> bool;

    /// Gives up what it still keeps, and says what went wrong; not that, when whoever read our output has `abandoned` it. The status
    /// that makes.
    async fn end(&mut self, ui: &Ui, abandoned: bool) -> Status;
}

/// Messages that were not asked for, as far as a broker cannot be told so.
#[derive(Clone, Debug, Default)]
pub(super) struct LeftOut {
    /// In 3.1.1 a broker cannot be asked to leave retained messages out.
    retained: bool,
    filters: Vec<TopicFilter>,
}

impl LeftOut {
    pub fn has(&self, message: &Message) -> bool {
        (self.retained && message.retain) || self.filters.iter().any(|filter| filter.matches(&message.topic))
    }
}

/// Subscribes, and does with messages what is asked for.
pub(super) async fn run(options: Options, stop: Stop, ui: &Ui) -> Result<Status, Error> {
    let Options { connect, wanted, delivered, escaped, raw, count, ends, .. } = options;
    if wanted.has_slash_hash() {
        ui.note("/# matches topics that begin with a slash; # matches all");
    }
    let Wanted { subscriptions, unsubscribed, no_retained, left_out } = wanted;
    let left_out = LeftOut { retained: no_retained, filters: left_out };
    let Delivered { way, format, message_rate, sample } = delivered;
    let watch = Watch { rate: message_rate.then(Default::default), ..Watch::default() };
    let is_plain = !message_rate && sample.is_none() && ends.idle.is_none();
    let choice = |left_out| Choice { left_out, retained_only: ends.retained_only, sample };
    let run = |stdout| Run { connect, subscriptions, unsubscribed, count, ends, stdout, watch: watch.clone(), stop, ui };
    match way {
        Way::Print => {
            let stdout = Stdout::open()?;
            let print = |left_out| Print::new(Renderer::new(format), stdout.clone(), ui.clone(), count, left_out);
            if is_plain {
                return run(Some(stdout.clone())).with(print(left_out)).await;
            }
            let print = print(LeftOut::default());
            run(Some(stdout)).with(Watched::new(print, choice(left_out), watch.clone())).await
        }
        Way::Run { program, jobs } => {
            warn_of_shell(&program, ui);
            let stdout = Stdout::open()?;
            let printed = Printed { stdout: Arc::new(Mutex::new(stdout.clone())), escaped, raw };
            let exec = Exec::new(program, jobs, printed, count, ui.clone());
            run(Some(stdout)).with(Watched::new(exec, choice(left_out), watch.clone())).await
        }
        Way::Keep { directory, per } => {
            let directory = Directory::open(&directory, per).map_err(|error| no_directory(&error))?;
            let files = Files::new(Renderer::new(format), directory, count);
            run(None).with(Watched::new(files, choice(left_out), watch.clone())).await
        }
    }
}

/// Something else cannot have been meant, the rest is this machine's.
fn no_directory(error: &DirectoryError) -> Error {
    let is_usage = error.source.kind() == io::ErrorKind::NotADirectory;
    Error::new(if is_usage { Status::Usage } else { Status::Local }, error.to_string())
}

fn warn_of_shell(program: &Program, ui: &Ui) {
    if let Some(word) = program.meant_for_a_shell() {
        ui.warning(&format!(
            "no shell reads the command of --exec, so that '{word}' is an argument like others; --shell has sh read it"
        ));
    }
}

/// A run that is about to begin.
struct Run<'a> {
    connect: ConnectOptions,
    subscriptions: Vec<Subscription>,
    unsubscribed: Vec<TopicFilter>,
    count: Option<u64>,
    ends: Ends,
    /// Where something is printed, and whose reader ends the run when it goes.
    stdout: Option<Stdout>,
    watch: Watch,
    stop: Stop,
    ui: &'a Ui,
}

impl Run<'_> {
    async fn with(self, mut sink: impl Subscriber) -> Result<Status, Error> {
        let Self { connect, subscriptions, unsubscribed, count, ends, stdout, watch, mut stop, ui } = self;
        let (publisher, mut events) = match commands::connect(connect, &mut stop, ui).await? {
            Ok(connected) => connected,
            Err(why) => return Ok(commands::stopped(why, ui)),
        };
        let mut tally = Tally::new(ui.clone());
        let (answered, answer) = subscribing::answer();
        let (at_the_end, quiet) = (publisher.clone(), watch.quiet.clone());
        let over = answer.clone();
        stop.end_when(async move {
            // At once where nothing was granted.
            if over.any_granted().await {
                passed(ends, at_the_end, quiet).await;
            }
        });
        if let Some(stdout) = stdout {
            stop.end_with(async move {
                answer.any_granted().await;
                stdout.closed().await;
            });
        }
        let subscribing = async {
            subscribing::subscribe_and_end(&publisher, subscriptions, unsubscribed, answered, ui).await;
            watch.tell(ui).await;
        };
        // Both at once: what is retained may come before the SUBACK, which would stay unread behind more of it than waits for us.
        let result = subscribing::beside(subscribing, consume(&mut events, &mut sink, &mut stop)).await;
        let (stopped, failure) = commands::told(commands::unless_abandoned(result), ui);
        let (enough, given_up) = (sink.is_enough(), sink.kept() > 0);
        let failure = failure.merge(sink.end(ui, stopped == Some(Stopped::Abandoned)).await);
        let goal = if given_up { Goal::GivenUp } else { commands::goal(count, ends.length.or(ends.idle), enough) };
        let finished = finish(&publisher, &mut stop, stopped, &mut tally).await;
        Ok(tally.conclude(&finished, goal).merge(failure))
    }
}

/// Completes when the first of the ends is there, counted from now.
async fn passed(ends: Ends, publisher: Publisher, quiet: Quiet) {
    quiet.restart();
    let silence = async {
        let Some(idle) = ends.idle else { return std::future::pending().await };
        if !ends.retained_only {
            quiet.lasts(idle).await;
        }
        // A connection that is lost without a word is quiet, too: the broker has the last one.
        subscribing::retained_are_in(&publisher, &quiet, idle).await;
    };
    tokio::select! {
        () = subscribing::elapsed(ends.length) => {}
        () = silence => {}
    }
}
