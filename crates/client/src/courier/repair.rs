//! Mending one scope that lies otherwise here than on the server: asked by fingerprints until all that differs is named.
//!
//! It compares nothing; the next comparison does. A person sees nothing of it but that all is fetched a moment later.

use feltbog_ids::ScopeId;
use feltbog_protocol::{Found, ServerProblem};

use super::{CourierError, Errand};
use crate::remote::{Remote, RemoteError};

/// Answers taken for one scope in a row. With five hundred documents in each, no scope is larger.
const ANSWERS: u32 = 200;

/// Asks what differs, and takes it in.
pub async fn repair<R: Remote>(errand: &Errand<'_, R>, scope: ScopeId) -> Result<(), CourierError> {
    for _ in 0..ANSWERS {
        let key = errand.world.draw();
        let Some(request) = errand.with(|replica| replica.repair_request(scope, key))? else {
            return Ok(());
        };
        let (session, at) = errand.session()?;
        let reply = match errand.remote.repair(&session, at, &request).await {
            // The scope is not held any more: the next page says so.
            Err(RemoteError::Server(ServerProblem::NoRight)) => return Ok(()),
            // A server from before such questions: the scope is fetched anew, as it was then.
            Err(RemoteError::NoSuchDoor) => {
                tracing::warn!(%scope, "the server cannot say how a scope differs: it is fetched anew");
                return Ok(errand.with(|replica| replica.fetch_anew(scope))?);
            }
            reply => reply?,
        };
        let moment = errand.world.moment();
        let changed = errand.with(|replica| replica.take_repair(&request, &reply, &moment))?;
        errand.tell(changed);
        match reply.found {
            Found::All => tracing::warn!(%scope, differed = reply.entries.len(), "a scope was unequal and is repaired"),
            Found::Moved => {}
            // An answer that is not the last must lead on.
            Found::Part if reply.entries.is_empty() => return Err(RemoteError::NotOurs.into()),
            Found::Part => continue,
        }
        return Ok(());
    }
    Ok(())
}
