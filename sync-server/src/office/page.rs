//! The entries of one page: rows, projections, and small changes inline.
//!
//! It does not decide which documents are on it; the sweep does, or a repair.

use std::collections::BTreeMap;

use feltbog_ids::{DocId, Instant, Position, ScopeId};
use feltbog_protocol::{Entry, Unread};

use super::{careful::Left, feed::Sweep};
use crate::{
    Batch, StoreError,
    store::{ScopeRow, documents, outline::Outline, scopes},
};

/// A page ends when its entries come to this many bytes.
pub(super) const PAGE_BYTES: usize = 1024 * 1024;
/// Changes to a document the device has travel with the entry up to so many bytes.
const INLINE_NEWS: usize = 4 * 1024;
/// The whole history of a document the device has not had does so up to this many.
const INLINE_WHOLE: usize = 2 * 1024;
/// What an entry takes beside its projection and changes, roughly.
pub(super) const ENTRY_FRAME: usize = 160;

/// A page being made.
pub(super) struct Making {
    /// Its entries, in order of position.
    pub(super) entries: Vec<Entry>,
    /// The position of the last one when there is more; none when that was all.
    pub(super) end: Option<Position>,
    /// Documents of which nothing can be said.
    pub(super) unread: Vec<Unread>,
}

impl Making {
    /// Makes entries of the documents found, until the page is full.
    pub(super) fn of(sweep: &Sweep<'_>, found: &BTreeMap<Position, DocId>) -> Result<Self, StoreError> {
        let mut making = Self {
            entries: Vec::new(),
            end: None,
            unread: Vec::new(),
        };
        let mut last = None;
        let mut bytes = 0;
        for (position, doc) in found {
            if making.entries.len() + making.unread.len() >= sweep.page || bytes > PAGE_BYTES {
                making.end = last;
                break;
            }
            last = Some(*position);
            if let Some(Left::Nothing) = sweep.spoilt.get(doc) {
                let scopes = sweep.scopes_of(*doc)?;
                making.unread.push(Unread { doc: *doc, scopes });
                continue;
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
        if let Some(Left::Outline(outline)) = self.spoilt.get(&doc) {
            return self.outlined(position, doc, outline);
        }
        let (after, most) = if self.had(doc)? {
            (self.cursor, INLINE_NEWS)
        } else {
            (Position::ZERO, INLINE_WHOLE)
        };
        let changes = if self.spoilt.contains_key(&doc) {
            Vec::new()
        } else {
            documents::changes_after(sql, workspace, doc, after, most)?.unwrap_or_default()
        };
        let bare = bare_entry(self.view, &self.held, doc)?;
        Ok(Entry {
            position,
            changes: changes.into_iter().map(Into::into).collect(),
            ..bare
        })
    }

    /// An entry of a document whose content cannot be read: it is there, and this is its version.
    fn outlined(&self, position: Position, doc: DocId, outline: &Outline) -> Result<Entry, StoreError> {
        Ok(Entry {
            doc,
            kind: outline.kind.clone(),
            parent: outline.parent,
            scopes: self.scopes_of(doc)?,
            heads: outline.heads.clone(),
            size: outline.size,
            position,
            projection_version: 0,
            projection: Vec::new(),
            changes: Vec::new(),
            received: outline.received,
            epoch: None,
        })
    }

    /// The scopes of this person that hold a document.
    fn scopes_of(&self, doc: DocId) -> Result<Vec<ScopeId>, StoreError> {
        let live = scopes::live_of(self.view.sql, self.view.workspace.id, doc)?;
        let scopes = live.iter().map(|name| name.id(self.view.workspace.id));
        Ok(scopes.filter(|scope| self.held.contains_key(scope)).collect())
    }
}

/// A document as one who holds these scopes is told of it, without changes.
pub(super) fn bare_entry(
    view: &Batch<'_>,
    held: &BTreeMap<ScopeId, ScopeRow>,
    doc: DocId,
) -> Result<Entry, StoreError> {
    let (sql, workspace) = (view.sql, view.workspace.id);
    let row = documents::find(sql, workspace, doc)?.ok_or(StoreError::NoSuch("document"))?;
    let projection = documents::projection(sql, workspace, &row)?;
    let live = scopes::live_of(sql, workspace, doc)?;
    let scopes = live.iter().map(|name| name.id(workspace));
    Ok(Entry {
        doc,
        kind: row.kind,
        parent: row.parent,
        scopes: scopes.filter(|scope| held.contains_key(scope)).collect(),
        heads: row.heads,
        size: row.size,
        position: row.position,
        projection_version: row.projected,
        projection,
        changes: Vec::new(),
        received: row.received,
        epoch: (row.epoch > Instant(0)).then_some(row.epoch),
    })
}
