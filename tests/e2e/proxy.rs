//! The proxy that injects faults, its own tests first; and through it, to a real broker and back, with connections cut on the way.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::at;
use crate::support::harness::{Case, Tool, case};
use crate::support::mosquitto::Mosquitto;
use crate::support::numbered::{Count, count, line};
use crate::support::packets::Version;
use crate::support::proxy::{Fault, Proxy};
use crate::support::{STEP, Verdict, ensure, ensure_eq};

pub fn cases(list: &mut Vec<Case>) {
    list.push(case("support::numbered::counts", numbers_are_counted));
    list.push(case("support::proxy::passes_on", passes_on));
    list.push(case("support::proxy::cuts_both_ways_until_calm", cuts));
    list.push(case("support::proxy::is_slow", is_slow));
    for version in Version::BOTH {
        for qos in ["1", "2"] {
            let name = format!("mosquitto::connections_are_cut_and_nothing_is_lost::qos_{qos}::{}", version.flag());
            list.push(case(name, move || cut_on_the_way(version, qos)).needs(Tool::Mosquitto).deadline(4 * STEP));
        }
    }
}

fn numbers_are_counted() -> Verdict {
    let of = |numbers: &[usize]| numbers.iter().map(|&number| line(number, 3)).collect::<String>().into_bytes();
    let counted = count(&of(&[0, 2, 1, 2, 4]), 5, |_| 3)?;
    ensure_eq(&counted, &Count { arrived: 4, missing: vec![3], again: vec![2], late: vec![1] }, "the count")?;
    ensure(counted.expect_all(false).is_err(), "one is missing")?;
    ensure(count(&of(&[1, 0]), 2, |_| 3)?.expect_all(false).is_err(), "one is out of order")?;
    let twice = count(&of(&[0, 0, 1]), 2, |_| 3)?;
    ensure(twice.expect_all(false).is_ok() && twice.expect_all(true).is_err(), "one came twice")?;
    ensure(count(&of(&[2]), 2, |_| 3).is_err() && count(&of(&[1]), 2, |_| 4).is_err(), "what nobody sent")
}

/// A server for one connection: it reads to the end, and then sends all of it back.
fn echo() -> Verdict<(String, thread::JoinHandle<std::io::Result<()>>)> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let port = listener.local_addr()?.port().to_string();
    let server = thread::spawn(move || {
        let (mut socket, _) = listener.accept()?;
        let mut all = Vec::new();
        socket.read_to_end(&mut all)?;
        socket.write_all(&all)
    });
    Ok((port, server))
}

/// What comes back of `bytes`.
fn send_through(proxy: &Proxy, bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut socket = TcpStream::connect(("127.0.0.1", proxy.port().parse().unwrap_or_default()))?;
    socket.set_read_timeout(Some(STEP))?;
    socket.write_all(bytes)?;
    socket.shutdown(Shutdown::Write)?;
    let mut back = Vec::new();
    socket.read_to_end(&mut back)?;
    Ok(back)
}

fn passes_on() -> Verdict {
    let (port, server) = echo()?;
    let proxy = Proxy::start(&port, Fault::Nothing, 0)?;
    let bytes: Vec<u8> = (0..1_000_000_u32).map(|number| (number % 251) as u8).collect();
    ensure(send_through(&proxy, &bytes)? == bytes, "what came back is not what was sent")?;
    server.join().map_err(|_| "the server")??;
    let carried = proxy.carried();
    ensure(carried.len() == 1 && carried[0].up == bytes && carried[0].down == bytes, "what it keeps is what it carried")?;
    ensure_eq(&proxy.connections(), &1, "connections")?;
    // Nobody listens any more.
    let away = send_through(&proxy, b"x").map_err(|error| error.kind());
    ensure(matches!(away, Err(ErrorKind::ConnectionReset | ErrorKind::BrokenPipe)), format_args!("{away:?}"))?;
    ensure_eq(&proxy.connections(), &1, "connections that were answered")
}

fn cuts() -> Verdict {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let ages = Duration::from_millis(100)..Duration::from_millis(300);
    let proxy = Proxy::start(&listener.local_addr()?.port().to_string(), Fault::Cut(ages.clone()), 7)?;
    let dial = || -> Verdict<(TcpStream, TcpStream)> {
        let client = TcpStream::connect(("127.0.0.1", proxy.port().parse()?))?;
        let (server, _) = listener.accept()?;
        [&client, &server].into_iter().try_for_each(|socket| socket.set_read_timeout(Some(STEP)))?;
        Ok((client, server))
    };
    for _ in 0..3 {
        let begun = Instant::now();
        let (mut client, mut server) = dial()?;
        for socket in [&mut client, &mut server] {
            let came = socket.read(&mut [0]).map_err(|error| error.kind());
            ensure_eq(&came, &Err(ErrorKind::ConnectionReset), "how it ends on either side")?;
        }
        ensure(begun.elapsed() >= ages.start, format_args!("cut after {:?}", begun.elapsed()))?;
    }
    proxy.calm();
    let (mut client, mut server) = dial()?;
    server.set_read_timeout(Some(2 * ages.end))?;
    let quiet = server.read(&mut [0]).map_err(|error| error.kind());
    ensure_eq(&quiet, &Err(ErrorKind::WouldBlock), "what is calm is not cut")?;
    client.write_all(b"x")?;
    ensure_eq(&server.read(&mut [0])?, &1, "and carries on")
}

fn is_slow() -> Verdict {
    let (port, server) = echo()?;
    let slow = Fault::Slow { delay: Duration::from_millis(100), bytes_per_second: 64_000 };
    let proxy = Proxy::start(&port, slow, 0)?;
    let (bytes, begun) = (vec![7; 16_000], Instant::now());
    ensure(send_through(&proxy, &bytes)? == bytes, "what came back is not what was sent")?;
    // Twice the delay and, since the echo waits for the end, twice a quarter of a second.
    let took = begun.elapsed();
    ensure(took >= Duration::from_millis(690), format_args!("took only {took:?}"))?;
    Ok(server.join().map_err(|_| "the server")??)
}

/// Lines for each connection of `pub`.
const BLOCK: usize = 300;
/// How often `pub` is cut off.
const CUTS: usize = 3;

fn cut_on_the_way(version: Version, qos: &str) -> Verdict {
    let ages = Duration::from_millis(20)..Duration::from_millis(150);
    let broker = Mosquitto::start()?;
    let to_sub = Proxy::start(&broker.port(), Fault::Cut(ages.clone()), 1)?;
    let to_pub = Proxy::start(&broker.port(), Fault::Cut(ages), 2)?;
    // In 3.1.1 a session outlives its connection only if it is kept.
    let words = |command: &'static str, id: &'static str| match version {
        Version::V311 => vec![command, "--retry-first", "-q", qos, "-c", "-i", id],
        Version::V5 => vec![command, "--retry-first", "-q", qos],
    };
    let sub = at(&to_sub.port(), version, &[words("sub", "the-sub"), vec!["a"]].concat())?.start()?;
    sub.wait_stderr("subscribed to a")?;
    let mut publish = at(&to_pub.port(), version, &[words("pub", "the-pub"), vec!["-l", "a"]].concat())?.stdin_held().start()?;
    for block in 0..CUTS {
        let lines: String = (block * BLOCK..(block + 1) * BLOCK).map(|number| line(number, 50)).collect();
        publish.write(lines)?;
        to_pub.wait_connections(block + 2)?;
    }
    to_sub.wait_connections(2)?;
    to_pub.calm();
    to_sub.calm();
    publish.close_input();
    publish.finish(2 * STEP)?.expect(0, "", "connected again")?;
    sub.wait_stdout(line(CUTS * BLOCK - 1, 50).trim_end())?;
    sub.signal(Signal::INT)?;
    let outcome = sub.finish(STEP)?;
    outcome.expect_code(0)?;
    count(&outcome.stdout, CUTS * BLOCK, |_| 50)?.expect_all(qos == "2")
}
