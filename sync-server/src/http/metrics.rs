//! The page of metrics, on a listener of its own: it is for the operator's machine, and asks for no session.
//!
//! What is counted is said in `crate::metrics`.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    Router,
    extract::{Request, State},
    http::{StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
    routing::get,
    serve::Listener,
};

use super::Counter;
use crate::PostOffice;

/// Serves `/metrics` until `shutdown` is done.
pub async fn serve_metrics<L: Listener<Addr = SocketAddr>>(
    listener: L,
    office: Arc<PostOffice>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let app = Router::new().route("/metrics", get(page)).with_state(office);
    axum::serve(listener, app).with_graceful_shutdown(shutdown).await
}

async fn page(State(office): State<Arc<PostOffice>>) -> Response {
    match tokio::task::spawn_blocking(move || office.metrics_text()).await {
        Ok(Ok(text)) => ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response(),
        _ => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

/// Counts a request and how it was answered.
pub(super) async fn counted(State(counter): State<Counter>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let response = next.run(request).await;
    counter.office.metrics().requested(&path, response.status().as_u16());
    response
}
