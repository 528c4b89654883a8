//! The vocabulary of MQTT: names, messages, properties, reasons. No I/O and no wire format.
//!
//! Every floor above uses these types; they use nothing of ours. Words have the specification's sense.

pub mod message;
pub mod properties;
pub mod reason;
pub mod record;
pub mod subscription;
pub mod topic;
pub mod version;

pub use message::{Message, QoS, Received, Will};
pub use properties::Properties;
pub use reason::Reason;
pub use record::{Record, RecordError};
pub use subscription::{MAX_SUBSCRIPTION_ID, RetainHandling, Subscription};
pub use topic::{TopicError, TopicFilter, TopicName};
pub use version::Version;
