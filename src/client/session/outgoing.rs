//! The ledger of what we publish: submitted → sent → acknowledged, rejected or unconfirmed. Rules 1, 2, 4–7, 18 and 23.
//!
//! Owned by the session. Order is the order of submission: what was sent is resent before what was not, and both before what comes later.
//! What the broker answers is in `acknowledged`; what the end of a connection and a new one mean is in `connections`.

mod acknowledged;
mod connections;

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::time::{Duration, Instant};

use bytes::BytesMut;

use super::aliases::{Aliases, TopicAliases};
use super::limits::Limits;
use super::packet_ids::{Owner, PacketIds};
use super::window::Window;
use super::{FLUSH_AT, Outcome, Rejection, Token};
use crate::mqtt::{Message, QoS, Reason};
use crate::wire::{AckKind, Codec, WireError};

/// Most bytes of submitted and unfinished messages; the message that goes beyond is still taken.
const MAX_UNFINISHED_BYTES: usize = 8 << 20;

/// Where a message in flight stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// PUBLISH is to be answered by PUBACK or PUBREC.
    Publish,
    /// PUBREL is to be answered by PUBCOMP; numbered in the order of the PUBRECs `[MQTT-4.6.0-4]`.
    Release(u64),
    /// As `Release`, to clear an identifier that an earlier run left behind; the PUBLISH follows (rule 5).
    Clear,
    /// As `Release`, for a message that no longer fits the broker's limits; it was already rejected (rule 18).
    Discard,
}

#[derive(Debug)]
struct Flight {
    message: Message,
    id: u16,
    stage: Stage,
    /// Sent in this connection, so it occupies the window; else its PUBLISH may wait in `resends`.
    on_wire: bool,
    /// It waits in `releases`.
    release_due: bool,
    /// As in `Queued`.
    waiting_since: Option<Instant>,
    /// PUBLISHes sent in this session: the second has DUP.
    transmissions: u32,
    /// PUBRELs sent.
    releases: u32,
    /// Its identifier was already cleared because of a PUBREC 0x91.
    cleared: bool,
    /// How many QoS 0 messages had been sent before its first packet of this connection: its last acknowledgement proves them.
    mark: u64,
}

impl Flight {
    fn go_on_wire(&mut self, window: &mut Window, qos0_sent: u64) {
        if !self.on_wire {
            self.on_wire = true;
            window.occupy(self.message.qos);
            // Not at a PUBREL behind it: a second PUBREC brings a second PUBREL, and the PUBCOMP that comes may be the answer to the first.
            self.mark = qos0_sent;
        }
    }

    fn leave_wire(&mut self, window: &mut Window) {
        if self.on_wire {
            self.on_wire = false;
            window.vacate(self.message.qos);
        }
    }
}

#[derive(Debug)]
struct Queued {
    token: Token,
    message: Message,
    /// Since when it waits for its first transmission; `None` when it had one.
    waiting_since: Option<Instant>,
}

/// The ledger.
#[derive(Debug)]
pub(super) struct Outgoing {
    window: Window,
    next_token: u64,
    queue: VecDeque<Queued>,
    flights: BTreeMap<Token, Flight>,
    bytes: usize,
    /// Flights whose PUBREL is to be sent, in order.
    releases: VecDeque<Token>,
    /// Flights whose PUBLISH is to be sent (again), in order.
    resends: VecDeque<Token>,
    release_count: u64,
    /// QoS 0: sent and proved by an answer to something later, counted from the start (rule 7).
    qos0_sent: u64,
    qos0_proved: u64,
    qos0_unflushed: Vec<Token>,
    unconfirmed: u64,
    /// Identifiers that were used for QoS 2 or cleared in an inherited session; `None` outside one.
    known_clean: Option<HashSet<u16>>,
    /// Flights whose identifier is being cleared.
    clearing: usize,
    outcomes: Vec<(Token, Outcome)>,
    /// Boxed, so that who has none carries little.
    aliases: Option<Box<Aliases>>,
    /// Acknowledgements of any message so far, which is progress.
    acknowledged: u64,
}

impl Outgoing {
    pub fn new(max_inflight: Option<u16>) -> Self {
        Self {
            window: Window::new(max_inflight),
            next_token: 0,
            queue: VecDeque::new(),
            flights: BTreeMap::new(),
            bytes: 0,
            releases: VecDeque::new(),
            resends: VecDeque::new(),
            release_count: 0,
            qos0_sent: 0,
            qos0_proved: 0,
            qos0_unflushed: Vec::new(),
            unconfirmed: 0,
            known_clean: None,
            clearing: 0,
            outcomes: Vec::new(),
            aliases: None,
            acknowledged: 0,
        }
    }

    // ---- what the program wants ----

    /// Gives Topic Aliases from now on.
    pub fn alias_topics(&mut self, policy: TopicAliases, limits: &Limits) {
        self.aliases = Aliases::new(policy, limits);
    }

    /// Whether there is no room for another message, or nobody takes the outcomes of those before.
    pub fn is_full(&self) -> bool {
        let most = self.window.capacity();
        self.queue.len() + self.flights.len() >= most || self.bytes >= MAX_UNFINISHED_BYTES || self.outcomes.len() >= 4 * most
    }

    /// Takes a message, whether there is room or not. One beyond the broker's limits has its outcome at once.
    #[inline(always)]
    pub fn submit(&mut self, now: Instant, message: Message, limits: &Limits, codec: Codec) -> Token {
        let token = Token(self.next_token);
        self.next_token += 1;
        match limits.check_message(&message, codec.publish_size(&message)) {
            Err(limit) => self.settle(token, Outcome::Rejected(Rejection::Limit(limit))),
            Ok(()) => {
                self.bytes += message.weight();
                self.queue.push_back(Queued { token, message, waiting_since: Some(now) });
            }
        }
        token
    }

    /// Moves the outcomes so far to `into`.
    pub fn outcomes(&mut self, into: &mut Vec<(Token, Outcome)>) {
        if into.is_empty() {
            std::mem::swap(&mut self.outcomes, into);
        } else {
            into.append(&mut self.outcomes);
        }
    }

    // ---- counts ----

    /// Messages of QoS 1 and 2 that are submitted and not settled, and QoS 0 messages that were not sent.
    pub fn unsettled(&self) -> usize {
        self.queue.len() + self.flights.values().filter(|flight| flight.stage != Stage::Discard).count()
    }

    pub fn has_unsettled(&self) -> bool {
        !self.queue.is_empty() || !self.flights.is_empty()
    }

    /// Whether an acknowledgement is owed to us in this connection (rule 9).
    pub const fn owed(&self) -> bool {
        !self.window.is_empty()
    }

    pub const fn acknowledged(&self) -> u64 {
        self.acknowledged
    }

    pub const fn qos0_sent(&self) -> u64 {
        self.qos0_sent
    }

    pub const fn qos0_unproved(&self) -> u64 {
        self.qos0_sent - self.qos0_proved
    }

    /// QoS 0 messages that a drop of the connection left unconfirmed.
    pub const fn unconfirmed(&self) -> u64 {
        self.unconfirmed
    }

    /// The topic of the oldest PUBLISH that waits for an answer, with its token.
    pub fn oldest_unanswered(&self) -> Option<(Token, &Message)> {
        self.flights.iter().find(|(_, flight)| flight.on_wire).map(|(token, flight)| (*token, &flight.message))
    }

    /// Whether something waits for room in `buf` or in the window of the connection right now.
    pub fn has_to_send(&self, limits: &Limits) -> bool {
        !self.releases.is_empty() || self.next_resend(limits).is_some() || self.admits_new(limits)
    }

    // ---- what goes out ----

    /// Encodes what may go out now, up to about `FLUSH_AT` bytes in `buf`.
    pub fn transmit(&mut self, now: Instant, limits: &Limits, codec: Codec, ids: &mut PacketIds, buf: &mut BytesMut) {
        while buf.len() < FLUSH_AT {
            if let Some(token) = self.releases.pop_front() {
                self.send_release(token, codec, buf);
            } else if let Some(token) = self.next_resend(limits) {
                self.resends.pop_front();
                self.send_publish(now, token, codec, ids, buf);
            } else if self.admits_new(limits) {
                if self.send_qos0(codec, buf) {
                    continue;
                }
                let Some(queued) = self.queue.pop_front() else { break };
                if !self.send_new(now, queued, codec, ids, buf) {
                    break;
                }
            } else {
                break;
            }
        }
    }

    fn next_resend(&self, limits: &Limits) -> Option<Token> {
        let token = *self.resends.front()?;
        let admitted = self.flights.get(&token).is_none_or(|flight| self.window.admits(flight.message.qos, limits));
        admitted.then_some(token)
    }

    /// Whether the next message may go out; none overtakes what is sent again.
    fn admits_new(&self, limits: &Limits) -> bool {
        self.queue.front().is_some_and(|queued| self.resends.is_empty() && self.window.admits(queued.message.qos, limits))
    }

    /// Sends the QoS 0 messages at the front that have no properties, where they lie. Whether there were any.
    fn send_qos0(&mut self, codec: Codec, buf: &mut BytesMut) -> bool {
        let mut count = 0;
        for Queued { token, message, .. } in &self.queue {
            if message.qos != QoS::AtMostOnce || message.properties.is_some() || buf.len() >= FLUSH_AT {
                break;
            }
            encode(message, 0, false, self.aliases.as_deref_mut(), codec, buf);
            self.bytes -= message.weight();
            self.qos0_unflushed.push(*token);
            count += 1;
        }
        self.qos0_sent += count as u64;
        self.queue.drain(..count);
        count > 0
    }

    /// Sends a message for the first time. False when there is no identifier for it now.
    fn send_new(&mut self, now: Instant, mut queued: Queued, codec: Codec, ids: &mut PacketIds, buf: &mut BytesMut) -> bool {
        if !reduce_expiry(&mut queued.message, &mut queued.waiting_since, now) {
            self.bytes -= queued.message.weight();
            self.settle(queued.token, Outcome::Rejected(Rejection::Expired));
            return true;
        }
        let Queued { token, message, waiting_since } = queued;
        if message.qos == QoS::AtMostOnce {
            self.bytes -= message.weight();
            encode(&message, 0, false, self.aliases.as_deref_mut(), codec, buf);
            self.qos0_sent += 1;
            self.qos0_unflushed.push(token);
            return true;
        }
        let Some(id) = ids.allocate(Owner::Publish(token)) else {
            self.queue.push_front(Queued { token, message, waiting_since });
            return false;
        };
        // Behind one whose identifier is being cleared, a clean identifier takes the same way: else its message would overtake.
        let is_unclean = |clean: &HashSet<u16>| self.clearing > 0 || !clean.contains(&id);
        let unclean = message.qos == QoS::ExactlyOnce && self.known_clean.as_ref().is_some_and(is_unclean);
        let stage = if unclean { Stage::Clear } else { Stage::Publish };
        let flight = Flight {
            message,
            id,
            stage,
            on_wire: false,
            release_due: false,
            waiting_since,
            transmissions: 0,
            releases: 0,
            cleared: false,
            mark: 0,
        };
        self.flights.insert(token, flight);
        if unclean {
            self.clearing += 1;
            self.send_release(token, codec, buf);
        } else {
            self.send_publish(now, token, codec, ids, buf);
        }
        true
    }

    fn send_publish(&mut self, now: Instant, token: Token, codec: Codec, ids: &mut PacketIds, buf: &mut BytesMut) {
        let Some(flight) = self.flights.get_mut(&token) else { return };
        if !reduce_expiry(&mut flight.message, &mut flight.waiting_since, now) {
            self.finish(token, Some(Outcome::Rejected(Rejection::Expired)), ids);
            return;
        }
        flight.waiting_since = None;
        flight.go_on_wire(&mut self.window, self.qos0_sent);
        encode(&flight.message, flight.id, flight.transmissions > 0, self.aliases.as_deref_mut(), codec, buf);
        flight.transmissions += 1;
    }

    fn send_release(&mut self, token: Token, codec: Codec, buf: &mut BytesMut) {
        let Some(flight) = self.flights.get_mut(&token) else { return };
        flight.go_on_wire(&mut self.window, self.qos0_sent);
        codec.ack(AckKind::PubRel, flight.id, Reason::SUCCESS, buf);
        flight.releases += 1;
        flight.release_due = false;
    }

    /// Everything that was encoded has been handed to the operating system.
    pub fn flushed(&mut self) {
        self.outcomes.extend(self.qos0_unflushed.drain(..).map(|token| (token, Outcome::Written)));
    }

    /// The answer to a later packet came: the first `mark` QoS 0 messages reached the broker (rule 7).
    pub fn prove(&mut self, mark: u64) {
        self.qos0_proved = self.qos0_proved.max(mark);
    }

    fn settle(&mut self, token: Token, outcome: Outcome) {
        self.outcomes.push((token, outcome));
    }
}

fn encode(message: &Message, id: u16, dup: bool, aliases: Option<&mut Aliases>, codec: Codec, buf: &mut BytesMut) {
    // Checked by its types and by `Limits` before it came here.
    let encoded = match aliases {
        None => codec.publish(message, id, dup, buf),
        Some(aliases) => encode_aliased(message, id, dup, aliases, codec, buf),
    };
    debug_assert!(encoded.is_ok(), "a checked message is encoded");
}

/// Kept out of `encode`, so that what has no aliases is as short as it was.
#[inline(never)]
fn encode_aliased(
    message: &Message,
    id: u16,
    dup: bool,
    aliases: &mut Aliases,
    codec: Codec,
    buf: &mut BytesMut,
) -> Result<(), WireError> {
    // What is sent again has its topic in full: nothing has to be right about the connection but the message.
    let alias = if dup { None } else { aliases.name(message, codec) };
    match alias {
        None => codec.publish(message, id, dup, buf),
        Some(alias) => codec.publish_aliased(message, alias, id, dup, buf),
    }
}

/// Takes the time that a message waited so far off its Message Expiry Interval; false when none is left `[MQTT-3.3.2-6]`.
fn reduce_expiry(message: &mut Message, waiting_since: &mut Option<Instant>, now: Instant) -> bool {
    let Some(expiry) = message.properties.as_mut().and_then(|properties| properties.expiry.as_mut()) else { return true };
    let Some(since) = waiting_since else { return true };
    let waited = u32::try_from(now.saturating_duration_since(*since).as_secs()).unwrap_or(u32::MAX);
    *since += Duration::from_secs(waited.into());
    *expiry = expiry.saturating_sub(waited);
    waited == 0 || *expiry > 0
}
