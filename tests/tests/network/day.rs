//! A day of three devices and a server, in which every fault strikes amid every errand, in an order of its own.
//!
//! Time is the simulation's. What must hold at its end is said here too; how bytes travel is not.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use feltbog_ids::{DocId, Span};
use feltbog_tests::{Chance, Device, Tally, World};
use turmoil::Sim;

use crate::wire::{Door, ERRANDS, Errand, SERVER, Watch, carries};

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// No message arrives, either way.
    Partition,
    /// Requests do not arrive.
    LostRequests,
    /// Answers do not arrive.
    LostAnswers,
    /// Messages wait on the road, and arrive all at once later.
    Hold,
    /// Now and then a message is dropped.
    Drops,
    /// Messages take seconds, and overtake each other.
    Slow,
    /// The server dies and starts again.
    ServerCrash,
    /// The device dies and starts again.
    DeviceCrash,
}

/// All of them.
pub const FAULTS: [Fault; 8] = [
    Fault::Partition,
    Fault::LostRequests,
    Fault::LostAnswers,
    Fault::Hold,
    Fault::Drops,
    Fault::Slow,
    Fault::ServerCrash,
    Fault::DeviceCrash,
];

const TICK: Duration = Duration::from_millis(10);

/// Of one message, at its longest.
const LATENCY: Duration = Duration::from_millis(150);

/// Of one message on a bad day.
const SLOW: Duration = Duration::from_secs(8);

/// Seconds in which an errand mostly comes about.
const SOON: u32 = 60;

/// Strikes tried: an errand may be over as its fault is about to strike.
const TRIES: usize = 400;

/// Seconds in which all has to be sent and fetched once nothing is in the way.
const QUIET: u32 = 1_200;

struct Post {
    name: &'static str,
    device: Rc<RefCell<Device>>,
    watch: Watch,
    /// It is not there to be written on.
    is_down: bool,
}

pub struct Day {
    sim: Sim<'static>,
    world: Rc<World>,
    posts: Vec<Post>,
    chance: Chance,
    tally: Tally,
    /// Each word and the note it was typed into.
    words: BTreeMap<String, DocId>,
}

impl Day {
    pub fn of(seed: u64, tally: &Tally) -> Self {
        let world = Rc::new(World::new(seed));
        let mut sim = turmoil::Builder::new()
            .rng_seed(seed)
            .tick_duration(TICK)
            .simulation_duration(Duration::from_secs(1 << 30))
            .min_message_latency(TICK)
            .max_message_latency(LATENCY)
            .repair_rate(0.5)
            .tcp_capacity(4_096)
            .enable_tokio_io()
            .build();
        serve(&mut sim, &world);
        let workers = [
            ("anna", world.town.anna),
            ("bo", world.town.bo),
            ("phone", world.town.bo),
        ];
        let posts = workers.map(|(name, worker)| {
            let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            listener.set_nonblocking(true).unwrap();
            let address = format!("http://{}", listener.local_addr().unwrap());
            let hands = world.clock.another();
            let clock = Arc::new(move || hands.now());
            let device = Device::enrol(&world, worker, world.folder(name), &address, clock);
            let (device, watch) = (Rc::new(RefCell::new(device)), Watch::counting(tally));
            live(&mut sim, name, listener, &device, &watch);
            Post {
                name,
                device,
                watch,
                is_down: false,
            }
        });
        Self {
            sim,
            world,
            posts: posts.into(),
            chance: Chance::of(seed),
            tally: tally.clone(),
            words: BTreeMap::new(),
        }
    }

    /// Every fault amid every errand.
    pub fn goes_by(&mut self) {
        assert!(self.comes_to_rest(), "the town does not come to rest");
        let mut strikes: Vec<_> = FAULTS
            .iter()
            .flat_map(|fault| ERRANDS.map(|errand| (*fault, errand)))
            .collect();
        for _ in 0..TRIES {
            if strikes.is_empty() {
                return;
            }
            let next = self.chance.below(strikes.len());
            let (fault, errand) = strikes[next];
            let victim = self.chance.below(self.posts.len());
            if self.is_about(victim, errand) {
                self.tally.count(fault.amid(errand));
                self.strikes(fault, victim);
                strikes.swap_remove(next);
            }
        }
    }

    /// Once nothing is in the way, all is sent, all is fetched, each word is there once, and all have the same.
    pub fn holds(&mut self) {
        assert!(self.comes_to_rest(), "not all is sent and fetched");
        let notes: BTreeSet<_> = self.words.values().copied().collect();
        for note in &notes {
            let text = self.world.town.book(*note).unwrap().text();
            for (word, _) in self.words.iter().filter(|(_, home)| *home == note) {
                assert_eq!(text.matches(word.as_str()).count(), 1, "{word} in {text}");
            }
            for post in &self.posts {
                let here = post.device.borrow().text(*note);
                assert_eq!(here.as_ref(), Some(&text), "at {}", post.name);
            }
        }
        let case = self.world.town.cases[0];
        for post in &self.posts {
            let many = post.device.borrow().notes_of(case);
            assert_eq!(many, Some(u32::try_from(notes.len()).unwrap()), "at {}", post.name);
        }
        self.tally.add("end: words", self.words.len() as u64);
        self.tally.add("end: seconds", self.sim.elapsed().as_secs());
    }

    /// Brings it about that a device is in the midst of an errand.
    fn is_about(&mut self, victim: usize, errand: Errand) -> bool {
        let other = (victim + 1) % self.posts.len();
        match errand {
            Errand::Push => self.writes(victim),
            Errand::Feed => self.writes(other),
            Errand::Bodies => self.begins_note(other),
            Errand::Bell => {}
        }
        let further = self.chance.below(8);
        if self.comes_to(SOON, move |day| day.posts[victim].watch.sees(errand)) {
            (0..further).for_each(|_| self.ticks());
        }
        self.posts[victim].watch.sees(errand)
    }

    fn strikes(&mut self, fault: Fault, victim: usize) {
        let name = self.posts[victim].name;
        match fault {
            Fault::Partition => self.sim.partition(name, SERVER),
            Fault::LostRequests => self.sim.partition_oneway(name, SERVER),
            Fault::LostAnswers => self.sim.partition_oneway(SERVER, name),
            Fault::Hold => self.sim.hold(name, SERVER),
            Fault::Drops => self.sim.set_link_fail_rate(name, SERVER, 0.2),
            Fault::Slow => self.sim.set_link_max_message_latency(name, SERVER, SLOW),
            Fault::ServerCrash => self.sim.crash(SERVER),
            Fault::DeviceCrash => {
                self.posts[victim].is_down = true;
                self.sim.crash(name);
            }
        }
        let seconds = 2 + self.chance.below(40);
        for _ in 0..seconds {
            self.passes(1);
            if self.chance.percent(8) {
                let writer = self.chance.below(self.posts.len());
                self.writes(writer);
            }
        }
        match fault {
            Fault::Partition | Fault::LostRequests | Fault::LostAnswers => self.sim.repair(name, SERVER),
            Fault::Hold => self.sim.release(name, SERVER),
            Fault::Drops => {
                self.sim.set_link_fail_rate(name, SERVER, 0.0);
                self.sim.repair(name, SERVER);
            }
            Fault::Slow => self.sim.set_link_max_message_latency(name, SERVER, LATENCY),
            Fault::ServerCrash => self.sim.bounce(SERVER),
            Fault::DeviceCrash => {
                self.posts[victim].watch.forgets();
                self.sim.bounce(name);
                self.posts[victim].is_down = false;
            }
        }
        let rest = self.chance.below(20);
        self.passes(u32::try_from(rest).unwrap());
    }

    /// Somebody writes a new note, or goes on with one that is there.
    fn writes(&mut self, writer: usize) {
        let notes: Vec<_> = self.words.values().copied().collect();
        let one = (!notes.is_empty()).then(|| *self.chance.one(&notes));
        let is_here = |note: &DocId| self.posts[writer].device.borrow().text(*note).is_some();
        let here = one.filter(is_here);
        if here.is_none() || self.chance.percent(40) {
            self.begins_note(writer);
        } else if let (Some(note), false) = (here, self.posts[writer].is_down) {
            self.tally.count("deed: typed on");
            let word = self.word();
            self.posts[writer].device.borrow().types(note, &word);
            self.words.insert(word, note);
        }
    }

    /// Somebody writes a new note, too long to travel in the feed.
    fn begins_note(&mut self, writer: usize) {
        if self.posts[writer].is_down {
            return;
        }
        self.tally.count("deed: new note");
        let (noise, word): ([u8; 2_300], _) = (self.chance.bytes(), self.word());
        let noise: String = noise.iter().map(|byte| format!("{byte:02x}")).collect();
        let case = self.world.town.cases[0];
        let note = self.posts[writer]
            .device
            .borrow()
            .writes(case, &format!("{word} {noise}"));
        self.words.insert(word, note);
    }

    /// One that was never typed before.
    fn word(&mut self) -> String {
        format!("[{:016x}]", u64::from_le_bytes(self.chance.bytes()))
    }

    fn is_quiet(&self) -> bool {
        let notes: BTreeSet<_> = self.words.values().copied().collect();
        let devices = || self.posts.iter().map(|post| post.device.borrow());
        let has_all = |device: &Device| {
            let texts: BTreeMap<_, _> = notes.iter().map(|note| (note, device.text(*note))).collect();
            let holds = |(word, note): (&String, _)| texts[note].as_ref().is_some_and(|text| text.contains(word));
            self.words.iter().all(holds)
        };
        // Dear to look at, and seldom needed more than once.
        devices().all(|device| device.is_at_rest()) && devices().all(|device| has_all(&device))
    }

    fn comes_to_rest(&mut self) -> bool {
        for _ in 0..QUIET / 20 {
            if self.is_quiet() {
                return true;
            }
            self.passes(20);
        }
        false
    }

    /// Lets time go by until something holds, for so many seconds at most.
    fn comes_to(&mut self, seconds: u32, holds: impl Fn(&Self) -> bool) -> bool {
        let end = self.sim.elapsed() + Duration::from_secs(u64::from(seconds));
        while self.sim.elapsed() < end {
            if holds(self) {
                return true;
            }
            self.ticks();
        }
        false
    }

    fn passes(&mut self, seconds: u32) {
        let end = self.sim.elapsed() + Duration::from_secs(u64::from(seconds));
        while self.sim.elapsed() < end {
            self.ticks();
        }
    }

    fn ticks(&mut self) {
        self.sim.step().unwrap();
        self.world.clock.advance(Span(i64::try_from(TICK.as_micros()).unwrap()));
    }
}

/// The server's program, which begins with what lies on its disk each time it starts.
fn serve(sim: &mut Sim<'static>, world: &Rc<World>) {
    let world = Rc::clone(world);
    sim.host(SERVER, move || {
        world.server.restarts();
        let (office, hands) = (world.server.office(), world.clock.clone());
        async move {
            let clock: feltbog_server::Clock = Arc::new(move || hands.now());
            feltbog_server::serve(Door::open().await?, office, clock, std::future::pending()).await?;
            Ok(())
        }
    });
}

/// A device's program: its courier, and the bridge that carries its connections.
fn live(
    sim: &mut Sim<'static>,
    name: &str,
    listener: std::net::TcpListener,
    device: &Rc<RefCell<Device>>,
    watch: &Watch,
) {
    let (device, watch) = (Rc::clone(device), watch.clone());
    sim.host(name, move || {
        device.borrow_mut().restarts();
        let (courier, watch) = (device.borrow().courier(), watch.clone());
        let listener = listener.try_clone();
        async move {
            let listener = tokio::net::TcpListener::from_std(listener?)?;
            tokio::select! {
                () = courier.run() => Ok(()),
                carried = carries(listener, watch) => Ok(carried?),
            }
        }
    });
}

impl Fault {
    /// The name under which it is counted amid an errand.
    pub const fn amid(self, errand: Errand) -> &'static str {
        const NAMES: [[&str; 4]; 8] = [
            [
                "partition amid push",
                "partition amid feed",
                "partition amid bodies",
                "partition amid bell",
            ],
            [
                "requests lost amid push",
                "requests lost amid feed",
                "requests lost amid bodies",
                "requests lost amid bell",
            ],
            [
                "answers lost amid push",
                "answers lost amid feed",
                "answers lost amid bodies",
                "answers lost amid bell",
            ],
            ["hold amid push", "hold amid feed", "hold amid bodies", "hold amid bell"],
            [
                "drops amid push",
                "drops amid feed",
                "drops amid bodies",
                "drops amid bell",
            ],
            ["slow amid push", "slow amid feed", "slow amid bodies", "slow amid bell"],
            [
                "server crash amid push",
                "server crash amid feed",
                "server crash amid bodies",
                "server crash amid bell",
            ],
            [
                "device crash amid push",
                "device crash amid feed",
                "device crash amid bodies",
                "device crash amid bell",
            ],
        ];
        NAMES[self as usize][errand as usize]
    }
}
