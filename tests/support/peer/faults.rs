//! The peer that misbehaves: it sends without end or byte by byte, does not read, and ends connections in every way there is.

use std::io::{ErrorKind, Write};
use std::net::Shutdown;
use std::sync::mpsc::Receiver;
use std::thread;
use std::time::{Duration, Instant};

use super::super::{Verdict, ensure};
use super::Connection;

impl Connection {
    /// Sends what `next` makes until the client no longer reads: for a second not one byte was accepted. Returns the bytes that are
    /// left over, which are the next to be sent. Without TLS.
    pub fn flood(&mut self, mut next: impl FnMut() -> Vec<u8>) -> Verdict<Vec<u8>> {
        const MOST: usize = 256 << 20;
        self.socket.set_write_timeout(Some(Duration::from_secs(1)))?;
        let (mut bytes, mut sent, mut total) = (Vec::new(), 0, 0);
        loop {
            if sent == bytes.len() {
                (bytes, sent) = (next(), 0);
            }
            match self.socket.write(&bytes[sent..]) {
                Ok(count) => (sent, total) = (sent + count, total + count),
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => break,
                Err(error) => return Err(format!("sending after {total} bytes: {error}").into()),
            }
            ensure(total < MOST, format_args!("the client took {total} bytes and still reads"))?;
        }
        self.socket.set_write_timeout(Some(self.step))?;
        Ok(bytes.split_off(sent))
    }

    /// Waits until the client has sent something, and leaves it unread.
    pub fn wait_readable(&self) -> Verdict {
        self.socket.set_read_timeout(Some(self.step))?;
        ensure(self.socket.peek(&mut [0])? > 0, "expected bytes; the client closed")
    }

    /// Whether the other side closes without a byte.
    pub fn is_silent(&mut self) -> Verdict<bool> {
        let until = Instant::now() + self.step;
        Ok(self.unread.is_empty() && !self.fill(until, "bytes or the end")?)
    }

    /// Sends one byte after the other, each only when the client has read the one before.
    pub fn trickle(&mut self, bytes: &[u8]) -> Verdict {
        for byte in bytes {
            self.send(&[*byte])?;
            self.wait_taken()?;
        }
        Ok(())
    }

    /// Waits until the client has read everything that was sent. A client that has closed will read nothing more.
    pub fn wait_taken(&self) -> Verdict {
        let until = Instant::now() + self.step;
        loop {
            let unread = self.row_of_client()?.map(|row| row.unread);
            if unread == Some(0) {
                return Ok(());
            }
            if unread.is_none() {
                // Not shown here: long enough that a reader which is awake has read.
                thread::sleep(GLANCE);
                return Ok(());
            }
            ensure(Instant::now() < until, format_args!("expected that the client reads; it did not in {:?}", self.step))?;
            thread::sleep(GLANCE);
        }
    }

    /// Takes as many packets as stated, and only then answers. Returns their first bytes.
    pub fn answer_after(&mut self, packets: usize, answer: &[u8]) -> Verdict<Vec<u8>> {
        let taken = (0..packets).map(|_| self.expect_packet().map(|(first, _)| first)).collect::<Verdict<_>>()?;
        self.send(answer)?;
        Ok(taken)
    }

    /// Reads nothing until it is told to; returns what it was told.
    pub fn stall<T>(&self, until: &Receiver<T>) -> Verdict<T> {
        Ok(until.recv_timeout(self.step)?)
    }

    /// Takes this many bytes of what the client sends, and resets the connection under the rest. Returns the bytes.
    pub fn cut_after(mut self, count: usize) -> Verdict<Vec<u8>> {
        let until = Instant::now() + self.step;
        let what = format!("{count} bytes");
        while self.unread.len() < count {
            let missing = count - self.unread.len();
            ensure(self.fill_at_most(missing, until, &what)?, format_args!("expected {what}; the client closed"))?;
        }
        let taken = self.unread[..count].to_vec();
        self.cut()?;
        Ok(taken)
    }

    /// FIN: nothing more is sent, and reading goes on.
    pub fn half_close(&mut self) -> Verdict {
        Ok(self.socket.shutdown(Shutdown::Write)?)
    }

    /// Whether the client's socket has the timer of TCP keep-alive running; `None` where the system does not show it.
    pub fn peer_has_keep_alive_timer(&self) -> Verdict<Option<bool>> {
        Ok(self.row_of_client()?.map(|row| row.keep_alive))
    }

    /// The client's socket in the system's table; `None` where there is no such table, or no such socket any more.
    fn row_of_client(&self) -> Verdict<Option<Row>> {
        let address = |port: u16| format!(":{port:04X}");
        let Ok(table) = std::fs::read_to_string("/proc/net/tcp") else { return Ok(None) };
        let Ok(client) = self.socket.peer_addr() else { return Ok(None) };
        let (client, here) = (address(client.port()), address(self.socket.local_addr()?.port()));
        // sl local_address rem_address st tx_queue:rx_queue tr:tm->when …
        let rows = table.lines().map(|row| row.split_whitespace().collect::<Vec<_>>());
        let row = rows.filter(|row| row.len() > 5).find(|row| row[1].ends_with(&client) && row[2].ends_with(&here));
        let Some(row) = row else { return Ok(None) };
        let (_, unread) = row[4].split_once(':').ok_or("two queues")?;
        let unread = u64::from_str_radix(unread, 16).map_err(|_| format!("a queue of {unread:?}"))?;
        Ok(Some(Row { unread, keep_alive: row[5].starts_with(KEEP_ALIVE_TIMER) }))
    }
}

/// Between two looks at the system's table.
const GLANCE: Duration = Duration::from_millis(1);
/// As the table names the timer.
const KEEP_ALIVE_TIMER: &str = "02:";

/// What the system's table says of a socket.
struct Row {
    /// Bytes that came and that its program has not read.
    unread: u64,
    keep_alive: bool,
}
