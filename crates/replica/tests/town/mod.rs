//! A town in miniature for the notebook's tests: one office that keeps documents, and notebooks in real files.
//!
//! It stands in for the server just far enough to answer; it checks no rights and no caps.

#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "each test file uses its own part of the town, and a helper may fail its test"
)]

mod office;

use std::path::{Path, PathBuf};

use feltbog_ids::{ChangeHash, CommandId, DocId, EnrolmentId, Generation, Instant, PersonId, WorkspaceId};
use feltbog_protocol::{Handed, Loose, PushReply};
use feltbog_replica::{Agreement, FileKey, Identity, KeepDraft, Moment, Replica, ReplicaError};
use feltbog_views::{DraftView, FieldValue, FieldView, NoteView};
use tempfile::TempDir;

#[allow(unused_imports, reason = "as above")]
pub use office::{Office, SCOPE};

/// 2026-11-24 12:00 in Copenhagen.
pub const NOON: Instant = Instant(1_795_518_000_000_000);

pub const WORKSPACE: WorkspaceId = WorkspaceId::from_bytes([0xfe; 16]);

/// A document named by a number.
pub fn doc(number: u8) -> DocId {
    DocId::from_bytes([number; 16])
}

/// The case that most stories are about.
pub fn case() -> DocId {
    doc(10)
}

/// One person with one tablet.
pub struct Tablet {
    pub notebook: Replica,
    pub folder: TempDir,
    identity: Identity,
    number: u8,
    ticks: i64,
    commands: u64,
}

/// The key of tablet `number`.
pub fn key(number: u8) -> FileKey {
    FileKey::new([number; 32])
}

/// The person with tablet `number`; their document in the office has the same id.
pub fn person(number: u8) -> PersonId {
    PersonId::from_bytes([100 + number; 16])
}

/// The enrolment of tablet `number`.
pub fn enrolment(number: u8) -> EnrolmentId {
    EnrolmentId::from_bytes([200 + number; 16])
}

pub fn identity(number: u8) -> Identity {
    Identity {
        workspace: WORKSPACE,
        person: person(number),
        enrolment: enrolment(number),
        user: format!("user{number}"),
        address: "http://127.0.0.1:1".to_owned(),
        time_zone: "Europe/Copenhagen".to_owned(),
    }
}

impl Tablet {
    /// A new tablet with nothing on it.
    pub fn new(number: u8) -> Self {
        let folder = TempDir::new().unwrap();
        let moment = Moment {
            now: NOON,
            salt: [number; 8],
        };
        let notebook = Replica::create(
            &folder.path().join("notebook.db"),
            &key(number),
            &identity(number),
            &moment,
        )
        .unwrap();
        Self {
            notebook,
            folder,
            identity: identity(number),
            number,
            ticks: 0,
            commands: 0,
        }
    }

    /// A tablet that holds all the office has.
    pub fn synced(number: u8, office: &mut Office) -> Self {
        let mut tablet = Self::new(number);
        tablet.syncs(office);
        tablet
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("notebook.db")
    }

    /// A moment later than all before, with salt never used before.
    pub fn moment(&mut self) -> Moment {
        self.ticks += 1;
        let mut salt = [0x50 + self.number; 8];
        salt[..4].copy_from_slice(&u32::try_from(self.ticks).unwrap().to_be_bytes());
        Moment {
            now: Instant(NOON.0 + self.ticks * 1_000_000),
            salt,
        }
    }

    /// The battery goes flat and the tablet is started again.
    pub fn restarts(mut self) -> Self {
        let moment = self.moment();
        let path = self.path();
        let Self {
            notebook,
            folder,
            identity,
            number,
            ticks,
            commands,
        } = self;
        drop(notebook);
        let notebook = Replica::open(&path, &key(number), &moment).unwrap();
        Self {
            notebook,
            folder,
            identity,
            number,
            ticks,
            commands,
        }
    }

    pub fn command(&mut self) -> CommandId {
        self.commands += 1;
        let mut bytes = [self.number; 16];
        bytes[8..].copy_from_slice(&self.commands.to_be_bytes());
        CommandId::from_bytes(bytes)
    }

    /// Types in a note from `before` to `after`, on the version `heads`.
    pub fn types(&mut self, note: DocId, heads: &[ChangeHash], before: &str, after: &str) -> DraftView {
        self.tries_to_type(note, heads, before, after).unwrap()
    }

    pub fn tries_to_type(
        &mut self,
        note: DocId,
        heads: &[ChangeHash],
        before: &str,
        after: &str,
    ) -> Result<DraftView, ReplicaError> {
        let keep = self.keeping(note, heads, before, after);
        let moment = self.moment();
        Ok(self.notebook.keep_draft(&keep, &moment)?.0)
    }

    pub fn keeping(&mut self, note: DocId, heads: &[ChangeHash], before: &str, after: &str) -> KeepDraft {
        KeepDraft {
            id: self.command(),
            note,
            case: case(),
            visit: None,
            heads: heads.to_vec(),
            before: before.to_owned(),
            after: after.to_owned(),
        }
    }

    pub fn finishes(&mut self, note: DocId, heads: &[ChangeHash]) -> DraftView {
        let (id, moment) = (self.command(), self.moment());
        self.notebook.finish_note(id, note, heads, &moment).unwrap().0
    }

    pub fn sets(&mut self, key: &str, heads: &[ChangeHash], value: &str) -> FieldView {
        let (id, moment) = (self.command(), self.moment());
        let value = FieldValue::Text(value.to_owned());
        self.notebook
            .set_field(id, case(), key, heads, Some(&value), &moment)
            .unwrap()
            .0
    }

    pub fn reads(&self, note: DocId) -> NoteView {
        let case = self.notebook.case(case(), NOON).unwrap();
        case.notes
            .into_iter()
            .find(|view| view.id == note)
            .expect("the note is on its case")
    }

    /// Sends everything that waits, a few at a time.
    pub fn sends(&mut self, office: &mut Office) {
        for _ in 0..50 {
            let sent = self.notebook.outbox(3).unwrap();
            if sent.is_empty() {
                return;
            }
            let reply = office.push(sent.iter().map(|item| &item.item));
            let moment = self.moment();
            self.notebook.take_answers(&sent, &reply, &moment).unwrap();
        }
        panic!("the outbox does not drain");
    }

    /// What waits to be handed over to the leader.
    pub fn loose(&mut self) -> Vec<Loose> {
        let moment = self.moment();
        self.notebook.loose_waiting(10, &moment).unwrap()
    }

    /// Hands over what waits, and takes in this answer to each.
    pub fn hands_over(&mut self, answer: &Handed) -> Vec<Loose> {
        let sent = self.loose();
        self.takes_handed(&sent, sent.iter().map(|_| answer.clone()).collect());
        sent
    }

    pub fn takes_handed(&mut self, sent: &[Loose], handed: Vec<Handed>) {
        let moment = self.moment();
        let reply = PushReply {
            answers: Vec::new(),
            server_time: moment.now,
            generation: Some(Generation([7; 16])),
            handed,
        };
        self.notebook.take_handed(sent, &reply, &moment).unwrap();
    }

    /// Fetches pages until the last one, and no bodies.
    pub fn fetches_pages(&mut self, office: &mut Office) {
        loop {
            let page = office.page(&self.notebook.feed_request().unwrap());
            let moment = self.moment();
            self.notebook.take_page(&page, &moment).unwrap();
            if page.closing.is_some() {
                return;
            }
        }
    }

    pub fn fetches_bodies(&mut self, office: &mut Office) {
        for _ in 0..50 {
            let wants = self.notebook.wants(3, NOON).unwrap();
            if wants.is_empty() {
                return;
            }
            let reply = office.bodies(&wants);
            self.notebook.take_bodies(&wants, &reply).unwrap();
        }
        panic!("bodies are asked for without end");
    }

    pub fn settles(&mut self) -> Agreement {
        let moment = self.moment();
        self.notebook.settle(&moment).unwrap()
    }

    /// Push, pull, bodies, and the comparison at the end.
    /// Asks what of the scope lies otherwise here, and takes the answer in.
    pub fn repairs(&mut self, office: &mut Office) {
        let request = self.notebook.repair_request(SCOPE, [0x4b; 16]).unwrap().unwrap();
        let reply = office.repair(&request);
        let moment = self.moment();
        self.notebook.take_repair(&request, &reply, &moment).unwrap();
    }

    pub fn syncs(&mut self, office: &mut Office) -> Agreement {
        self.sends(office);
        self.fetches_pages(office);
        self.fetches_bodies(office);
        self.settles()
    }
}

/// Every byte of the decrypted file's rows, search index included, and of the write-ahead log, as one text to search in.
pub fn all_that_is_stored(path: &Path, number: u8) -> String {
    let db = rusqlite::Connection::open(path).unwrap();
    let hex: String = [number; 32].iter().map(|byte| format!("{byte:02x}")).collect();
    db.pragma_update(None, "key", format!("x'{hex}'")).unwrap();
    let plain = path.with_extension("plain");
    db.execute("attach database ?1 as plain key ''", [plain.to_str().unwrap()])
        .unwrap();
    db.query_row("select sqlcipher_export('plain')", [], |_| Ok(()))
        .unwrap();
    db.execute_batch("detach database plain").unwrap();
    let bytes = std::fs::read(&plain).unwrap();
    std::fs::remove_file(&plain).unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}
