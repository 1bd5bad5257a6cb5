//! The workspace and its log's positions.
//!
//! A position is taken in the transaction that uses it, so that positions are in commit order. It writes no change.

use feltbog_ids::{EnrolmentId, Generation, Position, WorkspaceId};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::StoreError;

/// A workspace as the database has it.
#[derive(Clone, Debug)]
pub struct Workspace {
    /// Which one.
    pub id: WorkspaceId,
    /// This life of its log.
    pub generation: Generation,
    /// The latest position handed out.
    pub position: Position,
    /// IANA name of its time zone.
    pub time_zone: String,
    /// Whether CPR numbers of invented people are taken.
    pub invented_people: bool,
    /// The server's own enrolment.
    pub server: EnrolmentId,
}

impl Workspace {
    /// Reads the one workspace of this database.
    pub(super) fn only(sql: &Connection) -> Result<Self, StoreError> {
        let mut statement = sql.prepare_cached(
            "select workspace, generation, position, time_zone, invented_people, server from workspace limit 1",
        )?;
        let found = statement.query_row([], Self::from_row).optional()?;
        found.ok_or(StoreError::NotMigrated)
    }

    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: WorkspaceId::from_bytes(row.get(0)?),
            generation: Generation(row.get(1)?),
            position: position(row, 2)?,
            time_zone: row.get(3)?,
            invented_people: row.get(4)?,
            server: EnrolmentId::from_bytes(row.get(5)?),
        })
    }

    /// Writes a new workspace.
    pub(super) fn insert(&self, sql: &Connection) -> Result<(), StoreError> {
        sql.execute(
            "insert into workspace (workspace, generation, position, time_zone, invented_people, server)
             values (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                self.id.as_bytes(),
                self.generation.0,
                number(self.position),
                self.time_zone,
                self.invented_people,
                self.server.as_bytes()
            ],
        )?;
        Ok(())
    }
}

/// Another life of the log begins: every device reads it from its start, and offers again what it lacks.
pub(super) fn begin_life(sql: &Connection, workspace: WorkspaceId, generation: Generation) -> Result<(), StoreError> {
    sql.execute(
        "update workspace set generation = ?2 where workspace = ?1",
        params![workspace.as_bytes(), generation.0],
    )?;
    // What devices said they had wiped was said of positions of the life before.
    sql.execute(
        "update enrolment set erased = null, erased_at = null where workspace = ?1 and erased is not null",
        [workspace.as_bytes()],
    )?;
    Ok(())
}

/// Takes the next position of the log.
pub(super) fn next_position(sql: &Connection, workspace: WorkspaceId) -> Result<Position, StoreError> {
    let mut statement =
        sql.prepare_cached("update workspace set position = position + 1 where workspace = ?1 returning position")?;
    Ok(statement.query_row([workspace.as_bytes()], |row| position(row, 0))?)
}

/// A position as SQLite keeps it. A log of 2^63 entries is not reached.
pub(super) fn number(position: Position) -> i64 {
    i64::try_from(position.0).unwrap_or(i64::MAX)
}

/// Reads a position.
pub(super) fn position(row: &Row<'_>, column: usize) -> rusqlite::Result<Position> {
    Ok(Position(row.get::<_, i64>(column)?.max(0).unsigned_abs()))
}
