//! What `sub` sees of messages on their way to any sink: which of them count, whether it is quiet, and how many there are a second.
//! Used by `run`.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval_at};

use super::run::{LeftOut, Subscriber};
use crate::client::Delivery;
use crate::exit::Status;
use crate::flow::{Quiet, Sink};
use crate::output::rate::Rate;
use crate::output::sample::Sample;
use crate::ui::Ui;

/// What a sink notes and others read. Clones are the same.
#[derive(Clone, Debug, Default)]
pub(super) struct Watch {
    /// How long nothing came.
    pub quiet: Quiet,
    /// Messages a second, when they are to be told.
    pub rate: Option<Rc<RefCell<Rate>>>,
}

/// How often messages a second are told.
const EVERY: Duration = Duration::from_secs(1);

impl Watch {
    /// Tells messages a second, if that is asked for, from now on.
    pub async fn tell(&self, ui: &Ui) {
        let Some(rate) = &self.rate else { return };
        let mut told = Instant::now();
        let mut ticks = interval_at(told + EVERY, EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let line = rate.borrow_mut().line(told.elapsed());
            told = Instant::now();
            ui.summary(&line);
        }
    }
}

/// Which messages a sink gets.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    /// Those that are as if they had not come.
    pub left_out: LeftOut,
    /// Whether those that are not retained are so, too.
    pub retained_only: bool,
    /// Which of the rest are taken, if not all.
    pub sample: Option<Sample>,
}

/// A sink that gets some messages, and is watched.
pub(super) struct Watched<S> {
    sink: S,
    choice: Choice,
    watch: Watch,
    aside: Vec<Delivery>,
}

impl<S: Sink> Watched<S> {
    pub const fn new(sink: S, choice: Choice, watch: Watch) -> Self {
        Self { sink, choice, watch, aside: Vec::new() }
    }

    /// Puts aside what the sink does not get. Whether anything came at all.
    fn choose(&mut self, deliveries: &mut Vec<Delivery>) -> bool {
        let Choice { left_out, retained_only, sample } = &mut self.choice;
        let mut rate = self.watch.rate.as_ref().map(|rate| rate.borrow_mut());
        let mut any = false;
        let mut is_aside = |delivery: &mut Delivery| {
            let message = &delivery.received.message;
            if left_out.has(message) || (*retained_only && !message.retain) {
                return true;
            }
            any = true;
            if let Some(rate) = &mut rate {
                rate.count(&message.topic);
            }
            sample.as_mut().is_some_and(|sample| !sample.takes())
        };
        self.aside.extend(deliveries.extract_if(.., |delivery| is_aside(delivery)));
        any
    }

    /// It is quiet again when nothing is in hand.
    fn rest(&self) {
        if self.sink.kept() == 0 {
            self.watch.quiet.done();
        }
    }
}

impl<S: Sink> Sink for Watched<S> {
    type Error = S::Error;

    fn wants(&self) -> usize {
        self.sink.wants()
    }

    async fn take(&mut self, deliveries: &mut Vec<Delivery>) -> Result<(), S::Error> {
        if self.choose(deliveries) {
            self.watch.quiet.busy();
            self.sink.take(deliveries).await?;
            self.rest();
        }
        deliveries.append(&mut self.aside);
        Ok(())
    }

    fn kept(&self) -> usize {
        self.sink.kept()
    }

    async fn settled(&mut self, done: &mut Vec<Delivery>) -> Result<(), S::Error> {
        self.sink.settled(done).await?;
        self.rest();
        Ok(())
    }
}

impl<S: Subscriber> Subscriber for Watched<S> {
    fn is_enough(&self) -> bool {
        self.sink.is_enough()
    }

    async fn end(&mut self, ui: &Ui, abandoned: bool) -> Status {
        self.sink.end(ui, abandoned).await
    }
}
