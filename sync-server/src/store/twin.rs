//! Noticing that the database was put back from a copy: a token in it and its twin in a file beside it go on together at
//! each start of the server. The twin also follows the log's position, so that a copy taken since that start is told by
//! its shorter log.
//!
//! It believes no device about this. A copy of the whole folder, twin and all, is not noticed: the operator says it.

use std::{
    fs::{self, File, OpenOptions},
    io::{ErrorKind, Write},
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
};

use feltbog_ids::{Instant, Position};
use rusqlite::params;

use super::{Store, key};
use crate::{Dice, StoreError};

/// Bytes of the token; the position follows it.
const TOKEN: usize = 16;

/// The twin of a database that is being served.
pub(super) struct Twin(File);

impl Twin {
    /// The log has gone on to here. Written in place and in one go, so that a server that is killed leaves the old position
    /// or this one. It is not synced: a twin behind its database means nothing.
    pub(super) fn follows(&self, position: Position) {
        if let Err(error) = self.0.write_all_at(&position.0.to_be_bytes(), TOKEN as u64) {
            tracing::warn!(%error, "feltbog.twin cannot be written: a copy put back may not be noticed");
        }
    }
}

impl Store {
    /// Goes on, or begins another life of the log when token and twin differ or the log is shorter than the twin knows. A
    /// start cut off between the two looks like a copy put back: then devices read from the start once more, and nothing
    /// else happens.
    pub fn begin_serving(&self, folder: &Path, dice: &Dice, now: Instant) -> Result<(), StoreError> {
        let path = twin_path(folder);
        let outside = match fs::read(&path) {
            Ok(outside) => outside,
            Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(error.into()),
        };
        let token: [u8; TOKEN] = dice.bytes();
        let position = self.batch(now, |batch| {
            let workspace = batch.workspace.id.as_bytes();
            let sql = "select twin from workspace where workspace = ?1";
            let inside: Option<Vec<u8>> = batch.sql.query_row(sql, [workspace], |row| row.get(0))?;
            if inside.is_some_and(|inside| is_of_another(&inside, batch.workspace.position, &outside)) {
                tracing::warn!("the database is a copy that was put back: devices offer again what it lacks");
                batch.begin_life(dice)?;
            }
            let sql = "update workspace set twin = ?2 where workspace = ?1";
            batch.sql.execute(sql, params![workspace, token.as_slice()])?;
            Ok::<_, StoreError>(batch.workspace.position)
        })?;
        let unfinished = path.with_extension("unfinished");
        let mut options = OpenOptions::new();
        let mut file = key::private(options.write(true).create(true).truncate(true)).open(&unfinished)?;
        file.write_all(&[&token[..], &position.0.to_be_bytes()].concat())?;
        file.sync_all()?;
        fs::rename(&unfinished, &path)?;
        self.writing().twin = Some(Twin(file));
        Ok(())
    }
}

/// Whether the twin outside is that of another database, or of a later state of this one. One from before it followed the
/// position says nothing of that.
fn is_of_another(inside: &[u8], here: Position, outside: &[u8]) -> bool {
    let Some((token, followed)) = outside.split_at_checked(TOKEN) else {
        return true;
    };
    let followed = followed.try_into().map(u64::from_be_bytes);
    token != inside || followed.is_ok_and(|followed| followed > here.0)
}

/// True when a server ever served the database of this folder.
pub(super) fn was_served(folder: &Path) -> Result<bool, StoreError> {
    Ok(twin_path(folder).try_exists()?)
}

fn twin_path(folder: &Path) -> PathBuf {
    folder.join("feltbog.twin")
}
