//! The loop of everything that publishes: source → session → acknowledgements → tally.

use std::collections::VecDeque;
use std::ops::Range;

use super::{Stop, Stopped, Tally};
use crate::client::{Outcome, Publisher, Token};
use crate::mqtt::Message;

/// Where messages come from, and who wants to know what became of them.
pub trait Source {
    /// Why no more can be had.
    type Error;

    /// Waits for messages and appends them to `into`, at most about a thousand; false at the end. Cancel safe.
    fn next(&mut self, into: &mut VecDeque<Message>) -> impl Future<Output = Result<bool, Self::Error>>;

    /// The next messages in order were submitted, with these numbers.
    fn submitted(&mut self, _numbers: Range<u64>) {}

    /// What became of some of them. May write to stdout.
    fn settled(&mut self, _outcomes: &[(Token, Outcome)]) -> impl Future<Output = Result<(), Self::Error>> {
        std::future::ready(Ok(()))
    }

    /// Whether nothing can be had before one of the messages that are on their way is settled.
    fn is_starved(&self) -> bool {
        false
    }

    /// Whether enough is settled although more could be sent.
    fn is_satisfied(&self) -> bool {
        false
    }
}

/// Publishes until the source has no more, something stops it (`Some`), or the connection is given up. Does not wait for the last
/// acknowledgements: that is `finish`.
///
/// # Errors
/// Those of the source. What was submitted before is still to be finished.
pub async fn publish_all<S: Source>(
    publisher: &Publisher,
    source: &mut S,
    stop: &mut Stop,
    tally: &mut Tally,
) -> Result<Option<Stopped>, S::Error> {
    tokio::select! {
        biased;
        why = stop.wait() => Ok(Some(why)),
        result = pump(publisher, source, tally) => result.map(|()| None),
    }
}

async fn pump<S: Source>(publisher: &Publisher, source: &mut S, tally: &mut Tally) -> Result<(), S::Error> {
    let mut waiting = VecDeque::new();
    let mut outcomes = Vec::new();
    let mut more = true;
    loop {
        if !waiting.is_empty() {
            source.submitted(publisher.publish(&mut waiting));
        }
        // Here, not one outcome later: the deadline of the last acknowledgements runs from when `finish` asks for them.
        if !more && waiting.is_empty() {
            break;
        }
        let starved = source.is_starved();
        if starved {
            publisher.starve();
        }
        let ended = tokio::select! {
            ended = publisher.settled(!waiting.is_empty(), &mut outcomes) => ended,
            result = source.next(&mut waiting), if more && !starved && waiting.is_empty() => {
                more = result?;
                false
            }
        };
        if !outcomes.is_empty() {
            tally.count(&outcomes);
            source.settled(&outcomes).await?;
            outcomes.clear();
        }
        if ended || source.is_satisfied() {
            break;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;
    use crate::client::{self, ConnectOptions, Credentials, RetryBudget, Said, SessionKeeping, Target, VersionChoice};
    use crate::mqtt::{QoS, TopicName, Version};
    use crate::net::{Endpoint, Network, TlsOptions};
    use crate::ui::Ui;

    struct Once;

    impl Source for Once {
        type Error = ();

        async fn next(&mut self, into: &mut VecDeque<Message>) -> Result<bool, ()> {
            into.push_back(Message::new(TopicName::new("a").unwrap(), "x".into(), QoS::AtLeastOnce));
            Ok(false)
        }
    }

    /// Accepts the connection, and acknowledges nothing.
    async fn broker(listener: TcpListener) {
        let (mut client, _) = listener.accept().await.unwrap();
        client.write_all(&[0x20, 2, 0, 0]).await.unwrap();
        let _ = client.read_to_end(&mut Vec::new()).await;
    }

    /// The last acknowledgements have a deadline only once `finish` asks for them.
    #[tokio::test]
    async fn the_end_of_the_source_does_not_wait_for_an_acknowledgement() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(broker(listener));
        let options = ConnectOptions {
            targets: vec![Target { endpoint: Endpoint::tcp("127.0.0.1".to_owned(), port), credentials: Credentials::default() }],
            network: Network::default(),
            tls: TlsOptions::default(),
            websocket_headers: Vec::new(),
            connect_timeout: std::time::Duration::from_secs(5),
            version: VersionChoice::Only(Version::V311),
            client_id: "x".into(),
            will: None,
            will_on_exit: false,
            receive_maximum: 1,
            keep_alive: 0,
            session: SessionKeeping::Run { expiry: 0 },
            max_inflight: None,
            max_packet: None,
            request_response_information: false,
            request_problem_information: true,
            topic_alias_maximum: 16,
            disconnect_expiry: None,
            said: Said::default(),
            retry: RetryBudget::Never,
            retry_first: false,
            trace: false,
            consumer: false,
        };
        let (publisher, _events) = client::connect(options, |_| ()).await.unwrap();
        // A stop in good time, so that a failure is no hang.
        let mut stop = Stop::new(Some(std::time::Duration::from_secs(5))).unwrap();
        let mut tally = Tally::new(Ui::new(true));
        assert_eq!(publish_all(&publisher, &mut Once, &mut stop, &mut tally).await, Ok(None));
    }
}
