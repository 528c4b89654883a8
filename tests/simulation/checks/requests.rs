//! SUBSCRIBE and UNSUBSCRIBE: asked for until answered, without retained messages a second time in the same session (rule 11).

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use super::super::scenes::{Scene, saw, saw_if};

#[derive(Clone, Debug)]
struct Request {
    sent: Duration,
    subscribes: Vec<usize>,
    unsubscribes: bool,
}

/// The requests of a run.
#[derive(Default)]
pub struct Requests {
    /// Those without an answer in this connection.
    open: HashMap<u16, Request>,
    /// Filters that were asked for in this session, and those that were ever answered.
    asked: HashSet<usize>,
    answered: HashSet<usize>,
    /// Filters of our own that nobody wants any more.
    pub removed: HashSet<usize>,
}

impl Requests {
    pub fn connected(&mut self, resumed: bool) {
        let subscribes = self.open.values().any(|request| !request.unsubscribes);
        saw_if(subscribes, if resumed { Scene::RequestKept } else { Scene::RequestLost });
        saw_if(self.open.values().any(|request| request.unsubscribes), Scene::Unsubscribed);
        self.open.clear();
        if !resumed {
            self.asked.clear();
        }
    }

    /// Whether an identifier is that of a request without an answer.
    pub fn has(&self, id: u16) -> bool {
        self.open.contains_key(&id)
    }

    /// When the oldest without an answer was sent, in read time.
    pub fn oldest(&self) -> Option<Duration> {
        self.open.values().map(|request| request.sent).min()
    }

    pub fn subscribe(&mut self, id: u16, filters: &[(usize, u8)], five: bool, sent: Duration) {
        assert!(filters.len() <= 8, "{} filters in a SUBSCRIBE", filters.len());
        for (filter, options) in filters {
            assert!(!self.removed.contains(filter), "filter {filter} is asked for, and nobody wants it");
            let again = !self.asked.insert(*filter);
            saw_if(!again && self.answered.contains(filter), Scene::SubscribedAgain);
            assert_eq!(options >> 4, u8::from(again && five), "Retain Handling of filter {filter}, asked for again: {again}");
        }
        let subscribes = filters.iter().map(|(filter, _)| *filter).collect();
        self.open(id, Request { sent, subscribes, unsubscribes: false });
    }

    pub fn unsubscribe(&mut self, id: u16, sent: Duration) {
        self.open(id, Request { sent, subscribes: Vec::new(), unsubscribes: true });
    }

    fn open(&mut self, id: u16, request: Request) {
        assert!(id != 0 && self.open.insert(id, request).is_none(), "identifier {id} is used for two requests");
    }

    pub fn answered(&mut self, id: u16, refused: bool) {
        if let Some(request) = self.open.remove(&id) {
            self.answered.extend(request.subscribes);
            if refused {
                saw(Scene::SubscribeRefused);
            }
        }
    }
}
