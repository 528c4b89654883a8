//! Where the messages of `mqx pub` come from: the same again and again, or the lines of an input.

mod lines;

use std::time::Duration;

use bytes::Bytes;
use lines::InputLines;

use super::compose::Composer;
use super::pace::Pace;
use crate::args::{Content, Publication, no_template};
use crate::error::Error;
use crate::mqtt::{Properties, Record};
use crate::payload::{ChunkReader, Encoding, Origin, Stdin, Template, read_whole};
use crate::ui::Ui;

/// Messages that are made at a time.
const BATCH: usize = 2_000;
/// After so long a silent stdin is worth a note.
const SILENCE: Duration = Duration::from_secs(1);

/// Messages, one after the other.
pub(super) enum Feed {
    Repeated(Repeated),
    Lines(Box<InputLines>),
}

/// One message, so many times more.
pub(super) struct Repeated {
    what: What,
    left: u64,
    pace: Option<Pace>,
    left_out: LeftOut,
}

/// What is repeated.
enum What {
    /// A payload with its properties.
    Same(Bytes, Option<Box<Properties>>),
    /// A template.
    Filled(Template, Box<Composer>),
}

/// What should be messages and is none: each is named.
struct LeftOut {
    /// What one is.
    noun: &'static str,
    count: u64,
    ui: Ui,
}

impl Feed {
    /// Everything that can fail or be refused before there is a connection is done here.
    ///
    /// # Errors
    /// No message at all, one that is no template, or an input that cannot be opened or read whole.
    pub async fn open(publication: &Publication, ui: &Ui) -> Result<Self, Error> {
        // A template is decoded when its places are filled in.
        let encoding = publication.encoding.filter(|_| publication.templates.is_none());
        let payload = match &publication.content {
            Content::Lines(origin) | Content::Records(origin) => {
                return InputLines::open(origin, publication, ui).map(|lines| Self::Lines(Box::new(lines)));
            }
            single => one(single, encoding, ui).await?,
        };
        let says_utf8 = publication.properties.as_ref().is_some_and(|properties| properties.payload_format == Some(true));
        if says_utf8 && std::str::from_utf8(&payload).is_err() {
            // [MQTT-3.3.2.3.2]: it has to be.
            return Err(Error::usage("the message is not UTF-8, and --payload-format says that it is"));
        }
        let what = match &publication.templates {
            None => What::Same(payload, publication.properties.clone()),
            Some(templates) => {
                let template = Template::parse(&payload, Some(templates.variable));
                let template = template.map_err(|why| no_template("the message", &why))?;
                What::Filled(template, Box::new(Composer::new(templates, publication.encoding)))
            }
        };
        let left_out = LeftOut::new("message", ui);
        Ok(Self::Repeated(Repeated { what, left: publication.repeat, pace: publication.rate.map(Pace::new), left_out }))
    }

    /// A message that was there before the connection has waited so long for it, which is taken off its Message Expiry Interval
    /// `[MQTT-3.3.2-6]`. How many expired over it, none of which is given any more. What is made or read later has not waited.
    pub fn waited(&mut self, time: Duration) -> u64 {
        let Self::Repeated(Repeated { what: What::Same(_, Some(properties)), left, pace: None, .. }) = self else { return 0 };
        let Some(expiry) = &mut properties.expiry else { return 0 };
        let waited = u32::try_from(time.as_secs()).unwrap_or(u32::MAX);
        if waited > 0 && waited >= *expiry {
            return std::mem::take(left);
        }
        *expiry -= waited;
        0
    }

    pub const fn is_used_up(&self) -> bool {
        match self {
            Self::Repeated(repeated) => repeated.left == 0,
            Self::Lines(input) => input.is_used_up(),
        }
    }

    /// `2 lines left out`, if any was.
    pub fn left_out(&self) -> Option<String> {
        let LeftOut { noun, count, .. } = match self {
            Self::Lines(input) => input.left_out(),
            Self::Repeated(repeated) => &repeated.left_out,
        };
        (*count > 0).then(|| format!("{count} {noun}{} left out", if *count == 1 { "" } else { "s" }))
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
        let most = usize::try_from(self.left).unwrap_or(BATCH).min(BATCH);
        let room = match &mut self.pace {
            Some(pace) if most > 0 => pace.room(most).await,
            _ => most,
        };
        match &mut self.what {
            What::Same(payload, properties) => {
                (0..room).for_each(|_| take(Record::of(payload.clone(), properties.clone())));
            }
            What::Filled(template, composer) => {
                // When none can be a message, nothing else waits.
                tokio::task::yield_now().await;
                for _ in 0..room {
                    composer.begin();
                    if let Err(why) = composer.text(template, None, &mut take) {
                        self.left_out.name(composer.number(), &why);
                    }
                }
            }
        }
        if let Some(pace) = &mut self.pace {
            pace.take(room);
        }
        self.left -= room as u64;
        self.left > 0
    }
}

impl LeftOut {
    fn new(noun: &'static str, ui: &Ui) -> Self {
        Self { noun, count: 0, ui: ui.clone() }
    }

    fn name(&mut self, number: u64, why: &str) {
        self.count += 1;
        self.ui.warning(&format!("{} {number} left out: {why}", self.noun));
    }
}

/// The payload of content that is one message.
///
/// # Errors
/// No message at all, or an input that cannot be opened, read whole or decoded.
pub(in crate::commands) async fn one(content: &Content, encoding: Option<Encoding>, ui: &Ui) -> Result<Bytes, Error> {
    match content {
        Content::Given(payload) => Ok(payload.clone()),
        Content::Whole(origin) | Content::Lines(origin) | Content::Records(origin) => whole(origin.clone(), encoding, ui).await,
        Content::Unsaid if Stdin::classify() == Stdin::Message => whole(Origin::Stdin, encoding, ui).await,
        Content::Unsaid => Err(no_message()),
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
