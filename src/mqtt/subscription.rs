//! One entry of a SUBSCRIBE: a Topic Filter and its Subscription Options `[MQTT-3.8.3.1]`.

use super::properties::UserProperties;
use super::{QoS, TopicFilter};

/// What the broker does with retained messages when a subscription is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetainHandling {
    /// Send them at every SUBSCRIBE.
    Always = 0,
    /// Send them if the subscription did not exist.
    New = 1,
    /// Do not send them.
    Never = 2,
}

/// The largest Subscription Identifier `[MQTT-3.8.2.1.2]`.
pub const MAX_SUBSCRIPTION_ID: u32 = 268_435_455;

/// A Topic Filter with its options. In 3.1.1 only the filter and the QoS exist on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// The Topic Filter.
    pub filter: TopicFilter,
    /// The maximum QoS that is asked for.
    pub qos: QoS,
    /// Retain Handling.
    pub retain_handling: RetainHandling,
    /// No Local: messages of this client itself are not delivered. Never of a shared subscription `[MQTT-3.8.3-4]`.
    pub no_local: bool,
    /// Retain As Published: RETAIN comes as the publisher set it, not only with what was stored.
    pub retain_as_published: bool,
    /// Subscription Identifier, 1 to `MAX_SUBSCRIPTION_ID`: deliveries carry it.
    pub id: Option<u32>,
    /// User Properties of the SUBSCRIBE that asks for it: filters that differ in them go in packets of their own.
    pub user_properties: UserProperties,
}

impl Subscription {
    /// One that asks for nothing special.
    #[must_use]
    pub const fn new(filter: TopicFilter, qos: QoS) -> Self {
        Self {
            filter,
            qos,
            retain_handling: RetainHandling::Always,
            no_local: false,
            retain_as_published: false,
            id: None,
            user_properties: Vec::new(),
        }
    }
}
