//! A note as the screen shows it.
//!
//! The text of a finished note is the text at the heads its finish names; what others wrote beside it stands apart.

use feltbog_casebook::{Book, Projection};
use feltbog_ids::{DocId, EnrolmentId, Instant, PersonId, Span};
use feltbog_views::{NoteState, NoteView};

use crate::{Replica, ReplicaError, replica::Sheet};

/// Received so much later than written counts as late.
const LATE: Span = Span::seconds(3_600);

impl Replica {
    /// One note.
    pub fn note(&self, id: DocId) -> Result<NoteView, ReplicaError> {
        let sheet = self.sheet();
        sheet.here(id)?;
        let book = sheet.open_compared(id)?;
        book.read(|book| sheet.note_view_open(id, book))?
    }
}

impl Sheet<'_> {
    /// A note from its opened document.
    pub(crate) fn note_view_open(&self, id: DocId, book: &Book) -> Result<NoteView, ReplicaError> {
        let Projection::Note(facts) = book.project() else {
            return Err(ReplicaError::NotHere);
        };
        let case = book.birth().parent.ok_or(ReplicaError::NotHere)?;
        let authors = self.names(&facts.authors)?;
        let finished = facts.finished_by.zip(facts.finished_at);
        let state = self.note_state(finished, &authors)?;
        let (text, standing) = (book.standing_text(), book.text());
        let beside = finished.is_some() && standing != text;
        Ok(NoteView {
            id,
            case,
            visit: facts.visit,
            may_write: finished.is_none() && !book.is_newer(),
            state,
            text,
            heads: book.heads(),
            authors,
            started: self.when(facts.started),
            changed: self.when(facts.changed),
            late: self.late(id, facts.changed)?,
            item: self.item_state(id)?,
            additions: if beside { vec![standing] } else { Vec::new() },
        })
    }

    /// A note whose document is not here yet or cannot be opened: its projection says the first words.
    pub(crate) fn note_view_closed(&self, id: DocId, case: DocId) -> Result<Option<NoteView>, ReplicaError> {
        let Some(Projection::Note(facts)) = self.facts(id)? else {
            return Ok(None);
        };
        let authors = self.names(&facts.authors)?;
        let state = self.note_state(facts.finished_by.zip(facts.finished_at), &authors)?;
        let row = self.doc_row(id)?;
        Ok(Some(NoteView {
            id,
            case,
            visit: facts.visit,
            state,
            text: facts.excerpt,
            heads: row.map_or_else(Vec::new, |row| row.base_heads),
            authors,
            started: self.when(facts.started),
            changed: self.when(facts.changed),
            late: self.late(id, facts.changed)?,
            item: self.item_state(id)?,
            may_write: false,
            additions: Vec::new(),
        }))
    }

    fn note_state(&self, finished: Option<(PersonId, Instant)>, authors: &[String]) -> Result<NoteState, ReplicaError> {
        let Some((by, at)) = finished else {
            return Ok(NoteState::Draft);
        };
        let (name, title) = self.person_name(by)?;
        let with = authors.iter().filter(|author| **author != name).cloned().collect();
        Ok(NoteState::Finished {
            by: name,
            title,
            with,
            at: self.when(at),
        })
    }

    fn names(&self, authors: &[EnrolmentId]) -> Result<Vec<String>, ReplicaError> {
        let mut names: Vec<String> = Vec::new();
        for author in authors {
            let name = self.author_name(*author)?;
            if !name.is_empty() && !names.contains(&name) {
                names.push(name);
            }
        }
        Ok(names)
    }

    fn late(&self, doc: DocId, written: Instant) -> Result<Option<feltbog_views::When>, ReplicaError> {
        let received = self.doc_row(doc)?.and_then(|row| row.received);
        Ok(received
            .filter(|received| *received - written >= LATE)
            .map(|received| self.when(received)))
    }
}
