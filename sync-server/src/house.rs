//! Keeping house while the server runs: once a day, what is due is put in order.
//!
//! What has left is forgotten and what is over leaves (`store::tidy`), what lies in the clear is sealed (`store::sealing`), the
//! log lets go of what lies in the documents as well,
//! and what an erasure could not sweep at once is swept. What it does not come to today it does tomorrow.

use std::{sync::Arc, time::Duration};

use feltbog_ids::Span;
use tokio::sync::watch;

use crate::{Clock, PostOffice, StoreError, store::FRESH};

/// After the start: a server that just came back has enough to do, and one that is started anew every night comes to it too.
const FIRST: Duration = Duration::from_secs(3600);

/// From then on.
const EVERY: Duration = Duration::from_secs(24 * 3600);

/// Keeps house until the server stops.
pub(crate) async fn keep(office: Arc<PostOffice>, clock: Clock, mut stop: watch::Receiver<bool>) {
    let mut pause = FIRST;
    loop {
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = stop.wait_for(|stopped| *stopped) => return,
        }
        pause = EVERY;
        let (keeper, clock, stop) = (Arc::clone(&office), Arc::clone(&clock), stop.clone());
        match tokio::task::spawn_blocking(move || once(&keeper, &clock, || !*stop.borrow())).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "the house could not be kept; that is tried again tomorrow"),
            Err(error) => tracing::error!(%error, "keeping house was cut short"),
        }
    }
}

fn once(office: &PostOffice, clock: &Clock, mut go_on: impl FnMut() -> bool) -> Result<(), StoreError> {
    // One that fails keeps none of the others from its work.
    let now = clock();
    let tidied = office.tidy(now);
    if let Ok(tidied) = &tidied {
        tracing::info!(leavings = tidied.leavings, expired = tidied.expired, "tidied");
    }
    let sealed = office.store().seal_all(now, &mut go_on);
    if let Ok(sealed) = &sealed {
        tracing::info!(documents = sealed.documents, "sealed");
    }
    let done = office.store().compact(now + Span(-FRESH.0), now, &mut go_on);
    if let Ok(done) = &done {
        let (changes, bytes, left) = (done.changes, done.bytes, done.left);
        tracing::info!(changes, bytes, left, "compacted");
    }
    // The file is written anew: whoever stops the server does not wait for that.
    let swept = if go_on() { office.store().sweep() } else { Ok(false) };
    if let Ok(swept) = &swept {
        tracing::info!(swept, "kept house");
    }
    tidied
        .map(drop)
        .and(sealed.map(drop))
        .and(done.map(drop))
        .and(swept.map(drop))
}
