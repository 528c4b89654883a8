//! The peer as a broker: takes packets, and answers those that every script answers alike.

use super::super::packets::{Publish, Version, ack, first, pingresp, puback, pubcomp, pubrec, suback};
use super::super::parse::{self, Connect, Subscribe, describe};
use super::super::{Verdict, ensure};
use super::{Connection, Listener};

impl Listener {
    /// A client that publishes exactly this at QoS 1, gets its PUBACK, and ends in an orderly way.
    pub fn take_one(&mut self, version: Version, topic: &str, payload: impl AsRef<[u8]>) -> Verdict {
        let (mut client, _) = self.welcome(version)?;
        let id = client.expect_message(1, topic, payload)?;
        client.send(&puback(version, id))?;
        client.goodbye()
    }
}

impl Connection {
    /// A CONNECT, taken apart; what follows on this connection is read in its version.
    pub fn expect_connect(&mut self) -> Verdict<Connect> {
        let connect = Connect::parse(&self.expect_first(first::CONNECT)?)?;
        self.version = connect.version;
        Ok(connect)
    }

    /// A PUBLISH, taken apart.
    pub fn expect_publish(&mut self) -> Verdict<Publish> {
        let Some((first, body)) = self.next("PUBLISH")? else {
            return Err("expected PUBLISH; the client closed".into());
        };
        ensure(first >> 4 == 3, format_args!("expected PUBLISH\n     came {}", describe(first, &body)))?;
        parse::publish(self.version, first, &body)
    }

    /// A PUBLISH that carries exactly this, id apart; returns the id.
    pub fn expect_message(&mut self, qos: u8, topic: &str, payload: impl AsRef<[u8]>) -> Verdict<u16> {
        let came = self.expect_publish()?;
        let wanted = Publish { properties: came.properties.clone(), ..Publish::new(qos, came.id, topic, payload) };
        ensure(came == wanted, format_args!("expected {wanted:?}\n     came {came:?}"))?;
        Ok(came.id)
    }

    /// The rest of QoS 2 for `id`, up to PUBCOMP.
    pub fn complete(&mut self, id: u16) -> Verdict {
        self.send(&pubrec(self.version, id))?;
        self.expect_ack(first::PUBREL, id)?;
        self.send(&pubcomp(self.version, id))
    }

    /// A SUBSCRIBE, taken apart.
    pub fn expect_subscribe(&mut self) -> Verdict<Subscribe> {
        let body = self.expect_first(first::SUBSCRIBE)?;
        Subscribe::parse(self.version, &body)
    }

    /// A SUBSCRIBE, answered with the QoS that each filter asks for.
    pub fn grant_subscribe(&mut self) -> Verdict<Subscribe> {
        let subscribe = self.expect_subscribe()?;
        let granted: Vec<u8> = subscribe.filters.iter().map(|(_, options)| options & 3).collect();
        self.send(&suback(self.version, subscribe.id, &granted))?;
        Ok(subscribe)
    }

    /// PUBACK, PUBREC, PUBREL or PUBCOMP (by its first byte) for `id`, in any of its forms; returns the Reason Code.
    pub fn expect_ack(&mut self, first: u8, id: u16) -> Verdict<u8> {
        let body = self.expect_first(first)?;
        let (came, reason) = parse::ack(self.version, &body)?;
        ensure(came == id, format_args!("expected id {id}\n     came {}", describe(first, &body)))?;
        Ok(reason)
    }

    /// Proves that the client has nothing to say: a PUBREL that nobody waits for must be answered with PUBCOMP, and the answer must
    /// be the very next packet.
    pub fn expect_quiet(&mut self) -> Verdict {
        const NOBODY: u16 = 0xFFFF;
        self.send(&ack(self.version, first::PUBREL, NOBODY, 0))?;
        self.expect_ack(first::PUBCOMP, NOBODY).map(|_| ())
    }

    /// PINGREQ, answered.
    pub fn answer_ping(&mut self) -> Verdict {
        self.expect_first(first::PINGREQ)?;
        self.send(&pingresp())
    }

    /// DISCONNECT; its Reason Code and properties.
    pub fn expect_disconnect(&mut self) -> Verdict<(u8, Vec<u8>)> {
        let body = self.expect_first(first::DISCONNECT)?;
        parse::disconnect(self.version, &body)
    }

    /// The client's end of the stream and no packet before it.
    pub fn expect_eof(&mut self) -> Verdict {
        match self.next("the end of the connection")? {
            None => Ok(()),
            Some((first, body)) => {
                Err(format!("expected the end of the connection\n     came {}", describe(first, &body)).into())
            }
        }
    }

    /// DISCONNECT with reason 0, the end of the stream, and ours: how a run ends that went well.
    pub fn goodbye(mut self) -> Verdict {
        let (reason, _) = self.expect_disconnect()?;
        ensure(reason == 0, format_args!("expected DISCONNECT 0x00, came 0x{reason:02x}"))?;
        self.expect_eof()
    }
}
