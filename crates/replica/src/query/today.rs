//! *I dag*: one's own visits of a civil day, from the local file.
//!
//! It does not know how old the plan may be; it says when it was fetched.

use feltbog_casebook::{CaseFacts, Projection, VisitFacts};
use feltbog_ids::{DocId, Instant};
use feltbog_views::{TaskRow, TodayView, VisitRow, VisitState};
use rusqlite::params;

use crate::{Replica, ReplicaError, replica::Sheet};

impl Replica {
    /// One's own visits of a day; none named is today by the workspace's calendar.
    pub fn today(&self, day: Option<&str>, now: Instant) -> Result<TodayView, ReplicaError> {
        self.sheet().today(day, now)
    }
}

impl Sheet<'_> {
    fn today(&self, day: Option<&str>, now: Instant) -> Result<TodayView, ReplicaError> {
        let calendar = &self.owner.calendar;
        let date = day.map_or_else(|| calendar.date(now), str::to_owned);
        let (begin, end) = calendar.day(&date).map_err(|_| ReplicaError::BadValue)?;
        let sql = "select doc, parent, body from projection \
                   where start >= ?1 and start < ?2 and mine = 1 and kind = 'visit' order by start, doc";
        let mut query = self.db.prepare_cached(sql)?;
        let rows = query.query_map(params![begin.0, end.0], |row| {
            let parent: Option<[u8; 16]> = row.get(1)?;
            Ok((
                DocId::from_bytes(row.get(0)?),
                parent.map(DocId::from_bytes),
                row.get::<_, Vec<u8>>(2)?,
            ))
        })?;
        let mut visits = Vec::new();
        for row in rows {
            let (doc, case, body) = row?;
            let (Some(case), Projection::Visit(visit)) = (case, Projection::from_bytes(&body)) else {
                continue;
            };
            let facts = match self.facts(case)? {
                Some(Projection::Case(facts)) => facts,
                _ => CaseFacts::default(),
            };
            visits.push(self.visit_row(doc, case, &visit, &facts)?);
        }
        Ok(TodayView {
            day: self.when(begin),
            pulled: self.pulled_when()?,
            visits,
            news: self.pressing_news(now)?,
        })
    }

    pub(crate) fn visit_row(
        &self,
        id: DocId,
        case: DocId,
        visit: &VisitFacts,
        facts: &CaseFacts,
    ) -> Result<VisitRow, ReplicaError> {
        let me = self.owner.identity.person;
        let mut with = Vec::new();
        for person in visit.people.iter().filter(|person| **person != me) {
            let (name, _) = self.person_name(*person)?;
            with.extend((!name.is_empty()).then_some(name));
        }
        let task = |task: &feltbog_casebook::TaskFacts| TaskRow {
            title: task.title.clone(),
            done: task.done,
        };
        Ok(VisitRow {
            id,
            case,
            case_type: facts.case_type.clone(),
            start: self.when(visit.start),
            minutes: visit.minutes,
            title: visit.title.clone(),
            subject: facts.subject.clone(),
            address: facts.address.clone(),
            tasks: visit.tasks.iter().map(task).collect(),
            state: state(&visit.state),
            with,
            protected: facts.protected,
            invented: facts.invented,
            item: self.item_state(id)?,
            notes: self.notes_at(id, case)?,
        })
    }

    /// Notes of the case that were written at this visit.
    fn notes_at(&self, visit: DocId, case: DocId) -> Result<u32, ReplicaError> {
        let sql = "select body from projection where parent = ?1 and kind = 'note'";
        let mut query = self.db.prepare_cached(sql)?;
        let rows = query.query_map([case.as_bytes()], |row| row.get::<_, Vec<u8>>(0))?;
        let mut notes = 0;
        for body in rows {
            if matches!(Projection::from_bytes(&body?), Projection::Note(note) if note.visit == Some(visit)) {
                notes += 1;
            }
        }
        Ok(notes)
    }
}

fn state(word: &str) -> VisitState {
    match word {
        "" | "planned" => VisitState::Planned,
        "done" => VisitState::Done,
        "partly" => VisitState::Partly,
        "cancelled_by_citizen" => VisitState::CancelledByCitizen,
        "cancelled_by_us" => VisitState::CancelledByUs,
        "moved" => VisitState::Moved,
        "no_answer" => VisitState::NoAnswer,
        _ => VisitState::Unknown,
    }
}
