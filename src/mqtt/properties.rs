//! The properties of a PUBLISH in version 5 `[MQTT-3.3.2.3]`, as a person means them.
//!
//! Topic Alias is not among them: it belongs to a connection, not to a message (`client/session`).

use bytes::Bytes;
use bytestring::ByteString;

/// The most bytes that the properties of a packet may have, written or read: far more than any message needs, and a bound for memory, since
/// an empty User Property has 5 bytes on the wire and costs 64.
pub const MAX_PROPERTIES: usize = 1 << 20;

/// User Properties of any packet, in order, repeated names included.
pub type UserProperties = Vec<(ByteString, ByteString)>;

/// The bytes that User Properties have on the wire.
#[must_use]
pub fn user_properties_len(properties: &[(ByteString, ByteString)]) -> usize {
    properties.iter().map(|(name, value)| 5 + name.len() + value.len()).sum()
}

/// Properties of an Application Message. The order of user properties is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Properties {
    /// Payload Format Indicator: `Some(true)` says UTF-8 text, `Some(false)` unspecified bytes.
    pub payload_format: Option<bool>,
    /// Message Expiry Interval in seconds.
    pub expiry: Option<u32>,
    /// Content Type.
    pub content_type: Option<ByteString>,
    /// Response Topic.
    pub response_topic: Option<ByteString>,
    /// Correlation Data.
    pub correlation_data: Option<Bytes>,
    /// User Properties.
    pub user_properties: UserProperties,
    /// Subscription Identifiers of a delivery; a client never sends them `[MQTT-3.3.4-6]`.
    pub subscription_ids: Vec<u32>,
}

impl Properties {
    /// These, and of `others` each that is not among these. User properties are one, whatever their names.
    #[must_use]
    pub fn or(self, others: &Self) -> Self {
        let or = |own: Option<ByteString>, other: &Option<ByteString>| own.or_else(|| other.clone());
        let first = |own: Vec<_>, other: &Vec<_>| if own.is_empty() { other.clone() } else { own };
        Self {
            payload_format: self.payload_format.or(others.payload_format),
            expiry: self.expiry.or(others.expiry),
            content_type: or(self.content_type, &others.content_type),
            response_topic: or(self.response_topic, &others.response_topic),
            correlation_data: self.correlation_data.or_else(|| others.correlation_data.clone()),
            user_properties: first(self.user_properties, &others.user_properties),
            subscription_ids: self.subscription_ids,
        }
    }

    /// What the properties cost in memory, in bytes, for the bounds of queues.
    #[must_use]
    pub fn weight(&self) -> usize {
        let text = |t: &Option<ByteString>| t.as_ref().map_or(0, |t| t.len());
        let user: usize = self.user_properties.iter().map(|(k, v)| k.len() + v.len() + 2 * size_of::<ByteString>()).sum();
        size_of::<Self>()
            + text(&self.content_type)
            + text(&self.response_topic)
            + self.correlation_data.as_ref().map_or(0, Bytes::len)
            + user
            + self.subscription_ids.len() * size_of::<u32>()
    }

    /// The bytes that a publisher's properties have on the wire, for [`MAX_PROPERTIES`].
    #[must_use]
    pub fn encoded_len(&self) -> usize {
        let text = |t: &Option<ByteString>| t.as_ref().map_or(0, |t| 3 + t.len());
        self.payload_format.map_or(0, |_| 2)
            + self.expiry.map_or(0, |_| 5)
            + text(&self.content_type)
            + text(&self.response_topic)
            + self.correlation_data.as_ref().map_or(0, |data| 3 + data.len())
            + user_properties_len(&self.user_properties)
    }
}
