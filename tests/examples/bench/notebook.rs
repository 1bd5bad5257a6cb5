//! The notebook by itself, and rounds of its courier to the server: opening, what is wanted, an empty pull, a full one.
//!
//! The app is closed; its key is taken from its vault as unlocking does.

use std::path::Path;
use std::sync::Mutex;
use std::time::Instant;

use feltbog_client::courier::{Errand, pull, push};
use feltbog_client::vault::Vault;
use feltbog_client::{Address, HttpRemote, Roots, World};
use feltbog_replica::{Agreement, Replica};
use tokio::{runtime::Runtime, sync::broadcast};

use crate::device::{PIN, asks, millis, tells};

/// How often each is measured.
const TIMES: usize = 9;

/// Documents that change on the server between two pulls.
const CHANGES: usize = 100;

/// Measures them.
pub fn measure(folder: &Path, world: &World, address: Address, runtime: &Runtime) {
    let key = Vault::new(folder).open(PIN, world).unwrap();
    let path = folder.join("replica.db");
    let open = || Replica::open(&path, &key, &world.moment()).unwrap();
    for _ in 0..TIMES {
        let begun = Instant::now();
        drop(open());
        tells("open with the key at hand, ms", millis(begun));
    }
    let replica = Mutex::new(open());
    for _ in 0..TIMES {
        let replica = replica.lock().unwrap();
        let begun = Instant::now();
        replica.wants(100, world.now()).unwrap();
        tells("what is wanted, ms", millis(begun));
        let begun = Instant::now();
        replica.progress().unwrap();
        tells("progress, ms", millis(begun));
    }
    let remote = HttpRemote::new(address, &Roots::default()).unwrap();
    let errand = Errand {
        replica: &replica,
        remote: &remote,
        world,
        pace: &Mutex::default(),
        changes: &broadcast::Sender::new(16),
    };
    runtime.block_on(push(&errand)).unwrap();
    let pulls = |name: &str| {
        let begun = Instant::now();
        let agreement = runtime.block_on(pull(&errand)).unwrap();
        tells(name, millis(begun));
        assert_eq!(agreement, Agreement::Equal);
    };
    pulls("a pull of what was just sent, ms");
    for _ in 0..TIMES {
        pulls("an empty pull, ms");
    }
    for _ in 0..TIMES {
        asks(&format!("change {CHANGES}"));
        pulls("a pull of 100 changes, ms");
    }
}
