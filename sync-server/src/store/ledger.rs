//! The ledger: a transaction of the database, and the keys of what lies sealed in it.
//!
//! Everything a document says goes in and out through here. It decides nothing about who may.

use std::ops::Deref;

use feltbog_ids::{DocId, Instant, WorkspaceId};
use rusqlite::Connection;

use super::{
    keys::Keys,
    seal::{self, EpochKey, Part, Place},
};
use crate::StoreError;

/// An open transaction and its keys.
pub(crate) struct Ledger<'c> {
    sql: &'c Connection,
    keys: &'c Keys,
}

impl<'c> Ledger<'c> {
    pub(super) fn new(sql: &'c Connection, keys: &'c Keys) -> Self {
        Self { sql, keys }
    }

    /// One epoch of a document, to open and to seal what is in it.
    pub(super) fn chest(&self, workspace: WorkspaceId, doc: DocId, epoch: Instant) -> Chest<'_> {
        let place = Place { workspace, doc, epoch };
        Chest {
            keys: self.keys,
            place,
            key: None,
        }
    }

    /// Keys that were drawn are put on the disk, before the transaction that uses them is: see [`Keys::settle`].
    pub(super) fn settle(&self) -> Result<Option<i64>, StoreError> {
        self.keys.settle()
    }

    /// What was read of the keys counts for nothing.
    pub(super) fn has_spoilt_keys(&self) -> bool {
        self.keys.is_spoilt()
    }
}

impl Deref for Ledger<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.sql
    }
}

impl Drop for Ledger<'_> {
    fn drop(&mut self) {
        self.keys.forget();
    }
}

/// One epoch of a document. Its key is looked up once, when it is needed.
pub(super) struct Chest<'l> {
    keys: &'l Keys,
    place: Place,
    key: Option<EpochKey>,
}

impl Chest<'_> {
    /// What is in stored bytes. Those from before there were keys are in the clear.
    pub(super) fn open(&mut self, part: Part, stored: Vec<u8>) -> Result<Vec<u8>, StoreError> {
        if !seal::is_sealed(&stored) {
            return Ok(stored);
        }
        if self.key.is_none() {
            self.key = self.keys.find(self.place)?;
        }
        let key = self.key.as_ref().ok_or(StoreError::Erased)?;
        seal::open(key, (self.place, part), &stored).ok_or(StoreError::Damaged)
    }

    /// Bytes as they are to be stored.
    pub(super) fn seal(&mut self, part: Part, clear: &[u8]) -> Result<Vec<u8>, StoreError> {
        let key = self.keys.find_or_draw(self.place, self.key.take())?;
        let sealed = seal::seal(&key, self.keys.nonce(), (self.place, part), clear);
        self.key = Some(key);
        sealed.ok_or(StoreError::TooLarge)
    }
}
