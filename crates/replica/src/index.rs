//! Full text in the background: bodies that arrived are opened a few at a time and their words indexed.
//!
//! A document that does not hold what the server named is fetched anew: see `audit`.

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
        let sql = "select id from doc indexed by doc_ready where indexed is null and gone = 0 \
                   and base_heads = announced_heads limit ?1";
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
            Ok(book) if book.has(&row.announced) => match self.project_open(doc, &book) {
                Err(ReplicaError::Unreadable(why)) => self.drop_or_put_away(doc, &why)?,
                done => done?,
            },
            Ok(_) => self.drop_or_put_away(doc, &BookError::UnknownHeads)?,
            Err(ReplicaError::Unreadable(BookError::UnknownKind)) => {}
            Err(ReplicaError::Unreadable(why)) => self.drop_or_put_away(doc, &why)?,
            Err(other) => return Err(other),
        }
        // What was dropped is looked at again when it has come; what stays aside is not.
        let sql = "update doc set indexed = ?2 where id = ?1 and indexed is null and \
                   (base_heads = announced_heads or unreadable = announced_heads)";
        self.db
            .prepare_cached(sql)?
            .execute(params![doc.as_bytes(), heads_blob(&row.announced)])?;
        Ok(())
    }
}
