//! The race by hand: what an attempt comes to, and when a delay is over, is for each test to say. And once with the real ones.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::io::ErrorKind;
use std::pin::pin;
use std::task::{Context, Waker};
use std::time::Instant;

use tokio::net::{TcpListener, TcpStream};

use super::*;

/// Attempts and delays that end when the test says so.
#[derive(Default)]
struct Course {
    began: RefCell<Vec<u16>>,
    ends: RefCell<HashMap<u16, Result<(), ErrorKind>>>,
    /// Attempts that are under way.
    running: Cell<usize>,
    delays_over: Cell<usize>,
}

struct Running<'a>(&'a Cell<usize>);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

impl Course {
    /// Ends in the port that was connected to.
    async fn connect(&self, address: SocketAddr) -> io::Result<u16> {
        let port = address.port();
        self.began.borrow_mut().push(port);
        self.running.set(self.running.get() + 1);
        let _running = Running(&self.running);
        poll_fn(|_| self.ends.borrow().get(&port).map_or(Poll::Pending, |end| Poll::Ready(*end))).await?;
        Ok(port)
    }

    async fn delay(&self) {
        poll_fn(|_| match self.delays_over.get() {
            0 => Poll::Pending,
            over => {
                self.delays_over.set(over - 1);
                Poll::Ready(())
            }
        })
        .await;
    }

    fn end(&self, port: u16, end: Result<(), ErrorKind>) {
        self.ends.borrow_mut().insert(port, end);
    }

    fn began(&self) -> Vec<u16> {
        self.began.borrow().clone()
    }
}

/// Addresses that differ in their ports.
fn ports(ports: &[u16]) -> Vec<SocketAddr> {
    ports.iter().map(|port| SocketAddr::from(([192, 0, 2, 1], *port))).collect()
}

/// Runs as far as it can without anything happening.
fn go_on<F: Future>(race: &mut Pin<&mut F>) -> Poll<F::Output> {
    race.as_mut().poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn the_families_take_turns_from_the_first_on() {
    for (resolved, tried) in [
        (&["[::1]:1", "[::2]:1", "[::3]:1", "1.1.1.1:1", "1.1.1.2:1"][..], "[::1]:1 1.1.1.1:1 [::2]:1 1.1.1.2:1 [::3]:1"),
        (&["1.1.1.1:1", "1.1.1.2:1", "[::1]:1"], "1.1.1.1:1 [::1]:1 1.1.1.2:1"),
        (&["[::1]:1", "1.1.1.1:1", "[::2]:1"], "[::1]:1 1.1.1.1:1 [::2]:1"),
        (&["1.1.1.2:1", "1.1.1.1:1"], "1.1.1.2:1 1.1.1.1:1"),
        (&[], ""),
    ] {
        let order = interleave(resolved.iter().map(|address| address.parse().unwrap()));
        assert_eq!(order.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "), tried);
    }
}

#[test]
fn an_attempt_begins_when_the_one_before_has_had_its_time_or_has_failed() {
    let course = Course::default();
    let addresses = ports(&[1, 2, 3, 4]);
    let mut race = pin!(first_with(&addresses, |address| course.connect(address), || course.delay()));
    assert!(go_on(&mut race).is_pending() && course.began() == [1], "one at first");
    course.delays_over.set(1);
    assert!(go_on(&mut race).is_pending() && course.began() == [1, 2], "beside the first, which goes on");
    course.end(1, Err(ErrorKind::ConnectionRefused));
    assert!(go_on(&mut race).is_pending() && course.began() == [1, 2, 3], "at once after a failure");
    assert!(go_on(&mut race).is_pending() && course.began() == [1, 2, 3], "and no sooner");
    course.end(2, Ok(()));
    assert!(matches!(go_on(&mut race), Poll::Ready(Ok(2))), "a late one wins, too");
    assert_eq!((course.began(), course.running.get()), (vec![1, 2, 3], 0), "the fourth is not needed, the third is dropped");
}

#[test]
fn the_last_attempt_has_all_the_time() {
    let course = Course::default();
    let addresses = ports(&[1, 2]);
    let mut race = pin!(first_with(&addresses, |address| course.connect(address), || course.delay()));
    course.delays_over.set(5);
    assert!(go_on(&mut race).is_pending() && course.began() == [1, 2]);
    course.end(2, Err(ErrorKind::TimedOut));
    assert!(go_on(&mut race).is_pending() && course.running.get() == 1, "the first may still come through");
    course.end(1, Err(ErrorKind::ConnectionRefused));
    let Poll::Ready(Err(failed)) = go_on(&mut race) else { panic!("nothing is left") };
    let failed: Vec<_> = failed.iter().map(|(address, error)| (address.port(), error.kind())).collect();
    assert_eq!(failed, [(1, ErrorKind::ConnectionRefused), (2, ErrorKind::TimedOut)], "in order, not as they failed");
}

#[test]
fn nothing_comes_of_no_address() {
    let course = Course::default();
    let mut race = pin!(first_with(&[], |address| course.connect(address), || course.delay()));
    assert!(matches!(go_on(&mut race), Poll::Ready(Err(failed)) if failed.is_empty()));
}

/// A listener whose queue is full swallows what asks for a connection.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn an_address_that_swallows_costs_the_delay_and_no_more() {
    let full = tokio::net::TcpSocket::new_v4().unwrap();
    full.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let full = full.listen(0).unwrap();
    let swallows = full.local_addr().unwrap();
    let mut queued = Vec::new();
    while let Ok(connected) = tokio::time::timeout(Duration::from_millis(50), TcpStream::connect(swallows)).await {
        queued.push(connected.unwrap());
    }
    let works = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let works_at = works.local_addr().unwrap();

    // The quickest of some runs: a busy machine may hold up any of them.
    let mut quickest = Duration::MAX;
    for _ in 0..5 {
        let before = Instant::now();
        let stream = first(&[swallows, works_at], TcpStream::connect).await.unwrap();
        let taken = before.elapsed();
        assert_eq!(stream.peer_addr().unwrap(), works_at);
        assert!(taken >= ATTEMPT_DELAY, "{taken:?}");
        quickest = quickest.min(taken);
        if quickest < Duration::from_millis(400) {
            return;
        }
    }
    panic!("{quickest:?}");
}
