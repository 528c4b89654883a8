//! Requests on their way through: each is kept until the broker has acknowledged its answer, and only then acknowledged itself.

use std::collections::{HashMap, VecDeque};
use std::convert::Infallible;

use super::super::few::{Few, processes};
use super::answers::{Answers, SHOWN};
use super::programs::{Ended, Programs};
use crate::client::{Delivery, Outcome, Publisher};
use crate::exit::Status;
use crate::flow::{Sink, Tally};
use crate::mqtt::{Message, Reason};
use crate::text::excerpt;
use crate::ui::Ui;

/// Requests that are kept at a time: as many as a broker may have on their way to us.
const MOST: usize = 1_000;
/// Bytes of them beyond which no more are taken.
const MOST_BYTES: usize = 8 << 20;

/// Answers requests.
pub(super) struct Replies<'a> {
    publisher: Publisher,
    answers: Answers,
    /// How many answers are still wanted; `None` has no end.
    left: Option<u64>,
    /// Answers that there was no room for yet, and the request of each.
    unsent: VecDeque<Message>,
    waiting: VecDeque<Delivery>,
    /// Those whose answer a program makes.
    programs: Option<Programs>,
    /// Requests whose answers are on their way, by the number of the answer.
    sent: HashMap<u64, Delivery>,
    /// What the requests that are kept weigh.
    bytes: usize,
    /// The connection is given up: no answer goes out any more.
    over: bool,
    tally: &'a mut Tally,
    unheard: Few,
    failed: Few,
    ui: Ui,
}

impl<'a> Replies<'a> {
    pub fn new(publisher: Publisher, answers: Answers, count: Option<u64>, tally: &'a mut Tally, ui: &Ui) -> Self {
        let programs = answers.program().map(|(program, jobs)| Programs::new(program, jobs));
        Self {
            publisher,
            answers,
            left: count,
            unsent: VecDeque::new(),
            waiting: VecDeque::new(),
            programs,
            sent: HashMap::new(),
            bytes: 0,
            over: false,
            tally,
            unheard: Few::new(ui.clone(), "more answers find nobody; they are counted"),
            failed: Few::new(ui.clone(), "more processes fail; they are counted"),
            ui: ui.clone(),
        }
    }

    /// Whether as many answers went out as are wanted.
    pub fn is_enough(&self) -> bool {
        self.left == Some(0)
    }

    /// Sums up at the end of the run: how many requests are left without an answer, to the broker, which has no acknowledgement of them,
    /// and what it means that processes failed.
    pub fn conclude(self) -> (usize, Status) {
        self.answers.sum_up();
        self.unheard.sum_up(|count| format!("{count} answers found nobody"));
        let left = self.waiting.len() + self.programs.as_ref().map_or(0, Programs::len);
        if left > 0 {
            let requests = if left == 1 { "1 request is".to_owned() } else { format!("{left} requests are") };
            self.ui.warning(&format!("{requests} left without an answer"));
        }
        let failed = self.failed.count();
        if failed == 0 {
            return (left, Status::Done);
        }
        self.ui.error(&format!("{} failed", processes(failed)), None);
        (left, Status::Local)
    }

    /// The process of a request ended. A request whose process failed is done with.
    fn ended(&mut self, Ended { request, answer }: Ended) -> Option<Delivery> {
        match answer {
            Ok(answer) => {
                self.unsent.push_back(answer);
                self.waiting.push_back(request);
                None
            }
            Err(why) => {
                let message = &request.received.message;
                self.bytes -= message.weight();
                self.failed.warn(|| {
                    let topic = excerpt(message.topic.as_str().as_bytes(), SHOWN);
                    format!("no answer to a request to {topic}: its process failed: {why}")
                });
                Some(request)
            }
        }
    }

    /// Hands over as many answers as there is room for.
    fn submit(&mut self) {
        if !self.unsent.is_empty() {
            for number in self.publisher.publish(&mut self.unsent) {
                if let Some(request) = self.waiting.pop_front() {
                    self.sent.insert(number, request);
                }
            }
        }
        if let Some(programs) = self.programs.as_mut().filter(|_| self.unsent.is_empty()) {
            programs.start();
        }
    }

    /// The answer with this number came to its end, and so did the request.
    fn settle(&mut self, number: u64, outcome: &Outcome) -> Option<Delivery> {
        let request = self.sent.remove(&number)?;
        self.bytes -= request.received.message.weight();
        match outcome {
            Outcome::Acknowledged(reason) => {
                self.left = self.left.map(|left| left.saturating_sub(1));
                if *reason == Reason::NO_MATCHING_SUBSCRIBERS {
                    let topic = &request.received.message.topic;
                    self.unheard.note(|| {
                        let topic = excerpt(topic.as_str().as_bytes(), SHOWN);
                        format!("the answer to a request to {topic} found nobody: who asked is gone")
                    });
                }
            }
            Outcome::Written => self.left = self.left.map(|left| left.saturating_sub(1)),
            Outcome::Rejected(_) | Outcome::Unconfirmed => {}
        }
        Some(request)
    }
}

impl Sink for Replies<'_> {
    type Error = Infallible;

    fn wants(&self) -> usize {
        let kept = self.kept();
        if self.over || self.bytes >= MOST_BYTES {
            return 0;
        }
        let left = self.left.map_or(MOST, |left| usize::try_from(left).unwrap_or(MOST));
        MOST.min(left).saturating_sub(kept)
    }

    async fn take(&mut self, deliveries: &mut Vec<Delivery>) -> Result<(), Infallible> {
        for request in std::mem::take(deliveries) {
            match self.answers.answer(&request.received) {
                Some(answer) => {
                    self.bytes += request.received.message.weight();
                    if let Some(programs) = &mut self.programs {
                        programs.push(request, answer);
                    } else {
                        self.unsent.push_back(answer);
                        self.waiting.push_back(request);
                    }
                }
                None => deliveries.push(request),
            }
        }
        self.submit();
        Ok(())
    }

    fn kept(&self) -> usize {
        self.waiting.len() + self.programs.as_ref().map_or(0, Programs::len) + self.sent.len()
    }

    async fn settled(&mut self, done: &mut Vec<Delivery>) -> Result<(), Infallible> {
        if self.wants() == 0 {
            // Nothing goes on before an acknowledgement comes.
            self.publisher.starve();
        }
        let mut outcomes = Vec::new();
        let Self { publisher, unsent, programs, .. } = self;
        tokio::select! {
            over = publisher.settled(!unsent.is_empty(), &mut outcomes) => self.over = over,
            process = next_of(programs) => done.extend(self.ended(process)),
        }
        self.tally.count(&outcomes);
        done.extend(outcomes.iter().filter_map(|(token, outcome)| self.settle(token.number(), outcome)));
        if self.over {
            // The broker has no acknowledgement of them, and will not get one.
            self.sent.clear();
            self.waiting.clear();
            self.unsent.clear();
            self.programs = None;
        }
        self.submit();
        Ok(())
    }
}

/// The next process that ends, where there are any.
async fn next_of(programs: &mut Option<Programs>) -> Ended {
    match programs {
        Some(programs) => programs.ended().await,
        None => std::future::pending().await,
    }
}
