//! The doorbell's route: server-sent events, one position each, as long as the session counts.
//!
//! What rings is decided in `crate::bell`.

use std::{convert::Infallible, time::Duration};

use axum::{
    Router,
    extract::{FromRequestParts, State},
    http::request::Parts,
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
    routing::get,
};
use feltbog_ids::Position;
use feltbog_protocol::ServerProblem;
use futures_util::{Stream, stream::unfold};
use tokio::sync::broadcast::{Receiver, error::RecvError};

use super::{
    Counter,
    asking::{Caller, Refusal, bearer},
};
use crate::bell::Ring;

/// How often a quiet bell looks whether its session still counts.
const LOOK: Duration = Duration::from_secs(15);

pub(super) fn router() -> Router<Counter> {
    Router::new().route("/v1/{workspace}/bell", get(bell))
}

async fn bell(State(counter): State<Counter>, caller: Caller, Token(token): Token) -> Response {
    if caller.session.workspace != caller.workspace {
        return Refusal(ServerProblem::NoRight).into_response();
    }
    let rope = counter.bells.listen();
    // From here on no ring is missed; what was written before is told by where the log stands now.
    let events = rings(Listener {
        counter,
        caller,
        token,
        rope,
        missed: false,
        hangs: false,
    });
    Sse::new(events)
        .keep_alive(KeepAlive::new().interval(LOOK))
        .into_response()
}

/// The session's token, kept as long as the bell hangs.
struct Token(String);

impl FromRequestParts<Counter> for Token {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &Counter) -> Result<Self, Refusal> {
        bearer(parts).map(Self).ok_or(Refusal(ServerProblem::SessionEnded))
    }
}

struct Listener {
    counter: Counter,
    caller: Caller,
    token: String,
    rope: Receiver<Ring>,
    /// Rings were missed, and may have been for this person: the next one is passed on whoever it is for.
    missed: bool,
    /// The line was told where the log stood as it was opened: what was written while it was down counts as a ring.
    hangs: bool,
}

fn rings(listener: Listener) -> impl Stream<Item = Result<Event, Infallible>> {
    unfold(listener, |mut listener| async move {
        let position = listener.next().await?;
        Some((Ok(Event::default().data(position.to_string())), listener))
    })
}

impl Listener {
    /// The next ring that is for this person; none when the session has ended or the server stops.
    async fn next(&mut self) -> Option<Position> {
        if !std::mem::replace(&mut self.hangs, true) {
            let here = self.counter.ask(|office, _| office.position()).await;
            return here.ok();
        }
        let mut stop = self.counter.stop.clone();
        loop {
            let ring = tokio::select! {
                ring = self.rope.recv() => Some(ring),
                () = tokio::time::sleep(LOOK) => None,
                _ = stop.wait_for(|stopped| *stopped) => return None,
            };
            match ring {
                Some(Ok(ring)) if std::mem::take(&mut self.missed) => {
                    self.still_in().await?;
                    return Some(ring.position);
                }
                Some(Ok(ring)) if self.is_mine(&ring).await? => return Some(ring.position),
                Some(Ok(_)) | None => self.still_in().await?,
                // Behind by more rings than are kept; those that are kept come next.
                Some(Err(RecvError::Lagged(_))) => self.missed = true,
                Some(Err(RecvError::Closed)) => return None,
            }
        }
    }

    async fn is_mine(&self, ring: &Ring) -> Option<bool> {
        let (ring, session) = (ring.clone(), self.caller.session);
        self.still_in().await?;
        self.counter
            .ask(move |office, now| office.concerns(&session, &ring, now))
            .await
            .ok()
    }

    async fn still_in(&self) -> Option<()> {
        let token = self.token.clone();
        self.counter
            .ask(move |office, now| office.session(&token, now))
            .await
            .ok()
            .map(|_| ())
    }
}
