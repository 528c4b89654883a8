//! What a PUBLISH carries: RETAIN as it was asked for, and a Message Expiry Interval reduced by the wait before the first transmission
//! only (rule 23).

use std::collections::HashMap;
use std::time::Instant;

use super::super::packets::Publish;
use super::super::scenes::{Scene, saw, saw_if};

/// A message as it was submitted.
#[derive(Clone, Copy, Debug)]
pub struct Submitted {
    pub qos: u8,
    pub size: u32,
    pub retain: bool,
    pub expiry: Option<u32>,
    pub at: Instant,
    pub settled: bool,
}

/// The Message Expiry Intervals of those that were sent.
#[derive(Default)]
pub struct Content {
    expiries: HashMap<u64, u32>,
}

impl Content {
    /// A message is sent.
    pub fn publish(&mut self, now: Instant, publish: &Publish, submitted: &Submitted) {
        let number = publish.number;
        assert!(!submitted.settled, "message {number} is sent after its outcome");
        assert_eq!((publish.qos, publish.retain), (submitted.qos, submitted.retain), "QoS and RETAIN of message {number}");
        saw_if(publish.retain, Scene::Retained);
        let Some(asked) = submitted.expiry else {
            assert_eq!(publish.expiry, None, "message {number} got a Message Expiry Interval");
            return;
        };
        let left = asked.checked_sub(waited(now, submitted)).filter(|left| *left > 0);
        let expected = match self.expiries.get(&number) {
            Some(sent) => {
                saw(Scene::ExpiryResent);
                Some(*sent)
            }
            None => left,
        };
        assert!(expected.is_some(), "message {number} is sent and has expired");
        assert_eq!(publish.expiry, expected, "the Message Expiry Interval of message {number}, which was {asked}");
        saw_if(publish.expiry < Some(asked), Scene::ExpiryReduced);
        self.expiries.insert(number, expected.unwrap_or_default());
    }

    /// A message is said to have expired.
    pub fn expired(&self, now: Instant, number: u64, submitted: &Submitted) {
        assert!(!self.expiries.contains_key(&number), "message {number} was sent and expires nevertheless");
        let asked = submitted.expiry.expect("it can expire");
        assert!(waited(now, submitted) >= asked, "message {number} of {asked} s expires too early");
        saw(Scene::Expired);
    }
}

fn waited(now: Instant, submitted: &Submitted) -> u32 {
    u32::try_from(now.duration_since(submitted.at).as_secs()).expect("a short simulation")
}
