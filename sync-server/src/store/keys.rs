//! The key file beside the database: one key for each epoch of each document.
//!
//! A key is on the disk before anything that is sealed under it, and one too many harms nobody. It is no part of the
//! database's backups. It seals nothing itself.

use std::{
    cell::Cell,
    fs::{self, OpenOptions},
    io::ErrorKind,
    path::{Path, PathBuf},
};

use feltbog_ids::{DocId, Instant, WorkspaceId};
use rusqlite::{Connection, MAIN_DB, OptionalExtension, params};
use zeroize::Zeroizing;

use super::{
    FIRST_PAGE, connect, empty_log, is_spoilt, key, migrate,
    seal::{EpochKey, NONCE, Place},
    tidies_as_it_closes,
};
use crate::{Dice, StoreError};

/// A connection to the key file.
pub(super) struct Keys {
    sql: Connection,
    /// Of its own, seeded by the system: a nonce must not come twice under one key, also where a test's dice do.
    dice: Dice,
    /// Whether something was sealed since it was last settled.
    used: Cell<bool>,
}

impl Keys {
    /// Holds, before anything is written in a database that is sealed, that its keys are there.
    pub(super) fn ensure_there(folder: &Path, key: &key::Key, database: &Connection) -> Result<(), StoreError> {
        if migrate::knows_keys(database)? && noted(database)?.is_some_and(|(_, turns)| turns > 0) {
            Self::open(folder, key, database)?;
        }
        Ok(())
    }

    /// Makes the file where there is none yet. Where the database is sealed under keys that are not here, none are made in
    /// their place.
    pub(super) fn set_up(folder: &Path, key: &key::Key, database: &Connection) -> Result<(), StoreError> {
        let (workspace, turns) = noted(database)?.ok_or(StoreError::NotMigrated)?;
        if turns > 0 {
            return Ok(());
        }
        let path = keys_path(folder);
        key::private(OpenOptions::new().create(true).append(true)).open(&path)?;
        let mut sql = connect(&path, key)?;
        migrate::migrate(&mut sql, migrate::KEYS)?;
        tidies_as_it_closes(&sql)?;
        sql.execute(
            "insert into file (workspace, turns) select ?1, 0 where not exists (select 1 from file)",
            [workspace.as_bytes()],
        )?;
        Ok(())
    }

    /// Opens the key file of an opened database, whose latest keys it must hold.
    pub(super) fn open(folder: &Path, key: &key::Key, database: &Connection) -> Result<Self, StoreError> {
        let (workspace, turns) = noted(database)?.ok_or(StoreError::NotMigrated)?;
        let path = keys_path(folder);
        if !is_there(&path)? {
            return Err(if turns > 0 {
                StoreError::KeysMissing
            } else {
                StoreError::NotMigrated
            });
        }
        let sql = connect(&path, key)?;
        if migrate::is_empty(&sql, migrate::KEYS)? && turns > 0 {
            return Err(StoreError::KeysMissing);
        }
        migrate::ensure_current(&sql, migrate::KEYS)?;
        tidies_as_it_closes(&sql)?;
        // What was destroyed is overwritten where it lay.
        sql.pragma_update(None, "secure_delete", true)?;
        let keys = Self {
            sql,
            dice: Dice::from_system()?,
            used: Cell::new(false),
        };
        let (of, here) = keys.said()?.ok_or(StoreError::NotMigrated)?;
        match of == workspace {
            false => Err(StoreError::KeysForeign),
            true if here < turns => Err(StoreError::KeysOlder),
            true => Ok(keys),
        }
    }

    /// The same for one who only reads.
    pub(super) fn open_reader(folder: &Path, key: &key::Key, database: &Connection) -> Result<Self, StoreError> {
        let keys = Self::open(folder, key, database)?;
        keys.sql.pragma_update(None, "query_only", true)?;
        Ok(keys)
    }

    /// The key of an epoch, while there is one.
    pub(super) fn find(&self, place: Place) -> Result<Option<EpochKey>, StoreError> {
        let mut statement = self
            .sql
            .prepare_cached("select bytes from document_key where workspace = ?1 and doc = ?2 and epoch = ?3")?;
        let key = params![place.workspace.as_bytes(), place.doc.as_bytes(), place.epoch.0];
        let found = statement.query_row(key, |row| row.get(0)).optional()?;
        Ok(found.map(Zeroizing::new))
    }

    /// The key of an epoch to seal with, unless it was found before; drawn where there is none. It is on the disk once
    /// these are settled.
    pub(super) fn find_or_draw(&self, place: Place, found: Option<EpochKey>) -> Result<EpochKey, StoreError> {
        self.used.set(true);
        if let Some(key) = found.map_or_else(|| self.find(place), |key| Ok(Some(key)))? {
            return Ok(key);
        }
        if self.sql.is_autocommit() {
            self.sql.execute_batch("begin immediate")?;
        }
        let key = Zeroizing::new(self.dice.bytes());
        let mut statement = self
            .sql
            .prepare_cached("insert into document_key (workspace, doc, epoch, bytes) values (?1, ?2, ?3, ?4)")?;
        let of = [place.workspace.as_bytes(), place.doc.as_bytes()];
        statement.execute(params![of[0], of[1], place.epoch.0, key.as_slice()])?;
        self.sql
            .prepare_cached("update file set turns = turns + 1")?
            .execute([])?;
        Ok(key)
    }

    /// A nonce, which is used once.
    pub(super) fn nonce(&self) -> [u8; NONCE] {
        self.dice.bytes()
    }

    /// Puts what was drawn on the disk. Answers, where something was sealed, what the database has to note.
    pub(super) fn settle(&self) -> Result<Option<i64>, StoreError> {
        if !self.used.take() {
            return Ok(None);
        }
        if !self.sql.is_autocommit() {
            self.sql.execute_batch("commit")?;
        }
        Ok(self.said()?.map(|(_, turns)| turns))
    }

    /// Takes back what was drawn and not settled.
    pub(super) fn forget(&self) {
        self.used.set(false);
        if !self.sql.is_autocommit()
            && let Err(error) = self.sql.execute_batch("rollback")
        {
            tracing::warn!(%error, "keys that nothing uses stay");
        }
    }

    /// Destroys the keys of all epochs before each document's present one, and takes them from the gaps of the file.
    /// Answers what the database has to note. Whoever reads an older state of the database must be done.
    pub(super) fn destroy_before(&self, workspace: WorkspaceId, now: &[(DocId, Instant)]) -> Result<i64, StoreError> {
        self.sql.execute_batch("begin immediate")?;
        let destroyed = self.destroy(workspace, now);
        self.sql
            .execute_batch(if destroyed.is_ok() { "commit" } else { "rollback" })?;
        destroyed?;
        // Statements kept ready would hold their read of the file.
        self.sql.flush_prepared_statement_cache();
        // A copy of a row stays in the gap of its page when the rows around it move; what is written besides would lie on
        // the disk unencrypted.
        self.sql
            .execute_batch("pragma temp_store = memory; vacuum; pragma temp_store = default;")?;
        empty_log(&self.sql)?;
        let (_, turns) = self.said()?.ok_or(StoreError::NotMigrated)?;
        Ok(turns)
    }

    fn destroy(&self, workspace: WorkspaceId, now: &[(DocId, Instant)]) -> Result<(), StoreError> {
        let mut statement = self
            .sql
            .prepare_cached("delete from document_key where workspace = ?1 and doc = ?2 and epoch < ?3")?;
        let mut destroyed = 0;
        for (doc, epoch) in now {
            destroyed += statement.execute(params![workspace.as_bytes(), doc.as_bytes(), epoch.0])?;
        }
        let destroyed = i64::try_from(destroyed).unwrap_or(i64::MAX);
        self.sql.execute("update file set turns = turns + ?1", [destroyed])?;
        Ok(())
    }

    /// A page that could not be read leaves it of no use, and what it answered since of none.
    pub(super) fn is_spoilt(&self) -> bool {
        self.sql.is_readonly(MAIN_DB).unwrap_or(true)
    }

    /// Something failed on it, and since then it may answer nothing more.
    pub(super) fn are_of_no_use(&self) -> bool {
        is_spoilt(&self.sql)
    }

    /// Whose keys these are, and how many turns they took.
    fn said(&self) -> Result<Option<(WorkspaceId, i64)>, StoreError> {
        let mut statement = self.sql.prepare_cached("select workspace, turns from file")?;
        let read = |row: &rusqlite::Row<'_>| Ok((WorkspaceId::from_bytes(row.get(0)?), row.get(1)?));
        Ok(statement.query_row([], read).optional()?)
    }
}

/// Notes in the database how far the key file is.
pub(super) fn note(database: &Connection, turns: i64) -> Result<(), StoreError> {
    let mut statement = database.prepare_cached("update workspace set key_turns = ?1 where key_turns < ?1")?;
    statement.execute([turns])?;
    Ok(())
}

/// What the database knows of its key file; nothing while it has no workspace.
fn noted(database: &Connection) -> Result<Option<(WorkspaceId, i64)>, StoreError> {
    let read = |row: &rusqlite::Row<'_>| Ok((WorkspaceId::from_bytes(row.get(0)?), row.get(1)?));
    let found = database.query_row("select workspace, key_turns from workspace", [], read);
    Ok(found.optional()?)
}

/// SQLite would make a new one where it is missing.
fn is_there(path: &Path) -> Result<bool, StoreError> {
    match fs::metadata(path) {
        Ok(facts) => Ok(facts.len() >= FIRST_PAGE),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error.into()),
    }
}

pub(super) fn keys_path(folder: &Path) -> PathBuf {
    folder.join("feltbog-keys.db")
}
