//! The answer to a request: where it goes, what it carries, and why there is none.

use bytes::Bytes;
use bytestring::ByteString;

use super::super::few::Few;
use crate::args::{Filling, How};
use crate::mqtt::{Message, Properties, QoS, Received, TopicName};
use crate::output::process::Program;
use crate::payload::template::RenderError;
use crate::text::excerpt;
use crate::ui::Ui;

/// What of a topic stands in a message, in characters.
pub(super) const SHOWN: usize = 80;

/// Makes answers.
pub(super) struct Answers {
    how: How,
    /// Where they go when a request does not say it.
    response_topic: Option<TopicName>,
    /// Their properties; Correlation Data is for those whose request has none.
    properties: Properties,
    qos: QoS,
    /// Whether messages have properties: not in 3.1.1.
    version_5: bool,
    /// For templates, from the first on.
    filling: Option<Filling>,
    unanswered: Few,
}

/// Why a request has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Unanswered {
    /// It was asked in the past.
    Retained,
    /// It does not say where the answer goes.
    Nowhere,
    /// It names what is no topic; why not.
    Wrong(ByteString, String),
    /// No message can carry the answer.
    TooLarge(RenderError),
}

impl Answers {
    pub fn new(how: How, response_topic: Option<TopicName>, properties: Properties, qos: QoS, version_5: bool, ui: &Ui) -> Self {
        let unanswered = Few::new(ui.clone(), "more messages are not answered; they are counted");
        Self { how, response_topic, properties, qos, version_5, filling: None, unanswered }
    }

    /// The program that makes answers, and how many of its processes run at once.
    pub const fn program(&self) -> Option<(&Program, usize)> {
        if let How::Exec { program, jobs } = &self.how { Some((program, *jobs)) } else { None }
    }

    /// The answer to a request, or what only lacks what the program prints; what has none is told.
    pub fn answer(&mut self, request: &Received) -> Option<Message> {
        let made = self.topic(&request.message).and_then(|topic| Ok((topic, self.payload(request)?)));
        match made {
            Ok((topic, payload)) => {
                let properties = if self.version_5 { self.properties(request.message.properties.as_deref()) } else { None };
                Some(Message { properties, ..Message::new(topic, payload, self.qos) })
            }
            Err(why) => {
                self.tell(&request.message, &why);
                None
            }
        }
    }

    fn payload(&mut self, request: &Received) -> Result<Bytes, Unanswered> {
        match &self.how {
            How::Echo => Ok(request.message.payload.clone()),
            How::With(payload) => Ok(payload.clone()),
            How::Template(template) => {
                self.filling.get_or_insert_default().fill(template, request).map(Bytes::from).map_err(Unanswered::TooLarge)
            }
            How::Exec { .. } => Ok(Bytes::new()),
        }
    }

    /// Says how many had no answer, if that was not told one by one.
    pub fn sum_up(&self) {
        self.unanswered.sum_up(|count| format!("{count} messages were not answered"));
    }

    fn topic(&self, request: &Message) -> Result<TopicName, Unanswered> {
        // In version 5 the broker was asked for none of them.
        if request.retain {
            return Err(Unanswered::Retained);
        }
        match request.properties.as_ref().and_then(|properties| properties.response_topic.as_ref()) {
            Some(topic) => TopicName::new(topic).map_err(|why| Unanswered::Wrong(topic.clone(), why.to_string())),
            None => self.response_topic.clone().ok_or(Unanswered::Nowhere),
        }
    }

    /// Never with a Response Topic: an answer that comes back as a request is none.
    fn properties(&self, request: Option<&Properties>) -> Option<Box<Properties>> {
        let mut copied = Properties::default();
        let mut given = self.properties.clone();
        if let Some(request) = request {
            if request.correlation_data.is_some() {
                given.correlation_data = None;
            }
            copied.correlation_data.clone_from(&request.correlation_data);
            if matches!(self.how, How::Echo) {
                copied.payload_format = request.payload_format;
                copied.content_type.clone_from(&request.content_type);
                copied.user_properties.clone_from(&request.user_properties);
            }
        }
        let properties = given.or(&copied);
        (properties != Properties::default()).then(|| Box::new(properties))
    }

    fn tell(&mut self, request: &Message, why: &Unanswered) {
        let topic = || excerpt(request.topic.as_str().as_bytes(), SHOWN);
        self.unanswered.warn(|| match why {
            Unanswered::Retained => format!("not answered: a retained message to {}", topic()),
            Unanswered::Nowhere => {
                format!("not answered: a message to {} without a Response Topic; -e TOPIC names one for such", topic())
            }
            Unanswered::Wrong(response, why) => {
                let response = excerpt(response.as_bytes(), SHOWN);
                format!("not answered: a request to {} with the Response Topic '{response}': {why}", topic())
            }
            Unanswered::TooLarge(why) => format!("not answered: a request to {}: {why}", topic()),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(how: How, properties: Properties, version_5: bool) -> Answers {
        let topic = TopicName::new("e").ok();
        Answers::new(how, topic, properties, QoS::AtLeastOnce, version_5, &Ui::new(true))
    }

    fn request(properties: Properties) -> Received {
        let message = Message::new(TopicName::new("a").unwrap(), Bytes::from_static(b"ask"), QoS::AtMostOnce);
        let message = Message { properties: Some(Box::new(properties)), ..message };
        Received { message, dup: false, id: None, at: std::time::SystemTime::UNIX_EPOCH }
    }

    fn full() -> Properties {
        Properties {
            payload_format: Some(true),
            expiry: Some(5),
            content_type: Some("t".into()),
            response_topic: Some("r".into()),
            correlation_data: Some("1".into()),
            user_properties: vec![("k".into(), "v".into())],
            subscription_ids: vec![7],
        }
    }

    #[test]
    fn an_echo_has_what_describes_the_payload() {
        let answer = answers(How::Echo, Properties::default(), true).answer(&request(full())).unwrap();
        assert_eq!((answer.topic.as_str(), &*answer.payload, answer.qos), ("r", &b"ask"[..], QoS::AtLeastOnce));
        let expected = Properties { expiry: None, response_topic: None, subscription_ids: Vec::new(), ..full() };
        assert_eq!(answer.properties.as_deref(), Some(&expected));
    }

    #[test]
    fn options_come_before_the_request_but_for_its_correlation_data() {
        let given = Properties { content_type: Some("u".into()), correlation_data: Some("2".into()), ..Properties::default() };
        let mut answers = answers(How::With("x".into()), given.clone(), true);
        let answer = answers.answer(&request(full())).unwrap();
        assert_eq!(&*answer.payload, b"x");
        assert_eq!(answer.properties.as_deref(), Some(&Properties { correlation_data: Some("1".into()), ..given.clone() }));
        let answer = answers.answer(&request(Properties::default())).unwrap();
        assert_eq!((answer.topic.as_str(), answer.properties.as_deref()), ("e", Some(&given)));
    }

    #[test]
    fn in_3_1_1_there_are_none() {
        let answer = answers(How::Echo, Properties::default(), false).answer(&request(Properties::default())).unwrap();
        assert_eq!((answer.topic.as_str(), answer.properties), ("e", None));
    }

    #[test]
    fn what_is_not_answered() {
        let mut answers = answers(How::Echo, Properties::default(), true);
        let wrong = request(Properties { response_topic: Some("r/+".into()), ..full() });
        assert_eq!(answers.answer(&wrong), None);
        let mut retained = request(full());
        retained.message.retain = true;
        assert_eq!(answers.answer(&retained), None);
        answers.response_topic = None;
        assert_eq!(answers.answer(&request(Properties::default())), None);
        assert!(answers.answer(&request(full())).is_some());
    }
}
