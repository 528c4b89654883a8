//! The scripted peer: a listener on 127.0.0.1, another address or a Unix socket whose script says byte by byte what a client must send and what it gets. It knows
//! nothing of the code under test. A script that is not followed fails the case at once, with what was expected and what came.
//! Here are its ends and its bytes; packets as a broker takes and answers them are in `speak`, misbehaviour is in `faults`.

mod faults;
mod speak;

use std::io::{ErrorKind, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use socket2::SockRef;

use super::certificates::{Identity, Server};
use super::harness::{Context, panic_message};
use super::packets::{Version, connack};
use super::parse::{self, Connect, describe, hex};
use super::{Failed, STEP, Verdict, ensure};

/// A script that plays in its own thread.
#[derive(Debug)]
pub struct Peer {
    port: u16,
    script: Option<JoinHandle<Verdict>>,
}

impl Peer {
    /// Listens on a free port and plays `script`.
    pub fn play(script: impl FnOnce(&mut Listener) -> Verdict + Send + 'static) -> Verdict<Self> {
        Self::play_at(Ipv4Addr::LOCALHOST.into(), script)
    }

    /// The same on another address of this machine.
    pub fn play_at(address: IpAddr, script: impl FnOnce(&mut Listener) -> Verdict + Send + 'static) -> Verdict<Self> {
        Self::play_on(Listener::new(address)?, script)
    }

    /// The same on a port that nobody has at the moment.
    pub fn play_at_port(port: u16, script: impl FnOnce(&mut Listener) -> Verdict + Send + 'static) -> Verdict<Self> {
        let socket = Socket::Tcp(TcpListener::bind((Ipv4Addr::LOCALHOST, port))?);
        Self::play_on(Listener::at(socket, Ipv4Addr::LOCALHOST.into(), port), script)
    }

    /// The same on a Unix socket, which it makes at `path`.
    pub fn play_unix(path: &Path, script: impl FnOnce(&mut Listener) -> Verdict + Send + 'static) -> Verdict<Self> {
        Self::play_on(Listener::at(Socket::Unix(UnixListener::bind(path)?), Ipv4Addr::LOCALHOST.into(), 0), script)
    }

    /// The same behind TLS with this certificate.
    pub fn play_tls(identity: &Identity, script: impl FnOnce(&mut Listener) -> Verdict + Send + 'static) -> Verdict<Self> {
        Self::play_as(Server::new(identity).config()?.0, script)
    }

    /// The same as this server of TLS.
    pub fn play_as(tls: ServerConfig, script: impl FnOnce(&mut Listener) -> Verdict + Send + 'static) -> Verdict<Self> {
        let mut listener = Listener::new(Ipv4Addr::LOCALHOST.into())?;
        listener.tls = Some(Arc::new(tls));
        Self::play_on(listener, script)
    }

    fn play_on(mut listener: Listener, script: impl FnOnce(&mut Listener) -> Verdict + Send + 'static) -> Verdict<Self> {
        let port = listener.port;
        let context = Context::current();
        let script = thread::spawn(move || {
            context.clone().enter();
            let played = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| script(&mut listener)));
            let played = played.unwrap_or_else(|payload| Err(panic_message(&*payload).into()));
            if let Err(failed) = &played {
                context.complain(format!("the peer's script: {}", failed.message().unwrap_or("failed")));
            }
            played
        });
        Ok(Self { port, script: Some(script) })
    }

    /// For `-p`.
    pub fn port(&self) -> String {
        self.port.to_string()
    }

    /// Waits for the script's end and says how it ended.
    pub fn finish(mut self) -> Verdict {
        self.script.take().map_or(Ok(()), |script| script.join().unwrap_or_else(|_| Err("the peer's thread".into())))
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // A case that has failed does not wait for its script; one that forgot to must not pass.
        if self.script.is_some() {
            Context::current().leave_unfinished("a peer's script was not waited for: finish()");
        }
    }
}

/// Where a script begins: it takes connections, or refuses them.
#[derive(Debug)]
pub struct Listener {
    socket: Option<Socket>,
    address: IpAddr,
    port: u16,
    tls: Option<Arc<ServerConfig>>,
    step: Duration,
}

impl Listener {
    fn new(address: IpAddr) -> Verdict<Self> {
        let socket = TcpListener::bind((address, 0))?;
        let port = socket.local_addr()?.port();
        Ok(Self::at(Socket::Tcp(socket), address, port))
    }

    fn at(socket: Socket, address: IpAddr, port: u16) -> Self {
        Self { socket: Some(socket), address, port, tls: None, step: STEP }
    }

    /// Allows each step, also of the connections from now on, this long instead of [`STEP`]: for waits that a rule is about.
    pub fn allow(&mut self, step: Duration) {
        self.step = step;
    }

    /// Speaks TLS with this certificate from now on.
    pub fn show(&mut self, identity: &Identity) -> Verdict {
        self.tls = Some(Arc::new(Server::new(identity).config()?.0));
        Ok(())
    }

    /// Makes what connections from now on hold unread as small as the system lets it be, so that a peer that does not read is felt soon.
    pub fn narrow(&mut self) -> Verdict {
        match self.socket.as_ref().ok_or("the listener is closed")? {
            Socket::Tcp(socket) => Ok(SockRef::from(socket).set_recv_buffer_size(1)?),
            Socket::Unix(_) => Err("a Unix socket holds what its sender lets it".into()),
        }
    }

    /// The next connection.
    pub fn accept(&mut self) -> Verdict<Connection> {
        let socket = self.socket.as_ref().ok_or("the listener is closed")?;
        let timeout = Timespec { tv_sec: self.step.as_secs().try_into()?, tv_nsec: 0 };
        let ready = match socket {
            Socket::Tcp(socket) => poll(&mut [PollFd::new(socket, PollFlags::IN)], Some(&timeout))?,
            Socket::Unix(socket) => poll(&mut [PollFd::new(socket, PollFlags::IN)], Some(&timeout))?,
        };
        ensure(ready > 0, format_args!("expected a connection; none came in {:?}", self.step))?;
        let socket = socket.accept()?;
        socket.set_read_timeout(Some(self.step))?;
        socket.set_write_timeout(Some(self.step))?;
        let stream: Box<dyn Stream> = match &self.tls {
            None => Box::new(socket.try_clone()?),
            Some(config) => Box::new(StreamOwned::new(ServerConnection::new(Arc::clone(config))?, socket.try_clone()?)),
        };
        Ok(Connection { socket, stream, unread: Vec::new(), version: Version::V5, step: self.step })
    }

    /// Accepts, takes the CONNECT, which must be of `version`, and answers success without properties.
    pub fn welcome(&mut self, version: Version) -> Verdict<(Connection, Connect)> {
        self.welcome_with(version, false, &[])
    }

    /// The same with Session Present and version 5 properties.
    pub fn welcome_with(&mut self, version: Version, present: bool, properties: &[u8]) -> Verdict<(Connection, Connect)> {
        let mut connection = self.accept()?;
        let connect = connection.expect_connect()?;
        ensure(connect.version == version, format_args!("expected a CONNECT of {version:?}, got {connect:?}"))?;
        connection.send(&connack(version, present, 0, properties))?;
        Ok((connection, connect))
    }

    /// From now on connections are refused, as when no process listens.
    pub fn close(&mut self) {
        self.socket = None;
    }

    /// Listens again on the same port.
    pub fn reopen(&mut self) -> Verdict {
        ensure(self.port > 0, "a Unix socket is made once")?;
        self.socket = Some(Socket::Tcp(TcpListener::bind((self.address, self.port))?));
        Ok(())
    }
}

#[derive(Debug)]
enum Socket {
    Tcp(TcpListener),
    Unix(UnixListener),
}

impl Socket {
    fn accept(&self) -> Verdict<TcpStream> {
        Ok(match self {
            Self::Tcp(socket) => {
                let (socket, _) = socket.accept()?;
                socket.set_nodelay(true)?;
                socket
            }
            // What a script does to a stream is the same for both, but for what is TCP's alone.
            Self::Unix(socket) => OwnedFd::from(socket.accept()?.0).into(),
        })
    }
}

/// What a connection's bytes go through.
pub trait Stream: Read + Write + Send {}
impl<T: Read + Write + Send> Stream for T {}

/// One connection from a client.
pub struct Connection {
    socket: TcpStream,
    stream: Box<dyn Stream>,
    unread: Vec<u8>,
    version: Version,
    step: Duration,
}

impl Connection {
    /// The address that the client comes from.
    pub fn from(&self) -> Verdict<IpAddr> {
        Ok(self.socket.peer_addr()?.ip())
    }

    /// The same connection with something more between its script and the socket.
    pub fn through(self, wrap: impl FnOnce(Box<dyn Stream>) -> Verdict<Box<dyn Stream>>) -> Verdict<Self> {
        Ok(Self { stream: wrap(self.stream)?, ..self })
    }

    /// Sends bytes, right or wrong.
    pub fn send(&mut self, bytes: &[u8]) -> Verdict {
        let sent = self.stream.write_all(bytes).and_then(|()| self.stream.flush());
        sent.map_err(|error| format!("sending {}: {error}", hex(bytes)).into())
    }

    /// Reads more, `false` at the end of the stream.
    fn fill(&mut self, until: Instant, what: &str) -> Verdict<bool> {
        self.fill_at_most(16 * 1024, until, what)
    }

    /// The same, and leaves what goes beyond `most` bytes with the system.
    fn fill_at_most(&mut self, most: usize, until: Instant, what: &str) -> Verdict<bool> {
        let left = until.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
        self.socket.set_read_timeout(Some(left))?;
        let mut buffer = vec![0; most];
        match self.stream.read(&mut buffer) {
            Ok(count) => {
                self.unread.extend_from_slice(&buffer[..count]);
                Ok(count > 0)
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => Ok(true),
            // A client that ends TLS without close_notify has ended all the same.
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(false),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                Err(format!("expected {what}; in {:?} came: {}", self.step, hex(&self.unread)).into())
            }
            Err(error) => Err(format!("expected {what}; got {error}").into()),
        }
    }

    /// Exactly these bytes next.
    pub fn expect(&mut self, bytes: &[u8]) -> Verdict {
        let what = match parse::complete(bytes) {
            Ok(Some((first, body, _))) => describe(first, &body),
            _ => hex(bytes),
        };
        let until = Instant::now() + self.step;
        while self.unread.len() < bytes.len() && bytes.starts_with(&self.unread) {
            if !self.fill(until, &what)? {
                return Err(format!("expected {what}; the client closed after {}", hex(&self.unread)).into());
            }
        }
        if !self.unread.starts_with(bytes) {
            let came = match parse::complete(&self.unread) {
                Ok(Some((first, body, _))) => describe(first, &body),
                _ => hex(&self.unread),
            };
            return Err(format!("expected {what}\n     came {came}").into());
        }
        self.unread.drain(..bytes.len());
        Ok(())
    }

    /// The next packet, whatever it is: its first byte and what follows the Remaining Length.
    pub fn expect_packet(&mut self) -> Verdict<(u8, Vec<u8>)> {
        self.next("a packet")?.ok_or_else(|| "expected a packet; the client closed".into())
    }

    /// The next packet, or `None` when the client has closed.
    fn next(&mut self, what: &str) -> Verdict<Option<(u8, Vec<u8>)>> {
        let until = Instant::now() + self.step;
        loop {
            if let Some((first, body, length)) = parse::complete(&self.unread)? {
                self.unread.drain(..length);
                return Ok(Some((first, body)));
            }
            if !self.fill(until, what)? {
                ensure(self.unread.is_empty(), format_args!("the client closed amid a packet: {}", hex(&self.unread)))?;
                return Ok(None);
            }
        }
    }

    /// A packet with this first byte.
    fn expect_first(&mut self, wanted: u8) -> Verdict<Vec<u8>> {
        let expected = describe(wanted, &[]);
        let name = expected.split(' ').next().unwrap_or_default();
        let Some((first, body)) = self.next(name)? else {
            return Err(format!("expected {name}; the client closed").into());
        };
        ensure(first == wanted, format_args!("expected {name}\n     came {}", describe(first, &body)))?;
        Ok(body)
    }

    /// RST: the connection is lost without a word.
    pub fn cut(self) -> Verdict {
        // Closed with linger 0 a socket resets, and forgets what it had to send; `self` holds every handle to it.
        Ok(SockRef::from(&self.socket).set_linger(Some(Duration::ZERO))?)
    }

    /// FIN, and whatever still comes is taken: a reset would overtake what was sent last, such as an alert of TLS.
    pub fn close_gently(mut self) -> Verdict {
        self.socket.set_read_timeout(Some(self.step))?;
        self.socket.shutdown(Shutdown::Write)?;
        self.socket.read_to_end(&mut Vec::new()).map(drop).or_else(|error| match error.kind() {
            ErrorKind::ConnectionReset => Ok(()),
            _ => Err(Failed::from(error)),
        })
    }

    /// FIN, and nothing is read any more.
    pub fn close(self) -> Verdict {
        match self.socket.shutdown(Shutdown::Write) {
            Err(error) if error.kind() != ErrorKind::NotConnected => Err(Failed::from(error)),
            _ => Ok(()),
        }
    }
}
