//! Five hundred idle devices: all are held, one push rings the right ones, and a bell costs little.
//!
//! Real HTTP in one process on loopback. One test alone, since every thread and byte of this program is counted together.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::time::Duration;

use feltbog_client::{Address, HttpRemote, Remote, Roots};
use feltbog_ids::{DocId, Position, WorkspaceId};
use feltbog_tests::{Served, Tablet, World};
use peak_alloc::PeakAlloc;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::runtime::Builder;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

/// Devices of each of two units.
const MANY: usize = 250;

/// Open files: a connection has two ends, and both lie in this process.
const FILES: u64 = 4 * MANY as u64 + 200;

/// Bytes a hanging bell may cost, the device's end and the server's together.
const EACH: usize = 160 << 10;

/// Threads of the whole process after five hundred bells were opened at once, and rung at once: the runtime's, and one
/// for each request that was at the database, some of them not back yet when the next is there. Without the server's
/// bounds it is one for nearly each bell.
const THREADS: usize = 96;

/// A test that waits so long waits in vain.
const LIMIT: Duration = Duration::from_secs(300);

/// A device that only listens, and what it last heard.
struct Idle {
    remote: HttpRemote,
    session: String,
    at: WorkspaceId,
    heard: Position,
}

impl Idle {
    async fn hears(mut self) -> Self {
        let rung = self.remote.bell(&self.session, self.at, self.heard);
        let rung = tokio::time::timeout(LIMIT, rung).await;
        self.heard = rung.expect("the bell never rang").expect("the bell was cut");
        self
    }
}

#[test]
fn five_hundred_idle_devices_are_held_and_one_push_rings_the_right_ones() {
    allow_files();
    let world = World::new(1);
    let town = &world.town;
    let anna = world.tablet(town.anna);
    let carl = world.tablet(town.carl);
    let sessions = [town.kloever, town.anemone].map(|unit| town.staff(unit, MANY));
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.unwrap().block_on(async {
        let served = Served::of(&world).await.unwrap();
        let at = anna.replica().identity().workspace;
        let address = Address::parse(&format!("http://{}", served.address)).unwrap();
        let idle = |session: String| Idle {
            remote: HttpRemote::new(address.clone(), &Roots::default()).unwrap(),
            session,
            at,
            heard: Position::ZERO,
        };
        let before = HEAP.current_usage();
        let [kloever, anemone] = sessions.map(|sessions| sessions.into_iter().map(idle).collect());
        let (kloever, anemone) = (all_hear(kloever).await, all_hear(anemone).await);
        let each = HEAP.current_usage().saturating_sub(before) / (2 * MANY);
        println!("{each} bytes for each bell, {} threads", threads());
        assert!(each < EACH, "a bell costs {each} bytes");

        let for_kloever = writes(&anna, town.cases[0]);
        let kloever = all_hear(kloever).await;
        assert!(kloever.iter().all(|idle| idle.heard >= for_kloever));
        // Theirs is the next push; had they heard of the first one, they would tell of it now.
        let for_anemone = writes(&carl, town.cases[2]);
        let anemone = all_hear(anemone).await;
        assert!(for_kloever < for_anemone);
        assert!(anemone.iter().all(|idle| idle.heard >= for_anemone));
        let threads = threads();
        println!("{threads} threads once all have been rung");
        assert!(threads < THREADS, "it took {threads} threads to ring them all");
        drop((kloever, anemone));
        served.stops().await.unwrap();
    });
}

/// Waits until each has heard the bell, all at once.
async fn all_hear(idle: Vec<Idle>) -> Vec<Idle> {
    let hearing: Vec<_> = idle.into_iter().map(|idle| tokio::spawn(idle.hears())).collect();
    let mut heard = Vec::new();
    for one in hearing {
        heard.push(one.await.unwrap());
    }
    heard
}

/// Writes and sends a note, and returns where the log stands after it.
fn writes(tablet: &Tablet, case: DocId) -> Position {
    tablet.writes(case, "Ring, klokke.");
    tablet.settles();
    let cursor = tablet.replica().feed_request().unwrap().cursor;
    cursor.unwrap().position
}

fn threads() -> usize {
    std::fs::read_dir("/proc/self/task").unwrap().count()
}

/// Many systems let a program open a thousand files until it asks for more.
fn allow_files() {
    let limits = getrlimit(Resource::Nofile);
    let enough = limits.current.is_none_or(|current| current >= FILES);
    if !enough {
        let current = Some(limits.maximum.map_or(FILES, |most| most.min(FILES)));
        let more = Rlimit { current, ..limits };
        setrlimit(Resource::Nofile, more).expect("the machine lets a test open enough files");
    }
}
