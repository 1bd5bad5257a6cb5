//! Documents and their changes as rows.
//!
//! It reads and writes bytes, sealed where they say something of a document; it opens no document and judges nothing.

use feltbog_ids::{ChangeHash, DocId, EnrolmentId, Instant, PersonId, Position, WorkspaceId};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{
    ledger::{Chest, Ledger},
    log::{number, position},
    seal::{self, FRAME, Part},
};
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
    /// Its projection as it lies there: see [`projection`].
    pub(super) projection: Vec<u8>,
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
pub(crate) fn body(ledger: &Ledger<'_>, workspace: WorkspaceId, doc: DocId) -> Result<Vec<u8>, StoreError> {
    let mut statement = ledger.prepare_cached("select body, epoch from document where workspace = ?1 and doc = ?2")?;
    let read = |row: &Row<'_>| Ok((row.get(0)?, Instant(row.get(1)?)));
    let found = statement.query_row([workspace.as_bytes(), doc.as_bytes()], read);
    let (body, epoch) = found.optional()?.ok_or(StoreError::NoSuch("document"))?;
    ledger.chest(workspace, doc, epoch).open(Part::Body, body)
}

/// A document's projection.
pub(crate) fn projection(ledger: &Ledger<'_>, workspace: WorkspaceId, row: &DocRow) -> Result<Vec<u8>, StoreError> {
    let mut chest = ledger.chest(workspace, row.doc, row.epoch);
    chest.open(Part::Projection, row.projection.clone())
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

/// What a document says, in the clear.
pub(crate) struct Words<'a> {
    /// Its body.
    pub(crate) body: &'a [u8],
    /// Its projection.
    pub(crate) projection: &'a [u8],
}

/// Writes a document, new or changed, in its epoch.
pub(crate) fn save(
    ledger: &Ledger<'_>,
    workspace: WorkspaceId,
    row: &DocRow,
    words: &Words<'_>,
) -> Result<(), StoreError> {
    let mut chest = ledger.chest(workspace, row.doc, row.epoch);
    let mut statement = ledger.prepare_cached(
        "insert into document (workspace, doc, kind, parent, heads, body, projection, projected, position, received,
             born_by, epoch)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
         on conflict (workspace, doc) do update set heads = excluded.heads, body = excluded.body,
             projection = excluded.projection, projected = excluded.projected, position = excluded.position,
             received = excluded.received, epoch = excluded.epoch",
    )?;
    statement.execute(params![
        workspace.as_bytes(),
        row.doc.as_bytes(),
        row.kind,
        row.parent.as_ref().map(DocId::as_bytes),
        join(&row.heads),
        chest.seal(Part::Body, words.body)?,
        chest.seal(Part::Projection, words.projection)?,
        row.projected,
        number(row.position),
        row.received.0,
        row.born_by.as_ref().map(PersonId::as_bytes),
        row.epoch.0,
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
    /// The document's epoch.
    pub(crate) epoch: Instant,
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
    ledger: &Ledger<'_>,
    workspace: WorkspaceId,
    at: Position,
    change: &NewChange<'_>,
) -> Result<(), StoreError> {
    let mut chest = ledger.chest(workspace, change.doc, change.epoch);
    let mut statement = ledger.prepare_cached(
        "insert into change (workspace, doc, hash, position, enrolment, bytes, received)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    statement.execute(params![
        workspace.as_bytes(),
        change.doc.as_bytes(),
        change.hash.0,
        number(at),
        change.enrolment.as_bytes(),
        chest.seal(Part::Change(change.hash), change.bytes)?,
        change.received.0
    ])?;
    Ok(())
}

/// The changes of a document after a position, in order, unless they come to more than `most` bytes or one of them lies
/// in the body alone by now.
pub(crate) fn changes_after(
    ledger: &Ledger<'_>,
    workspace: WorkspaceId,
    doc: DocId,
    after: Position,
    most: usize,
) -> Result<Option<Vec<Vec<u8>>>, StoreError> {
    let mut statement = ledger.prepare_cached(
        "select bytes, hash from change where workspace = ?1 and doc = ?2 and position > ?3 order by position",
    )?;
    let mut rows = statement.query(params![workspace.as_bytes(), doc.as_bytes(), number(after)])?;
    let (mut changes, mut total, mut chest) = (Vec::new(), 0, None);
    while let Some(row) = rows.next()? {
        let bytes: Vec<u8> = row.get(0)?;
        if bytes.is_empty() {
            return Ok(None);
        }
        let part = Part::Change(ChangeHash(row.get(1)?));
        let chest = match &mut chest {
            Some(chest) => chest,
            none => none.insert(chest_of(ledger, workspace, doc)?),
        };
        let bytes = chest.open(part, bytes)?;
        total += bytes.len();
        if total > most {
            return Ok(None);
        }
        changes.push(bytes);
    }
    Ok(Some(changes))
}

/// The present epoch of a document that is here; the first of one that is not.
pub(super) fn chest_of<'l>(
    ledger: &'l Ledger<'_>,
    workspace: WorkspaceId,
    doc: DocId,
) -> Result<Chest<'l>, StoreError> {
    let mut statement = ledger.prepare_cached("select epoch from document where workspace = ?1 and doc = ?2")?;
    let epoch = statement.query_row([workspace.as_bytes(), doc.as_bytes()], |row| row.get(0));
    let epoch = Instant(epoch.optional()?.unwrap_or(0));
    Ok(ledger.chest(workspace, doc, epoch))
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<DocRow> {
    let projection: Vec<u8> = row.get(5)?;
    // Body and projection are sealed together.
    let frame = if seal::is_sealed(&projection) { FRAME } else { 0 };
    Ok(DocRow {
        doc: DocId::from_bytes(row.get(0)?),
        kind: row.get(1)?,
        parent: row.get::<_, Option<[u8; 16]>>(2)?.map(DocId::from_bytes),
        heads: split(&row.get::<_, Vec<u8>>(3)?),
        size: row.get::<_, u32>(4)?.saturating_sub(frame),
        projection,
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
