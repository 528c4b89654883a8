//! Messages of a row, as another client of the broker publishes them.

use super::row::{Message, Property};
use crate::support::Verdict;
use crate::support::client::RawClient;
use crate::support::packets::{Publish, string};

/// Publishes it and waits until the broker has it. `topic` is the row's own.
pub fn publish(client: &mut RawClient, message: &Message, topic: &str) -> Verdict {
    let place = |text: &str| text.replace("{t}", topic);
    let properties: Vec<u8> = message.properties.iter().flat_map(|property| bytes(*property, &place)).collect();
    let publish = Publish::new(message.qos, 0, place(message.topic), message.payload).properties(&properties);
    client.send(if message.retain { publish.retain() } else { publish })
}

fn bytes(property: Property, place: &dyn Fn(&str) -> String) -> Vec<u8> {
    let text = |id: u8, bytes: &[u8]| [vec![id], string(bytes)].concat();
    match property {
        Property::PayloadFormat(format) => vec![0x01, format],
        Property::Expiry(seconds) => [&[0x02], &seconds.to_be_bytes()[..]].concat(),
        Property::ContentType(content) => text(0x03, content.as_bytes()),
        Property::ResponseTopic(topic) => text(0x08, place(topic).as_bytes()),
        Property::CorrelationData(data) => text(0x09, data),
        Property::User(name, value) => [text(0x26, name.as_bytes()), string(value)].concat(),
    }
}
