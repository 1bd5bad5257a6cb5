//! Sealing what lies in the clear: the documents of a database from before there were keys.
//!
//! It is for the daily round. What is written meanwhile is sealed as it is written; whoever reads opens both.

use feltbog_ids::{ChangeHash, DocId, Instant};
use rusqlite::{OptionalExtension, params};

use super::{
    Batch, Store, documents,
    ledger::Chest,
    seal::{Part, is_sealed},
};
use crate::StoreError;

/// Documents of one transaction: others write in between.
const AT_ONCE: usize = 50;

/// What was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sealed {
    /// Documents that were sealed.
    pub documents: usize,
    /// Documents that could not be read: they lie there as they did.
    pub left: usize,
}

impl Store {
    /// Seals what lies in the clear, where the database is from before there were keys. Each step is whole: ended anywhere, it
    /// is only not done with the rest. `go_on` is asked before each. What lay in the clear is then to be swept: see
    /// [`Store::sweep`].
    pub fn seal_all(&self, now: Instant, mut go_on: impl FnMut() -> bool) -> Result<Sealed, StoreError> {
        let mut done = Sealed::default();
        if !self.view(now, |view| view.is_unsealed())? {
            return Ok(done);
        }
        let mut after = DocId::from_bytes([0; 16]);
        while go_on() {
            let next = self.view(now, |view| view.next_after(after))?;
            let Some(last) = next.last() else {
                let refused = self.view(now, |view| view.refused())?;
                refused
                    .chunks(AT_ONCE)
                    .try_for_each(|some| self.seal_step(some, now, &mut done))?;
                self.batch(now, |batch| batch.note_left(done.left))?;
                break;
            };
            after = *last;
            self.seal_step(&next, now, &mut done)?;
        }
        Ok(done)
    }

    fn seal_step(&self, docs: &[DocId], now: Instant, done: &mut Sealed) -> Result<(), StoreError> {
        match self.batch(now, |batch| batch.seal_some(docs)) {
            Ok(sealed) => done.documents += sealed,
            Err(error) if error.is_unreadable() => self.seal_one_by_one(docs, now, done)?,
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// One that cannot be read holds up none of the others.
    fn seal_one_by_one(&self, docs: &[DocId], now: Instant, done: &mut Sealed) -> Result<(), StoreError> {
        for doc in docs {
            match self.batch(now, |batch| batch.seal_some(&[*doc])) {
                Ok(sealed) => done.documents += sealed,
                Err(error) if error.is_unreadable() => done.left += 1,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

impl Batch<'_> {
    fn is_unsealed(&self) -> Result<bool, StoreError> {
        let sql = "select unsealed from workspace where workspace = ?1";
        Ok(self
            .sql
            .query_row(sql, [self.workspace.id.as_bytes()], |row| row.get(0))?)
    }

    /// Documents of which something was refused: some are not here.
    fn refused(&self) -> Result<Vec<DocId>, StoreError> {
        let sql = "select distinct doc from refusal where workspace = ?1 and bytes is not null order by doc";
        let mut statement = self.sql.prepare_cached(sql)?;
        let rows = statement.query_map([self.workspace.id.as_bytes()], |row| row.get(0).map(DocId::from_bytes))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The next documents, by id.
    fn next_after(&self, after: DocId) -> Result<Vec<DocId>, StoreError> {
        let sql = "select doc from document where workspace = ?1 and doc > ?2 order by doc limit ?3";
        let mut statement = self.sql.prepare_cached(sql)?;
        let key = params![self.workspace.id.as_bytes(), after.as_bytes(), AT_ONCE as i64];
        let rows = statement.query_map(key, |row| row.get(0).map(DocId::from_bytes))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// It is all sealed but for so many.
    fn note_left(&self, left: usize) -> Result<(), StoreError> {
        let sql = "update workspace set unsealed = ?2 where workspace = ?1";
        self.sql.execute(sql, params![self.workspace.id.as_bytes(), left > 0])?;
        Ok(())
    }

    /// How many of them had something in the clear. That lies in the gaps of the file from then on, wherever the round ends.
    fn seal_some(&self, docs: &[DocId]) -> Result<usize, StoreError> {
        let mut sealed = 0;
        for doc in docs {
            sealed += usize::from(self.seal_one(*doc)?);
        }
        if sealed > 0 {
            let sql = "update workspace set unswept = 1 where workspace = ?1";
            self.sql.execute(sql, [self.workspace.id.as_bytes()])?;
        }
        Ok(sealed)
    }

    fn seal_one(&self, doc: DocId) -> Result<bool, StoreError> {
        let mut chest = documents::chest_of(self.sql, self.workspace.id, doc)?;
        let words = self.seal_words(doc, &mut chest)?;
        let log = self.seal_log(doc, &mut chest)?;
        let refused = self.seal_refused(doc, &mut chest)?;
        Ok(words || log || refused)
    }

    fn seal_words(&self, doc: DocId, chest: &mut Chest<'_>) -> Result<bool, StoreError> {
        let key = [self.workspace.id.as_bytes(), doc.as_bytes()];
        let sql = "select body, projection from document where workspace = ?1 and doc = ?2";
        let mut look = self.sql.prepare_cached(sql)?;
        let found = look.query_row(key, |row| Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, Vec<u8>>(1)?)));
        let Some((body, projection)) = found.optional()? else {
            return Ok(false);
        };
        if is_sealed(&projection) {
            // Where its key is destroyed, the rest of it is not sealed under one of its name that was drawn anew.
            chest.open(Part::Projection, projection)?;
            return Ok(false);
        }
        let sql = "update document set body = ?3, projection = ?4 where workspace = ?1 and doc = ?2";
        let body = chest.seal(Part::Body, &body)?;
        let projection = chest.seal(Part::Projection, &projection)?;
        let mut write = self.sql.prepare_cached(sql)?;
        write.execute(params![key[0], key[1], body, projection])?;
        Ok(true)
    }

    fn seal_log(&self, doc: DocId, chest: &mut Chest<'_>) -> Result<bool, StoreError> {
        let key = [self.workspace.id.as_bytes(), doc.as_bytes()];
        let sql = "select hash, bytes from change where workspace = ?1 and doc = ?2 and length(bytes) > 0";
        let mut look = self.sql.prepare_cached(sql)?;
        let rows = look.query_map(key, |row| Ok((ChangeHash(row.get(0)?), row.get::<_, Vec<u8>>(1)?)))?;
        let clear: Vec<_> = rows.collect::<Result<_, _>>()?;
        let sql = "update change set bytes = ?4 where workspace = ?1 and doc = ?2 and hash = ?3";
        let mut write = self.sql.prepare_cached(sql)?;
        let mut any = false;
        for (hash, bytes) in clear.iter().filter(|(_, bytes)| !is_sealed(bytes)) {
            let sealed = chest.seal(Part::Change(*hash), bytes)?;
            write.execute(params![key[0], key[1], hash.0, sealed])?;
            any = true;
        }
        Ok(any)
    }

    fn seal_refused(&self, doc: DocId, chest: &mut Chest<'_>) -> Result<bool, StoreError> {
        let key = [self.workspace.id.as_bytes(), doc.as_bytes()];
        let sql = "select rowid, bytes from refusal where workspace = ?1 and doc = ?2 and bytes is not null";
        let mut look = self.sql.prepare_cached(sql)?;
        let rows = look.query_map(key, |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?)))?;
        let clear: Vec<_> = rows.collect::<Result<_, _>>()?;
        let mut write = self
            .sql
            .prepare_cached("update refusal set bytes = ?2 where rowid = ?1")?;
        let mut any = false;
        for (row, bytes) in clear.iter().filter(|(_, bytes)| !is_sealed(bytes)) {
            write.execute(params![row, chest.seal(Part::Refused, bytes)?])?;
            any = true;
        }
        Ok(any)
    }
}
