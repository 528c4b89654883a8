//! Cases: run in threads by libtest-mimic, each with a deadline after which every process that it started is killed, so that a hang
//! is a failure and not a blocked CI. A case whose tool is not installed is reported ignored, unless `MQX_TEST_REQUIRE` names it.

use std::any::Any;
use std::cell::RefCell;
use std::collections::HashSet;
use std::net::{Ipv6Addr, TcpListener};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use libtest_mimic::Trial;
use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use super::Verdict;
use super::packets::Version;

/// Unless a case says otherwise.
const DEADLINE: Duration = Duration::from_secs(60);

/// A program, or a part of the system, that not every machine has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// Eclipse Mosquitto: the broker and its client programs.
    Mosquitto,
    /// The address ::1.
    Ipv6,
}

impl Tool {
    /// As `MQX_TEST_REQUIRE` spells it.
    fn name(self) -> &'static str {
        match self {
            Self::Mosquitto => "mosquitto",
            Self::Ipv6 => "ipv6",
        }
    }

    fn programs(self) -> &'static [&'static str] {
        match self {
            Self::Mosquitto => &["mosquitto", "mosquitto_passwd", "mosquitto_pub", "mosquitto_sub"],
            Self::Ipv6 => &[],
        }
    }

    fn is_installed(self) -> bool {
        let part = match self {
            Self::Mosquitto => true,
            Self::Ipv6 => TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).is_ok(),
        };
        part && self.programs().iter().all(|program| find_program(program).is_some())
    }
}

/// Where `name` is: in PATH, or where Debian keeps daemons, which a user's PATH lacks.
pub fn find_program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from))
        .map(|directory| directory.join(name))
        .find(|file| file.is_file())
}

type Body = Box<dyn FnOnce() -> Verdict + Send>;

/// One test.
pub struct Case {
    name: String,
    needs: Vec<Tool>,
    deadline: Duration,
    body: Body,
}

/// A case called `name`; a path by `::` like `peer::resume::keeps_order`.
pub fn case(name: impl Into<String>, body: impl FnOnce() -> Verdict + Send + 'static) -> Case {
    Case { name: name.into(), needs: Vec::new(), deadline: DEADLINE, body: Box::new(body) }
}

/// A case for each version of MQTT, whose flag ends its name.
pub fn both(list: &mut Vec<Case>, name: &str, body: fn(Version) -> Verdict) {
    for version in Version::BOTH {
        list.push(case(format!("{name}::{}", version.flag()), move || body(version)));
    }
}

impl Case {
    /// Ignored where `tool` is not installed.
    pub fn needs(mut self, tool: Tool) -> Self {
        self.needs.push(tool);
        self
    }

    /// For the cases that move a million messages.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// What libtest-mimic runs.
    pub fn into_trial(self) -> Trial {
        let required = std::env::var("MQX_TEST_REQUIRE").unwrap_or_default();
        let missing = self.needs.iter().copied().find(|tool| !tool.is_installed());
        self.into_trial_given(missing, &required)
    }

    /// The decision itself, apart from this machine: `missing` is not installed, `required` is what the environment insists on.
    pub fn into_trial_given(self, missing: Option<Tool>, required: &str) -> Trial {
        match missing {
            None => Trial::test(self.name, move || run_guarded(self.body, self.deadline)),
            Some(tool) if required.split([',', ' ']).any(|name| name == tool.name()) => {
                let message = format!("{} is not installed and MQX_TEST_REQUIRE asks for it", tool.name());
                Trial::test(self.name, move || Err(message.into()))
            }
            Some(_) => Trial::test(self.name, self.body).with_ignored_flag(true),
        }
    }
}

/// What belongs to the running case: its processes, and what its helper threads found wrong.
#[derive(Clone, Debug, Default)]
pub struct Context(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    running: HashSet<Pid>,
    complaints: Vec<String>,
    unfinished: Option<&'static str>,
    ended: bool,
}

thread_local! {
    static CURRENT: RefCell<Context> = RefCell::default();
}

impl Context {
    /// The context of the case that this thread works for.
    pub fn current() -> Self {
        CURRENT.with_borrow(Self::clone)
    }

    /// Makes the calling thread work for this case.
    pub fn enter(self) {
        CURRENT.set(self);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A process to be killed at the deadline.
    pub fn started(&self, process: Pid) {
        let mut state = self.state();
        if state.ended || !state.complaints.is_empty() {
            kill_tree(process);
        }
        state.running.insert(process);
    }

    /// Runs `reap` with the process no longer ours to kill: after it the id may be anybody's.
    pub fn reaped<T>(&self, process: Pid, reap: impl FnOnce() -> T) -> T {
        let mut state = self.state();
        state.running.remove(&process);
        reap()
    }

    /// A helper thread's failure: the case fails with it, and its processes are killed so that nobody waits for what cannot come.
    pub fn complain(&self, complaint: String) {
        let mut state = self.state();
        state.complaints.push(complaint);
        state.running.iter().copied().for_each(kill_tree);
    }

    /// What makes a case fail that otherwise passes.
    pub fn leave_unfinished(&self, what: &'static str) {
        self.state().unfinished = Some(what);
    }

    fn kill_all(&self) {
        let mut state = self.state();
        state.ended = true;
        state.running.iter().copied().for_each(kill_tree);
    }
}

fn kill_tree(process: Pid) {
    // ESRCH: it has ended and waits to be reaped.
    let _ = kill_process_group(process, Signal::KILL);
    let _ = kill_process(process, Signal::KILL);
}

/// Runs `body` in a thread with a context of its own; whatever it leaves behind is killed.
pub fn run_guarded(body: impl FnOnce() -> Verdict + Send + 'static, deadline: Duration) -> Verdict {
    let context = Context::default();
    let (done, result) = mpsc::channel();
    let inner = context.clone();
    thread::spawn(move || {
        inner.enter();
        let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(body));
        // Nobody listens any more when the deadline has passed.
        let _ = done.send(ended.unwrap_or_else(|payload| Err(panic_message(&*payload).into())));
    });
    let verdict = result
        .recv_timeout(deadline)
        .unwrap_or_else(|_| Err(format!("still running after {deadline:?}; its processes were killed").into()));
    context.kill_all();
    let (complaints, unfinished) = {
        let mut state = context.state();
        (std::mem::take(&mut state.complaints), state.unfinished)
    };
    if complaints.is_empty() {
        return verdict.and(unfinished.map_or(Ok(()), |what| Err(what.into())));
    }
    let mut message = complaints.join("\n");
    if let Some(more) = verdict.as_ref().err().and_then(libtest_mimic::Failed::message) {
        message.push_str("\nand then: ");
        message.push_str(more);
    }
    Err(message.into())
}

/// The text of a caught panic.
pub fn panic_message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    format!("panicked: {}", text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("with no text"))
}
