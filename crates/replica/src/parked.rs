//! *Kræver handling*, and what waits, as the screen lists them.
//!
//! It parks nothing; `refused` does. What else needs the person is in `needs`.

use feltbog_casebook::{Kind, Projection};
use feltbog_ids::{CommandId, DocId, Instant};
use feltbog_views::{Changed, ParkedRow, Refusal, WaitingKind, WaitingRow};
use rusqlite::params;

use crate::{Replica, ReplicaError, replica::Sheet, write::changed};

impl Replica {
    /// Takes an item off the list, or what was handed over off its own. Its words are gone from this device after.
    pub fn dismiss_parked(&mut self, id: CommandId) -> Result<Changed, ReplicaError> {
        self.transact(|sheet| {
            sheet.mark_unswept()?;
            let sql = "delete from parked where id = ?1 returning doc";
            let mut query = sheet.db.prepare(sql)?;
            let docs = query.query_map([id.as_bytes()], |row| row.get(0).map(DocId::from_bytes))?;
            let docs = docs.collect::<Result<Vec<_>, _>>()?;
            let handed = "delete from loose where id = ?1 and handed_at is not null";
            if docs.is_empty() && sheet.db.execute(handed, [id.as_bytes()])? == 0 {
                Err(ReplicaError::NotHere)
            } else {
                Ok(changed(docs))
            }
        })
    }

    /// What was refused, oldest first.
    pub fn parked_rows(&self) -> Result<Vec<ParkedRow>, ReplicaError> {
        let sheet = self.sheet();
        let mut query = sheet
            .db
            .prepare("select id, doc, what, reason, words, at from parked order by at, id")?;
        let rows = query.query_map([], |row| {
            let id = CommandId::from_bytes(row.get(0)?);
            let doc = DocId::from_bytes(row.get(1)?);
            let (what, reason): (String, String) = (row.get(2)?, row.get(3)?);
            Ok((id, doc, what, reason, row.get::<_, String>(4)?, Instant(row.get(5)?)))
        })?;
        let mut parked = Vec::new();
        for row in rows {
            let (id, doc, what, reason, words, at) = row?;
            let reason = serde_json::from_str(&reason).unwrap_or(Refusal::Rule);
            let subject = sheet.subject_of(doc)?.1;
            parked.push(ParkedRow {
                id,
                doc,
                subject,
                kind: kind_of(&what),
                reason,
                words,
                at: sheet.when(at),
            });
        }
        Ok(parked)
    }

    /// What waits to be sent, oldest first, at most `limit`: notes and fields, each once.
    pub fn waiting_rows(&self, limit: usize) -> Result<Vec<WaitingRow>, ReplicaError> {
        let sheet = self.sheet();
        let sql = "select i.doc, i.what, i.key, min(i.at) from outbox o join intent i on i.id = o.intent \
                   group by i.doc, i.what, i.key order by min(o.ord) limit ?1";
        let mut query = sheet.db.prepare(sql)?;
        let rows = query.query_map(params![i64::try_from(limit).unwrap_or(i64::MAX)], |row| {
            let what: String = row.get(1)?;
            Ok((
                DocId::from_bytes(row.get(0)?),
                what,
                row.get::<_, Option<String>>(2)?,
                Instant(row.get(3)?),
            ))
        })?;
        let mut waiting = Vec::new();
        for row in rows {
            let (doc, what, key, at) = row?;
            let (case, subject) = sheet.subject_of(doc)?;
            waiting.push(WaitingRow {
                doc,
                case,
                subject,
                kind: kind_of(&what),
                key,
                since: sheet.when(at),
            });
        }
        waiting.extend(sheet.loose_waiting_rows(limit.saturating_sub(waiting.len()))?);
        Ok(waiting)
    }
}

impl Sheet<'_> {
    /// The case behind a document, and whom it is about, as far as that is known here.
    pub(crate) fn subject_of(&self, doc: DocId) -> Result<(Option<DocId>, String), ReplicaError> {
        let Some(row) = self.doc_row(doc)? else {
            return Ok((None, String::new()));
        };
        let case = if row.kind == Kind::Case.word() {
            Some(doc)
        } else {
            row.parent
        };
        let subject = match case.map(|case| self.facts(case)).transpose()?.flatten() {
            Some(Projection::Case(facts)) => facts.subject,
            _ => String::new(),
        };
        Ok((case, subject))
    }
}

fn kind_of(what: &str) -> WaitingKind {
    match what {
        "note" => WaitingKind::Note,
        "field" => WaitingKind::Field,
        _ => WaitingKind::Other,
    }
}
