//! The server as the courier sees it: seven questions, and what can go wrong with all of them.
//!
//! It retries nothing; the planner decides when to go again.

mod bell;
mod hanging;
mod http;
mod manner;
mod patience;

use feltbog_ids::{Position, WorkspaceId};
use feltbog_protocol::{
    BodiesReply, BodiesRequest, EnrolReply, EnrolRequest, FeedPage, FeedRequest, PushReply, PushRequest, RepairReply,
    RepairRequest, ServerProblem, SignInReply, SignInRequest,
};
use feltbog_views::Problem;

pub use bell::BellLines;
pub use http::{HttpRemote, Roots};

/// Why there is no answer to use. Nothing is known to have been done, and everything may be asked again.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RemoteError {
    /// No answer came: no network, or the server is down.
    #[error("the server does not answer")]
    Unreachable,
    /// The server is there and asks for patience.
    #[error("the server asks to wait {seconds} seconds")]
    Later {
        /// How long, from `retry-after`.
        seconds: u32,
    },
    /// The server says why not.
    #[error(transparent)]
    Server(#[from] ServerProblem),
    /// The answer is not one of a Feltbog server of a version this app knows.
    #[error("the answer is not a Feltbog server's")]
    NotOurs,
    /// Nobody answers at this door: not a Feltbog server, or one from before this was asked.
    #[error("the server has no such door")]
    NoSuchDoor,
}

impl RemoteError {
    /// The same as a case for the page.
    pub fn problem(&self) -> Problem {
        match self {
            Self::Unreachable | Self::Later { .. } => Problem::ServerUnreachable,
            Self::NotOurs | Self::NoSuchDoor => Problem::NotOurServer,
            Self::Server(problem) => said(*problem),
        }
    }
}

/// A server. Over HTTP in the app, in memory in the simulation.
pub trait Remote: Send + Sync + 'static {
    /// First contact of a device.
    fn enrol(&self, request: &EnrolRequest) -> impl Future<Output = Result<EnrolReply, RemoteError>> + Send;

    /// A new session.
    fn sign_in(&self, request: &SignInRequest) -> impl Future<Output = Result<SignInReply, RemoteError>> + Send;

    /// Changes up.
    fn push(
        &self,
        session: &str,
        at: WorkspaceId,
        request: &PushRequest,
    ) -> impl Future<Output = Result<PushReply, RemoteError>> + Send;

    /// A page of the feed down.
    fn feed(
        &self,
        session: &str,
        at: WorkspaceId,
        request: &FeedRequest,
    ) -> impl Future<Output = Result<FeedPage, RemoteError>> + Send;

    /// Bodies down.
    fn bodies(
        &self,
        session: &str,
        at: WorkspaceId,
        request: &BodiesRequest,
    ) -> impl Future<Output = Result<BodiesReply, RemoteError>> + Send;

    /// What of a scope lies otherwise here.
    fn repair(
        &self,
        session: &str,
        at: WorkspaceId,
        request: &RepairRequest,
    ) -> impl Future<Output = Result<RepairReply, RemoteError>> + Send;

    /// Waits until the bell rings for a position past `heard`, or tells of a log that ends before it. An error means that the bell must be asked for again,
    /// and that rings may have been missed.
    fn bell(
        &self,
        session: &str,
        at: WorkspaceId,
        heard: Position,
    ) -> impl Future<Output = Result<Position, RemoteError>> + Send;
}

fn said(problem: ServerProblem) -> Problem {
    match problem {
        ServerProblem::BadToken => Problem::BadToken,
        ServerProblem::WrongPassword => Problem::WrongPassword,
        ServerProblem::AccountClosed => Problem::AccountClosed,
        ServerProblem::SessionEnded => Problem::SessionEnded,
        ServerProblem::TooManyTries { seconds } => Problem::TooManyTries { seconds },
        ServerProblem::TooLarge { limit } => Problem::TooLarge { limit },
        ServerProblem::Malformed => Problem::NotOurServer,
        ServerProblem::NoRight => Problem::NoRight,
        ServerProblem::Unavailable => Problem::ServerUnreachable,
    }
}
