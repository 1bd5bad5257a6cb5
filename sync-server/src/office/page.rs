//! The entries of one page: rows, projections, and small changes inline.
//!
//! It does not decide which documents are on it; the sweep does.

use std::collections::BTreeMap;

use feltbog_ids::{DocId, Instant, Position, ScopeId};
use feltbog_protocol::Entry;

use super::feed::Sweep;
use crate::{
    StoreError,
    store::{documents, scopes},
};

/// A page ends when its entries come to this many bytes.
const PAGE_BYTES: usize = 1024 * 1024;
/// Changes to a document the device has travel with the entry up to so many bytes.
const INLINE_NEWS: usize = 4 * 1024;
/// The whole history of a document the device has not had does so up to this many.
const INLINE_WHOLE: usize = 2 * 1024;
/// What an entry takes beside its projection and changes, roughly.
const ENTRY_FRAME: usize = 160;

/// A page being made.
pub(super) struct Making {
    /// Its entries, in order of position.
    pub(super) entries: Vec<Entry>,
    /// The position of the last one when there is more; none when that was all.
    pub(super) end: Option<Position>,
}

impl Making {
    /// Makes entries of the documents found, until the page is full.
    pub(super) fn of(sweep: &Sweep<'_>, found: &BTreeMap<Position, DocId>) -> Result<Self, StoreError> {
        let mut making = Self {
            entries: Vec::new(),
            end: None,
        };
        let mut bytes = 0;
        for (position, doc) in found {
            if making.entries.len() >= sweep.page || bytes > PAGE_BYTES {
                making.end = making.entries.last().map(|entry| entry.position);
                break;
            }
            let entry = sweep.entry(*position, *doc)?;
            let inline: usize = entry.changes.iter().map(|change| change.len()).sum();
            bytes += entry.projection.len() + inline + ENTRY_FRAME;
            making.entries.push(entry);
        }
        Ok(making)
    }
}

impl Sweep<'_> {
    fn entry(&self, position: Position, doc: DocId) -> Result<Entry, StoreError> {
        let (sql, workspace) = (self.view.sql, self.view.workspace.id);
        let row = documents::find(sql, workspace, doc)?.ok_or(StoreError::NoSuch("document"))?;
        let live = scopes::live_of(sql, workspace, doc)?;
        let scopes: Vec<ScopeId> = live.iter().map(|name| name.id(workspace)).collect();
        let (after, most) = if self.had(doc)? {
            (self.cursor, INLINE_NEWS)
        } else {
            (Position::ZERO, INLINE_WHOLE)
        };
        let changes = documents::changes_after(sql, workspace, doc, after, most)?.unwrap_or_default();
        Ok(Entry {
            doc,
            kind: row.kind,
            parent: row.parent,
            scopes: scopes
                .into_iter()
                .filter(|scope| self.held.contains_key(scope))
                .collect(),
            heads: row.heads,
            size: row.size,
            position,
            projection_version: row.projected,
            projection: row.projection,
            changes: changes.into_iter().map(Into::into).collect(),
            received: row.received,
            epoch: (row.epoch > Instant(0)).then_some(row.epoch),
        })
    }
}
