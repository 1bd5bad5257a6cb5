//! Enrolments as rows: people on devices, the server itself, and its importers.
//!
//! It decides about nobody: what a revoked device may still do is the office's question.

use feltbog_ids::{EnrolmentId, Instant, PersonId, Position, WorkspaceId};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{
    Batch,
    log::{number, position},
};
use crate::StoreError;

/// An enrolment as the database has it.
#[derive(Clone, Debug)]
pub struct Enrolled {
    /// Whose it is; none for the server and its importers.
    pub person: Option<PersonId>,
    /// Whether it is revoked.
    pub revoked: bool,
    /// Whether its person's account is closed.
    pub closed: bool,
}

/// A person's device, as an operator looks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Its enrolment.
    pub enrolment: EnrolmentId,
    /// What it is called.
    pub label: String,
    /// When it was enrolled.
    pub made: Instant,
    /// When it was revoked, if it was.
    pub revoked: Option<Instant>,
    /// Up to where everything that left it is wiped by its own word, and when it said so.
    pub wiped: Option<(Position, Instant)>,
}

impl Batch<'_> {
    /// Revokes a device: nothing it sends is taken from now on.
    pub fn revoke(&self, enrolment: EnrolmentId) -> Result<(), StoreError> {
        let changed = self.sql.execute(
            "update enrolment set revoked = coalesce(revoked, ?3)
             where workspace = ?1 and enrolment = ?2 and person is not null",
            params![self.workspace.id.as_bytes(), enrolment.as_bytes(), self.now.0],
        )?;
        if changed == 0 {
            Err(StoreError::NoSuch("device"))
        } else {
            Ok(())
        }
    }

    /// An enrolment, if there is one.
    pub fn enrolled(&self, enrolment: EnrolmentId) -> Result<Option<Enrolled>, StoreError> {
        let mut statement = self.sql.prepare_cached(
            "select e.person, e.revoked, a.closed from enrolment e
                 left join account a on a.workspace = e.workspace and a.person = e.person
                 where e.workspace = ?1 and e.enrolment = ?2",
        )?;
        let read = |row: &Row<'_>| {
            Ok(Enrolled {
                person: row.get::<_, Option<[u8; 16]>>(0)?.map(PersonId::from_bytes),
                revoked: row.get::<_, Option<i64>>(1)?.is_some(),
                closed: row.get::<_, Option<i64>>(2)?.is_some(),
            })
        };
        let key = [self.workspace.id.as_bytes(), enrolment.as_bytes()];
        Ok(statement.query_row(key, read).optional()?)
    }

    /// A person's devices, revoked ones among them, in the order they were enrolled.
    pub fn devices_of(&self, person: PersonId) -> Result<Vec<Device>, StoreError> {
        let mut statement = self.sql.prepare_cached(
            "select enrolment, label, created, revoked, erased, erased_at from enrolment
             where workspace = ?1 and person = ?2 order by created, enrolment",
        )?;
        let read = |row: &Row<'_>| {
            Ok(Device {
                enrolment: EnrolmentId::from_bytes(row.get(0)?),
                label: row.get(1)?,
                made: Instant(row.get(2)?),
                revoked: row.get::<_, Option<i64>>(3)?.map(Instant),
                wiped: match row.get::<_, Option<i64>>(5)? {
                    Some(at) => Some((position(row, 4)?, Instant(at))),
                    None => None,
                },
            })
        };
        let key = [self.workspace.id.as_bytes(), person.as_bytes()];
        Ok(statement.query_map(key, read)?.collect::<Result<_, _>>()?)
    }

    /// Up to where a device says that everything that left it is wiped.
    pub(crate) fn wiped(&self, enrolment: EnrolmentId) -> Result<Option<Position>, StoreError> {
        let mut statement = self.sql.prepare_cached(
            "select erased from enrolment where workspace = ?1 and enrolment = ?2 and erased is not null",
        )?;
        let key = [self.workspace.id.as_bytes(), enrolment.as_bytes()];
        Ok(statement.query_row(key, |row| position(row, 0)).optional()?)
    }

    /// Notes what it says, or that what it said is so no longer.
    pub(crate) fn note_wiped(&self, enrolment: EnrolmentId, upto: Option<Position>) -> Result<(), StoreError> {
        self.sql.execute(
            "update enrolment set erased = ?3, erased_at = ?4 where workspace = ?1 and enrolment = ?2",
            params![
                self.workspace.id.as_bytes(),
                enrolment.as_bytes(),
                upto.map(number),
                upto.map(|_| self.now.0)
            ],
        )?;
        Ok(())
    }

    /// Enrols a person's device.
    pub fn enrol(&self, enrolment: EnrolmentId, person: PersonId, label: &str) -> Result<(), StoreError> {
        enrol(self.sql, self.workspace.id, enrolment, Some(person), label, self.now)
    }
}

/// Writes an enrolment.
pub(super) fn enrol(
    sql: &Connection,
    workspace: WorkspaceId,
    enrolment: EnrolmentId,
    person: Option<PersonId>,
    label: &str,
    now: Instant,
) -> Result<(), StoreError> {
    sql.execute(
        "insert into enrolment (workspace, enrolment, person, label, created) values (?1, ?2, ?3, ?4, ?5)",
        params![
            workspace.as_bytes(),
            enrolment.as_bytes(),
            person.as_ref().map(PersonId::as_bytes),
            label,
            now.0
        ],
    )?;
    Ok(())
}

/// The enrolment of an import: the one of this label, or `fresh` the first time.
pub(super) fn importer(
    sql: &Connection,
    workspace: WorkspaceId,
    label: &str,
    fresh: EnrolmentId,
    now: Instant,
) -> Result<EnrolmentId, StoreError> {
    let found = sql
        .query_row(
            "select enrolment from enrolment where workspace = ?1 and label = ?2 and person is null",
            params![workspace.as_bytes(), label],
            |row| row.get(0),
        )
        .optional()?;
    match found {
        Some(bytes) => Ok(EnrolmentId::from_bytes(bytes)),
        None => enrol(sql, workspace, fresh, None, label, now).map(|()| fresh),
    }
}
