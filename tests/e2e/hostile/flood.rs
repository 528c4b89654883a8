//! A broker that sends as much as it can: memory stays where it is bounded, and the run goes on or says what is wrong.

use std::time::Duration;

use rustix::process::Signal;

use super::{MEMORY, within_memory};
use crate::at;
use crate::rules::Scene;
use crate::support::harness::{Case, both, case};
use crate::support::packets::{Publish, Version, first, packet, pingresp, property, variable};
use crate::support::peer::Peer;
use crate::support::{STEP, Verdict, ensure, ensure_eq};

pub fn cases(list: &mut Vec<Case>) {
    both(list, "hostile::flood::a_million_pingresps", million_pingresps);
    both(list, "hostile::flood::a_length_that_never_comes_costs_nothing", promised);
    both(list, "hostile::flood::messages_before_a_blocked_stdout", |version| {
        blocked(version, move |id| Publish::new(1, id, "a", vec![b'x'; 1 << 19]).bytes(version))
    });
    both(list, "hostile::flood::small_messages_between_large_packets", |version| blocked(version, ballast(version)));
    list.push(case("hostile::flood::properties_in_one_packet", properties_in_one));
    list.push(case("hostile::flood::properties_in_many_packets", properties_in_many));
    list.push(case("hostile::flood::properties_before_a_blocked_stdout", || {
        blocked(Version::V5, |id| Publish::new(1, id, "a", "x").properties(&users(209_000)).bytes(Version::V5))
    }));
    list.push(case("hostile::flood::every_topic_alias", every_alias));
}

/// As many empty User Properties: five bytes each.
fn users(count: usize) -> Vec<u8> {
    property::user("", "").repeat(count)
}

fn million_pingresps(version: Version) -> Verdict {
    let scene = Scene::start(version, &["sub", "--max-packet", "1MiB", "-C", "1", "a"], move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.grant_subscribe()?;
        client.send(&pingresp().repeat(1_000_000))?;
        client.send(&Publish::new(0, 0, "a", "end").bytes(version))?;
        client.goodbye()
    })?;
    let outcome = scene.finish(STEP)?;
    outcome.expect(0, "end\n", "")?;
    within_memory(&outcome)
}

/// Without `--max-packet` the largest packet of MQTT is waited for; its memory comes with its bytes.
fn promised(version: Version) -> Verdict {
    let scene = Scene::start(version, &["sub", "-W", "2", "a"], move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.grant_subscribe()?;
        client.send(&[0x30, 0xFF, 0xFF, 0xFF, 0x7F])?;
        client.send(&vec![0; 1 << 20])?;
        client.goodbye()
    })?;
    let outcome = scene.finish(STEP)?;
    outcome.expect(27, "", "")?;
    within_memory(&outcome)
}

/// One packet is refused for its properties alone, whatever its size may be.
fn properties_in_one() -> Verdict {
    let scene = Scene::start(Version::V5, &["sub", "a"], |listener| {
        let (mut client, _) = listener.welcome(Version::V5)?;
        client.grant_subscribe()?;
        client.send(&Publish::new(0, 0, "a", "x").properties(&users((32 << 20) / 5)).bytes(Version::V5))?;
        ensure_eq(&client.expect_disconnect()?.0, &super::TOO_LARGE, "the reason of DISCONNECT")?;
        client.expect_eof()
    })?;
    let outcome = scene.finish(STEP)?;
    outcome.expect(6, "", "PUBLISH with 33554430 bytes of properties, where 1048576 are allowed")
}

fn properties_in_many() -> Verdict {
    const PACKETS: usize = 32;
    let scene = Scene::start(Version::V5, &["sub", "--max-packet", "1MiB", "-C", "32", "a"], |listener| {
        let (mut client, _) = listener.welcome(Version::V5)?;
        client.grant_subscribe()?;
        let publish = Publish::new(0, 0, "a", "x").properties(&users(209_000)).bytes(Version::V5);
        (0..PACKETS).try_for_each(|_| client.send(&publish))?;
        client.goodbye()
    })?;
    let outcome = scene.finish(STEP)?;
    outcome.expect(0, "x\n".repeat(PACKETS), "")?;
    within_memory(&outcome)
}

fn every_alias() -> Verdict {
    let scene = Scene::start(Version::V5, &["sub", "--max-packet", "1MiB", "a"], |listener| {
        let (mut client, _) = listener.welcome(Version::V5)?;
        client.grant_subscribe()?;
        let publish = |alias| Publish::new(0, 0, "a", "").properties(&property::topic_alias(alias)).bytes(Version::V5);
        client.send(&(1..=u16::MAX).flat_map(publish).collect::<Vec<u8>>())?;
        ensure_eq(&client.expect_disconnect()?.0, &super::TOPIC_ALIAS_INVALID, "the reason of DISCONNECT")?;
        client.expect_eof()
    })?;
    let outcome = scene.finish(STEP)?;
    outcome.expect_code(6)?;
    outcome.says(&["Topic Alias 17, the maximum that was announced is 16"])?;
    within_memory(&outcome)
}

/// A message of a few bytes and then a packet of a megabyte that is over when it was read: what the message holds on to is not its own size.
fn ballast(version: Version) -> impl FnMut(u16) -> Vec<u8> + Send + 'static {
    let rest = match version {
        // An acknowledgement of 3.1.1 is always short.
        Version::V311 => packet(first::PUBACK, &[0xEE, 0xEE]).repeat(10_000),
        Version::V5 => {
            let users = users(209_000);
            packet(first::PUBACK, &[&[0xEE, 0xEE, 0][..], &variable(users.len()), &users].concat())
        }
    };
    move |id| [&Publish::new(1, id, "a", "x").bytes(version)[..], &rest].concat()
}

/// Nobody reads stdout: at its bounds the client stops reading, and a signal ends it at once.
fn blocked(version: Version, mut make: impl FnMut(u16) -> Vec<u8> + Send + 'static) -> Verdict {
    let peer = Peer::play(move |listener| {
        let (mut client, _) = listener.welcome(version)?;
        client.grant_subscribe()?;
        // Fills the pipe.
        client.send(&Publish::new(0, 0, "a", vec![b'x'; 1 << 19]).bytes(version))?;
        let mut id = 0;
        client.flood(|| {
            id = id % 60_000 + 1;
            make(id)
        })?;
        client.close()
    })?;
    let words = ["sub", "--max-packet", "1MiB", "--json", "a"];
    let running = at(&peer.port(), version, &words)?.stdout_held().start()?;
    let finished = peer.finish();
    running.signal(Signal::TERM)?;
    let outcome = running.finish(Duration::from_secs(10))?;
    finished?;
    let peak = outcome.peak_memory.unwrap_or(0);
    ensure(peak <= MEMORY, format_args!("{peak} bytes of memory at its peak\n{outcome}"))
}
