//! Noticing that the database was put back from a copy: a token in it and its twin in a file beside it go on together at
//! each start of the server, and an older copy holds an older token.
//!
//! It believes no device about this. A copy of the whole folder, twin and all, is not noticed: the operator says it.

use std::{
    fs::{self, OpenOptions},
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
};

use feltbog_ids::Instant;
use rusqlite::params;

use super::{Store, key};
use crate::{Dice, StoreError};

impl Store {
    /// Goes on, or begins another life of the log when token and twin differ. A start cut off between the two looks like
    /// a copy put back: then devices read from the start once more, and nothing else happens.
    pub fn begin_serving(&self, folder: &Path, dice: &Dice, now: Instant) -> Result<(), StoreError> {
        let path = twin_path(folder);
        let outside = match fs::read(&path) {
            Ok(token) => Some(token),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(error.into()),
        };
        let token: [u8; 16] = dice.bytes();
        self.batch(now, |batch| {
            let workspace = batch.workspace.id.as_bytes();
            let inside: Option<Vec<u8>> =
                batch
                    .sql
                    .query_row("select twin from workspace where workspace = ?1", [workspace], |row| {
                        row.get(0)
                    })?;
            if inside.is_some() && inside != outside {
                tracing::warn!("the database is a copy that was put back: devices offer again what it lacks");
                batch.begin_life(dice)?;
            }
            batch.sql.execute(
                "update workspace set twin = ?2 where workspace = ?1",
                params![workspace, token.as_slice()],
            )?;
            Ok::<_, StoreError>(())
        })?;
        let unfinished = path.with_extension("unfinished");
        let mut options = OpenOptions::new();
        let mut file = key::private(options.write(true).create(true).truncate(true)).open(&unfinished)?;
        file.write_all(&token)?;
        file.sync_all()?;
        Ok(fs::rename(&unfinished, &path)?)
    }
}

/// True when a server ever served the database of this folder.
pub(super) fn was_served(folder: &Path) -> Result<bool, StoreError> {
    Ok(twin_path(folder).try_exists()?)
}

fn twin_path(folder: &Path) -> PathBuf {
    folder.join("feltbog.twin")
}
