//! The feed: what changed for one person since their cursor, in pages that follow each other without any memory here.
//!
//! Decides what is on a page; the page's entries are made in `page`.
//!
//! One sweep over positions serves old and new scopes alike. A scope is read from the cursor, or, while it is filling,
//! from where its filling stands; a page ends at some position E, the cursor becomes E if that is further, and so does
//! every filling. A scope that was filled up to the cursor, and was held there, is an ordinary one from then on.

use std::collections::{BTreeMap, BTreeSet};

use feltbog_casebook::{Kind, may_create};
use feltbog_ids::{Cursor, DocId, Instant, Position, ScopeId, WorkspaceId};
use feltbog_protocol::{Closing, FeedPage, FeedRequest, Filling, ScopeEnd, ScopeState, ServerProblem};

use super::{PostOffice, Session, Trouble, careful::Spoilt, page::Making, wiped::noted_anew};
use crate::{
    Batch, StoreError,
    rights::Rights,
    store::{
        ScopeRow, documents,
        grants::Standing,
        scopes::{self, live_of},
    },
};

impl PostOffice {
    /// The next page. One read transaction: everything on it is of one moment.
    pub fn feed(
        &self,
        session: &Session,
        workspace: WorkspaceId,
        request: &FeedRequest,
        now: Instant,
    ) -> Result<FeedPage, ServerProblem> {
        Self::ensure_home(session, workspace)?;
        self.keep_time_if_it_can(now);
        let told = |error: StoreError| Trouble::from(error).into_problem();
        let whole = Spoilt::new();
        let made: Result<_, StoreError> = self.store.view(now, |view| {
            let noted = noted_anew(view.wiped(session.enrolment)?, request, view.workspace.generation);
            Ok((
                Sweep::begin(view, session, (request, self.page), &whole)?.next()?,
                noted,
            ))
        });
        let made = match made {
            Err(error) if error.is_unreadable() => self.feed_carefully(session, request, now).map(|page| (page, None)),
            other => other,
        };
        let (page, noted) = made.map_err(told)?;
        if let Some(upto) = noted {
            // Before the answer: the device takes that as heard.
            let noting = self.store.batch(now, |batch| batch.note_wiped(session.enrolment, upto));
            noting.map_err(told)?;
        }
        self.metrics.pages.add(1);
        let (upto, entries) = (page.cursor.position, page.entries.len());
        tracing::info!(enrolment = %session.enrolment, %upto, entries, "page");
        Ok(page)
    }
}

/// One request against the database as it stands.
pub(super) struct Sweep<'v> {
    pub(super) view: &'v Batch<'v>,
    standing: Standing,
    /// Read up to here; zero for a device that begins.
    pub(super) cursor: Position,
    /// Held at the cursor.
    then: Rights,
    /// Held now, of the scopes that exist.
    pub(super) held: BTreeMap<ScopeId, ScopeRow>,
    /// Of those, the ones that are filling, and how far they are.
    pub(super) filling: BTreeMap<ScopeId, Position>,
    /// Those the device says it is filling, whether they are held still or not.
    asked: BTreeSet<ScopeId>,
    /// Most entries of a page.
    pub(super) page: usize,
    /// Documents of which only a part can be read.
    pub(super) spoilt: &'v Spoilt,
}

impl<'v> Sweep<'v> {
    pub(super) fn begin(
        view: &'v Batch<'v>,
        session: &Session,
        (request, page): (&FeedRequest, usize),
        spoilt: &'v Spoilt,
    ) -> Result<Self, StoreError> {
        let standing = view.standing(session.person)?;
        let known = request
            .cursor
            .filter(|cursor| cursor.generation == view.workspace.generation);
        let cursor = known.map_or(Position::ZERO, |cursor| cursor.position.min(view.workspace.position));
        let held = scopes::held(view.sql, view.workspace.id, &standing.now())?;
        let then = standing.at(cursor);
        let gained = held.values().filter(|scope| then.roles_in(&scope.name).is_none());
        let mut filling: BTreeMap<_, _> = gained.map(|scope| (scope.id, Position::ZERO)).collect();
        let asked = request
            .filling
            .iter()
            .filter(|asked| known.is_some() && held.contains_key(&asked.scope));
        filling.extend(asked.map(|asked| (asked.scope, asked.upto)));
        Ok(Self {
            view,
            standing,
            cursor,
            then,
            held,
            filling,
            asked: request.filling.iter().map(|asked| asked.scope).collect(),
            page,
            spoilt,
        })
    }

    /// Every document the next page may have to say something of.
    pub(super) fn named(&self) -> Result<BTreeSet<DocId>, StoreError> {
        let mut named: BTreeSet<_> = self.found()?.into_values().collect();
        let (sql, workspace) = (self.view.sql, self.view.workspace.id);
        let then = scopes::held(sql, workspace, &self.then)?;
        for scope in self.held.keys().chain(then.keys()) {
            let left = scopes::left_between(sql, workspace, *scope, self.cursor, self.view.workspace.position)?;
            named.extend(left.into_iter().map(|(_, doc)| doc));
        }
        Ok(named)
    }

    pub(super) fn next(&self) -> Result<FeedPage, StoreError> {
        let found = self.found()?;
        let making = Making::of(self, &found)?;
        let end = making.end.unwrap_or(self.view.workspace.position);
        let last = end == self.view.workspace.position;
        let cursor = self.cursor.max(end);
        Ok(FeedPage {
            lost: self.lost()?,
            left: self.left(cursor, end)?,
            entries: making.entries,
            cursor: Cursor {
                generation: self.view.workspace.generation,
                position: cursor,
            },
            filling: self.still_filling(end, cursor)?,
            closing: last.then(|| self.closing()),
            server_time: self.view.now,
            unread: Some(making.unread).filter(|unread| !unread.is_empty()),
            ends: self.ends(),
        })
    }

    /// Scopes held that end by the clock.
    fn ends(&self) -> Vec<ScopeEnd> {
        let held = self.held.values();
        let end = held.filter_map(|row| Some((row.id, self.standing.end_of(&row.name)?)));
        end.map(|(scope, until)| ScopeEnd { scope, until }).collect()
    }

    /// The documents ahead in order of position, one more than a page takes.
    fn found(&self) -> Result<BTreeMap<Position, DocId>, StoreError> {
        let mut found = BTreeMap::new();
        for scope in self.held.keys() {
            let after = self.filling.get(scope).copied().unwrap_or(self.cursor);
            let ahead = scopes::in_order(self.view.sql, self.view.workspace.id, *scope, after, self.page + 1)?;
            found.extend(ahead);
        }
        Ok(found)
    }

    /// Scopes held at the cursor, or half filled, and not held now.
    fn lost(&self) -> Result<Vec<ScopeId>, StoreError> {
        let then = scopes::held(self.view.sql, self.view.workspace.id, &self.then)?.into_keys();
        let known: BTreeSet<_> = then.chain(self.asked.iter().copied()).collect();
        Ok(known
            .into_iter()
            .filter(|scope| !self.held.contains_key(scope))
            .collect())
    }

    /// Documents that left between the cursor and the page's, that this person held when they left, and that nothing
    /// they have holds for them now: a scope that is filling may be lost again before it has come to the document. Of
    /// anything else not even the id is told.
    fn left(&self, upto: Position, end: Position) -> Result<Vec<DocId>, StoreError> {
        let (sql, workspace) = (self.view.sql, self.view.workspace.id);
        let then = scopes::held(sql, workspace, &self.then)?;
        let mut names = self.held.clone();
        names.extend(then);
        let mut left = BTreeSet::new();
        for scope in names.values() {
            for (at, doc) in scopes::left_between(sql, workspace, scope.id, self.cursor, upto)? {
                let at_leaving = self.standing.at(Position(at.0 - 1));
                let held_then = [&self.then, &at_leaving]
                    .iter()
                    .any(|rights| rights.roles_in(&scope.name).is_some());
                if held_then && !self.has(doc, end)? {
                    left.insert(doc);
                }
            }
        }
        Ok(left.into_iter().collect())
    }

    /// Whether the device has the document by a scope of now, this page included. Where its latest event is still ahead
    /// the device thinks it where it was: the scope it is in now may be lost before the device has come to that.
    fn has(&self, doc: DocId, end: Position) -> Result<bool, StoreError> {
        let (sql, workspace) = (self.view.sql, self.view.workspace.id);
        let position = if self.spoilt.contains_key(&doc) {
            // It cannot be said where it stands: whoever may hold it keeps it.
            Position::ZERO
        } else {
            match documents::find(sql, workspace, doc)? {
                Some(row) => row.position,
                None => return Ok(false),
            }
        };
        let live = live_of(sql, workspace, doc)?;
        Ok(live.iter().map(|name| name.id(workspace)).any(|scope| {
            let read = self.filling.get(&scope).copied().unwrap_or(self.cursor);
            position <= end.max(read) && self.held.contains_key(&scope)
        }))
    }

    /// A filling goes on until it has reached the cursor in a place of the log where the scope was held already. One that was
    /// held at the cursor and is lost on this page is to come from its beginning, should it be held again before the cursor
    /// has passed its end.
    fn still_filling(&self, end: Position, cursor: Position) -> Result<Vec<Filling>, StoreError> {
        let there = self.standing.at(cursor);
        // At the end of the log only what ended by the clock is, and its end is written there as soon as anything can be.
        let lost = if cursor < self.view.workspace.position {
            scopes::held(self.view.sql, self.view.workspace.id, &there)?
        } else {
            BTreeMap::new()
        };
        let lost = lost.into_keys().filter(|scope| !self.held.contains_key(scope));
        let anew = lost.map(|scope| Filling {
            scope,
            upto: Position::ZERO,
        });
        let open = self.filling.iter().filter_map(|(scope, upto)| {
            let upto = end.max(*upto);
            let held_there = self
                .held
                .get(scope)
                .is_some_and(|row| there.roles_in(&row.name).is_some());
            (upto < cursor || !held_there).then_some(Filling { scope: *scope, upto })
        });
        Ok(open.chain(anew).collect())
    }

    fn closing(&self) -> Closing {
        let state = |row: &ScopeRow| ScopeState {
            scope: row.id,
            count: row.count,
            digest: row.digest,
            reads_only: self.reads_only(row),
        };
        Closing {
            position: self.view.workspace.position,
            scopes: self.held.values().map(state).collect(),
        }
    }

    /// Of a scope of cases: whether nothing may be written in it by this person.
    fn reads_only(&self, scope: &ScopeRow) -> Option<bool> {
        let roles = self
            .standing
            .now()
            .roles_in(&scope.name)
            .filter(|_| scope.name.holds_cases())?;
        (!may_create(Kind::Note, &roles)).then_some(true)
    }

    /// Whether the device had the document at its cursor: in a scope that is not filling and held it there.
    pub(super) fn had(&self, doc: DocId) -> Result<bool, StoreError> {
        let places = scopes::places_of(self.view.sql, self.view.workspace.id, doc)?;
        Ok(places.iter().any(|place| {
            place.left.is_none()
                && place.entered <= self.cursor
                && self.held.contains_key(&place.scope)
                && !self.filling.contains_key(&place.scope)
        }))
    }
}
