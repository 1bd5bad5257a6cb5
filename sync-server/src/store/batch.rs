//! One transaction of the store, with everything that can be done in it.
//!
//! It commits nothing itself: `Store::batch` does, when all went well.

use super::{
    accounts::{self, NewAccount, NewToken},
    documents::{self, DocRow},
    enrolments,
    grants::{self, NewGrant, Standing},
    ledger::Ledger,
    log::{self, Workspace},
    put::{self, Hand, Put},
    scopes,
    shifts::{self, Shift, ShiftRow},
};
use crate::{Dice, StoreError};
use feltbog_casebook::{Birth, Edit, Kind, Projection, Role};
use feltbog_ids::{DocId, EnrolmentId, Generation, Instant, PersonId, ShiftId, UnitId};

/// A transaction that is open.
pub struct Batch<'c> {
    pub(crate) sql: &'c Ledger<'c>,
    pub(crate) workspace: Workspace,
    pub(crate) now: Instant,
}

impl<'c> Batch<'c> {
    pub(super) fn new(sql: &'c Ledger<'c>, workspace: Workspace, now: Instant) -> Self {
        Self { sql, workspace, now }
    }

    /// The workspace as it stood when the transaction began.
    pub fn workspace(&self) -> &Workspace {
        &self.workspace
    }

    /// The server's clock, as it stood when the transaction began.
    pub fn now(&self) -> Instant {
        self.now
    }

    /// Another life of the log begins, for a database that was put back from a copy: see [`super::log`].
    pub fn begin_life(&self, dice: &Dice) -> Result<(), StoreError> {
        log::begin_life(self.sql, self.workspace.id, Generation(dice.bytes()))
    }

    /// The server's own hand, with fresh dice.
    pub fn server_hand(&self, dice: &Dice) -> Hand {
        Hand::new(self.workspace.server, Role::Admin, dice)
    }

    /// The hand of the import of this name, which gets an enrolment of its own the first time.
    pub fn importer_hand(&self, name: &str, dice: &Dice) -> Result<Hand, StoreError> {
        let label = format!("import {name}");
        let fresh = EnrolmentId::from(dice.uuid());
        let enrolment = enrolments::importer(self.sql, self.workspace.id, &label, fresh, self.now)?;
        Ok(Hand::new(enrolment, Role::Importer, dice))
    }

    /// Makes the document when it is missing and writes what differs. Puts stand in order: a child after its case. When
    /// this fails nothing of it is written, and the batch may go on.
    pub fn put(&self, hand: &Hand, birth: &Birth, edits: &[Edit]) -> Result<Put, StoreError> {
        put::put(self.sql, &self.workspace, hand, (birth, edits), self.now)
    }

    /// Makes the document when it is missing, or brings what this hand says in it up to date and clears what it says no
    /// longer. What others wrote since this hand last wrote stands; where both changed the same, both values do.
    pub fn restate(&self, hand: &Hand, birth: &Birth, edits: &[Edit]) -> Result<Put, StoreError> {
        put::restate(self.sql, &self.workspace, hand, (birth, edits), self.now)
    }

    /// Does several things of which nothing stays when one fails; the batch may go on.
    pub fn attempt<T>(&self, deed: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
        self.sql.execute_batch("savepoint attempt")?;
        let done = deed();
        if done.is_err() {
            self.sql.execute_batch("rollback to attempt")?;
        }
        self.sql.execute_batch("release attempt")?;
        done
    }

    /// The birth of a document of this workspace.
    pub fn birth(&self, kind: Kind, id: DocId, parent: Option<DocId>) -> Birth {
        Birth {
            workspace: self.workspace.id,
            kind,
            id,
            parent,
        }
    }

    /// A document's row, if it is here.
    pub fn document(&self, doc: DocId) -> Result<Option<DocRow>, StoreError> {
        documents::find(self.sql, self.workspace.id, doc)
    }

    /// A document, opened.
    pub fn book(&self, doc: DocId) -> Result<feltbog_casebook::Book, StoreError> {
        let body = documents::body(self.sql, self.workspace.id, doc)?;
        Ok(feltbog_casebook::Book::open(&body, [])?)
    }

    /// What lists need of a document; unknown where it cannot be read: it was erased after this copy of the database was
    /// made, or its seal is broken.
    pub fn facts(&self, row: &DocRow) -> Result<Projection, StoreError> {
        match documents::projection(self.sql, self.workspace.id, row) {
            Ok(bytes) => Ok(Projection::from_bytes(&bytes)),
            Err(error) if error.is_unreadable() => Ok(Projection::Unknown),
            Err(error) => Err(error),
        }
    }

    /// All documents of a kind, by id.
    pub fn documents_of(&self, kind: Kind) -> Result<Vec<DocRow>, StoreError> {
        documents::of_kind(self.sql, self.workspace.id, kind.word())
    }

    /// Gives a role, unless it stands already.
    pub fn grant(&self, new: &NewGrant) -> Result<(), StoreError> {
        grants::begin(self.sql, self.workspace.id, (new, None), self.now)
    }

    /// Gives a role that ends by itself at this time, unless one stands already that lasts as long.
    pub fn grant_until(&self, new: &NewGrant, until: Instant) -> Result<(), StoreError> {
        grants::begin(self.sql, self.workspace.id, (new, Some(until)), self.now)
    }

    /// Plans a shift, unless one of this id is known: it begins and ends by the clock.
    pub fn plan_shift(&self, shift: &Shift) -> Result<(), StoreError> {
        shifts::plan(self.sql, self.workspace.id, shift)
    }

    /// Shifts that are not over, by their beginning.
    pub fn shifts(&self) -> Result<Vec<ShiftRow>, StoreError> {
        shifts::ahead(self.sql, self.workspace.id, self.now)
    }

    /// Takes a shift back that has not begun, or ends it early.
    pub fn end_shift(&self, shift: ShiftId) -> Result<ShiftRow, StoreError> {
        shifts::end(self.sql, self.workspace.id, shift, self.now)
    }

    /// When the next role begins or ends by the clock; none where none does.
    pub fn next_due(&self) -> Result<Option<Instant>, StoreError> {
        shifts::next_due(self.sql, self.workspace.id)
    }

    /// Writes in the log what by now has begun and ended by the clock.
    pub fn keep_time(&self) -> Result<bool, StoreError> {
        shifts::keep_time(self.sql, self.workspace.id, self.now)
    }

    /// Ends a role in a unit.
    pub fn end_grant(&self, person: PersonId, unit: UnitId, role: Role) -> Result<(), StoreError> {
        grants::end(self.sql, self.workspace.id, (person, unit, role), self.now)
    }

    /// Opens an account, unless this person has one by this name already.
    pub fn open_account(&self, new: &NewAccount) -> Result<(), StoreError> {
        accounts::open(self.sql, self.workspace.id, new)
    }

    /// Keeps a one-time token for enrolment.
    pub fn keep_token(&self, new: &NewToken) -> Result<(), StoreError> {
        accounts::keep_token(self.sql, self.workspace.id, new)
    }

    /// Everything a person may hold now, by id.
    pub fn may_see(&self, person: PersonId) -> Result<Vec<DocId>, StoreError> {
        let rights = self.standing(person)?.now();
        let mut docs = std::collections::BTreeSet::new();
        for scope in scopes::held(self.sql, self.workspace.id, &rights)?.keys() {
            docs.extend(scopes::members(self.sql, self.workspace.id, *scope)?);
        }
        Ok(docs.into_iter().collect())
    }

    /// The units in which a person has a role now or a shift ahead, in the order in which they were given and begin.
    pub fn units_of(&self, person: PersonId) -> Result<Vec<UnitId>, StoreError> {
        let grants = grants::grants_of(self.sql, self.workspace.id, person)?.into_iter();
        let standing = grants.filter(|grant| grant.stands(self.now)).map(|grant| grant.unit);
        let ahead = self.shifts()?.into_iter().map(|row| row.shift);
        let theirs = ahead.filter(|shift| shift.person == person).map(|shift| shift.unit);
        Ok(standing.chain(theirs).collect())
    }

    pub(crate) fn standing(&self, person: PersonId) -> Result<Standing, StoreError> {
        Standing::read(self.sql, self.workspace.id, person, self.now)
    }
}
