//! A child process that is waited for with a deadline, is killed when its owner goes, and whose peak memory is known. Used by the
//! helpers for mqx, mosquitto and the pseudo terminal.

use std::io::Read;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitStatus};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, waitid};

use super::Verdict;
use super::harness::Context;

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// By itself, with this exit status.
    Code(i32),
    /// By this signal.
    Signal(i32),
}

impl From<ExitStatus> for Ended {
    fn from(status: ExitStatus) -> Self {
        status.code().map_or_else(|| Self::Signal(status.signal().unwrap_or_default()), Self::Code)
    }
}

/// A running process, leader of its own process group.
#[derive(Debug)]
pub struct Process {
    child: Child,
    pid: Pid,
    context: Context,
    exited: mpsc::Receiver<()>,
    ended: Option<Ended>,
    peak: Arc<AtomicU64>,
    cpu: Arc<AtomicU64>,
}

impl Process {
    /// Starts `command`. Its piped ends are to be taken from [`Process::child`].
    pub fn spawn(command: &mut Command) -> Verdict<Self> {
        let child = command.process_group(0).spawn().map_err(|error| format!("{:?}: {error}", command.get_program()))?;
        let pid = Pid::from_child(&child);
        let context = Context::current();
        context.started(pid);
        let peak = Arc::new(AtomicU64::new(0));
        let cpu = Arc::new(AtomicU64::new(0));
        let exited = watch(pid, &peak, &cpu);
        Ok(Self { child, pid, context, exited, ended: None, peak, cpu })
    }

    /// The standard library's handle, for its pipes.
    pub fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Sends a signal to the process alone.
    pub fn signal(&self, signal: Signal) -> Verdict {
        Ok(kill_process(self.pid, signal)?)
    }

    /// Waits for its end. After `within` it is killed and that is a failure.
    pub fn wait(&mut self, within: Duration) -> Verdict<Ended> {
        if let Some(ended) = self.ended {
            return Ok(ended);
        }
        if self.exited.recv_timeout(within) == Err(mpsc::RecvTimeoutError::Timeout) {
            self.kill();
            return Err(format!("process {:?} still runs after {within:?}; killed", self.pid).into());
        }
        let status = self.context.reaped(self.pid, || self.child.wait())?;
        Ok(*self.ended.insert(status.into()))
    }

    /// SIGKILL, and waits.
    pub fn kill(&mut self) {
        if self.ended.is_none() {
            // Not reaped yet, so the id is still its own.
            let _ = kill_process(self.pid, Signal::KILL);
            let _ = self.exited.recv();
            let status = self.context.reaped(self.pid, || self.child.wait());
            self.ended = status.ok().map(Into::into);
        }
    }

    /// Peak resident memory in bytes: the kernel's own high-water mark (`VmHWM`), read now or, of a process that has ended, every 10 ms
    /// until then: what it grew in the last 10 ms before its end is not in it unless it was asked for. `None` where there is no /proc.
    /// (`wait4` would give an exact figure, but starts from the peak of the process that forked, and has no safe interface here.)
    pub fn peak_memory(&self) -> Option<u64> {
        // Not reaped yet, so the id is still its own.
        let now = if self.ended.is_none() { high_water_mark(self.pid).unwrap_or(0) } else { 0 };
        Some(self.peak.fetch_max(now, Ordering::Relaxed).max(now)).filter(|&peak| peak > 0)
    }

    /// What everyone on this machine can see of its command line, words ended by NUL. `None` where there is no /proc.
    pub fn command_line(&self) -> Option<Vec<u8>> {
        std::fs::read(format!("/proc/{}/cmdline", self.pid.as_raw_nonzero())).ok()
    }

    /// User and system time of a process that has ended, in the kernel's ticks of 10 ms. `None` where there is no /proc, or it is below one.
    pub fn cpu_time(&self) -> Option<Duration> {
        const TICK: Duration = Duration::from_millis(10);
        let ticks = u32::try_from(self.cpu.load(Ordering::Relaxed)).ok()?;
        Some(TICK * ticks).filter(|time| !time.is_zero())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Says when the process has ended, without reaping it, with the time that it took, and samples its memory until then.
fn watch(pid: Pid, peak: &Arc<AtomicU64>, cpu: &Arc<AtomicU64>) -> mpsc::Receiver<()> {
    let (said, exited) = mpsc::channel();
    let (stop, stopped) = mpsc::channel::<()>();
    let cpu = Arc::clone(cpu);
    thread::spawn(move || {
        let end = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        while waitid(WaitId::Pid(pid), end).is_err_and(|error| error == rustix::io::Errno::INTR) {}
        cpu.store(cpu_ticks(pid).unwrap_or(0), Ordering::Relaxed);
        // Either thread may find its peer gone: then nobody wants to know.
        let _ = stop.send(());
        let _ = said.send(());
    });
    let peak = Arc::clone(peak);
    thread::spawn(move || {
        while stopped.recv_timeout(Duration::from_millis(10)) == Err(mpsc::RecvTimeoutError::Timeout) {
            let Some(now) = high_water_mark(pid) else { return };
            peak.fetch_max(now, Ordering::Relaxed);
        }
    });
    exited
}

/// `VmHWM` of a process in bytes.
fn high_water_mark(pid: Pid) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", pid.as_raw_nonzero())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse::<u64>().ok().map(|kib| kib * 1024)
}

/// User and system time of a process that is not reaped yet, in ticks.
fn cpu_ticks(pid: Pid) -> Option<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).ok()?;
    // The name in parentheses may have anything in it; utime and stime are the 12th and 13th field behind it.
    let (_, fields) = stat.rsplit_once(')')?;
    let times = fields.split_whitespace().skip(11).take(2);
    times.map(|ticks| ticks.parse::<u64>().ok()).sum()
}

/// What a pipe or terminal has given so far, collected by a thread of its own so that the writer never blocks on us.
#[derive(Clone, Debug, Default)]
pub struct Collected(Arc<(Mutex<Bytes>, Condvar)>);

#[derive(Debug, Default)]
struct Bytes {
    all: Vec<u8>,
    ended: bool,
}

impl Collected {
    /// Reads `source` to its end in a thread.
    pub fn from(mut source: impl Read + Send + 'static) -> Self {
        let collected = Self::default();
        let writer = collected.clone();
        thread::spawn(move || {
            let mut buffer = vec![0; 64 * 1024];
            loop {
                // A terminal whose other side is gone answers EIO: an end like any other.
                let count = source.read(&mut buffer).unwrap_or(0);
                let mut bytes = writer.lock();
                bytes.all.extend_from_slice(&buffer[..count]);
                bytes.ended = count == 0;
                let ended = bytes.ended;
                drop(bytes);
                writer.0.1.notify_all();
                if ended {
                    return;
                }
            }
        });
        collected
    }

    fn lock(&self) -> MutexGuard<'_, Bytes> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Everything so far.
    pub fn so_far(&self) -> Vec<u8> {
        self.lock().all.clone()
    }

    /// Whether all writers have closed it.
    pub fn has_ended(&self) -> bool {
        self.lock().ended
    }

    /// Waits until `enough` holds of everything so far and returns it; fails at the end of the stream or after `within`.
    pub fn wait_until(&self, what: &str, within: Duration, mut enough: impl FnMut(&[u8]) -> bool) -> Verdict<Vec<u8>> {
        let until = Instant::now() + within;
        let mut bytes = self.lock();
        loop {
            if enough(&bytes.all) {
                return Ok(bytes.all.clone());
            }
            let left = until.saturating_duration_since(Instant::now());
            if bytes.ended || left.is_zero() {
                let why = if bytes.ended { "the stream ended".into() } else { format!("{within:?} passed") };
                let so_far = String::from_utf8_lossy(&bytes.all);
                return Err(format!("waited for {what}, but {why}; so far:\n{so_far}").into());
            }
            bytes = self.0.1.wait_timeout(bytes, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Waits for a complete line that contains `part` and returns it without its end.
    pub fn wait_line(&self, part: &str, within: Duration) -> Verdict<String> {
        let all = self.wait_until(&format!("a line with {part:?}"), within, |bytes| find_line(bytes, part).is_some())?;
        find_line(&all, part).ok_or_else(|| "the line was there a moment ago".into())
    }

    /// Waits for the end of the stream and returns everything.
    pub fn wait_end(&self, within: Duration) -> Verdict<Vec<u8>> {
        let until = Instant::now() + within;
        let mut bytes = self.lock();
        while !bytes.ended {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(format!("an output is still open after {within:?}").into());
            }
            bytes = self.0.1.wait_timeout(bytes, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        Ok(bytes.all.clone())
    }
}

fn find_line(bytes: &[u8], part: &str) -> Option<String> {
    let complete = &bytes[..bytes.iter().rposition(|&byte| byte == b'\n')?];
    complete.split(|&byte| byte == b'\n').map(String::from_utf8_lossy).find(|line| line.contains(part)).map(Into::into)
}

/// Marks a process that `with_default_signals` has started.
const MARK: &str = "MQX_TEST_DEFAULT_SIGNALS";

/// Starts this test binary again in its own place if whoever started it had signals ignored, as `nohup` does, or a script for what it runs in
/// the background: every process below would ignore them too, and cases are about what they do. Needs GNU `env`; where that is absent
/// the cases say what is wrong.
pub fn with_default_signals() {
    use std::os::unix::process::CommandExt;

    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).unwrap_or_default();
    let ignored = u64::from_str_radix(mask.trim(), 16).unwrap_or(0);
    let shielded = [1, 2, 15].iter().any(|number| ignored >> (number - 1) & 1 == 1);
    if let (true, None, Ok(binary)) = (shielded, std::env::var_os(MARK), std::env::current_exe()) {
        // Returns only when it failed.
        let _ = Command::new("env")
            .arg("--default-signal=HUP,INT,TERM")
            .arg(binary)
            .args(std::env::args_os().skip(1))
            .env(MARK, "1")
            .exec();
    }
}
