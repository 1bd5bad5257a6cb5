//! Noticing that an old copy of the file was put back: a token in it and its twin in a file beside it go on together, at
//! each opening and with each change written here.
//!
//! Where they differ, its hand may have written more than the file remembers, and another one is drawn. It restores nothing.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension};

use crate::{
    Moment, ReplicaError,
    replica::{beside, meta, set_meta},
    wiped::mark_left,
};

/// The twin of an open file.
pub(crate) struct Twin {
    path: PathBuf,
    /// Drawn at this opening.
    token: Vec<u8>,
    /// The latest change written here that the twin knows of.
    written: i64,
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
        let written = last_written(db)?;
        let inside = meta::<Vec<u8>>(db, "twin")?.map(|token| both(&token, written));
        if inside != outside {
            set_meta(db, "salt", &moment.salt.as_slice())?;
            // Something may have left since, and lie in what was put back.
            mark_left(db)?;
        }
        let token = [moment.now.0.to_be_bytes(), moment.salt].concat();
        set_meta(db, "twin", &token.as_slice())?;
        std::fs::write(&path, both(&token, written)).map_err(ReplicaError::Io)?;
        Ok(Self { path, token, written })
    }

    /// After a transaction: goes on when something was written here. A twin that cannot be written differs at the next
    /// opening, and another hand is drawn: that costs nothing but its sixteen bytes, so nobody is told.
    pub(crate) fn follows(&mut self, db: &Connection) -> Result<(), ReplicaError> {
        let written = last_written(db)?;
        if written != self.written {
            std::fs::write(&self.path, both(&self.token, written)).ok();
            self.written = written;
        }
        Ok(())
    }
}

fn both(token: &[u8], written: i64) -> Vec<u8> {
    [token, &written.to_be_bytes()].concat()
}

/// Changes written here are numbered, and no number is given twice.
fn last_written(db: &Connection) -> Result<i64, ReplicaError> {
    let mut query = db.prepare_cached("select seq from sqlite_sequence where name = 'own'")?;
    Ok(query.query_row([], |row| row.get(0)).optional()?.unwrap_or(0))
}
