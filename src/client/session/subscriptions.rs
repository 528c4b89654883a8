//! SUBSCRIBE and UNSUBSCRIBE: asked for until answered, and again after a lost session. Rule 11.
//!
//! Owned by the session.

use std::time::Duration;

use bytes::BytesMut;

use super::limits::Limits;
use super::packet_ids::{Owner, PacketIds};
use super::{FLUSH_AT, Rejection};
use crate::mqtt::properties::UserProperties;
use crate::mqtt::{QoS, Reason, RetainHandling, Subscription, TopicFilter};
use crate::wire::{Codec, SubAck, UnsubAck};

/// Most filters in a SUBSCRIBE: AWS IoT refuses more.
const FILTERS_A_PACKET: usize = 8;

/// How a subscription stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It was not answered yet.
    Waiting,
    /// The broker granted it with this QoS.
    Granted(QoS),
    /// It was refused.
    Refused(Rejection),
}

/// Names a subscription of a session, in the order in which they were asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SubscriptionIndex(pub(super) usize);

/// How the end of a subscription stands, one of this session or of an earlier run that kept it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Removal {
    /// It was not answered yet.
    Waiting,
    /// The broker does not have the subscription any more. 3.1.1 says no more than that.
    Removed,
    /// The broker did not have it: 0x11.
    NotThere,
    /// It was refused, so that the broker still has it.
    Refused(Rejection),
}

/// Names the end of a subscription, in the order in which they were asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RemovalIndex(pub(super) usize);

/// The end of the subscription with a filter.
#[derive(Debug)]
struct Ending {
    filter: TopicFilter,
    removal: Removal,
}

#[derive(Debug)]
struct Entry {
    subscription: Subscription,
    standing: Standing,
    removed: bool,
    /// It was asked for in this session.
    asked: bool,
}

impl Entry {
    /// Notes how it stands; returns why, if it stood and is refused now.
    fn stands(&mut self, standing: Standing) -> Option<(TopicFilter, Rejection)> {
        let before = std::mem::replace(&mut self.standing, standing);
        match (before, &self.standing) {
            (Standing::Granted(_), Standing::Refused(why)) => Some((self.subscription.filter.clone(), why.clone())),
            _ => None,
        }
    }
}

#[derive(Debug)]
enum Asked {
    Subscribe(Vec<usize>),
    Unsubscribe(Vec<usize>),
}

#[derive(Debug)]
struct Request {
    id: u16,
    asked: Asked,
    /// When it was sent, on the clock that counts only the time in which the socket was read.
    sent: Duration,
}

/// All subscriptions of a session.
#[derive(Debug, Default)]
pub(super) struct Subscriptions {
    entries: Vec<Entry>,
    endings: Vec<Ending>,
    to_subscribe: Vec<usize>,
    to_unsubscribe: Vec<usize>,
    requests: Vec<Request>,
    /// Those that were granted once and refused later.
    withdrawn: Vec<(TopicFilter, Rejection)>,
    /// Of each UNSUBSCRIBE.
    user_properties: UserProperties,
}

impl Subscriptions {
    /// What each UNSUBSCRIBE carries from now on.
    pub fn carry(&mut self, user_properties: UserProperties) {
        self.user_properties = user_properties;
    }

    pub fn subscribe(&mut self, subscription: Subscription, limits: &Limits, codec: Codec) -> SubscriptionIndex {
        let index = self.entries.len();
        let standing = match limits.check_subscription(&subscription, codec.subscribe_size(&[&subscription])) {
            Ok(()) => {
                self.to_subscribe.push(index);
                Standing::Waiting
            }
            Err(limit) => Standing::Refused(Rejection::Limit(limit)),
        };
        self.entries.push(Entry { subscription, standing, removed: false, asked: false });
        SubscriptionIndex(index)
    }

    pub fn unsubscribe(&mut self, filter: TopicFilter, limits: &Limits, codec: Codec) -> RemovalIndex {
        let index = self.endings.len();
        let removal = match limits.check_size(codec.unsubscribe_size(&[&filter], &self.user_properties)) {
            Ok(()) => {
                self.entries
                    .iter_mut()
                    .filter(|entry| entry.subscription.filter == filter)
                    .for_each(|entry| entry.removed = true);
                self.to_subscribe.retain(|index| self.entries.get(*index).is_some_and(|entry| !entry.removed));
                self.to_unsubscribe.push(index);
                Removal::Waiting
            }
            Err(limit) => Removal::Refused(Rejection::Limit(limit)),
        };
        self.endings.push(Ending { filter, removal });
        RemovalIndex(index)
    }

    pub fn standing(&self, index: SubscriptionIndex) -> Option<&Standing> {
        self.entries.get(index.0).map(|entry| &entry.standing)
    }

    pub fn removal(&self, index: RemovalIndex) -> Option<&Removal> {
        self.endings.get(index.0).map(|ending| &ending.removal)
    }

    /// Ends of subscriptions that were refused, and those that have no answer.
    pub fn removals_refused(&self) -> usize {
        self.endings.iter().filter(|ending| matches!(ending.removal, Removal::Refused(_))).count()
    }

    pub fn removals_waiting(&self) -> usize {
        self.endings.iter().filter(|ending| ending.removal == Removal::Waiting).count()
    }

    /// Subscriptions that were refused, be it after a reconnect.
    pub fn refused(&self) -> usize {
        self.entries.iter().filter(|entry| matches!(entry.standing, Standing::Refused(_))).count()
    }

    /// Whether there were any, and nothing will come for one of them any more.
    pub fn all_refused(&self) -> bool {
        let mut left = self.entries.iter().filter(|entry| !entry.removed).peekable();
        left.peek().is_some() && left.all(|entry| matches!(entry.standing, Standing::Refused(_)))
    }

    /// Those that were granted once and refused since the last call.
    pub fn withdrawn(&mut self) -> impl Iterator<Item = (TopicFilter, Rejection)> {
        self.withdrawn.drain(..)
    }

    pub fn unanswered(&self) -> bool {
        !self.requests.is_empty() || self.has_to_send()
    }

    pub fn has_to_send(&self) -> bool {
        !self.to_subscribe.is_empty() || !self.to_unsubscribe.is_empty()
    }

    /// When the oldest request without an answer was sent.
    pub fn waiting_since(&self) -> Option<Duration> {
        self.requests.iter().map(|request| request.sent).min()
    }

    /// Whether the oldest request without an answer is an UNSUBSCRIBE.
    pub fn awaits_unsuback(&self) -> bool {
        matches!(self.requests.first(), Some(Request { asked: Asked::Unsubscribe(_), .. }))
    }

    /// The oldest request without an answer, by its name and its first filter.
    pub fn oldest_unanswered(&self) -> Option<(&'static str, &TopicFilter)> {
        match &self.requests.first()?.asked {
            Asked::Subscribe(entries) => {
                let entry = entries.first().and_then(|index| self.entries.get(*index))?;
                Some(("SUBSCRIBE to", &entry.subscription.filter))
            }
            Asked::Unsubscribe(endings) => {
                let ending = endings.first().and_then(|index| self.endings.get(*index))?;
                Some(("UNSUBSCRIBE from", &ending.filter))
            }
        }
    }

    // ---- connections ----

    pub fn disconnected(&mut self, ids: &mut PacketIds) {
        let (mut again, mut again_unsubscribe) = (Vec::new(), Vec::new());
        for request in self.requests.drain(..) {
            ids.free(request.id);
            match request.asked {
                Asked::Subscribe(entries) => again.extend(entries),
                Asked::Unsubscribe(endings) => again_unsubscribe.extend(endings),
            }
        }
        again_unsubscribe.append(&mut self.to_unsubscribe);
        self.to_unsubscribe = again_unsubscribe;
        again.append(&mut self.to_subscribe);
        // One that was ended meanwhile stays ended.
        again.retain(|index| self.entries.get(*index).is_some_and(|entry| !entry.removed));
        self.to_subscribe = again;
    }

    /// A new connection: what was not answered is asked for again, and after a lost session what was granted too.
    pub fn connected(&mut self, resumed: bool, limits: &Limits, codec: Codec) {
        if !resumed {
            self.entries.iter_mut().for_each(|entry| entry.asked = false);
            // What an earlier session had went with it.
            let gone = std::mem::take(&mut self.to_unsubscribe);
            self.end(gone, || Removal::Removed);
            let wanted = |entry: &Entry| !entry.removed && !matches!(entry.standing, Standing::Refused(_));
            self.to_subscribe = (0..self.entries.len()).filter(|index| self.entries.get(*index).is_some_and(wanted)).collect();
        }
        let (endings, user_properties) = (&mut self.endings, &self.user_properties);
        self.to_unsubscribe.retain(|index| {
            let Some(ending) = endings.get_mut(*index) else { return false };
            let refused = limits.check_size(codec.unsubscribe_size(&[&ending.filter], user_properties)).err();
            let may_be_sent = refused.is_none();
            if let Some(limit) = refused {
                ending.removal = Removal::Refused(Rejection::Limit(limit));
            }
            may_be_sent
        });
        let (entries, withdrawn) = (&mut self.entries, &mut self.withdrawn);
        self.to_subscribe.retain(|index| {
            let Some(entry) = entries.get_mut(*index) else { return false };
            let size = codec.subscribe_size(&[&entry.subscription]);
            match limits.check_subscription(&entry.subscription, size) {
                Ok(()) => true,
                Err(limit) => {
                    withdrawn.extend(entry.stands(Standing::Refused(Rejection::Limit(limit))));
                    false
                }
            }
        });
    }

    // ---- what goes out ----

    pub fn transmit(&mut self, read_time: Duration, limits: &Limits, codec: Codec, ids: &mut PacketIds, buf: &mut BytesMut) {
        while !self.to_unsubscribe.is_empty() && buf.len() < FLUSH_AT {
            let Some(id) = ids.allocate(Owner::Request) else { return };
            let filter = |index: &usize| self.endings.get(*index).map(|ending| &ending.filter);
            let mut batch: Vec<&TopicFilter> = self.to_unsubscribe.iter().filter_map(filter).take(FILTERS_A_PACKET).collect();
            while batch.len() > 1 && limits.check_size(codec.unsubscribe_size(&batch, &self.user_properties)).is_err() {
                batch.pop();
            }
            let encoded = codec.unsubscribe(id, &batch, &self.user_properties, buf);
            debug_assert!(encoded.is_ok(), "a checked filter is encoded");
            let count = batch.len();
            let endings = self.to_unsubscribe.drain(..count).collect();
            self.requests.push(Request { id, asked: Asked::Unsubscribe(endings), sent: read_time });
        }
        while !self.to_subscribe.is_empty() && buf.len() < FLUSH_AT {
            let Some(id) = ids.allocate(Owner::Request) else { return };
            let (entries, subscriptions) = self.next_batch(limits, codec);
            for index in self.to_subscribe.drain(..entries.len()) {
                if let Some(entry) = self.entries.get_mut(index) {
                    entry.asked = true;
                }
            }
            let encoded = codec.subscribe(id, &subscriptions.iter().collect::<Vec<_>>(), buf);
            debug_assert!(encoded.is_ok(), "a checked filter is encoded");
            self.requests.push(Request { id, asked: Asked::Subscribe(entries), sent: read_time });
        }
    }

    /// The next filters that fit one packet; at least one.
    fn next_batch(&self, limits: &Limits, codec: Codec) -> (Vec<usize>, Vec<Subscription>) {
        let (mut entries, mut subscriptions) = (Vec::new(), Vec::<Subscription>::new());
        for index in self.to_subscribe.iter().copied().take(FILTERS_A_PACKET) {
            let Some(entry) = self.entries.get(index) else { continue };
            let Subscription { id, user_properties, .. } = &entry.subscription;
            // A packet has one Subscription Identifier, and one list of User Properties.
            if subscriptions.first().is_some_and(|first| first.id != *id || first.user_properties != *user_properties) {
                break;
            }
            let mut subscription = entry.subscription.clone();
            if entry.asked && subscription.retain_handling == RetainHandling::Always {
                // The lost answer may have been a grant, whose retained messages were delivered.
                subscription.retain_handling = RetainHandling::New;
            }
            subscriptions.push(subscription);
            if !entries.is_empty() && codec.subscribe_size(&subscriptions.iter().collect::<Vec<_>>()) > limits.maximum_packet_size
            {
                subscriptions.pop();
                break;
            }
            entries.push(index);
        }
        (entries, subscriptions)
    }

    // ---- what came back ----

    /// A SUBACK: one Reason Code a filter, in order `[MQTT-3.9.3-1]`.
    ///
    /// # Errors
    /// How many filters were asked for, when the count is not theirs.
    pub fn suback(&mut self, suback: &SubAck, ids: &mut PacketIds) -> Result<(), usize> {
        let answered = self.answered(suback.id, |asked| match asked {
            Asked::Subscribe(entries) => Some((entries.len(), entries.len() == suback.reasons.len())),
            Asked::Unsubscribe(_) => None,
        })?;
        let Some(Asked::Subscribe(entries)) = answered else { return Ok(()) };
        ids.free(suback.id);
        for (index, reason) in entries.into_iter().zip(&suback.reasons) {
            if let Some(entry) = self.entries.get_mut(index) {
                self.withdrawn.extend(entry.stands(standing(*reason, suback)));
            }
        }
        Ok(())
    }

    /// An UNSUBACK: in version 5 one Reason Code a filter, in order `[MQTT-3.11.3-1]`.
    ///
    /// # Errors
    /// How many filters were asked for, when the count is not theirs.
    pub fn unsuback(&mut self, unsuback: &UnsubAck, ids: &mut PacketIds) -> Result<(), usize> {
        let answered = self.answered(unsuback.id, |asked| match asked {
            // 3.1.1 has none.
            Asked::Unsubscribe(endings) => {
                Some((endings.len(), unsuback.reasons.is_empty() || endings.len() == unsuback.reasons.len()))
            }
            Asked::Subscribe(_) => None,
        })?;
        let Some(Asked::Unsubscribe(endings)) = answered else { return Ok(()) };
        ids.free(unsuback.id);
        let mut reasons = unsuback.reasons.iter().copied();
        self.end(endings, || removal(reasons.next().unwrap_or(Reason::SUCCESS), unsuback));
        Ok(())
    }

    /// Takes out the request that an answer with this identifier is for. `fits` tells, of one of its kind, for how many filters it asked and
    /// whether the answer is for as many; if not, the request stays without an answer.
    ///
    /// # Errors
    /// How many filters were asked for.
    fn answered(&mut self, id: u16, fits: impl Fn(&Asked) -> Option<(usize, bool)>) -> Result<Option<Asked>, usize> {
        let of_its_kind = |request: &Request| (request.id == id).then(|| fits(&request.asked)).flatten();
        let Some((place, (asked, fitting))) =
            self.requests.iter().enumerate().find_map(|(place, request)| Some((place, of_its_kind(request)?)))
        else {
            return Ok(None);
        };
        if fitting { Ok(Some(self.requests.remove(place).asked)) } else { Err(asked) }
    }

    /// Notes what became of the ends of some subscriptions.
    fn end(&mut self, endings: Vec<usize>, mut removal: impl FnMut() -> Removal) {
        for index in endings {
            if let Some(ending) = self.endings.get_mut(index) {
                ending.removal = removal();
            }
        }
    }
}

fn standing(reason: Reason, suback: &SubAck) -> Standing {
    match QoS::from_u8(reason.0) {
        Some(qos) => Standing::Granted(qos),
        None => Standing::Refused(Rejection::Broker { reason, text: suback.reason_string.as_deref().map(Into::into) }),
    }
}

fn removal(reason: Reason, unsuback: &UnsubAck) -> Removal {
    match reason {
        Reason::NO_SUBSCRIPTION => Removal::NotThere,
        reason if reason.is_error() => {
            Removal::Refused(Rejection::Broker { reason, text: unsuback.reason_string.as_deref().map(Into::into) })
        }
        _ => Removal::Removed,
    }
}
