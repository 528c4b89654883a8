//! `mqx sim-temp`: a thermometer that publishes what it measures.

use std::ffi::OsString;
use std::time::Duration;

use crate::args::{self, ArgsError, ConnectArgs, LengthArgs, PublishingQoS, Role, Surroundings, TimeoutArgs};
#[cfg(feature = "broker")]
use crate::args::{Embedded, EmbeddedArgs};
use crate::client::ConnectOptions;
use crate::error::Error;
use crate::exit::Status;
use crate::mqtt::{QoS, TopicName};
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
  mqx sim-temp --min -5 --max 5 --interval 100ms -t garden/temperature";

/// What `mqx sim-temp` takes.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The topic
    #[arg(short, long, default_value = "TEMPERATURE", allow_hyphen_values = true)]
    topic: OsString,

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

impl Args {
    /// The options that were meant.
    ///
    /// # Errors
    /// Usage, or a password file that cannot be read.
    pub fn resolve(&self, here: &Surroundings) -> Result<Options, ArgsError> {
        let topic = args::topic_name(&self.topic)?;
        let thermometer = Thermometer::new(self.min, self.max, self.seed)
            .map_err(|why| ArgsError::usage(format!("--min {} --max {}: {why}", self.min, self.max)))?;
        let connect = self.connect.resolve(Role { open_ended: self.length.count.is_none(), consumer: false }, here)?;
        Ok(Options {
            topic,
            qos: PublishingQoS::of(self.qos),
            thermometer,
            interval: self.interval,
            count: self.length.count,
            length: self.length.length,
            timeout: self.timeout.timeout,
            #[cfg(feature = "broker")]
            embedded: self.embedded.resolve(&connect.endpoint, self.connect.port_asked())?,
            connect,
        })
    }
}

/// Measures and publishes.
///
/// # Errors
/// Whatever ended the run before its work was done.
pub async fn run(args: Args, ui: Ui) -> Result<Status, Error> {
    let _ = (args.resolve(&Surroundings::here())?, ui);
    Err(Error::local("not built yet"))
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
