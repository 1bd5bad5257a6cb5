//! A document that was erased on the server: what lies here of its old epoch goes, and what this person wrote on it and
//! has not sent is written anew on what stands.
//!
//! Which of their changes the server has is the server's to say: nothing is written twice because it might be missing.

use feltbog_casebook::{Book, Edit, Intent};
use feltbog_ids::{ChangeHash, CommandId, DocId, Instant};
use feltbog_protocol::Entry;
use feltbog_views::DraftView;
use rusqlite::params;

use crate::{Moment, OutboxItem, ReplicaError, base::DocRow, replica::Sheet};

impl Sheet<'_> {
    /// An entry names another epoch than lies here: of what lies here nothing fits, and nothing may stay but one's own
    /// unsent words. Answers whether it did.
    pub(crate) fn leave_old_epoch(
        &self,
        entry: &Entry,
        before: Option<&DocRow>,
        moment: &Moment,
    ) -> Result<bool, ReplicaError> {
        if entry.projection.is_empty() {
            // The server can read the beginning of its row alone, and the epoch is not in it.
            return Ok(false);
        }
        let now = entry.epoch.unwrap_or_default();
        let Some(row) = before else {
            // Almost none was ever erased, and a first sync has nothing that hangs.
            if now != Instant::default() {
                self.forget_what_hangs(entry.doc, now)?;
            }
            return Ok(false);
        };
        if row.epoch == now {
            return Ok(false);
        }
        if now < row.epoch || self.is_former(entry.doc)? {
            // The server was put back, and whether or not it was erased there once more, it may lack what was written since.
            self.name_all(entry.doc)?;
        }
        self.mark_unswept()?;
        // What this hand wrote is forgotten with the epoch, and its numbers must not be given twice.
        self.set_meta("salt", &moment.salt.as_slice())?;
        let id = entry.doc.as_bytes();
        let sql = "update doc set base = x'', base_heads = x'', epoch = ?2, appended = 0, former = 0, unreadable = null, \
                   indexed = null where id = ?1";
        self.db.execute(sql, params![id, now.0])?;
        self.db.execute("delete from aside where doc = ?1", [id])?;
        self.forget_witnessed(entry.doc)?;
        let answered = "delete from intent where doc = ?1 and id not in (select intent from outbox)";
        self.db.execute(answered, [id])?;
        Ok(true)
    }

    /// A row comes that is not here. What one that a failing disk lost has left behind may be of an epoch before this one.
    fn forget_what_hangs(&self, doc: DocId, now: Instant) -> Result<(), ReplicaError> {
        let id = doc.as_bytes();
        let intent = "delete from intent where doc = ?1 and id not in (select intent from outbox)";
        let own =
            "delete from own where doc = ?1 and epoch <> ?2 and hash not in (select hash from outbox where doc = ?1)";
        let aside = "delete from aside where doc = ?1";
        let gone = self.db.prepare_cached(intent)?.execute([id])?
            + self.db.prepare_cached(own)?.execute(params![id, now.0])?
            + self.db.prepare_cached(aside)?.execute([id])?;
        if gone > 0 {
            self.mark_unswept()?;
        }
        Ok(())
    }

    /// True for a change of one's own that was written in another epoch than its document is in now.
    pub(crate) fn is_of_another_epoch(&self, doc: DocId, hash: ChangeHash) -> Result<bool, ReplicaError> {
        let sql = "select exists (select 1 from own o join doc d on d.id = o.doc \
                   where o.doc = ?1 and o.hash = ?2 and o.epoch <> d.epoch)";
        let mut query = self.db.prepare_cached(sql)?;
        Ok(query.query_row(params![doc.as_bytes(), hash.0], |row| row.get(0))?)
    }

    /// True while anything of one's own lies here that was written in another epoch than the document is in now.
    pub(crate) fn has_own_of_another_epoch(&self, doc: DocId) -> Result<bool, ReplicaError> {
        let sql =
            "select exists (select 1 from own o join doc d on d.id = o.doc where o.doc = ?1 and o.epoch <> d.epoch)";
        Ok(self
            .db
            .prepare_cached(sql)?
            .query_row([doc.as_bytes()], |row| row.get(0))?)
    }

    /// An intent of the old epoch of which nothing waits any more: it holds the text it was typed on, and what had to go
    /// may stand in that.
    pub(crate) fn forget_answered(&self, intent: Option<CommandId>) -> Result<(), ReplicaError> {
        let Some(intent) = intent else { return Ok(()) };
        let sql = "delete from intent where id = ?1 and id not in (select intent from outbox)";
        self.db.prepare_cached(sql)?.execute([intent.as_bytes()])?;
        self.mark_unswept()
    }

    /// The server lacks what an own change of the old epoch builds on, and so has not taken it: its words are written anew
    /// once there is something to write them on.
    pub(crate) fn move_to_new_epoch(&self, sent: &OutboxItem, moment: &Moment) -> Result<(), ReplicaError> {
        let is_missing = self.base_is_empty(sent.doc)? || self.doc_row(sent.doc)?.is_some_and(|row| row.missing());
        if is_missing || self.book_if_readable(sent.doc)?.is_none() {
            return self.sleep(sent, moment);
        }
        self.mark_unswept()?;
        // A copy of the change may be on its way: nothing is written by the same hand again.
        self.set_meta("salt", &moment.salt.as_slice())?;
        let mut intents = Vec::new();
        for hash in self.dependants(sent.doc, sent.hash)? {
            intents.extend(self.intent_of(sent.doc, hash)?);
            self.drop_own(sent.doc, hash)?;
        }
        intents.dedup();
        for intent in intents {
            let before = self.open_book(sent.doc)?;
            self.replay(sent.doc, &[intent], moment)?;
            let after = self.open_book(sent.doc)?;
            if after.heads() != before.heads() {
                self.rewrite_intent((intent, sent.doc), &before, &after)?;
            } else {
                self.forget_answered(Some(intent))?;
            }
        }
        self.show_what_stands(sent.doc)
    }

    /// The base of the new epoch is here: what waits for it is worth a try, however long it waited.
    pub(crate) fn wake_for_new_epoch(&self, doc: DocId) -> Result<(), ReplicaError> {
        let sql = "update outbox set awake = 1, waits_since = null where doc = ?1 and awake = 0 and hash in \
                   (select o.hash from own o join doc d on d.id = o.doc where o.doc = ?1 and o.epoch <> d.epoch)";
        self.db.prepare_cached(sql)?.execute([doc.as_bytes()])?;
        Ok(())
    }

    /// What was written anew is kept as it was written, and so is its answer: the text a person typed on may be what had
    /// to go.
    fn rewrite_intent(&self, (id, doc): (CommandId, DocId), before: &Book, after: &Book) -> Result<(), ReplicaError> {
        let Some(kept) = self.kept(id)? else { return Ok(()) };
        let typed = |edit| match edit {
            Edit::Type { .. } => Edit::Type {
                before: before.text(),
                after: after.text(),
            },
            other => other,
        };
        let body = Intent {
            edits: kept.body.edits.into_iter().map(typed).collect(),
            on: before.heads(),
            at: kept.body.at,
        };
        let body = minicbor::to_vec(body).map_err(|_| ReplicaError::Stored("intent"))?;
        let reply = match (kept.what, &kept.key) {
            ("note", _) => serde_json::to_string(&DraftView {
                note: self.note_view_open(doc, after)?,
                typed: after.heads(),
            }),
            ("field", Some(key)) => serde_json::to_string(&self.field_view(after, doc, key, true)?),
            _ => Ok(String::new()),
        };
        let reply = reply.map_err(|_| ReplicaError::Stored("reply"))?;
        let sql = "update intent set body = ?2, reply = ?3 where id = ?1";
        self.db.execute(sql, params![id.as_bytes(), body, reply])?;
        Ok(())
    }
}

/// The epoch a body is of, as an entry says it.
pub(crate) fn of_body(body: &feltbog_protocol::Body) -> Instant {
    body.epoch.unwrap_or_default()
}
