//! Keep Alive and the waits for the broker. Rules 20 and 22.
//!
//! Owned by the session. Waits count only the time in which the socket was read, on a clock of their own ("read time"): while the consumer
//! is slow an answer can lie unread behind messages, and that is nobody's failure.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// SUBACK must come within this.
const SUBACK_WAIT: Duration = Duration::from_secs(10);
/// Acknowledgements may stay away for this long.
const ACKNOWLEDGEMENT_WAIT: Duration = Duration::from_secs(30);
/// The longest silence after a PINGREQ.
const PING_WAIT: Duration = Duration::from_secs(30);

/// What stayed away for too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overdue {
    /// Any byte at all after a PINGREQ: the connection is dead.
    Anything,
    /// A SUBACK; for the clock, an UNSUBACK too.
    SubAck,
    /// An UNSUBACK.
    UnsubAck,
    /// Acknowledgements that somebody waits for.
    Acknowledgements,
}

/// The clocks of one connection.
#[derive(Debug)]
pub(super) struct Clock {
    keep_alive: Option<Duration>,
    reading_since: Option<Instant>,
    read_total: Duration,
    last_sent: Instant,
    /// Read time.
    last_received: Duration,
    /// Read time of the PINGREQ after which nothing came yet.
    silent_since: Option<Duration>,
    /// Read time of the last sign that a transfer goes on.
    last_progress: Duration,
    /// What each PINGREQ without an answer will prove.
    pings: VecDeque<u64>,
    ping_due: bool,
    /// A PINGREQ was encoded and not yet handed over.
    ping_unwritten: bool,
}

impl Clock {
    /// Keep Alive in seconds; 0 is none.
    pub fn new(now: Instant, keep_alive: u16) -> Self {
        Self {
            keep_alive: (keep_alive > 0).then(|| Duration::from_secs(u64::from(keep_alive))),
            reading_since: Some(now),
            read_total: Duration::ZERO,
            last_sent: now,
            last_received: Duration::ZERO,
            silent_since: None,
            last_progress: Duration::ZERO,
            pings: VecDeque::new(),
            ping_due: false,
            ping_unwritten: false,
        }
    }

    /// How long the socket was read so far.
    pub fn read_time(&self, now: Instant) -> Duration {
        self.read_total + self.reading_since.map_or(Duration::ZERO, |since| now.saturating_duration_since(since))
    }

    /// Says whether the socket is read from now on.
    pub fn reading(&mut self, now: Instant, reading: bool) {
        if reading != self.reading_since.is_some() {
            self.read_total = self.read_time(now);
            self.reading_since = reading.then_some(now);
        }
    }

    pub fn received(&mut self, now: Instant) {
        self.last_received = self.read_time(now);
        self.silent_since = None;
    }

    pub const fn sent(&mut self, now: Instant) {
        self.last_sent = now;
    }

    pub fn progressed(&mut self, now: Instant) {
        self.last_progress = self.read_time(now);
    }

    // ---- PINGREQ and PINGRESP ----

    pub const fn ping_due(&self) -> bool {
        self.ping_due
    }

    /// A PINGREQ goes out; its answer will prove the first `mark` QoS 0 messages. How many PINGREQ are without an answer now.
    pub fn pinged(&mut self, mark: u64) -> usize {
        self.ping_due = false;
        self.ping_unwritten = true;
        self.pings.push_back(mark);
        self.pings.len()
    }

    /// Everything that was encoded was handed over. Only now an answer to a PINGREQ in it can be waited for.
    pub fn flushed(&mut self, now: Instant) {
        if std::mem::take(&mut self.ping_unwritten) {
            let read_time = self.read_time(now);
            self.silent_since.get_or_insert(read_time);
        }
    }

    /// A PINGREQ waits for room on the wire: until it has it there is nothing to be done about Keep Alive. Writing has its own deadline.
    const fn ping_waits(&self) -> bool {
        self.ping_due || self.ping_unwritten
    }

    /// A PINGRESP came: what it proves.
    pub fn ponged(&mut self) -> Option<u64> {
        self.pings.pop_front()
    }

    /// Whether a PINGREQ is under way that will prove `mark` messages.
    pub fn will_prove(&self, mark: u64) -> bool {
        self.pings.back().is_some_and(|last| *last >= mark)
    }

    // ---- time ----

    /// When `handle_timeout` is to be called. `suback`: read time since which a SUBACK is waited for. `waiting`: whether somebody waits for
    /// acknowledgements.
    pub fn next_timeout(&self, now: Instant, suback: Option<Duration>, waiting: bool) -> Option<Instant> {
        let read_time = self.read_time(now);
        let of_reading = self.read_deadlines(suback, waiting).map(|(deadline, _)| deadline).min();
        let reading = self.reading_since.and(of_reading).map(|deadline| now + deadline.saturating_sub(read_time));
        let sending = self.keep_alive.filter(|_| !self.ping_waits()).map(|keep_alive| self.last_sent + keep_alive);
        [reading, sending].into_iter().flatten().min()
    }

    /// Notices that a PINGREQ is due.
    ///
    /// # Errors
    /// What stayed away for too long.
    pub fn handle_timeout(&mut self, now: Instant, suback: Option<Duration>, waiting: bool) -> Result<(), Overdue> {
        let read_time = self.read_time(now);
        let overdue =
            self.read_deadlines(suback, waiting).filter(|(deadline, _)| *deadline <= read_time).find_map(|(_, overdue)| overdue);
        if let Some(overdue) = overdue {
            return Err(overdue);
        }
        if let Some(keep_alive) = self.keep_alive.filter(|_| !self.ping_waits()) {
            let heard_nothing = self.silent_since.is_none() && read_time >= self.last_received + keep_alive;
            self.ping_due = heard_nothing || now >= self.last_sent + keep_alive;
        }
        Ok(())
    }

    /// Deadlines in read time, with what is overdue when one passes; `None` is a PINGREQ.
    fn read_deadlines(&self, suback: Option<Duration>, waiting: bool) -> impl Iterator<Item = (Duration, Option<Overdue>)> {
        let silence = match (self.keep_alive, self.silent_since) {
            (Some(keep_alive), Some(since)) => Some((since + (keep_alive / 2).min(PING_WAIT), Some(Overdue::Anything))),
            (Some(keep_alive), None) if !self.ping_waits() => Some((self.last_received + keep_alive, None)),
            _ => None,
        };
        let suback = suback.map(|since| (since + SUBACK_WAIT, Some(Overdue::SubAck)));
        let acknowledgements = waiting.then_some((self.last_progress + ACKNOWLEDGEMENT_WAIT, Some(Overdue::Acknowledgements)));
        [silence, suback, acknowledgements].into_iter().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn s(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn pings_when_nothing_was_sent_or_received() {
        let start = Instant::now();
        let mut clock = Clock::new(start, 60);
        assert_eq!(clock.next_timeout(start, None, false), Some(start + s(60)));
        clock.sent(start + s(50));
        assert_eq!(clock.next_timeout(start + s(50), None, false), Some(start + s(60)), "nothing was received since the start");
        clock.received(start + s(55));
        assert_eq!(clock.handle_timeout(start + s(60), None, false), Ok(()));
        assert!(!clock.ping_due());
        assert_eq!(clock.handle_timeout(start + s(110), None, false), Ok(()));
        assert!(clock.ping_due());
    }

    #[test]
    fn silence_after_a_ping_is_death_but_only_while_the_socket_is_read() {
        let start = Instant::now();
        let mut clock = Clock::new(start, 60);
        clock.pinged(0);
        clock.flushed(start + s(60));
        clock.sent(start + s(60));
        clock.reading(start + s(61), false);
        assert_eq!(clock.handle_timeout(start + s(115), None, false), Ok(()));
        clock.reading(start + s(115), true);
        assert_eq!(clock.handle_timeout(start + s(143), None, false), Ok(()));
        assert_eq!(clock.handle_timeout(start + s(145), None, false), Err(Overdue::Anything));
        clock.received(start + s(145));
        assert_eq!(clock.handle_timeout(start + s(146), None, false), Ok(()));
    }

    #[test]
    fn no_keep_alive_no_ping() {
        let start = Instant::now();
        let clock = Clock::new(start, 0);
        assert_eq!(clock.next_timeout(start, None, false), None);
    }

    #[test]
    fn waits_for_suback_and_for_acknowledgements() {
        let start = Instant::now();
        let mut clock = Clock::new(start, 0);
        assert_eq!(clock.handle_timeout(start + s(9), Some(s(0)), true), Ok(()));
        assert_eq!(clock.handle_timeout(start + s(10), Some(s(0)), true), Err(Overdue::SubAck));
        clock.progressed(start + s(20));
        assert_eq!(clock.handle_timeout(start + s(49), None, true), Ok(()));
        assert_eq!(clock.handle_timeout(start + s(50), None, true), Err(Overdue::Acknowledgements));
        assert_eq!(clock.handle_timeout(start + s(50), None, false), Ok(()));
    }
}
