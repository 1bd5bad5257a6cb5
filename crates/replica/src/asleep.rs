//! Changes that wait for what a colleague's device has to offer again, after the server was put back.
//!
//! They are sent again when something moved in their document, and given up after a week. It judges nothing.

use feltbog_ids::{ChangeHash, DocId, Instant, Span};
use feltbog_views::Refusal;
use rusqlite::params;

use crate::{Moment, OutboxItem, ReplicaError, replica::Sheet};

/// How long a colleague's device may stay away.
pub(crate) const PATIENCE: Span = Span::days(7);

impl Sheet<'_> {
    /// Not again before something moved.
    pub(crate) fn sleep(&self, sent: &OutboxItem, moment: &Moment) -> Result<(), ReplicaError> {
        let sql = "update outbox set awake = 0, waits_since = coalesce(waits_since, ?3) where doc = ?1 and hash = ?2";
        let now = self.clock(moment)?;
        self.db.execute(sql, params![sent.doc.as_bytes(), sent.hash.0, now.0])?;
        Ok(())
    }

    /// Whether one of these waits so.
    pub(crate) fn any_sleeps(&self, doc: DocId, hashes: &[ChangeHash]) -> Result<bool, ReplicaError> {
        let sql = "select exists (select 1 from outbox where doc = ?1 and hash = ?2 and awake = 0)";
        let mut query = self.db.prepare_cached(sql)?;
        for hash in hashes {
            if query.query_row(params![doc.as_bytes(), hash.0], |row| row.get(0))? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Something moved in the document: what waits there is worth a try.
    pub(crate) fn wake(&self, doc: DocId) -> Result<(), ReplicaError> {
        let sql = "update outbox set awake = 1 where doc = ?1 and awake = 0";
        self.db.prepare_cached(sql)?.execute([doc.as_bytes()])?;
        Ok(())
    }

    /// What has waited for too long is parked, with its words. Nothing is written anew: a copy may be on its way that the
    /// server takes when what it builds on comes after all.
    pub(crate) fn give_up(&self, moment: &Moment) -> Result<(), ReplicaError> {
        let before = Instant(self.clock(moment)?.0.saturating_sub(PATIENCE.0));
        let sql = "select doc from outbox where awake = 0 and waits_since < ?1 group by doc order by min(ord)";
        let mut query = self.db.prepare_cached(sql)?;
        let rows = query.query_map([before.0], |row| row.get(0).map(DocId::from_bytes))?;
        let docs: Vec<_> = rows.collect::<Result<_, _>>()?;
        if !docs.is_empty() {
            // As after a refusal: nothing is written by the same hand again.
            self.set_meta("salt", &moment.salt.as_slice())?;
        }
        for doc in docs {
            self.name_and_drop(doc)?;
            self.hand_back(doc, Refusal::Builds, moment)?;
        }
        Ok(())
    }
}
