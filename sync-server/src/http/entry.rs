//! The two routes before there is a session.
//!
//! It sees passwords go by and keeps none.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    Router,
    extract::{ConnectInfo, State},
    response::Response,
    routing::post,
};
use feltbog_protocol::{EnrolRequest, ServerProblem, SignInRequest};
use tokio::sync::{AcquireError, OwnedSemaphorePermit};

use super::{
    Counter,
    asking::{Packed, answer},
};

pub(super) fn router() -> Router<Counter> {
    Router::new()
        .route("/v1/enrol", post(enrol))
        .route("/v1/sign_in", post(sign_in))
}

async fn enrol(
    State(counter): State<Counter>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    Packed(request): Packed<EnrolRequest>,
) -> Response {
    let Ok(turn) = turn(&counter).await else {
        return answer::<()>(Err(ServerProblem::Unavailable));
    };
    let reply = counter.ask(move |office, now| {
        let _turn = turn;
        office.enrol(&request, &from.ip().to_string(), now)
    });
    answer(reply.await)
}

async fn sign_in(
    State(counter): State<Counter>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    Packed(request): Packed<SignInRequest>,
) -> Response {
    let Ok(turn) = turn(&counter).await else {
        return answer::<()>(Err(ServerProblem::Unavailable));
    };
    let reply = counter.ask(move |office, now| {
        let _turn = turn;
        office.sign_in(&request, &from.ip().to_string(), now)
    });
    answer(reply.await)
}

/// A password is dear to check: only so many at once. Whoever hangs up keeps the turn until the check is over.
async fn turn(counter: &Counter) -> Result<OwnedSemaphorePermit, AcquireError> {
    Arc::clone(&counter.passwords).acquire_owned().await
}
