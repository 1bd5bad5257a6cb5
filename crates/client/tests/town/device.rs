//! A device with the app on it, driven by commands as the page would.
//!
//! It waits for what the app tells, never for time; the limit on a wait only ends a test that has failed.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use feltbog_client::vault::Effort;
use feltbog_client::{App, Setup, World};
use feltbog_ids::{ChangeHash, CommandId, DocId, Instant};
use feltbog_views::{ChipState, Command, DraftView, NoteView, Problem, Reply, Shape, StatusView, SyncView};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

use super::{Line, NOON, case};

/// Long enough for a machine under load, short enough to end a test that waits in vain.
pub const LIMIT: Duration = Duration::from_secs(30);

pub const PIN: &str = "274859";

/// A device. The app goes before the runtime it runs on.
pub struct Device {
    pub app: App<Line>,
    line: Line,
    clock: Arc<AtomicI64>,
    number: u8,
    commands: u64,
    runtime: Runtime,
    pub folder: TempDir,
}

impl Device {
    /// A new device, with nobody signed in.
    pub fn new(number: u8, line: &Line) -> Self {
        let clock = Arc::new(AtomicI64::new(NOON.0));
        Self::start(number, line.clone(), TempDir::new().unwrap(), clock, 0)
    }

    /// A device somebody signed in on, with all fetched.
    pub fn signed_in(number: u8, line: &Line) -> Self {
        let device = Self::new(number, line);
        device.expect_open(device.enrol(&number.to_string(), "korrekt hest", PIN));
        device.waits_until_all_is_done();
        device
    }

    /// The process ends without a word, and the app is started again in the same folder.
    pub fn restarts(self) -> Self {
        let Self {
            app,
            line,
            clock,
            number,
            commands,
            runtime,
            folder,
        } = self;
        drop(app);
        drop(runtime);
        Self::start(number, line, folder, clock, commands)
    }

    fn start(number: u8, line: Line, folder: TempDir, clock: Arc<AtomicI64>, commands: u64) -> Self {
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let hands = Arc::clone(&clock);
        let seed = u64::from(number) * 1_000 + commands;
        let world = World {
            clock: Arc::new(move || Instant(hands.load(Ordering::SeqCst))),
            dice: Arc::new(Mutex::new(ChaCha20Rng::seed_from_u64(seed))),
        };
        let setup = Setup {
            folder: folder.path().to_owned(),
            world,
            shape: Shape::Tablet,
            runtime: runtime.handle().clone(),
            effort: Effort::CHEAP,
        };
        let server = line.clone();
        let app = App::with(setup, move |_| Ok(server.clone())).unwrap();
        Self {
            app,
            line,
            clock,
            number,
            commands,
            runtime,
            folder,
        }
    }

    pub fn passes_seconds(&self, seconds: i64) {
        self.clock.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }

    pub fn enrol(&self, token: &str, password: &str, pin: &str) -> Reply {
        self.app.answer(Command::Enrol {
            address: "http://127.0.0.1:1".to_owned(),
            token: token.to_owned(),
            user: "maja".to_owned(),
            password: password.to_owned(),
            pin: pin.to_owned(),
        })
    }

    pub fn unlock(&self, pin: &str) -> Reply {
        self.app.answer(Command::Unlock { pin: pin.to_owned() })
    }

    /// Asks beside everything else, as a page that does not wait for its answer.
    pub fn asks(&self, command: Command) -> mpsc::Receiver<Reply> {
        let (app, (answers, answer)) = (self.app.clone(), mpsc::channel());
        // Nobody listens any more once a test has failed.
        std::thread::spawn(move || answers.send(app.answer(command)).is_ok());
        answer
    }

    pub fn expect_open(&self, reply: Reply) -> StatusView {
        match reply {
            Reply::Status(status) => *status,
            other => panic!("not open: {other:?}"),
        }
    }

    pub fn problem(&self, reply: Reply) -> Problem {
        match reply {
            Reply::Problem { problem } => problem,
            other => panic!("no problem: {other:?}"),
        }
    }

    pub fn status(&self) -> StatusView {
        self.expect_open(self.app.answer(Command::Status {}))
    }

    pub fn sync_page(&self) -> SyncView {
        match self.app.answer(Command::SyncPage {}) {
            Reply::Sync(view) => *view,
            other => panic!("no sync page: {other:?}"),
        }
    }

    /// Types a new note and finishes it.
    pub fn writes(&mut self, note: DocId, text: &str) -> DraftView {
        let typed = self.types(note, &[], "", text);
        let id = self.command();
        self.draft(Command::FinishNote {
            id,
            note,
            heads: typed.note.heads,
        })
    }

    pub fn types(&mut self, note: DocId, heads: &[ChangeHash], before: &str, after: &str) -> DraftView {
        let id = self.command();
        let (heads, before, after) = (heads.to_vec(), before.to_owned(), after.to_owned());
        self.draft(Command::KeepDraft {
            id,
            note,
            case: case(),
            visit: None,
            heads,
            before,
            after,
        })
    }

    pub fn draft(&self, command: Command) -> DraftView {
        match self.app.answer(command) {
            Reply::Draft(draft) => *draft,
            other => panic!("not kept: {other:?}"),
        }
    }

    pub fn notes(&self) -> Vec<NoteView> {
        match self.app.answer(Command::Case { id: case() }) {
            Reply::Case(view) => view.notes,
            other => panic!("no case: {other:?}"),
        }
    }

    pub fn waits_until_all_is_done(&self) {
        self.waits_until(Self::all_is_done);
    }

    pub fn all_is_done(&self) -> bool {
        matches!(self.chip(), Some(ChipState::AllDone { .. }))
    }

    pub fn chip(&self) -> Option<ChipState> {
        self.status().chip.map(|chip| chip.state)
    }

    /// Looks again whenever the app says that something changed.
    pub fn waits_until(&self, holds: impl Fn(&Self) -> bool) {
        let mut changes = self.app.changes();
        while !holds(self) {
            let next = self
                .runtime
                .block_on(async { tokio::time::timeout(LIMIT, changes.recv()).await });
            assert!(next.is_ok(), "waited in vain; the chip says {:?}", self.chip());
        }
    }

    fn command(&mut self) -> CommandId {
        self.commands += 1;
        let mut bytes = [self.number; 16];
        bytes[8..].copy_from_slice(&self.commands.to_be_bytes());
        CommandId::from_bytes(bytes)
    }
}
