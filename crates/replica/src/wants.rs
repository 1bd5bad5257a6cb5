//! What is still to be fetched, in order of need.
//!
//! It asks nobody for it, and sorts nothing: need is kept with each document.

use feltbog_ids::{ChangeHash, DocId, Instant, Span};
use feltbog_protocol::Want;
use rusqlite::{Row, params};

use crate::{Replica, ReplicaError, replica::Sheet, stored::heads_of};

/// True of a document whose body lags behind what was announced and can be asked for.
const LAGS: &str = "d.base_heads <> d.announced_heads and d.gone = 0 \
                    and (d.unreadable is null or d.unreadable <> d.announced_heads)";

impl Replica {
    /// Documents whose body lags behind what was announced, at most `limit`, in order of need: the visits of today and
    /// tomorrow with their cases and all that belongs to these, what is one's own, notes, the rest.
    pub fn wants(&self, limit: usize, now: Instant) -> Result<Vec<Want>, ReplicaError> {
        let sheet = self.sheet();
        let mut wants = sheet.wanted_today(now)?;
        let today: Vec<DocId> = wants.iter().map(|want| want.doc).collect();
        let more = sheet.wanted_by_need(limit.saturating_add(today.len()))?.into_iter();
        wants.extend(more.filter(|want| !today.contains(&want.doc)));
        wants.truncate(limit);
        Ok(wants)
    }
}

impl Sheet<'_> {
    fn wanted_today(&self, now: Instant) -> Result<Vec<Want>, ReplicaError> {
        let calendar = &self.owner.calendar;
        let Ok((begin, end)) = calendar.day(&calendar.date(now)) else {
            return Ok(Vec::new());
        };
        let sql = format!(
            "with visit (id, belongs_to) as (select doc, parent from projection \
               where start >= ?1 and start < ?2 and mine = 1 and kind = 'visit'), \
             today (id) as (select id from visit union select belongs_to from visit \
               union select c.id from visit v join doc c on c.parent = v.belongs_to) \
             select d.id, d.base_heads from today t join doc d on d.id = t.id where {LAGS} \
             order by d.kind = 'visit' desc, d.kind = 'case' desc, d.row"
        );
        let mut query = self.db.prepare_cached(&sql)?;
        let until = end + Span::days(1);
        let rows = query.query_map(params![begin.0, until.0], want)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn wanted_by_need(&self, limit: usize) -> Result<Vec<Want>, ReplicaError> {
        let sql = format!(
            "select d.id, d.base_heads from doc d indexed by doc_wanted where {LAGS} order by d.need, d.row limit ?1"
        );
        let mut query = self.db.prepare_cached(&sql)?;
        let rows = query.query_map([i64::try_from(limit).unwrap_or(i64::MAX)], want)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

fn want(row: &Row<'_>) -> rusqlite::Result<Want> {
    let have: Vec<ChangeHash> = heads_of(&row.get::<_, Vec<u8>>(1)?);
    Ok(Want {
        doc: DocId::from_bytes(row.get(0)?),
        have,
    })
}
