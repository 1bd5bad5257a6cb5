//! Writing as the server itself or an importer: makes what is missing, writes what differs, and nothing else.
//!
//! It never overwrites words: a text is typed only on the very text it names, and a finished note stands.

use std::collections::BTreeSet;

use feltbog_casebook::{Birth, Book, Edit, Pen, Role, may_create};
use feltbog_ids::{ActorId, ChangeHash, EnrolmentId, Instant};
use rusqlite::Connection;

use super::{
    append::{Opened, Sender, append},
    documents,
    log::Workspace,
};
use crate::{Dice, StoreError};

/// The version of the documents written here.
const SCHEMA: i64 = 1;

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
        // Written on the present version always, so that the spare is never needed.
        Pen {
            actor,
            spare: actor,
            time: now,
        }
    }
}

/// Makes the document when it is missing and writes what differs. Nothing is written when this fails.
pub(super) fn put(
    sql: &Connection,
    workspace: &Workspace,
    hand: &Hand,
    (birth, edits): (&Birth, &[Edit]),
    now: Instant,
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
    write(&mut opened.book, &hand.pen(now), edits, &mut changes)?;
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
fn write(
    book: &mut Book,
    pen: &Pen,
    edits: &[Edit],
    changes: &mut Vec<(ChangeHash, Vec<u8>)>,
) -> Result<(), StoreError> {
    let finished = book.finished_heads().is_some();
    let mut words = vec![Edit::root("schema", feltbog_casebook::Scalar::Int(SCHEMA))];
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
    Ok(())
}
