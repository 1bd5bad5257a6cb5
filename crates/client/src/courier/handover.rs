//! Handing over notes without a place, after everything that has one.
//!
//! As with changes only a receipt takes one off the device, so a lost answer means the same again.

use feltbog_protocol::PushRequest;

use super::{CourierError, Errand};
use crate::remote::{Remote, RemoteError};

/// Sent at once: together within a message, however long each is.
const AT_ONCE: usize = 20;

/// Sends what waits for the leader, oldest first.
pub(super) async fn hand_over<R: Remote>(errand: &Errand<'_, R>) -> Result<(), CourierError> {
    let mut last = Vec::new();
    loop {
        let moment = errand.world.moment();
        let loose = errand.with(|replica| replica.loose_waiting(AT_ONCE, &moment))?;
        if loose.is_empty() {
            return Ok(());
        }
        if loose == last {
            // Answered, and nothing moved: going on would go on for ever.
            return Err(RemoteError::NotOurs.into());
        }
        let (session, at) = errand.session()?;
        let request = PushRequest {
            items: Vec::new(),
            loose,
        };
        let reply = errand.remote.push(&session, at, &request).await?;
        let moment = errand.world.moment();
        let changed = errand.with(|replica| replica.take_handed(&request.loose, &reply, &moment))?;
        errand.tell(changed);
        last = request.loose;
    }
}
