//! Where the messages of `mqx pub` come from: the same payload again and again, or the lines of an input, each a payload or a record.

use std::time::{Duration, Instant};

use bytes::Bytes;

use crate::args::{Content, Publication};
use crate::error::Error;
use crate::mqtt::{Properties, Record};
use crate::pace::{Due, Pacer};
use crate::payload::{ChunkReader, LineTooLong, Lines, Origin, PACKET_LIMIT, RECORD_LIMIT, Stdin, read_whole};
use crate::ui::{Progress, Ui};

/// Messages that are made at a time.
const BATCH: usize = 2_000;
/// After so long a silent stdin is worth a note.
const SILENCE: Duration = Duration::from_secs(1);

/// Messages, one after the other.
pub(super) enum Feed {
    Repeated(Repeated),
    Lines(InputLines),
}

/// One payload, so many times more.
pub(super) struct Repeated {
    payload: Bytes,
    properties: Option<Box<Properties>>,
    left: u64,
    pacer: Pacer,
    /// When the first was asked for.
    begun: Option<Instant>,
}

/// The lines of an input.
pub(super) struct InputLines {
    reader: ChunkReader,
    /// `None` when the input is used up.
    lines: Option<Lines>,
    /// Bytes.
    read: u64,
    bar: Progress,
    form: Form,
}

/// What a line is.
enum Form {
    /// A payload, and the properties that it gets.
    Payload(Option<Box<Properties>>),
    /// A record; one that cannot be meant is named and left out.
    Record {
        /// Whether the command line names a topic for records that have none.
        has_topic: bool,
        /// Properties for those that a record does not say.
        properties: Option<Box<Properties>>,
        left_out: u64,
        ui: Ui,
    },
}

impl Feed {
    /// Everything that can fail or be refused before there is a connection is done here.
    ///
    /// # Errors
    /// No message at all, or an input that cannot be opened or read whole.
    pub async fn open(publication: &Publication, ui: &Ui) -> Result<Self, Error> {
        let properties = publication.properties.clone();
        let payload = match &publication.content {
            Content::Lines(origin) => {
                return InputLines::open(origin, PACKET_LIMIT, Form::Payload(properties), ui).map(Self::Lines);
            }
            Content::Records(origin) => {
                let has_topic = !publication.topics.is_empty();
                let form = Form::Record { has_topic, properties, left_out: 0, ui: ui.clone() };
                return InputLines::open(origin, RECORD_LIMIT, form, ui).map(Self::Lines);
            }
            Content::Given(payload) => payload.clone(),
            Content::Whole(origin) => whole(origin.clone(), ui).await?,
            Content::Unsaid if Stdin::classify() == Stdin::Message => whole(Origin::Stdin, ui).await?,
            Content::Unsaid => return Err(no_message()),
        };
        let pacer = Pacer::every(publication.interval);
        Ok(Self::Repeated(Repeated { payload, properties, left: publication.repeat, pacer, begun: None }))
    }

    pub const fn is_used_up(&self) -> bool {
        match self {
            Self::Repeated(repeated) => repeated.left == 0,
            Self::Lines(input) => input.lines.is_none(),
        }
    }

    /// Lines that were no records.
    pub const fn left_out(&self) -> u64 {
        match self {
            Self::Lines(InputLines { form: Form::Record { left_out, .. }, .. }) => *left_out,
            _ => 0,
        }
    }

    /// Waits for the next messages and hands each to `take`; false at the end. `published`, messages so far, is for the bar. Cancel safe.
    ///
    /// # Errors
    /// An input that cannot be read, or a line that no packet can carry where lines are payloads.
    pub async fn next(&mut self, published: u64, take: impl FnMut(Record)) -> Result<bool, Error> {
        match self {
            Self::Repeated(repeated) => Ok(repeated.next(take).await),
            Self::Lines(input) => input.next(published, take).await,
        }
    }
}

impl Repeated {
    async fn next(&mut self, mut take: impl FnMut(Record)) -> bool {
        let begun = *self.begun.get_or_insert_with(Instant::now);
        for made in 0..BATCH {
            if self.left == 0 {
                return false;
            }
            match self.pacer.due(begun.elapsed()) {
                Due::Now => {
                    take(Record::of(self.payload.clone(), self.properties.clone()));
                    self.left -= 1;
                }
                Due::In(_) if made > 0 => break,
                Due::In(wait) => tokio::time::sleep(wait).await,
            }
        }
        true
    }
}

impl InputLines {
    fn open(origin: &Origin, limit: usize, form: Form, ui: &Ui) -> Result<Self, Error> {
        let reader = ChunkReader::open(origin.clone())?;
        let bar = ui.progress(reader.length());
        Ok(Self { reader, lines: Some(Lines::new(limit)), read: 0, bar, form })
    }

    async fn next(&mut self, published: u64, mut take: impl FnMut(Record)) -> Result<bool, Error> {
        loop {
            let Some(lines) = &mut self.lines else { return Ok(false) };
            let mut made = 0;
            while made < BATCH {
                match lines.next_line() {
                    Ok(None) => break,
                    Ok(Some(line)) => self.form.read(lines.number(), line).into_iter().for_each(&mut take),
                    Err(error) => self.form.too_long(error)?,
                }
                made += 1;
            }
            if made > 0 {
                return Ok(true);
            }
            if let Some(chunk) = self.reader.next().await? {
                self.read += chunk.len() as u64;
                self.bar.set(self.read, published);
                lines.feed(chunk);
            } else {
                let number = lines.number() + 1;
                if let Some(last) = self.lines.take().and_then(Lines::finish) {
                    self.form.read(number, last).into_iter().for_each(take);
                }
                return Ok(false);
            }
        }
    }
}

impl Form {
    /// The message of a line.
    #[inline(always)]
    fn read(&mut self, number: u64, line: Bytes) -> Option<Record> {
        match self {
            Self::Record { .. } => self.read_record(number, &line),
            Self::Payload(properties) => Some(Record::of(line, properties.clone())),
        }
    }

    /// The message of a record; of a blank line there is none.
    fn read_record(&mut self, number: u64, line: &[u8]) -> Option<Record> {
        let Self::Record { has_topic, properties, .. } = self else { return None };
        if line.trim_ascii().is_empty() {
            return None;
        }
        let record = Record::read(line).and_then(|record| match properties {
            Some(properties) => record.with_defaults(properties),
            None => Ok(record),
        });
        let why = match record {
            Ok(Record { topic: None, .. }) if !*has_topic => "it has no topic, and the command line names none".to_owned(),
            Ok(record) => return Some(record),
            Err(why) => why.to_string(),
        };
        self.leave_out(number, &why);
        None
    }

    /// What a line means that is not even kept.
    fn too_long(&mut self, error: LineTooLong) -> Result<(), LineTooLong> {
        if matches!(self, Self::Payload(_)) {
            return Err(error);
        }
        self.leave_out(error.number, &format!("it has more than {} bytes", error.limit));
        Ok(())
    }

    fn leave_out(&mut self, number: u64, why: &str) {
        if let Self::Record { left_out, ui, .. } = self {
            *left_out += 1;
            ui.warning(&format!("line {number} left out: {why}"));
        }
    }
}

/// All of an input. A pipe that stays silent gets a note, since whoever typed the command may not know that it waits.
async fn whole(origin: Origin, ui: &Ui) -> Result<Bytes, Error> {
    let from_stdin = origin == Origin::Stdin;
    let mut reader = ChunkReader::open(origin)?;
    let mut read = std::pin::pin!(read_whole(&mut reader));
    let bytes = tokio::select! {
        bytes = &mut read => bytes?,
        () = tokio::time::sleep(SILENCE) => {
            if from_stdin {
                ui.note("reading the message from stdin");
            }
            read.await?
        }
    };
    if from_stdin && bytes.is_empty() { Err(no_message()) } else { Ok(bytes) }
}

fn no_message() -> Error {
    Error::usage("no message; -n sends an empty one")
}
