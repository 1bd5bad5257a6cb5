//! What the server puts in order once a day: closed cases whose time on devices is over leave them, and leavings nobody asks
//! for any more are forgotten.
//!
//! Both by the server's clock alone. It erases no document: what leaves devices stays here.

use feltbog_casebook::{Kind, days_after_closing};
use feltbog_ids::{DocId, Instant, Span};
use rusqlite::params;

use super::{Batch, Store, append, documents, scopes};
use crate::StoreError;

/// A leaving is told for so long. A device that read the log last before that is repaired by fingerprints. Late work is
/// judged by leavings of seven days.
pub const LEAVINGS: Span = Span::days(180);

/// Cases that leave in one transaction: others wait meanwhile.
const AT_ONCE: usize = 50;

/// What was put in order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tidied {
    /// Leavings forgotten.
    pub leavings: usize,
    /// Closed cases that left every device.
    pub expired: usize,
}

impl Store {
    /// Puts everything in order. A cut leaves the rest for the next time.
    pub fn tidy(&self, now: Instant) -> Result<Tidied, StoreError> {
        let leavings = self.batch(now, |batch| {
            scopes::forget_left(batch.sql, batch.workspace.id, now + Span(-LEAVINGS.0))
        })?;
        let closed = self.view(now, |view| view.on_the_archive_shelf())?;
        let mut expired = 0;
        for some in closed.chunks(AT_ONCE) {
            expired += self.batch(now, |batch| batch.expire(some))?;
        }
        Ok(Tidied { leavings, expired })
    }
}

impl Batch<'_> {
    /// Closed cases that devices hold, oldest first.
    fn on_the_archive_shelf(&self) -> Result<Vec<DocId>, StoreError> {
        let mut statement = self.sql.prepare_cached(
            "select d.doc from document d where d.workspace = ?1 and d.kind = ?2 and exists
                 (select 1 from scope_doc p join scope s on s.workspace = p.workspace and s.scope = p.scope
                  where p.workspace = d.workspace and p.doc = d.doc and p.left_position is null
                      and s.shelf = 'archive')
             order by d.received, d.doc",
        )?;
        let key = params![self.workspace.id.as_bytes(), Kind::Case.word()];
        let rows = statement.query_map(key, |row| row.get(0).map(DocId::from_bytes))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Takes those off all devices whose time is over, and answers how many. One that was changed since it was looked up
    /// has its time before it.
    fn expire(&self, cases: &[DocId]) -> Result<usize, StoreError> {
        let mut expired = 0;
        for case in cases {
            let live = scopes::live_of(self.sql, self.workspace.id, *case)?;
            let Some(row) = documents::find(self.sql, self.workspace.id, *case)? else {
                continue;
            };
            let days = live.iter().map(|scope| days_after_closing(&scope.compartment)).max();
            let is_closed = !live.is_empty() && live.iter().all(|scope| scope.archive);
            if is_closed && days.is_some_and(|days| self.now - row.received >= Span::days(days)) {
                append::withdraw(self.sql, &self.workspace, &row, self.now)?;
                tracing::info!(%case, "a closed case left every device: its time there was over");
                expired += 1;
            }
        }
        Ok(expired)
    }
}
