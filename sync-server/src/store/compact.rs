//! Compaction: a change that lies in its document's body need not lie in the log as well.
//!
//! The row of the change stays, with its hash, its place and its sender; only its bytes go. Nothing is taken on trust: the
//! body is opened, and what it does not hold stays where it is.

use feltbog_casebook::Book;
use feltbog_ids::{ChangeHash, DocId, Instant, Span};
use rusqlite::params;

use super::{Batch, Store, documents};
use crate::StoreError;

/// How long a change travels by itself: a device that was away for less fetches it without its document.
pub const FRESH: Span = Span::days(30);

/// Documents of one transaction: others write in between.
const AT_ONCE: usize = 50;

/// What was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compacted {
    /// Documents that were opened.
    pub documents: usize,
    /// Changes whose bytes went.
    pub changes: usize,
    /// Bytes that went with them.
    pub bytes: u64,
    /// Documents that could not be opened, or lack a change of theirs: nothing of them was touched.
    pub left: usize,
}

impl Store {
    /// Empties every change received before an instant that its body holds. Each step is whole: ended anywhere, it is
    /// only not done with the rest. `go_on` is asked before each.
    pub fn compact(
        &self,
        before: Instant,
        now: Instant,
        mut go_on: impl FnMut() -> bool,
    ) -> Result<Compacted, StoreError> {
        let mut done = Compacted::default();
        let mut after = DocId::from_bytes([0; 16]);
        while go_on() {
            let next = self.view(now, |view| view.not_compact(after, before))?;
            let Some(last) = next.last() else { break };
            after = *last;
            self.batch(now, |batch| {
                next.iter()
                    .try_for_each(|doc| batch.compact_one(*doc, before, &mut done))
            })?;
        }
        Ok(done)
    }
}

impl Batch<'_> {
    /// The next documents, by id, with bytes of a change that was received before.
    fn not_compact(&self, after: DocId, before: Instant) -> Result<Vec<DocId>, StoreError> {
        let sql = "select d.doc from document d where d.workspace = ?1 and d.doc > ?2 and exists
                       (select 1 from change c where c.workspace = d.workspace and c.doc = d.doc
                        and c.received < ?3 and length(c.bytes) > 0)
                   order by d.doc limit ?4";
        let mut statement = self.sql.prepare_cached(sql)?;
        let key = params![self.workspace.id.as_bytes(), after.as_bytes(), before.0, AT_ONCE as i64];
        let rows = statement.query_map(key, |row| Ok(DocId::from_bytes(row.get(0)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn compact_one(&self, doc: DocId, before: Instant, done: &mut Compacted) -> Result<(), StoreError> {
        let body = match documents::body(self.sql, self.workspace.id, doc) {
            // Where a page cannot be read the whole step counts for nothing: see [`Store::batch`].
            Err(StoreError::Erased | StoreError::Damaged) => Vec::new(),
            body => body?,
        };
        let Ok(book) = Book::open(&body, []) else {
            done.left += 1;
            return Ok(());
        };
        done.documents += 1;
        let mut lacks = false;
        for (hash, bytes) in self.with_bytes(doc, before)? {
            if !book.has(&[hash]) {
                lacks = true;
                continue;
            }
            let sql = "update change set bytes = x'' where workspace = ?1 and doc = ?2 and hash = ?3";
            let mut statement = self.sql.prepare_cached(sql)?;
            statement.execute(params![self.workspace.id.as_bytes(), doc.as_bytes(), hash.0])?;
            done.changes += 1;
            done.bytes += bytes;
        }
        done.left += usize::from(lacks);
        Ok(())
    }

    /// A document's changes received before that have their bytes, and how many.
    fn with_bytes(&self, doc: DocId, before: Instant) -> Result<Vec<(ChangeHash, u64)>, StoreError> {
        let sql = "select hash, length(bytes) from change
                   where workspace = ?1 and doc = ?2 and received < ?3 and length(bytes) > 0";
        let mut statement = self.sql.prepare_cached(sql)?;
        let key = params![self.workspace.id.as_bytes(), doc.as_bytes(), before.0];
        let rows = statement.query_map(key, |row| Ok((ChangeHash(row.get(0)?), row.get::<_, u32>(1)?.into())))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
