//! Time: a PINGREQ when Keep Alive asks for it, a dead connection noticed in time and never too early (rules 20 and 22).

use std::time::{Duration, Instant};

use mqx::client::session::Overdue;

use super::super::scenes::{Scene, saw};

const SUBACK_WAIT: Duration = Duration::from_secs(10);
const ACKNOWLEDGEMENT_WAIT: Duration = Duration::from_secs(30);
/// The longest silence after a PINGREQ.
const PING_WAIT: Duration = Duration::from_secs(30);

/// The clocks of a connection. "Read time" is the time in which the socket was read.
pub struct Patience {
    keep_alive: Option<Duration>,
    last_sent: Instant,
    pub read_time: Duration,
    reading: bool,
    heard: Duration,
    /// As `heard`, PINGRESP aside.
    packet: Duration,
    ping_unwritten: bool,
    /// At the end a PINGREQ may go out at any time (rule 7).
    pub closing: bool,
    pinged: Option<Duration>,
}

impl Patience {
    /// Keep Alive in seconds.
    pub fn new(now: Instant, keep_alive: u16) -> Self {
        Self {
            keep_alive: (keep_alive > 0).then(|| Duration::from_secs(keep_alive.into())),
            last_sent: now,
            read_time: Duration::ZERO,
            reading: true,
            heard: Duration::ZERO,
            packet: Duration::ZERO,
            ping_unwritten: false,
            closing: false,
            pinged: None,
        }
    }

    /// Whether silence ends a connection.
    pub const fn has_keep_alive(&self) -> bool {
        self.keep_alive.is_some()
    }

    pub fn passed(&mut self, time: Duration) {
        if self.reading {
            self.read_time += time;
        }
    }

    pub const fn reading(&mut self, reading: bool) {
        self.reading = reading;
    }

    pub const fn heard(&mut self) {
        self.heard = self.read_time;
        self.pinged = None;
    }

    pub const fn heard_packet(&mut self) {
        self.packet = self.read_time;
    }

    pub fn pinged(&mut self) {
        saw(Scene::Pinged);
        self.ping_unwritten = true;
    }

    pub fn written(&mut self, now: Instant, all: bool) {
        self.last_sent = now;
        if all && std::mem::take(&mut self.ping_unwritten) {
            self.pinged.get_or_insert(self.read_time);
        }
    }

    fn silence(&self) -> Duration {
        self.keep_alive.map_or(Duration::MAX, |keep_alive| (keep_alive / 2).min(PING_WAIT))
    }

    /// A turn of the loop is done; `blocked` says that it could encode nothing.
    pub fn turned(&self, now: Instant, blocked: bool) {
        let Some(keep_alive) = self.keep_alive else {
            assert!(self.closing || !self.ping_unwritten, "a PINGREQ, where the Server Keep Alive is 0");
            return;
        };
        if let Some(pinged) = self.pinged {
            let silent = self.read_time - pinged;
            assert!(silent < self.silence(), "the connection is dead for {silent:?}, and nobody notices");
        }
        let idle = now.duration_since(self.last_sent) >= keep_alive;
        let unheard = self.pinged.is_none() && self.read_time >= self.heard + keep_alive;
        assert!(!(idle || unheard) || blocked || self.ping_unwritten, "no PINGREQ within Keep Alive of {keep_alive:?}");
    }

    /// The session gives the connection up. `request` is the read time at which the oldest request was sent; `unproved` says that
    /// acknowledgements are waited for.
    pub fn overdue(&self, overdue: Overdue, request: Option<Duration>, unproved: bool) {
        match overdue {
            Overdue::Anything => {
                let silent = self.pinged.map(|pinged| self.read_time - pinged);
                assert!(silent >= Some(self.silence()), "given up after {silent:?} of silence");
                saw(Scene::DeadLink);
            }
            Overdue::SubAck | Overdue::UnsubAck => {
                let waited = request.map(|sent| self.read_time - sent);
                assert!(waited >= Some(SUBACK_WAIT), "a SUBACK is overdue after {waited:?}");
                saw(Scene::SubAckOverdue);
            }
            Overdue::Acknowledgements => {
                let waited = self.read_time - self.packet;
                assert!(unproved && waited >= ACKNOWLEDGEMENT_WAIT, "acknowledgements are overdue after {waited:?}");
                saw(Scene::AcknowledgementsOverdue);
            }
        }
    }
}
