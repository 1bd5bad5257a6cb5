//! The courier's loop: asks the planner, acts, listens to the bell and to the desk, until told to stop.
//!
//! It runs on a thread of its own, since the notebook's transactions must not hold up the network's. It never gives up:
//! every failure ends in a later try, or in a wait for a person.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use feltbog_ids::{Instant, Position, Span};
use feltbog_replica::{Replica, ReplicaError};
use feltbog_views::Changed;
use tokio::sync::{Notify, broadcast, watch};

use super::standing::Ended;
use super::{Busy, Errand, Pace, Standing, pull, push, with};
use crate::planner::{Event, Outbox, Session, Step, until_next_look};
use crate::remote::{Remote, RemoteError};
use crate::road::Road;
use crate::world::World;

/// Documents indexed for search between two looks at what else there is to do.
const INDEX_AT_ONCE: u32 = 50;

/// Documents the idle auditor opens at once, and the pause after: in a day it comes round many thousands.
const AUDIT_AT_ONCE: u32 = 20;

/// As above, in seconds.
const AUDITS_APART: i64 = 30;

/// Rows of scopes it counts anew at once: some milliseconds, and fifty thousand of them within an hour.
const RECOUNTED_AT_ONCE: u32 = 500;

/// A bell line that could not be opened is tried again after this and half as much again, in milliseconds, doubled up
/// to the longest.
const BELL_PAUSE: u64 = 1_000;

/// As above, the longest.
const BELL_LONGEST: u64 = 10_000;

/// The courier of one open notebook.
pub struct Courier<R> {
    replica: Arc<Mutex<Replica>>,
    remote: R,
    world: World,
    road: Road,
    changes: broadcast::Sender<Changed>,
    standing: Mutex<Standing>,
    pace: Mutex<Pace>,
    audit_at: Mutex<Instant>,
    wake: Notify,
    signed_in: Notify,
    /// An errand ended: the server may have said when something ends by the clock.
    came_back: Notify,
    stopped: watch::Sender<bool>,
}

impl<R: Remote> Courier<R> {
    /// A courier that has not set out.
    pub fn new(
        replica: Arc<Mutex<Replica>>,
        remote: R,
        world: World,
        road: Road,
        changes: broadcast::Sender<Changed>,
    ) -> Self {
        let outbox = outbox(&replica, &world).unwrap_or(Outbox::Filled);
        Self {
            standing: Mutex::new(Standing::starting(outbox, world.now())),
            pace: Mutex::default(),
            audit_at: Mutex::new(world.now()),
            replica,
            remote,
            world,
            road,
            changes,
            wake: Notify::new(),
            signed_in: Notify::new(),
            came_back: Notify::new(),
            stopped: watch::Sender::new(false),
        }
    }

    /// What the courier knows now.
    pub fn standing(&self) -> Standing {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How fast documents came since the start.
    pub fn pace(&self) -> Pace {
        *self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells the courier of something the desk did.
    pub fn hear(&self, event: Event) {
        self.change(|standing, now, jitter| standing.hear(event, now, jitter));
        if event == Event::SignedIn {
            self.signed_in.notify_one();
        }
        self.wake.notify_one();
    }

    /// Ends `run` at its next wait.
    pub fn stop(&self) {
        self.stopped.send_replace(true);
    }

    /// Goes until stopped.
    pub async fn run(&self) {
        let mut stopped = self.stopped.subscribe();
        // From here on no throw of the switch is missed, whichever part of the loop is first.
        let road = self.road.watch();
        tokio::select! {
            _ = stopped.wait_for(|stopped| *stopped) => {}
            () = self.go() => {}
            () = self.listen() => {}
            () = self.watch_road(road) => {}
            () = self.watch_clock() => {}
        }
    }

    /// The server, for what the desk asks it directly.
    pub fn remote(&self) -> &R {
        &self.remote
    }

    async fn go(&self) {
        loop {
            match self.standing().plan.step(self.world.now()) {
                Step::Push => self.errand(Busy::Pushing).await,
                Step::Pull => self.errand(Busy::Pulling).await,
                Step::Rest(until) if !self.index_some() => {
                    let until = until.min(self.audit_some());
                    tokio::select! {
                        () = tokio::time::sleep(until_then(until, self.world.now())) => {}
                        () = self.wake.notified() => {}
                    }
                }
                Step::SignIn if !self.index_some() => self.wake.notified().await,
                Step::Rest(_) | Step::SignIn => tokio::task::yield_now().await,
            }
        }
    }

    async fn errand(&self, busy: Busy) {
        self.change(|standing, now, jitter| {
            standing.busy = busy;
            standing.hear(Event::SetsOut, now, jitter);
        });
        let errand = Errand {
            replica: &self.replica,
            remote: &self.remote,
            world: &self.world,
            pace: &self.pace,
            changes: &self.changes,
        };
        let outcome = match busy {
            Busy::Pushing => push(&errand).await.map(|()| Ended::Push),
            _ => pull(&errand).await.map(Ended::Pull),
        };
        if let Err(error) = &outcome {
            tracing::info!(%error, "the courier came back early");
        }
        self.change(|standing, now, jitter| {
            // Looked at while the standing is held: what the desk writes after this is heard of after this.
            let outbox = outbox(&self.replica, &self.world).unwrap_or(standing.plan.outbox);
            standing.end(&outcome, outbox, now, jitter);
        });
        self.came_back.notify_one();
    }

    /// Takes off what has ended by the clock, tells the page, and lets the server be asked what has become of it.
    pub fn end_by_clock(&self) -> Result<(), ReplicaError> {
        let moment = self.world.moment();
        if let Some(changed) = with(&self.replica, |replica| replica.end_by_clock(&moment))? {
            // Nobody may be looking; then nobody needs to hear.
            self.changes.send(changed).ok();
            self.hear(Event::Rang);
        }
        Ok(())
    }

    /// Takes off what ends by the clock at its minute, whatever else is going on: an errand that hangs on a slow road, a
    /// sign-in that is waited for, a screen that nobody touches.
    async fn watch_clock(&self) {
        loop {
            if let Err(error) = self.end_by_clock() {
                tracing::warn!(%error, "what has ended by the clock could not be taken off; that is tried again");
            }
            let next = with(&self.replica, |replica| replica.next_end());
            match until_next_look(next.unwrap_or(Some(Instant(0))), self.world.now()) {
                Some(pause) => tokio::select! {
                    () = tokio::time::sleep(micros(pause)) => {}
                    () = self.came_back.notified() => {}
                },
                None => self.came_back.notified().await,
            }
        }
    }

    /// Listens to the bell. That the line is open again is told by the line: it says where the log stands. All devices
    /// lose theirs in the same second when the server goes, so each waits a moment of its own before it does anything.
    async fn listen(&self) {
        let (mut heard, mut tries) = (Position::ZERO, 0);
        loop {
            match self.ring(heard).await {
                Ok(position) => {
                    (heard, tries) = (position, 0);
                    self.hear(Event::Rang);
                }
                Err(RemoteError::Server(_)) if self.standing().plan.session != Session::Open => {
                    self.signed_in.notified().await;
                }
                Err(error) => {
                    heard = Position::ZERO;
                    if tries > 0 || matches!(error, RemoteError::Server(_)) {
                        // Rings may have been missed, and only an errand finds out what stands in the way.
                        self.hear(Event::Rang);
                    }
                    self.pause(self.bell_pause(&error, tries)).await;
                    tries += 1;
                }
            }
        }
    }

    /// Milliseconds until the bell is asked for again. A server that asks for patience means all of the device.
    fn bell_pause(&self, error: &RemoteError, tries: u32) -> u64 {
        let RemoteError::Later { seconds } = error else {
            return BELL_PAUSE.saturating_mul(1 << tries.min(16)).min(BELL_LONGEST);
        };
        self.hear(Event::Failed(Some(*seconds)));
        BELL_PAUSE.max(u64::from(*seconds) * 1_000)
    }

    async fn ring(&self, heard: Position) -> Result<Position, RemoteError> {
        let known = with(&self.replica, |replica| {
            Ok((replica.session()?, replica.identity().workspace))
        });
        let (session, at) = known.map_err(|_| RemoteError::Unreachable)?;
        let session = session.ok_or(RemoteError::Unreachable)?;
        self.remote.bell(&session, at, heard).await
    }

    async fn pause(&self, millis: u64) {
        let jitter = Duration::from_millis(millis).mul_f64(1.0 + self.world.chance() / 2.0);
        tokio::select! {
            () = tokio::time::sleep(jitter) => {}
            () = self.road.opened() => {}
            () = self.signed_in.notified() => {}
        }
    }

    async fn watch_road(&self, mut road: watch::Receiver<bool>) {
        while road.changed().await.is_ok() {
            // A cut road is noticed at once by going: that makes the chip true.
            let is_open = *road.borrow_and_update();
            self.hear(if is_open { Event::RoadBack } else { Event::Asked });
        }
        std::future::pending::<()>().await;
    }

    /// Indexes a few documents for search; false when there are none left, or when it cannot be done now.
    fn index_some(&self) -> bool {
        match with(&self.replica, |replica| replica.index_some(INDEX_AT_ONCE)) {
            Ok(indexed) if indexed.docs.is_empty() => {
                self.rewrite();
                self.fold_some()
            }
            Ok(_) => {
                self.fetch_what_was_dropped();
                true
            }
            Err(error) => {
                tracing::warn!(%error, "documents could not be indexed");
                false
            }
        }
    }

    /// Audits a few documents when it is time to, while all else is well: what is dropped must come back at once. Answers
    /// when it is time again.
    fn audit_some(&self) -> Instant {
        let (now, standing) = (self.world.now(), self.standing());
        let mut next = self.audit_at.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock turned back must not make the pause longer.
        let is_due = *next <= now || *next > now + Span::seconds(AUDITS_APART);
        if is_due {
            *next = now + Span::seconds(AUDITS_APART);
        }
        if !is_due || !standing.equal || standing.problem.is_some() {
            return *next;
        }
        match with(&self.replica, |replica| replica.audit_some(AUDIT_AT_ONCE)) {
            Ok(found) if found.docs.is_empty() => {}
            Ok(found) => {
                tracing::warn!(
                    documents = found.docs.len(),
                    "the auditor found documents not as they should be"
                );
                // Nobody may be looking; then nobody needs to hear.
                self.changes.send(found).ok();
                self.fetch_what_was_dropped();
            }
            Err(error) => tracing::warn!(%error, "documents could not be audited; that is tried again"),
        }
        self.recount_some();
        *next
    }

    /// Counts some of what the notebook holds anew. Where that comes to something else, what the server says is compared
    /// once more now.
    fn recount_some(&self) {
        match with(&self.replica, |replica| replica.recount_some(RECOUNTED_AT_ONCE)) {
            Ok(false) => {}
            Ok(true) => {
                tracing::warn!("what is kept of a scope was not what lies in it, and is counted anew");
                self.hear(Event::Rang);
            }
            Err(error) => tracing::warn!(%error, "a scope could not be counted anew; that is tried again"),
        }
    }

    /// A body that did not hold its version is fetched anew now, and until then not all is fetched.
    fn fetch_what_was_dropped(&self) {
        let now = self.world.now();
        if with(&self.replica, |replica| replica.wants(1, now)).is_ok_and(|wants| !wants.is_empty()) {
            self.hear(Event::Rang);
        }
    }

    /// With nothing else to do: a base that grew by many changes becomes one snapshot again.
    fn fold_some(&self) -> bool {
        match with(&self.replica, |replica| replica.fold_some(1)) {
            Ok(folded) => folded > 0,
            Err(error) => {
                tracing::warn!(%error, "a document could not be folded; that is tried again");
                false
            }
        }
    }

    /// With nothing else to do: a large file something was erased from is written anew.
    fn rewrite(&self) {
        let moment = self.world.moment();
        if let Err(error) = with(&self.replica, |replica| replica.rewrite_when_due(&moment)) {
            tracing::warn!(%error, "the file could not be written anew; that is tried again");
        }
    }

    fn change(&self, step: impl FnOnce(&mut Standing, Instant, f64)) {
        let (now, jitter) = (self.world.now(), self.world.chance());
        step(
            &mut self.standing.lock().unwrap_or_else(PoisonError::into_inner),
            now,
            jitter,
        );
        // Nobody may be looking; then nobody needs to hear.
        self.changes
            .send(Changed {
                docs: Vec::new(),
                status: true,
            })
            .ok();
    }
}

fn outbox(replica: &Mutex<Replica>, world: &World) -> Result<Outbox, ReplicaError> {
    let moment = world.moment();
    let nothing = with(replica, |replica| {
        Ok(replica.outbox(1)?.is_empty() && replica.loose_waiting(1, &moment)?.is_empty())
    })?;
    Ok(if nothing { Outbox::Empty } else { Outbox::Filled })
}

fn until_then(until: Instant, now: Instant) -> Duration {
    micros(until - now)
}

fn micros(span: Span) -> Duration {
    Duration::from_micros(u64::try_from(span.0).unwrap_or(0))
}
