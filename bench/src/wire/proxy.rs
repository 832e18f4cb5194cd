//! A TCP proxy on loopback that passes every byte on and counts it, both ways.

use std::{
    io::{Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread::{self, JoinHandle},
};

use crate::site::Outcome;

/// What went over the wire so far: the payload of TCP, so TLS with its handshakes, without headers of TCP and IP.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counted {
    pub(super) connections: u64,
    /// Bytes from the phone.
    pub(super) up: u64,
    /// Bytes to the phone.
    pub(super) down: u64,
}

impl Counted {
    pub(super) fn since(self, before: Self) -> Self {
        Self {
            connections: self.connections - before.connections,
            up: self.up - before.up,
            down: self.down - before.down,
        }
    }

    pub(super) fn bytes(self) -> u64 {
        self.up + self.down
    }
}

#[derive(Default)]
struct Counters {
    connections: AtomicU64,
    up: AtomicU64,
    down: AtomicU64,
}

/// The phone's side of a connection, and the thread that passes on what it sends.
type Open = (TcpStream, JoinHandle<()>);

/// A running proxy; its threads end with the process or with their connections.
pub(super) struct Proxy {
    address: SocketAddr,
    counters: Arc<Counters>,
    open: Arc<Mutex<Vec<Open>>>,
}

impl Proxy {
    /// Listens on a free port and passes everything on to `target`.
    pub(super) fn start(target: SocketAddr) -> Outcome<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?;
        let (counters, open) = (Arc::new(Counters::default()), Arc::new(Mutex::new(Vec::new())));
        let (counted, opened) = (Arc::clone(&counters), Arc::clone(&open));
        thread::spawn(move || {
            for phone in listener.incoming().flatten() {
                // A server that is gone is what the phone sees as a closed connection.
                let Ok(server) = TcpStream::connect(target) else { continue };
                counted.connections.fetch_add(1, Ordering::Relaxed);
                let _ = phone.set_nodelay(true).and_then(|()| server.set_nodelay(true));
                let both = (phone.try_clone(), phone.try_clone(), server.try_clone());
                let (Ok(phone_too), Ok(kept), Ok(server_too)) = both else { continue };
                let (up, down) = (Arc::clone(&counted), Arc::clone(&counted));
                let passes = thread::spawn(move || pass(phone, server_too, &up.up));
                thread::spawn(move || pass(server, phone_too, &down.down));
                lock(&opened).push((kept, passes));
            }
        });
        Ok(Self { address, counters, open })
    }

    /// Closes every connection towards the phone, and returns once the phone has closed its own end.
    pub(super) fn hang_up(&self) {
        for (phone, passes) in lock(&self.open).drain(..) {
            phone.close(Shutdown::Write);
            // It ends when the phone has closed.
            let _ = passes.join();
        }
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) fn counted(&self) -> Counted {
        let read = |counter: &AtomicU64| counter.load(Ordering::Acquire);
        let Counters { connections, up, down } = &*self.counters;
        Counted { connections: read(connections), up: read(up), down: read(down) }
    }
}

fn lock(open: &Mutex<Vec<Open>>) -> std::sync::MutexGuard<'_, Vec<Open>> {
    open.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Passes bytes on until the sender ends; each is counted before it is passed on.
fn pass(mut from: impl Read + Closes, mut to: impl Write + Closes, counter: &AtomicU64) {
    let mut part = [0; 16 << 10];
    while let Ok(count @ 1..) = from.read(&mut part) {
        counter.fetch_add(count as u64, Ordering::Release);
        if to.write_all(&part[..count]).is_err() {
            break;
        }
    }
    from.close(Shutdown::Read);
    to.close(Shutdown::Write);
}

trait Closes {
    fn close(&self, how: Shutdown);
}

impl Closes for TcpStream {
    fn close(&self, how: Shutdown) {
        // The other side may have closed first.
        let _ = self.shutdown(how);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_passed_on_and_counted_both_ways() {
        let echo = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let proxy = Proxy::start(echo.local_addr().unwrap()).unwrap();
        let server = thread::spawn(move || {
            let (mut stream, _) = echo.accept().unwrap();
            let mut all = Vec::new();
            stream.read_to_end(&mut all).unwrap();
            stream.write_all(&all[..1_000]).unwrap();
        });
        let before = proxy.counted();
        let mut stream = TcpStream::connect(proxy.address()).unwrap();
        stream.write_all(&[7; 40_000]).unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        server.join().unwrap();
        assert_eq!(answer, [7; 1_000]);
        let counted = proxy.counted().since(before);
        assert_eq!(counted, Counted { connections: 1, up: 40_000, down: 1_000 });
        assert_eq!(counted.bytes(), 41_000);
    }

    #[test]
    fn a_phone_that_is_hung_up_on_sees_the_end_and_the_proxy_waits_for_it_to_close() {
        let server = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let proxy = Proxy::start(server.local_addr().unwrap()).unwrap();
        let mut phone = TcpStream::connect(proxy.address()).unwrap();
        let _accepted = server.accept().unwrap();
        phone.write_all(b"x").unwrap();
        while lock(&proxy.open).is_empty() {
            thread::yield_now();
        }
        let sees = thread::spawn(move || phone.read(&mut [0; 1]).unwrap());
        proxy.hang_up();
        assert_eq!(sees.join().unwrap(), 0);
        assert!(lock(&proxy.open).is_empty());
    }
}
