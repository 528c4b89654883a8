//! Packet Identifiers: none is given out twice while something still waits under it `[MQTT-2.2.1-3]`.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use super::Token;

/// Who waits for an answer under an identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// A PUBLISH, up to its PUBACK, failing PUBREC or PUBCOMP.
    Publish(Token),
    /// A SUBSCRIBE or UNSUBSCRIBE.
    Request,
}

/// The identifiers in use.
#[derive(Debug, Default)]
pub(super) struct PacketIds {
    owners: FxHashMap<u16, Owner>,
    last: u16,
}

impl PacketIds {
    /// The next free identifier, or `None` when all 65,535 are in use.
    pub fn allocate(&mut self, owner: Owner) -> Option<u16> {
        if self.owners.len() >= usize::from(u16::MAX) {
            return None;
        }
        loop {
            self.last = if self.last == u16::MAX { 1 } else { self.last + 1 };
            if let Entry::Vacant(free) = self.owners.entry(self.last) {
                free.insert(owner);
                return Some(self.last);
            }
        }
    }

    /// The message that waits under an identifier.
    pub fn publish(&self, id: u16) -> Option<Token> {
        match self.owners.get(&id) {
            Some(Owner::Publish(token)) => Some(*token),
            _ => None,
        }
    }

    /// Gives an identifier back.
    pub fn free(&mut self, id: u16) {
        self.owners.remove(&id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wraps_and_skips_what_is_in_use() {
        let mut ids = PacketIds::default();
        assert_eq!(ids.allocate(Owner::Request), Some(1));
        for expected in 2..=u16::MAX {
            let id = ids.allocate(Owner::Publish(Token(u64::from(expected)))).unwrap();
            assert_eq!(id, expected);
            ids.free(id);
        }
        assert_eq!(ids.allocate(Owner::Request), Some(2), "1 is still in use, 0 is no identifier");
    }

    #[test]
    fn runs_out() {
        let mut ids = PacketIds::default();
        for _ in 1..=u16::MAX {
            assert!(ids.allocate(Owner::Request).is_some());
        }
        assert_eq!(ids.allocate(Owner::Request), None);
        ids.free(77);
        assert_eq!(ids.allocate(Owner::Request), Some(77));
    }
}
