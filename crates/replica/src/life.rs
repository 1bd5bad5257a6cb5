//! Another life of the server's log: the server was put back from a copy and lacks what it took since.
//!
//! Owns what a device does then: everything receipted that it wrote itself goes into the outbox again, and the feed is
//! read from its start. What others wrote is theirs to offer: see `witness`.

use feltbog_casebook::{Book, BookError, Edit, Intent, Kind, caps, chunk, written_by};
use feltbog_ids::{ChangeHash, CommandId, DocId, Generation, Instant};
use rusqlite::params;

use crate::{Moment, ReplicaError, replica::Sheet};

/// The life of the log that was met last.
const LIFE: &str = "life";

/// What of one document is offered again: hash and bytes of each change, in an order that can be applied.
struct Offer {
    doc: DocId,
    intent: CommandId,
    changes: Vec<(ChangeHash, Vec<u8>)>,
}

impl Sheet<'_> {
    /// Meets a life of the log, and answers whether it is another one than was known. What was known outlives the cursor,
    /// which the next life takes away before it has given one of its own.
    pub(crate) fn meets_another_life(&self, generation: Generation) -> Result<bool, ReplicaError> {
        let known: Option<Vec<u8>> = self.meta(LIFE)?;
        let known = match known {
            Some(known) => Some(known),
            // Written by a version that kept none.
            None => self.cursor()?.map(|cursor| cursor.generation.0.to_vec()),
        };
        self.set_meta(LIFE, &generation.0.as_slice())?;
        Ok(known.is_some_and(|known| known != generation.0))
    }

    /// Forgets where the feed stood, and offers again what the server once took from this device.
    pub(crate) fn begin_another_life(&self, moment: &Moment) -> Result<(), ReplicaError> {
        let mut offers = Vec::new();
        for (doc, kind) in self.once_sent()? {
            match self.offer_of(doc, kind, moment) {
                Ok(offer) => offers.extend(offer),
                Err(ReplicaError::Unreadable(why)) => self.set_aside(doc, &[], &why)?,
                // Its base was dropped and is to come anew: nothing that was sent lies here.
                Err(ReplicaError::NotHere) => {}
                Err(other) => return Err(other),
            }
        }
        self.offer_again(&offers)?;
        self.mark_left()?;
        self.bases_are_former(moment)?;
        // What this hand wrote last may be among what is lost, and its numbers must not be given twice.
        self.set_meta("salt", &moment.salt.as_slice())?;
        self.db.execute_batch(
            "update doc set announced_position = 0; delete from scope_doc; delete from scope; delete from unread_there; \
             update outbox set awake = 1; delete from meta where key in ('cursor', 'closing', 'receipted');",
        )?;
        Ok(())
    }

    /// True for a change that is in the outbox a second time: the base holds it already.
    pub(crate) fn is_offered_again(&self, doc: DocId, hash: ChangeHash) -> Result<bool, ReplicaError> {
        let sql = "select exists (select 1 from outbox where doc = ?1 and hash = ?2 and kind = 'again')";
        let mut query = self.db.prepare_cached(sql)?;
        Ok(query.query_row(params![doc.as_bytes(), hash.0], |row| row.get(0))?)
    }

    /// Documents with something of one's own that the server once took, cases before what belongs to them. One that left
    /// and came back knows nothing of its sending; its bytes name their authors, since nothing in them is compressed.
    fn once_sent(&self) -> Result<Vec<(DocId, Kind)>, ReplicaError> {
        let sql = "select id, kind from doc where gone = 0 and (sent_at is not null or instr(base, ?1) > 0) \
                   order by kind = 'case' desc, row";
        let mut query = self.db.prepare(sql)?;
        let me = self.owner.identity.enrolment;
        let rows = query.query_map([me.as_bytes()], |row| {
            Ok((DocId::from_bytes(row.get(0)?), row.get::<_, String>(1)?))
        })?;
        let mut docs = Vec::new();
        for row in rows {
            let (doc, kind) = row?;
            docs.extend(Kind::parse(&kind).map(|kind| (doc, kind)));
        }
        Ok(docs)
    }

    /// Every change of this person on this device that lies in the base of a document, and its birth before them: that
    /// is the same bytes whoever makes it, so offering it does no harm.
    fn offer_of(&self, doc: DocId, kind: Kind, moment: &Moment) -> Result<Option<Offer>, ReplicaError> {
        let book = self.open_book(doc)?;
        let mut changes = Vec::new();
        let mut sent = Vec::new();
        let mut first = None;
        for (hash, bytes) in book.changes_since(&[]) {
            if self.waits(doc, hash)? {
                continue;
            }
            let header = caps::check_change(&bytes).map_err(BookError::from)?;
            let is_mine = written_by(&header.actor, self.owner.identity.enrolment);
            if is_mine || header.deps.is_empty() {
                changes.push((hash, bytes));
            }
            first = first.or(is_mine.then_some(hash));
            sent.push(header);
        }
        let Some(mine) = first else { return Ok(None) };
        let sent = chunk::heads_of(&sent);
        let intent = self.intent_again((doc, kind), (&book, &sent), mine, moment)?;
        Ok(Some(Offer { doc, intent, changes }))
    }

    /// Lays them before everything that waits, since that may build on them.
    fn offer_again(&self, offers: &[Offer]) -> Result<(), ReplicaError> {
        let first: i64 = self
            .db
            .query_row("select coalesce(min(ord), 1) from outbox", [], |row| row.get(0))?;
        let count: usize = offers.iter().map(|offer| offer.changes.len()).sum();
        let mut ord = first - i64::try_from(count).unwrap_or(i64::MAX);
        for Offer { doc, intent, changes } in offers {
            for (hash, bytes) in changes {
                // What waited for its base keeps its place among one's own until a base has it; the rest lies in the base.
                let kind = if self.is_own(*doc, *hash)? { "change" } else { "again" };
                let own = "insert into own (doc, hash, bytes, intent, epoch) \
                           select id, ?2, ?3, ?4, epoch from doc where id = ?1 \
                           on conflict (doc, hash) do update set receipted = null, intent = excluded.intent";
                self.db
                    .execute(own, params![doc.as_bytes(), hash.0, bytes, intent.as_bytes()])?;
                let sql = "insert or ignore into outbox (ord, kind, doc, hash, intent) values (?1, ?2, ?3, ?4, ?5)";
                self.db
                    .execute(sql, params![ord, kind, doc.as_bytes(), hash.0, intent.as_bytes()])?;
                ord += 1;
            }
        }
        Ok(())
    }

    /// The words a person would miss if the server took none of it: of a note all its text but what waits to be sent, which
    /// is told by its own, of a case the values set.
    fn intent_again(
        &self,
        (doc, kind): (DocId, Kind),
        (book, sent): (&Book, &[ChangeHash]),
        mine: ChangeHash,
        moment: &Moment,
    ) -> Result<CommandId, ReplicaError> {
        let mut id = [0; 16];
        // Another one in each life: what was parked of an earlier life keeps its words.
        id[..8].copy_from_slice(&mine.0[..8]);
        id[8..].copy_from_slice(&moment.salt);
        let (what, edits) = match kind {
            Kind::Note => {
                let (before, after) = (String::new(), book.text_at(sent)?);
                ("note", vec![Edit::Type { before, after }])
            }
            _ => ("field", book.all_put_by(self.owner.identity.enrolment)),
        };
        let sql = "select coalesce(sent_at, received, 0) from doc where id = ?1";
        let at = Instant(self.db.query_row(sql, [doc.as_bytes()], |row| row.get(0))?);
        let on = Vec::new();
        let body = minicbor::to_vec(Intent { edits, on, at }).map_err(|_| ReplicaError::Stored("intent"))?;
        let sql =
            "insert or replace into intent (id, doc, what, key, body, reply, at) values (?1, ?2, ?3, null, ?4, '', ?5)";
        self.db.execute(sql, params![id, doc.as_bytes(), what, body, at.0])?;
        Ok(CommandId::from_bytes(id))
    }
}
