//! The server: the real store and the real post office on a folder, asked by calls instead of HTTP.
//!
//! It answers as the program does; only the sockets are left out.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use feltbog_ids::{DocId, Instant, Span};
use feltbog_replica::FileKey;
use feltbog_server::{Dice, PostOffice, Settings, Store};

use crate::{Clock, Opened, pages};

/// A server that can be stopped and started.
pub struct Server {
    folder: PathBuf,
    /// Its dice.
    pub dice: Arc<Dice>,
    clock: Clock,
    page: AtomicUsize,
    office: Mutex<Option<Arc<PostOffice>>>,
}

/// A copy of the server's folder: the database and the keys of its documents, each with its log.
pub struct Copy {
    database: [Vec<u8>; 2],
    keys: [Vec<u8>; 2],
}

/// The two files, by name.
const DATABASE: &str = "feltbog.db";
const KEYS: &str = "feltbog-keys.db";

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

    /// The folder as a file system copies it while the server runs: with its logs, at one instant.
    pub fn is_copied(&self) -> Copy {
        let read = |name: &str| {
            let file = std::fs::read(self.folder.join(name)).expect("the file is there");
            let log = std::fs::read(self.folder.join(format!("{name}-wal"))).unwrap_or_default();
            [file, log]
        };
        Copy {
            database: read(DATABASE),
            keys: read(KEYS),
        }
    }

    /// An older copy is put back in the place of the database, and with it the keys of that day: what was erased since can
    /// be read again.
    pub fn is_put_back(&self, copy: &Copy) {
        self.stops();
        self.lays(DATABASE, &copy.database);
        self.lays(KEYS, &copy.keys);
        self.restarts();
    }

    /// An older copy is put back in the place of the database, beside the keys of today.
    pub fn is_put_back_beside_its_keys(&self, copy: &Copy) {
        self.stops();
        self.lays(DATABASE, &copy.database);
        self.restarts();
    }

    /// What of a copy could be told with the keys of today: everything in the clear that lies in its pages, and sealed
    /// bytes as they are.
    pub fn bytes_of(&self, copy: &Copy) -> Vec<u8> {
        let folder = tempfile::TempDir::new().expect("the machine has room for temporary files");
        let path = folder.path().join(DATABASE);
        std::fs::write(&path, &copy.database[0]).expect("a file can be written");
        std::fs::write(format!("{}-wal", path.display()), &copy.database[1]).expect("a file can be written");
        pages::decrypted(&path, &self.key())
    }

    fn lays(&self, name: &str, [file, log]: &[Vec<u8>; 2]) {
        let path = self.folder.join(name);
        // It is gone with the last connection, unless that was cut.
        std::fs::remove_file(format!("{}-shm", path.display())).ok();
        std::fs::write(&path, file).expect("the copy can be put back");
        std::fs::write(format!("{}-wal", path.display()), log).expect("the copy's log can be put back");
    }

    fn key(&self) -> FileKey {
        let key = std::fs::read(self.folder.join("feltbog.key")).expect("a server has a key");
        FileKey::new(key.try_into().expect("a key is 32 bytes"))
    }

    /// Every page of the database that holds these bytes goes bad, as on a worn disk: one bit of it is another. Answers how
    /// many, after the server has started again.
    pub fn rots_where(&self, holds: &[u8]) -> usize {
        self.stops();
        // Everything lies in one file once nobody has it open.
        drop(Store::open(&self.folder).expect("the database opens again"));
        let bad = pages::holding(&self.database(), &self.key(), holds);
        let mut bytes = std::fs::read(self.database()).expect("the database is there");
        for number in &bad {
            bytes[number * pages::PAGE + pages::PAGE / 2] ^= 1;
        }
        std::fs::write(self.database(), bytes).expect("the database can be written");
        self.restarts();
        bad.len()
    }

    /// A page goes bad on which a part of a document's body lies, far from where its row begins.
    pub fn rots_within(&self, doc: DocId) {
        let body = crate::astray::body(&self.database(), self.key().as_bytes(), doc);
        // A piece may lie across two pages; the next one does not.
        let mut pieces = body[body.len() / 2..].chunks_exact(32).take(2);
        assert!(
            pieces.any(|piece| self.rots_where(piece) > 0),
            "the body lies on some page"
        );
    }

    /// One bit of a document's body is another, and its page is whole.
    pub fn breaks_seal(&self, doc: DocId) {
        crate::astray::breaks_seal(&self.database(), self.key().as_bytes(), doc);
    }

    /// What every scope says of itself rots.
    pub fn digests_rot(&self) {
        self.is_altered("update scope set digest = zeroblob(16)");
    }

    /// Something is done to the database that no server does.
    pub fn is_altered(&self, words: &str) {
        crate::astray::is_altered(&self.database(), self.key().as_bytes(), words);
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
        pages::decrypted(&self.database(), &self.key())
    }

    fn stops(&self) {
        *self.office.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// The folder it keeps everything in.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn database(&self) -> PathBuf {
        self.folder.join(DATABASE)
    }

    /// What lies in the pages of its key file.
    pub fn bytes_of_keys(&self) -> Vec<u8> {
        pages::decrypted(&self.folder.join(KEYS), &self.key())
    }

    /// The key under which a document's present epoch is sealed.
    pub fn key_of(&self, doc: DocId) -> Vec<u8> {
        let id: String = doc.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        let of = format!("select bytes from document_key where doc = x'{id}' order by epoch desc limit 1");
        let keys = Opened::keys(self.folder()).rows(&of).expect("the keys can be read");
        let hex = keys.first().expect("what is sealed has a key");
        let bytes = hex.as_bytes().chunks(2);
        let byte = |two: &[u8]| {
            std::str::from_utf8(two)
                .ok()
                .and_then(|two| u8::from_str_radix(two, 16).ok())
        };
        bytes.map(|two| byte(two).expect("it is written in hex")).collect()
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
