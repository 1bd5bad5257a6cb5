//! Folding: a base that grew by many appended changes becomes one snapshot again, in idle time.
//!
//! Nothing of the history is lost by it: the snapshot holds every change, and is taken only when it leads to the same
//! version. It asks nobody and fetches nothing.

use feltbog_casebook::Book;
use feltbog_ids::DocId;
use rusqlite::params;

use crate::{Replica, ReplicaError, base::DocRow, replica::Sheet};

impl Replica {
    /// Folds at most `limit` bases that have grown. Answers how many were looked at; none when all is done.
    pub fn fold_some(&mut self, limit: u32) -> Result<u32, ReplicaError> {
        self.transact(|sheet| sheet.fold_some(limit))
    }
}

impl Sheet<'_> {
    fn fold_some(&self, limit: u32) -> Result<u32, ReplicaError> {
        let sql = "select id from doc where appended >= 32 limit ?1";
        let mut query = self.db.prepare_cached(sql)?;
        let docs = query.query_map([limit], |row| row.get(0).map(DocId::from_bytes))?;
        let docs = docs.collect::<Result<Vec<_>, _>>()?;
        for doc in &docs {
            self.fold(*doc)?;
        }
        Ok(u32::try_from(docs.len()).unwrap_or(u32::MAX))
    }

    fn fold(&self, doc: DocId) -> Result<(), ReplicaError> {
        let row = self.doc_row(doc)?.ok_or(ReplicaError::NotHere)?;
        let base: Vec<u8> = self
            .db
            .query_row("select base from doc where id = ?1", [doc.as_bytes()], |row| row.get(0))?;
        match folded(&base, &row) {
            Some(bytes) => {
                let sql = "update doc set base = ?2, appended = 0 where id = ?1";
                self.db.execute(sql, params![doc.as_bytes(), bytes])?;
            }
            // It stays as it is, and is looked at again when as much has been appended once more.
            None => {
                self.db
                    .execute("update doc set appended = 0 where id = ?1", [doc.as_bytes()])?;
            }
        }
        Ok(())
    }
}

/// The snapshot, if it holds all the base holds and is smaller.
fn folded(base: &[u8], row: &DocRow) -> Option<Vec<u8>> {
    let book = Book::open(base, []).ok()?;
    let told = |book: &Book| (book.heads(), book.changes_since(&[]).len());
    let (bytes, here) = book.read(|book| (book.save(), told(book))).ok()?;
    let again = Book::open(&bytes, []).ok()?.read(told).ok()?;
    let same = here == again && here.0 == row.base_heads;
    (same && bytes.len() < base.len()).then_some(bytes)
}
