//! Messages on stdout. Used by `run`.

use super::run::{LeftOut, Subscriber};
use crate::client::Delivery;
use crate::exit::Status;
use crate::flow::Sink;
use crate::output::Renderer;
use crate::output::stdout::{Stdout, StdoutError};
use crate::ui::Ui;

/// Deliveries a batch.
pub(super) const BATCH: usize = 1_000;
/// Bytes that are collected before they are written.
const WRITE_AT: usize = 64 << 10;

/// Prints deliveries.
pub(super) struct Print {
    renderer: Renderer,
    stdout: Stdout,
    ui: Ui,
    buffer: Vec<u8>,
    left: Option<u64>,
    left_out: LeftOut,
}

impl Print {
    /// Prints `count` messages, or all; those that are left out do not count.
    pub const fn new(renderer: Renderer, stdout: Stdout, ui: Ui, count: Option<u64>, left_out: LeftOut) -> Self {
        Self { renderer, stdout, ui, buffer: Vec::new(), left: count, left_out }
    }

    async fn write(&mut self) -> Result<(), StdoutError> {
        if !self.buffer.is_empty() {
            self.buffer = self.stdout.write(std::mem::take(&mut self.buffer)).await?;
        }
        Ok(())
    }
}

impl Sink for Print {
    type Error = StdoutError;

    fn wants(&self) -> usize {
        self.left.map_or(BATCH, |left| usize::try_from(left).unwrap_or(BATCH).min(BATCH))
    }

    async fn take(&mut self, deliveries: &mut Vec<Delivery>) -> Result<(), StdoutError> {
        for delivery in deliveries {
            if self.left_out.has(&delivery.received.message) {
                continue;
            }
            self.renderer.render(&delivery.received, &mut self.buffer);
            self.left = self.left.map(|left| left.saturating_sub(1));
            if self.buffer.len() >= WRITE_AT {
                self.write().await?;
            }
        }
        if let Some(warning) = self.renderer.warning() {
            self.ui.warning(warning);
        }
        self.write().await
    }
}

impl Subscriber for Print {
    fn is_enough(&self) -> bool {
        self.left == Some(0)
    }

    async fn end(&mut self, _ui: &Ui, _abandoned: bool) -> Status {
        Status::Done
    }
}
