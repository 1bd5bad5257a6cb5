//! Brings a file to the present layout, one numbered step at a time.
//!
//! Steps are files and are never edited once released. It does not go back.

use rusqlite::Connection;

use crate::ReplicaError;

/// Every step, in order; `user_version` counts those done.
const STEPS: [&str; 8] = [
    include_str!("../../../migrations/replica/0001_notebook.sql"),
    include_str!("../../../migrations/replica/0002_until_the_base_has_it.sql"),
    include_str!("../../../migrations/replica/0003_kept_counts.sql"),
    include_str!("../../../migrations/replica/0004_what_needs_a_person.sql"),
    include_str!("../../../migrations/replica/0005_scopes_end_by_the_clock.sql"),
    include_str!("../../../migrations/replica/0006_notes_without_a_place.sql"),
    include_str!("../../../migrations/replica/0007_repairs.sql"),
    include_str!("../../../migrations/replica/0008_epochs.sql"),
];

/// Does what is missing, each step in a transaction of its own. A file with more steps than we know is refused.
pub(crate) fn migrate(db: &mut Connection) -> Result<(), ReplicaError> {
    let done = steps_done(db)?;
    if done > STEPS.len() {
        return Err(ReplicaError::NewerFile);
    }
    for (number, step) in STEPS.iter().enumerate().skip(done) {
        let tx = db.transaction()?;
        tx.execute_batch(step)?;
        tx.pragma_update(None, "user_version", number as i64 + 1)?;
        tx.commit()?;
    }
    Ok(())
}

/// True when no step was ever done in it: a file that was made is not.
pub(crate) fn is_empty(db: &Connection) -> Result<bool, ReplicaError> {
    Ok(steps_done(db)? == 0)
}

fn steps_done(db: &Connection) -> Result<usize, ReplicaError> {
    let done: u32 = db.query_row("select * from pragma_user_version", [], |row| row.get(0))?;
    Ok(done as usize)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use rusqlite::Connection;

    use super::{STEPS, migrate};

    /// A file as the first version left it, with one draft that waits.
    fn first_version() -> Connection {
        let db = Connection::open_in_memory().unwrap();
        crate::held::teach(&db).unwrap();
        db.execute_batch(STEPS[0]).unwrap();
        db.execute_batch(
            "insert into doc (id, kind) values (x'01', 'note');
             insert into own (doc, hash, bytes, intent) values (x'01', x'02', x'03', x'04');
             insert into outbox (kind, doc, hash, intent) values ('change', x'01', x'02', x'04');
             pragma user_version = 1;",
        )
        .unwrap();
        db
    }

    #[test]
    fn what_waited_in_a_file_of_the_first_version_goes_on_waiting() {
        let mut db = first_version();
        for _ in 0..2 {
            migrate(&mut db).unwrap();
            let sql = "select w.bytes, o.awake from outbox o join own w on w.doc = o.doc and w.hash = o.hash \
                       where w.receipted is null and o.waits_since is null";
            let row: (Vec<u8>, i64) = db.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
            assert_eq!(row, (vec![3], 1));
        }
    }
}
