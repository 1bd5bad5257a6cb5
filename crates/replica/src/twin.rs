//! Noticing that an old copy of the file was put back: a token in it and its twin in a file beside it go on together, at
//! each opening and with each change written here.
//!
//! Where they differ, its hand may have written more than the file remembers, and another one is drawn. Where the twin knows
//! of more than the file, and of something unsent, words may be missing, and the person is told. It restores nothing.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use feltbog_views::Refusal;
use rusqlite::Connection;

use crate::{
    Moment, ReplicaError, loose,
    needs::tell,
    replica::{beside, meta, set_meta},
    wiped::mark_left,
};

/// Bytes of the token: a time and the dice.
const TOKEN: usize = 16;

/// The twin of an open file.
pub(crate) struct Twin {
    path: PathBuf,
    /// Drawn at this opening.
    token: Vec<u8>,
    /// What the twin knows.
    known: Known,
}

/// How far writing has come.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Known {
    /// The latest change written here.
    written: i64,
    /// Whether anything waits to be sent.
    waits: bool,
}

impl Twin {
    /// Compares the two, draws another hand where they differ, and goes on.
    pub(crate) fn advance(db: &Connection, path: &Path, moment: &Moment) -> Result<Self, ReplicaError> {
        let path = beside(path, ".twin");
        let outside = match std::fs::read(&path) {
            Ok(outside) => Some(outside),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(ReplicaError::Io(error)),
        };
        let known = Known::of(db)?;
        let inside = meta::<Vec<u8>>(db, "twin")?.map(|token| both(&token, known));
        if inside != outside {
            set_meta(db, "salt", &moment.salt.as_slice())?;
            if outside.is_some_and(|outside| known.lacks(&outside)) {
                tell(db, Refusal::MayBeMissing, moment)?;
            }
            loose::draw_anew(db, moment)?;
            // Something may have left since, and lie in what was put back.
            mark_left(db)?;
        }
        let token = [moment.now.0.to_be_bytes(), moment.salt].concat();
        set_meta(db, "twin", &token.as_slice())?;
        std::fs::write(&path, both(&token, known)).map_err(ReplicaError::Io)?;
        Ok(Self { path, token, known })
    }

    /// After a transaction: goes on when something was written here or nothing waits any more. A twin that cannot be
    /// written differs at the next opening, and another hand is drawn: that costs nothing but its sixteen bytes, so nobody
    /// is told.
    pub(crate) fn follows(&mut self, db: &Connection) -> Result<(), ReplicaError> {
        let known = Known::of(db)?;
        if known != self.known {
            std::fs::write(&self.path, both(&self.token, known)).ok();
            self.known = known;
        }
        Ok(())
    }
}

impl Known {
    fn of(db: &Connection) -> Result<Self, ReplicaError> {
        let mut query = db.prepare_cached("select exists (select 1 from outbox)")?;
        Ok(Self {
            written: last_written(db)?,
            waits: query.query_row([], |row| row.get(0))?,
        })
    }

    /// Whether the twin outside knows of changes this file does not have, and that something was unsent then. What had
    /// been sent is fetched again. A twin of before it said so may mean either.
    fn lacks(self, outside: &[u8]) -> bool {
        let (written, waits) = match outside.len().checked_sub(TOKEN) {
            Some(8) => (outside.get(TOKEN..), true),
            Some(9) => (outside.get(TOKEN..TOKEN + 8), outside.last() != Some(&0)),
            _ => return false,
        };
        let written = written.and_then(|bytes| bytes.try_into().ok()).map(i64::from_be_bytes);
        waits && written.is_some_and(|written| written > self.written)
    }
}

fn both(token: &[u8], known: Known) -> Vec<u8> {
    [token, &known.written.to_be_bytes(), &[u8::from(known.waits)]].concat()
}

/// Changes written here, and words kept for the leader, are numbered, and no number is given twice.
fn last_written(db: &Connection) -> Result<i64, ReplicaError> {
    let mut query = db.prepare_cached("select sum(seq) from sqlite_sequence where name in ('own', 'loose')")?;
    Ok(query.query_row([], |row| row.get::<_, Option<i64>>(0))?.unwrap_or(0))
}
