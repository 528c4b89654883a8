//! The letters behind a `%`: what each of them writes.

use std::io::Write as _;

use super::spec::Spec;
use super::{Shown, object};
use crate::mqtt::Properties;
use crate::output::text::push;
use crate::output::{field, time};

/// A letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Letter {
    /// `%%`.
    Percent,
    /// `%A`: Topic Alias. A delivery has a topic here and no alias, so it is blank.
    TopicAlias,
    /// `%C`.
    ContentType,
    /// `%D`: as it came.
    CorrelationData,
    /// `%d`: a payload of 8 bytes as a number.
    Double,
    /// `%E`: in seconds.
    Expiry,
    /// `%F`: 0 or 1.
    PayloadFormat,
    /// `%f`: a payload of 4 bytes as a number.
    Float,
    /// `%I`: the local time with its offset.
    LocalTime,
    /// `%j`: an object with the payload as a text, `%J`: with the JSON that it is.
    Object {
        /// Whether the payload is a value in it.
        embedded: bool,
    },
    /// `%l`: the length of the payload in bytes.
    Size,
    /// `%m`: the Packet Identifier, 0 at QoS 0.
    Mid,
    /// `%P`: `name:value name:value`.
    UserProperties,
    /// `%p`.
    Payload,
    /// `%q`.
    Qos,
    /// `%R`.
    ResponseTopic,
    /// `%r`: 0 or 1.
    Retain,
    /// `%S`: the first.
    SubscriptionId,
    /// `%t`.
    Topic,
    /// `%U`: seconds since 1970 with nine digits behind the point.
    UnixTime,
    /// `%x`, `%X`: the payload in hexadecimal.
    Hex {
        /// With `A` to `F`.
        upper: bool,
    },
}

impl Letter {
    /// What a byte behind `%` and a specification stands for.
    #[must_use]
    pub const fn of(byte: u8) -> Option<Self> {
        Some(match byte {
            b'%' => Self::Percent,
            b'A' => Self::TopicAlias,
            b'C' => Self::ContentType,
            b'D' => Self::CorrelationData,
            b'd' => Self::Double,
            b'E' => Self::Expiry,
            b'F' => Self::PayloadFormat,
            b'f' => Self::Float,
            b'I' => Self::LocalTime,
            b'j' => Self::Object { embedded: false },
            b'J' => Self::Object { embedded: true },
            b'l' => Self::Size,
            b'm' => Self::Mid,
            b'P' => Self::UserProperties,
            b'p' => Self::Payload,
            b'q' => Self::Qos,
            b'R' => Self::ResponseTopic,
            b'r' => Self::Retain,
            b'S' => Self::SubscriptionId,
            b't' => Self::Topic,
            b'U' => Self::UnixTime,
            b'x' => Self::Hex { upper: false },
            b'X' => Self::Hex { upper: true },
            _ => return None,
        })
    }

    /// Appends what it is in a message. False when the payload is no number of the kind that it should be.
    pub fn render(self, spec: &Spec, shown: &Shown<'_>, out: &mut Vec<u8>) -> bool {
        let received = shown.received;
        let message = &received.message;
        // Writing to a Vec cannot fail.
        match self {
            Self::Percent => out.push(b'%'),
            Self::LocalTime => spec.pad(b' ', out, |out| {
                let local = time::local(received.at, shown.zone);
                let begin = out.len();
                let _ = time::strftime(b"%FT%T%z", &local, out);
                // A time is ASCII.
                out.truncate(spec.precision.map_or(out.len(), |most| out.len().min(begin + most)));
            }),
            Self::Object { embedded } => object::write(shown, embedded, out),
            Self::Size => number(spec, Some(message.payload.len()), out),
            Self::Mid => number(spec, Some(received.id.unwrap_or(0)), out),
            Self::Payload => spec.pad(spec.fill(), out, |out| push(&message.payload, shown.escaped, out)),
            Self::Qos => drop(write!(out, "{}", message.qos)),
            Self::Retain => drop(write!(out, "{}", u8::from(message.retain))),
            Self::Topic => spec.text(message.topic.as_str(), shown.escaped, out),
            Self::UnixTime => time::unix(received.at, out),
            Self::Hex { upper } => hex(spec, &message.payload, upper, out),
            Self::Float => {
                return float(spec, message.payload.as_ref().try_into().ok().map(|bytes| f32::from_ne_bytes(bytes).into()), out);
            }
            Self::Double => return float(spec, message.payload.as_ref().try_into().ok().map(f64::from_ne_bytes), out),
            _ => self.render_property(spec, message.properties.as_deref(), shown.escaped, out),
        }
        true
    }

    fn render_property(self, spec: &Spec, properties: Option<&Properties>, escaped: bool, out: &mut Vec<u8>) {
        let text = |text: Option<&bytestring::ByteString>, out: &mut Vec<u8>| match text {
            Some(text) => spec.text(text, escaped, out),
            None => spec.blank(out),
        };
        match self {
            Self::ContentType => text(properties.and_then(|it| it.content_type.as_ref()), out),
            Self::Expiry => number(spec, properties.and_then(|it| it.expiry), out),
            Self::PayloadFormat => number(spec, properties.and_then(|it| it.payload_format).map(u8::from), out),
            Self::SubscriptionId => number(spec, properties.and_then(|it| it.subscription_ids.first()), out),
            Self::TopicAlias => spec.blank(out),
            // These three are nothing where there is none, whatever the width.
            Self::ResponseTopic => {
                if let Some(topic) = properties.and_then(|it| it.response_topic.as_ref()) {
                    spec.text(topic, escaped, out);
                }
            }
            Self::CorrelationData => {
                push(properties.and_then(|it| it.correlation_data.as_deref()).unwrap_or_default(), escaped, out);
            }
            Self::UserProperties => {
                if let Some(properties) = properties {
                    let mut pairs = Vec::new();
                    field::user_properties(properties, &mut pairs);
                    push(&pairs, escaped, out);
                }
            }
            _ => {}
        }
    }
}

/// Appends a number, or as many spaces as it would have had at least.
fn number<N: std::fmt::Display>(spec: &Spec, number: Option<N>, out: &mut Vec<u8>) {
    match number {
        Some(number) => spec.pad(spec.fill(), out, |out| drop(write!(out, "{number}"))),
        None => spec.blank(out),
    }
}

/// Appends the number that a payload is, if it is one.
fn float(spec: &Spec, value: Option<f64>, out: &mut Vec<u8>) -> bool {
    let Some(value) = value else { return false };
    let (width, precision) = (spec.width, spec.precision.unwrap_or(6));
    if value.is_finite() && spec.zero && !spec.left {
        // The zeros stand behind the sign.
        let _ = write!(out, "{value:0width$.precision$}");
    } else {
        let sign = if value.is_sign_negative() { "-" } else { "" };
        let size = value.abs();
        spec.pad(b' ', out, |out| {
            let _ = match () {
                () if value.is_nan() => write!(out, "{sign}nan"),
                () if value.is_infinite() => write!(out, "{sign}inf"),
                () => write!(out, "{sign}{size:.precision$}"),
            };
        });
    }
    true
}

/// Appends bytes in hexadecimal. The precision is the length of groups, and a space or another separator stands between them; zeros that
/// fill up are digits like the others.
fn hex(spec: &Spec, payload: &[u8], upper: bool, out: &mut Vec<u8>) {
    let missing = spec.width.saturating_sub(2 * payload.len());
    let fill = if spec.left { 0 } else { missing };
    let group = spec.precision.unwrap_or(0);
    let separator = spec.separator.unwrap_or(b' ');
    let digits = if upper { b"0123456789ABCDEF" } else { b"0123456789abcdef" };
    let digit = |nibble: u8| digits.get(usize::from(nibble)).copied().unwrap_or_default();
    let payload = payload.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(digit);
    let all = std::iter::repeat_n(spec.fill(), fill).chain(payload);
    if group == 0 {
        out.extend(all);
    } else {
        for (place, digit) in all.enumerate() {
            if place > 0 && place % group == 0 {
                out.push(separator);
            }
            out.push(digit);
        }
    }
    if spec.left {
        out.resize(out.len() + missing, b' ');
    }
}
