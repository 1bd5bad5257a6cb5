//! What needs the person besides words that were refused: documents nobody can show, and news of the file itself.
//!
//! A document stays on the list for as long as it is so; it cannot be taken off.

use feltbog_casebook::Kind;
use feltbog_ids::{CommandId, DocId, Instant};
use feltbog_views::{ParkedRow, Refusal, WaitingKind};
use rusqlite::{Connection, params};

use crate::{Moment, Replica, ReplicaError, replica::Sheet};

/// Documents that cannot be shown: one set aside here, and one the server cannot read.
const UNSHOWN: &str = "select id as doc from doc indexed by doc_unreadable where unreadable is not null and unreadable = announced_heads and gone = 0 \
                       union select doc from unread_there";

impl Replica {
    /// How many things need the person: what was refused, and documents that cannot be shown.
    pub fn handling(&self) -> Result<u32, ReplicaError> {
        let sql = format!("select (select count(*) from parked) + (select count(*) from ({UNSHOWN}))");
        Ok(self.sheet().db.prepare_cached(&sql)?.query_row([], |row| row.get(0))?)
    }

    /// Documents that cannot be shown, and why.
    pub fn unshown_rows(&self) -> Result<Vec<ParkedRow>, ReplicaError> {
        let sheet = self.sheet();
        let sql = format!(
            "select u.doc, d.kind, d.received, exists (select 1 from unread_there t where t.doc = u.doc) \
             from ({UNSHOWN}) u left join doc d on d.id = u.doc order by d.received, u.doc"
        );
        let mut query = sheet.db.prepare_cached(&sql)?;
        let rows = query.query_map([], |row| {
            let kind: Option<String> = row.get(1)?;
            let received: Option<i64> = row.get(2)?;
            Ok((DocId::from_bytes(row.get(0)?), kind, received, row.get::<_, bool>(3)?))
        })?;
        let mut unshown = Vec::new();
        for row in rows {
            let (doc, kind, received, is_unread_there) = row?;
            let is_note = kind.is_some_and(|kind| kind == Kind::Note.word());
            unshown.push(ParkedRow {
                id: CommandId::from_bytes(*doc.as_bytes()),
                doc,
                subject: sheet.subject_of(doc)?.1,
                kind: if is_note { WaitingKind::Note } else { WaitingKind::Other },
                reason: if is_unread_there {
                    Refusal::ServerUnread
                } else {
                    Refusal::SetAside
                },
                words: String::new(),
                at: sheet.when(Instant(received.unwrap_or(0))),
            });
        }
        Ok(unshown)
    }

    /// Tells the person that another notebook lay on this device which this one does not open, and that it was laid
    /// aside.
    pub fn tell_of_another_notebook(&mut self, moment: &Moment) -> Result<(), ReplicaError> {
        self.transact(|sheet| tell(sheet.db, Refusal::LeftBehind, moment))
    }
}

impl Sheet<'_> {
    /// Whether this person may write in a document, as far as the server said: in one of its scopes at least, or it is
    /// in none yet.
    pub(crate) fn may_write_in(&self, doc: DocId) -> Result<bool, ReplicaError> {
        let sql = "select coalesce(min(s.reads_only), 0) = 0 from scope_doc d join scope s on s.id = d.scope \
                   where d.doc = ?1";
        let mut query = self.db.prepare_cached(sql)?;
        Ok(query.query_row([doc.as_bytes()], |row| row.get(0))?)
    }
}

/// Puts a word about the file itself on the list. It concerns no document.
pub(crate) fn tell(db: &Connection, what: Refusal, moment: &Moment) -> Result<(), ReplicaError> {
    let reason = serde_json::to_string(&what).map_err(|_| ReplicaError::Stored("reason"))?;
    let id = [moment.salt, moment.now.0.to_be_bytes()].concat();
    let sql = "insert or replace into parked (id, doc, what, reason, words, at) values (?1, zeroblob(16), 'other', ?2, '', ?3)";
    db.execute(sql, params![id, reason, moment.now.0])?;
    Ok(())
}
