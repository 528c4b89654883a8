//! Against Debian's mosquitto, which is not ours: the main job on real input.

use std::fmt::Write as _;
use std::fs;
use std::time::Duration;

use crate::at;
use crate::support::certificates::Certificates;
use crate::support::harness::{Case, Tool, case};
use crate::support::mosquitto::{Mosquitto, Settings};
use crate::support::packets::Version;
use crate::support::temp::TempDir;
use crate::support::{STEP, Verdict, ensure, text};

/// For a million lines on a slow machine.
const LONG: Duration = Duration::from_secs(600);
const MIB: u64 = 1024 * 1024;

pub fn cases(list: &mut Vec<Case>) {
    for version in Version::BOTH {
        let mut add = |name: &str, body: fn(Version) -> Verdict| {
            let case = case(format!("mosquitto::{name}::{}", version.flag()), move || body(version));
            list.push(case.needs(Tool::Mosquitto).deadline(LONG));
        };
        add("a_million_lines_at_qos_1", |version| lines(Settings::new(), version, "1", 1_000_000));
        add("a_million_lines_at_qos_2", |version| lines(Settings::new(), version, "2", 1_000_000));
        add("default_limits_at_qos_2", default_limits);
        add("odd_topics", odd_topics);
        add("sizes", sizes);
        add("shared_and_sys", shared_and_sys);
        add("wrong_password", wrong_password);
        add("killed_and_back", killed_and_back);
        add("tls", tls);
        add("to_and_from_mosquitto_clients", other_clients);
    }
}

/// Lines as `pub -l` reads them arrive as `sub` writes them, all, once, in order.
fn lines(settings: Settings, version: Version, qos: &str, count: usize) -> Verdict {
    let (broker, files) = (settings.start()?, TempDir::new()?);
    let mut text = String::with_capacity(count * 16);
    (0..count).try_for_each(|line| writeln!(text, "{line:x} {}", line.wrapping_mul(0x9E37_79B9) & 0xFFFF))?;
    let (input, output) = (files.write("in", &text)?, files.path().join("out"));
    let count = count.to_string();
    let sub = at(&broker.port(), version, &["sub", "-q", qos, "-C", &count, "lines"])?.stdout_file(&output).start()?;
    sub.wait_stderr("subscribed to lines")?;
    let publish = at(&broker.port(), version, &["pub", "-q", qos, "-l", "lines"])?.stdin_file(input).within(LONG);
    let outcome = publish.run()?;
    outcome.expect(0, "", "")?;
    sub.finish(LONG)?.expect(0, "", "")?;
    let received = fs::read(output)?;
    let same = received.iter().zip(text.as_bytes()).take_while(|(one, other)| one == other).count();
    let sizes = format!("{} bytes sent, {} received, the first {same} the same", text.len(), received.len());
    ensure(received == text.as_bytes(), sizes)?;
    if !cfg!(target_os = "linux") {
        return Ok(());
    }
    let peak = outcome.peak_memory.ok_or("no peak memory was read")?;
    ensure(peak <= 12 * MIB, format_args!("peak memory of pub: {} KiB", peak / 1024))
}

/// At most 20 in flight, and at most 1,000 queued for a subscriber that lags, which it must not: what is beyond, mosquitto drops by itself.
fn default_limits(version: Version) -> Verdict {
    const COUNT: usize = 20_000;
    const BLOCK: usize = 800;
    let broker = Settings::new().default_limits().start()?;
    let sub = at(&broker.port(), version, &["sub", "-q", "2", "-C", &COUNT.to_string(), "lines"])?.start()?;
    sub.wait_stderr("subscribed to lines")?;
    let mut publish = at(&broker.port(), version, &["pub", "-q", "2", "-l", "lines"])?.stdin_held().start()?;
    let lines: Vec<String> = (0..COUNT).map(|line| format!("line {line}.\n")).collect();
    for block in lines.chunks(BLOCK) {
        publish.write(block.concat())?;
        sub.wait_stdout(block.last().map_or("", |line| line.trim_end()))?;
    }
    publish.close_input();
    publish.finish(LONG)?.expect(0, "", "")?;
    sub.finish(LONG)?.expect(0, lines.concat(), "")
}

fn one(broker: &Mosquitto, version: Version, topic: &str, payload: &[u8]) -> Verdict {
    let sub = at(&broker.port(), version, &["sub", "-N", "-C", "1", "-t", topic])?.start()?;
    sub.wait_stderr("subscribed to")?;
    at(&broker.port(), version, &["pub", "-t", topic, "-s"])?.stdin(payload).run()?.expect(0, "", "")?;
    sub.finish(STEP)?.expect(0, payload, "")
}

fn odd_topics(version: Version) -> Verdict {
    let broker = Mosquitto::start()?;
    let long = "x".repeat(65_535);
    for topic in ["百科/温度", "with spaces / in it", "/leading", "-dash", "a//b", "🌡", &long] {
        one(&broker, version, topic, b"hot").map_err(|error| format!("{topic:.40}: {}", error.message().unwrap_or_default()))?;
    }
    Ok(())
}

fn sizes(version: Version) -> Verdict {
    let broker = Mosquitto::start()?;
    let all: Vec<u8> = (0..=255).collect();
    one(&broker, version, "a", &all)?;
    one(&broker, version, "a", &all.repeat(20 * 1024 * 1024 / 256))?;
    let sub = at(&broker.port(), version, &["sub", "-N", "-C", "1", "a"])?.start()?;
    sub.wait_stderr("subscribed to a")?;
    at(&broker.port(), version, &["pub", "a", "-n"])?.run()?.expect(0, "", "")?;
    sub.finish(STEP)?.expect(0, "", "")
}

fn shared_and_sys(version: Version) -> Verdict {
    let broker = Mosquitto::start()?;
    let sys = at(&broker.port(), version, &["sub", "-v", "-C", "1", "$SYS/broker/version"])?.run()?;
    sys.expect_code(0)?;
    ensure(sys.stdout.starts_with(b"$SYS/broker/version mosquitto version "), format_args!("{sys}"))?;
    let sub = at(&broker.port(), version, &["sub", "-C", "1", "$share/g/f"])?.start()?;
    sub.wait_stderr("subscribed to $share/g/f")?;
    at(&broker.port(), version, &["pub", "f", "x"])?.run()?.expect(0, "", "")?;
    sub.finish(STEP)?.expect(0, "x\n", "")
}

fn wrong_password(version: Version) -> Verdict {
    let broker = Settings::new().user("me", "c4n4ry-right").start()?;
    let with = |password: &str| {
        let run = at(&broker.port(), version, &["pub", "-u", "me", "a", "x"])?;
        run.env("MQX_PASSWORD", password).secret(password).run()
    };
    with("c4n4ry-wrong")?.expect(4, "", "broker refused the connection")?;
    with("c4n4ry-right")?.expect(0, "", "")
}

/// The broker dies without a word in mid-run and comes back: nothing acknowledged is lost, and the run goes on.
fn killed_and_back(version: Version) -> Verdict {
    let mut broker = Mosquitto::start()?;
    let mut publish = at(&broker.port(), version, &["pub", "-l", "a"])?.stdin_held().start()?;
    let hear = |broker: &Mosquitto, payload: &str, publish: &mut crate::support::mqx::Running| -> Verdict {
        let sub = at(&broker.port(), version, &["sub", "-C", "1", "a"])?.start()?;
        sub.wait_stderr("subscribed to a")?;
        publish.write(format!("{payload}\n"))?;
        sub.finish(STEP)?.expect(0, format!("{payload}\n"), "")
    };
    hear(&broker, "before", &mut publish)?;
    broker.kill();
    broker.start_again()?;
    hear(&broker, "after", &mut publish)?;
    publish.close_input();
    publish.finish(STEP)?.expect(0, "", "")
}

fn tls(version: Version) -> Verdict {
    let certificates = Certificates::new()?;
    let broker = Settings::new().tls(&certificates.good).start()?;
    let ca = text(&certificates.ca)?;
    at(&broker.port(), version, &["pub", "--cafile", ca, "a", "x"])?.run()?.expect(0, "", "")?;
    let plain = at(&broker.port(), version, &["pub", "a", "x"])?.run()?;
    plain.expect(3, "", "error:")?;
    plain.says(&["hint:", "--tls"])
}

fn other_clients(version: Version) -> Verdict {
    let broker = Mosquitto::start()?;
    let sub = at(&broker.port(), version, &["sub", "-v", "-C", "1", "a/#"])?.start()?;
    sub.wait_stderr("subscribed to a/#")?;
    let sent = broker.client("mosquitto_pub")?.args(["-t", "a/b", "-m", "hot", "-q", "1"]).status()?;
    ensure(sent.success(), "mosquitto_pub")?;
    sub.finish(STEP)?.expect(0, "a/b hot\n", "")?;
    at(&broker.port(), version, &["pub", "-r", "kept", "cold"])?.run()?.expect(0, "", "")?;
    let heard = broker.client("mosquitto_sub")?.args(["-t", "kept", "-C", "1", "-W", "20", "-v"]).output()?;
    ensure(heard.stdout == b"kept cold\n", format_args!("mosquitto_sub heard {:?}", String::from_utf8_lossy(&heard.stdout)))
}
