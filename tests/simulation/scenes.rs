//! What the worlds claim to play: every scene is counted over all seeds, and the test fails when one is never reached.
//!
//! Told by `broker`, `checks` and `world` where a scene shows on the wire or in the books, not where a plan draws it; summed up by `main`.
//! A world lives on one thread, so the list of what it has seen is that thread's.

use std::cell::RefCell;

macro_rules! scenes {
    ($($name:ident $text:literal)*) => {
        /// A scene of a world.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Scene { $($name),* }

        /// What each of them is, in words.
        pub const SCENES: &[&str] = &[$($text),*];
    };
}

scenes! {
    CutInSent "a connection is lost within a packet of ours"
    CutInRead "a connection is lost within a packet of the broker"
    WrittenAndLost "bytes accepted for writing never arrive"
    Kept "a session is kept over a reconnect"
    Lost "a session is lost"
    Inherited "a session of an earlier run is inherited"
    ServerDisconnect "the broker sends a DISCONNECT that is retried"
    Closed "the broker closes on a forbidden PUBLISH"
    GaveUp "the third time over the same message it is given up"
    Pinged "a PINGREQ for Keep Alive"
    DeadLink "no byte after a PINGREQ: a dead connection"
    SubAckOverdue "a SUBACK stays away for too long"
    AcknowledgementsOverdue "acknowledgements stay away for too long"
    ServerKeepAlive "a Server Keep Alive shorter than ours"
    NoKeepAlive "a Server Keep Alive of 0"
    AbruptEnd "a run ends abruptly with messages unsettled"
    CountedEnd "a run ends after so many messages, and the broker owns the next"

    Resent1 "QoS 1 is resent with DUP"
    Resent2 "QoS 2 is resent with DUP"
    SentAsNew "a message is sent again as new in a new session"
    ReleaseResent "PUBREL is resent"
    PossibleDuplicate "a session is lost after PUBREC"
    InUseFirst "PUBREC 0x91 on the first transmission"
    InUseResent "PUBREC 0x91 on a resend"
    NotFoundFirst "PUBCOMP 0x92 to a PUBREL that was never resent"
    NotFoundResent "PUBCOMP 0x92 to a resent PUBREL"
    RefusedPubAck "PUBACK with a reason of 0x80 or above"
    RefusedPubRec "PUBREC with a reason of 0x80 or above"
    RefusedPubComp "PUBCOMP with a reason of 0x80 or above that is not 0x92"
    MosquittoFull "20 QoS 2 at mosquitto, which drops the next"
    MosquittoInherited "the same with identifiers of an earlier run"
    EmqxFull "100 QoS 2 at EMQX, which closes at the next"
    Swallowed "an identifier is cleared that would have swallowed a message"
    ClearedAgain "clearing goes on over a reconnect"
    IdsWrap "identifiers wrap past 65535"
    IdReused "the broker uses the identifier of one delivery for another"
    WindowOfOne "a Receive Maximum of 1"
    WindowFull "the window is full"
    WindowShrunk "a kept session with more in flight than the new Receive Maximum"
    WindowGrown "a kept session with a larger Receive Maximum"
    TooLarge "a message beyond Maximum Packet Size"
    TooLargeNow "a message that was sent is beyond the new Maximum Packet Size"
    QosTooHigh "a message beyond Maximum QoS"
    QosTooHighNow "a message that was sent is beyond the new Maximum QoS"
    RetainRefused "a retained message where Retain Available is 0"
    RetainRefusedNow "a retained message that was sent, and now Retain Available is 0"
    Discarded "the identifier of a rejected QoS 2 message is released"
    OutOfOrder "acknowledgements out of order"
    Twice "an acknowledgement comes twice"
    StrayPubRec "a PUBREC that nobody waits for"
    LateAnswer "the answer to an earlier connection's packet comes before it is resent"
    Expired "a message expires while it waits"
    ExpiryReduced "Message Expiry Interval is reduced by the wait"
    ExpiryResent "a message with Message Expiry Interval is resent"
    Retained "a message with RETAIN"
    NumberUsed "a message whose topic is left out for its Topic Alias"
    NumberReplaced "our Topic Alias is given to another topic"
    NumberedAnew "our Topic Aliases begin anew with a connection"
    Unhanded "QoS 0 was encoded and not handed over when the connection was lost"
    Qos0Lost "QoS 0 was handed over and lost, and is said to be unconfirmed"
    Qos0Proved "QoS 0 is proved by an acknowledgement"
    Qos0Pinged "QoS 0 is proved by a PINGRESP at the end"

    RequestKept "a SUBSCRIBE outstanding over a reconnect of a kept session"
    RequestLost "a SUBSCRIBE outstanding when the session is lost"
    SubscribedAgain "what was granted is asked for again in a new session"
    Unsubscribed "an UNSUBSCRIBE outstanding over a reconnect"
    SubscribeRefused "a SUBSCRIBE is refused"

    TakenLater "a delivery is taken in a later connection of a kept session and acknowledged there"
    TakenTooLate "a delivery is taken after its session was lost"
    TakenOutOfOrder "deliveries are taken out of order"
    Redelivered "QoS 2 comes again after PUBREC and is not delivered twice"
    UnknownRelease "PUBREL of an identifier that we do not hold"
    QueueFull "a full queue stops reading"
    QueueFullOwed "a full queue is read over because an acknowledgement is owed"
    DroppedQos0 "QoS 0 is dropped at a full queue"
    DroppedBeyond "QoS 1 or 2 beyond our Receive Maximum is dropped, unacknowledged"
    BeyondMaximum "the broker exceeds our Receive Maximum"
    NoConsumer "deliveries lie unacknowledged without a consumer"
    AliasUsed "a delivery with a Topic Alias for its topic"
    AliasReplaced "a Topic Alias is given to another topic"
    RetainedDelivery "a delivery with RETAIN"
}

thread_local! {
    static SEEN: RefCell<Vec<bool>> = const { RefCell::new(Vec::new()) };
}

/// The world of this thread reached a scene.
pub fn saw(scene: Scene) {
    SEEN.with_borrow_mut(|seen| {
        seen.resize(SCENES.len(), false);
        seen[scene as usize] = true;
    });
}

/// As `saw`, where it is one.
pub fn saw_if(is_one: bool, scene: Scene) {
    if is_one {
        saw(scene);
    }
}

/// What was seen since the last call, by the place of each scene.
pub fn seen() -> Vec<bool> {
    let mut seen = SEEN.take();
    seen.resize(SCENES.len(), false);
    seen
}
