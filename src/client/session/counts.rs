//! What a session tells of itself: its limits, what is left, what was refused. Read by the handles and the connection.

use bytestring::ByteString;

use super::{Limits, Session};
use crate::client::Notice;

impl Session {
    /// The limits of the broker.
    #[must_use]
    pub const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Response Information of this connection, or of the last.
    #[must_use]
    pub const fn response_information(&self) -> Option<&ByteString> {
        self.response_information.as_ref()
    }

    /// Whether acknowledgements carry Reason Codes: those of 3.1.1 do not.
    #[must_use]
    pub const fn has_reason_codes(&self) -> bool {
        self.codec.features().reason_codes
    }

    /// Messages that have no outcome yet.
    #[must_use]
    pub fn unsettled(&self) -> usize {
        self.outgoing.unsettled()
    }

    /// QoS 0 messages of which nothing proves that they arrived.
    #[must_use]
    pub const fn unconfirmed(&self) -> u64 {
        self.outgoing.unconfirmed() + self.outgoing.qos0_unproved()
    }

    /// Subscriptions that were refused.
    #[must_use]
    pub fn refused_subscriptions(&self) -> usize {
        self.subscriptions.refused()
    }

    /// Ends of subscriptions that were refused.
    #[must_use]
    pub fn refused_removals(&self) -> usize {
        self.subscriptions.removals_refused()
    }

    /// Ends of subscriptions that have no answer yet.
    #[must_use]
    pub fn unanswered_removals(&self) -> usize {
        self.subscriptions.removals_waiting()
    }

    /// Whether nothing will be delivered any more, since every subscription was refused, be it after a reconnect.
    #[must_use]
    pub fn all_subscriptions_refused(&self) -> bool {
        self.subscriptions.all_refused()
    }

    /// Whether a SUBSCRIBE or UNSUBSCRIBE was not answered.
    #[must_use]
    pub fn unanswered_subscriptions(&self) -> bool {
        self.subscriptions.unanswered()
    }

    /// Deliveries that were dropped (rule 9).
    #[must_use]
    pub const fn dropped(&self) -> u64 {
        self.incoming.dropped()
    }

    /// Grows with every acknowledgement and delivery (rule 15).
    #[must_use]
    pub const fn progress(&self) -> u64 {
        self.outgoing.acknowledged() + self.incoming.delivered()
    }

    /// What waits longest for an answer in this connection, in words that name it (rule 15).
    #[must_use]
    pub fn oldest_unanswered(&self) -> Option<String> {
        if let Some((asked, filter)) = self.subscriptions.oldest_unanswered() {
            return Some(format!("the {asked} {filter}"));
        }
        let (token, message) = self.outgoing.oldest_unanswered()?;
        Some(format!("message {} to {} at QoS {}", token.0 + 1, message.topic, message.qos))
    }

    /// Whether deliveries wait for the consumer.
    #[must_use]
    pub fn has_deliveries(&self) -> bool {
        self.incoming.has_deliveries()
    }

    /// The next thing that a person should be told.
    pub fn next_notice(&mut self) -> Option<Notice> {
        self.notices.pop_front()
    }

    /// Whether the socket may be read: not while the consumer is behind, except for an acknowledgement that is owed to us, and not while
    /// our own answers cannot be written (rules 9 and 21).
    #[must_use]
    pub fn wants_input(&self) -> bool {
        !self.incoming.answers_full() && (!self.incoming.is_full() || self.outgoing.owed())
    }

    /// Whether everything is done that a closing session waits for, but for PUBRELs.
    #[must_use]
    pub fn is_done(&self) -> bool {
        !self.outgoing.has_unsettled()
            && self.outgoing.qos0_unproved() == 0
            && !self.incoming.has_answers()
            // A subscription that was to end is left behind otherwise.
            && self.unanswered_removals() == 0
    }

    /// Deliveries of QoS 2 that were taken, and whose PUBREL has not come.
    #[must_use]
    pub fn unreleased(&self) -> usize {
        self.incoming.unreleased()
    }

    /// Whether a PUBREL is still owed to us (rule 24).
    #[must_use]
    pub fn awaits_release(&self) -> bool {
        self.incoming.unreleased() > 0
    }
}
