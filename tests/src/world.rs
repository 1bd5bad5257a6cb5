//! All of it together: one clock, one server, one town, and tablets for its people.
//!
//! It runs nothing by itself: each story says what happens.

use std::path::PathBuf;
use std::sync::Arc;

use tempfile::TempDir;

use crate::{Chance, Clock, Server, Tablet, Tally, Town, Worker};

/// A miniature world. The same seed makes the same one.
pub struct World {
    /// Everybody's clock.
    pub clock: Clock,
    /// The server.
    pub server: Arc<Server>,
    /// The town.
    pub town: Town,
    /// What happened how often.
    pub tally: Tally,
    seed: u64,
    tablets: std::cell::Cell<u64>,
    folder: TempDir,
}

impl World {
    /// Makes one.
    pub fn new(seed: u64) -> Self {
        Self::counted(seed, Tally::default())
    }

    /// Makes one whose events are counted in this tally.
    pub fn counted(seed: u64, tally: Tally) -> Self {
        let folder = folder();
        let server = folder.path().join("server");
        Self::built(seed, tally, folder, server)
    }

    /// Makes one whose server keeps everything in this folder, on a disk of its own perhaps.
    pub fn with_server_in(seed: u64, server: PathBuf) -> Self {
        Self::built(seed, Tally::default(), folder(), server)
    }

    fn built(seed: u64, tally: Tally, folder: TempDir, server: PathBuf) -> Self {
        let clock = Clock::default();
        let dice = Chance::of(seed).bytes();
        let server = Arc::new(Server::set_up(server, clock.clone(), dice));
        let town = Town::found(Arc::clone(&server));
        Self {
            clock,
            server,
            town,
            tally,
            seed,
            tablets: std::cell::Cell::new(0),
            folder,
        }
    }

    /// A folder of this world's own, for whoever has this name.
    pub fn folder(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Dice that differ with the seed and with the number of devices made so far.
    pub fn dice(&self) -> Chance {
        let number = self.tablets.get() + 1;
        self.tablets.set(number);
        Chance::of(self.seed.wrapping_mul(31).wrapping_add(number))
    }

    /// A new tablet, enrolled and with everything its person may see.
    pub fn tablet(&self, worker: Worker) -> Tablet {
        let number = self.tablets.get() + 1;
        self.tablets.set(number);
        let folder = self.folder.path().join(format!("tablet{number}"));
        let tablet = Tablet::enrol(self, worker, folder, self.seed.wrapping_mul(31).wrapping_add(number));
        tablet.settles();
        tablet
    }
}

/// In memory where the machine offers a disk there: the files are real, and what a power cut leaves is what lies in them.
fn folder() -> TempDir {
    let memory = std::path::Path::new("/dev/shm");
    let made = if memory.is_dir() {
        TempDir::new_in(memory)
    } else {
        TempDir::new()
    };
    made.expect("the machine has room for temporary files")
}
