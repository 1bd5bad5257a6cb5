//! Writing as the server itself or an importer: makes what is missing, writes what differs, and nothing else.
//!
//! It never overwrites words: a text is typed only on the very text it names, a finished note stands, and what an importer
//! says anew stands beside what people wrote meanwhile.

use std::collections::BTreeSet;

use feltbog_casebook::{Birth, Book, Edit, Pen, Role, SCHEMA, Scalar, may_create};
use feltbog_ids::{ActorId, ChangeHash, EnrolmentId, Instant};
use rusqlite::Connection;

use super::{
    append::{Opened, Sender, append},
    documents,
    ledger::Ledger,
    log::Workspace,
};
use crate::{Dice, StoreError};

/// A change by its hash, and its bytes.
type Change = (ChangeHash, Vec<u8>);

/// A hand of the server's: its own, or an importer's. One per run, for its salt is drawn anew.
#[derive(Clone, Debug)]
pub struct Hand {
    /// Names the author.
    pub enrolment: EnrolmentId,
    /// Eight fresh bytes of this run.
    pub salt: [u8; 8],
    /// What it may make.
    pub roles: BTreeSet<Role>,
}

/// What became of one document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Put {
    /// It was not there.
    Made,
    /// Something differed.
    Changed,
    /// All of it was there already.
    Unchanged,
}

impl Hand {
    /// A hand with fresh dice.
    pub fn new(enrolment: EnrolmentId, role: Role, dice: &Dice) -> Self {
        Self {
            enrolment,
            salt: dice.bytes(),
            roles: BTreeSet::from([role]),
        }
    }

    fn pen(&self, now: Instant) -> Pen {
        let actor = ActorId::new(self.enrolment, self.salt);
        // Written on a version that holds everything this hand wrote, so that the spare is never needed.
        Pen {
            actor,
            spare: actor,
            time: now,
        }
    }
}

/// Makes the document when it is missing and writes what differs. Nothing is written when this fails.
pub(super) fn put(
    sql: &Ledger<'_>,
    workspace: &Workspace,
    hand: &Hand,
    (birth, edits): (&Birth, &[Edit]),
    now: Instant,
) -> Result<Put, StoreError> {
    keep(sql, workspace, hand, (birth, now), |book| {
        write(book, &hand.pen(now), edits)
    })
}

/// Makes the document when it is missing, or brings what this hand says in it up to date: what it says no longer is
/// cleared. It is written on the version this hand wrote last, so that what others wrote since stands, beside it where
/// both changed the same.
pub(super) fn restate(
    sql: &Ledger<'_>,
    workspace: &Workspace,
    hand: &Hand,
    (birth, edits): (&Birth, &[Edit]),
    now: Instant,
) -> Result<Put, StoreError> {
    keep(sql, workspace, hand, (birth, now), |book| {
        let on = [book.last_by(hand.enrolment).unwrap_or_else(|| birth.hash())];
        let words = [schema()].into_iter().chain(edits.iter().cloned());
        let words: Vec<_> = words.chain(unsaid(book, hand, &on, edits)).collect();
        let written = book.write(&hand.pen(now), &on, &words)?;
        Ok(written
            .map(|written| (written.hash, written.bytes))
            .into_iter()
            .collect())
    })
}

/// Keeps what a deed writes in the document, and its birth when it is missing.
fn keep(
    sql: &Ledger<'_>,
    workspace: &Workspace,
    hand: &Hand,
    (birth, now): (&Birth, Instant),
    deed: impl FnOnce(&mut Book) -> Result<Vec<Change>, StoreError>,
) -> Result<Put, StoreError> {
    let found = documents::find(sql, workspace.id, birth.id)?;
    let mut opened = match &found {
        Some(row) => Opened::load(sql, workspace, row)?,
        None => Opened::born(admitted(sql, workspace, hand, birth)?, None),
    };
    if opened.book.birth() != birth {
        return Err(StoreError::Taken("document id"));
    }
    let mut changes = Vec::new();
    if found.is_none() {
        changes.push((birth.hash(), birth.bytes()));
    }
    changes.extend(deed(&mut opened.book)?);
    if changes.is_empty() {
        return Ok(Put::Unchanged);
    }
    append(
        sql,
        workspace,
        &opened,
        &changes,
        Sender {
            enrolment: hand.enrolment,
            now,
        },
    )?;
    Ok(if found.is_none() { Put::Made } else { Put::Changed })
}

/// The birth, if this hand may make it and its parent is here.
fn admitted(sql: &Connection, workspace: &Workspace, hand: &Hand, birth: &Birth) -> Result<Birth, StoreError> {
    let parented = birth.kind.needs_parent() == birth.parent.is_some();
    if !may_create(birth.kind, &hand.roles) || !parented || birth.workspace != workspace.id {
        return Err(StoreError::MayNotCreate);
    }
    if let Some(parent) = birth.parent {
        documents::find(sql, workspace.id, parent)?.ok_or(StoreError::NoSuch("case"))?;
    }
    Ok(*birth)
}

/// Writes the edits in two changes at most: a finish names a version, so it stands alone.
fn write(book: &mut Book, pen: &Pen, edits: &[Edit]) -> Result<Vec<Change>, StoreError> {
    let finished = book.finished_heads().is_some();
    let mut changes = Vec::new();
    let mut words = vec![schema()];
    let mut finish = Vec::new();
    for edit in edits {
        match edit {
            Edit::Finish { .. } => finish.push(edit.clone()),
            Edit::Type { before, .. } if finished || book.text() != *before => {}
            _ => words.push(edit.clone()),
        }
    }
    let rounds = if finished { vec![words] } else { vec![words, finish] };
    for edits in rounds {
        let heads = book.heads();
        let written = book.write(pen, &heads, &edits)?;
        changes.extend(written.map(|written| (written.hash, written.bytes)));
    }
    Ok(changes)
}

fn schema() -> Edit {
    Edit::root("schema", Scalar::Int(SCHEMA))
}

/// Clears what this hand said at a version and the edits say no longer. Values of others are not its to clear.
fn unsaid(book: &Book, hand: &Hand, on: &[ChangeHash], edits: &[Edit]) -> Vec<Edit> {
    let schema = schema();
    let said: BTreeSet<_> = edits.iter().chain([&schema]).filter_map(place).collect();
    let gone = book.said_by(hand.enrolment, on).into_iter();
    gone.filter(|(limb, key)| !said.contains(&(*limb, key.as_str())))
        .map(|(limb, key)| Edit::Put {
            limb: limb.map(str::to_owned),
            key,
            value: Scalar::Null,
        })
        .collect()
}

/// Where an edit puts its value.
fn place(edit: &Edit) -> Option<(Option<&str>, &str)> {
    match edit {
        Edit::Put { limb, key, .. } => Some((limb.as_deref(), key)),
        Edit::Type { .. } | Edit::Finish { .. } => None,
    }
}
