//! The two routes before there is a session.
//!
//! It sees passwords go by and keeps none.

use std::{io, net::SocketAddr, sync::Arc};

use axum::{
    Router,
    extract::{ConnectInfo, State, connect_info::Connected},
    response::Response,
    routing::post,
    serve::{IncomingStream, Listener},
};
use feltbog_protocol::{EnrolRequest, ServerProblem, SignInRequest};
use tokio::sync::{AcquireError, OwnedSemaphorePermit};

use super::{
    Counter,
    asking::{Packed, answer},
};

/// Where a request came from.
#[derive(Clone, Copy)]
pub(super) struct From(SocketAddr);

/// A listener of any network, as the routes here ask where a request came from.
pub(super) struct Outside<L>(pub(super) L);

impl<L: Listener> Listener for Outside<L> {
    type Io = L::Io;
    type Addr = L::Addr;

    async fn accept(&mut self) -> (L::Io, L::Addr) {
        self.0.accept().await
    }

    fn local_addr(&self) -> io::Result<L::Addr> {
        self.0.local_addr()
    }
}

impl<L: Listener<Addr = SocketAddr>> Connected<IncomingStream<'_, Outside<L>>> for From {
    fn connect_info(stream: IncomingStream<'_, Outside<L>>) -> Self {
        Self(*stream.remote_addr())
    }
}

pub(super) fn router() -> Router<Counter> {
    Router::new()
        .route("/v1/enrol", post(enrol))
        .route("/v1/sign_in", post(sign_in))
}

async fn enrol(
    State(counter): State<Counter>,
    ConnectInfo(From(from)): ConnectInfo<From>,
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
    ConnectInfo(From(from)): ConnectInfo<From>,
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
