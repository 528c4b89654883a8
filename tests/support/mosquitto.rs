//! A private Debian mosquitto: own port, own directory, `max_queued_messages 0` (by default it drops QoS ≥ 1 for a subscriber that
//! lags) and otherwise its defaults. Ready means that it answered a CONNECT.

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use rustix::process::Signal;

use super::certificates::Identity;
use super::child::{Collected, Process};
use super::harness::find_program;
use super::packets::{Version, connect, first};
use super::temp::TempDir;
use super::{STEP, Verdict, ensure, free_port};

/// What it is to be like.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    users: Vec<(String, String)>,
    tls: Option<Identity>,
    acl: Option<String>,
    websocket: bool,
    client_ca: Option<PathBuf>,
    persistent: bool,
    default_limits: bool,
    lines: Vec<String>,
}

impl Settings {
    /// Anonymous, plain, in memory.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets in this user, and nobody who is not named.
    pub fn user(mut self, name: &str, password: &str) -> Self {
        self.users.push((name.into(), password.into()));
        self
    }

    /// Speaks TLS on its port.
    pub fn tls(mut self, identity: &Identity) -> Self {
        self.tls = Some(identity.clone());
        self
    }

    /// Speaks MQTT in WebSockets on its port, and nothing else.
    pub fn websocket(mut self) -> Self {
        self.websocket = true;
        self
    }

    /// Lets nobody in without a certificate that this authority signed. Only with [`Settings::tls`].
    pub fn client_certificates(mut self, ca: &Path) -> Self {
        self.client_ca = Some(ca.to_owned());
        self
    }

    /// The text of its `acl_file`.
    pub fn acl(mut self, text: &str) -> Self {
        self.acl = Some(text.into());
        self
    }

    /// Keeps sessions and retained messages over [`Mosquitto::restart`].
    pub fn persistent(mut self) -> Self {
        self.persistent = true;
        self
    }

    /// Leaves `max_queued_messages` at its default too.
    pub fn default_limits(mut self) -> Self {
        self.default_limits = true;
        self
    }

    /// A line of its configuration.
    pub fn line(mut self, line: &str) -> Self {
        self.lines.push(line.into());
        self
    }

    /// Starts it.
    pub fn start(self) -> Verdict<Mosquitto> {
        let directory = TempDir::new()?;
        // Between our looking for a port and its binding it another process can take it.
        for _ in 0..8 {
            let port = free_port()?;
            let configuration = directory.write("mosquitto.conf", self.configuration(&directory, port)?)?;
            let plain = self.tls.is_none() && !self.websocket;
            if let Some((process, log)) = launch(&configuration, port, plain)? {
                return Ok(Mosquitto { port, plain, configuration, process, log, _directory: directory });
            }
        }
        Err("mosquitto found no free port in eight attempts".into())
    }

    fn configuration(&self, directory: &TempDir, port: u16) -> Verdict<String> {
        // As root it would turn into another user, who cannot read this directory.
        let mut text = String::from("user root\nlog_dest stderr\n");
        if self.websocket {
            // 2.0.11 ends when it has nothing but WebSockets to listen on.
            writeln!(text, "listener 0 {}", directory.path().join("unused").display())?;
        }
        writeln!(text, "listener {port} 127.0.0.1")?;
        if !self.default_limits {
            text += "max_queued_messages 0\n";
        }
        let path = |name: &str| directory.path().join(name);
        if self.users.is_empty() {
            text += "allow_anonymous true\n";
        } else {
            let file = path("passwords");
            for (name, password) in &self.users {
                add_user(&file, name, password)?;
            }
            writeln!(text, "allow_anonymous false\npassword_file {}", file.display())?;
        }
        if let Some(tls) = &self.tls {
            writeln!(text, "certfile {}\nkeyfile {}", tls.certificate.display(), tls.key.display())?;
        }
        if let Some(ca) = &self.client_ca {
            writeln!(text, "cafile {}\nrequire_certificate true", ca.display())?;
        }
        if self.websocket {
            text += "protocol websockets\n";
        }
        if let Some(acl) = &self.acl {
            writeln!(text, "acl_file {}", directory.write("acl", acl)?.display())?;
        }
        if self.persistent {
            writeln!(text, "persistence true\npersistence_location {}/", directory.path().display())?;
        }
        self.lines.iter().for_each(|line| text += &format!("{line}\n"));
        Ok(text)
    }
}

fn program(name: &str) -> Verdict<PathBuf> {
    find_program(name).ok_or_else(|| format!("{name} is not installed").into())
}

fn add_user(file: &Path, name: &str, password: &str) -> Verdict {
    let mut command = Command::new(program("mosquitto_passwd")?);
    if !file.exists() {
        command.arg("-c");
    }
    let output = command.arg("-b").arg(file).args([name, password]).output()?;
    ensure(output.status.success(), format_args!("mosquitto_passwd: {}", String::from_utf8_lossy(&output.stderr)))
}

/// Starts it and waits until it answers; `None` when its port was taken.
fn launch(configuration: &Path, port: u16, plain: bool) -> Verdict<Option<(Process, Collected)>> {
    let mut command = Command::new(program("mosquitto")?);
    command.arg("-c").arg(configuration).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut process = Process::spawn(&mut command)?;
    let log = process.child().stderr.take().map(Collected::from).unwrap_or_default();
    if let Err(failed) = log.wait_line(" running", STEP) {
        let said = String::from_utf8_lossy(&log.so_far()).into_owned();
        return if said.contains("Address already in use") { Ok(None) } else { Err(failed) };
    }
    if plain {
        prove(port)?;
    }
    Ok(Some((process, log)))
}

/// A CONNECT must be answered with a CONNACK, be it a refusal.
fn prove(port: u16) -> Verdict {
    let mut socket = TcpStream::connect(("127.0.0.1", port))?;
    socket.set_read_timeout(Some(STEP))?;
    socket.write_all(&connect(Version::V311, "prove"))?;
    let mut answer = [0; 4];
    socket.read_exact(&mut answer)?;
    ensure(answer[..2] == [first::CONNACK, 2], format_args!("mosquitto answered CONNECT with {answer:02x?}"))
}

/// A running broker, ended and removed when it goes out of scope.
#[derive(Debug)]
pub struct Mosquitto {
    port: u16,
    /// It can be asked with a CONNECT over TCP whether it is there.
    plain: bool,
    configuration: PathBuf,
    process: Process,
    log: Collected,
    _directory: TempDir,
}

impl Mosquitto {
    /// With [`Settings::new`].
    pub fn start() -> Verdict<Self> {
        Settings::new().start()
    }

    /// For `-p`.
    pub fn port(&self) -> String {
        self.port.to_string()
    }

    /// Waits until its log has a line with `part`.
    pub fn wait_log(&self, part: &str) -> Verdict<String> {
        self.log.wait_line(part, STEP)
    }

    /// Ends it in an orderly way, so that what is persistent is written.
    pub fn stop(&mut self) -> Verdict {
        self.process.signal(Signal::TERM)?;
        self.process.wait(Duration::from_secs(10)).map(|_| ())
    }

    /// SIGKILL: nothing is written, no DISCONNECT is sent.
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Starts it again, on the same port with the same files, after [`Self::stop`] or [`Self::kill`].
    pub fn start_again(&mut self) -> Verdict {
        let started = launch(&self.configuration, self.port, self.plain)?;
        (self.process, self.log) = started.ok_or("mosquitto's port was taken while it was away")?;
        Ok(())
    }

    /// [`Self::stop`] and [`Self::start_again`].
    pub fn restart(&mut self) -> Verdict {
        self.stop()?;
        self.start_again()
    }

    /// `mosquitto_pub` or `mosquitto_sub` on this broker, for what must not rest on mqx alone.
    pub fn client(&self, name: &str) -> Verdict<Command> {
        let mut command = Command::new(program(name)?);
        command.args(["-h", "127.0.0.1", "-p", &self.port()]).env_clear();
        Ok(command)
    }
}
