//! From an endpoint to a stream of bytes: what is dialled, in which order, and what is spoken on top of it. Called by `client/attempt`, which
//! also keeps the deadline.

use std::io;
use std::net::{IpAddr, SocketAddr};

use tokio::net::{TcpSocket, TcpStream, lookup_host};

use crate::net::endpoint::{Address, Endpoint, HostPort, Security};
use crate::net::error::{Attempt, NetError};
use crate::net::eyeballs;
use crate::net::failure::TlsFailure;
use crate::net::socket;
use crate::net::stream::Stream;
use crate::net::tls::TlsConnector;
use crate::net::way::Network;
use crate::net::websocket::{self, Upgrade, WebSocketOptions};
use crate::text::os_error;

/// Bytes that the kernel may hold unsent. More would only delay what is written after it: a PINGREQ, an acknowledgement.
#[cfg(any(target_os = "linux", target_os = "android"))]
const UNSENT: u32 = 128 * 1024;

/// Makes connections, as one run wants them.
#[derive(Clone)]
pub struct Dialer {
    network: Network,
    /// There if any endpoint is with TLS.
    tls: Option<TlsConnector>,
    websocket: WebSocketOptions,
}

impl Dialer {
    /// `tls` is for the endpoints that speak it; `None` if none does.
    #[must_use]
    pub const fn new(network: Network, tls: Option<TlsConnector>, websocket: WebSocketOptions) -> Self {
        Self { network, tls, websocket }
    }

    /// Connects to an endpoint, and speaks with it what it speaks below MQTT. Has no deadline; may be dropped at any time.
    ///
    /// # Errors
    /// When the host has no address, none accepts, or TLS or the WebSocket fails. Those are tried with the first address that accepts.
    pub async fn dial(&self, endpoint: &Endpoint) -> Result<Stream, NetError> {
        let stream = self.carrier(endpoint).await?;
        let Some(request) = &endpoint.websocket else { return Ok(stream) };
        let upgrade = Upgrade { host: &host_header(endpoint), request, options: &self.websocket };
        match websocket::upgrade(stream, &upgrade).await {
            Ok(socket) => Ok(Stream::WebSocket(Box::new(socket))),
            Err(cause) => Err(NetError::WebSocket { way: self.network.way_to(endpoint).into(), cause }),
        }
    }

    /// What carries MQTT, or the WebSocket that does.
    async fn carrier(&self, endpoint: &Endpoint) -> Result<Stream, NetError> {
        match (&endpoint.address, &endpoint.security) {
            (Address::Tcp { host, port }, Security::Plain) => self.tcp(endpoint, host, *port).await.map(Stream::Tcp),
            (Address::Tcp { host, port }, Security::Tls { alpn }) => {
                let tcp = self.tcp(endpoint, host, *port).await?;
                self.secure(endpoint, host, alpn, tcp).await
            }
            (Address::Socket { path }, Security::Plain) => {
                socket::connect(path).await.map_err(|error| NetError::socket(path, &error))
            }
            // Whoever asked for TLS never gets less.
            (Address::Socket { .. }, Security::Tls { .. }) => Err(self.tls_failed(endpoint, no_tls("a Unix socket has none"))),
        }
    }

    async fn secure(&self, endpoint: &Endpoint, host: &str, alpn: &[String], tcp: TcpStream) -> Result<Stream, NetError> {
        let Some(tls) = &self.tls else { return Err(self.tls_failed(endpoint, no_tls("no trust was set up"))) };
        match tls.handshake(tcp, host, alpn).await {
            Ok(stream) => Ok(Stream::Tls(Box::new(stream))),
            Err(cause) => Err(self.tls_failed(endpoint, cause)),
        }
    }

    fn tls_failed(&self, endpoint: &Endpoint, cause: TlsFailure) -> NetError {
        NetError::Tls { way: self.network.way_to(endpoint).into(), cause: cause.into() }
    }

    async fn tcp(&self, endpoint: &Endpoint, host: &str, port: u16) -> Result<TcpStream, NetError> {
        let Network { bind, connect_to, .. } = &self.network;
        let (host, port) = connect_to.as_ref().map_or((host, port), |(host, port)| (host.as_str(), *port));
        if let Some(from) = *bind {
            bound(from).map_err(|error| NetError::Bind { from, reason: os_error::describe(&error) })?;
        }
        let addresses = resolve(&self.network, host, port).await?;
        let tcp = eyeballs::first(&addresses, |address| connect(address, *bind)).await.map_err(|failed| NetError::Connect {
            way: self.network.way_to(endpoint).into(),
            from: *bind,
            tried: failed.iter().map(|(address, error)| attempt(*address, error)).collect(),
        })?;
        // Both only make it faster: a system that refuses them still works.
        let _ = tcp.set_nodelay(true);
        #[cfg(any(target_os = "linux", target_os = "android"))]
        let _ = socket2::SockRef::from(&tcp).set_tcp_notsent_lowat(UNSENT);
        Ok(tcp)
    }

    /// What TLS has to say to the end of the last stream, before the broker answered in it; see [`TlsConnector::late_failure`].
    #[must_use]
    pub fn late_failure(&self, endpoint: &Endpoint, error: Option<&io::Error>) -> Option<NetError> {
        let tls = self.tls.as_ref().filter(|_| endpoint.is_tls())?;
        tls.late_failure(error).map(|cause| self.tls_failed(endpoint, cause))
    }
}

/// The value of `Host` (RFC 9110, 7.2): without the port that the scheme has by itself, and without the zone of an address, which is
/// this machine's.
fn host_header(endpoint: &Endpoint) -> String {
    let standard = if endpoint.is_tls() { 443 } else { 80 };
    match &endpoint.address {
        Address::Tcp { host, port } => {
            let (name, _) = host.split_once('%').unwrap_or((host, ""));
            if *port != standard {
                return HostPort(name, *port).to_string();
            }
            if name.contains(':') { format!("[{name}]") } else { name.to_owned() }
        }
        Address::Socket { .. } => "localhost".to_owned(),
    }
}

fn no_tls(why: &str) -> TlsFailure {
    TlsFailure::Protocol(why.to_owned())
}

/// The addresses of a host, at least one, in the order in which they are tried. An address costs no look-up, which would start a thread.
async fn resolve(network: &Network, host: &str, port: u16) -> Result<Vec<SocketAddr>, NetError> {
    let unknown = |reason: String| NetError::Dns { host: host.to_owned(), reason };
    if let Some(address) = host.parse().ok().filter(|address| network.family.has(*address)) {
        return Ok(vec![SocketAddr::new(address, port)]);
    }
    let addresses: Vec<_> = lookup_host((host, port)).await.map_err(|error| unknown(os_error::describe(&error)))?.collect();
    if addresses.is_empty() {
        return Err(unknown("it has no address".to_owned()));
    }
    only(network, host, addresses)
}

/// Those of one family.
fn only(Network { family, bind, .. }: &Network, host: &str, addresses: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, NetError> {
    let addresses = eyeballs::interleave(addresses.into_iter().filter(|address| family.has(address.ip())));
    if addresses.is_empty() {
        Err(NetError::NoneOfFamily { host: host.to_owned(), family: *family, from: *bind })
    } else {
        Ok(addresses)
    }
}

/// A socket with an address of this machine.
fn bound(from: IpAddr) -> io::Result<TcpSocket> {
    let socket = if from.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.bind(SocketAddr::new(from, 0))?;
    Ok(socket)
}

async fn connect(address: SocketAddr, from: Option<IpAddr>) -> io::Result<TcpStream> {
    let tcp = match from {
        Some(from) => bound(from)?.connect(address).await?,
        None => TcpStream::connect(address).await?,
    };
    if is_own_echo(&tcp) { Err(io::ErrorKind::ConnectionRefused.into()) } else { Ok(tcp) }
}

fn attempt(address: SocketAddr, error: &io::Error) -> Attempt {
    Attempt { address, kind: error.kind(), reason: os_error::describe(error) }
}

/// Whether the connection leads back to itself, as TCP allows when the kernel happens to pick the very port that is dialled and
/// nothing listens there. Whoever retries a local port for long meets it.
fn is_own_echo(tcp: &TcpStream) -> bool {
    matches!((tcp.local_addr(), tcp.peer_addr()), (Ok(local), Ok(peer)) if local == peer)
}

#[cfg(test)]
mod tests;
