//! Requests that a program answers: those that wait for a process, and those whose process runs.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::task::JoinSet;

use crate::client::Delivery;
use crate::mqtt::Message;
use crate::output::process::{ProcessError, Program};

/// What came of a request.
pub(super) struct Ended {
    pub request: Delivery,
    /// The answer, or why there is none.
    pub answer: Result<Message, ProcessError>,
}

/// Runs a program for one request after the other, some at once.
pub(super) struct Programs {
    program: Arc<Program>,
    jobs: usize,
    /// Each with the answer that only lacks its payload.
    waiting: VecDeque<(Delivery, Message)>,
    running: JoinSet<Ended>,
}

impl Programs {
    /// Up to `jobs` processes of a program.
    pub fn new(program: &Program, jobs: usize) -> Self {
        Self { program: Arc::new(program.clone()), jobs, waiting: VecDeque::new(), running: JoinSet::new() }
    }

    /// How many requests are here.
    pub fn len(&self) -> usize {
        self.waiting.len() + self.running.len()
    }

    /// Takes a request, whose answer lacks its payload. It waits until `start`.
    pub fn push(&mut self, request: Delivery, answer: Message) {
        self.waiting.push_back((request, answer));
    }

    /// Waits until a process ends; never, when none runs. Cancel safe.
    pub async fn ended(&mut self) -> Ended {
        loop {
            match self.running.join_next().await {
                Some(Ok(ended)) => return ended,
                // Only a defect ends a task without its result; its request stays without an acknowledgement.
                Some(Err(_)) => {}
                None => std::future::pending().await,
            }
        }
    }

    /// Runs as many processes as may run at once. What they print is held until it goes out, so that none is to start while answers wait.
    pub fn start(&mut self) {
        while self.running.len() < self.jobs
            && let Some((request, mut answer)) = self.waiting.pop_front()
        {
            let program = Arc::clone(&self.program);
            self.running.spawn(async move {
                let printed = program.run(&request.received, true).await;
                let answer = printed.map(|printed| {
                    answer.payload = printed.into();
                    answer
                });
                Ended { request, answer }
            });
        }
    }
}
