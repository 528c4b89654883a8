//! Where the broker listens: addresses, sockets, and the loop that accepts. Used by the rest of `broker`.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use socket2::{Domain, Protocol, SockRef, Socket, Type};
use tokio::net::TcpListener;
use tokio::sync::broadcast;
use tokio::task::JoinSet;

use super::service::Service;
use crate::text::os_error;

/// How often a port that is free on one loopback address may turn out to be in use on the other.
const TRIES: usize = 16;
/// Connections that wait to be accepted.
const BACKLOG: i32 = 1024;
/// How long after a failed accept: it fails for want of descriptors, and would at once fail again.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// What is spoken below MQTT.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Transport {
    /// Nothing.
    Tcp,
    /// TLS.
    Tls,
    /// WebSocket.
    WebSocket,
    /// WebSocket in TLS.
    SecureWebSocket,
}

impl Transport {
    /// The option that names a place for it.
    #[must_use]
    pub const fn option(self) -> &'static str {
        match self {
            Self::Tcp => "--listen",
            Self::Tls => "--tls-listen",
            Self::WebSocket => "--ws-listen",
            Self::SecureWebSocket => "--wss-listen",
        }
    }

    /// Whether it is encrypted.
    #[must_use]
    pub const fn is_secure(self) -> bool {
        matches!(self, Self::Tls | Self::SecureWebSocket)
    }
}

/// Addresses that are listened on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// This port on 127.0.0.1 and, where there is one, on `[::1]`: `localhost` may mean either.
    Localhost(u16),
    /// One address, with its port.
    At(SocketAddr),
}

impl Place {
    /// The port.
    #[must_use]
    pub const fn port(self) -> u16 {
        match self {
            Self::Localhost(port) => port,
            Self::At(address) => address.port(),
        }
    }

    /// The same with another port.
    #[must_use]
    pub const fn with_port(self, port: u16) -> Self {
        match self {
            Self::Localhost(_) => Self::Localhost(port),
            Self::At(mut address) => {
                address.set_port(port);
                Self::At(address)
            }
        }
    }

    /// Whether only this machine reaches it.
    #[must_use]
    pub fn is_loopback(self) -> bool {
        match self {
            Self::Localhost(_) => true,
            Self::At(address) => address.ip().to_canonical().is_loopback(),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Localhost(port) => write!(f, "localhost:{port}"),
            Self::At(address) => address.fmt(f),
        }
    }
}

/// A transport at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Listen {
    /// What is spoken there.
    pub transport: Transport,
    /// Where. Port 0 is any that is free.
    pub place: Place,
}

/// Why the broker does not run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BrokerError {
    /// Someone listens there.
    #[error("{}", in_use(.0.place))]
    InUse(Listen),
    /// Anything else.
    #[error("cannot listen on {}: {reason}", .at.place)]
    Other {
        /// Where.
        at: Listen,
        /// Why, in words.
        reason: String,
    },
}

fn in_use(place: Place) -> String {
    match place {
        Place::Localhost(port) => format!("port {port} is in use"),
        Place::At(address) => format!("{address} is in use"),
    }
}

/// Binds a place: its sockets, and itself with the port that it got. `beside` is all that is listened on.
pub(super) fn bind(listen: Listen, beside: &[Listen]) -> Result<(Vec<TcpListener>, Listen), BrokerError> {
    let failed = |place: Place, error: &io::Error| {
        let at = Listen { place, ..listen };
        match error.kind() {
            io::ErrorKind::AddrInUse => BrokerError::InUse(at),
            _ => BrokerError::Other { at, reason: os_error::describe(error) },
        }
    };
    let port_of = |socket: &TcpListener| socket.local_addr().map(|address| address.port());
    match listen.place {
        Place::At(address) => {
            let port = address.port();
            let has_twin = beside.iter().any(|other| {
                matches!(other.place, Place::At(SocketAddr::V4(v4)) if v4.port() == port && v4.ip().is_unspecified() && port != 0)
            });
            let socket = socket(address, has_twin).map_err(|error| failed(listen.place, &error))?;
            let port = port_of(&socket).map_err(|error| failed(listen.place, &error))?;
            Ok((vec![socket], Listen { place: listen.place.with_port(port), ..listen }))
        }
        Place::Localhost(wanted) => {
            for _ in 0..TRIES {
                let first = socket(v4(wanted), false).map_err(|error| failed(listen.place, &error))?;
                let port = port_of(&first).map_err(|error| failed(listen.place, &error))?;
                let place = Place::Localhost(port);
                match socket(v6(port), true) {
                    Ok(second) => return Ok((vec![first, second], Listen { place, ..listen })),
                    Err(error) if error.kind() != io::ErrorKind::AddrInUse => {
                        // No IPv6 here.
                        return Ok((vec![first], Listen { place, ..listen }));
                    }
                    Err(error) if wanted != 0 => return Err(failed(place, &error)),
                    Err(_) => {}
                }
            }
            Err(BrokerError::Other { at: listen, reason: "no port is free on both 127.0.0.1 and ::1".to_owned() })
        }
    }
}

const fn v4(port: u16) -> SocketAddr {
    SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port)
}

const fn v6(port: u16) -> SocketAddr {
    SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), port)
}

/// `[::]` is IPv4 too, as the system has it, unless IPv4 is listened on beside it.
fn socket(address: SocketAddr, only_v6: bool) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    // On Windows it would let two programs share a port.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    if address.is_ipv6() && only_v6 {
        socket.set_only_v6(true)?;
    }
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    TcpListener::from_std(socket.into())
}

/// Accepts until it is told to stop, then waits for the clients, who are told too. A connection over the limit is closed.
pub(super) async fn accept(
    listener: TcpListener,
    transport: Transport,
    service: Arc<Service>,
    stop: broadcast::Sender<()>,
    mut stopped: broadcast::Receiver<()>,
) {
    let mut clients = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((tcp, peer)) => if let Some(place) = service.place() {
                    // Only makes it faster.
                    let _ = SockRef::from(&tcp).set_tcp_nodelay(true);
                    clients.spawn(Arc::clone(&service).serve(transport, tcp, peer, place, stop.subscribe()));
                },
                Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
            },
            Some(_) = clients.join_next() => {}
            _ = stopped.recv() => break,
        }
    }
    drop(listener);
    while clients.join_next().await.is_some() {}
}
