//! One case: facts, fields with everyone who wrote them, visits, notes.
//!
//! Opens the case and its notes, nothing else; a body still on its way shows what the list knows.

use feltbog_casebook::{Book, CaseFacts, Projection, Said, Scalar};
use feltbog_ids::{DocId, Instant};
use feltbog_views::{CaseView, ConcurrentValue, FieldValue, FieldView, ItemState, NoteView, SubjectView, VisitRow};

use crate::{Replica, ReplicaError, replica::Sheet, write::settable};

/// Most visits and notes shown at once.
const MAX_ROWS: i64 = 60;

impl Replica {
    /// One case, as base plus own say it.
    pub fn case(&self, id: DocId, now: Instant) -> Result<CaseView, ReplicaError> {
        self.sheet().case(id, now)
    }
}

impl Sheet<'_> {
    fn case(&self, id: DocId, now: Instant) -> Result<CaseView, ReplicaError> {
        let row = self.here(id)?;
        let Some(Projection::Case(facts)) = self.facts(id)? else {
            return Err(ReplicaError::NotHere);
        };
        let book = self.book_if_here(id)?;
        let people = facts.people.iter().map(|person| Ok(self.person_name(*person)?.0));
        let people = people.collect::<Result<Vec<String>, ReplicaError>>()?;
        let (notes, notes_total) = self.case_notes(id)?;
        Ok(CaseView {
            id,
            heads: book.as_ref().map_or_else(Vec::new, Book::heads),
            row: self.case_row(id, &facts, now)?,
            subject: subject(&facts),
            opened: facts.opened.map(|at| self.when(at)),
            people: people.into_iter().filter(|name| !name.is_empty()).collect(),
            fields: match &book {
                Some(book) => book.read(|book| self.fields(book, id, &facts.case_type))??,
                None => Vec::new(),
            },
            visits: self.case_visits(id, &facts)?,
            notes,
            notes_total,
            loose: self.loose_on(id)?,
            may_write: !row.unreadable && !book.as_ref().is_some_and(Book::is_newer) && self.may_write_in(id)?,
            arriving: book.is_none() && !row.unreadable,
            pulled: self.pulled_when()?,
        })
    }

    /// A document that cannot be opened shows what its projection knows; it stops nothing.
    fn book_if_here(&self, id: DocId) -> Result<Option<Book>, ReplicaError> {
        match self.open_compared(id) {
            Ok(book) => Ok(Some(book)),
            Err(ReplicaError::NotHere | ReplicaError::Unreadable(_)) => Ok(None),
            Err(other) => Err(other),
        }
    }

    /// Fields a person may set, in the type's order, then all others in the order of their keys.
    fn fields(&self, book: &Book, case: DocId, case_type: &str) -> Result<Vec<FieldView>, ReplicaError> {
        let fixed = settable(case_type);
        let mut views = Vec::new();
        for key in fixed {
            views.push(self.field_view(book, case, key, true)?);
        }
        for key in book.keys("fields").iter().filter(|key| !fixed.contains(&key.as_str())) {
            views.push(self.field_view(book, case, key, false)?);
        }
        Ok(views)
    }

    /// One field with every value that stands.
    pub(crate) fn field_view(
        &self,
        book: &Book,
        case: DocId,
        key: &str,
        settable: bool,
    ) -> Result<FieldView, ReplicaError> {
        let said = book.all_said("fields", key);
        let mut values = said.iter();
        let current = values.next();
        let (by, at) = current.map_or(Ok((String::new(), None)), |said| self.said_by(said))?;
        let mut others = Vec::new();
        for said in values {
            let (by, at) = self.said_by(said)?;
            others.push(ConcurrentValue {
                value: value(&said.value),
                by,
                at,
            });
        }
        let waits = "select exists (select 1 from outbox o join intent i on i.id = o.intent \
                     where o.doc = ?1 and i.key = ?2)";
        let waits: bool = self
            .db
            .prepare_cached(waits)?
            .query_row(rusqlite::params![case.as_bytes(), key], |row| row.get(0))?;
        Ok(FieldView {
            key: key.to_owned(),
            label: if settable { String::new() } else { key.to_owned() },
            value: current.and_then(|said| value(&said.value)),
            by,
            at,
            others,
            settable,
            item: if waits { ItemState::Kept } else { ItemState::Received },
        })
    }

    fn said_by(&self, said: &Said) -> Result<(String, Option<feltbog_views::When>), ReplicaError> {
        let by = said.by.map_or(Ok(String::new()), |author| self.author_name(author))?;
        let at = (!by.is_empty()).then(|| self.when(said.at));
        Ok((by, at))
    }

    fn case_visits(&self, case: DocId, facts: &CaseFacts) -> Result<Vec<VisitRow>, ReplicaError> {
        let sql = "select doc, body from projection where parent = ?1 and kind = 'visit' order by start desc limit ?2";
        let mut query = self.db.prepare_cached(sql)?;
        let rows = query.query_map(rusqlite::params![case.as_bytes(), MAX_ROWS], |row| {
            Ok((DocId::from_bytes(row.get(0)?), row.get::<_, Vec<u8>>(1)?))
        })?;
        let mut visits = Vec::new();
        for row in rows {
            let (doc, body) = row?;
            if let Projection::Visit(visit) = Projection::from_bytes(&body) {
                visits.push(self.visit_row(doc, case, &visit, facts)?);
            }
        }
        Ok(visits)
    }

    fn case_notes(&self, case: DocId) -> Result<(Vec<NoteView>, u32), ReplicaError> {
        let total = "select count(*) from projection where parent = ?1 and kind = 'note'";
        let total = self
            .db
            .prepare_cached(total)?
            .query_row([case.as_bytes()], |row| row.get(0))?;
        let sql = "select doc from projection where parent = ?1 and kind = 'note' order by changed desc, doc limit ?2";
        let mut query = self.db.prepare_cached(sql)?;
        let rows = query.query_map(rusqlite::params![case.as_bytes(), MAX_ROWS], |row| {
            row.get(0).map(DocId::from_bytes)
        })?;
        let mut notes = Vec::new();
        for doc in rows {
            let doc = doc?;
            let note = match self.book_if_here(doc)? {
                Some(book) => match book.read(|book| self.note_view_open(doc, book)) {
                    Ok(view) => Some(view?),
                    Err(_) => self.note_view_closed(doc, case)?,
                },
                None => self.note_view_closed(doc, case)?,
            };
            notes.extend(note);
        }
        Ok((notes, total))
    }
}

/// Whom the case is about. The number is masked here, before anything reaches a screen.
fn subject(facts: &CaseFacts) -> SubjectView {
    let digits: Vec<u8> = facts.cpr.bytes().filter(u8::is_ascii_digit).collect();
    let masked = facts.cpr.get(..6).map_or_else(String::new, |day| format!("{day}-••••"));
    SubjectView {
        name: facts.subject.clone(),
        cpr: if digits.len() == 10 { masked } else { String::new() },
        birthday: birthday(&digits),
        protected: facts.protected,
        invented: facts.invented,
    }
}

/// The birthday in a CPR number: day, month (80 more in invented ones), year, and the century by the seventh digit as
/// the CPR office's table says.
fn birthday(digits: &[u8]) -> Option<String> {
    let number = |at: usize| Some(u16::from(digits.get(at)? - b'0') * 10 + u16::from(digits.get(at + 1)? - b'0'));
    let (day, month, year) = (number(0)?, number(2)?, number(4)?);
    let month = if month > 80 { month - 80 } else { month };
    let century = match (digits.get(6)? - b'0', year) {
        (0..=3, _) | (4 | 9, 37..) => 1900,
        (4 | 9, _) | (5..=8, 0..=57) => 2000,
        _ => 1800,
    };
    let real = (1..=31).contains(&day) && (1..=12).contains(&month) && digits.len() == 10;
    real.then(|| format!("{:04}-{month:02}-{day:02}", century + year))
}

fn value(scalar: &Scalar) -> Option<FieldValue> {
    match scalar {
        Scalar::Null | Scalar::Bytes(_) => None,
        Scalar::Flag(flag) => Some(FieldValue::Flag(*flag)),
        Scalar::Int(number) => Some(FieldValue::Number(*number as f64)),
        Scalar::Number(number) => Some(FieldValue::Number(*number)),
        Scalar::Text(text) => Some(FieldValue::Text(text.clone())),
    }
}

#[cfg(test)]
mod tests {
    use super::birthday;

    #[test]
    fn a_birthday_is_read_from_real_and_invented_numbers() {
        assert_eq!(birthday(b"1483391028").as_deref(), Some("1939-03-14"));
        assert_eq!(birthday(b"2788214068").as_deref(), Some("2021-08-27"));
        assert_eq!(birthday(b"2987511004").as_deref(), Some("1951-07-29"));
        assert_eq!(birthday(b"9999991004"), None);
        assert_eq!(birthday(b"14"), None);
    }
}
