//! The broker to try things on: `mqtt5`, in this process, on loopback. Started by `commands/broker` and by `--embedded`.
//!
//! Nothing else names the `mqtt5` crate. It writes nothing to the terminal or to a file, and needs no runtime of its own.

use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use mqtt5::broker::client_handler::ClientHandler;
use mqtt5::broker::config::StorageBackend;
use mqtt5::broker::transport::BrokerTransport;
use mqtt5::broker::{BrokerConfig, BrokerShutdownHandle, MqttBroker, StorageConfig};
use thiserror::Error;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::broadcast;
use tokio::task::JoinSet;

use crate::text::os_error;

/// Most messages that wait for one client. By default half of a burst of 200,000 was dropped.
const QUEUED_MESSAGES: usize = 1_000_000;
/// Most bytes that wait for a client that is away. By default four messages of 20 MiB were too many.
const QUEUED_BYTES: usize = 1 << 30;
/// Maximum Packet Size: the largest Remaining Length that MQTT has `[MQTT-2.1.4]`. By default one byte more is announced, which some
/// clients find malformed.
const LARGEST_PACKET: usize = 268_435_455;
/// How long clients have to be told that the broker ends. A client that does not read would hold it up for five seconds.
const FAREWELL: Duration = Duration::from_millis(500);
/// How often a port that is free on one loopback address may turn out to be in use on the other.
const TRIES: usize = 16;
/// How long after a failed accept: it fails for want of descriptors, and would at once fail again.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Why the broker does not run.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BrokerError {
    /// Someone listens on that port.
    #[error("port {0} is in use")]
    PortInUse(u16),
    /// Anything else.
    #[error("cannot listen on port {port}: {reason}")]
    Other {
        /// The port that was asked for.
        port: u16,
        /// Why, in words.
        reason: String,
    },
}

/// A running broker. It ends when dropped, without a word to its clients; `stop` tells them.
pub struct Broker {
    port: u16,
    first: BrokerShutdownHandle,
    second: broadcast::Sender<()>,
    tasks: JoinSet<()>,
}

impl Broker {
    /// Starts a broker for versions 3.1.1 and 5 on 127.0.0.1 and, where there is one, on `[::1]`: `localhost` may mean either.
    /// Port 0 is any that is free. Connections are accepted when it returns.
    ///
    /// # Errors
    /// When the port cannot be listened on.
    pub async fn start(port: u16) -> Result<Self, BrokerError> {
        for _ in 0..TRIES {
            match Self::listen(port).await {
                Err(BrokerError::PortInUse(_)) if port == 0 => {}
                result => return result,
            }
        }
        Err(BrokerError::Other { port, reason: "no port is free on both 127.0.0.1 and ::1".to_owned() })
    }

    /// The port that it listens on.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Ends the broker, and tells clients of version 5 so: DISCONNECT 0x8B, server shutting down.
    pub async fn stop(mut self) {
        self.first.shutdown();
        // Nobody listens where there is no second address.
        let _ = self.second.send(());
        let ended = async { while self.tasks.join_next().await.is_some() {} };
        // What has not ended by then is aborted with the JoinSet.
        let _ = tokio::time::timeout(FAREWELL, ended).await;
    }

    async fn listen(port: u16) -> Result<Self, BrokerError> {
        let failed = |error: &io::Error, port| match error.kind() {
            io::ErrorKind::AddrInUse => BrokerError::PortInUse(port),
            _ => BrokerError::Other { port, reason: os_error::describe(error) },
        };
        let other = |reason: String| BrokerError::Other { port, reason };
        // mqtt5 binds by itself and says only in prose why it could not.
        drop(TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(|error| failed(&error, port))?);
        let config = config(port);
        let mut broker = MqttBroker::with_config(config.clone()).await.map_err(|error| other(error.to_string()))?;
        let port = broker.local_addr().ok_or_else(|| other("it has no address".to_owned()))?.port();

        let mut tasks = JoinSet::new();
        let (second, _) = broadcast::channel(1);
        match TcpListener::bind((Ipv6Addr::LOCALHOST, port)).await {
            Ok(listener) => drop(tasks.spawn(accept(listener, second.clone(), handler(&broker, config)))),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => return Err(failed(&error, port)),
            // No IPv6 here.
            Err(_) => {}
        }
        let first = broker.shutdown_handle();
        let mut ready = broker.ready_receiver();
        tasks.spawn(async move {
            // It fails only before it is ready, which is seen below.
            let _ = broker.run().await;
        });
        ready.wait_for(|ready| *ready).await.map_err(|_| other("the broker did not start".to_owned()))?;
        Ok(Self { port, first, second, tasks })
    }
}

fn config(port: u16) -> BrokerConfig {
    let storage = StorageConfig::new()
        .with_backend(StorageBackend::Memory)
        .with_max_queued_messages_per_client(QUEUED_MESSAGES)
        .with_max_queued_bytes_per_client(QUEUED_BYTES);
    let mut config = BrokerConfig::new()
        .with_bind_address((Ipv4Addr::LOCALHOST, port))
        .with_storage(storage)
        .with_max_packet_size(LARGEST_PACKET)
        .with_client_channel_capacity(QUEUED_MESSAGES);
    // It would lock an address out for five minutes after five refused passwords.
    config.auth_config.rate_limit.enabled = false;
    config
}

/// Serves one connection until it ends or the receiver tells it to.
fn handler(
    broker: &MqttBroker,
    config: BrokerConfig,
) -> impl Fn(TcpStream, SocketAddr, broadcast::Receiver<()>) -> ClientHandler + Send + 'static {
    let config = Arc::new(config);
    let (router, auth, storage) = (broker.router(), broker.auth_provider(), broker.storage());
    let (stats, monitor) = (broker.stats(), broker.resource_monitor());
    move |tcp, peer, stop| {
        ClientHandler::new(
            BrokerTransport::tcp(tcp),
            peer,
            Arc::clone(&config),
            Arc::clone(&router),
            Arc::clone(&auth),
            storage.clone(),
            Arc::clone(&stats),
            Arc::clone(&monitor),
            stop,
        )
    }
}

/// Accepts on a listener of ours. mqtt5 can bind two addresses, but not to one free port of its choice, and is silent when only
/// one of them could be bound.
fn accept(
    listener: TcpListener,
    stop: broadcast::Sender<()>,
    handler: impl Fn(TcpStream, SocketAddr, broadcast::Receiver<()>) -> ClientHandler + Send + 'static,
) -> impl Future<Output = ()> + Send {
    let mut stopped = stop.subscribe();
    async move {
        let mut clients = JoinSet::new();
        loop {
            tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok((tcp, peer)) => {
                        // Only makes it faster.
                        let _ = tcp.set_nodelay(true);
                        let client = handler(tcp, peer, stop.subscribe());
                        clients.spawn(async move { drop(client.run().await) });
                    }
                    Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
                },
                Some(_) = clients.join_next() => {}
                _ = stopped.recv() => break,
            }
        }
        drop(listener);
        while clients.join_next().await.is_some() {}
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::Instant;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};

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

    async fn has_ipv6() -> bool {
        TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).await.is_ok()
    }

    #[tokio::test]
    async fn speaks_both_versions_on_one_port_and_says_goodbye() {
        let broker = Broker::start(0).await.unwrap();
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
        let broker = Broker::start(0).await.unwrap();
        let _silent = TcpStream::connect((Ipv4Addr::LOCALHOST, broker.port())).await.unwrap();
        // Accepted after the silent one.
        let _greeted = connected((Ipv4Addr::LOCALHOST, broker.port()), CONNECT_5).await;
        let before = Instant::now();
        broker.stop().await;
        assert!(before.elapsed() < Duration::from_secs(1));
    }

    #[tokio::test]
    async fn a_port_in_use_is_named_on_either_address() {
        let broker = Broker::start(0).await.unwrap();
        let port = broker.port();
        assert_eq!(Broker::start(port).await.err(), Some(BrokerError::PortInUse(port)));
        broker.stop().await;

        if has_ipv6().await {
            let taken = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).await.unwrap();
            let port = taken.local_addr().unwrap().port();
            let error = Broker::start(port).await.err().unwrap();
            assert_eq!(error.to_string(), format!("port {port} is in use"));
        }
    }

    #[tokio::test]
    async fn a_stopped_broker_frees_its_port() {
        let broker = Broker::start(0).await.unwrap();
        let port = broker.port();
        let _client = connected((Ipv4Addr::LOCALHOST, port), CONNECT_5).await;
        broker.stop().await;
        let again = Broker::start(port).await.unwrap();
        assert_eq!(again.port(), port);
        again.stop().await;
        Broker::start(port).await.unwrap().stop().await;
    }

    #[tokio::test]
    async fn a_burst_waits_for_a_subscriber_that_does_not_read() {
        const COUNT: usize = 30_000;
        let broker = Broker::start(0).await.unwrap();
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
