//! A device that goes by itself: a real notebook, the courier's own loop, and the real client over HTTP.
//!
//! Somebody has to let it run; it knows neither what lies between it and the server nor what is right.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use feltbog_client::courier::{Busy, Courier, with};
use feltbog_client::planner::{Event, Outbox};
use feltbog_client::{Address, HttpRemote, Road, Roots};
use feltbog_ids::{CommandId, DocId, Instant};
use feltbog_replica::{FileKey, KeepDraft, Replica, ReplicaError};
use feltbog_views::Changed;
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use tokio::sync::broadcast;

use crate::{
    Astray, Chance, Page, Worker, World,
    astray::{goes_astray, goes_astray_unseen},
    tablet::first_contact,
};

/// One person's device.
pub struct Device {
    folder: PathBuf,
    key: FileKey,
    world: feltbog_client::World,
    changes: broadcast::Sender<Changed>,
    address: Address,
    replica: Arc<Mutex<Replica>>,
    courier: Arc<Courier<HttpRemote>>,
}

impl Device {
    /// A new device, enrolled with a token; it has fetched nothing yet, and finds the server at an address.
    pub fn enrol(
        world: &World,
        worker: Worker,
        folder: PathBuf,
        address: &str,
        clock: Arc<dyn Fn() -> Instant + Send + Sync>,
    ) -> Self {
        std::fs::create_dir_all(&folder).expect("the folder can be made");
        let seed = world.dice().bytes();
        let dice = Arc::new(Mutex::new(ChaCha20Rng::from_seed(seed)));
        let own = feltbog_client::World { clock, dice };
        let key = FileKey::new(own.draw());
        let (identity, session) = first_contact(world, worker);
        let mut replica = Replica::create(&folder.join("replica.db"), &key, &identity, &own.moment())
            .expect("a notebook can be made");
        replica.set_session(Some(&session)).expect("the session can be kept");
        let address = Address::parse(address).expect("it is on this machine");
        let (replica, changes) = (Arc::new(Mutex::new(replica)), broadcast::Sender::new(64));
        let courier = courier(&folder, &address, &own, &changes, &replica);
        Self {
            folder,
            key,
            world: own,
            changes,
            address,
            replica,
            courier,
        }
    }

    /// The app is ended wherever it was and started again, with what lies in the file.
    pub fn restarts(&mut self) {
        let path = self.folder.join("replica.db");
        let again = Replica::open(&path, &self.key, &self.world.moment()).expect("a notebook opens again");
        self.replica = Arc::new(Mutex::new(again));
        self.courier = courier(&self.folder, &self.address, &self.world, &self.changes, &self.replica);
    }

    /// Something in the notebook's file is altered while the app is off: see [`Astray`]. It is to be started again.
    pub fn goes_astray(&self, how: Astray, chance: &mut Chance) -> Option<DocId> {
        goes_astray(&self.folder.join("replica.db"), &self.key, how, chance)
    }

    /// As above, and the file's own triggers do not see it.
    pub fn goes_astray_unseen(&self, how: Astray, chance: &mut Chance) -> Option<DocId> {
        goes_astray_unseen(&self.folder.join("replica.db"), &self.key, how, chance)
    }

    /// Its courier, to be let run.
    pub fn courier(&self) -> Arc<Courier<HttpRemote>> {
        Arc::clone(&self.courier)
    }

    /// Hears of every change from now on.
    pub fn changes(&self) -> broadcast::Receiver<Changed> {
        self.changes.subscribe()
    }

    /// A new note on a case.
    pub fn writes(&self, case: DocId, words: &str) -> DocId {
        let note = DocId::from_bytes(self.world.draw());
        let nothing = (Vec::new(), String::new());
        self.keeps(note, case, nothing, words.to_owned());
        note
    }

    /// Words typed at the end of a note that is here.
    pub fn types(&self, note: DocId, words: &str) {
        let now = self.with(|replica| replica.note(note)).expect("the note is here");
        let after = format!("{}{words}", now.text);
        self.keeps(note, now.case, (now.heads, now.text), after);
    }

    fn keeps(&self, note: DocId, case: DocId, on: Page, after: String) {
        let (heads, before) = on;
        let keep = KeepDraft {
            id: CommandId::from_bytes(self.world.draw()),
            note,
            case,
            visit: None,
            heads,
            before,
            after,
        };
        let moment = self.world.moment();
        let kept = self.with(|replica| replica.keep_draft(&keep, &moment));
        kept.expect("a draft can be kept on a case that is here");
        self.courier.hear(Event::Wrote);
    }

    /// The text of a note, if it is here.
    pub fn text(&self, note: DocId) -> Option<String> {
        self.with(|replica| replica.note(note)).ok().map(|note| note.text)
    }

    /// How many notes a case has here; none where it is not here.
    pub fn notes_of(&self, case: DocId) -> Option<u32> {
        let now = self.world.now();
        self.with(|replica| replica.case(case, now))
            .ok()
            .map(|case| case.notes_total)
    }

    /// Whether nothing waits, nothing is under way, and all was equal when it last looked.
    pub fn is_at_rest(&self) -> bool {
        let standing = self.courier.standing();
        standing.equal && standing.busy == Busy::Idle && standing.plan.outbox == Outbox::Empty
    }

    /// The notebook for one step.
    pub fn with<T>(&self, step: impl FnOnce(&mut Replica) -> Result<T, ReplicaError>) -> Result<T, ReplicaError> {
        with(&self.replica, step)
    }
}

fn courier(
    folder: &std::path::Path,
    address: &Address,
    world: &feltbog_client::World,
    changes: &broadcast::Sender<Changed>,
    replica: &Arc<Mutex<Replica>>,
) -> Arc<Courier<HttpRemote>> {
    let remote = HttpRemote::new(address.clone(), &Roots::default()).expect("a client can be made");
    let road = Road::read(folder);
    Arc::new(Courier::new(
        Arc::clone(replica),
        remote,
        world.clone(),
        road,
        changes.clone(),
    ))
}
