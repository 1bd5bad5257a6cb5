//! Notes without a place: words their author had no right to write, kept here until the unit's leader has them.
//!
//! Owns the rows and how refused words become one. How they are typed on is said in `typed`, how they go and what the
//! answers do to them in `handed`. It asks nobody whether a case exists.

mod handed;
mod typed;

use feltbog_casebook::{Edit, Intent, merged, retold};
use feltbog_ids::{ChangeHash, CommandId, DocId, Instant};
use rusqlite::{Connection, OptionalExtension, Row, params};
use sha2::{Digest, Sha256};

use crate::{Moment, ReplicaError, replica::Sheet};

/// One of them, as it lies in the file.
#[derive(Clone, Debug)]
pub(crate) struct LooseNote {
    id: CommandId,
    note: DocId,
    about: Option<DocId>,
    /// The text its words were typed on, where that may hold words which are still under way to the document; else the
    /// words themselves.
    begun: String,
    /// None once they are handed over.
    words: Option<String>,
    /// Of the words; none where nothing typed on may be told by it.
    digest: Option<ChangeHash>,
    edition: u32,
    finished: bool,
    last: Option<CommandId>,
    at: Instant,
    handed: Option<Instant>,
}

const COLUMNS: &str = "id, note, about, begun, words, digest, edition, finished, last, at, handed_at";

impl LooseNote {
    /// The first edition of one that was written now. Only half its id comes from outside: a copy of this file that was
    /// put back must not give what it goes on to write the name of what went before.
    fn first(from: CommandId, (note, about): (DocId, Option<DocId>), at: Instant, moment: &Moment) -> Self {
        let mut id = [0; 16];
        id[..8].copy_from_slice(&from.as_bytes()[8..]);
        id[8..].copy_from_slice(&moment.salt);
        Self {
            id: CommandId::from_bytes(id),
            note,
            about,
            begun: String::new(),
            words: None,
            digest: None,
            edition: 0,
            finished: false,
            last: None,
            at,
            handed: None,
        }
    }

    /// True when nothing of it is under way to the document any more: whatever is refused from now on is typed later.
    fn is_settled(&self) -> bool {
        self.words.as_ref() == Some(&self.begun)
    }

    /// The same with these words, as the next edition.
    fn saying(self, words: String, at: Instant) -> Self {
        Self {
            digest: Some(digest_of(self.note, &words)),
            words: Some(words),
            edition: self.edition + 1,
            at,
            handed: None,
            ..self
        }
    }

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: CommandId::from_bytes(row.get(0)?),
            note: DocId::from_bytes(row.get(1)?),
            about: row.get::<_, Option<[u8; 16]>>(2)?.map(DocId::from_bytes),
            begun: row.get(3)?,
            words: row.get(4)?,
            digest: row.get::<_, Option<[u8; 32]>>(5)?.map(ChangeHash),
            edition: row.get(6)?,
            finished: row.get(7)?,
            last: row.get::<_, Option<[u8; 16]>>(8)?.map(CommandId::from_bytes),
            at: Instant(row.get(9)?),
            handed: row.get::<_, Option<i64>>(10)?.map(Instant),
        })
    }
}

impl Sheet<'_> {
    /// Makes the words that wait in a refused note one for the leader. Answers whether there were any.
    pub(crate) fn loosen(&self, doc: DocId, intents: &[Intent], moment: &Moment) -> Result<bool, ReplicaError> {
        let edits = || intents.iter().flat_map(|intent| &intent.edits);
        // Texts that cannot be told as one are parked, each by itself.
        let Ok(Some(told)) = retold(edits()) else {
            return Ok(false);
        };
        let about = self.doc_row(doc)?.and_then(|row| row.parent);
        let at = intents.iter().map(|intent| intent.at).max().unwrap_or_default();
        let known = self.loose_of(doc)?;
        let (known, words) = match (known, edits().find_map(typed_on)) {
            (Some(known), _) if known.is_settled() => {
                let words = known.words.clone().unwrap_or_default();
                (known, edits().fold(words, told_on))
            }
            // The person typed on while these were under way.
            (Some(known), _) if known.words.is_some() => {
                let told = self.text_of_own(doc)?.unwrap_or(told);
                let typed = known.words.as_deref().unwrap_or_default();
                let words = merged(&known.begun, typed, &told).unwrap_or_else(|_| format!("{told}\n{typed}"));
                (known, words)
            }
            // The person typed on, on the page that showed what the leader has by now.
            (Some(known), Some(before)) if known.digest == Some(digest_of(doc, before)) => (known, told),
            _ => {
                let id = CommandId::from_bytes(*doc.as_bytes());
                let first = LooseNote::first(id, (doc, about), at, moment);
                (first, self.text_of_own(doc)?.unwrap_or(told))
            }
        };
        let finishes = edits().any(|edit| matches!(edit, Edit::Finish { .. }));
        let at = known.at.max(at);
        let kept = LooseNote {
            begun: words.clone(),
            finished: known.finished || finishes,
            ..known.saying(words, at)
        };
        self.keep_loose_note(&kept)?;
        Ok(true)
    }

    /// The whole text of a note, where base and own can be read together and nothing of one's own is missing in it.
    fn text_of_own(&self, doc: DocId) -> Result<Option<String>, ReplicaError> {
        let sql = "select hash from own where doc = ?1";
        let mut query = self.db.prepare_cached(sql)?;
        let own = query.query_map([doc.as_bytes()], |row| row.get(0).map(ChangeHash))?;
        let own: Vec<_> = own.collect::<Result<_, _>>()?;
        let book = self.book_if_readable(doc)?;
        Ok(book.filter(|book| book.has(&own)).map(|book| book.text()))
    }

    /// Whether words of this note were handed over from here, or wait for it.
    pub(crate) fn is_loose(&self, note: DocId) -> Result<bool, ReplicaError> {
        Ok(self.loose_of(note)?.is_some())
    }

    /// The one of a note that is typed on: what waits before what is handed over, the latest first.
    fn loose_of(&self, note: DocId) -> Result<Option<LooseNote>, ReplicaError> {
        let sql =
            format!("select {COLUMNS} from loose where note = ?1 order by handed_at is not null, ord desc limit 1");
        let mut query = self.db.prepare_cached(&sql)?;
        Ok(query.query_row([note.as_bytes()], LooseNote::read).optional()?)
    }

    /// Keeps an edition in the place of the one before. Its number in the file is a new one, so that a copy of the file
    /// that lacks it is told apart.
    fn keep_loose_note(&self, kept: &LooseNote) -> Result<(), ReplicaError> {
        let sql = "insert or replace into loose \
                   (id, note, about, begun, words, digest, edition, finished, last, at, handed_at) \
                   values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
        self.db.prepare_cached(sql)?.execute(params![
            kept.id.as_bytes(),
            kept.note.as_bytes(),
            kept.about.as_ref().map(DocId::as_bytes),
            kept.begun,
            kept.words,
            kept.digest.map(|digest| digest.0),
            kept.edition,
            kept.finished,
            kept.last.as_ref().map(CommandId::as_bytes),
            kept.at.0,
            kept.handed.map(|at| at.0),
        ])?;
        Ok(())
    }
}

/// An older copy of the file was put back: what it still holds may have gone on since under the same name. It gets
/// another, and nothing is told by what was handed over.
pub(crate) fn draw_anew(db: &Connection, moment: &Moment) -> Result<(), ReplicaError> {
    let waiting = "update loose set id = cast(substr(id, 1, 8) || ?1 as blob) where handed_at is null";
    db.execute(waiting, [moment.salt.as_slice()])?;
    db.execute("update loose set digest = null where handed_at is not null", [])?;
    Ok(())
}

/// The text an edit was typed on.
fn typed_on(edit: &Edit) -> Option<&str> {
    match edit {
        Edit::Type { before, .. } => Some(before),
        _ => None,
    }
}

/// Words with what one edit typed, which they do not hold yet.
fn told_on(words: String, edit: &Edit) -> String {
    match edit {
        // A whole text, told anew.
        Edit::Type { before, after } if before.is_empty() && words.contains(after) => words,
        Edit::Type { before, after } if before.is_empty() && after.contains(&words) => after.clone(),
        Edit::Type { before, after } => merged(before, after, &words).unwrap_or_else(|_| format!("{words}\n{after}")),
        _ => words,
    }
}

/// Tells one text of a note from another.
fn digest_of(note: DocId, words: &str) -> ChangeHash {
    let digest = Sha256::new()
        .chain_update(note.as_bytes())
        .chain_update(words.as_bytes());
    ChangeHash(digest.finalize().into())
}
