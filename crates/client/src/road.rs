//! The road to the server: open, or cut by hand to see what the app does without a network.
//!
//! It keeps its state in the folder, so that an app started again finds the road as it was. It does not watch the
//! machine's real network: a try that fails tells of that.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use feltbog_ids::{Position, WorkspaceId};
use feltbog_protocol::{
    BodiesReply, BodiesRequest, EnrolReply, EnrolRequest, FeedPage, FeedRequest, PushReply, PushRequest, RepairReply,
    RepairRequest, SignInReply, SignInRequest,
};
use tokio::sync::watch;

use crate::disk;
use crate::remote::{Remote, RemoteError};

/// The switch.
#[derive(Clone)]
pub struct Road {
    file: PathBuf,
    open: Arc<watch::Sender<bool>>,
}

impl Road {
    /// The road as it was left in this folder; open where nothing was left.
    pub fn read(folder: &Path) -> Self {
        let file = folder.join("road-is-cut");
        let open = !file.exists();
        Self {
            file,
            open: Arc::new(watch::Sender::new(open)),
        }
    }

    /// Cuts it; what is under way is cut off too.
    pub fn cut(&self) -> io::Result<()> {
        disk::write_whole(&self.file, b"")?;
        self.open.send_replace(false);
        Ok(())
    }

    /// Opens it again.
    pub fn restore(&self) -> io::Result<()> {
        disk::remove_if_there(&self.file)?;
        self.open.send_replace(true);
        Ok(())
    }

    /// Whether it is open.
    pub fn is_open(&self) -> bool {
        *self.open.borrow()
    }

    /// Hears of every throw of the switch from now on.
    pub fn watch(&self) -> watch::Receiver<bool> {
        self.open.subscribe()
    }

    /// Waits until the road is opened after having been cut.
    pub async fn opened(&self) {
        let mut seen = self.open.subscribe();
        while seen.changed().await.is_ok() {
            if *seen.borrow_and_update() {
                return;
            }
        }
        // The switch is gone, and with it whoever could open the road.
        std::future::pending::<()>().await;
    }

    /// Goes along the road as long as it is open.
    async fn travel<T>(&self, errand: impl Future<Output = Result<T, RemoteError>>) -> Result<T, RemoteError> {
        let mut open = self.open.subscribe();
        tokio::select! {
            biased;
            _ = open.wait_for(|open| !open) => Err(RemoteError::Unreachable),
            outcome = errand => outcome,
        }
    }
}

/// A server at the end of the road.
pub struct OnRoad<R> {
    road: Road,
    remote: R,
}

impl<R> OnRoad<R> {
    /// Puts the server at the end of the road.
    pub fn new(road: Road, remote: R) -> Self {
        Self { road, remote }
    }
}

impl<R: Remote> Remote for OnRoad<R> {
    async fn enrol(&self, request: &EnrolRequest) -> Result<EnrolReply, RemoteError> {
        self.road.travel(self.remote.enrol(request)).await
    }

    async fn sign_in(&self, request: &SignInRequest) -> Result<SignInReply, RemoteError> {
        self.road.travel(self.remote.sign_in(request)).await
    }

    async fn push(&self, session: &str, at: WorkspaceId, request: &PushRequest) -> Result<PushReply, RemoteError> {
        self.road.travel(self.remote.push(session, at, request)).await
    }

    async fn feed(&self, session: &str, at: WorkspaceId, request: &FeedRequest) -> Result<FeedPage, RemoteError> {
        self.road.travel(self.remote.feed(session, at, request)).await
    }

    async fn bodies(
        &self,
        session: &str,
        at: WorkspaceId,
        request: &BodiesRequest,
    ) -> Result<BodiesReply, RemoteError> {
        self.road.travel(self.remote.bodies(session, at, request)).await
    }

    async fn repair(
        &self,
        session: &str,
        at: WorkspaceId,
        request: &RepairRequest,
    ) -> Result<RepairReply, RemoteError> {
        self.road.travel(self.remote.repair(session, at, request)).await
    }

    async fn bell(&self, session: &str, at: WorkspaceId, heard: Position) -> Result<Position, RemoteError> {
        self.road.travel(self.remote.bell(session, at, heard)).await
    }
}
