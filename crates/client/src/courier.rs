//! The courier: carries what was written to the server and brings what changed, one whole round at a time.
//!
//! It decides nothing about when (the planner does) and merges nothing (the replica does). The replica's lock is taken
//! for one step and let go before every wait, so a round may be dropped at any wait without harm.

mod handover;
mod pace;
mod pull;
mod push;
mod repair;
mod run;
mod standing;

use std::sync::{Mutex, PoisonError};

use feltbog_ids::{Span, WorkspaceId};
use feltbog_protocol::ServerProblem;
use feltbog_replica::{Agreement, Replica, ReplicaError};
use feltbog_views::{Changed, Problem};
use tokio::sync::broadcast;

pub use pace::Pace;
pub use pull::pull;
pub use push::push;
pub use run::Courier;
pub use standing::{Busy, Standing};

use crate::remote::{Remote, RemoteError};
use crate::world::World;

/// Why a round ended early.
#[derive(Debug, thiserror::Error)]
pub enum CourierError {
    /// The server, or the road to it: try again later.
    #[error(transparent)]
    Remote(#[from] RemoteError),
    /// The notebook: a person may have to make room.
    #[error(transparent)]
    Replica(#[from] ReplicaError),
}

impl CourierError {
    /// The same as a case for the page.
    pub fn problem(&self) -> Problem {
        match self {
            Self::Remote(error) => error.problem(),
            Self::Replica(error) => error.problem(),
        }
    }
}

/// What a round needs: the notebook, the server, clock and dice, the pace it keeps, and whom to tell of changes.
pub struct Errand<'a, R> {
    /// The notebook.
    pub replica: &'a Mutex<Replica>,
    /// The server.
    pub remote: &'a R,
    /// Clock and dice.
    pub world: &'a World,
    /// Learns how fast documents come.
    pub pace: &'a Mutex<Pace>,
    /// Hears of every change.
    pub changes: &'a broadcast::Sender<Changed>,
}

/// One whole round: push until nothing can go, pull until nothing is new, fetch bodies, compare.
pub async fn round<R: Remote>(errand: &Errand<'_, R>) -> Result<Agreement, CourierError> {
    push(errand).await?;
    pull(errand).await
}

/// The notebook for one step. A thread that died with it left it between two transactions, as a power cut would.
pub fn with<T>(
    replica: &Mutex<Replica>,
    step: impl FnOnce(&mut Replica) -> Result<T, ReplicaError>,
) -> Result<T, ReplicaError> {
    replica.lock().unwrap_or_else(PoisonError::into_inner).step(step)
}

impl<R> Errand<'_, R> {
    fn with<T>(&self, step: impl FnOnce(&mut Replica) -> Result<T, ReplicaError>) -> Result<T, ReplicaError> {
        with(self.replica, step)
    }

    fn keeps_pace(&self, came: u32, took: Span) {
        let mut pace = self.pace.lock().unwrap_or_else(PoisonError::into_inner);
        pace.takes(came, took);
    }

    fn tell(&self, changed: Changed) {
        // Nobody may be looking; then nobody needs to hear.
        self.changes.send(changed).ok();
    }

    fn session(&self) -> Result<(String, WorkspaceId), CourierError> {
        let (session, at) = self.with(|replica| Ok((replica.session()?, replica.identity().workspace)))?;
        Ok((session.ok_or(RemoteError::Server(ServerProblem::SessionEnded))?, at))
    }
}
