//! The idle auditor: opens what lies here, a few documents at a time, round and round, and compares each with the version
//! it is held for.
//!
//! The version of a body that was stored unopened is a claim until then. What does not hold it, or cannot be opened, is kept
//! aside with its bytes, alone, and fetched anew, once. It fetches nothing itself.

use feltbog_casebook::{Book, BookError};
use feltbog_ids::{ChangeHash, DocId};
use feltbog_views::Changed;
use rusqlite::params;

use crate::{Replica, ReplicaError, base::DocRow, replica::Sheet, stored::heads_blob, write::changed};

/// The row audited last.
const AUDITED: &str = "audited";

/// Bodies dropped to be fetched anew, in the life of this file.
const DROPPED: &str = "dropped bodies";

impl Replica {
    /// Audits the next documents in turn, at most `limit`, those first that a person found otherwise. Answers which of
    /// them were not as they should be.
    pub fn audit_some(&mut self, limit: u32) -> Result<Changed, ReplicaError> {
        let found = self.transact(|sheet| sheet.audit_some(limit))?;
        Ok(if found.is_empty() {
            Changed::default()
        } else {
            changed(found)
        })
    }

    /// Bodies that were dropped and fetched anew because they did not hold the version they were sent as. None is expected.
    pub fn dropped_bodies(&self) -> Result<u64, ReplicaError> {
        let count: Option<i64> = self.sheet().meta(DROPPED)?;
        Ok(count.unwrap_or(0).unsigned_abs())
    }
}

impl Sheet<'_> {
    /// A person opens it: whether it is of the version it is held for costs nothing to compare. What is not, or cannot be
    /// opened, is left to the auditor, since a look at something changes nothing.
    pub(crate) fn open_compared(&self, doc: DocId) -> Result<Book, ReplicaError> {
        let opened = self.open_book(doc);
        let as_it_should_be = match &opened {
            Ok(book) => self.here(doc).is_ok_and(|row| book.has(&row.base_heads)),
            Err(ReplicaError::Unreadable(why)) => matches!(why, BookError::UnknownKind),
            Err(_) => true,
        };
        if !as_it_should_be {
            let sql = "insert or ignore into doubted (doc) values (?1)";
            // A full disk does not close what can be read: the auditor comes by anyhow.
            match self
                .db
                .prepare_cached(sql)?
                .execute([doc.as_bytes()])
                .map_err(ReplicaError::from)
            {
                Err(error) if !error.is_of_the_disk() => return Err(error),
                _ => {}
            }
        }
        opened
    }

    fn audit_some(&self, limit: u32) -> Result<Vec<DocId>, ReplicaError> {
        let mut found = Vec::new();
        for doc in self.next_to_audit(limit)? {
            self.db
                .prepare_cached("delete from doubted where doc = ?1")?
                .execute([doc.as_bytes()])?;
            let row = self.here(doc)?;
            if !self.audit(doc, &row)? {
                found.push(doc);
            }
        }
        Ok(found)
    }

    /// Those in doubt, then those after the last one; from the beginning after the end. Only what is here whole.
    fn next_to_audit(&self, limit: u32) -> Result<Vec<DocId>, ReplicaError> {
        let whole = "gone = 0 and base <> x'' and base_heads = announced_heads";
        let sql = format!("select d.id from doubted t cross join doc d on d.id = t.doc where {whole} limit ?1");
        let mut query = self.db.prepare_cached(&sql)?;
        let rows = query.query_map([limit], |row| row.get(0).map(DocId::from_bytes))?;
        let mut docs = rows.collect::<Result<Vec<_>, _>>()?;
        let last: i64 = self.meta(AUDITED)?.unwrap_or(0);
        // Looked at by row, whether it is whole or not: the way to the next is never long.
        let sql = format!("select row, id, {whole} from doc where row > ?1 order by row limit ?2");
        let mut query = self.db.prepare_cached(&sql)?;
        let rows = query.query_map(params![last, limit], |row| {
            Ok((
                row.get::<_, i64>(0)?,
                DocId::from_bytes(row.get(1)?),
                row.get::<_, bool>(2)?,
            ))
        })?;
        let rows = rows.collect::<Result<Vec<_>, _>>()?;
        self.set_meta(AUDITED, &rows.last().map_or(0, |(row, _, _)| *row))?;
        let turn = rows.into_iter().filter(|(_, doc, whole)| *whole && !docs.contains(doc));
        let turn: Vec<_> = turn.map(|(_, doc, _)| doc).collect();
        docs.extend(turn);
        Ok(docs)
    }

    /// Whether it is as it should be.
    fn audit(&self, doc: DocId, row: &DocRow) -> Result<bool, ReplicaError> {
        let base: Vec<u8> = self
            .db
            .prepare_cached("select base from doc where id = ?1")?
            .query_row([doc.as_bytes()], |row| row.get(0))?;
        let heads = Book::open(&base, []).and_then(|book| {
            // All that the screen would ask of it: what makes the merge engine give up is met here and not there.
            book.read(|book| {
                drop((book.project(), book.full_text()));
                book.heads()
            })
        });
        match heads {
            Ok(heads) if heads == row.base_heads => return Ok(true),
            Err(BookError::UnknownKind) => return Ok(true),
            Ok(_) => self.drop_or_put_away(doc, &BookError::UnknownHeads)?,
            Err(why) => self.drop_or_put_away(doc, &why)?,
        }
        Ok(false)
    }

    /// A body came for one that the auditor dropped. Where it is of another version than the row here names, the row may
    /// be what was wrong: asked for by it, the body would never come, and the pull never be complete. What the server
    /// has moved on to is announced by the next page in any case.
    pub(crate) fn believe_what_came_anew(&self, doc: DocId, heads: &[ChangeHash]) -> Result<(), ReplicaError> {
        let sql = "update doc set announced_heads = ?2 where id = ?1 and exists \
                   (select 1 from fetched_anew f where f.doc = doc.id and f.heads = doc.announced_heads)";
        self.db
            .prepare_cached(sql)?
            .execute(params![doc.as_bytes(), heads_blob(heads)])?;
        Ok(())
    }

    /// It cannot be opened, or does not hold the version it was sent as. Its bytes are kept aside, and it is fetched anew:
    /// the server may have it whole. A second one like it stays aside until the next version, where a person sees it.
    pub(crate) fn drop_or_put_away(&self, doc: DocId, why: &BookError) -> Result<(), ReplicaError> {
        let row = self.here(doc)?;
        let heads = heads_blob(&row.announced);
        let sql = "select exists (select 1 from fetched_anew where doc = ?1 and heads = ?2)";
        let again: bool = self
            .db
            .query_row(sql, params![doc.as_bytes(), heads], |row| row.get(0))?;
        let base: Vec<u8> = self
            .db
            .query_row("select base from doc where id = ?1", [doc.as_bytes()], |row| row.get(0))?;
        self.set_aside(doc, &base, why)?;
        let sql = "update doc set base = x'', base_heads = x'', indexed = null where id = ?1";
        self.db.execute(sql, [doc.as_bytes()])?;
        if again {
            return Ok(());
        }
        let sql = "insert or replace into fetched_anew (doc, heads) values (?1, ?2)";
        self.db.execute(sql, params![doc.as_bytes(), heads])?;
        self.db
            .execute("update doc set unreadable = null where id = ?1", [doc.as_bytes()])?;
        let dropped: i64 = self.meta(DROPPED)?.unwrap_or(0);
        self.set_meta(DROPPED, &(dropped + 1))
    }
}
