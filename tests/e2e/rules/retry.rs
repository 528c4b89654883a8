//! When a lost connection is tried for again, and when it is given up: rules 15 and 17, and the reconnecting half of 16.

use std::net::TcpStream;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use super::Scene;
use crate::at;
use crate::support::certificates::Certificates;
use crate::support::harness::{Case, both, case};
use crate::support::packets::{Publish, Version, connack, disconnect, property, puback};
use crate::support::peer::{Connection, Listener, Peer};
use crate::support::{STEP, Verdict, ensure, ensure_eq, text};

pub fn cases(list: &mut Vec<Case>) {
    both(list, "rule_15::three_closed_connections_name_the_publish", |version| strikes(version, Connection::close));
    list.push(case("rule_15::three_disconnects_name_the_publish", || {
        strikes(Version::V5, |mut client| {
            client.send(&disconnect(Version::V5, 0x83, &[]))?;
            client.close()
        })
    }));
    both(list, "rule_15::three_closed_connections_name_the_subscribe", subscribe_strikes);
    both(list, "rule_15::progress_forgives_orderly_ends", forgiven);
    both(list, "rule_15::a_reset_is_no_orderly_end", resets);
    both(list, "rule_15::connack_is_no_progress", budget);
    both(list, "rule_15::progress_renews_the_budget", renewed_budget);
    both(list, "rule_16::every_failure_to_connect_again_is_retried", refused_then_garbage);
    both(list, "rule_16::a_certificate_error_on_a_reconnect_is_final", certificate);
    list.push(case("rule_17::our_own_late_connect_is_forgiven_once", late_connect));
}

/// AWS, Azure and IBM MQ close on what is forbidden; sending it again for ever is no service.
fn strikes(version: Version, end: fn(Connection) -> Verdict) -> Verdict {
    let scene = Scene::start(version, &["pub", "forbidden", "x"], move |listener| {
        for _ in 0..3 {
            let (mut client, _) = listener.welcome(version)?;
            client.expect_message(1, "forbidden", "x")?;
            end(client)?;
        }
        Ok(())
    })?;
    let outcome = scene.finish(STEP)?;
    outcome.expect(6, "", "3 times in a row after message 1 to forbidden at QoS 1")?;
    outcome.says(&["1 message unacknowledged"])
}

fn subscribe_strikes(version: Version) -> Verdict {
    let scene = Scene::start(version, &["sub", "forbidden/#"], move |listener| {
        for _ in 0..3 {
            let (mut client, _) = listener.welcome(version)?;
            client.expect_subscribe()?;
            client.close()?;
        }
        Ok(())
    })?;
    scene.finish(STEP)?.expect(6, "", "3 times in a row after the SUBSCRIBE to forbidden/#")
}

/// A broker that takes one message a connection is odd, but it gets on.
fn forgiven(version: Version) -> Verdict {
    let lines = ["1", "2", "3", "4", "5"];
    let peer = Peer::play(move |listener| {
        for (place, line) in lines.into_iter().enumerate() {
            let (mut client, _) = listener.welcome(version)?;
            let id = client.expect_message(1, "a", line)?;
            client.send(&puback(version, id))?;
            if place + 1 == lines.len() {
                return client.goodbye();
            }
            client.close()?;
        }
        Ok(())
    })?;
    at(&peer.port(), version, &["pub", "-l", "a"])?.stdin(lines.join("\n")).run()?.expect(0, "", "")?;
    peer.finish()
}

fn resets(version: Version) -> Verdict {
    let scene = Scene::start(version, &["pub", "a", "x"], move |listener| {
        for _ in 0..3 {
            let (mut client, _) = listener.welcome(version)?;
            client.expect_message(1, "a", "x")?;
            client.cut()?;
        }
        listener.take_one(version, "a", "x")
    })?;
    scene.finish(STEP)?.expect(0, "", "connection lost")
}

/// Takes connections until one ends without a packet, and says how many there were.
fn reset_every(listener: &mut Listener, version: Version) -> Verdict<usize> {
    for count in 0.. {
        let mut client = listener.accept()?;
        if client.is_silent()? {
            return Ok(count);
        }
        ensure_eq(&client.expect_connect()?.version, &version, "version")?;
        client.send(&connack(version, false, 0, &[]))?;
        client.expect_message(1, "a", "x")?;
        client.cut()?;
    }
    Ok(0)
}

/// However often the broker says CONNACK, the budget runs from the last acknowledgement or delivery.
fn budget(version: Version) -> Verdict {
    const BUDGET: Duration = Duration::from_secs(2);
    let peer = Peer::play(move |listener| {
        let count = reset_every(listener, version)?;
        ensure(count >= 2, format_args!("{count} connections"))
    })?;
    let begun = Instant::now();
    let outcome = at(&peer.port(), version, &["pub", "--retry", "2s", "a", "x"])?.run()?;
    outcome.expect(6, "", "no connection")?;
    outcome.says(&["1 message unacknowledged"])?;
    let took = begun.elapsed();
    ensure(took >= BUDGET && took < BUDGET + Duration::from_secs(6), format_args!("it took {took:?}\n{outcome}"))?;
    // The peer's script ends with this.
    TcpStream::connect(("127.0.0.1", peer.port().parse()?))?;
    peer.finish()
}

/// After longer than the budget an acknowledgement comes; from then on it is whole again.
fn renewed_budget(version: Version) -> Verdict {
    const BUDGET: Duration = Duration::from_secs(2);
    let (said, acknowledged) = mpsc::channel();
    let peer = Peer::play(move |listener| {
        let begun = Instant::now();
        let (mut client, _) = listener.welcome(version)?;
        let first = client.expect_message(1, "a", "1")?;
        let second = client.expect_message(1, "a", "x")?;
        while begun.elapsed() < BUDGET {
            client.answer_ping()?;
        }
        client.send(&puback(version, first))?;
        client.expect_quiet()?;
        said.send(Instant::now())?;
        client.cut()?;
        ensure(second != first, "two ids")?;
        let count = reset_every(listener, version)?;
        ensure(count >= 1, format_args!("{count} connections"))
    })?;
    let running = at(&peer.port(), version, &["pub", "--retry", "2s", "-k", "1", "-l", "a"])?.stdin("1\nx\n").start()?;
    let since = acknowledged.recv_timeout(STEP)?;
    running.finish(STEP)?.expect(6, "", "no connection")?;
    ensure(since.elapsed() >= BUDGET, format_args!("given up {:?} after the acknowledgement", since.elapsed()))?;
    TcpStream::connect(("127.0.0.1", peer.port().parse()?))?;
    peer.finish()
}

/// A broker that restarts is not there, then answers nothing or half of something.
fn refused_then_garbage(version: Version) -> Verdict {
    let (reopen, failed) = mpsc::channel::<()>();
    let scene = Scene::start(version, &["sub", "-C", "1", "a"], move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.grant_subscribe()?;
        listener.close();
        client.cut()?;
        failed.recv_timeout(STEP)?;
        listener.reopen()?;
        listener.accept()?.cut()?;
        let mut client = listener.accept()?;
        client.expect_connect()?;
        client.send(&connack(version, false, 0, &[])[..2])?;
        client.close()?;
        let (mut client, _) = listener.welcome(version)?;
        client.grant_subscribe()?;
        client.send(&Publish::new(0, 0, "a", "x").bytes(version))?;
        client.goodbye()
    })?;
    scene.running.wait_stderr("still no connection")?;
    reopen.send(())?;
    scene.finish(STEP + STEP)?.expect(0, "x\n", "connected again")
}

/// Whoever answers now is not who answered before, and is told nothing.
fn certificate(version: Version) -> Verdict {
    let certificates = Certificates::new()?;
    let ca = text(&certificates.ca)?.to_owned();
    let peer = Peer::play_tls(&certificates.good.clone(), move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.expect_message(1, "a", "x")?;
        listener.show(&certificates.wrong_name)?;
        client.cut()?;
        let spoken = listener.accept()?.expect_packet();
        listener.close();
        ensure(spoken.is_err(), "the client spoke MQTT in spite of the certificate")
    })?;
    let outcome = at(&peer.port(), version, &["pub", "--cafile", &ca, "a", "x"])?.run()?;
    outcome.expect(6, "", "error: no connection: ")?;
    outcome.says(&["connection lost", "elsewhere.example", "error: 1 message unacknowledged"])?;
    ensure(!outcome.stderr.contains("still no connection"), format_args!("tried again: {outcome}"))?;
    peer.finish()
}

/// An attempt timed out with its CONNECT under way; the broker handles that after the next one's, and takes the session over "from us".
fn late_connect() -> Verdict {
    let words = ["sub", "--retry-first", "-C", "2", "a"];
    let scene = Scene::start(Version::V5, &words, |listener| {
        let mut late = listener.accept()?;
        ensure(late.expect_connect()?.clean(), "Clean Start at first")?;
        late.expect_eof()?;
        let (mut client, connect) = listener.welcome(Version::V5)?;
        ensure(connect.clean(), "Clean Start until the first successful CONNACK")?;
        client.grant_subscribe()?;
        client.send(&Publish::new(0, 0, "a", "x").bytes(Version::V5))?;
        client.send(&disconnect(Version::V5, 0x8E, &[]))?;
        client.close()?;
        let (mut client, connect) = listener.welcome_with(Version::V5, true, &property::session_expiry(60))?;
        ensure(!connect.clean(), "the session is asked for")?;
        client.send(&disconnect(Version::V5, 0x8E, &[]))?;
        client.close()
    })?;
    let outcome = scene.finish(STEP + STEP)?;
    outcome.expect(6, "x\n", "no answer within 10 s")?;
    outcome.says(&["connected again", "error: no connection: the broker disconnected: 0x8e"])
}
