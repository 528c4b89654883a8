//! One run of one client on a row's command line, with everything around it. Called by the comparison.

use std::collections::HashSet;
use std::fmt;
use std::net::TcpStream;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::thread;

use rustix::process::Signal;

use super::friend::publish;
use super::row::{Place, Program, Row};
use super::wire::Wire;
use super::words;
use crate::support::certificates::Certificates;
use crate::support::child::Ended;
use crate::support::client::RawClient;
use crate::support::harness::find_program;
use crate::support::mosquitto::{Mosquitto, Settings};
use crate::support::mqx::{Mqx, Outcome};
use crate::support::temp::TempDir;
use crate::support::{STEP, Verdict, free_port, text};

/// The brokers that a section needs, shared by its rows.
pub struct Brokers {
    open: Mosquitto,
    guarded: Option<Mosquitto>,
    tls: Option<Mosquitto>,
    websocket: Option<Mosquitto>,
    certificates: Option<Certificates>,
    directory: TempDir,
}

impl Brokers {
    /// Starts them.
    pub fn new(rows: &[Row]) -> Verdict<Self> {
        let directory = TempDir::new()?;
        let needs = |place| rows.iter().any(|row| row.place == place);
        let start = |place, settings: Settings| needs(place).then(|| settings.start()).transpose();
        // A second way in, for whoever looks at what arrived.
        let beside = |name: &str| format!("listener 0 {}", directory.path().join(name).display());
        let certificates = needs(Place::Tls).then(Certificates::new).transpose()?;
        let tls = certificates.as_ref().map(|it| Settings::new().tls(&it.good).line(&beside("tls")));
        let acl = "user ann\ntopic readwrite #\ntopic deny +/denied\n";
        Ok(Self {
            open: Mosquitto::start()?,
            guarded: start(Place::Guarded, Settings::new().user("ann", "c4n4ry").acl(acl))?,
            tls: tls.map(Settings::start).transpose()?,
            websocket: start(Place::WebSocket, Settings::new().websocket().line(&beside("websocket")))?,
            certificates,
            directory,
        })
    }

    fn friend(&self, place: Place, name: &str) -> Verdict<RawClient> {
        let beside = |file: &str| -> Verdict<TcpStream> {
            // What is done to a stream is the same for both.
            Ok(OwnedFd::from(UnixStream::connect(self.directory.path().join(file))?).into())
        };
        let socket = match place {
            Place::Tls => beside("tls")?,
            Place::WebSocket => beside("websocket")?,
            _ => TcpStream::connect(("127.0.0.1", number(&self.open)?))?,
        };
        RawClient::new(socket, name)
    }
}

fn number(broker: &Mosquitto) -> Verdict<u16> {
    Ok(broker.port().parse()?)
}

/// Whose words are run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Words {
    /// mqx's.
    Ours,
    /// mosquitto's, with the defaults of mqx where the line says nothing else.
    Aligned,
    /// mosquitto's, as they are.
    Theirs,
}

/// What kind of end a run has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    Done,
    Local,
    Usage,
    Unreachable,
    Refused,
    Rejected,
    Lost,
    TimedOut,
}

/// What a run did, with `{t}` where its own topic was.
#[derive(Debug)]
pub struct Ran {
    pub status: i32,
    pub class: Class,
    pub stdout: Vec<u8>,
    pub stderr: String,
    /// In words.
    pub sends: Vec<String>,
}

impl fmt::Display for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (stdout, sends) = (self.stdout.escape_ascii(), self.sends.join("\n  "));
        write!(f, "  status {} ({:?}), stdout {stdout}\n  {sends}\n  stderr: {}", self.status, self.class, self.stderr.trim_end())
    }
}

/// The end of a connection to a broker, and what is seen through it.
enum Eyes {
    Wire(Wire),
    Friend(RawClient, u16),
    Nobody(u16),
}

/// Runs it. `topic` is the row's own, of four characters.
pub fn run(row: &Row, topic: &str, brokers: &Brokers, words: Words) -> Verdict<Ran> {
    let socket = brokers.directory.path().join(format!("{topic}.socket"));
    let eyes = eyes(row, topic, brokers, &socket)?;
    let port = match &eyes {
        Eyes::Wire(wire) => wire.port(),
        Eyes::Friend(_, port) | Eyes::Nobody(port) => *port,
    };
    let certificates = brokers.certificates.as_ref();
    let place = |text: &str| -> Verdict<String> {
        let mut line = text.replace("{at}", "-h 127.0.0.1 -p {port}").replace("{port}", &port.to_string()).replace("{t}", topic);
        line = line.replace("{socket}", self::text(&socket)?);
        if let Some(certificates) = certificates {
            line = line.replace("{ca}", self::text(&certificates.ca)?).replace("{other}", self::text(&certificates.other_ca)?);
        }
        Ok(line)
    };
    let mut client = Mqx::of_program("/bin/sh", ["-c", &place(&command(row, words)?)?])?;
    for (name, content) in row.files {
        let path = client.home().join(name);
        path.parent().map_or(Ok(()), std::fs::create_dir_all)?;
        std::fs::write(path, place(content)?)?;
    }
    if let Some(bytes) = row.stdin {
        client = client.stdin(bytes);
    }
    if !row.before.is_empty() {
        let mut friend = brokers.friend(row.place, &format!("{topic}-before"))?;
        row.before.iter().try_for_each(|message| publish(&mut friend, message, topic))?;
    }
    let outcome = beside(client, row, topic, brokers, &eyes)?;
    let Ended::Code(status) = outcome.ended else { return Err(format!("it ended by a signal: {outcome}").into()) };
    let sends = match eyes {
        Eyes::Wire(wire) => words::of(&wire.packets()?, row.line, topic)?,
        Eyes::Friend(friend, _) => {
            let came = friend.came(&format!("{topic}/the-end"))?;
            came.iter().map(|publish| Ok(words::publish(publish, false)?.replace(topic, "{t}"))).collect::<Verdict<_>>()?
        }
        Eyes::Nobody(_) => Vec::new(),
    };
    let ours = words == Words::Ours;
    let class = if ours { Class::of_ours(status) } else { Class::of_theirs(status, &outcome.stderr) };
    let mut stdout = replaced(&outcome.stdout, topic.as_bytes(), b"{t}");
    row.mask(&mut stdout);
    Ok(Ran { status, class, stdout, stderr: outcome.stderr, sends })
}

fn eyes(row: &Row, topic: &str, brokers: &Brokers, socket: &std::path::Path) -> Verdict<Eyes> {
    let broker = |broker: &Option<Mosquitto>| -> Verdict<u16> { number(broker.as_ref().ok_or("the section has started it")?) };
    let friend = |port| -> Verdict<Eyes> {
        let mut friend = brokers.friend(row.place, &format!("{topic}-eyes"))?;
        friend.subscribe(&format!("{topic}/#"))?;
        Ok(Eyes::Friend(friend, port))
    };
    Ok(match row.place {
        Place::Open => Eyes::Wire(Wire::tcp(Some(number(&brokers.open)?), row.fault)?),
        Place::Unix => Eyes::Wire(Wire::unix(socket, number(&brokers.open)?)?),
        Place::Guarded => Eyes::Wire(Wire::tcp(Some(broker(&brokers.guarded)?), row.fault)?),
        Place::Silent => Eyes::Wire(Wire::tcp(None, row.fault)?),
        Place::Nobody => Eyes::Nobody(free_port()?),
        Place::Tls => friend(broker(&brokers.tls)?)?,
        Place::WebSocket => friend(broker(&brokers.websocket)?)?,
    })
}

/// The command line for a shell, which the client takes the place of where it can, so that a signal reaches it.
fn command(row: &Row, words: Words) -> Verdict<String> {
    let mut line = row.line.to_owned();
    for program in [Program::Pub, Program::Sub, Program::Rr] {
        let name = program.name();
        if !line.contains(name) {
            continue;
        }
        let path = find_program(name).ok_or_else(|| format!("{name} is not installed"))?;
        let client = match words {
            Words::Ours => format!("{} {}", env!("CARGO_BIN_EXE_mqx"), program.command()),
            Words::Theirs => text(&path)?.to_owned(),
            Words::Aligned => format!("{} -V 5 -q 1", text(&path)?),
        };
        line = line.replace(&format!("{name} "), &format!("{client} "));
    }
    let alone = row.line.starts_with(row.program.name()) && !row.line.contains(" | ") && !row.line.contains(" && ");
    Ok(if alone { format!("exec {line}") } else { line })
}

/// Runs the client, with what is published to it meanwhile.
fn beside(client: Mqx, row: &Row, topic: &str, brokers: &Brokers, eyes: &Eyes) -> Verdict<Outcome> {
    let Eyes::Wire(wire) = eyes else { return client.run() };
    let friend = match row.place {
        Place::Open | Place::Unix => Some(brokers.friend(row.place, &format!("{topic}-live"))?),
        _ => None,
    };
    let running = client.start()?;
    thread::scope(|scope| {
        let helper = scope.spawn(|| friend.map_or(Ok(()), |friend| help(friend, row, topic, wire)));
        let until = || row.until.map_or(Ok(()), |part| running.wait_stdout(part).and_then(|_| running.signal(Signal::TERM)));
        let waited = until();
        let ended = waited.and_then(|()| running.finish(STEP));
        wire.over();
        let helped = helper.join().map_err(|_| "the helper panicked")?;
        let outcome = ended?;
        helped.map(|()| outcome)
    })
}

/// Publishes the row's messages once the subscriptions stand, and answers.
fn help(mut friend: RawClient, row: &Row, topic: &str, wire: &Wire) -> Verdict {
    if !row.live.is_empty() && wire.wait_answered(filters(row))? {
        row.live.iter().try_for_each(|message| publish(&mut friend, message, topic))?;
    }
    if let Some(payload) = row.answer
        && let Some(request) = wire.wait_published(0)?
    {
        friend.send(words::answer(&request, &format!("{topic}/answer"), payload)?)?;
    }
    Ok(())
}

/// How many filters the client subscribes to or unsubscribes from, each counted once: what the line says of them.
fn filters(row: &Row) -> usize {
    let options = ["-t", "--topic", "-U", "--unsubscribe", "-L", "--url"];
    let words: Vec<&str> = row.line.split_whitespace().collect();
    let said: HashSet<&str> = words.windows(2).filter(|pair| options.contains(&pair[0])).map(|pair| pair[1]).collect();
    if row.program == Program::Sub { said.len().max(1) } else { 1 }
}

fn replaced(bytes: &[u8], part: &[u8], with: &[u8]) -> Vec<u8> {
    let (mut out, mut rest) = (Vec::with_capacity(bytes.len()), bytes);
    while let Some((first, more)) = rest.split_first() {
        if let Some(behind) = rest.strip_prefix(part) {
            out.extend_from_slice(with);
            rest = behind;
        } else {
            out.push(*first);
            rest = more;
        }
    }
    out
}
