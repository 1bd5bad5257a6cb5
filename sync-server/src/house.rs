//! Keeping house: once a day the log lets go of what lies in the documents as well, and what an erasure could not sweep at
//! once is swept.
//!
//! It erases nothing by itself, and what it does not come to today it does tomorrow.

use std::{sync::Arc, time::Duration};

use feltbog_ids::Span;
use tokio::sync::watch;

use crate::{Clock, Store, StoreError, store::FRESH};

/// After the start, so that a server that is started anew every night comes to it too.
const FIRST: Duration = Duration::from_secs(3_600);

/// From then on.
const DAY: Duration = Duration::from_secs(86_400);

/// Keeps house until `stop` says so.
pub(crate) async fn keep(store: Arc<Store>, clock: Clock, mut stop: watch::Receiver<bool>) {
    let mut pause = FIRST;
    loop {
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(pause) => {}
        }
        let (store, clock, stop) = (Arc::clone(&store), clock.clone(), stop.clone());
        match tokio::task::spawn_blocking(move || once(&store, &clock, || !*stop.borrow())).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "the house is not kept; that is tried again tomorrow"),
            Err(error) => tracing::error!(%error, "keeping house came to a sudden end"),
        }
        pause = DAY;
    }
}

fn once(store: &Store, clock: &Clock, go_on: impl FnMut() -> bool) -> Result<(), StoreError> {
    let now = clock();
    let done = store.compact(now + Span(-FRESH.0), now, go_on)?;
    let swept = store.sweep()?;
    tracing::info!(
        changes = done.changes,
        bytes = done.bytes,
        left = done.left,
        swept,
        "kept house"
    );
    Ok(())
}
