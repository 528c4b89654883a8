//! The broker to try things on: `mqtt5`, in this process. Started by `commands/broker` and by `--embedded`.
//!
//! Nothing else names the `mqtt5` crate. It writes nothing to the terminal or to a file, and needs no runtime of its own. A connection
//! is accepted in `listen`, gets its handler in `service`, and talks to it through `wire`.

mod inbound;
mod listen;
mod memory;
mod outbound;
mod service;
mod tls;
mod users;
mod warn;
mod websocket;
mod wire;

pub use listen::{BrokerError, Listen, Place, Transport};
pub use tls::{Identity, IdentityError};
pub use users::{Access, Users, UsersError, check_user_name, user_line};
pub use warn::Tell;
pub use websocket::PATH;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::broadcast;
use tokio::task::JoinSet;

use crate::payload::PACKET_LIMIT;
use service::Service;

/// Maximum Packet Size: the largest Remaining Length that MQTT has `[MQTT-2.1.4]`. By default one byte more is announced, which some
/// clients find malformed.
pub const LARGEST_PACKET: usize = PACKET_LIMIT;
/// How long clients have to be told that the broker ends. A client that does not read would hold it up for five seconds.
const FAREWELL: Duration = Duration::from_millis(500);

/// What a broker is to hold out against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections at once, those that have not logged in included.
    pub connections: usize,
    /// Bytes of a packet, at most [`LARGEST_PACKET`].
    pub packet: usize,
    /// Bytes of messages that are held, in all.
    pub memory: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connections: 1000, packet: LARGEST_PACKET, memory: 1 << 30 }
    }
}

/// How to be a broker.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where, at least one.
    pub listen: Vec<Listen>,
    /// For the transports with TLS, which nobody gets into without it.
    pub identity: Option<Identity>,
    /// For whom.
    pub access: Access,
    /// How much.
    pub limits: Limits,
}

impl Settings {
    /// A broker for everyone on this machine. Port 0 is any that is free.
    #[must_use]
    pub fn local(port: u16) -> Self {
        let listen = vec![Listen { transport: Transport::Tcp, place: Place::Localhost(port) }];
        Self { listen, identity: None, access: Access::Everyone, limits: Limits::default() }
    }
}

/// A running broker. It ends when dropped, without a word to its clients; `stop` tells them.
pub struct Broker {
    listens: Vec<Listen>,
    stop: broadcast::Sender<()>,
    tasks: JoinSet<()>,
}

impl Broker {
    /// Starts a broker for versions 3.1.1 and 5. Connections are accepted when it returns. Warnings go to `tell`.
    ///
    /// # Errors
    /// When a place cannot be listened on.
    pub async fn start(settings: Settings, tell: Tell) -> Result<Self, BrokerError> {
        let mut listens = Vec::new();
        let mut sockets = Vec::new();
        for listen in &settings.listen {
            let (bound, listen) = listen::bind(*listen, &settings.listen)?;
            listens.push(listen);
            sockets.extend(bound.into_iter().map(|socket| (socket, listen.transport)));
        }
        let service = Arc::new(Service::new(settings, &tell));
        let (stop, _) = broadcast::channel(1);
        let mut tasks = JoinSet::new();
        for (socket, transport) in sockets {
            let stopped = stop.subscribe();
            tasks.spawn(listen::accept(socket, transport, Arc::clone(&service), stop.clone(), stopped));
        }
        let mut stopped = stop.subscribe();
        tasks.spawn(async move {
            tokio::select! {
                () = service.keep_house() => {}
                _ = stopped.recv() => {}
            }
        });
        Ok(Self { listens, stop, tasks })
    }

    /// Where it listens, in the order of the settings, with the ports that it got.
    #[must_use]
    pub fn listens(&self) -> &[Listen] {
        &self.listens
    }

    /// The port of the first.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.listens.first().map_or(0, |listen| listen.place.port())
    }

    /// Ends the broker, and tells clients of version 5 so: DISCONNECT 0x8B, server shutting down.
    pub async fn stop(mut self) {
        // Somebody listens as long as a task runs.
        let _ = self.stop.send(());
        let ended = async { while self.tasks.join_next().await.is_some() {} };
        // What has not ended by then is aborted with the JoinSet.
        let _ = tokio::time::timeout(FAREWELL, ended).await;
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr};
    use std::path::Path;
    use std::time::Instant;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};

    use super::*;

    /// CONNECT with Clean Start, Keep Alive 60 and an empty Client Identifier.
    const CONNECT_4: &[u8] = b"\x10\x0c\x00\x04MQTT\x04\x02\x00\x3c\x00\x00";
    const CONNECT_5: &[u8] = b"\x10\x0d\x00\x04MQTT\x05\x02\x00\x3c\x00\x00\x00";

    /// One packet whose length fits into a byte.
    async fn packet(tcp: &mut TcpStream) -> Vec<u8> {
        let mut packet = vec![tcp.read_u8().await.unwrap(), tcp.read_u8().await.unwrap()];
        packet.resize(2 + usize::from(packet[1]), 0);
        tcp.read_exact(&mut packet[2..]).await.unwrap();
        packet
    }

    async fn connected(address: impl tokio::net::ToSocketAddrs, connect: &[u8]) -> (TcpStream, Vec<u8>) {
        let mut tcp = TcpStream::connect(address).await.unwrap();
        tcp.write_all(connect).await.unwrap();
        let connack = packet(&mut tcp).await;
        (tcp, connack)
    }

    async fn start(port: u16) -> Result<Broker, BrokerError> {
        Broker::start(Settings::local(port), Arc::new(|_| {})).await
    }

    async fn has_ipv6() -> bool {
        TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).await.is_ok()
    }

    #[tokio::test]
    async fn speaks_both_versions_on_one_port_and_says_goodbye() {
        let broker = start(0).await.unwrap();
        let port = broker.port();
        let (mut old, connack) = connected((Ipv4Addr::LOCALHOST, port), CONNECT_4).await;
        assert_eq!(connack, [0x20, 0x02, 0x00, 0x00]);
        let mut clients = Vec::new();
        for host in ["127.0.0.1", "::1", "localhost"] {
            if host == "::1" && !has_ipv6().await {
                continue;
            }
            let (new, connack) = connected((host, port), CONNECT_5).await;
            assert_eq!((connack[0], connack[3]), (0x20, 0x00), "{connack:?}");
            let largest = [0x27, 0x0f, 0xff, 0xff, 0xff];
            assert!(connack.windows(5).any(|window| window == largest), "{connack:?}");
            clients.push(new);
        }
        let before = Instant::now();
        broker.stop().await;
        assert!(before.elapsed() < Duration::from_secs(1));
        for mut new in clients {
            let farewell = packet(&mut new).await;
            assert_eq!((farewell[0], farewell[2]), (0xe0, 0x8b), "{farewell:?}");
            assert_eq!(new.read(&mut [0]).await.unwrap(), 0);
        }
        assert_eq!(old.read(&mut [0]).await.unwrap(), 0);
    }

    #[tokio::test]
    async fn a_client_that_says_and_reads_nothing_does_not_hold_up_the_end() {
        let broker = start(0).await.unwrap();
        let _silent = TcpStream::connect((Ipv4Addr::LOCALHOST, broker.port())).await.unwrap();
        // Accepted after the silent one.
        let _greeted = connected((Ipv4Addr::LOCALHOST, broker.port()), CONNECT_5).await;
        let before = Instant::now();
        broker.stop().await;
        assert!(before.elapsed() < Duration::from_secs(1));
    }

    #[tokio::test]
    async fn a_port_in_use_is_named_on_either_address() {
        let broker = start(0).await.unwrap();
        let port = broker.port();
        assert_eq!(start(port).await.err(), Some(BrokerError::InUse(Settings::local(port).listen[0])));
        broker.stop().await;

        if has_ipv6().await {
            let taken = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).await.unwrap();
            let port = taken.local_addr().unwrap().port();
            let error = start(port).await.err().unwrap();
            assert_eq!(error.to_string(), format!("port {port} is in use"));
        }
    }

    #[tokio::test]
    async fn a_stopped_broker_frees_its_port() {
        let broker = start(0).await.unwrap();
        let port = broker.port();
        let _client = connected((Ipv4Addr::LOCALHOST, port), CONNECT_5).await;
        broker.stop().await;
        let again = start(port).await.unwrap();
        assert_eq!(again.port(), port);
        again.stop().await;
        start(port).await.unwrap().stop().await;
    }

    #[tokio::test]
    async fn a_burst_waits_for_a_subscriber_that_does_not_read() {
        const COUNT: usize = 30_000;
        let broker = start(0).await.unwrap();
        let (mut subscriber, _) = connected((Ipv4Addr::LOCALHOST, broker.port()), CONNECT_4).await;
        subscriber.write_all(b"\x82\x06\x00\x01\x00\x01t\x00").await.unwrap();
        assert_eq!(packet(&mut subscriber).await, [0x90, 0x03, 0x00, 0x01, 0x00]);

        // PUBLISH, QoS 0, Topic Name `t`, 1021 bytes of payload. More of them than sockets hold, and than mqtt5 does by default.
        let mut publish = b"\x30\x80\x08\x00\x01t".to_vec();
        publish.resize(3 + 1024, b'x');
        let (mut publisher, _) = connected((Ipv4Addr::LOCALHOST, broker.port()), CONNECT_4).await;
        for _ in 0..COUNT {
            publisher.write_all(&publish).await.unwrap();
        }
        publisher.write_all(b"\xc0\x00").await.unwrap();
        assert_eq!(packet(&mut publisher).await, [0xd0, 0x00]);

        let mut received = vec![0; publish.len()];
        for _ in 0..COUNT {
            subscriber.read_exact(&mut received).await.unwrap();
            assert!(received == publish);
        }
        broker.stop().await;
        assert!(!Path::new("mqtt_storage").exists(), "nothing is written to the current directory");
    }
}
