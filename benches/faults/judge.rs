//! Whose fault it is that a message is missing or came again: what the proxies carried says who had it last. Used by `run`.

use std::collections::{HashMap, HashSet};

use crate::support::numbered::{self, Count};
use crate::support::packets::{Version, first};
use crate::support::parse;
use crate::support::proxy::Carried;
use crate::support::{Verdict, ensure};

/// The result.
#[derive(Debug, Default)]
pub struct Blame {
    /// Numbers whose PUBACK or PUBREC the publisher was sent.
    pub acknowledged: usize,
    /// Missing, although acknowledged, or although the publisher ended with success.
    pub lost: usize,
    /// Of these: acknowledged to the publisher, and never acknowledged by a subscriber that was there to the end, or only because it
    /// came under the identifier of another message, of which PUBREL was never sent: it has to be taken for that one `[MQTT-4.3.3-10]`.
    pub lost_by_broker: usize,
    /// Came again although the broker delivered it once, or because the publisher sent it anew in a session that was not lost.
    pub again_by_client: usize,
    /// Reconnects, of the publisher and the subscriber, that found no session.
    pub lost_sessions: [usize; 2],
}

/// What one side's connections tell of the numbers.
#[derive(Debug, Default)]
struct Seen {
    /// How often each was sent as a message of its own: not again, under an id that stood for it and was not released by PUBREL.
    anew: HashMap<usize, usize>,
    /// Those whose PUBACK or PUBREC went back.
    acknowledged: HashSet<usize>,
    lost_sessions: usize,
    /// Those of QoS 2 that were sent under an identifier that still stood for another.
    mistaken: HashSet<usize>,
}

/// Whether the broker has answered a SUBSCRIBE.
pub fn subscribed(connections: &[Carried]) -> bool {
    connections.iter().flat_map(|carried| packets(&carried.down)).any(|(first, _)| first == first::SUBACK)
}

/// Compares what arrived with what went over the wire. `well`: whether publisher and subscriber ended with success.
pub fn blame(version: Version, count: &Count, to_pub: &[Carried], to_sub: &[Carried], well: [bool; 2]) -> Verdict<Blame> {
    let published = read(version, to_pub, |carried| (&carried.up, &carried.down))?;
    let delivered = read(version, to_sub, |carried| (&carried.down, &carried.up))?;
    let mut blame = Blame {
        acknowledged: published.acknowledged.len(),
        lost_sessions: [published.lost_sessions, delivered.lost_sessions],
        ..Blame::default()
    };
    for number in &count.missing {
        let acknowledged = published.acknowledged.contains(number);
        blame.lost += usize::from(acknowledged || well[0]);
        let taken = delivered.acknowledged.contains(number) && !delivered.mistaken.contains(number);
        blame.lost_by_broker += usize::from(acknowledged && well[1] && !taken);
    }
    for number in &count.again {
        let sent_again = published.anew.get(number).is_some_and(|&times| times > 1) && published.lost_sessions == 0;
        let came_once = delivered.anew.get(number).is_none_or(|&times| times <= 1);
        blame.again_by_client += usize::from(sent_again || came_once);
    }
    Ok(blame)
}

/// Reads the connections of one side in order; `ways` gives the bytes of who sends messages, and of who acknowledges them.
fn read(version: Version, connections: &[Carried], ways: fn(&Carried) -> (&Vec<u8>, &Vec<u8>)) -> Verdict<Seen> {
    let mut seen = Seen::default();
    // A packet id stands for a message also in the next connection, where its acknowledgement may come.
    let mut numbers: HashMap<u16, Vec<usize>> = HashMap::new();
    let mut held: HashMap<u16, usize> = HashMap::new();
    for (index, carried) in connections.iter().enumerate() {
        let session_present = packets(&carried.down).next().is_some_and(|(_, body)| body.first() == Some(&1));
        if index > 0 && !session_present {
            seen.lost_sessions += 1;
            held.clear();
        }
        let (messages, acknowledgements) = ways(carried);
        let mut fresh: HashMap<u16, Vec<usize>> = HashMap::new();
        for (first, body) in packets(messages) {
            if first == first::PUBREL {
                held.remove(&parse::ack(version, &body)?.0);
            }
            if first >> 4 != 3 {
                continue;
            }
            let message = parse::publish(version, first, &body)?;
            let number = numbered::number(&message.payload).ok_or("a message of nobody's")?;
            let before = held.insert(message.id, number);
            if before.is_some_and(|before| before != number) && message.qos == 2 {
                seen.mistaken.insert(number);
            }
            if before != Some(number) {
                *seen.anew.entry(number).or_default() += 1;
            }
            fresh.entry(message.id).or_default().push(number);
        }
        // The nth acknowledgement of an id is for the nth message with it; the first may be for one of an earlier connection.
        for (_, body) in packets(acknowledgements).filter(|(kind, _)| matches!(*kind, first::PUBACK | first::PUBREC)) {
            let (id, reason) = parse::ack(version, &body)?;
            let here = fresh.get_mut(&id).filter(|numbers| !numbers.is_empty());
            let number = here.map(|numbers| numbers.remove(0)).or_else(|| numbers.get_mut(&id)?.pop());
            if let Some(number) = number.filter(|_| reason < 0x80) {
                seen.acknowledged.insert(number);
            }
        }
        fresh.into_iter().for_each(|(id, left)| drop(numbers.insert(id, left)));
    }
    ensure(!connections.is_empty(), "no connection was carried")?;
    Ok(seen)
}

/// The complete packets of a stream.
fn packets(bytes: &[u8]) -> impl Iterator<Item = (u8, Vec<u8>)> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let (first, body, length) = parse::complete(rest).ok()??;
        rest = &rest[length..];
        Some((first, body))
    })
}
