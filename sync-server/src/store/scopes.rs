//! Scopes and what lies in them: one live row per (scope, document), a count and a rolling digest per scope.
//!
//! It does not decide who holds a scope; `rights` does.

use std::collections::{BTreeMap, BTreeSet};

use feltbog_casebook::member_digest;
use feltbog_ids::{ChangeHash, DigestOf, DocId, Instant, Position, ScopeId, WorkspaceId};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{
    documents::split,
    log::{number, position},
};
use crate::{
    StoreError,
    rights::{Circle, Rights, ScopeName},
};

/// A scope as it stands.
#[derive(Clone, Debug)]
pub struct ScopeRow {
    /// Which one.
    pub id: ScopeId,
    /// What it is.
    pub name: ScopeName,
    /// How many documents.
    pub count: u32,
    /// Exclusive or of the digests of (document, heads).
    pub digest: DigestOf,
}

/// A document's row in a scope.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// The scope.
    pub(crate) scope: ScopeId,
    /// What it is.
    pub(crate) name: ScopeName,
    /// When the document came in the first time.
    pub(crate) first_entered: Position,
    /// When it came in the latest time.
    pub(crate) entered: Position,
    /// When it left; none while it is in.
    pub(crate) left: Option<(Position, Instant)>,
}

/// What happened to a document: its version before and after, and where that stands in the log.
pub(super) struct Event<'a> {
    pub(super) doc: DocId,
    pub(super) before: &'a [ChangeHash],
    pub(super) after: &'a [ChangeHash],
    pub(super) at: Position,
    pub(super) now: Instant,
}

/// Puts the document where it now belongs and nowhere else.
pub(super) fn settle(
    sql: &Connection,
    workspace: WorkspaceId,
    wanted: &BTreeSet<ScopeName>,
    event: &Event<'_>,
) -> Result<(), StoreError> {
    let live = live_of(sql, workspace, event.doc)?;
    let mut out = member_digest(event.doc, event.before);
    let into = member_digest(event.doc, event.after);
    for name in live.difference(wanted) {
        leave(sql, workspace, name, event)?;
        shift(sql, workspace, name.id(workspace), -1, out)?;
    }
    for name in wanted.difference(&live) {
        create(sql, workspace, name)?;
        enter(sql, workspace, name, event)?;
        shift(sql, workspace, name.id(workspace), 1, into)?;
    }
    out.toggle(into);
    for name in live.intersection(wanted) {
        stay(sql, workspace, name, event)?;
        shift(sql, workspace, name.id(workspace), 0, out)?;
    }
    Ok(())
}

/// The scopes that hold a document now.
pub(crate) fn live_of(sql: &Connection, workspace: WorkspaceId, doc: DocId) -> Result<BTreeSet<ScopeName>, StoreError> {
    let places = places_of(sql, workspace, doc)?.into_iter();
    Ok(places
        .filter(|place| place.left.is_none())
        .map(|place| place.name)
        .collect())
}

/// Every row of a document, of the scopes it left among them. The index is named: left to itself the engine reads all rows
/// there are, since they lie in the order asked for.
pub(crate) fn places_of(sql: &Connection, workspace: WorkspaceId, doc: DocId) -> Result<Vec<Place>, StoreError> {
    let mut statement = sql.prepare_cached(
        "select d.scope, s.audience, s.compartment, s.shelf, d.first_entered, d.entered, d.left_position, d.left_at
         from scope_doc d indexed by scope_doc_of_doc
         join scope s on s.workspace = d.workspace and s.scope = d.scope
         where d.workspace = ?1 and d.doc = ?2 order by d.scope",
    )?;
    let rows = statement.query_map([workspace.as_bytes(), doc.as_bytes()], place_from_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The existing scopes these rights hold.
pub(crate) fn held(
    sql: &Connection,
    workspace: WorkspaceId,
    rights: &Rights,
) -> Result<BTreeMap<ScopeId, ScopeRow>, StoreError> {
    let mut statement = sql.prepare_cached(
        "select scope, audience, compartment, shelf, count, digest from scope
         where workspace = ?1 and audience in (select value from json_each(?2))",
    )?;
    let circles: Vec<_> = rights.circles().into_iter().map(|word| format!("\"{word}\"")).collect();
    let rows = statement.query_map(
        params![workspace.as_bytes(), format!("[{}]", circles.join(","))],
        scope_from_row,
    )?;
    let mut held = BTreeMap::new();
    for row in rows {
        let row = row?;
        if rights.roles_in(&row.name).is_some() {
            held.insert(row.id, row);
        }
    }
    Ok(held)
}

/// Documents of a scope with an event after a position, in order, at most so many.
pub(crate) fn in_order(
    sql: &Connection,
    workspace: WorkspaceId,
    scope: ScopeId,
    after: Position,
    most: usize,
) -> Result<Vec<(Position, DocId)>, StoreError> {
    let mut statement = sql.prepare_cached(
        "select position, doc from scope_doc
         where workspace = ?1 and scope = ?2 and left_position is null and position > ?3
         order by position limit ?4",
    )?;
    let read = |row: &Row<'_>| Ok((position(row, 0)?, DocId::from_bytes(row.get(1)?)));
    let rows = statement.query_map(
        params![workspace.as_bytes(), scope.as_bytes(), number(after), most as i64],
        read,
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Documents that were in a scope at `after` and left it since, up to `upto`, with the position of their leaving.
pub(crate) fn left_between(
    sql: &Connection,
    workspace: WorkspaceId,
    scope: ScopeId,
    after: Position,
    upto: Position,
) -> Result<Vec<(Position, DocId)>, StoreError> {
    let mut statement = sql.prepare_cached(
        "select left_position, doc from scope_doc
         where workspace = ?1 and scope = ?2 and left_position > ?3 and left_position <= ?4 and first_entered <= ?3
         order by left_position",
    )?;
    let read = |row: &Row<'_>| Ok((position(row, 0)?, DocId::from_bytes(row.get(1)?)));
    let rows = statement.query_map(
        params![workspace.as_bytes(), scope.as_bytes(), number(after), number(upto)],
        read,
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Whether anything came into a scope, changed in it or left it after a position.
pub(crate) fn has_moved(
    sql: &Connection,
    workspace: WorkspaceId,
    scope: ScopeId,
    after: Position,
) -> Result<bool, StoreError> {
    let mut statement = sql.prepare_cached(
        "select exists (select 1 from scope_doc where workspace = ?1 and scope = ?2 and position > ?3)",
    )?;
    let key = params![workspace.as_bytes(), scope.as_bytes(), number(after)];
    Ok(statement.query_row(key, |row| row.get(0))?)
}

/// Documents of a scope and their versions, in order of position.
pub(crate) fn versions(
    sql: &Connection,
    workspace: WorkspaceId,
    scope: ScopeId,
) -> Result<Vec<(DocId, Vec<ChangeHash>)>, StoreError> {
    let mut statement = sql.prepare_cached(
        "select d.doc, d.heads from scope_doc p join document d on d.workspace = p.workspace and d.doc = p.doc
         where p.workspace = ?1 and p.scope = ?2 and p.left_position is null order by p.position",
    )?;
    let read = |row: &Row<'_>| Ok((DocId::from_bytes(row.get(0)?), split(&row.get::<_, Vec<u8>>(1)?)));
    let rows = statement.query_map([workspace.as_bytes(), scope.as_bytes()], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Counts a scope and its digest from its documents.
pub(crate) fn count_anew(sql: &Connection, workspace: WorkspaceId, scope: ScopeId) -> Result<(), StoreError> {
    let (mut count, mut digest) = (0_i64, DigestOf::default());
    for (doc, heads) in versions(sql, workspace, scope)? {
        count += 1;
        digest.toggle(member_digest(doc, &heads));
    }
    sql.execute(
        "update scope set count = ?3, digest = ?4 where workspace = ?1 and scope = ?2",
        params![workspace.as_bytes(), scope.as_bytes(), count, digest.0],
    )?;
    Ok(())
}

/// Forgets leavings from before an instant, and answers how many. Whoever reads the log from further back is not told of
/// them, and is repaired.
pub(super) fn forget_left(sql: &Connection, workspace: WorkspaceId, before: Instant) -> Result<usize, StoreError> {
    let forgotten = sql.execute(
        "delete from scope_doc where workspace = ?1 and left_at < ?2",
        params![workspace.as_bytes(), before.0],
    )?;
    Ok(forgotten)
}

/// All documents of a scope.
pub(crate) fn members(sql: &Connection, workspace: WorkspaceId, scope: ScopeId) -> Result<Vec<DocId>, StoreError> {
    let all = in_order(sql, workspace, scope, Position::ZERO, i64::MAX as usize)?;
    Ok(all.into_iter().map(|(_, doc)| doc).collect())
}

/// Scopes with an event after a position.
pub(crate) fn touched_after(
    sql: &Connection,
    workspace: WorkspaceId,
    after: Position,
) -> Result<BTreeSet<ScopeId>, StoreError> {
    let mut statement = sql.prepare_cached(
        "select distinct scope from scope_doc indexed by scope_doc_by_position where workspace = ?1 and position > ?2",
    )?;
    let read = |row: &Row<'_>| Ok(ScopeId::from_bytes(row.get(0)?));
    let rows = statement.query_map(params![workspace.as_bytes(), number(after)], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn create(sql: &Connection, workspace: WorkspaceId, name: &ScopeName) -> Result<(), StoreError> {
    let mut statement = sql.prepare_cached(
        "insert into scope (workspace, scope, audience, compartment, shelf, count, digest)
         values (?1, ?2, ?3, ?4, ?5, 0, zeroblob(16)) on conflict do nothing",
    )?;
    let id = name.id(workspace);
    statement.execute(params![
        workspace.as_bytes(),
        id.as_bytes(),
        name.circle.word(),
        name.compartment,
        name.shelf()
    ])?;
    Ok(())
}

fn enter(sql: &Connection, workspace: WorkspaceId, name: &ScopeName, event: &Event<'_>) -> Result<(), StoreError> {
    let mut statement = sql.prepare_cached(
        "insert into scope_doc (workspace, scope, doc, position, first_entered, entered)
         values (?1, ?2, ?3, ?4, ?4, ?4)
         on conflict (workspace, scope, doc) do update set position = excluded.position,
             entered = excluded.entered, left_position = null, left_at = null",
    )?;
    let id = name.id(workspace);
    statement.execute(params![
        workspace.as_bytes(),
        id.as_bytes(),
        event.doc.as_bytes(),
        number(event.at)
    ])?;
    Ok(())
}

fn stay(sql: &Connection, workspace: WorkspaceId, name: &ScopeName, event: &Event<'_>) -> Result<(), StoreError> {
    let mut statement =
        sql.prepare_cached("update scope_doc set position = ?4 where workspace = ?1 and scope = ?2 and doc = ?3")?;
    let id = name.id(workspace);
    statement.execute(params![
        workspace.as_bytes(),
        id.as_bytes(),
        event.doc.as_bytes(),
        number(event.at)
    ])?;
    Ok(())
}

fn leave(sql: &Connection, workspace: WorkspaceId, name: &ScopeName, event: &Event<'_>) -> Result<(), StoreError> {
    let mut statement = sql.prepare_cached(
        "update scope_doc set position = ?4, left_position = ?4, left_at = ?5
         where workspace = ?1 and scope = ?2 and doc = ?3",
    )?;
    let id = name.id(workspace);
    let (doc, at) = (event.doc, number(event.at));
    statement.execute(params![
        workspace.as_bytes(),
        id.as_bytes(),
        doc.as_bytes(),
        at,
        event.now.0
    ])?;
    Ok(())
}

/// Changes a scope's count and toggles its digest.
fn shift(
    sql: &Connection,
    workspace: WorkspaceId,
    scope: ScopeId,
    by: i64,
    member: DigestOf,
) -> Result<(), StoreError> {
    let key = [workspace.as_bytes(), scope.as_bytes()];
    let mut read = sql.prepare_cached("select digest from scope where workspace = ?1 and scope = ?2")?;
    let mut digest = DigestOf(read.query_row(key, |row| row.get(0)).optional()?.unwrap_or_default());
    digest.toggle(member);
    let mut write =
        sql.prepare_cached("update scope set count = count + ?3, digest = ?4 where workspace = ?1 and scope = ?2")?;
    write.execute(params![workspace.as_bytes(), scope.as_bytes(), by, digest.0])?;
    Ok(())
}

/// A scope's name from its three columns, starting at `column`.
fn name(row: &Row<'_>, column: usize) -> rusqlite::Result<ScopeName> {
    let word: String = row.get(column)?;
    let circle = Circle::parse(&word).ok_or(rusqlite::Error::InvalidQuery)?;
    let shelf: String = row.get(column + 2)?;
    Ok(ScopeName {
        circle,
        compartment: row.get(column + 1)?,
        archive: shelf == "archive",
    })
}

fn scope_from_row(row: &Row<'_>) -> rusqlite::Result<ScopeRow> {
    Ok(ScopeRow {
        id: ScopeId::from_bytes(row.get(0)?),
        name: name(row, 1)?,
        count: row.get(4)?,
        digest: DigestOf(row.get(5)?),
    })
}

fn place_from_row(row: &Row<'_>) -> rusqlite::Result<Place> {
    let left = row.get::<_, Option<i64>>(6)?.is_some();
    Ok(Place {
        scope: ScopeId::from_bytes(row.get(0)?),
        name: name(row, 1)?,
        first_entered: position(row, 4)?,
        entered: position(row, 5)?,
        left: if left {
            Some((position(row, 6)?, Instant(row.get(7)?)))
        } else {
            None
        },
    })
}
