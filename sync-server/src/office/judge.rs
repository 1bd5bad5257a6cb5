//! Judges one change: right, caps, hash, author, dependencies, rule, in that order, and appends it when it is good.
//!
//! Rights come first, so that without one everything about a document gets the same refusal. What may be written in a
//! document is the casebook's to say.

use std::collections::{BTreeMap, BTreeSet};

use feltbog_casebook::{
    Author, Birth, BookError, Fault, Kind, Reach, Role,
    caps::{self, CapError},
    chunk::ChangeHeader,
    judge, may_create, written_by,
};
use feltbog_ids::{ChangeHash, DocId, EnrolmentId, Instant};
use feltbog_protocol::{Answer, MAX_CHANGE, PushItem, Reason};

use super::{Session, Trouble};
use crate::{
    Batch, StoreError,
    store::{
        append::{Opened, Sender, append},
        documents::{self, DocRow},
        grants::{Standing, Written},
    },
};

/// What is decided on one change.
pub(super) enum Verdict {
    /// To be told as it is.
    Answer(Answer),
    /// To be undone and noted.
    Refused {
        /// Why.
        reason: Reason,
        /// Whether only the bytes tell what went wrong.
        kept: bool,
    },
}

/// One batch of one sender, as the database stands.
pub(super) struct Desk<'b> {
    batch: &'b Batch<'b>,
    session: Session,
    standing: Standing,
    /// When the first words came into each document of this push, by their author's clock.
    first_words: BTreeMap<DocId, Instant>,
}

/// A change whose sender has a right to its document.
struct Welcome<'i> {
    item: &'i PushItem,
    row: DocRow,
    roles: BTreeSet<Role>,
    /// Made by this person a moment ago and not yet in any scope.
    newborn: bool,
}

impl<'b> Desk<'b> {
    pub(super) fn open(batch: &'b Batch<'b>, session: &Session, items: &[PushItem]) -> Result<Self, StoreError> {
        let mut first_words = BTreeMap::new();
        for item in items {
            if let Some(at) = written_at(item) {
                let first = first_words.entry(item.doc).or_insert(at);
                *first = at.min(*first);
            }
        }
        Ok(Self {
            batch,
            session: *session,
            standing: batch.standing(session.person)?,
            first_words,
        })
    }

    pub(super) fn enrolment(&self) -> EnrolmentId {
        self.session.enrolment
    }

    /// Judges a change and appends it when it is good.
    pub(super) fn take(&self, item: &PushItem) -> Result<Verdict, Trouble> {
        let birth = self.claimed_birth(item);
        match documents::find(self.batch.sql, self.batch.workspace.id, item.doc)? {
            Some(row) => self.take_change(item, row),
            None => match birth {
                Some(birth) => self.take_birth(item, birth),
                None => Ok(refused(Reason::NoRight)),
            },
        }
    }

    /// The birth this item is, byte for byte; none for any other change.
    fn claimed_birth(&self, item: &PushItem) -> Option<Birth> {
        let kind = Kind::parse(&item.kind)?;
        let birth = self.batch.birth(kind, item.doc, item.parent);
        let whole = kind.needs_parent() == item.parent.is_some();
        (whole && birth.bytes() == item.change).then_some(birth)
    }

    fn take_birth(&self, item: &PushItem, birth: Birth) -> Result<Verdict, Trouble> {
        let allowed = match birth.parent {
            Some(parent) => match self.roles_at_case(item, parent)? {
                Some(roles) => may_create(birth.kind, &roles),
                None => return Ok(Verdict::Answer(Answer::NeedsParent(parent))),
            },
            None => may_create(birth.kind, &self.rights_then(item).roles()),
        };
        if !allowed {
            return Ok(refused(Reason::MayNotCreate));
        }
        let opened = Opened::born(birth, Some(self.session.person));
        self.store(&opened, birth.hash(), &item.change)
    }

    /// Roles at the case a child claims. Something that is no case is as good as nothing there.
    fn roles_at_case(&self, item: &PushItem, parent: DocId) -> Result<Option<BTreeSet<Role>>, Trouble> {
        let row = documents::find(self.batch.sql, self.batch.workspace.id, parent)?;
        match row.filter(|row| row.kind == Kind::Case.word()) {
            Some(row) => Ok(self.roles_for(item, &row)?.map(|(roles, _)| roles)),
            None => Ok(None),
        }
    }

    fn take_change(&self, item: &PushItem, row: DocRow) -> Result<Verdict, Trouble> {
        if let Some(receipt) = self.own_receipt(item)? {
            return Ok(Verdict::Answer(receipt));
        }
        let Some((roles, newborn)) = self.roles_for(item, &row)? else {
            return Ok(self.out_of_reach(item));
        };
        let welcome = Welcome {
            item,
            row,
            roles,
            newborn,
        };
        match welcome.checked(self.session.enrolment) {
            Ok(header) => self.take_checked(&welcome, &header),
            Err(Some(reason)) => Ok(refused(reason)),
            Err(None) => self.take_known_birth(&welcome),
        }
    }

    /// A birth is written by nobody: it is known, or it is not this document's.
    fn take_known_birth(&self, welcome: &Welcome<'_>) -> Result<Verdict, Trouble> {
        let doc = welcome.row.doc;
        let Ok(header) = caps::check_change(&welcome.item.change) else {
            return Ok(refused(Reason::Unreadable));
        };
        let known = documents::change(self.batch.sql, self.batch.workspace.id, doc, header.hash)?;
        Ok(known.map_or(refused(Reason::Author), |known| {
            Verdict::Answer(Answer::Known(known.position))
        }))
    }

    fn take_checked(&self, welcome: &Welcome<'_>, header: &ChangeHeader) -> Result<Verdict, Trouble> {
        let workspace = &self.batch.workspace;
        let hash = header.hash;
        if let Some(known) = documents::change(self.batch.sql, workspace.id, welcome.row.doc, hash)? {
            return Ok(Verdict::Answer(Answer::Known(known.position)));
        }
        let before = match Opened::load(self.batch.sql, workspace, &welcome.row) {
            Ok(before) => before,
            // What lies here is at fault, and not the change: it is taken once that was mended.
            Err(StoreError::Book(_) | StoreError::Erased) => {
                tracing::error!(doc = %welcome.row.doc, "a document cannot be opened: see `admin check`");
                return Ok(Verdict::Answer(Answer::Later));
            }
            Err(error) => return Err(error.into()),
        };
        let mut after = Opened {
            book: before.book.clone(),
            ..before
        };
        match after.book.apply(&welcome.item.change) {
            Ok(_) => {}
            Err(BookError::Needs(missing)) => return Ok(Verdict::Answer(Answer::Needs(missing))),
            Err(_) => return Ok(kept(Reason::Unreadable)),
        }
        let author = Author {
            person: self.session.person,
            roles: welcome.roles.clone(),
        };
        match judge(&before.book, &welcome.item.change, &author) {
            Ok(()) => {}
            Err(Fault::MayNotWrite) => return Ok(kept(Reason::MayNotWrite)),
            Err(_) => return Ok(kept(Reason::Rule)),
        }
        if welcome.newborn && !self.in_own_place(welcome.item, &after) {
            return Ok(refused(Reason::MayNotCreate));
        }
        // A post can be sent on to others at any time; a case is moved by those who may move it.
        let is_sent_on = after.book.birth().kind == Kind::Post && before.book.reach() != after.book.reach();
        if is_sent_on && !self.in_own_place(welcome.item, &after) {
            return Ok(refused(Reason::MayNotWrite));
        }
        self.store(&after, hash, &welcome.item.change)
    }

    /// Whether a document that gets its first audience gets one within its maker's reach.
    fn in_own_place(&self, item: &PushItem, opened: &Opened) -> bool {
        let Reach::Own(audience) = opened.book.reach() else {
            return false;
        };
        let kind = opened.book.birth().kind;
        let rights = self.rights_then(item);
        let editor = kind == Kind::Post && rights.roles().contains(&Role::Editor);
        let own = |unit: &feltbog_ids::UnitId| {
            let roles = rights.roles_over(
                *unit,
                Some(audience.compartment.as_str()).filter(|_| kind == Kind::Case),
            );
            may_create(kind, &roles)
        };
        let others = audience.everyone || !audience.roles.is_empty();
        let people_alone = audience.units.is_empty() && !audience.people.is_empty();
        editor || (audience.units.iter().all(own) && !others && !people_alone)
    }

    /// Roles with which the sender writes in a document, and whether it is a newborn of theirs: who makes a case or a
    /// post says what it is and whom it reaches, until it reaches somebody.
    fn roles_for(&self, item: &PushItem, row: &DocRow) -> Result<Option<(BTreeSet<Role>, bool)>, Trouble> {
        let (sql, workspace) = (self.batch.sql, self.batch.workspace.id);
        // A child is judged by its case, in whose scopes it may have come only after this was written.
        let follows = Kind::parse(&row.kind).is_some_and(Kind::follows_parent);
        let judged = row.parent.filter(|_| follows).unwrap_or(row.doc);
        let roles = self.standing.roles_for(sql, workspace, judged, self.written(item))?;
        if let Some(roles) = roles {
            return Ok(Some((roles, false)));
        }
        let own = row.born_by == Some(self.session.person) && row.parent.is_none();
        if !own || !crate::store::scopes::places_of(sql, workspace, row.doc)?.is_empty() {
            return Ok(None);
        }
        let mut roles = self.rights_then(item).roles();
        roles.insert(Role::Planner);
        Ok(Some((roles, true)))
    }

    fn rights_then(&self, item: &PushItem) -> crate::rights::Rights {
        self.standing.now_or_when(self.written(item))
    }

    /// When an item was written. A cursor of another life of the log says nothing. A birth carries no time: it is as old
    /// as the first words that come with it, so that a document made after the end of a shift is not made at all.
    fn written(&self, item: &PushItem) -> Written {
        let cursor = item
            .made_on
            .filter(|cursor| cursor.generation == self.batch.workspace.generation);
        Written {
            on: cursor.map(|cursor| cursor.position),
            at: written_at(item).or_else(|| self.first_words.get(&item.doc).copied()),
        }
    }

    /// Who sent a change once gets its receipt again, whatever became of their rights since, and of the change: where its
    /// document was erased its words stand in what was written anew, or were what had to go.
    fn own_receipt(&self, item: &PushItem) -> Result<Option<Answer>, Trouble> {
        let Ok(header) = feltbog_casebook::chunk::change_header(&item.change) else {
            return Ok(None);
        };
        let (sql, workspace) = (self.batch.sql, self.batch.workspace.id);
        let known = match documents::change(sql, workspace, item.doc, header.hash)? {
            Some(known) => Some(known),
            None => documents::erased_change(sql, workspace, item.doc, header.hash)?,
        };
        let own = known.filter(|known| known.enrolment == self.session.enrolment);
        Ok(own.map(|known| Answer::Known(known.position)))
    }

    /// The same as for a document that is not here, so that the two cannot be told apart.
    fn out_of_reach(&self, item: &PushItem) -> Verdict {
        match self.claimed_birth(item).and_then(|birth| birth.parent) {
            Some(parent) => Verdict::Answer(Answer::NeedsParent(parent)),
            None => refused(Reason::NoRight),
        }
    }

    fn store(&self, opened: &Opened, hash: ChangeHash, bytes: &[u8]) -> Result<Verdict, Trouble> {
        let sender = Sender {
            enrolment: self.session.enrolment,
            now: self.batch.now,
        };
        let changes = [(hash, bytes.to_vec())];
        match append(self.batch.sql, &self.batch.workspace, opened, &changes, sender) {
            Ok(position) => Ok(Verdict::Answer(Answer::Stored(position))),
            Err(StoreError::TooLarge) => Ok(refused(Reason::TooLarge)),
            Err(StoreError::InventedCpr | StoreError::CaseType | StoreError::UnitMoves) => Ok(kept(Reason::Rule)),
            Err(error) => Err(error.into()),
        }
    }
}

impl Welcome<'_> {
    /// Caps, hash and author. `Err(None)` is a birth.
    fn checked(&self, enrolment: EnrolmentId) -> Result<ChangeHeader, Option<Reason>> {
        let bytes = &self.item.change;
        if bytes.len() > MAX_CHANGE {
            return Err(Some(Reason::TooLarge));
        }
        let header = caps::check_change(bytes).map_err(|error| match error {
            CapError::TooLarge { .. } => Some(Reason::TooLarge),
            CapError::Malformed(_) => Some(Reason::Unreadable),
        })?;
        if header.extra_bytes > 0 {
            return Err(Some(Reason::Unreadable));
        }
        if header.actor == feltbog_casebook::neutral_actor().as_bytes() {
            return Err(None);
        }
        if !written_by(&header.actor, enrolment) {
            return Err(Some(Reason::Author));
        }
        Ok(header)
    }
}

/// When a change was written, by its author's clock; none for a birth, and for what cannot be read.
fn written_at(item: &PushItem) -> Option<Instant> {
    let header = feltbog_casebook::chunk::change_header(&item.change).ok()?;
    (header.time != 0).then_some(Instant(header.time))
}

fn refused(reason: Reason) -> Verdict {
    Verdict::Refused { reason, kept: false }
}

fn kept(reason: Reason) -> Verdict {
    Verdict::Refused { reason, kept: true }
}
