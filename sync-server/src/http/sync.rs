//! The four routes of syncing: push, feed, bodies, repair.
//!
//! It knows no order between them; the device does.

use axum::{Router, extract::State, response::Response, routing::post};
use feltbog_protocol::{BodiesRequest, FeedRequest, PushRequest, RepairRequest};

use super::{
    Counter,
    asking::{Caller, Packed, answer},
};

pub(super) fn router() -> Router<Counter> {
    Router::new()
        .route("/v1/{workspace}/push", post(push))
        .route("/v1/{workspace}/feed", post(feed))
        .route("/v1/{workspace}/bodies", post(bodies))
        .route("/v1/{workspace}/repair", post(repair))
}

async fn push(State(counter): State<Counter>, caller: Caller, Packed(request): Packed<PushRequest>) -> Response {
    let Caller { session, workspace } = caller;
    answer(
        counter
            .ask(move |office, now| office.push(&session, workspace, &request, now))
            .await,
    )
}

async fn feed(State(counter): State<Counter>, caller: Caller, Packed(request): Packed<FeedRequest>) -> Response {
    let Caller { session, workspace } = caller;
    answer(
        counter
            .ask(move |office, now| office.feed(&session, workspace, &request, now))
            .await,
    )
}

async fn bodies(State(counter): State<Counter>, caller: Caller, Packed(request): Packed<BodiesRequest>) -> Response {
    let Caller { session, workspace } = caller;
    answer(
        counter
            .ask(move |office, now| office.bodies(&session, workspace, &request, now))
            .await,
    )
}

async fn repair(State(counter): State<Counter>, caller: Caller, Packed(request): Packed<RepairRequest>) -> Response {
    let Caller { session, workspace } = caller;
    answer(
        counter
            .ask(move |office, now| office.repair(&session, workspace, &request, now))
            .await,
    )
}
