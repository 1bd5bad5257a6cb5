//! Keeping house while the server runs: once a day, what is due is put in order.
//!
//! What that is, is said in `store::tidy`. A day on which it fails is made up for by the next.

use std::{sync::Arc, time::Duration};

use tokio::sync::watch;

use crate::{Clock, PostOffice};

/// After the start: a server that just came back has enough to do.
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
        let (keeper, now) = (Arc::clone(&office), clock());
        match tokio::task::spawn_blocking(move || keeper.tidy(now)).await {
            Ok(Ok(tidied)) => tracing::info!(leavings = tidied.leavings, expired = tidied.expired, "tidied"),
            Ok(Err(error)) => tracing::error!(%error, "the house could not be kept; that is tried again tomorrow"),
            Err(error) => tracing::error!(%error, "keeping house was cut short"),
        }
    }
}
