//! MQTT 3.1.1 and 5 as bytes: frames, packets, and one `Codec` for both versions. No I/O and no state. Called by `client`.
//!
//! The version is known here and not above: a session sees `Features` and limits, and 3.1.1's return codes as Reason Codes.
//! Only this folder names rumqttc.

mod connect;
mod control;
mod error;
mod fast;
pub mod frame;
pub mod packet;
mod read;
mod rumqtt;
mod words;

#[cfg(test)]
mod tests;

use bytes::{BufMut, BytesMut};
use bytestring::ByteString;

use crate::mqtt::{Message, QoS, Reason, Subscription, TopicFilter, TopicName, Version};

pub use error::WireError;
pub use frame::{Frame, foreign_protocol, split};
pub use packet::{Ack, AckKind, Alias, ConnAck, Connect, Disconnect, Farewell, Packet, Publish, SubAck, UnsubAck};
pub use words::describe;

/// The largest packet of MQTT in bytes, fixed header included `[MQTT-2.1.4]`.
pub const MAX_PACKET: usize = 268_435_460;

/// What a version can say; 3.1.1 has none of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Features {
    /// Acknowledgements carry a Reason Code.
    pub reason_codes: bool,
    /// Messages carry properties.
    pub properties: bool,
    /// CONNECT and DISCONNECT carry a Session Expiry Interval.
    pub session_expiry: bool,
    /// The broker sends DISCONNECT, and ours carries a Reason Code.
    pub disconnect: bool,
}

/// Turns packets into bytes and back, in one version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Codec {
    version: Version,
}

impl Codec {
    /// A codec for a version.
    #[must_use]
    pub const fn new(version: Version) -> Self {
        Self { version }
    }

    /// Its version.
    #[must_use]
    pub const fn version(self) -> Version {
        self.version
    }

    /// What its version can say.
    #[must_use]
    pub const fn features(self) -> Features {
        let five = matches!(self.version, Version::V5);
        Features { reason_codes: five, properties: five, session_expiry: five, disconnect: five }
    }

    /// Reads a packet of a broker. Payload and texts are slices of the frame.
    ///
    /// # Errors
    /// What is wrong with the packet; `Unexpected` for one that brokers do not send.
    #[inline]
    pub fn decode(&self, frame: Frame) -> Result<Packet, WireError> {
        let version = self.version;
        match frame.first >> 4 {
            3 => self.decode_publish(frame, None).map(Packet::Publish),
            4 => fast::read_ack(version, AckKind::PubAck, frame).map(Packet::Ack),
            5 => fast::read_ack(version, AckKind::PubRec, frame).map(Packet::Ack),
            6 => fast::read_ack(version, AckKind::PubRel, frame).map(Packet::Ack),
            7 => fast::read_ack(version, AckKind::PubComp, frame).map(Packet::Ack),
            _ => self.decode_rare(frame),
        }
    }

    /// Reads a frame that is a PUBLISH. Where it goes to the `recent` topic it shares that, instead of a copy of its own.
    ///
    /// # Errors
    /// What is wrong with it.
    #[inline(always)]
    pub fn decode_publish(&self, frame: Frame, recent: Option<&TopicName>) -> Result<Publish, WireError> {
        fast::read_publish(self.version, frame, recent)
    }

    fn decode_rare(self, frame: Frame) -> Result<Packet, WireError> {
        let Frame { first, body } = frame;
        let name = packet_name(first);
        let five = self.version == Version::V5;
        match first >> 4 {
            0 => return Err(WireError::malformed(name, "the reserved type 0")),
            15 if !five => return Err(WireError::malformed(name, "the reserved type 15")),
            2 | 9 | 11 | 13 => {}
            14 | 15 if five => {}
            _ => return Err(WireError::Unexpected(name)),
        }
        // [MQTT-2.1.3-1]: all flags of these are reserved and 0.
        if first & 0x0F != 0 {
            return Err(WireError::malformed(name, "wrong flags"));
        }
        match first >> 4 {
            2 => control::read_connack(self.version, body).map(|c| Packet::ConnAck(Box::new(c))),
            9 => control::read_suback(self.version, body).map(Packet::SubAck),
            11 => control::read_unsuback(self.version, body).map(Packet::UnsubAck),
            14 => control::read_disconnect(body).map(Packet::Disconnect),
            15 => control::read_auth(body).map(Packet::Auth),
            _ => read::Reader::new(name, body).end().map(|()| Packet::PingResp),
        }
    }

    /// Appends a CONNECT to `buf`.
    ///
    /// # Errors
    /// A field that is too long or has a NUL character, Receive Maximum or Maximum Packet Size 0, a Password alone in 3.1.1. `buf` is as it was.
    pub fn connect(&self, connect: &Connect, buf: &mut BytesMut) -> Result<(), WireError> {
        connect::write_connect(self.version, connect, buf)
    }

    /// Appends a PUBLISH to `buf`. `id` and `dup` are of no effect at QoS 0. Without properties nothing is allocated.
    ///
    /// # Errors
    /// A packet above `MAX_PACKET`, id 0 at QoS 1 or 2, a property that cannot be sent, any property in 3.1.1. `buf` is as it was.
    #[inline]
    pub fn publish(&self, message: &Message, id: u16, dup: bool, buf: &mut BytesMut) -> Result<(), WireError> {
        if id == 0 && message.qos != QoS::AtMostOnce {
            return Err(WireError::protocol("PUBLISH", "Packet Identifier 0"));
        }
        match &message.properties {
            None => fast::write_publish(self.version, message, id, dup, buf),
            Some(_) if self.version == Version::V311 => Err(WireError::NotIn311("a message with properties")),
            Some(properties) => rumqtt::write_publish(message, properties, None, id, dup, buf),
        }
    }

    /// As `publish`, with a Topic Alias.
    ///
    /// # Errors
    /// Those of `publish`, alias 0, and any alias in 3.1.1.
    pub fn publish_aliased(
        &self,
        message: &Message,
        alias: Alias,
        id: u16,
        dup: bool,
        buf: &mut BytesMut,
    ) -> Result<(), WireError> {
        if self.version == Version::V311 {
            return Err(WireError::NotIn311("a Topic Alias"));
        }
        // [MQTT-3.3.2-8].
        if alias.number == 0 {
            return Err(WireError::protocol("PUBLISH", "Topic Alias 0"));
        }
        if id == 0 && message.qos != QoS::AtMostOnce {
            return Err(WireError::protocol("PUBLISH", "Packet Identifier 0"));
        }
        match &message.properties {
            None => fast::write_aliased(message, alias, id, dup, buf),
            Some(properties) => rumqtt::write_publish(message, properties, Some(alias), id, dup, buf),
        }
    }

    /// The bytes of the whole PUBLISH of a message, for Maximum Packet Size `[MQTT-3.1.2-24]`.
    #[must_use]
    pub fn publish_size(&self, message: &Message) -> usize {
        match &message.properties {
            Some(properties) if self.version == Version::V5 => rumqtt::publish_size(message, properties),
            _ => fast::publish_size(self.version, message),
        }
    }

    /// Appends an acknowledgement to `buf`. The Reason Code is left out when it is success, and in 3.1.1.
    #[inline]
    pub fn ack(&self, kind: AckKind, id: u16, reason: Reason, buf: &mut BytesMut) {
        fast::write_ack(self.version, kind, id, reason, buf);
    }

    /// Appends a SUBSCRIBE to `buf`. In 3.1.1 all but filter and QoS is left out.
    ///
    /// # Errors
    /// Id 0, no subscription, in 5 a wrong Subscription Identifier or different ones, the same of User Properties, or a packet above
    /// `MAX_PACKET`. `buf` is as it was.
    pub fn subscribe(&self, id: u16, subscriptions: &[&Subscription], buf: &mut BytesMut) -> Result<(), WireError> {
        rumqtt::write_subscribe(self.version, id, subscriptions, buf)
    }

    /// The bytes of the whole SUBSCRIBE, for Maximum Packet Size.
    #[must_use]
    pub fn subscribe_size(&self, subscriptions: &[&Subscription]) -> usize {
        rumqtt::subscribe_size(self.version, subscriptions)
    }

    /// Appends an UNSUBSCRIBE to `buf`. In 3.1.1 the User Properties are left out.
    ///
    /// # Errors
    /// Id 0, no filter, User Properties that cannot be sent, or a packet above `MAX_PACKET`. `buf` is as it was.
    pub fn unsubscribe(
        &self,
        id: u16,
        filters: &[&TopicFilter],
        user_properties: &[(ByteString, ByteString)],
        buf: &mut BytesMut,
    ) -> Result<(), WireError> {
        rumqtt::write_unsubscribe(self.version, id, filters, user_properties, buf)
    }

    /// The bytes of the whole UNSUBSCRIBE, for Maximum Packet Size.
    #[must_use]
    pub fn unsubscribe_size(&self, filters: &[&TopicFilter], user_properties: &[(ByteString, ByteString)]) -> usize {
        rumqtt::unsubscribe_size(self.version, filters, user_properties)
    }

    /// Appends a PINGREQ to `buf`.
    pub fn pingreq(&self, buf: &mut BytesMut) {
        buf.put_slice(&[0xC0, 0x00]);
    }

    /// Appends a DISCONNECT to `buf`. In 3.1.1 all of `farewell` is left out.
    ///
    /// # Errors
    /// Words that cannot be sent. `buf` is as it was.
    pub fn disconnect(&self, farewell: &Farewell, buf: &mut BytesMut) -> Result<(), WireError> {
        control::write_disconnect(self.version, farewell, buf)
    }
}

/// The name of the packet that a first byte says, for errors.
const fn packet_name(first: u8) -> &'static str {
    match first >> 4 {
        1 => "CONNECT",
        2 => "CONNACK",
        3 => "PUBLISH",
        4 => AckKind::PubAck.name(),
        5 => AckKind::PubRec.name(),
        6 => AckKind::PubRel.name(),
        7 => AckKind::PubComp.name(),
        8 => "SUBSCRIBE",
        9 => "SUBACK",
        10 => "UNSUBSCRIBE",
        11 => "UNSUBACK",
        12 => "PINGREQ",
        13 => "PINGRESP",
        14 => "DISCONNECT",
        15 => "AUTH",
        _ => "a packet",
    }
}
