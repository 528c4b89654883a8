//! The lines of an input, each a payload, a topic with a payload, or a record.

use bytes::Bytes;
use memchr::memmem::Finder;

use super::{BATCH, LeftOut};
use crate::args::{Content, Publication};
use crate::commands::publish::compose::Composer;
use crate::commands::publish::pace::Pace;
use crate::error::Error;
use crate::mqtt::{Properties, Record, TopicError, TopicName};
use crate::payload::{ChunkReader, Delimited, Encoding, LineTooLong, Lines, Origin, PACKET_LIMIT, RECORD_LIMIT, Split, Template};
use crate::ui::{Progress, Ui};

/// The lines of an input.
pub(in crate::commands::publish) struct InputLines {
    reader: ChunkReader,
    /// `None` when the input is used up.
    splitter: Option<Splitter>,
    /// Bytes.
    read: u64,
    bar: Progress,
    form: Form,
    pace: Option<Pace>,
    left_out: LeftOut,
}

/// What lines end with. The newline has its own, which has one byte to look for and no seam to look at.
enum Splitter {
    Newline(Lines),
    Other(Box<Delimited>),
}

/// What a line is.
enum Form {
    /// A payload, and the properties that it gets.
    Payload(Option<Box<Properties>>),
    /// What has to be read first; what cannot be meant is left out.
    Text(Box<Text>),
}

/// What is in a line that is more than a payload.
enum Text {
    /// A payload that may be written as text, with a topic before it where there is a separator.
    Payload { separator: Option<Finder<'static>>, encoding: Option<Encoding>, properties: Option<Box<Properties>> },
    /// The same as templates.
    Template { separator: Option<Finder<'static>>, composer: Box<Composer> },
    /// A record; whether the command line names a topic for one that has none, and properties for those that it does not say.
    Record { has_topic: bool, properties: Option<Box<Properties>> },
    /// A record, where topics and properties of the command line are templates.
    RecordTemplate { composer: Box<Composer> },
}

/// What came of some lines.
#[derive(Default)]
struct Made {
    lines: usize,
    /// Those of them that are no message.
    idle: usize,
}

impl InputLines {
    /// # Errors
    /// An input that cannot be opened.
    pub fn open(origin: &Origin, publication: &Publication, ui: &Ui) -> Result<Self, Error> {
        let reader = ChunkReader::open(origin.clone())?;
        let bar = ui.progress(reader.length());
        let form = Form::new(publication);
        let limit = if matches!(form, Form::Payload(_)) { PACKET_LIMIT } else { RECORD_LIMIT };
        let other = (*publication.delimiter != *b"\n").then(|| Delimited::new(&publication.delimiter, limit));
        let splitter = match other.flatten() {
            Some(other) => Splitter::Other(Box::new(other)),
            None => Splitter::Newline(Lines::new(limit)),
        };
        let (pace, left_out) = (publication.rate.map(Pace::new), LeftOut::new("line", ui));
        Ok(Self { reader, splitter: Some(splitter), read: 0, bar, form, pace, left_out })
    }

    pub const fn is_used_up(&self) -> bool {
        self.splitter.is_none()
    }

    pub(super) const fn left_out(&self) -> &LeftOut {
        &self.left_out
    }

    /// Waits for the next messages and hands each to `take`; false at the end. Cancel safe.
    ///
    /// # Errors
    /// An input that cannot be read, or a line that no packet can carry where lines are payloads.
    pub async fn next(&mut self, published: u64, mut take: impl FnMut(Record)) -> Result<bool, Error> {
        loop {
            let Some(splitter) = &mut self.splitter else { return Ok(false) };
            let room = match &mut self.pace {
                // Not without a line: the end of the input waits for nothing.
                Some(pace) if splitter.any().has_next() => pace.room(BATCH).await,
                _ => BATCH,
            };
            let made = match splitter {
                Splitter::Newline(lines) => read(lines, room, &mut self.form, &mut self.left_out, &mut take),
                Splitter::Other(lines) => read(&mut **lines, room, &mut self.form, &mut self.left_out, &mut take),
            }?;
            if let Some(pace) = &mut self.pace {
                pace.take(made.lines - made.idle);
            }
            if made.lines > 0 {
                return Ok(true);
            }
            if let Some(chunk) = self.reader.next().await? {
                self.read += chunk.len() as u64;
                self.bar.set(self.read, published);
                splitter.any().feed(chunk);
                continue;
            }
            if let Some(pace) = &mut self.pace
                && splitter.any().has_rest()
            {
                pace.room(1).await;
            }
            let last = splitter.any().finish();
            let number = splitter.any().number();
            self.splitter = None;
            if let Some(last) = self.left_out.unless_too_long(last, &self.form)? {
                self.form.read(number, last, &mut self.left_out, &mut take);
            }
            return Ok(false);
        }
    }
}

impl Splitter {
    /// Where it does not matter which.
    fn any(&mut self) -> &mut dyn Split {
        match self {
            Self::Newline(lines) => lines,
            Self::Other(lines) => &mut **lines,
        }
    }
}

/// Makes messages of the lines that are there, at most `room` of them.
#[inline]
fn read(
    lines: &mut impl Split,
    room: usize,
    form: &mut Form,
    left_out: &mut LeftOut,
    take: &mut impl FnMut(Record),
) -> Result<Made, LineTooLong> {
    let mut made = Made::default();
    while made.lines < room {
        match lines.next_line() {
            Ok(None) => break,
            Ok(Some(line)) => {
                if !form.read(lines.number(), line, left_out, take) {
                    made.idle += 1;
                }
            }
            Err(error) => {
                left_out.unless_too_long(Err(error), form)?;
                made.idle += 1;
            }
        }
        made.lines += 1;
    }
    Ok(made)
}

impl LeftOut {
    /// A line that is too long is left out where others can be too.
    fn unless_too_long(&mut self, line: Result<Option<Bytes>, LineTooLong>, form: &Form) -> Result<Option<Bytes>, LineTooLong> {
        match line {
            Err(LineTooLong { number, limit }) if matches!(form, Form::Text(_)) => {
                self.name(number, &format!("it has more than {limit} bytes"));
                Ok(None)
            }
            other => other,
        }
    }
}

impl Form {
    fn new(publication: &Publication) -> Self {
        let Publication { encoding, lines_topic, properties, templates, .. } = publication;
        let separator = lines_topic.as_ref().map(|separator| Finder::new(separator).into_owned());
        let is_record = matches!(publication.content, Content::Records(_));
        Self::Text(Box::new(match templates {
            Some(templates) if is_record => Text::RecordTemplate { composer: Box::new(Composer::new(templates, None)) },
            Some(templates) => Text::Template { separator, composer: Box::new(Composer::new(templates, *encoding)) },
            None if is_record => Text::Record { has_topic: !publication.topics.is_empty(), properties: properties.clone() },
            None if separator.is_none() && encoding.is_none() => return Self::Payload(properties.clone()),
            None => Text::Payload { separator, encoding: *encoding, properties: properties.clone() },
        }))
    }

    /// Hands the message of a line over, if it is one: whether it is.
    #[inline(always)]
    fn read(&mut self, number: u64, line: Bytes, left_out: &mut LeftOut, take: &mut impl FnMut(Record)) -> bool {
        match self {
            Self::Payload(properties) => {
                take(Record::of(line, properties.clone()));
                true
            }
            Self::Text(text) => {
                let mut is_message = false;
                let made = text.read(&line, &mut |record| {
                    is_message = true;
                    take(record);
                });
                made.unwrap_or_else(|why| left_out.name(number, &why));
                is_message
            }
        }
    }
}

impl Text {
    /// # Errors
    /// Why the line is no message.
    fn read(&mut self, line: &Bytes, take: &mut impl FnMut(Record)) -> Result<(), String> {
        match self {
            Self::Payload { separator, encoding, properties } => {
                let (topic, payload) = split(line, separator.as_ref())?;
                let topic = topic.map(|topic| topic_name(&topic)).transpose()?;
                let payload = match encoding {
                    None => payload,
                    Some(encoding) => encoding.decode(&payload).map_err(|why| why.to_string())?,
                };
                take(Record { topic, ..Record::of(payload, properties.clone()) });
            }
            Self::Template { separator, composer } => {
                composer.begin();
                let (topic, payload) = split(line, separator.as_ref())?;
                // Without the environment: whoever wrote the line is not who typed the command.
                let template = |text: Bytes| Template::parse(&text, None).map_err(|why| why.to_string());
                composer.text(&template(payload)?, topic.map(template).transpose()?.as_ref(), take)?;
            }
            Self::Record { has_topic, properties } => {
                if let Some(record) = read_record(line, *has_topic)? {
                    take(match properties {
                        Some(properties) => record.with_defaults(properties).map_err(|why| why.to_string())?,
                        None => record,
                    });
                }
            }
            Self::RecordTemplate { composer } => {
                if !line.trim_ascii().is_empty() {
                    composer.begin();
                }
                if let Some(record) = read_record(line, composer.has_topic())? {
                    composer.record(record, None, take)?;
                }
            }
        }
        Ok(())
    }
}

/// Topic and payload of a line, or all of it as payload where nothing separates them.
fn split(line: &Bytes, separator: Option<&Finder<'_>>) -> Result<(Option<Bytes>, Bytes), String> {
    let Some(separator) = separator else { return Ok((None, line.clone())) };
    let at = separator.find(line).ok_or("there is no separator in it")?;
    Ok((Some(line.slice(..at)), line.slice(at + separator.needle().len()..)))
}

fn topic_name(text: &[u8]) -> Result<TopicName, String> {
    let name = std::str::from_utf8(text).map_err(|_| TopicError::NotUtf8).and_then(TopicName::new);
    name.map_err(|why| format!("topic: {why}"))
}

/// The message of a record, or why there is none; of a blank line there is none.
fn read_record(line: &[u8], has_topic: bool) -> Result<Option<Record>, String> {
    if line.trim_ascii().is_empty() {
        return Ok(None);
    }
    match Record::read(line) {
        Ok(Record { topic: None, .. }) if !has_topic => Err("it has no topic, and the command line names none".to_owned()),
        Ok(record) => Ok(Some(record)),
        Err(why) => Err(why.to_string()),
    }
}
