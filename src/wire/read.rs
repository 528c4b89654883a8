//! Reading the fields of one frame, and the properties of version 5. Used by `fast` and `control`.
//!
//! rumqttc's readers are not used: they take a properties length that ends inside a property, count a Subscription Identifier
//! one byte too long (so that the third one of a delivery becomes payload), keep the last of duplicates, and refuse Reason
//! Codes that they do not know.

use bytes::{Buf, Bytes};
use bytestring::ByteString;

use crate::mqtt::QoS;
use crate::mqtt::properties::MAX_PROPERTIES;

use super::WireError;
use super::frame::{Varint, read_varint};

/// Takes fields off the front of a packet's bytes. Knows the packet's name, for errors.
pub(super) struct Reader {
    packet: &'static str,
    bytes: Bytes,
}

impl Reader {
    pub(super) const fn new(packet: &'static str, bytes: Bytes) -> Self {
        Self { packet, bytes }
    }

    pub(super) const fn malformed(&self, defect: &'static str) -> WireError {
        WireError::malformed(self.packet, defect)
    }

    const fn protocol(&self, defect: &'static str) -> WireError {
        WireError::protocol(self.packet, defect)
    }

    const fn short(&self) -> WireError {
        self.malformed("too few bytes")
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    #[inline]
    pub(super) fn u8(&mut self) -> Result<u8, WireError> {
        self.bytes.try_get_u8().map_err(|_| self.short())
    }

    #[inline]
    pub(super) fn u16(&mut self) -> Result<u16, WireError> {
        self.bytes.try_get_u16().map_err(|_| self.short())
    }

    pub(super) fn u32(&mut self) -> Result<u32, WireError> {
        self.bytes.try_get_u32().map_err(|_| self.short())
    }

    /// A Packet Identifier, which is never 0 `[MQTT-2.2.1-3]`.
    #[inline]
    pub(super) fn id(&mut self) -> Result<u16, WireError> {
        match self.u16()? {
            0 => Err(self.malformed("Packet Identifier 0")),
            id => Ok(id),
        }
    }

    /// Looks at Binary Data, or the bytes of a string, without keeping them.
    #[inline]
    pub(super) fn with_binary<T>(&mut self, look: impl FnOnce(&[u8]) -> T) -> Result<T, WireError> {
        let length = usize::from(self.u16()?);
        let seen = look(self.bytes.get(..length).ok_or(self.short())?);
        self.bytes.advance(length);
        Ok(seen)
    }

    /// Binary Data `[MQTT-1.5.6]`, and the bytes of a string.
    #[inline]
    pub(super) fn binary(&mut self) -> Result<Bytes, WireError> {
        let length = usize::from(self.u16()?);
        self.take(length)
    }

    #[inline]
    fn take(&mut self, length: usize) -> Result<Bytes, WireError> {
        if length > self.bytes.len() { Err(self.short()) } else { Ok(self.bytes.split_to(length)) }
    }

    /// A UTF-8 Encoded String `[MQTT-1.5.4]`.
    fn text(&mut self) -> Result<ByteString, WireError> {
        let text = ByteString::try_from(self.binary()?).map_err(|_| self.malformed("a text that is not UTF-8"))?;
        if text.as_bytes().contains(&0) { Err(self.malformed("a NUL character in a text")) } else { Ok(text) }
    }

    /// A byte that says no or yes; any other value is a Protocol Error.
    fn flag(&mut self) -> Result<bool, WireError> {
        match self.u8()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(self.protocol("a property that is neither 0 nor 1")),
        }
    }

    /// A Variable Byte Integer of version 5, in as few bytes as possible `[MQTT-1.5.5-1]`.
    pub(super) fn varint(&mut self) -> Result<u32, WireError> {
        match read_varint(&self.bytes) {
            Varint::Value { value, width } if width == super::frame::varint_width(value as usize) => {
                self.bytes.advance(width);
                Ok(value)
            }
            Varint::Value { .. } => Err(self.malformed("needless bytes in a length")),
            Varint::Short => Err(self.short()),
            Varint::TooLong => Err(self.malformed("a length of five bytes")),
        }
    }

    /// The properties of a packet `[MQTT-2.2.2]`, which may have only those of `allowed`.
    pub(super) fn properties(&mut self, allowed: &'static [u8]) -> Result<PropertyReader, WireError> {
        let size = self.varint()? as usize;
        if size > MAX_PROPERTIES {
            return Err(WireError::Properties { packet: self.packet, size });
        }
        let bytes = self.take(size)?;
        Ok(PropertyReader { fields: Self { packet: self.packet, bytes }, allowed, seen: 0 })
    }

    /// The bytes of the properties of a packet, whichever they are.
    pub(super) fn nested(&mut self) -> Result<Self, WireError> {
        let size = self.varint()? as usize;
        Ok(Self { packet: self.packet, bytes: self.take(size)? })
    }

    /// Whether there are none: the one byte 0 of the hot path, taken off if so.
    #[inline]
    pub(super) fn no_properties(&mut self) -> bool {
        let none = self.bytes.first() == Some(&0);
        if none {
            self.bytes.advance(1);
        }
        none
    }

    /// Everything that is left.
    #[inline]
    pub(super) fn rest(self) -> Bytes {
        self.bytes
    }

    /// That nothing is left.
    pub(super) const fn end(&self) -> Result<(), WireError> {
        if self.bytes.is_empty() { Ok(()) } else { Err(self.malformed("bytes behind its end")) }
    }
}

/// A property of version 5 with its value, of those that a broker sends.
pub(super) enum Property {
    PayloadFormat(bool),
    MessageExpiry(u32),
    ContentType(ByteString),
    ResponseTopic(ByteString),
    CorrelationData(Bytes),
    SubscriptionId(u32),
    SessionExpiry(u32),
    AssignedClientId(ByteString),
    ServerKeepAlive(u16),
    ResponseInformation(ByteString),
    ServerReference(ByteString),
    ReasonString(ByteString),
    ReceiveMaximum(u16),
    TopicAliasMaximum(u16),
    TopicAlias(u16),
    MaximumQos(QoS),
    RetainAvailable(bool),
    User(ByteString, ByteString),
    MaximumPacketSize(u32),
    WildcardAvailable(bool),
    SubscriptionIdsAvailable(bool),
    SharedAvailable(bool),
    /// Authentication: read, and of no use to us.
    Unused,
}

/// Reads properties one by one, and only within their own length.
pub(super) struct PropertyReader {
    fields: Reader,
    allowed: &'static [u8],
    /// A bit for each property that was there; all identifiers are below 64.
    seen: u64,
}

impl PropertyReader {
    /// The next one; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Property>, WireError> {
        if self.fields.is_empty() {
            return Ok(None);
        }
        let identifier = self.fields.u8()?;
        // [MQTT-2.2.2.2]: an identifier that the packet cannot have makes it malformed.
        if !self.allowed.contains(&identifier) {
            return Err(self.fields.malformed("a property that it cannot have"));
        }
        let bit = 1_u64.checked_shl(u32::from(identifier)).unwrap_or(0);
        let repeatable = matches!(identifier, id::USER | id::SUBSCRIPTION_ID);
        if self.seen & bit != 0 && !repeatable {
            return Err(self.fields.protocol("a property twice"));
        }
        self.seen |= bit;
        self.value(identifier).map(Some)
    }

    fn value(&mut self, identifier: u8) -> Result<Property, WireError> {
        let fields = &mut self.fields;
        Ok(match identifier {
            id::PAYLOAD_FORMAT => Property::PayloadFormat(fields.flag()?),
            id::MESSAGE_EXPIRY => Property::MessageExpiry(fields.u32()?),
            id::CONTENT_TYPE => Property::ContentType(fields.text()?),
            id::RESPONSE_TOPIC => Property::ResponseTopic(fields.text()?),
            id::CORRELATION_DATA => Property::CorrelationData(fields.binary()?),
            id::SUBSCRIPTION_ID => match fields.varint()? {
                0 => return Err(fields.protocol("Subscription Identifier 0")),
                subscription => Property::SubscriptionId(subscription),
            },
            id::SESSION_EXPIRY => Property::SessionExpiry(fields.u32()?),
            id::ASSIGNED_CLIENT_ID => Property::AssignedClientId(fields.text()?),
            id::SERVER_KEEP_ALIVE => Property::ServerKeepAlive(fields.u16()?),
            id::SERVER_REFERENCE => Property::ServerReference(fields.text()?),
            id::REASON_STRING => Property::ReasonString(fields.text()?),
            id::RECEIVE_MAXIMUM => match fields.u16()? {
                0 => return Err(fields.protocol("Receive Maximum 0")),
                maximum => Property::ReceiveMaximum(maximum),
            },
            id::TOPIC_ALIAS_MAXIMUM => Property::TopicAliasMaximum(fields.u16()?),
            id::TOPIC_ALIAS => match fields.u16()? {
                0 => return Err(WireError::TopicAlias),
                alias => Property::TopicAlias(alias),
            },
            // Maximum QoS 2 is said by leaving it out [MQTT-3.2.2.3.4].
            id::MAXIMUM_QOS => Property::MaximumQos(if fields.flag()? { QoS::AtLeastOnce } else { QoS::AtMostOnce }),
            id::RETAIN_AVAILABLE => Property::RetainAvailable(fields.flag()?),
            id::USER => Property::User(fields.text()?, fields.text()?),
            id::MAXIMUM_PACKET_SIZE => match fields.u32()? {
                0 => return Err(fields.protocol("Maximum Packet Size 0")),
                size => Property::MaximumPacketSize(size),
            },
            id::WILDCARD_AVAILABLE => Property::WildcardAvailable(fields.flag()?),
            id::SUBSCRIPTION_IDS_AVAILABLE => Property::SubscriptionIdsAvailable(fields.flag()?),
            id::SHARED_AVAILABLE => Property::SharedAvailable(fields.flag()?),
            id::RESPONSE_INFORMATION => Property::ResponseInformation(fields.text()?),
            id::AUTHENTICATION_METHOD => fields.text().map(|_| Property::Unused)?,
            id::AUTHENTICATION_DATA => fields.binary().map(|_| Property::Unused)?,
            _ => return Err(fields.malformed("a property that it cannot have")),
        })
    }
}

/// Property identifiers `[MQTT-2.2.2.2]`.
pub(super) mod id {
    pub(in crate::wire) const PAYLOAD_FORMAT: u8 = 0x01;
    pub(in crate::wire) const MESSAGE_EXPIRY: u8 = 0x02;
    pub(in crate::wire) const CONTENT_TYPE: u8 = 0x03;
    pub(in crate::wire) const RESPONSE_TOPIC: u8 = 0x08;
    pub(in crate::wire) const CORRELATION_DATA: u8 = 0x09;
    pub(in crate::wire) const SUBSCRIPTION_ID: u8 = 0x0B;
    pub(in crate::wire) const SESSION_EXPIRY: u8 = 0x11;
    pub(in crate::wire) const ASSIGNED_CLIENT_ID: u8 = 0x12;
    pub(in crate::wire) const SERVER_KEEP_ALIVE: u8 = 0x13;
    pub(in crate::wire) const AUTHENTICATION_METHOD: u8 = 0x15;
    pub(in crate::wire) const AUTHENTICATION_DATA: u8 = 0x16;
    pub(in crate::wire) const WILL_DELAY: u8 = 0x18;
    pub(in crate::wire) const REQUEST_PROBLEM_INFORMATION: u8 = 0x17;
    pub(in crate::wire) const REQUEST_RESPONSE_INFORMATION: u8 = 0x19;
    pub(in crate::wire) const RESPONSE_INFORMATION: u8 = 0x1A;
    pub(in crate::wire) const SERVER_REFERENCE: u8 = 0x1C;
    pub(in crate::wire) const REASON_STRING: u8 = 0x1F;
    pub(in crate::wire) const RECEIVE_MAXIMUM: u8 = 0x21;
    pub(in crate::wire) const TOPIC_ALIAS_MAXIMUM: u8 = 0x22;
    pub(in crate::wire) const TOPIC_ALIAS: u8 = 0x23;
    pub(in crate::wire) const MAXIMUM_QOS: u8 = 0x24;
    pub(in crate::wire) const RETAIN_AVAILABLE: u8 = 0x25;
    pub(in crate::wire) const USER: u8 = 0x26;
    pub(in crate::wire) const MAXIMUM_PACKET_SIZE: u8 = 0x27;
    pub(in crate::wire) const WILDCARD_AVAILABLE: u8 = 0x28;
    pub(in crate::wire) const SUBSCRIPTION_IDS_AVAILABLE: u8 = 0x29;
    pub(in crate::wire) const SHARED_AVAILABLE: u8 = 0x2A;
}
