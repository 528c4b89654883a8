//! The window of what is in flight: Receive Maximum, our own bound, and a narrower one for QoS 2. Rules 1 and 2.

use super::limits::Limits;
use crate::mqtt::QoS;

/// Most QoS 1 and 2 messages in flight, unless `-M` says otherwise.
pub(super) const MAX_INFLIGHT: usize = 1_000;
/// Most messages that are submitted and unfinished: behind those in flight there is a batch to be encoded while their answers come.
const MAX_UNFINISHED: usize = 2 * MAX_INFLIGHT;
/// QoS 2 messages in flight where the broker named no Receive Maximum: mosquitto drops what is beyond 20, EMQX closes beyond 100.
const QOS2_UNANNOUNCED: usize = 20;

/// What occupies the window in this connection. A PUBREL that waits for PUBCOMP occupies it too.
#[derive(Debug)]
pub(super) struct Window {
    max_inflight: Option<u16>,
    used: usize,
    used_qos2: usize,
}

impl Window {
    pub const fn new(max_inflight: Option<u16>) -> Self {
        Self { max_inflight, used: 0, used_qos2: 0 }
    }

    /// A connection ended; the next begins with an empty window.
    pub const fn reset(&mut self) {
        self.used = 0;
        self.used_qos2 = 0;
    }

    pub const fn is_empty(&self) -> bool {
        self.used == 0
    }

    /// Most messages that are worth keeping submitted and unfinished.
    pub fn capacity(&self) -> usize {
        MAX_UNFINISHED.max(self.max_inflight.map_or(0, usize::from))
    }

    /// Whether one more message of a QoS may be sent.
    pub fn admits(&self, qos: QoS, limits: &Limits) -> bool {
        let own = self.max_inflight.map_or(MAX_INFLIGHT, usize::from);
        let window = limits.receive_maximum.map_or(own, |maximum| own.min(usize::from(maximum)));
        let qos2 = match (limits.receive_maximum, self.max_inflight) {
            (None, None) => QOS2_UNANNOUNCED,
            _ => window,
        };
        match qos {
            QoS::AtMostOnce => true,
            QoS::AtLeastOnce => self.used < window,
            QoS::ExactlyOnce => self.used < window && self.used_qos2 < qos2,
        }
    }

    pub const fn occupy(&mut self, qos: QoS) {
        self.used += 1;
        self.used_qos2 += (qos as usize) / 2;
    }

    pub const fn vacate(&mut self, qos: QoS) {
        self.used -= 1;
        self.used_qos2 -= (qos as usize) / 2;
    }
}
