//! `mqx retained`: lists what a broker retains, and clears it. Called by `app`.

mod clear;
mod gather;
mod list;

use std::ffi::{OsStr, OsString};
use std::time::Duration;

use crate::args::{self, ArgsError, ConnectArgs, PublishingQoS, Role, Surroundings, TimeoutArgs};
use crate::client::{ConnectOptions, SessionKeeping};
use crate::error::Error;
use crate::exit::Status;
use crate::mqtt::{QoS, Subscription, TopicFilter};
use crate::output::stdout::Stdout;
use crate::text::{duration, escape};
use crate::ui::Ui;
use gather::Source;
use list::Look;

/// What `mqx retained` takes.
#[derive(Clone, Debug, clap::Args)]
#[command(
    override_usage = "mqx retained list|clear [OPTIONS] FILTER...",
    after_help = "\
Examples:
  mqx retained list '#'                          topic, size and QoS of each
  mqx retained list --json 'lamp/#' > lamps      with payloads; mqx pub --from-json puts them back
  mqx retained clear --dry-run 'old/#'           what would be cleared
  mqx retained clear --yes -T 'old/keep/#' 'old/#'"
)]
pub struct Args {
    /// Print what is retained, or clear what was found and print the topics of which the broker confirmed it
    #[arg(value_name = "ACTION", value_enum, hide_possible_values = true)]
    action: Action,

    /// Topic filters; quote them: a shell takes an unquoted # for a comment and $SYS for a variable
    #[arg(value_name = "FILTER", allow_negative_numbers = true)]
    filters: Vec<OsString>,

    /// One more filter, as often as needed; these come before the others
    #[arg(short, long = "topic", value_name = "FILTER", allow_hyphen_values = true)]
    topics: Vec<OsString>,

    /// Leave topics out that match FILTER, as often as needed
    #[arg(short = 'T', long, value_name = "FILTER", allow_hyphen_values = true)]
    filter_out: Vec<OsString>,

    /// list: the highest QoS to tell apart, 0, 1 or 2; with 0 none is told [default: 2]
    #[arg(short, long, value_name = "QOS", value_parser = args::qos)]
    qos: Option<QoS>,

    /// clear: print the topics, and clear nothing
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,

    /// clear: do not ask, which is else done before more than 10 are cleared
    #[arg(long)]
    yes: bool,

    /// list: print a JSON object a line: time, topic, payload and all properties
    #[arg(long, help_heading = "Output")]
    json: bool,

    /// All is found when the broker has answered and nothing retained came for D
    #[arg(long, value_name = "D", default_value = "1s", value_parser = duration::parse, help_heading = "When to stop")]
    idle: Duration,

    #[command(flatten)]
    timeout: TimeoutArgs,

    /// How to reach the broker.
    #[command(flatten)]
    pub connect: ConnectArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Action {
    List,
    Clear,
}

/// What `mqx retained` is to do.
#[derive(Clone, Debug)]
pub struct Options {
    /// The connection.
    pub connect: ConnectOptions,
    /// What is looked for; at least one.
    pub filters: Vec<TopicFilter>,
    /// What is left out of what they bring.
    pub left_out: Vec<TopicFilter>,
    /// What is done with it.
    pub job: Job,
    /// How long nothing comes when all has come.
    pub idle: Duration,
    /// The most time for the whole run.
    pub timeout: Option<Duration>,
}

/// What is done with retained messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Job {
    /// They are printed.
    List {
        /// How.
        look: Look,
        /// The highest QoS that is told apart.
        qos: QoS,
    },
    /// They are cleared.
    Clear {
        /// Their topics are printed instead.
        dry_run: bool,
        /// Without a question.
        yes: bool,
        /// Whether a terminal has to be kept safe from the topics.
        escaped: bool,
    },
}

impl Args {
    /// The options that were meant.
    ///
    /// # Errors
    /// Usage, or a password file that cannot be read.
    pub fn resolve(&self, here: &Surroundings) -> Result<Options, ArgsError> {
        let job = self.job(here)?;
        let in_url = self.connect.topic()?;
        let typed = |list| <[OsString]>::iter(list).map(OsString::as_os_str);
        let filters = typed(&self.topics).chain(in_url.as_deref().map(OsStr::new)).chain(typed(&self.filters));
        let filters: Vec<TopicFilter> = filters.map(|text| filter(text, job)).collect::<Result<_, ArgsError>>()?;
        if filters.is_empty() {
            let next = format!("quote it, as in mqx retained {} '#'", self.action.name());
            return Err(ArgsError::usage("no topic filter").with_hint(next));
        }
        let left_out = self.filter_out.iter().map(|text| args::topic("-T", text, TopicFilter::new));
        let left_out = left_out.collect::<Result<_, ArgsError>>()?;
        let mut connect = self.connect.resolve(Role { open_ended: false, consumer: true, needs_5: None }, here)?;
        // [MQTT-3.14.2.2.2]: none that is longer than 0, where CONNECT asks for no session.
        if connect.disconnect_expiry.is_some_and(|expiry| expiry > 0) {
            return Err(ArgsError::usage("mqx retained keeps no session: leave --disconnect-expiry out"));
        }
        match &mut connect.session {
            // The subscriptions would stay behind in it.
            SessionKeeping::Keep { .. } => return Err(ArgsError::usage("mqx retained keeps no session: leave -c out")),
            // A connection that is made again is to begin anew: of what was under way at QoS 0 a session keeps nothing, and what is
            // retained comes again only with a new subscription. A will may need its session (rule 25).
            SessionKeeping::Run { expiry } if connect.will.is_none() => *expiry = 0,
            SessionKeeping::Run { .. } => {}
        }
        Ok(Options { connect, filters, left_out, job, idle: self.idle, timeout: self.timeout.timeout })
    }

    fn job(&self, here: &Surroundings) -> Result<Job, ArgsError> {
        let others = match self.action {
            Action::List => [(self.dry_run, "--dry-run", Action::Clear), (self.yes, "--yes", Action::Clear)],
            Action::Clear => [(self.json, "--json", Action::List), (self.qos.is_some(), "-q", Action::List)],
        };
        if let Some((_, option, owner)) = others.iter().find(|(given, ..)| *given) {
            return Err(ArgsError::usage(format!("{option} is an option of mqx retained {}", owner.name())));
        }
        let escaped = here.terminal;
        Ok(match self.action {
            Action::List if self.json => Job::List { look: Look::Json { escaped }, qos: self.highest() },
            Action::List if here.terminal => Job::List { look: Look::Columns { colour: here.colour }, qos: self.highest() },
            Action::List => Job::List { look: Look::Tabs, qos: self.highest() },
            Action::Clear => Job::Clear { dry_run: self.dry_run, yes: self.yes, escaped },
        })
    }

    fn highest(&self) -> QoS {
        self.qos.unwrap_or(QoS::ExactlyOnce)
    }
}

impl Action {
    const fn name(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Clear => "clear",
        }
    }
}

/// A filter that can bring retained messages.
fn filter(text: &OsStr, job: Job) -> Result<TopicFilter, ArgsError> {
    let filter = args::topic("topic filter", text, TopicFilter::new)?;
    let cannot = |why: &str| Err(ArgsError::usage(format!("topic filter '{}': {why}", escape(filter.as_str().as_bytes()))));
    let clears = matches!(job, Job::Clear { .. });
    let is_sys = filter.as_str() == "$SYS" || filter.as_str().starts_with("$SYS/");
    match () {
        // [MQTT-4.8.2]: no retained message goes to a shared subscription that is made.
        () if filter.is_shared() => cannot("a shared subscription brings nothing that is retained"),
        () if clears && is_sys => cannot("what is below $SYS is said by the broker itself, and cannot be cleared"),
        () => Ok(filter),
    }
}

/// Lists or clears.
///
/// # Errors
/// Whatever ended the run before its work was done.
pub async fn run(args: Args, ui: Ui) -> Result<Status, Error> {
    let Options { connect, filters, left_out, job, idle, timeout } = args.resolve(&Surroundings::here())?;
    let mut stop = super::stop(timeout)?;
    let stdout = Stdout::open()?;
    let (publisher, events) = match super::connect(connect, &mut stop, &ui).await? {
        Ok(connected) => connected,
        Err(why) => return Ok(super::stopped(why, &ui)),
    };
    // Lists nothing where nothing is retained, and is lowered only where something is published.
    let level = match job {
        Job::List { .. } => PublishingQoS::of(Some(QoS::AtMostOnce)),
        Job::Clear { .. } => PublishingQoS::of(None),
    };
    let level = super::publishing_level(&publisher, level, true, &ui).await?;
    let mut source = Source { publisher, events, filters, stop, ui, idle };
    match job {
        Job::List { look, qos } => list::list(&mut source, left_out, look, qos, stdout).await,
        Job::Clear { dry_run, yes, escaped } => {
            let mut clearing = clear::Clearing::new(stdout, escaped, level);
            clear::clear(&mut source, left_out, &mut clearing, dry_run, yes).await
        }
    }
}

/// A subscription to a filter at a level.
fn subscription(filter: &TopicFilter, qos: QoS) -> Subscription {
    Subscription::new(filter.clone(), qos)
}

#[cfg(test)]
mod tests;
