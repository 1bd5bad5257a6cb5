//! Writing: drafts, finishes and fields, each one fact in one transaction.
//!
//! It decides nothing about rights; the server judges, and what it refuses comes back with its words.

use feltbog_casebook::{Birth, Book, Edit, Intent, Kind, Pen, Projection, SCHEMA, Scalar, Written, merged};
use feltbog_ids::{ActorId, ChangeHash, CommandId, DocId, Instant};
use feltbog_views::{Changed, DraftView, FieldValue, FieldView};
use rusqlite::{OptionalExtension, params};
use serde::{Serialize, de::DeserializeOwned};

use crate::{KeepDraft, Moment, Replica, ReplicaError, replica::Sheet};

/// Longest text of a note, in bytes: every character is an operation, and a change holds at most 50,000 of them.
pub(crate) const MAX_TEXT: usize = 40_000;

/// Longest value of a field, in bytes.
const MAX_FIELD: usize = 2_000;

/// Replies kept after their changes were receipted, for a page that asks again.
const KEPT_REPLIES: i64 = 200;

/// What an intent is about, for counting and for *Kræver handling*.
pub(crate) struct About<'a> {
    pub(crate) id: CommandId,
    pub(crate) doc: DocId,
    pub(crate) what: &'static str,
    pub(crate) key: Option<&'a str>,
}

impl Replica {
    /// Keeps what is typed, as a draft; makes the note when it is new. Nothing to change is no change.
    pub fn keep_draft(&mut self, keep: &KeepDraft, moment: &Moment) -> Result<(DraftView, Changed), ReplicaError> {
        if let Some(reply) = self.sheet().repeated(keep.id)? {
            return Ok((reply, Changed::default()));
        }
        if keep.after.len() > MAX_TEXT {
            return Err(ReplicaError::TooLarge { limit: MAX_TEXT as u64 });
        }
        self.transact(|sheet| sheet.keep_draft(keep, moment))
    }

    /// Finishes a note at the heads its author has seen.
    pub fn finish_note(
        &mut self,
        id: CommandId,
        note: DocId,
        heads: &[ChangeHash],
        moment: &Moment,
    ) -> Result<(DraftView, Changed), ReplicaError> {
        if let Some(reply) = self.sheet().repeated(id)? {
            return Ok((reply, Changed::default()));
        }
        self.transact(|sheet| sheet.finish_note(id, note, heads, moment))
    }

    /// Sets or clears a field of a case. A value somebody set meanwhile stands beside this one.
    pub fn set_field(
        &mut self,
        id: CommandId,
        case: DocId,
        key: &str,
        heads: &[ChangeHash],
        value: Option<&FieldValue>,
        moment: &Moment,
    ) -> Result<(FieldView, Changed), ReplicaError> {
        if let Some(reply) = self.sheet().repeated(id)? {
            return Ok((reply, Changed::default()));
        }
        let value = scalar(value)?;
        self.transact(|sheet| sheet.set_field(id, case, key, heads, value, moment))
    }
}

impl Sheet<'_> {
    fn keep_draft(self, keep: &KeepDraft, moment: &Moment) -> Result<(DraftView, Changed), ReplicaError> {
        let known = self.doc_row(keep.note)?;
        if self.has_no_place(keep, known.as_ref())? {
            return self.keep_loose(keep, moment);
        }
        let (mut book, mut edits) = match &known {
            Some(row) => {
                let fits = !row.gone && row.kind == Kind::Note.word() && row.parent == Some(keep.case);
                fits.then_some(()).ok_or(ReplicaError::NotHere)?;
                (self.open_book(keep.note)?, Vec::new())
            }
            None => self.new_note(keep)?,
        };
        let on = version_of(&book, &keep.heads);
        if on.is_empty() && book.root("finished_at").is_some() || book.finished_at(&on) {
            return Err(ReplicaError::NoteFinished);
        }
        let is_erased = on.is_empty() && known.is_some_and(|row| row.epoch != Instant::default());
        edits.push(if is_erased {
            // The page is of before an erasure: what had to go stands on it, and must not be kept with what is typed.
            let before = book.text();
            let after = merged(&keep.before, &keep.after, &before)?;
            Edit::Type { before, after }
        } else {
            let (before, after) = (keep.before.clone(), keep.after.clone());
            Edit::Type { before, after }
        });
        let about = About {
            id: keep.id,
            doc: keep.note,
            what: "note",
            key: None,
        };
        let written = self.write(&about, &mut book, &on, edits, moment)?;
        let typed = if is_erased {
            // No version says what that page says: whoever types on there types on what had to go once more.
            keep.heads.clone()
        } else {
            written.map_or(on, |written| vec![written.hash])
        };
        let reply = DraftView {
            note: self.note_view_open(keep.note, &book)?,
            typed,
        };
        self.remember(keep.id, &reply)?;
        Ok((reply, changed([keep.note, keep.case])))
    }

    fn new_note(self, keep: &KeepDraft) -> Result<(Book, Vec<Edit>), ReplicaError> {
        if self.here(keep.case)?.kind != Kind::Case.word() {
            return Err(ReplicaError::NotHere);
        }
        if keep.after.trim().is_empty() {
            return Err(ReplicaError::EmptyNote);
        }
        let workspace = self.owner.identity.workspace;
        let birth = Birth {
            workspace,
            kind: Kind::Note,
            id: keep.note,
            parent: Some(keep.case),
        };
        self.insert_doc(&birth)?;
        self.store_own(keep.id, keep.note, birth.hash(), &birth.bytes())?;
        let mut edits = vec![Edit::root("schema", Scalar::Int(SCHEMA))];
        if let Some(visit) = keep.visit {
            edits.push(Edit::root("visit", Scalar::Bytes(visit.as_bytes().to_vec())));
        }
        Ok((Book::born(birth), edits))
    }

    fn finish_note(
        self,
        id: CommandId,
        note: DocId,
        heads: &[ChangeHash],
        moment: &Moment,
    ) -> Result<(DraftView, Changed), ReplicaError> {
        let row = match self.here(note) {
            Err(ReplicaError::NotHere) => return self.finish_loose(id, note, heads, moment),
            row => row?,
        };
        if row.kind != Kind::Note.word() {
            return Err(ReplicaError::NotHere);
        }
        let mut book = self.open_book(note)?;
        if book.root("finished_at").is_some() {
            return Err(ReplicaError::NoteFinished);
        }
        let on = version_of(&book, heads);
        if on.is_empty() {
            // Nobody puts their name to what they have not seen: the note comes back as it stands, unfinished.
            let typed = book.heads();
            let note = self.note_view_open(note, &book)?;
            return Ok((DraftView { note, typed }, Changed::default()));
        }
        if book.text_at(&on)?.trim().is_empty() {
            return Err(ReplicaError::EmptyNote);
        }
        let edit = Edit::Finish {
            by: self.owner.identity.person,
            at: self.clock(moment)?,
        };
        let about = About {
            id,
            doc: note,
            what: "note",
            key: None,
        };
        let written = self.write(&about, &mut book, &on, vec![edit], moment)?;
        let typed = written.map_or(on, |written| vec![written.hash]);
        let reply = DraftView {
            note: self.note_view_open(note, &book)?,
            typed,
        };
        self.remember(id, &reply)?;
        Ok((reply, changed([note].into_iter().chain(row.parent))))
    }

    fn set_field(
        self,
        id: CommandId,
        case: DocId,
        key: &str,
        heads: &[ChangeHash],
        value: Scalar,
        moment: &Moment,
    ) -> Result<(FieldView, Changed), ReplicaError> {
        self.here(case)?;
        let Some(Projection::Case(facts)) = self.facts(case)? else {
            return Err(ReplicaError::NotHere);
        };
        if !settable(&facts.case_type).contains(&key) {
            return Err(ReplicaError::BadValue);
        }
        let mut book = self.open_book(case)?;
        let seen = version_of(&book, heads);
        // Who has seen no version of it overwrites none: the value stands beside what is there.
        let on = if seen.is_empty() {
            vec![book.birth().hash()]
        } else {
            seen
        };
        let edit = Edit::Put {
            limb: Some("fields".to_owned()),
            key: key.to_owned(),
            value,
        };
        let about = About {
            id,
            doc: case,
            what: "field",
            key: Some(key),
        };
        self.write(&about, &mut book, &on, vec![edit], moment)?;
        let reply = self.field_view(&book, case, key, true)?;
        self.remember(id, &reply)?;
        Ok((reply, changed([case])))
    }

    /// Writes on a version, and stores change, intent, outbox row, projection and search row.
    pub(crate) fn write(
        self,
        about: &About<'_>,
        book: &mut Book,
        on: &[ChangeHash],
        edits: Vec<Edit>,
        moment: &Moment,
    ) -> Result<Option<Written>, ReplicaError> {
        if book.is_newer() {
            return Err(ReplicaError::NewerDocument);
        }
        let time = self.clock(moment)?;
        let pen = self.pen(moment)?;
        let on_version = if on.is_empty() { book.heads() } else { on.to_vec() };
        let Some(written) = book.write(&pen, on, &edits)? else {
            return Ok(None);
        };
        let body = Intent {
            edits,
            on: on_version,
            at: time,
        };
        let sql = "insert into intent (id, doc, what, key, body, reply, at) values (?1, ?2, ?3, ?4, ?5, '', ?6) \
                   on conflict (id) do nothing";
        let body = minicbor::to_vec(&body).map_err(|_| ReplicaError::Stored("intent"))?;
        let id = about.id.as_bytes();
        self.db.execute(
            sql,
            params![id, about.doc.as_bytes(), about.what, about.key, body, time.0],
        )?;
        self.store_own(about.id, about.doc, written.hash, &written.bytes)?;
        self.project_open(about.doc, book)?;
        Ok(Some(written))
    }

    /// The pen of this moment: this replica's actor, a spare one, and the clock set right.
    pub(crate) fn pen(self, moment: &Moment) -> Result<Pen, ReplicaError> {
        let spare = ActorId::new(self.owner.identity.enrolment, moment.salt);
        Ok(Pen {
            actor: self.owner.actor,
            spare,
            time: self.clock(moment)?,
        })
    }

    /// Lays a change among one's own and in the outbox.
    pub(crate) fn store_own(
        self,
        intent: CommandId,
        doc: DocId,
        hash: ChangeHash,
        bytes: &[u8],
    ) -> Result<(), ReplicaError> {
        let sql =
            "insert into own (doc, hash, bytes, intent, epoch) select id, ?2, ?3, ?4, epoch from doc where id = ?1";
        self.db
            .prepare_cached(sql)?
            .execute(params![doc.as_bytes(), hash.0, bytes, intent.as_bytes()])?;
        let sql = "insert into outbox (kind, doc, hash, intent, made_on) values ('change', ?1, ?2, ?3, ?4)";
        let made_on = self.cursor()?.map(|cursor| cursor.to_string());
        self.db
            .prepare_cached(sql)?
            .execute(params![doc.as_bytes(), hash.0, intent.as_bytes(), made_on])?;
        Ok(())
    }

    /// The first reply to a command, if it was done before.
    pub(crate) fn repeated<T: DeserializeOwned>(self, id: CommandId) -> Result<Option<T>, ReplicaError> {
        let sql = "select reply from intent where id = ?1 and reply <> ''";
        let reply: Option<String> = self.db.query_row(sql, [id.as_bytes()], |row| row.get(0)).optional()?;
        reply
            .map(|reply| serde_json::from_str(&reply).map_err(|_| ReplicaError::Stored("reply")))
            .transpose()
    }

    pub(crate) fn remember<T: Serialize>(self, id: CommandId, reply: &T) -> Result<(), ReplicaError> {
        let reply = serde_json::to_string(reply).map_err(|_| ReplicaError::Stored("reply"))?;
        self.db.execute(
            "update intent set reply = ?2 where id = ?1",
            params![id.as_bytes(), reply],
        )?;
        let sql = "delete from intent where id not in (select intent from outbox) and at < \
                   (select min(at) from (select at from intent order by at desc limit ?1))";
        self.db.execute(sql, [KEPT_REPLIES])?;
        Ok(())
    }
}

/// Fields a person may set by hand, per case type, in the order of the page.
pub(crate) fn settable(case_type: &str) -> &'static [&'static str] {
    match case_type {
        "helhedspleje" => &["mobilitet", "hjaelpemidler"],
        "tilsyn_i_byrum" => &["tilladelse_nr"],
        _ => &[],
    }
}

/// The named version when the document has it; empty, which means the present one, when it does not.
fn version_of(book: &Book, heads: &[ChangeHash]) -> Vec<ChangeHash> {
    if book.has(heads) { heads.to_vec() } else { Vec::new() }
}

fn scalar(value: Option<&FieldValue>) -> Result<Scalar, ReplicaError> {
    let Some(value) = value else { return Ok(Scalar::Null) };
    Ok(match value {
        FieldValue::Text(text) if text.len() > MAX_FIELD => {
            return Err(ReplicaError::TooLarge {
                limit: MAX_FIELD as u64,
            });
        }
        FieldValue::Text(text) if text.trim().is_empty() => Scalar::Null,
        FieldValue::Text(text) => Scalar::Text(text.trim().to_owned()),
        FieldValue::Number(number) if !number.is_finite() => return Err(ReplicaError::BadValue),
        FieldValue::Number(number) => Scalar::Number(*number),
        FieldValue::Date(date) => Scalar::Text(date.clone()),
        FieldValue::Flag(flag) => Scalar::Flag(*flag),
    })
}

pub(crate) fn changed(docs: impl IntoIterator<Item = DocId>) -> Changed {
    Changed {
        docs: docs.into_iter().collect(),
        status: true,
    }
}
