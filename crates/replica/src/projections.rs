//! The rows the lists and the search need, one per document.
//!
//! A row comes from the server while nothing of one's own is in the document, and from base plus own otherwise. It never
//! looks at another document.

use feltbog_casebook::{Book, PROJECTION_VERSION, Projection};
use feltbog_ids::{DocId, PersonId};
use rusqlite::{OptionalExtension, params};

use crate::{ReplicaError, fold, replica::Sheet, sort_key, stored::heads_blob};

/// The columns a list sorts and filters by.
#[derive(Default)]
struct Columns {
    case_type: String,
    standing: i64,
    due: Option<i64>,
    subject: String,
    number: String,
    changed: i64,
    mine: bool,
    start: Option<i64>,
}

impl Columns {
    fn of(facts: &Projection, me: PersonId) -> Self {
        match facts {
            Projection::Case(case) => Self {
                case_type: case.case_type.clone(),
                standing: case.standing as i64,
                due: case.due.map(|at| at.0),
                subject: sort_key(&case.subject),
                number: case.number.clone(),
                changed: case.changed.0,
                mine: case.people.contains(&me),
                start: None,
            },
            Projection::Visit(visit) => Self {
                mine: visit.people.contains(&me),
                start: Some(visit.start.0),
                ..Self::default()
            },
            Projection::Note(note) => Self {
                changed: note.changed.0,
                ..Self::default()
            },
            Projection::Post(post) => Self {
                changed: post.published.0,
                ..Self::default()
            },
            _ => Self::default(),
        }
    }
}

impl Sheet<'_> {
    /// Makes the projection and the index of a document that is open anyway: base plus own. Nothing is written when it
    /// cannot be read.
    pub(crate) fn project_open(&self, doc: DocId, book: &Book) -> Result<(), ReplicaError> {
        let (facts, words, heads) = book.read(|book| (book.project(), book.full_text(), book.heads()))?;
        self.store_projection(doc, PROJECTION_VERSION, &facts)?;
        self.index_text(doc, &words)?;
        let sql = "update doc set indexed = ?2 where id = ?1";
        self.db
            .prepare_cached(sql)?
            .execute(params![doc.as_bytes(), heads_blob(&heads)])?;
        Ok(())
    }

    /// Takes over the projection the server sent.
    pub(crate) fn project_received(&self, doc: DocId, version: u32, body: &[u8]) -> Result<(), ReplicaError> {
        let facts = Projection::from_bytes(body);
        self.store_projection(doc, version, &facts)?;
        self.index_text(doc, &facts.search_words())?;
        self.db
            .prepare_cached("update doc set indexed = null where id = ?1")?
            .execute([doc.as_bytes()])?;
        Ok(())
    }

    /// The stored projection of a document.
    pub(crate) fn facts(&self, doc: DocId) -> Result<Option<Projection>, ReplicaError> {
        let mut query = self.db.prepare_cached("select body from projection where doc = ?1")?;
        let body: Option<Vec<u8>> = query.query_row([doc.as_bytes()], |row| row.get(0)).optional()?;
        Ok(body.map(|body| Projection::from_bytes(&body)))
    }

    fn store_projection(&self, doc: DocId, version: u32, facts: &Projection) -> Result<(), ReplicaError> {
        let columns = Columns::of(facts, self.owner.identity.person);
        let sql = "insert or replace into projection \
                   (doc, version, kind, parent, body, case_type, standing, due, subject, number, changed, mine, start) \
                   select id, ?2, kind, parent, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11 from doc where id = ?1";
        self.db.prepare_cached(sql)?.execute(params![
            doc.as_bytes(),
            version,
            facts.to_bytes(),
            columns.case_type,
            columns.standing,
            columns.due,
            columns.subject,
            columns.number,
            columns.changed,
            columns.mine,
            columns.start,
        ])?;
        self.remember_enrolments(doc, facts)
    }

    fn remember_enrolments(&self, doc: DocId, facts: &Projection) -> Result<(), ReplicaError> {
        let Projection::Person(person) = facts else {
            return Ok(());
        };
        let sql = "insert into enrolment (id, person) values (?1, ?2) on conflict (id) do nothing";
        for enrolment in &person.enrolments {
            self.db
                .prepare_cached(sql)?
                .execute(params![enrolment.as_bytes(), doc.as_bytes()])?;
        }
        Ok(())
    }

    fn index_text(&self, doc: DocId, words: &str) -> Result<(), ReplicaError> {
        let row: i64 = self
            .db
            .prepare_cached("select row from doc where id = ?1")?
            .query_row([doc.as_bytes()], |row| row.get(0))?;
        self.db
            .prepare_cached("delete from search where rowid = ?1")?
            .execute([row])?;
        let folded = fold(words);
        if !folded.trim().is_empty() {
            let sql = "insert into search (rowid, folded) values (?1, ?2)";
            self.db.prepare_cached(sql)?.execute(params![row, folded])?;
        }
        Ok(())
    }
}
