//! `mqx retained list`: a line a retained message, as they come.

use std::io::Write as _;
use std::time::Duration;

use super::gather::{Each, Gather, Source};
use crate::commands::{told, unless_abandoned};
use crate::error::Error;
use crate::exit::Status;
use crate::flow::tally::messages;
use crate::flow::{Goal, Stopped, Tally, finish};
use crate::mqtt::{QoS, Received, TopicFilter};
use crate::output::json;
use crate::output::stdout::{Stdout, StdoutError};
use crate::text::{escape, field};

/// How a retained message is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// For a person: size, QoS and topic below each other.
    Columns {
        /// Whether to use colour.
        colour: bool,
    },
    /// For a program: topic, size and QoS with tabs between them; what would be another field or line is written out.
    Tabs,
    /// One JSON object a line.
    Json {
        /// Whether a terminal has to be kept safe from the characters.
        escaped: bool,
    },
}

/// After this long without a message the rest is asked for at QoS 0. Whatever comes later is not lost, only its QoS.
const SHORT: Duration = Duration::from_millis(250);

/// Lists what is retained. At QoS 1 and 2 a broker may leave out what is more than it queues for a client, and says nothing: mosquitto
/// does so beyond 1,000. At QoS 0 everything comes, and does not say at which QoS it was published. So both are asked for.
pub(super) async fn list(
    source: &mut Source,
    left_out: Vec<TopicFilter>,
    look: Look,
    qos: QoS,
    stdout: Stdout,
) -> Result<Status, Error> {
    let closed = stdout.clone();
    source.stop.end_with(async move { closed.closed().await });
    let rows = Rows { look, stdout, buffer: Vec::new(), begun: false, levels: qos > QoS::AtMostOnce, unknown: 0 };
    let mut gather = Gather::new(rows, left_out);
    let qos = qos.min(source.publisher.limits().maximum_qos);
    let (stopped, failure) = told(unless_abandoned(all(source, qos, &mut gather).await), &source.ui);
    let mut tally = Tally::new(source.ui.clone());
    let complete = stopped == Some(Stopped::Elapsed);
    let finished = finish(&source.publisher, &mut source.stop, stopped, &mut tally).await;
    if complete && failure == Status::Done {
        source.ui.note(&format!("{} retained", messages(gather.topics.len() as u64)));
    }
    if gather.each.unknown > 0 {
        let text = format!("the broker sends {} at QoS 0 only: their QoS is not known", messages(gather.each.unknown));
        source.ui.note(&text);
    }
    let goal = if complete { Goal::Met } else { Goal::Missed };
    Ok(tally.conclude(&finished, goal).merge(failure))
}

async fn all(source: &mut Source, qos: QoS, gather: &mut Gather<Rows>) -> Result<Option<Stopped>, StdoutError> {
    let idle = source.idle;
    if qos == QoS::AtMostOnce {
        return source.gather(qos, idle, gather).await;
    }
    let stopped = source.gather(qos, idle.min(SHORT), gather).await?;
    if stopped != Some(Stopped::Elapsed) {
        return Ok(stopped);
    }
    // A broker that leaves some of them out has sent others.
    if !gather.above_0 {
        return source.gather_more(gather).await;
    }
    gather.each.levels = false;
    source.gather(QoS::AtMostOnce, idle, gather).await
}

/// Prints what is found.
struct Rows {
    look: Look,
    stdout: Stdout,
    buffer: Vec<u8>,
    /// Whether the columns have their head.
    begun: bool,
    /// Whether deliveries say at which QoS they were published.
    levels: bool,
    /// How many did not.
    unknown: u64,
}

impl Each for Rows {
    fn found(&mut self, received: &Received) {
        let level = self.levels.then_some(received.message.qos);
        self.unknown += u64::from(level.is_none());
        if !std::mem::replace(&mut self.begun, true) {
            head(self.look, &mut self.buffer);
        }
        row(received, level, self.look, &mut self.buffer);
    }

    async fn flush(&mut self) -> Result<(), StdoutError> {
        if !self.buffer.is_empty() {
            self.buffer = self.stdout.write(std::mem::take(&mut self.buffer)).await?;
        }
        Ok(())
    }
}

fn head(look: Look, out: &mut Vec<u8>) {
    if let Look::Columns { colour } = look {
        let (dim, end) = if colour { ("\x1b[2m", "\x1b[0m") } else { ("", "") };
        out.extend_from_slice(format!("{dim}{:>9}  QoS  topic{end}\n", "bytes").as_bytes());
    }
}

/// Appends one message; `level` is its QoS, if that is known.
fn row(received: &Received, level: Option<QoS>, look: Look, out: &mut Vec<u8>) {
    let (topic, size) = (received.message.topic.as_str(), received.message.payload.len());
    let level = level.map_or_else(|| "-".to_owned(), |qos| qos.to_string());
    // Writing to a Vec cannot fail.
    let _ = match look {
        Look::Columns { .. } => writeln!(out, "{size:>9}  {level:>3}  {}", escape(topic.as_bytes())),
        Look::Tabs => writeln!(out, "{}\t{size}\t{level}", field(topic)),
        Look::Json { escaped } => {
            json::record(received, escaped, out);
            Ok(())
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::samples::received;

    fn line(look: Look, topic: &str, level: Option<QoS>) -> String {
        let mut out = Vec::new();
        row(&received(topic, b"hot"), level, look, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_program_gets_the_topic_as_one_field_and_a_terminal_what_is_safe() {
        assert_eq!(line(Look::Tabs, "a/\u{1b}[2J", Some(QoS::ExactlyOnce)), "a/\u{1b}[2J\t3\t2\n");
        assert_eq!(line(Look::Tabs, "a", None), "a\t3\t-\n");
        assert_eq!(line(Look::Tabs, "a\t9\t0\nb\\n", None), "a\\t9\\t0\\nb\\\\n\t3\t-\n");
        let columns = Look::Columns { colour: true };
        assert_eq!(line(columns, "a/\u{1b}[2J\t", Some(QoS::AtMostOnce)), "        3    0  a/\\x1b[2J\\t\n");
        assert!(line(Look::Json { escaped: true }, "a\u{202e}", None).contains(r#""topic":"a\u202e""#));
    }

    #[test]
    fn columns_have_a_head_that_stands_above_them() {
        let mut out = Vec::new();
        let look = Look::Columns { colour: false };
        head(look, &mut out);
        row(&received("a", b"hot"), Some(QoS::AtLeastOnce), look, &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), "    bytes  QoS  topic\n        3    1  a\n");
        let mut out = Vec::new();
        head(Look::Tabs, &mut out);
        assert!(out.is_empty());
    }
}
