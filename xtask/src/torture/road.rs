//! The road between one device and the server, on loopback: it passes every byte on and knows which errand is on its way.
//! It changes nothing and reads only the first line of a request; the one thing it can do is lose an answer when told to.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// How long after its answer an errand counts as being taken in. Receipts end sooner: the next errand follows them.
const TAKEN_IN: Duration = Duration::from_millis(30);

/// A server on this machine answers a call at once, or is gone.
const LONGEST_CALL: Duration = Duration::from_secs(2);

/// What a device goes for. The bell's line, signing in and the like are none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Errand {
    /// Sends changes.
    Push,
    /// Fetches a page or bodies.
    Pull,
}

/// How far an errand is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Moment {
    /// Nothing is on the road.
    Quiet,
    /// The request is on its way or with the server.
    Asked(Errand),
    /// The answer is on its way or just there.
    Answered(Errand),
}

/// A road. It stays where it is while the server moves from port to port.
pub struct Road {
    at: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    server: Mutex<Option<SocketAddr>>,
    traffic: Mutex<(Moment, Instant)>,
    stirs: Condvar,
    pulls: AtomicUsize,
    loses_receipts: AtomicBool,
    closed: AtomicBool,
}

impl Road {
    /// Opens a road that leads nowhere yet.
    pub fn open() -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("this machine has no free port")?;
        let road = Self {
            at: listener.local_addr()?,
            shared: Arc::new(Shared {
                server: Mutex::default(),
                traffic: Mutex::new((Moment::Quiet, Instant::now())),
                stirs: Condvar::new(),
                pulls: AtomicUsize::new(0),
                loses_receipts: AtomicBool::new(false),
                closed: AtomicBool::new(false),
            }),
        };
        let shared = Arc::clone(&road.shared);
        thread::spawn(move || receive(&listener, &shared));
        Ok(road)
    }

    /// The address a device is given for the server's.
    pub fn address(&self) -> String {
        format!("http://{}", self.at)
    }

    /// Leads to the server at this address from now on, or nowhere.
    pub fn leads_to(&self, server: Option<&str>) -> Result<()> {
        let server = server.map(|address| address.trim_start_matches("http://").parse());
        *hold(&self.shared.server) = server.transpose().context("a server prints where it listens")?;
        self.shared.loses_receipts.store(false, Ordering::SeqCst);
        self.falls_quiet();
        Ok(())
    }

    /// Whoever went here is gone: what was under way is under way no more.
    pub fn falls_quiet(&self) {
        self.shared.becomes(Moment::Quiet);
    }

    /// The next receipts do not arrive, as when the server is gone before they are written.
    pub fn loses_receipts(&self) {
        self.shared.loses_receipts.store(true, Ordering::SeqCst);
    }

    /// Waits for a moment of this kind; false when none came in time.
    pub fn waits_for(&self, wanted: Moment, at_most: Duration) -> bool {
        let traffic = hold(&self.shared.traffic);
        let waited = self
            .shared
            .stirs
            .wait_timeout_while(traffic, at_most, |(moment, _)| *moment != wanted);
        !waited.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }

    /// How many pages and bodies have been asked for on this road.
    pub fn pulls(&self) -> usize {
        self.shared.pulls.load(Ordering::SeqCst)
    }

    /// What is under way now.
    pub fn moment(&self) -> Moment {
        let (moment, since) = *hold(&self.shared.traffic);
        match moment {
            Moment::Answered(Errand::Pull) if since.elapsed() > TAKEN_IN => Moment::Quiet,
            _ => moment,
        }
    }
}

impl Drop for Road {
    fn drop(&mut self) {
        self.shared.closed.store(true, Ordering::SeqCst);
        // The listener waits for a call, and this one is its last.
        if TcpStream::connect_timeout(&self.at, LONGEST_CALL).is_err() {
            eprintln!("xtask: a road is closed already");
        }
    }
}

impl Shared {
    fn becomes(&self, moment: Moment) {
        if moment == Moment::Asked(Errand::Pull) {
            self.pulls.fetch_add(1, Ordering::SeqCst);
        }
        *hold(&self.traffic) = (moment, Instant::now());
        self.stirs.notify_all();
    }

    /// A connection is gone. What was answered on it may still be taken in.
    fn breaks(&self) {
        let mut traffic = hold(&self.traffic);
        if let (Moment::Asked(_), _) = *traffic {
            *traffic = (Moment::Quiet, Instant::now());
        }
    }
}

fn receive(listener: &TcpListener, shared: &Arc<Shared>) {
    for call in listener.incoming() {
        if shared.closed.load(Ordering::SeqCst) {
            return;
        }
        let shared = Arc::clone(shared);
        // Broken connections are what a torture is made of, and each end notices by itself.
        thread::spawn(move || call.and_then(|device| carry(&shared, device)).unwrap_or_default());
    }
}

fn carry(shared: &Arc<Shared>, device: TcpStream) -> io::Result<()> {
    let Some(address) = *hold(&shared.server) else {
        return Ok(());
    };
    let server = TcpStream::connect_timeout(&address, LONGEST_CALL)?;
    device.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let errand = Arc::new(Mutex::new(None));
    let back = {
        let (shared, errand, from, to) = (
            Arc::clone(shared),
            Arc::clone(&errand),
            server.try_clone()?,
            device.try_clone()?,
        );
        thread::spawn(move || pass(&from, &to, |_| answered(&shared, &errand)))
    };
    let there = pass(&device, &server, |bytes| {
        let next = errand_of(bytes);
        if let Some(next) = next {
            shared.becomes(Moment::Asked(next));
        }
        if is_request(bytes) {
            *hold(&errand) = next;
        }
        true
    });
    let back = back.join().unwrap_or(Ok(()));
    shared.breaks();
    there.and(back)
}

/// Notes the first bytes of an answer; false when it is to be lost.
fn answered(shared: &Shared, errand: &Mutex<Option<Errand>>) -> bool {
    let Some(errand) = hold(errand).take() else {
        return true;
    };
    shared.becomes(Moment::Answered(errand));
    errand != Errand::Push || !shared.loses_receipts.load(Ordering::SeqCst)
}

/// Passes bytes on until one end is gone, or until `sees` says no; then both ends are.
fn pass(mut from: &TcpStream, mut to: &TcpStream, mut sees: impl FnMut(&[u8]) -> bool) -> io::Result<()> {
    let mut bytes = vec![0; 64 * 1024];
    let outcome = loop {
        match from.read(&mut bytes) {
            Ok(0) => break Ok(()),
            Ok(read) if !sees(&bytes[..read]) => break Ok(()),
            Ok(read) => {
                if let Err(gone) = to.write_all(&bytes[..read]) {
                    break Err(gone);
                }
            }
            Err(gone) => break Err(gone),
        }
    };
    outcome
        .and(to.shutdown(Shutdown::Both))
        .and(from.shutdown(Shutdown::Both))
}

fn is_request(bytes: &[u8]) -> bool {
    bytes.starts_with(b"POST /") || bytes.starts_with(b"GET /")
}

fn errand_of(bytes: &[u8]) -> Option<Errand> {
    let path = bytes.strip_prefix(b"POST ")?.split(|byte| *byte == b' ').next()?;
    match path.rsplit(|byte| *byte == b'/').next()? {
        b"push" => Some(Errand::Push),
        b"feed" | b"bodies" => Some(Errand::Pull),
        _ => None,
    }
}

fn hold<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::{Errand, Moment, Road};
    use std::io::{Read, Write};
    use std::net::{TcpListener, TcpStream};
    use std::time::Duration;

    const SOON: Duration = Duration::from_secs(5);

    /// A device's request on a road to a server that answers it with these words.
    fn asks(road: &Road, server: &TcpListener, request: &[u8]) -> anyhow::Result<Vec<u8>> {
        let mut device = TcpStream::connect(road.at)?;
        device.write_all(request)?;
        let (mut call, _) = server.accept()?;
        let mut heard = vec![0; request.len()];
        call.read_exact(&mut heard)?;
        assert_eq!(heard, request);
        assert!(road.waits_for(Moment::Asked(Errand::Push), SOON));
        call.write_all(b"receipts")?;
        assert!(road.waits_for(Moment::Answered(Errand::Push), SOON));
        drop(call);
        let mut answer = Vec::new();
        device.read_to_end(&mut answer)?;
        Ok(answer)
    }

    #[test]
    fn a_push_is_seen_on_its_way_there_and_back_and_its_receipts_can_be_lost() -> anyhow::Result<()> {
        let server = TcpListener::bind("127.0.0.1:0")?;
        let road = Road::open()?;
        road.leads_to(Some(&format!("http://{}", server.local_addr()?)))?;
        let request = b"POST /v1/00/push HTTP/1.1\r\n\r\n";
        assert_eq!(asks(&road, &server, request)?, b"receipts");
        road.loses_receipts();
        assert_eq!(asks(&road, &server, request)?, b"");
        Ok(())
    }

    #[test]
    fn a_road_that_leads_nowhere_hangs_up() -> anyhow::Result<()> {
        let road = Road::open()?;
        let mut answer = Vec::new();
        TcpStream::connect(road.at)?.read_to_end(&mut answer)?;
        assert_eq!((answer.len(), road.moment()), (0, Moment::Quiet));
        Ok(())
    }
}
