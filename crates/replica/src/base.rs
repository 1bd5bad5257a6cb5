//! The row of a document: what the server sent, what it announced, and how the two are kept apart from one's own.
//!
//! It opens a document only when asked to; appending and comparing work on bytes and hashes.

use feltbog_casebook::{Birth, Book, BookError, Kind, caps};
use feltbog_ids::{ChangeHash, DocId, Instant};
use rusqlite::{OptionalExtension, Row, params};

use crate::{
    Moment, ReplicaError,
    replica::Sheet,
    stored::{heads_after, heads_blob, heads_of},
};

/// A document's row, without its bytes.
#[derive(Clone, Debug)]
pub(crate) struct DocRow {
    pub(crate) row: i64,
    pub(crate) kind: String,
    pub(crate) parent: Option<DocId>,
    pub(crate) base_heads: Vec<ChangeHash>,
    pub(crate) announced: Vec<ChangeHash>,
    pub(crate) position: u64,
    pub(crate) received: Option<Instant>,
    pub(crate) unreadable: bool,
    pub(crate) gone: bool,
    pub(crate) epoch: Instant,
}

const COLUMNS: &str = "row, kind, parent, base_heads, announced_heads, announced_position, received, \
                       unreadable is not null and unreadable = announced_heads, gone, epoch";

impl DocRow {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            row: row.get(0)?,
            kind: row.get(1)?,
            parent: row.get::<_, Option<[u8; 16]>>(2)?.map(DocId::from_bytes),
            base_heads: heads_of(&row.get::<_, Vec<u8>>(3)?),
            announced: heads_of(&row.get::<_, Vec<u8>>(4)?),
            position: row.get::<_, i64>(5)?.unsigned_abs(),
            received: row.get::<_, Option<i64>>(6)?.map(Instant),
            unreadable: row.get(7)?,
            gone: row.get(8)?,
            epoch: Instant(row.get(9)?),
        })
    }

    /// True when the server has more than lies here.
    pub(crate) fn missing(&self) -> bool {
        self.base_heads != self.announced
    }
}

impl Sheet<'_> {
    /// The row of a document, gone ones among them.
    pub(crate) fn doc_row(&self, doc: DocId) -> Result<Option<DocRow>, ReplicaError> {
        let sql = format!("select {COLUMNS} from doc where id = ?1");
        Ok(self
            .db
            .prepare_cached(&sql)?
            .query_row([doc.as_bytes()], DocRow::read)
            .optional()?)
    }

    /// The row of a document a person may open here.
    pub(crate) fn here(&self, doc: DocId) -> Result<DocRow, ReplicaError> {
        self.doc_row(doc)?.filter(|row| !row.gone).ok_or(ReplicaError::NotHere)
    }

    /// Makes the row of a document born here.
    pub(crate) fn insert_doc(&self, birth: &Birth) -> Result<(), ReplicaError> {
        let sql = "insert into doc (id, kind, parent) values (?1, ?2, ?3)";
        let parent = birth.parent.map(|parent| *parent.as_bytes());
        self.db
            .prepare_cached(sql)?
            .execute(params![birth.id.as_bytes(), birth.kind.word(), parent])?;
        Ok(())
    }

    /// Opens base and own together: what a person sees. A document that cannot be opened is set aside, alone.
    pub(crate) fn open_book(&self, doc: DocId) -> Result<Book, ReplicaError> {
        let base: Vec<u8> = self
            .db
            .prepare_cached("select base from doc where id = ?1")?
            .query_row([doc.as_bytes()], |row| row.get(0))?;
        let own = if base.is_empty() {
            self.own_bytes(doc)?
        } else {
            self.own_bytes_of_this_epoch(doc)?
        };
        if base.is_empty() && own.is_empty() {
            return Err(ReplicaError::NotHere);
        }
        match Book::open(&base, own.iter().map(Vec::as_slice)) {
            // One's own waits for the base it was written on, and that is on its way.
            Err(_) if base.is_empty() && self.waits_for_its_body(doc)? => Err(ReplicaError::NotHere),
            opened => Ok(opened?),
        }
    }

    fn waits_for_its_body(&self, doc: DocId) -> Result<bool, ReplicaError> {
        Ok(self.doc_row(doc)?.is_some_and(|row| row.missing()))
    }

    /// Base and own; none where they cannot be read, now or ever. What only the disk hides for a moment is an error.
    pub(crate) fn book_if_readable(&self, doc: DocId) -> Result<Option<Book>, ReplicaError> {
        match self.open_book(doc) {
            Ok(book) => Ok(Some(book)),
            Err(ReplicaError::Unreadable(_) | ReplicaError::NotHere) => Ok(None),
            Err(other) => Err(other),
        }
    }

    /// One's own changes of a document, in the order they were written.
    pub(crate) fn own_bytes(&self, doc: DocId) -> Result<Vec<Vec<u8>>, ReplicaError> {
        let mut query = self
            .db
            .prepare_cached("select bytes from own where doc = ?1 order by ord")?;
        let rows = query.query_map([doc.as_bytes()], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Of these, those that can stand on the base: what was written in another epoch builds on what is not in it.
    fn own_bytes_of_this_epoch(&self, doc: DocId) -> Result<Vec<Vec<u8>>, ReplicaError> {
        let sql = "select o.bytes from own o join doc d on d.id = o.doc \
                   where o.doc = ?1 and o.epoch = d.epoch order by o.ord";
        let mut query = self.db.prepare_cached(sql)?;
        let rows = query.query_map([doc.as_bytes()], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// True while something of one's own is not in the base.
    pub(crate) fn has_own(&self, doc: DocId) -> Result<bool, ReplicaError> {
        self.is_in("own", doc)
    }

    /// True while something of one's own waits for its receipt.
    pub(crate) fn has_waiting(&self, doc: DocId) -> Result<bool, ReplicaError> {
        self.is_in("outbox", doc)
    }

    fn is_in(&self, table: &str, doc: DocId) -> Result<bool, ReplicaError> {
        let sql = format!("select exists (select 1 from {table} where doc = ?1)");
        let mut query = self.db.prepare_cached(&sql)?;
        Ok(query.query_row([doc.as_bytes()], |row| row.get(0))?)
    }

    /// Appends changes to the base, unopened, when they lead to `announced` (or wherever they lead, when nothing was
    /// announced for them). Answers whether they did; nothing is written when they do not.
    pub(crate) fn append(
        &self,
        doc: DocId,
        row: &DocRow,
        changes: &[u8],
        announced: Option<&[ChangeHash]>,
    ) -> Result<bool, ReplicaError> {
        let Ok(facts) = caps::check_body(changes) else {
            return Ok(false);
        };
        if !facts.claimed_heads.is_empty() {
            return Ok(false);
        }
        let laid = facts.loose.iter().map(|header| (header.hash, header.deps.as_slice()));
        let after = heads_after(&row.base_heads, laid);
        if announced.is_some_and(|announced| announced != after) {
            return Ok(false);
        }
        let sql =
            "update doc set base = cast(base || ?2 as blob), base_heads = ?3, appended = appended + ?4 where id = ?1";
        let many = i64::try_from(facts.loose.len()).unwrap_or(i64::MAX);
        self.db
            .prepare_cached(sql)?
            .execute(params![doc.as_bytes(), changes, heads_blob(&after), many])?;
        Ok(true)
    }

    /// Replaces the base by a whole snapshot.
    pub(crate) fn replace_base(&self, doc: DocId, bytes: &[u8], heads: &[ChangeHash]) -> Result<(), ReplicaError> {
        let sql = "update doc set base = ?2, base_heads = ?3, unreadable = null, appended = 0 where id = ?1";
        self.db
            .prepare_cached(sql)?
            .execute(params![doc.as_bytes(), bytes, heads_blob(heads)])?;
        Ok(())
    }

    /// Keeps bytes that could not be read, with why, and stops asking for that version.
    pub(crate) fn set_aside(&self, doc: DocId, bytes: &[u8], why: &BookError) -> Result<(), ReplicaError> {
        let sql =
            "insert into aside (doc, heads, bytes, reason) select id, announced_heads, ?2, ?3 from doc where id = ?1";
        self.db
            .prepare_cached(sql)?
            .execute(params![doc.as_bytes(), bytes, why.to_string()])?;
        self.db.execute(
            "update doc set unreadable = announced_heads where id = ?1",
            [doc.as_bytes()],
        )?;
        Ok(())
    }

    /// Takes documents off this device. What this hand wrote in them is forgotten with them; should one come back, or be
    /// begun anew under its id, its numbers must not be given twice: another hand writes from now on.
    pub(crate) fn erase_all(&self, docs: &[DocId], moment: &Moment) -> Result<(), ReplicaError> {
        if !docs.is_empty() {
            self.mark_left()?;
            self.set_meta("salt", &moment.salt.as_slice())?;
        }
        docs.iter().try_for_each(|doc| self.erase(*doc))
    }

    /// What a row has left behind that a failing disk lost. No scope names it any more, so that it goes when any is lost.
    pub(crate) fn erase_what_hangs(&self) -> Result<(), ReplicaError> {
        let mut gone = 0;
        for table in ["projection", "aside", "own", "intent"] {
            let sql = format!(
                "delete from {table} where doc not in (select id from doc) and doc not in (select doc from outbox)"
            );
            gone += self.db.prepare_cached(&sql)?.execute([])?;
        }
        if gone > 0 {
            self.mark_unswept()?;
        }
        Ok(())
    }

    /// Takes a document off this device: rows, index, membership, bytes set aside. What waits to be sent stays until it
    /// is answered; the rest of the document goes at once.
    pub(crate) fn erase(&self, doc: DocId) -> Result<(), ReplicaError> {
        let row = self.doc_row(doc)?;
        // A row that a failing disk lost has left the rest behind, which goes all the same.
        if row.is_none() && !self.is_in("projection", doc)? && !self.is_in("intent", doc)? {
            return Ok(());
        }
        self.mark_unswept()?;
        let id = doc.as_bytes();
        if let Some(row) = &row {
            self.db.execute("delete from search where rowid = ?1", [row.row])?;
        }
        for table in ["projection", "scope_doc", "aside", "seen_post", "unread_there"] {
            self.db.execute(&format!("delete from {table} where doc = ?1"), [id])?;
        }
        if row.is_some_and(|row| Kind::parse(&row.kind) == Some(Kind::Person)) {
            self.db.execute("delete from enrolment where person = ?1", [id])?;
        }
        let receipted = "delete from own where doc = ?1 and hash not in (select hash from outbox where doc = ?1)";
        self.db.execute(receipted, [id])?;
        if self.has_waiting(doc)? {
            // Nothing will wake it any more: it is asked again at once.
            let awake = "update outbox set awake = 1 where doc = ?1";
            self.db.execute(awake, [id])?;
            let sql = "update doc set gone = 1, base = x'', base_heads = x'', announced_heads = x'' where id = ?1";
            self.db.execute(sql, [id])?;
            let answered = "delete from intent where doc = ?1 and id not in (select intent from outbox where doc = ?1)";
            self.db.execute(answered, [id])?;
        } else {
            self.db.execute("delete from intent where doc = ?1", [id])?;
            self.db.execute("delete from doc where id = ?1", [id])?;
        }
        Ok(())
    }
}
