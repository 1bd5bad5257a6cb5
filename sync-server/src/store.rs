//! The store: one encrypted SQLite file with one writer, and beside it the keys of what lies sealed in it.
//!
//! Owns every statement. It answers no device and asks no network; what may be done is decided before it is called.

mod accounts;
pub(crate) mod append;
mod batch;
mod compact;
pub(crate) mod documents;
mod enrolments;
mod epoch;
pub(crate) mod grants;
mod key;
mod keys;
mod ledger;
pub(crate) mod log;
pub(crate) mod loose;
mod migrate;
pub(crate) mod outline;
mod put;
pub(crate) mod refusals;
pub(crate) mod scopes;
mod seal;
mod sealing;
mod shifts;
mod tidy;
mod twin;

use std::{
    fs::OpenOptions,
    io::ErrorKind,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use feltbog_ids::{EnrolmentId, Generation, Instant, Position, WorkspaceId};
use rusqlite::{Connection, MAIN_DB, Transaction, TransactionBehavior, config::DbConfig};

pub use accounts::{Account, NewAccount, NewSession, NewToken, SessionRow};
pub use batch::Batch;
pub use compact::{Compacted, FRESH};
pub use documents::DocRow;
pub use enrolments::{Device, Enrolled};
pub use epoch::Erased;
pub use grants::NewGrant;
use ledger::Ledger;
pub use log::Workspace;
pub use put::{Hand, Put};
pub use scopes::ScopeRow;
pub use sealing::Sealed;
pub use shifts::{Shift, ShiftRow};
pub use tidy::{LEAVINGS, Tidied};

use crate::{Dice, StoreError};

/// How long a statement waits for another process, such as an admin command beside the running server.
const PATIENCE: Duration = Duration::from_secs(20);

/// SQLite calls itself ready before SQLCipher has registered itself (`sqlite3_initialize`, 4.20), so that of two threads
/// that open the first files of a process at once, one would find no cipher and be refused.
static ENGINE_STARTS: Mutex<()> = Mutex::new(());

/// Bytes without which a database is none: the first page is written as it is made.
const FIRST_PAGE: u64 = 4096;

/// What a new workspace is given.
#[derive(Clone, Debug)]
pub struct Settings {
    /// IANA name of the time zone.
    pub time_zone: String,
    /// Whether CPR numbers of invented people are taken; unsaid, it stays as it is, and a new workspace takes none.
    pub invented_people: Option<bool>,
}

/// The database of one server.
pub struct Store {
    folder: PathBuf,
    writer: Mutex<Writer>,
    reader: Mutex<Reader>,
}

/// A connection that only reads.
struct Reader {
    sql: Connection,
    keys: keys::Keys,
}

/// The one connection that writes.
struct Writer {
    sql: Connection,
    keys: keys::Keys,
    /// Something failed on it, and it may be of no use since.
    doubtful: bool,
    /// Beside a database that is being served.
    twin: Option<twin::Twin>,
}

impl Store {
    /// Sets the database in `folder` up, or brings it to this version; draws the workspace when there is none.
    pub fn migrate(folder: &Path, settings: &Settings, dice: &Dice) -> Result<Self, StoreError> {
        if is_lost(folder)? {
            return Err(StoreError::Damaged);
        }
        // For the server's own user alone: whoever reads the key reads everything.
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let key = key::Key::draw(&key_path(folder), dice)?;
        let path = database_path(folder);
        key::private(OpenOptions::new().create(true).append(true)).open(&path)?;
        let mut sql = connect(&path, &key)?;
        if migrate::is_empty(&sql, migrate::DATABASE)? && twin::was_served(folder)? {
            // Its log is lost, and all that was in it.
            return Err(StoreError::Damaged);
        }
        keys::Keys::ensure_there(folder, &key, &sql)?;
        migrate::migrate(&mut sql, migrate::DATABASE)?;
        tidies_as_it_closes(&sql)?;
        let tx = sql.transaction_with_behavior(TransactionBehavior::Immediate)?;
        settle_workspace(&tx, settings, dice)?;
        tx.commit()?;
        keys::Keys::set_up(folder, &key, &sql)?;
        Self::open(folder)
    }

    /// Opens the database in `folder`, which is there and of this version.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let (sql, keys) = open_writer(folder)?;
        let writer = Writer {
            sql,
            keys,
            doubtful: false,
            twin: None,
        };
        Ok(Self {
            reader: Mutex::new(open_reader(folder)?),
            writer: Mutex::new(writer),
            folder: folder.to_path_buf(),
        })
    }

    /// The one workspace of this database.
    pub fn workspace(&self) -> Result<Workspace, StoreError> {
        self.view(Instant(0), |view| Ok(view.workspace().clone()))
    }

    /// Bytes the database takes on the disk, its write-ahead log included. Its keys are not counted.
    pub fn bytes(&self) -> u64 {
        let size = |path: &Path| std::fs::metadata(path).map_or(0, |facts| facts.len());
        let path = database_path(&self.folder);
        size(&path) + size(&path.with_extension("db-wal"))
    }

    /// Does several things as one fact: all of it is there afterwards, or nothing.
    pub fn batch<T, E: From<StoreError>>(
        &self,
        now: Instant,
        deed: impl FnOnce(&Batch<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut writer = self.writing();
        writer.renew_where_spoilt(&self.folder)?;
        let Writer { sql, keys, .. } = &mut *writer;
        let done = write(sql, keys, now, deed);
        writer.doubtful = done.is_err();
        let (done, went_on) = done?;
        if let (Some(twin), Some(position)) = (&writer.twin, went_on) {
            twin.follows(position);
        }
        Ok(done)
    }

    /// Reads several things as they stand at one moment.
    pub fn view<T, E: From<StoreError>>(
        &self,
        now: Instant,
        look: impl FnOnce(&Batch<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut reader = self.reading();
        // A page that cannot be read leaves the connection read-only, whoever met it.
        if reader.is_spoilt()? {
            *reader = open_reader(&self.folder)?;
        }
        let Reader { sql, keys } = &mut *reader;
        let seen = read(sql, keys, now, look);
        // For such a page it handed out zeros: what was seen counts for nothing.
        if reader.is_spoilt()? {
            return Err(StoreError::Damaged.into());
        }
        seen
    }

    /// A batch of one: see [`Batch::put`].
    pub fn put(
        &self,
        hand: &Hand,
        birth: &feltbog_casebook::Birth,
        edits: &[feltbog_casebook::Edit],
        now: Instant,
    ) -> Result<Put, StoreError> {
        self.batch(now, |batch| batch.put(hand, birth, edits))
    }

    fn writing(&self) -> MutexGuard<'_, Writer> {
        // A panic has rolled its transaction back, so what it leaves behind is whole.
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn reading(&self) -> MutexGuard<'_, Reader> {
        self.reader.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Writer {
    fn renew_where_spoilt(&mut self, folder: &Path) -> Result<(), StoreError> {
        if self.doubtful && (is_spoilt(&self.sql) || self.keys.are_of_no_use()) {
            (self.sql, self.keys) = open_writer(folder)?;
        }
        Ok(())
    }
}

impl Reader {
    fn is_spoilt(&self) -> Result<bool, StoreError> {
        Ok(self.sql.is_readonly(MAIN_DB)? || self.keys.is_spoilt())
    }
}

fn begin(sql: &mut Connection, how: TransactionBehavior) -> Result<Transaction<'_>, StoreError> {
    Ok(sql.transaction_with_behavior(how)?)
}

/// Answers with the log's position too, where it went on.
fn write<T, E: From<StoreError>>(
    sql: &mut Connection,
    keys: &keys::Keys,
    now: Instant,
    deed: impl FnOnce(&Batch<'_>) -> Result<T, E>,
) -> Result<(T, Option<Position>), E> {
    let tx = begin(sql, TransactionBehavior::Immediate)?;
    let workspace = Workspace::only(&tx)?;
    let before = workspace.position;
    let ledger = Ledger::new(&tx, keys);
    let done = deed(&Batch::new(&ledger, workspace, now));
    // For a page that could not be read it handed out zeros: whatever was made of them counts for nothing.
    if tx.is_readonly(MAIN_DB).map_err(StoreError::from)? || ledger.has_spoilt_keys() {
        return Err(StoreError::Damaged.into());
    }
    let done = done?;
    if let Some(turns) = ledger.settle()? {
        keys::note(&tx, turns)?;
    }
    drop(ledger);
    let after = Workspace::only(&tx)?.position;
    tx.commit().map_err(StoreError::from)?;
    Ok((done, (after != before).then_some(after)))
}

fn read<T, E: From<StoreError>>(
    sql: &mut Connection,
    keys: &keys::Keys,
    now: Instant,
    look: impl FnOnce(&Batch<'_>) -> Result<T, E>,
) -> Result<T, E> {
    let tx = begin(sql, TransactionBehavior::Deferred)?;
    let workspace = Workspace::only(&tx)?;
    let ledger = Ledger::new(&tx, keys);
    look(&Batch::new(&ledger, workspace, now))
}

/// SQLCipher answers nothing more once it has met a page that it could not read, be it for a moment or be it one of
/// thousands: then everybody else's pages are read through another connection.
fn is_spoilt(sql: &Connection) -> bool {
    let look = sql.execute_batch("pragma shrink_memory; select count(*) from sqlite_master");
    look.is_err() || sql.is_readonly(MAIN_DB).unwrap_or(true)
}

fn open_writer(folder: &Path) -> Result<(Connection, keys::Keys), StoreError> {
    let path = database_path(folder);
    if is_lost(folder)? {
        return Err(StoreError::Damaged);
    }
    if !path.try_exists()? {
        return Err(StoreError::NotMigrated);
    }
    let key = key::Key::read(&key_path(folder))?;
    let writer = connect(&path, &key)?;
    if migrate::is_empty(&writer, migrate::DATABASE)? && twin::was_served(folder)? {
        return Err(StoreError::Damaged);
    }
    migrate::ensure_current(&writer, migrate::DATABASE)?;
    let keys = keys::Keys::open(folder, &key, &writer)?;
    tidies_as_it_closes(&writer)?;
    Ok((writer, keys))
}

fn open_reader(folder: &Path) -> Result<Reader, StoreError> {
    let key = key::Key::read(&key_path(folder))?;
    let sql = connect(&database_path(folder), &key)?;
    sql.pragma_update(None, "query_only", true)?;
    let keys = keys::Keys::open_reader(folder, &key, &sql)?;
    tidies_as_it_closes(&sql)?;
    Ok(Reader { sql, keys })
}

/// True when a database was served here, and is gone or cut short. SQLite would make it anew, and throw away the log
/// beside it.
fn is_lost(folder: &Path) -> Result<bool, StoreError> {
    let whole = match std::fs::metadata(database_path(folder)) {
        Ok(facts) => facts.len() >= FIRST_PAGE,
        Err(error) if error.kind() == ErrorKind::NotFound => false,
        Err(error) => return Err(error.into()),
    };
    Ok(!whole && twin::was_served(folder)?)
}

/// The database is whole as far as was seen: its log is laid into it as it is closed.
fn tidies_as_it_closes(sql: &Connection) -> Result<(), StoreError> {
    sql.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    Ok(())
}

fn connect(path: &Path, key: &key::Key) -> Result<Connection, StoreError> {
    let starting = ENGINE_STARTS.lock().unwrap_or_else(PoisonError::into_inner);
    let sql = Connection::open(path)?;
    drop(starting);
    sql.busy_timeout(PATIENCE)?;
    // Until it has opened it may be damaged, and then the log beside it is not to be laid over it as it is closed.
    sql.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    key.unlock(&sql)?;
    sql.set_prepared_statement_cache_capacity(128);
    // A receipt means that the change survives a flat battery. Pages are deciphered as they are read: 16 MB of them are kept.
    sql.execute_batch(
        "pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; pragma cache_size = -16384;",
    )?;
    Ok(sql)
}

fn empty_log(sql: &Connection) -> Result<(), StoreError> {
    let busy: bool = sql.query_row("pragma wal_checkpoint(truncate)", [], |row| row.get(0))?;
    if busy { Err(StoreError::Unswept) } else { Ok(()) }
}

/// Draws what lives as long as the workspace, or brings its settings up to date.
fn settle_workspace(sql: &Connection, settings: &Settings, dice: &Dice) -> Result<(), StoreError> {
    let zone = feltbog_casebook::Calendar::new(&settings.time_zone);
    zone.map_err(|error| StoreError::Word(error.to_string()))?;
    match Workspace::only(sql) {
        Ok(_) => {
            sql.execute(
                "update workspace set invented_people = coalesce(?1, invented_people)",
                [settings.invented_people],
            )?;
            Ok(())
        }
        Err(StoreError::NotMigrated) => draw_workspace(sql, settings, dice),
        Err(error) => Err(error),
    }
}

fn draw_workspace(sql: &Connection, settings: &Settings, dice: &Dice) -> Result<(), StoreError> {
    let workspace = Workspace {
        id: WorkspaceId::from(dice.uuid()),
        generation: Generation(dice.bytes()),
        position: Position::ZERO,
        time_zone: settings.time_zone.clone(),
        invented_people: settings.invented_people.unwrap_or(false),
        server: EnrolmentId::from(dice.uuid()),
    };
    workspace.insert(sql)?;
    enrolments::enrol(sql, workspace.id, workspace.server, None, "server", Instant(0))
}

fn database_path(folder: &Path) -> PathBuf {
    folder.join("feltbog.db")
}

fn key_path(folder: &Path) -> PathBuf {
    folder.join("feltbog.key")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::{Dice, connect, database_path, key, key_path};

    #[test]
    fn what_is_receipted_survives_a_flat_battery() {
        let folder = tempfile::tempdir().unwrap();
        let key = key::Key::draw(&key_path(folder.path()), &Dice::from_seed([7; 32])).unwrap();
        let sql = connect(&database_path(folder.path()), &key).unwrap();
        let said = |pragma: &str| sql.pragma_query_value(None, pragma, |row| row.get::<_, rusqlite::types::Value>(0));
        assert_eq!(said("synchronous").unwrap(), 2.into());
        assert_eq!(said("journal_mode").unwrap(), "wal".to_owned().into());
    }
}
