//! Happy Eyeballs (RFC 8305): which of a host's addresses is connected to. Called by `dial`.
//!
//! An address that swallows what it is sent costs no more than [`ATTEMPT_DELAY`] when another one works. The resolution delay of the RFC is for
//! resolvers that ask for each family by itself; ours gives all addresses at once.

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use tokio::time::sleep;

/// The Connection Attempt Delay, as RFC 8305 recommends it: how long one attempt has before the next begins beside it.
const ATTEMPT_DELAY: Duration = Duration::from_millis(250);

/// An address, and why it was not connected to.
type Failure = (SocketAddr, io::Error);

/// Addresses with their families in turn, each in the order in which they came, beginning with the family of the first (RFC 8305, 4).
pub(super) fn interleave(addresses: impl Iterator<Item = SocketAddr>) -> Vec<SocketAddr> {
    let mut addresses = addresses.peekable();
    let first_is_v4 = addresses.peek().is_some_and(SocketAddr::is_ipv4);
    let (first, second): (Vec<_>, Vec<_>) = addresses.partition(|address| address.is_ipv4() == first_is_v4);
    let mut turns: Vec<_> = first.into_iter().enumerate().chain(second.into_iter().enumerate()).collect();
    // The sort is stable: in each turn the first family stays before the second.
    turns.sort_by_key(|(turn, _)| *turn);
    turns.into_iter().map(|(_, address)| address).collect()
}

/// The first connection that comes about. Attempts begin in order, each when the one before has failed or has had its time; all go on
/// until one is through, and then the others are dropped.
///
/// # Errors
/// When every attempt failed, or there is no address: each address with its error, in order.
pub(super) async fn first<S, F>(addresses: &[SocketAddr], connect: impl Fn(SocketAddr) -> F) -> Result<S, Vec<Failure>>
where
    F: Future<Output = io::Result<S>>,
{
    match addresses {
        // No race, and none of its costs.
        [only] => connect(*only).await.map_err(|error| vec![(*only, error)]),
        _ => first_with(addresses, connect, || sleep(ATTEMPT_DELAY)).await,
    }
}

/// The same with another delay.
async fn first_with<S, F, D>(
    addresses: &[SocketAddr],
    connect: impl Fn(SocketAddr) -> F,
    delay: impl Fn() -> D,
) -> Result<S, Vec<Failure>>
where
    F: Future<Output = io::Result<S>>,
    D: Future<Output = ()>,
{
    let mut waiting = addresses.iter().enumerate();
    let mut running: Vec<Attempt<F>> = Vec::new();
    let mut failed: Vec<(usize, SocketAddr, io::Error)> = Vec::new();
    loop {
        if let Some((turn, address)) = waiting.next() {
            running.push((turn, *address, Box::pin(connect(*address))));
        } else if running.is_empty() {
            failed.sort_by_key(|(turn, ..)| *turn);
            return Err(failed.into_iter().map(|(_, address, error)| (address, error)).collect());
        }
        let ended = match waiting.len() {
            // Nothing else could begin.
            0 => Some(next_end(&mut running).await),
            _ => tokio::select! {
                biased;
                ended = next_end(&mut running) => Some(ended),
                () = delay() => None,
            },
        };
        match ended {
            Some((_, _, Ok(stream))) => return Ok(stream),
            Some((turn, address, Err(error))) => failed.push((turn, address, error)),
            None => {}
        }
    }
}

/// An attempt under way: its turn, its address, and what comes of it.
type Attempt<F> = (usize, SocketAddr, Pin<Box<F>>);

/// Waits until one of the attempts has ended, and takes it out. The one that has run for longest is asked first.
async fn next_end<F: Future>(running: &mut Vec<Attempt<F>>) -> (usize, SocketAddr, F::Output) {
    poll_fn(|cx| {
        for (at, (turn, address, attempt)) in running.iter_mut().enumerate() {
            if let Poll::Ready(output) = attempt.as_mut().poll(cx) {
                let ended = (*turn, *address, output);
                running.remove(at);
                return Poll::Ready(ended);
            }
        }
        Poll::Pending
    })
    .await
}

#[cfg(test)]
mod tests;
