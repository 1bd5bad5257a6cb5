//! Appending changes that were found good: log, body, heads, projection and scopes, in the caller's transaction.
//!
//! Everything written in the server passes here. It judges no author; that is done before.

use std::collections::BTreeSet;

use feltbog_casebook::{Birth, Book, Kind, PROJECTION_VERSION, Projection, Reach, caps};
use feltbog_ids::{ChangeHash, DocId, EnrolmentId, Instant, PersonId, Position, UnitId};
use feltbog_protocol::MAX_BODY;
use rusqlite::Connection;

use super::{
    documents::{self, DocRow, NewChange, Words},
    grants,
    ledger::Ledger,
    log::{Workspace, next_position},
    scopes::{self, Event},
};
use crate::{StoreError, rights::ScopeName};

/// A document that is being written: as it was, and as it is with the changes.
pub(crate) struct Opened {
    /// The document with its changes.
    pub(crate) book: Book,
    /// Its version before them; empty for a new one.
    pub(crate) before: Vec<ChangeHash>,
    /// The person whose push made it.
    pub(crate) born_by: Option<PersonId>,
    /// When its epoch began; zero in its first.
    pub(crate) epoch: Instant,
}

/// Who appends, and when.
#[derive(Clone, Copy)]
pub(crate) struct Sender {
    /// The enrolment the changes came in by.
    pub(crate) enrolment: EnrolmentId,
    /// The server's clock.
    pub(crate) now: Instant,
}

impl Opened {
    /// Opens a document that is here.
    pub(crate) fn load(ledger: &Ledger<'_>, workspace: &Workspace, row: &DocRow) -> Result<Self, StoreError> {
        let body = documents::body(ledger, workspace.id, row.doc)?;
        Ok(Self {
            book: Book::open(&body, [])?,
            before: row.heads.clone(),
            born_by: row.born_by,
            epoch: row.epoch,
        })
    }

    /// A document with nothing but its birth, which is not in the log yet.
    pub(crate) fn born(birth: Birth, born_by: Option<PersonId>) -> Self {
        Self {
            book: Book::born(birth),
            before: Vec::new(),
            born_by,
            epoch: Instant(0),
        }
    }

    fn birth(&self) -> &Birth {
        self.book.birth()
    }

    fn doc(&self) -> DocId {
        self.birth().id
    }
}

/// Appends changes that the opened book already holds, and returns the place of the last one in the log.
pub(crate) fn append(
    sql: &Ledger<'_>,
    workspace: &Workspace,
    opened: &Opened,
    changes: &[(ChangeHash, Vec<u8>)],
    sender: Sender,
) -> Result<Position, StoreError> {
    let projection = opened.book.project();
    ensure_taken(workspace, &projection)?;
    let body = opened.book.save();
    if body.len() > MAX_BODY || caps::check_body(&body).is_err() {
        return Err(StoreError::TooLarge);
    }
    let mut at = Position::ZERO;
    for (hash, bytes) in changes {
        at = next_position(sql, workspace.id)?;
        let Sender { enrolment, now } = sender;
        let change = NewChange {
            doc: opened.doc(),
            epoch: opened.epoch,
            hash: *hash,
            bytes,
            enrolment,
            received: now,
        };
        documents::add_change(sql, workspace.id, at, &change)?;
    }
    let row = row(opened, at, sender.now);
    let words = Words {
        body: &body,
        projection: &projection.to_bytes(),
    };
    documents::save(sql, workspace.id, &row, &words)?;
    if let Projection::Unit(facts) = &projection {
        grants::plant(sql, workspace.id, UnitId::from(opened.doc()), facts)?;
    }
    settle(sql, workspace, opened, &row, sender.now)?;
    Ok(at)
}

/// The scopes a document belongs in: its own, or those of the case it follows.
pub(crate) fn scopes_of(
    sql: &Connection,
    workspace: &Workspace,
    book: &Book,
) -> Result<BTreeSet<ScopeName>, StoreError> {
    match book.reach() {
        Reach::Own(audience) => Ok(ScopeName::of_audience(&audience)),
        Reach::Follows(parent) => scopes::live_of(sql, workspace.id, parent),
    }
}

/// Puts the document in its scopes; where they changed, its children come along.
fn settle(
    sql: &Ledger<'_>,
    workspace: &Workspace,
    opened: &Opened,
    row: &DocRow,
    now: Instant,
) -> Result<(), StoreError> {
    let had = scopes::live_of(sql, workspace.id, row.doc)?;
    let wanted = scopes_of(sql, workspace, &opened.book)?;
    let event = Event {
        doc: row.doc,
        before: &opened.before,
        after: &row.heads,
        at: row.position,
        now,
    };
    scopes::settle(sql, workspace.id, &wanted, &event)?;
    if opened.birth().kind == Kind::Case && had != wanted {
        take_along(sql, workspace, row.doc, &wanted, now)?;
        if had.is_empty() {
            bring_back(sql, workspace, row.doc, now)?;
        }
    }
    Ok(())
}

/// Moves the children of a case into its scopes. Each move is an event of its own in the log.
fn take_along(
    sql: &Connection,
    workspace: &Workspace,
    case: DocId,
    wanted: &BTreeSet<ScopeName>,
    now: Instant,
) -> Result<(), StoreError> {
    for child in documents::children(sql, workspace.id, case)? {
        if Kind::parse(&child.kind).is_some_and(Kind::follows_parent) {
            put_in(sql, workspace, &child, wanted, now)?;
        }
    }
    Ok(())
}

/// Puts a document in these scopes and nowhere else where nothing in it changed: an event of its own in the log.
fn put_in(
    sql: &Connection,
    workspace: &Workspace,
    row: &DocRow,
    wanted: &BTreeSet<ScopeName>,
    now: Instant,
) -> Result<(), StoreError> {
    let at = next_position(sql, workspace.id)?;
    documents::touch(sql, workspace.id, row.doc, at)?;
    let event = Event {
        doc: row.doc,
        before: &row.heads,
        after: &row.heads,
        at,
        now,
    };
    scopes::settle(sql, workspace.id, wanted, &event)
}

/// Takes a case and everything that belongs to it out of every scope. It stays here; a later change of the case brings it
/// back where it belongs, and what belongs to it with it.
pub(super) fn withdraw(sql: &Connection, workspace: &Workspace, case: &DocRow, now: Instant) -> Result<(), StoreError> {
    put_in(sql, workspace, case, &BTreeSet::new(), now)?;
    let children = documents::children(sql, workspace.id, case.doc)?;
    children.iter().try_for_each(|child| {
        if scopes::live_of(sql, workspace.id, child.doc)?.is_empty() {
            return Ok(());
        }
        put_in(sql, workspace, child, &BTreeSet::new(), now)
    })
}

/// A case that was in no scope is back: so are its parts, whose audience is their own.
fn bring_back(sql: &Ledger<'_>, workspace: &Workspace, case: DocId, now: Instant) -> Result<(), StoreError> {
    let children = documents::children(sql, workspace.id, case)?.into_iter();
    for part in children.filter(|child| child.kind == Kind::Part.word()) {
        let book = match Opened::load(sql, workspace, &part) {
            Ok(opened) => opened.book,
            // For whom it is cannot be read any more.
            Err(StoreError::Erased) => continue,
            // It stays where it is, in no scope; the case itself is not held up by it.
            Err(error @ (StoreError::Book(_) | StoreError::Damaged)) => {
                tracing::error!(%error, doc = %part.doc, "a part cannot be opened and does not come back with its case");
                continue;
            }
            Err(error) => return Err(error),
        };
        let wanted = scopes_of(sql, workspace, &book)?;
        if scopes::live_of(sql, workspace.id, part.doc)? != wanted {
            put_in(sql, workspace, &part, &wanted, now)?;
        }
    }
    Ok(())
}

/// Words that name compartments of what is no case: a case of such a type would reach whom they reach.
const RESERVED: [&str; 3] = ["org", "news", "part"];

/// A CPR number with 80 added to its month belongs to nobody.
fn ensure_taken(workspace: &Workspace, projection: &Projection) -> Result<(), StoreError> {
    let Projection::Case(case) = projection else {
        return Ok(());
    };
    if RESERVED.contains(&case.case_type.as_str()) || case.case_type.contains(char::is_whitespace) {
        return Err(StoreError::CaseType);
    }
    let month: Option<u8> = case.cpr.get(2..4).and_then(|month| month.parse().ok());
    let invented = month.is_some_and(|month| month > 12);
    if invented && !workspace.invented_people {
        Err(StoreError::InventedCpr)
    } else {
        Ok(())
    }
}

fn row(opened: &Opened, at: Position, now: Instant) -> DocRow {
    DocRow {
        doc: opened.doc(),
        kind: opened.birth().kind.word().to_owned(),
        parent: opened.birth().parent,
        heads: opened.book.heads(),
        size: 0,
        projection: Vec::new(),
        projected: PROJECTION_VERSION,
        position: at,
        received: now,
        born_by: opened.born_by,
        epoch: opened.epoch,
    }
}
