//! Moments, people and units as a screen shows them.
//!
//! Names come from the person and unit documents on this device; one unknown here is an empty word.

use feltbog_casebook::Projection;
use feltbog_ids::{DocId, EnrolmentId, Instant, PersonId, UnitId};
use feltbog_views::{ItemState, PersonView, When};
use rusqlite::OptionalExtension;

use crate::{Replica, ReplicaError, replica::Sheet};

impl Replica {
    /// The person this notebook belongs to.
    pub fn person(&self) -> Result<PersonView, ReplicaError> {
        let sheet = self.sheet();
        let me = sheet.owner.identity.person;
        let Some(Projection::Person(facts)) = sheet.facts(me.into())? else {
            let name = sheet.owner.identity.user.clone();
            return Ok(PersonView {
                name,
                title: String::new(),
                units: Vec::new(),
                invented: false,
            });
        };
        let units = facts
            .units
            .iter()
            .map(|unit| sheet.unit_name(*unit))
            .collect::<Result<_, _>>()?;
        Ok(PersonView {
            name: facts.name,
            title: facts.title,
            units,
            invented: facts.invented,
        })
    }

    /// A moment by the workspace's calendar.
    pub fn when(&self, at: Instant) -> When {
        self.sheet().when(at)
    }
}

impl Sheet<'_> {
    pub(crate) fn when(&self, at: Instant) -> When {
        let civil = self.owner.calendar.civil(at);
        When {
            at,
            year: civil.year,
            month: civil.month,
            day: civil.day,
            weekday: civil.weekday,
            week: civil.week,
            hour: civil.hour,
            minute: civil.minute,
        }
    }

    pub(crate) fn pulled_when(&self) -> Result<Option<When>, ReplicaError> {
        let at: Option<i64> = self.meta("pulled")?;
        Ok(at.map(|at| self.when(Instant(at))))
    }

    pub(crate) fn unit_name(&self, unit: UnitId) -> Result<String, ReplicaError> {
        Ok(match self.facts(unit.into())? {
            Some(Projection::Unit(facts)) => facts.name,
            _ => String::new(),
        })
    }

    /// Name and title of a person.
    pub(crate) fn person_name(&self, person: PersonId) -> Result<(String, String), ReplicaError> {
        Ok(match self.facts(person.into())? {
            Some(Projection::Person(facts)) => (facts.name, facts.title),
            _ => (String::new(), String::new()),
        })
    }

    /// The name behind an enrolment; imports and the server itself have none.
    pub(crate) fn author_name(&self, author: EnrolmentId) -> Result<String, ReplicaError> {
        if author == self.owner.identity.enrolment {
            return Ok(self.person_name(self.owner.identity.person)?.0);
        }
        let mut query = self.db.prepare_cached("select person from enrolment where id = ?1")?;
        let person = query
            .query_row([author.as_bytes()], |row| row.get(0).map(PersonId::from_bytes))
            .optional()?;
        person.map_or(Ok(String::new()), |person| Ok(self.person_name(person)?.0))
    }

    /// Where one's own words are in a document and in what belongs to it: a case whose note waits has not been sent.
    pub(crate) fn item_state(&self, doc: DocId) -> Result<ItemState, ReplicaError> {
        let sql = "with family (id) as (select ?1 union all select id from doc where parent = ?1) \
                   select exists (select 1 from outbox where doc in family), \
                   exists (select 1 from parked where doc in family), \
                   (select max(at) from (select max(sent_at) as at from doc where id = ?1 and sent_at is not null \
                   union all select max(sent_at) from doc where parent = ?1 and sent_at is not null))";
        let mut query = self.db.prepare_cached(sql)?;
        let (waits, parked, sent): (bool, bool, Option<i64>) =
            query.query_row([doc.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        Ok(match sent {
            _ if parked => ItemState::NeedsHandling,
            _ if waits => ItemState::Kept,
            Some(at) => ItemState::Sent {
                at: self.when(Instant(at)),
            },
            None => ItemState::Received,
        })
    }
}
