//! Where the messages of `mqx pub` come from: the same payload again and again, or the lines of an input, each a payload or a record.

use std::time::{Duration, Instant};

use bytes::Bytes;

use crate::args::{Content, Publication};
use crate::error::Error;
use crate::mqtt::{Properties, Record};
use crate::pace::{Due, Pacer};
use crate::payload::{ChunkReader, Encoding, LineTooLong, Lines, Origin, PACKET_LIMIT, RECORD_LIMIT, Stdin, read_whole};
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
    left_out: LeftOut,
}

/// Lines that are no messages: each is named.
struct LeftOut {
    count: u64,
    ui: Ui,
}

/// What a line is.
enum Form {
    /// A payload, and the properties that it gets.
    Payload(Option<Box<Properties>>),
    /// A payload written as text, and the properties that it gets; one that is not is left out.
    Encoded(Encoding, Option<Box<Properties>>),
    /// A record; one that cannot be meant is left out.
    Record {
        /// Whether the command line names a topic for records that have none.
        has_topic: bool,
        /// Properties for those that a record does not say.
        properties: Option<Box<Properties>>,
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
                let (limit, form) = match publication.encoding {
                    Some(encoding) => (RECORD_LIMIT, Form::Encoded(encoding, properties)),
                    None => (PACKET_LIMIT, Form::Payload(properties)),
                };
                return InputLines::open(origin, limit, form, ui).map(Self::Lines);
            }
            Content::Records(origin) => {
                let has_topic = !publication.topics.is_empty();
                let form = Form::Record { has_topic, properties };
                return InputLines::open(origin, RECORD_LIMIT, form, ui).map(Self::Lines);
            }
            Content::Given(payload) => payload.clone(),
            Content::Whole(origin) => whole(origin.clone(), publication.encoding, ui).await?,
            Content::Unsaid if Stdin::classify() == Stdin::Message => whole(Origin::Stdin, publication.encoding, ui).await?,
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

    /// Lines that were no messages.
    pub const fn left_out(&self) -> u64 {
        match self {
            Self::Lines(input) => input.left_out.count,
            Self::Repeated(_) => 0,
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
        Ok(Self { reader, lines: Some(Lines::new(limit)), read: 0, bar, form, left_out: LeftOut { count: 0, ui: ui.clone() } })
    }

    async fn next(&mut self, published: u64, mut take: impl FnMut(Record)) -> Result<bool, Error> {
        loop {
            let Some(lines) = &mut self.lines else { return Ok(false) };
            let mut made = 0;
            while made < BATCH {
                match lines.next_line() {
                    Ok(None) => break,
                    Ok(Some(line)) => self.form.read(lines.number(), line, &mut self.left_out).into_iter().for_each(&mut take),
                    Err(error) if matches!(self.form, Form::Payload(_)) => return Err(error.into()),
                    Err(LineTooLong { number, limit }) => {
                        self.left_out.name(number, &format!("it has more than {limit} bytes"));
                    }
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
                    self.form.read(number, last, &mut self.left_out).into_iter().for_each(take);
                }
                return Ok(false);
            }
        }
    }
}

impl Form {
    /// The message of a line.
    #[inline(always)]
    fn read(&self, number: u64, line: Bytes, left_out: &mut LeftOut) -> Option<Record> {
        let read = match self {
            Self::Payload(properties) => return Some(Record::of(line, properties.clone())),
            Self::Encoded(encoding, properties) => {
                let payload = encoding.decode(&line).map_err(|why| why.to_string());
                payload.map(|payload| Some(Record::of(payload, properties.clone())))
            }
            Self::Record { has_topic, properties } => read_record(&line, *has_topic, properties.as_deref()),
        };
        read.unwrap_or_else(|why| {
            left_out.name(number, &why);
            None
        })
    }
}

/// The message of a record, or why there is none; of a blank line there is none.
fn read_record(line: &[u8], has_topic: bool, properties: Option<&Properties>) -> Result<Option<Record>, String> {
    if line.trim_ascii().is_empty() {
        return Ok(None);
    }
    let record = Record::read(line).and_then(|record| match properties {
        Some(properties) => record.with_defaults(properties),
        None => Ok(record),
    });
    match record {
        Ok(Record { topic: None, .. }) if !has_topic => Err("it has no topic, and the command line names none".to_owned()),
        Ok(record) => Ok(Some(record)),
        Err(why) => Err(why.to_string()),
    }
}

impl LeftOut {
    fn name(&mut self, number: u64, why: &str) {
        self.count += 1;
        self.ui.warning(&format!("line {number} left out: {why}"));
    }
}

/// All of an input. A pipe that stays silent gets a note, since whoever typed the command may not know that it waits.
async fn whole(origin: Origin, encoding: Option<Encoding>, ui: &Ui) -> Result<Bytes, Error> {
    let from_stdin = origin == Origin::Stdin;
    let name = origin.to_string();
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
    if from_stdin && bytes.is_empty() {
        return Err(no_message());
    }
    match encoding {
        None => Ok(bytes),
        Some(encoding) => encoding.decode(&bytes).map_err(|why| Error::local(format!("the message in {name}: {why}"))),
    }
}

fn no_message() -> Error {
    Error::usage("no message; -n sends an empty one")
}
