//! The doorbell: says that the log has moved, to those for whom something in it was touched.
//!
//! It carries a position and nothing else, and may be lost: a lost bell only delays. Writes of other processes on the
//! same database are noticed within a second, and so are roles that begin or end by the clock.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use feltbog_ids::{Instant, PersonId, Position, ScopeId};
use feltbog_protocol::ServerProblem;
use tokio::sync::{broadcast, watch};

use crate::{
    Clock, PostOffice, Session, StoreError,
    office::Trouble,
    store::{grants, scopes},
};

/// How often the log is looked at for what other processes wrote.
const LOOK: Duration = Duration::from_secs(1);

/// Rings a listener may be behind before it is told of the latest alone.
const BACKLOG: usize = 64;

/// What was touched between two looks at the log.
#[derive(Clone, Debug)]
pub(crate) struct Ring {
    /// The log's end.
    pub(crate) position: Position,
    scopes: Arc<BTreeSet<ScopeId>>,
    people: Arc<BTreeSet<PersonId>>,
}

impl Ring {
    /// This ring and a later one as one.
    pub(crate) fn and(self, later: &Self) -> Self {
        Self {
            position: later.position,
            scopes: Arc::new(self.scopes.union(&later.scopes).copied().collect()),
            people: Arc::new(self.people.union(&later.people).copied().collect()),
        }
    }
}

/// All bells of one server.
pub(crate) struct Bells {
    rope: broadcast::Sender<Ring>,
}

impl Bells {
    pub(crate) fn new() -> Self {
        Self {
            rope: broadcast::Sender::new(BACKLOG),
        }
    }

    /// Rings from now on.
    pub(crate) fn listen(&self) -> broadcast::Receiver<Ring> {
        self.rope.subscribe()
    }

    /// Looks at the log whenever something was written, and each second, until the server stops.
    pub(crate) async fn run(&self, office: Arc<PostOffice>, clock: Clock, mut stop: watch::Receiver<bool>) {
        let mut last = None;
        loop {
            let (looker, now) = (Arc::clone(&office), clock());
            let looked = tokio::task::spawn_blocking(move || looker.looks_after(last, now)).await;
            match looked {
                Ok(Ok(ring)) => last = Some(self.pull(last, ring)),
                Ok(Err(error)) => tracing::error!(%error, "the log could not be looked at"),
                Err(error) => tracing::error!(%error, "the look at the log was cut short"),
            }
            tokio::select! {
                () = office.written() => {}
                () = tokio::time::sleep(LOOK) => {}
                _ = stop.wait_for(|stopped| *stopped) => return,
            }
        }
    }

    /// Rings if the log moved. That nobody listens is no fault.
    fn pull(&self, last: Option<Position>, ring: Ring) -> Position {
        let position = ring.position;
        if last.is_some_and(|last| last < position) && self.rope.send(ring).is_err() {
            tracing::trace!("nobody listens");
        }
        position
    }
}

impl PostOffice {
    /// Lets begin and end what is due, and answers what was touched after a place in the log.
    fn looks_after(&self, last: Option<Position>, now: Instant) -> Result<Ring, StoreError> {
        if self.keep_time(now).is_err() {
            tracing::warn!("what is due by the clock is written at the next look");
        }
        self.touched_after(last, now)
    }

    /// What was touched after a place in the log; nothing at the first look.
    fn touched_after(&self, last: Option<Position>, now: Instant) -> Result<Ring, StoreError> {
        self.store().view(now, |view| {
            let workspace = view.workspace();
            let after = last.unwrap_or(workspace.position);
            let (mut scopes, mut people) = (BTreeSet::new(), BTreeSet::new());
            if after < workspace.position {
                scopes = scopes::touched_after(view.sql, workspace.id, after)?;
                people = grants::changed_after(view.sql, workspace.id, after)?;
            }
            let position = workspace.position;
            Ok(Ring {
                position,
                scopes: Arc::new(scopes),
                people: Arc::new(people),
            })
        })
    }

    /// Where the log stands, if something of this person's was touched after the place they name. One who names the
    /// start, or a place that is not there yet, has missed nobody knows what.
    pub(crate) fn rung_since(
        &self,
        session: &Session,
        after: Position,
        now: Instant,
    ) -> Result<Option<Position>, ServerProblem> {
        let here = self.position()?;
        if after == here {
            return Ok(None);
        }
        if after == Position::ZERO || after > here {
            return Ok(Some(here));
        }
        let ring = self.touched_after(Some(after), now);
        let ring = ring.map_err(|error| Trouble::from(error).into_problem())?;
        Ok(self.concerns(session, &ring, now)?.then_some(ring.position))
    }

    /// Whether a ring is for this person.
    pub(crate) fn concerns(&self, session: &Session, ring: &Ring, now: Instant) -> Result<bool, ServerProblem> {
        if ring.people.contains(&session.person) {
            return Ok(true);
        }
        let held = self.store().view(now, |view| {
            scopes::held(view.sql, view.workspace.id, &view.standing(session.person)?.now())
        });
        let held = held.map_err(|error: StoreError| Trouble::from(error).into_problem())?;
        Ok(held.keys().any(|scope| ring.scopes.contains(scope)))
    }
}
