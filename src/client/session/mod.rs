//! The session, sans-IO: packets and time go in, bytes and events come out. All of the `rules` that need no socket live here.
//!
//! Driven by `client/connection`, which has the socket and the clock; filled and emptied by the two handles of `client`. One instance lives
//! as long as the run and outlives connections.

mod aliases;
mod clock;
mod counts;
mod incoming;
mod limits;
mod outgoing;
mod packet_ids;
mod receive;
mod subscriptions;
#[cfg(test)]
mod tests;
mod types;
mod window;

use std::collections::VecDeque;
use std::time::Instant;

use bytes::BytesMut;
use bytestring::ByteString;

pub use aliases::TopicAliases;
pub use clock::Overdue;
pub use incoming::Delivery;
pub(crate) use incoming::{QUEUE_MESSAGES, READ_SIZE};
pub use limits::{LimitExceeded, Limits};
pub use subscriptions::{Removal, RemovalIndex, Standing, SubscriptionIndex};
pub use types::{Continuity, Full, Outcome, Rejection, Token, Violation};

use crate::client::Notice;
use crate::mqtt::properties::UserProperties;
use crate::mqtt::{Message, Subscription, TopicFilter, TopicName};
use crate::wire::{Codec, ConnAck, Farewell};
use clock::Clock;
use incoming::Incoming;
use outgoing::Outgoing;
use packet_ids::PacketIds;
use subscriptions::Subscriptions;

/// The Topic Alias Maximum that we announce, unless another was asked for.
pub(crate) const TOPIC_ALIAS_MAXIMUM: u16 = 16;
/// Encoding stops when about this many bytes wait to be written.
const FLUSH_AT: usize = 128 << 10;

/// A session of one client with one broker.
#[derive(Debug)]
pub struct Session {
    codec: Codec,
    limits: Limits,
    outgoing: Outgoing,
    incoming: Incoming,
    subscriptions: Subscriptions,
    ids: PacketIds,
    clock: Clock,
    /// The broker's Topic Aliases of this connection.
    aliases: Vec<Option<TopicName>>,
    topic_alias_maximum: u16,
    /// The topic of the last delivery, which the next is likely to have too.
    recent: Option<TopicName>,
    /// Of the last CONNACK.
    response_information: Option<ByteString>,
    notices: VecDeque<Notice>,
    online: bool,
    closing: bool,
    /// A publisher was turned away and waits for room.
    starved: bool,
    /// Something other than PINGREQ waits to be written.
    unwritten: bool,
    probe: Probe,
}

/// A PINGREQ that somebody waits for the answer of: what the broker sent before it has come by then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Probe {
    /// None, or it was answered.
    Idle,
    /// To be sent behind all that is to be sent now.
    Due,
    /// So many PINGRESP are still to come, its own the last.
    Sent(usize),
}

impl Session {
    /// The session of the first successful CONNACK. `max_inflight` is `-M`; without a `consumer` deliveries are left alone.
    #[must_use]
    pub fn new(
        now: Instant,
        codec: Codec,
        connack: &ConnAck,
        keep_alive: u16,
        max_inflight: Option<u16>,
        consumer: bool,
    ) -> Self {
        let mut session = Self {
            codec,
            limits: Limits::of(connack, codec.features()),
            outgoing: Outgoing::new(max_inflight),
            incoming: Incoming::new(consumer),
            subscriptions: Subscriptions::default(),
            ids: PacketIds::default(),
            clock: Clock::new(now, keep_alive),
            aliases: Vec::new(),
            topic_alias_maximum: TOPIC_ALIAS_MAXIMUM,
            recent: None,
            response_information: None,
            notices: VecDeque::new(),
            online: false,
            closing: false,
            starved: false,
            unwritten: false,
            probe: Probe::Idle,
        };
        if connack.session_present {
            session.outgoing.inherit();
        }
        session.start(now, connack, keep_alive);
        session
    }

    // ---- what the packets of this client say ----

    /// The Topic Alias Maximum that CONNECT announced, where it is not the usual one.
    #[must_use]
    pub fn with_topic_alias_maximum(mut self, maximum: u16) -> Self {
        self.topic_alias_maximum = maximum;
        self.aliases = vec![None; usize::from(maximum)];
        self
    }

    /// What every UNSUBSCRIBE carries.
    #[must_use]
    pub fn with_unsubscribe_properties(mut self, properties: UserProperties) -> Self {
        self.subscriptions.carry(properties);
        self
    }

    // ---- connections ----

    fn start(&mut self, now: Instant, connack: &ConnAck, keep_alive: u16) {
        self.limits = Limits::of(connack, self.codec.features());
        self.response_information.clone_from(&connack.response_information);
        self.clock = Clock::new(now, connack.server_keep_alive.unwrap_or(keep_alive));
        self.aliases = vec![None; usize::from(self.topic_alias_maximum)];
        self.outgoing.connected(&self.limits);
        self.online = true;
        self.unwritten = false;
        if matches!(self.probe, Probe::Sent(_)) {
            self.probe = Probe::Due;
        }
    }

    /// A later CONNACK: goes on where the session stopped, or begins anew with what is unacknowledged.
    pub fn connected(&mut self, now: Instant, connack: &ConnAck, keep_alive: u16) -> Continuity {
        self.start(now, connack, keep_alive);
        let resumed = connack.session_present;
        let mut continuity = Continuity { resumed, resent: 0, possible_duplicates: 0 };
        if resumed {
            self.outgoing.resume(&self.limits, self.codec, &mut self.ids);
        } else {
            self.incoming.restart();
            let requeued = self.outgoing.restart(&self.limits, self.codec, &mut self.ids);
            continuity.resent = requeued.messages;
            continuity.possible_duplicates = requeued.possible_duplicates;
        }
        self.subscriptions.connected(resumed, &self.limits, self.codec);
        self.tell_withdrawn();
        continuity
    }

    /// The connection is gone.
    pub fn disconnected(&mut self) {
        self.online = false;
        self.outgoing.disconnected();
        self.incoming.disconnected();
        self.subscriptions.disconnected(&mut self.ids);
    }

    // ---- what the program wants ----

    /// Submits a message.
    ///
    /// # Errors
    /// The message, when there is no room for it now.
    // Inlined down to the queue, and so is what makes a message of a line (`payload::lines`, `commands/publish/feed`): as in `receive`, each
    // is handed on by value.
    #[inline(always)]
    pub fn publish(&mut self, now: Instant, message: Message) -> Result<Token, Full> {
        if self.outgoing.is_full() {
            self.starve(now);
            return Err(Full(message));
        }
        self.starved = false;
        Ok(self.outgoing.submit(now, message, &self.limits, self.codec))
    }

    /// Gives Topic Aliases to what is published from now on.
    pub fn alias_topics(&mut self, policy: TopicAliases) {
        self.outgoing.alias_topics(policy, &self.limits);
    }

    /// Nothing can be submitted before something is settled: from now on acknowledgements have their deadline, until the next message.
    pub fn starve(&mut self, now: Instant) {
        if !self.starved {
            self.starved = true;
            self.clock.progressed(now);
        }
    }

    /// Whether `publish` would take a message.
    #[must_use]
    pub fn has_room(&self) -> bool {
        !self.outgoing.is_full()
    }

    /// Moves the outcomes so far to `into`, in the order in which they came about.
    pub fn outcomes(&mut self, into: &mut Vec<(Token, Outcome)>) {
        self.outgoing.outcomes(into);
    }

    /// Asks for a subscription.
    pub fn subscribe(&mut self, subscription: Subscription) -> SubscriptionIndex {
        self.subscriptions.subscribe(subscription, &self.limits, self.codec)
    }

    /// Asks for the end of the subscription with a filter, whoever asked for it in this session.
    pub fn unsubscribe(&mut self, filter: TopicFilter) -> RemovalIndex {
        self.subscriptions.unsubscribe(filter, &self.limits, self.codec)
    }

    /// Asks the broker for a sign that it has handled everything so far.
    pub const fn probe(&mut self) {
        self.probe = Probe::Due;
    }

    /// Whether the sign that was asked for has come.
    #[must_use]
    pub fn is_probed(&self) -> bool {
        self.probe == Probe::Idle
    }

    /// How a subscription stands.
    #[must_use]
    pub fn standing(&self, index: SubscriptionIndex) -> Option<&Standing> {
        self.subscriptions.standing(index)
    }

    /// How the end of a subscription stands.
    #[must_use]
    pub fn removal(&self, index: RemovalIndex) -> Option<&Removal> {
        self.subscriptions.removal(index)
    }

    /// Moves up to `most` deliveries to `into`.
    pub fn take(&mut self, most: usize, into: &mut Vec<Delivery>) {
        self.incoming.take(most, into);
    }

    /// The consumer is done with a delivery: it is acknowledged, in order of arrival.
    pub fn taken(&mut self, delivery: &Delivery) {
        self.incoming.taken(delivery);
    }

    /// No more will be submitted or taken; from now on somebody waits for the last acknowledgements.
    pub fn close(&mut self, now: Instant) {
        self.closing = true;
        self.incoming.close();
        self.clock.progressed(now);
    }

    // ---- what goes out ----

    /// Whether `transmit` would add to its buffer.
    #[must_use]
    pub fn has_to_send(&self) -> bool {
        self.online
            && (self.incoming.has_answers()
                || self.subscriptions.has_to_send()
                || self.outgoing.has_to_send(&self.limits)
                || self.clock.ping_due()
                || self.probe == Probe::Due
                || self.wants_proof())
    }

    /// Appends what is to be sent now, up to about `FLUSH_AT` or one packet.
    pub fn transmit(&mut self, now: Instant, buf: &mut BytesMut) {
        if !self.online {
            return;
        }
        if self.clock.ping_due() {
            // Before the messages: behind a large one on a slow uplink it would come too late for the broker.
            self.ping(buf);
        }
        let after_ping = buf.len();
        self.incoming.transmit(self.codec, buf);
        let read_time = self.clock.read_time(now);
        self.subscriptions.transmit(read_time, &self.limits, self.codec, &mut self.ids, buf);
        self.outgoing.transmit(now, &self.limits, self.codec, &mut self.ids, buf);
        self.unwritten |= buf.len() > after_ping;
        let probing = self.probe == Probe::Due && !self.subscriptions.has_to_send();
        if probing || self.wants_proof() {
            let under_way = self.ping(buf);
            if probing {
                self.probe = Probe::Sent(under_way);
            }
        }
    }

    /// Appends a PINGREQ. How many are without an answer now.
    fn ping(&mut self, buf: &mut BytesMut) -> usize {
        self.codec.pingreq(buf);
        self.clock.pinged(self.outgoing.qos0_sent())
    }

    /// At the end QoS 0 is proved by the answer to a PINGREQ behind it (rule 7).
    fn wants_proof(&self) -> bool {
        self.closing
            && !self.outgoing.has_unsettled()
            && self.outgoing.qos0_unproved() > 0
            && !self.clock.will_prove(self.outgoing.qos0_sent())
    }

    /// Bytes of the buffer were handed to the operating system; `all` says that none are left.
    pub fn written(&mut self, now: Instant, all: bool) {
        self.clock.sent(now);
        if self.unwritten {
            self.clock.progressed(now);
        }
        if all {
            self.unwritten = false;
            self.clock.flushed(now);
            self.outgoing.flushed();
            self.incoming.flushed();
        }
    }

    /// Appends the last packet.
    pub fn disconnect(&self, farewell: &Farewell, buf: &mut BytesMut) {
        let before = buf.len();
        let written = self.codec.disconnect(farewell, buf);
        // [MQTT-3.14.2-3], [MQTT-3.14.2-4]: words that make it too large are left out.
        if written.is_err() || self.limits.check_size(buf.len() - before).is_err() {
            buf.truncate(before);
            let bare = self.codec.disconnect(&Farewell::new(farewell.reason, farewell.session_expiry), buf);
            debug_assert!(bare.is_ok(), "without words nothing can be wrong");
        }
    }

    // ---- time ----

    /// Says whether the socket is read from now on.
    pub fn reading(&mut self, now: Instant, reading: bool) {
        self.clock.reading(now, reading);
    }

    /// When `handle_timeout` is to be called, unless something else happens first.
    #[must_use]
    pub fn next_timeout(&self, now: Instant) -> Option<Instant> {
        if self.online {
            self.clock.next_timeout(now, self.subscriptions.waiting_since(), self.waits_for_acknowledgements())
        } else {
            None
        }
    }

    /// Time has passed.
    ///
    /// # Errors
    /// What stayed away for too long.
    pub fn handle_timeout(&mut self, now: Instant) -> Result<(), Overdue> {
        if !self.online {
            return Ok(());
        }
        let waiting = self.waits_for_acknowledgements();
        self.clock.handle_timeout(now, self.subscriptions.waiting_since(), waiting).map_err(|overdue| match overdue {
            Overdue::SubAck if self.subscriptions.awaits_unsuback() => Overdue::UnsubAck,
            overdue => overdue,
        })
    }

    fn waits_for_acknowledgements(&self) -> bool {
        // What is not written yet cannot be acknowledged, and writing has a deadline of its own.
        (self.closing || self.starved) && !self.unwritten && (self.outgoing.has_unsettled() || self.outgoing.qos0_unproved() > 0)
    }
}
