//! The database's key: 32 random bytes in a file of mode 0600 beside it.
//!
//! It does not rotate the key, and nobody else sees it.

use std::{
    fs::{self, OpenOptions},
    io::{ErrorKind, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use rusqlite::Connection;
use zeroize::Zeroizing;

use crate::{Dice, StoreError};

/// The key of a database.
pub(super) struct Key(Zeroizing<[u8; 32]>);

impl Key {
    /// Reads the key.
    pub(super) fn read(path: &Path) -> Result<Self, StoreError> {
        let bytes = match fs::read(path) {
            Ok(bytes) => Zeroizing::new(bytes),
            Err(error) if error.kind() == ErrorKind::NotFound => return Err(StoreError::Key),
            Err(error) => return Err(error.into()),
        };
        let key = <[u8; 32]>::try_from(bytes.as_slice()).map_err(|_| StoreError::Key)?;
        Ok(Self(Zeroizing::new(key)))
    }

    /// Draws a key and writes it, unless one is there already.
    pub(super) fn draw(path: &Path, dice: &Dice) -> Result<Self, StoreError> {
        if path.try_exists()? {
            return Self::read(path);
        }
        let key = Self(Zeroizing::new(dice.bytes()));
        // Whole or not at all: half a key in its place would be taken for a damaged one.
        let unfinished = path.with_extension("unfinished-key");
        let mut file = private(OpenOptions::new().write(true).create(true).truncate(true)).open(&unfinished)?;
        file.write_all(key.0.as_slice())?;
        file.sync_all()?;
        fs::rename(&unfinished, path)?;
        Ok(key)
    }

    /// Unlocks a connection. Whether the key fits shows at the first read.
    pub(super) fn unlock(&self, sql: &Connection) -> Result<(), StoreError> {
        let pragma = Zeroizing::new(format!("pragma key = \"x'{}'\"", hex::encode(self.0.as_slice())));
        sql.execute_batch(&pragma)?;
        Ok(())
    }
}

/// Readable and writable by this user alone.
pub(super) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options.mode(0o600)
}
