//! What devices handed over that had no place, as rows: which document was made of it, and how far it has come.
//!
//! It decides nothing; the office does.

use feltbog_ids::{CommandId, DocId, EnrolmentId, Instant, WorkspaceId};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::StoreError;

/// One of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LooseRow {
    /// The document made of it.
    pub(crate) doc: DocId,
    /// The latest edition taken.
    pub(crate) edition: u32,
    /// How often something of it was taken.
    pub(crate) turns: u32,
}

/// What this enrolment handed over under this id.
pub(crate) fn find(
    sql: &Connection,
    workspace: WorkspaceId,
    (enrolment, id): (EnrolmentId, CommandId),
) -> Result<Option<LooseRow>, StoreError> {
    let mut statement = sql
        .prepare_cached("select doc, edition, turns from loose where workspace = ?1 and enrolment = ?2 and id = ?3")?;
    let read = |row: &Row<'_>| {
        Ok(LooseRow {
            doc: DocId::from_bytes(row.get(0)?),
            edition: row.get(1)?,
            turns: row.get(2)?,
        })
    };
    let key = [workspace.as_bytes(), enrolment.as_bytes(), id.as_bytes()];
    Ok(statement.query_row(key, read).optional()?)
}

/// How many this enrolment began to hand over since then.
pub(crate) fn begun_since(
    sql: &Connection,
    workspace: WorkspaceId,
    enrolment: EnrolmentId,
    since: Instant,
) -> Result<u32, StoreError> {
    let mut statement =
        sql.prepare_cached("select count(*) from loose where workspace = ?1 and enrolment = ?2 and at > ?3")?;
    let key = params![workspace.as_bytes(), enrolment.as_bytes(), since.0];
    Ok(statement.query_row(key, |row| row.get(0))?)
}

/// Notes how far one has come; when it first came stays as it is.
pub(crate) fn keep(
    sql: &Connection,
    workspace: WorkspaceId,
    (enrolment, id): (EnrolmentId, CommandId),
    row: &LooseRow,
    now: Instant,
) -> Result<(), StoreError> {
    let mut statement = sql.prepare_cached(
        "insert into loose (workspace, enrolment, id, doc, edition, turns, at) values (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         on conflict (workspace, enrolment, id) do update set edition = excluded.edition, turns = excluded.turns",
    )?;
    statement.execute(params![
        workspace.as_bytes(),
        enrolment.as_bytes(),
        id.as_bytes(),
        row.doc.as_bytes(),
        row.edition,
        row.turns,
        now.0
    ])?;
    Ok(())
}
