//! The open file: how it is made, opened, and entered one transaction at a time.
//!
//! It does not know what is written in it; the sheet's other modules do.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use feltbog_casebook::Calendar;
use feltbog_ids::{ActorId, Cursor, Instant, Span};
use rusqlite::{Connection, MAIN_DB, OptionalExtension, TransactionBehavior, config::DbConfig, params, types::FromSql};

use crate::{
    FileKey, Identity, Moment, ReplicaError, held,
    migrate::{is_empty, migrate},
    recount::Walk,
    twin::Twin,
};

/// SQLite calls itself ready before SQLCipher has registered itself (`sqlite3_initialize`, 4.20), so that of two threads
/// that open the first files of a process at once, one would find no cipher and be refused.
static ENGINE_STARTS: Mutex<()> = Mutex::new(());

/// Set while bytes of something erased may lie in the log or the index.
pub(crate) const UNSWEPT: &str = "unswept";

/// Set while they may lie in the gaps of the file's pages.
pub(crate) const GAPS: &str = "gaps";

/// When a large file was last written anew, by the device's clock.
const REWRITTEN: &str = "rewritten";

/// Between two such writings.
const REWRITES_APART: Span = Span::seconds(6 * 3600);

/// A file of so many bytes is written anew in a tenth of a second, and is after every erasure; a larger one in idle time.
const SMALL: u64 = 4 * 1024 * 1024;

/// Bytes without which a file is none: the first page is written as it is made.
const FIRST_PAGE: u64 = 4096;

/// One person's notebook on one device.
pub struct Replica {
    db: Connection,
    owner: Owner,
    path: PathBuf,
    key: FileKey,
    twin: Twin,
    /// How far the counting anew has come.
    pub(crate) walk: Walk,
    /// A transaction failed on the disk, and the connection may be of no use since.
    doubtful: bool,
}

/// Whose notebook it is, and with which hand they write.
pub(crate) struct Owner {
    pub(crate) identity: Identity,
    pub(crate) calendar: Calendar,
    pub(crate) actor: ActorId,
}

/// The notebook as a reader or a transaction sees it.
#[derive(Clone, Copy)]
pub(crate) struct Sheet<'a> {
    pub(crate) db: &'a Connection,
    pub(crate) owner: &'a Owner,
}

impl Replica {
    /// Makes a new file. Refuses one that is there.
    pub fn create(path: &Path, key: &FileKey, identity: &Identity, moment: &Moment) -> Result<Self, ReplicaError> {
        if path.exists() {
            return Err(ReplicaError::Stored("a file of that name is there already"));
        }
        let mut db = connect(path, key)?;
        migrate(&mut db)?;
        let words = serde_json::to_string(identity).map_err(|_| ReplicaError::Stored("identity"))?;
        set_meta(&db, "identity", &words)?;
        set_meta(&db, "salt", &moment.salt.as_slice())?;
        tidies_as_it_closes(&db)?;
        drop(db);
        Self::open(path, key, moment)
    }

    /// Opens a file, brings its layout up to date, draws a new actor when an old copy was put back, and takes off what has
    /// ended by the clock.
    pub fn open(path: &Path, key: &FileKey, moment: &Moment) -> Result<Self, ReplicaError> {
        if std::fs::metadata(path).map_err(ReplicaError::Io)?.len() < FIRST_PAGE {
            // SQLite would take it for a new one, make it anew and throw away the log beside it.
            return Err(ReplicaError::Damaged);
        }
        let mut db = connect(path, key)?;
        if is_empty(&db)? {
            // Its log is lost, and all that was in it.
            return Err(ReplicaError::Damaged);
        }
        migrate(&mut db)?;
        let words: String = meta(&db, "identity")?.ok_or(ReplicaError::Damaged)?;
        let identity: Identity = serde_json::from_str(&words).map_err(|_| ReplicaError::Stored("identity"))?;
        let calendar = Calendar::new(&identity.time_zone).map_err(|_| ReplicaError::Stored("time zone"))?;
        let twin = Twin::advance(&db, path, moment)?;
        let actor = actor_of(&db, &identity)?;
        tidies_as_it_closes(&db)?;
        let mut replica = Self {
            db,
            owner: Owner {
                identity,
                calendar,
                actor,
            },
            path: path.to_path_buf(),
            key: key.clone(),
            twin,
            walk: Walk::default(),
            doubtful: false,
        };
        // An erasure whose sweeping was cut off by the end of the app is made good. A full disk may stop it, and must
        // not stop a person who wants to read: the mark stays.
        replica.sweep().ok();
        // Nobody reads what has ended while it was closed; a disk too full to erase it keeps the file closed.
        replica.end_by_clock(moment)?;
        Ok(replica)
    }

    /// One step, on a connection that is of use. SQLCipher hands out zeros for a page that it cannot read, be it for a
    /// moment or be it one of thousands, and refuses everything after it: a step that met one counts for nothing, and the
    /// next begins on another connection.
    pub fn step<T>(&mut self, act: impl FnOnce(&mut Self) -> Result<T, ReplicaError>) -> Result<T, ReplicaError> {
        if self.doubtful || self.db.is_readonly(MAIN_DB)? {
            self.db = connect(&self.path, &self.key)?;
            tidies_as_it_closes(&self.db)?;
            self.doubtful = false;
        }
        let done = act(self);
        if self.db.is_readonly(MAIN_DB)? {
            return Err(ReplicaError::Damaged);
        }
        done
    }

    /// Whose notebook this is.
    pub fn identity(&self) -> &Identity {
        &self.owner.identity
    }

    /// The session with the server, if there is one.
    pub fn session(&self) -> Result<Option<String>, ReplicaError> {
        meta(&self.db, "session")
    }

    /// Keeps or forgets the session.
    pub fn set_session(&mut self, session: Option<&str>) -> Result<(), ReplicaError> {
        match session {
            Some(session) => set_meta(&self.db, "session", &session),
            None => {
                self.db.execute("delete from meta where key = 'session'", [])?;
                Ok(())
            }
        }
    }

    /// Bytes the file takes on the disk, its write-ahead log included.
    pub fn bytes(&self) -> u64 {
        let size = |path: &Path| std::fs::metadata(path).map(|facts| facts.len()).unwrap_or(0);
        size(&self.path) + size(&beside(&self.path, "-wal"))
    }

    #[cfg(test)]
    pub(crate) fn connection(&mut self) -> &mut Connection {
        &mut self.db
    }

    pub(crate) fn sheet(&self) -> Sheet<'_> {
        Sheet {
            db: &self.db,
            owner: &self.owner,
        }
    }

    /// One fact, one transaction: all of it or nothing, and on the disk when this returns.
    pub(crate) fn transact<T>(
        &mut self,
        act: impl FnOnce(Sheet<'_>) -> Result<T, ReplicaError>,
    ) -> Result<T, ReplicaError> {
        let done = self.transact_once(act);
        self.doubtful |= done.as_ref().is_err_and(ReplicaError::is_of_the_disk);
        done
    }

    fn transact_once<T>(&mut self, act: impl FnOnce(Sheet<'_>) -> Result<T, ReplicaError>) -> Result<T, ReplicaError> {
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let done = act(Sheet {
            db: &tx,
            owner: &self.owner,
        })?;
        tx.commit()?;
        self.owner.actor = actor_of(&self.db, &self.owner.identity)?;
        self.twin.follows(&self.db)?;
        // What was done is done whether or not the sweeping succeeds; the mark stays, and the next transaction or the
        // next opening sweeps again, on another connection.
        self.doubtful |= self.sweep().is_err();
        Ok(done)
    }

    /// After an erasure: merges the index and empties the write-ahead log, so that nothing erased lives on in them, and
    /// writes the file anew, at once where that takes a moment. The marks were set in the transaction that erased.
    fn sweep(&self) -> Result<(), ReplicaError> {
        if meta::<i64>(&self.db, UNSWEPT)?.is_none() {
            return Ok(());
        }
        self.db.execute("insert into search (search) values ('optimize')", [])?;
        self.empty_log()?;
        if self.bytes() <= SMALL {
            self.rewrite()?;
        }
        self.db.execute("delete from meta where key = ?1", [UNSWEPT])?;
        // The page of the mark holds nothing of a document; it is emptied too, so that the log is empty again.
        self.empty_log()
    }

    /// In idle time: writes a large file anew after an erasure, at most a few times a day.
    pub fn rewrite_when_due(&self, moment: &Moment) -> Result<(), ReplicaError> {
        let last: Option<i64> = meta(&self.db, REWRITTEN)?;
        let is_due = last.is_none_or(|last| (moment.now.0 - last).abs() >= REWRITES_APART.0);
        if !is_due || meta::<i64>(&self.db, GAPS)?.is_none() {
            return Ok(());
        }
        set_meta(&self.db, REWRITTEN, &moment.now.0)?;
        self.rewrite()
    }

    /// Writes the whole file anew. SQLite zeroes what is deleted, but not what moved from one page to another before
    /// (`rebuildPage`): only a file written anew holds no byte of it.
    fn rewrite(&self) -> Result<(), ReplicaError> {
        self.db.execute_batch("vacuum")?;
        self.empty_log()?;
        self.db.execute("delete from meta where key = ?1", [GAPS])?;
        self.empty_log()
    }

    pub(crate) fn empty_log(&self) -> Result<(), ReplicaError> {
        let busy: bool = self
            .db
            .query_row("pragma wal_checkpoint(truncate)", [], |row| row.get(0))?;
        if busy {
            Err(ReplicaError::Stored("somebody reads the file; it is swept later"))
        } else {
            Ok(())
        }
    }
}

impl Sheet<'_> {
    pub(crate) fn meta<T: FromSql>(&self, key: &str) -> Result<Option<T>, ReplicaError> {
        meta(self.db, key)
    }

    pub(crate) fn set_meta(&self, key: &str, value: &dyn rusqlite::ToSql) -> Result<(), ReplicaError> {
        set_meta(self.db, key, &value)
    }

    /// Something is erased in this transaction: after it, nothing of that may be left in log and index.
    pub(crate) fn mark_unswept(&self) -> Result<(), ReplicaError> {
        self.set_meta(GAPS, &1)?;
        self.set_meta(UNSWEPT, &1)
    }

    /// The author's clock: the device's, set right by what the server last said.
    pub(crate) fn clock(&self, moment: &Moment) -> Result<Instant, ReplicaError> {
        let offset: i64 = self.meta("offset")?.unwrap_or(0);
        Ok(Instant(moment.now.0.saturating_add(offset)))
    }

    /// Learns how far the device's clock is off. Time is never a reason to refuse; it is only set right.
    pub(crate) fn learn_clock(&self, server: Instant, moment: &Moment) -> Result<(), ReplicaError> {
        self.keep_latest(server)?;
        self.set_meta("offset", &(server - moment.now).0)
    }

    pub(crate) fn cursor(&self) -> Result<Option<Cursor>, ReplicaError> {
        let word: Option<String> = self.meta("cursor")?;
        word.map(|word| word.parse().map_err(|_| ReplicaError::Stored("cursor")))
            .transpose()
    }
}

fn connect(path: &Path, key: &FileKey) -> Result<Connection, ReplicaError> {
    let starting = ENGINE_STARTS.lock().unwrap_or_else(PoisonError::into_inner);
    let db = Connection::open(path)?;
    drop(starting);
    // Taking in a page asks some thirty different things for each document, over and over.
    db.set_prepared_statement_cache_capacity(64);
    // Before the first read: that may have to put a log in order, which nobody else may look at meanwhile.
    db.busy_timeout(std::time::Duration::from_secs(5))?;
    // Until it has opened it may be damaged, and then the log beside it is not to be laid over it as it is closed.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    let mut word = zeroize::Zeroizing::new(String::with_capacity(67));
    word.push_str("x'");
    for byte in key.as_bytes() {
        word.extend([byte >> 4, byte & 15].map(|digit| char::from(b"0123456789abcdef"[usize::from(digit)])));
    }
    word.push('\'');
    db.pragma_update(None, "key", word.as_str())?;
    db.query_row("select count(*) from sqlite_master", [], |_| Ok(()))?;
    db.query_row("pragma journal_mode = wal", [], |_| Ok(()))?;
    db.execute_batch(
        "pragma synchronous = full; pragma temp_store = memory; pragma foreign_keys = on; pragma cache_size = -8192;",
    )?;
    db.query_row("pragma secure_delete = on", [], |_| Ok(()))?;
    held::teach(&db)?;
    Ok(db)
}

/// The file is whole as far as was seen: its log is laid into it as it is closed.
fn tidies_as_it_closes(db: &Connection) -> Result<(), ReplicaError> {
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    Ok(())
}

fn actor_of(db: &Connection, identity: &Identity) -> Result<ActorId, ReplicaError> {
    let salt: [u8; 8] = meta(db, "salt")?.ok_or(ReplicaError::Stored("actor"))?;
    Ok(ActorId::new(identity.enrolment, salt))
}

pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

pub(crate) fn meta<T: FromSql>(db: &Connection, key: &str) -> Result<Option<T>, ReplicaError> {
    let mut query = db.prepare_cached("select value from meta where key = ?1")?;
    Ok(query.query_row([key], |row| row.get(0)).optional()?)
}

pub(crate) fn set_meta(db: &Connection, key: &str, value: &dyn rusqlite::ToSql) -> Result<(), ReplicaError> {
    let sql = "insert into meta (key, value) values (?1, ?2) on conflict (key) do update set value = excluded.value";
    db.prepare_cached(sql)?.execute(params![key, value])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::{FileKey, connect};

    #[test]
    fn what_is_kept_survives_a_flat_battery() {
        let folder = tempfile::tempdir().unwrap();
        let db = connect(&folder.path().join("notebook.db"), &FileKey::new([1; 32])).unwrap();
        let said = |pragma: &str| db.pragma_query_value(None, pragma, |row| row.get::<_, rusqlite::types::Value>(0));
        assert_eq!(said("synchronous").unwrap(), 2.into());
        assert_eq!(said("journal_mode").unwrap(), "wal".to_owned().into());
    }
}
