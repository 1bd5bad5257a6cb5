//! The doorbell's route, as long as the session counts: server-sent events, one position each, or for one who names a
//! place in the log a single answer once it has moved past that.
//!
//! What rings is decided in `crate::bell`.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{FromRequestParts, Query, State},
    http::request::Parts,
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
    routing::get,
};
use feltbog_ids::{Instant, Position};
use feltbog_protocol::{BellReply, ServerProblem};
use futures_util::{Stream, stream::unfold};
use serde::Deserialize;
use tokio::sync::{
    OwnedSemaphorePermit,
    broadcast::{
        Receiver,
        error::{RecvError, TryRecvError},
    },
};

use super::{
    Counter,
    asking::{Caller, Refusal, answer, bearer},
};
use crate::{PostOffice, Session, bell::Ring, metrics};

/// How often a quiet bell looks whether its session still counts.
const LOOK: Duration = Duration::from_secs(15);

/// How long one who asks once is kept waiting: shorter than what proxies cut.
const HOLD: Duration = Duration::from_secs(25);

pub(super) fn router() -> Router<Counter> {
    Router::new().route("/v1/{workspace}/bell", get(bell))
}

async fn bell(State(counter): State<Counter>, caller: Caller, hanging: Hanging) -> Response {
    if caller.session.workspace != caller.workspace {
        return Refusal(ServerProblem::NoRight).into_response();
    }
    let listener = Listener::new(counter, caller.session, hanging.token);
    match hanging.after {
        Some(after) => answer(listener.rung_past(after).await),
        None => Sse::new(rings(listener))
            .keep_alive(KeepAlive::new().interval(LOOK))
            .into_response(),
    }
}

/// The session's token, kept as long as the bell hangs, and the place named by one who asks once.
struct Hanging {
    token: String,
    after: Option<Position>,
}

#[derive(Deserialize)]
struct Named {
    after: Option<u64>,
}

impl FromRequestParts<Counter> for Hanging {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, counter: &Counter) -> Result<Self, Refusal> {
        let token = bearer(parts).ok_or(Refusal(ServerProblem::SessionEnded))?;
        let named = Query::<Named>::from_request_parts(parts, counter).await;
        let Query(named) = named.map_err(|_| Refusal(ServerProblem::Malformed))?;
        let after = named.after.map(Position);
        Ok(Self { token, after })
    }
}

struct Listener {
    counter: Counter,
    session: Session,
    token: String,
    rope: Receiver<Ring>,
    /// Rings were missed, and may have been for this person: the next one is passed on whoever it is for.
    missed: bool,
    /// Counts it among those that hang.
    _hanging: metrics::Hanging,
}

/// Where the log stands as the line is opened, which counts as a ring for what was written while it was down, and then
/// every ring for this person.
fn rings(listener: Listener) -> impl Stream<Item = Result<Event, Infallible>> {
    unfold((listener, false), |(mut listener, hangs)| async move {
        let position = if hangs {
            listener.next().await
        } else {
            listener.counter.ask(|office, _| office.position()).await
        };
        let event = Event::default().data(position.ok()?.to_string());
        Some((Ok(event), (listener, true)))
    })
}

impl Listener {
    /// From here on no ring is missed.
    fn new(counter: Counter, session: Session, token: String) -> Self {
        Self {
            _hanging: metrics::Hanging::begin(counter.office.metrics()),
            rope: counter.bells.listen(),
            counter,
            session,
            token,
            missed: false,
        }
    }

    /// Answers once something of this person's was touched after this place, or after a while with the same place.
    async fn rung_past(mut self, after: Position) -> Result<BellReply, ServerProblem> {
        let session = self.session;
        let rung = self
            .look(move |office, now| office.rung_since(&session, after, now))
            .await?;
        let position = match rung {
            Some(position) => position,
            None => match tokio::time::timeout(HOLD, self.next()).await {
                Ok(rung) => rung?,
                Err(_) => after,
            },
        };
        Ok(BellReply { position })
    }

    /// The next ring that is for this person; a problem when the session has ended or the server stops.
    async fn next(&mut self) -> Result<Position, ServerProblem> {
        let mut stop = self.counter.stop.clone();
        loop {
            let ring = tokio::select! {
                ring = self.rope.recv() => Some(ring),
                () = tokio::time::sleep(LOOK) => None,
                _ = stop.wait_for(|stopped| *stopped) => return Err(ServerProblem::Unavailable),
            };
            match ring {
                Some(Ok(ring)) => {
                    if let Some(position) = self.is_mine(ring).await? {
                        return Ok(position);
                    }
                }
                None => {
                    let token = self.token.clone();
                    self.look(move |office, now| office.session(&token, now)).await?;
                }
                // Behind by more rings than are kept; those that are kept come next.
                Some(Err(RecvError::Lagged(_))) => self.missed = true,
                Some(Err(RecvError::Closed)) => return Err(ServerProblem::Unavailable),
            }
        }
    }

    /// Where the log stands after this ring and those behind it, if one of them is for this person, whose session counts.
    async fn is_mine(&mut self, ring: Ring) -> Result<Option<Position>, ServerProblem> {
        let turn = self.turn().await?;
        // While this one stood in line it may have rung again.
        let ring = self.with_waiting(ring);
        let (token, missed) = (self.token.clone(), std::mem::take(&mut self.missed));
        let looked = self.counter.ask(move |office, now| {
            let _turn = turn;
            let session = office.session(&token, now)?;
            let mine = missed || office.concerns(&session, &ring, now)?;
            Ok(mine.then_some(ring.position))
        });
        looked.await
    }

    fn with_waiting(&mut self, mut ring: Ring) -> Ring {
        loop {
            match self.rope.try_recv() {
                Ok(later) => ring = ring.and(&later),
                Err(TryRecvError::Lagged(_)) => self.missed = true,
                Err(TryRecvError::Empty | TryRecvError::Closed) => return ring,
            }
        }
    }

    /// Looks into the database in turn.
    async fn look<T: Send + 'static>(
        &self,
        call: impl FnOnce(&PostOffice, Instant) -> Result<T, ServerProblem> + Send + 'static,
    ) -> Result<T, ServerProblem> {
        let turn = self.turn().await?;
        let looked = self.counter.ask(move |office, now| {
            let _turn = turn;
            call(office, now)
        });
        looked.await
    }

    /// A turn is kept until the look is over, also by one who hangs up meanwhile.
    async fn turn(&self) -> Result<OwnedSemaphorePermit, ServerProblem> {
        let turn = Arc::clone(&self.counter.lookers).acquire_owned().await;
        turn.map_err(|_| ServerProblem::Unavailable)
    }
}
