//! What the two handles and the task of a connection share. The handles change it in `handles`, the task in `connection` and `reconnect`.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use bytes::BytesMut;
use tokio::sync::Notify;

use super::session::Session;
use super::{Close, End, Notice};
use crate::mqtt::Reason;
use crate::wire::Farewell;

/// What the handles and the task share.
pub(super) struct Shared {
    state: Mutex<State>,
    /// The task has something to do.
    pub work: Notify,
    /// A handle may have something to do.
    pub change: Notify,
    /// Tells a person.
    pub notify: Box<dyn Fn(Notice) + Send + Sync>,
}

pub(super) struct State {
    pub session: Session,
    /// When the last byte was read.
    pub heard_at: SystemTime,
    /// How the end was asked for.
    pub close: Option<Close>,
    /// The task is over.
    pub end: Option<End>,
    /// How an orderly end is told: 0x00, or 0x04 for one that lets the broker publish the will.
    pub farewell: Farewell,
    /// The session outlives the run.
    pub kept: bool,
}

impl State {
    /// While there is no connection: whether what was asked for can end now.
    pub fn may_end_offline(&self) -> bool {
        match self.close {
            None => false,
            Some(Close::Drain) => self.session.is_done(),
            Some(Close::Leave | Close::Now) => true,
        }
    }
}

impl Shared {
    /// The state of a first connection that stands.
    pub fn new(session: Session, farewell: Farewell, kept: bool, notify: impl Fn(Notice) + Send + Sync + 'static) -> Self {
        let state = State { session, heard_at: SystemTime::now(), close: None, end: None, farewell, kept };
        Self { state: Mutex::new(state), work: Notify::new(), change: Notify::new(), notify: Box::new(notify) }
    }

    /// Never held over an `await`.
    pub fn lock(&self) -> MutexGuard<'_, State> {
        // A panic elsewhere is a defect of its own; the ledger is still the best that we know.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells the handles to look again, and a person what there is to tell.
    pub fn changed(&self, state: &mut State) {
        while let Some(notice) = state.session.next_notice() {
            (self.notify)(notice);
        }
        self.change.notify_waiters();
    }

    /// Appends the DISCONNECT that ends the connection.
    pub fn farewell(&self, reason: Reason, output: &mut BytesMut) {
        let state = self.lock();
        match reason {
            Reason::SUCCESS => state.session.disconnect(&state.farewell, output),
            reason => state.session.disconnect(&Farewell::new(reason, None), output),
        }
    }

    /// Waits until `look` finds what it looks for in the state.
    pub async fn until<T>(&self, mut look: impl FnMut(&mut State) -> Option<T>) -> T {
        loop {
            let changed = self.change.notified();
            if let Some(found) = look(&mut self.lock()) {
                return found;
            }
            changed.await;
        }
    }
}
