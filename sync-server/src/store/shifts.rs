//! Roles that begin and end by the clock, as rows: what is planned, what is due, and how it is written in the log.
//!
//! It reads no clock; whoever calls says what time it is. What a role opens is said in `rights`.

use feltbog_casebook::Role;
use feltbog_ids::{Instant, PersonId, Position, ShiftId, UnitId, WorkspaceId};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{
    grants::{self, NewGrant},
    log::{next_position, number, position},
};
use crate::StoreError;

/// A role that begins and ends by the clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    /// Its name.
    pub id: ShiftId,
    /// Whose it is.
    pub person: PersonId,
    /// Where; the subtree counts.
    pub unit: UnitId,
    /// As what.
    pub role: Role,
    /// When it begins.
    pub begins: Instant,
    /// When it ends.
    pub ends: Instant,
}

/// A shift that is not over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShiftRow {
    /// As it was planned.
    pub shift: Shift,
    /// Where it began in the log; none while its time has not come.
    pub begun: Option<Position>,
}

const COLUMNS: &str = "shift, person, unit, role, begins, ends, from_position";

/// Plans a shift, unless one of this id is known, be it called off since.
pub(super) fn plan(sql: &Connection, workspace: WorkspaceId, shift: &Shift) -> Result<(), StoreError> {
    if shift.ends <= shift.begins {
        return Err(StoreError::Word("a shift ends after it begins".to_owned()));
    }
    sql.execute(
        "insert into shift (workspace, shift, person, unit, role, begins, ends) values (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         on conflict (workspace, shift) do nothing",
        params![
            workspace.as_bytes(),
            shift.id.as_bytes(),
            shift.person.as_bytes(),
            shift.unit.as_bytes(),
            shift.role.word(),
            shift.begins.0,
            shift.ends.0
        ],
    )?;
    Ok(())
}

/// Shifts that are not over, by their beginning.
pub(super) fn ahead(sql: &Connection, workspace: WorkspaceId, now: Instant) -> Result<Vec<ShiftRow>, StoreError> {
    let words = format!(
        "select {COLUMNS} from shift where workspace = ?1 and called_off is null and ends > ?2 order by begins, shift"
    );
    let mut statement = sql.prepare_cached(&words)?;
    let rows = statement.query_map(params![workspace.as_bytes(), now.0], read)?;
    Ok(rows.filter_map(Result::transpose).collect::<Result<_, _>>()?)
}

/// Takes a shift back that has not begun, or ends it early.
pub(super) fn end(
    sql: &Connection,
    workspace: WorkspaceId,
    shift: ShiftId,
    now: Instant,
) -> Result<ShiftRow, StoreError> {
    let mut all = ahead(sql, workspace, now)?.into_iter();
    let row = all
        .find(|row| row.shift.id == shift)
        .ok_or(StoreError::NoSuch("shift that is not over"))?;
    if let Some(begun) = row.begun {
        end_assignment(sql, workspace, (row.shift.person, begun), now)?;
    }
    sql.execute(
        "update shift set called_off = ?3 where workspace = ?1 and shift = ?2",
        params![workspace.as_bytes(), shift.as_bytes(), now.0],
    )?;
    Ok(row)
}

/// When the next role begins or ends by the clock. Two looks into an index: it is asked at every request.
pub(super) fn next_due(sql: &Connection, workspace: WorkspaceId) -> Result<Option<Instant>, StoreError> {
    let first = |words: &str| -> Result<Option<i64>, StoreError> {
        let mut statement = sql.prepare_cached(words)?;
        Ok(statement.query_row([workspace.as_bytes()], |row| row.get(0))?)
    };
    let begins =
        first("select min(begins) from shift where workspace = ?1 and from_position is null and called_off is null")?;
    let ends =
        first("select min(until) from assignment where workspace = ?1 and until is not null and to_position is null")?;
    Ok(begins.into_iter().chain(ends).min().map(Instant))
}

/// Begins the shifts and ends the roles whose time has come. First those that begin: of two shifts that follow on each
/// other the second stands before the first ends, and what both open never leaves. Answers whether anything began or ended.
pub(super) fn keep_time(sql: &Connection, workspace: WorkspaceId, now: Instant) -> Result<bool, StoreError> {
    let mut is_changed = false;
    while let Some(shift) = next_to_begin(sql, workspace, now)? {
        let new = NewGrant {
            person: shift.person,
            unit: shift.unit,
            role: shift.role,
            case_types: None,
        };
        let begun = grants::assign(sql, workspace, (&new, Some(shift.ends)), shift.begins)?;
        sql.execute(
            "update shift set from_position = ?3 where workspace = ?1 and shift = ?2",
            params![workspace.as_bytes(), shift.id.as_bytes(), number(begun)],
        )?;
        is_changed = true;
    }
    while let Some((person, begun, until)) = next_to_end(sql, workspace, now)? {
        end_assignment(sql, workspace, (person, begun), until)?;
        is_changed = true;
    }
    Ok(is_changed)
}

fn next_to_begin(sql: &Connection, workspace: WorkspaceId, now: Instant) -> Result<Option<Shift>, StoreError> {
    let words = format!(
        "select {COLUMNS} from shift where workspace = ?1 and from_position is null and called_off is null
         and begins <= ?2 order by begins, shift"
    );
    let mut statement = sql.prepare_cached(&words)?;
    let rows = statement.query_map(params![workspace.as_bytes(), now.0], read)?;
    // One of a role this version does not know waits for a later version, and holds up none behind it.
    let known = rows.filter_map(Result::transpose).next().transpose()?;
    Ok(known.map(|row| row.shift))
}

fn next_to_end(
    sql: &Connection,
    workspace: WorkspaceId,
    now: Instant,
) -> Result<Option<(PersonId, Position, Instant)>, StoreError> {
    let mut statement = sql.prepare_cached(
        "select person, from_position, until from assignment
         where workspace = ?1 and until <= ?2 and to_position is null order by until, from_position limit 1",
    )?;
    let read = |row: &Row<'_>| {
        Ok((
            PersonId::from_bytes(row.get(0)?),
            position(row, 1)?,
            Instant(row.get(2)?),
        ))
    };
    Ok(statement
        .query_row(params![workspace.as_bytes(), now.0], read)
        .optional()?)
}

/// Ends one role at the next place in the log, and as of this time, which may be past.
fn end_assignment(
    sql: &Connection,
    workspace: WorkspaceId,
    (person, begun): (PersonId, Position),
    at: Instant,
) -> Result<(), StoreError> {
    let end = next_position(sql, workspace)?;
    sql.execute(
        "update assignment set to_position = ?4, to_at = ?5
         where workspace = ?1 and person = ?2 and from_position = ?3 and to_position is null",
        params![
            workspace.as_bytes(),
            person.as_bytes(),
            number(begun),
            number(end),
            at.0
        ],
    )?;
    Ok(())
}

/// A role this version does not know is not taken for another.
fn read(row: &Row<'_>) -> rusqlite::Result<Option<ShiftRow>> {
    let Some(role) = Role::parse(&row.get::<_, String>(3)?) else {
        return Ok(None);
    };
    let begun = row.get::<_, Option<i64>>(6)?.map(|_| position(row, 6)).transpose()?;
    Ok(Some(ShiftRow {
        shift: Shift {
            id: ShiftId::from_bytes(row.get(0)?),
            person: PersonId::from_bytes(row.get(1)?),
            unit: UnitId::from_bytes(row.get(2)?),
            role,
            begins: Instant(row.get(4)?),
            ends: Instant(row.get(5)?),
        },
        begun,
    }))
}
