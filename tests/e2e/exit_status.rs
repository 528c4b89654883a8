//! Each row of the exit table, through the binary.

use std::sync::mpsc;

use rustix::process::Signal;

use crate::at;
use crate::support::child::Ended;
use crate::support::harness::{Case, both, case};
use crate::support::mqx::Mqx;
use crate::support::packets::{Version, ack, connack, disconnect, first, pingreq, puback, suback};
use crate::support::peer::Peer;
use crate::support::{STEP, Verdict, ensure, free_port};

pub fn cases(list: &mut Vec<Case>) {
    both(list, "exit_status::0_acknowledged", acknowledged);
    both(list, "exit_status::4_refused", refused);
    both(list, "exit_status::5_filter_rejected", filter_rejected);
    both(list, "exit_status::6_lost", lost);
    both(list, "exit_status::7_unconfirmed", unconfirmed);
    both(list, "exit_status::7_unconfirmed_at_the_end", unconfirmed_at_the_end);
    both(list, "exit_status::27_timeout", timeout);
    both(list, "exit_status::130_interrupted", |version| by_signal(version, Signal::INT));
    both(list, "exit_status::143_terminated", |version| by_signal(version, Signal::TERM));
    both(list, "exit_status::129_hung_up", |version| by_signal(version, Signal::HUP));
    both(list, "exit_status::0_interrupted_with_nothing_left", interrupted_sub);
    list.push(case("exit_status::1_no_such_file", no_such_file));
    list.push(case("exit_status::1_port_taken", port_taken));
    list.push(case("exit_status::3_nothing_listens", nothing_listens));
    list.push(case("exit_status::3_speaks_http", speaks_http));
    list.push(case("exit_status::5_message_rejected", message_rejected));
    list.push(case("exit_status::5_disconnect_not_authorized", disconnect_not_authorized));
    list.push(case("exit_status::6_taken_over", taken_over));
}

fn acknowledged(version: Version) -> Verdict {
    let peer = Peer::play(move |listener| listener.take_one(version, "encyclopedia/temperature", "hot"))?;
    at(&peer.port(), version, &["pub", "encyclopedia/temperature", "hot"])?.run()?.expect(0, "", "")?;
    peer.finish()
}

fn no_such_file() -> Verdict {
    // The file is missed before anything is sent, so nobody needs to answer.
    let port = free_port()?.to_string();
    let outcome = Mqx::new(["pub", "-h", "127.0.0.1", "-p", &port, "a", "-f", "no/such/file"])?.run()?;
    outcome.expect(1, "", "no/such/file: no such file or directory")
}

fn port_taken() -> Verdict {
    if !cfg!(feature = "broker") {
        return Ok(());
    }
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0))?;
    let port = taken.local_addr()?.port().to_string();
    let outcome = Mqx::new(["broker", "-p", &port])?.run()?;
    outcome.expect(1, "", &port)?;
    outcome.says(&["hint:", "-p"])
}

fn nothing_listens() -> Verdict {
    let port = free_port()?.to_string();
    let outcome = Mqx::new(["pub", "-p", &port, "a", "x"])?.run()?;
    outcome.expect(3, "", &format!("localhost:{port}"))?;
    outcome.says(&["error:", "hint:", "mqx broker"])
}

fn speaks_http() -> Verdict {
    let peer = Peer::play(|listener| {
        let mut client = listener.accept()?;
        client.expect_packet()?;
        client.send(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")?;
        client.close()
    })?;
    let outcome = at(&peer.port(), Version::V5, &["pub", "a", "x"])?.run()?;
    outcome.expect(3, "", "HTTP")?;
    outcome.says(&["hint:"])?;
    peer.finish()
}

fn refused(version: Version) -> Verdict {
    let peer = Peer::play(move |listener| {
        let mut client = listener.accept()?;
        let connect = client.expect_connect()?;
        ensure(connect.password.as_deref() == Some(b"c4n4ry-w0rd"), "the password arrives")?;
        client.send(&connack(version, false, if version == Version::V5 { 0x86 } else { 4 }, &[]))?;
        client.expect_eof()
    })?;
    let run = at(&peer.port(), version, &["pub", "-u", "me", "a", "x"])?;
    let outcome = run.env("MQX_PASSWORD", "c4n4ry-w0rd").secret("c4n4ry-w0rd").run()?;
    let told = format!("error: broker refused the connection: 0x86 bad user name or password (127.0.0.1:{})", peer.port());
    outcome.expect(4, "", &told)?;
    outcome.says(&["hint:"])?;
    peer.finish()
}

fn filter_rejected(version: Version) -> Verdict {
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        let subscribe = client.expect_subscribe()?;
        client.send(&suback(version, subscribe.id, &[if version == Version::V5 { 0x87 } else { 0x80 }]))?;
        client.goodbye()
    })?;
    at(&peer.port(), version, &["sub", "secret/#"])?.run()?.expect(5, "", "secret/#")?;
    peer.finish()
}

fn message_rejected() -> Verdict {
    let peer = Peer::play(|listener| {
        let (mut client, _) = listener.welcome(Version::V5)?;
        let id = client.expect_message(1, "a", "x")?;
        client.send(&ack(Version::V5, first::PUBACK, id, 0x87))?;
        client.goodbye()
    })?;
    at(&peer.port(), Version::V5, &["pub", "a", "x"])?.run()?.expect(5, "", "0x87")?;
    peer.finish()
}

fn disconnect_not_authorized() -> Verdict {
    let peer = Peer::play(|listener| {
        let (mut client, _) = listener.welcome(Version::V5)?;
        client.expect_message(1, "a", "x")?;
        client.send(&disconnect(Version::V5, 0x87, &[]))?;
        client.close()
    })?;
    at(&peer.port(), Version::V5, &["pub", "a", "x"])?.run()?.expect(5, "", "0x87")?;
    peer.finish()
}

fn lost(version: Version) -> Verdict {
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.expect_message(1, "a", "x")?;
        listener.close();
        client.cut()
    })?;
    at(&peer.port(), version, &["pub", "--retry", "never", "a", "x"])?.run()?.expect(6, "", "error:")?;
    peer.finish()
}

fn taken_over() -> Verdict {
    let peer = Peer::play(|listener| {
        let (mut client, _) = listener.welcome(Version::V5)?;
        client.grant_subscribe()?;
        listener.close();
        client.send(&disconnect(Version::V5, 0x8E, &[]))?;
        client.close()
    })?;
    at(&peer.port(), Version::V5, &["sub", "a"])?.run()?.expect(6, "", "0x8e")?;
    peer.finish()
}

/// A QoS 0 message was written, and the link dropped before any answer to a later packet; that the rest went well changes nothing.
fn unconfirmed(version: Version) -> Verdict {
    let (said, back) = mpsc::channel();
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.expect_message(0, "a", "one")?;
        client.cut()?;
        let (mut client, _) = listener.welcome(version)?;
        said.send(())?;
        client.expect_message(0, "a", "two")?;
        client.answer_ping()?;
        client.goodbye()
    })?;
    let mut running = at(&peer.port(), version, &["pub", "-q", "0", "-l", "a"])?.stdin_held().start()?;
    running.write("one\n")?;
    back.recv_timeout(STEP)?;
    running.write("two\n")?;
    running.close_input();
    running.finish(STEP)?.expect(7, "", "unconfirmed")?;
    peer.finish()
}

/// The same when nothing is left to do: there is nothing to connect again for.
fn unconfirmed_at_the_end(version: Version) -> Verdict {
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.expect_message(0, "a", "x")?;
        client.expect(&pingreq())?;
        client.cut()
    })?;
    at(&peer.port(), version, &["pub", "-q", "0", "a", "x"])?.run()?.expect(7, "", "unconfirmed")?;
    peer.finish()
}

fn timeout(version: Version) -> Verdict {
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.grant_subscribe()?;
        client.goodbye()
    })?;
    at(&peer.port(), version, &["sub", "-C", "1", "-W", "500ms", "a"])?.run()?.expect(27, "", "")?;
    peer.finish()
}

/// `pub -l` before the end of its input has work left: the status is the signal, raised again.
fn by_signal(version: Version, signal: Signal) -> Verdict {
    let (said, acknowledged) = mpsc::channel();
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        let id = client.expect_message(1, "a", "one")?;
        client.send(&puback(version, id))?;
        client.expect_quiet()?;
        said.send(())?;
        client.goodbye()
    })?;
    let mut running = at(&peer.port(), version, &["pub", "a", "-l"])?.stdin_held().start()?;
    running.write("one\n")?;
    acknowledged.recv_timeout(STEP)?;
    running.signal(signal)?;
    running.finish(STEP)?.expect_ended(Ended::Signal(signal.as_raw()), "", "")?;
    peer.finish()
}

fn interrupted_sub(version: Version) -> Verdict {
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.grant_subscribe()?;
        client.goodbye()
    })?;
    let running = at(&peer.port(), version, &["sub", "a"])?.start()?;
    running.wait_stderr("subscribed to a at QoS 1")?;
    running.signal(Signal::INT)?;
    running.finish(STEP)?.expect(0, "", "")?;
    peer.finish()
}
