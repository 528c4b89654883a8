//! What comes in: each packet to the part of the session that it concerns. Called by `client/connection`.

use std::time::{Instant, SystemTime};

use super::{Probe, Session, Violation};
use crate::client::Notice;
use crate::mqtt::{Reason, TopicName};
use crate::wire::{Ack, AckKind, Disconnect, Frame, Packet, Publish};

impl Session {
    /// Bytes came; `partial` says that they end in the middle of a packet.
    pub fn heard(&mut self, now: Instant, partial: bool) {
        self.clock.received(now);
        if partial {
            self.clock.progressed(now);
        }
    }

    /// A packet came. Returns the broker's DISCONNECT, behind which nothing comes.
    ///
    /// # Errors
    /// How the broker broke the protocol.
    pub fn receive(&mut self, now: Instant, at: SystemTime, frame: Frame) -> Result<Option<Disconnect>, Violation> {
        self.incoming.came(frame.body.len());
        // By far the most packets, straight to where they go: through `Packet` each would be copied twice more. For the same reason all on
        // this way is `#[inline(always)]`, from `wire::fast` to `Incoming::publish`. Measured: a tenth of the time of `sub` at QoS 0.
        if frame.is_publish() {
            let publish = self.codec.decode_publish(frame, self.recent.as_ref())?;
            self.clock.progressed(now);
            return self.delivered(publish, at).map(|()| None);
        }
        let packet = self.codec.decode(frame)?;
        if !matches!(packet, Packet::PingResp) {
            self.clock.progressed(now);
        }
        match packet {
            Packet::Publish(publish) => self.delivered(publish, at)?,
            Packet::Ack(ack) => self.acknowledged(&ack),
            Packet::SubAck(suback) => {
                let answered = self.subscriptions.suback(&suback, &mut self.ids);
                answered.map_err(|asked| miscounted("a SUBACK", suback.reasons.len(), asked))?;
                self.tell_withdrawn();
            }
            Packet::UnsubAck(unsuback) => {
                let answered = self.subscriptions.unsuback(&unsuback, &mut self.ids);
                answered.map_err(|asked| miscounted("an UNSUBACK", unsuback.reasons.len(), asked))?;
            }
            Packet::PingResp => {
                if let Some(mark) = self.clock.ponged() {
                    self.outgoing.prove(mark);
                }
                self.probe = match self.probe {
                    Probe::Sent(0 | 1) => Probe::Idle,
                    Probe::Sent(more) => Probe::Sent(more - 1),
                    other => other,
                };
            }
            Packet::Disconnect(disconnect) => return Ok(Some(disconnect)),
            Packet::ConnAck(_) => return Err(Violation::new(Reason::PROTOCOL_ERROR, "a second CONNACK")),
            Packet::Auth(_) => return Err(Violation::new(Reason::PROTOCOL_ERROR, "an AUTH that nobody asked for")),
        }
        Ok(None)
    }

    #[inline(always)]
    fn delivered(&mut self, mut publish: Publish, at: SystemTime) -> Result<(), Violation> {
        let topic = self.resolve(publish.alias, publish.topic.take())?;
        if self.recent.as_ref().is_none_or(|recent| !recent.is_shared_with(&topic)) {
            self.recent = Some(topic.clone());
        }
        self.incoming.publish(publish, topic, at);
        Ok(())
    }

    /// Who asked for a subscription heard that it was granted, and would wait for ever.
    pub(super) fn tell_withdrawn(&mut self) {
        let told = self.subscriptions.withdrawn().map(|(filter, why)| Notice::SubscriptionWithdrawn { filter, why });
        self.notices.extend(told);
    }

    /// The topic of a PUBLISH, learnt or looked up by its Topic Alias before anything else is decided (rule 12).
    #[inline(always)]
    fn resolve(&mut self, alias: Option<u16>, topic: Option<TopicName>) -> Result<TopicName, Violation> {
        let Some(alias) = alias else {
            return topic.ok_or_else(|| Violation::new(Reason::PROTOCOL_ERROR, "a PUBLISH without topic and Topic Alias"));
        };
        let slot = usize::from(alias).checked_sub(1).and_then(|place| self.aliases.get_mut(place));
        let slot = slot.ok_or_else(|| {
            let text = format!("Topic Alias {alias}, the maximum that was announced is {}", self.topic_alias_maximum);
            Violation::new(Reason::TOPIC_ALIAS_INVALID, text)
        })?;
        if topic.is_some() {
            slot.clone_from(&topic);
        }
        slot.clone()
            .ok_or_else(|| Violation::new(Reason::PROTOCOL_ERROR, format!("Topic Alias {alias} before a topic was given for it")))
    }

    fn acknowledged(&mut self, ack: &Ack) {
        let id = ack.id;
        match ack.kind {
            AckKind::PubAck => {
                self.outgoing.puback(ack, &mut self.ids);
            }
            AckKind::PubRec => {
                if !self.outgoing.pubrec(ack, &mut self.ids) {
                    self.incoming.release_unknown(id);
                }
            }
            AckKind::PubRel => self.incoming.pubrel(id),
            AckKind::PubComp => {
                if let (_, Some(topic)) = self.outgoing.pubcomp(ack, &mut self.ids) {
                    self.notices.push_back(Notice::UnknownRelease { topic });
                }
            }
        }
    }
}

fn miscounted(packet: &str, reasons: usize, filters: usize) -> Violation {
    Violation::new(Reason::PROTOCOL_ERROR, format!("{packet} has {reasons} reasons for {filters} filters"))
}
