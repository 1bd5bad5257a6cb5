//! The desk: one typed command in, one reply out.
//!
//! It asks the vault, the notebook and the courier, and holds no fact of its own. It never goes to the network to show
//! something.

mod door;
mod look;
mod notebook;
mod write;

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use feltbog_replica::ReplicaError;
use feltbog_views::{Changed, Command, Problem, Reply};
use tokio::sync::broadcast;

use crate::address::Address;
use crate::app::Setup;
use crate::remote::{Remote, RemoteError};
use crate::road::Road;
use crate::settings::Settings;
use crate::vault::{Vault, VaultError};
use notebook::Notebook;

/// Makes the server at an address.
pub type Reach<R> = Box<dyn Fn(Address) -> Result<R, RemoteError> + Send + Sync>;

/// Changes a listener may lag behind before it has missed one.
const LAG: usize = 256;

/// A reply, or what stood in its way.
type Answer = Result<Reply, Problem>;

/// The desk.
pub struct Desk<R: Remote> {
    setup: Setup,
    vault: Vault,
    road: Road,
    reach: Reach<R>,
    settings: Mutex<Settings>,
    open: Mutex<Option<Arc<Notebook<R>>>>,
    /// Held while somebody comes in or goes out: one at a time.
    door: Mutex<()>,
    changes: broadcast::Sender<Changed>,
}

impl<R: Remote> Desk<R> {
    /// A desk with the notebook closed.
    pub fn new(setup: Setup, reach: Reach<R>) -> io::Result<Self> {
        Ok(Self {
            vault: Vault::new(&setup.folder),
            road: Road::read(&setup.folder),
            settings: Mutex::new(Settings::read(&setup.folder)?),
            setup,
            reach,
            open: Mutex::new(None),
            door: Mutex::new(()),
            changes: broadcast::Sender::new(LAG),
        })
    }

    /// Answers a command.
    pub fn answer(&self, command: Command) -> Reply {
        self.try_answer(command)
            .unwrap_or_else(|problem| Reply::Problem { problem })
    }

    /// Hears of every change from now on.
    pub fn changes(&self) -> broadcast::Receiver<Changed> {
        self.changes.subscribe()
    }

    /// The road to the server.
    pub fn road(&self) -> &Road {
        &self.road
    }

    fn try_answer(&self, command: Command) -> Answer {
        match command {
            Command::Status {} => self.status(),
            Command::Enrol {
                address,
                token,
                user,
                password,
                pin,
            } => self.enrol(door::FirstSignIn {
                address,
                token,
                user,
                password,
                pin,
            }),
            Command::Unlock { pin } => self.unlock(pin),
            Command::Lock {} => self.lock(),
            Command::SignIn { password } => self.sign_in(password),
            Command::Settings {} => self.show_settings(),
            Command::SetSettings { language, theme } => self.set_settings(language, theme),
            inside => self.answer_inside(inside),
        }
    }

    /// Everything that needs an open notebook.
    fn answer_inside(&self, command: Command) -> Answer {
        let notebook = self.notebook()?;
        let now = self.setup.world.now();
        match command {
            Command::Today { day } => notebook
                .look(|replica| replica.today(day.as_deref(), now))
                .map(Reply::Today),
            Command::Cases {
                query,
                filter,
                sort,
                offset,
                limit,
            } => notebook
                .look(|replica| replica.cases(&query, &filter, sort, (offset, limit.clamp(1, 200)), now))
                .map(Reply::Cases),
            Command::Case { id } => notebook
                .look(|replica| replica.case(id, now))
                .map(Box::new)
                .map(Reply::Case),
            Command::News {} => notebook.look(|replica| replica.news(now)).map(Reply::News),
            Command::Post { id } => self.post(&notebook, id),
            Command::SyncPage {} => self.sync_page(&notebook),
            Command::LooseNotes {} => notebook.look(|replica| replica.loose_notes()).map(Reply::Loose),
            Command::SendNow {} => self.send_now(&notebook),
            writing => self.write(&notebook, writing),
        }
    }

    fn notebook(&self) -> Result<Arc<Notebook<R>>, Problem> {
        match hold(&self.open).clone() {
            Some(notebook) => Ok(notebook),
            None if self.vault.has_key() => Err(Problem::Locked),
            None => Err(Problem::NotEnrolled),
        }
    }

    fn tell(&self, changed: Changed) {
        // Nobody may be looking; then nobody needs to hear.
        self.changes.send(changed).ok();
    }
}

/// What a thread that panicked left behind is still whole: each value here is replaced in one go.
fn hold<T>(value: &Mutex<T>) -> MutexGuard<'_, T> {
    value.lock().unwrap_or_else(PoisonError::into_inner)
}

fn from_replica(error: ReplicaError) -> Problem {
    let problem = error.problem();
    if problem == Problem::Unexpected {
        tracing::error!(%error, "the notebook failed");
    }
    problem
}

fn from_vault(error: VaultError) -> Problem {
    let problem = error.problem();
    if problem == Problem::Unexpected {
        tracing::error!(%error, "the vault failed");
    }
    problem
}

fn from_disk(error: io::Error) -> Problem {
    if error.kind() == io::ErrorKind::StorageFull {
        return Problem::DiskFull;
    }
    tracing::error!(%error, "a small file could not be read or written");
    Problem::Unexpected
}
