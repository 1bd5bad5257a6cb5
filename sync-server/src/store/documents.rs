//! Documents and their changes as rows.
//!
//! It reads and writes bytes; it opens no document and judges nothing.

use feltbog_ids::{ChangeHash, DocId, EnrolmentId, Instant, PersonId, Position, WorkspaceId};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::log::{number, position};
use crate::StoreError;

/// A document as the database has it, without its body.
#[derive(Clone, Debug)]
pub struct DocRow {
    /// Which one.
    pub doc: DocId,
    /// The word of its kind.
    pub kind: String,
    /// Its parent.
    pub parent: Option<DocId>,
    /// Its version, sorted.
    pub heads: Vec<ChangeHash>,
    /// Bytes of its body.
    pub size: u32,
    /// Its projection.
    pub projection: Vec<u8>,
    /// The version of the projection's making.
    pub projected: u32,
    /// Its latest event.
    pub position: Position,
    /// When its latest change arrived.
    pub received: Instant,
    /// The person whose push made it.
    pub born_by: Option<PersonId>,
    /// When its epoch began; zero in its first.
    pub epoch: Instant,
}

/// A change as the database has it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ChangeRow {
    /// Where it stands in the log.
    pub(crate) position: Position,
    /// Who sent it.
    pub(crate) enrolment: EnrolmentId,
}

const COLUMNS: &str =
    "doc, kind, parent, heads, length(body), projection, projected, position, received, born_by, epoch";

/// A document, if there is one.
pub(crate) fn find(sql: &Connection, workspace: WorkspaceId, doc: DocId) -> Result<Option<DocRow>, StoreError> {
    let text = format!("select {COLUMNS} from document where workspace = ?1 and doc = ?2");
    let mut statement = sql.prepare_cached(&text)?;
    Ok(statement
        .query_row([workspace.as_bytes(), doc.as_bytes()], from_row)
        .optional()?)
}

/// A document's body.
pub(crate) fn body(sql: &Connection, workspace: WorkspaceId, doc: DocId) -> Result<Vec<u8>, StoreError> {
    let mut statement = sql.prepare_cached("select body from document where workspace = ?1 and doc = ?2")?;
    let found = statement
        .query_row([workspace.as_bytes(), doc.as_bytes()], |row| row.get(0))
        .optional()?;
    found.ok_or(StoreError::NoSuch("document"))
}

/// Documents of a kind, by id.
pub(crate) fn of_kind(sql: &Connection, workspace: WorkspaceId, kind: &str) -> Result<Vec<DocRow>, StoreError> {
    let text = format!("select {COLUMNS} from document where workspace = ?1 and kind = ?2 order by doc");
    let mut statement = sql.prepare_cached(&text)?;
    let rows = statement.query_map(params![workspace.as_bytes(), kind], from_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The children of a case, by id.
pub(crate) fn children(sql: &Connection, workspace: WorkspaceId, parent: DocId) -> Result<Vec<DocRow>, StoreError> {
    let text = format!("select {COLUMNS} from document where workspace = ?1 and parent = ?2 order by doc");
    let mut statement = sql.prepare_cached(&text)?;
    let rows = statement.query_map([workspace.as_bytes(), parent.as_bytes()], from_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Writes a document, new or changed. Its epoch stays as it is.
pub(crate) fn save(sql: &Connection, workspace: WorkspaceId, row: &DocRow, body: &[u8]) -> Result<(), StoreError> {
    let mut statement = sql.prepare_cached(
        "insert into document (workspace, doc, kind, parent, heads, body, projection, projected, position, received,
             born_by)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
         on conflict (workspace, doc) do update set heads = excluded.heads, body = excluded.body,
             projection = excluded.projection, projected = excluded.projected, position = excluded.position,
             received = excluded.received",
    )?;
    statement.execute(params![
        workspace.as_bytes(),
        row.doc.as_bytes(),
        row.kind,
        row.parent.as_ref().map(DocId::as_bytes),
        join(&row.heads),
        body,
        row.projection,
        row.projected,
        number(row.position),
        row.received.0,
        row.born_by.as_ref().map(PersonId::as_bytes),
    ])?;
    Ok(())
}

/// Notes a document's latest event where nothing in it changed.
pub(crate) fn touch(sql: &Connection, workspace: WorkspaceId, doc: DocId, at: Position) -> Result<(), StoreError> {
    let mut statement = sql.prepare_cached("update document set position = ?3 where workspace = ?1 and doc = ?2")?;
    statement.execute(params![workspace.as_bytes(), doc.as_bytes(), number(at)])?;
    Ok(())
}

/// A change, if it is there.
pub(crate) fn change(
    sql: &Connection,
    workspace: WorkspaceId,
    doc: DocId,
    hash: ChangeHash,
) -> Result<Option<ChangeRow>, StoreError> {
    one_of("change", sql, workspace, (doc, hash))
}

/// A change that was there before its document was erased.
pub(crate) fn erased_change(
    sql: &Connection,
    workspace: WorkspaceId,
    doc: DocId,
    hash: ChangeHash,
) -> Result<Option<ChangeRow>, StoreError> {
    one_of("erased", sql, workspace, (doc, hash))
}

fn one_of(
    table: &str,
    sql: &Connection,
    workspace: WorkspaceId,
    (doc, hash): (DocId, ChangeHash),
) -> Result<Option<ChangeRow>, StoreError> {
    let text = format!("select position, enrolment from {table} where workspace = ?1 and doc = ?2 and hash = ?3");
    let mut statement = sql.prepare_cached(&text)?;
    let read = |row: &Row<'_>| {
        Ok(ChangeRow {
            position: position(row, 0)?,
            enrolment: EnrolmentId::from_bytes(row.get(1)?),
        })
    };
    let found = statement.query_row(params![workspace.as_bytes(), doc.as_bytes(), hash.0], read);
    Ok(found.optional()?)
}

/// One change on its way into the log.
pub(crate) struct NewChange<'a> {
    /// Its document.
    pub(crate) doc: DocId,
    /// Its hash.
    pub(crate) hash: ChangeHash,
    /// Its chunk.
    pub(crate) bytes: &'a [u8],
    /// Who sent it.
    pub(crate) enrolment: EnrolmentId,
    /// When.
    pub(crate) received: Instant,
}

/// Appends a change to the log.
pub(crate) fn add_change(
    sql: &Connection,
    workspace: WorkspaceId,
    at: Position,
    change: &NewChange<'_>,
) -> Result<(), StoreError> {
    let mut statement = sql.prepare_cached(
        "insert into change (workspace, doc, hash, position, enrolment, bytes, received)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    statement.execute(params![
        workspace.as_bytes(),
        change.doc.as_bytes(),
        change.hash.0,
        number(at),
        change.enrolment.as_bytes(),
        change.bytes,
        change.received.0
    ])?;
    Ok(())
}

/// The changes of a document after a position, in order, unless they come to more than `most` bytes or one of them lies
/// in the body alone by now.
pub(crate) fn changes_after(
    sql: &Connection,
    workspace: WorkspaceId,
    doc: DocId,
    after: Position,
    most: usize,
) -> Result<Option<Vec<Vec<u8>>>, StoreError> {
    let mut statement = sql.prepare_cached(
        "select bytes from change where workspace = ?1 and doc = ?2 and position > ?3 order by position",
    )?;
    let mut rows = statement.query(params![workspace.as_bytes(), doc.as_bytes(), number(after)])?;
    let (mut changes, mut total) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        let bytes: Vec<u8> = row.get(0)?;
        total += bytes.len();
        if total > most || bytes.is_empty() {
            return Ok(None);
        }
        changes.push(bytes);
    }
    Ok(Some(changes))
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<DocRow> {
    Ok(DocRow {
        doc: DocId::from_bytes(row.get(0)?),
        kind: row.get(1)?,
        parent: row.get::<_, Option<[u8; 16]>>(2)?.map(DocId::from_bytes),
        heads: split(&row.get::<_, Vec<u8>>(3)?),
        size: row.get(4)?,
        projection: row.get(5)?,
        projected: row.get(6)?,
        position: position(row, 7)?,
        received: Instant(row.get(8)?),
        born_by: row.get::<_, Option<[u8; 16]>>(9)?.map(PersonId::from_bytes),
        epoch: Instant(row.get(10)?),
    })
}

fn join(heads: &[ChangeHash]) -> Vec<u8> {
    heads.iter().flat_map(|hash| hash.0).collect()
}

/// Heads from a column.
pub(super) fn split(heads: &[u8]) -> Vec<ChangeHash> {
    let (hashes, _) = heads.as_chunks::<32>();
    hashes.iter().copied().map(ChangeHash).collect()
}
