//! Handing over: what waits for the leader, what the answers do to it, and what its author sees of it after.
//!
//! Only a receipt takes the words off this device, and then nothing of them stays.

use feltbog_ids::{DocId, Instant, Span};
use feltbog_protocol::{Handed, Loose, PushReply};
use feltbog_views::{Changed, HandedRow, WaitingKind, WaitingRow};
use rusqlite::params;

use super::{COLUMNS, LooseNote};
use crate::{Moment, Replica, ReplicaError, outbox::refusal, replica::Sheet, write::changed};

/// Until it is tried again where the server asks for patience, or does not know such notes yet.
const PAUSE: Span = Span::seconds(3_600);

impl Replica {
    /// Notes without a place that wait to be handed over, oldest first, at most `limit`.
    pub fn loose_waiting(&self, limit: usize, moment: &Moment) -> Result<Vec<Loose>, ReplicaError> {
        let sheet = self.sheet();
        // A clock that was turned back while one waited does not make it wait the longer.
        let sql = format!(
            "select {COLUMNS} from loose where handed_at is null and not (not_before > ?1 and not_before <= ?2) \
             order by ord limit ?3"
        );
        let now = sheet.clock(moment)?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut query = sheet.db.prepare_cached(&sql)?;
        let rows = query.query_map(params![now.0, (now + PAUSE).0, limit], LooseNote::read)?;
        let travels = |note: LooseNote| Loose {
            id: note.id,
            case: note.about,
            note: note.note,
            words: note.words,
            at: note.at,
            finished: note.finished,
            edition: note.edition,
        };
        Ok(rows.map(|row| row.map(travels)).collect::<Result<_, _>>()?)
    }

    /// Takes in the answers to what was handed over, one each, in one transaction.
    pub fn take_handed(&mut self, sent: &[Loose], reply: &PushReply, moment: &Moment) -> Result<Changed, ReplicaError> {
        self.transact(|sheet| {
            let another_life = sheet.hears(reply, moment)?;
            for (nth, item) in sent.iter().enumerate() {
                match reply.handed.get(nth) {
                    Some(Handed::Taken) => sheet.is_handed(item, moment)?,
                    // A server that was put back may not know yet whom it gave a role.
                    Some(Handed::Refused(_)) if another_life => {}
                    Some(Handed::Refused(reason)) => sheet.park_loose(item, *reason)?,
                    Some(Handed::Later) | None => sheet.waits_longer(item, moment)?,
                }
            }
            Ok(changed(sent.iter().map(|item| item.note)))
        })
    }

    /// What was handed over to the leader and is not taken off the list yet, latest first.
    pub fn handed_rows(&self) -> Result<Vec<HandedRow>, ReplicaError> {
        let sheet = self.sheet();
        let sql = format!("select {COLUMNS} from loose where handed_at is not null order by handed_at desc, ord desc");
        let mut query = sheet.db.prepare_cached(&sql)?;
        let rows = query.query_map([], LooseNote::read)?;
        let mut handed = Vec::new();
        for row in rows {
            let row = row?;
            handed.push(HandedRow {
                id: row.id,
                written: sheet.when(row.at),
                handed: sheet.when(row.handed.unwrap_or(row.at)),
            });
        }
        Ok(handed)
    }
}

impl Sheet<'_> {
    /// The same as what waits of one's own, for the screen: of its case nothing may be known here any more.
    pub(crate) fn loose_waiting_rows(&self, limit: usize) -> Result<Vec<WaitingRow>, ReplicaError> {
        let sql = "select note, at from loose where handed_at is null and note not in (select doc from outbox) \
                   order by ord limit ?1";
        let mut query = self.db.prepare_cached(sql)?;
        let rows = query.query_map([i64::try_from(limit).unwrap_or(i64::MAX)], |row| {
            Ok((DocId::from_bytes(row.get(0)?), Instant(row.get(1)?)))
        })?;
        let mut waiting = Vec::new();
        for row in rows {
            let (doc, at) = row?;
            waiting.push(WaitingRow {
                doc,
                case: None,
                subject: String::new(),
                kind: WaitingKind::Note,
                key: None,
                since: self.when(at),
            });
        }
        Ok(waiting)
    }

    /// A receipt: the words leave the device. Where the person typed on meanwhile, what is newer waits for its own.
    fn is_handed(&self, sent: &Loose, moment: &Moment) -> Result<(), ReplicaError> {
        let now = self.clock(moment)?;
        let sql = "update loose set words = null, begun = '', handed_at = ?3 where id = ?1 and edition = ?2";
        let done = self
            .db
            .prepare_cached(sql)?
            .execute(params![sent.id.as_bytes(), sent.edition, now.0])?;
        if done > 0 {
            self.mark_unswept()?;
            self.set_meta("sent", &now.0)?;
        }
        Ok(())
    }

    fn waits_longer(&self, sent: &Loose, moment: &Moment) -> Result<(), ReplicaError> {
        let until: Instant = self.clock(moment)? + PAUSE;
        let sql = "update loose set not_before = ?3 where id = ?1 and edition = ?2";
        self.db
            .prepare_cached(sql)?
            .execute(params![sent.id.as_bytes(), sent.edition, until.0])?;
        Ok(())
    }

    /// The leader cannot have it: its author is asked what to do, as with all that is refused.
    fn park_loose(&self, sent: &Loose, reason: feltbog_protocol::Reason) -> Result<(), ReplicaError> {
        let sql = "delete from loose where id = ?1 and edition = ?2 returning coalesce(words, '')";
        let mut query = self.db.prepare_cached(sql)?;
        let rows = query.query_map(params![sent.id.as_bytes(), sent.edition], |row| row.get::<_, String>(0))?;
        for words in rows.collect::<Result<Vec<_>, _>>()? {
            let reason = serde_json::to_string(&refusal(reason)).map_err(|_| ReplicaError::Stored("reason"))?;
            let sql =
                "insert or replace into parked (id, doc, what, reason, words, at) values (?1, ?2, 'note', ?3, ?4, ?5)";
            self.db.execute(
                sql,
                params![sent.id.as_bytes(), sent.note.as_bytes(), reason, words, sent.at.0],
            )?;
        }
        Ok(())
    }
}
