//! Messages of which places are filled in: `mqx pub --template`. Called by `feed`.

use std::slice;
use std::time::SystemTime;

use bytes::Bytes;

use crate::args::Templates;
use crate::mqtt::Record;
use crate::payload::{Encoding, Template, Turn};

/// Fills places in, each message anew. Whatever is asked for counts as a message, whether it can be one or not, so that `{counter}` is the
/// number in a warning.
pub(super) struct Composer {
    templates: Templates,
    encoding: Option<Encoding>,
    turn: Turn,
}

impl Composer {
    pub fn new(templates: &Templates, encoding: Option<Encoding>) -> Self {
        Self { templates: templates.clone(), encoding, turn: Turn::new(templates.seed) }
    }

    /// Whether the command line names a topic.
    pub const fn has_topic(&self) -> bool {
        !self.templates.topics.is_empty()
    }

    /// How many messages there were.
    pub const fn number(&self) -> u64 {
        self.turn.number()
    }

    /// Goes to the next message.
    pub fn begin(&mut self) {
        self.turn.next(SystemTime::now());
    }

    /// Makes the message of a payload, for its own topic or else for each of the command line.
    ///
    /// # Errors
    /// Why it is none, or none for one of the topics; those for the others are made.
    pub fn text(&mut self, payload: &Template, topic: Option<&Template>, take: &mut impl FnMut(Record)) -> Result<(), String> {
        let text = payload.render(&mut self.turn).map_err(|why| why.to_string())?;
        let payload = match self.encoding {
            None => Bytes::from(text),
            Some(encoding) => encoding.decode(&text).map_err(|why| why.to_string())?,
        };
        self.record(Record::of(payload, None), topic, take)
    }

    /// Makes the message of a record, whose own fields are no templates.
    ///
    /// # Errors
    /// As of `text`.
    pub fn record(&mut self, record: Record, topic: Option<&Template>, take: &mut impl FnMut(Record)) -> Result<(), String> {
        let record = match &self.templates.properties {
            None => record,
            Some(templates) => {
                let properties = templates.render(&mut self.turn).map_err(|why| why.to_string())?;
                record.with_defaults(&properties).map_err(|why| why.to_string())?
            }
        };
        if record.topic.is_some() {
            take(record);
            return Ok(());
        }
        let mut done = Ok(());
        for template in topic.map_or(&*self.templates.topics, slice::from_ref) {
            match template.topic(&mut self.turn) {
                Ok(topic) => take(Record { topic: Some(topic), ..record.clone() }),
                Err(why) => done = done.and(Err(format!("topic: {why}"))),
            }
        }
        done
    }
}
