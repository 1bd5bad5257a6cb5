//! Brings a database or its key file to this version: the files of `migrations/server`, in order, each once.
//!
//! A released file is never edited, and there is no way back but the backup.

use rusqlite::{Connection, TransactionBehavior};

use crate::StoreError;

/// The files of one database; the number of those done is its `user_version`.
pub(super) type Steps = [&'static str];

/// Of the database.
pub(super) const DATABASE: &Steps = &[
    include_str!("../../../migrations/server/sqlite/0001_post_office.sql"),
    include_str!("../../../migrations/server/sqlite/0002_a_refusal_is_final.sql"),
    include_str!("../../../migrations/server/sqlite/0003_shifts.sql"),
    include_str!("../../../migrations/server/sqlite/0004_notes_without_a_place.sql"),
    include_str!("../../../migrations/server/sqlite/0005_wiped_and_tidied.sql"),
    include_str!("../../../migrations/server/sqlite/0006_epochs.sql"),
    include_str!("../../../migrations/server/sqlite/0007_sealed.sql"),
];

/// The step that brought the keys.
const FIRST_WITH_KEYS: usize = 7;

/// Of the key file.
pub(super) const KEYS: &Steps = &[include_str!("../../../migrations/server/keys/0001_keys.sql")];

/// Does the steps that are not done yet.
pub(super) fn migrate(sql: &mut Connection, steps: &Steps) -> Result<(), StoreError> {
    let tx = sql.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let done = steps_done(&tx, steps)?;
    for step in &steps[done..] {
        tx.execute_batch(step)?;
    }
    tx.pragma_update(None, "user_version", steps.len() as i64)?;
    tx.commit()?;
    Ok(())
}

/// Holds that the database is of this very version.
pub(super) fn ensure_current(sql: &Connection, steps: &Steps) -> Result<(), StoreError> {
    if steps_done(sql, steps)? == steps.len() {
        Ok(())
    } else {
        Err(StoreError::NotMigrated)
    }
}

/// True for a database from after there were keys.
pub(super) fn knows_keys(sql: &Connection) -> Result<bool, StoreError> {
    Ok(steps_done(sql, DATABASE)? >= FIRST_WITH_KEYS)
}

/// True when no step was ever done in it.
pub(super) fn is_empty(sql: &Connection, steps: &Steps) -> Result<bool, StoreError> {
    Ok(steps_done(sql, steps)? == 0)
}

fn steps_done(sql: &Connection, steps: &Steps) -> Result<usize, StoreError> {
    let found: i64 = sql.query_row("pragma user_version", [], |row| row.get(0))?;
    let done = usize::try_from(found).ok().filter(|done| *done <= steps.len());
    done.ok_or(StoreError::NewerFile { found })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use rusqlite::Connection;

    use super::{DATABASE, ensure_current, migrate};

    #[test]
    fn a_database_of_the_first_version_is_brought_to_this_one_and_keeps_its_rows() {
        let mut sql = Connection::open_in_memory().unwrap();
        sql.execute_batch(DATABASE[0]).unwrap();
        let old = "insert into refusal (workspace, enrolment, doc, reason, at) values (x'01', x'02', x'03', 'rule', 4)";
        sql.execute(old, []).unwrap();
        sql.pragma_update(None, "user_version", 1).unwrap();
        assert!(ensure_current(&sql, DATABASE).is_err());
        migrate(&mut sql, DATABASE).unwrap();
        ensure_current(&sql, DATABASE).unwrap();
        let kept: String = sql
            .query_row("select reason from refusal", [], |row| row.get(0))
            .unwrap();
        assert_eq!(kept, "rule");
    }
}
