//! The rules of the session and the connection that comments here refer to by number. Documentation only.
//!
//! Each stands for a trace that breaks a client without it, mostly one that the specification alone does not foresee.
//!
//! **Window.** *Rule 1*: QoS 2 has a window of its own. Where the broker announced no Receive Maximum, at most 20 messages are between PUBLISH
//! and PUBCOMP: mosquitto drops the rest, EMQX closes beyond 100. *Rule 2*: Receive Maximum starts anew with each connection; PUBRELs of a
//! resumed session go out at once, in the order of their PUBRECs, and occupy it. Unless `-M` says otherwise, at most 1,000 messages are in
//! flight and 2,000 submitted and unfinished. *Rule 3*: a broker that exceeds ours is tolerated.
//!
//! **Acknowledgements.** *Rule 4*: PUBCOMP 0x92 after a PUBREL, and PUBREC 0x91 after a PUBLISH, that were sent again are success; a PUBREC
//! that nobody waits for gets PUBREL, an unknown PUBREL gets PUBCOMP. *Rule 5*: in a session that an earlier run left behind an identifier is
//! cleared by PUBREL and PUBCOMP before its first use for QoS 2, else the broker may swallow the message. *Rule 6*: a session lost after
//! PUBREL means a possible duplicate, which is counted and told. *Rule 7*: QoS 0 is proved by the answer to a later packet, where a PUBCOMP
//! may be the answer to the first of two PUBRELs; what was written since the last such answer when a connection drops is unconfirmed.
//!
//! **Incoming.** *Rule 8*: before our PUBACK or PUBREC, a PUBLISH of an identifier that we hold is the same message only with DUP and the same
//! content; after PUBREC the identifier alone decides, until PUBREL. What is owed from an earlier connection answers the redelivery and never
//! goes out by itself. *Rule 9*: while an acknowledgement is owed to us the socket is read although the queue is full; QoS 0, and what a
//! broker sends beyond our Receive Maximum, is then dropped and counted. With nothing owed a full queue stops reading. *Rule 10*: without a
//! consumer Receive Maximum is 1 and deliveries are left alone. *Rule 11*: SUBSCRIBE and UNSUBSCRIBE without an answer are sent again after a
//! reconnect, all subscriptions after a lost session; one that was granted and is refused then is told, and the last one ends the run.
//! *Rule 12*: Topic Aliases belong to a connection, and are learnt before duplicates are sorted out.
//!
//! **Ends of a connection.** *Rule 13*: a session that was lost on a reconnect is told, with the times between which messages may be missing.
//! *Rule 14*: the broker's reason is worth more than a broken pipe, so what can be read is read first. *Rule 15*: progress is an
//! acknowledgement or a delivery, never a CONNACK; patience runs from there. Three orderly ends in a row over the same request are its fault.
//! *Rule 16*: which reasons are retried is in `mqtt::reason`; 0x86 and 0x87 are, for a minute, on a reconnect. *Rule 17*: 0x8E may be our own
//! CONNECT that was given up and arrived late. *Rule 18*: each CONNACK checks everything unfinished against its limits. *Rule 19*: 3.1.1 is
//! tried before the first success only, after 0x84, a CONNACK of two bytes that is no refusal, or a close without a byte.
//!
//! **Time.** *Rule 20*: waits count only the time in which the socket was read; any byte is progress of a transfer. *Rule 21*: a pending write
//! never stops reading, unsent answers beyond 64 KiB do, or beyond 8 MiB of messages that they are for; blocked is 30 s without a byte. On a
//! busy link both may pause for some tens of microseconds (`coalescing`). *Rule 22*: PINGREQ also when nothing was received for
//! one Keep Alive, and silence after it is death; Server Keep Alive 0 is none. *Rule 23*: Message Expiry Interval is reduced by the wait
//! before the first transmission only.
//!
//! **The end of a run.** *Rule 24*: what was taken is acknowledged, PUBREL waited for (2 s without a byte, 10 s at most; in a kept session
//! what is missing is told), the untaken left; after `-W` nothing is waited for. *Rule 25*: Session Expiry is at least the Will Delay; there
//! is no Will yet.
