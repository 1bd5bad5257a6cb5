//! The server: the real store and the real post office on a folder, asked by calls instead of HTTP.
//!
//! It answers as the program does; only the sockets are left out.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use feltbog_ids::{DocId, Instant, Span};
use feltbog_replica::FileKey;
use feltbog_server::{Dice, PostOffice, Settings, Store};

use crate::{Clock, pages};

/// A server that can be stopped and started.
pub struct Server {
    folder: PathBuf,
    /// Its dice.
    pub dice: Arc<Dice>,
    clock: Clock,
    page: AtomicUsize,
    office: Mutex<Option<Arc<PostOffice>>>,
}

/// A copy of the server's database.
pub struct Copy {
    database: Vec<u8>,
    log: Vec<u8>,
}

/// Entries of a page unless a story says otherwise.
const PAGE: usize = 500;

impl Server {
    /// Sets a new one up in a folder.
    pub fn set_up(folder: PathBuf, clock: Clock, seed: [u8; 32]) -> Self {
        let dice = Arc::new(Dice::from_seed(seed));
        let settings = Settings {
            time_zone: "Europe/Copenhagen".to_owned(),
            invented_people: Some(true),
        };
        Store::migrate(&folder, &settings, &dice).expect("an empty folder takes a database");
        let server = Self {
            folder,
            dice,
            clock,
            page: AtomicUsize::new(PAGE),
            office: Mutex::new(None),
        };
        server.restarts();
        server
    }

    /// From now on a page of the feed takes so many entries.
    pub fn sends_pages_of(&self, entries: usize) {
        self.page.store(entries, Ordering::SeqCst);
        self.restarts();
    }

    /// Stops and starts again: what is not on the disk is gone.
    pub fn restarts(&self) {
        let mut office = self.office.lock().unwrap_or_else(PoisonError::into_inner);
        *office = None;
        let store = Store::open(&self.folder).expect("the database opens again");
        store
            .begin_serving(&self.folder, &self.dice, self.clock.now())
            .expect("the twin can be written");
        // A session outlives every clock jump here: that sessions end is another test's story.
        let session = Span::days(10_000);
        let started = PostOffice::new(Arc::new(store), Arc::clone(&self.dice), session);
        *office = Some(Arc::new(started.with_pages_of(self.page.load(Ordering::SeqCst))));
    }

    /// The database as an operator copies it while the server runs: with its log, at one instant.
    pub fn is_copied(&self) -> Copy {
        let log = std::fs::read(self.log()).unwrap_or_default();
        Copy {
            database: std::fs::read(self.database()).expect("the database is there"),
            log,
        }
    }

    /// An older copy is put back in the place of the database.
    pub fn is_put_back(&self, copy: &Copy) {
        self.stops();
        let shared = format!("{}-shm", self.database().display());
        // It is gone with the last connection, unless that was cut.
        std::fs::remove_file(shared).ok();
        std::fs::write(self.database(), &copy.database).expect("the copy can be put back");
        std::fs::write(self.log(), &copy.log).expect("the copy's log can be put back");
        self.restarts();
    }

    /// Every page of the database that holds these bytes goes bad, as on a worn disk: one bit of it is another. Answers how
    /// many, after the server has started again.
    pub fn rots_where(&self, holds: &[u8]) -> usize {
        self.stops();
        // Everything lies in one file once nobody has it open.
        drop(Store::open(&self.folder).expect("the database opens again"));
        let key = std::fs::read(self.folder.join("feltbog.key")).expect("a server has a key");
        let key = FileKey::new(key.try_into().expect("a key is 32 bytes"));
        let bad = pages::holding(&self.database(), &key, holds);
        let mut bytes = std::fs::read(self.database()).expect("the database is there");
        for number in &bad {
            bytes[number * pages::PAGE + pages::PAGE / 2] ^= 1;
        }
        std::fs::write(self.database(), bytes).expect("the database can be written");
        self.restarts();
        bad.len()
    }

    /// What every scope says of itself rots.
    pub fn digests_rot(&self) {
        self.is_altered("update scope set digest = zeroblob(16)");
    }

    /// Something is done to the database that no server does.
    pub fn is_altered(&self, words: &str) {
        let key = std::fs::read(self.folder.join("feltbog.key")).expect("a server has a key");
        crate::astray::is_altered(&self.database(), &key, words);
    }

    /// The history of a document is erased, and the files are swept.
    pub fn erases(&self, doc: DocId) {
        let store = self.store();
        let erased = store.batch(self.now(), |batch| batch.erase_history(doc, "a story", &self.dice));
        erased.expect("a document can be erased");
        store.sweep().expect("nobody reads the files");
    }

    /// The log lets go of whatever lies in the documents as well.
    pub fn compacts(&self) {
        let soon = self.now() + Span(1);
        let done = self
            .store()
            .compact(soon, self.now(), || true)
            .expect("it can be compacted");
        assert_eq!(done.left, 0, "every document holds its changes");
    }

    /// Everything that lies in its database's files, page by page, in the clear.
    pub fn bytes(&self) -> Vec<u8> {
        let key = std::fs::read(self.folder.join("feltbog.key")).expect("the key is there");
        let key = FileKey::new(key.try_into().expect("a key has 32 bytes"));
        crate::pages::decrypted(&self.database(), &key)
    }

    fn stops(&self) {
        *self.office.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// The folder it keeps everything in.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn log(&self) -> PathBuf {
        PathBuf::from(format!("{}-wal", self.database().display()))
    }

    fn database(&self) -> PathBuf {
        self.folder.join("feltbog.db")
    }

    /// The post office as it runs now.
    pub fn office(&self) -> Arc<PostOffice> {
        let office = self.office.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(office.as_ref().expect("it runs but while it restarts"))
    }

    /// The store of the office.
    pub fn store(&self) -> Arc<Store> {
        Arc::clone(self.office().store())
    }

    /// The server's clock.
    pub fn now(&self) -> Instant {
        self.clock.now()
    }
}
