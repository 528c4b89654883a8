//! What the program does with the session: submits messages, asks for subscriptions, takes deliveries late and in any order. And what others
//! publish for it.

use bytes::Bytes;
use mqx::client::session::{Delivery, Removal, Standing};
use mqx::mqtt::{Message, Properties, QoS, Subscription, TopicFilter, TopicName};
use rand::RngExt as _;

use super::World;
use crate::broker;
use crate::checks::Submitted;
use crate::packets::{self, FORBIDDEN};
use crate::plan::End;
use crate::scenes::{Scene, saw_if};

/// Subscriptions of a world.
const SUBSCRIPTIONS: usize = 40;

impl World {
    /// Submits some messages, up to so many in all; `only` of that QoS and without anything special.
    pub(super) fn submit(&mut self, messages: u64, only: Option<u8>) {
        for _ in 0..self.rng.random_range(0..=self.plan.stride) {
            let number = self.submitted.len() as u64;
            if number >= messages {
                return;
            }
            let qos = only.unwrap_or_else(|| self.draw_qos());
            let size = if self.rng.random_ratio(1, 20) { self.rng.random_range(8..300) } else { 8 };
            let mut payload = vec![0; size];
            payload[..8].copy_from_slice(&number.to_be_bytes());
            let forbidden = only.is_none() && self.rng.random_ratio(self.plan.forbidden, 1_000);
            let topic = TopicName::new(if forbidden { FORBIDDEN } else { packets::our_topic(number) }).expect("a topic");
            let mut message = Message::new(topic, Bytes::from(payload), QoS::from_u8(qos).expect("a QoS"));
            message.retain = only.is_none() && self.rng.random_ratio(self.plan.retain, 1_000);
            let expires = only.is_none() && self.rng.random_ratio(self.plan.expiring, 1_000);
            let expiry = expires.then(|| self.rng.random_range(1..30));
            message.properties = expiry.map(|_| Box::new(Properties { expiry, ..Properties::default() }));
            let retain = message.retain;
            let Ok(token) = self.session.publish(self.now, message) else {
                return;
            };
            assert_eq!(token.number(), number, "tokens are numbered in order");
            if forbidden {
                self.forbidden.insert(number);
            }
            let size = u32::try_from(size).expect("a small payload");
            self.submitted.push(Submitted { qos, size, retain, expiry, at: self.now, settled: false });
        }
    }

    pub(super) fn subscribe(&mut self) {
        if self.rng.random_ratio(4, 5) {
            return;
        }
        let number = self.subscriptions.len();
        if number > 0 && self.rng.random_ratio(1, 4) {
            let number = self.rng.random_range(0..number);
            self.requests.removed.insert(number);
            let filter = TopicFilter::new(packets::filter(number)).expect("a filter");
            self.removals.push(self.session.unsubscribe(filter));
        } else if number < SUBSCRIPTIONS {
            let filter = TopicFilter::new(packets::filter(number)).expect("a filter");
            self.subscriptions.push(self.session.subscribe(Subscription::new(filter, QoS::ExactlyOnce)));
        }
    }

    /// Others publish something.
    pub(super) fn produce(&mut self) {
        for _ in 0..self.rng.random_range(0..=self.plan.stride) {
            let number = self.deliveries.len() as u64;
            if number == self.plan.deliveries {
                return;
            }
            let qos = self.draw_qos();
            self.broker.delivering.deliver(number, qos);
            self.deliveries.push(qos);
        }
    }

    pub(super) fn consume(&mut self) {
        if !self.broker.calm && self.rng.random_ratio(self.plan.lazy_consumer, 1_000) {
            return;
        }
        let mut deliveries = Vec::new();
        self.session.take(self.rng.random_range(0..=self.plan.stride), &mut deliveries);
        assert!(self.plan.has_consumer || deliveries.is_empty(), "a delivery without a consumer");
        for delivery in deliveries {
            let (qos, number) = delivered(&delivery);
            let message = &delivery.received.message;
            assert_eq!(message.topic.as_str(), broker::topic(number), "the topic of delivery {number}");
            assert_eq!(message.retain, broker::is_retained(number), "RETAIN of delivery {number}");
            saw_if(message.retain, Scene::RetainedDelivery);
            self.incoming.got(qos, number);
            self.hands.push_back(delivery);
        }
        for _ in 0..self.rng.random_range(0..=self.hands.len()) {
            if matches!(self.plan.end, End::Counted(count) if self.taken >= count) {
                return;
            }
            let place = if self.plan.untidy_consumer { self.rng.random_range(0..self.hands.len()) } else { 0 };
            let Some(delivery) = self.hands.swap_remove_front(place) else { break };
            saw_if(place > 0, Scene::TakenOutOfOrder);
            self.taken += 1;
            self.incoming.took(delivered(&delivery).1);
            self.session.taken(&delivery);
        }
    }

    /// Every filter has its answer, and the broker has what it granted and nothing else.
    pub(super) fn check_subscriptions(&self) {
        for (number, index) in self.subscriptions.iter().enumerate() {
            let subscribed = self.broker.subscribed.contains(&number);
            if self.requests.removed.contains(&number) {
                assert!(!subscribed, "the broker has filter {number}, which nobody wants");
                continue;
            }
            let standing = self.session.standing(*index);
            match standing {
                Some(Standing::Granted(_)) => assert!(subscribed, "filter {number} was granted, and the broker does not have it"),
                Some(Standing::Refused(_)) => assert!(!subscribed, "filter {number} is {standing:?}, and the broker has it"),
                Some(Standing::Waiting) | None => panic!("filter {number} is {standing:?} at the end"),
            }
        }
        for index in &self.removals {
            assert_eq!(self.session.removal(*index), Some(&Removal::Removed), "the end of a subscription was answered");
        }
    }
}

fn delivered(delivery: &Delivery) -> (u8, u64) {
    let message = &delivery.received.message;
    (message.qos as u8, u64::from_be_bytes(message.payload[..8].try_into().expect("eight bytes")))
}
