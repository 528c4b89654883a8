//! What every connection is served with: the parts of mqtt5, the limits, and the way from an accepted socket to its handler.
//!
//! mqtt5's own server is not used: its accept loops shake hands one after the other without a deadline, and it insists on a listener of
//! its own. Its parts are public, and put together here as it does.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use mqtt5::broker::client_handler::ClientHandler;
use mqtt5::broker::router::MessageRouter;
use mqtt5::broker::storage::QueueLimits;
use mqtt5::broker::sys_topics::{BrokerStats, SysTopicsProvider};
use mqtt5::broker::{AuthProvider, BrokerConfig, DynamicStorage, MemoryBackend, ResourceLimits, ResourceMonitor, StorageBackend};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, broadcast};

use super::listen::Transport;
use super::memory::{Memory, SENTENCE, Sentence};
use super::users::Gatekeeper;
use super::warn::{Tell, Warner};
use super::wire::{Stream, Wire};
use super::{Settings, tls, websocket};

/// Most messages that wait for one client. By default half of a burst of 200,000 was dropped.
const QUEUED_MESSAGES: usize = 1_000_000;
/// The part of the memory that messages for one client that is away may take. By default four of 20 MiB were too many.
const QUEUED_PART: usize = 4;
/// How long a TLS and a WebSocket handshake may take together. mqtt5 gives a CONNECT as long after it.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// How often sessions and messages that have expired are forgotten.
const SWEEP: Duration = Duration::from_secs(60);

/// Shared by all connections.
pub(super) struct Service {
    config: Arc<BrokerConfig>,
    router: Arc<MessageRouter>,
    gatekeeper: Arc<dyn AuthProvider>,
    storage: Arc<DynamicStorage>,
    stats: Arc<BrokerStats>,
    monitor: Arc<ResourceMonitor>,
    identity: Option<tls::Identity>,
    places: Arc<Semaphore>,
    memory: Arc<Memory>,
    full: Warner,
}

impl Service {
    pub(super) fn new(settings: Settings, tell: &Tell) -> Self {
        let Settings { access, identity, limits, .. } = settings;
        let warner = |text: String| Warner::new(tell, text);
        let memory = Arc::new(Memory::new(
            limits.memory,
            warner(format!("a message was refused: {} bytes of messages are held already (--max-memory)", limits.memory)),
        ));
        let refused = warner("a login was refused: bad user name or password".to_owned());
        let full = warner(format!("a connection was closed: there are {} already (--max-connections)", limits.connections));

        let queues = QueueLimits { max_messages: QUEUED_MESSAGES, max_bytes: limits.memory / QUEUED_PART };
        let storage = Arc::new(DynamicStorage::Memory(MemoryBackend::with_queue_limits(queues)));
        let events = Arc::clone(&memory);
        let router = MessageRouter::with_storage(Arc::clone(&storage)).with_event_handler(events.clone());
        let mut config = BrokerConfig::new()
            .with_max_packet_size(limits.packet)
            .with_client_channel_capacity(QUEUED_MESSAGES)
            .with_event_handler(events);
        config.bind_addresses.clear();
        // Connections are counted here, and there is no rate.
        let unlimited = ResourceLimits {
            max_connections: usize::MAX,
            max_connections_per_ip: usize::MAX,
            max_message_rate_per_client: 0,
            max_bandwidth_per_client: 0,
            max_connection_rate: u32::MAX,
            rate_limit_window: Duration::from_secs(1),
        };
        Self {
            config: Arc::new(config),
            router: Arc::new(router),
            gatekeeper: Arc::new(Gatekeeper::new(access, refused)),
            storage,
            stats: Arc::new(BrokerStats::new()),
            monitor: Arc::new(ResourceMonitor::new(unlimited)),
            identity,
            places: Arc::new(Semaphore::new(limits.connections.min(Semaphore::MAX_PERMITS))),
            memory,
            full,
        }
    }

    /// A place for one connection more, unless there is none.
    pub(super) fn place(&self) -> Option<OwnedSemaphorePermit> {
        let place = Arc::clone(&self.places).try_acquire_owned().ok();
        if place.is_none() {
            self.full.warn();
        }
        place
    }

    /// Does from time to time what has to be done, until the task ends.
    pub(super) async fn keep_house(self: Arc<Self>) {
        let topics = SysTopicsProvider::new(Arc::clone(&self.router), Arc::clone(&self.stats));
        let _topics = AbortOnDrop(topics.start());
        let mut sweep = tokio::time::interval(SWEEP);
        loop {
            sweep.tick().await;
            // In memory nothing fails.
            let _ = self.storage.cleanup_expired().await;
            self.router.sweep_sessions().await;
            self.monitor.cleanup_expired_windows().await;
        }
    }

    /// Serves one connection to its end, or until it is told to stop.
    pub(super) async fn serve(
        self: Arc<Self>,
        transport: Transport,
        tcp: TcpStream,
        peer: SocketAddr,
        _place: OwnedSemaphorePermit,
        mut stop: broadcast::Receiver<()>,
    ) {
        let stream = tokio::select! {
            shaken = tokio::time::timeout(HANDSHAKE, self.shake_hands(transport, tcp)) => shaken.ok().flatten(),
            _ = stop.recv() => None,
        };
        let Some(stream) = stream else { return };
        let sentence = Arc::<Sentence>::default();
        let memory = Arc::clone(&self.memory);
        let wire = Wire::new(stream, peer, self.config.max_packet_size, memory, Arc::clone(&sentence));
        let handler = ClientHandler::new(
            wire.into_transport(),
            peer,
            Arc::clone(&self.config),
            Arc::clone(&self.router),
            Arc::clone(&self.gatekeeper),
            Some(Arc::clone(&self.storage)),
            Arc::clone(&self.stats),
            Arc::clone(&self.monitor),
            stop,
        );
        // How a client ends is its own business.
        let _ = SENTENCE.scope(sentence, handler.run()).await;
    }

    /// What MQTT is spoken over. `None` when the peer does not get that far.
    async fn shake_hands(&self, transport: Transport, tcp: TcpStream) -> Option<Box<dyn Stream>> {
        let secure = async |tcp| self.identity.as_ref()?.acceptor().accept(tcp).await.ok();
        Some(match transport {
            Transport::Tcp => Box::new(tcp),
            Transport::Tls => Box::new(secure(tcp).await?),
            Transport::WebSocket => Box::new(websocket::accept(tcp).await?),
            Transport::SecureWebSocket => Box::new(websocket::accept(secure(tcp).await?).await?),
        })
    }
}

/// A task that ends with its owner.
struct AbortOnDrop(tokio::task::JoinHandle<()>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}
