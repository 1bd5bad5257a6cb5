//! A small town with a device, and the folders of both as they lie on their disks.
//!
//! It makes what the deeds need; what is done with it is said where it is done.

use std::path::Path;
use std::sync::{Arc, Mutex};

use feltbog_ids::{CommandId, DocId, Instant, Span, WorkspaceId};
use feltbog_protocol::{BodiesReply, BodiesRequest, FeedPage, PushReply, PushRequest, Want};
use feltbog_replica::{FileKey, KeepDraft, Moment, OutboxItem};
use feltbog_server::{Dice, PostOffice, Session, Store};
use feltbog_tests::{Clock, Tablet, World};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

use crate::trial::{Files, files_in};

/// The device's database.
pub const NOTEBOOK: &str = "replica.db";

/// The server's.
pub const STORE: &str = "feltbog.db";

/// The town, and Anna's tablet.
pub struct Scene {
    /// The town.
    pub world: World,
    /// Anna's, with everything she may see.
    pub anna: Tablet,
    /// A case of her team.
    pub case: DocId,
}

impl Scene {
    /// Makes it.
    pub fn new(seed: u64) -> Self {
        crate::shim::install();
        let world = World::new(seed);
        let anna = world.tablet(world.town.anna);
        let case = world.town.cases[0];
        Self { world, anna, case }
    }

    /// The files of a tablet as they lie there, the app being open, and their key.
    pub fn notebook(&self, tablet: &Tablet) -> (Files, FileKey) {
        let (path, key) = tablet.file_and_key();
        let folder = path.parent().expect("it lies in a folder");
        let old = path
            .file_name()
            .and_then(|name| name.to_str())
            .expect("a plain name")
            .to_owned();
        let files = files_in(folder).into_iter();
        let renamed =
            files.filter_map(|(name, bytes)| Some((format!("{NOTEBOOK}{}", name.strip_prefix(&old)?), bytes)));
        (renamed.collect(), key)
    }

    /// The server's folder as it lies there, the server running, and its key.
    pub fn store(&self) -> (Files, FileKey) {
        let files = files_in(self.world.server.folder());
        let key = key_of(&files["feltbog.key"]);
        (files, key)
    }

    /// This moment, with the same dice each time.
    pub fn moment(&self) -> Moment {
        Moment {
            now: self.now(),
            salt: [5; 8],
        }
    }

    /// The clock.
    pub fn now(&self) -> Instant {
        self.world.clock.now()
    }

    /// A keeping of a note on the case.
    pub fn keeping(&self, note: u8, words: &str) -> KeepDraft {
        KeepDraft {
            id: CommandId::from_bytes([note; 16]),
            note: DocId::from_bytes([note; 16]),
            case: self.case,
            visit: None,
            heads: Vec::new(),
            before: String::new(),
            after: words.to_owned(),
        }
    }

    /// The next page of the feed for a tablet.
    pub fn page(&self, tablet: &Tablet) -> FeedPage {
        let request = tablet.replica().feed_request().unwrap();
        let (session, at) = self.session(tablet);
        self.world
            .server
            .office()
            .feed(&session, at, &request, self.now())
            .unwrap()
    }

    /// What a tablet lacks, and the server's answer.
    pub fn bodies(&self, tablet: &Tablet) -> (Vec<Want>, BodiesReply) {
        let wants = tablet.replica().wants(100, tablet.clock.now()).unwrap();
        let (session, at) = self.session(tablet);
        let request = BodiesRequest { wants: wants.clone() };
        let reply = self
            .world
            .server
            .office()
            .bodies(&session, at, &request, self.now())
            .unwrap();
        (wants, reply)
    }

    /// What waits on a tablet, as a push.
    pub fn push(&self, tablet: &Tablet) -> (Vec<OutboxItem>, PushRequest) {
        let sent = tablet.replica().outbox(100).unwrap();
        let items = sent.iter().map(|item| item.item.clone()).collect();
        (
            sent,
            PushRequest {
                items,
                loose: Vec::new(),
            },
        )
    }

    /// The push, and the server's answer to it.
    pub fn pushed(&self, tablet: &Tablet) -> (Vec<OutboxItem>, PushReply) {
        let (sent, request) = self.push(tablet);
        let (session, at) = self.session(tablet);
        let reply = self
            .world
            .server
            .office()
            .push(&session, at, &request, self.now())
            .unwrap();
        (sent, reply)
    }

    /// Who the tablet is to the server.
    pub fn session(&self, tablet: &Tablet) -> (Session, WorkspaceId) {
        let session = self
            .world
            .server
            .office()
            .session(&tablet.session(), self.now())
            .unwrap();
        (session, session.workspace)
    }
}

/// A key as the server keeps it.
pub fn key_of(bytes: &[u8]) -> FileKey {
    FileKey::new(bytes.try_into().expect("a key is 32 bytes"))
}

/// A post office over the store, with the same dice each time.
pub fn office(store: &Arc<Store>) -> PostOffice {
    PostOffice::new(Arc::clone(store), Arc::new(dice()), Span::days(30))
}

/// The same dice each time.
pub fn dice() -> Dice {
    Dice::from_seed([9; 32])
}

/// A device's clock and dice, the same each time.
pub fn hands() -> feltbog_client::World {
    let clock = Clock::default();
    feltbog_client::World {
        clock: Arc::new(move || clock.now()),
        dice: Arc::new(Mutex::new(ChaCha20Rng::seed_from_u64(9))),
    }
}

/// The server's store in a folder.
pub fn opened(folder: &Path) -> Arc<Store> {
    Arc::new(Store::open(folder).unwrap())
}
