//! A device from its first sign-in on: how long until it can be worked with, until all is there, and what memory it takes.
//!
//! It asks its app what a page asks, as often as a page would.

use std::fs;
use std::io::{BufRead, BufReader, Write, stdin};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use feltbog_client::vault::Effort;
use feltbog_client::{Address, App, HttpRemote, Roots, Setup, World};
use feltbog_tests::{Clock, PASSWORD};
use feltbog_views::{CaseFilter, CaseSort, ChipState, Command as Ask, Reply, Shape};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

use crate::figures::Figures;
use crate::{desk, host::Host, notebook};

/// Between two looks at the chip.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// The PIN.
pub const PIN: &str = "271828";

/// Runs a device against a host and takes its figures down.
pub fn run(host: &mut Host, figures: &mut Figures) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["device", &host.address, &host.documents])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut told = child.stdin.take().unwrap();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        match line.strip_prefix("ask ") {
            Some(question) => writeln!(told, "{}", host.answers(question)).unwrap(),
            None => figures.take(&line),
        }
    }
    assert!(child.wait().unwrap().success());
}

/// Asks the host something through whoever runs this device.
pub fn asks(question: &str) -> String {
    println!("ask {question}");
    let mut answer = String::new();
    stdin().lock().read_line(&mut answer).unwrap();
    answer.trim().to_owned()
}

/// Prints a figure.
pub fn tells(name: &str, value: f64) {
    println!("{name}\t{value}");
}

/// Measures, and prints one figure a line.
pub fn measure(address: &str, documents: u32) {
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let world = world();
    let (app, remote) = (folder.path().join("app"), Address::parse(address).unwrap());
    {
        let setup = Setup {
            folder: app.clone(),
            world: world.clone(),
            shape: Shape::Tablet,
            runtime: runtime.handle().clone(),
            effort: Effort::CHEAP,
        };
        let app = App::with(setup, |address| HttpRemote::new(address, &Roots::default())).unwrap();
        first_sync(&app, address, documents, folder.path());
        app.road().cut().unwrap();
        desk::measure(&app);
        app.answer(Ask::Lock {});
    }
    tells("memory after the commands, MB", memory("VmRSS"));
    notebook::measure(&app, &world, remote, &runtime);
    tells("memory at its highest, MB", memory("VmHWM"));
}

fn first_sync(app: &App, address: &str, documents: u32, folder: &Path) {
    let begun = Instant::now();
    let enrolled = app.answer(Ask::Enrol {
        address: address.to_owned(),
        token: asks("token"),
        user: "anna".to_owned(),
        password: PASSWORD.to_owned(),
        pin: PIN.to_owned(),
    });
    assert!(!matches!(enrolled, Reply::Problem { .. }), "{enrolled:?}");
    tells("memory at the start, MB", memory("VmRSS"));
    let (mut fed, mut bodies) = (false, false);
    loop {
        let asked = Instant::now();
        let Reply::Status(status) = app.answer(Ask::Status {}) else {
            panic!("no status");
        };
        tells("amid the first sync: status, ms", millis(asked));
        let asked = Instant::now();
        app.answer(Ask::Today { day: None });
        tells("amid the first sync: today, ms", millis(asked));
        let state = status.chip.unwrap().state;
        let all_announced = matches!(&state, ChipState::FirstSync { total, .. } if *total >= documents);
        if !fed && (all_announced || matches!(state, ChipState::AllDone { .. })) {
            tells("first sync: feed in, s", begun.elapsed().as_secs_f64());
            fed = true;
        }
        if !bodies && matches!(state, ChipState::AllDone { .. }) {
            tells("first sync: bodies in, s", begun.elapsed().as_secs_f64());
            bodies = true;
        }
        if bodies && unindexed(app) == 0 {
            break;
        }
        std::thread::sleep(LOOK_EVERY);
    }
    tells("first sync: all indexed, s", begun.elapsed().as_secs_f64());
    tells("memory at its highest of the first sync, MB", memory("VmHWM"));
    std::thread::sleep(Duration::from_secs(2));
    tells("memory at rest, MB", memory("VmRSS"));
    tells("file, MB", bytes(&folder.join("app")) as f64 / 1e6);
}

fn unindexed(app: &App) -> u32 {
    let list = app.answer(Ask::Cases {
        query: String::new(),
        filter: CaseFilter::default(),
        sort: CaseSort::Deadline,
        offset: 0,
        limit: 1,
    });
    let Reply::Cases(list) = list else { panic!("no list") };
    list.unindexed
}

/// Time since an instant, in milliseconds.
pub fn millis(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1e3
}

/// The town's noon, going on from there.
fn world() -> World {
    let (noon, begun) = (Clock::default().now(), Instant::now());
    let clock = move || feltbog_ids::Instant(noon.0 + i64::try_from(begun.elapsed().as_micros()).unwrap());
    let mut seed = [0; 32];
    seed[..4].copy_from_slice(&std::process::id().to_be_bytes());
    World {
        clock: Arc::new(clock),
        dice: Arc::new(Mutex::new(ChaCha20Rng::from_seed(seed))),
    }
}

/// Of this process, in megabytes, as the kernel counts it: C's memory and the database's cache among it.
fn memory(line: &str) -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let found = status.lines().find_map(|words| words.strip_prefix(line)).unwrap();
    let kilobytes: f64 = found
        .trim_matches([':', '\t', ' '])
        .trim_end_matches(" kB")
        .parse()
        .unwrap();
    kilobytes * 1024.0 / 1e6
}

fn bytes(folder: &Path) -> u64 {
    let files = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().metadata().unwrap());
    files.map(|facts| facts.len()).sum()
}
