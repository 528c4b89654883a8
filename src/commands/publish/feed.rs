//! Where the payloads of `mqx pub` come from: the same one again and again, or the lines of an input.

use std::time::{Duration, Instant};

use bytes::Bytes;

use crate::args::{Content, Publication};
use crate::error::Error;
use crate::pace::{Due, Pacer};
use crate::payload::{ChunkReader, Lines, Origin, PACKET_LIMIT, Stdin, read_whole};
use crate::ui::{Progress, Ui};

/// Payloads that are made at a time.
const BATCH: usize = 1_000;
/// After so long a silent stdin is worth a note.
const SILENCE: Duration = Duration::from_secs(1);

/// Payloads, one after the other.
pub(super) enum Feed {
    Repeated(Repeated),
    Lines(InputLines),
}

/// One payload, so many times more.
pub(super) struct Repeated {
    payload: Bytes,
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
}

impl Feed {
    /// Everything that can fail or be refused before there is a connection is done here.
    pub async fn open(publication: &Publication, ui: &Ui) -> Result<Self, Error> {
        let payload = match &publication.content {
            Content::Lines(origin) => {
                let reader = ChunkReader::open(origin.clone())?;
                let bar = ui.progress(reader.length());
                return Ok(Self::Lines(InputLines { reader, lines: Some(Lines::new(PACKET_LIMIT)), read: 0, bar }));
            }
            Content::Given(payload) => payload.clone(),
            Content::Whole(origin) => whole(origin.clone(), ui).await?,
            Content::Unsaid if Stdin::classify() == Stdin::Message => whole(Origin::Stdin, ui).await?,
            Content::Unsaid => return Err(no_message()),
        };
        let pacer = Pacer::every(publication.interval);
        Ok(Self::Repeated(Repeated { payload, left: publication.repeat, pacer, begun: None }))
    }

    pub const fn is_used_up(&self) -> bool {
        match self {
            Self::Repeated(repeated) => repeated.left == 0,
            Self::Lines(input) => input.lines.is_none(),
        }
    }

    /// Waits for the next payloads and hands each to `take`; false at the end. `published`, messages so far, is for the bar. Cancel safe.
    pub async fn next(&mut self, published: u64, take: impl FnMut(Bytes)) -> Result<bool, Error> {
        match self {
            Self::Repeated(repeated) => Ok(repeated.next(take).await),
            Self::Lines(input) => input.next(published, take).await,
        }
    }
}

impl Repeated {
    async fn next(&mut self, mut take: impl FnMut(Bytes)) -> bool {
        let begun = *self.begun.get_or_insert_with(Instant::now);
        for made in 0..BATCH {
            if self.left == 0 {
                return false;
            }
            match self.pacer.due(begun.elapsed()) {
                Due::Now => {
                    take(self.payload.clone());
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
    async fn next(&mut self, published: u64, mut take: impl FnMut(Bytes)) -> Result<bool, Error> {
        loop {
            let Some(lines) = &mut self.lines else { return Ok(false) };
            let mut made = 0;
            while made < BATCH {
                let Some(line) = lines.next_line()? else { break };
                take(line);
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
                if let Some(last) = self.lines.take().and_then(Lines::finish) {
                    take(last);
                }
                return Ok(false);
            }
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
