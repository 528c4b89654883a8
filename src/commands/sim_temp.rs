//! `mqx sim-temp`: a thermometer that publishes what it measures.

use std::collections::{BTreeMap, VecDeque};
use std::ffi::{OsStr, OsString};
use std::ops::Range;
use std::time::{Duration, Instant};

use crate::args::{self, ArgsError, ConnectArgs, LengthArgs, PublishingQoS, Role, Surroundings, TimeoutArgs};
#[cfg(feature = "broker")]
use crate::args::{Embedded, EmbeddedArgs};
use crate::client::{ConnectOptions, Outcome, Token};
use crate::error::Error;
use crate::exit::Status;
use crate::flow::{Source, Stop, Tally, finish, publish_all};
use crate::mqtt::{Message, QoS, TopicName};
use crate::output::stdout::{Stdout, StdoutError};
use crate::pace::{Due, Pacer};
use crate::sim::Thermometer;
use crate::text::duration;
use crate::ui::Ui;

#[cfg(feature = "broker")]
const EXAMPLES: &str = "\
Examples:
  mqx sim-temp
  mqx sim-temp --embedded                     with a broker of its own
  mqx sim-temp --min -5 --max 5 --interval 100ms -t garden/temperature";
#[cfg(not(feature = "broker"))]
const EXAMPLES: &str = "\
Examples:
  mqx sim-temp
  mqx sim-temp --min -5 --max 5 --interval 100ms -t garden/temperature
  mqx sim-temp -h broker.example --for 1m     a minute of it";

/// What `mqx sim-temp` takes.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Message", after_help = EXAMPLES)]
pub struct Args {
    /// The topic [default: TEMPERATURE]
    #[arg(short, long, allow_hyphen_values = true)]
    topic: Option<OsString>,

    /// The lowest temperature
    #[arg(long, value_name = "T", default_value_t = 20.0, allow_negative_numbers = true)]
    min: f64,

    /// The temperature that is never reached
    #[arg(long, value_name = "T", default_value_t = 21.0, allow_negative_numbers = true)]
    max: f64,

    /// Measure once every D (1.5, 500ms, 3s, 2m, 1h); 0 is as fast as possible
    #[arg(long, value_name = "D", default_value = "1s", value_parser = duration::parse)]
    interval: Duration,

    /// Measure the same temperatures as every run with this number
    #[arg(long, value_name = "N")]
    seed: Option<u64>,

    /// QoS 0, 1 or 2 [default: 1]
    #[arg(short, long, value_parser = args::qos)]
    qos: Option<QoS>,

    #[command(flatten)]
    length: LengthArgs,

    #[command(flatten)]
    timeout: TimeoutArgs,

    #[cfg(feature = "broker")]
    #[command(flatten)]
    embedded: EmbeddedArgs,

    /// How to reach the broker.
    #[command(flatten)]
    pub connect: ConnectArgs,
}

/// What `mqx sim-temp` is to do.
#[derive(Clone, Debug)]
pub struct Options {
    /// The connection.
    pub connect: ConnectOptions,
    /// Where to publish.
    pub topic: TopicName,
    /// At which QoS.
    pub qos: PublishingQoS,
    /// What measures.
    pub thermometer: Thermometer,
    /// From one measurement to the next; zero is as fast as possible.
    pub interval: Duration,
    /// After how many acknowledged messages it is done.
    pub count: Option<u64>,
    /// After what time it is done.
    pub length: Option<Duration>,
    /// The most time for the whole run.
    pub timeout: Option<Duration>,
    /// Which broker to start first.
    #[cfg(feature = "broker")]
    pub embedded: Embedded,
}

#[cfg(feature = "broker")]
impl AsMut<ConnectOptions> for Options {
    fn as_mut(&mut self) -> &mut ConnectOptions {
        &mut self.connect
    }
}

impl Args {
    /// The options that were meant.
    ///
    /// # Errors
    /// Usage, or a password file that cannot be read.
    pub fn resolve(&self, here: &Surroundings) -> Result<Options, ArgsError> {
        let in_url = self.connect.topic()?;
        let topic = match (&self.topic, &in_url) {
            (Some(_), Some(_)) => return Err(args::topic_twice()),
            (Some(topic), None) => topic,
            (None, Some(topic)) => OsStr::new(topic),
            (None, None) => OsStr::new("TEMPERATURE"),
        };
        let topic = args::topic_name(topic)?;
        let thermometer = Thermometer::new(self.min, self.max, self.seed)
            .map_err(|why| ArgsError::usage(format!("--min {} --max {}: {why}", self.min, self.max)))?;
        let connect =
            self.connect.resolve(Role { open_ended: self.length.count.is_none(), consumer: false, needs_5: None }, here)?;
        Ok(Options {
            topic,
            qos: PublishingQoS::of(self.qos),
            thermometer,
            interval: self.interval,
            count: self.length.count,
            length: self.length.length,
            timeout: self.timeout.timeout,
            #[cfg(feature = "broker")]
            embedded: self.embedded.resolve(&connect.targets, self.connect.port_asked())?,
            connect,
        })
    }
}

/// Measures and publishes.
///
/// # Errors
/// Whatever ended the run before its work was done.
pub async fn run(args: Args, ui: Ui) -> Result<Status, Error> {
    let options = args.resolve(&Surroundings::here())?;
    let stop = super::stop(options.timeout)?;
    #[cfg(feature = "broker")]
    {
        let (embedded, next_door) = (options.embedded, format!("sub {}", options.topic));
        super::broker::beside(embedded, &ui, &next_door, options, async |options| measure(options, stop, &ui).await).await
    }
    #[cfg(not(feature = "broker"))]
    measure(options, stop, &ui).await
}

async fn measure(options: Options, mut stop: Stop, ui: &Ui) -> Result<Status, Error> {
    let Options { connect, topic, qos, thermometer, interval, count, length, .. } = options;
    let stdout = Stdout::open()?;
    let (publisher, _events) = match super::connect(connect, &mut stop, ui).await? {
        Ok(connected) => connected,
        Err(why) => return Ok(super::stopped(why, ui)),
    };
    let qos = super::publishing_level(&publisher, qos, false, ui).await?;
    let mut source = Measurements {
        thermometer,
        topic,
        qos,
        pacer: Pacer::every(interval),
        begun: Instant::now(),
        count,
        published: 0,
        measured: VecDeque::new(),
        on_their_way: BTreeMap::new(),
        stdout: stdout.clone(),
    };
    let mut tally = Tally::new(ui.clone());
    stop.end_after(length);
    stop.end_with(async move { stdout.closed().await });
    let result = publish_all(&publisher, &mut source, &mut stop, &mut tally).await;
    let (stopped, mut failure) = super::told(super::unless_abandoned(result), ui);
    let finished = finish(&publisher, &mut stop, stopped, &mut tally).await;
    if failure == Status::Done {
        let last = source.settled(&finished.outcomes).await.map(|()| None);
        (_, failure) = super::told(super::unless_abandoned(last), ui);
    }
    let goal = super::goal(count, length, source.is_satisfied());
    ui.note(&format!("published {} to topic {}", source.published, source.topic));
    if source.pacer.missed() > 0 {
        ui.note(&format!("{} measurements were left out: there was no time or no room for them", source.pacer.missed()));
    }
    Ok(tally.conclude(&finished, goal).merge(failure))
}

/// Measurements that may be on their way at a time when they are made as fast as possible.
const BATCH: u64 = 1_000;

/// What is measured, published and told.
struct Measurements {
    thermometer: Thermometer,
    topic: TopicName,
    qos: QoS,
    pacer: Pacer,
    begun: Instant,
    count: Option<u64>,
    /// Acknowledged, or written at QoS 0.
    published: u64,
    /// Made and not yet submitted, in order.
    measured: VecDeque<String>,
    /// Submitted and not yet settled, by number.
    on_their_way: BTreeMap<u64, String>,
    stdout: Stdout,
}

impl Source for Measurements {
    type Error = StdoutError;

    async fn next(&mut self, into: &mut VecDeque<Message>) -> Result<bool, StdoutError> {
        while let Due::In(wait) = self.pacer.due(self.begun.elapsed()) {
            tokio::time::sleep(wait).await;
        }
        let value = self.thermometer.measure().to_string();
        into.push_back(Message::new(self.topic.clone(), value.clone().into(), self.qos));
        self.measured.push_back(value);
        Ok(true)
    }

    fn submitted(&mut self, numbers: Range<u64>) {
        self.on_their_way.extend(numbers.zip(self.measured.drain(..)));
    }

    async fn settled(&mut self, outcomes: &[(Token, Outcome)]) -> Result<(), StdoutError> {
        let mut text = Vec::new();
        for (token, outcome) in outcomes {
            let value = self.on_their_way.remove(&token.number());
            if let (Some(value), Outcome::Acknowledged(_) | Outcome::Written) = (value, outcome) {
                self.published += 1;
                text.extend_from_slice(format!("Just published {value} to topic {}\n", self.topic).as_bytes());
            }
        }
        if !text.is_empty() {
            self.stdout.write(text).await?;
        }
        Ok(())
    }

    /// More than are on their way would be too many.
    fn is_starved(&self) -> bool {
        self.room() == 0
    }

    fn is_satisfied(&self) -> bool {
        self.count.is_some_and(|count| self.published >= count)
    }
}

impl Measurements {
    /// How many more may be made now.
    fn room(&self) -> u64 {
        let on_their_way = self.on_their_way.len() as u64;
        self.count.map_or(BATCH, |count| (count - self.published.min(count)).saturating_sub(on_their_way).min(BATCH))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::testing::{assert_says, resolve};
    use crate::client::RetryBudget;

    fn of(words: &[&str]) -> Result<Options, String> {
        resolve(words, Args::resolve)
    }

    #[test]
    fn defaults_are_those_of_the_first_thermometer() {
        let options = of(&[]).unwrap();
        assert_eq!((options.topic.as_str(), options.interval), ("TEMPERATURE", Duration::from_secs(1)));
        assert_eq!((options.count, options.length, options.timeout), (None, None, None));
        assert_eq!(options.qos, PublishingQoS { level: QoS::AtLeastOnce, asked: false });
        assert_eq!((options.connect.retry, options.connect.consumer), (RetryBudget::Forever, false));
        let mut thermometer = options.thermometer;
        assert!((0..100).all(|_| (20.0..21.0).contains(&thermometer.measure())));
    }

    #[test]
    fn everything_can_be_chosen() {
        let words = "-t -a --min -5.5 --max -1 --interval 0 --seed 7 -C 3 --for 1m -W 2 -q 0";
        let options = of(&words.split(' ').collect::<Vec<_>>()).unwrap();
        assert_eq!((options.topic.as_str(), options.interval), ("-a", Duration::ZERO));
        assert_eq!((options.count, options.length), (Some(3), Some(Duration::from_secs(60))));
        assert_eq!((options.timeout, options.qos.level), (Some(Duration::from_secs(2)), QoS::AtMostOnce));
        assert_eq!(options.connect.retry, RetryBudget::For(Duration::from_secs(60)));
        let mut same = Thermometer::new(-5.5, -1.0, Some(7)).unwrap();
        let mut thermometer = options.thermometer;
        assert_eq!([(); 5].map(|()| thermometer.measure()), [(); 5].map(|()| same.measure()));
    }

    #[test]
    fn what_cannot_be_meant() {
        for (words, says) in [
            (&["--min", "21"][..], "--min 21 --max 21: the minimum is not below"),
            (&["--max", "inf"], "--min 20 --max inf: the range is not finite"),
            (&["--max", "21C"], "'21C'|--max"),
            (&["-t", "a/#"], "topic 'a/#'|wildcard"),
            (&["--seed", "-1"], "-1"),
            (&["a"], "unexpected argument 'a'"),
        ] {
            assert_says(of(words), says, words);
        }
    }

    #[cfg(feature = "broker")]
    #[test]
    fn a_broker_of_its_own() {
        assert_eq!(of(&[]).unwrap().embedded, Embedded::No);
        assert_eq!(of(&["--embedded"]).unwrap().embedded, Embedded::Near(1883));
        assert_eq!(of(&["--embedded", "-p", "1884"]).unwrap().embedded, Embedded::On(1884));
        for words in [&["--embedded", "-h", "example.com"][..], &["--embedded", "--tls"], &["--embedded", "-p", "8883"]] {
            assert_says(of(words), "--embedded starts a broker", words);
        }
    }
}
