//! A tablet: a real notebook in a real file, the real courier, and what its person and its misfortunes do to it.
//!
//! It does not know what is right; stories and the simulation say that.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use feltbog_client::courier::{CourierError, Errand, round};
use feltbog_ids::{ChangeHash, CommandId, DocId};
use feltbog_protocol::EnrolRequest;
use feltbog_replica::{Agreement, FileKey, Identity, KeepDraft, Moment, Replica, ReplicaError};
use feltbog_views::{DraftView, FieldValue, FieldView, NoteView};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use tokio::sync::broadcast;

use crate::{
    Astray, Chance, Clock, Opened, Road, SimRemote, Worker, World,
    astray::{goes_astray, goes_astray_unseen, is_altered},
    town::PASSWORD,
};

/// Rounds after which a quiet world has settled.
const ROUNDS: usize = 8;

/// How a round ended.
#[derive(Debug)]
pub enum Ended {
    /// By itself.
    Round(Result<Agreement, CourierError>),
    /// The app was gone before it ended.
    Crashed,
}

/// What stands on the page of a note: the version it was typed on, and its text.
pub type Page = (Vec<ChangeHash>, String);

/// One person's tablet.
pub struct Tablet {
    /// Whose it is.
    pub worker: Worker,
    /// Its road to the server.
    pub road: Road,
    /// Its own clock.
    pub clock: Clock,
    /// The server at the end of its road.
    pub remote: SimRemote,
    replica: Mutex<Replica>,
    world: feltbog_client::World,
    folder: PathBuf,
    lives: u32,
    key: FileKey,
    pages: Mutex<HashMap<DocId, Page>>,
    changes: broadcast::Sender<feltbog_views::Changed>,
}

impl Tablet {
    /// A new device, enrolled with a token; it has fetched nothing yet.
    pub fn enrol(world: &World, worker: Worker, folder: PathBuf, seed: u64) -> Self {
        std::fs::create_dir_all(&folder).expect("the folder can be made");
        let clock = world.clock.another();
        let dice = Arc::new(Mutex::new(ChaCha20Rng::seed_from_u64(seed)));
        let hands = clock.clone();
        let own = feltbog_client::World {
            clock: Arc::new(move || hands.now()),
            dice,
        };
        let key = FileKey::new(own.draw());
        let (identity, session) = first_contact(world, worker);
        let path = folder.join("life0.db");
        let mut replica = Replica::create(&path, &key, &identity, &own.moment()).expect("a notebook can be made");
        replica.set_session(Some(&session)).expect("the session can be kept");
        let road = Road::default();
        Self {
            worker,
            remote: SimRemote::new(road.clone(), Arc::clone(&world.server), world.tally.clone()),
            road,
            clock,
            replica: Mutex::new(replica),
            world: own,
            folder,
            lives: 0,
            key,
            pages: Mutex::default(),
            changes: broadcast::Sender::new(16),
        }
    }

    /// A new note on a case.
    pub fn writes(&self, case: DocId, words: &str) -> DocId {
        let note = DocId::from_bytes(self.world.draw());
        self.keep(note, case, &(Vec::new(), String::new()), words)
            .expect("a note can be written on a case that is here");
        note
    }

    /// Words typed at the end of the page of a note, which is opened if it is not.
    pub fn types(&self, note: DocId, words: &str) {
        let page = self.page(note).expect("the note is here");
        let after = format!("{}{words}", page.1);
        let case = self.note(note).expect("the note is here").case;
        self.keep(note, case, &page, &after).expect("a draft can be kept");
    }

    /// Keeps a page as it now stands, typed on what it was.
    pub fn keep(&self, note: DocId, case: DocId, on: &Page, after: &str) -> Result<DraftView, ReplicaError> {
        let id = CommandId::from_bytes(self.world.draw());
        let (heads, before) = on.clone();
        let keep = KeepDraft {
            id,
            note,
            case,
            visit: None,
            heads,
            before,
            after: after.to_owned(),
        };
        let draft = self.replica().keep_draft(&keep, &self.world.moment())?.0;
        self.pages().insert(note, (draft.typed.clone(), after.to_owned()));
        Ok(draft)
    }

    /// The note is finished as its page stands.
    pub fn finishes(&self, note: DocId) -> Result<DraftView, ReplicaError> {
        let (heads, _) = self.page(note)?;
        let id = CommandId::from_bytes(self.world.draw());
        Ok(self.replica().finish_note(id, note, &heads, &self.world.moment())?.0)
    }

    /// A field of a case is set.
    pub fn sets(&self, case: DocId, key: &str, value: &str) -> Result<FieldView, ReplicaError> {
        let id = CommandId::from_bytes(self.world.draw());
        let value = FieldValue::Text(value.to_owned());
        let heads = self.replica().case(case, self.clock.now())?.heads;
        Ok(self
            .replica()
            .set_field(id, case, key, &heads, Some(&value), &self.world.moment())?
            .0)
    }

    /// A note as it now stands here.
    pub fn note(&self, note: DocId) -> Result<NoteView, ReplicaError> {
        self.replica().note(note)
    }

    /// The page of a note: as it was left, or opened anew.
    pub fn page(&self, note: DocId) -> Result<Page, ReplicaError> {
        if let Some(page) = self.pages().get(&note) {
            return Ok(page.clone());
        }
        self.looks_again(note)
    }

    /// The person takes over what others wrote meanwhile.
    pub fn looks_again(&self, note: DocId) -> Result<Page, ReplicaError> {
        let view = self.note(note)?;
        let page = (view.heads, view.text);
        self.pages().insert(note, page.clone());
        Ok(page)
    }

    /// One round of the courier.
    pub fn round(&self) -> Result<Agreement, CourierError> {
        match self.round_for(usize::MAX) {
            Ended::Round(outcome) => outcome,
            Ended::Crashed => unreachable!("nobody waits that often"),
        }
    }

    /// A round of the courier that is dropped once it has waited so often.
    pub fn round_for(&self, waits: usize) -> Ended {
        self.round_amid(waits, || false)
    }

    /// A round of the courier in the midst of which, once it has waited so often, something happens; it goes on when
    /// that is so.
    pub fn round_amid(&self, waits: usize, happens: impl FnOnce() -> bool) -> Ended {
        let errand = Errand {
            replica: &self.replica,
            remote: &self.remote,
            world: &self.world,
            pace: &Mutex::default(),
            changes: &self.changes,
        };
        let mut round = pin!(round(&errand));
        let mut context = Context::from_waker(Waker::noop());
        for _ in 0..waits {
            if let Poll::Ready(outcome) = round.as_mut().poll(&mut context) {
                return Ended::Round(outcome);
            }
        }
        if !happens() {
            return Ended::Crashed;
        }
        loop {
            if let Poll::Ready(outcome) = round.as_mut().poll(&mut context) {
                return Ended::Round(outcome);
            }
        }
    }

    /// Rounds until all is sent and fetched.
    pub fn settles(&self) {
        let mut last = None;
        for _ in 0..ROUNDS {
            last = Some(self.round());
            // A pull may find that something has to go again.
            let waits = !self.replica().outbox(1).expect("the outbox can be read").is_empty();
            if matches!(last, Some(Ok(Agreement::Equal))) && !waits {
                return;
            }
        }
        panic!("{}'s tablet does not come to rest: {last:?}", self.worker.user);
    }

    /// What has ended by the clock is taken off, as before everything a person asks of the desk. Answers whether
    /// anything had.
    pub fn looks_at_the_clock(&self) -> bool {
        let ended = self.replica().end_by_clock(&self.world.moment());
        ended.expect("what has ended can be taken off").is_some()
    }

    /// The battery dies: what lies in the files at this moment is all there is when it starts again.
    pub fn loses_power(&mut self) {
        let (old, new) = (self.path(), self.next_path());
        copy(&old, &new, &["", "-wal", ".twin"]);
        self.begins_next_life(&old);
    }

    /// The battery dies, and of the log beside the notebook only so many bytes are left, as by a worn disk.
    pub fn loses_power_and_its_log_after(&mut self, bytes: u64) {
        let (old, new) = (self.path(), self.next_path());
        copy(&old, &new, &["", "-wal", ".twin"]);
        let log = std::fs::OpenOptions::new()
            .write(true)
            .open(format!("{}-wal", new.display()));
        log.and_then(|log| log.set_len(bytes)).expect("a log can be cut");
        self.begins_next_life(&old);
    }

    /// The notebook is copied away, by whatever keeps copies of a device.
    pub fn is_copied(&self) {
        copy(&self.path(), &self.copy_path(), &["", "-wal"]);
    }

    /// The copy is put back. The twin lies beside the notebook, where no copy of the notebook has it.
    pub fn is_put_back(&mut self) {
        let (old, new) = (self.path(), self.next_path());
        copy(&self.copy_path(), &new, &["", "-wal"]);
        copy(&old, &new, &[".twin"]);
        self.begins_next_life(&old);
    }

    /// Goes on with the files of the next life.
    fn begins_next_life(&mut self, old: &Path) {
        let new = self.next_path();
        self.lives += 1;
        let again = Replica::open(&new, &self.key, &self.world.moment()).expect("a notebook opens after a power cut");
        *self.replica() = again;
        self.pages().clear();
        for suffix in ["", "-wal", "-shm", ".twin"] {
            // The file may be gone with the connection that held it.
            std::fs::remove_file(format!("{}{suffix}", old.display())).ok();
        }
    }

    /// The app is ended and started again.
    pub fn restarts(&self) {
        let again = Replica::open(&self.path(), &self.key, &self.world.moment()).expect("a notebook opens again");
        *self.replica() = again;
        self.pages().clear();
    }

    /// Something in the notebook's file is altered while the app is off: see [`Astray`]. Answers the document it befell.
    pub fn goes_astray(&self, how: Astray, chance: &mut Chance) -> Option<DocId> {
        let altered = goes_astray(&self.path(), &self.key, how, chance);
        self.restarts();
        altered
    }

    /// As above, and the file's own triggers do not see it.
    pub fn goes_astray_unseen(&self, how: Astray, chance: &mut Chance) -> Option<DocId> {
        let altered = goes_astray_unseen(&self.path(), &self.key, how, chance);
        self.restarts();
        altered
    }

    /// Something is done to the notebook's file that no app does, while it is open.
    pub fn is_altered(&self, words: &str) {
        is_altered(&self.path(), self.key.as_bytes(), words);
    }

    /// The notebook.
    pub fn replica(&self) -> MutexGuard<'_, Replica> {
        self.replica.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The notebook's file, opened beside it.
    pub fn file(&self) -> Opened {
        Opened::with(&self.path(), &self.key)
    }

    /// Where the notebook lies, and the key that opens it.
    pub fn file_and_key(&self) -> (PathBuf, FileKey) {
        (self.path(), self.key.clone())
    }

    /// This moment, by its own clock and dice.
    pub fn moment(&self) -> Moment {
        self.world.moment()
    }

    /// Bytes in the write-ahead log.
    pub fn log_bytes(&self) -> u64 {
        std::fs::metadata(format!("{}-wal", self.path().display()))
            .map(|facts| facts.len())
            .unwrap_or(0)
    }

    /// The session with the server.
    pub fn session(&self) -> String {
        self.replica()
            .session()
            .expect("the notebook can be read")
            .expect("it was enrolled")
    }

    /// Everything that lies in the notebook's files, page by page, in the clear.
    pub fn bytes(&self) -> Vec<u8> {
        crate::pages::decrypted(&self.path(), &self.key)
    }

    /// Tells what waits in its file, for whoever looks for the reason of a failure.
    pub fn tells(&self, file: &Opened) {
        let sql = "select w.ord, hex(w.doc), hex(w.hash), hex(w.intent), w.receipted, o.kind, o.awake, o.waits_since, \
                   d.former, d.gone, d.announced_position from own w left join outbox o on o.doc = w.doc and o.hash = w.hash \
                   left join doc d on d.id = w.doc order by w.ord";
        for row in file.rows(sql).expect("the tables are there") {
            self.remote.tells(|| format!("  own of {}: {row}", self.worker.user));
        }
    }

    fn path(&self) -> PathBuf {
        self.folder.join(format!("life{}.db", self.lives))
    }

    fn next_path(&self) -> PathBuf {
        self.folder.join(format!("life{}.db", self.lives + 1))
    }

    fn copy_path(&self) -> PathBuf {
        self.folder.join("copy.db")
    }

    fn pages(&self) -> MutexGuard<'_, HashMap<DocId, Page>> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Copies a file and what lies beside it; what is not there is not there in the copy either.
fn copy(from: &Path, to: &Path, suffixes: &[&str]) {
    for suffix in suffixes {
        let beside = |path: &Path| PathBuf::from(format!("{}{suffix}", path.display()));
        if beside(from).exists() {
            std::fs::copy(beside(from), beside(to)).expect("a file can be copied");
        } else {
            // It may be there from an earlier copy, and would not fit.
            std::fs::remove_file(beside(to)).ok();
        }
    }
}

pub(crate) fn first_contact(world: &World, worker: Worker) -> (Identity, String) {
    let token = world.town.token(worker.person);
    let request = EnrolRequest {
        token,
        user: worker.user.to_owned(),
        password: PASSWORD.to_owned(),
    };
    let reply = world
        .server
        .office()
        .enrol(&request, "tablet", world.server.now())
        .expect("the token is good");
    let identity = Identity {
        workspace: reply.workspace,
        person: reply.person,
        enrolment: reply.enrolment,
        user: worker.user.to_owned(),
        address: "in memory".to_owned(),
        time_zone: reply.time_zone,
    };
    (identity, reply.session)
}
