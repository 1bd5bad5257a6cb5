//! What the server cannot read of its own database: named to the person, left out of what is compared, asked for again.
//!
//! What lies here of such a document stays. It does not say what the server should do about it.

use feltbog_ids::{DocId, Span};
use feltbog_protocol::Unread;
use rusqlite::params;

use crate::{Moment, OutboxItem, ReplicaError, replica::Sheet};

/// When the server was last asked again, by the device's clock.
const ASKED: &str = "unread_asked";

/// Between two askings.
const APART: Span = Span::seconds(3600);

impl Sheet<'_> {
    /// A document that belongs on a page and could not be put on it. It has not left: what is here stays.
    pub(crate) fn note_unread(&self, unread: &Unread) -> Result<(), ReplicaError> {
        for scope in &unread.scopes {
            let sql = "insert or ignore into unread_there (doc, scope) values (?1, ?2)";
            self.db
                .prepare_cached(sql)?
                .execute(params![unread.doc.as_bytes(), scope.as_bytes()])?;
            let sql = "insert or ignore into scope_doc (scope, doc) select ?2, id from doc where id = ?1";
            self.db
                .prepare_cached(sql)?
                .execute(params![unread.doc.as_bytes(), scope.as_bytes()])?;
        }
        self.note_unread_doc(unread.doc)
    }

    /// A body that does not come for now: its version is not asked for with the others.
    pub(crate) fn note_unread_body(&self, doc: DocId) -> Result<(), ReplicaError> {
        let sql = "update doc set unreadable = announced_heads where id = ?1";
        self.db.prepare_cached(sql)?.execute([doc.as_bytes()])?;
        self.note_unread_doc(doc)
    }

    /// A change that is taken another time: what else waits goes on.
    pub(crate) fn goes_later(&self, sent: &OutboxItem) -> Result<(), ReplicaError> {
        let sql = "update outbox set awake = 0 where doc = ?1 and hash = ?2";
        self.db
            .prepare_cached(sql)?
            .execute(params![sent.doc.as_bytes(), sent.hash.0])?;
        self.note_unread_doc(sent.doc)
    }

    fn note_unread_doc(&self, doc: DocId) -> Result<(), ReplicaError> {
        let sql = "insert or ignore into unread_there (doc, scope) values (?1, x'')";
        self.db.prepare_cached(sql)?.execute([doc.as_bytes()])?;
        Ok(())
    }

    /// The server has read it, or it left.
    pub(crate) fn is_read_there(&self, doc: DocId) -> Result<(), ReplicaError> {
        let sql = "delete from unread_there where doc = ?1";
        self.db.prepare_cached(sql)?.execute([doc.as_bytes()])?;
        Ok(())
    }

    /// Amid a pull: what the server could not read is fetched and sent once more, at most every hour.
    pub(crate) fn ask_again(&self, moment: &Moment) -> Result<(), ReplicaError> {
        let any: bool = self
            .db
            .prepare_cached("select exists (select 1 from unread_there)")?
            .query_row([], |row| row.get(0))?;
        let asked: Option<i64> = self.meta(ASKED)?;
        if !any {
            return Ok(());
        }
        let is_due = asked.is_some_and(|asked| (moment.now.0 - asked).abs() >= APART.0);
        if is_due || asked.is_none() {
            self.set_meta(ASKED, &moment.now.0)?;
        }
        if is_due {
            self.db.execute_batch(
                "update scope set upto = 0 where id in (select scope from unread_there); \
                 update doc set unreadable = null where id in (select doc from unread_there); \
                 update outbox set awake = 1 where doc in (select doc from unread_there); \
                 delete from unread_there;",
            )?;
        }
        Ok(())
    }
}
