//! `mqx retained clear`: an empty retained message to each topic that was found `[MQTT-3.3.1-6]`, once all were found and a person agreed.

use std::collections::VecDeque;
use std::rc::Rc;

use super::gather::{Each, Gather, Source};
use crate::client::{Events, Outcome, Token};
use crate::commands::subscribing::beside;
use crate::commands::{told, unless_abandoned};
use crate::error::Error;
use crate::exit::Status;
use crate::flow::tally::messages;
use crate::flow::{self, Goal, Stopped, Tally, finish, publish_all};
use crate::mqtt::{Message, QoS, Received, TopicFilter, TopicName};
use crate::output::stdout::{Stdout, StdoutError};
use crate::text::{escape, field};
use crate::ui::{AskError, ask_yes};

/// So many are cleared without a question.
const UNASKED: usize = 10;
/// Messages that are handed over at a time.
const BATCH: usize = 1_000;

/// Finds, asks, clears.
pub(super) async fn clear(
    source: &mut Source,
    left_out: Vec<TopicFilter>,
    clearing: &mut Clearing,
    dry_run: bool,
    yes: bool,
) -> Result<Status, Error> {
    let mut gather = Gather::new(Nothing, left_out);
    let idle = source.idle;
    // At QoS 0 nothing is left out that a broker does not queue.
    let result = source.gather(QoS::AtMostOnce, idle, &mut gather).await;
    let (stopped, failure) = told(unless_abandoned(result), &source.ui);
    if stopped != Some(Stopped::Elapsed) || failure != Status::Done {
        return Ok(end(source, stopped, Goal::Missed, &mut Tally::new(source.ui.clone())).await.merge(failure));
    }
    // Our own messages would come back, and each of them makes mosquitto wait with its next acknowledgement: Nagle's algorithm.
    drop(source.publisher.unsubscribe(source.filters.drain(..)));
    let mut topics: Vec<TopicName> = gather.topics.into_iter().collect();
    topics.sort_unstable_by(|one, other| one.as_str().cmp(other.as_str()));
    clearing.topics = topics.into();
    if clearing.topics.is_empty() {
        source.ui.note("nothing is retained there");
    }
    let mut tally = Tally::of_topics(source.ui.clone(), Rc::clone(&clearing.topics));
    if dry_run {
        let printed = clearing.print_all().await.map(|()| None);
        let (stopped, failure) = told(unless_abandoned(printed), &source.ui);
        return Ok(end(source, stopped, Goal::Met, &mut tally).await.merge(failure));
    }
    let agreed = if yes || clearing.topics.len() <= UNASKED { Ok(None) } else { agree(source, clearing.topics.len()).await };
    match agreed {
        Ok(None) => {}
        Ok(Some(why)) => return Ok(end(source, Some(why), Goal::Missed, &mut tally).await),
        Err(error) => {
            end(source, None, Goal::Met, &mut tally).await;
            return Err(error);
        }
    }
    clear_all(source, clearing, &mut tally).await
}

/// Asks the person at the terminal. What stopped the run meanwhile, or `None`: go on.
async fn agree(source: &mut Source, count: usize) -> Result<Option<Stopped>, Error> {
    let question = format!("clear {count} retained messages? [y/N] ");
    let answer = tokio::task::spawn_blocking(move || ask_yes(&question));
    let Source { events, stop, .. } = source;
    let asking = async {
        tokio::select! {
            biased;
            why = stop.wait() => Err(why),
            answer = answer => Ok(answer),
        }
    };
    match beside(drain(events), asking).await {
        Err(why) => Ok(Some(why)),
        Ok(Ok(Ok(true))) => Ok(None),
        Ok(Ok(Ok(false))) => Err(Error::local("nothing was cleared")),
        Ok(Ok(Err(AskError::Interrupted(number)))) => Ok(Some(Stopped::Signal(number))),
        Ok(Ok(Err(AskError::Terminal(_))) | Err(_)) => {
            let message = format!("nothing was cleared: there are {count} retained messages, and no terminal to ask at");
            Err(Error::usage(message).with_hint("--yes clears them without a question, --dry-run lists them"))
        }
    }
}

async fn clear_all(source: &mut Source, clearing: &mut Clearing, tally: &mut Tally) -> Result<Status, Error> {
    let Source { publisher, events, stop, ui, .. } = source;
    let working = async {
        let result = publish_all(publisher, clearing, stop, tally).await;
        let (stopped, mut failure) = told(unless_abandoned(result), ui);
        let finished = finish(publisher, stop, stopped, tally).await;
        if failure == Status::Done {
            let last = clearing.print(&finished.outcomes).await.map(|()| None);
            (_, failure) = told(unless_abandoned(last), ui);
        }
        (finished, failure)
    };
    let (finished, failure) = beside(drain(events), working).await;
    let all = clearing.topics.len() as u64;
    if all > 0 {
        ui.note(&format!("cleared {} of {}", clearing.cleared, messages(all)));
        if clearing.cleared > 0 && !publisher.hears_refusals() {
            ui.note("a broker of MQTT 3.1.1 acknowledges what it refuses, too; mqx retained list tells what is left");
        }
    }
    let goal = if clearing.cleared + tally.rejected == all { Goal::Met } else { Goal::Missed };
    Ok(tally.conclude(&finished, goal).merge(failure))
}

/// Says goodbye where nothing was cleared.
async fn end(source: &mut Source, stopped: Option<Stopped>, goal: Goal, tally: &mut Tally) -> Status {
    let finished = finish(&source.publisher, &mut source.stop, stopped, tally).await;
    tally.conclude(&finished, goal)
}

/// Takes what still comes of the subscriptions, for ever: unread, it would hold up the acknowledgements.
async fn drain(events: &mut Events) {
    let mut batch = Vec::new();
    while events.next(BATCH, &mut batch).await {
        events.taken(&mut batch);
    }
}

/// Only the topics are wanted.
struct Nothing;

impl Each for Nothing {
    fn found(&mut self, _received: &Received) {}

    async fn flush(&mut self) -> Result<(), StdoutError> {
        Ok(())
    }
}

/// What is being cleared, and told once it is.
pub(super) struct Clearing {
    /// In order; the nth message that is published is for the nth.
    topics: Rc<[TopicName]>,
    /// How many were handed over.
    begun: usize,
    /// Of how many the broker confirmed it.
    cleared: u64,
    qos: QoS,
    escaped: bool,
    /// `None` when nobody reads it any more, which is no reason to leave work undone.
    stdout: Option<Stdout>,
}

impl Clearing {
    pub(super) fn new(stdout: Stdout, escaped: bool, qos: QoS) -> Self {
        Self { topics: Rc::default(), begun: 0, cleared: 0, qos, escaped, stdout: Some(stdout) }
    }

    fn line(&self, topic: &TopicName, out: &mut Vec<u8>) {
        let topic = topic.as_str();
        let shown = if self.escaped { escape(topic.as_bytes()) } else { field(topic) };
        out.extend_from_slice(shown.as_bytes());
        out.push(b'\n');
    }

    async fn print_all(&mut self) -> Result<(), StdoutError> {
        let topics = Rc::clone(&self.topics);
        for topics in topics.chunks(BATCH) {
            let mut text = Vec::new();
            topics.iter().for_each(|topic| self.line(topic, &mut text));
            self.write(text).await?;
        }
        Ok(())
    }

    async fn print(&mut self, outcomes: &[(Token, Outcome)]) -> Result<(), StdoutError> {
        let mut text = Vec::new();
        for (token, outcome) in outcomes {
            if let Outcome::Acknowledged(_) | Outcome::Written = outcome
                && let Some(topic) = usize::try_from(token.number()).ok().and_then(|number| self.topics.get(number))
            {
                self.cleared += 1;
                self.line(topic, &mut text);
            }
        }
        self.write(text).await
    }

    async fn write(&mut self, text: Vec<u8>) -> Result<(), StdoutError> {
        let Some(stdout) = self.stdout.as_ref().filter(|_| !text.is_empty()) else { return Ok(()) };
        match stdout.write(text).await {
            Err(StdoutError::Closed) => self.stdout = None,
            written => drop(written?),
        }
        Ok(())
    }
}

impl flow::Source for Clearing {
    type Error = StdoutError;

    async fn next(&mut self, into: &mut VecDeque<Message>) -> Result<bool, StdoutError> {
        let batch = self.topics.iter().skip(self.begun).take(BATCH);
        let message = |topic: &TopicName| Message { retain: true, ..Message::new(topic.clone(), Vec::new().into(), self.qos) };
        into.extend(batch.map(message));
        self.begun += into.len();
        Ok(self.begun < self.topics.len())
    }

    async fn settled(&mut self, outcomes: &[(Token, Outcome)]) -> Result<(), StdoutError> {
        self.print(outcomes).await
    }
}
