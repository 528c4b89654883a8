//! One entry of a SUBSCRIBE: a Topic Filter and its Subscription Options `[MQTT-3.8.3.1]`.

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

/// A Topic Filter with its options. In 3.1.1 only the filter and the QoS exist on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// The Topic Filter.
    pub filter: TopicFilter,
    /// The maximum QoS that is asked for.
    pub qos: QoS,
    /// Retain Handling.
    pub retain_handling: RetainHandling,
}
