//! The answers to a request, told from whatever else comes on their topic, and printed.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use bytes::Bytes;

use super::super::few::Few;
use super::{Question, SHOWN};
use crate::client::Delivery;
use crate::flow::{Sink, tally};
use crate::mqtt::{Message, TopicName};
use crate::output::Renderer;
use crate::output::stdout::{Stdout, StdoutError};
use crate::text::excerpt;
use crate::ui::Ui;

/// Deliveries a batch.
const BATCH: usize = 1_000;

/// What an answer to our request looks like.
pub(super) struct Ours {
    response_topic: TopicName,
    /// `None` in 3.1.1.
    correlation_data: Option<Bytes>,
    /// When the request was handed over; before, nothing is an answer.
    asked: Rc<Cell<Option<Instant>>>,
    /// The payload of our own request, which comes back where it goes to the topic of its answers. Once.
    echo: Option<Bytes>,
}

/// Why a message is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Other {
    /// It was there before.
    Retained,
    /// It came before the request was sent.
    Early,
    /// It answers another request, or none.
    Uncorrelated,
    /// It came on another topic, in a session that was kept.
    Elsewhere,
    /// It is our request.
    Echo,
}

impl Ours {
    pub fn of(question: &Question, asked: Rc<Cell<Option<Instant>>>) -> Self {
        let Question { request, response_topic, correlation_data } = question;
        let echo = (request.topic == *response_topic).then(|| request.payload.clone());
        Self { response_topic: response_topic.clone(), correlation_data: correlation_data.clone(), asked, echo }
    }

    /// When the request was handed over that a message answers.
    fn answered(&mut self, message: &Message) -> Result<Instant, Other> {
        if message.topic != self.response_topic {
            return Err(Other::Elsewhere);
        }
        if message.retain {
            return Err(Other::Retained);
        }
        let asked = self.asked.get().ok_or(Other::Early)?;
        let properties = message.properties.as_deref();
        if self.correlation_data.is_some()
            && properties.and_then(|p| p.correlation_data.as_ref()) != self.correlation_data.as_ref()
        {
            return Err(Other::Uncorrelated);
        }
        // In version 5 a request says where its answers go, and an answer does not.
        let like_a_request = self.correlation_data.is_none() || properties.is_some_and(|p| p.response_topic.is_some());
        if like_a_request && self.echo.as_ref() == Some(&message.payload) {
            self.echo = None;
            return Err(Other::Echo);
        }
        Ok(asked)
    }
}

/// Prints answers, and says what is none.
pub(super) struct Answers {
    ours: Ours,
    /// How many more are waited for; `None` is all that come.
    left: Option<u64>,
    came: u64,
    latency: bool,
    renderer: Renderer,
    stdout: Stdout,
    ui: Ui,
    ignored: Few,
}

impl Answers {
    pub fn new(ours: Ours, left: Option<u64>, latency: bool, renderer: Renderer, stdout: Stdout, ui: &Ui) -> Self {
        let ignored = Few::new(ui.clone(), "more messages are ignored; they are counted");
        Self { ours, left, came: 0, latency, renderer, stdout, ui: ui.clone(), ignored }
    }

    /// Whether as many came as are waited for.
    pub fn is_enough(&self) -> bool {
        self.left.map_or(self.came > 0, |left| left == 0)
    }

    /// What did not come within the length of the run.
    pub fn missing(&self, within: Duration) -> String {
        let seconds = within.as_secs_f64();
        match self.left {
            Some(left) if self.came > 0 => {
                format!("{} of {} answers within {seconds} s", self.came, self.came + left)
            }
            _ => format!("no answer within {seconds} s"),
        }
    }

    /// Says how much was ignored, if that was not told one by one.
    pub fn sum_up(&self) {
        self.ignored.sum_up(|count| format!("{} ignored", tally::messages(count)));
    }

    fn ignore(&mut self, message: &Message, why: Other) {
        let why = match why {
            // Nothing that a person would miss.
            Other::Echo => return,
            Other::Retained => "retained, so that it answers an earlier request",
            Other::Early => "it came before the request was sent",
            Other::Uncorrelated => "its Correlation Data is not that of the request",
            Other::Elsewhere => "it is not on the topic of the answers",
        };
        self.ignored.note(|| {
            let topic = excerpt(message.topic.as_str().as_bytes(), SHOWN);
            format!("ignored a message to {topic}: {why}")
        });
    }
}

impl Sink for Answers {
    type Error = StdoutError;

    fn wants(&self) -> usize {
        self.left.map_or(BATCH, |left| usize::try_from(left).unwrap_or(BATCH).min(BATCH))
    }

    async fn take(&mut self, deliveries: &mut Vec<Delivery>) -> Result<(), StdoutError> {
        for Delivery { received, .. } in deliveries {
            let asked = match self.ours.answered(&received.message) {
                Ok(asked) => asked,
                Err(why) => {
                    self.ignore(&received.message, why);
                    continue;
                }
            };
            let took = asked.elapsed();
            let mut line = Vec::new();
            self.renderer.render(received, &mut line);
            self.stdout.write(line).await?;
            if self.latency {
                self.ui.summary(&format!("answer after {:.3} ms", took.as_secs_f64() * 1e3));
            }
            self.came += 1;
            self.left = self.left.map(|left| left.saturating_sub(1));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mqtt::{Properties, QoS};

    fn name(text: &str) -> TopicName {
        TopicName::new(text).unwrap()
    }

    fn message(topic: &str, payload: &'static str, properties: Option<Properties>) -> Message {
        Message { properties: properties.map(Box::new), ..Message::new(name(topic), payload.into(), QoS::AtLeastOnce) }
    }

    fn correlated(data: &'static str) -> Option<Properties> {
        Some(Properties { correlation_data: Some(data.into()), ..Properties::default() })
    }

    fn ours(topic: &str, correlation_data: Option<&'static str>) -> Ours {
        let question = Question {
            request: message(topic, "ask", None),
            response_topic: name("r"),
            correlation_data: correlation_data.map(Into::into),
        };
        Ours::of(&question, Rc::new(Cell::new(Some(Instant::now()))))
    }

    #[test]
    fn the_correlation_data_tells_an_answer() {
        let mut ours = ours("a", Some("1"));
        assert!(ours.answered(&message("r", "x", correlated("1"))).is_ok());
        for (other, why) in [
            (message("r", "x", correlated("2")), Other::Uncorrelated),
            (message("r", "x", None), Other::Uncorrelated),
            (message("q", "x", correlated("1")), Other::Elsewhere),
            (Message { retain: true, ..message("r", "x", correlated("1")) }, Other::Retained),
        ] {
            assert_eq!(ours.answered(&other).map(drop), Err(why));
        }
    }

    #[test]
    fn without_correlation_data_the_topic_does() {
        let mut ours = ours("a", None);
        assert!(ours.answered(&message("r", "ask", None)).is_ok());
        assert_eq!(ours.answered(&Message { retain: true, ..message("r", "x", None) }).map(drop), Err(Other::Retained));
        ours.asked.set(None);
        assert_eq!(ours.answered(&message("r", "x", None)).map(drop), Err(Other::Early));
    }

    #[test]
    fn our_own_request_is_no_answer_once() {
        let mut ours_311 = ours("r", None);
        assert_eq!(ours_311.answered(&message("r", "ask", None)).map(drop), Err(Other::Echo));
        assert!(ours_311.answered(&message("r", "ask", None)).is_ok());
        let mut ours_5 = ours("r", Some("1"));
        assert!(ours_5.answered(&message("r", "ask", correlated("1"))).is_ok());
        let request = correlated("1").map(|properties| Properties { response_topic: Some("r".into()), ..properties });
        assert_eq!(ours_5.answered(&message("r", "ask", request)).map(drop), Err(Other::Echo));
    }
}
