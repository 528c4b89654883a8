//! A client in bytes, without mqx: it publishes what a case wants to be there, and sees what arrives. MQTT 5. Used by the end-to-end
//! cases.

use std::io::{Read, Write};
use std::net::TcpStream;

use super::packets::{Publish, Version, connect, first, packet, puback, pubcomp, pubrec, pubrel, string, variable};
use super::{STEP, Verdict, ensure, parse};

const V5: Version = Version::V5;

/// Connected.
#[derive(Debug)]
pub struct RawClient {
    socket: TcpStream,
    unread: Vec<u8>,
    came: Vec<Publish>,
    id: u16,
}

impl RawClient {
    /// Speaks to a broker under this name.
    pub fn new(socket: TcpStream, name: &str) -> Verdict<Self> {
        socket.set_read_timeout(Some(STEP))?;
        let mut client = Self { socket, unread: Vec::new(), came: Vec::new(), id: 0 };
        client.socket.write_all(&connect(V5, name))?;
        let (_, body) = client.wait(first::CONNACK)?;
        ensure(body.get(1) == Some(&0), format_args!("the broker answered {body:02x?}"))?;
        Ok(client)
    }

    /// Publishes a message, whose id is chosen here, and waits until the broker has it (at QoS 0: has read it).
    pub fn send(&mut self, mut publish: Publish) -> Verdict {
        self.id += 1;
        publish.id = if publish.qos == 0 { 0 } else { self.id };
        self.socket.write_all(&publish.bytes(V5))?;
        match publish.qos {
            0 => {
                self.socket.write_all(&packet(first::PINGREQ, &[]))?;
                self.wait(first::PINGRESP)?;
            }
            1 => drop(self.wait(first::PUBACK)?),
            _ => {
                self.wait(first::PUBREC)?;
                self.socket.write_all(&pubrel(V5, self.id))?;
                self.wait(first::PUBCOMP)?;
            }
        }
        Ok(())
    }

    /// Subscribes at QoS 2, with RETAIN as it was published.
    pub fn subscribe(&mut self, filter: &str) -> Verdict {
        self.id += 1;
        let body = [&self.id.to_be_bytes()[..], &variable(0), &string(filter), &[0x0A]].concat();
        self.socket.write_all(&packet(first::SUBSCRIBE, &body))?;
        self.wait(first::SUBACK).map(drop)
    }

    /// Everything that has come, up to a message that it sends itself to `topic`.
    pub fn came(mut self, topic: &str) -> Verdict<Vec<Publish>> {
        self.send(Publish::new(1, 0, topic, ""))?;
        while !self.came.iter().any(|one| one.topic == topic.as_bytes()) {
            self.step()?;
        }
        self.came.retain(|one| one.topic != topic.as_bytes());
        Ok(self.came)
    }

    /// The next packet of this kind; messages before it are kept and acknowledged.
    fn wait(&mut self, wanted: u8) -> Verdict<(u8, Vec<u8>)> {
        loop {
            let (first, body) = self.step()?;
            if first >> 4 == wanted >> 4 {
                return Ok((first, body));
            }
        }
    }

    fn step(&mut self) -> Verdict<(u8, Vec<u8>)> {
        let mut buffer = vec![0; 64 * 1024];
        loop {
            if let Some((first, body, length)) = parse::complete(&self.unread)? {
                self.unread.drain(..length);
                if first >> 4 == 3 {
                    self.keep(parse::publish(V5, first, &body)?)?;
                }
                if first == first::PUBREL {
                    self.socket.write_all(&pubcomp(V5, parse::ack(V5, &body)?.0))?;
                }
                return Ok((first, body));
            }
            let count = self.socket.read(&mut buffer)?;
            ensure(count > 0, "the broker closed the connection")?;
            self.unread.extend_from_slice(&buffer[..count]);
        }
    }

    fn keep(&mut self, publish: Publish) -> Verdict {
        match publish.qos {
            0 => {}
            1 => self.socket.write_all(&puback(V5, publish.id))?,
            _ => self.socket.write_all(&pubrec(V5, publish.id))?,
        }
        self.came.push(publish);
        Ok(())
    }
}
