//! Messages in files. Used by `run`.

use super::print::BATCH;
use super::run::Subscriber;
use crate::client::Delivery;
use crate::exit::Status;
use crate::flow::Sink;
use crate::output::Renderer;
use crate::output::directory::{Directory, DirectoryError, Entry};
use crate::output::stdout::StdoutError;
use crate::ui::Ui;

/// Writes deliveries to a directory.
pub(super) struct Files {
    renderer: Renderer,
    /// With the thread that writes, while it does.
    directory: Option<Directory>,
    left: Option<u64>,
    failed: Option<DirectoryError>,
}

impl Files {
    /// Writes `count` messages, or all.
    pub const fn new(renderer: Renderer, directory: Directory, count: Option<u64>) -> Self {
        Self { renderer, directory: Some(directory), left: count, failed: None }
    }
}

impl Sink for Files {
    type Error = StdoutError;

    fn wants(&self) -> usize {
        if self.directory.is_none() || self.failed.is_some() {
            return 0;
        }
        self.left.map_or(BATCH, |left| usize::try_from(left).unwrap_or(BATCH).min(BATCH))
    }

    async fn take(&mut self, deliveries: &mut Vec<Delivery>) -> Result<(), StdoutError> {
        let Some(mut directory) = self.directory.take() else { return Ok(()) };
        let entries: Vec<Entry> = deliveries.iter().map(|delivery| self.entry(delivery)).collect();
        // A disk may be slow, and Keep Alive and signals cannot wait for it.
        let written = tokio::task::spawn_blocking(move || {
            let (written, result) = directory.write(&entries);
            (directory, written, result)
        });
        // What became of them nobody knows, so none is acknowledged.
        let lost = |_| std::io::Error::other("the thread that writes was lost");
        let (directory, written, result) = written.await.map_err(lost)?;
        self.directory = Some(directory);
        self.failed = result.err();
        self.left = self.left.map(|left| left.saturating_sub(written as u64));
        // The others are not acknowledged.
        deliveries.truncate(written);
        Ok(())
    }
}

impl Files {
    fn entry(&self, delivery: &Delivery) -> Entry {
        let mut bytes = Vec::new();
        self.renderer.render(&delivery.received, &mut bytes);
        Entry { topic: delivery.received.message.topic.clone(), at: delivery.received.at, bytes }
    }
}

impl Subscriber for Files {
    fn is_enough(&self) -> bool {
        self.left == Some(0)
    }

    async fn end(&mut self, ui: &Ui, _abandoned: bool) -> Status {
        if let Some(warning) = self.renderer.warning() {
            ui.warning(warning);
        }
        match self.failed.take() {
            Some(error) => {
                ui.error(&error.to_string(), None);
                Status::Local
            }
            None => Status::Done,
        }
    }
}
