//! What the broker said that it cannot do is found before anything is sent: rule 18, through CONNACK's properties.

use crate::at;
use crate::support::harness::{Case, case};
use crate::support::packets::{Publish, Version, pingresp, property, puback};
use crate::support::peer::Peer;
use crate::support::{STEP, Verdict, ensure};

use super::Scene;

pub fn cases(list: &mut Vec<Case>) {
    let mut unable = |name: &str, properties: Vec<u8>, words: &'static [&'static str], named: &'static str| {
        list.push(case(format!("rule_18::{name}"), move || cannot(&properties, words, named)));
    };
    unable("maximum_qos_0", property::maximum_qos(0), &["pub", "-q", "1", "a", "x"], "Maximum QoS is 0");
    unable("maximum_qos_1", property::maximum_qos(1), &["pub", "-q", "2", "a", "x"], "Maximum QoS is 1");
    unable("no_retain", property::retain_available(false), &["pub", "-r", "a", "x"], "Retain Available");
    unable("no_wildcard", property::wildcard_available(false), &["sub", "a/#"], "Wildcard Subscription Available");
    unable("no_shared", property::shared_available(false), &["sub", "$share/g/a"], "Shared Subscription Available");
    unable("maximum_packet_size_of_a_filter", property::maximum_packet_size(30), &["sub", LONG], "Maximum Packet Size is 30");
    unable("sim_temp_maximum_qos", property::maximum_qos(0), &["sim-temp", "-q", "1"], "Maximum QoS is 0");
    list.push(case("rule_18::one_filter_of_two_goes_on", one_of_two));
    list.push(case("rule_18::one_line_of_three_is_too_long", one_of_three));
    list.push(case("rule_18::the_default_qos_is_lowered_with_a_note", lowered));
}

const LONG: &str = "a/filter/whose/subscribe/has/more/than/thirty/bytes";

/// Nothing but DISCONNECT goes out, the status is 5, and the limit is named.
fn cannot(properties: &[u8], words: &[&str], named: &str) -> Verdict {
    let properties = properties.to_vec();
    let scene = Scene::start(Version::V5, words, move |listener| {
        let (client, _) = listener.welcome_with(Version::V5, false, &properties)?;
        client.goodbye()
    })?;
    scene.finish(STEP)?.expect(5, "", named)
}

fn one_of_two() -> Verdict {
    let scene = Scene::start(Version::V5, &["sub", "-C", "1", "a/#", "b"], |listener| {
        let (mut client, _) = listener.welcome_with(Version::V5, false, &property::wildcard_available(false))?;
        let asked = client.grant_subscribe()?;
        ensure(asked.filters.len() == 1 && asked.filters[0].0 == b"b", format_args!("{asked:?}"))?;
        client.send(&Publish::new(0, 0, "b", "x").bytes(Version::V5))?;
        client.goodbye()
    })?;
    let outcome = scene.finish(STEP)?;
    outcome.expect(5, "x\n", "Wildcard Subscription Available")?;
    outcome.says(&["a/#", "subscribed to b at QoS 1"])
}

fn one_of_three() -> Verdict {
    let peer = Peer::play(|listener| {
        let (mut client, _) = listener.welcome_with(Version::V5, false, &property::maximum_packet_size(40))?;
        for line in ["1", "3"] {
            let id = client.expect_message(1, "a", line)?;
            client.send(&puback(Version::V5, id))?;
        }
        client.goodbye()
    })?;
    let lines = format!("1\n{}\n3\n", "2".repeat(50));
    let outcome = at(&peer.port(), Version::V5, &["pub", "-l", "a"])?.stdin(lines).run()?;
    outcome.expect(5, "", "message 2 was rejected")?;
    outcome.says(&["Maximum Packet Size is 40"])?;
    peer.finish()
}

fn lowered() -> Verdict {
    let scene = Scene::start(Version::V5, &["pub", "a", "x"], |listener| {
        let (mut client, _) = listener.welcome_with(Version::V5, false, &property::maximum_qos(0))?;
        client.expect_message(0, "a", "x")?;
        client.answer_ping()?;
        // An answer that nobody asked for changes nothing.
        client.send(&pingresp())?;
        client.goodbye()
    })?;
    scene.finish(STEP)?.expect(0, "", "publishing at QoS 0")
}
