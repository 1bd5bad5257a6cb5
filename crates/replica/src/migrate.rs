//! Brings a file to the present layout, one numbered step at a time.
//!
//! Steps are files and are never edited once released. It does not go back.

use rusqlite::Connection;

use crate::ReplicaError;

/// Every step, in order; `user_version` counts those done.
const STEPS: [&str; 2] = [
    include_str!("../../../migrations/replica/0001_notebook.sql"),
    include_str!("../../../migrations/replica/0002_until_the_base_has_it.sql"),
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
