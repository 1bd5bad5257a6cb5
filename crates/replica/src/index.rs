//! Full text in the background: bodies that arrived are opened a few at a time and their words indexed.
//!
//! It is also the idle auditor: a document whose heads are not those the server named is set aside.

use feltbog_casebook::BookError;
use feltbog_ids::DocId;
use feltbog_views::Changed;
use rusqlite::params;

use crate::{Replica, ReplicaError, replica::Sheet, stored::heads_blob, write::changed};

impl Replica {
    /// Opens and indexes at most `limit` documents whose body is here and whose words are not. Answers which; none when
    /// all is done.
    pub fn index_some(&mut self, limit: u32) -> Result<Changed, ReplicaError> {
        let docs = self.transact(|sheet| sheet.index_some(limit))?;
        Ok(if docs.is_empty() {
            Changed::default()
        } else {
            changed(docs)
        })
    }
}

impl Sheet<'_> {
    fn index_some(&self, limit: u32) -> Result<Vec<DocId>, ReplicaError> {
        let sql = "select id from doc where indexed is null and gone = 0 and base_heads = announced_heads limit ?1";
        let mut query = self.db.prepare_cached(sql)?;
        let docs = query.query_map([limit], |row| row.get(0).map(DocId::from_bytes))?;
        let docs = docs.collect::<Result<Vec<_>, _>>()?;
        for doc in &docs {
            self.index_one(*doc)?;
        }
        Ok(docs)
    }

    fn index_one(&self, doc: DocId) -> Result<(), ReplicaError> {
        let row = self.here(doc)?;
        match self.open_book(doc) {
            Ok(book) if book.has(&row.announced) => self.project_open(doc, &book)?,
            Ok(_) => self.audit_failed(doc, &BookError::UnknownHeads)?,
            Err(ReplicaError::Unreadable(BookError::UnknownKind)) => {}
            Err(ReplicaError::Unreadable(why)) => self.audit_failed(doc, &why)?,
            Err(other) => return Err(other),
        }
        let sql = "update doc set indexed = ?2 where id = ?1 and indexed is null";
        self.db
            .prepare_cached(sql)?
            .execute(params![doc.as_bytes(), heads_blob(&row.announced)])?;
        Ok(())
    }

    /// What arrived is not what was announced: its bytes are kept aside, and the next version is asked for whole.
    fn audit_failed(&self, doc: DocId, why: &BookError) -> Result<(), ReplicaError> {
        let base: Vec<u8> = self
            .db
            .query_row("select base from doc where id = ?1", [doc.as_bytes()], |row| row.get(0))?;
        self.set_aside(doc, &base, why)?;
        self.db.execute(
            "update doc set base = x'', base_heads = x'' where id = ?1",
            [doc.as_bytes()],
        )?;
        Ok(())
    }
}
