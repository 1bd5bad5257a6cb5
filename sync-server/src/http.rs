//! How it is asked: routes, limits, and the running server.
//!
//! Handlers take apart, call one function of the office, and answer. They decide nothing.

mod asking;
mod bell;
mod entry;
mod sync;

use std::{net::SocketAddr, sync::Arc};

use axum::{Router, routing::get, serve::Listener};
use tokio::sync::{Semaphore, watch};

use crate::{Clock, PostOffice, bell::Bells, house};

/// Passwords checked at once: each takes 19 MiB and a core for a while.
const PASSWORDS: usize = 2;

/// Requests that are at the database at once, each on a thread of its own: more would only stand in line there.
const DESKS: usize = 32;

/// Bells that look into the database at once. However many hang, a ring leaves room for requests: the others stand in
/// line, and what rings meanwhile they look up together.
const LOOKERS: usize = 2;

/// What every handler can reach.
#[derive(Clone)]
pub(crate) struct Counter {
    office: Arc<PostOffice>,
    clock: Clock,
    bells: Arc<Bells>,
    desks: Arc<Semaphore>,
    passwords: Arc<Semaphore>,
    lookers: Arc<Semaphore>,
    stop: watch::Receiver<bool>,
}

/// Serves until `shutdown` is done, and lets what was begun come to its end. The listener is one of this machine's, or of
/// a network that a test makes.
pub async fn serve<L: Listener<Addr = SocketAddr>>(
    listener: L,
    office: Arc<PostOffice>,
    clock: Clock,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let (stopper, stop) = watch::channel(false);
    let bells = Arc::new(Bells::new());
    let counter = Counter {
        office: Arc::clone(&office),
        clock: clock.clone(),
        bells: Arc::clone(&bells),
        desks: Arc::new(Semaphore::new(DESKS)),
        passwords: Arc::new(Semaphore::new(PASSWORDS)),
        lookers: Arc::new(Semaphore::new(LOOKERS)),
        stop: stop.clone(),
    };
    let keeping = tokio::spawn(house::keep(Arc::clone(office.store()), clock.clone(), stop.clone()));
    let ringing = tokio::spawn(async move { bells.run(office, clock, stop).await });
    let stopped = async move {
        shutdown.await;
        stopper.send_replace(true);
    };
    let app = router(counter).into_make_service_with_connect_info::<entry::From>();
    axum::serve(entry::Outside(listener), app)
        .with_graceful_shutdown(stopped)
        .await?;
    keeping.await.map_err(std::io::Error::other)?;
    ringing.await.map_err(std::io::Error::other)
}

fn router(counter: Counter) -> Router {
    Router::new()
        .route("/health", get(|| async { "ok" }))
        .merge(entry::router())
        .merge(sync::router())
        .merge(bell::router())
        .with_state(counter)
}
