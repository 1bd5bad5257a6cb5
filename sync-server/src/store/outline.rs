//! What can be said of a document whose content cannot be read: it stands at the beginning of its row.
//!
//! It reads no further than that, for what follows may lie on a page that is damaged.

use feltbog_ids::{ChangeHash, DocId, Instant, WorkspaceId};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::StoreError;

/// The beginning of a document's row.
#[derive(Clone, Debug)]
pub(crate) struct Outline {
    /// The word of its kind.
    pub(crate) kind: String,
    /// Its parent.
    pub(crate) parent: Option<DocId>,
    /// Its version, sorted.
    pub(crate) heads: Vec<ChangeHash>,
    /// Bytes of its body.
    pub(crate) size: u32,
    /// When its latest change arrived.
    pub(crate) received: Instant,
}

/// The outline of a document.
pub(crate) fn outline(sql: &Connection, workspace: WorkspaceId, doc: DocId) -> Result<Option<Outline>, StoreError> {
    let mut statement =
        sql.prepare_cached("select kind, parent, heads, length(body) from document where workspace = ?1 and doc = ?2")?;
    let found = statement
        .query_row([workspace.as_bytes(), doc.as_bytes()], from_row)
        .optional()?;
    let Some(outline) = found else { return Ok(None) };
    let received = received(sql, workspace, doc)?;
    Ok(Some(Outline { received, ..outline }))
}

/// Ids of all documents, from the index: it lies on pages of its own.
pub(crate) fn ids(sql: &Connection, workspace: WorkspaceId) -> Result<Vec<DocId>, StoreError> {
    let mut statement = sql.prepare_cached("select doc from document where workspace = ?1 order by doc")?;
    let rows = statement.query_map([workspace.as_bytes()], |row| row.get(0).map(DocId::from_bytes))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Outline> {
    let heads: Vec<u8> = row.get(2)?;
    let (hashes, _) = heads.as_chunks::<32>();
    Ok(Outline {
        kind: row.get(0)?,
        parent: row.get::<_, Option<[u8; 16]>>(1)?.map(DocId::from_bytes),
        heads: hashes.iter().copied().map(ChangeHash).collect(),
        size: row.get(3)?,
        received: Instant(0),
    })
}

/// The log says it too; its rows end with it, and a damaged one is worth no more than none.
fn received(sql: &Connection, workspace: WorkspaceId, doc: DocId) -> Result<Instant, StoreError> {
    let mut statement = sql.prepare_cached(
        "select received from change where workspace = ?1 and doc = ?2 order by position desc limit 1",
    )?;
    let at = statement.query_row(params![workspace.as_bytes(), doc.as_bytes()], |row| row.get(0));
    Ok(Instant(at.optional()?.unwrap_or(0)))
}
