//! How many bytes of messages the broker holds, in all, and what happens at the limit. Called for each message that a client publishes.
//!
//! mqtt5 bounds what waits for one client, and nothing bounds the sum. Counted here are messages on their way to clients (once, however
//! many clients wait for them), retained messages, and large packets that are still arriving. What waits for clients that are away is
//! copied by mqtt5, and bounded for each of them alone.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use mqtt5::QoS;
use mqtt5::broker::{BrokerEventHandler, ClientPublishEvent, PublishAction, RetainedSetEvent};

use super::warn::Warner;

/// What a message costs beside its payload: its topic, its properties and its places in queues.
const OVERHEAD: usize = 512;
/// How long a publisher waits for others to read before its message is refused.
pub(super) const PATIENCE: Duration = Duration::from_secs(2);
/// How often is looked whether they have.
pub(super) const LOOK: Duration = Duration::from_millis(20);
/// Messages are counted anew after so many bytes more.
const RECOUNT: usize = 8 << 20;

tokio::task_local! {
    /// Whether the connection that this task serves is to be ended instead of acknowledging what it sent.
    pub(super) static SENTENCE: Arc<Sentence>;
}

/// Set when a message of a connection was refused.
#[derive(Debug, Default)]
pub(super) struct Sentence(std::sync::atomic::AtomicBool);

impl Sentence {
    fn pass(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was passed.
    pub(super) fn is_passed(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// The bytes that are held.
#[derive(Debug)]
pub(super) struct Memory {
    limit: usize,
    arriving: AtomicUsize,
    held: Mutex<Held>,
    full: Warner,
}

#[derive(Debug, Default)]
struct Held {
    /// Every message that may still wait for someone. A payload of which this is the last copy has gone.
    messages: Vec<Bytes>,
    bytes: usize,
    since_count: usize,
    counted: Option<Instant>,
    retained: HashMap<Arc<str>, usize>,
    retained_bytes: usize,
}

impl Held {
    fn count(&mut self) {
        self.messages.retain(|payload| !payload.is_unique());
        self.bytes = self.messages.iter().map(|payload| payload.len() + OVERHEAD).sum();
        self.since_count = 0;
        self.counted = Some(Instant::now());
    }

    fn set_retained(&mut self, topic: Arc<str>, bytes: usize) {
        let before = if bytes == 0 { self.retained.remove(&topic) } else { self.retained.insert(topic, bytes) };
        self.retained_bytes = (self.retained_bytes + bytes).saturating_sub(before.unwrap_or(0));
    }
}

impl Memory {
    /// At most `limit` bytes; `full` is told when something is refused.
    pub(super) fn new(limit: usize, full: Warner) -> Self {
        Self { limit, arriving: AtomicUsize::new(0), held: Mutex::default(), full }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts so many bytes more of a packet that is not complete. Whether there was room for them.
    pub(super) fn arrive(&self, bytes: usize) -> bool {
        self.arriving.fetch_add(bytes, Ordering::Relaxed);
        self.has_room()
    }

    /// Whether no more is held than may be.
    pub(super) fn has_room(&self) -> bool {
        self.room_for(0, &mut self.held())
    }

    fn room_for(&self, bytes: usize, held: &mut Held) -> bool {
        let arriving = self.arriving.load(Ordering::Relaxed);
        let has_room = |held: &Held| arriving + held.bytes + held.retained_bytes + bytes <= self.limit;
        let recent = held.counted.is_some_and(|counted| counted.elapsed() < LOOK);
        if held.since_count > held.bytes.max(RECOUNT) / 2 || !has_room(held) && !recent {
            held.count();
        }
        has_room(held)
    }

    /// Something was refused.
    pub(super) fn refuse(&self) {
        self.full.warn();
    }

    /// Takes back what was counted by `arrive`.
    pub(super) fn arrived(&self, bytes: usize) {
        self.arriving.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// Counts a message, if there is room for it.
    fn admit(&self, payload: &Bytes) -> bool {
        let bytes = payload.len() + OVERHEAD;
        let mut held = self.held();
        let admitted = self.room_for(bytes, &mut held);
        // An empty payload is nobody's copy of anything, and costs nothing that lasts.
        if admitted && !payload.is_empty() {
            held.messages.push(payload.clone());
            held.bytes += bytes;
            held.since_count += bytes;
        }
        admitted
    }

    async fn publish(&self, event: ClientPublishEvent) -> PublishAction {
        let until = tokio::time::Instant::now() + PATIENCE;
        while !self.admit(&event.payload) {
            if tokio::time::Instant::now() < until {
                tokio::time::sleep(LOOK).await;
                continue;
            }
            self.refuse();
            // QoS 0 promises nothing. What promises something is not acknowledged: in 3.1.1 only the end of the connection says so.
            if event.qos != QoS::AtMostOnce {
                let _ = SENTENCE.try_with(|sentence| sentence.pass());
            }
            return PublishAction::Handled;
        }
        PublishAction::Continue
    }
}

impl BrokerEventHandler for Memory {
    fn on_client_publish<'a>(&'a self, event: ClientPublishEvent) -> Pin<Box<dyn Future<Output = PublishAction> + Send + 'a>> {
        Box::pin(self.publish(event))
    }

    fn on_retained_set<'a>(&'a self, event: RetainedSetEvent) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>> {
        // It is kept twice: by the router and by the storage.
        let bytes = if event.cleared { 0 } else { 2 * (event.payload.len() + OVERHEAD) };
        self.held().set_retained(event.topic, bytes);
        Box::pin(std::future::ready(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn memory(limit: usize) -> Memory {
        Memory::new(limit, Warner::silent())
    }

    #[test]
    fn what_others_still_hold_is_counted_and_what_they_dropped_is_not() {
        let memory = memory(4 * (1000 + OVERHEAD));
        let waiting: Vec<Bytes> = (0..4).map(|_| Bytes::from(vec![0; 1000])).collect();
        assert!(waiting.iter().all(|payload| memory.admit(payload)));
        let more = Bytes::from(vec![0; 1000]);
        assert!(!memory.admit(&more));
        drop(waiting);
        memory.held().counted = None;
        assert!(memory.admit(&more));
    }

    #[test]
    fn retained_messages_are_counted_by_their_topic() {
        let memory = memory(3000);
        let set = |topic: &str, bytes| memory.held().set_retained(topic.into(), bytes);
        set("a", 2000);
        set("a", 1000);
        set("b", 500);
        assert_eq!(memory.held().retained_bytes, 1500);
        assert!(!memory.admit(&Bytes::from(vec![0; 1500])));
        set("a", 0);
        set("a", 0);
        assert_eq!(memory.held().retained_bytes, 500);
        memory.held().counted = None;
        assert!(memory.admit(&Bytes::from(vec![0; 1500])));
    }

    #[test]
    fn large_packets_count_while_they_arrive() {
        let memory = memory(3000);
        assert!(memory.arrive(2000));
        assert!(!memory.arrive(2000));
        memory.arrived(4000);
        assert!(memory.arrive(2000));
        assert!(!memory.admit(&Bytes::from(vec![0; 1000])));
    }

    #[test]
    fn empty_payloads_do_not_pile_up() {
        let memory = memory(1 << 20);
        assert!((0..10_000).all(|_| memory.admit(&Bytes::new())));
        assert_eq!(memory.held().messages.len(), 0);
    }
}
