//! The post office: what a device may ask, each as one call that needs no network.
//!
//! Callable by a test or a simulation as it is by HTTP. Everything here blocks on the disk: call it on a thread for that.

mod bodies;
mod careful;
mod clock;
mod entry;
mod feed;
mod judge;
mod loose;
mod page;
mod push;
mod repair;
mod wiped;

use std::sync::Arc;

use feltbog_ids::{EnrolmentId, Instant, PersonId, Position, Span, WorkspaceId};
use feltbog_protocol::ServerProblem;
use tokio::sync::Notify;

use crate::{Dice, Store, StoreError, door::Door, metrics::Metrics, store::Tidied};

/// How long a session lasts unless the configuration says otherwise.
pub const SESSION: Span = Span::days(30);

/// Most entries of a page of the feed.
const PAGE_ENTRIES: usize = 500;

/// The server without its network.
pub struct PostOffice {
    store: Arc<Store>,
    dice: Arc<Dice>,
    door: Door,
    session: Span,
    page: usize,
    written: Notify,
    metrics: Arc<Metrics>,
}

/// Somebody who came in: one person on one device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The person.
    pub person: PersonId,
    /// This person on this device.
    pub enrolment: EnrolmentId,
}

impl PostOffice {
    /// A post office over a store.
    pub fn new(store: Arc<Store>, dice: Arc<Dice>, session: Span) -> Self {
        Self {
            store,
            dice,
            door: Door::default(),
            session,
            page: PAGE_ENTRIES,
            written: Notify::new(),
            metrics: Arc::default(),
        }
    }

    /// The same with pages of so many entries, so that a small town too has several.
    #[must_use]
    pub fn with_pages_of(self, entries: usize) -> Self {
        Self {
            page: entries.max(1),
            ..self
        }
    }

    /// What it keeps.
    pub fn store(&self) -> &Arc<Store> {
        &self.store
    }

    /// What it counts.
    pub(crate) fn metrics(&self) -> &Arc<Metrics> {
        &self.metrics
    }

    /// The same as text for Prometheus.
    pub(crate) fn metrics_text(&self) -> Result<String, StoreError> {
        let position = self.store.workspace()?.position;
        Ok(self.metrics.text(position, self.store.bytes()))
    }

    /// Puts in order what is due: see [`Store::tidy`].
    pub fn tidy(&self, now: Instant) -> Result<Tidied, StoreError> {
        let tidied = self.store.tidy(now)?;
        if tidied.expired > 0 {
            self.written.notify_one();
        }
        Ok(tidied)
    }

    /// Where the log stands.
    pub(crate) fn position(&self) -> Result<Position, ServerProblem> {
        let workspace = self
            .store
            .workspace()
            .map_err(|error| Trouble::from(error).into_problem())?;
        Ok(workspace.position)
    }

    /// Returns once something was written here.
    pub(crate) async fn written(&self) {
        self.written.notified().await;
    }

    /// Holds that the session is of this workspace.
    fn ensure_home(session: &Session, workspace: WorkspaceId) -> Result<(), ServerProblem> {
        if session.workspace == workspace {
            Ok(())
        } else {
            Err(ServerProblem::NoRight)
        }
    }

    /// The session of a token, while it counts.
    pub fn session(&self, token: &str, now: Instant) -> Result<Session, ServerProblem> {
        let session = self.store.view(now, |view| {
            let row = view.session(token)?.ok_or(ServerProblem::SessionEnded)?;
            if row.shut {
                return Err(Trouble::Told(ServerProblem::AccountClosed));
            }
            if row.ended || row.expires <= now {
                return Err(Trouble::Told(ServerProblem::SessionEnded));
            }
            Ok(Session {
                workspace: view.workspace().id,
                person: row.person,
                enrolment: row.enrolment,
            })
        });
        session.map_err(Trouble::into_problem)
    }
}

/// What stops a request: something to tell the device, or something that went wrong here.
#[derive(Debug)]
pub(crate) enum Trouble {
    Told(ServerProblem),
    Here(StoreError),
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::Here(error)
    }
}

impl From<ServerProblem> for Trouble {
    fn from(problem: ServerProblem) -> Self {
        Self::Told(problem)
    }
}

impl From<rusqlite::Error> for Trouble {
    fn from(error: rusqlite::Error) -> Self {
        Self::Here(error.into())
    }
}

impl Trouble {
    /// What the device is told. What went wrong here is logged here; its messages carry no text of a document.
    pub(crate) fn into_problem(self) -> ServerProblem {
        match self {
            Self::Told(problem) => problem,
            Self::Here(error) => {
                tracing::error!(%error, "a request could not be served");
                ServerProblem::Unavailable
            }
        }
    }
}
