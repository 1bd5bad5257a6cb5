//! What colleagues wrote and the server lost when it was put back: it stays on the screen of whoever has it.
//!
//! Only its author's device may offer it again. It lies among one's own meanwhile, in no outbox, and goes when a body has
//! it; what does not come within a week is named to the person, with its words. It sends nothing.

use feltbog_casebook::{Book, Edit, Intent, Kind, caps};
use feltbog_ids::{ActorId, ChangeHash, CommandId, DocId, Instant};
use feltbog_views::Refusal;
use rusqlite::params;

use crate::{Moment, ReplicaError, asleep::PATIENCE, replica::Sheet};

/// The intent of a change that is nobody's here.
const NOBODY: CommandId = CommandId::from_bytes([0; 16]);

/// When this life of the server's log was first met.
const LIFE_MET: &str = "life met";

impl Sheet<'_> {
    /// Another life of the log was met: every base may hold what the server lost.
    pub(crate) fn bases_are_former(&self, moment: &Moment) -> Result<(), ReplicaError> {
        self.set_meta(LIFE_MET, &self.clock(moment)?.0)?;
        self.db
            .execute("update doc set former = 1 where base <> x'' and gone = 0", [])?;
        Ok(())
    }

    /// Before a whole body takes the place of a former base: what the body lacks of it stays.
    pub(crate) fn keep_what_lies_only_here(&self, doc: DocId, body: &[u8]) -> Result<(), ReplicaError> {
        if !self.is_former(doc)? {
            return Ok(());
        }
        let body = Book::open(body, [])?;
        let Some(former) = self.book_if_readable(doc)? else {
            return Ok(());
        };
        for (hash, bytes) in former.changes_since(&[]) {
            if !body.has(&[hash]) {
                let sql = "insert or ignore into own (doc, hash, bytes, intent, epoch) \
                           select id, ?2, ?3, ?4, epoch from doc where id = ?1";
                self.db
                    .execute(sql, params![doc.as_bytes(), hash.0, bytes, NOBODY.as_bytes()])?;
            }
        }
        self.db
            .execute("update doc set former = 0 where id = ?1", [doc.as_bytes()])?;
        Ok(())
    }

    /// The base was fetched: what it now holds no longer needs a witness.
    pub(crate) fn let_go_of_returned(&self, doc: DocId) -> Result<(), ReplicaError> {
        let witnessed = self.witnessed(doc)?;
        if witnessed.is_empty() {
            return Ok(());
        }
        let base: Vec<u8> = self
            .db
            .query_row("select base from doc where id = ?1", [doc.as_bytes()], |row| row.get(0))?;
        let Ok(base) = Book::open(&base, []) else {
            return Ok(());
        };
        let returned = witnessed.into_iter().filter(|hash| base.has(&[*hash]));
        returned.into_iter().try_for_each(|hash| self.drop_own(doc, hash))
    }

    /// A week after: what did not return is named, and goes.
    pub(crate) fn name_what_did_not_return(&self, moment: &Moment) -> Result<(), ReplicaError> {
        let Some(met) = self.meta::<i64>(LIFE_MET)? else {
            return Ok(());
        };
        if self.clock(moment)?.0 - met < PATIENCE.0 {
            return Ok(());
        }
        let sql = "select distinct doc from own where intent = ?1";
        let mut query = self.db.prepare(sql)?;
        let rows = query.query_map([NOBODY.as_bytes()], |row| row.get(0).map(DocId::from_bytes))?;
        for doc in rows.collect::<Result<Vec<_>, _>>()? {
            self.name_and_drop(doc)?;
            if self.hangs(doc)? {
                // As after a refusal: nothing is written by the same hand again.
                self.set_meta("salt", &moment.salt.as_slice())?;
                self.hand_back(doc, Refusal::Builds, moment)?;
            } else {
                self.project_if_open(doc)?;
            }
        }
        Ok(())
    }

    /// Whether something of one's own builds on what is not here any more: it would be on no screen, and what is written
    /// next would get its numbers.
    fn hangs(&self, doc: DocId) -> Result<bool, ReplicaError> {
        let Some(book) = self.book_if_readable(doc)? else {
            return Ok(false);
        };
        let mut query = self.db.prepare_cached("select hash from own where doc = ?1")?;
        let rows = query.query_map([doc.as_bytes()], |row| row.get(0).map(ChangeHash))?;
        let own = rows.collect::<Result<Vec<_>, _>>()?;
        Ok(own.into_iter().any(|hash| !book.has(&[hash])))
    }

    /// Names what is witnessed of a document, and lets it go. The row still shows it.
    pub(crate) fn name_and_drop(&self, doc: DocId) -> Result<(), ReplicaError> {
        let witnessed = self.witnessed(doc)?;
        if witnessed.is_empty() {
            return Ok(());
        }
        self.name(doc)?;
        witnessed.into_iter().try_for_each(|hash| self.drop_own(doc, hash))
    }

    /// A document leaves the device that was here before the server was put back, and that the feed has not named since.
    /// Where it held a note, its words are named: its author may have the only other copy, and of one without a place not
    /// even that.
    pub(crate) fn name_former(&self, doc: DocId) -> Result<(), ReplicaError> {
        let Some(row) = self.doc_row(doc)? else { return Ok(()) };
        if !self.is_former(doc)? || self.is_loose(doc)? {
            return Ok(());
        }
        if row.epoch != Instant::default() {
            // The server wrote anew what it says: no device has the change its words came in, to offer it again.
            self.name_all(doc)
        } else if [Kind::Note, Kind::Loose].map(Kind::word).contains(&row.kind.as_str()) {
            self.name(doc)
        } else {
            Ok(())
        }
    }

    /// The document was erased: its author's device names what did not come in time.
    pub(crate) fn forget_witnessed(&self, doc: DocId) -> Result<(), ReplicaError> {
        let witnessed = self.witnessed(doc)?;
        witnessed.into_iter().try_for_each(|hash| self.drop_own(doc, hash))
    }

    /// Names what a document says on this device, which is about to take another version of it: the only one, maybe.
    pub(crate) fn name_all(&self, doc: DocId) -> Result<(), ReplicaError> {
        let Some(book) = self.book_if_readable(doc)? else {
            return Ok(());
        };
        let is_note = book.birth().kind == Kind::Note;
        let edits = if is_note {
            let (before, after) = (String::new(), book.text());
            vec![Edit::Type { before, after }]
        } else {
            book.values_of("fields")
        };
        self.name_edits((doc, &Refusal::Builds), &book, edits)
    }

    /// It is back: what was named of it is on the screen again.
    pub(crate) fn unname(&self, doc: DocId) -> Result<(), ReplicaError> {
        let reason = serde_json::to_string(&Refusal::OnlyHere).map_err(|_| ReplicaError::Stored("reason"))?;
        let sql = "delete from parked where doc = ?1 and reason = ?2";
        self.db.prepare_cached(sql)?.execute(params![doc.as_bytes(), reason])?;
        Ok(())
    }

    fn name(&self, doc: DocId) -> Result<(), ReplicaError> {
        let Some(book) = self.book_if_readable(doc)? else {
            return Ok(());
        };
        let is_note = matches!(book.birth().kind, Kind::Note | Kind::Loose);
        let edits = if is_note {
            let after = match book.birth().kind {
                Kind::Loose => book.words("words"),
                _ => book.text(),
            };
            let before = String::new();
            vec![Edit::Type { before, after }]
        } else {
            self.values_witnessed(doc, &book)?
        };
        self.name_edits((doc, &Refusal::OnlyHere), &book, edits)
    }

    fn name_edits(&self, (doc, why): (DocId, &Refusal), book: &Book, edits: Vec<Edit>) -> Result<(), ReplicaError> {
        let at = book.history().last().map_or(Instant(0), |change| change.at);
        let on = Vec::new();
        let words = Intent { edits, on, at }.words();
        if words.trim().is_empty() || self.words_are_parked(doc, &words)? {
            return Ok(());
        }
        let what = if book.birth().kind == Kind::Note {
            "note"
        } else {
            "field"
        };
        let reason = serde_json::to_string(why).map_err(|_| ReplicaError::Stored("reason"))?;
        let earlier = "delete from parked where doc = ?1 and what = ?2 and reason = ?3 and instr(?4, words) > 0";
        self.db.execute(earlier, params![doc.as_bytes(), what, reason, words])?;
        // Named by its version: what another version said that the server lost as well stands beside it.
        let id = book.heads().first().map(|head| head.0[..16].to_vec());
        let sql = "insert or replace into parked (id, doc, what, reason, words, at) values (?1, ?2, ?3, ?4, ?5, ?6)";
        self.db
            .execute(sql, params![id, doc.as_bytes(), what, reason, words, at.0])?;
        Ok(())
    }

    /// Whether a person is asked about all these words already.
    fn words_are_parked(&self, doc: DocId, words: &str) -> Result<bool, ReplicaError> {
        let sql = "select exists (select 1 from parked where doc = ?1 and instr(words, ?2) > 0)";
        let mut query = self.db.prepare_cached(sql)?;
        Ok(query.query_row(params![doc.as_bytes(), words], |row| row.get(0))?)
    }

    /// The values set by what is witnessed of a document.
    fn values_witnessed(&self, doc: DocId, book: &Book) -> Result<Vec<Edit>, ReplicaError> {
        let witnessed = self.witnessed(doc)?;
        let mut edits = Vec::new();
        for bytes in self.own_bytes(doc)? {
            let Ok(header) = caps::check_change(&bytes) else {
                continue;
            };
            let author = ActorId::from_slice(&header.actor).ok().map(|actor| actor.enrolment());
            if let Some(author) = author.filter(|_| witnessed.contains(&header.hash)) {
                edits.extend(book.put_by(author, header.hash));
            }
        }
        Ok(edits)
    }

    fn witnessed(&self, doc: DocId) -> Result<Vec<ChangeHash>, ReplicaError> {
        let sql = "select hash from own where doc = ?1 and intent = ?2";
        let mut query = self.db.prepare_cached(sql)?;
        let rows = query.query_map(params![doc.as_bytes(), NOBODY.as_bytes()], |row| {
            row.get(0).map(ChangeHash)
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    pub(crate) fn is_former(&self, doc: DocId) -> Result<bool, ReplicaError> {
        let sql = "select exists (select 1 from doc where id = ?1 and former = 1)";
        let mut query = self.db.prepare_cached(sql)?;
        Ok(query.query_row([doc.as_bytes()], |row| row.get(0))?)
    }
}
