//! The line to the office, with faults that a test asks for.
//!
//! It holds no document; the office does.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};

use feltbog_client::{Remote, RemoteError};
use feltbog_ids::{Position, WorkspaceId};
use feltbog_protocol::{
    BodiesReply, BodiesRequest, EnrolReply, EnrolRequest, FeedPage, FeedRequest, PushReply, PushRequest, RepairReply,
    RepairRequest, ServerProblem, SignInReply, SignInRequest,
};
use tokio::sync::watch;

use super::{NOON, Office, WORKSPACE, enrolment, person};

/// What goes wrong with one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It never arrives.
    Lost,
    /// It is done, and its answer is lost.
    AnswerLost,
    /// It is done, and whoever asked waits for ever.
    Hangs,
    /// The server says no.
    Refused(ServerProblem),
}

/// The office and what stands around it.
pub struct Exchange {
    pub office: Office,
    /// Faults for the next requests, one each; `None` lets one pass.
    pub faults: VecDeque<Option<Fault>>,
    /// What every request with a session is answered.
    pub session: Option<ServerProblem>,
    /// Requests so far, bells left out.
    pub requests: u32,
    /// Pushes that arrived.
    pub pushes: u32,
    bell: watch::Sender<u64>,
}

/// One device's line to it.
#[derive(Clone)]
pub struct Line(Arc<Mutex<Exchange>>);

impl Line {
    /// A line to a new office.
    pub fn new() -> Self {
        Self(Arc::new(Mutex::new(Exchange {
            office: Office::new(),
            faults: VecDeque::new(),
            session: None,
            requests: 0,
            pushes: 0,
            bell: watch::Sender::new(1),
        })))
    }

    pub fn exchange(&self) -> MutexGuard<'_, Exchange> {
        self.0.lock().unwrap()
    }

    async fn carry<T>(
        &self,
        session: Option<&str>,
        act: impl FnOnce(&mut Exchange) -> Result<T, RemoteError> + Send,
    ) -> Result<T, RemoteError> {
        let (fault, done) = {
            let mut exchange = self.exchange();
            exchange.requests += 1;
            let fault = exchange.faults.pop_front().flatten();
            match fault {
                Some(Fault::Lost) => return Err(RemoteError::Unreachable),
                Some(Fault::Refused(problem)) => return Err(problem.into()),
                _ => {}
            }
            if let (Some(problem), Some("first")) = (exchange.session, session) {
                return Err(problem.into());
            }
            (fault, act(&mut exchange))
        };
        match fault {
            Some(Fault::AnswerLost) => Err(RemoteError::Unreachable),
            Some(Fault::Hangs) => std::future::pending().await,
            _ => done,
        }
    }
}

impl Remote for Line {
    async fn enrol(&self, request: &EnrolRequest) -> Result<EnrolReply, RemoteError> {
        self.carry(None, |_| {
            let number: u8 = request.token.parse().map_err(|_| ServerProblem::BadToken)?;
            if request.password != "korrekt hest" {
                return Err(ServerProblem::WrongPassword.into());
            }
            Ok(EnrolReply {
                workspace: WORKSPACE,
                person: person(number),
                enrolment: enrolment(number),
                session: "first".to_owned(),
                time_zone: "Europe/Copenhagen".to_owned(),
                server_time: NOON,
            })
        })
        .await
    }

    async fn sign_in(&self, request: &SignInRequest) -> Result<SignInReply, RemoteError> {
        self.carry(None, |_| match request.password.as_str() {
            "korrekt hest" => Ok(SignInReply {
                session: "second".to_owned(),
                server_time: NOON,
            }),
            _ => Err(ServerProblem::WrongPassword.into()),
        })
        .await
    }

    async fn push(&self, session: &str, _: WorkspaceId, request: &PushRequest) -> Result<PushReply, RemoteError> {
        self.carry(Some(session), |exchange| {
            exchange.pushes += 1;
            let reply = exchange.office.push(&request.items);
            exchange.bell.send_modify(|position| *position += 1);
            Ok(reply)
        })
        .await
    }

    async fn feed(&self, session: &str, _: WorkspaceId, request: &FeedRequest) -> Result<FeedPage, RemoteError> {
        self.carry(Some(session), |exchange| Ok(exchange.office.page(request)))
            .await
    }

    async fn bodies(&self, session: &str, _: WorkspaceId, request: &BodiesRequest) -> Result<BodiesReply, RemoteError> {
        self.carry(Some(session), |exchange| Ok(exchange.office.bodies(&request.wants)))
            .await
    }

    async fn repair(&self, session: &str, _: WorkspaceId, request: &RepairRequest) -> Result<RepairReply, RemoteError> {
        self.carry(Some(session), |exchange| Ok(exchange.office.repair(request)))
            .await
    }

    async fn bell(&self, _: &str, _: WorkspaceId, heard: Position) -> Result<Position, RemoteError> {
        let mut bell = self.exchange().bell.subscribe();
        let rung = bell
            .wait_for(|position| *position > heard.0)
            .await
            .map_err(|_| RemoteError::Unreachable)?;
        Ok(Position(*rung))
    }
}
