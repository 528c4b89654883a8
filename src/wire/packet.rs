//! The control packets as data: what a broker sends, and our CONNECT. Used by the session; made and read by `Codec`.

use bytes::Bytes;
use bytestring::ByteString;

use crate::mqtt::properties::UserProperties;
use crate::mqtt::{Properties, QoS, Reason, TopicName, Will};
use crate::text::Secret;

/// CONNECT `[MQTT-3.1]`.
#[derive(Clone, Debug)]
pub struct Connect {
    /// Client Identifier.
    pub client_id: ByteString,
    /// Clean Start; Clean Session in 3.1.1.
    pub clean_start: bool,
    /// Keep Alive in seconds; 0 turns it off.
    pub keep_alive: u16,
    /// User Name; may be empty.
    pub user_name: Option<ByteString>,
    /// Password; may be empty, any bytes. In 3.1.1 only with a User Name.
    pub password: Option<Secret>,
    /// The Will; in 3.1.1 without delay and properties.
    pub will: Option<Will>,
    /// Session Expiry Interval in seconds; not in 3.1.1.
    pub session_expiry: u32,
    /// Receive Maximum, at least 1; not in 3.1.1.
    pub receive_maximum: u16,
    /// Topic Alias Maximum; not in 3.1.1.
    pub topic_alias_maximum: u16,
    /// Maximum Packet Size in bytes, at least 1; not in 3.1.1.
    pub maximum_packet_size: Option<u32>,
    /// Request Response Information; not in 3.1.1.
    pub request_response_information: bool,
    /// Request Problem Information, which a broker assumes; not in 3.1.1.
    pub request_problem_information: bool,
    /// User Properties; not in 3.1.1.
    pub user_properties: UserProperties,
}

/// A DISCONNECT of ours `[MQTT-3.14]`. In 3.1.1 nothing of it is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Farewell {
    /// Reason Code.
    pub reason: Reason,
    /// Session Expiry Interval in seconds, in place of that of CONNECT.
    pub session_expiry: Option<u32>,
    /// Reason String.
    pub reason_string: Option<ByteString>,
    /// User Properties.
    pub user_properties: UserProperties,
}

impl Farewell {
    /// One without words.
    #[must_use]
    pub const fn new(reason: Reason, session_expiry: Option<u32>) -> Self {
        Self { reason, session_expiry, reason_string: None, user_properties: Vec::new() }
    }
}

/// CONNACK `[MQTT-3.2]`. What the broker left out has the value that the specification gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnAck {
    /// Session Present; never with an error.
    pub session_present: bool,
    /// The Reason Code; 3.1.1's return codes are turned into it. A reserved code of either version stays what it is.
    pub reason: Reason,
    /// It had two bytes, as 3.1.1's has: in version 5 a broker that does not speak 5 (rule 19).
    pub short: bool,
    /// Session Expiry Interval in seconds, where it is not what we asked for.
    pub session_expiry: Option<u32>,
    /// Receive Maximum, never 0; `None` when it announced none, which means 65,535.
    pub receive_maximum: Option<u16>,
    /// Maximum QoS.
    pub maximum_qos: QoS,
    /// Retain Available.
    pub retain_available: bool,
    /// Maximum Packet Size in bytes, never 0.
    pub maximum_packet_size: Option<u32>,
    /// Assigned Client Identifier.
    pub assigned_client_id: Option<ByteString>,
    /// Topic Alias Maximum: aliases that the broker takes from us.
    pub topic_alias_maximum: u16,
    /// Reason String.
    pub reason_string: Option<ByteString>,
    /// Wildcard Subscription Available.
    pub wildcard_available: bool,
    /// Subscription Identifiers Available.
    pub subscription_ids_available: bool,
    /// Shared Subscription Available.
    pub shared_available: bool,
    /// Server Keep Alive in seconds; it replaces ours.
    pub server_keep_alive: Option<u16>,
    /// Response Information: what a client may begin its Response Topics with; only where it was asked for.
    pub response_information: Option<ByteString>,
    /// Server Reference.
    pub server_reference: Option<ByteString>,
}

impl ConnAck {
    /// Whether it refuses the connection: only 0 accepts it, in both versions `[MQTT-3.2.2.2]`.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        self.reason != Reason::SUCCESS
    }

    /// One that announces nothing.
    pub(super) const fn bare(session_present: bool, reason: Reason, short: bool) -> Self {
        Self {
            session_present,
            reason,
            short,
            session_expiry: None,
            receive_maximum: None,
            maximum_qos: QoS::ExactlyOnce,
            retain_available: true,
            maximum_packet_size: None,
            assigned_client_id: None,
            topic_alias_maximum: 0,
            reason_string: None,
            wildcard_available: true,
            subscription_ids_available: true,
            shared_available: true,
            server_keep_alive: None,
            response_information: None,
            server_reference: None,
        }
    }
}

/// PUBLISH `[MQTT-3.3]` as it was received. Topic and payload are slices of what was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publish {
    /// The Topic Name; `None` when it is empty and the Topic Alias stands for it.
    pub topic: Option<TopicName>,
    /// Topic Alias, never 0. Whether it is within our maximum is for the session to say.
    pub alias: Option<u16>,
    /// Packet Identifier; 0 for QoS 0, else not.
    pub id: u16,
    /// QoS.
    pub qos: QoS,
    /// DUP; never with QoS 0.
    pub dup: bool,
    /// RETAIN.
    pub retain: bool,
    /// The payload.
    pub payload: Bytes,
    /// Its properties, the Topic Alias aside; `None` when there is no other.
    pub properties: Option<Box<Properties>>,
}

/// How a PUBLISH of ours names its topic by a Topic Alias `[MQTT-3.3.2.3.4]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alias {
    /// From 1 to the broker's Topic Alias Maximum.
    pub number: u16,
    /// Whether the broker knows it from a PUBLISH before in this connection: the topic is left out. Else this one teaches it.
    pub known: bool,
}

/// Which of the four acknowledgements of a PUBLISH.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AckKind {
    /// PUBACK, QoS 1.
    PubAck,
    /// PUBREC, QoS 2, first answer.
    PubRec,
    /// PUBREL, QoS 2, the sender's answer to PUBREC.
    PubRel,
    /// PUBCOMP, QoS 2, last answer.
    PubComp,
}

impl AckKind {
    /// The first byte: the type, and the flags of PUBREL `[MQTT-3.6.1-1]`.
    pub(super) const fn first(self) -> u8 {
        match self {
            Self::PubAck => 0x40,
            Self::PubRec => 0x50,
            Self::PubRel => 0x62,
            Self::PubComp => 0x70,
        }
    }

    /// The specification's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::PubAck => "PUBACK",
            Self::PubRec => "PUBREC",
            Self::PubRel => "PUBREL",
            Self::PubComp => "PUBCOMP",
        }
    }
}

/// PUBACK, PUBREC, PUBREL or PUBCOMP `[MQTT-3.4]` to `[MQTT-3.7]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ack {
    /// Which.
    pub kind: AckKind,
    /// Packet Identifier, never 0.
    pub id: u16,
    /// Reason Code, known or not; success in 3.1.1.
    pub reason: Reason,
    /// Reason String.
    pub reason_string: Option<ByteString>,
}

/// SUBACK `[MQTT-3.9]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubAck {
    /// Packet Identifier, never 0.
    pub id: u16,
    /// One Reason Code a filter, known or not, at least one. 0 to 2 is the QoS that is granted.
    pub reasons: Vec<Reason>,
    /// Reason String.
    pub reason_string: Option<ByteString>,
}

/// UNSUBACK `[MQTT-3.11]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnsubAck {
    /// Packet Identifier, never 0.
    pub id: u16,
    /// One Reason Code a filter, known or not, at least one; empty in 3.1.1.
    pub reasons: Vec<Reason>,
    /// Reason String.
    pub reason_string: Option<ByteString>,
}

/// DISCONNECT of a broker `[MQTT-3.14]`; not in 3.1.1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disconnect {
    /// Reason Code, known or not.
    pub reason: Reason,
    /// Reason String.
    pub reason_string: Option<ByteString>,
    /// Server Reference.
    pub server_reference: Option<ByteString>,
}

/// What a broker sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Packet {
    /// CONNACK. Boxed: it comes once, and would make every other packet larger to move.
    ConnAck(Box<ConnAck>),
    /// PUBLISH.
    Publish(Publish),
    /// PUBACK, PUBREC, PUBREL, PUBCOMP.
    Ack(Ack),
    /// SUBACK.
    SubAck(SubAck),
    /// UNSUBACK.
    UnsubAck(UnsubAck),
    /// PINGRESP.
    PingResp,
    /// DISCONNECT.
    Disconnect(Disconnect),
    /// AUTH, with its Reason Code.
    Auth(Reason),
}
