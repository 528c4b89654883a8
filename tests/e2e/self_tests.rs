//! The support code itself: a helper that cannot fail proves nothing.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::support::child::Ended;
use crate::support::harness::{Case, Tool, case, run_guarded};
use crate::support::mosquitto::{Mosquitto, Settings};
use crate::support::mqx::{Mqx, refuse_secret};
use crate::support::packets::{Publish, Version, ack, connack, connect, first, pingreq, pingresp, property, pubrel, subscribe};
use crate::support::parse::describe;
use crate::support::peer::Peer;
use crate::support::pty::{Pty, plain};
use crate::support::{STEP, Verdict, ensure, ensure_eq};

pub fn cases(list: &mut Vec<Case>) {
    list.push(case("support::harness::missing_tools", missing_tools));
    list.push(case("support::harness::deadline_kills", deadline_kills));
    list.push(case("support::harness::panics_fail", panics_fail));
    list.push(case("support::harness::complaints_fail", complaints_fail));
    list.push(case("support::packets::vectors", vectors));
    list.push(case("support::peer::plays", peer_plays));
    list.push(case("support::peer::names_the_difference", peer_names_the_difference));
    list.push(case("support::peer::cuts_and_closes", peer_cuts_and_closes));
    list.push(case("support::peer::trickles", peer_trickles));
    list.push(case("support::peer::cuts_after_bytes", peer_cuts_after_bytes));
    list.push(case("support::peer::stalls_and_half_closes", peer_stalls));
    list.push(case("support::peer::quiet_has_teeth", quiet_has_teeth));
    list.push(case("support::mqx::environment", environment));
    list.push(case("support::mqx::streams", streams));
    list.push(case("support::mqx::signals_and_memory", signals_and_memory));
    list.push(case("support::mqx::secrets_are_found", secrets_are_found));
    list.push(case("support::pty::size_and_keys", pty_size_and_keys));
    list.push(case("support::mosquitto::raw_bytes", mosquitto_raw_bytes).needs(Tool::Mosquitto));
    list.push(case("support::mosquitto::keeps_over_restart", mosquitto_keeps).needs(Tool::Mosquitto));
}

/// Fails unless `verdict` is a failure whose message has `part`.
fn fails_with(verdict: Verdict, part: &str) -> Verdict {
    let Err(failed) = verdict else { return Err(format!("passed, but should fail with {part:?}").into()) };
    let message = failed.message().unwrap_or_default();
    ensure(message.contains(part), format_args!("expected a failure with {part:?}, got {message:?}"))
}

fn missing_tools() -> Verdict {
    let make = || case("x", || Ok(())).needs(Tool::Mosquitto);
    ensure(!make().into_trial_given(None, "mosquitto").has_ignored_flag(), "installed: runs")?;
    ensure(make().into_trial_given(Some(Tool::Mosquitto), "").has_ignored_flag(), "missing: ignored")?;
    ensure(make().into_trial_given(Some(Tool::Mosquitto), "mosquitto_pub").has_ignored_flag(), "another name")?;
    let required = make().into_trial_given(Some(Tool::Mosquitto), "other,mosquitto");
    ensure(!required.has_ignored_flag(), "required: not ignored")?;
    let mut quiet = libtest_mimic::Arguments::from_iter(["x", "--quiet"]);
    quiet.logfile = Some(if cfg!(unix) { "/dev/null".into() } else { "NUL".into() });
    ensure_eq(&libtest_mimic::run(&quiet, vec![required]).num_failed, &1, "required and missing: fails")
}

fn deadline_kills() -> Verdict {
    let started = Instant::now();
    let verdict = run_guarded(
        || Mqx::of_program("sh", ["-c", "sleep 1000 & wait"])?.within(Duration::from_secs(1000)).run().map(|_| ()),
        Duration::from_millis(300),
    );
    fails_with(verdict, "still running")?;
    ensure(started.elapsed() < STEP, "the deadline must not wait for the process")
}

fn panics_fail() -> Verdict {
    fails_with(run_guarded(|| panic!("on purpose"), STEP), "on purpose")
}

fn complaints_fail() -> Verdict {
    // The test's body would wait for a program that waits for the peer, and never looks at the peer.
    let verdict = run_guarded(
        || {
            let _peer = Peer::play(|_| Err("a script that goes wrong".into()))?;
            Mqx::of_program("sleep", ["1000"])?.run().map(|_| ())
        },
        STEP,
    );
    fails_with(verdict, "a script that goes wrong")?;
    let forgotten = || Peer::play(|listener| listener.accept().map(drop)).map(drop);
    fails_with(run_guarded(forgotten, STEP), "was not waited for")
}

fn vectors() -> Verdict {
    use Version::{V5, V311};
    let check = |bytes: Vec<u8>, expected: &[u8]| ensure_eq(&bytes, &expected.to_vec(), "bytes");
    check(connack(V311, true, 0, &[]), &[0x20, 2, 1, 0])?;
    check(connack(V5, false, 0x87, &property::receive_maximum(20)), &[0x20, 6, 0, 0x87, 3, 0x21, 0, 20])?;
    check(connect(V311, "a"), b"\x10\x0d\0\x04MQTT\x04\x02\0\x3c\0\x01a")?;
    check(Publish::new(0, 0, "a", "hi").bytes(V311), b"\x30\x05\0\x01ahi")?;
    check(Publish::new(1, 10, "a", "hi").dup().retain().bytes(V5), b"\x3b\x08\0\x01a\0\x0a\0hi")?;
    check(ack(V5, first::PUBREC, 258, 0x91), &[0x50, 3, 1, 2, 0x91])?;
    check(pubrel(V5, 258), &[0x62, 2, 1, 2])?;
    check(subscribe(V5, 1, &[("a/#", 1)]), b"\x82\x09\0\x01\0\0\x03a/#\x01")?;
    let long = Publish::new(0, 0, "a", vec![0; 200]).bytes(V311);
    check(long[..3].to_vec(), &[0x30, 0xCB, 0x01])?;
    ensure_eq(&describe(0x62, &[0, 7]), &"PUBREL id 7 (62 and 2 bytes: 00 07)".into(), "words")
}

fn dial(peer: &Peer) -> Verdict<TcpStream> {
    let socket = TcpStream::connect(("127.0.0.1", peer.port().parse()?))?;
    socket.set_read_timeout(Some(STEP))?;
    Ok(socket)
}

fn read_bytes<const N: usize>(socket: &mut TcpStream) -> Verdict<[u8; N]> {
    let mut bytes = [0; N];
    socket.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn peer_plays() -> Verdict {
    for version in Version::BOTH {
        let peer = Peer::play(move |listener| {
            let (mut client, connect) = listener.welcome(version)?;
            ensure_eq(&connect.client_id, &b"me".to_vec(), "client id")?;
            ensure(connect.clean() && connect.user.is_none(), "flags")?;
            let id = client.expect_message(1, "a", "hi")?;
            client.send(&ack(version, first::PUBACK, id, 0))?;
            ensure_eq(&client.grant_subscribe()?.filters, &vec![(b"f/#".to_vec(), 2)], "filters")?;
            client.answer_ping()?;
            client.goodbye()
        })?;
        let mut socket = dial(&peer)?;
        let mut all = connect(version, "me");
        all.extend(Publish::new(1, 3, "a", "hi").bytes(version));
        all.extend(subscribe(version, 4, &[("f/#", 2)]));
        all.extend(pingreq());
        all.extend([0xE0, 0]);
        socket.write_all(&all)?;
        socket.shutdown(std::net::Shutdown::Write)?;
        let mut answers = Vec::new();
        socket.read_to_end(&mut answers)?;
        let mut expected = connack(version, false, 0, &[]);
        expected.extend([0x40, 2, 0, 3]);
        expected.extend(if version == Version::V5 { vec![0x90, 4, 0, 4, 0, 2] } else { vec![0x90, 3, 0, 4, 2] });
        expected.extend(pingresp());
        ensure_eq(&answers, &expected, "the peer's answers")?;
        peer.finish()?;
    }
    Ok(())
}

fn peer_names_the_difference() -> Verdict {
    let verdict = run_guarded(
        || {
            let peer = Peer::play(|listener| listener.accept()?.expect(&[0x40, 2, 0, 1]))?;
            dial(&peer)?.write_all(&[0x62, 2, 0, 9])?;
            peer.finish()
        },
        STEP,
    );
    fails_with(verdict, "expected PUBACK id 1 (40 and 2 bytes: 00 01)\n     came PUBREL id 9 (62 and 2 bytes: 00 09)")
}

fn peer_cuts_and_closes() -> Verdict {
    let peer = Peer::play(|listener| {
        listener.accept()?.cut()?;
        listener.accept()?.close()?;
        listener.close();
        Ok(())
    })?;
    let cut = dial(&peer)?.read(&mut [0; 1]);
    ensure(cut.is_err_and(|error| error.kind() == std::io::ErrorKind::ConnectionReset), "cut is a reset")?;
    ensure_eq(&dial(&peer)?.read(&mut [0; 1])?, &0, "close is an end of file")?;
    let port: u16 = peer.port().parse()?;
    peer.finish()?;
    ensure(TcpStream::connect(("127.0.0.1", port)).is_err(), "a closed listener refuses")
}

/// Each read gets one byte, however late it comes.
fn peer_trickles() -> Verdict {
    let peer = Peer::play(|listener| {
        let mut client = listener.accept()?;
        client.trickle(b"abc")?;
        client.answer_after(2, b"d").map(|taken| ensure_eq(&taken, &vec![0xC0, 0xE0], "packets"))?
    })?;
    let mut socket = dial(&peer)?;
    for byte in *b"abc" {
        let mut buffer = [0; 8];
        ensure_eq(&(socket.read(&mut buffer)?, buffer[0]), &(1, byte), "a read")?;
    }
    socket.write_all(&[0xC0, 0, 0xE0, 0])?;
    ensure_eq(&read_bytes(&mut socket)?, b"d", "the answer")?;
    peer.finish()
}

fn peer_cuts_after_bytes() -> Verdict {
    let peer = Peer::play(|listener| ensure_eq(&listener.accept()?.cut_after(3)?, &b"abc".to_vec(), "bytes before the cut"))?;
    let mut socket = dial(&peer)?;
    socket.write_all(b"abcdef")?;
    let cut = socket.read(&mut [0; 1]);
    ensure(cut.is_err_and(|error| error.kind() == std::io::ErrorKind::ConnectionReset), "a reset")?;
    peer.finish()
}

fn peer_stalls() -> Verdict {
    let (go, told) = std::sync::mpsc::channel();
    let peer = Peer::play(move |listener| {
        listener.narrow()?;
        let mut client = listener.accept()?;
        client.stall(&told)?;
        while !client.is_silent()? {
            client.expect(&[0xC0, 0].repeat(500))?;
        }
        client.half_close()?;
        client.expect_eof()
    })?;
    let mut socket = dial(&peer)?;
    // So that the window alone is what holds bytes.
    socket2::SockRef::from(&socket).set_send_buffer_size(1)?;
    socket.set_write_timeout(Some(Duration::from_millis(300)))?;
    let (pings, mut sent) = ([0xC0, 0].repeat(500), 0);
    let blocked = loop {
        match socket.write(&pings[sent % pings.len()..]) {
            Ok(count) => sent += count,
            Err(error) => break error,
        }
        ensure(sent < 1 << 20, "who does not read still takes bytes")?;
    };
    ensure_eq(&blocked.kind(), &std::io::ErrorKind::WouldBlock, "the write that does not end")?;
    go.send(())?;
    socket.set_write_timeout(Some(STEP))?;
    socket.write_all(&pings[sent % pings.len()..])?;
    socket.shutdown(std::net::Shutdown::Write)?;
    ensure_eq(&socket.read(&mut [0; 1])?, &0, "half-closed")?;
    peer.finish()
}

fn quiet_has_teeth() -> Verdict {
    let ask = |answers: &'static [u8]| {
        run_guarded(
            move || {
                let peer = Peer::play(|listener| {
                    let mut client = listener.welcome(Version::V311)?.0;
                    client.expect_quiet()
                })?;
                let mut socket = dial(&peer)?;
                socket.write_all(&connect(Version::V311, "me"))?;
                ensure_eq(&read_bytes(&mut socket)?, &[0x20, 2, 0, 0, 0x62, 2, 0xFF, 0xFF], "the probe")?;
                socket.write_all(answers)?;
                peer.finish()
            },
            STEP,
        )
    };
    ask(&[0x70, 2, 0xFF, 0xFF])?;
    fails_with(ask(&[0xC0, 0, 0x70, 2, 0xFF, 0xFF]), "came PINGREQ")
}

fn environment() -> Verdict {
    let outcome = Mqx::of_program("sh", ["-c", "env | cut -d= -f1 | grep -v -e PWD -e SHLVL -e _ | sort | xargs"])?.run()?;
    outcome.expect(0, "HOME PATH TZ\n", "")
}

fn streams() -> Verdict {
    let outcome = Mqx::of_program("sh", ["-c", "cat; echo talk >&2; exit 5"])?.stdin("a\0b").run()?;
    outcome.expect(5, "a\0b", "talk\n")?;
    fails_with(outcome.expect(0, "a\0b", "talk"), "Code(5)")?;
    fails_with(outcome.expect(5, "a", "talk"), "stdout")?;
    fails_with(outcome.expect(5, "a\0b", "silence"), "stderr")?;

    let mut running = Mqx::of_program("sh", ["-c", "read x; echo got $x; cat"])?.stdin_held().start()?;
    running.write("one\n")?;
    ensure_eq(&running.wait_stdout("got")?, &"got one".into(), "a line")?;
    running.close_input();
    running.finish(STEP)?.expect_code(0)?;

    let mut running = Mqx::of_program("yes", ["x"])?.stdout_held().start()?;
    running.output.take().ok_or("held")?.read_exact(&mut [0; 2])?;
    running.finish(STEP)?.expect_ended(Ended::Signal(13), "", "")
}

fn signals_and_memory() -> Verdict {
    let script = "x=$(head -c 20000000 /dev/zero | tr '\\0' a); echo ready >&2; kill -STOP $$";
    let running = Mqx::of_program("sh", ["-c", script])?.start()?;
    running.wait_stderr("ready")?;
    // It may end before the next sample is due.
    let grown = running.peak_memory();
    // In this order it ends whether it has come to its STOP or not.
    running.signal(Signal::TERM)?;
    running.signal(Signal::CONT)?;
    let outcome = running.finish(STEP)?;
    let peak = outcome.peak_memory;
    if cfg!(target_os = "linux") {
        ensure(grown.is_some_and(|grown| (20_000_000..400_000_000).contains(&grown)), format_args!("peak memory {grown:?}"))?;
        ensure(peak >= grown, format_args!("peak memory {peak:?} at the end, {grown:?} before"))?;
    }
    outcome.expect_ended(Ended::Signal(15), "", "ready")
}

fn secrets_are_found() -> Verdict {
    let tell = |text: &str| Mqx::of_program("echo", [text])?.secret("hush").run().map(|_| ());
    tell("nothing")?;
    fails_with(tell("so: hush!"), "a secret appears on stdout")?;
    fails_with(refuse_secret(b"hush", format!("{:?}", b"hush").as_bytes(), "stderr"), "a secret appears")
}

fn pty_size_and_keys() -> Verdict {
    let script = "stty size; tty -s && echo terminal; read x; printf '\\033[1;31mred %s\\033[0m\\n' $x";
    let mut pty = Pty::of_program("sh", ["-c", script], &[])?;
    pty.wait_for("terminal")?;
    pty.write("hot\n")?;
    let (screen, ended) = pty.finish(STEP)?;
    ensure_eq(&ended, &Ended::Code(0), "status")?;
    ensure_eq(&plain(&screen), &"30 100\nterminal\nhot\nred hot\n".into(), "screen")?;
    ensure(screen.windows(7).any(|part| part == b"\x1b[1;31m"), "colours are in the bytes")
}

fn mosquitto_raw_bytes() -> Verdict {
    let broker = Mosquitto::start()?;
    let mut socket = TcpStream::connect(("127.0.0.1", broker.port().parse()?))?;
    socket.set_read_timeout(Some(STEP))?;
    socket.write_all(&[connect(Version::V311, "me"), subscribe(Version::V311, 1, &[("a/#", 0)])].concat())?;
    ensure_eq(&read_bytes(&mut socket)?, &[0x20, 2, 0, 0, 0x90, 3, 0, 1, 0], "CONNACK and SUBACK")?;
    let status = broker.client("mosquitto_pub")?.args(["-t", "a/b", "-m", "hi"]).status()?;
    ensure(status.success(), "mosquitto_pub")?;
    ensure_eq(&read_bytes(&mut socket)?, b"\x30\x07\0\x03a/bhi", "the message")
}

fn mosquitto_keeps() -> Verdict {
    let mut broker = Settings::new().user("u", "right").persistent().start()?;
    let publish = |broker: &Mosquitto, password: &str| -> Verdict<bool> {
        let mut command = broker.client("mosquitto_pub")?;
        let output = command.args(["-u", "u", "-P", password, "-t", "a", "-m", "kept", "-r", "-q", "1"]).output()?;
        Ok(output.status.success())
    };
    ensure(!publish(&broker, "wrong")?, "a wrong password is refused")?;
    ensure(publish(&broker, "right")?, "the right one is not")?;
    broker.restart()?;
    let mut command = broker.client("mosquitto_sub")?;
    let output = command.args(["-u", "u", "-P", "right", "-t", "a", "-C", "1", "-W", "20"]).output()?;
    ensure_eq(&String::from_utf8_lossy(&output.stdout).into_owned(), &"kept\n".into(), "retained over a restart")?;
    broker.kill();
    ensure(!publish(&broker, "right")?, "a killed broker does not answer")?;
    broker.start_again()?;
    ensure(publish(&broker, "right")?, "started again it does")
}
