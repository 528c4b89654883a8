//! The rules of the session and the connection, each played by the scripted peer against the binary; a case's name has the rule's number.
//! What `peer_cases` already has is not here again; rule 4 is there and in `acknowledgements`, rule 7 in `exit_status` too.
//!
//! Not seen from the wire, and tested beside the code: of rule 9 what a command does that consumes and publishes, of rule 16 that bad
//! credentials are final after a minute, of rule 20 the waits behind a consumer that is slow. Rules 23 and 25 have nothing to show while no
//! command sends a Message Expiry Interval or a Will.

mod deliveries;
mod end;
mod fallback;
mod flow;
mod limits;
mod reasons;
mod retry;
mod session;
mod time;
mod window;

use std::time::Duration;

use crate::at;
use crate::support::Verdict;
use crate::support::harness::Case;
use crate::support::mqx::{Outcome, Running};
use crate::support::packets::Version;
use crate::support::peer::{Listener, Peer};

pub fn cases(list: &mut Vec<Case>) {
    time::cases(list);
    flow::cases(list);
    session::cases(list);
    window::cases(list);
    deliveries::cases(list);
    limits::cases(list);
    retry::cases(list);
    reasons::cases(list);
    fallback::cases(list);
    end::cases(list);
}

/// A run and its peer, under way beside others whose waits would add up one after the other.
pub struct Scene {
    peer: Peer,
    /// The run, to be watched and signalled.
    pub running: Running,
}

impl Scene {
    /// `mqx WORDS` at a peer that plays `script`.
    pub fn start(
        version: Version,
        words: &[&str],
        script: impl FnOnce(&mut Listener) -> Verdict + Send + 'static,
    ) -> Verdict<Self> {
        let peer = Peer::play(script)?;
        let running = at(&peer.port(), version, words)?.start()?;
        Ok(Self { peer, running })
    }

    /// Waits for the ends of both.
    pub fn finish(self, within: Duration) -> Verdict<Outcome> {
        let outcome = self.running.finish(within)?;
        self.peer.finish()?;
        Ok(outcome)
    }
}
